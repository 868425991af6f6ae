//! Service accounts, roles, their bindings, and signing requests.

use anyhow::Result;
use serde_json::Value;

use super::{Page, head, list, marks, text, time};
use crate::connect::Session;

/// A service account.
pub async fn service_account(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    head(page, object);
    marks(page, object);
    let pulls: Vec<String> = list(&object["imagePullSecrets"]).map(|entry| text(&entry["name"])).collect();
    rows(page, "Image pull secrets", &pulls);
    let mountable: Vec<String> = list(&object["secrets"]).map(|entry| text(&entry["name"])).collect();
    if !mountable.is_empty()
        && object["metadata"]["annotations"]["kubernetes.io/enforce-mountable-secrets"] == "true"
    {
        rows(page, "Mountable secrets", &mountable);
    }
    let path = client::path("", "v1", "secrets", object["metadata"]["namespace"].as_str(), None, None);
    let params = client::ListParams::fields("type=kubernetes.io/service-account-token");
    if let Ok(secrets) = session.client()?.list::<Value>(&path, &params).await {
        let tokens: Vec<String> = secrets
            .items
            .iter()
            .filter(|secret| {
                secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"]
                    == object["metadata"]["uid"]
            })
            .map(|secret| text(&secret["metadata"]["name"]))
            .collect();
        if !tokens.is_empty() {
            rows(page, "Tokens", &tokens);
        }
    }
    Ok(true)
}

fn rows(page: &mut Page, title: &str, names: &[String]) {
    if names.is_empty() {
        page.line(0, format!("{title}:\t<none>"));
    }
    for (index, name) in names.iter().enumerate() {
        page.line(0, if index == 0 { format!("{title}:\t{name}") } else { format!("\t{name}") });
    }
}

/// A role.
pub fn role(page: &mut Page, object: &Value) -> bool {
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    marks(page, object);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    let texts = |value: &Value| -> Vec<String> { list(value).map(text).collect() };
    // One line for each resource, its verbs together.
    let mut lines: Vec<(String, String, Vec<String>, Vec<String>)> = Vec::new();
    for rule in list(&object["rules"]) {
        let (verbs, names) = (texts(&rule["verbs"]), texts(&rule["resourceNames"]));
        for group in texts(&rule["apiGroups"]) {
            for resource in texts(&rule["resources"]) {
                let shown = if group.is_empty() { resource } else { format!("{resource}.{group}") };
                match lines.iter_mut().find(|line| line.0 == shown && line.2 == names && line.1.is_empty()) {
                    Some(line) => line.3.extend(verbs.iter().cloned()),
                    None => lines.push((shown, String::new(), names.clone(), verbs.clone())),
                }
            }
        }
        for url in texts(&rule["nonResourceURLs"]) {
            lines.push((String::new(), url, Vec::new(), verbs.clone()));
        }
    }
    lines.sort_by_cached_key(|(resource, url, names, verbs)| {
        // As Go prints a rule: verbs first, then groups, resources, names and paths.
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        format!("[{}] [{group}] [{plural}] [{}] [{url}]", verbs.join(" "), names.join(" "))
    });
    for (resource, url, names, verbs) in lines {
        page.line(1, format!("{resource}\t[{url}]\t[{}]\t[{}]", names.join(" "), verbs.join(" ")));
    }
    false
}

/// A role binding.
pub fn binding(page: &mut Page, object: &Value) -> bool {
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    marks(page, object);
    page.line(0, "Role:");
    page.pair(1, "Kind", text(&object["roleRef"]["kind"]));
    page.pair(1, "Name", text(&object["roleRef"]["name"]));
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for subject in list(&object["subjects"]) {
        page.line(
            1,
            format!(
                "{}\t{}\t{}",
                text(&subject["kind"]),
                text(&subject["name"]),
                text(&subject["namespace"])
            ),
        );
    }
    false
}

/// A certificate signing request.
pub fn signing_request(page: &mut Page, object: &Value) -> bool {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    page.pair(0, "Name", text(&metadata["name"]));
    super::labels(page, 0, "Labels", &metadata["labels"]);
    super::annotations(page, 0, "Annotations", &metadata["annotations"]);
    page.pair(0, "CreationTimestamp", time(&metadata["creationTimestamp"]));
    page.pair(0, "Requesting User", text(&spec["username"]));
    page.pair(0, "Signer", text(&spec["signerName"]));
    if spec["expirationSeconds"].is_number() {
        let seconds = spec["expirationSeconds"].as_i64().unwrap_or_default();
        page.pair(0, "Requested Duration", apimachinery::columns::human_duration(seconds));
    }
    let mut status = Vec::new();
    let has = |kind: &str| list(&object["status"]["conditions"]).any(|condition| condition["type"] == kind);
    if has("Denied") {
        status.push("Denied");
    } else if has("Approved") {
        status.push("Approved");
    } else {
        status.push("Pending");
    }
    if has("Failed") {
        status.push("Failed");
    }
    if object["status"]["certificate"].as_str().is_some_and(|certificate| !certificate.is_empty()) {
        status.push("Issued");
    }
    page.pair(0, "Status", status.join(","));
    true
}

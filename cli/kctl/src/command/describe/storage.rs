//! Config maps, secrets, volumes, claims and storage classes.

use anyhow::Result;
use serde_json::Value;

use super::{Page, entries, head, list, marks, or, selector, text, yes};
use crate::connect::Session;

fn decoded_length(value: &Value) -> usize {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text(value)).map_or(0, |bytes| bytes.len())
}

/// A config map.
pub fn config_map(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    marks(page, object);
    page.line(0, "\nData\n====");
    for (key, value) in entries(&object["data"]) {
        page.line(0, format!("{key}:\n----"));
        page.line(0, text(value));
        page.line(0, "");
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in entries(&object["binaryData"]) {
        page.line(0, format!("{key}: {} bytes", decoded_length(value)));
    }
    page.line(0, "");
    true
}

/// A secret: lengths only, for screens are seen by others.
pub fn secret(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    marks(page, object);
    page.line(0, format!("\nType:\t{}", text(&object["type"])));
    page.line(0, "\nData\n====");
    for (key, value) in entries(&object["data"]) {
        if key == "token" && object["type"] == "kubernetes.io/service-account-token" {
            use base64::Engine;
            let bytes = base64::engine::general_purpose::STANDARD.decode(text(value)).unwrap_or_default();
            page.pair(0, key, String::from_utf8_lossy(&bytes));
        } else {
            page.pair(0, key, format!("{} bytes", decoded_length(value)));
        }
    }
    false
}

fn modes(value: &Value) -> String {
    let short = |mode: &Value| match mode.as_str() {
        Some("ReadWriteOnce") => "RWO".to_string(),
        Some("ReadOnlyMany") => "ROX".into(),
        Some("ReadWriteMany") => "RWX".into(),
        Some("ReadWriteOncePod") => "RWOP".into(),
        other => other.unwrap_or_default().into(),
    };
    list(value).map(short).collect::<Vec<_>>().join(",")
}

fn finalizers(object: &Value) -> String {
    format!("[{}]", list(&object["metadata"]["finalizers"]).map(text).collect::<Vec<_>>().join(" "))
}

fn state(object: &Value) -> String {
    if object["metadata"]["deletionTimestamp"].is_string() {
        format!("Terminating (lasts {})", super::age(&object["metadata"]["deletionTimestamp"]))
    } else {
        text(&object["status"]["phase"])
    }
}

/// A persistent volume.
pub fn volume(page: &mut Page, object: &Value) -> bool {
    let spec = &object["spec"];
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    marks(page, object);
    page.pair(0, "Finalizers", finalizers(object));
    page.pair(0, "StorageClass", text(&spec["storageClassName"]));
    page.pair(0, "Status", state(object));
    let claim = &spec["claimRef"];
    page.pair(
        0,
        "Claim",
        if claim.is_object() {
            format!("{}/{}", text(&claim["namespace"]), text(&claim["name"]))
        } else {
            String::new()
        },
    );
    page.pair(0, "Reclaim Policy", text(&spec["persistentVolumeReclaimPolicy"]));
    page.pair(0, "Access Modes", modes(&spec["accessModes"]));
    if spec["volumeMode"].is_string() {
        page.pair(0, "VolumeMode", text(&spec["volumeMode"]));
    }
    page.pair(0, "Capacity", text(&spec["capacity"]["storage"]));
    affinity(page, &spec["nodeAffinity"]);
    page.pair(0, "Message", text(&object["status"]["message"]));
    page.line(0, "Source:");
    super::pod::source(page, 2, spec);
    true
}

fn affinity(page: &mut Page, value: &Value) {
    if !value.is_object() {
        page.line(0, "Node Affinity:\t<none>");
        return;
    }
    page.line(0, "Node Affinity:\t");
    let terms: Vec<&Value> = list(&value["required"]["nodeSelectorTerms"]).collect();
    if terms.is_empty() {
        page.line(1, "Required Terms:\t<none>");
        return;
    }
    page.line(1, "Required Terms:\t");
    for (index, term) in terms.iter().enumerate() {
        let words = selector(term).replace(',', ", ");
        page.line(2, format!("Term {index}:\t{words}"));
    }
}

/// A claim, and the pods that use it.
pub async fn claim(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (metadata, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    head(page, object);
    page.pair(0, "StorageClass", text(&spec["storageClassName"]));
    page.pair(0, "Status", state(object));
    page.pair(0, "Volume", text(&spec["volumeName"]));
    marks(page, object);
    page.pair(0, "Finalizers", finalizers(object));
    let bound = spec["volumeName"].as_str().is_some_and(|name| !name.is_empty());
    page.pair(0, "Capacity", if bound { text(&status["capacity"]["storage"]) } else { String::new() });
    page.pair(0, "Access Modes", if bound { modes(&status["accessModes"]) } else { String::new() });
    if spec["volumeMode"].is_string() {
        page.pair(0, "VolumeMode", text(&spec["volumeMode"]));
    }
    if spec["dataSource"].is_object() {
        page.line(0, "DataSource:");
        for (field, title) in [("apiGroup", "APIGroup"), ("kind", "Kind"), ("name", "Name")] {
            if spec["dataSource"][field].is_string() {
                page.pair(1, title, text(&spec["dataSource"][field]));
            }
        }
    }
    let path = client::path("", "v1", "pods", metadata["namespace"].as_str(), None, None);
    let pods = session.client()?.list::<Value>(&path, &client::ListParams::default()).await?;
    let users: Vec<String> = pods
        .items
        .iter()
        .filter(|pod| {
            list(&pod["spec"]["volumes"])
                .any(|volume| volume["persistentVolumeClaim"]["claimName"] == metadata["name"])
        })
        .map(|pod| text(&pod["metadata"]["name"]))
        .collect();
    if users.is_empty() {
        page.line(0, "Used By:\t<none>");
    }
    for (index, user) in users.iter().enumerate() {
        page.line(0, if index == 0 { format!("Used By:\t{user}") } else { format!("\t{user}") });
    }
    if list(&status["conditions"]).next().is_some() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
        for condition in list(&status["conditions"]) {
            page.line(
                1,
                format!(
                    "{} \t{} \t{} \t{} \t{} \t{}",
                    text(&condition["type"]),
                    text(&condition["status"]),
                    super::time(&condition["lastProbeTime"]),
                    super::time(&condition["lastTransitionTime"]),
                    text(&condition["reason"]),
                    text(&condition["message"])
                ),
            );
        }
    }
    Ok(true)
}

/// A storage class.
pub fn class(page: &mut Page, object: &Value) -> bool {
    let metadata = &object["metadata"];
    page.pair(0, "Name", text(&metadata["name"]));
    let default = metadata["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true";
    page.pair(0, "IsDefaultClass", if default { "Yes" } else { "No" });
    let mut shown = Vec::new();
    for (key, value) in entries(&metadata["annotations"]) {
        shown.push(format!("{key}={}", text(value)));
    }
    page.pair(0, "Annotations", if shown.is_empty() { "<none>".into() } else { shown.join(",") });
    page.pair(0, "Provisioner", text(&object["provisioner"]));
    page.pair(0, "Parameters", super::labels_line(&object["parameters"]));
    let expansion = &object["allowVolumeExpansion"];
    page.pair(0, "AllowVolumeExpansion", if expansion.is_boolean() { yes(expansion) } else { "<unset>" });
    let options: Vec<String> = list(&object["mountOptions"]).map(text).collect();
    if options.is_empty() {
        page.line(0, "MountOptions:\t<none>");
    } else {
        page.line(0, "MountOptions:");
        for option in options {
            page.line(1, option);
        }
    }
    page.pair(0, "ReclaimPolicy", or(&object["reclaimPolicy"], "<unset>"));
    page.pair(0, "VolumeBindingMode", or(&object["volumeBindingMode"], "<unset>"));
    true
}

//! Certificate requests: those of kubelets are approved by themselves, approved ones are signed,
//! old ones go.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key};
use pki::{Authority, Usage};
use serde_json::{Value, json};
use x509_parser::prelude::{FromDer, ParsedExtension, X509CertificationRequest};

use crate::context::{Context, gone_is_fine, now};
use crate::objects::{Resource, SigningRequest, condition};

const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const KUBELET_SERVING: &str = "kubernetes.io/kubelet-serving";
const LEGACY: &str = "kubernetes.io/legacy-unknown";

/// What a request asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    common_name: String,
    organizations: Vec<String>,
    dns_names: usize,
    addresses: usize,
    other_names: usize,
}

/// Reads the PEM text of a request.
fn parse(pem: &[u8]) -> Result<Asked> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem).context("the request is not PEM")?;
    let (_, request) =
        X509CertificationRequest::from_der(&pem.contents).context("the request is malformed")?;
    request.verify_signature().context("the request's signature is not its key's")?;
    let info = &request.certification_request_info;
    let mut asked = Asked {
        common_name: info
            .subject
            .iter_common_name()
            .filter_map(|name| name.as_str().ok())
            .collect::<Vec<_>>()
            .concat(),
        organizations: info
            .subject
            .iter_organization()
            .filter_map(|name| name.as_str().ok().map(str::to_string))
            .collect(),
        ..Asked::default()
    };
    for extension in request.requested_extensions().into_iter().flatten() {
        if let ParsedExtension::SubjectAlternativeName(names) = extension {
            for name in &names.general_names {
                match name {
                    x509_parser::extensions::GeneralName::DNSName(_) => asked.dns_names += 1,
                    x509_parser::extensions::GeneralName::IPAddress(_) => asked.addresses += 1,
                    _ => asked.other_names += 1,
                }
            }
        }
    }
    Ok(asked)
}

fn decode(request: &SigningRequest) -> Result<Vec<u8>> {
    STANDARD.decode(&request.spec.request).context("spec.request is not base64")
}

fn only(usages: &[String], allowed: &[&str]) -> bool {
    usages.iter().all(|usage| allowed.contains(&usage.as_str()))
}

fn has(usages: &[String], usage: &str) -> bool {
    usages.iter().any(|other| other == usage)
}

/// Whether a request fits its signer; says what doesn't.
pub fn fits(signer: &str, asked: &Asked, usages: &[String]) -> Result<Usage, String> {
    let node = || {
        if asked.organizations != ["system:nodes"] {
            return Err("subject organization is not system:nodes".to_string());
        }
        if !asked.common_name.starts_with("system:node:") {
            return Err("subject common name does not begin with system:node: ".into());
        }
        Ok(())
    };
    match signer {
        KUBELET_CLIENT => {
            node()?;
            if asked.dns_names + asked.addresses + asked.other_names > 0 {
                return Err("subjectAltNames are not allowed".into());
            }
            if !has(usages, "client auth")
                || !only(usages, &["key encipherment", "digital signature", "client auth"])
            {
                return Err("usages did not match [digital signature, key encipherment, client auth]".into());
            }
            Ok(Usage::Client)
        }
        KUBELET_SERVING => {
            node()?;
            if asked.other_names > 0 {
                return Err("only DNS and IP subjectAltNames are allowed".into());
            }
            if asked.dns_names + asked.addresses == 0 {
                return Err("at least one DNS or IP subjectAltName is required".into());
            }
            if !has(usages, "server auth")
                || !only(usages, &["key encipherment", "digital signature", "server auth"])
            {
                return Err("usages did not match [digital signature, key encipherment, server auth]".into());
            }
            Ok(Usage::Server)
        }
        CLIENT => {
            if asked.organizations.iter().any(|name| name == "system:masters") {
                return Err("subject organization system:masters is not allowed".into());
            }
            if !has(usages, "client auth")
                || !only(usages, &["key encipherment", "digital signature", "client auth"])
            {
                return Err("usages did not match [digital signature, key encipherment, client auth]".into());
            }
            Ok(Usage::Client)
        }
        LEGACY => match (has(usages, "client auth"), has(usages, "server auth")) {
            (true, true) => Ok(Usage::Both),
            (false, true) => Ok(Usage::Server),
            _ => Ok(Usage::Client),
        },
        _ => Err("not one of our signers".into()),
    }
}

fn approved(request: &SigningRequest) -> bool {
    condition(&request.status.conditions, "Approved").is_some()
        && condition(&request.status.conditions, "Denied").is_none()
        && condition(&request.status.conditions, "Failed").is_none()
}

fn judged(request: &SigningRequest) -> bool {
    ["Approved", "Denied"].iter().any(|kind| condition(&request.status.conditions, kind).is_some())
}

/// Approves requests of kubelets that may have what they ask for.
pub async fn approve(context: Arc<Context>) {
    let client = context.client_of("certificate-controller").await;
    let requests: Informer<SigningRequest> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<SigningRequest>(move |event| {
        let request = event.object();
        if request.spec.signer_name == KUBELET_CLIENT && !judged(request) {
            sender.add(request.metadata.key());
        }
    });
    requests.wait_synced().await;
    context
        .work(&queue, 2, move |key| {
            let (client, requests) = (client.clone(), requests.clone());
            async move {
                let Some(request) = requests.store().get(&key).filter(|request| !judged(request)) else {
                    return Ok(None);
                };
                let asked = match decode(&request).and_then(|pem| parse(&pem)) {
                    Ok(asked) => asked,
                    Err(error) => {
                        tracing::warn!(request = key.name, "not approved: {error:#}");
                        return Ok(None);
                    }
                };
                if fits(KUBELET_CLIENT, &asked, &request.spec.usages).is_err() {
                    return Ok(None);
                }
                // A node renews its own; before it has one, a bootstrap token asks for it.
                let own = asked.common_name == request.spec.username;
                let kinds = [
                    (own, "selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview."),
                    (true, "nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview."),
                ];
                for (applies, subresource, message) in kinds {
                    if applies && may(&client, &request, subresource).await? {
                        let path = SigningRequest::path(None, Some(&key.name), None);
                        let mut object: Value = client.get(&path).await?;
                        let condition = json!({
                            "type": "Approved", "status": "True", "reason": "AutoApproved", "message": message,
                            "lastUpdateTime": now(), "lastTransitionTime": now(),
                        });
                        match object["status"]["conditions"].as_array_mut() {
                            Some(conditions) => conditions.push(condition),
                            None => object["status"]["conditions"] = json!([condition]),
                        }
                        let path = SigningRequest::path(None, Some(&key.name), Some("approval"));
                        gone_is_fine(client.update::<_, Value>(&path, &object).await)?;
                        tracing::info!(request = key.name, "approved the kubelet's certificate request");
                        return Ok(None);
                    }
                }
                tracing::debug!(request = key.name, "its author may not have a node's certificate");
                Ok(None)
            }
        })
        .await;
}

async fn may(client: &Client, request: &SigningRequest, subresource: &str) -> Result<bool> {
    let spec = &request.spec;
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {
            "user": spec.username, "groups": spec.groups, "uid": spec.uid, "extra": spec.extra,
            "resourceAttributes": {
                "group": "certificates.k8s.io", "resource": "certificatesigningrequests",
                "subresource": subresource, "verb": "create", "version": "*",
            },
        },
    });
    let path = client::path("authorization.k8s.io", "v1", "subjectaccessreviews", None, None, None);
    let answer: Value = client.create(&path, &review).await?;
    Ok(answer["status"]["allowed"] == true)
}

/// Signs what is approved.
pub async fn sign(context: Arc<Context>) {
    let Some((certificate, key_file)) = context.config.signing.clone() else {
        tracing::info!("no --cluster-signing-cert-file: certificate requests are not signed");
        return;
    };
    let client = context.client_of("certificate-controller").await;
    let requests: Informer<SigningRequest> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<SigningRequest>(move |event| {
        let request = event.object();
        if approved(request) && request.status.certificate.is_empty() {
            sender.add(request.metadata.key());
        }
    });
    requests.wait_synced().await;
    let most = context.config.signing_duration;
    context
        .work(&queue, 2, move |key| {
            let (client, requests) = (client.clone(), requests.clone());
            let (certificate, key_file) = (certificate.clone(), key_file.clone());
            async move {
                let Some(request) = requests.store().get(&key) else { return Ok(None) };
                if !approved(&request) || !request.status.certificate.is_empty() {
                    return Ok(None);
                }
                let signer = request.spec.signer_name.as_str();
                if ![CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY].contains(&signer) {
                    return Ok(None);
                }
                let pem = decode(&request)?;
                let status = match parse(&pem)
                    .map_err(|error| format!("{error:#}"))
                    .and_then(|asked| fits(signer, &asked, &request.spec.usages))
                {
                    // legacy-unknown is lenient: what doesn't fit is left alone.
                    Err(_) if signer == LEGACY => return Ok(None),
                    Err(reason) => {
                        let condition = json!({
                            "type": "Failed", "status": "True", "reason": "SignerValidationFailure",
                            "message": reason, "lastUpdateTime": now(), "lastTransitionTime": now(),
                        });
                        (Value::Null, Some(condition))
                    }
                    Ok(usage) => {
                        // Read at each signing: a renewed CA is picked up.
                        let read = |path: &std::path::Path| {
                            std::fs::read_to_string(path)
                                .with_context(|| format!("cannot read {}", path.display()))
                        };
                        let authority = Authority::from_pem(&read(&certificate)?, &read(&key_file)?)?;
                        let length = match request.spec.expiration_seconds {
                            Some(seconds) if seconds > 0 => {
                                most.min(Duration::from_secs(seconds.unsigned_abs().max(600)))
                            }
                            _ => most,
                        };
                        let text = String::from_utf8(pem).context("the request is not text")?;
                        let signed = authority.sign_request(&text, usage, length)?;
                        (STANDARD.encode(signed).into(), None)
                    }
                };
                let path = SigningRequest::path(None, Some(&key.name), None);
                let mut object: Value = match client.get(&path).await {
                    Err(error) if error.is_not_found() => return Ok(None),
                    other => other?,
                };
                match status {
                    (certificate, None) => object["status"]["certificate"] = certificate,
                    (_, Some(condition)) => match object["status"]["conditions"].as_array_mut() {
                        Some(conditions) => conditions.push(condition),
                        None => object["status"]["conditions"] = json!([condition]),
                    },
                }
                let path = SigningRequest::path(None, Some(&key.name), Some("status"));
                gone_is_fine(client.update::<_, Value>(&path, &object).await)?;
                Ok(None)
            }
        })
        .await;
}

const HOUR: i64 = 3600;

/// How long a request is kept, in seconds from its creation or judgement.
fn kept(request: &SigningRequest) -> (i64, Option<jiff::Timestamp>) {
    let at =
        |kind: &str| condition(&request.status.conditions, kind).and_then(|found| found.last_update_time);
    let created = request.metadata.creation_timestamp;
    if let Some(at) = at("Denied").or_else(|| at("Failed")) {
        (HOUR, Some(at))
    } else if let Some(at) = at("Approved") {
        (HOUR, Some(at))
    } else {
        (24 * HOUR, created)
    }
}

/// Deletes requests that are done with.
pub async fn clean(context: Arc<Context>) {
    let client = context.client_of("certificate-controller").await;
    let requests: Informer<SigningRequest> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<SigningRequest>(&queue);
    requests.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, requests) = (client.clone(), requests.clone());
            async move {
                let Some(request) = requests.store().get(&key) else { return Ok(None) };
                let (seconds, Some(from)) = kept(&request) else { return Ok(None) };
                let left =
                    (from + jiff::SignedDuration::from_secs(seconds)).duration_since(jiff::Timestamp::now());
                if left.is_positive() {
                    return Ok(Some(Duration::from_secs(left.as_secs().unsigned_abs() + 1)));
                }
                let path = SigningRequest::path(None, Some(&key.name), None);
                let options = json!({ "preconditions": { "uid": request.metadata.uid } });
                match gone_is_fine(client.delete(&path, Some(&options)).await) {
                    Err(error) => bail!("cannot delete the request {}: {error}", key.name),
                    Ok(()) => Ok(None),
                }
            }
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_judged() {
        let usages = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let request =
            pki::cert::request(&pki::Leaf::client("system:node:n", Some("system:nodes"))).expect("makes");
        let asked = parse(request.certificate.as_bytes()).expect("parses");
        assert_eq!(asked.common_name, "system:node:n");
        assert_eq!(asked.organizations, ["system:nodes"]);
        let client = usages(&["digital signature", "client auth"]);
        assert_eq!(fits(KUBELET_CLIENT, &asked, &client), Ok(Usage::Client));
        assert!(fits(KUBELET_CLIENT, &asked, &usages(&["server auth"])).is_err());
        assert!(fits(KUBELET_SERVING, &asked, &usages(&["server auth"])).is_err(), "no names");
        let admin = Asked { organizations: vec!["system:masters".into()], ..Asked::default() };
        assert!(fits(CLIENT, &admin, &client).is_err());
        assert!(parse(b"nonsense").is_err());
    }
}

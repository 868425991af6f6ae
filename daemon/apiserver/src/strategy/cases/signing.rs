//! Signing requests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Part, Table};

#[test]
fn requests() {
    let leaf = pki::Leaf::client("someone", None);
    let signed = pki::cert::request(&leaf).expect("a request").certificate;
    let certificate = pki::Authority::new("ca").and_then(|ca| ca.issue(&leaf)).expect("one").certificate;
    let (request, certificate) = (STANDARD.encode(&signed), STANDARD.encode(certificate));
    let pem =
        |label: &str| STANDARD.encode(format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"));
    let good = json!({"request": request, "signerName": "example.com/signer", "usages": ["client auth"]});
    let table = Table::new("certificates.k8s.io", "v1", "certificatesigningrequests", json!({"spec": good}));
    let spec = |spec: Value| json!({"spec": spec});
    let signer = |name: &str| spec(json!({"signerName": name}));
    table.creations(&[
        (spec(json!({"request": STANDARD.encode("x")})), "spec.request: Invalid value: \"eA==\": PEM block type must be CERTIFICATE REQUEST", json!({})),
        (spec(json!({"request": pem("CERTIFICATE")})), "spec.request: Invalid value: ", json!({"metadata": {"name": "system:node:a"}})),
        (spec(json!({"request": pem("CERTIFICATE REQUEST")})), "spec.request: Invalid value: ", json!({})),
        (signer(""), "spec.signerName: Required value", json!({})),
        (signer("plain"), "spec.signerName: Invalid value: \"plain\": must be a fully qualified domain and path of the form 'example.com/signer-name'", signer("kubernetes.io/kube-apiserver-client")),
        (signer("a.b/c/d"), "spec.signerName: Invalid value: \"a.b/c/d\": must be a fully qualified domain and path", signer("a.b/c.d")),
        (signer("local/c"), "spec.signerName: Invalid value: \"local\": should be a domain with at least two segments separated by dots", json!({})),
        (signer("A.b/c"), "spec.signerName: Invalid value: \"A.b\": validating label \"A\": a lowercase RFC 1123 label", json!({})),
        (signer("a.b/C"), "spec.signerName: Invalid value: \"C\": validating label \"C\": a lowercase RFC 1123 subdomain", json!({})),
        (signer("kubernetes.io/legacy-unknown"), "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not allowed via this API version", json!({})),
        (spec(json!({"usages": []})), "spec.usages: Required value", spec(json!({"usages": ["digital signature", "key encipherment"]}))),
        (spec(json!({"usages": null})), "spec.usages: Required value", json!({})),
        (spec(json!({"usages": ["flying"]})), "spec.usages[0]: Unsupported value: \"flying\"", json!({})),
        (spec(json!({"usages": ["client auth", "client auth"]})), "spec.usages[1]: Duplicate value: \"client auth\"", json!({})),
        (spec(json!({"expirationSeconds": 599})), "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)", spec(json!({"expirationSeconds": 600}))),
    ]);
    let told = |kinds: &[&str]| -> Value {
        let all: Value = kinds.iter().map(|kind| json!({"type": kind, "status": "True"})).collect();
        json!({"status": {"conditions": all}})
    };
    let one =
        |kind: &str, status: &str| json!({"status": {"conditions": [{"type": kind, "status": status}]}});
    table.updates(Part::Approval, &[
        (told(&["Approved", "Denied"]), "status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive", told(&["Denied"])),
        (told(&["Approved", "Approved"]), "status.conditions[1].type: Duplicate value: \"Approved\"", told(&["Approved"])),
        (one("", "True"), "status.conditions[0].type: Required value", one("Own", "Unknown")),
        (one("Approved", ""), "status.conditions[0].status: Required value", json!({})),
        (one("Approved", "False"), "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\"", json!({})),
        (one("Own", "Maybe"), "status.conditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\"", json!({})),
    ]);
    table.updates_of(
        Part::Approval,
        &told(&["Approved"]),
        &[(
            told(&[]),
            "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"",
            told(&["Approved", "Own"]),
        )],
    );
    let said = |kind: &str, more: Value| {
        let mut one = json!({"type": kind, "status": "True", "lastUpdateTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| one[name] = value.clone());
        json!({"status": {"conditions": [one]}})
    };
    table.updates_of(
        Part::Status,
        &said("Failed", json!({})),
        &[(
            told(&[]),
            "status.conditions: Forbidden: updates may not remove a condition of type \"Failed\"",
            said("Failed", json!({"reason": "Late"})),
        )],
    );
    let issued = |text: &str| json!({"status": {"certificate": text}});
    table.updates(
        Part::Approval,
        &[(
            json!({"spec": {"usages": ["flying"]}, "status": {"conditions": [{"type": "", "status": "True"}]}}),
            "status.conditions[0].type: Required value",
            json!({"spec": {"usages": ["flying"]}}),
        )],
    );
    table.updates(Part::Status, &[
        (told(&["Approved"]), "status.conditions: Forbidden: updates may not add a condition of type \"Approved\"", told(&["Failed"])),
        (issued(&STANDARD.encode("x")), "status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block", issued(&certificate)),
        (issued(&STANDARD.encode("-----BEGIN CERTIFICATE-----\nA: b\n\nAAAA\n-----END CERTIFICATE-----\n")), "status.certificate: Invalid value: \"<certificate data>\": no PEM block headers are permitted", json!({})),
        (issued(&pem("CERTIFICATE")), "status.certificate: Invalid value: \"<certificate data>\": x509: malformed certificate", json!({})),
        (issued(&STANDARD.encode("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")), "status.certificate: Invalid value: \"<certificate data>\": found CERTIFICATE PEM block containing 0 certificates", json!({})),
        (issued(&request), "status.certificate: Invalid value: \"<certificate data>\": only CERTIFICATE PEM blocks are allowed, found \"CERTIFICATE REQUEST\"", json!({})),
    ]);
    table.updates_of(
        Part::Status,
        &issued(&certificate),
        &[(
            issued(""),
            "status.certificate: Forbidden: updates may not modify existing certificate content",
            issued(&certificate),
        )],
    );
}

//! Signing requests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Part, Table};

#[test]
fn requests() {
    // What is within is for the signer to judge.
    let pem =
        |label: &str| STANDARD.encode(format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"));
    let request = pem("CERTIFICATE REQUEST");
    let good = json!({"request": request, "signerName": "example.com/signer", "usages": ["client auth"]});
    let table = Table::new("certificates.k8s.io", "v1", "certificatesigningrequests", json!({"spec": good}));
    let spec = |spec: Value| json!({"spec": spec});
    table.creations(&[
        (spec(json!({"request": STANDARD.encode("x")})), "spec.request: Invalid value: \"\": PEM block type must be CERTIFICATE REQUEST", json!({})),
        (spec(json!({"request": pem("CERTIFICATE")})), "spec.request: Invalid value: \"\": PEM block type must be CERTIFICATE REQUEST", json!({})),
        (spec(json!({"signerName": ""})), "spec.signerName: Required value", json!({})),
        (spec(json!({"signerName": "plain"})), "spec.signerName: Invalid value: \"plain\": must be a fully qualified domain and path of the form 'example.com/signer-name'", spec(json!({"signerName": "kubernetes.io/kube-apiserver-client"}))),
        (spec(json!({"usages": []})), "spec.usages: Required value", spec(json!({"usages": ["digital signature", "key encipherment"]}))),
        (spec(json!({"usages": ["flying"]})), "spec.usages[0]: Unsupported value: \"flying\"", json!({})),
        (spec(json!({"usages": ["client auth", "client auth"]})), "spec.usages[1]: Duplicate value: \"client auth\"", json!({})),
        (spec(json!({"expirationSeconds": 599})), "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)", spec(json!({"expirationSeconds": 600}))),
    ]);
    let conditions = |conditions: Value| json!({"status": {"conditions": conditions}});
    let both = json!([{"type": "Approved", "status": "True"}, {"type": "Denied", "status": "True"}]);
    table.updates(
        Part::Approval,
        &[(
            conditions(both),
            "status.conditions: Invalid value: \"\": Approved and Denied conditions are mutually exclusive",
            conditions(json!([{"type": "Denied", "status": "True"}])),
        )],
    );
}

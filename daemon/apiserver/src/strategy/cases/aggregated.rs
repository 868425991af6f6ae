//! API services.

use serde_json::{Value, json};

use super::Table;

#[test]
fn api_services() {
    let good = json!({"group": "a.b", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10, "service": {"namespace": "n", "name": "s"}});
    let table = Table::new(
        "apiregistration.k8s.io",
        "v1",
        "apiservices",
        json!({"metadata": {"name": "v1.a.b"}, "spec": good}),
    );
    let spec = |spec: Value| json!({"spec": spec});
    table.creations(&[
        (json!({"metadata": {"name": "v2.a.b"}}), "metadata.name: Invalid value: \"v2.a.b\": must be `spec.version+\".\"+spec.group`: \"v1.a.b\"", json!({"metadata": {"name": "v2.a.b"}, "spec": {"version": "v2"}})),
        (spec(json!({"group": "No Group"})), "spec.group: Invalid value: \"No Group\"", json!({})),
        (spec(json!({"version": ""})), "spec.version: Required value", json!({})),
        (spec(json!({"version": "1"})), "spec.version: Invalid value: \"1\"", json!({})),
        (spec(json!({"groupPriorityMinimum": 0})), "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000", spec(json!({"groupPriorityMinimum": 20_000}))),
        (spec(json!({"groupPriorityMinimum": 20_001})), "spec.groupPriorityMinimum: Invalid value: 20001", json!({})),
        (spec(json!({"versionPriority": 0})), "spec.versionPriority: Invalid value: 0: must be positive and less than 1000", spec(json!({"versionPriority": 1000}))),
        (spec(json!({"versionPriority": 1001})), "spec.versionPriority: Invalid value: 1001", json!({})),
        (spec(json!({"service": null, "caBundle": "AA=="})), "spec.caBundle: Invalid value: \"\": local APIServices may not have a caBundle", spec(json!({"service": null}))),
        (spec(json!({"service": null, "insecureSkipTLSVerify": true})), "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify", spec(json!({"insecureSkipTLSVerify": true}))),
        (spec(json!({"caBundle": "AA==", "insecureSkipTLSVerify": true})), "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is specified", spec(json!({"caBundle": "AA=="}))),
        (spec(json!({"service": {"namespace": ""}})), "spec.service.namespace: Required value", json!({})),
        (spec(json!({"service": {"name": ""}})), "spec.service.name: Required value", json!({})),
        (spec(json!({"service": {"port": 65_536}})), "spec.service.port: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive", spec(json!({"service": {"port": 8443}}))),
    ]);
}

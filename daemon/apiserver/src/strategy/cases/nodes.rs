//! Nodes.

use serde_json::{Value, json};

use super::{Part, Table};

#[test]
fn nodes() {
    let table = Table::new(
        "",
        "v1",
        "nodes",
        json!({"spec": {"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24"], "providerID": "a://1"}, "status": {"capacity": {"cpu": "1"}}}),
    );
    let taints = |taints: Value| json!({"spec": {"taints": taints}});
    let features = |all: &[&str]| json!({"status": {"declaredFeatures": all}});
    table.creations(&[
        (features(&["a"]), "status.declaredFeatures[0]: Invalid value: \"a\": invalid feature name \"a\": must start with an UpperCamelCase segment", features(&["A", "A/b1/C"])),
        (features(&["A/"]), "status.declaredFeatures[0]: Invalid value: \"A/\": invalid feature name", json!({})),
        (features(&["A", "A"]), "status.declaredFeatures[1]: Duplicate value: \"A\"", features(&[])),
        (features(&["B", "A"]), "status.declaredFeatures[1]: Invalid value: \"A\": list must be sorted alphabetically", json!({})),
        (features(&[&"A".repeat(254)]), "status.declaredFeatures[0]: Invalid value: ", features(&[&"A".repeat(253)])),
        (taints(json!([{"key": "no key", "effect": "NoExecute"}])), "metadata.taints[0].key: Invalid value: \"no key\"", taints(json!([{"key": "a.b/c", "effect": "NoExecute"}]))),
        (taints(json!([{"key": "a", "value": "no value", "effect": "NoExecute"}])), "metadata.taints[0].value: Invalid value: \"no value\"", taints(json!([{"key": "a", "value": "b", "effect": "PreferNoSchedule"}]))),
        (taints(json!([{"key": "a", "effect": ""}])), "metadata.taints[0].effect: Required value", taints(json!([{"key": "a", "effect": "NoSchedule"}]))),
        (taints(json!([{"key": "a", "effect": "Some"}])), "metadata.taints[0].effect: Unsupported value: \"Some\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"", json!({})),
        (taints(json!([{"key": "a", "effect": "NoExecute"}, {"key": "a", "value": "b", "effect": "NoExecute"}])), "metadata.taints[1]: Duplicate value: \"a=b:NoExecute\": taints must be unique by key and effect pair", taints(json!([{"key": "a", "effect": "NoExecute"}, {"key": "a", "effect": "NoSchedule"}]))),
        (json!({"spec": {"podCIDRs": ["10.0.0.0"]}}), "spec.podCIDRs[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value", json!({"spec": {"podCIDRs": ["10.0.0.0/24", "fd00::/64"]}})),
        (json!({"spec": {"podCIDRs": ["10.0.0.0/24", "10.0.1.0/24"]}}), "spec.podCIDRs: Invalid value: [\"10.0.0.0/24\",\"10.0.1.0/24\"]: may specify no more than one CIDR for each IP family", json!({})),
        (json!({"status": {"capacity": {"cpu": "-1"}}}), "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0", json!({"status": {"capacity": {"cpu": "0"}}})),
        (json!({"status": {"allocatable": {"cpu": "-1"}}}), "status.allocatable.cpu: Invalid value: \"-1\"", json!({"status": {"allocatable": {"cpu": "1"}}})),
        (json!({"status": {"capacity": {"pods": "1500m"}}}), "status.capacity.pods: Invalid value: \"1500m\": must be an integer", json!({"status": {"capacity": {"cpu": "1500m"}}})),
        (json!({"status": {"capacity": {"a.io/gpu": "1500m"}}}), "status.capacity.a.io/gpu: Invalid value: \"1500m\": must be an integer", json!({"status": {"capacity": {"a.io/gpu": "2"}}})),
        (json!({"spec": {"podCIDRs": ["10.0.0.1/24"]}}), "spec.podCIDRs[0]: Invalid value: \"10.0.0.1/24\": must not have bits set beyond the prefix length", json!({"spec": {"podCIDRs": null}})),
        (json!({"spec": {"podCIDRs": ["10.0.0.0/24", "fd00::/64", "fd00::/64"]}}), "spec.podCIDRs[2]: Duplicate value: \"fd00::/64\"", json!({})),
    ]);
    table.updates(Part::Main, &[
        (json!({"spec": {"providerID": "a://2"}}), "spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid", json!({"spec": {"unschedulable": true}})),
        (json!({"spec": {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24"]}}), "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid", json!({"metadata": {"labels": {"a": "b"}}})),
        (json!({"spec": {"externalID": "x"}}), "spec.externalID: Forbidden: may not be updated", taints(json!([{"key": "a", "effect": "NoExecute"}]))),
    ]);
    table.updates_of(
        Part::Main,
        &json!({"spec": {"podCIDRs": ["10.0.0.0/24", "fd00::/64"]}}),
        &[(
            json!({"spec": {"podCIDRs": ["10.0.0.0/24", "fd01::/64"]}}),
            "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid",
            json!({"spec": {"unschedulable": true}}),
        )],
    );
    table.updates(
        Part::Status,
        &[
            (
                json!({"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "InternalIP", "address": "10.0.0.1"}]}}),
                "status.addresses[1]: Duplicate value: \"10.0.0.1\"",
                json!({"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": "10.0.0.1"}]}}),
            ),
            (
                json!({"status": {"allocatable": {"cpu": "-1"}}}),
                "status.allocatable.cpu: Invalid value: \"-1\": must be greater than or equal to 0",
                json!({"status": {"allocatable": {"cpu": "1"}}}),
            ),
            (features(&["a"]), "status.declaredFeatures[0]: Invalid value: \"a\"", features(&["A"])),
        ],
    );
    let twice = json!({"type": "InternalIP", "address": "10.0.0.1"});
    table.stored(&json!({"status": {"addresses": [twice, twice]}}));
    let stored = table.stored(&json!({"spec": {"podCIDR": "10.0.0.0/24", "podCIDRs": null, "configSource": {"configMap": {"name": "c", "namespace": "n", "kubeletConfigKey": "k"}}}}));
    assert_eq!(stored["spec"]["podCIDRs"], json!(["10.0.0.0/24"]));
    assert_eq!(stored["spec"].get("configSource"), None, "kubelets are not configured this way");
    assert_eq!(stored["status"]["allocatable"], json!({"cpu": "1"}), "what is there can be had");
    assert_eq!(
        table.warned(&json!({"spec": {"externalID": "x"}})),
        ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]
    );
}

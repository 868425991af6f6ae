//! Quotas of namespaces, and limits of what is in them.

use serde_json::{Value, json};

use super::{Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn quotas() {
    let table = Table::new("", "v1", "resourcequotas", spec(json!({"hard": {"pods": "5"}})));
    let hard = |name: &str, amount: &str| spec(json!({"hard": {name: amount}}));
    let scopes = |scopes: Value| spec(json!({"scopes": scopes}));
    let selects = |scope: &str, operator: &str, values: Value| {
        spec(
            json!({"scopeSelector": {"matchExpressions": [{"scopeName": scope, "operator": operator, "values": values}]}}),
        )
    };
    table.creations(&[
        (hard("pods", "-1"), "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0", hard("pods", "0")),
        (hard("pods", "500m"), "spec.hard[pods]: Invalid value: \"500m\": must be an integer", hard("cpu", "500m")),
        (hard("count/deployments.apps", "500m"), "spec.hard[count/deployments.apps]: Invalid value: \"500m\": must be an integer", hard("count/deployments.apps", "5")),
        (hard("no name", "1"), "spec.hard[no name]: Invalid value: \"no name\"", hard("requests.nvidia.com/gpu", "1")),
        (hard("gpus", "1"), "spec.hard[gpus]: Invalid value: \"gpus\": must be a standard resource for quota", hard("hugepages-2Mi", "1Gi")),
        (scopes(json!(["Best"])), "spec.scopes: Invalid value: [\"Best\"]: unsupported scope", scopes(json!(["BestEffort"]))),
        (scopes(json!(["BestEffort", "NotBestEffort"])), "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\"]: conflicting scopes", scopes(json!(["NotBestEffort", "Terminating"]))),
        (scopes(json!(["Terminating", "NotTerminating"])), "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes", json!({})),
        (spec(json!({"hard": {"services": "1"}, "scopes": ["Terminating"]})), "spec.scopes: Invalid value: [\"Terminating\"]: unsupported scope applied to resource", scopes(json!(["Terminating"]))),
        (spec(json!({"hard": {"cpu": "1"}, "scopes": ["BestEffort"]})), "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource", json!({})),
        (selects("Terminating", "In", json!(["a"])), "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any of", selects("Terminating", "Exists", json!([]))),
        (selects("PriorityClass", "In", json!([])), "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector", selects("PriorityClass", "In", json!(["high"]))),
        (selects("PriorityClass", "Exists", json!(["high"])), "spec.scopeSelector.matchExpressions.values: Invalid value: [\"high\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector", selects("PriorityClass", "DoesNotExist", json!([]))),
        (selects("PriorityClass", "Near", json!([])), "spec.scopeSelector.matchExpressions.operator: Invalid value: \"Near\": not a valid selector operator", json!({})),
        (selects("Best", "Exists", json!([])), "spec.scopeSelector.matchExpressions.scopeName: Invalid value: \"Best\": unsupported scope", json!({})),
        (hard("gpus", "1"), "spec.hard[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified", hard("requests.storage", "1")),
        (hard("storage", "1"), "spec.hard[storage]: Invalid value: \"storage\": must be a standard resource for quota", hard("requests.hugepages-2Mi", "1Gi")),
        (hard("cpu.limits", "1"), "spec.hard[cpu.limits]: Invalid value: \"cpu.limits\": must be a standard resource for quota", hard("limits.cpu", "1")),
        (hard("limits.hugepages-2Mi", "1"), "spec.hard[limits.hugepages-2Mi]: Invalid value", json!({})),
        (hard("a.io/gpu", "500m"), "spec.hard[a.io/gpu]: Invalid value: \"500m\": must be an integer", hard("requests.a.io/gpu", "500m")),
        (spec(json!({"hard": {"ephemeral-storage": "1", "pods": null}, "scopes": ["Terminating"]})), "spec.scopes: Invalid value: [\"Terminating\"]: unsupported scope applied to resource", spec(json!({"hard": {"limits.memory": "1", "a.b/c": "1"}, "scopes": ["Terminating"]}))),
        (spec(json!({"hard": {"pods": "1"}, "scopes": ["VolumeAttributesClass"]})), "spec.scopes: Invalid value: [\"VolumeAttributesClass\"]: unsupported scope applied to resource", spec(json!({"hard": {"pods": null, "requests.storage": "1"}, "scopes": ["VolumeAttributesClass"]}))),
        (spec(json!({"hard": {"services": "1"}, "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]}})), "spec.scopeSelector.matchExpressions: Invalid value: {\"matchExpressions\":[{\"operator\":\"Exists\",\"scopeName\":\"PriorityClass\"}]}: unsupported scope applied to resource", selects("PriorityClass", "Exists", json!([]))),
        (spec(json!({"scopeSelector": {"matchExpressions": [{"scopeName": "Terminating", "operator": "Exists"}, {"scopeName": "NotTerminating", "operator": "Exists"}]}})), "spec.scopeSelector.matchExpressions: Invalid value: null: conflicting scopes", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[(
            scopes(json!(["BestEffort"])),
            "spec.scopes: Invalid value: [\"BestEffort\"]: field is immutable",
            hard("pods", "7"),
        )],
    );
    table.updates(
        Part::Status,
        &[
            (
                json!({"status": {"hard": {"gpus": "1"}}}),
                "status.hard[gpus]: Invalid value: \"gpus\": must be a standard resource for quota",
                json!({"status": {"hard": {"pods": "1"}}}),
            ),
            (
                json!({"status": {"used": {"pods": "-1"}}}),
                "status.used[pods]: Invalid value: \"-1\"",
                json!({"status": {"used": {"pods": "1"}}}),
            ),
            (
                json!({"status": {"used": {"pods": "100m"}}}),
                "status.used[pods]: Invalid value: \"100m\": must be an integer",
                json!({"status": {"used": {"cpu": "100m"}}}),
            ),
        ],
    );
}

#[test]
fn limit_ranges() {
    let table = Table::new(
        "",
        "v1",
        "limitranges",
        spec(json!({"limits": [{"type": "Container", "max": {"cpu": "2"}}]})),
    );
    let limits = |limits: Value| spec(json!({"limits": limits}));
    let one = |more: Value| {
        let mut item = json!({"type": "Container"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| item[name] = value.clone());
        limits(json!([item]))
    };
    table.creations(&[
        (limits(json!([{"type": "Node"}])), "spec.limits[0].type: Invalid value: \"Node\": must be a standard limit type or fully qualified", limits(json!([{"type": "example.com/Node"}]))),
        (limits(json!([{"type": "no type"}])), "spec.limits[0].type: Invalid value: \"no type\"", json!({})),
        (limits(json!([{"type": "Pod"}, {"type": "Pod"}])), "spec.limits[1].type: Duplicate value: \"Pod\"", limits(json!([{"type": "Pod"}, {"type": "Container"}]))),
        (one(json!({"max": {"gpus": "1"}})), "spec.limits[0].max[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified", one(json!({"max": {"nvidia.com/gpu": "1"}}))),
        (one(json!({"max": {"pods": "1"}})), "spec.limits[0].max[pods]: Invalid value: \"pods\": must be a standard resource for containers", one(json!({"min": {"cpu": "-1"}}))),
        (limits(json!([{"type": "Pod", "min": {"storage": "1"}}])), "spec.limits[0].min[storage]: Invalid value: \"storage\": must be a standard resource for containers", limits(json!([{"type": "PersistentVolumeClaim", "min": {"storage": "1", "pods": "1"}}]))),
        (one(json!({"max": {"requests.a.io/b": "1"}})), "spec.limits[0].max[requests.a.io/b]: Invalid value: \"requests.a.io/b\": doesn't follow extended resource name standard", json!({})),
        (limits(json!([{"type": "Pod", "default": {"cpu": "1"}}])), "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'", limits(json!([{"type": "Pod", "max": {"cpu": "1"}}]))),
        (limits(json!([{"type": "Pod", "defaultRequest": {"cpu": "1"}}])), "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'", json!({})),
        (limits(json!([{"type": "PersistentVolumeClaim"}])), "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided", limits(json!([{"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}]))),
        (one(json!({"min": {"cpu": "2"}, "max": {"cpu": "1"}})), "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1", one(json!({"min": {"cpu": "1"}, "max": {"cpu": "1"}}))),
        (one(json!({"min": {"cpu": "2"}, "default": {"cpu": "3"}, "defaultRequest": {"cpu": "1"}})), "spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater than default request value 1", one(json!({"min": {"cpu": "2"}, "default": {"cpu": "3"}, "defaultRequest": {"cpu": "2"}}))),
        (one(json!({"max": {"cpu": "2"}, "default": {"cpu": "2"}, "defaultRequest": {"cpu": "3"}})), "spec.limits[0].defaultRequest[cpu]: Invalid value: \"3\": default request value 3 is greater than max value 2", json!({})),
        (one(json!({"default": {"cpu": "1"}, "defaultRequest": {"cpu": "2"}})), "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1", json!({})),
        (one(json!({"min": {"cpu": "2"}, "default": {"cpu": "1"}})), "spec.limits[0].default[cpu]: Invalid value: \"2\": min value 2 is greater than default value 1", json!({})),
        (one(json!({"max": {"cpu": "1"}, "default": {"cpu": "2"}})), "spec.limits[0].default[cpu]: Invalid value: \"1\": default value 2 is greater than max value 1", json!({})),
        (one(json!({"maxLimitRequestRatio": {"cpu": "500m"}})), "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1", one(json!({"maxLimitRequestRatio": {"cpu": "1500m"}}))),
        (one(json!({"min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "3"}})), "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = 2.000000", one(json!({"min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "2"}}))),
        (one(json!({"default": {"nvidia.com/gpu": "2"}, "defaultRequest": {"nvidia.com/gpu": "1"}})), "spec.limits[0].defaultRequest[nvidia.com/gpu]: Invalid value: \"1\": default value 2 must equal to defaultRequest value 1 in nvidia.com/gpu", one(json!({"default": {"kubernetes.io/batch": "2"}, "defaultRequest": {"kubernetes.io/batch": "1"}}))),
    ]);
    let nameless = table.stored(&json!({"metadata": {"name": ""}}));
    assert_eq!(nameless["metadata"]["name"].as_str().map(str::len), Some(36), "a name of the server's");
}

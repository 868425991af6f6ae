//! Autoscalers, disruption budgets, leases, runtime classes, templates of pods.

use serde_json::{Value, json};

use super::{Case, Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn autoscalers() {
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"});
    let table = Table::new(
        "autoscaling",
        "v2",
        "horizontalpodautoscalers",
        spec(json!({"maxReplicas": 3, "scaleTargetRef": target})),
    );
    let metric = |metric: Value| spec(json!({"metrics": [metric]}));
    let resource =
        |target: Value| metric(json!({"type": "Resource", "resource": {"name": "cpu", "target": target}}));
    let container = |container: &str, target: Value| {
        metric(
            json!({"type": "ContainerResource", "containerResource": {"name": "cpu", "container": container, "target": target}}),
        )
    };
    let pods = |name: &str, target: Value| {
        metric(json!({"type": "Pods", "pods": {"metric": {"name": name}, "target": target}}))
    };
    let object = |kind: &str, target: Value| {
        metric(
            json!({"type": "Object", "object": {"metric": {"name": "m"}, "describedObject": {"kind": kind, "name": "s"}, "target": target}}),
        )
    };
    let external = |target: Value| {
        metric(
            json!({"type": "External", "external": {"metric": {"name": "m", "selector": {"matchLabels": {"a": "b"}}}, "target": target}}),
        )
    };
    let behavior = |way: &str, rules: Value| spec(json!({"behavior": {way: rules}}));
    let policy = |policy: Value| behavior("scaleUp", json!({"policies": [policy]}));
    table.creations(&[
        (spec(json!({"minReplicas": 0})), "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1", spec(json!({"minReplicas": 1}))),
        (spec(json!({"maxReplicas": 0})), "spec.maxReplicas: Required value: must be set and greater than 0", spec(json!({"maxReplicas": 1}))),
        (spec(json!({"maxReplicas": -1})), "spec.maxReplicas: Invalid value: -1: must be greater than 0", json!({})),
        (spec(json!({"minReplicas": 0})), "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas", json!({})),
        (spec(json!({"scaleTargetRef": {"apiVersion": "v1"}})), "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group", spec(json!({"scaleTargetRef": {"apiVersion": "v1", "kind": "ReplicationController"}}))),
        (spec(json!({"scaleTargetRef": {"apiVersion": null}})), "spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group", spec(json!({"scaleTargetRef": {"apiVersion": null, "kind": "ReplicationController"}}))),
        (metric(json!({"type": "Object", "object": {"metric": {"name": "m"}, "describedObject": {"apiVersion": "a/b/c", "kind": "Service", "name": "s"}, "target": {"type": "Value", "value": "1"}}})), "spec.metrics[0].object.describedObject.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c", metric(json!({"type": "Object", "object": {"metric": {"name": "m"}, "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "s"}, "target": {"type": "Value", "value": "1"}}}))),
        (metric(json!({"type": "External", "external": {"metric": {"name": ""}, "target": {"type": "Value", "value": "1"}}})), "spec.metrics[0].external.metric.name: Required value", metric(json!({"type": "External", "external": {"metric": {"name": "m", "selector": {"matchLabels": {"a b": "c"}}}, "target": {"type": "Value", "value": "1"}}}))),
        (behavior("scaleDown", json!({"selectPolicy": ""})), "spec.behavior.scaleDown.selectPolicy: Unsupported value: \"\"", behavior("scaleDown", json!({"selectPolicy": "Min"}))),
        (spec(json!({"minReplicas": 4})), "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`", spec(json!({"minReplicas": 3}))),
        (spec(json!({"scaleTargetRef": {"kind": ""}})), "spec.scaleTargetRef.kind: Required value", json!({})),
        (spec(json!({"scaleTargetRef": {"kind": "a/b"}})), "spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'", json!({})),
        (spec(json!({"scaleTargetRef": {"name": ""}})), "spec.scaleTargetRef.name: Required value", json!({})),
        (spec(json!({"scaleTargetRef": {"name": ".."}})), "spec.scaleTargetRef.name: Invalid value: \"..\": may not be '..'", json!({})),
        (spec(json!({"scaleTargetRef": {"apiVersion": "a/b/c"}})), "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c", json!({})),
        (metric(json!({"type": ""})), "spec.metrics[0].type: Required value: must specify a metric source type", json!({})),
        (metric(json!({"type": ""})), "spec.metrics[0].type: Unsupported value: \"\": supported values: ", json!({})),
        (metric(json!({"type": "Gut", "pods": {"metric": {"name": ""}, "target": {"type": "AverageValue", "averageValue": "1"}}})), "spec.metrics[0].pods.metric.name: Required value", json!({})),
        (spec(json!({"maxReplicas": 0})), "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`", json!({})),
        (resource(json!({"type": ""})), "spec.metrics[0].resource.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue", json!({})),
        (container("C", json!({"type": "Utilization", "averageUtilization": 80})), "spec.metrics[0].containerResource.container: Invalid value: \"C\"", json!({})),
        (metric(json!({"type": "ContainerResource", "containerResource": {"name": "gpu", "container": "c", "target": {"type": "Utilization", "averageUtilization": 80}}})), "spec.metrics[0].containerResource.name: Invalid value: \"gpu\": must be a standard resource for containers", json!({})),
        (policy(json!({"type": "", "value": 1, "periodSeconds": 1})), "spec.behavior.scaleUp.policies[0].type: Unsupported value: \"\"", json!({})),
        (metric(json!({"type": "Gut"})), "spec.metrics[0].type: Unsupported value: \"Gut\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"", json!({})),
        (metric(json!({"type": "Pods"})), "spec.metrics[0].pods: Required value: must populate information for the given metric source", pods("m", json!({"type": "AverageValue", "averageValue": "1"}))),
        (
            metric(json!({"type": "Pods", "pods": {"metric": {"name": "m"}, "target": {"type": "AverageValue", "averageValue": "1"}}, "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 5}}})),
            "spec.metrics[0].resource: Forbidden: must populate the given metric source only",
            json!({}),
        ),
        (resource(json!({"type": ""})), "spec.metrics[0].resource.target.type: Required value: must specify a metric target type", json!({})),
        (resource(json!({"type": "Some"})), "spec.metrics[0].resource.target.type: Invalid value: \"Some\": must be either Utilization, Value, or AverageValue", json!({})),
        (resource(json!({"type": "Utilization"})), "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization", resource(json!({"type": "Utilization", "averageUtilization": 80}))),
        (resource(json!({"type": "Utilization", "averageUtilization": 0})), "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0", json!({})),
        (resource(json!({"type": "Utilization", "averageUtilization": 1, "averageValue": "1"})), "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization", resource(json!({"type": "AverageValue", "averageValue": "1"}))),
        (resource(json!({"type": "AverageValue", "averageValue": "0"})), "spec.metrics[0].resource.target.averageValue: Invalid value: \"0\": must be positive", json!({})),
        (metric(json!({"type": "Resource", "resource": {"name": "", "target": {"type": "Utilization", "averageUtilization": 80}}})), "spec.metrics[0].resource.name: Required value: must specify a resource name", json!({})),
        (container("", json!({"type": "Utilization", "averageUtilization": 80})), "spec.metrics[0].containerResource.container: Required value: must specify a container", container("c", json!({"type": "Utilization", "averageUtilization": 80}))),
        (container("c", json!({"type": "Utilization"})), "spec.metrics[0].containerResource.target.averageUtilization: Required value", json!({})),
        (pods("", json!({"type": "AverageValue", "averageValue": "1"})), "spec.metrics[0].pods.metric.name: Required value: must specify a metric name", json!({})),
        (pods("a/b", json!({"type": "AverageValue", "averageValue": "1"})), "spec.metrics[0].pods.metric.name: Invalid value: \"a/b\": may not contain '/'", json!({})),
        (pods("m", json!({"type": "AverageValue"})), "spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue", json!({})),
        (object("Service", json!({"type": "Value"})), "spec.metrics[0].object.target.averageValue: Required value: must set either a target value or averageValue", object("Service", json!({"type": "Value", "value": "1"}))),
        (object("Service", json!({"type": "Value", "value": "-1"})), "spec.metrics[0].object.target.value: Invalid value: \"-1\": must be positive", json!({})),
        (object("", json!({"type": "Value", "value": "1"})), "spec.metrics[0].object.describedObject.kind: Required value", json!({})),
        (external(json!({"type": "Value"})), "spec.metrics[0].external.target.averageValue: Required value: must set either a target value for metric or a per-pod target", external(json!({"type": "Value", "value": "1"}))),
        (external(json!({"type": "Value", "value": "1", "averageValue": "1"})), "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target", external(json!({"type": "AverageValue", "averageValue": "1"}))),
        (behavior("scaleUp", json!({"stabilizationWindowSeconds": -1})), "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero", behavior("scaleUp", json!({"stabilizationWindowSeconds": 0}))),
        (behavior("scaleDown", json!({"stabilizationWindowSeconds": 3601})), "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600", behavior("scaleDown", json!({"stabilizationWindowSeconds": 3600}))),
        (behavior("scaleUp", json!({"selectPolicy": "Any"})), "spec.behavior.scaleUp.selectPolicy: Unsupported value: \"Any\": supported values: \"Disabled\", \"Max\", \"Min\"", behavior("scaleUp", json!({"selectPolicy": "Disabled"}))),
        (behavior("scaleUp", json!({"policies": []})), "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy", json!({})),
        (policy(json!({"type": "Nodes", "value": 1, "periodSeconds": 1})), "spec.behavior.scaleUp.policies[0].type: Unsupported value: \"Nodes\": supported values: \"Percent\", \"Pods\"", policy(json!({"type": "Pods", "value": 1, "periodSeconds": 1}))),
        (policy(json!({"type": "Pods", "value": 0, "periodSeconds": 1})), "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero", json!({})),
        (policy(json!({"type": "Pods", "value": 1, "periodSeconds": 0})), "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than zero", json!({})),
        (policy(json!({"type": "Percent", "value": 1, "periodSeconds": 1801})), "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800", policy(json!({"type": "Percent", "value": 1, "periodSeconds": 1800}))),
        (behavior("scaleUp", json!({"tolerance": "-1m"})), "spec.behavior.scaleUp.tolerance: Invalid value: \"-1m\": must be greater than or equal to 0", behavior("scaleUp", json!({"tolerance": "50m"}))),
    ]);
    table.updates(
        Part::Status,
        &[
            (
                json!({"status": {"currentReplicas": -1, "desiredReplicas": 0}}),
                "status.currentReplicas: Invalid value: -1",
                json!({"status": {"currentReplicas": 1, "desiredReplicas": 1}}),
            ),
            (
                json!({"status": {"desiredReplicas": -1}}),
                "status.desiredReplicas: Invalid value: -1",
                json!({"status": {"desiredReplicas": 0}}),
            ),
        ],
    );
}

/// What an older server took may stay, and no more than that.
#[test]
fn changes_of_autoscalers() {
    let resource = json!({"type": "Utilization", "averageUtilization": 5});
    let table = Table::new(
        "autoscaling",
        "v2",
        "horizontalpodautoscalers",
        spec(json!({
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": resource}}],
        })),
    );
    let target =
        |version: &str, name: &str| spec(json!({"scaleTargetRef": {"apiVersion": version, "name": name}}));
    table.updates(
        Part::Main,
        &[
            (
                target("v1", "d"),
                "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group",
                target("apps/v1", "e"),
            ),
            (
                spec(json!({"minReplicas": 0})),
                "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
                spec(json!({"minReplicas": 2})),
            ),
        ],
    );
    table.updates_of(
        Part::Main,
        &target("v1", "d"),
        &[(
            target("v2", "d"),
            "spec.scaleTargetRef.apiVersion: Invalid value: \"v2\": apiVersion must specify API group",
            target("v1", "e"),
        )],
    );
    let object = |version: &str| {
        let described = json!({"apiVersion": version, "kind": "Service", "name": "s"});
        let target = json!({"type": "Value", "value": "1"});
        json!({"type": "Object", "object": {"metric": {"name": "m"}, "describedObject": described, "target": target}})
    };
    let none = |metric: Value| spec(json!({"minReplicas": 0, "metrics": [metric]}));
    table.updates_of(
        Part::Main,
        &none(object("a/b/c")),
        &[(
            none(json!({"type": "Resource", "resource": {"name": "cpu", "target": resource}})),
            "spec.metrics: Forbidden: must specify at least one Object or External metric",
            none(object("d/e/f")),
        )],
    );
}

#[test]
fn budgets() {
    let table = Table::new(
        "policy",
        "v1",
        "poddisruptionbudgets",
        spec(json!({"selector": {"matchLabels": {"a": "b"}}})),
    );
    table.creations(&[
        (spec(json!({"minAvailable": 1, "maxUnavailable": 1})), "spec: Invalid value: {\"MinAvailable\":1,\"Selector\":{\"matchLabels\":{\"a\":\"b\"}},\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set", spec(json!({"minAvailable": 1}))),
        (json!({"metadata": {"name": "a/b"}}), "metadata.name: Invalid value: \"a/b\": may not contain '/'", json!({"metadata": {"name": "My_Budget"}})),
        (spec(json!({"maxUnavailable": "half"})), "spec.maxUnavailable: Invalid value: \"half\": a valid percent string must be", spec(json!({"maxUnavailable": "0%"}))),
        (spec(json!({"unhealthyPodEvictionPolicy": ""})), "spec.unhealthyPodEvictionPolicy: Unsupported value: \"\"", spec(json!({"unhealthyPodEvictionPolicy": "IfHealthyBudget"}))),
        (spec(json!({"minAvailable": -1})), "spec.minAvailable: Invalid value: -1", spec(json!({"minAvailable": "50%"}))),
        (spec(json!({"minAvailable": "half"})), "spec.minAvailable: Invalid value: \"half\": a valid percent string must be", json!({})),
        (spec(json!({"minAvailable": "101%"})), "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%", spec(json!({"minAvailable": "100%"}))),
        (spec(json!({"maxUnavailable": -1})), "spec.maxUnavailable: Invalid value: -1", spec(json!({"maxUnavailable": 0}))),
        (spec(json!({"maxUnavailable": "101%"})), "spec.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%", json!({})),
        (spec(json!({"unhealthyPodEvictionPolicy": "Never"})), "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Never\": supported values: \"AlwaysAllow\", \"IfHealthyBudget\"", spec(json!({"unhealthyPodEvictionPolicy": "AlwaysAllow"}))),
        (spec(json!({"selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})), "spec.selector.matchExpressions[0].values: Required value", spec(json!({"selector": {}}))),
    ]);
    let status = |more: Value| {
        let mut status =
            json!({"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0});
        more.as_object().into_iter().flatten().for_each(|(name, value)| status[name] = value.clone());
        json!({"status": status})
    };
    let cases: Vec<Case> = [
        ("disruptionsAllowed", "status.disruptionsAllowed: Invalid value: -1"),
        ("currentHealthy", "status.currentHealthy: Invalid value: -1"),
        ("desiredHealthy", "status.desiredHealthy: Invalid value: -1"),
        ("expectedPods", "status.expectedPods: Invalid value: -1"),
    ]
    .into_iter()
    .map(|(name, said)| (status(json!({name: -1})), said, status(json!({name: 1}))))
    .collect();
    table.updates(Part::Status, &cases);
    let told = |more: Value| {
        let mut one = json!({"type": "DisruptionAllowed", "status": "True", "reason": "SufficientPods", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| one[name] = value.clone());
        status(json!({"conditions": [one]}))
    };
    table.updates(Part::Status, &[
        (told(json!({"type": "no type"})), "status.conditions[0].type: Invalid value: \"no type\"", told(json!({}))),
        (told(json!({"status": "Maybe"})), "status.conditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\"", told(json!({"status": "Unknown"}))),
        (told(json!({"observedGeneration": -1})), "status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero", told(json!({"observedGeneration": 1}))),
        (told(json!({"reason": ""})), "status.conditions[0].reason: Required value: must be set", json!({})),
        (told(json!({"reason": "no reason"})), "status.conditions[0].reason: Invalid value: \"no reason\": a condition reason must start with alphabetic character", told(json!({"reason": "A,B:c_1"}))),
        (told(json!({"reason": "a".repeat(1025)})), "status.conditions[0].reason: Too long: may not be more than 1024 bytes", told(json!({"reason": "a".repeat(1024)}))),
        (told(json!({"message": "a".repeat(32769)})), "status.conditions[0].message: Too long: may not be more than 32768 bytes", json!({})),
    ]);
}

#[test]
fn leases() {
    let table = Table::new("coordination.k8s.io", "v1", "leases", json!({}));
    table.creations(&[
        (
            spec(json!({"leaseDurationSeconds": 0})),
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            spec(json!({"leaseDurationSeconds": 1})),
        ),
        (
            spec(json!({"leaseTransitions": -1})),
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
            spec(json!({"leaseTransitions": 0})),
        ),
    ]);
    table.updates(
        Part::Main,
        &[(
            spec(json!({"leaseDurationSeconds": -1})),
            "spec.leaseDurationSeconds: Invalid value: -1: must be greater than 0",
            spec(json!({"leaseDurationSeconds": 15, "holderIdentity": "h"})),
        )],
    );
    // Nobody chooses leaders here: what would have to be known for that is not kept.
    let coordinated = spec(json!({"holderIdentity": "h", "strategy": "Newest", "preferredHolder": "h"}));
    assert_eq!(table.stored(&coordinated)["spec"], json!({"holderIdentity": "h"}));
    assert_eq!(table.restored(&coordinated)["spec"], json!({"holderIdentity": "h"}));
}

/// Who changes these has to say which version it is that changes.
#[test]
fn versions_are_needed() {
    for (group, version, plural, needed) in [
        ("coordination.k8s.io", "v1", "leases", true),
        ("policy", "v1", "poddisruptionbudgets", true),
        ("node.k8s.io", "v1", "runtimeclasses", true),
        ("apps", "v1", "deployments", false),
        ("batch", "v1", "jobs", false),
        ("autoscaling", "v2", "horizontalpodautoscalers", false),
    ] {
        let resource = apimachinery::resources::find(group, version, plural).expect("in the table");
        assert_eq!(crate::strategy::of(resource).updates_unconditionally(), !needed, "{plural}");
    }
}

#[test]
fn runtime_classes() {
    let table = Table::new("node.k8s.io", "v1", "runtimeclasses", json!({"handler": "runc"}));
    table.creations(&[
        (json!({"handler": ""}), "handler: Required value", json!({"handler": "a-1"})),
        (json!({"handler": "No_Handler"}), "handler: Invalid value: \"No_Handler\": a lowercase RFC 1123 label must consist of", json!({"handler": "kata"})),
        (json!({"overhead": {"podFixed": {"cpu": "-1"}}}), "overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0", json!({"overhead": {"podFixed": {"cpu": "1"}}})),
        (json!({"scheduling": {"nodeSelector": {"a b": "c"}}}), "scheduling.nodeSelector: Invalid value: \"a b\"", json!({"scheduling": {"nodeSelector": {"a": "c"}}})),
        (json!({"overhead": {"podFixed": {"gpu": "1"}}}), "overhead.limits[gpu]: Invalid value: \"gpu\": must be a standard resource for containers", json!({"overhead": {"podFixed": {"a.io/gpu": "1"}}})),
        (json!({"scheduling": {"tolerations": [{"key": "a", "operator": "Near"}]}}), "scheduling.tolerations[0].operator: Unsupported value: \"Near\"", json!({"scheduling": {"tolerations": [{"key": "a", "operator": "Exists"}]}})),
        (json!({"scheduling": {"tolerations": [{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "Exists"}]}}), "scheduling.tolerations[1]: Duplicate value: {\"Key\":\"a\",\"Operator\":\"Exists\",\"Value\":\"\",\"Effect\":\"\",\"TolerationSeconds\":null}", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[(
            json!({"handler": "kata"}),
            "handler: Invalid value: \"kata\": field is immutable",
            json!({"overhead": {"podFixed": {"cpu": "1"}}}),
        )],
    );
}

#[test]
fn pod_templates() {
    let table = Table::new(
        "",
        "v1",
        "podtemplates",
        json!({"template": {"spec": {"containers": [{"name": "c", "image": "x:1"}]}}}),
    );
    table.creations(&[
        (json!({"template": null}), "template.spec.containers: Required value", json!({})),
        (
            json!({"template": {"metadata": {"labels": {"a b": "c"}}}}),
            "template.labels: Invalid value: \"a b\"",
            json!({"template": {"metadata": {"labels": {"a": "c"}}}}),
        ),
        (
            json!({"template": {"metadata": {"annotations": {"a b": "c"}}}}),
            "template.annotations: Invalid value: \"a b\"",
            json!({"template": {"metadata": {"annotations": {"a": "b c"}}}}),
        ),
        (
            json!({"template": {"spec": {"ephemeralContainers": [{"name": "e", "image": "x:1"}]}}}),
            "template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template",
            json!({"template": {"spec": {"ephemeralContainers": []}}}),
        ),
        (
            json!({"template": {"spec": {"containers": []}}}),
            "template.spec.containers: Required value",
            json!({"template": {"spec": {"restartPolicy": "Never"}}}),
        ),
    ]);
}

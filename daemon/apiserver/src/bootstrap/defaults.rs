//! The objects that describe the server to its clients: flow schemas and priority levels, one
//! APIService for each group-version of its own, and the range of service addresses.

use std::sync::Arc;

use apimachinery::Status;
use apimachinery::resources::RESOURCES;
use serde_json::{Value, json};

use super::{ensure_all, resource};
use crate::server::Server;

const FLOW: &str = "flowcontrol.apiserver.k8s.io";

fn flow_object(kind: &str, name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": format!("{FLOW}/v1"), "kind": kind,
        "metadata": {"name": name, "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
        "spec": spec,
    })
}

/// A priority level with queues.
fn queued(name: &str, shares: i32, lendable: i32, queues: i32, hand: i32) -> Value {
    let queuing = json!({"queues": queues, "handSize": hand, "queueLengthLimit": 50});
    flow_object(
        "PriorityLevelConfiguration",
        name,
        json!({"type": "Limited", "limited": {
            "nominalConcurrencyShares": shares, "lendablePercent": lendable,
            "limitResponse": {"type": "Queue", "queuing": queuing},
        }}),
    )
}

fn priority_levels() -> Vec<Value> {
    vec![
        flow_object(
            "PriorityLevelConfiguration",
            "exempt",
            json!({"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}),
        ),
        flow_object(
            "PriorityLevelConfiguration",
            "catch-all",
            json!({"type": "Limited", "limited": {
                "nominalConcurrencyShares": 5, "lendablePercent": 0, "limitResponse": {"type": "Reject"},
            }}),
        ),
        queued("system", 30, 33, 64, 6),
        queued("node-high", 40, 25, 64, 6),
        queued("leader-election", 10, 0, 16, 4),
        queued("workload-high", 40, 50, 128, 6),
        queued("workload-low", 100, 90, 128, 6),
        queued("global-default", 20, 50, 128, 6),
    ]
}

/// A flow schema; rules are of subjects, resources and other paths.
fn flow(name: &str, level: &str, precedence: i32, by: &str, rule: Value) -> Value {
    let mut spec = json!({
        "matchingPrecedence": precedence, "priorityLevelConfiguration": {"name": level}, "rules": [rule],
    });
    if !by.is_empty() {
        spec["distinguisherMethod"] = json!({"type": by});
    }
    flow_object("FlowSchema", name, spec)
}

fn rule(subjects: Value, resources: Value, paths: &[&str], verbs: &[&str]) -> Value {
    let mut rule = json!({"subjects": subjects});
    if resources.as_array().is_some_and(|list| !list.is_empty()) {
        rule["resourceRules"] = resources;
    }
    if !paths.is_empty() {
        rule["nonResourceRules"] = json!([{"nonResourceURLs": paths, "verbs": verbs}]);
    }
    rule
}

fn flow_schemas() -> Vec<Value> {
    let group = |name: &str| json!({"kind": "Group", "group": {"name": name}});
    let user = |name: &str| json!({"kind": "User", "user": {"name": name}});
    let system_accounts =
        json!({"kind": "ServiceAccount", "serviceAccount": {"name": "*", "namespace": "kube-system"}});
    let leases = |verbs: &[&str]| json!({"apiGroups": ["coordination.k8s.io"], "namespaces": ["*"], "resources": ["leases"], "verbs": verbs});
    let nodes = json!({"apiGroups": [""], "clusterScope": true, "namespaces": ["*"], "resources": ["nodes", "nodes/status"], "verbs": ["*"]});
    let everything = json!([{"apiGroups": ["*"], "clusterScope": true, "namespaces": ["*"], "resources": ["*"], "verbs": ["*"]}]);
    let all = |subjects: Value| rule(subjects, everything.clone(), &["*"], &["*"]);
    let everyone = json!([group("system:unauthenticated"), group("system:authenticated")]);
    vec![
        flow("exempt", "exempt", 1, "", all(json!([group("system:masters")]))),
        flow(
            "probes",
            "exempt",
            2,
            "",
            rule(everyone.clone(), json!([]), &["/healthz", "/readyz", "/livez"], &["get"]),
        ),
        flow(
            "system-leader-election",
            "leader-election",
            100,
            "ByUser",
            rule(
                json!([
                    user("system:kube-controller-manager"),
                    user("system:kube-scheduler"),
                    system_accounts.clone()
                ]),
                json!([leases(&["get", "create", "update"])]),
                &[],
                &[],
            ),
        ),
        flow(
            "system-node-high",
            "node-high",
            400,
            "ByUser",
            rule(json!([group("system:nodes")]), json!([nodes, leases(&["*"])]), &[], &[]),
        ),
        flow("system-nodes", "system", 500, "ByUser", all(json!([group("system:nodes")]))),
        flow(
            "kube-controller-manager",
            "workload-high",
            800,
            "ByNamespace",
            all(json!([user("system:kube-controller-manager")])),
        ),
        flow(
            "kube-scheduler",
            "workload-high",
            800,
            "ByNamespace",
            all(json!([user("system:kube-scheduler")])),
        ),
        flow(
            "kube-system-service-accounts",
            "workload-high",
            900,
            "ByNamespace",
            all(json!([system_accounts])),
        ),
        flow(
            "service-accounts",
            "workload-low",
            9000,
            "ByUser",
            all(json!([group("system:serviceaccounts")])),
        ),
        flow("global-default", "global-default", 9900, "ByUser", all(everyone.clone())),
        flow("catch-all", "catch-all", 10000, "ByUser", all(everyone)),
    ]
}

/// The spec of a flow schema or priority level that every server must have as it is.
pub fn mandatory(kind: &str, name: &str) -> Option<Value> {
    if !matches!(name, "exempt" | "catch-all") {
        return None;
    }
    let all = if kind == "FlowSchema" { flow_schemas() } else { priority_levels() };
    let mut found = all.into_iter().find(|object| object["metadata"]["name"] == name)?;
    Some(found["spec"].take())
}

/// Creates the flow schemas and priority levels that are missing.
pub async fn flow_control(server: &Arc<Server>) -> Result<(), Status> {
    tokio::try_join!(
        ensure_all(server, resource(FLOW, "prioritylevelconfigurations"), priority_levels()),
        ensure_all(server, resource(FLOW, "flowschemas"), flow_schemas()),
    )?;
    Ok(())
}

/// Where clients that ask for the order of groups find each of ours, and of its versions.
fn priorities(group: &str, version: &str) -> (i32, i32) {
    let first = match group {
        "" => 18000,
        "apps" => 17800,
        "events.k8s.io" => 17750,
        "authentication.k8s.io" => 17700,
        "authorization.k8s.io" => 17600,
        "autoscaling" => 17500,
        "batch" => 17400,
        "certificates.k8s.io" => 17300,
        "networking.k8s.io" => 17200,
        "policy" => 17100,
        "rbac.authorization.k8s.io" => 17000,
        "storage.k8s.io" => 16800,
        "apiextensions.k8s.io" | "admissionregistration.k8s.io" => 16700,
        "scheduling.k8s.io" => 16600,
        "coordination.k8s.io" => 16500,
        "node.k8s.io" => 16300,
        "discovery.k8s.io" | "resource.k8s.io" => 16200,
        _ => 16100,
    };
    let second = match (group, version) {
        ("", _) => 1,
        ("autoscaling", "v2") => 30,
        ("resource.k8s.io" | "flowcontrol.apiserver.k8s.io", _) => 21,
        _ => 15,
    };
    (first, second)
}

/// Creates an APIService for each group-version that the server itself answers for.
pub async fn api_services(server: &Arc<Server>) -> Result<(), Status> {
    let mut values: Vec<Value> = Vec::new();
    let own = RESOURCES.iter().filter(|r| server.serves(r) && r.group != "apiregistration.k8s.io");
    for resource in own {
        let name = format!("{}.{}", resource.version, resource.group);
        if values.iter().any(|value| value["metadata"]["name"] == name) {
            continue;
        }
        let (first, second) = priorities(resource.group, resource.version);
        let mut spec =
            json!({"version": resource.version, "groupPriorityMinimum": first, "versionPriority": second});
        if !resource.group.is_empty() {
            spec["group"] = json!(resource.group);
        }
        values.push(json!({
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": name, "labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"}},
            "spec": spec,
            "status": {"conditions": [{
                "type": "Available", "status": "True", "reason": "Local",
                "message": "Local APIServices are always available",
                "lastTransitionTime": crate::handlers::write::now(),
            }]},
        }));
    }
    ensure_all(server, resource("apiregistration.k8s.io", "apiservices"), values).await
}

/// Creates the object that names the range of service addresses.
pub async fn service_range(server: &Arc<Server>) -> Result<(), Status> {
    let ranges: Vec<&str> = server.options.service_range.split(',').map(str::trim).collect();
    let value = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": ranges},
        "status": {"conditions": [{
            "type": "Ready", "status": "True", "reason": "",
            "message": "Kubernetes Service CIDR is ready", "lastTransitionTime": crate::handlers::write::now(),
        }]},
    });
    ensure_all(server, resource("networking.k8s.io", "servicecidrs"), vec![value]).await
}

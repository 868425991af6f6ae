//! Workloads that run for ever, and their revisions; stateful sets stand by themselves.

use serde_json::{Value, json};

use super::{Case, Part, Table};

pub fn template() -> Value {
    json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "x:1"}]}})
}

pub fn table(plural: &str) -> Table {
    let spec = json!({"selector": {"matchLabels": {"app": "a"}}, "template": template()});
    Table::new("apps", "v1", plural, json!({"spec": spec}))
}

/// What holds for all that have a selector and a template.
pub fn common(kind: &str) -> Vec<Case> {
    let expression = |key: &str, operator: &str, values: Value| json!({"spec": {"selector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}}});
    let pod = |spec: Value| json!({"spec": {"template": {"spec": spec}}});
    let mut cases = vec![
        (
            json!({"spec": {"selector": null}}),
            "spec.template.metadata.labels: Invalid value: {\"app\":\"a\"}: `selector` does not match template `labels`",
            expression("app", "In", json!(["a", "b"])),
        ),
        (
            json!({"spec": null}),
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
            json!({}),
        ),
        (json!({"spec": null}), "spec.template.spec.containers: Required value", json!({})),
        (
            json!({"spec": {"template": {"metadata": {"labels": {"a b": "c"}}}}}),
            "spec.template.labels: Invalid value: \"a b\": name part must consist of",
            json!({"spec": {"template": {"metadata": {"labels": {"b": "c"}}}}}),
        ),
        (
            json!({"spec": {"template": {"metadata": {"annotations": {"a b": "c"}}}}}),
            "spec.template.annotations: Invalid value: \"a b\"",
            json!({"spec": {"template": {"metadata": {"annotations": {"a": "b c"}}}}}),
        ),
        (
            json!({"spec": {"selector": {"matchLabels": {"a b": "c"}}}}),
            "spec.selector.matchLabels: Invalid value: \"a b\": name part must consist of",
            json!({}),
        ),
        (
            expression("app", "In", json!([])),
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            expression("app", "NotIn", json!(["b"])),
        ),
        (
            expression("app", "Exists", json!(["a"])),
            "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            expression("app", "Exists", json!([])),
        ),
        (
            expression("app", "Near", json!([])),
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator",
            expression("b", "DoesNotExist", json!([])),
        ),
        (
            expression("a b", "Exists", json!([])),
            "spec.selector.matchExpressions[0].key: Invalid value: \"a b\"",
            json!({}),
        ),
        (
            expression("app", "In", json!(["a b"])),
            "spec.selector.matchExpressions[0].values[0]: Invalid value: \"a b\"",
            json!({}),
        ),
        (
            json!({"spec": {"template": {"metadata": {"labels": {"app": "b"}}}}}),
            "spec.template.metadata.labels: Invalid value: {\"app\":\"b\"}: `selector` does not match template `labels`",
            json!({"spec": {"template": {"metadata": {"labels": {"b": "c"}}}}}),
        ),
        (
            pod(json!({"restartPolicy": "Never"})),
            "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
            pod(json!({"restartPolicy": "Always"})),
        ),
        (pod(json!({"containers": []})), "spec.template.spec.containers: Required value", json!({})),
        (
            json!({"spec": {"minReadySeconds": -1}}),
            "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
            json!({"spec": {"minReadySeconds": 5}}),
        ),
    ];
    let deadline: &'static str = match kind {
        "DaemonSet" => {
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported"
        }
        "StatefulSet" => {
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported"
        }
        _ => {
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"
        }
    };
    cases.push((pod(json!({"activeDeadlineSeconds": 5})), deadline, json!({})));
    cases
}

/// A selector that is not there, and one that can't be used.
pub fn selectors(unusable: &'static str) -> Vec<Case> {
    vec![
        (json!({"spec": {"selector": null}}), "spec.selector: Required value", json!({})),
        (
            json!({"spec": {"selector": {"matchLabels": {"b": "c d"}}}}),
            unusable,
            json!({"spec": {"selector": {"matchExpressions": []}}}),
        ),
    ]
}

const UNUSABLE: &str =
    "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c d\"}}: invalid label selector";

fn replicas() -> Vec<Case> {
    vec![(
        json!({"spec": {"replicas": -1}}),
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        json!({"spec": {"replicas": 0}}),
    )]
}

/// Counts of a status that may not be negative.
pub fn counts(plain: &[&'static str], said: &[&'static str]) -> Vec<Case> {
    let mut whole = json!({});
    for name in plain {
        whole[name] = json!(0);
    }
    plain
        .iter()
        .zip(said)
        .map(|(name, said)| {
            let mut wrong = whole.clone();
            wrong[name] = json!(-1);
            (json!({"status": wrong}), *said, json!({"status": whole}))
        })
        .collect()
}

#[test]
fn deployments() {
    let table = table("deployments");
    table.creations(&common("Deployment"));
    table.creations(&replicas());
    table.creations(&selectors(UNUSABLE));
    let strategy = |strategy: Value| json!({"spec": {"strategy": strategy}});
    let rolling = |surge: Value, unavailable: Value| {
        strategy(
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}),
        )
    };
    table.creations(&[
        (
            json!({"spec": {"revisionHistoryLimit": -1}}),
            "spec.revisionHistoryLimit: Invalid value: -1",
            json!({"spec": {"revisionHistoryLimit": 0}}),
        ),
        (
            json!({"spec": {"progressDeadlineSeconds": -1}}),
            "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
            json!({"spec": {"progressDeadlineSeconds": 1}}),
        ),
        (
            json!({"spec": {"progressDeadlineSeconds": 10, "minReadySeconds": 10}}),
            "spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds",
            json!({"spec": {"progressDeadlineSeconds": 11, "minReadySeconds": 10}}),
        ),
        (
            strategy(json!({"type": "Canary"})),
            "spec.strategy: Unsupported value: {\"Type\":\"Canary\",\"RollingUpdate\":null}: supported values: \"Recreate\", \"RollingUpdate\"",
            strategy(json!({"type": "Recreate"})),
        ),
        (
            strategy(json!({"type": "Recreate", "rollingUpdate": {}})),
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
            strategy(json!({"type": "RollingUpdate", "rollingUpdate": {}})),
        ),
        (
            rolling(json!(-1), json!(1)),
            "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0",
            rolling(json!(1), json!(0)),
        ),
        (
            rolling(json!("some"), json!(1)),
            "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"some\": a valid percent string must be",
            rolling(json!("150%"), json!("0%")),
        ),
        (
            rolling(json!(1), json!("-1%")),
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"-1%\": a valid percent string must be",
            rolling(json!(0), json!("1%")),
        ),
        (
            rolling(json!(0), json!("0%")),
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0",
            rolling(json!("0%"), json!(1)),
        ),
        (
            rolling(json!(1), json!("101%")),
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
            rolling(json!(1), json!("100%")),
        ),
    ]);
    table.updates(Part::Main, &[(
        json!({"spec": {"selector": {"matchLabels": {"b": "c"}}, "template": {"metadata": {"labels": {"b": "c"}}}}}),
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}}: field is immutable",
        json!({"spec": {"replicas": 3}}),
    )]);
    table.updates(
        Part::Status,
        &counts(
            &[
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount",
            ],
            &[
                "status.observedGeneration: Invalid value: -1",
                "status.replicas: Invalid value: -1",
                "status.updatedReplicas: Invalid value: -1",
                "status.readyReplicas: Invalid value: -1",
                "status.availableReplicas: Invalid value: -1",
                "status.unavailableReplicas: Invalid value: -1",
                "status.terminatingReplicas: Invalid value: -1",
                "status.collisionCount: Invalid value: -1",
            ],
        ),
    );
    let status = |status: Value| json!({"status": status});
    table.updates(
        Part::Status,
        &[
            (
                status(json!({"replicas": 1, "updatedReplicas": 2})),
                "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas",
                status(json!({"replicas": 2, "updatedReplicas": 2})),
            ),
            (
                status(json!({"replicas": 1, "readyReplicas": 2})),
                "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
                status(json!({"replicas": 2, "readyReplicas": 2})),
            ),
            (
                status(json!({"replicas": 1, "availableReplicas": 2})),
                "status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas",
                status(json!({"replicas": 2, "readyReplicas": 2, "availableReplicas": 2})),
            ),
            (
                status(json!({"replicas": 2, "readyReplicas": 1, "availableReplicas": 2})),
                "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
                status(json!({"replicas": 2, "readyReplicas": 2, "availableReplicas": 1})),
            ),
        ],
    );
    table.updates_of(
        Part::Status,
        &status(json!({"collisionCount": 2})),
        &[(
            status(json!({"collisionCount": 1})),
            "status.collisionCount: Invalid value: 1: cannot be decremented",
            status(json!({"collisionCount": 3})),
        )],
    );
}

#[test]
fn replica_sets() {
    let table = table("replicasets");
    table.creations(&common("ReplicaSet"));
    table.creations(&replicas());
    table.creations(&selectors(UNUSABLE));
    table.creations(&[(
        json!({"spec": {"template": null}}),
        "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
        json!({}),
    )]);
    table.updates(Part::Main, &[(
        json!({"spec": {"selector": {"matchLabels": {"b": "c"}}, "template": {"metadata": {"labels": {"b": "c"}}}}}),
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}}: field is immutable",
        json!({"spec": {"replicas": 3, "selector": {"matchExpressions": []}}}),
    )]);
    replica_status(&table);
    table.updates(
        Part::Status,
        &counts(
            &["replicas", "terminatingReplicas"],
            &["status.replicas: Invalid value: -1", "status.terminatingReplicas: Invalid value: -1"],
        ),
    );
}

fn replica_status(table: &Table) {
    table.updates(
        Part::Status,
        &counts(
            &["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
            &[
                "status.replicas: Invalid value: -1",
                "status.fullyLabeledReplicas: Invalid value: -1",
                "status.readyReplicas: Invalid value: -1",
                "status.availableReplicas: Invalid value: -1",
                "status.observedGeneration: Invalid value: -1",
            ],
        ),
    );
    let status = |status: Value| json!({"status": status});
    table.updates(
        Part::Status,
        &[
            (
                status(json!({"replicas": 1, "fullyLabeledReplicas": 2})),
                "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas",
                status(json!({"replicas": 1, "fullyLabeledReplicas": 1})),
            ),
            (
                status(json!({"replicas": 1, "readyReplicas": 2})),
                "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
                status(json!({"replicas": 1, "readyReplicas": 1})),
            ),
            (
                status(json!({"replicas": 2, "readyReplicas": 1, "availableReplicas": 2})),
                "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
                status(json!({"replicas": 2, "readyReplicas": 1, "availableReplicas": 1})),
            ),
        ],
    );
}

#[test]
fn replication_controllers() {
    let table = Table::new(
        "",
        "v1",
        "replicationcontrollers",
        json!({"spec": {"selector": {"app": "a"}, "template": template()}}),
    );
    table.creations(&replicas());
    table.creations(&[
        (
            json!({"spec": {"selector": null, "template": {"metadata": {"labels": null}}}}),
            "spec.selector: Required value",
            json!({"spec": {"selector": null}}),
        ),
        (
            json!({"spec": {"selector": {"app": "b"}}}),
            "spec.template.metadata.labels: Invalid value: {\"app\":\"a\"}: `selector` does not match template `labels`",
            json!({}),
        ),
        (json!({"spec": {"template": null}}), "spec.template: Required value", json!({})),
        (
            json!({"spec": {"minReadySeconds": -1}}),
            "spec.minReadySeconds: Invalid value: -1",
            json!({"spec": {"minReadySeconds": 1}}),
        ),
        (
            json!({"spec": {"template": {"spec": {"restartPolicy": "OnFailure"}}}}),
            "spec.template.spec.restartPolicy: Unsupported value: \"OnFailure\"",
            json!({}),
        ),
        (
            json!({"spec": {"template": {"spec": {"activeDeadlineSeconds": 1}}}}),
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported",
            json!({}),
        ),
    ]);
    replica_status(&table);
}

#[test]
fn daemon_sets() {
    let table = table("daemonsets");
    table.creations(&common("DaemonSet"));
    let strategy = |strategy: Value| json!({"spec": {"updateStrategy": strategy}});
    let rolling = |surge: Value, unavailable: Value| {
        strategy(
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}),
        )
    };
    table.creations(&[
        (
            json!({"spec": {"revisionHistoryLimit": -1}}),
            "spec.revisionHistoryLimit: Invalid value: -1",
            json!({"spec": {"revisionHistoryLimit": 0}}),
        ),
        (
            strategy(json!({"type": "Canary"})),
            "spec.updateStrategy: Unsupported value: {\"Type\":\"Canary\",\"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\"",
            strategy(json!({"type": "OnDelete"})),
        ),
        (
            rolling(json!(0), json!(-1)),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1",
            rolling(json!(0), json!(2)),
        ),
        (
            rolling(json!("x"), json!(0)),
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be",
            rolling(json!("10%"), json!(0)),
        ),
        (
            rolling(json!(0), json!("101%")),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
            rolling(json!(0), json!("100%")),
        ),
        (
            rolling(json!("101%"), json!(0)),
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"101%\": must not be greater than 100%",
            rolling(json!("100%"), json!(0)),
        ),
        (
            rolling(json!(1), json!(1)),
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
            rolling(json!(1), json!(0)),
        ),
        (
            rolling(json!(0), json!("0%")),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
            rolling(json!(0), json!("1%")),
        ),
    ]);
    table.updates(Part::Main, &[(
        json!({"spec": {"selector": {"matchLabels": {"b": "c"}}, "template": {"metadata": {"labels": {"b": "c"}}}}}),
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}}: field is immutable",
        json!({"spec": {"minReadySeconds": 3}}),
    )]);
    table.updates(
        Part::Status,
        &counts(
            &[
                "currentNumberScheduled",
                "numberMisscheduled",
                "desiredNumberScheduled",
                "numberReady",
                "observedGeneration",
                "updatedNumberScheduled",
                "numberAvailable",
                "numberUnavailable",
                "collisionCount",
            ],
            &[
                "status.currentNumberScheduled: Invalid value: -1",
                "status.numberMisscheduled: Invalid value: -1",
                "status.desiredNumberScheduled: Invalid value: -1",
                "status.numberReady: Invalid value: -1",
                "status.observedGeneration: Invalid value: -1",
                "status.updatedNumberScheduled: Invalid value: -1",
                "status.numberAvailable: Invalid value: -1",
                "status.numberUnavailable: Invalid value: -1",
                "status.collisionCount: Invalid value: -1",
            ],
        ),
    );
    let zero = json!({
        "currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0,
    });
    let collided = |count: i32| {
        let mut status = zero.clone();
        status["collisionCount"] = json!(count);
        json!({"status": status})
    };
    table.updates_of(
        Part::Status,
        &collided(2),
        &[(collided(1), "status.collisionCount: Invalid value: 1: cannot be decremented", collided(2))],
    );
}

#[test]
fn updates_of_daemons_are_counted() {
    let table = table("daemonsets");
    let counted = |object: &Value| {
        object["metadata"]["annotations"]["deprecated.daemonset.template.generation"].clone()
    };
    assert_eq!(counted(&table.stored(&json!({}))), "1");
    let changed = json!({"spec": {"template": {"spec": {"hostname": "h"}}}});
    assert_eq!(counted(&table.restored(&changed)), "2");
    assert_eq!(counted(&table.restored(&json!({"spec": {"minReadySeconds": 1}}))), "1");
}

#[test]
fn what_clients_are_told() {
    let name = json!({"metadata": {"name": "a.b"}});
    let hidden =
        json!({"spec": {"template": {"spec": {"nodeSelector": {"beta.kubernetes.io/os": "linux"}}}}});
    let said = "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [a lowercase RFC 1123 label";
    let old = "spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead";
    for plural in ["deployments", "replicasets", "daemonsets", "statefulsets"] {
        let table = table(plural);
        assert!(table.warned(&json!({})).is_empty(), "{plural}");
        assert_eq!(table.warned(&hidden), [old], "{plural}");
        if matches!(plural, "deployments" | "replicasets") {
            assert!(table.warned(&name)[0].starts_with(said), "{plural}");
        }
    }
    let table = table("statefulsets");
    let told = table.warned(&json!({"spec": {"revisionHistoryLimit": -1}}));
    assert_eq!(
        told,
        [
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
        ]
    );
}

#[test]
fn revisions() {
    let table = Table::new("apps", "v1", "controllerrevisions", json!({"revision": 1, "data": {"spec": {}}}));
    table.creations(&[
        (json!({"data": null}), "data: Required value: data is mandatory", json!({})),
        (
            json!({"data": [1]}),
            "data: Required value: data must be a valid JSON object",
            json!({"data": {"a": 1}}),
        ),
        (
            json!({"revision": -1}),
            "revision: Invalid value: -1: must be greater than or equal to 0",
            json!({"revision": 0}),
        ),
    ]);
    table.updates(
        Part::Main,
        &[(
            json!({"data": {"spec": {"a": 1}}}),
            "data: Invalid value: {\"spec\":{\"a\":1}}: field is immutable",
            json!({"revision": 2}),
        )],
    );
}

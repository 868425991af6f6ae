//! Workloads that run for ever, and their revisions.

use serde_json::{Value, json};

use super::{Case, Part, Table};

fn template() -> Value {
    json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "x:1"}]}})
}

fn table(plural: &str) -> Table {
    let spec = json!({"selector": {"matchLabels": {"app": "a"}}, "template": template()});
    Table::new("apps", "v1", plural, json!({"spec": spec}))
}

/// What holds for all that have a selector and a template.
fn common(kind: &str, empty: &'static str) -> Vec<Case> {
    let expression = |key: &str, operator: &str, values: Value| json!({"spec": {"selector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}}});
    let pod = |spec: Value| json!({"spec": {"template": {"spec": spec}}});
    let mut cases = vec![
        (
            json!({"spec": {"selector": {"matchLabels": null}}}),
            empty,
            expression("app", "In", json!(["a", "b"])),
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

fn replicas() -> Vec<Case> {
    vec![(
        json!({"spec": {"replicas": -1}}),
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        json!({"spec": {"replicas": 0}}),
    )]
}

/// Counts of a status that may not be negative.
fn counts(plain: &[&'static str], said: &[&'static str]) -> Vec<Case> {
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
    table.creations(&common(
        "Deployment",
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
    ));
    table.creations(&replicas());
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
            "spec.strategy: Unsupported value: {\"type\":\"Canary\"}: supported values: \"Recreate\", \"RollingUpdate\"",
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
    table.creations(&common(
        "ReplicaSet",
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
    ));
    table.creations(&replicas());
    table.creations(&[(
        json!({"spec": {"template": null}}),
        "spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`",
        json!({}),
    )]);
    table.updates(Part::Main, &[(
        json!({"spec": {"selector": {"matchLabels": {"b": "c"}}, "template": {"metadata": {"labels": {"b": "c"}}}}}),
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}}: field is immutable",
        json!({"spec": {"replicas": 3}}),
    )]);
    replica_status(&table);
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
    table.creations(&common(
        "DaemonSet",
        "spec.selector: Invalid value: {}: empty selector is invalid for daemonset",
    ));
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
            "spec.updateStrategy: Unsupported value: {\"type\":\"Canary\"}: supported values: \"RollingUpdate\", \"OnDelete\"",
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
}

#[test]
fn stateful_sets() {
    let table = table("statefulsets");
    table.creations(&common(
        "StatefulSet",
        "spec.selector: Invalid value: {}: empty selector is invalid for statefulset",
    ));
    let spec = |spec: Value| json!({"spec": spec});
    let rolling = |rolling: Value| json!({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}});
    table.creations(&[
        (spec(json!({"replicas": -1})), "spec.replicas: Invalid value: -1", spec(json!({"replicas": 0}))),
        (
            json!({"metadata": {"name": "a.b"}}),
            "metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label",
            spec(json!({"revisionHistoryLimit": -1})),
        ),
        (
            spec(json!({"ordinals": {"start": -1}})),
            "spec.ordinals.start: Invalid value: -1",
            spec(json!({"ordinals": {"start": 7}})),
        ),
        (
            spec(json!({"podManagementPolicy": "Random"})),
            "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
            spec(json!({"podManagementPolicy": "Parallel"})),
        ),
        (
            spec(json!({"updateStrategy": {"type": "Canary"}})),
            "spec.updateStrategy: Invalid value: {\"type\":\"Canary\"}: must be 'RollingUpdate' or 'OnDelete'",
            spec(json!({"updateStrategy": {"type": "OnDelete"}})),
        ),
        (
            spec(json!({"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}})),
            "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":1}: only allowed for updateStrategy 'RollingUpdate'",
            rolling(json!({"partition": 1})),
        ),
        (
            rolling(json!({"partition": -1})),
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1",
            rolling(json!({"partition": 0})),
        ),
        (
            rolling(json!({"maxUnavailable": 0})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
            rolling(json!({"maxUnavailable": 1})),
        ),
        (
            rolling(json!({"maxUnavailable": "101%"})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
            rolling(json!({"maxUnavailable": "20%"})),
        ),
        (
            rolling(json!({"maxUnavailable": "all"})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"all\": a valid percent",
            json!({}),
        ),
        (
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}})),
            "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"Keep\": supported values: \"Retain\", \"Delete\"",
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}})),
        ),
        (
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Keep"}})),
            "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Keep\"",
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}})),
        ),
        (
            spec(json!({"serviceName": "no name"})),
            "spec.serviceName: Invalid value: \"no name\"",
            spec(json!({"serviceName": "web"})),
        ),
    ]);
    table.updates(Part::Main, &[
        (
            spec(json!({"serviceName": "other"})),
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy'",
            spec(json!({"replicas": 5, "minReadySeconds": 1, "revisionHistoryLimit": 1, "ordinals": {"start": 1}, "updateStrategy": {"type": "OnDelete", "rollingUpdate": null}})),
        ),
        (
            spec(json!({"podManagementPolicy": "Parallel"})),
            "spec: Forbidden: updates to statefulset spec",
            spec(json!({"template": {"spec": {"hostname": "h"}}})),
        ),
    ]);
    table.updates(
        Part::Status,
        &counts(
            &[
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount",
            ],
            &[
                "status.replicas: Invalid value: -1",
                "status.readyReplicas: Invalid value: -1",
                "status.currentReplicas: Invalid value: -1",
                "status.updatedReplicas: Invalid value: -1",
                "status.availableReplicas: Invalid value: -1",
                "status.observedGeneration: Invalid value: -1",
                "status.collisionCount: Invalid value: -1",
            ],
        ),
    );
    let status = |status: Value| json!({"status": status});
    let cases: Vec<Case> = [
        ("readyReplicas", "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"),
        (
            "currentReplicas",
            "status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas",
        ),
        (
            "updatedReplicas",
            "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas",
        ),
    ]
    .into_iter()
    .map(|(name, said)| {
        (status(json!({"replicas": 1, name: 2})), said, status(json!({"replicas": 1, name: 1})))
    })
    .collect();
    table.updates(Part::Status, &cases);
    table.updates(
        Part::Status,
        &[(
            status(json!({"replicas": 3, "readyReplicas": 1, "availableReplicas": 2})),
            "status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas",
            status(json!({"replicas": 3, "readyReplicas": 2, "availableReplicas": 2})),
        )],
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
fn defaults_of_stateful_sets() {
    let table = table("statefulsets");
    let strategy = |change: Value| table.stored(&change)["spec"]["updateStrategy"].clone();
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}});
    assert_eq!(strategy(json!({})), rolling);
    let only_named = json!({"type": "RollingUpdate"});
    assert_eq!(strategy(json!({"spec": {"updateStrategy": only_named}})), only_named);
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
            "data: Invalid value: \"<value omitted>\": must be a valid JSON object",
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

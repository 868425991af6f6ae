//! Priority and fairness: schemas and levels.

use serde_json::{Value, json};

use super::{Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn schemas() {
    let subject = || json!({"kind": "User", "user": {"name": "ann"}});
    let resource = || json!({"verbs": ["*"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["a"]});
    let rule = |subjects: Value, resources: Value, paths: Value| {
        spec(
            json!({"rules": [{"subjects": subjects, "resourceRules": resources, "nonResourceRules": paths}]}),
        )
    };
    let table = Table::new(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "flowschemas",
        spec(json!({
            "matchingPrecedence": 500, "priorityLevelConfiguration": {"name": "l"}, "distinguisherMethod": {"type": "ByUser"},
            "rules": [{"subjects": [subject()], "resourceRules": [resource()]}],
        })),
    );
    let subjects = |one: Value| rule(json!([one]), json!([resource()]), Value::Null);
    let resources = |more: Value| {
        let mut one = resource();
        apimachinery::patch::merge(&mut one, more);
        rule(json!([subject()]), json!([one]), Value::Null)
    };
    let paths = |verbs: Value, urls: Value| {
        rule(json!([subject()]), Value::Null, json!([{"verbs": verbs, "nonResourceURLs": urls}]))
    };
    let right = || json!({});
    table.creations(&[
        (
            spec(json!({"matchingPrecedence": -1})),
            "spec.matchingPrecedence: Invalid value: -1",
            spec(json!({"matchingPrecedence": 0})),
        ),
        (
            spec(json!({"matchingPrecedence": 1})),
            "spec.matchingPrecedence: Invalid value: 1",
            spec(json!({"matchingPrecedence": 10_000})),
        ),
        (
            spec(json!({"matchingPrecedence": 10_001})),
            "spec.matchingPrecedence: Invalid value: 10001",
            right(),
        ),
        (
            spec(json!({"distinguisherMethod": {"type": "ByVerb"}})),
            "spec.distinguisherMethod.type: Unsupported value: \"ByVerb\"",
            spec(json!({"distinguisherMethod": {"type": "ByNamespace"}})),
        ),
        (
            spec(json!({"priorityLevelConfiguration": {"name": ""}})),
            "spec.priorityLevelConfiguration.name: Required value",
            spec(json!({"priorityLevelConfiguration": {"name": "m"}})),
        ),
        (
            rule(json!([]), json!([resource()]), Value::Null),
            "spec.rules[0].subjects: Required value",
            right(),
        ),
        (rule(json!([subject()]), Value::Null, Value::Null), "spec.rules[0]: Required value", right()),
        (
            subjects(json!({"kind": "Robot"})),
            "spec.rules[0].subjects[0].kind: Unsupported value: \"Robot\"",
            subjects(json!({"kind": "Group", "group": {"name": "g"}})),
        ),
        (subjects(json!({"kind": "Group"})), "spec.rules[0].subjects[0].group: Required value", right()),
        (
            subjects(json!({"kind": "User", "user": {"name": "a"}, "group": {"name": "b"}})),
            "spec.rules[0].subjects[0].group: Forbidden",
            right(),
        ),
        (
            subjects(json!({"kind": "User", "user": {"name": ""}})),
            "spec.rules[0].subjects[0].user.name: Required value",
            right(),
        ),
        (
            subjects(json!({"kind": "ServiceAccount", "serviceAccount": {"namespace": "", "name": "*"}})),
            "spec.rules[0].subjects[0].serviceAccount.namespace: Required value",
            subjects(json!({"kind": "ServiceAccount", "serviceAccount": {"namespace": "a", "name": "*"}})),
        ),
        (
            resources(json!({"verbs": []})),
            "spec.rules[0].resourceRules[0].verbs: Required value",
            resources(json!({"verbs": ["get", "list"]})),
        ),
        (
            resources(json!({"verbs": ["*", "get"]})),
            "spec.rules[0].resourceRules[0].verbs: Invalid value",
            right(),
        ),
        (
            resources(json!({"verbs": ["get", "fly"]})),
            "spec.rules[0].resourceRules[0].verbs: Unsupported value: [\"get\",\"fly\"]: supported values: \"create\", \"delete\"",
            right(),
        ),
        (
            resources(json!({"namespaces": []})),
            "spec.rules[0].resourceRules[0].namespaces: Required value",
            resources(json!({"namespaces": [], "clusterScope": true})),
        ),
        (
            resources(json!({"namespaces": ["A"]})),
            "spec.rules[0].resourceRules[0].namespaces[0]: Invalid value: \"A\"",
            resources(json!({"namespaces": ["*"]})),
        ),
        (
            paths(json!(["get"]), json!([""])),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: ",
            paths(json!(["get"]), json!(["*"])),
        ),
        (
            paths(json!(["get"]), json!(["apis"])),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"apis\"",
            paths(json!(["get"]), json!(["/apis"])),
        ),
        (
            paths(json!(["get"]), json!(["//x"])),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"//x\"",
            paths(json!(["get"]), json!(["/x"])),
        ),
        (
            paths(json!(["get"]), json!(["/a*b"])),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"/a*b\"",
            paths(json!(["get"]), json!(["/a/*"])),
        ),
    ]);
}

#[test]
fn levels() {
    let table = Table::new(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "prioritylevelconfigurations",
        spec(json!({
            "type": "Limited", "limited": {"nominalConcurrencyShares": 5, "lendablePercent": 50, "borrowingLimitPercent": 10,
                "limitResponse": {"type": "Queue", "queuing": {"queues": 64, "handSize": 6, "queueLengthLimit": 50}}},
        })),
    );
    let limited = |more: Value| spec(json!({"limited": more}));
    let queuing = |more: Value| limited(json!({"limitResponse": {"queuing": more}}));
    let right = || json!({});
    table.creations(&[
        (spec(json!({"type": "Free"})), "spec.type: Unsupported value: \"Free\"", right()),
        (
            json!({"metadata": {"annotations": {"flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares": ""}}}),
            "metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares' is forbidden",
            json!({"metadata": {"annotations": {"a": "b"}}}),
        ),
        (spec(json!({"limited": null})), "spec.limited: Required value", right()),
        (
            limited(json!({"nominalConcurrencyShares": -1})),
            "spec.limited.nominalConcurrencyShares: Invalid value: -1",
            limited(json!({"nominalConcurrencyShares": 0})),
        ),
        (
            limited(json!({"lendablePercent": 101})),
            "spec.limited.lendablePercent: Invalid value: 101",
            limited(json!({"lendablePercent": 100})),
        ),
        (
            limited(json!({"borrowingLimitPercent": -1})),
            "spec.limited.borrowingLimitPercent: Invalid value: -1",
            limited(json!({"borrowingLimitPercent": 0})),
        ),
        (
            limited(json!({"limitResponse": {"type": "Drop"}})),
            "spec.limited.limitResponse.type: Unsupported value: \"Drop\"",
            limited(json!({"limitResponse": {"type": "Reject", "queuing": null}})),
        ),
        (
            limited(json!({"limitResponse": {"type": "Reject"}})),
            "spec.limited.limitResponse.queuing: Forbidden",
            right(),
        ),
        (
            limited(json!({"limitResponse": {"queuing": null}})),
            "spec.limited.limitResponse.queuing: Required value",
            right(),
        ),
        (
            queuing(json!({"queues": -1})),
            "spec.limited.limitResponse.queuing.queues: Invalid value: -1",
            queuing(json!({"queues": 128})),
        ),
        (
            queuing(json!({"queues": 20_000_000})),
            "spec.limited.limitResponse.queuing.queues: Invalid value: 20000000",
            right(),
        ),
        (
            queuing(json!({"queues": 4})),
            "spec.limited.limitResponse.queuing.handSize: Invalid value: 6",
            queuing(json!({"queues": 4, "handSize": 2})),
        ),
        (
            queuing(json!({"queues": 16, "handSize": 16})),
            "spec.limited.limitResponse.queuing.handSize: Invalid value: 16: required entropy bits of deckSize 16 and handSize 16 should not be greater than 60",
            queuing(json!({"queues": 16, "handSize": 15})),
        ),
        (
            queuing(json!({"handSize": 20})),
            "spec.limited.limitResponse.queuing.handSize: Invalid value: 20",
            right(),
        ),
        (
            queuing(json!({"queueLengthLimit": -1})),
            "spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1",
            queuing(json!({"queueLengthLimit": 1})),
        ),
    ]);
}

#[test]
fn statuses() {
    let rule = json!({"subjects": [{"kind": "User", "user": {"name": "ann"}}], "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]});
    let schema = spec(
        json!({"matchingPrecedence": 500, "priorityLevelConfiguration": {"name": "l"}, "rules": [rule]}),
    );
    let level = spec(json!({"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}));
    for (plural, good) in [("flowschemas", schema), ("prioritylevelconfigurations", level)] {
        let table = Table::new("flowcontrol.apiserver.k8s.io", "v1", plural, good);
        let told = |kinds: &[&str]| {
            let all: Value = kinds.iter().map(|kind| json!({"type": kind, "status": "True"})).collect();
            json!({"status": {"conditions": all}})
        };
        table.updates(
            Part::Status,
            &[
                (told(&["A", "A"]), "status.conditions[1].type: Duplicate value: \"A\"", told(&["A", "B"])),
                (told(&[""]), "status.conditions[0].type: Required value: must not be empty", told(&[])),
            ],
        );
    }
}

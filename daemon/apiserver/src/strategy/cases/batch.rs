//! Jobs and cron jobs.

use serde_json::{Value, json};

use super::{Case, Part, Table};

fn pod() -> Value {
    json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x:1"}]}})
}

/// What holds for jobs, and for what cron jobs make jobs of.
fn rules() -> Vec<Case> {
    let indexed = |more: Value| {
        let mut spec = json!({"completionMode": "Indexed", "completions": 4, "parallelism": 2});
        more.as_object().into_iter().flatten().for_each(|(name, value)| spec[name] = value.clone());
        spec
    };
    let failure = |rule: Value| json!({"podFailurePolicy": {"rules": [rule]}});
    let codes = |codes: Value| failure(json!({"action": "FailJob", "onExitCodes": codes}));
    let condition = |condition: Value| failure(json!({"action": "Ignore", "onPodConditions": [condition]}));
    let success = |rules: Value| indexed(json!({"successPolicy": {"rules": rules}}));
    let many = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({"action": "Ignore", "onPodConditions": [{"type": format!("T{n}")}]}))
            .collect()
    };
    let conditions = |count: usize| -> Value {
        (0..count).map(|n| json!({"type": format!("T{n}"), "status": "True"})).collect()
    };
    vec![
        (
            json!({"parallelism": -1}),
            "parallelism: Invalid value: -1: must be greater than or equal to 0",
            json!({"parallelism": 0}),
        ),
        (json!({"completions": -1}), "completions: Invalid value: -1", json!({"completions": 0})),
        (json!({"backoffLimit": -1}), "backoffLimit: Invalid value: -1", json!({"backoffLimit": 0})),
        (
            json!({"activeDeadlineSeconds": -1}),
            "activeDeadlineSeconds: Invalid value: -1",
            json!({"activeDeadlineSeconds": 1}),
        ),
        (
            json!({"ttlSecondsAfterFinished": -1}),
            "ttlSecondsAfterFinished: Invalid value: -1",
            json!({"ttlSecondsAfterFinished": 0}),
        ),
        (
            indexed(json!({"backoffLimitPerIndex": -1})),
            "backoffLimitPerIndex: Invalid value: -1",
            indexed(json!({"backoffLimitPerIndex": 1})),
        ),
        (
            indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": -1})),
            "maxFailedIndexes: Invalid value: -1",
            indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 1})),
        ),
        (
            indexed(json!({"maxFailedIndexes": 1})),
            "backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
            json!({}),
        ),
        (
            json!({"backoffLimitPerIndex": 1}),
            "backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
            json!({}),
        ),
        (
            json!({"maxFailedIndexes": 1}),
            "maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
            json!({}),
        ),
        (
            json!({"managedBy": "other"}),
            "managedBy: Invalid value: \"other\": must be a domain-prefixed path (such as \"acme.io/foo\")",
            json!({"managedBy": "example.com/other"}),
        ),
        (
            json!({"managedBy": format!("example.com/{}", "a".repeat(60))}),
            "managedBy: Too long: may not be more than 63 bytes",
            json!({}),
        ),
        (
            json!({"completionMode": "Random"}),
            "completionMode: Unsupported value: \"Random\": supported values: \"NonIndexed\", \"Indexed\"",
            json!({"completionMode": "NonIndexed"}),
        ),
        (
            json!({"completionMode": "Indexed", "parallelism": 1}),
            "completions: Required value: when completion mode is Indexed",
            indexed(json!({})),
        ),
        (
            indexed(json!({"parallelism": 100_001})),
            "parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed",
            indexed(json!({"parallelism": 100_000})),
        ),
        (
            indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 5})),
            "maxFailedIndexes: Invalid value: 5: must be less than or equal to completions",
            indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 4})),
        ),
        (
            indexed(json!({"completions": 200_000, "backoffLimitPerIndex": 1, "maxFailedIndexes": 100_001})),
            "maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000",
            indexed(json!({"completions": 100_000, "backoffLimitPerIndex": 1, "maxFailedIndexes": 100_000})),
        ),
        (
            indexed(json!({"completions": 100_001, "backoffLimitPerIndex": 1})),
            "maxFailedIndexes: Required value: must be specified when completions is above 100000",
            indexed(json!({"completions": 100_001, "backoffLimitPerIndex": 1, "maxFailedIndexes": 10_000})),
        ),
        (
            indexed(
                json!({"completions": 100_001, "parallelism": 10_001, "backoffLimitPerIndex": 1, "maxFailedIndexes": 1}),
            ),
            "parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
            indexed(
                json!({"completions": 100_001, "parallelism": 10_000, "backoffLimitPerIndex": 1, "maxFailedIndexes": 1}),
            ),
        ),
        (
            indexed(json!({"completions": 100_001, "backoffLimitPerIndex": 1, "maxFailedIndexes": 10_001})),
            "maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
            json!({}),
        ),
        (
            json!({"podReplacementPolicy": "Never"}),
            "podReplacementPolicy: Unsupported value: \"Never\": supported values: \"Failed\", \"TerminatingOrFailed\"",
            json!({"podReplacementPolicy": "Failed"}),
        ),
        (
            json!({"podReplacementPolicy": "TerminatingOrFailed", "podFailurePolicy": {"rules": []}}),
            "podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"",
            json!({"podReplacementPolicy": "Failed", "podFailurePolicy": {"rules": []}}),
        ),
        (
            json!({"template": {"spec": {"restartPolicy": "Always"}}}),
            "template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
            json!({"template": {"spec": {"restartPolicy": "OnFailure"}}}),
        ),
        (
            json!({"template": {"spec": {"containers": []}}}),
            "template.spec.containers: Required value",
            json!({}),
        ),
        (
            json!({"podFailurePolicy": {"rules": []}, "template": {"spec": {"restartPolicy": "OnFailure"}}}),
            "template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when podFailurePolicy is specified",
            json!({"podFailurePolicy": {"rules": []}}),
        ),
        (
            json!({"template": {"spec": {"restartPolicy": "Sometimes"}}}),
            "template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"OnFailure\", \"Never\"",
            indexed(json!({"backoffLimitPerIndex": 1, "template": {"spec": {"restartPolicy": "OnFailure"}}})),
        ),
        (
            json!({"podFailurePolicy": {"rules": many(21)}}),
            "podFailurePolicy.rules: Too many: 21: must have at most 20 items",
            json!({"podFailurePolicy": {"rules": many(20)}}),
        ),
        (
            failure(json!({"action": "", "onPodConditions": [{"type": "T"}]})),
            "podFailurePolicy.rules[0].action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]",
            condition(json!({"type": "T"})),
        ),
        (
            failure(json!({"action": "Cry", "onPodConditions": [{"type": "T"}]})),
            "podFailurePolicy.rules[0].action: Unsupported value: \"Cry\"",
            failure(json!({"action": "Count", "onPodConditions": [{"type": "T"}]})),
        ),
        (
            failure(json!({"action": "FailIndex", "onPodConditions": [{"type": "T"}]})),
            "podFailurePolicy.rules[0].action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set",
            indexed(
                json!({"backoffLimitPerIndex": 1, "podFailurePolicy": {"rules": [{"action": "FailIndex", "onPodConditions": [{"type": "T"}]}]}}),
            ),
        ),
        (
            failure(
                json!({"action": "Ignore", "onPodConditions": [{"type": "T"}], "onExitCodes": {"operator": "In", "values": [1]}}),
            ),
            "podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
            json!({}),
        ),
        (
            failure(json!({"action": "Ignore"})),
            "podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
            json!({}),
        ),
        (
            codes(json!({"operator": "", "values": [1]})),
            "podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: [\"In\" \"NotIn\"]",
            json!({}),
        ),
        (
            codes(json!({"operator": "Near", "values": [1]})),
            "podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: \"Near\": supported values: \"In\", \"NotIn\"",
            codes(json!({"operator": "NotIn", "values": [0, 1]})),
        ),
        (
            codes(json!({"operator": "In", "values": []})),
            "podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required",
            codes(json!({"operator": "In", "values": [1]})),
        ),
        (
            codes(json!({"operator": "In", "values": (1..=256).collect::<Vec<_>>()})),
            "podFailurePolicy.rules[0].onExitCodes.values: Too many: 256: must have at most 255 items",
            codes(json!({"operator": "In", "values": (1..=255).collect::<Vec<_>>()})),
        ),
        (
            codes(json!({"operator": "In", "values": [0]})),
            "podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
            json!({}),
        ),
        (
            codes(json!({"operator": "In", "values": [1, 1]})),
            "podFailurePolicy.rules[0].onExitCodes.values[1]: Duplicate value: 1",
            json!({}),
        ),
        (
            codes(json!({"operator": "In", "values": [2, 1]})),
            "podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered",
            codes(json!({"operator": "In", "values": [1, 2]})),
        ),
        (
            codes(json!({"operator": "In", "values": [1], "containerName": "d"})),
            "podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: \"d\": must be one of the container or initContainer names in the pod template",
            codes(json!({"operator": "In", "values": [1], "containerName": "c"})),
        ),
        (
            failure(json!({"action": "Ignore", "onPodConditions": conditions(21)})),
            "podFailurePolicy.rules[0].onPodConditions: Too many: 21",
            failure(json!({"action": "Ignore", "onPodConditions": conditions(20)})),
        ),
        (
            condition(json!({"type": "no type"})),
            "podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: \"no type\"",
            condition(json!({"type": "DisruptionTarget"})),
        ),
        (
            condition(json!({"type": "T", "status": "Maybe"})),
            "podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\"",
            condition(json!({"type": "T", "status": "Unknown"})),
        ),
        (
            json!({"successPolicy": {"rules": [{"succeededCount": 1}]}}),
            "successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: requires indexed completion mode",
            success(json!([{"succeededCount": 1}])),
        ),
        (
            success(json!([])),
            "successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified",
            json!({}),
        ),
        (
            success((0..21).map(|_| json!({"succeededCount": 1})).collect()),
            "successPolicy.rules: Too many: 21",
            success((0..20).map(|_| json!({"succeededCount": 1})).collect()),
        ),
        (
            success(json!([{}])),
            "successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified",
            json!({}),
        ),
        (
            success(json!([{"succeededCount": -1}])),
            "successPolicy.rules[0].succeededCount: Invalid value: -1",
            json!({}),
        ),
        (
            success(json!([{"succeededCount": 5}])),
            "successPolicy.rules[0].succeededCount: Invalid value: 5: must be less than or equal to 4 (the number of specified completions)",
            success(json!([{"succeededCount": 4}])),
        ),
        (
            success(json!([{"succeededIndexes": "0,2-3", "succeededCount": 4}])),
            "successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)",
            success(json!([{"succeededIndexes": "0,2-3", "succeededCount": 3}])),
        ),
        (
            success(json!([{"succeededIndexes": "2,1"}])),
            "successPolicy.rules[0].succeededIndexes: Invalid value: \"2,1\": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1",
            success(json!([{"succeededIndexes": "1,2"}])),
        ),
        (
            success(json!([{"succeededIndexes": "2,1", "succeededCount": 1}])),
            "successPolicy.rules[0].succeededCount: Invalid value: 1: must be less than or equal to 0 (the number of indexes in the specified succeededIndexes field)",
            success(json!([{"succeededIndexes": ""}])),
        ),
        (
            success(json!([{"succeededIndexes": "0".repeat((64 << 10) + 1)}])),
            "successPolicy.rules[0].succeededIndexes: Too long: may not be more than 65536 bytes",
            json!({}),
        ),
        (
            success(json!([{"succeededIndexes": "3-1"}])),
            "successPolicy.rules[0].succeededIndexes: Invalid value: \"3-1\": error parsing succeededIndexes: non-increasing order",
            json!({}),
        ),
        (
            success(json!([{"succeededIndexes": "0-1-2"}])),
            "successPolicy.rules[0].succeededIndexes: Invalid value: \"0-1-2\": error parsing succeededIndexes: the fragment",
            json!({}),
        ),
        (
            success(json!([{"succeededIndexes": "x"}])),
            "successPolicy.rules[0].succeededIndexes: Invalid value: \"x\": error parsing succeededIndexes: cannot convert string to integer for index: \"x\"",
            json!({}),
        ),
        (
            success(json!([{"succeededIndexes": "4"}])),
            "successPolicy.rules[0].succeededIndexes: Invalid value: \"4\": error parsing succeededIndexes: too large index: \"4\"",
            success(json!([{"succeededIndexes": "3"}])),
        ),
    ]
}

/// The cases with their specs where a spec of a job stands.
fn within(place: &str, wrap: impl Fn(Value) -> Value) -> Vec<Case> {
    rules()
        .into_iter()
        .map(|(wrong, said, right)| {
            let said: &'static str = Box::leak(format!("{place}.{said}").into_boxed_str());
            (wrap(wrong), said, wrap(right))
        })
        .collect()
}

pub fn jobs_table() -> Table {
    Table::new("batch", "v1", "jobs", json!({"spec": {"template": pod()}}))
}

#[test]
fn jobs() {
    let table = jobs_table();
    let spec = |spec: Value| json!({"spec": spec});
    table.creations(&within("spec", spec));
    table.creations(&[
        (
            spec(json!({"manualSelector": true})),
            "spec.selector: Required value",
            spec(json!({"manualSelector": true, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}}})),
        ),
        (
            spec(json!({"manualSelector": true, "selector": {"matchLabels": {"a": "b"}}})),
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
            json!({}),
        ),
        (
            spec(json!({"manualSelector": true})),
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
            json!({}),
        ),
        (
            json!({"spec": null}),
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
            json!({}),
        ),
        (
            spec(json!({"template": {"metadata": {"annotations": {"a b": "c"}}}})),
            "spec.template.annotations: Invalid value: \"a b\"",
            spec(json!({"template": {"metadata": {"annotations": {"a": "b c"}}}})),
        ),
        (
            spec(json!({"selector": {"matchLabels": {"a": "b"}}})),
            "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\",\"batch.kubernetes.io/controller-uid\":\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"}}: `selector` not auto-generated",
            json!({}),
        ),
        (
            spec(json!({"template": {"metadata": {"labels": {"job-name": "b"}}}})),
            "spec.template.metadata.labels[job-name]: Invalid value: {\"batch.kubernetes.io/controller-uid\":",
            spec(json!({"template": {"metadata": {"labels": {"job-name": "a", "batch.kubernetes.io/job-name": "a"}}}})),
        ),
        (
            spec(json!({"template": {"metadata": {"labels": {"controller-uid": "b"}}}})),
            "spec.template.metadata.labels[controller-uid]: Invalid value: {",
            json!({}),
        ),
        (
            spec(json!({"manualSelector": true, "selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})),
            "spec.selector.matchExpressions[0].values: Required value",
            json!({}),
        ),
        (
            json!({"metadata": {"name": "a".repeat(62)}, "spec": {"completionMode": "Indexed", "completions": 11}}),
            "metadata.name: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": will not able to create pod with invalid DNS label: aaaa",
            json!({"metadata": {"name": "a".repeat(60)}, "spec": {"completionMode": "Indexed", "completions": 11}}),
        ),
    ]);
}

#[test]
fn changes_of_jobs() {
    let table = jobs_table();
    let spec = |spec: Value| json!({"spec": spec});
    table.updates(
        Part::Main,
        &[
            (
                spec(json!({"selector": {"matchLabels": {"a": "b"}}})),
                "spec.selector: Invalid value: {\"matchLabels\":",
                spec(json!({"parallelism": 5})),
            ),
            (
                spec(json!({"completions": 3})),
                "spec.completions: Invalid value: 3: field is immutable",
                spec(json!({"activeDeadlineSeconds": 5})),
            ),
            (
                spec(json!({"completionMode": "Indexed", "completions": 1})),
                "spec.completionMode: Invalid value: \"Indexed\": field is immutable",
                spec(json!({"suspend": true})),
            ),
            (
                spec(json!({"podFailurePolicy": {"rules": []}, "podReplacementPolicy": "Failed"})),
                "spec.podFailurePolicy: Invalid value: {\"Rules\":[]}: field is immutable",
                spec(json!({"ttlSecondsAfterFinished": 5})),
            ),
            (
                spec(json!({"managedBy": "example.com/x"})),
                "spec.managedBy: Invalid value: \"example.com/x\": field is immutable",
                spec(json!({"backoffLimit": 3})),
            ),
            (
                spec(json!({"template": {"spec": {"nodeSelector": {"a": "b"}}}})),
                "spec.template: Invalid value: {",
                json!({"metadata": {"labels": {"a": "b"}}}),
            ),
        ],
    );
    let indexed = json!({"spec": {"completionMode": "Indexed", "completions": 4, "parallelism": 4}});
    let other = |more: Value| {
        let mut whole = indexed.clone();
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole["spec"][name] = value.clone());
        whole
    };
    table.updates_of(
        Part::Main,
        &indexed,
        &[
            (
                other(json!({"completions": 5})),
                "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism",
                other(json!({"completions": 5, "parallelism": 5})),
            ),
            (
                other(json!({"backoffLimitPerIndex": 2})),
                "spec.backoffLimitPerIndex: Invalid value: 2: field is immutable",
                json!({}),
            ),
            (
                other(json!({"successPolicy": {"rules": [{"succeededCount": 1}]}})),
                "spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: field is immutable",
                json!({}),
            ),
        ],
    );
    // Where its pods go may be told to one that waits, and what they need; not what they run.
    table.updates_of(Part::Main, &spec(json!({"suspend": true})), &[
        (
            spec(json!({"suspend": true, "template": {"spec": {"containers": [{"name": "c", "image": "y:1"}]}}})),
            "spec.template.spec: Invalid value: {",
            spec(json!({"suspend": true, "template": {"metadata": {"annotations": {"a": "b"}}, "spec": {
                "nodeSelector": {"a": "b"}, "tolerations": [{"operator": "Exists"}],
                "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}}},
                "containers": [{"name": "c", "image": "x:1", "resources": {"requests": {"cpu": "1"}}}],
            }}})),
        ),
    ]);
    table.updates_of(
        Part::Main,
        &spec(json!({"suspend": true})),
        &[
            (
                spec(json!({"template": {"spec": {"affinity": {"podAffinity": {}}}}})),
                "spec.template.spec: Invalid value: {",
                spec(json!({"template": {"metadata": {"finalizers": ["a.b/c"]}, "spec": {"affinity": {}}}})),
            ),
            (
                spec(json!({"template": {"spec": {"containers": [{"name": "d", "image": "x:1"}]}}})),
                "spec.template.spec: Invalid value: {",
                spec(json!({"template": {"spec": {"tolerations": [], "volumes": []}}})),
            ),
        ],
    );
    let suspended = |status: Value| json!({"spec": {"suspend": true}, "status": status});
    let steered = json!({"spec": {"suspend": true, "template": {"spec": {"nodeSelector": {"a": "b"}}}}});
    let (started, busy) = (json!({"startTime": "2026-01-01T00:00:00Z"}), json!({"active": 1}));
    let told =
        json!({"startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": "Suspended", "status": "True"}]});
    for status in [started, busy] {
        let wrong = table.changed(&suspended(status), &steered);
        assert!(wrong.iter().any(|one| one.starts_with("spec.template: Invalid value: {")), "{wrong:#?}");
    }
    assert!(table.changed(&suspended(told), &steered).is_empty());
}

/// Labels with a prefix came later; a job that has none of them goes on without.
#[test]
fn jobs_of_old() {
    let table = jobs_table();
    let labels =
        |labels: Value| json!({"spec": {"suspend": true, "template": {"metadata": {"labels": labels}}}});
    let bare = json!({"batch.kubernetes.io/controller-uid": null, "batch.kubernetes.io/job-name": null});
    let uid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    table.updates_of(
        Part::Main,
        &json!({"spec": {"suspend": true}}),
        &[(
            labels(bare.clone()),
            "spec.template.metadata.labels[batch.kubernetes.io/job-name]: Required value: must be 'a'",
            labels(json!({"a": "b"})),
        )],
    );
    let job = |labels: Value| {
        let template = json!({"metadata": {"labels": labels}, "spec": pod()["spec"]});
        let selector = json!({"matchLabels": {"controller-uid": uid}});
        json!({"metadata": {"name": "a", "uid": uid}, "spec": {"suspend": true, "selector": selector, "template": template}})
    };
    let said = |labels: Value| -> Vec<String> {
        let [mut new, mut old]: [k8s_openapi::api::batch::v1::Job; 2] =
            [job(labels), job(json!({"controller-uid": uid, "job-name": "a"}))]
                .map(|job| serde_json::from_value(job).expect("a job"));
        let rules = &crate::strategy::batch::JOBS;
        (rules.default)(&mut new);
        (rules.default)(&mut old);
        let mut wrong = Vec::new();
        (rules.validate_update)(&new, &old, Part::Main, &mut wrong);
        wrong.iter().map(ToString::to_string).collect()
    };
    assert!(said(json!({"controller-uid": uid, "job-name": "a", "a": "b"})).is_empty());
    assert_eq!(
        said(json!({"controller-uid": uid})),
        ["spec.template.metadata.labels[job-name]: Required value: must be 'a'"]
    );
}

#[test]
fn what_is_told_of_jobs() {
    let table = jobs_table();
    let many = json!({"spec": {"completionMode": "Indexed", "completions": 100_001, "parallelism": 10_001}});
    assert_eq!(
        table.warned(&many),
        [
            "spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ]
    );
    let old = json!({"spec": {"template": {"metadata": {"annotations": {"security.alpha.kubernetes.io/sysctls": "x"}}}}});
    assert_eq!(
        table.warned(&old),
        [
            "spec.template.metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the \"sysctls\" field instead"
        ]
    );
    assert_eq!(table.stored(&json!({}))["spec"]["manualSelector"], false);
}

#[test]
fn cron_jobs() {
    let table = Table::new(
        "batch",
        "v1",
        "cronjobs",
        json!({"spec": {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": pod()}}}}),
    );
    let spec = |spec: Value| json!({"spec": spec});
    let job = |job: Value| json!({"spec": {"jobTemplate": {"spec": job}}});
    table.creations(&within("spec.jobTemplate.spec", job));
    table.creations(&[
        (spec(json!({"schedule": ""})), "spec.schedule: Required value", spec(json!({"schedule": "@daily"}))),
        (spec(json!({"schedule": "* * *"})), "spec.schedule: Invalid value: \"* * *\": expected exactly 5 fields, found 3: [* * *]", spec(json!({"schedule": "*/5 * * * mon-fri"}))),
        (spec(json!({"schedule": "61 * * * *"})), "spec.schedule: Invalid value: \"61 * * * *\": end of range (61) above maximum (59): 61", spec(json!({"schedule": "59 * * * *"}))),
        (
            spec(json!({"schedule": "TZ=UTC 0 * * * *"})),
            "spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
            spec(json!({"timeZone": "Etc/UTC"})),
        ),
        (
            spec(json!({"schedule": "TZ=UTC 0 * * * *", "timeZone": "Etc/UTC"})),
            "spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
            json!({}),
        ),
        (spec(json!({"timeZone": ""})), "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string", spec(json!({"timeZone": "Europe/Berlin"}))),
        (spec(json!({"timeZone": "Local"})), "spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones", json!({})),
        (spec(json!({"timeZone": "Moon/Base"})), "spec.timeZone: Invalid value: \"Moon/Base\": unknown time zone Moon/Base", json!({})),
        (spec(json!({"startingDeadlineSeconds": -1})), "spec.startingDeadlineSeconds: Invalid value: -1", spec(json!({"startingDeadlineSeconds": 0}))),
        (spec(json!({"concurrencyPolicy": "Queue"})), "spec.concurrencyPolicy: Unsupported value: \"Queue\": supported values: \"Allow\", \"Forbid\", \"Replace\"", spec(json!({"concurrencyPolicy": "Replace"}))),
        (spec(json!({"successfulJobsHistoryLimit": -1})), "spec.successfulJobsHistoryLimit: Invalid value: -1", spec(json!({"successfulJobsHistoryLimit": 0}))),
        (spec(json!({"failedJobsHistoryLimit": -1})), "spec.failedJobsHistoryLimit: Invalid value: -1", spec(json!({"failedJobsHistoryLimit": 0}))),
        (job(json!({"selector": {"matchLabels": {"a": "b"}}})), "spec.jobTemplate.spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\"}}: `selector` will be auto-generated", json!({})),
        (json!({"spec": {"jobTemplate": {"spec": null}}}), "spec.jobTemplate.spec.template.spec.containers: Required value", json!({})),
        (job(json!({"manualSelector": true})), "spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\"", job(json!({"manualSelector": false}))),
        (json!({"metadata": {"name": "a".repeat(53)}}), "metadata.name: Invalid value: \"aaaa", json!({"metadata": {"name": "a".repeat(52)}})),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                spec(json!({"timeZone": "Moon/Base"})),
                "spec.timeZone: Invalid value: \"Moon/Base\": unknown time zone",
                spec(json!({"timeZone": "Asia/Tokyo"})),
            ),
            (
                spec(json!({"schedule": "CRON_TZ=UTC 0 * * * *"})),
                "spec.schedule: Invalid value: \"CRON_TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ",
                spec(json!({"schedule": "@hourly"})),
            ),
        ],
    );
}

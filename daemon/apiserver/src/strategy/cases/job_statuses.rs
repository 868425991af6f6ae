//! What may be told of jobs.

use serde_json::{Value, json};

use super::Part;
use super::batch::jobs_table;

#[test]
fn statuses_of_jobs() {
    let table = jobs_table();
    let status = |status: Value| json!({"status": status});
    let conditions = |kinds: &[&str]| -> Value {
        kinds.iter().map(|kind| json!({"type": kind, "status": "True"})).collect()
    };
    let (start, end) = ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
    let with = |kinds: &[&str], more: Value| {
        let mut whole = json!({"startTime": start, "conditions": conditions(kinds)});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        status(whole)
    };
    let complete = &["SuccessCriteriaMet", "Complete"];
    let failed = &["FailureTarget", "Failed"];
    let ended = |more: Value| {
        let mut whole = json!({"completionTime": end});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        with(complete, whole)
    };
    table.updates(Part::Status, &[
        (status(json!({"active": -1})), "status.active: Invalid value: -1", status(json!({"active": 1}))),
        (status(json!({"succeeded": -1})), "status.succeeded: Invalid value: -1", status(json!({"succeeded": 1}))),
        (status(json!({"failed": -1})), "status.failed: Invalid value: -1", status(json!({"failed": 1}))),
        (status(json!({"ready": -1})), "status.ready: Invalid value: -1", status(json!({"ready": 1, "active": 1}))),
        (status(json!({"terminating": -1})), "status.terminating: Invalid value: -1", status(json!({"terminating": 1}))),
        (status(json!({"ready": 2, "active": 1})), "status.ready: Invalid value: 2: cannot set more ready pods than active", json!({})),
        (
            status(json!({"uncountedTerminatedPods": {"succeeded": [""]}})),
            "status.uncountedTerminatedPods.succeeded[0]: Invalid value: \"\": must not be empty",
            status(json!({"uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["b"]}})),
        ),
        (
            status(json!({"uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["a"]}})),
            "status.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\"",
            json!({}),
        ),
        (
            ended(json!({"conditions": conditions(&["SuccessCriteriaMet", "Complete", "Failed"])})),
            "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions",
            ended(json!({})),
        ),
        (
            ended(json!({"conditions": conditions(&["SuccessCriteriaMet", "Complete", "FailureTarget"])})),
            "status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions",
            with(failed, json!({})),
        ),
        (
            with(&["Failed"], json!({})),
            "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
            with(&["FailureTarget"], json!({})),
        ),
        (
            with(&["Complete"], json!({"completionTime": end})),
            "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            with(&["SuccessCriteriaMet"], json!({})),
        ),
        (
            with(&["SuccessCriteriaMet", "FailureTarget"], json!({})),
            "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
            json!({}),
        ),
        (
            with(&["SuccessCriteriaMet", "FailureTarget", "Failed"], json!({})),
            "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions",
            json!({}),
        ),
        (
            with(&[], json!({"completionTime": end})),
            "status.completionTime: Invalid value: \"2026-01-01T00:01:00Z\": cannot set completionTime when there is no Complete=True condition",
            json!({}),
        ),
        (
            with(complete, json!({})),
            "status.completionTime: Required value: completionTime is required for Complete jobs",
            json!({}),
        ),
        (
            ended(json!({"completionTime": "2025-01-01T00:00:00Z"})),
            "status.completionTime: Invalid value: \"2025-01-01T00:00:00Z\": must be equal to or after `startTime`",
            json!({}),
        ),
        (
            ended(json!({"startTime": null})),
            "status.startTime: Required value: startTime is required for finished job",
            json!({}),
        ),
        (ended(json!({"active": 1})), "status.active: Invalid value: 1: active>0 is invalid for finished job", ended(json!({"active": 0}))),
        (
            ended(json!({"terminating": 1})),
            "status.terminating: Invalid value: 1: terminating>0 is invalid for finished job",
            ended(json!({"terminating": 0})),
        ),
        (
            ended(json!({"uncountedTerminatedPods": {"failed": ["a"]}})),
            "status.uncountedTerminatedPods: Invalid value: {\"Succeeded\":null,\"Failed\":[\"a\"]}: must be empty for finished job",
            ended(json!({"uncountedTerminatedPods": {}})),
        ),
        (
            status(json!({"completedIndexes": "0"})),
            "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode",
            json!({}),
        ),
        (
            status(json!({"failedIndexes": "0"})),
            "status.failedIndexes: Invalid value: \"0\": cannot set non-null failedIndexes when backoffLimitPerIndex is null",
            json!({}),
        ),
    ]);
    let indexed = |status: Value| json!({"spec": {"completionMode": "Indexed", "completions": 4, "parallelism": 2, "backoffLimitPerIndex": 1}, "status": status});
    table.updates_of(Part::Status, &indexed(json!({})), &[
        (
            indexed(json!({"completedIndexes": "2,1"})),
            "status.completedIndexes: Invalid value: \"2,1\": error parsing completedIndexes: non-increasing order, previous: 2, current: 1",
            indexed(json!({"completedIndexes": "0-2"})),
        ),
        (
            indexed(json!({"failedIndexes": "7"})),
            "status.failedIndexes: Invalid value: \"7\": error parsing failedIndexes: too large index: \"7\"",
            indexed(json!({"failedIndexes": "3"})),
        ),
        (
            indexed(json!({"completedIndexes": "0-2", "failedIndexes": "2"})),
            "status.failedIndexes: Invalid value: \"2\": failedIndexes and completedIndexes overlap at index: 2",
            indexed(json!({"completedIndexes": "0-2", "failedIndexes": "3"})),
        ),
    ]);
    table.updates_of(
        Part::Status,
        &ended(json!({"failed": 2, "succeeded": 2})),
        &[
            (
                ended(json!({"failed": 1, "succeeded": 2})),
                "status.failed: Invalid value: 1: cannot decrease the failed counter",
                ended(json!({"failed": 3, "succeeded": 2})),
            ),
            (
                ended(json!({"failed": 2, "succeeded": 1})),
                "status.succeeded: Invalid value: 1: cannot decrease the succeeded counter",
                ended(json!({"failed": 2, "succeeded": 3})),
            ),
            (
                ended(json!({"failed": 2, "succeeded": 2, "completionTime": "2026-01-01T00:02:00Z"})),
                "status.completionTime: Invalid value: \"2026-01-01T00:02:00Z\": field is immutable",
                ended(json!({"failed": 2, "succeeded": 2})),
            ),
            (
                ended(json!({"failed": 2, "succeeded": 2, "startTime": "2026-01-01T00:00:30Z"})),
                "status.startTime: Required value: startTime cannot be removed for unsuspended job",
                ended(json!({"failed": 2, "succeeded": 2})),
            ),
            (
                with(&["SuccessCriteriaMet"], json!({"failed": 2, "succeeded": 2})),
                "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
                ended(json!({"failed": 2, "succeeded": 2})),
            ),
            (
                with(&[], json!({"failed": 2, "succeeded": 2})),
                "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition",
                ended(json!({"failed": 2, "succeeded": 2})),
            ),
        ],
    );
    // Who goes on after a pause starts anew.
    let paused = |paused: &str, start: &str| {
        status(json!({"startTime": start, "conditions": [{"type": "Suspended", "status": paused}]}))
    };
    table.updates_of(
        Part::Status,
        &paused("True", start),
        &[(
            paused("True", end),
            "status.startTime: Required value: startTime cannot be removed for unsuspended job",
            paused("False", end),
        )],
    );
}

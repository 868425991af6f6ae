//! Jobs that say when they have failed and when enough has succeeded, with real pods.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, program, skip_reason};

const LONG: Duration = Duration::from_secs(60);

/// The job `name` with these fields of its specification, whose pods run a script.
fn job(name: &str, fields: &str, script: &str) -> String {
    format!(
        r#"{{"apiVersion": "batch/v1", "kind": "Job", "metadata": {{"name": "{name}"}}, "spec": {{{fields},
            "template": {{"spec": {{"restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
                "containers": [{{"name": "c", "image": "kadm.local/busybox", "command": ["sh", "-c", "{script}"]}}]}}}}}}}}"#
    )
}

#[test]
fn policies_decide_when_a_job_is_over() -> Result<()> {
    if skip_reason().is_some() || program("busybox").is_none() {
        return Ok(());
    }
    let node = Node::start("one", "10.81.0.1")?;
    node.run("kadm init --single-node").ok()?;
    let indexed = r#""completions": 3, "parallelism": 3, "completionMode": "Indexed""#;
    let jobs = [
        job(
            "rule",
            r#""podFailurePolicy": {"rules": [{"action": "FailJob",
                "onExitCodes": {"containerName": "c", "operator": "In", "values": [42]}}]}"#,
            "exit 42",
        ),
        job("each", &format!(r#"{indexed}, "backoffLimitPerIndex": 0"#), "test $JOB_COMPLETION_INDEX != 1"),
        // Who is killed when the job has failed has not failed by itself.
        job(
            "most",
            &format!(r#"{indexed}, "backoffLimitPerIndex": 0, "maxFailedIndexes": 0"#),
            "test $JOB_COMPLETION_INDEX != 1 && sleep 1000",
        ),
        job(
            "enough",
            &format!(r#"{indexed}, "successPolicy": {{"rules": [{{"succeededIndexes": "0"}}]}}"#),
            "test $JOB_COMPLETION_INDEX = 0 || sleep 1000",
        ),
    ];
    for job in &jobs {
        node.run_with("kctl create -f -", job)?.ok()?;
    }
    for (name, kind, reason, indexes) in [
        ("rule", "Failed", "PodFailurePolicy", "/"),
        ("each", "Failed", "FailedIndexes", "0,2/1"),
        ("most", "Failed", "MaxFailedIndexesExceeded", "/1"),
        ("enough", "Complete", "SuccessPolicy", "0/"),
    ] {
        let condition = format!("{{.status.conditions[?(@.type=='{kind}')].reason}}");
        node.until(&format!("kctl get job {name} -o jsonpath=\"{condition}\""), LONG, |out| out == reason)?;
        let fields = "{.status.completedIndexes}/{.status.failedIndexes}";
        let seen = node.run(&format!("kctl get job {name} -o jsonpath='{fields}'")).ok()?;
        assert_eq!(seen, indexes, "{name}");
    }
    // What still ran is gone, and no finalizer holds it.
    let left = "kctl get pods -l job-name=enough -o name | wc -l";
    node.until(left, LONG, |out| out.trim() == "1")?;
    Ok(())
}

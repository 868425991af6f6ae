//! What makes pods.

use anyhow::Result;
use serde_json::Value;

use super::{Page, annotations, head, labels_line, list, marks, number, or, selector, text, time, yes};
use crate::connect::Session;

/// How the pods of a selector fare: running, waiting, succeeded, failed.
async fn pods(session: &Session, object: &Value, selector: &str) -> Result<String> {
    let path = client::path("", "v1", "pods", object["metadata"]["namespace"].as_str(), None, None);
    let found = session.client()?.list::<Value>(&path, &client::ListParams::labels(selector)).await?;
    let mut counts = [0; 4];
    for pod in &found.items {
        let owned = list(&pod["metadata"]["ownerReferences"])
            .any(|owner| owner["controller"] == true && owner["uid"] == object["metadata"]["uid"]);
        if !owned {
            continue;
        }
        let place = match pod["status"]["phase"].as_str() {
            Some("Running") => 0,
            Some("Pending") => 1,
            Some("Succeeded") => 2,
            Some("Failed") => 3,
            _ => continue,
        };
        counts[place] += 1;
    }
    let [running, waiting, succeeded, failed] = counts;
    Ok(format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"))
}

fn conditions(page: &mut Page, object: &Value) {
    if list(&object["status"]["conditions"]).next().is_some() {
        page.line(0, "Conditions:\n  Type\tStatus\tReason");
        page.line(1, "----\t------\t------");
        for condition in list(&object["status"]["conditions"]) {
            page.line(
                1,
                format!(
                    "{} \t{}\t{}",
                    text(&condition["type"]),
                    text(&condition["status"]),
                    text(&condition["reason"])
                ),
            );
        }
    }
}

/// A deployment.
pub async fn deployment(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (metadata, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    head(page, object);
    page.pair(0, "CreationTimestamp", time(&metadata["creationTimestamp"]));
    marks(page, object);
    page.pair(0, "Selector", selector(&spec["selector"]));
    page.pair(
        0,
        "Replicas",
        format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec["replicas"].as_i64().unwrap_or(1),
            number(&status["updatedReplicas"]),
            number(&status["replicas"]),
            number(&status["availableReplicas"]),
            number(&status["unavailableReplicas"])
        ),
    );
    page.pair(0, "StrategyType", text(&spec["strategy"]["type"]));
    page.pair(0, "MinReadySeconds", number(&spec["minReadySeconds"]));
    let rolling = &spec["strategy"]["rollingUpdate"];
    if rolling.is_object() {
        let words = format!(
            "{} max unavailable, {} max surge",
            text(&rolling["maxUnavailable"]),
            text(&rolling["maxSurge"])
        );
        page.pair(0, "RollingUpdateStrategy", words);
    }
    super::pod::template(page, &spec["template"]);
    conditions(page, object);
    let path = client::path("apps", "v1", "replicasets", metadata["namespace"].as_str(), None, None);
    let sets = session.client()?.list::<Value>(&path, &client::ListParams::default()).await?;
    let revision = &metadata["annotations"]["deployment.kubernetes.io/revision"];
    let (mut old, mut new) = (Vec::new(), "<none>".to_string());
    let mut owned: Vec<&Value> = sets
        .items
        .iter()
        .filter(|set| list(&set["metadata"]["ownerReferences"]).any(|owner| owner["uid"] == metadata["uid"]))
        .collect();
    if owned.is_empty() {
        return Ok(true);
    }
    owned.sort_by_key(|set| text(&set["metadata"]["creationTimestamp"]));
    for set in owned {
        let words = format!(
            "{} ({}/{} replicas created)",
            text(&set["metadata"]["name"]),
            number(&set["status"]["replicas"]),
            number(&set["spec"]["replicas"])
        );
        if set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == *revision {
            new = words;
        } else {
            old.push(words);
        }
    }
    page.pair(0, "OldReplicaSets", if old.is_empty() { "<none>".into() } else { old.join(", ") });
    page.pair(0, "NewReplicaSet", new);
    Ok(true)
}

/// A replica set or replication controller.
pub async fn replicas(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    let words =
        if spec["selector"]["matchLabels"].is_object() || spec["selector"]["matchExpressions"].is_array() {
            selector(&spec["selector"])
        } else {
            labels_line(&spec["selector"])
        };
    page.pair(0, "Selector", &words);
    marks(page, object);
    controlled(page, object);
    page.pair(
        0,
        "Replicas",
        format!(
            "{} current / {} desired",
            number(&status["replicas"]),
            spec["replicas"].as_i64().unwrap_or(1)
        ),
    );
    page.pair(0, "Pods Status", pods(session, object, &words).await?);
    super::pod::template(page, &spec["template"]);
    if list(&status["conditions"]).next().is_some() {
        conditions(page, object);
    }
    Ok(true)
}

fn controlled(page: &mut Page, object: &Value) {
    if let Some(owner) =
        list(&object["metadata"]["ownerReferences"]).find(|owner| owner["controller"] == true)
    {
        page.pair(0, "Controlled By", format!("{}/{}", text(&owner["kind"]), text(&owner["name"])));
    }
}

/// A daemon set.
pub async fn daemon_set(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    let words = selector(&spec["selector"]);
    page.pair(0, "Selector", &words);
    page.pair(0, "Node-Selector", labels_line(&spec["template"]["spec"]["nodeSelector"]));
    marks(page, object);
    for (title, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        page.line(0, format!("{title}: {}", number(&status[field])));
    }
    page.pair(0, "Pods Status", pods(session, object, &words).await?);
    super::pod::template(page, &spec["template"]);
    Ok(true)
}

/// A stateful set.
pub async fn stateful_set(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    page.pair(0, "CreationTimestamp", time(&object["metadata"]["creationTimestamp"]));
    let words = selector(&spec["selector"]);
    page.pair(0, "Selector", &words);
    marks(page, object);
    page.pair(
        0,
        "Replicas",
        format!("{} desired | {} total", spec["replicas"].as_i64().unwrap_or(1), number(&status["replicas"])),
    );
    page.pair(0, "Update Strategy", text(&spec["updateStrategy"]["type"]));
    let rolling = &spec["updateStrategy"]["rollingUpdate"];
    if rolling.is_object() {
        if !rolling["partition"].is_null() {
            page.pair(1, "Partition", number(&rolling["partition"]));
        }
        if !rolling["maxUnavailable"].is_null() {
            page.pair(1, "MaxUnavailable", text(&rolling["maxUnavailable"]));
        }
    }
    page.pair(0, "Pods Status", pods(session, object, &words).await?);
    super::pod::template(page, &spec["template"]);
    let claims: Vec<&Value> = list(&spec["volumeClaimTemplates"]).collect();
    if claims.is_empty() {
        page.line(0, "Volume Claims:\t<none>");
    } else {
        page.line(0, "Volume Claims:");
        for claim in claims {
            page.pair(1, "Name", text(&claim["metadata"]["name"]));
            page.pair(1, "StorageClass", text(&claim["spec"]["storageClassName"]));
            super::labels(page, 1, "Labels", &claim["metadata"]["labels"]);
            annotations(page, 1, "Annotations", &claim["metadata"]["annotations"]);
            let capacity = &claim["spec"]["resources"]["requests"]["storage"];
            page.pair(1, "Capacity", or(capacity, "<default>"));
            let modes: Vec<String> = list(&claim["spec"]["accessModes"]).map(text).collect();
            page.pair(1, "Access Modes", format!("[{}]", modes.join(" ")));
        }
    }
    Ok(true)
}

/// A job.
pub fn job(page: &mut Page, object: &Value) -> bool {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    page.pair(0, "Selector", selector(&spec["selector"]));
    marks(page, object);
    controlled(page, object);
    page.pair(0, "Parallelism", number(&spec["parallelism"]));
    page.pair(0, "Completions", or(&spec["completions"], "<unset>"));
    if spec["completionMode"].is_string() {
        page.pair(0, "Completion Mode", text(&spec["completionMode"]));
    }
    if spec["suspend"].is_boolean() {
        page.pair(0, "Suspend", text(&spec["suspend"]));
    }
    if spec["backoffLimit"].is_number() {
        page.pair(0, "Backoff Limit", text(&spec["backoffLimit"]));
    }
    if spec["ttlSecondsAfterFinished"].is_number() {
        page.pair(0, "TTL Seconds After Finished", text(&spec["ttlSecondsAfterFinished"]));
    }
    if status["startTime"].is_string() {
        page.pair(0, "Start Time", time(&status["startTime"]));
    }
    if status["completionTime"].is_string() {
        page.pair(0, "Completed At", time(&status["completionTime"]));
        let seconds = |value: &Value| {
            value
                .as_str()
                .and_then(|text| text.parse::<jiff::Timestamp>().ok())
                .map(jiff::Timestamp::as_second)
        };
        if let (Some(from), Some(to)) = (seconds(&status["startTime"]), seconds(&status["completionTime"])) {
            page.pair(0, "Duration", apimachinery::columns::human_duration(to - from));
        }
    }
    if spec["activeDeadlineSeconds"].is_number() {
        page.pair(0, "Active Deadline Seconds", format!("{}s", number(&spec["activeDeadlineSeconds"])));
    }
    let ready = if status["ready"].is_number() {
        format!(" ({} Ready)", number(&status["ready"]))
    } else {
        String::new()
    };
    page.pair(
        0,
        "Pods Statuses",
        format!(
            "{} Active{ready} / {} Succeeded / {} Failed",
            number(&status["active"]),
            number(&status["succeeded"]),
            number(&status["failed"])
        ),
    );
    if spec["completionMode"] == "Indexed" {
        page.pair(0, "Completed Indexes", or(&status["completedIndexes"], "<none>"));
    }
    super::pod::template(page, &spec["template"]);
    true
}

/// A cron job.
pub fn cron_job(page: &mut Page, object: &Value) -> bool {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    marks(page, object);
    page.pair(0, "Schedule", text(&spec["schedule"]));
    if spec["timeZone"].is_string() {
        page.pair(0, "Time Zone", text(&spec["timeZone"]));
    }
    page.pair(0, "Concurrency Policy", text(&spec["concurrencyPolicy"]));
    page.pair(0, "Suspend", yes(&spec["suspend"]));
    page.pair(0, "Successful Job History Limit", or(&spec["successfulJobsHistoryLimit"], "<unset>"));
    page.pair(0, "Failed Job History Limit", or(&spec["failedJobsHistoryLimit"], "<unset>"));
    let deadline = &spec["startingDeadlineSeconds"];
    page.pair(
        0,
        "Starting Deadline Seconds",
        if deadline.is_number() { format!("{}s", number(deadline)) } else { "<unset>".into() },
    );
    let template = &spec["jobTemplate"]["spec"];
    page.pair(
        0,
        "Selector",
        if template["selector"].is_object() { selector(&template["selector"]) } else { "<unset>".into() },
    );
    page.pair(0, "Parallelism", or(&template["parallelism"], "<unset>"));
    page.pair(0, "Completions", or(&template["completions"], "<unset>"));
    if template["activeDeadlineSeconds"].is_number() {
        page.pair(0, "Active Deadline Seconds", format!("{}s", number(&template["activeDeadlineSeconds"])));
    }
    super::pod::template(page, &template["template"]);
    let last = time(&status["lastScheduleTime"]);
    page.pair(0, "Last Schedule Time", if last.is_empty() { "<unset>".into() } else { last });
    let active: Vec<String> = list(&status["active"]).map(|job| text(&job["name"])).collect();
    page.pair(0, "Active Jobs", if active.is_empty() { "<none>".into() } else { active.join(", ") });
    true
}

//! Tells in each flow schema's status whether its priority level is there.

use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use k8s_openapi::api::flowcontrol::v1::{FlowSchema, FlowSchemaCondition};
use serde_json::{Value, json};

use crate::bootstrap::{replace, resource};
use crate::handlers::write;
use crate::server::Server;
use crate::storage::Filter;

/// How long a failed step waits before it is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs until the end.
pub async fn run(server: Arc<Server>) {
    let caches = ["flowschemas", "prioritylevelconfigurations"].map(|prefix| server.store.known(prefix));
    let [mut schemas, mut levels] = caches.map(|cache| cache.subscribe());
    loop {
        schemas.borrow_and_update();
        levels.borrow_and_update();
        let pause = match step(&server).await {
            Ok(()) => Duration::from_secs(3600),
            Err(status) => {
                tracing::debug!(error = status.message, "cannot tell which flow schemas dangle");
                AGAIN
            }
        };
        tokio::select! {
            _ = schemas.changed() => {}
            _ = levels.changed() => {}
            () = tokio::time::sleep(pause) => {}
            () = server.shutdown.cancelled() => return,
        }
    }
}

/// The condition that a schema should have, if it has not.
fn wanted(schema: &FlowSchema, is_there: bool) -> Option<Value> {
    let level = &schema.spec.as_ref()?.priority_level_configuration.name;
    let (status, reason, told) = if is_there {
        ("False", "Found", "and it exists")
    } else {
        ("True", "NotFound", "but there is no such object")
    };
    let message =
        format!("This FlowSchema references the PriorityLevelConfiguration object named {level:?} {told}");
    let conditions = schema.status.iter().flat_map(|status| status.conditions.iter()).flatten();
    let same = |one: &FlowSchemaCondition| {
        one.type_.as_deref() == Some("Dangling")
            && one.status.as_deref() == Some(status)
            && one.message.as_deref() == Some(message.as_str())
    };
    let now = write::now();
    (!conditions.into_iter().any(same)).then(|| {
        json!({"type": "Dangling", "status": status, "reason": reason, "message": message, "lastTransitionTime": now})
    })
}

async fn step(server: &Arc<Server>) -> Result<(), Status> {
    let [schemas, levels] =
        ["flowschemas", "prioritylevelconfigurations"].map(|prefix| server.store.known(prefix));
    for entry in server.store.list(schemas, &Filter::default()).await?.entries {
        let Some(schema) = entry.typed::<FlowSchema>() else { continue };
        let level = schema.spec.as_ref().map(|spec| spec.priority_level_configuration.name.as_str());
        let is_there = match level {
            Some(level) => server.store.get(levels, level).await?.is_some(),
            None => false,
        };
        let Some(condition) = wanted(&schema, is_there) else { continue };
        let row = resource("flowcontrol.apiserver.k8s.io", "flowschemas");
        replace(server, row, entry.name(), |object| {
            // What has changed meanwhile is looked at in its turn.
            if object["spec"]["priorityLevelConfiguration"]["name"].as_str() != level {
                return false;
            }
            let mut conditions: Vec<Value> =
                object["status"]["conditions"].as_array().cloned().unwrap_or_default();
            conditions.retain(|one| one["type"] != "Dangling");
            conditions.push(condition.clone());
            object["status"] = json!({"conditions": conditions});
            true
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_told_once() {
        let mut schema: FlowSchema = serde_json::from_value(json!({
            "metadata": {"name": "s"}, "spec": {"priorityLevelConfiguration": {"name": "gone"}},
        }))
        .expect("a schema");
        let told = wanted(&schema, false).expect("it has none");
        assert_eq!((&told["status"], &told["reason"]), (&json!("True"), &json!("NotFound")));
        let status = json!({"conditions": [told]});
        schema.status = serde_json::from_value(status).expect("a status");
        assert_eq!(wanted(&schema, false), None);
        let told = wanted(&schema, true).expect("it has changed");
        assert_eq!((&told["status"], &told["reason"]), (&json!("False"), &json!("Found")));
    }
}

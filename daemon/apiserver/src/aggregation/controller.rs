//! Follows the APIServices: asks the servers behind them what they have, and tells in their
//! status whether they answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use apimachinery::resources::RESOURCES;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;
use serde_json::{Value, json};

use super::Backend;
use crate::bootstrap::{Hook, replace, resource, set_condition};
use crate::handlers::write;
use crate::server::Server;
use crate::storage::Filter;

/// How often a server is asked whether it is still there, as upstream does.
const CHECK: Duration = Duration::from_secs(30);
/// How often one that was not there is asked.
const AGAIN: Duration = Duration::from_secs(2);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs until the end.
pub async fn run(server: Arc<Server>) {
    let Some(cache) = server.store.cache(resource("apiregistration.k8s.io", "apiservices")) else { return };
    let mut events = cache.subscribe();
    let mut known: HashMap<String, Value> = HashMap::new();
    loop {
        events.borrow_and_update();
        let pause = match step(&server, &mut known).await {
            Ok(pause) => {
                server.hooks.mark(Hook::Aggregation);
                pause
            }
            Err(status) => {
                tracing::warn!(error = status.message, "cannot follow the API services");
                AGAIN
            }
        };
        tokio::select! {
            changed = events.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause) => {}
            () = server.shutdown.cancelled() => return,
        }
    }
}

/// Looks at all services once. Gives how long nothing need be done.
async fn step(server: &Arc<Server>, known: &mut HashMap<String, Value>) -> Result<Duration, Status> {
    let Some(cache) = server.store.cache(resource("apiregistration.k8s.io", "apiservices")) else {
        return Ok(Duration::MAX);
    };
    let entries = server.store.list(cache, &Filter::default()).await?.entries;
    let services: Vec<APIService> = entries.iter().filter_map(|entry| entry.typed()).collect();
    let mut backends = Vec::new();
    let mut told = Vec::new();
    let mut pause = Duration::from_secs(24 * 3600);
    known.retain(|name, _| services.iter().any(|service| service.metadata.name.as_deref() == Some(name)));
    for service in &services {
        let Some(mut backend) = Backend::of(service) else { continue };
        // What this server has itself, no other one answers for.
        if RESOURCES.iter().any(|own| own.group == backend.group && own.version == backend.version) {
            continue;
        }
        let spec = serde_json::to_value(&service.spec).unwrap_or_default();
        if known.get(&backend.name).is_some_and(|before| *before != spec) {
            server.aggregation.forget(&backend.name);
        }
        let before = server.aggregation.table().iter().find(|one| one.name == backend.name).cloned();
        backend.resources = before.and_then(|before| before.resources.clone());
        let outcome = ask(server, &backend).await;
        let (status, reason, message) = match &outcome {
            Ok(_) => ("True", "Passed", "all checks passed".to_string()),
            Err((reason, why)) => ("False", *reason, why.clone()),
        };
        pause = pause.min(if outcome.is_ok() { CHECK } else { AGAIN });
        if let Ok(resources) = outcome {
            backend.resources = Some(resources);
        }
        known.insert(backend.name.clone(), spec);
        told.push((backend.name.clone(), status, reason, message));
        backends.push(Arc::new(backend));
    }
    server.aggregation.publish(backends);
    for (name, status, reason, message) in told {
        tell(server, &name, status, reason, &message).await?;
    }
    Ok(pause)
}

/// What the server says of its resources.
async fn ask(server: &Arc<Server>, backend: &Backend) -> Result<Value, (&'static str, String)> {
    let client = server.aggregation.client(server, backend).await?;
    let url =
        format!("https://{}:{}/apis/{}/{}", backend.host(), backend.port, backend.group, backend.version);
    let failed =
        |why: String| ("FailedDiscoveryCheck", format!("failing or missing response from {url}: {why}"));
    let ask = client
        .get(&url)
        .timeout(PATIENCE)
        .header("accept", "application/json")
        .header("x-remote-user", "system:kube-aggregator")
        .header("x-remote-group", "system:masters");
    let answer = ask.send().await.map_err(|error| failed(format!("{:?}", error.without_url())))?;
    let code = answer.status();
    if !code.is_success() {
        return Err(failed(format!("bad status from {url}: {}", code.as_u16())));
    }
    let text = answer.bytes().await.map_err(|error| failed(error.without_url().to_string()))?;
    serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))
}

/// Says in a service's status whether it is there; what others say in it stays.
async fn tell(
    server: &Arc<Server>,
    name: &str,
    status: &str,
    reason: &str,
    message: &str,
) -> Result<(), Status> {
    let new = json!({
        "type": "Available", "status": status, "reason": reason, "message": message,
        "lastTransitionTime": write::now(),
    });
    replace(server, resource("apiregistration.k8s.io", "apiservices"), name, |object| {
        set_condition(&mut object["status"], new.clone())
    })
    .await
}

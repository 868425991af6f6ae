//! Webhooks: other servers that change or judge what is written.

mod asking;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use k8s_openapi::api::admissionregistration::v1 as api;
use serde_json::{Value as Json, json};

use super::Attributes;
use super::matching::{self, Condition, Rule};
use crate::callout::{Callouts, Target};
use crate::server::Server;
use crate::storage::Cache;
use crate::strategy;
use asking::{Allowed, Failure, Turn, ask, call, review, settle};

/// One webhook.
#[derive(Debug)]
struct Hook {
    name: String,
    /// The object that it is from.
    configuration: String,
    target: Target,
    rules: Vec<Rule>,
    equivalent: bool,
    namespaces: Option<Selector>,
    objects: Option<Selector>,
    conditions: Vec<Condition>,
    ignores_failure: bool,
    timeout: Duration,
    side_effects: bool,
    versions: Vec<String>,
    reinvoked: bool,
}

/// The webhooks of one kind, made anew when a configuration changes.
#[derive(Default)]
struct Hooks {
    version: (u64, u64),
    list: Arc<Vec<Hook>>,
}

/// What is kept between requests.
#[derive(Default)]
pub struct Webhooks {
    mutating: Mutex<Hooks>,
    validating: Mutex<Hooks>,
    callouts: Callouts,
}

macro_rules! hook {
    ($configuration:expr, $hook:expr, $reinvoked:expr) => {{
        let hook = $hook;
        Hook {
            name: hook.name.clone(),
            configuration: $configuration.to_string(),
            target: Target::from(&hook.client_config),
            rules: hook.rules.iter().flatten().map(Rule::from).collect(),
            equivalent: hook.match_policy.as_deref() != Some("Exact"),
            namespaces: matching::selector(hook.namespace_selector.as_ref()),
            objects: matching::selector(hook.object_selector.as_ref()),
            conditions: hook.match_conditions.iter().flatten().map(Condition::from).collect(),
            ignores_failure: hook.failure_policy.as_deref() == Some("Ignore"),
            timeout: Duration::from_secs(
                u64::try_from(hook.timeout_seconds.unwrap_or(10)).unwrap_or(10).clamp(1, 30),
            ),
            side_effects: !matches!(hook.side_effects.as_str(), "None" | "NoneOnDryRun"),
            versions: hook.admission_review_versions.clone(),
            reinvoked: $reinvoked,
        }
    }};
}

/// The hooks as the cache has them.
async fn current(
    server: &Arc<Server>,
    cache: &Arc<Cache>,
    kept: &Mutex<Hooks>,
    read: impl Fn(&crate::storage::Entry) -> Vec<Hook>,
) -> Result<Arc<Vec<Hook>>, Status> {
    let version = server.store.version(cache).await?;
    {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version == version {
            return Ok(kept.list.clone());
        }
    }
    let (entries, version) = server.store.everything(cache).await?;
    let list = Arc::new(entries.iter().flat_map(|entry| read(entry)).collect::<Vec<Hook>>());
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Hooks { version, list: list.clone() };
    Ok(list)
}

/// Configurations of admission are not admitted by what they configure.
fn is_exempt(attributes: &Attributes<'_>) -> bool {
    attributes.resource.group == "admissionregistration.k8s.io"
}

async fn mutating(attributes: &Attributes<'_>) -> Result<Arc<Vec<Hook>>, Status> {
    let server = attributes.server();
    current(
        server,
        server.store.known("mutatingwebhookconfigurations"),
        &server.admission.webhooks.mutating,
        |entry| {
            let found = entry.typed::<api::MutatingWebhookConfiguration>().and_then(|found| found.webhooks);
            let hooks = found.unwrap_or_default();
            hooks
                .iter()
                .map(|hook| {
                    hook!(entry.name(), hook, hook.reinvocation_policy.as_deref() == Some("IfNeeded"))
                })
                .collect()
        },
    )
    .await
}

/// Lets the mutating webhooks judge a deletion or a connection: there is nothing to change.
pub async fn show(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    if is_exempt(attributes) {
        return Ok(());
    }
    for (index, hook) in mutating(attributes).await?.iter().enumerate() {
        ask(attributes, hook, object, &Turn { validates: false, round: 0, index }).await?;
    }
    Ok(())
}

/// Lets the mutating webhooks change the object.
pub async fn mutate(attributes: &Attributes<'_>, object: &mut Box<dyn Object>) -> Result<(), Status> {
    if is_exempt(attributes) {
        return Ok(());
    }
    let hooks = mutating(attributes).await?;
    // Those that want to see what later ones did are asked again, once.
    let mut again: Vec<usize> = Vec::new();
    for (index, hook) in hooks.iter().enumerate() {
        if ask_to_mutate(attributes, hook, object, 0, index).await? {
            let earlier = (0..index).filter(|earlier| hooks[*earlier].reinvoked && !again.contains(earlier));
            again.extend(earlier.collect::<Vec<_>>());
        }
    }
    for index in again {
        ask_to_mutate(attributes, &hooks[index], object, 1, index).await?;
    }
    Ok(())
}

/// Asks one webhook, and gives whether it changed the object.
async fn ask_to_mutate(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: &mut Box<dyn Object>,
    round: usize,
    index: usize,
) -> Result<bool, Status> {
    let turn = Turn { validates: false, round, index };
    let Some(review) = review(attributes, hook, Some(object.as_ref()), &turn).await? else {
        return Ok(false);
    };
    let begun = Instant::now();
    let outcome = match call(attributes, hook, &turn, review).await {
        Ok(allowed) => change(attributes, hook, object, allowed, &turn).await.map_err(Failure::Own),
        Err(failure) => Err(failure),
    };
    Ok(settle(attributes, hook, &turn, begun, outcome)?.unwrap_or(false))
}

/// Does to the object what a webhook wants, and gives whether that changed it.
async fn change(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: &mut Box<dyn Object>,
    answer: Allowed,
    turn: &Turn,
) -> Result<bool, Status> {
    let Turn { round, index, .. } = turn;
    let note = |mutated: bool| {
        let key = format!("mutation.webhook.admission.k8s.io/round_{round}_index_{index}");
        let value = json!({"configuration": hook.configuration, "webhook": hook.name, "mutated": mutated});
        attributes.call.annotate(key, value.to_string());
    };
    let Some(patch) = answer.patch else {
        note(false);
        return Ok(false);
    };
    if attributes.call.notes_objects()
        && let Ok(patch) = serde_json::from_slice::<Json>(&patch)
    {
        let key = format!("patch.webhook.admission.k8s.io/round_{round}_index_{index}");
        let value = json!({
            "configuration": hook.configuration, "webhook": hook.name, "patch": patch, "patchType": "JSONPatch",
        });
        attributes.call.annotate(key, value.to_string());
    }
    let resource = answer.resource;
    let failed = |why: String| Status::internal(format!("admission webhook {:?}: {why}", hook.name));
    let patch: json_patch::Patch = serde_json::from_slice(&patch)
        .map_err(|error| failed(format!("its patch is no JSON patch: {error}")))?;
    let mut value = matching::shown(attributes, resource, Some(object.as_ref())).await?;
    json_patch::patch(&mut value, &patch)
        .map_err(|error| failed(format!("its patch does not fit: {error}")))?;
    let value = matching::taken(attributes, resource, value).await?;
    let text = serde_json::to_vec(&value).map_err(Status::internal)?;
    let kind = attributes.object_type()?;
    let mut changed = (kind.decode)(&text)
        .map_err(|error| failed(format!("its patch makes no {}: {error}", resource.kind)))?;
    if changed.name() != object.name() || changed.namespace() != object.namespace() {
        return Err(failed("its patch changes the object's name or namespace".into()));
    }
    if attributes.kind.is_none() {
        strategy::of(attributes.resource).default(changed.as_mut());
    }
    let differs = changed.encode() != object.encode();
    note(differs);
    *object = changed;
    Ok(differs)
}

/// Lets the validating webhooks judge, all at the same time.
pub async fn validate(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    if is_exempt(attributes) {
        return Ok(());
    }
    let server = attributes.server();
    let hooks = current(
        server,
        server.store.known("validatingwebhookconfigurations"),
        &server.admission.webhooks.validating,
        |entry| {
            let found = entry.typed::<api::ValidatingWebhookConfiguration>().and_then(|found| found.webhooks);
            found.unwrap_or_default().iter().map(|hook| hook!(entry.name(), hook, false)).collect()
        },
    )
    .await?;
    let turns: Vec<Turn> = (0..hooks.len()).map(|index| Turn { validates: true, round: 0, index }).collect();
    let asked = hooks.iter().zip(&turns).map(|(hook, turn)| ask(attributes, hook, object, turn));
    futures::future::try_join_all(asked).await?;
    Ok(())
}

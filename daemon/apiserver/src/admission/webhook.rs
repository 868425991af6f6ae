//! Webhooks: other servers that change or judge what is written.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use apimachinery::resources::Resource;
use apimachinery::status::Details;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cel::{Value, Variables};
use k8s_openapi::api::admissionregistration::v1 as api;
use serde_json::{Value as Json, json};

use super::Attributes;
use super::expressions::Asked;
use super::matching::{self, Condition, Rule};
use crate::callout::{Callouts, Target};
use crate::metrics::admission as told;
use crate::server::Server;
use crate::storage::Cache;
use crate::strategy;

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

/// What a webhook says of a request that it allows.
struct Allowed {
    resource: &'static Resource,
    patch: Option<Vec<u8>>,
}

/// When a webhook is asked, for audit events.
struct Turn {
    /// To judge, not to change.
    validates: bool,
    round: usize,
    index: usize,
}

/// How asking a webhook went wrong.
enum Failure {
    /// It could not be asked, or its answer makes no sense, with the code that upstream's metrics have for that: what
    /// comes of it is the webhook's policy.
    Call(u16, String),
    /// It refuses.
    Denied(Status),
    /// This server can't go on.
    Own(Status),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Own(status)
    }
}

/// Asks a webhook to judge, if it is to be asked.
async fn ask(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: Option<&dyn Object>,
    turn: &Turn,
) -> Result<(), Status> {
    let Some(review) = review(attributes, hook, object, turn).await? else { return Ok(()) };
    let begun = Instant::now();
    let outcome = call(attributes, hook, turn, review).await;
    settle(attributes, hook, turn, begun, outcome).map(|_| ())
}

/// Tells how it went to ask a webhook. What fails follows its policy.
fn settle<T>(
    attributes: &Attributes<'_>,
    hook: &Hook,
    turn: &Turn,
    begun: Instant,
    outcome: Result<T, Failure>,
) -> Result<Option<T>, Status> {
    let asked = match &outcome {
        Ok(_) => told::Asked::Allowed,
        Err(Failure::Denied(status)) => told::Asked::Denied(status.code),
        Err(Failure::Own(_)) => told::Asked::Broken,
        Err(Failure::Call(code, _)) => told::Asked::Failed { code: *code, ignored: hook.ignores_failure },
    };
    told::webhook(&hook.name, attributes.operation.word(), turn.validates, asked, begun.elapsed());
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(Failure::Denied(status) | Failure::Own(status)) => Err(status),
        Err(Failure::Call(_, why)) if hook.ignores_failure => {
            tracing::warn!(webhook = hook.name, why, "a webhook failed and is ignored");
            let Turn { validates, round, index } = turn;
            let kind = if *validates { "validation" } else { "mutation" };
            let key = format!("failed-open.{kind}.webhook.admission.k8s.io/round_{round}_index_{index}");
            attributes.call.annotate(key, hook.name.as_str());
            Ok(None)
        }
        Err(Failure::Call(_, why)) => {
            Err(Status::internal(format!("failed calling webhook {:?}: {why}", hook.name)))
        }
    }
}

/// What a webhook is shown.
struct Review {
    resource: &'static Resource,
    request: Json,
}

/// What to show a webhook; `None`, if it is not to be asked.
async fn review(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: Option<&dyn Object>,
    turn: &Turn,
) -> Result<Option<Review>, Status> {
    let Some(resource) = matching::matched(&hook.rules, hook.equivalent, attributes) else { return Ok(None) };
    let (Some(namespaces), Some(objects)) = (&hook.namespaces, &hook.objects) else {
        return Err(Status::internal(format!(
            "admission webhook {:?}: a selector can't be understood",
            hook.name
        )));
    };
    if !matching::in_namespace(namespaces, attributes, object).await?
        || !matching::is_object(objects, attributes, object)
    {
        return Ok(None);
    }
    let mut request = matching::request(attributes, resource);
    let shown = matching::shown(attributes, resource, object).await?;
    let old = matching::shown(attributes, resource, attributes.old).await?;
    if !hook.conditions.is_empty() {
        let mut variables = Variables::new();
        variables.insert("object", Value::from(&shown));
        variables.insert("oldObject", Value::from(&old));
        variables.insert("request", Value::from(&request));
        if hook.conditions.iter().any(Condition::asks) {
            let asked = Arc::new(Asked::default());
            asked.offer(attributes, &mut variables);
            // First for what they ask; what comes out is told below.
            loop {
                let _ = matching::meets(&hook.conditions, &variables);
                if !asked.answer(attributes).await? {
                    break;
                }
            }
        }
        let of = told::Of {
            kind: "webhook",
            name: &hook.name,
            operation: attributes.operation.word(),
            step: if turn.validates { "validate" } else { "admit" },
        };
        match matching::met(of, &hook.conditions, &variables) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if hook.ignores_failure => return Ok(None),
            Err(why) => {
                return Err(attributes.forbidden(format!("admission webhook {:?}: {why}", hook.name)));
            }
        }
    }
    request["object"] = shown;
    request["oldObject"] = old;
    Ok(Some(Review { resource, request }))
}

/// Asks a webhook.
async fn call(
    attributes: &Attributes<'_>,
    hook: &Hook,
    turn: &Turn,
    review: Review,
) -> Result<Allowed, Failure> {
    // The codes that upstream gives these failures: of the call, and of the answer to it.
    let unasked = |why: String| Failure::Call(503, why);
    let invalid = |why: String| Failure::Call(503, format!("received invalid webhook response: {why}"));
    let Review { resource, mut request } = review;
    if attributes.call.dry_run()? && hook.side_effects {
        let why = format!("admission webhook {:?} does not support dry run", hook.name);
        return Err(Failure::Own(Status::bad_request(why)));
    }
    if !hook.versions.iter().any(|version| version == "v1") {
        return Err(Failure::Call(400, "it takes no AdmissionReview of version v1".into()));
    }
    let uid = uuid::Uuid::new_v4().to_string();
    request["uid"] = json!(uid);
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request});
    let server = attributes.server();
    let callouts = &server.admission.webhooks.callouts;
    let settings = &server.admission.settings;
    let users = if turn.validates { &settings.validating_users } else { &settings.mutating_users };
    let asked = callouts.post(&server.store, &hook.target, hook.timeout, true, &review, users).await;
    let answer = asked.map_err(|why| unasked(format!("failed to call webhook: {why}")))?;
    let response = &answer["response"];
    if answer["kind"] != "AdmissionReview" || answer["apiVersion"] != "admission.k8s.io/v1" {
        let wanted = "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview";
        return Err(invalid(wanted.into()));
    }
    if response["uid"] != uid {
        return Err(invalid(format!("expected response.uid={uid:?}, got {}", response["uid"])));
    }
    for (key, value) in response["auditAnnotations"].as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            attributes.call.annotate(format!("{}/{key}", hook.name), value);
        }
    }
    for warning in response["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        attributes.call.warn(warning);
    }
    if response["allowed"] != true {
        return Err(Failure::Denied(denied(&hook.name, &response["status"])));
    }
    let patch = match (response["patchType"].as_str(), response["patch"].as_str()) {
        (_, None) => None,
        (Some("JSONPatch"), Some(text)) => {
            let patch = STANDARD.decode(text);
            Some(patch.map_err(|error| invalid(format!("the patch is no base64: {error}")))?)
        }
        (other, Some(_)) => {
            return Err(invalid(format!("unsupported patch type {:?}", other.unwrap_or_default())));
        }
    };
    Ok(Allowed { resource, patch })
}

/// The refusal of a webhook, in its words.
fn denied(name: &str, given: &Json) -> Status {
    let by = format!("admission webhook {name:?} denied the request");
    let text = |field: &str| given[field].as_str().unwrap_or_default();
    let message = match (text("message"), text("reason")) {
        ("", "") => format!("{by} without explanation"),
        ("", reason) => format!("{by}: {reason}"),
        (message, _) => format!("{by}: {message}"),
    };
    let code = given["code"].as_u64().and_then(|code| u16::try_from(code).ok()).filter(|code| *code >= 400);
    let mut status = Status::failure(code.unwrap_or(400), text("reason"), message);
    status.details = serde_json::from_value::<Details>(given["details"].clone())
        .ok()
        .filter(|_| given["details"].is_object());
    status
}

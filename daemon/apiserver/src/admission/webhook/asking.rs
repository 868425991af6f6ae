//! How one webhook is asked: whether it is to be, what it is shown, what is made of its answer, and what is told of that.

use std::sync::Arc;
use std::time::Instant;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use apimachinery::status::Details;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cel::{Value, Variables};
use serde_json::{Value as Json, json};

use super::Hook;
use crate::admission::Attributes;
use crate::admission::expressions::Asked;
use crate::admission::matching::{self, Condition};
use crate::metrics::admission as told;

/// What a webhook says of a request that it allows.
pub struct Allowed {
    pub resource: &'static Resource,
    pub patch: Option<Vec<u8>>,
}

/// When a webhook is asked, for audit events.
pub struct Turn {
    /// To judge, not to change.
    pub validates: bool,
    pub round: usize,
    pub index: usize,
}

/// How asking a webhook went wrong.
pub enum Failure {
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
pub async fn ask(
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
pub fn settle<T>(
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
pub struct Review {
    resource: &'static Resource,
    request: Json,
}

/// What to show a webhook; `None`, if it is not to be asked.
pub async fn review(
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
pub async fn call(
    attributes: &Attributes<'_>,
    hook: &Hook,
    turn: &Turn,
    review: Review,
) -> Result<Allowed, Failure> {
    // The codes are those that upstream gives such failures.
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
    let answer = asked.map_err(|failed| {
        Failure::Call(failed.code.unwrap_or(503), format!("failed to call webhook: {}", failed.why))
    })?;
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

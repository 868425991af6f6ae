//! Audit: who asked for what, and what became of it, noted as the policy says.

pub mod batch;
mod log;
pub mod policy;
pub mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;

use apimachinery::Status;
use bytes::Bytes;
use component::http::{Body, Request, full};
use http::{Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, BodyStream, StreamBody};
use serde_json::{Value, json};

use crate::authn::User;
use crate::metrics::parts;
use crate::routes::Route;

pub use batch::{Backend, Batching, Mode};
pub use log::{Log, Target};
pub use policy::{Level, Policy, Stage, Verdict};

/// The largest object that is noted.
const LARGEST: usize = 3 << 20;

/// The policy, and where events go.
pub struct Audit {
    policy: Policy,
    backends: Vec<Backend>,
}

impl Audit {
    /// With a policy, and where events go: a log, a webhook or both.
    pub fn new(policy: Policy, backends: Vec<Backend>) -> Self {
        Self { policy, backends }
    }

    /// Sends what still waits.
    pub async fn drain(&self) {
        for backend in &self.backends {
            backend.drain().await;
        }
    }

    async fn take(&self, event: Value) -> Result<(), String> {
        let mut outcome = Ok(());
        parts::AUDITED.add([], 1);
        for backend in &self.backends {
            outcome = outcome.and(backend.take(event.clone()).await);
        }
        outcome
    }
}

/// One request that is noted.
pub struct Trail {
    audit: Arc<Audit>,
    verdict: Verdict,
    event: Value,
    sent: std::sync::Mutex<Option<Bytes>>,
    /// The name of the object that came with the request.
    name: std::sync::OnceLock<String>,
    /// What the steps of the request have to say about it.
    annotations: std::sync::Mutex<BTreeMap<String, String>>,
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

impl Trail {
    /// Begins to note a request, if the policy says so.
    ///
    /// # Errors
    /// 500 when it can't be noted and must be.
    pub async fn begin(
        audit: Option<&Arc<Audit>>,
        user: &User,
        route: &Route,
        request: &Request,
        (id, remote): (&str, Option<std::net::SocketAddr>),
    ) -> Result<Option<Arc<Self>>, Status> {
        let Some(audit) = audit else { return Ok(None) };
        let verdict = audit.policy.verdict(user, route);
        parts::AUDIT_LEVELS.add([verdict.level.word()], 1);
        if verdict.level == Level::None {
            return Ok(None);
        }
        let header =
            |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let mut event = json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": verdict.level.word(), "auditID": id,
            "stage": "", "requestURI": request.uri().to_string(), "verb": route.verb, "user": user.json(),
            "sourceIPs": remote.map(|address| address.ip().to_string()).into_iter().collect::<Vec<_>>(),
            "requestReceivedTimestamp": now(),
        });
        if let Some(agent) = header(header::USER_AGENT) {
            event["userAgent"] = json!(agent);
        }
        if route.is_resource {
            let mut reference = json!({"resource": route.resource, "apiVersion": route.version});
            for (field, value) in [
                ("namespace", &route.namespace),
                ("name", &route.name),
                ("apiGroup", &route.group),
                ("subresource", &route.subresource),
            ] {
                if !value.is_empty() {
                    reference[field] = json!(value);
                }
            }
            event["objectRef"] = reference;
        }
        let trail = Arc::new(Self {
            audit: audit.clone(),
            verdict,
            event,
            sent: Default::default(),
            name: Default::default(),
            annotations: Default::default(),
        });
        trail.note(Stage::RequestReceived, |_| {}).await.map_err(|why| {
            parts::AUDIT_REFUSED.add([], 1);
            Status::internal(format!("the request cannot be audited: {why}"))
        })?;
        Ok(Some(trail))
    }

    /// The name of the object that came with the request.
    pub fn found_name(&self, name: &str) {
        // One request creates one object; of several parts the first is meant.
        self.name.get_or_init(|| name.to_string());
    }

    /// Whether objects are noted.
    pub fn has_objects(&self) -> bool {
        self.verdict.level >= Level::Request
    }

    /// Remembers what was sent, where the policy wants that noted.
    pub fn sent(&self, body: &Bytes) {
        if self.verdict.level >= Level::Request && !body.is_empty() && body.len() <= LARGEST {
            *self.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(body.clone());
        }
    }

    /// Adds what is to be known of the request. What was said first stays.
    pub fn annotate(&self, key: impl Into<String>, value: impl Into<String>) {
        let mut annotations = self.annotations.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (key, value) = (key.into(), value.into());
        match annotations.get(&key) {
            Some(have) if *have != value => {
                tracing::warn!(key, value, have, "an audit annotation is there already, with another value");
            }
            _ => {
                annotations.insert(key, value);
            }
        }
    }

    async fn note(&self, stage: Stage, fill: impl FnOnce(&mut Value)) -> Result<(), String> {
        if self.verdict.omitted.contains(&stage) {
            return Ok(());
        }
        let mut event = self.event.clone();
        event["stage"] = json!(stage.word());
        event["stageTimestamp"] = json!(now());
        if let (Some(name), Some(reference)) = (self.name.get(), event["objectRef"].as_object_mut())
            && !reference.contains_key("name")
        {
            reference.insert("name".into(), json!(name));
        }
        let annotations = self.annotations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if !annotations.is_empty() {
            event["annotations"] = json!(annotations);
        }
        fill(&mut event);
        self.audit.take(event).await
    }

    fn object(&self, bytes: &[u8]) -> Value {
        let mut value: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
        if self.verdict.omit_managed_fields {
            strip(&mut value);
        }
        value
    }

    async fn complete(&self, status: &Value, answer: Option<&[u8]>, impersonated: Option<&Value>) {
        let noted = self.note(Stage::ResponseComplete, |event| {
            event["responseStatus"] = status.clone();
            if let Some(user) = impersonated {
                event["impersonatedUser"] = user.clone();
            }
            let sent = self.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            if let Some(sent) = sent {
                event["requestObject"] = self.object(&sent);
            }
            if let Some(answer) = answer {
                event["responseObject"] = self.object(answer);
            }
        });
        // It is in the log of errors: the answer stands.
        let _ = noted.await;
    }

    /// Notes the answer when it is complete; long ones also when they begin.
    pub async fn answered(
        self: Arc<Self>,
        response: Response<Body>,
        long: bool,
        impersonated: Option<Value>,
    ) -> Response<Body> {
        let code = response.status().as_u16();
        let mut status = json!({"metadata": {}, "code": code});
        if long {
            let _ = self.note(Stage::ResponseStarted, |event| event["responseStatus"] = status.clone()).await;
            let end = End { trail: self, status, impersonated };
            return response.map(|body| {
                let frames =
                    futures::stream::unfold((BodyStream::new(body), end), |(mut body, end)| async move {
                        let frame = futures::StreamExt::next(&mut body).await?;
                        Some((frame, (body, end)))
                    });
                StreamBody::new(frames).boxed_unsync()
            });
        }
        let failed = code >= 400;
        if self.verdict.level < Level::RequestResponse && !failed {
            self.complete(&status, None, impersonated.as_ref()).await;
            return response;
        }
        let (parts, body) = response.into_parts();
        let bytes = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                let broken = futures::stream::iter([Err::<Frame<Bytes>, _>(error)]);
                self.complete(&status, None, impersonated.as_ref()).await;
                return Response::from_parts(parts, StreamBody::new(broken).boxed_unsync());
            }
        };
        if failed && let Ok(Value::Object(mut whole)) = serde_json::from_slice::<Value>(&bytes) {
            whole.retain(|key, _| !matches!(key.as_str(), "kind" | "apiVersion"));
            status = Value::Object(whole);
        }
        let plain = self.verdict.level == Level::RequestResponse
            && !parts.headers.contains_key(header::CONTENT_ENCODING);
        let shown = plain && bytes.len() <= LARGEST;
        self.complete(&status, shown.then_some(&bytes[..]), impersonated.as_ref()).await;
        Response::from_parts(parts, full(bytes))
    }
}

/// Notes the end of a long answer, however it comes.
struct End {
    trail: Arc<Trail>,
    status: Value,
    impersonated: Option<Value>,
}

impl Drop for End {
    fn drop(&mut self) {
        let trail = self.trail.clone();
        let (status, impersonated) = (self.status.take(), self.impersonated.take());
        // A runtime that ends drops its answers outside of itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { trail.complete(&status, None, impersonated.as_ref()).await });
        }
    }
}

/// Takes managed fields from an object or a list of them.
fn strip(value: &mut Value) {
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.shift_remove("managedFields");
    }
    for item in value.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
        strip(item);
    }
}

//! Webhooks: other servers that change or judge what is written.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use apimachinery::resources::Resource;
use apimachinery::status::Details;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cel::{Value, Variables};
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1 as api;
use k8s_openapi::api::core::v1::Service;
use serde_json::{Value as Json, json};

use super::Attributes;
use super::matching::{self, Condition, Rule};
use crate::server::Server;
use crate::storage::{Cache, Filter};
use crate::{convert, strategy};

/// The largest answer that is read.
const ANSWER: usize = 3 << 20;

/// One webhook.
#[derive(Debug)]
struct Hook {
    name: String,
    client: api::WebhookClientConfig,
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
    clients: Mutex<HashMap<String, reqwest::Client>>,
}

macro_rules! hook {
    ($hook:expr, $reinvoked:expr) => {{
        let hook = $hook;
        Hook {
            name: hook.name.clone(),
            client: hook.client_config.clone(),
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
    server.store.load(cache).await?;
    let version = cache.version();
    {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version == version {
            return Ok(kept.list.clone());
        }
    }
    let list: Vec<Hook> =
        cache.list(&Filter::default()).entries.iter().flat_map(|entry| read(entry)).collect();
    let list = Arc::new(list);
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
                .map(|hook| hook!(hook, hook.reinvocation_policy.as_deref() == Some("IfNeeded")))
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
    for hook in mutating(attributes).await?.iter() {
        ask(attributes, hook, object).await?;
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
    let mut again: Vec<&Hook> = Vec::new();
    let mut seen: Vec<&Hook> = Vec::new();
    for hook in hooks.iter() {
        if ask_to_mutate(attributes, hook, object).await? {
            for earlier in seen.iter().filter(|earlier| earlier.reinvoked) {
                if !again.iter().any(|other| std::ptr::eq(*other, *earlier)) {
                    again.push(earlier);
                }
            }
        }
        seen.push(hook);
    }
    for hook in again {
        ask_to_mutate(attributes, hook, object).await?;
    }
    Ok(())
}

/// Asks one webhook, and gives whether it changed the object.
async fn ask_to_mutate(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: &mut Box<dyn Object>,
) -> Result<bool, Status> {
    let Some(answer) = ask(attributes, hook, Some(object.as_ref())).await? else { return Ok(false) };
    let Some(patch) = answer.patch else { return Ok(false) };
    let resource = answer.resource;
    let failed = |why: String| Status::internal(format!("admission webhook {:?}: {why}", hook.name));
    let patch: json_patch::Patch = serde_json::from_slice(&patch)
        .map_err(|error| failed(format!("its patch is no JSON patch: {error}")))?;
    let mut value = convert::outward(resource, object.value());
    json_patch::patch(&mut value, &patch)
        .map_err(|error| failed(format!("its patch does not fit: {error}")))?;
    let text = serde_json::to_vec(&convert::inward(resource, value)).map_err(Status::internal)?;
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
            found.unwrap_or_default().iter().map(|hook| hook!(hook, false)).collect()
        },
    )
    .await?;
    let asked = hooks.iter().map(|hook| ask(attributes, hook, object));
    futures::future::try_join_all(asked).await?;
    Ok(())
}

/// What a webhook says of a request that it allows.
struct Allowed {
    resource: &'static Resource,
    patch: Option<Vec<u8>>,
}

/// Asks a webhook if it is to be asked. What fails follows its policy.
async fn ask(
    attributes: &Attributes<'_>,
    hook: &Hook,
    object: Option<&dyn Object>,
) -> Result<Option<Allowed>, Status> {
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
    let failed = |why: String| {
        if hook.ignores_failure {
            tracing::warn!(webhook = hook.name, why, "a webhook failed and is ignored");
            return Ok(None);
        }
        Err(Status::internal(format!("failed calling webhook {:?}: {why}", hook.name)))
    };
    let mut request = matching::request(attributes, resource);
    let shown = matching::shown(resource, object);
    let old = matching::shown(resource, attributes.old);
    if !hook.conditions.is_empty() {
        let mut variables = Variables::new();
        variables.insert("object", Value::from(&shown));
        variables.insert("oldObject", Value::from(&old));
        variables.insert("request", Value::from(&request));
        match matching::meets(&hook.conditions, &variables) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if hook.ignores_failure => return Ok(None),
            Err(why) => {
                return Err(attributes.forbidden(format!("admission webhook {:?}: {why}", hook.name)));
            }
        }
    }
    if attributes.call.dry_run()? && hook.side_effects {
        return Err(Status::bad_request(format!(
            "admission webhook {:?} does not support dry run",
            hook.name
        )));
    }
    if !hook.versions.iter().any(|version| version == "v1") {
        return failed("it takes no AdmissionReview of version v1".into());
    }
    let uid = uuid::Uuid::new_v4().to_string();
    request["uid"] = json!(uid);
    request["object"] = shown;
    request["oldObject"] = old;
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request});
    let answer = match send(attributes.server(), hook, &review).await {
        Ok(answer) => answer,
        Err(why) => return failed(why),
    };
    let response = &answer["response"];
    if answer["kind"] != "AdmissionReview" || answer["apiVersion"] != "admission.k8s.io/v1" {
        return failed("received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview".into());
    }
    if response["uid"] != uid {
        return failed(format!(
            "received invalid webhook response: expected response.uid={uid:?}, got {}",
            response["uid"]
        ));
    }
    for warning in response["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        attributes.call.warn(warning);
    }
    if response["allowed"] != true {
        return Err(denied(&hook.name, &response["status"]));
    }
    let patch = match (response["patchType"].as_str(), response["patch"].as_str()) {
        (_, None) => None,
        (Some("JSONPatch"), Some(text)) => match STANDARD.decode(text) {
            Ok(patch) => Some(patch),
            Err(error) => {
                return failed(format!("received invalid webhook response: the patch is no base64: {error}"));
            }
        },
        (other, Some(_)) => {
            return failed(format!(
                "received invalid webhook response: unsupported patch type {:?}",
                other.unwrap_or_default()
            ));
        }
    };
    Ok(Some(Allowed { resource, patch }))
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

/// Where a webhook is reached: the URL, and for services the address behind it.
async fn place(
    server: &Arc<Server>,
    client: &api::WebhookClientConfig,
) -> Result<(String, Option<(String, SocketAddr)>), String> {
    if let Some(url) = &client.url {
        return Ok((url.clone(), None));
    }
    let Some(service) = &client.service else { return Err("it has neither a url nor a service".into()) };
    let port = u16::try_from(service.port.unwrap_or(443))
        .map_err(|_| "the service's port is no port".to_string())?;
    let key = format!("{}/{}", service.namespace, service.name);
    let found = server.store.glance(server.store.known("services/specs"), &key).await;
    let found = found.map_err(|status| status.message)?.and_then(|entry| entry.typed::<Service>());
    let found = found.ok_or_else(|| format!("service {:?} not found", service.name))?;
    let spec = found.spec.unwrap_or_default();
    if !spec.ports.iter().flatten().any(|have| have.port == i32::from(port)) {
        return Err(format!("no service port {port} found for service {:?}", service.name));
    }
    let host = format!("{}.{}.svc", service.name, service.namespace);
    let path = service.path.as_deref().unwrap_or("/").trim_start_matches('/');
    let address = spec.cluster_ip.as_deref().and_then(|ip| ip.parse().ok());
    let address: std::net::IpAddr =
        address.ok_or_else(|| format!("service {:?} has no cluster IP", service.name))?;
    Ok((format!("https://{host}:{port}/{path}"), Some((host, SocketAddr::new(address, port)))))
}

async fn send(server: &Arc<Server>, hook: &Hook, review: &Json) -> Result<Json, String> {
    let (url, resolved) = place(server, &hook.client).await?;
    let client = client(&server.admission.webhooks, hook.client.ca_bundle.as_ref(), resolved.as_ref())?;
    let glue = if url.contains('?') { '&' } else { '?' };
    let target = format!("{url}{glue}timeout={}s", hook.timeout.as_secs());
    let post = client
        .post(&target)
        .timeout(hook.timeout)
        .header("content-type", "application/json")
        .header("accept", "application/json, */*")
        .body(review.to_string());
    let unreachable = |error: reqwest::Error| {
        let error = error.without_url();
        let mut why = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            why = format!("{why}: {inner}");
            source = inner.source();
        }
        format!("failed to call webhook: Post {target:?}: {why}")
    };
    let mut answer = post.send().await.map_err(unreachable)?;
    let code = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER {
            return Err(format!("failed to call webhook: the answer is larger than {ANSWER} bytes"));
        }
    }
    if !code.is_success() {
        let start = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        return Err(format!(
            "failed to call webhook: an error on the server ({start:?}) has prevented the request from succeeding, code {code}"
        ));
    }
    serde_json::from_slice(&body)
        .map_err(|error| format!("failed to call webhook: the answer is no JSON: {error}"))
}

/// A client that trusts the webhook's CA and finds its service; kept for the next time.
fn client(
    kept: &Webhooks,
    ca: Option<&ByteString>,
    resolved: Option<&(String, SocketAddr)>,
) -> Result<reqwest::Client, String> {
    let key = format!("{resolved:?} {}", ca.map(|ca| hex::encode(&ca.0)).unwrap_or_default());
    let mut clients = kept.clients.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.get(&key) {
        return Ok(client.clone());
    }
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(format!("kube-apiserver-admission/{}", component::KUBERNETES_VERSION));
    if let Some(ca) = ca.filter(|ca| !ca.0.is_empty()) {
        let bundle =
            reqwest::Certificate::from_pem_bundle(&ca.0).map_err(|error| format!("its caBundle: {error}"))?;
        builder = builder.tls_certs_only(bundle);
    }
    if let Some((host, address)) = resolved {
        builder = builder.resolve(host, *address);
    }
    let client = builder.build().map_err(|error| error.to_string())?;
    // Services come and go: those that are not used any more go some day, too.
    if clients.len() >= 256 {
        clients.clear();
    }
    clients.insert(key, client.clone());
    Ok(client)
}

//! The way of a request, from the wire to the store and back. Its six steps, each in a module:
//!
//! 1. authenticate ([`crate::authn`]): who asks
//! 2. authorize ([`crate::authz`]): may they
//! 3. decode and default ([`crate::decode`], [`crate::strategy`]): what do they want, in full
//! 4. admit ([`crate::admission`]): what does the cluster make of it
//! 5. validate ([`crate::strategy`]): does it make sense
//! 6. store ([`crate::storage`]): is it still true, and then it is
//!
//! Reads end after step 2: bytes from the cache go out as they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use apimachinery::Status;
use apimachinery::resources::Resource;
use bytes::Bytes;
use component::http::{Body, Request};
use component::serve::Connection;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::aggregation;
use crate::audit::Trail;
use crate::authn::{self, Remark, User};
use crate::authz;
use crate::flowcontrol::Flow;
use crate::handlers;
use crate::metrics::filters::{Clock, Filter, Validation};
use crate::metrics::{Answered, Labels, parts};
use crate::routes::{self, Query, Route};
use crate::server::{Busy, Server};
use crate::{metrics, output, paths, serving, traces};

/// The largest body that is read.
pub const BODY_LIMIT: usize = 3 << 20;

/// The header that names a request in the audit log.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// The outcome of a request: an answer, or why there is none.
pub type Answer = Result<Response<Body>, Status>;

/// One request on its way.
pub struct Call {
    /// The server's parts.
    pub server: Arc<Server>,
    /// Who asks.
    pub user: Arc<User>,
    /// What is asked.
    pub route: Route,
    /// The query's parameters.
    pub query: Query,
    /// The raw query, for proxies.
    pub raw_query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The resource, for paths that name one.
    pub resource: &'static Resource,
    /// Warnings for the client, sent as headers.
    pub warnings: std::sync::Mutex<Vec<String>>,
    /// What is noted of the request, if anything is.
    trail: Option<Arc<Trail>>,
    /// The request itself, for those who stream or upgrade it.
    request: std::sync::Mutex<Option<Request>>,
    /// How long others were asked, in µs.
    elsewhere: Arc<AtomicU64>,
    /// What a body says of storing nothing, for verbs whose options may come in one.
    dry_run: std::sync::OnceLock<bool>,
}

impl Call {
    /// The body, whole.
    ///
    /// # Errors
    /// Fails when it is larger than [`BODY_LIMIT`], or the client hangs up.
    pub async fn body(&self) -> Result<Bytes, Status> {
        let request = self.take()?;
        match Limited::new(request.into_body(), BODY_LIMIT).collect().await {
            Ok(collected) => {
                let body = collected.to_bytes();
                let verb = match self.route.verb {
                    "deletecollection" => "delete_collection",
                    verb => verb,
                };
                let labels = [self.resource.group, self.resource.plural, verb];
                parts::BODY_SIZES.observe(labels, body.len() as f64);
                if let Some(trail) = &self.trail {
                    trail.sent(&body);
                }
                Ok(body)
            }
            Err(error) if error.is::<LengthLimitError>() => Err(Status::too_large(BODY_LIMIT)),
            Err(error) => Err(Status::bad_request(format!("cannot read the request's body: {error}"))),
        }
    }

    /// The request itself, once.
    pub fn take(&self) -> Result<Request, Status> {
        let mut request = self.request.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        request.take().ok_or_else(|| Status::internal("the body was read twice"))
    }

    /// Notes that others were asked, for so long.
    pub fn was_elsewhere(&self, time: Duration) {
        self.elsewhere.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Adds a warning to the answer.
    pub fn warn(&self, text: impl Into<String>) {
        let text = text.into();
        let mut warnings = self.warnings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !warnings.contains(&text) {
            warnings.push(text);
        }
    }

    /// Has the audit event of the request, if there is one, say something more.
    pub fn annotate(&self, key: impl Into<String>, value: impl Into<String>) {
        if let Some(trail) = &self.trail {
            trail.annotate(key, value);
        }
    }

    /// Has the audit event of the request tell the object's name, where its path does not.
    pub fn found_name(&self, name: &str) {
        if let Some(trail) = &self.trail {
            trail.found_name(name);
        }
    }

    /// Whether the audit event of the request shows objects.
    pub fn notes_objects(&self) -> bool {
        self.trail.as_ref().is_some_and(|trail| trail.has_objects())
    }

    /// Whether nothing is to be stored.
    ///
    /// # Errors
    /// Refuses values of `dryRun` other than `All`.
    pub fn dry_run(&self) -> Result<bool, Status> {
        if let Some(dry_run) = self.dry_run.get() {
            return Ok(*dry_run);
        }
        match self.query.all("dryRun") {
            [] => Ok(false),
            values if values.iter().all(|value| value == "All") => Ok(true),
            _ => Err(Status::bad_request("dryRun is not supported")),
        }
    }

    /// The options in a body count, whatever the query says.
    pub fn set_dry_run(&self, dry_run: bool) {
        let _ = self.dry_run.set(dry_run);
    }

    /// A header's text; empty when it is missing or no text.
    pub fn header(&self, name: http::header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Answers one request. Whatever goes wrong becomes a Status.
pub async fn answer(server: Arc<Server>, request: Request) -> Response<Body> {
    let started = std::time::Instant::now();
    let arrived = server.tracer.as_ref().map(|_| std::time::SystemTime::now());
    let method = request.method().clone();
    let path = request.uri().path().to_string();
    let accept = request.headers().get(header::ACCEPT).cloned();
    let rules = &server.options.serving_rules;
    let origin = rules.origin(request.headers()).cloned();
    let hsts = rules.hsts.clone();
    let leave = (request.version() == Version::HTTP_2 && rules.sends_away())
        .then(|| request.extensions().get::<Connection>().and_then(|connection| connection.leave.clone()))
        .flatten();
    // As upstream: the client's word, whatever it is, or one of ours.
    let audit_id =
        request.headers().get(AUDIT_ID).filter(|id| id.to_str().is_ok_and(|id| !id.is_empty())).cloned();
    let audit_id = audit_id.or_else(|| HeaderValue::try_from(uuid::Uuid::new_v4().to_string()).ok());
    let mut known = Known { labels: Labels::other(&method), arrived, audit_id, ..Known::default() };
    let outcome = match origin.as_ref().and_then(|_| serving::preflight(&method)) {
        Some(allowed) => Ok(allowed),
        None => steps(server, request, &mut known).await,
    };
    let elapsed = started.elapsed();
    let mut response = match outcome {
        Ok(response) => response,
        Err(status) => failure(&status, accept.as_ref()),
    };
    let answered = Answered {
        elapsed,
        elsewhere: known.waited + Duration::from_micros(known.elsewhere.load(Ordering::Relaxed)),
        size: http_body::Body::size_hint(response.body()).exact(),
        ended: known.turned_away || response.status() == StatusCode::GATEWAY_TIMEOUT,
    };
    metrics::observe(known.labels, response.status(), answered);
    if let Some(validation) = known.validation {
        validation.took(elapsed);
    }
    known.flow.show(response.headers_mut());
    if let Some(id) = known.audit_id {
        response.headers_mut().insert(AUDIT_ID, id);
    }
    if let Some(origin) = origin {
        serving::allow_origin(response.headers_mut(), origin);
    }
    if let Some(hsts) = hsts {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Some(leave) = leave {
        leave.cancel();
    }
    let response = match known.trail {
        Some(trail) => Box::pin(trail.answered(response, known.long, known.impersonated)).await,
        None => response,
    };
    let response = match known.span {
        Some(span) => traces::answered(span, response),
        None => response,
    };
    tracing::debug!(%method, path, code = response.status().as_u16(), ms = elapsed.as_millis() as u64, "request");
    response
}

/// What is known of a request by the time it is answered.
#[derive(Default)]
struct Known {
    /// By which the request is found in the audit log.
    audit_id: Option<HeaderValue>,
    labels: Labels,
    /// Of requests for resources whose answers do not last.
    validation: Option<Validation>,
    trail: Option<Arc<Trail>>,
    /// Whether the answer may last.
    long: bool,
    flow: Flow,
    /// How long it waited for its turn, and whether it got none.
    waited: Duration,
    turned_away: bool,
    /// How long others were asked, in µs.
    elsewhere: Arc<AtomicU64>,
    impersonated: Option<serde_json::Value>,
    /// When it came in, where that is wanted.
    arrived: Option<std::time::SystemTime>,
    span: Option<otlp::Span>,
}

async fn steps(server: Arc<Server>, request: Request, known: &mut Known) -> Answer {
    let raw_query = request.uri().query().unwrap_or_default().to_string();
    let query = Query::parse(&raw_query);
    let method = request.method().clone();
    let route = routes::parse(&method, request.uri().path(), &query);
    let headers = request.headers().clone();
    let connection = request.extensions().get::<Connection>().cloned();
    if !route.lasts() {
        deadline(query.get("timeout"), server.options.request_timeout)?;
    }

    // 1. Authenticate.
    let mut clock = Clock::start();
    let user = authn::authenticate(&server, &headers, connection.as_ref(), &route).await;
    clock.passed(Filter::Authentication);
    let user = user?;

    if let Some(status) = turned_away(&server, &user, &route) {
        if let Some(leave) = connection.as_ref().and_then(|connection| connection.leave.as_ref()) {
            leave.cancel();
        }
        return Err(status);
    }
    let remote = connection.as_ref().and_then(|connection| connection.remote);
    if let (Some(tracer), Some(arrived)) = (&server.tracer, known.arrived)
        && let Some(span) = traces::begin(tracer, &user, &route, &request, remote, arrived)
    {
        let tracer = tracer.clone();
        let asked = Asked { request, user, route, query, raw_query, headers, remote };
        let outcome = traces::within(&tracer, &span, allowed(server, asked, known));
        let outcome = Box::pin(outcome).await;
        known.span = Some(span);
        return outcome;
    }
    allowed(server, Asked { request, user, route, query, raw_query, headers, remote }, known).await
}

/// Why a request is to come again, to this server or another: the server has never been ready, or is about to end.
fn turned_away(server: &Server, user: &User, route: &Route) -> Option<Status> {
    let rules = &server.options.serving_rules;
    let is_free = || {
        user.is_in(authn::MASTERS)
            || ["/healthz", "/livez", "/readyz"].iter().any(|page| route.path.starts_with(page))
    };
    if rules.not_ready && !server.has_been_ready() && !is_free() {
        let why = "The apiserver hasn't been fully initialized yet, please try again later.";
        return Some(Status::too_many_requests(why, 1));
    }
    if rules.send_away && server.busy.is_draining() && !is_free() {
        let why = "The apiserver is shutting down, please try again later.";
        return Some(Status::too_many_requests(why, 5));
    }
    None
}

/// A request whose user is known.
struct Asked {
    request: Request,
    user: Arc<User>,
    route: Route,
    query: Query,
    raw_query: String,
    headers: HeaderMap,
    remote: Option<std::net::SocketAddr>,
}

/// The steps from 2 on.
async fn allowed(server: Arc<Server>, asked: Asked, known: &mut Known) -> Answer {
    let Asked { request, user, route, query, raw_query, headers, remote } = asked;
    let method = request.method().clone();
    let audit_id = known.audit_id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default();
    if server.audit.is_some() {
        let mut clock = Clock::start();
        let begun = Trail::begin(server.audit.as_ref(), &user, &route, &request, (audit_id, remote));
        known.trail = Box::pin(begun).await?;
        clock.passed(Filter::Audit);
    }

    let mut warnings = Vec::new();
    for remark in &user.remarks {
        match remark {
            Remark::Warning(text) => warnings.push(text.to_string()),
            Remark::Note(key, value) => {
                known.trail.iter().for_each(|trail| trail.annotate(*key, value.as_str()));
            }
        }
    }

    // 2. Authorize: whom they speak for, whether it is their turn, what they may.
    let mut clock = Clock::start();
    let (user, real) = authz::impersonate(&server, user, &headers).await?;
    known.impersonated = real.map(|_| user.json());
    clock.passed(Filter::Impersonation);
    let (flow, leave) = server.admit(&user, &route, &query).await;
    known.flow = flow;
    known.waited = clock.passed(Filter::Turn);
    known.turned_away = leave.is_err();
    let _leave = leave?;
    let allowed = authz::authorize(&server, &user, &route, known.trail.as_deref()).await;
    clock.passed(Filter::Authorization);
    allowed?;

    if let Some(backend) = server.aggregation.find(&route.path) {
        return Box::pin(aggregation::forward(&server, &backend, &user, request)).await;
    }
    if !route.is_resource {
        return Box::pin(paths::answer(&server, &method, &route, &headers, request)).await;
    }
    let resource =
        server.resource(&route.group, &route.version, &route.resource).ok_or_else(Status::no_such_path)?;
    if let Some(text) = deprecation(resource) {
        warnings.push(text.to_string());
        known.trail.iter().for_each(|trail| trail.annotate("k8s.io/deprecated", "true"));
        let sub = resource.subresource(&route.subresource).map_or("", |sub| sub.name);
        parts::DEPRECATED.set([resource.group, "", resource.plural, sub, resource.version], 1);
    }
    known.labels = Labels::of(resource, route.verb, &route.subresource, &route.name, &route.namespace)
        .dry_run(query.has("dryRun"));
    known.validation = (!route.lasts()).then(|| Validation::of(&query));
    let call = Call {
        server,
        user,
        route,
        query,
        raw_query,
        headers,
        resource,
        warnings: std::sync::Mutex::new(warnings),
        trail: known.trail.clone(),
        request: std::sync::Mutex::new(Some(request)),
        elsewhere: known.elsewhere.clone(),
        dry_run: std::sync::OnceLock::new(),
    };

    // 3 to 6.
    known.long = call.route.lasts();
    let long = known.long;
    if call.route.verb == "list" {
        // Many objects may take long to bring into the form that is asked for; the connection's
        // other requests need not wait for it.
        let listed = tokio::spawn(carry_out(call, long)).await;
        return listed.unwrap_or_else(|_| Err(Status::internal("the list was cut short")));
    }
    carry_out(call, long).await
}

/// What clients are told of resources that will go.
fn deprecation(resource: &Resource) -> Option<&'static str> {
    match (resource.group, resource.plural) {
        ("", "componentstatuses") => Some("v1 ComponentStatus is deprecated in v1.19+"),
        ("", "endpoints") => {
            Some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
        }
        _ => None,
    }
}

/// How long a request may take: as long as its client says, but no longer than others.
///
/// # Errors
/// 400 for what is no time, in upstream's words.
fn deadline(text: &str, limit: Duration) -> Result<Duration, Status> {
    if text.is_empty() {
        return Ok(limit);
    }
    let (sign, amount) = text.strip_prefix('-').map_or((false, text), |amount| (true, amount));
    match component::flags::parse_duration(amount) {
        Ok(wanted) if sign || wanted.is_zero() => Ok(limit),
        Ok(wanted) => Ok(wanted.min(limit)),
        Err(_) => {
            let is_bare = !amount.is_empty() && amount.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let why = if is_bare { "missing unit in duration" } else { "invalid duration" };
            Err(Status::bad_request(format!(
                "invalid timeout specified in the request URL - time: {why} {text:?}"
            )))
        }
    }
}

/// The steps from 3 on, for a request that is known, and allowed.
async fn carry_out(call: Call, long: bool) -> Answer {
    let limit = call.server.options.request_timeout;
    let outcome = if long {
        handlers::handle(&call).await
    } else {
        let waited_for = call.server.options.serving_rules.send_away;
        let _busy = waited_for.then(|| Busy::enter(&call.server));
        let _counted = metrics::InFlight::new(call.route.verb);
        // It was read before: it can be.
        let limit = deadline(call.query.get("timeout"), limit).unwrap_or(limit);
        tokio::time::timeout(limit, handlers::handle(&call)).await.unwrap_or_else(|_| {
            Err(Status::timeout("Timeout: request did not complete within the allotted timeout"))
        })
    };
    // The client is warned of what is refused, too.
    let mut response = outcome.unwrap_or_else(|status| failure(&status, call.headers.get(header::ACCEPT)));
    if matches!(call.route.verb, "get" | "list") && !long && response.status().is_success() {
        response = output::compress(&call.headers, response);
    }
    let warnings = call.warnings.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for warning in warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    Ok(response)
}

/// A Status as a response.
pub fn failure(status: &Status, accept: Option<&HeaderValue>) -> Response<Body> {
    let code = StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if code.is_server_error() {
        tracing::warn!(code = status.code, message = status.message, "request failed");
    }
    let yaml =
        accept.and_then(|accept| accept.to_str().ok()).is_some_and(|a| a.starts_with("application/yaml"));
    let binary = accept
        .and_then(|accept| accept.to_str().ok())
        .filter(|accept| accept.starts_with(output::PROTOBUF))
        .and_then(|_| output::binary(&serde_json::to_value(status).ok()?));
    let mut response = if let Some(bytes) = binary {
        component::http::typed(code, output::PROTOBUF, bytes)
    } else if yaml {
        let text = output::yaml(serde_json::to_value(status).unwrap_or_default());
        component::http::typed(code, "application/yaml", text)
    } else {
        component::http::typed(code, "application/json", status.encode())
    };
    if let Some(seconds) = status.details.as_ref().and_then(|details| details.retry_after_seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines() {
        let limit = Duration::from_secs(60);
        for (text, seconds) in [("", 60), ("3m", 60), ("0s", 60), ("0", 60), ("-5s", 60), ("10s", 10)] {
            assert_eq!(deadline(text, limit).expect("a time"), Duration::from_secs(seconds), "{text}");
        }
        for (text, why) in [("invalid", "invalid duration"), ("10", "missing unit in duration")] {
            let status = deadline(text, limit).expect_err("no time");
            let said = format!("invalid timeout specified in the request URL - time: {why} {text:?}");
            assert_eq!((status.code, status.message), (400, said));
        }
    }

    fn size<A, B, F: Future>(_: impl Fn(A, B) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn what_answers_a_request_is_small() {
        // It is made, moved and freed for each request. What only some requests need is on the heap.
        assert!(size(answer) <= 8 << 10, "{}", size(answer));
    }
}

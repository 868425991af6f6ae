//! `--tracing-config-file`: a span for each request, from the moment that its user is known until the last byte
//! of its answer, and one for each call of a webhook or of an aggregated server below it, which is told of
//! its place. Names and attributes are those of upstream's, which are OpenTelemetry's for HTTP.

use std::path::Path;
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use component::http::{Body, BoxError, Request};
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use otlp::wire::SpanKind;
use otlp::{Context, Endpoint, Exporter, Parent, Span, Tracer, attribute, number};
use serde::Deserialize;

use crate::authn::{self, User};
use crate::egress::Way;
use crate::routes::Route;

/// Where upstream's exporter sends when nothing is said.
const ENDPOINT: &str = "localhost:4317";
/// The group of those who watch over a cluster; callers in it may have their traces recorded.
const MONITORING: &str = "system:monitoring";
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");

tokio::task_local! {
    /// The request's span, while its steps are taken.
    static CURRENT: (Tracer, Context);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    api_version: String,
    kind: String,
    endpoint: Option<String>,
    sampling_rate_per_million: Option<i32>,
}

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    endpoint: Endpoint,
    rate: u32,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&std::fs::read(path).map_err(|error| error.to_string())?)
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let file: File = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
        let version = file.api_version.strip_prefix("apiserver.config.k8s.io/").unwrap_or_default();
        if file.kind != "TracingConfiguration" || !matches!(version, "v1" | "v1beta1" | "v1alpha1") {
            return Err("it must be a TracingConfiguration of apiserver.config.k8s.io/v1".into());
        }
        let given = file.sampling_rate_per_million.unwrap_or_default();
        let wrong = |why: &str| format!("samplingRatePerMillion: Invalid value: {given}: {why}");
        let rate = u32::try_from(given).map_err(|_| wrong("sampling rate must be positive"))?;
        if rate > 1_000_000 {
            return Err(wrong("sampling rate per million must be less than or equal to one million"));
        }
        let text = file.endpoint.as_deref().unwrap_or(ENDPOINT);
        let endpoint =
            Endpoint::parse(text).map_err(|why| format!("endpoint: Invalid value: {text:?}: {why}"))?;
        Ok(Self { endpoint, rate })
    }

    /// Begins to trace, as a server of that identity; a collector with a host is reached by `way`.
    pub fn start(&self, identity: &str, way: &Way) -> Tracer {
        let resource =
            vec![attribute("service.name", "apiserver"), attribute("service.instance.id", identity)];
        let version = component::KUBERNETES_VERSION.to_string();
        let sender = otlp::export::Sender { resource, scope: "kube-apiserver".into(), version };
        let channel = match &self.endpoint {
            Endpoint::Tcp(address) => way.channel(address),
            Endpoint::Unix(_) | Endpoint::Abstract(_) => None,
        };
        let exporter = match channel {
            Some(channel) => Exporter::over(channel, sender),
            None => Exporter::new(&self.endpoint, sender),
        };
        Tracer::new(self.rate, exporter)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Begins the span of a request that came in `begun`. Only those who run the cluster decide
/// what is recorded; for others a trace begins here, by its rate.
pub fn begin(
    tracer: &Tracer,
    user: &User,
    route: &Route,
    request: &Request,
    remote: Option<std::net::SocketAddr>,
    begun: SystemTime,
) -> Option<Span> {
    let headers = request.headers();
    let parent = match Context::parse(text(headers, &TRACE_PARENT), text(headers, &TRACE_STATE)) {
        None => Parent::None,
        Some(context) if user.is_in(authn::MASTERS) || user.is_in(MONITORING) => Parent::Remote(context),
        Some(context) => Parent::Linked(context),
    };
    let mut span = tracer.begin(parent, SpanKind::Server, begun)?;
    let uri = request.uri();
    span.name(name(request.method(), route));
    span.say(attribute("http.request.method", request.method().as_str()));
    span.say(attribute("url.scheme", "https"));
    span.say(attribute("url.path", uri.path()));
    if let Some(query) = uri.query() {
        span.say(attribute("url.query", query));
    }
    span.say(attribute("http.target", uri.path_and_query().map_or("/", |target| target.as_str())));
    let authority = uri.authority().map_or(text(headers, &header::HOST), |authority| authority.as_str());
    if let Ok(authority) = authority.parse::<http::uri::Authority>() {
        span.say(attribute("server.address", authority.host()));
        if let Some(port) = authority.port_u16() {
            span.say(number("server.port", port.into()));
        }
    }
    if let Some(remote) = remote {
        span.say(attribute("client.address", remote.ip().to_string()));
        span.say(attribute("network.peer.address", remote.ip().to_string()));
        span.say(number("network.peer.port", remote.port().into()));
    }
    let version = match request.version() {
        http::Version::HTTP_2 => "2",
        http::Version::HTTP_10 => "1.0",
        _ => "1.1",
    };
    span.say(attribute("network.protocol.version", version));
    let agent = text(headers, &header::USER_AGENT);
    if !agent.is_empty() {
        span.say(attribute("user_agent.original", agent));
    }
    let length = text(headers, &header::CONTENT_LENGTH).parse::<i64>().unwrap_or(0);
    if length > 0 {
        span.say(number("http.request.body.size", length));
    }
    Some(span)
}

/// A request's name: its method, and for resources the form of its path.
fn name(method: &http::Method, route: &Route) -> String {
    if !route.is_resource {
        return method.to_string();
    }
    let mut name = format!("{method} /{}", if route.group.is_empty() { "api" } else { "apis" });
    let place = if route.namespace.is_empty() { "" } else { "namespaces/{:namespace}" };
    let object = if route.name.is_empty() { "" } else { "{:name}" };
    for part in [&route.group, &route.version, place, &route.resource, object, &route.subresource] {
        if !part.is_empty() {
            name.push('/');
            name.push_str(part);
        }
    }
    name
}

/// Takes the steps of a request below its span.
pub async fn within<T>(tracer: &Tracer, span: &Span, steps: impl Future<Output = T>) -> T {
    CURRENT.scope((tracer.clone(), span.context().clone()), steps).await
}

/// Begins the span of a call to another server, and tells that server of it, if the request is traced.
pub fn call(method: &http::Method, url: &str, headers: &mut HeaderMap) -> Option<Span> {
    let (tracer, above) = CURRENT.try_with(Clone::clone).ok()?;
    let mut span = tracer.begin(Parent::Local(above), SpanKind::Client, SystemTime::now())?;
    span.name(format!("HTTP {method}"));
    span.say(attribute("http.request.method", method.as_str()));
    span.say(attribute("url.full", url));
    let context = span.context();
    if let Ok(value) = HeaderValue::from_str(&context.parent()) {
        headers.insert(TRACE_PARENT, value);
    }
    match HeaderValue::from_str(&context.state) {
        Ok(state) if !state.is_empty() => headers.insert(TRACE_STATE, state),
        _ => headers.remove(TRACE_STATE),
    };
    Some(span)
}

/// What became of a call to another server.
pub fn called(span: Option<Span>, outcome: Result<u16, String>) {
    let Some(mut span) = span else { return };
    match outcome {
        Ok(code) => {
            span.say(number("http.response.status_code", code.into()));
            if code >= 400 {
                span.fail("");
            }
        }
        Err(why) => {
            span.say(attribute("error.type", "_OTHER"));
            span.fail(why);
        }
    }
}

/// Begins the span of a call to etcd, and tells etcd of it, if the request is traced.
pub fn etcd(method: &'static str, metadata: &mut tonic::metadata::MetadataMap) -> Option<Span> {
    let (tracer, above) = CURRENT.try_with(Clone::clone).ok()?;
    let mut span = tracer.begin(Parent::Local(above), SpanKind::Client, SystemTime::now())?;
    span.name(format!("etcdserverpb.KV/{method}"));
    span.say(attribute("rpc.system", "grpc"));
    span.say(attribute("rpc.service", "etcdserverpb.KV"));
    span.say(attribute("rpc.method", method));
    let context = span.context();
    for (name, value) in [("traceparent", context.parent()), ("tracestate", context.state.clone())] {
        // An empty state is none.
        if let Some(value) = value.parse().ok().filter(|_| !value.is_empty()) {
            metadata.insert(name, value);
        }
    }
    Some(span)
}

/// What became of a call to etcd.
pub fn told(span: Option<Span>, outcome: Result<(), &tonic::Status>) {
    let Some(mut span) = span else { return };
    let code = outcome.err().map_or(tonic::Code::Ok, tonic::Status::code);
    span.say(number("rpc.grpc.status_code", i64::from(i32::from(code))));
    if let Err(status) = outcome {
        span.fail(status.message());
    }
}

/// Ends a request's span with its answer, when all of that is sent or the client is gone.
pub fn answered(mut span: Span, response: Response<Body>) -> Response<Body> {
    let code = response.status().as_u16();
    span.say(number("http.response.status_code", code.into()));
    // The server's fault, not the client's.
    if code >= 500 {
        span.fail("");
    }
    // All answers to one request say by which number it is audited.
    let id = text(response.headers(), &HeaderName::from_static("audit-id"));
    if !id.is_empty() {
        span.say(attribute("audit-id", id));
    }
    response.map(|body| Traced { body, size: 0, span }.boxed_unsync())
}

/// A body whose end is the end of its request.
struct Traced {
    body: Body,
    size: i64,
    span: Span,
}

impl Drop for Traced {
    fn drop(&mut self) {
        if self.size > 0 {
            self.span.say(number("http.response.body.size", self.size));
        }
    }
}

impl http_body::Body for Traced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let length = frame.data_ref().map_or(0, Bytes::len);
            self.size += i64::try_from(length).unwrap_or(i64::MAX);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{self, Query};

    #[test]
    fn settings() {
        let parse = |version: &str, more: &str| {
            let text =
                format!("apiVersion: apiserver.config.k8s.io/{version}\nkind: TracingConfiguration\n{more}");
            Settings::parse(text.as_bytes())
        };
        let default = Endpoint::parse(ENDPOINT).expect("an endpoint");
        for version in ["v1", "v1beta1", "v1alpha1"] {
            assert_eq!(parse(version, ""), Ok(Settings { endpoint: default.clone(), rate: 0 }));
        }
        let given = parse("v1", "endpoint: unix:///run/c.sock\nsamplingRatePerMillion: 1000000");
        let socket = Endpoint::Unix("/run/c.sock".into());
        assert_eq!(given, Ok(Settings { endpoint: socket, rate: 1_000_000 }));
        for (version, more, why) in [
            ("v2", "", "it must be a TracingConfiguration"),
            ("v1", "samplingRatePerMillion: -1", "-1: sampling rate must be positive"),
            ("v1", "samplingRatePerMillion: 1000001", "less than or equal to one million"),
            ("v1", "endpoint: http://localhost:4317", "unsupported scheme: http"),
            ("v1", "endpoint: 'host:x'", "is no endpoint"),
            ("v1", "rate: 1", "unknown field"),
            ("v1", "samplingRatePerMillion: many", "invalid type"),
        ] {
            let wrong = parse(version, more).expect_err(more);
            assert!(wrong.contains(why), "{more}: {wrong}");
        }
        assert!(Settings::parse(b"").is_err() && Settings::parse(b"kind: TracingConfiguration").is_err());
    }

    #[test]
    fn names() {
        for (method, path, expected) in [
            ("GET", "/readyz", "GET"),
            (
                "GET",
                "/api/v1/namespaces/a/pods/b/log",
                "GET /api/v1/namespaces/{:namespace}/pods/{:name}/log",
            ),
            (
                "POST",
                "/apis/apps/v1/namespaces/a/deployments",
                "POST /apis/apps/v1/namespaces/{:namespace}/deployments",
            ),
            ("GET", "/api/v1/nodes", "GET /api/v1/nodes"),
            ("GET", "/api/v1/nodes/n", "GET /api/v1/nodes/{:name}"),
        ] {
            let method: http::Method = method.parse().expect("a method");
            let route = routes::parse(&method, path, &Query::parse(""));
            assert_eq!(name(&method, &route), expected, "{path}");
        }
    }
}

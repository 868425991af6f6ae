//! Aggregation: group-versions that other servers answer for. An APIService names the service
//! behind one; requests for it go there, with the user in headers that our certificate vouches
//! for.

pub mod controller;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use apimachinery::Status;
use component::http::{Body, Request};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, BodyStream, StreamBody};
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;
use serde_json::{Value, json};

use crate::authn::User;
use crate::request::Answer;
use crate::server::Server;
use crate::service_endpoints::{self, Address, Nowhere, Wanted};
use crate::traces;

/// How long a connection may take.
const DIAL: Duration = Duration::from_secs(5);

/// A group-version that another server answers for.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The APIService.
    pub name: String,
    /// The group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The order among groups, and among a group's versions.
    priority: (i32, i32),
    namespace: String,
    service: String,
    port: u16,
    ca: Option<Vec<u8>>,
    insecure: bool,
    /// What it says of its resources; `None` until it answers.
    pub resources: Option<Value>,
}

impl Backend {
    fn of(service: &APIService) -> Option<Self> {
        let spec = service.spec.as_ref()?;
        let reference = spec.service.as_ref()?;
        Some(Self {
            name: service.metadata.name.clone()?,
            group: spec.group.clone()?,
            version: spec.version.clone()?,
            priority: (spec.group_priority_minimum, spec.version_priority),
            namespace: reference.namespace.clone()?,
            service: reference.name.clone()?,
            port: u16::try_from(reference.port.unwrap_or(443)).ok()?,
            ca: spec.ca_bundle.as_ref().map(|ca| ca.0.clone()).filter(|ca| !ca.is_empty()),
            insecure: spec.insecure_skip_tls_verify.unwrap_or(false),
            resources: None,
        })
    }

    fn host(&self) -> String {
        format!("{}.{}.svc", self.service, self.namespace)
    }

    /// The address behind the service; the reason in a condition, and why, if there is none.
    async fn address(&self, server: &Arc<Server>) -> Result<Address, (&'static str, String)> {
        let wanted = Wanted { namespace: &self.namespace, name: &self.service, port: self.port };
        let place = format!("service/{} in {:?}", self.service, self.namespace);
        service_endpoints::address(&server.store, &wanted).await.map_err(|nowhere| match nowhere {
            Nowhere::Unreadable(why) => {
                ("ServiceAccessError", format!("{place} cannot be checked due to: {why}"))
            }
            Nowhere::NotFound => ("ServiceNotFound", format!("{place} is not present")),
            Nowhere::NoPort => {
                ("ServicePortError", format!("{place} is not listening on port {}", self.port))
            }
            Nowhere::NoEndpoints => {
                ("EndpointsNotFound", format!("no endpoints available for service {:?}", self.service))
            }
            Nowhere::Unresolved(why) => ("ServiceAccessError", format!("{place} is {why}")),
            Nowhere::Headless => {
                ("ServiceAccessError", format!("cannot route to {place} with ClusterIP \"None\""))
            }
            Nowhere::NoAddress => ("ServiceAccessError", format!("{place} has no cluster IP")),
        })
    }

    /// A client that finds the service, trusts its CA and shows our certificate. `upgrades`: by
    /// HTTP/1.1 alone, which can change its protocol.
    fn client(&self, server: &Server, address: &Address, upgrades: bool) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            // Answers go on as they are, compressed ones too.
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(DIAL);
        if upgrades {
            builder = builder.http1_only();
        }
        if self.insecure {
            builder = builder.tls_danger_accept_invalid_certs(true);
        } else if let Some(ca) = &self.ca {
            let bundle =
                reqwest::Certificate::from_pem_bundle(ca).map_err(|error| format!("caBundle: {error}"))?;
            builder = builder.tls_certs_only(bundle);
        }
        if let Some(pair) = &server.options.proxy_client {
            let read =
                |path| std::fs::read(path).map_err(|error| format!("--proxy-client-cert-file: {error}"));
            let mut pem = read(&pair.cert)?;
            pem.extend(read(&pair.key)?);
            let identity = reqwest::Identity::from_pem(&pem)
                .map_err(|error| format!("--proxy-client-cert-file: {error}"))?;
            builder = builder.identity(identity);
        }
        builder = server.store.egress.cluster.lead(builder, Some((&self.host(), address)))?;
        builder.build().map_err(|error| error.to_string())
    }

    /// As a group's version in discovery, aggregated form.
    pub fn discovered(&self) -> Value {
        let Some(resources) = self.resources.as_ref().and_then(|list| list["resources"].as_array()) else {
            return json!({"version": self.version, "freshness": "Stale"});
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let kind = |value: &Value| {
            let or = |field: &str, own: &str| match value[field].as_str() {
                Some(text) if !text.is_empty() => text.to_string(),
                _ => own.to_string(),
            };
            json!({"group": or("group", &self.group), "version": or("version", &self.version), "kind": text(&value["kind"])})
        };
        let mut found: Vec<Value> = Vec::new();
        for resource in resources.iter().filter(|resource| !text(&resource["name"]).contains('/')) {
            let name = text(&resource["name"]);
            let mut row = json!({
                "resource": name, "responseKind": kind(resource), "verbs": resource["verbs"],
                "scope": if resource["namespaced"] == true { "Namespaced" } else { "Cluster" },
                "singularResource": text(&resource["singularName"]),
            });
            for field in ["shortNames", "categories"] {
                if resource[field].is_array() {
                    row[field] = resource[field].clone();
                }
            }
            let below: Vec<Value> = resources
                .iter()
                .filter_map(|sub| {
                    let part = text(&sub["name"]).strip_prefix(&format!("{name}/"))?.to_string();
                    Some(json!({"subresource": part, "responseKind": kind(sub), "verbs": sub["verbs"]}))
                })
                .collect();
            if !below.is_empty() {
                row["subresources"] = json!(below);
            }
            found.push(row);
        }
        json!({"version": self.version, "freshness": "Current", "resources": found})
    }
}

/// The servers behind this one.
#[derive(Default)]
pub struct Aggregation {
    table: RwLock<Arc<Vec<Arc<Backend>>>>,
    clients: RwLock<BTreeMap<String, (Address, reqwest::Client)>>,
}

impl Aggregation {
    /// All of them, in the order of discovery.
    pub fn table(&self) -> Arc<Vec<Arc<Backend>>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces them.
    fn publish(&self, mut backends: Vec<Arc<Backend>>) {
        backends.sort_by(|a, b| {
            (b.priority.0, &a.group, b.priority.1, &a.version).cmp(&(
                a.priority.0,
                &b.group,
                a.priority.1,
                &b.version,
            ))
        });
        let names: Vec<&str> = backends.iter().map(|backend| backend.name.as_str()).collect();
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|name, _| names.contains(&name.as_str()));
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(backends);
    }

    /// Clients of a backend whose definition changed are made anew.
    fn forget(&self, name: &str) {
        self.clients.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// The server that a path belongs to.
    pub fn find(&self, path: &str) -> Option<Arc<Backend>> {
        let path = path.strip_prefix("/openapi/v3").unwrap_or(path);
        let mut words = path.split('/').filter(|word| !word.is_empty());
        if words.next()? != "apis" {
            return None;
        }
        let (group, version) = (words.next()?, words.next()?);
        let table = self.table();
        table.iter().find(|backend| backend.group == group && backend.version == version).cloned()
    }

    async fn client(
        &self,
        server: &Arc<Server>,
        backend: &Backend,
    ) -> Result<reqwest::Client, (&'static str, String)> {
        let address = backend.address(server).await?;
        if let Some((known, client)) =
            self.clients.read().unwrap_or_else(PoisonError::into_inner).get(&backend.name)
            && *known == address
        {
            return Ok(client.clone());
        }
        let client = backend.client(server, &address, false).map_err(|why| ("FailedDiscoveryCheck", why))?;
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(backend.name.clone(), (address, client.clone()));
        Ok(client)
    }
}

/// Headers that belong to one connection, or that we set ourselves.
fn is_ours(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "host"
            | "authorization"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "content-length"
            | "keep-alive"
    ) || name.as_str().starts_with("x-remote-")
        || name.as_str().starts_with("impersonate-")
}

fn with_user(headers: &HeaderMap, user: &User) -> HeaderMap {
    let mut out: HeaderMap = headers
        .iter()
        .filter(|(name, _)| !is_ours(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut put = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            out.append(name, value);
        }
    };
    put("x-remote-user", &user.name);
    if !user.uid.is_empty() {
        put("x-remote-uid", &user.uid);
    }
    for group in &user.groups {
        put("x-remote-group", group);
    }
    for (key, values) in &user.extra {
        let key: String =
            percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC).to_string();
        for value in values {
            put(&format!("x-remote-extra-{}", key.to_lowercase()), value);
        }
    }
    out
}

/// Sends a request on to the server that answers for it.
pub async fn forward(server: &Arc<Server>, backend: &Backend, user: &User, request: Request) -> Answer {
    let unavailable = |why: String| {
        tracing::warn!(service = backend.name, why, "an aggregated server is not available");
        Status::unavailable("service unavailable")
    };
    if request.headers().contains_key(header::UPGRADE) {
        return upgrade(server, backend, user, request).await.map_err(unavailable);
    }
    let client = server.aggregation.client(server, backend).await.map_err(|(_, why)| unavailable(why))?;
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("https://{}:{}{path}", backend.host(), backend.port);
    let has_body = parts.headers.contains_key(header::CONTENT_LENGTH)
        || parts.headers.contains_key(header::TRANSFER_ENCODING);
    let mut headers = with_user(&parts.headers, user);
    let span = traces::call(&parts.method, &url, &mut headers);
    let mut sent = client.request(parts.method.clone(), url).headers(headers);
    if has_body || !matches!(parts.method, http::Method::GET | http::Method::HEAD | http::Method::DELETE) {
        let data = BodyStream::new(body)
            .filter_map(|frame| async move { frame.map(|frame| frame.into_data().ok()).transpose() });
        sent = sent.body(reqwest::Body::wrap_stream(data));
    }
    let sent = sent.send().await.map_err(|error| format!("{error:?}"));
    let outcome = sent.as_ref().map(|answer| answer.status().as_u16());
    traces::called(span, outcome.map_err(Clone::clone));
    let answer = sent.map_err(unavailable)?;
    if server.options.rejects_redirects
        && answer.status().is_redirection()
        && answer.headers().contains_key(header::LOCATION)
    {
        let why = "the backend attempted to redirect this request, which is not permitted";
        return Ok(component::http::text(http::StatusCode::BAD_GATEWAY, why));
    }
    let mut response = Response::new(Body::default());
    *response.status_mut() = answer.status();
    for (name, value) in answer.headers().iter().filter(|(name, _)| !is_ours(name)) {
        response.headers_mut().append(name.clone(), value.clone());
    }
    let frames =
        answer.bytes_stream().map(|chunk| chunk.map(Frame::data).map_err(component::http::BoxError::from));
    *response.body_mut() = StreamBody::new(frames).boxed_unsync();
    Ok(response)
}

/// Sends a request for another protocol on, and then whatever either side says.
async fn upgrade(
    server: &Arc<Server>,
    backend: &Backend,
    user: &User,
    mut request: Request,
) -> Result<Response<Body>, String> {
    let address = backend.address(server).await.map_err(|(_, why)| why)?;
    let client = backend.client(server, &address, true)?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let url = format!("https://{}:{}{path}", backend.host(), backend.port);
    let mut headers = with_user(request.headers(), user);
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    if let Some(protocol) = request.headers().get(header::UPGRADE) {
        headers.insert(header::UPGRADE, protocol.clone());
    }
    // A token that came as a sub-protocol is for us.
    let offers: Vec<String> = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|offer| offer.trim().to_string())
        .filter(|offer| !offer.starts_with("base64url.bearer.authorization.k8s.io."))
        .collect();
    headers.remove(header::SEC_WEBSOCKET_PROTOCOL);
    if let Some(offers) = HeaderValue::from_str(&offers.join(", ")).ok().filter(|offers| !offers.is_empty()) {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, offers);
    }
    let sent = client.request(request.method().clone(), url).headers(headers).send().await;
    let answer = sent.map_err(|error| format!("{error:?}"))?;
    let mut response = Response::new(Body::default());
    *response.status_mut() = answer.status();
    let switches = answer.status() == http::StatusCode::SWITCHING_PROTOCOLS;
    let goes_on = |name: &HeaderName| {
        !is_ours(name) || (switches && (*name == header::UPGRADE || *name == header::CONNECTION))
    };
    for (name, value) in answer.headers().iter().filter(|(name, _)| goes_on(name)) {
        response.headers_mut().append(name.clone(), value.clone());
    }
    if !switches {
        let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
        *response.body_mut() = component::http::full(bytes);
        return Ok(response);
    }
    let ours = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (Ok(ours), Ok(mut theirs)) = tokio::join!(ours, answer.upgrade()) else { return };
        let mut ours = hyper_util::rt::TokioIo::new(ours);
        let _ = tokio::io::copy_bidirectional(&mut ours, &mut theirs).await;
    });
    Ok(response)
}

//! Through the server to somewhere else: to kubelets for logs, exec, attach and port-forward,
//! and to pods, services and nodes as a proxy. WebSocket and SPDY are tunnelled byte for byte.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use apimachinery::Status;
use apimachinery::custom::CustomObject;
use component::http::{Body, BoxError, Request};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, Version, header};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::{Endpoints, Node, Pod, Service};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use serde_json::json;
use tokio_rustls::TlsConnector;

use super::paced::Paced;
use super::streams::Way;
use crate::admission::{self, Attributes, Operation};
use crate::egress::Stream;
use crate::request::{Answer, Call};
use crate::server::Server;

/// How long a target may take to accept.
const DIAL: Duration = Duration::from_secs(10);

/// Where a request goes on to.
struct Target {
    host: String,
    port: u16,
    tls: bool,
    /// Whether our credentials for kubelets go along.
    kubelet: bool,
    /// The path and query there.
    path: String,
    /// What is in front of the path here, for redirects and such.
    base: String,
}

/// Does what is asked.
pub async fn handle(call: &Call) -> Answer {
    let target = match (call.resource.plural, call.route.subresource.as_str()) {
        ("pods", "log" | "exec" | "attach" | "portforward") => to_kubelet(call).await?,
        ("pods", "proxy") => to_pod(call).await?,
        ("services", "proxy") => to_service(call).await?,
        ("nodes", "proxy") => to_node(call).await?,
        _ => return Err(Status::no_such_path()),
    };
    if call.route.subresource != "log" {
        admit(call).await?;
    }
    forward(call, target).await
}

/// Shows admission the connection: its options are the object.
async fn admit(call: &Call) -> Result<(), Status> {
    let mut content = serde_json::Map::new();
    let kind = match (call.resource.plural, call.route.subresource.as_str()) {
        ("pods", sub @ ("exec" | "attach")) => {
            for name in ["stdin", "stdout", "stderr", "tty"] {
                if call.query.flag(name) {
                    content.insert(name.into(), json!(true));
                }
            }
            if call.query.has("container") {
                content.insert("container".into(), json!(call.query.get("container")));
            }
            if sub == "exec" {
                content.insert("command".into(), json!(call.query.all("command")));
                "PodExecOptions"
            } else {
                "PodAttachOptions"
            }
        }
        ("pods", "portforward") => {
            let ports = call.query.all("ports").iter().flat_map(|text| text.split(','));
            let ports: Vec<u16> = ports.filter_map(|port| port.parse().ok()).collect();
            if !ports.is_empty() {
                content.insert("ports".into(), json!(ports));
            }
            "PodPortForwardOptions"
        }
        (plural, _) => {
            content.insert("path".into(), json!(format!("/{}", call.route.rest)));
            match plural {
                "pods" => "PodProxyOptions",
                "services" => "ServiceProxyOptions",
                _ => "NodeProxyOptions",
            }
        }
    };
    let options = CustomObject {
        api_version: "v1".into(),
        kind: kind.into(),
        metadata: ObjectMeta::default(),
        content,
    };
    let attributes = Attributes {
        call,
        operation: Operation::Connect,
        resource: call.resource,
        subresource: &call.route.subresource,
        namespace: call.route.namespace.clone(),
        name: call.route.name.clone(),
        old: None,
        kind: Some(("", "v1", kind)),
    };
    admission::connect(&attributes, &options).await
}

// ---- targets ----

async fn node_target(server: &Arc<Server>, name: &str) -> Result<(String, u16), Status> {
    let cache = server.store.known("minions");
    let found = server.store.glance(cache, name).await?.and_then(|entry| entry.typed::<Node>());
    let node = found.ok_or_else(|| Status::not_found("", "nodes", name))?;
    let status = node.status.unwrap_or_default();
    let port =
        status.daemon_endpoints.and_then(|all| all.kubelet_endpoint).map_or(10250, |kubelet| kubelet.port);
    let addresses = status.addresses.unwrap_or_default();
    for wanted in &server.options.kubelet_addresses {
        if let Some(address) = addresses.iter().find(|address| address.type_ == *wanted) {
            return Ok((address.address.clone(), u16::try_from(port).unwrap_or(10250)));
        }
    }
    Err(Status::internal(format!(
        "no preferred addresses found for node {name:?}; known addresses: {}",
        addresses.len()
    )))
}

async fn pod_of(call: &Call, name: &str) -> Result<Pod, Status> {
    let cache = call.server.store.known("pods");
    let key = format!("{}/{name}", call.route.namespace);
    call.server.store.fresh(cache).await?;
    let found = call.server.store.get(cache, &key).await?.and_then(|entry| entry.typed::<Pod>());
    found.ok_or_else(|| Status::not_found("", "pods", name))
}

async fn to_kubelet(call: &Call) -> Result<Target, Status> {
    let name = &call.route.name;
    let sub = call.route.subresource.as_str();
    let pod = pod_of(call, name).await?;
    let spec = pod.spec.unwrap_or_default();
    let node = spec.node_name.clone().unwrap_or_default();
    if node.is_empty() {
        return Err(Status::bad_request(format!("pod {name} does not have a host assigned")));
    }
    let mut container = call.query.get("container").to_string();
    let all: Vec<&str> = spec
        .init_containers
        .iter()
        .flatten()
        .chain(&spec.containers)
        .map(|container| container.name.as_str())
        .chain(spec.ephemeral_containers.iter().flatten().map(|container| container.name.as_str()))
        .collect();
    if sub != "portforward" {
        if container.is_empty() {
            let preferred = pod
                .metadata
                .annotations
                .as_ref()
                .and_then(|all| all.get("kubectl.kubernetes.io/default-container").cloned());
            container = match (spec.containers.as_slice(), preferred) {
                ([only], _) => only.name.clone(),
                (_, Some(preferred)) if sub != "log" && all.contains(&preferred.as_str()) => preferred,
                _ => {
                    let names: Vec<&str> = spec.containers.iter().map(|c| c.name.as_str()).collect();
                    let inits: Vec<&str> =
                        spec.init_containers.iter().flatten().map(|c| c.name.as_str()).collect();
                    let mut text = format!(
                        "a container name must be specified for pod {name}, choose one of: [{}]",
                        names.join(" ")
                    );
                    if !inits.is_empty() {
                        text.push_str(&format!(" or one of the init containers: [{}]", inits.join(" ")));
                    }
                    return Err(Status::bad_request(text));
                }
            };
        } else if !all.contains(&container.as_str()) {
            return Err(Status::bad_request(format!("container {container} is not valid for pod {name}")));
        }
    }
    let (host, port) = node_target(&call.server, &node).await?;
    let escape = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let namespace = escape(&call.route.namespace);
    let pod_name = name.as_str();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut pass = |from: &str, to: &str| {
        for value in call.query.all(from) {
            query.append_pair(to, value);
        }
    };
    let path = match sub {
        "log" => {
            for name in [
                "follow",
                "previous",
                "timestamps",
                "sinceSeconds",
                "sinceTime",
                "tailLines",
                "limitBytes",
                "stream",
            ] {
                pass(name, name);
            }
            format!("/containerLogs/{namespace}/{pod_name}/{container}")
        }
        "portforward" => {
            pass("ports", "port");
            format!("/portForward/{namespace}/{pod_name}")
        }
        sub => {
            for (from, to) in [("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")]
            {
                if call.query.flag(from) {
                    query.append_pair(to, "1");
                }
            }
            for value in call.query.all("command") {
                query.append_pair("command", value);
            }
            format!("/{sub}/{namespace}/{pod_name}/{container}")
        }
    };
    let query = query.finish();
    let path = if query.is_empty() { path } else { format!("{path}?{query}") };
    Ok(Target { host, port, tls: true, kubelet: true, path, base: String::new() })
}

/// `scheme:name:port`, of which only the name must be there.
fn split_name(text: &str) -> (&str, &str, &str) {
    match text.split(':').collect::<Vec<_>>().as_slice() {
        [scheme @ ("http" | "https" | ""), name, port] => (scheme, name, port),
        [name, port] => ("", name, port),
        _ => ("", text, ""),
    }
}

fn rest(call: &Call) -> String {
    let path = format!("/{}", call.route.rest);
    if call.raw_query.is_empty() { path } else { format!("{path}?{}", call.raw_query) }
}

fn base(call: &Call) -> String {
    let path = &call.route.path;
    path.strip_suffix(&call.route.rest).unwrap_or(path).trim_end_matches('/').to_string()
}

fn allowed(address: &str) -> Result<(), Status> {
    let bad = address.parse::<IpAddr>().is_ok_and(|ip| match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_link_local() || ip.is_multicast() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_multicast() || ip.is_unspecified(),
    });
    if bad { Err(Status::bad_request("address not allowed")) } else { Ok(()) }
}

async fn to_pod(call: &Call) -> Result<Target, Status> {
    let (scheme, name, port) = split_name(&call.route.name);
    let pod = pod_of(call, name).await?;
    let address = pod.status.and_then(|status| status.pod_ip).unwrap_or_default();
    if address.is_empty() {
        return Err(Status::unavailable("no pod IP address is known: the pod does not run yet"));
    }
    allowed(&address)?;
    let port = if port.is_empty() {
        let ports =
            pod.spec.unwrap_or_default().containers.into_iter().flat_map(|c| c.ports.unwrap_or_default());
        ports.map(|port| port.container_port).next().and_then(|port| u16::try_from(port).ok()).unwrap_or(80)
    } else {
        port.parse().map_err(|_| Status::bad_request(format!("invalid pod port {port:?}")))?
    };
    Ok(Target {
        host: address,
        port,
        tls: scheme == "https",
        kubelet: false,
        path: rest(call),
        base: base(call),
    })
}

async fn to_service(call: &Call) -> Result<Target, Status> {
    let (scheme, name, wanted) = split_name(&call.route.name);
    let key = format!("{}/{name}", call.route.namespace);
    let services = call.server.store.known("services/specs");
    call.server.store.fresh(services).await?;
    let service = call.server.store.get(services, &key).await?.and_then(|entry| entry.typed::<Service>());
    let service = service.ok_or_else(|| Status::not_found("", "services", name))?;
    let ports = service.spec.and_then(|spec| spec.ports).unwrap_or_default();
    let port = ports.iter().find(|port| {
        wanted.is_empty() && ports.len() == 1
            || port.name.as_deref() == Some(wanted)
            || port.port.to_string() == wanted
    });
    let none = || Status::unavailable(format!("no endpoints available for service {:?}", call.route.name));
    let port = port.ok_or_else(none)?;
    let endpoints = call.server.store.known("services/endpoints");
    let found = call.server.store.get(endpoints, &key).await?;
    let found = found.and_then(|entry| entry.typed::<Endpoints>()).ok_or_else(none)?;
    let mut choices = Vec::new();
    for subset in found.subsets.iter().flatten() {
        let number = subset.ports.iter().flatten().find(|p| p.name == port.name).map(|port| port.port);
        let number = number.or(match &port.target_port {
            Some(IntOrString::Int(number)) => Some(*number),
            _ => None,
        });
        for address in subset.addresses.iter().flatten() {
            choices.extend(number.and_then(|n| u16::try_from(n).ok()).map(|n| (address.ip.clone(), n)));
        }
    }
    if choices.is_empty() {
        return Err(none());
    }
    let (host, port) = choices.swap_remove(rand::Rng::random_range(&mut rand::rng(), 0..choices.len()));
    allowed(&host)?;
    Ok(Target { host, port, tls: scheme == "https", kubelet: false, path: rest(call), base: base(call) })
}

async fn to_node(call: &Call) -> Result<Target, Status> {
    let (scheme, name, port) = split_name(&call.route.name);
    let (host, kubelet) = node_target(&call.server, name).await?;
    let port = if port.is_empty() {
        kubelet
    } else {
        port.parse().map_err(|_| Status::bad_request(format!("invalid node port {port:?}")))?
    };
    let is_kubelet = port == kubelet;
    if !is_kubelet {
        allowed(&host)?;
    }
    let tls = is_kubelet || scheme == "https";
    Ok(Target { host, port, tls, kubelet: is_kubelet, path: rest(call), base: base(call) })
}

// ---- the way there ----

/// Takes any certificate: pods' own, and kubelets' where no CA is configured for them.
#[derive(Debug)]
struct Anyone(rustls::crypto::WebPkiSupportedAlgorithms);

impl rustls::client::danger::ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.supported_schemes()
    }
}

static ALGORITHMS: LazyLock<rustls::crypto::WebPkiSupportedAlgorithms> =
    LazyLock::new(|| rustls::crypto::ring::default_provider().signature_verification_algorithms);

fn tls(server: &Server, kubelet: bool) -> Result<Arc<rustls::ClientConfig>, Status> {
    let unusable = |error: component::tls::TlsError| Status::internal(error);
    let builder = rustls::ClientConfig::builder();
    let builder = match server.options.kubelet_ca.as_deref().filter(|_| kubelet) {
        Some(ca) => builder.with_root_certificates(component::tls::read_roots(ca).map_err(unusable)?),
        None => builder.dangerous().with_custom_certificate_verifier(Arc::new(Anyone(*ALGORITHMS))),
    };
    let mut config = match server.options.kubelet_client.as_ref().filter(|_| kubelet) {
        Some(pair) => builder
            .with_client_auth_cert(
                component::tls::read_certificates(&pair.cert).map_err(unusable)?,
                component::tls::read_key(&pair.key).map_err(unusable)?,
            )
            .map_err(Status::internal)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

async fn dial(server: &Server, target: &Target) -> Result<Box<dyn Stream>, Status> {
    let unreachable = |error: &dyn std::fmt::Display| {
        Status::unavailable(format!(
            "error trying to reach service: dial tcp {}:{}: {error}",
            target.host, target.port
        ))
    };
    let way = &server.store.egress.cluster;
    let connect = way.dial(&target.host, target.port);
    let patience = if target.kubelet { server.options.kubelet_timeout } else { DIAL };
    let stream = match tokio::time::timeout(patience, connect).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(why)) => return Err(Status::unavailable(format!("error trying to reach service: {why}"))),
        Err(_) => return Err(unreachable(&"i/o timeout")),
    };
    if !target.tls {
        return Ok(stream);
    }
    let name = ServerName::try_from(target.host.clone()).map_err(Status::internal)?;
    let connect = TlsConnector::from(tls(server, target.kubelet)?).connect(name, stream);
    match tokio::time::timeout(patience, connect).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(unreachable(&error)),
        Err(_) => Err(unreachable(&"TLS handshake timeout")),
    }
}

/// Headers that are between two neighbours and go no further.
const HOP: [HeaderName; 5] =
    [header::CONNECTION, header::UPGRADE, header::TE, header::TRAILER, header::TRANSFER_ENCODING];

fn onward(headers: &HeaderMap, upgrade: bool) -> HeaderMap {
    let mut out = headers.clone();
    for name in HOP {
        if !(upgrade && (name == header::CONNECTION || name == header::UPGRADE)) {
            out.remove(name);
        }
    }
    // Credentials are for us, and who acts for whom has been settled.
    out.remove(header::AUTHORIZATION);
    out.remove(header::HOST);
    let own: Vec<HeaderName> =
        out.keys().filter(|name| name.as_str().starts_with("impersonate-")).cloned().collect();
    for name in own {
        out.remove(name);
    }
    if let Some(protocols) = out.get(header::SEC_WEBSOCKET_PROTOCOL).and_then(|value| value.to_str().ok()) {
        let kept: Vec<&str> = protocols
            .split(',')
            .map(str::trim)
            .filter(|protocol| !protocol.starts_with("base64url.bearer."))
            .collect();
        if let Ok(value) = HeaderValue::from_str(&kept.join(", ")) {
            out.insert(header::SEC_WEBSOCKET_PROTOCOL, value);
        }
    }
    out
}

fn internal(error: impl std::fmt::Display) -> Status {
    Status::internal(error)
}

/// Sends a request to the target's path.
async fn send(
    sender: &mut hyper::client::conn::http1::SendRequest<Body>,
    target: &Target,
    mut out: http::Request<Body>,
) -> Result<Response<hyper::body::Incoming>, Status> {
    let uri: Uri = target.path.parse().map_err(|_| Status::bad_request("the path cannot be passed on"))?;
    *out.uri_mut() = uri;
    let host = if target.host.contains(':') { format!("[{}]", target.host) } else { target.host.clone() };
    let host = HeaderValue::from_str(&format!("{host}:{}", target.port)).map_err(internal)?;
    out.headers_mut().insert(header::HOST, host);
    let sent = sender.send_request(out).await;
    sent.map_err(|error| Status::unavailable(format!("error trying to reach service: {error}")))
}

async fn forward(call: &Call, target: Target) -> Answer {
    let mut request: Request = call.take()?;
    let upgrade = request.version() == Version::HTTP_11 && request.headers().contains_key(header::UPGRADE);
    let needs_upgrade = matches!(call.route.subresource.as_str(), "exec" | "attach" | "portforward");
    if needs_upgrade && !upgrade {
        return Err(Status::bad_request("Upgrade request required"));
    }
    let stream = dial(&call.server, &target).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(internal)?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "proxied connection ended early");
        }
    });
    let way = Way::of(request.headers(), &call.route.subresource, |name| call.query.flag(name));
    if let Some(way) = way {
        let mut out = http::Request::new(component::http::empty());
        *out.method_mut() = request.method().clone();
        *out.headers_mut() = onward(request.headers(), true);
        way.ask(out.headers_mut());
        let response = send(&mut sender, &target, out).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return kubelet_error(call, response).await;
        }
        return Ok(way.grant(request, response, call.server.options.connection_rate));
    }
    let client_side = upgrade.then(|| hyper::upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let mut out = http::Request::new(if upgrade {
        component::http::empty()
    } else {
        body.map_err(|error| Box::new(error) as BoxError).boxed_unsync()
    });
    *out.method_mut() = parts.method;
    *out.headers_mut() = onward(&parts.headers, upgrade);
    let mut response = send(&mut sender, &target, out).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some(client_side) = client_side else {
            return Err(Status::internal("the target switched protocols though nobody asked"));
        };
        let target_side = hyper::upgrade::on(&mut response);
        let rate = call.server.options.connection_rate;
        tokio::spawn(async move {
            let (Ok(client), Ok(target)) = tokio::join!(client_side, target_side) else { return };
            let (mut client, mut target) = (TokioIo::new(client), Paced::new(TokioIo::new(target), rate));
            let _ = tokio::io::copy_bidirectional(&mut client, &mut target).await;
        });
        let mut answer = Response::new(component::http::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *answer.headers_mut() = response.headers().clone();
        return Ok(answer);
    }
    if call.route.subresource != "proxy" && !response.status().is_success() {
        return kubelet_error(call, response).await;
    }
    let (mut parts, body) = response.into_parts();
    for name in HOP {
        parts.headers.remove(name);
    }
    // A redirect to a path there is one to a path below ours.
    if let Some(location) = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok())
        && location.starts_with('/')
        && let Ok(value) = HeaderValue::from_str(&format!("{}{location}", target.base))
    {
        parts.headers.insert(header::LOCATION, value);
    }
    parts.version = Version::default();
    let body: Body = body.map_err(|error| Box::new(error) as BoxError).boxed_unsync();
    Ok(Response::from_parts(parts, body))
}

/// What a kubelet refuses becomes a Status, as clients expect.
async fn kubelet_error(call: &Call, response: Response<hyper::body::Incoming>) -> Answer {
    let code = response.status();
    let text = http_body_util::Limited::new(response.into_body(), 4096)
        .collect()
        .await
        .map(|body| String::from_utf8_lossy(&body.to_bytes()).trim().to_string())
        .unwrap_or_default();
    Err(match code.as_u16() {
        400 => Status::bad_request(text),
        404 => Status::failure(404, "NotFound", text),
        401 | 403 => Status::internal(format!(
            "the kubelet refuses this server's client certificate ({code}): {text}; check --kubelet-client-certificate"
        )),
        500..=599 => {
            let mut status = Status::internal(&text);
            status.message = format!(
                "an error on the server ({text:?}) has prevented the request from succeeding ({} {})",
                call.route.verb, call.route.subresource
            );
            status
        }
        other => Status::failure(other, "Unknown", text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(split_name("a"), ("", "a", ""));
        assert_eq!(split_name("a:80"), ("", "a", "80"));
        assert_eq!(split_name("https:a:443"), ("https", "a", "443"));
        assert_eq!(split_name("https:a:"), ("https", "a", ""));
    }

    #[test]
    fn credentials_stay_here() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        headers.insert("impersonate-user", HeaderValue::from_static("x"));
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static("v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.eA"),
        );
        headers.insert("x-own", HeaderValue::from_static("y"));
        let out = onward(&headers, true);
        assert_eq!(out.len(), 2);
        assert_eq!(out[header::SEC_WEBSOCKET_PROTOCOL], "v5.channel.k8s.io");
    }
}

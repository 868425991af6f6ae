//! The kubelet's own API: health, pods, logs, commands, statistics. Everything but health is
//! behind authentication and authorization by the API server.

mod access;
mod logs;
mod relay;
mod rotate;
mod stats;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use component::http::{Body, Request, text, typed};
use component::serve;
use component::tls::{ClientAuth, ServerTls};
use http::{Method, Response, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use crate::kubelet::Kubelet;

/// Opens the API and the health port.
///
/// # Errors
/// Names the address that is taken, or the certificate that can't be used.
pub async fn start(kubelet: &Arc<Kubelet>, address: Option<IpAddr>) -> Result<()> {
    let file = &kubelet.config.file;
    let (certificate, key) = match (&file.tls_cert_file, &file.tls_private_key_file) {
        (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
        _ => crate::bootstrap::serving(
            &kubelet.config.cert_dir,
            &kubelet.node_name,
            address.into_iter().collect(),
        )?,
    };
    let ca = file.authentication.x509.client_ca_file.as_deref();
    let auth = if ca.is_some() { ClientAuth::Optional } else { ClientAuth::None };
    let tls = ServerTls::new(&certificate, &key, ca, auth)?;
    let listener = bind(file.address, file.port).await?;
    let access = Arc::new(access::Access::new(kubelet.clone()));
    let shutdown = kubelet.shutdown.clone();
    let handler = {
        let kubelet = kubelet.clone();
        move |request: Request| {
            let (kubelet, access) = (kubelet.clone(), access.clone());
            async move { answer(&kubelet, &access, request).await }
        }
    };
    tokio::spawn(serve::serve(listener, Some(tls), handler, shutdown.clone(), Duration::from_secs(1)));
    if file.healthz_port != 0 {
        let listener = bind(file.healthz_bind_address, file.healthz_port).await?;
        let health = component::health::Health::new();
        let handler = move |request: Request| {
            let health = health.clone();
            async move {
                let uri = request.uri();
                health.answer(uri.path(), uri.query()).unwrap_or_else(not_found)
            }
        };
        tokio::spawn(serve::serve(listener, None, handler, shutdown, Duration::from_secs(1)));
    }
    tokio::spawn(rotate::run(kubelet.clone()));
    Ok(())
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener> {
    TcpListener::bind((address, port))
        .await
        .with_context(|| format!("cannot listen on {address}:{port}; is another kubelet running?"))
}

fn not_found() -> Response<Body> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

async fn answer(kubelet: &Arc<Kubelet>, access: &access::Access, request: Request) -> Response<Body> {
    let path = request.uri().path().to_string();
    let decoded: Vec<String> = path
        .trim_matches('/')
        .split('/')
        .map(|part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let parts: Vec<&str> = decoded.iter().map(String::as_str).collect();
    if let Err(refusal) = access.check(&request, &parts).await {
        return *refusal;
    }
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["healthz", ..]) => text(StatusCode::OK, "ok"),
        (&Method::GET, ["pods" | "runningpods"]) => pods(kubelet),
        (&Method::GET, ["containerLogs", namespace, pod, container]) => {
            logs::answer(kubelet, namespace, pod, container, &query).await
        }
        (&Method::GET | &Method::POST, ["exec" | "attach", rest @ ..]) => {
            let (namespace, pod, container) = match rest {
                [namespace, pod, container] | [namespace, pod, _, container] => {
                    (*namespace, *pod, *container)
                }
                _ => return not_found(),
            };
            relay::command(kubelet, parts[0] == "exec", namespace, pod, container, &query, request).await
        }
        (&Method::GET | &Method::POST, ["portForward", namespace, pod, ..]) => {
            relay::port_forward(kubelet, namespace, pod, &query, request).await
        }
        (&Method::POST, ["run", namespace, pod, container]) => {
            relay::run(kubelet, namespace, pod, container, &query).await
        }
        (&Method::GET, ["stats", "summary"]) => stats::summary(kubelet).await,
        (&Method::GET, ["metrics"]) => {
            typed(StatusCode::OK, "text/plain; version=0.0.4", component::metrics::render(&[]))
        }
        (&Method::GET, ["metrics", "resource"]) => stats::resource(kubelet).await,
        (&Method::GET, ["configz"]) => json_answer(&json!({"kubeletconfig": {
            "staticPodPath": kubelet.config.file.static_pod_path, "clusterDNS": kubelet.config.file.cluster_dns,
            "clusterDomain": kubelet.config.file.cluster_domain, "maxPods": kubelet.config.file.max_pods,
            "cgroupDriver": kubelet.config.file.cgroup_driver, "port": kubelet.config.file.port,
            "containerRuntimeEndpoint": kubelet.config.file.container_runtime_endpoint,
        }})),
        _ => not_found(),
    }
}

fn json_answer(value: &impl serde::Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => typed(StatusCode::OK, "application/json", bytes),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

fn pods(kubelet: &Kubelet) -> Response<Body> {
    json_answer(&json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": kubelet.list()}))
}

/// The newest container of that name, running or not, with its pod.
async fn container_of(
    kubelet: &Kubelet,
    namespace: &str,
    pod: &str,
    container: &str,
    back: usize,
) -> Result<crate::pod::runtime::Held, Response<Body>> {
    let missing = |message: String| text(StatusCode::NOT_FOUND, message);
    let found = kubelet
        .find(namespace, pod)
        .ok_or_else(|| missing(format!("pod \"{pod}_{namespace}\" not found")))?;
    let mut exited = std::collections::HashMap::new();
    let runtime =
        crate::pod::runtime::PodRuntime::fetch(&kubelet.cri, crate::pod::uid(&found), false, &mut exited)
            .await
            .map_err(|error| text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")))?;
    runtime
        .containers
        .into_iter()
        .filter(|held| held.status.metadata.as_ref().is_some_and(|metadata| metadata.name == container))
        .nth(back)
        .ok_or_else(|| {
            let what = if back > 0 { "previous terminated container" } else { "container" };
            let message = if back > 0 {
                format!("{what} {container:?} in pod {pod:?} not found")
            } else {
                format!("{what} {container:?} in pod {pod:?} is waiting to start: ContainerCreating")
            };
            text(StatusCode::BAD_REQUEST, message)
        })
}

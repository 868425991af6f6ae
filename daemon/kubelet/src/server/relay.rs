//! Commands, attachments and port forwards: the runtime serves the stream, the kubelet passes
//! the bytes on. Whatever both ends agree on (WebSocket, SPDY) goes through unread.

use std::sync::Arc;
use std::time::Duration;

use component::http::{Body, Request, empty, full, text};
use criapi::{AttachRequest, ContainerState, ExecRequest, ExecSyncRequest, PortForwardRequest};
use http::{HeaderValue, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::kubelet::Kubelet;

fn flag(query: &[(String, String)], names: &[&str]) -> bool {
    query.iter().any(|(name, value)| names.contains(&name.as_str()) && (value == "1" || value == "true"))
}

fn failure(status: &tonic::Status) -> Response<Body> {
    text(StatusCode::INTERNAL_SERVER_ERROR, status.message().to_string())
}

/// Runs a command in a container, or attaches to it.
pub async fn command(
    kubelet: &Arc<Kubelet>,
    exec: bool,
    namespace: &str,
    pod: &str,
    container: &str,
    query: &[(String, String)],
    request: Request,
) -> Response<Body> {
    let held = match super::container_of(kubelet, namespace, pod, container, 0).await {
        Ok(held) => held,
        Err(refusal) => return refusal,
    };
    if held.status.state() != ContainerState::ContainerRunning {
        return text(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("container {container:?} in pod {pod:?} is not running"),
        );
    }
    let tty = flag(query, &["tty"]);
    let (stdin, stdout) = (flag(query, &["input", "stdin"]), flag(query, &["output", "stdout"]));
    let stderr = flag(query, &["error", "stderr"]) && !tty;
    let mut client = kubelet.cri.runtime.clone();
    let container_id = held.status.id;
    let url = if exec {
        let cmd =
            query.iter().filter(|(name, _)| name == "command").map(|(_, value)| value.clone()).collect();
        client
            .exec(ExecRequest { container_id, cmd, tty, stdin, stdout, stderr })
            .await
            .map(|answer| answer.into_inner().url)
    } else {
        client
            .attach(AttachRequest { container_id, tty, stdin, stdout, stderr })
            .await
            .map(|answer| answer.into_inner().url)
    };
    match url {
        Ok(url) => relay(&url, request).await,
        Err(status) => failure(&status),
    }
}

/// Forwards ports into a pod.
pub async fn port_forward(
    kubelet: &Arc<Kubelet>,
    namespace: &str,
    pod: &str,
    query: &[(String, String)],
    request: Request,
) -> Response<Body> {
    let Some(found) = kubelet.find(namespace, pod) else {
        return text(StatusCode::NOT_FOUND, format!("pod \"{pod}_{namespace}\" not found"));
    };
    let mut exited = std::collections::HashMap::new();
    let host_network = crate::pod::spec(&found).host_network == Some(true);
    let runtime = crate::pod::runtime::PodRuntime::fetch(
        &kubelet.cri,
        crate::pod::uid(&found),
        host_network,
        &mut exited,
    )
    .await;
    let Some(sandbox) = runtime.ok().and_then(|runtime| runtime.ready_sandbox().map(str::to_string)) else {
        return text(StatusCode::BAD_REQUEST, format!("pod {pod:?} is not running"));
    };
    let ports = query
        .iter()
        .filter(|(name, _)| name == "port" || name == "ports")
        .flat_map(|(_, value)| value.split(','))
        .filter_map(|port| port.parse::<i32>().ok())
        .collect();
    match kubelet
        .cri
        .runtime
        .clone()
        .port_forward(PortForwardRequest { pod_sandbox_id: sandbox, port: ports })
        .await
    {
        Ok(answer) => relay(&answer.into_inner().url, request).await,
        Err(status) => failure(&status),
    }
}

/// Runs a command to its end and answers with what it printed.
pub async fn run(
    kubelet: &Arc<Kubelet>,
    namespace: &str,
    pod: &str,
    container: &str,
    query: &[(String, String)],
) -> Response<Body> {
    let held = match super::container_of(kubelet, namespace, pod, container, 0).await {
        Ok(held) => held,
        Err(refusal) => return refusal,
    };
    let command =
        query.iter().find(|(name, _)| name == "cmd").map(|(_, value)| value.clone()).unwrap_or_default();
    let request = ExecSyncRequest {
        container_id: held.status.id,
        cmd: command.split_whitespace().map(str::to_string).collect(),
        timeout: 0,
    };
    match kubelet.cri.runtime.clone().exec_sync(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            let status =
                if answer.exit_code == 0 { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
            let mut response = Response::new(full([answer.stdout, answer.stderr].concat()));
            *response.status_mut() = status;
            response
        }
        Err(status) => failure(&status),
    }
}

/// Sends the upgrade request on to `url` and joins the two connections.
async fn relay(url: &str, mut request: Request) -> Response<Body> {
    let bad = |message: String| text(StatusCode::BAD_GATEWAY, message);
    let Ok(url) = url::Url::parse(url) else {
        return bad(format!("the container runtime gave a URL that is none: {url:?}"));
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return bad("the container runtime gave a URL without host and port".into());
    };
    let stream = match tokio::time::timeout(Duration::from_secs(5), TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            return bad(format!("cannot reach the container runtime's streams at {host}:{port}: {error}"));
        }
        Err(_) => return bad(format!("the container runtime's streams at {host}:{port} do not answer")),
    };
    let _ = stream.set_nodelay(true);
    let (mut sender, connection) = match hyper::client::conn::http1::handshake(TokioIo::new(stream)).await {
        Ok(pair) => pair,
        Err(error) => return bad(error.to_string()),
    };
    tokio::spawn(connection.with_upgrades());
    let mut onward = http::Request::builder().method(request.method().clone()).uri(format!(
        "{}{}",
        url.path(),
        url.query().map(|query| format!("?{query}")).unwrap_or_default()
    ));
    for (name, value) in request.headers() {
        if name != header::HOST && name != header::AUTHORIZATION {
            onward = onward.header(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&format!("{host}:{port}")) {
        onward = onward.header(header::HOST, value);
    }
    let onward = match onward.body(empty()) {
        Ok(onward) => onward,
        Err(error) => return bad(error.to_string()),
    };
    let mut answer = match sender.send_request(onward).await {
        Ok(answer) => answer,
        Err(error) => return bad(error.to_string()),
    };
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = answer.status();
        let body = http_body_util::BodyExt::collect(answer.into_body())
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        return text(status, body);
    }
    let (theirs, ours) = (hyper::upgrade::on(&mut answer), hyper::upgrade::on(&mut request));
    tokio::spawn(async move {
        if let (Ok(theirs), Ok(ours)) = tokio::join!(theirs, ours) {
            let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(theirs), &mut TokioIo::new(ours)).await;
        }
    });
    let mut response = Response::new(empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = answer.headers().clone();
    response
}

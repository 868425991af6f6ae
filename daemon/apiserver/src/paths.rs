//! What is answered at paths that name no resource: discovery, health, version, metrics, keys.

use std::sync::Arc;

use apimachinery::Status;
use component::http::{Body, Request, typed};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;

use crate::request::Answer;
use crate::routes::Route;
use crate::server::Server;
use crate::{discovery, metrics, openapi, profiling, zpages};

/// Answers, or 404.
pub async fn answer(
    server: &Arc<Server>,
    method: &Method,
    route: &Route,
    headers: &HeaderMap,
    request: Request,
) -> Answer {
    let path = route.path.as_str();
    if let Some(folder) =
        server.options.logs.as_deref().filter(|_| path == "/logs" || path.starts_with("/logs/"))
    {
        // As upstream's router, which knows no other way to ask for a log.
        if *method != Method::GET {
            return Err(Status::no_such_method());
        }
        return Ok(component::files::serve(folder, "/logs", path, headers).await);
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Status::no_such_path());
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(response) = server.health.answer(path, request.uri().query()) {
        return Ok(response);
    }
    if let Some(response) = discovery::answer(server, path, headers) {
        return Ok(response);
    }
    if let Some(response) = openapi::answer(server, path, headers) {
        return Ok(response);
    }
    if let Some(table) = server
        .flow_control
        .as_ref()
        .and_then(|control| control.table(path, request.uri().query().unwrap_or_default()))
    {
        return Ok(typed(StatusCode::OK, "text/plain; charset=utf-8", table));
    }
    if let Some(answer) = server.options.profiling.then(|| profiling::answer(path)).flatten() {
        return answer;
    }
    match path {
        "/version" | "/version/" => Ok(typed(StatusCode::OK, "application/json", version())),
        "/metrics" => Ok(typed(
            StatusCode::OK,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics::render(server).await,
        )),
        "/flagz" => zpages::flagz(server, accept),
        "/statusz" => zpages::statusz(server, accept),
        "/.well-known/openid-configuration" => {
            let document = server.authenticator.openid(server);
            Ok(kept(server, typed(StatusCode::OK, "application/json", document)))
        }
        "/openid/v1/jwks" => {
            let keys = server.authenticator.keys();
            Ok(kept(server, typed(StatusCode::OK, "application/jwk-set+json", keys)))
        }
        "/" => {
            let paths = discovery::paths(server);
            Ok(typed(StatusCode::OK, "application/json", json!({"paths": paths}).to_string()))
        }
        _ => Err(Status::no_such_path()),
    }
}

/// Says for how long an answer about the issuer's keys may be kept.
fn kept(server: &Server, mut answer: Response<Body>) -> Response<Body> {
    let age = format!("public, max-age={}", server.authenticator.tokens.max_age());
    if let Ok(value) = HeaderValue::try_from(age) {
        answer.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    answer
}

fn version() -> String {
    let version = component::KUBERNETES_VERSION;
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or("1"), parts.next().unwrap_or("0"));
    json!({
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": minor.parse::<u32>().map_or(0, |minor| minor.saturating_sub(1)).to_string(),
        "gitVersion": version,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "rust",
        "compiler": "rustc",
        "platform": format!("linux/{}", if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" }),
    })
    .to_string()
}

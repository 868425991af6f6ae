//! The plain pages beside gRPC: health, version and metrics, as etcd 3.6 has them.

use std::fmt::Write;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use component::metrics::Metric;
use etcdapi::etcdserverpb::{AlarmType, RangeRequest};
use http::{HeaderValue, Method, Response, StatusCode, header};
use tonic::body::Body;

use crate::apply;
use crate::error::Error;
use crate::metrics;
use crate::node::Node;
use crate::raft::NONE;
use crate::service::maintenance::STORAGE_VERSION;

const TEXT: &str = "text/plain; charset=utf-8";

/// What is checked for each probe.
const PROBES: &[(&str, &[&str])] = &[
    ("livez", &["serializable_read"]),
    ("readyz", &["data_corruption", "serializable_read", "linearizable_read", "non_learner"]),
];

/// The page at a path; `version` says whether that is told here.
pub async fn answer(node: &Node, method: &Method, path: &str, query: &str, version: bool) -> Response<Body> {
    if path == "/metrics" {
        return respond(StatusCode::OK, "text/plain; version=0.0.4", metrics::render(node));
    }
    let probe = PROBES.iter().enumerate().find_map(|(at, (probe, checks))| {
        let rest = path.strip_prefix('/')?.strip_prefix(probe)?;
        let only = match rest.strip_prefix('/') {
            Some(check) => Some(checks.iter().position(|known| *known == check)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        Some((at, only))
    });
    let known = probe.is_some() || path == "/health" || (path == "/version" && version);
    if !known {
        return error(StatusCode::NOT_FOUND, "404 page not found");
    }
    if method != Method::GET {
        let mut refused = error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
        return refused;
    }
    let query = Query::new(query);
    match probe {
        Some((probe, only)) => probed(node, probe, only, &query).await,
        None if path == "/health" => health(node, &query).await,
        None => {
            let body = serde_json::json!({
                "etcdserver": component::ETCD_VERSION,
                "etcdcluster": STORAGE_VERSION,
                "storage": STORAGE_VERSION,
            });
            respond(StatusCode::OK, "application/json", body.to_string())
        }
    }
}

/// The options of a request.
struct Query(Vec<(String, String)>);

impl Query {
    fn new(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Whether this is one of an option's values.
    fn lists(&self, name: &str, wanted: &str) -> bool {
        self.0.iter().any(|(key, value)| key == name && value == wanted)
    }
}

fn respond(status: StatusCode, content_type: &'static str, body: impl Into<bytes::Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::new(http_body_util::Full::new(body.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// As Go's http.Error has it.
fn error(status: StatusCode, what: &str) -> Response<Body> {
    nosniff(respond(status, TEXT, format!("{what}\n")))
}

fn nosniff(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Alarms that are not excluded, a leader, and a read that the cluster confirms (or, with
/// `serializable=true`, a read here).
async fn health(node: &Node, query: &Query) -> Response<Body> {
    let local = query.lists("serializable", "true");
    let alarm = apply::alarms(&node.store())
        .iter()
        .filter_map(|member| AlarmType::try_from(member.alarm).ok())
        .map(|alarm| alarm.as_str_name())
        .find(|name| !query.lists("exclude", name));
    let reason = if let Some(alarm) = alarm {
        Some(format!("ALARM {alarm}"))
    } else if !local && node.leader() == NONE {
        Some("RAFT NO LEADER".into())
    } else {
        read(node, local).await.err().map(|error| format!("RANGE ERROR:{error}"))
    };
    let body = |health, reason| serde_json::json!({ "health": health, "reason": reason }).to_string();
    match reason {
        None => {
            metrics::HEALTHY.inc();
            respond(StatusCode::OK, TEXT, body("true", String::new()))
        }
        Some(reason) => {
            metrics::UNHEALTHY.inc();
            error(StatusCode::SERVICE_UNAVAILABLE, &body("false", reason))
        }
    }
}

/// A read of one key, here or confirmed by the cluster.
async fn read(node: &Node, local: bool) -> Result<(), Error> {
    if !local {
        node.linearizable().await?;
    }
    let request = RangeRequest { key: [0].as_slice().into(), limit: 1, ..RangeRequest::default() };
    node.store().range(&request, |_| ()).map(|_| ())
}

/// A probe with all its checks but those excluded, or with one.
async fn probed(node: &Node, probe: usize, only: Option<usize>, query: &Query) -> Response<Body> {
    let (mut report, mut failed) = (String::new(), false);
    for (at, name) in PROBES[probe].1.iter().enumerate() {
        if only.is_some_and(|only| only != at) || (only.is_none() && query.lists("exclude", name)) {
            continue;
        }
        let checked = check(node, name).await;
        CHECKED[probe][at].count(checked.is_ok());
        match checked {
            Ok(()) => report.push_str(&format!("[+]{name} ok\n")),
            Err(reason) => {
                failed = true;
                report.push_str(&format!("[-]{name} failed: {reason}\n"));
            }
        }
    }
    if failed {
        return error(StatusCode::SERVICE_UNAVAILABLE, &report);
    }
    let report = if query.has("verbose") { report } else { String::new() };
    nosniff(respond(StatusCode::OK, TEXT, report + "ok\n"))
}

async fn check(node: &Node, name: &str) -> Result<(), String> {
    match name {
        "data_corruption" => {
            let corrupt = AlarmType::Corrupt as i32;
            let alarmed = node.store().alarms().iter().any(|(_, alarm)| *alarm == corrupt);
            if alarmed { Err("alarm activated: CORRUPT".into()) } else { Ok(()) }
        }
        "non_learner" => node.no_learner().map_err(|_| "not supported for learner".into()),
        "linearizable_read" => read(node, false).await.map_err(|error| error.to_string()),
        _ => read(node, true).await.map_err(|error| error.to_string()),
    }
}

/// How a check went.
struct Checked {
    succeeded: AtomicU64,
    failed: AtomicU64,
    /// The last time: 0, it was never made; 1, it failed; 2, it succeeded.
    last: AtomicU8,
}

static CHECKED: [[Checked; 4]; 2] = [const {
    [const { Checked { succeeded: AtomicU64::new(0), failed: AtomicU64::new(0), last: AtomicU8::new(0) } }; 4]
}; 2];

impl Checked {
    fn count(&self, good: bool) {
        let counter = if good { &self.succeeded } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        self.last.store(1 + u8::from(good), Ordering::Relaxed);
    }
}

/// The checks of the probes, for `/metrics`.
pub struct Checks;

impl Metric for Checks {
    fn render(&self, out: &mut String) {
        let all = || {
            PROBES.iter().zip(&CHECKED).flat_map(|((probe, names), checks)| {
                names.iter().zip(checks).filter_map(move |(name, checked)| {
                    let last = checked.last.load(Ordering::Relaxed).checked_sub(1)?;
                    Some((format!("name=\"{name}\""), format!("type=\"{probe}\""), checked, last))
                })
            })
        };
        let name = "etcd_server_healthcheck";
        let _ = writeln!(out, "# HELP {name} The result of each kind of healthcheck.\n# TYPE {name} gauge");
        for (check, probe, _, last) in all() {
            let _ = writeln!(out, "{name}{{{check},{probe}}} {last}");
        }
        let name = "etcd_server_healthchecks_total";
        let _ = writeln!(
            out,
            "# HELP {name} The total number of each kind of healthcheck.\n# TYPE {name} counter"
        );
        for (check, probe, checked, _) in all() {
            for (status, count) in [("error", &checked.failed), ("success", &checked.succeeded)] {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let _ = writeln!(out, "{name}{{{check},status=\"{status}\",{probe}}} {count}");
                }
            }
        }
    }
}

//! How often each call was begun, how it ended, how many messages it took, and with
//! `--metrics=extensive` how long it took, under the names that go-grpc-prometheus has.

mod bodies;

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use component::metrics::Metric;
use http::{HeaderMap, Response};
use tonic::body::Body;
use tonic::{Code, Status};

pub use bodies::{Received, Sent};

/// gRPC's codes.
const CODES: usize = 17;

/// Services, their calls and their kinds; the most frequent ones first.
const SERVICES: &[(&str, &[&str])] = &[
    ("etcdserverpb.KV", &["Range", "Put", "Txn", "DeleteRange", "Compact"]),
    (
        "etcdserverpb.Lease",
        &["LeaseGrant", "LeaseRevoke", "LeaseKeepAlive", "LeaseTimeToLive", "LeaseLeases"],
    ),
    ("etcdserverpb.Watch", &["Watch"]),
    ("etcdserverpb.Cluster", &["MemberAdd", "MemberRemove", "MemberUpdate", "MemberList", "MemberPromote"]),
    (
        "etcdserverpb.Maintenance",
        &["Alarm", "Status", "Defragment", "Hash", "HashKV", "Snapshot", "MoveLeader", "Downgrade"],
    ),
    (
        "etcdserverpb.Auth",
        &[
            "AuthEnable",
            "AuthDisable",
            "AuthStatus",
            "Authenticate",
            "UserAdd",
            "UserGet",
            "UserList",
            "UserDelete",
            "UserChangePassword",
            "UserGrantRole",
            "UserRevokeRole",
            "RoleAdd",
            "RoleGet",
            "RoleList",
            "RoleDelete",
            "RoleGrantPermission",
            "RoleRevokePermission",
        ],
    ),
    ("grpc.health.v1.Health", &["Check", "Watch"]),
    ("v3lockpb.Lock", &["Lock", "Unlock"]),
    ("v3electionpb.Election", &["Campaign", "Proclaim", "Leader", "Observe", "Resign"]),
];

/// As many as a service has, at most.
const CALLS: usize = 17;

struct Call {
    started: AtomicU64,
    /// Messages of a stream.
    received: AtomicU64,
    /// See `received`.
    sent: AtomicU64,
    handled: [AtomicU64; CODES],
    times: Times,
}

/// Prometheus' own bounds of buckets, in seconds.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How long calls took.
struct Times {
    /// How many took up to each bound, and longer than the one before.
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

/// Whether times are kept.
static TIMED: AtomicBool = AtomicBool::new(false);

/// Keeps times from now on.
pub fn keep_times() {
    TIMED.store(true, Ordering::Relaxed);
}

static COUNTS: [[Call; CALLS]; 9] = [const {
    [const {
        Call {
            started: AtomicU64::new(0),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            handled: [const { AtomicU64::new(0) }; CODES],
            times: Times {
                buckets: [const { AtomicU64::new(0) }; BOUNDS.len()],
                count: AtomicU64::new(0),
                micros: AtomicU64::new(0),
            },
        }
    }; CALLS]
}; 9];

fn kind(service: &str, method: &str) -> &'static str {
    match (service, method) {
        ("etcdserverpb.Watch", "Watch") | ("etcdserverpb.Lease", "LeaseKeepAlive") => "bidi_stream",
        ("etcdserverpb.Maintenance", "Snapshot")
        | ("grpc.health.v1.Health", "Watch")
        | ("v3electionpb.Election", "Observe") => "server_stream",
        _ => "unary",
    }
}

/// A call that has begun.
#[derive(Clone, Copy)]
pub struct Begun {
    call: &'static Call,
    stream: bool,
    /// When, if that counts.
    at: Option<Instant>,
}

fn call(service: &str, method: &str) -> Option<&'static Call> {
    let at = SERVICES.iter().position(|(name, _)| *name == service)?;
    Some(&COUNTS[at][SERVICES[at].1.iter().position(|name| *name == method)?])
}

/// A call begins; `None` for one that there is not.
pub fn begin(service: &str, method: &str) -> Option<Begun> {
    let call = call(service, method)?;
    call.started.fetch_add(1, Ordering::Relaxed);
    let at = TIMED.load(Ordering::Relaxed).then(Instant::now);
    Some(Begun { call, stream: kind(service, method) != "unary", at })
}

fn code_in(headers: &HeaderMap) -> Option<usize> {
    headers.get(Status::GRPC_STATUS)?.to_str().ok()?.parse().ok().filter(|code| *code < CODES)
}

impl Begun {
    fn count(self, code: usize) {
        self.call.handled[code].fetch_add(1, Ordering::Relaxed);
        let Some(took) = self.at.map(|at| at.elapsed()) else { return };
        let times = &self.call.times;
        if let Some(bucket) = BOUNDS.iter().position(|bound| took.as_secs_f64() <= *bound) {
            times.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        times.count.fetch_add(1, Ordering::Relaxed);
        times.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A call that is no stream has ended.
    pub fn ended(self, code: Code) {
        self.count(code as usize);
    }

    /// The call is answered. A stream ends later: its end is counted then.
    pub fn answered(self, response: Response<Body>) -> Response<Sent> {
        match code_in(response.headers()) {
            Some(code) => {
                self.count(code);
                response.map(|body| Sent::new(body, None))
            }
            None => {
                if !self.stream {
                    // An answer that is good has its status at its end.
                    self.count(Code::Ok as usize);
                }
                response.map(|body| Sent::new(body, Some(self)))
            }
        }
    }
}

/// Ranges under the name that the store's counters have: as many as calls, whoever asked.
pub struct Ranges;

impl Metric for Ranges {
    fn render(&self, out: &mut String) {
        let name = "etcd_mvcc_range_total";
        let count = call("etcdserverpb.KV", "Range").map_or(0, |call| call.started.load(Ordering::Relaxed));
        let help = "Total number of ranges seen by this member.";
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {count}");
    }
}

/// All calls, for `/metrics`.
pub struct Calls;

impl Metric for Calls {
    fn render(&self, out: &mut String) {
        let all = || {
            SERVICES.iter().zip(&COUNTS).flat_map(|((service, methods), counts)| {
                methods.iter().zip(counts).map(move |(method, call)| {
                    let kind = kind(service, method);
                    let labels =
                        format!("grpc_method=\"{method}\",grpc_service=\"{service}\",grpc_type=\"{kind}\"");
                    (labels, call)
                })
            })
        };
        let name = "grpc_server_started_total";
        let _ =
            writeln!(out, "# HELP {name} Total number of RPCs started on the server.\n# TYPE {name} counter");
        let started = |call: &Call| call.started.load(Ordering::Relaxed);
        for (labels, call) in all() {
            let _ = writeln!(out, "{name}{{{labels}}} {}", started(call));
        }
        // A call that is no stream has one message, and one back if it is good.
        let stream = |labels: &str| !labels.ends_with("\"unary\"");
        for (name, what, help) in [
            ("grpc_server_msg_received_total", "received", "RPC stream messages received on the server"),
            ("grpc_server_msg_sent_total", "sent", "gRPC stream messages sent by the server"),
        ] {
            let _ = writeln!(out, "# HELP {name} Total number of {help}.\n# TYPE {name} counter");
            for (labels, call) in all() {
                let count = match (stream(&labels), what) {
                    (true, "received") => call.received.load(Ordering::Relaxed),
                    (true, _) => call.sent.load(Ordering::Relaxed),
                    (false, "received") => started(call),
                    (false, _) => call.handled[Code::Ok as usize].load(Ordering::Relaxed),
                };
                let _ = writeln!(out, "{name}{{{labels}}} {count}");
            }
        }
        let name = "grpc_server_handled_total";
        let _ = writeln!(
            out,
            "# HELP {name} Total number of RPCs completed on the server, regardless of success or failure.\n# TYPE {name} counter"
        );
        for (labels, call) in all() {
            for (code, count) in call.handled.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    // As Go prints a code.
                    let code = match i32::try_from(code).map(Code::from_i32) {
                        Ok(Code::Ok) => "OK".into(),
                        Ok(Code::Cancelled) => "Canceled".into(),
                        Ok(code) => format!("{code:?}"),
                        Err(_) => continue,
                    };
                    let _ = writeln!(out, "{name}{{grpc_code=\"{code}\",{labels}}} {count}");
                }
            }
        }
        if !TIMED.load(Ordering::Relaxed) {
            return;
        }
        let name = "grpc_server_handling_seconds";
        let help = "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.";
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        for (labels, call) in all() {
            let mut sum = 0;
            for (bound, bucket) in BOUNDS.iter().zip(&call.times.buckets) {
                sum += bucket.load(Ordering::Relaxed);
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {sum}");
            }
            let count = call.times.count.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
            let seconds = call.times.micros.load(Ordering::Relaxed) as f64 / 1e6;
            let _ = writeln!(out, "{name}_sum{{{labels}}} {seconds}\n{name}_count{{{labels}}} {count}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_how_they_end() {
        assert!(SERVICES.len() == COUNTS.len() && SERVICES.iter().all(|(_, calls)| calls.len() <= CALLS));
        assert!(begin("etcdserverpb.KV", "Nothing").is_none());
        // No other test of this process makes this call.
        let begun = || begin("v3electionpb.Election", "Observe").expect("it is there");
        begun().answered(Status::not_found("none").into_http());
        drop(begun().answered(Response::new(Body::empty())));
        let mut text = String::new();
        Calls.render(&mut text);
        let labels =
            "grpc_method=\"Observe\",grpc_service=\"v3electionpb.Election\",grpc_type=\"server_stream\"";
        assert!(!text.contains("grpc_server_handling_seconds"));
        keep_times();
        begun().answered(Status::not_found("none").into_http());
        text.clear();
        Calls.render(&mut text);
        for line in [
            format!("grpc_server_handling_seconds_bucket{{{labels},le=\"10\"}} 1\n"),
            format!("grpc_server_handling_seconds_count{{{labels}}} 1\n"),
            format!("grpc_server_started_total{{{labels}}} 3\n"),
            format!("grpc_server_handled_total{{grpc_code=\"NotFound\",{labels}}} 2\n"),
            format!("grpc_server_handled_total{{grpc_code=\"Canceled\",{labels}}} 1\n"),
        ] {
            assert!(text.contains(&line), "{line} in {text}");
        }
    }
}

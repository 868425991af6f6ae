//! What is told of a signer of service-account tokens that is a program of its own, under upstream's names.

use std::time::Duration;

use component::metrics::{Family, Metric};

/// gRPC's name of a success.
pub const OK: &str = "OK";

static FETCHED_AT: Family<0, 0> = Family::gauges(
    "apiserver_externaljwt_fetch_keys_success_timestamp",
    "Unix Timestamp in seconds of the last successful FetchKeys request",
    [],
);
static STAMP: Family<0, 0> = Family::gauges(
    "apiserver_externaljwt_fetch_keys_data_timestamp",
    "Unix Timestamp in seconds of the last successful FetchKeys data_timestamp value returned by the external signer",
    [],
);
static FETCHES: Family<1, 0> = Family::counters(
    "apiserver_externaljwt_fetch_keys_request_total",
    "Total attempts at syncing supported JWKs",
    ["code"],
);
static SIGNED: Family<1, 0> =
    Family::counters("apiserver_externaljwt_sign_request_total", "Total attempts at signing JWT", ["code"]);
static TIMES: Family<2, 14> = Family::histograms(
    "apiserver_externaljwt_request_duration_seconds",
    "Request duration and time for calls to external-jwt-signer",
    ["code", "method"],
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0],
);

/// gRPC's name of an outcome, as Go has it.
pub fn code(code: tonic::Code) -> &'static str {
    use tonic::Code;
    match code {
        Code::Ok => OK,
        Code::Cancelled => "Canceled",
        Code::Unknown => "Unknown",
        Code::InvalidArgument => "InvalidArgument",
        Code::DeadlineExceeded => "DeadlineExceeded",
        Code::NotFound => "NotFound",
        Code::AlreadyExists => "AlreadyExists",
        Code::PermissionDenied => "PermissionDenied",
        Code::ResourceExhausted => "ResourceExhausted",
        Code::FailedPrecondition => "FailedPrecondition",
        Code::Aborted => "Aborted",
        Code::OutOfRange => "OutOfRange",
        Code::Unimplemented => "Unimplemented",
        Code::Internal => "Internal",
        Code::Unavailable => "Unavailable",
        Code::DataLoss => "DataLoss",
        Code::Unauthenticated => "Unauthenticated",
    }
}

/// A call of a method has ended.
pub fn asked(method: &'static str, code: &'static str, time: Duration) {
    TIMES.observe([code, method], time.as_secs_f64());
}

/// Keys were fetched, or were not.
pub fn fetched(code: &'static str) {
    FETCHES.add([code], 1);
    if code == OK {
        FETCHED_AT.set([], jiff::Timestamp::now().as_second().unsigned_abs());
    }
}

/// The keys are from that second since the epoch.
pub fn stamped(seconds: u64) {
    STAMP.set([], seconds);
}

/// A token was signed, or was not.
pub fn signed(code: &'static str) {
    SIGNED.add([code], 1);
}

/// What these families tell.
pub fn render(out: &mut String) {
    let all: [&dyn Metric; 5] = [&FETCHED_AT, &STAMP, &FETCHES, &SIGNED, &TIMES];
    for metric in all {
        metric.render(out);
    }
}

//! What encryption at rest tells of itself.

use std::time::{Duration, Instant};

use component::metrics::{Counter, Family, Histogram, Metric};

use super::admission::Name;

/// From the fastest on, each bound twice the one before.
const fn doubled<const N: usize>(first: f64) -> [f64; N] {
    let mut bounds = [first; N];
    let mut at = 1;
    while at < N {
        bounds[at] = bounds[at - 1] * 2.0;
        at += 1;
    }
    bounds
}

static OPERATIONS: Family<3, 0, Name> = Family::counters(
    "apiserver_storage_transformation_operations_total",
    "Total number of transformations.",
    ["status", "transformation_type", "transformer_prefix"],
);
static TIMES: Family<2, 25, Name> = Family::histograms(
    "apiserver_storage_transformation_duration_seconds",
    "Latencies in seconds of value transformation operations.",
    ["transformation_type", "transformer_prefix"],
    doubled(0.000_005),
);
/// Wrapped secrets that a plugin had to be asked for.
pub static MISSES: Counter = Counter::new(
    "apiserver_storage_envelope_transformation_cache_misses_total",
    "Total number of cache misses while accessing key decryption key(KEK).",
);
static GENERATED: Histogram<14> = Histogram::new(
    "apiserver_storage_data_key_generation_duration_seconds",
    "Latencies in seconds of data encryption key(DEK) generation operations.",
    doubled(0.000_005),
);
static NOT_GENERATED: Counter = Counter::new(
    "apiserver_storage_data_key_generation_failures_total",
    "Total number of failed data encryption key(DEK) generation operations.",
);
static CALLS: Family<3, 20, Name> = Family::histograms(
    "apiserver_envelope_encryption_kms_operations_latency_seconds",
    "KMS operation duration with gRPC error code status total.",
    ["grpc_status_code", "method_name", "provider_name"],
    doubled(0.0001),
);

/// Whether something is read or written.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// From etcd.
    Read,
    /// To etcd.
    Write,
}

/// A value was encrypted or decrypted, or could not be, by the provider of this prefix (none: as it is).
pub fn transformed(way: Way, prefix: Option<&str>, ok: bool, begun: Instant) {
    let kind = match way {
        Way::Read => "from_storage",
        Way::Write => "to_storage",
    };
    let prefix = || prefix.map_or(Name::Borrowed("identity"), |prefix| provider(prefix).to_string().into());
    // What fails here did not fail in a call of gRPC: a plugin was asked before.
    let status = if ok { "OK" } else { "unknown-non-grpc" };
    OPERATIONS.add([status.into(), kind.into(), prefix()], 1);
    if ok {
        TIMES.observe([kind.into(), prefix()], begun.elapsed().as_secs_f64());
    }
}

/// A prefix without the key's name: `k8s:enc:<provider>:<version>:`. Plugins have their name in it.
fn provider(prefix: &str) -> &str {
    let parts = if prefix.starts_with("k8s:enc:kms:") { 5 } else { 4 };
    let end = prefix.match_indices(':').nth(parts - 1).map_or(prefix.len(), |(at, _)| at + 1);
    &prefix[..end]
}

/// A seed of keys was made, or could not be.
pub fn generated(ok: bool, time: Duration) {
    if ok {
        GENERATED.observe(time);
    } else {
        NOT_GENERATED.inc();
    }
}

/// A plugin was asked.
pub fn called(provider: &str, method: &'static str, code: tonic::Code, time: Duration) {
    // Go writes two of the words differently.
    let code = match code {
        tonic::Code::Ok => "OK".to_string(),
        tonic::Code::Cancelled => "Canceled".to_string(),
        other => format!("{other:?}"),
    };
    CALLS.observe([code.into(), method.into(), provider.to_string().into()], time.as_secs_f64());
}

/// What these tell.
pub fn render(out: &mut String) {
    let always: [&dyn Metric; 3] = [&MISSES, &GENERATED, &NOT_GENERATED];
    for metric in always {
        metric.render(out);
    }
    super::render_used(out, &[&OPERATIONS, &TIMES, &CALLS]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_tell_of_providers() {
        assert_eq!(provider("k8s:enc:aescbc:v1:key1:"), "k8s:enc:aescbc:v1:");
        assert_eq!(provider("k8s:enc:kms:v2:plugin:"), "k8s:enc:kms:v2:plugin:");
        assert_eq!(provider("other"), "other");
    }

    #[test]
    fn bounds_are_upstreams() {
        let bounds: [f64; 25] = doubled(0.000_005);
        assert!((bounds[24] - 83.886_08).abs() < 1e-9, "{bounds:?}");
    }
}

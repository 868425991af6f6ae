//! What conversions of custom resources by webhooks tell.

use std::time::Duration;

use component::metrics::{Family, Metric};

use super::admission::Name;

/// Why a webhook converted nothing, in upstream's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    Call,
    Malformed,
    Partial,
    Invalid,
}

impl Failed {
    fn word(self) -> &'static str {
        match self {
            Self::Call => "conversion_webhook_call_failure",
            Self::Malformed => "conversion_webhook_malformed_response_failure",
            Self::Partial => "conversion_webhook_partial_response_failure",
            Self::Invalid => "conversion_webhook_invalid_converted_object_failure",
        }
    }
}

static ASKED: Family<2, 0> = Family::counters(
    "apiserver_conversion_webhook_request_total",
    "Counter for conversion webhook requests with success/failure and failure error type",
    ["failure_type", "result"],
);
static TIMES: Family<2, 15> = Family::histograms(
    "apiserver_conversion_webhook_duration_seconds",
    "Conversion webhook request latency",
    ["failure_type", "result"],
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0],
);
static CONVERTED: Family<4, 15, Name> = Family::histograms(
    "apiserver_crd_conversion_webhook_duration_seconds",
    "CRD webhook conversion duration in seconds",
    ["crd_name", "from_version", "succeeded", "to_version"],
    super::parts::DOUBLED,
);

/// A webhook was asked.
pub fn asked(failed: Option<Failed>, time: Duration) {
    let labels = match failed {
        None => ["", "success"],
        Some(failed) => [failed.word(), "failure"],
    };
    ASKED.add(labels, 1);
    TIMES.observe(labels, time.as_secs_f64());
}

/// Objects of a definition were converted between versions, or could not be.
pub fn converted(definition: &str, (from, to): (&str, &str), succeeded: bool, time: Duration) {
    let name = |text: &str| Name::Owned(text.to_string());
    let succeeded = if succeeded { "true" } else { "false" };
    CONVERTED.observe([name(definition), name(from), succeeded.into(), name(to)], time.as_secs_f64());
}

/// What these tell.
pub fn render(out: &mut String) {
    let all: [&dyn Metric; 3] = [&ASKED, &TIMES, &CONVERTED];
    all.into_iter().for_each(|metric| metric.render(out));
}

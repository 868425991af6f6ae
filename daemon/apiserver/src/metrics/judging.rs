//! What authorizers tell: their opinions that settled a request, and how webhooks among them answered.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use component::metrics::{Family, Metric};

use super::admission::Name;
use super::head;

/// How many opinions were given: yes, and no.
#[derive(Default)]
pub struct Opinions {
    allowed: AtomicU64,
    denied: AtomicU64,
}

/// By the authorizer's type and name: a configuration that is read anew goes on counting.
static OPINIONS: Mutex<BTreeMap<(&'static str, String), Arc<Opinions>>> = Mutex::new(BTreeMap::new());

impl Opinions {
    /// Those of an authorizer.
    pub fn of(kind: &'static str, name: &str) -> Arc<Self> {
        let mut all = OPINIONS.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry((kind, name.to_string())).or_default().clone()
    }

    /// It let a request pass.
    pub fn allowed(&self) {
        self.allowed.fetch_add(1, Ordering::Relaxed);
    }

    /// It refused one.
    pub fn denied(&self) {
        self.denied.fetch_add(1, Ordering::Relaxed);
    }
}

static ASKED: Family<2, 0, Name> = Family::counters(
    "apiserver_authorization_webhook_evaluations_total",
    "Round-trips to authorization webhooks.",
    ["name", "result"],
);
static TIMES: Family<2, 11, Name> = Family::histograms(
    "apiserver_authorization_webhook_duration_seconds",
    "Request latency in seconds.",
    ["name", "result"],
    super::COMMON,
);
static OPEN: Family<2, 0, Name> = Family::counters(
    "apiserver_authorization_webhook_evaluations_fail_open_total",
    "NoOpinion results due to webhook timeout or error.",
    ["name", "result"],
);

/// How a webhook answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Well,
    Badly,
    TooLate,
}

impl Answered {
    fn word(self) -> &'static str {
        match self {
            Self::Well => "success",
            Self::Badly => "error",
            Self::TooLate => "timeout",
        }
    }
}

/// A webhook was asked; `open`: it has no opinion as it failed.
pub fn asked(name: &str, answered: Answered, time: Duration, open: bool) {
    let labels = || [Name::Owned(name.to_string()), answered.word().into()];
    ASKED.add(labels(), 1);
    TIMES.observe(labels(), time.as_secs_f64());
    if open && answered != Answered::Well {
        OPEN.add(labels(), 1);
    }
}

/// What these tell.
pub fn render(out: &mut String) {
    let name = "apiserver_authorization_decisions_total";
    head(
        out,
        name,
        "Total number of terminal decisions made by an authorizer split by authorizer type, name, and decision.",
        "counter",
    );
    for ((kind, of), opinions) in &*OPINIONS.lock().unwrap_or_else(PoisonError::into_inner) {
        for (decision, count) in [("allowed", &opinions.allowed), ("denied", &opinions.denied)] {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                let _ =
                    writeln!(out, "{name}{{decision=\"{decision}\",name=\"{of}\",type=\"{kind}\"}} {count}");
            }
        }
    }
    let all: [&dyn Metric; 3] = [&ASKED, &TIMES, &OPEN];
    all.into_iter().for_each(|metric| metric.render(out));
}

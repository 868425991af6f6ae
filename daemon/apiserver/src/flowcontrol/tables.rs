//! What is shown of priority and fairness: metrics by upstream's names, and the tables below
//! `/debug/api_priority_and_fairness/`.

use std::fmt::Write;
use std::sync::PoisonError;
use std::time::Duration;

use super::FlowControl;
use super::queues::Refusal;
use super::utilization::{self, Utilization};

/// Bounds of times, in seconds.
const BOUNDS: [f64; 12] = [0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0];

/// A histogram of times.
#[derive(Clone, Debug, Default)]
pub struct Times {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl Times {
    /// Counts one.
    pub fn add(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        if let Some(index) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            self.buckets[index] += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }

    fn render(&self, out: &mut String, name: &str, labels: &str) {
        let mut sum = 0;
        for (bound, count) in BOUNDS.iter().zip(&self.buckets) {
            sum += count;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {sum}");
        }
        let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", self.count);
        let _ = writeln!(out, "{name}_sum{{{labels}}} {}\n{name}_count{{{labels}}} {}", self.sum, self.count);
    }
}

/// Bounds of seats.
pub const WIDTHS: [u64; 4] = [1, 2, 4, 10];
/// Bounds of watchers.
pub const WATCHERS: [u64; 6] = [0, 1, 10, 100, 1_000, 10_000];

/// A histogram of whole numbers.
#[derive(Clone, Debug)]
pub struct Sizes<const N: usize> {
    buckets: [u64; N],
    count: u64,
    sum: u64,
}

impl<const N: usize> Default for Sizes<N> {
    fn default() -> Self {
        Self { buckets: [0; N], count: 0, sum: 0 }
    }
}

impl<const N: usize> Sizes<N> {
    /// Counts one.
    pub fn add(&mut self, bounds: &[u64; N], size: usize) {
        let size = size as u64;
        if let Some(index) = bounds.iter().position(|bound| size <= *bound) {
            self.buckets[index] += 1;
        }
        self.count += 1;
        self.sum += size;
    }

    fn render(&self, out: &mut String, name: &str, labels: &str, bounds: &[u64; N]) {
        let (count, sum) = (self.count, self.sum);
        if count == 0 {
            return;
        }
        let mut below = 0;
        for (bound, number) in bounds.iter().zip(&self.buckets) {
            below += number;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}");
        }
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {count}"
        );
    }
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

impl FlowControl {
    /// All metrics of priority and fairness as text.
    pub fn render(&self, out: &mut String) {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = counts.iter().collect();
        all.sort_by_key(|(key, _)| *key);
        let labels =
            |key: &(String, String)| format!("flow_schema=\"{}\",priority_level=\"{}\"", key.0, key.1);
        type Value = fn(&super::Counts) -> i64;
        let numbers: [(&str, &str, &str, Value); 4] = [
            ("dispatched_requests_total", "Requests that were given seats.", "counter", |counts| {
                i64::try_from(counts.dispatched).unwrap_or(i64::MAX)
            }),
            ("current_inqueue_requests", "Requests that wait.", "gauge", |counts| counts.waiting),
            ("current_executing_requests", "Requests that run.", "gauge", |counts| counts.running),
            ("current_executing_seats", "Seats that are taken.", "gauge", |counts| counts.seats),
        ];
        for (name, help, kind, value) in numbers {
            let name = format!("apiserver_flowcontrol_{name}");
            // What never waited has no number of those that wait.
            let shown = |counts: &super::Counts| {
                !name.ends_with("inqueue_requests") || counts.waited.count > 0 || counts.waiting > 0
            };
            let shown: Vec<_> = all.iter().filter(|(_, counts)| shown(counts)).collect();
            if !shown.is_empty() {
                head(out, &name, help, kind);
            }
            for (key, counts) in shown {
                let _ = writeln!(out, "{name}{{{}}} {}", labels(key), value(counts));
            }
        }
        let name = "apiserver_flowcontrol_rejected_requests_total";
        if all.iter().any(|(_, counts)| !counts.refused.is_empty()) {
            head(out, name, "Requests that were turned away.", "counter");
        }
        for (key, counts) in &all {
            for (why, count) in &counts.refused {
                let _ = writeln!(out, "{name}{{{},reason=\"{}\"}} {count}", labels(key), why.word());
            }
        }
        let name = "apiserver_flowcontrol_request_wait_duration_seconds";
        let waited: Vec<_> = all.iter().filter(|(_, counts)| counts.waited.count > 0).collect();
        if !waited.is_empty() {
            head(out, name, "How long requests waited.", "histogram");
        }
        for (key, counts) in waited {
            counts.waited.render(out, name, &format!("execute=\"true\",{}", labels(key)));
        }
        let name = "apiserver_flowcontrol_request_execution_seconds";
        head(out, name, "How long requests ran.", "histogram");
        for (key, counts) in &all {
            counts.ran.render(out, name, &format!("{},type=\"regular\"", labels(key)));
        }
        let name = "apiserver_flowcontrol_work_estimated_seats";
        head(out, name, "How many seats requests took.", "histogram");
        for (key, counts) in &all {
            counts.widths.render(out, name, &labels(key), &WIDTHS);
        }
        let name = "apiserver_flowcontrol_watch_count_samples";
        head(out, name, "How many watched what requests changed.", "histogram");
        for (key, counts) in &all {
            counts.watchers.render(out, name, &labels(key), &WATCHERS);
        }
        drop(counts);
        self.render_levels(out);
    }

    fn render_levels(&self, out: &mut String) {
        let state = self.current();
        type Value = fn(&super::Seats) -> f64;
        let numbers: [(&str, &str, Value); 9] = [
            ("nominal_limit_seats", "Seats by the level's shares.", |seats| seats.bounds.nominal as f64),
            ("lower_limit_seats", "Seats when all is lent.", |seats| seats.bounds.lower as f64),
            ("upper_limit_seats", "Seats when all is borrowed.", |seats| seats.bounds.upper as f64),
            ("current_limit_seats", "Seats now.", |seats| seats.current as f64),
            ("demand_seats_high_watermark", "Most seats wanted in the last period.", |seats| {
                seats.demand.high
            }),
            ("demand_seats_average", "Seats wanted on average.", |seats| seats.demand.average),
            ("demand_seats_stdev", "How far that went up and down.", |seats| seats.demand.deviation),
            ("demand_seats_smoothed", "Seats wanted, smoothed.", |seats| seats.smoothed),
            ("target_seats", "Seats that the level would like.", |seats| seats.target),
        ];
        for (name, help, value) in numbers {
            let name = format!("apiserver_flowcontrol_{name}");
            head(out, &name, help, "gauge");
            for level in state.levels.values() {
                let seats = level.seats.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writeln!(out, "{name}{{priority_level=\"{}\"}} {}", level.name, value(&seats));
            }
        }
        self.render_use(out);
        let name = "apiserver_flowcontrol_current_r";
        head(out, name, "Virtual time of the level's queues.", "gauge");
        for level in state.levels.values() {
            let set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = writeln!(out, "{name}{{priority_level=\"{}\"}} {}", level.name, set.virtual_time());
        }
        let name = "apiserver_flowcontrol_seat_fair_frac";
        head(out, name, "The fraction of its target that each level gets.", "gauge");
        let fraction = state.fraction.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(out, "{name} {fraction}");
    }

    /// For how long each level was how busy.
    fn render_use(&self, out: &mut String) {
        let state = self.current();
        let now = self.now();
        let all: Vec<(String, Utilization)> = state
            .levels
            .values()
            .map(|level| {
                let mut set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
                (format!("priority_level=\"{}\"", level.name), set.utilization(now))
            })
            .collect();
        let name = "apiserver_flowcontrol_demand_seats";
        head(out, name, "Nanoseconds by the part of a level's seats that was wanted.", "histogram");
        for (label, used) in &all {
            used.wanted.render(out, name, label, &utilization::DEMAND);
        }
        let name = "apiserver_flowcontrol_priority_level_seat_utilization";
        head(out, name, "Nanoseconds by the part of a level's seats that was taken.", "histogram");
        for (label, used) in &all {
            used.seats.render(out, name, &format!("phase=\"executing\",{label}"), &utilization::SEATS);
        }
        let name = "apiserver_flowcontrol_priority_level_request_utilization";
        head(out, name, "Nanoseconds by the part that ran, or waited, of what may.", "histogram");
        for (label, used) in &all {
            used.running.render(out, name, &format!("phase=\"executing\",{label}"), &utilization::REQUESTS);
            used.waiting.render(out, name, &format!("phase=\"waiting\",{label}"), &utilization::REQUESTS);
        }
    }

    /// The table at this path; `None` when there is none.
    pub fn table(&self, path: &str, query: &str) -> Option<String> {
        let details = query
            .split('&')
            .any(|part| matches!(part, "includeRequestDetails=1" | "includeRequestDetails=true"));
        match path.strip_prefix("/debug/api_priority_and_fairness/")? {
            "dump_priority_levels" => Some(self.levels()),
            "dump_queues" => Some(self.queues()),
            "dump_requests" => Some(self.requests(details)),
            _ => None,
        }
    }

    fn levels(&self) -> String {
        let mut out = "PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests\n".to_string();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for level in self.current().levels.values() {
            let of = || counts.iter().filter(|(key, _)| key.1 == level.name).map(|(_, counts)| counts);
            let refused = |wanted: &[Refusal]| -> u64 {
                of().flat_map(|counts| &counts.refused)
                    .filter(|(why, _)| wanted.contains(why))
                    .map(|(_, n)| n)
                    .sum()
            };
            let set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            let (waiting, running) = (set.waiting(), set.running());
            let _ = writeln!(
                out,
                "{}, {}, {}, false, {waiting}, {running}, {}, {}, {}, {}",
                level.name,
                set.active().count(),
                waiting + running == 0,
                of().map(|counts| counts.dispatched).sum::<u64>(),
                refused(&[Refusal::ConcurrencyLimit, Refusal::QueueFull]),
                refused(&[Refusal::TimeOut]),
                refused(&[Refusal::Cancelled]),
            );
        }
        out
    }

    fn queues(&self) -> String {
        let mut out =
            "PriorityLevelName, Index, PendingRequests, ExecutingRequests, SeatsInUse, NextDispatchR\n"
                .to_string();
        for level in self.current().levels.values().filter(|level| !level.exempt) {
            let set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            for (index, waiting, running, seats, next) in set.active() {
                let _ = writeln!(out, "{}, {index}, {waiting}, {running}, {seats}, {next:.8}ss", level.name);
            }
        }
        out
    }

    fn requests(&self, details: bool) -> String {
        let mut out = "PriorityLevelName, FlowSchemaName, QueueIndex, RequestIndexInQueue, FlowDistingsher, WaitedFor, Seats".to_string();
        out.push_str(if details { ", UserName, Verb, APIPath\n" } else { "\n" });
        for level in self.current().levels.values() {
            let now = self.now();
            let set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            for (queue, place, seats, since, request) in set.requests() {
                let (schema, flow) = (&request.schema, &request.flow);
                let _ = write!(
                    out,
                    "{}, {schema}, {queue}, {place}, {flow}, {:.3}s, {seats}",
                    level.name,
                    now - since
                );
                if details {
                    let _ = write!(out, ", {}, {}, {}", request.user, request.verb, request.path);
                }
                out.push('\n');
            }
        }
        out
    }
}

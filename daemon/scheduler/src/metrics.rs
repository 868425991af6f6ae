//! The scheduler's metrics, under upstream's names.

use component::metrics::{Counter, Gauge, Histogram};

/// Time for one decision.
pub static DECISION: Histogram<9> = Histogram::new(
    "scheduler_scheduling_algorithm_duration_seconds",
    "Scheduling algorithm latency in seconds",
    [0.000_01, 0.000_1, 0.001, 0.002, 0.004, 0.008, 0.016, 0.1, 1.0],
);
/// Pods bound.
pub static SCHEDULED: Counter =
    Counter::new("scheduler_scheduled_pods_total", "Number of pods that were bound to a node.");
/// Attempts that found no node.
pub static UNSCHEDULABLE: Counter =
    Counter::new("scheduler_unschedulable_attempts_total", "Number of attempts that found no node.");
/// Bindings that failed.
pub static FAILED: Counter =
    Counter::new("scheduler_failed_bindings_total", "Number of bindings that failed.");
static ACTIVE: Gauge = Gauge::new("scheduler_pending_pods_active", "Number of pods in the active queue.");
static BACKOFF: Gauge = Gauge::new("scheduler_pending_pods_backoff", "Number of pods in backoff.");
static WAITING: Gauge = Gauge::new("scheduler_pending_pods_unschedulable", "Number of unschedulable pods.");
static GATED: Gauge = Gauge::new("scheduler_pending_pods_gated", "Number of pods with scheduling gates.");

/// Sets the queue's lengths.
pub fn pending(counts: [usize; 4]) {
    for (gauge, count) in [&ACTIVE, &BACKOFF, &WAITING, &GATED].into_iter().zip(counts) {
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}

/// All of them as text.
pub fn render() -> String {
    component::metrics::render(&[
        &DECISION,
        &SCHEDULED,
        &UNSCHEDULABLE,
        &FAILED,
        &ACTIVE,
        &BACKOFF,
        &WAITING,
        &GATED,
    ])
}

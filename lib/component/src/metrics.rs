//! Counters, gauges and histograms in Prometheus' text format, behind names that upstream uses.
//!
//! A metric is declared once as a `static` and updated without locks; `/metrics` renders all.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A number that only grows.
pub struct Counter {
    name: &'static str,
    help: &'static str,
    value: AtomicU64,
}

impl Counter {
    /// A counter at zero.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help, value: AtomicU64::new(0) }
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(1);
    }

    /// Adds `n`.
    pub fn add(&self, n: u64) {
        self.value.fetch_add(n, Ordering::Relaxed);
    }
}

/// A number that goes up and down.
pub struct Gauge {
    name: &'static str,
    help: &'static str,
    value: AtomicI64,
}

impl Gauge {
    /// A gauge at zero.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help, value: AtomicI64::new(0) }
    }

    /// Sets the value.
    pub fn set(&self, value: i64) {
        self.value.store(value, Ordering::Relaxed);
    }

    /// Adds `delta`, which may be negative.
    pub fn add(&self, delta: i64) {
        self.value.fetch_add(delta, Ordering::Relaxed);
    }
}

/// A histogram over fixed bucket bounds, in seconds.
pub struct Histogram<const N: usize> {
    name: &'static str,
    help: &'static str,
    bounds: [f64; N],
    buckets: [AtomicU64; N],
    count: AtomicU64,
    sum_micros: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    /// An empty histogram; `bounds` ascend.
    pub const fn new(name: &'static str, help: &'static str, bounds: [f64; N]) -> Self {
        Self {
            name,
            help,
            bounds,
            buckets: [const { AtomicU64::new(0) }; N],
            count: AtomicU64::new(0),
            sum_micros: AtomicU64::new(0),
        }
    }

    /// Counts one observation.
    pub fn observe(&self, value: std::time::Duration) {
        let seconds = value.as_secs_f64();
        if let Some(index) = self.bounds.iter().position(|bound| seconds <= *bound) {
            self.buckets[index].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_micros.fetch_add(u64::try_from(value.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// A fact, said by a label: which version runs, for instance. Its number is always 1.
pub struct Info<'a> {
    pub name: &'static str,
    pub help: &'static str,
    pub label: &'static str,
    pub value: &'a str,
}

impl Metric for Info<'_> {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "gauge");
        let _ = writeln!(out, "{}{{{}=\"{}\"}} 1", self.name, self.label, self.value);
    }
}

/// Something that `/metrics` shows.
pub trait Metric: Sync {
    /// Appends the metric in Prometheus' text format.
    fn render(&self, out: &mut String);
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

impl Metric for Counter {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "counter");
        let _ = writeln!(out, "{} {}", self.name, self.value.load(Ordering::Relaxed));
    }
}

impl Metric for Gauge {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "gauge");
        let _ = writeln!(out, "{} {}", self.name, self.value.load(Ordering::Relaxed));
    }
}

impl<const N: usize> Metric for Histogram<N> {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "histogram");
        let mut cumulative = 0;
        for (bound, bucket) in self.bounds.iter().zip(&self.buckets) {
            cumulative += bucket.load(Ordering::Relaxed);
            let _ = writeln!(out, "{}_bucket{{le=\"{bound}\"}} {cumulative}", self.name);
        }
        let count = self.count.load(Ordering::Relaxed);
        let sum = self.sum_micros.load(Ordering::Relaxed) as f64 / 1e6;
        let _ =
            writeln!(out, "{0}_bucket{{le=\"+Inf\"}} {count}\n{0}_sum {sum}\n{0}_count {count}", self.name);
    }
}

/// Renders `metrics`, then what every process has: resident memory and CPU time.
pub fn render(metrics: &[&dyn Metric]) -> String {
    let mut out = String::new();
    for metric in metrics {
        metric.render(&mut out);
    }
    process(&mut out);
    out
}

fn process(out: &mut String) {
    // SAFETY: sysconf has no preconditions.
    let (page, ticks) = unsafe { (libc::sysconf(libc::_SC_PAGESIZE), libc::sysconf(libc::_SC_CLK_TCK)) };
    if let Some(pages) = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<i64>().ok())
    {
        head(out, "process_resident_memory_bytes", "Resident memory size in bytes.", "gauge");
        let _ = writeln!(out, "process_resident_memory_bytes {}", pages * page);
    }
    if let Some(used) = std::fs::read_to_string("/proc/self/stat").ok().and_then(|text| {
        // The name in parentheses may hold spaces: count the fields after it.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    }) {
        head(out, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter");
        let _ = writeln!(out, "process_cpu_seconds_total {}", used / ticks as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_are_cumulative() {
        static H: Histogram<2> = Histogram::new("x_seconds", "x", [0.1, 1.0]);
        H.observe(std::time::Duration::from_millis(50));
        H.observe(std::time::Duration::from_millis(500));
        H.observe(std::time::Duration::from_secs(5));
        let text = render(&[&H]);
        assert!(text.contains("x_seconds_bucket{le=\"0.1\"} 1\n"), "{text}");
        assert!(text.contains("x_seconds_bucket{le=\"1\"} 2\n"), "{text}");
        assert!(text.contains("x_seconds_bucket{le=\"+Inf\"} 3\n"), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
    }
}

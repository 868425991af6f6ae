//! Counters, gauges and histograms in Prometheus' text format, behind names that upstream uses.
//!
//! A metric is declared once as a `static` and updated without locks; `/metrics` renders all.

mod family;
mod summary;
mod times;

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

pub use family::Family;
pub use summary::Summaries;
pub use times::{Fixed, Times};

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
    times: Times<N>,
}

impl<const N: usize> Histogram<N> {
    /// An empty histogram; `bounds` ascend.
    pub const fn new(name: &'static str, help: &'static str, bounds: [f64; N]) -> Self {
        Self { name, help, bounds, times: Times::new() }
    }

    /// Counts one observation.
    pub fn observe(&self, value: Duration) {
        self.times.observe(&self.bounds, value);
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

pub(crate) fn head(out: &mut String, name: &str, help: &str, kind: &str) {
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
        self.times.render(out, self.name, "", &self.bounds);
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
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let mut gauge = |name: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            head(out, name, help, kind);
            let _ = writeln!(out, "{name} {value}");
        }
    };
    let statm = read("/proc/self/statm");
    let pages = |at: usize| statm.as_deref()?.split_whitespace().nth(at)?.parse::<f64>().ok();
    // The name in parentheses may hold spaces: count the fields after it.
    let stat = read("/proc/self/stat");
    let stat: Vec<&str> = stat
        .as_deref()
        .and_then(|text| text.rsplit_once(')'))
        .map(|(_, rest)| rest.split_whitespace().collect())
        .unwrap_or_default();
    let field = |at: usize| stat.get(at)?.parse::<f64>().ok();
    let boot = read("/proc/stat").and_then(|text| {
        text.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<f64>().ok())
    });
    let limits = read("/proc/self/limits").unwrap_or_default();
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        match line.split_whitespace().next()? {
            // As Go's client has no limit: the largest number there is.
            "unlimited" => Some(18_446_744_073_709_551_615.0),
            number => number.parse().ok(),
        }
    };
    let used = field(11).zip(field(12)).map(|(user, system)| (user + system) / ticks as f64);
    let open = std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as f64);
    gauge("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", used);
    gauge("process_max_fds", "Maximum number of open file descriptors.", limit("Max open files"));
    gauge("process_open_fds", "Number of open file descriptors.", open);
    let resident = pages(1).map(|pages| pages * page as f64);
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", resident);
    let start = boot.zip(field(19)).map(|(boot, start)| boot + start / ticks as f64);
    gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", start);
    gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", field(20));
    let most = limit("Max address space");
    gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", most);
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

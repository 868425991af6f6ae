//! Histograms of times that are counted without a lock and without looking for a series: for what every request passes.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Metric, head};

/// How often something took how long. The bounds, in seconds, are the metric's: all its series share them.
pub struct Times<const N: usize> {
    buckets: [AtomicU64; N],
    count: AtomicU64,
    sum_nanos: AtomicU64,
}

impl<const N: usize> Default for Times<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Times<N> {
    /// None yet.
    pub const fn new() -> Self {
        Self {
            buckets: [const { AtomicU64::new(0) }; N],
            count: AtomicU64::new(0),
            sum_nanos: AtomicU64::new(0),
        }
    }

    /// Counts one.
    pub fn observe(&self, bounds: &[f64; N], value: Duration) {
        let seconds = value.as_secs_f64();
        if let Some(index) = bounds.iter().position(|bound| seconds <= *bound) {
            self.buckets[index].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_nanos.fetch_add(u64::try_from(value.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Appends one series; `labels` are those of it alone (`a="b",c="d"`), and may be none.
    pub fn render(&self, out: &mut String, name: &str, labels: &str, bounds: &[f64; N]) {
        let comma = if labels.is_empty() { "" } else { "," };
        let braced = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        let mut cumulative = 0;
        for (bound, bucket) in bounds.iter().zip(&self.buckets) {
            cumulative += bucket.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {cumulative}");
        }
        let count = self.count();
        let sum = self.sum_nanos.load(Ordering::Relaxed) as f64 / 1e9;
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {count}\n{name}_sum{braced} {sum}\n{name}_count{braced} {count}"
        );
    }
}

/// Times told apart by one label whose `K` values are known beforehand. Those that never were are not shown.
pub struct Fixed<const K: usize, const N: usize> {
    name: &'static str,
    help: &'static str,
    label: &'static str,
    values: [&'static str; K],
    bounds: [f64; N],
    series: [Times<N>; K],
}

impl<const K: usize, const N: usize> Fixed<K, N> {
    /// None yet; `bounds` ascend.
    pub const fn new(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: [&'static str; K],
        bounds: [f64; N],
    ) -> Self {
        Self { name, help, label, values, bounds, series: [const { Times::new() }; K] }
    }

    /// How many there were of the label's value that stands in this place.
    pub fn count(&self, place: usize) -> u64 {
        self.series.get(place).map_or(0, Times::count)
    }

    /// Counts one, of the label's value that stands in this place; of none, when there is none.
    pub fn observe(&self, place: usize, value: Duration) {
        if let Some(times) = self.series.get(place) {
            times.observe(&self.bounds, value);
        }
    }
}

impl<const K: usize, const N: usize> Metric for Fixed<K, N> {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "histogram");
        for (value, times) in self.values.iter().zip(&self.series).filter(|(_, times)| times.count() > 0) {
            times.render(out, self.name, &format!("{}=\"{value}\"", self.label), &self.bounds);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_was_is_not_shown() {
        static F: Fixed<2, 2> = Fixed::new("f_seconds", "f", "of", ["a", "b"], [0.1, 1.0]);
        F.observe(1, Duration::from_millis(500));
        F.observe(2, Duration::from_millis(500));
        let mut text = String::new();
        F.render(&mut text);
        let rest = "f_seconds_bucket{of=\"b\",le=\"0.1\"} 0\nf_seconds_bucket{of=\"b\",le=\"1\"} 1\nf_seconds_bucket{of=\"b\",le=\"+Inf\"} 1\nf_seconds_sum{of=\"b\"} 0.5\nf_seconds_count{of=\"b\"} 1\n";
        assert_eq!(text, format!("# HELP f_seconds f\n# TYPE f_seconds histogram\n{rest}"));
    }
}

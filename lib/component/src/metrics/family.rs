//! Series that come to be when something is first counted under their labels.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use super::{Metric, head};

/// Counts, and with bounds histograms, told apart by `L` labels. Their values are what the program knows, or with
/// `V = Cow<'static, str>` names that it met.
pub struct Family<const L: usize, const N: usize, V = &'static str> {
    name: &'static str,
    help: &'static str,
    labels: [&'static str; L],
    bounds: [f64; N],
    kind: &'static str,
    series: Mutex<BTreeMap<[V; L], Series<N>>>,
}

struct Series<const N: usize> {
    buckets: [u64; N],
    count: u64,
    sum: f64,
}

impl<const L: usize, V: Ord> Family<L, 0, V> {
    /// Numbers that only grow.
    pub const fn counters(name: &'static str, help: &'static str, labels: [&'static str; L]) -> Self {
        Self { name, help, labels, bounds: [], kind: "counter", series: Mutex::new(BTreeMap::new()) }
    }

    /// Numbers that are set.
    pub const fn gauges(name: &'static str, help: &'static str, labels: [&'static str; L]) -> Self {
        Self { name, help, labels, bounds: [], kind: "gauge", series: Mutex::new(BTreeMap::new()) }
    }

    /// Adds to a number.
    pub fn add(&self, labels: [V; L], more: u64) {
        self.with(labels, |series| series.count += more);
    }

    /// Sets a number.
    pub fn set(&self, labels: [V; L], value: u64) {
        self.with(labels, |series| series.count = value);
    }
}

impl<const L: usize, const N: usize, V: Ord> Family<L, N, V> {
    /// Histograms; `bounds` ascend.
    pub const fn histograms(
        name: &'static str,
        help: &'static str,
        labels: [&'static str; L],
        bounds: [f64; N],
    ) -> Self {
        Self { name, help, labels, bounds, kind: "histogram", series: Mutex::new(BTreeMap::new()) }
    }

    fn with(&self, labels: [V; L], change: impl FnOnce(&mut Series<N>)) {
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(labels).or_insert_with(|| Series { buckets: [0; N], count: 0, sum: 0.0 }));
    }

    /// Counts an observation.
    pub fn observe(&self, labels: [V; L], value: f64) {
        self.observe_all(labels, [value]);
    }

    /// Counts several at once.
    pub fn observe_all(&self, labels: [V; L], values: impl IntoIterator<Item = f64>) {
        self.with(labels, |series| {
            for value in values {
                if let Some(index) = self.bounds.iter().position(|bound| value <= *bound) {
                    series.buckets[index] += 1;
                }
                series.count += 1;
                series.sum += value;
            }
        });
    }
}

impl<const L: usize, const N: usize, V: Ord + AsRef<str> + Send> Metric for Family<L, N, V> {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, self.kind);
        for (values, series) in &*self.series.lock().unwrap_or_else(PoisonError::into_inner) {
            let pairs = self
                .labels
                .iter()
                .zip(values)
                .map(|(label, value)| format!("{label}=\"{}\"", value.as_ref()));
            let labels = pairs.collect::<Vec<_>>().join(",");
            let (name, braced) = (self.name, if L == 0 { String::new() } else { format!("{{{labels}}}") });
            if self.kind != "histogram" {
                let _ = writeln!(out, "{name}{braced} {}", series.count);
                continue;
            }
            let comma = if L == 0 { "" } else { "," };
            let mut cumulative = 0;
            for (bound, bucket) in self.bounds.iter().zip(&series.buckets) {
                cumulative += bucket;
                let _ = writeln!(out, "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {cumulative}");
            }
            let (count, sum) = (series.count, series.sum);
            let _ = writeln!(
                out,
                "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {count}\n{name}_sum{braced} {sum}\n{name}_count{braced} {count}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::render;
    use super::*;

    #[test]
    fn families_have_labels() {
        static F: Family<2, 2> = Family::histograms("f_seconds", "f", ["a", "b"], [0.1, 1.0]);
        static C: Family<1, 0> = Family::counters("c_total", "c", ["a"]);
        static N: Family<0, 1> = Family::histograms("n", "n", [], [5.0]);
        F.observe_all(["x", "y"], [0.05, 0.5]);
        F.observe(["x", "z"], 2.0);
        C.add(["x"], 3);
        N.observe([], 7.0);
        let text = render(&[&F, &C, &N]);
        for line in [
            "f_seconds_bucket{a=\"x\",b=\"y\",le=\"1\"} 2",
            "f_seconds_count{a=\"x\",b=\"z\"} 1",
            "c_total{a=\"x\"} 3",
            "n_bucket{le=\"5\"} 0",
            "n_sum 7",
        ] {
            assert!(text.lines().any(|have| have == line), "{line}: {text}");
        }
        for name in ["process_open_fds", "process_start_time_seconds", "process_max_fds"] {
            assert!(text.contains(&format!("\n{name} ")), "{name}: {text}");
        }
    }

    #[test]
    fn names_may_be_met() {
        static F: Family<1, 0, Cow<'static, str>> = Family::counters("met_total", "m", ["name"]);
        F.add([format!("{}.example.com", "hook").into()], 1);
        F.add(["hook.example.com".into()], 1);
        let mut text = String::new();
        F.render(&mut text);
        assert!(text.ends_with("met_total{name=\"hook.example.com\"} 2\n"), "{text}");
    }
}

//! Quantiles of what was observed of late.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use super::{Metric, head};

/// Which quantiles are told: those that upstream's summaries have.
const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];
/// How many hours back observations count, the one that goes on among them.
const HOURS: u64 = 5;

static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Summaries of times in seconds, told apart by `L` labels.
pub struct Summaries<const L: usize> {
    name: &'static str,
    help: &'static str,
    labels: [&'static str; L],
    series: Mutex<BTreeMap<[&'static str; L], Seen>>,
}

#[derive(Default)]
struct Seen {
    /// By hour, the oldest first: how many observations each step of values has.
    hours: VecDeque<(u64, BTreeMap<u32, u64>)>,
    count: u64,
    sum: f64,
}

/// The step that a value falls into: by its power of two, and 64 steps within each, so that what is told is off by no
/// more than 1 %.
fn step(value: f64) -> u32 {
    (value.max(0.0) as f32).to_bits() >> 17
}

/// The middle of a step.
fn middle(step: u32) -> f64 {
    f64::from(f32::from_bits((step << 17) | (1 << 16)))
}

impl Seen {
    fn add(&mut self, hour: u64, value: f64) {
        if self.hours.back().is_none_or(|(last, _)| *last < hour) {
            self.hours.push_back((hour, BTreeMap::new()));
            self.forget(hour);
        }
        if let Some((_, steps)) = self.hours.back_mut() {
            *steps.entry(step(value)).or_default() += 1;
        }
        self.count += 1;
        self.sum += value;
    }

    fn forget(&mut self, hour: u64) {
        while self.hours.front().is_some_and(|(first, _)| first + HOURS <= hour) {
            self.hours.pop_front();
        }
    }

    /// The values below which these fractions of the observations are; not a number, where there are none.
    fn quantiles(&mut self, hour: u64) -> [f64; QUANTILES.len()] {
        self.forget(hour);
        let mut all: BTreeMap<u32, u64> = BTreeMap::new();
        for (step, count) in self.hours.iter().flat_map(|(_, steps)| steps) {
            *all.entry(*step).or_default() += count;
        }
        let total: u64 = all.values().sum();
        QUANTILES.map(|quantile| {
            let wanted = (quantile * total as f64).ceil() as u64;
            let mut below = 0;
            let found = all.iter().find(|(_, count)| {
                below += **count;
                below >= wanted
            });
            found.map_or(f64::NAN, |(step, _)| middle(*step))
        })
    }
}

impl<const L: usize> Summaries<L> {
    /// None yet.
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; L]) -> Self {
        Self { name, help, labels, series: Mutex::new(BTreeMap::new()) }
    }

    /// Counts one.
    pub fn observe(&self, labels: [&'static str; L], value: f64) {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        series.entry(labels).or_default().add(hour(), value);
    }
}

fn hour() -> u64 {
    BEGIN.elapsed().as_secs() / 3600
}

impl<const L: usize> Metric for Summaries<L> {
    fn render(&self, out: &mut String) {
        head(out, self.name, self.help, "summary");
        let name = self.name;
        for (values, seen) in &mut *self.series.lock().unwrap_or_else(PoisonError::into_inner) {
            let pairs = self.labels.iter().zip(values).map(|(label, value)| format!("{label}=\"{value}\""));
            let labels = pairs.collect::<Vec<_>>().join(",");
            for (quantile, value) in QUANTILES.iter().zip(seen.quantiles(hour())) {
                let _ = writeln!(out, "{name}{{{labels},quantile=\"{quantile}\"}} {value}");
            }
            let _ =
                writeln!(out, "{name}_sum{{{labels}}} {}\n{name}_count{{{labels}}} {}", seen.sum, seen.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near() {
        let mut seen = Seen::default();
        for at in 1..=1000 {
            seen.add(0, f64::from(at) / 1000.0);
        }
        for (found, want) in seen.quantiles(0).into_iter().zip([0.5, 0.9, 0.99]) {
            assert!((found - want).abs() / want < 0.015, "{found} for {want}");
        }
        assert_eq!((seen.count, seen.sum.round()), (1000, 501.0));
    }

    #[test]
    fn what_is_old_counts_no_more() {
        let mut seen = Seen::default();
        seen.add(0, 100.0);
        seen.add(4, 1.0);
        assert!(seen.quantiles(4)[2] > 90.0);
        assert!(seen.quantiles(5)[2] < 2.0);
        assert!(seen.quantiles(9)[0].is_nan());
        assert_eq!(seen.count, 2);
    }

    #[test]
    fn they_are_shown() {
        static S: Summaries<1> = Summaries::new("s_seconds", "s", ["type"]);
        S.observe(["admit"], 0.5);
        let mut text = String::new();
        S.render(&mut text);
        assert!(
            text.contains("# TYPE s_seconds summary\ns_seconds{type=\"admit\",quantile=\"0.5\"} 0.5"),
            "{text}"
        );
        assert!(
            text.ends_with("s_seconds_sum{type=\"admit\"} 0.5\ns_seconds_count{type=\"admit\"} 1\n"),
            "{text}"
        );
    }
}

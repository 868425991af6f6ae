//! For how long a level was how busy. Upstream observes at the end of every nanosecond: each one counts, under how much
//! of something was in use then.

use std::fmt::Write;

/// Bounds of the part of a level's seats that is taken.
pub const SEATS: [f64; 13] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];
/// Bounds of the part of what may run, or wait, that does.
pub const REQUESTS: [f64; 10] = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 1.0];
/// Bounds of what is wanted, in relation to what there is.
pub const DEMAND: [f64; 12] = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 2.8, 4.0, 6.0];

/// How many nanoseconds each part was in use.
#[derive(Clone, Debug)]
pub struct Parts<const N: usize> {
    buckets: [u64; N],
    count: u64,
    sum: f64,
}

impl<const N: usize> Default for Parts<N> {
    fn default() -> Self {
        Self { buckets: [0; N], count: 0, sum: 0.0 }
    }
}

impl<const N: usize> Parts<N> {
    fn add(&mut self, bounds: &[f64; N], part: f64, nanos: u64) {
        if let Some(index) = bounds.iter().position(|bound| part <= *bound) {
            self.buckets[index] += nanos;
        }
        self.count += nanos;
        self.sum += part * nanos as f64;
    }

    /// Appends the series; nothing, where no time has passed.
    pub fn render(&self, out: &mut String, name: &str, labels: &str, bounds: &[f64; N]) {
        let (count, sum) = (self.count, self.sum);
        if count == 0 {
            return;
        }
        let mut below = 0;
        for (bound, nanos) in bounds.iter().zip(&self.buckets) {
            below += nanos;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}");
        }
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {count}"
        );
    }
}

/// What a level was doing at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub seats: usize,
    pub running: usize,
    pub waiting: usize,
    /// Seats that are taken or waited for.
    pub wanted: usize,
    /// How many seats there are, and how many may wait: what is in use is a part of these.
    pub of_seats: usize,
    pub of_waiting: usize,
}

/// How busy a level was.
#[derive(Clone, Debug, Default)]
pub struct Utilization {
    pub seats: Parts<13>,
    pub running: Parts<10>,
    pub waiting: Parts<10>,
    pub wanted: Parts<12>,
}

impl Utilization {
    /// For so many seconds it was like this.
    pub fn passed(&mut self, seconds: f64, load: Load) {
        let nanos = (seconds * 1e9) as u64;
        if nanos == 0 {
            return;
        }
        let part = |some: usize, all: usize| some as f64 / all.max(1) as f64;
        self.seats.add(&SEATS, part(load.seats, load.of_seats), nanos);
        self.running.add(&REQUESTS, part(load.running, load.of_seats), nanos);
        self.waiting.add(&REQUESTS, part(load.waiting, load.of_waiting), nanos);
        self.wanted.add(&DEMAND, part(load.wanted, load.of_seats), nanos);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_nanosecond_counts() {
        let mut seen = Utilization::default();
        let load = Load { seats: 3, running: 2, waiting: 5, wanted: 8, of_seats: 4, of_waiting: 100 };
        seen.passed(2.0, load);
        seen.passed(1.0, Load { of_seats: 4, of_waiting: 100, ..Load::default() });
        let mut text = String::new();
        seen.seats.render(&mut text, "s", "l=\"x\"", &SEATS);
        seen.waiting.render(&mut text, "w", "l=\"x\"", &REQUESTS);
        seen.wanted.render(&mut text, "d", "l=\"x\"", &DEMAND);
        for line in [
            "s_bucket{l=\"x\",le=\"0\"} 1000000000",
            "s_bucket{l=\"x\",le=\"0.7\"} 1000000000",
            "s_bucket{l=\"x\",le=\"0.8\"} 3000000000",
            "s_sum{l=\"x\"} 1500000000",
            "s_count{l=\"x\"} 3000000000",
            "w_bucket{l=\"x\",le=\"0.1\"} 3000000000",
            "d_bucket{l=\"x\",le=\"1.7\"} 1000000000",
            "d_bucket{l=\"x\",le=\"2\"} 3000000000",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} is not in {text}");
        }
    }
}

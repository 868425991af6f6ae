//! How long each plugin takes.

use std::time::Instant;

use apimachinery::Status;

use super::Attributes;
use crate::metrics::admission::{PLUGIN_TIMES, STEP_SUMMARIES, STEP_TIMES, word};

/// The plugins of one step, in turn. The clock is read once for each: one begins where the other ends.
pub struct Turns {
    operation: &'static str,
    step: &'static str,
    begun: Instant,
    last: Instant,
}

impl Turns {
    /// Begins a step: `admit` or `validate`.
    pub fn new(attributes: &Attributes<'_>, step: &'static str) -> Self {
        let begun = Instant::now();
        Self { operation: attributes.operation.word(), step, begun, last: begun }
    }

    /// What a plugin did is done.
    pub fn done<T>(&mut self, plugin: &'static str, outcome: Result<T, Status>) -> Result<T, Status> {
        let now = Instant::now();
        let labels = [plugin, self.operation, word(outcome.is_err()), self.step];
        PLUGIN_TIMES.observe(labels, now.duration_since(self.last).as_secs_f64());
        self.last = now;
        outcome
    }

    /// What was done since was no plugin's work.
    pub fn skip(&mut self) {
        self.last = Instant::now();
    }

    /// The step is done.
    pub fn end<T>(self, outcome: Result<T, Status>) -> Result<T, Status> {
        let seconds = self.begun.elapsed().as_secs_f64();
        let labels = [self.operation, word(outcome.is_err()), self.step];
        STEP_TIMES.observe(labels, seconds);
        STEP_SUMMARIES.observe(labels, seconds);
        outcome
    }
}

//! Results as a table for people and JSON for machines.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tabled::settings::{Padding, Style};

/// The time, in ms, that a share of sorted times stays under.
pub fn percentile(sorted: &[Duration], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
    let index = (sorted.len().saturating_sub(1) as f64 * share) as usize;
    sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

/// A table of results.
pub struct Report {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Report {
    /// An empty table.
    pub fn new(headers: &[&str]) -> Self {
        Self { headers: headers.iter().map(|header| (*header).to_string()).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds the rate and latencies of one measurement.
    pub fn latencies(&mut self, what: &str, mut times: Vec<Duration>, total: Duration) {
        times.sort();
        let at = |share| percentile(&times, share);
        let rate = times.len() as f64 / total.as_secs_f64().max(1e-9);
        self.row(vec![
            what.into(),
            times.len().to_string(),
            format!("{rate:.0}"),
            format!("{:.2}", at(0.5)),
            format!("{:.2}", at(0.99)),
            format!("{:.2}", at(1.0)),
        ]);
    }

    /// The headers that [`latencies`](Self::latencies) fills.
    pub const LATENCIES: &'static [&'static str] =
        &["what", "count", "per second", "p50 ms", "p99 ms", "max ms"];

    /// Prints the table, then JSON if asked.
    pub fn print(&self, as_json: bool) {
        let mut builder = tabled::builder::Builder::default();
        builder.push_record(&self.headers);
        for row in &self.rows {
            builder.push_record(row);
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, 3, 0, 0));
        for line in table.to_string().lines() {
            println!("{}", line.trim_end());
        }
        if as_json {
            let rows: Vec<Value> = self
                .rows
                .iter()
                .map(|row| {
                    let pairs = self.headers.iter().zip(row);
                    let map: Map<String, Value> = pairs
                        .map(|(header, cell)| {
                            (
                                header.clone(),
                                cell.parse::<f64>().map_or_else(|_| json!(cell), |number| json!(number)),
                            )
                        })
                        .collect();
                    Value::Object(map)
                })
                .collect();
            println!("{}", Value::Array(rows));
        }
    }
}

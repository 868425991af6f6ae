//! An etcd under load, by itself or in turn with another on the same disk.

mod members;
mod rates;
mod server;
mod size;
mod wire;

pub use members::run as members;
pub use rates::run as rates;
pub use size::run as size;

use std::path::PathBuf;

use anyhow::Result;
use clap::ArgMatches;

use crate::report::Report;

/// The middle one of some measurements.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The programs to measure: one, or two to compare.
fn programs(matches: &ArgMatches) -> Vec<PathBuf> {
    ["program", "against"].iter().filter_map(|name| matches.get_one::<PathBuf>(name).cloned()).collect()
}

/// A folder for data, on the disk where the user stands.
fn folder(what: &str) -> Result<Folder> {
    let path = std::env::current_dir()?.join(format!("bench-{what}-{}", std::process::id()));
    std::fs::create_dir_all(&path)?;
    Ok(Folder(path))
}

/// Removed when dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A table of figures of one or two sides: each row has a name and, for each side, its figures by
/// round; the ratio is of the first figure.
fn table(sides: usize, figures: &[&str], rows: Vec<(String, Vec<Vec<Vec<f64>>>)>) -> Report {
    let mut headers = vec!["what".to_string()];
    for side in 0..sides {
        for figure in figures {
            headers.push(if side == 0 { (*figure).to_string() } else { format!("other's {figure}") });
        }
    }
    if sides == 2 {
        headers.push("ratio".into());
    }
    let mut report = Report::new(&headers.iter().map(String::as_str).collect::<Vec<_>>());
    for (name, by_side) in rows {
        let mut cells = vec![name];
        let mut firsts = Vec::new();
        for rounds in &by_side {
            for figure in 0..figures.len() {
                let middle = median(rounds.iter().filter_map(|round| round.get(figure).copied()).collect());
                if figure == 0 {
                    firsts.push(middle);
                }
                cells.push(if middle < 100.0 { format!("{middle:.2}") } else { format!("{middle:.0}") });
            }
        }
        if let [ours, theirs] = firsts[..] {
            cells.push(format!("{:.2}", ours / theirs));
        }
        report.row(cells);
    }
    report
}

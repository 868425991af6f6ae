//! check perf: whether the cluster keeps up with a load, by etcdctl's measures.

use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest};
use etcdapi::prefix_end;

use crate::connect::{ask, connect};
use crate::{Done, Failure, text};

/// Loads: names, writes per second, and writers.
const LOADS: &[(&[&str], u64, u64)] = &[
    (&["s", "small"], 150, 50),
    (&["m", "medium"], 1000, 200),
    (&["l", "large"], 8000, 500),
    (&["xl", "xLarge"], 15000, 1000),
];
/// How long it writes.
const SPAN: Duration = Duration::from_secs(60);
/// The share of the wanted rate that is enough, and the slowest and most spread requests.
const ENOUGH: f64 = 0.9;
const SLOWEST: f64 = 0.5;
const SPREAD: f64 = 0.1;

pub(crate) fn command() -> Command {
    Command::new("check")
        .about("Commands for checking properties of the etcd cluster")
        .subcommand_required(true)
        .subcommand(
            Command::new("perf")
                .about("Check the performance of the etcd cluster for 60 seconds")
                .arg(
                    Arg::new("load")
                        .long("load")
                        .default_value("s")
                        .value_parser(["s", "small", "m", "medium", "l", "large", "xl", "xLarge"])
                        .help("The performance check's workload model"),
                )
                .arg(
                    Arg::new("prefix")
                        .long("prefix")
                        .default_value("/etcdctl-check-perf/")
                        .help("The prefix for writing the performance check's keys"),
                ),
        )
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let Some((_, matches)) = matches.subcommand() else { return Err(Failure::args("no command given")) };
    let load = text(matches, "load").unwrap_or("s");
    let (_, rate, writers) =
        LOADS.iter().find(|(names, ..)| names.contains(&load)).copied().unwrap_or(LOADS[0]);
    let prefix = text(matches, "prefix").unwrap_or_default().to_string();
    let client = connect(matches).await?;
    let (key, end) = (prefix.clone().into_bytes(), prefix_end(prefix.as_bytes()));
    let range = RangeRequest {
        key: key.clone().into(),
        range_end: end.clone().into(),
        limit: 1,
        ..Default::default()
    };
    if client.kv().range(ask(range)).await?.into_inner().count > 0 {
        return Err(Failure::input(format!(
            "prefix {prefix:?} has keys. Delete with 'ectl del --prefix {prefix}' first"
        )));
    }
    let started = Instant::now();
    let pause = Duration::from_secs_f64(writers as f64 / rate as f64);
    let mut tasks = Vec::new();
    for writer in 0..writers {
        let (client, prefix) = (client.clone(), prefix.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut failures = 0u64;
            // Writers begin one after the other, so that the load is even.
            let offset = pause.mul_f64(writer as f64 / writers as f64);
            let mut due = tokio::time::interval_at(tokio::time::Instant::now() + offset, pause);
            while started.elapsed() < SPAN {
                due.tick().await;
                let put = PutRequest {
                    key: format!("{prefix}{writer:04}-{:08}", times.len()).into(),
                    value: vec![b'v'; 1024].into(),
                    ..Default::default()
                };
                let asked = Instant::now();
                match client.kv().put(ask(put)).await {
                    Ok(_) => times.push(asked.elapsed().as_secs_f64()),
                    Err(_) => failures += 1,
                }
            }
            (times, failures)
        }));
    }
    let (mut times, mut failures) = (Vec::new(), 0);
    for task in tasks {
        let (some, failed) = task.await.map_err(Failure::error)?;
        times.extend(some);
        failures += failed;
    }
    let span = started.elapsed().as_secs_f64();
    let delete = DeleteRangeRequest { key: key.into(), range_end: end.into(), ..Default::default() };
    client.kv().delete_range(ask(delete)).await?;
    judge(&times, failures, span, rate)
}

/// Prints what was measured and whether it is good enough.
fn judge(times: &[f64], failures: u64, span: f64, rate: u64) -> Done {
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count.max(1.0);
    let spread = (times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / count.max(1.0)).sqrt();
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let reached = count / span;
    let mut good = failures == 0;
    if failures > 0 {
        println!("FAIL: too many errors\nFAIL: ERROR({failures} requests)");
    }
    let mut line = |fine: bool, text: String| {
        good &= fine;
        println!("{}: {text}", if fine { "PASS" } else { "FAIL" });
    };
    if reached > rate as f64 * ENOUGH {
        line(true, format!("Throughput is {reached:.0} writes/s"));
    } else {
        line(false, format!("Throughput too low: {reached:.0} writes/s"));
    }
    if slowest > SLOWEST {
        line(false, format!("Slowest request took too long: {slowest:.6}s"));
    } else {
        line(true, format!("Slowest request took {slowest:.6}s"));
    }
    if spread > SPREAD {
        line(false, format!("Stddev too high: {spread:.6}s"));
    } else {
        line(true, format!("Stddev is {spread:.6}s"));
    }
    println!("{}", if good { "PASS" } else { "FAIL" });
    if good { Ok(()) } else { Err(Failure::error("")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judging() {
        assert!(judge(&vec![0.01; 9000], 0, 60.0, 150).is_ok());
        assert!(judge(&vec![0.01; 4000], 0, 60.0, 150).is_err(), "too few");
        assert!(judge(&vec![0.6; 9000], 0, 60.0, 150).is_err(), "too slow");
        assert!(judge(&vec![0.01; 9000], 1, 60.0, 150).is_err(), "an error");
    }
}

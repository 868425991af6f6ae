//! check: whether the cluster keeps up with a load, and what memory keys cost, by etcdctl's measures.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::{
    CompactionRequest, DefragmentRequest, DeleteRangeRequest, PutRequest, RangeRequest,
};
use etcdapi::{Client, prefix_end};

use crate::connect::{ask, connect, endpoints, to};
use crate::{Done, Failure, metrics, on, text, toggle};

/// A load: its names, writes per second and writers of `perf`, pairs and writers of `datascale`.
struct Load {
    names: [&'static str; 2],
    rate: u64,
    writers: u64,
    pairs: u64,
}

const LOADS: [Load; 4] = [
    Load { names: ["s", "small"], rate: 150, writers: 50, pairs: 10_000 },
    Load { names: ["m", "medium"], rate: 1000, writers: 200, pairs: 100_000 },
    Load { names: ["l", "large"], rate: 8000, writers: 500, pairs: 1_000_000 },
    // Of `datascale`: three versions of a million objects, the most that is reasonable.
    Load { names: ["xl", "xLarge"], rate: 15000, writers: 1000, pairs: 3_000_000 },
];
/// How long `perf` writes.
const SPAN: Duration = Duration::from_secs(60);
/// The share of the wanted rate that is enough, and the slowest and most spread requests.
const ENOUGH: f64 = 0.9;
const SLOWEST: f64 = 0.5;
const SPREAD: f64 = 0.1;
/// Bytes of a pair of `datascale`: half of it the key.
const PAIR: usize = 1024;

pub(crate) fn command() -> Command {
    let flags = |command: Command, what: &'static str, prefix: &'static str| {
        command
            .arg(
                Arg::new("load")
                    .long("load")
                    .default_value("s")
                    .help(format!("The {what} check's workload model. Accepted workloads: s(small), m(medium), l(large), xl(xLarge)")),
            )
            .arg(
                Arg::new("prefix")
                    .long("prefix")
                    .default_value(prefix)
                    .help(format!("The prefix for writing the {what} check's keys.")),
            )
            .arg(toggle("auto-compact", "Compact storage with last revision after test is finished."))
            .arg(toggle("auto-defrag", "Defragment storage after test is finished."))
    };
    Command::new("check")
        .about("Commands for checking properties of the etcd cluster")
        .subcommand_required(true)
        .subcommand(flags(
            Command::new("perf").about("Check the performance of the etcd cluster for 60 seconds"),
            "performance",
            "/etcdctl-check-perf/",
        ))
        .subcommand(flags(
            Command::new("datascale").about(
                "Check the memory usage of holding data for different workloads on a given server endpoint.",
            ),
            "datascale",
            "/etcdctl-check-datascale/",
        ))
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let Some((verb, matches)) = matches.subcommand() else { return Err(Failure::args("no command given")) };
    let given = text(matches, "load").unwrap_or("s");
    let load = LOADS.iter().find(|load| load.names.contains(&given));
    let load = load.ok_or_else(|| Failure { code: 4, message: format!("unknown load option {given}") })?;
    let client = connect(matches).await?;
    let prefix = text(matches, "prefix").unwrap_or_default().to_string();
    let keys = Keys { client, key: prefix.clone().into_bytes(), end: prefix_end(prefix.as_bytes()) };
    keys.none_yet(&prefix).await?;
    if verb == "perf" {
        perf(matches, &keys, load, &prefix).await
    } else {
        datascale(matches, &keys, load, &prefix).await
    }
}

/// The keys of a check.
struct Keys {
    client: Client,
    key: Vec<u8>,
    end: Vec<u8>,
}

impl Keys {
    async fn none_yet(&self, prefix: &str) -> Done {
        let range = RangeRequest {
            key: self.key.clone().into(),
            range_end: self.end.clone().into(),
            limit: 1,
            ..Default::default()
        };
        if self.client.kv().range(ask(range)).await?.into_inner().count > 0 {
            return Err(Failure::input(format!(
                "prefix {prefix:?} has keys. Delete with 'ectl del --prefix {prefix}' first"
            )));
        }
        Ok(())
    }

    /// Removes them, and what the flags want besides.
    async fn remove(&self, matches: &ArgMatches) -> Done {
        let (key, range_end) = (self.key.clone().into(), self.end.clone().into());
        let delete = DeleteRangeRequest { key, range_end, ..Default::default() };
        let deleted = self.client.kv().delete_range(ask(delete)).await?.into_inner();
        if on(matches, "auto-compact") {
            let revision = deleted.header.map_or(0, |header| header.revision);
            println!("Compacting with revision {revision}");
            self.client.kv().compact(ask(CompactionRequest { revision, physical: true })).await?;
            println!("Compacted with revision {revision}");
        }
        if on(matches, "auto-defrag") {
            let (all, tls) = endpoints(matches).await?;
            for endpoint in all {
                println!("Defragmenting {endpoint:?}");
                let member = to(matches, vec![endpoint.clone()], tls.clone()).await?;
                member.maintenance().defragment(ask(DefragmentRequest {})).await?;
                println!("Defragmented {endpoint:?}");
            }
        }
        Ok(())
    }
}

async fn perf(matches: &ArgMatches, keys: &Keys, load: &Load, prefix: &str) -> Done {
    let (rate, writers) = (load.rate, load.writers);
    let started = Instant::now();
    let pause = Duration::from_secs_f64(writers as f64 / rate as f64);
    let mut tasks = Vec::new();
    for writer in 0..writers {
        let (client, prefix) = (keys.client.clone(), prefix.to_string());
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
    keys.remove(matches).await?;
    judge(&times, failures, span, rate)
}

/// Writes the load's pairs and says how much memory the server takes more.
async fn datascale(matches: &ArgMatches, keys: &Keys, load: &Load, prefix: &str) -> Done {
    let unreadable = |when: &str| {
        println!("FAIL: Could not read process_resident_memory_bytes {when} the put operations.");
        Failure::error("")
    };
    let before = metrics::resident(matches).await?.ok_or_else(|| unreadable("before"))?;
    println!(
        "Start data scale check for work load [{} key-value pairs, {PAIR} bytes per key-value, {} concurrent clients].",
        load.pairs, load.writers
    );
    let next = Arc::new(AtomicU64::new(0));
    let pairs = load.pairs;
    let mut tasks = Vec::new();
    for _ in 0..load.writers {
        let (client, prefix, next) = (keys.client.clone(), prefix.to_string(), next.clone());
        tasks.push(tokio::spawn(async move {
            let mut failed = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= pairs {
                    return failed;
                }
                let key = format!("{prefix}{number:0width$}", width = PAIR / 2).into();
                let value = vec![0; PAIR / 2].into();
                if let Err(status) =
                    client.kv().put(ask(PutRequest { key, value, ..Default::default() })).await
                {
                    failed.push(status.message().to_string());
                }
            }
        }));
    }
    let mut failed = Vec::new();
    for task in tasks {
        failed.extend(task.await.map_err(Failure::error)?);
    }
    let after = metrics::resident(matches).await?.ok_or_else(|| unreadable("after"))?;
    keys.remove(matches).await?;
    if let Some(first) = failed.first() {
        println!("FAIL: too many errors\nFAIL: ERROR({first}) -> {}", failed.len());
        return Err(Failure::error(""));
    }
    println!("PASS: Approximate system memory used : {:.2} MB.", (after - before) / f64::from(1 << 20));
    Ok(())
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

//! What processes cost that have nothing to do.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use clap::ArgMatches;

use crate::report::Report;

const OURS: &[&str] = &[
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-cri",
    "kube-proxy",
    "kube-dns",
    "kube-shim",
    "kadm-supervisor",
];

#[derive(Clone, Copy, Default)]
struct Sample {
    pss_kib: u64,
    rss_kib: u64,
    ticks: u64,
    switches: u64,
    count: u64,
}

fn name_of(pid: &str) -> Option<String> {
    let command = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let first = command.split(|byte| *byte == 0).next()?;
    let name = String::from_utf8_lossy(first).into_owned();
    name.rsplit('/').next().map(str::to_string).filter(|name| !name.is_empty())
}

/// The number behind `name` in one of the kernel's lists.
pub fn field(text: &str, name: &str) -> u64 {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

/// The memory of a process, as the kernel sums it up.
pub fn memory(pid: &str) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default()
}

/// The processor time that a process has used, in hundredths of a second: what Linux counts in for
/// programs, whatever its own clock.
pub fn ticks(pid: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let times = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
    times.into_iter().flatten().filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

fn sample(names: &[String]) -> BTreeMap<String, Sample> {
    let mut found: BTreeMap<String, Sample> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if !pid.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let Some(name) = name_of(&pid).filter(|name| names.contains(name)) else { continue };
        let rollup = memory(&pid);
        let mut switches = 0;
        for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            switches += field(
                &std::fs::read_to_string(task.path().join("status")).unwrap_or_default(),
                "voluntary_ctxt_switches:",
            );
        }
        let sum = found.entry(name).or_default();
        sum.pss_kib += field(&rollup, "Pss:");
        sum.rss_kib += field(&rollup, "Rss:");
        sum.ticks += ticks(&pid);
        sum.switches += switches;
        sum.count += 1;
    }
    found
}

/// What the processes of that name have in memory, in MiB: shared pages by their share.
pub fn pss(name: &str) -> f64 {
    sample(&[name.to_string()]).values().map(|sample| sample.pss_kib as f64 / 1024.0).sum()
}

/// Looks twice, and reports what lies between.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let given: Vec<String> =
        matches.get_many::<String>("names").map(|names| names.cloned().collect()).unwrap_or_default();
    let names = if given.is_empty() { OURS.iter().map(|name| (*name).to_string()).collect() } else { given };
    let seconds = matches.get_one::<u64>("seconds").copied().unwrap_or(10).max(1);
    let before = sample(&names);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let after = sample(&names);
    let mut report = Report::new(&["process", "count", "PSS MiB", "RSS MiB", "CPU %", "wake-ups/s"]);
    let (mut pss, mut cpu, mut wakes) = (0.0, 0.0, 0.0);
    for (name, now) in &after {
        let then = before.get(name).copied().unwrap_or_default();
        // A tick is a hundredth of a second.
        let share = now.ticks.saturating_sub(then.ticks) as f64 / seconds as f64;
        let rate = now.switches.saturating_sub(then.switches) as f64 / seconds as f64;
        let mib = |kib: u64| format!("{:.1}", kib as f64 / 1024.0);
        pss += now.pss_kib as f64 / 1024.0;
        cpu += share;
        wakes += rate;
        report.row(vec![
            name.clone(),
            now.count.to_string(),
            mib(now.pss_kib),
            mib(now.rss_kib),
            format!("{share:.2}"),
            format!("{rate:.1}"),
        ]);
    }
    report.row(vec![
        "all".into(),
        String::new(),
        format!("{pss:.1}"),
        String::new(),
        format!("{cpu:.2}"),
        format!("{wakes:.1}"),
    ]);
    Ok(report)
}

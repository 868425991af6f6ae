//! Control groups, version 1 (a folder tree for each controller), version 2 (one tree) and the
//! hybrid of both. A container's group is `<parent>/<container id>`, the parent being what the
//! kubelet names, as the cgroupfs driver has it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::sys;

/// How this host's control groups are mounted.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Version 2 alone, mounted here.
    pub unified: Option<PathBuf>,
    /// Version 1: controller to mount point.
    pub controllers: BTreeMap<String, PathBuf>,
}

/// Limits to write into a group; zero means not set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// CPU time in `cpu_period`, in microseconds.
    pub cpu_quota: i64,
    /// Microseconds.
    pub cpu_period: i64,
    /// Relative weight, 2 to 262144.
    pub cpu_shares: i64,
    /// Bytes.
    pub memory: i64,
    /// Bytes of memory and swap together.
    pub memory_swap: i64,
    /// `0-3,5`.
    pub cpuset_cpus: String,
    /// `0-1`.
    pub cpuset_mems: String,
    /// By page size (`2MB`).
    pub hugepages: Vec<(String, u64)>,
    /// Version 2's files, as they are.
    pub unified: BTreeMap<String, String>,
}

/// A group's use of the machine.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Nanoseconds of CPU time.
    pub cpu_nanos: u64,
    /// Bytes.
    pub memory: u64,
    /// Bytes that can't be dropped at once.
    pub working_set: u64,
    /// Anonymous memory.
    pub rss: u64,
    /// Page faults.
    pub faults: u64,
    /// Page faults that read from disk.
    pub major_faults: u64,
    /// The memory limit; none for no limit.
    pub memory_limit: Option<u64>,
    /// Bytes swapped out.
    pub swap: u64,
    /// Processes.
    pub processes: u64,
}

/// This host's layout, looked at once.
pub fn layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    LAYOUT.get_or_init(|| {
        const ROOT: &str = "/sys/fs/cgroup";
        const CGROUP2_MAGIC: i64 = 0x6367_7270;
        if sys::filesystem_type(Path::new(ROOT)).is_ok_and(|kind| kind == CGROUP2_MAGIC) {
            return Layout { unified: Some(ROOT.into()), controllers: BTreeMap::new() };
        }
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        Layout { unified: None, controllers: version1(&mounts) }
    })
}

/// The controllers mounted as version 1, from `/proc/self/mountinfo`.
fn version1(mountinfo: &str) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for line in mountinfo.lines() {
        let Some((head, tail)) = line.split_once(" - ") else { continue };
        let mut tail = tail.split(' ');
        let (kind, options) = (tail.next(), tail.nth(1).unwrap_or_default());
        let Some(path) = head.split(' ').nth(4) else { continue };
        if kind == Some("cgroup") {
            for option in options.split(',').filter(|option| !matches!(*option, "rw" | "ro" | "xattr")) {
                found.entry(option.to_string()).or_insert_with(|| PathBuf::from(path));
            }
        }
    }
    found
}

fn below(base: &Path, path: &str) -> PathBuf {
    base.join(path.trim_start_matches('/'))
}

/// The folder of each tree that `path` has, with its controller (empty for version 2).
pub fn folders(path: &str) -> Vec<(String, PathBuf)> {
    let layout = layout();
    match &layout.unified {
        Some(base) => vec![(String::new(), below(base, path))],
        None => {
            let mut folders: Vec<(String, PathBuf)> = Vec::new();
            for (controller, base) in &layout.controllers {
                let folder = below(base, path);
                if !folders.iter().any(|(_, other)| *other == folder) {
                    folders.push((controller.clone(), folder));
                }
            }
            folders
        }
    }
}

/// Makes the group in every tree and limits it. Returns the `cgroup.procs` files to join.
pub fn create(path: &str, limits: &Limits, devices: Option<&[String]>) -> Result<Vec<PathBuf>> {
    let mut procs = Vec::new();
    for (controller, folder) in folders(path) {
        make(&controller, &folder, path)
            .with_context(|| format!("cannot create the cgroup {}", folder.display()))?;
        procs.push(folder.join("cgroup.procs"));
    }
    apply(path, limits)?;
    if let (Some(rules), Some(base)) = (devices, layout().controllers.get("devices")) {
        let folder = below(base, path);
        write(&folder.join("devices.deny"), "a")?;
        for rule in rules {
            write(&folder.join("devices.allow"), rule)?;
        }
    }
    if let (Some(rules), Some(base)) = (devices, &layout().unified) {
        crate::devices::restrict(&below(base, path), rules)?;
    }
    Ok(procs)
}

fn make(controller: &str, folder: &Path, path: &str) -> io::Result<()> {
    let depth = path.trim_matches('/').split('/').count();
    let mut chain: Vec<&Path> = folder.ancestors().take(depth).collect();
    chain.reverse();
    for level in chain {
        if controller.is_empty()
            && let Some(parent) = level.parent()
        {
            enable_controllers(parent);
        }
        if let Err(error) = fs::create_dir(level)
            && !level.is_dir()
        {
            return Err(error);
        }
        if level.join("cpuset.mems").exists() && !controller.is_empty() {
            // A version 1 cpuset starts without CPUs and takes no process until it has some.
            for file in ["cpuset.cpus", "cpuset.mems"] {
                let own = fs::read_to_string(level.join(file)).unwrap_or_default();
                if let (true, Some(parent)) = (own.trim().is_empty(), level.parent()) {
                    let inherited = fs::read_to_string(parent.join(file))?;
                    fs::write(level.join(file), inherited.trim())?;
                }
            }
        }
    }
    Ok(())
}

/// Lets a version 2 group's children have every controller that it has.
fn enable_controllers(folder: &Path) {
    let available = fs::read_to_string(folder.join("cgroup.controllers")).unwrap_or_default();
    let enabled = fs::read_to_string(folder.join("cgroup.subtree_control")).unwrap_or_default();
    for controller in available.split_whitespace() {
        if !enabled.split_whitespace().any(|other| other == controller) {
            // One that can't be delegated must not keep the others away.
            let _ = fs::write(folder.join("cgroup.subtree_control"), format!("+{controller}"));
        }
    }
}

fn write(path: &Path, value: &str) -> Result<()> {
    fs::write(path, value).with_context(|| format!("cannot write {value:?} to {}", path.display()))
}

/// Version 1's CPU shares as version 2's weight, by the curve that runc and the kubelet use.
pub fn shares_to_weight(shares: i64) -> u64 {
    if shares <= 0 {
        return 0;
    }
    let shares = shares.clamp(2, 262_144) as f64;
    let log = shares.log2();
    let exponent = (log * log + 125.0 * log) / 612.0 - 7.0 / 34.0;
    (10f64.powf(exponent).ceil() as u64).clamp(1, 10_000)
}

/// Writes limits into an existing group.
pub fn apply(path: &str, limits: &Limits) -> Result<()> {
    let layout = layout();
    if let Some(base) = &layout.unified {
        let folder = below(base, path);
        for (file, value) in version2_files(limits) {
            write(&folder.join(&file), &value)?;
        }
        return Ok(());
    }
    let folder = |controller: &str| layout.controllers.get(controller).map(|base| below(base, path));
    if let Some(cpu) = folder("cpu") {
        if limits.cpu_shares > 0 {
            write(&cpu.join("cpu.shares"), &limits.cpu_shares.to_string())?;
        }
        if limits.cpu_period > 0 {
            write(&cpu.join("cpu.cfs_period_us"), &limits.cpu_period.to_string())?;
        }
        if limits.cpu_quota != 0 {
            write(&cpu.join("cpu.cfs_quota_us"), &limits.cpu_quota.to_string())?;
        }
    }
    if let Some(memory) = folder("memory")
        && limits.memory != 0
    {
        let limit = memory.join("memory.limit_in_bytes");
        let swap = memory.join("memory.memsw.limit_in_bytes");
        let value = limits.memory.to_string();
        let swap_value = if limits.memory_swap != 0 { limits.memory_swap.to_string() } else { value.clone() };
        // Memory may never exceed memory and swap: which of the two goes first depends on
        // whether the limit grows or shrinks.
        if swap.exists() && fs::write(&swap, &swap_value).is_err() {
            write(&limit, &value)?;
            write(&swap, &swap_value)?;
        } else {
            write(&limit, &value)?;
        }
    }
    if let Some(cpuset) = folder("cpuset") {
        if !limits.cpuset_cpus.is_empty() {
            write(&cpuset.join("cpuset.cpus"), &limits.cpuset_cpus)?;
        }
        if !limits.cpuset_mems.is_empty() {
            write(&cpuset.join("cpuset.mems"), &limits.cpuset_mems)?;
        }
    }
    if let Some(hugetlb) = folder("hugetlb") {
        for (size, limit) in &limits.hugepages {
            write(&hugetlb.join(format!("hugetlb.{size}.limit_in_bytes")), &limit.to_string())?;
        }
    }
    Ok(())
}

fn version2_files(limits: &Limits) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut add = |file: &str, value: String| files.push((file.to_string(), value));
    if limits.cpu_shares > 0 {
        add("cpu.weight", shares_to_weight(limits.cpu_shares).to_string());
    }
    if limits.cpu_quota != 0 || limits.cpu_period > 0 {
        let quota = if limits.cpu_quota > 0 { limits.cpu_quota.to_string() } else { "max".into() };
        let period = if limits.cpu_period > 0 { limits.cpu_period } else { 100_000 };
        add("cpu.max", format!("{quota} {period}"));
    }
    if limits.memory != 0 {
        add("memory.max", if limits.memory < 0 { "max".into() } else { limits.memory.to_string() });
    }
    if limits.memory_swap > 0 && limits.memory > 0 {
        add("memory.swap.max", (limits.memory_swap - limits.memory).max(0).to_string());
    }
    if !limits.cpuset_cpus.is_empty() {
        add("cpuset.cpus", limits.cpuset_cpus.clone());
    }
    if !limits.cpuset_mems.is_empty() {
        add("cpuset.mems", limits.cpuset_mems.clone());
    }
    for (size, limit) in &limits.hugepages {
        add(&format!("hugetlb.{size}.max"), limit.to_string());
    }
    for (file, value) in &limits.unified {
        add(file, value.clone());
    }
    files
}

/// Signals every process of the group whose `cgroup.procs` this is, and of those below it.
pub fn signal_all(procs: &Path, signal: i32) {
    let Some(folder) = procs.parent() else { return };
    if signal == libc::SIGKILL && fs::write(folder.join("cgroup.kill"), "1").is_ok() {
        return;
    }
    for pid in processes(folder) {
        sys::kill(pid, signal);
    }
}

/// The processes in a group's folder and below.
pub fn processes(folder: &Path) -> Vec<i32> {
    let mut found: Vec<i32> = fs::read_to_string(folder.join("cgroup.procs"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.parse().ok())
        // Zero is a process outside our pid namespace; to signal it would be to signal ourselves.
        .filter(|pid| *pid > 0)
        .collect();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(processes(&entry.path()));
        }
    }
    found
}

/// Whether the kernel killed a process of the group for want of memory.
pub fn oom_killed(procs: &[PathBuf]) -> bool {
    let count = |folder: &Path, file: &str| {
        let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
        text.lines().any(|line| line.strip_prefix("oom_kill ").is_some_and(|count| count.trim() != "0"))
    };
    procs
        .iter()
        .filter_map(|procs| procs.parent())
        .any(|folder| count(folder, "memory.oom_control") || count(folder, "memory.events"))
}

/// Removes the group from every tree, killing what is left in it.
pub fn remove(path: &str) {
    for (_, folder) in folders(path) {
        remove_folder(&folder);
    }
}

fn remove_folder(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_folder(&entry.path());
        }
    }
    // A killed process leaves its group a moment after it is gone from sight.
    for attempt in 0..50 {
        match fs::remove_dir(folder) {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => {
                if attempt % 10 == 0 {
                    signal_all(&folder.join("cgroup.procs"), libc::SIGKILL);
                }
                std::thread::sleep(std::time::Duration::from_millis(2 << (attempt / 10)));
            }
        }
    }
    tracing::warn!(folder = %folder.display(), "cannot remove the cgroup; processes are stuck in it");
}

/// What a group uses now.
pub fn usage(path: &str) -> Usage {
    let mut usage = Usage::default();
    let folders: BTreeMap<String, PathBuf> = match &layout().unified {
        Some(base) => BTreeMap::from([(String::new(), below(base, path))]),
        None => layout().controllers.iter().map(|(name, base)| (name.clone(), below(base, path))).collect(),
    };
    let number = |folder: &Path, file: &str| {
        fs::read_to_string(folder.join(file)).ok().and_then(|text| text.trim().parse::<u64>().ok())
    };
    let table = |folder: &Path, file: &str| -> BTreeMap<String, u64> {
        let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(key, value)| Some((key.to_string(), value.trim().parse().ok()?)))
            .collect()
    };
    if let Some(folder) = folders.get("") {
        usage.cpu_nanos = table(folder, "cpu.stat").get("usage_usec").copied().unwrap_or_default() * 1000;
        let stat = table(folder, "memory.stat");
        let stat = |key: &str| stat.get(key).copied().unwrap_or_default();
        usage.memory = number(folder, "memory.current").unwrap_or_default();
        usage.working_set = usage.memory.saturating_sub(stat("inactive_file"));
        usage.rss = stat("anon");
        usage.faults = stat("pgfault");
        usage.major_faults = stat("pgmajfault");
        usage.memory_limit = number(folder, "memory.max");
        usage.swap = number(folder, "memory.swap.current").unwrap_or_default();
        usage.processes = number(folder, "pids.current").unwrap_or_default();
        return usage;
    }
    if let Some(folder) = folders.get("cpuacct") {
        usage.cpu_nanos = number(folder, "cpuacct.usage").unwrap_or_default();
    }
    if let Some(folder) = folders.get("memory") {
        let stat = table(folder, "memory.stat");
        let stat = |key: &str| stat.get(key).copied().unwrap_or_default();
        usage.memory = number(folder, "memory.usage_in_bytes").unwrap_or_default();
        usage.working_set = usage.memory.saturating_sub(stat("total_inactive_file"));
        usage.rss = stat("total_rss");
        usage.faults = stat("total_pgfault");
        usage.major_faults = stat("total_pgmajfault");
        // Version 1's "no limit" is a number near 2^63.
        usage.memory_limit = number(folder, "memory.limit_in_bytes").filter(|limit| *limit < 1 << 62);
        usage.swap = stat("total_swap");
    }
    if let Some(folder) = folders.get("pids") {
        usage.processes = number(folder, "pids.current").unwrap_or_default();
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_1_mounts() {
        let found = version1(
            "30 25 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n\
             31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
             32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n\
             33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup rw\n",
        );
        let names: Vec<_> =
            found.iter().map(|(name, path)| (name.as_str(), path.to_string_lossy())).collect();
        assert_eq!(
            names,
            [
                ("cpu", "/sys/fs/cgroup/cpu,cpuacct".into()),
                ("cpuacct", "/sys/fs/cgroup/cpu,cpuacct".into()),
                ("name=systemd", "/sys/fs/cgroup/systemd".into())
            ]
        );
    }

    #[test]
    fn weights() {
        assert_eq!(shares_to_weight(0), 0);
        assert_eq!(shares_to_weight(2), 1);
        assert_eq!(shares_to_weight(1024), 100);
        assert_eq!(shares_to_weight(262_144), 10_000);
    }

    #[test]
    fn version_2_limits() {
        let limits = Limits { cpu_quota: 50_000, memory: 10, memory_swap: 15, ..Default::default() };
        let files: Vec<String> =
            version2_files(&limits).into_iter().map(|(file, value)| format!("{file}={value}")).collect();
        assert_eq!(files, ["cpu.max=50000 100000", "memory.max=10", "memory.swap.max=5"]);
    }
}

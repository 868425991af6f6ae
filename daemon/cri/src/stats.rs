//! What containers and pods use, from their cgroups, network devices and writable layers.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Mutex;

use criapi::{
    ContainerAttributes, ContainerStats, CpuUsage, FilesystemIdentifier, FilesystemUsage,
    LinuxPodSandboxStats, MemoryUsage, NetworkInterfaceUsage, NetworkUsage, PodSandboxAttributes,
    PodSandboxStats, ProcessUsage, SwapUsage, UInt64Value,
};

use crate::cgroup::{self, Usage};
use crate::runtime::{Runtime, now};
use crate::state::{Container, Sandbox};

/// Earlier CPU times, for rates: cgroup to time and nanoseconds.
#[derive(Default)]
pub struct Samples(Mutex<BTreeMap<String, (i64, u64)>>);

fn some(value: u64) -> Option<UInt64Value> {
    Some(UInt64Value { value })
}

impl Samples {
    fn rate(&self, cgroup: &str, at: i64, cpu: u64) -> Option<UInt64Value> {
        let mut samples = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = samples.insert(cgroup.to_string(), (at, cpu));
        let (then, earlier) = before?;
        let elapsed = u64::try_from(at - then).ok().filter(|elapsed| *elapsed > 0)?;
        some((u128::from(cpu.saturating_sub(earlier)) * 1_000_000_000 / u128::from(elapsed)) as u64)
    }

    /// Forgets a group that is gone.
    pub fn forget(&self, cgroup: &str) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(cgroup);
    }

    fn cpu(&self, cgroup: &str, at: i64, usage: &Usage) -> CpuUsage {
        CpuUsage {
            timestamp: at,
            usage_core_nano_seconds: some(usage.cpu_nanos),
            usage_nano_cores: self.rate(cgroup, at, usage.cpu_nanos),
            psi: None,
        }
    }

    /// One container's.
    pub fn container(&self, runtime: &Runtime, container: &Container) -> ContainerStats {
        let at = now();
        let usage = cgroup::usage(&container.cgroup);
        let upper = runtime.state.paths().container(&container.id).join("upper");
        let (bytes, inodes) = folder_usage(&upper);
        ContainerStats {
            attributes: Some(ContainerAttributes {
                id: container.id.clone(),
                metadata: container.config.metadata.clone(),
                labels: container.config.labels.clone(),
                annotations: container.config.annotations.clone(),
            }),
            cpu: Some(self.cpu(&container.cgroup, at, &usage)),
            memory: Some(memory(at, &usage)),
            writable_layer: Some(FilesystemUsage {
                timestamp: at,
                fs_id: Some(FilesystemIdentifier {
                    mountpoint: runtime.state.paths().containers().display().to_string(),
                }),
                used_bytes: some(bytes),
                inodes_used: some(inodes),
            }),
            swap: Some(SwapUsage {
                timestamp: at,
                swap_available_bytes: None,
                swap_usage_bytes: some(usage.swap),
            }),
            io: None,
        }
    }

    /// One pod's, with its containers'.
    pub fn sandbox(&self, runtime: &Runtime, sandbox: &Sandbox) -> PodSandboxStats {
        let at = now();
        let parent =
            sandbox.config.linux.as_ref().map(|linux| linux.cgroup_parent.clone()).unwrap_or_default();
        let containers: Vec<ContainerStats> = runtime
            .state
            .containers_of(&sandbox.id)
            .iter()
            .filter(|container| container.state.pid != 0)
            .map(|container| self.container(runtime, container))
            .collect();
        let usage = if parent.is_empty() { Usage::default() } else { cgroup::usage(&parent) };
        PodSandboxStats {
            attributes: Some(PodSandboxAttributes {
                id: sandbox.id.clone(),
                metadata: sandbox.config.metadata.clone(),
                labels: sandbox.config.labels.clone(),
                annotations: sandbox.config.annotations.clone(),
            }),
            linux: Some(LinuxPodSandboxStats {
                cpu: Some(self.cpu(&parent, at, &usage)),
                memory: Some(memory(at, &usage)),
                network: sandbox.own_network.then(|| network(at, sandbox.pid)),
                process: Some(ProcessUsage { timestamp: at, process_count: some(usage.processes) }),
                containers,
                io: None,
            }),
        }
    }
}

fn memory(at: i64, usage: &Usage) -> MemoryUsage {
    MemoryUsage {
        timestamp: at,
        working_set_bytes: some(usage.working_set),
        available_bytes: usage.memory_limit.and_then(|limit| some(limit.saturating_sub(usage.working_set))),
        usage_bytes: some(usage.memory),
        rss_bytes: some(usage.rss),
        page_faults: some(usage.faults),
        major_page_faults: some(usage.major_faults),
        psi: None,
    }
}

/// The interfaces of a shim's network namespace.
fn network(at: i64, pid: i32) -> NetworkUsage {
    let text = fs::read_to_string(format!("/proc/{pid}/net/dev")).unwrap_or_default();
    let mut interfaces = interfaces(&text);
    let default = interfaces.iter().position(|interface| interface.name == "eth0");
    NetworkUsage {
        timestamp: at,
        default_interface: default.map(|index| interfaces.remove(index)),
        interfaces,
    }
}

fn interfaces(text: &str) -> Vec<NetworkInterfaceUsage> {
    text.lines()
        .skip(2)
        .filter_map(|line| {
            let (name, numbers) = line.split_once(':')?;
            let numbers: Vec<u64> = numbers.split_whitespace().filter_map(|text| text.parse().ok()).collect();
            let name = name.trim();
            (name != "lo" && numbers.len() >= 11).then(|| NetworkInterfaceUsage {
                name: name.into(),
                rx_bytes: some(numbers[0]),
                rx_errors: some(numbers[2]),
                tx_bytes: some(numbers[8]),
                tx_errors: some(numbers[10]),
            })
        })
        .collect()
}

/// Bytes on disk and inodes below a folder.
pub fn folder_usage(folder: &Path) -> (u64, u64) {
    let (mut bytes, mut inodes) = (0, 0);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        bytes += meta.blocks() * 512;
        inodes += 1;
        if meta.is_dir() {
            let (below_bytes, below_inodes) = folder_usage(&entry.path());
            bytes += below_bytes;
            inodes += below_inodes;
        }
    }
    (bytes, inodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_devices() {
        let text = "Inter-|   Receive\n face |bytes\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n  \
                    eth0: 10 2 3 0 0 0 0 0 20 4 5 0 0 0 0 0\n";
        let found = interfaces(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].tx_bytes, some(20));
        assert_eq!(found[0].tx_errors, some(5));
    }

    #[test]
    fn rates() {
        let samples = Samples::default();
        assert_eq!(samples.rate("a", 1_000, 500), None);
        assert_eq!(samples.rate("a", 1_000_001_000, 500_000_500), some(500_000_000));
    }
}

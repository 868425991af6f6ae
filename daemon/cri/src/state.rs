//! What kube-cri remembers of sandboxes and containers: in memory for answering, on disk for the
//! next kube-cri. A record is written before its change is told to anybody.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result, anyhow};
use criapi::{
    ContainerConfig, ContainerState as Phase, LinuxContainerResources, PodSandboxConfig, PodSandboxState,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::images::write_atomically;
use crate::paths::Paths;
use crate::spec::ContainerState;

/// A pod sandbox.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sandbox {
    /// 64 hexadecimal digits.
    pub id: String,
    /// As the kubelet gave it.
    pub config: PodSandboxConfig,
    /// Nanoseconds since 1970.
    pub created_at: i64,
    /// The runtime class' handler.
    pub runtime_handler: String,
    /// Whether containers can run in it.
    pub ready: bool,
    /// Whether it has a network of its own.
    pub own_network: bool,
    /// Its addresses, the first one first.
    pub ips: Vec<String>,
    /// The shim.
    pub pid: i32,
}

/// A container.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Container {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Its pod.
    pub sandbox: String,
    /// As the kubelet gave it.
    pub config: ContainerConfig,
    /// The image's id.
    pub image_id: String,
    /// The image by digest.
    pub image_ref: String,
    /// Nanoseconds since 1970.
    pub created_at: i64,
    /// The log file; empty for none.
    pub log_path: String,
    /// Its cgroup.
    pub cgroup: String,
    /// Signal number that asks it to stop.
    pub stop_signal: i32,
    /// Limits in force.
    pub resources: LinuxContainerResources,
    /// How its process does.
    pub state: ContainerState,
    /// Why its start failed; empty otherwise.
    pub start_error: String,
    /// Whether nobody knows how it ended.
    pub lost: bool,
}

impl Sandbox {
    /// In the CRI's words.
    pub fn phase(&self) -> PodSandboxState {
        if self.ready { PodSandboxState::SandboxReady } else { PodSandboxState::SandboxNotready }
    }
}

impl Container {
    /// In the CRI's words.
    pub fn phase(&self) -> Phase {
        if self.state.finished_at != 0 {
            Phase::ContainerExited
        } else if self.state.started_at != 0 {
            Phase::ContainerRunning
        } else {
            Phase::ContainerCreated
        }
    }
}

#[derive(Default)]
struct Tables {
    sandboxes: BTreeMap<String, Sandbox>,
    containers: BTreeMap<String, Container>,
}

/// All records.
pub struct State {
    paths: Paths,
    tables: Mutex<Tables>,
    /// Counts changes, for whoever waits for one.
    changes: watch::Sender<u64>,
}

impl State {
    /// Reads the records of an earlier kube-cri.
    pub fn load(paths: Paths) -> Result<Self> {
        let mut tables = Tables::default();
        for folder in [paths.sandbox_records(), paths.containers(), paths.pods(), paths.state.join("shims")] {
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        for id in names(&paths.sandbox_records()) {
            match read::<Sandbox>(&paths.sandbox_record(&id)) {
                Some(sandbox) => _ = tables.sandboxes.insert(id, sandbox),
                // Killed between making the folder and writing the record: nobody knows of it.
                None => _ = fs::remove_dir_all(paths.sandbox_files(&id)),
            }
        }
        for id in names(&paths.containers()) {
            match read::<Container>(&paths.container_record(&id)) {
                Some(container) => _ = tables.containers.insert(id, container),
                None => _ = fs::remove_dir_all(paths.container(&id)),
            }
        }
        Ok(Self { paths, tables: Mutex::new(tables), changes: watch::Sender::new(0) })
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Where everything is.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Changes from now on.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Every sandbox.
    pub fn sandboxes(&self) -> Vec<Sandbox> {
        self.tables().sandboxes.values().cloned().collect()
    }

    /// Every container.
    pub fn containers(&self) -> Vec<Container> {
        self.tables().containers.values().cloned().collect()
    }

    /// A pod's containers.
    pub fn containers_of(&self, sandbox: &str) -> Vec<Container> {
        self.tables().containers.values().filter(|container| container.sandbox == sandbox).cloned().collect()
    }

    /// By id, or the beginning of one that no other has.
    pub fn sandbox(&self, id: &str) -> Option<Sandbox> {
        find(&self.tables().sandboxes, id)
    }

    /// By id, or the beginning of one that no other has.
    pub fn container(&self, id: &str) -> Option<Container> {
        find(&self.tables().containers, id)
    }

    /// Adds or replaces a sandbox.
    pub fn put_sandbox(&self, sandbox: Sandbox) -> Result<()> {
        write(&self.paths.sandbox_record(&sandbox.id), &sandbox)?;
        self.tables().sandboxes.insert(sandbox.id.clone(), sandbox);
        self.changed();
        Ok(())
    }

    /// Adds or replaces a container.
    pub fn put_container(&self, container: Container) -> Result<()> {
        write(&self.paths.container_record(&container.id), &container)?;
        self.tables().containers.insert(container.id.clone(), container);
        self.changed();
        Ok(())
    }

    /// Changes a sandbox, if it still is there.
    pub fn change_sandbox(&self, id: &str, change: impl FnOnce(&mut Sandbox)) -> Result<Option<Sandbox>> {
        let mut tables = self.tables();
        let Some(sandbox) = tables.sandboxes.get_mut(id) else { return Ok(None) };
        change(sandbox);
        write(&self.paths.sandbox_record(id), sandbox)?;
        let sandbox = sandbox.clone();
        drop(tables);
        self.changed();
        Ok(Some(sandbox))
    }

    /// Changes a container, if it still is there.
    pub fn change_container(
        &self,
        id: &str,
        change: impl FnOnce(&mut Container),
    ) -> Result<Option<Container>> {
        let mut tables = self.tables();
        let Some(container) = tables.containers.get_mut(id) else { return Ok(None) };
        change(container);
        write(&self.paths.container_record(id), container)?;
        let container = container.clone();
        drop(tables);
        self.changed();
        Ok(Some(container))
    }

    /// Forgets a sandbox.
    pub fn remove_sandbox(&self, id: &str) {
        self.tables().sandboxes.remove(id);
        self.changed();
    }

    /// Forgets a container.
    pub fn remove_container(&self, id: &str) {
        self.tables().containers.remove(id);
        self.changed();
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

fn find<T: Clone>(table: &BTreeMap<String, T>, id: &str) -> Option<T> {
    if let Some(found) = table.get(id) {
        return Some(found.clone());
    }
    if id.is_empty() {
        return None;
    }
    let mut matching = table.range(id.to_string()..).take_while(|(key, _)| key.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some((_, found)), None) => Some(found.clone()),
        _ => None,
    }
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn read<T: for<'de> Deserialize<'de>>(path: &std::path::Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write<T: Serialize>(path: &std::path::Path, record: &T) -> Result<()> {
    let parent = path.parent().ok_or_else(|| anyhow!("{} has no folder", path.display()))?;
    fs::create_dir_all(parent)
        .and_then(|()| write_atomically(path, &serde_json::to_vec(record)?))
        .with_context(|| format!("cannot write {}", path.display()))
}

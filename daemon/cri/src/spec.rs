//! What a shim needs to know to run a pod and its containers: everything decided, nothing to
//! look up. kube-cri makes these from CRI requests ([`crate::assemble`]); the shim obeys.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A pod's own surroundings, handed to its shim when it starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PodSpec {
    /// The sandbox's id.
    pub id: String,
    /// Where the shim listens.
    pub socket: PathBuf,
    /// Where exit statuses are kept, one file a container.
    pub exits: PathBuf,
    /// Where the pod's network namespace is bound; `None` on the host's network.
    pub netns: Option<PathBuf>,
    /// A namespace for System V IPC and POSIX queues of its own.
    pub own_ipc: bool,
    /// Set with a UTS namespace of its own; `None` on the host's network.
    pub hostname: Option<String>,
    /// One pid namespace for all containers.
    pub shared_pid: bool,
    /// Kernel parameters, `net.ipv4.ip_forward` style.
    pub sysctls: Vec<(String, String)>,
    /// The `oom_score_adj` of the shim itself.
    pub oom_score_adj: i32,
}

/// Which processes a container sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PidMode {
    /// Its own only.
    Own,
    /// All of the pod's.
    Pod,
    /// All of the host's.
    Host,
    /// Those of another container of the pod.
    Target(String),
}

/// One container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContainerSpec {
    /// The container's id.
    pub id: String,
    /// Its root file system.
    pub root: RootSpec,
    /// In the order to mount.
    pub mounts: Vec<MountSpec>,
    /// Device nodes beyond the usual ones.
    pub devices: Vec<DeviceSpec>,
    /// Paths hidden from the container.
    pub masked_paths: Vec<PathBuf>,
    /// Paths the container can't write.
    pub readonly_paths: Vec<PathBuf>,
    /// The first process.
    pub process: ProcessSpec,
    /// Which processes it sees.
    pub pid: PidMode,
    /// Whether it gets a cgroup namespace (cgroup v2).
    pub own_cgroup_namespace: bool,
    /// The container's log file; none for no log.
    pub log_path: Option<PathBuf>,
    /// Whether the container's stdin stays open for attaching clients.
    pub stdin: bool,
    /// Whether stdin closes when the first attached client leaves.
    pub stdin_once: bool,
}

/// An overlay of image layers below a writable one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RootSpec {
    /// The folder that `lower` is relative to, so that many layers fit into one mount option.
    pub layers: PathBuf,
    /// Layers, topmost first.
    pub lower: Vec<String>,
    /// The writable layer.
    pub upper: PathBuf,
    /// Overlayfs' scratch folder, on the file system of `upper`.
    pub work: PathBuf,
    /// An empty folder to mount on; only the container sees the mount.
    pub mountpoint: PathBuf,
    /// Whether the container may write outside its mounts.
    pub readonly: bool,
}

/// What comes to which path in the container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MountSpec {
    /// The path in the container.
    pub target: PathBuf,
    /// What is mounted.
    pub source: MountSource,
    /// Not writable.
    pub readonly: bool,
}

/// What is mounted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum MountSource {
    /// A file or folder of the host.
    Bind { path: PathBuf, propagation: Propagation, recursive_readonly: bool },
    /// A new file system.
    New { kind: String, flags: u64, data: String },
    /// A symbolic link rather than a mount.
    Link { to: PathBuf },
}

/// Whether later mounts on one side appear on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Propagation {
    /// Neither way.
    Private,
    /// From the host to the container.
    FromHost,
    /// Both ways.
    Both,
}

/// A device node.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceSpec {
    /// In the container.
    pub path: PathBuf,
    /// `S_IFCHR` or `S_IFBLK` with permission bits.
    pub mode: u32,
    /// Its number.
    pub rdev: u64,
    /// Owner and group.
    pub owner: (u32, u32),
}

/// One process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessSpec {
    /// The program and its arguments.
    pub args: Vec<String>,
    /// `NAME=value`.
    pub env: Vec<String>,
    /// Working directory.
    pub cwd: PathBuf,
    /// Who it runs as.
    pub user: UserSpec,
    /// What it may do beyond its user.
    pub capabilities: Capabilities,
    /// Whether exec can raise privileges.
    pub no_new_privileges: bool,
    /// A loaded AppArmor profile.
    pub apparmor: Option<String>,
    /// A seccomp filter, assembled.
    pub seccomp: Option<Vec<u8>>,
    /// How eagerly the kernel kills it when memory runs out.
    pub oom_score_adj: Option<i32>,
    /// Whether it gets a terminal.
    pub tty: bool,
    /// The `cgroup.procs` files it writes itself into.
    pub cgroups: Vec<PathBuf>,
}

/// Who a process runs as. Names are looked up in the container's own `/etc/passwd`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UserSpec {
    /// `user[:group]`, by name or number. Empty for root.
    pub user: String,
    /// Overrides the group.
    pub gid: Option<u32>,
    /// Further groups.
    pub groups: Vec<u32>,
    /// Whether the image's `/etc/group` adds none.
    pub strict: bool,
}

/// Capability sets as bit masks.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Capabilities {
    /// What can be had at all.
    pub bounding: u64,
    /// Permitted and effective.
    pub permitted: u64,
    /// What survives exec by file capabilities.
    pub inheritable: u64,
    /// What survives exec without them.
    pub ambient: u64,
}

/// The numbers that a [`UserSpec`] came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedUser {
    /// User.
    pub uid: u32,
    /// Primary group.
    pub gid: u32,
    /// All groups.
    pub groups: Vec<u32>,
    /// Home folder, for `HOME`.
    pub home: String,
}

/// How a container of a shim is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerState {
    /// The container's id.
    pub id: String,
    /// Its first process on the host; 0 once it has ended.
    pub pid: i32,
    /// Who it runs as.
    pub user: ResolvedUser,
    /// Nanoseconds since 1970; 0 before the start.
    pub started_at: i64,
    /// Nanoseconds since 1970; 0 while it runs.
    pub finished_at: i64,
    /// Exit code, or 128 and the signal's number.
    pub exit_code: i32,
    /// Whether the kernel killed a process of it because memory ran out.
    pub oom_killed: bool,
}

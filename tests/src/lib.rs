//! The testbed of the whole-system tests: nodes that are namespaces on this machine.
//!
//! A node has its own processes, network, mounts and host name; its file system is this machine's
//! with a throw-away layer over it, so that `kadm` finds /etc/kubernetes and all the rest empty
//! and leaves nothing behind. When a [`Node`] is dropped, all of it is gone.

pub mod fixture;
pub mod terminal;
pub mod twins;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Why whole-system tests can't run here, if they can't. Under CI that is an error.
pub fn skip_reason() -> Option<String> {
    let reason = if !nix::unistd::geteuid().is_root() {
        Some("not root".to_string())
    } else if executable().is_none() {
        Some("there is no release build of kadm; run cargo xtask test, or cargo build --release".to_string())
    } else {
        None
    };
    if let Some(reason) = &reason {
        assert!(std::env::var_os("CI").is_none(), "whole-system tests can't run: {reason}");
        println!("skipped: {reason}");
    }
    reason
}

/// The executable under test: `KADM`, or the workspace's release build.
pub fn executable() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("KADM") {
        return Some(path.into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    Some(target.join(triple).join("release/kadm")).filter(|path| path.exists())
}

/// Upstream's kubectl, where `cargo xtask test` puts it, or what `KADM_KUBECTL` names.
pub fn kubectl() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("KADM_KUBECTL") {
        return Some(path.into());
    }
    peer("kubectl")
}

/// The executable under test and kubectl; `None` where one is missing, which CI does not accept.
pub fn peers() -> Option<(PathBuf, PathBuf)> {
    let (Some(ours), Some(theirs)) = (executable(), kubectl()) else {
        assert!(std::env::var_os("CI").is_none(), "kubectl or the release build of kadm is missing");
        println!("skipped: kubectl or the release build of kadm is missing; run cargo xtask test");
        return None;
    };
    Some((ours, theirs))
}

/// The executable's `kctl`, in `folder`; `KADM_KCTL` names another.
///
/// # Errors
/// Fails when the folder can't be written.
pub fn kctl(executable: &Path, folder: &Path) -> Result<PathBuf> {
    let kctl = folder.join("kctl");
    std::os::unix::fs::symlink(executable, &kctl)?;
    Ok(std::env::var_os("KADM_KCTL").map_or(kctl, PathBuf::from))
}

/// [`executable`], which CI must have; without it the test says that it is skipped.
pub fn built() -> Option<PathBuf> {
    let found = executable();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the release build of kadm is missing");
        println!("skipped: the release build of kadm is missing; run cargo xtask test");
    }
    found
}

/// Whether nodes can be made here whose pods are run and met with kubectl, which CI must be able to.
pub fn can_meet_pods() -> bool {
    if skip_reason().is_some() || program("busybox").is_none() {
        return false;
    }
    if kubectl().is_none() {
        assert!(std::env::var_os("CI").is_none(), "kubectl is missing");
        println!("skipped: kubectl is missing; run cargo xtask test");
        return false;
    }
    true
}

/// A program or a library of upstream's, where `cargo xtask test` puts it.
pub fn peer(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Some(target.join("peers").join(name)).filter(|path| path.exists())
}

/// What a command printed, and how it ended.
#[derive(Debug, Clone)]
pub struct Output {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Output {
    /// What it printed, if it ended well.
    ///
    /// # Errors
    /// Has everything it said.
    pub fn ok(self) -> Result<String> {
        if self.code != 0 {
            bail!("exit code {}\n{}\n{}", self.code, self.out, self.err);
        }
        Ok(self.out)
    }
}

/// A node.
pub struct Node {
    pub name: String,
    pub address: String,
    init: Child,
    /// The process that the node's namespaces belong to.
    pid: u32,
    folder: tempfile::TempDir,
}

/// Sets the namespaces up and stays as the node's first process, which reaps orphans while it
/// waits for its own `sleep`.
const SETUP: &str = r#"
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$BED"
mkdir -p "$BED/up" "$BED/work" "$BED/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$BED/up,workdir=$BED/work" "$BED/root"
R="$BED/root"
mount -t proc proc "$R/proc"
mount --rbind /sys "$R/sys"
mount --rbind /dev "$R/dev"
for folder in run tmp var/lib/kadm var/lib/kubelet var/lib/etcd var/lib/containerd; do
    mkdir -p "$R/$folder"
    mount -t tmpfs tmpfs "$R/$folder"
done
rm -rf "$R/etc/kubernetes" "$R/root/.kube" "$R/etc/cni" "$R/opt/cni" "$R/var/log/pods"
mkdir -p "$R/usr/local/bin"
cp "$KADM" "$R/usr/local/bin/kadm"
[ -z "$KUBECTL" ] || cp "$KUBECTL" "$R/usr/local/bin/kubectl"
hostname "$NAME"
ip link set lo up
# The node's root is its mount namespace's root, as on a real machine: no chroot.
mkdir -p "$R/.outside"
cd "$R"
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
touch /run/bed-ready
exec env -i PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    sh -c 'while :; do sleep 1; done'
"#;

/// The testbed's own processes come and go; users' caches are theirs.
const INVENTORY: &str = r#"
ps ax -o args= | grep -v -e '^ps ' -e '^.sleep. <defunct>' -e '^sleep 1$' -e '^sh -c ' -e '^grep ' -e '^sed ' | sed 's/^/process /'
sed 's/^[0-9]* [0-9]* [0-9:]* /mount /; s/ - .*//' /proc/self/mountinfo
ip -o link | sed 's/^[0-9]*: /link /; s/ .*//'
# Links give themselves fe80 addresses when they please.
ip -o addr | grep -v fe80: | sed 's/^[0-9]*: /address /; s/ valid_lft.*//'
ip route show table all | grep -v fe80: | sed 's/^/route /'
nft list tables | sed 's/^/nft /'
find /sys/fs/cgroup -maxdepth 2 -type d -name 'kube*' | sed 's/^/cgroup /'
sysctl net.ipv4.ip_forward net.ipv4.conf.all.route_localnet 2>/dev/null | sed 's/^/sysctl /'
find /etc /home /mnt /opt /root /run /srv /tmp /usr/local /usr/libexec /var \
    -path /root/.cargo -prune -o -path /root/.rustup -prune -o -path /root/.npm -prune -o \
    -path /root/.pyenv -prune -o -path /root/.cache -prune -o -path /root/.kube/cache -prune -o \
    -path /opt/peers -prune -o -path /var/lib/containerd -prune -o -print | sed 's/^/file /'
"#;

impl Node {
    /// A node with its own network: one link with this address, and a default route through it.
    ///
    /// # Errors
    /// Says what of the testbed can't be set up.
    pub fn start(name: &str, address: &str) -> Result<Self> {
        let node = Self::bare(name, address)?;
        node.run("ip link add eth0 type veth peer name wire0 && ip link set wire0 up").ok()?;
        node.run(&format!("ip addr add {address}/24 dev eth0")).ok()?;
        node.run("ip link set eth0 up && ip route add default dev eth0").ok()?;
        Ok(node)
    }

    /// Two nodes on one wire.
    ///
    /// # Errors
    /// Says what of the testbed can't be set up.
    pub fn pair(one: (&str, &str), two: (&str, &str)) -> Result<(Self, Self)> {
        let (first, second) = (Self::bare(one.0, one.1)?, Self::bare(two.0, two.1)?);
        // Made outside and moved in: each side is the other's whole network.
        let (a, b) = (format!("a{}", first.pid), format!("b{}", second.pid));
        sh(&format!("ip link add {a} type veth peer name {b}"))?;
        for (node, link) in [(&first, &a), (&second, &b)] {
            sh(&format!("ip link set {link} netns {}", node.pid))?;
            node.run(&format!("ip link del eth0 2>/dev/null; ip link set {link} name eth0")).ok()?;
            node.run(&format!(
                "ip addr add {}/24 dev eth0 && ip link set eth0 up && ip route add default dev eth0",
                node.address
            ))
            .ok()?;
        }
        Ok((first, second))
    }

    fn bare(name: &str, address: &str) -> Result<Self> {
        let executable = executable().context("no executable to test")?;
        let folder = tempfile::tempdir()?;
        let mut init = Command::new("unshare")
            .args([
                "--mount",
                "--net",
                "--uts",
                "--ipc",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                SETUP,
            ])
            .env("BED", folder.path())
            .env("KADM", executable)
            .env("KUBECTL", kubectl().unwrap_or_default())
            .env("NAME", name)
            .stdin(Stdio::null())
            .spawn()
            .context("cannot make namespaces")?;
        let begun = Instant::now();
        loop {
            if let Some(status) = init.try_wait()? {
                bail!("the testbed's node ended at once: {status}");
            }
            // The child of `unshare` is the node's first process.
            let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", init.id()))
                .unwrap_or_default();
            let pid: Option<u32> = children.split_whitespace().next().and_then(|pid| pid.parse().ok());
            if let Some(pid) = pid {
                let ready = Command::new("nsenter")
                    .args(["--target", &pid.to_string(), "--mount", "--root", "test", "-e", "/run/bed-ready"])
                    .stderr(Stdio::null())
                    .status()?;
                if ready.success() {
                    return Ok(Self { name: name.into(), address: address.into(), init, pid, folder });
                }
            }
            if begun.elapsed() > Duration::from_secs(20) {
                bail!("the testbed's node did not come up");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A shell script on the node, to be run.
    pub fn command(&self, script: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args([
                "--target",
                &self.pid.to_string(),
                "--mount",
                "--net",
                "--uts",
                "--ipc",
                "--pid",
                "--root",
                "--wd",
            ])
            .args([
                "env",
                "-i",
                "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "sh",
                "-c",
                script,
            ]);
        command
    }

    /// Runs a shell script on the node.
    pub fn run(&self, script: &str) -> Output {
        match self.command(script).stdin(Stdio::null()).output() {
            Ok(output) => output.into(),
            Err(error) => Output { code: -1, out: String::new(), err: error.to_string() },
        }
    }

    /// Runs a shell script on the node with a text on its standard input.
    pub fn run_with(&self, script: &str, input: &str) -> Result<Output> {
        let mut child = self
            .command(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("no standard input")?.write_all(input.as_bytes())?;
        Ok(child.wait_with_output()?.into())
    }

    /// Runs a script again and again until it succeeds and `fits` likes its output.
    ///
    /// # Errors
    /// Gives what it said last.
    pub fn until(&self, script: &str, limit: Duration, fits: impl Fn(&str) -> bool) -> Result<String> {
        let begun = Instant::now();
        loop {
            let output = self.run(script);
            if output.code == 0 && fits(&output.out) {
                return Ok(output.out);
            }
            if begun.elapsed() > limit {
                bail!(
                    "`{script}` did not come true within {} s; last: exit code {}\n{}\n{}",
                    limit.as_secs(),
                    output.code,
                    output.out,
                    output.err
                );
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// All that a program could leave behind: processes, mounts, links, addresses, routes, packet
    /// rules, cgroups and files, a line each.
    ///
    /// # Errors
    /// Has what the listing commands said.
    pub fn inventory(&self) -> Result<Vec<String>> {
        let listed = self.run(INVENTORY).ok()?;
        let mut lines: Vec<String> = listed.lines().map(str::to_string).collect();
        lines.sort();
        Ok(lines)
    }

    /// The pid of the oldest process of that name on the node, in the node's own numbering.
    pub fn pid_of(&self, name: &str) -> Option<u32> {
        self.run(&format!("pgrep -o -x -f '{name} .*|{name}'")).out.trim().parse().ok()
    }
}

/// Fails while a cgroup without processes is left.
const REMOVE_CGROUPS: &str = r#"
for c in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -d "$c/kubepods" ] && find "$c/kubepods" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$c/kubepods" ] && [ -z "$(find "$c/kubepods" -name cgroup.procs -exec cat {} +)" ] && exit 1
done
true
"#;

impl Drop for Node {
    fn drop(&mut self) {
        // The first process of a pid namespace takes all others with it.
        let _ = nix::sys::signal::kill(
            nix::unistd::Pid::from_raw(i32::try_from(self.pid).unwrap_or(0)),
            nix::sys::signal::Signal::SIGKILL,
        );
        let _ = self.init.kill();
        let _ = self.init.wait();
        let _ = &self.folder;
        // Cgroups are the machine's, not the namespace's, and emptied a moment after their
        // processes' end; another node's stay.
        let begun = Instant::now();
        while sh(REMOVE_CGROUPS).is_err() && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Runs a shell script on the machine itself.
///
/// # Errors
/// Has what it said.
pub fn sh(script: &str) -> Result<String> {
    let output = Command::new("sh").args(["-c", script]).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("`{script}`: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where a peer is installed. Under CI a missing one is an error.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/local/sbin:/usr/sbin:/sbin";
    // `kadm init` puts links on the PATH: they are not the peers.
    let theirs = |file: &PathBuf| file.canonicalize().is_ok_and(|real| !real.ends_with("kadm"));
    let found = path.split(':').map(|folder| Path::new(folder).join(name)).find(theirs);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the tests need {name}; run cargo xtask test");
        println!("skipped: there is no {name}");
    }
    found
}

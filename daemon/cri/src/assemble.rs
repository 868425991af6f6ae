//! From a CRI request to the orders a shim obeys: what is mounted, who the process is, what it
//! may do. Decides; touches nothing but the devices it looks up.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use criapi::security_profile::ProfileType;
use criapi::{
    ContainerConfig, LinuxContainerResources, LinuxContainerSecurityContext, MountPropagation, NamespaceMode,
    SecurityProfile,
};

use crate::cgroup::{self, Limits};
use crate::images::RunConfig;
use crate::spec::{
    ContainerSpec, DeviceSpec, MountSource, MountSpec, PidMode, ProcessSpec, Propagation, RootSpec, UserSpec,
};
use crate::{capabilities, seccomp, sys};

/// What an assembly needs beside the container's own config.
pub struct Surroundings<'a> {
    /// The container's id.
    pub id: &'a str,
    /// The pod's files: `resolv.conf`, `hostname`.
    pub pod_files: &'a Path,
    /// The pod's shared memory folder; the host's for a pod in its IPC namespace.
    pub shm: &'a Path,
    /// The pod's host name.
    pub hostname: &'a str,
    /// What the image says of running it.
    pub image: &'a RunConfig,
    /// Where the root file system comes from.
    pub root: RootSpec,
    /// The container's cgroup.
    pub cgroup: &'a str,
    /// The `cgroup.procs` files to join.
    pub procs: Vec<PathBuf>,
    /// The container's log.
    pub log_path: Option<PathBuf>,
    /// The lowest `oom_score_adj` that this machine allows.
    pub lowest_oom_score: i32,
}

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The whole container.
pub fn container(config: &ContainerConfig, around: Surroundings<'_>) -> Result<ContainerSpec> {
    let linux = config.linux.clone().unwrap_or_default();
    let context = linux.security_context.unwrap_or_default();
    if !config.cdi_devices.is_empty() {
        bail!("CDI devices are not supported by this runtime");
    }
    let namespaces = context.namespace_options.clone().unwrap_or_default();
    if namespaces.userns_options.as_ref().is_some_and(|options| options.mode() == NamespaceMode::Pod) {
        bail!("user namespaces are not supported by this runtime; leave hostUsers unset");
    }
    let mut root = around.root.clone();
    root.readonly = context.readonly_rootfs;
    let process =
        process(config, around.image, around.hostname, around.procs.clone(), around.lowest_oom_score)?;
    Ok(ContainerSpec {
        id: around.id.into(),
        root,
        mounts: mounts(config, &context, &around)?,
        devices: devices(config, context.privileged)?,
        masked_paths: paths(&context.masked_paths, context.privileged),
        readonly_paths: paths(&context.readonly_paths, context.privileged),
        process,
        pid: match namespaces.pid() {
            NamespaceMode::Pod => PidMode::Pod,
            NamespaceMode::Container => PidMode::Own,
            NamespaceMode::Node => PidMode::Host,
            NamespaceMode::Target => PidMode::Target(namespaces.target_id.clone()),
        },
        own_cgroup_namespace: cgroup::layout().unified.is_some() && !context.privileged,
        log_path: around.log_path.clone(),
        stdin: config.stdin,
        stdin_once: config.stdin_once,
    })
}

/// A container's process. Programs that are executed later differ in their arguments only.
pub fn process(
    config: &ContainerConfig,
    image: &RunConfig,
    hostname: &str,
    cgroups: Vec<PathBuf>,
    lowest_oom_score: i32,
) -> Result<ProcessSpec> {
    let linux = config.linux.clone().unwrap_or_default();
    let context = linux.security_context.unwrap_or_default();
    let oom_score = linux.resources.map_or(0, |resources| resources.oom_score_adj);
    let permitted = capabilities::of(&context, sys::bounding_set())?;
    let cwd = [&config.working_dir, &image.working_dir].into_iter().find(|cwd| !cwd.is_empty());
    Ok(ProcessSpec {
        args: arguments(config, image)?,
        env: environment(config, image, hostname),
        cwd: cwd.map_or_else(|| "/".into(), PathBuf::from),
        user: user(&context, &image.user)?,
        capabilities: permitted,
        no_new_privileges: context.no_new_privs && !context.privileged,
        apparmor: apparmor(&context)?,
        seccomp: seccomp_filter(&context, permitted.permitted)?,
        // Zero is a score, too, and the CRI can't say "none": it always counts.
        oom_score_adj: Some((oom_score as i32).max(lowest_oom_score)),
        tty: config.tty,
        cgroups,
    })
}

/// Cgroup limits from the CRI's resources.
pub fn limits(resources: &LinuxContainerResources) -> Limits {
    Limits {
        cpu_quota: resources.cpu_quota,
        cpu_period: resources.cpu_period,
        cpu_shares: resources.cpu_shares,
        memory: resources.memory_limit_in_bytes,
        memory_swap: resources.memory_swap_limit_in_bytes,
        cpuset_cpus: resources.cpuset_cpus.clone(),
        cpuset_mems: resources.cpuset_mems.clone(),
        hugepages: resources
            .hugepage_limits
            .iter()
            .map(|limit| (limit.page_size.clone(), limit.limit))
            .collect(),
        unified: resources.unified.clone(),
    }
}

/// The rules of version 1's device controller; `None` when every device is allowed.
pub fn device_rules(config: &ContainerConfig) -> Result<Option<Vec<String>>> {
    let context = config.linux.as_ref().and_then(|linux| linux.security_context.as_ref());
    if context.is_some_and(|context| context.privileged) {
        return Ok(None);
    }
    let mut rules: Vec<String> =
        ["c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm"]
            .iter()
            .chain(&["c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm"])
            .map(|rule| rule.to_string())
            .collect();
    for device in &config.devices {
        for (_, meta) in host_devices(Path::new(&device.host_path))? {
            let kind = if meta.file_type().is_block_device() { 'b' } else { 'c' };
            let (major, minor) = (libc::major(meta.rdev()), libc::minor(meta.rdev()));
            let permissions = if device.permissions.is_empty() { "rwm" } else { &device.permissions };
            rules.push(format!("{kind} {major}:{minor} {permissions}"));
        }
    }
    Ok(Some(rules))
}

/// Kubernetes' `command` and `args` over the image's entrypoint and cmd.
fn arguments(config: &ContainerConfig, image: &RunConfig) -> Result<Vec<String>> {
    let mut args = config.command.clone();
    if args.is_empty() {
        args = image.entrypoint.clone().unwrap_or_default();
        args.extend(if config.args.is_empty() {
            image.cmd.clone().unwrap_or_default()
        } else {
            config.args.clone()
        });
    } else {
        args.extend(config.args.clone());
    }
    if args.is_empty() {
        Err(anyhow!("no command specified: neither the pod nor the image names one"))
    } else {
        Ok(args)
    }
}

fn environment(config: &ContainerConfig, image: &RunConfig, hostname: &str) -> Vec<String> {
    let mut env: Vec<String> = vec![PATH.into(), format!("HOSTNAME={hostname}")];
    if config.tty {
        env.push("TERM=xterm".into());
    }
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut merged: Vec<String> = Vec::new();
    let wanted = config.envs.iter().map(|pair| format!("{}={}", pair.key, pair.value));
    for entry in env.drain(..).chain(image.env.clone().unwrap_or_default()).chain(wanted) {
        let name = entry.split('=').next().unwrap_or_default().to_string();
        match index.get(&name) {
            Some(at) => merged[*at] = entry,
            None => {
                index.insert(name, merged.len());
                merged.push(entry);
            }
        }
    }
    merged
}

fn user(context: &LinuxContainerSecurityContext, image: &str) -> Result<UserSpec> {
    let number = |value: i64, what: &str| {
        u32::try_from(value).map_err(|_| anyhow!("{what} {value} is not between 0 and {}", u32::MAX))
    };
    let gid = context.run_as_group.as_ref().map(|gid| number(gid.value, "runAsGroup")).transpose()?;
    let user = match &context.run_as_user {
        Some(uid) => number(uid.value, "runAsUser")?.to_string(),
        None if !context.run_as_username.is_empty() => context.run_as_username.clone(),
        None if gid.is_some() && image.is_empty() => bail!("runAsGroup is set without runAsUser"),
        None => image.to_string(),
    };
    let groups = context
        .supplemental_groups
        .iter()
        .map(|gid| number(*gid, "a supplemental group"))
        .collect::<Result<_>>()?;
    let strict = context.supplemental_groups_policy() == criapi::SupplementalGroupsPolicy::Strict;
    Ok(UserSpec { user, gid, groups, strict })
}

fn profile_of(profile: Option<&SecurityProfile>, path: &str) -> (ProfileType, String) {
    match profile {
        Some(profile) => (profile.profile_type(), profile.localhost_ref.clone()),
        None => match path {
            "runtime/default" | "docker/default" => (ProfileType::RuntimeDefault, String::new()),
            path => match path.strip_prefix("localhost/") {
                Some(local) => (ProfileType::Localhost, local.into()),
                None => (ProfileType::Unconfined, String::new()),
            },
        },
    }
}

fn seccomp_filter(context: &LinuxContainerSecurityContext, permitted: u64) -> Result<Option<Vec<u8>>> {
    if context.privileged {
        return Ok(None);
    }
    match profile_of(context.seccomp.as_ref(), &context.seccomp_profile_path) {
        (ProfileType::Unconfined, _) => Ok(None),
        (ProfileType::RuntimeDefault, _) => Ok(Some(seccomp::runtime_default(permitted))),
        (ProfileType::Localhost, path) => {
            bail!(
                "seccomp profiles of type Localhost ({path}) are not supported by this runtime; use RuntimeDefault"
            )
        }
    }
}

fn apparmor(context: &LinuxContainerSecurityContext) -> Result<Option<String>> {
    if context.privileged {
        return Ok(None);
    }
    match profile_of(context.apparmor.as_ref(), &context.apparmor_profile) {
        (ProfileType::Localhost, name) => {
            if Path::new("/sys/kernel/security/apparmor/profiles").exists() {
                Ok(Some(name))
            } else {
                bail!("AppArmor is not enabled on this host, but the profile {name:?} is asked for")
            }
        }
        // We load no profile of our own: the default confines nothing.
        _ => Ok(None),
    }
}

fn paths(list: &[String], privileged: bool) -> Vec<PathBuf> {
    if privileged { Vec::new() } else { list.iter().map(PathBuf::from).collect() }
}

fn new(target: &str, kind: &str, flags: u64, data: &str, readonly: bool) -> MountSpec {
    MountSpec {
        target: target.into(),
        source: MountSource::New { kind: kind.into(), flags, data: data.into() },
        readonly,
    }
}

fn bind(target: impl Into<PathBuf>, path: impl Into<PathBuf>, readonly: bool) -> MountSpec {
    let source =
        MountSource::Bind { path: path.into(), propagation: Propagation::Private, recursive_readonly: false };
    MountSpec { target: target.into(), source, readonly }
}

fn link(target: impl Into<PathBuf>, to: impl Into<PathBuf>) -> MountSpec {
    MountSpec { target: target.into(), source: MountSource::Link { to: to.into() }, readonly: false }
}

fn mounts(
    config: &ContainerConfig,
    context: &LinuxContainerSecurityContext,
    around: &Surroundings<'_>,
) -> Result<Vec<MountSpec>> {
    const QUIET: u64 = libc::MS_NOSUID | libc::MS_NOEXEC | libc::MS_NODEV;
    let privileged = context.privileged;
    let own: Vec<&str> =
        config.mounts.iter().map(|mount| mount.container_path.trim_end_matches('/')).collect();
    let mut mounts = vec![
        new("/proc", "proc", QUIET, "", false),
        new("/dev", "tmpfs", libc::MS_NOSUID | libc::MS_STRICTATIME, "mode=755,size=65536k", false),
        new(
            "/dev/pts",
            "devpts",
            libc::MS_NOSUID | libc::MS_NOEXEC,
            "newinstance,ptmxmode=0666,mode=0620,gid=5",
            false,
        ),
        new("/dev/mqueue", "mqueue", QUIET, "", false),
        new("/sys", "sysfs", QUIET, "", !privileged),
        link("/dev/fd", "/proc/self/fd"),
        link("/dev/stdin", "/proc/self/fd/0"),
        link("/dev/stdout", "/proc/self/fd/1"),
        link("/dev/stderr", "/proc/self/fd/2"),
        link("/dev/core", "/proc/kcore"),
        link("/dev/ptmx", "pts/ptmx"),
    ];
    let layout = cgroup::layout();
    if layout.unified.is_some() {
        mounts.push(new("/sys/fs/cgroup", "cgroup2", QUIET, "", !privileged));
    } else {
        mounts.push(new("/sys/fs/cgroup", "tmpfs", QUIET, "mode=755", false));
        for (controller, base) in &layout.controllers {
            let folder = base.join(around.cgroup.trim_start_matches('/'));
            let Some(name) = base.file_name().map(|name| name.to_string_lossy().into_owned()) else {
                continue;
            };
            let target = format!("/sys/fs/cgroup/{name}");
            if !mounts.iter().any(|mount| mount.target == Path::new(&target)) {
                mounts.push(bind(&target, folder, !privileged));
            }
            if *controller != name && !controller.contains('=') {
                mounts.push(link(format!("/sys/fs/cgroup/{controller}"), name));
            }
        }
    }
    if !own.contains(&"/dev/shm") {
        mounts.push(bind("/dev/shm", around.shm, false));
    }
    for file in ["hostname", "resolv.conf"] {
        let target = format!("/etc/{file}");
        let source = around.pod_files.join(file);
        if !own.contains(&target.as_str()) && source.exists() {
            mounts.push(bind(target, source, context.readonly_rootfs));
        }
    }
    let mut asked = Vec::new();
    for mount in &config.mounts {
        if mount.image.as_ref().is_some_and(|image| !image.image.is_empty()) {
            bail!("image volumes ({}) are not supported by this runtime", mount.container_path);
        }
        if !mount.uid_mappings.is_empty() || !mount.gid_mappings.is_empty() {
            bail!("id-mapped mounts ({}) are not supported by this runtime", mount.container_path);
        }
        if mount.recursive_read_only
            && (!mount.readonly || mount.propagation() != MountPropagation::PropagationPrivate)
        {
            bail!("recursive read-only mounts need readonly and private propagation");
        }
        let source = PathBuf::from(&mount.host_path);
        let source = match fs::canonicalize(&source) {
            Ok(source) => source,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // As other runtimes: a missing source becomes a folder.
                fs::create_dir_all(&source)
                    .with_context(|| format!("failed to create host path {}", source.display()))?;
                source
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("failed to resolve host path {}", source.display()));
            }
        };
        asked.push(MountSpec {
            target: mount.container_path.clone().into(),
            source: MountSource::Bind {
                path: source,
                propagation: match mount.propagation() {
                    MountPropagation::PropagationPrivate => Propagation::Private,
                    MountPropagation::PropagationHostToContainer => Propagation::FromHost,
                    MountPropagation::PropagationBidirectional => Propagation::Both,
                },
                recursive_readonly: mount.recursive_read_only,
            },
            readonly: mount.readonly,
        });
    }
    // Outer folders before what lies in them.
    asked.sort_by_key(|mount| mount.target.components().count());
    mounts.extend(asked);
    Ok(mounts)
}

/// A device, or every device below a folder.
fn host_devices(path: &Path) -> Result<Vec<(PathBuf, fs::Metadata)>> {
    let meta = fs::metadata(path).with_context(|| format!("cannot find the device {}", path.display()))?;
    if meta.file_type().is_block_device() || meta.file_type().is_char_device() {
        return Ok(vec![(path.into(), meta)]);
    }
    if !meta.is_dir() {
        bail!("{} is no device", path.display());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let skip = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"];
        if skip.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let Ok(meta) = fs::symlink_metadata(entry.path()) else { continue };
        let kind = meta.file_type();
        if kind.is_dir() {
            found.extend(host_devices(&entry.path())?);
        } else if kind.is_block_device() || kind.is_char_device() {
            found.push((entry.path(), meta));
        }
    }
    Ok(found)
}

fn devices(config: &ContainerConfig, privileged: bool) -> Result<Vec<DeviceSpec>> {
    let spec = |path: PathBuf, meta: &fs::Metadata| DeviceSpec {
        path,
        mode: meta.mode(),
        rdev: meta.rdev(),
        owner: (meta.uid(), meta.gid()),
    };
    let mut devices: Vec<DeviceSpec> =
        [("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)]
            .into_iter()
            .map(|(name, major, minor)| DeviceSpec {
                path: format!("/dev/{name}").into(),
                mode: libc::S_IFCHR | 0o666,
                rdev: libc::makedev(major, minor),
                owner: (0, 0),
            })
            .collect();
    if privileged {
        for (path, meta) in host_devices(Path::new("/dev"))? {
            if path != Path::new("/dev/ptmx") && !devices.iter().any(|device| device.path == path) {
                devices.push(spec(path, &meta));
            }
        }
    }
    for device in &config.devices {
        let host = Path::new(&device.host_path);
        for (path, meta) in host_devices(host)? {
            let below = path.strip_prefix(host).unwrap_or(Path::new(""));
            let target = Path::new(&device.container_path);
            let target = if below.as_os_str().is_empty() { target.to_path_buf() } else { target.join(below) };
            devices.push(spec(target, &meta));
        }
    }
    Ok(devices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use criapi::{Int64Value, KeyValue};

    fn list(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| text.to_string()).collect()
    }

    #[test]
    fn commands() {
        let image = RunConfig {
            entrypoint: Some(list(&["/entry"])),
            cmd: Some(list(&["a", "b"])),
            ..Default::default()
        };
        let check = |command: &[&str], args: &[&str], want: &[&str]| {
            let config = ContainerConfig { command: list(command), args: list(args), ..Default::default() };
            assert_eq!(arguments(&config, &image).ok(), Some(list(want)));
        };
        check(&[], &[], &["/entry", "a", "b"]);
        check(&[], &["c"], &["/entry", "c"]);
        check(&["x"], &[], &["x"]);
        check(&["x"], &["c"], &["x", "c"]);
        assert!(arguments(&ContainerConfig::default(), &RunConfig::default()).is_err());
    }

    #[test]
    fn environments() {
        let image = RunConfig { env: Some(list(&["PATH=/app", "A=1"])), ..Default::default() };
        let envs = vec![KeyValue { key: "A".into(), value: "2".into() }];
        let config = ContainerConfig { envs, ..Default::default() };
        assert_eq!(environment(&config, &image, "pod"), list(&["PATH=/app", "HOSTNAME=pod", "A=2"]));
    }

    #[test]
    fn users() {
        let context = |uid: Option<i64>, gid: Option<i64>| LinuxContainerSecurityContext {
            run_as_user: uid.map(|value| Int64Value { value }),
            run_as_group: gid.map(|value| Int64Value { value }),
            ..Default::default()
        };
        assert_eq!(user(&context(None, None), "web:log").ok().map(|user| user.user), Some("web:log".into()));
        assert_eq!(user(&context(Some(7), None), "web").ok().map(|user| user.user), Some("7".into()));
        assert_eq!(user(&context(Some(7), Some(8)), "").ok().and_then(|user| user.gid), Some(8));
        assert!(user(&context(None, Some(8)), "").is_err());
        assert!(user(&context(Some(-1), None), "").is_err());
    }
}

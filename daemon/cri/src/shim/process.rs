//! The last steps of a process before exec: its cgroup, terminal, user, capabilities, seccomp.

use std::ffi::{CStr, CString};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

use crate::spec::{ProcessSpec, ResolvedUser, UserSpec};
use crate::sys;

/// Moves this process into its cgroups.
pub fn join_cgroups(spec: &ProcessSpec) -> Result<()> {
    for path in &spec.cgroups {
        OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(b"0"))
            .with_context(|| format!("cannot join the cgroup {}", path.display()))?;
    }
    Ok(())
}

/// Sets the score, or the nearest that is allowed: lowering it takes CAP_SYS_RESOURCE, which
/// nested machines lack.
pub fn apply_oom_score(spec: &ProcessSpec) {
    if let Some(score) = spec.oom_score_adj {
        set_oom_score(score);
    }
}

/// Whether the score could be set as asked.
pub fn set_oom_score(score: i32) -> bool {
    const PATH: &str = "/proc/self/oom_score_adj";
    if fs::write(PATH, score.to_string()).is_ok() {
        return true;
    }
    let current = fs::read_to_string(PATH).ok().and_then(|text| text.trim().parse::<i32>().ok());
    current == Some(score)
}

/// A new terminal of the container's own devpts: master and slave. The first process also gets
/// it as `/dev/console`.
pub fn open_terminal(first: bool) -> Result<(OwnedFd, OwnedFd)> {
    let open = |path: &str| {
        OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NOCTTY | libc::O_CLOEXEC)
            .open(path)
            .with_context(|| format!("cannot open {path} for a terminal"))
    };
    let master = open("/dev/ptmx")?;
    let number = sys::unlock_terminal(master.as_fd()).context("cannot unlock the terminal")?;
    let path = format!("/dev/pts/{number}");
    let slave = open(&path)?;
    if first {
        let console = Path::new("/dev/console");
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(console).ok();
        let source = sys::cstring(Path::new(&path))?;
        sys::mount(Some(&source), console, None, libc::MS_BIND, None).context("cannot mount /dev/console")?;
    }
    Ok((master.into(), slave.into()))
}

/// Looks names up in the container's passwd and group files (we are inside its root).
pub fn resolve_user(spec: &UserSpec) -> Result<ResolvedUser> {
    let passwd = read_database("/etc/passwd")?;
    let group =
        if spec.strict && !spec.user.contains(':') { String::new() } else { read_database("/etc/group")? };
    resolve(spec, &passwd, &group)
}

fn read_database(path: &str) -> Result<String> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(String::new())
        }
        Err(error) => Err(error).with_context(|| format!("cannot read the image's {path}")),
    }
}

/// The numbers of a user, given the two databases' text.
fn resolve(spec: &UserSpec, passwd: &str, group: &str) -> Result<ResolvedUser> {
    let (user, group_name) = match spec.user.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (spec.user.as_str(), None),
    };
    let user = if user.is_empty() { "0" } else { user };
    let number = user.parse::<u32>().ok();
    let fields = |line: &'_ str| line.split(':').map(str::to_string).collect::<Vec<_>>();
    let entry = passwd.lines().map(fields).find(|entry| {
        entry.len() >= 4
            && match number {
                Some(uid) => entry[2].parse() == Ok(uid),
                None => entry[0] == user,
            }
    });
    let (uid, mut gid, name, home) = match (&entry, number) {
        (Some(entry), _) => (
            entry[2].parse().map_err(|_| anyhow!("the uid of {user} in /etc/passwd is no number"))?,
            entry[3].parse().map_err(|_| anyhow!("the gid of {user} in /etc/passwd is no number"))?,
            Some(entry[0].clone()),
            entry.get(5).cloned().unwrap_or_default(),
        ),
        (None, Some(uid)) => (uid, 0, None, String::new()),
        (None, None) => bail!("no user {user:?} in the image's /etc/passwd"),
    };
    let groups_of = || group.lines().map(fields).filter(|entry| entry.len() >= 3);
    if let Some(group_name) = group_name.filter(|name| !name.is_empty()) {
        gid = match group_name.parse() {
            Ok(gid) => gid,
            Err(_) => groups_of()
                .find(|entry| entry[0] == group_name)
                .and_then(|entry| entry[2].parse().ok())
                .ok_or_else(|| anyhow!("no group {group_name:?} in the image's /etc/group"))?,
        };
    }
    gid = spec.gid.unwrap_or(gid);
    let mut groups = vec![gid];
    let mut add = |gid| {
        if !groups.contains(&gid) {
            groups.push(gid);
        }
    };
    if !spec.strict
        && let Some(name) = name
    {
        groups_of()
            .filter(|entry| {
                entry.get(3).is_some_and(|members| members.split(',').any(|member| member == name))
            })
            .filter_map(|entry| entry[2].parse().ok())
            .for_each(&mut add);
    }
    spec.groups.iter().copied().for_each(&mut add);
    let home = if home.is_empty() { "/".to_string() } else { home };
    Ok(ResolvedUser { uid, gid, groups, home })
}

/// Drops to the user and capabilities and executes the program. Returns only with an error.
pub fn become_and_exec(spec: &ProcessSpec, user: &ResolvedUser) -> Result<()> {
    enter_working_directory(&spec.cwd)?;
    if let Some(profile) = &spec.apparmor {
        fs::write("/proc/self/attr/apparmor/exec", format!("exec {profile}"))
            .or_else(|_| fs::write("/proc/self/attr/exec", format!("exec {profile}")))
            .with_context(|| format!("cannot apply the AppArmor profile {profile:?}; is it loaded?"))?;
    }
    sys::close_on_exec_from(3)?;
    if spec.no_new_privileges {
        sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0).context("no_new_privs")?;
    }
    // Without no_new_privs a filter takes privileges to install, so it goes first; the filter
    // allows what follows.
    if let (Some(filter), false) = (&spec.seccomp, spec.no_new_privileges) {
        sys::install_seccomp(filter).context("cannot install the seccomp filter")?;
    }
    let caps = &spec.capabilities;
    for capability in 0..64 {
        if caps.bounding & (1 << capability) == 0
            && sys::prctl(libc::PR_CAPBSET_READ, capability, 0).is_ok_and(|set| set == 1)
        {
            sys::prctl(libc::PR_CAPBSET_DROP, capability, 0).context("cannot drop a capability")?;
        }
    }
    let groups: Vec<_> = user.groups.iter().map(|gid| nix::unistd::Gid::from_raw(*gid)).collect();
    nix::unistd::setgroups(&groups).context("setgroups")?;
    let gid = nix::unistd::Gid::from_raw(user.gid);
    nix::unistd::setresgid(gid, gid, gid).context("setgid")?;
    sys::prctl(libc::PR_SET_KEEPCAPS, 1, 0)?;
    let uid = nix::unistd::Uid::from_raw(user.uid);
    nix::unistd::setresuid(uid, uid, uid).context("setuid")?;
    sys::prctl(libc::PR_SET_KEEPCAPS, 0, 0)?;
    // As exec would have it: a user without ambient capabilities starts with none effective.
    sys::set_capabilities(caps.permitted, caps.permitted, caps.inheritable)
        .context("cannot set the capabilities")?;
    for capability in (0..64).filter(|capability| caps.ambient & (1 << capability) != 0) {
        const PR_CAP_AMBIENT_RAISE: u64 = 2;
        sys::prctl(libc::PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
            .context("cannot raise an ambient capability")?;
    }
    if let (Some(filter), true) = (&spec.seccomp, spec.no_new_privileges) {
        sys::install_seccomp(filter).context("cannot install the seccomp filter")?;
    }
    execute(spec, user)
}

fn enter_working_directory(cwd: &Path) -> Result<()> {
    let cwd = if cwd.as_os_str().is_empty() { Path::new("/") } else { cwd };
    if !cwd.exists() {
        fs::create_dir_all(cwd)
            .with_context(|| format!("cannot create the working directory {}", cwd.display()))?;
    }
    std::env::set_current_dir(cwd)
        .with_context(|| format!("cannot enter the working directory {}", cwd.display()))?;
    // A magic link could have led out of the container.
    let here = nix::unistd::getcwd().context("the working directory is outside the container")?;
    if !here.is_absolute() {
        bail!("the working directory is outside the container");
    }
    Ok(())
}

fn execute(spec: &ProcessSpec, user: &ResolvedUser) -> Result<()> {
    let program = spec.args.first().ok_or_else(|| anyhow!("no command specified"))?;
    let mut env = spec.env.clone();
    if !env.iter().any(|entry| entry.starts_with("HOME=")) {
        env.push(format!("HOME={}", user.home));
    }
    let path = env.iter().find_map(|entry| entry.strip_prefix("PATH=")).unwrap_or("");
    let file = find_program(program, path)?;
    let strings = |list: &[String]| -> Result<Vec<CString>> {
        list.iter()
            .map(|text| CString::new(text.as_str()).map_err(|_| anyhow!("{text:?} contains a null byte")))
            .collect()
    };
    let (args, env) = (strings(&spec.args)?, strings(&env)?);
    let file = CString::new(file)?;
    let never = nix::unistd::execve(&file, &references(&args), &references(&env));
    match never {
        Ok(never) => match never {},
        Err(nix::errno::Errno::ENOEXEC) => bail!("exec {file:?}: exec format error"),
        Err(error) => bail!("exec {file:?}: {}", error.desc().to_lowercase()),
    }
}

fn references(list: &[CString]) -> Vec<&CStr> {
    list.iter().map(CString::as_c_str).collect()
}

/// The file that a command names, by `PATH` when it has no slash.
fn find_program(program: &str, path: &str) -> Result<String> {
    if program.contains('/') {
        return match fs::metadata(program) {
            Ok(meta) if meta.is_dir() => bail!("exec: {program:?}: is a directory"),
            Ok(meta) if meta.permissions().mode() & 0o111 == 0 => {
                bail!("exec: {program:?}: permission denied")
            }
            Ok(_) => Ok(program.to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("exec: {program:?}: stat {program}: no such file or directory")
            }
            Err(error) => bail!("exec: {program:?}: {error}"),
        };
    }
    for folder in path.split(':') {
        let folder = if folder.is_empty() { "." } else { folder };
        let candidate = format!("{folder}/{program}");
        if fs::metadata(&candidate).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
        {
            return Ok(candidate);
        }
    }
    bail!("exec: {program:?}: executable file not found in $PATH")
}

/// A closed-on-exec `/dev/null`.
pub fn null() -> std::io::Result<OwnedFd> {
    File::options().read(true).write(true).open("/dev/null").map(OwnedFd::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/var/www:/bin/false\nbad\n";
    const GROUP: &str = "root:x:0:\nweb:x:34:\nlog:x:40:web,other\nadm:x:41:root\n";

    fn check(
        user: &str,
        gid: Option<u32>,
        groups: &[u32],
        strict: bool,
    ) -> Result<(u32, u32, Vec<u32>, String)> {
        let spec = UserSpec { user: user.into(), gid, groups: groups.into(), strict };
        resolve(&spec, PASSWD, GROUP).map(|found| (found.uid, found.gid, found.groups, found.home))
    }

    #[test]
    fn users() {
        assert_eq!(check("", None, &[], false).ok(), Some((0, 0, vec![0, 41], "/root".into())));
        assert_eq!(check("web", None, &[7], false).ok(), Some((33, 34, vec![34, 40, 7], "/var/www".into())));
        assert_eq!(check("web", None, &[7], true).ok(), Some((33, 34, vec![34, 7], "/var/www".into())));
        assert_eq!(check("33", Some(9), &[], false).ok(), Some((33, 9, vec![9, 40], "/var/www".into())));
        assert_eq!(check("1000", None, &[5], false).ok(), Some((1000, 0, vec![0, 5], "/".into())));
        assert_eq!(check("web:log", None, &[], true).ok(), Some((33, 40, vec![40], "/var/www".into())));
        assert_eq!(check("5:6", None, &[], false).ok(), Some((5, 6, vec![6], "/".into())));
        assert!(check("nobody", None, &[], false).is_err());
        assert!(check("web:none", None, &[], false).is_err());
    }

    #[test]
    fn programs_are_found_by_path() {
        let error = |program, path| find_program(program, path).err().map(|error| error.to_string());
        assert_eq!(find_program("sh", "/nowhere:/bin").ok().as_deref(), Some("/bin/sh"));
        assert_eq!(
            error("no-such", "/bin").as_deref(),
            Some("exec: \"no-such\": executable file not found in $PATH")
        );
        assert_eq!(error("/etc", "").as_deref(), Some("exec: \"/etc\": is a directory"));
        assert!(error("/etc/passwd", "").is_some_and(|text| text.contains("permission denied")));
    }
}

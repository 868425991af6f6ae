//! On a host without systemd: a small process that keeps kube-cri and the kubelet running.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Command;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, setsid};
use serde::{Deserialize, Serialize};

/// Where the supervisor keeps its pidfile.
pub const RUN: &str = "/run/kadm";
/// Where the daemons it starts keep their logs.
pub const LOGS: &str = "/var/log/kadm";

/// One daemon to keep running.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Unit {
    pub name: String,
    /// The executable, then its arguments.
    pub command: Vec<String>,
}

fn units_file() -> PathBuf {
    Path::new(crate::config::STATE).join("units.json")
}

fn pid_file() -> PathBuf {
    Path::new(RUN).join("supervisor.pid")
}

/// The supervisor's own process, if it runs.
pub fn running() -> Option<Pid> {
    let pid: i32 = std::fs::read_to_string(pid_file()).ok()?.trim().parse().ok()?;
    let name = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    name.starts_with(b"kadm-supervisor\0").then(|| Pid::from_raw(pid))
}

/// Starts a supervisor for these units, in place of one that runs already.
///
/// # Errors
/// Names what can't be written or started.
pub fn start(units: &[Unit]) -> Result<()> {
    stop()?;
    for folder in [RUN, LOGS, crate::config::STATE] {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
    }
    pki::write::public(&units_file(), &serde_json::to_vec_pretty(units)?)
        .context("cannot write the list of daemons")?;
    let executable = crate::install::executable(Path::new(crate::install::PREFIX));
    let log = open_log("supervisor")?;
    let mut process = Process::new(&executable);
    process
        .arg0("kadm-supervisor")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .current_dir("/");
    process.spawn().with_context(|| format!("cannot start {}", executable.display()))?.wait()?;
    for _ in 0..500 {
        if running().is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    anyhow::bail!("the supervisor did not start; see {LOGS}/supervisor.log")
}

/// Stops the daemons but not the supervisor, which stays to reap what they leave behind: pods'
/// shims, on machines whose first process does not.
///
/// # Errors
/// Fails when they do not end.
pub fn stop_daemons() -> Result<()> {
    let Some(pid) = running() else { return Ok(()) };
    kill(pid, Signal::SIGUSR1).context("cannot tell the supervisor to stop the daemons")?;
    let begun = Instant::now();
    let alive = || {
        let children =
            std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        children.split_whitespace().any(|child| {
            let command = std::fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
            command.starts_with(b"kubelet\0") || command.starts_with(b"kube-cri\0")
        })
    };
    while alive() {
        if begun.elapsed() > Duration::from_secs(20) {
            anyhow::bail!("the kubelet and kube-cri do not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Stops the supervisor and the daemons it keeps.
///
/// # Errors
/// Fails when they do not end.
pub fn stop() -> Result<()> {
    let Some(pid) = running() else { return Ok(()) };
    kill(pid, Signal::SIGTERM).context("cannot stop the supervisor")?;
    let begun = Instant::now();
    while running().is_some() {
        if begun.elapsed() > Duration::from_secs(15) {
            anyhow::bail!("the supervisor (pid {pid}) does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn open_log(name: &str) -> Result<std::fs::File> {
    let path = Path::new(LOGS).join(format!("{name}.log"));
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true).open(&path).with_context(|| format!("cannot open {}", path.display()))
}

/// The supervisor takes no flags: what to run is in its file.
pub fn command() -> Command {
    Command::new("kadm-supervisor").about("Keeps the node's daemons running on a host without systemd")
}

/// Becomes the supervisor: the parent returns at once.
pub fn run(args: Vec<OsString>) -> ExitCode {
    if let Err(code) = component::flags::parse(command(), args) {
        return code;
    }
    // SAFETY: this process has one thread, so the child may do anything that the parent could.
    match unsafe { fork() } {
        Err(error) => {
            eprintln!("cannot fork: {error}");
            ExitCode::from(1)
        }
        Ok(ForkResult::Parent { .. }) => ExitCode::SUCCESS,
        Ok(ForkResult::Child) => match supervise() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::from(1)
            }
        },
    }
}

struct Child {
    unit: Unit,
    started: Instant,
    /// How long to wait before the next start, while it keeps failing quickly.
    pause: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_secs(5);

fn supervise() -> Result<()> {
    setsid().context("cannot begin a session")?;
    // All signals are taken one by one with sigtimedwait: no handlers, no races.
    let mut signals = SigSet::empty();
    // Whatever the daemons leave behind is ours to reap.
    nix::sys::prctl::set_child_subreaper(true).context("cannot become a subreaper")?;
    for signal in [Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT, Signal::SIGUSR1] {
        signals.add(signal);
    }
    signals.thread_block().context("cannot block signals")?;
    let units: Vec<Unit> =
        serde_json::from_slice(&std::fs::read(units_file()).context("cannot read the list of daemons")?)?;
    std::fs::write(pid_file(), std::process::id().to_string()).context("cannot write the pidfile")?;
    let mut running: HashMap<Pid, Child> = HashMap::new();
    let mut due: Vec<(Instant, Child)> = units
        .into_iter()
        .map(|unit| (Instant::now(), Child { unit, started: Instant::now(), pause: FIRST_PAUSE }))
        .collect();
    loop {
        let now = Instant::now();
        let (ready, later): (Vec<_>, Vec<_>) = due.into_iter().partition(|(at, _)| *at <= now);
        due = later;
        for (_, mut child) in ready {
            match spawn(&child.unit) {
                Ok(pid) => {
                    child.started = Instant::now();
                    running.insert(pid, child);
                }
                Err(error) => {
                    log(&format!("cannot start {}: {error:#}", child.unit.name));
                    due.push((now + LAST_PAUSE, child));
                }
            }
        }
        let wait = due.iter().map(|(at, _)| at.saturating_duration_since(Instant::now())).min();
        match next_signal(&signals, wait) {
            Some(Signal::SIGTERM | Signal::SIGINT) => break,
            Some(Signal::SIGUSR1) => {
                due.clear();
                for pid in running.keys() {
                    let _ = kill(*pid, Signal::SIGTERM);
                }
                // They are not started again: forget them, and go on reaping.
                running.clear();
            }
            _ => {
                while let Some((pid, how)) = reap() {
                    let Some(mut child) = running.remove(&pid) else { continue };
                    log(&format!("{} (pid {pid}) ended: {how}; starting it again", child.unit.name));
                    child.pause = if child.started.elapsed() > Duration::from_secs(10) {
                        FIRST_PAUSE
                    } else {
                        (child.pause * 2).min(LAST_PAUSE)
                    };
                    due.push((Instant::now() + child.pause, child));
                }
            }
        }
    }
    for pid in running.keys() {
        let _ = kill(*pid, Signal::SIGTERM);
    }
    let begun = Instant::now();
    while !running.is_empty() {
        while let Some((pid, _)) = reap() {
            running.remove(&pid);
        }
        if begun.elapsed() > Duration::from_secs(10) {
            for pid in running.keys() {
                let _ = kill(*pid, Signal::SIGKILL);
            }
        }
        if !running.is_empty() {
            next_signal(&signals, Some(Duration::from_millis(100)));
        }
    }
    let _ = std::fs::remove_file(pid_file());
    Ok(())
}

fn log(message: &str) {
    let _ =
        writeln!(std::io::stderr(), "{} {message}", jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"));
}

fn spawn(unit: &Unit) -> Result<Pid> {
    let (program, args) = unit.command.split_first().context("an empty command")?;
    let out = open_log(&unit.name)?;
    let mut process = Process::new(program);
    process
        .arg0(&unit.name)
        .args(args)
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out)
        .current_dir("/");
    // SAFETY: sigprocmask and setsid may be called between fork and exec.
    unsafe {
        process.pre_exec(|| {
            SigSet::all().thread_unblock()?;
            setsid()?;
            Ok(())
        });
    }
    let child = process.spawn().with_context(|| format!("cannot start {program}"))?;
    Ok(Pid::from_raw(i32::try_from(child.id())?))
}

fn next_signal(signals: &SigSet, wait: Option<Duration>) -> Option<Signal> {
    let Some(wait) = wait else { return signals.wait().ok() };
    let time = nix::libc::timespec {
        tv_sec: nix::libc::time_t::try_from(wait.as_secs()).unwrap_or(nix::libc::time_t::MAX),
        tv_nsec: i64::from(wait.subsec_nanos()),
    };
    // SAFETY: both pointers are to live values, and no signal information is asked for.
    let signal = unsafe {
        nix::libc::sigtimedwait(
            std::ptr::from_ref(signals.as_ref()),
            std::ptr::null_mut(),
            std::ptr::from_ref(&time),
        )
    };
    Signal::try_from(signal).ok()
}

fn reap() -> Option<(Pid, String)> {
    match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
        Ok(WaitStatus::Exited(pid, code)) => Some((pid, format!("exit code {code}"))),
        Ok(WaitStatus::Signaled(pid, signal, _)) => Some((pid, format!("{signal}"))),
        _ => None,
    }
}

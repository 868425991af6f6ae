//! The shim's loop: requests in, signals in, output in, exits out.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::pipe2;

use super::launch::{self, Launched, PidNamespace, Stdio};
use super::log::Log;
use super::process;
use super::protocol::{self, Reply, Request};
use super::streams::Output;
use crate::spec::{ContainerSpec, ContainerState, PidMode, PodSpec};
use crate::{cgroup, sys};

/// How long a client may take to send a request it began.
const PATIENCE: Duration = Duration::from_secs(5);

struct Container {
    spec: ContainerSpec,
    state: ContainerState,
    /// Set up, waiting for its start.
    waiting: Option<Launched>,
    log: Option<Log>,
    outputs: Vec<Output>,
    /// What attached clients write to: the pipe's end, or the terminal.
    stdin: Option<OwnedFd>,
    terminal: Option<OwnedFd>,
}

/// A pod.
pub struct Shim {
    spec: PodSpec,
    listener: UnixListener,
    signals: SignalFd,
    /// The first process of a pid namespace that all containers share.
    pod_init: Option<(i32, OwnedFd)>,
    containers: BTreeMap<String, Container>,
    executions: BTreeMap<i32, UnixStream>,
    watchers: Vec<UnixStream>,
    done: bool,
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_nanos() as i64).unwrap_or_default()
}

impl Shim {
    /// Makes the namespaces and the socket, and tells kube-cri by printing the pid that stays.
    pub fn set_up(spec: PodSpec) -> Result<Self> {
        sys::set_name(c"kube-shim");
        // kube-cri waits for the process that it started; the one that stays is nobody's child.
        // SAFETY: the shim has one thread.
        if unsafe { sys::clone_process(0) }.context("cannot fork")?.is_some() {
            sys::exit_now(0);
        }
        let _ = nix::unistd::setsid();
        sys::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0).context("cannot become a subreaper")?;
        process::set_oom_score(spec.oom_score_adj);
        let mut signals = SigSet::empty();
        signals.add(Signal::SIGCHLD);
        signals.thread_block()?;
        let signals = SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;

        if let Some(netns) = &spec.netns {
            unshare(CloneFlags::CLONE_NEWNET).context("cannot make a network namespace")?;
            sys::loopback_up().context("cannot bring loopback up")?;
            fs::File::create(netns).with_context(|| format!("cannot create {}", netns.display()))?;
            sys::mount(Some(c"/proc/self/ns/net"), netns, None, libc::MS_BIND, None)
                .with_context(|| format!("cannot keep the network namespace at {}", netns.display()))?;
        }
        if spec.own_ipc {
            unshare(CloneFlags::CLONE_NEWIPC).context("cannot make an IPC namespace")?;
        }
        if let Some(hostname) = &spec.hostname {
            unshare(CloneFlags::CLONE_NEWUTS).context("cannot make a UTS namespace")?;
            nix::unistd::sethostname(hostname).context("cannot set the host name")?;
        }
        for (name, value) in &spec.sysctls {
            let path = format!("/proc/sys/{}", name.replace('.', "/"));
            fs::write(&path, value).with_context(|| format!("cannot set the sysctl {name} to {value:?}"))?;
        }
        let pod_init = if spec.shared_pid { Some(start_pod_init()?) } else { None };

        let _ = fs::remove_file(&spec.socket);
        let listener = UnixListener::bind(&spec.socket)
            .with_context(|| format!("cannot listen on {}", spec.socket.display()))?;
        listener.set_nonblocking(true)?;
        // kube-cri reads our standard output until it closes: from here on the pod is up, and
        // nothing of kube-cri's may stay open in us.
        println!("{}", std::process::id());
        let null = process::null()?;
        std::env::set_current_dir("/")?;
        for target in 0..3 {
            sys::duplicate_onto(null.as_fd(), target)?;
        }
        Ok(Self {
            spec,
            listener,
            signals,
            pod_init,
            containers: BTreeMap::new(),
            executions: BTreeMap::new(),
            watchers: Vec::new(),
            done: false,
        })
    }

    /// Serves until [`Request::Shutdown`].
    pub fn serve(mut self) -> ExitCode {
        while !self.done {
            self.wait();
        }
        let _ = fs::remove_file(&self.spec.socket);
        ExitCode::SUCCESS
    }

    fn wait(&mut self) {
        let mut fds: Vec<(i32, PollFlags)> = vec![
            (self.listener.as_raw_fd(), PollFlags::POLLIN),
            (self.signals.as_raw_fd(), PollFlags::POLLIN),
        ];
        fds.extend(self.watchers.iter().map(|watcher| (watcher.as_raw_fd(), PollFlags::POLLIN)));
        for output in self.containers.values().flat_map(|container| &container.outputs) {
            fds.extend(output.wants_read().map(|fd| (fd, PollFlags::POLLIN)));
            fds.extend(output.sinks().map(|(fd, waits)| {
                // No event asked for still reports a hang-up.
                (fd, if waits { PollFlags::POLLOUT } else { PollFlags::empty() })
            }));
        }
        let ready = {
            let mut polled: Vec<PollFd<'_>> = fds
                .iter()
                // SAFETY: every descriptor belongs to `self`, which is borrowed meanwhile.
                .map(|(fd, flags)| PollFd::new(unsafe { std::os::fd::BorrowedFd::borrow_raw(*fd) }, *flags))
                .collect();
            match nix::poll::poll(&mut polled, PollTimeout::NONE) {
                Ok(_) => {}
                Err(nix::errno::Errno::EINTR) => return,
                Err(_) => return,
            }
            polled
                .iter()
                .zip(&fds)
                .filter_map(|(polled, (fd, _))| {
                    polled.revents().filter(|events| !events.is_empty()).map(|events| (*fd, events))
                })
                .collect::<Vec<_>>()
        };
        for (fd, events) in ready {
            if fd == self.listener.as_raw_fd() {
                self.accept();
            } else if fd == self.signals.as_raw_fd() {
                while let Ok(Some(_)) = self.signals.read_signal() {}
                self.reap();
            } else if let Some(index) = self.watchers.iter().position(|watcher| watcher.as_raw_fd() == fd) {
                // Watchers send nothing: this is their end.
                self.watchers.swap_remove(index);
            } else {
                self.stream(fd, events);
            }
        }
    }

    fn stream(&mut self, fd: i32, events: PollFlags) {
        for container in self.containers.values_mut() {
            if let Some(index) = container.outputs.iter().position(|output| output.wants_read() == Some(fd)) {
                if !container.outputs[index].pump(&mut container.log) {
                    container.outputs.remove(index);
                }
                return;
            }
            for output in &mut container.outputs {
                if output.sinks().any(|(sink, _)| sink == fd) {
                    if events.intersects(PollFlags::POLLHUP | PollFlags::POLLERR) {
                        output.detach(fd);
                    } else {
                        output.flush();
                    }
                    return;
                }
            }
        }
    }

    fn accept(&mut self) {
        let Ok((stream, _)) = self.listener.accept() else { return };
        let _ = stream.set_nonblocking(false);
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let _ = stream.set_write_timeout(Some(PATIENCE));
        let (request, fds) = match protocol::receive::<Request>(&stream) {
            Ok(Some(request)) => request,
            Ok(None) | Err(_) => return,
        };
        self.answer(stream, request, fds);
        // Setting up a container leaves a large heap behind; idle shims must be small.
        trim_heap();
    }

    fn answer(&mut self, stream: UnixStream, request: Request, fds: Vec<OwnedFd>) {
        let (reply, attached) = match request {
            Request::Watch => {
                for container in self.containers.values() {
                    if protocol::send(&stream, &Reply::State(container.state.clone()), &[]).is_err() {
                        return;
                    }
                }
                if protocol::send(&stream, &Reply::Synced, &[]).is_ok() {
                    self.watchers.push(stream);
                }
                return;
            }
            Request::Exec { id, process } => {
                self.exec(stream, &id, &process, fds);
                return;
            }
            Request::Create(spec) => (self.create(*spec), None),
            Request::Start { id } => (self.start(&id).map(|()| Reply::Done), None),
            Request::Signal { id, signal, all } => {
                (self.signal(&id, signal, all).map(|()| Reply::Done), None)
            }
            Request::Attach { id, stdin, stdout, stderr } => {
                match self.attach(&id, stdin, stdout, stderr, fds) {
                    Ok(fd) => (Ok(Reply::Attached), fd),
                    Err(error) => (Err(error), None),
                }
            }
            Request::ReopenLog { id } => (self.reopen_log(&id).map(|()| Reply::Done), None),
            Request::Delete { id } => (self.delete(&id).map(|()| Reply::Done), None),
            Request::Shutdown => {
                self.shutdown();
                (Ok(Reply::Done), None)
            }
        };
        let reply = reply.unwrap_or_else(|error| Reply::Failed(format!("{error:#}")));
        let fds: Vec<i32> = attached.iter().map(AsRawFd::as_raw_fd).collect();
        let _ = protocol::send(&stream, &reply, &fds);
    }

    fn container(&mut self, id: &str) -> Result<&mut Container> {
        self.containers.get_mut(id).ok_or_else(|| anyhow!("the pod has no container {id}"))
    }

    fn create(&mut self, spec: ContainerSpec) -> Result<Reply> {
        if self.containers.contains_key(&spec.id) {
            bail!("the container {} exists already", spec.id);
        }
        let tty = spec.process.tty;
        let (out_read, out_write) = pipe2(OFlag::O_CLOEXEC)?;
        let (err_read, err_write) = pipe2(OFlag::O_CLOEXEC)?;
        let (in_read, in_write) = if spec.stdin && !tty {
            let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
            (read, Some(write))
        } else {
            (process::null()?, None)
        };
        let stdio = Stdio { stdin: in_read, stdout: out_write, stderr: err_write };
        let target;
        let pid = match &spec.pid {
            PidMode::Own => PidNamespace::New,
            PidMode::Host => PidNamespace::Same,
            PidMode::Pod => match &self.pod_init {
                Some((_, process)) => PidNamespace::Of(process.as_fd()),
                None => bail!("the pod has no shared pid namespace"),
            },
            PidMode::Target(other) => {
                let pid = self.containers.get(other).map_or(0, |container| container.state.pid);
                if pid == 0 {
                    bail!("the target container {other} does not run");
                }
                target = sys::pidfd(pid)?;
                PidNamespace::Of(target.as_fd())
            }
        };
        let launched = launch::container(&spec, stdio, pid)?;
        let (outputs, stdin, terminal) = match &launched.terminal {
            Some(master) => {
                let output = Output::new("stdout", master.try_clone()?).keep_early(spec.stdin_once);
                (vec![output], None, Some(master.try_clone()?))
            }
            None => {
                let output = |name, from| Output::new(name, from).keep_early(spec.stdin_once);
                (vec![output("stdout", out_read), output("stderr", err_read)], in_write, None)
            }
        };
        let state = ContainerState {
            id: spec.id.clone(),
            pid: launched.pid,
            user: launched.user.clone(),
            ..Default::default()
        };
        let reply = Reply::Created { user: launched.user.clone(), pid: launched.pid };
        let log = spec.log_path.as_deref().map(Log::open);
        let container =
            Container { state, waiting: Some(launched), log, outputs, stdin, terminal, spec: slim(spec) };
        self.containers.insert(container.state.id.clone(), container);
        Ok(reply)
    }

    fn start(&mut self, id: &str) -> Result<()> {
        let container = self.container(id)?;
        let launched = container.waiting.take().ok_or_else(|| anyhow!("the container was started before"))?;
        container.state.started_at = now();
        launched.start()?;
        let state = container.state.clone();
        self.tell(&state);
        Ok(())
    }

    fn signal(&mut self, id: &str, signal: i32, all: bool) -> Result<()> {
        let container = self.container(id)?;
        if all {
            for procs in &container.spec.process.cgroups {
                cgroup::signal_all(procs, signal);
            }
        }
        if container.state.pid != 0 {
            sys::kill(container.state.pid, signal);
        }
        Ok(())
    }

    fn exec(&mut self, stream: UnixStream, id: &str, spec: &crate::spec::ProcessSpec, fds: Vec<OwnedFd>) {
        let launched = self.container(id).and_then(|container| {
            if container.state.pid == 0 || container.waiting.is_some() {
                bail!("the container is not running");
            }
            let init = sys::pidfd(container.state.pid)?;
            let mut fds = fds.into_iter();
            let mut next = || fds.next().map_or_else(process::null, Ok);
            let stdio = Stdio { stdin: next()?, stdout: next()?, stderr: next()? };
            let mode = container.spec.pid.clone();
            launch::exec(spec, stdio, init.as_fd(), &mode)
        });
        let outcome = launched.and_then(|mut launched| {
            let terminal = launched.terminal.take();
            let pid = launched.pid;
            launched.start()?;
            Ok((pid, terminal))
        });
        match outcome {
            Ok((pid, terminal)) => {
                let fds: Vec<i32> = terminal.iter().map(AsRawFd::as_raw_fd).collect();
                if protocol::send(&stream, &Reply::Executing { pid }, &fds).is_ok() {
                    self.executions.insert(pid, stream);
                }
            }
            Err(error) => {
                let _ = protocol::send(&stream, &Reply::Failed(format!("{error:#}")), &[]);
            }
        }
    }

    fn attach(
        &mut self,
        id: &str,
        stdin: bool,
        stdout: bool,
        stderr: bool,
        fds: Vec<OwnedFd>,
    ) -> Result<Option<OwnedFd>> {
        let container = self.container(id)?;
        if container.state.pid == 0 {
            bail!("the container is not running");
        }
        let mut fds = fds.into_iter();
        let terminal = container.terminal.is_some();
        // By name: one that has ended is gone, and the client sees its end at once.
        for (name, wanted) in [("stdout", stdout), ("stderr", stderr && !terminal)] {
            if wanted
                && let Some(fd) = fds.next()
                && let Some(output) = container.outputs.iter_mut().find(|output| output.name == name)
            {
                output.attach(fd);
            }
        }
        if !stdin {
            return Ok(container.terminal.as_ref().map(OwnedFd::try_clone).transpose()?);
        }
        if let Some(terminal) = &container.terminal {
            return Ok(Some(terminal.try_clone()?));
        }
        // With stdinOnce the first client gets the pipe's only end: it closes when that client is
        // done.
        if container.spec.stdin_once {
            return Ok(container.stdin.take());
        }
        Ok(container.stdin.as_ref().map(OwnedFd::try_clone).transpose()?)
    }

    fn reopen_log(&mut self, id: &str) -> Result<()> {
        let container = self.container(id)?;
        match &mut container.log {
            Some(log) => log.reopen().context("cannot open the log anew"),
            None => Ok(()),
        }
    }

    fn delete(&mut self, id: &str) -> Result<()> {
        let Some(mut container) = self.containers.remove(id) else { return Ok(()) };
        drop(container.waiting.take());
        if container.state.pid != 0 {
            kill_container(&container);
        }
        let _ = fs::remove_file(self.spec.exits.join(id));
        Ok(())
    }

    fn shutdown(&mut self) {
        for container in self.containers.values() {
            if container.state.pid != 0 {
                kill_container(container);
            }
        }
        if let Some((pid, _)) = self.pod_init.take() {
            sys::kill(pid, libc::SIGKILL);
        }
        self.done = true;
    }

    /// Collects every child that ended.
    fn reap(&mut self) {
        while let Some((pid, code)) = sys::reap() {
            if let Some(stream) = self.executions.remove(&pid) {
                let _ = protocol::send(&stream, &Reply::Exited { code }, &[]);
                continue;
            }
            let Some(id) = self
                .containers
                .iter()
                .find(|(_, container)| container.state.pid == pid)
                .map(|(id, _)| id.clone())
            else {
                continue;
            };
            self.exited(&id, code);
        }
    }

    fn exited(&mut self, id: &str, code: i32) {
        let exits = self.spec.exits.clone();
        let Ok(container) = self.container(id) else { return };
        // With its own pid namespace the kernel has killed the rest; elsewhere it is on us.
        if container.spec.pid != PidMode::Own {
            for procs in &container.spec.process.cgroups {
                cgroup::signal_all(procs, libc::SIGKILL);
            }
        }
        container.state.pid = 0;
        container.state.exit_code = code;
        container.state.finished_at = now();
        container.state.oom_killed = cgroup::oom_killed(&container.spec.process.cgroups);
        container.waiting = None;
        container.stdin = None;
        // What was written before the end belongs into the log before the end is told.
        let log = &mut container.log;
        container.outputs.retain_mut(|output| output.pump(log));
        container.terminal = None;
        let state = container.state.clone();
        let _ = write_exit(&exits, &state);
        self.tell(&state);
    }

    fn tell(&mut self, state: &ContainerState) {
        let reply = Reply::State(state.clone());
        self.watchers.retain(|watcher| protocol::send(watcher, &reply, &[]).is_ok());
    }
}

/// A container that is set up needs few of its facts any more.
fn slim(mut spec: ContainerSpec) -> ContainerSpec {
    spec.mounts = Vec::new();
    spec.devices = Vec::new();
    spec.masked_paths = Vec::new();
    spec.readonly_paths = Vec::new();
    spec.root.lower = Vec::new();
    spec.process.env = Vec::new();
    spec.process.args = Vec::new();
    spec.process.seccomp = None;
    spec
}

fn kill_container(container: &Container) {
    sys::kill(container.state.pid, libc::SIGKILL);
    if container.spec.pid != PidMode::Own {
        for procs in &container.spec.process.cgroups {
            cgroup::signal_all(procs, libc::SIGKILL);
        }
    }
}

fn trim_heap() {
    // SAFETY: glibc's malloc_trim has no preconditions.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Keeps an exit on disk, so that it outlives this process.
fn write_exit(folder: &Path, state: &ContainerState) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let temporary = folder.join(format!(".{}", state.id));
    let mut file = fs::File::create(&temporary)?;
    file.write_all(&serde_json::to_vec(state)?)?;
    fs::rename(temporary, folder.join(&state.id))
}

/// The first process of a shared pid namespace: a fork of the shim that only reaps.
fn start_pod_init() -> Result<(i32, OwnedFd)> {
    // SAFETY: the shim has one thread.
    match unsafe { sys::clone_process(libc::CLONE_NEWPID as u64) }.context("cannot make a pid namespace")? {
        Some(pid) => Ok((pid, sys::pidfd(pid)?)),
        None => {
            sys::set_name(c"kube-shim-init");
            let _ = sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as u64, 0);
            // Standard output still is kube-cri's pipe; it must close for the pod to be up.
            if let Ok(null) = process::null() {
                for target in 0..3 {
                    let _ = sys::duplicate_onto(null.as_fd(), target);
                }
            }
            let mut signals = SigSet::empty();
            signals.add(Signal::SIGCHLD);
            loop {
                let _ = signals.wait();
                while sys::reap().is_some() {}
            }
        }
    }
}

//! The servers and upstream's clients that ectl is compared with, and the comparison.

use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::ARGS;

/// What differs on purpose: the beginning of the client's version, that of the arguments, and why.
const EXPECTED: &[(&str, &[&str], &str)] = &[
    ("3", &["endpoint", "hashkv", "-w", "simple"], "3.6 shows the hash's revision too"),
    ("3", &["endpoint", "hashkv", "-w", "fields"], "3.6 shows the hash's revision too"),
    ("3", &["defrag"], "3.6 says how long it took"),
    ("3.4", &["endpoint", "health"], "3.4 wrote it to standard error"),
    ("3.4", &["lock", "a-lock", "--ttl=5", "--", "sh"], "3.4 ended with 1 whatever the command ended with"),
    ("3.4", &["txn", "-w", "json"], "3.4 named the answers as Go does"),
    ("3.4", &["txn", "-i", "-w", "json"], "3.4 named the answers as Go does"),
];

/// A server, and the upstream client that ectl is compared with.
#[derive(Clone, Debug)]
pub struct Peer {
    pub name: &'static str,
    /// The client's version.
    pub client: &'static str,
    pub etcd: PathBuf,
    pub etcdctl: PathBuf,
}

/// Debian's 3.4; 3.5 as `cargo xtask test` unpacks it; and the executable under test, if it is
/// built, with whichever client is there.
pub fn peers() -> Vec<Peer> {
    let mut found = Vec::new();
    // `kadm init` puts links of these names on the PATH: they are not the peers.
    let path = std::env::var("PATH").unwrap_or_default();
    let theirs = |file: &PathBuf| file.canonicalize().is_ok_and(|real| !real.ends_with("kadm"));
    let installed = |name: &str| path.split(':').map(|folder| Path::new(folder).join(name)).find(theirs);
    if let Some((etcd, etcdctl)) = installed("etcd").zip(installed("etcdctl")) {
        found.push(Peer { name: "3.4", client: "3.4", etcd, etcdctl });
    }
    if let Some(folder) = newer() {
        found.push(Peer {
            name: "3.5",
            client: "3.5",
            etcd: folder.join("etcd"),
            etcdctl: folder.join("etcdctl"),
        });
    }
    if found.is_empty() {
        assert!(std::env::var_os("CI").is_none(), "etcd and etcdctl are not on PATH");
        println!("skipped: etcd and etcdctl are not on PATH");
    }
    if let Some((kadm, last)) = kadm().zip(found.last().cloned()) {
        found.push(Peer { name: "ours", etcd: kadm, ..last });
    }
    found
}

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or(root, PathBuf::from)
}

/// The folder with the programs of 3.5.
pub fn newer() -> Option<PathBuf> {
    let folder = std::env::var_os("KADM_ETCD35").map_or_else(|| target().join("peers/etcd35"), PathBuf::from);
    Some(folder).filter(|folder| folder.join("etcdutl").exists())
}

/// The executable under test: `KADM`, or the workspace's release build.
pub fn kadm() -> Option<PathBuf> {
    let built = || target().join(format!("{}-unknown-linux-gnu/release/kadm", std::env::consts::ARCH));
    Some(std::env::var_os("KADM").map_or_else(built, PathBuf::from)).filter(|path| path.exists())
}

pub struct Etcd {
    pub process: Child,
    pub peer: Peer,
    pub address: String,
    pub dir: tempfile::TempDir,
    differences: RefCell<Vec<String>>,
    cases: Cell<usize>,
}

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on, and that no outgoing connection gets: those are above 32768. Every
/// call, and every process, begins elsewhere.
pub fn free_port() -> u16 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let at = std::process::id().wrapping_mul(977).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(10_000 + at % 20_000).expect("below 30000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Etcd {
    pub fn start(peer: Peer) -> Self {
        Self::start_on(peer, None)
    }

    /// Starts on this data, or on none.
    pub fn start_on(peer: Peer, data: Option<&Path>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let (client, peer_port) = (free_port(), free_port());
        // Our executable is many programs: the link's name says which.
        let program = if peer.name == "ours" {
            std::os::unix::fs::symlink(&peer.etcd, dir.path().join("etcd")).expect("links");
            dir.path().join("etcd")
        } else {
            peer.etcd.clone()
        };
        let data = data.map_or_else(|| dir.path().join("data"), Path::to_path_buf);
        let process = Command::new(program)
            .arg(format!("--data-dir={}", data.display()))
            .args(["--listen-client-urls", &format!("http://127.0.0.1:{client}")])
            .args(["--advertise-client-urls", &format!("http://127.0.0.1:{client}")])
            .args(["--listen-peer-urls", &format!("http://127.0.0.1:{peer_port}")])
            .args(["--initial-advertise-peer-urls", &format!("http://127.0.0.1:{peer_port}")])
            .args(["--initial-cluster", &format!("default=http://127.0.0.1:{peer_port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut etcd = Self {
            process,
            peer,
            address: format!("127.0.0.1:{client}"),
            dir,
            differences: RefCell::default(),
            cases: Cell::default(),
        };
        let started = Instant::now();
        while !etcd.theirs(&["put", "ready", "yes"], "").status.success() {
            let ended = etcd.process.try_wait().expect("asks");
            assert!(ended.is_none(), "etcd {} has ended: {ended:?}", etcd.peer.name);
            assert!(started.elapsed() < Duration::from_secs(60), "etcd {} does not start", etcd.peer.name);
            std::thread::sleep(Duration::from_millis(50));
        }
        etcd
    }

    /// Members that run already, as one server at these addresses.
    pub fn over(process: Child, peer: Peer, address: String, dir: tempfile::TempDir) -> Self {
        Self { process, peer, address, dir, differences: RefCell::default(), cases: Cell::default() }
    }

    pub fn theirs(&self, args: &[&str], input: &str) -> Output {
        let mut command = Command::new(&self.peer.etcdctl);
        command.args(args).env("ETCDCTL_API", "3");
        if args.first() == Some(&"move-leader") {
            // It reads its environment twice, and takes what it has set itself for a contradiction.
            command.arg(format!("--endpoints={}", self.address));
        } else {
            command.env("ETCDCTL_ENDPOINTS", &self.address);
        }
        output(command.current_dir(self.dir.path()), input)
    }

    pub fn ours(&self, args: &[&str], input: &str) -> (String, String, i32) {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        command
            .args(["--exact", "ectl_itself", "--nocapture"])
            .env(ARGS, [&["ectl"], args].concat().join("\n"))
            .env("ETCDCTL_ENDPOINTS", &self.address);
        let output = output(command.current_dir(self.dir.path()), input);
        let stdout = text(&output.stdout);
        // Between the harness's "running 1 test" and the mark.
        let stdout = stdout.split_once("running 1 test\n").map_or("", |(_, rest)| rest);
        let stdout = stdout.rsplit_once('\u{1}').map_or(stdout, |(before, _)| before).to_string();
        (stdout, text(&output.stderr), output.status.code().unwrap_or(-1))
    }

    /// Runs both and compares. What the first one changes, `undo` changes back before the second.
    pub fn compare(&self, args: &[&str], input: &str, undo: &[&[&str]]) {
        let mut theirs = self.theirs(args, input);
        // Upstream's Raft passes over a change of members that comes before the last one is applied
        // everywhere in it, and never answers.
        for _ in 0..10 {
            if args[0] != "member" || !text(&theirs.stderr).contains("context deadline exceeded") {
                break;
            }
            theirs = self.theirs(args, input);
        }
        for command in undo {
            assert!(self.theirs(command, "").status.success(), "{command:?}");
        }
        let mut ours = self.ours(args, input);
        for _ in 0..10 {
            if args[0] != "member" || !ours.1.contains("context deadline exceeded") {
                break;
            }
            ours = self.ours(args, input);
        }
        // Its client library's own log lines are no part of the program's output.
        let errors: String = text(&theirs.stderr)
            .lines()
            .filter(|line| !line.starts_with('{'))
            .map(|line| format!("{line}\n"))
            .collect();
        // It says what is wrong with a command line twice.
        let errors = match errors.split_once('\n') {
            Some((first, rest)) if rest.trim_start().ends_with(&format!("{first}\n")) => {
                let rest = rest.trim_start().strip_suffix(&format!("{first}\n")).unwrap_or_default();
                format!("{first}\n{rest}")
            }
            _ => errors,
        };
        let theirs = (text(&theirs.stdout), errors, theirs.status.code().unwrap_or(-1));
        let plain = |(out, error, code): &(String, String, i32)| (moving(out), moving(error), *code);
        self.cases.set(self.cases.get() + 1);
        let version = self.peer.client;
        let expected =
            EXPECTED.iter().find(|(since, words, _)| version.starts_with(since) && args.starts_with(words));
        if let Some((_, _, why)) = expected {
            println!("etcdctl {version} {args:?}: differs, as {why}");
            if plain(&theirs) == plain(&ours) {
                self.differences.borrow_mut().push(format!("{args:?} is the same, but {why}"));
            }
        } else if plain(&theirs) != plain(&ours) {
            let difference =
                format!("{args:?}\n  etcdctl {:?}\n  ectl    {:?}", plain(&theirs), plain(&ours));
            self.differences.borrow_mut().push(difference);
        }
    }

    pub fn same_after(&self, args: &[&str], undo: &[&[&str]]) {
        self.compare(args, "", undo);
    }

    pub fn same(&self, args: &[&str]) {
        self.compare(args, "", &[]);
    }

    /// Says how many cases there were, and what differs.
    pub fn judge(&self) -> Vec<String> {
        let differences = self.differences.borrow();
        println!("etcd {}: {} cases, {} differ", self.peer.name, self.cases.get(), differences.len());
        differences.iter().map(|difference| format!("with etcd {}: {difference}", self.peer.name)).collect()
    }
}

/// Runs a program to its end with this input.
pub fn output(command: &mut Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    // Programs that don't read it close it.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("ends")
}

/// Without the numbers that grow with each write or differ with each run.
pub fn moving(text: &str) -> String {
    // The usage that etcdctl adds to errors is laid out in its own way.
    if text.starts_with("NAME:") {
        return String::new();
    }
    let mut text = text.replace("\"etcdctl\"", "\"ectl\"").replace("'etcdctl ", "'ectl ");
    // Older clients don't know this field of newer servers.
    if let Some((before, after)) = text.split_once(",\"hash_revision\":") {
        text = format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    for mark in [
        "\"revision\":",
        "\"Revision\" : ",
        "\"mod_revision\":",
        "\"version\":",
        "ModRevision\" : ",
        "Version\" : ",
        "\"ID\":",
        "\"ID\" : ",
        "lease ",
        "took = ",
        "\"took\":\"",
        "Member ",
    ] {
        let mut made = String::new();
        let mut rest = &text[..];
        while let Some((before, after)) = rest.split_once(mark) {
            made.push_str(before);
            made.push_str(mark);
            made.push('N');
            rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit() || ".µms".contains(c));
        }
        made.push_str(rest);
        text = made;
    }
    text
}

/// Goes through a session with every peer, and fails with all differences of all of them.
pub fn with_each(session: fn(&Etcd)) {
    let mut differences = Vec::new();
    for peer in peers() {
        let etcd = Etcd::start(peer);
        session(&etcd);
        differences.extend(etcd.judge());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A client that goes on until it is stopped.
pub struct Running {
    child: Child,
    output: mpsc::Receiver<Vec<u8>>,
    /// What it has printed.
    seen: Vec<u8>,
    ours: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(mut command: Command, ours: bool) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("runs");
        let mut stdout = child.stdout.take().expect("a pipe");
        let (sender, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = stdout.read(&mut buffer) {
                if sender.send(buffer[..len].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, output, seen: Vec::new(), ours }
    }

    pub fn write(&mut self, input: &str) {
        self.child.stdin.as_mut().expect("a pipe").write_all(input.as_bytes()).expect("writes");
    }

    fn text(&self) -> String {
        let all = text(&self.seen);
        // The harness's lines come first: see `Etcd::ours`.
        if self.ours {
            return all.split_once("running 1 test\n").map_or("", |(_, rest)| rest).to_string();
        }
        all
    }

    /// Waits until it has printed so much that this is true, and returns all of it.
    pub fn until(&mut self, enough: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        while !enough(&self.text()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(more) => self.seen.extend(more),
                Err(error) => panic!("{error}: it has printed {:?}", self.text()),
            }
        }
        self.text()
    }
}

impl Etcd {
    fn command(&self, ours: bool, args: &[&str]) -> Command {
        let mut command = if ours {
            let mut command = Command::new(std::env::current_exe().expect("a path"));
            command.args(["--exact", "ectl_itself", "--nocapture"]);
            command.env(ARGS, [&["ectl"], args].concat().join("\n"));
            command
        } else {
            let mut command = Command::new(&self.peer.etcdctl);
            command.args(args).env("ETCDCTL_API", "3");
            command
        };
        command.env("ETCDCTL_ENDPOINTS", &self.address).current_dir(self.dir.path());
        command
    }

    /// Starts a client that goes on until it is stopped: ours, or theirs.
    pub fn run(&self, ours: bool, args: &[&str]) -> Running {
        Running::start(self.command(ours, args), ours)
    }

    /// Has both clients print until that is enough, and compares it; `moving` takes away what differs
    /// with each run. `input` goes to them at once.
    pub fn follow(
        &self,
        args: &[&str],
        input: &str,
        enough: impl Fn(&str) -> bool,
        moving: impl Fn(&str) -> String,
    ) {
        let [theirs, ours] = [false, true].map(|ours| {
            let mut running = self.run(ours, args);
            if !input.is_empty() {
                running.write(input);
            }
            moving(&running.until(&enough))
        });
        self.judge_pair(args, &theirs, &ours);
    }

    /// Notes a case.
    pub fn judge_pair(&self, args: &[&str], theirs: &str, ours: &str) {
        self.cases.set(self.cases.get() + 1);
        if theirs != ours {
            let difference = format!("{args:?}\n  etcdctl {theirs:?}\n  ectl    {ours:?}");
            self.differences.borrow_mut().push(difference);
        }
    }
}

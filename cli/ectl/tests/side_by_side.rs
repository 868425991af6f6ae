//! ectl and upstream's etcdctl, one after the other, on the same data of upstream's etcd: standard
//! output, error and exit code are compared.
//!
//! The peers are Debian's etcd-server and etcd-client (3.4); only what 3.4 and 3.6 agree on is here.

use std::net::TcpListener;
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

struct Etcd {
    process: Child,
    address: String,
    _dir: tempfile::TempDir,
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

impl Etcd {
    fn start() -> Option<Self> {
        let have = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !have("etcd") || !have("etcdctl") {
            assert!(std::env::var_os("CI").is_none(), "etcd and etcdctl are not on PATH");
            println!("skipped: etcd and etcdctl are not on PATH");
            return None;
        }
        let dir = tempfile::tempdir().expect("a directory");
        let (client, peer) = (free_port(), free_port());
        let process = Command::new("etcd")
            .arg(format!("--data-dir={}", dir.path().display()))
            .args(["--listen-client-urls", &format!("http://127.0.0.1:{client}")])
            .args(["--advertise-client-urls", &format!("http://127.0.0.1:{client}")])
            .args(["--listen-peer-urls", &format!("http://127.0.0.1:{peer}")])
            .args(["--initial-advertise-peer-urls", &format!("http://127.0.0.1:{peer}")])
            .args(["--initial-cluster", &format!("default=http://127.0.0.1:{peer}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let etcd = Self { process, address: format!("127.0.0.1:{client}"), _dir: dir };
        let started = Instant::now();
        while !etcd.theirs(&["put", "ready", "yes"]).status.success() {
            assert!(started.elapsed() < Duration::from_secs(60), "etcd does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(etcd)
    }

    fn theirs(&self, args: &[&str]) -> Output {
        Command::new("etcdctl")
            .args(args)
            .env("ETCDCTL_API", "3")
            .env("ETCDCTL_ENDPOINTS", &self.address)
            .stdin(Stdio::null())
            .output()
            .expect("etcdctl runs")
    }

    fn ours(&self, args: &[&str]) -> (String, String, i32) {
        let output = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", "ectl_itself", "--nocapture"])
            .env(ARGS, [&["ectl"], args].concat().join("\n"))
            .env("ETCDCTL_ENDPOINTS", &self.address)
            .stdin(Stdio::null())
            .output()
            .expect("runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stdout = text(&output.stdout);
        // Between the harness's "running 1 test" and the mark.
        let stdout = stdout.split_once("running 1 test\n").map_or("", |(_, rest)| rest);
        let stdout = stdout.split('\u{1}').next().unwrap_or_default().to_string();
        (stdout, text(&output.stderr), output.status.code().unwrap_or(-1))
    }

    /// Runs both and compares. What the first one changes, `undo` changes back before the second.
    fn same_after(&self, args: &[&str], undo: &[&[&str]]) {
        let theirs = self.theirs(args);
        for command in undo {
            assert!(self.theirs(command).status.success(), "{command:?}");
        }
        let ours = self.ours(args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // Its client library's own log lines are no part of the program's output.
        let errors: String = text(&theirs.stderr)
            .lines()
            .filter(|line| !line.starts_with('{'))
            .map(|line| format!("{line}\n"))
            .collect();
        let theirs = (text(&theirs.stdout), errors, theirs.status.code().unwrap_or(-1));
        let plain = |(out, error, code): &(String, String, i32)| (moving(out), error.clone(), *code);
        assert_eq!(plain(&theirs), plain(&ours), "etcdctl (left) and ectl (right) for {args:?}");
    }

    fn same(&self, args: &[&str]) {
        self.same_after(args, &[]);
    }
}

/// Without the numbers that grow with each write.
fn moving(text: &str) -> String {
    let mut text = text.to_string();
    for mark in [
        "\"revision\":",
        "\"Revision\" : ",
        "\"mod_revision\":",
        "\"version\":",
        "ModRevision\" : ",
        "Version\" : ",
    ] {
        let mut made = String::new();
        let mut rest = &text[..];
        while let Some((before, after)) = rest.split_once(mark) {
            made.push_str(before);
            made.push_str(mark);
            made.push('N');
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        made.push_str(rest);
        text = made;
    }
    text
}

#[test]
fn keys() {
    let Some(etcd) = Etcd::start() else { return };
    for n in 0..4 {
        etcd.theirs(&["put", &format!("p/{n}"), &format!("value {}", 9 - n)]);
    }
    etcd.theirs(&["put", "bytes", "\u{7}\u{e9}\""]);
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
}

#[test]
fn leases_members_and_users() {
    let Some(etcd) = Etcd::start() else { return };
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
}

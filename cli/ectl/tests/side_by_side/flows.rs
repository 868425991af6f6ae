//! Commands whose answers depend on others before them: authentication, alarms, space, snapshots,
//! and protobuf as output.

use super::harness::{Etcd, text, with_each};

#[test]
fn users_who_log_in() {
    with_each(users_who_log_in_of);
}

fn users_who_log_in_of(etcd: &Etcd) {
    for args in [
        &["user", "add", "root:secret"][..],
        &["user", "grant-role", "root", "root"],
        &["user", "add", "ann:pw"],
        &["role", "add", "reader"],
        &["role", "grant-permission", "reader", "read", "open/", "--prefix"],
        &["user", "grant-role", "ann", "reader"],
        &["put", "open/a", "1"],
    ] {
        let done = etcd.theirs(args, "");
        assert!(done.status.success() || args[1] == "grant-role", "{args:?}: {}", text(&done.stderr));
    }
    let _ = etcd.theirs(&["role", "add", "root"], "");
    assert!(etcd.theirs(&["user", "grant-role", "root", "root"], "").status.success());
    let root = "--user=root:secret";
    etcd.same_after(&["auth", "enable"], &[&["auth", "disable", root]]);
    for args in [
        &["get", "open/a"][..],
        &["get", "open/a", root],
        &["get", "open/a", "--user=ann:pw"],
        &["get", "open/a", "--user=ann", "--password=pw"],
        &["get", "closed", "--user=ann:pw"],
        &["put", "open/a", "2", "--user=ann:pw"],
        &["del", "open/a", "--user=ann:pw"],
        &["get", "open/a", "--user=ann:wrong"],
        &["get", "open/a", "--user=nobody:pw"],
        &["user", "list", "--user=ann:pw"],
        &["user", "list", root],
        &["user", "get", "ann", "--user=ann:pw"],
        &["role", "get", "reader", "--user=ann:pw"],
        &["role", "list", root, "-w", "json"],
        &["lease", "list", "--user=ann:pw"],
        &["member", "list", root],
    ] {
        etcd.same(args);
    }
    if etcd.peer.client != "3.4" {
        etcd.same(&["auth", "status", root]);
    }
    etcd.same_after(&["auth", "disable", root], &[&["auth", "enable"]]);
}

#[test]
fn space_alarms_and_snapshots() {
    with_each(space_alarms_and_snapshots_of);
}

fn space_alarms_and_snapshots_of(etcd: &Etcd) {
    etcd.same(&["defrag"]);
    etcd.same(&["alarm", "list"]);
    etcd.same(&["alarm", "disarm"]);
    // Servers from 3.6 on tell their version, and clients from 3.6 on show it.
    if etcd.peer.name != "ours" {
        etcd.same(&["snapshot", "save", "one.db"]);
    }
    etcd.same(&["snapshot", "save"]);
    etcd.same(&["snapshot", "save", "/nowhere/at/all.db"]);
    for args in
        [&["get", "ready"][..], &["member", "list"], &["role", "list"], &["user", "list"], &["alarm", "list"]]
    {
        etcd.same(&[args, &["-w", "protobuf"]].concat());
    }
}

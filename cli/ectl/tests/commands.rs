//! The commands and flags of etcdctl and etcdutl 3.6, as their own help lists them: each is here.

use std::collections::BTreeSet;

use clap::{Arg, Command};

/// What every command takes.
const GLOBAL: &str =
    "cacert cert command-timeout debug dial-timeout discovery-srv discovery-srv-name endpoints
    hex insecure-discovery insecure-skip-tls-verify insecure-transport keepalive-time keepalive-timeout key
    password user write-out";

/// Commands, and what each takes beside that.
const COMMANDS: &[(&str, &str)] = &[
    ("alarm disarm", ""),
    ("alarm list", ""),
    ("auth disable", ""),
    ("auth enable", ""),
    ("auth status", ""),
    ("check datascale", "auto-compact auto-defrag load prefix"),
    ("check perf", "auto-compact auto-defrag load prefix"),
    ("compaction", "physical"),
    ("completion", ""),
    ("defrag", "cluster"),
    ("del", "from-key prefix prev-kv range"),
    ("downgrade cancel", ""),
    ("downgrade enable", ""),
    ("downgrade validate", ""),
    ("elect", "listen"),
    ("endpoint hashkv", "cluster rev"),
    ("endpoint health", "cluster"),
    ("endpoint status", "cluster"),
    (
        "get",
        "consistency count-only from-key keys-only limit max-create-rev max-mod-rev min-create-rev min-mod-rev
         order prefix print-value-only rev sort-by",
    ),
    ("lease grant", ""),
    ("lease keep-alive", "once"),
    ("lease list", ""),
    ("lease revoke", ""),
    ("lease timetolive", "keys"),
    ("lock", "ttl"),
    (
        "make-mirror",
        "dest-cacert dest-cert dest-insecure-transport dest-key dest-password dest-prefix dest-user max-txn-ops
         no-dest-prefix prefix rev",
    ),
    ("member add", "learner peer-urls"),
    ("member list", "consistency"),
    ("member promote", ""),
    ("member remove", ""),
    ("member update", "peer-urls"),
    ("move-leader", ""),
    ("put", "ignore-lease ignore-value lease prev-kv"),
    ("role add", ""),
    ("role delete", ""),
    ("role get", ""),
    ("role grant-permission", "from-key prefix"),
    ("role list", ""),
    ("role revoke-permission", "from-key prefix"),
    ("snapshot save", ""),
    ("txn", "interactive"),
    ("user add", "interactive new-user-password no-password"),
    ("user delete", ""),
    ("user get", "detail"),
    ("user grant-role", ""),
    ("user list", ""),
    ("user passwd", "interactive"),
    ("user revoke-role", ""),
    ("version", ""),
    ("watch", "interactive prefix prev-kv progress-notify rev"),
    // etcdutl's.
    ("defrag", "data-dir"),
    ("hashkv", "rev"),
    ("migrate", "data-dir force target-version"),
    (
        "snapshot restore",
        "bump-revision data-dir initial-advertise-peer-urls initial-cluster initial-cluster-token
         initial-memory-map-size mark-compacted name skip-hash-check wal-dir",
    ),
    ("snapshot status", ""),
];

fn longs(command: &Command) -> BTreeSet<String> {
    command.get_arguments().filter_map(Arg::get_long).map(String::from).collect()
}

#[test]
fn every_command_and_flag_is_here() {
    let root = ectl::command();
    let mut missing = Vec::new();
    let global = longs(&root);
    missing.extend(
        GLOBAL.split_whitespace().filter(|flag| !global.contains(*flag)).map(|flag| format!("--{flag}")),
    );
    for (path, flags) in COMMANDS {
        let found = path.split(' ').try_fold(&root, |command, name| command.find_subcommand(name));
        let Some(found) = found else {
            missing.push((*path).to_string());
            continue;
        };
        let here = longs(found);
        // Some are a group's: `endpoint --cluster`.
        let parent = path.split_once(' ').and_then(|(group, _)| root.find_subcommand(group)).map(longs);
        for flag in flags.split_whitespace() {
            if !here.contains(flag) && !parent.as_ref().is_some_and(|group| group.contains(flag)) {
                missing.push(format!("{path} --{flag}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

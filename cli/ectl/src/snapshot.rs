//! snapshot: save, look at, and restore.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::SnapshotRequest;
use etcdfile::{Plan, Restore};
use serde_json::json;

use crate::connect::{ask, connect};
use crate::output::{Format, Printer, show};
use crate::{Done, Failure, maintenance::size, on, positional, text, toggle};

/// More revisions than any client can have seen since the snapshot: upstream's advice.
const BUMP: &str = "1000000000";

pub(crate) fn command() -> Command {
    let value = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name).long(name).default_value(default).help(help)
    };
    Command::new("snapshot")
        .about("Manages etcd node snapshots")
        .subcommand_required(true)
        .subcommand(
            Command::new("save")
                .about("Stores an etcd node backend snapshot to a given file")
                .arg(positional("filename", true)),
        )
        .subcommand(
            Command::new("status")
                .about("Gets backend snapshot status of a given file")
                .arg(positional("filename", true)),
        )
        .subcommand(
            Command::new("restore")
                .about("Restores an etcd member snapshot to an etcd directory")
                .arg(positional("filename", true))
                .arg(value("data-dir", "", "Path to the output data directory [default: <name>.etcd]"))
                .arg(value("name", "default", "Human-readable name for this member"))
                .arg(value(
                    "initial-cluster",
                    "",
                    "Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]",
                ))
                .arg(value("initial-cluster-token", "etcd-cluster", "Initial cluster token"))
                .arg(value(
                    "initial-advertise-peer-urls",
                    "http://localhost:2380",
                    "List of this member's peer URLs to advertise to the rest of the cluster",
                ))
                .arg(value("wal-dir", "", "Path to the WAL directory (use --data-dir if none given)"))
                .arg(toggle("skip-hash-check", "Ignore snapshot integrity hash value (required if copied from data directory)"))
                .arg(
                    value("bump-revision", BUMP, "How much to increase the latest revision after restore")
                        .value_parser(clap::value_parser!(u32).range(..)),
                )
                .arg(
                    value("initial-memory-map-size", "0", "Not built: files are not mapped into memory; only 0 is taken")
                        .value_parser(clap::value_parser!(u64).range(..1)),
                )
                .arg(crate::switch_here(
                    "mark-compacted",
                    true,
                    "Mark the latest revision after restore as the point of scheduled compaction, so that watchers start over",
                )),
        )
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    match matches.subcommand() {
        Some(("save", sub)) => save(sub).await,
        Some(("status", sub)) => status(sub),
        Some((_, sub)) => restore(sub),
        None => Err(Failure::args("no command given")),
    }
}

fn status(matches: &ArgMatches) -> Done {
    let path = text(matches, "filename").unwrap_or_default();
    let found = etcdfile::status(Path::new(path)).map_err(Failure::error)?;
    let printer = Printer::new(matches);
    if printer.format == Format::Fields {
        println!("\"Hash\" : {}\n\"Revision\" : {}", found.hash, found.revision);
        println!(
            "\"Keys\" : {}\n\"Size\" : {}\n\"Version\" : {:?}",
            found.total_keys, found.total_size, found.version
        );
        return Ok(());
    }
    let row = vec![
        format!("{:x}", found.hash),
        found.revision.to_string(),
        found.total_keys.to_string(),
        size(i64::try_from(found.total_size).unwrap_or(i64::MAX)),
        found.version.clone(),
    ];
    let json = json!({
        "hash": found.hash,
        "revision": found.revision,
        "totalKey": found.total_keys,
        "totalSize": found.total_size,
        "version": found.version,
    });
    show(printer, &["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "STORAGE VERSION"], vec![row], json)
}

fn restore(matches: &ArgMatches) -> Done {
    let path = text(matches, "filename").unwrap_or_default();
    let given = |name: &str| text(matches, name).unwrap_or_default().to_string();
    let name = given("name");
    let list = |text: &str| -> Vec<String> {
        text.split(',')
            .map(|url| url.trim().trim_end_matches('/').to_string())
            .filter(|url| !url.is_empty())
            .collect()
    };
    let mut own = list(&given("initial-advertise-peer-urls"));
    own.sort();
    let mut cluster: Vec<(String, Vec<String>)> = Vec::new();
    for part in list(&given("initial-cluster")) {
        let (member, url) = part
            .split_once('=')
            .ok_or_else(|| Failure::args(format!("--initial-cluster: {part:?} is not name=url")))?;
        match cluster.iter_mut().find(|(known, _)| known == member) {
            Some((_, urls)) => urls.push(url.into()),
            None => cluster.push((member.into(), vec![url.into()])),
        }
    }
    cluster.iter_mut().for_each(|(_, urls)| urls.sort());
    if cluster.is_empty() {
        cluster.push((name.clone(), own.clone()));
    }
    match cluster.iter().find(|(member, _)| *member == name) {
        None => {
            return Err(Failure::args(format!(
                "couldn't find local name {name:?} in the initial cluster configuration"
            )));
        }
        Some((_, urls)) if *urls != own => {
            return Err(Failure::args(format!(
                "--initial-cluster has {name}={} but missing from --initial-advertise-peer-urls={}",
                urls.join(","),
                own.join(",")
            )));
        }
        Some(_) => {}
    }
    let data_dir = match given("data-dir") {
        none if none.is_empty() => PathBuf::from(format!("{name}.etcd")),
        some => PathBuf::from(some),
    };
    let wal_dir = given("wal-dir");
    // The log begins empty: nothing is to be in the way of it.
    if !wal_dir.is_empty() && std::fs::read_dir(&wal_dir).is_ok_and(|mut files| files.next().is_some()) {
        return Err(Failure::error(format!("wal-dir {wal_dir:?} not empty or could not be read")));
    }
    let how = Restore {
        bump_revision: matches.get_one::<u32>("bump-revision").copied().unwrap_or_default().into(),
        mark_compacted: on(matches, "mark-compacted"),
        skip_hash_check: on(matches, "skip-hash-check"),
        plan: Plan { name, token: given("initial-cluster-token"), cluster },
    };
    let revision = etcdfile::restore(Path::new(path), &data_dir, &how).map_err(Failure::error)?;
    if !wal_dir.is_empty() {
        std::fs::create_dir_all(&wal_dir).map_err(|error| Failure::io(format!("{wal_dir}: {error}")))?;
    }
    eprintln!("restored {path} to {}, which begins at revision {revision}", data_dir.display());
    Ok(())
}

async fn save(matches: &ArgMatches) -> Done {
    let target = text(matches, "filename").unwrap_or_default();
    let partial = format!("{target}.part");
    let failed = |error: std::io::Error| Failure::interrupted(format!("{partial}: {error}"));
    let mut client = connect(matches).await?.maintenance();
    let mut parts = client.snapshot(ask(SnapshotRequest {})).await?.into_inner();
    let mut options = std::fs::File::options();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.write(true).create(true).truncate(true).open(&partial);
    let mut file = file.map_err(|error| {
        // In Go's words, as etcdctl.
        let reason = error.raw_os_error().map_or_else(
            || error.to_string(),
            |code| nix::errno::Errno::from_raw(code).desc().to_lowercase(),
        );
        Failure::interrupted(format!("could not open {partial} (open {partial}: {reason})"))
    })?;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    let mut tail: Vec<u8> = Vec::new();
    let mut version = String::new();
    while let Some(part) =
        parts.message().await.map_err(|status| Failure::interrupted(Failure::from(status).message))?
    {
        version.clone_from(&part.version);
        file.write_all(&part.blob).map_err(failed)?;
        // The last 32 bytes are the checksum of all before them.
        tail.extend_from_slice(&part.blob);
        let done = tail.len().saturating_sub(32);
        digest.update(&tail[..done]);
        tail.drain(..done);
    }
    let length = file.stream_position().map_err(failed)?;
    // The database itself comes in whole sectors; a checksum makes the length odd.
    if length % 512 == 32 && digest.finish().as_ref() != &tail[..] {
        let _ = std::fs::remove_file(&partial);
        return Err(Failure::interrupted(
            "the snapshot's checksum is wrong: it was damaged on the way; try again",
        ));
    }
    file.sync_all().map_err(failed)?;
    std::fs::rename(&partial, target).map_err(failed)?;
    println!("Snapshot saved at {target}");
    // Servers before 3.6 don't tell.
    if !version.is_empty() {
        println!("Server version {version}");
    }
    Ok(())
}

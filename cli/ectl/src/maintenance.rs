//! endpoint, member, alarm, defrag and snapshot.

use std::io::{Seek, Write};
use std::time::{Duration, Instant};

use clap::{ArgMatches, Command};
use etcdapi::etcdserverpb::{
    AlarmRequest, AlarmType, DefragmentRequest, HashKvRequest, MemberListRequest, RangeRequest,
    SnapshotRequest, StatusRequest, alarm_request::AlarmAction,
};
use serde_json::{Value, json};

use crate::connect::{connect, endpoints, timed, to};
use crate::output::{Format, Printer, header_json, object, print, table};
use crate::{Done, Failure, on, positional, text, toggle};

pub(crate) fn commands() -> Vec<Command> {
    let cluster = || toggle("cluster", "use all endpoints from the cluster member list").global(true);
    vec![
        Command::new("endpoint")
            .about("Endpoint related commands")
            .subcommand_required(true)
            .arg(cluster())
            .subcommand(Command::new("status").about("Prints out the status of endpoints"))
            .subcommand(Command::new("health").about("Checks the healthiness of endpoints"))
            .subcommand(
                Command::new("hashkv").about("Prints the KV history hash for each endpoint").arg(
                    clap::Arg::new("rev")
                        .long("rev")
                        .default_value("0")
                        .value_parser(clap::value_parser!(i64))
                        .help("maximum revision to hash (default: latest revision)"),
                ),
            ),
        Command::new("member")
            .about("Membership related commands")
            .subcommand_required(true)
            .subcommand(Command::new("list").about("Lists all members in the cluster")),
        Command::new("alarm")
            .about("Alarm related commands")
            .subcommand_required(true)
            .subcommand(Command::new("list").about("Lists all alarms"))
            .subcommand(Command::new("disarm").about("Disarms all alarms")),
        Command::new("defrag")
            .about("Defragments the storage of the etcd members with given endpoints")
            .arg(cluster()),
        Command::new("snapshot").about("Manages etcd node snapshots").subcommand_required(true).subcommand(
            Command::new("save")
                .about("Stores an etcd node backend snapshot to a given file")
                .arg(positional("filename", true)),
        ),
    ]
}

pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Done {
    let sub = matches.subcommand();
    match (name, sub) {
        ("endpoint", Some(("status", sub))) => status(sub).await,
        ("endpoint", Some(("health", sub))) => health(sub).await,
        ("endpoint", Some(("hashkv", sub))) => hashkv(sub).await,
        ("member", Some((_, sub))) => members(sub).await,
        ("alarm", Some((verb, sub))) => alarms(sub, verb == "disarm").await,
        ("snapshot", Some((_, sub))) => save(sub).await,
        _ => defrag(matches).await,
    }
}

/// The endpoints to go through one by one.
async fn each(matches: &ArgMatches) -> Result<(Vec<String>, etcdapi::Tls), Failure> {
    let (given, tls) = endpoints(matches);
    if !on(matches, "cluster") {
        return Ok((given, tls));
    }
    let mut cluster = connect(matches).await?.cluster();
    let list = timed(matches, cluster.member_list(MemberListRequest { linearizable: true })).await?;
    Ok((list.into_inner().members.into_iter().flat_map(|member| member.client_urls).collect(), tls))
}

/// Bytes for people, in powers of ten as etcdctl.
fn size(bytes: i64) -> String {
    let mut number = bytes as f64;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if number < 1000.0 {
            return if unit == "B" || number >= 10.0 {
                format!("{number:.0} {unit}")
            } else {
                format!("{number:.1} {unit}")
            };
        }
        number /= 1000.0;
    }
    format!("{number:.0} PB")
}

async fn status(matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let (all, tls) = each(matches).await?;
    let (mut rows, mut values, mut failed) = (Vec::new(), Vec::new(), false);
    for endpoint in all {
        let found = match to(matches, vec![endpoint.clone()], tls.clone()).await {
            Ok(client) => timed(matches, client.maintenance().status(StatusRequest {})).await,
            Err(failure) => Err(failure),
        };
        let status = match found {
            Ok(status) => status.into_inner(),
            Err(failure) => {
                eprintln!("Failed to get the status of endpoint {endpoint} ({})", failure.message);
                failed = true;
                continue;
            }
        };
        let id = status.header.map(|header| header.member_id).unwrap_or_default();
        let downgrade = status.downgrade_info.clone().unwrap_or_default();
        let unused = if status.db_size > 0 { 100 - status.db_size_in_use * 100 / status.db_size } else { 0 };
        values.push(json!({ "Endpoint": endpoint, "Status": object([
            ("header", header_json(status.header.as_ref())),
            ("version", status.version.clone().into()),
            ("dbSize", status.db_size.into()),
            ("leader", status.leader.into()),
            ("raftIndex", status.raft_index.into()),
            ("raftTerm", status.raft_term.into()),
            ("raftAppliedIndex", status.raft_applied_index.into()),
            ("errors", status.errors.clone().into()),
            ("dbSizeInUse", status.db_size_in_use.into()),
            ("isLearner", status.is_learner.into()),
            ("storageVersion", status.storage_version.clone().into()),
            ("dbSizeQuota", status.db_size_quota.into()),
        ]) }));
        rows.push(vec![
            endpoint,
            format!("{id:x}"),
            status.version,
            status.storage_version,
            size(status.db_size),
            size(status.db_size_in_use),
            format!("{unused}%"),
            size(status.db_size_quota),
            (status.leader == id).to_string(),
            status.is_learner.to_string(),
            status.raft_term.to_string(),
            status.raft_index.to_string(),
            status.raft_applied_index.to_string(),
            status.errors.join(", "),
            downgrade.target_version,
            downgrade.enabled.to_string(),
        ]);
    }
    let head = [
        "ENDPOINT",
        "ID",
        "VERSION",
        "STORAGE VERSION",
        "DB SIZE",
        "IN USE",
        "PERCENTAGE NOT IN USE",
        "QUOTA",
        "IS LEADER",
        "IS LEARNER",
        "RAFT TERM",
        "RAFT INDEX",
        "RAFT APPLIED INDEX",
        "ERRORS",
        "DOWNGRADE TARGET VERSION",
        "DOWNGRADE ENABLED",
    ];
    show(printer, &head, rows, values.into());
    if failed { Err(Failure::error("")) } else { Ok(()) }
}

fn show(printer: Printer, head: &[&str], rows: Vec<Vec<String>>, json: Value) {
    match printer.format {
        Format::Json => print(json),
        Format::Table => table(head, rows),
        Format::Fields => {
            for row in rows {
                for (name, value) in head.iter().zip(row) {
                    println!("\"{name}\" : {value:?}");
                }
                println!();
            }
        }
        Format::Simple => {
            for row in rows {
                println!("{}", row.join(", "));
            }
        }
    }
}

/// The time a thing took, as Go prints durations.
fn took(duration: Duration) -> String {
    let micros = duration.as_nanos() as f64 / 1e3;
    if micros < 1000.0 {
        format!("{micros}µs")
    } else if micros < 1e6 {
        format!("{}ms", micros / 1e3)
    } else {
        format!("{}s", micros / 1e6)
    }
}

async fn health(matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let (all, tls) = each(matches).await?;
    let (mut rows, mut values, mut sick) = (Vec::new(), Vec::new(), false);
    for endpoint in all {
        let started = Instant::now();
        let found = match to(matches, vec![endpoint.clone()], tls.clone()).await {
            Ok(client) => {
                let request = RangeRequest { key: "health".into(), ..Default::default() };
                timed(matches, client.kv().range(request)).await.map(|_| ())
            }
            Err(failure) => Err(failure),
        };
        let took = took(started.elapsed());
        let error = found.err().map(|failure| failure.message).unwrap_or_default();
        sick |= !error.is_empty();
        if printer.format == Format::Simple {
            if error.is_empty() {
                println!("{endpoint} is healthy: successfully committed proposal: took = {took}");
            } else {
                println!("{endpoint} is unhealthy: failed to commit proposal: {error}");
            }
        }
        values.push(object([
            ("endpoint", endpoint.clone().into()),
            ("health", error.is_empty().into()),
            ("took", took.clone().into()),
            ("error", error.clone().into()),
        ]));
        rows.push(vec![endpoint, error.is_empty().to_string(), took, error]);
    }
    if printer.format != Format::Simple {
        show(printer, &["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows, values.into());
    }
    if sick { Err(Failure::error("unhealthy cluster")) } else { Ok(()) }
}

async fn hashkv(matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let revision = matches.get_one::<i64>("rev").copied().unwrap_or_default();
    let (all, tls) = each(matches).await?;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for endpoint in all {
        let client = to(matches, vec![endpoint.clone()], tls.clone()).await?;
        let found =
            timed(matches, client.maintenance().hash_kv(HashKvRequest { revision })).await?.into_inner();
        values.push(json!({ "Endpoint": endpoint, "HashKV": object([
            ("header", header_json(found.header.as_ref())),
            ("hash", found.hash.into()),
            ("compact_revision", found.compact_revision.into()),
            ("hash_revision", found.hash_revision.into()),
        ]) }));
        rows.push(vec![endpoint, found.hash.to_string(), found.hash_revision.to_string()]);
    }
    show(printer, &["ENDPOINT", "HASH", "HASH REVISION"], rows, values.into());
    Ok(())
}

async fn members(matches: &ArgMatches) -> Done {
    let mut cluster = connect(matches).await?.cluster();
    let list =
        timed(matches, cluster.member_list(MemberListRequest { linearizable: true })).await?.into_inner();
    let rows = list
        .members
        .iter()
        .map(|member| {
            vec![
                format!("{:x}", member.id),
                if member.name.is_empty() { "unstarted" } else { "started" }.to_string(),
                member.name.clone(),
                member.peer_urls.join(","),
                member.client_urls.join(","),
                member.is_learner.to_string(),
            ]
        })
        .collect();
    let members: Vec<Value> = list
        .members
        .iter()
        .map(|member| {
            object([
                ("ID", member.id.into()),
                ("name", member.name.clone().into()),
                ("peerURLs", member.peer_urls.clone().into()),
                ("clientURLs", member.client_urls.clone().into()),
                ("isLearner", member.is_learner.into()),
            ])
        })
        .collect();
    let json = json!({ "header": header_json(list.header.as_ref()), "members": members });
    let head = ["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"];
    show(Printer::new(matches), &head, rows, json);
    Ok(())
}

async fn alarms(matches: &ArgMatches, disarm: bool) -> Done {
    let mut client = connect(matches).await?.maintenance();
    let action = if disarm { AlarmAction::Deactivate } else { AlarmAction::Get };
    let request = AlarmRequest { action: action as i32, member_id: 0, alarm: 0 };
    let found = timed(matches, client.alarm(request)).await?.into_inner();
    let name = |alarm| AlarmType::try_from(alarm).map_or("UNKNOWN", |alarm| alarm.as_str_name());
    if Printer::new(matches).format == Format::Json {
        let alarms: Vec<Value> = found
            .alarms
            .iter()
            .map(|alarm| object([("memberID", alarm.member_id.into()), ("alarm", alarm.alarm.into())]))
            .collect();
        print(object([("header", header_json(found.header.as_ref())), ("alarms", alarms.into())]));
    } else {
        for alarm in found.alarms {
            println!("memberID:{} alarm:{} ", alarm.member_id, name(alarm.alarm));
        }
    }
    Ok(())
}

async fn defrag(matches: &ArgMatches) -> Done {
    let (all, tls) = each(matches).await?;
    let mut failed = false;
    for endpoint in all {
        let started = Instant::now();
        let done = match to(matches, vec![endpoint.clone()], tls.clone()).await {
            // It takes as long as it takes.
            Ok(client) => client.maintenance().defragment(DefragmentRequest {}).await.map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        match done {
            Ok(_) => {
                println!("Finished defragmenting etcd member[{endpoint}]. took {}", took(started.elapsed()));
            }
            Err(failure) => {
                eprintln!("Failed to defragment etcd member[{endpoint}] ({})", failure.message);
                failed = true;
            }
        }
    }
    if failed { Err(Failure::error("")) } else { Ok(()) }
}

async fn save(matches: &ArgMatches) -> Done {
    let target = text(matches, "filename").unwrap_or_default();
    let partial = format!("{target}.part");
    let failed = |error: std::io::Error| Failure::io(format!("{partial}: {error}"));
    let mut client = connect(matches).await?.maintenance();
    let mut parts = client.snapshot(SnapshotRequest {}).await?.into_inner();
    let mut options = std::fs::File::options();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create(true).truncate(true).open(&partial).map_err(failed)?;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    let mut tail: Vec<u8> = Vec::new();
    while let Some(part) = parts.message().await? {
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
        return Err(Failure::io("the snapshot's checksum is wrong: it was damaged on the way; try again"));
    }
    file.sync_all().map_err(failed)?;
    std::fs::rename(&partial, target).map_err(failed)?;
    println!("Snapshot saved at {target}");
    Ok(())
}

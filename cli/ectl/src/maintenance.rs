//! endpoint, alarm, defrag, move-leader and downgrade.

use std::time::{Duration, Instant};

use clap::{ArgMatches, Command};
use etcdapi::etcdserverpb::{
    AlarmMember, AlarmRequest, AlarmResponse, AlarmType, DefragmentRequest, DowngradeRequest, HashKvRequest,
    MemberListRequest, MoveLeaderRequest, RangeRequest, StatusRequest, alarm_request::AlarmAction,
    downgrade_request::DowngradeAction,
};
use serde_json::json;

use crate::connect::{ask, connect, endpoints, timed, to};
use crate::output::{Format, Printer, header_fields, header_json, object, show};
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
        Command::new("alarm")
            .about("Alarm related commands")
            .subcommand_required(true)
            .subcommand(Command::new("list").about("Lists all alarms"))
            .subcommand(Command::new("disarm").about("Disarms all alarms")),
        Command::new("defrag")
            .about("Defragments the storage of the etcd members with given endpoints")
            .arg(cluster())
            .arg(
                clap::Arg::new("data-dir")
                    .long("data-dir")
                    .help("Defragments a data directory not in use by etcd, instead of a member"),
            ),
        Command::new("move-leader")
            .about("Transfers leadership to another etcd cluster member")
            .arg(positional("id", true).help("The transferee's ID in hexadecimal")),
        Command::new("downgrade")
            .about("Downgrade related commands")
            .subcommand_required(true)
            .subcommand(
                Command::new("validate")
                    .about("Validate downgrade capability before starting downgrade")
                    .arg(positional("version", true)),
            )
            .subcommand(
                Command::new("enable")
                    .about("Start a downgrade action to cluster")
                    .arg(positional("version", true)),
            )
            .subcommand(Command::new("cancel").about("Cancel the ongoing downgrade action to cluster")),
    ]
}

pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Done {
    let sub = matches.subcommand();
    match (name, sub) {
        ("endpoint", Some(("status", sub))) => status(sub).await,
        ("endpoint", Some(("health", sub))) => health(sub).await,
        ("endpoint", Some(("hashkv", sub))) => hashkv(sub).await,
        ("alarm", Some((verb, sub))) => alarms(sub, verb == "disarm").await,
        ("downgrade", Some((verb, sub))) => downgrade(verb, sub).await,
        ("move-leader", _) => move_leader(matches).await,
        _ => defrag(matches).await,
    }
}

/// The endpoints to go through one by one.
async fn each(matches: &ArgMatches) -> Result<(Vec<String>, etcdapi::Tls), Failure> {
    let (given, tls) = endpoints(matches).await?;
    if !on(matches, "cluster") {
        return Ok((given, tls));
    }
    let mut cluster = connect(matches).await?.cluster();
    let list = timed(matches, cluster.member_list(ask(MemberListRequest { linearizable: true }))).await?;
    Ok((list.into_inner().members.into_iter().flat_map(|member| member.client_urls).collect(), tls))
}

/// Bytes for people, in powers of ten as etcdctl.
pub(crate) fn size(bytes: i64) -> String {
    let mut number = bytes as f64;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if number < 1000.0 {
            // To a tenth first, whatever is shown of it.
            number = (number * 10.0 + 0.5).floor() / 10.0;
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
            Ok(client) => timed(matches, client.maintenance().status(ask(StatusRequest {}))).await,
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
        if printer.format == Format::Fields {
            header_fields(status.header.as_ref());
            println!("\"Version\" : {:?}\n\"StorageVersion\" : {:?}", status.version, status.storage_version);
            println!("\"DBSize\" : {}\n\"DBSizeInUse\" : {}", status.db_size, status.db_size_in_use);
            println!("\"DBSizeQuota\" : {}\n\"Leader\" : {}", status.db_size_quota, status.leader);
            println!("\"IsLearner\" : {}\n\"RaftIndex\" : {}", status.is_learner, status.raft_index);
            println!(
                "\"RaftTerm\" : {}\n\"RaftAppliedIndex\" : {}",
                status.raft_term, status.raft_applied_index
            );
            println!("\"Errors\" : [{}]\n\"Endpoint\" : {endpoint:?}\n", status.errors.join(", "));
            continue;
        }
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
    show(printer, &head, rows, values.into())?;
    if failed { Err(Failure::error("")) } else { Ok(()) }
}

/// The time a thing took, as Go prints durations: without trailing zeroes.
fn took(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let (unit, per): (_, u128) = match nanos {
        0..1_000_000 => ("µs", 1_000),
        1_000_000..1_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    let digits = per.ilog10() as usize;
    let text = format!("{}.{:0digits$}", nanos / per, nanos % per);
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A member with an alarm is not healthy.
async fn no_alarm(matches: &ArgMatches, client: &etcdapi::Client) -> Done {
    let get = AlarmRequest { action: AlarmAction::Get as i32, member_id: 0, alarm: 0 };
    let Ok(found) = timed(matches, client.maintenance().alarm(ask(get))).await else {
        return Err(Failure::error("Unable to fetch the alarm list"));
    };
    let alarms = found.into_inner().alarms;
    if alarms.is_empty() {
        return Ok(());
    }
    let name =
        |alarm: &AlarmMember| AlarmType::try_from(alarm.alarm).map_or("UNKNOWN", |alarm| alarm.as_str_name());
    let names: String = alarms.iter().map(|alarm| format!("{} ", name(alarm))).collect();
    Err(Failure::error(format!("Active Alarm(s): {names}")))
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
                match timed(matches, client.kv().range(ask(request))).await {
                    // Refused, but by a member that works.
                    Err(failure) if failure.message != "etcdserver: permission denied" => Err(failure),
                    _ => no_alarm(matches, &client).await,
                }
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
                eprintln!("{endpoint} is unhealthy: failed to commit proposal: {error}");
            }
        }
        if printer.format == Format::Fields {
            println!("\"Endpoint\" : {endpoint:?}\n\"Health\" : {}", error.is_empty());
            println!("\"Took\" : {took}\n\"Error\" : {error}\n");
        }
        values.push(object([
            ("endpoint", endpoint.clone().into()),
            ("health", error.is_empty().into()),
            ("took", took.clone().into()),
            ("error", error.clone().into()),
        ]));
        rows.push(vec![endpoint, error.is_empty().to_string(), took, error]);
    }
    if !matches!(printer.format, Format::Simple | Format::Fields) {
        show(printer, &["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows, values.into())?;
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
            timed(matches, client.maintenance().hash_kv(ask(HashKvRequest { revision }))).await?.into_inner();
        if printer.format == Format::Fields {
            header_fields(found.header.as_ref());
            println!(
                "\"Endpoint\" : {endpoint:?}\n\"Hash\" : {}\n\"HashRevision\" : {}",
                found.hash, found.hash_revision
            );
            println!();
            continue;
        }
        values.push(json!({ "Endpoint": endpoint, "HashKV": object([
            ("header", header_json(found.header.as_ref())),
            ("hash", found.hash.into()),
            ("compact_revision", found.compact_revision.into()),
            ("hash_revision", found.hash_revision.into()),
        ]) }));
        rows.push(vec![endpoint, found.hash.to_string(), found.hash_revision.to_string()]);
    }
    show(printer, &["ENDPOINT", "HASH", "HASH REVISION"], rows, values.into())
}

async fn alarms(matches: &ArgMatches, disarm: bool) -> Done {
    let mut client = connect(matches).await?.maintenance();
    let get = AlarmRequest { action: AlarmAction::Get as i32, member_id: 0, alarm: 0 };
    let mut found = timed(matches, client.alarm(ask(get))).await?.into_inner();
    if disarm {
        // Servers disarm one member's alarm at a time; the answer is all of theirs.
        let mut all = AlarmResponse::default();
        for AlarmMember { member_id, alarm } in found.alarms {
            let one = AlarmRequest { action: AlarmAction::Deactivate as i32, member_id, alarm };
            all.alarms.extend(timed(matches, client.alarm(ask(one))).await?.into_inner().alarms);
        }
        found = all;
    }
    let name = |alarm| AlarmType::try_from(alarm).map_or("UNKNOWN", |alarm| alarm.as_str_name());
    let printer = Printer::new(matches);
    if printer.format == Format::Fields {
        if !disarm {
            header_fields(found.header.as_ref());
        }
        for alarm in found.alarms {
            println!("\"MemberID\" : {}\n\"AlarmType\" : {}\n", alarm.member_id, name(alarm.alarm));
        }
        return Ok(());
    }
    printer.answer("AlarmResponse", &found, found.header.as_ref(), || {
        for alarm in &found.alarms {
            println!("memberID:{} alarm:{} ", alarm.member_id, name(alarm.alarm));
        }
    })
}

async fn defrag(matches: &ArgMatches) -> Done {
    if let Some(data_dir) = text(matches, "data-dir").filter(|path| !path.is_empty()) {
        let path = std::path::PathBuf::from(data_dir);
        let done = tokio::task::spawn_blocking(move || etcdfile::defragment(&path)).await;
        let (before, after) = done.map_err(Failure::error)?.map_err(|error| {
            Failure::error(format!("Failed to defragment etcd data[{data_dir}] ({error})"))
        })?;
        let size = |bytes: u64| size(i64::try_from(bytes).unwrap_or(i64::MAX));
        eprintln!("Finished defragmenting etcd data[{data_dir}]: {} -> {}", size(before), size(after));
        return Ok(());
    }
    let (all, tls) = each(matches).await?;
    let mut failed = false;
    for endpoint in all {
        let started = Instant::now();
        let done = match to(matches, vec![endpoint.clone()], tls.clone()).await {
            // It takes as long as it takes.
            Ok(client) => {
                client.maintenance().defragment(ask(DefragmentRequest {})).await.map_err(Failure::from)
            }
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

async fn move_leader(matches: &ArgMatches) -> Done {
    let given = text(matches, "id").unwrap_or_default();
    let target_id = u64::from_str_radix(given, 16)
        .map_err(|_| Failure::args(crate::commands::go_number(given, "ParseUint")))?;
    let (all, tls) = endpoints(matches).await?;
    for endpoint in &all {
        let client = to(matches, vec![endpoint.clone()], tls.clone()).await?;
        let status = timed(matches, client.maintenance().status(ask(StatusRequest {}))).await?.into_inner();
        let id = status.header.map_or(0, |header| header.member_id);
        if status.leader == id {
            let request = ask(MoveLeaderRequest { target_id });
            timed(matches, client.maintenance().move_leader(request)).await?;
            println!("Leadership transferred from {id:x} to {target_id:x}");
            return Ok(());
        }
    }
    Err(Failure::args(format!("no leader endpoint given at [{}]", all.join(" "))))
}

async fn downgrade(verb: &str, matches: &ArgMatches) -> Done {
    let version = text(matches, "version").unwrap_or_default().to_string();
    let action = match verb {
        "validate" => DowngradeAction::Validate,
        "enable" => DowngradeAction::Enable,
        _ => DowngradeAction::Cancel,
    };
    let mut client = connect(matches).await?.maintenance();
    let request = ask(DowngradeRequest { action: action as i32, version });
    let done = timed(matches, client.downgrade(request)).await?.into_inner();
    Printer::new(matches).answer("DowngradeResponse", &done, done.header.as_ref(), || {
        println!("Downgrade {verb} success, cluster version {}", done.version);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes() {
        for (nanos, shown) in
            [(1_500, "1.5µs"), (2_000_000, "2ms"), (6_286_497, "6.286497ms"), (1_200_000_000, "1.2s")]
        {
            assert_eq!(took(Duration::from_nanos(nanos)), shown);
        }
        assert_eq!([size(999), size(20_480), size(1_500_000)], ["999 B", "20 kB", "1.5 MB"]);
        assert_eq!([size(659_456), size(658_499), size(9_960)], ["660 kB", "658 kB", "10 kB"]);
    }
}

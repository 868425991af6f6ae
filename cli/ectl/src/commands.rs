//! get, put, del, compaction and lease.

use std::io::Read;

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::{
    CompactionRequest, DeleteRangeRequest, LeaseGrantRequest, LeaseKeepAliveRequest, LeaseLeasesRequest,
    LeaseRevokeRequest, LeaseTimeToLiveRequest, PutRequest, RangeRequest,
};
use etcdapi::prefix_end;
use serde_json::Value;

use crate::connect::{ask, connect, timed};
use crate::output::{Format, Printer, encode, header_fields, line, object, quote};
use crate::{Done, Failure, on, positional, text, toggle};

fn number(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .default_value("0")
        .allow_negative_numbers(true)
        .value_parser(clap::value_parser!(i64))
}

/// get's flags: also txn reads them.
pub(crate) fn get() -> Command {
    Command::new("get")
        .about("Gets the key or a range of keys")
        .arg(positional("key", false))
        .arg(positional("range_end", false))
        .arg(
            Arg::new("consistency")
                .long("consistency")
                .default_value("l")
                .value_parser(["l", "s"])
                .help("Linearizable(l) or Serializable(s)"),
        )
        .arg(
            Arg::new("order")
                .long("order")
                .value_parser(["ASCEND", "DESCEND", "NONE", ""])
                .help("Order of results; ASCEND or DESCEND (ASCEND by default)"),
        )
        .arg(
            Arg::new("sort-by")
                .long("sort-by")
                .value_parser(["CREATE", "KEY", "MODIFY", "VALUE", "VERSION", ""])
                .help("Sort target"),
        )
        .arg(number("limit", "Maximum number of results"))
        .arg(toggle("prefix", "Get keys with matching prefix"))
        .arg(toggle(
            "from-key",
            "Get keys that are greater than or equal to the given key using byte compare",
        ))
        .arg(number("rev", "Specify the kv revision"))
        .arg(toggle("keys-only", "Get only the keys"))
        .arg(toggle("count-only", "Get only the count"))
        .arg(toggle("print-value-only", "Only write values when using the \"simple\" output format"))
        .arg(number("min-create-rev", "Minimum create revision"))
        .arg(number("max-create-rev", "Maximum create revision"))
        .arg(number("min-mod-rev", "Minimum modification revision"))
        .arg(number("max-mod-rev", "Maximum modification revision"))
}

pub(crate) fn put() -> Command {
    Command::new("put")
        .about("Puts the given key into the store")
        .arg(positional("key", true))
        // Without a value it is read from standard input.
        .arg(positional("value", false).allow_hyphen_values(true))
        .arg(
            Arg::new("lease")
                .long("lease")
                .default_value("0")
                .help("lease ID (in hexadecimal) to attach to the key"),
        )
        .arg(toggle("prev-kv", "return the previous key-value pair before modification"))
        .arg(toggle("ignore-value", "updates the key using its current value"))
        .arg(toggle("ignore-lease", "updates the key using its current lease"))
}

pub(crate) fn del() -> Command {
    Command::new("del")
        .about("Removes the specified key or range of keys [key, range_end)")
        .arg(positional("key", false))
        .arg(positional("range_end", false))
        .arg(toggle("prefix", "delete keys with matching prefix"))
        .arg(toggle("prev-kv", "return deleted key-value pairs"))
        .arg(toggle(
            "from-key",
            "delete keys that are greater than or equal to the given key using byte compare",
        ))
        .arg(toggle("range", "delete range of keys without delay"))
}

/// How long a range can still be saved.
const DELAY: std::time::Duration = std::time::Duration::from_secs(2);

pub(crate) fn commands() -> Vec<Command> {
    let id = || positional("id", true);
    vec![
        get(),
        put(),
        del(),
        Command::new("compaction")
            .about("Compacts the event history in etcd")
            .arg(positional("revision", true))
            .arg(toggle("physical", "wait until the old revisions are physically removed")),
        Command::new("lease")
            .about("Lease related commands")
            .subcommand_required(true)
            .subcommand(Command::new("grant").about("Creates leases").arg(positional("ttl", true)))
            .subcommand(Command::new("revoke").about("Revokes leases").arg(id()))
            .subcommand(
                Command::new("timetolive")
                    .about("Get lease information")
                    .arg(id())
                    .arg(toggle("keys", "Get keys attached to this lease")),
            )
            .subcommand(Command::new("list").about("List all active leases"))
            .subcommand(
                Command::new("keep-alive")
                    .about("Keeps leases alive (renew)")
                    .arg(id())
                    .arg(toggle("once", "Resets the keep-alive time to its original value and exits")),
            ),
    ]
}

/// Key and range end from the arguments; both together with `--prefix` or `--from-key` are wrong,
/// and `missing` says what no key at all is.
pub(crate) fn range(matches: &ArgMatches, missing: &str) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (prefix, from) = (on(matches, "prefix"), on(matches, "from-key"));
    if prefix && from {
        return Err(Failure::args("`--prefix` and `--from-key` cannot be set at the same time, choose one"));
    }
    let mut key = text(matches, "key").unwrap_or_default().as_bytes().to_vec();
    let end = text(matches, "range_end").unwrap_or_default().as_bytes().to_vec();
    if (prefix || from) && !end.is_empty() {
        return Err(Failure::args(
            "too many arguments, only accept one argument when `--prefix` or `--from-key` is set",
        ));
    }
    if key.is_empty() && !prefix && !from {
        return Err(Failure::args(missing));
    }
    if !prefix && !from {
        return Ok((key, end));
    }
    let end = if prefix && !key.is_empty() { prefix_end(&key) } else { vec![0] };
    if key.is_empty() {
        key = vec![0];
    }
    Ok((key, end))
}

/// Why a text is no number, as Go says it.
pub(crate) fn go_number(text: &str, function: &str) -> String {
    format!("strconv.{function}: parsing {text:?}: invalid syntax")
}

/// A lease id in hexadecimal.
pub(crate) fn lease(text: &str) -> Result<i64, Failure> {
    i64::from_str_radix(text, 16).map_err(|_| {
        Failure::args(format!("bad lease ID arg ({}), expecting ID in Hex", go_number(text, "ParseInt")))
    })
}

fn signed(matches: &ArgMatches, name: &str) -> i64 {
    matches.get_one::<i64>(name).copied().unwrap_or_default()
}

pub(crate) fn get_request(matches: &ArgMatches) -> Result<RangeRequest, Failure> {
    let missing = "get command needs one argument as key and an optional argument as range_end";
    let (key, end) = range(matches, missing)?;
    let keys_only = on(matches, "keys-only");
    Ok(RangeRequest {
        key: key.into(),
        range_end: end.into(),
        limit: signed(matches, "limit"),
        revision: signed(matches, "rev"),
        sort_order: match text(matches, "order") {
            Some("ASCEND") => 1,
            Some("DESCEND") => 2,
            // A target alone sorts upwards.
            _ => i32::from(text(matches, "sort-by").is_some_and(|target| !target.is_empty())),
        },
        sort_target: match text(matches, "sort-by") {
            Some("VERSION") => 1,
            Some("CREATE") => 2,
            Some("MODIFY") => 3,
            Some("VALUE") => 4,
            _ => 0,
        },
        serializable: text(matches, "consistency") == Some("s"),
        keys_only,
        count_only: on(matches, "count-only"),
        min_mod_revision: signed(matches, "min-mod-rev"),
        max_mod_revision: signed(matches, "max-mod-rev"),
        min_create_revision: signed(matches, "min-create-rev"),
        max_create_revision: signed(matches, "max-create-rev"),
    })
}

pub(crate) fn put_request(matches: &ArgMatches, stdin: bool) -> Result<PutRequest, Failure> {
    let ignore_value = on(matches, "ignore-value");
    let value = match text(matches, "value") {
        Some(value) => value.as_bytes().to_vec(),
        None if ignore_value => Vec::new(),
        None if stdin => {
            let mut value = Vec::new();
            std::io::stdin().read_to_end(&mut value).map_err(Failure::io)?;
            value
        }
        None => return Err(Failure::args("put command needs a key and a value")),
    };
    Ok(PutRequest {
        key: text(matches, "key").unwrap_or_default().as_bytes().to_vec().into(),
        value: value.into(),
        lease: lease(text(matches, "lease").unwrap_or("0"))?,
        prev_kv: on(matches, "prev-kv"),
        ignore_value,
        ignore_lease: on(matches, "ignore-lease"),
    })
}

pub(crate) fn del_request(matches: &ArgMatches) -> Result<DeleteRangeRequest, Failure> {
    let missing = "del command needs one argument as key and an optional argument as range_end";
    let (key, end) = range(matches, missing)?;
    Ok(DeleteRangeRequest { key: key.into(), range_end: end.into(), prev_kv: on(matches, "prev-kv") })
}

pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    match name {
        "get" => {
            let request = get_request(matches)?;
            if printer.keys_only && request.count_only {
                return Err(Failure::args(
                    "`--keys-only` and `--count-only` cannot be set at the same time, choose one",
                ));
            }
            if printer.values_only && printer.format != Format::Simple {
                return Err(Failure::args("print-value-only is only for `--write-out=simple`"));
            }
            let count_only = request.count_only;
            if count_only && printer.format != Format::Fields {
                return Err(Failure::args("--count-only is only for `--write-out=fields`"));
            }
            let mut kv = connect(matches).await?.kv();
            let found = timed(matches, kv.range(ask(request))).await?;
            printer.no_table()?;
            printer.get(found.get_ref(), count_only);
        }
        "put" => {
            let request = put_request(matches, true)?;
            let mut kv = connect(matches).await?.kv();
            let done = timed(matches, kv.put(ask(request))).await?;
            printer.no_table()?;
            printer.put(done.get_ref());
        }
        "del" => {
            let request = del_request(matches)?;
            if text(matches, "range_end").is_some_and(|end| !end.is_empty()) && !on(matches, "range") {
                eprintln!(
                    "Warning: Keys between {} and {} will be deleted. Please interrupt the command within \
                     next 2 seconds to cancel. You can provide `--range` flag to avoid the delay.",
                    quote(&request.key),
                    quote(&request.range_end)
                );
                tokio::time::sleep(DELAY).await;
            }
            let mut kv = connect(matches).await?.kv();
            let done = timed(matches, kv.delete_range(ask(request))).await?;
            printer.no_table()?;
            printer.delete(done.get_ref());
        }
        "compaction" => {
            let revision = text(matches, "revision").unwrap_or_default();
            let revision = revision.parse().map_err(|_| Failure::error(go_number(revision, "ParseInt")))?;
            let physical = on(matches, "physical");
            let mut kv = connect(matches).await?.kv();
            timed(matches, kv.compact(ask(CompactionRequest { revision, physical }))).await?;
            println!("compacted revision {revision}");
        }
        _ => return leases(matches, printer).await,
    }
    Ok(())
}

async fn leases(matches: &ArgMatches, printer: Printer) -> Done {
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::args("no lease command given"));
    };
    let id = || lease(text(matches, "id").unwrap_or_default());
    let mut client = connect(matches).await?.lease();
    match name {
        "grant" => {
            let text = text(matches, "ttl").unwrap_or_default();
            let ttl = text
                .parse()
                .map_err(|_| Failure::args(format!("bad TTL ({})", go_number(text, "ParseInt"))))?;
            let granted =
                timed(matches, client.lease_grant(ask(LeaseGrantRequest { ttl, id: 0 }))).await?.into_inner();
            let more = [("ID", granted.id.into()), ("TTL", granted.ttl.into()), ("Error", "".into())];
            printer.lease(&granted, granted.header.as_ref(), &more, || {
                println!("lease {:016x} granted with TTL({}s)", granted.id, granted.ttl);
            })?;
        }
        "revoke" => {
            let id = id()?;
            let done = timed(matches, client.lease_revoke(ask(LeaseRevokeRequest { id })))
                .await
                .map_err(|failure| Failure::error(format!("failed to revoke lease ({})", failure.message)))?
                .into_inner();
            printer.answer("LeaseRevokeResponse", &done, done.header.as_ref(), || {
                println!("lease {id:016x} revoked");
            })?;
        }
        "timetolive" => {
            let (id, keys) = (id()?, on(matches, "keys"));
            let request = LeaseTimeToLiveRequest { id, keys };
            let found = timed(matches, client.lease_time_to_live(ask(request))).await?.into_inner();
            let shown = if found.keys.is_empty() {
                Value::Null
            } else {
                found.keys.iter().map(|key| encode(key)).collect()
            };
            let more = [
                ("id", found.id.into()),
                ("ttl", found.ttl.into()),
                ("granted-ttl", found.granted_ttl.into()),
                ("keys", shown),
            ];
            if printer.format == Format::Fields {
                header_fields(found.header.as_ref());
                println!(
                    "\"ID\" : {}\n\"TTL\" : {}\n\"GrantedTTL\" : {}",
                    found.id, found.ttl, found.granted_ttl
                );
                for key in &found.keys {
                    println!("\"Key\" : {}", quote(key));
                }
                return Ok(());
            }
            printer.lease(&found, found.header.as_ref(), &more, || {
                if found.ttl < 0 && found.granted_ttl == 0 {
                    println!("lease {id:016x} already expired");
                    return;
                }
                let mut text = format!(
                    "lease {id:016x} granted with TTL({}s), remaining({}s)",
                    found.granted_ttl, found.ttl
                );
                if keys {
                    let keys: Vec<_> = found.keys.iter().map(|key| String::from_utf8_lossy(key)).collect();
                    text.push_str(&format!(", attached keys([{}])", keys.join(" ")));
                }
                println!("{text}");
            })?;
        }
        "list" => {
            let found = timed(matches, client.lease_leases(ask(LeaseLeasesRequest {}))).await?.into_inner();
            let ids: Vec<Value> =
                found.leases.iter().map(|lease| object([("id", lease.id.into())])).collect();
            if printer.format == Format::Fields {
                header_fields(found.header.as_ref());
                for lease in &found.leases {
                    println!("\"ID\" : {}", lease.id);
                }
                return Ok(());
            }
            printer.lease(&found, found.header.as_ref(), &[("leases", ids.into())], || {
                println!("found {} leases", found.leases.len());
                for lease in &found.leases {
                    println!("{:016x}", lease.id);
                }
            })?;
        }
        _ => return keep_alive(client, id()?, on(matches, "once")).await,
    }
    Ok(())
}

async fn keep_alive(
    mut client: etcdapi::etcdserverpb::lease_client::LeaseClient<tonic::transport::Channel>,
    id: i64,
    once: bool,
) -> Done {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let gone = || Failure::connection("the server ended the stream");
    sender.send(LeaseKeepAliveRequest { id }).await.map_err(|_| gone())?;
    let mut answers = client.lease_keep_alive(ask(requests)).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        if answer.ttl <= 0 {
            if once {
                return Err(Failure::connection("etcdserver: requested lease not found"));
            }
            line(format!("lease {id:016x} expired or revoked.").as_bytes());
            return Ok(());
        }
        line(format!("lease {id:016x} keepalived with TTL({})", answer.ttl).as_bytes());
        if once {
            return Ok(());
        }
        // A third of the time leaves room for two that are lost.
        let pause = std::time::Duration::from_millis(u64::try_from(answer.ttl).unwrap_or(1) * 1000 / 3);
        tokio::time::sleep(pause).await;
        sender.send(LeaseKeepAliveRequest { id }).await.map_err(|_| gone())?;
    }
    Err(gone())
}

//! watch: prints events as they come, or runs a command for each.

use std::io::BufRead;
use std::process::Stdio;

use clap::{Arg, ArgAction, ArgMatches, Command};
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{WatchCreateRequest, WatchProgressRequest, WatchRequest, WatchResponse};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::commands::range;
use crate::connect::{ask, connect};
use crate::output::{
    Format, Printer, event_fields, event_json, header_fields, header_json, line, print, quote,
};
use crate::txn::words;
use crate::{Done, Failure, on, positional, text, toggle};

fn flags(command: Command) -> Command {
    command
        .arg(positional("key", false))
        .arg(positional("range_end", false))
        .arg(toggle("prefix", "Watch on a prefix if prefix is set"))
        .arg(
            Arg::new("rev")
                .long("rev")
                .default_value("0")
                .value_parser(clap::value_parser!(i64))
                .help("Revision to start watching"),
        )
        .arg(toggle("prev-kv", "get the previous key-value pair before the event happens"))
        .arg(toggle("progress-notify", "get periodic watch progress notification from server"))
}

pub(crate) fn command() -> Command {
    flags(Command::new("watch"))
        .about("Watches events stream on keys or prefixes")
        .arg(toggle("interactive", "Interactive mode").short('i'))
        .arg(
            Arg::new("exec")
                .last(true)
                .num_args(1..)
                .action(ArgAction::Append)
                .help("Command to run for each event, with ETCD_WATCH_* in its environment"),
        )
}

fn request(matches: &ArgMatches) -> Result<WatchRequest, Failure> {
    if on(matches, "prefix") && text(matches, "range_end").is_some() {
        return Err(Failure::args("`range_end` and `--prefix` are mutually exclusive"));
    }
    // etcdctl takes key and range from the environment too.
    let (key, end) = if text(matches, "key").is_none() && !on(matches, "prefix") {
        let key = std::env::var("ETCDCTL_WATCH_KEY").map_err(|_| Failure::args("bad number of arguments"))?;
        (key.into_bytes(), std::env::var("ETCDCTL_WATCH_RANGE_END").unwrap_or_default().into_bytes())
    } else {
        range(matches, "bad number of arguments")?
    };
    let create = WatchCreateRequest {
        key: key.into(),
        range_end: end.into(),
        start_revision: matches.get_one::<i64>("rev").copied().unwrap_or_default(),
        progress_notify: on(matches, "progress-notify"),
        prev_kv: on(matches, "prev-kv"),
        ..Default::default()
    };
    Ok(WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) })
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let interactive = on(matches, "interactive");
    let first = if interactive { None } else { Some(request(matches)?) };
    let exec: Vec<String> =
        matches.get_many::<String>("exec").map(|words| words.cloned().collect()).unwrap_or_default();
    let printer = Printer::new(matches);
    let (sender, receiver) = mpsc::channel(16);
    let mut client = connect(matches).await?.watch();
    if let Some(first) = first {
        sender.send(first).await.map_err(Failure::connection)?;
    }
    if interactive {
        let sender = sender.clone();
        tokio::task::spawn_blocking(move || read_commands(&sender));
    }
    let mut responses =
        client.watch(ask(tokio_stream::wrappers::ReceiverStream::new(receiver))).await?.into_inner();
    while let Some(response) = responses.message().await? {
        show(&printer, &response, &exec).await?;
        if response.canceled && !interactive {
            return Err(Failure::interrupted("watch is canceled by the server"));
        }
    }
    Err(Failure::connection("the server ended the stream"))
}

async fn show(printer: &Printer, response: &WatchResponse, exec: &[String]) -> Done {
    if response.canceled {
        // Servers tell the revision instead of the reason.
        let reason = match response.compact_revision {
            0 => response.cancel_reason.as_str(),
            _ => "etcdserver: mvcc: required revision has been compacted",
        };
        eprintln!("watch was canceled ({reason})");
        return Ok(());
    }
    if response.created {
        return Ok(());
    }
    if response.events.is_empty() {
        let revision = response.header.map(|header| header.revision).unwrap_or_default();
        line(format!("progress notify: {revision}").as_bytes());
        return Ok(());
    }
    if printer.format == Format::Protobuf {
        crate::output::raw(response);
    } else if printer.format == Format::Json {
        print(json!({
            "Header": header_json(response.header.as_ref()),
            "Events": response.events.iter().map(event_json).collect::<Vec<Value>>(),
            "CompactRevision": response.compact_revision,
            "Canceled": false,
            "Created": false,
        }));
    } else if printer.format == Format::Fields {
        header_fields(response.header.as_ref());
        for event in &response.events {
            event_fields(event);
        }
    } else {
        for event in &response.events {
            printer.event(event);
        }
    }
    if let Some((program, args)) = exec.split_first() {
        for event in &response.events {
            let kv = event.kv.clone().unwrap_or_default();
            let revision = response.header.map(|header| header.revision).unwrap_or_default();
            let status = tokio::process::Command::new(program)
                .args(args)
                .env("ETCD_WATCH_REVISION", revision.to_string())
                .env("ETCD_WATCH_EVENT_TYPE", if event.r#type == 1 { "\"DELETE\"" } else { "\"PUT\"" })
                .env("ETCD_WATCH_KEY", quote(&kv.key))
                .env("ETCD_WATCH_VALUE", quote(&kv.value))
                .stdin(Stdio::null())
                .status()
                .await
                .map_err(|error| Failure::io(format!("cannot run {program}: {error}")))?;
            if !status.success() {
                eprintln!("{program} failed: {status}");
            }
        }
    }
    Ok(())
}

/// `watch [flags] <key> [range_end]` and `progress` lines until the input ends.
fn read_commands(sender: &mpsc::Sender<WatchRequest>) {
    for input in std::io::stdin().lock().lines().map_while(Result::ok) {
        let parsed = words(&input).and_then(|words| match words.first().map(String::as_str) {
            None => Ok(None),
            Some("progress") => {
                let union = RequestUnion::ProgressRequest(WatchProgressRequest {});
                Ok(Some(WatchRequest { request_union: Some(union) }))
            }
            Some("watch") => {
                let matches = flags(Command::new("watch"))
                    .try_get_matches_from(&words)
                    .map_err(|error| Failure::input(error.to_string()))?;
                request(&matches).map(Some)
            }
            Some(other) => {
                Err(Failure::input(format!("invalid command {other} (only support watch and progress)")))
            }
        });
        match parsed {
            Ok(None) => {}
            Ok(Some(request)) => {
                if sender.blocking_send(request).is_err() {
                    return;
                }
            }
            Err(failure) => eprintln!("{}", failure.message),
        }
    }
}

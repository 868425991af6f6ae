//! make-mirror: copies keys to another cluster, and every change since.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::request_op::Request as Op;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{
    DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest, WatchCreateRequest, WatchRequest,
};
use etcdapi::{Client, Config, Tls, prefix_end};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};

use crate::connect::{ask, connect, log_in};
use crate::{Done, Failure, on, positional, text, toggle};

/// Keys read at once.
const PAGE: i64 = 1000;
/// How often the number of keys copied is printed.
const REPORT: Duration = Duration::from_secs(30);

pub(crate) fn command() -> Command {
    let value =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).default_value("").help(help);
    Command::new("make-mirror")
        .about("Makes a mirror at the destination etcd cluster")
        .arg(positional("destination", true))
        .arg(value("prefix", "Key-value prefix to mirror"))
        .arg(value(
            "dest-prefix",
            "destination prefix to mirror a prefix to a different prefix in the destination cluster",
        ))
        .arg(toggle("no-dest-prefix", "mirror key-values to the root of the destination cluster"))
        .arg(
            Arg::new("rev")
                .long("rev")
                .default_value("0")
                .value_parser(clap::value_parser!(i64))
                .help("Specify the kv revision to start to mirror"),
        )
        .arg(
            Arg::new("max-txn-ops")
                .long("max-txn-ops")
                .default_value("128")
                .value_parser(clap::value_parser!(u32).range(1..))
                .help("Maximum number of operations permitted in a transaction during syncing updates."),
        )
        .arg(value(
            "dest-cert",
            "Identify secure client using this TLS certificate file for the destination cluster",
        ))
        .arg(value("dest-key", "Identify secure client using this TLS key file"))
        .arg(value("dest-cacert", "Verify certificates of TLS enabled secure servers using this CA bundle"))
        .arg(crate::switch_here("dest-insecure-transport", true, "Disable transport security for client connections"))
        .arg(value(
            "dest-user",
            "Destination username[:password] for authentication (prompt if password is not supplied)",
        ))
        .arg(value(
            "dest-password",
            "Destination password for authentication (if this option is used, --user option shouldn't include password)",
        ))
}

/// Where keys go.
struct Target {
    client: Client,
    token: Option<MetadataValue<Ascii>>,
    from: Vec<u8>,
    to: Vec<u8>,
    most: usize,
}

impl Target {
    fn key(&self, key: &[u8]) -> bytes::Bytes {
        [&self.to[..], key.get(self.from.len()..).unwrap_or_default()].concat().into()
    }

    async fn write(&self, ops: Vec<Op>) -> Result<(), Failure> {
        for part in ops.chunks(self.most) {
            let success = part.iter().cloned().map(|op| RequestOp { request: Some(op) }).collect();
            let mut request = Request::new(TxnRequest { success, ..Default::default() });
            if let Some(token) = &self.token {
                request.metadata_mut().insert("token", token.clone());
            }
            self.client.kv().txn(request).await?;
        }
        Ok(())
    }
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let path = |name: &str| text(matches, name).filter(|path| !path.is_empty()).map(Into::into);
    let tls =
        Tls { ca: path("dest-cacert"), cert: path("dest-cert"), key: path("dest-key"), ..Tls::default() };
    let prefix = text(matches, "prefix").unwrap_or_default();
    let given = text(matches, "dest-prefix").unwrap_or_default();
    if on(matches, "no-dest-prefix") && !given.is_empty() {
        return Err(Failure::args(
            "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one",
        ));
    }
    let to = match given {
        "" if on(matches, "no-dest-prefix") => "",
        "" => prefix,
        other => other,
    };
    let mut destination = text(matches, "destination").unwrap_or_default().to_string();
    if !on(matches, "dest-insecure-transport") && !destination.contains("://") {
        destination = format!("https://{destination}");
    }
    let client =
        Client::connect(Config { tls, ..Config::new([destination]) }).await.map_err(Failure::connection)?;
    let token = log_in(matches, &client, ["dest-user", "dest-password"], "Destination Password").await?;
    let most = matches.get_one::<u32>("max-txn-ops").map_or(128, |most| *most as usize);
    let target = Target { client, token, from: prefix.as_bytes().to_vec(), to: to.as_bytes().to_vec(), most };
    let source = connect(matches).await?;
    let copied = AtomicU64::new(0);
    let report = async {
        loop {
            tokio::time::sleep(REPORT).await;
            println!("{}", copied.load(Ordering::Relaxed));
        }
    };
    let start = matches.get_one::<i64>("rev").copied().unwrap_or_default();
    tokio::select! {
        done = mirror(&source, &target, prefix.as_bytes(), start, &copied) => done,
        () = report => Ok(()),
    }
}

async fn mirror(source: &Client, target: &Target, prefix: &[u8], start: i64, copied: &AtomicU64) -> Done {
    let end = prefix_end(prefix);
    let first = if prefix.is_empty() { vec![0] } else { prefix.to_vec() };
    let mut revision = start - 1;
    // From a revision on only its changes are copied, as etcdctl does.
    if start == 0 {
        let mut key = first.clone();
        revision = 0;
        loop {
            let request = RangeRequest {
                key: key.clone().into(),
                range_end: end.clone().into(),
                limit: PAGE,
                revision,
                ..Default::default()
            };
            let found = source.kv().range(ask(request)).await?.into_inner();
            if revision == 0 {
                revision = found.header.map_or(0, |header| header.revision);
            }
            let ops: Vec<Op> = found
                .kvs
                .iter()
                .map(|kv| {
                    let (key, value) = (target.key(&kv.key), kv.value.clone());
                    Op::RequestPut(PutRequest { key, value, ..Default::default() })
                })
                .collect();
            copied.fetch_add(ops.len() as u64, Ordering::Relaxed);
            target.write(ops).await?;
            match found.kvs.last() {
                Some(last) if found.more => key = [&last.key[..], &[0]].concat(),
                _ => break,
            }
        }
    }
    let create = WatchCreateRequest {
        key: first.into(),
        range_end: end.into(),
        start_revision: revision + 1,
        ..Default::default()
    };
    let (sender, receiver) = mpsc::channel(1);
    let create = WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) };
    sender.send(create).await.map_err(Failure::connection)?;
    let mut changes = source.watch().watch(ask(ReceiverStream::new(receiver))).await?.into_inner();
    while let Some(response) = changes.message().await? {
        if response.canceled {
            return Err(Failure::error(response.cancel_reason));
        }
        // The changes of one revision belong together, and a key changes once in it.
        let mut ops = Vec::new();
        let mut at = 0;
        for event in response.events {
            let kv = event.kv.unwrap_or_default();
            if kv.mod_revision != at {
                target.write(std::mem::take(&mut ops)).await?;
                at = kv.mod_revision;
            }
            let key = target.key(&kv.key);
            ops.push(if event.r#type == 1 {
                Op::RequestDeleteRange(DeleteRangeRequest { key, ..Default::default() })
            } else {
                Op::RequestPut(PutRequest { key, value: kv.value, ..Default::default() })
            });
            copied.fetch_add(1, Ordering::Relaxed);
        }
        target.write(ops).await?;
    }
    Err(Failure::connection("the server ended the stream"))
}

//! lock and elect: the server queues, a lease kept alive here holds the place.

use std::process::Stdio;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use etcdapi::Client;
use etcdapi::etcdserverpb::{LeaseGrantRequest, LeaseKeepAliveRequest, LeaseRevokeRequest, RangeRequest};
use etcdapi::v3electionpb::{CampaignRequest, LeaderRequest, ResignRequest};
use etcdapi::v3lockpb::{LockRequest, UnlockRequest};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::connect::{ask, connect, timed};
use crate::output::{Printer, line};
use crate::{Done, Failure, on, positional, text, toggle};

pub(crate) fn commands() -> Vec<Command> {
    vec![
        Command::new("lock")
            .about("Acquires a named lock")
            .arg(positional("lockname", true))
            .arg(
                Arg::new("ttl")
                    .long("ttl")
                    .default_value("10")
                    .value_parser(clap::value_parser!(i64))
                    .help("timeout for session"),
            )
            .arg(
                Arg::new("exec")
                    .num_args(0..)
                    .trailing_var_arg(true)
                    .allow_hyphen_values(true)
                    .action(ArgAction::Append)
                    .help("Command to run while the lock is held"),
            ),
        Command::new("elect")
            .about("Observes and participates in leader election")
            .arg(positional("election-name", true))
            .arg(positional("proposal", false))
            .arg(toggle("listen", "observation mode").short('l')),
    ]
}

/// A lease that is kept alive until this is dropped.
struct Session {
    client: Client,
    lease: i64,
    task: tokio::task::JoinHandle<()>,
}

impl Session {
    async fn start(matches: &ArgMatches, client: Client, ttl: i64) -> Result<Self, Failure> {
        let mut leases = client.lease();
        let grant = ask(LeaseGrantRequest { ttl, id: 0 });
        let granted = timed(matches, leases.lease_grant(grant)).await?.into_inner();
        let lease = granted.id;
        let pause = Duration::from_millis(u64::try_from(granted.ttl.max(1)).unwrap_or(1) * 1000 / 3);
        let task = tokio::spawn(async move {
            loop {
                let (sender, receiver) = mpsc::channel(1);
                if let Ok(answers) = leases.lease_keep_alive(ask(ReceiverStream::new(receiver))).await {
                    let mut answers = answers.into_inner();
                    while sender.send(LeaseKeepAliveRequest { id: lease }).await.is_ok() {
                        match answers.message().await {
                            Ok(Some(answer)) if answer.ttl > 0 => tokio::time::sleep(pause).await,
                            Ok(Some(_)) => return,
                            _ => break,
                        }
                    }
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
        Ok(Self { client, lease, task })
    }

    async fn end(self) {
        self.task.abort();
        let _ = self.client.lease().lease_revoke(ask(LeaseRevokeRequest { id: self.lease })).await;
    }
}

/// Waits until somebody wants the program to end.
async fn interrupted() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::io)?;
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended.map_err(Failure::io),
        _ = terminate.recv() => Ok(()),
    }
}

pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Done {
    if name == "lock" { lock(matches).await } else { elect(matches).await }
}

async fn lock(matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let name = text(matches, "lockname").unwrap_or_default().as_bytes().to_vec();
    let exec: Vec<String> =
        matches.get_many::<String>("exec").map(|words| words.cloned().collect()).unwrap_or_default();
    let ttl = matches.get_one::<i64>("ttl").copied().unwrap_or(10);
    let client = connect(matches).await?;
    let session = Session::start(matches, client.clone(), ttl).await?;
    let mut locks = client.lock();
    let request = ask(LockRequest { name: name.into(), lease: session.lease });
    let key = tokio::select! {
        locked = locks.lock(request) => locked?.into_inner().key,
        ended = interrupted() => {
            session.end().await;
            return ended;
        }
    };
    let range = ask(RangeRequest { key: key.clone(), ..Default::default() });
    let held = client.kv().range(range).await?.into_inner();
    let Some(kv) = held.kvs.first() else { return Err(Failure::error("lock lost on init")) };
    let mut status = 0;
    match exec.split_first() {
        Some((program, args)) => {
            let ran = tokio::process::Command::new(program)
                .args(args)
                .env("ETCD_LOCK_KEY", String::from_utf8_lossy(&key).as_ref())
                .env("ETCD_LOCK_REV", kv.create_revision.to_string())
                .stdin(Stdio::inherit())
                .status()
                .await;
            status = match ran {
                Ok(status) => u8::try_from(status.code().unwrap_or(1)).unwrap_or(1),
                Err(error) => {
                    session.end().await;
                    return Err(Failure::error(format!("{program}: {error}")));
                }
            };
        }
        None => {
            printer.get(&held, false);
            interrupted().await?;
        }
    }
    let _ = locks.unlock(ask(UnlockRequest { key })).await;
    session.end().await;
    if status == 0 {
        return Ok(());
    }
    Err(Failure { code: status, message: format!("exit status {status}") })
}

async fn elect(matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let name: bytes::Bytes = text(matches, "election-name").unwrap_or_default().as_bytes().to_vec().into();
    let proposal = text(matches, "proposal");
    let listen = on(matches, "listen");
    if listen != proposal.is_none() {
        return Err(Failure::args(if listen {
            "proposal given but -l is set"
        } else {
            "no proposal argument but -l not set"
        }));
    }
    let client = connect(matches).await?;
    let mut elections = client.election();
    let Some(proposal) = proposal else {
        let mut leaders = elections.observe(ask(LeaderRequest { name })).await?.into_inner();
        loop {
            tokio::select! {
                leader = leaders.message() => match leader? {
                    Some(leader) => {
                        let kv = leader.kv.unwrap_or_default();
                        line(&printer.bytes(&kv.key));
                        line(&printer.bytes(&kv.value));
                    }
                    None => return Err(Failure::connection("the server ended the stream")),
                },
                ended = interrupted() => return ended,
            }
        }
    };
    let session = Session::start(matches, client.clone(), 60).await?;
    let request = CampaignRequest { name, lease: session.lease, value: proposal.as_bytes().to_vec().into() };
    let campaign = tokio::select! {
        won = elections.campaign(ask(request)) => won?.into_inner(),
        ended = interrupted() => {
            session.end().await;
            return ended;
        }
    };
    let leader = campaign.leader.unwrap_or_default();
    let range = ask(RangeRequest { key: leader.key.clone(), ..Default::default() });
    printer.get(client.kv().range(range).await?.get_ref(), false);
    interrupted().await?;
    let _ = elections.resign(ask(ResignRequest { leader: Some(leader) })).await;
    session.end().await;
    Ok(())
}

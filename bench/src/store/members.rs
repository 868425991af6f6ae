//! How long three members go without an acknowledged write when their leader is killed.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ArgMatches;
use etcdapi::Client;
use etcdapi::etcdserverpb::PutRequest;

use super::server::Server;
use crate::report::Report;

/// Kills leaders of each program's cluster in turn.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let rounds = matches.get_one::<u64>("rounds").copied().unwrap_or(5);
    let programs = super::programs(matches);
    let mut sides = vec![Vec::new(); programs.len()];
    for _ in 0..rounds {
        for (side, program) in programs.iter().enumerate() {
            let folder = super::folder("etcd-members")?;
            let mut servers = Server::start(program, &folder.0, 3).await?;
            sides[side].push(vec![fail_over(&mut servers).await?.as_secs_f64() * 1000.0]);
        }
    }
    let worst = |rounds: &Vec<Vec<f64>>| {
        vec![vec![rounds.iter().filter_map(|round| round.first().copied()).fold(0.0, f64::max)]]
    };
    let rows = vec![
        ("leader killed to next write, ms: median".to_string(), sides.clone()),
        ("the same: worst".to_string(), sides.iter().map(worst).collect()),
    ];
    Ok(super::table(programs.len(), &["figure"], rows))
}

async fn fail_over(servers: &mut [Server]) -> Result<Duration> {
    let mut leader = None;
    for (at, server) in servers.iter_mut().enumerate() {
        let (known, id) = server.ready().await?;
        if known == id {
            leader = Some(at);
        }
    }
    let Some(leader) = leader else { bail!("no member leads") };
    let endpoints: Vec<String> = servers
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != leader)
        .map(|(_, server)| server.endpoint.clone())
        .collect();
    let mut clients = Vec::new();
    for endpoint in endpoints {
        clients.push(Client::connect(etcdapi::Config::new([endpoint])).await?);
    }
    let put = |client: &Client| {
        let mut kv = client.kv();
        async move {
            let request = PutRequest { key: "k".into(), value: "v".into(), ..Default::default() };
            let call = tokio::time::timeout(Duration::from_millis(200), kv.put(request));
            matches!(call.await, Ok(Ok(_)))
        }
    };
    for client in &clients {
        if !put(client).await {
            bail!("a follower does not take a write");
        }
    }
    servers[leader].kill();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        for client in &clients {
            if put(client).await {
                return Ok(begun.elapsed());
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    bail!("nobody takes writes 30 s after the leader's end")
}

//! Puts, reads and watches: how many a second, how long each.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ArgMatches;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{PutRequest, RangeRequest, WatchCreateRequest, WatchRequest};
use prost::Message;

use super::server::Server;
use super::wire::{Event, Wire, load};
use crate::report::{Report, percentile};

const PUT: &str = "/etcdserverpb.KV/Put";
const RANGE: &str = "/etcdserverpb.KV/Range";
const WATCH: &str = "/etcdserverpb.Watch/Watch";

/// How much of each.
struct Amounts {
    requests: u64,
    value_size: usize,
    watchers: u64,
    /// Part of the names of the measurements wanted.
    only: String,
}

fn put(index: u64, size: usize) -> Vec<u8> {
    let value = vec![b'v'; size].into();
    PutRequest { key: format!("bench/{index:08}").into(), value, ..Default::default() }.encode_to_vec()
}

/// Calls a second, and the time that 50 and 99 of a hundred stay under, in ms.
fn figures_of((mut times, total): (Vec<Duration>, Duration)) -> Vec<f64> {
    times.sort();
    let at = |share| percentile(&times, share);
    vec![times.len() as f64 / total.as_secs_f64().max(1e-9), at(0.5), at(0.99)]
}

/// All measurements on one endpoint, by name: calls a second, p50, p99 and what a call costs the
/// server, in µs of its processors (`cpu` tells what it has used so far).
fn measure(endpoint: &str, amounts: &Amounts, cpu: &dyn Fn() -> Duration) -> Result<Vec<(String, Vec<f64>)>> {
    let mut found = Vec::new();
    let wanted = |name: &str| name.contains(&amounts.only);
    let mut take = |name: String, run: &mut dyn FnMut() -> Result<Vec<f64>>| -> Result<()> {
        if !wanted(&name) {
            return Ok(());
        }
        let before = cpu();
        let begun = Instant::now();
        let mut figures = run().with_context(|| name.clone())?;
        let calls = figures[0] * begun.elapsed().as_secs_f64();
        figures.push((cpu() - before).as_secs_f64() * 1e6 / calls.max(1.0));
        found.push((name, figures));
        Ok(())
    };
    // Reads need keys, whatever is measured.
    load(endpoint, PUT, (amounts.requests, 128), |index| put(index, amounts.value_size))?;
    for in_flight in [1, 128, 1024] {
        let count = if in_flight == 1 { amounts.requests / 10 } else { amounts.requests };
        take(format!("put, {in_flight} in flight"), &mut || {
            load(endpoint, PUT, (count, in_flight), |index| put(index, amounts.value_size)).map(figures_of)
        })?;
    }
    for in_flight in [1, 128] {
        let count = if in_flight == 1 { amounts.requests / 2 } else { amounts.requests * 2 };
        take(format!("linearizable get, {in_flight} in flight"), &mut || {
            let get = |index| {
                let key = format!("bench/{:08}", index % amounts.requests).into();
                RangeRequest { key, ..Default::default() }.encode_to_vec()
            };
            load(endpoint, RANGE, (count, in_flight), get).map(figures_of)
        })?;
    }
    let range = RangeRequest {
        key: "bench/00000000".into(),
        range_end: "bench/00001000".into(),
        ..Default::default()
    };
    take("range of 1,000, 8 in flight".into(), &mut || {
        load(endpoint, RANGE, ((amounts.requests / 40).max(8), 8), |_| range.encode_to_vec()).map(figures_of)
    })?;
    take(format!("events to {} watchers", amounts.watchers), &mut || {
        fan_out(endpoint, amounts).map(|rate| vec![rate, 0.0, 0.0])
    })?;
    Ok(found)
}

/// How many events are in an encoded answer of a watch: fields number 11.
fn events(mut message: &[u8]) -> u64 {
    let mut count = 0;
    while let Ok((field, kind)) = prost::encoding::decode_key(&mut message) {
        count += u64::from(field == 11);
        let context = prost::encoding::DecodeContext::default();
        if prost::encoding::skip_field(kind, field, &mut message, context).is_err() {
            break;
        }
    }
    count
}

/// Opens `watchers` watches on one connection.
fn watch(endpoint: &str, watchers: u64) -> Result<Wire> {
    let mut wire = Wire::connect(endpoint, WATCH, true)?;
    let create = WatchCreateRequest { key: "fan/".into(), range_end: "fan0".into(), ..Default::default() };
    let create = WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) }.encode_to_vec();
    for _ in 0..watchers {
        wire.call(&create, false);
    }
    let mut created = 0;
    while created < watchers {
        wire.turn(|event| {
            created += u64::from(matches!(event, Event::Message(..)));
            Ok(())
        })?;
    }
    Ok(wire)
}

/// Events a second that `watchers` streams get while keys that all of them watch are written. A connection for
/// each processor reads: one alone is what is measured otherwise.
fn fan_out(endpoint: &str, amounts: &Amounts) -> Result<f64> {
    let readers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64).min(amounts.watchers);
    let shares = (0..readers).map(|reader| (amounts.watchers + reader) / readers);
    let wires = shares.map(|share| Ok((watch(endpoint, share)?, share))).collect::<Result<Vec<_>>>()?;
    let count = amounts.requests / 2;
    let size = amounts.value_size;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            load(endpoint, PUT, (count, 128), |index| {
                let value = vec![b'v'; size].into();
                PutRequest { key: format!("fan/{:04}", index % 1000).into(), value, ..Default::default() }
                    .encode_to_vec()
            })
        });
        let read = |(mut wire, share): (Wire, u64)| -> Result<()> {
            let mut seen = 0;
            while seen < count * share {
                wire.turn(|event| {
                    if let Event::Message(message) = event {
                        seen += events(message);
                    }
                    Ok(())
                })?;
            }
            Ok(())
        };
        let readers: Vec<_> = wires.into_iter().map(|wire| scope.spawn(move || read(wire))).collect();
        let panicked = |_| anyhow::anyhow!("a thread panicked");
        for reader in readers {
            reader.join().map_err(panicked)??;
        }
        let rate = (count * amounts.watchers) as f64 / begun.elapsed().as_secs_f64();
        writer.join().map_err(panicked)??;
        Ok(rate)
    })
}

/// Runs all measurements, in turn on each side.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let amounts = Amounts {
        requests: number("requests").max(10),
        value_size: usize::try_from(number("value-size"))?,
        watchers: number("watchers"),
        only: matches.get_one::<String>("only").cloned().unwrap_or_default(),
    };
    let members = usize::try_from(number("members"))?.max(1);
    let programs = super::programs(matches);
    let endpoint = matches.get_one::<String>("endpoint").cloned().unwrap_or_default();
    let sides = programs.len().max(1);
    let mut rows: Vec<(String, Vec<Vec<Vec<f64>>>)> = Vec::new();
    for _ in 0..number("rounds").max(1) {
        for side in 0..sides {
            // A side's servers do not run while the other is measured.
            let folder = super::folder("etcd")?;
            let (mut servers, mut endpoint) = (Vec::new(), endpoint.clone());
            if let Some(program) = programs.get(side) {
                servers = Server::start(program, &folder.0, members).await?;
                for server in &mut servers {
                    let (leader, id) = server.ready().await?;
                    if leader == id {
                        endpoint.clone_from(&server.endpoint);
                    }
                }
            }
            let cpu = || servers.iter().map(Server::cpu).sum();
            let found = tokio::task::block_in_place(|| measure(&endpoint, &amounts, &cpu));
            let found = found.with_context(|| match programs.get(side) {
                Some(program) => format!("measuring {program:?}"),
                None => format!("measuring {endpoint}"),
            })?;
            drop(servers);
            for (name, figures) in found {
                let at = rows.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                    rows.push((name, vec![Vec::new(); sides]));
                    rows.len() - 1
                });
                rows[at].1[side].push(figures);
            }
        }
    }
    Ok(super::table(sides, &["per second", "p50 ms", "p99 ms", "CPU µs"], rows))
}

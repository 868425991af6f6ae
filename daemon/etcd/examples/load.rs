//! A quick measure of an etcd: `load serve [etcd flags]` runs ours without the rest of kadm,
//! `load put|range|get <endpoint> <in flight> <seconds> [connections]` loads any.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use etcdapi::etcdserverpb::{PutRequest, RangeRequest};
use etcdapi::{Client, Config};

fn main() -> ExitCode {
    let mut args: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    if args.first().is_some_and(|first| first == "serve") {
        return etcd::run(args);
    }
    let args: Vec<String> = args.drain(..).map(|arg| arg.to_string_lossy().into_owned()).collect();
    match component::runtime::block_on(1, load(&args)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn load(args: &[String]) -> anyhow::Result<()> {
    let [what, endpoint, in_flight, seconds, rest @ ..] = args else {
        anyhow::bail!(
            "usage: load serve … | load put|get|range <endpoint> <in flight> <seconds> [connections]"
        );
    };
    let in_flight: usize = in_flight.parse()?;
    let span = Duration::from_secs(seconds.parse()?);
    let connections: usize = rest.first().map_or(Ok(1), |text| text.parse())?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(Client::connect(Config::new([endpoint.clone()])).await?);
    }
    if what != "put" {
        for n in 0..1000 {
            let request = PutRequest {
                key: format!("range/{n:04}").into(),
                value: vec![b'x'; 256].into(),
                ..Default::default()
            };
            clients[0].kv().put(request).await?;
        }
    }
    let done = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + span;
    let mut tasks = Vec::new();
    for task in 0..in_flight {
        let mut kv = clients[task % connections].kv();
        let (what, done) = (what.clone(), done.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut n = 0u64;
            while Instant::now() < end {
                let started = Instant::now();
                n += 1;
                match what.as_str() {
                    "put" => {
                        let key = format!("load/{:08}", (task as u64 * 7919 + n) % 100_000);
                        let value = vec![b'x'; 256].into();
                        kv.put(PutRequest { key: key.into(), value, ..Default::default() }).await?;
                    }
                    "get" => {
                        kv.range(RangeRequest { key: "range/0500".into(), ..Default::default() }).await?;
                    }
                    _ => {
                        let end = etcdapi::prefix_end(b"range/").into();
                        kv.range(RangeRequest { key: "range/".into(), range_end: end, ..Default::default() })
                            .await?;
                    }
                }
                times.push(started.elapsed());
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, tonic::Status>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{what} x{in_flight}: {:.0}/s, p50 {:?}, p99 {:?}",
        done.load(Ordering::Relaxed) as f64 / span.as_secs_f64(),
        at(0.5),
        at(0.99)
    );
    Ok(())
}

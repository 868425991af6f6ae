//! Puts and ranges on an etcd.

use anyhow::Result;
use clap::ArgMatches;
use etcdapi::Client;
use etcdapi::etcdserverpb::{PutRequest, RangeRequest};

use crate::api::load;
use crate::report::Report;

/// Runs all measurements under the prefix `bench/`.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let endpoint = matches.get_one::<String>("endpoint").cloned().unwrap_or_default();
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let value = bytes::Bytes::from(vec![b'v'; usize::try_from(number("value-size"))?]);
    let client = Client::connect(etcdapi::Config::new([endpoint])).await?;
    let mut report = Report::new(Report::LATENCIES);
    for in_flight in [1, 128, 1024] {
        let count = if in_flight == 1 { number("requests") / 10 } else { number("requests") };
        let (client, value) = (client.clone(), value.clone());
        let (times, total) = load(count, in_flight, move |index| {
            let mut kv = client.kv();
            let request = PutRequest {
                key: format!("bench/{index:08}").into(),
                value: value.clone(),
                ..Default::default()
            };
            async move {
                kv.put(request).await?;
                Ok(())
            }
        })
        .await?;
        report.latencies(&format!("put, {in_flight} in flight"), times, total);
    }
    let owned = client.clone();
    let count = number("requests");
    let (times, total) = load(count, 128, move |index| {
        let mut kv = owned.kv();
        let request =
            RangeRequest { key: format!("bench/{:08}", index % count).into(), ..Default::default() };
        async move {
            kv.range(request).await?;
            Ok(())
        }
    })
    .await?;
    report.latencies("linearizable get, 128 in flight", times, total);
    let owned = client.clone();
    let (times, total) = load(500, 8, move |_| {
        let mut kv = owned.kv();
        let request = RangeRequest {
            key: "bench/".into(),
            range_end: "bench0".into(),
            limit: 1000,
            ..Default::default()
        };
        async move {
            kv.range(request).await?;
            Ok(())
        }
    })
    .await?;
    report.latencies("range of 1,000", times, total);
    Ok(report)
}

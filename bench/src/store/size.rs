//! What a store costs that holds many keys: memory, disk, and the time to start with them.

use std::path::Path;

use anyhow::Result;
use clap::ArgMatches;
use etcdapi::etcdserverpb::{PutRequest, RequestOp, TxnRequest, request_op};
use prost::Message;

use super::server::Server;
use super::wire::load;
use crate::report::Report;

/// Puts that one transaction carries: the most that etcd takes by default.
const TOGETHER: u64 = 128;

fn length(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => length(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

fn transaction(index: u64, keys: u64, value: &bytes::Bytes) -> Vec<u8> {
    let puts = (index * TOGETHER..((index + 1) * TOGETHER).min(keys)).map(|key| {
        let key = format!("/registry/things/space-{:03}/thing-{key:08}", key % 500).into();
        let put = PutRequest { key, value: value.clone(), ..Default::default() };
        RequestOp { request: Some(request_op::Request::RequestPut(put)) }
    });
    TxnRequest { success: puts.collect(), ..Default::default() }.encode_to_vec()
}

/// Fills each program's store and looks.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let keys = number("keys");
    let value = bytes::Bytes::from(vec![b'v'; usize::try_from(number("value-size"))?]);
    let programs = super::programs(matches);
    let mut columns: Vec<Vec<(&str, f64)>> = Vec::new();
    for program in &programs {
        let folder = super::folder("etcd-size")?;
        let mut servers = Server::start(program, &folder.0, 1).await?;
        let server = &mut servers[0];
        let endpoint = server.endpoint.clone();
        let (_, filled) = tokio::task::block_in_place(|| {
            load(&endpoint, "/etcdserverpb.KV/Txn", (keys.div_ceil(TOGETHER), 16), |index| {
                transaction(index, keys, &value)
            })
        })?;
        let mib = |kib: u64| kib as f64 / 1024.0;
        let (pss, anonymous) = server.memory();
        let mut starts = Vec::new();
        for _ in 0..3 {
            starts.push(server.restart().await?.as_secs_f64());
        }
        let (pss_after, anonymous_after) = server.memory();
        columns.push(vec![
            ("keys written a second", keys as f64 / filled.as_secs_f64()),
            ("PSS after writing, MiB", mib(pss)),
            ("of it not of files, MiB", mib(anonymous)),
            ("start until it answers, s", super::median(starts)),
            ("PSS after the start, MiB", mib(pss_after)),
            ("of it, not of files, MiB", mib(anonymous_after)),
            ("files, MiB", length(&folder.0) as f64 / f64::from(1 << 20)),
        ]);
    }
    let rows = columns.first().into_iter().flatten().enumerate().map(|(row, (name, _))| {
        ((*name).to_string(), columns.iter().map(|column| vec![vec![column[row].1]]).collect())
    });
    Ok(super::table(programs.len(), &["figure"], rows.collect()))
}

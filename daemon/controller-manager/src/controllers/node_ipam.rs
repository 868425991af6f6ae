//! Each node gets its own part of the pod network.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use client::informer::{Event, Informer};
use client::queue::WorkQueue;
use client::{Client, Key, PatchType};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

use crate::context::{Context, recorder, reference};
use crate::objects::{Node, Resource};

/// A network range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    base: u128,
    prefix: u8,
    v6: bool,
}

/// The bits of an address that a prefix is made of.
fn mask(width: u8, prefix: u8) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (width - prefix) }
}

impl Range {
    /// Reads `10.244.0.0/16`.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || anyhow!("{text:?} is not a CIDR range");
        let (address, prefix) = text.trim().split_once('/').ok_or_else(bad)?;
        let prefix: u8 = prefix.parse().map_err(|_| bad())?;
        let (bits, v6) = match address.parse().map_err(|_| bad())? {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), false),
            IpAddr::V6(v6) => (v6.to_bits(), true),
        };
        let width = if v6 { 128 } else { 32 };
        if prefix > width {
            bail!("{text:?}: the prefix is longer than the address");
        }
        Ok(Self { base: bits & mask(width, prefix), prefix, v6 })
    }

    fn width(self) -> u8 {
        if self.v6 { 128 } else { 32 }
    }

    /// How many ranges of that prefix are in it.
    fn parts(self, prefix: u8) -> u128 {
        1u128.checked_shl(u32::from(prefix.saturating_sub(self.prefix))).unwrap_or(u128::MAX)
    }

    fn part(self, prefix: u8, number: u128) -> Self {
        Self { base: self.base + (number << (self.width() - prefix)), prefix, v6: self.v6 }
    }

    /// Whether all of another range is in it.
    pub fn holds(self, other: Self) -> bool {
        let begins_so = other.base & mask(self.width(), self.prefix) == self.base;
        self.v6 == other.v6 && self.prefix <= other.prefix && begins_so
    }

    fn meets(self, other: Self) -> bool {
        let end = |range: Self| range.base + ((1u128 << (range.width() - range.prefix).min(127)) - 1);
        self.v6 == other.v6 && self.base <= end(other) && other.base <= end(self)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = if self.v6 {
            IpAddr::V6(Ipv6Addr::from_bits(self.base))
        } else {
            IpAddr::V4(Ipv4Addr::from_bits(self.base as u32))
        };
        write!(f, "{address}/{}", self.prefix)
    }
}

/// The ranges that are given out.
pub struct Pool {
    cluster: Range,
    prefix: u8,
    avoid: Vec<Range>,
    taken: HashSet<Range>,
    next: u128,
}

impl Pool {
    pub fn new(cluster: Range, mask: u8, avoid: Vec<Range>) -> Result<Self> {
        let prefix = match mask {
            0 if cluster.v6 => 64,
            0 => 24,
            mask => mask,
        };
        if prefix < cluster.prefix || prefix > cluster.width() {
            bail!("--node-cidr-mask-size {prefix} does not fit into --cluster-cidr {cluster}");
        }
        Ok(Self { cluster, prefix, avoid, taken: HashSet::new(), next: 0 })
    }

    /// Notes a range that a node has already.
    pub fn take(&mut self, range: Range) {
        self.taken.insert(range);
    }

    pub fn give_back(&mut self, range: Range) {
        self.taken.remove(&range);
    }

    /// The next free range, `None` when all are taken.
    pub fn allocate(&mut self) -> Option<Range> {
        let parts = self.cluster.parts(self.prefix);
        for step in 0..parts.min(1 << 20) {
            let number = (self.next + step) % parts;
            let range = self.cluster.part(self.prefix, number);
            if !self.taken.contains(&range) && !self.avoid.iter().any(|other| other.meets(range)) {
                self.next = (number + 1) % parts;
                self.taken.insert(range);
                return Some(range);
            }
        }
        None
    }
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    if !context.config.allocate_node_cidrs {
        return;
    }
    let pools = match pools(&context) {
        Ok(pools) => Arc::new(Mutex::new(pools)),
        Err(error) => {
            tracing::error!("node ranges are not given out: {error:#}");
            return;
        }
    };
    let client = context.client_of("node-controller").await;
    let events = recorder(&client, "cidrAllocator");
    let nodes: Informer<Node> = context.informer();
    nodes.wait_synced().await;
    // What nodes have is taken before anything is given.
    for node in nodes.store().list() {
        note(&pools, &node, true);
    }
    let queue: WorkQueue<Key> = WorkQueue::new();
    let (sender, shared) = (queue.clone(), pools.clone());
    context.on::<Node>(move |event| match event {
        Event::Deleted(node) => note(&shared, &node, false),
        Event::Added(node) | Event::Modified { new: node, .. } => {
            if node.spec.pod_cidr.is_empty() {
                sender.add(node.metadata.key());
            } else {
                note(&shared, &node, true);
            }
        }
    });
    context
        .work(&queue, 1, move |key| {
            let (client, nodes, pools, events) =
                (client.clone(), nodes.clone(), pools.clone(), events.clone());
            async move {
                let Some(node) = nodes.store().get(&key).filter(|node| node.spec.pod_cidr.is_empty()) else {
                    return Ok(None);
                };
                let ranges: Option<Vec<Range>> = {
                    let mut pools = pools.lock().unwrap_or_else(PoisonError::into_inner);
                    pools.iter_mut().map(Pool::allocate).collect()
                };
                let Some(ranges) = ranges else {
                    let about = reference::<Node>(&node.metadata);
                    let message = format!("Node {} status is now: CIDRNotAvailable", key.name);
                    events.event(&about, "Normal", "CIDRNotAvailable", message);
                    bail!("no range is left for node {}", key.name);
                };
                if let Err(error) = assign(&client, &node, &ranges).await {
                    let mut pools = pools.lock().unwrap_or_else(PoisonError::into_inner);
                    for (pool, range) in pools.iter_mut().zip(&ranges) {
                        pool.give_back(*range);
                    }
                    if !error.is_not_found() {
                        return Err(error.into());
                    }
                }
                Ok(None)
            }
        })
        .await;
}

async fn assign(client: &Client, node: &Node, ranges: &[Range]) -> Result<(), client::Error> {
    let texts: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    let patch = json!({ "spec": { "podCIDR": texts[0], "podCIDRs": texts } });
    let path = Node::path(None, Some(&node.metadata.name), None);
    client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await.map(|_| ())
}

fn pools(context: &Context) -> Result<Vec<Pool>> {
    let config = &context.config;
    let parse = |list: &str| {
        list.split(',').filter(|text| !text.is_empty()).map(Range::parse).collect::<Result<Vec<_>>>()
    };
    let services = parse(&config.service_cidr)?;
    parse(&config.cluster_cidr)?
        .into_iter()
        .map(|range| Pool::new(range, config.node_mask, services.clone()))
        .collect()
}

fn note(pools: &Mutex<Vec<Pool>>, node: &Node, taken: bool) {
    let mut pools = pools.lock().unwrap_or_else(PoisonError::into_inner);
    let cidrs = if node.spec.pod_cidrs.is_empty() {
        std::slice::from_ref(&node.spec.pod_cidr)
    } else {
        &node.spec.pod_cidrs
    };
    for range in cidrs.iter().filter_map(|text| Range::parse(text).ok()) {
        for pool in pools.iter_mut().filter(|pool| pool.cluster.meets(range)) {
            if taken {
                pool.take(range);
            } else {
                pool.give_back(range);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_given_once_and_avoid_services() {
        let range = |text: &str| Range::parse(text).expect("a range");
        let mut pool = Pool::new(range("10.0.0.0/22"), 0, vec![range("10.0.1.0/24")]).expect("fits");
        pool.take(range("10.0.0.0/24"));
        let text = |range: Option<Range>| range.map(|range| range.to_string());
        assert_eq!(text(pool.allocate()).as_deref(), Some("10.0.2.0/24"));
        assert_eq!(text(pool.allocate()).as_deref(), Some("10.0.3.0/24"));
        assert_eq!(pool.allocate(), None);
        pool.give_back(range("10.0.2.0/24"));
        assert_eq!(text(pool.allocate()).as_deref(), Some("10.0.2.0/24"));
        let mut six = Pool::new(range("fd00::/48"), 0, vec![]).expect("fits");
        assert_eq!(text(six.allocate()).as_deref(), Some("fd00::/64"));
        assert_eq!(text(six.allocate()).as_deref(), Some("fd00:0:0:1::/64"));
        assert!(Pool::new(range("10.0.0.0/25"), 24, vec![]).is_err());
        assert!(Range::parse("10.0.0.0/33").is_err());
    }
}

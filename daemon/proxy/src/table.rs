//! The proxy's table in the kernel, and the way from what is there to what is wanted: one
//! transaction that says only what changed.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use client::Key;
use netlink::nft::{Data, Family, Field, Hook, Set, Step, Transaction, Value, Verdict, table_exists};
use netlink::{Error, Socket};

use crate::plan::{
    Desired, MARK_FOR_MASQUERADE, NO_ENDPOINT_NODE_PORTS, NO_ENDPOINT_SERVICES, NODE_PORTS, REJECT,
    SERVICE_IPS,
};

/// The table's name, in both families.
pub const TABLE: &str = "kadm-proxy";
/// Both families.
pub const FAMILIES: [Family; 2] = [Family::Ip, Family::Ip6];
/// How many Services go into one transaction when the table is made.
const BATCH: usize = 200;

/// A Service in both families.
pub type Both = [Desired; 2];

/// What the table has beside Services.
#[derive(Clone, Debug)]
pub struct Base {
    /// The mark's bit.
    pub mark: u32,
    /// Where node ports answer; everywhere when empty.
    pub node_port_networks: Vec<(IpAddr, u8)>,
}

/// The table as it is in the kernel.
pub struct Table {
    socket: Socket,
    base: Base,
    applied: BTreeMap<Key, Both>,
    owners: HashMap<(usize, &'static str, Vec<u8>), Key>,
    /// Services that wanted an address or port which another one has.
    losers: bool,
    rebuild_wanted: bool,
}

impl Table {
    /// Nothing is touched before [`Table::rebuild`].
    pub fn new(base: Base) -> Result<Self, Error> {
        Ok(Self {
            socket: Socket::netfilter()?,
            base,
            applied: BTreeMap::new(),
            owners: HashMap::new(),
            losers: false,
            rebuild_wanted: false,
        })
    }

    /// How many Services are in it.
    pub fn len(&self) -> usize {
        self.applied.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.applied.is_empty()
    }

    /// Whether somebody removed it.
    pub fn is_missing(&mut self) -> Result<bool, Error> {
        Ok(!table_exists(&mut self.socket, Family::Ip, TABLE)?)
    }

    /// Whether a Service was left out because of another one that is gone now.
    pub fn needs_rebuild(&self) -> bool {
        self.rebuild_wanted
    }

    /// Makes the table anew, replacing what an earlier proxy left in the same transaction.
    pub fn rebuild(&mut self, services: BTreeMap<Key, Both>) -> Result<(), Error> {
        self.applied.clear();
        self.owners.clear();
        self.losers = false;
        self.rebuild_wanted = false;
        let mut services = services.into_iter().peekable();
        let mut fresh = true;
        while fresh || services.peek().is_some() {
            let part: Vec<(Key, Both)> = services.by_ref().take(BATCH).collect();
            self.change(part.into_iter().map(|(key, both)| (key, Some(both))).collect(), fresh)?;
            fresh = false;
        }
        Ok(())
    }

    /// Brings Services to what is wanted; `None` removes one.
    pub fn update(&mut self, services: Vec<(Key, Option<Both>)>) -> Result<(), Error> {
        self.change(services, false)
    }

    fn change(&mut self, services: Vec<(Key, Option<Both>)>, fresh: bool) -> Result<(), Error> {
        let empty = Both::default();
        let mut freed = false;
        let mut resolved: Vec<(Key, Both, bool)> = Vec::with_capacity(services.len());
        for (key, wanted) in services {
            let keep = wanted.is_some();
            let mut wanted = wanted.unwrap_or_default();
            for (index, desired) in wanted.iter_mut().enumerate() {
                let owners = &self.owners;
                let before = desired.elements.len();
                desired.elements.retain(|(map, element), _| {
                    owners.get(&(index, *map, element.clone())).is_none_or(|owner| *owner == key)
                });
                if desired.elements.len() != before {
                    self.losers = true;
                    tracing::warn!(service = %key, "another service has the same address and port; it keeps it");
                }
            }
            if let Some(old) = self.applied.get(&key) {
                for (index, desired) in old.iter().enumerate() {
                    for (map, element) in desired.elements.keys() {
                        self.owners.remove(&(index, *map, element.clone()));
                        freed |= !wanted[index].elements.contains_key(&(*map, element.clone()));
                    }
                }
            }
            for (index, desired) in wanted.iter().enumerate() {
                for (map, element) in desired.elements.keys() {
                    self.owners.insert((index, *map, element.clone()), key.clone());
                }
            }
            resolved.push((key, wanted, keep));
        }
        for (index, family) in FAMILIES.into_iter().enumerate() {
            let mut transaction = Transaction::new(family, TABLE);
            if fresh {
                // Adding first makes the removal of what may not be there succeed.
                transaction.add_table();
                transaction.delete_table();
                self.add_base(&mut transaction, family);
            }
            let changes: Vec<(&Desired, &Desired)> = resolved
                .iter()
                .map(|(key, wanted, _)| (&self.applied.get(key).unwrap_or(&empty)[index], &wanted[index]))
                .collect();
            write(&mut transaction, &changes);
            transaction.commit(&mut self.socket)?;
        }
        for (key, wanted, keep) in resolved {
            if keep {
                self.applied.insert(key, wanted)
            } else {
                self.applied.remove(&key)
            };
        }
        // What was freed may be what another one waits for.
        self.rebuild_wanted |= freed && self.losers;
        Ok(())
    }

    fn add_base(&self, transaction: &mut Transaction, family: Family) {
        let verdict_map = |name: &str, key: Vec<Field>| Set {
            name: name.into(),
            key,
            data: Data::Verdict,
            timeout: None,
            interval: false,
        };
        let address = || vec![Field::Destination, Field::Protocol, Field::Port];
        let port = || vec![Field::Protocol, Field::Port];
        transaction.add_table();
        transaction.add_set(&verdict_map(SERVICE_IPS, address()));
        transaction.add_set(&verdict_map(NO_ENDPOINT_SERVICES, address()));
        transaction.add_set(&verdict_map(NODE_PORTS, port()));
        transaction.add_set(&verdict_map(NO_ENDPOINT_NODE_PORTS, port()));
        for chain in [MARK_FOR_MASQUERADE, REJECT, "services", "no-endpoints"] {
            transaction.add_chain(chain, None);
        }
        let mark = self.base.mark;
        transaction.add_rule(MARK_FOR_MASQUERADE, &vec![Step::Mark(mark)]);
        transaction.add_rule(REJECT, &vec![Step::Reject]);
        transaction.add_rule("services", &vec![Step::VerdictMap(address(), SERVICE_IPS.into())]);
        transaction.add_rule("no-endpoints", &vec![Step::VerdictMap(address(), NO_ENDPOINT_SERVICES.into())]);
        for guard in self.node_port_guards(family) {
            for (chain, map) in [("services", NODE_PORTS), ("no-endpoints", NO_ENDPOINT_NODE_PORTS)] {
                let mut rule = guard.clone();
                rule.push(Step::VerdictMap(port(), map.into()));
                transaction.add_rule(chain, &rule);
            }
        }
        // Names of hooks' chains, the hook, its kind and priority.
        for (chain, number) in [("nat-prerouting", 0), ("nat-output", 3)] {
            transaction.add_chain(chain, Some(Hook { kind: "nat", number, priority: -100 }));
            transaction.add_rule(chain, &vec![Step::Verdict(Verdict::Jump("services".into()))]);
        }
        for (chain, number) in [("filter-input", 1), ("filter-forward", 2), ("filter-output", 3)] {
            transaction.add_chain(chain, Some(Hook { kind: "filter", number, priority: -110 }));
            transaction
                .add_rule(chain, &vec![Step::New, Step::Verdict(Verdict::Jump("no-endpoints".into()))]);
        }
        transaction.add_chain("nat-postrouting", Some(Hook { kind: "nat", number: 4, priority: 100 }));
        // The mark has done its work: another hop must not see it.
        transaction.add_rule(
            "nat-postrouting",
            &vec![Step::Marked(mark, false), Step::FlipMark(mark), Step::Masquerade],
        );
    }

    /// The conditions under which a packet may be for a node port.
    fn node_port_guards(&self, family: Family) -> Vec<Vec<Step>> {
        let loopback: (IpAddr, u8) = match family {
            Family::Ip => ([127, 0, 0, 0].into(), 8),
            Family::Ip6 => ([0u16, 0, 0, 0, 0, 0, 0, 1].into(), 128),
        };
        let base = vec![Step::Local(true), Step::DestinationIn(loopback.0, loopback.1, true)];
        if self.base.node_port_networks.is_empty() {
            return vec![base];
        }
        let networks = self.base.node_port_networks.iter().filter(|(ip, _)| family.has(*ip));
        networks
            .map(|(ip, prefix)| {
                let mut guard = base.clone();
                guard.push(Step::DestinationIn(*ip, *prefix, false));
                guard
            })
            .collect()
    }
}

/// From old to new: new sets and chains, rules, elements; then what nothing leads to any more.
fn write(transaction: &mut Transaction, changes: &[(&Desired, &Desired)]) {
    let mut gone: BTreeMap<&'static str, Vec<(Vec<u8>, Value)>> = BTreeMap::new();
    let mut added: BTreeMap<&'static str, Vec<(Vec<u8>, Value)>> = BTreeMap::new();
    for (old, new) in changes {
        for (name, set) in &new.sets {
            if old.sets.get(name) != Some(set) && !old.sets.contains_key(name) {
                transaction.add_set(set);
            }
        }
        for name in new.chains.keys().filter(|name| !old.chains.contains_key(*name)) {
            transaction.add_chain(name, None);
        }
        for (key, value) in &old.elements {
            if new.elements.get(key) != Some(value) {
                gone.entry(key.0).or_default().push((key.1.clone(), Value::None));
            }
        }
        for (key, value) in &new.elements {
            if old.elements.get(key) != Some(value) {
                added.entry(key.0).or_default().push((key.1.clone(), value.clone()));
            }
        }
    }
    // Elements leave first: chains that they lead to can't be removed before.
    for (map, elements) in &gone {
        transaction.delete_elements(map, elements);
    }
    for (old, new) in changes {
        for (name, rules) in &new.chains {
            let before = old.chains.get(name);
            if before == Some(rules) {
                continue;
            }
            if before.is_some() {
                transaction.flush_chain(name);
            }
            for rule in rules {
                transaction.add_rule(name, rule);
            }
        }
    }
    for (map, elements) in &added {
        transaction.add_elements(map, elements);
    }
    for (old, new) in changes {
        let obsolete: Vec<&String> =
            old.chains.keys().filter(|name| !new.chains.contains_key(*name)).collect();
        // All empty before any goes: they lead to each other.
        for name in &obsolete {
            transaction.flush_chain(name);
        }
        for name in &obsolete {
            transaction.delete_chain(name);
        }
        for name in old.sets.keys().filter(|name| !new.sets.contains_key(*name)) {
            transaction.delete_set(name);
        }
    }
}

/// Removes everything a proxy of ours ever wrote.
pub fn cleanup() -> Result<(), Error> {
    netlink::nft::remove_table(&mut Socket::netfilter()?, TABLE)
}

//! Addresses of this host's pods: one file for each address in use, in the `host-local` plugin's
//! folder and form, so that either can take over from the other.

use std::fs::{self, File};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};

use crate::config::{Network, Range};
use crate::error::{Error, code};

/// An address that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The address with its network's prefix.
    pub address: Network,
    /// The way out.
    pub gateway: IpAddr,
}

/// A network's addresses, locked against other plugins until dropped.
pub struct Pool {
    folder: PathBuf,
    _lock: Flock<File>,
}

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u32::from(ip).into(),
        IpAddr::V6(ip) => ip.into(),
    }
}

fn address(number: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => Ipv4Addr::from(number as u32).into(),
        IpAddr::V6(_) => Ipv6Addr::from(number).into(),
    }
}

/// A range's bounds and gateway, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    first: u128,
    last: u128,
    gateway: u128,
}

/// The addresses a range may give: neither the network's own nor, in IPv4, its broadcast address.
pub fn bounds(range: &Range) -> Result<Bounds, Error> {
    let Network { ip, prefix } = range.subnet;
    let width: u32 = if ip.is_ipv4() { 32 } else { 128 };
    let host_bits = width - u32::from(prefix);
    if host_bits < 2 {
        return Err(Error::new(
            code::CONFIG,
            format!("the network {} is too small to give addresses from", range.subnet),
        ));
    }
    let mask = if host_bits == 128 { u128::MAX } else { (1u128 << host_bits) - 1 };
    let base = number(ip) & !mask;
    let top = base | mask;
    let highest = if ip.is_ipv4() { top - 1 } else { top };
    let bound = |wanted: Option<IpAddr>, otherwise: u128, name: &str| match wanted {
        None => Ok(otherwise),
        Some(wanted) if wanted.is_ipv4() == ip.is_ipv4() && (base..=top).contains(&number(wanted)) => {
            Ok(number(wanted))
        }
        Some(wanted) => Err(Error::new(
            code::CONFIG,
            format!("the {name} {wanted} is not in the network {}", range.subnet),
        )),
    };
    let bounds = Bounds {
        first: bound(range.range_start, base + 1, "rangeStart")?,
        last: bound(range.range_end, highest, "rangeEnd")?,
        gateway: bound(range.gateway, base + 1, "gateway")?,
    };
    if bounds.first > bounds.last {
        return Err(Error::new(code::CONFIG, format!("the range of the network {} is empty", range.subnet)));
    }
    Ok(bounds)
}

/// The next free address after `previous`, round and round.
fn choose(bounds: Bounds, previous: Option<u128>, taken: impl Fn(u128) -> bool) -> Option<u128> {
    let inside = previous.filter(|previous| (bounds.first..=bounds.last).contains(previous));
    let start = inside
        .map_or(bounds.first, |previous| if previous == bounds.last { bounds.first } else { previous + 1 });
    let free = |candidate: &u128| *candidate != bounds.gateway && !taken(*candidate);
    (start..=bounds.last).find(free).or_else(|| (bounds.first..start).find(free))
}

impl Pool {
    /// Opens a network's folder and waits for its lock.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let failed = |error: io::Error| {
            Error::file(format!("cannot use the address folder {}", folder.display()), &error)
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(failed)?;
        let lock = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| failed(errno.into()))?;
        Ok(Self { folder: folder.into(), _lock: lock })
    }

    /// Gives an address of the set's ranges. One that the same interface has already is kept.
    pub fn allocate(
        &self,
        index: usize,
        set: &[Range],
        container: &str,
        interface: &str,
    ) -> Result<Lease, Error> {
        let owner = owner(container, interface);
        let last_file = self.folder.join(format!("last_reserved_ip.{index}"));
        let previous =
            fs::read_to_string(&last_file).ok().and_then(|text| text.trim().parse::<IpAddr>().ok());
        let held = self.owned_by(&owner);
        for range in set {
            let bounds = bounds(range)?;
            let like = range.subnet.ip;
            let lease = |number| Lease {
                address: Network { ip: address(number, like), prefix: range.subnet.prefix },
                gateway: address(bounds.gateway, like),
            };
            let own = held.iter().map(|ip| (ip.is_ipv4(), number(*ip)));
            for (is_ipv4, number) in own {
                if is_ipv4 == like.is_ipv4() && (bounds.first..=bounds.last).contains(&number) {
                    return Ok(lease(number));
                }
            }
            let previous = previous.filter(|previous| previous.is_ipv4() == like.is_ipv4()).map(number);
            let chosen = choose(bounds, previous, |candidate| self.path(address(candidate, like)).exists());
            if let Some(chosen) = chosen {
                let ip = address(chosen, like);
                let write = |path: &Path, text: &str| {
                    fs::write(path, text)
                        .map_err(|error| Error::file(format!("cannot write {}", path.display()), &error))
                };
                write(&self.path(ip), &owner)?;
                write(&last_file, &ip.to_string())?;
                return Ok(lease(chosen));
            }
        }
        let names: Vec<String> = set.iter().map(|range| range.subnet.to_string()).collect();
        Err(Error::new(
            code::EXHAUSTED,
            format!("no IP addresses available in range set: {}", names.join(", ")),
        ))
    }

    /// Takes back what an interface has. Returns the addresses.
    pub fn release(&self, container: &str, interface: &str) -> Result<Vec<IpAddr>, Error> {
        let held = self.owned_by(&owner(container, interface));
        for ip in &held {
            let path = self.path(*ip);
            fs::remove_file(&path)
                .map_err(|error| Error::file(format!("cannot remove {}", path.display()), &error))?;
        }
        Ok(held)
    }

    /// The addresses of an interface.
    pub fn held(&self, container: &str, interface: &str) -> Vec<IpAddr> {
        self.owned_by(&owner(container, interface))
    }

    /// Everybody with an address: container and interface.
    pub fn owners(&self) -> Vec<(String, String)> {
        let mut owners: Vec<(String, String)> = self
            .entries()
            .filter_map(|(_, text)| {
                let (container, interface) = text.split_once("\r\n")?;
                Some((container.to_string(), interface.trim().to_string()))
            })
            .collect();
        owners.sort();
        owners.dedup();
        owners
    }

    fn path(&self, ip: IpAddr) -> PathBuf {
        self.folder.join(ip.to_string().replace(':', "-"))
    }

    fn entries(&self) -> impl Iterator<Item = (IpAddr, String)> {
        fs::read_dir(&self.folder).into_iter().flatten().flatten().filter_map(|entry| {
            let ip = entry.file_name().to_string_lossy().replace('-', ":").parse::<IpAddr>().ok()?;
            Some((ip, fs::read_to_string(entry.path()).ok()?))
        })
    }

    fn owned_by(&self, owner: &str) -> Vec<IpAddr> {
        self.entries().filter(|(_, text)| text.trim() == owner.trim()).map(|(ip, _)| ip).collect()
    }
}

fn owner(container: &str, interface: &str) -> String {
    format!("{container}\r\n{interface}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn range(subnet: &str) -> Range {
        Range {
            subnet: subnet.parse().expect("a network"),
            range_start: None,
            range_end: None,
            gateway: None,
        }
    }

    #[test]
    fn addresses_go_round() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pool = Pool::open(folder.path()).expect("opens");
        let set = [range("10.1.0.0/29")];
        let take =
            |name: &str| pool.allocate(0, &set, name, "eth0").map(|lease| lease.address.to_string()).ok();
        let all: Vec<_> = ["a", "b", "c", "d", "e"].iter().filter_map(|name| take(name)).collect();
        assert_eq!(all, ["10.1.0.2/29", "10.1.0.3/29", "10.1.0.4/29", "10.1.0.5/29", "10.1.0.6/29"]);
        assert_eq!(take("b").as_deref(), Some("10.1.0.3/29"));
        let full = pool.allocate(0, &set, "f", "eth0").err().map(|error| error.code);
        assert_eq!(full, Some(code::EXHAUSTED));
        pool.release("c", "eth0").expect("releases");
        pool.release("c", "eth0").expect("releases twice");
        assert_eq!(take("f").as_deref(), Some("10.1.0.4/29"));
        assert_eq!(pool.owners().len(), 5);
        assert_eq!(pool.held("f", "eth0").len(), 1);
    }

    #[test]
    fn version_6_has_no_broadcast() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pool = Pool::open(folder.path()).expect("opens");
        let lease = pool.allocate(1, &[range("fd00::/120")], "a", "eth0").expect("an address");
        assert_eq!(lease.address.to_string(), "fd00::2/120");
        assert_eq!(lease.gateway.to_string(), "fd00::1");
        assert_eq!(pool.release("a", "eth0").map(|ips| ips.len()).ok(), Some(1));
    }

    #[test]
    fn bad_ranges() {
        assert!(bounds(&range("10.0.0.0/31")).is_err());
        let mut outside = range("10.0.0.0/24");
        outside.range_start = "10.0.1.5".parse().ok();
        assert!(bounds(&outside).is_err());
        let mut backwards = range("10.0.0.0/24");
        backwards.range_start = "10.0.0.9".parse().ok();
        backwards.range_end = "10.0.0.5".parse().ok();
        assert!(bounds(&backwards).is_err());
    }

    proptest! {
        #[test]
        fn a_free_address_is_found_whenever_there_is_one(
            first in 0u128..50,
            length in 0u128..20,
            gateway in 0u128..80,
            previous in proptest::option::of(0u128..80),
            taken in proptest::collection::btree_set(0u128..80, 0..80),
        ) {
            let bounds = Bounds { first, last: first + length, gateway };
            let free: BTreeSet<u128> =
                (first..=first + length).filter(|ip| *ip != gateway && !taken.contains(ip)).collect();
            let chosen = choose(bounds, previous, |ip| taken.contains(&ip));
            prop_assert_eq!(chosen.is_some(), !free.is_empty());
            if let Some(chosen) = chosen {
                prop_assert!(free.contains(&chosen));
                // The address just given comes last: others get time to forget it.
                if Some(chosen) == previous {
                    prop_assert_eq!(free.len(), 1);
                }
            }
        }
    }
}

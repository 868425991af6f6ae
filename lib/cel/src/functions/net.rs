//! Addresses, address ranges and URLs.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::Outcome;
use crate::eval::fail;
use crate::value::{Cidr, Key, Value};

/// An address as Kubernetes takes it: without a zone, and no IPv4 address in IPv6 form.
fn address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    match address {
        IpAddr::V6(six) if six.to_ipv4_mapped().is_some() => None,
        other => Some(other),
    }
}

fn range(text: &str) -> Option<Cidr> {
    let (start, bits) = text.split_once('/')?;
    let address = address(start)?;
    if bits.len() > 1 && bits.starts_with('0') {
        return None;
    }
    let bits: u8 = bits.parse().ok()?;
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some(Cidr { address, bits })
}

fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(four) => (u128::from(u32::from(four)), 32),
        IpAddr::V6(six) => (u128::from(six), 128),
    }
}

fn mask(cidr: &Cidr) -> IpAddr {
    let (value, width) = bits(cidr.address);
    let drop = u32::from(width - cidr.bits);
    let kept = value.checked_shr(drop).and_then(|value| value.checked_shl(drop)).unwrap_or(0);
    match cidr.address {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(kept).unwrap_or(0).into()),
        IpAddr::V6(_) => IpAddr::V6(kept.into()),
    }
}

fn contains(cidr: &Cidr, address: IpAddr) -> bool {
    cidr.address.is_ipv4() == address.is_ipv4() && mask(&Cidr { address, bits: cidr.bits }) == mask(cidr)
}

pub fn call<'v>(name: &str, method: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    let flag = |flag: bool| Ok(Value::Bool(flag));
    Some(match (name, arguments) {
        ("ip", [Value::Text(text)]) => address(text).map_or_else(
            || fail(format!("IP Address {text:?} parse error during conversion from string")),
            |it| Ok(Value::Ip(it)),
        ),
        ("ip", [Value::Cidr(it)]) if method => Ok(Value::Ip(it.address)),
        ("isIP", [Value::Text(text)]) => flag(address(text).is_some()),
        ("ip.isCanonical", [Value::Text(text)]) => match address(text) {
            Some(it) => flag(it.to_string() == **text),
            None => fail(format!("IP Address {text:?} parse error during conversion from string")),
        },
        ("family", [Value::Ip(it)]) => Ok(Value::Int(if it.is_ipv4() { 4 } else { 6 })),
        ("isUnspecified", [Value::Ip(it)]) => flag(it.is_unspecified()),
        ("isLoopback", [Value::Ip(it)]) => flag(it.is_loopback()),
        ("isLinkLocalUnicast", [Value::Ip(it)]) => flag(is_link_local(it)),
        ("isLinkLocalMulticast", [Value::Ip(it)]) => flag(match it {
            IpAddr::V4(four) => four.octets()[..3] == [224, 0, 0],
            IpAddr::V6(six) => six.segments()[0] & 0xff0f == 0xff02,
        }),
        ("isGlobalUnicast", [Value::Ip(it)]) => {
            let broadcast = matches!(it, IpAddr::V4(four) if four.is_broadcast());
            flag(
                !it.is_unspecified()
                    && !it.is_loopback()
                    && !it.is_multicast()
                    && !is_link_local(it)
                    && !broadcast,
            )
        }
        ("cidr", [Value::Text(text)]) => range(text).map_or_else(
            || fail(format!("network address parse error during conversion from string: {text}")),
            |it| Ok(Value::Cidr(Arc::new(it))),
        ),
        ("isCIDR", [Value::Text(text)]) => flag(range(text).is_some()),
        ("containsIP", [Value::Cidr(it), Value::Ip(address)]) => flag(contains(it, *address)),
        ("containsIP", [Value::Cidr(it), Value::Text(text)]) => match address(text) {
            Some(address) => flag(contains(it, address)),
            None => fail(format!("IP Address {text:?} parse error during conversion from string")),
        },
        ("containsCIDR", [Value::Cidr(it), other]) => {
            let other = match other {
                Value::Cidr(other) => (**other).clone(),
                Value::Text(text) => match range(text) {
                    Some(other) => other,
                    None => {
                        return Some(fail(format!(
                            "network address parse error during conversion from string: {text}"
                        )));
                    }
                },
                _ => return None,
            };
            flag(other.bits >= it.bits && contains(it, other.address))
        }
        ("masked", [Value::Cidr(it)]) => Ok(Value::Cidr(Arc::new(Cidr { address: mask(it), bits: it.bits }))),
        ("prefixLength", [Value::Cidr(it)]) => Ok(Value::Int(i64::from(it.bits))),
        ("isURL", [Value::Text(text)]) => flag(url::Url::parse(text).is_ok()),
        ("url", [Value::Text(text)]) => match url::Url::parse(text) {
            Ok(it) => Ok(Value::Url(Arc::new(it))),
            Err(error) => fail(format!("URL parse error during conversion from string: {error}")),
        },
        ("getScheme", [Value::Url(it)]) => Ok(Value::text(it.scheme())),
        ("getHostname", [Value::Url(it)]) => {
            Ok(Value::text(it.host_str().unwrap_or_default().trim_matches(['[', ']'])))
        }
        ("getHost", [Value::Url(it)]) => {
            let host = it.host_str().unwrap_or_default();
            Ok(Value::text(it.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"))))
        }
        ("getPort", [Value::Url(it)]) => {
            Ok(Value::text(it.port().map(|port| port.to_string()).unwrap_or_default()))
        }
        ("getEscapedPath", [Value::Url(it)]) => Ok(Value::text(it.path())),
        ("getQuery", [Value::Url(it)]) => {
            let mut query: BTreeMap<Key, Vec<Value<'v>>> = BTreeMap::new();
            for (key, value) in it.query_pairs() {
                query.entry(Key::Text((*key).into())).or_default().push(Value::text(&*value));
            }
            let query = query.into_iter().map(|(key, values)| (key, Value::list(values))).collect();
            Ok(Value::Map(Arc::new(query)))
        }
        _ => return None,
    })
}

fn is_link_local(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    }
}

//! Address ranges in CIDR notation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    base: IpAddr,
    bits: u8,
}

impl Range {
    /// Reads `10.96.0.0/12`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not a CIDR; write it like 10.96.0.0/12");
        let (address, bits) = text.split_once('/').ok_or_else(bad)?;
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let bits: u8 = bits.parse().map_err(|_| bad())?;
        if bits > width(address) {
            return Err(bad());
        }
        let mask = mask(width(address), bits);
        Ok(Self { base: address_of(number(address) & mask, address.is_ipv4()), bits })
    }

    /// Whether addresses of the range are IPv4.
    pub fn is_ipv4(&self) -> bool {
        self.base.is_ipv4()
    }

    /// How many addresses can be given out: all but the network's and, for IPv4, the broadcast's.
    /// Ranges past 2^20 count as that large.
    pub fn size(&self) -> u32 {
        let host = u32::from(width(self.base) - self.bits).min(20);
        let all = 1u32 << host;
        let reserved = if self.is_ipv4() && u32::from(width(self.base) - self.bits) <= 20 { 2 } else { 1 };
        all.saturating_sub(reserved)
    }

    /// The address `index` places behind the network's.
    pub fn address(&self, index: u32) -> IpAddr {
        address_of(number(self.base) + u128::from(index), self.is_ipv4())
    }

    /// Whether the address can be given out: it is neither the network's nor, for IPv4, the broadcast's.
    pub fn gives(&self, address: IpAddr) -> bool {
        let width = width(address);
        let last = mask(width, width) ^ mask(width, self.bits.min(width));
        let host = number(address) & last;
        self.contains(address) && host != 0 && !(self.is_ipv4() && host == last)
    }

    /// Whether the address is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.is_ipv4()
            && number(address) & mask(width(address), self.bits) == number(self.base)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn mask(width: u8, bits: u8) -> u128 {
    let all = if width == 32 { u128::from(u32::MAX) } else { u128::MAX };
    let host = width - bits;
    if host >= 128 { 0 } else { all & !((1u128 << host) - 1) }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn address_of(number: u128, v4: bool) -> IpAddr {
    if v4 { IpAddr::V4(Ipv4Addr::from(number as u32)) } else { IpAddr::V6(Ipv6Addr::from(number)) }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = Range::parse("10.96.0.5/16").expect("parses");
        assert_eq!(range.to_string(), "10.96.0.0/16");
        assert_eq!(range.size(), 65534);
        assert_eq!(range.address(1).to_string(), "10.96.0.1");
        assert!(range.contains("10.96.255.1".parse().expect("an address")));
        assert!(!range.contains("10.97.0.1".parse().expect("an address")));
        for (address, gives) in [
            ("10.96.0.0", false),
            ("10.96.0.1", true),
            ("10.96.255.255", false),
            ("10.96.1.255", true),
            ("10.97.0.1", false),
            ("fd00::1", false),
        ] {
            assert_eq!(range.gives(address.parse().expect("an address")), gives, "{address}");
        }
        let six = Range::parse("fd00::/108").expect("parses");
        assert_eq!(six.address(1).to_string(), "fd00::1");
        assert!(six.gives("fd00::f:ffff".parse().expect("an address")));
        assert!(!six.gives("fd00::".parse().expect("an address")));
        assert!(Range::parse("10.0.0.0").is_err());
        assert!(Range::parse("10.0.0.0/33").is_err());
    }
}

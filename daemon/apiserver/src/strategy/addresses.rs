//! Addresses and ranges in forms that are still read for the sake of old objects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use apimachinery::invalid::{Field, Violation};

/// An address as old clients may write it: numbers may have leading zeros.
pub fn lenient(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        // The last four bytes may be written as those of an IPv4 address, with zeros too.
        let (head, tail) = text.rsplit_once(':')?;
        if tail.contains('.') {
            let four = u32::from(four(tail)?);
            let text = format!("{head}:{:x}:{:x}", four >> 16, four & 0xffff);
            return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
        }
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    four(text).map(IpAddr::V4)
}

fn four(text: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let number = part.trim_start_matches('0');
        *byte = if number.is_empty() { 0 } else { number.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(bytes))
}

/// The address in the one form that is right; one of IPv4 within IPv6 is one of IPv4.
pub fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether later releases will refuse an address that can be read.
fn is_odd(text: &str, address: IpAddr) -> bool {
    text.parse::<IpAddr>().is_err() || canonical(address) != address
}

/// Why a field does not take an address.
pub fn refused(text: &str) -> Option<&'static str> {
    let Some(address) = lenient(text) else {
        return Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    };
    if text.parse::<IpAddr>().is_err() {
        Some("must not have leading 0s")
    } else {
        (canonical(address) != address).then_some("must not be an IPv4-mapped IPv6 address")
    }
}

/// Why a field does not take a range.
pub fn range_refused(text: &str) -> Option<&'static str> {
    let Some((address, bits)) = lenient_range(text) else {
        return Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    };
    let (written, length) = text.split_once('/').unwrap_or((text, ""));
    if written.parse::<IpAddr>().is_err() || (length.len() > 1 && length.starts_with('0')) {
        Some("must not have leading 0s in IP or prefix length")
    } else if canonical(address) != address {
        Some("must not have an IPv4-mapped IPv6 address")
    } else {
        (network(address, bits) != address).then_some("must not have bits set beyond the prefix length")
    }
}

/// An address that a field takes.
pub fn address(text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(why) = refused(text) {
        wrong.push(Violation::invalid(field, text, why));
    }
}

/// A range that a field takes.
pub fn range(text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(why) = range_refused(text) {
        wrong.push(Violation::invalid(field, text, why));
    }
}

/// What the client should know about the form of an address, if it is one.
pub fn warning(text: &str, field: &Field) -> Option<String> {
    let address = lenient(text)?;
    if is_odd(text, address) {
        let right = canonical(address).to_string();
        return Some(format!(
            "{field}: non-standard IP address {text:?} will be considered invalid in a future Kubernetes release: use {right:?}"
        ));
    }
    let right = address.to_string();
    (right != text)
        .then(|| format!("{field}: IPv6 address {text:?} should be in RFC 5952 canonical format ({right:?})"))
}

/// A range as old clients may write it: its first address, and how many bits are fixed.
pub fn lenient_range(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    let address = lenient(address)?;
    let digits = !bits.is_empty() && bits.bytes().all(|digit| digit.is_ascii_digit());
    let bits: u8 = digits.then(|| bits.parse().ok()).flatten()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some((address, bits))
}

/// The first address of the range that an address is in.
pub fn network(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(four) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            Ipv4Addr::from(u32::from(four) & mask).into()
        }
        IpAddr::V6(six) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            Ipv6Addr::from(u128::from(six) & mask).into()
        }
    }
}

/// What the client should know about the form of a range, if it is one.
pub fn range_warnings(text: &str, field: &Field) -> Vec<String> {
    let Some((address, bits)) = lenient_range(text) else { return Vec::new() };
    let mut found = Vec::new();
    let first = network(address, bits);
    let whole = format!("{}/{bits}", canonical(first));
    if first != address {
        let all = if address.is_ipv4() { 32 } else { 128 };
        let one = format!("{}/{all}", canonical(address));
        found.push(format!(
            "{field}: CIDR value {text:?} is ambiguous in this context (should be {whole:?} or {one:?}?)"
        ));
    }
    let (written, length) = text.split_once('/').unwrap_or((text, ""));
    if is_odd(written, address) || (length.len() > 1 && length.starts_with('0')) {
        found.push(format!(
            "{field}: non-standard CIDR value {text:?} will be considered invalid in a future Kubernetes release: use {whole:?}"
        ));
    }
    let right = format!("{address}/{bits}");
    if found.is_empty() && right != text {
        found.push(format!(
            "{field}: IPv6 CIDR value {text:?} should be in RFC 5952 canonical format ({right:?})"
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let place = Field::root("ip");
        for right in ["10.0.0.1", "2001:db8::1", "not an address"] {
            assert_eq!(warning(right, &place), None, "{right}");
        }
        for (text, said) in [
            (
                "05.06.07.08",
                "ip: non-standard IP address \"05.06.07.08\" will be considered invalid in a future Kubernetes release: use \"5.6.7.8\"",
            ),
            (
                "::ffff:1.2.3.4",
                "ip: non-standard IP address \"::ffff:1.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\"",
            ),
            (
                "2001:DB8::1",
                "ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")",
            ),
        ] {
            assert_eq!(warning(text, &place).as_deref(), Some(said));
        }
    }

    #[test]
    fn refusals() {
        for (text, why) in [
            ("10.0.0.1", None),
            ("::1", None),
            ("2001:DB8::1", None),
            ("10.0.0", Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")),
            ("10.0.0.01", Some("must not have leading 0s")),
            ("::ffff:10.0.0.1", Some("must not be an IPv4-mapped IPv6 address")),
        ] {
            assert_eq!(refused(text), why, "{text}");
        }
        for (text, why) in [
            ("10.0.0.0/8", None),
            ("::/0", None),
            ("10.0.0.0", Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")),
            ("10.0.0.0/33", Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")),
            ("10.0.00.0/8", Some("must not have leading 0s in IP or prefix length")),
            ("10.0.0.0/08", Some("must not have leading 0s in IP or prefix length")),
            ("::ffff:10.0.0.0/104", Some("must not have an IPv4-mapped IPv6 address")),
            ("10.0.0.1/8", Some("must not have bits set beyond the prefix length")),
        ] {
            assert_eq!(range_refused(text), why, "{text}");
        }
    }

    #[test]
    fn ranges() {
        let place = Field::root("cidr");
        for right in ["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "10.0.0.1"] {
            assert!(range_warnings(right, &place).is_empty(), "{right}");
        }
        for (text, said) in [
            (
                "192.12.2.8/24",
                "cidr: CIDR value \"192.12.2.8/24\" is ambiguous in this context (should be \"192.12.2.0/24\" or \"192.12.2.8/32\"?)",
            ),
            (
                "192.012.2.0/24",
                "cidr: non-standard CIDR value \"192.012.2.0/24\" will be considered invalid in a future Kubernetes release: use \"192.12.2.0/24\"",
            ),
            (
                "2001:0db8::/32",
                "cidr: IPv6 CIDR value \"2001:0db8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")",
            ),
        ] {
            assert_eq!(range_warnings(text, &place), [said]);
        }
    }
}

//! How many bytes came and went over the network.

use std::fmt::Write;

use super::head;

/// What the kernel counts of this process's network namespace, in bytes.
pub fn render(out: &mut String) {
    let text = std::fs::read_to_string("/proc/self/net/netstat").unwrap_or_default();
    let Some([received, sent]) = octets(&text) else { return };
    for (name, help, value) in [
        ("receive", "Number of bytes received by the process over the network.", received),
        ("transmit", "Number of bytes sent by the process over the network.", sent),
    ] {
        let name = format!("process_network_{name}_bytes_total");
        head(out, &name, help, "counter");
        let _ = writeln!(out, "{name} {value}");
    }
}

/// How many bytes came and went, by a table of names in one line and numbers in the next.
fn octets(text: &str) -> Option<[u64; 2]> {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("IpExt: "));
    let (names, numbers) = (lines.next()?, lines.next()?);
    let of = |wanted: &str| {
        let at = names.split(' ').position(|name| name == wanted)?;
        numbers.split(' ').nth(at)?.parse().ok()
    };
    Some([of("InOctets")?, of("OutOctets")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_by_name() {
        let text = "TcpExt: InOctets\nTcpExt: 1\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 23 42\n";
        assert_eq!(octets(text), Some([23, 42]));
        assert_eq!(octets("IpExt: InOctets\nIpExt: 1\n"), None);
    }
}

//! Facts about this machine.

use std::net::IpAddr;
use std::path::Path;

/// The host name, as node names have it.
pub fn name() -> String {
    nix::unistd::gethostname()
        .map(|name| name.to_string_lossy().trim().to_lowercase())
        .unwrap_or_else(|_| "localhost".into())
}

/// The address that this machine reaches others from: the default route's, else the first that is
/// not loopback.
pub fn default_address() -> Option<IpAddr> {
    // No packet is sent: connecting a datagram socket only picks the route.
    let routed = std::net::UdpSocket::bind("0.0.0.0:0").ok().and_then(|socket| {
        socket.connect("192.0.2.1:9").ok()?;
        socket.local_addr().ok().map(|address| address.ip())
    });
    routed.filter(|address| !address.is_unspecified()).or_else(|| {
        nix::ifaddrs::getifaddrs().ok()?.find_map(|interface| {
            let address = IpAddr::V4(interface.address?.as_sockaddr_in()?.ip());
            (!address.is_loopback()).then_some(address)
        })
    })
}

/// Whether systemd runs this machine.
pub fn has_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

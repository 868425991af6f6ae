//! The pods' network on this node: which CNI configuration the runtime finds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

/// The name of the network, of its address store and of its configuration file.
pub const NAME: &str = "kadm";

/// The configuration file.
pub fn file() -> PathBuf {
    Path::new("/etc/cni/net.d").join(format!("10-{NAME}.conflist"))
}

/// Whether a CNI configuration is there that is not ours: then the network is somebody else's.
pub fn is_foreign() -> bool {
    let entries = std::fs::read_dir("/etc/cni/net.d").into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        let ending = path
            .extension()
            .is_some_and(|ending| ending == "conflist" || ending == "conf" || ending == "json");
        ending && path != file()
    })
}

/// Writes the configuration for a node with this share of the pods' network. Traffic between pods
/// (`pods`) keeps its addresses, also across nodes.
///
/// # Errors
/// Names the file that can't be written.
pub fn write(subnet: &str, pods: &str) -> Result<()> {
    if is_foreign() {
        println!("[network] Using the CNI configuration that is in /etc/cni/net.d");
        return Ok(());
    }
    let config = json!({
        "cniVersion": "1.0.0",
        "name": NAME,
        "plugins": [{
            "type": "kube-cni", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "ipMasq": true, "masqueradeExcept": pods.split(',').map(str::trim).collect::<Vec<_>>(),
            "ipam": {"type": "host-local", "ranges": [[{"subnet": subnet}]]},
            "capabilities": {"portMappings": true},
        }],
    });
    let path = file();
    pki::write::public(&path, &serde_json::to_vec_pretty(&config)?)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The first node's share of the pods' network: its first /24 (or all of it, where it is smaller),
/// which is what the controller manager gives to the first node that registers.
///
/// # Errors
/// Fails when the subnet can't be used.
pub fn first_share(pods: &str) -> Result<String> {
    let (base, length) = crate::config::subnet(pods.split(',').next().unwrap_or_default())?;
    let share = if base.is_ipv4() { length.max(24) } else { length.max(64) };
    Ok(format!("{base}/{share}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        assert_eq!(first_share("10.244.0.0/16").ok().as_deref(), Some("10.244.0.0/24"));
        assert_eq!(first_share("10.1.2.0/26").ok().as_deref(), Some("10.1.2.0/26"));
    }
}

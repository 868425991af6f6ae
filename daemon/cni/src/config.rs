//! The plugin's configuration: standard input and the `CNI_` environment.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::{Error, code};

/// What this plugin speaks, newest last.
pub const VERSIONS: &[&str] = &["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

/// Standard input.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The specification's version, of the result too.
    #[serde(default)]
    pub cni_version: String,
    /// The network's name.
    #[serde(default)]
    pub name: String,
    /// The bridge; `cni0`.
    #[serde(default = "default_bridge")]
    pub bridge: String,
    /// Packets leave a port they came in by.
    #[serde(default)]
    pub hairpin_mode: bool,
    /// The bridge takes every packet.
    #[serde(default)]
    pub promisc_mode: bool,
    /// The bridge has the gateway's address. Pods are always routed through it.
    #[serde(default = "yes")]
    pub is_gateway: bool,
    /// Pods' traffic leaves with the node's address.
    #[serde(default)]
    pub ip_masq: bool,
    /// Networks to which it does not: the other nodes' pods.
    #[serde(default, rename = "masqueradeExcept")]
    pub masquerade_except: Vec<Network>,
    /// The largest packet.
    #[serde(default)]
    pub mtu: Option<u32>,
    /// Where addresses come from.
    #[serde(default)]
    pub ipam: Ipam,
    /// What the runtime adds.
    #[serde(default)]
    pub runtime_config: RuntimeConfig,
    /// For GC: who still is there.
    #[serde(default, rename = "cni.dev/valid-attachments")]
    pub valid_attachments: Option<Vec<Attachment>>,
}

/// Address management: ours is compatible with the `host-local` plugin's files.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ipam {
    /// `host-local` or nothing.
    #[serde(rename = "type")]
    pub kind: String,
    /// One address from each.
    pub ranges: Vec<Vec<Range>>,
    /// A range, the old way.
    pub subnet: Option<Network>,
    /// Its first address.
    pub range_start: Option<IpAddr>,
    /// Its last address.
    pub range_end: Option<IpAddr>,
    /// Its gateway.
    pub gateway: Option<IpAddr>,
    /// Routes of the pod; a default route when empty.
    pub routes: Vec<Route>,
    /// Where addresses in use are kept.
    pub data_dir: Option<PathBuf>,
}

/// A range of addresses.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// The network.
    pub subnet: Network,
    /// Its first address to give.
    #[serde(default)]
    pub range_start: Option<IpAddr>,
    /// Its last address to give.
    #[serde(default)]
    pub range_end: Option<IpAddr>,
    /// The gateway; the network's first address.
    #[serde(default)]
    pub gateway: Option<IpAddr>,
}

/// A route in the pod.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Route {
    /// Where to.
    pub dst: Network,
    /// Through whom; the gateway when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gw: Option<IpAddr>,
}

/// What the runtime knows and the configuration can't.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RuntimeConfig {
    /// Host ports.
    pub port_mappings: Vec<PortMapping>,
}

/// A host port.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortMapping {
    /// On the host.
    pub host_port: u16,
    /// In the pod.
    pub container_port: u16,
    /// `tcp`, `udp` or `sctp`.
    #[serde(default)]
    pub protocol: String,
    /// One address of the host; all when empty.
    #[serde(default, rename = "hostIP")]
    pub host_ip: String,
}

/// Somebody with a network.
#[derive(Clone, Debug, Deserialize)]
pub struct Attachment {
    /// The container.
    #[serde(rename = "containerID")]
    pub container: String,
    /// Its interface.
    pub ifname: String,
}

/// An address and a prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its address, host bits included.
    pub ip: IpAddr,
    /// How many bits are the network's.
    pub prefix: u8,
}

fn default_bridge() -> String {
    "cni0".into()
}

fn yes() -> bool {
    true
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.ip, self.prefix)
    }
}

impl std::str::FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not a network; write it like 10.244.0.0/24");
        let (ip, prefix) = text.split_once('/').ok_or_else(bad)?;
        let (ip, prefix): (IpAddr, u8) = (ip.parse().map_err(|_| bad())?, prefix.parse().map_err(|_| bad())?);
        if prefix > if ip.is_ipv4() { 32 } else { 128 } { Err(bad()) } else { Ok(Self { ip, prefix }) }
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Network {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The environment.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// ADD, DEL, …
    pub command: String,
    /// The container.
    pub container: String,
    /// Its namespace's file; may be missing on DEL.
    pub netns: String,
    /// Its interface.
    pub interface: String,
}

impl Call {
    /// Reads and checks it.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let text = |name: &str| get(name).unwrap_or_default();
        let call = Self {
            command: text("CNI_COMMAND"),
            container: text("CNI_CONTAINERID"),
            netns: text("CNI_NETNS"),
            interface: text("CNI_IFNAME"),
        };
        let missing =
            |name: &str| Error::new(code::ENVIRONMENT, format!("required env variable {name} is not set"));
        let bad = |name: &str, value: &str| {
            Error::new(code::ENVIRONMENT, format!("{name} has the bad value {value:?}"))
        };
        match call.command.as_str() {
            "" => return Err(missing("CNI_COMMAND")),
            "VERSION" | "STATUS" | "GC" => return Ok(call),
            "ADD" | "DEL" | "CHECK" => {}
            other => return Err(bad("CNI_COMMAND", other)),
        }
        if call.container.is_empty() {
            return Err(missing("CNI_CONTAINERID"));
        }
        let plain = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
                && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        };
        if !plain(&call.container) {
            return Err(bad("CNI_CONTAINERID", &call.container));
        }
        if call.interface.is_empty() {
            return Err(missing("CNI_IFNAME"));
        }
        if call.interface.len() > 15 || !plain(&call.interface) {
            return Err(bad("CNI_IFNAME", &call.interface));
        }
        if call.netns.is_empty() && call.command != "DEL" {
            return Err(missing("CNI_NETNS"));
        }
        Ok(call)
    }
}

impl Config {
    /// Reads and checks standard input.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let config: Self = serde_json::from_slice(bytes).map_err(|error| {
            Error::new(code::DECODING, format!("the configuration is malformed: {error}"))
        })?;
        if !config.cni_version.is_empty() && !VERSIONS.contains(&config.cni_version.as_str()) {
            return Err(Error::new(
                code::VERSION,
                format!(
                    "CNI version {:?} is not supported; this plugin speaks {VERSIONS:?}",
                    config.cni_version
                ),
            ));
        }
        if !matches!(config.ipam.kind.as_str(), "" | "host-local") {
            return Err(Error::new(
                code::CONFIG,
                format!("the IPAM plugin {:?} is not supported; use host-local", config.ipam.kind),
            ));
        }
        let name = &config.name;
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(Error::new(code::CONFIG, format!("{name:?} is not a network's name")));
        }
        if config.bridge.is_empty() || config.bridge.len() > 15 {
            return Err(Error::new(code::CONFIG, format!("{:?} is not a bridge's name", config.bridge)));
        }
        Ok(config)
    }

    /// The ranges, however they are written.
    pub fn ranges(&self) -> Result<Vec<Vec<Range>>, Error> {
        let mut ranges = self.ipam.ranges.clone();
        if let Some(subnet) = self.ipam.subnet {
            ranges.insert(
                0,
                vec![Range {
                    subnet,
                    range_start: self.ipam.range_start,
                    range_end: self.ipam.range_end,
                    gateway: self.ipam.gateway,
                }],
            );
        }
        ranges.retain(|set| !set.is_empty());
        if ranges.is_empty() {
            return Err(Error::new(code::CONFIG, "the configuration names no address range (ipam.ranges)"));
        }
        Ok(ranges)
    }
}

/// A success's standard output.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// As asked.
    pub cni_version: String,
    /// Bridge, host end, pod end.
    pub interfaces: Vec<BTreeMap<&'static str, String>>,
    /// Addresses of the pod end.
    pub ips: Vec<Address>,
    /// Routes in the pod.
    pub routes: Vec<Route>,
    /// Nothing: the kubelet decides on DNS.
    pub dns: BTreeMap<String, String>,
}

/// An address in a result.
#[derive(Debug, Serialize)]
pub struct Address {
    /// `4` or `6`, for versions before 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'static str>,
    /// With its prefix.
    pub address: Network,
    /// The way out.
    pub gateway: IpAddr,
    /// Index into the interfaces.
    pub interface: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(pairs: &[(&str, &str)]) -> Result<Call, Error> {
        Call::from_environment(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn environments() {
        let add = [("CNI_COMMAND", "ADD"), ("CNI_CONTAINERID", "a1"), ("CNI_IFNAME", "eth0")];
        assert!(call(&add).is_err_and(|error| error.msg.contains("CNI_NETNS")));
        let del = [("CNI_COMMAND", "DEL"), ("CNI_CONTAINERID", "a1"), ("CNI_IFNAME", "eth0")];
        assert!(call(&del).is_ok());
        for (command, id, interface) in [
            ("", "a", "eth0"),
            ("NO", "a", "eth0"),
            ("DEL", "../a", "eth0"),
            ("DEL", "a", "a/b"),
            ("DEL", "", "e"),
        ] {
            let pairs = [("CNI_COMMAND", command), ("CNI_CONTAINERID", id), ("CNI_IFNAME", interface)];
            assert!(call(&pairs).is_err(), "{pairs:?}");
        }
    }

    #[test]
    fn configurations() {
        let parse = |text: &str| Config::parse(text.as_bytes());
        let config =
            parse(r#"{"cniVersion":"1.0.0","name":"n","ipam":{"type":"host-local","subnet":"10.1.0.0/24"}}"#);
        assert_eq!(config.and_then(|config| config.ranges()).map(|ranges| ranges.len()).ok(), Some(1));
        for (text, code) in [
            ("{", code::DECODING),
            (r#"{"cniVersion":"9.0.0","name":"n"}"#, code::VERSION),
            (r#"{"name":"n","ipam":{"type":"dhcp"}}"#, code::CONFIG),
            (r#"{"name":"../n"}"#, code::CONFIG),
            (r#"{"name":"n","ipam":{"subnet":"10.1.0.0"}}"#, code::DECODING),
        ] {
            assert_eq!(parse(text).err().map(|error| error.code), Some(code), "{text}");
        }
    }
}

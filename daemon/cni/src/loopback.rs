//! The `loopback` plugin: runtimes that don't bring a pod's own `lo` up themselves call it before
//! the network's plugin (containerd does). kadm links it beside `kube-cni`, so that a fresh
//! machine needs no package of plugins.

use serde_json::{Value, json};

use crate::config::Call;
use crate::error::{Error, code};
use crate::{inside, open_netns};

/// Whether a configuration is this plugin's.
pub fn is_meant(input: &Value) -> bool {
    input["type"] == "loopback"
}

/// Does what the runtime asks; `input` is the whole configuration.
///
/// # Errors
/// When the pod's namespace can't be entered or its link not be set.
pub fn perform(input: &Value, call: &Call) -> Result<Value, Error> {
    match call.command.as_str() {
        "ADD" => {
            let netns = open_netns(call)?;
            let addresses = inside(&netns, || {
                let mut socket = netlink::Socket::route()?;
                let link = socket.link("lo")?;
                socket.set_up(link.index)?;
                Ok(socket.addresses(link.index)?)
            })?;
            // A chain's earlier result goes on as it is.
            if input["prevResult"].is_object() {
                return Ok(input["prevResult"].clone());
            }
            let old = input["cniVersion"].as_str().unwrap_or_default().starts_with("0.");
            let ips: Vec<Value> = addresses
                .iter()
                .map(|(ip, prefix)| {
                    let mut entry = json!({"address": format!("{ip}/{prefix}"), "interface": 0});
                    if old {
                        entry["version"] = json!(if ip.is_ipv4() { "4" } else { "6" });
                    }
                    entry
                })
                .collect();
            Ok(json!({
                "cniVersion": input["cniVersion"].as_str().filter(|text| !text.is_empty()).unwrap_or("1.0.0"),
                "interfaces": [{"name": "lo", "mac": "00:00:00:00:00:00", "sandbox": call.netns}],
                "ips": ips,
            }))
        }
        "CHECK" => {
            let netns = open_netns(call)?;
            inside(&netns, || {
                let addresses = netlink::Socket::route().and_then(|mut socket| {
                    let link = socket.link("lo")?;
                    socket.addresses(link.index)
                })?;
                match addresses.iter().any(|(ip, _)| ip.is_loopback()) {
                    true => Ok(Value::Null),
                    false => Err(Error::new(code::CHECK, "the pod's link lo is down")),
                }
            })
        }
        // The link goes with its namespace.
        _ => Ok(Value::Null),
    }
}

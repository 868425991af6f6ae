//! Which local port leads to which port of a pod: numbers, names, and the targets of services.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// One local port and the pod's port behind it. The local one is 0 where any will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub local: u16,
    pub remote: u16,
}

/// Reads `8080:80`, `80`, `:80`, or names of ports in place of the last number, as ports of a service or of the pod.
///
/// # Errors
/// Fails on what is no port, and on ports that are not there or speak UDP only.
pub fn pairs(texts: &[String], service: Option<&Value>, pod: &Value) -> Result<Vec<Pair>> {
    // Of more than two parts the first counts, as in kubectl.
    let parts = texts.iter().map(|text| match text.split(':').collect::<Vec<_>>().as_slice() {
        [local, remote] => (*local, *remote),
        several => (several[0], several[0]),
    });
    for (_, remote) in parts.clone() {
        let (port, declared) = match service {
            Some(service) => (service_port(service, remote)?, list(&service["spec"]["ports"]).collect()),
            None => (number_or(remote, || named_port(pod, remote))?, pod_ports(pod, "containers")),
        };
        let speaks = |protocol: &str| {
            declared.iter().any(|held: &&Value| number(held) == Some(port) && held["protocol"] == protocol)
        };
        if speaks("UDP") && !speaks("TCP") {
            bail!("UDP protocol is not supported for {remote}");
        }
    }
    parts.map(|(local, remote)| pair(local, remote, service, pod)).collect()
}

fn pair(local: &str, remote: &str, service: Option<&Value>, pod: &Value) -> Result<Pair> {
    let (local, remote) = match service {
        Some(service) => {
            let port = service_port(service, remote)?;
            // A name by itself is the service's port here.
            let local =
                if local == remote && !is_number(remote) { port.to_string() } else { local.to_string() };
            (local, target(service, pod, port)?.to_string())
        }
        None if remote.is_empty() => bail!("remote port cannot be empty"),
        None => {
            let port = number_or(remote, || named_port(pod, remote))?.to_string();
            (if local == remote { port.clone() } else { local.to_string() }, port)
        }
    };
    let read = |what: &str, text: &str| -> Result<u16> {
        text.parse().map_err(|_| {
            let why = if text.parse::<u64>().is_ok() { "value out of range" } else { "invalid syntax" };
            anyhow!("error parsing {what} port '{text}': strconv.ParseUint: parsing {text:?}: {why}")
        })
    };
    let local = if local.is_empty() { 0 } else { read("local", &local)? };
    let remote = read("remote", &remote)?;
    if remote == 0 {
        bail!("remote port must be > 0");
    }
    Ok(Pair { local, remote })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

fn number_or(text: &str, other: impl FnOnce() -> Result<i64>) -> Result<i64> {
    text.parse().or_else(|_| other())
}

/// The number of a service's or a container's port.
fn number(port: &Value) -> Option<i64> {
    port["port"].as_i64().or(port["containerPort"].as_i64())
}

fn pod_ports<'p>(pod: &'p Value, containers: &str) -> Vec<&'p Value> {
    list(&pod["spec"][containers]).flat_map(|container| list(&container["ports"])).collect()
}

/// The port of a pod's containers, or of its sidecars, that has a name.
fn named_port(pod: &Value, name: &str) -> Result<i64> {
    let sidecars = list(&pod["spec"]["initContainers"]).filter(|held| held["restartPolicy"] == "Always");
    let mut ports =
        pod_ports(pod, "containers").into_iter().chain(sidecars.flat_map(|held| list(&held["ports"])));
    let port = ports.find(|port| port["name"] == name).and_then(number);
    let pod = pod["metadata"]["name"].as_str().unwrap_or_default();
    port.with_context(|| format!("Pod '{pod}' does not have a named port '{name}'"))
}

/// The port of a service by its number, which need not be there, or its name.
fn service_port(service: &Value, text: &str) -> Result<i64> {
    number_or(text, || {
        let found = list(&service["spec"]["ports"]).find(|port| port["name"] == text).and_then(number);
        let name = service["metadata"]["name"].as_str().unwrap_or_default();
        found.with_context(|| format!("Service '{name}' does not have a named port '{text}'"))
    })
}

/// Where a service's port leads in the pod.
fn target(service: &Value, pod: &Value, port: i64) -> Result<i64> {
    let Some(found) = list(&service["spec"]["ports"]).find(|held| number(held) == Some(port)) else {
        let name = service["metadata"]["name"].as_str().unwrap_or_default();
        bail!("Service {name} does not have a service port {port}");
    };
    // The clients of a service without an address go to the pod's port itself.
    if service["spec"]["clusterIP"] == "None" {
        return Ok(port);
    }
    match &found["targetPort"] {
        Value::String(name) => named_port(pod, name),
        target => Ok(target.as_i64().filter(|target| *target != 0).unwrap_or(port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str, service: Option<&Value>, pod: &Value) -> Result<(u16, u16), String> {
        pairs(&[text.to_string()], service, pod)
            .map(|pairs| (pairs[0].local, pairs[0].remote))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn ports_of_pods() {
        let pod = json!({"metadata": {"name": "p"}, "spec": {
            "containers": [{"ports": [
                {"name": "web", "containerPort": 8080, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"},
                {"containerPort": 54, "protocol": "UDP"}, {"containerPort": 54, "protocol": "TCP"},
            ]}],
            "initContainers": [
                {"restartPolicy": "Always", "ports": [{"name": "side", "containerPort": 9}]},
                {"ports": [{"name": "init", "containerPort": 10}]},
            ],
        }});
        for (text, want) in [
            ("80", Ok((80, 80))),
            ("8080:80", Ok((8080, 80))),
            (":80", Ok((0, 80))),
            ("1:2:3", Ok((1, 1))),
            ("web", Ok((8080, 8080))),
            ("1:web", Ok((1, 8080))),
            (":side", Ok((0, 9))),
            ("54", Ok((54, 54))),
            ("53", Err("UDP protocol is not supported for 53")),
            ("init", Err("Pod 'p' does not have a named port 'init'")),
            ("1:", Err("Pod 'p' does not have a named port ''")),
            ("0", Err("remote port must be > 0")),
            ("x:80", Err("error parsing local port 'x': strconv.ParseUint: parsing \"x\": invalid syntax")),
            (
                "70000",
                Err(
                    "error parsing local port '70000': strconv.ParseUint: parsing \"70000\": value out of range",
                ),
            ),
        ] {
            assert_eq!(read(text, None, &pod), want.map_err(str::to_string), "{text}");
        }
    }

    #[test]
    fn services_lead_to_targets() {
        let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [
            {"ports": [{"name": "web", "containerPort": 8080}]},
        ]}});
        let mut service = json!({"metadata": {"name": "s"}, "spec": {"ports": [
            {"name": "http", "port": 80, "targetPort": "web"}, {"port": 81, "targetPort": 9}, {"port": 83},
            {"name": "dns", "port": 53, "protocol": "UDP"}, {"port": 84, "targetPort": "none"},
        ]}});
        for (text, want) in [
            ("80", Ok((80, 8080))),
            ("http", Ok((80, 8080))),
            ("1:http", Ok((1, 8080))),
            ("81", Ok((81, 9))),
            (":83", Ok((0, 83))),
            ("82", Err("Service s does not have a service port 82")),
            ("none", Err("Service 's' does not have a named port 'none'")),
            ("84", Err("Pod 'p' does not have a named port 'none'")),
            ("dns", Err("UDP protocol is not supported for dns")),
        ] {
            assert_eq!(read(text, Some(&service), &pod), want.map_err(str::to_string), "{text}");
        }
        service["spec"]["clusterIP"] = "None".into();
        assert_eq!(read("80", Some(&service), &pod), Ok((80, 80)));
    }
}

//! Services and ingresses.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::flags::{self, all, get};

/// A container's port, given as a number or a name.
fn number_or_name(text: &str) -> Result<Value> {
    match text.parse::<i64>() {
        Ok(number) if (1..=65535).contains(&number) => Ok(json!(number)),
        Ok(_) => bail!("must be between 1 and 65535, inclusive"),
        Err(_) => match apimachinery::names::port_name(text) {
            Ok(()) => Ok(json!(text)),
            Err(why) => bail!("{why}"),
        },
    }
}

fn ports(matches: &ArgMatches) -> Result<Vec<Value>> {
    let mut ports = Vec::new();
    for pair in all(matches, "tcp") {
        let mut parts = pair.split(':');
        let port = parts.next().unwrap_or_default();
        let number: u16 = flags::go_number("ParseUint", port).map_err(anyhow::Error::msg)?;
        let target = match parts.next() {
            Some(target) => number_or_name(target)?,
            None => json!(number),
        };
        ports.push(
            json!({"name": pair.replace(':', "-"), "protocol": "TCP", "port": number, "targetPort": target}),
        );
    }
    Ok(ports)
}

/// `create service clusterip|nodeport|loadbalancer|externalname`.
pub fn service(kind: &str, name: &str, matches: &ArgMatches) -> Result<Value> {
    let mut ports = ports(matches)?;
    let cluster_ip = get(matches, "clusterip").unwrap_or_default();
    if ports.is_empty() && cluster_ip != "None" && kind != "externalname" {
        bail!("at least one tcp port specifier must be provided");
    }
    let shown = match kind {
        "nodeport" => "NodePort",
        "loadbalancer" => "LoadBalancer",
        "externalname" => "ExternalName",
        _ => "ClusterIP",
    };
    if let Some(port) = matches.try_get_one::<i64>("node-port").ok().flatten().filter(|port| **port != 0) {
        for held in &mut ports {
            held["nodePort"] = json!(port);
        }
    }
    let mut spec = json!({});
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    spec["selector"] = json!({"app": name});
    if !cluster_ip.is_empty() {
        spec["clusterIP"] = cluster_ip.into();
    }
    spec["type"] = shown.into();
    if kind == "externalname" {
        let external = get(matches, "external-name").unwrap_or_default();
        if apimachinery::names::dns_subdomain(external.trim_end_matches('.')).is_err() {
            bail!("invalid service external name {external}");
        }
        spec["externalName"] = external.into();
    }
    Ok(json!({
        "kind": "Service", "apiVersion": "v1", "metadata": {"name": name, "labels": {"app": name}},
        "spec": spec, "status": {"loadBalancer": {}},
    }))
}

fn backend(text: &str) -> Option<Value> {
    let (service, port) =
        text.split_once(':').filter(|(service, port)| !service.is_empty() && !port.is_empty())?;
    let port = port.parse::<i64>().map_or_else(|_| json!({"name": port}), |number| json!({"number": number}));
    Some(json!({"service": {"name": service, "port": port}}))
}

/// `create ingress`.
pub fn ingress(name: &str, matches: &ArgMatches) -> Result<Value> {
    let (rules, default) = (all(matches, "rule"), get(matches, "default-backend").unwrap_or_default());
    if rules.is_empty() && default.is_empty() {
        bail!(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)"
        );
    }
    let mut metadata = json!({"name": name});
    for annotation in all(matches, "annotation") {
        let Some((key, value)) = annotation.split_once('=') else {
            bail!("annotation {annotation} is invalid and should be in format key=[value]");
        };
        metadata["annotations"][key] = value.into();
    }
    let mut hosts: Vec<(String, Vec<Value>)> = Vec::new();
    let mut secrets: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for rule in &rules {
        let bad = || {
            anyhow::anyhow!(
                "rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            )
        };
        let (place, rest) = rule.split_once('=').ok_or_else(bad)?;
        let (target, options) =
            rest.split_once(',').map_or((rest, None), |(target, options)| (target, Some(options)));
        let slash = place.find('/').ok_or_else(bad)?;
        let (host, path) = place.split_at(slash);
        let backend = backend(target).ok_or_else(bad)?;
        let (path, how) = match path.strip_suffix('*') {
            Some(prefix) => (prefix, "Prefix"),
            None => (path, "Exact"),
        };
        let entry = json!({"path": path, "pathType": how, "backend": backend});
        match hosts.iter_mut().find(|(held, _)| held == host) {
            Some((_, paths)) => paths.push(entry),
            None => hosts.push((host.into(), vec![entry])),
        }
        if let Some(options) = options {
            let secret = match options.split_once('=') {
                None if options == "tls" => None,
                Some(("tls", secret)) if !secret.is_empty() => Some(secret.to_string()),
                _ => return Err(bad()),
            };
            match secrets.iter_mut().find(|(held, _)| *held == secret) {
                Some((_, names)) if host.is_empty() || names.iter().any(|name| name == host) => {}
                Some((_, names)) => names.push(host.into()),
                None => {
                    secrets.push((secret, (!host.is_empty()).then(|| host.to_string()).into_iter().collect()))
                }
            }
        }
    }
    let mut spec = json!({});
    if let Some(class) = get(matches, "class").filter(|class| !class.is_empty()) {
        spec["ingressClassName"] = class.into();
    }
    if !default.is_empty() {
        let Some(backend) = backend(default) else {
            bail!("default-backend should be in format servicename:serviceport");
        };
        spec["defaultBackend"] = backend;
    }
    let tls: Vec<Value> = secrets
        .into_iter()
        .map(|(secret, names)| {
            let mut entry = json!({});
            if !names.is_empty() {
                entry["hosts"] = json!(names);
            }
            if let Some(secret) = secret {
                entry["secretName"] = secret.into();
            }
            entry
        })
        .collect();
    if !tls.is_empty() {
        spec["tls"] = json!(tls);
    }
    let rules: Vec<Value> = hosts
        .into_iter()
        .map(|(host, paths)| {
            let mut entry = json!({});
            if !host.is_empty() {
                entry["host"] = host.into();
            }
            entry["http"] = json!({"paths": paths});
            entry
        })
        .collect();
    if !rules.is_empty() {
        spec["rules"] = json!(rules);
    }
    Ok(json!({
        "kind": "Ingress", "apiVersion": "networking.k8s.io/v1", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    }))
}

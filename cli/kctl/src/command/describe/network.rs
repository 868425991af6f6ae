//! Services, ingresses, endpoints and network policies.

use anyhow::Result;
use serde_json::Value;

use super::{
    Page, annotations, entries, head, labels_line, list, marks, number, or, or_none, selector, text,
};
use crate::connect::Session;

/// The slices of a service.
async fn slices(session: &Session, namespace: Option<&str>, name: &str) -> Result<Vec<Value>> {
    let path = client::path("discovery.k8s.io", "v1", "endpointslices", namespace, None, None);
    let params = client::ListParams::labels(format!("kubernetes.io/service-name={name}"));
    Ok(session.client()?.list::<Value>(&path, &params).await?.items)
}

/// The ready addresses behind a port, three at most.
fn addresses(slices: &[Value], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".into();
    }
    let mut found = Vec::new();
    for slice in slices {
        let ports: Vec<Option<&Value>> = if list(&slice["ports"]).next().is_none() {
            vec![None]
        } else {
            list(&slice["ports"])
                .filter(|port| port_name.is_empty() || port["name"].as_str().unwrap_or_default() == port_name)
                .map(Some)
                .collect()
        };
        for port in ports {
            for endpoint in
                list(&slice["endpoints"]).filter(|endpoint| endpoint["conditions"]["ready"] != false)
            {
                for address in list(&endpoint["addresses"]) {
                    found.push(match port {
                        Some(port) => format!("{}:{}", text(address), number(&port["port"])),
                        None => text(address),
                    });
                }
            }
        }
    }
    let more = found.len().saturating_sub(3);
    found.truncate(3);
    let joined = found.join(",");
    if more > 0 { format!("{joined} + {more} more...") } else { joined }
}

/// A service.
pub async fn service(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    head(page, object);
    marks(page, object);
    page.pair(0, "Selector", labels_line(&spec["selector"]));
    page.pair(0, "Type", text(&spec["type"]));
    if spec["ipFamilyPolicy"].is_string() {
        page.pair(0, "IP Family Policy", text(&spec["ipFamilyPolicy"]));
    }
    let joined = |value: &Value| {
        let found: Vec<String> = list(value).map(text).collect();
        if found.is_empty() { "<none>".to_string() } else { found.join(",") }
    };
    page.pair(0, "IP Families", joined(&spec["ipFamilies"]));
    page.pair(0, "IP", text(&spec["clusterIP"]));
    page.pair(0, "IPs", joined(&spec["clusterIPs"]));
    if list(&spec["externalIPs"]).next().is_some() {
        page.pair(0, "External IPs", joined(&spec["externalIPs"]));
    }
    if spec["loadBalancerIP"].as_str().is_some_and(|address| !address.is_empty()) {
        page.pair(0, "Desired LoadBalancer IP", text(&spec["loadBalancerIP"]));
    }
    if spec["externalName"].as_str().is_some_and(|name| !name.is_empty()) {
        page.pair(0, "External Name", text(&spec["externalName"]));
    }
    let balancers: Vec<String> = list(&object["status"]["loadBalancer"]["ingress"])
        .map(|entry| {
            let address = text(&entry["ip"]);
            if address.is_empty() { text(&entry["hostname"]) } else { address }
        })
        .collect();
    if !balancers.is_empty() {
        page.pair(0, "LoadBalancer Ingress", balancers.join(", "));
    }
    let slices = slices(session, metadata["namespace"].as_str(), &text(&metadata["name"])).await?;
    for port in list(&spec["ports"]) {
        let name = port["name"].as_str().filter(|name| !name.is_empty()).unwrap_or("<unset>");
        let protocol = text(&port["protocol"]);
        page.line(0, format!("Port:\t{name}\t{}/{protocol}", number(&port["port"])));
        page.pair(0, "TargetPort", format!("{}/{protocol}", text(&port["targetPort"])));
        if number(&port["nodePort"]) != 0 {
            page.line(0, format!("NodePort:\t{name}\t{}/{protocol}", number(&port["nodePort"])));
        }
        page.pair(0, "Endpoints", addresses(&slices, port["name"].as_str().unwrap_or_default()));
    }
    page.pair(0, "Session Affinity", text(&spec["sessionAffinity"]));
    for (field, title) in [
        ("externalTrafficPolicy", "External Traffic Policy"),
        ("internalTrafficPolicy", "Internal Traffic Policy"),
        ("trafficDistribution", "Traffic Distribution"),
    ] {
        if spec[field].as_str().is_some_and(|policy| !policy.is_empty()) {
            page.pair(0, title, text(&spec[field]));
        }
    }
    if number(&spec["healthCheckNodePort"]) != 0 {
        page.pair(0, "HealthCheck NodePort", number(&spec["healthCheckNodePort"]));
    }
    let ranges: Vec<String> = list(&spec["loadBalancerSourceRanges"]).map(text).collect();
    if !ranges.is_empty() {
        page.pair(0, "LoadBalancer Source Ranges", ranges.join(","));
    }
    Ok(true)
}

/// What an ingress leads to: `svc:80 (10.0.0.1:8080)`.
async fn backend(session: &Session, namespace: Option<&str>, backend: &Value) -> Result<String> {
    if backend["resource"].is_object() {
        let of = &backend["resource"];
        return Ok(format!(
            "APIGroup: {}, Kind: {}, Name: {}",
            or_none(&of["apiGroup"]),
            text(&of["kind"]),
            text(&of["name"])
        ));
    }
    let service = &backend["service"];
    let name = text(&service["name"]);
    let port = &service["port"];
    let shown = if port["number"].is_number() { text(&port["number"]) } else { text(&port["name"]) };
    let held: Value = match session
        .client()?
        .get(&client::path("", "v1", "services", namespace, Some(&name), None))
        .await
    {
        Ok(held) => held,
        Err(client::Error::Status(status)) => {
            return Ok(format!("{name}:{shown} (<error: {}>)", status.message));
        }
        Err(error) => return Err(error.into()),
    };
    let port_name = list(&held["spec"]["ports"])
        .find(|found| {
            found["name"] == port["name"] && port["name"].is_string() || found["port"] == port["number"]
        })
        .map(|found| text(&found["name"]))
        .unwrap_or_default();
    let slices = slices(session, namespace, &name).await?;
    Ok(format!("{name}:{shown} ({})", addresses(&slices, &port_name)))
}

/// An ingress.
pub async fn ingress(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    let namespace = metadata["namespace"].as_str();
    page.pair(0, "Name", text(&metadata["name"]));
    super::labels(page, 0, "Labels", &metadata["labels"]);
    page.pair(0, "Namespace", text(&metadata["namespace"]));
    let addresses: Vec<String> = list(&object["status"]["loadBalancer"]["ingress"])
        .map(|entry| {
            let address = text(&entry["ip"]);
            if address.is_empty() { text(&entry["hostname"]) } else { address }
        })
        .collect();
    page.pair(0, "Address", addresses.join(","));
    page.pair(0, "Ingress Class", or_none(&spec["ingressClassName"]));
    let default = &spec["defaultBackend"];
    if default.is_object() {
        page.pair(0, "Default backend", backend(session, namespace, default).await?);
    } else {
        page.pair(0, "Default backend", "<default>");
    }
    if list(&spec["tls"]).next().is_some() {
        page.line(0, "TLS:");
        for entry in list(&spec["tls"]) {
            let hosts: Vec<String> = list(&entry["hosts"]).map(text).collect();
            let secret = text(&entry["secretName"]);
            if secret.is_empty() {
                page.line(1, format!("SNI routes {}", hosts.join(",")));
            } else {
                page.line(1, format!("{secret} terminates {}", hosts.join(",")));
            }
        }
    }
    page.line(0, "Rules:\n  Host\tPath\tBackends");
    page.line(1, "----\t----\t--------");
    let mut count = 0;
    for rule in list(&spec["rules"]) {
        if !rule["http"].is_object() {
            continue;
        }
        count += 1;
        page.line(1, format!("{}\t", or(&rule["host"], "*")));
        for path in list(&rule["http"]["paths"]) {
            page.line(
                0,
                format!(
                    "    \t{} \t{}",
                    text(&path["path"]),
                    backend(session, namespace, &path["backend"]).await?
                ),
            );
        }
    }
    if count == 0 {
        let shown = if default.is_object() {
            backend(session, namespace, default).await?
        } else {
            "<default>".into()
        };
        page.line(1, format!("*\t*\t{shown}"));
    }
    annotations(page, 0, "Annotations", &metadata["annotations"]);
    Ok(true)
}

/// An ingress class.
pub fn ingress_class(page: &mut Page, object: &Value) -> bool {
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    marks(page, object);
    page.pair(0, "Controller", text(&object["spec"]["controller"]));
    let of = &object["spec"]["parameters"];
    if of.is_object() {
        page.line(0, "Parameters:");
        if of["apiGroup"].is_string() {
            page.pair(1, "APIGroup", text(&of["apiGroup"]));
        }
        page.pair(1, "Kind", text(&of["kind"]));
        page.pair(1, "Name", text(&of["name"]));
    }
    true
}

/// Endpoints.
pub fn endpoints(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    marks(page, object);
    page.line(0, "Subsets:");
    for subset in list(&object["subsets"]) {
        for (field, title) in [("addresses", "Addresses"), ("notReadyAddresses", "NotReadyAddresses")] {
            let found: Vec<String> = list(&subset[field]).map(|address| text(&address["ip"])).collect();
            page.pair(1, title, if found.is_empty() { "<none>".into() } else { found.join(",") });
        }
        if list(&subset["ports"]).next().is_some() {
            page.line(1, "Ports:");
            page.line(2, "Name\tPort\tProtocol");
            page.line(2, "----\t----\t--------");
            for port in list(&subset["ports"]) {
                page.line(
                    2,
                    format!(
                        "{}\t{}\t{}",
                        or(&port["name"], "<unset>"),
                        number(&port["port"]),
                        text(&port["protocol"])
                    ),
                );
            }
        }
        page.line(0, "");
    }
    true
}

/// An endpoint slice.
pub fn endpoint_slice(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    marks(page, object);
    page.pair(0, "AddressType", text(&object["addressType"]));
    if list(&object["ports"]).next().is_none() {
        page.line(0, "Ports: <unset>");
    } else {
        page.line(0, "Ports:");
        page.line(1, "Name\tPort\tProtocol");
        page.line(1, "----\t----\t--------");
        for port in list(&object["ports"]) {
            page.line(
                1,
                format!(
                    "{}\t{}\t{}",
                    or(&port["name"], "<unset>"),
                    or(&port["port"], "<unset>"),
                    text(&port["protocol"])
                ),
            );
        }
    }
    if list(&object["endpoints"]).next().is_none() {
        page.line(0, "Endpoints:  <none>");
        return true;
    }
    page.line(0, "Endpoints:");
    for endpoint in list(&object["endpoints"]) {
        let addresses: Vec<String> = list(&endpoint["addresses"]).map(text).collect();
        page.pair(1, "- Addresses", addresses.join(", "));
        page.line(2, "Conditions:");
        page.pair(3, "Ready", or(&endpoint["conditions"]["ready"], "<unset>"));
        page.pair(2, "Hostname", or(&endpoint["hostname"], "<unset>"));
        if endpoint["targetRef"].is_object() {
            page.pair(
                2,
                "TargetRef",
                format!("{}/{}", text(&endpoint["targetRef"]["kind"]), text(&endpoint["targetRef"]["name"])),
            );
        }
        page.pair(2, "NodeName", or(&endpoint["nodeName"], "<unset>"));
        page.pair(2, "Zone", or(&endpoint["zone"], "<unset>"));
    }
    true
}

/// A network policy.
pub fn policy(page: &mut Page, object: &Value) -> bool {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    head(page, object);
    let created =
        metadata["creationTimestamp"].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let created = created.map(|time| time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC").to_string());
    page.pair(0, "Created on", created.unwrap_or_default());
    marks(page, object);
    page.line(0, "Spec:");
    let chosen = &spec["podSelector"];
    let empty =
        entries(&chosen["matchLabels"]).is_empty() && list(&chosen["matchExpressions"]).next().is_none();
    if empty {
        page.line(1, "PodSelector: <none> (Allowing the specific traffic to all pods in this namespace)");
    } else {
        page.line(1, format!("PodSelector:     {}", selector(chosen)));
    }
    let types: Vec<String> = list(&spec["policyTypes"]).map(text).collect();
    for (kind, field, peers, title, word, direction) in [
        ("Ingress", "ingress", "from", "Allowing ingress traffic:", "From", "source"),
        ("Egress", "egress", "to", "Allowing egress traffic:", "To", "destination"),
    ] {
        if !types.iter().any(|held| held == kind) {
            page.line(1, format!("Not affecting {} traffic", kind.to_lowercase()));
            continue;
        }
        page.line(1, title);
        let rules: Vec<&Value> = list(&spec[field]).collect();
        if rules.is_empty() {
            page.line(
                2,
                format!("<none> (Selected pods are isolated for {} connectivity)", kind.to_lowercase()),
            );
        }
        for (index, rule) in rules.iter().enumerate() {
            if list(&rule["ports"]).next().is_none() {
                page.line(2, "To Port: <any> (traffic allowed to all ports)");
            }
            for port in list(&rule["ports"]) {
                let protocol = or(&port["protocol"], "TCP");
                let end = if port["endPort"].is_number() {
                    format!("-{}", number(&port["endPort"]))
                } else {
                    String::new()
                };
                page.line(2, format!("To Port: {}{end}/{protocol}", or(&port["port"], "<any>")));
            }
            if list(&rule[peers]).next().is_none() {
                page.line(2, format!("{word}: <any> (traffic not restricted by {direction})"));
            }
            for peer in list(&rule[peers]) {
                page.line(2, format!("{word}:"));
                if peer["ipBlock"].is_object() {
                    page.line(3, "IPBlock:");
                    page.line(4, format!("CIDR: {}", text(&peer["ipBlock"]["cidr"])));
                    let except: Vec<String> = list(&peer["ipBlock"]["except"]).map(text).collect();
                    page.line(4, format!("Except: {}", except.join(", ")));
                    continue;
                }
                for (field, title) in
                    [("namespaceSelector", "NamespaceSelector"), ("podSelector", "PodSelector")]
                {
                    if peer[field].is_object() {
                        page.line(3, format!("{title}: {}", selector(&peer[field])));
                    }
                }
            }
            if index + 1 < rules.len() {
                page.line(2, "----------");
            }
        }
    }
    page.line(1, format!("Policy Types: {}", types.join(", ")));
    false
}

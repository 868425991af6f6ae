//! Nodes.

use anyhow::Result;
use apimachinery::quantity::Quantity;
use serde_json::Value;

use super::{Page, entries, list, marks, text, time};
use crate::connect::Session;

/// A node, with the pods on it and what they ask for.
pub async fn node(session: &Session, page: &mut Page, node: &Value) -> Result<bool> {
    let (metadata, spec, status) = (&node["metadata"], &node["spec"], &node["status"]);
    let name = text(&metadata["name"]);
    page.pair(0, "Name", &name);
    let mut roles: Vec<String> = entries(&metadata["labels"])
        .iter()
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role.to_string()),
            None if *key == "kubernetes.io/role" => Some(text(value)),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.sort();
    page.pair(0, "Roles", if roles.is_empty() { "<none>".into() } else { roles.join(",") });
    marks(page, node);
    page.pair(0, "CreationTimestamp", time(&metadata["creationTimestamp"]));
    page.put(0, "Taints:\t");
    let mut taints: Vec<String> = list(&spec["taints"])
        .map(|taint| {
            let value = text(&taint["value"]);
            let value = if value.is_empty() { value } else { format!("={value}") };
            format!("{}{value}:{}", text(&taint["key"]), text(&taint["effect"]))
        })
        .collect();
    // By effect, then by key.
    taints.sort_by_key(|taint| {
        let (key, effect) = taint.rsplit_once(':').unwrap_or((taint, ""));
        (effect.to_string(), key.to_string())
    });
    if taints.is_empty() {
        page.line(0, "<none>");
    }
    for (index, taint) in taints.iter().enumerate() {
        page.line(0, if index == 0 { taint.clone() } else { format!("\t{taint}") });
    }
    page.pair(0, "Unschedulable", spec["unschedulable"] == true);
    let client = session.client()?;
    let lease =
        client::path("coordination.k8s.io", "v1", "leases", Some("kube-node-lease"), Some(&name), None);
    match client.get::<Value>(&lease).await {
        Ok(lease) => {
            page.line(0, "Lease:");
            let holder = &lease["spec"]["holderIdentity"];
            page.pair(1, "HolderIdentity", super::or(holder, "<unset>"));
            let shown = |value: &Value| {
                let time = time(value);
                if time.is_empty() { "<unset>".to_string() } else { time }
            };
            page.pair(1, "AcquireTime", shown(&lease["spec"]["acquireTime"]));
            page.pair(1, "RenewTime", shown(&lease["spec"]["renewTime"]));
        }
        Err(error) => page.pair(0, "Lease", format!("Failed to get lease: {error}")),
    }
    if list(&status["conditions"]).next().is_some() {
        page.line(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
        for condition in list(&status["conditions"]) {
            page.line(
                1,
                format!(
                    "{} \t{} \t{} \t{} \t{} \t{}",
                    text(&condition["type"]),
                    text(&condition["status"]),
                    time(&condition["lastHeartbeatTime"]),
                    time(&condition["lastTransitionTime"]),
                    text(&condition["reason"]),
                    text(&condition["message"])
                ),
            );
        }
    }
    page.line(0, "Addresses:");
    for address in list(&status["addresses"]) {
        page.pair(1, &text(&address["type"]), text(&address["address"]));
    }
    for (field, title) in [("capacity", "Capacity"), ("allocatable", "Allocatable")] {
        if status[field].is_object() {
            page.line(0, format!("{title}:"));
            for (key, value) in entries(&status[field]) {
                page.pair(1, key, text(value));
            }
        }
    }
    page.line(0, "System Info:");
    for (field, title) in [
        ("machineID", "Machine ID"),
        ("systemUUID", "System UUID"),
        ("bootID", "Boot ID"),
        ("kernelVersion", "Kernel Version"),
        ("osImage", "OS Image"),
        ("operatingSystem", "Operating System"),
        ("architecture", "Architecture"),
        ("containerRuntimeVersion", "Container Runtime Version"),
        ("kubeletVersion", "Kubelet Version"),
        ("kubeProxyVersion", "Kube-Proxy Version"),
    ] {
        page.pair(1, title, text(&status["nodeInfo"][field]));
    }
    if spec["podCIDR"].as_str().is_some_and(|range| !range.is_empty()) {
        page.pair(0, "PodCIDR", text(&spec["podCIDR"]));
    }
    if list(&spec["podCIDRs"]).next().is_some() {
        page.pair(0, "PodCIDRs", list(&spec["podCIDRs"]).map(text).collect::<Vec<_>>().join(","));
    }
    if spec["providerID"].as_str().is_some_and(|id| !id.is_empty()) {
        page.pair(0, "ProviderID", text(&spec["providerID"]));
    }
    let fields = format!("spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed");
    let pods = client
        .list::<Value>(&client::path("", "v1", "pods", None, None, None), &client::ListParams::fields(fields))
        .await?;
    load(page, status, &pods.items);
    Ok(true)
}

/// What one pod's containers ask for: the sum, or its greatest init container.
fn asked(pod: &Value, list_: &str, resource: &str) -> Quantity {
    let quantity = |container: &Value| {
        container["resources"][list_][resource].as_str().and_then(|text| text.parse::<Quantity>().ok())
    };
    let mut total = Quantity::from_units(0);
    for container in list(&pod["spec"]["containers"]).filter_map(quantity) {
        total = total.plus(&container);
    }
    for container in list(&pod["spec"]["initContainers"]) {
        let Some(asked) = quantity(container) else { continue };
        if container["restartPolicy"] == "Always" {
            total = total.plus(&asked);
        } else if asked.minus(&total).signum() > 0 {
            total = asked;
        }
    }
    total
}

fn percent(part: &Quantity, whole: &Value) -> String {
    let whole = text(whole).parse::<Quantity>().map_or(0, |quantity| quantity.millis());
    let percent = if whole == 0 { 0 } else { part.millis() * 100 / whole };
    format!("{part} ({percent}%)")
}

fn load(page: &mut Page, status: &Value, pods: &[Value]) {
    let whole =
        if entries(&status["allocatable"]).is_empty() { &status["capacity"] } else { &status["allocatable"] };
    page.line(0, format!("Non-terminated Pods:\t({} in total)", pods.len()));
    page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    let kinds = [("requests", "cpu"), ("limits", "cpu"), ("requests", "memory"), ("limits", "memory")];
    for pod in pods {
        let cells: Vec<String> = kinds
            .iter()
            .map(|(list_, resource)| percent(&asked(pod, list_, resource), &whole[*resource]))
            .collect();
        page.line(
            1,
            format!(
                "{}\t{}\t\t{}\t{}",
                text(&pod["metadata"]["namespace"]),
                text(&pod["metadata"]["name"]),
                cells.join("\t"),
                super::age(&pod["metadata"]["creationTimestamp"])
            ),
        );
    }
    page.line(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)");
    page.line(1, "Resource\tRequests\tLimits");
    page.line(1, "--------\t--------\t------");
    let sum = |list_: &str, resource: &str| {
        pods.iter().fold(Quantity::from_units(0), |total, pod| total.plus(&asked(pod, list_, resource)))
    };
    for resource in ["cpu", "memory", "ephemeral-storage"] {
        page.line(
            1,
            format!(
                "{resource}\t{}\t{}",
                percent(&sum("requests", resource), &whole[resource]),
                percent(&sum("limits", resource), &whole[resource])
            ),
        );
    }
    for (resource, _) in entries(whole) {
        if resource.starts_with("hugepages-")
            || (resource.contains('/') && !resource.starts_with("attachable"))
        {
            page.line(
                1,
                format!(
                    "{resource}\t{}\t{}",
                    percent_less(&sum("requests", resource), resource),
                    percent_less(&sum("limits", resource), resource)
                ),
            );
        }
    }
}

/// Huge pages have percentages; extended resources are counted only.
fn percent_less(quantity: &Quantity, resource: &str) -> String {
    if resource.starts_with("hugepages-") { format!("{quantity} (0%)") } else { quantity.to_string() }
}

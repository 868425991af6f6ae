//! `kctl describe`: pods, nodes, deployments and services in their own words, everything else
//! field by field; events at the end.

use std::fmt::Write;

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, get, is};
use crate::select::{Selection, Target, selection};

/// The flags.
pub fn define() -> Command {
    Command::new("describe")
        .about("Show details of a specific resource or group of resources")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::boolean("all-namespaces", false, "Across all namespaces").short('A'))
        .arg(flags::boolean("show-events", true, "Show events as well"))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let targets = if flags::all(matches, "filename").is_empty() {
        match selection(session, &flags::all(matches, "resource"), is(matches, "all-namespaces")).await? {
            Selection::Named(named) => named,
            Selection::Kinds(kinds) => all_of(session, matches, kinds).await?,
        }
    } else {
        crate::select::targets(session, matches).await?
    };
    if targets.is_empty() {
        eprintln!("No resources found in {} namespace.", session.namespace()?);
    }
    let mut failed = 0;
    for (index, target) in targets.iter().enumerate() {
        let object: Value = match session.client()?.get(&target.path(None)).await {
            Ok(object) => object,
            Err(client::Error::Status(status)) => {
                eprintln!("{}", crate::server_message(&status));
                failed = 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if index > 0 {
            print!("\n\n");
        }
        let mut out = Page::default();
        match (target.kind.group.as_str(), target.kind.plural.as_str()) {
            ("", "pods") => pod(&mut out, &object),
            ("", "nodes") => node(session, &mut out, &object).await?,
            ("apps", "deployments") => deployment(session, &mut out, &object).await?,
            ("", "services") => service(session, &mut out, &object).await?,
            _ => generic(&mut out, &object),
        }
        if is(matches, "show-events") {
            events(session, &mut out, &target.kind, &object).await?;
        }
        print!("{}", out.render());
    }
    Ok(failed)
}

async fn all_of(session: &Session, matches: &ArgMatches, kinds: Vec<Kind>) -> Result<Vec<Target>> {
    let params = client::ListParams {
        label_selector: get(matches, "selector").map(str::to_string),
        ..Default::default()
    };
    let mut found = Vec::new();
    for kind in kinds {
        let namespace = if is(matches, "all-namespaces") { None } else { Some(session.namespace()?) };
        let list = session
            .client()?
            .list::<client::object::MetadataOnly>(&kind.path(namespace.as_deref(), None, None), &params)
            .await?;
        found.extend(list.items.into_iter().map(|object| Target {
            kind: kind.clone(),
            namespace: Some(object.metadata.namespace).filter(|namespace| !namespace.is_empty()),
            name: object.metadata.name,
        }));
    }
    Ok(found)
}

/// Lines of `Name:  value`, whose values line up within a block.
#[derive(Default)]
struct Page {
    lines: Vec<(usize, String, String)>,
}

impl Page {
    fn put(&mut self, level: usize, name: &str, value: impl Into<String>) {
        self.lines.push((level, format!("{name}:"), value.into()));
    }

    fn raw(&mut self, level: usize, text: impl Into<String>) {
        self.lines.push((level, text.into(), String::new()));
    }

    fn render(&self) -> String {
        let mut out = String::new();
        // Lines of one level line up; kubectl aligns whole pages by tab stops, which comes to the same.
        let width = |level: usize| {
            self.lines
                .iter()
                .filter(|line| line.0 == level && !line.2.is_empty())
                .map(|line| line.1.chars().count())
                .max()
                .unwrap_or(0)
        };
        for (level, name, value) in &self.lines {
            let indent = " ".repeat(level * 2);
            if value.is_empty() {
                let _ = writeln!(out, "{indent}{name}");
            } else {
                let mut parts = value.lines();
                let pad = width(*level);
                let _ = writeln!(out, "{indent}{name:<pad$}  {}", parts.next().unwrap_or_default());
                for more in parts {
                    let _ = writeln!(out, "{indent}{:<pad$}  {more}", "");
                }
            }
        }
        out
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "<none>".into(),
        Value::String(text) if text.is_empty() => "<none>".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn pairs(value: &Value, separator: &str) -> String {
    let lines: Vec<String> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}{separator}{}", value.as_str().unwrap_or_default()))
        .collect();
    if lines.is_empty() { "<none>".into() } else { lines.join("\n") }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn head(out: &mut Page, object: &Value) {
    let metadata = &object["metadata"];
    out.put(0, "Name", text(&metadata["name"]));
    if metadata["namespace"].is_string() {
        out.put(0, "Namespace", text(&metadata["namespace"]));
    }
}

fn marks(out: &mut Page, object: &Value) {
    let metadata = &object["metadata"];
    out.put(0, "Labels", pairs(&metadata["labels"], "="));
    let mut annotations = metadata["annotations"].clone();
    if let Some(map) = annotations.as_object_mut() {
        map.remove(crate::apply::LAST_APPLIED);
    }
    out.put(0, "Annotations", pairs(&annotations, ": "));
}

fn time(value: &Value) -> String {
    value
        .as_str()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map_or_else(|| "<unset>".into(), |time| time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

fn age(value: &Value) -> String {
    let seconds = value
        .as_str()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map(|time| jiff::Timestamp::now().as_second() - time.as_second());
    seconds
        .map_or_else(|| "<unknown>".into(), |seconds| apimachinery::columns::human_duration(seconds.max(0)))
}

fn state(out: &mut Page, level: usize, name: &str, state: &Value) {
    for (kind, shown) in [("running", "Running"), ("waiting", "Waiting"), ("terminated", "Terminated")] {
        let inner = &state[kind];
        if inner.is_null() {
            continue;
        }
        out.put(level, name, shown);
        for (field, shown) in
            [("reason", "Reason"), ("message", "Message"), ("exitCode", "Exit Code"), ("signal", "Signal")]
        {
            if !inner[field].is_null() {
                out.put(level + 1, shown, text(&inner[field]));
            }
        }
        for (field, shown) in [("startedAt", "Started"), ("finishedAt", "Finished")] {
            if !inner[field].is_null() {
                out.put(level + 1, shown, time(&inner[field]));
            }
        }
        return;
    }
    if name == "State" {
        out.put(level, name, "Waiting");
    }
}

fn probe(probe: &Value) -> String {
    let number = |field: &str, default: i64| probe[field].as_i64().unwrap_or(default);
    let tail = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number("initialDelaySeconds", 0),
        number("timeoutSeconds", 1),
        number("periodSeconds", 10),
        number("successThreshold", 1),
        number("failureThreshold", 3)
    );
    let what = if let Some(get) = probe["httpGet"].as_object() {
        let field = |name: &str| get.get(name).map(text).filter(|text| text != "<none>").unwrap_or_default();
        format!(
            "http-get {}://{}:{}{}",
            field("scheme").to_lowercase(),
            field("host"),
            field("port"),
            field("path")
        )
    } else if probe["exec"].is_object() {
        let words: Vec<String> = list(&probe["exec"]["command"]).map(text).collect();
        format!("exec [{}]", words.join(" "))
    } else if probe["tcpSocket"].is_object() {
        format!(
            "tcp-socket {}:{}",
            probe["tcpSocket"]["host"].as_str().unwrap_or_default(),
            text(&probe["tcpSocket"]["port"])
        )
    } else {
        format!("grpc <pod>:{}", text(&probe["grpc"]["port"]))
    };
    format!("{what} {tail}")
}

fn containers(out: &mut Page, level: usize, title: &str, containers: &Value, statuses: &Value) {
    if list(containers).next().is_none() {
        return;
    }
    out.raw(level, format!("{title}:"));
    for container in list(containers) {
        let name = text(&container["name"]);
        let status =
            list(statuses).find(|status| status["name"] == container["name"]).unwrap_or(&Value::Null);
        out.raw(level + 1, format!("{name}:"));
        let level = level + 2;
        if !status.is_null() {
            out.put(level, "Container ID", text(&status["containerID"]));
        }
        out.put(level, "Image", text(&container["image"]));
        if !status.is_null() {
            out.put(level, "Image ID", text(&status["imageID"]));
        }
        let port = |field: &str| {
            let ports: Vec<String> = list(&container["ports"])
                .map(|port| {
                    format!(
                        "{}/{}",
                        port[field].as_i64().unwrap_or(0),
                        port["protocol"].as_str().unwrap_or("TCP")
                    )
                })
                .collect();
            if ports.is_empty() { "<none>".to_string() } else { ports.join(", ") }
        };
        out.put(
            level,
            if list(&container["ports"]).count() > 1 { "Ports" } else { "Port" },
            port("containerPort"),
        );
        out.put(
            level,
            if list(&container["ports"]).count() > 1 { "Host Ports" } else { "Host Port" },
            port("hostPort"),
        );
        for (field, shown) in [("command", "Command"), ("args", "Args")] {
            if list(&container[field]).next().is_some() {
                out.raw(level, format!("{shown}:"));
                for word in list(&container[field]) {
                    out.raw(level + 1, text(word));
                }
            }
        }
        if !status.is_null() {
            state(out, level, "State", &status["state"]);
            state(out, level, "Last State", &status["lastState"]);
            out.put(level, "Ready", if status["ready"] == true { "True" } else { "False" });
            out.put(level, "Restart Count", text(&status["restartCount"]));
        }
        for (field, shown) in [("limits", "Limits"), ("requests", "Requests")] {
            if let Some(map) = container["resources"][field].as_object().filter(|map| !map.is_empty()) {
                out.raw(level, format!("{shown}:"));
                for (key, value) in map {
                    out.put(level + 1, key, text(value));
                }
            }
        }
        for (field, shown) in
            [("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup")]
        {
            if container[field].is_object() {
                out.put(level, shown, probe(&container[field]));
            }
        }
        if list(&container["env"]).next().is_some() {
            out.raw(level, "Environment:");
            for variable in list(&container["env"]) {
                let from = &variable["valueFrom"];
                let value = if let Some(field) = from["fieldRef"]["fieldPath"].as_str() {
                    format!("({field})")
                } else if let Some(name) = from["secretKeyRef"]["name"].as_str() {
                    format!("<set to the key '{}' in secret '{name}'>", text(&from["secretKeyRef"]["key"]))
                } else if let Some(name) = from["configMapKeyRef"]["name"].as_str() {
                    format!(
                        "<set to the key '{}' of config map '{name}'>",
                        text(&from["configMapKeyRef"]["key"])
                    )
                } else {
                    variable["value"].as_str().unwrap_or_default().to_string()
                };
                out.put(level + 1, &text(&variable["name"]), value);
            }
        } else {
            out.put(level, "Environment", "<none>");
        }
        let mounts: Vec<String> = list(&container["volumeMounts"])
            .map(|mount| {
                format!(
                    "{} from {} ({})",
                    text(&mount["mountPath"]),
                    text(&mount["name"]),
                    if mount["readOnly"] == true { "ro" } else { "rw" }
                )
            })
            .collect();
        if mounts.is_empty() {
            out.put(level, "Mounts", "<none>");
        } else {
            out.raw(level, "Mounts:");
            for mount in mounts {
                out.raw(level + 1, mount);
            }
        }
    }
}

fn conditions(out: &mut Page, object: &Value) {
    let rows: Vec<Vec<String>> =
        list(&object["status"]["conditions"]).map(|c| vec![text(&c["type"]), text(&c["status"])]).collect();
    if !rows.is_empty() {
        out.raw(0, "Conditions:");
        for line in crate::print::table::render(Some(vec!["Type".into(), "Status".into()]), &rows).lines() {
            out.raw(1, line);
        }
    }
}

fn volumes(out: &mut Page, volumes: &Value) {
    if list(volumes).next().is_none() {
        out.put(0, "Volumes", "<none>");
        return;
    }
    out.raw(0, "Volumes:");
    for volume in list(volumes) {
        out.raw(1, format!("{}:", text(&volume["name"])));
        for (kind, source) in volume.as_object().into_iter().flatten().filter(|(key, _)| *key != "name") {
            let mut letters = kind.chars();
            let shown: String =
                letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
            out.put(2, "Type", shown);
            for (key, value) in source.as_object().into_iter().flatten() {
                out.put(
                    2,
                    key,
                    if value.is_string() || value.is_number() || value.is_boolean() {
                        text(value)
                    } else {
                        value.to_string()
                    },
                );
            }
        }
    }
}

fn pod(out: &mut Page, pod: &Value) {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    head(out, pod);
    if !spec["priority"].is_null() {
        out.put(0, "Priority", text(&spec["priority"]));
    }
    if spec["priorityClassName"].is_string() {
        out.put(0, "Priority Class Name", text(&spec["priorityClassName"]));
    }
    if spec["serviceAccountName"].is_string() {
        out.put(0, "Service Account", text(&spec["serviceAccountName"]));
    }
    let node = spec["nodeName"]
        .as_str()
        .map(|node| format!("{node}/{}", status["hostIP"].as_str().unwrap_or_default()));
    out.put(0, "Node", node.unwrap_or_else(|| "<none>".into()));
    out.put(0, "Start Time", time(&status["startTime"]));
    marks(out, pod);
    if pod["metadata"]["deletionTimestamp"].is_string() {
        out.put(0, "Status", format!("Terminating (lasts {})", age(&pod["metadata"]["deletionTimestamp"])));
        out.put(
            0,
            "Termination Grace Period",
            format!("{}s", text(&pod["metadata"]["deletionGracePeriodSeconds"])),
        );
    } else {
        out.put(0, "Status", text(&status["phase"]));
    }
    for (field, shown) in [("reason", "Reason"), ("message", "Message")] {
        if status[field].is_string() {
            out.put(0, shown, text(&status[field]));
        }
    }
    out.put(0, "IP", text(&status["podIP"]));
    out.raw(0, "IPs:");
    for ip in list(&status["podIPs"]) {
        out.put(1, "IP", text(&ip["ip"]));
    }
    if let Some(owner) = list(&pod["metadata"]["ownerReferences"]).find(|owner| owner["controller"] == true) {
        out.put(0, "Controlled By", format!("{}/{}", text(&owner["kind"]), text(&owner["name"])));
    }
    containers(out, 0, "Init Containers", &spec["initContainers"], &status["initContainerStatuses"]);
    containers(out, 0, "Containers", &spec["containers"], &status["containerStatuses"]);
    containers(
        out,
        0,
        "Ephemeral Containers",
        &spec["ephemeralContainers"],
        &status["ephemeralContainerStatuses"],
    );
    conditions(out, pod);
    volumes(out, &spec["volumes"]);
    out.put(0, "QoS Class", text(&status["qosClass"]));
    out.put(0, "Node-Selectors", pairs(&spec["nodeSelector"], "="));
    out.put(0, "Tolerations", tolerations(&spec["tolerations"]));
}

fn tolerations(value: &Value) -> String {
    let lines: Vec<String> = list(value)
        .map(|toleration| {
            let part = |field: &str| toleration[field].as_str().unwrap_or_default();
            let mut line = part("key").to_string();
            if !part("value").is_empty() {
                line.push_str(&format!("={}", part("value")));
            }
            if !part("effect").is_empty() {
                line.push_str(&format!(":{}", part("effect")));
            }
            if part("operator") == "Exists" {
                line.push_str(" op=Exists");
            }
            if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
                line.push_str(&format!(" for {seconds}s"));
            }
            line
        })
        .collect();
    if lines.is_empty() { "<none>".into() } else { lines.join("\n") }
}

async fn node(session: &Session, out: &mut Page, node: &Value) -> Result<()> {
    let (spec, status) = (&node["spec"], &node["status"]);
    let name = text(&node["metadata"]["name"]);
    head(out, node);
    let roles: Vec<&str> = node["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, _)| key.strip_prefix("node-role.kubernetes.io/"))
        .collect();
    out.put(0, "Roles", if roles.is_empty() { "<none>".to_string() } else { roles.join(",") });
    marks(out, node);
    out.put(0, "CreationTimestamp", time(&node["metadata"]["creationTimestamp"]));
    let taints: Vec<String> = list(&spec["taints"])
        .map(|taint| {
            let value = taint["value"].as_str().map(|value| format!("={value}")).unwrap_or_default();
            format!("{}{value}:{}", text(&taint["key"]), text(&taint["effect"]))
        })
        .collect();
    out.put(0, "Taints", if taints.is_empty() { "<none>".to_string() } else { taints.join("\n") });
    out.put(0, "Unschedulable", (spec["unschedulable"] == true).to_string());
    let rows: Vec<Vec<String>> = list(&status["conditions"])
        .map(|c| {
            vec![
                text(&c["type"]),
                text(&c["status"]),
                time(&c["lastHeartbeatTime"]),
                time(&c["lastTransitionTime"]),
                text(&c["reason"]),
                text(&c["message"]),
            ]
        })
        .collect();
    out.raw(0, "Conditions:");
    let headers = ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"]
        .map(String::from)
        .to_vec();
    for line in crate::print::table::render(Some(headers), &rows).lines() {
        out.raw(1, line);
    }
    out.raw(0, "Addresses:");
    for address in list(&status["addresses"]) {
        out.put(1, &text(&address["type"]), text(&address["address"]));
    }
    for (field, shown) in [("capacity", "Capacity"), ("allocatable", "Allocatable")] {
        out.raw(0, format!("{shown}:"));
        for (key, value) in status[field].as_object().into_iter().flatten() {
            out.put(1, key, text(value));
        }
    }
    out.raw(0, "System Info:");
    for (field, shown) in [
        ("machineID", "Machine ID"),
        ("kernelVersion", "Kernel Version"),
        ("osImage", "OS Image"),
        ("operatingSystem", "Operating System"),
        ("architecture", "Architecture"),
        ("containerRuntimeVersion", "Container Runtime Version"),
        ("kubeletVersion", "Kubelet Version"),
    ] {
        out.put(1, shown, text(&status["nodeInfo"][field]));
    }
    if spec["podCIDR"].is_string() {
        out.put(0, "PodCIDR", text(&spec["podCIDR"]));
    }
    let pods = session
        .client()?
        .list::<Value>(
            &client::path("", "v1", "pods", None, None, None),
            &client::ListParams::fields(format!("spec.nodeName={name}")),
        )
        .await?;
    let running: Vec<&Value> = pods
        .items
        .iter()
        .filter(|pod| !["Succeeded", "Failed"].contains(&pod["status"]["phase"].as_str().unwrap_or_default()))
        .collect();
    out.raw(0, format!("Non-terminated Pods:  ({} in total)", running.len()));
    let (mut cpu, mut memory) = ([0i64; 2], [0i64; 2]);
    let rows: Vec<Vec<String>> =
        running
            .iter()
            .map(|pod| {
                let mut sums = [0i64; 4];
                for container in list(&pod["spec"]["containers"]) {
                    for (index, (list, name)) in
                        [("requests", "cpu"), ("limits", "cpu"), ("requests", "memory"), ("limits", "memory")]
                            .into_iter()
                            .enumerate()
                    {
                        let quantity = container["resources"][list][name]
                            .as_str()
                            .and_then(|text| text.parse::<apimachinery::quantity::Quantity>().ok());
                        sums[index] += quantity.map_or(0, |quantity| {
                            if name == "cpu" { quantity.millis() } else { quantity.units() }
                        });
                    }
                }
                cpu[0] += sums[0];
                cpu[1] += sums[1];
                memory[0] += sums[2];
                memory[1] += sums[3];
                let metadata = &pod["metadata"];
                vec![
                    text(&metadata["namespace"]),
                    text(&metadata["name"]),
                    format!("{}m", sums[0]),
                    format!("{}m", sums[1]),
                    mebi(sums[2]),
                    mebi(sums[3]),
                    age(&metadata["creationTimestamp"]),
                ]
            })
            .collect();
    let headers =
        ["Namespace", "Name", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age"]
            .map(String::from)
            .to_vec();
    for line in crate::print::table::render(Some(headers), &rows).lines() {
        out.raw(1, line);
    }
    out.raw(0, "Allocated resources:");
    let rows = vec![
        vec!["cpu".into(), format!("{}m", cpu[0]), format!("{}m", cpu[1])],
        vec!["memory".into(), mebi(memory[0]), mebi(memory[1])],
    ];
    for line in crate::print::table::render(
        Some(["Resource", "Requests", "Limits"].map(String::from).to_vec()),
        &rows,
    )
    .lines()
    {
        out.raw(1, line);
    }
    Ok(())
}

fn mebi(bytes: i64) -> String {
    if bytes == 0 { "0".into() } else { format!("{}Mi", bytes >> 20) }
}

async fn deployment(session: &Session, out: &mut Page, deployment: &Value) -> Result<()> {
    let (spec, status) = (&deployment["spec"], &deployment["status"]);
    head(out, deployment);
    out.put(0, "CreationTimestamp", time(&deployment["metadata"]["creationTimestamp"]));
    marks(out, deployment);
    out.put(0, "Selector", pairs(&spec["selector"]["matchLabels"], "=").replace('\n', ","));
    let number = |field: &str| status[field].as_i64().unwrap_or(0);
    out.put(
        0,
        "Replicas",
        format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec["replicas"].as_i64().unwrap_or(1),
            number("updatedReplicas"),
            number("replicas"),
            number("availableReplicas"),
            number("unavailableReplicas")
        ),
    );
    out.put(0, "StrategyType", text(&spec["strategy"]["type"]));
    out.put(0, "MinReadySeconds", spec["minReadySeconds"].as_i64().unwrap_or(0).to_string());
    if spec["strategy"]["rollingUpdate"].is_object() {
        let rolling = &spec["strategy"]["rollingUpdate"];
        out.put(
            0,
            "RollingUpdateStrategy",
            format!(
                "{} max unavailable, {} max surge",
                text(&rolling["maxUnavailable"]),
                text(&rolling["maxSurge"])
            ),
        );
    }
    out.raw(0, "Pod Template:");
    out.put(1, "Labels", pairs(&spec["template"]["metadata"]["labels"], "="));
    containers(out, 1, "Init Containers", &spec["template"]["spec"]["initContainers"], &Value::Null);
    containers(out, 1, "Containers", &spec["template"]["spec"]["containers"], &Value::Null);
    let rows: Vec<Vec<String>> = list(&status["conditions"])
        .map(|c| vec![text(&c["type"]), text(&c["status"]), text(&c["reason"])])
        .collect();
    out.raw(0, "Conditions:");
    for line in
        crate::print::table::render(Some(["Type", "Status", "Reason"].map(String::from).to_vec()), &rows)
            .lines()
    {
        out.raw(1, line);
    }
    let namespace = deployment["metadata"]["namespace"].as_str();
    let sets = session
        .client()?
        .list::<Value>(
            &client::path("apps", "v1", "replicasets", namespace, None, None),
            &client::ListParams::default(),
        )
        .await?;
    let revision = &deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"];
    let mut old = Vec::new();
    let mut new = "<none>".to_string();
    for set in sets.items.iter().filter(|set| {
        list(&set["metadata"]["ownerReferences"]).any(|owner| owner["uid"] == deployment["metadata"]["uid"])
    }) {
        let line = format!(
            "{} ({}/{} replicas created)",
            text(&set["metadata"]["name"]),
            set["status"]["replicas"].as_i64().unwrap_or(0),
            set["spec"]["replicas"].as_i64().unwrap_or(0)
        );
        if set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == *revision {
            new = line
        } else {
            old.push(line)
        }
    }
    out.put(0, "OldReplicaSets", if old.is_empty() { "<none>".to_string() } else { old.join(", ") });
    out.put(0, "NewReplicaSet", new);
    Ok(())
}

async fn service(session: &Session, out: &mut Page, service: &Value) -> Result<()> {
    let spec = &service["spec"];
    head(out, service);
    marks(out, service);
    out.put(0, "Selector", pairs(&spec["selector"], "=").replace('\n', ","));
    out.put(0, "Type", text(&spec["type"]));
    for (field, shown) in
        [("ipFamilyPolicy", "IP Family Policy"), ("clusterIP", "IP"), ("externalName", "External Name")]
    {
        if spec[field].is_string() {
            out.put(0, shown, text(&spec[field]));
        }
    }
    let families: Vec<String> = list(&spec["ipFamilies"]).map(text).collect();
    out.put(0, "IP Families", if families.is_empty() { "<none>".to_string() } else { families.join(",") });
    let ips: Vec<String> = list(&spec["clusterIPs"]).map(text).collect();
    out.put(0, "IPs", if ips.is_empty() { "<none>".to_string() } else { ips.join(",") });
    let name = text(&service["metadata"]["name"]);
    let path = client::path(
        "discovery.k8s.io",
        "v1",
        "endpointslices",
        service["metadata"]["namespace"].as_str(),
        None,
        None,
    );
    let slices = session
        .client()?
        .list::<Value>(&path, &client::ListParams::labels(format!("kubernetes.io/service-name={name}")))
        .await?;
    for port in list(&spec["ports"]) {
        let port_name = port["name"].as_str().filter(|name| !name.is_empty()).unwrap_or("<unset>");
        out.put(0, "Port", format!("{port_name}  {}/{}", text(&port["port"]), text(&port["protocol"])));
        out.put(0, "TargetPort", format!("{}/{}", text(&port["targetPort"]), text(&port["protocol"])));
        if port["nodePort"].as_i64().unwrap_or(0) > 0 {
            out.put(
                0,
                "NodePort",
                format!("{port_name}  {}/{}", text(&port["nodePort"]), text(&port["protocol"])),
            );
        }
        let mut endpoints = Vec::new();
        for slice in &slices.items {
            let number = list(&slice["ports"])
                .find(|found| {
                    found["name"].as_str().unwrap_or_default() == port["name"].as_str().unwrap_or_default()
                })
                .map(|found| text(&found["port"]));
            for endpoint in
                list(&slice["endpoints"]).filter(|endpoint| endpoint["conditions"]["ready"] != false)
            {
                for address in list(&endpoint["addresses"]) {
                    endpoints.push(format!("{}:{}", text(address), number.clone().unwrap_or_default()));
                }
            }
        }
        out.put(
            0,
            "Endpoints",
            if endpoints.is_empty() { "<none>".to_string() } else { endpoints.join(",") },
        );
    }
    out.put(0, "Session Affinity", text(&spec["sessionAffinity"]));
    if spec["internalTrafficPolicy"].is_string() {
        out.put(0, "Internal Traffic Policy", text(&spec["internalTrafficPolicy"]));
    }
    Ok(())
}

/// `podCIDR` as `Pod CIDR`.
fn words(name: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let begins = letter.is_uppercase()
            && index > 0
            && (letters[index - 1].is_lowercase()
                || letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if begins {
            out.push(' ');
        }
        if index == 0 { out.extend(letter.to_uppercase()) } else { out.push(*letter) }
    }
    out
}

fn generic(out: &mut Page, object: &Value) {
    head(out, object);
    marks(out, object);
    out.put(0, "API Version", text(&object["apiVersion"]));
    out.put(0, "Kind", text(&object["kind"]));
    out.raw(0, "Metadata:");
    for field in ["creationTimestamp", "generation", "resourceVersion", "uid"] {
        if !object["metadata"][field].is_null() {
            out.put(1, &words(field), text(&object["metadata"][field]));
        }
    }
    let secret = object["kind"] == "Secret";
    for (key, value) in object.as_object().into_iter().flatten() {
        if ["apiVersion", "kind", "metadata"].contains(&key.as_str()) {
            continue;
        }
        if secret && (key == "data" || key == "stringData") {
            out.raw(0, "Data:");
            for (name, value) in value.as_object().into_iter().flatten() {
                // The length only: secrets are not for screens.
                out.put(1, name, format!("{} bytes", value.as_str().map_or(0, |text| text.len() / 4 * 3)));
            }
            continue;
        }
        tree(out, 0, key, value);
    }
}

fn tree(out: &mut Page, level: usize, key: &str, value: &Value) {
    match value {
        Value::Object(map) if map.is_empty() => {}
        Value::Object(map) => {
            out.raw(level, format!("{}:", words(key)));
            for (name, inner) in map {
                tree(out, level + 1, name, inner);
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
            out.raw(level, format!("{}:", words(key)));
            for item in items {
                out.raw(level + 1, text(item));
            }
        }
        Value::Array(items) => {
            out.raw(level, format!("{}:", words(key)));
            for item in items {
                for (name, inner) in item.as_object().into_iter().flatten() {
                    tree(out, level + 1, name, inner);
                }
            }
        }
        plain => out.put(level, &words(key), text(plain)),
    }
}

async fn events(session: &Session, out: &mut Page, kind: &Kind, object: &Value) -> Result<()> {
    let metadata = &object["metadata"];
    let mut fields =
        format!("involvedObject.name={},involvedObject.kind={}", text(&metadata["name"]), kind.kind);
    let uid = match metadata["annotations"]["kubernetes.io/config.mirror"].as_str() {
        // Static pods' events are about the manifest, not its mirror.
        Some(hash) => hash.to_string(),
        None if kind.plural == "nodes" => String::new(),
        None => text(&metadata["uid"]),
    };
    if !uid.is_empty() {
        fields.push_str(&format!(",involvedObject.uid={uid}"));
    }
    let path = client::path("", "v1", "events", metadata["namespace"].as_str(), None, None);
    let Ok(list) = session.client()?.list::<Value>(&path, &client::ListParams::fields(fields)).await else {
        return Ok(());
    };
    let mut found = list.items;
    if found.is_empty() {
        out.put(0, "Events", "<none>");
        return Ok(());
    }
    let last = |event: &Value| {
        [&event["lastTimestamp"], &event["eventTime"], &event["firstTimestamp"]]
            .into_iter()
            .find(|v| v.is_string())
            .cloned()
            .unwrap_or(Value::Null)
    };
    found.sort_by_key(|event| last(event).as_str().unwrap_or_default().to_string());
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|event| {
            let mut when = age(&last(event));
            if let Some(count) = event["count"].as_i64().filter(|count| *count > 1) {
                when = format!("{when} (x{count} over {})", age(&event["firstTimestamp"]));
            }
            let from = event["source"]["component"]
                .as_str()
                .or(event["reportingComponent"].as_str())
                .unwrap_or_default();
            vec![
                text(&event["type"]),
                text(&event["reason"]),
                when,
                from.to_string(),
                text(&event["message"]).trim().to_string(),
            ]
        })
        .collect();
    out.raw(0, "Events:");
    let headers = ["Type", "Reason", "Age", "From", "Message"].map(String::from).to_vec();
    for line in crate::print::table::render(Some(headers), &rows).lines() {
        out.raw(1, line);
    }
    Ok(())
}

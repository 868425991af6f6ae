//! Pods and pod templates: containers, volumes, tolerations.

use anyhow::Result;
use serde_json::Value;

use super::{Page, annotations, entries, labels, list, number, selector, text, time, yes};
use crate::connect::Session;

/// A pod.
pub async fn pod(_session: &Session, page: &mut Page, pod: &Value) -> Result<bool> {
    let (metadata, spec, status) = (&pod["metadata"], &pod["spec"], &pod["status"]);
    super::head(page, pod);
    if !spec["priority"].is_null() {
        page.pair(0, "Priority", text(&spec["priority"]));
    }
    for (field, shown) in [
        ("priorityClassName", "Priority Class Name"),
        ("runtimeClassName", "Runtime Class Name"),
        ("serviceAccountName", "Service Account"),
    ] {
        if spec[field].as_str().is_some_and(|name| !name.is_empty()) {
            page.pair(0, shown, text(&spec[field]));
        }
    }
    match spec["nodeName"].as_str().filter(|name| !name.is_empty()) {
        Some(node) => page.pair(0, "Node", format!("{node}/{}", text(&status["hostIP"]))),
        None => page.pair(0, "Node", "<none>"),
    }
    if status["startTime"].is_string() {
        page.pair(0, "Start Time", time(&status["startTime"]));
    }
    super::marks(page, pod);
    if metadata["deletionTimestamp"].is_string()
        && status["phase"] != "Failed"
        && status["phase"] != "Succeeded"
    {
        page.line(0, format!("Status:\tTerminating (lasts {})", super::age(&metadata["deletionTimestamp"])));
        page.pair(
            0,
            "Termination Grace Period",
            format!("{}s", number(&metadata["deletionGracePeriodSeconds"])),
        );
    } else {
        page.pair(0, "Status", text(&status["phase"]));
    }
    for (field, shown) in [("reason", "Reason"), ("message", "Message")] {
        if status[field].as_str().is_some_and(|text| !text.is_empty()) {
            page.pair(0, shown, text(&status[field]));
        }
    }
    let security = &spec["securityContext"]["seccompProfile"];
    if security["type"].is_string() {
        page.pair(0, "SeccompProfile", text(&security["type"]));
        if security["type"] == "Localhost" {
            page.pair(0, "LocalhostProfile", text(&security["localhostProfile"]));
        }
    }
    page.pair(0, "IP", text(&status["podIP"]));
    let addresses: Vec<String> = list(&status["podIPs"]).map(|ip| text(&ip["ip"])).collect();
    if addresses.is_empty() {
        page.line(0, "IPs:\t<none>");
    } else {
        page.line(0, "IPs:");
        for address in addresses {
            page.pair(1, "IP", address);
        }
    }
    if let Some(owner) = list(&metadata["ownerReferences"]).find(|owner| owner["controller"] == true) {
        page.pair(0, "Controlled By", format!("{}/{}", text(&owner["kind"]), text(&owner["name"])));
    }
    if status["nominatedNodeName"].as_str().is_some_and(|name| !name.is_empty()) {
        page.pair(0, "NominatedNodeName", text(&status["nominatedNodeName"]));
    }
    if list(&spec["initContainers"]).next().is_some() {
        containers(
            page,
            "",
            "Init Containers",
            &spec["initContainers"],
            &status["initContainerStatuses"],
            Some(pod),
        );
    }
    containers(page, "", "Containers", &spec["containers"], &status["containerStatuses"], Some(pod));
    if list(&spec["ephemeralContainers"]).next().is_some() {
        containers(
            page,
            "",
            "Ephemeral Containers",
            &spec["ephemeralContainers"],
            &status["ephemeralContainerStatuses"],
            Some(pod),
        );
    }
    if list(&spec["readinessGates"]).next().is_some() {
        page.line(0, "Readiness Gates:\n  Type\tStatus");
        for gate in list(&spec["readinessGates"]) {
            let found =
                list(&status["conditions"]).find(|condition| condition["type"] == gate["conditionType"]);
            let shown = found.map_or_else(|| "<none>".to_string(), |condition| text(&condition["status"]));
            page.line(1, format!("{}\t{shown}", text(&gate["conditionType"])));
        }
    }
    if list(&status["conditions"]).next().is_some() {
        page.line(0, "Conditions:\n  Type\tStatus");
        for condition in list(&status["conditions"]) {
            // The blanks at the ends are upstream's.
            page.line(1, format!("{} \t{} ", text(&condition["type"]), text(&condition["status"])));
        }
    }
    volumes(page, "", &spec["volumes"]);
    if status["qosClass"].is_string() {
        page.pair(0, "QoS Class", text(&status["qosClass"]));
    }
    labels(page, 0, "Node-Selectors", &spec["nodeSelector"]);
    tolerations(page, 0, &spec["tolerations"]);
    spread(page, 0, &spec["topologySpreadConstraints"]);
    Ok(true)
}

/// A pod template.
pub fn template(page: &mut Page, template: &Value) {
    page.line(0, "Pod Template:");
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    labels(page, 1, "Labels", &metadata["labels"]);
    if !entries(&metadata["annotations"]).is_empty() {
        annotations(page, 1, "Annotations", &metadata["annotations"]);
    }
    if spec["serviceAccountName"].as_str().is_some_and(|name| !name.is_empty()) {
        page.pair(1, "Service Account", text(&spec["serviceAccountName"]));
    }
    if list(&spec["initContainers"]).next().is_some() {
        containers(page, "  ", "Init Containers", &spec["initContainers"], &Value::Null, None);
    }
    containers(page, "  ", "Containers", &spec["containers"], &Value::Null, None);
    volumes(page, "  ", &spec["volumes"]);
    spread(page, 1, &spec["topologySpreadConstraints"]);
    if spec["priorityClassName"].as_str().is_some_and(|name| !name.is_empty()) {
        page.pair(1, "Priority Class Name", text(&spec["priorityClassName"]));
    }
    labels(page, 1, "Node-Selectors", &spec["nodeSelector"]);
    tolerations(page, 1, &spec["tolerations"]);
}

fn containers(
    page: &mut Page,
    space: &str,
    title: &str,
    containers: &Value,
    statuses: &Value,
    pod: Option<&Value>,
) {
    let none = if list(containers).next().is_none() { " <none>" } else { "" };
    page.line(0, format!("{space}{title}:{none}"));
    for container in list(containers) {
        let status = list(statuses).find(|status| status["name"] == container["name"]);
        // In a template everything is one blank deeper than in a pod.
        page.line(0, format!("  {}{}:", if space.is_empty() { "" } else { " " }, text(&container["name"])));
        describe(page, container, status, pod);
    }
}

fn describe(page: &mut Page, container: &Value, status: Option<&Value>, pod: Option<&Value>) {
    if let Some(status) = status {
        page.pair(2, "Container ID", text(&status["containerID"]));
    }
    page.pair(2, "Image", text(&container["image"]));
    if let Some(status) = status {
        page.pair(2, "Image ID", text(&status["imageID"]));
    }
    for (field, one, several) in [("containerPort", "Port", "Ports"), ("hostPort", "Host Port", "Host Ports")]
    {
        let shown: Vec<String> = list(&container["ports"])
            .map(|port| {
                let name = port["name"].as_str().map(|name| format!(" ({name})")).unwrap_or_default();
                format!("{}/{}{name}", number(&port[field]), port["protocol"].as_str().unwrap_or("TCP"))
            })
            .collect();
        let title = if shown.len() > 1 { several } else { one };
        page.pair(2, title, if shown.is_empty() { "<none>".into() } else { shown.join(", ") });
    }
    let security = &container["securityContext"]["seccompProfile"];
    if security["type"].is_string() {
        page.pair(2, "SeccompProfile", text(&security["type"]));
        if security["type"] == "Localhost" {
            page.pair(2, "LocalhostProfile", text(&security["localhostProfile"]));
        }
    }
    for (field, title) in [("command", "Command"), ("args", "Args")] {
        if list(&container[field]).next().is_some() {
            page.line(2, format!("{title}:"));
            for word in list(&container[field]) {
                for line in text(word).split('\n') {
                    page.line(3, line);
                }
            }
        }
    }
    if let Some(status) = status {
        state(page, "State", &status["state"]);
        if !status["lastState"]["terminated"].is_null() {
            state(page, "Last State", &status["lastState"]);
        }
        page.pair(2, "Ready", yes(&status["ready"]));
        page.pair(2, "Restart Count", number(&status["restartCount"]));
    }
    for (field, title) in [("limits", "Limits"), ("requests", "Requests")] {
        let found = entries(&container["resources"][field]);
        if !found.is_empty() {
            page.line(2, format!("{title}:"));
            for (key, value) in found {
                page.pair(3, key, text(value));
            }
        }
    }
    for (field, title) in
        [("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup")]
    {
        if container[field].is_object() {
            page.pair(2, title, probe(&container[field]));
        }
    }
    if list(&container["envFrom"]).next().is_some() {
        page.line(2, "Environment Variables from:");
        for from in list(&container["envFrom"]) {
            let (kind, source) = if from["configMapRef"].is_object() {
                ("ConfigMap", &from["configMapRef"])
            } else {
                ("Secret", &from["secretRef"])
            };
            let prefix = from["prefix"].as_str().filter(|prefix| !prefix.is_empty());
            let prefix = prefix.map(|prefix| format!(" with prefix '{prefix}'")).unwrap_or_default();
            page.line(
                3,
                format!(
                    "{}\t{kind}{prefix}\tOptional: {}",
                    text(&source["name"]),
                    source["optional"] == true
                ),
            );
        }
    }
    environment(page, container, pod);
    let mut mounts: Vec<&Value> = list(&container["volumeMounts"]).collect();
    mounts.sort_by_key(|mount| text(&mount["mountPath"]));
    page.line(2, if mounts.is_empty() { "Mounts:\t<none>" } else { "Mounts:" });
    for mount in mounts {
        let mut flags = vec![if mount["readOnly"] == true { "ro".to_string() } else { "rw".to_string() }];
        if mount["subPath"].as_str().is_some_and(|path| !path.is_empty()) {
            flags.push(format!("path={:?}", text(&mount["subPath"])));
        }
        page.line(
            3,
            format!("{} from {} ({})", text(&mount["mountPath"]), text(&mount["name"]), flags.join(",")),
        );
    }
    let mut devices: Vec<&Value> = list(&container["volumeDevices"]).collect();
    devices.sort_by_key(|device| text(&device["devicePath"]));
    if !devices.is_empty() {
        page.line(2, "Devices:");
        for device in devices {
            page.line(3, format!("{} from {}", text(&device["devicePath"]), text(&device["name"])));
        }
    }
}

fn environment(page: &mut Page, container: &Value, pod: Option<&Value>) {
    let none = list(&container["env"]).next().is_none();
    page.line(2, if none { "Environment:\t<none>" } else { "Environment:" });
    for variable in list(&container["env"]) {
        let name = text(&variable["name"]);
        let from = &variable["valueFrom"];
        if from.is_null() {
            for (index, line) in text(&variable["value"]).split('\n').enumerate() {
                page.line(3, if index == 0 { format!("{name}:\t{line}") } else { format!("\t{line}") });
            }
        } else if let Some(path) = from["fieldRef"]["fieldPath"].as_str() {
            let value = pod.map(|pod| field(pod, path)).unwrap_or_default();
            let version = from["fieldRef"]["apiVersion"].as_str().unwrap_or("v1");
            page.line(3, format!("{name}:\t{value} ({version}:{path})"));
        } else if let Some(resource) = from["resourceFieldRef"]["resource"].as_str() {
            let value = if pod.is_some() { resource_field(container, resource) } else { String::new() };
            page.line(3, format!("{name}:\t{value} ({resource})"));
        } else {
            for (source, words) in [("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")] {
                let of = &from[source];
                if of.is_object() {
                    page.line(
                        3,
                        format!(
                            "{name}:\t<set to the key '{}' {words} '{}'>\tOptional: {}",
                            text(&of["key"]),
                            text(&of["name"]),
                            of["optional"] == true
                        ),
                    );
                }
            }
        }
    }
}

/// What the downward API would give, as far as the object itself says.
fn field(pod: &Value, path: &str) -> String {
    for (map, prefix) in [("annotations", "metadata.annotations['"), ("labels", "metadata.labels['")] {
        if let Some(key) = path.strip_prefix(prefix).and_then(|rest| rest.strip_suffix("']")) {
            return text(&pod["metadata"][map][key]);
        }
    }
    text(path.split('.').fold(pod, |value, part| &value[part]))
}

fn resource_field(container: &Value, resource: &str) -> String {
    use apimachinery::quantity::Quantity;
    let Some((list, name)) = resource.split_once('.') else { return String::new() };
    let quantity = container["resources"][list][name].as_str().and_then(|text| text.parse::<Quantity>().ok());
    // Rounded up to whole units, the divisor's default.
    quantity.map_or_else(|| "0".into(), |quantity| ((quantity.millis() + 999) / 1000).to_string())
}

fn state(page: &mut Page, title: &str, state: &Value) {
    if !state["running"].is_null() {
        page.pair(2, title, "Running");
        page.pair(3, "Started", time(&state["running"]["startedAt"]));
    } else if !state["terminated"].is_null() {
        let ended = &state["terminated"];
        page.pair(2, title, "Terminated");
        for (field, shown) in [("reason", "Reason"), ("message", "Message")] {
            if ended[field].as_str().is_some_and(|text| !text.is_empty()) {
                page.pair(3, shown, text(&ended[field]));
            }
        }
        page.pair(3, "Exit Code", number(&ended["exitCode"]));
        if number(&ended["signal"]) > 0 {
            page.pair(3, "Signal", number(&ended["signal"]));
        }
        page.pair(3, "Started", time(&ended["startedAt"]));
        page.pair(3, "Finished", time(&ended["finishedAt"]));
    } else {
        page.pair(2, title, "Waiting");
        if state["waiting"]["reason"].as_str().is_some_and(|text| !text.is_empty()) {
            page.pair(3, "Reason", text(&state["waiting"]["reason"]));
        }
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
    let what = if probe["exec"].is_object() {
        let words: Vec<String> = list(&probe["exec"]["command"]).map(text).collect();
        format!("exec [{}]", words.join(" "))
    } else if probe["httpGet"].is_object() {
        let get = &probe["httpGet"];
        let port = text(&get["port"]);
        let port = if port.is_empty() { String::new() } else { format!(":{port}") };
        let path = text(&get["path"]);
        let path = if path.is_empty() || path.starts_with('/') { path } else { format!("/{path}") };
        let scheme = get["scheme"].as_str().unwrap_or("HTTP").to_lowercase();
        format!("http-get {scheme}://{}{port}{path}", text(&get["host"]))
    } else if probe["tcpSocket"].is_object() {
        format!("tcp-socket {}:{}", text(&probe["tcpSocket"]["host"]), text(&probe["tcpSocket"]["port"]))
    } else if probe["grpc"].is_object() {
        format!("grpc <pod>:{} {}", text(&probe["grpc"]["port"]), text(&probe["grpc"]["service"]))
    } else {
        "unknown".into()
    };
    format!("{what} {tail}")
}

/// A source's field, the words for it, and its own fields with their titles.
type Source = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What `Type:` says of a volume's source, and the fields that follow, by the names that
/// descriptions give them.
const SOURCES: &[Source] = &[
    ("hostPath", "HostPath (bare host directory volume)", &[("path", "Path"), ("type", "HostPathType")]),
    (
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        &[("medium", "Medium"), ("sizeLimit", "SizeLimit")],
    ),
    (
        "secret",
        "Secret (a volume populated by a Secret)",
        &[("secretName", "SecretName"), ("optional", "Optional?")],
    ),
    (
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("name", "Name"), ("optional", "Optional?")],
    ),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("server", "Server"), ("path", "Path"), ("readOnly", "ReadOnly?")],
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("claimName", "ClaimName"), ("readOnly", "ReadOnly?")],
    ),
    (
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[("driver", "Driver"), ("fsType", "FSType"), ("readOnly", "ReadOnly?")],
    ),
    (
        "image",
        "Image (a container image or OCI artifact)",
        &[("reference", "Reference"), ("pullPolicy", "PullPolicy")],
    ),
    (
        "ephemeral",
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        &[],
    ),
];

/// The lines of one volume's source.
pub fn source(page: &mut Page, level: usize, volume: &Value) {
    if volume["projected"].is_object() {
        page.pair(level, "Type", "Projected (a volume that contains injected data from multiple sources)");
        for source in list(&volume["projected"]["sources"]) {
            for (field, title) in [("secret", "SecretName"), ("configMap", "ConfigMapName")] {
                if source[field].is_object() {
                    page.pair(level, title, text(&source[field]["name"]));
                    let optional = source[field]["optional"].as_bool();
                    page.pair(
                        level,
                        "Optional",
                        optional.map_or_else(|| "false".to_string(), |value| value.to_string()),
                    );
                }
            }
            if source["downwardAPI"].is_object() {
                page.pair(level, "DownwardAPI", "true");
            }
            if source["serviceAccountToken"].is_object() {
                page.pair(
                    level,
                    "TokenExpirationSeconds",
                    number(&source["serviceAccountToken"]["expirationSeconds"]),
                );
            }
        }
        return;
    }
    if volume["downwardAPI"].is_object() {
        page.pair(level, "Type", "DownwardAPI (a volume populated by information about the pod)");
        page.line(level, "Items:");
        for item in list(&volume["downwardAPI"]["items"]) {
            let from =
                item["fieldRef"]["fieldPath"].as_str().or(item["resourceFieldRef"]["resource"].as_str());
            page.line(level + 1, format!("{} -> {}", from.unwrap_or_default(), text(&item["path"])));
        }
        return;
    }
    for (kind, words, fields) in SOURCES {
        let found = &volume[*kind];
        if !found.is_object() {
            continue;
        }
        page.pair(level, "Type", words);
        for (field, title) in *fields {
            let value = &found[*field];
            let (title, shown) = match title.strip_suffix('?') {
                Some(title) => (title, (*value == true).to_string()),
                None if *title == "HostPathType" => {
                    (*title, if value.is_null() { "<none>".into() } else { text(value) })
                }
                None if *title == "SizeLimit" => {
                    (*title, if value.is_null() { "<unset>".into() } else { text(value) })
                }
                None => (*title, text(value)),
            };
            page.pair(level, title, shown);
        }
        return;
    }
    // A kind of source without words of its own: its fields as they are.
    for (kind, value) in entries(volume) {
        if value.is_object() && kind != "metadata" {
            let mut letters = kind.chars();
            let shown: String =
                letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
            page.pair(level, "Type", shown);
            for (field, value) in entries(value) {
                page.pair(level, field, text(value));
            }
        }
    }
}

fn volumes(page: &mut Page, space: &str, volumes: &Value) {
    if list(volumes).next().is_none() {
        page.line(0, format!("{space}Volumes:\t<none>"));
        return;
    }
    page.line(0, format!("{space}Volumes:"));
    for volume in list(volumes) {
        page.line(0, format!("  {}{}:", if space.is_empty() { "" } else { " " }, text(&volume["name"])));
        source(page, 2, volume);
    }
}

fn tolerations(page: &mut Page, level: usize, tolerations: &Value) {
    page.put(level, "Tolerations:\t");
    let mut found: Vec<&Value> = list(tolerations).collect();
    if found.is_empty() {
        page.line(0, "<none>");
    }
    found.sort_by_key(|toleration| text(&toleration["key"]));
    for (index, toleration) in found.iter().enumerate() {
        if index > 0 {
            page.put(level, "\t");
        }
        let mut words = text(&toleration["key"]);
        let value = text(&toleration["value"]);
        if !value.is_empty() {
            words.push_str(&format!("={value}"));
        }
        let effect = text(&toleration["effect"]);
        if !effect.is_empty() {
            words.push_str(&format!(":{effect}"));
        }
        if toleration["operator"] == "Exists" && value.is_empty() {
            let blank = if words.is_empty() { "" } else { " " };
            words.push_str(&format!("{blank}op=Exists"));
        }
        if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
            words.push_str(&format!(" for {seconds}s"));
        }
        page.line(0, words);
    }
}

fn spread(page: &mut Page, level: usize, constraints: &Value) {
    let mut found: Vec<&Value> = list(constraints).collect();
    if found.is_empty() {
        return;
    }
    found.sort_by_key(|constraint| text(&constraint["topologyKey"]));
    page.put(level, "Topology Spread Constraints:\t");
    for (index, constraint) in found.iter().enumerate() {
        if index > 0 {
            page.put(level, "\t");
        }
        let mut words = format!(
            "{}:{} when max skew {} is exceeded",
            text(&constraint["topologyKey"]),
            text(&constraint["whenUnsatisfiable"]),
            number(&constraint["maxSkew"])
        );
        if constraint["labelSelector"].is_object() {
            words.push_str(&format!(" for selector {}", selector(&constraint["labelSelector"])));
        }
        page.line(0, words);
    }
}

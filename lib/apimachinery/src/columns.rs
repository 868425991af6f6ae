//! What people see of an object in a table: the columns of each kind and how their cells are
//! made. The server prints with it, and kctl for servers that don't.

use jiff::Timestamp;
use serde_json::{Value, json};

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading, in upper case when printed.
    pub name: &'static str,
    /// `string`, `integer` or `date`.
    pub kind: &'static str,
    /// `name` for the first column.
    pub format: &'static str,
    /// 0: always shown; 1: in wide output.
    pub priority: u8,
}

/// How one kind is printed.
pub struct Printer {
    group: &'static str,
    kind: &'static str,
    /// The columns.
    pub columns: &'static [Column],
    /// The names of the fields, at any depth, that its cells are made of; `None`: all may be.
    pub fields: Option<&'static [&'static str]>,
    row: fn(&Value, Timestamp) -> Vec<Value>,
}

impl Printer {
    /// The cells of one object, one for each column.
    pub fn row(&self, object: &Value, now: Timestamp) -> Vec<Value> {
        (self.row)(object, now)
    }
}

/// How a kind is printed; kinds without columns of their own show name and age.
pub fn of(group: &str, kind: &str) -> &'static Printer {
    PRINTERS.iter().find(|p| p.kind == kind && p.group == group).unwrap_or(&DEFAULT)
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: "string", format: "", priority: 0 }
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: "integer", format: "", priority: 0 }
}

const fn wide(name: &'static str) -> Column {
    Column { name, kind: "string", format: "", priority: 1 }
}

const NAME: Column = Column { name: "Name", kind: "string", format: "name", priority: 0 };
const AGE: Column = text("Age");

static DEFAULT: Printer = Printer {
    group: "",
    kind: "",
    columns: &[NAME, AGE],
    fields: Some(&["metadata", "name", "creationTimestamp"]),
    row: |o, now| vec![name(o), age(o, now)],
};

// ---- reading ----

fn at<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(object, |value, step| value.get(step).unwrap_or(&Value::Null))
}

fn str_at<'a>(object: &'a Value, path: &str) -> &'a str {
    at(object, path).as_str().unwrap_or_default()
}

fn int_at(object: &Value, path: &str) -> i64 {
    at(object, path).as_i64().unwrap_or_default()
}

fn list_at<'a>(object: &'a Value, path: &str) -> &'a [Value] {
    at(object, path).as_array().map_or(&[], Vec::as_slice)
}

fn name(object: &Value) -> Value {
    json!(str_at(object, "metadata.name"))
}

fn or(text: &str, none: &str) -> Value {
    json!(if text.is_empty() { none } else { text })
}

fn or_none(text: &str) -> Value {
    or(text, "<none>")
}

fn age(object: &Value, now: Timestamp) -> Value {
    since(str_at(object, "metadata.creationTimestamp"), now)
}

fn created(object: &Value) -> Value {
    json!(str_at(object, "metadata.creationTimestamp"))
}

fn since(time: &str, now: Timestamp) -> Value {
    match time.parse::<Timestamp>() {
        Ok(then) => json!(human_duration(now.as_second() - then.as_second())),
        Err(_) => json!("<unknown>"),
    }
}

/// A duration in seconds as people read it: `5s`, `3m20s`, `4h`, `12d`, `2y30d`.
pub fn human_duration(seconds: i64) -> String {
    if seconds < -1 {
        return "<invalid>".into();
    }
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let pair = |big: i64, unit: &str, rest: i64, small: &str| {
        if rest == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{rest}{small}") }
    };
    if seconds < 120 {
        format!("{seconds}s")
    } else if minutes < 10 {
        pair(minutes, "m", seconds % 60, "s")
    } else if minutes < 180 {
        format!("{minutes}m")
    } else if hours < 8 {
        pair(hours, "h", minutes % 60, "m")
    } else if hours < 48 {
        format!("{hours}h")
    } else if hours < 192 {
        pair(days, "d", hours % 24, "h")
    } else if days < 730 {
        format!("{days}d")
    } else if days < 8 * 365 {
        pair(days / 365, "y", days % 365, "d")
    } else {
        format!("{}y", days / 365)
    }
}

fn strings(list: &[Value]) -> String {
    list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
}

fn joined(list: &[Value], field: &str) -> String {
    list.iter().map(|item| str_at(item, field)).collect::<Vec<_>>().join(",")
}

fn pairs(map: &Value) -> String {
    let all = map.as_object().into_iter().flatten();
    all.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect::<Vec<_>>()
        .join(",")
}

/// A label selector structure as text.
fn selector(value: &Value) -> Value {
    let parsed = serde_json::from_value(value.clone())
        .ok()
        .and_then(|selector| crate::labels::Selector::try_from(&selector).ok());
    or_none(&parsed.unwrap_or_default().to_string())
}

fn containers(spec: &Value) -> [Value; 2] {
    let list = list_at(spec, "containers");
    [json!(joined(list, "name")), json!(joined(list, "image"))]
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    list_at(object, "status.conditions").iter().find(|condition| str_at(condition, "type") == kind)
}

fn is_true(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|condition| str_at(condition, "status") == "True")
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

// ---- pods ----

/// A pod's state in a word, as the STATUS column shows it, its ready containers and restarts.
struct PodSummary {
    reason: String,
    ready: i64,
    total: usize,
    restarts: i64,
    last_restart: Option<Timestamp>,
}

fn pod_summary(pod: &Value) -> PodSummary {
    let mut reason = str_at(pod, "status.phase").to_string();
    if !str_at(pod, "status.reason").is_empty() {
        reason = str_at(pod, "status.reason").to_string();
    }
    for condition in list_at(pod, "status.conditions") {
        if str_at(condition, "type") == "PodScheduled" && str_at(condition, "reason") == "SchedulingGated" {
            reason = "SchedulingGated".into();
        }
    }
    let sidecar = |name: &str| {
        list_at(pod, "spec.initContainers")
            .iter()
            .any(|c| str_at(c, "name") == name && str_at(c, "restartPolicy") == "Always")
    };
    let mut total = list_at(pod, "spec.containers").len();
    total += list_at(pod, "spec.initContainers")
        .iter()
        .filter(|container| str_at(container, "restartPolicy") == "Always")
        .count();
    let (mut ready, mut restarts, mut sidecar_restarts) = (0, 0, 0);
    let mut last_restart: Option<Timestamp> = None;
    let mut last_sidecar_restart: Option<Timestamp> = None;
    let finished =
        |status: &Value| str_at(status, "lastState.terminated.finishedAt").parse::<Timestamp>().ok();
    let ended = |state: &Value| {
        let ended = at(state, "terminated");
        let signal = int_at(ended, "signal");
        if !str_at(ended, "reason").is_empty() {
            str_at(ended, "reason").to_string()
        } else if signal != 0 {
            format!("Signal:{signal}")
        } else {
            format!("ExitCode:{}", int_at(ended, "exitCode"))
        }
    };
    let mut initializing = false;
    for (index, status) in list_at(pod, "status.initContainerStatuses").iter().enumerate() {
        restarts += int_at(status, "restartCount");
        last_restart = last_restart.max(finished(status));
        let is_sidecar = sidecar(str_at(status, "name"));
        if is_sidecar {
            sidecar_restarts += int_at(status, "restartCount");
            last_sidecar_restart = last_sidecar_restart.max(finished(status));
        }
        let state = at(status, "state");
        let waiting = str_at(state, "waiting.reason");
        if state.get("terminated").is_some() && int_at(state, "terminated.exitCode") == 0 {
            continue;
        }
        if is_sidecar && at(status, "started").as_bool() == Some(true) {
            if at(status, "ready").as_bool() == Some(true) {
                ready += 1;
            }
            continue;
        }
        if state.get("terminated").is_some() {
            reason = format!("Init:{}", ended(state));
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            reason = format!("Init:{waiting}");
        } else {
            reason = format!("Init:{index}/{}", list_at(pod, "spec.initContainers").len());
        }
        initializing = true;
        break;
    }
    if !initializing || is_true(pod, "Initialized") {
        restarts = sidecar_restarts;
        last_restart = last_sidecar_restart;
        let mut has_running = false;
        for status in list_at(pod, "status.containerStatuses").iter().rev() {
            restarts += int_at(status, "restartCount");
            last_restart = last_restart.max(finished(status));
            let state = at(status, "state");
            let waiting = str_at(state, "waiting.reason");
            if !waiting.is_empty() {
                reason = waiting.to_string();
            } else if state.get("terminated").is_some() {
                reason = ended(state);
            } else if at(status, "ready").as_bool() == Some(true) && state.get("running").is_some() {
                has_running = true;
                ready += 1;
            }
        }
        if reason == "Completed" && has_running {
            reason = if is_true(pod, "Ready") { "Running".into() } else { "NotReady".into() };
        }
    }
    if !str_at(pod, "metadata.deletionTimestamp").is_empty() {
        if str_at(pod, "status.reason") == "NodeLost" {
            reason = "Unknown".into();
        } else if !matches!(str_at(pod, "status.phase"), "Failed" | "Succeeded") {
            reason = "Terminating".into();
        }
    }
    PodSummary { reason, ready, total, restarts, last_restart }
}

fn pod(pod: &Value, now: Timestamp) -> Vec<Value> {
    let summary = pod_summary(pod);
    let restarts = match summary.last_restart {
        Some(then) if summary.restarts > 0 => {
            format!("{} ({} ago)", summary.restarts, human_duration(now.as_second() - then.as_second()))
        }
        _ => summary.restarts.to_string(),
    };
    let gates = list_at(pod, "spec.readinessGates");
    let passed = gates.iter().filter(|gate| is_true(pod, str_at(gate, "conditionType"))).count();
    let gates = if gates.is_empty() { "<none>".into() } else { format!("{passed}/{}", gates.len()) };
    let ip = list_at(pod, "status.podIPs").first().map_or("", |ip| str_at(ip, "ip"));
    vec![
        name(pod),
        json!(format!("{}/{}", summary.ready, summary.total)),
        json!(summary.reason),
        json!(restarts),
        age(pod, now),
        or_none(if ip.is_empty() { str_at(pod, "status.podIP") } else { ip }),
        or_none(str_at(pod, "spec.nodeName")),
        or_none(str_at(pod, "status.nominatedNodeName")),
        json!(gates),
    ]
}

// ---- the rest ----

fn node(node: &Value, now: Timestamp) -> Vec<Value> {
    let mut status = match condition(node, "Ready").map(|ready| str_at(ready, "status")) {
        Some("True") => "Ready".to_string(),
        Some(_) => "NotReady".to_string(),
        None => "Unknown".to_string(),
    };
    if at(node, "spec.unschedulable").as_bool() == Some(true) {
        status.push_str(",SchedulingDisabled");
    }
    let mut roles: Vec<&str> = Vec::new();
    for (label, value) in node["metadata"]["labels"].as_object().into_iter().flatten() {
        if let Some(role) = label.strip_prefix("node-role.kubernetes.io/").filter(|role| !role.is_empty()) {
            roles.push(role);
        } else if label == "kubernetes.io/role" {
            roles.extend(value.as_str().filter(|role| !role.is_empty()));
        }
    }
    roles.sort_unstable();
    let address = |kind: &str| {
        let all = list_at(node, "status.addresses");
        or_none(all.iter().find(|a| str_at(a, "type") == kind).map_or("", |a| str_at(a, "address")))
    };
    let info = |field: &str| or(str_at(node, &format!("status.nodeInfo.{field}")), "<unknown>");
    vec![
        name(node),
        json!(status),
        or_none(&roles.join(",")),
        age(node, now),
        json!(str_at(node, "status.nodeInfo.kubeletVersion")),
        address("InternalIP"),
        address("ExternalIP"),
        info("osImage"),
        info("kernelVersion"),
        info("containerRuntimeVersion"),
    ]
}

fn replicas(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.template.spec"));
    let select = at(object, "spec.selector");
    let select = if str_at(object, "kind") == "ReplicationController" {
        or_none(&pairs(select))
    } else {
        selector(select)
    };
    vec![
        name(object),
        json!(int_at(object, "spec.replicas")),
        json!(int_at(object, "status.replicas")),
        json!(int_at(object, "status.readyReplicas")),
        age(object, now),
        containers,
        images,
        select,
    ]
}

fn deployment(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.template.spec"));
    vec![
        name(object),
        json!(format!("{}/{}", int_at(object, "status.readyReplicas"), int_at(object, "spec.replicas"))),
        json!(int_at(object, "status.updatedReplicas")),
        json!(int_at(object, "status.availableReplicas")),
        age(object, now),
        containers,
        images,
        selector(at(object, "spec.selector")),
    ]
}

fn daemon_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.template.spec"));
    let count = |field: &str| json!(int_at(object, &format!("status.{field}")));
    vec![
        name(object),
        count("desiredNumberScheduled"),
        count("currentNumberScheduled"),
        count("numberReady"),
        count("updatedNumberScheduled"),
        count("numberAvailable"),
        or_none(&pairs(at(object, "spec.template.spec.nodeSelector"))),
        age(object, now),
        containers,
        images,
        selector(at(object, "spec.selector")),
    ]
}

fn stateful_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.template.spec"));
    let ready = format!("{}/{}", int_at(object, "status.readyReplicas"), int_at(object, "spec.replicas"));
    vec![name(object), json!(ready), age(object, now), containers, images]
}

fn job(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.template.spec"));
    let status = if is_true(object, "Complete") {
        "Complete"
    } else if is_true(object, "Failed") {
        "Failed"
    } else if !str_at(object, "metadata.deletionTimestamp").is_empty() {
        "Terminating"
    } else if is_true(object, "Suspended") {
        "Suspended"
    } else if is_true(object, "FailureTarget") {
        "FailureTarget"
    } else if is_true(object, "SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    };
    let succeeded = int_at(object, "status.succeeded");
    let completions = match (at(object, "spec.completions").as_i64(), int_at(object, "spec.parallelism")) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let time = |field: &str| str_at(object, &format!("status.{field}")).parse::<Timestamp>().ok();
    let duration = match (time("startTime"), time("completionTime")) {
        (None, _) => String::new(),
        (Some(start), end) => human_duration(end.unwrap_or(now).as_second() - start.as_second()),
    };
    vec![
        name(object),
        json!(status),
        json!(completions),
        json!(duration),
        age(object, now),
        containers,
        images,
        selector(at(object, "spec.selector")),
    ]
}

fn cron_job(object: &Value, now: Timestamp) -> Vec<Value> {
    let [containers, images] = containers(at(object, "spec.jobTemplate.spec.template.spec"));
    let last = str_at(object, "status.lastScheduleTime");
    vec![
        name(object),
        json!(str_at(object, "spec.schedule")),
        or_none(str_at(object, "spec.timeZone")),
        json!(if at(object, "spec.suspend").as_bool() == Some(true) { "True" } else { "False" }),
        json!(list_at(object, "status.active").len()),
        if last.is_empty() { json!("<none>") } else { since(last, now) },
        age(object, now),
        containers,
        images,
        selector(at(object, "spec.jobTemplate.spec.selector")),
    ]
}

fn service(object: &Value, now: Timestamp) -> Vec<Value> {
    let kind = str_at(object, "spec.type");
    let external = strings(list_at(object, "spec.externalIPs"));
    let external = match kind {
        "LoadBalancer" => {
            let ingress = list_at(object, "status.loadBalancer.ingress");
            let mut all: Vec<&str> = ingress
                .iter()
                .map(|i| if str_at(i, "ip").is_empty() { str_at(i, "hostname") } else { str_at(i, "ip") })
                .collect();
            if !external.is_empty() {
                all.push(&external);
            }
            if all.is_empty() { "<pending>".into() } else { all.join(",") }
        }
        "ExternalName" => str_at(object, "spec.externalName").to_string(),
        _ if external.is_empty() => "<none>".into(),
        _ => external,
    };
    let ports: Vec<String> = list_at(object, "spec.ports")
        .iter()
        .map(|port| match int_at(port, "nodePort") {
            0 => format!("{}/{}", int_at(port, "port"), str_at(port, "protocol")),
            node => format!("{}:{node}/{}", int_at(port, "port"), str_at(port, "protocol")),
        })
        .collect();
    vec![
        name(object),
        json!(kind),
        or_none(str_at(object, "spec.clusterIP")),
        json!(external),
        or_none(&ports.join(",")),
        age(object, now),
        or_none(&pairs(at(object, "spec.selector"))),
    ]
}

fn endpoints(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut all = Vec::new();
    for subset in list_at(object, "subsets") {
        let ports = list_at(subset, "ports");
        for address in list_at(subset, "addresses") {
            let ip = str_at(address, "ip");
            if ports.is_empty() {
                all.push(ip.to_string());
            }
            for port in ports {
                let host = if ip.contains(':') { format!("[{ip}]") } else { ip.to_string() };
                all.push(format!("{host}:{}", int_at(port, "port")));
            }
        }
    }
    vec![name(object), or_none(&few(&all)), age(object, now)]
}

fn few(all: &[String]) -> String {
    if all.len() > 3 { format!("{} + {} more...", all[..3].join(","), all.len() - 3) } else { all.join(",") }
}

fn endpoint_slice(object: &Value, now: Timestamp) -> Vec<Value> {
    let ports: Vec<String> = list_at(object, "ports")
        .iter()
        .map(|port| at(port, "port").as_i64().map_or("*".into(), |port| port.to_string()))
        .collect();
    let addresses: Vec<String> = list_at(object, "endpoints")
        .iter()
        .flat_map(|endpoint| list_at(endpoint, "addresses"))
        .filter_map(|address| address.as_str().map(str::to_string))
        .collect();
    let ports = if ports.is_empty() { "<unset>".into() } else { few(&ports) };
    let addresses = if addresses.is_empty() { "<unset>".into() } else { few(&addresses) };
    vec![name(object), json!(str_at(object, "addressType")), json!(ports), json!(addresses), age(object, now)]
}

fn ingress(object: &Value, now: Timestamp) -> Vec<Value> {
    let hosts: Vec<String> = list_at(object, "spec.rules")
        .iter()
        .map(|rule| str_at(rule, "host"))
        .filter(|host| !host.is_empty())
        .map(str::to_string)
        .collect();
    let hosts = if hosts.is_empty() { "*".to_string() } else { few(&hosts) };
    let addresses: Vec<&str> = list_at(object, "status.loadBalancer.ingress")
        .iter()
        .map(|i| if str_at(i, "ip").is_empty() { str_at(i, "hostname") } else { str_at(i, "ip") })
        .collect();
    vec![
        name(object),
        or_none(str_at(object, "spec.ingressClassName")),
        json!(hosts),
        json!(addresses.join(",")),
        json!(if list_at(object, "spec.tls").is_empty() { "80" } else { "80, 443" }),
        age(object, now),
    ]
}

fn event(object: &Value, now: Timestamp) -> Vec<Value> {
    let new = str_at(object, "apiVersion").starts_with("events.k8s.io");
    let (about, note) = if new { ("regarding", "note") } else { ("involvedObject", "message") };
    let first = |options: &[&str]| {
        let found = options.iter().map(|path| str_at(object, path)).find(|time| !time.is_empty());
        found.map_or(json!("<unknown>"), |time| since(time, now))
    };
    let first_seen = first(&["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"]);
    let last_seen =
        first(&["series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp", "eventTime"]);
    let count =
        ["series.count", "count", "deprecatedCount"].iter().map(|path| int_at(object, path)).find(|n| *n > 0);
    let kind = str_at(object, &format!("{about}.kind")).to_lowercase();
    let target = str_at(object, &format!("{about}.name"));
    let source = match str_at(object, "source.component") {
        "" => str_at(object, if new { "reportingController" } else { "reportingComponent" }),
        source => source,
    };
    let host = str_at(object, "source.host");
    let source = if host.is_empty() { source.to_string() } else { format!("{source}, {host}") };
    vec![
        last_seen,
        json!(str_at(object, "type")),
        json!(str_at(object, "reason")),
        json!(if target.is_empty() { kind } else { format!("{kind}/{target}") }),
        json!(str_at(object, &format!("{about}.fieldPath"))),
        json!(source),
        json!(str_at(object, note).trim()),
        first_seen,
        json!(count.unwrap_or(1)),
        name(object),
    ]
}

fn access_modes(list: &[Value]) -> String {
    list.iter()
        .filter_map(Value::as_str)
        .map(|mode| match mode {
            "ReadWriteOnce" => "RWO",
            "ReadOnlyMany" => "ROX",
            "ReadWriteMany" => "RWX",
            "ReadWriteOncePod" => "RWOP",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(",")
}

fn persistent_volume(object: &Value, now: Timestamp) -> Vec<Value> {
    let claim = at(object, "spec.claimRef");
    let claim = if claim.is_object() {
        format!("{}/{}", str_at(claim, "namespace"), str_at(claim, "name"))
    } else {
        String::new()
    };
    let deleted = !str_at(object, "metadata.deletionTimestamp").is_empty();
    vec![
        name(object),
        json!(str_at(object, "spec.capacity.storage")),
        json!(access_modes(list_at(object, "spec.accessModes"))),
        json!(str_at(object, "spec.persistentVolumeReclaimPolicy")),
        json!(if deleted { "Terminating" } else { str_at(object, "status.phase") }),
        json!(claim),
        json!(str_at(object, "spec.storageClassName")),
        or(str_at(object, "spec.volumeAttributesClassName"), "<unset>"),
        json!(str_at(object, "status.reason")),
        age(object, now),
        or(str_at(object, "spec.volumeMode"), "<unset>"),
    ]
}

fn claim(object: &Value, now: Timestamp) -> Vec<Value> {
    let deleted = !str_at(object, "metadata.deletionTimestamp").is_empty();
    vec![
        name(object),
        json!(if deleted { "Terminating" } else { str_at(object, "status.phase") }),
        json!(str_at(object, "spec.volumeName")),
        json!(str_at(object, "status.capacity.storage")),
        json!(access_modes(list_at(object, "status.accessModes"))),
        json!(str_at(object, "spec.storageClassName")),
        or(str_at(object, "spec.volumeAttributesClassName"), "<unset>"),
        age(object, now),
        or(str_at(object, "spec.volumeMode"), "<unset>"),
    ]
}

fn binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let subjects = |kind: &str| {
        let found: Vec<String> = list_at(object, "subjects")
            .iter()
            .filter(|subject| str_at(subject, "kind") == kind)
            .map(|subject| match kind {
                "ServiceAccount" => format!("{}/{}", str_at(subject, "namespace"), str_at(subject, "name")),
                _ => str_at(subject, "name").to_string(),
            })
            .collect();
        json!(found.join(", "))
    };
    let role = format!("{}/{}", str_at(object, "roleRef.kind"), str_at(object, "roleRef.name"));
    vec![
        name(object),
        json!(role),
        age(object, now),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn signing_request(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut states: Vec<&str> = Vec::new();
    for kind in ["Approved", "Denied", "Failed"] {
        if condition(object, kind).is_some() {
            states.push(kind);
        }
    }
    if states.is_empty() {
        states.push("Pending");
    }
    if !str_at(object, "status.certificate").is_empty() {
        states.push("Issued");
    }
    let duration = match at(object, "spec.expirationSeconds").as_i64() {
        Some(seconds) => human_duration(seconds),
        None => "<none>".into(),
    };
    vec![
        name(object),
        age(object, now),
        or_none(str_at(object, "spec.signerName")),
        json!(str_at(object, "spec.username")),
        json!(duration),
        json!(states.join(",")),
    ]
}

fn autoscaler(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut targets = Vec::new();
    // Only the old version has the field.
    if let Some(wanted) = at(object, "spec.targetCPUUtilizationPercentage").as_i64() {
        let current = at(object, "status.currentCPUUtilizationPercentage").as_i64();
        targets.push(format!("cpu: {}/{wanted}%", current.map_or("<unknown>".into(), |n| format!("{n}%"))));
    }
    for metric in list_at(object, "spec.metrics") {
        let kind = str_at(metric, "type");
        let body = &metric[kind_field(kind)];
        let current = list_at(object, "status.currentMetrics")
            .iter()
            .find(|m| {
                str_at(m, "type") == kind && str_at(&m[kind_field(kind)], "name") == str_at(body, "name")
            })
            .map(|m| at(&m[kind_field(kind)], "current"));
        let (field, unit) = match str_at(body, "target.type") {
            "Utilization" => ("averageUtilization", "%"),
            "AverageValue" => ("averageValue", ""),
            _ => ("value", ""),
        };
        let show = |value: Option<&Value>| match value.map(|value| scalar(at(value, field))) {
            Some(text) if !text.is_empty() => format!("{text}{unit}"),
            _ => "<unknown>".into(),
        };
        let label = if str_at(body, "name").is_empty() {
            String::new()
        } else {
            format!("{}: ", str_at(body, "name"))
        };
        targets.push(format!("{label}{}/{}", show(current), show(Some(at(body, "target")))));
    }
    let reference = format!(
        "{}/{}",
        str_at(object, "spec.scaleTargetRef.kind"),
        str_at(object, "spec.scaleTargetRef.name")
    );
    let least = at(object, "spec.minReplicas").as_i64().map_or("<unset>".into(), |n| n.to_string());
    vec![
        name(object),
        json!(reference),
        or_none(&targets.join(", ")),
        json!(least),
        json!(int_at(object, "spec.maxReplicas")),
        json!(int_at(object, "status.currentReplicas")),
        age(object, now),
    ]
}

fn kind_field(kind: &str) -> &'static str {
    match kind {
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        _ => "external",
    }
}

fn quota(object: &Value, now: Timestamp) -> Vec<Value> {
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (resource, hard) in object["status"]["hard"].as_object().into_iter().flatten() {
        let used = object["status"]["used"][resource].as_str().unwrap_or("0");
        let line = format!("{resource}: {used}/{}", hard.as_str().unwrap_or_default());
        if resource.starts_with("limits.") { limits.push(line) } else { requests.push(line) }
    }
    vec![name(object), json!(requests.join(", ")), json!(limits.join(", ")), age(object, now)]
}

fn data(object: &Value) -> usize {
    ["data", "binaryData"]
        .iter()
        .map(|field| object[*field].as_object().map_or(0, serde_json::Map::len))
        .sum()
}

fn boolean(object: &Value, path: &str, default: bool) -> Value {
    json!(at(object, path).as_bool().unwrap_or(default))
}

fn csi_driver(object: &Value, now: Timestamp) -> Vec<Value> {
    let tokens = joined(list_at(object, "spec.tokenRequests"), "audience");
    vec![
        name(object),
        boolean(object, "spec.attachRequired", true),
        boolean(object, "spec.podInfoOnMount", false),
        boolean(object, "spec.storageCapacity", false),
        or(&tokens, "<unset>"),
        boolean(object, "spec.requiresRepublish", false),
        or_none(&strings(list_at(object, "spec.volumeLifecycleModes"))),
        age(object, now),
    ]
}

fn param_kind(object: &Value) -> Value {
    let kind = at(object, "spec.paramKind");
    if kind.is_object() {
        json!(format!("{}/{}", str_at(kind, "apiVersion"), str_at(kind, "kind")))
    } else {
        json!("<unset>")
    }
}

fn policy_binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let param = at(object, "spec.paramRef");
    let param = if param.is_object() {
        let (namespace, name) = (str_at(param, "namespace"), str_at(param, "name"));
        format!("{}/{name}", if namespace.is_empty() { "*" } else { namespace })
    } else {
        "<unset>".into()
    };
    vec![name(object), json!(str_at(object, "spec.policyName")), json!(param), age(object, now)]
}

fn claim_state(object: &Value, now: Timestamp) -> Vec<Value> {
    let mut states = Vec::new();
    if !str_at(object, "metadata.deletionTimestamp").is_empty() {
        states.push("deleted");
    }
    if at(object, "status.allocation").is_object() {
        states.push("allocated");
    }
    if !list_at(object, "status.reservedFor").is_empty() {
        states.push("reserved");
    }
    if states.is_empty() {
        states.push("pending");
    }
    vec![name(object), json!(states.join(",")), age(object, now)]
}

fn budget(object: &Value, now: Timestamp) -> Vec<Value> {
    let show = |path: &str| or(&scalar(at(object, path)), "N/A");
    vec![
        name(object),
        show("spec.minAvailable"),
        show("spec.maxUnavailable"),
        json!(int_at(object, "status.disruptionsAllowed")),
        age(object, now),
    ]
}

fn flow_schema(object: &Value, now: Timestamp) -> Vec<Value> {
    let missing = condition(object, "Dangling").map_or("?", |condition| str_at(condition, "status"));
    vec![
        name(object),
        json!(str_at(object, "spec.priorityLevelConfiguration.name")),
        json!(int_at(object, "spec.matchingPrecedence")),
        or_none(str_at(object, "spec.distinguisherMethod.type")),
        age(object, now),
        json!(missing),
    ]
}

fn priority_level(object: &Value, now: Timestamp) -> Vec<Value> {
    let show = |path: &str| or_none(&scalar(at(object, path)));
    let shares = match scalar(at(object, "spec.limited.nominalConcurrencyShares")) {
        text if text.is_empty() => scalar(at(object, "spec.exempt.nominalConcurrencyShares")),
        text => text,
    };
    vec![
        name(object),
        json!(str_at(object, "spec.type")),
        or_none(&shares),
        show("spec.limited.limitResponse.queuing.queues"),
        show("spec.limited.limitResponse.queuing.handSize"),
        show("spec.limited.limitResponse.queuing.queueLengthLimit"),
        age(object, now),
    ]
}

fn parent(object: &Value, now: Timestamp) -> Vec<Value> {
    let parent = at(object, "spec.parentRef");
    let group = str_at(parent, "group");
    let resource = str_at(parent, "resource");
    let resource = if group.is_empty() { resource.to_string() } else { format!("{resource}.{group}") };
    let shown = match str_at(parent, "namespace") {
        "" => format!("{resource}/{}", str_at(parent, "name")),
        namespace => format!("{resource}/{namespace}/{}", str_at(parent, "name")),
    };
    vec![name(object), json!(shown), age(object, now)]
}

fn api_service(object: &Value, now: Timestamp) -> Vec<Value> {
    let service = at(object, "spec.service");
    let service = if service.is_object() {
        format!("{}/{}", str_at(service, "namespace"), str_at(service, "name"))
    } else {
        "Local".into()
    };
    let available = condition(object, "Available").map_or("Unknown".to_string(), |condition| {
        let status = str_at(condition, "status");
        if status == "True" { status.into() } else { format!("{status} ({})", str_at(condition, "reason")) }
    });
    vec![name(object), json!(service), json!(available), age(object, now)]
}

fn storage_class(object: &Value, now: Timestamp) -> Vec<Value> {
    let annotations = &object["metadata"]["annotations"];
    let is_default = annotations["storageclass.kubernetes.io/is-default-class"] == "true";
    let shown = str_at(object, "metadata.name");
    vec![
        json!(if is_default { format!("{shown} (default)") } else { shown.to_string() }),
        json!(str_at(object, "provisioner")),
        or(str_at(object, "reclaimPolicy"), "Delete"),
        or(str_at(object, "volumeBindingMode"), "<unset>"),
        boolean(object, "allowVolumeExpansion", false),
        age(object, now),
    ]
}

const SUBJECTS: &[Column] =
    &[NAME, text("Role"), AGE, wide("Users"), wide("Groups"), wide("ServiceAccounts")];
const REPLICAS: &[Column] = &[
    NAME,
    number("Desired"),
    number("Current"),
    number("Ready"),
    AGE,
    wide("Containers"),
    wide("Images"),
    wide("Selector"),
];
const EVENT: &[Column] = &[
    text("Last Seen"),
    text("Type"),
    text("Reason"),
    text("Object"),
    wide("Subobject"),
    wide("Source"),
    text("Message"),
    wide("First Seen"),
    wide("Count"),
    Column { name: "Name", kind: "string", format: "name", priority: 1 },
];
const HPA: &[Column] =
    &[NAME, text("Reference"), text("Targets"), text("MinPods"), number("MaxPods"), number("Replicas"), AGE];
const CREATED: &[Column] =
    &[NAME, Column { name: "Created At", kind: "date", format: "date-time", priority: 0 }];

const fn printer(
    group: &'static str,
    kind: &'static str,
    columns: &'static [Column],
    row: fn(&Value, Timestamp) -> Vec<Value>,
) -> Printer {
    Printer { group, kind, columns, fields: None, row }
}

impl Printer {
    /// The same, made of these fields alone.
    const fn of(self, fields: &'static [&'static str]) -> Self {
        Self { fields: Some(fields), ..self }
    }
}

const APPS: &str = "apps";
const RBAC: &str = "rbac.authorization.k8s.io";
const STORAGE: &str = "storage.k8s.io";
const NETWORKING: &str = "networking.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const FLOW: &str = "flowcontrol.apiserver.k8s.io";
const RESOURCE: &str = "resource.k8s.io";

/// What [`pod`] looks at. There are many pods, and each has much more.
#[rustfmt::skip]
const POD: &[&str] = &[
    "metadata", "name", "creationTimestamp", "deletionTimestamp",
    "spec", "containers", "initContainers", "restartPolicy", "nodeName", "readinessGates", "conditionType",
    "status", "phase", "reason", "conditions", "type", "podIP", "podIPs", "ip", "nominatedNodeName",
    "containerStatuses", "initContainerStatuses", "ready", "started", "restartCount", "state", "lastState",
    "waiting", "running", "terminated", "exitCode", "signal", "finishedAt",
];

#[rustfmt::skip]
static PRINTERS: &[Printer] = &[
    printer("", "Pod", &[NAME, text("Ready"), text("Status"), text("Restarts"), AGE, wide("IP"), wide("Node"), wide("Nominated Node"), wide("Readiness Gates")], pod).of(POD),
    printer("", "Node", &[NAME, text("Status"), text("Roles"), AGE, text("Version"), wide("Internal-IP"), wide("External-IP"), wide("OS-Image"), wide("Kernel-Version"), wide("Container-Runtime")], node),
    printer("", "Namespace", &[NAME, text("Status"), AGE], |o, now| vec![name(o), json!(str_at(o, "status.phase")), age(o, now)]),
    printer("", "Service", &[NAME, text("Type"), text("Cluster-IP"), text("External-IP"), text("Port(s)"), AGE, wide("Selector")], service),
    printer("", "Endpoints", &[NAME, text("Endpoints"), AGE], endpoints),
    printer("", "ConfigMap", &[NAME, number("Data"), AGE], |o, now| vec![name(o), json!(data(o)), age(o, now)]),
    printer("", "Secret", &[NAME, text("Type"), number("Data"), AGE], |o, now| vec![name(o), json!(str_at(o, "type")), json!(data(o)), age(o, now)]),
    printer("", "ServiceAccount", &[NAME, number("Secrets"), AGE], |o, now| vec![name(o), json!(list_at(o, "secrets").len()), age(o, now)]),
    printer("", "Event", EVENT, event),
    printer("events.k8s.io", "Event", EVENT, event),
    printer("", "ReplicationController", REPLICAS, replicas),
    printer(APPS, "ReplicaSet", REPLICAS, replicas),
    printer(APPS, "Deployment", &[NAME, text("Ready"), number("Up-to-date"), number("Available"), AGE, wide("Containers"), wide("Images"), wide("Selector")], deployment),
    printer(APPS, "DaemonSet", &[NAME, number("Desired"), number("Current"), number("Ready"), number("Up-to-date"), number("Available"), text("Node Selector"), AGE, wide("Containers"), wide("Images"), wide("Selector")], daemon_set),
    printer(APPS, "StatefulSet", &[NAME, text("Ready"), AGE, wide("Containers"), wide("Images")], stateful_set),
    printer(APPS, "ControllerRevision", &[NAME, text("Controller"), number("Revision"), AGE], |o, now| {
        let owner = list_at(o, "metadata.ownerReferences").iter().find(|r| at(r, "controller").as_bool() == Some(true));
        let owner = owner.map_or(String::new(), |owner| {
            let group = str_at(owner, "apiVersion").split_once('/').map_or("", |(group, _)| group);
            format!("{}/{}", crate::status::qualified(group, &str_at(owner, "kind").to_lowercase()), str_at(owner, "name"))
        });
        vec![name(o), or_none(&owner), json!(int_at(o, "revision")), age(o, now)]
    }),
    printer("batch", "Job", &[NAME, text("Status"), text("Completions"), text("Duration"), AGE, wide("Containers"), wide("Images"), wide("Selector")], job),
    printer("batch", "CronJob", &[NAME, text("Schedule"), text("Timezone"), text("Suspend"), number("Active"), text("Last Schedule"), AGE, wide("Containers"), wide("Images"), wide("Selector")], cron_job),
    printer("autoscaling", "HorizontalPodAutoscaler", HPA, autoscaler),
    printer("policy", "PodDisruptionBudget", &[NAME, text("Min Available"), text("Max Unavailable"), number("Allowed Disruptions"), AGE], budget),
    printer("", "PodTemplate", &[NAME, text("Containers"), text("Images"), text("Pod Labels")], |o, _| {
        let [containers, images] = containers(at(o, "template.spec"));
        vec![name(o), containers, images, or_none(&pairs(at(o, "template.metadata.labels")))]
    }),
    printer("", "PersistentVolume", &[NAME, text("Capacity"), text("Access Modes"), text("Reclaim Policy"), text("Status"), text("Claim"), text("StorageClass"), text("VolumeAttributesClass"), text("Reason"), AGE, wide("VolumeMode")], persistent_volume),
    printer("", "PersistentVolumeClaim", &[NAME, text("Status"), text("Volume"), text("Capacity"), text("Access Modes"), text("StorageClass"), text("VolumeAttributesClass"), AGE, wide("VolumeMode")], claim),
    printer("", "ResourceQuota", &[NAME, text("Request"), text("Limit"), AGE], quota),
    printer("", "LimitRange", CREATED, |o, _| vec![name(o), created(o)]),
    printer("", "ComponentStatus", &[NAME, text("Status"), text("Message"), text("Error")], |o, _| {
        let condition = list_at(o, "conditions").iter().find(|c| str_at(c, "type") == "Healthy").unwrap_or(&Value::Null);
        let status = match str_at(condition, "status") { "True" => "Healthy", "False" => "Unhealthy", _ => "Unknown" };
        vec![name(o), json!(status), json!(str_at(condition, "message")), json!(str_at(condition, "error"))]
    }),
    printer(NETWORKING, "Ingress", &[NAME, text("Class"), text("Hosts"), text("Address"), text("Ports"), AGE], ingress),
    printer(NETWORKING, "IngressClass", &[NAME, text("Controller"), text("Parameters"), AGE], |o, now| {
        let parameters = at(o, "spec.parameters");
        let shown = if parameters.is_object() {
            format!("{}/{}", crate::status::qualified(str_at(parameters, "apiGroup"), str_at(parameters, "kind")), str_at(parameters, "name"))
        } else { "<none>".into() };
        vec![name(o), json!(str_at(o, "spec.controller")), json!(shown), age(o, now)]
    }),
    printer(NETWORKING, "NetworkPolicy", &[NAME, text("Pod-Selector"), AGE], |o, now| vec![name(o), selector(at(o, "spec.podSelector")), age(o, now)]),
    printer(NETWORKING, "ServiceCIDR", &[NAME, text("CIDRs"), AGE], |o, now| vec![name(o), json!(strings(list_at(o, "spec.cidrs"))), age(o, now)]),
    printer(NETWORKING, "IPAddress", &[NAME, text("ParentRef"), AGE], parent),
    printer("discovery.k8s.io", "EndpointSlice", &[NAME, text("AddressType"), text("Ports"), text("Endpoints"), AGE], endpoint_slice),
    printer(RBAC, "Role", CREATED, |o, _| vec![name(o), created(o)]),
    printer(RBAC, "ClusterRole", CREATED, |o, _| vec![name(o), created(o)]),
    printer(RBAC, "RoleBinding", SUBJECTS, binding),
    printer(RBAC, "ClusterRoleBinding", SUBJECTS, binding),
    printer("certificates.k8s.io", "CertificateSigningRequest", &[NAME, AGE, text("SignerName"), text("Requestor"), text("RequestedDuration"), text("Condition")], signing_request),
    printer("coordination.k8s.io", "Lease", &[NAME, text("Holder"), AGE], |o, now| vec![name(o), json!(str_at(o, "spec.holderIdentity")), age(o, now)]),
    printer(STORAGE, "StorageClass", &[NAME, text("Provisioner"), text("ReclaimPolicy"), text("VolumeBindingMode"), text("AllowVolumeExpansion"), AGE], storage_class),
    printer(STORAGE, "VolumeAttributesClass", &[NAME, text("DriverName"), AGE], |o, now| vec![name(o), json!(str_at(o, "driverName")), age(o, now)]),
    printer(STORAGE, "VolumeAttachment", &[NAME, text("Attacher"), text("PV"), text("Node"), text("Attached"), AGE], |o, now| vec![name(o), json!(str_at(o, "spec.attacher")), json!(str_at(o, "spec.source.persistentVolumeName")), json!(str_at(o, "spec.nodeName")), boolean(o, "status.attached", false), age(o, now)]),
    printer(STORAGE, "CSINode", &[NAME, number("Drivers"), AGE], |o, now| vec![name(o), json!(list_at(o, "spec.drivers").len()), age(o, now)]),
    printer(STORAGE, "CSIDriver", &[NAME, text("AttachRequired"), text("PodInfoOnMount"), text("StorageCapacity"), text("TokenRequests"), text("RequiresRepublish"), text("Modes"), AGE], csi_driver),
    printer(STORAGE, "CSIStorageCapacity", &[NAME, text("StorageClassName"), text("Capacity"), AGE], |o, now| vec![name(o), json!(str_at(o, "storageClassName")), json!(str_at(o, "capacity")), age(o, now)]),
    printer("scheduling.k8s.io", "PriorityClass", &[NAME, number("Value"), text("Global-Default"), AGE, text("PreemptionPolicy")], |o, now| vec![name(o), json!(int_at(o, "value")), boolean(o, "globalDefault", false), age(o, now), json!(str_at(o, "preemptionPolicy"))]),
    printer("node.k8s.io", "RuntimeClass", &[NAME, text("Handler"), AGE], |o, now| vec![name(o), json!(str_at(o, "handler")), age(o, now)]),
    printer(ADMISSION, "MutatingWebhookConfiguration", &[NAME, number("Webhooks"), AGE], |o, now| vec![name(o), json!(list_at(o, "webhooks").len()), age(o, now)]),
    printer(ADMISSION, "ValidatingWebhookConfiguration", &[NAME, number("Webhooks"), AGE], |o, now| vec![name(o), json!(list_at(o, "webhooks").len()), age(o, now)]),
    printer(ADMISSION, "ValidatingAdmissionPolicy", &[NAME, number("Validations"), text("ParamKind"), AGE], |o, now| vec![name(o), json!(list_at(o, "spec.validations").len()), param_kind(o), age(o, now)]),
    printer(ADMISSION, "MutatingAdmissionPolicy", &[NAME, number("Mutations"), text("ParamKind"), AGE], |o, now| vec![name(o), json!(list_at(o, "spec.mutations").len()), param_kind(o), age(o, now)]),
    printer(ADMISSION, "ValidatingAdmissionPolicyBinding", &[NAME, text("PolicyName"), text("ParamRef"), AGE], policy_binding),
    printer(ADMISSION, "MutatingAdmissionPolicyBinding", &[NAME, text("PolicyName"), text("ParamRef"), AGE], policy_binding),
    printer(FLOW, "FlowSchema", &[NAME, text("PriorityLevel"), number("MatchingPrecedence"), text("DistinguisherMethod"), AGE, text("MissingPL")], flow_schema),
    printer(FLOW, "PriorityLevelConfiguration", &[NAME, text("Type"), text("NominalConcurrencyShares"), text("Queues"), text("HandSize"), text("QueueLengthLimit"), AGE], priority_level),
    printer(RESOURCE, "ResourceClaim", &[NAME, text("State"), AGE], claim_state),
    printer(RESOURCE, "ResourceSlice", &[NAME, text("Node"), text("Driver"), text("Pool"), AGE], |o, now| vec![name(o), or_none(str_at(o, "spec.nodeName")), json!(str_at(o, "spec.driver")), json!(str_at(o, "spec.pool.name")), age(o, now)]),
    printer("apiextensions.k8s.io", "CustomResourceDefinition", CREATED, |o, _| vec![name(o), created(o)]),
    printer("apiregistration.k8s.io", "APIService", &[NAME, text("Service"), text("Available"), AGE], api_service),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-02T00:00:00Z".parse().expect("a time")
    }

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        let empty = json!({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}});
        for printer in PRINTERS {
            assert_eq!(printer.row(&empty, now()).len(), printer.columns.len(), "{}", printer.kind);
        }
    }

    #[test]
    fn pods() {
        let pod = json!({
            "metadata": {"name": "x", "creationTimestamp": "2026-01-01T23:50:00Z"},
            "spec": {"containers": [{"name": "a"}, {"name": "b"}], "nodeName": "n"},
            "status": {"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [
                {"name": "a", "ready": true, "restartCount": 0, "state": {"running": {}}},
                {"name": "b", "ready": false, "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                 "lastState": {"terminated": {"finishedAt": "2026-01-01T23:59:30Z"}}},
            ]},
        });
        let row = of("", "Pod").row(&pod, now());
        let shown: Vec<&str> = row.iter().filter_map(Value::as_str).collect();
        assert_eq!(
            shown,
            ["x", "1/2", "CrashLoopBackOff", "3 (30s ago)", "10m", "10.0.0.1", "n", "<none>", "<none>"]
        );
    }

    #[test]
    fn cells_need_no_other_fields() {
        let state = |state: Value| {
            json!({"name": "a", "ready": true, "started": true, "restartCount": 2, "state": state,
            "lastState": {"terminated": {"finishedAt": "2026-01-01T23:59:30Z", "exitCode": 1}}})
        };
        let states = [
            json!({"running": {"startedAt": "2026-01-01T23:50:00Z"}}),
            json!({"waiting": {"reason": "ImagePullBackOff", "message": "m"}}),
            json!({"terminated": {"exitCode": 0, "reason": "Completed"}}),
            json!({"terminated": {"exitCode": 3}}),
            json!({"terminated": {"signal": 9}}),
        ];
        for (init, main) in states.iter().flat_map(|init| states.iter().map(move |main| (init, main))) {
            for (policy, deleted) in [("Always", Value::Null), ("Never", json!("2026-01-01T23:59:00Z"))] {
                let pod = json!({
                    "kind": "Pod",
                    "metadata": {"name": "x", "creationTimestamp": "2026-01-01T23:50:00Z", "deletionTimestamp": deleted,
                                 "managedFields": [{"manager": "m"}], "labels": {"phase": "Failed"}},
                    "spec": {"containers": [{"name": "a", "image": "i"}], "nodeName": "n", "tolerations": [{}],
                             "initContainers": [{"name": "a", "restartPolicy": policy}],
                             "readinessGates": [{"conditionType": "g"}]},
                    "status": {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}], "nominatedNodeName": "m",
                               "conditions": [{"type": "g", "status": "True"}, {"type": "Initialized", "status": "True"},
                                              {"type": "Ready", "status": "True"}],
                               "initContainerStatuses": [state(init.clone())], "containerStatuses": [state(main.clone())]},
                });
                let printer = of("", "Pod");
                let lean = crate::lean::read(pod.to_string().as_bytes(), printer.fields).expect("JSON");
                assert_eq!(printer.row(&lean, now()), printer.row(&pod, now()));
            }
        }
    }

    #[test]
    fn durations() {
        for (seconds, want) in [
            (5, "5s"),
            (119, "119s"),
            (120, "2m"),
            (200, "3m20s"),
            (3600, "60m"),
            (4 * 3600, "4h"),
            (50 * 3600, "2d2h"),
            (10 * 86400, "10d"),
            (800 * 86400, "2y70d"),
            (-5, "<invalid>"),
        ] {
            assert_eq!(human_duration(seconds), want);
        }
    }
}

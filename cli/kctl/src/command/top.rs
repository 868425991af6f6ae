//! `kctl top`: what nodes and pods use, as the metrics API measured it.

use anyhow::{Result, bail};
use apimachinery::quantity::Quantity;
use clap::{Arg, ArgMatches, Command};
use client::ListParams;
use serde_json::Value;

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::table;

const API: &str = "/apis/metrics.k8s.io/v1beta1";

/// The flags.
pub fn define() -> Command {
    let base = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("name").num_args(0..).value_name("NAME"))
            .arg(flags::selector())
            .arg(flags::text("sort-by", "cpu or memory"))
            .arg(flags::boolean("no-headers", false, "Don't print headers"))
            .arg(flags::boolean("show-swap", false, "Show swap as well"))
            .arg(flags::boolean(
                "use-protocol-buffers",
                true,
                "Ask for metrics in protobuf, which is smaller, rather than JSON",
            ))
    };
    Command::new("top")
        .about("Display resource (CPU/memory) usage")
        .subcommand_required(true)
        .subcommand(
            base("node", "Display resource (CPU/memory) usage of nodes")
                .visible_aliases(["nodes", "no"])
                .arg(flags::boolean(
                    "show-capacity",
                    false,
                    "Relate to the capacity rather than to what pods may have",
                )),
        )
        .subcommand(
            base("pod", "Display resource (CPU/memory) usage of pods")
                .visible_aliases(["pods", "po"])
                .arg(flags::boolean("all-namespaces", false, "List across all namespaces").short('A'))
                .arg(flags::boolean("containers", false, "Show each container"))
                .arg(flags::boolean("sum", false, "Show the sum of all pods"))
                .arg(flags::text("field-selector", "Selector (field query) to filter on")),
        )
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else { return Ok(1) };
    let names = all(inner, "name");
    if names.len() > 1 {
        return Err(crate::usage::usage(format!("expected at most one NAME, got {}", names.len())));
    }
    if !names.is_empty() && get(inner, "selector").is_some() {
        return Err(crate::usage::usage("only one of NAME or --selector can be provided"));
    }
    if let Some(other) = get(inner, "sort-by").filter(|by| !["", "cpu", "memory"].contains(by)) {
        bail!("--sort-by accepts only cpu or memory, not {other}");
    }
    if !session.discovery().await?.groups.iter().any(|(group, _)| group == "metrics.k8s.io") {
        bail!("Metrics API not available");
    }
    if what == "node" {
        nodes(session, inner, names.first()).await
    } else {
        pods(session, inner, names.first()).await
    }
}

/// CPU in thousandths of a core and memory in bytes.
#[derive(Clone, Copy, Default)]
struct Used {
    cpu: i64,
    memory: i64,
    swap: Option<i64>,
}

impl Used {
    fn of(usage: &Value) -> Self {
        let quantity = |name: &str| usage[name].as_str().and_then(|text| text.parse::<Quantity>().ok());
        Self {
            cpu: quantity("cpu").map_or(0, |quantity| quantity.millis()),
            memory: quantity("memory").map_or(0, |quantity| quantity.units()),
            swap: quantity("swap").map(|quantity| quantity.units()),
        }
    }

    fn add(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.memory += other.memory;
        if let Some(swap) = other.swap {
            self.swap = Some(self.swap.unwrap_or(0) + swap);
        }
    }

    fn cells(self, swap: bool) -> Vec<String> {
        let mebi = |bytes: i64| format!("{}Mi", bytes / (1024 * 1024));
        let mut cells = vec![format!("{}m", self.cpu), mebi(self.memory)];
        if swap {
            cells.push(self.swap.map_or_else(|| "<unknown>".into(), mebi));
        }
        cells
    }
}

fn sort<T>(rows: &mut [(String, Used, T)], by: Option<&str>) {
    match by {
        Some("cpu") => rows.sort_by_key(|(_, used, _)| std::cmp::Reverse(used.cpu)),
        Some("memory") => rows.sort_by_key(|(_, used, _)| std::cmp::Reverse(used.memory)),
        _ => rows.sort_by(|a, b| a.0.cmp(&b.0)),
    }
}

async fn metrics(
    session: &Session,
    path: String,
    name: Option<&String>,
    matches: &ArgMatches,
) -> Result<Vec<Value>> {
    let path = name.map_or_else(|| path.clone(), |name| format!("{path}/{name}"));
    let params = crate::select::params(matches);
    let accept = is(matches, "use-protocol-buffers").then_some(crate::metrics::ACCEPT);
    let bytes = session.client()?.get_bytes(&path, &params.query(), accept).await?;
    crate::metrics::decode(&bytes)
}

async fn nodes(session: &Session, matches: &ArgMatches, name: Option<&String>) -> Result<u8> {
    let found = metrics(session, format!("{API}/nodes"), name, matches).await?;
    let client = session.client()?;
    let nodes = client.list::<Value>("/api/v1/nodes", &ListParams::default()).await?.items;
    let field = if is(matches, "show-capacity") { "capacity" } else { "allocatable" };
    let swap = is(matches, "show-swap");
    let mut rows: Vec<(String, Used, Value)> = found
        .iter()
        .map(|metric| {
            let name = metric["metadata"]["name"].as_str().unwrap_or_default().to_string();
            let node = nodes.iter().find(|node| node["metadata"]["name"] == name.as_str());
            (name, Used::of(&metric["usage"]), node.map_or(Value::Null, |node| node["status"][field].clone()))
        })
        .collect();
    let unknown: Vec<String> = nodes
        .iter()
        .filter(|_| name.is_none() && get(matches, "selector").is_none())
        .filter_map(|node| node["metadata"]["name"].as_str())
        .filter(|name| !rows.iter().any(|(held, ..)| held == name))
        .map(str::to_string)
        .collect();
    sort(&mut rows, get(matches, "sort-by"));
    let percent = |part: i64, whole: i64| {
        if whole == 0 { "<unknown>".to_string() } else { format!("{}%", part * 100 / whole) }
    };
    let mut lines: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(name, used, capacity)| {
            let whole = Used::of(&capacity);
            let cells = used.cells(false);
            let mut line = vec![
                name,
                cells[0].clone(),
                percent(used.cpu, whole.cpu),
                cells[1].clone(),
                percent(used.memory, whole.memory),
            ];
            if swap {
                line.push(used.cells(true)[2].clone());
                line.push("<unknown>".into());
            }
            line
        })
        .collect();
    for name in unknown {
        let columns = if swap { 6 } else { 4 };
        lines.push(std::iter::once(name).chain(std::iter::repeat_n("<unknown>".into(), columns)).collect());
    }
    let mut headers =
        ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"].map(String::from).to_vec();
    if swap {
        headers.extend(["SWAP(bytes)", "SWAP(%)"].map(String::from));
    }
    print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &lines));
    Ok(0)
}

async fn pods(session: &Session, matches: &ArgMatches, name: Option<&String>) -> Result<u8> {
    let everywhere = is(matches, "all-namespaces");
    let namespace = if everywhere { None } else { Some(session.namespace()?) };
    let path = client::path("metrics.k8s.io", "v1beta1", "pods", namespace.as_deref(), None, None);
    let found = metrics(session, path, name, matches).await?;
    if found.is_empty() {
        match namespace {
            Some(namespace) => eprintln!("No resources found in {namespace} namespace."),
            None => eprintln!("No resources found"),
        }
        return Ok(0);
    }
    let (each, swap) = (is(matches, "containers"), is(matches, "show-swap"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let mut rows: Vec<(String, Used, Vec<String>)> = Vec::new();
    let mut sum = Used::default();
    for pod in &found {
        let mut head: Vec<String> =
            if everywhere { vec![text(&pod["metadata"]["namespace"])] } else { Vec::new() };
        head.push(text(&pod["metadata"]["name"]));
        let mut total = Used::default();
        for container in pod["containers"].as_array().into_iter().flatten() {
            let used = Used::of(&container["usage"]);
            total.add(used);
            if each {
                let mut line = head.clone();
                line.push(text(&container["name"]));
                rows.push((line.join("/"), used, line));
            }
        }
        sum.add(total);
        if !each {
            rows.push((head.join("/"), total, head));
        }
    }
    sort(&mut rows, get(matches, "sort-by"));
    let mut lines: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(_, used, mut line)| {
            line.extend(used.cells(swap));
            line
        })
        .collect();
    let mut headers: Vec<String> = if everywhere { vec!["NAMESPACE".into()] } else { Vec::new() };
    headers.push(if each { "POD" } else { "NAME" }.into());
    if each {
        headers.push("NAME".into());
    }
    headers.extend(["CPU(cores)", "MEMORY(bytes)"].map(String::from));
    if swap {
        headers.push("SWAP(bytes)".into());
    }
    if is(matches, "sum") {
        let columns = headers.len() - if swap { 3 } else { 2 };
        let cells = sum.cells(swap);
        lines.push(
            std::iter::repeat_n(String::new(), columns)
                .chain(cells.iter().map(|_| "________".into()))
                .collect(),
        );
        lines.push(std::iter::repeat_n(String::new(), columns).chain(cells).collect());
    }
    print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &lines));
    Ok(0)
}

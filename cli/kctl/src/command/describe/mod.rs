//! `kctl describe`: each kind in its own words, as kubectl has them; what has no words of its own
//! field by field; events at the end.

mod access;
mod generic;
mod network;
mod node;
mod pod;
mod policy;
mod storage;
mod workload;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

use super::events::{ago, interval};
use crate::connect::Session;
use crate::flags::{self, is};
use crate::print::tabs;
use crate::select::{Selection, Target, members, params, selection, targets};

/// The flags.
pub fn define() -> Command {
    Command::new("describe")
        .about("Show details of a specific resource or group of resources")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::boolean("all-namespaces", false, "Across all namespaces").short('A'))
        .arg(flags::integer("chunk-size", "Return large lists in chunks").default_value("500"))
        .arg(flags::boolean("show-events", true, "Show events as well"))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = flags::all(matches, "resource");
    if words.is_empty() && !crate::manifest::given(matches) {
        bail!(
            "You must specify the type of resource to describe. Use \"kctl api-resources\" for a complete list of supported resources."
        );
    }
    let everywhere = is(matches, "all-namespaces");
    let found = if crate::manifest::given(matches) {
        targets(session, matches).await?
    } else {
        match selection(session, &words, everywhere).await? {
            Selection::Named(_) if params(matches).label_selector.is_some() => {
                bail!("name cannot be provided when a selector is specified")
            }
            Selection::Named(named) => named,
            Selection::Kinds(kinds) => members(session, kinds, &params(matches), everywhere).await?,
        }
    };
    if found.is_empty() {
        if everywhere {
            eprintln!("No resources found");
        } else {
            eprintln!("No resources found in {} namespace.", session.namespace()?);
        }
        return Ok(0);
    }
    let mut failed = 0;
    let mut first = true;
    for target in found {
        let (mut told, mut guessed) = (Vec::new(), false);
        match session.fetch(&target.path(None)).await {
            Ok(object) => told.push((target, object)),
            Err(error) if error.is_not_found() && words.len() > 1 => {
                // A name that there is not may be the beginning of others.
                told = beginning_with(session, &target, params(matches).limit).await?;
                guessed = true;
                if told.is_empty() {
                    failed = 1;
                    if let client::Error::Status(status) = error {
                        eprintln!("{}", crate::server_message(&status));
                    }
                }
            }
            Err(client::Error::Status(status)) => {
                failed = 1;
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
        for (target, object) in told {
            if !std::mem::take(&mut first) {
                print!("\n\n");
            }
            print!("{}", describe(session, &target, &object, is(matches, "show-events")).await?);
            if guessed {
                println!();
            }
        }
    }
    Ok(failed)
}

async fn beginning_with(
    session: &Session,
    target: &Target,
    limit: Option<i64>,
) -> Result<Vec<(Target, Value)>> {
    let path = target.kind.path(target.namespace.as_deref(), None, None);
    let params = client::ListParams { limit, ..client::ListParams::default() };
    let list = session.client()?.list_all::<Value>(&path, &params).await?;
    Ok(list
        .items
        .into_iter()
        .filter_map(|object| {
            let name = object["metadata"]["name"].as_str()?;
            name.starts_with(&target.name)
                .then(|| (Target { name: name.into(), ..target.clone() }, object.clone()))
        })
        .collect())
}

async fn describe(session: &Session, target: &Target, object: &Value, events: bool) -> Result<String> {
    let mut page = Page::default();
    let with_events = match (target.kind.group.as_str(), target.kind.plural.as_str()) {
        ("", "pods") => pod::pod(session, &mut page, object).await?,
        ("", "nodes") => node::node(session, &mut page, object).await?,
        ("apps", "deployments") => workload::deployment(session, &mut page, object).await?,
        ("apps", "replicasets") | ("", "replicationcontrollers") => {
            workload::replicas(session, &mut page, object).await?
        }
        ("apps", "daemonsets") => workload::daemon_set(session, &mut page, object).await?,
        ("apps", "statefulsets") => workload::stateful_set(session, &mut page, object).await?,
        ("batch", "jobs") => workload::job(&mut page, object),
        ("batch", "cronjobs") => workload::cron_job(&mut page, object),
        ("", "services") => network::service(session, &mut page, object).await?,
        ("networking.k8s.io", "ingresses") => network::ingress(session, &mut page, object).await?,
        ("networking.k8s.io", "ingressclasses") => network::ingress_class(&mut page, object),
        ("networking.k8s.io", "networkpolicies") => network::policy(&mut page, object),
        ("", "endpoints") => network::endpoints(&mut page, object),
        ("discovery.k8s.io", "endpointslices") => network::endpoint_slice(&mut page, object),
        ("", "configmaps") => storage::config_map(&mut page, object),
        ("", "secrets") => storage::secret(&mut page, object),
        ("", "persistentvolumes") => storage::volume(&mut page, object),
        ("", "persistentvolumeclaims") => storage::claim(session, &mut page, object).await?,
        ("storage.k8s.io", "storageclasses") => storage::class(&mut page, object),
        ("", "serviceaccounts") => access::service_account(session, &mut page, object).await?,
        ("rbac.authorization.k8s.io", "roles" | "clusterroles") => access::role(&mut page, object),
        ("rbac.authorization.k8s.io", "rolebindings" | "clusterrolebindings") => {
            access::binding(&mut page, object)
        }
        ("certificates.k8s.io", "certificatesigningrequests") => access::signing_request(&mut page, object),
        ("", "namespaces") => policy::namespace(session, &mut page, object).await?,
        ("", "resourcequotas") => policy::quota(&mut page, object),
        ("", "limitranges") => policy::limits(&mut page, object),
        ("policy", "poddisruptionbudgets") => policy::budget(&mut page, object),
        ("autoscaling", "horizontalpodautoscalers") => policy::autoscaler(&mut page, object),
        ("scheduling.k8s.io", "priorityclasses") => policy::priority_class(&mut page, object),
        _ => generic::object(&mut page, object),
    };
    if events && with_events {
        self::events(session, &mut page, target, object).await?;
    }
    Ok(page.render())
}

/// The lines of a description: cells end in tabs.
#[derive(Default)]
pub struct Page {
    text: String,
}

impl Page {
    /// Writes at a level of indentation, two blanks each.
    pub fn put(&mut self, level: usize, text: impl AsRef<str>) {
        self.text.extend(std::iter::repeat_n("  ", level));
        self.text.push_str(text.as_ref());
    }

    /// A whole line.
    pub fn line(&mut self, level: usize, text: impl AsRef<str>) {
        self.put(level, text);
        self.text.push('\n');
    }

    /// `name:` and its value.
    pub fn pair(&mut self, level: usize, name: &str, value: impl std::fmt::Display) {
        self.line(level, format!("{name}:\t{value}"));
    }

    fn render(self) -> String {
        tabs::align(&self.text, 0, 2)
    }
}

/// A value as text; nothing is nothing.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The same, but nothing is said to be so.
pub fn or_none(value: &Value) -> String {
    or(value, "<none>")
}

/// A value's text, or another in its place.
pub fn or(value: &Value, other: &str) -> String {
    let found = text(value);
    if found.is_empty() { other.into() } else { found }
}

/// `True` or `False`.
pub fn yes(value: &Value) -> &'static str {
    if *value == true { "True" } else { "False" }
}

/// A list's items.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A map's entries, sorted.
pub fn entries(value: &Value) -> Vec<(&String, &Value)> {
    let mut found: Vec<(&String, &Value)> = value.as_object().into_iter().flatten().collect();
    found.sort_by_key(|(key, _)| *key);
    found
}

/// A number, zero where there is none.
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// A time in RFC 1123, as descriptions have it.
pub fn time(value: &Value) -> String {
    value
        .as_str()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map_or_else(String::new, |time| time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

/// `k=v,k=v`, sorted.
pub fn labels_line(value: &Value) -> String {
    let found: Vec<String> =
        entries(value).iter().map(|(key, value)| format!("{key}={}", text(value))).collect();
    if found.is_empty() { "<none>".into() } else { found.join(",") }
}

/// A label selector in words.
pub fn selector(value: &Value) -> String {
    let mut parts: Vec<(String, String)> = entries(&value["matchLabels"])
        .iter()
        .map(|(key, value)| ((*key).clone(), format!("{key}={}", text(value))))
        .collect();
    for expression in list(&value["matchExpressions"]) {
        let key = text(&expression["key"]);
        let mut values: Vec<String> = list(&expression["values"]).map(text).collect();
        values.sort();
        let values = values.join(",");
        let words = match expression["operator"].as_str() {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("Exists") => key.clone(),
            _ => format!("!{key}"),
        };
        parts.push((key, words));
    }
    parts.sort();
    let found: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
    if found.is_empty() { "<none>".into() } else { found.join(",") }
}

/// Labels, one on each line.
pub fn labels(page: &mut Page, level: usize, title: &str, value: &Value) {
    page.put(level, format!("{title}:\t"));
    let found = entries(value);
    if found.is_empty() {
        page.line(0, "<none>");
    }
    for (index, (key, value)) in found.iter().enumerate() {
        if index > 0 {
            page.put(level, "\t");
        }
        page.line(0, format!("{key}={}", text(value)));
    }
}

/// How long an annotation may be to stay on its line.
const LONGEST: usize = 140;

/// Annotations, one on each line; what was applied last is not among them.
pub fn annotations(page: &mut Page, level: usize, title: &str, value: &Value) {
    page.put(level, format!("{title}:\t"));
    let mut found = entries(value);
    found.retain(|(key, _)| *key != crate::apply::LAST_APPLIED);
    if found.is_empty() {
        page.line(0, "<none>");
    }
    for (index, (key, value)) in found.iter().enumerate() {
        if index > 0 {
            page.put(level, "\t");
        }
        let value = text(value);
        let value = value.strip_suffix('\n').unwrap_or(&value);
        if value.len() + key.len() + 2 > LONGEST || value.contains('\n') {
            page.line(0, format!("{key}:"));
            for line in value.split('\n') {
                let short: String = line.chars().take(LONGEST - 2).collect();
                let dots = if short.len() < line.len() { "..." } else { "" };
                page.put(level, "");
                page.line(0, format!("\t  {short}{dots}"));
            }
        } else {
            page.line(0, format!("{key}: {value}"));
        }
    }
}

/// Name, and namespace where there is one.
pub fn head(page: &mut Page, object: &Value) {
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    if object["metadata"]["namespace"].is_string() {
        page.pair(0, "Namespace", text(&object["metadata"]["namespace"]));
    }
}

/// Labels and annotations.
pub fn marks(page: &mut Page, object: &Value) {
    labels(page, 0, "Labels", &object["metadata"]["labels"]);
    annotations(page, 0, "Annotations", &object["metadata"]["annotations"]);
}

/// A pod template; its columns are told by tabs, as kubectl leaves them where it prints one alone.
pub fn template(template: &Value, cause: Option<&str>) -> String {
    let mut page = Page::default();
    let mut shown = template.clone();
    if let Some(cause) = cause {
        shown["metadata"]["annotations"]["kubernetes.io/change-cause"] = cause.into();
    }
    pod::template(&mut page, &shown);
    page.text.replace("\n  \t", "\n\t")
}

async fn events(session: &Session, page: &mut Page, target: &Target, object: &Value) -> Result<()> {
    let metadata = &object["metadata"];
    let name = text(&metadata["name"]);
    let mut fields = format!("involvedObject.name={name}");
    if metadata["namespace"].is_string() {
        fields.push_str(&format!(",involvedObject.namespace={}", text(&metadata["namespace"])));
    }
    if !target.kind.kind.is_empty() {
        fields.push_str(&format!(",involvedObject.kind={}", target.kind.kind));
    }
    let uid = match metadata["annotations"]["kubernetes.io/config.mirror"].as_str() {
        // Static pods' events are about the manifest, not its mirror.
        Some(hash) => hash.to_string(),
        None if target.kind.plural == "nodes" => String::new(),
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
        page.line(0, "Events:\t<none>");
        return Ok(());
    }
    let last = |event: &Value| {
        [
            &event["series"]["lastObservedTime"],
            &event["lastTimestamp"],
            &event["eventTime"],
            &event["firstTimestamp"],
        ]
        .into_iter()
        .find_map(|time| time.as_str())
        .unwrap_or_default()
        .to_string()
    };
    found.sort_by_key(last);
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for event in &found {
        let source = event["source"]["component"].as_str().filter(|text| !text.is_empty());
        let from = source.or(event["reportingComponent"].as_str()).unwrap_or_default();
        // Of what within the object it is.
        let part = text(&event["involvedObject"]["fieldPath"]);
        let part = if part.is_empty() { part } else { format!("{part}: ") };
        page.line(
            1,
            format!(
                "{}\t{}\t{}\t{from}\t{part}{}",
                text(&event["type"]),
                text(&event["reason"]),
                interval(event),
                text(&event["message"]).trim()
            ),
        );
    }
    Ok(())
}

/// How long ago, as tables have it.
pub fn age(value: &Value) -> String {
    ago(value.as_str().unwrap_or_default())
}

//! `kctl events`.

use anyhow::{Result, bail};
use clap::{ArgMatches, Command};
use client::ListParams;
use client::watch::WatchEvent;
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::{Printer, table};

/// The flags.
pub fn define() -> Command {
    Command::new("events")
        .about("List events")
        .args(flags::output())
        .arg(flags::boolean("all-namespaces", false, "List across all namespaces").short('A'))
        .arg(flags::boolean("watch", false, "After listing, watch for changes").short('w'))
        .arg(flags::boolean("no-headers", false, "Don't print headers"))
        .arg(flags::text("for", "Only events about this object, as type/name"))
        .arg(flags::list("types", "Only these types: Normal, Warning"))
        .arg(flags::integer("chunk-size", "Return large lists in chunks").default_value("500"))
        .arg(flags::forgotten())
}

fn when(event: &Value) -> String {
    let last = [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["eventTime"],
        &event["firstTimestamp"],
    ];
    last.into_iter().find_map(Value::as_str).unwrap_or_default().to_string()
}

/// How long ago, as tables have it.
pub fn ago(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(
        |_| "<unknown>".into(),
        |time| {
            apimachinery::columns::human_duration(
                (jiff::Timestamp::now().as_second() - time.as_second()).max(0),
            )
        },
    )
}

/// `5m (x3 over 10m)`.
pub fn interval(event: &Value) -> String {
    let first = event["firstTimestamp"].as_str().or(event["eventTime"].as_str()).unwrap_or_default();
    let count = event["series"]["count"].as_i64().or(event["count"].as_i64()).unwrap_or(1);
    if count > 1 {
        format!("{} (x{count} over {})", ago(&when(event)), ago(first))
    } else {
        ago(&when(event))
    }
}

fn row(event: &Value, with_namespace: bool) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let about = &event["involvedObject"];
    let mut cells = Vec::new();
    if with_namespace {
        cells.push(text(&event["metadata"]["namespace"]));
    }
    cells.extend([
        interval(event),
        text(&event["type"]),
        text(&event["reason"]),
        format!("{}/{}", text(&about["kind"]), text(&about["name"])),
        text(&event["message"]).trim().to_string(),
    ]);
    cells
}

fn headers(with_namespace: bool) -> Vec<String> {
    let mut headers: Vec<String> = if with_namespace { vec!["NAMESPACE".into()] } else { Vec::new() };
    headers.extend(["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(String::from));
    headers
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let everywhere = is(matches, "all-namespaces");
    let namespace = if everywhere { None } else { Some(session.namespace()?) };
    let types = all(matches, "types");
    for kind in &types {
        if !["normal", "warning"].contains(&kind.to_lowercase().as_str()) {
            bail!("valid --types are Normal or Warning");
        }
    }
    let mut fields = Vec::new();
    if let Some(about) = get(matches, "for").filter(|about| !about.is_empty()) {
        let Some((word, name)) = about.split_once('/').filter(|(_, name)| !name.is_empty()) else {
            bail!("--for must be in resource/name form");
        };
        let kind = session.discovery().await?.find(word)?;
        fields.push(format!("involvedObject.kind={}", kind.kind));
        fields.push(format!("involvedObject.name={name}"));
        if kind.namespaced || !everywhere {
            fields.push(format!("involvedObject.apiVersion={}", kind.api_version()));
        }
    }
    let params = ListParams {
        field_selector: (!fields.is_empty()).then(|| fields.join(",")),
        ..crate::select::params(matches)
    };
    let path = client::path("", "v1", "events", namespace.as_deref(), None, None);
    let client = session.client()?;
    let list = client.list_all::<Value>(&path, &params).await?;
    let (mut found, revision) = (list.items, list.metadata.resource_version);
    let wanted = |event: &Value| {
        types.is_empty()
            || types
                .iter()
                .any(|kind| event["type"].as_str().is_some_and(|held| held.eq_ignore_ascii_case(kind)))
    };
    found.retain(|event| wanted(event));
    found.sort_by_key(when);
    let printer = Printer::of(matches)?;
    if found.is_empty() && !is(matches, "watch") {
        match &namespace {
            Some(namespace) => eprintln!("No events found in {namespace} namespace."),
            None => eprintln!("No events found."),
        }
        return Ok(0);
    }
    let complete = |mut event: Value| {
        event["apiVersion"] = "v1".into();
        event["kind"] = "Event".into();
        event
    };
    match &printer {
        Some(printer) => {
            let list: Vec<Value> = found.iter().cloned().map(complete).collect();
            let whole = json!({"apiVersion": "v1", "items": list, "kind": "List", "metadata": {"resourceVersion": ""}});
            if printer.format == crate::print::Format::Name {
                printer.print(&list, false)?;
            } else if !list.is_empty() {
                printer.object(&whole)?;
            }
        }
        None => {
            let rows: Vec<Vec<String>> = found.iter().map(|event| row(event, everywhere)).collect();
            let headers = (!is(matches, "no-headers")).then(|| headers(everywhere));
            print!("{}", table::render(headers, &rows));
        }
    }
    if !is(matches, "watch") {
        return Ok(0);
    }
    let mut params =
        ListParams { resource_version: Some(revision), limit: None, continue_token: None, ..params };
    loop {
        let mut watch = client.watch::<Value>(&path, &params, 3600, &[]).await?;
        while let Some(event) = watch.next().await? {
            let found = match event {
                WatchEvent::Added(found) | WatchEvent::Modified(found) => found,
                WatchEvent::Bookmark { resource_version, .. } => {
                    params.resource_version = Some(resource_version);
                    continue;
                }
                WatchEvent::Deleted(_) => continue,
            };
            params.resource_version = found["metadata"]["resourceVersion"].as_str().map(str::to_string);
            if wanted(&found) {
                match &printer {
                    Some(printer) => printer.object(&complete(found))?,
                    None => print!("{}", table::render(None, &[row(&found, everywhere)])),
                }
            }
        }
    }
}

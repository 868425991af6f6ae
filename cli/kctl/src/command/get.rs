//! `kctl get`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::ListParams;
use client::watch::WatchEvent;
use serde_json::Value;

use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::print::{Format, Printer, jsonpath, table};
use crate::select::{Selection, Target, selection};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// The flags.
pub fn define() -> Command {
    Command::new("get")
        .about("Display one or many resources")
        .arg(
            Arg::new("resource")
                .num_args(0..)
                .help("TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ..."),
        )
        .args(flags::output())
        .arg(flags::selector())
        .arg(flags::text("field-selector", "Selector (field query) to filter on"))
        .arg(flags::boolean("all-namespaces", false, "List across all namespaces").short('A'))
        .arg(flags::boolean("watch", false, "After listing, watch for changes").short('w'))
        .arg(flags::boolean("watch-only", false, "Watch for changes without listing first"))
        .arg(flags::boolean("output-watch-events", false, "Print the kind of each change as well"))
        .arg(flags::boolean("no-headers", false, "Don't print headers"))
        .arg(flags::boolean("show-labels", false, "Show all labels as the last column"))
        .arg(flags::boolean("show-kind", false, "Show the kind with each name"))
        .arg(flags::boolean("ignore-not-found", false, "Exit with 0 when a named object does not exist"))
        .arg(flags::list("label-columns", "Labels to show as columns").short('L'))
        .arg(flags::text("sort-by", "A JSONPath to sort by"))
        .arg(flags::text("chunk-size", "Return large lists in chunks").default_value("500"))
        .arg(flags::text("subresource", "status or scale"))
        .arg(flags::text("raw", "A URI to request from the server"))
        .args(flags::files())
}

struct Options {
    printer: Printer,
    params: ListParams,
    headers: bool,
    show_labels: bool,
    show_kind: bool,
    label_columns: Vec<String>,
    sort_by: Option<String>,
    all_namespaces: bool,
    ignore_not_found: bool,
    subresource: Option<String>,
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(uri) = get(matches, "raw") {
        let bytes = session.client()?.get_bytes(uri, &[], Some("*/*")).await?;
        std::io::Write::write_all(&mut std::io::stdout(), &bytes)?;
        return Ok(0);
    }
    let chunk: u32 = get(matches, "chunk-size").unwrap_or("500").parse()?;
    let options = Options {
        printer: Printer::of_get(matches)?,
        params: ListParams {
            label_selector: get(matches, "selector").map(str::to_string),
            field_selector: get(matches, "field-selector").map(str::to_string),
            limit: (chunk > 0).then_some(chunk),
            ..Default::default()
        },
        headers: !is(matches, "no-headers"),
        show_labels: is(matches, "show-labels"),
        show_kind: is(matches, "show-kind"),
        label_columns: all(matches, "label-columns"),
        sort_by: get(matches, "sort-by").map(str::to_string),
        all_namespaces: is(matches, "all-namespaces"),
        ignore_not_found: is(matches, "ignore-not-found"),
        subresource: get(matches, "subresource").map(str::to_string),
    };
    let files = all(matches, "filename");
    let chosen = if files.is_empty() {
        selection(session, &all(matches, "resource"), options.all_namespaces).await?
    } else {
        Selection::Named(crate::select::targets(session, matches).await?)
    };
    if is(matches, "watch") || is(matches, "watch-only") {
        return watch(
            session,
            chosen,
            &options,
            is(matches, "watch-only"),
            is(matches, "output-watch-events"),
        )
        .await;
    }
    match chosen {
        Selection::Kinds(kinds) => kinds_of(session, &kinds, &options).await,
        Selection::Named(named) => named_of(session, &named, &options).await,
    }
}

/// One page after the other, joined.
async fn fetch(
    session: &Session,
    path: &str,
    options: &Options,
    accept: Option<&'static str>,
) -> Result<Value> {
    let mut params = options.params.clone();
    let mut whole: Option<Value> = None;
    loop {
        let bytes = session.client()?.get_bytes(path, &params.query(), accept).await?;
        let mut page: Value = serde_json::from_slice(&bytes)?;
        let next = page["metadata"]["continue"].as_str().unwrap_or_default().to_string();
        whole = Some(match whole {
            None => page,
            Some(mut whole) => {
                for field in ["items", "rows"] {
                    if let (Some(held), Some(more)) =
                        (whole[field].as_array_mut(), page[field].as_array_mut())
                    {
                        held.append(more);
                    }
                }
                whole
            }
        });
        if next.is_empty() {
            return Ok(whole.unwrap_or(Value::Null));
        }
        params.continue_token = Some(next);
    }
}

async fn kinds_of(session: &Session, kinds: &[Kind], options: &Options) -> Result<u8> {
    let namespace = if options.all_namespaces { None } else { Some(session.namespace()?) };
    let mut failed = 0;
    let mut objects = Vec::new();
    let mut printed = 0;
    for kind in kinds {
        let path = kind.path(namespace.as_deref(), None, None);
        let accept = options.printer.format.is_table().then_some(TABLE);
        match fetch(session, &path, options, accept).await {
            Ok(answer) if options.printer.format.is_table() => {
                let rows = rows(&answer, kind, options, kinds.len() > 1)?;
                if rows.1.is_empty() {
                    continue;
                }
                if printed > 0 {
                    println!();
                }
                printed += 1;
                out(&table::render(options.headers.then_some(rows.0), &rows.1))?;
            }
            Ok(answer) => {
                let api_version = kind.api_version();
                for item in answer["items"].as_array().into_iter().flatten() {
                    let mut item = item.clone();
                    item["apiVersion"] = Value::String(api_version.clone());
                    item["kind"] = Value::String(kind.kind.clone());
                    objects.push(item);
                }
            }
            Err(error) => {
                failed = 1;
                match error.downcast_ref::<client::Error>() {
                    Some(client::Error::Status(status)) => eprintln!("{}", crate::server_message(status)),
                    _ => return Err(error),
                }
            }
        }
    }
    if options.printer.format.is_table() {
        if printed == 0 && failed == 0 {
            match &namespace {
                Some(namespace) if kinds.iter().any(|kind| kind.namespaced) => {
                    eprintln!("No resources found in {namespace} namespace.")
                }
                _ => eprintln!("No resources found"),
            }
        }
    } else if failed == 0 {
        sort(&mut objects, options)?;
        options.printer.print(&objects, true)?;
    }
    Ok(failed)
}

async fn named_of(session: &Session, named: &[Target], options: &Options) -> Result<u8> {
    let mut failed = 0;
    let mut objects = Vec::new();
    let mut tables: Vec<(Kind, Value)> = Vec::new();
    let several_kinds = named.windows(2).any(|pair| pair[0].kind != pair[1].kind);
    for target in named {
        let accept = options.printer.format.is_table().then_some(TABLE);
        let path = target.path(options.subresource.as_deref());
        match session.client()?.get_bytes(&path, &[], accept).await {
            Ok(bytes) => {
                let answer: Value = serde_json::from_slice(&bytes)?;
                if options.printer.format.is_table() && answer["kind"] == "Table" {
                    match tables.last_mut().filter(|(kind, _)| *kind == target.kind) {
                        Some((_, held)) => {
                            if let (Some(rows), Some(more)) =
                                (held["rows"].as_array_mut(), answer["rows"].as_array())
                            {
                                rows.extend(more.iter().cloned());
                            }
                        }
                        None => tables.push((target.kind.clone(), answer)),
                    }
                } else {
                    objects.push(answer);
                }
            }
            Err(error) if error.is_not_found() && options.ignore_not_found => {}
            Err(client::Error::Status(status)) => {
                failed = 1;
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
    }
    for (index, (kind, answer)) in tables.iter().enumerate() {
        if index > 0 {
            println!();
        }
        let rows = rows(answer, kind, options, several_kinds)?;
        out(&table::render(options.headers.then_some(rows.0), &rows.1))?;
    }
    if !options.printer.format.is_table() && !objects.is_empty() {
        sort(&mut objects, options)?;
        options.printer.print(&objects, named.len() > 1)?;
    }
    Ok(failed)
}

fn out(text: &str) -> Result<()> {
    Ok(std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?)
}

fn sort_key(value: Option<&Value>) -> (u8, f64, String) {
    match value {
        None | Some(Value::Null) => (0, 0.0, String::new()),
        Some(Value::Number(number)) => (1, number.as_f64().unwrap_or_default(), String::new()),
        Some(other) => (2, 0.0, jsonpath::text(other)),
    }
}

fn by_key(a: &(u8, f64, String), b: &(u8, f64, String)) -> std::cmp::Ordering {
    a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2))
}

fn sort(objects: &mut [Value], options: &Options) -> Result<()> {
    let Some(path) = &options.sort_by else { return Ok(()) };
    for object in objects.iter() {
        jsonpath::find(path, object)?;
    }
    objects.sort_by(|a, b| {
        let key =
            |object| sort_key(jsonpath::find(path, object).ok().and_then(|found| found.first().copied()));
        by_key(&key(a), &key(b))
    });
    Ok(())
}

/// Headers and rows of a server's table, as the options want them.
fn rows(
    answer: &Value,
    kind: &Kind,
    options: &Options,
    kinds: bool,
) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    if answer["kind"] != "Table" {
        bail!("the server did not answer with a table; use -o json or -o yaml");
    }
    let wide = options.printer.format == Format::Table { wide: true };
    let columns: Vec<(usize, String)> = answer["columnDefinitions"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, column)| wide || column["priority"].as_i64().unwrap_or(0) == 0)
        .map(|(index, column)| (index, column["name"].as_str().unwrap_or_default().to_uppercase()))
        .collect();
    let with_namespace = options.all_namespaces && kind.namespaced;
    let mut headers: Vec<String> = Vec::new();
    if with_namespace {
        headers.push("NAMESPACE".into());
    }
    headers.extend(columns.iter().map(|(_, name)| name.clone()));
    headers.extend(
        options.label_columns.iter().map(|label| label.rsplit('/').next().unwrap_or(label).to_uppercase()),
    );
    if options.show_labels {
        headers.push("LABELS".into());
    }
    let mut found: Vec<&Value> = answer["rows"].as_array().into_iter().flatten().collect();
    if let Some(path) = &options.sort_by {
        // Rows carry metadata only: sort by what is there, or by the shown column of that name.
        found.sort_by(|a, b| {
            let key = |row: &Value| {
                sort_key(jsonpath::find(path, &row["object"]).ok().and_then(|found| found.first().copied()))
            };
            by_key(&key(a), &key(b))
        });
    }
    let rows = found
        .into_iter()
        .map(|row| {
            let metadata = &row["object"]["metadata"];
            let mut cells: Vec<String> = Vec::new();
            if with_namespace {
                cells.push(metadata["namespace"].as_str().unwrap_or_default().into());
            }
            for (position, (index, _)) in columns.iter().enumerate() {
                let cell = match &row["cells"][*index] {
                    Value::Null => "<none>".into(),
                    other => jsonpath::text(other),
                };
                let prefixed = position == 0 && (kinds || options.show_kind);
                cells.push(if prefixed { format!("{}/{cell}", kind.singular_qualified()) } else { cell });
            }
            for label in &options.label_columns {
                cells.push(metadata["labels"][label].as_str().unwrap_or_default().into());
            }
            if options.show_labels {
                let labels: Vec<String> = metadata["labels"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
                    .collect();
                cells.push(if labels.is_empty() { "<none>".into() } else { labels.join(",") });
            }
            cells
        })
        .collect();
    Ok((headers, rows))
}

async fn watch(
    session: &Session,
    chosen: Selection,
    options: &Options,
    only: bool,
    events: bool,
) -> Result<u8> {
    let (kind, namespace, name) = match chosen {
        Selection::Kinds(kinds) if kinds.len() == 1 => {
            let namespace = if options.all_namespaces { None } else { Some(session.namespace()?) };
            (kinds[0].clone(), namespace, None)
        }
        Selection::Named(named) if named.len() == 1 => {
            (named[0].kind.clone(), named[0].namespace.clone(), Some(named[0].name.clone()))
        }
        _ => bail!("you may only specify a single resource type"),
    };
    let path = kind.path(namespace.as_deref(), None, None);
    let mut params = options.params.clone();
    params.limit = None;
    if let Some(name) = name {
        params.field_selector = Some(format!("metadata.name={name}"));
    }
    let accept = options.printer.format.is_table().then_some(TABLE);
    let bytes = session.client()?.get_bytes(&path, &params.query(), accept).await?;
    let list: Value = serde_json::from_slice(&bytes)?;
    // Later rows are as wide as the first ones, or the columns would not line up.
    let mut widths: Vec<usize> = Vec::new();
    let mut headers_due = options.headers;
    let mut show = |answer: &Value, event: &str| -> Result<()> {
        let (mut headers, mut found) = rows(answer, &kind, options, false)?;
        if events {
            headers.insert(0, "EVENT".into());
            for row in &mut found {
                row.insert(0, event.into());
            }
        }
        let mut lines = Vec::new();
        if headers_due && !found.is_empty() {
            headers_due = false;
            lines.push(headers);
        }
        lines.extend(found);
        if widths.is_empty() {
            for line in &lines {
                widths.resize(line.len(), 0);
                for (width, cell) in widths.iter_mut().zip(line) {
                    *width = (*width).max(cell.chars().count());
                }
            }
        }
        for line in lines {
            let cells: Vec<String> = line
                .iter()
                .zip(widths.iter().chain(std::iter::repeat(&0)))
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            out(&format!("{}\n", cells.join("   ").trim_end()))?;
        }
        Ok(())
    };
    let object = |item: &Value| -> Value {
        let mut item = item.clone();
        item["apiVersion"] = Value::String(kind.api_version());
        item["kind"] = Value::String(kind.kind.clone());
        item
    };
    if !only {
        if options.printer.format.is_table() {
            show(&list, "ADDED")?;
        } else {
            for item in list["items"].as_array().into_iter().flatten() {
                options.printer.print(&[object(item)], false)?;
            }
        }
    }
    let mut revision = list["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_string();
    loop {
        let params = ListParams { resource_version: Some(revision.clone()), accept, ..params.clone() };
        let mut watch = session.client()?.watch::<Value>(&path, &params, 3600, &[]).await?;
        while let Some(event) = watch.next().await? {
            let (name, found) = match event {
                WatchEvent::Added(found) => ("ADDED", found),
                WatchEvent::Modified(found) => ("MODIFIED", found),
                WatchEvent::Deleted(found) => ("DELETED", found),
                WatchEvent::Bookmark { resource_version, .. } => {
                    revision = resource_version;
                    continue;
                }
            };
            if options.printer.format.is_table() {
                if let Some(seen) = found["rows"][0]["object"]["metadata"]["resourceVersion"].as_str() {
                    revision = seen.to_string();
                }
                // Only the first event of a watch repeats the columns.
                let mut whole = found.clone();
                if whole["columnDefinitions"].as_array().is_none_or(Vec::is_empty) {
                    whole["columnDefinitions"] = list["columnDefinitions"].clone();
                }
                whole["kind"] = "Table".into();
                show(&whole, name)?;
            } else {
                if let Some(seen) = found["metadata"]["resourceVersion"].as_str() {
                    revision = seen.to_string();
                }
                options.printer.print(&[object(&found)], false)?;
            }
        }
    }
}

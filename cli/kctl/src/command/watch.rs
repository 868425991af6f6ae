//! `kctl get --watch`: what is there, then what changes.

use std::io::Write;

use anyhow::{Result, bail};
use client::ListParams;
use client::watch::WatchEvent;
use serde_json::{Value, json};

use super::get::{Column, Options, TABLE, out};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::print::{Format, sorted};
use crate::select::Selection;

/// Columns keep the widths that they had, and grow with what comes.
struct Lines<'a> {
    options: &'a Options,
    kind: Kind,
    events: bool,
    widths: Vec<usize>,
    headers: bool,
    columns: Vec<Column>,
}

impl Lines<'_> {
    /// The narrowest column, with the blanks after it.
    const LEAST: usize = 6;
    const PADDING: usize = 3;

    /// Shows the rows of a table, or an object that is in none; gives the revision of the last.
    fn show(&mut self, answer: &Value, event: &str) -> Result<Option<String>> {
        let mut table = self.options.table(&self.kind, false);
        // Only the first event of a watch repeats the columns.
        table.columns = std::mem::take(&mut self.columns);
        if answer["kind"] == "Table" || answer["items"].is_array() {
            table.read_value(answer)?;
        } else {
            table.object(answer)?;
        }
        let (mut headers, mut found) = table.texts(self.options.wide());
        self.columns = std::mem::take(&mut table.columns);
        if self.events {
            headers.insert(0, "EVENT".into());
            for row in &mut found {
                row.insert(0, event.into());
            }
        }
        let mut lines = Vec::new();
        if self.headers && !found.is_empty() {
            self.headers = false;
            lines.push(headers);
        }
        lines.extend(found);
        if self.events && self.widths.is_empty() {
            // The longest word is still to come.
            self.widths.push("MODIFIED".len() + Self::PADDING);
        }
        for line in &lines {
            self.widths.resize(line.len().max(self.widths.len()), Self::LEAST);
            for (width, cell) in self.widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count() + Self::PADDING);
            }
        }
        for line in lines {
            let last = line.len().saturating_sub(1);
            let text: String = line
                .iter()
                .zip(&self.widths)
                .enumerate()
                .map(
                    |(index, (cell, width))| {
                        if index == last { cell.clone() } else { format!("{cell:<width$}") }
                    },
                )
                .collect();
            out(&format!("{text}\n"))?;
        }
        Ok(table.seen)
    }
}

/// Runs until the server or the user ends it.
pub async fn run(
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
        Selection::Named(named) if named.iter().all(|target| target.kind == named[0].kind) => {
            // They are shown, as far as that goes.
            if !only {
                super::get::named_of(session, &named, options).await?;
            }
            bail!("you may only watch a single resource or type of resource at a time");
        }
        _ => bail!("you may only specify a single resource type"),
    };
    let is_table = options.printer.format.is_table();
    let client = session.client()?;
    let path = kind.path(namespace.as_deref(), None, None);
    let mut params = options.params.clone();
    params.limit = None;
    if let Some(name) = &name {
        // An object that is not there is an error, before anything is waited for.
        session.fetch(&kind.path(namespace.as_deref(), Some(name), None)).await?;
        params.field_selector = Some(format!("metadata.name={name}"));
    }
    let accept = is_table.then_some(TABLE);
    let bytes = client.get_bytes(&path, &params.query(), accept).await?;
    let list: Value = serde_json::from_slice(&bytes)?;
    let mut lines = Lines {
        options,
        kind: kind.clone(),
        events,
        widths: Vec::new(),
        headers: options.headers,
        columns: Vec::new(),
    };
    let object = |item: &Value| -> Value {
        let mut item = item.clone();
        item["apiVersion"] = Value::String(kind.api_version());
        item["kind"] = Value::String(kind.kind.clone());
        item
    };
    let print = |event: &str, item: &Value| -> Result<()> {
        let item = object(item);
        if events && options.printer.format != Format::Name {
            let event = json!({"type": event, "object": sorted(&item)});
            if options.printer.format == Format::Json {
                return out(&format!("{}\n", crate::print::json::line(&event)));
            }
            return options.printer.object(&event);
        }
        options.printer.object(&item)
    };
    // What an event made is seen at once, also without the end of a line.
    let flush = || Ok::<_, anyhow::Error>(std::io::stdout().flush()?);
    if !only {
        if is_table {
            lines.show(&list, "ADDED")?;
        } else if options.printer.format != Format::Name && !events && name.is_none() {
            let items: Vec<Value> = list["items"].as_array().into_iter().flatten().map(object).collect();
            if !items.is_empty() {
                options.printer.print(&items, true)?;
            }
        } else {
            for item in list["items"].as_array().into_iter().flatten() {
                print("ADDED", item)?;
            }
        }
    }
    flush()?;
    let mut revision = list["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_string();
    loop {
        let params = ListParams { resource_version: Some(revision.clone()), accept, ..params.clone() };
        let mut watch = client.watch::<Value>(&path, &params, 3600, &[]).await?;
        while let Some(event) = watch.next().await? {
            let (word, found) = match event {
                WatchEvent::Added(found) => ("ADDED", found),
                WatchEvent::Modified(found) => ("MODIFIED", found),
                WatchEvent::Deleted(found) => ("DELETED", found),
                WatchEvent::Bookmark { resource_version, .. } => {
                    revision = resource_version;
                    continue;
                }
            };
            let seen = if is_table {
                lines.show(&found, word)?
            } else {
                print(word, &found)?;
                found["metadata"]["resourceVersion"].as_str().map(str::to_string)
            };
            flush()?;
            if let Some(seen) = seen {
                revision = seen;
            }
        }
    }
}

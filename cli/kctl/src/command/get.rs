//! `kctl get`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::ListParams;
use serde_json::Value;

use super::watch;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::print::{Format, Printer, gotemplate, jsonpath, table};
use crate::select::{Selection, Target, selection};

/// What asks the server for a table.
pub const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

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
        .mut_arg("output", |arg| {
            arg.help("Output format: json, yaml, kyaml, name, wide, custom-columns, custom-columns-file, go-template, go-template-file, jsonpath, jsonpath-as-json, jsonpath-file")
        })
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
        .arg(flags::boolean("server-print", true, "Have the server make the table"))
        .arg(flags::list("label-columns", "Labels to show as columns").short('L'))
        .arg(flags::text("sort-by", "A JSONPath to sort by"))
        .arg(flags::text("chunk-size", "Return large lists in chunks").default_value("500"))
        .arg(flags::text("subresource", "status, scale or another subresource"))
        .arg(flags::text("raw", "A URI to request from the server"))
        .args(flags::files())
}

/// What the flags ask for.
pub struct Options {
    pub printer: Printer,
    pub params: ListParams,
    pub headers: bool,
    pub show_labels: bool,
    pub show_kind: bool,
    pub label_columns: Vec<String>,
    pub sort_by: Option<String>,
    pub all_namespaces: bool,
    pub ignore_not_found: bool,
    /// Whether the server makes the tables.
    pub server_print: bool,
    pub subresource: Option<String>,
}

impl Options {
    fn read(matches: &ArgMatches) -> Result<Self> {
        let chunk: u32 = get(matches, "chunk-size").unwrap_or("500").parse()?;
        let mut params = crate::select::params(matches);
        params.limit = (chunk > 0).then_some(chunk);
        let sort_by = get(matches, "sort-by").filter(|path| !path.is_empty()).map(str::to_string);
        let mut printer = Printer::of_get(matches)?;
        printer.headers = !is(matches, "no-headers");
        if is(matches, "show-labels") && !printer.format.is_table() {
            bail!(
                "--show-labels option cannot be used with {} printer",
                get(matches, "output").unwrap_or_default()
            );
        }
        Ok(Self {
            printer,
            params,
            headers: !is(matches, "no-headers"),
            show_labels: is(matches, "show-labels"),
            show_kind: is(matches, "show-kind"),
            label_columns: all(matches, "label-columns"),
            sort_by,
            all_namespaces: is(matches, "all-namespaces"),
            ignore_not_found: is(matches, "ignore-not-found"),
            server_print: is(matches, "server-print"),
            subresource: get(matches, "subresource").filter(|sub| !sub.is_empty()).map(str::to_string),
        })
    }

    /// What to accept of a list or object. A sort by fields needs the objects in their rows.
    fn accept(&self) -> Option<&'static str> {
        (self.printer.format.is_table() && self.server_print).then_some(TABLE)
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(uri) = get(matches, "raw") {
        let bytes = session.client()?.get_bytes(uri, &[], Some("*/*")).await?;
        std::io::Write::write_all(&mut std::io::stdout(), &bytes)?;
        return Ok(0);
    }
    if is(matches, "output-watch-events") && !is(matches, "watch") && !is(matches, "watch-only") {
        bail!("--output-watch-events option can only be used with --watch or --watch-only");
    }
    let options = Options::read(matches)?;
    let words = all(matches, "resource");
    if words.is_empty() && !crate::manifest::given(matches) {
        eprintln!(
            "You must specify the type of resource to get. Use \"kctl api-resources\" for a complete list of supported resources.\n"
        );
        return Err(crate::usage::usage(
            "Required resource not specified.\nUse \"kctl explain <resource>\" for a detailed description of that resource (e.g. kctl explain pods).",
        ));
    }
    let chosen = if words.first().is_some_and(|word| word == "everything") {
        everything(session).await?
    } else if words.is_empty() {
        Selection::Named(crate::select::targets(session, matches).await?)
    } else {
        selection(session, &words, options.all_namespaces).await?
    };
    if let Selection::Named(_) = &chosen
        && options.params.label_selector.is_some()
    {
        bail!("name cannot be provided when a selector is specified");
    }
    if is(matches, "watch") || is(matches, "watch-only") {
        let watching = watch::run(
            session,
            chosen,
            &options,
            is(matches, "watch-only"),
            is(matches, "output-watch-events"),
        );
        // A watch that runs into --request-timeout has done what it was asked for.
        return match session.client()?.config().timeout {
            Some(limit) => tokio::time::timeout(limit, watching).await.unwrap_or(Ok(0)),
            None => watching.await,
        };
    }
    match chosen {
        Selection::Kinds(kinds) => kinds_of(session, &kinds, &options).await,
        Selection::Named(named) => named_of(session, &named, &options).await,
    }
}

/// Every kind that can be listed: what `get all` leaves out as well.
async fn everything(session: &Session) -> Result<Selection> {
    let discovery = session.discovery().await?;
    let kinds = discovery.preferred().into_iter().filter(|kind| kind.verbs.iter().any(|verb| verb == "list"));
    // Events come in two groups, and are told of by `kctl events`.
    let kinds = kinds.filter(|kind| kind.plural != "events").cloned();
    Ok(Selection::Kinds(kinds.collect()))
}

/// Leaves of a row's object what columns are made of: who owns its fields would take most of the
/// memory of a long table.
fn slim(row: &mut Value) {
    let Some(Value::Object(mut metadata)) = row.pointer_mut("/object/metadata").map(Value::take) else {
        return;
    };
    metadata.retain(|field, _| ["name", "namespace", "labels", "resourceVersion"].contains(&field.as_str()));
    // Made anew: what is left needs less room than there was.
    let metadata: serde_json::Map<String, Value> = metadata.into_iter().collect();
    row["object"] = serde_json::json!({ "metadata": metadata });
}

/// One page after the other, joined.
pub async fn fetch(
    session: &Session,
    path: &str,
    params: &ListParams,
    accept: Option<&'static str>,
    whole_objects: bool,
) -> Result<Value, client::Error> {
    let mut params = params.clone();
    let mut whole: Option<Value> = None;
    let client = session.client().map_err(|error| client::Error::Config(error.to_string()))?;
    loop {
        let mut query = params.query();
        if whole_objects {
            query.push(("includeObject", "Object".into()));
        }
        let bytes = client.get_bytes(path, &query, accept).await?;
        let mut page: Value = serde_json::from_slice(&bytes)
            .map_err(|error| client::Error::Decode { path: path.into(), reason: error.to_string() })?;
        if !whole_objects {
            page["rows"].as_array_mut().into_iter().flatten().for_each(slim);
        }
        let next = page["metadata"]["continue"].as_str().unwrap_or_default().to_string();
        whole = Some(match whole {
            None => page,
            Some(mut whole) => {
                for field in ["items", "rows"] {
                    if let (Some(held), Some(more)) = (
                        whole.get_mut(field).and_then(Value::as_array_mut),
                        page.get_mut(field).and_then(Value::as_array_mut),
                    ) {
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

/// How many lists are asked for at the same time.
const AT_ONCE: usize = 8;

async fn kinds_of(session: &Session, kinds: &[Kind], options: &Options) -> Result<u8> {
    use futures::StreamExt;
    let namespace = if options.all_namespaces { None } else { Some(session.namespace()?) };
    let mut failed = 0;
    let mut objects = Vec::new();
    let mut tables = Vec::new();
    let paths: Vec<String> = kinds.iter().map(|kind| kind.path(namespace.as_deref(), None, None)).collect();
    // Asked for together, told in order.
    let answers = futures::stream::iter(
        paths
            .iter()
            .map(|path| fetch(session, path, &options.params, options.accept(), options.sort_by.is_some())),
    )
    .buffered(AT_ONCE)
    .collect::<Vec<_>>()
    .await;
    for (kind, answer) in kinds.iter().zip(answers) {
        match answer {
            Ok(answer) if options.printer.format.is_table() => tables.push((kind.clone(), answer)),
            Ok(answer) => {
                let api_version = kind.api_version();
                for item in answer["items"].as_array().into_iter().flatten() {
                    let mut item = item.clone();
                    item["apiVersion"] = Value::String(api_version.clone());
                    item["kind"] = Value::String(kind.kind.clone());
                    objects.push(item);
                }
            }
            Err(client::Error::Status(mut status)) => {
                failed = 1;
                let (labels, fields) = (&options.params.label_selector, &options.params.field_selector);
                if status.code == 400 && (labels.is_some() || fields.is_some()) {
                    status.message = format!(
                        "Unable to find \"{}/{}, Resource={}\" that match label selector {:?}, field selector {:?}: {}",
                        kind.group,
                        kind.version,
                        kind.plural,
                        labels.as_deref().unwrap_or_default(),
                        fields.as_deref().unwrap_or_default(),
                        status.message
                    );
                }
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if options.printer.format.is_table() {
        let printed = print_tables(&tables, options, kinds.len() > 1)?;
        if !printed && failed == 0 && !options.ignore_not_found {
            match &namespace {
                Some(namespace) if kinds.iter().any(|kind| kind.namespaced) => {
                    eprintln!("No resources found in {namespace} namespace.")
                }
                _ => eprintln!("No resources found"),
            }
        }
    } else if failed == 0 {
        sort(&mut objects, options)?;
        if !(objects.is_empty() && options.ignore_not_found) {
            options.printer.print(&objects, true)?;
        }
    }
    Ok(failed)
}

async fn named_of(session: &Session, named: &[Target], options: &Options) -> Result<u8> {
    let mut failed = 0;
    let mut objects = Vec::new();
    let mut tables: Vec<(Kind, Value)> = Vec::new();
    let several_kinds = named.windows(2).any(|pair| pair[0].kind != pair[1].kind);
    for target in named {
        let path = target.path(options.subresource.as_deref());
        match session.client()?.get_bytes(&path, &[], options.accept()).await {
            Ok(bytes) => {
                let mut answer: Value = serde_json::from_slice(&bytes)?;
                if !options.printer.format.is_table() {
                    objects.push(answer);
                    continue;
                }
                if answer["kind"] != "Table" {
                    answer = client_table(vec![answer]);
                }
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
            }
            Err(error) if error.is_not_found() && options.ignore_not_found => {}
            Err(client::Error::Status(status)) => {
                failed = 1;
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if options.printer.format.is_table() {
        print_tables(&tables, options, several_kinds)?;
    } else if !objects.is_empty() {
        sort(&mut objects, options)?;
        options.printer.print(&objects, named.len() > 1)?;
    }
    Ok(failed)
}

/// Prints one table for each run of rows that look alike; says whether there was anything.
fn print_tables(tables: &[(Kind, Value)], options: &Options, kinds: bool) -> Result<bool> {
    let mut printed = false;
    for (kind, answer) in tables {
        let whole;
        let answer = if answer["kind"] == "Table" {
            answer
        } else {
            whole = client_table(answer["items"].as_array().cloned().unwrap_or_default());
            &whole
        };
        let (headers, rows) = rows(answer, kind, options, kinds)?;
        if rows.is_empty() {
            continue;
        }
        if printed {
            println!();
        }
        printed = true;
        out(&table::render(options.headers.then_some(headers), &rows))?;
    }
    Ok(printed)
}

/// What a server that makes no tables leaves to us: name and age.
pub fn client_table(objects: Vec<Value>) -> Value {
    let rows: Vec<Value> = objects
        .into_iter()
        .map(|object| {
            let age =
                super::events::ago(object["metadata"]["creationTimestamp"].as_str().unwrap_or_default());
            serde_json::json!({"cells": [object["metadata"]["name"], age], "object": object})
        })
        .collect();
    serde_json::json!({
        "kind": "Table", "rows": rows,
        "columnDefinitions": [{"name": "Name", "format": "name"}, {"name": "Age"}],
    })
}

/// Writes to standard output.
pub fn out(text: &str) -> Result<()> {
    Ok(std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?)
}

/// Numbers before texts, quantities and times by what they mean.
#[derive(PartialEq, PartialOrd)]
enum SortKey {
    Nothing,
    Number(f64),
    Text(String),
}

fn sort_key(value: Option<&Value>) -> SortKey {
    match value {
        None | Some(Value::Null) => SortKey::Nothing,
        Some(Value::Number(number)) => SortKey::Number(number.as_f64().unwrap_or_default()),
        Some(Value::String(text)) => match text.parse::<apimachinery::quantity::Quantity>() {
            Ok(quantity) if text.starts_with(|letter: char| letter.is_ascii_digit()) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "an order is all that is wanted")]
                SortKey::Number(quantity.millis() as f64 / 1000.0)
            }
            _ => SortKey::Text(text.clone()),
        },
        Some(other) => SortKey::Text(jsonpath::text(other)),
    }
}

fn sort_by<T>(list: &mut [T], path: &str, object: impl Fn(&T) -> &Value) -> Result<()> {
    let mut found_any = list.is_empty();
    for item in list.iter() {
        found_any |= !jsonpath::find(path, object(item))?.is_empty();
    }
    if !found_any {
        bail!("couldn't find any field with path {:?} in the list of objects", jsonpath::braced(path));
    }
    let key =
        |item: &T| sort_key(jsonpath::find(path, object(item)).ok().and_then(|found| found.first().copied()));
    list.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
    Ok(())
}

fn sort(objects: &mut [Value], options: &Options) -> Result<()> {
    let Some(path) = &options.sort_by else { return Ok(()) };
    sort_by(objects, path, |object| object)
}

/// Headers and rows of a server's table, as the options want them.
pub fn rows(
    answer: &Value,
    kind: &Kind,
    options: &Options,
    kinds: bool,
) -> Result<(Vec<String>, Vec<Vec<String>>)> {
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
        sort_by(&mut found, path, |row| &row["object"])?;
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
                    other => gotemplate::text(other),
                };
                let prefixed = position == 0 && (kinds || options.show_kind);
                cells.push(if prefixed { format!("{}/{cell}", kind.singular_qualified()) } else { cell });
            }
            for label in &options.label_columns {
                cells.push(metadata["labels"][label].as_str().unwrap_or_default().into());
            }
            if options.show_labels {
                let mut labels: Vec<String> = metadata["labels"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
                    .collect();
                labels.sort();
                cells.push(if labels.is_empty() { "<none>".into() } else { labels.join(",") });
            }
            cells
        })
        .collect();
    Ok((headers, rows))
}

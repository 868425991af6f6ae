//! `kctl get`.

mod pages;
mod sort;
mod table;

use std::io::{BufWriter, Write};

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::ListParams;
use serde_json::Value;

use self::pages::Request;
pub use self::table::{Column, Extras, Table};
use super::watch;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::print::jsonpath::Path;
use crate::print::{Format, Printer};
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
        .arg(flags::integer("chunk-size", "Return large lists in chunks").default_value("500"))
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
    pub sort_by: Option<Path>,
    pub all_namespaces: bool,
    pub ignore_not_found: bool,
    /// Whether the server makes the tables.
    pub server_print: bool,
    pub subresource: Option<String>,
}

impl Options {
    fn read(matches: &ArgMatches) -> Result<Self> {
        let params = crate::select::params(matches);
        let sort_by = get(matches, "sort-by").filter(|path| !path.is_empty()).map(Path::read).transpose()?;
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

    /// An empty table of a kind's objects, as the options want it.
    pub fn table(&self, kind: &Kind, several_kinds: bool) -> Table {
        Table::new(Extras {
            namespace: self.all_namespaces && kind.namespaced,
            kind: (several_kinds || self.show_kind).then(|| kind.singular_qualified()),
            labels: self.label_columns.clone(),
            all_labels: self.show_labels,
            sort_by: self.sort_by.clone(),
        })
    }

    /// Whether tables have all columns.
    pub fn wide(&self) -> bool {
        self.printer.format == Format::Table { wide: true }
    }

    /// What to accept of a list or object. A sort by fields needs the objects in their rows.
    fn accept(&self) -> Option<&'static str> {
        (self.printer.format.is_table() && self.server_print).then_some(TABLE)
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(uri) = get(matches, "raw").filter(|uri| !uri.is_empty()) {
        if !all(matches, "resource").is_empty() {
            bail!("arguments may not be passed when --raw is specified");
        }
        if get(matches, "output").is_some_and(|output| !output.is_empty()) {
            bail!("--raw and --output are mutually exclusive");
        }
        if !uri.starts_with('/') {
            bail!("--raw must be a valid URL path: {uri:?} does not begin with /");
        }
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
    if crate::manifest::given(matches) {
        crate::select::files_alone(&words)?;
    }
    let chosen = if words.first().is_some_and(|word| word == "everything") {
        everything(session).await?
    } else if words.is_empty() {
        // Of a kind that there is not, `get` has no `error:` ahead, as in kubectl.
        let named = crate::select::targets(session, matches).await.map_err(|error| {
            let text = format!("{error:#}");
            if text.starts_with("resource mapping") { crate::usage::Plain(text).into() } else { error }
        });
        Selection::Named(named?)
    } else {
        selection(session, &words, options.all_namespaces).await?
    };
    if let Selection::Named(_) = &chosen
        && (options.params.label_selector.is_some() || options.params.field_selector.is_some())
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
        Selection::Kinds(_) if options.subresource.is_some() => {
            bail!("subresource cannot be used when bulk resources are specified")
        }
        Selection::Kinds(kinds) => kinds_of(session, &kinds, &options).await,
        Selection::Named(named) => named_of(session, &named, &options).await,
    }
}

/// Every kind that can be listed: what `get all` leaves out as well.
async fn everything(session: &Session) -> Result<Selection> {
    let discovery = session.discovery().await?;
    let kinds = discovery.preferred().into_iter().filter(|kind| kind.verbs.iter().any(|verb| verb == "list"));
    // Events are served by two groups.
    let kinds = kinds.filter(|kind| kind.group != "events.k8s.io").cloned();
    Ok(Selection::Kinds(kinds.collect()))
}

/// What a list gave: rows to be printed, or the objects themselves.
enum Answer {
    Rows(Box<Table>),
    Objects(Vec<Value>),
}

#[derive(serde::Deserialize)]
struct Objects {
    #[serde(default)]
    metadata: Option<table::Page>,
    #[serde(default)]
    items: Option<Vec<Value>>,
}

/// Lists a kind's objects, page by page.
async fn list(
    session: &Session,
    kind: &Kind,
    path: &str,
    options: &Options,
    several_kinds: bool,
) -> Result<Answer, client::Error> {
    let request = Request {
        client: session.client().map_err(|error| client::Error::Config(error.to_string()))?,
        path,
        params: &options.params,
        accept: options.accept(),
        whole_objects: options.accept().is_some() && options.sort_by.is_some(),
    };
    if options.printer.format.is_table() {
        let mut table = options.table(kind, several_kinds);
        request.each(|page| table.read(page).map(|page| page.next)).await?;
        return Ok(Answer::Rows(Box::new(table)));
    }
    let api_version = kind.api_version();
    let mut objects = Vec::new();
    let take = |page: &[u8]| {
        let page: Objects = serde_json::from_slice(page)?;
        objects.extend(page.items.unwrap_or_default().into_iter().map(|mut item| {
            item["apiVersion"] = Value::String(api_version.clone());
            item["kind"] = Value::String(kind.kind.clone());
            item
        }));
        Ok(page.metadata.unwrap_or_default().next)
    };
    request.each(take).await?;
    Ok(Answer::Objects(objects))
}

/// How many lists are asked for at the same time.
const AT_ONCE: usize = 8;

async fn kinds_of(session: &Session, kinds: &[Kind], options: &Options) -> Result<u8> {
    use futures::StreamExt;
    let namespace = if options.all_namespaces { None } else { Some(session.namespace()?) };
    let mut failed = 0;
    let mut objects = Vec::new();
    let mut tables = Vec::new();
    let several_kinds = kinds.len() > 1;
    let paths: Vec<String> = kinds.iter().map(|kind| kind.path(namespace.as_deref(), None, None)).collect();
    // Asked for together, told in order.
    let answers = futures::stream::iter(
        kinds.iter().zip(&paths).map(|(kind, path)| list(session, kind, path, options, several_kinds)),
    )
    .buffered(AT_ONCE)
    .collect::<Vec<_>>()
    .await;
    for (kind, answer) in kinds.iter().zip(answers) {
        match answer {
            Ok(Answer::Rows(table)) => tables.push(*table),
            Ok(Answer::Objects(more)) => objects.extend(more),
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
        let printed = print_tables(&tables, options)?;
        if !printed && failed == 0 && !options.ignore_not_found {
            match &namespace {
                Some(namespace) if kinds.iter().any(|kind| kind.namespaced) => {
                    eprintln!("No resources found in {namespace} namespace.")
                }
                _ => eprintln!("No resources found"),
            }
        }
    } else if failed == 0 {
        if let Some(path) = &options.sort_by {
            sort::sort(&mut objects, path)?;
        }
        if !(objects.is_empty() && options.ignore_not_found) {
            options.printer.print_all(objects, true)?;
        }
    }
    Ok(failed)
}

/// Prints objects that are named.
pub async fn named_of(session: &Session, named: &[Target], options: &Options) -> Result<u8> {
    let mut failed = 0;
    let mut found: Vec<(&Kind, Value)> = Vec::new();
    for target in named {
        let path = target.path(options.subresource.as_deref());
        match session.client()?.get_bytes(&path, &[], options.accept()).await {
            Ok(bytes) => found.push((&target.kind, serde_json::from_slice(&bytes)?)),
            Err(error) if error.is_not_found() && options.ignore_not_found => {}
            Err(error) => match session.or_its_namespace(&path, error).await {
                client::Error::Status(status) => {
                    failed = 1;
                    eprintln!("{}", crate::server_message(&status));
                }
                error => return Err(error.into()),
            },
        }
    }
    if options.printer.format.is_table() {
        let several_kinds = found.windows(2).any(|pair| pair[0].0 != pair[1].0);
        let mut tables: Vec<(&Kind, Table)> = Vec::new();
        for (kind, answer) in &found {
            if tables.last().is_none_or(|(last, _)| last != kind) {
                tables.push((kind, options.table(kind, several_kinds)));
            }
            let Some((_, table)) = tables.last_mut() else { continue };
            if answer["kind"] == "Table" {
                table.read_value(answer)?;
            } else {
                table.object(answer)?;
            }
        }
        let tables: Vec<Table> = tables.into_iter().map(|(_, table)| table).collect();
        print_tables(&tables, options)?;
    } else if !found.is_empty() {
        let mut objects: Vec<Value> = found.into_iter().map(|(_, object)| object).collect();
        // What was asked for alone is no list.
        if let Some(path) = options.sort_by.as_ref().filter(|_| named.len() > 1) {
            sort::sort(&mut objects, path)?;
        }
        options.printer.print_all(objects, named.len() > 1)?;
    }
    Ok(failed)
}

/// Prints one table for each run of rows that look alike; says whether there was anything.
fn print_tables(tables: &[Table], options: &Options) -> Result<bool> {
    let mut out = BufWriter::with_capacity(64 * 1024, std::io::stdout().lock());
    let mut printed = false;
    for table in tables.iter().filter(|table| !table.is_empty()) {
        if printed && options.headers {
            out.write_all(b"\n")?;
        }
        printed = true;
        table.write(&mut out, options.headers, options.wide())?;
    }
    out.flush()?;
    Ok(printed)
}

/// Writes to standard output.
pub fn out(text: &str) -> Result<()> {
    Ok(std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?)
}

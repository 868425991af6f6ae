//! What every command that writes does alike: the rehearsal, the query, the report.

use anyhow::{Context, Result};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::apply::LAST_APPLIED;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{get, is};
use crate::manifest;
use crate::print::Printer;

/// How a change is tried: really, or only as a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    None,
    Client,
    Server,
}

/// Reads `--dry-run`.
pub fn dry_run(matches: &ArgMatches) -> DryRun {
    match get(matches, "dry-run") {
        Some("client" | "unchanged") => DryRun::Client,
        Some("server") => DryRun::Server,
        _ => DryRun::None,
    }
}

/// The query parameters of a write.
pub fn write_query(matches: &ArgMatches, manager: &str) -> Vec<(&'static str, String)> {
    let manager = get(matches, "field-manager").unwrap_or(manager);
    let mut query = vec![("fieldManager", manager.to_string())];
    if let Some(validate) = get(matches, "validate") {
        let validation = match validate {
            "false" | "ignore" => "Ignore",
            "warn" => "Warn",
            _ => "Strict",
        };
        query.push(("fieldValidation", validation.into()));
    }
    if dry_run(matches) == DryRun::Server {
        query.push(("dryRun", "All".into()));
    }
    query
}

/// Sends a write and decodes the answer.
pub async fn send(
    session: &Session,
    method: &str,
    path: &str,
    query: &[(&str, String)],
    content_type: &'static str,
    body: &Value,
) -> Result<Value> {
    send_bytes(session, method, path, query, content_type, serde_json::to_vec(body)?).await
}

/// Sends a write whose body is there already.
pub async fn send_bytes(
    session: &Session,
    method: &str,
    path: &str,
    query: &[(&str, String)],
    content_type: &'static str,
    body: Vec<u8>,
) -> Result<Value> {
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("application/json"));
    headers.insert("content-type", http::HeaderValue::from_static(content_type));
    let method = method.parse().context("a method")?;
    let response = session.client()?.request(method, path, query, headers, Some(body.into())).await?;
    Ok(serde_json::from_slice(&response.bytes().await.map_err(client::Error::from)?)?)
}

/// ` (dry run)` and the like, after what was done.
pub fn suffix(matches: &ArgMatches) -> &'static str {
    match dry_run(matches) {
        DryRun::None => "",
        DryRun::Client => " (dry run)",
        DryRun::Server => " (server dry run)",
    }
}

/// Tells what was done to an object: `pod/x created`, or the object in the asked-for format.
pub fn report(matches: &ArgMatches, kind: &Kind, object: &Value, verb: &str) -> Result<()> {
    report_in(matches, kind, object, verb, Printer::object)
}

/// The same, of an object that kubectl reads into its type.
pub fn report_typed(matches: &ArgMatches, kind: &Kind, object: &Value, verb: &str) -> Result<()> {
    report_in(matches, kind, object, verb, Printer::typed)
}

fn report_in(
    matches: &ArgMatches,
    kind: &Kind,
    object: &Value,
    verb: &str,
    print: impl Fn(&Printer, &Value) -> Result<()>,
) -> Result<()> {
    match Printer::of(matches)? {
        None => {
            // A subresource has a kind of its own.
            let own = object["kind"].as_str().is_some_and(|own| own != kind.kind);
            let name = if own {
                crate::print::name_of(object)
            } else {
                format!(
                    "{}/{}",
                    kind.singular_qualified(),
                    object["metadata"]["name"].as_str().unwrap_or_default()
                )
            };
            println!("{name} {verb}{}", suffix(matches));
            Ok(())
        }
        Some(printer) => print(&printer, object),
    }
}

/// The object as the annotation of client-side apply holds it.
pub fn last_applied(object: &Value) -> String {
    let mut plain = object.clone();
    if let Some(annotations) = plain["metadata"]["annotations"].as_object_mut() {
        annotations.shift_remove(LAST_APPLIED);
    }
    // kubectl's own form has an empty map where there are no annotations.
    if plain["metadata"]["annotations"].is_null() {
        plain["metadata"]["annotations"] = json!({});
    }
    format!("{}\n", crate::print::json::line(&crate::print::sorted(&plain)))
}

/// Puts the annotation of client-side apply.
pub fn annotate(object: &mut Value) {
    let text = last_applied(object);
    if object["metadata"]["annotations"].is_null() {
        object["metadata"]["annotations"] = json!({});
    }
    object["metadata"]["annotations"][LAST_APPLIED] = text.into();
}

/// The same for what a generator made, whose fields have an order.
fn annotate_generated(object: &mut Value) {
    let text = format!("{}\n", crate::print::json::line(object));
    object["metadata"]["annotations"][LAST_APPLIED] = text.into();
}

/// Creates an object that a generator made, and tells so.
pub async fn create_one(session: &Session, matches: &ArgMatches, object: Value) -> Result<()> {
    create_as(session, matches, object, "created").await
}

/// The same, with another word for what was done.
pub async fn create_as(session: &Session, matches: &ArgMatches, object: Value, verb: &str) -> Result<()> {
    let made = make(session, matches, object, verb == "created").await?;
    show(matches, &made, verb)
}

/// Creates an object that a generator made, unless it is only to be shown; gives what came of it.
/// With `--save-config` what is only shown is annotated, too, where that is the command's whole
/// purpose.
pub async fn make(
    session: &Session,
    matches: &ArgMatches,
    mut object: Value,
    whole_purpose: bool,
) -> Result<Value> {
    super::record::put(&mut object);
    // A format that there is not must stop us before anything is done.
    Printer::of(matches)?;
    let save = is(matches, "save-config");
    if dry_run(matches) == DryRun::Client {
        // Nothing of this needs a server.
        let unscoped = ["Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass"];
        if session.namespace_is_explicit() && !unscoped.iter().any(|kind| object["kind"] == *kind) {
            place_in(&mut object, &session.namespace()?);
        }
        if save && whole_purpose {
            annotate_generated(&mut object);
        }
        return Ok(object);
    }
    let (kind, namespace) = manifest::place(session, &object).await?;
    if session.namespace_is_explicit() && kind.namespaced {
        place_in(&mut object, &session.namespace()?);
    }
    // `create service` has the flag and, in kubectl, does not heed it.
    if save && !(whole_purpose && object["kind"] == "Service") {
        annotate_generated(&mut object);
    }
    let path = kind.path(namespace.as_deref(), None, None);
    send(session, "POST", &path, &write_query(matches, "kubectl-create"), "application/json", &object).await
}

/// Tells of an object that [`make`] gave.
pub fn show(matches: &ArgMatches, made: &Value, verb: &str) -> Result<()> {
    match Printer::of(matches)? {
        Some(printer) => printer.typed(made),
        None => {
            println!("{} {verb}{}", crate::print::name_of(made), suffix(matches));
            Ok(())
        }
    }
}

/// Puts the namespace behind the name, where Go's types have it.
fn place_in(object: &mut Value, namespace: &str) {
    let Some(metadata) = object["metadata"].as_object_mut() else { return };
    let at = metadata.keys().position(|key| key == "name").map_or(0, |at| at + 1);
    metadata.shift_insert(at, "namespace".into(), namespace.into());
}

/// What went wrong with some of several objects: said together, when all have been tried.
#[derive(Default)]
pub struct Failures(Vec<anyhow::Error>);

impl Failures {
    /// Keeps what went wrong with one object.
    ///
    /// # Errors
    /// Gives back what can't be about one object alone: a lost connection, a closed pipe.
    pub fn add(&mut self, error: anyhow::Error) -> Result<()> {
        let alone = match error.downcast_ref::<client::Error>() {
            Some(client::Error::Status(_)) => true,
            Some(_) => false,
            None => error.downcast_ref::<std::io::Error>().is_none(),
        };
        if alone {
            self.0.push(error);
            return Ok(());
        }
        std::mem::take(self).end();
        Err(error)
    }

    /// Whether all went well.
    pub fn none(&self) -> bool {
        self.0.is_empty()
    }

    /// Says what went wrong; gives the exit code.
    pub fn end(self) -> u8 {
        for error in &self.0 {
            match error.downcast_ref::<client::Error>() {
                Some(client::Error::Status(status)) => eprintln!("{}", crate::server_message(status)),
                _ if error.downcast_ref::<crate::usage::Plain>().is_some() => eprintln!("{error}"),
                // As kubectl: of several, each has its own words alone.
                _ if self.0.len() > 1 => eprintln!("{error:#}"),
                _ => eprintln!("error: {}", format!("{error:#}").trim_start_matches("error: ")),
            }
        }
        u8::from(!self.0.is_empty())
    }
}

/// Names the file in the server's refusal, as kubectl does.
pub fn sourced(error: anyhow::Error, doing: &str, source: &str) -> anyhow::Error {
    match error.downcast::<client::Error>() {
        Ok(client::Error::Status(mut status)) => {
            status.message = format!("error when {doing} {source:?}: {}", status.message);
            client::Error::Status(status).into()
        }
        Ok(other) => other.into(),
        Err(error) => error,
    }
}

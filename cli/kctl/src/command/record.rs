//! `--record`: the command line, kept with the object as what changed it last. Deprecated upstream for years, and
//! in many people's scripts.

use std::ffi::OsString;
use std::sync::OnceLock;

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::write::{send, write_query};
use crate::connect::Session;
use crate::flags;
use crate::select::Target;

/// The annotation that holds it.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

static CAUSE: OnceLock<String> = OnceLock::new();

/// A command with the flag, if it is among those that have it.
pub fn with_flag(name: &str, command: Command) -> Command {
    let flag = || {
        flags::boolean("record", false, "Record the command line in the object's annotations (deprecated)")
            .hide(true)
    };
    match name {
        "annotate" | "apply" | "autoscale" | "create" | "edit" | "expose" | "label" | "patch" | "run"
        | "scale" => command.arg(flag()),
        "set" => {
            // All of them, since those that are changed go behind the others.
            let inner: Vec<String> =
                command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
            let has = ["image", "resources", "selector", "serviceaccount"];
            inner.iter().fold(command, |set, name| {
                set.mut_subcommand(name, |sub| match has.contains(&name.as_str()) {
                    true => sub.arg(flag()),
                    false => sub,
                })
            })
        }
        _ => command,
    }
}

/// Notes the command line, if it is to be recorded.
pub fn begin(program: &OsString, matches: &ArgMatches) {
    let (mut here, mut words) = (matches, Vec::new());
    while let Some((name, inner)) = here.subcommand() {
        words.push(name.to_string());
        here = inner;
    }
    let given = |name: &str| {
        here.try_contains_id(name).is_ok() && here.value_source(name) == Some(ValueSource::CommandLine)
    };
    if !given("record") {
        return;
    }
    eprintln!("Flag --record has been deprecated, --record will be removed in the future");
    if !flags::is(here, "record") {
        return;
    }
    let base = std::path::Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut said = Vec::new();
    for id in here.ids().map(clap::Id::as_str).filter(|id| given(id)) {
        let (Some(places), Ok(Some(values))) = (here.indices_of(id), here.try_get_raw(id)) else { continue };
        // What nobody should read later.
        let secret = ["token", "password"].contains(&id);
        for (place, value) in places.zip(values) {
            let value = if secret { "...".into() } else { value.to_string_lossy().into_owned() };
            said.push((place, id.to_string(), value));
        }
    }
    said.sort();
    let (mut words, mut options) = (vec![base, words.join(" ")], Vec::new());
    let known = command_flags(matches);
    for (_, id, value) in said {
        match known.contains(&id) {
            true => options.push(format!("--{id}={value}")),
            false => words.push(value),
        }
    }
    let _ = CAUSE.set([words, options].concat().join(" "));
}

/// The names that are flags, of the command that was called.
fn command_flags(matches: &ArgMatches) -> Vec<String> {
    let root = crate::command();
    let mut flags: Vec<String> = root.get_arguments().filter_map(Arg::get_long).map(str::to_string).collect();
    let (mut command, mut here) = (&root, matches);
    while let Some((name, inner)) = here.subcommand() {
        let Some(found) = command.find_subcommand(name) else { break };
        (command, here) = (found, inner);
    }
    flags.extend(command.get_arguments().filter_map(Arg::get_long).map(str::to_string));
    flags
}

/// Puts the command line into an object that is going to be written.
pub fn put(object: &mut Value) {
    let Some(cause) = CAUSE.get() else { return };
    if object["metadata"]["annotations"].is_null() {
        object["metadata"]["annotations"] = json!({});
    }
    object["metadata"]["annotations"][CHANGE_CAUSE] = cause.clone().into();
}

/// Puts the command line into an object that has been written.
///
/// # Errors
/// As the server refuses.
pub async fn add(session: &Session, matches: &ArgMatches, target: &Target) -> Result<Option<Value>> {
    let Some(cause) = CAUSE.get() else { return Ok(None) };
    let body = json!({"metadata": {"annotations": {CHANGE_CAUSE: cause}}});
    let query = write_query(matches, "kubectl");
    let merge = "application/merge-patch+json";
    Ok(Some(send(session, "PATCH", &target.path(None), &query, merge, &body).await?))
}

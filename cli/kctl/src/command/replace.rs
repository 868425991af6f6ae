//! `kctl replace`.

use anyhow::{Result, bail};
use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use super::create::{common, raw};
use super::write::{DryRun, Failures, annotate, dry_run, report, send, sourced, suffix, write_query};
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::manifest::{self, Item};
use crate::select::Target;

/// The flags of `replace`.
pub fn define() -> Command {
    common(Command::new("replace"), "kubectl-replace")
        .about("Replace a resource by file name or stdin")
        .args(flags::files())
        .arg(flags::text("raw", "A URI to PUT the file to"))
        .arg(flags::text("subresource", "The subresource to replace: status or scale"))
        .args(super::delete::waiting())
        .arg(flags::forgotten())
}

/// Runs `replace`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !manifest::given(matches) {
        return Err(manifest::nothing_given());
    }
    if let Some(uri) = get(matches, "raw") {
        return raw(session, matches, "PUT", uri).await;
    }
    if get(matches, "grace-period").is_some_and(|grace| !grace.starts_with('-')) && !is(matches, "force") {
        bail!("--grace-period must have --force specified");
    }
    super::delete::options(matches)?;
    if flags::duration(get(matches, "timeout").unwrap_or("0"))?.as_nanos() > 0 && !is(matches, "force") {
        bail!("--timeout must have --force specified");
    }
    let found = manifest::read(matches).await?;
    if found.items.is_empty() && found.errors.is_empty() {
        bail!("no objects passed to replace");
    }
    let mut failures = Failures::default();
    for item in found.items {
        if let Err(error) = one(session, matches, item).await {
            failures.add(error)?;
        }
    }
    for error in found.errors {
        failures.add(error)?;
    }
    Ok(failures.end())
}

async fn one(session: &Session, matches: &ArgMatches, item: Item) -> Result<()> {
    let Item { source, mut object } = item;
    let (kind, namespace) = manifest::place_from(session, &object, &source).await?;
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
    if name.is_empty() {
        bail!("error when replacing {source:?}: resource name may not be empty");
    }
    if let Some(namespace) = &namespace {
        object["metadata"]["namespace"] = namespace.clone().into();
    }
    let query = write_query(matches, "kubectl-replace");
    let target = Target { kind: kind.clone(), namespace, name };
    if is(matches, "force") {
        // The annotation is kept up to date where there is one.
        if is(matches, "save-config") {
            annotate(&mut object);
        }
        if dry_run(matches) == DryRun::Client {
            println!("{}/{} replaced{}", kind.singular_qualified(), target.name, suffix(matches));
            return Ok(());
        }
        let existed = delete(session, matches, &target).await?;
        if existed && get(matches, "output") == Some("name") {
            println!("{}/{}", kind.singular_qualified(), target.name);
        } else if existed {
            println!(
                "{} {:?} deleted{}",
                kind.singular_qualified(),
                target.name,
                super::delete::from(&target)
            );
        }
        let collection = kind.path(target.namespace.as_deref(), None, None);
        let made = send(session, "POST", &collection, &query, "application/json", &object)
            .await
            .map_err(|error| sourced(error, "creating", &source))?;
        return report(matches, &kind, &made, "replaced");
    }
    // An annotation that the file itself has is kept up to date.
    let annotated = !object["metadata"]["annotations"][crate::apply::LAST_APPLIED].is_null();
    if is(matches, "save-config") || annotated {
        annotate(&mut object);
    }
    if dry_run(matches) == DryRun::Client {
        return report(matches, &kind, &object, "replaced");
    }
    let path = target.path(get(matches, "subresource"));
    let answer = send(session, "PUT", &path, &query, "application/json", &object)
        .await
        .map_err(|error| sourced(error, "replacing", &source))?;
    report(matches, &kind, &answer, "replaced")
}

async fn delete(session: &Session, matches: &ArgMatches, target: &Target) -> Result<bool> {
    let mut options = super::delete::options(matches)?;
    if get(matches, "grace-period").is_none_or(|grace| grace.starts_with('-')) {
        options["gracePeriodSeconds"] = json!(0);
    }
    match session.client()?.delete(&target.path(None), Some(&options)).await {
        Ok(answer) => {
            let uid =
                answer["metadata"]["uid"].as_str().or(answer["details"]["uid"].as_str()).unwrap_or_default();
            super::delete::gone(session, target, uid, std::time::Duration::ZERO, std::time::Instant::now())
                .await?;
            Ok(true)
        }
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Deletes an object and creates it as `object` has it.
pub async fn anew(
    session: &Session,
    matches: &ArgMatches,
    target: &Target,
    object: &Value,
    query: &[(&str, String)],
) -> Result<Value> {
    delete(session, matches, target).await?;
    let collection = target.kind.path(target.namespace.as_deref(), None, None);
    send(session, "POST", &collection, query, "application/json", object).await
}

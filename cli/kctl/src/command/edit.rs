//! `kctl edit`, `create --edit` and `apply edit-last-applied`: objects in the user's editor.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use serde_json::{Map, Value, json};

use super::write::{annotate, report, send, write_query};
use crate::apply::{LAST_APPLIED, three_way};
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::manifest;
use crate::print::{json, sorted};
use crate::select::{self, Target};

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";

/// The flags of `edit`.
pub fn define() -> Command {
    Command::new("edit")
        .about("Edit a resource on the server")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .args(flags::output())
        .arg(flags::boolean("output-patch", false, "Output the patch if the resource is edited"))
        .arg(flags::boolean("windows-line-endings", false, "Use Windows line endings"))
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
        .arg(flags::text("subresource", "The subresource to edit: status or scale"))
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-edit"),
        )
        .arg(flags::validate())
        .arg(flags::selector().hide(true))
        .arg(flags::boolean("all", false, "").hide(true))
}

/// The text being edited, and what became of it.
struct Edit {
    as_json: bool,
    windows: bool,
    file: PathBuf,
}

impl Edit {
    fn new(matches: &ArgMatches) -> Result<Self> {
        let as_json = get(matches, "output") == Some("json");
        let ending = if as_json { ".json" } else { ".yaml" };
        let file = tempfile::Builder::new().prefix("kubectl-edit-").suffix(ending).tempfile()?;
        let (_, file) = file.keep().context("cannot keep the file to edit")?;
        Ok(Self { as_json, windows: is(matches, "windows-line-endings"), file })
    }

    fn text(&self, objects: &[Value]) -> String {
        let whole = match objects {
            [one] => one.clone(),
            several => json!({"apiVersion": "v1", "items": several, "kind": "List", "metadata": {}}),
        };
        if self.as_json { json::pretty(&sorted(&whole)) } else { yaml::document(&sorted(&whole)) }
    }

    /// Opens the editor on a text and gives back what was saved.
    fn open(&self, text: &str, reasons: &[String]) -> Result<String> {
        let mut whole = String::new();
        if !self.as_json || !reasons.is_empty() {
            whole.push_str(HEADER);
        }
        for reason in reasons {
            for (index, line) in reason.lines().enumerate() {
                whole.push_str(&format!("# {}{line}\n", if index > 0 { "* " } else { "" }));
            }
        }
        if !reasons.is_empty() {
            whole.push_str("#\n");
        }
        whole.push_str(text);
        if self.windows {
            whole = whole.replace('\n', "\r\n");
        }
        std::fs::File::create(&self.file)?.write_all(whole.as_bytes())?;
        launch(&self.file)?;
        let saved = std::fs::read_to_string(&self.file)?.replace("\r\n", "\n");
        Ok(saved.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect())
    }

    fn remove(&self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Runs the user's editor: `KUBE_EDITOR`, `EDITOR`, or vi.
fn launch(file: &std::path::Path) -> Result<()> {
    let editor = ["KUBE_EDITOR", "EDITOR"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "vi".into());
    // The shell takes apart what may hold arguments; the file's name is an argument of its own.
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("{editor} \"$@\""), "sh"])
        .arg(file)
        .status()
        .with_context(|| format!("unable to launch the editor {editor:?}"))?;
    if !status.success() {
        bail!("there was a problem with the editor {editor:?}");
    }
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for document in manifest::documents(text)? {
        match document["items"].as_array() {
            Some(items) if document["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
                found.extend(items.iter().cloned());
            }
            _ => found.push(document),
        }
    }
    Ok(found)
}

fn reason(error: &anyhow::Error) -> String {
    match error.downcast_ref::<client::Error>() {
        Some(client::Error::Status(status)) => crate::server_message(status),
        _ => format!("{error:#}"),
    }
}

/// Runs `edit`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(other) =
        get(matches, "output").filter(|output| !["", "json", "kyaml", "yaml"].contains(output))
    {
        return Err(crate::print::unknown(other, "json,kyaml,yaml"));
    }
    let subresource = get(matches, "subresource");
    let mut held = Vec::new();
    for (target, mut object) in select::objects(session, matches).await? {
        if subresource.is_some() {
            object = session.fetch(&target.path(subresource)).await?;
        }
        held.push((target, object));
    }
    if held.is_empty() {
        println!("edit cancelled, no objects found.");
        return Ok(0);
    }
    let managed = is(matches, "show-managed-fields");
    let shown: Vec<Value> = held
        .iter()
        .map(|(_, object)| {
            let mut object = object.clone();
            if let (false, Some(metadata)) = (managed, object["metadata"].as_object_mut()) {
                metadata.shift_remove("managedFields");
            }
            object
        })
        .collect();
    let edit = Edit::new(matches)?;
    let original = edit.text(&shown);
    let (mut text, mut reasons) = (original.clone(), Vec::new());
    loop {
        let saved = edit.open(&text, &reasons)?;
        if saved == original || (!reasons.is_empty() && saved == text) {
            if reasons.is_empty() {
                edit.remove();
                eprintln!("Edit cancelled, no changes made.");
                return Ok(0);
            }
            eprintln!("A copy of your changes has been stored to {:?}", edit.file);
            bail!("Edit cancelled, no valid changes were saved.");
        }
        if saved.trim().is_empty() {
            if reasons.is_empty() {
                edit.remove();
                eprintln!("Edit cancelled, saved file was empty.");
                return Ok(0);
            }
            eprintln!("A copy of your changes has been stored to {:?}", edit.file);
            bail!("Edit cancelled, saved file was empty.");
        }
        text = saved;
        let edited = match parse(&text) {
            Ok(edited) => edited,
            Err(error) => {
                reasons = vec![format!("The edited file failed validation: {error:#}")];
                continue;
            }
        };
        reasons.clear();
        for ((target, _), before) in held.iter().zip(&shown) {
            let after = edited.iter().find(|object| {
                ["name", "namespace"]
                    .iter()
                    .all(|field| object["metadata"][*field] == before["metadata"][*field])
                    && object["kind"] == before["kind"]
            });
            let Some(after) = after else {
                reasons.push(format!(
                    "{} is no longer in the file: name, namespace and kind can't be changed",
                    target.display()
                ));
                continue;
            };
            if let Err(error) = save(session, matches, target, before, after).await {
                let why = reason(&error);
                eprintln!("{why}");
                reasons.push(why);
            }
        }
        if reasons.is_empty() {
            edit.remove();
            return Ok(0);
        }
    }
}

async fn save(
    session: &Session,
    matches: &ArgMatches,
    target: &Target,
    before: &Value,
    after: &Value,
) -> Result<()> {
    let mut after = after.clone();
    super::record::put(&mut after);
    if is(matches, "save-config") {
        annotate(&mut after);
    }
    let of = apimachinery::strategic::root(&target.kind.group, &target.kind.version, &target.kind.kind);
    let patch = three_way(before, &after, before, of);
    if patch == json!({}) {
        println!("{} skipped", target.display());
        return Ok(());
    }
    if is(matches, "output-patch") {
        println!("Patch: {}", json::line(&sorted(&patch)));
    }
    let content = if of.is_some() { PatchType::Strategic } else { PatchType::Merge }.content_type();
    let path = target.path(get(matches, "subresource"));
    let answer =
        send(session, "PATCH", &path, &write_query(matches, "kubectl-edit"), content, &patch).await?;
    // -o json and -o yaml choose what is edited in, not what is printed.
    if matches!(get(matches, "output"), None | Some("json" | "yaml" | "")) {
        println!("{} edited", target.display());
        return Ok(());
    }
    report(matches, &target.kind, &answer, "edited")
}

/// Has objects edited once. Nothing comes back when nothing was changed, which is said.
fn once(matches: &ArgMatches, objects: &[Value]) -> Result<Option<(Edit, Vec<Value>)>> {
    let edit = Edit::new(matches)?;
    let original = edit.text(objects);
    let saved = edit.open(&original, &[])?;
    let nothing = if saved == original {
        "no changes made."
    } else if saved.trim().is_empty() {
        "saved file was empty."
    } else {
        let edited = parse(&saved)?;
        return Ok(Some((edit, edited)));
    };
    edit.remove();
    eprintln!("Edit cancelled, {nothing}");
    Ok(None)
}

/// Runs `create --edit`: the file's objects are edited, then created.
pub async fn before_creating(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let items = manifest::read_all(matches, "create").await?;
    let objects: Vec<Value> = items.into_iter().map(|item| item.object).collect();
    let Some((edit, edited)) = once(matches, &objects)? else { return Ok(0) };
    let mut failures = super::write::Failures::default();
    for object in edited {
        if let Err(error) = super::create::create_item(session, matches, object, "edited-file").await {
            failures.add(error)?;
        }
    }
    if failures.none() {
        edit.remove();
    } else {
        eprintln!("A copy of your changes has been stored to {:?}", edit.file);
    }
    Ok(failures.end())
}

/// Runs `apply edit-last-applied`.
pub async fn last_applied(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let (mut targets, mut applied) = (Vec::new(), Vec::<Value>::new());
    for (target, object) in select::objects(session, matches).await? {
        let Some(text) = object["metadata"]["annotations"][LAST_APPLIED].as_str() else {
            bail!(
                "no last-applied-configuration annotation found on resources, to create the annotation, use command `kctl apply set-last-applied --create-annotation`"
            );
        };
        applied.push(serde_json::from_str(text)?);
        targets.push(target);
    }
    let Some((edit, edited)) = once(matches, &applied)? else { return Ok(0) };
    for (target, after) in targets.iter().zip(edited) {
        let mut annotations = Map::new();
        annotations.insert(LAST_APPLIED.into(), format!("{}\n", json::line(&sorted(&after))).into());
        let body = json!({"metadata": {"annotations": annotations}});
        let query = write_query(matches, "kubectl-client-side-apply");
        send(session, "PATCH", &target.path(None), &query, PatchType::Merge.content_type(), &body).await?;
        println!("{} edited", target.display());
    }
    edit.remove();
    Ok(0)
}

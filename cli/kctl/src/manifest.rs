//! Objects from files: YAML or JSON, several documents, lists, folders, standard input.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::connect::Session;
use crate::discovery::Kind;

/// All objects in the files, in order.
///
/// # Errors
/// Names the file, and the line where the text is malformed.
pub fn read(files: &[String], recursive: bool) -> Result<Vec<Value>> {
    let mut objects = Vec::new();
    for file in files {
        if file == "-" {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut std::io::stdin(), &mut text)
                .context("cannot read standard input")?;
            parse(&text, "STDIN", &mut objects)?;
            continue;
        }
        if file.starts_with("http://") || file.starts_with("https://") {
            bail!("reading {file}: URLs are not built yet; fetch it first and give the file");
        }
        let path = Path::new(file);
        if !path.exists() {
            bail!("the path {file:?} does not exist");
        }
        for found in expand(path, recursive)? {
            let text = std::fs::read_to_string(&found)
                .with_context(|| format!("cannot read {}", found.display()))?;
            parse(&text, &found.display().to_string(), &mut objects)?;
        }
    }
    if objects.is_empty() {
        bail!("no objects passed to the command");
    }
    Ok(objects)
}

fn expand(path: &Path, recursive: bool) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            if recursive {
                found.extend(expand(&entry, true)?);
            }
        } else if entry
            .extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json")
        {
            found.push(entry);
        }
    }
    Ok(found)
}

fn parse(text: &str, source: &str, objects: &mut Vec<Value>) -> Result<()> {
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = Value::deserialize(document).with_context(|| format!("error parsing {source}"))?;
        if value.is_null() {
            continue;
        }
        if !value.is_object() {
            bail!("error parsing {source}: a document is not an object");
        }
        for field in ["kind", "apiVersion"] {
            if value[field].as_str().unwrap_or_default().is_empty() {
                bail!("error validating {source:?}: error validating data: {field} not set");
            }
        }
        let is_list =
            value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) && value["items"].is_array();
        if is_list {
            objects.extend(value["items"].as_array().into_iter().flatten().cloned());
        } else {
            objects.push(value);
        }
    }
    Ok(())
}

/// The kind of an object and the namespace it goes to.
///
/// # Errors
/// Fails on kinds the server does not have, and when `-n` contradicts the object.
pub async fn place(session: &Session, object: &Value) -> Result<(Kind, Option<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let kind =
        session.discovery().await?.of_manifest(&text(&object["apiVersion"]), &text(&object["kind"]))?.clone();
    if !kind.namespaced {
        return Ok((kind, None));
    }
    let own = object["metadata"]["namespace"].as_str();
    let asked = session.namespace()?;
    match own {
        Some(own) if session.namespace_is_explicit() && own != asked => {
            bail!(
                "the namespace from the provided object {own:?} does not match the namespace {asked:?}. You must pass '--namespace={own}' to perform this operation."
            )
        }
        Some(own) => Ok((kind, Some(own.to_string()))),
        None => Ok((kind, Some(asked))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_lists() {
        let mut objects = Vec::new();
        let text = "apiVersion: v1\nkind: Pod\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems: [{kind: A, apiVersion: v1}, {kind: B, apiVersion: v1}]\n";
        parse(text, "x", &mut objects).expect("parses");
        assert_eq!(objects.len(), 3);
        assert!(parse("kind: [", "x", &mut objects).is_err());
        assert!(
            parse("kind: Pod", "x", &mut objects)
                .is_err_and(|error| error.to_string().contains("apiVersion not set"))
        );
    }
}

//! Objects from files: YAML or JSON, several documents, lists, folders, URLs, standard input,
//! kustomizations.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ArgMatches;
use serde_json::Value;

use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{all, get, is};

/// An object and where it was read.
#[derive(Clone, Debug)]
pub struct Item {
    pub source: String,
    pub object: Value,
}

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub struct Manifests {
    pub items: Vec<Item>,
    pub errors: Vec<anyhow::Error>,
}

/// Whether `-f` or `-k` is given.
pub fn given(matches: &ArgMatches) -> bool {
    !all(matches, "filename").is_empty() || get(matches, "kustomize").is_some_and(|folder| !folder.is_empty())
}

/// All objects of `-f` and `-k`, in order, as far as `-l` selects them.
///
/// # Errors
/// Fails when there is nothing at all; a file that can't be read or parsed is among the errors of
/// the result, so that the other files count.
pub async fn read(matches: &ArgMatches) -> Result<Manifests> {
    let mut found = Manifests::default();
    let files = all(matches, "filename");
    let folder = get(matches, "kustomize").filter(|folder| !folder.is_empty());
    if folder.is_some() && !files.is_empty() {
        bail!("only one of -f or -k can be specified");
    }
    if folder.is_some() && is(matches, "recursive") {
        bail!("the -k flag can't be used with -f or -R");
    }
    if let Some(folder) = folder {
        let built = crate::kustomize::build(folder, &crate::kustomize::Restriction::RootOnly.into())?;
        found.items = built.into_iter().map(|object| Item { source: folder.into(), object }).collect();
    }
    for file in &files {
        if file == "-" {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut std::io::stdin(), &mut text)
                .context("cannot read standard input")?;
            found.parse(&text, "STDIN");
        } else if file.starts_with("http://") || file.starts_with("https://") {
            let bytes = client::rest::fetch(file)
                .await
                .map_err(|error| anyhow::anyhow!("unable to read URL {file:?}, {error}"))?;
            found.parse(&String::from_utf8_lossy(&bytes), file);
        } else {
            let path = Path::new(file);
            let recursive = is(matches, "recursive");
            let inside = if path.exists() { expand(path, recursive)? } else { globbed(file, recursive)? };
            if inside.is_empty() {
                bail!("error reading [{file}]: recognized file extensions are [.json .yaml .yml]");
            }
            for path in inside {
                let shown = path.display().to_string();
                match std::fs::read_to_string(&path) {
                    Ok(text) => found.parse(&text, &shown),
                    Err(error) => found.errors.push(anyhow::anyhow!("cannot read {shown}: {error}")),
                }
            }
        }
    }
    if let Some(selector) = get(matches, "selector").filter(|selector| !selector.is_empty()) {
        let selector = apimachinery::labels::Selector::parse(selector)
            .map_err(|error| anyhow::anyhow!("unable to parse the selector: {error}"))?;
        found.items.retain(|item| {
            let labels: std::collections::BTreeMap<String, String> = item.object["metadata"]["labels"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_string()))
                .collect();
            selector.matches(&labels)
        });
    }
    Ok(found)
}

/// The same, for commands that need all files to be right and at least one object.
///
/// # Errors
/// The first thing that can't be read.
pub async fn read_all(matches: &ArgMatches, doing: &str) -> Result<Vec<Item>> {
    let found = read(matches).await?;
    if let Some(error) = found.errors.into_iter().next() {
        return Err(error);
    }
    if found.items.is_empty() {
        bail!("no objects passed to {doing}");
    }
    Ok(found.items)
}

/// The same, with values of the types that their kinds have, where the command [knows
/// them](Session::knows_types).
///
/// # Errors
/// As [`read_all`], or [`Undecodable`].
pub async fn read_fitting(session: &Session, matches: &ArgMatches, doing: &str) -> Result<Vec<Item>> {
    let found = read_all(matches, doing).await?;
    for Item { source, object } in found.iter().filter(|_| session.knows_types()) {
        let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_string();
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        if let Some(why) = apimachinery::unreadable::type_error(object, (group, version, &kind)) {
            return Err(Undecodable { file: source.clone(), why }.into());
        }
    }
    Ok(found)
}

/// A value in a file is of another type than its field.
#[derive(Debug, thiserror::Error)]
#[error("unable to decode {file:?}: {why}")]
pub struct Undecodable {
    file: String,
    why: String,
}

/// The error of a command that was given neither files nor names.
pub fn nothing_given() -> anyhow::Error {
    anyhow::anyhow!("must specify one of -f and -k")
}

/// The files of a pattern that the shell has left to us: `-f "*.yaml"`.
fn globbed(pattern: &str, recursive: bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if pattern.contains(['*', '?', '[']) {
        let paths = glob::glob(pattern).map_err(|error| anyhow::anyhow!("{pattern}: {error}"))?;
        let mut any = false;
        for path in paths {
            any = true;
            found.extend(expand(&path.with_context(|| format!("cannot read {pattern}"))?, recursive)?);
        }
        if any {
            return Ok(found);
        }
    }
    bail!("the path {pattern:?} does not exist")
}

fn expand(path: &Path, recursive: bool) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .flatten()
        // As kubectl names them: without a dot ahead.
        .map(|entry| entry.path().strip_prefix("./").map_or_else(|_| entry.path(), Path::to_path_buf))
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

/// Reads all documents of a text.
///
/// # Errors
/// Says at which line and column the text is malformed.
pub fn documents(text: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for value in yaml::documents(text) {
        found.extend(Some(value?).filter(|value| !value.is_null()));
    }
    Ok(found)
}

impl Manifests {
    fn parse(&mut self, text: &str, source: &str) {
        for document in yaml::documents(text) {
            match document {
                Ok(Value::Null) => {}
                Ok(value) => {
                    if let Err(error) = self.take(value, source) {
                        self.errors.push(error);
                    }
                }
                Err(error) => {
                    self.errors.push(anyhow::anyhow!("error parsing {source}: {error}"));
                    return;
                }
            }
        }
    }

    fn take(&mut self, value: Value, source: &str) -> Result<()> {
        if !value.is_object() {
            bail!("error parsing {source}: a document is not an object");
        }
        let missing: Vec<String> = ["apiVersion", "kind"]
            .iter()
            .filter(|field| value[**field].as_str().unwrap_or_default().is_empty())
            .map(|field| format!("{field} not set"))
            .collect();
        match missing.as_slice() {
            [] => {}
            [one] => bail!(
                "error validating {source:?}: error validating data: {one}; if you choose to ignore these errors, turn validation off with --validate=false"
            ),
            several => bail!(
                "error validating {source:?}: error validating data: [{}]; if you choose to ignore these errors, turn validation off with --validate=false",
                several.join(", ")
            ),
        }
        // Whatever has items is a list of them; those that don't say what they are are what the list's
        // name says.
        if let Value::Array(items) = &value["items"] {
            let kind = value["kind"].as_str().unwrap_or_default();
            for item in items {
                let mut object = item.clone();
                if item["kind"].is_null() && item["apiVersion"].is_null() && item.is_object() {
                    object["kind"] = kind.strip_suffix("List").unwrap_or(kind).into();
                    object["apiVersion"] = value["apiVersion"].clone();
                }
                self.items.push(Item { source: source.into(), object });
            }
        } else {
            self.items.push(Item { source: source.into(), object: value });
        }
        Ok(())
    }
}

/// The kind of an object and the namespace it goes to.
///
/// # Errors
/// Fails on kinds the server does not have, and when `-n` contradicts the object.
pub async fn place(session: &Session, object: &Value) -> Result<(Kind, Option<String>)> {
    place_from(session, object, "").await
}

/// The same; errors name the file.
///
/// # Errors
/// As [`place`].
pub async fn place_from(session: &Session, object: &Value, source: &str) -> Result<(Kind, Option<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let (version, word) = (text(&object["apiVersion"]), text(&object["kind"]));
    let metadata = &object["metadata"];
    let kind = session
        .discovery()
        .await?
        .of_manifest(&version, &word)
        .map_err(|error| {
            if source.is_empty() {
                return error;
            }
            anyhow::anyhow!(
                "resource mapping not found for name: {:?} namespace: {:?} from {source:?}: {error}",
                text(&metadata["name"]),
                text(&metadata["namespace"])
            )
        })?
        .clone();
    if !kind.namespaced {
        return Ok((kind, None));
    }
    let own = metadata["namespace"].as_str().filter(|namespace| !namespace.is_empty());
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
    fn patterns_name_files_and_folders() {
        let dir = tempfile::tempdir().expect("a folder");
        for file in ["a.yaml", "b.yaml", "c.txt"] {
            std::fs::write(dir.path().join(file), "").expect("writes");
        }
        let pattern = |text: &str| dir.path().join(text).display().to_string();
        assert_eq!(globbed(&pattern("*.yaml"), false).expect("finds").len(), 2);
        assert_eq!(globbed(&pattern("?.[ty]*"), false).expect("finds").len(), 3);
        let error = globbed(&pattern("*.json"), false).expect_err("there is none").to_string();
        assert!(error.ends_with("does not exist"), "{error}");
    }

    #[test]
    fn documents_and_lists() {
        let mut found = Manifests::default();
        let text = "apiVersion: v1\nkind: Pod\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems: [{kind: A, apiVersion: v1}, {kind: B, apiVersion: v1}]\n";
        found.parse(text, "x");
        assert_eq!((found.items.len(), found.errors.len()), (3, 0));
        found.parse("kind: [", "x");
        assert_eq!(found.errors.len(), 1);
        found.parse("kind: Pod", "x");
        assert!(found.errors.last().is_some_and(|error| error.to_string().contains("apiVersion not set")));
    }
}

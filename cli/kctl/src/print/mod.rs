//! Output formats.

pub mod jsonpath;
pub mod table;

use std::io::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// What `-o` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// The server's table; wide or not.
    Table {
        wide: bool,
    },
    Json,
    Yaml,
    Name,
    /// A parsed JSONPath template's text.
    JsonPath(String),
    /// Headers and JSONPaths.
    Columns(Vec<(String, String)>),
}

impl Format {
    /// Reads `-o`.
    ///
    /// # Errors
    /// Lists what there is.
    pub fn parse(text: Option<&str>) -> Result<Self> {
        let text = text.unwrap_or_default();
        let read = |file: &str| {
            std::fs::read_to_string(file).with_context(|| format!("error reading template {file}"))
        };
        Ok(match text.split_once('=') {
            None => match text {
                "" => Self::Table { wide: false },
                "wide" => Self::Table { wide: true },
                "json" => Self::Json,
                "yaml" => Self::Yaml,
                "name" => Self::Name,
                "jsonpath" | "jsonpath-file" | "custom-columns" | "custom-columns-file" => {
                    bail!("template format specified but no template given")
                }
                _ => bail!(
                    "unable to match a printer suitable for the output format {text:?}, allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-file,name,wide,yaml"
                ),
            },
            Some(("jsonpath", template)) => Self::JsonPath(template.into()),
            Some(("jsonpath-file", file)) => Self::JsonPath(read(file)?),
            Some(("custom-columns", columns)) => Self::columns(columns)?,
            Some(("custom-columns-file", file)) => {
                let text = read(file)?;
                let mut lines = text.lines();
                let headers = lines.next().unwrap_or_default().split_whitespace();
                let paths = lines.next().unwrap_or_default().split_whitespace();
                Self::Columns(headers.zip(paths).map(|(header, path)| (header.into(), path.into())).collect())
            }
            Some((name, _)) => bail!(
                "output format {name:?} is not built yet; jsonpath, custom-columns, json, yaml, name and wide are"
            ),
        })
    }

    fn columns(text: &str) -> Result<Self> {
        let mut columns = Vec::new();
        for part in text.split(',') {
            let (header, path) = part.split_once(':').with_context(|| {
                format!("unexpected custom-columns spec: {part:?}, expected <header>:<json-path-expr>")
            })?;
            columns.push((header.to_string(), path.to_string()));
        }
        Ok(Self::Columns(columns))
    }

    /// Whether the server's table is what is wanted.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::Table { .. })
    }

    /// Prints objects (not tables). `list` says that they are to be shown as one list.
    ///
    /// # Errors
    /// Fails on a template that does not fit, or when nobody reads the output any more.
    pub fn print(&self, objects: &[Value], list: bool) -> Result<()> {
        let mut out = std::io::stdout().lock();
        let whole = || {
            if list {
                json!({"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}})
            } else {
                objects.first().cloned().unwrap_or(Value::Null)
            }
        };
        match self {
            Self::Json => {
                let mut bytes = Vec::new();
                let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
                serde::Serialize::serialize(
                    &sorted(&whole()),
                    &mut serde_json::Serializer::with_formatter(&mut bytes, formatter),
                )?;
                bytes.push(b'\n');
                out.write_all(&bytes)?;
            }
            Self::Yaml => {
                out.write_all(serde_yaml::to_string(&sorted(&whole()))?.as_bytes())?;
            }
            Self::Name => {
                for object in objects {
                    writeln!(out, "{}", name_of(object))?;
                }
            }
            Self::JsonPath(template) => {
                out.write_all(jsonpath::render(template, &whole())?.as_bytes())?;
            }
            Self::Columns(columns) => {
                let headers = columns.iter().map(|(header, _)| header.clone()).collect();
                let mut rows = Vec::new();
                for object in objects {
                    let mut row = Vec::new();
                    for (_, path) in columns {
                        let found = jsonpath::find(path, object)?;
                        let cells: Vec<String> = found.iter().map(|value| jsonpath::text(value)).collect();
                        row.push(if cells.is_empty() { "<none>".into() } else { cells.join(",") });
                    }
                    rows.push(row);
                }
                out.write_all(table::render(Some(headers), &rows).as_bytes())?;
            }
            Self::Table { .. } => bail!("a table is printed from the server's answer"),
        }
        Ok(())
    }
}

/// kubectl prints fields in the order of the alphabet, whatever the server's.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|key| (key.clone(), sorted(&map[key]))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// `pod/x`, `deployment.apps/x`.
pub fn name_of(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or_default().to_lowercase();
    let group = object["apiVersion"]
        .as_str()
        .and_then(|version| version.split_once('/'))
        .map(|(group, _)| format!(".{group}"));
    format!("{kind}{}/{}", group.unwrap_or_default(), object["metadata"]["name"].as_str().unwrap_or_default())
}

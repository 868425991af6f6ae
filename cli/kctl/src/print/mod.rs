//! Output formats.

pub mod gotemplate;
pub mod json;
pub mod jsonpath;
pub mod kyaml;
pub mod table;
pub mod tabs;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::flags::{get, is};

/// What `-o` asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// The server's table; wide or not.
    Table {
        wide: bool,
    },
    Json,
    Yaml,
    Kyaml,
    Name,
    /// A JSONPath template; whether what it finds is printed as JSON.
    JsonPath(String, bool),
    /// Go's text template.
    GoTemplate(String),
    /// Headers and JSONPaths.
    Columns(Vec<(String, jsonpath::Path)>),
}

/// Formats that show whole objects.
const OBJECTS: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";
/// Those of `get`.
const ALL: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// A format with its options.
#[derive(Clone, Debug)]
pub struct Printer {
    pub format: Format,
    /// Templates fail on what is missing.
    pub strict: bool,
    /// `managedFields` are shown.
    pub managed: bool,
    /// JSON keeps the order of the fields as they are; otherwise it is the alphabet's.
    pub ordered: bool,
    /// Columns have headers.
    pub headers: bool,
}

/// Whether a YAML document was printed: the next one is set apart from it.
static SPOKEN: AtomicBool = AtomicBool::new(false);

/// Where kubectl has a printer for each object, YAML documents follow each other with nothing between
/// them.
pub fn another_printer() {
    SPOKEN.store(false, Ordering::Relaxed);
}

impl Printer {
    /// The printer that a command's flags ask for; `None` when they ask for none.
    ///
    /// # Errors
    /// Lists the formats that there are.
    pub fn of(matches: &ArgMatches) -> Result<Option<Self>> {
        let template = get(matches, "template").filter(|text| !text.is_empty());
        let Some(text) =
            get(matches, "output").filter(|text| !text.is_empty()).or(template.map(|_| "go-template"))
        else {
            return Ok(None);
        };
        let format = Format::parse_with(text, template, OBJECTS)?;
        if matches!(format, Format::Table { .. } | Format::Columns(_)) {
            return Err(unknown(text, OBJECTS));
        }
        Ok(Some(Self::with(format, matches)))
    }

    /// The printer of `get`, which has tables too.
    ///
    /// # Errors
    /// Lists the formats that there are.
    pub fn of_get(matches: &ArgMatches) -> Result<Self> {
        let template = get(matches, "template").filter(|text| !text.is_empty());
        let text = get(matches, "output").filter(|text| !text.is_empty()).or(template.map(|_| "go-template"));
        let format = match text {
            None => Format::Table { wide: false },
            Some(text) => Format::parse_with(text, template, ALL)?,
        };
        Ok(Self::with(format, matches))
    }

    fn with(format: Format, matches: &ArgMatches) -> Self {
        let lenient = matches
            .try_get_one::<bool>("allow-missing-template-keys")
            .ok()
            .flatten()
            .copied()
            .unwrap_or(true);
        Self {
            format,
            strict: !lenient,
            managed: is(matches, "show-managed-fields"),
            ordered: false,
            headers: true,
        }
    }

    /// Who wrote what is noise to people; templates and columns take what they name.
    fn hides_managed(&self) -> bool {
        !self.managed && matches!(self.format, Format::Json | Format::Yaml | Format::Kyaml)
    }

    /// An object as it is printed: in the formats for people without `managedFields`, unless they are asked for.
    pub fn shown(&self, object: &Value) -> Value {
        if self.hides_managed() { strip(object.clone()) } else { object.clone() }
    }

    /// Prints one object.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn object(&self, object: &Value) -> Result<()> {
        self.print(std::slice::from_ref(object), false)
    }

    /// Prints one object as kubectl does that has read it into its type: in the type's order, with what is always
    /// there.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn typed(&self, object: &Value) -> Result<()> {
        let Some(object) = apimachinery::typed::written(object) else { return self.object(object) };
        self.write_in(&mut std::io::stdout().lock(), vec![object], false, true)
    }

    /// Writes a list as kubectl does that reads it into its type: fields in the type's order, and no item says what
    /// it is.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn typed_list(&self, out: &mut impl Write, mut list: Value) -> Result<()> {
        let version = list["apiVersion"].clone();
        let kind = list["kind"].as_str().and_then(|kind| kind.strip_suffix("List")).map(Value::from);
        for item in list["items"].as_array_mut().into_iter().flatten() {
            item["apiVersion"] = version.clone();
            item["kind"] = kind.clone().unwrap_or_default();
            if let Some(mut typed) = apimachinery::typed::written(item) {
                if let Some(map) = typed.as_object_mut() {
                    map.shift_remove("kind");
                    map.shift_remove("apiVersion");
                }
                *item = typed;
            }
            if self.hides_managed() {
                *item = strip(item.take());
            }
        }
        self.write_in(out, vec![list], false, true)
    }

    /// Prints objects (not tables). `list` says that they are to be shown as one list.
    ///
    /// # Errors
    /// Fails on a template that does not fit, or when nobody reads the output any more.
    pub fn print(&self, objects: &[Value], list: bool) -> Result<()> {
        self.print_all(objects.to_vec(), list)
    }

    /// The same, of objects that nobody else needs: many of them are not held twice.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn print_all(&self, objects: Vec<Value>, list: bool) -> Result<()> {
        self.write(&mut std::io::stdout().lock(), objects, list)
    }

    /// The same, to somewhere else.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn write(&self, out: &mut impl Write, objects: Vec<Value>, list: bool) -> Result<()> {
        self.write_in(out, objects, list, self.ordered)
    }

    /// The same; `ordered` says that fields stay as they stand.
    fn write_in(
        &self,
        out: &mut impl Write,
        mut objects: Vec<Value>,
        list: bool,
        ordered: bool,
    ) -> Result<()> {
        if self.hides_managed() {
            objects = objects.into_iter().map(strip).collect();
        }
        match &self.format {
            Format::Name => {
                for object in &objects {
                    writeln!(out, "{}", name_of(object))?;
                }
                return Ok(());
            }
            Format::Columns(columns) => {
                let headers = columns.iter().map(|(header, _)| header.clone()).collect();
                let row = |object: &Value| -> Result<Vec<String>> {
                    let cells = columns.iter().map(|(_, path)| {
                        let found = path.find(object)?;
                        let cells: Vec<String> = found.iter().map(|value| gotemplate::text(value)).collect();
                        Ok(if cells.is_empty() { "<none>".into() } else { cells.join(",") })
                    });
                    cells.collect()
                };
                // What can be shown is, before the object that can't.
                let (mut rows, mut failed) = (Vec::new(), Ok(()));
                for object in &objects {
                    match row(object) {
                        Ok(row) => rows.push(row),
                        Err(error) => {
                            failed = Err(error);
                            break;
                        }
                    }
                }
                out.write_all(table::render(self.headers.then_some(headers), &rows).as_bytes())?;
                return failed;
            }
            _ => {}
        }
        let mut whole = if list {
            let mut list = json!({"apiVersion": "v1", "items": null, "kind": "List", "metadata": {"resourceVersion": ""}});
            list["items"] = Value::Array(objects);
            list
        } else {
            objects.into_iter().next().unwrap_or(Value::Null)
        };
        match &self.format {
            Format::Json => {
                if !ordered {
                    whole.sort_all_objects();
                }
                out.write_all(json::pretty(&whole).as_bytes())?;
            }
            Format::Yaml => {
                if SPOKEN.swap(true, Ordering::Relaxed) {
                    out.write_all(b"---\n")?;
                }
                whole.sort_all_objects();
                out.write_all(yaml::document(&whole).as_bytes())?;
            }
            Format::Kyaml => {
                if !ordered {
                    whole.sort_all_objects();
                }
                out.write_all(kyaml::document(&whole).as_bytes())?;
            }
            Format::JsonPath(template, as_json) => {
                let text = if *as_json {
                    jsonpath::render_json(template, &whole, self.strict)
                } else {
                    jsonpath::render(template, &whole, self.strict)
                };
                out.write_all(text?.as_bytes())?;
            }
            Format::GoTemplate(template) => {
                let parsed = gotemplate::Template::parse(template)
                    .map_err(|error| anyhow::anyhow!("error parsing template {template}, {error}"))?;
                let mut text = String::new();
                let rendered = parsed.render(&whole, self.strict, &mut text);
                out.write_all(text.as_bytes())?;
                if let Err(error) = rendered {
                    // As kubectl does: whoever writes the template sees what it was given.
                    let shown = gotemplate::text(&whole);
                    if !ordered {
                        whole.sort_all_objects();
                    }
                    let data = json::line(&whole);
                    write!(
                        out,
                        "Error executing template: {error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\traw data was:\n\t\t{data}\n\tobject given to template engine was:\n\t\t{shown}\n\n"
                    )?;
                    bail!("error executing template {}: {error}", gotemplate::quoted(template));
                }
            }
            Format::Name | Format::Columns(_) => {}
            Format::Table { .. } => bail!("a table is printed from the server's answer"),
        }
        Ok(())
    }
}

fn strip(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
    }
    object
}

pub fn unknown(text: &str, allowed: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "unable to match a printer suitable for the output format {text:?}, allowed formats are: {allowed}"
    )
}

impl Format {
    fn parse_with(text: &str, template: Option<&str>, allowed: &str) -> Result<Self> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let value = value.or(template.filter(|_| name.contains("template") || name.contains("path")));
        Ok(match (name, value) {
            ("wide", None) => Self::Table { wide: true },
            (json, None) if json.eq_ignore_ascii_case("json") => Self::Json,
            (yaml, None) if yaml.eq_ignore_ascii_case("yaml") => Self::Yaml,
            (kyaml, None) if kyaml.eq_ignore_ascii_case("kyaml") => Self::Kyaml,
            ("name", None) => Self::Name,
            ("go-template" | "template" | "jsonpath" | "jsonpath-as-json", None | Some("")) => {
                bail!("template format specified but no template given")
            }
            ("go-template-file" | "templatefile" | "jsonpath-file", None | Some("")) => {
                bail!("template format specified but no template file given")
            }
            ("custom-columns", None | Some("")) => {
                bail!("custom-columns format specified but no custom columns given")
            }
            ("custom-columns-file", None | Some("")) => {
                bail!("custom-columns format specified but no custom columns given")
            }
            ("go-template" | "template", Some(template)) => Self::GoTemplate(template.into()),
            ("go-template-file" | "templatefile", Some(file)) => Self::GoTemplate(read(file)?),
            ("jsonpath", Some(template)) => Self::JsonPath(template.into(), false),
            ("jsonpath-as-json", Some(template)) => Self::JsonPath(template.into(), true),
            ("jsonpath-file", Some(file)) => Self::JsonPath(read(file)?, false),
            ("custom-columns", Some(columns)) => Self::columns(columns)?,
            ("custom-columns-file", Some(file)) => {
                let text = read(file)?;
                let mut lines = text.lines();
                let headers: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
                let paths: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
                if headers.len() != paths.len() {
                    bail!(
                        "number of headers ({}) and field specifications ({}) don't match",
                        headers.len(),
                        paths.len()
                    );
                }
                let columns = headers.iter().zip(paths);
                let columns =
                    columns.map(|(header, path)| Ok(((*header).into(), jsonpath::Path::read(path)?)));
                Self::Columns(columns.collect::<Result<_>>()?)
            }
            _ => return Err(unknown(text, allowed)),
        })
    }

    fn columns(text: &str) -> Result<Self> {
        let mut columns = Vec::new();
        for part in text.split(',') {
            let (header, path) = part.split_once(':').with_context(|| {
                format!("unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
            })?;
            columns.push((header.to_string(), jsonpath::Path::read(path)?));
        }
        Ok(Self::Columns(columns))
    }

    /// Whether the server's table is what is wanted.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::Table { .. })
    }
}

fn read(file: &str) -> Result<String> {
    std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            anyhow::anyhow!("error reading --template {file}, open {file}: no such file or directory")
        }
        _ => anyhow::anyhow!("error reading --template {file}, {error}"),
    })
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

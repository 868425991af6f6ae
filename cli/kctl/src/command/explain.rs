//! `kctl explain`: the published schema of a kind or field.

use std::cell::OnceCell;
use std::collections::HashMap;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::connect::Session;
use crate::discovery::distance;
use crate::flags::{self, get, is};

/// The flags.
pub fn define() -> Command {
    Command::new("explain")
        .about("Get documentation for a resource")
        .arg(Arg::new("resource").num_args(0..).help("TYPE[.field[.field...]]"))
        .arg(flags::text("output", "plaintext or plaintext-openapiv2").short('o').default_value("plaintext"))
        .arg(flags::boolean("recursive", false, "Print the names of all fields below").short('R'))
        .arg(flags::text("api-version", "Use this version of the kind"))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let given = flags::all(matches, "resource");
    let words = match given.as_slice() {
        [] => bail!(
            "You must specify the type of resource to explain. Use \"kctl api-resources\" for a complete list of supported resources."
        ),
        [one] => one.as_str(),
        _ => bail!("We accept only this format: explain RESOURCE"),
    };
    if let Some(other) = get(matches, "output").filter(|output| !output.starts_with("plaintext")) {
        bail!("unrecognized format: {other}");
    }
    let discovery = session.discovery().await?;
    let mut parts: Vec<&str> = words.split('.').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() || words.starts_with('.') {
        bail!("invalid jsonpath syntax, first node must be field node");
    }
    // `deployments.apps.spec`: a resource may have its group, and its version, behind it.
    let qualified =
        (2..=parts.len()).rev().find(|length| discovery.find(&parts[..*length].join(".")).is_ok());
    let resource = parts[..qualified.unwrap_or(1)].join(".");
    parts.drain(1..qualified.unwrap_or(1));
    let kind = match get(matches, "api-version") {
        Some(version) => {
            let wanted = discovery.find(&resource)?;
            let (group, short) = version.split_once('/').unwrap_or(("", version));
            discovery.of_manifest(version, &wanted.kind).map_err(|_| {
                anyhow::anyhow!("couldn't find resource for \"{group}/{short}, Resource={}\"", wanted.plural)
            })?
        }
        None => discovery.find(&resource).map_err(|error| crate::usage::Plain(error.to_string()))?,
    }
    .clone();
    parts.remove(0);
    let path = if kind.group.is_empty() {
        format!("/openapi/v3/api/{}", kind.version)
    } else {
        format!("/openapi/v3/apis/{}/{}", kind.group, kind.version)
    };
    let document: Document = session.client()?.get(&path).await?;
    let schemas = &document.components;
    let Some(root) = schemas.of(&kind.group, &kind.version, &kind.kind) else {
        bail!("couldn't find resource for {:?} in the server's schema", kind.kind)
    };
    if !kind.group.is_empty() {
        println!("GROUP:      {}", kind.group);
    }
    println!("KIND:       {}\nVERSION:    {}\n", kind.kind, kind.version);
    let mut schema = root;
    let mut description = text(&root["description"]);
    for (index, part) in parts.iter().enumerate() {
        let properties = &resolve(schemas, schema)["properties"];
        let Some(field) = properties.get(*part) else {
            let near = properties
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| (distance(name, part), name))
                .min();
            let hint = near
                .filter(|(distance, _)| *distance <= 3)
                .map(|(_, name)| format!("; did you mean {name:?}?"))
                .unwrap_or_default();
            bail!("field {part:?} does not exist{hint}");
        };
        description = text(&field["description"]);
        schema = field;
        if index + 1 == parts.len() && description.is_empty() {
            description = text(&resolve(schemas, schema)["description"]);
        }
    }
    if let Some(last) = parts.last() {
        println!("FIELD: {last} <{}>", type_of(schemas, schema));
        let values = values(schemas, schema);
        if !values.is_empty() {
            println!("ENUM:");
            for value in &values {
                println!("    {value}");
            }
        }
        println!("{}", if values.is_empty() { "\n" } else { "" });
    }
    println!("DESCRIPTION:");
    let own = text(&resolve(schemas, schema)["description"]);
    let description = if description.is_empty() && own.is_empty() { "<empty>".into() } else { description };
    for paragraph in [description.clone(), if own == description { String::new() } else { own }] {
        if !paragraph.is_empty() {
            wrap(&paragraph, 4);
        }
    }
    println!("    ");
    let inner = resolve(schemas, schema);
    if inner["properties"].is_object() {
        println!("FIELDS:");
        fields(schemas, inner, 2, is(matches, "recursive"), &mut Vec::new());
    }
    println!();
    Ok(0)
}

/// What is read of a published OpenAPI v3 document.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    components: Schemas,
}

/// The schemas of a group by name. One is read when it is first asked for: a document has hundreds, and
/// what explains a field needs a few of them.
#[derive(Default, Deserialize)]
struct Schemas {
    #[serde(default)]
    schemas: HashMap<String, Schema>,
}

struct Schema {
    text: Box<RawValue>,
    read: OnceCell<Value>,
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Schema, D::Error> {
        Ok(Schema { text: Deserialize::deserialize(from)?, read: OnceCell::new() })
    }
}

impl Schema {
    fn value(&self) -> &Value {
        self.read.get_or_init(|| serde_json::from_str(self.text.get()).unwrap_or_default())
    }
}

impl Schemas {
    /// The schema of this name; null when there is none.
    fn named(&self, name: &str) -> &Value {
        self.schemas.get(name).map_or(&Value::Null, Schema::value)
    }

    /// The schema of a kind.
    fn of(&self, group: &str, version: &str, kind: &str) -> Option<&Value> {
        const KINDS: &str = "x-kubernetes-group-version-kind";
        let quoted = format!("\"{kind}\"");
        self.schemas
            .values()
            // Most are not worth reading.
            .filter(|schema| schema.text.get().contains(&quoted) && schema.text.get().contains(KINDS))
            .map(Schema::value)
            .find(|schema| {
                schema[KINDS].as_array().into_iter().flatten().any(|known| {
                    known["group"] == group && known["version"] == version && known["kind"] == kind
                })
            })
    }
}

/// The values that a field may have, where they are listed.
fn values(schemas: &Schemas, schema: &Value) -> Vec<String> {
    resolve(schemas, schema)["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .map(crate::print::jsonpath::text)
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn reference(schema: &Value) -> Option<&str> {
    let direct = schema["$ref"].as_str();
    let all = || schema["allOf"][0]["$ref"].as_str();
    direct.or_else(all).map(|path| path.trim_start_matches("#/components/schemas/"))
}

/// The schema behind references, lists and maps.
fn resolve<'a>(schemas: &'a Schemas, schema: &'a Value) -> &'a Value {
    if let Some(name) = reference(schema) {
        return resolve(schemas, schemas.named(name));
    }
    match schema["type"].as_str() {
        Some("array") => resolve(schemas, &schema["items"]),
        Some("object") if schema["additionalProperties"].is_object() => {
            resolve(schemas, &schema["additionalProperties"])
        }
        _ => schema,
    }
}

fn type_of(schemas: &Schemas, schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        let target = schemas.named(name);
        if target["properties"].is_null() && target["type"].is_string() && target["type"] != "object" {
            return text(&target["type"]);
        }
        return name.rsplit('.').next().unwrap_or(name).to_string();
    }
    match schema["type"].as_str() {
        Some("array") => format!("[]{}", type_of(schemas, &schema["items"])),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map[string]{}", type_of(schemas, &schema["additionalProperties"]))
        }
        Some("object") | None => "Object".into(),
        Some(plain) => plain.into(),
    }
}

fn fields(schemas: &Schemas, schema: &Value, indent: usize, recursive: bool, seen: &mut Vec<*const Value>) {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut names: Vec<(&String, &Value)> = schema["properties"].as_object().into_iter().flatten().collect();
    names.sort_by_key(|(name, _)| *name);
    for (name, field) in names {
        let mark = if required.contains(&name.as_str()) { " -required-" } else { "" };
        println!("{}{name}\t<{}>{mark}", " ".repeat(indent), type_of(schemas, field));
        let values = values(schemas, field);
        if !values.is_empty() {
            println!("{}enum: {}", " ".repeat(indent), values.join(", "));
        }
        if recursive {
            let inner = resolve(schemas, field);
            // Schemas refer to themselves (JSONSchemaProps): go down once.
            if inner["properties"].is_object() && !seen.contains(&std::ptr::from_ref(inner)) {
                seen.push(std::ptr::from_ref(inner));
                fields(schemas, inner, indent + 2, true, seen);
                seen.pop();
            }
        } else {
            let description = text(&field["description"]);
            wrap(if description.is_empty() { "<no description>" } else { &description }, indent + 2);
            println!();
        }
    }
}

/// Breaks lines at 80 columns; what a line begins with, and double blanks, stay.
fn wrap(text: &str, indent: usize) {
    let margin = " ".repeat(indent);
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut blanks = 0;
        for (index, word) in paragraph.split(' ').enumerate() {
            blanks += usize::from(index > 0);
            if word.is_empty() {
                continue;
            }
            if !line.trim().is_empty() && indent + line.len() + blanks + word.len() > 80 {
                println!("{margin}{line}");
                line.clear();
            } else {
                line.extend(std::iter::repeat_n(' ', blanks));
            }
            blanks = 0;
            line.push_str(word);
        }
        println!("{margin}{line}");
    }
}

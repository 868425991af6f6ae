//! Objects as rows of a table, for people.
//!
//! A row takes from an object what its cells are made of; the object's metadata goes along as it was
//! stored, without being taken apart.

use std::sync::Arc;

use apimachinery::columns::{self, Printer};
use apimachinery::lean;
use apimachinery::resources::Resource;
use bytes::Bytes;
use component::http::{Body, full};
use http::{HeaderValue, Response, header};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Include, ListMeta, Meta, stream};
use crate::storage::Entry;
use crate::{convert, extensions};

/// How the objects of one resource become rows.
struct Rows {
    resource: &'static Resource,
    printer: &'static Printer,
    custom: Option<Arc<extensions::Version>>,
    include: Include,
    meta: Meta,
    now: Timestamp,
}

impl Rows {
    fn new(resource: &'static Resource, (include, meta): (Include, Meta)) -> Self {
        Self {
            resource,
            printer: columns::of(resource.group, resource.kind),
            custom: extensions::version_of(resource),
            include,
            meta,
            now: Timestamp::now(),
        }
    }

    /// All of a table up to its rows.
    fn head(&self, meta: &Value) -> Vec<u8> {
        let column = |name: &str, kind: &str, format: &str, description: &str, priority: i64| json!({"name": name, "type": kind, "format": format, "description": description, "priority": priority});
        let definitions: Vec<Value> = match &self.custom {
            Some(version) => std::iter::once(column("Name", "string", "name", "Name", 0))
                .chain(
                    version
                        .columns
                        .iter()
                        .map(|c| column(&c.name, &c.kind, &c.format, &c.description, c.priority)),
                )
                .collect(),
            None => self
                .printer
                .columns
                .iter()
                .map(|c| column(c.name, c.kind, c.format, c.name, i64::from(c.priority)))
                .collect(),
        };
        let definitions = Value::Array(definitions);
        let version = self.meta.text();
        format!(
            r#"{{"kind":"Table","apiVersion":"{version}","metadata":{meta},"columnDefinitions":{definitions},"rows":["#
        )
        .into_bytes()
    }

    fn cells(&self, object: &Value) -> Vec<Value> {
        match &self.custom {
            Some(version) => custom_row(version, object, self.now),
            None => self.printer.row(object, self.now),
        }
    }

    /// A row: the cells, and the object or its metadata as JSON.
    fn put(&self, out: &mut Vec<u8>, cells: Vec<Value>, metadata: &[u8], object: &[u8]) {
        out.extend_from_slice(b"{\"cells\":");
        // A vector takes everything, and cells are plain values.
        let _ = serde_json::to_writer(&mut *out, &cells);
        match self.include {
            Include::Nothing => {}
            Include::Metadata => {
                out.extend_from_slice(br#","object":{"kind":"PartialObjectMetadata","apiVersion":""#);
                out.extend_from_slice(self.meta.text().as_bytes());
                out.extend_from_slice(br#"","metadata":"#);
                out.extend_from_slice(metadata);
                out.push(b'}');
            }
            Include::Object => {
                out.extend_from_slice(b",\"object\":");
                out.extend_from_slice(object);
            }
        }
        out.push(b'}');
    }

    /// The row of a stored object.
    fn write(&self, out: &mut Vec<u8>, bytes: &Bytes) {
        if convert::needed(self.resource) {
            return self.write_value(out, &super::value(self.resource, bytes));
        }
        // Columns of custom resources may look anywhere.
        let fields = if self.custom.is_some() { None } else { self.printer.fields };
        let object = match &self.custom {
            Some(_) => serde_json::from_slice(bytes),
            None => lean::read(bytes, fields),
        };
        let object = object.unwrap_or_default();
        let metadata = match self.include {
            Include::Metadata => lean::metadata(bytes).map_or("null", RawValue::get),
            Include::Nothing | Include::Object => "",
        };
        self.put(out, self.cells(&object), metadata.as_bytes(), bytes);
    }

    fn write_value(&self, out: &mut Vec<u8>, object: &Value) {
        let json = |wanted: Include, value: &Value| {
            if self.include == wanted { value.to_string() } else { String::new() }
        };
        let metadata = json(Include::Metadata, &object["metadata"]);
        let whole = json(Include::Object, object);
        self.put(out, self.cells(object), metadata.as_bytes(), whole.as_bytes());
    }
}

/// A table of one stored object.
pub fn of_one(resource: &'static Resource, bytes: &Bytes, form: (Include, Meta)) -> Vec<u8> {
    #[derive(serde::Deserialize)]
    struct Own<'a> {
        #[serde(borrow, rename = "resourceVersion")]
        revision: Option<&'a RawValue>,
    }
    let rows = Rows::new(resource, form);
    let metadata = lean::metadata(bytes).and_then(|raw| serde_json::from_str::<Own<'_>>(raw.get()).ok());
    let revision = metadata.and_then(|meta| serde_json::from_str(meta.revision?.get()).ok());
    let mut out = rows.head(&json!({"resourceVersion": revision.unwrap_or(Value::Null)}));
    rows.write(&mut out, bytes);
    out.extend_from_slice(b"]}");
    out
}

/// A table of stored objects.
pub fn of_list(
    resource: &'static Resource,
    entries: Vec<Arc<Entry>>,
    form: (Include, Meta),
    meta: &ListMeta,
) -> Response<Body> {
    let rows = Rows::new(resource, form);
    // Rows with metadata are about as long as half of an object.
    let size = entries.iter().map(|entry| entry.bytes.len() / 2).sum();
    let head = rows.head(&meta.json());
    stream(head, entries, size, move |out, entry| rows.write(out, &entry.bytes))
}

/// A table of objects that are not stored.
pub fn of_values(resource: &'static Resource, objects: Vec<Value>, form: (Include, Meta)) -> Response<Body> {
    let rows = Rows::new(resource, form);
    let mut meta = ListMeta::default().json();
    // What is made for the answer has no version.
    if let [one] = objects.as_slice()
        && let Some(version) = one["metadata"]["resourceVersion"].as_str()
    {
        meta["resourceVersion"] = version.into();
    }
    let mut out = rows.head(&meta);
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        rows.write_value(&mut out, object);
    }
    out.extend_from_slice(b"]}");
    let mut response = Response::new(full(out));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The cells of a custom resource's object.
fn custom_row(version: &extensions::Version, object: &Value, now: Timestamp) -> Vec<Value> {
    let cell = |column: &extensions::Column| {
        let found = column.path.find(object);
        let Some(value) = found.first() else { return Value::Null };
        match column.kind.as_str() {
            "date" => match value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
                Some(then) => json!(columns::human_duration(now.as_second() - then.as_second())),
                None => json!("<invalid>"),
            },
            "integer" => value.as_f64().map_or(Value::Null, |number| json!(number as i64)),
            "number" | "boolean" => (*value).clone(),
            _ if found.len() > 1 => json!(json!(found).to_string()),
            _ => match value {
                Value::String(text) => json!(text),
                Value::Null => Value::Null,
                other => json!(other.to_string()),
            },
        }
    };
    std::iter::once(object["metadata"]["name"].clone()).chain(version.columns.iter().map(cell)).collect()
}

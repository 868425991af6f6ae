//! How objects go out: as they are, as a table, as metadata alone; as JSON, YAML or protobuf.

mod gzip;

use std::sync::Arc;

use apimachinery::resources::Resource;
use apimachinery::{Status, columns, protobuf};
use bytes::{Bytes, BytesMut};
use component::http::{Body, BoxError, full, typed};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Map, Value, json};

use crate::request::{Answer, Call};
use crate::storage::Entry;
use crate::{convert, extensions};

/// What of each object a table carries along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// Nothing.
    Nothing,
    /// Its metadata.
    Metadata,
    /// All of it.
    Object,
}

/// The form that the client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Objects as JSON.
    Json,
    /// Objects as YAML.
    Yaml,
    /// A table for people.
    Table(Include),
    /// Metadata alone.
    Partial,
    /// Objects as protobuf.
    Protobuf,
    /// Metadata alone, as protobuf.
    ProtobufPartial,
}

const ACCEPTED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// The media type of protobuf.
pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

pub use gzip::compress;

impl Shape {
    /// The first form among the accepted ones that we can give.
    ///
    /// # Errors
    /// 406 when there is none.
    pub fn negotiate(call: &Call, list: bool) -> Result<Self, Status> {
        let accept = call.header(header::ACCEPT);
        if accept.trim().is_empty() {
            return Ok(Self::Json);
        }
        let mut ranges: Vec<(f32, usize, &str)> = accept
            .split(',')
            .enumerate()
            .map(|(index, range)| {
                let quality = range.split(';').find_map(|p| p.trim().strip_prefix("q=")?.parse().ok());
                (quality.unwrap_or(1.0), index, range)
            })
            .collect();
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, _, range) in ranges {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default().to_ascii_lowercase();
            let mut shape = match media.as_str() {
                "application/json" | "*/*" | "application/*" => Self::Json,
                "application/yaml" => Self::Yaml,
                PROTOBUF
                    if protobuf::knows(call.resource.group, call.resource.version, call.resource.kind) =>
                {
                    Self::Protobuf
                }
                _ => continue,
            };
            let (mut form, mut group, mut version) = ("", "", "");
            for part in parts {
                match part.split_once('=') {
                    Some(("as", value)) => form = value,
                    Some(("g", value)) => group = value,
                    Some(("v", value)) => version = value,
                    _ => {}
                }
            }
            if !form.is_empty() {
                if group != "meta.k8s.io" || version != "v1" || shape == Self::Yaml {
                    continue;
                }
                let binary = shape == Self::Protobuf;
                shape = match form {
                    "Table" if !binary => Self::Table(match call.query.get("includeObject") {
                        "None" => Include::Nothing,
                        "Object" => Include::Object,
                        _ => Include::Metadata,
                    }),
                    "PartialObjectMetadata" if !list || call.route.verb == "watch" => Self::Partial,
                    "PartialObjectMetadataList" if list => Self::Partial,
                    _ => continue,
                };
                if binary {
                    shape = Self::ProtobufPartial;
                }
            }
            return Ok(shape);
        }
        Err(Status::not_acceptable(ACCEPTED))
    }

    /// The form of an answer that is no object of the resource.
    pub fn of_others(&self) -> Self {
        match self {
            Self::Yaml => Self::Yaml,
            Self::Protobuf | Self::ProtobufPartial => Self::Protobuf,
            Self::Json | Self::Table(_) | Self::Partial => Self::Json,
        }
    }

    /// Whether the answer is protobuf.
    pub fn is_protobuf(&self) -> bool {
        matches!(self, Self::Protobuf | Self::ProtobufPartial)
    }

    /// Whether stored bytes go out untouched.
    pub fn is_plain(&self, resource: &'static Resource) -> bool {
        *self == Self::Json && !convert::needed(resource)
    }

    /// One object in this form; `None`: as it is.
    pub fn render(&self, resource: &'static Resource, bytes: &Bytes) -> Option<Vec<u8>> {
        if self.is_plain(resource) {
            return None;
        }
        let value = value(resource, bytes);
        let value = match self {
            Self::Json | Self::Yaml => value,
            Self::Table(include) => table(resource, vec![value], *include, &ListMeta::default()),
            Self::Partial => partial(&value),
            Self::Protobuf => return protobuf::encode(&value, gvk(resource)),
            Self::ProtobufPartial => return protobuf::encode_partial(&value),
        };
        serde_json::to_vec(&value).ok()
    }
}

fn gvk(resource: &Resource) -> (&str, &str, &str) {
    (resource.group, resource.version, resource.kind)
}

/// A value in protobuf, by its own kind; `None` where that has no known field numbers.
pub fn binary(value: &Value) -> Option<Vec<u8>> {
    let api_version = value["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    protobuf::encode(value, (group, version, value["kind"].as_str().unwrap_or_default()))
}

/// A stored object as the requested version has it.
fn value(resource: &'static Resource, bytes: &Bytes) -> Value {
    let value = serde_json::from_slice(bytes).unwrap_or_default();
    convert::outward(resource, value)
}

/// A list's own metadata.
#[derive(Debug, Default)]
pub struct ListMeta {
    /// The revision; 0 for none.
    pub revision: i64,
    /// Where the list goes on.
    pub next: Option<String>,
    /// How many objects are left.
    pub remaining: Option<usize>,
}

impl ListMeta {
    fn json(&self) -> Value {
        let mut meta = json!({});
        if self.revision > 0 {
            meta["resourceVersion"] = json!(self.revision.to_string());
        }
        if let Some(next) = &self.next {
            meta["continue"] = json!(next);
        }
        if let Some(remaining) = self.remaining {
            meta["remainingItemCount"] = json!(remaining);
        }
        meta
    }
}

fn partial(object: &Value) -> Value {
    into_metadata(object["metadata"].clone())
}

/// The same of an object that is not needed any more.
fn into_partial(mut object: Value) -> Value {
    into_metadata(object.get_mut("metadata").map(Value::take).unwrap_or_default())
}

fn into_metadata(metadata: Value) -> Value {
    let mut partial = Map::new();
    partial.insert("kind".into(), "PartialObjectMetadata".into());
    partial.insert("apiVersion".into(), "meta.k8s.io/v1".into());
    partial.insert("metadata".into(), metadata);
    Value::Object(partial)
}

fn table(resource: &Resource, objects: Vec<Value>, include: Include, meta: &ListMeta) -> Value {
    let printer = columns::of(resource.group, resource.kind);
    let custom = extensions::version_of(resource);
    let now = jiff::Timestamp::now();
    let column = |name: &str, kind: &str, format: &str, description: &str, priority: i64| json!({"name": name, "type": kind, "format": format, "description": description, "priority": priority});
    let definitions: Vec<Value> = match &custom {
        Some(version) => std::iter::once(column("Name", "string", "name", "Name", 0))
            .chain(
                version
                    .columns
                    .iter()
                    .map(|c| column(&c.name, &c.kind, &c.format, &c.description, c.priority)),
            )
            .collect(),
        None => printer
            .columns
            .iter()
            .map(|c| column(c.name, c.kind, c.format, c.name, i64::from(c.priority)))
            .collect(),
    };
    let mut list = meta.json();
    if let ([one], 0) = (objects.as_slice(), meta.revision) {
        list["resourceVersion"] = one["metadata"]["resourceVersion"].clone();
    }
    let rows: Vec<Value> = objects
        .into_iter()
        .map(|object| {
            let cells = match &custom {
                Some(version) => custom_row(version, &object, now),
                None => printer.row(&object, now),
            };
            // Moved, not copied: a table of all pods has thousands of rows.
            let mut row = Map::new();
            row.insert("cells".into(), Value::Array(cells));
            match include {
                Include::Nothing => {}
                Include::Metadata => _ = row.insert("object".into(), into_partial(object)),
                Include::Object => _ = row.insert("object".into(), object),
            }
            Value::Object(row)
        })
        .collect();
    let mut table = Map::new();
    for (name, value) in [
        ("kind", "Table".into()),
        ("apiVersion", "meta.k8s.io/v1".into()),
        ("metadata", list),
        ("columnDefinitions", Value::Array(definitions)),
        ("rows", Value::Array(rows)),
    ] {
        table.insert(name.into(), value);
    }
    Value::Object(table)
}

/// The cells of a custom resource's object.
fn custom_row(version: &extensions::Version, object: &Value, now: jiff::Timestamp) -> Vec<Value> {
    let cell = |column: &extensions::Column| {
        let found = column.path.find(object);
        let Some(value) = found.first() else { return Value::Null };
        match column.kind.as_str() {
            "date" => match value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()) {
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

fn no_store(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// A value that tells its own kind, in the client's form; protobuf only where it can be.
pub fn answer(shape: &Shape, value: &Value, code: StatusCode) -> Answer {
    if shape.is_protobuf()
        && let Some(bytes) = binary(value)
    {
        return Ok(no_store(typed(code, PROTOBUF, bytes)));
    }
    let response = if *shape == Shape::Yaml {
        typed(code, "application/yaml", serde_yaml::to_string(value).map_err(Status::internal)?)
    } else {
        typed(code, "application/json", serde_json::to_vec(value).map_err(Status::internal)?)
    };
    Ok(no_store(response))
}

/// One object, given as stored bytes with their revision.
pub fn object(call: &Call, shape: &Shape, bytes: &Bytes, code: StatusCode) -> Answer {
    if shape.is_plain(call.resource) {
        return Ok(no_store(typed(code, "application/json", bytes.clone())));
    }
    if *shape == Shape::Yaml {
        return answer(shape, &value(call.resource, bytes), code);
    }
    let media = if shape.is_protobuf() { PROTOBUF } else { "application/json" };
    let text =
        shape.render(call.resource, bytes).ok_or_else(|| Status::internal("the object cannot be shown"))?;
    Ok(no_store(typed(code, media, text)))
}

/// How many bytes of a list make a chunk.
const CHUNK: usize = 64 << 10;

/// A list of stored objects.
pub fn list(call: &Call, shape: &Shape, entries: Vec<Arc<Entry>>, meta: &ListMeta) -> Answer {
    let resource = call.resource;
    if shape.is_plain(resource) {
        let head = format!(
            "{{\"kind\":\"{}List\",\"apiVersion\":\"{}\",\"metadata\":{},\"items\":[",
            resource.kind,
            resource.api_version(),
            meta.json()
        );
        return Ok(no_store(stream(head, entries)));
    }
    let objects = entries.iter().map(|entry| value(resource, &entry.bytes));
    if shape.is_protobuf() {
        let list = match shape {
            Shape::Protobuf => protobuf::List::new(&meta.json(), gvk(resource)),
            _ => Some(protobuf::List::of_metadata(&meta.json())),
        };
        let mut list = list.ok_or_else(|| Status::not_acceptable(ACCEPTED))?;
        objects.for_each(|object| list.push(&object));
        return Ok(no_store(typed(StatusCode::OK, PROTOBUF, list.finish())));
    }
    let value = match shape {
        Shape::Table(include) => table(resource, objects.collect(), *include, meta),
        Shape::Partial => json!({
            "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": meta.json(),
            "items": objects.map(|object| partial(&object)).collect::<Vec<_>>(),
        }),
        _ => json!({
            "kind": format!("{}List", resource.kind), "apiVersion": resource.api_version(),
            "metadata": meta.json(), "items": objects.collect::<Vec<_>>(),
        }),
    };
    answer(shape, &value, StatusCode::OK)
}

/// A list of objects that are not stored.
pub fn values(call: &Call, shape: &Shape, items: Vec<Value>) -> Answer {
    let meta = ListMeta::default();
    let value = match shape {
        Shape::Table(include) => table(call.resource, items, *include, &meta),
        _ => json!({
            "kind": format!("{}List", call.resource.kind), "apiVersion": call.resource.api_version(),
            "metadata": meta.json(), "items": items,
        }),
    };
    answer(shape, &value, StatusCode::OK)
}

/// The list's head, its objects, its end; in chunks, so that no copy of the whole is made.
fn stream(head: String, entries: Vec<Arc<Entry>>) -> Response<Body> {
    let size: usize = entries.iter().map(|entry| entry.bytes.len() + 1).sum();
    let mut entries = entries.into_iter().enumerate().peekable();
    let mut next = Some(BytesMut::from(head.as_bytes()));
    let body = if size < CHUNK {
        let mut out = next.take().unwrap_or_default();
        out.reserve(size + 2);
        for (index, entry) in entries {
            if index > 0 {
                out.extend_from_slice(b",");
            }
            out.extend_from_slice(&entry.bytes);
        }
        out.extend_from_slice(b"]}");
        full(out.freeze())
    } else {
        let chunks = std::iter::from_fn(move || {
            let mut out = next.take()?;
            out.reserve(CHUNK);
            while out.len() < CHUNK {
                let Some((index, entry)) = entries.next() else {
                    out.extend_from_slice(b"]}");
                    return Some(Ok::<_, BoxError>(Frame::data(out.freeze())));
                };
                if index > 0 {
                    out.extend_from_slice(b",");
                }
                out.extend_from_slice(&entry.bytes);
            }
            next = Some(BytesMut::new());
            Some(Ok(Frame::data(out.freeze())))
        });
        StreamBody::new(futures::stream::iter(chunks)).boxed_unsync()
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.extensions_mut().insert(gzip::Size(size));
    response
}

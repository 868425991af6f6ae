//! How objects go out: as they are, as a table, as metadata alone; as JSON, YAML or protobuf.

mod gzip;
mod table;

use std::borrow::Cow;
use std::sync::Arc;

use apimachinery::resources::{Resource, Subresource};
use apimachinery::{Status, kinds, protobuf};
use bytes::Bytes;
use component::http::{Body, BoxError, full, typed};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Value, json};

use crate::convert;
use crate::extensions;
use crate::request::{Answer, Call};
use crate::storage::{Entry, metadata};

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

/// The version in which tables and metadata alone are asked for. What is in them is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meta {
    V1,
    V1Beta1,
}

impl Meta {
    /// What stands in `apiVersion`.
    pub fn text(self) -> &'static str {
        match self {
            Self::V1 => "meta.k8s.io/v1",
            Self::V1Beta1 => "meta.k8s.io/v1beta1",
        }
    }
}

/// The form that the client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Objects as JSON.
    Json,
    /// Objects as YAML.
    Yaml,
    /// A table for people.
    Table(Include, Meta),
    /// Metadata alone.
    Partial(Meta),
    /// Objects as protobuf.
    Protobuf,
    /// Metadata alone, as protobuf.
    ProtobufPartial(Meta),
}

const ACCEPTED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// The media type of protobuf.
pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

pub use gzip::compress;

/// Whether what is asked for can be a table: what is only ever created, like a review, is kept nowhere
/// and has no rows.
fn has_rows(call: &Call) -> bool {
    let named = |sub: &&Subresource| sub.name == call.route.subresource;
    let verbs = call.resource.subresources.iter().find(named).map_or(call.resource.verbs, |sub| sub.verbs);
    verbs != ["create"]
}

/// Whether a watch begins with what is there, in place of a list: as upstream, such a stream is of objects.
pub fn streams_a_list(call: &Call) -> bool {
    call.route.verb == "watch"
        && call.query.flag("sendInitialEvents")
        && call.query.flag("allowWatchBookmarks")
}

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
                let binary = shape == Self::Protobuf;
                let meta = match version {
                    "v1" => Meta::V1,
                    "v1beta1" => Meta::V1Beta1,
                    _ => continue,
                };
                if group != "meta.k8s.io" || shape == Self::Yaml {
                    continue;
                }
                shape = match form {
                    "Table" if !binary && has_rows(call) && !streams_a_list(call) => {
                        let include = match call.query.get("includeObject") {
                            "None" => Include::Nothing,
                            "Object" => Include::Object,
                            _ => Include::Metadata,
                        };
                        Self::Table(include, meta)
                    }
                    "PartialObjectMetadata" if !list || call.route.verb == "watch" => Self::Partial(meta),
                    "PartialObjectMetadataList" if list => Self::Partial(meta),
                    _ => continue,
                };
                if binary {
                    shape = Self::ProtobufPartial(meta);
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
            Self::Protobuf | Self::ProtobufPartial(_) => Self::Protobuf,
            Self::Json | Self::Table(..) | Self::Partial(_) => Self::Json,
        }
    }

    /// Whether the answer is protobuf.
    pub fn is_protobuf(&self) -> bool {
        matches!(self, Self::Protobuf | Self::ProtobufPartial(_))
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
        if let Self::Table(include, meta) = self {
            return Some(table::of_one(resource, bytes, (*include, *meta)));
        }
        let value = match self {
            Self::Json | Self::Yaml | Self::Table(..) => value(resource, bytes),
            Self::Partial(meta) => return Some(partial(resource, bytes, *meta)),
            Self::Protobuf => return protobuf::encode(&value(resource, bytes), gvk(resource)),
            Self::ProtobufPartial(version) => {
                return protobuf::encode_partial(version.text(), &with_metadata(resource, bytes));
            }
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

/// The text of an object's metadata, as the requested version has it. The rest is not read where it need not be.
fn metadata_of<'a>(resource: &'static Resource, bytes: &'a Bytes) -> Cow<'a, str> {
    let own = if convert::needed(resource) { None } else { metadata(bytes) };
    own.map_or_else(
        || Cow::Owned(value(resource, bytes)["metadata"].to_string()),
        |text| Cow::Borrowed(text.get()),
    )
}

/// An object of which only the metadata is wanted.
fn with_metadata(resource: &'static Resource, bytes: &Bytes) -> Value {
    json!({"metadata": serde_json::from_str::<Value>(&metadata_of(resource, bytes)).unwrap_or_default()})
}

/// The metadata of an object, as an object of its own.
fn partial(resource: &'static Resource, bytes: &Bytes, meta: Meta) -> Vec<u8> {
    let metadata = metadata_of(resource, bytes);
    [r#"{"kind":"PartialObjectMetadata","apiVersion":""#, meta.text(), r#"","metadata":"#, &metadata, "}"]
        .concat()
        .into_bytes()
}

/// An object as it stands in a list: only custom resources say there what they are.
fn item(resource: &Resource, mut object: Value) -> Value {
    if resource.custom.is_none()
        && let Some(map) = object.as_object_mut()
    {
        map.shift_remove("apiVersion");
        map.shift_remove("kind");
    }
    object
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

fn no_store(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// A value as YAML, with fields in the order of their names, as upstream writes it.
pub fn yaml(mut value: Value) -> String {
    value.sort_all_objects();
    yaml::document(&value)
}

/// A value that tells its own kind, in the client's form; protobuf only where it can be.
pub fn answer(shape: &Shape, value: &Value, code: StatusCode) -> Answer {
    if shape.is_protobuf()
        && let Some(bytes) = binary(value)
    {
        return Ok(no_store(typed(code, PROTOBUF, bytes)));
    }
    let response = if *shape == Shape::Yaml {
        typed(code, "application/yaml", yaml(value.clone()))
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
/// About how many bytes the metadata of an object is.
const PARTIAL: usize = 512;

/// A list of stored objects.
pub fn list(call: &Call, shape: &Shape, entries: Vec<Arc<Entry>>, meta: &ListMeta) -> Answer {
    let resource = call.resource;
    let head = |kind: &str, api_version: &str| {
        let meta = meta.json();
        format!("{{\"kind\":\"{kind}\",\"apiVersion\":\"{api_version}\",\"metadata\":{meta},\"items\":[")
    };
    match shape {
        Shape::Table(include, version) => {
            Ok(no_store(table::of_list(resource, entries, (*include, *version), meta)))
        }
        _ if shape.is_plain(resource) => {
            let size = entries.iter().map(|entry| entry.bytes.len() + 1).sum();
            // Only custom resources say in a list what they are.
            let says =
                resource.custom.is_none().then(|| kinds::head(&resource.api_version(), resource.kind) + ",");
            let write = move |out: &mut Vec<u8>, entry: Arc<Entry>| match says
                .as_ref()
                .and_then(|says| entry.bytes.strip_prefix(says.as_bytes()))
            {
                Some(rest) => {
                    out.push(b'{');
                    out.extend_from_slice(rest);
                }
                None => out.extend_from_slice(&entry.bytes),
            };
            let head = head(&extensions::list_kind(resource), &resource.api_version());
            Ok(no_store(stream(head.into_bytes(), entries, size, write)))
        }
        Shape::Partial(version) => {
            let (size, version) = (entries.len() * PARTIAL, *version);
            let write = move |out: &mut Vec<u8>, entry: Arc<Entry>| {
                out.extend(partial(resource, &entry.bytes, version));
            };
            let head = head("PartialObjectMetadataList", version.text());
            Ok(no_store(stream(head.into_bytes(), entries, size, write)))
        }
        Shape::Protobuf | Shape::ProtobufPartial(_) => {
            let (list, read): (_, fn(&'static Resource, &Bytes) -> Value) = match shape {
                Shape::ProtobufPartial(version) => {
                    (Some(protobuf::List::of_metadata(version.text(), &meta.json())), with_metadata)
                }
                _ => (protobuf::List::new(&meta.json(), gvk(resource)), value),
            };
            let mut list = list.ok_or_else(|| Status::not_acceptable(ACCEPTED))?;
            entries.iter().for_each(|entry| list.push(&read(resource, &entry.bytes)));
            Ok(no_store(typed(StatusCode::OK, PROTOBUF, list.finish())))
        }
        Shape::Json | Shape::Yaml => {
            let items = entries.iter().map(|entry| item(resource, value(resource, &entry.bytes)));
            let list = json!({
                "kind": extensions::list_kind(resource), "apiVersion": resource.api_version(),
                "metadata": meta.json(), "items": items.collect::<Vec<_>>(),
            });
            answer(shape, &list, StatusCode::OK)
        }
    }
}

/// A list without anything in it, in the client's form: what comes in a stream is put into it. As upstream, a list of a
/// built-in type has no items there, one of custom resources has none of them.
pub fn empty_list(resource: &'static Resource, shape: &Shape) -> Vec<u8> {
    let meta = json!({});
    let (kind, api_version, items) = match shape {
        Shape::Protobuf if let Some(list) = protobuf::List::new(&meta, gvk(resource)) => {
            return list.finish();
        }
        Shape::ProtobufPartial(version) => {
            return protobuf::List::of_metadata(version.text(), &meta).finish();
        }
        Shape::Partial(version) => {
            ("PartialObjectMetadataList".to_string(), version.text().to_string(), Value::Null)
        }
        _ => {
            let items = if resource.custom.is_some() { json!([]) } else { Value::Null };
            (extensions::list_kind(resource), resource.api_version(), items)
        }
    };
    let list = json!({"kind": kind, "apiVersion": api_version, "metadata": meta, "items": items});
    format!("{list}\n").into_bytes()
}

/// A list of objects that are not stored.
pub fn values(call: &Call, shape: &Shape, items: Vec<Value>) -> Answer {
    if let Shape::Table(include, meta) = *shape {
        return Ok(no_store(table::of_values(call.resource, items, (include, meta))));
    }
    let value = json!({
        "kind": format!("{}List", call.resource.kind), "apiVersion": call.resource.api_version(),
        "metadata": ListMeta::default().json(),
        "items": items.into_iter().map(|object| item(call.resource, object)).collect::<Vec<_>>(),
    });
    answer(shape, &value, StatusCode::OK)
}

/// JSON that is written piece by piece: `head`, then what `write` makes of each item with commas
/// between them, then `]}`. It goes out in chunks, so that no copy of the whole is made; `size` is
/// about how many bytes the items take.
fn stream<T: Send + 'static>(
    head: Vec<u8>,
    items: impl IntoIterator<Item = T, IntoIter: Send + 'static>,
    size: usize,
    mut write: impl FnMut(&mut Vec<u8>, T) + Send + 'static,
) -> Response<Body> {
    let mut items = items.into_iter();
    let mut first = true;
    let mut chunk = move |mut out: Vec<u8>| {
        while out.len() < CHUNK {
            let Some(item) = items.next() else {
                out.extend_from_slice(b"]}");
                return (out, true);
            };
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            write(&mut out, item);
        }
        (out, false)
    };
    let (first, is_whole) = chunk(head);
    let body = if is_whole {
        full(first)
    } else {
        let mut next = Some(Some(first));
        let chunks = std::iter::from_fn(move || {
            let out = match next.take()? {
                Some(first) => {
                    next = Some(None);
                    first
                }
                None => {
                    let (out, is_last) = chunk(Vec::with_capacity(CHUNK + (CHUNK >> 2)));
                    next = (!is_last).then_some(None);
                    out
                }
            };
            Some(Ok::<_, BoxError>(Frame::data(Bytes::from(out))))
        });
        StreamBody::new(futures::stream::iter(chunks)).boxed_unsync()
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.extensions_mut().insert(gzip::Size(size));
    response
}

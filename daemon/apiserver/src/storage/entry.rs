//! One object in the cache: its bytes as they are sent, and what selectors ask of it.

use apimachinery::labels;
use apimachinery::resources::Resource;
use apimachinery::{fields, kinds};
use bytes::Bytes;
use serde_json::Value;
use serde_json::value::RawValue;

use super::encryption::Seal;
use super::pick;

/// An object as it is sent, with its revision spliced in.
#[derive(Debug)]
pub struct Entry {
    /// `namespace/name`, or the name alone.
    pub key: Box<str>,
    /// The JSON.
    pub bytes: Bytes,
    /// The revision that wrote it.
    pub revision: i64,
    /// Its labels.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// The values of its resource's selectable fields, in the resource's order.
    pub fields: Box<[Box<str>]>,
    /// How it is encrypted in etcd.
    pub seal: Seal,
    /// Whether it lies in etcd in another version than the one that is stored today, or in another's form.
    pub is_outdated: bool,
}

/// Where the metadata's first field goes, in the JSON that [`kinds::Object::encode`] writes.
fn metadata_at(json: &[u8]) -> Option<usize> {
    // Neither has a quote in it.
    let behind = |text: &[u8], before: &[u8]| -> Option<usize> {
        let value = text.strip_prefix(before)?;
        Some(before.len() + value.iter().position(|byte| *byte == b'"')? + 1)
    };
    let mut at = behind(json, b"{\"apiVersion\":\"")?;
    at += behind(&json[at..], b",\"kind\":\"")?;
    const METADATA: &[u8] = b",\"metadata\":{";
    json[at..].starts_with(METADATA).then_some(at + METADATA.len())
}

/// The metadata in the JSON of an object, of which nothing else is read.
pub fn metadata(json: &[u8]) -> Option<&RawValue> {
    let at = metadata_at(json)? - 1;
    serde_json::Deserializer::from_slice(&json[at..]).into_iter().next()?.ok()
}

/// `json` with its `resourceVersion`.
pub fn splice(json: &[u8], revision: i64) -> Option<Bytes> {
    let at = metadata_at(json)?;
    let field = format!("\"resourceVersion\":\"{revision}\"");
    let mut out = Vec::with_capacity(json.len() + field.len() + 1);
    out.extend_from_slice(&json[..at]);
    out.extend_from_slice(field.as_bytes());
    if json.get(at) != Some(&b'}') {
        out.push(b',');
    }
    out.extend_from_slice(&json[at..]);
    Some(out.into())
}

/// JSON from another hand, in the order that [`splice`] needs.
fn reorder(json: &[u8]) -> Result<Vec<u8>, String> {
    let value: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let Value::Object(mut map) = value else { return Err("it is no JSON object".into()) };
    let mut ordered = serde_json::Map::new();
    for key in ["apiVersion", "kind", "metadata"] {
        let value = map.shift_remove(key).ok_or_else(|| format!("it has no {key}"))?;
        ordered.insert(key.into(), value);
    }
    if let Some(Value::Object(meta)) = ordered.get_mut("metadata") {
        meta.shift_remove("resourceVersion");
    }
    ordered.append(&mut map);
    serde_json::to_vec(&ordered).map_err(|error| error.to_string())
}

impl Entry {
    /// From what is stored.
    pub fn new(
        resource: &'static Resource,
        key: &str,
        stored: &Bytes,
        revision: i64,
    ) -> Result<Self, String> {
        let bytes = match splice(stored, revision) {
            Some(bytes) => bytes,
            None => splice(&reorder(stored)?, revision).ok_or("it is no Kubernetes object")?,
        };
        let picked = pick::pick(&bytes, resource.fields).map_err(|error| error.to_string())?;
        Ok(Self {
            key: key.into(),
            bytes,
            revision,
            labels: picked.labels.into_iter().collect(),
            fields: picked.fields,
            seal: None,
            is_outdated: false,
        })
    }

    /// The same object at another revision: what a watcher is shown of a deleted one.
    pub fn at(&self, revision: i64) -> Self {
        let old = format!("\"resourceVersion\":\"{}\"", self.revision);
        let new = format!("\"resourceVersion\":\"{revision}\"");
        let mut out = Vec::with_capacity(self.bytes.len() + 8);
        match metadata_at(&self.bytes) {
            Some(at) if self.bytes[at..].starts_with(old.as_bytes()) => {
                out.extend_from_slice(&self.bytes[..at]);
                out.extend_from_slice(new.as_bytes());
                out.extend_from_slice(&self.bytes[at + old.len()..]);
            }
            _ => out.extend_from_slice(&self.bytes),
        }
        Self {
            key: self.key.clone(),
            bytes: out.into(),
            revision,
            labels: self.labels.clone(),
            fields: self.fields.clone(),
            seal: self.seal.clone(),
            is_outdated: self.is_outdated,
        }
    }

    /// The namespace; empty for cluster-wide objects.
    pub fn namespace(&self) -> &str {
        self.key.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.key.rsplit_once('/').map_or(&self.key, |(_, name)| name)
    }

    /// The value of a selectable field.
    pub fn field(&self, resource: &Resource, path: &str) -> &str {
        match path {
            "metadata.name" => self.name(),
            "metadata.namespace" => self.namespace(),
            _ => resource
                .fields
                .iter()
                .position(|field| *field == path)
                .and_then(|index| self.fields.get(index))
                .map_or("", |value| value),
        }
    }

    /// The object as its type.
    pub fn decode(&self, resource: &Resource) -> Result<Box<dyn kinds::Object>, String> {
        let kind = resource.object_type().ok_or("no such kind")?;
        (kind.decode)(&self.bytes).map_err(|error| error.to_string())
    }

    /// The object as the type that the caller knows it has.
    pub fn typed<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.bytes)
            .map_err(
                |error| tracing::error!(key = %self.key, %error, "a stored object does not fit its type"),
            )
            .ok()
    }

    /// The JSON as it is stored: without the revision.
    pub fn stored(&self) -> Bytes {
        let field = format!("\"resourceVersion\":\"{}\"", self.revision);
        match metadata_at(&self.bytes) {
            Some(at) if self.bytes[at..].starts_with(field.as_bytes()) => {
                let mut rest = at + field.len();
                if self.bytes.get(rest) == Some(&b',') {
                    rest += 1;
                }
                [&self.bytes[..at], &self.bytes[rest..]].concat().into()
            }
            _ => self.bytes.clone(),
        }
    }
}

/// What a list or watch is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A namespace; empty for all.
    pub namespace: String,
    /// By label.
    pub labels: labels::Selector,
    /// By field.
    pub fields: fields::Selector,
}

impl Filter {
    /// Whether everything in the namespace passes.
    pub fn is_everything(&self) -> bool {
        self.labels.is_everything() && self.fields.is_everything()
    }

    /// Whether the object passes.
    pub fn matches(&self, resource: &Resource, entry: &Entry) -> bool {
        (self.namespace.is_empty() || entry.namespace() == self.namespace)
            && self.labels.matches(&*entry.labels as &[(Box<str>, Box<str>)])
            && (self.fields.is_everything() || self.fields.matches(|path| entry.field(resource, path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::labels::Labels;
    use apimachinery::resources;

    fn pod(json: &str) -> Entry {
        let resource = resources::find("", "v1", "pods").expect("in the table");
        Entry::new(resource, "ns/a", &Bytes::copy_from_slice(json.as_bytes()), 7).expect("fits")
    }

    #[test]
    fn revisions_go_in_and_out() {
        let stored = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"y"}},"spec":{"nodeName":"n"}}"#;
        let entry = pod(stored);
        assert!(
            entry.bytes.starts_with(
                br#"{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"7","name":"a""#
            )
        );
        assert_eq!(entry.stored(), stored);
        let meta = metadata(&entry.bytes).expect("it has some").get();
        assert_eq!(meta, r#"{"resourceVersion":"7","name":"a","labels":{"x":"y"}}"#);
        let resource = resources::find("", "v1", "pods").expect("in the table");
        assert_eq!(entry.field(resource, "spec.nodeName"), "n");
        assert_eq!(entry.field(resource, "metadata.namespace"), "ns");
        assert_eq!(entry.labels.value("x"), Some("y"));
        let later = entry.at(99);
        assert!(
            later
                .bytes
                .starts_with(br#"{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"99","name""#)
        );
        assert_eq!(later.stored(), stored);
    }

    #[test]
    fn foreign_order_and_empty_metadata() {
        let entry = pod(r#"{"kind":"Pod","apiVersion":"v1","spec":{},"metadata":{"resourceVersion":"1"}}"#);
        assert_eq!(
            entry.bytes,
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"7"},"spec":{}}"#
        );
        let resource = resources::find("", "v1", "pods").expect("in the table");
        assert!(Entry::new(resource, "a", &Bytes::from_static(b"no JSON"), 1).is_err());
    }
}

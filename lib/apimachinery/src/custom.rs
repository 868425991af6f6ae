//! Objects of custom resources: typed metadata, and whatever else there is as JSON.

use std::any::Any;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::kinds::{Kind, Object};

/// An object of a custom resource.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomObject {
    /// Group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The metadata.
    pub metadata: ObjectMeta,
    /// Everything else.
    pub content: Map<String, Value>,
}

impl Serialize for CustomObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.content.len() + 3))?;
        map.serialize_entry("apiVersion", &self.api_version)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("metadata", &self.metadata)?;
        for (key, value) in &self.content {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Object for CustomObject {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    fn encode(&self) -> Vec<u8> {
        // Maps have string keys and numbers are finite: encoding can't fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }
}

fn decode(text: &[u8]) -> Result<Box<dyn Object>, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Parts {
        #[serde(rename = "apiVersion", default)]
        api_version: String,
        #[serde(default)]
        kind: String,
        #[serde(default)]
        metadata: ObjectMeta,
        #[serde(flatten)]
        content: Map<String, Value>,
    }
    let parts: Parts = serde_json::from_slice(text)?;
    Ok(Box::new(CustomObject {
        api_version: parts.api_version,
        kind: parts.kind,
        metadata: parts.metadata,
        content: parts.content,
    }))
}

fn pair<'a>(
    to: &'a mut dyn Object,
    from: &'a dyn Object,
) -> Option<(&'a mut CustomObject, &'a CustomObject)> {
    Some((to.as_any_mut().downcast_mut()?, from.as_any().downcast_ref()?))
}

/// Everything but status and metadata counts as the spec.
fn copy_spec(to: &mut dyn Object, from: &dyn Object) {
    if let Some((to, from)) = pair(to, from) {
        let status = to.content.shift_remove("status");
        to.content.clone_from(&from.content);
        to.content.shift_remove("status");
        if let Some(status) = status {
            to.content.insert("status".into(), status);
        }
    }
}

fn copy_status(to: &mut dyn Object, from: &dyn Object) {
    if let Some((to, from)) = pair(to, from) {
        match from.content.get("status") {
            Some(status) => {
                to.content.insert("status".into(), status.clone());
            }
            None => {
                to.content.shift_remove("status");
            }
        }
    }
}

fn clear_status(object: &mut dyn Object) {
    if let Some(object) = object.as_any_mut().downcast_mut::<CustomObject>() {
        object.content.shift_remove("status");
    }
}

fn same(a: &dyn Object, b: &dyn Object, with_status: bool) -> bool {
    let (Some(a), Some(b)) =
        (a.as_any().downcast_ref::<CustomObject>(), b.as_any().downcast_ref::<CustomObject>())
    else {
        return false;
    };
    let fields = |object: &CustomObject| {
        let mut fields = object.content.clone();
        if !with_status {
            fields.shift_remove("status");
        }
        fields
    };
    fields(a) == fields(b)
}

/// What is known of the type behind a custom kind; `status`: whether its status is a part of its
/// own.
pub fn kind(group: &'static str, version: &'static str, kind: &'static str, status: bool) -> Kind {
    Kind {
        group,
        version,
        kind,
        decode,
        copy_spec,
        copy_status,
        clear_status,
        same_spec: if status { |a, b| same(a, b, false) } else { |a, b| same(a, b, true) },
        has_spec: true,
        // Their schemas are in their definitions.
        schema: |_| String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_go_there_and_back() {
        let text = json!({"apiVersion": "x.io/v1", "kind": "X", "metadata": {"name": "a"}, "spec": {"b": 1}, "status": {"c": 2}});
        let kind = kind("x.io", "v1", "X", true);
        let object = (kind.decode)(text.to_string().as_bytes()).expect("an object");
        assert_eq!(object.encode(), text.to_string().into_bytes());
        let mut other = object.copy();
        (kind.clear_status)(other.as_mut());
        assert!((kind.same_spec)(object.as_ref(), other.as_ref()));
        (kind.copy_status)(other.as_mut(), object.as_ref());
        assert_eq!(other.value(), text);
        assert!((kind.decode)(b"{\"metadata\":[]}").is_err());
    }
}

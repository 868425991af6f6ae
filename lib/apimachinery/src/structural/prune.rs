//! Fields that a schema does not have are dropped.

use serde_json::{Map, Value};

use super::{Content, Structural, is_head};

impl Structural {
    /// Drops what the schema does not have. Gives the paths of what was dropped.
    pub fn prune(&self, object: &mut Content) -> Vec<String> {
        let mut dropped = Vec::new();
        self.prune_map(object, true, &mut String::new(), &mut dropped);
        dropped
    }

    /// Whether a value has fields that the schema does not have.
    pub fn drops_from(&self, value: &Value) -> bool {
        let mut dropped = Vec::new();
        self.prune_value(&mut value.clone(), &mut String::new(), &mut dropped);
        !dropped.is_empty()
    }

    fn prune_map(
        &self,
        map: &mut Map<String, Value>,
        root: bool,
        path: &mut String,
        dropped: &mut Vec<String>,
    ) {
        let keeps_all = self.preserve || self.any_additional;
        let keys: Vec<String> = map.keys().cloned().collect();
        for key in keys {
            if (root || self.embedded) && is_head(&key) {
                continue;
            }
            let len = path.len();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&key);
            match self.field(&key) {
                Some(schema) => {
                    if let Some(value) = map.get_mut(&key) {
                        schema.prune_value(value, path, dropped);
                    }
                }
                None if keeps_all => {}
                None => {
                    map.shift_remove(&key);
                    dropped.push(path.clone());
                }
            }
            path.truncate(len);
        }
    }

    fn prune_value(&self, value: &mut Value, path: &mut String, dropped: &mut Vec<String>) {
        match value {
            Value::Object(map) => self.prune_map(map, false, path, dropped),
            Value::Array(list) => {
                let Some(items) = &self.items else { return };
                for (index, value) in list.iter_mut().enumerate() {
                    let len = path.len();
                    path.push_str(&format!("[{index}]"));
                    items.prune_value(value, path, dropped);
                    path.truncate(len);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unknown_fields_go_and_preserved_ones_stay() {
        let schema = Structural::parse(
            &json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "a": {"type": "string"},
                "list": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "integer"}}}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {
                    "strict": {"type": "object", "properties": {}},
                }},
                "map": {"type": "object", "additionalProperties": {"type": "string"}},
                "pod": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}},
            }}}}),
            "",
        )
        .expect("structural");
        let mut object = json!({
            "apiVersion": "x/v1", "kind": "X", "metadata": {"name": "n"}, "top": 1,
            "spec": {
                "a": "x", "b": "y", "list": [{"b": 1, "c": 2}], "free": {"any": {"thing": 1}, "strict": {"no": 1}},
                "map": {"k": "v"}, "pod": {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}, "status": {}},
            },
        });
        let dropped = schema.prune(object.as_object_mut().expect("an object"));
        assert_eq!(dropped, ["top", "spec.b", "spec.list[0].c", "spec.free.strict.no", "spec.pod.status"]);
        assert_eq!(
            object["spec"],
            json!({
                "a": "x", "list": [{"b": 1}], "free": {"any": {"thing": 1}, "strict": {}}, "map": {"k": "v"},
                "pod": {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}},
            })
        );
    }
}

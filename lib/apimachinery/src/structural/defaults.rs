//! Missing fields take the value that the schema gives them.

use serde_json::{Map, Value};

use super::{Content, Structural};

impl Structural {
    /// Fills in what is missing, and drops nulls where null is no value.
    pub fn fill(&self, object: &mut Content) {
        self.fill_map(object);
    }

    fn fill_map(&self, map: &mut Map<String, Value>) {
        for (name, schema) in &self.properties {
            let missing = match map.get(name) {
                None => true,
                Some(value) => value.is_null() && !schema.nullable,
            };
            if missing {
                match &schema.default {
                    Some(default) => {
                        map.insert(name.clone(), default.clone());
                    }
                    // Null means nothing here: as upstream, it goes.
                    None if map.contains_key(name) => {
                        map.shift_remove(name);
                    }
                    None => {}
                }
            }
        }
        for (name, value) in map.iter_mut() {
            if let Some(schema) = self.field(name) {
                if value.is_null()
                    && !schema.nullable
                    && let Some(default) = &schema.default
                {
                    *value = default.clone();
                }
                schema.fill_value(value);
            }
        }
    }

    fn fill_value(&self, value: &mut Value) {
        match value {
            Value::Object(map) => self.fill_map(map),
            Value::Array(list) => {
                let Some(items) = &self.items else { return };
                for value in list {
                    if value.is_null()
                        && !items.nullable
                        && let Some(default) = &items.default
                    {
                        *value = default.clone();
                    }
                    items.fill_value(value);
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
    fn defaults_reach_into_what_they_made() {
        let schema = Structural::parse(
            &json!({"type": "object", "properties": {"spec": {"type": "object", "default": {}, "properties": {
                "replicas": {"type": "integer", "default": 1},
                "note": {"type": "string", "nullable": true, "default": "x"},
                "gone": {"type": "string"},
                "list": {"type": "array", "items": {"type": "object", "properties": {"p": {"type": "string", "default": "TCP"}}}},
            }}}}),
            "",
        )
        .expect("structural");
        let fill = |mut object: Value| {
            schema.fill(object.as_object_mut().expect("an object"));
            object
        };
        assert_eq!(fill(json!({})), json!({"spec": {"replicas": 1, "note": "x"}}));
        assert_eq!(
            fill(json!({"spec": {"note": null, "gone": null, "replicas": null, "list": [{}]}})),
            json!({"spec": {"note": null, "replicas": 1, "list": [{"p": "TCP"}]}})
        );
    }
}

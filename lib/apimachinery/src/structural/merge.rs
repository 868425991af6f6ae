//! What server-side apply needs to know of a custom resource's schema.

use std::borrow::Cow;

use crate::apply::schema::{Field, Schema, Struct, Type, TypeId};

use super::{Kind, ListType, Structural};

/// The schema of structured merge for a root, and the root's type in it.
pub fn merge_schema(root: &Structural) -> (Schema, TypeId) {
    let mut maker = Maker { schema: Schema::default(), leaf: 0, deduced: 0, set: 0 };
    maker.leaf = maker.schema.push(Type::Leaf);
    maker.deduced = maker.schema.push(Type::Deduced);
    maker.set = maker.schema.push(Type::Set);
    let id = maker.root(root);
    (maker.schema, id)
}

struct Maker {
    schema: Schema,
    leaf: TypeId,
    deduced: TypeId,
    set: TypeId,
}

impl Maker {
    fn map_of(&mut self, rest: TypeId) -> TypeId {
        self.schema.push(Type::Struct(Struct { rest: Some(rest), ..Struct::default() }))
    }

    /// Names, labels and owners are merged alike in every object.
    fn metadata(&mut self) -> TypeId {
        let texts = self.map_of(self.leaf);
        let owner = self.deduced;
        let owners =
            self.schema.push(Type::Keyed { element: owner, keys: vec![(Cow::Borrowed("uid"), None)] });
        let mut fields = Struct::default();
        for (name, id) in
            [("labels", texts), ("annotations", texts), ("finalizers", self.set), ("ownerReferences", owners)]
        {
            fields.fields.insert(name.into(), Field { id, always: false });
        }
        for name in [
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
        ] {
            fields.fields.insert(name.into(), Field { id: self.leaf, always: false });
        }
        self.schema.push(Type::Struct(fields))
    }

    fn head(&mut self, fields: &mut Struct) {
        let metadata = self.metadata();
        for (name, id) in [("apiVersion", self.leaf), ("kind", self.leaf), ("metadata", metadata)] {
            fields.fields.insert(name.into(), Field { id, always: false });
        }
    }

    fn root(&mut self, root: &Structural) -> TypeId {
        let mut fields = self.fields(root);
        self.head(&mut fields);
        self.schema.push(Type::Struct(fields))
    }

    fn fields(&mut self, schema: &Structural) -> Struct {
        let mut fields = Struct::default();
        for (name, schema) in &schema.properties {
            let id = self.one(schema);
            fields.fields.insert(name.clone().into(), Field { id, always: false });
        }
        fields.rest = match &schema.additional {
            Some(schema) => Some(self.one(schema)),
            None if schema.preserve || schema.any_additional => Some(self.deduced),
            None => None,
        };
        fields
    }

    fn one(&mut self, schema: &Structural) -> TypeId {
        match schema.kind {
            _ if schema.int_or_string => self.leaf,
            None => self.deduced,
            Some(Kind::Object) if schema.atomic_map => self.leaf,
            Some(Kind::Object) => {
                let mut fields = self.fields(schema);
                if schema.embedded {
                    self.head(&mut fields);
                }
                self.schema.push(Type::Struct(fields))
            }
            Some(Kind::Array) => match (&schema.list_type, &schema.items) {
                (ListType::Set, _) => self.set,
                (ListType::Map(keys), Some(items)) => {
                    let keys = keys
                        .iter()
                        .map(|key| {
                            let default = items.properties.get(key).and_then(|schema| schema.default.clone());
                            (Cow::Owned(key.clone()), default)
                        })
                        .collect();
                    let element = self.one(items);
                    self.schema.push(Type::Keyed { element, keys })
                }
                _ => self.leaf,
            },
            Some(_) => self.leaf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::typed;
    use serde_json::json;

    #[test]
    fn lists_and_maps_are_merged_as_the_schema_says() {
        let schema = Structural::parse(
            &json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"],
                    "items": {"type": "object", "properties": {
                        "port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}, "name": {"type": "string"}}}},
                "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                "args": {"type": "array", "items": {"type": "string"}},
                "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": {"type": "string"}},
            }}}}),
            "",
        )
        .expect("structural");
        let (merge, root) = merge_schema(&schema);
        let set = typed::fields(
            merge.node(root),
            &json!({"spec": {"ports": [{"port": 80, "name": "x"}], "tags": ["a"], "args": ["b"], "whole": {"c": "d"}}}),
        );
        assert_eq!(
            set.encode(),
            json!({"f:spec": {
                "f:args": {},
                "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}, "f:port": {}}},
                "f:tags": {"v:\"a\"": {}},
                "f:whole": {},
            }})
        );
        let wrong = typed::check(merge.node(root), &json!({"spec": {"odd": 1}}));
        assert_eq!(wrong, [".spec.odd: field not declared in schema"]);
    }
}

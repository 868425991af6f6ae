//! What a patch must look like before it can be applied, in upstream's words.

use apimachinery::patch::{self, PatchError, PatchType};
use apimachinery::status::Details;
use apimachinery::{Status, strict, unreadable};
use serde_json::{Map, Value};

use crate::decode::{self, Validation};
use crate::request::Call;

/// The most operations that one JSON patch may hold.
const MOST: usize = 10_000;

/// A JSON patch, a merge patch or a strategic merge patch.
pub struct Patch {
    kind: PatchType,
    value: Value,
    /// What is wrong with it by itself: fields that stand in it twice, or that its operations do not have.
    pub wrong: Vec<String>,
}

impl Patch {
    /// From a request's body.
    ///
    /// # Errors
    /// Refuses what is no patch of the kind, and one of too many operations.
    pub fn read(call: &Call, kind: PatchType, body: &[u8]) -> Result<Self, Status> {
        // Who wants unknown fields to be found has the patch read by another reader.
        let strictly = decode::validation(call)? != Validation::Ignore;
        let refused = |why: String| {
            Status::bad_request(match kind {
                PatchType::Merge if !strictly => "Invalid JSON Patch".to_string(),
                PatchType::Merge | PatchType::Json if strictly => format!("error decoding patch: {why}"),
                _ => why,
            })
        };
        let (value, mut duplicates) = strict::parse(body)
            .map_err(|error| refused(unreadable::syntax_error(body).unwrap_or_else(|| error.to_string())))?;
        let no = |value: &Value, wanted: &str| {
            let given = unreadable::kind_of(value);
            refused(format!("json: cannot unmarshal {given} into Go value of type {wanted}"))
        };
        let value = match (kind, value) {
            (PatchType::Json, Value::Null) => Value::Array(Vec::new()),
            (PatchType::Json, Value::Array(operations)) => {
                let wanted = if strictly { "handlers.jsonPatchOp" } else { "jsonpatch.Operation" };
                for operation in &operations {
                    let Value::Object(fields) = operation else { return Err(no(operation, wanted)) };
                    misfit(fields).map_or(Ok(()), |why| Err(refused(why)))?;
                }
                if operations.len() > MOST {
                    let why = "Request entity too large: The allowed maximum operations in a JSON patch is";
                    let why = format!("{why} {MOST}, got {}", operations.len());
                    return Err(Status::failure(413, "RequestEntityTooLarge", why));
                }
                Value::Array(operations)
            }
            (PatchType::Json, value) => {
                return Err(no(&value, if strictly { "[]handlers.jsonPatchOp" } else { "jsonpatch.Patch" }));
            }
            (_, Value::Null) => Value::Object(Map::new()),
            (_, value @ Value::Object(_)) => value,
            (_, value) => return Err(no(&value, "map[string]interface {}")),
        };
        if kind == PatchType::Json {
            strict::with_unknown(body, &mut duplicates, foreign(&value));
            duplicates.iter_mut().for_each(|text| text.insert_str(0, "json patch "));
        }
        Ok(Self { kind, value, wrong: duplicates })
    }

    /// Changes an object of the kind that is named.
    ///
    /// # Errors
    /// Fails when the patch does not fit the object.
    pub fn apply(&self, object: &mut Value, named: (&str, &str, &str)) -> Result<(), Status> {
        patch::apply(self.kind, object, self.value.clone(), named).map_err(|error| match error {
            PatchError::Malformed(why) if self.kind == PatchType::Strategic => Status::bad_request(why),
            error => {
                tracing::debug!(%error, "a patch does not fit");
                let why = "the server rejected our request due to an error in our request";
                let mut status = Status::failure(422, "Invalid", why);
                status.details = Some(Details::default());
                status
            }
        })
    }

    /// What is shown of a patch whose outcome is refused: a strategic one itself, else the outcome.
    pub fn shown(&self, outcome: &Value) -> String {
        if self.kind == PatchType::Strategic { go(&self.value) } else { outcome.to_string() }
    }
}

/// The fields of operations that no operation has.
fn foreign(operations: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (index, operation) in operations.as_array().into_iter().flatten().enumerate() {
        let names = operation.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let names = names.filter(|name| !matches!(*name, "op" | "path" | "from" | "value"));
        found.extend(names.map(|name| strict::unknown_field(&format!("[{index}].{name}"))));
    }
    found
}

/// The first of an operation's fields that is no text, though it must be one.
fn misfit(operation: &Map<String, Value>) -> Option<String> {
    operation.iter().filter(|(name, _)| matches!(name.as_str(), "op" | "path" | "from")).find_map(
        |(name, value)| {
            let given = unreadable::kind_of(value);
            let wanted = format!("Go struct field jsonPatchOp.{name} of type string");
            (!value.is_string() && !value.is_null())
                .then(|| format!("json: cannot unmarshal {given} into {wanted}"))
        },
    )
}

/// A value as Go writes it for people.
fn go(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(go).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            let entries: Vec<String> =
                entries.into_iter().map(|(name, value)| format!("{name}:{}", go(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_as_go_writes_them() {
        let value = json!({"b": [1, "x", null], "a": {"c": true}});
        assert_eq!(go(&value), "map[a:map[c:true] b:[1 x <nil>]]");
    }
}

//! The three patches that clients send: JSON patch, merge patch and strategic merge patch.

use serde_json::Value;

use crate::strategic;

/// Which patch, by its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchType {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' own, which knows the keys of lists.
    Strategic,
    /// Server-side apply.
    Apply,
}

impl PatchType {
    /// From a content type without parameters.
    pub fn from_media_type(media: &str) -> Option<Self> {
        Some(match media {
            "application/json-patch+json" => Self::Json,
            "application/merge-patch+json" => Self::Merge,
            "application/strategic-merge-patch+json" => Self::Strategic,
            "application/apply-patch+yaml" => Self::Apply,
            _ => return None,
        })
    }

    /// The content type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json-patch+json",
            Self::Merge => "application/merge-patch+json",
            Self::Strategic => "application/strategic-merge-patch+json",
            Self::Apply => "application/apply-patch+yaml",
        }
    }
}

/// Why a patch can't be applied.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// The patch itself is malformed.
    #[error("{0}")]
    Malformed(String),
    /// The patch does not fit the object.
    #[error("{0}")]
    DoesNotFit(String),
    /// Server-side apply keeps field owners, which this function knows nothing of.
    #[error("an apply patch cannot be applied as a plain patch")]
    Apply,
}

/// The most operations that one JSON patch may hold, as upstream limits it.
const MAX_OPERATIONS: usize = 10_000;

/// Applies a JSON merge patch (RFC 7386). As upstream's library has it, nulls inside a list's objects
/// are left out, where the RFC would keep them.
pub fn merge(object: &mut Value, mut patch: Value) {
    fn prune(value: &mut Value, inside: bool) {
        match value {
            Value::Object(map) => {
                if inside {
                    map.retain(|_, value| !value.is_null());
                }
                map.values_mut().for_each(|value| prune(value, inside));
            }
            Value::Array(list) => list.iter_mut().for_each(|value| prune(value, true)),
            _ => {}
        }
    }
    prune(&mut patch, false);
    json_patch::merge(object, &patch);
}

/// Applies `patch` to `object`, whose group, version and kind tell the keys of its lists.
///
/// # Errors
/// Fails when the patch is malformed or does not fit; `object` is then in no defined state.
pub fn apply(
    kind: PatchType,
    object: &mut Value,
    patch: Value,
    group_version_kind: (&str, &str, &str),
) -> Result<(), PatchError> {
    match kind {
        PatchType::Json => {
            let operations: json_patch::Patch =
                serde_json::from_value(patch).map_err(|error| PatchError::Malformed(error.to_string()))?;
            if operations.0.len() > MAX_OPERATIONS {
                return Err(PatchError::Malformed(format!(
                    "The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {}",
                    operations.0.len()
                )));
            }
            json_patch::patch(object, &operations).map_err(|error| PatchError::DoesNotFit(error.to_string()))
        }
        PatchType::Merge => {
            if !patch.is_object() {
                return Err(PatchError::Malformed("a merge patch must be a JSON object".into()));
            }
            merge(object, patch);
            Ok(())
        }
        PatchType::Strategic => {
            let (group, version, kind) = group_version_kind;
            strategic::merge(object, patch, strategic::root(group, version, kind))
        }
        PatchType::Apply => Err(PatchError::Apply),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_in_lists_of_merge_patches() {
        let mut object = json!({"a": 1, "l": [{"x": 1}]});
        merge(&mut object, json!({"a": null, "l": [{"x": null, "y": {"z": null}}, null], "n": {"o": null}}));
        assert_eq!(object, json!({"l": [{"y": {}}, null], "n": {}}));
    }
}

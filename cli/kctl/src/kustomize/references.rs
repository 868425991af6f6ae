//! Names that objects have of each other follow when names change.

use serde_json::Value;

use super::Part;

/// What was called something else: kind, old name, new name.
struct Renamed {
    kind: String,
    from: String,
    to: String,
}

/// Updates all references.
pub fn update(parts: &mut [Part]) {
    let renamed: Vec<Renamed> = parts
        .iter()
        .filter_map(|part| {
            let now = part.object["metadata"]["name"].as_str()?;
            (now != part.original).then(|| Renamed {
                kind: part.object["kind"].as_str().unwrap_or_default().into(),
                from: part.original.clone(),
                to: now.into(),
            })
        })
        .collect();
    if renamed.is_empty() {
        return;
    }
    for part in parts {
        if let Some(map) = part.object.as_object_mut() {
            for (key, value) in map {
                if key != "metadata" {
                    walk(key, value, &renamed);
                }
            }
        }
    }
}

fn rename(value: &mut Value, kind: &str, renamed: &[Renamed]) {
    let Some(name) = value.as_str() else { return };
    if let Some(found) = renamed.iter().find(|held| held.kind == kind && held.from == name) {
        *value = found.to.clone().into();
    }
}

/// The kind that a `name` below this field names.
fn named_by(field: &str) -> Option<&'static str> {
    Some(match field {
        "configMapRef" | "configMapKeyRef" | "configMap" => "ConfigMap",
        "secretRef" | "secretKeyRef" | "secret" | "imagePullSecrets" => "Secret",
        "service" => "Service",
        _ => return None,
    })
}

/// The kind that the text in this field names.
fn names(field: &str) -> Option<&'static str> {
    Some(match field {
        "secretName" => "Secret",
        "claimName" => "PersistentVolumeClaim",
        "serviceAccountName" | "serviceAccount" => "ServiceAccount",
        "serviceName" => "Service",
        "storageClassName" => "StorageClass",
        "priorityClassName" => "PriorityClass",
        _ => return None,
    })
}

fn walk(field: &str, value: &mut Value, renamed: &[Renamed]) {
    match value {
        Value::Array(list) => {
            for item in list {
                walk(field, item, renamed);
            }
        }
        Value::Object(map) => {
            // References that say themselves what kind they are of.
            if ["roleRef", "subjects", "scaleTargetRef"].contains(&field)
                && let Some(kind) = map.get("kind").and_then(Value::as_str).map(str::to_string)
                && let Some(name) = map.get_mut("name")
            {
                rename(name, &kind, renamed);
            }
            if let Some(kind) = named_by(field)
                && let Some(name) = map.get_mut("name")
            {
                rename(name, kind, renamed);
            }
            for (key, inner) in map {
                match names(key) {
                    Some(kind) if inner.is_string() => rename(inner, kind, renamed),
                    _ => walk(key, inner, renamed),
                }
            }
        }
        _ => {}
    }
}

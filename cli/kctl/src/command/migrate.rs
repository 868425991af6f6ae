//! From client-side to server-side apply: what the client's manager owned becomes the server-side
//! manager's, or fields that the file no longer has would stay for ever, and the old manager would
//! conflict with the new.

use anyhow::Result;
use client::PatchType;
use serde_json::{Value, json};

use super::write::send;
use crate::apply::LAST_APPLIED;
use crate::connect::Session;

/// The manager of server-side apply, and that of the annotation that client-side apply left.
pub const MANAGER: &str = "kubectl";
const ANNOTATION_MANAGER: &str = "kubectl-last-applied";

/// Whether an entry of `managedFields` owns the annotation.
fn owns_annotation(entry: &Value) -> bool {
    !entry["fieldsV1"]["f:metadata"]["f:annotations"][format!("f:{LAST_APPLIED}")].is_null()
}

fn is_whole(entry: &Value) -> bool {
    entry["subresource"].as_str().unwrap_or_default().is_empty()
}

/// Puts one set of fields into another.
fn union(into: &mut Value, from: &Value) {
    match (into.as_object_mut(), from.as_object()) {
        (Some(into), Some(from)) => {
            for (key, value) in from {
                union(into.entry(key.clone()).or_insert(json!({})), value);
            }
        }
        _ => *into = from.clone(),
    }
}

/// `managedFields` without the client's managers; `None` where there are none.
fn migrated(object: &Value, manager: &str) -> Option<Vec<Value>> {
    let mut entries = object["metadata"]["managedFields"].as_array()?.clone();
    let old: Vec<String> = entries
        .iter()
        .filter(|entry| entry["operation"] == "Update" && owns_annotation(entry))
        .filter_map(|entry| entry["manager"].as_str().map(str::to_string))
        .collect();
    if old.is_empty() {
        return None;
    }
    for name in old {
        let clients = |entry: &Value| {
            entry["manager"] == name.as_str() && entry["operation"] == "Update" && is_whole(entry)
        };
        let mine = entries.iter().position(|entry| {
            entry["manager"] == manager && entry["operation"] == "Apply" && is_whole(entry)
        });
        let at = match mine {
            Some(at) => at,
            None => {
                let Some(at) = entries.iter().position(clients) else { continue };
                entries[at]["operation"] = "Apply".into();
                entries[at]["manager"] = manager.into();
                at
            }
        };
        let fields: Vec<Value> =
            entries.iter().filter(|entry| clients(entry)).map(|entry| entry["fieldsV1"].clone()).collect();
        for more in fields {
            union(&mut entries[at]["fieldsV1"], &more);
        }
        entries.retain(|entry| !clients(entry));
    }
    Some(entries)
}

/// Migrates an object that was just applied, where it has to be; says whether it has been, in
/// which case it is to be applied once more.
///
/// # Errors
/// As the server refuses.
pub async fn run(session: &Session, path: &str, applied: &Value, manager: &str) -> Result<bool> {
    let mut object = applied.clone();
    let entries = || object["metadata"]["managedFields"].as_array().into_iter().flatten();
    let annotation = object["metadata"]["annotations"][LAST_APPLIED].as_str().map(str::to_string);
    let kept = entries().any(|entry| entry["operation"] == "Apply" && owns_annotation(entry));
    if let (Some(annotation), true, false) = (annotation, manager == MANAGER, kept) {
        let metadata = &object["metadata"];
        let mut body = json!({
            "apiVersion": object["apiVersion"], "kind": object["kind"],
            "metadata": {"annotations": {LAST_APPLIED: annotation}, "name": metadata["name"]},
        });
        if metadata["namespace"].is_string() {
            body["metadata"]["namespace"] = metadata["namespace"].clone();
        }
        let query = vec![("fieldManager", ANNOTATION_MANAGER.to_string())];
        object = send(session, "PATCH", path, &query, PatchType::Apply.content_type(), &body).await?;
    }
    let Some(entries) = migrated(&object, manager) else { return Ok(false) };
    let body = json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": object["metadata"]["resourceVersion"]},
    ]);
    send(session, "PATCH", path, &[], PatchType::Json.content_type(), &body).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_fields_become_the_servers() {
        let annotation = format!("f:{LAST_APPLIED}");
        let object = json!({"metadata": {"managedFields": [
            {"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:data": {"f:a": {}}}},
            {"manager": "kubectl-client-side-apply", "operation": "Update", "fieldsV1": {
                "f:data": {"f:b": {}}, "f:metadata": {"f:annotations": {annotation: {}}},
            }},
            {"manager": "other", "operation": "Update", "fieldsV1": {"f:data": {"f:c": {}}}},
        ]}});
        let entries = migrated(&object, "kubectl").expect("there is something to do");
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0]["fieldsV1"]["f:data"], json!({"f:a": {}, "f:b": {}}));
        assert_eq!(entries[1]["manager"], "other");
        assert!(migrated(&json!({"metadata": {"managedFields": [entries[1]]}}), "kubectl").is_none());
    }
}

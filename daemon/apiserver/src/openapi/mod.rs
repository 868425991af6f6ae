//! The API's description, OpenAPI v3 and v2, made from the types when it is asked for. Nothing
//! of it is kept: clients ask seldom and cache by the hash in the index.

mod proto;

use apimachinery::kinds::{KINDS, Kind};
use apimachinery::resources::Resource;
use component::http::{Body, typed};
use http::{HeaderValue, Response, StatusCode, header};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::extensions;
use crate::server::Server;

/// Answers a path of the description; `None` for all others.
pub fn answer(server: &Server, path: &str, accept: &str) -> Option<Response<Body>> {
    if let Some(rest) = path.strip_prefix("/openapi/v3") {
        let value = match rest.trim_matches('/') {
            "" => index(server),
            name => {
                let (group, version) = split(name)?;
                document(server, group, version)?
            }
        };
        let mut response = typed(StatusCode::OK, "application/json", value.to_string());
        let tag = HeaderValue::from_str(&format!("\"{}\"", tag(server, rest.trim_matches('/'))));
        if let Ok(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        return Some(response);
    }
    if path == "/openapi/v2" {
        let takes_json = accept.is_empty()
            || accept.split(',').any(|range| {
                matches!(
                    range.split(';').next().map(str::trim),
                    Some("application/json" | "*/*" | "application/*")
                )
            });
        if !takes_json && proto::ASKED.iter().any(|asked| accept.contains(asked)) {
            let bytes = proto::encode(&swagger(server));
            return Some(typed(StatusCode::OK, proto::MEDIA_TYPE, bytes));
        }
        if !takes_json {
            let status = apimachinery::Status::not_acceptable("application/json");
            return Some(crate::request::failure(&status, None));
        }
        return Some(typed(StatusCode::OK, "application/json", swagger(server).to_string()));
    }
    None
}

fn split(name: &str) -> Option<(&str, &str)> {
    match name.split('/').collect::<Vec<_>>().as_slice() {
        ["api", version] => Some(("", version)),
        ["apis", group, version] => Some((group, version)),
        _ => None,
    }
}

/// What a client caches a document by: it changes only with the program.
fn hash(name: &str) -> String {
    let text = format!("{}/{}/{name}", component::KUBERNETES_VERSION, env!("CARGO_PKG_VERSION"));
    hex::encode_upper(&Sha256::digest(text)[..16])
}

/// The hash of a group-version's document, or of the index. Those of custom resources change with
/// their definitions.
fn tag(server: &Server, name: &str) -> String {
    let of = |group: &str, version: &str| -> String {
        let rows = server.extensions.rows().into_iter();
        rows.filter(|row| row.group == group && row.version == version)
            .filter_map(|row| {
                extensions::version_of(row).map(|version| format!("{}{}", row.kind, version.hash))
            })
            .collect()
    };
    let custom = match split(name) {
        Some((group, version)) => of(group, version),
        None => versions(server).iter().map(|(group, version)| of(group, version)).collect(),
    };
    if custom.is_empty() {
        return hash(&format!("/{name}"));
    }
    hex::encode_upper(&Sha256::digest(custom)[..16])
}

fn versions(server: &Server) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for resource in server.resources() {
        if !found.contains(&(resource.group, resource.version)) {
            found.push((resource.group, resource.version));
        }
    }
    found
}

fn name(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

fn index(server: &Server) -> Value {
    let mut paths = Map::new();
    for (group, version) in versions(server) {
        let name = name(group, version);
        let url = format!("/openapi/v3/{name}?hash={}", tag(server, &name));
        paths.insert(name, json!({"serverRelativeURL": url}));
    }
    for backend in server.aggregation.table().iter() {
        let name = name(&backend.group, &backend.version);
        let url = format!("/openapi/v3/{name}");
        paths.insert(name, json!({"serverRelativeURL": url}));
    }
    json!({"paths": paths})
}

/// The schemas of kinds, with all that they refer to.
fn schemas(prefix: &'static str, wanted: impl Fn(&Kind) -> bool) -> Map<String, Value> {
    let settings = SchemaSettings::openapi3().with(|settings| settings.definitions_path = prefix.into());
    let mut generator = settings.into_generator();
    let mut roots = Vec::new();
    for kind in KINDS.iter().filter(|kind| wanted(kind)) {
        roots.push(((kind.schema)(&mut generator), kind));
    }
    let mut definitions = generator.take_definitions(true);
    for (name, kind) in roots {
        if let Some(Value::Object(schema)) = definitions.get_mut(&name) {
            let gvk = json!([{"group": kind.group, "version": kind.version, "kind": kind.kind}]);
            schema.insert("x-kubernetes-group-version-kind".into(), gvk);
        }
    }
    definitions
}

/// The schemas of metadata, which custom resources refer to.
fn metadata(prefix: &'static str) -> Map<String, Value> {
    let mut schemas = schemas(prefix, |kind| kind.group.is_empty() && kind.kind == "ConfigMap");
    schemas.retain(|_, schema| schema.get("x-kubernetes-group-version-kind").is_none());
    schemas
}

/// Adds the schema of a custom resource, with the fields that every object has.
fn custom(resource: &Resource, prefix: &str, v2: bool, schemas: &mut Map<String, Value>) {
    let Some(version) = extensions::version_of(resource) else { return };
    let mut schema = version.given.clone();
    if v2 {
        plain(&mut schema);
    }
    let meta =
        schemas.keys().find(|name| name.ends_with("meta.v1.ObjectMeta") || *name == "ObjectMeta").cloned();
    let text = |what: &str| json!({"type": "string", "description": what});
    if let Some(map) = schema.as_object_mut() {
        let properties = map.entry("properties").or_insert_with(|| json!({}));
        properties["apiVersion"] = text("The group and version of the object's schema.");
        properties["kind"] = text("What the object is.");
        properties["metadata"] = match meta {
            Some(name) => {
                json!({"$ref": format!("#{prefix}/{name}"), "description": "What every object has."})
            }
            None => json!({"type": "object"}),
        };
        let gvk = json!([{"group": resource.group, "version": resource.version, "kind": resource.kind}]);
        map.insert("x-kubernetes-group-version-kind".into(), gvk);
    }
    let mut domain: Vec<&str> = resource.group.split('.').collect();
    domain.reverse();
    schemas.insert(format!("{}.{}.{}", domain.join("."), resource.version, resource.kind), schema);
}

/// Takes away what OpenAPI v2 has no word for.
fn plain(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    for word in ["oneOf", "anyOf", "allOf", "not", "nullable"] {
        map.shift_remove(word);
    }
    for below in ["items", "additionalProperties"] {
        if let Some(schema) = map.get_mut(below) {
            plain(schema);
        }
    }
    for schema in
        map.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(|m| m.values_mut())
    {
        plain(schema);
    }
}

fn info() -> Value {
    json!({"title": "Kubernetes", "version": component::KUBERNETES_VERSION})
}

fn document(server: &Server, group: &str, version: &str) -> Option<Value> {
    let rows: Vec<&Resource> = server
        .resources()
        .into_iter()
        .filter(|resource| resource.group == group && resource.version == version)
        .collect();
    let first = rows.first()?;
    let mut schemas = if first.custom.is_some() {
        metadata("/components/schemas")
    } else {
        schemas("/components/schemas", |kind| kind.group == group && kind.version == version)
    };
    for row in &rows {
        custom(row, "/components/schemas", false, &mut schemas);
    }
    let mut paths = Map::new();
    for resource in rows {
        describe(resource, &schemas, false, &mut paths);
    }
    Some(json!({
        "openapi": "3.0.0", "info": info(), "paths": paths, "components": {"schemas": schemas},
    }))
}

fn swagger(server: &Server) -> Value {
    let served = versions(server);
    let mut definitions =
        schemas("/definitions", |kind| served.iter().any(|(g, v)| *g == kind.group && *v == kind.version));
    for resource in server.extensions.rows() {
        custom(resource, "/definitions", true, &mut definitions);
    }
    let mut paths = Map::new();
    for resource in server.resources() {
        describe(resource, &definitions, true, &mut paths);
    }
    json!({"swagger": "2.0", "info": info(), "paths": paths, "definitions": definitions})
}

/// The name of a kind's schema.
fn schema_of(resource: &Resource, schemas: &Map<String, Value>) -> Option<String> {
    let own = |schema: &Value| {
        schema["x-kubernetes-group-version-kind"].as_array().is_some_and(|all| {
            all.iter().any(|gvk| {
                gvk["group"] == resource.group
                    && gvk["version"] == resource.version
                    && gvk["kind"] == resource.kind
            })
        })
    };
    schemas.iter().find(|(_, schema)| own(schema)).map(|(name, _)| name.clone())
}

fn parameter(name: &str, kind: &str, description: &str, v2: bool) -> Value {
    if v2 {
        json!({"name": name, "in": "query", "description": description, "type": kind, "uniqueItems": true})
    } else {
        json!({"name": name, "in": "query", "description": description, "schema": {"type": kind, "uniqueItems": true}})
    }
}

/// Adds a resource's paths.
fn describe(resource: &Resource, schemas: &Map<String, Value>, v2: bool, paths: &mut Map<String, Value>) {
    let gvk = json!({"group": resource.group, "version": resource.version, "kind": resource.kind});
    let reference = schema_of(resource, schemas).map(|name| {
        let path = if v2 { "definitions" } else { "components/schemas" };
        json!({"$ref": format!("#/{path}/{name}")})
    });
    let writing = [
        parameter("dryRun", "string", "All: nothing is stored.", v2),
        parameter("fieldManager", "string", "Who makes the change.", v2),
        parameter(
            "fieldValidation",
            "string",
            "What is done about unknown and duplicate fields: Ignore, Warn or Strict.",
            v2,
        ),
    ];
    let listing = [
        parameter("labelSelector", "string", "Which objects, by label.", v2),
        parameter("fieldSelector", "string", "Which objects, by field.", v2),
        parameter("limit", "integer", "At most how many objects.", v2),
        parameter("continue", "string", "Where an earlier list goes on.", v2),
        parameter("resourceVersion", "string", "How old the answer may be.", v2),
        parameter("resourceVersionMatch", "string", "How resourceVersion is meant.", v2),
        parameter("watch", "boolean", "Whether changes are to follow.", v2),
        parameter("allowWatchBookmarks", "boolean", "Whether bookmarks may come along.", v2),
        parameter("sendInitialEvents", "boolean", "Whether a watch begins with what is there.", v2),
        parameter("timeoutSeconds", "integer", "How long the call may last.", v2),
    ];
    let operation = |action: &str, parameters: &[Value], takes: Option<&str>| {
        let mut operation = json!({
            "operationId": format!("{action}{}{}{}", resource.group.replace('.', ""), resource.version, resource.kind),
            "x-kubernetes-action": action, "x-kubernetes-group-version-kind": gvk, "parameters": parameters,
            "responses": {"200": {"description": "OK"}, "401": {"description": "Unauthorized"}},
        });
        if let Some(reference) = &reference {
            if v2 {
                operation["responses"]["200"]["schema"] = reference.clone();
            } else {
                operation["responses"]["200"]["content"] = json!({"application/json": {"schema": reference}});
            }
            if let Some(media) = takes {
                if v2 {
                    let body = json!({"name": "body", "in": "body", "required": true, "schema": reference});
                    if let Value::Array(list) = &mut operation["parameters"] {
                        list.push(body);
                    }
                } else {
                    operation["requestBody"] = json!({"content": {media: {"schema": reference}}});
                }
            }
        }
        operation
    };
    let mut collection = Map::new();
    let mut item = Map::new();
    for verb in resource.verbs {
        match *verb {
            "list" => collection.insert("get".into(), operation("list", &listing, None)),
            "create" => {
                collection.insert("post".into(), operation("post", &writing, Some("application/json")))
            }
            "deletecollection" => {
                collection.insert("delete".into(), operation("deletecollection", &listing, None))
            }
            "get" => item.insert("get".into(), operation("get", &[], None)),
            "update" => item.insert("put".into(), operation("put", &writing, Some("application/json"))),
            "patch" => item
                .insert("patch".into(), operation("patch", &writing, Some("application/merge-patch+json"))),
            "delete" => item.insert("delete".into(), operation("delete", &writing[..1], None)),
            _ => None,
        };
    }
    let root = resource.root_path();
    let base = if resource.namespaced {
        if let Some(list) = collection.get("get") {
            paths.insert(format!("{root}/{}", resource.plural), json!({"get": list}));
        }
        format!("{root}/namespaces/{{namespace}}/{}", resource.plural)
    } else {
        format!("{root}/{}", resource.plural)
    };
    if !item.is_empty() {
        paths.insert(format!("{base}/{{name}}"), Value::Object(item));
    }
    paths.insert(base, Value::Object(collection));
}

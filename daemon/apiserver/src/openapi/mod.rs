//! The API's description, OpenAPI v3 and v2, made when it is asked for. Nothing of it is kept:
//! clients ask seldom and cache by the hash in the index.

mod custom;
mod operations;
mod plain;
mod proto;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use apimachinery::resources::Resource;
use component::http::{Body, typed};
use http::{HeaderMap, Response, StatusCode, header};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use self::operations::Paths;
use self::types::{Form, META, Words};

use crate::discovery::tagged;
use crate::extensions;
use crate::server::Server;

/// Answers a path of the description; `None` for all others.
pub fn answer(server: &Server, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(rest) = path.strip_prefix("/openapi/v3") {
        let value = match rest.trim_matches('/') {
            "" => index(server),
            name => match split(name) {
                Some((group, version)) => document(server, group, version)?,
                None => plain::document(server, name)?,
            },
        };
        let tag = format!("\"{}\"", tag(server, rest.trim_matches('/')));
        let make = || typed(StatusCode::OK, "application/json", value.to_string());
        return Some(tagged(headers, &tag, make));
    }
    if path == "/openapi/v2" {
        let takes_json = accept.is_empty()
            || accept.split(',').any(|range| {
                matches!(
                    range.split(';').next().map(str::trim),
                    Some("application/json" | "*/*" | "application/*")
                )
            });
        let takes_proto = !takes_json && proto::ASKED.iter().any(|asked| accept.contains(asked));
        if !takes_json && !takes_proto {
            let status = apimachinery::Status::not_acceptable("application/json");
            return Some(crate::request::failure(&status, None));
        }
        let tag = hex::encode_upper(&Sha256::digest(format!("v2{}{takes_proto}", tag(server, "")))[..16]);
        return Some(tagged(headers, &format!("\"{tag}\""), || {
            if takes_json {
                return typed(StatusCode::OK, "application/json", swagger_text(server));
            }
            // Parts of a message are merged by whoever reads them.
            let mut bytes = Vec::new();
            swagger(server, |part| bytes.extend(proto::encode(&part)));
            typed(StatusCode::OK, proto::MEDIA_TYPE, bytes)
        }));
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
                extensions::version_of(row)
                    .map(|version| format!("{}{}{}", row.kind, version.list_kind, version.hash))
            })
            .collect()
    };
    let custom = match split(name) {
        Some((group, version)) => of(group, version),
        None if !name.is_empty() => String::new(),
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
    for name in plain::names(server) {
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

fn info() -> Value {
    json!({"title": "Kubernetes", "version": component::KUBERNETES_VERSION})
}

/// How clients say who they are.
fn security() -> Value {
    json!({"BearerToken": {
        "type": "apiKey", "in": "header", "name": "authorization", "description": "A bearer token.",
    }})
}

/// The paths of resources, and the schemas that they speak of, but for those that are known.
fn describe(
    rows: &[&'static Resource],
    form: Form,
    everywhere: &[(&str, &str)],
    words: &Words,
    known: &BTreeSet<String>,
) -> (Map<String, Value>, Map<String, Value>) {
    let mut paths = Map::new();
    let mut roots: BTreeSet<String> = BTreeSet::new();
    let meta = |name: &str| format!("{META}.{name}");
    for resource in rows {
        let (schema, list) = match resource.custom {
            Some(_) => (custom::name(resource), custom::list_name(resource)),
            None => {
                let name =
                    |kind: &str| types::of_kind(resource.group, resource.version, kind).unwrap_or_default();
                (name(resource.kind).to_string(), name(&format!("{}List", resource.kind)).to_string())
            }
        };
        if resource.custom.is_some() {
            roots.extend([meta("ObjectMeta"), meta("ListMeta")]);
        }
        roots.extend([schema.clone(), list.clone()]);
        for verb in resource.verbs {
            match *verb {
                "delete" | "deletecollection" => roots.extend([meta("DeleteOptions"), meta("Status")]),
                "patch" => _ = roots.insert(meta("Patch")),
                "watch" => _ = roots.insert(meta("WatchEvent")),
                _ => {}
            }
        }
        for sub in resource.subresources.iter().filter(|sub| !sub.version.is_empty()) {
            roots.extend(types::of_kind(sub.group, sub.version, sub.kind).map(str::to_string));
        }
        Paths { resource, form, schema, list }.describe(&mut paths);
    }
    let mut seen = BTreeSet::new();
    for resource in rows {
        if seen.insert((resource.group, resource.version)) {
            let (path, item) = plain::resources(resource.group, resource.version, form);
            paths.insert(path, item);
            roots.insert(meta("APIResourceList"));
        }
    }
    let mut schemas: Map<String, Value> = types::closure(roots)
        .into_iter()
        .filter(|name| !known.contains(*name))
        .map(|name| (name.to_string(), types::schema(name, form, words, everywhere)))
        .collect();
    for resource in rows {
        custom::schemas(resource, form, &mut schemas);
    }
    (paths, schemas)
}

fn document(server: &Server, group: &str, version: &str) -> Option<Value> {
    let rows: Vec<&'static Resource> = server
        .resources()
        .into_iter()
        .filter(|resource| resource.group == group && resource.version == version)
        .collect();
    rows.first()?;
    let everywhere: &[(&str, &str)] =
        if group.is_empty() { &[("", "v1")] } else { &[("", "v1"), (group, version)] };
    let (paths, schemas) = describe(&rows, Form::V3, everywhere, &Words::new(), &BTreeSet::new());
    Some(json!({
        "openapi": "3.0.0", "info": info(), "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security()},
    }))
}

/// OpenAPI v2 in parts, each with some of the paths and definitions, the first with all else: it is long where there
/// are many custom resources, and a tree of it takes ten times its length.
fn swagger(server: &Server, mut take: impl FnMut(Value)) {
    let everywhere = versions(server);
    let words = Words::new();
    let (built_in, custom): (Vec<_>, Vec<_>) =
        server.resources().into_iter().partition(|resource| resource.custom.is_none());
    let (mut paths, mut definitions) = describe(&built_in, Form::V2, &everywhere, &words, &BTreeSet::new());
    for name in plain::names(server) {
        let Some((items, roots)) = plain::paths(server, &name, Form::V2) else { continue };
        paths.extend(items);
        for root in types::closure(roots) {
            definitions.entry(root).or_insert_with(|| types::schema(root, Form::V2, &words, &[]));
        }
    }
    let mut known: BTreeSet<String> = definitions.keys().cloned().collect();
    take(json!({
        "swagger": "2.0", "info": info(), "paths": paths, "definitions": definitions,
        "security": [{"BearerToken": []}], "securityDefinitions": security(),
    }));
    let mut groups: BTreeMap<(&str, &str), Vec<&'static Resource>> = BTreeMap::new();
    for resource in custom {
        groups.entry((resource.group, resource.version)).or_default().push(resource);
    }
    for rows in groups.values() {
        let (paths, definitions) = describe(rows, Form::V2, &everywhere, &words, &known);
        known.extend(definitions.keys().cloned());
        take(json!({"paths": paths, "definitions": definitions}));
    }
}

/// [`swagger`] as one text.
fn swagger_text(server: &Server) -> Vec<u8> {
    let (mut head, mut paths, mut definitions) = (Value::Null, Vec::new(), Vec::new());
    swagger(server, |mut part| {
        for (field, out) in [("paths", &mut paths), ("definitions", &mut definitions)] {
            let some = part[field].take().to_string();
            let some = some.strip_prefix('{').and_then(|some| some.strip_suffix('}')).unwrap_or_default();
            if !some.is_empty() && !out.is_empty() {
                out.push(b',');
            }
            out.extend_from_slice(some.as_bytes());
        }
        if head.is_null() {
            head = part;
        }
    });
    let field = |name: &str| format!("\"{name}\":{}", head[name]);
    let mut out = format!("{{{},{},\"paths\":{{", field("swagger"), field("info")).into_bytes();
    out.reserve_exact(paths.len() + definitions.len() + 1024);
    out.extend(paths);
    out.extend_from_slice(b"},\"definitions\":{");
    out.extend(definitions);
    out.extend(format!("}},{},{}}}", field("security"), field("securityDefinitions")).into_bytes());
    out
}

//! Which groups, versions and resources there are, in both of the forms that clients ask for.

use apimachinery::resources::{Resource, Subresource};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use component::http::{Body, typed};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::metrics::parts;
use crate::server::Server;

/// The order of groups in upstream's discovery.
const GROUPS: &[&str] = &[
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
];

fn served(server: &Server) -> impl Iterator<Item = &'static Resource> {
    server.resources().into_iter()
}

/// All groups but the core one: built-in ones in upstream's order, then custom ones by name.
fn groups(server: &Server) -> Vec<String> {
    let mut groups: Vec<String> = GROUPS.iter().map(ToString::to_string).collect();
    for resource in server.extensions.rows() {
        if !groups.iter().any(|group| group == resource.group) {
            groups.push(resource.group.to_string());
        }
    }
    for backend in server.aggregation.table().iter() {
        if !groups.contains(&backend.group) {
            groups.push(backend.group.clone());
        }
    }
    groups
}

/// The versions of a group, best first.
fn versions(server: &Server, group: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for resource in served(server).filter(|resource| resource.group == group) {
        if !found.iter().any(|version| version == resource.version) {
            found.push(resource.version.to_string());
        }
    }
    for backend in server.aggregation.table().iter().filter(|backend| backend.group == group) {
        if !found.contains(&backend.version) {
            found.push(backend.version.clone());
        }
    }
    found
}

/// Answers a discovery path; `None` for all others.
pub fn answer(server: &Server, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let aggregated = accept.contains("as=APIGroupDiscoveryList") && accept.contains("v=v2;")
        || accept.contains("as=APIGroupDiscoveryList") && accept.contains("v=v2,")
        || accept.contains("v=v2;as=APIGroupDiscoveryList");
    let value = match words.as_slice() {
        ["api"] if aggregated => return Some(discovery(server, headers, &[String::new()])),
        ["apis"] if aggregated => return Some(discovery(server, headers, &groups(server))),
        ["api"] => json!({
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": server.external_address()}],
        }),
        ["apis"] => {
            let groups: Vec<Value> =
                groups(server).iter().filter_map(|group| self::group(server, group)).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        ["apis", group] => {
            let mut value = self::group(server, group)?;
            value["kind"] = json!("APIGroup");
            value["apiVersion"] = json!("v1");
            value
        }
        ["api", version] => list(server, "", version)?,
        ["apis", group, version] => list(server, group, version)?,
        _ => return None,
    };
    Some(typed(StatusCode::OK, "application/json", value.to_string()))
}

fn group(server: &Server, group: &str) -> Option<Value> {
    let versions: Vec<Value> = versions(server, group)
        .iter()
        .map(|version| json!({"groupVersion": format!("{group}/{version}"), "version": version}))
        .collect();
    let preferred = versions.first()?.clone();
    (!group.is_empty()).then(|| json!({"name": group, "versions": versions, "preferredVersion": preferred}))
}

/// Upstream's hash of where a resource is stored, by which clients notice a change.
fn storage_hash(resource: &'static Resource) -> String {
    let stored = match &resource.custom {
        Some(custom) => custom.storage.unwrap_or(resource),
        None => crate::handlers::stored_as(resource),
    };
    // Upstream still writes these in an older version of the same shape; clients compare the hash.
    let version = match stored.kind {
        "CustomResourceDefinition" | "MutatingAdmissionPolicy" | "MutatingAdmissionPolicyBinding" => {
            "v1beta1"
        }
        _ => stored.version,
    };
    let text = format!("{}/{version}/{}", stored.group, stored.kind);
    STANDARD.encode(&Sha256::digest(text)[..8])
}

fn list(server: &Server, group: &str, version: &str) -> Option<Value> {
    let mut found = Vec::new();
    let mut rows: Vec<&'static Resource> =
        served(server).filter(|resource| resource.group == group && resource.version == version).collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by_key(|resource| resource.plural);
    for resource in rows {
        let mut row = json!({
            "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
            "kind": resource.kind, "verbs": resource.verbs,
        });
        if !resource.short.is_empty() {
            row["shortNames"] = json!(resource.short);
        }
        if !resource.categories.is_empty() {
            row["categories"] = json!(resource.categories);
        }
        if resource.is_stored() {
            row["storageVersionHash"] = json!(storage_hash(resource));
        }
        found.push(row);
        for sub in resource.subresources {
            let mut row = json!({
                "name": format!("{}/{}", resource.plural, sub.name), "singularName": "",
                "namespaced": resource.namespaced, "kind": sub.kind, "verbs": sub.verbs,
            });
            if !sub.version.is_empty() {
                row["group"] = json!(sub.group);
                row["version"] = json!(sub.version);
            }
            found.push(row);
        }
    }
    let name = if group.is_empty() { version.to_string() } else { format!("{group}/{version}") };
    let mut value = json!({"kind": "APIResourceList", "groupVersion": name, "resources": found});
    if !group.is_empty() {
        value["apiVersion"] = json!("v1");
    }
    Some(value)
}

/// The aggregated form.
fn discovery(server: &Server, headers: &HeaderMap, groups: &[String]) -> Response<Body> {
    parts::DISCOVERIES.inc();
    let items: Vec<Value> = groups
        .iter()
        .filter_map(|group| {
            let versions: Vec<Value> = versions(server, group)
                .iter()
                .map(|version| {
                    let backends = server.aggregation.table();
                    let other = backends.iter().find(|one| one.group == *group && one.version == *version);
                    if let Some(backend) = other {
                        return backend.discovered();
                    }
                    let resources: Vec<Value> = {
                        let mut rows: Vec<&Resource> =
                            served(server).filter(|r| r.group == *group && r.version == *version).collect();
                        rows.sort_by_key(|resource| resource.plural);
                        rows.into_iter().map(aggregated).collect()
                    };
                    json!({"version": version, "freshness": "Current", "resources": resources})
                })
                .collect();
            if versions.is_empty() {
                return None;
            }
            let meta = if group.is_empty() { json!({}) } else { json!({"name": group}) };
            Some(json!({"metadata": meta, "versions": versions}))
        })
        .collect();
    let value = json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items});
    let text = value.to_string();
    let tag = format!("\"{}\"", hex::encode_upper(Sha512::digest(&text)));
    let media = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let mut response = tagged(headers, &tag, || typed(StatusCode::OK, media, text));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// An answer that clients keep by its tag; those that have it already need not read it again.
pub fn tagged(headers: &HeaderMap, tag: &str, make: impl FnOnce() -> Response<Body>) -> Response<Body> {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = given.flat_map(|value| value.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.trim_start_matches("W/") == tag
    });
    let mut response = if known {
        let mut response = Response::new(component::http::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        make()
    };
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn aggregated(resource: &Resource) -> Value {
    let kind =
        |group: &str, version: &str, kind: &str| json!({"group": group, "version": version, "kind": kind});
    let own = if resource.custom.is_some() { (resource.group, resource.version) } else { ("", "") };
    let of = |sub: &Subresource| {
        if sub.version.is_empty() {
            kind(own.0, own.1, sub.kind)
        } else {
            kind(sub.group, sub.version, sub.kind)
        }
    };
    let mut row = json!({
        "resource": resource.plural, "responseKind": kind(own.0, own.1, resource.kind),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular, "verbs": resource.verbs,
    });
    if !resource.short.is_empty() {
        row["shortNames"] = json!(resource.short);
    }
    if !resource.categories.is_empty() {
        row["categories"] = json!(resource.categories);
    }
    let subresources: Vec<Value> = resource
        .subresources
        .iter()
        .map(|sub| json!({"subresource": sub.name, "responseKind": of(sub), "verbs": sub.verbs}))
        .collect();
    if !subresources.is_empty() {
        row["subresources"] = json!(subresources);
    }
    row
}

/// The paths that `/` lists.
pub fn paths(server: &Server) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/.well-known/openid-configuration",
        "/api",
        "/api/v1",
        "/apis",
        "/apis/",
        "/flagz",
        "/healthz",
        "/livez",
        "/metrics",
        "/openapi/v2",
        "/openapi/v3",
        "/openid/v1/jwks",
        "/readyz",
        "/statusz",
        "/version",
    ]
    .map(str::to_string)
    .to_vec();
    if server.options.logs.is_some() {
        paths.push("/logs".into());
    }
    for group in groups(server) {
        let versions = versions(server, &group);
        if !versions.is_empty() {
            paths.push(format!("/apis/{group}"));
            paths.extend(versions.iter().map(|version| format!("/apis/{group}/{version}")));
        }
    }
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::resources;

    #[test]
    fn every_group_is_in_the_order() {
        for (group, _) in resources::group_versions() {
            assert!(group.is_empty() || GROUPS.contains(&group), "{group}");
        }
    }
}

//! Objects that are asked and answered, not stored: reviews of tokens, of access and of who one
//! is; bindings; and component statuses.

use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::invalid::{Field, Violation};
use http::StatusCode;
use serde_json::{Value, json};

use super::bindings;
use crate::authn::{self, User};
use crate::authz::{self, Attributes, Decision, selectors};
use crate::decode;
use crate::output::{self, Shape};
use crate::request::{Answer, Call};

/// Answers.
pub async fn handle(call: &Call) -> Answer {
    match (call.resource.group, call.resource.plural) {
        ("", "componentstatuses") => return components(call),
        ("", "bindings") => return bindings::bind(call).await,
        _ => {}
    }
    let shape = Shape::negotiate(call, false)?;
    let kind = decode::kind_of(call.resource)?;
    let body = decode::json(call, call.body().await?)?;
    let mut object = decode::object(call, kind, &body)?;
    super::write::place(&call.route.namespace, call.resource, object.as_mut())?;
    let meta = object.meta_mut();
    meta.uid = None;
    meta.self_link = None;
    meta.creation_timestamp = None;
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    let mut review: Value = serde_json::from_slice(&object.encode()).map_err(Status::internal)?;
    review["status"] = match call.resource.plural {
        "tokenreviews" => token(call, &review["spec"]).await?,
        "selfsubjectreviews" => json!({"userInfo": call.user.json()}),
        "selfsubjectaccessreviews" => access(call, &call.user, &review).await?,
        "subjectaccessreviews" | "localsubjectaccessreviews" => {
            access(call, &subject(&review["spec"]), &review).await?
        }
        "selfsubjectrulesreviews" => rules(call, &review["spec"]).await?,
        _ => return Err(Status::no_such_path()),
    };
    if call.resource.group != "authorization.k8s.io" || call.resource.plural == "selfsubjectreviews" {
        review["metadata"]["creationTimestamp"] = json!(super::write::now());
    }
    output::answer(&shape, &review, StatusCode::CREATED)
}

async fn token(call: &Call, spec: &Value) -> Result<Value, Status> {
    let token = spec["token"].as_str().unwrap_or_default();
    if token.is_empty() {
        return Err(Status::bad_request("token is required for TokenReview in authentication"));
    }
    let audiences: Option<Vec<String>> = spec["audiences"]
        .as_array()
        .filter(|list| !list.is_empty())
        .map(|list| list.iter().filter_map(|audience| audience.as_str().map(str::to_string)).collect());
    let server = &call.server;
    match authn::token_user(server, token, audiences.as_deref()).await? {
        None => Ok(
            json!({"authenticated": false, "user": {}, "error": "[invalid bearer token, token lookup failed]"}),
        ),
        Some(user) => {
            let held: Vec<String> = match (&audiences, pki::jwt::peek(token)) {
                (Some(wanted), Some(claims)) => {
                    let has = |audience: &String| match &claims["aud"] {
                        Value::Array(list) => list.iter().any(|have| have == audience),
                        one => one == audience,
                    };
                    wanted.iter().filter(|audience| has(audience)).cloned().collect()
                }
                (Some(wanted), None) => wanted.clone(),
                (None, _) => server.authenticator.tokens.audiences().to_vec(),
            };
            Ok(json!({"authenticated": true, "user": user.json(), "audiences": held}))
        }
    }
}

/// The user that a review is about.
fn subject(spec: &Value) -> User {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
    };
    User {
        name: text(spec, "user"),
        uid: text(spec, "uid"),
        groups: texts(&spec["groups"]),
        extra: spec["extra"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), texts(v)))
            .collect::<BTreeMap<_, _>>(),
        ..User::default()
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_string()
}

/// What a review asks about, and what of it could not be understood; else what is wrong with the review.
fn asked(plural: &str, review: &Value) -> Result<(Attributes, String), Vec<Violation>> {
    let mut wrong = Vec::new();
    let (spec, root) = (&review["spec"], Field::root("spec"));
    let (resource, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
    let resource_field = root.child("resourceAttributes");
    let path_field = root.child("nonResourceAttributes");
    let shown_path = json!({"Path": text(path, "path"), "Verb": text(path, "verb")});
    if resource.is_object() && path.is_object() {
        let why = "cannot be specified in combination with resourceAttributes";
        wrong.push(Violation::invalid_value(&path_field, &shown_path, why));
    }
    if !resource.is_object() && !path.is_object() {
        let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        wrong.push(Violation::invalid_value(&resource_field, &Value::Null, why));
    }
    let nobody =
        text(spec, "user").is_empty() && spec["groups"].as_array().is_none_or(|groups| groups.is_empty());
    if plural != "selfsubjectaccessreviews" && nobody {
        let why = "at least one of user or group must be specified";
        wrong.push(Violation::invalid(&root.child("user"), "", why));
    }
    let mut attributes = if resource.is_object() {
        Attributes {
            verb: text(resource, "verb"),
            is_resource: true,
            group: text(resource, "group"),
            version: text(resource, "version"),
            resource: text(resource, "resource"),
            subresource: text(resource, "subresource"),
            namespace: text(resource, "namespace"),
            name: text(resource, "name"),
            ..Attributes::default()
        }
    } else {
        Attributes { verb: text(path, "verb"), path: text(path, "path"), ..Attributes::default() }
    };
    let told = selectors::read(resource, &resource_field, &mut attributes, &mut wrong);
    let local = plural == "localsubjectaccessreviews";
    let mut meta = review["metadata"].as_object().cloned().unwrap_or_default();
    meta.retain(|name, _| name != "managedFields" && !(local && name == "namespace"));
    if !meta.is_empty() {
        let why = if local { "must be empty except for namespace" } else { "must be empty" };
        wrong.push(Violation::invalid_value(&Field::root("metadata"), &shown(&review["metadata"]), why));
    }
    if local && resource.is_object() && attributes.namespace != text(&review["metadata"], "namespace") {
        let field = resource_field.child("namespace");
        wrong.push(Violation::invalid(&field, &attributes.namespace, "must match metadata.namespace"));
    }
    if local && path.is_object() {
        let why = "disallowed on this kind of request";
        wrong.push(Violation::invalid_value(&path_field, &shown_path, why));
    }
    if wrong.is_empty() { Ok((attributes, told)) } else { Err(wrong) }
}

/// Metadata with its fields in upstream's order.
fn shown(meta: &Value) -> serde_json::Map<String, Value> {
    const FIELDS: [&str; 10] = [
        "name",
        "generateName",
        "namespace",
        "resourceVersion",
        "generation",
        "labels",
        "annotations",
        "ownerReferences",
        "finalizers",
        "managedFields",
    ];
    let given = FIELDS.into_iter().filter(|name| !meta[*name].is_null());
    given.map(|name| (name.to_string(), meta[name].clone())).collect()
}

async fn access(call: &Call, user: &User, review: &Value) -> Result<Value, Status> {
    // No kind is named: what upstream judges has lost it.
    let (attributes, ignored) = asked(call.resource.plural, review)
        .map_err(|wrong| Status::invalid(call.resource.group, "", "", &wrong))?;
    let mut status = match authz::decide(&call.server, user, &attributes).await? {
        Decision::Allow(reason) if reason.is_empty() => json!({"allowed": true}),
        Decision::Allow(reason) => json!({"allowed": true, "reason": reason}),
        Decision::Deny(reason) => json!({"allowed": false, "denied": true, "reason": reason}),
        Decision::NoOpinion(reason) if reason.is_empty() => json!({"allowed": false}),
        Decision::NoOpinion(reason) => json!({"allowed": false, "reason": reason}),
    };
    if !ignored.is_empty() {
        status["evaluationError"] = json!(ignored);
    }
    Ok(status)
}

async fn rules(call: &Call, spec: &Value) -> Result<Value, Status> {
    let namespace = spec["namespace"].as_str().unwrap_or_default();
    if namespace.is_empty() {
        return Err(Status::bad_request("no namespace on request"));
    }
    let server = &call.server;
    let mut resources = Vec::new();
    let mut paths = Vec::new();
    if call.user.is_in(authn::MASTERS) || !server.authorizer.has_rbac() {
        resources.push(json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}));
        paths.push(json!({"verbs": ["*"], "nonResourceURLs": ["*"]}));
    }
    for rule in server.authorizer.rbac.rules(server, &call.user, namespace).await? {
        if let Some(urls) = rule.non_resource_urls.filter(|urls| !urls.is_empty()) {
            paths.push(json!({"verbs": rule.verbs, "nonResourceURLs": urls}));
            continue;
        }
        let mut one = json!({"verbs": rule.verbs, "apiGroups": rule.api_groups, "resources": rule.resources});
        if let Some(names) = rule.resource_names.filter(|names| !names.is_empty()) {
            one["resourceNames"] = json!(names);
        }
        resources.push(one);
    }
    Ok(json!({"resourceRules": resources, "nonResourceRules": paths, "incomplete": false}))
}

/// What upstream still shows of the components it can reach: etcd.
fn components(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, call.route.verb == "list")?;
    let healthy = call.server.store.is_connected();
    let item = json!({
        "apiVersion": "v1", "kind": "ComponentStatus", "metadata": {"name": "etcd-0"},
        "conditions": [{
            "type": "Healthy", "status": if healthy { "True" } else { "False" },
            "message": if healthy { "ok" } else { "the watch on etcd is not connected" },
        }],
    });
    let bytes = serde_json::to_vec(&item).map_err(Status::internal)?;
    if call.route.verb == "get" {
        if call.route.name != "etcd-0" {
            return Err(Status::not_found("", "componentstatuses", &call.route.name));
        }
        return output::object(call, &shape, &bytes.into(), StatusCode::OK);
    }
    output::values(call, &shape, vec![item])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_ask_one_thing_of_someone() {
        let own = "selfsubjectaccessreviews";
        let all = "subjectaccessreviews";
        let local = "localsubjectaccessreviews";
        let pods = json!({"verb": "get", "resource": "pods", "namespace": "n"});
        let path = json!({"verb": "get", "path": "/x"});
        let both = json!({"resourceAttributes": pods, "nonResourceAttributes": path});
        let about = |more: Value| {
            let mut spec = json!({"user": "ann"});
            apimachinery::patch::merge(&mut spec, more);
            json!({"metadata": {}, "spec": spec})
        };
        let named = |more: Value, meta: Value| {
            let mut review = about(more);
            review["metadata"] = meta;
            review
        };
        let only = json!({"resourceAttributes": pods});
        for (plural, review, expected) in [
            (own, json!({"spec": only}), ""),
            (all, about(only.clone()), ""),
            (all, about(json!({"nonResourceAttributes": path})), ""),
            (all, about(json!({"user": null, "groups": ["dev"], "resourceAttributes": pods})), ""),
            (all, named(only.clone(), json!({"managedFields": [{"manager": "x"}]})), ""),
            (local, named(only.clone(), json!({"namespace": "n"})), ""),
            (
                own,
                json!({"spec": {}}),
                "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
            ),
            (
                own,
                json!({"spec": both}),
                "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/x\",\"Verb\":\"get\"}: cannot be specified in combination with resourceAttributes",
            ),
            (
                all,
                json!({"spec": only}),
                "spec.user: Invalid value: \"\": at least one of user or group must be specified",
            ),
            (
                all,
                json!({"spec": {}}),
                "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: \"\": at least one of user or group must be specified",
            ),
            (
                all,
                about(json!({"resourceAttributes": {"labelSelector": {}}})),
                "spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required",
            ),
            (
                all,
                named(only.clone(), json!({"labels": {"a": "b"}, "name": "x"})),
                "metadata: Invalid value: {\"name\":\"x\",\"labels\":{\"a\":\"b\"}}: must be empty",
            ),
            (
                local,
                named(only.clone(), json!({"name": "x", "namespace": "n"})),
                "metadata: Invalid value: {\"name\":\"x\",\"namespace\":\"n\"}: must be empty except for namespace",
            ),
            (
                local,
                named(only.clone(), json!({"namespace": "m"})),
                "spec.resourceAttributes.namespace: Invalid value: \"n\": must match metadata.namespace",
            ),
            (
                local,
                named(json!({"nonResourceAttributes": path}), json!({"namespace": "m"})),
                "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/x\",\"Verb\":\"get\"}: disallowed on this kind of request",
            ),
        ] {
            let wrong: Vec<String> =
                asked(plural, &review).err().into_iter().flatten().map(|one| one.to_string()).collect();
            assert_eq!(wrong.join(", "), expected, "{plural}: {review}");
        }
    }
}

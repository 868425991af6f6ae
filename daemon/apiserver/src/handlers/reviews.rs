//! Objects that are asked and answered, not stored: reviews of tokens, of access and of who one
//! is; bindings; and component statuses.

use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::invalid::Field;
use http::StatusCode;
use serde_json::{Value, json};

use super::subresources;
use crate::authn::{self, User};
use crate::authz::{self, Attributes, Decision, selectors};
use crate::decode;
use crate::output::{self, Shape};
use crate::request::{Answer, Call};

/// Answers.
pub async fn handle(call: &Call) -> Answer {
    match (call.resource.group, call.resource.plural) {
        ("", "componentstatuses") => return components(call),
        ("", "bindings") => return subresources::bind(call).await,
        _ => {}
    }
    let shape = Shape::negotiate(call, false)?;
    let kind = decode::kind_of(call.resource)?;
    let body = decode::json(call, call.body().await?)?;
    let object = decode::object(call, kind, &body)?;
    let mut review: Value = serde_json::from_slice(&object.encode()).map_err(Status::internal)?;
    review["status"] = match call.resource.plural {
        "tokenreviews" => token(call, &review["spec"]).await?,
        "selfsubjectreviews" => json!({"userInfo": call.user.json()}),
        "selfsubjectaccessreviews" => access(call, &call.user, &review["spec"], "").await?,
        "subjectaccessreviews" => {
            let user = subject(&review["spec"])?;
            access(call, &user, &review["spec"], "").await?
        }
        "localsubjectaccessreviews" => {
            let namespace = call.route.namespace.as_str();
            if review["spec"]["resourceAttributes"]["namespace"] != namespace {
                return Err(Status::failure(
                    422,
                    "Invalid",
                    "LocalSubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: must match metadata.namespace",
                ));
            }
            review["metadata"]["namespace"] = json!(namespace);
            let user = subject(&review["spec"])?;
            access(call, &user, &review["spec"], namespace).await?
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
fn subject(spec: &Value) -> Result<User, Status> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
    };
    let user = User {
        name: spec["user"].as_str().unwrap_or_default().to_string(),
        uid: spec["uid"].as_str().unwrap_or_default().to_string(),
        groups: texts(&spec["groups"]),
        extra: spec["extra"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), texts(v)))
            .collect::<BTreeMap<_, _>>(),
        ..User::default()
    };
    if user.name.is_empty() && user.groups.is_empty() {
        return Err(Status::failure(
            422,
            "Invalid",
            "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one of user or group must be specified",
        ));
    }
    Ok(user)
}

async fn access(call: &Call, user: &User, spec: &Value, namespace: &str) -> Result<Value, Status> {
    let resource = &spec["resourceAttributes"];
    let path = &spec["nonResourceAttributes"];
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_string();
    let mut ignored = String::new();
    let attributes = match (resource.is_object(), path.is_object()) {
        (true, false) => {
            let mut attributes = Attributes {
                verb: text(resource, "verb"),
                is_resource: true,
                group: text(resource, "group"),
                version: text(resource, "version"),
                resource: text(resource, "resource"),
                subresource: text(resource, "subresource"),
                namespace: text(resource, "namespace"),
                name: text(resource, "name"),
                ..Attributes::default()
            };
            if !namespace.is_empty() {
                attributes.namespace = namespace.to_string();
            }
            let mut wrong = Vec::new();
            let field = Field::root("spec").child("resourceAttributes");
            let told = selectors::read(resource, &field, &mut attributes, &mut wrong);
            if !wrong.is_empty() {
                return Err(Status::invalid("authorization.k8s.io", call.resource.kind, "", &wrong));
            }
            ignored = told;
            attributes
        }
        (false, true) => {
            Attributes { verb: text(path, "verb"), path: text(path, "path"), ..Attributes::default() }
        }
        _ => {
            return Err(Status::failure(
                422,
                "Invalid",
                format!(
                    "{}.authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
                    call.resource.kind
                ),
            ));
        }
    };
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

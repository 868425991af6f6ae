//! Requests that name a part of an object, or something that it does.

use apimachinery::Status;
use apimachinery::custom::CustomObject;
use apimachinery::invalid::{Field, Violation};
use apimachinery::jsonpath::JsonPath;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use apimachinery::resources::Resource;
use http::{StatusCode, header};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::autoscaling::v1::Scale;
use k8s_openapi::api::core::v1::{Pod, ReplicationController, ServiceAccount};
use serde_json::{Value, json};

use super::write::{self, Owners, Part};
use super::{bindings, connect, evictions, ownership, read};
use crate::admission::{self, Attributes, Operation};
use crate::authn::tokens::{Bound, Claims, Private};
use crate::bootstrap::resource;
use crate::output::{self, Shape};
use crate::request::{Answer, Call};
use crate::storage::Entry;
use crate::{decode, extensions};

/// Does what is asked of a subresource.
pub async fn handle(call: &Call) -> Answer {
    let part = match call.route.subresource.as_str() {
        "status" => Part::Status,
        "approval" => Part::Approval,
        "finalize" => Part::Finalize,
        "ephemeralcontainers" => Part::EphemeralContainers,
        "resize" => Part::Resize,
        "scale" => return scale(call).await,
        "binding" => return bindings::bind(call).await,
        "eviction" => return evictions::evict(call).await,
        "token" => return token(call).await,
        _ => return connect::handle(call).await,
    };
    match call.route.verb {
        "get" => read::get(call).await,
        "update" => write::update(call, part).await,
        "patch" => write::patch(call, part).await,
        verb => Err(Status::method_not_allowed(call.resource.group, call.resource.plural, verb)),
    }
}

/// What admission is told of a subresource whose objects are of their own kind.
pub fn attributes<'a>(
    call: &'a Call,
    name: &str,
    kind: (&'static str, &'static str, &'static str),
) -> Attributes<'a> {
    Attributes {
        call,
        operation: Operation::Create,
        resource: call.resource,
        subresource: &call.route.subresource,
        namespace: call.route.namespace.clone(),
        name: name.to_string(),
        old: None,
        kind: Some(kind),
    }
}

/// Shows admission the scale that a change of replicas is, and lets it change that.
///
/// # Errors
/// Whatever admission refuses with.
pub async fn admit_scale(call: &Call, object: &mut Box<dyn Object>, old: &dyn Object) -> Result<(), Status> {
    let kind = decode::kind("autoscaling", "v1", "Scale")?;
    let of = |object: &dyn Object| -> Result<Box<dyn Object>, Status> {
        let text = serde_json::to_vec(&scale_of(call.resource, object)?).map_err(Status::internal)?;
        (kind.decode)(&text).map_err(Status::internal)
    };
    let (mut scale, before) = (of(object.as_ref())?, of(old)?);
    let mut attributes = attributes(call, &call.route.name, ("autoscaling", "v1", "Scale"));
    attributes.operation = Operation::Update;
    attributes.old = Some(before.as_ref());
    admission::part(&attributes, &mut scale).await?;
    let wanted = scale.of::<Scale>().and_then(|scale| scale.spec.as_ref()?.replicas).unwrap_or(0);
    if replicas(call.resource, object.as_ref()).and_then(|(have, ..)| have) != Some(wanted) {
        set_replicas(call.resource, object.as_mut(), wanted);
    }
    Ok(())
}

/// A body of another kind than the resource's.
pub async fn body(call: &Call, group: &str, version: &str, kind: &str) -> Result<Box<dyn Object>, Status> {
    let kind = decode::kind(group, version, kind)?;
    let body = decode::json_of(call, call.body().await?, (kind.group, kind.version, kind.kind))?;
    let mut object = decode::object(call, kind, &body)?;
    write::place(&call.route.namespace, call.resource, object.as_mut())?;
    Ok(object)
}

/// Done.
pub fn success(call: &Call) -> Answer {
    let status =
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
    let shape = Shape::negotiate(call, false)?.of_others();
    output::answer(&shape, &status, StatusCode::CREATED)
}

// ---- scale ----

/// How many replicas are wanted, how many there are, and by which selector they are found.
fn replicas(resource: &Resource, object: &dyn Object) -> Option<(Option<i32>, i32, String)> {
    if let Some(version) = extensions::version_of(resource) {
        let scale = version.scale.as_ref()?;
        let value = object.value();
        let number = |path: &JsonPath| path.first(&value)?.as_i64().and_then(|n| i32::try_from(n).ok());
        let selector =
            scale.selector.as_ref().and_then(|path| path.first(&value)?.as_str().map(str::to_string));
        return Some((number(&scale.spec), number(&scale.status).unwrap_or(0), selector.unwrap_or_default()));
    }
    let text = |selector| Selector::try_from(selector).map(|s| s.to_string()).unwrap_or_default();
    if let Some(it) = object.of::<Deployment>() {
        let spec = it.spec.as_ref()?;
        let have = it.status.as_ref().and_then(|status| status.replicas).unwrap_or(0);
        return Some((spec.replicas, have, text(&spec.selector)));
    }
    if let Some(it) = object.of::<ReplicaSet>() {
        let spec = it.spec.as_ref()?;
        return Some((
            spec.replicas,
            it.status.as_ref().map_or(0, |status| status.replicas),
            text(&spec.selector),
        ));
    }
    if let Some(it) = object.of::<StatefulSet>() {
        let spec = it.spec.as_ref()?;
        return Some((
            spec.replicas,
            it.status.as_ref().map_or(0, |status| status.replicas),
            text(&spec.selector),
        ));
    }
    let it = object.of::<ReplicationController>()?;
    let spec = it.spec.as_ref()?;
    let selector = Selector::from_map(spec.selector.as_ref().unwrap_or(&Default::default())).to_string();
    Some((spec.replicas, it.status.as_ref().map_or(0, |status| status.replicas), selector))
}

fn set_replicas(resource: &Resource, object: &mut dyn Object, wanted: i32) {
    if let (Some(version), Some(object)) = (extensions::version_of(resource), object.of_mut::<CustomObject>())
    {
        if let Some(scale) = &version.scale {
            let mut content = Value::Object(std::mem::take(&mut object.content));
            scale.spec.set(&mut content, json!(wanted));
            if let Value::Object(content) = content {
                object.content = content;
            }
        }
        return;
    }
    if let Some(it) = object.of_mut::<Deployment>() {
        it.spec.get_or_insert_default().replicas = Some(wanted);
    } else if let Some(it) = object.of_mut::<ReplicaSet>() {
        it.spec.get_or_insert_default().replicas = Some(wanted);
    } else if let Some(it) = object.of_mut::<StatefulSet>() {
        it.spec.get_or_insert_default().replicas = Some(wanted);
    } else if let Some(it) = object.of_mut::<ReplicationController>() {
        it.spec.get_or_insert_default().replicas = Some(wanted);
    }
}

fn scale_of(resource: &Resource, object: &dyn Object) -> Result<Value, Status> {
    let (wanted, have, selector) =
        replicas(resource, object).ok_or_else(|| Status::internal("the object cannot be scaled"))?;
    let meta = object.meta();
    Ok(json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": meta.name, "namespace": meta.namespace, "uid": meta.uid,
            "resourceVersion": meta.resource_version, "creationTimestamp": meta.creation_timestamp,
        },
        "spec": {"replicas": wanted.unwrap_or(0)},
        "status": {"replicas": have, "selector": selector},
    }))
}

async fn scale(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let shape = shape.of_others();
    let (stored, _, _) = write::storage(call)?;
    let decode_entry = |entry: &Entry| entry.decode(stored).map_err(Status::internal);
    if call.route.verb == "get" {
        let entry = read::find(call).await?;
        return output::answer(
            &shape,
            &scale_of(call.resource, decode_entry(&entry)?.as_ref())?,
            StatusCode::OK,
        );
    }
    let apply = |scale: &Scale, entry: &Entry| -> Result<Box<dyn Object>, Status> {
        let wanted = scale.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(0);
        check_replicas(call, wanted.into())?;
        let mut object = decode_entry(entry)?;
        set_replicas(call.resource, object.as_mut(), wanted);
        object.meta_mut().resource_version.clone_from(&scale.metadata.resource_version);
        object.meta_mut().uid.clone_from(&scale.metadata.uid);
        Ok(object)
    };
    let bytes = if call.route.verb == "update" {
        let object = body(call, "autoscaling", "v1", "Scale").await?;
        write::is_named(&call.route.name, object.as_ref())?;
        let wanted = object.of::<Scale>().cloned().unwrap_or_default();
        write::change(call, Part::Main, Owners::Track, |entry| apply(&wanted, entry)).await?
    } else {
        let media = decode::media_type(call.header(header::CONTENT_TYPE));
        let kind = apimachinery::patch::PatchType::from_media_type(&media).ok_or_else(|| {
            Status::unsupported_media_type(format!("{media} is no patch that this server takes"))
        })?;
        if kind == apimachinery::patch::PatchType::Apply {
            return apply_scale(call, &shape).await;
        }
        let patch: Value = serde_json::from_slice(&call.body().await?)
            .map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))?;
        write::change(call, Part::Main, Owners::Track, |entry| {
            let mut scale = scale_of(call.resource, decode_entry(entry)?.as_ref())?;
            if let Value::Object(meta) = &mut scale["metadata"] {
                meta.shift_remove("resourceVersion");
            }
            apimachinery::patch::apply(kind, &mut scale, patch.clone(), ("autoscaling", "v1", "Scale"))
                .map_err(|error| Status::bad_request(error.to_string()))?;
            let scale: Scale =
                serde_json::from_value(scale).map_err(|error| Status::bad_request(error.to_string()))?;
            apply(&scale, entry)
        })
        .await?
    };
    answer_scale(stored, &shape, &bytes)
}

/// There are no fewer replicas than none.
fn check_replicas(call: &Call, replicas: i64) -> Result<(), Status> {
    if replicas >= 0 {
        return Ok(());
    }
    let field = Field::root("spec").child("replicas");
    let wrong = Violation::invalid_value(&field, &replicas, "must be greater than or equal to 0");
    Err(Status::invalid("autoscaling", "Scale", &call.route.name, &[wrong]))
}

fn answer_scale(stored: &Resource, shape: &Shape, bytes: &[u8]) -> Answer {
    let kind = decode::kind_of(stored)?;
    let object = (kind.decode)(bytes).map_err(Status::internal)?;
    output::answer(shape, &scale_of(stored, object.as_ref())?, StatusCode::OK)
}

/// An applied Scale is an applied configuration of the object with `replicas` and nothing else.
async fn apply_scale(call: &Call, shape: &Shape) -> Answer {
    let (stored, _, kind) = write::storage(call)?;
    let body = call.body().await?;
    let (scale, twice) =
        decode::yaml(&body).map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))?;
    if scale["apiVersion"] != "autoscaling/v1" || scale["kind"] != "Scale" {
        return Err(Status::bad_request(format!(
            "Incorrect version specified in apply patch. Specified patch version: {}, expected: autoscaling/v1, Kind=Scale",
            scale["apiVersion"].as_str().unwrap_or_default()
        )));
    }
    check_replicas(call, scale["spec"]["replicas"].as_i64().unwrap_or(0))?;
    let config = json!({
        "apiVersion": call.resource.api_version(), "kind": call.resource.kind,
        "metadata": scale["metadata"],
    });
    let mut config = config;
    match extensions::version_of(call.resource).and_then(|version| version.scale.clone()) {
        Some(own) => own.spec.set(&mut config, scale["spec"]["replicas"].clone()),
        None => config["spec"] = json!({"replicas": scale["spec"]["replicas"]}),
    }
    let apply = ownership::Apply::read(call, config.to_string().as_bytes())?.with_twice(twice);
    let outcome = loop {
        let outcome = write::change(call, Part::Main, Owners::Told, |entry| {
            let live = entry.decode(stored).map_err(Status::internal)?;
            let (value, owners) = apply.onto(call, Part::Main, Some(live.as_ref()))?;
            apply.is_unambiguous(call)?;
            let mut object = decode::patched(call, kind, &value, &Value::to_string, &[])?;
            object.meta_mut().managed_fields = owners;
            Ok(object)
        })
        .await;
        if !apply.is_to_be_repeated(call).await? {
            break outcome;
        }
    };
    answer_scale(stored, shape, &outcome?)
}

// ---- tokens ----

/// The shortest life of a token.
const SHORTEST: i64 = 600;
/// The longest.
const LONGEST: i64 = 1 << 32;
/// The life that tells the tokens of pods.
const POD_LIFE: i64 = 3607;

/// Tokens are bound to few kinds.
fn unbound(group: &str, version: &str, kind: &str) -> Status {
    Status::bad_request(format!("cannot bind token to object of type {group}/{version}, Kind={kind}"))
}

async fn token(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let object = body(call, "authentication.k8s.io", "v1", "TokenRequest").await?;
    let mut request = object.of::<TokenRequest>().cloned().unwrap_or_default();
    let server = &call.server;
    let (namespace, name) = (&call.route.namespace, &call.route.name);
    let refused =
        |of: &str, wrong| Err(Status::invalid("authentication.k8s.io", "TokenRequest", of, &[wrong]));
    if let Some(given) = request.metadata.name.as_deref().filter(|given| !given.is_empty() && given != name) {
        let field = Field::root("metadata").child("name");
        let why = "must match the service account name if specified";
        return refused(name, Violation::invalid(&field, given, why));
    }
    let accounts = server.store.known("serviceaccounts");
    let found = server.store.glance(accounts, &format!("{namespace}/{name}")).await?;
    let account = found.and_then(|entry| entry.typed::<ServiceAccount>());
    let account = account.ok_or_else(|| Status::not_found("", "serviceaccounts", name))?;
    let mut spec = request.spec.take().unwrap_or_default();
    if spec.audiences.as_ref().is_none_or(Vec::is_empty) {
        spec.audiences = Some(server.authenticator.tokens.audiences().to_vec());
    }
    let audiences = spec.audiences.clone().unwrap_or_default();
    let mut seconds = spec.expiration_seconds.unwrap_or(3600);
    let bad = |why: &str| {
        let field = Field::root("spec").child("expirationSeconds");
        refused("", Violation::invalid_value(&field, &seconds, why))
    };
    if seconds < SHORTEST {
        return bad("may not specify a duration less than 10 minutes");
    }
    if seconds > LONGEST {
        return bad("may not specify a duration larger than 2^32 seconds");
    }
    let max = i64::try_from(server.options.max_token.as_secs()).unwrap_or(i64::MAX);
    let asked = seconds;
    if max > 0 {
        seconds = seconds.min(max);
    }
    let mut private = Private {
        namespace: namespace.clone(),
        serviceaccount: Bound { name: name.clone(), uid: account.metadata.uid.clone().unwrap_or_default() },
        ..Private::default()
    };
    request.spec = Some(spec.clone());
    let mut pod_node = None;
    if let Some(bound) = &spec.bound_object_ref {
        let target = bound.name.clone().unwrap_or_default();
        let kind = bound.kind.clone().unwrap_or_default();
        let (group, version) = match bound.api_version.as_deref().unwrap_or_default() {
            "" | "/" => ("", ""),
            both => both.split_once('/').unwrap_or(("", both)),
        };
        let (prefix, plural, key) = match kind.as_str() {
            _ if !group.is_empty() => return Err(unbound(group, version, &kind)),
            "Pod" => ("pods", "pods", format!("{namespace}/{target}")),
            "Secret" => ("secrets", "secrets", format!("{namespace}/{target}")),
            "Node" => ("minions", "nodes", target.clone()),
            _ => return Err(unbound(group, version, &kind)),
        };
        let cache = server.store.known(prefix);
        let entry =
            server.store.read(cache, &key).await?.ok_or_else(|| Status::not_found("", plural, &target))?;
        let object = entry.decode(cache.resource).map_err(Status::internal)?;
        let uid = object.meta().uid.clone().unwrap_or_default();
        if let Some(wanted) = bound.uid.as_deref().filter(|wanted| !wanted.is_empty() && *wanted != uid) {
            return Err(Status::conflict(
                "",
                &kind,
                &target,
                format!(
                    "the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have been deleted and then recreated"
                ),
            ));
        }
        let reference = Bound { name: target.clone(), uid };
        match kind.as_str() {
            "Pod" => {
                let Some(pod) = object.of::<Pod>() else {
                    return Err(Status::internal("no pod is stored there"));
                };
                let spec = pod.spec.clone().unwrap_or_default();
                if spec.service_account_name.as_deref() != Some(name) {
                    return Err(Status::bad_request(format!(
                        "cannot bind token for serviceaccount {name:?} to pod running with different serviceaccount name."
                    )));
                }
                pod_node = spec.node_name.clone().filter(|node| !node.is_empty());
                if let Some(node) = &pod_node {
                    let nodes = server.store.known("minions");
                    let uid = server
                        .store
                        .glance(nodes, node)
                        .await?
                        .and_then(|entry| entry.decode(nodes.resource).ok())
                        .and_then(|node| node.meta().uid.clone())
                        .unwrap_or_default();
                    private.node = Some(Bound { name: node.clone(), uid });
                }
                private.pod = Some(reference);
            }
            "Secret" => private.secret = Some(reference),
            _ => private.node = Some(reference),
        }
    }
    let attributes = Attributes {
        call,
        operation: Operation::Create,
        resource: resource("", "serviceaccounts"),
        subresource: "token",
        namespace: namespace.clone(),
        name: name.clone(),
        old: None,
        kind: Some(("authentication.k8s.io", "v1", "TokenRequest")),
    };
    admission::node_restriction::token(&attributes, &request, pod_node.as_deref())?;
    let mut shown: Box<dyn Object> = Box::new(request.clone());
    admission::part(&attributes, &mut shown).await?;
    if seconds < asked {
        call.warn(format!("requested expiration of {asked} seconds shortened to {seconds} seconds"));
    }
    let now = jiff::Timestamp::now().as_second();
    let mut expires = now + seconds;
    // Old clients read their token once: those of pods outlive the hour that they were asked for.
    let own_audience =
        audiences.iter().all(|audience| server.authenticator.tokens.audiences().contains(audience));
    if server.options.extend_tokens && seconds == POD_LIFE && private.pod.is_some() && own_audience {
        private.warnafter = Some(now + seconds);
        expires = now + i64::try_from(server.options.extended_token.as_secs()).unwrap_or(seconds);
    }
    let claims = Claims {
        aud: audiences,
        exp: expires,
        iat: now,
        nbf: now,
        jti: uuid::Uuid::new_v4().to_string(),
        sub: format!("system:serviceaccount:{namespace}:{name}"),
        private,
        ..Claims::default()
    };
    let signed = server.authenticator.tokens.sign(claims).await?;
    let mut value: Value = serde_json::from_slice(&request.encode()).map_err(Status::internal)?;
    let at = jiff::Timestamp::from_second(now + seconds).map_err(Status::internal)?;
    value["metadata"] = json!({"name": name, "namespace": namespace, "creationTimestamp": write::now()});
    value["spec"]["expirationSeconds"] = json!(seconds);
    value["status"] =
        json!({"token": signed, "expirationTimestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()});
    output::answer(&shape, &value, StatusCode::CREATED)
}

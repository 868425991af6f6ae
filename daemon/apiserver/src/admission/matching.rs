//! What webhooks and admission policies have in common: which requests they are asked about, and
//! how a request looks to them.

use std::collections::BTreeMap;
use std::time::Instant;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use apimachinery::resources::{RESOURCES, Resource};
use cel::{Budget, Program, Scope, Type, Value, Variables};
use k8s_openapi::api::admissionregistration::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::{Value as Json, json};

use super::{Attributes, Operation};
use crate::convert;
use crate::metrics::admission as told;

/// What the conditions of one webhook or policy may cost.
pub const BUDGET: u64 = 2_500_000;

impl Operation {
    /// The word in reviews and rules.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}

/// Which requests a webhook or policy is asked about.
#[derive(Debug, Default)]
pub struct Rule {
    operations: Vec<String>,
    groups: Vec<String>,
    versions: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
    scope: String,
}

impl From<&api::RuleWithOperations> for Rule {
    fn from(rule: &api::RuleWithOperations) -> Self {
        Self {
            operations: rule.operations.clone().unwrap_or_default(),
            groups: rule.api_groups.clone().unwrap_or_default(),
            versions: rule.api_versions.clone().unwrap_or_default(),
            resources: rule.resources.clone().unwrap_or_default(),
            names: Vec::new(),
            scope: rule.scope.clone().unwrap_or_default(),
        }
    }
}

impl From<&api::NamedRuleWithOperations> for Rule {
    fn from(rule: &api::NamedRuleWithOperations) -> Self {
        Self {
            operations: rule.operations.clone().unwrap_or_default(),
            groups: rule.api_groups.clone().unwrap_or_default(),
            versions: rule.api_versions.clone().unwrap_or_default(),
            resources: rule.resources.clone().unwrap_or_default(),
            names: rule.resource_names.clone().unwrap_or_default(),
            scope: rule.scope.clone().unwrap_or_default(),
        }
    }
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|word| word == "*" || word == wanted)
}

impl Rule {
    fn takes(&self, attributes: &Attributes<'_>, resource: &Resource) -> bool {
        let sub = attributes.subresource;
        let named = |word: &String| match word.split_once('/') {
            None => sub.is_empty() && (word == "*" || word == resource.plural),
            Some((main, part)) => (main == "*" || main == resource.plural) && (part == "*" || part == sub),
        };
        let in_scope = match self.scope.as_str() {
            "Namespaced" => resource.namespaced,
            "Cluster" => !resource.namespaced,
            _ => true,
        };
        in_scope
            && has(&self.operations, attributes.operation.word())
            && has(&self.groups, resource.group)
            && has(&self.versions, resource.version)
            && self.resources.iter().any(named)
            && (self.names.is_empty() || self.names.contains(&attributes.name))
    }
}

/// The version of the resource that the rules take: the requested one, or with `equivalent` any.
pub fn matched(rules: &[Rule], equivalent: bool, attributes: &Attributes<'_>) -> Option<&'static Resource> {
    let requested = attributes.requested();
    if rules.iter().any(|rule| rule.takes(attributes, requested)) {
        return Some(requested);
    }
    if !equivalent {
        return None;
    }
    let custom = attributes.call.server.extensions.versions(requested);
    let all = RESOURCES.iter().chain(custom);
    all.filter(|other| other.is_stored() && other.prefix == requested.prefix)
        .find(|other| rules.iter().any(|rule| rule.takes(attributes, other)))
}

/// A selector; a missing one selects everything.
pub fn selector(given: Option<&LabelSelector>) -> Option<Selector> {
    match given {
        None => Some(Selector::default()),
        Some(given) => Selector::try_from(given).ok(),
    }
}

/// Whether the namespace that the request is about, if it is about one, passes.
pub async fn in_namespace(
    selector: &Selector,
    attributes: &Attributes<'_>,
    object: Option<&dyn Object>,
) -> Result<bool, Status> {
    if selector.is_everything() {
        return Ok(true);
    }
    if attributes.is("", "namespaces") {
        let object = object.or(attributes.old);
        return Ok(object.is_none_or(|object| selector.matches(&object.meta().labels)));
    }
    if !attributes.resource.namespaced {
        return Ok(true);
    }
    let labels = namespace_labels(attributes).await?;
    Ok(selector.matches(&Some(labels)))
}

/// The labels of the request's namespace.
pub async fn namespace_labels(attributes: &Attributes<'_>) -> Result<BTreeMap<String, String>, Status> {
    let server = attributes.server();
    let found = server.store.glance(server.store.known("namespaces"), &attributes.namespace).await?;
    let found = found.ok_or_else(|| Status::not_found("", "namespaces", &attributes.namespace))?;
    Ok(found.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
}

/// Whether the object passes, as it is or as it was.
pub fn is_object(selector: &Selector, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> bool {
    selector.is_everything()
        || object.into_iter().chain(attributes.old).any(|object| selector.matches(&object.meta().labels))
}

/// An object in the version that was matched; null for none.
///
/// # Errors
/// Fails when a custom resource can't be converted.
pub async fn shown(
    attributes: &Attributes<'_>,
    matched: &'static Resource,
    object: Option<&dyn Object>,
) -> Result<Json, Status> {
    let Some(object) = object else { return Ok(Json::Null) };
    if attributes.kind.is_some() {
        return Ok(object.value());
    }
    convert::between(&attributes.server().store, attributes.resource, matched, object.value()).await
}

/// What was made of an object in the version that was matched, in its own version.
///
/// # Errors
/// Fails when a custom resource can't be converted.
pub async fn taken(
    attributes: &Attributes<'_>,
    matched: &'static Resource,
    object: Json,
) -> Result<Json, Status> {
    if attributes.kind.is_some() {
        return Ok(object);
    }
    convert::between(&attributes.server().store, matched, attributes.resource, object).await
}

fn kind(resource: &Resource) -> Json {
    json!({"group": resource.group, "version": resource.version, "kind": resource.kind})
}

fn plural(resource: &Resource) -> Json {
    json!({"group": resource.group, "version": resource.version, "resource": resource.plural})
}

/// The request as reviews have it, without the objects.
pub fn request(attributes: &Attributes<'_>, resource: &'static Resource) -> Json {
    let requested = attributes.requested();
    let call = attributes.call;
    let dry_run = call.dry_run().unwrap_or(false);
    let mut options = json!({"apiVersion": "meta.k8s.io/v1", "kind": match attributes.operation {
        Operation::Create => "CreateOptions",
        Operation::Update if call.route.verb == "patch" => "PatchOptions",
        Operation::Update => "UpdateOptions",
        Operation::Delete => "DeleteOptions",
        // A connection's object is its options.
        Operation::Connect => "",
    }});
    for name in ["fieldManager", "fieldValidation"] {
        if call.query.has(name) {
            options[name] = json!(call.query.get(name));
        }
    }
    if dry_run {
        options["dryRun"] = json!(["All"]);
    }
    if attributes.operation == Operation::Connect {
        options = Json::Null;
    }
    let kind = |resource: &Resource| match attributes.kind {
        Some((group, version, name)) => json!({"group": group, "version": version, "kind": name}),
        None => kind(resource),
    };
    let mut request = json!({
        "kind": kind(resource), "resource": plural(resource), "requestKind": kind(requested),
        "requestResource": plural(requested), "name": attributes.name, "operation": attributes.operation.word(),
        "userInfo": call.user.json(), "dryRun": dry_run, "options": options,
    });
    if !attributes.subresource.is_empty() {
        request["subResource"] = json!(attributes.subresource);
        request["requestSubResource"] = json!(attributes.subresource);
    }
    if resource.namespaced || attributes.is("", "namespaces") {
        request["namespace"] = json!(attributes.namespace);
    }
    request
}

/// A condition that a request must meet before a webhook or policy is asked.
#[derive(Debug)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// What it says; or why that can't be understood.
    pub program: Result<Program, String>,
}

impl From<&api::MatchCondition> for Condition {
    fn from(condition: &api::MatchCondition) -> Self {
        Self::new(condition, &Scope::conditions())
    }
}

impl Condition {
    /// A condition that speaks of what is in a scope.
    pub fn new(condition: &api::MatchCondition, scope: &Scope) -> Self {
        let program = scope.compile(&condition.expression, &[Type::Bool]).map(|(program, _)| program);
        Self { name: condition.name.clone(), program }
    }

    /// Whether it asks about permissions.
    pub fn asks(&self) -> bool {
        self.program.as_ref().is_ok_and(|program| program.uses("authorizer"))
    }
}

/// Whether all conditions are met. One that is false decides over those that fail.
///
/// # Errors
/// Tells which condition can't be evaluated.
pub fn meets(conditions: &[Condition], variables: &Variables<'_>) -> Result<bool, String> {
    evaluate(conditions, variables).0
}

/// [`meets`], told in the metrics.
///
/// # Errors
/// Tells which condition can't be evaluated.
pub fn met(of: told::Of<'_>, conditions: &[Condition], variables: &Variables<'_>) -> Result<bool, String> {
    if conditions.is_empty() {
        return Ok(true);
    }
    let begun = Instant::now();
    let (outcome, failed) = evaluate(conditions, variables);
    told::conditions(of, failed, outcome == Ok(false), begun.elapsed());
    outcome
}

/// Whether the conditions are met, and how many of those that were looked at can't be evaluated.
fn evaluate(conditions: &[Condition], variables: &Variables<'_>) -> (Result<bool, String>, u64) {
    let mut budget = Budget::new(BUDGET);
    let mut first = None;
    let mut failed = 0;
    for condition in conditions {
        let outcome = match &condition.program {
            Ok(program) => program.evaluate(variables, &mut budget).map_err(|error| error.to_string()),
            Err(error) => Err(error.clone()),
        };
        let why = match outcome {
            Ok(Value::Bool(true)) => continue,
            Ok(Value::Bool(false)) => return (Ok(false), failed),
            Ok(other) => {
                format!("matchCondition {:?} must be a bool, not {}", condition.name, other.type_name())
            }
            Err(error) => format!("matchCondition {:?}: {error}", condition.name),
        };
        failed += 1;
        first = first.or(Some(why));
    }
    (first.map_or(Ok(true), Err), failed)
}

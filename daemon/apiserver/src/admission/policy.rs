//! Admission policies: rules in the expression language that judge what is written
//! (ValidatingAdmissionPolicy) or change it (MutatingAdmissionPolicy), each bound to where it
//! holds, with or without parameters.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use apimachinery::Status;
use apimachinery::apply::typed;
use apimachinery::kinds::Object;
use apimachinery::labels::Selector;
use apimachinery::resources::Resource;
use cel::{Budget, EvalError, Program, Scope, Type, Value, Variables};
use k8s_openapi::api::admissionregistration::v1 as api;
use serde_json::{Value as Json, json};

use super::Attributes;
use super::expressions::Asked;
use super::matching::{self, BUDGET, Condition, Rule};
use crate::handlers::ownership;
use crate::metrics::admission as told;
use crate::server::Server;
use crate::storage::{Cache, Filter};
use crate::{convert, strategy};

type Parsed = Result<Program, String>;

/// The variables of a policy, compiled; what follows may speak of them.
pub fn declared<'v>(
    scope: &mut Scope,
    variables: impl Iterator<Item = (&'v str, &'v str)>,
) -> Vec<(String, Parsed)> {
    let mut all = Vec::new();
    for (name, text) in variables {
        let compiled = scope.compile(text, &[]);
        let kind = compiled.as_ref().map_or(Type::Dyn, |(_, kind)| kind.clone());
        scope.declare([(name.to_string(), kind)]);
        all.push((name.to_string(), compiled.map(|(program, _)| program)));
    }
    all
}

fn parse(scope: &Scope, text: &str, wanted: &[Type]) -> Parsed {
    scope.compile(text, wanted).map(|(program, _)| program)
}

/// Where something holds.
#[derive(Debug, Default)]
struct Match {
    rules: Vec<Rule>,
    excluded: Vec<Rule>,
    equivalent: bool,
    namespaces: Selector,
    objects: Selector,
}

impl From<&api::MatchResources> for Match {
    fn from(given: &api::MatchResources) -> Self {
        Self {
            rules: given.resource_rules.iter().flatten().map(Rule::from).collect(),
            excluded: given.exclude_resource_rules.iter().flatten().map(Rule::from).collect(),
            equivalent: given.match_policy.as_deref() != Some("Exact"),
            namespaces: matching::selector(given.namespace_selector.as_ref()).unwrap_or_default(),
            objects: matching::selector(given.object_selector.as_ref()).unwrap_or_default(),
        }
    }
}

impl Match {
    /// The version of the resource that is matched. With no rules at all, everything is.
    async fn matched(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<Option<&'static Resource>, Status> {
        if matching::matched(&self.excluded, self.equivalent, attributes).is_some() {
            return Ok(None);
        }
        let found = if self.rules.is_empty() {
            Some(attributes.requested())
        } else {
            matching::matched(&self.rules, self.equivalent, attributes)
        };
        if found.is_none()
            || !matching::is_object(&self.objects, attributes, object)
            || !matching::in_namespace(&self.namespaces, attributes, object).await?
        {
            return Ok(None);
        }
        Ok(found)
    }
}

#[derive(Debug)]
struct Validation {
    text: String,
    program: Parsed,
    message: String,
    message_expression: Option<Parsed>,
    reason: String,
}

#[derive(Debug)]
enum Mutation {
    Patch(Parsed),
    Apply(Parsed),
}

#[derive(Debug)]
struct Policy {
    name: String,
    param_kind: Option<api::ParamKind>,
    constraints: Match,
    conditions: Vec<Condition>,
    variables: Vec<(String, Parsed)>,
    validations: Vec<Validation>,
    /// What audit events say, each under its key.
    annotations: Vec<(String, Parsed)>,
    mutations: Vec<Mutation>,
    ignores_failure: bool,
    reinvoked: bool,
    bindings: Vec<Binding>,
}

impl Policy {
    /// All its expressions.
    fn programs(&self) -> impl Iterator<Item = &Program> {
        let conditions = self.conditions.iter().map(|one| &one.program);
        let variables = self.variables.iter().map(|(_, program)| program);
        let validations = self.validations.iter();
        let validations =
            validations.flat_map(|one| std::iter::once(&one.program).chain(&one.message_expression));
        let mutations =
            self.mutations.iter().map(|(Mutation::Patch(program) | Mutation::Apply(program))| program);
        let annotations = self.annotations.iter().map(|(_, program)| program);
        conditions
            .chain(variables)
            .chain(annotations)
            .chain(validations)
            .chain(mutations)
            .filter_map(|program| program.as_ref().ok())
    }

    /// What the metrics of its conditions are of.
    fn of(&self, attributes: &Attributes<'_>, step: &'static str) -> told::Of<'_> {
        told::Of { kind: "policy", name: &self.name, operation: attributes.operation.word(), step }
    }

    /// Whether it asks about permissions.
    fn asks(&self) -> bool {
        self.programs().any(|program| program.uses("authorizer"))
    }
}

#[derive(Debug)]
struct Binding {
    name: String,
    params: Option<api::ParamRef>,
    resources: Match,
    actions: Vec<String>,
}

/// The policies of one kind, made anew when one or a binding changes.
#[derive(Default)]
struct Made {
    version: [(u64, u64); 2],
    list: Arc<Vec<Policy>>,
}

/// What is kept between requests.
#[derive(Default)]
pub struct Policies {
    validating: Mutex<Made>,
    mutating: Mutex<Made>,
}

fn conditions(given: Option<&Vec<api::MatchCondition>>, scope: &Scope) -> Vec<Condition> {
    given.into_iter().flatten().map(|one| Condition::new(one, scope)).collect()
}

fn validating(policy: api::ValidatingAdmissionPolicy) -> Policy {
    let spec = policy.spec.unwrap_or_default();
    let mut scope = Scope::policy(spec.param_kind.is_some());
    let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
    let variables = declared(&mut scope, given);
    let silent = scope.without_permissions();
    Policy {
        name: policy.metadata.name.unwrap_or_default(),
        constraints: spec.match_constraints.as_ref().map(Match::from).unwrap_or_default(),
        conditions: conditions(
            spec.match_conditions.as_ref(),
            &Scope::policy_conditions(spec.param_kind.is_some()),
        ),
        variables,
        validations: spec
            .validations
            .iter()
            .flatten()
            .map(|one| Validation {
                text: one.expression.trim().to_string(),
                program: parse(&scope, &one.expression, &[Type::Bool]),
                message: one.message.clone().unwrap_or_default(),
                message_expression: one
                    .message_expression
                    .as_deref()
                    .map(|text| parse(&silent, text, &[Type::Text])),
                reason: one.reason.clone().unwrap_or_else(|| "Invalid".into()),
            })
            .collect(),
        annotations: spec
            .audit_annotations
            .iter()
            .flatten()
            .map(|one| (one.key.clone(), parse(&scope, &one.value_expression, &[Type::Text, Type::Null])))
            .collect(),
        mutations: Vec::new(),
        ignores_failure: spec.failure_policy.as_deref() == Some("Ignore"),
        reinvoked: false,
        param_kind: spec.param_kind,
        bindings: Vec::new(),
    }
}

fn mutating(policy: api::MutatingAdmissionPolicy) -> Policy {
    let spec = policy.spec.unwrap_or_default();
    let mut scope = Scope::policy(spec.param_kind.is_some());
    let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
    let variables = declared(&mut scope, given);
    Policy {
        name: policy.metadata.name.unwrap_or_default(),
        constraints: spec.match_constraints.as_ref().map(Match::from).unwrap_or_default(),
        conditions: conditions(
            spec.match_conditions.as_ref(),
            &Scope::policy_conditions(spec.param_kind.is_some()),
        ),
        variables,
        validations: Vec::new(),
        annotations: Vec::new(),
        mutations: spec
            .mutations
            .iter()
            .flatten()
            .filter_map(|one| {
                let patch = one.json_patch.as_ref().and_then(|patch| patch.expression.as_deref());
                let config = one.apply_configuration.as_ref().and_then(|config| config.expression.as_deref());
                patch
                    .map(|text| Mutation::Patch(parse(&scope, text, &[])))
                    .or(config.map(|text| Mutation::Apply(parse(&scope, text, &[]))))
            })
            .collect(),
        ignores_failure: spec.failure_policy.as_deref() == Some("Ignore"),
        reinvoked: spec.reinvocation_policy.as_deref() == Some("IfNeeded"),
        param_kind: spec.param_kind,
        bindings: Vec::new(),
    }
}

async fn current(
    server: &Arc<Server>,
    made: &Mutex<Made>,
    caches: [&Arc<Cache>; 2],
    read: impl Fn(&crate::storage::Entry) -> Option<Policy>,
    bind: impl Fn(&crate::storage::Entry) -> Option<(String, Binding)>,
) -> Result<Arc<Vec<Policy>>, Status> {
    let version = [server.store.version(caches[0]).await?, server.store.version(caches[1]).await?];
    {
        let made = made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.version == version {
            return Ok(made.list.clone());
        }
    }
    let (bodies, first) = server.store.everything(caches[0]).await?;
    let (bindings, second) = server.store.everything(caches[1]).await?;
    let version = [first, second];
    let mut policies: Vec<Policy> = bodies.iter().filter_map(|entry| read(entry)).collect();
    for (policy, binding) in bindings.iter().filter_map(|entry| bind(entry)) {
        if let Some(policy) = policies.iter_mut().find(|one| one.name == policy) {
            policy.bindings.push(binding);
        }
    }
    // A policy that is bound nowhere holds nowhere.
    policies.retain(|policy| !policy.bindings.is_empty());
    let list = Arc::new(policies);
    *made.lock().unwrap_or_else(PoisonError::into_inner) = Made { version, list: list.clone() };
    Ok(list)
}

/// The resource of a policy's parameters.
fn param_resource(server: &Server, kind: &api::ParamKind) -> Option<&'static Resource> {
    let api_version = kind.api_version.as_deref().unwrap_or_default();
    let wanted = kind.kind.as_deref().unwrap_or_default();
    server
        .resources()
        .into_iter()
        .find(|r| r.kind == wanted && r.api_version() == api_version && r.is_stored())
}

/// The parameters that a binding names; one `None` stands for a policy without.
///
/// # Errors
/// Tells why there are none though there must be.
async fn params(
    attributes: &Attributes<'_>,
    policy: &Policy,
    binding: &Binding,
) -> Result<Vec<Option<Json>>, String> {
    let (Some(kind), Some(reference)) = (&policy.param_kind, &binding.params) else { return Ok(vec![None]) };
    let server = attributes.server();
    let resource = param_resource(server, kind).ok_or_else(|| {
        format!(
            "failed to configure policy: failed to find resource referenced by paramKind: '{}, Kind={}'",
            kind.api_version.as_deref().unwrap_or_default(),
            kind.kind.as_deref().unwrap_or_default()
        )
    })?;
    let stored = crate::handlers::stored_as(resource);
    let cache = server.store.cache(stored).ok_or("the parameters are not stored")?;
    let namespace = match (resource.namespaced, reference.namespace.as_deref()) {
        (false, _) => String::new(),
        (true, Some(namespace)) if !namespace.is_empty() => namespace.to_string(),
        (true, _) => attributes.namespace.clone(),
    };
    let value =
        |bytes: &[u8]| serde_json::from_slice(bytes).ok().map(|value| convert::outward(resource, value));
    let found: Vec<Option<Json>> = match (&reference.name, &reference.selector) {
        (Some(name), _) if !name.is_empty() => {
            let key = crate::handlers::key(stored, &namespace, name);
            let entry = server.store.get(cache, &key).await.map_err(|status| status.message)?;
            entry.map(|entry| value(&entry.bytes)).into_iter().collect()
        }
        (_, selector) => {
            let labels = matching::selector(selector.as_ref()).unwrap_or_default();
            let filter = Filter { namespace, labels, ..Filter::default() };
            let found = server.store.list(cache, &filter).await.map_err(|status| status.message)?;
            found.entries.iter().map(|entry| value(&entry.bytes)).collect()
        }
    };
    if found.is_empty() && reference.parameter_not_found_action.as_deref() != Some("Allow") {
        return Err("failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction".into());
    }
    Ok(found)
}

/// The values that expressions speak of.
struct Input {
    object: Json,
    old: Json,
    request: Json,
    params: Json,
    namespace: Json,
    asked: Option<Arc<Asked>>,
}

impl Input {
    /// Those of a request, for a policy with these parameters; what the policy asks about
    /// permissions is answered.
    async fn new(
        attributes: &Attributes<'_>,
        policy: &Policy,
        resource: &'static Resource,
        object: Option<&dyn Object>,
        params: Option<Json>,
    ) -> Result<Self, Status> {
        let input = Self {
            object: matching::shown(attributes, resource, object).await?,
            old: matching::shown(attributes, resource, attributes.old).await?,
            request: matching::request(attributes, resource),
            params: params.unwrap_or_default(),
            namespace: namespace_object(attributes).await?,
            asked: policy.asks().then(Arc::default),
        };
        input.settle(attributes, policy).await?;
        Ok(input)
    }

    /// Evaluates for what is asked, until all of it is answered.
    async fn settle(&self, attributes: &Attributes<'_>, policy: &Policy) -> Result<(), Status> {
        let Some(asked) = &self.asked else { return Ok(()) };
        loop {
            {
                let mut budget = Budget::new(BUDGET * 4);
                let variables = self.variables(attributes, policy, &mut budget);
                for program in policy.programs() {
                    // What comes out is told later, when the answers are there.
                    let _ = program.evaluate(&variables, &mut budget);
                }
            }
            if !asked.answer(attributes).await? {
                return Ok(());
            }
        }
    }

    /// The variables, those of the policy among them. One that can't be evaluated is missing.
    fn variables(&self, attributes: &Attributes<'_>, policy: &Policy, budget: &mut Budget) -> Variables<'_> {
        let mut variables = Variables::new();
        if let Some(asked) = &self.asked {
            asked.offer(attributes, &mut variables);
        }
        variables.insert("object", Value::from(&self.object));
        variables.insert("oldObject", Value::from(&self.old));
        variables.insert("request", Value::from(&self.request));
        variables.insert("params", Value::from(&self.params));
        variables.insert("namespaceObject", Value::from(&self.namespace));
        let mut own = BTreeMap::new();
        variables.insert("variables", Value::Map(Arc::default()));
        for (name, program) in &policy.variables {
            let Ok(program) = program else { continue };
            if let Ok(value) = program.evaluate(&variables, budget) {
                own.insert(cel::Key::Text(name.as_str().into()), value);
                variables.insert("variables", Value::Map(Arc::new(own.clone())));
            }
        }
        variables
    }
}

async fn namespace_object(attributes: &Attributes<'_>) -> Result<Json, Status> {
    if !attributes.resource.namespaced {
        return Ok(Json::Null);
    }
    let server = attributes.server();
    let found = server.store.glance(server.store.known("namespaces"), &attributes.namespace).await?;
    Ok(found.and_then(|entry| serde_json::from_slice(&entry.bytes).ok()).unwrap_or_default())
}

fn is_exempt(attributes: &Attributes<'_>) -> bool {
    attributes.resource.group == "admissionregistration.k8s.io"
}

/// What a policy found.
struct Finding {
    message: String,
    reason: String,
    /// Which validation it was.
    index: usize,
    /// Whether the policy's parameters or annotations could not be had: then the request is refused,
    /// whatever the binding's actions are.
    is_failure: bool,
    /// How it failed, where it did, by the metrics' word.
    error: &'static str,
    /// How long it took to find.
    time: Duration,
}

/// The metrics' word for how an expression failed.
fn error_type(error: &EvalError) -> &'static str {
    match error {
        EvalError::Budget => told::error_type::BUDGET,
        EvalError::Failed(_) | EvalError::Unanswered => told::error_type::INVALID,
    }
}

/// What an expression comes to, or the metrics' word for why to nothing, and one for people.
fn outcome<'v>(
    program: &Parsed,
    variables: &Variables<'v>,
    budget: &mut Budget,
) -> Result<Value<'v>, (&'static str, String)> {
    match program {
        Ok(program) => {
            program.evaluate(variables, budget).map_err(|error| (error_type(&error), error.to_string()))
        }
        Err(error) => Err((told::error_type::COMPILE, error.clone())),
    }
}

/// The longest value of an annotation.
const LONGEST: usize = 10 << 10;

/// What is to be said in the request's audit event: values by key, each once.
#[derive(Default)]
struct Notes {
    own: BTreeMap<String, Vec<String>>,
    failures: Vec<Json>,
}

impl Notes {
    fn add(&mut self, key: String, value: &str) {
        let end = (0..=LONGEST.min(value.len())).rev().find(|at| value.is_char_boundary(*at));
        let value = value[..end.unwrap_or(0)].trim();
        let values = self.own.entry(key).or_default();
        if !value.is_empty() && !values.iter().any(|have| have == value) {
            values.push(value.to_string());
        }
    }

    fn publish(self, attributes: &Attributes<'_>) {
        for (key, values) in self.own.into_iter().filter(|(_, values)| !values.is_empty()) {
            attributes.call.annotate(key, values.join(", "));
        }
        if !self.failures.is_empty() {
            let key = "validation.policy.admission.k8s.io/validation_failure";
            attributes.call.annotate(key, Json::Array(self.failures).to_string());
        }
    }
}

/// Judges what is written.
pub async fn validate(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    if is_exempt(attributes) {
        return Ok(());
    }
    let server = attributes.server();
    let policies = current(
        server,
        &server.admission.policies.validating,
        [
            server.store.known("validatingadmissionpolicies"),
            server.store.known("validatingadmissionpolicybindings"),
        ],
        |entry| entry.typed().map(validating),
        |entry| {
            let spec = entry.typed::<api::ValidatingAdmissionPolicyBinding>()?.spec;
            let binding = Binding {
                name: entry.name().to_string(),
                params: spec.param_ref,
                resources: spec.match_resources.as_ref().map(Match::from).unwrap_or_default(),
                actions: spec.validation_actions,
            };
            Some((spec.policy_name, binding))
        },
    )
    .await?;
    let mut notes = Notes::default();
    let outcome = hold(attributes, &policies, object, &mut notes).await;
    notes.publish(attributes);
    outcome
}

/// Holds an object against the policies. The first refusal counts; what the other policies have to say
/// is noted all the same.
async fn hold(
    attributes: &Attributes<'_>,
    policies: &[Policy],
    object: Option<&dyn Object>,
    notes: &mut Notes,
) -> Result<(), Status> {
    let mut refusal = None;
    for policy in policies {
        let Some(resource) = policy.constraints.matched(attributes, object).await? else { continue };
        for binding in &policy.bindings {
            if binding.resources.matched(attributes, object).await?.is_none() {
                continue;
            }
            let findings = judge(attributes, policy, binding, resource, object, notes).await?;
            for finding in findings {
                let text = format!(
                    "ValidatingAdmissionPolicy '{}' with binding '{}' denied request: {}",
                    policy.name, binding.name, finding.message
                );
                let takes = |action: &str| binding.actions.iter().any(|have| have == action);
                let told = |action| {
                    told::validated(action, finding.error, [&policy.name, &binding.name], finding.time);
                };
                if takes("Warn") {
                    told("warn");
                    attributes.call.warn(format!(
                        "Validation failed for ValidatingAdmissionPolicy '{}' with binding '{}': {}",
                        policy.name, binding.name, finding.message
                    ));
                }
                if takes("Audit") {
                    told("audit");
                    notes.failures.push(json!({
                        "message": finding.message, "policy": policy.name, "binding": binding.name,
                        "expressionIndex": finding.index, "validationActions": binding.actions,
                    }));
                }
                let denies = takes("Deny") || finding.is_failure;
                if denies {
                    told("deny");
                }
                if denies && refusal.is_none() {
                    let mut status = attributes.forbidden(text);
                    let code = match finding.reason.as_str() {
                        "Unauthorized" => 401,
                        "RequestEntityTooLarge" => 413,
                        "Invalid" => 422,
                        _ => 403,
                    };
                    status.code = code;
                    status.reason = finding.reason;
                    refusal = Some(status);
                }
            }
        }
    }
    refusal.map_or(Ok(()), Err)
}

async fn judge(
    attributes: &Attributes<'_>,
    policy: &Policy,
    binding: &Binding,
    resource: &'static Resource,
    object: Option<&dyn Object>,
    notes: &mut Notes,
) -> Result<Vec<Finding>, Status> {
    let failed_at = |index: usize, error: &'static str, message: String, time: Duration| {
        if policy.ignores_failure {
            told::validated("allow", error, [&policy.name, &binding.name], time);
            return None;
        }
        Some(Finding { message, reason: "Invalid".into(), index, is_failure: false, error, time })
    };
    let failed = |error: &'static str, message: String, time: Duration| {
        failed_at(0, error, message, time).map(|finding| Finding { is_failure: true, ..finding }).into_iter()
    };
    let all = match params(attributes, policy, binding).await {
        Ok(all) => all,
        Err(why) => return Ok(failed(told::error_type::INVALID, why, Duration::ZERO).collect()),
    };
    let mut findings = Vec::new();
    for params in all {
        let input = Input::new(attributes, policy, resource, object, params).await?;
        let mut budget = Budget::new(BUDGET * 4);
        let variables = input.variables(attributes, policy, &mut budget);
        let begun = Instant::now();
        match matching::met(policy.of(attributes, "validate"), &policy.conditions, &variables) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(why) => {
                findings.extend(failed_at(0, told::error_type::INVALID, why, begun.elapsed()));
                continue;
            }
        }
        for (index, one) in policy.validations.iter().enumerate() {
            let begun = Instant::now();
            match outcome(&one.program, &variables, &mut budget) {
                Ok(Value::Bool(true)) => {}
                Ok(Value::Bool(false)) => {
                    let told = match &one.message_expression {
                        Some(Ok(program)) => match program.evaluate(&variables, &mut budget) {
                            Ok(Value::Text(text)) if !text.trim().is_empty() && !text.contains('\n') => {
                                Some(text.trim().to_string())
                            }
                            _ => None,
                        },
                        _ => None,
                    };
                    let message = told.unwrap_or_else(|| {
                        if one.message.is_empty() {
                            format!("failed expression: {}", one.text)
                        } else {
                            one.message.clone()
                        }
                    });
                    findings.push(Finding {
                        message,
                        reason: one.reason.clone(),
                        index,
                        is_failure: false,
                        error: told::error_type::NONE,
                        time: begun.elapsed(),
                    });
                }
                Ok(other) => {
                    let why =
                        format!("expression '{}' resulted in {}, not a bool", one.text, other.type_name());
                    findings.extend(failed_at(index, told::error_type::INVALID, why, begun.elapsed()));
                }
                Err((kind, error)) => {
                    let why = format!("expression '{}' resulted in error: {error}", one.text);
                    findings.extend(failed_at(index, kind, why, begun.elapsed()));
                }
            }
        }
        for (key, program) in &policy.annotations {
            let begun = Instant::now();
            match outcome(program, &variables, &mut budget) {
                Ok(Value::Text(text)) => notes.add(format!("{}/{key}", policy.name), &text),
                Ok(Value::Null) => {}
                Ok(other) => {
                    let why =
                        format!("auditAnnotation '{key}' resulted in {}, not a string", other.type_name());
                    findings.extend(failed(told::error_type::INVALID, why, begun.elapsed()));
                }
                Err((kind, why)) => {
                    let why = format!("auditAnnotation '{key}': {why}");
                    findings.extend(failed(kind, why, begun.elapsed()));
                }
            }
        }
    }
    Ok(findings)
}

/// Changes what is written.
pub async fn mutate(attributes: &Attributes<'_>, object: &mut Box<dyn Object>) -> Result<(), Status> {
    if is_exempt(attributes) {
        return Ok(());
    }
    let server = attributes.server();
    let policies = current(
        server,
        &server.admission.policies.mutating,
        [
            server.store.known("mutatingadmissionpolicies"),
            server.store.known("mutatingadmissionpolicybindings"),
        ],
        |entry| entry.typed().map(mutating),
        |entry| {
            let spec = entry.typed::<api::MutatingAdmissionPolicyBinding>()?.spec?;
            let binding = Binding {
                name: entry.name().to_string(),
                params: spec.param_ref,
                resources: spec.match_resources.as_ref().map(Match::from).unwrap_or_default(),
                actions: Vec::new(),
            };
            Some((spec.policy_name?, binding))
        },
    )
    .await?;
    if policies.is_empty() {
        return Ok(());
    }
    let first = object.encode();
    for policy in policies.iter() {
        change(attributes, policy, object).await?;
    }
    if first != object.encode() {
        // Those that want to see what others did are asked again, once.
        for policy in policies.iter().filter(|policy| policy.reinvoked) {
            change(attributes, policy, object).await?;
        }
    }
    Ok(())
}

async fn change(
    attributes: &Attributes<'_>,
    policy: &Policy,
    object: &mut Box<dyn Object>,
) -> Result<(), Status> {
    let Some(resource) = policy.constraints.matched(attributes, Some(object.as_ref())).await? else {
        return Ok(());
    };
    for binding in &policy.bindings {
        if binding.resources.matched(attributes, Some(object.as_ref())).await?.is_none() {
            continue;
        }
        let refused = |why: String| {
            if policy.ignores_failure {
                return Ok(());
            }
            Err(attributes.forbidden(format!(
                "policy '{}' with binding '{}' denied request: {why}",
                policy.name, binding.name
            )))
        };
        let all = match params(attributes, policy, binding).await {
            Ok(all) => all,
            Err(why) => {
                refused(why)?;
                continue;
            }
        };
        for params in all {
            let mut input = Input::new(attributes, policy, resource, Some(object.as_ref()), params).await?;
            let mut budget = Budget::new(BUDGET * 4);
            let variables = input.variables(attributes, policy, &mut budget);
            match matching::met(policy.of(attributes, "mutate"), &policy.conditions, &variables) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(why) => {
                    refused(why)?;
                    continue;
                }
            }
            for mutation in &policy.mutations {
                let begun = Instant::now();
                let made = {
                    let variables = input.variables(attributes, policy, &mut budget);
                    apply(resource, mutation, &input.object, &variables, &mut budget)
                };
                let error = made.as_ref().map_or_else(|(error, _)| *error, |_| told::error_type::NONE);
                told::mutated(error, [&policy.name, &binding.name], begun.elapsed());
                match made {
                    Ok(value) => {
                        input.object = value;
                        input.settle(attributes, policy).await?;
                    }
                    Err((_, why)) => refused(why)?,
                }
            }
            let value = matching::taken(attributes, resource, input.object).await?;
            let text = serde_json::to_vec(&value).map_err(Status::internal)?;
            match (attributes.object_type()?.decode)(&text) {
                Ok(mut changed)
                    if changed.name() == object.name() && changed.namespace() == object.namespace() =>
                {
                    if attributes.kind.is_none() {
                        strategy::of(attributes.resource).default(changed.as_mut());
                    }
                    *object = changed;
                }
                Ok(_) => refused("the object's name and namespace can't be changed".into())?,
                Err(error) => refused(format!("the changed object is no {}: {error}", resource.kind))?,
            }
        }
    }
    Ok(())
}

/// What one mutation makes of an object.
fn apply(
    resource: &'static Resource,
    mutation: &Mutation,
    object: &Json,
    variables: &Variables<'_>,
    budget: &mut Budget,
) -> Result<Json, (&'static str, String)> {
    let (Mutation::Patch(program) | Mutation::Apply(program)) = mutation;
    let value = outcome(program, variables, budget)?;
    let invalid = |why: String| (told::error_type::INVALID, why);
    let json = value.json();
    let value =
        json.ok_or_else(|| invalid(format!("an expression gives {}, which is no JSON", value.type_name())))?;
    match mutation {
        Mutation::Patch(_) => {
            let patch: json_patch::Patch =
                serde_json::from_value(value).map_err(|error| invalid(error.to_string()))?;
            let mut object = object.clone();
            json_patch::patch(&mut object, &patch)
                .map_err(|error| invalid(format!("JSON Patch: {error}")))?;
            Ok(object)
        }
        Mutation::Apply(_) => {
            let merged = ownership::with_node(resource, |node| {
                let wrong = typed::check(node, &value);
                if wrong.is_empty() { Ok(typed::merge(node, object, &value)) } else { Err(wrong.join(", ")) }
            });
            merged.map_err(invalid)
        }
    }
}

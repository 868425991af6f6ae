//! The configuration of admission: webhooks and policies.

use apimachinery::invalid::{Field, Violation};
use apimachinery::jsonpath::JsonPath;
use apimachinery::names;
use cel::{Scope, Type};
use k8s_openapi::api::admissionregistration::v1::{
    AuditAnnotation, MatchCondition, MatchResources, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration, Mutation, NamedRuleWithOperations, ParamKind, ParamRef, RuleWithOperations,
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration, Validation,
    WebhookClientConfig,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::checks::{
    conditions as told, label_selector, label_selector_if_given, named, one_of, one_of_if_given,
    required_name,
};
use super::{GENERAL, General, Rules};
use crate::admission::policy;
use crate::callout::Target;
use crate::handlers::write::Part;

/// The most conditions of a webhook or policy.
const CONDITIONS: usize = 64;
/// The most things that a policy has the audit say, and the longest expression of one, in bytes.
const ANNOTATIONS: usize = 20;
const ANNOTATION: usize = 5 * 1024;
const COUNTED: General = General { generation: true, versioned: true, ..GENERAL };

macro_rules! webhook_defaults {
    ($hook:expr) => {{
        let hook = $hook;
        hook.failure_policy.get_or_insert_with(|| "Fail".into());
        hook.match_policy.get_or_insert_with(|| "Equivalent".into());
        hook.namespace_selector.get_or_insert_default();
        hook.object_selector.get_or_insert_default();
        hook.timeout_seconds.get_or_insert(10);
        if let Some(service) = &mut hook.client_config.service {
            service.port.get_or_insert(443);
        }
        for rule in hook.rules.iter_mut().flatten() {
            rule.scope.get_or_insert_with(|| "*".into());
        }
    }};
}

/// Mutating webhooks.
pub static MUTATING: Rules<MutatingWebhookConfiguration> = Rules {
    default: |configuration| {
        for hook in configuration.webhooks.iter_mut().flatten() {
            webhook_defaults!(&mut *hook);
            hook.reinvocation_policy.get_or_insert_with(|| "Never".into());
        }
    },
    validate: |configuration, wrong| {
        let mut seen = Vec::new();
        for (index, hook) in configuration.webhooks.iter().flatten().enumerate() {
            let field = Field::root("webhooks").index(index);
            let head = Head {
                name: &hook.name,
                client: &hook.client_config,
                rules: hook.rules.as_deref().unwrap_or_default(),
                versions: &hook.admission_review_versions,
                side_effects: &hook.side_effects,
                timeout: hook.timeout_seconds,
                failure_policy: hook.failure_policy.as_deref(),
                match_policy: hook.match_policy.as_deref(),
                conditions: hook.match_conditions.as_deref().unwrap_or_default(),
                selectors: [hook.namespace_selector.as_ref(), hook.object_selector.as_ref()],
                reinvocation: hook.reinvocation_policy.as_deref(),
            };
            webhook(&head, &field, &mut seen, wrong);
        }
    },
    ..Rules::new(COUNTED)
};

/// Validating webhooks.
pub static VALIDATING: Rules<ValidatingWebhookConfiguration> = Rules {
    default: |configuration| {
        for hook in configuration.webhooks.iter_mut().flatten() {
            webhook_defaults!(&mut *hook);
        }
    },
    validate: |configuration, wrong| {
        let mut seen = Vec::new();
        for (index, hook) in configuration.webhooks.iter().flatten().enumerate() {
            let field = Field::root("webhooks").index(index);
            let head = Head {
                name: &hook.name,
                client: &hook.client_config,
                rules: hook.rules.as_deref().unwrap_or_default(),
                versions: &hook.admission_review_versions,
                side_effects: &hook.side_effects,
                timeout: hook.timeout_seconds,
                failure_policy: hook.failure_policy.as_deref(),
                match_policy: hook.match_policy.as_deref(),
                conditions: hook.match_conditions.as_deref().unwrap_or_default(),
                selectors: [hook.namespace_selector.as_ref(), hook.object_selector.as_ref()],
                reinvocation: None,
            };
            webhook(&head, &field, &mut seen, wrong);
        }
    },
    ..Rules::new(COUNTED)
};

fn matches(given: &mut MatchResources) {
    given.match_policy.get_or_insert_with(|| "Equivalent".into());
    given.namespace_selector.get_or_insert_default();
    given.object_selector.get_or_insert_default();
    for rule in given.resource_rules.iter_mut().chain(&mut given.exclude_resource_rules).flatten() {
        rule.scope.get_or_insert_with(|| "*".into());
    }
}

fn expression(scope: &Scope, field: &Field, given: &str, wanted: &[Type], wrong: &mut Vec<Violation>) {
    if given.trim().is_empty() {
        wrong.push(Violation::required(field, "expression is not specified"));
    } else if let Err(error) = scope.compile(given, wanted) {
        let why =
            if error.starts_with("must evaluate") { error } else { format!("compilation failed: {error}") };
        wrong.push(Violation::invalid(field, given, &why));
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
        && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
        && !cel::RESERVED.contains(&name)
}

/// The variables of a policy, each with what is wrong with it; and what follows may speak of.
fn variables<'v>(
    given: impl Iterator<Item = (&'v str, &'v str)>,
    parameters: bool,
    wrong: &mut Vec<Violation>,
) -> Scope {
    let mut scope = Scope::policy(parameters);
    let field = Field::root("spec").child("variables");
    for (index, (name, text)) in given.enumerate() {
        let field = field.index(index);
        if name.trim().is_empty() {
            wrong.push(Violation::required(&field.child("name"), "name is not specified"));
        } else if !is_identifier(name) {
            let why = "name is not a valid CEL identifier";
            wrong.push(Violation::invalid(&field.child("name"), name, why));
        }
        expression(&scope, &field.child("expression"), text, &[], wrong);
        policy::declared(&mut scope, std::iter::once((name, text)));
    }
    scope
}

/// Conditions of a webhook or policy.
fn conditions(list: Option<&[MatchCondition]>, scope: &Scope, field: &Field, wrong: &mut Vec<Violation>) {
    let list = list.unwrap_or_default();
    let field = field.child("matchConditions");
    if list.len() > CONDITIONS {
        wrong.push(Violation::too_many(&field, list.len(), CONDITIONS));
    }
    for (index, one) in list.iter().enumerate() {
        let place = field.index(index);
        let text = one.expression.trim();
        if text.is_empty() {
            wrong.push(Violation::required(&place.child("expression"), ""));
        } else {
            expression(scope, &place.child("expression"), text, &[Type::Bool], wrong);
        }
        required_name(names::qualified_name, &one.name, &place.child("name"), wrong);
        if !one.name.is_empty() && list[..index].iter().any(|other| other.name == one.name) {
            wrong.push(Violation::duplicate(&place.child("name"), &one.name));
        }
    }
}

/// What a policy is about, which it must say.
fn constraints(given: Option<&MatchResources>, field: &Field, wrong: &mut Vec<Violation>) {
    let field = field.child("matchConstraints");
    let Some(given) = given else { return wrong.push(Violation::required(&field, "")) };
    constrained(Some(given), &field, wrong);
    if given.resource_rules.as_ref().is_none_or(Vec::is_empty) {
        wrong.push(Violation::required(&field.child("resourceRules"), ""));
    }
}

/// What is deleted can't be changed.
fn changes(given: Option<&MatchResources>, field: &Field, wrong: &mut Vec<Violation>) {
    const CHANGED: [&str; 4] = ["*", "CONNECT", "CREATE", "UPDATE"];
    let rules = given.and_then(|given| given.resource_rules.as_deref()).unwrap_or_default();
    for operation in rules.iter().flat_map(|rule| rule.operations.iter().flatten()) {
        let field = field.child("resourceRules").child("operations");
        one_of_if_given(Some(operation), &CHANGED, &field, wrong);
    }
}

/// Policies that judge.
pub static VALIDATING_POLICIES: Rules<ValidatingAdmissionPolicy> = Rules {
    default: |policy| {
        let spec = policy.spec.get_or_insert_default();
        spec.failure_policy.get_or_insert_with(|| "Fail".into());
        if let Some(given) = &mut spec.match_constraints {
            matches(given);
        }
    },
    validate: |policy, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &policy.spec else { return };
        let allowed = ["Fail", "Ignore"];
        one_of_if_given(spec.failure_policy.as_deref(), &allowed, &field.child("failurePolicy"), wrong);
        parameters(spec.param_kind.as_ref(), &field, wrong);
        constraints(spec.match_constraints.as_ref(), &field, wrong);
        let parameters = spec.param_kind.is_some();
        let scope = Scope::policy_conditions(parameters);
        conditions(spec.match_conditions.as_deref(), &scope, &field, wrong);
        let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
        let scope = variables(given, parameters, wrong);
        let validations = spec.validations.as_deref().unwrap_or_default();
        let annotations = spec.audit_annotations.as_deref().unwrap_or_default();
        if validations.is_empty() && annotations.is_empty() {
            let why = "validations or auditAnnotations must contain at least one item";
            wrong.push(Violation::required(&field.child("validations"), why));
            wrong.push(Violation::required(&field.child("auditAnnotations"), why));
        }
        for (index, one) in validations.iter().enumerate() {
            validation(one, &scope, &field.child("validations").index(index), wrong);
        }
        let field = field.child("auditAnnotations");
        if annotations.len() > ANNOTATIONS {
            let why = format!("must not have more than {ANNOTATIONS} auditAnnotations");
            wrong.push(Violation::invalid_value(&field, &annotations, &why));
        }
        for (index, one) in annotations.iter().enumerate() {
            let place = field.index(index);
            let name = policy.metadata.name.as_deref().unwrap_or_default();
            annotation(one, name, &scope, &place, wrong);
            if annotations[..index].iter().any(|other| other.key == one.key) {
                wrong.push(Violation::duplicate(&place.child("key"), &one.key));
            }
        }
    },
    validate_update: |policy, _, part, wrong| {
        if part == Part::Status {
            status(policy, wrong);
        }
    },
    ..Rules::new(COUNTED)
};

/// One thing that a policy asks.
fn validation(one: &Validation, scope: &Scope, field: &Field, wrong: &mut Vec<Violation>) {
    expression(scope, &field.child("expression"), &one.expression, &[Type::Bool], wrong);
    if let Some(given) = one.message_expression.as_deref().filter(|given| !given.is_empty()) {
        let place = field.child("messageExpression");
        if given.trim().is_empty() {
            wrong.push(Violation::invalid(&place, given, "must be non-empty if specified"));
        } else {
            expression(&scope.without_permissions(), &place, given, &[Type::Text], wrong);
        }
    }
    let message = one.message.as_deref().unwrap_or_default();
    let place = field.child("message");
    if !message.is_empty() && message.trim().is_empty() {
        wrong.push(Violation::invalid(&place, message, "message must be non-empty if specified"));
    } else if message.trim().contains(['\n', '\r']) {
        wrong.push(Violation::invalid(&place, message, "message must not contain line breaks"));
    }
    let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
    one_of_if_given(one.reason.as_deref(), &reasons, &field.child("reason"), wrong);
}

/// What a policy has the audit say.
fn annotation(one: &AuditAnnotation, policy: &str, scope: &Scope, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("key");
    let whole = format!("{policy}/{}", one.key);
    if policy.is_empty() {
        wrong.push(Violation::invalid(&place, &one.key, "requires metadata.name be non-empty"));
    } else if let Err(why) = names::qualified_name(&whole) {
        wrong.push(Violation::invalid(&place, &whole, &why));
    }
    let place = field.child("valueExpression");
    let text = one.value_expression.trim();
    if text.is_empty() {
        wrong.push(Violation::required(&place, "valueExpression is not specified"));
    } else if text.len() > ANNOTATION {
        let why = format!("must not exceed {ANNOTATION} bytes in length");
        wrong.push(Violation::required(&place, &why));
    } else {
        expression(scope, &place, text, &[Type::Text, Type::Null], wrong);
    }
}

/// What the controller that checks types has found.
fn status(policy: &ValidatingAdmissionPolicy, wrong: &mut Vec<Violation>) {
    let field = Field::root("status");
    let Some(status) = &policy.status else { return };
    let warnings = status.type_checking.as_ref().and_then(|found| found.expression_warnings.as_ref());
    for (index, one) in warnings.into_iter().flatten().enumerate() {
        let place = field.child("typeChecking").child("expressionWarnings").index(index);
        if one.warning.is_empty() {
            wrong.push(Violation::required(&place.child("warning"), ""));
        }
        let (place, path) = (place.child("fieldRef"), one.field_ref.trim());
        if path.is_empty() {
            wrong.push(Violation::required(&place, ""));
        } else if let Err(why) = JsonPath::parse(path) {
            wrong.push(Violation::invalid(&place, path, &format!("invalid JSONPath: {why}")));
        }
    }
    told(status.conditions.as_deref().unwrap_or_default(), &field.child("conditions"), wrong);
}

/// Policies that change.
pub static MUTATING_POLICIES: Rules<MutatingAdmissionPolicy> = Rules {
    default: |policy| {
        let spec = policy.spec.get_or_insert_default();
        spec.failure_policy.get_or_insert_with(|| "Fail".into());
        if let Some(given) = &mut spec.match_constraints {
            matches(given);
        }
    },
    validate: |policy, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &policy.spec else { return };
        let allowed = ["Fail", "Ignore"];
        one_of_if_given(spec.failure_policy.as_deref(), &allowed, &field.child("failurePolicy"), wrong);
        parameters(spec.param_kind.as_ref(), &field, wrong);
        constraints(spec.match_constraints.as_ref(), &field, wrong);
        changes(spec.match_constraints.as_ref(), &field.child("matchConstraints"), wrong);
        let parameters = spec.param_kind.is_some();
        let scope = Scope::policy_conditions(parameters);
        conditions(spec.match_conditions.as_deref(), &scope, &field, wrong);
        let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
        let scope = variables(given, parameters, wrong);
        let mutations = spec.mutations.as_deref().unwrap_or_default();
        let place = field.child("mutations");
        if mutations.is_empty() {
            wrong.push(Violation::required(&place, "mutations must contain at least one item"));
        }
        for (index, one) in mutations.iter().enumerate() {
            mutation(one, &scope, &place.index(index), wrong);
        }
        let policy = spec.reinvocation_policy.as_deref().unwrap_or_default();
        one_of(policy, &["Never", "IfNeeded"], &field.child("reinvocationPolicy"), wrong);
    },
    ..Rules::new(COUNTED)
};

/// A change is what its type says, and nothing else.
fn mutation(one: &Mutation, scope: &Scope, field: &Field, wrong: &mut Vec<Violation>) {
    let patch = one.json_patch.as_ref().map(|patch| patch.expression.as_deref());
    let config = one.apply_configuration.as_ref().map(|config| config.expression.as_deref());
    let kind = one.patch_type.as_str();
    let (own, given, other, is_other) = match kind {
        "JSONPatch" => ("jsonPatch", patch, "applyConfiguration", config.is_some()),
        "ApplyConfiguration" => ("applyConfiguration", config, "jsonPatch", patch.is_some()),
        _ => return one_of(kind, &["ApplyConfiguration", "JSONPatch"], &field.child("patchType"), wrong),
    };
    match given {
        None => {
            let why = format!("must be specified when patchType is {kind}");
            wrong.push(Violation::required(&field.child(own), &why));
        }
        Some(text) => {
            let (place, text) = (field.child(own).child("expression"), text.unwrap_or_default().trim());
            if text.is_empty() {
                wrong.push(Violation::required(&place, ""));
            } else {
                expression(scope, &place, text, &[], wrong);
            }
        }
    }
    if is_other {
        let why = format!("must not be specified when patchType is {kind}");
        wrong.push(Violation::invalid(&field.child(other), &format!("{{{other}}}"), &why));
    }
}

/// What both kinds of webhooks have.
struct Head<'a> {
    name: &'a str,
    client: &'a WebhookClientConfig,
    rules: &'a [RuleWithOperations],
    versions: &'a [String],
    side_effects: &'a str,
    timeout: Option<i32>,
    failure_policy: Option<&'a str>,
    match_policy: Option<&'a str>,
    conditions: &'a [MatchCondition],
    selectors: [Option<&'a LabelSelector>; 2],
    reinvocation: Option<&'a str>,
}

fn webhook<'a>(hook: &Head<'a>, field: &Field, seen: &mut Vec<&'a str>, wrong: &mut Vec<Violation>) {
    let place = field.child("name");
    if hook.name.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else if let Err(reason) = names::dns_subdomain(hook.name) {
        wrong.push(Violation::invalid(&place, hook.name, &reason));
    } else if hook.name.split('.').count() < 3 {
        let why = "should be a domain with at least three segments separated by dots";
        wrong.push(Violation::invalid(&place, hook.name, why));
    }
    rules(hook.rules, &field.child("rules"), wrong);
    for (child, value, allowed) in [
        ("failurePolicy", hook.failure_policy, ["Fail", "Ignore"]),
        ("matchPolicy", hook.match_policy, ["Equivalent", "Exact"]),
    ] {
        one_of_if_given(value, &allowed, &field.child(child), wrong);
    }
    if hook.side_effects.is_empty() {
        let why = "must specify one of None, NoneOnDryRun";
        wrong.push(Violation::required(&field.child("sideEffects"), why));
    } else {
        one_of(hook.side_effects, &["None", "NoneOnDryRun"], &field.child("sideEffects"), wrong);
    }
    if let Some(seconds) = hook.timeout.filter(|seconds| !(1..=30).contains(seconds)) {
        let why = "the timeout value must be between 1 and 30 seconds";
        wrong.push(Violation::invalid_value(&field.child("timeoutSeconds"), &seconds, why));
    }
    selectors(hook.selectors, field, wrong);
    one_of_if_given(hook.reinvocation, &["IfNeeded", "Never"], &field.child("reinvocationPolicy"), wrong);
    Target::from(hook.client).wrong(&field.child("clientConfig"), wrong);
    conditions(Some(hook.conditions), &Scope::conditions(), field, wrong);
    review_versions(hook.versions, &field.child("admissionReviewVersions"), wrong);
    if !hook.name.is_empty() {
        if seen.contains(&hook.name) {
            wrong.push(Violation::duplicate(&place, hook.name));
        }
        seen.push(hook.name);
    }
}

/// The versions of reviews that a webhook takes; one at least must be spoken here.
fn review_versions(versions: &[String], field: &Field, wrong: &mut Vec<Violation>) {
    if versions.is_empty() {
        return wrong.push(Violation::required(field, "must specify one of v1, v1beta1"));
    }
    for (index, version) in versions.iter().enumerate() {
        if versions[..index].contains(version) {
            wrong.push(Violation::invalid(&field.index(index), version, "duplicate version"));
        } else {
            named(names::dns_1035_label, version, &field.index(index), wrong);
        }
    }
    if !versions.iter().any(|version| matches!(version.as_str(), "v1" | "v1beta1")) {
        let why = "must include at least one of v1, v1beta1";
        wrong.push(Violation::invalid_value(field, &versions, why));
    }
}

/// Which namespaces and objects are meant.
fn selectors(given: [Option<&LabelSelector>; 2], field: &Field, wrong: &mut Vec<Violation>) {
    for (name, selector) in ["namespaceSelector", "objectSelector"].into_iter().zip(given) {
        label_selector_if_given(selector, &field.child(name), wrong);
    }
}

/// What a rule says, with names of objects or without.
struct Said<'a> {
    operations: &'a [String],
    groups: &'a [String],
    versions: &'a [String],
    resources: &'a [String],
    scope: Option<&'a str>,
}

impl<'a> Said<'a> {
    fn new(
        [operations, groups, versions, resources]: [&'a Option<Vec<String>>; 4],
        scope: &'a Option<String>,
    ) -> Self {
        let list = |given: &'a Option<Vec<String>>| given.as_deref().unwrap_or_default();
        Self {
            operations: list(operations),
            groups: list(groups),
            versions: list(versions),
            resources: list(resources),
            scope: scope.as_deref(),
        }
    }
}

fn rules(list: &[RuleWithOperations], field: &Field, wrong: &mut Vec<Violation>) {
    for (index, rule) in list.iter().enumerate() {
        let lists = [&rule.operations, &rule.api_groups, &rule.api_versions, &rule.resources];
        let said = Said::new(lists, &rule.scope);
        self::rule(&said, &field.index(index), wrong);
    }
}

fn named_rules(list: Option<&[NamedRuleWithOperations]>, field: &Field, wrong: &mut Vec<Violation>) {
    for (index, rule) in list.into_iter().flatten().enumerate() {
        let lists = [&rule.operations, &rule.api_groups, &rule.api_versions, &rule.resources];
        let said = Said::new(lists, &rule.scope);
        let field = field.index(index);
        let names = rule.resource_names.as_deref().unwrap_or_default();
        for (index, name) in names.iter().enumerate() {
            let place = field.child("resourceNames").index(index);
            named(names::path_segment, name, &place, wrong);
            if names[..index].contains(name) {
                wrong.push(Violation::duplicate(&place, name));
            }
        }
        self::rule(&said, &field, wrong);
    }
}

fn rule(rule: &Said<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    let listed = |child: &str, list: &[String], what: &str, wrong: &mut Vec<Violation>| {
        let place = field.child(child);
        if list.is_empty() {
            wrong.push(Violation::required(&place, ""));
        }
        if list.len() > 1 && list.iter().any(|one| one == "*") {
            let why = format!("if '*' is present, must not specify other {what}");
            wrong.push(Violation::invalid_value(&place, &list, &why));
        }
    };
    listed("operations", rule.operations, "operations", wrong);
    for (index, operation) in rule.operations.iter().enumerate() {
        let place = field.child("operations").index(index);
        let allowed = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
        one_of_if_given(Some(operation), &allowed, &place, wrong);
    }
    listed("apiGroups", rule.groups, "API groups", wrong);
    listed("apiVersions", rule.versions, "API versions", wrong);
    for (index, _) in rule.versions.iter().enumerate().filter(|(_, version)| version.is_empty()) {
        wrong.push(Violation::required(&field.child("apiVersions").index(index), ""));
    }
    resources(rule.resources, &field.child("resources"), wrong);
    one_of_if_given(rule.scope, &["*", "Cluster", "Namespaced"], &field.child("scope"), wrong);
}

/// Resources and their parts; what comes first may make what follows superfluous.
fn resources(list: &[String], field: &Field, wrong: &mut Vec<Violation>) {
    if list.is_empty() {
        wrong.push(Violation::required(field, ""));
    }
    // Upstream looks at the last of those without parts only.
    let mut plain = false;
    for (index, resource) in list.iter().enumerate() {
        let here = field.index(index);
        if resource.is_empty() {
            wrong.push(Violation::required(&here, ""));
            continue;
        }
        let Some((kind, part)) = resource.split_once('/') else {
            plain = resource != "*";
            continue;
        };
        for wide in [format!("{kind}/*"), format!("*/{part}")] {
            if list[..index].contains(&wide) {
                let why = format!("if '{wide}' is present, must not specify {resource}");
                wrong.push(Violation::invalid(&here, resource, &why));
            }
        }
    }
    let has = |wide: &str| list.iter().any(|one| one == wide);
    if list.len() > 1 && has("*/*") {
        let why = "if '*/*' is present, must not specify other resources";
        wrong.push(Violation::invalid_value(field, &list, why));
    }
    if has("*") && plain {
        let why = "if '*' is present, must not specify other resources without subresources";
        wrong.push(Violation::invalid_value(field, &list, why));
    }
}

/// What a policy or its binding is about.
fn constrained(given: Option<&MatchResources>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    let policy = given.match_policy.as_deref();
    one_of_if_given(policy, &["Equivalent", "Exact"], &field.child("matchPolicy"), wrong);
    selectors([given.namespace_selector.as_ref(), given.object_selector.as_ref()], field, wrong);
    named_rules(given.resource_rules.as_deref(), &field.child("resourceRules"), wrong);
    named_rules(given.exclude_resource_rules.as_deref(), &field.child("excludeResourceRules"), wrong);
}

/// The kind of a policy's parameters.
fn parameters(given: Option<&ParamKind>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    let field = field.child("paramKind");
    let place = field.child("apiVersion");
    let whole = given.api_version.as_deref().unwrap_or_default();
    let (group, version) = whole.split_once('/').unwrap_or(("", whole));
    if whole.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else if version.contains('/') {
        wrong.push(Violation::invalid(&place, whole, &format!("unexpected GroupVersion string: {whole}")));
    } else {
        if !group.is_empty() {
            named(names::dns_subdomain, group, &place, wrong);
        }
        if version.is_empty() {
            wrong.push(Violation::invalid(&place, whole, "version must be specified"));
        } else {
            named(names::dns_1035_label, version, &place, wrong);
        }
    }
    let (place, kind) = (field.child("kind"), given.kind.as_deref().unwrap_or_default());
    if kind.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else if let Err(why) = names::dns_1035_label(&kind.to_lowercase()) {
        let why = format!("may have mixed case, but should otherwise match: {why}");
        wrong.push(Violation::invalid(&place, kind, &why));
    }
}

/// Which parameters a binding takes.
fn chosen(given: Option<&ParamRef>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    let field = field.child("paramRef");
    let name = given.name.as_deref().unwrap_or_default();
    let why = "name and selector are mutually exclusive";
    if !name.is_empty() {
        named(names::path_segment, name, &field.child("name"), wrong);
        if given.selector.is_some() {
            wrong.push(Violation::forbidden(&field.child("name"), why));
        }
    }
    if let Some(selector) = &given.selector {
        label_selector(selector, &field.child("selector"), wrong);
        if !name.is_empty() {
            wrong.push(Violation::forbidden(&field.child("selector"), why));
        }
    } else if name.is_empty() {
        wrong.push(Violation::required(&field, "one of name or selector must be specified"));
    }
    let action = given.parameter_not_found_action.as_deref().unwrap_or_default();
    one_of(action, &["Deny", "Allow"], &field.child("parameterNotFoundAction"), wrong);
}

/// Where policies that judge apply, and what follows.
pub static VALIDATING_BINDINGS: Rules<ValidatingAdmissionPolicyBinding> = Rules {
    default: |binding| {
        if let Some(given) = &mut binding.spec.match_resources {
            matches(given);
        }
    },
    validate: |binding, wrong| {
        let field = Field::root("spec");
        let spec = &binding.spec;
        required_name(names::dns_subdomain, &spec.policy_name, &field.child("policyName"), wrong);
        chosen(spec.param_ref.as_ref(), &field, wrong);
        constrained(spec.match_resources.as_ref(), &field.child("matchResources"), wrong);
        let actions = spec.validation_actions.as_slice();
        let place = field.child("validationActions");
        for (index, action) in actions.iter().enumerate() {
            one_of(action, &["Audit", "Deny", "Warn"], &place.index(index), wrong);
            if actions[..index].contains(action) {
                wrong.push(Violation::duplicate(&place.index(index), action));
            }
        }
        if ["Deny", "Warn"].iter().all(|one| actions.iter().any(|action| action == one)) {
            let why = "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
            wrong.push(Violation::invalid_value(&place, &actions, why));
        }
        if actions.is_empty() {
            wrong.push(Violation::required(&place, "at least one validation action is required"));
        }
    },
    ..Rules::new(COUNTED)
};

/// Where policies that change apply.
pub static MUTATING_BINDINGS: Rules<MutatingAdmissionPolicyBinding> = Rules {
    default: |binding| {
        if let Some(given) = binding.spec.as_mut().and_then(|spec| spec.match_resources.as_mut()) {
            matches(given);
        }
    },
    validate: |binding, wrong| {
        let field = Field::root("spec");
        let spec = binding.spec.clone().unwrap_or_default();
        let name = spec.policy_name.as_deref().unwrap_or_default();
        required_name(names::dns_subdomain, name, &field.child("policyName"), wrong);
        chosen(spec.param_ref.as_ref(), &field, wrong);
        constrained(spec.match_resources.as_ref(), &field.child("matchResources"), wrong);
        changes(spec.match_resources.as_ref(), &field.child("matchResources"), wrong);
    },
    ..Rules::new(COUNTED)
};

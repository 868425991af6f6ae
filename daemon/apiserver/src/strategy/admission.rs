//! The configuration of admission: webhooks and policies.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use cel::Type;
use k8s_openapi::api::admissionregistration::v1::{
    MatchCondition, MatchResources, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration, NamedRuleWithOperations, ParamKind, ParamRef, RuleWithOperations,
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
    WebhookClientConfig,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::checks::{label_selector_if_given, named, one_of, one_of_if_given, required_name, text};
use super::{GENERAL, General, Rules};
use crate::admission::expressions::Scope;
use crate::admission::matching::Condition;
use crate::admission::policy;
use crate::callout::Target;

/// The most conditions of a webhook or policy.
const CONDITIONS: usize = 64;
const COUNTED: General = General { generation: true, ..GENERAL };

macro_rules! webhook_defaults {
    ($hook:expr) => {{
        let hook = $hook;
        text(&mut hook.failure_policy, "Fail");
        text(&mut hook.match_policy, "Equivalent");
        hook.namespace_selector.get_or_insert_default();
        hook.object_selector.get_or_insert_default();
        hook.timeout_seconds.get_or_insert(10);
        if let Some(service) = &mut hook.client_config.service {
            service.port.get_or_insert(443);
        }
        for rule in hook.rules.iter_mut().flatten() {
            text(&mut rule.scope, "*");
        }
    }};
}

/// Mutating webhooks.
pub static MUTATING: Rules<MutatingWebhookConfiguration> = Rules {
    default: |configuration| {
        for hook in configuration.webhooks.iter_mut().flatten() {
            webhook_defaults!(&mut *hook);
            text(&mut hook.reinvocation_policy, "Never");
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
    text(&mut given.match_policy, "Equivalent");
    given.namespace_selector.get_or_insert_default();
    given.object_selector.get_or_insert_default();
    for rule in given.resource_rules.iter_mut().chain(&mut given.exclude_resource_rules).flatten() {
        text(&mut rule.scope, "*");
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

/// The variables of a policy, each with what is wrong with it; and what follows may speak of.
fn variables<'v>(given: impl Iterator<Item = (&'v str, &'v str)>, wrong: &mut Vec<Violation>) -> Scope {
    let mut scope = Scope::policy();
    let field = Field::root("spec").child("variables");
    for (index, (name, text)) in given.enumerate() {
        expression(&scope, &field.index(index).child("expression"), text, &[], wrong);
        policy::declared(&mut scope, std::iter::once((name, text)));
    }
    scope
}

/// Conditions of a policy.
fn requirements(scope: &Scope, list: &[MatchCondition], wrong: &mut Vec<Violation>) {
    let field = Field::root("spec").child("matchConditions");
    if list.len() > CONDITIONS {
        wrong.push(Violation::too_many(&field, list.len(), CONDITIONS));
    }
    for (index, one) in list.iter().enumerate() {
        let place = field.index(index);
        required_name(names::qualified_name, &one.name, &place.child("name"), wrong);
        if list[..index].iter().any(|other| other.name == one.name) {
            wrong.push(Violation::duplicate(&place.child("name"), &one.name));
        }
        expression(scope, &place.child("expression"), &one.expression, &[Type::Bool], wrong);
    }
}

fn constraints(given: Option<&MatchResources>, field: &Field, wrong: &mut Vec<Violation>) {
    constrained(given, &field.child("matchConstraints"), wrong);
    if given.and_then(|given| given.resource_rules.as_ref()).is_none_or(Vec::is_empty) {
        wrong.push(Violation::required(&field.child("matchConstraints").child("resourceRules"), ""));
    }
}

/// Policies that judge.
pub static VALIDATING_POLICIES: Rules<ValidatingAdmissionPolicy> = Rules {
    default: |policy| {
        let spec = policy.spec.get_or_insert_default();
        text(&mut spec.failure_policy, "Fail");
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
        let (validations, annotations) = (spec.validations.as_deref(), spec.audit_annotations.as_deref());
        if validations.is_none_or(<[_]>::is_empty) && annotations.is_none_or(<[_]>::is_empty) {
            let why = "validations or auditAnnotations must contain at least one item";
            wrong.push(Violation::required(&field.child("validations"), why));
        }
        let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
        let scope = variables(given, wrong);
        for (index, one) in validations.into_iter().flatten().enumerate() {
            let place = field.child("validations").index(index);
            expression(&scope, &place.child("expression"), &one.expression, &[Type::Bool], wrong);
            let message = one.message.as_deref().unwrap_or_default();
            if message.contains(['\n', '\r']) {
                let why = "message must not contain line breaks";
                wrong.push(Violation::invalid(&place.child("message"), message, why));
            }
            let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
            one_of_if_given(one.reason.as_deref(), &reasons, &place.child("reason"), wrong);
            if let Some(given) = one.message_expression.as_deref() {
                expression(&scope, &place.child("messageExpression"), given, &[Type::Text], wrong);
            }
        }
        for (index, one) in annotations.into_iter().flatten().enumerate() {
            let place = field.child("auditAnnotations").index(index);
            let name = policy.metadata.name.as_deref().unwrap_or_default();
            if one.key.is_empty() {
                wrong.push(Violation::required(&place.child("key"), ""));
            } else if let Err(why) = names::qualified_name(&format!("{name}/{}", one.key)) {
                wrong.push(Violation::invalid(&place.child("key"), &one.key, &why));
            } else if annotations.into_iter().flatten().take(index).any(|other| other.key == one.key) {
                wrong.push(Violation::duplicate(&place.child("key"), &one.key));
            }
            let wanted = [Type::Text, Type::Null];
            expression(&scope, &place.child("valueExpression"), &one.value_expression, &wanted, wrong);
        }
        requirements(&scope, spec.match_conditions.as_deref().unwrap_or_default(), wrong);
    },
    ..Rules::new(COUNTED)
};

/// Policies that change.
pub static MUTATING_POLICIES: Rules<MutatingAdmissionPolicy> = Rules {
    default: |policy| {
        let spec = policy.spec.get_or_insert_default();
        text(&mut spec.failure_policy, "Fail");
        text(&mut spec.reinvocation_policy, "Never");
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
        if spec.mutations.as_ref().is_none_or(Vec::is_empty) {
            wrong.push(Violation::required(
                &field.child("mutations"),
                "mutations must contain at least one item",
            ));
        }
        let given = spec.variables.iter().flatten().map(|one| (one.name.as_str(), one.expression.as_str()));
        let scope = variables(given, wrong);
        for (index, one) in spec.mutations.iter().flatten().enumerate() {
            let place = field.child("mutations").index(index);
            let patch = one.json_patch.as_ref().map(|patch| ("jsonPatch", patch.expression.as_deref()));
            let config = one
                .apply_configuration
                .as_ref()
                .map(|config| ("applyConfiguration", config.expression.as_deref()));
            match patch.or(config) {
                Some((name, given)) => {
                    let place = place.child(name).child("expression");
                    expression(&scope, &place, given.unwrap_or_default(), &[], wrong);
                }
                None => wrong
                    .push(Violation::required(&place, "one of jsonPatch and applyConfiguration is required")),
            }
        }
        requirements(&scope, spec.match_conditions.as_deref().unwrap_or_default(), wrong);
    },
    ..Rules::new(COUNTED)
};

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
    if let Err(reason) = names::dns_subdomain(hook.name) {
        wrong.push(Violation::invalid(&field.child("name"), hook.name, &reason));
    } else if hook.name.split('.').count() < 3 {
        let why = "should be a domain with at least three segments separated by dots";
        wrong.push(Violation::invalid(&field.child("name"), hook.name, why));
    }
    if seen.contains(&hook.name) {
        wrong.push(Violation::duplicate(&field.child("name"), hook.name));
    }
    seen.push(hook.name);
    if hook.versions.is_empty() {
        let why = "must specify one of v1, v1beta1";
        wrong.push(Violation::required(&field.child("admissionReviewVersions"), why));
    } else if !hook.versions.iter().any(|version| matches!(version.as_str(), "v1" | "v1beta1")) {
        let why = "must include at least one of v1, v1beta1";
        wrong.push(Violation::invalid(
            &field.child("admissionReviewVersions"),
            &hook.versions.join(", "),
            why,
        ));
    }
    if !matches!(hook.side_effects, "None" | "NoneOnDryRun") {
        let allowed = ["None", "NoneOnDryRun"];
        wrong.push(Violation::unsupported(&field.child("sideEffects"), hook.side_effects, &allowed));
    }
    if let Some(seconds) = hook.timeout.filter(|seconds| !(1..=30).contains(seconds)) {
        let why = "the timeout value must be between 1 and 30 seconds";
        wrong.push(Violation::invalid_value(&field.child("timeoutSeconds"), &seconds, why));
    }
    for (child, value, allowed) in [
        ("failurePolicy", hook.failure_policy, ["Fail", "Ignore"]),
        ("matchPolicy", hook.match_policy, ["Equivalent", "Exact"]),
    ] {
        if let Some(value) = value.filter(|value| !allowed.contains(value)) {
            wrong.push(Violation::unsupported(&field.child(child), value, &allowed));
        }
    }
    Target::from(hook.client).wrong(&field.child("clientConfig"), wrong);
    rules(hook.rules, &field.child("rules"), wrong);
    selectors(hook.selectors, field, wrong);
    if let Some(policy) = hook.reinvocation.filter(|policy| !matches!(*policy, "Never" | "IfNeeded")) {
        let place = field.child("reinvocationPolicy");
        wrong.push(Violation::unsupported(&place, policy, &["IfNeeded", "Never"]));
    }
    conditions(hook.conditions, field, wrong);
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
        self::rule(&said, &field, wrong);
        for (index, name) in rule.resource_names.iter().flatten().enumerate() {
            named(names::path_segment, name, &field.child("resourceNames").index(index), wrong);
        }
    }
}

fn rule(rule: &Said<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    for (child, list, what) in [
        ("operations", rule.operations, "operations"),
        ("apiGroups", rule.groups, "API groups"),
        ("apiVersions", rule.versions, "API versions"),
    ] {
        let place = field.child(child);
        if list.is_empty() {
            wrong.push(Violation::required(&place, ""));
        }
        if list.len() > 1 && list.iter().any(|one| one == "*") {
            let why = format!("if '*' is present, must not specify other {what}");
            wrong.push(Violation::invalid_value(&place, &list, &why));
        }
    }
    for (index, _) in rule.versions.iter().enumerate().filter(|(_, version)| version.is_empty()) {
        wrong.push(Violation::required(&field.child("apiVersions").index(index), ""));
    }
    for (index, operation) in rule.operations.iter().enumerate() {
        let allowed = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
        if !allowed.contains(&operation.as_str()) {
            let place = field.child("operations").index(index);
            wrong.push(Violation::unsupported(&place, operation, &allowed));
        }
    }
    one_of_if_given(rule.scope, &["*", "Cluster", "Namespaced"], &field.child("scope"), wrong);
    let place = field.child("resources");
    if rule.resources.is_empty() {
        wrong.push(Violation::required(&place, ""));
    }
    if rule.resources.len() > 1 && rule.resources.iter().any(|one| one == "*/*") {
        let why = "if '*/*' is present, must not specify other resources";
        wrong.push(Violation::invalid_value(&place, &rule.resources, why));
    }
    for (index, resource) in rule.resources.iter().enumerate() {
        let here = place.index(index);
        let has = |one: &str| rule.resources.iter().any(|other| other == one);
        match resource.split_once('/') {
            _ if resource.is_empty() => wrong.push(Violation::required(&here, "")),
            Some((kind, part)) if kind != "*" && part != "*" => {
                for wide in [format!("{kind}/*"), format!("*/{part}")] {
                    if has(&wide) {
                        let why = format!("if '{wide}' is present, must not specify {resource}");
                        wrong.push(Violation::invalid(&here, resource, &why));
                    }
                }
            }
            None if resource != "*" && has("*") => {
                let why = "if '*' is present, must not specify other resources without subresources";
                wrong.push(Violation::invalid(&here, resource, why));
            }
            _ => {}
        }
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
    for (name, value) in [("apiVersion", &given.api_version), ("kind", &given.kind)] {
        if value.as_deref().unwrap_or_default().is_empty() {
            wrong.push(Violation::required(&field.child(name), ""));
        }
    }
}

/// Which parameters a binding takes.
fn chosen(given: Option<&ParamRef>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    let field = field.child("paramRef");
    let name = given.name.as_deref().unwrap_or_default();
    match (name.is_empty(), &given.selector) {
        (true, None) => wrong.push(Violation::required(&field, "one of name or selector must be specified")),
        (false, Some(_)) => {
            for child in ["name", "selector"] {
                let why = "name and selector are mutually exclusive";
                wrong.push(Violation::forbidden(&field.child(child), why));
            }
        }
        (false, None) => named(names::path_segment, name, &field.child("name"), wrong),
        (true, Some(selector)) => label_selector_if_given(Some(selector), &field.child("selector"), wrong),
    }
    let action = given.parameter_not_found_action.as_deref().unwrap_or_default();
    one_of(action, &["Allow", "Deny"], &field.child("parameterNotFoundAction"), wrong);
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
        if actions.is_empty() {
            wrong.push(Violation::required(&place, ""));
        }
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
    },
    ..Rules::new(COUNTED)
};

fn conditions(list: &[MatchCondition], field: &Field, wrong: &mut Vec<Violation>) {
    if list.len() > CONDITIONS {
        wrong.push(Violation::too_many(&field.child("matchConditions"), list.len(), CONDITIONS));
    }
    for (index, condition) in list.iter().enumerate() {
        let place = field.child("matchConditions").index(index);
        if list[..index].iter().any(|other| other.name == condition.name) {
            wrong.push(Violation::duplicate(&place.child("name"), &condition.name));
        }
        if let Err(reason) = names::qualified_name(&condition.name) {
            wrong.push(Violation::invalid(&place.child("name"), &condition.name, &reason));
        }
        if let Err(error) = Condition::from(condition).program {
            let why = format!("compilation failed: {error}");
            wrong.push(Violation::invalid(&place.child("expression"), &condition.expression, &why));
        }
    }
}

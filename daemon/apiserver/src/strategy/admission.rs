//! The configuration of admission: webhooks and policies.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use cel::Type;
use k8s_openapi::api::admissionregistration::v1::{
    MatchCondition, MatchResources, MutatingAdmissionPolicy, MutatingWebhookConfiguration,
    RuleWithOperations, ValidatingAdmissionPolicy, ValidatingWebhookConfiguration, WebhookClientConfig,
};

use super::checks::text;
use super::{GENERAL, General, Rules};
use crate::admission::expressions::Scope;
use crate::admission::matching::Condition;
use crate::admission::policy;
use crate::callout::Target;

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
fn requirements<'c>(scope: &Scope, given: impl Iterator<Item = &'c str>, wrong: &mut Vec<Violation>) {
    let field = Field::root("spec").child("matchConditions");
    for (index, text) in given.enumerate() {
        expression(scope, &field.index(index).child("expression"), text, &[Type::Bool], wrong);
    }
}

fn constraints(given: Option<&MatchResources>, field: &Field, wrong: &mut Vec<Violation>) {
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
        let conditions = spec.match_conditions.iter().flatten().map(|one| one.expression.as_str());
        requirements(&scope, conditions, wrong);
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
        let conditions = spec.match_conditions.iter().flatten().map(|one| one.expression.as_str());
        requirements(&scope, conditions, wrong);
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
    for (index, rule) in hook.rules.iter().enumerate() {
        let place = field.child("rules").index(index);
        for (child, list) in [
            ("operations", &rule.operations),
            ("apiGroups", &rule.api_groups),
            ("apiVersions", &rule.api_versions),
            ("resources", &rule.resources),
        ] {
            if list.as_ref().is_none_or(Vec::is_empty) {
                wrong.push(Violation::required(&place.child(child), ""));
            }
        }
        for (index, operation) in rule.operations.iter().flatten().enumerate() {
            let allowed = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
            if !allowed.contains(&operation.as_str()) {
                wrong.push(Violation::unsupported(
                    &place.child("operations").index(index),
                    operation,
                    &allowed,
                ));
            }
        }
    }
    conditions(hook.conditions, field, wrong);
}

fn conditions(list: &[MatchCondition], field: &Field, wrong: &mut Vec<Violation>) {
    for (index, condition) in list.iter().enumerate() {
        let place = field.child("matchConditions").index(index);
        if let Err(reason) = names::qualified_name(&condition.name) {
            wrong.push(Violation::invalid(&place.child("name"), &condition.name, &reason));
        }
        if let Err(error) = Condition::from(condition).program {
            let why = format!("compilation failed: {error}");
            wrong.push(Violation::invalid(&place.child("expression"), &condition.expression, &why));
        }
    }
}

//! Flow schemas and priority levels, by which requests wait for each other.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::flowcontrol::v1::{
    FlowSchema, FlowSchemaSpec, NonResourcePolicyRule, PolicyRulesWithSubjects, PriorityLevelConfiguration,
    PriorityLevelConfigurationSpec, QueuingConfiguration, ResourcePolicyRule, Subject,
};

use super::{GENERAL, General, Rules};
use crate::bootstrap;
use crate::handlers::write::Part;

/// The precedence of a schema that names none.
const PRECEDENCE: i32 = 1000;
/// The largest precedence, which the last schema has.
const LARGEST: i32 = 10_000;
/// The most queues of a level.
const QUEUES: i32 = 10_000_000;
/// By which older versions of the API kept that a level has no seats of its own.
const KEPT_ZERO: &str = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";
/// How many bits of a hash may be needed to deal a hand.
const ENTROPY: f64 = 60.0;

/// Flow schemas.
pub static SCHEMAS: Rules<FlowSchema> = Rules {
    default: |schema| {
        let spec = schema.spec.get_or_insert_default();
        if spec.matching_precedence.unwrap_or(0) == 0 {
            spec.matching_precedence = Some(PRECEDENCE);
        }
    },
    validate: |schema, wrong| {
        let at = Field::root("spec");
        let name = schema.metadata.name.as_deref().unwrap_or_default();
        let Some(spec) = &schema.spec else { return };
        let field = at.child("matchingPrecedence");
        match spec.matching_precedence.unwrap_or(PRECEDENCE) {
            1 if name != "exempt" => wrong.push(Violation::invalid_value(
                &field,
                &1,
                "only the schema named 'exempt' may have matchingPrecedence 1",
            )),
            value if value <= 0 => {
                wrong.push(Violation::invalid_value(&field, &value, "must be a positive value"));
            }
            value if value > LARGEST => wrong.push(Violation::invalid_value(
                &field,
                &value,
                &format!("must not be greater than {LARGEST}"),
            )),
            _ => {}
        }
        if let Some(method) = &spec.distinguisher_method
            && !matches!(method.type_.as_str(), "ByNamespace" | "ByUser")
        {
            let field = at.child("distinguisherMethod").child("type");
            wrong.push(Violation::unsupported(&field, &method.type_, &["ByNamespace", "ByUser"]));
        }
        let field = at.child("priorityLevelConfiguration").child("name");
        let level = &spec.priority_level_configuration.name;
        if level.is_empty() {
            wrong.push(Violation::required(&field, "must reference a priority level"));
        } else if let Err(why) = names::dns_subdomain(level) {
            wrong.push(Violation::invalid(&field, level, &why));
        }
        for (index, rules) in spec.rules.iter().flatten().enumerate() {
            policy(&at.child("rules").index(index), rules, wrong);
        }
        let fixed: Option<FlowSchemaSpec> = fixed("FlowSchema", name);
        if fixed.is_some_and(|fixed| fixed != *spec) {
            let why = format!("spec of '{name}' must equal the fixed value");
            wrong.push(Violation::invalid_value(&at, spec, &why));
        }
    },
    validate_update: |new, _, part, wrong| {
        if part == Part::Status {
            let conditions = new.status.iter().flat_map(|status| status.conditions.iter().flatten());
            types(conditions.map(|one| one.type_.as_deref().unwrap_or_default()), wrong);
        }
    },
    ..Rules::new(General { generation: true, ..GENERAL })
};

/// The types of a status' conditions.
fn types<'t>(given: impl Iterator<Item = &'t str>, wrong: &mut Vec<Violation>) {
    let mut seen = Vec::new();
    for (index, kind) in given.enumerate() {
        let place = Field::root("status").child("conditions").index(index).child("type");
        if seen.contains(&kind) {
            wrong.push(Violation::duplicate(&place, kind));
        }
        if kind.is_empty() {
            wrong.push(Violation::required(&place, "must not be empty"));
        }
        seen.push(kind);
    }
}

fn policy(at: &Field, rules: &PolicyRulesWithSubjects, wrong: &mut Vec<Violation>) {
    if rules.subjects.is_empty() {
        wrong.push(Violation::required(&at.child("subjects"), "subjects must contain at least one value"));
    }
    for (index, one) in rules.subjects.iter().enumerate() {
        subject(&at.child("subjects").index(index), one, wrong);
    }
    let resources = rules.resource_rules.as_deref().unwrap_or_default();
    let paths = rules.non_resource_rules.as_deref().unwrap_or_default();
    if resources.is_empty() && paths.is_empty() {
        wrong.push(Violation::required(
            at,
            "at least one of resourceRules and nonResourceRules has to be non-empty",
        ));
    }
    for (index, rule) in resources.iter().enumerate() {
        resource(&at.child("resourceRules").index(index), rule, wrong);
    }
    for (index, rule) in paths.iter().enumerate() {
        path(&at.child("nonResourceRules").index(index), rule, wrong);
    }
}

fn subject(at: &Field, subject: &Subject, wrong: &mut Vec<Violation>) {
    let parts = [
        ("ServiceAccount", "serviceAccount", subject.service_account.is_some()),
        ("User", "user", subject.user.is_some()),
        ("Group", "group", subject.group.is_some()),
    ];
    if !parts.iter().any(|(kind, ..)| *kind == subject.kind) {
        wrong.push(Violation::unsupported(
            &at.child("kind"),
            &subject.kind,
            &["Group", "ServiceAccount", "User"],
        ));
        return;
    }
    for (kind, child, given) in parts {
        let field = at.child(child);
        if kind == subject.kind && !given {
            wrong.push(Violation::required(
                &field,
                &format!("{child} is required when subject kind is '{kind}'"),
            ));
        } else if kind != subject.kind && given {
            wrong.push(Violation::forbidden(
                &field,
                &format!("{child} is forbidden when subject kind is not '{kind}'"),
            ));
        }
    }
    if subject.user.as_ref().is_some_and(|user| user.name.is_empty()) {
        wrong.push(Violation::required(&at.child("user").child("name"), ""));
    }
    if subject.group.as_ref().is_some_and(|group| group.name.is_empty()) {
        wrong.push(Violation::required(&at.child("group").child("name"), ""));
    }
    if let Some(account) = &subject.service_account {
        let at = at.child("serviceAccount");
        if account.name.is_empty() {
            wrong.push(Violation::required(&at.child("name"), ""));
        } else if account.name != "*"
            && let Err(why) = names::dns_subdomain(&account.name)
        {
            wrong.push(Violation::invalid(&at.child("name"), &account.name, &why));
        }
        if account.namespace.is_empty() {
            wrong.push(Violation::required(
                &at.child("namespace"),
                "must specify namespace for service account",
            ));
        } else if let Err(why) = names::dns_label(&account.namespace) {
            wrong.push(Violation::invalid(&at.child("namespace"), &account.namespace, &why));
        }
    }
}

const VERBS: [&str; 9] =
    ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

fn verbs(at: &Field, given: &[String], wrong: &mut Vec<Violation>) {
    list(at, "verbs", ("verbs", "verbs must contain at least one value"), given, wrong);
    let star = given.iter().any(|verb| verb == "*");
    if !star && given.iter().any(|verb| !VERBS.contains(&verb.as_str())) {
        wrong.push(Violation::unsupported_value(&at.child("verbs"), &given, &VERBS));
    }
}

/// A list that must not be empty, and in which a star stands alone. `what` says what the list has, and
/// why it must have any.
fn list(at: &Field, name: &str, what: (&str, &str), list: &[String], wrong: &mut Vec<Violation>) {
    let (what, why) = what;
    let field = at.child(name);
    if list.is_empty() {
        wrong.push(Violation::required(&field, why));
    } else if list.len() > 1 && list.iter().any(|one| one == "*") {
        wrong.push(Violation::invalid_value(
            &field,
            &list,
            &format!("if '*' is present, must not specify other {what}"),
        ));
    }
}

fn resource(at: &Field, rule: &ResourcePolicyRule, wrong: &mut Vec<Violation>) {
    verbs(at, &rule.verbs, wrong);
    let why = "resource rules must supply at least one api group";
    list(at, "apiGroups", ("api groups", why), &rule.api_groups, wrong);
    let why = "resource rules must supply at least one resource";
    list(at, "resources", ("resources", why), &rule.resources, wrong);
    let namespaces = rule.namespaces.as_deref().unwrap_or_default();
    if namespaces.is_empty() {
        if !rule.cluster_scope.unwrap_or(false) {
            wrong.push(Violation::required(
                &at.child("namespaces"),
                "resource rules that are not cluster scoped must supply at least one namespace",
            ));
        }
        return;
    }
    list(at, "namespaces", ("namespaces", ""), namespaces, wrong);
    let named = !namespaces.iter().any(|one| one == "*");
    for (index, namespace) in namespaces.iter().enumerate().filter(|_| named) {
        if let Err(why) = names::dns_label(namespace) {
            let why = format!("each member of this list must be '*' or a DNS-1123 label; {why}");
            wrong.push(Violation::invalid(&at.child("namespaces").index(index), namespace, &why));
        }
    }
}

fn path(at: &Field, rule: &NonResourcePolicyRule, wrong: &mut Vec<Violation>) {
    verbs(at, &rule.verbs, wrong);
    let why = "nonResourceURLs must contain at least one value";
    list(at, "nonResourceURLs", ("non-resource URLs", why), &rule.non_resource_urls, wrong);
    let named = !rule.non_resource_urls.iter().any(|url| url == "*");
    for (index, url) in rule.non_resource_urls.iter().enumerate().filter(|_| named) {
        let why = if url.is_empty() {
            "must not be empty"
        } else if !url.starts_with('/') {
            "must start with slash"
        } else if url.contains(' ') {
            "must not contain white-space"
        } else if url.contains("//") {
            "must not contain double slash"
        } else if url.strip_suffix("/*").unwrap_or(url).contains('*') {
            "wildcard can only do suffix matching"
        } else {
            continue;
        };
        wrong.push(Violation::invalid(&at.child("nonResourceURLs").index(index), url, why));
    }
}

/// The spec of an object that every server must have as it is.
fn fixed<S: serde::de::DeserializeOwned>(kind: &str, name: &str) -> Option<S> {
    serde_json::from_value(bootstrap::mandatory(kind, name)?).ok()
}

/// Priority levels.
pub static LEVELS: Rules<PriorityLevelConfiguration> = Rules {
    default: |level| {
        let spec = level.spec.get_or_insert_default();
        if spec.type_ == "Exempt" {
            let exempt = spec.exempt.get_or_insert_default();
            exempt.nominal_concurrency_shares.get_or_insert(0);
            exempt.lendable_percent.get_or_insert(0);
        }
        if let Some(limited) = &mut spec.limited {
            limited.nominal_concurrency_shares.get_or_insert(30);
            limited.lendable_percent.get_or_insert(0);
            if let Some(queuing) = limited.limit_response.as_mut().and_then(|it| it.queuing.as_mut()) {
                for (value, default) in [
                    (&mut queuing.queues, 64),
                    (&mut queuing.hand_size, 8),
                    (&mut queuing.queue_length_limit, 50),
                ] {
                    if value.unwrap_or(0) == 0 {
                        *value = Some(default);
                    }
                }
            }
        }
    },
    validate: |level, wrong| {
        let at = Field::root("spec");
        let Some(spec) = &level.spec else { return };
        let name = level.metadata.name.as_deref().unwrap_or_default();
        let exempt = name == "exempt";
        if level.metadata.annotations.iter().flatten().any(|(key, _)| key == KEPT_ZERO) {
            let field = Field::root("metadata").child("annotations");
            wrong.push(Violation::forbidden(&field, &format!("annotation '{KEPT_ZERO}' is forbidden")));
        }
        if exempt != (spec.type_ == "Exempt") {
            wrong.push(Violation::invalid(
                &at.child("type"),
                &spec.type_,
                "must be 'Exempt' if and only if `name` is 'exempt'",
            ));
        }
        match spec.type_.as_str() {
            "Exempt" => {
                if spec.limited.is_some() {
                    let why = "must be nil if the type is not Limited";
                    wrong.push(Violation::forbidden(&at.child("limited"), why));
                }
                if let Some(exempt) = &spec.exempt {
                    let at = at.child("exempt");
                    shares(&at, exempt.nominal_concurrency_shares, exempt.lendable_percent, wrong);
                }
            }
            "Limited" => {
                if spec.exempt.is_some() {
                    let why = "must be nil if the type is Limited";
                    wrong.push(Violation::forbidden(&at.child("exempt"), why));
                }
                limited(level, &at.child("limited"), wrong);
            }
            other => {
                wrong.push(Violation::unsupported(&at.child("type"), other, &["Exempt", "Limited"]));
            }
        }
        // How many seats the exempt level has is for the administrator to say.
        let apart = |spec: &PriorityLevelConfigurationSpec| {
            let exempt = if exempt { None } else { spec.exempt.clone() };
            PriorityLevelConfigurationSpec { exempt, ..spec.clone() }
        };
        let fixed: Option<PriorityLevelConfigurationSpec> = fixed("PriorityLevelConfiguration", name);
        if fixed.is_some_and(|fixed| apart(&fixed) != apart(spec)) {
            let but = if exempt { " except the 'spec.exempt' field" } else { "" };
            let why = format!("spec of '{name}'{but} must equal the fixed value");
            wrong.push(Violation::invalid_value(&at, spec, &why));
        }
    },
    validate_update: |new, _, part, wrong| {
        if part == Part::Status {
            let conditions = new.status.iter().flat_map(|status| status.conditions.iter().flatten());
            types(conditions.map(|one| one.type_.as_deref().unwrap_or_default()), wrong);
        }
    },
    ..Rules::new(General { generation: true, ..GENERAL })
};

fn shares(at: &Field, nominal: Option<i32>, lendable: Option<i32>, wrong: &mut Vec<Violation>) {
    if let Some(value) = nominal.filter(|value| *value < 0) {
        let field = at.child("nominalConcurrencyShares");
        wrong.push(Violation::invalid_value(&field, &value, "must be a non-negative integer"));
    }
    if let Some(value) = lendable.filter(|value| !(0..=100).contains(value)) {
        let field = at.child("lendablePercent");
        wrong.push(Violation::invalid_value(&field, &value, "must be between 0 and 100, inclusive"));
    }
}

fn limited(level: &PriorityLevelConfiguration, at: &Field, wrong: &mut Vec<Violation>) {
    let Some(limited) = level.spec.as_ref().and_then(|spec| spec.limited.as_ref()) else {
        wrong.push(Violation::required(at, "must not be empty when type is Limited"));
        return;
    };
    shares(at, limited.nominal_concurrency_shares, limited.lendable_percent, wrong);
    if let Some(value) = limited.borrowing_limit_percent.filter(|value| *value < 0) {
        let field = at.child("borrowingLimitPercent");
        wrong.push(Violation::invalid_value(&field, &value, "if specified, must be a non-negative integer"));
    }
    let at = at.child("limitResponse");
    let kind = limited.limit_response.as_ref().map_or("", |response| response.type_.as_str());
    let queuing = limited.limit_response.as_ref().and_then(|response| response.queuing.as_ref());
    match (kind, queuing) {
        ("Reject", Some(_)) => wrong.push(Violation::forbidden(
            &at.child("queuing"),
            "must be nil if limited.limitResponse.type is not Limited",
        )),
        ("Reject", None) => {}
        ("Queue", None) => wrong.push(Violation::required(
            &at.child("queuing"),
            "must not be empty if limited.limitResponse.type is Limited",
        )),
        ("Queue", Some(queuing)) => queues(&at.child("queuing"), queuing, wrong),
        (other, _) => wrong.push(Violation::unsupported(&at.child("type"), other, &["Queue", "Reject"])),
    }
}

fn queues(at: &Field, queuing: &QueuingConfiguration, wrong: &mut Vec<Violation>) {
    let of = |value: Option<i32>| value.unwrap_or(0);
    let (length, queues, hand) = (of(queuing.queue_length_limit), of(queuing.queues), of(queuing.hand_size));
    let mut bad = |child: &str, value: i32, why: &str| {
        wrong.push(Violation::invalid_value(&at.child(child), &value, why));
    };
    if length <= 0 {
        bad("queueLengthLimit", length, "must be positive");
    }
    if queues <= 0 {
        bad("queues", queues, "must be positive");
    } else if queues > QUEUES {
        bad("queues", queues, &format!("must not be greater than {QUEUES}"));
    }
    if hand <= 0 {
        bad("handSize", hand, "must be positive");
    } else if hand > queues {
        bad("handSize", hand, &format!("should not be greater than queues ({queues})"));
    } else if (f64::from(queues).log2() * f64::from(hand)).ceil() > ENTROPY {
        // A little more than the ways there are to deal the hand: as if each card went back.
        let why = format!(
            "required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {ENTROPY}"
        );
        bad("handSize", hand, &why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::Strategy;
    use apimachinery::kinds::Object;
    use serde_json::{Value, json};

    fn check<T: Object + serde::de::DeserializeOwned>(
        rules: &dyn Strategy,
        name: &str,
        spec: Value,
        wanted: &[&str],
    ) {
        let object = json!({"metadata": {"name": name}, "spec": spec});
        let mut object: T = serde_json::from_value(object).expect("an object");
        rules.default(&mut object);
        let found = rules.validate(&object);
        let fields: Vec<&str> = found.iter().map(Violation::field).collect();
        assert_eq!(fields, wanted, "{name} {spec}: {found:?}");
    }

    fn with(mut base: Value, path: &str, value: Value) -> Value {
        *base.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        base
    }

    #[test]
    fn schemas() {
        let good = json!({
            "matchingPrecedence": 500, "priorityLevelConfiguration": {"name": "l"}, "distinguisherMethod": {"type": "ByUser"},
            "rules": [{
                "subjects": [{"kind": "User", "user": {"name": "ann"}}],
                "resourceRules": [{"verbs": ["*"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["a"], "clusterScope": false}],
                "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/apis/*"]}],
            }],
        });
        let check = |path: &str, value: Value, wanted: &[&str]| {
            check::<FlowSchema>(&SCHEMAS, "s", with(good.clone(), path, value), wanted);
        };
        check("/matchingPrecedence", json!(500), &[]);
        check("/matchingPrecedence", Value::Null, &[]);
        check("/matchingPrecedence", json!(0), &[]);
        for value in [-1, 1, 10_001] {
            check("/matchingPrecedence", json!(value), &["spec.matchingPrecedence"]);
        }
        check("/distinguisherMethod/type", json!("ByVerb"), &["spec.distinguisherMethod.type"]);
        check("/priorityLevelConfiguration/name", json!(""), &["spec.priorityLevelConfiguration.name"]);
        check("/rules/0/subjects", json!([]), &["spec.rules[0].subjects"]);
        let subject = "/rules/0/subjects/0";
        check(subject, json!({"kind": "Robot"}), &["spec.rules[0].subjects[0].kind"]);
        check(subject, json!({"kind": "Group"}), &["spec.rules[0].subjects[0].group"]);
        check(
            subject,
            json!({"kind": "User", "user": {"name": "a"}, "group": {"name": "b"}}),
            &["spec.rules[0].subjects[0].group"],
        );
        check(
            subject,
            json!({"kind": "User", "user": {"name": ""}}),
            &["spec.rules[0].subjects[0].user.name"],
        );
        check(
            subject,
            json!({"kind": "ServiceAccount", "serviceAccount": {"namespace": "", "name": "*"}}),
            &["spec.rules[0].subjects[0].serviceAccount.namespace"],
        );
        check(
            subject,
            json!({"kind": "ServiceAccount", "serviceAccount": {"namespace": "a", "name": "*"}}),
            &[],
        );
        let rule = "/rules/0/resourceRules/0";
        check(&format!("{rule}/verbs"), json!([]), &["spec.rules[0].resourceRules[0].verbs"]);
        check(&format!("{rule}/verbs"), json!(["*", "get"]), &["spec.rules[0].resourceRules[0].verbs"]);
        check(&format!("{rule}/namespaces"), json!([]), &["spec.rules[0].resourceRules[0].namespaces"]);
        check(&format!("{rule}/namespaces"), json!(["A"]), &["spec.rules[0].resourceRules[0].namespaces[0]"]);
        let urls = "/rules/0/nonResourceRules/0/nonResourceURLs";
        for url in ["", "apis", "//x", "/a*b", "/apis*", "/x/**"] {
            check(urls, json!([url]), &["spec.rules[0].nonResourceRules[0].nonResourceURLs[0]"]);
        }
        check(urls, json!(["*"]), &[]);
        let none = json!({"subjects": [{"kind": "User", "user": {"name": "ann"}}]});
        check("/rules/0", none, &["spec.rules[0]"]);
    }

    #[test]
    fn levels() {
        let good = json!({"type": "Limited", "limited": {
            "nominalConcurrencyShares": 5, "lendablePercent": 50, "borrowingLimitPercent": 10,
            "limitResponse": {"type": "Queue", "queuing": {"queues": 64, "handSize": 6, "queueLengthLimit": 50}},
        }});
        let check = |path: &str, value: Value, wanted: &[&str]| {
            check::<PriorityLevelConfiguration>(&LEVELS, "l", with(good.clone(), path, value), wanted);
        };
        check("/type", json!("Limited"), &[]);
        check("/limited/nominalConcurrencyShares", json!(0), &[]);
        check("/limited/limitResponse/queuing", json!({}), &[]);
        check("/limited/nominalConcurrencyShares", json!(-1), &["spec.limited.nominalConcurrencyShares"]);
        check("/limited/lendablePercent", json!(101), &["spec.limited.lendablePercent"]);
        check("/limited/borrowingLimitPercent", json!(-1), &["spec.limited.borrowingLimitPercent"]);
        check("/limited", Value::Null, &["spec.limited"]);
        check("/limited/limitResponse/type", json!("Drop"), &["spec.limited.limitResponse.type"]);
        check("/limited/limitResponse/type", json!("Reject"), &["spec.limited.limitResponse.queuing"]);
        check("/limited/limitResponse/queuing", Value::Null, &["spec.limited.limitResponse.queuing"]);
        let queuing = "/limited/limitResponse/queuing";
        let (queues, hand) =
            ("spec.limited.limitResponse.queuing.queues", "spec.limited.limitResponse.queuing.handSize");
        check(&format!("{queuing}/queues"), json!(-1), &[queues, hand]);
        check(&format!("{queuing}/queues"), json!(20_000_000), &[queues, hand]);
        let deal = |queues: i32, hand: i32| json!({"queues": queues, "handSize": hand});
        check(queuing, deal(16, 15), &[]);
        check(queuing, deal(16, 16), &[hand]);
        check(&format!("{queuing}/queues"), json!(4), &["spec.limited.limitResponse.queuing.handSize"]);
        check(&format!("{queuing}/handSize"), json!(20), &["spec.limited.limitResponse.queuing.handSize"]);
        check("", json!({"type": "Exempt"}), &["spec.type"]);
        super::tests::check::<PriorityLevelConfiguration>(
            &LEVELS,
            "exempt",
            json!({"type": "Exempt", "exempt": {"lendablePercent": 5}}),
            &[],
        );
        super::tests::check::<PriorityLevelConfiguration>(
            &LEVELS,
            "exempt",
            json!({"type": "Exempt", "limited": {}}),
            &["spec.limited", "spec"],
        );
        for name in ["exempt", "catch-all"] {
            let spec = bootstrap::mandatory("PriorityLevelConfiguration", name).expect("it is mandatory");
            super::tests::check::<PriorityLevelConfiguration>(&LEVELS, name, spec, &[]);
            let spec = bootstrap::mandatory("FlowSchema", name).expect("it is mandatory");
            super::tests::check::<FlowSchema>(&SCHEMAS, name, spec.clone(), &[]);
            let mut other = spec;
            other["priorityLevelConfiguration"]["name"] = json!("global-default");
            super::tests::check::<FlowSchema>(&SCHEMAS, name, other, &["spec"]);
        }
        let mut other =
            bootstrap::mandatory("PriorityLevelConfiguration", "catch-all").expect("it is mandatory");
        other["limited"]["nominalConcurrencyShares"] = json!(50);
        super::tests::check::<PriorityLevelConfiguration>(&LEVELS, "catch-all", other, &["spec"]);
    }
}

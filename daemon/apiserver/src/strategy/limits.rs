//! Quotas of namespaces, and limits of what is in them.

use std::collections::BTreeMap;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem, ResourceQuota, ResourceQuotaSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::checks::{immutable, named};
use super::{GENERAL, General, Rules};

type Amounts = BTreeMap<String, Quantity>;

/// The resources that a quota may limit without the name of a domain.
const STANDARD: [&str; 23] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "cpu.limits",
    "memory.limits",
    "storage",
    "hugepages",
];
/// Of these there are only whole ones.
const WHOLE: [&str; 10] = [
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "count",
];
const SCOPES: [&str; 7] = [
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
    "VolumeAttributesClass",
];

/// An amount that is not negative.
fn amount(given: &Quantity, field: &Field, wrong: &mut Vec<Violation>) -> Option<Amount> {
    match given.0.parse::<Amount>() {
        Ok(value) if value.signum() < 0 => {
            wrong.push(Violation::invalid(field, &given.0, "must be greater than or equal to 0"));
            None
        }
        Ok(value) => Some(value),
        Err(error) => {
            wrong.push(Violation::invalid(field, &given.0, &error.to_string()));
            None
        }
    }
}

fn quota_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Err(why) = names::qualified_name(name) {
        return wrong.push(Violation::invalid(field, name, &why));
    }
    let huge = ["hugepages-", "requests.hugepages-", "limits.hugepages-"];
    let known =
        name.contains('/') || STANDARD.contains(&name) || huge.iter().any(|one| name.starts_with(one));
    if !known {
        wrong.push(Violation::invalid(field, name, "must be a standard resource for quota"));
    }
}

fn is_whole(name: &str) -> bool {
    WHOLE.contains(&name) || name.starts_with("count/")
}

/// The resources that only pods use: those that scopes of pods may go with.
fn of_pods(name: &str) -> bool {
    ["cpu", "memory", "pods", "ephemeral-storage"].contains(&name)
        || ["requests.", "limits."].iter().any(|start| name.starts_with(start)) && name != "requests.storage"
}

fn scopes(spec: &ResourceQuotaSpec, field: &Field, wrong: &mut Vec<Violation>) {
    let hard: Vec<&String> = spec.hard.iter().flatten().map(|(name, _)| name).collect();
    let judge = |given: &[&str], field: &Field, wrong: &mut Vec<Violation>| {
        for scope in given {
            if !SCOPES.contains(scope) {
                wrong.push(Violation::invalid_value(field, &given, "unsupported scope"));
                continue;
            }
            for name in &hard {
                let fits = match *scope {
                    "BestEffort" => name.as_str() == "pods",
                    "VolumeAttributesClass" => {
                        name.contains("storage") || name.contains("persistentvolumeclaims")
                    }
                    _ => of_pods(name) || name.contains('/'),
                };
                if !fits {
                    wrong.push(Violation::invalid_value(
                        field,
                        &given,
                        "unsupported scope applied to resource",
                    ));
                }
            }
        }
        for (one, other) in [("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")] {
            if given.contains(&one) && given.contains(&other) {
                wrong.push(Violation::invalid_value(field, &given, "conflicting scopes"));
            }
        }
    };
    let plain: Vec<&str> = spec.scopes.iter().flatten().map(String::as_str).collect();
    judge(&plain, &field.child("scopes"), wrong);
    let expressions = spec.scope_selector.as_ref().and_then(|selector| selector.match_expressions.as_deref());
    let expressions = expressions.unwrap_or_default();
    let field = field.child("scopeSelector").child("matchExpressions");
    let named: Vec<&str> = expressions.iter().map(|one| one.scope_name.as_str()).collect();
    judge(&named, &field.child("scopeName"), wrong);
    for (index, one) in expressions.iter().enumerate() {
        let field = field.index(index);
        let values = one.values.as_deref().unwrap_or_default();
        let place = field.child("values");
        let only =
            ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
        if only.contains(&one.scope_name.as_str()) && one.operator != "Exists" {
            let why = "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
            wrong.push(Violation::invalid(&field.child("operator"), &one.operator, why));
        }
        match one.operator.as_str() {
            "In" | "NotIn" if values.is_empty() => {
                let why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                wrong.push(Violation::required(&place, why));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                wrong.push(Violation::invalid_value(&place, &values, why));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => {
                let why = "not a valid selector operator";
                wrong.push(Violation::invalid(&field.child("operator"), other, why));
            }
        }
    }
}

/// Quotas.
pub static QUOTAS: Rules<ResourceQuota> = Rules {
    validate: |quota, wrong| {
        let field = Field::root("spec");
        let spec = quota.spec.clone().unwrap_or_default();
        for (name, given) in spec.hard.iter().flatten() {
            let place = field.child("hard").key(name);
            quota_name(name, &place, wrong);
            if let Some(value) = amount(given, &place, wrong)
                && is_whole(name)
                && !value.is_whole()
            {
                wrong.push(Violation::invalid(&place, &given.0, "must be an integer"));
            }
        }
        scopes(&spec, &field, wrong);
    },
    validate_update: |new, old, part, wrong| {
        if part == crate::handlers::write::Part::Status {
            let status = new.status.clone().unwrap_or_default();
            for (list, given) in [("hard", status.hard), ("used", status.used)] {
                for (name, given) in given.into_iter().flatten() {
                    let place = Field::root("status").child(list).key(&name);
                    quota_name(&name, &place, wrong);
                    amount(&given, &place, wrong);
                }
            }
            return;
        }
        let of = |quota: &ResourceQuota| {
            quota.spec.as_ref().and_then(|spec| spec.scopes.clone()).unwrap_or_default()
        };
        immutable(&of(new), &of(old), &Field::root("spec").child("scopes"), wrong);
    },
    ..Rules::new(General { returns: true, ..GENERAL })
};

/// The names that limits of a kind may have.
fn limit_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Err(why) = names::qualified_name(name) {
        return wrong.push(Violation::invalid(field, name, &why));
    }
    let standard = ["cpu", "memory", "ephemeral-storage", "storage"];
    if !name.contains('/') && !standard.contains(&name) && !name.starts_with("hugepages-") {
        wrong.push(Violation::invalid(field, name, "must be a standard resource type or fully qualified"));
    }
}

fn item(given: &LimitRangeItem, field: &Field, wrong: &mut Vec<Violation>) {
    let list = |given: &Option<Amounts>| given.clone().unwrap_or_default();
    let (most, least) = (list(&given.max), list(&given.min));
    let (default, request) = (list(&given.default), list(&given.default_request));
    let ratio = list(&given.max_limit_request_ratio);
    for (name, list) in [
        ("max", &most),
        ("min", &least),
        ("default", &default),
        ("defaultRequest", &request),
        ("maxLimitRequestRatio", &ratio),
    ] {
        for (key, given) in list {
            let place = field.child(name).key(key);
            limit_name(key, &place, wrong);
            amount(given, &place, wrong);
        }
    }
    if given.type_ == "Pod" {
        for (name, list) in [("default", &default), ("defaultRequest", &request)] {
            if !list.is_empty() {
                let why = "may not be specified when `type` is 'Pod'";
                wrong.push(Violation::forbidden(&field.child(name), why));
            }
        }
    }
    if given.type_ == "PersistentVolumeClaim"
        && !least.contains_key("storage")
        && !most.contains_key("storage")
    {
        let why = "either minimum or maximum storage value is required, but neither was provided";
        wrong.push(Violation::required(&field.child("limits"), why));
    }
    let value = |list: &Amounts, key: &str| list.get(key).and_then(|given| given.0.parse::<Amount>().ok());
    let shown = |list: &Amounts, key: &str| list.get(key).map(|given| given.0.clone()).unwrap_or_default();
    let keys: std::collections::BTreeSet<&String> =
        [&most, &least, &default, &request, &ratio].into_iter().flat_map(BTreeMap::keys).collect();
    for key in keys {
        // In this order each must be no more than the next.
        for ((name, what, low), (other, high)) in [
            (("min", "min value", &least), ("max value", &most)),
            (("defaultRequest", "default request value", &request), ("max value", &most)),
            (("defaultRequest", "default request value", &request), ("default limit value", &default)),
            (("default", "default value", &default), ("max value", &most)),
        ] {
            if let (Some(a), Some(b)) = (value(low, key), value(high, key))
                && a > b
            {
                let why = format!("{what} {} is greater than {other} {}", shown(low, key), shown(high, key));
                wrong.push(Violation::invalid(&field.child(name).key(key), &shown(low, key), &why));
            }
        }
        for (name, what, high) in
            [("defaultRequest", "default request value", &request), ("default", "default value", &default)]
        {
            if let (Some(a), Some(b)) = (value(&least, key), value(high, key))
                && a > b
            {
                let why =
                    format!("min value {} is greater than {what} {}", shown(&least, key), shown(high, key));
                wrong.push(Violation::invalid(&field.child(name).key(key), &shown(high, key), &why));
            }
        }
        if let Some(given) = value(&ratio, key) {
            let place = field.child("maxLimitRequestRatio").key(key);
            if given < Amount::from_units(1) {
                let why = format!("ratio {} is less than 1", shown(&ratio, key));
                wrong.push(Violation::invalid(&place, &shown(&ratio, key), &why));
            }
            if let (Some(least), Some(most)) = (value(&least, key), value(&most, key))
                && least.signum() > 0
                && given.as_f64() > most.as_f64() / least.as_f64()
            {
                let why = format!(
                    "ratio {} is greater than max/min = {:.6}",
                    shown(&ratio, key),
                    most.as_f64() / least.as_f64()
                );
                wrong.push(Violation::invalid(&place, &shown(&ratio, key), &why));
            }
        }
        // One that can't be had in part, or in more than was asked for, has no other request.
        let whole = key.starts_with("hugepages-") || key.contains('/');
        if whole
            && value(&default, key).is_some()
            && value(&request, key).is_some_and(|one| Some(one) != value(&default, key))
        {
            let why = format!(
                "default value {} must equal to defaultRequest value {} in {key}",
                shown(&default, key),
                shown(&request, key)
            );
            wrong.push(Violation::invalid(&field.child("default").key(key), &shown(&default, key), &why));
        }
    }
}

/// Limits: what containers get by default follows from the bounds where it is not told.
pub static LIMIT_RANGES: Rules<LimitRange> = Rules {
    default: |range| {
        let Some(spec) = &mut range.spec else { return };
        for item in spec.limits.iter_mut().filter(|item| item.type_ == "Container") {
            for (resource, most) in item.max.clone().into_iter().flatten() {
                item.default.get_or_insert_default().entry(resource).or_insert(most);
            }
            let requests = item.default.clone().into_iter().chain(item.min.clone()).flatten();
            for (resource, amount) in requests {
                item.default_request.get_or_insert_default().entry(resource).or_insert(amount);
            }
        }
    },
    validate: |range, wrong| {
        let Some(spec) = &range.spec else { return };
        for (index, one) in spec.limits.iter().enumerate() {
            let field = Field::root("spec").child("limits").index(index);
            let place = field.child("type");
            named(names::qualified_name, &one.type_, &place, wrong);
            let standard = ["Container", "PersistentVolumeClaim", "Pod"];
            if !one.type_.contains('/') && !standard.contains(&one.type_.as_str()) {
                let why = "must be a standard limit type or fully qualified";
                wrong.push(Violation::invalid(&place, &one.type_, why));
            }
            if spec.limits[..index].iter().any(|other| other.type_ == one.type_) {
                wrong.push(Violation::duplicate(&place, &one.type_));
            }
            item(one, &field, wrong);
        }
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};

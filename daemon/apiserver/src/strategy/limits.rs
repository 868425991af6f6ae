//! Quotas of namespaces, and limits of what is in them.

use std::collections::BTreeMap;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem, ResourceQuota, ResourceQuotaSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::checks::{immutable, named};
use super::pods::amounts::{
    OF_QUOTAS, container_name, is_extended, is_huge, is_overcommitted, resource_name,
};
use super::{GENERAL, General, Rules};

type Amounts = BTreeMap<String, Quantity>;

/// Of these there are only whole ones, as of all that drivers of devices have names for.
const WHOLE: [&str; 9] = [
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];
/// What scopes of pods can go with.
const OF_PODS: [&str; 7] =
    ["cpu", "limits.cpu", "limits.memory", "memory", "pods", "requests.cpu", "requests.memory"];
const SCOPES: [&str; 7] = [
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
    "VolumeAttributesClass",
];

/// An amount of a resource: not negative, and whole where there are no parts of it.
pub fn amount(name: &str, given: &Quantity, field: &Field, wrong: &mut Vec<Violation>) {
    match given.0.parse::<Amount>() {
        Ok(value) => {
            if value.signum() < 0 {
                wrong.push(Violation::invalid(field, &given.0, "must be greater than or equal to 0"));
            }
            if (WHOLE.contains(&name) || is_extended(name)) && !value.is_whole() {
                wrong.push(Violation::invalid(field, &given.0, "must be an integer"));
            }
        }
        Err(error) => wrong.push(Violation::invalid(field, &given.0, &error.to_string())),
    }
}

/// What a quota limits, or what is used of it.
fn counted(given: Option<&Amounts>, field: &Field, wrong: &mut Vec<Violation>) {
    for (name, given) in given.into_iter().flatten() {
        let place = field.key(name);
        resource_name(name, &place, wrong);
        if !name.contains('/') && !OF_QUOTAS.contains(&name.as_str()) && !is_huge(name) {
            wrong.push(Violation::invalid(&place, name, "must be a standard resource for quota"));
        }
        amount(name, given, &place, wrong);
    }
}

/// Whether a quota of this scope can count the resource.
fn fits(scope: &str, name: &str) -> bool {
    match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        _ => !SCOPES.contains(&scope) || OF_PODS.contains(&name),
    }
}

fn scopes(spec: &ResourceQuotaSpec, field: &Field, wrong: &mut Vec<Violation>) {
    let hard = spec.hard.iter().flatten().map(|(name, _)| name.as_str());
    let hard: Vec<&str> = hard.filter(|name| OF_QUOTAS.contains(name) || is_huge(name)).collect();
    let unfit = |scope: &str| hard.iter().filter(|name| !fits(scope, name)).count();
    let conflicts = |given: &[&str]| {
        let pairs = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];
        pairs.into_iter().filter(|pair| pair.iter().all(|scope| given.contains(scope))).count()
    };
    let place = field.child("scopes");
    let given: Vec<&str> = spec.scopes.iter().flatten().map(String::as_str).collect();
    let mut invalid = |count: usize, why: &str| {
        wrong.extend((0..count).map(|_| Violation::invalid_value(&place, &spec.scopes, why)));
    };
    for scope in &given {
        invalid(usize::from(!SCOPES.contains(scope)), "unsupported scope");
        invalid(unfit(scope), "unsupported scope applied to resource");
    }
    invalid(conflicts(&given), "conflicting scopes");
    let Some(selector) = &spec.scope_selector else { return };
    let field = field.child("scopeSelector").child("matchExpressions");
    let expressions = selector.match_expressions.as_deref().unwrap_or_default();
    for one in expressions {
        let scope = one.scope_name.as_str();
        let values = one.values.as_deref().unwrap_or_default();
        let place = field.child("values");
        if !SCOPES.contains(&scope) {
            wrong.push(Violation::invalid(&field.child("scopeName"), scope, "unsupported scope"));
        }
        for _ in 0..unfit(scope) {
            let why = "unsupported scope applied to resource";
            wrong.push(Violation::invalid_value(&field, selector, why));
        }
        let only =
            ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
        if only.contains(&scope) && one.operator != "Exists" {
            let why = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
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
    let selected: Vec<&str> = expressions.iter().map(|one| one.scope_name.as_str()).collect();
    for _ in 0..conflicts(&selected) {
        wrong.push(Violation::invalid_value(&field, &spec.scopes, "conflicting scopes"));
    }
}

/// Quotas.
pub static QUOTAS: Rules<ResourceQuota> = Rules {
    validate: |quota, wrong| {
        let field = Field::root("spec");
        let spec = quota.spec.clone().unwrap_or_default();
        counted(spec.hard.as_ref(), &field.child("hard"), wrong);
        scopes(&spec, &field, wrong);
    },
    validate_update: |new, old, part, wrong| {
        if part == crate::handlers::write::Part::Status {
            let status = new.status.clone().unwrap_or_default();
            for (list, given) in [("hard", status.hard), ("used", status.used)] {
                counted(given.as_ref(), &Field::root("status").child(list), wrong);
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

fn item(given: &LimitRangeItem, field: &Field, wrong: &mut Vec<Violation>) {
    let list = |given: &Option<Amounts>| given.clone().unwrap_or_default();
    let (most, least) = (list(&given.max), list(&given.min));
    let (mut default, mut request) = (list(&given.default), list(&given.default_request));
    let ratio = list(&given.max_limit_request_ratio);
    if given.type_ == "Pod" {
        for (name, list) in [("default", &mut default), ("defaultRequest", &mut request)] {
            if !std::mem::take(list).is_empty() {
                let why = "may not be specified when `type` is 'Pod'";
                wrong.push(Violation::forbidden(&field.child(name), why));
            }
        }
    }
    // Claims, too, are limited, in other resources than pods.
    let of_pods = matches!(given.type_.as_str(), "Pod" | "Container");
    for (name, list) in [
        ("max", &most),
        ("min", &least),
        ("default", &default),
        ("defaultRequest", &request),
        ("maxLimitRequestRatio", &ratio),
    ] {
        for key in list.keys() {
            let rule = if of_pods { container_name } else { resource_name };
            rule(key, &field.child(name).key(key), wrong);
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
        // Each must be no more than the other; which of both is shown differs.
        let (floor, ceiling) = (("min value", &least), ("max value", &most));
        let (asked, usual) = (("default request value", &request), ("default value", &default));
        for ((what, low), (other, high), name, blamed) in [
            (floor, ceiling, "min", &least),
            (floor, asked, "defaultRequest", &request),
            (asked, ceiling, "defaultRequest", &request),
            (asked, ("default limit value", &default), "defaultRequest", &request),
            (floor, usual, "default", &least),
            (usual, ceiling, "default", &most),
        ] {
            if let (Some(a), Some(b)) = (value(low, key), value(high, key))
                && a > b
            {
                let why = format!("{what} {} is greater than {other} {}", shown(low, key), shown(high, key));
                wrong.push(Violation::invalid(&field.child(name).key(key), &shown(blamed, key), &why));
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
        if !is_overcommitted(key)
            && value(&default, key).is_some()
            && value(&request, key).is_some_and(|one| Some(one) != value(&default, key))
        {
            let why = format!(
                "default value {} must equal to defaultRequest value {} in {key}",
                shown(&default, key),
                shown(&request, key)
            );
            let place = field.child("defaultRequest").key(key);
            wrong.push(Violation::invalid(&place, &shown(&request, key), &why));
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
    // It need not have a name of anyone's choice.
    prepare_create: |range| {
        if range.metadata.name.as_deref().unwrap_or_default().is_empty() {
            range.metadata.name = Some(uuid::Uuid::new_v4().to_string());
        }
    },
    validate: |range, wrong| {
        let Some(spec) = &range.spec else { return };
        for (index, one) in spec.limits.iter().enumerate() {
            let field = Field::root("spec").child("limits").index(index);
            let place = field.child("type");
            let standard = ["Container", "PersistentVolumeClaim", "Pod"];
            named(names::qualified_name, &one.type_, &place, wrong);
            if names::qualified_name(&one.type_).is_ok()
                && !one.type_.contains('/')
                && !standard.contains(&one.type_.as_str())
            {
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

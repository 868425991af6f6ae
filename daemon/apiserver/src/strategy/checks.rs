//! Checks that the rules of many kinds are made of.

use std::collections::BTreeMap;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

use super::meta;

const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/// Fills in a text that is missing or empty.
pub fn text(slot: &mut Option<String>, value: &str) {
    if slot.as_deref().unwrap_or_default().is_empty() {
        *slot = Some(value.to_string());
    }
}

/// A number that is given must be at least `least`.
pub fn at_least(value: Option<impl Into<i64>>, least: i64, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(value) = value.map(Into::into).filter(|value| *value < least) {
        let why = format!("must be greater than or equal to {least}");
        wrong.push(Violation::invalid_value(field, &value, &why));
    }
}

/// A number that is given must not be negative.
pub fn not_negative(value: Option<impl Into<i64>>, field: &Field, wrong: &mut Vec<Violation>) {
    at_least(value, 0, field, wrong);
}

/// The text must be one of `allowed`; an empty one is missing.
pub fn one_of(value: &str, allowed: &[&str], field: &Field, wrong: &mut Vec<Violation>) {
    if value.is_empty() {
        wrong.push(Violation::required(field, ""));
    } else if !allowed.contains(&value) {
        wrong.push(Violation::unsupported(field, value, allowed));
    }
}

/// The text must be one of `allowed` if there is any.
pub fn one_of_if_given(value: Option<&str>, allowed: &[&str], field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(value) = value.filter(|value| !allowed.contains(value)) {
        wrong.push(Violation::unsupported(field, value, allowed));
    }
}

/// The text must follow the rule.
pub fn named(rule: fn(&str) -> Result<(), String>, value: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Err(why) = rule(value) {
        wrong.push(Violation::invalid(field, value, &why));
    }
}

/// The text must be there and follow the rule.
pub fn required_name(
    rule: fn(&str) -> Result<(), String>,
    value: &str,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    if value.is_empty() {
        wrong.push(Violation::required(field, ""));
    } else {
        named(rule, value, field, wrong);
    }
}

/// What was once written must stay.
pub fn immutable<T: PartialEq + Serialize>(new: &T, old: &T, field: &Field, wrong: &mut Vec<Violation>) {
    if new != old {
        wrong.push(Violation::invalid_value(field, new, "field is immutable"));
    }
}

/// A count, or a percentage that is not negative.
pub fn amount(value: Option<&IntOrString>, field: &Field, wrong: &mut Vec<Violation>) {
    match value {
        Some(IntOrString::Int(number)) => not_negative(Some(*number), field, wrong),
        Some(IntOrString::String(text)) if percent(text).is_none() => {
            wrong.push(Violation::invalid(field, text, PERCENT));
        }
        _ => {}
    }
}

/// A percentage must not be of more than all.
pub fn at_most_all(value: Option<&IntOrString>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(IntOrString::String(text)) = value
        && percent(text).is_some_and(|number| number > 100)
    {
        wrong.push(Violation::invalid(field, text, "must not be greater than 100%"));
    }
}

/// Whether an amount is none, in numbers or percent; one that can't be read is none.
pub fn is_none(value: Option<&IntOrString>) -> bool {
    match value {
        None => true,
        Some(IntOrString::Int(number)) => *number == 0,
        Some(IntOrString::String(text)) => percent(text).or_else(|| text.parse().ok()).unwrap_or(0) == 0,
    }
}

fn percent(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('%').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok()
}

/// A selector's labels and expressions.
pub fn label_selector(given: &LabelSelector, field: &Field, wrong: &mut Vec<Violation>) {
    meta::labels(given.match_labels.iter().flatten(), &field.child("matchLabels"), wrong);
    for (index, one) in given.match_expressions.iter().flatten().enumerate() {
        let field = field.child("matchExpressions").index(index);
        let values = one.values.as_deref().unwrap_or_default();
        match one.operator.as_str() {
            "In" | "NotIn" if values.is_empty() => {
                let why = "must be specified when `operator` is 'In' or 'NotIn'";
                wrong.push(Violation::required(&field.child("values"), why));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                wrong.push(Violation::forbidden(&field.child("values"), why));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => {
                let why = "not a valid selector operator";
                wrong.push(Violation::invalid(&field.child("operator"), other, why));
            }
        }
        named(names::qualified_name, &one.key, &field.child("key"), wrong);
        for (index, value) in values.iter().enumerate() {
            named(names::label_value, value, &field.child("values").index(index), wrong);
        }
    }
}

/// Whether a selector can be used.
pub fn is_readable(given: &LabelSelector) -> bool {
    let mut wrong = Vec::new();
    label_selector(given, &Field::root(""), &mut wrong);
    wrong.is_empty()
}

/// A selector that need not be there.
pub fn label_selector_if_given(given: Option<&LabelSelector>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(given) = given {
        label_selector(given, field, wrong);
    }
}

/// Whether a selector has no conditions.
pub fn selects_everything(selector: &LabelSelector) -> bool {
    selector.match_labels.as_ref().is_none_or(BTreeMap::is_empty)
        && selector.match_expressions.as_ref().is_none_or(Vec::is_empty)
}

/// A name with a domain before it and a path behind, such as `example.com/controller`.
pub fn domain_prefixed(text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if text.is_empty() {
        return wrong.push(Violation::required(field, ""));
    }
    match text.split_once('/') {
        Some((domain, path)) if !domain.is_empty() && !path.is_empty() => {
            named(names::dns_subdomain, domain, field, wrong);
            let odd = |byte: u8| !(byte.is_ascii_alphanumeric() || b"/-_.~%!$&'()*+,;=:".contains(&byte));
            if path.bytes().any(odd) {
                let why = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
                wrong.push(Violation::invalid(field, path, why));
            }
        }
        _ => {
            let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            wrong.push(Violation::invalid(field, text, why));
        }
    }
}

/// The counts of a status.
pub fn counts(given: &[(&str, Option<i64>)], field: &Field, wrong: &mut Vec<Violation>) {
    for (name, value) in given {
        not_negative(*value, &field.child(name), wrong);
    }
}

const CONDITION_REASON: &str = "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
/// The longest reason and message of a condition.
const REASON: usize = 1024;
const MESSAGE: usize = 32 << 10;

/// The conditions of a status, where they follow the common form.
pub fn conditions(given: &[Condition], field: &Field, wrong: &mut Vec<Violation>) {
    for (index, one) in given.iter().enumerate() {
        let field = field.index(index);
        if given[..index].iter().any(|other| other.type_ == one.type_) {
            wrong.push(Violation::duplicate(&field.child("type"), &one.type_));
        }
        named(names::qualified_name, &one.type_, &field.child("type"), wrong);
        one_of_if_given(Some(&one.status), &["False", "True", "Unknown"], &field.child("status"), wrong);
        if let Some(generation) = one.observed_generation.filter(|generation| *generation < 0) {
            let why = "must be greater than or equal to zero";
            wrong.push(Violation::invalid_value(&field.child("observedGeneration"), &generation, why));
        }
        let place = field.child("reason");
        let bytes = one.reason.as_bytes();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let right = bytes.first().is_some_and(u8::is_ascii_alphabetic)
            && bytes.last().is_some_and(word)
            && bytes.iter().all(|byte| word(byte) || b",:".contains(byte));
        if bytes.is_empty() {
            wrong.push(Violation::required(&place, "must be set"));
        } else if !right {
            wrong.push(Violation::invalid(&place, &one.reason, CONDITION_REASON));
        }
        if bytes.len() > REASON {
            wrong.push(Violation::too_long(&place, REASON));
        }
        if one.message.len() > MESSAGE {
            wrong.push(Violation::too_long(&field.child("message"), MESSAGE));
        }
    }
}

/// A count that can only grow.
pub fn grows(new: Option<i32>, old: Option<i32>, field: &Field, wrong: &mut Vec<Violation>) {
    if new.unwrap_or(0) < old.unwrap_or(0) {
        wrong.push(Violation::invalid_value(field, &new.unwrap_or(0), "cannot be decremented"));
    }
}

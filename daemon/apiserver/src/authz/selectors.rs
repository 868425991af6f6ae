//! The field and label selectors of a request, as those who judge it see them: lists of requirements,
//! in reviews that webhooks are sent and that clients send here.

use apimachinery::invalid::{Field, Violation};
use apimachinery::{fields, labels, names};
use serde_json::{Value, json};

use super::Attributes;

/// The requirements of a field selector in a review's form.
pub fn of_fields(selector: &fields::Selector) -> Vec<Value> {
    let one = |want: &fields::Requirement| {
        let operator = if want.negated { "NotIn" } else { "In" };
        json!({"key": want.field, "operator": operator, "values": [want.value]})
    };
    selector.requirements.iter().map(one).collect()
}

/// The requirements of a label selector in a review's form, which knows no comparison of numbers.
pub fn of_labels(selector: &labels::Selector) -> Vec<Value> {
    let one = |want: &labels::Requirement| {
        let key = &want.key;
        Some(match &want.operator {
            labels::Operator::In(values) => json!({"key": key, "operator": "In", "values": values}),
            labels::Operator::NotIn(values) => json!({"key": key, "operator": "NotIn", "values": values}),
            labels::Operator::Exists => json!({"key": key, "operator": "Exists"}),
            labels::Operator::DoesNotExist => json!({"key": key, "operator": "DoesNotExist"}),
            _ => return None,
        })
    };
    selector.requirements.iter().filter_map(one).collect()
}

/// One requirement of a review.
struct Asked<'v> {
    key: &'v str,
    operator: &'v str,
    values: Vec<String>,
}

/// A review's selector: its text, or its requirements.
fn given<'v>(
    selector: &'v Value,
    field: &Field,
    is_label: bool,
    wrong: &mut Vec<Violation>,
) -> (&'v str, Vec<Asked<'v>>) {
    let raw = selector["rawSelector"].as_str().unwrap_or_default();
    let list = selector["requirements"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (raw.is_empty(), list.is_empty()) {
        (false, false) => wrong.push(Violation::invalid(
            &field.child("rawSelector"),
            raw,
            "may not specified at the same time as requirements",
        )),
        (true, true) => {
            let why = format!("when {field} is specified, requirements or rawSelector is required");
            wrong.push(Violation::required(&field.child("requirements"), &why));
        }
        _ => {}
    }
    let mut all = Vec::new();
    for (index, one) in list.iter().enumerate() {
        let place = field.child("requirements").index(index);
        let key = one["key"].as_str().unwrap_or_default();
        let operator = one["operator"].as_str().unwrap_or_default();
        let values = one["values"].as_array().into_iter().flatten();
        let values: Vec<String> = values.filter_map(|value| value.as_str().map(str::to_string)).collect();
        if key.is_empty() && !is_label {
            wrong.push(Violation::required(&place.child("key"), "must be specified"));
        }
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                let why = "must be specified when `operator` is 'In' or 'NotIn'";
                wrong.push(Violation::required(&place.child("values"), why));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                wrong.push(Violation::forbidden(&place.child("values"), why));
            }
            _ => {}
        }
        if is_label {
            if let Err(why) = names::qualified_name(key) {
                wrong.push(Violation::invalid(&place.child("key"), key, &why));
            }
            for (index, value) in values.iter().enumerate() {
                if let Err(why) = names::label_value(value) {
                    wrong.push(Violation::invalid(&place.child("values").index(index), value, &why));
                }
            }
        }
        all.push(Asked { key, operator, values });
    }
    (raw, all)
}

/// Reads the selectors of a review's `resourceAttributes` into what is to be judged. Gives what could not
/// be understood and is ignored: a selector narrows a request, so that without it more is asked for.
pub fn read(
    resource: &Value,
    field: &Field,
    attributes: &mut Attributes,
    wrong: &mut Vec<Violation>,
) -> String {
    let mut told = Vec::new();
    let mut tell = |name: &str, some: bool| {
        let how = if some { "partially ignored" } else { "ignored" };
        told.push(format!("spec.resourceAttributes.{name} {how} due to parse error"));
    };
    let selector = &resource["fieldSelector"];
    if selector.is_object() {
        let (raw, list) = given(selector, &field.child("fieldSelector"), false, wrong);
        if list.is_empty() {
            match fields::Selector::parse(raw) {
                Ok(selector) => attributes.fields = selector,
                Err(_) => tell("fieldSelector", false),
            }
        }
        let before = list.len();
        let known = list.into_iter().filter_map(|one| {
            let negated = match one.operator {
                "In" => false,
                "NotIn" => true,
                _ => return None,
            };
            let [value] = <[String; 1]>::try_from(one.values).ok()?;
            Some(fields::Requirement { field: one.key.to_string(), value, negated })
        });
        attributes.fields.requirements.extend(known);
        if before > 0 && attributes.fields.requirements.len() < before {
            tell("fieldSelector", !attributes.fields.requirements.is_empty());
        }
    }
    let selector = &resource["labelSelector"];
    if selector.is_object() {
        let (raw, list) = given(selector, &field.child("labelSelector"), true, wrong);
        if list.is_empty() {
            match labels::Selector::parse(raw) {
                Ok(selector) => attributes.labels = selector,
                Err(_) => tell("labelSelector", false),
            }
        }
        let before = list.len();
        let known = list.into_iter().filter_map(|one| {
            let operator = match one.operator {
                "In" => labels::Operator::In(one.values),
                "NotIn" => labels::Operator::NotIn(one.values),
                "Exists" => labels::Operator::Exists,
                "DoesNotExist" => labels::Operator::DoesNotExist,
                _ => return None,
            };
            Some(labels::Requirement { key: one.key.to_string(), operator })
        });
        attributes.labels.requirements.extend(known);
        if before > 0 && attributes.labels.requirements.len() < before {
            tell("labelSelector", !attributes.labels.requirements.is_empty());
        }
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(resource: Value) -> (Attributes, String, Vec<String>) {
        let (mut attributes, mut wrong) = (Attributes::default(), Vec::new());
        let told = read(&resource, &Field::root("r"), &mut attributes, &mut wrong);
        (attributes, told, wrong.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn both_forms_say_the_same() {
        let fields = json!([
            {"key": "spec.nodeName", "operator": "In", "values": ["n1"]},
            {"key": "status.phase", "operator": "NotIn", "values": ["Failed"]},
        ]);
        let labels = json!([
            {"key": "app", "operator": "In", "values": ["a", "b"]},
            {"key": "tier", "operator": "NotIn", "values": ["x"]},
            {"key": "here", "operator": "Exists"},
            {"key": "gone", "operator": "DoesNotExist"},
        ]);
        let listed =
            json!({"fieldSelector": {"requirements": fields}, "labelSelector": {"requirements": labels}});
        let raw = json!({
            "fieldSelector": {"rawSelector": "spec.nodeName=n1,status.phase!=Failed"},
            "labelSelector": {"rawSelector": "app in (a,b),tier notin (x),here,!gone"},
        });
        for resource in [listed, raw] {
            let (attributes, told, wrong) = read_in(resource);
            assert_eq!((told.as_str(), wrong.len()), ("", 0));
            assert_eq!(json!(of_fields(&attributes.fields)), fields);
            assert_eq!(json!(of_labels(&attributes.labels)), labels);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        for (resource, expected) in [
            (
                json!({"fieldSelector": {"rawSelector": "nonsense"}}),
                "spec.resourceAttributes.fieldSelector ignored due to parse error",
            ),
            (
                json!({"fieldSelector": {"requirements": [{"key": "a", "operator": "In", "values": ["1", "2"]}, {"key": "b", "operator": "In", "values": ["1"]}]}}),
                "spec.resourceAttributes.fieldSelector partially ignored due to parse error",
            ),
            (
                json!({"labelSelector": {"requirements": [{"key": "a", "operator": "Near", "values": ["1"]}]}}),
                "spec.resourceAttributes.labelSelector ignored due to parse error",
            ),
            (
                json!({"fieldSelector": {"rawSelector": "x"}, "labelSelector": {"rawSelector": "a in"}}),
                "spec.resourceAttributes.fieldSelector ignored due to parse error; spec.resourceAttributes.labelSelector ignored due to parse error",
            ),
        ] {
            let (_, told, wrong) = read_in(resource.clone());
            assert_eq!((told.as_str(), wrong.len()), (expected, 0), "{resource}");
        }
        for (resource, field) in [
            (
                json!({"fieldSelector": {"rawSelector": "a=b", "requirements": [{"key": "a", "operator": "In", "values": ["b"]}]}}),
                "r.fieldSelector.rawSelector: Invalid value",
            ),
            (json!({"labelSelector": {}}), "r.labelSelector.requirements: Required value"),
            (
                json!({"labelSelector": {"requirements": [{"key": "a", "operator": "In"}]}}),
                "r.labelSelector.requirements[0].values: Required value",
            ),
            (
                json!({"fieldSelector": {"requirements": [{"key": "a", "operator": "Exists", "values": ["b"]}]}}),
                "r.fieldSelector.requirements[0].values: Forbidden",
            ),
            (
                json!({"labelSelector": {"requirements": [{"key": "no key", "operator": "Exists"}]}}),
                "r.labelSelector.requirements[0].key: Invalid value",
            ),
            (
                json!({"labelSelector": {"requirements": [{"key": "a", "operator": "In", "values": ["b", "no value"]}]}}),
                "r.labelSelector.requirements[0].values[1]: Invalid value",
            ),
            (
                json!({"fieldSelector": {"requirements": [{"operator": "Near", "values": ["b"]}]}}),
                "r.fieldSelector.requirements[0].key: Required value: must be specified",
            ),
        ] {
            let (_, _, wrong) = read_in(resource.clone());
            assert!(wrong.len() == 1 && wrong[0].starts_with(field), "{resource}: {wrong:?}");
        }
    }
}

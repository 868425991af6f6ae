//! The rules of schemas in the Common Expression Language: checked when a definition is written,
//! evaluated when its objects are.

use std::collections::HashMap;
use std::sync::Arc;

use apimachinery::invalid::{Field, Violation};
use apimachinery::structural::{ListType, Rule, Structural};
use cel::{Budget, EvalError, Program, Value, Variables};
use serde_json::Value as Json;

/// What one rule may cost.
const PER_RULE: u64 = 1_000_000;
/// What all rules of one object may cost together.
const ALL: u64 = 10_000_000;

/// The rules of a schema, parsed.
#[derive(Debug, Default)]
pub struct Programs(HashMap<String, Program>);

/// Every part of the schema that has rules, with its path.
fn each(schema: &Structural, field: &Field, visit: &mut impl FnMut(&Structural, &Field)) {
    visit(schema, field);
    for (name, below) in &schema.properties {
        each(below, &Field::root(&format!("{field}.properties[{name}]")), visit);
    }
    if let Some(below) = &schema.additional {
        each(below, &field.child("additionalProperties"), visit);
    }
    if let Some(below) = &schema.items {
        each(below, &field.child("items"), visit);
    }
}

const VARIABLES: &[&str] = &["self", "oldSelf"];

/// What is wrong with the rules of a schema.
pub fn check(schema: &Structural, field: &Field, wrong: &mut Vec<Violation>) {
    each(schema, field, &mut |schema, field| {
        for (index, rule) in schema.rules.iter().enumerate() {
            let place = field.child("x-kubernetes-validations").index(index);
            if rule.rule.trim().is_empty() {
                wrong.push(Violation::required(&place.child("rule"), "rule is not specified"));
                continue;
            }
            let expressions = [("rule", &rule.rule), ("messageExpression", &rule.message_expression)];
            for (name, text) in expressions.into_iter().filter(|(_, text)| !text.is_empty()) {
                if let Err(error) = Program::parse(text, VARIABLES) {
                    let why = format!("compilation failed: {error}");
                    wrong.push(Violation::invalid(&place.child(name), text, &why));
                }
            }
            if rule.message.contains('\n') {
                wrong.push(Violation::invalid(
                    &place.child("message"),
                    &rule.message,
                    "message must not contain line breaks",
                ));
            }
            let reasons =
                ["FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired", "FieldValueDuplicate"];
            if !rule.reason.is_empty() && !reasons.contains(&rule.reason.as_str()) {
                wrong.push(Violation::unsupported(&place.child("reason"), &rule.reason, &reasons));
            }
        }
    });
}

impl Programs {
    /// Parses the rules of a schema that was checked.
    pub fn of(schema: &Structural) -> Self {
        let mut programs = HashMap::new();
        each(schema, &Field::root(""), &mut |schema, _| {
            for rule in &schema.rules {
                for text in [&rule.rule, &rule.message_expression] {
                    if let Ok(program) = Program::parse(text, VARIABLES) {
                        programs.insert(text.clone(), program);
                    }
                }
            }
        });
        Self(programs)
    }

    /// What an object violates. `old` is what was there before.
    pub fn violations(&self, schema: &Structural, object: &Json, old: Option<&Json>) -> Vec<Violation> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut walk = Walk { programs: self, left: Budget::new(ALL), spent: false, wrong: Vec::new() };
        walk.value(schema, object, old, &Field::root(""));
        walk.wrong
    }
}

struct Walk<'p> {
    programs: &'p Programs,
    left: Budget,
    spent: bool,
    wrong: Vec<Violation>,
}

impl Walk<'_> {
    fn value(&mut self, schema: &Structural, value: &Json, old: Option<&Json>, field: &Field) {
        if value.is_null() {
            return;
        }
        for rule in &schema.rules {
            if self.spent {
                return;
            }
            self.rule(schema, rule, value, old, field);
        }
        match value {
            Json::Object(map) => {
                for (name, value) in map {
                    let below = schema.properties.get(name).or(schema.additional.as_deref());
                    if let Some(below) = below {
                        self.value(below, value, old.and_then(|old| old.get(name)), &field.child(name));
                    }
                }
            }
            Json::Array(list) => {
                let Some(items) = &schema.items else { return };
                for (index, value) in list.iter().enumerate() {
                    // Only elements that can be told apart have a past.
                    let old = match &schema.list_type {
                        ListType::Map(keys) => old.and_then(Json::as_array).and_then(|old| {
                            old.iter().find(|old| keys.iter().all(|key| old.get(key) == value.get(key)))
                        }),
                        _ => None,
                    };
                    self.value(items, value, old, &field.index(index));
                }
            }
            _ => {}
        }
    }

    fn rule(&mut self, schema: &Structural, rule: &Rule, value: &Json, old: Option<&Json>, field: &Field) {
        let Some(program) = self.programs.0.get(&rule.rule) else { return };
        let mut variables = Variables::new();
        variables.insert("self", Value::from(value));
        if program.uses("oldSelf") {
            match (old, rule.optional_old_self) {
                (old, true) => {
                    let old = old.map(|old| Arc::new(Value::from(old)));
                    variables.insert("oldSelf", Value::Optional(old));
                }
                (Some(old), false) => {
                    variables.insert("oldSelf", Value::from(old));
                }
                // A rule about a change, where there is none.
                (None, false) => return,
            }
        }
        let kind = schema.kind.map_or("", apimachinery::structural::Kind::word);
        let place = if rule.field_path.is_empty() {
            field.clone()
        } else {
            Field::root(format!("{field}{}", rule.field_path).trim_start_matches('.'))
        };
        let text = rule.rule.trim();
        let mut budget = Budget::new(PER_RULE);
        let outcome = program.evaluate(&variables, &mut budget);
        if self.left.spend(usize::try_from(PER_RULE - budget.left()).unwrap_or(usize::MAX)).is_err() {
            self.spent = true;
            self.wrong.push(Violation::invalid(
                field,
                kind,
                "validation failed due to running out of cost budget, no further validation rules will be run",
            ));
            return;
        }
        let message = match outcome {
            Ok(Value::Bool(true)) => return,
            Ok(Value::Bool(false)) => self.message(rule, &variables),
            Ok(other) => format!("rule must evaluate to a bool, not {}: {text}", other.type_name()),
            Err(EvalError::Budget) => format!("call cost exceeds limit for rule: {text}"),
            Err(error) => format!("{error} evaluating rule: {text}"),
        };
        self.wrong.push(match rule.reason.as_str() {
            "FieldValueForbidden" => Violation::forbidden(&place, &message),
            "FieldValueRequired" => Violation::required(&place, &message),
            "FieldValueDuplicate" => Violation::duplicate(&place, kind),
            _ => Violation::invalid(&place, kind, &message),
        });
    }

    fn message(&self, rule: &Rule, variables: &Variables<'_>) -> String {
        if let Some(program) = self.programs.0.get(&rule.message_expression)
            && let Ok(Value::Text(text)) = program.evaluate(variables, &mut Budget::new(PER_RULE))
            && !text.trim().is_empty()
            && !text.contains('\n')
        {
            return text.to_string();
        }
        if rule.message.is_empty() {
            format!("failed rule: {}", rule.rule.trim())
        } else {
            rule.message.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn violations(schema: Json, object: Json, old: Option<Json>) -> Vec<String> {
        let schema = Structural::parse(&schema, "").expect("structural");
        let mut wrong = Vec::new();
        check(&schema, &Field::root("schema"), &mut wrong);
        assert_eq!(wrong, []);
        let programs = Programs::of(&schema);
        programs.violations(&schema, &object, old.as_ref()).iter().map(ToString::to_string).collect()
    }

    fn schema() -> Json {
        json!({"type": "object", "properties": {"spec": {
            "type": "object",
            "x-kubernetes-validations": [
                {"rule": "self.min <= self.max", "message": "min must not be above max"},
                {"rule": "!has(oldSelf.fixed) || self.fixed == oldSelf.fixed", "messageExpression": "'fixed was ' + oldSelf.fixed", "reason": "FieldValueForbidden", "fieldPath": ".fixed"},
            ],
            "properties": {
                "min": {"type": "integer"}, "max": {"type": "integer"}, "fixed": {"type": "string"},
                "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                    "items": {"type": "object", "x-kubernetes-validations": [{"rule": "self.port >= oldSelf.port"}],
                        "properties": {"name": {"type": "string"}, "port": {"type": "integer"}}}},
            },
        }}})
    }

    #[test]
    fn rules_hold_or_say_what_does_not() {
        assert!(violations(schema(), json!({"spec": {"min": 1, "max": 2}}), None).is_empty());
        assert_eq!(
            violations(schema(), json!({"spec": {"min": 3, "max": 2}}), None),
            ["spec: Invalid value: \"object\": min must not be above max"]
        );
        assert_eq!(
            violations(schema(), json!({"spec": {"min": 3}}), None),
            ["spec: Invalid value: \"object\": no such key: max evaluating rule: self.min <= self.max"]
        );
    }

    #[test]
    fn transitions() {
        let old = json!({"spec": {"min": 1, "max": 2, "fixed": "a", "ports": [{"name": "x", "port": 5}]}});
        assert_eq!(
            violations(
                schema(),
                json!({"spec": {"min": 1, "max": 2, "fixed": "b", "ports": [{"name": "y", "port": 1}, {"name": "x", "port": 4}]}}),
                Some(old.clone())
            ),
            [
                "spec.fixed: Forbidden: fixed was a",
                "spec.ports[1]: Invalid value: \"object\": failed rule: self.port >= oldSelf.port",
            ]
        );
        assert!(violations(schema(), old.clone(), Some(old)).is_empty());
    }

    #[test]
    fn rules_that_are_none_are_refused() {
        let schema = json!({"type": "object", "x-kubernetes-validations": [{"rule": "self.a >"}, {"rule": "foo(self)"}, {"rule": ""}]});
        let schema = Structural::parse(&schema, "").expect("structural");
        let mut wrong = Vec::new();
        check(&schema, &Field::root("schema"), &mut wrong);
        let fields: Vec<&str> = wrong.iter().map(Violation::field).collect();
        assert_eq!(
            fields,
            [
                "schema.x-kubernetes-validations[0].rule",
                "schema.x-kubernetes-validations[1].rule",
                "schema.x-kubernetes-validations[2].rule"
            ]
        );
    }

    #[test]
    fn dear_rules_are_cut_off() {
        let schema = json!({"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"},
            "x-kubernetes-validations": [{"rule": "self.all(x, self.all(y, self.all(z, x + y + z >= 0)))"}]}}});
        let list: Vec<i32> = (0..500).collect();
        let wrong = violations(schema, json!({"list": list}), None);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("cost exceeds limit"), "{wrong:?}");
    }
}

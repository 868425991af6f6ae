//! The rules of schemas in the Common Expression Language: checked when a definition is written,
//! evaluated when its objects are.

use std::sync::Arc;
use std::time::Instant;

use apimachinery::invalid::{Field, Violation};
use apimachinery::structural::{Kind, ListType, Rule, Structural};
use cel::{Budget, EvalError, Program, Type, Value, Variables};
use serde_json::Value as Json;

use crate::metrics::parts;

/// What one rule may cost.
const PER_RULE: u64 = 1_000_000;
/// What all rules of one object may cost together.
const ALL: u64 = 10_000_000;

/// The rules of a schema, each with the expression of its message, by their numbers.
#[derive(Debug, Default)]
pub struct Programs(Vec<(Option<Program>, Option<Program>)>);

/// The type of values of a schema. `root`: whether it is the object itself.
pub fn type_of(schema: &Structural, root: bool) -> Option<Type> {
    if schema.int_or_string {
        return Some(Type::Dyn);
    }
    Some(match schema.kind? {
        Kind::Object => {
            if let Some(values) = &schema.additional {
                return Some(Type::map(Type::Text, type_of(values, false)?));
            }
            let below = schema.properties.iter();
            let mut fields: Vec<(String, Type)> = below
                .filter_map(|(name, below)| Some((name.clone(), type_of(below, below.embedded)?)))
                .collect();
            if root || schema.embedded {
                let text = |name: &str| (name.to_string(), Type::Text);
                let metadata = Type::object("metadata", [text("name"), text("generateName")]);
                fields.extend([text("apiVersion"), text("kind"), ("metadata".to_string(), metadata)]);
            }
            Type::object("object", fields)
        }
        Kind::Array => Type::list(type_of(schema.items.as_ref()?, false)?),
        Kind::String => match schema.format() {
            "byte" => Type::Bytes,
            "duration" => Type::Duration,
            "date" | "date-time" => Type::Timestamp,
            _ => Type::Text,
        },
        Kind::Integer => Type::Int,
        Kind::Number => Type::Double,
        Kind::Boolean => Type::Bool,
    })
}

/// Where a rule stands.
#[derive(Clone)]
struct Place {
    field: Field,
    root: bool,
    /// The list above whose elements can't be told apart: they have no past.
    uncorrelatable: Option<Field>,
}

/// Every part of the schema that has rules.
fn each(schema: &mut Structural, place: &Place, visit: &mut impl FnMut(&mut Structural, &Place)) {
    visit(schema, place);
    let below = |field: Field| Place { field, root: false, ..place.clone() };
    for (name, schema) in &mut schema.properties {
        each(schema, &below(Field::root(&format!("{}.properties[{name}]", place.field))), visit);
    }
    if let Some(schema) = &mut schema.additional {
        each(schema, &below(place.field.child("additionalProperties")), visit);
    }
    let keyed = matches!(schema.list_type, ListType::Map(_));
    if let Some(schema) = &mut schema.items {
        let mut place = below(place.field.child("items"));
        if !keyed && place.uncorrelatable.is_none() {
            place.uncorrelatable = Some(place.field.clone());
        }
        each(schema, &place, visit);
    }
}

/// A rule's expression, or its message's.
pub fn compile(text: &str, schema: &Structural, rule: &Rule, root: bool) -> Result<(Program, Type), String> {
    let own = type_of(schema, root).unwrap_or(Type::Dyn);
    let old = if rule.optional_old_self { Type::optional(own.clone()) } else { own.clone() };
    Program::compile(text, &[("self", own), ("oldSelf", old)]).map_err(|error| error.to_string())
}

/// What is wrong with the rules of a schema.
pub fn check(schema: &mut Structural, field: &Field, wrong: &mut Vec<Violation>) {
    let place = Place { field: field.clone(), root: true, uncorrelatable: None };
    each(schema, &place, &mut |schema, place| {
        for (index, rule) in schema.rules.iter().enumerate() {
            let field = place.field.child("x-kubernetes-validations").index(index);
            if rule.rule.trim().is_empty() {
                continue;
            }
            let at = field.child("rule");
            match compile(&rule.rule, schema, rule, place.root) {
                Err(why) => {
                    wrong.push(Violation::invalid(&at, &rule.rule, &format!("compilation failed: {why}")));
                }
                Ok((_, kind)) if !matches!(kind, Type::Bool | Type::Dyn) => {
                    wrong.push(Violation::invalid(&at, &rule.rule, "cel expression must evaluate to a bool"));
                }
                Ok((program, _)) => {
                    if let Some(list) = place.uncorrelatable.as_ref().filter(|_| program.uses("oldSelf")) {
                        let why = format!(
                            "oldSelf cannot be used on the uncorrelatable portion of the schema within {list}"
                        );
                        wrong.push(Violation::invalid(&at, &rule.rule, &why));
                    }
                    if rule.optional_old_self && !program.uses("oldSelf") {
                        let why = "may not be set if oldSelf is not used in rule";
                        wrong.push(Violation::invalid_value(&field.child("optionalOldSelf"), &true, why));
                    }
                }
            }
            let at = field.child("messageExpression");
            let text = &rule.message_expression;
            match compile(text, schema, rule, place.root) {
                _ if text.is_empty() => {}
                Err(why) => {
                    let why = format!("messageExpression compilation failed: {why}");
                    wrong.push(Violation::invalid(&at, text, &why));
                }
                Ok((_, kind)) if !matches!(kind, Type::Text | Type::Dyn) => {
                    wrong.push(Violation::invalid(&at, text, "messageExpression must evaluate to a string"));
                }
                Ok(_) => {}
            }
        }
    });
}

impl Programs {
    /// Compiles the rules of a schema that was checked, and numbers them.
    pub fn of(schema: &mut Structural) -> Self {
        let mut programs = Vec::new();
        let place = Place { field: Field::root(""), root: true, uncorrelatable: None };
        each(schema, &place, &mut |schema, place| {
            let mut rules = std::mem::take(&mut schema.rules);
            let begun = Instant::now();
            for rule in &mut rules {
                rule.number = programs.len();
                let program =
                    |text: &str| compile(text, schema, rule, place.root).ok().map(|(program, _)| program);
                programs.push((program(&rule.rule), program(&rule.message_expression)));
            }
            if !rules.is_empty() {
                parts::CEL_COMPILATIONS.observe(begun.elapsed());
            }
            schema.rules = rules;
        });
        Self(programs)
    }

    /// What an object violates. `old` is what was there before.
    pub fn violations(&self, schema: &Structural, object: &Json, old: Option<&Json>) -> Vec<Violation> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut walk = Walk { programs: self, left: Budget::new(ALL), spent: false, wrong: Vec::new() };
        let begun = Instant::now();
        walk.value(schema, object, old, &Field::root(""));
        parts::CEL_EVALUATIONS.observe(begun.elapsed());
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
        let Some((Some(program), _)) = self.programs.0.get(rule.number) else { return };
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
        if let Some((_, Some(program))) = self.programs.0.get(rule.number)
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
        let mut schema = Structural::parse(&schema, "").expect("structural");
        let mut wrong = Vec::new();
        check(&mut schema, &Field::root("schema"), &mut wrong);
        assert_eq!(wrong, []);
        let programs = Programs::of(&mut schema);
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
        let schema = json!({"type": "object", "x-kubernetes-validations": [{"rule": "self.a >"}, {"rule": "foo(self)"}]});
        let mut schema = Structural::parse(&schema, "").expect("structural");
        let mut wrong = Vec::new();
        check(&mut schema, &Field::root("schema"), &mut wrong);
        let fields: Vec<&str> = wrong.iter().map(Violation::field).collect();
        assert_eq!(
            fields,
            ["schema.x-kubernetes-validations[0].rule", "schema.x-kubernetes-validations[1].rule"]
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

    #[test]
    fn types_are_checked() {
        let schema = json!({"type": "object", "properties": {
            "replicas": {"type": "integer"}, "since": {"type": "string", "format": "date-time"},
            "any": {"x-kubernetes-int-or-string": true}, "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "list": {"type": "array", "items": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}},
        }, "x-kubernetes-validations": [
            {"rule": "self.replicas > 0 && self.metadata.name.size() > 1 && self.kind == 'X'"},
            {"rule": "self.since < timestamp('2030-01-01T00:00:00Z') && self.any == 1 && self.any == 'x'"},
            {"rule": "self.nope"},
            {"rule": "self.replicas == 'x'"},
            {"rule": "self.free.whatever == 1"},
            {"rule": "self.replicas"},
            {"rule": "true", "messageExpression": "1"},
            {"rule": "true", "optionalOldSelf": true},
            {"rule": "self.metadata.labels.size() > 0"},
        ]});
        let mut schema = Structural::parse(&schema, "").expect("structural");
        let mut wrong = Vec::new();
        check(&mut schema, &Field::root("s"), &mut wrong);
        let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        let expected = [
            "[2].rule: Invalid value: \"self.nope\": compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | self.nope\n | ....^",
            "[3].rule: Invalid value: \"self.replicas == 'x'\": compilation failed: ERROR: <input>:1:15: found no matching overload for '_==_' applied to '(int, string)'\n | self.replicas == 'x'\n | ..............^",
            "[4].rule: Invalid value: \"self.free.whatever == 1\": compilation failed: ERROR: <input>:1:10: undefined field 'whatever'\n | self.free.whatever == 1\n | .........^",
            "[5].rule: Invalid value: \"self.replicas\": cel expression must evaluate to a bool",
            "[6].messageExpression: Invalid value: \"1\": messageExpression must evaluate to a string",
            "[7].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule",
            "[8].rule: Invalid value: \"self.metadata.labels.size() > 0\": compilation failed: ERROR: <input>:1:14: undefined field 'labels'\n | self.metadata.labels.size() > 0\n | .............^",
        ];
        for (told, expected) in told.iter().zip(expected) {
            assert_eq!(told.strip_prefix("s.x-kubernetes-validations"), Some(expected));
        }
        let last = told.last().expect("the list's");
        assert!(last.contains("oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[list].items"), "{last}");
        assert_eq!(told.len(), expected.len() + 1, "{told:?}");
    }

    #[test]
    fn times_are_times() {
        let schema = json!({"type": "object", "x-kubernetes-validations": [
            {"rule": "self.until - self.since <= self.most", "message": "too long"},
            {"rule": "self.days.all(d, d.getDayOfWeek() != 0)", "message": "no sundays"},
        ], "properties": {
            "since": {"type": "string", "format": "date-time"}, "until": {"type": "string", "format": "date-time"},
            "most": {"type": "string", "format": "duration"},
            "days": {"type": "array", "items": {"type": "string", "format": "date"}},
        }});
        let object = |until: &str, day: &str| json!({"since": "2024-01-01T00:00:00Z", "until": until, "most": "1h", "days": [day]});
        assert!(violations(schema.clone(), object("2024-01-01T01:00:00Z", "2024-01-01"), None).is_empty());
        let wrong = violations(schema, object("2024-01-01T01:00:01Z", "2024-01-07"), None);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }
}

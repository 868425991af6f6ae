//! What the rules of a schema can cost at most, estimated when a definition is written: from how large
//! its values can get, and how many of them one request can hold. The limits and the sizes are
//! upstream's.

use apimachinery::invalid::{Field, Violation};
use apimachinery::structural::{Kind, Rule, Structural};
use cel::{Below, Bound, Estimated, Program, Type};

use super::rules;

/// The most that one rule may cost, in all places where it holds.
const PER_RULE: u64 = 10_000_000;
/// The most that all rules of a schema may cost together.
const IN_ALL: u64 = 100_000_000;
/// The most bytes of an object.
const REQUEST: u64 = 3 << 20;
/// How many of the rules that cost most are named when it is too much.
const NAMED: usize = 4;

/// Values of a schema: how large they get, and the fewest bytes of JSON that one takes.
struct Sizes {
    bound: Bound,
    least: u64,
}

fn plain(most: u64, least: u64) -> Sizes {
    Sizes { bound: Bound { most, below: Below::Nothing }, least }
}

/// The sizes of values of a schema; `None` for what rules can't speak of.
fn sizes(schema: &Structural, root: bool) -> Option<Sizes> {
    let text = REQUEST - 2;
    if schema.int_or_string {
        return Some(plain(schema.most_letters().map_or(text, |most| most.saturating_mul(4)), 1));
    }
    Some(match schema.kind? {
        Kind::Object => match &schema.additional {
            Some(values) => {
                let values = sizes(values, values.embedded)?;
                // A name, its quotes and the signs between.
                let most = schema.most_properties().unwrap_or(text / (values.least + 6));
                Sizes { bound: Bound { most, below: Below::Values(Box::new(values.bound)) }, least: 2 }
            }
            None => object(schema, root),
        },
        Kind::Array => {
            let items = schema.items.as_ref()?;
            let items = sizes(items, items.embedded)?;
            let most = schema.most_items().unwrap_or(text / (items.least + 1));
            Sizes { bound: Bound { most, below: Below::Items(Box::new(items.bound)) }, least: 2 }
        }
        Kind::String => match schema.format() {
            "byte" => plain(schema.most_letters().unwrap_or(text), 2),
            "duration" => plain(32, 3),
            "date" => plain(12, 12),
            "date-time" => plain(32, 21),
            _ => {
                let named = schema.only_values().iter().filter_map(|value| value.as_str());
                let named = named.map(|value| value.len() as u64).max();
                // A letter may be four bytes.
                let most = schema.most_letters().map(|most| most.saturating_mul(4)).or(named);
                plain(most.unwrap_or(text), 2)
            }
        },
        Kind::Boolean => plain(0, 4),
        Kind::Integer | Kind::Number => plain(0, 1),
    })
}

fn object(schema: &Structural, root: bool) -> Sizes {
    let mut least = 2;
    let mut fields = std::collections::BTreeMap::new();
    for (name, below) in &schema.properties {
        let Some(sizes) = sizes(below, below.embedded) else { continue };
        // What has a default is filled in here, and need not be sent.
        if schema.required().contains(name) && below.default.is_none() {
            least += name.len() as u64 + sizes.least + 4;
        }
        fields.insert(name.clone(), sizes.bound);
    }
    if root {
        let text = || Bound { most: REQUEST - 2, below: Below::Nothing };
        let names = ["name", "generateName"].map(|name| (name.to_string(), text()));
        fields.insert("metadata".into(), Bound { most: 0, below: Below::Fields(names.into()) });
        fields.extend(["apiVersion", "kind"].map(|name| (name.to_string(), text())));
    }
    Sizes { bound: Bound { most: 0, below: Below::Fields(fields) }, least }
}

/// What was found so far.
#[derive(Default)]
struct Total {
    cost: u64,
    /// The rules that cost most, with what they cost.
    largest: Vec<(u64, Field)>,
}

impl Total {
    fn add(&mut self, cost: u64, field: &Field) {
        self.cost = self.cost.saturating_add(cost);
        if cost >= IN_ALL / 100 {
            self.largest.push((cost, field.clone()));
            self.largest.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
            self.largest.truncate(NAMED);
        }
    }
}

/// That something costs too much, in words.
fn excess(what: &str, cost: u64, limit: u64) -> String {
    let factor = cost as f64 / limit as f64;
    let factor = if factor > 100.0 {
        "more than 100x".to_string()
    } else if factor < 1.5 {
        format!("{factor:.6}x")
    } else {
        format!("{factor:.1}x")
    };
    format!(
        "{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
}

/// What an expression of a rule costs at most.
fn cost(program: &Program, schema: &Structural, rule: &Rule, root: bool, sizes: &Sizes) -> u64 {
    let own = rules::type_of(schema, root).unwrap_or(Type::Dyn);
    let old = if rule.optional_old_self { Type::optional(own.clone()) } else { own.clone() };
    let past = (!rule.optional_old_self).then_some(&sizes.bound);
    program.most(&[
        Estimated { name: "self", kind: own, bound: Some(&sizes.bound) },
        Estimated { name: "oldSelf", kind: old, bound: past },
    ])
}

/// Adds what costs too much in the rules of a schema. Rules that do not compile cost nothing: they are
/// refused for that.
pub fn check(schema: &Structural, field: &Field, wrong: &mut Vec<Violation>) {
    let mut total = Total::default();
    walk(schema, field, true, Some(1), &mut total, wrong);
    if total.cost > IN_ALL {
        for (_, place) in &total.largest {
            let why = "contributed to estimated rule & messageExpression cost total exceeding cost limit for entire OpenAPIv3 schema";
            wrong.push(Violation::forbidden(place, why));
        }
        let what = "x-kubernetes-validations estimated rule & messageExpression cost total for entire OpenAPIv3 schema";
        wrong.push(Violation::forbidden(field, &excess(what, total.cost, IN_ALL)));
    }
}

/// `times`: how many values of the schema an object can have, if something limits it.
fn walk(
    schema: &Structural,
    field: &Field,
    root: bool,
    times: Option<u64>,
    total: &mut Total,
    wrong: &mut Vec<Violation>,
) {
    let own = if schema.rules.is_empty() { None } else { sizes(schema, root || schema.embedded) };
    if let Some(sizes) = own {
        // As many as there is room for.
        let times = times.unwrap_or(REQUEST / (sizes.least + 1));
        for (index, rule) in schema.rules.iter().enumerate() {
            let field = field.child("x-kubernetes-validations").index(index);
            if let Ok((program, _)) = rules::compile(&rule.rule, schema, rule, root) {
                let place = field.child("rule");
                let cost = cost(&program, schema, rule, root, &sizes).saturating_mul(times);
                if cost > PER_RULE {
                    wrong.push(Violation::forbidden(&place, &excess("estimated rule cost", cost, PER_RULE)));
                }
                total.add(cost, &place);
            }
            if rule.message_expression.is_empty() {
                continue;
            }
            if let Ok((program, _)) = rules::compile(&rule.message_expression, schema, rule, root) {
                let place = field.child("messageExpression");
                let cost = cost(&program, schema, rule, root, &sizes);
                if cost > PER_RULE {
                    let why = excess("estimated messageExpression cost", cost, PER_RULE);
                    wrong.push(Violation::forbidden(&place, &why));
                }
                total.add(cost, &place);
            }
        }
    }
    for (name, below) in &schema.properties {
        let field = Field::root(&format!("{field}.properties[{name}]"));
        walk(below, &field, below.embedded, times, total, wrong);
    }
    let within = |most: Option<u64>| times.zip(most).map(|(times, most)| times.saturating_mul(most));
    if let Some(below) = &schema.additional {
        let times = within(schema.most_properties());
        walk(below, &field.child("additionalProperties"), below.embedded, times, total, wrong);
    }
    if let Some(below) = &schema.items {
        walk(below, &field.child("items"), below.embedded, within(schema.most_items()), total, wrong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn wrong(schema: Value) -> Vec<String> {
        let schema = Structural::parse(&schema, "").expect("a structural schema");
        let mut wrong = Vec::new();
        check(&schema, &Field::root("schema"), &mut wrong);
        wrong.iter().map(ToString::to_string).collect()
    }

    fn rules(rule: &str) -> Value {
        json!([{"rule": rule}])
    }

    #[test]
    fn what_upstream_takes() {
        // The examples of upstream's guide, and of its own tests.
        for schema in [
            json!({"type": "object", "x-kubernetes-validations": rules("self.minReplicas <= self.replicas && self.replicas <= self.maxReplicas"),
                "properties": {"minReplicas": {"type": "integer"}, "replicas": {"type": "integer"}, "maxReplicas": {"type": "integer"}}}),
            json!({"type": "object", "x-kubernetes-validations": rules("self.metadata.name.startsWith('my-prefix')")}),
            json!({"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}}},
                "x-kubernetes-validations": rules("self.list.all(x, x > 0)")}),
            json!({"type": "object", "properties": {"s": {"type": "string", "x-kubernetes-validations": rules("self.contains('keyword')")}}}),
            json!({"type": "object", "properties": {"list": {"type": "array", "maxItems": 100, "items": {"type": "string", "maxLength": 100}}},
                "x-kubernetes-validations": rules("self.list.all(x, self.list.exists_one(y, x == y))")}),
            json!({"type": "object", "properties": {"s": {"type": "string", "enum": ["a", "b"]}, "l": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 10}}},
                "x-kubernetes-validations": rules("self.s in self.l")}),
        ] {
            assert_eq!(wrong(schema.clone()), Vec::<String>::new(), "{schema}");
        }
    }

    #[test]
    fn what_upstream_refuses() {
        let hint = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
        let quadratic = json!({"type": "object", "properties": {"list": {"type": "array", "items": {"type": "string"}}},
            "x-kubernetes-validations": rules("self.list.all(x, self.list.exists(y, x == y))")});
        assert_eq!(
            wrong(quadratic),
            [
                format!(
                    "schema.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x {hint}"
                ),
                "schema.x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule & messageExpression cost total exceeding cost limit for entire OpenAPIv3 schema".to_string(),
                format!(
                    "schema: Forbidden: x-kubernetes-validations estimated rule & messageExpression cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x {hint}"
                ),
            ]
        );
        // A rule in a list without an end holds as often as a request has room for its elements.
        let inner = json!({"type": "object", "properties": {"list": {"type": "array", "items":
            {"type": "string", "x-kubernetes-validations": rules("self.contains('keyword')")}}}});
        let found = wrong(inner.clone());
        assert!(found[0].starts_with("schema.properties[list].items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost"), "{found:?}");
        let mut bounded = inner;
        bounded["properties"]["list"]["maxItems"] = json!(100);
        bounded["properties"]["list"]["items"]["maxLength"] = json!(100);
        assert_eq!(wrong(bounded), Vec::<String>::new());
        // Two texts of 4,096 letters, each four bytes: 1,639 by 1,639 is within a tenth of five budgets.
        let texts = json!({"type": "object", "properties": {"cases": {"type": "array", "maxItems": 20, "items": {
            "type": "object", "x-kubernetes-validations": rules("!self.message.contains(self.expect)"),
            "properties": {"message": {"type": "string", "maxLength": 4096}, "expect": {"type": "string", "maxLength": 4096}}}}}});
        let found = wrong(texts);
        assert!(found[0].contains("exceeds budget by factor of 5.4x"), "{found:?}");
        // The message costs too.
        let message = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "x-kubernetes-validations": [{"rule": "true", "messageExpression": "self.a.contains(self.b) ? 'a' : 'b'"}]});
        let found = wrong(message);
        assert!(found[0].starts_with("schema.x-kubernetes-validations[0].messageExpression: Forbidden: estimated messageExpression cost"), "{found:?}");
    }
}

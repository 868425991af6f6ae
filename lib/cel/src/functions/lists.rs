//! Lists and sets.

use super::{Outcome, arithmetic};
use crate::ast::Operator;
use crate::eval::fail;
use crate::value::Value;

/// The longest range that is made.
const LONGEST: i64 = 10_000;

pub fn call<'v>(name: &str, method: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    if let ("lists.range", [Value::Int(count)]) = (name, arguments) {
        if *count > LONGEST {
            return Some(fail(format!("lists.range: no more than {LONGEST} elements")));
        }
        return Some(Ok(Value::list((0..*count).map(Value::Int).collect())));
    }
    let has = |list: &[Value<'v>], wanted: &Value<'v>| list.iter().any(|item| item.equals(wanted));
    if let ("sets.contains" | "sets.equivalent" | "sets.intersects", [a, b]) = (name, arguments) {
        let (a, b) = (a.items()?, b.items()?);
        return Some(Ok(Value::Bool(match name {
            "sets.contains" => b.iter().all(|item| has(&a, item)),
            "sets.intersects" => b.iter().any(|item| has(&a, item)),
            _ => b.iter().all(|item| has(&a, item)) && a.iter().all(|item| has(&b, item)),
        })));
    }
    if !method {
        return None;
    }
    let (first, rest) = arguments.split_first()?;
    let items = first.items()?;
    let place = |at: Option<usize>| Ok(Value::Int(at.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX))));
    let best = |wanted: fn(std::cmp::Ordering) -> bool| -> Outcome<'v> {
        let mut best: Option<&Value<'v>> = None;
        for item in &items {
            match best.map(|best| item.compare(best)) {
                Some(None) => return fail("no such overload: the elements have no order"),
                Some(Some(order)) if !wanted(order) => {}
                _ => best = Some(item),
            }
        }
        best.cloned().map_or_else(|| fail(format!("{name} called on empty list")), Ok)
    };
    Some(match (name, rest) {
        ("isSorted", []) => Ok(Value::Bool(
            items.windows(2).all(|pair| pair[0].compare(&pair[1]).is_some_and(|order| order.is_le())),
        )),
        ("sum", []) => {
            let mut items = items.into_iter();
            let Some(first) = items.next() else { return Some(Ok(Value::Int(0))) };
            items.try_fold(first, |sum, item| arithmetic(Operator::Add, sum, item))
        }
        ("min", []) => best(std::cmp::Ordering::is_lt),
        ("max", []) => best(std::cmp::Ordering::is_gt),
        ("indexOf", [wanted]) => place(items.iter().position(|item| item.equals(wanted))),
        ("lastIndexOf", [wanted]) => place(items.iter().rposition(|item| item.equals(wanted))),
        ("includes", [wanted]) => Ok(Value::Bool(has(&items, wanted))),
        ("first", []) => Ok(Value::Optional(items.first().cloned().map(std::sync::Arc::new))),
        ("last", []) => Ok(Value::Optional(items.last().cloned().map(std::sync::Arc::new))),
        ("reverse", []) => Ok(Value::list(items.into_iter().rev().collect())),
        ("distinct", []) => {
            let mut out: Vec<Value<'v>> = Vec::new();
            for item in items {
                if !has(&out, &item) {
                    out.push(item);
                }
            }
            Ok(Value::list(out))
        }
        ("sort", []) => {
            let mut items = items;
            items.sort_by(|a, b| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
            Ok(Value::list(items))
        }
        ("slice", [Value::Int(from), Value::Int(to)]) => {
            let range = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            match range.and_then(|(from, to)| items.get(from..to)) {
                Some(part) => Ok(Value::list(part.to_vec())),
                None => fail(format!("cannot slice({from}, {to}), list is length {}", items.len())),
            }
        }
        ("flatten", []) => Ok(Value::list(flatten(items, 1))),
        ("flatten", [Value::Int(depth)]) => Ok(Value::list(flatten(items, (*depth).clamp(0, 100)))),
        _ => return None,
    })
}

fn flatten<'v>(items: Vec<Value<'v>>, depth: i64) -> Vec<Value<'v>> {
    let mut out = Vec::new();
    for item in items {
        match item.items().filter(|_| depth > 0) {
            Some(inner) => out.extend(flatten(inner, depth - 1)),
            None => out.push(item),
        }
    }
    out
}

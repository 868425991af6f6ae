//! Evaluation, with a budget: every step costs, and what works on texts and lists costs by their
//! size.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Variables;
use crate::ast::{Expr, Fold, FoldKind, Operator};
use crate::functions;
use crate::types::Type;
use crate::value::{TYPES, Value};

/// Why an evaluation has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// Something that CEL calls an error.
    #[error("{0}")]
    Failed(String),
    /// It cost too much.
    #[error("operation cancelled: actual cost limit exceeded")]
    Budget,
    /// A question about permissions has no answer yet.
    #[error("the authorizer has not answered")]
    Unanswered,
}

/// A failure with its words.
pub fn fail<T>(message: impl Into<String>) -> Result<T, EvalError> {
    Err(EvalError::Failed(message.into()))
}

/// What evaluations may still cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget(u64);

impl Budget {
    /// So many steps.
    pub fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// What is left.
    pub fn left(&self) -> u64 {
        self.0
    }

    /// Takes some.
    ///
    /// # Errors
    /// Fails when that much is not left.
    pub fn spend(&mut self, steps: usize) -> Result<(), EvalError> {
        match self.0.checked_sub(steps as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(EvalError::Budget)
            }
        }
    }
}

type Outcome<'v> = Result<Value<'v>, EvalError>;

struct Scope<'s, 'v> {
    variables: &'s Variables<'v>,
    /// Those of macros, the innermost last.
    local: Vec<(String, Value<'v>)>,
    budget: &'s mut Budget,
}

pub fn evaluate<'v>(expr: &Expr, variables: &Variables<'v>, budget: &mut Budget) -> Outcome<'v> {
    Scope { variables, local: Vec::new(), budget }.eval(expr)
}

/// A text as the type that it stands for.
fn read<'v>(kind: &Type, value: Value<'v>) -> Outcome<'v> {
    let Value::Text(text) = &value else { return Ok(value) };
    match kind {
        Type::Bytes => functions::call("base64.decode", false, vec![value]),
        Type::Duration => functions::call("duration", false, vec![value]),
        // A day is the moment when it begins.
        Type::Timestamp if text.len() == 10 => {
            functions::call("timestamp", false, vec![Value::text(format!("{text}T00:00:00Z"))])
        }
        Type::Timestamp => functions::call("timestamp", false, vec![value]),
        _ => Ok(value),
    }
}

fn no_overload<T>(what: &str, values: &[&Value<'_>]) -> Result<T, EvalError> {
    let types: Vec<&str> = values.iter().map(|value| value.type_name()).collect();
    fail(format!("no such overload: {what}({})", types.join(", ")))
}

impl<'v> Scope<'_, 'v> {
    fn eval(&mut self, expr: &Expr) -> Outcome<'v> {
        self.budget.spend(1)?;
        match expr {
            Expr::At(_, inner) => self.eval(inner),
            Expr::Constant(constant) => Ok(Value::from(constant)),
            Expr::Ident(name) => self.variable(name),
            Expr::Read(kind, inner) => read(kind, self.eval(inner)?),
            Expr::Select { from, field, optional } => {
                let from = match self.type_path(expr) {
                    Some(name) => return Ok(Value::Type(name)),
                    None => self.eval(from)?,
                };
                // A variable with a dot in its name.
                if matches!(from, Value::Check(_)) {
                    return self.variable(&format!("authorizer.{field}"));
                }
                self.select(from, field, *optional)
            }
            Expr::Has { from, field } => {
                let from = match self.eval(from)? {
                    Value::Optional(None) => return Ok(Value::Bool(false)),
                    Value::Optional(Some(value)) => (*value).clone(),
                    value => value,
                };
                if !from.is_map() {
                    return no_overload("has", &[&from]);
                }
                Ok(Value::Bool(from.field(field).is_some()))
            }
            Expr::Index { from, index, optional } => {
                let from = self.eval(from)?;
                let index = self.eval(index)?;
                self.index(from, &index, *optional)
            }
            Expr::Call { target, function, arguments } => self.call(target.as_deref(), function, arguments),
            Expr::Not(inner) => match self.eval(inner)? {
                Value::Bool(flag) => Ok(Value::Bool(!flag)),
                other => no_overload("!_", &[&other]),
            },
            Expr::Negate(inner) => match self.eval(inner)? {
                Value::Int(number) => {
                    number.checked_neg().map_or_else(|| fail("integer overflow"), |n| Ok(Value::Int(n)))
                }
                Value::Double(number) => Ok(Value::Double(-number)),
                Value::Duration(duration) => Ok(Value::Duration(-duration)),
                other => no_overload("-_", &[&other]),
            },
            Expr::Binary(operator, a, b) => self.binary(*operator, a, b),
            Expr::Conditional(condition, yes, no) => match self.eval(condition)? {
                Value::Bool(true) => self.eval(yes),
                Value::Bool(false) => self.eval(no),
                other => no_overload("_?_:_", &[&other]),
            },
            Expr::List(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (item, optional) in items {
                    match self.eval(item)? {
                        Value::Optional(value) if *optional => {
                            out.extend(value.map(|value| (*value).clone()))
                        }
                        value => out.push(value),
                    }
                }
                Ok(Value::list(out))
            }
            Expr::Map(entries) => {
                let mut out = BTreeMap::new();
                for (key, value, optional) in entries {
                    let key = self.eval(key)?;
                    let Some(key) = key.key() else {
                        return fail(format!("unsupported key type: {}", key.type_name()));
                    };
                    let value = match self.eval(value)? {
                        Value::Optional(None) if *optional => continue,
                        Value::Optional(Some(value)) if *optional => (*value).clone(),
                        value => value,
                    };
                    if out.insert(key, value).is_some() {
                        return fail("insert failed: key already exists");
                    }
                }
                Ok(Value::Map(Arc::new(out)))
            }
            Expr::Message(name, fields) => {
                let mut out = BTreeMap::new();
                for (field, value, optional) in fields {
                    let value = match self.eval(value)? {
                        Value::Optional(None) if *optional => continue,
                        Value::Optional(Some(value)) if *optional => (*value).clone(),
                        value => value,
                    };
                    out.insert(crate::value::Key::Text(field.as_str().into()), value);
                }
                functions::message(name, out)
            }
            Expr::Fold(fold) => self.fold(fold),
            Expr::Bind { name, value, body } => {
                let value = self.eval(value)?;
                self.with(name, value, body)
            }
            Expr::OptMap { from, name, body, flat } => match self.eval(from)? {
                Value::Optional(None) => Ok(Value::Optional(None)),
                Value::Optional(Some(value)) => {
                    let value = self.with(name, (*value).clone(), body)?;
                    Ok(if *flat { value } else { Value::Optional(Some(Arc::new(value))) })
                }
                other => no_overload("optMap", &[&other]),
            },
        }
    }

    fn with(&mut self, name: &str, value: Value<'v>, body: &Expr) -> Outcome<'v> {
        self.local.push((name.to_string(), value));
        let outcome = self.eval(body);
        self.local.pop();
        outcome
    }

    fn variable(&self, name: &str) -> Outcome<'v> {
        if let Some((_, value)) = self.local.iter().rev().find(|(local, _)| local == name) {
            return Ok(value.clone());
        }
        if let Some(value) = self.variables.get(name) {
            return Ok(value.clone());
        }
        match TYPES.iter().find(|known| **known == name) {
            Some(name) => Ok(Value::Type(name)),
            None => fail(format!("undeclared reference to '{name}'")),
        }
    }

    /// `google.protobuf.Timestamp` and `.Duration` are types.
    fn type_path(&self, expr: &Expr) -> Option<&'static str> {
        let Expr::Select { from, field, optional: false } = expr else { return None };
        let Expr::Select { from, field: middle, optional: false } = &**from else { return None };
        match (&**from, middle.as_str(), field.as_str()) {
            (Expr::Ident(root), "protobuf", "Timestamp") if root == "google" => {
                Some("google.protobuf.Timestamp")
            }
            (Expr::Ident(root), "protobuf", "Duration") if root == "google" => {
                Some("google.protobuf.Duration")
            }
            _ => None,
        }
    }

    fn select(&self, from: Value<'v>, field: &str, optional: bool) -> Outcome<'v> {
        match from {
            Value::Optional(None) => Ok(Value::Optional(None)),
            Value::Optional(Some(value)) => Ok(Value::Optional(value.field(field).map(Arc::new))),
            from if optional => Ok(Value::Optional(from.field(field).map(Arc::new))),
            from if from.is_map() => match from.field(field) {
                Some(value) => Ok(value),
                None => fail(format!("no such key: {field}")),
            },
            from => no_overload(&format!("_.{field}"), &[&from]),
        }
    }

    fn index(&mut self, from: Value<'v>, index: &Value<'v>, optional: bool) -> Outcome<'v> {
        let (from, optional, wrapped) = match from {
            Value::Optional(None) => return Ok(Value::Optional(None)),
            Value::Optional(Some(value)) => ((*value).clone(), true, true),
            from => (from, optional, optional),
        };
        let found = if from.is_map() {
            match (&from, index) {
                (Value::Map(map), index) => index.key().and_then(|key| map.get(&key).cloned()),
                (Value::Json(serde_json::Value::Object(map)), Value::Text(key)) => {
                    map.get(&**key).map(Value::from)
                }
                _ => None,
            }
        } else {
            let place = match index {
                Value::Int(number) => usize::try_from(*number).ok(),
                Value::UInt(number) => usize::try_from(*number).ok(),
                Value::Double(number) if number.fract() == 0.0 && *number >= 0.0 => Some(*number as usize),
                other => return no_overload("_[_]", &[&from, other]),
            };
            match &from {
                Value::List(items) => place.and_then(|place| items.get(place).cloned()),
                Value::Json(serde_json::Value::Array(items)) => {
                    place.and_then(|place| items.get(place)).map(Value::from)
                }
                other => return no_overload("_[_]", &[other, index]),
            }
        };
        match found {
            Some(value) if wrapped => Ok(Value::Optional(Some(Arc::new(value)))),
            Some(value) => Ok(value),
            None if optional => Ok(Value::Optional(None)),
            None if from.is_map() => fail(format!("no such key: {}", functions::display(index))),
            None => fail(format!("index out of bounds: {}", functions::display(index))),
        }
    }

    fn call(&mut self, target: Option<&Expr>, function: &str, arguments: &[Expr]) -> Outcome<'v> {
        let library = match target {
            Some(Expr::Ident(name))
                if !self.variables.contains_key(name.as_str())
                    && !self.local.iter().any(|(local, _)| local == name) =>
            {
                Some(format!("{name}.{function}"))
            }
            _ => None,
        };
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let (Some(target), None) = (target, &library) {
            values.push(self.eval(target)?);
        }
        for argument in arguments {
            values.push(self.eval(argument)?);
        }
        // What works on texts and lists costs by their size.
        let size: usize = values
            .iter()
            .map(|value| match value {
                Value::Text(text) => text.len() / 10,
                other => other.size().unwrap_or(0),
            })
            .sum();
        self.budget.spend(size)?;
        let name = library.as_deref().unwrap_or(function);
        let made = functions::call(name, target.is_some() && library.is_none(), values)?;
        if let Value::Text(text) = &made {
            self.budget.spend(text.len() / 10)?;
        }
        Ok(made)
    }

    fn binary(&mut self, operator: Operator, a: &Expr, b: &Expr) -> Outcome<'v> {
        if let Operator::Or | Operator::And = operator {
            let decides = operator == Operator::Or;
            // Whichever side decides does so, whatever becomes of the other.
            let first = self.eval(a);
            if let Ok(Value::Bool(flag)) = first
                && flag == decides
            {
                return Ok(Value::Bool(decides));
            }
            if let Err(EvalError::Budget) = first {
                return first;
            }
            let second = self.eval(b)?;
            return match (first, second) {
                (_, Value::Bool(flag)) if flag == decides => Ok(Value::Bool(decides)),
                (Err(error), _) => Err(error),
                (Ok(Value::Bool(_)), Value::Bool(_)) => Ok(Value::Bool(!decides)),
                (Ok(first), second) => no_overload(if decides { "_||_" } else { "_&&_" }, &[&first, &second]),
            };
        }
        let a = self.eval(a)?;
        let b = self.eval(b)?;
        let size = |value: &Value<'_>| match value {
            Value::Text(text) => text.len() / 10,
            other => other.size().unwrap_or(0),
        };
        match operator {
            Operator::Equal | Operator::NotEqual => {
                self.budget.spend(weight(&a).min(weight(&b)))?;
                Ok(Value::Bool(a.equals(&b) == (operator == Operator::Equal)))
            }
            Operator::In => {
                self.budget.spend(size(&b))?;
                if b.is_map() {
                    let Value::Text(key) = &a else {
                        return self
                            .index(b, &a, true)
                            .map(|v| Value::Bool(!matches!(v, Value::Optional(None))));
                    };
                    let found = match &b {
                        Value::Json(serde_json::Value::Object(map)) => map.contains_key(&**key),
                        other => other.field(key).is_some(),
                    };
                    return Ok(Value::Bool(found));
                }
                match b.items() {
                    Some(items) => Ok(Value::Bool(items.iter().any(|item| item.equals(&a)))),
                    None => no_overload("@in", &[&a, &b]),
                }
            }
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                self.budget.spend(size(&a).min(size(&b)))?;
                let Some(order) = a.compare(&b) else {
                    if let (Value::Double(_), _) | (_, Value::Double(_)) = (&a, &b) {
                        return Ok(Value::Bool(false));
                    }
                    return no_overload("compare", &[&a, &b]);
                };
                Ok(Value::Bool(match operator {
                    Operator::Less => order.is_lt(),
                    Operator::LessEqual => order.is_le(),
                    Operator::Greater => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
            _ => {
                self.budget.spend(size(&a) + size(&b))?;
                functions::arithmetic(operator, a, b)
            }
        }
    }

    fn fold(&mut self, fold: &Fold) -> Outcome<'v> {
        let range = self.eval(&fold.range)?;
        // With one variable a map's keys are run over; with two, keys and values, or places and
        // elements.
        let two = fold.variables.len() == 2;
        let pairs: Vec<(Value<'v>, Value<'v>)> = match (range.items(), range.entries()) {
            (Some(items), _) => items
                .into_iter()
                .enumerate()
                .map(|(place, item)| (Value::Int(i64::try_from(place).unwrap_or(i64::MAX)), item))
                .collect(),
            (None, Some(entries)) if two => entries,
            (None, Some(entries)) => entries.into_iter().map(|(key, _)| (Value::Null, key)).collect(),
            (None, None) => return no_overload("comprehension", &[&range]),
        };
        self.budget.spend(pairs.len())?;
        let depth = self.local.len();
        let outcome = self.run(fold, pairs, two);
        self.local.truncate(depth);
        outcome
    }

    fn step(&mut self, fold: &Fold, pair: &(Value<'v>, Value<'v>), two: bool, which: usize) -> Outcome<'v> {
        let depth = self.local.len();
        if two {
            self.local.push((fold.variables[0].clone(), pair.0.clone()));
            self.local.push((fold.variables[1].clone(), pair.1.clone()));
        } else {
            self.local.push((fold.variables[0].clone(), pair.1.clone()));
        }
        let outcome = self.eval(&fold.steps[which]);
        self.local.truncate(depth);
        outcome
    }

    fn passes(&mut self, fold: &Fold, pair: &(Value<'v>, Value<'v>), two: bool) -> Result<bool, EvalError> {
        match self.step(fold, pair, two, 0)? {
            Value::Bool(flag) => Ok(flag),
            other => no_overload("predicate", &[&other]),
        }
    }

    fn run(&mut self, fold: &Fold, pairs: Vec<(Value<'v>, Value<'v>)>, two: bool) -> Outcome<'v> {
        match fold.kind {
            FoldKind::All | FoldKind::Exists => {
                let decides = fold.kind == FoldKind::Exists;
                let mut failed = None;
                for pair in &pairs {
                    match self.passes(fold, pair, two) {
                        Ok(flag) if flag == decides => return Ok(Value::Bool(decides)),
                        Ok(_) => {}
                        Err(EvalError::Budget) => return Err(EvalError::Budget),
                        Err(error) => failed = failed.or(Some(error)),
                    }
                }
                failed.map_or(Ok(Value::Bool(!decides)), Err)
            }
            FoldKind::ExistsOne => {
                let mut count = 0;
                for pair in &pairs {
                    count += usize::from(self.passes(fold, pair, two)?);
                }
                Ok(Value::Bool(count == 1))
            }
            FoldKind::Filter => {
                let mut out = Vec::new();
                for pair in pairs {
                    if self.passes(fold, &pair, two)? {
                        out.push(pair.1);
                    }
                }
                Ok(Value::list(out))
            }
            FoldKind::SortBy => {
                let mut keyed = Vec::with_capacity(pairs.len());
                for pair in pairs {
                    keyed.push((self.step(fold, &pair, two, 0)?, pair.1));
                }
                self.budget.spend(keyed.len())?;
                keyed.sort_by(|a, b| a.0.compare(&b.0).unwrap_or(std::cmp::Ordering::Equal));
                Ok(Value::list(keyed.into_iter().map(|(_, value)| value).collect()))
            }
            FoldKind::Map | FoldKind::TransformList => {
                let mut out = Vec::new();
                let last = fold.steps.len() - 1;
                for pair in &pairs {
                    if last == 0 || self.passes(fold, pair, two)? {
                        out.push(self.step(fold, pair, two, last)?);
                    }
                }
                Ok(Value::list(out))
            }
            FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                let mut out = BTreeMap::new();
                let last = fold.steps.len() - 1;
                for pair in &pairs {
                    if last > 0 && !self.passes(fold, pair, two)? {
                        continue;
                    }
                    let value = self.step(fold, pair, two, last)?;
                    let entries = if fold.kind == FoldKind::TransformMap {
                        vec![(pair.0.clone(), value)]
                    } else {
                        match value.entries() {
                            Some(entries) => entries,
                            None => return no_overload("transformMapEntry", &[&value]),
                        }
                    };
                    for (key, value) in entries {
                        let Some(key) = key.key() else { return no_overload("map key", &[&key]) };
                        if out.insert(key, value).is_some() {
                            return fail("insert failed: key already exists");
                        }
                    }
                }
                Ok(Value::Map(Arc::new(out)))
            }
        }
    }
}

/// How much there is of a value, all in all.
fn weight(value: &Value<'_>) -> usize {
    fn json(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(items) => 1 + items.iter().map(json).sum::<usize>(),
            serde_json::Value::Object(map) => 1 + map.values().map(json).sum::<usize>(),
            serde_json::Value::String(text) => 1 + text.len() / 10,
            _ => 1,
        }
    }
    match value {
        Value::Json(value) => json(value),
        Value::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Map(map) => 1 + map.values().map(weight).sum::<usize>(),
        Value::Text(text) => 1 + text.len() / 10,
        _ => 1,
    }
}

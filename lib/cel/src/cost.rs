//! What an expression can cost at most, before it is ever evaluated: from its form, and from how large
//! the values that it speaks of can get. The figures are those of cel-go's and Kubernetes' estimators,
//! so that a definition that upstream takes or refuses for its cost is taken or refused here.

use std::collections::BTreeMap;

use crate::ast::{Expr, Fold, FoldKind, Operator};
use crate::checker::{Checker, operator_name, type_of_name};
use crate::types::Type;
use crate::value::{Constant, unescaped};

/// What looking through one letter of a text costs.
const LETTER: f64 = 0.1;
/// What one letter of a regular expression costs for each letter that it is held against.
const PATTERN: f64 = 0.25;
const NEW_LIST: u64 = 10;
const NEW_MAP: u64 = 30;
const NEW_MESSAGE: u64 = 40;
/// One question about permissions: two of them are all that an expression may ask.
const CHECK: u64 = 350_000;

/// How large a value can get.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// The most letters, bytes, elements or entries.
    pub most: u64,
    /// How large what is in it can get.
    pub below: Below,
}

/// What is known of the values in a value.
#[derive(Clone, Debug, Default)]
pub enum Below {
    /// Nothing, or there are none.
    #[default]
    Nothing,
    /// Elements of a list.
    Items(Box<Bound>),
    /// Values of a map. Its keys are taken as short.
    Values(Box<Bound>),
    /// Fields of an object.
    Fields(BTreeMap<String, Bound>),
}

/// A variable, for an estimate.
pub struct Estimated<'b> {
    /// Its name.
    pub name: &'b str,
    /// Its type.
    pub kind: Type,
    /// How large it can get, if that is known.
    pub bound: Option<&'b Bound>,
}

/// From least to most: of sizes, and of costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    min: u64,
    max: u64,
}

const UNKNOWN: Range = Range { min: 0, max: u64::MAX };

fn scale(number: u64, factor: f64) -> u64 {
    let scaled = (number as f64 * factor).ceil();
    // A cast stops at the largest number.
    scaled as u64
}

impl Range {
    fn fixed(number: u64) -> Self {
        Self { min: number, max: number }
    }

    fn plus(self, other: Self) -> Self {
        Self { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    fn times(self, other: Self) -> Self {
        Self { min: self.min.saturating_mul(other.min), max: self.max.saturating_mul(other.max) }
    }

    fn by(self, factor: f64) -> Self {
        Self { min: scale(self.min, factor), max: scale(self.max, factor) }
    }

    fn or(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

/// What is known of one part of an expression.
#[derive(Clone)]
struct Part<'b> {
    cost: Range,
    kind: Type,
    size: Option<Range>,
    /// The size of what is in it, for lists and maps.
    inside: Option<Range>,
    bound: Option<&'b Bound>,
}

impl Part<'_> {
    fn size(&self) -> Range {
        self.size.unwrap_or(UNKNOWN)
    }

    /// The size of the elements of a list, and whether they are texts.
    fn elements(&self) -> Option<(Range, bool)> {
        let Type::List(of) = &self.kind else { return None };
        let known = match self.bound.map(|bound| &bound.below) {
            Some(Below::Items(bound)) => Some(Range { min: 0, max: bound.most }),
            _ => self.inside,
        };
        Some((known.unwrap_or(UNKNOWN), matches!(**of, Type::Text | Type::Bytes)))
    }
}

/// Estimates the most that evaluating an expression costs.
pub fn most(root: &Expr, variables: &[Estimated<'_>]) -> u64 {
    let names: Vec<(String, Part<'_>)> = variables
        .iter()
        .map(|one| {
            let size = one.bound.map(|bound| Range { min: 0, max: bound.most });
            let (kind, bound) = (one.kind.clone(), one.bound);
            (one.name.to_string(), Part { cost: Range::fixed(1), kind, size, inside: None, bound })
        })
        .collect();
    Coster { names, checker: Checker::bare_of_names() }.expr(root).cost.max
}

struct Coster<'b> {
    /// The innermost last.
    names: Vec<(String, Part<'b>)>,
    checker: Checker,
}

/// Whether all values of a type are of one size.
fn is_scalar(kind: &Type) -> bool {
    match kind {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::UInt => true,
        Type::Optional(of) => is_scalar(of),
        _ => false,
    }
}

fn sized(kind: &Type) -> Option<Range> {
    is_scalar(kind).then_some(Range::fixed(1))
}

/// A part that is of no variable.
fn made<'b>(cost: Range, kind: Type, size: Option<Range>) -> Part<'b> {
    let size = size.or_else(|| sized(&kind));
    Part { cost, kind, size, inside: None, bound: None }
}

fn sum<'p, 'b: 'p>(parts: impl IntoIterator<Item = &'p Part<'b>>) -> Range {
    parts.into_iter().fold(Range::fixed(0), |sum, part| sum.plus(part.cost))
}

impl<'b> Coster<'b> {
    /// A value below another one, found in its bounds.
    fn below(cost: Range, kind: Type, bound: Option<&'b Bound>, inside: Option<Range>) -> Part<'b> {
        let size = bound.map(|bound| Range { min: 0, max: bound.most }).or_else(|| sized(&kind)).or(inside);
        Part { cost, kind, size, inside: None, bound }
    }

    fn with(&mut self, names: Vec<(String, Part<'b>)>, work: impl FnOnce(&mut Self) -> Part<'b>) -> Part<'b> {
        let before = self.names.len();
        self.names.extend(names);
        let part = work(self);
        self.names.truncate(before);
        part
    }

    fn expr(&mut self, expr: &Expr) -> Part<'b> {
        if type_of_name(expr).is_some() {
            return made(Range::fixed(1), Type::Type, None);
        }
        match expr {
            Expr::At(_, inner) => self.expr(inner),
            Expr::Constant(constant) => {
                let (kind, size) = match constant {
                    Constant::Null => (Type::Null, 1),
                    Constant::Bool(_) => (Type::Bool, 1),
                    Constant::Int(_) => (Type::Int, 1),
                    Constant::UInt(_) => (Type::UInt, 1),
                    Constant::Double(_) => (Type::Double, 1),
                    Constant::Text(text) => (Type::Text, text.chars().count()),
                    Constant::Bytes(bytes) => (Type::Bytes, bytes.len()),
                };
                let size = u64::try_from(size).unwrap_or(u64::MAX);
                made(Range::fixed(0), kind, Some(Range::fixed(size)))
            }
            Expr::Ident(name) => {
                let found = self.names.iter().rev().find(|(known, _)| known == name);
                let found = found.map(|(_, part)| Part { cost: Range::fixed(1), ..part.clone() });
                found.unwrap_or_else(|| made(Range::fixed(1), Type::Dyn, None))
            }
            Expr::Read(kind, inner) => Part { kind: kind.clone(), ..self.expr(inner) },
            Expr::Select { from, field, optional } => self.select(from, field, *optional),
            Expr::Has { from, .. } => made(self.expr(from).cost, Type::Bool, None),
            Expr::Index { from, index, optional } => {
                let (from, index) = (self.expr(from), self.expr(index));
                let cost = Range::fixed(1).plus(from.cost).plus(index.cost);
                let types = [from.kind.clone(), index.kind];
                let kind = self.checker.call("_[_]", "_[_]", false, &types).unwrap_or(Type::Dyn);
                match from.bound.map(|bound| &bound.below) {
                    Some(Below::Items(bound) | Below::Values(bound)) if !optional => {
                        Self::below(cost, kind, Some(bound), from.inside)
                    }
                    _ => Self::below(cost, kind, None, from.inside),
                }
            }
            Expr::Call { target, function, arguments } => self.call(target.as_deref(), function, arguments),
            Expr::Not(inner) => {
                let inner = self.expr(inner);
                made(inner.cost.plus(Range::fixed(1)), Type::Bool, None)
            }
            Expr::Negate(inner) => {
                let inner = self.expr(inner);
                made(inner.cost.plus(Range::fixed(1)), inner.kind, None)
            }
            Expr::Binary(operator, a, b) => self.binary(*operator, a, b),
            Expr::Conditional(condition, yes, no) => {
                let (condition, yes, no) = (self.expr(condition), self.expr(yes), self.expr(no));
                let size = yes.size().or(no.size());
                let inside = yes.inside.zip(no.inside).map(|(a, b)| a.or(b));
                let kind = if matches!(yes.kind, Type::Null | Type::Dyn) { no.kind } else { yes.kind };
                let cost = condition.cost.plus(yes.cost.or(no.cost));
                Part { inside, ..made(cost, kind, Some(size)) }
            }
            Expr::List(items) => {
                let parts: Vec<Part<'_>> = items.iter().map(|(item, _)| self.expr(item)).collect();
                let cost = sum(&parts).plus(Range::fixed(NEW_LIST));
                let inside = parts.iter().map(Part::size).reduce(Range::or).unwrap_or(Range::fixed(0));
                let kind = parts.first().map_or(Type::Dyn, |part| part.kind.clone());
                let size = Range::fixed(parts.len() as u64);
                Part { inside: Some(inside), ..made(cost, Type::list(kind), Some(size)) }
            }
            Expr::Map(entries) => {
                let mut cost = Range::fixed(NEW_MAP);
                let mut inside: Option<Range> = None;
                let (mut keys, mut values) = (Type::Dyn, Type::Dyn);
                for (key, value, _) in entries {
                    let (key, value) = (self.expr(key), self.expr(value));
                    cost = cost.plus(key.cost).plus(value.cost);
                    inside = Some(inside.map_or(value.size(), |inside| inside.or(value.size())));
                    (keys, values) = (key.kind, value.kind);
                }
                let inside = Some(inside.unwrap_or(Range::fixed(0)));
                let size = Some(Range::fixed(entries.len() as u64));
                Part { inside, ..made(cost, Type::map(keys, values), size) }
            }
            Expr::Message(_, fields) => {
                let parts: Vec<Part<'_>> = fields.iter().map(|(_, value, _)| self.expr(value)).collect();
                made(sum(&parts).plus(Range::fixed(NEW_MESSAGE)), Type::Dyn, None)
            }
            Expr::Fold(fold) => self.fold(fold),
            Expr::Bind { name, value, body } => {
                let value = self.expr(value);
                // A bound name is an empty loop with a result.
                let cost = value.cost.plus(Range::fixed(NEW_LIST));
                let part = self.with(vec![(name.clone(), value)], |own| own.expr(body));
                Part { cost: part.cost.plus(cost), ..part }
            }
            Expr::OptMap { from, name, body, flat } => {
                let from = self.expr(from);
                let inner = match &from.kind {
                    Type::Optional(of) => (**of).clone(),
                    _ => Type::Dyn,
                };
                // `from.hasValue() ? optional.of(bind(name, from.value(), body)) : optional.none()`.
                let asked = from.cost.plus(Range::fixed(1));
                let value = Part { cost: asked, ..made(asked, inner, from.size) };
                let part = self.with(vec![(name.clone(), value)], |own| own.expr(body));
                let wrapped = u64::from(!*flat);
                let done = part.cost.plus(asked).plus(Range::fixed(NEW_LIST + wrapped));
                let cost = asked.plus(done.or(Range::fixed(1)));
                let kind = if *flat { part.kind.clone() } else { Type::optional(part.kind.clone()) };
                Part { cost, kind, bound: None, ..part }
            }
        }
    }

    fn select(&mut self, from: &Expr, field: &str, optional: bool) -> Part<'b> {
        let from = self.expr(from);
        let kind = self.checker.field(&from.kind, field);
        let (kind, absent) = kind.unwrap_or((Type::Dyn, false));
        if optional || absent {
            let kind = Type::optional(kind);
            return made(from.cost.plus(Range::fixed(1)), kind, None);
        }
        let counts = matches!(from.kind, Type::Map(..) | Type::Object(_) | Type::Open(_));
        let cost = from.cost.plus(Range::fixed(u64::from(counts)));
        let bound = match from.bound.map(|bound| &bound.below) {
            Some(Below::Fields(fields)) => {
                fields.get(field).or_else(|| unescaped(field).and_then(|name| fields.get(&name)))
            }
            _ => None,
        };
        Self::below(cost, kind, bound, None)
    }

    fn binary(&mut self, operator: Operator, a: &Expr, b: &Expr) -> Part<'b> {
        let (a, b) = (self.expr(a), self.expr(b));
        let (name, shown) = operator_name(operator);
        let types = [a.kind.clone(), b.kind.clone()];
        let kind = self.checker.call(name, shown, false, &types).unwrap_or(Type::Dyn);
        let both = a.cost.plus(b.cost);
        let is_open = |kind: &Type| matches!(kind, Type::Dyn | Type::Open(_));
        let is = |test: fn(&Type) -> bool| types.iter().any(test);
        let texts = is(|kind| matches!(kind, Type::Text | Type::Bytes)) || types.iter().all(is_open);
        let compared = || {
            let max = a.size().max.min(b.size().max);
            Range { min: u64::from(max > 0), max }.by(LETTER)
        };
        match operator {
            // The second half may be left out.
            Operator::Or | Operator::And => made(Range { min: a.cost.min, max: both.max }, Type::Bool, None),
            Operator::Equal | Operator::NotEqual => made(both.plus(compared()), Type::Bool, None),
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual if texts => {
                made(both.plus(compared()), Type::Bool, None)
            }
            Operator::In if !matches!(b.kind, Type::Map(..)) => {
                let all = b.size();
                made(both.plus(all), Type::Bool, None)
            }
            Operator::Add if texts || is(|kind| matches!(kind, Type::List(_))) => {
                let size = a.size().plus(b.size());
                let inside = a.inside.zip(b.inside).map(|(a, b)| a.or(b));
                let own = if texts { size.by(LETTER) } else { Range::fixed(1) };
                Part { inside, ..made(both.plus(own), kind, Some(size)) }
            }
            _ => made(both.plus(Range::fixed(1)), kind, None),
        }
    }

    fn call(&mut self, target: Option<&Expr>, function: &str, arguments: &[Expr]) -> Part<'b> {
        let library = match target {
            Some(Expr::Ident(name)) if !self.names.iter().any(|(known, _)| known == name) => Some(name),
            _ => None,
        };
        let receiver = match (target, library) {
            (Some(target), None) => Some(self.expr(target)),
            _ => None,
        };
        let arguments: Vec<Part<'_>> = arguments.iter().map(|argument| self.expr(argument)).collect();
        let name = library.map_or_else(|| function.to_string(), |library| format!("{library}.{function}"));
        let all: Vec<&Part<'_>> = receiver.iter().chain(&arguments).collect();
        let types: Vec<Type> = all.iter().map(|part| part.kind.clone()).collect();
        let kind = self.checker.call(&name, &name, receiver.is_some(), &types).unwrap_or(Type::Dyn);
        let given = sum(all.iter().copied());
        if name == "dyn"
            && let [argument] = &arguments[..]
        {
            let cost = given.plus(Range::fixed(1));
            return Part { cost, kind: Type::Dyn, bound: None, ..argument.clone() };
        }
        let (own, size) = own_cost(&name, receiver.as_ref(), &arguments);
        made(given.plus(own), kind, size)
    }

    fn fold(&mut self, fold: &Fold) -> Part<'b> {
        let range = self.expr(&fold.range);
        let (key, value, below, is_list) = match (&range.kind, range.bound.map(|bound| &bound.below)) {
            (Type::List(of), Some(Below::Items(bound))) => (Type::Int, (**of).clone(), Some(&**bound), true),
            (Type::List(of), _) => (Type::Int, (**of).clone(), None, true),
            (Type::Map(key, of), Some(Below::Values(bound))) => {
                ((**key).clone(), (**of).clone(), Some(&**bound), false)
            }
            (Type::Map(key, of), _) => ((**key).clone(), (**of).clone(), None, false),
            _ => (Type::Dyn, Type::Dyn, None, true),
        };
        let one = Range::fixed(1);
        // The keys of a map in an object are taken as short, as upstream does.
        let short = range.bound.map(|_| Range::fixed(0));
        let keys = Part { size: sized(&key).or(short), ..made(one, key.clone(), None) };
        let values = Self::below(one, value.clone(), below, range.inside);
        let names = match fold.variables.as_slice() {
            [single] => vec![(single.clone(), if is_list { values } else { keys })],
            [first, second] => vec![(first.clone(), keys), (second.clone(), values)],
            _ => Vec::new(),
        };
        let single = names.first().map(|(_, part)| part.clone());
        let mut steps = Vec::new();
        for step in &fold.steps {
            steps.push(self.with(names.clone(), |own| own.expr(step)));
        }
        let within = sum(&steps);
        let last = steps.last().cloned().unwrap_or_else(|| made(one, Type::Dyn, None));
        // What the loop around the step costs, each time and in all: a condition, what was found so
        // far, a new list of one element, and the result.
        let (each, once) = match fold.kind {
            FoldKind::All => (3, 1),
            FoldKind::Exists => (4, 1),
            FoldKind::ExistsOne => (2, 2),
            FoldKind::Map | FoldKind::TransformList | FoldKind::SortBy => (2 + NEW_LIST, 1 + NEW_LIST),
            FoldKind::Filter => (3 + NEW_LIST, 1 + NEW_LIST),
            FoldKind::TransformMap | FoldKind::TransformMapEntry => (3, 1 + NEW_MAP),
        };
        let count = range.size();
        let cost = range.cost.plus(Range::fixed(once)).plus(count.times(within.plus(Range::fixed(each))));
        let inside = |part: &Part<'_>| Some(part.size().or(Range::fixed(0)));
        match fold.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => made(cost, Type::Bool, None),
            FoldKind::Filter => {
                let element = single.unwrap_or_else(|| made(one, Type::Dyn, None));
                Part { inside: inside(&element), ..made(cost, Type::list(element.kind), Some(count)) }
            }
            FoldKind::Map | FoldKind::TransformList => {
                Part { inside: inside(&last), ..made(cost, Type::list(last.kind), Some(count)) }
            }
            FoldKind::SortBy => Part { inside: range.inside, ..made(cost, range.kind, Some(count)) },
            FoldKind::TransformMap => {
                Part { inside: inside(&last), ..made(cost, Type::map(key, last.kind), Some(count)) }
            }
            FoldKind::TransformMapEntry => made(cost, last.kind, Some(count)),
        }
    }
}

/// What a function itself costs, and how large its result is.
fn own_cost(name: &str, target: Option<&Part<'_>>, arguments: &[Part<'_>]) -> (Range, Option<Range>) {
    let one = Range::fixed(1);
    let plain = (one, None);
    match (name, target, arguments) {
        ("check", ..) => (Range::fixed(CHECK), None),
        ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", Some(target), _) => {
            match target.elements() {
                Some((size, texts)) => {
                    let each = if texts { one.plus(size.by(LETTER)) } else { one };
                    (target.size().times(each), None)
                }
                None => (target.size().by(LETTER), None),
            }
        }
        ("url", None, [text]) => (text.size().by(LETTER), None),
        ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(target), _) => {
            (target.size().by(LETTER), Some(target.size()))
        }
        ("replace", Some(target), [what, with, ..]) => {
            let size = replaced(target.size(), what.size(), with.size());
            (target.size().by(2.0 * LETTER), Some(size))
        }
        ("split", Some(target), _) => {
            let size = Range { min: 0, max: target.size().max };
            (target.size().by(2.0 * LETTER), Some(size))
        }
        ("join", Some(target), _) => {
            let count = target.size();
            let mut size = count.times(target.elements().map_or(UNKNOWN, |(size, _)| size));
            if let Some(between) = arguments.first() {
                let gaps = Range { min: count.min.saturating_sub(1), max: count.max.saturating_sub(1) };
                size = size.plus(between.size().times(gaps));
            }
            (size.by(LETTER), Some(size))
        }
        ("find" | "findAll", Some(target), [pattern, ..]) => {
            let text = target.size();
            let cost = text.plus(one).by(LETTER).times(pattern.size().by(PATTERN));
            (cost, Some(Range { min: 0, max: text.max }))
        }
        ("matches", Some(target), [pattern]) | ("matches", None, [target, pattern]) => {
            (target.size().plus(one).by(LETTER).times(pattern.size().by(PATTERN)), None)
        }
        ("contains", Some(target), [part]) if !matches!(target.kind, Type::Opaque(_)) => {
            (target.size().by(LETTER).times(part.size().by(LETTER)), None)
        }
        ("startsWith" | "endsWith", Some(_), [part]) => (part.size().by(LETTER), None),
        ("containsIP" | "containsCIDR", Some(_), [other, ..]) => {
            // The bytes of two addresses.
            let bytes = Range { min: 4, max: 16 };
            let mut cost = bytes.plus(bytes).by(LETTER);
            if name == "containsCIDR" {
                cost = cost.plus(bytes.by(LETTER)).plus(one);
            }
            if matches!(other.kind, Type::Text) {
                cost = cost.plus(other.size().by(LETTER));
            }
            (cost, None)
        }
        ("sets.contains" | "sets.intersects" | "sets.equivalent", _, [a, b]) => {
            let twice = if name == "sets.equivalent" { 2 } else { 1 };
            (a.size().times(b.size()).times(Range::fixed(twice)).plus(one), None)
        }
        ("format", Some(target), [values, ..]) => {
            (target.size().by(LETTER), Some(target.size().plus(values.size())))
        }
        ("strings.quote", _, [text]) => {
            let size = text.size();
            let quoted = size.times(Range { min: 1, max: 2 }).plus(Range::fixed(2));
            (size.by(LETTER), Some(quoted))
        }
        ("bytes", None, [text]) if matches!(text.kind, Type::Text) => {
            let size = text.size();
            (size.by(LETTER), Some(Range { min: size.min, max: size.max.saturating_mul(4) }))
        }
        ("string", None, [bytes]) if matches!(bytes.kind, Type::Bytes) => {
            let size = bytes.size();
            (size.by(LETTER), Some(Range { min: size.min / 4, max: size.max }))
        }
        _ => plain,
    }
}

/// The size of a text in which something was replaced.
fn replaced(size: Range, what: Range, with: Range) -> Range {
    let most = if what.min == 0 {
        // What is empty is found around every letter.
        size.max.saturating_add(1).saturating_mul(with.max).saturating_add(size.max)
    } else if with.max <= what.min {
        size.max
    } else {
        size.max.div_ceil(what.min).saturating_mul(with.max)
    };
    let least = if what.max == 0 {
        size.min.saturating_add(1).saturating_mul(with.min).saturating_add(size.min)
    } else if what.max <= with.min {
        size.min
    } else {
        size.min.div_ceil(what.max).saturating_mul(with.min)
    };
    Range { min: least, max: most }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Program;

    fn text(most: u64) -> Bound {
        Bound { most, below: Below::Nothing }
    }

    fn list(most: u64, of: Bound) -> Bound {
        Bound { most, below: Below::Items(Box::new(of)) }
    }

    fn cost(expression: &str, fields: &[(&str, Type, Bound)]) -> u64 {
        let kind =
            Type::object("object", fields.iter().map(|(name, kind, _)| ((*name).to_string(), kind.clone())));
        let fields = fields.iter().map(|(name, _, bound)| ((*name).to_string(), bound.clone())).collect();
        let bound = Bound { most: 0, below: Below::Fields(fields) };
        let (program, _) = Program::compile(expression, &[("self", kind.clone())]).expect(expression);
        program.most(&[Estimated { name: "self", kind, bound: Some(&bound) }])
    }

    #[test]
    fn what_expressions_cost() {
        let texts = || Type::list(Type::Text);
        let fields = [
            ("n", Type::Int, Bound::default()),
            ("t", Type::Text, text(10)),
            ("u", Type::Text, text(30)),
            ("l", texts(), list(5, text(20))),
            ("m", Type::map(Type::Text, Type::Int), Bound { most: 7, below: Below::Values(Box::default()) }),
            ("ll", Type::list(texts()), list(5, list(3, text(20)))),
        ];
        for (expression, expected) in [
            ("true", 0),
            ("self.n < 5", 3),
            ("self.n + 1 == 2", 4),
            // 10 letters at a tenth each, of the shorter one.
            ("self.t == self.u", 5),
            ("self.t == 'abc'", 3),
            ("self.t + self.u == ''", 4 + 4),
            ("self.t.startsWith(self.u)", 4 + 3),
            ("self.t.contains(self.u)", 4 + 3),
            // 11 letters, 2 for each of them.
            ("self.t.matches('[a-z0-9]')", 2 + 2 * 2),
            ("self.l.all(x, x == 'a')", 2 + 1 + 5 * (3 + 2)),
            ("self.l.exists(x, x == 'a')", 2 + 1 + 5 * (4 + 2)),
            ("self.l.exists_one(x, true)", 2 + 2 + 5 * 2),
            ("self.l.map(x, x).size() == 5", 2 + 11 + 5 * 13 + 1 + 1),
            ("self.l.filter(x, true).size() == 5", 2 + 11 + 5 * 13 + 1 + 1),
            ("self.m.all(k, self.m[k] > 1)", 2 + 1 + 7 * (3 + 5)),
            ("self.ll.all(l, l.all(x, x == 'a'))", 2 + 1 + 5 * (3 + 1 + 1 + 3 * (3 + 2))),
            ("self.n > 1 || self.n < 1", 6),
            ("self.n > 1 ? self.n < 1 : true", 6),
            ("has(self.n)", 1),
            ("self.t in ['a', 'b']", 2 + 10 + 2),
            ("self.l.isSorted()", 2 + 5 * 3),
            ("self.l.join(',').size() < 5", 2 + 11 + 1 + 1),
            ("cel.bind(x, self.l, x.size() == 1)", 2 + 10 + 2 + 1),
            ("size(self.t.replace('aa', 'b')) < 1", 2 + 2 + 1 + 1),
        ] {
            assert_eq!(cost(expression, &fields), expected, "{expression}");
        }
    }

    #[test]
    fn without_bounds_there_is_no_end() {
        let kind = Type::list(Type::list(Type::Text));
        let (program, _) =
            Program::compile("self.all(x, x.all(y, y.contains(y)))", &[("self", kind.clone())])
                .expect("a rule");
        assert_eq!(program.most(&[Estimated { name: "self", kind, bound: None }]), u64::MAX);
    }
}

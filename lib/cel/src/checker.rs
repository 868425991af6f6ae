//! The static check: which type each part of an expression has, and whether functions and fields are
//! there for it. Messages are those of upstream's compiler.
//!
//! Texts of JSON that stand for times, spans and bytes are known by their type alone: where one is
//! read, the expression is told to convert it.

use crate::ParseError;
use crate::ast::{Expr, Fold, FoldKind, Operator};
use crate::types::{OVERLOADS, Type};
use crate::value::{Constant, unescaped};

type Checked = Result<Type, ParseError>;

fn fail<T>(message: String) -> Result<T, ParseError> {
    Err(ParseError { message, place: None })
}

/// What the names in an expression stand for.
pub struct Checker {
    /// The innermost last.
    names: Vec<(String, Type)>,
    /// What open types have turned out to be.
    open: Vec<Option<Type>>,
    /// Where the expression stands that is being looked at.
    at: usize,
    /// What has been found wrong so far: what is wrong in one place does not hide another.
    wrong: Vec<ParseError>,
}

/// Checks an expression that uses these variables, and gives its type.
///
/// # Errors
/// Says all that does not fit, each with its place.
pub fn check(expr: &mut Expr, variables: &[(&str, Type)]) -> Result<Type, Vec<ParseError>> {
    let names = variables.iter().map(|(name, kind)| ((*name).to_string(), kind.clone())).collect();
    let mut checker = Checker { names, ..Checker::bare_of_names() };
    let kind = checker.expr(expr);
    if !checker.wrong.is_empty() {
        return Err(checker.wrong);
    }
    Ok(checker.known(&kind))
}

impl Checker {
    /// One that knows functions and fields, but no names.
    pub fn bare_of_names() -> Self {
        Self { names: Vec::new(), open: Vec::new(), at: 0, wrong: Vec::new() }
    }

    fn fresh(&mut self) -> Type {
        self.open.push(None);
        Type::Open(u32::try_from(self.open.len() - 1).unwrap_or(u32::MAX))
    }

    /// A type with what is known of its open ones.
    fn known(&self, kind: &Type) -> Type {
        match kind {
            Type::Open(number) => match self.open.get(*number as usize) {
                Some(Some(kind)) => self.known(kind),
                _ => kind.clone(),
            },
            Type::List(of) => Type::list(self.known(of)),
            Type::Optional(of) => Type::optional(self.known(of)),
            Type::Map(key, value) => Type::map(self.known(key), self.known(value)),
            other => other.clone(),
        }
    }

    /// Whether a value of one type can stand where the other is wanted.
    fn fits(&mut self, wanted: &Type, given: &Type) -> bool {
        let (wanted, given) = (self.known(wanted), self.known(given));
        match (&wanted, &given) {
            (Type::Open(a), Type::Open(b)) if a == b => true,
            (Type::Open(number), other) | (other, Type::Open(number)) => {
                if let Some(slot) = self.open.get_mut(*number as usize) {
                    *slot = Some(other.clone());
                }
                true
            }
            (Type::Dyn, _) | (_, Type::Dyn) => true,
            // What is an object, or of a library, may be absent.
            (
                Type::Null,
                Type::Object(_) | Type::Opaque(_) | Type::Duration | Type::Timestamp | Type::Optional(_),
            )
            | (
                Type::Object(_) | Type::Opaque(_) | Type::Duration | Type::Timestamp | Type::Optional(_),
                Type::Null,
            ) => true,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => self.fits(a, b),
            (Type::Map(a, b), Type::Map(c, d)) => self.fits(a, c) && self.fits(b, d),
            // An object that is written down is a map.
            (Type::Object(_), Type::Map(key, _)) | (Type::Map(key, _), Type::Object(_)) => {
                self.fits(&Type::Text, key)
            }
            (a, b) => a == b,
        }
    }

    /// What calling a function with these arguments gives.
    pub fn call(&mut self, name: &str, shown: &str, method: bool, arguments: &[Type]) -> Checked {
        let Some(overloads) = OVERLOADS.get(name) else { return Ok(Type::Dyn) };
        let mut results: Vec<Type> = Vec::new();
        for overload in
            overloads.iter().filter(|one| one.method == method && one.parameters.len() == arguments.len())
        {
            let before = self.open.clone();
            let own = [self.fresh(), self.fresh()];
            let fits = overload
                .parameters
                .iter()
                .zip(arguments)
                .all(|(wanted, given)| self.fits(&instance(wanted, &own), given));
            if fits {
                let result = self.known(&instance(&overload.result, &own));
                if !results.contains(&result) {
                    results.push(result);
                }
                // What follows from an argument that could be anything is not known.
                if arguments.iter().any(|given| matches!(self.known(given), Type::Dyn)) && overloads.len() > 1
                {
                    self.open = before;
                    continue;
                }
                break;
            }
            self.open = before;
        }
        match results.as_slice() {
            [] => {
                let mut types = arguments.iter().map(|kind| self.known(kind).to_string());
                let applied = if method {
                    let receiver = types.next().unwrap_or_default();
                    format!("{receiver}.({})", types.collect::<Vec<_>>().join(", "))
                } else {
                    format!("({})", types.collect::<Vec<_>>().join(", "))
                };
                fail(format!("found no matching overload for '{shown}' applied to '{applied}'"))
            }
            [one] => Ok(one.clone()),
            _ => Ok(Type::Dyn),
        }
    }

    fn note(&mut self, place: usize, message: String) {
        self.wrong.push(ParseError { message, place: Some(place) });
    }

    /// The type of an expression; of one that is wrong, any.
    fn expr(&mut self, expr: &mut Expr) -> Type {
        let outer = self.at;
        self.at = expr.take_place().unwrap_or(outer);
        let kind = self.bare(expr).unwrap_or_else(|error| {
            self.note(self.at, error.message);
            Type::Dyn
        });
        self.at = outer;
        let known = self.known(&kind);
        let is_read = matches!(expr, Expr::Select { .. } | Expr::Index { .. } | Expr::Ident(_));
        if is_read && matches!(known, Type::Duration | Type::Timestamp | Type::Bytes) {
            let inner = std::mem::replace(expr, Expr::Constant(Constant::Null));
            *expr = Expr::Read(known, Box::new(inner));
        }
        kind
    }

    fn bare(&mut self, expr: &mut Expr) -> Checked {
        if let Some(kind) = type_of_name(expr) {
            expr.take_places();
            return Ok(kind);
        }
        match expr {
            // Taken away by whoever calls.
            Expr::At(_, inner) => self.bare(inner),
            Expr::Constant(constant) => Ok(match constant {
                Constant::Null => Type::Null,
                Constant::Bool(_) => Type::Bool,
                Constant::Int(_) => Type::Int,
                Constant::UInt(_) => Type::UInt,
                Constant::Double(_) => Type::Double,
                Constant::Text(_) => Type::Text,
                Constant::Bytes(_) => Type::Bytes,
            }),
            Expr::Ident(name) => match self.names.iter().rev().find(|(known, _)| known == name) {
                Some((_, kind)) => Ok(kind.clone()),
                None if crate::value::TYPES.contains(&name.as_str()) => Ok(Type::Type),
                None => fail(format!("undeclared reference to '{name}' (in container '')")),
            },
            Expr::Read(kind, _) => Ok(kind.clone()),
            Expr::Select { from, field, optional } => {
                let from = self.expr(from);
                // A variable with a dot in its name.
                if self.known(&from) == crate::types::AUTHORIZER && field == "requestResource" {
                    return Ok(crate::types::RESOURCE_CHECK);
                }
                let (kind, was_optional) = self.field(&from, field)?;
                Ok(if *optional || was_optional { Type::optional(kind) } else { kind })
            }
            Expr::Has { from, field } => {
                let from = self.expr(from);
                self.field(&from, field)?;
                Ok(Type::Bool)
            }
            Expr::Index { from, index, optional } => {
                let (from, index) = (self.expr(from), self.expr(index));
                let kind = self.call("_[_]", "_[_]", false, &[from, index])?;
                Ok(if *optional && !matches!(kind, Type::Optional(_)) { Type::optional(kind) } else { kind })
            }
            Expr::Call { target, function, arguments } => {
                let library = match target.as_deref().map(Expr::placeless) {
                    Some(Expr::Ident(name))
                        if !self.names.iter().any(|(known, _)| known == name)
                            && crate::functions::knows(&format!("{name}.{function}")) =>
                    {
                        Some(name.clone())
                    }
                    _ => None,
                };
                if let (Some(target), Some(_)) = (target.as_mut(), &library) {
                    target.take_places();
                }
                let mut types = Vec::with_capacity(arguments.len() + 1);
                if let (Some(target), None) = (target.as_mut(), &library) {
                    types.push(self.expr(target));
                }
                for argument in arguments.iter_mut() {
                    // What is printed need not be of one type.
                    if function == "format" && matches!(argument.placeless(), Expr::List(_)) {
                        argument.take_place();
                        if let Expr::List(items) = argument {
                            for (item, _) in items {
                                self.expr(item);
                            }
                        }
                        types.push(Type::list(Type::Dyn));
                    } else {
                        types.push(self.expr(argument));
                    }
                }
                let method = target.is_some() && library.is_none();
                let name =
                    library.map_or_else(|| function.clone(), |library| format!("{library}.{function}"));
                if !crate::functions::knows(&name) {
                    return fail(format!("undeclared reference to '{name}' (in container '')"));
                }
                self.call(&name, &name, method, &types)
            }
            Expr::Not(inner) => {
                let inner = self.expr(inner);
                self.call("!_", "!_", false, &[inner])
            }
            Expr::Negate(inner) => {
                let inner = self.expr(inner);
                self.call("-_", "-_", false, &[inner])
            }
            Expr::Binary(operator, a, b) => {
                let types = [self.expr(a), self.expr(b)];
                let (name, shown) = operator_name(*operator);
                self.call(name, shown, false, &types)
            }
            Expr::Conditional(condition, yes, no) => {
                let condition = self.expr(condition);
                let (yes, no) = (self.expr(yes), self.expr(no));
                if !self.fits(&Type::Bool, &condition) || !self.fits(&yes, &no) {
                    let types = [condition, yes, no].map(|kind| self.known(&kind).to_string()).join(", ");
                    return fail(format!("found no matching overload for '_?_:_' applied to '({types})'"));
                }
                Ok(if matches!(yes, Type::Null | Type::Dyn) { no } else { yes })
            }
            Expr::List(items) => {
                let mut of = None;
                for (item, optional) in items {
                    let (kind, place) = self.placed(item);
                    let kind = if *optional { self.inside(kind) } else { kind };
                    of = Some(self.same(of, kind, place));
                }
                let of = of.unwrap_or_else(|| self.fresh());
                Ok(Type::list(of))
            }
            Expr::Map(entries) => {
                let (mut keys, mut values) = (None, None);
                for (key, value, optional) in entries {
                    let (key, place) = self.placed(key);
                    keys = Some(self.same(keys, key, place));
                    let (value, place) = self.placed(value);
                    let value = if *optional { self.inside(value) } else { value };
                    values = Some(self.same(values, value, place));
                }
                let key = keys.unwrap_or_else(|| self.fresh());
                let value = values.unwrap_or_else(|| self.fresh());
                Ok(Type::map(key, value))
            }
            // Objects of patches: their fields are checked against the schema when they are merged.
            Expr::Message(_, fields) => {
                for (_, value, _) in fields {
                    self.expr(value);
                }
                Ok(Type::Dyn)
            }
            Expr::Fold(fold) => self.fold(fold),
            Expr::Bind { name, value, body } => {
                let value = self.expr(value);
                Ok(self.with(vec![(name.clone(), value)], |own| own.expr(body)))
            }
            Expr::OptMap { from, name, body, flat } => {
                let from = self.expr(from);
                let inner = self.fresh();
                if !self.fits(&Type::optional(inner.clone()), &from) {
                    let shown = if *flat { "optFlatMap" } else { "optMap" };
                    let from = self.known(&from);
                    return fail(format!("found no matching overload for '{shown}' applied to '{from}.()'"));
                }
                let kind = self.with(vec![(name.clone(), inner)], |own| own.expr(body));
                Ok(if *flat { kind } else { Type::optional(kind) })
            }
        }
    }

    fn with(&mut self, names: Vec<(String, Type)>, work: impl FnOnce(&mut Self) -> Type) -> Type {
        let before = self.names.len();
        self.names.extend(names);
        let outcome = work(self);
        self.names.truncate(before);
        outcome
    }

    /// An expression's type and place.
    fn placed(&mut self, expr: &mut Expr) -> (Type, usize) {
        let place = if let Expr::At(place, _) = expr { *place } else { self.at };
        (self.expr(expr), place)
    }

    /// Elements of a literal have one type.
    fn same(&mut self, so_far: Option<Type>, next: Type, place: usize) -> Type {
        let Some(so_far) = so_far else { return next };
        if matches!(self.known(&so_far), Type::Dyn) || matches!(self.known(&next), Type::Dyn) {
            return Type::Dyn;
        }
        if self.fits(&so_far, &next) {
            return if so_far == Type::Null { next } else { so_far };
        }
        let (wanted, found) = (self.known(&so_far), self.known(&next));
        self.note(place, format!("expected type '{wanted}' but found '{found}'"));
        so_far
    }

    /// What an optional value may hold.
    fn inside(&self, kind: Type) -> Type {
        match self.known(&kind) {
            Type::Optional(of) => (*of).clone(),
            other => other,
        }
    }

    /// The type of a field, and whether the object may be absent.
    pub fn field(&mut self, from: &Type, field: &str) -> Result<(Type, bool), ParseError> {
        match self.known(from) {
            Type::Dyn | Type::Open(_) => Ok((Type::Dyn, false)),
            Type::Optional(of) => Ok((self.field(&of, field)?.0, true)),
            Type::Map(key, value) if self.fits(&Type::Text, &key) => Ok(((*value).clone(), false)),
            Type::Object(object) => {
                let found = object.fields.get(field);
                let found = found.or_else(|| object.fields.get(&unescaped(field)?));
                match found {
                    Some(kind) => Ok((kind.clone(), false)),
                    None => fail(format!("undefined field '{field}'")),
                }
            }
            other => fail(format!("type '{other}' does not support field selection")),
        }
    }

    fn fold(&mut self, fold: &mut Fold) -> Checked {
        let (range, place) = self.placed(&mut fold.range);
        let (key, value, is_list) = match self.known(&range) {
            Type::List(of) => (Type::Int, (*of).clone(), true),
            Type::Map(key, value) => ((*key).clone(), (*value).clone(), false),
            Type::Object(_) => (Type::Text, Type::Dyn, false),
            Type::Dyn | Type::Open(_) => (Type::Dyn, Type::Dyn, true),
            other => {
                let why = "cannot be range of a comprehension (must be list, map, or dynamic)";
                self.note(place, format!("expression of type '{other}' {why}"));
                (Type::Dyn, Type::Dyn, true)
            }
        };
        let one = if is_list { value.clone() } else { key.clone() };
        let names = match fold.variables.as_slice() {
            [single] => vec![(single.clone(), one.clone())],
            [first, second] => vec![(first.clone(), key.clone()), (second.clone(), value.clone())],
            _ => return Ok(Type::Dyn),
        };
        let mut types = Vec::new();
        for step in &mut fold.steps {
            types.push(self.with(names.clone(), |own| own.expr(step)));
        }
        let last = types.last().cloned().unwrap_or(Type::Dyn);
        let is_test =
            matches!(fold.kind, FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne | FoldKind::Filter);
        let test = if is_test { Some(&last) } else { types.first().filter(|_| types.len() == 2) };
        if let Some(test) = test.cloned()
            && !self.fits(&Type::Bool, &test)
        {
            // The operator that the macro stands for does not take it.
            let test = self.known(&test);
            let list = Type::list(self.known(if types.len() == 2 { &last } else { &one }));
            let (operator, types) = match fold.kind {
                FoldKind::All => ("_&&_", format!("bool, {test}")),
                FoldKind::Exists => ("_||_", format!("bool, {test}")),
                FoldKind::ExistsOne => ("_?_:_", format!("{test}, int, int")),
                FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                    let map = Type::map(self.known(&key), self.known(&last));
                    ("_?_:_", format!("{test}, {map}, {map}"))
                }
                _ => ("_?_:_", format!("{test}, {list}, {list}")),
            };
            return fail(format!("found no matching overload for '{operator}' applied to '({types})'"));
        }
        Ok(match fold.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => Type::Bool,
            FoldKind::Filter => Type::list(one),
            FoldKind::SortBy => range,
            FoldKind::Map | FoldKind::TransformList => Type::list(last),
            FoldKind::TransformMap => Type::map(key, last),
            FoldKind::TransformMapEntry => last,
        })
    }
}

/// A type of the table with its own open types.
fn instance(kind: &Type, own: &[Type; 2]) -> Type {
    match kind {
        Type::Open(number) => own.get(*number as usize).cloned().unwrap_or(Type::Dyn),
        Type::List(of) => Type::list(instance(of, own)),
        Type::Optional(of) => Type::optional(instance(of, own)),
        Type::Map(key, value) => Type::map(instance(key, own), instance(value, own)),
        other => other.clone(),
    }
}

/// `google.protobuf.Timestamp` and `.Duration` are types.
pub fn type_of_name(expr: &Expr) -> Option<Type> {
    let Expr::Select { from, field, optional: false } = expr.placeless() else { return None };
    let Expr::Select { from, field: middle, optional: false } = from.placeless() else { return None };
    let is_name = matches!(from.placeless(), Expr::Ident(root) if root == "google")
        && middle == "protobuf"
        && matches!(field.as_str(), "Timestamp" | "Duration");
    is_name.then_some(Type::Type)
}

/// An operator in the table, and in messages.
pub fn operator_name(operator: Operator) -> (&'static str, &'static str) {
    match operator {
        Operator::Or => ("_||_", "_||_"),
        Operator::And => ("_&&_", "_&&_"),
        Operator::Less => ("order", "_<_"),
        Operator::LessEqual => ("order", "_<=_"),
        Operator::Greater => ("order", "_>_"),
        Operator::GreaterEqual => ("order", "_>=_"),
        Operator::Equal => ("_==_", "_==_"),
        Operator::NotEqual => ("_!=_", "_!=_"),
        Operator::In => ("@in", "@in"),
        Operator::Add => ("_+_", "_+_"),
        Operator::Subtract => ("_-_", "_-_"),
        Operator::Multiply => ("_*_", "_*_"),
        Operator::Divide => ("_/_", "_/_"),
        Operator::Modulo => ("_%_", "_%_"),
    }
}

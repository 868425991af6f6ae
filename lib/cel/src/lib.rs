//! The Common Expression Language, as Kubernetes uses it in validation rules and admission
//! policies: parsed once, evaluated over JSON without a copy of it, with Kubernetes' libraries,
//! and with a budget that no evaluation can exceed.
//!
//! A program is checked for its types before it is used: [`Program::compile`].

mod ast;
mod checker;
mod cost;
mod eval;
mod functions;
mod lexer;
mod parser;
mod schema;
mod scope;
mod types;
mod value;

use std::collections::HashMap;

pub use cost::{Below, Bound, Estimated};
pub use eval::{Budget, EvalError};
pub use functions::authorizer::{Answer, Check, Permissions, Question};
pub use schema::type_of;
pub use scope::Scope;
pub use types::{AUTHORIZER, Fields, RESOURCE_CHECK, Type};
pub use value::{Key, RESERVED, Value};

/// An expression that can be evaluated.
#[derive(Clone, Debug)]
pub struct Program {
    root: ast::Expr,
}

/// Why an expression is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong; with the place in the text, as upstream's compiler shows it, where it is known.
    pub message: String,
    /// The place, in bytes, until it is shown.
    place: Option<usize>,
}

impl ParseError {
    fn syntax(place: usize, what: &str) -> Self {
        Self { message: format!("Syntax error: {what}"), place: Some(place) }
    }

    /// With its place shown: line, column, and the line itself with a mark below.
    fn shown(self, text: &str) -> Self {
        let Some(place) = self.place else { return self };
        let before = text.get(..place).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].chars().count();
        let line = text[start..].split('\n').next().unwrap_or_default().replace('\t', " ");
        let number = before.matches('\n').count() + 1;
        // What is wider than a letter has a wider mark below it.
        let mark = |c: char, wide: char, narrow: char| if c.len_utf8() > 1 { wide } else { narrow };
        let mut marks: String = line.chars().take(column).map(|c| mark(c, '\u{ff0e}', '.')).collect();
        marks.push(line.chars().nth(column).map_or('^', |c| mark(c, '\u{ff3e}', '^')));
        let message =
            format!("ERROR: <input>:{number}:{}: {}\n | {line}\n | {marks}", column + 1, self.message);
        Self { message, place: None }
    }

    /// Several in one, in the order of their places; at most a hundred are shown.
    fn all(mut wrong: Vec<Self>, text: &str) -> Self {
        const MOST: usize = 100;
        let more = wrong.len().saturating_sub(MOST);
        wrong.truncate(MOST);
        wrong.sort_by_key(|error| error.place);
        let mut lines: Vec<String> = wrong.into_iter().map(|error| error.shown(text).message).collect();
        if more > 0 {
            lines.push(format!("{more} more errors were truncated"));
        }
        Self { message: lines.join("\n"), place: None }
    }
}

/// The values of an evaluation's variables.
pub type Variables<'v> = HashMap<&'v str, Value<'v>>;

impl Program {
    /// Parses an expression that uses these variables.
    ///
    /// # Errors
    /// Fails on malformed expressions, unknown functions and unknown variables.
    pub fn parse(text: &str, variables: &[&str]) -> Result<Self, ParseError> {
        let variables: Vec<(&str, Type)> = variables.iter().map(|name| (*name, Type::Dyn)).collect();
        Self::compile(text, &variables).map(|(program, _)| program)
    }

    /// Parses an expression that uses variables of these types. Gives the type of what it comes to.
    ///
    /// # Errors
    /// Fails on malformed expressions, unknown functions, variables and fields, and on types that do
    /// not go together.
    pub fn compile(text: &str, variables: &[(&str, Type)]) -> Result<(Self, Type), ParseError> {
        let mut root = parser::parse(text).map_err(|error| error.shown(text))?;
        match checker::check(&mut root, variables) {
            Ok(kind) => Ok((Self { root }, kind)),
            Err(wrong) => Err(ParseError::all(wrong, text)),
        }
    }

    /// Evaluates the expression.
    ///
    /// # Errors
    /// Fails as CEL says: missing keys, types that do not go together, and a spent budget.
    pub fn evaluate<'v>(
        &self,
        variables: &Variables<'v>,
        budget: &mut Budget,
    ) -> Result<Value<'v>, EvalError> {
        eval::evaluate(&self.root, variables, budget)
    }

    /// What evaluating the expression costs at most, by the figures of upstream's estimate, with
    /// variables that get no larger than these.
    pub fn most(&self, variables: &[Estimated<'_>]) -> u64 {
        cost::most(&self.root, variables)
    }

    /// Whether the expression speaks of a variable.
    pub fn uses(&self, variable: &str) -> bool {
        fn walk(expr: &ast::Expr, variable: &str) -> bool {
            matches!(expr, ast::Expr::Ident(name) if name == variable)
                || expr.children().into_iter().any(|child| walk(child, variable))
        }
        walk(&self.root, variable)
    }
}

#[cfg(test)]
mod tests;

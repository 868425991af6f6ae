//! The Common Expression Language, as Kubernetes uses it in validation rules and admission
//! policies: parsed once, evaluated over JSON without a copy of it, with Kubernetes' libraries,
//! and with a budget that no evaluation can exceed.
//!
//! There is no static type check: what upstream's compiler refuses for its types fails here when
//! it is evaluated.

mod ast;
mod eval;
mod functions;
mod lexer;
mod parser;
mod value;

use std::collections::HashMap;

pub use eval::{Budget, EvalError};
pub use value::{Key, Value};

/// An expression that can be evaluated.
#[derive(Clone, Debug)]
pub struct Program {
    root: ast::Expr,
}

/// Why an expression is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, with the place.
    pub message: String,
}

/// The values of an evaluation's variables.
pub type Variables<'v> = HashMap<&'v str, Value<'v>>;

impl Program {
    /// Parses an expression that uses these variables.
    ///
    /// # Errors
    /// Fails on malformed expressions, unknown functions and unknown variables.
    pub fn parse(text: &str, variables: &[&str]) -> Result<Self, ParseError> {
        let root = parser::parse(text)?;
        let known: Vec<String> = variables.iter().map(ToString::to_string).collect();
        check(&root, &known)?;
        Ok(Self { root })
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

    /// Whether the expression speaks of a variable.
    pub fn uses(&self, variable: &str) -> bool {
        fn walk(expr: &ast::Expr, variable: &str) -> bool {
            matches!(expr, ast::Expr::Ident(name) if name == variable)
                || expr.children().into_iter().any(|child| walk(child, variable))
        }
        walk(&self.root, variable)
    }
}

/// Refuses names that nothing stands for.
fn check(expr: &ast::Expr, known: &[String]) -> Result<(), ParseError> {
    use ast::Expr;
    let fail = |message: String| Err(ParseError { message });
    match expr {
        Expr::Ident(name) if known.contains(name) || value::TYPES.contains(&name.as_str()) => Ok(()),
        Expr::Ident(name) => fail(format!("undeclared reference to '{name}' (in container '')")),
        Expr::Call { target, function, arguments } => {
            // `math.greatest` and the like: a library's name, not a variable.
            let library = match target.as_deref() {
                Some(Expr::Ident(name)) if !known.contains(name) => Some(name.as_str()),
                _ => None,
            };
            let is_known = match library {
                Some(library) => functions::knows(&format!("{library}.{function}")),
                None => functions::knows(function),
            };
            if !is_known {
                let name =
                    library.map_or_else(|| function.clone(), |library| format!("{library}.{function}"));
                return fail(format!("undeclared reference to '{name}' (in container '')"));
            }
            if let (Some(target), None) = (target, library) {
                check(target, known)?;
            }
            arguments.iter().try_for_each(|argument| check(argument, known))
        }
        Expr::Fold(fold) => {
            check(&fold.range, known)?;
            let mut inner = known.to_vec();
            inner.extend(fold.variables.iter().cloned());
            fold.steps.iter().try_for_each(|step| check(step, &inner))
        }
        Expr::Bind { name, value, body } => {
            check(value, known)?;
            let mut inner = known.to_vec();
            inner.push(name.clone());
            check(body, &inner)
        }
        Expr::OptMap { from, name, body, .. } => {
            check(from, known)?;
            let mut inner = known.to_vec();
            inner.push(name.clone());
            check(body, &inner)
        }
        other => other.children().into_iter().try_for_each(|child| check(child, known)),
    }
}

#[cfg(test)]
mod tests;

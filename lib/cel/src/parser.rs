//! From tokens to expressions; macros are expanded on the way.

use crate::ParseError;
use crate::ast::{Expr, Fold, FoldKind, Operator};
use crate::lexer::{Token, tokens};
use crate::value::Constant;

/// The deepest nesting.
const DEEPEST: usize = 100;
/// The longest expression.
const LONGEST: usize = 100_000;

/// Parses a whole expression.
pub fn parse(text: &str) -> Result<Expr> {
    if text.len() > LONGEST {
        return Err(ParseError {
            message: format!("expression is longer than {LONGEST} bytes"),
            place: None,
        });
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expr = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("the end")),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
}

type Result<T> = std::result::Result<T, ParseError>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |(_, at)| *at)
    }

    fn fail(&self, what: &str) -> ParseError {
        ParseError::syntax(self.place(), what)
    }

    fn unexpected(&self, wanted: &str) -> ParseError {
        let found = match self.peek() {
            Token::Ident(name) => format!("'{name}'"),
            Token::Sign(sign) => format!("'{sign}'"),
            Token::End => "the end".into(),
            Token::Int(n) | Token::UInt(n) => format!("'{n}'"),
            Token::Double(n) => format!("'{n}'"),
            Token::Text(text) => format!("{text:?}"),
            Token::Bytes(_) => "bytes".into(),
        };
        self.fail(&format!("mismatched input {found} expecting {wanted}"))
    }

    fn expression(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fail("expression is nested too deep"));
        }
        let condition = self.binary(0)?;
        let place = self.place();
        let expr = if self.takes("?") {
            let yes = self.binary(0)?;
            self.expect(":")?;
            let no = self.expression()?;
            at(place, Expr::Conditional(Box::new(condition), Box::new(yes), Box::new(no)))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        Some(match self.peek() {
            Token::Sign("||") => (Operator::Or, 1),
            Token::Sign("&&") => (Operator::And, 2),
            Token::Sign("<") => (Operator::Less, 3),
            Token::Sign("<=") => (Operator::LessEqual, 3),
            Token::Sign(">") => (Operator::Greater, 3),
            Token::Sign(">=") => (Operator::GreaterEqual, 3),
            Token::Sign("==") => (Operator::Equal, 3),
            Token::Sign("!=") => (Operator::NotEqual, 3),
            Token::Ident(word) if word == "in" => (Operator::In, 3),
            Token::Sign("+") => (Operator::Add, 4),
            Token::Sign("-") => (Operator::Subtract, 4),
            Token::Sign("*") => (Operator::Multiply, 5),
            Token::Sign("/") => (Operator::Divide, 5),
            Token::Sign("%") => (Operator::Modulo, 5),
            _ => return None,
        })
    }

    fn binary(&mut self, least: u8) -> Result<Expr> {
        let mut left = self.unary()?;
        while let Some((operator, power)) = self.operator().filter(|(_, power)| *power > least) {
            let place = self.place();
            self.at += 1;
            let right = self.binary(power)?;
            left = at(place, Expr::Binary(operator, Box::new(left), Box::new(right)));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fail("expression is nested too deep"));
        }
        let place = self.place();
        let expr = if self.takes("!") {
            at(place, Expr::Not(Box::new(self.unary()?)))
        } else if self.takes("-") {
            match self.peek() {
                // The smallest number has no positive counterpart.
                Token::Int(number) => {
                    let number =
                        i64::try_from(-i128::from(*number)).map_err(|_| self.fail("invalid int literal"))?;
                    self.at += 1;
                    self.members(at(place, Expr::Constant(Constant::Int(number))))?
                }
                _ => at(place, Expr::Negate(Box::new(self.unary()?))),
            }
        } else {
            let primary = self.primary()?;
            self.members(primary)?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn primary(&mut self) -> Result<Expr> {
        let place = self.place();
        let constant = |constant| Ok(at(place, Expr::Constant(constant)));
        match self.next() {
            Token::Int(number) => match i64::try_from(number) {
                Ok(number) => constant(Constant::Int(number)),
                Err(_) => Err(self.fail("invalid int literal")),
            },
            Token::UInt(number) => constant(Constant::UInt(number)),
            Token::Double(number) => constant(Constant::Double(number)),
            Token::Text(text) => constant(Constant::Text(text.into())),
            Token::Bytes(bytes) => constant(Constant::Bytes(bytes.into())),
            Token::Ident(word) => match word.as_str() {
                "true" => constant(Constant::Bool(true)),
                "false" => constant(Constant::Bool(false)),
                "null" => constant(Constant::Null),
                _ => self.named(word),
            },
            Token::Sign("(") => {
                let expr = self.expression()?;
                self.expect(")")?;
                Ok(expr)
            }
            // A leading dot names the root's scope, which is the only one.
            Token::Sign(".") => match self.next() {
                Token::Ident(word) => self.named(word),
                _ => {
                    self.at -= 1;
                    Err(self.unexpected("a name"))
                }
            },
            Token::Sign(open @ ("[" | "[?")) => {
                let mut items = Vec::new();
                let mut optional = open == "[?";
                if !optional && self.takes("]") {
                    return Ok(at(place, Expr::List(items)));
                }
                loop {
                    optional |= self.takes("?");
                    items.push((self.expression()?, optional));
                    optional = false;
                    if !self.takes(",") {
                        break;
                    }
                    if *self.peek() == Token::Sign("]") {
                        break;
                    }
                }
                self.expect("]")?;
                Ok(at(place, Expr::List(items)))
            }
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.takes("}") {
                    let optional = self.takes("?");
                    let key = self.expression()?;
                    self.expect(":")?;
                    entries.push((key, self.expression()?, optional));
                    if !self.takes(",") {
                        self.expect("}")?;
                        break;
                    }
                }
                Ok(at(place, Expr::Map(entries)))
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("an expression"))
            }
        }
    }

    /// A name, which was just read, and what it begins.
    fn named(&mut self, word: String) -> Result<Expr> {
        let own = self.tokens.get(self.at - 1).map_or(0, |(_, at)| *at);
        let place = self.place();
        if self.takes("(") {
            let arguments = self.arguments()?;
            return Ok(at(place, self.call(None, word, arguments)?));
        }
        if *self.peek() == Token::Sign("{") {
            return self.message(word);
        }
        Ok(at(own, Expr::Ident(word)))
    }

    fn message(&mut self, name: String) -> Result<Expr> {
        let place = self.place();
        self.expect("{")?;
        let mut fields = Vec::new();
        while !self.takes("}") {
            let optional = self.takes("?");
            let Token::Ident(field) = self.next() else {
                self.at -= 1;
                return Err(self.unexpected("a field"));
            };
            self.expect(":")?;
            fields.push((field, self.expression()?, optional));
            if !self.takes(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(at(place, Expr::Message(name, fields)))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.takes(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if !self.takes(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn members(&mut self, mut expr: Expr) -> Result<Expr> {
        let mut length = 0;
        loop {
            length += 1;
            if length > DEEPEST * 10 {
                return Err(self.fail("expression is nested too deep"));
            }
            let place = self.place();
            if self.takes(".") {
                let optional = self.takes("?");
                let Token::Ident(name) = self.next() else {
                    self.at -= 1;
                    return Err(self.unexpected("a name"));
                };
                let open = self.place();
                if !optional && self.takes("(") {
                    let arguments = self.arguments()?;
                    expr = at(open, self.call(Some(expr), name, arguments)?);
                    continue;
                }
                // `Object.spec{…}`: a type's name has dots.
                if *self.peek() == Token::Sign("{")
                    && let Some(path) = type_name(&expr)
                {
                    expr = self.message(format!("{path}.{name}"))?;
                    continue;
                }
                expr = at(place, Expr::Select { from: Box::new(expr), field: name, optional });
            } else if *self.peek() == Token::Sign("[") || *self.peek() == Token::Sign("[?") {
                let optional = self.next() == Token::Sign("[?");
                let index = self.expression()?;
                self.expect("]")?;
                expr = at(place, Expr::Index { from: Box::new(expr), index: Box::new(index), optional });
            } else {
                return Ok(expr);
            }
        }
    }

    /// A call, or the macro that it is.
    fn call(&self, target: Option<Expr>, function: String, arguments: Vec<Expr>) -> Result<Expr> {
        let name = |expr: &Expr| match expr.placeless() {
            Expr::Ident(name) => Ok(name.clone()),
            _ => Err(self.fail("argument must be a simple name")),
        };
        match (target.as_ref().map(Expr::placeless), function.as_str(), arguments.as_slice()) {
            (None, "has", [argument]) => {
                return match argument.placeless() {
                    Expr::Select { from, field, optional: false } => {
                        Ok(Expr::Has { from: from.clone(), field: field.clone() })
                    }
                    _ => Err(self.fail("invalid argument to has() macro")),
                };
            }
            (Some(Expr::Ident(library)), "bind", [variable, value, body]) if library == "cel" => {
                return Ok(Expr::Bind {
                    name: name(variable)?,
                    value: Box::new(value.clone()),
                    body: Box::new(body.clone()),
                });
            }
            (Some(_), "optMap" | "optFlatMap", [variable, body]) => {
                return Ok(Expr::OptMap {
                    from: Box::new(target.clone().unwrap_or(Expr::Constant(Constant::Null))),
                    name: name(variable)?,
                    body: Box::new(body.clone()),
                    flat: function == "optFlatMap",
                });
            }
            _ => {}
        }
        let Some(range) = target else { return Ok(Expr::Call { target: None, function, arguments }) };
        let kind = match (function.as_str(), arguments.len()) {
            ("all", 2 | 3) => Some((FoldKind::All, arguments.len() - 1)),
            ("exists", 2 | 3) => Some((FoldKind::Exists, arguments.len() - 1)),
            ("exists_one" | "existsOne", 2 | 3) => Some((FoldKind::ExistsOne, arguments.len() - 1)),
            ("filter", 2) => Some((FoldKind::Filter, 1)),
            ("map", 2 | 3) => Some((FoldKind::Map, 1)),
            ("transformList", 3 | 4) => Some((FoldKind::TransformList, 2)),
            ("transformMap", 3 | 4) => Some((FoldKind::TransformMap, 2)),
            ("transformMapEntry", 3 | 4) => Some((FoldKind::TransformMapEntry, 2)),
            ("sortBy", 2) => Some((FoldKind::SortBy, 1)),
            _ => None,
        };
        let Some((kind, count)) = kind else {
            return Ok(Expr::Call { target: Some(Box::new(range)), function, arguments });
        };
        let variables = arguments[..count].iter().map(name).collect::<Result<Vec<_>>>()?;
        let steps = arguments[count..].to_vec();
        Ok(Expr::Fold(Box::new(Fold { kind, range, variables, steps })))
    }
}

fn at(place: usize, expr: Expr) -> Expr {
    Expr::At(place, Box::new(expr))
}

/// The path of a type's name, such as `Object.spec`.
fn type_name(expr: &Expr) -> Option<String> {
    match expr.placeless() {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select { from, field, optional: false } => Some(format!("{}.{field}", type_name(from)?)),
        _ => None,
    }
}

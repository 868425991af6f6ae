//! From text to nodes.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::functions;

/// A template and those that it defines.
#[derive(Debug, Default)]
pub struct Set {
    pub main: Vec<Node>,
    pub named: BTreeMap<String, Vec<Node>>,
}

/// One piece of a template.
#[derive(Clone, Debug)]
pub enum Node {
    Text(String),
    /// Prints, or (with variables) only assigns.
    Action(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Template(String, Option<Pipeline>),
    Break,
    Continue,
}

/// `$x, $y := a | b | c`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub variables: Vec<String>,
    /// `:=` rather than `=`.
    pub declares: bool,
    pub commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub enum Operand {
    Constant(Value),
    Function(String),
    Dot,
    /// Fields after something.
    Fields(Box<Operand>, Vec<String>),
    Variable(String),
    Nested(Pipeline),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Field(String),
    Variable(String),
    Constant(Value),
    Symbol(&'static str),
    Space,
}

enum Piece {
    Text(String),
    Action(Vec<Token>),
}

/// Reads a whole template.
pub fn parse(text: &str) -> Result<Set> {
    let pieces = split(text)?;
    let mut set = Set::default();
    let mut parser = Parser { pieces: pieces.into_iter(), set: &mut set, loops: 0 };
    let (main, ended) = parser.nodes()?;
    if ended.is_some() {
        bail!("unexpected {{{{end}}}}");
    }
    set.main = main;
    check(&set.main, &set)?;
    for nodes in set.named.values() {
        check(nodes, &set)?;
    }
    Ok(set)
}

fn check(nodes: &[Node], set: &Set) -> Result<()> {
    for node in nodes {
        match node {
            Node::Template(name, _) if !set.named.contains_key(name) => {
                bail!("template {name:?} not defined")
            }
            Node::If(_, a, b) | Node::With(_, a, b) | Node::Range(_, a, b) => {
                check(a, set)?;
                check(b, set)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn split(text: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trim = false;
    loop {
        let Some(open) = rest.find("{{") else {
            let tail = if trim { rest.trim_start() } else { rest };
            pieces.push(Piece::Text(tail.into()));
            return Ok(pieces);
        };
        let mut before = &rest[..open];
        if trim {
            before = before.trim_start();
        }
        let mut inner = &rest[open + 2..];
        if let Some(after) =
            inner.strip_prefix('-').filter(|after| after.starts_with([' ', '\t', '\n', '\r']))
        {
            before = before.trim_end();
            inner = after;
        }
        pieces.push(Piece::Text(before.into()));
        if let Some(comment) = inner.trim_start().strip_prefix("/*") {
            let close = comment.find("*/").context("unclosed comment")?;
            let after = comment[close + 2..].trim_start();
            (rest, trim) = match (after.strip_prefix("-}}"), after.strip_prefix("}}")) {
                (Some(after), _) => (after, true),
                (None, Some(after)) => (after, false),
                _ => bail!("comment ends before closing delimiter"),
            };
            continue;
        }
        let (tokens, used, trims) = tokens(inner)?;
        pieces.push(Piece::Action(tokens));
        rest = &inner[used..];
        trim = trims;
    }
}

/// The tokens up to `}}`, how many bytes they took, and whether what follows is trimmed.
fn tokens(text: &str) -> Result<(Vec<Token>, usize, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    let name_length =
        |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    loop {
        let rest = &text[at..];
        let Some(letter) = rest.chars().next() else { bail!("unclosed action") };
        if rest.starts_with("}}") {
            return Ok((found, at + 2, false));
        }
        if letter.is_whitespace() {
            let blanks = rest.len() - rest.trim_start().len();
            if rest[blanks..].starts_with("-}}") {
                return Ok((found, at + blanks + 3, true));
            }
            found.push(Token::Space);
            at += blanks;
            continue;
        }
        let symbol = [":=", "=", "|", "(", ")", ","].into_iter().find(|symbol| rest.starts_with(symbol));
        if let Some(symbol) = symbol {
            found.push(Token::Symbol(symbol));
            at += symbol.len();
        } else if letter == '"' {
            let mut length = 1;
            let mut escaped = false;
            loop {
                let Some(next) = rest[length..].chars().next() else { bail!("unterminated quoted string") };
                length += next.len_utf8();
                match next {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '"' => break,
                    '\n' => bail!("unterminated quoted string"),
                    _ => {}
                }
            }
            found.push(Token::Constant(unquote(&rest[1..length - 1])?.into()));
            at += length;
        } else if letter == '`' {
            let close = rest[1..].find('`').context("unterminated raw quoted string")?;
            found.push(Token::Constant(rest[1..1 + close].into()));
            at += close + 2;
        } else if letter == '\'' {
            let close = rest[1..].find('\'').context("unterminated character constant")?;
            let inner = unquote(&rest[1..1 + close])?;
            let code = inner.chars().next().context("malformed character constant")?;
            found.push(Token::Constant(u32::from(code).into()));
            at += close + 2;
        } else if letter == '$' {
            let length = name_length(&rest[1..]);
            found.push(Token::Variable(rest[..=length].into()));
            at += length + 1;
        } else if letter == '.' && !rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let length = name_length(&rest[1..]);
            found.push(Token::Field(rest[1..=length].into()));
            at += length + 1;
        } else if letter.is_ascii_digit() || "+-.".contains(letter) {
            let length =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c)).unwrap_or(rest.len());
            found.push(Token::Constant(number(&rest[..length])?));
            at += length;
        } else if letter.is_alphabetic() || letter == '_' {
            let length = name_length(rest);
            found.push(match &rest[..length] {
                "true" => Token::Constant(true.into()),
                "false" => Token::Constant(false.into()),
                "nil" => Token::Constant(Value::Null),
                word => Token::Word(word.into()),
            });
            at += length;
        } else {
            bail!("unexpected {letter:?} in command");
        }
    }
}

fn number(text: &str) -> Result<Value> {
    let plain = text.replace('_', "");
    let radix = |prefix: &str, radix| {
        plain.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, radix).ok())
    };
    if let Some(value) = radix("0x", 16).or(radix("0b", 2)).or(radix("0o", 8)) {
        return Ok(value.into());
    }
    if let Ok(value) = plain.parse::<i64>() {
        return Ok(value.into());
    }
    let value: f64 = plain.parse().ok().with_context(|| format!("bad number syntax: {text:?}"))?;
    Ok(value.into())
}

/// Go's escapes in an interpreted string.
fn unquote(text: &str) -> Result<String> {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('v') => out.push('\x0b'),
            Some(kind @ ('x' | 'u' | 'U')) => {
                let length = length_of(kind);
                let digits: String = letters.by_ref().take(length).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.context("invalid syntax in an escape")?);
            }
            Some(other @ ('\\' | '"' | '\'')) => out.push(other),
            _ => bail!("invalid syntax in an escape"),
        }
    }
    Ok(out)
}

fn length_of(kind: char) -> usize {
    match kind {
        'x' => 2,
        'u' => 4,
        _ => 8,
    }
}

/// How a list of nodes ended.
enum Ended {
    End,
    Else(Vec<Token>),
}

struct Parser<'a> {
    pieces: std::vec::IntoIter<Piece>,
    set: &'a mut Set,
    loops: usize,
}

impl Parser<'_> {
    /// Nodes up to `end`, `else` or the end of the text.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<Ended>)> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let tokens = match piece {
                Piece::Text(text) => {
                    if !text.is_empty() {
                        nodes.push(Node::Text(text));
                    }
                    continue;
                }
                Piece::Action(tokens) => trimmed(tokens),
            };
            let Some((first, rest)) = tokens.split_first() else { bail!("missing value for command") };
            let rest = trimmed(rest.to_vec());
            let word = match first {
                Token::Word(word) => word.as_str(),
                _ => "",
            };
            match word {
                "end" => return Ok((nodes, Some(Ended::End))),
                "else" => return Ok((nodes, Some(Ended::Else(rest)))),
                "if" => nodes.push(self.branch("if", rest)?),
                "with" => nodes.push(self.branch("with", rest)?),
                "range" => {
                    self.loops += 1;
                    let node = self.branch("range", rest);
                    self.loops -= 1;
                    nodes.push(node?);
                }
                "break" | "continue" if rest.is_empty() => {
                    if self.loops == 0 {
                        bail!("{{{{{word}}}}} outside {{{{range}}}}");
                    }
                    nodes.push(if word == "break" { Node::Break } else { Node::Continue });
                }
                "define" | "block" | "template" => {
                    let Some((Token::Constant(Value::String(name)), rest)) = rest.split_first() else {
                        bail!("missing template name in {word}")
                    };
                    let rest = trimmed(rest.to_vec());
                    let pipeline = if rest.is_empty() { None } else { Some(pipeline(&rest)?) };
                    if word != "template" {
                        let (inner, ended) = self.nodes()?;
                        if !matches!(ended, Some(Ended::End)) {
                            bail!("unexpected end of the text in {word} clause");
                        }
                        self.set.named.insert(name.clone(), inner);
                    }
                    if word != "define" {
                        nodes.push(Node::Template(name.clone(), pipeline));
                    }
                }
                _ => nodes.push(Node::Action(pipeline(&tokens)?)),
            }
        }
        Ok((nodes, None))
    }

    fn branch(&mut self, word: &str, tokens: Vec<Token>) -> Result<Node> {
        let condition = pipeline(&tokens).with_context(|| format!("in {word}"))?;
        let (then, ended) = self.nodes()?;
        let otherwise = match ended {
            Some(Ended::End) => Vec::new(),
            Some(Ended::Else(rest)) => match rest.split_first() {
                None => {
                    let (nodes, ended) = self.nodes()?;
                    if !matches!(ended, Some(Ended::End)) {
                        bail!("expected end; found another else, or the end of the text");
                    }
                    nodes
                }
                // `else if` shares the end of its `if`.
                Some((Token::Word(next), more)) if next == word && word != "range" => {
                    vec![self.branch(word, trimmed(more.to_vec()))?]
                }
                _ => bail!("unexpected words after else"),
            },
            None => bail!("unexpected EOF"),
        };
        Ok(match word {
            "if" => Node::If(condition, then, otherwise),
            "with" => Node::With(condition, then, otherwise),
            _ => Node::Range(condition, then, otherwise),
        })
    }
}

fn trimmed(mut tokens: Vec<Token>) -> Vec<Token> {
    while tokens.last() == Some(&Token::Space) {
        tokens.pop();
    }
    let blanks = tokens.iter().take_while(|token| **token == Token::Space).count();
    tokens.split_off(blanks)
}

fn pipeline(tokens: &[Token]) -> Result<Pipeline> {
    // Variables before `:=` or `=`.
    let mut depth = 0;
    let assign = tokens.iter().position(|token| {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(token, Token::Symbol(":=" | "="))
    });
    let (mut variables, mut declares, mut body) = (Vec::new(), false, tokens);
    if let Some(at) = assign {
        declares = tokens[at] == Token::Symbol(":=");
        for token in &tokens[..at] {
            match token {
                Token::Variable(name) => variables.push(name.clone()),
                Token::Symbol(",") | Token::Space => {}
                _ => bail!("unexpected words before {}", if declares { ":=" } else { "=" }),
            }
        }
        body = &tokens[at + 1..];
    }
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while at < body.len() {
        match &body[at] {
            Token::Symbol("|") => {
                commands.push(Vec::new());
                at += 1;
            }
            Token::Space => at += 1,
            _ => {
                let (operand, used) = operand(&body[at..])?;
                at += used;
                if let Some(command) = commands.last_mut() {
                    command.push(operand);
                }
            }
        }
    }
    if commands.iter().any(Vec::is_empty) {
        bail!("missing value for command");
    }
    Ok(Pipeline { variables, declares, commands })
}

fn operand(tokens: &[Token]) -> Result<(Operand, usize)> {
    let mut used = 1;
    let base = match &tokens[0] {
        Token::Constant(value) => Operand::Constant(value.clone()),
        Token::Variable(name) => Operand::Variable(name.clone()),
        Token::Field(name) if name.is_empty() => Operand::Dot,
        Token::Field(name) => Operand::Fields(Box::new(Operand::Dot), vec![name.clone()]),
        Token::Word(word) if functions::exists(word) => Operand::Function(word.clone()),
        Token::Word(word) => bail!("function {word:?} not defined"),
        Token::Symbol("(") => {
            let mut depth = 0;
            let close = tokens
                .iter()
                .position(|token| {
                    match token {
                        Token::Symbol("(") => depth += 1,
                        Token::Symbol(")") => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                })
                .context("unclosed left paren")?;
            used = close + 1;
            Operand::Nested(pipeline(&tokens[1..close])?)
        }
        Token::Symbol(symbol) => bail!("unexpected {symbol:?} in operand"),
        Token::Space => bail!("missing value for command"),
    };
    let mut fields = Vec::new();
    while let Some(Token::Field(name)) =
        tokens.get(used).filter(|token| **token != Token::Field(String::new()))
    {
        fields.push(name.clone());
        used += 1;
    }
    Ok(match (base, fields.is_empty()) {
        (base, true) => (base, used),
        (Operand::Fields(base, mut first), false) => {
            first.append(&mut fields);
            (Operand::Fields(base, first), used)
        }
        (base, false) => (Operand::Fields(Box::new(base), fields), used),
    })
}

//! From tokens to nodes, with the complaints of Go's parser (package `text/template/parse`).

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::functions;
use super::lex::{Kind, Token, tokens};

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
    Template(Called),
    Break,
    Continue,
}

/// `{{template "name" pipeline}}`.
#[derive(Clone, Debug)]
pub struct Called {
    pub at: usize,
    pub name: String,
    pub data: Option<Pipeline>,
}

/// `$x, $y := a | b | c`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub at: usize,
    pub variables: Vec<String>,
    /// `:=` rather than `=`.
    pub declares: bool,
    pub commands: Vec<Call>,
}

/// A word and those that it is given.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: usize,
    pub words: Vec<Operand>,
}

/// A word, and where it stands.
#[derive(Clone, Debug)]
pub struct Operand {
    pub at: usize,
    pub what: Word,
}

/// What a word can be.
#[derive(Clone, Debug)]
pub enum Word {
    /// A text, as it is written and as it is meant.
    Text(String, String),
    Number(String, Number),
    Bool(bool),
    Nil,
    Dot,
    Function(String),
    /// Fields of what is looked at.
    Fields(Vec<String>),
    /// A variable, and fields of it.
    Variable(String, Vec<String>),
    Nested(Pipeline),
    /// Fields of what a pipeline or a function gives.
    Chain(Box<Operand>, Vec<String>),
}

/// A number in a template.
#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    Float(f64),
    /// The imaginary part.
    Complex(f64),
}

impl Display for Called {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{{{{template {:?}", self.name)?;
        if let Some(data) = &self.data {
            write!(out, " {data}")?;
        }
        out.write_str("}}")
    }
}

impl Display for Pipeline {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.declares { ":=" } else { "=" };
            write!(out, "{} {sign} ", self.variables.join(", "))?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            write!(out, "{}{command}", if index > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl Display for Call {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (index, word) in self.words.iter().enumerate() {
            out.write_str(if index > 0 { " " } else { "" })?;
            match &word.what {
                Word::Nested(_) => write!(out, "({word})")?,
                _ => write!(out, "{word}")?,
            }
        }
        Ok(())
    }
}

impl Display for Operand {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let fields = |out: &mut Formatter<'_>, fields: &[String]| {
            fields.iter().try_for_each(|field| write!(out, ".{field}"))
        };
        match &self.what {
            Word::Text(written, _) | Word::Number(written, _) => out.write_str(written),
            Word::Bool(value) => write!(out, "{value}"),
            Word::Nil => out.write_str("nil"),
            Word::Dot => out.write_str("."),
            Word::Function(name) => out.write_str(name),
            Word::Fields(names) => fields(out, names),
            Word::Variable(name, names) => {
                out.write_str(name)?;
                fields(out, names)
            }
            Word::Nested(pipeline) => write!(out, "{pipeline}"),
            Word::Chain(base, names) => {
                match base.what {
                    Word::Nested(_) => write!(out, "({base})")?,
                    _ => write!(out, "{base}")?,
                }
                fields(out, names)
            }
        }
    }
}

/// Reads a whole template.
///
/// # Errors
/// As Go says it, with the template's name (kubectl's is `output`) and the line.
pub fn parse(text: &str) -> Result<Set, String> {
    let mut parser = Parser {
        tokens: tokens(text),
        at: 0,
        reached: 0,
        set: Set::default(),
        variables: vec!["$".into()],
        loops: 0,
        begun: 0,
    };
    let main = parser.main().map_err(|wrong| {
        // The line is that of the token that the parser had got to.
        let line = parser.tokens.get(parser.reached).map_or(1, |token| token.line);
        format!("template: {}:{line}: {wrong}", super::NAME)
    })?;
    parser.set.main = main;
    Ok(parser.set)
}

type Parsed<T> = Result<T, String>;

/// How a list of nodes ended.
enum Ended {
    End,
    Else,
}

impl Ended {
    fn shown(&self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

enum Piece {
    Node(Node),
    Ended(Ended),
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// The furthest token that was looked at.
    reached: usize,
    set: Set,
    /// The variables that are known here.
    variables: Vec<String>,
    loops: usize,
    /// The line on which the action under way began; 0 outside of one.
    begun: usize,
}

impl Parser {
    fn peek(&mut self) -> Token {
        let at = self.at.min(self.tokens.len() - 1);
        self.reached = at;
        self.tokens[at].clone()
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
    }

    fn peek_word(&mut self) -> Token {
        self.skip_space();
        self.peek()
    }

    fn next_word(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    fn unexpected(&self, token: &Token, place: &str) -> String {
        if token.kind != Kind::Error {
            return format!("unexpected {} in {place}", token.shown());
        }
        if self.begun == 0 || self.begun == token.line {
            return token.text.clone();
        }
        let begun = format!("{}:{}", super::NAME, self.begun);
        match token.text.strip_suffix(" action") {
            Some(_) => format!("{} started at {begun}", token.text),
            None => format!("{} in action started at {begun}", token.text),
        }
    }

    fn expect_close(&mut self, place: &str) -> Parsed<()> {
        let token = self.next_word();
        if token.kind == Kind::Close { Ok(()) } else { Err(self.unexpected(&token, place)) }
    }

    fn main(&mut self) -> Parsed<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            let token = self.peek();
            if token.kind == Kind::End {
                return Ok(nodes);
            }
            if token.kind == Kind::Open {
                let mark = self.at;
                self.next();
                if self.next_word().is("define") {
                    self.definition()?;
                    continue;
                }
                self.at = mark;
            }
            match self.piece()? {
                Piece::Node(node) => nodes.push(node),
                Piece::Ended(ended) => return Err(format!("unexpected {}", ended.shown())),
            }
        }
    }

    fn definition(&mut self) -> Parsed<()> {
        let place = "define clause";
        let name = self.next_word();
        let name = self.template_name(&name, place)?;
        self.expect_close(place)?;
        self.define(name, place)
    }

    /// Reads up to `end` what a name stands for. It knows nothing of what is around it.
    fn define(&mut self, name: String, place: &str) -> Parsed<()> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let loops = std::mem::take(&mut self.loops);
        let (nodes, ended) = self.list()?;
        (self.variables, self.loops) = (variables, loops);
        if let Ended::Else = ended {
            return Err(format!("unexpected {} in {place}", ended.shown()));
        }
        let is_empty = |nodes: &[Node]| {
            nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
        };
        match self.set.named.get(&name) {
            Some(there) if !is_empty(there) => {
                if !is_empty(&nodes) {
                    return Err(format!("template: multiple definition of template {name:?}"));
                }
            }
            _ => {
                self.set.named.insert(name, nodes);
            }
        }
        Ok(())
    }

    fn template_name(&mut self, token: &Token, place: &str) -> Parsed<String> {
        match token.kind {
            Kind::Quoted | Kind::Raw => unquote(&token.text),
            _ => Err(self.unexpected(token, place)),
        }
    }

    /// Nodes up to `end` or `else`.
    fn list(&mut self) -> Parsed<(Vec<Node>, Ended)> {
        let mut nodes = Vec::new();
        while self.peek_word().kind != Kind::End {
            match self.piece()? {
                Piece::Node(node) => nodes.push(node),
                Piece::Ended(ended) => return Ok((nodes, ended)),
            }
        }
        Err("unexpected EOF".into())
    }

    fn piece(&mut self) -> Parsed<Piece> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Piece::Node(Node::Text(token.text))),
            Kind::Open => {
                self.begun = token.line;
                let piece = self.action();
                if piece.is_ok() {
                    self.begun = 0;
                }
                piece
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Parsed<Piece> {
        let token = self.next_word();
        let keyword = if token.kind == Kind::Keyword { token.text.as_str() } else { "" };
        Ok(Piece::Node(match keyword {
            "block" => {
                let place = "block clause";
                let token = self.next_word();
                let name = self.template_name(&token, place)?;
                let data = self.pipeline(place, Kind::Close)?;
                self.define(name.clone(), place)?;
                Node::Template(Called { at: token.at, name, data: Some(data) })
            }
            "break" | "continue" => {
                let close = self.next_word();
                if close.kind != Kind::Close {
                    return Err(self.unexpected(&close, &format!("{{{{{keyword}}}}}")));
                }
                if self.loops == 0 {
                    return Err(format!("{{{{{keyword}}}}} outside {{{{range}}}}"));
                }
                if keyword == "break" { Node::Break } else { Node::Continue }
            }
            "else" => {
                let next = self.peek_word();
                if !next.is("if") && !next.is("with") {
                    self.expect_close("else")?;
                }
                return Ok(Piece::Ended(Ended::Else));
            }
            "end" => {
                self.expect_close("end")?;
                return Ok(Piece::Ended(Ended::End));
            }
            "if" | "with" | "range" => self.branch(keyword)?,
            "template" => {
                let place = "template clause";
                let token = self.next_word();
                let name = self.template_name(&token, place)?;
                let data = if self.peek_word().kind == Kind::Close {
                    self.next();
                    None
                } else {
                    Some(self.pipeline(place, Kind::Close)?)
                };
                Node::Template(Called { at: token.at, name, data })
            }
            _ => {
                self.at -= 1;
                Node::Action(self.pipeline("command", Kind::Close)?)
            }
        }))
    }

    fn branch(&mut self, keyword: &str) -> Parsed<Node> {
        let mark = self.variables.len();
        let condition = self.pipeline(keyword, Kind::Close)?;
        self.loops += usize::from(keyword == "range");
        let (then, ended) = self.list()?;
        self.loops -= usize::from(keyword == "range");
        let mut otherwise = Vec::new();
        if let Ended::Else = ended {
            if keyword != "range" && self.peek().is(keyword) {
                // It shares the end.
                self.next();
                otherwise.push(self.branch(keyword)?);
            } else {
                let (nodes, ended) = self.list()?;
                if let Ended::Else = ended {
                    return Err(format!("expected end; found {}", ended.shown()));
                }
                otherwise = nodes;
            }
        }
        self.variables.truncate(mark);
        Ok(match keyword {
            "if" => Node::If(condition, then, otherwise),
            "with" => Node::With(condition, then, otherwise),
            _ => Node::Range(condition, then, otherwise),
        })
    }

    fn pipeline(&mut self, place: &str, end: Kind) -> Parsed<Pipeline> {
        let at = self.peek_word().at;
        let mut pipeline = Pipeline { at, variables: Vec::new(), declares: true, commands: Vec::new() };
        while self.peek_word().kind == Kind::Variable {
            let mark = self.at;
            let variable = self.next().text;
            let next = self.peek_word();
            let is_comma = next.kind == Kind::Other && next.text == ",";
            if !is_comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
                self.at = mark;
                break;
            }
            self.next();
            self.variables.push(variable.clone());
            pipeline.variables.push(variable);
            if !is_comma {
                pipeline.declares = next.kind == Kind::Declare;
                break;
            }
            if place != "range" || pipeline.variables.len() > 1 {
                return Err(format!("too many declarations in {place}"));
            }
            if !matches!(self.peek_word().kind, Kind::Variable | Kind::Close | Kind::RightParen) {
                return Err("range can only initialize variables".into());
            }
        }
        loop {
            let token = self.next_word();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::Character
                | Kind::Number
                | Kind::Field
                | Kind::Identifier
                | Kind::Quoted
                | Kind::Raw
                | Kind::Variable
                | Kind::LeftParen => {}
                _ if token.is(".") || token.is("nil") => {}
                _ => return Err(self.unexpected(&token, place)),
            }
            self.at -= 1;
            let command = self.command()?;
            pipeline.commands.push(command);
        }
        if pipeline.commands.is_empty() {
            return Err(format!("missing value for {place}"));
        }
        for (index, command) in pipeline.commands.iter().enumerate().skip(1) {
            let is_value = |word: &Operand| {
                matches!(word.what, Word::Text(..) | Word::Number(..) | Word::Bool(_) | Word::Nil | Word::Dot)
            };
            if command.words.first().is_some_and(is_value) {
                return Err(format!("non executable command in pipeline stage {}", index + 1));
            }
        }
        Ok(pipeline)
    }

    fn command(&mut self) -> Parsed<Call> {
        let mut command = Call { at: self.peek_word().at, words: Vec::new() };
        loop {
            self.skip_space();
            command.words.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::Close | Kind::RightParen => self.at -= 1,
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if command.words.is_empty() {
            return Err("empty command".into());
        }
        Ok(command)
    }

    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        let at = self.peek().at;
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            fields.push(self.next().text[1..].to_string());
        }
        if fields.is_empty() {
            return Ok(Some(operand));
        }
        match &mut operand.what {
            Word::Fields(names) | Word::Variable(_, names) => {
                names.append(&mut fields);
                operand.at = at;
            }
            Word::Bool(_) | Word::Text(..) | Word::Number(..) | Word::Nil | Word::Dot => {
                return Err(format!("unexpected . after term {:?}", operand.to_string()));
            }
            _ => operand = Operand { at, what: Word::Chain(Box::new(operand), fields) },
        }
        Ok(Some(operand))
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.next_word();
        let what = match token.kind {
            Kind::Identifier if !functions::exists(&token.text) => {
                return Err(format!("function {:?} not defined", token.text));
            }
            Kind::Identifier => Word::Function(token.text),
            Kind::Keyword if token.text == "." => Word::Dot,
            Kind::Keyword if token.text == "nil" => Word::Nil,
            Kind::Variable if !self.variables.contains(&token.text) => {
                return Err(format!("undefined variable {:?}", token.text));
            }
            Kind::Variable => Word::Variable(token.text, Vec::new()),
            Kind::Field => Word::Fields(vec![token.text[1..].into()]),
            Kind::Bool => Word::Bool(token.text == "true"),
            Kind::Character => {
                let number = character(&token.text)
                    .ok_or_else(|| format!("malformed character constant: {}", token.text))?;
                Word::Number(token.text, Number::Int(number))
            }
            Kind::Number => {
                let number =
                    number(&token.text).ok_or_else(|| format!("illegal number syntax: {:?}", token.text))?;
                Word::Number(token.text, number)
            }
            Kind::LeftParen => Word::Nested(self.pipeline("parenthesized pipeline", Kind::RightParen)?),
            Kind::Quoted | Kind::Raw => {
                let meant = unquote(&token.text)?;
                Word::Text(token.text, meant)
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Operand { at: token.at, what }))
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(real) = text.strip_suffix('i') {
        return real.replace('_', "").parse().ok().map(Number::Complex);
    }
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let lower = digits.to_ascii_lowercase();
    let radix = |digits: &str, radix| i64::from_str_radix(&format!("{sign}{digits}"), radix).ok();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return radix(digits, base).map(Number::Int);
        }
    }
    if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|byte| byte.is_ascii_digit()) {
        return radix(&lower, 8).map(Number::Int);
    }
    match plain.parse() {
        Ok(number) => Some(Number::Int(number)),
        Err(_) => plain.parse().ok().map(Number::Float),
    }
}

fn character(text: &str) -> Option<i64> {
    let inner = text.get(1..text.len() - 1)?;
    let unescaped = unescape(inner, '\'')?;
    let mut letters = unescaped.chars();
    let letter = letters.next()?;
    letters.next().is_none().then(|| i64::from(u32::from(letter)))
}

/// A text in quotes, as it is meant.
fn unquote(text: &str) -> Parsed<String> {
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    if text.starts_with('`') {
        return Ok(inner.replace('\r', ""));
    }
    unescape(inner, '"').ok_or_else(|| "invalid syntax".into())
}

/// Go's escapes.
fn unescape(text: &str, quote: char) -> Option<String> {
    let mut out: Vec<u8> = Vec::new();
    let push = |out: &mut Vec<u8>, letter: char| {
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    };
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            push(&mut out, letter);
            continue;
        }
        let next = letters.next()?;
        let mut digits = |count: usize, radix, first: &str| {
            let more: String = letters.by_ref().take(count).collect();
            (more.chars().count() == count)
                .then(|| u32::from_str_radix(&format!("{first}{more}"), radix).ok())
                .flatten()
        };
        match next {
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'r' => out.push(b'\r'),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'v' => out.push(11),
            '\\' => out.push(b'\\'),
            'x' => out.push(u8::try_from(digits(2, 16, "")?).ok()?),
            'u' => push(&mut out, char::from_u32(digits(4, 16, "")?)?),
            'U' => push(&mut out, char::from_u32(digits(8, 16, "")?)?),
            '0'..='7' => out.push(u8::try_from(digits(2, 8, next.encode_utf8(&mut [0; 4]))?).ok()?),
            other if other == quote => push(&mut out, other),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

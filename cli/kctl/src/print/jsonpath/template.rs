//! Templates as kubectl reads them: letter by letter, so that what it refuses is refused here, in
//! its words. What is in one pair of braces is a chain, each link on what the one before found;
//! `range` and `end` are links, too.

use std::borrow::Cow;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{Found, Step, compare, one, printed};

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String),
    Number(Value),
    Identifier(String),
    Field(String),
    Wildcard,
    Recursive,
    /// Subscripts that are numbers.
    Array(Step),
    Union(Vec<Vec<Node>>),
    /// What is compared with what; without an operator, what must be there.
    Filter(Vec<Node>, Option<(String, Vec<Node>)>),
    /// The inside of braces.
    List(Vec<Node>),
}

/// A template that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Vec<Node>);

struct Parser {
    text: Vec<char>,
    at: usize,
    /// Where what is being read begins.
    start: usize,
}

/// Ends names.
fn ends(letter: Option<char>) -> bool {
    letter.is_none_or(|letter| letter.is_whitespace() || ".,[]$@{}".contains(letter))
}

impl Parser {
    fn new(text: &str) -> Self {
        Self { text: text.chars().collect(), at: 0, start: 0 }
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.text.get(self.at).copied();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn begins(&self, with: &str) -> bool {
        with.chars().enumerate().all(|(offset, letter)| self.text.get(self.at + offset) == Some(&letter))
    }

    fn consume(&mut self) -> String {
        let text = self.text[self.start..self.at].iter().collect();
        self.start = self.at;
        text
    }

    /// Text and braces, to the end.
    fn template(&mut self) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            if self.peek().is_none() || self.begins("{") {
                if self.at > self.start {
                    nodes.push(Node::Text(self.consume()));
                }
                if self.next().is_none() {
                    return Ok(nodes);
                }
                self.start = self.at;
                nodes.push(Node::List(self.action()?));
            } else {
                self.next();
            }
        }
    }

    /// The inside of braces, and the closing one.
    fn action(&mut self) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            if self.begins("}") {
                self.next();
                self.consume();
                return Ok(nodes);
            }
            if self.begins("[?(") {
                nodes.push(self.filter()?);
                continue;
            }
            if self.begins("..") {
                if nodes.last() == Some(&Node::Recursive) {
                    bail!("invalid multiple recursive descent");
                }
                self.at += 2;
                self.consume();
                nodes.push(Node::Recursive);
                if self.peek().is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
                    nodes.push(self.field());
                }
                continue;
            }
            match self.next() {
                None | Some('\n' | '\r') => bail!("unclosed action"),
                Some(' ' | '@' | '$') => {
                    self.consume();
                }
                Some('[') => self.array(&mut nodes)?,
                Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                Some('.') => nodes.push(self.field()),
                Some('+' | '-' | '0'..='9') => {
                    self.at -= 1;
                    nodes.push(self.number()?);
                }
                Some(letter) if letter.is_alphanumeric() || letter == '_' => {
                    self.at -= 1;
                    while !ends(self.peek()) {
                        self.next();
                    }
                    nodes.push(match self.consume().as_str() {
                        name @ ("true" | "false") => Node::Number((name == "true").into()),
                        name => Node::Identifier(name.into()),
                    });
                }
                Some(letter) => {
                    bail!("unrecognized character in action: U+{:04X} '{letter}'", u32::from(letter))
                }
            }
        }
    }

    fn field(&mut self) -> Node {
        self.consume();
        loop {
            match self.peek() {
                Some('\\') => {
                    self.next();
                    self.next();
                }
                letter if ends(letter) => break,
                _ => {
                    self.next();
                }
            }
        }
        match self.consume().as_str() {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        }
    }

    fn number(&mut self) -> Result<Node> {
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        while self.peek().is_some_and(|letter| letter == '.' || letter.is_numeric()) {
            self.next();
        }
        let text = self.consume();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Node::Number(number.into()));
        }
        match text.parse::<f64>() {
            Ok(number) => Ok(Node::Number(number.into())),
            Err(_) => bail!("cannot parse number {text}"),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Node> {
        loop {
            match self.next() {
                None | Some('\n') => bail!("unterminated quoted string"),
                Some(letter) if letter == quote && self.text[self.at - 2] != '\\' => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        match unquote(&text, quote) {
            Some(text) => Ok(Node::Text(text)),
            None => bail!("unquote string {text} error invalid syntax"),
        }
    }

    fn array(&mut self, nodes: &mut Vec<Node>) -> Result<()> {
        loop {
            match self.next() {
                None | Some('\n') => bail!("unterminated array"),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        let text = &text[1..text.len() - 1];
        let text = if text == "*" { ":" } else { text };
        let parts: Vec<&str> = text.split(',').collect();
        if parts.len() > 1 {
            let inside = |part: &&str| self::action(&format!("[{}]", part.trim_matches(' ')));
            nodes.push(Node::Union(parts.iter().map(inside).collect::<Result<_>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(key) = key.filter(|key| !key.contains('\'')) {
            nodes.extend(self::action(&format!(".{key}"))?);
            return Ok(());
        }
        nodes.push(Node::Array(bounds(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<Node> {
        self.at += "[?(".len();
        self.consume();
        // A parenthesis inside quotes is none.
        let (mut quote, mut closed) = (None, false);
        loop {
            match self.next() {
                None | Some('\n') => bail!("unterminated filter"),
                Some(letter @ ('"' | '\'')) => match quote {
                    None => quote = Some(letter),
                    Some(open) => closed |= letter == open && self.text[self.at - 2] != '\\',
                },
                Some(')') if quote.is_some() == closed => break,
                Some(_) => {}
            }
        }
        if self.next() != Some(']') {
            bail!("unclosed array expect ]");
        }
        let text = self.consume();
        let text = &text[..text.len() - 2];
        let operator = |letter: char| "!<>=".contains(letter);
        let parts = text.find(operator).filter(|at| *at > 0).and_then(|left| {
            let right = text[left..].find(|letter| !operator(letter)).map_or(text.len(), |at| left + at);
            // Something is left to compare with.
            let right = if right == text.len() { right - 1 } else { right };
            (right > left).then(|| (&text[..left], &text[left..right], &text[right..]))
        });
        let Some((left, operator, right)) = parts else { return Ok(Node::Filter(action(text)?, None)) };
        Ok(Node::Filter(action(left)?, Some((operator.into(), action(right)?))))
    }
}

/// What would be in braces.
fn action(text: &str) -> Result<Vec<Node>> {
    let nodes = Parser::new(&format!("{{{text}}}")).template()?;
    Ok(nodes
        .into_iter()
        .next()
        .map(|node| if let Node::List(nodes) = node { nodes } else { vec![node] })
        .unwrap_or_default())
}

/// `n`, `a:b` or `a:b:c`, each of them optional but in the first.
fn bounds(text: &str) -> Result<Step> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits =
        |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(digits) {
        bail!("invalid array index {text}");
    }
    let number = |part: &&str| -> Result<Option<i64>> {
        if part.is_empty() {
            return Ok(None);
        }
        part.parse().map(Some).map_err(|_| anyhow::anyhow!("array index {part} is not a number"))
    };
    let mut numbers = parts.iter().map(number);
    let mut next = || numbers.next().transpose().map(Option::flatten);
    let (start, end, step) = (next()?, next()?, next()?);
    Ok(match (parts.len(), start) {
        (1, Some(index)) => Step::Index(index),
        (1, None) => Step::Index(0),
        _ => Step::Slice(start, end, step),
    })
}

/// A string of Go in either kind of quotes.
fn unquote(text: &str, quote: char) -> Option<String> {
    let mut rest = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut out = String::new();
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        if letter == quote || letter == '\n' {
            return None;
        }
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let kind = rest.chars().next()?;
        let (length, radix) = match kind {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            '0'..='7' => (3, 8),
            _ => (0, 0),
        };
        if length == 0 {
            rest = &rest[kind.len_utf8()..];
            out.push(match kind {
                'a' => '\u{7}',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                '\\' => '\\',
                same if same == quote => quote,
                _ => return None,
            });
            continue;
        }
        // The letter that says what follows is no digit, but for octal ones.
        let begin = usize::from(radix == 16);
        let digits = rest.get(begin..begin + length)?;
        if !digits.chars().all(|digit| digit.is_digit(radix)) {
            return None;
        }
        rest = &rest[begin + length..];
        let code = u32::from_str_radix(digits, radix).ok().filter(|code| radix == 16 || *code < 256)?;
        out.push(char::from_u32(code)?);
    }
    Some(out)
}

/// Where ranges begin and end while a template is gone through.
#[derive(Default)]
struct Ranges {
    begun: usize,
    within: usize,
    ended: usize,
    /// The last one that ended.
    end: usize,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let nodes = Parser::new(text).template();
        nodes.map(Self).map_err(|error| anyhow::anyhow!("error parsing jsonpath {text}, {error}"))
    }

    /// What it makes of a value. With `strict`, what is not there is an error.
    ///
    /// # Errors
    /// Says which part can't be applied to the value.
    pub fn render(&self, root: &Value, strict: bool, form: Form) -> Result<String> {
        let mut walk = Walk { nodes: &self.0, strict, form, ranges: Ranges::default() };
        let mut out = String::new();
        walk.all(0, Some(Cow::Borrowed(root)), &mut out)?;
        Ok(out)
    }

    /// What all its parts find in a value.
    ///
    /// # Errors
    /// Says which part can't be applied to the value.
    pub fn find<'a>(&self, root: &'a Value) -> Result<Found<'a>> {
        let mut walk = Walk { nodes: &self.0, strict: false, form: Form::Text, ranges: Ranges::default() };
        let mut found = Vec::new();
        for node in &self.0 {
            found.extend(walk.node(node, vec![Cow::Borrowed(root)])?);
        }
        Ok(found)
    }
}

/// How what is found is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    /// What each part finds as a list.
    Json,
}

struct Walk<'n> {
    nodes: &'n [Node],
    strict: bool,
    form: Form,
    ranges: Ranges,
}

impl Walk<'_> {
    /// Everything from a node on, applied to one value, or to none.
    fn all<'a>(&mut self, from: usize, value: Option<Cow<'a, Value>>, out: &mut String) -> Result<()> {
        let nodes = self.nodes;
        let mut at = from;
        while at < nodes.len() {
            let found = self.node(&nodes[at], value.iter().cloned().collect())?;
            if self.ranges.ended > 0 && self.ranges.ended <= self.ranges.within {
                self.ranges.ended -= 1;
                self.ranges.end = at;
                break;
            }
            if self.ranges.begun > 0 {
                self.ranges.begun -= 1;
                self.ranges.within += 1;
                if found.is_empty() {
                    // So that its end is found; what it says meanwhile is not said.
                    self.all(at + 1, None, &mut String::new())?;
                }
                for value in found {
                    self.all(at + 1, Some(value), out)?;
                }
                self.ranges.within -= 1;
                // Then all goes on after the end that came last, if that is behind this.
                at = if self.ranges.end > at { self.ranges.end + 1 } else { at + 1 };
                continue;
            }
            out.push_str(&match self.form {
                Form::Text => found.iter().map(|value| printed(value)).collect::<Vec<_>>().join(" "),
                Form::Json => {
                    let list = found.into_iter().map(Cow::into_owned).collect();
                    crate::print::json::pretty(&crate::print::sorted(&Value::Array(list)))
                }
            });
            at += 1;
        }
        Ok(())
    }

    fn list<'a>(&mut self, nodes: &[Node], mut values: Found<'a>) -> Result<Found<'a>> {
        for node in nodes {
            values = self.node(node, values)?;
        }
        Ok(values)
    }

    fn node<'a>(&mut self, node: &Node, values: Found<'a>) -> Result<Found<'a>> {
        Ok(match node {
            Node::Text(text) => vec![Cow::Owned(Value::String(text.clone()))],
            Node::Number(number) => values.iter().map(|_| Cow::Owned(number.clone())).collect(),
            Node::List(nodes) => self.list(nodes, values)?,
            Node::Identifier(name) => {
                match name.as_str() {
                    "range" => self.ranges.begun += 1,
                    "end" if self.ranges.within > 0 => {
                        self.ranges.ended += 1;
                        return Ok(Vec::new());
                    }
                    "end" => bail!("not in range, nothing to end"),
                    _ => bail!("unrecognized identifier {name}"),
                }
                values
            }
            Node::Field(name) => {
                if values.is_empty() {
                    return Ok(values);
                }
                let found = each(&Step::Field(name.clone()), values)?;
                if found.is_empty() && self.strict {
                    bail!("{name} is not found");
                }
                found
            }
            Node::Wildcard => each(&Step::Any, values)?,
            Node::Recursive => each(&Step::Descend, values)?,
            Node::Array(step) => each(step, values)?,
            Node::Union(lists) => {
                let mut found = Vec::new();
                for list in lists {
                    found.extend(self.list(list, values.clone())?);
                }
                found
            }
            Node::Filter(left, right) => {
                let mut found = Vec::new();
                for list in values {
                    let inside = match &*list {
                        Value::Array(_) => each(&Step::Slice(None, None, None), vec![list])?,
                        Value::Null => continue,
                        other => {
                            let text = crate::print::gotemplate::text(other);
                            bail!("{text} is not array or slice and cannot be filtered")
                        }
                    };
                    for value in inside {
                        if self.holds(left, right.as_ref(), &value)? {
                            found.push(value);
                        }
                    }
                }
                found
            }
        })
    }

    fn holds(&mut self, left: &[Node], right: Option<&(String, Vec<Node>)>, value: &Value) -> Result<bool> {
        let only = |values: Found<'_>| match values.len() {
            0 => Ok(None),
            1 => Ok(values.into_iter().next().map(Cow::into_owned)),
            _ => bail!("can only compare one element at a time"),
        };
        let lefts = self.list(left, vec![Cow::Borrowed(value)])?;
        let Some((operator, right)) = right else { return Ok(!lefts.is_empty()) };
        let Some(left) = only(lefts)? else { return Ok(false) };
        let Some(right) = only(self.list(right, vec![Cow::Borrowed(value)])?)? else { return Ok(false) };
        if !matches!(operator.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">=") {
            bail!("unrecognized filter operator {operator}");
        }
        compare(&left, operator, &right)
    }
}

/// One step from each value.
fn each<'a>(step: &Step, values: Found<'a>) -> Result<Found<'a>> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Cow::Borrowed(value) => found.extend(one(step, value)?.into_iter().map(Cow::Borrowed)),
            Cow::Owned(value) => found.extend(one(step, &value)?.into_iter().cloned().map(Cow::Owned)),
        }
    }
    Ok(found)
}

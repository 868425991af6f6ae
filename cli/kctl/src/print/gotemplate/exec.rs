//! Walking the nodes, with the complaints of Go's package `text/template`.

use std::borrow::Cow;
use std::fmt::Display;

use serde_json::Value;

use super::functions;
use super::item::{Item, Val};
use super::parse::{Call, Called, Node, Number, Operand, Pipeline, Set, Word};

/// How deep templates may call templates.
const DEPTH: usize = 1000;

/// Renders the main template into `out`, which also has what came before an error.
///
/// # Errors
/// As Go says it: the template, the place and the words there.
pub fn render(set: &Set, text: &str, data: &Value, strict: bool, out: &mut String) -> Result<(), String> {
    let root = Item { val: Val::Json(Cow::Borrowed(data)), interface: false };
    let mut state = State {
        set,
        text,
        strict,
        name: super::NAME.into(),
        variables: vec![("$".into(), root.clone())],
        out,
        depth: 0,
        at: (0, &""),
    };
    state.nodes(&set.main, &root).map(drop)
}

struct State<'a> {
    set: &'a Set,
    text: &'a str,
    strict: bool,
    /// The template under way.
    name: String,
    variables: Vec<(String, Item<'a>)>,
    out: &'a mut String,
    depth: usize,
    /// What is worked on: where it stands, and how it reads.
    at: At<'a>,
}

/// Where something stands, and how it reads: written out when it is complained of.
type At<'a> = (usize, &'a dyn Display);

#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

type Outcome<T> = Result<T, String>;

impl<'a> State<'a> {
    /// The error, with its place.
    fn error<T>(&self, why: impl Display) -> Outcome<T> {
        let (at, what) = self.at;
        let before = &self.text[..at];
        let line = 1 + before.matches('\n').count();
        let column = at - before.rfind('\n').map_or(0, |newline| newline + 1);
        Err(format!(
            "template: {}:{line}:{column}: executing {:?} at <{what}>: {why}",
            super::NAME,
            self.name
        ))
    }

    fn nodes(&mut self, nodes: &'a [Node], dot: &Item<'a>) -> Outcome<Flow> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'a Node, dot: &Item<'a>) -> Outcome<Flow> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.out.push_str(&value.printed());
                }
            }
            Node::If(condition, then, otherwise) => {
                let mark = self.variables.len();
                let value = self.pipeline(condition, dot)?;
                let flow = self.nodes(if value.is_true() { then } else { otherwise }, dot);
                self.variables.truncate(mark);
                return flow;
            }
            Node::With(condition, then, otherwise) => {
                let mark = self.variables.len();
                let value = self.pipeline(condition, dot)?;
                let flow =
                    if value.is_true() { self.nodes(then, &value) } else { self.nodes(otherwise, dot) };
                self.variables.truncate(mark);
                return flow;
            }
            Node::Range(pipeline, body, otherwise) => {
                let mark = self.variables.len();
                let flow = self.range(pipeline, body, otherwise, dot);
                self.variables.truncate(mark);
                return flow;
            }
            Node::Template(called) => self.template(called, dot)?,
        }
        Ok(Flow::On)
    }

    fn template(&mut self, called: &'a Called, dot: &Item<'a>) -> Outcome<()> {
        self.at = (called.at, called);
        let set = self.set;
        let Some(nodes) = set.named.get(&called.name) else {
            return self.error(format!("template {:?} not defined", called.name));
        };
        if self.depth == DEPTH {
            return self.error(format!("exceeded maximum template depth ({DEPTH})"));
        }
        let data = match &called.data {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Item::NONE,
        };
        self.depth += 1;
        let variables = std::mem::replace(&mut self.variables, vec![("$".into(), data.clone())]);
        let name = std::mem::replace(&mut self.name, called.name.clone());
        self.nodes(nodes, &data)?;
        (self.variables, self.name) = (variables, name);
        self.depth -= 1;
        Ok(())
    }

    fn assign(&mut self, name: &str, value: Item<'a>) -> Outcome<()> {
        match self.variables.iter_mut().rev().find(|(held, _)| held == name) {
            Some(held) => {
                held.1 = value;
                Ok(())
            }
            None => self.error(format!("undefined variable: {name}")),
        }
    }

    fn range(
        &mut self,
        pipeline: &'a Pipeline,
        body: &'a [Node],
        otherwise: &'a [Node],
        dot: &Item<'a>,
    ) -> Outcome<Flow> {
        let over = self.pipeline(pipeline, dot)?;
        let several = pipeline.variables.len() > 1;
        let number = |index: usize| Item::of(Val::Int(i64::try_from(index).unwrap_or(i64::MAX)));
        let pairs: Vec<(Item<'a>, Item<'a>)> = match &over.val {
            Val::None | Val::Json(Cow::Borrowed(Value::Null) | Cow::Owned(Value::Null)) => Vec::new(),
            Val::Json(json) if json.is_array() => {
                (0..).map_while(|index| Some((number(index), over.nth(index)?))).collect()
            }
            Val::Json(json) if json.is_object() => {
                let mut keys: Vec<&String> =
                    json.as_object().into_iter().flat_map(|map| map.keys()).collect();
                keys.sort();
                keys.into_iter()
                    .map(|key| (Item::text(key.clone()), over.get(key).unwrap_or(Item::NONE)))
                    .collect()
            }
            Val::Json(json) if json.is_i64() => {
                if several {
                    return self.error(format!(
                        "can't use {} to iterate over more than one variable",
                        over.printed()
                    ));
                }
                let count = json.as_i64().unwrap_or_default();
                (0..count).map(|index| (Item::json(index), Item::json(index))).collect()
            }
            Val::Int(count) => {
                if several {
                    return self.error(format!("can't use {count} to iterate over more than one variable"));
                }
                (0..*count).map(|index| (Item::of(Val::Int(index)), Item::of(Val::Int(index)))).collect()
            }
            _ => return self.error(format!("range can't iterate over {}", over.printed())),
        };
        if pairs.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let mark = self.variables.len();
        for (key, value) in pairs {
            // The pipeline has declared the variables; each round sets them.
            let values = if several { vec![key, value.clone()] } else { vec![value.clone()] };
            for (name, value) in pipeline.variables.iter().zip(values) {
                self.assign(name, value)?;
            }
            let flow = self.nodes(body, &value)?;
            self.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline, dot: &Item<'a>) -> Outcome<Item<'a>> {
        self.at = (pipeline.at, pipeline);
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last)?.dug());
        }
        let value = last.unwrap_or(Item::NONE);
        for name in &pipeline.variables {
            if pipeline.declares {
                self.variables.push((name.clone(), value.clone()));
            } else {
                self.assign(name, value.clone())?;
            }
        }
        Ok(value)
    }

    fn command(&mut self, call: &'a Call, dot: &Item<'a>, last: Option<Item<'a>>) -> Outcome<Item<'a>> {
        let Some((first, rest)) = call.words.split_first() else { return Ok(Item::NONE) };
        let has_arguments = !rest.is_empty() || last.is_some();
        let refuse = |state: &Self| {
            if has_arguments {
                return state.error(format!("can't give argument to non-function {first}"));
            }
            Ok(())
        };
        match &first.what {
            Word::Fields(_) | Word::Chain(..) => self.word(first, dot, has_arguments),
            Word::Variable(_, fields) => {
                self.at = (first.at, first);
                if fields.is_empty() {
                    refuse(self)?;
                }
                self.word(first, dot, has_arguments)
            }
            Word::Function(name) => {
                self.at = (first.at, first);
                self.function(name, (call.at, call), rest, dot, last)
            }
            Word::Nested(pipeline) => {
                refuse(self)?;
                self.pipeline(pipeline, dot)
            }
            _ => {
                self.at = (first.at, first);
                refuse(self)?;
                if let Word::Nil = first.what {
                    return self.error("nil is not a command");
                }
                self.word(first, dot, false)
            }
        }
    }

    /// What a word stands for.
    fn word(&mut self, word: &'a Operand, dot: &Item<'a>, has_arguments: bool) -> Outcome<Item<'a>> {
        self.at = (word.at, word);
        Ok(match &word.what {
            Word::Text(_, meant) => Item::text(meant.clone()),
            Word::Number(_, Number::Int(number)) => Item::of(Val::Int(*number)),
            Word::Number(_, Number::Float(number)) => Item::json(*number),
            Word::Number(_, Number::Complex(part)) => Item::of(Val::Complex(*part)),
            Word::Bool(value) => Item::json(*value),
            Word::Nil => Item::NONE,
            Word::Dot => dot.clone(),
            Word::Function(name) => self.function(name, (word.at, word), &[], dot, None)?,
            Word::Fields(fields) => self.fields(dot.clone(), fields, has_arguments)?,
            Word::Variable(name, fields) => {
                let Some((_, value)) = self.variables.iter().rev().find(|(held, _)| held == name) else {
                    return self.error(format!("undefined variable: {name}"));
                };
                let value = value.clone();
                self.fields(value, fields, has_arguments)?
            }
            Word::Nested(pipeline) => self.pipeline(pipeline, dot)?,
            Word::Chain(base, fields) => {
                let value = self.word(base, dot, false)?;
                self.fields(value, fields, has_arguments)?
            }
        })
    }

    fn fields(&mut self, mut value: Item<'a>, fields: &[String], has_arguments: bool) -> Outcome<Item<'a>> {
        for (index, field) in fields.iter().enumerate() {
            value = match &value.val {
                Val::None if self.strict => {
                    return self.error(format!("nil data; no entry for key {field:?}"));
                }
                Val::None => Item::NONE,
                Val::Json(json) if json.is_null() => {
                    return self.error(format!("nil pointer evaluating {}.{field}", value.kind()));
                }
                Val::Json(json) if json.is_object() => {
                    if has_arguments && index + 1 == fields.len() {
                        return self.error(format!("{field} is not a method but has arguments"));
                    }
                    match value.get(field) {
                        Some(found) => found,
                        None if self.strict => {
                            return self.error(format!("map has no entry for key {field:?}"));
                        }
                        None => Item::NONE,
                    }
                }
                _ => return self.error(format!("can't evaluate field {field} in type {}", value.kind())),
            };
        }
        Ok(value)
    }

    fn function(
        &mut self,
        name: &str,
        call: At<'a>,
        words: &'a [Operand],
        dot: &Item<'a>,
        last: Option<Item<'a>>,
    ) -> Outcome<Item<'a>> {
        let (least, most) = functions::arity(name);
        let given = words.len() + usize::from(last.is_some());
        if most.is_none() && given < least {
            return self.error(format!("wrong number of args for {name}: want at least {least} got {given}"));
        }
        if most.is_some() && given != least {
            return self.error(format!("wrong number of args for {name}: want {least} got {given}"));
        }
        if matches!(name, "and" | "or") {
            // They look no further than they must.
            let mut value = Item::NONE;
            for word in words {
                value = self.word(word, dot, false)?.dug();
                if value.is_true() == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut arguments = Vec::with_capacity(given);
        for (index, word) in words.iter().enumerate() {
            let constant = matches!(word.what, Word::Number(..) | Word::Bool(_));
            let value = self.word(word, dot, false)?;
            if functions::wants_text(name, index) {
                if constant {
                    return self.error(format!("expected string; found {word}"));
                }
                if let Word::Nil = word.what {
                    return self.error("cannot assign nil to string");
                }
                self.check_text(&value)?;
            }
            // The bounds of a slice are the one place where Go does not look into what a map has.
            arguments.push(if name == "slice" && index > 0 { value } else { value.dug() });
        }
        if let Some(value) = last {
            if functions::wants_text(name, words.len()) {
                self.check_text(&value)?;
            }
            arguments.push(value);
        }
        let first = words.first().map(ToString::to_string).unwrap_or_default();
        functions::call(name, &first, &arguments).or_else(|why| {
            self.at = call;
            self.error(format!("error calling {name}: {why}"))
        })
    }

    fn check_text(&self, value: &Item<'a>) -> Outcome<()> {
        let value = value.clone().dug();
        match &value.val {
            Val::None => self.error("invalid value; expected string"),
            Val::Json(json) if json.is_string() => Ok(()),
            _ => self.error(format!("wrong type for value; expected string; got {}", value.kind())),
        }
    }
}

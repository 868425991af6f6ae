//! Walking the nodes.

use std::borrow::Cow;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::functions;
use super::parse::{Node, Operand, Pipeline, Set};

/// How deep templates may call templates.
const DEPTH: usize = 1000;

/// Renders the main template.
pub fn render(set: &Set, data: &Value, strict: bool) -> Result<String> {
    let mut state =
        State { set, strict, variables: vec![("$".into(), data.clone())], out: String::new(), depth: 0 };
    state.nodes(&set.main, data)?;
    Ok(state.out)
}

struct State<'a> {
    set: &'a Set,
    strict: bool,
    variables: Vec<(String, Value)>,
    out: String,
    depth: usize,
}

#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

impl State<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<Flow> {
        let mark = self.variables.len();
        let mut flow = Flow::On;
        for node in nodes {
            flow = self.node(node, dot)?;
            if flow != Flow::On {
                break;
            }
        }
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<Flow> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.out.push_str(&if value.is_null() {
                        "<no value>".to_string()
                    } else {
                        functions::text(&value)
                    });
                } else {
                    self.assign(pipeline, value)?;
                }
            }
            Node::If(condition, then, otherwise) => {
                let mark = self.variables.len();
                let value = self.condition(condition, dot)?;
                let flow = self.nodes(if functions::truth(&value) { then } else { otherwise }, dot)?;
                self.variables.truncate(mark);
                return Ok(flow);
            }
            Node::With(condition, then, otherwise) => {
                let mark = self.variables.len();
                let value = self.condition(condition, dot)?;
                let flow = if functions::truth(&value) {
                    self.nodes(then, &value)?
                } else {
                    self.nodes(otherwise, dot)?
                };
                self.variables.truncate(mark);
                return Ok(flow);
            }
            Node::Range(pipeline, body, otherwise) => return self.range(pipeline, body, otherwise, dot),
            Node::Template(name, pipeline) => {
                let data = match pipeline {
                    Some(pipeline) => self.pipeline(pipeline, dot)?,
                    None => Value::Null,
                };
                let set = self.set;
                let nodes = set.named.get(name).with_context(|| format!("template {name:?} not defined"))?;
                if self.depth == DEPTH {
                    bail!("exceeded maximum template depth ({DEPTH})");
                }
                self.depth += 1;
                let outer = std::mem::replace(&mut self.variables, vec![("$".into(), data.clone())]);
                self.nodes(nodes, &data)?;
                self.variables = outer;
                self.depth -= 1;
            }
        }
        Ok(Flow::On)
    }

    fn condition(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value> {
        let value = self.pipeline(pipeline, dot)?;
        if !pipeline.variables.is_empty() {
            self.assign(pipeline, value.clone())?;
        }
        Ok(value)
    }

    fn assign(&mut self, pipeline: &Pipeline, value: Value) -> Result<()> {
        let name = &pipeline.variables[0];
        if pipeline.declares {
            self.variables.push((name.clone(), value));
            return Ok(());
        }
        let held = self.variables.iter_mut().rev().find(|(held, _)| held == name);
        held.with_context(|| format!("undefined variable {name:?}"))?.1 = value;
        Ok(())
    }

    fn range(&mut self, pipeline: &Pipeline, body: &[Node], otherwise: &[Node], dot: &Value) -> Result<Flow> {
        let mark = self.variables.len();
        let over = self.pipeline(pipeline, dot)?;
        let pairs: Vec<(Value, Value)> = match over {
            Value::Null => Vec::new(),
            Value::Array(list) => {
                list.into_iter().enumerate().map(|(index, item)| (index.into(), item)).collect()
            }
            Value::Object(map) => {
                let mut pairs: Vec<_> = map.into_iter().collect();
                pairs.sort_by(|a, b| a.0.cmp(&b.0));
                pairs.into_iter().map(|(key, value)| (Value::from(key), value)).collect()
            }
            Value::Number(number) if number.is_i64() => {
                (0..number.as_i64().unwrap_or_default()).map(|index| (index.into(), index.into())).collect()
            }
            other => bail!("range can't iterate over {}", functions::text(&other)),
        };
        if pairs.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, value) in pairs {
            match pipeline.variables.as_slice() {
                [] => {}
                [one] => self.bind(pipeline.declares, one, value.clone())?,
                [one, two, ..] => {
                    self.bind(pipeline.declares, one, key)?;
                    self.bind(pipeline.declares, two, value.clone())?;
                }
            }
            let flow = self.nodes(body, &value)?;
            self.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn bind(&mut self, declares: bool, name: &str, value: Value) -> Result<()> {
        if declares {
            self.variables.push((name.into(), value));
            return Ok(());
        }
        let held = self.variables.iter_mut().rev().find(|(held, _)| held == name);
        held.with_context(|| format!("undefined variable {name:?}"))?.1 = value;
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value> {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last)?);
        }
        Ok(last.unwrap_or(Value::Null))
    }

    fn command(&mut self, words: &[Operand], dot: &Value, last: Option<Value>) -> Result<Value> {
        let Some((first, rest)) = words.split_first() else { bail!("missing value for command") };
        if let Operand::Function(name) = first {
            // `and` and `or` look no further than they must.
            if matches!(name.as_str(), "and" | "or") {
                let mut value = Value::Null;
                for word in rest {
                    value = self.value(word, dot)?.into_owned();
                    if functions::truth(&value) == (name == "or") {
                        return Ok(value);
                    }
                }
                return Ok(last.unwrap_or(value));
            }
            let mut arguments = Vec::new();
            for word in rest {
                arguments.push(self.value(word, dot)?.into_owned());
            }
            arguments.extend(last);
            return functions::call(name, &arguments).with_context(|| format!("error calling {name}"));
        }
        if !rest.is_empty() || last.is_some() {
            bail!("can't give argument to non-function");
        }
        Ok(self.value(first, dot)?.into_owned())
    }

    fn value<'v>(&mut self, operand: &'v Operand, dot: &'v Value) -> Result<Cow<'v, Value>> {
        Ok(match operand {
            Operand::Constant(value) => Cow::Borrowed(value),
            Operand::Dot => Cow::Borrowed(dot),
            Operand::Nested(pipeline) => Cow::Owned(self.pipeline(pipeline, dot)?),
            Operand::Function(name) => {
                Cow::Owned(functions::call(name, &[]).with_context(|| format!("error calling {name}"))?)
            }
            Operand::Variable(name) => {
                let held = self.variables.iter().rev().find(|(held, _)| held == name);
                Cow::Owned(held.with_context(|| format!("undefined variable {name:?}"))?.1.clone())
            }
            Operand::Fields(base, fields) => {
                let base = self.value(base, dot)?;
                let mut value = base.as_ref();
                for field in fields {
                    value = match value {
                        Value::Object(map) => match map.get(field) {
                            Some(found) => found,
                            None if self.strict => bail!("map has no entry for key {field:?}"),
                            None => &Value::Null,
                        },
                        // A field of nothing is nothing, as with a map that lacks it.
                        Value::Null if !self.strict => &Value::Null,
                        Value::Null => bail!("nil data; no entry for key {field:?}"),
                        other => bail!("can't evaluate field {field} in {}", functions::kind(other)),
                    };
                }
                Cow::Owned(value.clone())
            }
        })
    }
}

//! What a template works with: JSON, and what Go's templates make themselves.

use std::borrow::Cow;

use serde_json::Value;

use super::format;

/// A value.
#[derive(Clone, Debug)]
pub enum Val<'a> {
    /// None at all: what a map has under a key that it has not.
    None,
    Json(Cow<'a, Value>),
    /// Go's `int`, of which constants and lengths are; JSON's are `int64`.
    Int(i64),
    /// A byte of a text.
    Byte(u8),
    /// The imaginary part of a constant.
    Complex(f64),
}

/// A value, and whether Go knows no more of its type than that it is in a list or a map.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    pub val: Val<'a>,
    pub interface: bool,
}

impl<'a> Item<'a> {
    pub const NONE: Self = Self { val: Val::None, interface: false };

    pub fn of(val: Val<'a>) -> Self {
        Self { val, interface: false }
    }

    pub fn json(value: impl Into<Value>) -> Self {
        Self::of(Val::Json(Cow::Owned(value.into())))
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::json(text.into())
    }

    /// What a map has under a key.
    pub fn get(&self, key: &str) -> Option<Self> {
        self.step(|value| value.get(key))
    }

    /// What a list has at a place.
    pub fn nth(&self, at: usize) -> Option<Self> {
        self.step(|value| value.get(at))
    }

    fn step(&self, step: impl Fn(&Value) -> Option<&Value>) -> Option<Self> {
        let val = match &self.val {
            Val::Json(Cow::Borrowed(value)) => Cow::Borrowed(step(value)?),
            Val::Json(Cow::Owned(value)) => Cow::Owned(step(value)?.clone()),
            _ => return None,
        };
        Some(Self { val: Val::Json(val), interface: true })
    }

    /// The value itself: nothing that is known to be nothing is none.
    pub fn dug(mut self) -> Self {
        if matches!(&self.val, Val::Json(json) if json.is_null()) {
            self.val = Val::None;
        }
        self.interface = false;
        self
    }

    /// Whether it counts as true: anything but false, nothing, zero and the empty.
    pub fn is_true(&self) -> bool {
        match &self.val {
            Val::None => false,
            Val::Int(number) => *number != 0,
            Val::Byte(byte) => *byte != 0,
            Val::Complex(part) => *part != 0.0,
            Val::Json(json) => match &**json {
                Value::Null => false,
                Value::Bool(value) => *value,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                Value::Object(map) => !map.is_empty(),
            },
        }
    }

    /// Go's name for its type.
    pub fn kind(&self) -> &'static str {
        if self.interface {
            return "interface {}";
        }
        match &self.val {
            Val::None => "<nil>",
            Val::Int(_) => "int",
            Val::Byte(_) => "uint8",
            Val::Complex(_) => "complex128",
            Val::Json(json) => format::kind(json),
        }
    }

    /// As an action prints it.
    pub fn printed(&self) -> String {
        match &self.val {
            Val::None => "<no value>".into(),
            Val::Json(json) if json.is_null() => "<no value>".into(),
            _ => self.shown(),
        }
    }

    /// As Go's `%v` prints it.
    pub fn shown(&self) -> String {
        match &self.val {
            Val::None => "<nil>".into(),
            Val::Json(json) => format::text(json),
            Val::Int(number) => number.to_string(),
            Val::Byte(byte) => byte.to_string(),
            Val::Complex(part) => {
                format!("(0{}{}i)", if *part < 0.0 { "" } else { "+" }, format::float(*part))
            }
        }
    }

    /// A whole number.
    pub fn integer(&self) -> Option<i64> {
        match &self.val {
            Val::Int(number) => Some(*number),
            Val::Byte(byte) => Some((*byte).into()),
            Val::Json(json) => json.as_i64(),
            _ => None,
        }
    }

    /// A text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.val {
            Val::Json(json) => json.as_str(),
            _ => None,
        }
    }
}

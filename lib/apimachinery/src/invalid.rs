//! What is wrong with an object: one violation for each field, with upstream's wording.

use std::fmt;
use std::io::Write as _;

use smallvec::SmallVec;

use crate::status::Cause;

/// The path to a field, such as `spec.containers[0].image`. Paths are made for all fields, of which few are
/// refused: those of usual length are not allocated.
#[derive(Clone, PartialEq, Eq)]
pub struct Field(SmallVec<[u8; 88]>);

impl Field {
    /// The first step.
    pub fn root(name: &str) -> Self {
        Self(SmallVec::from_slice(name.as_bytes()))
    }

    fn then(&self, parts: [&str; 3]) -> Self {
        let mut path = self.clone();
        for part in parts {
            path.0.extend_from_slice(part.as_bytes());
        }
        path
    }

    /// A field of this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        self.then([if self.0.is_empty() { "" } else { "." }, name, ""])
    }

    /// An element of this list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut path = self.clone();
        // Writing to memory does not fail.
        let _ = write!(path.0, "[{index}]");
        path
    }

    /// An entry of this map.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(["[", key, "]"])
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It was put together of texts.
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({self})")
    }
}

/// Why a field is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Missing.
    Required,
    /// Malformed or contradictory.
    Invalid,
    /// Not one of the allowed values.
    NotSupported,
    /// Not allowed here.
    Forbidden,
    /// Present twice.
    Duplicate,
    /// Too long.
    TooLong,
    /// Too many.
    TooMany,
    /// Refers to nothing.
    NotFound,
}

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: String,
    why: Why,
    value: String,
    detail: String,
}

impl Violation {
    fn new(field: &Field, why: Why, value: String, detail: &str) -> Self {
        Self { field: field.to_string(), why, value, detail: detail.to_string() }
    }

    /// The field is missing.
    pub fn required(field: &Field, detail: &str) -> Self {
        Self::new(field, Why::Required, String::new(), detail)
    }

    /// The field's value can't be used; `value` is shown as text in quotes.
    pub fn invalid(field: &Field, value: &str, detail: &str) -> Self {
        Self::new(field, Why::Invalid, format!("{value:?}"), detail)
    }

    /// The field's value can't be used; `value` is shown as JSON.
    pub fn invalid_value(field: &Field, value: &impl serde::Serialize, detail: &str) -> Self {
        Self::new(field, Why::Invalid, serde_json::to_string(value).unwrap_or_default(), detail)
    }

    /// The field's value can't be used; it is not shown.
    pub fn unfit(field: &Field, detail: &str) -> Self {
        Self::new(field, Why::Invalid, String::new(), detail)
    }

    /// The field's value is none of `allowed`.
    pub fn unsupported(field: &Field, value: &str, allowed: &[&str]) -> Self {
        let list: Vec<String> = allowed.iter().map(|value| format!("{value:?}")).collect();
        Self::new(
            field,
            Why::NotSupported,
            format!("{value:?}"),
            &format!("supported values: {}", list.join(", ")),
        )
    }

    /// The field's value is none of `allowed`; `value` is shown as JSON.
    pub fn unsupported_value(field: &Field, value: &impl serde::Serialize, allowed: &[&str]) -> Self {
        let shown = serde_json::to_string(value).unwrap_or_default();
        Self { value: shown, ..Self::unsupported(field, "", allowed) }
    }

    /// The field may not be set, or not be changed.
    pub fn forbidden(field: &Field, detail: &str) -> Self {
        Self::new(field, Why::Forbidden, String::new(), detail)
    }

    /// The value stands elsewhere already.
    pub fn duplicate(field: &Field, value: &str) -> Self {
        Self::new(field, Why::Duplicate, format!("{value:?}"), "")
    }

    /// The value stands elsewhere already; `value` is shown as JSON.
    pub fn duplicate_value(field: &Field, value: &impl serde::Serialize) -> Self {
        Self::new(field, Why::Duplicate, serde_json::to_string(value).unwrap_or_default(), "")
    }

    /// The same with other words for what is wrong.
    pub fn with(mut self, detail: &str) -> Self {
        self.detail = detail.to_string();
        self
    }

    /// The value is longer than `max` bytes.
    pub fn too_long(field: &Field, max: usize) -> Self {
        Self::new(field, Why::TooLong, String::new(), &format!("may not be more than {max} bytes"))
    }

    /// The list has more than `max` elements.
    pub fn too_many(field: &Field, found: usize, max: usize) -> Self {
        Self::new(field, Why::TooMany, found.to_string(), &format!("must have at most {max} items"))
    }

    /// The value refers to nothing.
    pub fn not_found(field: &Field, value: &str) -> Self {
        Self::new(field, Why::NotFound, format!("{value:?}"), "")
    }

    /// The field's path.
    pub fn field(&self) -> &str {
        &self.field
    }

    fn body(&self) -> String {
        let title = match self.why {
            Why::Required => "Required value",
            Why::Invalid => "Invalid value",
            Why::NotSupported => "Unsupported value",
            Why::Forbidden => "Forbidden",
            Why::Duplicate => "Duplicate value",
            Why::TooLong => "Too long",
            Why::TooMany => "Too many",
            Why::NotFound => "Not found",
        };
        let mut text = title.to_string();
        if !self.value.is_empty() {
            text.push_str(": ");
            text.push_str(&self.value);
        }
        if !self.detail.is_empty() {
            text.push_str(": ");
            text.push_str(&self.detail);
        }
        text
    }

    /// The violation as a Status carries it.
    pub fn cause(&self) -> Cause {
        let reason = match self.why {
            Why::Required => "FieldValueRequired",
            Why::Invalid => "FieldValueInvalid",
            Why::NotSupported => "FieldValueNotSupported",
            Why::Forbidden => "FieldValueForbidden",
            Why::Duplicate => "FieldValueDuplicate",
            Why::TooLong => "FieldValueTooLong",
            Why::TooMany => "FieldValueTooMany",
            Why::NotFound => "FieldValueNotFound",
        };
        Cause { reason: reason.into(), message: self.body(), field: self.field.clone() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.body())
        } else {
            write!(f, "{}: {}", self.field, self.body())
        }
    }
}

//! Label selectors, as text (`a=b,c in (d,e),!f`) and as the structure that objects carry.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::names;

/// One condition on the labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What is asked of it.
    pub operator: Operator,
}

/// What a requirement asks of its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The label exists and has one of these values.
    In(Vec<String>),
    /// The label is missing or has none of these values.
    NotIn(Vec<String>),
    /// The label exists.
    Exists,
    /// The label is missing.
    DoesNotExist,
    /// The label is an integer above this.
    GreaterThan(i64),
    /// The label is an integer below this.
    LessThan(i64),
}

/// All requirements must hold. No requirements select everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The conditions, in the order they were written.
    pub requirements: Vec<Requirement>,
}

/// Where labels are looked up.
pub trait Labels {
    /// The value of the label, if it is there.
    fn value(&self, key: &str) -> Option<&str>;
}

impl Labels for BTreeMap<String, String> {
    fn value(&self, key: &str) -> Option<&str> {
        self.get(key).map(String::as_str)
    }
}

impl Labels for Option<BTreeMap<String, String>> {
    fn value(&self, key: &str) -> Option<&str> {
        self.as_ref()?.get(key).map(String::as_str)
    }
}

impl Labels for [(Box<str>, Box<str>)] {
    fn value(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| &**name == key).map(|(_, value)| &**value)
    }
}

/// Why a selector can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unable to parse requirement: {0}")]
pub struct BadSelector(pub String);

impl Requirement {
    /// Whether the labels satisfy it.
    pub fn matches<L: Labels + ?Sized>(&self, labels: &L) -> bool {
        let value = labels.value(&self.key);
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.iter().any(|v| v == value)),
            Operator::NotIn(values) => value.is_none_or(|value| values.iter().all(|v| v != value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan(bound) => number().is_some_and(|value| value > *bound),
            Operator::LessThan(bound) => number().is_some_and(|value| value < *bound),
        }
    }
}

impl Selector {
    /// Whether everything is selected.
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether the labels satisfy every requirement.
    pub fn matches<L: Labels + ?Sized>(&self, labels: &L) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Equality with every pair of the map.
    pub fn from_map(map: &BTreeMap<String, String>) -> Self {
        let requirement = |(key, value): (&String, &String)| Requirement {
            key: key.clone(),
            operator: Operator::In(vec![value.clone()]),
        };
        Self { requirements: map.iter().map(requirement).collect() }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// Fails on a syntax error, and on keys or values that can't be labels.
    pub fn parse(text: &str) -> Result<Self, BadSelector> {
        Parser { text, at: 0 }.selector()
    }
}

impl TryFrom<&LabelSelector> for Selector {
    type Error = BadSelector;

    fn try_from(selector: &LabelSelector) -> Result<Self, BadSelector> {
        let mut all = Self::from_map(selector.match_labels.as_ref().unwrap_or(&BTreeMap::new()));
        for expression in selector.match_expressions.iter().flatten() {
            let values = expression.values.clone().unwrap_or_default();
            let operator = match expression.operator.as_str() {
                "In" => Operator::In(values),
                "NotIn" => Operator::NotIn(values),
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => {
                    return Err(BadSelector(format!("{other:?} is not a valid label selector operator")));
                }
            };
            all.requirements.push(Requirement { key: expression.key.clone(), operator });
        }
        Ok(all)
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, Requirement { key, operator }) in self.requirements.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match operator {
                Operator::In(values) if values.len() == 1 => write!(f, "{key}={}", values[0])?,
                Operator::In(values) => write!(f, "{key} in ({})", values.join(","))?,
                Operator::NotIn(values) if values.len() == 1 => write!(f, "{key}!={}", values[0])?,
                Operator::NotIn(values) => write!(f, "{key} notin ({})", values.join(","))?,
                Operator::Exists => write!(f, "{key}")?,
                Operator::DoesNotExist => write!(f, "!{key}")?,
                Operator::GreaterThan(bound) => write!(f, "{key}>{bound}")?,
                Operator::LessThan(bound) => write!(f, "{key}<{bound}")?,
            }
        }
        Ok(())
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn word(&mut self) -> &'a str {
        self.space();
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | '!' | '(' | ')' | '<' | '>'))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn values(&mut self) -> Result<Vec<String>, BadSelector> {
        if !self.take("(") {
            return Err(self.unexpected("'('"));
        }
        let mut values = Vec::new();
        loop {
            values.push(self.value()?);
            if self.take(")") {
                return Ok(values);
            }
            if !self.take(",") {
                return Err(self.unexpected("',' or ')'"));
            }
        }
    }

    fn value(&mut self) -> Result<String, BadSelector> {
        let value = self.word();
        names::label_value(value)
            .map_err(|reason| BadSelector(format!("values: Invalid value: {value:?}: {reason}")))?;
        Ok(value.to_string())
    }

    fn unexpected(&self, wanted: &str) -> BadSelector {
        BadSelector(format!("found '{}', expected: {wanted}", &self.text[self.at..]))
    }

    fn selector(mut self) -> Result<Selector, BadSelector> {
        let mut requirements = Vec::new();
        self.space();
        while self.at < self.text.len() {
            let absent = self.take("!");
            let key = self.word();
            if key.is_empty() {
                return Err(self.unexpected("!, identifier, or 'end of string'"));
            }
            names::qualified_name(key)
                .map_err(|reason| BadSelector(format!("key: Invalid value: {key:?}: {reason}")))?;
            let operator = if absent {
                Operator::DoesNotExist
            } else if self.take("==") || self.take("=") {
                Operator::In(vec![self.value()?])
            } else if self.take("!=") {
                Operator::NotIn(vec![self.value()?])
            } else if self.take(">") {
                Operator::GreaterThan(self.number()?)
            } else if self.take("<") {
                Operator::LessThan(self.number()?)
            } else {
                let mark = self.at;
                match self.word() {
                    "in" => Operator::In(self.values()?),
                    "notin" => Operator::NotIn(self.values()?),
                    "" => Operator::Exists,
                    _ => {
                        self.at = mark;
                        self.space();
                        return Err(self.unexpected("in, notin, =, ==, !=, gt, lt"));
                    }
                }
            };
            requirements.push(Requirement { key: key.to_string(), operator });
            self.space();
            if self.at < self.text.len() {
                if !self.take(",") {
                    return Err(self.unexpected("',' or 'end of string'"));
                }
                self.space();
                if self.at == self.text.len() {
                    return Err(self.unexpected("identifier after ','"));
                }
            }
        }
        Ok(Selector { requirements })
    }

    fn number(&mut self) -> Result<i64, BadSelector> {
        let word = self.word();
        word.parse().map_err(|_| {
            BadSelector(format!(
                "values[0]: Invalid value: {word:?}: for 'Gt', 'Lt' operators, the value must be an integer"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect()
    }

    #[test]
    fn selects() {
        let it = labels(&[("a", "1"), ("b", "x")]);
        for (text, want) in [
            ("", true),
            ("a=1", true),
            ("a==1,b=x", true),
            ("a!=1", false),
            ("c!=1", true),
            ("a in (1,2), b notin (y)", true),
            ("a", true),
            ("!a", false),
            ("!c", true),
            ("a>0", true),
            ("a<1", false),
            ("b=", false),
        ] {
            assert_eq!(Selector::parse(text).expect(text).matches(&it), want, "{text}");
        }
        for text in ["a in 1", "=", "a=b c", "a in (", "-a", "a=b,", "a<x", "a~b"] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn printing_round_trips(keys in prop::collection::vec("[a-z]{1,5}", 1..4), values in prop::collection::vec("[a-z0-9]{1,3}", 1..3), kind in 0u8..4) {
            let requirements = keys.into_iter().map(|key| Requirement { key, operator: match kind {
                0 => Operator::In(values.clone()),
                1 => Operator::NotIn(values.clone()),
                2 => Operator::Exists,
                _ => Operator::DoesNotExist,
            }}).collect();
            let selector = Selector { requirements };
            prop_assert_eq!(Selector::parse(&selector.to_string()).expect("parses"), selector);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = Selector::parse(&text);
        }
    }
}

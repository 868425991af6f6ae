//! Field selectors: `metadata.name=x,status.phase!=Running`.

/// One condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The field's path, such as `spec.nodeName`.
    pub field: String,
    /// The value it is compared with.
    pub value: String,
    /// Whether the field must differ from the value.
    pub negated: bool,
}

/// All requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The conditions, in the order they were written.
    pub requirements: Vec<Requirement>,
}

impl Selector {
    /// Reads the text form, in which `\` escapes `,`, `=` and itself.
    ///
    /// # Errors
    /// Fails with a reason on a term without an operator and on a bad escape.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        for term in split(text) {
            if term.is_empty() {
                continue;
            }
            let (field, value, negated) = operator(term)
                .ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{term}'"))?;
            requirements.push(Requirement {
                field: field.to_string(),
                value: unescape(value).ok_or_else(|| format!("invalid field selector: {term}"))?,
                negated,
            });
        }
        Ok(Self { requirements })
    }

    /// Whether everything is selected.
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether the fields, looked up by `get`, satisfy every requirement.
    pub fn matches<'a>(&self, get: impl Fn(&str) -> &'a str) -> bool {
        self.requirements.iter().all(|want| (get(&want.field) == want.value) != want.negated)
    }

    /// The value that `field` must equal, when the selector says so.
    pub fn exact(&self, field: &str) -> Option<&str> {
        self.requirements
            .iter()
            .find(|want| want.field == field && !want.negated)
            .map(|want| want.value.as_str())
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    text.split(move |c: char| {
        let cut = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        cut
    })
}

fn operator(term: &str) -> Option<(&str, &str, bool)> {
    let at = term.find(['=', '!'])?;
    let (field, rest) = term.split_at(at);
    if let Some(value) = rest.strip_prefix("!=") {
        return Some((field, value, true));
    }
    let value = rest.strip_prefix("==").or_else(|| rest.strip_prefix('='))?;
    Some((field, value, false))
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                letter @ ('\\' | ',' | '=') => out.push(letter),
                _ => return None,
            },
            ',' | '=' => return None,
            letter => out.push(letter),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        let selector = Selector::parse("metadata.name=a,status.phase!=Running,x==y").expect("parses");
        assert_eq!(selector.requirements.len(), 3);
        assert_eq!(selector.exact("metadata.name"), Some("a"));
        let phase = |p: &'static str| move |field: &str| if field == "status.phase" { p } else { "a" };
        let selector = Selector::parse("metadata.name=a,status.phase!=Running").expect("parses");
        assert!(selector.matches(phase("Pending")));
        assert!(!selector.matches(phase("Running")));
        assert_eq!(Selector::parse("a=b\\,c").expect("parses").requirements[0].value, "b,c");
        assert!(Selector::parse("abc").is_err());
        assert!(Selector::parse("a=b=c").is_err());
    }
}

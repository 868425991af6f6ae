//! YAML as Kubernetes' tools write it: the choice of quotes, folding at 80 columns and block
//! scalars are those of libyaml under YAML 1.1, so that files do not change when another tool
//! writes them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Where a line is folded.
const WIDTH: usize = 80;

/// A document with a line feed at its end. Fields keep their order.
pub fn document(value: &Value) -> String {
    let mut out = Emitter::default();
    out.node(value, 0, false);
    if !out.text.ends_with('\n') {
        out.text.push('\n');
    }
    out.text
}

#[derive(Default)]
struct Emitter {
    text: String,
}

impl Emitter {
    /// The column that comes next, in bytes as libyaml's is in characters.
    fn column(&self) -> usize {
        self.text.rsplit('\n').next().unwrap_or_default().chars().count()
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// Writes a value after `key:`, after `-`, or as the whole document. `beside` says that the
    /// first line continues the present one (`- a: b`).
    fn node(&mut self, value: &Value, indent: usize, beside: bool) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                for (index, (key, inner)) in map.iter().enumerate() {
                    if index > 0 || !beside {
                        self.indent(indent);
                    }
                    self.scalar(key, indent, true);
                    self.text.push(':');
                    match inner {
                        Value::Object(map) if !map.is_empty() => {
                            self.text.push('\n');
                            self.node(inner, indent + 2, false);
                        }
                        Value::Array(list) if !list.is_empty() => {
                            self.text.push('\n');
                            self.node(inner, indent, false);
                        }
                        _ => {
                            self.text.push(' ');
                            self.leaf(inner, indent);
                        }
                    }
                }
            }
            Value::Array(list) if !list.is_empty() => {
                for (index, inner) in list.iter().enumerate() {
                    if index > 0 || !beside {
                        self.indent(indent);
                    }
                    self.text.push_str("- ");
                    match inner {
                        Value::Object(map) if !map.is_empty() => self.node(inner, indent + 2, true),
                        Value::Array(list) if !list.is_empty() => self.node(inner, indent + 2, true),
                        _ => self.leaf(inner, indent),
                    }
                }
            }
            _ => self.leaf(value, indent),
        }
    }

    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::String(text) => self.scalar(text, indent, false),
            Value::Object(_) => self.text.push_str("{}"),
            Value::Array(_) => self.text.push_str("[]"),
            plain => self.text.push_str(&plain.to_string()),
        }
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn scalar(&mut self, text: &str, indent: usize, key: bool) {
        let facts = Facts::of(text);
        let wanted = if text.contains('\n') && !key {
            Style::Literal
        } else if is_string(text) && !text.contains('\n') {
            Style::Plain
        } else {
            Style::Double
        };
        let style = match wanted {
            Style::Plain if facts.plain => Style::Plain,
            Style::Plain if facts.single => Style::Single,
            Style::Literal if facts.literal => Style::Literal,
            _ => Style::Double,
        };
        let fold = (!key).then_some(indent + 2);
        match style {
            Style::Plain => self.plain(text, fold),
            Style::Single => self.single(text, fold),
            Style::Double => self.double(text, fold),
            Style::Literal => self.literal(text, indent + 2),
        }
    }

    /// Puts a blank, or a line feed in its place when the line is full.
    fn blank(&mut self, fold: Option<usize>, may: bool) -> bool {
        if let Some(indent) = fold
            && may
            && self.column() > WIDTH
        {
            self.text.push('\n');
            self.indent(indent);
            return true;
        }
        self.text.push(' ');
        false
    }

    fn plain(&mut self, text: &str, fold: Option<usize>) {
        let letters: Vec<char> = text.chars().collect();
        let mut spaces = false;
        for (index, letter) in letters.iter().enumerate() {
            if *letter == ' ' {
                let next_is_blank = letters.get(index + 1) == Some(&' ');
                self.blank(fold, !spaces && !next_is_blank);
                spaces = true;
            } else {
                self.text.push(*letter);
                spaces = false;
            }
        }
    }

    fn single(&mut self, text: &str, fold: Option<usize>) {
        let letters: Vec<char> = text.chars().collect();
        self.text.push('\'');
        let mut spaces = false;
        for (index, letter) in letters.iter().enumerate() {
            if *letter == ' ' {
                let inner = index > 0 && index + 1 < letters.len();
                let next_is_blank = letters.get(index + 1) == Some(&' ');
                self.blank(fold, !spaces && inner && !next_is_blank);
                spaces = true;
            } else {
                if *letter == '\'' {
                    self.text.push('\'');
                }
                self.text.push(*letter);
                spaces = false;
            }
        }
        self.text.push('\'');
    }

    fn double(&mut self, text: &str, fold: Option<usize>) {
        let letters: Vec<char> = text.chars().collect();
        self.text.push('"');
        let mut spaces = false;
        for (index, letter) in letters.iter().enumerate() {
            if *letter == ' ' {
                let inner = index > 0 && index + 1 < letters.len();
                if self.blank(fold, !spaces && inner) && letters.get(index + 1) == Some(&' ') {
                    self.text.push('\\');
                }
                spaces = true;
                continue;
            }
            spaces = false;
            let code = u32::from(*letter);
            match letter {
                '\0' => self.text.push_str("\\0"),
                '\x07' => self.text.push_str("\\a"),
                '\x08' => self.text.push_str("\\b"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\x0b' => self.text.push_str("\\v"),
                '\x0c' => self.text.push_str("\\f"),
                '\r' => self.text.push_str("\\r"),
                '\x1b' => self.text.push_str("\\e"),
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\u{85}' => self.text.push_str("\\N"),
                '\u{2028}' => self.text.push_str("\\L"),
                '\u{2029}' => self.text.push_str("\\P"),
                _ if printable(*letter) => self.text.push(*letter),
                _ if code <= 0xff => self.text.push_str(&format!("\\x{code:02X}")),
                _ if code <= 0xffff => self.text.push_str(&format!("\\u{code:04X}")),
                _ => self.text.push_str(&format!("\\U{code:08X}")),
            }
        }
        self.text.push('"');
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.text.push('|');
        if text.starts_with([' ', '\n']) {
            self.text.push('2');
        }
        if !text.ends_with('\n') {
            self.text.push('-');
        } else if text == "\n" || text.ends_with("\n\n") {
            self.text.push('+');
        }
        self.text.push('\n');
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

fn printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Which styles can hold a text.
struct Facts {
    plain: bool,
    single: bool,
    literal: bool,
}

impl Facts {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { plain: false, single: true, literal: false };
        }
        let letters: Vec<char> = text.chars().collect();
        let is_break = |letter: char| matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let blank = |letter: Option<&char>| {
            letter.is_none_or(|letter| matches!(letter, ' ' | '\t') || is_break(*letter))
        };
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut breaks, mut break_space, mut space_break) = (false, false, false, false);
        let mut after_blank = true;
        for (index, letter) in letters.iter().enumerate() {
            let before_blank = blank(letters.get(index + 1));
            indicators |= if index == 0 {
                match letter {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                    | '@' | '`' => true,
                    '?' | ':' | '-' => before_blank,
                    _ => false,
                }
            } else {
                match letter {
                    ':' => before_blank,
                    '#' => after_blank,
                    _ => false,
                }
            };
            special |= !printable(*letter) && !matches!(letter, '\u{2028}' | '\u{2029}');
            if is_break(*letter) {
                breaks = true;
                space_break |= index > 0 && letters[index - 1] == ' ';
            }
            if *letter == ' ' {
                break_space |= index > 0 && is_break(letters[index - 1]);
            }
            after_blank = blank(Some(letter));
        }
        let edge = |letter: char| letter == ' ' || is_break(letter);
        let (first, last) = (letters[0], letters[letters.len() - 1]);
        Self {
            plain: !(edge(first)
                || edge(last)
                || break_space
                || space_break
                || special
                || breaks
                || indicators),
            single: !(break_space || space_break || special),
            literal: !(last == ' ' || space_break || special),
        }
    }
}

/// Whether YAML 1.1 reads a plain text as a string, not as a boolean, a number, a time or nothing.
fn is_string(text: &str) -> bool {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7_]+|[0-9][0-9_]*|\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)|\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?)?)?)$",
        )
        .ok()
    });
    !matches!(
        text,
        "" | "~"
            | "<<"
            | "null"
            | "Null"
            | "NULL"
            | "y"
            | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "true"
            | "True"
            | "TRUE"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "false"
            | "False"
            | "FALSE"
            | "off"
            | "Off"
            | "OFF"
    ) && !NUMBER.as_ref().is_some_and(|number| number.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn scalars() {
        // What sigs.k8s.io/yaml writes for these.
        for (text, want) in [
            ("true", "\"true\""),
            ("12", "\"12\""),
            ("1e3", "\"1e3\""),
            ("0x1f", "\"0x1f\""),
            ("", "\"\""),
            ("~", "\"~\""),
            ("hello world", "hello world"),
            ("a: b", "'a: b'"),
            ("a #b", "'a #b'"),
            (" lead", "' lead'"),
            ("trail ", "'trail '"),
            ("*star", "'*star'"),
            ("- dash", "'- dash'"),
            ("-", "'-'"),
            ("y", "\"y\""),
            ("2020-01-01", "\"2020-01-01\""),
            ("2020-01-01T00:00:00Z", "\"2020-01-01T00:00:00Z\""),
            ("12:30:45", "\"12:30:45\""),
            ("tab\there", "\"tab\\there\""),
            ("it's", "it's"),
            ("NaN", "NaN"),
            (".nan", "\".nan\""),
            ("0o7", "\"0o7\""),
            ("1_000", "\"1_000\""),
            ("=", "="),
            ("a:", "'a:'"),
            (":a", ":a"),
            ("? a", "'? a'"),
            ("\u{7}bell", "\"\\abell\""),
            ("a\rb", "\"a\\rb\""),
            ("a'b: c", "'a''b: c'"),
            ("😀", "\"\\U0001F600\""),
            ("---", "'---'"),
            ("x \ny", "\"x \\ny\""),
            ("08", "\"08\""),
            ("1.", "\"1.\""),
            ("+1", "\"+1\""),
            (".5", "\".5\""),
            ("v1", "v1"),
            ("1.2.3", "1.2.3"),
            ("10.0.0.1", "10.0.0.1"),
            ("100m", "100m"),
            ("multi\nline", "|-\n    multi\n    line"),
            ("multi\nline\n", "|\n    multi\n    line"),
            ("multi\n\n", "|+\n    multi\n"),
            (" lead\nx", "|2-\n     lead\n    x"),
        ] {
            assert_eq!(document(&json!({"m": {"k": text}})), format!("m:\n  k: {want}\n"), "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_folded() {
        let words =
            "long words that go on and on and on beyond the eighty columns that a terminal has and further";
        assert_eq!(
            document(&json!({"data": {"ac": words}})),
            "data:\n  ac: long words that go on and on and on beyond the eighty columns that a terminal\n    has and further\n"
        );
    }

    #[test]
    fn structure() {
        let value = json!({"a": [{"b": 1, "c": [[1, 2], {}]}, "x"], "d": {}, "e": [], "n": null, "y": 1});
        assert_eq!(
            document(&value),
            "a:\n- b: 1\n  c:\n  - - 1\n    - 2\n  - {}\n- x\nd: {}\ne: []\n\"n\": null\n\"y\": 1\n"
        );
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[ -~]{0,100}".prop_map(Value::from),
            "(\\PC|[ \n:#'\"-]){0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z0-9: ]{1,8}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Texts that are something else without quotes.
    fn odd() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::from),
            "[ -~é\n\t]{0,12}".prop_map(Value::from),
            prop::sample::select(vec!["yes", "0644", "1_0", "~", "<<", "on", "1e3", "- a", "a: b", "#"])
                .prop_map(Value::from),
        ];
        let keys = "[a-z0-9~<.]{1,6}";
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::vec((keys, inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// What is printed as YAML or JSON is read back as it was.
        #[test]
        fn printed_is_read_back(value in odd()) {
            let printed = document(&value);
            prop_assert_eq!(crate::one(&printed), Ok(value.clone()), "{}", printed);
            prop_assert_eq!(crate::one(&value.to_string()), Ok(value));
        }

        #[test]
        fn what_is_written_reads_back(value in values()) {
            let text = document(&value);
            let back: Value = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert_eq!(back, value, "{}", text);
        }
    }
}

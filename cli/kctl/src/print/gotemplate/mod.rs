//! Go's text templates over JSON: what `-o go-template` takes.
//!
//! `lex` makes tokens, `parse` a tree of nodes, `exec` walks it; `functions` are the built-in ones,
//! `item` is what they work with, and `format` writes it.

mod exec;
mod format;
mod functions;
mod item;
mod lex;
mod parse;

pub use format::{quoted, text};

use serde_json::Value;

/// kubectl's name for the template, which stands in every error.
const NAME: &str = "output";

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    text: String,
    set: parse::Set,
}

impl Template {
    /// Parses.
    ///
    /// # Errors
    /// Says where the template is malformed, and which function does not exist.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.into(), set: parse::parse(text)? })
    }

    /// Renders into `out`, which also has what came before an error. Fields that are not there print
    /// `<no value>`, unless `strict`.
    ///
    /// # Errors
    /// Fails where Go does: operands of wrong kinds, indices out of range.
    pub fn render(&self, data: &Value, strict: bool, out: &mut String) -> Result<(), String> {
        exec::render(&self.set, &self.text, data, strict, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn go(template: &str, data: &Value) -> Result<String, String> {
        let mut out = String::new();
        Template::parse(template)?.render(data, false, &mut out)?;
        Ok(out)
    }

    #[test]
    fn as_go_renders() {
        let data = json!({
            "items": [{"metadata": {"name": "a", "labels": {"x": "1"}}, "n": 2}, {"metadata": {"name": "b"}, "n": 10}],
            "m": {"b": 2, "a": 1}, "t": true, "z": 0, "s": "aGk=", "null": null, "f": 1.5, "k": "x.y"
        });
        for (template, want) in [
            ("{{range .items}}{{.metadata.name}}\n{{end}}", "a\nb\n"),
            ("{{ range $i, $e := .items }}{{ if $i }}, {{ end }}{{ $i }}={{ $e.n }}{{ end }}", "0=2, 1=10"),
            ("{{range $k, $v := .m}}{{$k}}:{{$v}};{{end}}", "a:1;b:2;"),
            ("{{.missing}}", "<no value>"),
            ("{{.null}}", "<no value>"),
            ("{{.m}} {{(index .items 0).metadata.labels}}", "map[a:1 b:2] map[x:1]"),
            ("{{len .items}} {{index .m \"a\"}} {{(index .items 1).metadata.name}}", "2 1 b"),
            ("{{if and .t (eq .m.a 1)}}yes{{else}}no{{end}}", "yes"),
            ("{{if .z}}a{{else if .t}}b{{else}}c{{end}}", "b"),
            ("{{with .nothing}}x{{else}}none{{end}}", "none"),
            ("{{with $x := .m.a}}{{$x}}{{end}}", "1"),
            ("a  {{- \" b \" -}}  c", "a b c"),
            ("{{/* a comment */}}x", "x"),
            ("{{printf \"%s-%d-%05.1f-%q-%v\" \"a\" 3 .f \"q\" .t}}", "a-3-001.5-\"q\"-true"),
            ("{{.s | base64decode}}", "hi"),
            ("{{exists .items 0 \"metadata\" \"labels\"}} {{exists . \"nope\"}}", "true false"),
            ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .f}}", "<1.5>"),
            ("{{$x := 1}}{{if .t}}{{$x = 2}}{{end}}{{$x}}", "2"),
            ("{{range .items}}{{if eq .n 2}}{{continue}}{{end}}{{.n}}{{break}}{{end}}", "10"),
            ("{{range .none}}x{{else}}empty{{end}}", "empty"),
            (
                "{{eq .k \"a\" \"x.y\"}} {{ne 1 2}} {{lt 1 2}} {{not .t}} {{or .z \"d\"}}",
                "true true true false d",
            ),
            ("{{print 1 2 \"a\" 3}} {{println \"x\"}}", "1 2a3 x\n"),
            ("{{html \"<a>\"}} {{urlquery \"a b\"}} {{js \"it's\"}}", "&lt;a&gt; a+b it\\'s"),
            ("{{slice \"abcdef\" 1 3}} {{\"a\\tb\"}} {{`raw\\n`}} {{'a'}}", "bc a\tb raw\\n 97"),
            ("{{$.m.b}}{{range .items}}{{$.z}}{{end}}", "200"),
        ] {
            assert_eq!(go(template, &data).expect(template), want, "{template}");
        }
    }

    #[test]
    fn what_go_refuses() {
        let data = json!({"a": 1, "l": [1]});
        for bad in [
            "{{.a",
            "{{end}}",
            "{{if .a}}",
            "{{nope .a}}",
            "{{template \"x\"}}",
            "{{$x}}",
            "{{index .l 5}}",
            "{{.a.b}}",
            "{{eq .a \"x\"}}",
        ] {
            assert!(go(bad, &data).is_err(), "{bad}");
        }
        assert!(Template::parse("{{.b}}").and_then(|t| t.render(&data, true, &mut String::new())).is_err());
    }
}

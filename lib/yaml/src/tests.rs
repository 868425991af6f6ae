//! Cases of kubectl 1.35 (`create --dry-run=client -o json`); the same are compared with it in
//! `tests/kubectl/yaml.session`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn check(text: &str, expected: Value) {
    let text = format!("v: {text}\n");
    assert_eq!(one(&text).map(|value| value["v"].clone()), Ok(expected), "{text}");
}

fn refuse(text: &str, expected: &str) {
    let error = one(text).expect_err(text).to_string();
    assert_eq!(error.trim_start_matches("error converting YAML to JSON: yaml: "), expected, "{text}");
}

#[test]
fn booleans_and_null() {
    for word in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE", "!!bool yes"] {
        check(word, json!(true));
    }
    for word in ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "!!bool 'no'"] {
        check(word, json!(false));
    }
    for word in ["", "~", "null", "Null", "NULL", "!!null ''"] {
        check(word, Value::Null);
    }
    for word in ["tRue", "nUll", "yES", "oN"] {
        check(word, json!(word));
        check(&format!("'{word}'"), json!(word));
    }
    check("'yes'", json!("yes"));
    check("\"no\"", json!("no"));
    check("!!str yes", json!("yes"));
    check("!foo on", json!("on"));
}

#[test]
fn numbers_of_all_bases() {
    for (text, expected) in [
        ("0644", 420),
        ("0o644", 420),
        ("0O644", 420),
        ("0x1F", 31),
        ("0X1f", 31),
        ("0b101", 5),
        ("-0x1F", -31),
        ("+12", 12),
        ("1_000", 1000),
        ("1__0", 10),
        ("1_", 1),
        ("0_7", 7),
        ("08", 8),
        ("00", 0),
        ("0x_1", 1),
        ("1e3", 1000),
        ("1.", 1),
        ("1.0", 1),
        ("-0.0", 0),
        ("-2E+02", -200),
        ("!!int '12'", 12),
        ("!!float 12", 12),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("0777777777777777777777", i64::MAX),
    ] {
        check(text, json!(expected));
    }
    check(".5", json!(0.5));
    check("-.5", json!(-0.5));
    check("1_0.5", json!(10.5));
    check("18446744073709551616", json!(18_446_744_073_709_551_616f64));
    for text in [
        "1:30",
        "190:20:30",
        "0o8",
        "1e",
        "e3",
        "_1",
        "1,000",
        "2001-12-14",
        "1e400",
        "0b2",
        "0x",
        "+",
        "--1",
        "+-1",
    ] {
        check(text, json!(text));
    }
}

#[test]
fn keys_and_merges() {
    assert_eq!(
        one("true: 1\nyes: 2\n1: 3\n1.5: 4\n0x10: 5\non: {off: no}\n"),
        Ok(json!({"true": {"false": false}, "1": 3, "1.5": 4, "16": 5}))
    );
    assert_eq!(one("v: 1\nv: 2\n"), Ok(json!({"v": 2})));
    check("{<<: {a: 1, b: 2}, a: 3}", json!({"a": 3, "b": 2}));
    check("{a: 3, <<: {a: 1}}", json!({"a": 1}));
    check("{<<: [{a: 1}, {a: 2, c: 3}]}", json!({"a": 1, "c": 3}));
    check("{<<: {q: 1}, '<<': 3}", json!({"q": 1, "<<": 3}));
    assert_eq!(
        one("x: &x {a: 1}\ny: {<<: *x}\nz: [*x, *x]\n").map(|all| all["z"][1]["a"].clone()),
        Ok(json!(1))
    );
    refuse("v: {<<: 5}\n", "line 1, column 9: map merge requires map or sequence of maps as the value");
    refuse("~: 1\n", "line 1, column 1: a key is null");
    refuse("? [a]\n: 1\n", "line 1, column 3: invalid map key: a list");
}

#[test]
fn documents_are_told_apart() {
    let values = |text: &str| documents(text).into_iter().collect::<Result<Vec<_>, _>>();
    assert_eq!(
        values("---\n# c\n---\na: 1\n---\n---\nb: 2\n...\n"),
        Ok(vec![Value::Null, json!({"a": 1}), Value::Null, json!({"b": 2})])
    );
    assert_eq!(values(""), Ok(vec![]));
    assert_eq!(values("\u{feff}a: 1\r\nb: 2\r\n"), Ok(vec![json!({"a": 1, "b": 2})]));
    assert_eq!(
        values("{\"a\": \"\\ud83d\\ude00\\/\"}{\"b\":\n\t1.0}"),
        Ok(vec![json!({"a": "😀/"}), json!({"b": 1})])
    );
    assert_eq!(values("{a: yes}"), Ok(vec![json!({"a": true})]));
    let found = documents("a: 1\n---\nb: [\n");
    assert_eq!((found.len(), found[0].is_ok(), found[1].is_err()), (2, true, true));
}

#[test]
fn mistakes_have_a_place() {
    refuse("a: b: c\n", "line 1, column 5: mapping values are not allowed in this context");
    refuse("a:\n\t- b\n", "line 2, column 1: found character that cannot start any token");
    refuse(
        "a: [1, 2\nb: 1\n",
        "line 2, column 2: did not find expected ',' or ']' (in what begins at line 1, column 4)",
    );
    refuse("a: *no\n", "line 1, column 4: unknown anchor 'no' referenced");
    refuse("a: &x [*x]\n", "line 1, column 8: anchor 'x' value contains itself");
    refuse("a: .inf\n", "line 1, column 4: unsupported value: +Inf");
    refuse("a: !!int 1.0\n", "line 1, column 4: cannot decode !!float `1.0` as a !!int");
}

#[test]
fn no_text_takes_all_the_memory() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
    }
    assert!(one(&laughs).expect_err("too much").to_string().contains("excessive aliasing"));
    assert!(one(&"[".repeat(5000)).expect_err("too deep").to_string().contains("levels"));
}

#[test]
fn few_booleans() {
    let read = |text: &str| documents_with_few_booleans(text).pop().expect("a document");
    assert_eq!(read("[yes, n, Off, true, False, 1]"), Ok(json!(["yes", "n", "Off", true, false, 1])));
    assert_eq!(one("[yes, n, Off]"), Ok(json!([true, false, false])));
}

#[test]
fn keys_that_are_there_twice() {
    let text = "a: &x {k: 1}\nb: {<<: *x, k: 2}\nc: {k: 1, k: 2}\n";
    assert_eq!(one(text), Ok(json!({"a": {"k": 1}, "b": {"k": 2}, "c": {"k": 2}})));
    let error = documents_with_unique_keys(text).pop().expect("a document").expect_err("refused");
    assert!(error.to_string().contains("line 3, column 11: mapping key \"k\" already defined"), "{error}");
    let good = text.lines().take(2).collect::<Vec<_>>().join("\n");
    assert!(documents_with_unique_keys(&good).pop().expect("a document").is_ok());
}

#[test]
fn keys_that_are_there_twice_are_told() {
    let text = "a: 1\nb:\n  c: x\n  c:\n    d: 1\na: 2\n1: x\n1: z\n\"q\\\"\": 1\n\"q\\\"\": 2\n";
    let (value, twice) = first(text.as_bytes()).expect("YAML");
    assert_eq!(value, json!({"a": 2, "b": {"c": {"d": 1}}, "1": "z", "q\"": 2}));
    assert_eq!(
        twice,
        [
            "line 5: key \"c\" already set in map",
            "line 6: key \"a\" already set in map",
            "line 8: key 1 already set in map",
            "line 10: key \"q\\\"\" already set in map",
        ]
    );
    // JSON is YAML, too.
    let (value, twice) = first(b"{\n\t\"a\": 1,\n\t\"a\": [true]\n}").expect("YAML");
    assert_eq!(
        (value, twice),
        (json!({"a": [true]}), vec!["line 3: key \"a\" already set in map".to_string()])
    );
}

#[test]
fn the_first_document_counts() {
    assert_eq!(first(b"a: 1\n---\nb: ["), Ok((json!({"a": 1}), Vec::new())));
    assert_eq!(first(b""), Ok((Value::Null, Vec::new())));
    let deep = first("[".repeat(129).as_bytes()).expect_err("too deep").to_string();
    assert!(deep.contains("more than 128 levels"), "{deep}");
    assert!(first(b"a: \xff").expect_err("no text").to_string().contains("invalid UTF-8"));
    let many = format!("a: &a {}\nb: [{}]", "x".repeat(100_000), vec!["*a"; 1000].join(","));
    assert!(first(many.as_bytes()).expect_err("too much").to_string().contains("excessive aliasing"));
}

#[test]
fn a_block_may_end_with_the_text() {
    for text in ["a: |\n  b", "a: |\n  b\n", "a: >\n  b"] {
        assert_eq!(one(text), Ok(json!({"a": "b\n"})), "{text}");
    }
}

#[test]
fn texts_that_the_parser_panics_on_are_refused_with_words() {
    for text in ["{!,", "a: 1\nb: [!x,y]", "[!,]", "{!!str,a: b}"] {
        let last = documents(text).pop().expect("something");
        assert!(last.is_err_and(|error| error.to_string().contains("malformed YAML")), "{text}");
    }
    let error = one("a: 1\nb: [!x,y]").expect_err("malformed").to_string();
    assert!(error.contains("line 2, column 5: malformed YAML"), "{error}");
    assert!(one("a: hi!, you").is_ok());
}

proptest! {
    #[test]
    fn any_text_ends(text in "[ -~\n]{0,80}", signs in "[!,{}\\[\\]:\"'*&%@ \n|>?-]{0,40}") {
        let _ = documents(&text);
        let _ = documents(&signs);
    }
}

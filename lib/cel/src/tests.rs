//! Expressions and what they come to.

use serde_json::{Value as Json, json};

use super::*;

fn run(text: &str, object: &Json) -> Result<Json, String> {
    let program = Program::parse(text, &["self", "oldSelf"]).map_err(|error| error.message)?;
    let mut variables = Variables::new();
    variables.insert("self", Value::from(object));
    let value = program.evaluate(&variables, &mut Budget::new(100_000)).map_err(|error| error.to_string())?;
    value.json().ok_or_else(|| value.type_name().to_string())
}

fn check(text: &str, want: Json) {
    let object = json!({
        "name": "web", "replicas": 3, "ratio": 0.5, "list": [1, 2, 3], "labels": {"app": "x", "a/b": "y"},
        "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}], "namespace": "n", "a-b": 1, "empty": {},
        "cpu": "500m", "none": null,
    });
    assert_eq!(run(text, &object), Ok(want), "{text}");
}

fn fails(text: &str, want: &str) {
    let error = run(text, &json!({"a": 1, "list": [1]})).expect_err(text);
    assert!(error.contains(want), "{text}: {error}");
}

#[test]
fn the_language() {
    check("1 + 2 * 3 - 4 / 2", json!(5));
    check("-(2) - -3", json!(1));
    check("7 % 4 == 3 && 2 < 3 && 3 >= 3 && !(1 != 1)", json!(true));
    check("1.5 + 2.0", json!(3.5));
    check("'a' + \"b\" + r'\\c' + '\\u0041\\x42\\103\\n'", json!("ab\\cABC\n"));
    check("'''x\ny'''", json!("x\ny"));
    check("1u + 2u", json!(3));
    check("0x10", json!(16));
    check("true ? 'yes' : 'no'", json!("yes"));
    check("[1, 2] + [3]", json!([1, 2, 3]));
    check("{'a': 1}['a']", json!(1));
    check("self.name == 'web' // a comment", json!(true));
    check("self.list[1]", json!(2));
    check("'app' in self.labels && !('z' in self.labels) && 2 in self.list", json!(true));
    check("has(self.name) && !has(self.nope)", json!(true));
    check("self.__namespace__ == 'n' && self.a__dash__b == 1", json!(true));
    check("self.labels['a/b']", json!("y"));
    check("type(1) == int && type('') == string && type([]) == list && type(self) == map", json!(true));
    check("dyn(1) == 1.0 && 1 < 1.5 && 2u == dyn(2)", json!(true));
    check("self.none == null", json!(true));
    // Either side may decide, whatever becomes of the other.
    check("true || self.nope == 1", json!(true));
    check("self.nope == 1 || true", json!(true));
    check("self.nope == 1 && false", json!(false));
    fails("self.b", "no such key: b");
    fails("1 / 0", "division by zero");
    fails("9223372036854775807 + 1", "integer overflow");
    fails("self.list[3]", "index out of bounds");
    fails("'a' < 1", "found no matching overload for '_<_' applied to '(string, int)'");
    fails("self.a && true", "no such overload");
    fails("nope", "undeclared reference to 'nope'");
    fails("self.nope()", "undeclared reference to 'nope'");
    fails("1 +", "Syntax error");
    fails("(1", "Syntax error");
    fails("'a", "unclosed");
}

#[test]
fn macros() {
    check(
        "self.list.all(x, x > 0) && self.list.exists(x, x == 2) && self.list.exists_one(x, x > 2)",
        json!(true),
    );
    check("self.ports.map(p, p.port)", json!([80, 443]));
    check("self.ports.map(p, p.port > 80, p.name)", json!(["https"]));
    check("self.list.filter(x, x % 2 == 1)", json!([1, 3]));
    check("self.labels.all(k, k.size() > 0)", json!(true));
    check("self.list.all(i, v, v == i + 1)", json!(true));
    check("self.labels.transformList(k, v, k + v)", json!(["appx", "a/by"]));
    check("self.labels.transformMap(k, v, v + '!')", json!({"app": "x!", "a/b": "y!"}));
    check("self.ports.all(p, self.ports.exists_one(q, q.name == p.name))", json!(true));
    check("cel.bind(x, self.replicas * 2, x + x)", json!(12));
    check("self.ports.sortBy(p, -p.port).map(p, p.name)", json!(["https", "http"]));
}

#[test]
fn optionals() {
    check("self.?nope.orValue('d')", json!("d"));
    check("self.?nope.?deeper.hasValue()", json!(false));
    check("self.?name.orValue('d')", json!("web"));
    check("self.?labels['app'].orValue('d')", json!("x"));
    check("self.labels[?'zz'].orValue('d')", json!("d"));
    check("self.list[?9].hasValue()", json!(false));
    check("optional.of(1).or(optional.of(2)).value()", json!(1));
    check("self.?replicas.optMap(r, r * 2).orValue(0)", json!(6));
    check("[?self.?nope, 1]", json!([1]));
    check("{?'a': self.?nope, 'b': 1}", json!({"b": 1}));
    check("optional.ofNonZeroValue('').hasValue()", json!(false));
    fails("self.?nope.value()", "optional.none() dereference");
}

#[test]
fn texts() {
    check("'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo')", json!(true));
    check("'abc'.matches('^[a-c]+$') && !matches('x', '^[a-c]+$')", json!(true));
    check("'héllo'.size()", json!(5));
    check("'héllo'.indexOf('l')", json!(2));
    check("'héllo'.substring(1, 3)", json!("él"));
    check("'a,b,c'.split(',')", json!(["a", "b", "c"]));
    check("'a,b,c'.split(',', 2)", json!(["a", "b,c"]));
    check("['a', 'b'].join('-')", json!("a-b"));
    check("'aXbX'.replace('X', '_', 1)", json!("a_bX"));
    check("'%s has %d, %.2f'.format(['x', 2, 1.5])", json!("x has 2, 1.50"));
    check("' a '.trim() + 'B'.lowerAscii() + 'c'.upperAscii() + 'ab'.reverse()", json!("abCba"));
    check("'abc 123 45'.findAll('[0-9]+')", json!(["123", "45"]));
    check("'abc 123'.find('[0-9]+')", json!("123"));
    check("'abc'.charAt(1)", json!("b"));
    check("string(1) + string(true) + string(1.5)", json!("1true1.5"));
    check("int('42') + int(2.9)", json!(44));
    check("base64.encode(b'hi')", json!("aGk="));
    check(
        "!format.dns1123Label().validate('ok-1').hasValue() && format.dns1123Label().validate('No').hasValue()",
        json!(true),
    );
    fails("'a'.matches('(')", "error parsing regexp");
    fails("'abc'.charAt(9)", "index out of range");
}

#[test]
fn lists_and_numbers() {
    check(
        "[1, 2, 3].sum() == 6 && [3, 1].min() == 1 && [3, 1].max() == 3 && [1, 1, 2].isSorted()",
        json!(true),
    );
    check("[1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2", json!(true));
    check("[3, 1, 2].sort()", json!([1, 2, 3]));
    check("[1, 1, 2].distinct()", json!([1, 2]));
    check("[[1], [2]].flatten()", json!([1, 2]));
    check(
        "sets.contains([1, 2], [1]) && sets.equivalent([1, 2], [2, 1]) && sets.intersects([1], [1, 3])",
        json!(true),
    );
    check("math.greatest(1, 3, 2) == 3 && math.least([1, 3]) == 1 && math.abs(-1) == 1", json!(true));
    fails("[].max()", "empty list");
}

#[test]
fn kubernetes_types() {
    check(
        "quantity(self.cpu).isLessThan(quantity('1')) && isQuantity('10Mi') && !isQuantity('x')",
        json!(true),
    );
    check("quantity('1Gi').asInteger()", json!(1_073_741_824));
    check("quantity('50k').add(quantity('20k')).compareTo(quantity('70k'))", json!(0));
    check("ip('10.0.0.1').family() == 4 && isIP('::1') && ip('::1').isLoopback() && !isIP('x')", json!(true));
    check(
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP('11.0.0.1')",
        json!(true),
    );
    check(
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').prefixLength() == 8",
        json!(true),
    );
    check(
        "url('https://a.b:8080/p?q=1').getHost() == 'a.b:8080' && url('https://a.b/p?q=1').getQuery()['q'] == ['1']",
        json!(true),
    );
    check(
        "semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('1.0.0-rc.1') && !isSemver('1.0') && semver('v1', true).major() == 1",
        json!(true),
    );
    check("duration('1h30m').getMinutes() == 90 && duration('90m') == duration('1h30m')", json!(true));
    check(
        "timestamp('2026-01-02T03:04:05Z').getFullYear() == 2026 && timestamp('2026-01-02T03:04:05Z').getDate() == 2",
        json!(true),
    );
    check(
        "timestamp('2026-01-01T00:00:00Z') + duration('24h') == timestamp('2026-01-02T00:00:00Z')",
        json!(true),
    );
}

#[test]
fn nothing_costs_more_than_the_budget() {
    let list: Vec<i64> = (0..1000).collect();
    let error =
        run("self.all(x, self.all(y, self.all(z, x + y + z >= 0)))", &json!(list)).expect_err("too dear");
    assert!(error.contains("cost limit exceeded"), "{error}");
    // An error is absorbed by what decides; a spent budget is not.
    let error = run("self.all(x, self.all(y, self.all(z, x + y + z >= 0))) || true", &json!(list))
        .expect_err("too dear");
    assert!(error.contains("cost limit exceeded"), "{error}");
    let deep = "(".repeat(5000);
    assert!(Program::parse(&deep, &[]).is_err());
    assert!(Program::parse(&"!".repeat(5000), &[]).is_err());
    assert!(Program::parse(&format!("self{}", ".a".repeat(5000)), &["self"]).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[ -~]{0,60}") {
        let _ = run(&text, &json!({"a": [1, "x"]}));
    }

    #[test]
    fn no_expression_panics(parts in proptest::collection::vec(proptest::sample::select(vec![
        "self", ".a", "[0]", "(", ")", "+", "-", "1", "'x'", ".size()", "&&", "||", "!", "?", ":", ",", "has(self.a)",
        ".all(x, x)", "[", "]", "{", "}", "in", "==", "<", "%", "/", "null", "true", "2.5", ".?b", "duration('1s')",
        ".split('')", ".substring(1)", "quantity('1')", "optional.none()",
    ]), 0..12)) {
        let _ = run(&parts.concat(), &json!({"a": [1, "x"]}));
    }
}

fn schema() -> Type {
    let port = Type::object("port", [("name".into(), Type::Text), ("port".into(), Type::Int)]);
    let fields = [
        ("name", Type::Text),
        ("replicas", Type::Int),
        ("ratio", Type::Double),
        ("labels", Type::map(Type::Text, Type::Text)),
        ("ports", Type::list(port)),
        ("since", Type::Timestamp),
        ("wait", Type::Duration),
        ("data", Type::Bytes),
        ("any", Type::Dyn),
        ("namespace", Type::Text),
        ("a-b", Type::Int),
        ("times", Type::list(Type::Timestamp)),
    ];
    Type::object("object", fields.map(|(name, kind)| (name.to_string(), kind)))
}

fn compiled(text: &str) -> Result<(Program, Type), ParseError> {
    Program::compile(text, &[("self", schema()), ("oldSelf", Type::optional(schema()))])
}

#[test]
fn types_that_fit() {
    for (text, kind) in [
        ("self.name", "string"),
        ("self.replicas + 1", "int"),
        ("self.ports.map(p, p.port)", "list(int)"),
        ("self.ports.filter(p, p.port > 80)", "list(port)"),
        ("self.ports.map(p, p.port > 80, p.name)", "list(string)"),
        ("self.labels['a'] + self.labels.b", "string"),
        ("self.labels.all(k, k.size() > 0)", "bool"),
        ("self.labels.transformMap(k, v, v.size())", "map(string, int)"),
        ("self.labels.transformList(k, v, k + v)", "list(string)"),
        ("self.ports.all(i, p, p.port > i)", "bool"),
        ("self.any.whatever[3].deep", "dyn"),
        ("self.any + 1", "int"),
        ("self.since + self.wait", "google.protobuf.Timestamp"),
        ("self.since - timestamp('2024-01-01T00:00:00Z') > duration('1h')", "bool"),
        ("self.since == null", "bool"),
        ("self.__namespace__ + string(self.a__dash__b)", "string"),
        ("oldSelf.?name.orValue('x')", "string"),
        ("oldSelf.optMap(o, o.replicas)", "optional_type(int)"),
        ("self.?labels[?'a'].hasValue()", "bool"),
        ("self.replicas > 1 ? self.name : 'none'", "string"),
        ("self.ratio > self.replicas", "bool"),
        ("[1, 2].sum() == 3 && [].size() == 0", "bool"),
        ("{'a': 1}.a", "int"),
        ("cel.bind(x, self.replicas * 2, x + x)", "int"),
        ("quantity('1').add(2).isGreaterThan(quantity('2'))", "bool"),
        ("url('https://a/').getQuery()", "map(string, list(string))"),
        ("cidr('10.0.0.0/8').containsIP('10.0.0.1')", "bool"),
        ("format.dns1123Label().validate('a').hasValue()", "bool"),
        ("type(self.name) == string", "bool"),
        ("self.name in ['a', 'b'] || self.name in self.labels", "bool"),
    ] {
        let found = compiled(text).map(|(_, kind)| kind.to_string()).map_err(|error| error.message);
        assert_eq!(found.as_deref(), Ok(kind), "{text}");
    }
}

#[test]
fn types_that_do_not_fit() {
    for (text, why) in [
        ("self.nope", "undefined field 'nope'"),
        ("has(self.ports[0].nope)", "undefined field 'nope'"),
        ("self.name + 1", "found no matching overload for '_+_' applied to '(string, int)'"),
        ("self.replicas == 'x'", "found no matching overload for '_==_' applied to '(int, string)'"),
        ("self.ratio == 1", "found no matching overload for '_==_' applied to '(double, int)'"),
        ("self.name.size() && true", "found no matching overload for '_&&_' applied to '(int, bool)'"),
        ("self.name.first()", "found no matching overload for 'first' applied to 'string.()'"),
        ("self.replicas.x", "type 'int' does not support field selection"),
        ("self.ports.all(p, p.port)", "found no matching overload for '_&&_' applied to '(bool, int)'"),
        ("self.ports.exists(p, p.port)", "found no matching overload for '_||_' applied to '(bool, int)'"),
        (
            "self.ports.exists_one(p, p.port)",
            "found no matching overload for '_?_:_' applied to '(int, int, int)'",
        ),
        (
            "[1].filter(n, 'x')",
            "found no matching overload for '_?_:_' applied to '(string, list(int), list(int))'",
        ),
        (
            "[1].map(n, n, 'x')",
            "found no matching overload for '_?_:_' applied to '(int, list(string), list(string))'",
        ),
        ("self.replicas.all(p, true)", "expression of type 'int' cannot be range of a comprehension"),
        ("[1, 'a']", "expected type 'int' but found 'string'"),
        ("{'a': 1, 'b': 'c'}", "expected type 'int' but found 'string'"),
        ("true ? 1 : 'a'", "found no matching overload for '_?_:_' applied to '(bool, int, string)'"),
        ("self.name == null", "found no matching overload for '_==_' applied to '(string, null)'"),
        ("self.since > self.wait", "found no matching overload for '_>_'"),
        ("1 in ['a']", "found no matching overload for '@in' applied to '(int, list(string))'"),
        ("self.labels[1]", "found no matching overload for '_[_]' applied to '(map(string, string), int)'"),
        ("other.x", "undeclared reference to 'other'"),
        ("self.name.nope()", "undeclared reference to 'nope'"),
        ("math.ceil(1)", "found no matching overload for 'math.ceil' applied to '(int)'"),
        ("!self.replicas", "found no matching overload for '!_' applied to '(int)'"),
        (
            "oldSelf.name == self.name",
            "found no matching overload for '_==_' applied to '(optional_type(string), string)'",
        ),
    ] {
        let error = compiled(text).map(|(_, kind)| kind).expect_err(text);
        assert!(error.message.contains(why), "{text}: {error} is not {why}");
    }
}

/// The whole text of an error, with every place that is wrong, as upstream's compiler prints it.
#[test]
fn type_errors_show_their_places() {
    for (text, shown) in [
        (
            "self.name + 1",
            "ERROR: <input>:1:11: found no matching overload for '_+_' applied to '(string, int)'\n | self.name + 1\n | ..........^",
        ),
        (
            "self.name == 'a' &&\n\t self.nope",
            "ERROR: <input>:2:7: undefined field 'nope'\n |   self.nope\n | ......^",
        ),
        (
            "self.replicas.all(e, 0)",
            "ERROR: <input>:1:5: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | self.replicas.all(e, 0)\n | ....^\n\
             ERROR: <input>:1:18: found no matching overload for '_&&_' applied to '(bool, int)'\n | self.replicas.all(e, 0)\n | .................^",
        ),
        ("has(self.nope)", "ERROR: <input>:1:4: undefined field 'nope'\n | has(self.nope)\n | ...^"),
        (
            "math.ceil(1) > 0.0",
            "ERROR: <input>:1:10: found no matching overload for 'math.ceil' applied to '(int)'\n | math.ceil(1) > 0.0\n | .........^",
        ),
        (
            "'\u{e4}' + x",
            "ERROR: <input>:1:7: undeclared reference to 'x' (in container '')\n | '\u{e4}' + x\n | .\u{ff0e}....^",
        ),
        (
            "x.y(z)",
            "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x.y(z)\n | ^\n\
             ERROR: <input>:1:4: undeclared reference to 'y' (in container '')\n | x.y(z)\n | ...^\n\
             ERROR: <input>:1:5: undeclared reference to 'z' (in container '')\n | x.y(z)\n | ....^",
        ),
        (
            "[1, 'a', true ? 1 : 'b']",
            "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a', true ? 1 : 'b']\n | ....^\n\
             ERROR: <input>:1:15: found no matching overload for '_?_:_' applied to '(bool, int, string)'\n | [1, 'a', true ? 1 : 'b']\n | ..............^",
        ),
    ] {
        let error = compiled(text).map(|(_, kind)| kind).expect_err(text);
        assert!(error.message.starts_with(shown), "{text}:\n{error}\nis not\n{shown}");
    }
    let many = vec!["nope"; 130].join(" + ");
    let error = compiled(&many).map(|(_, kind)| kind).expect_err("130 names that nothing declares");
    assert_eq!(error.message.matches("ERROR: ").count(), 100);
    assert!(error.message.ends_with("\n30 more errors were truncated"));
}

#[test]
fn texts_are_read_as_what_they_stand_for() {
    let object = json!({
        "since": "2024-02-29T12:00:00Z", "wait": "90m", "data": "aGk=", "name": "2024-02-29T12:00:00Z",
        "times": ["2024-01-01T00:00:00Z", "2024-06-01"],
    });
    for (text, want) in [
        ("self.since.getFullYear() == 2024 && self.since.getDayOfYear() == 59", json!(true)),
        ("self.since + self.wait == timestamp('2024-02-29T13:30:00Z')", json!(true)),
        ("self.wait.getMinutes()", json!(90)),
        ("string(self.data) == 'hi' && size(self.data) == 2", json!(true)),
        ("self.times.all(t, t.getFullYear() == 2024) && self.times[1].getMonth() == 5", json!(true)),
        ("timestamp(self.name) == self.since", json!(true)),
        ("self.since.getHours('Asia/Tokyo') == 21 && self.since.getHours('-02:30') == 9", json!(true)),
    ] {
        let (program, _) = compiled(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut variables = Variables::new();
        variables.insert("self", Value::from(&object));
        let value = program.evaluate(&variables, &mut Budget::new(100_000));
        let value = value.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(value.json(), Some(want), "{text}");
    }
}

#[test]
fn bits_and_shifts() {
    check(
        "math.bitNot(0) == -1 && math.bitShiftLeft(1, 3) == 8 && math.bitShiftRight(-1, 60) == 15",
        json!(true),
    );
    check("math.bitShiftLeft(1, 64) == 0 && math.bitShiftRight(8u, 2) == 2u", json!(true));
    check("math.bitAnd(6u, 3u) == 2u && math.bitOr(6, 1) == 7 && math.bitXor(6u, 3u) == 5u", json!(true));
    fails("math.bitShiftLeft(1, -1)", "negative offset");
}

/// Knows one answer, and notes what it is asked.
#[derive(Debug, Default)]
struct Known(std::sync::Mutex<Vec<Question>>);

impl Permissions for Known {
    fn decide(&self, question: &Question) -> Option<Answer> {
        self.0.lock().expect("not poisoned").push(question.clone());
        let allowed = question.verb == "get";
        (question.verb != "later").then(|| Answer { allowed, reason: "told".into(), error: String::new() })
    }
}

#[test]
fn permissions() {
    let known = std::sync::Arc::new(Known::default());
    let question =
        Question { resource: "pods".into(), namespace: "n".into(), name: "p".into(), ..Question::default() };
    let mut variables = Variables::new();
    variables.insert("authorizer", Value::Check(Check::start(known.clone()).into()));
    let own = Check::resource(known.clone(), question.clone());
    variables.insert("authorizer.requestResource", Value::Check(own.into()));
    let run = |text: &str| {
        let (program, kind) = Program::compile(text, &[("authorizer", AUTHORIZER)]).expect(text);
        assert_eq!(kind, Type::Bool, "{text}");
        program.evaluate(&variables, &mut Budget::new(1000)).map(|value| value.json())
    };
    for (text, want) in [
        ("authorizer.group('').resource('pods').namespace('n').check('get').allowed()", true),
        (
            "authorizer.group('apps').resource('x').subresource('status').name('a').check('put').allowed()",
            false,
        ),
        ("authorizer.path('/healthz').check('get').reason() == 'told'", true),
        ("authorizer.serviceAccount('n', 'sa').group('').resource('a').check('get').errored()", false),
        ("authorizer.requestResource.check('get').allowed()", true),
        ("authorizer.requestResource.check('later').allowed() || true", true),
    ] {
        assert_eq!(run(text), Ok(Some(json!(want))), "{text}");
    }
    assert_eq!(run("authorizer.path('/').check('later').allowed()"), Err(EvalError::Unanswered));
    let asked = known.0.lock().expect("not poisoned").clone();
    assert_eq!(asked[3].service_account, Some(("n".into(), "sa".into())));
    assert_eq!(asked[4], Question { verb: "get".into(), ..question });
    for (text, why) in [
        ("authorizer.group('').check('get')", "found no matching overload for 'check'"),
        ("authorizer.resource('pods')", "found no matching overload for 'resource'"),
        ("authorizer.nope", "does not support field selection"),
    ] {
        let error =
            Program::compile(text, &[("authorizer", AUTHORIZER)]).map(|(_, kind)| kind).expect_err(text);
        assert!(error.message.contains(why), "{text}: {error}");
    }
}

#[test]
fn syntax_errors_show_their_place() {
    let told = |text: &str| Program::parse(text, &["self"]).expect_err(text).message;
    let message = told("self.a +\n  'ä' $ 1");
    assert_eq!(
        message,
        "ERROR: <input>:2:7: Syntax error: token recognition error at '$'\n |   'ä' $ 1\n | ...\u{ff0e}..^"
    );
    let message = told("self.");
    assert!(message.starts_with("ERROR: <input>:1:6: Syntax error: "), "{message}");
    assert!(message.ends_with("\n | self.\n | .....^"), "{message}");
    assert!(!told("self.x(").is_empty());
}

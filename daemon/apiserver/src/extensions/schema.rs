//! What may not be in the schema of a definition: it must be structural, hold defaults that fit, and
//! say nothing that the server can't keep to. The schema is judged as the JSON that it is written in.

use apimachinery::invalid::{Field, Violation};
use apimachinery::structural::Structural;
use serde_json::{Value, json};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const LIST_TYPE: &str = "x-kubernetes-list-type";
const LIST_KEYS: &str = "x-kubernetes-list-map-keys";
const MAP_TYPE: &str = "x-kubernetes-map-type";
const EMBEDDED: &str = "x-kubernetes-embedded-resource";
const PRESERVES: &str = "x-kubernetes-preserve-unknown-fields";
const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
const RULES: &str = "x-kubernetes-validations";

/// What may stand at the root where the status is a part of its own, as upstream names it and in JSON.
const AT_ROOT: [(&str, &str); 22] = [
    ("Description", "description"),
    ("Type", "type"),
    ("Format", "format"),
    ("Title", "title"),
    ("Maximum", "maximum"),
    ("ExclusiveMaximum", "exclusiveMaximum"),
    ("Minimum", "minimum"),
    ("ExclusiveMinimum", "exclusiveMinimum"),
    ("MaxLength", "maxLength"),
    ("MinLength", "minLength"),
    ("Pattern", "pattern"),
    ("MaxItems", "maxItems"),
    ("MinItems", "minItems"),
    ("UniqueItems", "uniqueItems"),
    ("MultipleOf", "multipleOf"),
    ("Required", "required"),
    ("Items", "items"),
    ("Properties", "properties"),
    ("ExternalDocs", "externalDocs"),
    ("Example", "example"),
    ("XPreserveUnknownFields", PRESERVES),
    ("XValidations", RULES),
];

/// A schema, or a part of one.
#[derive(Clone, Copy)]
struct Part<'s>(&'s Value);

impl<'s> Part<'s> {
    fn text(self, name: &str) -> &'s str {
        self.0[name].as_str().unwrap_or_default()
    }

    fn is(self, name: &str) -> bool {
        self.0[name] == true
    }

    fn has(self, name: &str) -> bool {
        !self.0[name].is_null()
    }

    fn list(self, name: &str) -> &'s [Value] {
        self.0[name].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    fn texts(self, name: &str) -> impl Iterator<Item = &'s str> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    fn fields(self, name: &str) -> impl Iterator<Item = (&'s String, Part<'s>)> {
        self.0[name].as_object().into_iter().flatten().map(|(name, below)| (name, Part(below)))
    }

    fn property(self, name: &str) -> Option<Part<'s>> {
        self.0["properties"].get(name).map(Part)
    }

    /// A schema in a place where there may be a truth or a list in its stead.
    fn below(self, name: &str) -> Option<Part<'s>> {
        Some(Part(&self.0[name])).filter(|below| below.0.is_object())
    }
}

/// What is wrong with a schema; `status` tells whether the status is a part of its own.
pub fn check(schema: &Value, status: bool, field: &Field, wrong: &mut Vec<Violation>) {
    let root = Part(schema);
    if status {
        at_root(root, field, wrong);
    }
    if root.is("nullable") {
        wrong.push(Violation::forbidden(&field.child("nullable"), "nullable cannot be true at the root"));
    }
    let mut found = Vec::new();
    structural(root, Level::Root, field, &mut found);
    completeness(root, Some(root), field, field, &mut found);
    found.sort_by_cached_key(ToString::to_string);
    if found.is_empty() {
        defaults(root, true, field, wrong);
    }
    wrong.append(&mut found);
    openapi(root, &Inside { root: true, ..Inside::default() }, field, wrong);
}

fn at_root(root: Part<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    let kind = root.text("type");
    if !kind.is_empty() && kind != "object" {
        let why = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
        return wrong.push(Violation::invalid(&field.child("type"), kind, why));
    }
    let is_zero = |value: &Value| *value == json!(false) || *value == json!("") || value.is_null();
    let mut names = root.0.as_object().into_iter().flatten().filter(|(_, value)| !is_zero(value));
    if names.any(|(name, _)| !AT_ROOT.iter().any(|(_, allowed)| allowed == name)) {
        let allowed = AT_ROOT.map(|(name, _)| name).join(" ");
        let why = format!(
            "only [{allowed}] fields are allowed at the root of the schema if the status subresource is enabled"
        );
        wrong.push(Violation::invalid_value(field, root.0, &why));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// Types must be told where values are described, and only there.
fn structural(schema: Part<'_>, level: Level, field: &Field, wrong: &mut Vec<Violation>) {
    let kind = schema.text("type");
    let at = |name: &str| field.child(name);
    if kind == "array" && !schema.has("items") {
        wrong.push(Violation::required(&at("items"), "must be specified"));
    }
    if let Some(items) = schema.below("items") {
        structural(items, Level::Item, &at("items"), wrong);
    }
    for (name, below) in schema.fields("properties") {
        structural(below, Level::Field, &at("properties").key(name), wrong);
    }
    if schema.has("additionalProperties") && level == Level::Root {
        wrong.push(Violation::forbidden(&at("additionalProperties"), "must not be used at the root"));
    }
    if let Some(below) = schema.below("additionalProperties") {
        structural(below, Level::Field, &at("additionalProperties"), wrong);
    }
    for name in [PRESERVES, EMBEDDED].into_iter().filter(|name| schema.is(INT_OR_STRING) && schema.is(name)) {
        let why = "must be false if x-kubernetes-int-or-string is true";
        wrong.push(Violation::invalid_value(&at(name), &true, why));
    }
    let either = |list: &[Value]| list == [json!({"type": "integer"}), json!({"type": "string"})];
    let skips_any = either(schema.list("anyOf"));
    let skips_first = schema.list("allOf").first().is_some_and(|first| either(Part(first).list("anyOf")));
    validation(schema, skips_any, skips_first, field, wrong);
    let embedded = schema.is(EMBEDDED);
    let why = "must be object if x-kubernetes-embedded-resource is true";
    match kind {
        "" if embedded => wrong.push(Violation::required(&at("type"), why)),
        kind if embedded && kind != "object" => wrong.push(Violation::invalid(&at("type"), kind, why)),
        "" if !schema.is(INT_OR_STRING) && !schema.is(PRESERVES) => {
            let why = match level {
                Level::Root => "must not be empty at the root",
                Level::Item => "must not be empty for specified array items",
                Level::Field => "must not be empty for specified object fields",
            };
            wrong.push(Violation::required(&at("type"), why));
        }
        _ => {}
    }
    if embedded && schema.has("additionalProperties") {
        let why = "must not be used if x-kubernetes-embedded-resource is set";
        wrong.push(Violation::forbidden(&at("additionalProperties"), why));
    }
    if level == Level::Root && !kind.is_empty() && kind != "object" {
        wrong.push(Violation::invalid(&at("type"), kind, "must be object at the root"));
    }
    let heads = level == Level::Root || embedded;
    let place = |name: &str| at("properties").key(name);
    for name in ["kind", "apiVersion"].into_iter().filter(|_| heads) {
        if let Some(kind) =
            schema.property(name).map(|below| below.text("type")).filter(|one| *one != "string")
        {
            wrong.push(Violation::invalid(&place(name).child("type"), kind, "must be string"));
        }
    }
    if let Some(below) = schema.property("metadata") {
        let kind = below.text("type");
        if heads && kind != "object" {
            wrong.push(Violation::invalid(&place("metadata").child("type"), kind, "must be object"));
        }
        if level == Level::Root && !is_plain_metadata(below) {
            let why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
            wrong.push(Violation::forbidden(&place("metadata"), why));
        }
    }
    if embedded && !schema.is(PRESERVES) && schema.fields("properties").next().is_none() {
        let why = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
        wrong.push(Violation::required(&at("properties"), why));
    }
}

fn is_plain_metadata(schema: Part<'_>) -> bool {
    schema.0.as_object().into_iter().flatten().all(|(name, value)| match name.as_str() {
        "type" | "default" => true,
        "properties" => schema.fields(name).all(|(name, _)| matches!(name.as_str(), "name" | "generateName")),
        _ => value.is_null() || *value == json!(false) || *value == json!(""),
    })
}

/// What values must be beyond their types.
fn validation(
    schema: Part<'_>,
    skips_any: bool,
    skips_first: bool,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    for (name, skips) in [("anyOf", skips_any), ("allOf", false), ("oneOf", false)] {
        for (index, below) in schema.list(name).iter().enumerate().filter(|_| !skips) {
            let skips = name == "allOf" && skips_first && index == 0;
            nested(Part(below), skips, &field.child(name).index(index), wrong);
        }
    }
    if let Some(below) = schema.below("not") {
        nested(below, false, &field.child("not"), wrong);
    }
    let pattern = schema.text("pattern");
    if let Err(error) = regex::Regex::new(pattern) {
        let why = format!("must be a valid regular expression, but isn't: {error}");
        wrong.push(Violation::invalid(&field.child("pattern"), pattern, &why));
    }
}

/// Under a word of logic there is nothing that describes values.
fn nested(schema: Part<'_>, skips_any: bool, field: &Field, wrong: &mut Vec<Violation>) {
    validation(schema, skips_any, false, field, wrong);
    if let Some(below) = schema.below("items") {
        nested(below, false, &field.child("items"), wrong);
    }
    for (name, below) in schema.fields("properties") {
        nested(below, false, &field.child("properties").key(name), wrong);
    }
    let lists = |name: &str| !schema.list(name).is_empty();
    for (name, is_there, how) in [
        ("type", !schema.text("type").is_empty(), "empty"),
        ("additionalProperties", schema.has("additionalProperties"), "undefined"),
        ("default", schema.has("default"), "undefined"),
        ("title", !schema.text("title").is_empty(), "empty"),
        ("description", !schema.text("description").is_empty(), "empty"),
        ("nullable", schema.is("nullable"), "false"),
        ("externalDocs", schema.has("externalDocs"), "undefined"),
        (PRESERVES, schema.is(PRESERVES), "false"),
        (EMBEDDED, schema.is(EMBEDDED), "false"),
        (INT_OR_STRING, schema.is(INT_OR_STRING), "false"),
        (LIST_KEYS, lists(LIST_KEYS), "empty"),
        (LIST_TYPE, schema.has(LIST_TYPE), "undefined"),
        (MAP_TYPE, schema.has(MAP_TYPE), "undefined"),
        (RULES, lists(RULES), "empty"),
    ] {
        if is_there {
            wrong.push(Violation::forbidden(&field.child(name), &format!("must be {how} to be structural")));
        }
    }
    if schema.property("metadata").is_some() {
        let place = field.child("properties").key("metadata");
        wrong.push(Violation::forbidden(&place, "must not be specified in a nested context"));
    }
}

/// What the root asks of values under words of logic must be described outside of them. `place` is where
/// it is described, `field` where it is asked.
fn completeness(
    asked: Part<'_>,
    described: Option<Part<'_>>,
    place: &Field,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let mut below = Vec::new();
    for name in ["allOf", "anyOf", "oneOf"] {
        for (index, one) in asked.list(name).iter().enumerate() {
            below.push((Part(one), field.child(name).index(index)));
        }
    }
    below.extend(asked.below("not").map(|one| (one, field.child("not"))));
    for (one, field) in below {
        asked_below(one, described, place, &field, wrong);
    }
}

fn asked_below(
    asked: Part<'_>,
    described: Option<Part<'_>>,
    place: &Field,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let Some(schema) = described else {
        return wrong.push(Violation::required(place, &format!("because it is defined in {field}")));
    };
    completeness(asked, described, place, field, wrong);
    if let Some(items) = asked.below("items") {
        let (place, field) = (place.child("items"), field.child("items"));
        asked_below(items, schema.below("items"), &place, &field, wrong);
    }
    for (name, one) in asked.fields("properties") {
        let [place, field] = [place, field].map(|field| field.child("properties").key(name));
        asked_below(one, schema.property(name), &place, &field, wrong);
    }
}

/// A default must be a value of its schema, which knows each of its fields.
fn defaults(schema: Part<'_>, root: bool, field: &Field, wrong: &mut Vec<Violation>) {
    if schema.has("default") {
        let (place, value) = (field.child("default"), &schema.0["default"]);
        if let Ok(parsed) = Structural::parse(schema.0, &field.to_string()) {
            if parsed.drops_from(value) {
                wrong.push(Violation::invalid_value(&place, value, "must not have unknown fields"));
            }
            wrong.extend(parsed.misfits(value, &place));
        }
    }
    if let Some(items) = schema.below("items") {
        defaults(items, false, &field.child("items"), wrong);
    }
    let heads = root || schema.is(EMBEDDED);
    for (name, below) in schema.fields("properties") {
        // Those of an object's head are for its head to judge.
        if !(heads && matches!(name.as_str(), "metadata" | "apiVersion" | "kind")) {
            defaults(below, false, &field.child("properties").key(name), wrong);
        }
    }
}

/// Where a part of a schema is.
#[derive(Clone, Copy, Default)]
struct Inside {
    root: bool,
    /// Within the head of an object.
    head: bool,
    /// Why there may be no default.
    defaultless: Option<&'static str>,
}

/// What holds for all schemas, described values or not.
fn openapi(schema: Part<'_>, inside: &Inside, field: &Field, wrong: &mut Vec<Violation>) {
    let at = |name: &str| field.child(name);
    standard(schema, inside, field, wrong);
    if schema.is("uniqueItems") {
        let why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        wrong.push(Violation::forbidden(&at("uniqueItems"), why));
    }
    let deeper = Inside { root: false, ..*inside };
    if schema.has("additionalProperties") {
        if schema.fields("properties").next().is_some() && !schema.is("additionalProperties") {
            let why = "additionalProperties and properties are mutual exclusive";
            wrong.push(Violation::forbidden(&at("additionalProperties"), why));
        }
        let mut deeper = deeper;
        if inside.head {
            deeper.defaultless = Some(" inside additionalProperties applying to object metadata");
        }
        if let Some(below) = schema.below("additionalProperties") {
            openapi(below, &deeper, &at("additionalProperties"), wrong);
        }
    }
    for (name, below) in schema.fields("properties") {
        let mut deeper = deeper;
        let top = match name.as_str() {
            "metadata" => " in top-level metadata",
            "kind" => " in top-level kind",
            "apiVersion" => " in top-level apiVersion",
            _ => "",
        };
        if !top.is_empty() && (inside.root || schema.is(EMBEDDED)) {
            deeper.head = true;
            if inside.root {
                deeper.defaultless = Some(top);
            }
        }
        openapi(below, &deeper, &at("properties").key(name), wrong);
    }
    if let Some(below) = schema.below("not") {
        openapi(below, &deeper, &at("not"), wrong);
    }
    for name in ["allOf", "oneOf", "anyOf"] {
        for (index, below) in schema.list(name).iter().enumerate() {
            openapi(Part(below), &deeper, &at(name).index(index), wrong);
        }
    }
    if let Some(below) = schema.below("items") {
        openapi(below, &deeper, &at("items"), wrong);
    }
    if schema.0[PRESERVES] == false {
        wrong.push(Violation::invalid_value(&at(PRESERVES), &false, "must be true or undefined"));
    }
    merging(schema, field, wrong);
    for (index, rule) in schema.list(RULES).iter().enumerate() {
        rule_words(Part(rule), &at(RULES).index(index), wrong);
    }
}

fn standard(schema: Part<'_>, inside: &Inside, field: &Field, wrong: &mut Vec<Violation>) {
    let kind = schema.text("type");
    if !kind.is_empty() && !TYPES.contains(&kind) {
        wrong.push(Violation::unsupported(&field.child("type"), kind, &TYPES));
    }
    if let Some(why) = inside.defaultless.filter(|_| schema.has("default")) {
        wrong.push(Violation::forbidden(&field.child("default"), &format!("must not be set{why}")));
    }
    for name in ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] {
        let empty = schema.0[name] == json!("") || schema.0[name] == json!({}) && name != "dependencies";
        if schema.has(name) && !empty {
            wrong.push(Violation::forbidden(&field.child(name), &format!("{name} is not supported")));
        }
    }
    if kind == "null" {
        let why = "type cannot be set to null, use nullable as an alternative";
        wrong.push(Violation::forbidden(&field.child("type"), why));
    }
    if !schema.list("items").is_empty() {
        let why = "items must be a schema object and not an array";
        wrong.push(Violation::forbidden(&field.child("items"), why));
    }
    if inside.head && schema.is(EMBEDDED) {
        let why = "must not be used inside of resource meta";
        wrong.push(Violation::forbidden(&field.child(EMBEDDED), why));
    }
}

/// How lists and maps are merged.
fn merging(schema: Part<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    let at = |name: &str| field.child(name);
    let (kind, items) = (schema.text("type"), schema.below("items"));
    let of_type = |wanted: &str, by: &str, wrong: &mut Vec<Violation>| {
        let why = format!("must be {wanted} if {by} is specified");
        match kind {
            "" => wrong.push(Violation::required(&at("type"), &why)),
            kind => wrong.push(Violation::invalid(&at("type"), kind, &why)),
        }
    };
    if schema.has(MAP_TYPE) {
        if kind != "object" {
            of_type("object", MAP_TYPE, wrong);
        }
        let given = schema.text(MAP_TYPE);
        if !matches!(given, "atomic" | "granular") {
            wrong.push(Violation::unsupported(&at(MAP_TYPE), given, &["atomic", "granular"]));
        }
    }
    let given = schema.text(LIST_TYPE);
    if schema.has(LIST_TYPE) && kind != "array" {
        of_type("array", LIST_TYPE, wrong);
    } else if let Some(items) = items.filter(|_| given == "set") {
        let why = "must be atomic as item of a list with x-kubernetes-list-type=set";
        match items.text("type") {
            "array" if !matches!(items.text(LIST_TYPE), "" | "atomic") => {
                wrong.push(Violation::invalid(&at("items").child(LIST_TYPE), items.text(LIST_TYPE), why));
            }
            "object" if items.text(MAP_TYPE) != "atomic" => {
                let (place, shown) = (at("items").child(MAP_TYPE), &items.0[LIST_TYPE]);
                wrong.push(Violation::invalid_value(&place, shown, why));
            }
            _ => {}
        }
    }
    if schema.has(LIST_TYPE) && !matches!(given, "atomic" | "set" | "map") {
        wrong.push(Violation::unsupported(&at(LIST_TYPE), given, &["atomic", "set", "map"]));
    }
    let keys: Vec<&str> = schema.texts(LIST_KEYS).collect();
    if !keys.is_empty() && given != "map" {
        let why = "must be map if x-kubernetes-list-map-keys is non-empty";
        if schema.has(LIST_TYPE) {
            wrong.push(Violation::invalid(&at(LIST_TYPE), given, why));
        } else {
            wrong.push(Violation::required(&at(LIST_TYPE), why));
        }
    }
    if given == "map" {
        keyed(schema, &keys, field, wrong);
    }
    let Some(items) = items.filter(|_| matches!(given, "set" | "map")) else { return };
    if items.is("nullable") {
        let why = format!("cannot be nullable when x-kubernetes-list-type is {given}");
        wrong.push(Violation::forbidden(&at("items").child("nullable"), &why));
    }
    for key in keys.iter().filter(|_| given == "map") {
        let Some(property) = items.property(key) else { continue };
        let place = at("items").child("properties").key(key);
        let why = "this property is in x-kubernetes-list-map-keys, so it";
        if !items.texts("required").any(|name| name == *key) && !property.has("default") {
            let why = format!("{why} must have a default or be a required property");
            wrong.push(Violation::required(&place.child("default"), &why));
        }
        if property.is("nullable") {
            wrong.push(Violation::forbidden(&place.child("nullable"), &format!("{why} cannot be nullable")));
        }
    }
}

/// A list whose elements are told apart by keys.
fn keyed(schema: Part<'_>, keys: &[&str], field: &Field, wrong: &mut Vec<Violation>) {
    let at = |name: &str| field.child(name);
    if keys.is_empty() {
        let why = "must not be empty if x-kubernetes-list-type is map";
        wrong.push(Violation::required(&at(LIST_KEYS), why));
    }
    if !schema.has("items") {
        let why = "must have a schema if x-kubernetes-list-type is map";
        return wrong.push(Violation::required(&at("items"), why));
    }
    let Some(items) = schema.below("items") else {
        let why = "must only have a single schema if x-kubernetes-list-type is map";
        return wrong.push(Violation::invalid_value(&at("items"), &schema.0["items"], why));
    };
    let kind = items.text("type");
    if kind != "object" {
        let why = "must be object if parent array's x-kubernetes-list-type is map";
        return wrong.push(Violation::invalid(&at("items").child("type"), kind, why));
    }
    for (index, key) in keys.iter().enumerate() {
        match items.property(key).map(|property| property.text("type")) {
            Some("array" | "object") => {
                let place = at("items").child("properties").key(key).child("type");
                let why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                wrong.push(Violation::invalid(&place, kind, why));
            }
            Some(_) => {}
            None => {
                let why = "entries must all be names of item properties";
                wrong.push(Violation::invalid_value(&at(LIST_KEYS), &keys, why));
            }
        }
        if keys[..index].contains(key) {
            let why = "must not contain duplicate entries";
            wrong.push(Violation::invalid_value(&at(LIST_KEYS), &keys, why));
        }
    }
}

/// What a rule says beside its expressions.
fn rule_words(rule: Part<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    let at = |name: &str| field.child(name);
    let breaks = |text: &str| text.contains(['\n', '\r']);
    let (message, trimmed) = (rule.text("message"), rule.text("message").trim());
    if rule.text("rule").trim().is_empty() {
        wrong.push(Violation::required(&at("rule"), "rule is not specified"));
    } else if !message.is_empty() && trimmed.is_empty() {
        wrong.push(Violation::invalid(&at("message"), message, "message must be non-empty if specified"));
    } else if breaks(trimmed) {
        wrong.push(Violation::invalid(&at("message"), message, "message must not contain line breaks"));
    } else if breaks(rule.text("rule").trim()) && trimmed.is_empty() {
        let why = "message must be specified if rule contains line breaks";
        wrong.push(Violation::required(&at("message"), why));
    }
    let expression = rule.text("messageExpression");
    if !expression.is_empty() && expression.trim().is_empty() {
        let why = "messageExpression must be non-empty if specified";
        wrong.push(Violation::required(&at("messageExpression"), why));
    }
    const REASONS: [&str; 4] =
        ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
    if rule.has("reason") && !REASONS.contains(&rule.text("reason")) {
        wrong.push(Violation::unsupported(&at("reason"), rule.text("reason"), &REASONS));
    }
    let path = rule.text("fieldPath");
    if !path.is_empty() && path.trim().is_empty() {
        wrong.push(Violation::invalid(&at("fieldPath"), path, "fieldPath must be non-empty if specified"));
    }
    if breaks(path) {
        wrong.push(Violation::invalid(&at("fieldPath"), path, "fieldPath must not contain line breaks"));
    }
}

/// What is wrong with the fields that objects can be selected by.
pub fn selectable(paths: &[&str], schema: &Value, field: &Field, wrong: &mut Vec<Violation>) {
    /// The most fields that there may be.
    const MOST: usize = 8;
    let mut seen: Vec<&str> = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let place = field.index(index).child("jsonPath");
        if path.is_empty() {
            wrong.push(Violation::required(&place, ""));
            continue;
        }
        let Some(found) = find(path, schema) else {
            let why = "is an invalid path: does not refer to a valid field";
            wrong.push(Violation::invalid(&place, path, why));
            continue;
        };
        if path.split('.').nth(1) == Some("metadata") {
            wrong.push(Violation::invalid(&place, path, "must not point to fields in metadata"));
        }
        if !matches!(found.text("type"), "string" | "boolean" | "integer") {
            let why = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
            wrong.push(Violation::invalid(&place, path, why));
        }
        if seen.contains(path) {
            wrong.push(Violation::duplicate(&place, path));
        } else {
            seen.push(path);
        }
    }
    if seen.len() > MOST {
        wrong.push(Violation::too_many(field, seen.len(), MOST));
    }
}

/// The schema of what a path of fields, each with a dot before it, leads to.
fn find<'s>(path: &str, schema: &'s Value) -> Option<Part<'s>> {
    let names = path.strip_prefix('.')?.split('.');
    names.into_iter().try_fold(Part(schema), |schema, name| {
        Some(name).filter(|name| !name.is_empty())?;
        schema.property(name).or_else(|| schema.below("additionalProperties"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn found(schema: Value, status: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        check(&schema, status, &Field::root("s"), &mut wrong);
        wrong.iter().map(ToString::to_string).collect()
    }

    /// A schema with a property `a`.
    fn with(property: Value) -> Value {
        json!({"type": "object", "properties": {"a": property}})
    }

    fn at_root(more: Value) -> Value {
        let mut schema: Map<String, Value> = Map::new();
        schema.insert("type".into(), json!("object"));
        schema.extend(more.as_object().cloned().unwrap_or_default());
        Value::Object(schema)
    }

    #[test]
    fn each_rule_refuses_and_accepts() {
        let text = || json!({"type": "string"});
        let keyed = |more: Value| {
            let mut list = json!({
                "type": "array", LIST_TYPE: "map", LIST_KEYS: ["k"],
                "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}}},
            });
            apimachinery::patch::merge(&mut list, more);
            with(list)
        };
        let rule = |more: Value| {
            let mut rule = json!({"rule": "true"});
            apimachinery::patch::merge(&mut rule, more);
            with(json!({"type": "string", RULES: [rule]}))
        };
        let embedded = |more: Value| {
            let mut schema = json!({"type": "object", EMBEDDED: true, PRESERVES: true});
            apimachinery::patch::merge(&mut schema, more);
            with(schema)
        };
        for (wrong, said, right) in [
            (json!({}), "s.type: Required value: must not be empty at the root", with(text())),
            (
                json!({"type": "string"}),
                "s.type: Invalid value: \"string\": must be object at the root",
                with(text()),
            ),
            (
                with(json!({})),
                "s.properties[a].type: Required value: must not be empty for specified object fields",
                with(json!({PRESERVES: true})),
            ),
            (
                with(json!({"type": "array", "items": {}})),
                "s.properties[a].items.type: Required value: must not be empty for specified array items",
                with(json!({"type": "array", "items": text()})),
            ),
            (
                with(json!({"type": "array"})),
                "s.properties[a].items: Required value: must be specified",
                with(json!({INT_OR_STRING: true})),
            ),
            (
                with(json!({"type": "array", "items": [text()]})),
                "s.properties[a].items: Forbidden: items must be a schema object and not an array",
                with(text()),
            ),
            (
                at_root(json!({"nullable": true})),
                "s.nullable: Forbidden: nullable cannot be true at the root",
                with(json!({"type": "string", "nullable": true})),
            ),
            (
                at_root(json!({"additionalProperties": text()})),
                "s.additionalProperties: Forbidden: must not be used at the root",
                with(json!({"type": "object", "additionalProperties": text()})),
            ),
            (
                with(json!({"type": "object", "properties": {"b": text()}, "additionalProperties": false})),
                "s.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
                with(json!({"type": "object", "properties": {"b": text()}, "additionalProperties": true})),
            ),
            (
                with(json!({"type": "text"})),
                "s.properties[a].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"",
                with(json!({"type": "number"})),
            ),
            (
                with(json!({"type": "null"})),
                "s.properties[a].type: Forbidden: type cannot be set to null, use nullable as an alternative",
                with(text()),
            ),
            (
                with(json!({"type": "string", "id": "a"})),
                "s.properties[a].id: Forbidden: id is not supported",
                with(text()),
            ),
            (
                with(json!({"type": "string", "$ref": "a"})),
                "s.properties[a].$ref: Forbidden: $ref is not supported",
                with(text()),
            ),
            (
                with(json!({"type": "string", "definitions": {"a": text()}})),
                "s.properties[a].definitions: Forbidden: definitions is not supported",
                with(text()),
            ),
            (
                with(json!({"type": "object", "patternProperties": {"a": text()}})),
                "s.properties[a].patternProperties: Forbidden: patternProperties is not supported",
                with(text()),
            ),
            (
                with(json!({"type": "array", "items": text(), "uniqueItems": true})),
                "s.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true",
                with(json!({"type": "array", "items": text(), LIST_TYPE: "set"})),
            ),
            (
                with(json!({"type": "string", "pattern": "("})),
                "s.properties[a].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: ",
                with(json!({"type": "string", "pattern": "a+"})),
            ),
            (
                with(json!({"type": "string", "allOf": [{"type": "string"}]})),
                "s.properties[a].allOf[0].type: Forbidden: must be empty to be structural",
                with(json!({"type": "string", "allOf": [{"maxLength": 3}]})),
            ),
            (
                with(json!({INT_OR_STRING: true, "anyOf": [{"type": "string"}, {"type": "integer"}]})),
                "s.properties[a].anyOf[0].type: Forbidden: must be empty to be structural",
                with(json!({INT_OR_STRING: true, "anyOf": [{"type": "integer"}, {"type": "string"}]})),
            ),
            (
                with(json!({INT_OR_STRING: true, "oneOf": [{"default": 1}]})),
                "s.properties[a].oneOf[0].default: Forbidden: must be undefined to be structural",
                with(
                    json!({INT_OR_STRING: true, "allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}]}),
                ),
            ),
            (
                with(json!({"type": "string", "not": {"nullable": true}})),
                "s.properties[a].not.nullable: Forbidden: must be false to be structural",
                with(json!({"type": "string", "not": {"enum": ["a"]}})),
            ),
            (
                at_root(json!({"anyOf": [{"properties": {"b": {"maxLength": 1}}}]})),
                "s.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]",
                at_root(
                    json!({"properties": {"b": text()}, "anyOf": [{"properties": {"b": {"maxLength": 1}}}]}),
                ),
            ),
            (
                at_root(json!({"properties": {"metadata": text()}})),
                "s.properties[metadata].type: Invalid value: \"string\": must be object",
                at_root(json!({"properties": {"metadata": {"type": "object"}}})),
            ),
            (
                at_root(
                    json!({"properties": {"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}}),
                ),
                "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName",
                at_root(
                    json!({"properties": {"metadata": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}}}}),
                ),
            ),
            (
                at_root(json!({"properties": {"kind": {"type": "integer"}}})),
                "s.properties[kind].type: Invalid value: \"integer\": must be string",
                at_root(json!({"properties": {"kind": text()}})),
            ),
            (
                at_root(json!({"properties": {"kind": {"type": "string", "default": "K"}}})),
                "s.properties[kind].default: Forbidden: must not be set in top-level kind",
                with(json!({"type": "string", "default": "K"})),
            ),
            (
                at_root(
                    json!({"anyOf": [{"properties": {"metadata": {}}}], "properties": {"metadata": {"type": "object"}}}),
                ),
                "s.anyOf[0].properties[metadata]: Forbidden: must not be specified in a nested context",
                with(text()),
            ),
            (
                embedded(json!({"type": "string"})),
                "s.properties[a].type: Invalid value: \"string\": must be object if x-kubernetes-embedded-resource is true",
                embedded(json!({})),
            ),
            (
                embedded(json!({PRESERVES: null})),
                "s.properties[a].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without",
                embedded(json!({PRESERVES: null, "properties": {"spec": {"type": "object"}}})),
            ),
            (
                embedded(json!({"additionalProperties": text()})),
                "s.properties[a].additionalProperties: Forbidden: must not be used if x-kubernetes-embedded-resource is set",
                embedded(json!({})),
            ),
            (
                with(json!({INT_OR_STRING: true, PRESERVES: true})),
                "s.properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true",
                with(json!({INT_OR_STRING: true})),
            ),
            (
                with(json!({"type": "object", PRESERVES: false})),
                "s.properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined",
                with(json!({"type": "object", PRESERVES: true})),
            ),
            (
                with(json!({"type": "integer", "default": "1"})),
                "s.properties[a].default: Invalid value: \"string\": s.properties[a].default in body must be of type integer",
                with(json!({"type": "integer", "default": 1})),
            ),
            (
                with(json!({"type": "object", "default": {"b": 1}})),
                "s.properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields",
                with(
                    json!({"type": "object", "default": {"b": 1}, "properties": {"b": {"type": "integer"}}}),
                ),
            ),
            (
                with(json!({"type": "string", MAP_TYPE: "atomic"})),
                "s.properties[a].type: Invalid value: \"string\": must be object if x-kubernetes-map-type is specified",
                with(json!({"type": "object", MAP_TYPE: "atomic"})),
            ),
            (
                with(json!({"type": "object", MAP_TYPE: "set"})),
                "s.properties[a].x-kubernetes-map-type: Unsupported value: \"set\": supported values: \"atomic\", \"granular\"",
                with(json!({"type": "object", MAP_TYPE: "granular"})),
            ),
            (
                with(json!({"type": "object", LIST_TYPE: "set"})),
                "s.properties[a].type: Invalid value: \"object\": must be array if x-kubernetes-list-type is specified",
                with(text()),
            ),
            (
                with(json!({"type": "array", "items": text(), LIST_TYPE: "bag"})),
                "s.properties[a].x-kubernetes-list-type: Unsupported value: \"bag\": supported values: \"atomic\", \"set\", \"map\"",
                with(json!({"type": "array", "items": text(), LIST_TYPE: "atomic"})),
            ),
            (
                with(json!({"type": "array", LIST_TYPE: "set", "items": {"type": "object"}})),
                "s.properties[a].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
                with(
                    json!({"type": "array", LIST_TYPE: "set", "items": {"type": "object", MAP_TYPE: "atomic"}}),
                ),
            ),
            (
                with(
                    json!({"type": "array", LIST_TYPE: "set", "items": {"type": "string", "nullable": true}}),
                ),
                "s.properties[a].items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set",
                keyed(json!({})),
            ),
            (
                keyed(json!({LIST_KEYS: null})),
                "s.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
                keyed(json!({})),
            ),
            (
                keyed(json!({LIST_KEYS: ["k", "k"]})),
                "s.properties[a].x-kubernetes-list-map-keys: Invalid value: [\"k\",\"k\"]: must not contain duplicate entries",
                keyed(json!({})),
            ),
            (
                keyed(json!({LIST_KEYS: ["z"]})),
                "s.properties[a].x-kubernetes-list-map-keys: Invalid value: [\"z\"]: entries must all be names of item properties",
                keyed(json!({})),
            ),
            (
                keyed(json!({LIST_TYPE: null})),
                "s.properties[a].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty",
                keyed(json!({})),
            ),
            (
                keyed(json!({"items": {"type": "string"}})),
                "s.properties[a].items.type: Invalid value: \"string\": must be object if parent array's x-kubernetes-list-type is map",
                keyed(json!({})),
            ),
            (
                keyed(json!({"items": {"required": []}})),
                "s.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
                keyed(json!({"items": {"required": [], "properties": {"k": {"default": "d"}}}})),
            ),
            (
                keyed(json!({"items": {"properties": {"k": {"nullable": true}}}})),
                "s.properties[a].items.properties[k].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
                keyed(json!({})),
            ),
            (
                keyed(json!({"items": {"properties": {"k": {"type": "object"}}}})),
                "s.properties[a].items.properties[k].type: Invalid value: \"object\": must be a scalar type",
                keyed(json!({})),
            ),
            (
                rule(json!({"rule": " "})),
                "s.properties[a].x-kubernetes-validations[0].rule: Required value: rule is not specified",
                rule(json!({"message": "m"})),
            ),
            (
                rule(json!({"message": " "})),
                "s.properties[a].x-kubernetes-validations[0].message: Invalid value: \" \": message must be non-empty if specified",
                rule(json!({})),
            ),
            (
                rule(json!({"message": "a\nb"})),
                "s.properties[a].x-kubernetes-validations[0].message: Invalid value: \"a\\nb\": message must not contain line breaks",
                rule(json!({})),
            ),
            (
                rule(json!({"rule": "true\n|| false"})),
                "s.properties[a].x-kubernetes-validations[0].message: Required value: message must be specified if rule contains line breaks",
                rule(json!({"rule": "true\n|| false", "message": "m"})),
            ),
            (
                rule(json!({"messageExpression": " "})),
                "s.properties[a].x-kubernetes-validations[0].messageExpression: Required value: messageExpression must be non-empty if specified",
                rule(json!({})),
            ),
            (
                rule(json!({"reason": "Bored"})),
                "s.properties[a].x-kubernetes-validations[0].reason: Unsupported value: \"Bored\": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\"",
                rule(json!({"reason": "FieldValueRequired"})),
            ),
            (
                rule(json!({"fieldPath": " "})),
                "s.properties[a].x-kubernetes-validations[0].fieldPath: Invalid value: \" \": fieldPath must be non-empty if specified",
                rule(json!({})),
            ),
        ] {
            let wrongs = found(wrong.clone(), false);
            assert!(
                wrongs.iter().any(|one| one.starts_with(said)),
                "{wrong}: {said:?} is not among {wrongs:#?}"
            );
            assert_eq!(found(right.clone(), false), Vec::<String>::new(), "{right} is right");
        }
    }

    #[test]
    fn a_status_apart() {
        let schema = at_root(json!({"anyOf": [{"maxProperties": 3}]}));
        assert_eq!(found(schema.clone(), false), Vec::<String>::new());
        let wrong = found(schema, true);
        assert!(
            wrong[0].contains("only [Description Type Format")
                && wrong[0].ends_with("if the status subresource is enabled"),
            "{wrong:?}"
        );
        assert_eq!(found(at_root(json!({"description": "d", PRESERVES: true})), true), Vec::<String>::new());
    }

    #[test]
    fn fields_to_select_by() {
        let schema = at_root(json!({"properties": {"spec": {"type": "object", "properties": {
            "a": {"type": "string"}, "b": {"type": "object", "additionalProperties": {"type": "integer"}}, "c": {"type": "number"},
        }}}}));
        let found = |paths: &[&str]| -> Vec<String> {
            let mut wrong = Vec::new();
            selectable(paths, &schema, &Field::root("f"), &mut wrong);
            wrong.iter().map(ToString::to_string).collect()
        };
        assert_eq!(found(&[".spec.a", ".spec.b.x"]), Vec::<String>::new());
        for (path, said) in [
            ("", "f[0].jsonPath: Required value"),
            ("spec.a", "f[0].jsonPath: Invalid value: \"spec.a\": is an invalid path: "),
            (".spec.z", "f[0].jsonPath: Invalid value: \".spec.z\": is an invalid path: "),
            (
                ".spec.c",
                "f[0].jsonPath: Invalid value: \".spec.c\": must point to a field of type string, boolean or integer.",
            ),
        ] {
            assert!(found(&[path])[0].starts_with(said), "{path}: {:?}", found(&[path]));
        }
        assert_eq!(found(&[".spec.a", ".spec.a"]), ["f[1].jsonPath: Duplicate value: \".spec.a\""]);
        let many: Vec<String> = (0..9).map(|n| format!(".spec.b.x{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(found(&many), ["f: Too many: 9: must have at most 8 items"]);
    }
}

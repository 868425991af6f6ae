//! From a CustomResourceDefinition to what the server needs of it, and what makes one invalid.

use std::cmp::Ordering;
use std::sync::Arc;

use apimachinery::invalid::{Field, Violation};
use apimachinery::jsonpath::JsonPath;
use apimachinery::names;
use apimachinery::structural::{Structural, merge_schema};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceDefinition, CustomResourceDefinitionNames,
    CustomResourceDefinitionStatus, CustomResourceDefinitionVersion,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Column, Conversion, Scale, Version, conversion, schema};
use crate::handlers::write::Part;
use crate::strategy::checks::{immutable, named, one_of};
use crate::strategy::{GENERAL, General, Rules};

/// The finalizer that keeps a definition until its objects are gone.
pub const FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";

/// A definition's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// In paths.
    pub plural: String,
    /// For one.
    pub singular: String,
    /// Abbreviations.
    pub short: Vec<String>,
    /// Of its objects.
    pub kind: String,
    /// Of lists of them.
    pub list_kind: String,
    /// Groups of resources.
    pub categories: Vec<String>,
}

impl Names {
    /// From a definition.
    pub fn of(names: &CustomResourceDefinitionNames) -> Self {
        Self {
            plural: names.plural.clone(),
            singular: names.singular.clone().unwrap_or_else(|| names.kind.to_lowercase()),
            short: names.short_names.clone().unwrap_or_default(),
            kind: names.kind.clone(),
            list_kind: names.list_kind.clone().unwrap_or_else(|| format!("{}List", names.kind)),
            categories: names.categories.clone().unwrap_or_default(),
        }
    }
}

/// Reads one version of a definition.
///
/// # Errors
/// Tells each thing that is wrong with it.
pub fn version(
    given: &CustomResourceDefinitionVersion,
    path: &str,
) -> Result<Version, Vec<(String, String)>> {
    let schema = given.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref());
    let schema = match schema {
        Some(schema) => serde_json::to_value(schema).unwrap_or_default(),
        None => {
            let field = format!("{path}.schema.openAPIV3Schema");
            return Err(vec![(field, "Required value: schemas are required".into())]);
        }
    };
    let mut structural = Structural::parse(&schema, &format!("{path}.schema.openAPIV3Schema"))?;
    let mut wrong = Vec::new();
    let mut parse = |text: &str, field: String| match JsonPath::parse(text) {
        Ok(path) => Some(path),
        Err(reason) => {
            wrong.push((field, format!("Invalid value: {text:?}: {reason}")));
            None
        }
    };
    let mut columns = Vec::new();
    for (index, column) in given.additional_printer_columns.iter().flatten().enumerate() {
        let field = format!("{path}.additionalPrinterColumns[{index}].jsonPath");
        let Some(json_path) = parse(&column.json_path, field) else { continue };
        columns.push(Column {
            name: column.name.clone(),
            kind: column.type_.clone(),
            format: column.format.clone().unwrap_or_default(),
            description: column.description.clone().unwrap_or_default(),
            priority: i64::from(column.priority.unwrap_or(0)),
            path: json_path,
        });
    }
    if columns.is_empty()
        && let Ok(path) = JsonPath::parse(".metadata.creationTimestamp")
    {
        columns.push(Column {
            name: "Age".into(),
            kind: "date".into(),
            format: String::new(),
            description: "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.".into(),
            priority: 0,
            path,
        });
    }
    let parts = given.subresources.as_ref();
    let scale = parts.and_then(|parts| parts.scale.as_ref()).and_then(|scale| {
        Some(Scale {
            spec: parse(&scale.spec_replicas_path, format!("{path}.subresources.scale.specReplicasPath"))?,
            status: parse(
                &scale.status_replicas_path,
                format!("{path}.subresources.scale.statusReplicasPath"),
            )?,
            selector: scale
                .label_selector_path
                .as_ref()
                .filter(|text| !text.is_empty())
                .and_then(|text| parse(text, format!("{path}.subresources.scale.labelSelectorPath"))),
        })
    });
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Version {
        name: given.name.clone(),
        list_kind: String::new(),
        programs: super::rules::Programs::of(&mut structural),
        merge: merge_schema(&structural),
        schema: structural,
        hash: hex::encode(&Sha256::digest(schema.to_string())[..8]),
        given: schema,
        columns,
        scale,
        status: parts.is_some_and(|parts| parts.status.is_some()),
        warning: None,
        conversion: Arc::new(Conversion::None),
    })
}

/// A hash of what objects and their conversion depend on.
pub fn hash(definition: &CustomResourceDefinition) -> String {
    let parts = json!({"versions": definition.spec.versions, "conversion": definition.spec.conversion});
    hex::encode(&Sha256::digest(parts.to_string())[..8])
}

/// What clients of a deprecated version are told.
pub fn warning(
    definition: &CustomResourceDefinition,
    version: &CustomResourceDefinitionVersion,
) -> Option<String> {
    version.deprecated.unwrap_or(false).then(|| {
        version.deprecation_warning.clone().unwrap_or_else(|| {
            format!("{}/{} {} is deprecated", definition.spec.group, version.name, definition.spec.names.kind)
        })
    })
}

/// The order of versions in discovery: stable before beta before alpha, higher numbers first,
/// then all other names.
pub fn order(a: &str, b: &str) -> Ordering {
    fn rank(version: &str) -> Option<(u8, u64, u64)> {
        let rest = version.strip_prefix('v')?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let major = rest[..digits].parse().ok()?;
        let rest = &rest[digits..];
        if rest.is_empty() {
            return Some((2, major, 0));
        }
        for (word, stage) in [("beta", 1), ("alpha", 0)] {
            if let Some(minor) = rest.strip_prefix(word) {
                return Some((stage, major, minor.parse().ok()?));
            }
        }
        None
    }
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// The rules of definitions.
pub static DEFINITIONS: Rules<CustomResourceDefinition> = Rules {
    default: |definition| {
        let names = &mut definition.spec.names;
        if names.singular.as_deref().unwrap_or_default().is_empty() {
            names.singular = Some(names.kind.to_lowercase());
        }
        if names.list_kind.as_deref().unwrap_or_default().is_empty() {
            names.list_kind = Some(format!("{}List", names.kind));
        }
        let conversion = definition.spec.conversion.get_or_insert_default();
        if conversion.strategy.is_empty() {
            conversion.strategy = "None".into();
        }
        let client = conversion.webhook.as_mut().and_then(|webhook| webhook.client_config.as_mut());
        if let Some(service) = client.and_then(|client| client.service.as_mut()) {
            service.port.get_or_insert(443);
        }
    },
    prepare_create: |definition| {
        definition.status = Some(CustomResourceDefinitionStatus {
            stored_versions: storage(definition).map(|version| vec![version.name.clone()]),
            ..CustomResourceDefinitionStatus::default()
        });
    },
    prepare_update: |new, old, _| {
        // A version that objects may be stored in is remembered until someone migrates them.
        let storage = storage(new).map(|version| version.name.clone());
        let status = new.status.get_or_insert_with(|| old.status.clone().unwrap_or_default());
        let stored = status.stored_versions.get_or_insert_default();
        if let Some(name) = storage.filter(|name| !stored.contains(name)) {
            stored.push(name);
        }
    },
    validate_create: |definition, wrong| {
        judge(definition, None, wrong);
        costs(definition, None, wrong);
    },
    deleted: |definition| {
        // Its objects go first.
        let finalizers = definition.metadata.finalizers.get_or_insert_default();
        if !finalizers.iter().any(|name| name == FINALIZER) {
            finalizers.push(FINALIZER.into());
        }
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return accepted(new, wrong);
        }
        judge(new, Some(old), wrong);
        costs(new, Some(old), wrong);
    },
    ..Rules::new(General { generation: true, keeps_status: true, versioned: true, ..GENERAL })
};

fn storage(definition: &CustomResourceDefinition) -> Option<&CustomResourceDefinitionVersion> {
    definition.spec.versions.iter().find(|version| version.storage)
}

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let conditions = definition.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.into_iter().flatten().any(|one| one.type_ == "Established" && one.status == "True")
}

/// What is wrong with a definition, as it was made or as it follows an old one.
fn judge(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    wrong: &mut Vec<Violation>,
) {
    let spec = Field::root("spec");
    let it = &definition.spec;
    let expected = format!("{}.{}", it.names.plural, it.group);
    let name = definition.metadata.name.as_deref().unwrap_or_default();
    if old.is_none() && name != expected {
        let place = Field::root("metadata").child("name");
        wrong.push(Violation::invalid(&place, name, "must be spec.names.plural+\".\"+spec.group"));
    }
    if it.group.is_empty() {
        wrong.push(Violation::required(&spec.child("group"), ""));
    } else if let Err(reason) = names::dns_subdomain(&it.group) {
        wrong.push(Violation::invalid(&spec.child("group"), &it.group, &reason));
    } else if !it.group.contains('.') {
        let why = "should be a domain with at least one dot";
        wrong.push(Violation::invalid(&spec.child("group"), &it.group, why));
    }
    one_of(&it.scope, &["Cluster", "Namespaced"], &spec.child("scope"), wrong);
    versions(definition, old, wrong);
    let established = old.is_some_and(is_established);
    if let Some(given) = &it.conversion {
        let used = old.and_then(|old| old.spec.conversion.as_ref()).and_then(|old| old.webhook.as_ref());
        let stays = used.is_some() && used == given.webhook.as_ref();
        conversion::wrong(given, established && !stays, &spec.child("conversion"), wrong);
    }
    if let Some(old) = old {
        let (before, names) = (&old.spec, spec.child("names"));
        if established {
            immutable(&it.scope, &before.scope, &spec.child("scope"), wrong);
            immutable(&it.names.kind, &before.names.kind, &names.child("kind"), wrong);
        }
        immutable(&it.group, &before.group, &spec.child("group"), wrong);
        immutable(&it.names.plural, &before.names.plural, &names.child("plural"), wrong);
    }
    accepted(definition, wrong);
    stored(definition, wrong);
    approval(definition, old, wrong);
    let kept = old.is_some_and(|old| old.spec.preserve_unknown_fields == Some(true));
    if it.preserve_unknown_fields == Some(true) && !kept {
        wrong.push(Violation::invalid_value(
            &spec.child("preserveUnknownFields"),
            &true,
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ));
    }
}

/// The names that a definition has, or wants.
fn named_so(given: &CustomResourceDefinitionNames, field: &Field, wrong: &mut Vec<Violation>) {
    let singular = given.singular.as_deref().unwrap_or_default();
    let list_kind = given.list_kind.as_deref().unwrap_or_default();
    for (child, value) in [("plural", given.plural.as_str()), ("singular", singular)] {
        if !value.is_empty() {
            named(names::dns_1035_label, value, &field.child(child), wrong);
        }
    }
    for (child, value) in [("kind", given.kind.as_str()), ("listKind", list_kind)] {
        if let Some(reason) = names::dns_1035_label(&value.to_lowercase()).err().filter(|_| !value.is_empty())
        {
            let why = format!("may have mixed case, but should otherwise match: {reason}");
            wrong.push(Violation::invalid(&field.child(child), value, &why));
        }
    }
    for (index, short) in given.short_names.iter().flatten().enumerate() {
        named(names::dns_1035_label, short, &field.child("shortNames").index(index), wrong);
    }
    if !list_kind.is_empty() && list_kind == given.kind {
        let why = "kind and listKind may not be the same";
        wrong.push(Violation::invalid(&field.child("listKind"), list_kind, why));
    }
    for (index, category) in given.categories.iter().flatten().enumerate() {
        named(names::dns_1035_label, category, &field.child("categories").index(index), wrong);
    }
}

fn accepted(definition: &CustomResourceDefinition, wrong: &mut Vec<Violation>) {
    let names = definition.status.as_ref().and_then(|status| status.accepted_names.as_ref());
    if let Some(names) = names {
        named_so(names, &Field::root("status").child("acceptedNames"), wrong);
    }
}

/// Versions that objects may be stored in must stay.
fn stored(definition: &CustomResourceDefinition, wrong: &mut Vec<Violation>) {
    let field = Field::root("status").child("storedVersions");
    let status = definition.status.as_ref().and_then(|status| status.stored_versions.as_deref());
    let stored = status.unwrap_or_default();
    let versions = &definition.spec.versions;
    if stored.is_empty() {
        return wrong.push(Violation::invalid_value(
            &field,
            &stored,
            "must have at least one stored version",
        ));
    }
    for one in versions.iter().filter(|one| one.storage && !stored.contains(&one.name)) {
        let why = format!("must have the storage version {}", one.name);
        wrong.push(Violation::invalid_value(&field, &stored, &why));
    }
    for (index, name) in stored.iter().enumerate() {
        if !versions.iter().any(|one| one.name == *name) {
            let why = format!(
                "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
            );
            wrong.push(Violation::invalid(&field.index(index), name, &why));
        }
    }
}

/// Groups of the community's want its approval.
fn approval(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    wrong: &mut Vec<Violation>,
) {
    const APPROVED: &str = "api-approved.kubernetes.io";
    const SEE: &str = "see https://github.com/kubernetes/enhancements/pull/1111";
    let group = definition.spec.group.as_str();
    let within =
        |domain: &str| group.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if !within("k8s.io") && !within("kubernetes.io") {
        return;
    }
    /// Whether there is an approval, and whether it is one.
    fn state(definition: &CustomResourceDefinition) -> (&str, bool) {
        let annotations = definition.metadata.annotations.as_ref();
        let given = annotations.and_then(|all| all.get(APPROVED)).map_or("", String::as_str);
        let is_url = || url::Url::parse(given).is_ok_and(|url| url.has_host());
        (given, given.starts_with("unapproved") || is_url())
    }
    let (given, is_good) = state(definition);
    let kind = |(given, is_good): (&str, bool)| (given.is_empty(), is_good);
    if is_good || old.is_some_and(|old| kind(state(old)) == kind((given, is_good))) {
        return;
    }
    let field = Field::root("metadata").child("annotations").key(APPROVED);
    let why = format!("protected groups must have approval annotation {APPROVED:?}");
    wrong.push(if given.is_empty() {
        Violation::required(&field, &format!("{why}, {SEE}"))
    } else {
        let why = format!("{why} with either a URL or a reason starting with \"unapproved\", {SEE}");
        Violation::invalid(&field, given, &why)
    });
}

/// Whether all versions say the same, which is then told of the definition as a whole.
fn is_shared<T: PartialEq>(
    versions: &[CustomResourceDefinitionVersion],
    of: impl Fn(&CustomResourceDefinitionVersion) -> &Option<T>,
) -> bool {
    versions.iter().all(|one| of(one) == of(&versions[0]))
}

fn versions(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    wrong: &mut Vec<Violation>,
) {
    let spec = Field::root("spec");
    let field = spec.child("versions");
    let given = &definition.spec.versions;
    let schema = |one: &CustomResourceDefinitionVersion| {
        one.schema.as_ref().is_some_and(|schema| schema.open_api_v3_schema.is_some())
    };
    for (index, _) in given.iter().enumerate().filter(|(_, one)| !schema(one)) {
        let place = field.index(index).child("schema").child("openAPIV3Schema");
        wrong.push(Violation::required(&place, "schemas are required"));
    }
    let shared = [
        is_shared(given, |one| &one.schema),
        is_shared(given, |one| &one.subresources),
        is_shared(given, |one| &one.additional_printer_columns),
        is_shared(given, |one| &one.selectable_fields),
    ];
    for (index, one) in given.iter().enumerate() {
        let place = field.index(index);
        named(names::dns_1035_label, &one.name, &place.child("name"), wrong);
        deprecation(one, &place.child("deprecationWarning"), wrong);
        let places = [
            place.child("schema"),
            place.child("subresources"),
            place.child("additionalPrinterColumns"),
            place.child("selectableFields"),
        ];
        parts(one, old, &places, shared.map(|shared| !shared), wrong);
    }
    let names: Vec<_> = given.iter().map(|version| &version.name).collect();
    if (1..names.len()).any(|index| names[..index].contains(&names[index])) {
        wrong.push(Violation::invalid_value(&field, &names, "must contain unique version names"));
    }
    if given.iter().filter(|version| version.storage).count() != 1 {
        let why = "must have exactly one version marked as storage version";
        wrong.push(Violation::invalid_value(&field, &names, why));
    }
    let (given, place) = (&definition.spec.names, spec.child("names"));
    for (child, value) in [
        ("plural", given.plural.as_str()),
        ("singular", given.singular.as_deref().unwrap_or_default()),
        ("kind", given.kind.as_str()),
        ("listKind", given.list_kind.as_deref().unwrap_or_default()),
    ] {
        if value.is_empty() {
            wrong.push(Violation::required(&place.child(child), ""));
        }
    }
    named_so(given, &place, wrong);
    if let Some(one) = definition.spec.versions.first() {
        let names = ["validation", "subresources", "additionalPrinterColumns", "selectableFields"];
        parts(one, old, &names.map(|name| spec.child(name)), shared, wrong);
    }
}

/// The parts of a version that are told of at these places: its schema, its subresources, the columns
/// of its tables, and the fields to select by.
fn parts(
    one: &CustomResourceDefinitionVersion,
    old: Option<&CustomResourceDefinition>,
    places: &[Field; 4],
    wanted: [bool; 4],
    wrong: &mut Vec<Violation>,
) {
    let given = one.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref());
    let given = given.map(|schema| serde_json::to_value(schema).unwrap_or_default());
    // One that stays as it was is not held against rules that it was not held against then.
    let stays = old.is_some_and(|old| {
        old.spec.versions.iter().any(|old| old.name == one.name && old.schema == one.schema)
    });
    if let Some(given) = given.as_ref().filter(|_| wanted[0] && !stays) {
        let place = places[0].child("openAPIV3Schema");
        let before = wrong.len();
        let status = one.subresources.as_ref().is_some_and(|parts| parts.status.is_some());
        schema::check(given, status, &place, wrong);
        if wrong.len() == before {
            match Structural::parse(given, &place.to_string()) {
                Ok(mut schema) => super::rules::check(&mut schema, &place, wrong),
                Err(problems) => wrong.extend(problems.into_iter().map(|(path, why)| {
                    let why = why.split_once(": ").map_or(why.as_str(), |(_, why)| why);
                    Violation::invalid(&Field::root(&path), "", why)
                })),
            }
        }
    }
    if let Some(scale) =
        one.subresources.as_ref().and_then(|parts| parts.scale.as_ref()).filter(|_| wanted[1])
    {
        let place = |name: &str| places[1].child("scale").child(name);
        let below = |path: &str, under: &[&str], why: &str, place: &Field, wrong: &mut Vec<Violation>| {
            if path.is_empty() {
                wrong.push(Violation::required(place, ""));
            } else if simple(path, place, wrong) && !under.iter().any(|start| path.starts_with(start)) {
                wrong.push(Violation::invalid(place, path, why));
            }
        };
        let (spec, status) = (&scale.spec_replicas_path, &scale.status_replicas_path);
        below(spec, &[".spec."], "should be a json path under .spec", &place("specReplicasPath"), wrong);
        below(
            status,
            &[".status."],
            "should be a json path under .status",
            &place("statusReplicasPath"),
            wrong,
        );
        if let Some(path) = scale.label_selector_path.as_deref().filter(|path| !path.is_empty()) {
            let why = "should be a json path under either .spec or .status";
            below(path, &[".spec.", ".status."], why, &place("labelSelectorPath"), wrong);
        }
    }
    for (index, column) in one.additional_printer_columns.iter().flatten().enumerate().filter(|_| wanted[2]) {
        self::column(column, &places[2].index(index), wrong);
    }
    let fields = one.selectable_fields.as_deref().unwrap_or_default();
    if let Some(given) = given.as_ref().filter(|_| wanted[3]) {
        let paths: Vec<&str> = fields.iter().map(|field| field.json_path.as_str()).collect();
        schema::selectable(&paths, given, &places[3], wrong);
    }
}

/// Whether a path is one of fields, each with a dot before it.
fn simple(path: &str, field: &Field, wrong: &mut Vec<Violation>) -> bool {
    let why = if path.starts_with('.') {
        JsonPath::parse(path).err().map(|why| why.to_string())
    } else {
        Some("must be a simple json path starting with .".into())
    };
    if let Some(why) = &why {
        wrong.push(Violation::invalid(field, path, why));
    }
    why.is_none()
}

/// A column of tables.
fn column(column: &CustomResourceColumnDefinition, field: &Field, wrong: &mut Vec<Violation>) {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 8] = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
    if column.name.is_empty() {
        wrong.push(Violation::required(&field.child("name"), ""));
    }
    let why = format!("must be one of {}", TYPES.join(","));
    if column.type_.is_empty() {
        wrong.push(Violation::required(&field.child("type"), &why));
    } else if !TYPES.contains(&column.type_.as_str()) {
        wrong.push(Violation::invalid(&field.child("type"), &column.type_, &why));
    }
    let format = column.format.as_deref().unwrap_or_default();
    if !format.is_empty() && !FORMATS.contains(&format) {
        let why = format!("must be one of {}", FORMATS.join(","));
        wrong.push(Violation::invalid(&field.child("format"), format, &why));
    }
    let place = field.child("JSONPath");
    if column.json_path.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else {
        simple(&column.json_path, &place, wrong);
    }
}

/// What clients of a deprecated version are to be told.
fn deprecation(one: &CustomResourceDefinitionVersion, field: &Field, wrong: &mut Vec<Violation>) {
    /// The longest text, in bytes.
    const MOST: usize = 256;
    let Some(text) = &one.deprecation_warning else { return };
    let mut say = |why: &str| wrong.push(Violation::invalid(field, text, why));
    if !one.deprecated.unwrap_or(false) {
        return say("can only be set for deprecated versions");
    }
    if text.len() > MOST {
        say("must be <= 256 characters long");
    }
    if text.is_empty() {
        say("must not be an empty string");
    }
    if let Some((index, _)) = text.char_indices().find(|(_, letter)| letter.is_control()) {
        say(&format!(
            "must only contain printable UTF-8 characters; non-printable character found at index {index}"
        ));
    }
}

/// What the rules of schemas would cost too much. A schema that stays as it was is not held against
/// limits that it has passed, or that were others then.
fn costs(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    wrong: &mut Vec<Violation>,
) {
    let given = &definition.spec.versions;
    let shared = is_shared(given, |one| &one.schema);
    for (index, one) in given.iter().enumerate().take(if shared { 1 } else { given.len() }) {
        let old = old.and_then(|old| old.spec.versions.iter().find(|old| old.name == one.name));
        if old.is_some_and(|old| old.schema == one.schema) {
            continue;
        }
        let spec = Field::root("spec");
        let place = if shared {
            spec.child("validation")
        } else {
            spec.child("versions").index(index).child("schema")
        };
        if let Ok(version) = version(one, "") {
            let field = place.child("openAPIV3Schema");
            super::costs::check(&version.schema, &field, wrong);
        }
    }
}

/// The status conditions that tell whether a definition's names are accepted and it is served.
pub fn condition(kind: &str, status: bool, reason: &str, message: &str, now: &Value) -> Value {
    json!({
        "type": kind, "status": if status { "True" } else { "False" }, "reason": reason, "message": message,
        "lastTransitionTime": now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_order() {
        let mut versions = vec![
            "v1",
            "v2",
            "foo1",
            "v11alpha2",
            "v10beta3",
            "v3beta1",
            "v12alpha1",
            "v11beta2",
            "foo10",
            "v10",
        ];
        versions.sort_by(|a, b| order(a, b));
        assert_eq!(
            versions,
            ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
        );
    }
}

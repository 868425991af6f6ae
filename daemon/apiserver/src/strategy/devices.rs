//! Dynamic resources: classes of devices, claims, and templates of claims.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use cel::{Below, Bound, Estimated, Program, Type};
use k8s_openapi::api::resource::v1::{
    DeviceClaim, DeviceClass, DeviceConstraint, DeviceSelector, DeviceToleration, OpaqueDeviceConfiguration,
    ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate,
};

use super::allocations::{forget, status};
use super::checks::text;
use super::pods::amounts::is_extended;
use super::slices::driver_name;
use super::{GENERAL, General, Part, Rules, meta};

/// At most so many requests, constraints, configurations, selectors, results.
pub const MOST: usize = 32;
/// At most so many alternatives of a request.
const ALTERNATIVES: usize = 8;
/// The most that a selector may cost.
const COST: u64 = 1_000_000;
/// At most so many attributes and capacities of a device.
const FACTS: u64 = 32;
/// The longest selector.
const SELECTOR: usize = 10 * 1024;
/// The longest configuration of a driver.
const PARAMETERS: usize = 10 * 1024;

const COUNTED: General = General { generation: true, returns: true, ..GENERAL };

/// Classes of devices.
pub static CLASSES: Rules<DeviceClass> = Rules {
    validate: |class, wrong| {
        let field = Field::root("spec");
        selectors(class.spec.selectors.as_deref(), &field.child("selectors"), wrong);
        let place = field.child("config");
        let configs = bounded(class.spec.config.as_deref(), MOST, &place, wrong);
        for (index, config) in configs.iter().enumerate() {
            opaque(config.opaque.as_ref(), &place.index(index), wrong);
        }
        if let Some(name) = class.spec.extended_resource_name.as_deref().filter(|name| !is_extended(name)) {
            let field = field.child("extendedResourceName");
            wrong.push(Violation::invalid(&field, name, "must be a valid extended resource name"));
        }
    },
    ..Rules::new(COUNTED)
};

/// Claims.
pub static CLAIMS: Rules<ResourceClaim> = Rules {
    default: |claim| {
        defaults(&mut claim.spec);
        let given = claim.status.iter_mut().flat_map(|status| &mut status.allocation);
        let results = given.flat_map(|given| &mut given.devices).flat_map(|given| &mut given.results);
        results.flatten().for_each(|one| tolerations(&mut one.tolerations));
    },
    prepare_update: |new, old, part| {
        if let (Part::Status, Some(new), Some(old)) = (part, &mut new.status, &old.status) {
            forget(new, old);
        }
    },
    // What can't be changed need not be judged again.
    validate_create: |claim, wrong| claim_spec(&claim.spec, &Field::root("spec"), wrong),
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            let deleted = new.metadata.deletion_timestamp.is_some();
            let names = request_names(new.spec.devices.as_ref());
            status(new.status.as_ref(), old.status.as_ref(), deleted, &names, wrong);
        } else if new.spec != old.spec {
            wrong.push(Violation::invalid_value(&Field::root("spec"), &new.spec, "field is immutable"));
        }
    },
    ..Rules::new(General { generation: false, ..COUNTED })
};

/// Templates of claims.
pub static TEMPLATES: Rules<ResourceClaimTemplate> = Rules {
    default: |template| defaults(&mut template.spec.spec),
    validate_create: |template, wrong| {
        let field = Field::root("spec");
        if let Some(given) = &template.spec.metadata {
            meta::template(given, &field.child("metadata"), wrong);
        }
        claim_spec(&template.spec.spec, &field.child("spec"), wrong);
    },
    validate_update: |new, old, _, wrong| {
        if new.spec != old.spec {
            wrong.push(Violation::invalid_value(&Field::root("spec"), &new.spec, "field is immutable"));
        }
    },
    ..Rules::new(General { generation: false, ..COUNTED })
};

/// One device, unless the claim says otherwise.
fn defaults(spec: &mut ResourceClaimSpec) {
    let mode = |mode: &mut Option<String>, count: &mut Option<i64>| {
        let mode = mode.get_or_insert_default();
        if mode.is_empty() {
            *mode = "ExactCount".into();
        }
        if mode == "ExactCount" && count.is_none_or(|count| count == 0) {
            *count = Some(1);
        }
    };
    let requests = spec.devices.iter_mut().flat_map(|devices| devices.requests.iter_mut()).flatten();
    for request in requests {
        if let Some(exactly) = &mut request.exactly {
            mode(&mut exactly.allocation_mode, &mut exactly.count);
            tolerations(&mut exactly.tolerations);
        }
        for one in request.first_available.iter_mut().flatten() {
            mode(&mut one.allocation_mode, &mut one.count);
            tolerations(&mut one.tolerations);
        }
    }
}

fn tolerations(list: &mut Option<Vec<DeviceToleration>>) {
    list.iter_mut().flatten().for_each(|toleration| text(&mut toleration.operator, "Equal"));
}

/// What is to be looked at in a list: nothing when there is too much.
pub fn bounded<'l, T>(
    list: Option<&'l [T]>,
    most: usize,
    field: &Field,
    wrong: &mut Vec<Violation>,
) -> &'l [T] {
    match list.unwrap_or_default() {
        list if list.len() <= most => list,
        list => {
            wrong.push(Violation::too_many(field, list.len(), most));
            &[]
        }
    }
}

/// Adds a name rule's complaint.
pub fn named(rule: Result<(), String>, text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Err(reason) = rule {
        wrong.push(Violation::invalid(field, text, &reason));
    }
}

fn selectors(given: Option<&[DeviceSelector]>, field: &Field, wrong: &mut Vec<Violation>) {
    for (index, selector) in bounded(given, MOST, field, wrong).iter().enumerate() {
        let field = field.index(index).child("cel");
        let Some(cel) = &selector.cel else {
            wrong.push(Violation::required(&field, ""));
            continue;
        };
        let field = field.child("expression");
        if cel.expression.len() > SELECTOR {
            wrong.push(Violation::too_long(&field, SELECTOR));
            continue;
        }
        match compile(&cel.expression) {
            Err(why) => wrong.push(Violation::invalid(&field, &cel.expression, &why)),
            Ok(most) if most > COST => {
                wrong.push(Violation::forbidden(&field, "too complex, exceeds cost limit"));
            }
            Ok(_) => {}
        }
    }
}

/// Checks an expression about a device. Gives what it costs at most.
fn compile(text: &str) -> Result<u64, String> {
    let by_domain = |of: Type| Type::map(Type::Text, Type::map(Type::Text, of));
    let device = Type::object(
        "kubernetes.DRADevice",
        [
            ("driver".to_string(), Type::Text),
            ("allowMultipleAllocations".to_string(), Type::Bool),
            ("attributes".to_string(), by_domain(Type::Dyn)),
            ("capacity".to_string(), by_domain(Type::Opaque("kubernetes.Quantity"))),
        ],
    );
    let compiled = Program::compile(text, &[("device", device.clone())]);
    match compiled.map_err(|error| format!("compilation failed: {error}"))? {
        (program, Type::Bool | Type::Dyn) => {
            let bound = sizes();
            Ok(program.most(&[Estimated { name: "device", kind: device, bound: Some(&bound) }]))
        }
        (_, _) => Err("must evaluate to bool".into()),
    }
}

/// How large the parts of a device get.
fn sizes() -> Bound {
    let plain = |most| Bound { most, below: Below::Nothing };
    let by_domain = |most| {
        let names = Bound { most: FACTS, below: Below::Values(Box::new(plain(most))) };
        Bound { most: FACTS, below: Below::Values(Box::new(names)) }
    };
    let fields = [
        ("driver".to_string(), plain(63)),
        ("attributes".to_string(), by_domain(64)),
        ("capacity".to_string(), by_domain(64)),
    ];
    Bound { most: 1, below: Below::Fields(fields.into_iter().collect()) }
}

/// What only a driver understands.
pub fn opaque(given: Option<&OpaqueDeviceConfiguration>, field: &Field, wrong: &mut Vec<Violation>) {
    let field = field.child("opaque");
    let Some(given) = given else {
        wrong.push(Violation::required(&field, ""));
        return;
    };
    driver_name(&given.driver, &field.child("driver"), wrong);
    let field = field.child("parameters");
    match &given.parameters.0 {
        serde_json::Value::Null => wrong.push(Violation::required(&field, "")),
        parameters @ serde_json::Value::Object(_) => {
            if parameters.to_string().len() > PARAMETERS {
                wrong.push(Violation::too_long(&field, PARAMETERS));
            }
        }
        _ => wrong.push(Violation::invalid(&field, "<value omitted>", "must be a valid JSON object")),
    }
}

/// The names of a claim's requests, and `request/alternative` for those that have any.
fn request_names(devices: Option<&DeviceClaim>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for request in devices.iter().flat_map(|devices| devices.requests.iter()).flatten() {
        all.insert(request.name.clone());
        for one in request.first_available.iter().flatten() {
            all.insert(format!("{}/{}", request.name, one.name));
        }
    }
    all
}

/// Names of requests, each once.
pub fn references(
    given: Option<&[String]>,
    known: &BTreeSet<String>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let given = bounded(given, MOST, field, wrong);
    for (index, name) in given.iter().enumerate() {
        let field = field.index(index);
        reference(name, known, &field, wrong);
        if given[..index].contains(name) {
            wrong.push(Violation::duplicate(&field, name));
        }
    }
}

/// The name of a request, or of an alternative in one.
pub fn reference(name: &str, known: &BTreeSet<String>, field: &Field, wrong: &mut Vec<Violation>) {
    let parts: Vec<&str> = name.split('/').collect();
    if parts.len() <= 2 {
        for part in parts {
            named(names::dns_label(part), part, field, wrong);
        }
    }
    if !known.contains(name) {
        let why = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
        wrong.push(Violation::invalid(field, name, why));
    }
}

fn claim_spec(spec: &ResourceClaimSpec, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(devices) = &spec.devices else { return };
    let field = field.child("devices");
    let known = request_names(Some(devices));
    let requests = bounded(devices.requests.as_deref(), MOST, &field.child("requests"), wrong);
    for (index, request) in requests.iter().enumerate() {
        let place = field.child("requests").index(index);
        named(names::dns_label(&request.name), &request.name, &place.child("name"), wrong);
        if requests[..index].iter().any(|other| other.name == request.name) {
            wrong.push(Violation::duplicate(&place, &request.name));
        }
        let alternatives = request.first_available.as_deref().unwrap_or_default();
        match (&request.exactly, alternatives) {
            (None, []) => wrong.push(Violation::required(
                &place,
                "exactly one of `exactly` or `firstAvailable` is required",
            )),
            (Some(_), [_, ..]) => {
                let why =
                    "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set";
                wrong.push(Violation::invalid_value(&place, &(), why));
            }
            (Some(one), []) => {
                let place = place.child("exactly");
                let mode = (one.allocation_mode.as_deref(), one.count);
                wanted(
                    &one.device_class_name,
                    one.selectors.as_deref(),
                    mode,
                    one.tolerations.as_deref(),
                    &place,
                    wrong,
                );
            }
            (None, all) => {
                let place = place.child("firstAvailable");
                let all = bounded(Some(all), ALTERNATIVES, &place, wrong);
                for (index, one) in all.iter().enumerate() {
                    let place = place.index(index);
                    named(names::dns_label(&one.name), &one.name, &place.child("name"), wrong);
                    if all[..index].iter().any(|other| other.name == one.name) {
                        wrong.push(Violation::duplicate(&place, &one.name));
                    }
                    let mode = (one.allocation_mode.as_deref(), one.count);
                    wanted(
                        &one.device_class_name,
                        one.selectors.as_deref(),
                        mode,
                        one.tolerations.as_deref(),
                        &place,
                        wrong,
                    );
                }
            }
        }
    }
    let place = field.child("constraints");
    let constraints = bounded(devices.constraints.as_deref(), MOST, &place, wrong);
    for (index, one) in constraints.iter().enumerate() {
        constraint(one, &known, &place.index(index), wrong);
    }
    let place = field.child("config");
    for (index, config) in bounded(devices.config.as_deref(), MOST, &place, wrong).iter().enumerate() {
        let place = place.index(index);
        references(config.requests.as_deref(), &known, &place.child("requests"), wrong);
        opaque(config.opaque.as_ref(), &place, wrong);
    }
}

/// What is asked of devices, in a request or an alternative.
fn wanted(
    class: &str,
    given: Option<&[DeviceSelector]>,
    (mode, count): (Option<&str>, Option<i64>),
    tolerations: Option<&[DeviceToleration]>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let place = field.child("deviceClassName");
    if class.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else {
        named(names::dns_subdomain(class), class, &place, wrong);
    }
    selectors(given, &field.child("selectors"), wrong);
    let count = count.unwrap_or(0);
    let place = field.child("count");
    match mode.unwrap_or_default() {
        "All" if count != 0 => {
            let why = "must not be specified when allocationMode is 'All'";
            wrong.push(Violation::invalid_value(&place, &count, why));
        }
        "ExactCount" if count <= 0 => {
            wrong.push(Violation::invalid_value(&place, &count, "must be greater than zero"));
        }
        "All" | "ExactCount" => {}
        other => {
            let place = field.child("allocationMode");
            wrong.push(Violation::unsupported(&place, other, &["All", "ExactCount"]));
        }
    }
    for (index, toleration) in tolerations.into_iter().flatten().enumerate() {
        tolerates(toleration, &field.child("tolerations").index(index), wrong);
    }
}

/// Which taints of devices are borne.
pub fn tolerates(toleration: &DeviceToleration, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(key) = toleration.key.as_deref().filter(|key| !key.is_empty()) {
        named(names::qualified_name(key), key, &field.child("key"), wrong);
    }
    let operator = toleration.operator.as_deref().unwrap_or_default();
    let value = toleration.value.as_deref().unwrap_or_default();
    match operator {
        "Exists" if !value.is_empty() => {
            let why = "must be empty for operator `Exists`";
            wrong.push(Violation::invalid(&field.child("value"), value, why));
        }
        "Equal" => named(names::label_value(value), value, &field.child("value"), wrong),
        "Exists" => {}
        "" => wrong.push(Violation::required(&field.child("operator"), "")),
        other => wrong.push(Violation::unsupported(&field.child("operator"), other, &["Equal", "Exists"])),
    }
    let effect = toleration.effect.as_deref().unwrap_or_default();
    if !matches!(effect, "" | "NoExecute" | "NoSchedule" | "None") {
        let place = field.child("effect");
        wrong.push(Violation::unsupported(&place, effect, &["NoExecute", "NoSchedule", "None"]));
    }
}

fn constraint(one: &DeviceConstraint, known: &BTreeSet<String>, field: &Field, wrong: &mut Vec<Violation>) {
    references(one.requests.as_deref(), known, &field.child("requests"), wrong);
    match (&one.match_attribute, &one.distinct_attribute) {
        (Some(name), _) => full_name(name, &field.child("matchAttribute"), wrong),
        (None, Some(name)) => full_name(name, &field.child("distinctAttribute"), wrong),
        (None, None) => {
            let why = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set";
            wrong.push(Violation::required(field, why));
        }
    }
}

/// An attribute's name, with its domain.
fn full_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    super::slices::attribute_name(name, field, wrong);
    if !name.contains('/') {
        let why = "a fully qualified name must be a domain and a name separated by a slash";
        wrong.push(Violation::invalid(field, name, why));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{check, check_update};
    use super::*;
    use serde_json::{Value, json};

    fn claim(requests: Value, more: Value) -> Value {
        let mut devices = more;
        devices["requests"] = requests;
        json!({"metadata": {"name": "c"}, "spec": {"devices": devices}})
    }

    fn exactly(class: &str) -> Value {
        json!({"name": "r", "exactly": {"deviceClassName": class}})
    }

    #[test]
    fn classes() {
        let expression = |text: &str| json!({"spec": {"selectors": [{"cel": {"expression": text}}]}});
        check(&CLASSES, json!({"spec": {}}), &[]);
        check(&CLASSES, expression("device.driver == 'a.io' && device.attributes['a.io'].model == 'x'"), &[]);
        check(&CLASSES, expression("device.capacity['a.io'].memory.isGreaterThan(quantity('1Gi'))"), &[]);
        check(
            &CLASSES,
            expression("device.nope"),
            &[
                "spec.selectors[0].cel.expression: Invalid value: \"device.nope\": compilation failed: ERROR: <input>:1:7: undefined field 'nope'\n | device.nope\n | ......^",
            ],
        );
        check(
            &CLASSES,
            expression("device.driver"),
            &["spec.selectors[0].cel.expression: Invalid value: \"device.driver\": must evaluate to bool"],
        );
        check(&CLASSES, json!({"spec": {"selectors": [{}]}}), &["spec.selectors[0].cel: Required value"]);
        let config = |driver: &str, parameters: Value| json!({"spec": {"config": [{"opaque": {"driver": driver, "parameters": parameters}}]}});
        check(&CLASSES, config("a.io", json!({"kind": "X"})), &[]);
        check(&CLASSES, config("", json!({"kind": "X"})), &["spec.config[0].opaque.driver: Required value"]);
        check(&CLASSES, json!({"spec": {"config": [{}]}}), &["spec.config[0].opaque: Required value"]);
        check(
            &CLASSES,
            json!({"spec": {"extendedResourceName": "cpu"}}),
            &["spec.extendedResourceName: Invalid value: \"cpu\": must be a valid extended resource name"],
        );
        check(&CLASSES, json!({"spec": {"extendedResourceName": "a.io/gpu"}}), &[]);
        check(
            &CLASSES,
            json!({"spec": {"selectors": vec![json!({"cel": {"expression": "true"}}); 33]}}),
            &["spec.selectors: Too many: 33: must have at most 32 items"],
        );
    }

    #[test]
    fn claims() {
        check(&CLAIMS, claim(json!([exactly("gpu")]), json!({})), &[]);
        check(
            &CLAIMS,
            claim(
                json!([{"name": "r", "firstAvailable": [{"name": "a", "deviceClassName": "gpu"}, {"name": "b", "deviceClassName": "cpu", "count": 2}]}]),
                json!({"constraints": [{"requests": ["r/a", "r"], "matchAttribute": "a.io/model"}]}),
            ),
            &[],
        );
        for (requests, want) in [
            (
                json!([{"name": "r"}]),
                "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
            ),
            (
                json!([{"name": "R", "exactly": {"deviceClassName": "gpu"}}]),
                "spec.devices.requests[0].name: Invalid value: \"R\"",
            ),
            (json!([exactly("gpu"), exactly("gpu")]), "spec.devices.requests[1]: Duplicate value: \"r\""),
            (json!([exactly("")]), "spec.devices.requests[0].exactly.deviceClassName: Required value"),
            (
                json!([{"name": "r", "exactly": {"deviceClassName": "g", "allocationMode": "All", "count": 1}}]),
                "spec.devices.requests[0].exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'",
            ),
            (
                json!([{"name": "r", "exactly": {"deviceClassName": "g", "count": -1}}]),
                "spec.devices.requests[0].exactly.count: Invalid value: -1: must be greater than zero",
            ),
            (
                json!([{"name": "r", "exactly": {"deviceClassName": "g", "allocationMode": "Some"}}]),
                "spec.devices.requests[0].exactly.allocationMode: Unsupported value: \"Some\": supported values: \"All\", \"ExactCount\"",
            ),
            (
                json!([{"name": "r", "exactly": {"deviceClassName": "g", "tolerations": [{"operator": "Exists", "value": "x"}]}}]),
                "spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: \"x\": must be empty for operator `Exists`",
            ),
        ] {
            let given: ResourceClaim = serde_json::from_value(claim(requests, json!({}))).expect("a claim");
            let mut given = given;
            (CLAIMS.default)(&mut given);
            let mut wrong = Vec::new();
            (CLAIMS.validate_create)(&given, &mut wrong);
            assert!(wrong.len() == 1 && wrong[0].to_string().starts_with(want), "{wrong:?} is not {want}");
        }
        check(
            &CLAIMS,
            claim(
                json!([exactly("g")]),
                json!({"constraints": [{"requests": ["nope"], "matchAttribute": "model"}, {}], "config": [{"requests": ["r", "r"], "opaque": {"driver": "a.io", "parameters": {}}}]}),
            ),
            &[
                "spec.devices.constraints[0].requests[0]: Invalid value: \"nope\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
                "spec.devices.constraints[0].matchAttribute: Invalid value: \"model\": a fully qualified name must be a domain and a name separated by a slash",
                "spec.devices.constraints[1]: Required value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set",
                "spec.devices.config[0].requests[1]: Duplicate value: \"r\"",
            ],
        );
        let template = |class: &str| json!({"spec": {"spec": {"devices": {"requests": [exactly(class)]}}}});
        check(&TEMPLATES, template("gpu"), &[]);
        check(
            &TEMPLATES,
            template(""),
            &["spec.spec.devices.requests[0].exactly.deviceClassName: Required value"],
        );
    }

    #[test]
    fn changes() {
        let one = claim(json!([exactly("gpu")]), json!({}));
        check_update(&CLAIMS, Part::Main, one.clone(), one.clone(), &[]);
        let mut other = one.clone();
        other["spec"]["devices"]["requests"][0]["exactly"]["count"] = json!(2);
        let wrong = "spec: Invalid value: {\"devices\":{\"requests\":[{\"exactly\":{\"allocationMode\":\"ExactCount\",\"count\":2,\"deviceClassName\":\"gpu\"},\"name\":\"r\"}]}}: field is immutable";
        check_update(&CLAIMS, Part::Main, one.clone(), other, &[wrong]);
        let with = |status: Value| {
            let mut claim = one.clone();
            claim["status"] = status;
            claim
        };
        let result = json!({"request": "r", "driver": "a.io", "pool": "p", "device": "d"});
        let allocated = json!({"allocation": {"devices": {"results": [result]}}});
        check_update(&CLAIMS, Part::Status, one.clone(), with(allocated.clone()), &[]);
        let consumer = |uid: &str| json!({"resource": "pods", "name": "p", "uid": uid});
        check_update(
            &CLAIMS,
            Part::Status,
            one.clone(),
            with(json!({"reservedFor": [consumer("1"), consumer("1"), consumer("")]})),
            &[
                "status.reservedFor[1]: Duplicate value: \"1\"",
                "status.reservedFor[2].uid: Required value",
                "status.reservedFor: Forbidden: may not be specified when `allocated` is not set",
            ],
        );
        let mut bad = allocated.clone();
        bad["allocation"]["devices"]["results"][0]["request"] = json!("nope");
        bad["allocation"]["devices"]["results"][0]["pool"] = json!("");
        check_update(
            &CLAIMS,
            Part::Status,
            one.clone(),
            with(bad),
            &[
                "status.allocation.devices.results[0].request: Invalid value: \"nope\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
                "status.allocation.devices.results[0].pool: Required value",
            ],
        );
        let mut moved = allocated.clone();
        moved["allocation"]["devices"]["results"][0]["device"] = json!("e");
        let mut wrong = Vec::new();
        let typed = |value: Value| serde_json::from_value::<ResourceClaim>(value).expect("a claim");
        (CLAIMS.validate_update)(&typed(with(moved)), &typed(with(allocated)), Part::Status, &mut wrong);
        assert!(wrong.len() == 1 && wrong[0].to_string().ends_with("field is immutable"), "{wrong:?}");
    }
}

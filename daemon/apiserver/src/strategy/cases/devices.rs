//! Devices, the claims on them and what was given to these.

use serde_json::{Value, json};

use super::{Part, Table};

fn slice() -> Table {
    let device = json!({"name": "d", "capacity": {"memory": {"value": "8Gi"}}});
    let spec = json!({"driver": "a.io", "nodeName": "n", "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1}, "devices": [device]});
    Table::new("resource.k8s.io", "v1", "resourceslices", json!({"spec": spec}))
}

fn device(more: Value) -> Value {
    let mut device = json!({"name": "d", "capacity": {"memory": {"value": "8Gi"}}});
    apimachinery::patch::merge(&mut device, more);
    json!({"spec": {"devices": [device]}})
}

#[test]
fn slices() {
    let right = || json!({});
    let each = |more: Value| {
        let mut whole = device(more);
        whole["spec"]["nodeName"] = Value::Null;
        whole["spec"]["perDeviceNodeSelection"] = json!(true);
        whole
    };
    let term = json!({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]});
    let counters = |sets: &[&str]| {
        let all: Vec<Value> =
            sets.iter().map(|name| json!({"counterSet": name, "counters": {"c": {"value": "1"}}})).collect();
        device(json!({"consumesCounters": all}))
    };
    slice().creations(&[
        (json!({"spec": {"nodeName": null, "nodeSelector": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "-", "operator": "Exists"}]}]}}}), "spec.nodeSelector.nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: \"-\"", json!({"spec": {"nodeName": null, "nodeSelector": {"nodeSelectorTerms": [term]}}})),
        (json!({"spec": {"nodeName": null, "nodeSelector": {"nodeSelectorTerms": [term, term]}}}), "spec.nodeSelector.nodeSelectorTerms: Invalid value", right()),
        (each(json!({"nodeName": ""})), "spec.devices[0].nodeName: Invalid value: \"\": must not be empty", each(json!({"nodeName": "n"}))),
        (each(json!({"nodeSelector": {"nodeSelectorTerms": []}})), "spec.devices[0].nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term", each(json!({"nodeSelector": {"nodeSelectorTerms": [term]}}))),
        (each(json!({"allNodes": false})), "spec.devices[0].allNodes: Invalid value: false: must be either unset or set to true", each(json!({"allNodes": true}))),
        (device(json!({"attributes": {"x": {"strings": ["a"]}}})), "spec.devices[0].attributes[x]: Invalid value: \"\": exactly one value must be specified", device(json!({"attributes": {"x": {"string": "a", "strings": ["a"]}}}))),
        (device(json!({"attributes": {"x": {"string": "a", "bool": true}}})), "spec.devices[0].attributes[x]: Invalid value: {\"bool\":true,\"string\":\"a\"}: exactly one value must be specified", right()),
        (device(json!({"attributes": {"x": {"string": "a".repeat(65)}}})), "spec.devices[0].attributes[x].string: Too long: may not be more than 64 bytes", device(json!({"attributes": {"x": {"string": "a".repeat(64)}}}))),
        (device(json!({"attributes": {"": {"int": 1}}})), "spec.devices[0].attributes[]: Invalid value: \"\": a valid C identifier must start with", device(json!({"attributes": {"A.io/x": {"int": 1}}}))),
        (device(json!({"attributes": {"/x": {"int": 1}}})), "spec.devices[0].attributes[/x]: Invalid value: \"\": the domain must not be empty", device(json!({"attributes": {"a/b/c": {"int": 1}}}))),
        (device(json!({"attributes": {"a.io/": {"int": 1}}})), "spec.devices[0].attributes[a.io/]: Invalid value: \"\": the name must not be empty", right()),
        (device(json!({"taints": [{"key": "k", "effect": ""}]})), "spec.devices[0].taints[0].effect: Required value", device(json!({"taints": [{"key": "k", "effect": "None"}]}))),
        (counters(&["a", "b", "c"]), "spec.devices[0].consumesCounters: Too many: 3: must have at most 2 items", counters(&["a", "b"])),
        (counters(&["a", "a"]), "spec.devices[0].consumesCounters[1]: Duplicate value: \"a\"", right()),
    ]);
    let tainted = slice().stored(&device(json!({"taints": [{"key": "k", "effect": "NoSchedule"}]})));
    assert!(tainted["spec"]["devices"][0]["taints"][0]["timeAdded"].is_string(), "{tainted}");
    let mapped = slice().stored(&device(json!({"nodeAllocatableResourceMappings": {"cpu": {}}})));
    assert_eq!(mapped["spec"]["devices"][0].get("nodeAllocatableResourceMappings"), None);
    assert_eq!(
        slice().warned(&json!({"spec": {"driver": "A.io"}})),
        ["spec.driver: driver names should be lowercase; \"A.io\" contains uppercase characters"]
    );
}

#[test]
fn templates() {
    let request = json!({"name": "r", "exactly": {"deviceClassName": "c"}});
    let table = Table::new(
        "resource.k8s.io",
        "v1",
        "resourceclaimtemplates",
        json!({"spec": {"spec": {"devices": {"requests": [request]}}}}),
    );
    let meta = |meta: Value| json!({"spec": {"metadata": meta}});
    table.creations(&[
        (
            meta(json!({"labels": {"a b": "c"}})),
            "spec.metadata.labels: Invalid value: \"a b\"",
            meta(json!({"labels": {"a": "c"}})),
        ),
        (
            meta(json!({"annotations": {"a b": "c"}})),
            "spec.metadata.annotations: Invalid value: \"a b\"",
            meta(json!({"annotations": {"a": "c d"}})),
        ),
        (meta(json!({"name": "n"})), "spec.metadata.name: Forbidden: cannot be set", meta(json!({}))),
    ]);
    table.updates(
        Part::Main,
        &[(
            meta(json!({"labels": {"a": "b"}})),
            "spec: Invalid value: {",
            json!({"metadata": {"labels": {"a": "b"}}}),
        )],
    );
}

#[test]
fn changed_claims() {
    let devices = |devices: Value| json!({"spec": {"devices": devices}});
    claims().creations(&[
        (devices(json!({"constraints": [{}]})), "spec.devices.constraints[0]: Required value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set", devices(json!({"constraints": [{"distinctAttribute": "a.io/b"}]}))),
        (devices(json!({"constraints": [{"matchAttribute": "b"}]})), "spec.devices.constraints[0].matchAttribute: Invalid value: \"b\": a fully qualified name must be a domain and a name separated by a slash", devices(json!({"constraints": [{"matchAttribute": "a.io/b"}]}))),
        (devices(json!({"config": [{"opaque": {"driver": "a.io", "parameters": []}}]})), "spec.devices.config[0].opaque.parameters: Invalid value: \"<value omitted>\": must be a valid JSON object", devices(json!({"config": [{"opaque": {"driver": "a.io", "parameters": {}}}]}))),
    ]);
    // What can't be changed is not judged beyond that.
    let said = claims().changed(&json!({}), &devices(json!({"requests": [{"name": "No"}]})));
    assert!(said.len() == 1 && said[0].ends_with("field is immutable"), "{said:?}");
    // Too many are not looked at one by one.
    let many: Vec<Value> = (0..33).map(|_| json!({"name": "No"})).collect();
    let said = claims().created(&devices(json!({"requests": many}))).1;
    assert_eq!(said, ["spec.devices.requests: Too many: 33: must have at most 32 items"]);
    // What was said of a device that is given back goes with it.
    let given = |device: &str, of: &[&str]| {
        let results = json!([{"request": "r", "driver": "a.io", "pool": "p", "device": device}]);
        let devices: Vec<Value> =
            of.iter().map(|device| json!({"driver": "a.io", "pool": "p", "device": device})).collect();
        json!({"status": {"allocation": {"devices": {"results": results}}, "devices": devices}})
    };
    let mut freed = given("d", &["d"]);
    freed["status"]["allocation"] = Value::Null;
    let (claim, said) = claims().update(Part::Status, &given("d", &["d"]), &freed);
    assert!(said.is_empty(), "{said:?}");
    assert_eq!(claim.value()["status"].get("devices"), None);
    let (claim, _) = claims().update(Part::Status, &given("d", &["d"]), &given("d", &["d"]));
    assert_eq!(claim.value()["status"]["devices"].as_array().map(Vec::len), Some(1));
}

#[test]
fn binding_conditions() {
    let of = |conditions: Value, failures: Value| {
        device(json!({"bindingConditions": conditions, "bindingFailureConditions": failures}))
    };
    let good = || of(json!(["a.io/ready"]), json!(["a.io/broken", "Failed"]));
    let five = json!(["a", "b", "c", "d", "e"]);
    slice().creations(&[
        (of(five.clone(), json!(["x"])), "spec.devices[0].bindingConditions: Too many: 5: must have at most 4 items", good()),
        (of(json!(["x"]), five), "spec.devices[0].bindingFailureConditions: Too many: 5: must have at most 4 items", good()),
        (of(json!(["no name"]), json!(["x"])), "spec.devices[0].bindingConditions[0]: Invalid value: \"no name\"", good()),
        (of(json!(["x"]), json!(["-"])), "spec.devices[0].bindingFailureConditions[0]: Invalid value: \"-\"", good()),
        (of(json!(["x", "x"]), json!(["y"])), "spec.devices[0].bindingConditions[1]: Duplicate value: \"x\"", good()),
        (of(json!(["x"]), json!(["y", "y"])), "spec.devices[0].bindingFailureConditions[1]: Duplicate value: \"y\"", good()),
        (of(json!(["x"]), json!(["x"])), "spec.devices[0].bindingFailureConditions[0]: Invalid value: \"x\": bindingFailureConditions must not overlap with bindingConditions", good()),
        (of(json!(["x"]), Value::Null), "spec.devices[0].bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions", good()),
        (of(Value::Null, json!(["x"])), "spec.devices[0].bindingConditions: Invalid value: []: bindingConditions are required to use bindingFailureConditions", of(Value::Null, Value::Null)),
    ]);
}

#[test]
fn capacities() {
    let of = |policy: Value| {
        device(json!({"allowMultipleAllocations": true, "capacity": {"memory": {"requestPolicy": policy}}}))
    };
    let at = "spec.devices[0].capacity[memory].requestPolicy";
    let said = |rest: &str| -> &'static str { Box::leak(format!("{at}{rest}").into_boxed_str()) };
    let values = |default: &str, values: &[&str]| of(json!({"default": default, "validValues": values}));
    let range = |default: &str, range: Value| of(json!({"default": default, "validRange": range}));
    let many: Vec<String> = (1..=11).map(|n| format!("{n}Mi")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let good = || values("1Gi", &["1Gi", "2Gi"]);
    let ranged = || range("2Gi", json!({"min": "1Gi", "max": "3Gi", "step": "1Gi"}));
    slice().creations(&[
        (device(json!({"capacity": {"memory": {"requestPolicy": {"default": "1"}}}})), said(": Forbidden: allowMultipleAllocations must be true"), of(json!({"default": "1"}))),
        (of(json!({"default": "1Gi", "validValues": ["1Gi"], "validRange": {"min": "1Gi"}})), said(": Forbidden: exactly one policy can be specified"), good()),
        (of(json!({"validValues": ["1Gi"]})), said(".default: Required value: required when validValues is defined"), good()),
        (of(json!({"validRange": {"min": "1Gi"}})), said(".default: Required value: required when validRange is defined"), ranged()),
        (values("1Gi", &["2Gi", "1Gi"]), said(".validValues[1]: Invalid value: \"1Gi\": values must be sorted in ascending order"), good()),
        (values("1Mi", &many), said(".validValues: Too many: 11: must have at most 10 items"), values("1Mi", &many[..10])),
        (values("1Gi", &["1Gi", "9Gi"]), said(".validValues[1]: Invalid value: \"9Gi\": option is larger than capacity value: 8Gi"), values("1Gi", &["1Gi", "8Gi"])),
        (values("1Gi", &["1Gi", "1024Mi"]), said(".validValues[1]: Duplicate value: \"1073741824\""), good()),
        (values("3Gi", &["1Gi", "2Gi"]), said(".validValues: Invalid value: \"3Gi\": default value is not valid according to the requestPolicy"), values("2Gi", &["1Gi", "2Gi"])),
        (range("9Gi", json!({"min": "9Gi"})), said(".validRange.min: Invalid value: \"9Gi\": min is larger than capacity value: 8Gi"), ranged()),
        (range("1Mi", json!({"min": "1Gi"})), said(".validRange.default: Invalid value: \"1Mi\": default is less than min: 1Gi"), range("1Gi", json!({"min": "1Gi"}))),
        (range("3Gi", json!({"min": "3Gi", "max": "2Gi"})), said(".validRange.max: Invalid value: \"3Gi\": min is larger than max: 2Gi"), ranged()),
        (range("1Gi", json!({"min": "1Gi", "max": "9Gi"})), said(".validRange.max: Invalid value: \"9Gi\": max is larger than capacity value: 8Gi"), range("1Gi", json!({"min": "1Gi", "max": "8Gi"}))),
        (range("3Gi", json!({"min": "1Gi", "max": "2Gi"})), said(".validRange.default: Invalid value: \"3Gi\": default is more than max: 2Gi"), ranged()),
        (range("1Gi", json!({"min": "1Gi", "step": "0"})), said(".validRange.step: Invalid value: \"0\": must be greater than zero"), range("1Gi", json!({"min": "1Gi", "step": "7Gi"}))),
        (range("1Gi", json!({"min": "1Gi", "step": "8Gi"})), said(".validRange.step: Invalid value: \"8Gi\": one step 9Gi is larger than capacity value: 8Gi"), ranged()),
        (range("2Gi", json!({"min": "1Gi", "step": "3Gi"})), said(".validRange.step: Invalid value: \"2Gi\": value is not a multiple of a given step (3Gi) from (1Gi)"), range("4Gi", json!({"min": "1Gi", "step": "3Gi"}))),
        (range("4Gi", json!({"min": "1Gi", "max": "5Gi", "step": "3Gi"})), said(".validRange.step: Invalid value: \"5Gi\": value is not a multiple of a given step (3Gi) from (1Gi)"), range("4Gi", json!({"min": "1Gi", "max": "7Gi", "step": "3Gi"}))),
    ]);
}

fn claims() -> Table {
    let request = json!({"name": "r", "exactly": {"deviceClassName": "c"}});
    Table::new(
        "resource.k8s.io",
        "v1",
        "resourceclaims",
        json!({"spec": {"devices": {"requests": [request]}}}),
    )
}

#[test]
fn selectors_that_cost_too_much() {
    let of = |text: &str| {
        let selectors = json!([{"cel": {"expression": text}}]);
        json!({"spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "c", "selectors": selectors}}]}}})
    };
    let all = "device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b == c + d))))";
    let at = "spec.devices.requests[0].exactly.selectors[0].cel.expression";
    let said: &'static str =
        Box::leak(format!("{at}: Forbidden: too complex, exceeds cost limit").into_boxed_str());
    claims().creations(&[(of(all), said, of("device.attributes['a.io'].model.startsWith('x')"))]);
}

#[test]
fn what_was_given() {
    const SHARE: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let result = |more: Value| {
        let mut result = json!({"request": "r", "driver": "a.io", "pool": "p", "device": "d"});
        apimachinery::patch::merge(&mut result, more);
        json!({"status": {"allocation": {"devices": {"results": [result]}}}})
    };
    let good = || result(json!({}));
    let nodes = |terms: Value| {
        let mut whole = good();
        whole["status"]["allocation"]["nodeSelector"] = json!({"nodeSelectorTerms": terms});
        whole
    };
    let at = "status.allocation.devices.results[0]";
    let said = |rest: &str| -> &'static str { Box::leak(format!("{at}{rest}").into_boxed_str()) };
    claims().updates(Part::Status, &[
        (nodes(json!([])), "status.allocation.nodeSelector.nodeSelectorTerms: Required value", nodes(json!([{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]))),
        (result(json!({"request": "x"})), said(".request: Invalid value: \"x\": must be the name of a request in the claim"), good()),
        (result(json!({"request": "a/b/c"})), said(".request: Invalid value: \"a/b/c\": must be the name of a request in the claim"), good()),
        (result(json!({"driver": ""})), said(".driver: Required value"), good()),
        (result(json!({"pool": ""})), said(".pool: Required value"), good()),
        (result(json!({"device": "D"})), said(".device: Invalid value: \"D\""), good()),
        (result(json!({"bindingConditions": ["x"]})), said(".bindingFailureConditions: Invalid value: []: bindingFailureConditions are required"), result(json!({"bindingConditions": ["x"], "bindingFailureConditions": ["y"]}))),
        (result(json!({"tolerations": [{"operator": "Maybe"}]})), said(".tolerations[0].operator: Unsupported value: \"Maybe\""), result(json!({"tolerations": [{"operator": "Exists"}]}))),
        (result(json!({"shareID": "6BA7B810-9dad-11d1-80b4-00c04fd430c8"})), said(".shareID: Invalid value: \"6BA7B810-9dad-11d1-80b4-00c04fd430c8\": uid must be in RFC 4122 normalized form"), result(json!({"shareID": SHARE}))),
        (result(json!({"shareID": "x"})), said(".shareID: Invalid value: \"x\": error validating uid: invalid UUID length: 1"), good()),
        (result(json!({"shareID": SHARE.replace('-', "x")})), said(".shareID: Invalid value: \"6ba7b810x9dadx11d1x80b4x00c04fd430c8\": error validating uid: invalid UUID format"), good()),
        (result(json!({"shareID": format!("{{{SHARE}}}")})), said(".shareID: Invalid value: \"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}\": uid must be in RFC 4122 normalized form"), good()),
    ]);
    let device = |more: Value| {
        let mut one = json!({"driver": "a.io", "pool": "p", "device": "d"});
        apimachinery::patch::merge(&mut one, more);
        let mut whole = good();
        whole["status"]["devices"] = json!([one]);
        whole
    };
    let twice = || {
        let mut whole = device(json!({}));
        whole["status"]["devices"] = json!([{"driver": "a.io", "pool": "p", "device": "d"}, {"driver": "a.io", "pool": "p", "device": "d"}]);
        whole
    };
    let condition = |more: Value| {
        let mut one = json!({"type": "Ready", "status": "True", "reason": "Ok", "message": "m", "lastTransitionTime": "2026-01-01T00:00:00Z"});
        apimachinery::patch::merge(&mut one, more);
        device(json!({"conditions": [one]}))
    };
    let nine: Vec<Value> = (0..9).map(|n| json!({"type": format!("T{n}"), "status": "True", "reason": "Ok", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"})).collect();
    let network = |data: Value| device(json!({"networkData": data}));
    let fine = || {
        network(
            json!({"interfaceName": "eth0", "hardwareAddress": "02:00", "ips": ["10.9.8.7/24", "2001:db8::1/64"]}),
        )
    };
    claims().updates(Part::Status, &[
        (device(json!({"device": "other"})), "status.devices[0]: Invalid value: \"a.io/p/other\": must be an allocated device in the claim", device(json!({}))),
        (device(json!({"driver": ""})), "status.devices[0].driver: Required value", device(json!({}))),
        (device(json!({"shareID": SHARE})), "status.devices[0]: Invalid value: \"a.io/p/d/6ba7b810-9dad-11d1-80b4-00c04fd430c8\": must be an allocated", device(json!({}))),
        (twice(), "status.devices[1]: Duplicate value: \"a.io/p/d\"", device(json!({}))),
        (device(json!({"conditions": nine})), "status.devices[0].conditions: Too many: 9: must have at most 8 items", device(json!({"conditions": &nine[..8]}))),
        (device(json!({"conditions": [nine[0], nine[0]]})), "status.devices[0].conditions[1].type: Duplicate value: \"T0\"", device(json!({"conditions": &nine[..2]}))),
        (condition(json!({"type": "no type"})), "status.devices[0].conditions[0].type: Invalid value: \"no type\"", condition(json!({}))),
        (condition(json!({"status": "Maybe"})), "status.devices[0].conditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\"", condition(json!({"status": "Unknown"}))),
        (condition(json!({"status": ""})), "status.devices[0].conditions[0].status: Unsupported value: \"\"", condition(json!({}))),
        (condition(json!({"observedGeneration": -1})), "status.devices[0].conditions[0].observedGeneration: Invalid value: -1", condition(json!({"observedGeneration": 1}))),
        (condition(json!({"reason": ""})), "status.devices[0].conditions[0].reason: Required value: must be set", condition(json!({"reason": "A,B"}))),
        (condition(json!({"reason": "no reason"})), "status.devices[0].conditions[0].reason: Invalid value: \"no reason\": a condition reason must start with", condition(json!({}))),
        (condition(json!({"message": "x".repeat(32769)})), "status.devices[0].conditions[0].message: Too long: may not be more than 32768 bytes", condition(json!({"message": "x".repeat(32768)}))),
        (device(json!({"data": []})), "status.devices[0].data: Invalid value: \"<value omitted>\": must be a valid JSON object", device(json!({"data": {"a": 1}}))),
        (device(json!({"data": {"a": "x".repeat(10 * 1024)}})), "status.devices[0].data: Too long: may not be more than 10240 bytes", device(json!({"data": {"a": "x".repeat(10 * 1000)}}))),
        (network(json!({"interfaceName": "x".repeat(257)})), "status.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes", fine()),
        (network(json!({"hardwareAddress": "x".repeat(129)})), "status.devices[0].networkData.hardwareAddress: Too long: may not be more than 128 bytes", fine()),
        (network(json!({"ips": ["10.9.8.7"]})), "status.devices[0].networkData.ips[0]: Invalid value: \"10.9.8.7\": must be a valid address in CIDR form", fine()),
        (network(json!({"ips": ["2001:DB8::1/64"]})), "status.devices[0].networkData.ips[0]: Invalid value: \"2001:DB8::1/64\": must be in canonical form (\"2001:db8::1/64\")", fine()),
        (network(json!({"ips": ["10.09.8.7/24"]})), "status.devices[0].networkData.ips[0]: Invalid value: \"10.09.8.7/24\": must be in canonical form (\"10.9.8.7/24\")", fine()),
        (network(json!({"ips": ["::ffff:10.9.8.7/120"]})), "status.devices[0].networkData.ips[0]: Invalid value: \"::ffff:10.9.8.7/120\": must be in canonical form (\"10.9.8.7/24\")", fine()),
        (network(json!({"ips": ["10.9.8.7/24", "10.9.8.7/24"]})), "status.devices[0].networkData.ips[1]: Duplicate value: \"10.9.8.7/24\"", fine()),
    ]);
}

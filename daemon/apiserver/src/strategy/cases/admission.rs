//! Webhooks, policies and their bindings, signing requests.

use serde_json::{Value, json};

use super::{Case, Part, Table};

const GROUP: &str = "admissionregistration.k8s.io";

/// The cases of a rule, wherever it stands.
fn rules(place: &str, wrap: impl Fn(Value) -> Value) -> Vec<Case> {
    let rule = |more: Value| {
        let mut whole = json!({"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        wrap(whole)
    };
    [
        (json!({"operations": []}), "operations: Required value", json!({"operations": ["*"]})),
        (json!({"operations": ["READ"]}), "operations[0]: Unsupported value: \"READ\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"", json!({"operations": ["UPDATE", "CONNECT"]})),
        (json!({"operations": ["*", "CREATE"]}), "operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations", json!({})),
        (json!({"apiGroups": []}), "apiGroups: Required value", json!({"apiGroups": ["*"]})),
        (json!({"apiGroups": ["*", "apps"]}), "apiGroups: Invalid value: [\"*\",\"apps\"]: if '*' is present, must not specify other API groups", json!({})),
        (json!({"apiVersions": []}), "apiVersions: Required value", json!({"apiVersions": ["*"]})),
        (json!({"apiVersions": ["*", "v1"]}), "apiVersions: Invalid value: [\"*\",\"v1\"]: if '*' is present, must not specify other API versions", json!({})),
        (json!({"apiVersions": [""]}), "apiVersions[0]: Required value", json!({})),
        (json!({"resources": []}), "resources: Required value", json!({"resources": ["*/*"]})),
        (json!({"resources": ["*/*", "pods"]}), "resources: Invalid value: [\"*/*\",\"pods\"]: if '*/*' is present, must not specify other resources", json!({"resources": ["pods", "pods/status"]})),
        (json!({"resources": ["pods/*", "pods/status"]}), "resources[1]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status", json!({"resources": ["pods/*", "nodes/status"]})),
        (json!({"resources": ["*/status", "pods/status"]}), "resources[1]: Invalid value: \"pods/status\": if '*/status' is present, must not specify pods/status", json!({})),
        (json!({"resources": ["*", "pods"]}), "resources: Invalid value: [\"*\",\"pods\"]: if '*' is present, must not specify other resources without subresources", json!({"resources": ["*", "pods/status"]})),
        (json!({"resources": [""]}), "resources[0]: Required value", json!({})),
        (json!({"scope": ""}), "scope: Unsupported value: \"\"", json!({"scope": null})),
        (json!({"scope": "Planet"}), "scope: Unsupported value: \"Planet\": supported values: \"*\", \"Cluster\", \"Namespaced\"", json!({"scope": "Namespaced"})),
    ]
    .into_iter()
    .map(|(wrong, said, right)| {
        let said: &'static str = Box::leak(format!("{place}.{said}").into_boxed_str());
        (rule(wrong), said, rule(right))
    })
    .collect()
}

#[test]
fn webhooks() {
    for plural in ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"] {
        let hook = |more: Value| {
            let mut whole = json!({
                "name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://a.b/c"},
                "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
            });
            more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
            json!({"webhooks": [whole]})
        };
        let client = |client: Value| hook(json!({"clientConfig": client}));
        let condition = |name: &str, text: &str| json!({"name": name, "expression": text});
        let table = Table::new(GROUP, "v1", plural, hook(json!({})));
        table.creations(&rules("webhooks[0].rules[0]", |rule| hook(json!({"rules": [rule]}))));
        table.creations(&[
            (hook(json!({"name": "No Name"})), "webhooks[0].name: Invalid value: \"No Name\"", hook(json!({"name": "d.e.f"}))),
            (hook(json!({"name": "a.b"})), "webhooks[0].name: Invalid value: \"a.b\": should be a domain with at least three segments separated by dots", json!({})),
            (hook(json!({"admissionReviewVersions": []})), "webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1", hook(json!({"admissionReviewVersions": ["v2", "v1beta1"]}))),
            (hook(json!({"admissionReviewVersions": ["v2"]})), "webhooks[0].admissionReviewVersions: Invalid value: [\"v2\"]: must include at least one of v1, v1beta1", json!({})),
            (hook(json!({"admissionReviewVersions": ["v1", "v1"]})), "webhooks[0].admissionReviewVersions[1]: Invalid value: \"v1\": duplicate version", json!({})),
            (hook(json!({"admissionReviewVersions": ["v1", "V1"]})), "webhooks[0].admissionReviewVersions[1]: Invalid value: \"V1\": a DNS-1035 label", json!({})),
            (hook(json!({"name": ""})), "webhooks[0].name: Required value", json!({})),
            (hook(json!({"sideEffects": ""})), "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun", json!({})),
            (hook(json!({"sideEffects": "Some"})), "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"", hook(json!({"sideEffects": "NoneOnDryRun"}))),
            (hook(json!({"timeoutSeconds": 0})), "webhooks[0].timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds", hook(json!({"timeoutSeconds": 30}))),
            (hook(json!({"timeoutSeconds": 31})), "webhooks[0].timeoutSeconds: Invalid value: 31", json!({})),
            (hook(json!({"failurePolicy": "Cry"})), "webhooks[0].failurePolicy: Unsupported value: \"Cry\": supported values: \"Fail\", \"Ignore\"", hook(json!({"failurePolicy": "Ignore"}))),
            (hook(json!({"matchPolicy": "Near"})), "webhooks[0].matchPolicy: Unsupported value: \"Near\": supported values: \"Equivalent\", \"Exact\"", hook(json!({"matchPolicy": "Exact"}))),
            (hook(json!({"namespaceSelector": {"matchLabels": {"a b": "c"}}})), "webhooks[0].namespaceSelector.matchLabels: Invalid value: \"a b\"", hook(json!({"namespaceSelector": {"matchLabels": {"a": "c"}}}))),
            (hook(json!({"objectSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})), "webhooks[0].objectSelector.matchExpressions[0].values: Required value", json!({})),
            (client(json!({})), "webhooks[0].clientConfig: Required value: exactly one of url or service is required", client(json!({"service": {"namespace": "n", "name": "s"}}))),
            (hook(json!({"matchConditions": [condition("a", " ")]})), "webhooks[0].matchConditions[0].expression: Required value", client(json!({"url": "https://a.b", "caBundle": "eA=="}))),
            (hook(json!({"matchConditions": [condition("a", "1")]})), "webhooks[0].matchConditions[0].expression: Invalid value: \"1\": must evaluate to bool", json!({})),
            (hook(json!({"failurePolicy": ""})), "webhooks[0].failurePolicy: Unsupported value: \"\"", hook(json!({"failurePolicy": null}))),
            (hook(json!({"matchPolicy": ""})), "webhooks[0].matchPolicy: Unsupported value: \"\"", hook(json!({"matchPolicy": null}))),
            (client(json!({"service": {"namespace": "n", "name": ""}})), "webhooks[0].clientConfig.service.namespace: Required value", json!({})),
            (client(json!({"service": {"namespace": "", "name": "s"}})), "webhooks[0].clientConfig.service.name: Required value", json!({})),
            (client(json!({"url": "http://a.b"})), "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme", json!({})),
            (hook(json!({"matchConditions": [condition("no name", "true")]})), "webhooks[0].matchConditions[0].name: Invalid value: \"no name\"", hook(json!({"matchConditions": [condition("a", "true")]}))),
            (hook(json!({"matchConditions": [condition("a", "true"), condition("a", "true")]})), "webhooks[0].matchConditions[1].name: Duplicate value: \"a\"", hook(json!({"matchConditions": [condition("a", "true"), condition("b", "true")]}))),
            (hook(json!({"matchConditions": [condition("a", "1 +")]})), "webhooks[0].matchConditions[0].expression: Invalid value: \"1 +\": compilation failed", json!({})),
            (hook(json!({"matchConditions": (0..65).map(|n| condition(&format!("c{n}"), "true")).collect::<Vec<_>>()})), "webhooks[0].matchConditions: Too many: 65: must have at most 64 items", json!({})),
        ]);
        if plural.starts_with("mutating") {
            table.creations(&[(hook(json!({"reinvocationPolicy": "Always"})), "webhooks[0].reinvocationPolicy: Unsupported value: \"Always\": supported values: \"IfNeeded\", \"Never\"", hook(json!({"reinvocationPolicy": "IfNeeded"})))]);
        }
    }
}

/// What holds for policies that judge and for those that change.
fn policies() -> Vec<Case> {
    let spec = |spec: Value| json!({"spec": spec});
    let condition = |name: &str, text: &str| json!({"name": name, "expression": text});
    let mut cases = rules("spec.matchConstraints.resourceRules[0]", |rule| {
        spec(json!({"matchConstraints": {"resourceRules": [rule]}}))
    });
    cases.extend([
        (spec(json!({"failurePolicy": ""})), "spec.failurePolicy: Unsupported value: \"\"", spec(json!({"failurePolicy": null}))),
        (spec(json!({"matchConstraints": {"matchPolicy": ""}})), "spec.matchConstraints.matchPolicy: Unsupported value: \"\"", json!({})),
        (spec(json!({"failurePolicy": "Cry"})), "spec.failurePolicy: Unsupported value: \"Cry\": supported values: \"Fail\", \"Ignore\"", spec(json!({"failurePolicy": "Ignore"}))),
        (spec(json!({"paramKind": {"kind": "K"}})), "spec.paramKind.apiVersion: Required value", spec(json!({"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}))),
        (spec(json!({"paramKind": {"apiVersion": "v1"}})), "spec.paramKind.kind: Required value", json!({})),
        (spec(json!({"paramKind": {"apiVersion": "a/b/c", "kind": "K"}})), "spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c", spec(json!({"paramKind": {"apiVersion": "a.b/v1", "kind": "K"}}))),
        (spec(json!({"paramKind": {"apiVersion": "A/v1", "kind": "K"}})), "spec.paramKind.apiVersion: Invalid value: \"A\"", json!({})),
        (spec(json!({"paramKind": {"apiVersion": "a/", "kind": "K"}})), "spec.paramKind.apiVersion: Invalid value: \"a/\": version must be specified", json!({})),
        (spec(json!({"paramKind": {"apiVersion": "a/1", "kind": "K"}})), "spec.paramKind.apiVersion: Invalid value: \"1\"", json!({})),
        (spec(json!({"paramKind": {"apiVersion": "v1", "kind": "K_"}})), "spec.paramKind.kind: Invalid value: \"K_\": may have mixed case, but should otherwise match: ", json!({})),
        (spec(json!({"matchConstraints": null})), "spec.matchConstraints: Required value", json!({})),
        (spec(json!({"matchConditions": [condition("a", "variables.a")], "variables": [{"name": "a", "expression": "true"}]})), "spec.matchConditions[0].expression: Invalid value: \"variables.a\": compilation failed", json!({})),
        (spec(json!({"matchConditions": [condition("a", "params.a")]})), "spec.matchConditions[0].expression: Invalid value: \"params.a\": compilation failed", spec(json!({"matchConditions": [condition("a", "params.a")], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}))),
        (spec(json!({"matchConditions": [condition("a", "")]})), "spec.matchConditions[0].expression: Required value", json!({})),
        (spec(json!({"variables": [{"name": " ", "expression": "1"}]})), "spec.variables[0].name: Required value: name is not specified", json!({})),
        (spec(json!({"variables": [{"name": "while", "expression": "1"}]})), "spec.variables[0].name: Invalid value: \"while\": name is not a valid CEL identifier", spec(json!({"variables": [{"name": "_a1", "expression": "1"}]}))),
        (
            spec(json!({"matchConstraints": {"excludeResourceRules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "resourceNames": ["a", "a"]}]}})),
            "spec.matchConstraints.excludeResourceRules[0].resourceNames[1]: Duplicate value: \"a\"",
            json!({}),
        ),
        (spec(json!({"matchConstraints": {"resourceRules": []}})), "spec.matchConstraints.resourceRules: Required value", json!({})),
        (spec(json!({"matchConstraints": {"matchPolicy": "Near"}})), "spec.matchConstraints.matchPolicy: Unsupported value: \"Near\"", spec(json!({"matchConstraints": {"matchPolicy": "Exact"}}))),
        (spec(json!({"matchConstraints": {"namespaceSelector": {"matchLabels": {"a b": "c"}}}})), "spec.matchConstraints.namespaceSelector.matchLabels: Invalid value: \"a b\"", json!({})),
        (
            spec(json!({"matchConstraints": {"excludeResourceRules": [{"operations": [], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]}})),
            "spec.matchConstraints.excludeResourceRules[0].operations: Required value",
            spec(json!({"matchConstraints": {"excludeResourceRules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "resourceNames": ["a"]}]}})),
        ),
        (spec(json!({"variables": [{"name": "a", "expression": ""}]})), "spec.variables[0].expression: Required value: expression is not specified", spec(json!({"variables": [{"name": "a", "expression": "1"}]}))),
        (spec(json!({"matchConditions": [condition("", "true")]})), "spec.matchConditions[0].name: Required value", spec(json!({"matchConditions": [condition("a", "true")]}))),
        (spec(json!({"matchConditions": [condition("a", "true"), condition("a", "true")]})), "spec.matchConditions[1].name: Duplicate value: \"a\"", json!({})),
        (spec(json!({"matchConditions": [condition("a", "1")]})), "spec.matchConditions[0].expression: Invalid value: \"1\": must evaluate to bool", json!({})),
    ]);
    cases
}

#[test]
fn policies_that_judge() {
    let constraints = json!({"resourceRules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]});
    let table = Table::new(
        GROUP,
        "v1",
        "validatingadmissionpolicies",
        json!({"spec": {"matchConstraints": constraints, "validations": [{"expression": "true"}]}}),
    );
    table.creations(&policies());
    let spec = |spec: Value| json!({"spec": spec});
    let validation = |more: Value| {
        let mut whole = json!({"expression": "true"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        spec(json!({"validations": [whole]}))
    };
    let annotation = |key: &str, text: &str| json!({"key": key, "valueExpression": text});
    table.creations(&[
        (spec(json!({"validations": []})), "spec.validations: Required value: validations or auditAnnotations must contain at least one item", spec(json!({"validations": [], "auditAnnotations": [annotation("a", "'b'")]}))),
        (validation(json!({"expression": ""})), "spec.validations[0].expression: Required value", json!({})),
        (validation(json!({"expression": "1"})), "spec.validations[0].expression: Invalid value: \"1\": must evaluate to bool", json!({})),
        (validation(json!({"message": "a\nb"})), "spec.validations[0].message: Invalid value: \"a\\nb\": message must not contain line breaks", validation(json!({"message": "a b"}))),
        (spec(json!({"validations": []})), "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item", json!({})),
        (validation(json!({"message": " "})), "spec.validations[0].message: Invalid value: \" \": message must be non-empty if specified", json!({})),
        (validation(json!({"messageExpression": " "})), "spec.validations[0].messageExpression: Invalid value: \" \": must be non-empty if specified", json!({})),
        (validation(json!({"messageExpression": "string(authorizer.path('/a').check('get').allowed())"})), "spec.validations[0].messageExpression: Invalid value: ", validation(json!({"expression": "authorizer.path('/a').check('get').allowed()"}))),
        (validation(json!({"expression": "params.a"})), "spec.validations[0].expression: Invalid value: \"params.a\"", json!({"spec": {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}, "validations": [{"expression": "params.a"}]}})),
        (validation(json!({"reason": "Unauthorized"})), "spec.validations[0].reason: Unsupported value: \"Unauthorized\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"", json!({})),
        (validation(json!({"reason": "Bored"})), "spec.validations[0].reason: Unsupported value: \"Bored\"", validation(json!({"reason": "Forbidden"}))),
        (validation(json!({"messageExpression": "1"})), "spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to string", validation(json!({"messageExpression": "'a'"}))),
        (spec(json!({"auditAnnotations": [annotation("", "'b'")]})), "spec.auditAnnotations[0].key: Invalid value: \"a/\": name part must be non-empty", json!({})),
        (spec(json!({"auditAnnotations": (0..21).map(|n| annotation(&format!("k{n}"), "'b'")).collect::<Vec<_>>()})), "spec.auditAnnotations: Invalid value: ", spec(json!({"auditAnnotations": (0..20).map(|n| annotation(&format!("k{n}"), "'b'")).collect::<Vec<_>>()}))),
        (spec(json!({"auditAnnotations": [annotation("a", "")]})), "spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified", json!({})),
        (spec(json!({"auditAnnotations": [annotation("a", &format!("'{}'", "b".repeat(5119)))]})), "spec.auditAnnotations[0].valueExpression: Required value: must not exceed 5120 bytes in length", spec(json!({"auditAnnotations": [annotation("a", &format!("'{}'", "b".repeat(5118)))]}))),
        (spec(json!({"auditAnnotations": [annotation("no key", "'b'")]})), "spec.auditAnnotations[0].key: Invalid value: \"a/no key\"", json!({})),
        (spec(json!({"auditAnnotations": [annotation("a", "'b'"), annotation("a", "'b'")]})), "spec.auditAnnotations[1].key: Duplicate value: \"a\"", json!({})),
    ]);
}

#[test]
fn policies_that_change() {
    let constraints = json!({"resourceRules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]});
    let mutation = json!({"patchType": "JSONPatch", "jsonPatch": {"expression": "[]"}});
    let table = Table::new(
        GROUP,
        "v1",
        "mutatingadmissionpolicies",
        json!({"spec": {"matchConstraints": constraints, "mutations": [mutation], "reinvocationPolicy": "Never"}}),
    );
    table.creations(&policies());
    let spec = |spec: Value| json!({"spec": spec});
    table.creations(&[
        (
            spec(json!({"mutations": []})),
            "spec.mutations: Required value: mutations must contain at least one item",
            json!({}),
        ),
        (
            spec(json!({"mutations": [{"patchType": "JSONPatch"}]})),
            "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
            json!({}),
        ),
        (
            spec(json!({"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": ""}}]})),
            "spec.mutations[0].jsonPatch.expression: Required value",
            json!({}),
        ),
        (
            spec(json!({"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[]"}, "applyConfiguration": {"expression": "Object{}"}}]})),
            "spec.mutations[0].applyConfiguration: Invalid value: \"{applyConfiguration}\": must not be specified when patchType is JSONPatch",
            spec(json!({"mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}]})),
        ),
        (
            spec(json!({"mutations": [{"patchType": "Own", "jsonPatch": {"expression": "[]"}}]})),
            "spec.mutations[0].patchType: Unsupported value: \"Own\": supported values: \"ApplyConfiguration\", \"JSONPatch\"",
            json!({}),
        ),
        (spec(json!({"reinvocationPolicy": "Always"})), "spec.reinvocationPolicy: Unsupported value: \"Always\": supported values: \"Never\", \"IfNeeded\"", spec(json!({"reinvocationPolicy": "IfNeeded"}))),
        (spec(json!({"reinvocationPolicy": null})), "spec.reinvocationPolicy: Required value", json!({})),
        (
            spec(json!({"matchConstraints": {"resourceRules": [{"operations": ["DELETE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]}})),
            "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"",
            json!({}),
        ),
    ]);
}

#[test]
fn bindings() {
    let spec = |spec: Value| json!({"spec": spec});
    for (plural, good) in [
        ("validatingadmissionpolicybindings", json!({"policyName": "p", "validationActions": ["Deny"]})),
        ("mutatingadmissionpolicybindings", json!({"policyName": "p"})),
    ] {
        let table = Table::new(GROUP, "v1", plural, spec(good));
        let reference = |reference: Value| spec(json!({"paramRef": reference}));
        table.creations(&rules("spec.matchResources.resourceRules[0]", |rule| {
            spec(json!({"matchResources": {"resourceRules": [rule]}}))
        }));
        table.creations(&[
            (spec(json!({"policyName": ""})), "spec.policyName: Required value", json!({})),
            (spec(json!({"policyName": "No Name"})), "spec.policyName: Invalid value: \"No Name\"", spec(json!({"policyName": "a.b"}))),
            (reference(json!({"parameterNotFoundAction": "Deny"})), "spec.paramRef: Required value: one of name or selector must be specified", reference(json!({"name": "a", "parameterNotFoundAction": "Deny"}))),
            (reference(json!({"name": "a", "selector": {}, "parameterNotFoundAction": "Deny"})), "spec.paramRef.name: Forbidden: name and selector are mutually exclusive", reference(json!({"selector": {}, "parameterNotFoundAction": "Allow"}))),
            (reference(json!({"name": "a"})), "spec.paramRef.parameterNotFoundAction: Required value", json!({})),
            (reference(json!({"name": "a", "parameterNotFoundAction": "Cry"})), "spec.paramRef.parameterNotFoundAction: Unsupported value: \"Cry\": supported values: \"Deny\", \"Allow\"", json!({})),
            (reference(json!({"name": "a/b", "parameterNotFoundAction": "Deny"})), "spec.paramRef.name: Invalid value: \"a/b\"", json!({})),
        ]);
        if plural.starts_with("validating") {
            let actions = |actions: Value| spec(json!({"validationActions": actions}));
            table.creations(&[
                (actions(json!([])), "spec.validationActions: Required value: at least one validation action is required", actions(json!(["Audit", "Warn"]))),
                (actions(json!(["Cry"])), "spec.validationActions[0]: Unsupported value: \"Cry\": supported values: \"Audit\", \"Deny\", \"Warn\"", json!({})),
                (actions(json!(["Audit", "Audit"])), "spec.validationActions[1]: Duplicate value: \"Audit\"", json!({})),
                (actions(json!(["Deny", "Warn"])), "spec.validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn", actions(json!(["Deny", "Audit"]))),
            ]);
        }
    }
}

#[test]
fn what_a_policy_s_checks_have_found() {
    let constraints = json!({"resourceRules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]});
    let good = json!({"spec": {"matchConstraints": constraints, "validations": [{"expression": "true"}]}});
    let table = Table::new(GROUP, "v1", "validatingadmissionpolicies", good);
    let found = |reference: &str, warning: &str| json!({"status": {"typeChecking": {"expressionWarnings": [{"fieldRef": reference, "warning": warning}]}}});
    table.updates(Part::Status, &[
        (found("spec.a", ""), "status.typeChecking.expressionWarnings[0].warning: Required value", found("spec.a", "w")),
        (found("spec.a[", "w"), "status.typeChecking.expressionWarnings[0].fieldRef: Invalid value: \"spec.a[\": invalid JSONPath: ", found("spec.validations[0].expression", "w")),
        (found(" ", "w"), "status.typeChecking.expressionWarnings[0].fieldRef: Required value", json!({})),
        (json!({"status": {"conditions": [{"type": "A", "status": "Maybe", "reason": "R", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}), "status.conditions[0].status: Unsupported value: \"Maybe\"", json!({})),
    ]);
}

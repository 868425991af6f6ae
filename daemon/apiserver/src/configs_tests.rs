//! Configuration files of any shape, made of the words that the real ones are made of: each is taken,
//! or refused with a reason.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Good files, whose words the others are made of.
fn good() -> Vec<Value> {
    vec![
        json!({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "omitManagedFields": true,
            "rules": [{"level": "Metadata", "users": ["a"], "userGroups": ["b"], "verbs": ["get"], "namespaces": ["n"],
                "resources": [{"group": "apps", "resources": ["deployments", "*/scale"], "resourceNames": ["x"]}],
                "nonResourceURLs": ["/healthz*"]}]}),
        json!({"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthorizationConfiguration", "authorizers": [
            {"type": "Webhook", "name": "w", "webhook": {"timeout": "3s", "authorizedTTL": "5m", "unauthorizedTTL": "30s",
                "subjectAccessReviewVersion": "v1", "matchConditionSubjectAccessReviewVersion": "v1", "failurePolicy": "Deny",
                "connectionInfo": {"type": "InClusterConfig", "kubeConfigFile": "/nonexistent"}, "matchConditions": [{"expression": "request.user == 'a'"}]}},
            {"type": "RBAC", "name": "rbac"}, {"type": "Node", "name": "node"}]}),
        json!({"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration", "resources": [
            {"resources": ["secrets", "*.apps"], "providers": [
                {"aescbc": {"keys": [{"name": "k", "secret": "c2VjcmV0IGlzIHNlY3VyZQ=="}]}},
                {"aesgcm": {"keys": [{"name": "k", "secret": "c2VjcmV0IGlzIHNlY3VyZQ=="}]}},
                {"secretbox": {"keys": [{"name": "k", "secret": "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="}]}},
                {"kms": {"apiVersion": "v2", "name": "p", "endpoint": "unix:///nonexistent", "timeout": "3s"}},
                {"identity": {}}]}]}),
        json!({"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration",
            "anonymous": {"enabled": true, "conditions": [{"path": "/livez"}]},
            "jwt": [{"issuer": {"url": "https://a.example", "discoveryURL": "https://b.example/x", "audiences": ["a"], "audienceMatchPolicy": "MatchAny", "egressSelectorType": "cluster"},
                "claimValidationRules": [{"claim": "c", "requiredValue": "v"}, {"expression": "claims.a == 'b'", "message": "m"}],
                "claimMappings": {"username": {"claim": "sub", "prefix": ""}, "groups": {"expression": "claims.groups"},
                    "uid": {"claim": "uid"}, "extra": [{"key": "example.com/a", "valueExpression": "claims.a"}]},
                "userValidationRules": [{"expression": "!user.username.startsWith('system:')", "message": "m"}]}]}),
        json!({"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": [
            {"name": "EventRateLimit", "path": "rates", "configuration": {"apiVersion": "eventratelimit.admission.k8s.io/v1alpha1",
                "kind": "Configuration", "limits": [{"type": "Namespace", "qps": 1, "burst": 2, "cacheSize": 3}]}},
            {"name": "PodTolerationRestriction", "configuration": {"apiVersion": "podtolerationrestriction.admission.k8s.io/v1alpha1", "kind": "Configuration"}},
            {"name": "ImagePolicyWebhook", "configuration": {"imagePolicy": {"kubeConfigFile": "/nonexistent", "allowTTL": 1, "denyTTL": 1, "retryBackoff": 1, "defaultAllow": true}}}]}),
        json!({"apiVersion": "apiserver.k8s.io/v1beta1", "kind": "EgressSelectorConfiguration", "egressSelections": [
            {"name": "cluster", "connection": {"proxyProtocol": "GRPC", "transport": {"uds": {"udsName": "/run/k.sock"}}}},
            {"name": "controlplane", "connection": {"proxyProtocol": "HTTPConnect", "transport": {"tcp": {"url": "https://a.example",
                "tlsConfig": {"caBundle": "/nonexistent", "clientCert": "/nonexistent", "clientKey": "/nonexistent"}}}}},
            {"name": "etcd", "connection": {"proxyProtocol": "Direct"}}]}),
    ]
}

fn words(value: &Value, keys: &mut BTreeSet<String>, leaves: &mut Vec<Value>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            words(value, keys, leaves);
        }),
        Value::Array(list) => list.iter().for_each(|value| words(value, keys, leaves)),
        leaf => leaves.push(leaf.clone()),
    }
}

/// Any value of those words.
fn anything() -> impl Strategy<Value = Value> {
    let (mut keys, mut leaves) =
        (BTreeSet::new(), vec![json!(null), json!(-1), json!(1e300), json!(u64::MAX), json!("")]);
    good().iter().for_each(|value| words(value, &mut keys, &mut leaves));
    let keys: Vec<String> = keys.into_iter().collect();
    prop::sample::select(leaves).prop_recursive(3, 24, 4, move |inner| {
        let map = prop::collection::vec((prop::sample::select(keys.clone()), inner.clone()), 0..4);
        let map = map.prop_map(|all| Value::Object(all.into_iter().collect::<Map<_, _>>()));
        prop_oneof![map, prop::collection::vec(inner, 0..3).prop_map(Value::Array)]
    })
}

/// A good file with some of its values replaced.
fn nearly() -> impl Strategy<Value = (Value, bool)> {
    let change = (any::<prop::sample::Index>(), anything());
    let changes = prop::collection::vec(change, 0..4);
    (prop::sample::select(good()), changes).prop_map(|(mut value, changes)| {
        let changed = !changes.is_empty();
        for (place, new) in changes {
            let mut all = Vec::new();
            pointers(&value, String::new(), &mut all);
            let pointer = all[place.index(all.len())].clone();
            if let Some(old) = value.pointer_mut(&pointer) {
                *old = new;
            }
        }
        (value, changed)
    })
}

fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    all.push(here.clone());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            pointers(value, format!("{here}/{key}"), all);
        }),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| pointers(value, format!("{here}/{at}"), all));
        }
        _ => {}
    }
}

/// What each reader makes of a file: nothing, or a reason.
fn read(text: &str) -> Vec<Result<(), String>> {
    // Clients of plugins and webhooks are made within a runtime.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _within = runtime.enter();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    std::fs::write(&path, text).expect("writable");
    vec![
        crate::audit::Policy::parse(text).map(|_| ()),
        crate::authz::parse_config(text.as_bytes()),
        crate::storage::encryption::parse_config(text.as_bytes()),
        crate::authn::oidc::Configuration::parse(text.as_bytes()).map(|_| ()),
        crate::admission::config::Settings::read(&path).map(|_| ()),
        crate::egress::check(text.as_bytes()),
    ]
}

#[test]
fn good_files_are_good() {
    component::tls::install_crypto();
    // What they name is not there; everything else is right.
    for (index, value) in good().iter().enumerate() {
        if let Err(why) = &read(&value.to_string())[index] {
            let missing = ["nonexistent", "does not exist", "in a pod", "cluster", "kubeConfigFile"];
            assert!(missing.iter().any(|part| why.contains(part)), "{value}: {why}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_file_is_taken_or_refused_with_a_reason((value, changed) in nearly(), cut in any::<prop::sample::Index>()) {
        component::tls::install_crypto();
        let text = value.to_string();
        let mut end = cut.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for text in [text.as_str(), &text[..end]] {
            let outcomes = read(text);
            for why in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
                prop_assert!(!why.trim().is_empty(), "no reason for {text}");
            }
            // A file is of one kind at most.
            prop_assert!(changed || outcomes.iter().filter(|outcome| outcome.is_ok()).count() <= 1, "{text}");
        }
    }
}

//! The resources with a little logic of their own: namespaces, secrets, config maps, service
//! accounts, priority classes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, NamespaceStatus, ObjectReference, Secret, ServiceAccount,
};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use serde_json::Value;

use super::checks::{immutable, one_of, text};
use super::{GENERAL, General, NameRule, Rules, Strategy, pairs};
use crate::handlers::write::Part;

/// Namespaces.
pub static NAMESPACES: Namespaces = Namespaces {
    rules: Rules {
        default: |namespace| {
            // A label that selectors can find a namespace by its name with.
            if let Some(name) = namespace.metadata.name.clone().filter(|name| !name.is_empty()) {
                let labels = namespace.metadata.labels.get_or_insert_default();
                labels.insert("kubernetes.io/metadata.name".into(), name);
            }
            text(&mut namespace.status.get_or_insert_default().phase, "Active");
        },
        prepare_create: |namespace| {
            namespace.status = Some(NamespaceStatus { phase: Some("Active".into()), conditions: None });
            let finalizers = namespace.spec.get_or_insert_default().finalizers.get_or_insert_default();
            if !finalizers.iter().any(|name| name == "kubernetes") {
                finalizers.push("kubernetes".into());
            }
        },
        prepare_update: |new, old, part| {
            if part == Part::Main {
                new.spec.clone_from(&old.spec);
            }
        },
        validate_create: |namespace, out| {
            let place = Field::root("spec").child("finalizers");
            for name in namespace.spec.iter().flat_map(|spec| spec.finalizers.iter().flatten()) {
                finalizer(name, &place, out);
            }
        },
        validate_update: |new, _, part, out| {
            if part == Part::Finalize {
                let place = Field::root("spec").child("finalizers");
                let given = new.spec.iter().flat_map(|spec| spec.finalizers.iter().flatten());
                for (index, name) in given.enumerate() {
                    finalizer(name, &place.index(index), out);
                }
            }
            if part != Part::Status {
                return;
            }
            let phase = new.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default();
            let place = Field::root("status").child("Phase");
            let going = new.metadata.deletion_timestamp.is_some();
            if going && phase != "Terminating" {
                let why = "may only be 'Terminating' if `deletionTimestamp` is not empty";
                out.push(Violation::invalid(&place, phase, why));
            } else if !going && phase != "Active" {
                let why = "may only be 'Active' if `deletionTimestamp` is empty";
                out.push(Violation::invalid(&place, phase, why));
            }
        },
        ..Rules::new(General { name: names::dns_label, ..GENERAL })
    },
};

/// Who holds a namespace back from going.
fn finalizer(name: &str, field: &Field, out: &mut Vec<Violation>) {
    if let Err(why) = names::qualified_name(name) {
        out.push(Violation::invalid(field, name, &why));
    }
    if !name.contains('/') && !matches!(name, "kubernetes" | "orphan" | "foregroundDeletion") {
        let why = "name is neither a standard finalizer name nor is it fully qualified";
        out.push(Violation::invalid(field, name, why));
    }
}

/// Namespaces take leave in two steps: first marked, then, once empty, gone.
pub struct Namespaces {
    rules: Rules<Namespace>,
}

impl Strategy for Namespaces {
    fn default(&self, object: &mut dyn Object) {
        self.rules.default(object);
    }
    fn prepare_create(&self, object: &mut dyn Object) {
        self.rules.prepare_create(object);
    }
    fn prepare_update(&self, new: &mut dyn Object, old: &dyn Object, part: Part) {
        self.rules.prepare_update(new, old, part);
    }
    fn validate(&self, object: &dyn Object) -> Vec<Violation> {
        self.rules.validate(object)
    }
    fn validate_update(&self, new: &dyn Object, old: &dyn Object, part: Part) -> Vec<Violation> {
        self.rules.validate_update(new, old, part)
    }
    fn name_rule(&self) -> NameRule {
        names::dns_label
    }
    fn deleted(&self, object: &mut dyn Object) {
        if let Some(namespace) = object.of_mut::<Namespace>() {
            namespace.status.get_or_insert_default().phase = Some("Terminating".into());
        }
    }
}

/// The most bytes that the data of a secret or config map may have together.
const DATA: usize = 1 << 20;

fn check_keys<'a>(keys: impl Iterator<Item = &'a String>, field: &Field, out: &mut Vec<Violation>) {
    for key in keys {
        if let Err(reason) = names::config_key(key) {
            out.push(Violation::invalid(&field.key(key), key, &reason));
        }
    }
}

/// Config maps.
pub static CONFIG_MAPS: Rules<ConfigMap> = Rules {
    validate: |map, out| {
        check_keys(map.data.iter().flatten().map(|(key, _)| key), &Field::root("data"), out);
        check_keys(map.binary_data.iter().flatten().map(|(key, _)| key), &Field::root("binaryData"), out);
        for (key, _) in map.binary_data.iter().flatten() {
            if map.data.as_ref().is_some_and(|data| data.contains_key(key)) {
                out.push(Violation::invalid(
                    &Field::root("data").key(key),
                    key,
                    "duplicate of key present in binaryData",
                ));
            }
        }
        let size: usize = map.data.iter().flatten().map(|(_, value)| value.len()).sum::<usize>()
            + map.binary_data.iter().flatten().map(|(_, value)| value.0.len()).sum::<usize>();
        if size > DATA {
            out.push(Violation::too_long(&Field::root(""), DATA));
        }
    },
    validate_update: |new, old, _, out| {
        if old.immutable != Some(true) {
            return;
        }
        if new.immutable != Some(true) {
            out.push(Violation::forbidden(
                &Field::root("immutable"),
                "field is immutable when `immutable` is set",
            ));
        }
        if new.data != old.data {
            out.push(Violation::forbidden(
                &Field::root("data"),
                "field is immutable when `immutable` is set",
            ));
        }
        if new.binary_data != old.binary_data {
            out.push(Violation::forbidden(
                &Field::root("binaryData"),
                "field is immutable when `immutable` is set",
            ));
        }
    },
    ..Rules::new(GENERAL)
};

/// Whether a text is that of a JSON object.
fn of_object(text: &[u8]) -> Result<(), String> {
    let what = match serde_json::from_slice(text).map_err(|error| error.to_string())? {
        Value::Object(_) | Value::Null => return Ok(()),
        Value::Array(_) => "array",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
    };
    Err(format!("json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"))
}

/// Secrets.
pub static SECRETS: Rules<Secret> = Rules {
    default: |secret| {
        text(&mut secret.type_, "Opaque");
        // Plain text is only a way to write data.
        if let Some(plain) = secret.string_data.take() {
            let data = secret.data.get_or_insert_default();
            for (key, value) in plain {
                data.insert(key, k8s_openapi::ByteString(value.into_bytes()));
            }
        }
    },
    validate: |secret, out| {
        let field = Field::root("data");
        check_keys(secret.data.iter().flatten().map(|(key, _)| key), &field, out);
        let size: usize = secret.data.iter().flatten().map(|(_, value)| value.0.len()).sum();
        if size > DATA {
            out.push(Violation::too_long(&field, DATA));
        }
        let needed: &[&str] = match secret.type_.as_deref() {
            Some("kubernetes.io/dockerconfigjson") => &[".dockerconfigjson"],
            Some("kubernetes.io/dockercfg") => &[".dockercfg"],
            Some("kubernetes.io/tls") => &["tls.crt", "tls.key"],
            Some("kubernetes.io/ssh-auth") => &["ssh-privatekey"],
            _ => &[],
        };
        let value = |key: &str| secret.data.as_ref().and_then(|data| data.get(key));
        for key in needed {
            match value(key) {
                None => out.push(Violation::required(&field.key(key), "")),
                Some(text) if key.starts_with(".docker") => {
                    if let Err(why) = of_object(&text.0) {
                        out.push(Violation::invalid(&field.key(key), "<secret contents redacted>", &why));
                    }
                }
                Some(text) if text.0.is_empty() && *key == "ssh-privatekey" => {
                    out.push(Violation::required(&field.key(key), ""));
                }
                Some(_) => {}
            }
        }
        if secret.type_.as_deref() == Some("kubernetes.io/basic-auth")
            && ["username", "password"].iter().all(|key| value(key).is_none())
        {
            for key in ["username", "password"] {
                out.push(Violation::required(&field.key(key), ""));
            }
        }
        if secret.type_.as_deref() == Some("kubernetes.io/service-account-token") {
            let key = "kubernetes.io/service-account.name";
            let named = secret.metadata.annotations.as_ref().and_then(|all| all.get(key));
            if named.is_none_or(String::is_empty) {
                out.push(Violation::required(&Field::root("metadata").child("annotations").key(key), ""));
            }
        }
    },
    validate_update: |new, old, _, out| {
        if new.type_ != old.type_ {
            out.push(Violation::invalid_value(&Field::root("type"), &new.type_, "field is immutable"));
        }
        if old.immutable == Some(true) {
            if new.immutable != Some(true) {
                let why = "field is immutable when `immutable` is set";
                out.push(Violation::forbidden(&Field::root("immutable"), why));
            }
            if new.data != old.data {
                out.push(Violation::forbidden(
                    &Field::root("data"),
                    "field is immutable when `immutable` is set",
                ));
            }
        }
    },
    warnings: |secret, _| {
        if secret.type_.as_deref() != Some("kubernetes.io/tls") {
            return Vec::new();
        }
        let data = |key: &str| secret.data.as_ref()?.get(key).map(|value| value.0.as_slice());
        let [certificate, key] = ["tls.crt", "tls.key"].map(|key| data(key).unwrap_or_default());
        pairs::wrong(certificate, key).into_iter().collect()
    },
    ..Rules::new(GENERAL)
};

/// Service accounts.
pub static SERVICE_ACCOUNTS: Rules<ServiceAccount> = Rules {
    prepare_create: plain_references,
    prepare_update: |new, _, _| plain_references(new),
    warnings: |account, old| {
        let key = "kubernetes.io/enforce-mountable-secrets";
        let has = |account: &ServiceAccount| {
            account.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(key))
        };
        if has(account) && !old.is_some_and(has) {
            let why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
            vec![format!("metadata.annotations[{key}]: {why}")]
        } else {
            Vec::new()
        }
    },
    ..Rules::new(General { returns: true, ..GENERAL })
};

/// Secrets are referred to by their names alone.
fn plain_references(account: &mut ServiceAccount) {
    for secret in account.secrets.iter_mut().flatten() {
        *secret = ObjectReference { name: secret.name.take(), ..ObjectReference::default() };
    }
}

/// Priority classes.
pub static PRIORITIES: Rules<PriorityClass> = Rules {
    default: |class| {
        class.preemption_policy.get_or_insert_with(|| "PreemptLowerPriority".into());
    },
    validate_create: |class, out| {
        let name = class.metadata.name.as_deref().unwrap_or_default();
        let value = class.value.unwrap_or(0);
        if name.starts_with("system-") {
            let system =
                [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];
            let why = match system.iter().find(|(known, _)| *known == name) {
                None => format!("{name} is not a known system priority class"),
                Some((_, wanted)) if value != *wanted => {
                    format!("value of {name} PriorityClass must be {wanted}")
                }
                Some(_) if class.global_default == Some(true) => {
                    format!("globalDefault of {name} PriorityClass must be false")
                }
                Some(_) => String::new(),
            };
            if !why.is_empty() {
                let why = format!(
                    "priority class names with 'system-' prefix are reserved for system use only. error: {why}"
                );
                out.push(Violation::forbidden(&Field::root("metadata").child("name"), &why));
            }
        } else if value > 1_000_000_000 {
            out.push(Violation::forbidden(
                &Field::root("value"),
                "maximum allowed value of a user defined priority is 1000000000",
            ));
        }
        if let Some(policy) = &class.preemption_policy {
            one_of(policy, &["PreemptLowerPriority", "Never"], &Field::root("preemptionPolicy"), out);
        }
    },
    validate_update: |new, old, _, out| {
        if new.value != old.value {
            out.push(Violation::forbidden(&Field::root("value"), "may not be changed in an update."));
        }
        let place = Field::root("preemptionPolicy");
        immutable(&new.preemption_policy, &old.preemption_policy, &place, out);
    },
    ..Rules::new(General { generation: true, ..GENERAL })
};

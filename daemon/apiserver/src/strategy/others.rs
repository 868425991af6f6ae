//! The resources with a little logic of their own: namespaces, secrets, config maps, nodes,
//! volumes, roles, priority classes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use apimachinery::quantity::Quantity;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, NamespaceStatus, Node, Secret};
use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::checks::{immutable, one_of, text};
use super::{GENERAL, General, NameRule, Rules, Strategy};
use crate::handlers::write::Part;
use crate::net::Range;

/// Namespaces.
pub static NAMESPACES: Namespaces = Namespaces {
    rules: Rules {
        default: |namespace| {
            // A label that selectors can find a namespace by its name with.
            if let Some(name) = namespace.metadata.name.clone().filter(|name| !name.is_empty()) {
                let labels = namespace.metadata.labels.get_or_insert_default();
                labels.insert("kubernetes.io/metadata.name".into(), name);
            }
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
        validate: |namespace, out| {
            let finalizers = namespace.spec.as_ref().and_then(|spec| spec.finalizers.as_deref());
            for (index, name) in finalizers.into_iter().flatten().enumerate() {
                let place = Field::root("spec").child("finalizers").index(index);
                if let Err(why) = names::qualified_name(name) {
                    out.push(Violation::invalid(&place, name, &why));
                } else if !name.contains('/') && name != "kubernetes" {
                    let why = "name is neither a standard finalizer name nor is it fully qualified";
                    out.push(Violation::invalid(&place, name, why));
                }
            }
        },
        validate_update: |new, _, part, out| {
            if part != Part::Status {
                return;
            }
            let phase = new.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default();
            let place = Field::root("status").child("phase");
            let going = new.metadata.deletion_timestamp.is_some();
            if going && phase != "Terminating" {
                let why = "may only be 'Active' if `deletionTimestamp` is empty";
                out.push(Violation::invalid(&place, phase, why));
            } else if !going && phase != "Active" {
                let why = "may only be 'Terminating' if `deletionTimestamp` is not empty";
                out.push(Violation::invalid(&place, phase, why));
            }
        },
        ..Rules::new(General { name: names::dns_label, ..GENERAL })
    },
};

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
                    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&text.0) {
                        let why = error.to_string();
                        out.push(Violation::invalid(&field.key(key), "<secret contents redacted>", &why));
                    }
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
    ..Rules::new(GENERAL)
};

/// Nodes.
pub static NODES: Rules<Node> = Rules {
    validate: |node, out| {
        let Some(spec) = &node.spec else { return };
        for (index, taint) in spec.taints.iter().flatten().enumerate() {
            let field = Field::root("spec").child("taints").index(index);
            if let Err(reason) = names::qualified_name(&taint.key) {
                out.push(Violation::invalid(&field.child("key"), &taint.key, &reason));
            }
            if let Some(value) = taint.value.as_deref()
                && let Err(reason) = names::label_value(value)
            {
                out.push(Violation::invalid(&field.child("value"), value, &reason));
            }
            let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            one_of(&taint.effect, &effects, &field.child("effect"), out);
            let earlier = spec.taints.iter().flatten().take(index);
            if earlier.into_iter().any(|other| (&other.key, &other.effect) == (&taint.key, &taint.effect)) {
                let shown =
                    format!("{}={}:{}", taint.key, taint.value.as_deref().unwrap_or_default(), taint.effect);
                out.push(Violation::duplicate(&field, &shown));
            }
        }
        let ranges = spec.pod_cidrs.as_deref().unwrap_or_default();
        let field = Field::root("spec").child("podCIDRs");
        for (index, range) in ranges.iter().enumerate() {
            if !range.contains('/') || Range::parse(range).is_err() {
                let why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
                out.push(Violation::invalid(&field.index(index), range, why));
            }
        }
        let families = |six: bool| ranges.iter().filter(|range| range.contains(':') == six).count();
        if ranges.len() > 2 || families(true) > 1 || families(false) > 1 {
            let why = "may specify no more than one CIDR for each IP family";
            out.push(Violation::invalid_value(&field, &ranges, why));
        }
        let status = node.status.clone().unwrap_or_default();
        let addresses = status.addresses.unwrap_or_default();
        for (index, address) in
            addresses.iter().enumerate().filter(|(index, one)| addresses[..*index].contains(one))
        {
            out.push(Violation::duplicate(
                &Field::root("status").child("addresses").index(index),
                &address.address,
            ));
        }
        let features = status.declared_features.unwrap_or_default();
        declared(&features, &Field::root("status").child("declaredFeatures"), out);
        for (name, list) in [("capacity", status.capacity), ("allocatable", status.allocatable)] {
            for (key, amount) in list.into_iter().flatten() {
                let place = Field::root("status").child(name).key(&key);
                match amount.0.parse::<Quantity>() {
                    Ok(amount) if amount.signum() >= 0 => {}
                    _ => {
                        out.push(Violation::invalid(&place, &amount.0, "must be greater than or equal to 0"))
                    }
                }
            }
        }
    },
    validate_update: |new, old, part, out| {
        let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) else { return };
        let field = Field::root("spec");
        if old.provider_id.as_deref().is_some_and(|id| !id.is_empty()) && new.provider_id != old.provider_id {
            let why = "node updates may not change providerID except from \"\" to valid";
            out.push(Violation::forbidden(&field.child("providerID"), why));
        }
        if old.pod_cidr.as_deref().is_some_and(|cidr| !cidr.is_empty()) && new.pod_cidr != old.pod_cidr {
            let why = "node updates may not change podCIDR except from \"\" to valid";
            out.push(Violation::forbidden(&field.child("podCIDRs"), why));
        }
        let mut same = new.clone();
        same.provider_id.clone_from(&old.provider_id);
        same.pod_cidr.clone_from(&old.pod_cidr);
        same.pod_cidrs.clone_from(&old.pod_cidrs);
        same.taints.clone_from(&old.taints);
        same.unschedulable = old.unschedulable;
        if same != *old {
            let why = "node updates may only change labels, taints, or capacity";
            out.push(Violation::forbidden(&Field::root("spec"), why));
        }
    },
    // A kubelet registers with its status.
    ..Rules::new(General { keeps_status: true, ..GENERAL })
};

/// What a kubelet declares that it can do.
fn declared(features: &[String], field: &Field, out: &mut Vec<Violation>) {
    /// The longest name.
    const LONGEST: usize = 253;
    let word = |text: &str, first: fn(&char) -> bool| {
        text.chars().next().is_some_and(|letter| first(&letter))
            && text.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    for (index, name) in features.iter().enumerate() {
        let place = field.index(index);
        let (first, rest) =
            name.split_once('/').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
        let well_formed = word(first, char::is_ascii_uppercase)
            && rest.is_none_or(|rest| rest.split('/').all(|part| word(part, char::is_ascii_alphabetic)));
        if name.len() > LONGEST {
            let why = format!("invalid feature name {name:?}: must be no more than {LONGEST} characters");
            out.push(Violation::invalid(&place, name, &why));
        } else if !well_formed {
            let why = format!(
                "invalid feature name {name:?}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
            );
            out.push(Violation::invalid(&place, name, &why));
        }
        match index.checked_sub(1).map(|before| &features[before]) {
            Some(before) if before == name => out.push(Violation::duplicate(&place, name)),
            Some(before) if before > name => {
                out.push(Violation::invalid(&place, name, "list must be sorted alphabetically"));
            }
            _ => {}
        }
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

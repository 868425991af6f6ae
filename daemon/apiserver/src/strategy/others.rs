//! The resources with a little logic of their own: namespaces, secrets, config maps, nodes,
//! volumes, roles, signing requests, priority classes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use k8s_openapi::api::certificates::v1::{CertificateSigningRequest, CertificateSigningRequestStatus};
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, NamespaceStatus, Node, PersistentVolume, PersistentVolumeClaim, Secret,
};
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::api::storage::v1::StorageClass;

use super::{GENERAL, General, NameRule, Rules, Strategy};
use crate::handlers::write::Part;

fn text(slot: &mut Option<String>, value: &str) {
    if slot.as_deref().unwrap_or_default().is_empty() {
        *slot = Some(value.to_string());
    }
}

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
        for key in needed {
            if secret.data.as_ref().is_none_or(|data| !data.contains_key(*key)) {
                out.push(Violation::required(&field.key(key), ""));
            }
        }
        if secret.type_.as_deref() == Some("kubernetes.io/service-account-token") {
            let key = "kubernetes.io/service-account.name";
            if secret.metadata.annotations.as_ref().is_none_or(|all| !all.contains_key(key)) {
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
            if !effects.contains(&taint.effect.as_str()) {
                out.push(Violation::unsupported(&field.child("effect"), &taint.effect, &effects));
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
    },
    // A kubelet registers with its status.
    ..Rules::new(General { keeps_status: true, ..GENERAL })
};

/// Persistent volumes.
pub static VOLUMES: Rules<PersistentVolume> = Rules {
    default: |volume| {
        volume.status.get_or_insert_default().phase.get_or_insert_with(|| "Pending".into());
        if let Some(spec) = &mut volume.spec {
            text(&mut spec.persistent_volume_reclaim_policy, "Retain");
            text(&mut spec.volume_mode, "Filesystem");
        }
    },
    ..Rules::new(General { returns: true, ..GENERAL })
};

/// Claims of volumes.
pub static CLAIMS: Rules<PersistentVolumeClaim> = Rules {
    default: |claim| {
        claim.status.get_or_insert_default().phase.get_or_insert_with(|| "Pending".into());
        if let Some(spec) = &mut claim.spec {
            text(&mut spec.volume_mode, "Filesystem");
        }
    },
    validate: |claim, out| {
        let field = Field::root("spec");
        let Some(spec) = &claim.spec else { return out.push(Violation::required(&field, "")) };
        if spec.access_modes.as_ref().is_none_or(Vec::is_empty) {
            out.push(Violation::required(&field.child("accessModes"), "at least 1 access mode is required"));
        }
        let storage =
            spec.resources.as_ref().and_then(|r| r.requests.as_ref()).and_then(|r| r.get("storage"));
        if storage.is_none() {
            out.push(Violation::required(&field.child("resources").key("storage"), ""));
        }
    },
    ..Rules::new(General { returns: true, ..GENERAL })
};

/// Storage classes.
pub static CLASSES: Rules<StorageClass> = Rules {
    default: |class| {
        text(&mut class.reclaim_policy, "Delete");
        text(&mut class.volume_binding_mode, "Immediate");
    },
    validate: |class, out| {
        if class.provisioner.is_empty() {
            out.push(Violation::required(&Field::root("provisioner"), ""));
        }
    },
    ..Rules::new(General { returns: true, ..GENERAL })
};

/// Priority classes.
pub static PRIORITIES: Rules<PriorityClass> = Rules {
    default: |class| text(&mut class.preemption_policy, "PreemptLowerPriority"),
    validate: |class, out| {
        let name = class.metadata.name.as_deref().unwrap_or_default();
        let system = matches!(name, "system-node-critical" | "system-cluster-critical");
        if name.starts_with("system-") && !system {
            out.push(Violation::forbidden(
                &Field::root("metadata").child("name"),
                "priority class names with 'system-' prefix are reserved for system use only",
            ));
        } else if !system && class.value.unwrap_or(0) > 1_000_000_000 {
            out.push(Violation::forbidden(
                &Field::root("value"),
                "maximum allowed value of a user defined priority is 1000000000",
            ));
        }
    },
    validate_update: |new, old, _, out| {
        if new.value != old.value {
            out.push(Violation::forbidden(&Field::root("value"), "may not be changed in an update."));
        }
    },
    ..Rules::new(General { generation: true, ..GENERAL })
};

/// Signing requests.
pub static REQUESTS: Rules<CertificateSigningRequest> = Rules {
    default: |request| {
        request
            .spec
            .usages
            .get_or_insert_with(|| vec!["key encipherment".into(), "digital signature".into()]);
    },
    prepare_create: |request| request.status = Some(CertificateSigningRequestStatus::default()),
    prepare_update: |new, old, part| {
        new.spec = old.spec.clone();
        let before = old.status.clone().unwrap_or_default();
        let status = new.status.get_or_insert_default();
        match part {
            // The certificate is the signer's, approval the approver's.
            Part::Status => {
                let failed = status.conditions.iter().flatten().filter(|c| c.type_ == "Failed").cloned();
                let mut all: Vec<_> =
                    before.conditions.iter().flatten().filter(|c| c.type_ != "Failed").cloned().collect();
                all.extend(failed);
                status.conditions = (!all.is_empty()).then_some(all);
            }
            _ => status.certificate = before.certificate,
        }
        let now = crate::handlers::write::now();
        for condition in status.conditions.iter_mut().flatten() {
            condition.last_transition_time.get_or_insert_with(|| now.clone());
            condition.last_update_time.get_or_insert_with(|| now.clone());
        }
    },
    validate: |request, out| {
        let field = Field::root("spec");
        let pem = std::str::from_utf8(&request.spec.request.0).unwrap_or_default();
        let parsed = x509_parser::pem::parse_x509_pem(pem.as_bytes())
            .ok()
            .filter(|(_, pem)| pem.label == "CERTIFICATE REQUEST")
            .is_some();
        if !parsed {
            out.push(Violation::invalid(
                &field.child("request"),
                "",
                "PEM block type must be CERTIFICATE REQUEST",
            ));
        }
        let signer = &request.spec.signer_name;
        if signer.is_empty() {
            out.push(Violation::required(&field.child("signerName"), ""));
        } else if !signer.contains('/') {
            let why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
            out.push(Violation::invalid(&field.child("signerName"), signer, why));
        }
        if request.spec.usages.as_ref().is_none_or(Vec::is_empty) {
            out.push(Violation::required(&field.child("usages"), ""));
        }
        if let Some(seconds) = request.spec.expiration_seconds.filter(|seconds| *seconds < 600) {
            let why = "may not specify a duration less than 600 seconds (10 minutes)";
            out.push(Violation::invalid_value(&field.child("expirationSeconds"), &seconds, why));
        }
        let conditions: Vec<&str> = request
            .status
            .iter()
            .flat_map(|status| status.conditions.iter().flatten())
            .map(|condition| condition.type_.as_str())
            .collect();
        if conditions.contains(&"Approved") && conditions.contains(&"Denied") {
            out.push(Violation::invalid(
                &Field::root("status").child("conditions"),
                "",
                "Approved and Denied conditions are mutually exclusive",
            ));
        }
    },
    ..Rules::new(GENERAL)
};

const PATHS: General = General { name: names::path_segment, creates: true, ..GENERAL };
const RBAC: &str = "rbac.authorization.k8s.io";

fn check_rules(rules: Option<&Vec<PolicyRule>>, namespaced: bool, out: &mut Vec<Violation>) {
    for (index, rule) in rules.into_iter().flatten().enumerate() {
        let field = Field::root("rules").index(index);
        if rule.verbs.is_empty() {
            out.push(Violation::required(&field.child("verbs"), "verbs must contain at least one value"));
        }
        let urls = rule.non_resource_urls.as_ref().is_some_and(|urls| !urls.is_empty());
        let empty = |list: &Option<Vec<String>>| list.as_ref().is_none_or(Vec::is_empty);
        if urls {
            if namespaced {
                out.push(Violation::invalid_value(
                    &field.child("nonResourceURLs"),
                    &rule.non_resource_urls,
                    "namespaced rules cannot apply to non-resource URLs",
                ));
            }
            if !empty(&rule.api_groups) || !empty(&rule.resources) || !empty(&rule.resource_names) {
                out.push(Violation::invalid_value(
                    &field.child("nonResourceURLs"),
                    &rule.non_resource_urls,
                    "rules cannot apply to both regular resources and non-resource URLs",
                ));
            }
            continue;
        }
        if empty(&rule.api_groups) {
            let why = "resource rules must supply at least one api group";
            out.push(Violation::required(&field.child("apiGroups"), why));
        }
        if empty(&rule.resources) {
            let why = "resource rules must supply at least one resource";
            out.push(Violation::required(&field.child("resources"), why));
        }
    }
}

fn default_binding(role: &mut RoleRef, subjects: &mut Option<Vec<Subject>>) {
    text(&mut role.api_group, RBAC);
    for subject in subjects.iter_mut().flatten() {
        if subject.kind != "ServiceAccount" {
            text(&mut subject.api_group, RBAC);
        }
    }
}

fn check_binding(role: &RoleRef, subjects: Option<&Vec<Subject>>, kinds: &[&str], out: &mut Vec<Violation>) {
    let field = Field::root("roleRef");
    let group = role.api_group.as_deref().unwrap_or_default();
    if group != RBAC {
        out.push(Violation::unsupported(&field.child("apiGroup"), group, &[RBAC]));
    }
    if !kinds.contains(&role.kind.as_str()) {
        out.push(Violation::unsupported(&field.child("kind"), &role.kind, kinds));
    }
    if role.name.is_empty() {
        out.push(Violation::required(&field.child("name"), ""));
    }
    for (index, subject) in subjects.into_iter().flatten().enumerate() {
        let field = Field::root("subjects").index(index);
        if subject.name.is_empty() {
            out.push(Violation::required(&field.child("name"), ""));
        }
        let group = subject.api_group.as_deref().unwrap_or_default();
        match subject.kind.as_str() {
            "ServiceAccount" => {
                if !group.is_empty() {
                    out.push(Violation::unsupported(&field.child("apiGroup"), group, &[""]));
                }
                if subject.namespace.as_deref().unwrap_or_default().is_empty() {
                    out.push(Violation::required(&field.child("namespace"), ""));
                }
            }
            "User" | "Group" => {
                if group != RBAC {
                    out.push(Violation::unsupported(&field.child("apiGroup"), group, &[RBAC]));
                }
            }
            other => {
                let kinds = ["ServiceAccount", "User", "Group"];
                out.push(Violation::unsupported(&field.child("kind"), other, &kinds));
            }
        }
    }
}

fn same_role(new: &RoleRef, old: &RoleRef, out: &mut Vec<Violation>) {
    if new != old {
        out.push(Violation::invalid_value(&Field::root("roleRef"), new, "cannot change roleRef"));
    }
}

/// Roles.
pub static ROLES: Rules<Role> =
    Rules { validate: |role, out| check_rules(role.rules.as_ref(), true, out), ..Rules::new(PATHS) };

/// Roles for the cluster.
pub static CLUSTER_ROLES: Rules<ClusterRole> =
    Rules { validate: |role, out| check_rules(role.rules.as_ref(), false, out), ..Rules::new(PATHS) };

/// Bindings.
pub static BINDINGS: Rules<RoleBinding> = Rules {
    default: |binding| default_binding(&mut binding.role_ref, &mut binding.subjects),
    validate: |binding, out| {
        check_binding(&binding.role_ref, binding.subjects.as_ref(), &["Role", "ClusterRole"], out);
    },
    validate_update: |new, old, _, out| same_role(&new.role_ref, &old.role_ref, out),
    ..Rules::new(PATHS)
};

/// Bindings for the cluster.
pub static CLUSTER_BINDINGS: Rules<ClusterRoleBinding> = Rules {
    default: |binding| default_binding(&mut binding.role_ref, &mut binding.subjects),
    validate: |binding, out| {
        check_binding(&binding.role_ref, binding.subjects.as_ref(), &["ClusterRole"], out);
    },
    validate_update: |new, old, _, out| same_role(&new.role_ref, &old.role_ref, out),
    ..Rules::new(PATHS)
};

//! Roles and their bindings.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};

use super::checks::{is_readable, label_selector, named as named_by, required_name, text};
use super::{GENERAL, General, Rules, shown};

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

fn check_binding(
    role: &RoleRef,
    subjects: Option<&Vec<Subject>>,
    namespaced: bool,
    out: &mut Vec<Violation>,
) {
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    let field = Field::root("roleRef");
    let group = role.api_group.as_deref().unwrap_or_default();
    if group != RBAC {
        out.push(Violation::unsupported(&field.child("apiGroup"), group, &[RBAC]));
    }
    if !kinds.contains(&role.kind.as_str()) {
        out.push(Violation::unsupported(&field.child("kind"), &role.kind, kinds));
    }
    required_name(names::path_segment, &role.name, &field.child("name"), out);
    for (index, subject) in subjects.into_iter().flatten().enumerate() {
        let field = Field::root("subjects").index(index);
        if subject.name.is_empty() {
            out.push(Violation::required(&field.child("name"), ""));
        }
        let group = subject.api_group.as_deref().unwrap_or_default();
        match subject.kind.as_str() {
            "ServiceAccount" => {
                if !subject.name.is_empty() {
                    named_by(names::dns_subdomain, &subject.name, &field.child("name"), out);
                }
                if !group.is_empty() {
                    out.push(Violation::unsupported(&field.child("apiGroup"), group, &[""]));
                }
                // In a namespace the binding's own is meant.
                let named = subject.namespace.as_deref().is_some_and(|namespace| !namespace.is_empty());
                if !named && !namespaced {
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
        out.push(Violation::invalid_value(
            &Field::root("roleRef"),
            &shown::role(new),
            "cannot change roleRef",
        ));
    }
}

/// Roles.
pub static ROLES: Rules<Role> =
    Rules { validate: |role, out| check_rules(role.rules.as_ref(), true, out), ..Rules::new(PATHS) };

/// Roles for the cluster.
pub static CLUSTER_ROLES: Rules<ClusterRole> = Rules {
    validate: |role, out| {
        check_rules(role.rules.as_ref(), false, out);
        let Some(aggregation) = &role.aggregation_rule else { return };
        let field = Field::root("aggregationRule").child("clusterRoleSelectors");
        let selectors = aggregation.cluster_role_selectors.as_deref().unwrap_or_default();
        if selectors.is_empty() {
            let why = "at least one clusterRoleSelector required if aggregationRule is non-nil";
            out.push(Violation::required(&field, why));
        }
        for (index, selector) in selectors.iter().enumerate() {
            label_selector(selector, &field.index(index), out);
            if !is_readable(selector) {
                // Upstream shows what became of it, which is nothing.
                let (nothing, why) = (None::<()>, "invalid label selector.");
                out.push(Violation::invalid_value(&field.index(index), &nothing, why));
            }
        }
    },
    ..Rules::new(PATHS)
};

/// Bindings.
pub static BINDINGS: Rules<RoleBinding> = Rules {
    default: |binding| default_binding(&mut binding.role_ref, &mut binding.subjects),
    validate: |binding, out| {
        check_binding(&binding.role_ref, binding.subjects.as_ref(), true, out);
    },
    validate_update: |new, old, _, out| same_role(&new.role_ref, &old.role_ref, out),
    ..Rules::new(PATHS)
};

/// Bindings for the cluster.
pub static CLUSTER_BINDINGS: Rules<ClusterRoleBinding> = Rules {
    default: |binding| default_binding(&mut binding.role_ref, &mut binding.subjects),
    validate: |binding, out| {
        check_binding(&binding.role_ref, binding.subjects.as_ref(), false, out);
    },
    validate_update: |new, old, _, out| same_role(&new.role_ref, &old.role_ref, out),
    ..Rules::new(PATHS)
};

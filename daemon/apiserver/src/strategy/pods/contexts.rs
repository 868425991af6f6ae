//! What may not be in what a pod says about how it runs: users, profiles, names and name servers,
//! hooks.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    Container, EnvVarSource, LifecycleHandler, PodSpec, SeccompProfile, SecurityContext,
};

use crate::strategy::addresses;

fn id(given: Option<i64>, field: &Field, out: &mut Vec<Violation>) {
    if let Some(id) = given.filter(|id| !(0..=i64::from(i32::MAX)).contains(id)) {
        out.push(Violation::invalid_value(field, &id, "must be between 0 and 2147483647, inclusive"));
    }
}

fn among(given: Option<&str>, allowed: &[&str], field: &Field, out: &mut Vec<Violation>) {
    if let Some(given) = given.filter(|given| !allowed.contains(given)) {
        out.push(Violation::unsupported(field, given, allowed));
    }
}

fn seccomp(given: Option<&SeccompProfile>, field: &Field, out: &mut Vec<Violation>) {
    let Some(profile) = given else { return };
    let field = field.child("seccompProfile");
    let file = profile.localhost_profile.as_deref();
    match (profile.type_.as_str(), file) {
        ("Localhost", None | Some("")) => {
            let why = "must be set when seccomp type is Localhost";
            out.push(Violation::required(&field.child("localhostProfile"), why));
        }
        ("Localhost", Some(path)) if path.starts_with('/') || path.split('/').any(|part| part == "..") => {
            let why = if path.starts_with('/') { "must be a relative path" } else { "must not contain '..'" };
            out.push(Violation::invalid(&field.child("localhostProfile"), path, why));
        }
        ("Localhost", _) => {}
        (_, Some(path)) => {
            let why = "can only be set when seccomp type is Localhost";
            out.push(Violation::invalid(&field.child("localhostProfile"), path, why));
        }
        ("", None) => {
            out.push(Violation::required(&field.child("type"), "type is required when seccompProfile is set"))
        }
        (kind, None) => {
            among(Some(kind), &["Localhost", "RuntimeDefault", "Unconfined"], &field.child("type"), out);
        }
    }
}

/// What is wrong with the pod as a whole.
pub fn validate(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    if let Some(context) = &spec.security_context {
        let field = field.child("securityContext");
        id(context.run_as_user, &field.child("runAsUser"), out);
        id(context.run_as_group, &field.child("runAsGroup"), out);
        id(context.fs_group, &field.child("fsGroup"), out);
        for (index, group) in context.supplemental_groups.iter().flatten().enumerate() {
            id(Some(*group), &field.child("supplementalGroups").index(index), out);
        }
        seccomp(context.seccomp_profile.as_ref(), &field, out);
        super::containers::app_armor(context.app_armor_profile.as_ref(), &field, out);
        let changes = ["MountOption", "Recursive"];
        among(context.se_linux_change_policy.as_deref(), &changes, &field.child("seLinuxChangePolicy"), out);
        let policies = ["Always", "OnRootMismatch"];
        among(context.fs_group_change_policy.as_deref(), &policies, &field.child("fsGroupChangePolicy"), out);
        let policies = ["Merge", "Strict"];
        let place = field.child("supplementalGroupsPolicy");
        among(context.supplemental_groups_policy.as_deref(), &policies, &place, out);
        let mut seen = BTreeSet::new();
        for (index, sysctl) in context.sysctls.iter().flatten().enumerate() {
            let field = field.child("sysctls").index(index).child("name");
            let part = |part: &str| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
                    && !part.starts_with(['_', '-'])
                    && !part.ends_with(['_', '-'])
            };
            if sysctl.name.is_empty() {
                out.push(Violation::required(&field, ""));
            } else if sysctl.name.len() > 253 || !sysctl.name.split(['.', '/']).all(part) {
                let why = "must have at most 253 characters and be parts of lower case letters, digits, '-' and '_', with '.' or '/' between them";
                out.push(Violation::invalid(&field, &sysctl.name, why));
            } else if !seen.insert(sysctl.name.as_str()) {
                out.push(Violation::duplicate(&field, &sysctl.name));
            }
        }
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        let why = "ShareProcessNamespace and HostPID cannot both be enabled";
        out.push(Violation::invalid_value(&field.child("shareProcessNamespace"), &true, why));
    }
    among(
        spec.preemption_policy.as_deref(),
        &["PreemptLowerPriority", "Never"],
        &field.child("preemptionPolicy"),
        out,
    );
    if let Some(os) = &spec.os {
        let field = field.child("os").child("name");
        if os.name.is_empty() {
            out.push(Violation::required(&field, "cannot be empty"));
        } else {
            among(Some(&os.name), &["linux", "windows"], &field, out);
        }
    }
    for (index, alias) in spec.host_aliases.iter().flatten().enumerate() {
        let field = field.child("hostAliases").index(index);
        addresses::address(&alias.ip, &field.child("ip"), out);
        for (index, name) in alias.hostnames.iter().flatten().enumerate() {
            if let Err(reason) = names::dns_subdomain(name) {
                out.push(Violation::invalid(&field.child("hostnames").index(index), name, &reason));
            }
        }
    }
    if let Some(config) = &spec.dns_config {
        let field = field.child("dnsConfig");
        let servers = config.nameservers.as_deref().unwrap_or_default();
        if servers.len() > 3 {
            out.push(Violation::invalid_value(
                &field.child("nameservers"),
                &servers,
                "must not have more than 3 nameservers",
            ));
        }
        for (index, server) in servers.iter().enumerate() {
            addresses::address(server, &field.child("nameservers").index(index), out);
        }
        let searches = config.searches.as_deref().unwrap_or_default();
        if searches.len() > 32 {
            out.push(Violation::invalid_value(
                &field.child("searches"),
                &searches,
                "must not have more than 32 search paths",
            ));
        }
        for (index, option) in config.options.iter().flatten().enumerate() {
            if option.name.as_deref().unwrap_or_default().is_empty() {
                out.push(Violation::required(&field.child("options").index(index), "must not be empty"));
            }
        }
    }
    let grace = spec.termination_grace_period_seconds.unwrap_or(30);
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers[..]),
    ] {
        for (index, one) in containers.iter().enumerate() {
            container(one, spec, grace, &field.child(list).index(index), out);
        }
    }
}

fn container(container: &Container, spec: &PodSpec, grace: i64, field: &Field, out: &mut Vec<Violation>) {
    if let Some(context) = &container.security_context {
        security(context, spec, &field.child("securityContext"), out);
    }
    if let Some(lifecycle) = &container.lifecycle {
        for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
            if let Some(hook) = hook {
                handler(hook, grace, &field.child("lifecycle").child(name), out);
            }
        }
    }
    for (index, variable) in container.env.iter().flatten().enumerate() {
        if let Some(from) = &variable.value_from {
            source(from, &field.child("env").index(index).child("valueFrom"), out);
        }
    }
    for (index, from) in container.env_from.iter().flatten().enumerate() {
        let field = field.child("envFrom").index(index);
        if let Some(prefix) = from.prefix.as_deref().filter(|prefix| !prefix.is_empty())
            && let Err(reason) = names::env_name(prefix)
        {
            out.push(Violation::invalid(&field.child("prefix"), prefix, &reason));
        }
        let map = from.config_map_ref.as_ref().map(|map| ("configMapRef", &map.name));
        let secret = from.secret_ref.as_ref().map(|secret| ("secretRef", &secret.name));
        for (place, name) in [map, secret].into_iter().flatten() {
            let field = field.child(place).child("name");
            if name.is_empty() {
                out.push(Violation::required(&field, ""));
            } else if let Err(reason) = names::dns_subdomain(name) {
                out.push(Violation::invalid(&field, name, &reason));
            }
        }
    }
    let mut resized = BTreeSet::new();
    for (index, policy) in container.resize_policy.iter().flatten().enumerate() {
        let field = field.child("resizePolicy").index(index);
        among(Some(&policy.resource_name), &["cpu", "memory"], &field.child("resourceName"), out);
        let policies = ["NotRequired", "RestartContainer"];
        among(Some(&policy.restart_policy), &policies, &field.child("restartPolicy"), out);
        if !resized.insert(policy.resource_name.as_str()) {
            out.push(Violation::duplicate(&field, &policy.resource_name));
        }
    }
    let claims: BTreeSet<&str> =
        spec.resource_claims.iter().flatten().map(|claim| claim.name.as_str()).collect();
    for (index, claim) in container.resources.iter().flat_map(|all| all.claims.iter().flatten()).enumerate() {
        if !claims.contains(claim.name.as_str()) {
            let field = field.child("resources").child("claims").index(index);
            out.push(Violation::not_found(&field, &claim.name));
        }
    }
}

fn security(context: &SecurityContext, spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    id(context.run_as_user, &field.child("runAsUser"), out);
    id(context.run_as_group, &field.child("runAsGroup"), out);
    seccomp(context.seccomp_profile.as_ref(), field, out);
    among(context.proc_mount.as_deref(), &["Default", "Unmasked"], &field.child("procMount"), out);
    if context.proc_mount.as_deref() == Some("Unmasked") && spec.host_users != Some(false) {
        let why = "`hostUsers` must be false to use `Unmasked`";
        out.push(Violation::invalid(&field.child("procMount"), "Unmasked", why));
    }
    let added = context.capabilities.iter().flat_map(|all| all.add.iter().flatten());
    if context.allow_privilege_escalation == Some(false)
        && added.into_iter().any(|name| name == "CAP_SYS_ADMIN")
    {
        let why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
        out.push(Violation::invalid_value(field, context, why));
    }
}

fn handler(hook: &LifecycleHandler, grace: i64, field: &Field, out: &mut Vec<Violation>) {
    let kinds =
        [hook.exec.is_some(), hook.http_get.is_some(), hook.tcp_socket.is_some(), hook.sleep.is_some()];
    match kinds.into_iter().filter(|kind| *kind).count() {
        0 => out.push(Violation::required(field, "must specify a handler type")),
        1 => {}
        _ => out.push(Violation::forbidden(field, "may not specify more than 1 handler type")),
    }
    if hook.exec.as_ref().is_some_and(|exec| exec.command.as_ref().is_none_or(Vec::is_empty)) {
        out.push(Violation::required(&field.child("exec").child("command"), ""));
    }
    if let Some(get) = &hook.http_get {
        let field = field.child("httpGet");
        among(get.scheme.as_deref(), &["HTTP", "HTTPS"], &field.child("scheme"), out);
        for (index, header) in get.http_headers.iter().flatten().enumerate() {
            if let Err(why) = header_name(&header.name) {
                out.push(Violation::invalid(
                    &field.child("httpHeaders").index(index).child("name"),
                    &header.name,
                    why,
                ));
            }
        }
    }
    if let Some(sleep) = hook.sleep.as_ref().filter(|sleep| sleep.seconds < 0 || sleep.seconds > grace) {
        let why = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        out.push(Violation::invalid_value(&field.child("sleep"), &sleep.seconds, &why));
    }
}

/// Whether a text can be the name of a header.
///
/// # Errors
/// Says how such names look.
pub fn header_name(name: &str) -> Result<(), &'static str> {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(());
    }
    Err(
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    )
}

/// The parts of a pod that a variable may show.
const SHOWN: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// The amounts that it may show.
pub const AMOUNTS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Whether a field's path is a label or annotation by its key.
pub fn is_keyed(path: &str) -> bool {
    let key = path.strip_suffix("']").and_then(|path| {
        path.strip_prefix("metadata.labels['").or_else(|| path.strip_prefix("metadata.annotations['"))
    });
    key.is_some_and(|key| names::qualified_name(&key.to_ascii_lowercase()).is_ok())
}

fn source(from: &EnvVarSource, field: &Field, out: &mut Vec<Violation>) {
    if let Some(reference) = &from.field_ref {
        let field = field.child("fieldRef").child("fieldPath");
        let path = reference.field_path.as_str();
        if path.is_empty() {
            out.push(Violation::required(&field, ""));
        } else if !SHOWN.contains(&path) && !is_keyed(path) {
            out.push(Violation::unsupported(&field, path, &SHOWN));
        }
    }
    if let Some(reference) = &from.resource_field_ref {
        let field = field.child("resourceFieldRef").child("resource");
        let name = reference.resource.as_str();
        if name.is_empty() {
            out.push(Violation::required(&field, ""));
        } else if !AMOUNTS.contains(&name) && !name.contains("hugepages-") {
            out.push(Violation::unsupported(&field, name, &AMOUNTS));
        }
    }
    let map = from.config_map_key_ref.as_ref().map(|one| ("configMapKeyRef", &one.name, &one.key));
    let secret = from.secret_key_ref.as_ref().map(|one| ("secretKeyRef", &one.name, &one.key));
    for (place, name, key) in [map, secret].into_iter().flatten() {
        let field = field.child(place);
        if let Err(reason) = names::dns_subdomain(name) {
            out.push(Violation::invalid(&field.child("name"), name, &reason));
        }
        if key.is_empty() {
            out.push(Violation::required(&field.child("key"), ""));
        } else if let Err(reason) = names::config_key(key) {
            out.push(Violation::invalid(&field.child("key"), key, &reason));
        }
    }
}

//! What may not be in containers beside what they run: restarts, probes, ports on the host, profiles,
//! and what those that are added for debugging may not have.

use std::sync::atomic::{AtomicBool, Ordering};

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    AppArmorProfile, Container, ContainerRestartRule, EphemeralContainer, PodSpec, Probe, SecurityContext,
};

use super::{amounts, mounts};
use crate::strategy::checks::one_of;

/// At most so many rules of when a container is started again.
const RULES: usize = 20;
/// At most so many exit codes in one.
const CODES: usize = 255;

/// Whether containers may be privileged: `--allow-privileged`, for the whole process as upstream's.
static PRIVILEGED: AtomicBool = AtomicBool::new(false);

/// Lets containers be privileged, or not.
pub fn allow_privileged(allowed: bool) {
    PRIVILEGED.store(allowed, Ordering::Relaxed);
}

/// What is wrong with the containers of a pod.
pub fn validate(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers),
    ] {
        for (index, one) in containers.iter().enumerate() {
            container(one, spec, &field.child(list).index(index), out);
        }
    }
    for (index, one) in spec.ephemeral_containers.iter().flatten().enumerate() {
        ephemeral(one, spec, &field.child("ephemeralContainers").index(index), out);
    }
}

fn container(one: &Container, spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let uses = mounts::Uses {
        mounts: one.volume_mounts.as_deref().unwrap_or_default(),
        devices: one.volume_devices.as_deref().unwrap_or_default(),
        security: one.security_context.as_ref(),
    };
    mounts::validate(&uses, spec, field, out);
    if let Some(resources) = &one.resources {
        amounts::container(resources, &field.child("resources"), out);
    }
    restarts(one.restart_policy.as_deref(), one.restart_policy_rules.as_deref(), field, out);
    for (name, given) in [
        ("livenessProbe", &one.liveness_probe),
        ("readinessProbe", &one.readiness_probe),
        ("startupProbe", &one.startup_probe),
    ] {
        if let Some(given) = given {
            probe(given, name == "readinessProbe", &field.child(name), out);
        }
    }
    if spec.host_network == Some(true) {
        for (index, port) in one.ports.iter().flatten().enumerate() {
            if port.host_port.unwrap_or_default() != port.container_port {
                let place = field.child("ports").index(index).child("containerPort");
                let why = "must match `hostPort` when `hostNetwork` is true";
                out.push(Violation::invalid_value(&place, &port.container_port, why));
            }
        }
    }
    if let Some(security) = &one.security_context {
        context(security, &field.child("securityContext"), out);
    }
}

fn context(security: &SecurityContext, field: &Field, out: &mut Vec<Violation>) {
    if security.privileged == Some(true) && !PRIVILEGED.load(Ordering::Relaxed) {
        out.push(Violation::forbidden(&field.child("privileged"), "disallowed by cluster policy"));
    }
    app_armor(security.app_armor_profile.as_ref(), field, out);
}

/// What is wrong with a profile of AppArmor.
pub fn app_armor(given: Option<&AppArmorProfile>, field: &Field, out: &mut Vec<Violation>) {
    let Some(profile) = given else { return };
    let field = field.child("appArmorProfile");
    let place = field.child("localhostProfile");
    match (profile.type_.as_str(), profile.localhost_profile.as_deref()) {
        ("Localhost", None | Some("")) => {
            out.push(Violation::required(&place, "must be set when AppArmor type is Localhost"));
        }
        ("Localhost", Some(name)) if name.trim() != name => {
            out.push(Violation::invalid(&place, name, "must not be padded with whitespace"));
        }
        ("Localhost", Some(name)) if name.len() > 4095 => out.push(Violation::too_long(&place, 4095)),
        ("Localhost", Some(_)) => {}
        ("RuntimeDefault" | "Unconfined", None) => {}
        ("RuntimeDefault" | "Unconfined", Some(name)) => {
            let why = "can only be set when AppArmor type is Localhost";
            out.push(Violation::invalid(&place, name, why));
        }
        ("", _) => {
            let why = "type is required when appArmorProfile is set";
            out.push(Violation::required(&field.child("type"), why));
        }
        (other, _) => {
            let allowed = ["Localhost", "RuntimeDefault", "Unconfined"];
            out.push(Violation::unsupported(&field.child("type"), other, &allowed));
        }
    }
}

fn restarts(
    policy: Option<&str>,
    rules: Option<&[ContainerRestartRule]>,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    if let Some(policy) = policy {
        one_of(policy, &["Always", "Never", "OnFailure"], &field.child("restartPolicy"), out);
    }
    let rules = rules.unwrap_or_default();
    let place = field.child("restartPolicyRules");
    if !rules.is_empty() && policy.is_none() {
        let why = "must specify restartPolicy when restart rules are used";
        out.push(Violation::required(&field.child("restartPolicy"), why));
    }
    if rules.len() > RULES {
        out.push(Violation::too_many(&place, rules.len(), RULES));
    }
    for (index, rule) in rules.iter().enumerate() {
        let field = place.index(index);
        let actions = ["Restart", "RestartAllContainers"];
        one_of(&rule.action, &actions, &field.child("action"), out);
        let place = field.child("exitCodes");
        let Some(codes) = &rule.exit_codes else {
            out.push(Violation::required(&place, "must be specified"));
            continue;
        };
        one_of(&codes.operator, &["In", "NotIn"], &place.child("operator"), out);
        let count = codes.values.as_ref().map_or(0, Vec::len);
        if count == 0 {
            let why = "must specify at least one value";
            out.push(Violation::invalid_value(&place.child("values"), &[(); 0], why));
        } else if count > CODES {
            out.push(Violation::too_many(&place.child("values"), count, CODES));
        }
    }
}

fn probe(given: &Probe, of_readiness: bool, field: &Field, out: &mut Vec<Violation>) {
    if let Some(seconds) = given.termination_grace_period_seconds {
        let place = field.child("terminationGracePeriodSeconds");
        if of_readiness {
            let why = "must not be set for readinessProbes";
            out.push(Violation::invalid_value(&place, &seconds, why));
        } else if seconds <= 0 {
            out.push(Violation::invalid_value(&place, &seconds, "must be greater than 0"));
        }
    }
    if let Some(get) = &given.http_get {
        let field = field.child("httpGet");
        if get.path.as_deref() == Some("") {
            out.push(Violation::required(&field.child("path"), ""));
        }
        if let Some(scheme) = get.scheme.as_deref() {
            one_of(scheme, &["HTTP", "HTTPS"], &field.child("scheme"), out);
        }
        for (index, header) in get.http_headers.iter().flatten().enumerate() {
            if let Err(why) = super::contexts::header_name(&header.name) {
                let place = field.child("httpHeaders").index(index).child("name");
                out.push(Violation::invalid(&place, &header.name, why));
            }
        }
    }
    if let Some(call) = &given.grpc
        && let Err(reason) = names::port_number(call.port.into())
    {
        out.push(Violation::invalid_value(&field.child("grpc").child("port"), &call.port, &reason));
    }
}

/// A container that is added for debugging has nothing that others rely on.
fn ephemeral(one: &EphemeralContainer, spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    const WHY: &str = "cannot be set for an Ephemeral Container";
    let is_set = |list: Option<usize>| list.is_some_and(|count| count > 0);
    for (name, given) in [
        ("lifecycle", one.lifecycle.is_some()),
        ("livenessProbe", one.liveness_probe.is_some()),
        ("ports", is_set(one.ports.as_ref().map(Vec::len))),
        ("readinessProbe", one.readiness_probe.is_some()),
        ("resizePolicy", is_set(one.resize_policy.as_ref().map(Vec::len))),
        ("resources", one.resources.as_ref().is_some_and(|given| *given != Default::default())),
        ("restartPolicy", one.restart_policy.is_some()),
        ("restartPolicyRules", is_set(one.restart_policy_rules.as_ref().map(Vec::len))),
        ("startupProbe", one.startup_probe.is_some()),
    ] {
        if given {
            out.push(Violation::forbidden(&field.child(name), WHY));
        }
    }
    for (index, mount) in one.volume_mounts.iter().flatten().enumerate() {
        let field = field.child("volumeMounts").index(index);
        for (name, path) in [("subPath", &mount.sub_path), ("subPathExpr", &mount.sub_path_expr)] {
            if path.as_ref().is_some_and(|path| !path.is_empty()) {
                out.push(Violation::forbidden(&field.child(name), WHY));
            }
        }
        if !spec.volumes.iter().flatten().any(|volume| volume.name == mount.name) {
            out.push(Violation::not_found(&field.child("name"), &mount.name));
        }
    }
    if let Some(target) = one.target_container_name.as_deref().filter(|target| !target.is_empty()) {
        let all = spec.init_containers.iter().flatten().chain(&spec.containers);
        if !all.into_iter().any(|container| container.name == target) {
            out.push(Violation::not_found(&field.child("targetContainerName"), target));
        }
    }
    let uses = mounts::Uses {
        mounts: one.volume_mounts.as_deref().unwrap_or_default(),
        devices: one.volume_devices.as_deref().unwrap_or_default(),
        security: one.security_context.as_ref(),
    };
    mounts::validate(&uses, spec, field, out);
    if let Some(security) = &one.security_context {
        context(security, &field.child("securityContext"), out);
    }
}

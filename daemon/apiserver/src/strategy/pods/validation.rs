//! What may not be in a pod.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EnvVar, PodSpec, PodTemplateSpec, Probe, Toleration, Volume,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{amounts, containers, contexts, placement, sources, whole};
use crate::strategy::{NameRule, meta};

/// What is wrong with a workload's template; what upstream says of its metadata stands beside the spec.
pub fn validate_template(template: &PodTemplateSpec, field: &Field, out: &mut Vec<Violation>) {
    if let Some(given) = &template.metadata {
        meta::labels(given.labels.iter().flatten(), &field.child("labels"), out);
        meta::annotations(given.annotations.iter().flatten(), &field.child("annotations"), out);
    }
    let field = field.child("spec");
    let Some(spec) = &template.spec else { return out.push(Violation::required(&field, "")) };
    validate_spec(spec, &field, out);
    if spec.ephemeral_containers.as_ref().is_some_and(|all| !all.is_empty()) {
        let why = "ephemeral containers not allowed in pod template";
        out.push(Violation::forbidden(&field.child("ephemeralContainers"), why));
    }
}

fn one_of(value: Option<&str>, allowed: &[&str], field: &Field, out: &mut Vec<Violation>) {
    match value {
        None | Some("") => out.push(Violation::required(field, "")),
        Some(value) if allowed.contains(&value) => {}
        Some(value) => out.push(Violation::unsupported(field, value, allowed)),
    }
}

/// What is wrong with a pod's spec.
pub fn validate_spec(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let mut volumes = BTreeSet::new();
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        let field = field.child("volumes").index(index);
        let name = field.child("name");
        if volume.name.is_empty() {
            out.push(Violation::required(&name, ""));
        } else if let Err(reason) = names::dns_label(&volume.name) {
            out.push(Violation::invalid(&name, &volume.name, &reason));
        }
        if !volumes.insert(volume.name.as_str()) {
            out.push(Violation::duplicate(&name, &volume.name));
        }
        validate_volume(volume, &field, out);
        sources::validate(volume, &field, out);
    }
    if spec.containers.is_empty() {
        out.push(Violation::required(&field.child("containers"), ""));
    }
    let mut seen = BTreeSet::new();
    let mut ports = BTreeSet::new();
    for (list, containers, init) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default(), true),
        ("containers", spec.containers.as_slice(), false),
    ] {
        for (index, container) in containers.iter().enumerate() {
            let field = field.child(list).index(index);
            validate_container(container, init, &volumes, &field, out);
            if !container.name.is_empty() && !seen.insert(container.name.as_str()) {
                out.push(Violation::duplicate(&field.child("name"), &container.name));
            }
            if init {
                continue;
            }
            for (index, port) in container.ports.iter().flatten().enumerate() {
                if let Some(number) = port.host_port.filter(|number| *number != 0) {
                    let key = (number, port.protocol.clone(), port.host_ip.clone().unwrap_or_default());
                    if !ports.insert(key) {
                        let field = field.child("ports").index(index).child("hostPort");
                        out.push(Violation::duplicate(&field, &number.to_string()));
                    }
                }
            }
        }
    }
    for (index, container) in spec.ephemeral_containers.iter().flatten().enumerate() {
        let field = field.child("ephemeralContainers").index(index);
        if let Err(reason) = names::dns_label(&container.name) {
            out.push(Violation::invalid(&field.child("name"), &container.name, &reason));
        }
        if !seen.insert(container.name.as_str()) {
            out.push(Violation::duplicate(&field.child("name"), &container.name));
        }
        if container.image.as_deref().unwrap_or_default().is_empty() {
            out.push(Violation::required(&field.child("image"), ""));
        }
    }
    one_of(
        spec.restart_policy.as_deref(),
        &["Always", "OnFailure", "Never"],
        &field.child("restartPolicy"),
        out,
    );
    one_of(
        spec.dns_policy.as_deref(),
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
        &field.child("dnsPolicy"),
        out,
    );
    if spec.dns_policy.as_deref() == Some("None")
        && spec.dns_config.as_ref().and_then(|c| c.nameservers.as_ref()).is_none_or(Vec::is_empty)
    {
        out.push(Violation::required(
            &field.child("dnsConfig").child("nameservers"),
            "must provide at least one DNS nameserver when `dnsPolicy` is None",
        ));
    }
    for (name, value) in spec.node_selector.iter().flatten() {
        let field = field.child("nodeSelector");
        if let Err(reason) = names::qualified_name(name) {
            out.push(Violation::invalid(&field, name, &reason));
        }
        if let Err(reason) = names::label_value(value) {
            out.push(Violation::invalid(&field, value, &reason));
        }
    }
    for (name, value, rule) in [
        ("nodeName", &spec.node_name, names::dns_subdomain as NameRule),
        ("serviceAccountName", &spec.service_account_name, names::dns_subdomain),
        ("hostname", &spec.hostname, names::dns_label),
        ("subdomain", &spec.subdomain, names::dns_label),
        ("priorityClassName", &spec.priority_class_name, names::dns_subdomain),
        ("runtimeClassName", &spec.runtime_class_name, names::dns_subdomain),
    ] {
        if let Some(text) = value.as_deref().filter(|text| !text.is_empty())
            && let Err(reason) = rule(text)
        {
            out.push(Violation::invalid(&field.child(name), text, &reason));
        }
    }
    if let Some(seconds) = spec.active_deadline_seconds.filter(|seconds| *seconds < 1) {
        out.push(Violation::invalid_value(
            &field.child("activeDeadlineSeconds"),
            &seconds,
            "must be between 1 and 2147483647, inclusive",
        ));
    }
    tolerations(spec.tolerations.as_deref().unwrap_or_default(), &field.child("tolerations"), out);
    placement::validate(spec, field, out);
    contexts::validate(spec, field, out);
    containers::validate(spec, field, out);
    amounts::pod(spec, field, out);
    whole::validate(spec, field, out);
}

/// What is wrong with tolerations.
pub fn tolerations(given: &[Toleration], field: &Field, out: &mut Vec<Violation>) {
    for (index, toleration) in given.iter().enumerate() {
        let field = field.index(index);
        let key = toleration.key.as_deref().unwrap_or_default();
        let operator = toleration.operator.as_deref().unwrap_or_default();
        if !key.is_empty()
            && let Err(reason) = names::qualified_name(key)
        {
            out.push(Violation::invalid(&field.child("key"), key, &reason));
        }
        if key.is_empty() && operator != "Exists" {
            out.push(Violation::invalid(
                &field.child("operator"),
                operator,
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
            ));
        }
        match operator {
            "" | "Equal" => {}
            "Exists" => {
                if toleration.value.as_deref().is_some_and(|value| !value.is_empty()) {
                    out.push(Violation::invalid(
                        &field.child("operator"),
                        operator,
                        "value must be empty when `operator` is 'Exists'",
                    ));
                }
            }
            other => out.push(Violation::unsupported(&field.child("operator"), other, &["Equal", "Exists"])),
        }
        let effect = toleration.effect.as_deref().unwrap_or_default();
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            out.push(Violation::invalid(
                &field.child("effect"),
                effect,
                "effect must be 'NoExecute' when `tolerationSeconds` is set",
            ));
        }
        if !matches!(effect, "" | "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
            let allowed = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            out.push(Violation::unsupported(&field.child("effect"), effect, &allowed));
        }
    }
}

fn validate_volume(volume: &Volume, field: &Field, out: &mut Vec<Violation>) {
    for name in sources::present(volume).skip(1) {
        out.push(Violation::forbidden(&field.child(name), "may not specify more than 1 volume type"));
    }
    if let Some(path) = &volume.host_path {
        let here = field.child("hostPath");
        if path.path.is_empty() {
            out.push(Violation::required(&here.child("path"), ""));
        } else if path.path.split('/').any(|part| part == "..") {
            out.push(Violation::invalid(&here.child("path"), &path.path, "must not contain '..'"));
        }
        let allowed = [
            "",
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ];
        if let Some(kind) = path.type_.as_deref().filter(|kind| !allowed.contains(kind)) {
            out.push(Violation::unsupported(&here.child("type"), kind, &allowed));
        }
    }
    if volume.secret.as_ref().is_some_and(|s| s.secret_name.as_deref().unwrap_or_default().is_empty()) {
        out.push(Violation::required(&field.child("secret").child("secretName"), ""));
    }
    if volume.config_map.as_ref().is_some_and(|map| map.name.is_empty()) {
        out.push(Violation::required(&field.child("configMap").child("name"), ""));
    }
    if volume.persistent_volume_claim.as_ref().is_some_and(|claim| claim.claim_name.is_empty()) {
        out.push(Violation::required(&field.child("persistentVolumeClaim").child("claimName"), ""));
    }
}

fn validate_container(
    container: &Container,
    init: bool,
    volumes: &BTreeSet<&str>,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    if container.name.is_empty() {
        out.push(Violation::required(&field.child("name"), ""));
    } else if let Err(reason) = names::dns_label(&container.name) {
        out.push(Violation::invalid(&field.child("name"), &container.name, &reason));
    }
    match container.image.as_deref() {
        None | Some("") => out.push(Violation::required(&field.child("image"), "")),
        Some(image) if image != image.trim() => {
            out.push(Violation::invalid(
                &field.child("image"),
                image,
                "must not have leading or trailing whitespace",
            ));
        }
        Some(_) => {}
    }
    one_of(
        container.image_pull_policy.as_deref(),
        &["Always", "IfNotPresent", "Never"],
        &field.child("imagePullPolicy"),
        out,
    );
    one_of(
        container.termination_message_policy.as_deref(),
        &["FallbackToLogsOnError", "File"],
        &field.child("terminationMessagePolicy"),
        out,
    );
    validate_ports(container.ports.as_deref().unwrap_or_default(), &field.child("ports"), out);
    validate_env(container.env.as_deref().unwrap_or_default(), &field.child("env"), out);
    for (index, from) in container.env_from.iter().flatten().enumerate() {
        let field = field.child("envFrom").index(index);
        match (&from.config_map_ref, &from.secret_ref) {
            (None, None) => {
                out.push(Violation::invalid(&field, "", "must specify one of: `configMapRef` or `secretRef`"))
            }
            (Some(_), Some(_)) => {
                out.push(Violation::invalid(
                    &field,
                    "",
                    "may not have more than one field specified at a time",
                ));
            }
            _ => {}
        }
    }
    let mut paths = BTreeSet::new();
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let field = field.child("volumeMounts").index(index);
        if mount.name.is_empty() {
            out.push(Violation::required(&field.child("name"), ""));
        } else if !volumes.contains(mount.name.as_str()) {
            out.push(Violation::not_found(&field.child("name"), &mount.name));
        }
        if mount.mount_path.is_empty() {
            out.push(Violation::required(&field.child("mountPath"), ""));
        } else if !paths.insert(mount.mount_path.as_str()) {
            out.push(Violation::invalid(&field.child("mountPath"), &mount.mount_path, "must be unique"));
        }
        for (name, path) in [("subPath", &mount.sub_path), ("subPathExpr", &mount.sub_path_expr)] {
            if let Some(path) = path.as_deref().filter(|path| !path.is_empty()) {
                if path.starts_with('/') {
                    out.push(Violation::invalid(&field.child(name), path, "must be a relative path"));
                } else if path.split('/').any(|part| part == "..") {
                    out.push(Violation::invalid(&field.child(name), path, "must not contain '..'"));
                }
            }
        }
    }
    let sidecar = container.restart_policy.as_deref() == Some("Always");
    for (name, probe) in [
        ("livenessProbe", &container.liveness_probe),
        ("readinessProbe", &container.readiness_probe),
        ("startupProbe", &container.startup_probe),
    ] {
        let Some(probe) = probe else { continue };
        if init && !sidecar {
            out.push(Violation::forbidden(
                &field.child(name),
                "may not be set for init containers without restartPolicy=Always",
            ));
        }
        validate_probe(probe, name, &field.child(name), out);
    }
    if init && !sidecar && container.lifecycle.is_some() {
        out.push(Violation::forbidden(
            &field.child("lifecycle"),
            "may not be set for init containers without restartPolicy=Always",
        ));
    }
    if let Some(context) = &container.security_context
        && context.privileged == Some(true)
        && context.allow_privilege_escalation == Some(false)
    {
        out.push(Violation::invalid_value(
            &field.child("securityContext"),
            context,
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        ));
    }
}

fn validate_ports(ports: &[ContainerPort], field: &Field, out: &mut Vec<Violation>) {
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let field = field.index(index);
        if let Some(name) = port.name.as_deref().filter(|name| !name.is_empty()) {
            if let Err(reason) = names::port_name(name) {
                out.push(Violation::invalid(&field.child("name"), name, &reason));
            } else if !seen.insert(name) {
                out.push(Violation::duplicate(&field.child("name"), name));
            }
        }
        if port.container_port == 0 {
            out.push(Violation::required(&field.child("containerPort"), ""));
        } else if let Err(reason) = names::port_number(port.container_port.into()) {
            out.push(Violation::invalid_value(&field.child("containerPort"), &port.container_port, &reason));
        }
        if let Some(number) = port.host_port.filter(|number| *number != 0)
            && let Err(reason) = names::port_number(number.into())
        {
            out.push(Violation::invalid_value(&field.child("hostPort"), &number, &reason));
        }
        one_of(port.protocol.as_deref(), &["SCTP", "TCP", "UDP"], &field.child("protocol"), out);
    }
}

fn validate_env(variables: &[EnvVar], field: &Field, out: &mut Vec<Violation>) {
    for (index, variable) in variables.iter().enumerate() {
        let field = field.index(index);
        if variable.name.is_empty() {
            out.push(Violation::required(&field.child("name"), ""));
        } else if let Err(reason) = names::env_name(&variable.name) {
            out.push(Violation::invalid(&field.child("name"), &variable.name, &reason));
        }
        let Some(from) = &variable.value_from else { continue };
        let field = field.child("valueFrom");
        let sources = [
            from.field_ref.is_some(),
            from.resource_field_ref.is_some(),
            from.config_map_key_ref.is_some(),
            from.secret_key_ref.is_some(),
            from.file_key_ref.is_some(),
        ];
        match sources.iter().filter(|present| **present).count() {
            0 => out.push(Violation::invalid(
                &field,
                "",
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
            )),
            1 => {}
            _ => out.push(Violation::invalid(
                &field,
                "",
                "may not have more than one field specified at a time",
            )),
        }
        if variable.value.as_deref().is_some_and(|value| !value.is_empty()) {
            out.push(Violation::invalid(&field, "", "may not be specified when `value` is not empty"));
        }
    }
}

fn validate_probe(probe: &Probe, name: &str, field: &Field, out: &mut Vec<Violation>) {
    let handlers =
        [probe.exec.is_some(), probe.http_get.is_some(), probe.tcp_socket.is_some(), probe.grpc.is_some()];
    match handlers.iter().filter(|present| **present).count() {
        0 => out.push(Violation::required(field, "must specify a handler type")),
        1 => {}
        _ => out.push(Violation::forbidden(field, "may not specify more than 1 handler type")),
    }
    for (name, value) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        if let Some(value) = value.filter(|value| *value < 0) {
            out.push(Violation::invalid_value(
                &field.child(name),
                &value,
                "must be greater than or equal to 0",
            ));
        }
    }
    if name != "readinessProbe" && probe.success_threshold.unwrap_or(1) != 1 {
        out.push(Violation::invalid_value(
            &field.child("successThreshold"),
            &probe.success_threshold,
            "must be 1",
        ));
    }
    let check = |port: &IntOrString, field: &Field, out: &mut Vec<Violation>| match port {
        IntOrString::Int(number) => {
            if let Err(reason) = names::port_number((*number).into()) {
                out.push(Violation::invalid_value(field, number, &reason));
            }
        }
        IntOrString::String(text) => {
            if let Err(reason) = names::port_name(text) {
                out.push(Violation::invalid(field, text, &reason));
            }
        }
    };
    if let Some(get) = &probe.http_get {
        check(&get.port, &field.child("httpGet").child("port"), out);
    }
    if let Some(socket) = &probe.tcp_socket {
        check(&socket.port, &field.child("tcpSocket").child("port"), out);
    }
    if probe.exec.as_ref().is_some_and(|exec| exec.command.as_ref().is_none_or(Vec::is_empty)) {
        out.push(Violation::required(&field.child("exec").child("command"), ""));
    }
}

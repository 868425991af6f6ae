//! Pods: defaults, validation, what may change, graceful deletion. The templates in workloads
//! follow the same defaults and rules.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use apimachinery::quantity::Quantity;
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EnvVar, HTTPGetAction, Pod, PodSpec, PodTemplateSpec, Probe,
    ResourceRequirements, Volume,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{GENERAL, General, NameRule, Rules, Strategy};
use crate::handlers::write::Part;

/// The strategy of pods.
pub static PODS: Pods = Pods { rules: RULES };

const RULES: Rules<Pod> = Rules {
    default: |pod| {
        if let Some(spec) = &mut pod.spec {
            default_spec(spec);
        }
    },
    prepare_create,
    prepare_update,
    validate: |pod, out| {
        let field = Field::root("spec");
        match &pod.spec {
            None => out.push(Violation::required(&field, "")),
            Some(spec) => validate_spec(spec, &field, out),
        }
    },
    validate_update,
    warnings: |pod| pod.spec.as_ref().map(|spec| warnings(spec, "spec")).unwrap_or_default(),
    ..Rules::new(General { generation: true, returns: true, ..GENERAL })
};

/// Pods are the one kind that is given time to go.
pub struct Pods {
    rules: Rules<Pod>,
}

impl Strategy for Pods {
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
    fn warnings(&self, object: &dyn Object) -> Vec<String> {
        self.rules.warnings(object)
    }
    fn name_rule(&self) -> NameRule {
        names::dns_subdomain
    }
    fn has_generation(&self) -> bool {
        true
    }
    fn returns_deleted(&self) -> bool {
        true
    }

    fn grace(&self, object: &dyn Object, asked: Option<i64>) -> Option<i64> {
        let pod = object.of::<Pod>()?;
        let spec = pod.spec.as_ref();
        // Nobody runs it: nobody needs time.
        let unbound = spec.and_then(|s| s.node_name.as_deref()).unwrap_or_default().is_empty();
        let phase = pod.status.as_ref().and_then(|s| s.phase.as_deref());
        if unbound || matches!(phase, Some("Failed" | "Succeeded")) {
            return Some(0);
        }
        let grace = asked.or(spec.and_then(|s| s.termination_grace_period_seconds)).unwrap_or(30);
        Some(if grace < 0 { 1 } else { grace })
    }
}

fn prepare_create(pod: &mut Pod) {
    let mut status =
        k8s_openapi::api::core::v1::PodStatus { phase: Some("Pending".into()), ..Default::default() };
    if let Some(spec) = &pod.spec {
        status.qos_class = Some(qos(spec).to_string());
        if spec.scheduling_gates.as_ref().is_some_and(|gates| !gates.is_empty()) {
            status.conditions = Some(vec![k8s_openapi::api::core::v1::PodCondition {
                type_: "PodScheduled".into(),
                status: "False".into(),
                reason: Some("SchedulingGated".into()),
                message: Some("Scheduling is blocked due to non-empty scheduling gates".into()),
                ..Default::default()
            }]);
        }
    }
    pod.status = Some(status);
}

fn prepare_update(new: &mut Pod, old: &Pod, part: Part) {
    if part == Part::Status {
        // The quality of service is for life.
        let qos = old.status.as_ref().and_then(|status| status.qos_class.clone());
        let status = new.status.get_or_insert_default();
        status.qos_class = qos.or_else(|| status.qos_class.take());
    }
}

/// The class by which the node decides who goes first when memory runs out.
pub fn qos(spec: &PodSpec) -> &'static str {
    let (mut any, mut guaranteed) = (false, true);
    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
        let resources = container.resources.clone().unwrap_or_default();
        let amount = |map: &Option<std::collections::BTreeMap<String, _>>, name: &str| {
            let text: Option<&k8s_openapi::apimachinery::pkg::api::resource::Quantity> =
                map.as_ref()?.get(name);
            text?.0.parse::<Quantity>().ok().filter(|amount| amount.signum() > 0)
        };
        for name in ["cpu", "memory"] {
            let (request, limit) = (amount(&resources.requests, name), amount(&resources.limits, name));
            any |= request.is_some() || limit.is_some();
            guaranteed &= limit.is_some() && request.is_none_or(|request| Some(request) == limit);
        }
    }
    if !any {
        "BestEffort"
    } else if guaranteed {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

// ---- defaults ----

fn set<T>(slot: &mut Option<T>, value: T) {
    if slot.is_none() {
        *slot = Some(value);
    }
}

fn set_text(slot: &mut Option<String>, value: &str) {
    if slot.as_deref().unwrap_or_default().is_empty() {
        *slot = Some(value.to_string());
    }
}

fn set_number(slot: &mut Option<i32>, value: i32) {
    if slot.unwrap_or(0) == 0 {
        *slot = Some(value);
    }
}

/// Defaults of a workload's template.
pub fn default_template(template: &mut PodTemplateSpec) {
    if let Some(spec) = &mut template.spec {
        default_spec(spec);
    }
}

/// Defaults of a pod's spec.
pub fn default_spec(spec: &mut PodSpec) {
    set_text(&mut spec.dns_policy, "ClusterFirst");
    set_text(&mut spec.restart_policy, "Always");
    set_text(&mut spec.scheduler_name, "default-scheduler");
    set(&mut spec.termination_grace_period_seconds, 30);
    set(&mut spec.security_context, Default::default());
    if spec.host_network == Some(false) {
        spec.host_network = None;
    }
    // The old name of the field is kept for old clients.
    match (&spec.service_account_name, &spec.service_account) {
        (Some(name), _) if !name.is_empty() => spec.service_account = Some(name.clone()),
        (_, Some(name)) if !name.is_empty() => spec.service_account_name = Some(name.clone()),
        _ => {}
    }
    set(&mut spec.enable_service_links, true);
    let host_network = spec.host_network == Some(true);
    for container in spec.init_containers.iter_mut().flatten().chain(&mut spec.containers) {
        default_container(container, host_network);
    }
    for container in spec.ephemeral_containers.iter_mut().flatten() {
        set_text(&mut container.termination_message_path, "/dev/termination-log");
        set_text(&mut container.termination_message_policy, "File");
        set_text(&mut container.image_pull_policy, pull_policy(container.image.as_deref()));
        set(&mut container.resources, Default::default());
    }
    for volume in spec.volumes.iter_mut().flatten() {
        default_volume(volume);
    }
}

fn pull_policy(image: Option<&str>) -> &'static str {
    let image = image.unwrap_or_default();
    let (name, digest) = image.split_once('@').map_or((image, false), |(name, _)| (name, true));
    let last = name.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map_or("", |(_, tag)| tag);
    // A digest names one image for ever; `latest`, and no tag at all, change their meaning.
    if tag == "latest" || (tag.is_empty() && !digest) { "Always" } else { "IfNotPresent" }
}

fn default_container(container: &mut Container, host_network: bool) {
    set_text(&mut container.termination_message_path, "/dev/termination-log");
    set_text(&mut container.termination_message_policy, "File");
    set_text(&mut container.image_pull_policy, pull_policy(container.image.as_deref()));
    let resources: &mut ResourceRequirements = container.resources.get_or_insert_default();
    if let Some(limits) = &resources.limits {
        // Who sets only a limit requests as much.
        let requests = resources.requests.get_or_insert_default();
        for (name, amount) in limits {
            requests.entry(name.clone()).or_insert_with(|| amount.clone());
        }
    }
    for port in container.ports.iter_mut().flatten() {
        set_text(&mut port.protocol, "TCP");
        if host_network && port.host_port.unwrap_or(0) == 0 {
            port.host_port = Some(port.container_port);
        }
    }
    let probes =
        [&mut container.liveness_probe, &mut container.readiness_probe, &mut container.startup_probe];
    for probe in probes.into_iter().flatten() {
        set_number(&mut probe.timeout_seconds, 1);
        set_number(&mut probe.period_seconds, 10);
        set_number(&mut probe.success_threshold, 1);
        set_number(&mut probe.failure_threshold, 3);
        if let Some(get) = &mut probe.http_get {
            default_get(get);
        }
        if let Some(grpc) = &mut probe.grpc {
            set(&mut grpc.service, String::new());
        }
    }
    if let Some(lifecycle) = &mut container.lifecycle {
        for hook in [&mut lifecycle.post_start, &mut lifecycle.pre_stop].into_iter().flatten() {
            if let Some(get) = &mut hook.http_get {
                default_get(get);
            }
        }
    }
    for variable in container.env.iter_mut().flatten() {
        if let Some(field) = variable.value_from.as_mut().and_then(|from| from.field_ref.as_mut()) {
            set_text(&mut field.api_version, "v1");
        }
    }
}

fn default_get(get: &mut HTTPGetAction) {
    set_text(&mut get.path, "/");
    set_text(&mut get.scheme, "HTTP");
}

const MODE: i32 = 0o644;

fn default_volume(volume: &mut Volume) {
    if let Some(secret) = &mut volume.secret {
        set(&mut secret.default_mode, MODE);
    }
    if let Some(map) = &mut volume.config_map {
        set(&mut map.default_mode, MODE);
    }
    if let Some(downward) = &mut volume.downward_api {
        set(&mut downward.default_mode, MODE);
        for item in downward.items.iter_mut().flatten() {
            if let Some(field) = &mut item.field_ref {
                set_text(&mut field.api_version, "v1");
            }
        }
    }
    if let Some(projected) = &mut volume.projected {
        set(&mut projected.default_mode, MODE);
        for source in projected.sources.iter_mut().flatten() {
            if let Some(token) = &mut source.service_account_token {
                set(&mut token.expiration_seconds, 3600);
            }
            for item in source.downward_api.iter_mut().flat_map(|d| d.items.iter_mut().flatten()) {
                if let Some(field) = &mut item.field_ref {
                    set_text(&mut field.api_version, "v1");
                }
            }
        }
    }
    if let Some(path) = &mut volume.host_path {
        set(&mut path.type_, String::new());
    }
    let sources = [
        volume.empty_dir.is_some(),
        volume.host_path.is_some(),
        volume.secret.is_some(),
        volume.config_map.is_some(),
        volume.downward_api.is_some(),
        volume.projected.is_some(),
        volume.persistent_volume_claim.is_some(),
        volume.nfs.is_some(),
        volume.csi.is_some(),
        volume.ephemeral.is_some(),
        volume.image.is_some(),
        volume.iscsi.is_some(),
        volume.fc.is_some(),
        volume.cephfs.is_some(),
        volume.rbd.is_some(),
        volume.glusterfs.is_some(),
        volume.git_repo.is_some(),
        volume.flex_volume.is_some(),
        volume.cinder.is_some(),
        volume.flocker.is_some(),
        volume.azure_file.is_some(),
        volume.azure_disk.is_some(),
        volume.aws_elastic_block_store.is_some(),
        volume.gce_persistent_disk.is_some(),
        volume.vsphere_volume.is_some(),
        volume.quobyte.is_some(),
        volume.photon_persistent_disk.is_some(),
        volume.portworx_volume.is_some(),
        volume.scale_io.is_some(),
        volume.storageos.is_some(),
    ];
    if !sources.contains(&true) {
        volume.empty_dir = Some(Default::default());
    }
}

// ---- validation ----

/// What is wrong with a workload's template.
pub fn validate_template(template: &PodTemplateSpec, field: &Field, out: &mut Vec<Violation>) {
    if let Some(labels) = template.metadata.as_ref().and_then(|meta| meta.labels.as_ref()) {
        super::meta::labels(labels.iter(), &field.child("metadata").child("labels"), out);
    }
    match &template.spec {
        None => out.push(Violation::required(&field.child("spec"), "")),
        Some(spec) => validate_spec(spec, &field.child("spec"), out),
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
        let field = field.child("volumes").index(index).child("name");
        if volume.name.is_empty() {
            out.push(Violation::required(&field, ""));
        } else if let Err(reason) = names::dns_label(&volume.name) {
            out.push(Violation::invalid(&field, &volume.name, &reason));
        }
        if !volumes.insert(volume.name.as_str()) {
            out.push(Violation::duplicate(&field, &volume.name));
        }
        validate_volume(volume, &self::field_of(&field), out);
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
    if let Some(seconds) = spec.termination_grace_period_seconds.filter(|seconds| *seconds < 0) {
        out.push(Violation::invalid_value(
            &field.child("terminationGracePeriodSeconds"),
            &seconds,
            "must be greater than or equal to 0",
        ));
    }
    for (index, toleration) in spec.tolerations.iter().flatten().enumerate() {
        let field = field.child("tolerations").index(index);
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
    let host_network = spec.host_network == Some(true);
    if host_network && spec.host_users == Some(false) {
        out.push(Violation::forbidden(&field.child("hostNetwork"), "when `pod.Spec.HostUsers` is false"));
    }
}

fn field_of(name: &Field) -> Field {
    // `…volumes[0].name` to `…volumes[0]`.
    let text = name.to_string();
    Field::root(text.strip_suffix(".name").unwrap_or(&text))
}

fn validate_volume(volume: &Volume, field: &Field, out: &mut Vec<Violation>) {
    let present = [
        ("emptyDir", volume.empty_dir.is_some()),
        ("hostPath", volume.host_path.is_some()),
        ("secret", volume.secret.is_some()),
        ("configMap", volume.config_map.is_some()),
        ("downwardAPI", volume.downward_api.is_some()),
        ("projected", volume.projected.is_some()),
        ("persistentVolumeClaim", volume.persistent_volume_claim.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("csi", volume.csi.is_some()),
        ("ephemeral", volume.ephemeral.is_some()),
        ("image", volume.image.is_some()),
    ];
    for (name, _) in present.iter().filter(|(_, present)| *present).skip(1) {
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
    if let Some(resources) = &container.resources {
        validate_resources(resources, &field.child("resources"), out);
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

fn validate_resources(resources: &ResourceRequirements, field: &Field, out: &mut Vec<Violation>) {
    for (which, map) in [("limits", &resources.limits), ("requests", &resources.requests)] {
        for (name, amount) in map.iter().flatten() {
            let here = field.child(which).key(name);
            if let Err(reason) = names::qualified_name(name) {
                out.push(Violation::invalid(&here, name, &reason));
            }
            match amount.0.parse::<Quantity>() {
                Err(error) => out.push(Violation::invalid(&here, &amount.0, &error.to_string())),
                Ok(parsed) if parsed.signum() < 0 => {
                    out.push(Violation::invalid(&here, &amount.0, "must be greater than or equal to 0"));
                }
                Ok(parsed) => {
                    let limit = resources.limits.as_ref().and_then(|limits| limits.get(name));
                    let limit = limit.and_then(|limit| limit.0.parse::<Quantity>().ok());
                    if which == "requests"
                        && let Some(limit) = limit
                        && parsed > limit
                    {
                        let why = format!("must be less than or equal to {name} limit of {limit}");
                        out.push(Violation::invalid(&here, &amount.0, &why));
                    }
                }
            }
        }
    }
}

const IMMUTABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

fn validate_update(new: &Pod, old: &Pod, part: Part, out: &mut Vec<Violation>) {
    let (Some(now), Some(before)) = (&new.spec, &old.spec) else { return };
    let field = Field::root("spec");
    match part {
        Part::EphemeralContainers => {
            for old in before.ephemeral_containers.iter().flatten() {
                if now.ephemeral_containers.iter().flatten().all(|new| new.name != old.name) {
                    out.push(Violation::forbidden(
                        &field.child("ephemeralContainers"),
                        &format!("existing ephemeral containers {:?} may not be removed", old.name),
                    ));
                }
            }
        }
        Part::Main => {
            // What may change is made equal; the rest must be.
            let mut allowed = now.clone();
            for (new, old) in allowed.containers.iter_mut().zip(&before.containers) {
                new.image.clone_from(&old.image);
            }
            if let (Some(new), Some(old)) = (&mut allowed.init_containers, &before.init_containers) {
                for (new, old) in new.iter_mut().zip(old) {
                    new.image.clone_from(&old.image);
                }
            }
            allowed.active_deadline_seconds = before.active_deadline_seconds;
            let kept = before
                .tolerations
                .iter()
                .flatten()
                .all(|old| now.tolerations.iter().flatten().any(|n| n == old));
            if kept {
                allowed.tolerations.clone_from(&before.tolerations);
            }
            let gates = |spec: &PodSpec| -> Vec<String> {
                spec.scheduling_gates.iter().flatten().map(|gate| gate.name.clone()).collect()
            };
            let (had, have) = (gates(before), gates(now));
            if have.iter().all(|gate| had.contains(gate)) {
                allowed.scheduling_gates.clone_from(&before.scheduling_gates);
                if !had.is_empty() {
                    // A pod that waits may still be steered.
                    allowed.node_selector.clone_from(&before.node_selector);
                    allowed.affinity.clone_from(&before.affinity);
                }
            }
            if allowed != *before {
                out.push(Violation::forbidden(&field, IMMUTABLE));
            }
        }
        _ => {}
    }
}

/// What the client should know about a pod's spec.
pub fn warnings(spec: &PodSpec, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers),
    ] {
        for (index, container) in containers.iter().enumerate() {
            let mut names = BTreeSet::new();
            for (at, variable) in container.env.iter().flatten().enumerate() {
                if !names.insert(variable.name.as_str()) {
                    found.push(format!(
                        "{path}.{list}[{index}].env[{at}]: hides previous definition of {:?}, which may be dropped when using apply",
                        variable.name
                    ));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(spec: serde_json::Value) -> Pod {
        let mut pod: Pod = serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "d"}, "spec": spec,
        }))
        .expect("a pod");
        PODS.default(&mut pod);
        pod
    }

    fn wrong(spec: serde_json::Value) -> Vec<String> {
        PODS.validate(&pod(spec)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn defaults() {
        let pod = pod(json!({"containers": [
            {"name": "a", "image": "x", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1"}}},
            {"name": "b", "image": "reg:5000/x:1"},
        ]}));
        let spec = pod.spec.expect("a spec");
        assert_eq!(spec.restart_policy.as_deref(), Some("Always"));
        assert_eq!(spec.containers[0].image_pull_policy.as_deref(), Some("Always"));
        assert_eq!(spec.containers[1].image_pull_policy.as_deref(), Some("IfNotPresent"));
        assert_eq!(
            spec.containers[0].ports.as_ref().and_then(|p| p[0].protocol.clone()).as_deref(),
            Some("TCP")
        );
        assert!(spec.containers[0].resources.as_ref().is_some_and(|r| r.requests.is_some()));
        assert_eq!(qos(&spec), "Burstable");
    }

    #[test]
    fn violations() {
        assert_eq!(wrong(json!({"containers": [{"name": "a", "image": "x"}]})), Vec::<String>::new());
        assert_eq!(wrong(json!({"containers": []})), ["spec.containers: Required value"]);
        assert_eq!(
            wrong(json!({"containers": [{"name": "a"}]})),
            ["spec.containers[0].image: Required value"]
        );
        let found = wrong(json!({
            "restartPolicy": "Sometimes",
            "containers": [
                {"name": "A_", "image": "x", "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                 "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}},
            ],
        }));
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn only_images_change() {
        let old = pod(json!({"containers": [{"name": "a", "image": "x"}]}));
        let mut new = old.clone();
        new.spec.as_mut().expect("a spec").containers[0].image = Some("y".into());
        assert!(PODS.validate_update(&new, &old, Part::Main).is_empty());
        new.spec.as_mut().expect("a spec").host_network = Some(true);
        assert_eq!(PODS.validate_update(&new, &old, Part::Main).len(), 1);
    }

    #[test]
    fn grace() {
        let mut it = pod(json!({"containers": [{"name": "a", "image": "x"}]}));
        assert_eq!(PODS.grace(&it, None), Some(0), "it is bound to no node");
        it.spec.as_mut().expect("a spec").node_name = Some("n".into());
        assert_eq!(PODS.grace(&it, None), Some(30));
        assert_eq!(PODS.grace(&it, Some(0)), Some(0));
    }
}

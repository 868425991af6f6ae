//! PodSecurity: the pod security standards that a namespace's labels ask for. Pods that violate
//! the enforced level are refused; pods and workloads that violate the warned one are told so.

use std::borrow::Cow;
use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::invalid::Violation;
use apimachinery::kinds::Object;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, Pod, PodSecurityContext, PodSpec, PodTemplate, ReplicationController,
    SecurityContext,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::security_levels::{Level, Standard, Version};
use super::{Attributes, Operation, matching};
use crate::metrics::admission as told;
use crate::storage::Filter;

/// The pod in an object, and whether the object is one.
fn pod_of(object: &dyn Object) -> Option<(Cow<'_, ObjectMeta>, &PodSpec, bool)> {
    if let Some(pod) = object.of::<Pod>() {
        return Some((Cow::Borrowed(&pod.metadata), pod.spec.as_ref()?, true));
    }
    let template = if let Some(it) = object.of::<Deployment>() {
        &it.spec.as_ref()?.template
    } else if let Some(it) = object.of::<ReplicaSet>() {
        it.spec.as_ref()?.template.as_ref()?
    } else if let Some(it) = object.of::<StatefulSet>() {
        &it.spec.as_ref()?.template
    } else if let Some(it) = object.of::<DaemonSet>() {
        &it.spec.as_ref()?.template
    } else if let Some(it) = object.of::<ReplicationController>() {
        it.spec.as_ref()?.template.as_ref()?
    } else if let Some(it) = object.of::<Job>() {
        &it.spec.as_ref()?.template
    } else if let Some(it) = object.of::<CronJob>() {
        &it.spec.job_template.spec.as_ref()?.template
    } else {
        object.of::<PodTemplate>()?.template.as_ref()?
    };
    let meta = template.metadata.as_ref().map_or_else(Cow::default, Cow::Borrowed);
    Some((meta, template.spec.as_ref()?, false))
}

/// Judges pods and namespaces, and warns about them and about what makes pods.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    if attributes.operation == Operation::Delete {
        return Ok(());
    }
    if attributes.is("", "namespaces") {
        return if attributes.subresource.is_empty() { namespace(attributes, object).await } else { Ok(()) };
    }
    if !matches!(attributes.subresource, "" | "ephemeralcontainers" | "resize") {
        return Ok(());
    }
    let Some((meta, spec, is_pod)) = pod_of(object) else { return Ok(()) };
    if let Some((_, old, _)) = attributes.old.and_then(pod_of)
        && old == spec
    {
        return Ok(());
    }
    let call = attributes.call;
    let part = match attributes.subresource {
        "ephemeralcontainers" => "ephemeralcontainers",
        "resize" => "resize",
        _ => "",
    };
    let operation = if attributes.operation == Operation::Create { "create" } else { "update" };
    let of = [operation, if is_pod { "pod" } else { "controller" }, part];
    let security = &attributes.server().admission.settings.security;
    let class = spec.runtime_class_name.as_deref();
    if let Some(by) = security.exempts(&call.user.name, &attributes.namespace, class) {
        call.annotate("pod-security.kubernetes.io/exempt", by);
        told::exempted(of);
        return Ok(());
    }
    let (standards, wrong) = security.standards(&matching::namespace_labels(attributes).await?);
    if !wrong.is_empty() {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        call.annotate(
            "pod-security.kubernetes.io/error",
            format!("Failed to parse policy: {}", wrong.join(", ")),
        );
    }
    let verdict = |standard: Standard| {
        let wrong = violations(standard, &meta, spec);
        (!wrong.is_empty()).then(|| format!("PodSecurity \"{standard}\": {}", wrong.join(", ")))
    };
    if is_pod {
        call.annotate("pod-security.kubernetes.io/enforce-policy", standards.enforce.to_string());
        let refused = verdict(standards.enforce);
        told::secured(of, "enforce", standards.enforce.words(), refused.is_none());
        if let Some(text) = refused {
            return Err(attributes.forbidden(format!("violates {text}")));
        }
    }
    if let Some(text) = verdict(standards.warn) {
        call.warn(format!("would violate {text}"));
        told::secured(of, "warn", standards.warn.words(), false);
    }
    if let Some(text) = verdict(standards.audit) {
        told::secured(of, "audit", standards.audit.words(), false);
        call.annotate("pod-security.kubernetes.io/audit-violations", format!("would violate {text}"));
    }
    Ok(())
}

/// The most pods of a namespace that a change of its labels is tried on.
const TRIED: usize = 3000;

/// Labels of namespaces must say something that can be read, and whoever asks for more is told which pods do
/// not keep it.
async fn namespace(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let security = &attributes.server().admission.settings.security;
    let labels = |object: &dyn Object| object.meta().labels.clone().unwrap_or_default();
    let (new, wrong) = security.standards(&labels(object));
    let before = attributes.old.map(|old| security.standards(&labels(old)));
    let text = |wrong: &[Violation]| wrong.iter().map(ToString::to_string).collect::<Vec<_>>();
    let known = before.as_ref().is_some_and(|(_, before)| !before.is_empty() && text(before) == text(&wrong));
    if !wrong.is_empty() && !known {
        return Err(Status::invalid("", "Namespace", object.name(), &wrong));
    }
    let Some((old, _)) = before else { return Ok(()) };
    let (old, new) = (old.enforce, new.enforce);
    let relaxed = new.version == old.version && new.level <= old.level;
    if relaxed || new.level == Level::Privileged {
        return Ok(());
    }
    let name = object.name();
    if security.exempts("", name, None).is_some() {
        attributes.call.warn(format!(
            "namespace {name:?} is exempt from Pod Security, and the policy ({new}) will be ignored"
        ));
        return Ok(());
    }
    let store = &attributes.server().store;
    let filter = Filter { namespace: name.to_string(), ..Filter::default() };
    let pods = store.list(store.known("pods"), &filter).await?.entries;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pod in pods.iter().take(TRIED).filter_map(|entry| entry.typed::<Pod>()) {
        let Some(spec) = &pod.spec else { continue };
        if security.exempts("", "", spec.runtime_class_name.as_deref()).is_some() {
            continue;
        }
        let wrong = violations(new, &pod.metadata, spec);
        if wrong.is_empty() {
            continue;
        }
        // What is wrong without which container it is in, so that pods alike are told of together.
        let short: Vec<&str> = wrong.iter().map(|text| text.split(" (").next().unwrap_or(text)).collect();
        found.entry(short.join(", ")).or_default().push(pod.metadata.name.unwrap_or_default());
    }
    if found.is_empty() {
        return Ok(());
    }
    attributes.call.warn(format!(
        "existing pods in namespace {name:?} violate the new PodSecurity enforce level {:?}",
        new.to_string()
    ));
    let mut lines: Vec<String> = found
        .into_iter()
        .map(|(wrong, mut names)| {
            names.sort_unstable();
            let first = names.first().cloned().unwrap_or_default();
            match names.len() - 1 {
                0 => format!("{first}: {wrong}"),
                1 => format!("{first} (and 1 other pod): {wrong}"),
                more => format!("{first} (and {more} other pods): {wrong}"),
            }
        })
        .collect();
    lines.sort_unstable();
    for line in lines {
        attributes.call.warn(line);
    }
    if pods.len() > TRIED {
        attributes.call.warn(format!(
            "new PodSecurity enforce level only checked against the first {TRIED} of {} existing pods",
            pods.len()
        ));
    }
    Ok(())
}

/// Every container of a pod, ephemeral ones among them.
fn containers(spec: &PodSpec) -> Vec<Container> {
    let ephemeral = spec.ephemeral_containers.iter().flatten().map(|container| Container {
        name: container.name.clone(),
        security_context: container.security_context.clone(),
        ports: container.ports.clone(),
        ..Container::default()
    });
    let init = spec.init_containers.iter().flatten().cloned();
    init.chain(spec.containers.iter().cloned()).chain(ephemeral).collect()
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    names.join(", ")
}

fn who(names: &[String]) -> String {
    format!("container{} {}", if names.len() == 1 { "" } else { "s" }, quoted(names))
}

struct View {
    pod: PodSecurityContext,
    containers: Vec<Container>,
    windows: bool,
}

impl View {
    fn context(container: &Container) -> SecurityContext {
        container.security_context.clone().unwrap_or_default()
    }

    /// The names of the containers of which something holds.
    fn those(&self, holds: impl Fn(&Container) -> bool) -> Vec<String> {
        self.containers.iter().filter(|c| holds(c)).map(|c| c.name.clone()).collect()
    }
}

/// What a pod violates of a level, in upstream's words.
fn violations(standard: Standard, meta: &ObjectMeta, spec: &PodSpec) -> Vec<String> {
    let Standard { level, version } = standard;
    if level == Level::Privileged {
        return Vec::new();
    }
    let view = View {
        pod: spec.security_context.clone().unwrap_or_default(),
        containers: containers(spec),
        windows: spec.os.as_ref().is_some_and(|os| os.name == "windows"),
    };
    let mut wrong = Vec::new();
    if level == Level::Restricted {
        restricted(&view, version, spec, &mut wrong);
    }
    baseline(&view, standard, meta, spec, &mut wrong);
    // Upstream tells them in the order of their checks' names.
    wrong.sort_by_key(|(order, _)| *order);
    wrong.into_iter().map(|(_, text)| text).collect()
}

/// The place of each check in upstream's answers, by its name's place in the alphabet.
type Wrong = Vec<(&'static str, String)>;

const BASELINE_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// The sysctls that are safe, each with the version that found it so.
const SYSCTLS: &[(&str, u32)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
];

fn baseline(view: &View, standard: Standard, meta: &ObjectMeta, spec: &PodSpec, wrong: &mut Wrong) {
    let version = standard.version;
    let strict = standard.level == Level::Restricted;
    let mut host = Vec::new();
    for (set, name) in
        [(spec.host_network, "hostNetwork"), (spec.host_pid, "hostPID"), (spec.host_ipc, "hostIPC")]
    {
        if set == Some(true) {
            host.push(format!("{name}=true"));
        }
    }
    if !host.is_empty() {
        wrong.push(("hostNamespaces", format!("host namespaces ({})", host.join(", "))));
    }
    let privileged = view.those(|c| View::context(c).privileged == Some(true));
    if !privileged.is_empty() {
        let text = format!("privileged ({} must not set securityContext.privileged=true)", who(&privileged));
        wrong.push(("privileged", text));
    }
    // The stricter check says it all, once there is one.
    if !(strict && version.has(22)) {
        let mut added = Vec::new();
        let names = view.those(|c| {
            let add = View::context(c).capabilities.and_then(|c| c.add).unwrap_or_default();
            add.iter().any(|name| !BASELINE_CAPABILITIES.contains(&name.as_str()))
        });
        for container in &view.containers {
            for name in View::context(container).capabilities.and_then(|c| c.add).unwrap_or_default() {
                if !BASELINE_CAPABILITIES.contains(&name.as_str()) && !added.contains(&name) {
                    added.push(name);
                }
            }
        }
        added.sort();
        if !names.is_empty() {
            let text = format!(
                "non-default capabilities ({} must not include {} in securityContext.capabilities.add)",
                who(&names),
                quoted(&added)
            );
            wrong.push(("capabilities_baseline", text));
        }
    }
    let volumes: Vec<String> = spec
        .volumes
        .iter()
        .flatten()
        .filter(|volume| volume.host_path.is_some())
        .map(|volume| volume.name.clone())
        .collect();
    if !volumes.is_empty() && !strict {
        let plural = if volumes.len() == 1 { "" } else { "s" };
        wrong.push(("hostPathVolumes", format!("hostPath volumes (volume{plural} {})", quoted(&volumes))));
    }
    let ports: Vec<String> = view
        .containers
        .iter()
        .flat_map(|c| c.ports.iter().flatten())
        .filter_map(|port| port.host_port.filter(|port| *port != 0))
        .map(|port| port.to_string())
        .collect();
    let names =
        view.those(|c| c.ports.iter().flatten().any(|port| port.host_port.is_some_and(|port| port != 0)));
    if !names.is_empty() {
        let plural = if ports.len() == 1 { "" } else { "s" };
        let text = format!(
            "hostPort ({} use{} hostPort{plural} {})",
            who(&names),
            if names.len() == 1 { "s" } else { "" },
            ports.join(", ")
        );
        wrong.push(("hostPorts", text));
    }
    if version.has(34) {
        hosts(view, wrong);
    }
    // In a user namespace of its own a pod may see all of /proc; only the strictest level says no.
    let own_users = spec.host_users == Some(false) && version.has(35);
    let masks = if own_users && !strict {
        Vec::new()
    } else {
        view.those(|c| View::context(c).proc_mount.is_some_and(|mount| mount != "Default"))
    };
    if !masks.is_empty() {
        let text =
            format!("procMount ({} must not set securityContext.procMount to \"Unmasked\")", who(&masks));
        wrong.push(("procMount", text));
    }
    if !strict && version.has(19) {
        let loose = |kind: Option<String>| kind.as_deref() == Some("Unconfined");
        let names = view.those(|c| loose(View::context(c).seccomp_profile.map(|profile| profile.type_)));
        let pod = loose(view.pod.seccomp_profile.as_ref().map(|profile| profile.type_.clone()));
        if pod || !names.is_empty() {
            let mut setters = Vec::new();
            if pod {
                setters.push("pod".to_string());
            }
            if !names.is_empty() {
                setters.push(who(&names));
            }
            let text = format!(
                "seccompProfile ({} must not set securityContext.seccompProfile.type to \"Unconfined\")",
                setters.join(" and ")
            );
            wrong.push(("seccompProfile_baseline", text));
        }
    }
    let sysctls: Vec<&str> = view
        .pod
        .sysctls
        .iter()
        .flatten()
        .map(|sysctl| sysctl.name.as_str())
        .filter(|name| !SYSCTLS.iter().any(|(safe, since)| safe == name && version.has(*since)))
        .collect();
    if !sysctls.is_empty() {
        wrong.push(("sysctls", format!("forbidden sysctls ({})", sysctls.join(", "))));
    }
    let apparmor = meta.annotations.iter().flatten().any(|(key, value)| {
        key.starts_with("container.apparmor.security.beta.kubernetes.io/")
            && !(value.is_empty() || value == "runtime/default" || value.starts_with("localhost/"))
    });
    let unconfined =
        view.those(|c| View::context(c).app_armor_profile.is_some_and(|p| p.type_ == "Unconfined"));
    if apparmor || !unconfined.is_empty() {
        let text = if unconfined.is_empty() { "annotations".to_string() } else { who(&unconfined) };
        wrong.push(("appArmorProfile", format!("forbidden AppArmor profile ({text})")));
    }
    let process = |options: Option<k8s_openapi::api::core::v1::WindowsSecurityContextOptions>| {
        options.is_some_and(|options| options.host_process == Some(true))
    };
    let names = view.those(|c| process(View::context(c).windows_options));
    if process(view.pod.windows_options.clone()) || !names.is_empty() {
        let setters = if names.is_empty() { "pod".to_string() } else { who(&names) };
        let text =
            format!("hostProcess ({setters} must not set securityContext.windowsOptions.hostProcess=true)");
        wrong.push(("windowsHostProcess", text));
    }
    let types = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let types = if version.has(31) { &types[..] } else { &types[..4] };
    let odd = |options: Option<k8s_openapi::api::core::v1::SELinuxOptions>| {
        options.is_some_and(|options| {
            !types.contains(&options.type_.as_deref().unwrap_or_default())
                || options.user.is_some_and(|user| !user.is_empty())
                || options.role.is_some_and(|role| !role.is_empty())
        })
    };
    let names = view.those(|c| odd(View::context(c).se_linux_options));
    if odd(view.pod.se_linux_options.clone()) || !names.is_empty() {
        let setters = if names.is_empty() { "pod".to_string() } else { who(&names) };
        wrong.push((
            "seLinuxOptions",
            format!("seLinuxOptions ({setters} set forbidden securityContext.seLinuxOptions)"),
        ));
    }
}

/// Probes and handlers go to the pod, not to hosts that it names.
fn hosts(view: &View, wrong: &mut Wrong) {
    let of = |c: &Container| -> Vec<String> {
        let probes = [&c.liveness_probe, &c.readiness_probe, &c.startup_probe];
        let probes = probes.into_iter().flatten().map(|probe| (&probe.http_get, &probe.tcp_socket));
        let hooks = c.lifecycle.iter().flat_map(|cycle| [&cycle.post_start, &cycle.pre_stop]).flatten();
        let hooks = hooks.map(|hook| (&hook.http_get, &hook.tcp_socket));
        let both = probes.chain(hooks).flat_map(|(http, tcp)| {
            [http.as_ref().and_then(|http| http.host.clone()), tcp.as_ref().and_then(|tcp| tcp.host.clone())]
        });
        both.flatten().filter(|host| !host.is_empty()).collect()
    };
    let mut names = view.those(|c| !of(c).is_empty());
    if names.is_empty() {
        return;
    }
    names.sort();
    let hosts: std::collections::BTreeSet<String> = view.containers.iter().flat_map(of).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let text = format!(
        "probe or lifecycle host ({} use{} probe or lifecycle host{} {})",
        who(&names),
        if names.len() == 1 { "s" } else { "" },
        if hosts.len() == 1 { "" } else { "s" },
        quoted(&hosts)
    );
    wrong.push(("hostProbesAndHostLifecycle", text));
}

fn restricted(view: &View, version: Version, spec: &PodSpec, wrong: &mut Wrong) {
    // Windows knows none of these; before 1.25 nobody could tell that a pod was for it.
    let spared = view.windows && version.has(25);
    if !spared && version.has(8) {
        let names = view.those(|c| View::context(c).allow_privilege_escalation != Some(false));
        if !names.is_empty() {
            let text = format!(
                "allowPrivilegeEscalation != false ({} must set securityContext.allowPrivilegeEscalation=false)",
                who(&names)
            );
            wrong.push(("allowPrivilegeEscalation", text));
        }
    }
    if !spared && version.has(22) {
        let of = |c: &Container| View::context(c).capabilities.unwrap_or_default();
        let drops_all = |c: &Capabilities| c.drop.iter().flatten().any(|name| name == "ALL");
        let keeps = view.those(|c| !drops_all(&of(c)));
        let adds = view.those(|c| of(c).add.iter().flatten().any(|name| name != "NET_BIND_SERVICE"));
        let mut parts = Vec::new();
        if !keeps.is_empty() {
            parts.push(format!("{} must set securityContext.capabilities.drop=[\"ALL\"]", who(&keeps)));
        }
        if !adds.is_empty() {
            let mut names: Vec<String> = view
                .containers
                .iter()
                .flat_map(|c| of(c).add.unwrap_or_default())
                .filter(|name| name != "NET_BIND_SERVICE")
                .collect();
            names.sort();
            names.dedup();
            parts.push(format!(
                "{} must not include {} in securityContext.capabilities.add",
                who(&adds),
                quoted(&names)
            ));
        }
        if !parts.is_empty() {
            wrong.push((
                "capabilities_restricted",
                format!("unrestricted capabilities ({})", parts.join("; ")),
            ));
        }
    }
    if !spared && version.has(19) {
        seccomp(view, wrong);
    }
    let odd: Vec<String> = spec
        .volumes
        .iter()
        .flatten()
        .filter_map(|volume| {
            let fields = serde_json::to_value(volume).ok()?;
            let allowed = [
                "name",
                "configMap",
                "csi",
                "downwardAPI",
                "emptyDir",
                "ephemeral",
                "image",
                "persistentVolumeClaim",
                "projected",
                "secret",
            ];
            let kind = fields.as_object()?.keys().find(|key| !allowed.contains(&key.as_str()))?.clone();
            Some((volume.name.clone(), kind))
        })
        .map(|(name, kind)| format!("volume {name:?} uses restricted volume type {kind:?}"))
        .collect();
    if !odd.is_empty() {
        wrong.push(("restrictedVolumes", format!("restricted volume types ({})", odd.join(", "))));
    }
    if spec.host_users == Some(false) && version.has(35) {
        // Root in a user namespace of its own is nobody outside of it.
        return;
    }
    let bad = view.those(|c| View::context(c).run_as_non_root == Some(false));
    let unset = view.those(|c| View::context(c).run_as_non_root.is_none());
    let text = if view.pod.run_as_non_root == Some(false) && !unset.is_empty() {
        Some("pod must not set securityContext.runAsNonRoot=false".to_string())
    } else if !bad.is_empty() {
        Some(format!("{} must not set securityContext.runAsNonRoot=false", who(&bad)))
    } else if view.pod.run_as_non_root != Some(true) && !unset.is_empty() {
        Some(format!("pod or {} must set securityContext.runAsNonRoot=true", who(&unset)))
    } else {
        None
    };
    if let Some(text) = text {
        wrong.push(("runAsNonRoot", format!("runAsNonRoot != true ({text})")));
    }
    if !version.has(23) {
        return;
    }
    let roots = view.those(|c| View::context(c).run_as_user == Some(0));
    if view.pod.run_as_user == Some(0) || !roots.is_empty() {
        let mut setters = Vec::new();
        if view.pod.run_as_user == Some(0) {
            setters.push("pod".to_string());
        }
        if !roots.is_empty() {
            setters.push(who(&roots));
        }
        wrong
            .push(("runAsUser", format!("runAsUser=0 ({} must not set runAsUser=0)", setters.join(" and "))));
    }
}

fn seccomp(view: &View, wrong: &mut Wrong) {
    let good = |kind: &str| matches!(kind, "RuntimeDefault" | "Localhost");
    let of = |c: &Container| View::context(c).seccomp_profile.map(|profile| profile.type_);
    let pod = view.pod.seccomp_profile.as_ref().map(|profile| profile.type_.as_str());
    let bad = view.those(|c| of(c).is_some_and(|kind| !good(&kind)));
    let unset = view.those(|c| of(c).is_none());
    let words = "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
    let text = if !bad.is_empty() {
        Some(format!("{} must set {words}", who(&bad)))
    } else if pod.is_some_and(|kind| !good(kind)) && !unset.is_empty() {
        Some(format!("pod must set {words}"))
    } else if pod.is_none() && !unset.is_empty() {
        Some(format!("pod or {} must set {words}", who(&unset)))
    } else {
        None
    };
    if let Some(text) = text {
        wrong.push(("seccompProfile_restricted", format!("seccompProfile ({text})")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(level: Level, spec: Value, want: &[&str]) {
        check_at(Standard { level, version: Version::default() }, spec, want);
    }

    fn check_at(standard: Standard, spec: Value, want: &[&str]) {
        let spec: PodSpec = serde_json::from_value(spec).expect("a spec");
        assert_eq!(violations(standard, &ObjectMeta::default(), &spec), want);
    }

    #[test]
    fn a_plain_pod_is_baseline_and_not_restricted() {
        let spec = json!({"containers": [{"name": "c", "image": "x"}]});
        check(Level::Privileged, json!({"hostNetwork": true, "containers": [{"name": "c"}]}), &[]);
        check(Level::Baseline, spec.clone(), &[]);
        check(
            Level::Restricted,
            spec,
            &[
                "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false)",
                "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"])",
                "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)",
                "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            ],
        );
        check(
            Level::Restricted,
            json!({
                "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{"name": "c", "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}],
                "volumes": [{"name": "v", "emptyDir": {}}],
            }),
            &[],
        );
    }

    #[test]
    fn what_baseline_refuses() {
        check(
            Level::Baseline,
            json!({
                "hostNetwork": true, "hostPID": true,
                "securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}], "seccompProfile": {"type": "Unconfined"}},
                "containers": [
                    {"name": "a", "ports": [{"containerPort": 80, "hostPort": 80}], "securityContext": {"privileged": true}},
                    {"name": "b", "securityContext": {"capabilities": {"add": ["NET_ADMIN", "CHOWN"]}}},
                ],
                "volumes": [{"name": "v", "hostPath": {"path": "/"}}],
            }),
            &[
                "non-default capabilities (container \"b\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)",
                "host namespaces (hostNetwork=true, hostPID=true)",
                "hostPath volumes (volume \"v\")",
                "hostPort (container \"a\" uses hostPort 80)",
                "privileged (container \"a\" must not set securityContext.privileged=true)",
                "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")",
                "forbidden sysctls (kernel.msgmax)",
            ],
        );
    }

    #[test]
    fn versions_have_their_checks() {
        let at = |level: &str, version: &str, spec: Value, want: &[&str]| {
            let labels = [("enforce", level), ("enforce-version", version)];
            let labels =
                labels.map(|(key, value)| (format!("pod-security.kubernetes.io/{key}"), value.to_string()));
            let (standards, wrong) =
                super::super::security_levels::Security::default().standards(&labels.into());
            assert!(wrong.is_empty());
            check_at(standards.enforce, spec, want);
        };
        let sysctl = |name: &str| json!({"containers": [{"name": "c"}], "securityContext": {"sysctls": [{"name": name, "value": "1"}]}});
        at("baseline", "v1.31", sysctl("net.ipv4.tcp_rmem"), &["forbidden sysctls (net.ipv4.tcp_rmem)"]);
        at("baseline", "v1.32", sysctl("net.ipv4.tcp_rmem"), &[]);
        let probe = json!({"containers": [
            {"name": "a", "livenessProbe": {"httpGet": {"port": 1, "host": "10.0.0.1"}}},
            {"name": "b", "lifecycle": {"preStop": {"tcpSocket": {"port": 1, "host": "h"}}}},
            {"name": "c", "readinessProbe": {"httpGet": {"port": 1}}},
        ]});
        at("baseline", "v1.33", probe.clone(), &[]);
        at(
            "baseline",
            "latest",
            probe,
            &[
                "probe or lifecycle host (containers \"a\", \"b\" use probe or lifecycle hosts \"10.0.0.1\", \"h\")",
            ],
        );
        let root = json!({
            "hostUsers": false, "securityContext": {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "c", "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "procMount": "Unmasked",
            }}],
        });
        let masked = "procMount (container \"c\" must not set securityContext.procMount to \"Unmasked\")";
        at("restricted", "v1.35", root.clone(), &[masked]);
        at("baseline", "v1.35", root.clone(), &[]);
        at(
            "restricted",
            "v1.34",
            root,
            &[
                masked,
                "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)",
                "runAsUser=0 (pod must not set runAsUser=0)",
            ],
        );
        // Long ago only this was asked of the strictest.
        let plain = json!({"containers": [{"name": "c"}]});
        at(
            "restricted",
            "v1.7",
            plain,
            &["runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)"],
        );
    }
}

//! PodSecurity: the pod security standards that a namespace's labels ask for. Pods that violate
//! the enforced level are refused; pods and workloads that violate the warned one are told so.

use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, Pod, PodSecurityContext, PodSpec, PodTemplate, ReplicationController,
    SecurityContext,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Attributes, Operation, matching};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Privileged,
    Baseline,
    Restricted,
}

impl Level {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "privileged" => Self::Privileged,
            "baseline" => Self::Baseline,
            "restricted" => Self::Restricted,
            _ => return None,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

const PREFIX: &str = "pod-security.kubernetes.io/";

/// The level and version that a namespace has for a mode. What can't be read is the strictest.
fn wanted(labels: &BTreeMap<String, String>, mode: &str) -> (Level, String) {
    let level = match labels.get(&format!("{PREFIX}{mode}")) {
        None => Level::Privileged,
        Some(text) => Level::parse(text).unwrap_or(Level::Restricted),
    };
    let version = labels.get(&format!("{PREFIX}{mode}-version")).cloned().unwrap_or_else(|| "latest".into());
    (level, version)
}

/// The pod in an object, and whether the object is one.
fn pod_of(object: &dyn Object) -> Option<(ObjectMeta, PodSpec, bool)> {
    if let Some(pod) = object.of::<Pod>() {
        return Some((pod.metadata.clone(), pod.spec.clone()?, true));
    }
    let template = if let Some(it) = object.of::<Deployment>() {
        it.spec.as_ref()?.template.clone()
    } else if let Some(it) = object.of::<ReplicaSet>() {
        it.spec.as_ref()?.template.clone()?
    } else if let Some(it) = object.of::<StatefulSet>() {
        it.spec.as_ref()?.template.clone()
    } else if let Some(it) = object.of::<DaemonSet>() {
        it.spec.as_ref()?.template.clone()
    } else if let Some(it) = object.of::<ReplicationController>() {
        it.spec.as_ref()?.template.clone()?
    } else if let Some(it) = object.of::<Job>() {
        it.spec.as_ref()?.template.clone()
    } else if let Some(it) = object.of::<CronJob>() {
        it.spec.job_template.spec.as_ref()?.template.clone()
    } else {
        object.of::<PodTemplate>()?.template.clone()?
    };
    Some((template.metadata.unwrap_or_default(), template.spec?, false))
}

/// Judges pods, and warns about them and about what makes them.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    if !matches!(attributes.subresource, "" | "ephemeralcontainers" | "resize")
        || attributes.operation == Operation::Delete
    {
        return Ok(());
    }
    let Some((meta, spec, is_pod)) = pod_of(object) else { return Ok(()) };
    if let Some((_, old, _)) = attributes.old.and_then(pod_of)
        && old == spec
    {
        return Ok(());
    }
    let labels = matching::namespace_labels(attributes).await?;
    let verdict = |mode: &str| {
        let (level, version) = wanted(&labels, mode);
        let wrong = violations(level, &meta, &spec);
        (!wrong.is_empty()).then(|| {
            format!("violate{} PodSecurity \"{}:{version}\": {}", "{}", level.word(), wrong.join(", "))
        })
    };
    if is_pod {
        let (level, version) = wanted(&labels, "enforce");
        let policy = format!("{}:{version}", level.word());
        attributes.call.annotate("pod-security.kubernetes.io/enforce-policy", policy);
    }
    if is_pod && let Some(text) = verdict("enforce") {
        return Err(attributes.forbidden(text.replacen("{}", "s", 1)));
    }
    if let Some(text) = verdict("warn") {
        attributes.call.warn(format!("would {}", text.replacen("{}", "", 1)));
    }
    if let Some(text) = verdict("audit") {
        let text = format!("would {}", text.replacen("{}", "", 1));
        attributes.call.annotate("pod-security.kubernetes.io/audit-violations", text);
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
fn violations(level: Level, meta: &ObjectMeta, spec: &PodSpec) -> Vec<String> {
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
        restricted(&view, spec, &mut wrong);
    }
    baseline(&view, level, meta, spec, &mut wrong);
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

const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

fn baseline(view: &View, level: Level, meta: &ObjectMeta, spec: &PodSpec, wrong: &mut Wrong) {
    let strict = level == Level::Restricted;
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
    if !strict {
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
    let masks = view.those(|c| View::context(c).proc_mount.is_some_and(|mount| mount != "Default"));
    if !masks.is_empty() {
        let text =
            format!("procMount ({} must not set securityContext.procMount to \"Unmasked\")", who(&masks));
        wrong.push(("procMount", text));
    }
    if !strict {
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
        .filter(|name| !SYSCTLS.contains(name))
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

fn restricted(view: &View, spec: &PodSpec, wrong: &mut Wrong) {
    if !view.windows {
        let names = view.those(|c| View::context(c).allow_privilege_escalation != Some(false));
        if !names.is_empty() {
            let text = format!(
                "allowPrivilegeEscalation != false ({} must set securityContext.allowPrivilegeEscalation=false)",
                who(&names)
            );
            wrong.push(("allowPrivilegeEscalation", text));
        }
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
        let spec: PodSpec = serde_json::from_value(spec).expect("a spec");
        assert_eq!(violations(level, &ObjectMeta::default(), &spec), want);
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
}

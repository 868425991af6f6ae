//! A pod on this node: what it is, what the runtime has of it, what to do next, and how.

pub mod cgroup;
pub mod container;
pub mod env;
pub mod hooks;
pub mod images;
pub mod plan;
pub mod resources;
pub mod runtime;
pub mod status;
pub mod terminate;
pub mod worker;

use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};

/// The annotation that tells where a pod came from.
pub const CONFIG_SOURCE: &str = "kubernetes.io/config.source";
/// The annotation with a static pod's hash.
pub const CONFIG_HASH: &str = "kubernetes.io/config.hash";
/// The annotation that makes an API pod the mirror of a static one.
pub const CONFIG_MIRROR: &str = "kubernetes.io/config.mirror";
/// The annotation with the time at which a pod was first seen.
pub const CONFIG_SEEN: &str = "kubernetes.io/config.seen";

/// The pod's UID.
pub fn uid(pod: &Pod) -> &str {
    pod.metadata.uid.as_deref().unwrap_or_default()
}

/// The pod's name.
pub fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

/// The pod's namespace.
pub fn namespace(pod: &Pod) -> &str {
    pod.metadata.namespace.as_deref().unwrap_or("default")
}

/// The pod's annotation of that key.
pub fn annotation<'a>(pod: &'a Pod, key: &str) -> Option<&'a str> {
    pod.metadata.annotations.as_ref()?.get(key).map(String::as_str)
}

/// Whether the pod came from a manifest on this node.
pub fn is_static(pod: &Pod) -> bool {
    annotation(pod, CONFIG_SOURCE).is_some_and(|source| source != "api")
}

/// Whether the pod only mirrors a static one.
pub fn is_mirror(pod: &Pod) -> bool {
    annotation(pod, CONFIG_MIRROR).is_some()
}

/// The pod's specification; an empty one for a pod without any.
pub fn spec(pod: &Pod) -> std::borrow::Cow<'_, PodSpec> {
    match &pod.spec {
        Some(spec) => std::borrow::Cow::Borrowed(spec),
        None => std::borrow::Cow::Owned(PodSpec::default()),
    }
}

/// What part a container plays in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs to its end before the next one starts.
    Init,
    /// An init container with `restartPolicy: Always`: starts in its turn, then stays.
    Sidecar,
    /// A container of the pod proper.
    App,
    /// Added later to look around; never restarted.
    Ephemeral,
}

/// Every container of the pod with its role, in the order in which they start.
pub fn containers(spec: &PodSpec) -> Vec<(Role, std::borrow::Cow<'_, Container>)> {
    use std::borrow::Cow;
    let init = spec.init_containers.iter().flatten().map(|container| {
        let sidecar = container.restart_policy.as_deref() == Some("Always");
        (if sidecar { Role::Sidecar } else { Role::Init }, Cow::Borrowed(container))
    });
    let app = spec.containers.iter().map(|container| (Role::App, Cow::Borrowed(container)));
    let ephemeral = spec.ephemeral_containers.iter().flatten().map(|container| {
        let plain = Container {
            name: container.name.clone(),
            image: container.image.clone(),
            command: container.command.clone(),
            args: container.args.clone(),
            env: container.env.clone(),
            env_from: container.env_from.clone(),
            image_pull_policy: container.image_pull_policy.clone(),
            security_context: container.security_context.clone(),
            stdin: container.stdin,
            stdin_once: container.stdin_once,
            tty: container.tty,
            volume_mounts: container.volume_mounts.clone(),
            working_dir: container.working_dir.clone(),
            termination_message_path: container.termination_message_path.clone(),
            termination_message_policy: container.termination_message_policy.clone(),
            ..Container::default()
        };
        (Role::Ephemeral, Cow::Owned(plain))
    });
    init.chain(app).chain(ephemeral).collect()
}

/// The grace that a pod gets to end.
pub fn grace(pod: &Pod) -> i64 {
    pod.metadata
        .deletion_grace_period_seconds
        .or_else(|| pod.spec.as_ref()?.termination_grace_period_seconds)
        .unwrap_or(30)
        .max(0)
}

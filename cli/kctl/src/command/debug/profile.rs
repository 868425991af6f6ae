//! What a debugging profile gives the container and the pod around it
//! (<https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#debugging-profiles>).

use serde_json::{Value, json};

/// The names of the profiles.
pub const NAMES: &[&str] = &["legacy", "general", "baseline", "netadmin", "restricted", "sysadmin"];

/// Where the debugging container goes; profiles differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Ephemeral,
    Copy,
    Node,
}

/// What a copy keeps of its pod.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub labels: bool,
    pub annotations: bool,
    pub liveness: bool,
    pub readiness: bool,
    pub startup: bool,
    pub init_containers: bool,
}

const EVERYTHING: Keep = Keep {
    labels: true,
    annotations: true,
    liveness: true,
    readiness: true,
    startup: true,
    init_containers: true,
};

impl Keep {
    fn apply(self, pod: &mut Value) {
        let drop = |object: &mut Value, field: &str, kept: bool| {
            if let (false, Some(map)) = (kept, object.as_object_mut()) {
                map.shift_remove(field);
            }
        };
        drop(&mut pod["metadata"], "labels", self.labels);
        drop(&mut pod["metadata"], "annotations", self.annotations);
        drop(&mut pod["spec"], "initContainers", self.init_containers);
        for container in pod["spec"]["containers"].as_array_mut().into_iter().flatten() {
            drop(container, "livenessProbe", self.liveness);
            drop(container, "readinessProbe", self.readiness);
            drop(container, "startupProbe", self.startup);
        }
    }
}

/// A container of a pod, in the list of its place.
fn find<'p>(pod: &'p mut Value, place: Place, name: &str) -> Option<&'p mut Value> {
    let list = if place == Place::Ephemeral { "ephemeralContainers" } else { "containers" };
    pod["spec"][list].as_array_mut()?.iter_mut().find(|container| container["name"] == name)
}

fn clear(container: &mut Value) {
    if let Some(map) = container.as_object_mut() {
        map.shift_remove("securityContext");
    }
}

fn add_capabilities(container: &mut Value, names: &[&str]) {
    let added = &mut container["securityContext"]["capabilities"]["add"];
    if added.is_null() {
        *added = json!([]);
    }
    if let Some(added) = added.as_array_mut() {
        added.extend(names.iter().map(|name| json!(name)));
    }
}

/// Applies a profile to the container of a pod.
pub fn apply(profile: &str, place: Place, keep: Keep, pod: &mut Value, name: &str) {
    if let Some(container) = find(pod, place, name) {
        match (profile, place) {
            ("general", Place::Node) => clear(container),
            ("general", _) => add_capabilities(container, &["SYS_PTRACE"]),
            ("baseline", _) => clear(container),
            ("netadmin", _) => add_capabilities(container, &["NET_ADMIN", "NET_RAW"]),
            ("sysadmin", _) => container["securityContext"]["privileged"] = true.into(),
            ("restricted", _) => {
                container["securityContext"] = json!({
                    "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
                    "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"},
                });
            }
            _ => {}
        }
        if place == Place::Node && ["legacy", "general", "sysadmin"].contains(&profile) {
            container["volumeMounts"] = json!([{"name": "host-root", "mountPath": "/host"}]);
            pod["spec"]["volumes"] = json!([{"name": "host-root", "hostPath": {"path": "/"}}]);
        }
    }
    if place == Place::Node && !["baseline", "restricted"].contains(&profile) {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            pod["spec"][field] = true.into();
        }
    }
    if place == Place::Copy && profile == "legacy" {
        // Nothing that chooses pods by their labels shall find the copy.
        Keep { labels: false, ..EVERYTHING }.apply(pod);
    } else if place == Place::Copy {
        keep.apply(pod);
        let shared = &mut pod["spec"]["shareProcessNamespace"];
        if shared.is_null() {
            *shared = true.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Keep = Keep {
        labels: false,
        annotations: false,
        liveness: false,
        readiness: false,
        startup: false,
        init_containers: false,
    };

    fn applied(profile: &str, place: Place, mut pod: Value) -> Value {
        apply(profile, place, NOTHING, &mut pod, "c");
        pod
    }

    #[test]
    fn containers() {
        let context = |profile: &str, place: Place, before: Value| {
            let list = if place == Place::Ephemeral { "ephemeralContainers" } else { "containers" };
            let pod = json!({"spec": {list: [{"name": "c", "securityContext": before}]}});
            applied(profile, place, pod)["spec"][list][0]["securityContext"].clone()
        };
        let added = json!({"capabilities": {"add": ["A", "SYS_PTRACE"]}});
        assert_eq!(context("general", Place::Copy, json!({"capabilities": {"add": ["A"]}})), added);
        assert_eq!(context("baseline", Place::Ephemeral, json!({"privileged": true})), json!(null));
        assert_eq!(context("general", Place::Node, json!({"privileged": true})), json!(null));
        let admin = json!({"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}});
        assert_eq!(context("netadmin", Place::Node, json!(null)), admin);
        let restricted = context("restricted", Place::Copy, json!({"runAsUser": 0}));
        assert_eq!((&restricted["runAsNonRoot"], &restricted["runAsUser"]), (&json!(true), &json!(null)));
        assert_eq!(context("sysadmin", Place::Ephemeral, json!(null)), json!({"privileged": true}));
        assert_eq!(context("legacy", Place::Copy, json!(null)), json!(null));
    }

    #[test]
    fn pods() {
        let pod = json!({"metadata": {"labels": {}, "name": "p"}, "spec": {
            "containers": [{"name": "c", "livenessProbe": {}}], "initContainers": [{"name": "i"}],
        }});
        let copy = applied("baseline", Place::Copy, pod.clone());
        let bare = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}], "shareProcessNamespace": true}});
        assert_eq!(copy, bare);
        let mut unlabelled = pod.clone();
        unlabelled["metadata"].as_object_mut().expect("metadata").shift_remove("labels");
        assert_eq!(applied("legacy", Place::Copy, pod.clone()), unlabelled);
        let mut alone = pod;
        alone["spec"]["shareProcessNamespace"] = false.into();
        assert_eq!(applied("netadmin", Place::Copy, alone)["spec"]["shareProcessNamespace"], false);
        let bare = || json!({"spec": {"containers": [{"name": "c"}]}});
        for (profile, host, root) in [
            ("legacy", true, true),
            ("general", true, true),
            ("sysadmin", true, true),
            ("netadmin", true, false),
            ("baseline", false, false),
            ("restricted", false, false),
        ] {
            let pod = applied(profile, Place::Node, bare());
            assert_eq!(pod["spec"]["hostPID"] == true, host, "{profile}");
            assert_eq!(pod["spec"]["volumes"].is_array(), root, "{profile}");
        }
    }
}

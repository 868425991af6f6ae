//! What to do next for a pod: decided from its specification and what the runtime has of it,
//! without I/O.

use std::collections::HashMap;

use criapi::{ContainerState, ContainerStatus};
use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::Role;
use super::container::hash;
use super::runtime::PodRuntime;

/// The next steps.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// The sandbox (if any) is of no use: stop it and all in it.
    pub stop_sandbox: bool,
    /// A new sandbox, with this attempt number.
    pub create_sandbox: Option<u32>,
    /// Containers to stop, by ID, each with the reason for the event.
    pub kill: Vec<(String, String)>,
    /// Containers to start, by index in [`super::containers`].
    pub start: Vec<usize>,
    /// Everything ran that will ever run.
    pub finished: bool,
}

/// What probes found about running containers, by container ID.
#[derive(Debug, Default, Clone)]
pub struct ProbeResults {
    /// Containers whose startup probe has not succeeded yet.
    pub not_started: std::collections::HashSet<String>,
    /// Containers to be killed, each with the reason.
    pub failed: HashMap<String, String>,
    /// Containers whose readiness probe says no (or nothing yet).
    pub not_ready: std::collections::HashSet<String>,
}

/// The newest container of that name in the given sandbox (or in any, without one).
pub fn latest<'a>(runtime: &'a PodRuntime, name: &str, sandbox: Option<&str>) -> Option<&'a ContainerStatus> {
    runtime
        .containers
        .iter()
        .find(|held| {
            held.status.metadata.as_ref().is_some_and(|metadata| metadata.name == name)
                && sandbox.is_none_or(|sandbox| held.sandbox == sandbox)
        })
        .map(|held| &held.status)
}

/// Whether an exited container is to be started again.
pub fn restarts(policy: &str, role: Role, exit_code: i32) -> bool {
    match role {
        Role::Sidecar => true,
        Role::Ephemeral => false,
        Role::Init => exit_code != 0 && policy != "Never",
        Role::App => policy == "Always" || (policy == "OnFailure" && exit_code != 0),
    }
}

/// Decides the next steps for a pod that is meant to run.
pub fn plan(
    spec: &PodSpec,
    containers: &[(Role, std::borrow::Cow<'_, Container>)],
    runtime: &PodRuntime,
    probes: &ProbeResults,
) -> Plan {
    let policy = spec.restart_policy.as_deref().unwrap_or("Always");
    let mut plan = Plan::default();
    let Some(sandbox) = runtime.ready_sandbox() else {
        // Without a sandbox all begins anew, unless all has been said and done.
        let done = |role: Role| {
            let mut of_role = containers.iter().filter(|(found, _)| *found == role).peekable();
            of_role.peek().is_some()
                && of_role.all(|(role, container)| {
                    latest(runtime, &container.name, None).is_some_and(|status| {
                        status.state() == ContainerState::ContainerExited
                            && !restarts(policy, *role, status.exit_code)
                    })
                })
        };
        let init_failed = policy == "Never"
            && containers.iter().any(|(role, container)| {
                *role == Role::Init
                    && latest(runtime, &container.name, None).is_some_and(|status| {
                        status.state() == ContainerState::ContainerExited && status.exit_code != 0
                    })
            });
        if done(Role::App) || init_failed {
            plan.finished = true;
            plan.stop_sandbox = runtime.any_running();
            return plan;
        }
        plan.stop_sandbox =
            !runtime.sandboxes.is_empty() && (runtime.any_running() || runtime.newest_is_ready());
        plan.create_sandbox = Some(runtime.next_attempt());
        return plan;
    };
    let state = |container: &Container| latest(runtime, &container.name, Some(sandbox));
    let app_began =
        containers.iter().any(|(role, container)| *role == Role::App && state(container).is_some());
    let mut initialized = true;
    let mut init_failed = false;
    for (index, (role, container)) in containers.iter().enumerate() {
        match role {
            Role::Init if app_began => {}
            Role::Init | Role::Sidecar => {
                if !initialized || init_failed {
                    continue;
                }
                match state(container) {
                    None => {
                        plan.start.push(index);
                        initialized = false;
                    }
                    Some(status) => match status.state() {
                        ContainerState::ContainerExited if *role == Role::Init && status.exit_code == 0 => {}
                        ContainerState::ContainerExited => {
                            if restarts(policy, *role, status.exit_code) {
                                plan.start.push(index);
                            } else {
                                init_failed = true;
                            }
                            // A sidecar that comes back does not hold up what runs already.
                            initialized = *role == Role::Sidecar && app_began;
                        }
                        ContainerState::ContainerRunning if *role == Role::Sidecar => {
                            if let Some(reason) = stale(container, status, probes) {
                                plan.kill.push((status.id.clone(), reason));
                            }
                            initialized = app_began || !probes.not_started.contains(&status.id);
                        }
                        // Created but not started: the start failed half-way, begin it anew.
                        ContainerState::ContainerCreated => {
                            plan.start.push(index);
                            initialized = false;
                        }
                        _ => initialized = false,
                    },
                }
            }
            Role::App | Role::Ephemeral => {
                if !initialized || init_failed {
                    continue;
                }
                match state(container) {
                    None => plan.start.push(index),
                    Some(status) => match status.state() {
                        ContainerState::ContainerRunning => {
                            if *role == Role::App
                                && let Some(reason) = stale(container, status, probes)
                            {
                                plan.kill.push((status.id.clone(), reason));
                            }
                        }
                        ContainerState::ContainerExited if !restarts(policy, *role, status.exit_code) => {}
                        _ => plan.start.push(index),
                    },
                }
            }
        }
    }
    let app_done = containers.iter().filter(|(role, _)| *role == Role::App).all(|(role, container)| {
        state(container).is_some_and(|status| {
            status.state() == ContainerState::ContainerExited && !restarts(policy, *role, status.exit_code)
        })
    });
    if init_failed || (app_done && app_began) {
        return Plan { finished: true, stop_sandbox: true, ..Plan::default() };
    }
    plan
}

/// Why a running container must go, if it must.
fn stale(container: &Container, status: &ContainerStatus, probes: &ProbeResults) -> Option<String> {
    if status.annotations.get(super::container::HASH).is_some_and(|was| *was != hash(container)) {
        return Some(format!("Container {} definition changed, will be restarted", container.name));
    }
    probes.failed.get(&status.id).cloned()
}

#[cfg(test)]
mod tests {
    use super::super::runtime::Held;
    use super::*;
    use criapi::{ContainerMetadata, PodSandbox, PodSandboxState};

    fn spec(policy: &str, init: &[&str], apps: &[&str]) -> PodSpec {
        let make = |name: &&str| Container { name: (*name).into(), ..Container::default() };
        let init: Vec<Container> = init
            .iter()
            .map(|name| {
                let mut container = make(name);
                if name.starts_with("side") {
                    container.restart_policy = Some("Always".into());
                }
                container
            })
            .collect();
        PodSpec {
            restart_policy: Some(policy.into()),
            init_containers: Some(init),
            containers: apps.iter().map(make).collect(),
            ..PodSpec::default()
        }
    }

    fn runtime(ready: bool, containers: &[(&str, ContainerState, i32)]) -> PodRuntime {
        let state = if ready { PodSandboxState::SandboxReady } else { PodSandboxState::SandboxNotready };
        PodRuntime {
            sandboxes: vec![PodSandbox { id: "s".into(), state: state.into(), ..PodSandbox::default() }],
            address: vec!["10.0.0.1".into()],
            host_network: false,
            containers: containers
                .iter()
                .map(|(name, state, code)| Held {
                    sandbox: "s".into(),
                    status: ContainerStatus {
                        id: (*name).into(),
                        metadata: Some(ContainerMetadata { name: (*name).into(), attempt: 0 }),
                        state: (*state).into(),
                        exit_code: *code,
                        ..ContainerStatus::default()
                    },
                })
                .collect(),
        }
    }

    fn check(spec: &PodSpec, runtime: &PodRuntime, probes: &ProbeResults) -> Plan {
        plan(spec, &super::super::containers(spec), runtime, probes)
    }

    use ContainerState::{ContainerExited as Exited, ContainerRunning as Running};

    #[test]
    fn nothing_yet_means_a_sandbox() {
        let plan = check(&spec("Always", &[], &["a"]), &PodRuntime::default(), &ProbeResults::default());
        assert_eq!(plan, Plan { create_sandbox: Some(0), ..Plan::default() });
    }

    #[test]
    fn init_containers_run_one_by_one_and_sidecars_stay() {
        let spec = spec("Always", &["i1", "side", "i2"], &["a", "b"]);
        let none = ProbeResults::default();
        assert_eq!(check(&spec, &runtime(true, &[]), &none).start, [0]);
        assert_eq!(check(&spec, &runtime(true, &[("i1", Running, 0)]), &none).start, [] as [usize; 0]);
        assert_eq!(check(&spec, &runtime(true, &[("i1", Exited, 0)]), &none).start, [1]);
        let held = runtime(true, &[("i1", Exited, 0), ("side", Running, 0)]);
        assert_eq!(check(&spec, &held, &none).start, [2]);
        let starting = ProbeResults { not_started: ["side".to_string()].into(), ..ProbeResults::default() };
        assert_eq!(check(&spec, &held, &starting).start, [] as [usize; 0]);
        let all = runtime(true, &[("i1", Exited, 0), ("side", Running, 0), ("i2", Exited, 0)]);
        assert_eq!(check(&spec, &all, &none).start, [3, 4]);
        let back = runtime(true, &[("side", Exited, 1), ("a", Running, 0), ("b", Exited, 0)]);
        assert_eq!(check(&spec, &back, &none).start, [1, 4]);
    }

    #[test]
    fn restart_policies() {
        let none = ProbeResults::default();
        for (policy, code, again) in
            [("Always", 0, true), ("OnFailure", 0, false), ("OnFailure", 1, true), ("Never", 1, false)]
        {
            let plan = check(&spec(policy, &[], &["a"]), &runtime(true, &[("a", Exited, code)]), &none);
            assert_eq!((plan.start.len() == 1, plan.finished), (again, !again), "{policy} {code}");
        }
        let failed = check(&spec("Never", &["i"], &["a"]), &runtime(true, &[("i", Exited, 1)]), &none);
        assert!(failed.finished && failed.start.is_empty());
    }

    #[test]
    fn a_dead_sandbox_is_replaced_only_while_there_is_work() {
        let none = ProbeResults::default();
        let plan = check(&spec("Always", &[], &["a"]), &runtime(false, &[("a", Exited, 0)]), &none);
        assert_eq!(plan.create_sandbox, Some(1));
        let plan = check(&spec("Never", &[], &["a"]), &runtime(false, &[("a", Exited, 0)]), &none);
        assert!(plan.finished && plan.create_sandbox.is_none());
    }

    #[test]
    fn failed_liveness_kills() {
        let failed =
            ProbeResults { failed: [("a".to_string(), "why".to_string())].into(), ..ProbeResults::default() };
        let plan = check(&spec("Always", &[], &["a"]), &runtime(true, &[("a", Running, 0)]), &failed);
        assert_eq!(plan.kill, [("a".to_string(), "why".to_string())]);
    }
}

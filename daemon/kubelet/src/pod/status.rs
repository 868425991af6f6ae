//! A pod's status, from its specification and what the runtime has of it. No I/O.

use std::borrow::Cow;
use std::collections::HashMap;

use criapi::{ContainerState as State, ContainerStatus as Cri};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
    ContainerStatus, HostIP, Pod, PodCondition, PodIP, PodStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use super::Role;
use super::container::RESTARTS;
use super::plan::{ProbeResults, latest, restarts};
use super::resources::qos;
use super::runtime::PodRuntime;

/// What the worker knows beyond the runtime.
pub struct Known<'a> {
    /// Why containers wait, by name.
    pub waiting: &'a HashMap<String, (String, String)>,
    pub probes: &'a ProbeResults,
    pub host_ips: &'a [String],
    /// The pod is being taken down.
    pub terminating: bool,
    /// The containers' last words, by container ID.
    pub messages: &'a HashMap<String, String>,
    /// A verdict over the whole pod (evicted, not admitted): reason and message.
    pub failed: Option<&'a (String, String)>,
}

fn time(nanos: i64) -> Option<Time> {
    if nanos <= 0 {
        return None;
    }
    // The API's times have whole seconds.
    Timestamp::from_second(nanos / 1_000_000_000).ok().map(Time)
}

fn terminated(status: &Cri, messages: &HashMap<String, String>) -> ContainerStateTerminated {
    let reason = match status.reason.as_str() {
        "" if status.exit_code == 0 => "Completed",
        "" => "Error",
        reason => reason,
    };
    let message = messages
        .get(&status.id)
        .cloned()
        .or_else(|| Some(status.message.clone()))
        .filter(|text| !text.is_empty());
    ContainerStateTerminated {
        container_id: Some(container_id(&status.id)),
        exit_code: status.exit_code,
        signal: None,
        reason: Some(reason.into()),
        message,
        started_at: time(status.started_at),
        finished_at: time(status.finished_at),
    }
}

/// A container that never began, or of which nobody knows how it ended: that is no success.
fn end_unknown() -> ContainerState {
    ContainerState {
        terminated: Some(ContainerStateTerminated {
            exit_code: 137,
            reason: Some("ContainerStatusUnknown".into()),
            message: Some("The container could not be located when the pod was terminated".into()),
            ..ContainerStateTerminated::default()
        }),
        ..ContainerState::default()
    }
}

/// The runtime's name stands before every ID. It is set once, when the runtime is first asked.
fn container_id(id: &str) -> String {
    let name = RUNTIME_NAME.get().map_or("kube-cri", String::as_str);
    format!("{name}://{id}")
}

/// What the runtime calls itself.
pub static RUNTIME_NAME: std::sync::OnceLock<String> = std::sync::OnceLock::new();

fn restart_count(status: &Cri) -> i32 {
    status.annotations.get(RESTARTS).and_then(|count| count.parse().ok()).unwrap_or_default()
}

fn one(
    role: Role,
    container: &Container,
    runtime: &PodRuntime,
    known: &Known<'_>,
    default_wait: &str,
) -> ContainerStatus {
    let mut out = ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone().unwrap_or_default(),
        ..ContainerStatus::default()
    };
    let waiting = known.waiting.get(&container.name);
    let wait = |reason: &str, message: Option<String>| ContainerState {
        waiting: Some(ContainerStateWaiting { reason: Some(reason.into()), message }),
        ..ContainerState::default()
    };
    let explicit = || {
        waiting.map(|(reason, message)| wait(reason, Some(message.clone()).filter(|text| !text.is_empty())))
    };
    // Of a pod that has been taken down every container has ended.
    let unknown_end = known.terminating && matches!(role, Role::App | Role::Sidecar);
    let Some(status) = latest(runtime, &container.name, None) else {
        out.state = Some(if unknown_end {
            end_unknown()
        } else {
            explicit().unwrap_or_else(|| wait(default_wait, None))
        });
        out.started = Some(false);
        return out;
    };
    out.restart_count = restart_count(status);
    out.container_id = Some(container_id(&status.id));
    // The runtime may know the image under a better name than its ID.
    if let Some(image) = status
        .image
        .as_ref()
        .map(|image| image.image.clone())
        .filter(|image| !image.is_empty() && !image.starts_with("sha256:"))
    {
        out.image = image;
    }
    out.image_id.clone_from(&status.image_ref);
    let previous = runtime
        .containers
        .iter()
        .filter(|held| held.status.metadata.as_ref().is_some_and(|metadata| metadata.name == container.name))
        .nth(1)
        .map(|held| &held.status);
    match status.state() {
        State::ContainerRunning => {
            out.state = Some(ContainerState {
                running: Some(ContainerStateRunning { started_at: time(status.started_at) }),
                ..ContainerState::default()
            });
            let started = !known.probes.not_started.contains(&status.id);
            out.started = Some(started);
            out.ready = started && !known.probes.not_ready.contains(&status.id) && role != Role::Ephemeral;
        }
        State::ContainerExited => {
            let end = terminated(status, known.messages);
            out.started = Some(false);
            out.ready = role == Role::Init && status.exit_code == 0;
            match explicit() {
                Some(waiting) if !known.terminating => {
                    out.state = Some(waiting);
                    out.last_state =
                        Some(ContainerState { terminated: Some(end), ..ContainerState::default() });
                    return out;
                }
                _ => out.state = Some(ContainerState { terminated: Some(end), ..ContainerState::default() }),
            }
        }
        // Made and not started: the pod was deleted in between.
        _ if unknown_end => {
            out.state = Some(end_unknown());
            out.started = Some(false);
        }
        _ => {
            out.state = Some(explicit().unwrap_or_else(|| wait(default_wait, None)));
            out.started = Some(false);
        }
    }
    if let Some(previous) = previous.filter(|previous| previous.state() == State::ContainerExited) {
        out.last_state = Some(ContainerState {
            terminated: Some(terminated(previous, known.messages)),
            ..ContainerState::default()
        });
    }
    out
}

/// The pod's phase (as the documentation of pods' lifecycle has it, and what upstream's kubelet
/// does where that is silent).
fn phase(
    spec_policy: &str,
    containers: &[(Role, Cow<'_, Container>)],
    statuses: &HashMap<String, ContainerStatus>,
    terminating: bool,
) -> &'static str {
    let of = |role: Role| containers.iter().filter(move |(found, _)| *found == role);
    let ended = |name: &str| {
        statuses
            .get(name)
            .and_then(|status| status.state.as_ref()?.terminated.as_ref())
            .map(|end| end.exit_code)
    };
    if spec_policy == "Never"
        && of(Role::Init).any(|(_, container)| ended(&container.name).is_some_and(|code| code != 0))
    {
        return "Failed";
    }
    let (mut waiting, mut running, mut stopped) = (false, false, Vec::new());
    for (_, container) in of(Role::App) {
        let status = statuses.get(&container.name);
        let state = status.and_then(|status| status.state.as_ref());
        let last = status.and_then(|status| status.last_state.as_ref()?.terminated.as_ref());
        if state.is_some_and(|state| state.running.is_some()) {
            running = true;
        } else if let Some(end) = state.and_then(|state| state.terminated.as_ref()).or(last) {
            // A container that waits for its next try has stopped.
            stopped.push(end.exit_code);
        } else {
            waiting = true;
        }
    }
    // Whoever has never run yet holds the whole pod back, whatever its neighbours do.
    if waiting {
        return "Pending";
    }
    if running {
        return "Running";
    }
    // A file may describe a pod without containers.
    if stopped.is_empty() {
        return "Pending";
    }
    let may_run_again = |code: &i32| restarts(spec_policy, Role::App, *code);
    if !terminating && stopped.iter().any(may_run_again) {
        return "Running";
    }
    if stopped.iter().all(|code| *code == 0) { "Succeeded" } else { "Failed" }
}

fn condition(
    kind: &str,
    now: Timestamp,
    before: Option<&PodStatus>,
    value: bool,
    reason: Option<&str>,
    message: Option<String>,
) -> PodCondition {
    let status = if value { "True" } else { "False" };
    let old = before.and_then(|before| before.conditions.iter().flatten().find(|old| old.type_ == kind));
    let since = old.filter(|old| old.status == status).and_then(|old| old.last_transition_time.clone());
    PodCondition {
        type_: kind.into(),
        status: status.into(),
        reason: reason.map(str::to_string),
        message,
        last_transition_time: since.or_else(|| Timestamp::from_second(now.as_second()).ok().map(Time)),
        ..PodCondition::default()
    }
}

/// Computes the status. `before` is the last one, whose foreign conditions and times are kept.
pub fn compute(
    pod: &Pod,
    runtime: &PodRuntime,
    known: &Known<'_>,
    before: Option<&PodStatus>,
    now: Timestamp,
) -> PodStatus {
    let spec = super::spec(pod);
    let containers = super::containers(&spec);
    let policy = spec.restart_policy.as_deref().unwrap_or("Always");
    let mut initialized = true;
    let mut incomplete: Vec<&str> = Vec::new();
    let mut statuses: HashMap<String, ContainerStatus> = HashMap::new();
    for (role, container) in containers.iter().filter(|(role, _)| matches!(role, Role::Init | Role::Sidecar))
    {
        let status = one(
            *role,
            container,
            runtime,
            known,
            if initialized { "ContainerCreating" } else { "PodInitializing" },
        );
        let done = match role {
            Role::Init => status
                .state
                .as_ref()
                .is_some_and(|state| state.terminated.as_ref().is_some_and(|end| end.exit_code == 0)),
            _ => status.started == Some(true),
        };
        if !done {
            initialized = false;
            incomplete.push(&container.name);
        }
        statuses.insert(container.name.clone(), status);
    }
    let app_began = containers
        .iter()
        .any(|(role, container)| *role == Role::App && latest(runtime, &container.name, None).is_some());
    initialized |= app_began;
    for (role, container) in containers.iter().filter(|(role, _)| matches!(role, Role::App | Role::Ephemeral))
    {
        let default_wait = if initialized { "ContainerCreating" } else { "PodInitializing" };
        statuses.insert(container.name.clone(), one(*role, container, runtime, known, default_wait));
    }
    // A pod that has ended stays so, whatever the runtime has forgotten since.
    let ended = before.filter(|before| matches!(before.phase.as_deref(), Some("Succeeded" | "Failed")));
    for old in ended
        .into_iter()
        .flat_map(|before| before.container_statuses.iter().chain(&before.init_container_statuses).flatten())
    {
        if latest(runtime, &old.name, None).is_none()
            && let Some(status) = statuses.get_mut(&old.name)
        {
            *status = old.clone();
        }
    }
    let phase = if known.failed.is_some() {
        "Failed"
    } else if let Some(phase) = ended.and_then(|before| before.phase.as_deref()) {
        phase
    } else {
        phase(policy, &containers, &statuses, known.terminating)
    };
    let over = phase == "Succeeded" || phase == "Failed";
    let unready: Vec<&str> = containers
        .iter()
        .filter(|(role, container)| {
            matches!(role, Role::App | Role::Sidecar)
                && !statuses.get(&container.name).is_some_and(|status| status.ready)
        })
        .map(|(_, container)| container.name.as_str())
        .collect();
    let containers_ready = unready.is_empty() && !over;
    let gates: Vec<String> = spec
        .readiness_gates
        .iter()
        .flatten()
        .filter(|gate| {
            !before.is_some_and(|before| {
                before
                    .conditions
                    .iter()
                    .flatten()
                    .any(|held| held.type_ == gate.condition_type && held.status == "True")
            })
        })
        .map(|gate| gate.condition_type.clone())
        .collect();
    let why = |list: &[&str], what: &str| format!("containers with {what} status: [{}]", list.join(" "));
    let (reason, message) = match (over, containers_ready) {
        (true, _) if phase == "Succeeded" => (Some("PodCompleted"), None),
        (true, _) => (Some("PodFailed"), None),
        (_, true) => (None, None),
        _ => (Some("ContainersNotReady"), Some(why(&unready, "unready"))),
    };
    let gate_message = (containers_ready && !gates.is_empty())
        .then(|| format!("the status of pod readiness gate {:?} is not \"True\"", gates[0]));
    let ready_reason = if gate_message.is_some() { Some("ReadinessGatesNotReady") } else { reason };
    let make = |kind, value, reason, message| condition(kind, now, before, value, reason, message);
    let init_reason = if initialized { None } else { Some("ContainersNotInitialized") };
    let init_message = (!initialized).then(|| why(&incomplete, "incomplete"));
    let mut conditions = vec![
        make("PodReadyToStartContainers", runtime.ready_sandbox().is_some(), None, None),
        make("Initialized", initialized || phase == "Succeeded", init_reason, init_message),
        make(
            "Ready",
            containers_ready && gates.is_empty(),
            ready_reason,
            gate_message.or_else(|| message.clone()),
        ),
        make("ContainersReady", containers_ready, reason, message),
        make("PodScheduled", true, None, None),
    ];
    // Conditions that others set stay.
    for foreign in before.iter().flat_map(|before| before.conditions.iter().flatten()) {
        if !conditions.iter().any(|own| own.type_ == foreign.type_) {
            conditions.push(foreign.clone());
        }
    }
    let list = |roles: &[Role]| {
        let list: Vec<ContainerStatus> = containers
            .iter()
            .filter(|(role, _)| roles.contains(role))
            .filter_map(|(_, container)| statuses.get(&container.name).cloned())
            .collect();
        (!list.is_empty()).then_some(list)
    };
    let ips = if spec.host_network == Some(true) { known.host_ips.to_vec() } else { runtime.address.clone() };
    // An address once told stays, also when the sandbox is gone.
    let ips = if ips.is_empty() {
        before
            .and_then(|before| before.pod_ips.as_ref())
            .map(|ips| ips.iter().map(|ip| ip.ip.clone()).collect())
            .unwrap_or_default()
    } else {
        ips
    };
    let start = before.and_then(|before| before.start_time.clone());
    PodStatus {
        phase: Some(phase.into()),
        conditions: Some(conditions),
        container_statuses: list(&[Role::App]),
        init_container_statuses: list(&[Role::Init, Role::Sidecar]),
        ephemeral_container_statuses: list(&[Role::Ephemeral]),
        host_ip: known.host_ips.first().cloned(),
        host_ips: Some(known.host_ips.iter().map(|ip| HostIP { ip: ip.clone() }).collect()),
        pod_ip: ips.first().cloned(),
        pod_ips: (!ips.is_empty()).then(|| ips.iter().map(|ip| PodIP { ip: ip.clone() }).collect()),
        qos_class: Some(qos(&spec).as_str().into()),
        start_time: start.or_else(|| Timestamp::from_second(now.as_second()).ok().map(Time)),
        reason: known.failed.map(|(reason, _)| reason.clone()),
        message: known.failed.map(|(_, message)| message.clone()),
        observed_generation: pod.metadata.generation,
        ..PodStatus::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::runtime::Held;
    use super::*;
    use criapi::{ContainerMetadata, PodSandbox};
    use k8s_openapi::api::core::v1::PodSpec;

    fn compute_for(policy: &str, state: Option<(State, i32)>, terminating: bool) -> PodStatus {
        compute_after(policy, state, terminating, None)
    }

    fn compute_after(
        policy: &str,
        state: Option<(State, i32)>,
        terminating: bool,
        before: Option<&PodStatus>,
    ) -> PodStatus {
        let pod = Pod {
            spec: Some(PodSpec {
                restart_policy: Some(policy.into()),
                containers: vec![Container {
                    name: "a".into(),
                    image: Some("i".into()),
                    ..Container::default()
                }],
                ..PodSpec::default()
            }),
            ..Pod::default()
        };
        let containers = state.into_iter().map(|(state, code)| Held {
            sandbox: "s".into(),
            status: Cri {
                id: "1".into(),
                metadata: Some(ContainerMetadata { name: "a".into(), attempt: 0 }),
                state: state.into(),
                exit_code: code,
                started_at: 1,
                ..Cri::default()
            },
        });
        let runtime = PodRuntime {
            sandboxes: vec![PodSandbox { id: "s".into(), ..PodSandbox::default() }],
            containers: containers.collect(),
            address: vec!["10.0.0.1".into()],
            host_network: false,
        };
        let (waiting, probes, messages) = Default::default();
        let known = Known {
            waiting: &waiting,
            probes: &probes,
            messages: &messages,
            terminating,
            host_ips: &[],
            failed: None,
        };
        compute(&pod, &runtime, &known, before, Timestamp::UNIX_EPOCH)
    }

    fn ready(status: &PodStatus) -> &str {
        let conditions = status.conditions.as_deref().unwrap_or_default();
        conditions
            .iter()
            .find(|condition| condition.type_ == "Ready")
            .map_or("", |condition| &condition.status)
    }

    #[test]
    fn phases() {
        use State::{ContainerCreated as Created, ContainerExited as Exited, ContainerRunning as Running};
        for (policy, state, terminating, want, want_ready) in [
            ("Always", None, false, "Pending", "False"),
            ("Always", None, true, "Failed", "False"),
            ("Never", Some((Created, 0)), false, "Pending", "False"),
            ("Never", Some((Created, 0)), true, "Failed", "False"),
            ("Always", Some((Running, 0)), false, "Running", "True"),
            ("Always", Some((Exited, 1)), false, "Running", "False"),
            ("Always", Some((Exited, 0)), true, "Succeeded", "False"),
            ("OnFailure", Some((Exited, 1)), false, "Running", "False"),
            ("OnFailure", Some((Exited, 0)), false, "Succeeded", "False"),
            ("Never", Some((Exited, 3)), false, "Failed", "False"),
        ] {
            let status = compute_for(policy, state, terminating);
            assert_eq!(
                (status.phase.as_deref(), ready(&status)),
                (Some(want), want_ready),
                "{policy} {state:?}"
            );
        }
    }

    #[test]
    fn a_pod_waits_for_each_of_its_containers() {
        let containers = ["a", "b"]
            .map(|name| (Role::App, Cow::Owned(Container { name: name.into(), ..Container::default() })));
        let of = |name: &str, state: ContainerState, last: Option<ContainerState>| {
            let status =
                ContainerStatus { state: Some(state), last_state: last, ..ContainerStatus::default() };
            (name.to_string(), status)
        };
        let running = || ContainerState {
            running: Some(ContainerStateRunning::default()),
            ..ContainerState::default()
        };
        let waiting = || ContainerState {
            waiting: Some(ContainerStateWaiting::default()),
            ..ContainerState::default()
        };
        for (second, last, want) in [
            (running(), None, "Running"),
            (waiting(), None, "Pending"),
            (waiting(), Some(end_unknown()), "Running"),
            (end_unknown(), None, "Running"),
        ] {
            let statuses = HashMap::from([of("a", running(), None), of("b", second, last)]);
            assert_eq!(phase("Always", &containers, &statuses, false), want, "{statuses:?}");
        }
        assert_eq!(phase("Always", &[], &HashMap::new(), false), "Pending");
    }

    #[test]
    fn an_end_is_for_good() {
        let first = compute_for("Never", Some((State::ContainerExited, 3)), true);
        let again = compute_after("Never", None, false, Some(&first));
        assert_eq!(again.phase.as_deref(), Some("Failed"));
        assert_eq!(again.container_statuses, first.container_statuses);
    }

    #[test]
    fn a_pod_that_never_began_says_what_it_waits_for() {
        let status = compute_for("Always", None, false);
        let state =
            status.container_statuses.and_then(|list| list.into_iter().next()?.state?.waiting?.reason);
        assert_eq!(state.as_deref(), Some("ContainerCreating"));
    }
}

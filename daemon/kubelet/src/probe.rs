//! Probes: one task for each probe of a running container; results reach the pod's worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use criapi::{ContainerState, ContainerStatus, Runtime};
use k8s_openapi::api::core::v1::{Container, Probe};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::pod::hooks;
use crate::pod::plan::ProbeResults;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Startup,
    Liveness,
    Readiness,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
        }
    }
}

/// What a probe needs from its node.
#[derive(Clone)]
pub struct Tools {
    pub cri: Runtime,
    pub http: reqwest::Client,
}

/// Told of failures, for events: container name, message.
pub type Note = Arc<dyn Fn(&str, String) + Send + Sync>;

/// The probes of one pod.
pub struct Probes {
    tools: Tools,
    results: Arc<Mutex<ProbeResults>>,
    tasks: HashMap<(String, Kind), JoinHandle<()>>,
    wake: Arc<Notify>,
    note: Note,
}

impl Drop for Probes {
    fn drop(&mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
    }
}

impl Probes {
    pub fn new(tools: Tools, wake: Arc<Notify>, note: Note) -> Self {
        Self { tools, results: Arc::default(), tasks: HashMap::new(), wake, note }
    }

    /// What has been found so far.
    pub fn results(&self) -> ProbeResults {
        self.results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Begins to probe what has begun to run, and stops for what no longer does.
    pub fn update(&mut self, running: &[(&Container, &ContainerStatus)], pod_ip: &str) {
        let alive = |id: &str| {
            running
                .iter()
                .any(|(_, status)| status.id == id && status.state() == ContainerState::ContainerRunning)
        };
        self.tasks.retain(|(id, _), task| {
            let keep = alive(id);
            if !keep {
                task.abort();
            }
            keep
        });
        {
            let mut results = self.results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            results.not_started.retain(|id| alive(id));
            results.not_ready.retain(|id| alive(id));
            results.failed.retain(|id, _| alive(id));
        }
        for (container, status) in running {
            if status.state() != ContainerState::ContainerRunning {
                continue;
            }
            let starting = self.results().not_started.contains(&status.id);
            let known = |kind| self.tasks.contains_key(&(status.id.clone(), kind));
            let begun = known(Kind::Startup);
            let wanted = [
                (Kind::Startup, &container.startup_probe, true),
                // The other two wait for the startup probe, where there is one.
                (
                    Kind::Liveness,
                    &container.liveness_probe,
                    container.startup_probe.is_none() || (begun && !starting),
                ),
                (
                    Kind::Readiness,
                    &container.readiness_probe,
                    container.startup_probe.is_none() || (begun && !starting),
                ),
            ];
            let fresh: Vec<(Kind, Probe, bool)> = wanted
                .into_iter()
                .filter_map(|(kind, probe, due)| Some((kind, probe.clone()?, due)))
                .filter(|(kind, _, _)| !known(*kind))
                .collect();
            for (kind, probe, due) in fresh {
                let mut results = self.results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                match kind {
                    Kind::Startup => _ = results.not_started.insert(status.id.clone()),
                    Kind::Readiness => _ = results.not_ready.insert(status.id.clone()),
                    Kind::Liveness => {}
                }
                drop(results);
                if due {
                    let task = tokio::spawn(watch(
                        self.tools.clone(),
                        kind,
                        probe,
                        (*container).clone(),
                        (*status).clone(),
                        pod_ip.to_string(),
                        self.results.clone(),
                        self.wake.clone(),
                        self.note.clone(),
                    ));
                    self.tasks.insert((status.id.clone(), kind), task);
                }
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one private task with all it needs")]
async fn watch(
    tools: Tools,
    kind: Kind,
    probe: Probe,
    container: Container,
    status: ContainerStatus,
    pod_ip: String,
    results: Arc<Mutex<ProbeResults>>,
    wake: Arc<Notify>,
    note: Note,
) {
    let seconds = |value: Option<i32>, default: u64| {
        Duration::from_secs(value.and_then(|v| u64::try_from(v).ok()).filter(|v| *v > 0).unwrap_or(default))
    };
    let threshold = |value: Option<i32>, default: u32| {
        value.and_then(|v| u32::try_from(v).ok()).filter(|v| *v > 0).unwrap_or(default)
    };
    let period = seconds(probe.period_seconds, 10);
    let timeout = seconds(probe.timeout_seconds, 1);
    let (failures_wanted, successes_wanted) =
        (threshold(probe.failure_threshold, 3), threshold(probe.success_threshold, 1));
    let id = status.id.clone();
    let initial = Duration::from_secs(
        probe.initial_delay_seconds.and_then(|v| u64::try_from(v).ok()).unwrap_or_default(),
    );
    let age = u64::try_from(jiff::Timestamp::now().as_nanosecond() - i128::from(status.started_at))
        .map(Duration::from_nanos)
        .unwrap_or_default();
    tokio::time::sleep(initial.saturating_sub(age)).await;
    let (mut failures, mut successes) = (0u32, 0u32);
    loop {
        let outcome = attempt(&tools, &probe, &container, &id, &pod_ip, timeout).await;
        let (ok, message) = match outcome {
            Ok(()) => (true, String::new()),
            Err(message) => (false, message),
        };
        if ok {
            successes += 1;
            failures = 0;
        } else {
            failures += 1;
            successes = 0;
            note(&container.name, format!("{} probe failed: {message}", kind.as_str()));
        }
        let changed = {
            let mut results = results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match kind {
                Kind::Readiness if successes >= successes_wanted => results.not_ready.remove(&id),
                Kind::Readiness if failures >= failures_wanted => results.not_ready.insert(id.clone()),
                Kind::Startup if successes >= successes_wanted => results.not_started.remove(&id),
                Kind::Startup | Kind::Liveness if failures >= failures_wanted => results
                    .failed
                    .insert(
                        id.clone(),
                        format!(
                            "Container {} failed {} probe, will be restarted",
                            container.name,
                            kind.as_str().to_lowercase()
                        ),
                    )
                    .is_none(),
                _ => false,
            }
        };
        if changed {
            wake.notify_one();
        }
        if kind == Kind::Startup && ok && successes >= successes_wanted {
            return;
        }
        // Until it is ready, a starting container is asked more often than its period says, so
        // that a quick start is seen quickly.
        let eager =
            kind != Kind::Liveness && !ok && failures < 10 && probe.initial_delay_seconds.unwrap_or(0) == 0;
        tokio::time::sleep(if eager {
            period.min(Duration::from_millis(250 * u64::from(failures)))
        } else {
            period
        })
        .await;
    }
}

async fn attempt(
    tools: &Tools,
    probe: &Probe,
    container: &Container,
    id: &str,
    pod_ip: &str,
    timeout: Duration,
) -> Result<(), String> {
    if let Some(action) = &probe.exec {
        return hooks::exec(&tools.cri, id, action, timeout).await;
    }
    if let Some(action) = &probe.http_get {
        return hooks::http(&tools.http, container, action, pod_ip, timeout).await;
    }
    if let Some(action) = &probe.tcp_socket {
        let port = crate::pod::container::port(container, &action.port)
            .ok_or_else(|| format!("port {:?} is not one of the container's", action.port))?;
        let host = action.host.as_deref().filter(|host| !host.is_empty()).unwrap_or(pod_ip);
        return match tokio::time::timeout(timeout, tokio::net::TcpStream::connect((host, port))).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(format!("dial tcp {host}:{port}: {error}")),
            Err(_) => Err(format!("dial tcp {host}:{port}: i/o timeout")),
        };
    }
    if let Some(action) = &probe.grpc {
        return grpc(pod_ip, action.port, action.service.as_deref().unwrap_or_default(), timeout).await;
    }
    Ok(())
}

/// The gRPC health protocol (`grpc.health.v1.Health/Check`); its two one-field messages are
/// written out here.
async fn grpc(host: &str, port: i32, service: &str, timeout: Duration) -> Result<(), String> {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Ask {
        #[prost(string, tag = "1")]
        service: String,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Answer {
        #[prost(int32, tag = "1")]
        status: i32,
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_string() };
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{host}:{port}"))
        .map_err(|error| error.to_string())?
        .connect_timeout(timeout)
        .timeout(timeout);
    let check = async {
        let channel = endpoint.connect().await.map_err(|error| error.to_string())?;
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.map_err(|error| error.to_string())?;
        let codec: tonic_prost::ProstCodec<Ask, Answer> = tonic_prost::ProstCodec::default();
        let path = http::uri::PathAndQuery::from_static("/grpc.health.v1.Health/Check");
        let answer = client
            .unary(tonic::Request::new(Ask { service: service.into() }), path, codec)
            .await
            .map_err(|status| status.message().to_string())?;
        match answer.into_inner().status {
            1 => Ok(()),
            other => Err(format!("service unhealthy (responded with {other:?})")),
        }
    };
    tokio::time::timeout(timeout, check).await.unwrap_or_else(|_| {
        Err(format!("timeout: failed to connect service {host}:{port} within {timeout:?}"))
    })
}

//! The loop: what the informers tell goes into cache and queue; pods come out of the queue, are
//! decided on one after the other, and bound side by side.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use client::events::{ObjectReference, Recorder};
use client::informer::{Event, Informer};
use client::object::MetadataOnly;
use client::{Client, Key, ListParams, PatchType, path};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cache::{Cache, PodInfo};
use crate::config::Config;
use crate::decide::{Decider, Unschedulable};
use crate::framework::{ClusterEvent, Profile};
use crate::metrics;
use crate::objects::{Node, Pod};
use crate::plugins;
use crate::queue::Queue;
use crate::selecting::Selecting;

/// Bindings under way at once; each is one small request on a shared connection.
const BINDING: usize = 128;
/// Pods decided in a row before the informers are heard again.
const BURST: usize = 64;

/// How a binding went.
struct Bound {
    pod: Arc<PodInfo>,
    node: String,
    outcome: Result<(), String>,
}

/// One leader's term.
pub struct Scheduler {
    client: Client,
    recorder: Recorder,
    profiles: HashMap<String, Arc<Profile>>,
    cache: Cache,
    selecting: Selecting,
    queue: Queue,
    decider: Decider,
    bound: mpsc::UnboundedSender<Bound>,
    binding: Arc<AtomicUsize>,
}

/// Whether a pod has run to its end.
fn ended(pod: &Pod) -> bool {
    pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
}

/// Schedules until `shutdown`.
pub async fn run(client: Client, config: &Config, shutdown: CancellationToken) {
    let nodes: Informer<Node> = Informer::start(
        client.clone(),
        path("", "v1", "nodes", None, None, None),
        ListParams::default(),
        shutdown.clone(),
    );
    let pods: Informer<Pod> = Informer::start(
        client.clone(),
        path("", "v1", "pods", None, None, None),
        ListParams::fields("status.phase!=Succeeded,status.phase!=Failed"),
        shutdown.clone(),
    );
    let namespaces: Informer<MetadataOnly> = Informer::start(
        client.clone(),
        path("", "v1", "namespaces", None, None, None),
        ListParams::default(),
        shutdown.clone(),
    );
    let selecting = Selecting::start(&client, &shutdown);
    let mut node_events = nodes.subscribe();
    let mut pod_events = pods.subscribe();
    let mut namespace_events = namespaces.subscribe();
    if !nodes.wait_synced().await
        || !pods.wait_synced().await
        || !namespaces.wait_synced().await
        || !selecting.wait_synced().await
    {
        return;
    }
    let (sender, mut outcomes) = mpsc::unbounded_channel();
    let mut scheduler = Scheduler {
        recorder: Recorder::new(client.clone(), "default-scheduler", ""),
        client,
        profiles: config
            .profiles
            .iter()
            .map(|(name, choice)| (name.clone(), Arc::new(plugins::profile(choice))))
            .collect(),
        cache: Cache::default(),
        selecting,
        queue: Queue::new(config.initial_backoff, config.max_backoff),
        decider: Decider::new(config.percentage),
        bound: sender,
        binding: Arc::default(),
    };
    tracing::info!("scheduling");
    loop {
        // Everything that is known comes before the next decision.
        while let Ok(event) = node_events.try_recv() {
            scheduler.node(event);
        }
        while let Ok(event) = namespace_events.try_recv() {
            scheduler.namespace(event);
        }
        while let Ok(event) = pod_events.try_recv() {
            scheduler.pod(event);
        }
        while let Ok(bound) = outcomes.try_recv() {
            scheduler.after_binding(bound);
        }
        let now = Instant::now();
        scheduler.queue.flush_left_over(now);
        let mut idle = false;
        for _ in 0..BURST {
            if scheduler.binding.load(Ordering::Acquire) >= BINDING || !scheduler.schedule_one(now) {
                idle = true;
                break;
            }
        }
        metrics::pending(scheduler.queue.counts());
        if !idle {
            tokio::task::yield_now().await;
            if shutdown.is_cancelled() {
                return;
            }
            continue;
        }
        let due = scheduler.queue.next_due();
        let sleep = async {
            match due {
                // Bindings are at their limit: one of them will wake us.
                Some(due) if due > now => tokio::time::sleep_until(due.into()).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            event = node_events.recv() => match event { Some(event) => scheduler.node(event), None => return },
            event = pod_events.recv() => match event { Some(event) => scheduler.pod(event), None => return },
            event = namespace_events.recv() => match event {
                Some(event) => scheduler.namespace(event),
                None => return,
            },
            Some(bound) = outcomes.recv() => scheduler.after_binding(bound),
            () = sleep => {}
            () = shutdown.cancelled() => return,
        }
    }
}

fn reference(pod: &Pod) -> ObjectReference {
    ObjectReference {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespace: pod.metadata.namespace.clone(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        resource_version: pod.metadata.resource_version.clone(),
        ..ObjectReference::default()
    }
}

impl Scheduler {
    fn profile(&self, pod: &Pod) -> Option<&Arc<Profile>> {
        let name =
            if pod.spec.scheduler_name.is_empty() { "default-scheduler" } else { &pod.spec.scheduler_name };
        self.profiles.get(name)
    }

    fn wake(&mut self, event: ClusterEvent) {
        let profiles = &self.profiles;
        self.queue.wake(Instant::now(), |queued| {
            profiles
                .get(&queued.info.pod.spec.scheduler_name)
                .is_none_or(|profile| profile.helps(&queued.rejected_by, event))
        });
    }

    fn node(&mut self, event: Event<Node>) {
        match event {
            Event::Added(node) | Event::Modified { new: node, .. } => {
                for event in self.cache.set_node(node) {
                    self.wake(event);
                }
            }
            Event::Deleted(node) => self.cache.remove_node(&node.metadata.name),
        }
    }

    fn namespace(&mut self, event: Event<MetadataOnly>) {
        match event {
            Event::Added(space) | Event::Modified { new: space, .. } => {
                let meta = &space.metadata;
                if self.cache.set_namespace(&meta.name, meta.labels.clone()) {
                    self.wake(ClusterEvent::NamespaceLabels);
                }
            }
            Event::Deleted(space) => self.cache.remove_namespace(&space.metadata.name),
        }
    }

    fn pod(&mut self, event: Event<Pod>) {
        match event {
            Event::Added(pod) | Event::Modified { new: pod, .. } if !ended(&pod) => {
                let key = pod.key();
                if !pod.spec.node_name.is_empty() {
                    self.queue.remove(&key);
                    if self.cache.set_pod(pod) {
                        self.wake(ClusterEvent::PodBound);
                    }
                    return;
                }
                if pod.metadata.deletion_timestamp.is_some() {
                    self.queue.remove(&key);
                    return;
                }
                if self.cache.is_assumed(&key, &pod.metadata.uid) {
                    return;
                }
                let Some(profile) = self.profile(&pod).cloned() else { return };
                let info = Arc::new(PodInfo::new(pod));
                let gated = profile.pre_enqueue.iter().any(|plugin| plugin.pre_enqueue(&info).is_err());
                self.queue.set(info, gated, Instant::now());
            }
            Event::Added(pod) | Event::Modified { new: pod, .. } | Event::Deleted(pod) => {
                let key = pod.key();
                self.queue.remove(&key);
                if self.cache.remove_pod(&key) {
                    self.wake(ClusterEvent::PodGone);
                }
            }
        }
    }

    /// Decides on the next pod; `false` when there is none.
    fn schedule_one(&mut self, now: Instant) -> bool {
        let Some(queued) = self.queue.pop(now) else { return false };
        let info = queued.info;
        let Some(profile) = self.profile(&info.pod).cloned() else {
            self.queue.remove(&info.pod.key());
            return true;
        };
        let started = Instant::now();
        let selected_by = |pod: &Pod| self.selecting.of(pod);
        let decision = self.decider.decide(&profile, &info, &self.cache.cluster(&selected_by));
        metrics::DECISION.observe(started.elapsed());
        match decision {
            Err(none) => self.unschedulable(&profile, &info, &none),
            Ok((node, state)) => {
                let refused = profile
                    .reserve
                    .iter()
                    .try_for_each(|plugin| plugin.reserve(&state, &info, &node))
                    .and_then(|()| {
                        profile.permit.iter().try_for_each(|plugin| plugin.permit(&state, &info, &node))
                    });
                if let Err(reason) = refused {
                    for plugin in profile.reserve.iter().rev() {
                        plugin.unreserve(&state, &info, &node);
                    }
                    self.queue.failed(&info.pod.key(), Vec::new(), true, now);
                    self.recorder.event(&reference(&info.pod), "Warning", "FailedScheduling", reason);
                    return true;
                }
                self.cache.assume(info.clone(), &node);
                self.bind(&profile, info, node);
            }
        }
        true
    }

    fn bind(&self, profile: &Arc<Profile>, pod: Arc<PodInfo>, node: String) {
        self.binding.fetch_add(1, Ordering::AcqRel);
        let (client, profile, binding) = (self.client.clone(), profile.clone(), self.binding.clone());
        let sender = self.bound.clone();
        tokio::spawn(async move {
            let mut outcome = Ok(());
            for plugin in &profile.pre_bind {
                if outcome.is_ok() {
                    outcome = plugin.pre_bind(client.clone(), pod.clone(), node.clone()).await;
                }
            }
            for plugin in &profile.bind {
                if outcome.is_ok() {
                    outcome = plugin.bind(client.clone(), pod.clone(), node.clone()).await;
                }
            }
            if outcome.is_ok() {
                for plugin in &profile.post_bind {
                    plugin.post_bind(&pod, &node);
                }
            }
            binding.fetch_sub(1, Ordering::AcqRel);
            // The term may have ended.
            let _ = sender.send(Bound { pod, node, outcome });
        });
    }

    fn after_binding(&mut self, Bound { pod, node, outcome }: Bound) {
        let meta = &pod.pod.metadata;
        let key = pod.pod.key();
        match outcome {
            Ok(()) => {
                metrics::SCHEDULED.inc();
                // It is off the queue; the informer will confirm where it is.
                if self.cache.is_assumed(&key, &meta.uid) {
                    self.queue.remove(&key);
                }
                let message = format!("Successfully assigned {}/{} to {node}", meta.namespace, meta.name);
                self.recorder.event(&reference(&pod.pod), "Normal", "Scheduled", message);
                self.wake(ClusterEvent::PodBound);
            }
            Err(reason) => {
                metrics::FAILED.inc();
                self.cache.forget(&key, &meta.uid);
                self.queue.failed(&key, Vec::new(), true, Instant::now());
                tracing::warn!(pod = %key, node, reason, "cannot bind; trying again");
                let message = format!("binding rejected: {reason}");
                self.recorder.event(&reference(&pod.pod), "Warning", "FailedScheduling", message);
                self.wake(ClusterEvent::PodGone);
            }
        }
    }

    /// Tells why a pod fits nowhere, in an event and in its condition.
    fn unschedulable(&mut self, profile: &Profile, info: &PodInfo, none: &Unschedulable) {
        metrics::UNSCHEDULABLE.inc();
        let pod = &info.pod;
        let mut message = none.to_string();
        for plugin in &profile.post_filter {
            message.push(' ');
            message.push_str(&plugin.post_filter(info, self.cache.nodes(), none));
        }
        self.queue.failed(&pod.key(), none.rejected_by.clone(), none.nodes == 0, Instant::now());
        tracing::debug!(pod = %pod.key(), message, "unschedulable");
        self.recorder.event(&reference(pod), "Warning", "FailedScheduling", message.clone());
        let same = pod.status.conditions.iter().any(|condition| {
            condition.kind == "PodScheduled"
                && condition.status == "False"
                && condition.reason == "Unschedulable"
                && condition.message == message
        });
        if same {
            return;
        }
        let patch = json!({"status": {"conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
            "lastProbeTime": null, "lastTransitionTime": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }]}});
        let client = self.client.clone();
        let Key { namespace, name } = pod.key();
        tokio::spawn(async move {
            let target = path("", "v1", "pods", Some(&namespace), Some(&name), Some("status"));
            if let Err(error) = client.patch::<_, Value>(&target, PatchType::Strategic, &patch).await
                && !error.is_not_found()
            {
                tracing::warn!(pod = %format!("{namespace}/{name}"), %error, "cannot update the pod's condition");
            }
        });
    }
}

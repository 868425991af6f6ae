//! What selects pods: services, and the controllers that own them. Pods that one thing selects
//! are spread even when they don't ask for it.

use std::collections::BTreeMap;

use client::informer::Informer;
use client::{Client, Key, ListParams, Meta, Object, path};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::objects::{LabelSelector, Pod};

/// A service or a replication controller, as much of it as matters here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ByLabels {
    metadata: Meta,
    spec: Labels,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Labels {
    selector: BTreeMap<String, String>,
}

/// A replica set or a stateful set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct BySelector {
    metadata: Meta,
    spec: Selector,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Selector {
    selector: LabelSelector,
}

impl Object for ByLabels {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl Object for BySelector {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// All of them.
pub struct Selecting {
    services: Informer<ByLabels>,
    replication_controllers: Informer<ByLabels>,
    replica_sets: Informer<BySelector>,
    stateful_sets: Informer<BySelector>,
}

impl Selecting {
    /// Begins to watch.
    pub fn start(client: &Client, shutdown: &CancellationToken) -> Self {
        let list = |group: &str, plural: &str| path(group, "v1", plural, None, None, None);
        let labels = |plural| {
            Informer::start(client.clone(), list("", plural), ListParams::default(), shutdown.clone())
        };
        let selectors = |plural| {
            Informer::start(client.clone(), list("apps", plural), ListParams::default(), shutdown.clone())
        };
        Self {
            services: labels("services"),
            replication_controllers: labels("replicationcontrollers"),
            replica_sets: selectors("replicasets"),
            stateful_sets: selectors("statefulsets"),
        }
    }

    /// Waits until all are known; `false` when the program ends before.
    pub async fn wait_synced(&self) -> bool {
        self.services.wait_synced().await
            && self.replication_controllers.wait_synced().await
            && self.replica_sets.wait_synced().await
            && self.stateful_sets.wait_synced().await
    }

    /// What selects the pod, taken together; `None` when nothing does.
    pub fn of(&self, pod: &Pod) -> Option<LabelSelector> {
        let meta = &pod.metadata;
        let mut labels = BTreeMap::new();
        for service in self.services.store().list_namespace(&meta.namespace) {
            let wanted = &service.spec.selector;
            if !wanted.is_empty() && wanted.iter().all(|(key, value)| meta.labels.get(key) == Some(value)) {
                labels.extend(wanted.clone());
            }
        }
        let mut selector = LabelSelector { match_labels: labels, ..LabelSelector::default() };
        if let Some(owner) = meta.controller() {
            let key = Key::new(&*meta.namespace, &*owner.name);
            let own = match (owner.api_version.as_str(), owner.kind.as_str()) {
                ("v1", "ReplicationController") => {
                    self.replication_controllers.store().get(&key).map(|found| LabelSelector {
                        match_labels: found.spec.selector.clone(),
                        ..LabelSelector::default()
                    })
                }
                ("apps/v1", "ReplicaSet") => {
                    self.replica_sets.store().get(&key).map(|found| found.spec.selector.clone())
                }
                ("apps/v1", "StatefulSet") => {
                    self.stateful_sets.store().get(&key).map(|found| found.spec.selector.clone())
                }
                _ => None,
            };
            if let Some(own) = own {
                selector = selector.and(&own);
            }
        }
        (!selector.is_empty()).then_some(selector)
    }
}

//! The health checks of `/healthz`, `/livez` and `/readyz`, by upstream's names and in its order. Each tells of
//! something that has really happened: a hook's work is done, a controller has looked at its objects once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::server::Server;

/// Work that a check waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// The namespaces that every cluster has are there.
    Namespaces,
    /// So are the roles and their bindings,
    Roles,
    /// the priority classes of the system,
    PriorityClasses,
    /// the addresses of this server behind the service `kubernetes`,
    Endpoints,
    /// what extension servers need to authenticate,
    AuthenticationInfo,
    /// the flow schemas and priority levels,
    FlowControl,
    /// an APIService for each group-version,
    ApiServices,
    /// the service CIDR,
    ServiceCidr,
    /// this server's lease,
    Lease,
    /// and the day since when the use of old service account tokens is told.
    LegacyTokens,
    /// Leases of servers that are gone were looked for.
    LeaseSweep,
    /// Cluster IPs and node ports were compared with the services.
    Addresses,
    /// The definitions of custom resources were read.
    Definitions,
    /// The APIServices were read, and the servers behind them asked.
    Aggregation,
}

impl Hook {
    const COUNT: usize = Self::Aggregation as usize + 1;
}

/// What has been done.
#[derive(Default)]
pub struct Hooks {
    done: [AtomicBool; Hook::COUNT],
}

impl Hooks {
    /// Whether it has been done.
    pub fn is_done(&self, hook: Hook) -> bool {
        self.done[hook as usize].load(Ordering::Acquire)
    }

    /// Whether everything has been done.
    pub fn are_all_done(&self) -> bool {
        self.done.iter().all(|done| done.load(Ordering::Acquire))
    }

    /// Notes that it has been done.
    pub fn mark(&self, hook: Hook) {
        self.done[hook as usize].store(true, Ordering::Release);
    }
}

/// When a check passes.
#[derive(Clone, Copy)]
enum Needs {
    /// What was made before the server listened: it passes as soon as anyone can ask.
    Start,
    /// The watch on etcd, which feeds all caches.
    Store,
    /// The watch on another etcd, which has some resources: the first is 0.
    Override(usize),
    /// Some work.
    Done(Hook),
    /// Priority and fairness in force by the objects that are stored. There without `--enable-priority-and-fairness=false`.
    Fairness,
    /// Priority and fairness, and some work.
    FairnessDone(Hook),
    /// That the server is not ending.
    Running,
}

const ALL: &[&str] = &["healthz", "livez", "readyz"];
const ALIVE: &[&str] = &["healthz", "livez"];
const READY: &[&str] = &["readyz"];

/// All of them. Upstream's `/readyz` leaves etcd away: a server without it is not ready with us. This server calls
/// itself without a connection, so that its certificate for that can't be over.
#[rustfmt::skip]
const CHECKS: [(&str, &[&str], Needs); 36] = [
    ("log", ALL, Needs::Start),
    ("informer-sync", READY, Needs::Store),
    ("loopback-serving-certificate", ALIVE, Needs::Start),
    ("etcd", ALL, Needs::Store),
    ("poststarthook/start-apiserver-admission-initializer", ALL, Needs::Start),
    ("poststarthook/generic-apiserver-start-informers", ALL, Needs::Store),
    ("poststarthook/priority-and-fairness-config-consumer", ALL, Needs::Fairness),
    ("poststarthook/priority-and-fairness-filter", ALL, Needs::Fairness),
    ("poststarthook/storage-object-count-tracker-hook", ALL, Needs::Fairness),
    ("poststarthook/start-apiextensions-informers", ALL, Needs::Done(Hook::Definitions)),
    ("poststarthook/start-apiextensions-controllers", ALL, Needs::Done(Hook::Definitions)),
    ("poststarthook/crd-informer-synced", ALL, Needs::Done(Hook::Definitions)),
    ("poststarthook/start-system-namespaces-controller", ALL, Needs::Done(Hook::Namespaces)),
    ("poststarthook/peer-endpoint-reconciler-controller", ALL, Needs::Done(Hook::Endpoints)),
    ("poststarthook/start-cluster-authentication-info-controller", ALL, Needs::Done(Hook::AuthenticationInfo)),
    ("poststarthook/start-kube-apiserver-identity-lease-controller", ALL, Needs::Done(Hook::Lease)),
    ("poststarthook/start-kube-apiserver-identity-lease-garbage-collector", ALL, Needs::Done(Hook::LeaseSweep)),
    ("poststarthook/storage-readiness", ALL, Needs::Store),
    ("poststarthook/start-legacy-token-tracking-controller", ALL, Needs::Done(Hook::LegacyTokens)),
    ("poststarthook/start-service-ip-repair-controllers", ALL, Needs::Done(Hook::Addresses)),
    ("poststarthook/rbac/bootstrap-roles", ALL, Needs::Done(Hook::Roles)),
    ("poststarthook/scheduling/bootstrap-system-priority-classes", ALL, Needs::Done(Hook::PriorityClasses)),
    ("poststarthook/priority-and-fairness-config-producer", ALL, Needs::FairnessDone(Hook::FlowControl)),
    ("poststarthook/bootstrap-controller", ALL, Needs::Done(Hook::Endpoints)),
    ("poststarthook/start-kubernetes-service-cidr-controller", ALL, Needs::Done(Hook::ServiceCidr)),
    ("poststarthook/start-kube-aggregator-informers", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/apiservice-status-local-available-controller", ALL, Needs::Done(Hook::ApiServices)),
    ("poststarthook/apiservice-status-remote-available-controller", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/apiservice-registration-controller", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/apiservice-wait-for-first-sync", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/apiservice-discovery-controller", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/kube-apiserver-autoregistration", ALL, Needs::Done(Hook::ApiServices)),
    ("autoregister-completion", ALL, Needs::Done(Hook::ApiServices)),
    ("poststarthook/apiservice-openapi-controller", ALL, Needs::Done(Hook::Aggregation)),
    ("poststarthook/apiservice-openapiv3-controller", ALL, Needs::Done(Hook::Aggregation)),
    ("shutdown", &["healthz", "readyz"], Needs::Running),
];

/// Registers the checks.
pub fn register(server: &Arc<Server>) {
    // Each further etcd has two checks, left away with those of the first.
    let overrides = (1..server.store.backends().len()).flat_map(|at| {
        let name = |kind: &str| -> &'static str { format!("etcd-override-{kind}{}", at - 1).leak() };
        [(name(""), ALL, Needs::Override(at)), (name("readiness-"), READY, Needs::Override(at))]
    });
    for (name, pages, needs) in CHECKS.into_iter().chain(overrides) {
        let fairness = matches!(needs, Needs::Fairness | Needs::FairnessDone(_));
        if fairness && server.flow_control.is_none() {
            continue;
        }
        // The pages judge alike but for how patient they are.
        for page in pages.iter().filter_map(|page| PAGES.iter().find(|one| one[0] == *page)) {
            let weak = Arc::downgrade(server);
            let check = move || match weak.upgrade() {
                Some(server) => passes(&server, page[0], needs).map_err(str::to_string),
                None => Err("the server has ended".to_string()),
            };
            let group = match needs {
                Needs::Override(_) if name.contains("readiness") => "etcd-readiness",
                Needs::Override(_) => "etcd",
                _ => name,
            };
            server.health.add_beside(group, name, page, Arc::new(check));
        }
    }
}

const PAGES: [&[&str]; 3] = [&["healthz"], &["livez"], &["readyz"]];

fn passes(server: &Server, page: &str, needs: Needs) -> Result<(), &'static str> {
    // What is not finished yet is still to come, for a while.
    let is_young = page == "livez" && server.started.age() < server.options.serving_rules.livez_grace;
    if is_young && matches!(needs, Needs::Done(_) | Needs::Fairness | Needs::FairnessDone(_)) {
        return Ok(());
    }
    let (healthy, ready) = server.options.etcd_patience;
    let patience = if page == "readyz" { ready } else { healthy };
    let fair = || server.flow_control.as_ref().is_some_and(|control| control.is_synced());
    let (passes, why) = match needs {
        Needs::Start => (true, ""),
        Needs::Store => {
            (server.store.backends()[0].is_within(patience), "the watch on etcd is not connected")
        }
        Needs::Override(at) => (
            server.store.backends()[at].is_within(patience),
            "the watch on an etcd of --etcd-servers-overrides is not connected",
        ),
        Needs::Done(hook) | Needs::FairnessDone(hook) => (server.hooks.is_done(hook), "not finished"),
        Needs::Fairness => (fair(), "flow schemas and priority levels have not been read"),
        Needs::Running => (!server.ending.is_cancelled(), "the server is ending"),
    };
    if passes { Ok(()) } else { Err(why) }
}

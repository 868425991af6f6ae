//! What is particular to each resource: its defaults, what it may look like and what may change.
//! A resource with logic has a file; all others follow the general rules.

mod addresses;
mod admission;
mod aggregated;
mod allocations;
mod autoscaling;
mod batch;
mod capacities;
#[cfg(test)]
mod cases;
pub mod checks;
mod claims;
mod cron;
mod devices;
mod drivers;
mod endpoints;
mod events;
mod flows;
mod limits;
mod meta;
mod networking;
mod nodes;
mod others;
mod pairs;
pub mod pods;
mod rbac;
mod scaling;
mod services;
mod shown;
mod signing;
mod slices;
mod stateful;
mod storage;
mod volumes;
mod workloads;

use std::any::Any;

use apimachinery::Status;
use apimachinery::invalid::Violation;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use k8s_openapi::api::core::v1::{Namespace, Pod};

use crate::handlers::write::Part;

pub use meta::{metadata, metadata_update, without_doubles};

/// A check of a name; the error says what is wrong with it.
pub type NameRule = fn(&str) -> Result<(), String>;

/// The logic of one resource.
pub trait Strategy: Send + Sync {
    /// Fills in what the client left out.
    fn default(&self, _: &mut dyn Object) {}
    /// Clears and sets what only the server may, on creation.
    fn prepare_create(&self, _: &mut dyn Object) {}
    /// Clears and sets what only the server may, on an update.
    fn prepare_update(&self, _: &mut dyn Object, _: &dyn Object, _: Part) {}
    /// What is wrong with a new object.
    fn validate(&self, _: &dyn Object) -> Vec<Violation> {
        Vec::new()
    }
    /// What is wrong with a changed object.
    fn validate_update(&self, new: &dyn Object, _: &dyn Object, _: Part) -> Vec<Violation> {
        self.validate(new)
    }
    /// What the client should know, though it is allowed; `old` is there for an update.
    fn warnings(&self, _: &dyn Object, _old: Option<&dyn Object>) -> Vec<String> {
        Vec::new()
    }
    /// What a name must look like.
    fn name_rule(&self) -> NameRule {
        apimachinery::names::dns_subdomain
    }
    /// Whether `metadata.generation` counts changes of the spec.
    fn has_generation(&self) -> bool {
        false
    }
    /// Whether a status in a new object is dropped.
    fn clears_status(&self) -> bool {
        true
    }
    /// Whether an update of what is missing creates it.
    fn creates_on_update(&self) -> bool {
        false
    }
    /// Whether an update may come without a resource version.
    fn updates_unconditionally(&self) -> bool {
        true
    }
    /// Whether a deletion answers with the object instead of a Status.
    fn returns_deleted(&self) -> bool {
        false
    }
    /// Whether dependents stay when nothing is said.
    fn orphans_by_default(&self) -> bool {
        false
    }
    /// How long the object is given to go, if it is given time at all.
    fn grace(&self, _: &dyn Object, _: Option<i64>) -> Option<i64> {
        None
    }
    /// What else changes when the object is marked as going.
    fn deleted(&self, _: &mut dyn Object) {}
}

/// The general rules, with the few switches that resources differ in.
#[derive(Clone, Copy)]
pub struct General {
    /// See [`Strategy::name_rule`].
    pub name: NameRule,
    /// See [`Strategy::has_generation`].
    pub generation: bool,
    /// See [`Strategy::creates_on_update`].
    pub creates: bool,
    /// See [`Strategy::returns_deleted`].
    pub returns: bool,
    /// The opposite of [`Strategy::clears_status`].
    pub keeps_status: bool,
    /// The opposite of [`Strategy::updates_unconditionally`].
    pub versioned: bool,
}

/// The general rules as they are for most.
pub const GENERAL: General = General {
    name: apimachinery::names::dns_subdomain,
    generation: false,
    creates: false,
    returns: false,
    keeps_status: false,
    versioned: false,
};

impl Strategy for General {
    fn name_rule(&self) -> NameRule {
        self.name
    }

    fn has_generation(&self) -> bool {
        self.generation
    }

    fn creates_on_update(&self) -> bool {
        self.creates
    }

    fn returns_deleted(&self) -> bool {
        self.returns
    }

    fn clears_status(&self) -> bool {
        !self.keeps_status
    }

    fn updates_unconditionally(&self) -> bool {
        !self.versioned
    }
}

/// The logic of one type, written over the type itself.
pub struct Rules<T: 'static> {
    /// See [`Strategy::default`].
    pub default: fn(&mut T),
    /// See [`Strategy::prepare_create`].
    pub prepare_create: fn(&mut T),
    /// See [`Strategy::prepare_update`].
    pub prepare_update: fn(&mut T, &T, Part),
    /// See [`Strategy::validate`].
    pub validate: fn(&T, &mut Vec<Violation>),
    /// Beyond `validate`, what is wrong with a new object.
    pub validate_create: fn(&T, &mut Vec<Violation>),
    /// Beyond `validate`, what is wrong with a change.
    pub validate_update: fn(&T, &T, Part, &mut Vec<Violation>),
    /// See [`Strategy::warnings`].
    pub warnings: fn(&T, Option<&T>) -> Vec<String>,
    /// See [`Strategy::deleted`].
    pub deleted: fn(&mut T),
    /// See [`Strategy::orphans_by_default`].
    pub orphans: bool,
    /// The switches.
    pub general: General,
}

impl<T: 'static> Rules<T> {
    /// Rules that do nothing, to be filled in.
    pub const fn new(general: General) -> Self {
        Self {
            default: |_| {},
            prepare_create: |_| {},
            prepare_update: |_, _, _| {},
            validate: |_, _| {},
            validate_create: |_, _| {},
            validate_update: |_, _, _, _| {},
            warnings: |_, _| Vec::new(),
            deleted: |_| {},
            orphans: false,
            general,
        }
    }
}

impl<T: Any + Send + Sync> Strategy for Rules<T> {
    fn default(&self, object: &mut dyn Object) {
        if let Some(object) = object.of_mut::<T>() {
            (self.default)(object);
        }
    }

    fn prepare_create(&self, object: &mut dyn Object) {
        if let Some(object) = object.of_mut::<T>() {
            (self.prepare_create)(object);
        }
    }

    fn prepare_update(&self, new: &mut dyn Object, old: &dyn Object, part: Part) {
        if let (Some(new), Some(old)) = (new.of_mut::<T>(), old.of::<T>()) {
            (self.prepare_update)(new, old, part);
        }
    }

    fn validate(&self, object: &dyn Object) -> Vec<Violation> {
        let mut violations = Vec::new();
        if let Some(object) = object.of::<T>() {
            (self.validate)(object, &mut violations);
            (self.validate_create)(object, &mut violations);
        }
        violations
    }

    fn validate_update(&self, new: &dyn Object, old: &dyn Object, part: Part) -> Vec<Violation> {
        // A status says what is; it is not held against the rules for specs.
        let mut violations = Vec::new();
        if let (Some(new), Some(old)) = (new.of::<T>(), old.of::<T>()) {
            if part != Part::Status {
                (self.validate)(new, &mut violations);
            }
            (self.validate_update)(new, old, part, &mut violations);
        }
        violations
    }

    fn warnings(&self, object: &dyn Object, old: Option<&dyn Object>) -> Vec<String> {
        let old = old.and_then(|old| old.of::<T>());
        object.of::<T>().map(|object| (self.warnings)(object, old)).unwrap_or_default()
    }

    fn deleted(&self, object: &mut dyn Object) {
        if let Some(object) = object.of_mut::<T>() {
            (self.deleted)(object);
        }
    }

    fn name_rule(&self) -> NameRule {
        self.general.name
    }

    fn has_generation(&self) -> bool {
        self.general.generation
    }

    fn creates_on_update(&self) -> bool {
        self.general.creates
    }

    fn returns_deleted(&self) -> bool {
        self.general.returns
    }

    fn orphans_by_default(&self) -> bool {
        self.orphans
    }

    fn clears_status(&self) -> bool {
        !self.general.keeps_status
    }

    fn updates_unconditionally(&self) -> bool {
        !self.general.versioned
    }
}

/// The strategy of a stored resource for a request that named it as `asked`.
pub fn asked_as(asked: &Resource, stored: &Resource) -> &'static dyn Strategy {
    match (asked.group, asked.plural) {
        ("events.k8s.io", "events") => &events::NEW_EVENTS,
        _ => of(stored),
    }
}

/// The strategy of a stored resource.
pub fn of(resource: &Resource) -> &'static dyn Strategy {
    if let Some(slot) = crate::extensions::slot_of(resource) {
        return slot;
    }
    static PLAIN: General = GENERAL;
    static COUNTED: General = General { generation: true, ..GENERAL };
    static CREATED: General = General { creates: true, versioned: true, ..GENERAL };
    match (resource.group, resource.plural) {
        ("", "pods") => &pods::PODS,
        ("", "services") => &services::SERVICES,
        ("", "namespaces") => &others::NAMESPACES,
        ("", "configmaps") => &others::CONFIG_MAPS,
        ("", "secrets") => &others::SECRETS,
        ("", "nodes") => &nodes::NODES,
        ("", "persistentvolumes") => &volumes::VOLUMES,
        ("", "persistentvolumeclaims") => &claims::CLAIMS,
        ("", "replicationcontrollers") => &workloads::CONTROLLERS,
        ("apps", "deployments") => &workloads::DEPLOYMENTS,
        ("apps", "replicasets") => &workloads::REPLICA_SETS,
        ("apps", "daemonsets") => &workloads::DAEMON_SETS,
        ("apps", "statefulsets") => &stateful::SETS,
        ("batch", "jobs") => &batch::JOBS,
        ("batch", "cronjobs") => &batch::CRON_JOBS,
        ("rbac.authorization.k8s.io", "roles") => &rbac::ROLES,
        ("rbac.authorization.k8s.io", "clusterroles") => &rbac::CLUSTER_ROLES,
        ("rbac.authorization.k8s.io", "rolebindings") => &rbac::BINDINGS,
        ("rbac.authorization.k8s.io", "clusterrolebindings") => &rbac::CLUSTER_BINDINGS,
        ("certificates.k8s.io", "certificatesigningrequests") => &signing::REQUESTS,
        ("scheduling.k8s.io", "priorityclasses") => &others::PRIORITIES,
        ("storage.k8s.io", "storageclasses") => &volumes::CLASSES,
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations") => &admission::MUTATING,
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations") => &admission::VALIDATING,
        ("", "podtemplates") => &scaling::TEMPLATES,
        ("", "resourcequotas") => &limits::QUOTAS,
        ("", "serviceaccounts") => &others::SERVICE_ACCOUNTS,
        ("storage.k8s.io", "volumeattributesclasses") => &volumes::ATTRIBUTES,
        ("", "endpoints") => &endpoints::ENDPOINTS,
        ("networking.k8s.io", "ingresses") => &networking::INGRESSES,
        ("networking.k8s.io", "ingressclasses") => &networking::INGRESS_CLASSES,
        ("networking.k8s.io", "networkpolicies") => &networking::POLICIES,
        ("networking.k8s.io", "ipaddresses") => &endpoints::ADDRESSES,
        ("networking.k8s.io", "servicecidrs") => &endpoints::RANGES,
        ("discovery.k8s.io", "endpointslices") => &endpoints::SLICES,
        ("autoscaling", "horizontalpodautoscalers") => &autoscaling::AUTOSCALERS,
        ("policy", "poddisruptionbudgets") => &scaling::BUDGETS,
        ("coordination.k8s.io", "leases") => &scaling::LEASES,
        ("node.k8s.io", "runtimeclasses") => &scaling::RUNTIMES,
        ("apps", "controllerrevisions") => &workloads::REVISIONS,
        ("storage.k8s.io", "csidrivers") => &storage::DRIVERS,
        ("storage.k8s.io", "csinodes") => &storage::NODES,
        ("storage.k8s.io", "csistoragecapacities") => &storage::CAPACITIES,
        ("storage.k8s.io", "volumeattachments") => &storage::ATTACHMENTS,
        ("resource.k8s.io", "deviceclasses") => &devices::CLASSES,
        ("resource.k8s.io", "resourceclaims") => &devices::CLAIMS,
        ("resource.k8s.io", "resourceclaimtemplates") => &devices::TEMPLATES,
        ("resource.k8s.io", "resourceslices") => &slices::SLICES,
        ("admissionregistration.k8s.io", "validatingadmissionpolicies") => &admission::VALIDATING_POLICIES,
        ("admissionregistration.k8s.io", "mutatingadmissionpolicies") => &admission::MUTATING_POLICIES,
        ("", "limitranges") => &limits::LIMIT_RANGES,
        ("admissionregistration.k8s.io", "validatingadmissionpolicybindings") => {
            &admission::VALIDATING_BINDINGS
        }
        ("admissionregistration.k8s.io", "mutatingadmissionpolicybindings") => &admission::MUTATING_BINDINGS,
        ("flowcontrol.apiserver.k8s.io", "flowschemas") => &flows::SCHEMAS,
        ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations") => &flows::LEVELS,
        ("", "events") => &events::EVENTS,
        ("coordination.k8s.io", _) => &CREATED,
        ("apiextensions.k8s.io", _) => &crate::extensions::definition::DEFINITIONS,
        ("apiregistration.k8s.io", _) => &aggregated::SERVICES,
        (
            "apps"
            | "batch"
            | "policy"
            | "networking.k8s.io"
            | "discovery.k8s.io"
            | "admissionregistration.k8s.io"
            | "scheduling.k8s.io",
            _,
        ) => &COUNTED,
        _ => &PLAIN,
    }
}

/// For a subresource that is a part of the spec or status: takes all but that part from `old`.
pub fn only(part: Part, object: &mut dyn Object, old: &dyn Object) -> Result<(), Status> {
    let mut base = old.copy();
    base.meta_mut().resource_version.clone_from(&object.meta().resource_version);
    match part {
        Part::Approval => {
            if let (Some(base), Some(new)) =
                (base.of_mut::<CertificateSigningRequest>(), object.of::<CertificateSigningRequest>())
            {
                let conditions = new.status.as_ref().and_then(|status| status.conditions.clone());
                base.status.get_or_insert_default().conditions = conditions;
            }
        }
        Part::Finalize => {
            if let (Some(base), Some(new)) = (base.of_mut::<Namespace>(), object.of::<Namespace>()) {
                base.spec.clone_from(&new.spec);
            }
        }
        Part::EphemeralContainers => {
            if let (Some(base), Some(new)) = (base.of_mut::<Pod>(), object.of::<Pod>())
                && let (Some(spec), Some(new)) = (&mut base.spec, &new.spec)
            {
                spec.ephemeral_containers.clone_from(&new.ephemeral_containers);
            }
        }
        Part::Resize => {
            if let (Some(base), Some(new)) = (base.of_mut::<Pod>(), object.of::<Pod>())
                && let (Some(spec), Some(new)) = (&mut base.spec, &new.spec)
            {
                let others = new.containers.iter().chain(new.init_containers.iter().flatten());
                for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
                    if let Some(new) = others.clone().find(|new| new.name == container.name) {
                        container.resources.clone_from(&new.resources);
                        container.resize_policy.clone_from(&new.resize_policy);
                    }
                }
                spec.resources.clone_from(&new.resources);
            }
        }
        Part::Main | Part::Status => return Ok(()),
    }
    replace(object, base.as_ref())
}

fn replace(object: &mut dyn Object, with: &dyn Object) -> Result<(), Status> {
    fn set<T: Clone + 'static>(object: &mut dyn Object, with: &dyn Object) -> Option<()> {
        *object.of_mut::<T>()? = with.of::<T>()?.clone();
        Some(())
    }
    set::<Pod>(object, with)
        .or_else(|| set::<Namespace>(object, with))
        .or_else(|| set::<CertificateSigningRequest>(object, with))
        .ok_or_else(|| Status::internal("the subresource does not fit the kind"))
}

/// Whether a namespace's own finalizers, those in its spec, are all done.
pub fn namespace_is_empty(object: &dyn Object) -> bool {
    object
        .of::<Namespace>()
        .is_none_or(|n| n.spec.as_ref().and_then(|s| s.finalizers.as_ref()).is_none_or(Vec::is_empty))
}

/// For the tests of rules: what they say of an object, after its defaults.
#[cfg(test)]
fn check<T: serde::de::DeserializeOwned + 'static>(
    rules: &Rules<T>,
    object: serde_json::Value,
    want: &[&str],
) {
    let mut object: T = serde_json::from_value(object).expect("an object");
    (rules.default)(&mut object);
    let mut wrong = Vec::new();
    (rules.validate)(&object, &mut wrong);
    (rules.validate_create)(&object, &mut wrong);
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(wrong, want);
}

/// The same of a change.
#[cfg(test)]
fn check_update<T: serde::de::DeserializeOwned + 'static>(
    rules: &Rules<T>,
    part: Part,
    old: serde_json::Value,
    new: serde_json::Value,
    want: &[&str],
) {
    let [mut old, mut new]: [T; 2] = [old, new].map(|one| serde_json::from_value(one).expect("an object"));
    (rules.default)(&mut old);
    (rules.default)(&mut new);
    let mut wrong = Vec::new();
    (rules.validate_update)(&new, &old, part, &mut wrong);
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(wrong, want);
}

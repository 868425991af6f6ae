//! Step 4: what the cluster makes of a request. A chain of plugins, each in its file, in
//! upstream's order; webhooks, policies and quota join it here.

mod classes;
pub mod config;
mod devices;
mod event_rate;
pub mod expressions;
mod image_policy;
mod limit_ranger;
pub mod matching;
mod namespace_lifecycle;
pub mod node_restriction;
mod owners;
mod pod_security;
pub mod policy;
mod priority;
pub mod quota;
mod resize;
mod security_levels;
mod service_account;
mod signing;
pub mod switched;
mod taint_nodes;
mod toleration_restriction;
mod tolerations;
mod turns;
pub mod usage;
mod webhook;

use std::sync::Arc;
use std::time::Instant;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;

use crate::request::Call;
use crate::server::Server;
use turns::Turns;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// A change.
    Update,
    /// A deletion.
    Delete,
    /// A connection through the server.
    Connect,
}

/// What plugins know of the request.
pub struct Attributes<'a> {
    /// The request.
    pub call: &'a Call,
    /// What is being done.
    pub operation: Operation,
    /// To what.
    pub resource: &'static Resource,
    /// To which part.
    pub subresource: &'a str,
    /// Where.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// The object as it was.
    pub old: Option<&'a dyn Object>,
    /// The objects' group, version and kind, when they are not the resource's own.
    pub kind: Option<(&'static str, &'static str, &'static str)>,
}

/// What admission keeps between requests.
#[derive(Default)]
pub struct Admission {
    /// What the plugins are told by the configuration file.
    settings: config::Settings,
    webhooks: webhook::Webhooks,
    policies: policy::Policies,
    quotas: quota::Quotas,
    leaving: namespace_lifecycle::Leaving,
}

impl Admission {
    /// With what the configuration file says.
    pub fn new(settings: config::Settings) -> Self {
        Self { settings, ..Self::default() }
    }
}

impl Attributes<'_> {
    /// The resource in the version that was asked for.
    fn requested(&self) -> &'static Resource {
        let asked = self.call.resource;
        if asked.prefix == self.resource.prefix { asked } else { self.resource }
    }

    /// The type of the objects.
    fn object_type(&self) -> Result<&'static apimachinery::kinds::Kind, Status> {
        match self.kind {
            Some((group, version, kind)) => crate::decode::kind(group, version, kind),
            None => crate::decode::kind_of(self.resource),
        }
    }

    fn server(&self) -> &Arc<Server> {
        &self.call.server
    }

    fn is(&self, group: &str, plural: &str) -> bool {
        self.resource.group == group && self.resource.plural == plural
    }

    /// Whether a pod is being created, not a part of one.
    fn creates_pod(&self) -> bool {
        self.operation == Operation::Create && self.is("", "pods") && self.subresource.is_empty()
    }

    fn forbidden(&self, why: impl std::fmt::Display) -> Status {
        Status::forbidden(self.resource.group, self.resource.plural, &self.name, why)
    }
}

/// The plugins that change objects.
pub async fn mutate(attributes: &Attributes<'_>, object: &mut Box<dyn Object>) -> Result<(), Status> {
    let mut turns = Turns::new(attributes, "admit");
    let outcome = mutate_all(attributes, object, &mut turns).await;
    turns.end(outcome)
}

/// Does what asks others, whose time is not the server's own.
async fn elsewhere<T>(attributes: &Attributes<'_>, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let outcome = work.await;
    attributes.call.was_elsewhere(begun.elapsed());
    outcome
}

async fn mutate_all(
    attributes: &Attributes<'_>,
    object: &mut Box<dyn Object>,
    turns: &mut Turns,
) -> Result<(), Status> {
    let options = &attributes.call.server.options;
    always_deny(attributes, turns)?;
    if options.plugin("NamespaceAutoProvision") {
        turns.done("NamespaceAutoProvision", switched::provision(attributes).await)?;
    }
    if options.plugin("NamespaceExists") {
        turns.done("NamespaceExists", switched::exists(attributes).await)?;
    }
    if options.plugin("NamespaceLifecycle") {
        turns.done("NamespaceLifecycle", namespace_lifecycle::admit(attributes).await)?;
    }
    if let Some(pod) = object.of_mut::<Pod>().filter(|_| attributes.creates_pod()) {
        if options.plugin("ServiceAccount") {
            turns.done("ServiceAccount", service_account::admit(attributes, pod).await)?;
        }
        if options.plugin("Priority") {
            turns.done("Priority", priority::admit(attributes, pod).await)?;
        }
        if options.plugin("LimitRanger") {
            turns.done("LimitRanger", limit_ranger::admit(attributes, pod).await)?;
        }
        if options.plugin("DefaultTolerationSeconds") {
            tolerations::admit(options, pod);
            turns.done("DefaultTolerationSeconds", Ok(()))?;
        }
        if options.plugin("ExtendedResourceToleration") {
            tolerations::extended(pod);
            turns.done("ExtendedResourceToleration", Ok(()))?;
        }
        if options.plugin("RuntimeClass") {
            turns.done("RuntimeClass", classes::runtime(attributes, pod).await)?;
        }
        if options.plugin("AlwaysPullImages") {
            switched::pull(pod);
            turns.done("AlwaysPullImages", Ok(()))?;
        }
        if options.plugin("PodNodeSelector") {
            turns.done("PodNodeSelector", switched::node_selector(attributes, pod).await)?;
        }
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_default();
        if !node.is_empty() && options.plugin("PodTopologyLabels") {
            turns
                .done("PodTopologyLabels", switched::topology(attributes, &node, &mut pod.metadata).await)?;
        }
    }
    let settings = &attributes.server().admission.settings;
    if let Some(pod) = object.of_mut::<Pod>() {
        if attributes.subresource.is_empty() && options.plugin("PodTolerationRestriction") {
            turns.done(
                "PodTolerationRestriction",
                toleration_restriction::admit(attributes, &settings.tolerations, pod).await,
            )?;
        }
        let images = matches!(attributes.subresource, "" | "ephemeralcontainers");
        if let Some(policy) =
            settings.image_policy.as_ref().filter(|_| images && options.plugin("ImagePolicyWebhook"))
        {
            turns.done("ImagePolicyWebhook", policy.admit(attributes, pod).await)?;
        }
    }
    let creates = attributes.operation == Operation::Create;
    let whole = creates && attributes.subresource.is_empty();
    if let Some(claim) =
        object.of_mut::<PersistentVolumeClaim>().filter(|_| whole && options.plugin("DefaultStorageClass"))
    {
        turns.done("DefaultStorageClass", classes::storage(attributes, claim).await)?;
    }
    if let Some(ingress) =
        object.of_mut::<Ingress>().filter(|_| whole && options.plugin("DefaultIngressClass"))
    {
        turns.done("DefaultIngressClass", classes::ingress(attributes, ingress).await)?;
    }
    if let Some(node) = object.of_mut::<Node>().filter(|_| creates && options.plugin("TaintNodesByCondition"))
    {
        taint_nodes::admit(node);
        turns.done("TaintNodesByCondition", Ok(()))?;
    }
    if whole && options.plugin("StorageObjectInUseProtection") {
        switched::protect(object.as_mut());
        turns.done("StorageObjectInUseProtection", Ok(()))?;
    }
    signing::admit(attributes, object.as_mut());
    turns.skip();
    change(attributes, object, turns).await
}

/// The policies and webhooks that change objects.
async fn change(
    attributes: &Attributes<'_>,
    object: &mut Box<dyn Object>,
    turns: &mut Turns,
) -> Result<(), Status> {
    let options = &attributes.call.server.options;
    if options.plugin("MutatingAdmissionPolicy") {
        turns.done("MutatingAdmissionPolicy", policy::mutate(attributes, object).await)?;
    }
    if options.plugin("MutatingAdmissionWebhook") {
        let outcome = elsewhere(attributes, webhook::mutate(attributes, object)).await;
        turns.done("MutatingAdmissionWebhook", outcome)?;
    }
    Ok(())
}

/// The plugins that only judge. What they give is to be kept until the object is stored.
pub async fn validate(
    attributes: &Attributes<'_>,
    object: &dyn Object,
) -> Result<Option<quota::Reservation>, Status> {
    let mut turns = Turns::new(attributes, "validate");
    let outcome = validate_all(attributes, object, &mut turns).await;
    turns.end(outcome)
}

async fn validate_all(
    attributes: &Attributes<'_>,
    object: &dyn Object,
    turns: &mut Turns,
) -> Result<Option<quota::Reservation>, Status> {
    let options = &attributes.call.server.options;
    devices::validate(attributes, object).await?;
    turns.skip();
    if options.plugin("LimitRanger") {
        turns.done("LimitRanger", limit_ranger::validate(attributes, object).await)?;
    }
    if options.plugin("PersistentVolumeClaimResize") {
        turns.done("PersistentVolumeClaimResize", classes::resize(attributes, object).await)?;
    }
    if let Some(service) = object.of::<Service>().filter(|_| options.plugin("DenyServiceExternalIPs")) {
        turns.done("DenyServiceExternalIPs", switched::external(attributes, service))?;
    }
    if let Some(pod) = object.of::<Pod>().filter(|_| options.plugin("LimitPodHardAntiAffinityTopology")) {
        turns.done("LimitPodHardAntiAffinityTopology", switched::anti_affinity(attributes, pod))?;
    }
    if options.plugin("PodSecurity") {
        turns.done("PodSecurity", pod_security::validate(attributes, object).await)?;
    }
    if attributes.call.server.options.plugin("NodeRestriction") {
        turns.done("NodeRestriction", node_restriction::admit(attributes, Some(object)).await)?;
    }
    if let Some(pod) = object.of::<Pod>() {
        resize::validate(attributes, pod).await?;
    }
    signing::validate(attributes, object).await?;
    turns.skip();
    if options.plugin("OwnerReferencesPermissionEnforcement") {
        turns.done("OwnerReferencesPermissionEnforcement", owners::validate(attributes, object).await)?;
    }
    let settings = &attributes.server().admission.settings;
    if let Some(rates) = settings.event_rates.as_ref().filter(|_| options.plugin("EventRateLimit")) {
        turns.done("EventRateLimit", rates.validate(attributes, object))?;
    }
    crate::authz::escalation(attributes.call, attributes.resource, object, attributes.old).await?;
    turns.skip();
    judge(attributes, Some(object), turns).await?;
    // Last: what is refused by another takes nothing.
    if !options.plugin("ResourceQuota") {
        return Ok(None);
    }
    let outcome = quota::admit(attributes, object).await;
    turns.done("ResourceQuota", outcome)
}

/// AlwaysDeny refuses every change.
fn always_deny(attributes: &Attributes<'_>, turns: &mut Turns) -> Result<(), Status> {
    if attributes.call.server.options.plugin("AlwaysDeny") {
        let why = "admission control is denying all modifications";
        return turns.done("AlwaysDeny", Err(attributes.forbidden(why)));
    }
    Ok(())
}

/// The policies and webhooks that only judge.
async fn judge(
    attributes: &Attributes<'_>,
    object: Option<&dyn Object>,
    turns: &mut Turns,
) -> Result<(), Status> {
    let options = &attributes.call.server.options;
    if options.plugin("ValidatingAdmissionPolicy") {
        turns.done("ValidatingAdmissionPolicy", policy::validate(attributes, object).await)?;
    }
    if options.plugin("ValidatingAdmissionWebhook") {
        let outcome = elsewhere(attributes, webhook::validate(attributes, object)).await;
        turns.done("ValidatingAdmissionWebhook", outcome)?;
    }
    Ok(())
}

/// Shows webhooks and policies what is no object of its own: bindings, evictions, scales, requests
/// for tokens. They may change it.
pub async fn part(attributes: &Attributes<'_>, object: &mut Box<dyn Object>) -> Result<(), Status> {
    let mut turns = Turns::new(attributes, "admit");
    let outcome = match always_deny(attributes, &mut turns) {
        Ok(()) => change(attributes, object, &mut turns).await,
        Err(status) => Err(status),
    };
    turns.end(outcome)?;
    judged(attributes, Some(object.as_ref())).await
}

/// Shows webhooks and policies a connection. There is nothing to change about it.
pub async fn connect(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let mut turns = Turns::new(attributes, "admit");
    let outcome = match always_deny(attributes, &mut turns) {
        Ok(()) => show(attributes, Some(object), &mut turns).await,
        Err(status) => Err(status),
    };
    turns.end(outcome)?;
    judged(attributes, Some(object)).await
}

/// The plugins that judge deletions.
pub async fn on_delete(attributes: &Attributes<'_>) -> Result<(), Status> {
    let mut turns = Turns::new(attributes, "admit");
    let outcome = before_delete(attributes, &mut turns).await;
    turns.end(outcome)?;
    judged(attributes, None).await
}

async fn before_delete(attributes: &Attributes<'_>, turns: &mut Turns) -> Result<(), Status> {
    always_deny(attributes, turns)?;
    if attributes.call.server.options.plugin("NodeRestriction") {
        turns.done("NodeRestriction", node_restriction::admit(attributes, attributes.old).await)?;
    }
    turns.done("NamespaceLifecycle", namespace_lifecycle::on_delete(attributes))?;
    show(attributes, None, turns).await
}

/// Lets the mutating webhooks see what is not to be changed.
async fn show(
    attributes: &Attributes<'_>,
    object: Option<&dyn Object>,
    turns: &mut Turns,
) -> Result<(), Status> {
    if attributes.call.server.options.plugin("MutatingAdmissionWebhook") {
        let outcome = elsewhere(attributes, webhook::show(attributes, object)).await;
        turns.done("MutatingAdmissionWebhook", outcome)?;
    }
    Ok(())
}

/// The step that judges, where only policies and webhooks do.
async fn judged(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    let mut turns = Turns::new(attributes, "validate");
    let outcome = judge(attributes, object, &mut turns).await;
    turns.end(outcome)
}

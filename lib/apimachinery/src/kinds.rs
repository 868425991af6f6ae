//! The types behind the kinds: how an object of each kind is decoded and encoded, and which of
//! its parts are spec and status. Everything else works on [`Object`], which knows no kind.

use std::any::Any;
use std::fmt::Debug;

use k8s_openapi::Metadata;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::complete::{complete, made_whole};

/// An object of any kind.
pub trait Object: Any + Send + Sync + Debug {
    /// Its metadata.
    fn meta(&self) -> &ObjectMeta;
    /// Its metadata, to change.
    fn meta_mut(&mut self) -> &mut ObjectMeta;
    /// Its JSON as upstream's type would be written ([`crate::complete`]); it begins with `apiVersion`, `kind` and
    /// `metadata`, in this order.
    fn encode(&self) -> Vec<u8>;
    /// The same as a value.
    fn value(&self) -> serde_json::Value;
    /// For downcasts to the type.
    fn as_any(&self) -> &dyn Any;
    /// For downcasts to the type.
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// A copy.
    fn copy(&self) -> Box<dyn Object>;
}

impl<T> Object for T
where
    T: Metadata<Ty = ObjectMeta> + Serialize + Clone + Debug + Send + Sync + 'static,
{
    fn meta(&self) -> &ObjectMeta {
        self.metadata()
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        self.metadata_mut()
    }

    fn encode(&self) -> Vec<u8> {
        // Maps have string keys and numbers are finite: encoding can't fail.
        let text = serde_json::to_vec(self).unwrap_or_default();
        let head = head(T::API_VERSION, T::KIND).len();
        complete(metadata_first(text, head, self.metadata()), (T::GROUP, T::VERSION, T::KIND))
    }

    fn value(&self) -> serde_json::Value {
        serde_json::from_slice(&self.encode()).unwrap_or_default()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }
}

/// What the JSON of an object begins with ([`Object::encode`]).
pub fn head(api_version: &str, kind: &str) -> String {
    format!("{{\"apiVersion\":\"{api_version}\",\"kind\":\"{kind}\"")
}

/// Fields come in the order of the alphabet, so that in some kinds a few stand before the
/// metadata; `head` is where it belongs.
fn metadata_first(text: Vec<u8>, head: usize, metadata: &ObjectMeta) -> Vec<u8> {
    if text[head.min(text.len())..].starts_with(b",\"metadata\":") {
        return text;
    }
    let mut field = b",\"metadata\":".to_vec();
    field.extend(serde_json::to_vec(metadata).unwrap_or_default());
    // No kind has a field of that name inside of what stands before it.
    let Some(at) = text.windows(field.len()).position(|window| window == field) else { return text };
    [&text[..head], &field, &text[head..at], &text[at + field.len()..]].concat()
}

impl dyn Object {
    /// The object as its type.
    pub fn of<T: 'static>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }

    /// The object as its type, to change.
    pub fn of_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.as_any_mut().downcast_mut()
    }

    /// The object's name; empty before one is generated.
    pub fn name(&self) -> &str {
        self.meta().name.as_deref().unwrap_or_default()
    }

    /// The object's namespace; empty for cluster-wide objects.
    pub fn namespace(&self) -> &str {
        self.meta().namespace.as_deref().unwrap_or_default()
    }
}

/// Reads an object of one kind.
pub type Decode = fn(&[u8]) -> Result<Box<dyn Object>, serde_json::Error>;

/// What is known of the type behind a kind.
pub struct Kind {
    /// The API group.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Reads an object.
    pub decode: Decode,
    /// Copies the spec of the second object into the first; nothing for kinds without.
    pub copy_spec: fn(&mut dyn Object, &dyn Object),
    /// Copies the status of the second object into the first; nothing for kinds without.
    pub copy_status: fn(&mut dyn Object, &dyn Object),
    /// Takes the status away.
    pub clear_status: fn(&mut dyn Object),
    /// Whether both have the same spec, or for kinds without, the same everything but metadata.
    pub same_spec: fn(&dyn Object, &dyn Object) -> bool,
    /// Whether the kind has a spec.
    pub has_spec: bool,
    /// Describes the kind to a generator of schemas, and tells its name there.
    pub schema: fn(&mut schemars::SchemaGenerator) -> String,
}

/// The type behind a kind.
pub fn find(group: &str, version: &str, kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.kind == kind && k.group == group && k.version == version)
}

fn decode<T>(text: &[u8]) -> Result<Box<dyn Object>, serde_json::Error>
where
    T: DeserializeOwned + Object + k8s_openapi::Resource,
{
    // What is nothing has one form, whoever wrote the text: else one object would differ from the same one.
    if let Some(whole) = made_whole(text, (T::GROUP, T::VERSION, T::KIND)) {
        return Ok(Box::new(serde_json::from_slice::<T>(&whole)?));
    }
    let object = serde_json::from_slice::<T>(text)?;
    Ok(Box::new(serde_json::from_slice::<T>(&object.encode())?))
}

fn schema<T: schemars::JsonSchema>(generator: &mut schemars::SchemaGenerator) -> String {
    generator.subschema_for::<T>();
    T::schema_name().into_owned()
}

fn nothing(_: &mut dyn Object, _: &dyn Object) {}

fn no_status(_: &mut dyn Object) {}

fn same_but_metadata<T: Clone + PartialEq + Metadata<Ty = ObjectMeta> + 'static>(
    a: &dyn Object,
    b: &dyn Object,
) -> bool {
    let bare = |object: &dyn Object| {
        object.of::<T>().cloned().map(|mut object| {
            *object.metadata_mut() = ObjectMeta::default();
            object
        })
    };
    bare(a) == bare(b)
}

macro_rules! copy {
    ($type:ty, $field:ident) => {
        |to, from| {
            if let (Some(to), Some(from)) = (to.of_mut::<$type>(), from.of::<$type>()) {
                to.$field = from.$field.clone();
            }
        }
    };
}

macro_rules! same {
    ($type:ty) => {
        |a, b| match (a.of::<$type>(), b.of::<$type>()) {
            (Some(a), Some(b)) => a.spec == b.spec,
            _ => false,
        }
    };
}

macro_rules! clear {
    ($type:ty) => {
        |object| {
            if let Some(object) = object.of_mut::<$type>() {
                object.status = Default::default();
            }
        }
    };
}

macro_rules! kind {
    ($group:literal $version:literal, $($path:ident)::+, spec status) => {
        Kind { copy_spec: copy!($($path)::+, spec), copy_status: copy!($($path)::+, status),
               clear_status: clear!($($path)::+), same_spec: same!($($path)::+), has_spec: true,
               ..kind!($group $version, $($path)::+, none) }
    };
    ($group:literal $version:literal, $($path:ident)::+, spec) => {
        Kind { copy_spec: copy!($($path)::+, spec), same_spec: same!($($path)::+), has_spec: true,
               ..kind!($group $version, $($path)::+, none) }
    };
    ($group:literal $version:literal, $($path:ident)::+, none) => {
        Kind {
            group: $group, version: $version,
            kind: <$($path)::+ as k8s_openapi::Resource>::KIND,
            decode: decode::<$($path)::+>,
            copy_spec: nothing, copy_status: nothing, clear_status: no_status,
            same_spec: same_but_metadata::<$($path)::+>, has_spec: false, schema: schema::<$($path)::+>,
        }
    };
}

use k8s_openapi::api::{
    admissionregistration, apps, authentication, authorization, autoscaling, batch, certificates,
    coordination, core, discovery, events, flowcontrol, networking, node, policy, rbac, resource, scheduling,
    storage,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration;

/// Every kind that the API reads and writes.
#[rustfmt::skip]
pub static KINDS: &[Kind] = &[
    kind!("" "v1", core::v1::Binding, none),
    kind!("" "v1", core::v1::ComponentStatus, none),
    kind!("" "v1", core::v1::ConfigMap, none),
    kind!("" "v1", core::v1::Endpoints, none),
    kind!("" "v1", core::v1::Event, none),
    kind!("" "v1", core::v1::LimitRange, spec),
    kind!("" "v1", core::v1::Namespace, spec status),
    kind!("" "v1", core::v1::Node, spec status),
    kind!("" "v1", core::v1::PersistentVolumeClaim, spec status),
    kind!("" "v1", core::v1::PersistentVolume, spec status),
    kind!("" "v1", core::v1::Pod, spec status),
    kind!("policy" "v1", policy::v1::Eviction, none),
    kind!("" "v1", core::v1::PodTemplate, none),
    kind!("" "v1", core::v1::ReplicationController, spec status),
    kind!("autoscaling" "v1", autoscaling::v1::Scale, spec status),
    kind!("" "v1", core::v1::ResourceQuota, spec status),
    kind!("" "v1", core::v1::Secret, none),
    kind!("" "v1", core::v1::ServiceAccount, none),
    kind!("authentication.k8s.io" "v1", authentication::v1::TokenRequest, spec status),
    kind!("" "v1", core::v1::Service, spec status),
    kind!("apiregistration.k8s.io" "v1", apiregistration::v1::APIService, spec status),
    kind!("apps" "v1", apps::v1::ControllerRevision, none),
    kind!("apps" "v1", apps::v1::DaemonSet, spec status),
    kind!("apps" "v1", apps::v1::Deployment, spec status),
    kind!("apps" "v1", apps::v1::ReplicaSet, spec status),
    kind!("apps" "v1", apps::v1::StatefulSet, spec status),
    kind!("events.k8s.io" "v1", events::v1::Event, none),
    kind!("authentication.k8s.io" "v1", authentication::v1::SelfSubjectReview, none),
    kind!("authentication.k8s.io" "v1", authentication::v1::TokenReview, spec status),
    kind!("authorization.k8s.io" "v1", authorization::v1::LocalSubjectAccessReview, spec status),
    kind!("authorization.k8s.io" "v1", authorization::v1::SelfSubjectAccessReview, spec status),
    kind!("authorization.k8s.io" "v1", authorization::v1::SelfSubjectRulesReview, spec status),
    kind!("authorization.k8s.io" "v1", authorization::v1::SubjectAccessReview, spec status),
    kind!("autoscaling" "v2", autoscaling::v2::HorizontalPodAutoscaler, spec status),
    kind!("autoscaling" "v1", autoscaling::v1::HorizontalPodAutoscaler, spec status),
    kind!("batch" "v1", batch::v1::CronJob, spec status),
    kind!("batch" "v1", batch::v1::Job, spec status),
    kind!("certificates.k8s.io" "v1", certificates::v1::CertificateSigningRequest, spec status),
    kind!("networking.k8s.io" "v1", networking::v1::IngressClass, spec),
    kind!("networking.k8s.io" "v1", networking::v1::Ingress, spec status),
    kind!("networking.k8s.io" "v1", networking::v1::IPAddress, spec),
    kind!("networking.k8s.io" "v1", networking::v1::NetworkPolicy, spec),
    kind!("networking.k8s.io" "v1", networking::v1::ServiceCIDR, spec status),
    kind!("policy" "v1", policy::v1::PodDisruptionBudget, spec status),
    kind!("rbac.authorization.k8s.io" "v1", rbac::v1::ClusterRoleBinding, none),
    kind!("rbac.authorization.k8s.io" "v1", rbac::v1::ClusterRole, none),
    kind!("rbac.authorization.k8s.io" "v1", rbac::v1::RoleBinding, none),
    kind!("rbac.authorization.k8s.io" "v1", rbac::v1::Role, none),
    kind!("storage.k8s.io" "v1", storage::v1::CSIDriver, spec),
    kind!("storage.k8s.io" "v1", storage::v1::CSINode, spec),
    kind!("storage.k8s.io" "v1", storage::v1::CSIStorageCapacity, none),
    kind!("storage.k8s.io" "v1", storage::v1::StorageClass, none),
    kind!("storage.k8s.io" "v1", storage::v1::VolumeAttachment, spec status),
    kind!("storage.k8s.io" "v1", storage::v1::VolumeAttributesClass, none),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::MutatingAdmissionPolicy, spec),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::MutatingAdmissionPolicyBinding, spec),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::MutatingWebhookConfiguration, none),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::ValidatingAdmissionPolicy, spec status),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::ValidatingAdmissionPolicyBinding, spec),
    kind!("admissionregistration.k8s.io" "v1", admissionregistration::v1::ValidatingWebhookConfiguration, none),
    kind!("apiextensions.k8s.io" "v1", apiextensions::v1::CustomResourceDefinition, spec status),
    kind!("scheduling.k8s.io" "v1", scheduling::v1::PriorityClass, none),
    kind!("coordination.k8s.io" "v1", coordination::v1::Lease, spec),
    kind!("node.k8s.io" "v1", node::v1::RuntimeClass, none),
    kind!("discovery.k8s.io" "v1", discovery::v1::EndpointSlice, none),
    kind!("resource.k8s.io" "v1", resource::v1::DeviceClass, spec),
    kind!("resource.k8s.io" "v1", resource::v1::ResourceClaim, spec status),
    kind!("resource.k8s.io" "v1", resource::v1::ResourceClaimTemplate, spec),
    kind!("resource.k8s.io" "v1", resource::v1::ResourceSlice, spec),
    kind!("flowcontrol.apiserver.k8s.io" "v1", flowcontrol::v1::FlowSchema, spec status),
    kind!("flowcontrol.apiserver.k8s.io" "v1", flowcontrol::v1::PriorityLevelConfiguration, spec status),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::RESOURCES;

    #[test]
    fn every_resource_has_its_type() {
        for resource in RESOURCES.iter().filter(|resource| resource.is_stored()) {
            assert!(
                find(resource.group, resource.version, resource.kind).is_some(),
                "{} has no type",
                resource.kind
            );
        }
    }

    #[test]
    fn golden_objects_survive() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/api/golden");
        let deeper = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/api/golden");
        let own = std::env::var("KADM_REFERENCE").map(|path| path + "/golden").unwrap_or_default();
        let Some(folder) =
            [own.as_str(), root, deeper].into_iter().find(|p| std::path::Path::new(p).is_dir())
        else {
            assert!(std::env::var_os("CI").is_none(), "the reference data is missing");
            println!("skipped: no reference data");
            return;
        };
        let mut wrong = Vec::new();
        for kind in KINDS {
            let group = if kind.group.is_empty() { "core" } else { kind.group };
            let path = format!("{folder}/{group}.{}.{}.json", kind.version, kind.kind);
            let Ok(text) = std::fs::read(&path) else {
                println!("no golden object: {path}");
                continue;
            };
            let mut want: serde_json::Value = serde_json::from_slice(&text).expect("golden JSON");
            // Go reads a null time as no time; ours has no such value, and no server sends it.
            if kind.kind == "PodDisruptionBudget" {
                want["status"]["disruptedPods"]["disruptedPodsKey"] = "2026-01-01T00:00:00Z".into();
            }
            // A real server fills the claims' kinds in, as ours does.
            let claims = want.pointer_mut("/spec/volumeClaimTemplates").and_then(|list| list.as_array_mut());
            for claim in claims.into_iter().flatten() {
                claim["apiVersion"] = "v1".into();
                claim["kind"] = "PersistentVolumeClaim".into();
            }
            let text = serde_json::to_vec(&want).expect("JSON");
            let object = match (kind.decode)(&text) {
                Ok(object) => object,
                Err(error) => {
                    wrong.push(format!("{path}: {error}"));
                    continue;
                }
            };
            let encoded = object.encode();
            let head = format!(
                "{{\"apiVersion\":{:?},\"kind\":{:?},\"metadata\":{{",
                want["apiVersion"].as_str().expect("apiVersion"),
                kind.kind
            );
            if crate::resources::of_kind(kind.group, kind.version, kind.kind).is_some_and(|r| r.is_stored()) {
                assert!(
                    encoded.starts_with(head.as_bytes()),
                    "{path} begins otherwise: {}",
                    String::from_utf8_lossy(&encoded[..100])
                );
            }
            let have: serde_json::Value = serde_json::from_slice(&encoded).expect("our JSON");
            if have != want {
                let mut lost = crate::strict::unknown(&want, &have);
                lost.extend(crate::strict::unknown(&have, &want).iter().map(|f| format!("added {f}")));
                wrong.push(format!("{path}: {lost:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

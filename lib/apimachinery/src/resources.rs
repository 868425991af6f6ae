//! The resource table: every stable resource of Kubernetes v1.36 and what is known of it without
//! knowing its fields. Adding a resource begins with a row here.

use std::any::Any;

use crate::kinds::{self, Kind};

/// One resource in one version.
#[derive(Debug)]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The version, such as `v1`.
    pub version: &'static str,
    /// The kind of its objects.
    pub kind: &'static str,
    /// The name in paths.
    pub plural: &'static str,
    /// The name for one.
    pub singular: &'static str,
    /// Abbreviations for people.
    pub short: &'static [&'static str],
    /// Groups of resources that people ask for at once, such as `all`.
    pub categories: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it, in alphabetical order.
    pub verbs: &'static [&'static str],
    /// What else its objects answer to.
    pub subresources: &'static [Subresource],
    /// Where its objects are stored below the store's root; empty when they are not stored.
    pub prefix: &'static str,
    /// The fields beside name and namespace that field selectors may name.
    pub fields: &'static [&'static str],
    /// What only the rows of custom resources have.
    pub custom: Option<Custom>,
}

/// What the row of a custom resource knows beside what all rows do.
#[derive(Clone, Copy)]
pub struct Custom {
    /// The type of its objects.
    pub kind: &'static Kind,
    /// The row in whose version its objects are stored; `None`: this one.
    pub storage: Option<&'static Resource>,
    /// What the server keeps of its definition.
    pub definition: &'static (dyn Any + Send + Sync),
}

impl std::fmt::Debug for Custom {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Custom").finish_non_exhaustive()
    }
}

/// A subresource.
#[derive(Debug)]
pub struct Subresource {
    /// Its name, such as `status`.
    pub name: &'static str,
    /// The group of its kind; with an empty version: that of the resource.
    pub group: &'static str,
    /// The version of its kind; empty: that of the resource.
    pub version: &'static str,
    /// The kind that it takes and gives.
    pub kind: &'static str,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
}

impl Resource {
    /// `v1` or `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.into() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The type of its objects.
    pub fn object_type(&self) -> Option<&'static Kind> {
        match &self.custom {
            Some(custom) => Some(custom.kind),
            None => kinds::find(self.group, self.version, self.kind),
        }
    }

    /// Whether its objects are kept in the store.
    pub fn is_stored(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// The subresource of that name.
    pub fn subresource(&self, name: &str) -> Option<&'static Subresource> {
        self.subresources.iter().find(|sub| sub.name == name)
    }

    /// `/api/v1` or `/apis/apps/v1`.
    pub fn root_path(&self) -> String {
        if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        }
    }
}

const fn sub(
    name: &'static str,
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    verbs: &'static [&'static str],
) -> Subresource {
    Subresource { name, group, version, kind, verbs }
}

const ALL: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const NO_COLLECTION: &[&str] = &["create", "delete", "get", "list", "patch", "update", "watch"];
const READ: &[&str] = &["get", "list"];
const CREATE: &[&str] = &["create"];
const CONNECT: &[&str] = &["create", "get"];
const GET: &[&str] = &["get"];
const UPDATE: &[&str] = &["update"];
const STATUS: &[&str] = &["get", "patch", "update"];
const PROXY: &[&str] = &["create", "delete", "get", "patch", "update"];

/// The resource of that group, version and plural name.
pub fn find(group: &str, version: &str, plural: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|r| r.plural == plural && r.group == group && r.version == version)
}

/// The resource whose objects are of that kind.
pub fn of_kind(group: &str, version: &str, kind: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|r| r.kind == kind && r.group == group && r.version == version)
}

/// The group-versions in the order of discovery, each once.
pub fn group_versions() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for resource in RESOURCES {
        if !found.contains(&(resource.group, resource.version)) {
            found.push((resource.group, resource.version));
        }
    }
    found
}

/// Every resource, in the order of discovery.
#[rustfmt::skip]
pub static RESOURCES: &[Resource] = &[
    Resource {
        group: "", version: "v1", kind: "Binding", plural: "bindings", singular: "binding",
        short: &[], categories: &[], namespaced: true, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "ComponentStatus", plural: "componentstatuses", singular: "componentstatus",
        short: &["cs"], categories: &[], namespaced: false, verbs: READ,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", singular: "configmap",
        short: &["cm"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "configmaps", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Endpoints", plural: "endpoints", singular: "endpoints",
        short: &["ep"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "services/endpoints", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Event", plural: "events", singular: "event",
        short: &["ev"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "events", fields: &["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "LimitRange", plural: "limitranges", singular: "limitrange",
        short: &["limits"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "limitranges", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Namespace", plural: "namespaces", singular: "namespace",
        short: &["ns"], categories: &[], namespaced: false, verbs: NO_COLLECTION,
        subresources: &[sub("finalize", "", "", "Namespace", UPDATE), sub("status", "", "", "Namespace", STATUS)],
        prefix: "namespaces", fields: &["status.phase"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Node", plural: "nodes", singular: "node",
        short: &["no"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("proxy", "", "", "NodeProxyOptions", PROXY), sub("status", "", "", "Node", STATUS)],
        prefix: "minions", fields: &["spec.unschedulable"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", singular: "persistentvolumeclaim",
        short: &["pvc"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "PersistentVolumeClaim", STATUS)],
        prefix: "persistentvolumeclaims", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "PersistentVolume", plural: "persistentvolumes", singular: "persistentvolume",
        short: &["pv"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "PersistentVolume", STATUS)],
        prefix: "persistentvolumes", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Pod", plural: "pods", singular: "pod",
        short: &["po"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("attach", "", "", "PodAttachOptions", CONNECT), sub("binding", "", "", "Binding", CREATE), sub("ephemeralcontainers", "", "", "Pod", STATUS), sub("eviction", "policy", "v1", "Eviction", CREATE), sub("exec", "", "", "PodExecOptions", CONNECT), sub("log", "", "", "Pod", GET), sub("portforward", "", "", "PodPortForwardOptions", CONNECT), sub("proxy", "", "", "PodProxyOptions", PROXY), sub("resize", "", "", "Pod", STATUS), sub("status", "", "", "Pod", STATUS)],
        prefix: "pods", fields: &["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "PodTemplate", plural: "podtemplates", singular: "podtemplate",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "podtemplates", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "ReplicationController", plural: "replicationcontrollers", singular: "replicationcontroller",
        short: &["rc"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("scale", "autoscaling", "v1", "Scale", STATUS), sub("status", "", "", "ReplicationController", STATUS)],
        prefix: "controllers", fields: &["status.replicas"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "ResourceQuota", plural: "resourcequotas", singular: "resourcequota",
        short: &["quota"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "ResourceQuota", STATUS)],
        prefix: "resourcequotas", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Secret", plural: "secrets", singular: "secret",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "secrets", fields: &["type"], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "ServiceAccount", plural: "serviceaccounts", singular: "serviceaccount",
        short: &["sa"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("token", "authentication.k8s.io", "v1", "TokenRequest", CREATE)],
        prefix: "serviceaccounts", fields: &[], custom: None,
    },
    Resource {
        group: "", version: "v1", kind: "Service", plural: "services", singular: "service",
        short: &["svc"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("proxy", "", "", "ServiceProxyOptions", PROXY), sub("status", "", "", "Service", STATUS)],
        prefix: "services/specs", fields: &["spec.clusterIP", "spec.type"], custom: None,
    },
    Resource {
        group: "apiregistration.k8s.io", version: "v1", kind: "APIService", plural: "apiservices", singular: "apiservice",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "APIService", STATUS)],
        prefix: "apiregistration.k8s.io/apiservices", fields: &[], custom: None,
    },
    Resource {
        group: "apps", version: "v1", kind: "ControllerRevision", plural: "controllerrevisions", singular: "controllerrevision",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "controllerrevisions", fields: &[], custom: None,
    },
    Resource {
        group: "apps", version: "v1", kind: "DaemonSet", plural: "daemonsets", singular: "daemonset",
        short: &["ds"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "DaemonSet", STATUS)],
        prefix: "daemonsets", fields: &[], custom: None,
    },
    Resource {
        group: "apps", version: "v1", kind: "Deployment", plural: "deployments", singular: "deployment",
        short: &["deploy"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("scale", "autoscaling", "v1", "Scale", STATUS), sub("status", "", "", "Deployment", STATUS)],
        prefix: "deployments", fields: &[], custom: None,
    },
    Resource {
        group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets", singular: "replicaset",
        short: &["rs"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("scale", "autoscaling", "v1", "Scale", STATUS), sub("status", "", "", "ReplicaSet", STATUS)],
        prefix: "replicasets", fields: &["status.replicas"], custom: None,
    },
    Resource {
        group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets", singular: "statefulset",
        short: &["sts"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("scale", "autoscaling", "v1", "Scale", STATUS), sub("status", "", "", "StatefulSet", STATUS)],
        prefix: "statefulsets", fields: &[], custom: None,
    },
    Resource {
        group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", singular: "event",
        short: &["ev"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "events", fields: &["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type"], custom: None,
    },
    Resource {
        group: "authentication.k8s.io", version: "v1", kind: "SelfSubjectReview", plural: "selfsubjectreviews", singular: "selfsubjectreview",
        short: &[], categories: &[], namespaced: false, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "authentication.k8s.io", version: "v1", kind: "TokenReview", plural: "tokenreviews", singular: "tokenreview",
        short: &[], categories: &[], namespaced: false, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "authorization.k8s.io", version: "v1", kind: "LocalSubjectAccessReview", plural: "localsubjectaccessreviews", singular: "localsubjectaccessreview",
        short: &[], categories: &[], namespaced: true, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews", singular: "selfsubjectaccessreview",
        short: &[], categories: &[], namespaced: false, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews", singular: "selfsubjectrulesreview",
        short: &[], categories: &[], namespaced: false, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "authorization.k8s.io", version: "v1", kind: "SubjectAccessReview", plural: "subjectaccessreviews", singular: "subjectaccessreview",
        short: &[], categories: &[], namespaced: false, verbs: CREATE,
        subresources: &[],
        prefix: "", fields: &[], custom: None,
    },
    Resource {
        group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers", singular: "horizontalpodautoscaler",
        short: &["hpa"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "HorizontalPodAutoscaler", STATUS)],
        prefix: "horizontalpodautoscalers", fields: &[], custom: None,
    },
    Resource {
        group: "autoscaling", version: "v1", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers", singular: "horizontalpodautoscaler",
        short: &["hpa"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "HorizontalPodAutoscaler", STATUS)],
        prefix: "horizontalpodautoscalers", fields: &[], custom: None,
    },
    Resource {
        group: "batch", version: "v1", kind: "CronJob", plural: "cronjobs", singular: "cronjob",
        short: &["cj"], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "CronJob", STATUS)],
        prefix: "cronjobs", fields: &[], custom: None,
    },
    Resource {
        group: "batch", version: "v1", kind: "Job", plural: "jobs", singular: "job",
        short: &[], categories: &["all"], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "Job", STATUS)],
        prefix: "jobs", fields: &["status.successful"], custom: None,
    },
    Resource {
        group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest", plural: "certificatesigningrequests", singular: "certificatesigningrequest",
        short: &["csr"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("approval", "", "", "CertificateSigningRequest", STATUS), sub("status", "", "", "CertificateSigningRequest", STATUS)],
        prefix: "certificatesigningrequests", fields: &["spec.signerName"], custom: None,
    },
    Resource {
        group: "networking.k8s.io", version: "v1", kind: "IngressClass", plural: "ingressclasses", singular: "ingressclass",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "ingressclasses", fields: &[], custom: None,
    },
    Resource {
        group: "networking.k8s.io", version: "v1", kind: "Ingress", plural: "ingresses", singular: "ingress",
        short: &["ing"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "Ingress", STATUS)],
        prefix: "ingress", fields: &[], custom: None,
    },
    Resource {
        group: "networking.k8s.io", version: "v1", kind: "IPAddress", plural: "ipaddresses", singular: "ipaddress",
        short: &["ip"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "ipaddresses", fields: &[], custom: None,
    },
    Resource {
        group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies", singular: "networkpolicy",
        short: &["netpol"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "networkpolicies", fields: &[], custom: None,
    },
    Resource {
        group: "networking.k8s.io", version: "v1", kind: "ServiceCIDR", plural: "servicecidrs", singular: "servicecidr",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "ServiceCIDR", STATUS)],
        prefix: "servicecidrs", fields: &[], custom: None,
    },
    Resource {
        group: "policy", version: "v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets", singular: "poddisruptionbudget",
        short: &["pdb"], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "PodDisruptionBudget", STATUS)],
        prefix: "poddisruptionbudgets", fields: &[], custom: None,
    },
    Resource {
        group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRoleBinding", plural: "clusterrolebindings", singular: "clusterrolebinding",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "clusterrolebindings", fields: &[], custom: None,
    },
    Resource {
        group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", plural: "clusterroles", singular: "clusterrole",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "clusterroles", fields: &[], custom: None,
    },
    Resource {
        group: "rbac.authorization.k8s.io", version: "v1", kind: "RoleBinding", plural: "rolebindings", singular: "rolebinding",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "rolebindings", fields: &[], custom: None,
    },
    Resource {
        group: "rbac.authorization.k8s.io", version: "v1", kind: "Role", plural: "roles", singular: "role",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "roles", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "CSIDriver", plural: "csidrivers", singular: "csidriver",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "csidrivers", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "CSINode", plural: "csinodes", singular: "csinode",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "csinodes", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "CSIStorageCapacity", plural: "csistoragecapacities", singular: "csistoragecapacity",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "csistoragecapacities", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "StorageClass", plural: "storageclasses", singular: "storageclass",
        short: &["sc"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "storageclasses", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "VolumeAttachment", plural: "volumeattachments", singular: "volumeattachment",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "VolumeAttachment", STATUS)],
        prefix: "volumeattachments", fields: &[], custom: None,
    },
    Resource {
        group: "storage.k8s.io", version: "v1", kind: "VolumeAttributesClass", plural: "volumeattributesclasses", singular: "volumeattributesclass",
        short: &["vac"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "volumeattributesclasses", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingAdmissionPolicy", plural: "mutatingadmissionpolicies", singular: "mutatingadmissionpolicy",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "mutatingadmissionpolicies", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingAdmissionPolicyBinding", plural: "mutatingadmissionpolicybindings", singular: "mutatingadmissionpolicybinding",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "mutatingadmissionpolicybindings", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingWebhookConfiguration", plural: "mutatingwebhookconfigurations", singular: "mutatingwebhookconfiguration",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "mutatingwebhookconfigurations", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingAdmissionPolicy", plural: "validatingadmissionpolicies", singular: "validatingadmissionpolicy",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "ValidatingAdmissionPolicy", STATUS)],
        prefix: "validatingadmissionpolicies", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingAdmissionPolicyBinding", plural: "validatingadmissionpolicybindings", singular: "validatingadmissionpolicybinding",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "validatingadmissionpolicybindings", fields: &[], custom: None,
    },
    Resource {
        group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration", plural: "validatingwebhookconfigurations", singular: "validatingwebhookconfiguration",
        short: &[], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "validatingwebhookconfigurations", fields: &[], custom: None,
    },
    Resource {
        group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition", plural: "customresourcedefinitions", singular: "customresourcedefinition",
        short: &["crd", "crds"], categories: &["api-extensions"], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "CustomResourceDefinition", STATUS)],
        prefix: "apiextensions.k8s.io/customresourcedefinitions", fields: &[], custom: None,
    },
    Resource {
        group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass", plural: "priorityclasses", singular: "priorityclass",
        short: &["pc"], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "priorityclasses", fields: &[], custom: None,
    },
    Resource {
        group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", singular: "lease",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "leases", fields: &[], custom: None,
    },
    Resource {
        group: "node.k8s.io", version: "v1", kind: "RuntimeClass", plural: "runtimeclasses", singular: "runtimeclass",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "runtimeclasses", fields: &[], custom: None,
    },
    Resource {
        group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", plural: "endpointslices", singular: "endpointslice",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "endpointslices", fields: &[], custom: None,
    },
    Resource {
        group: "resource.k8s.io", version: "v1", kind: "DeviceClass", plural: "deviceclasses", singular: "deviceclass",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "deviceclasses", fields: &[], custom: None,
    },
    Resource {
        group: "resource.k8s.io", version: "v1", kind: "ResourceClaim", plural: "resourceclaims", singular: "resourceclaim",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[sub("status", "", "", "ResourceClaim", STATUS)],
        prefix: "resourceclaims", fields: &[], custom: None,
    },
    Resource {
        group: "resource.k8s.io", version: "v1", kind: "ResourceClaimTemplate", plural: "resourceclaimtemplates", singular: "resourceclaimtemplate",
        short: &[], categories: &[], namespaced: true, verbs: ALL,
        subresources: &[],
        prefix: "resourceclaimtemplates", fields: &[], custom: None,
    },
    Resource {
        group: "resource.k8s.io", version: "v1", kind: "ResourceSlice", plural: "resourceslices", singular: "resourceslice",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[],
        prefix: "resourceslices", fields: &["spec.nodeName", "spec.driver"], custom: None,
    },
    Resource {
        group: "flowcontrol.apiserver.k8s.io", version: "v1", kind: "FlowSchema", plural: "flowschemas", singular: "flowschema",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "FlowSchema", STATUS)],
        prefix: "flowschemas", fields: &[], custom: None,
    },
    Resource {
        group: "flowcontrol.apiserver.k8s.io", version: "v1", kind: "PriorityLevelConfiguration", plural: "prioritylevelconfigurations", singular: "prioritylevelconfiguration",
        short: &[], categories: &[], namespaced: false, verbs: ALL,
        subresources: &[sub("status", "", "", "PriorityLevelConfiguration", STATUS)],
        prefix: "prioritylevelconfigurations", fields: &[], custom: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_distinct() {
        for (index, row) in RESOURCES.iter().enumerate() {
            for other in &RESOURCES[index + 1..] {
                assert!(
                    (row.group, row.version, row.plural) != (other.group, other.version, other.plural),
                    "{} stands twice",
                    row.plural
                );
            }
        }
    }
}

//! How strategic merge patches treat each field. Made by `tests/generated.rs`; do not edit.

use crate::strategic::Fact;

/// Group, version and kind, and the kind's place in [`TYPES`].
pub static ROOTS: &[(&str, &str, &str, u16)] = &[
    ("", "v1", "Binding", 42),
    ("", "v1", "ComponentStatus", 43),
    ("", "v1", "ConfigMap", 44),
    ("", "v1", "Endpoints", 47),
    ("", "v1", "Event", 50),
    ("", "v1", "LimitRange", 51),
    ("", "v1", "Namespace", 52),
    ("", "v1", "Node", 54),
    ("", "v1", "PersistentVolume", 57),
    ("", "v1", "PersistentVolumeClaim", 58),
    ("", "v1", "Pod", 61),
    ("", "v1", "PodTemplate", 64),
    ("", "v1", "ReplicationController", 66),
    ("", "v1", "ResourceQuota", 69),
    ("", "v1", "Secret", 70),
    ("", "v1", "Service", 71),
    ("", "v1", "ServiceAccount", 72),
    ("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy", 0),
    ("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding", 1),
    ("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", 4),
    ("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy", 5),
    ("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding", 6),
    ("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", 9),
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", 111),
    ("apiregistration.k8s.io", "v1", "APIService", 117),
    ("apps", "v1", "ControllerRevision", 10),
    ("apps", "v1", "DaemonSet", 11),
    ("apps", "v1", "Deployment", 14),
    ("apps", "v1", "ReplicaSet", 17),
    ("apps", "v1", "StatefulSet", 20),
    ("authentication.k8s.io", "v1", "SelfSubjectReview", 23),
    ("authentication.k8s.io", "v1", "TokenRequest", 24),
    ("authentication.k8s.io", "v1", "TokenReview", 25),
    ("authorization.k8s.io", "v1", "LocalSubjectAccessReview", 26),
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview", 27),
    ("authorization.k8s.io", "v1", "SelfSubjectRulesReview", 28),
    ("authorization.k8s.io", "v1", "SubjectAccessReview", 29),
    ("autoscaling", "v1", "HorizontalPodAutoscaler", 30),
    ("autoscaling", "v1", "Scale", 31),
    ("autoscaling", "v2", "HorizontalPodAutoscaler", 32),
    ("batch", "v1", "CronJob", 34),
    ("batch", "v1", "Job", 36),
    ("certificates.k8s.io", "v1", "CertificateSigningRequest", 40),
    ("coordination.k8s.io", "v1", "Lease", 41),
    ("discovery.k8s.io", "v1", "EndpointSlice", 76),
    ("events.k8s.io", "v1", "Event", 77),
    ("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema", 78),
    ("flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration", 80),
    ("networking.k8s.io", "v1", "IPAddress", 82),
    ("networking.k8s.io", "v1", "Ingress", 83),
    ("networking.k8s.io", "v1", "IngressClass", 84),
    ("networking.k8s.io", "v1", "NetworkPolicy", 85),
    ("networking.k8s.io", "v1", "ServiceCIDR", 86),
    ("node.k8s.io", "v1", "RuntimeClass", 88),
    ("policy", "v1", "Eviction", 89),
    ("policy", "v1", "PodDisruptionBudget", 90),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole", 93),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", 94),
    ("rbac.authorization.k8s.io", "v1", "Role", 95),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", 96),
    ("resource.k8s.io", "v1", "DeviceClass", 97),
    ("resource.k8s.io", "v1", "ResourceClaim", 98),
    ("resource.k8s.io", "v1", "ResourceClaimTemplate", 100),
    ("resource.k8s.io", "v1", "ResourceSlice", 102),
    ("scheduling.k8s.io", "v1", "PriorityClass", 103),
    ("storage.k8s.io", "v1", "CSIDriver", 104),
    ("storage.k8s.io", "v1", "CSINode", 105),
    ("storage.k8s.io", "v1", "CSIStorageCapacity", 107),
    ("storage.k8s.io", "v1", "StorageClass", 108),
    ("storage.k8s.io", "v1", "VolumeAttachment", 109),
    ("storage.k8s.io", "v1", "VolumeAttributesClass", 110),
];

const fn fact(field: &'static str, flags: u8, key: &'static str, of: i32) -> Fact {
    Fact {
        field,
        merge: flags & 1 != 0,
        retain_keys: flags & 2 != 0,
        replace: flags & 4 != 0,
        key,
        of: if of < 0 { None } else { Some(of as u16) },
    }
}

/// The fields of each type that are merged in their own way, or lead to such.
#[rustfmt::skip]
pub static TYPES: &[&[Fact]] = &[
    // 0: io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 2),
    ],
    // 1: io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding
    &[
        fact("metadata", 0, "", 116),
    ],
    // 2: io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec
    &[
        fact("matchConditions", 1, "name", -1),
    ],
    // 3: io.k8s.api.admissionregistration.v1.MutatingWebhook
    &[
        fact("matchConditions", 1, "name", -1),
    ],
    // 4: io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration
    &[
        fact("metadata", 0, "", 116),
        fact("webhooks", 1, "name", 3),
    ],
    // 5: io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 7),
    ],
    // 6: io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding
    &[
        fact("metadata", 0, "", 116),
    ],
    // 7: io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec
    &[
        fact("matchConditions", 1, "name", -1),
        fact("variables", 1, "name", -1),
    ],
    // 8: io.k8s.api.admissionregistration.v1.ValidatingWebhook
    &[
        fact("matchConditions", 1, "name", -1),
    ],
    // 9: io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration
    &[
        fact("metadata", 0, "", 116),
        fact("webhooks", 1, "name", 8),
    ],
    // 10: io.k8s.api.apps.v1.ControllerRevision
    &[
        fact("metadata", 0, "", 116),
    ],
    // 11: io.k8s.api.apps.v1.DaemonSet
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 12),
        fact("status", 0, "", 13),
    ],
    // 12: io.k8s.api.apps.v1.DaemonSetSpec
    &[
        fact("template", 0, "", 65),
    ],
    // 13: io.k8s.api.apps.v1.DaemonSetStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 14: io.k8s.api.apps.v1.Deployment
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 15),
        fact("status", 0, "", 16),
    ],
    // 15: io.k8s.api.apps.v1.DeploymentSpec
    &[
        fact("strategy", 2, "", -1),
        fact("template", 0, "", 65),
    ],
    // 16: io.k8s.api.apps.v1.DeploymentStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 17: io.k8s.api.apps.v1.ReplicaSet
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 18),
        fact("status", 0, "", 19),
    ],
    // 18: io.k8s.api.apps.v1.ReplicaSetSpec
    &[
        fact("template", 0, "", 65),
    ],
    // 19: io.k8s.api.apps.v1.ReplicaSetStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 20: io.k8s.api.apps.v1.StatefulSet
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 21),
        fact("status", 0, "", 22),
    ],
    // 21: io.k8s.api.apps.v1.StatefulSetSpec
    &[
        fact("template", 0, "", 65),
        fact("volumeClaimTemplates", 0, "", 58),
    ],
    // 22: io.k8s.api.apps.v1.StatefulSetStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 23: io.k8s.api.authentication.v1.SelfSubjectReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 24: io.k8s.api.authentication.v1.TokenRequest
    &[
        fact("metadata", 0, "", 116),
    ],
    // 25: io.k8s.api.authentication.v1.TokenReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 26: io.k8s.api.authorization.v1.LocalSubjectAccessReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 27: io.k8s.api.authorization.v1.SelfSubjectAccessReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 28: io.k8s.api.authorization.v1.SelfSubjectRulesReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 29: io.k8s.api.authorization.v1.SubjectAccessReview
    &[
        fact("metadata", 0, "", 116),
    ],
    // 30: io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler
    &[
        fact("metadata", 0, "", 116),
    ],
    // 31: io.k8s.api.autoscaling.v1.Scale
    &[
        fact("metadata", 0, "", 116),
    ],
    // 32: io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 33),
    ],
    // 33: io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 34: io.k8s.api.batch.v1.CronJob
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 35),
    ],
    // 35: io.k8s.api.batch.v1.CronJobSpec
    &[
        fact("jobTemplate", 0, "", 39),
    ],
    // 36: io.k8s.api.batch.v1.Job
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 37),
        fact("status", 0, "", 38),
    ],
    // 37: io.k8s.api.batch.v1.JobSpec
    &[
        fact("template", 0, "", 65),
    ],
    // 38: io.k8s.api.batch.v1.JobStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 39: io.k8s.api.batch.v1.JobTemplateSpec
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 37),
    ],
    // 40: io.k8s.api.certificates.v1.CertificateSigningRequest
    &[
        fact("metadata", 0, "", 116),
    ],
    // 41: io.k8s.api.coordination.v1.Lease
    &[
        fact("metadata", 0, "", 116),
    ],
    // 42: io.k8s.api.core.v1.Binding
    &[
        fact("metadata", 0, "", 116),
    ],
    // 43: io.k8s.api.core.v1.ComponentStatus
    &[
        fact("conditions", 1, "type", -1),
        fact("metadata", 0, "", 116),
    ],
    // 44: io.k8s.api.core.v1.ConfigMap
    &[
        fact("metadata", 0, "", 116),
    ],
    // 45: io.k8s.api.core.v1.Container
    &[
        fact("env", 1, "name", -1),
        fact("ports", 1, "containerPort", -1),
        fact("volumeDevices", 1, "devicePath", -1),
        fact("volumeMounts", 1, "mountPath", -1),
    ],
    // 46: io.k8s.api.core.v1.ContainerStatus
    &[
        fact("allocatedResourcesStatus", 1, "name", -1),
        fact("volumeMounts", 1, "mountPath", -1),
    ],
    // 47: io.k8s.api.core.v1.Endpoints
    &[
        fact("metadata", 0, "", 116),
    ],
    // 48: io.k8s.api.core.v1.EphemeralContainer
    &[
        fact("env", 1, "name", -1),
        fact("ports", 1, "containerPort", -1),
        fact("volumeDevices", 1, "devicePath", -1),
        fact("volumeMounts", 1, "mountPath", -1),
    ],
    // 49: io.k8s.api.core.v1.EphemeralVolumeSource
    &[
        fact("volumeClaimTemplate", 0, "", 60),
    ],
    // 50: io.k8s.api.core.v1.Event
    &[
        fact("metadata", 0, "", 116),
    ],
    // 51: io.k8s.api.core.v1.LimitRange
    &[
        fact("metadata", 0, "", 116),
    ],
    // 52: io.k8s.api.core.v1.Namespace
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 53),
    ],
    // 53: io.k8s.api.core.v1.NamespaceStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 54: io.k8s.api.core.v1.Node
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 55),
        fact("status", 0, "", 56),
    ],
    // 55: io.k8s.api.core.v1.NodeSpec
    &[
        fact("podCIDRs", 1, "", -1),
    ],
    // 56: io.k8s.api.core.v1.NodeStatus
    &[
        fact("addresses", 1, "type", -1),
        fact("conditions", 1, "type", -1),
    ],
    // 57: io.k8s.api.core.v1.PersistentVolume
    &[
        fact("metadata", 0, "", 116),
    ],
    // 58: io.k8s.api.core.v1.PersistentVolumeClaim
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 59),
    ],
    // 59: io.k8s.api.core.v1.PersistentVolumeClaimStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 60: io.k8s.api.core.v1.PersistentVolumeClaimTemplate
    &[
        fact("metadata", 0, "", 116),
    ],
    // 61: io.k8s.api.core.v1.Pod
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 62),
        fact("status", 0, "", 63),
    ],
    // 62: io.k8s.api.core.v1.PodSpec
    &[
        fact("containers", 1, "name", 45),
        fact("ephemeralContainers", 1, "name", 48),
        fact("hostAliases", 1, "ip", -1),
        fact("imagePullSecrets", 1, "name", -1),
        fact("initContainers", 1, "name", 45),
        fact("resourceClaims", 3, "name", -1),
        fact("schedulingGates", 1, "name", -1),
        fact("topologySpreadConstraints", 1, "topologyKey", -1),
        fact("volumes", 3, "name", 75),
    ],
    // 63: io.k8s.api.core.v1.PodStatus
    &[
        fact("conditions", 1, "type", -1),
        fact("containerStatuses", 0, "", 46),
        fact("ephemeralContainerStatuses", 0, "", 46),
        fact("hostIPs", 1, "ip", -1),
        fact("initContainerStatuses", 0, "", 46),
        fact("podIPs", 1, "ip", -1),
        fact("resourceClaimStatuses", 3, "name", -1),
    ],
    // 64: io.k8s.api.core.v1.PodTemplate
    &[
        fact("metadata", 0, "", 116),
        fact("template", 0, "", 65),
    ],
    // 65: io.k8s.api.core.v1.PodTemplateSpec
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 62),
    ],
    // 66: io.k8s.api.core.v1.ReplicationController
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 67),
        fact("status", 0, "", 68),
    ],
    // 67: io.k8s.api.core.v1.ReplicationControllerSpec
    &[
        fact("template", 0, "", 65),
    ],
    // 68: io.k8s.api.core.v1.ReplicationControllerStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 69: io.k8s.api.core.v1.ResourceQuota
    &[
        fact("metadata", 0, "", 116),
    ],
    // 70: io.k8s.api.core.v1.Secret
    &[
        fact("metadata", 0, "", 116),
    ],
    // 71: io.k8s.api.core.v1.Service
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 73),
        fact("status", 0, "", 74),
    ],
    // 72: io.k8s.api.core.v1.ServiceAccount
    &[
        fact("metadata", 0, "", 116),
        fact("secrets", 1, "name", -1),
    ],
    // 73: io.k8s.api.core.v1.ServiceSpec
    &[
        fact("ports", 1, "port", -1),
    ],
    // 74: io.k8s.api.core.v1.ServiceStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 75: io.k8s.api.core.v1.Volume
    &[
        fact("ephemeral", 0, "", 49),
    ],
    // 76: io.k8s.api.discovery.v1.EndpointSlice
    &[
        fact("metadata", 0, "", 116),
    ],
    // 77: io.k8s.api.events.v1.Event
    &[
        fact("metadata", 0, "", 116),
    ],
    // 78: io.k8s.api.flowcontrol.v1.FlowSchema
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 79),
    ],
    // 79: io.k8s.api.flowcontrol.v1.FlowSchemaStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 80: io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 81),
    ],
    // 81: io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 82: io.k8s.api.networking.v1.IPAddress
    &[
        fact("metadata", 0, "", 116),
    ],
    // 83: io.k8s.api.networking.v1.Ingress
    &[
        fact("metadata", 0, "", 116),
    ],
    // 84: io.k8s.api.networking.v1.IngressClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 85: io.k8s.api.networking.v1.NetworkPolicy
    &[
        fact("metadata", 0, "", 116),
    ],
    // 86: io.k8s.api.networking.v1.ServiceCIDR
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 87),
    ],
    // 87: io.k8s.api.networking.v1.ServiceCIDRStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 88: io.k8s.api.node.v1.RuntimeClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 89: io.k8s.api.policy.v1.Eviction
    &[
        fact("metadata", 0, "", 116),
    ],
    // 90: io.k8s.api.policy.v1.PodDisruptionBudget
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 91),
        fact("status", 0, "", 92),
    ],
    // 91: io.k8s.api.policy.v1.PodDisruptionBudgetSpec
    &[
        fact("selector", 4, "", -1),
    ],
    // 92: io.k8s.api.policy.v1.PodDisruptionBudgetStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
    // 93: io.k8s.api.rbac.v1.ClusterRole
    &[
        fact("metadata", 0, "", 116),
    ],
    // 94: io.k8s.api.rbac.v1.ClusterRoleBinding
    &[
        fact("metadata", 0, "", 116),
    ],
    // 95: io.k8s.api.rbac.v1.Role
    &[
        fact("metadata", 0, "", 116),
    ],
    // 96: io.k8s.api.rbac.v1.RoleBinding
    &[
        fact("metadata", 0, "", 116),
    ],
    // 97: io.k8s.api.resource.v1.DeviceClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 98: io.k8s.api.resource.v1.ResourceClaim
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 99),
    ],
    // 99: io.k8s.api.resource.v1.ResourceClaimStatus
    &[
        fact("reservedFor", 1, "uid", -1),
    ],
    // 100: io.k8s.api.resource.v1.ResourceClaimTemplate
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 101),
    ],
    // 101: io.k8s.api.resource.v1.ResourceClaimTemplateSpec
    &[
        fact("metadata", 0, "", 116),
    ],
    // 102: io.k8s.api.resource.v1.ResourceSlice
    &[
        fact("metadata", 0, "", 116),
    ],
    // 103: io.k8s.api.scheduling.v1.PriorityClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 104: io.k8s.api.storage.v1.CSIDriver
    &[
        fact("metadata", 0, "", 116),
    ],
    // 105: io.k8s.api.storage.v1.CSINode
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 106),
    ],
    // 106: io.k8s.api.storage.v1.CSINodeSpec
    &[
        fact("drivers", 1, "name", -1),
    ],
    // 107: io.k8s.api.storage.v1.CSIStorageCapacity
    &[
        fact("metadata", 0, "", 116),
    ],
    // 108: io.k8s.api.storage.v1.StorageClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 109: io.k8s.api.storage.v1.VolumeAttachment
    &[
        fact("metadata", 0, "", 116),
    ],
    // 110: io.k8s.api.storage.v1.VolumeAttributesClass
    &[
        fact("metadata", 0, "", 116),
    ],
    // 111: io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition
    &[
        fact("metadata", 0, "", 116),
        fact("spec", 0, "", 112),
    ],
    // 112: io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec
    &[
        fact("versions", 0, "", 113),
    ],
    // 113: io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion
    &[
        fact("schema", 0, "", 114),
    ],
    // 114: io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation
    &[
        fact("openAPIV3Schema", 0, "", 115),
    ],
    // 115: io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps
    &[
        fact("allOf", 0, "", 115),
        fact("anyOf", 0, "", 115),
        fact("not", 0, "", 115),
        fact("oneOf", 0, "", 115),
        fact("x-kubernetes-validations", 1, "rule", -1),
    ],
    // 116: io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
    &[
        fact("finalizers", 1, "", -1),
        fact("ownerReferences", 1, "uid", -1),
    ],
    // 117: io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService
    &[
        fact("metadata", 0, "", 116),
        fact("status", 0, "", 118),
    ],
    // 118: io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus
    &[
        fact("conditions", 1, "type", -1),
    ],
];

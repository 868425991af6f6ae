//! kustomize's own rules, version 5.7: which fields of the built-in kinds it looks at.

use super::config::{Config, References};
use super::fields::FieldSpec;

/// Where the pod is in the kinds that have one.
const PODS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// Where a pod names config maps.
const MAPS: &[&str] = &[
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

/// Where a pod names secrets.
const SECRETS: &[&str] = &[
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

/// Where a pod may have variables.
const VARIABLES: &[&str] = &[
    "containers/args",
    "containers/command",
    "containers/env/value",
    "containers/volumeMounts/mountPath",
    "initContainers/args",
    "initContainers/command",
    "initContainers/env/value",
    "initContainers/volumeMounts/mountPath",
    "volumes/nfs/server",
];

/// The fields of the pods in all those kinds but some.
fn pods(fields: &[&str], without: &[&str]) -> Vec<FieldSpec> {
    PODS.iter()
        .filter(|(kind, _)| !without.contains(kind))
        .flat_map(|(kind, place)| {
            fields.iter().map(move |field| FieldSpec::of_kind(kind, format!("{place}/{field}")))
        })
        .collect()
}

/// Lines of a kind with its group behind a dot, and a path; `+` before it: made where it is not there.
fn lines(text: &str) -> Vec<FieldSpec> {
    text.lines()
        .filter_map(|line| {
            let (kind, path) = line.trim().split_once(' ')?;
            let (kind, group) = kind.split_once('.').unwrap_or((kind, ""));
            let (path, create) = path.strip_prefix('+').map_or((path, false), |path| (path, true));
            let kind = if kind == "*" { "" } else { kind };
            Some(FieldSpec {
                group: group.into(),
                kind: kind.into(),
                path: path.into(),
                create,
                ..FieldSpec::default()
            })
        })
        .collect()
}

const NAMESPACES: &str = "Namespace +metadata/name
    APIService.apiregistration.k8s.io +spec/service/namespace
    CustomResourceDefinition.apiextensions.k8s.io spec/conversion/webhook/clientConfig/service/namespace";

const TEMPLATE_LABELS: &str = "* +metadata/labels
    ReplicationController +spec/template/metadata/labels
    Deployment +spec/template/metadata/labels
    ReplicaSet +spec/template/metadata/labels
    DaemonSet +spec/template/metadata/labels
    StatefulSet.apps +spec/template/metadata/labels
    StatefulSet.apps +spec/volumeClaimTemplates[]/metadata/labels
    Job.batch +spec/template/metadata/labels
    CronJob.batch +spec/jobTemplate/metadata/labels
    CronJob.batch +spec/jobTemplate/spec/template/metadata/labels";

const SELECTORS: &str = "Service +spec/selector
    ReplicationController +spec/selector
    Deployment +spec/selector/matchLabels
    ReplicaSet +spec/selector/matchLabels
    DaemonSet +spec/selector/matchLabels
    StatefulSet.apps +spec/selector/matchLabels
    Job.batch spec/selector/matchLabels
    CronJob.batch spec/jobTemplate/spec/selector/matchLabels
    PodDisruptionBudget.policy spec/selector/matchLabels
    NetworkPolicy.networking.k8s.io spec/podSelector/matchLabels
    NetworkPolicy.networking.k8s.io spec/ingress/from/podSelector/matchLabels
    NetworkPolicy.networking.k8s.io spec/egress/to/podSelector/matchLabels";

/// Selectors of other pods within a pod.
const NEIGHBOURS: &[&str] = &[
    "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "topologySpreadConstraints/labelSelector/matchLabels",
];

const ANNOTATIONS: &str = "* +metadata/annotations
    ReplicationController +spec/template/metadata/annotations
    Deployment +spec/template/metadata/annotations
    ReplicaSet +spec/template/metadata/annotations
    DaemonSet +spec/template/metadata/annotations
    StatefulSet +spec/template/metadata/annotations
    Job.batch +spec/template/metadata/annotations
    CronJob.batch +spec/jobTemplate/metadata/annotations
    CronJob.batch +spec/jobTemplate/spec/template/metadata/annotations";

const IMAGES: &str = "* +spec/containers[]/image
    * +spec/initContainers[]/image
    * +spec/volumes[]/image/reference
    * +spec/template/spec/containers[]/image
    * +spec/template/spec/initContainers[]/image
    * +spec/template/spec/volumes[]/image/reference
    CronJob +spec/jobTemplate/spec/template/spec/containers[]/image
    CronJob +spec/jobTemplate/spec/template/spec/initContainers[]/image";

const REPLICAS: &str = "Deployment +spec/replicas
    ReplicationController +spec/replicas
    ReplicaSet +spec/replicas
    StatefulSet +spec/replicas";

const MORE_VARIABLES: &str = "Deployment spec/template/metadata/annotations
    Ingress spec/rules/host
    Ingress spec/tls/hosts
    Ingress spec/tls/secretName
    Service spec/ports/port
    Service spec/ports/targetPort
    StatefulSet spec/volumeClaimTemplates/spec/nfs/server
    PersistentVolume spec/nfs/server
    * metadata/labels
    * metadata/annotations";

const MORE_MAPS: &str = "Node spec/configSource/configMap
    Role rules/resourceNames
    ClusterRole rules/resourceNames
    Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap";

const MORE_SECRETS: &str = "Ingress spec/tls/secretName
    Ingress metadata/annotations/ingress.kubernetes.io\\/auth-secret
    Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret
    Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret
    ServiceAccount imagePullSecrets/name
    StorageClass parameters/secretName
    StorageClass parameters/adminSecretName
    StorageClass parameters/userSecretName
    StorageClass parameters/secretRef
    Role rules/resourceNames
    ClusterRole rules/resourceNames
    Service.serving.knative.dev spec/template/spec/containers/env/valueFrom/secretKeyRef/name
    PersistentVolume spec/azureFile/secretName";

const SERVICES: &str = "StatefulSet.apps spec/serviceName
    Ingress spec/rules/http/paths/backend/serviceName
    Ingress spec/backend/serviceName
    Ingress spec/rules/http/paths/backend/service/name
    Ingress spec/defaultBackend/service/name
    APIService.apiregistration.k8s.io spec/service/name
    ValidatingWebhookConfiguration.admissionregistration.k8s.io webhooks/clientConfig/service
    MutatingWebhookConfiguration.admissionregistration.k8s.io webhooks/clientConfig/service
    HTTPRoute spec/rules/backendRefs/name";

/// The other kinds that are referred to: kind, group, version, fields.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("Deployment", "", "", "HorizontalPodAutoscaler spec/scaleTargetRef/name"),
    ("ReplicationController", "", "", "HorizontalPodAutoscaler spec/scaleTargetRef/name"),
    ("ReplicaSet", "", "", "HorizontalPodAutoscaler spec/scaleTargetRef/name"),
    ("StatefulSet", "", "", "HorizontalPodAutoscaler spec/scaleTargetRef/name"),
    ("Service", "", "v1", SERVICES),
    ("Role", RBAC, "", "RoleBinding.rbac.authorization.k8s.io roleRef/name"),
    (
        "ClusterRole",
        RBAC,
        "",
        "RoleBinding.rbac.authorization.k8s.io roleRef/name
        ClusterRoleBinding.rbac.authorization.k8s.io roleRef/name",
    ),
    (
        "PersistentVolume",
        "",
        "v1",
        "PersistentVolumeClaim spec/volumeName
        ClusterRole rules/resourceNames",
    ),
    (
        "StorageClass",
        "storage.k8s.io",
        "v1",
        "PersistentVolume spec/storageClassName
        PersistentVolumeClaim spec/storageClassName
        StatefulSet spec/volumeClaimTemplates/spec/storageClassName",
    ),
    // Its group is written like this in kustomize, too: no such class is ever found.
    ("IngressClass", "networking.k8s.io/v1", "v1", "Ingress spec/ingressClassName"),
    (
        "ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io",
        "",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io spec/policyName",
    ),
];

const RBAC: &str = "rbac.authorization.k8s.io";

/// What bindings say of accounts.
const SUBJECTS: &str = "RoleBinding.rbac.authorization.k8s.io subjects
    ClusterRoleBinding.rbac.authorization.k8s.io subjects";

impl Config {
    /// kustomize's own rules.
    pub fn default_rules() -> Self {
        let with = |mut some: Vec<FieldSpec>, text: &str| {
            some.extend(lines(text));
            some
        };
        let references = |kind: &str, group: &str, version: &str, field_specs: Vec<FieldSpec>| References {
            kind: kind.into(),
            group: group.into(),
            version: version.into(),
            field_specs,
        };
        // kustomize has these kinds left out.
        let (no_controller, few) = (["ReplicationController"], ["PodTemplate", "ReplicaSet"]);
        let mut name_reference = vec![
            references("ConfigMap", "", "v1", with(pods(MAPS, &no_controller), MORE_MAPS)),
            references("Secret", "", "v1", with(pods(SECRETS, &no_controller), MORE_SECRETS)),
            references("ServiceAccount", "", "v1", with(pods(&["serviceAccountName"], &few), SUBJECTS)),
            references(
                "PersistentVolumeClaim",
                "",
                "v1",
                pods(&["volumes/persistentVolumeClaim/claimName"], &few),
            ),
            references("PriorityClass", "scheduling.k8s.io", "v1", pods(&["priorityClassName"], &few)),
        ];
        name_reference.extend(
            OTHERS.iter().map(|(kind, group, version, text)| references(kind, group, version, lines(text))),
        );
        let metadata_name = vec![FieldSpec { path: "metadata/name".into(), ..FieldSpec::default() }];
        let neighbours = ["Deployment", "StatefulSet"].iter().flat_map(|kind| {
            NEIGHBOURS.iter().map(move |path| FieldSpec {
                group: "apps".into(),
                ..FieldSpec::of_kind(kind, format!("spec/template/spec/{path}"))
            })
        });
        let mut common_labels = lines(SELECTORS);
        common_labels.extend(neighbours);
        // A service of another group than the core has no such selector.
        for spec in &mut common_labels {
            if ["Service", "ReplicationController"].contains(&spec.kind.as_str()) {
                spec.version = "v1".into();
            }
        }
        common_labels.extend(lines(TEMPLATE_LABELS));
        Self {
            name_prefix: metadata_name.clone(),
            name_suffix: metadata_name,
            namespace: lines(NAMESPACES),
            common_labels,
            labels: Vec::new(),
            template_labels: lines(TEMPLATE_LABELS),
            common_annotations: lines(ANNOTATIONS),
            name_reference,
            var_reference: with(pods(VARIABLES, &["PodTemplate", "ReplicationController"]), MORE_VARIABLES),
            images: lines(IMAGES),
            replicas: lines(REPLICAS),
        }
    }
}

//! Feature gates: which there are, which are on, and what may be said of them with `--feature-gates`.
//!
//! What a gate that is on by default stands for is built, and can't be switched off; what is off can't be switched
//! on. The names, stages and defaults are upstream's, from its list of versioned features.

use std::fmt::Write;

use crate::flags::parse_bool;
use crate::metrics::{Metric, head};

/// How far a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Alpha,
    Beta,
    Stable,
    Deprecated,
}

impl Stage {
    /// The word of metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::Beta => "BETA",
            Self::Stable => "",
            Self::Deprecated => "DEPRECATED",
        }
    }
}

/// Gates of one stage that are on, or not.
struct Group {
    stage: Stage,
    on: bool,
    names: &'static str,
}

#[rustfmt::skip]
const GATES: [Group; 6] = [
    Group { stage: Stage::Stable, on: true, names: "
        APIServerTracing AnonymousAuthConfigurableEndpoints AnyVolumeDataSource AuthorizeNodeWithSelectors
        AuthorizeWithSelectors BtreeWatchCache CPUManagerPolicyOptions CRDValidationRatcheting CSIMigrationPortworx
        ConsistentListFromCache CustomResourceFieldSelectors DisableAllocatorDualWrite DynamicResourceAllocation
        ExecProbeTimeout HonorPVReclaimPolicy ImageMaximumGCAge InPlacePodVerticalScaling InformerResourceVersion
        JobBackoffLimitPerIndex JobManagedBy JobPodReplacementPolicy JobSuccessPolicy KubeletCgroupDriverFromCRI
        KubeletTracing LogarithmicScaleDown MatchLabelKeysInPodAffinity MemoryManager MultiCIDRServiceAllocator
        MutatingAdmissionPolicy NFTablesProxyMode NodeInclusionPolicyInPodTopologySpread NodeSwap
        OrderedNamespaceDeletion PodLifecycleSleepAction PodLifecycleSleepActionAllowZero
        PodObservedGenerationTracking PodSchedulingReadiness PreferSameTrafficDistribution
        RecoverVolumeExpansionFailure RecursiveReadOnlyMounts RelaxedDNSSearchValidation
        RelaxedEnvironmentVariableValidation ResilientWatchCacheInitialization RetryGenerateName
        SchedulerQueueingHints SeparateTaintEvictionController ServiceAccountTokenJTI ServiceAccountTokenNodeBinding
        ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo ServiceTrafficDistribution
        SidecarContainers StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf
        StructuredAuthenticationConfiguration StructuredAuthorizationConfiguration SupplementalGroupsPolicy
        SystemdWatchdog TopologyAwareHints TopologyManagerPolicyOptions VolumeAttributesClass WinDSR WinOverlay" },
    Group { stage: Stage::Beta, on: true, names: "
        APIResponseCompression APIServerIdentity AllowParsingUserUIDFromCertAuth
        AuthorizePodWebsocketUpgradeCreatePermission CPUManagerPolicyBetaOptions CSIServiceAccountTokenSecrets
        ClearingNominatedNodeNameAfterBinding ContainerCheckpoint ContainerRestartRules DRAAdminAccess
        DRAPrioritizedList DRAResourceClaimDeviceStatus DRASchedulerFilterTimeout DeclarativeValidation
        DeploymentReplicaSetTerminatingReplicas DetectCacheInconsistency DisableCPUQuotaWithExclusiveCPUs EnvFiles
        ExternalServiceAccountTokenSigner GracefulNodeShutdown GracefulNodeShutdownBasedOnPodPriority
        HPAConfigurableTolerance HostnameOverride ImageVolume InOrderInformers InOrderInformersBatchProcess
        KubeletCrashLoopBackOffMax KubeletEnsureSecretPulledImages KubeletFineGrainedAuthz KubeletPSI
        KubeletPodResourcesDynamicResources KubeletPodResourcesGet KubeletSeparateDiskGC
        KubeletServiceAccountTokenForCredentialProviders ListFromCacheSnapshot MatchLabelKeysInPodTopologySpread
        MatchLabelKeysInPodTopologySpreadSelectorMerge MaxUnavailableStatefulSet MutableCSINodeAllocatableCount
        NominatedNodeNameForExpectation OpenAPIEnums OpportunisticBatching PodDeletionCost PodLevelResources
        PodReadyToStartContainersCondition PodTopologyLabelsAdmission PortForwardWebsockets
        PreventStaticPodAPIReferences ProcMountType ReloadKubeletServerCertificateFile RemoteRequestHeaderUID
        RotateKubeletServerCertificate SELinuxChangePolicy SELinuxMountReadWriteOncePod SchedulerAsyncPreemption
        SchedulerPopFromBackoffQ ServiceAccountNodeAudienceRestriction SizeBasedListCostEstimate
        StatefulSetSemanticRevisionComparison StorageVersionHash StructuredAuthenticationConfigurationEgressSelector
        StructuredAuthenticationConfigurationJWKSMetrics TokenRequestServiceAccountUIDValidation
        TopologyManagerPolicyBetaOptions TranslateStreamCloseWebsocketRequests UnauthenticatedHTTP2DOSMitigation
        UserNamespacesSupport WatchList WatchListClient WindowsGracefulNodeShutdown" },
    Group { stage: Stage::Deprecated, on: true, names: "
        AggregatedDiscoveryRemoveBetaType DisableNodeKubeProxyVersion KubeletPodResourcesListUseActivePods
        StorageNamespaceIndex" },
    Group { stage: Stage::Alpha, on: false, names: "
        APIServingWithRoutine AllAlpha AllowUnsafeMalformedObjectDeletion CBORServingAndStorage
        CPUManagerPolicyAlphaOptions CSIVolumeHealth ClientsAllowCBOR ClientsPreferCBOR
        CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook ComponentFlagz
        ComponentStatusz ConstrainedImpersonation ContainerStopSignals CrossNamespaceVolumeDataSource
        CustomCPUCFSQuotaPeriod DRAConsumableCapacity DRADeviceBindingConditions DRADeviceTaintRules DRADeviceTaints
        DRAExtendedResource DRAPartitionableDevices EventedPLEG GangScheduling GenericWorkload HPAScaleToZero
        ImageVolumeWithDigest InPlacePodLevelResourcesVerticalScaling InPlacePodVerticalScalingExclusiveCPUs
        InPlacePodVerticalScalingExclusiveMemory InTreePluginPortworxUnregister KubeletInUserNamespace MemoryQoS
        MutablePVNodeAffinity MutablePodResourcesForSuspendedJobs MutableSchedulingDirectivesForSuspendedJobs
        NodeDeclaredFeatures PodAndContainerStatsFromCRI PodLogsQuerySplitStreams QOSReserved
        ReduceDefaultCrashLoopBackOffDecay RelaxedServiceNameValidation ResourceHealthStatus
        RestartAllContainersOnContainerExits RuntimeClassInImageCriApi StorageCapacityScoring StorageVersionAPI
        StrictIPCIDRValidation TaintTolerationComparisonOperators TopologyManagerPolicyAlphaOptions
        UnknownVersionInteroperabilityProxy UserNamespacesHostNetworkSupport VolumeLimitScaling
        WindowsCPUAndMemoryAffinity" },
    Group { stage: Stage::Beta, on: false, names: "
        AllBeta CRDObservedGenerationTracking ClusterTrustBundle ClusterTrustBundleProjection
        ConcurrentWatchObjectDecode CoordinatedLeaderElection DeclarativeValidationTakeover
        LocalStorageCapacityIsolationFSQuotaMonitoring NodeLogQuery PodCertificateRequest SELinuxMount
        SchedulerAsyncAPICalls StorageVersionMigrator WatchCacheInitializationPostStartHook" },
    Group { stage: Stage::Deprecated, on: false, names: "
        AllowDNSOnlyNodeCSR AllowInsecureKubeletCertificateSigningRequests
        AllowOverwriteTerminationGracePeriodSeconds ChangeContainerStatusOnKubeletRestart GitRepoVolumeDriver
        InPlacePodVerticalScalingAllocatedStatus KMSv1 KubeletRegistrationGetOnExistsOnly SeparateCacheWatchRPC
        WatchFromStorageWithoutResourceVersion WindowsHostNetwork" },
];

/// Every gate: its name, its stage, and whether it is on.
pub fn all() -> impl Iterator<Item = (&'static str, Stage, bool)> {
    GATES.iter().flat_map(|group| group.names.split_whitespace().map(|name| (name, group.stage, group.on)))
}

/// The metric that tells which gates are on.
pub struct Enabled;

impl Metric for Enabled {
    fn render(&self, out: &mut String) {
        let name = "kubernetes_feature_enabled";
        let help = "This metric records the data about the stage and enablement of a k8s feature.";
        head(out, name, help, "gauge");
        for (gate, stage, on) in all() {
            let (stage, value) = (stage.word(), u8::from(on));
            let _ = writeln!(out, "{name}{{name=\"{gate}\",stage=\"{stage}\"}} {value}");
        }
    }
}

/// What is wrong with an item of the flag (`name=true`, or `kube:name=true`).
///
/// # Errors
/// Says that there is no such gate, or that it can't be set so here.
pub fn check(item: &str) -> Result<(), String> {
    let item = item.strip_prefix("kube:").unwrap_or(item);
    let wrong = |why: String| Err(format!("--feature-gates: {why}"));
    let Some((name, value)) = item.split_once('=') else {
        return wrong(format!(
            "missing bool value for feature gate {item:?}: write it as name=true or name=false"
        ));
    };
    let Some((_, stage, on)) = all().find(|(known, ..)| *known == name) else {
        return wrong(format!("unrecognized feature gate: {name}"));
    };
    let Ok(wanted) = parse_bool(value) else {
        return wrong(format!("invalid value of {name}={value}: it must be true or false"));
    };
    match (wanted == on, wanted) {
        (true, _) => Ok(()),
        (false, true) => wrong(format!("the feature {name} is off by default, and not built")),
        (false, false) if stage == Stage::Stable => {
            wrong(format!("cannot set feature gate {name} to false, feature is locked to true"))
        }
        (false, false) => wrong(format!("the feature {name} is on by default, and cannot be switched off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_as_they_are() {
        for item in ["SidecarContainers=true", "kube:WatchList=true", "AllAlpha=false", "KMSv1=false"] {
            assert_eq!(check(item), Ok(()), "{item}");
        }
        for (item, why) in [
            ("SidecarContainers=false", "locked to true"),
            ("WatchList=false", "cannot be switched off"),
            ("AllAlpha=true", "not built"),
            ("SideCars=true", "unrecognized feature gate: SideCars"),
            ("SidecarContainers", "missing bool value"),
            ("SidecarContainers=maybe", "must be true or false"),
        ] {
            let said = check(item).expect_err(item);
            assert!(said.contains(why), "{item}: {said}");
        }
    }

    #[test]
    fn each_has_one_place() {
        let mut names: Vec<&str> = all().map(|(name, ..)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

//! What the client should know about a pod, though it is allowed: fields that do nothing any more,
//! and values that hide or contradict each other.

use std::collections::BTreeMap;

use apimachinery::invalid::Field;
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{
    ContainerPort, EnvVar, KeyToPath, NodeSelectorTerm, PersistentVolumeClaimSpec, Pod, PodAffinityTerm,
    PodSpec, PodTemplateSpec, ProjectedVolumeSource, ResourceRequirements, SecurityContext, Volume,
    VolumeProjection, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::strategy::addresses;

const NULL_SELECTOR: &str = "a null labelSelector results in matching no pod";
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const SECCOMP_IS_GONE: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const APP_ARMOR_IS_OLD: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";

/// Annotations that nobody reads any more.
const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];

/// What the client should know about a new pod.
pub fn of_pod(pod: &Pod) -> Vec<String> {
    let Some(spec) = &pod.spec else { return Vec::new() };
    let mut found = Vec::new();
    if let Err(why) = names::dns_label(pod.metadata.name.as_deref().unwrap_or_default()) {
        found.push(format!(
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{why}]"
        ));
    }
    whole(spec, &pod.metadata, &Field::root(""), false, &mut found);
    found
}

/// What the client should know about a template at `field`.
pub fn of_template(template: &PodTemplateSpec, field: &Field) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(spec) = &template.spec {
        whole(spec, &template.metadata.clone().unwrap_or_default(), field, true, &mut found);
    }
    found
}

/// What the client should know about the name of something that makes pods.
pub fn of_name(meta: &ObjectMeta) -> Option<String> {
    let why = names::dns_label(meta.name.as_deref().unwrap_or_default()).err()?;
    Some(format!(
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{why}]"
    ))
}

/// What the client should know about a claim's spec at `field`.
pub fn of_claim(spec: &PersistentVolumeClaimSpec, field: &Field) -> Vec<String> {
    let mut found = Vec::new();
    let Some(resources) = &spec.resources else { return found };
    for (name, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        fractions(amounts.as_ref(), &["storage"], &field.child("resources").child(name), &mut found);
    }
    found
}

/// A volume needs whole bytes.
fn fractions(
    amounts: Option<&BTreeMap<String, Quantity>>,
    names: &[&str],
    field: &Field,
    found: &mut Vec<String>,
) {
    for name in names {
        let Some(amount) = amounts.and_then(|amounts| amounts.get(*name)) else { continue };
        if let Ok(amount) = amount.0.parse::<Amount>()
            && !amount.is_whole()
        {
            let place = field.key(name);
            let amount = amount.to_string();
            found.push(format!("{place}: fractional byte value {amount:?} is invalid, must be an integer"));
        }
    }
}

/// Labels of nodes that have new names.
fn old_label(name: &str) -> Option<&'static str> {
    Some(match name {
        "beta.kubernetes.io/arch" => "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os" => "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"
        }
        "failure-domain.beta.kubernetes.io/zone" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"
        }
        "beta.kubernetes.io/instance-type" => {
            "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"
        }
        _ => return None,
    })
}

fn whole(spec: &PodSpec, meta: &ObjectMeta, field: &Field, is_template: bool, found: &mut Vec<String>) {
    let nothing = BTreeMap::new();
    let notes = meta.annotations.as_ref().unwrap_or(&nothing);
    let annotation = |name: &str| field.child("metadata").child("annotations").key(name);
    let field = &field.child("spec");
    for name in spec.node_selector.iter().flatten().map(|(name, _)| name) {
        if let Some(why) = old_label(name) {
            found.push(format!("{}: {why}", field.child("nodeSelector").key(name)));
        }
    }
    affinity(spec, field, found);
    for (name, why) in ANNOTATIONS.iter().filter(|(name, _)| notes.contains_key(*name)) {
        found.push(format!("{}: {why}", annotation(name)));
    }
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        old_volumes(volume, &field.child("volumes").index(index), found);
    }
    for volume in spec.volumes.iter().flatten() {
        overlaps(volume, found);
    }
    repeated(spec, field, found);
    let bytes = ["memory", "ephemeral-storage"];
    fractions(spec.overhead.as_ref(), &bytes, &field.child("overhead"), found);
    let context = spec.security_context.as_ref();
    if context.is_none_or(|context| context.seccomp_profile.is_none()) && notes.contains_key(SECCOMP) {
        found.push(format!("{}: {SECCOMP_IS_GONE}", annotation(SECCOMP)));
    }
    let parts = containers(spec, field);
    for Part { place, name, env, resources, security, .. } in &parts {
        let note = || format!("{CONTAINER_SECCOMP}{name}");
        if !notes.is_empty()
            && security.is_none_or(|own| own.seccomp_profile.is_none())
            && notes.contains_key(&note())
        {
            found.push(format!("{}: {SECCOMP_IS_GONE}", annotation(&note())));
        }
        let note = || format!("{APP_ARMOR}{name}");
        let confined = security.is_some_and(|own| own.app_armor_profile.is_some())
            || context.is_some_and(|context| context.app_armor_profile.is_some());
        if is_template && !confined && notes.contains_key(&note()) {
            found.push(format!("{}: {APP_ARMOR_IS_OLD}", annotation(&note())));
        }
        if let Some(resources) = resources {
            for (name, amounts) in [("limits", &resources.limits), ("requests", &resources.requests)] {
                fractions(amounts.as_ref(), &bytes, &place.child("resources").child(name), found);
            }
        }
        hidden(env, &place.child("env"), found);
    }
    ports(&parts, found);
    if spec.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0) {
        found.push(format!(
            "{}: must be >= 0; negative values are invalid and will be treated as 1",
            field.child("terminationGracePeriodSeconds")
        ));
    }
    others(spec, field, found);
    let servers = spec.dns_config.iter().flat_map(|config| config.nameservers.iter().flatten());
    for (index, server) in servers.enumerate() {
        found.extend(addresses::warning(server, &field.child("dnsConfig").child("nameservers").index(index)));
    }
    for (index, alias) in spec.host_aliases.iter().flatten().enumerate() {
        let place = field.child("hostAliases").index(index).child("ip");
        found.extend(addresses::warning(&alias.ip, &place));
    }
}

/// What is looked at of a container, whatever it is for.
struct Part<'p> {
    place: Field,
    name: &'p str,
    env: &'p [EnvVar],
    ports: &'p [ContainerPort],
    resources: Option<&'p ResourceRequirements>,
    security: Option<&'p SecurityContext>,
    /// Whether it ends before the others begin.
    passes: bool,
}

/// All containers, those for debugging too.
fn containers<'p>(spec: &'p PodSpec, field: &Field) -> Vec<Part<'p>> {
    macro_rules! part {
        ($list:literal, $index:ident, $container:ident, $passes:expr) => {
            Part {
                place: field.child($list).index($index),
                name: &$container.name,
                env: $container.env.as_deref().unwrap_or_default(),
                ports: $container.ports.as_deref().unwrap_or_default(),
                resources: $container.resources.as_ref(),
                security: $container.security_context.as_ref(),
                passes: $passes,
            }
        };
    }
    let initial = spec.init_containers.iter().flatten().enumerate().map(|(index, one)| {
        part!("initContainers", index, one, one.restart_policy.as_deref() != Some("Always"))
    });
    let plain = spec.containers.iter().enumerate().map(|(index, one)| part!("containers", index, one, false));
    let debugging = spec.ephemeral_containers.iter().flatten().enumerate();
    let debugging = debugging.map(|(index, one)| part!("ephemeralContainers", index, one, false));
    initial.chain(plain).chain(debugging).collect()
}

fn affinity(spec: &PodSpec, field: &Field, found: &mut Vec<String>) {
    let nodes = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let place = field.child("affinity").child("nodeAffinity");
    if let Some(needed) =
        nodes.and_then(|nodes| nodes.required_during_scheduling_ignored_during_execution.as_ref())
    {
        let place = place.child("requiredDuringSchedulingIgnoredDuringExecution").child("nodeSelectorTerms");
        for (index, one) in needed.node_selector_terms.iter().enumerate() {
            term(one, false, &place.index(index), found);
        }
    }
    let wished = nodes.and_then(|nodes| nodes.preferred_during_scheduling_ignored_during_execution.as_ref());
    for (index, one) in wished.into_iter().flatten().enumerate() {
        let place = place.child("preferredDuringSchedulingIgnoredDuringExecution").index(index);
        term(&one.preference, true, &place.child("preference"), found);
    }
    for (index, constraint) in spec.topology_spread_constraints.iter().flatten().enumerate() {
        let place = field.child("topologySpreadConstraints").index(index);
        let key = &constraint.topology_key;
        if let Some(why) = old_label(key) {
            found.push(format!("{}: {key} is {why}", place.child("topologyKey")));
        }
        if constraint.label_selector.is_none() {
            found.push(format!("{}: {NULL_SELECTOR}", place.child("labelSelector")));
        }
    }
}

/// A term that nodes are chosen by. What is only wished for may name values that no label can have.
fn term(given: &NodeSelectorTerm, is_wish: bool, field: &Field, found: &mut Vec<String>) {
    for (index, expression) in given.match_expressions.iter().flatten().enumerate() {
        let place = field.child("matchExpressions").index(index);
        let key = &expression.key;
        if let Some(why) = old_label(key) {
            found.push(format!("{}: {key} is {why}", place.child("key")));
        }
        let values = expression.values.iter().flatten().enumerate().filter(|_| is_wish);
        for (index, value) in values {
            if let Err(why) = names::label_value(value) {
                found.push(format!("{}: {value} is invalid, {why}", place.child("values").index(index)));
            }
        }
    }
}

/// Terms that choose pods, with no selector to choose them by.
fn others(spec: &PodSpec, field: &Field, found: &mut Vec<String>) {
    // Few pods say anything about others.
    let Some(affinity) = spec.affinity.clone() else { return };
    let near = affinity.pod_affinity.unwrap_or_default();
    let far = affinity.pod_anti_affinity.unwrap_or_default();
    let mut check = |name: &str, needed: Option<Vec<PodAffinityTerm>>, wished: Option<Vec<_>>| {
        let field = field.child("affinity").child(name);
        for (index, term) in needed.into_iter().flatten().enumerate() {
            if term.label_selector.is_none() {
                let place = field.child("requiredDuringSchedulingIgnoredDuringExecution").index(index);
                found.push(format!("{}: {NULL_SELECTOR}", place.child("labelSelector")));
            }
        }
        for (index, term) in wished.into_iter().flatten().enumerate() {
            let term: WeightedPodAffinityTerm = term;
            if term.pod_affinity_term.label_selector.is_none() {
                let place = field.child("preferredDuringSchedulingIgnoredDuringExecution").index(index);
                let place = place.child("podAffinityTerm").child("labelSelector");
                found.push(format!("{place}: {NULL_SELECTOR}"));
            }
        }
    };
    check(
        "podAffinity",
        near.required_during_scheduling_ignored_during_execution,
        near.preferred_during_scheduling_ignored_during_execution,
    );
    check(
        "podAntiAffinity",
        far.required_during_scheduling_ignored_during_execution,
        far.preferred_during_scheduling_ignored_during_execution,
    );
}

/// Volumes of drivers that are gone, or will be.
fn old_volumes(volume: &Volume, field: &Field, found: &mut Vec<String>) {
    let old = [
        (
            volume.photon_persistent_disk.is_some(),
            "photonPersistentDisk",
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (volume.git_repo.is_some(), "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        (volume.scale_io.is_some(), "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        (volume.flocker.is_some(), "flocker", "deprecated in v1.22, non-functional in v1.25+"),
        (volume.storageos.is_some(), "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
        (volume.quobyte.is_some(), "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        (volume.glusterfs.is_some(), "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        (volume.cephfs.is_some(), "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        (volume.rbd.is_some(), "rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ];
    for (_, name, why) in old.iter().filter(|(given, ..)| *given) {
        found.push(format!("{}: {why}", field.child(name)));
    }
    if let Some(template) = volume.ephemeral.as_ref().and_then(|one| one.volume_claim_template.as_ref()) {
        let place = field.child("ephemeral").child("volumeClaimTemplate").child("spec");
        found.extend(of_claim(&template.spec, &place));
    }
}

/// A path in a volume, and where it comes from if the volume has more than one source.
struct Placed {
    path: String,
    source: String,
}

impl Placed {
    fn shown(&self) -> String {
        let Self { path, source } = self;
        if source.is_empty() { format!("{path:?}") } else { format!("{path:?} ({source})") }
    }

    /// Whether both would be the same file, or one a directory that holds the other.
    fn meets(&self, other: &Self) -> bool {
        let (a, b) = (format!("{}/", self.path), format!("{}/", other.path));
        !self.path.is_empty() && !other.path.is_empty() && (a.starts_with(&b) || b.starts_with(&a))
    }
}

/// Files of one volume that would be in each other's place.
fn overlaps(volume: &Volume, found: &mut Vec<String>) {
    if let Some(map) = &volume.config_map {
        let paths = keys(map.items.as_ref(), "");
        meetings(volume, &format!("ConfigMap {:?}", map.name), paths, found);
    }
    if let Some(secret) = &volume.secret {
        let paths = keys(secret.items.as_ref(), "");
        let name = secret.secret_name.as_deref().unwrap_or_default();
        meetings(volume, &format!("Secret {name:?}"), paths, found);
    }
    if let Some(downward) = &volume.downward_api {
        let paths = downward.items.iter().flatten();
        let paths = paths.map(|item| Placed { path: item.path.clone(), source: String::new() });
        meetings(volume, "DownwardAPI", paths.collect(), found);
    }
    if let Some(projected) = &volume.projected {
        projection(volume, projected, found);
    }
}

fn projection(volume: &Volume, projected: &ProjectedVolumeSource, found: &mut Vec<String>) {
    let mut paths = Vec::new();
    for source in projected.sources.iter().flatten() {
        if *source == VolumeProjection::default() {
            found.push(format!("volume {:?} (Projected) has no sources provided", volume.name));
        }
        if let Some(map) = &source.config_map {
            paths.extend(keys(map.items.as_ref(), &format!("ConfigMap {:?}", map.name)));
        } else if let Some(secret) = &source.secret {
            paths.extend(keys(secret.items.as_ref(), &format!("Secret {:?}", secret.name)));
        } else if let Some(downward) = &source.downward_api {
            let items = downward.items.iter().flatten();
            paths.extend(items.map(|item| Placed { path: item.path.clone(), source: "DownwardAPI".into() }));
        } else if let Some(token) = &source.service_account_token {
            paths.push(Placed { path: token.path.clone(), source: "ServiceAccountToken".into() });
        } else if let Some(bundle) = &source.cluster_trust_bundle {
            let name = bundle.name.as_deref().or(bundle.signer_name.as_deref()).unwrap_or_default();
            paths.push(Placed { path: bundle.path.clone(), source: format!("ClusterTrustBundle {name:?}") });
        }
    }
    meetings(volume, "Projected", paths, found);
}

fn keys(items: Option<&Vec<KeyToPath>>, source: &str) -> Vec<Placed> {
    let items = items.into_iter().flatten();
    items.map(|item| Placed { path: item.path.clone(), source: source.to_string() }).collect()
}

fn meetings(volume: &Volume, kind: &str, mut paths: Vec<Placed>, found: &mut Vec<String>) {
    for placed in &mut paths {
        placed.path.truncate(placed.path.trim_end_matches('/').len());
    }
    for (index, placed) in paths.iter().enumerate() {
        for earlier in paths[..index].iter().filter(|earlier| earlier.meets(placed)) {
            found.push(format!(
                "volume {:?} ({kind}): overlapping paths: {} with {}",
                volume.name,
                placed.shown(),
                earlier.shown()
            ));
        }
    }
}

/// What stands twice in a list that should name each once.
fn repeated(spec: &PodSpec, field: &Field, found: &mut Vec<String>) {
    let aliases = spec.host_aliases.as_deref().unwrap_or_default();
    for (index, alias) in aliases.iter().enumerate() {
        if aliases[..index].iter().any(|other| other.ip == alias.ip) {
            let place = field.child("hostAliases").index(index).child("ip");
            found.push(format!("{place}: duplicate ip {:?}", alias.ip));
        }
    }
    let secrets = spec.image_pull_secrets.as_deref().unwrap_or_default();
    let place = |index| field.child("imagePullSecrets").index(index).child("name");
    for (index, secret) in secrets.iter().enumerate() {
        if secrets[..index].contains(secret) {
            found.push(format!("{}: duplicate name {:?}", place(index), secret.name));
        }
    }
    for (index, secret) in secrets.iter().enumerate().filter(|(_, secret)| secret.name.is_empty()) {
        found.push(format!("{}: invalid empty name {:?}", place(index), secret.name));
    }
}

/// Variables that replace an earlier one of the same name without building on it.
fn hidden(variables: &[EnvVar], field: &Field, found: &mut Vec<String>) {
    for (index, variable) in variables.iter().enumerate() {
        if variables[..index].iter().all(|earlier| earlier.name != variable.name) {
            continue;
        }
        let reference = format!("$({})", variable.name);
        let value = variable.value.as_deref().unwrap_or_default();
        if variable.value_from.is_some() || value == reference || !value.contains(&reference) {
            found.push(format!(
                "{}: hides previous definition of {:?}, which may be dropped when using apply",
                field.index(index),
                variable.name
            ));
        }
    }
}

/// Ports that get in each other's way.
fn ports(parts: &[Part<'_>], found: &mut Vec<String>) {
    let mut seen: Vec<(&ContainerPort, Field)> = Vec::new();
    let mut named: Vec<(&str, Field)> = Vec::new();
    for part in parts {
        for (index, port) in part.ports.iter().enumerate() {
            let place = part.place.child("ports").index(index);
            port_among(port, &place, &seen, found);
            seen.push((port, place));
        }
    }
    for part in parts.iter().filter(|part| !part.passes) {
        for (index, port) in part.ports.iter().enumerate() {
            let place = part.place.child("ports").index(index);
            let Some(name) = port.name.as_deref().filter(|name| !name.is_empty()) else { continue };
            match named.iter().find(|(other, _)| *other == name) {
                Some((_, first)) => found.push(format!(
                    "{place}: duplicate port name {name:?} with {first}, services and probes that select ports by name will use {first}"
                )),
                None => named.push((name, place)),
            }
        }
    }
}

fn port_among(
    port: &ContainerPort,
    place: &Field,
    seen: &[(&ContainerPort, Field)],
    found: &mut Vec<String>,
) {
    fn address(port: &ContainerPort) -> &str {
        port.host_ip.as_deref().unwrap_or_default()
    }
    let outer = |port: &ContainerPort| port.host_port.unwrap_or(0);
    if !address(port).is_empty() && outer(port) == 0 {
        found.push(format!(
            "{place}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
            port.name.as_deref().unwrap_or_default(),
            port.container_port,
            port.protocol.as_deref().unwrap_or_default(),
            address(port)
        ));
    }
    let same = |other: &ContainerPort| {
        (other.container_port, &other.protocol) == (port.container_port, &port.protocol)
    };
    for (other, elsewhere) in seen.iter().filter(|(other, _)| same(other)) {
        let (a, b) = (outer(port), outer(other));
        if address(port) == address(other) && a == b {
            found.push(format!("{place}: duplicate port definition with {elsewhere}"));
        } else if a == 0 || b == 0 {
            found.push(format!("{place}: overlapping port definition with {elsewhere}"));
        } else if a == b && address(port).is_empty() != address(other).is_empty() {
            found.push(format!("{place}: dangerously ambiguous port definition with {elsewhere}"));
        }
    }
}

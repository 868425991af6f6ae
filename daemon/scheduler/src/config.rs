//! Flags and KubeSchedulerConfiguration v1.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use component::flags::{boolean, parse_duration, value, verbosity};
use serde::Deserialize;

use crate::objects::SpreadConstraint;
use crate::plugins::{Choice, Defaults, NAMES, Strategy};

/// The program's flags.
pub fn command() -> Command {
    Command::new("kube-scheduler")
        // As pflag has it: the last one counts.
        .args_override_self(true)
        .about("Finds a node for every pod that has none")
        .version(component::KUBERNETES_VERSION)
        .arg(value("config", "", "The path to the configuration file (KubeSchedulerConfiguration v1)"))
        .arg(value("kubeconfig", "", "Path to kubeconfig file with authorization and API server location"))
        .arg(
            Arg::new("master")
                .long("master")
                .help("The address of the Kubernetes API server, over the kubeconfig's"),
        )
        .args(secureport::flags("10259"))
        .arg(boolean(
            "leader-elect",
            true,
            "Start a leader election client and gain leadership before executing",
        ))
        .arg(value("leader-elect-lease-duration", "15s", "How long others wait for a leader that is silent"))
        .arg(value(
            "leader-elect-renew-deadline",
            "10s",
            "How long the leader tries to renew before it gives up",
        ))
        .arg(value("leader-elect-retry-period", "2s", "How long to wait between tries"))
        .arg(value("leader-elect-resource-name", "kube-scheduler", "The name of the lease"))
        .arg(value("leader-elect-resource-namespace", "kube-system", "The namespace of the lease"))
        .arg(verbosity())
}

/// What the file says; fields that are not here are refused by name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct File {
    api_version: String,
    kind: String,
    leader_election: Election,
    client_connection: Connection,
    profiles: Vec<ProfileFile>,
    percentage_of_nodes_to_score: Option<usize>,
    pod_initial_backoff_seconds: Option<u64>,
    pod_max_backoff_seconds: Option<u64>,
    /// Decisions take microseconds: one thread makes them all.
    parallelism: Option<u32>,
    enable_profiling: Option<bool>,
    enable_contention_profiling: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Election {
    leader_elect: Option<bool>,
    lease_duration: Option<String>,
    renew_deadline: Option<String>,
    retry_period: Option<String>,
    resource_lock: Option<String>,
    resource_name: Option<String>,
    resource_namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Connection {
    kubeconfig: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ProfileFile {
    scheduler_name: Option<String>,
    percentage_of_nodes_to_score: Option<usize>,
    plugins: Plugins,
    plugin_config: Vec<PluginConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Plugins {
    multi_point: Set,
    score: Set,
    filter: Set,
    pre_filter: Set,
    pre_score: Set,
    post_filter: Set,
    #[serde(flatten)]
    others: std::collections::BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Set {
    enabled: Vec<Named>,
    disabled: Vec<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Named {
    name: String,
    weight: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PluginConfig {
    name: String,
    args: serde_json::Value,
}

/// What the scheduler is to do.
pub struct Config {
    pub kubeconfig: Option<PathBuf>,
    pub master: Option<String>,
    pub leader_elect: bool,
    pub lease: client::leader::LeaseConfig,
    /// Scheduler names and what they stand for.
    pub profiles: Vec<(String, Choice)>,
    pub percentage: Option<usize>,
    pub initial_backoff: Duration,
    pub max_backoff: Duration,
}

impl Config {
    /// From the flags, and the file that they name: the file wins where it speaks.
    ///
    /// # Errors
    /// Names the flag, or the file and the field.
    pub fn new(matches: &ArgMatches) -> Result<Self> {
        let flag = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
        let path = flag("config");
        let file = if path.is_empty() { File::default() } else { read(Path::new(&path))? };
        let at = |what: String| if path.is_empty() { anyhow!(what) } else { anyhow!("{path}: {what}") };
        let duration = |name: &str, given: &Option<String>| -> Result<Duration> {
            let text = given.clone().unwrap_or_else(|| flag(name));
            parse_duration(&text).map_err(|reason| anyhow!("--{name}: {reason}"))
        };
        let election = &file.leader_election;
        if election.resource_lock.as_deref().is_some_and(|lock| lock != "leases") {
            return Err(at("leaderElection.resourceLock: only \"leases\" exist".into()));
        }
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let identity = format!("{}_{:016x}", host.trim(), rand::random::<u64>());
        let lease = client::leader::LeaseConfig {
            namespace: election
                .resource_namespace
                .clone()
                .unwrap_or_else(|| flag("leader-elect-resource-namespace")),
            name: election.resource_name.clone().unwrap_or_else(|| flag("leader-elect-resource-name")),
            identity,
            lease_duration: duration("leader-elect-lease-duration", &election.lease_duration)?,
            renew_deadline: duration("leader-elect-renew-deadline", &election.renew_deadline)?,
            retry_period: duration("leader-elect-retry-period", &election.retry_period)?,
        };
        let mut profiles = Vec::new();
        let mut percentage = file.percentage_of_nodes_to_score;
        for profile in &file.profiles {
            let name = profile.scheduler_name.clone().unwrap_or_else(|| "default-scheduler".into());
            percentage = percentage.or(profile.percentage_of_nodes_to_score);
            profiles.push((name, choice(profile).map_err(|error| at(format!("{error:#}")))?));
        }
        if profiles.is_empty() {
            profiles.push(("default-scheduler".into(), Choice::default()));
        }
        let kubeconfig = Some(flag("kubeconfig"))
            .filter(|path| !path.is_empty())
            .or(Some(file.client_connection.kubeconfig.clone()).filter(|path| !path.is_empty()));
        let initial_backoff = Duration::from_secs(file.pod_initial_backoff_seconds.unwrap_or(1));
        let max_backoff = Duration::from_secs(file.pod_max_backoff_seconds.unwrap_or(10));
        if initial_backoff.is_zero() || max_backoff < initial_backoff {
            return Err(at(
                "podInitialBackoffSeconds must be above 0 and not above podMaxBackoffSeconds".into()
            ));
        }
        Ok(Self {
            kubeconfig: kubeconfig.map(PathBuf::from),
            master: matches.get_one::<String>("master").cloned(),
            leader_elect: election
                .leader_elect
                .unwrap_or_else(|| matches.get_one::<bool>("leader-elect").copied().unwrap_or(true)),
            lease,
            profiles,
            percentage,
            initial_backoff,
            max_backoff,
        })
    }
}

fn read(path: &Path) -> Result<File> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read --config {}", path.display()))?;
    let file: File = serde_yaml::from_str(&text).with_context(|| path.display().to_string())?;
    if file.api_version != "kubescheduler.config.k8s.io/v1" || file.kind != "KubeSchedulerConfiguration" {
        bail!("{} is not a kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration", path.display());
    }
    Ok(file)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct AffinityArgs {
    api_version: String,
    kind: String,
    hard_pod_affinity_weight: Option<i64>,
    ignore_preferred_terms_of_existing_pods: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct SpreadArgs {
    api_version: String,
    kind: String,
    default_constraints: Vec<SpreadConstraint>,
    defaulting_type: String,
}

fn arguments<T: serde::de::DeserializeOwned + Default>(config: &PluginConfig) -> Result<T> {
    if config.args.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(config.args.clone()).with_context(|| format!("pluginConfig of {}", config.name))
}

fn known(name: &str) -> Result<()> {
    if name == "*" || NAMES.contains(&name) { Ok(()) } else { bail!("plugin {name:?} is not built yet") }
}

fn choice(profile: &ProfileFile) -> Result<Choice> {
    let mut choice = Choice::default();
    let plugins = &profile.plugins;
    if let Some(point) = plugins.others.keys().next() {
        bail!("plugins.{point}: configuring this extension point is not built yet; use multiPoint");
    }
    for set in [&plugins.multi_point, &plugins.filter, &plugins.pre_filter, &plugins.post_filter] {
        for plugin in &set.disabled {
            choice.disabled.push(plugin.name.clone());
        }
    }
    for plugin in plugins.score.disabled.iter().chain(&plugins.pre_score.disabled) {
        choice.score_disabled.push(plugin.name.clone());
    }
    for set in
        [&plugins.multi_point, &plugins.score, &plugins.filter, &plugins.pre_filter, &plugins.pre_score]
    {
        for plugin in &set.enabled {
            known(&plugin.name)?;
            // What is enabled by name is on, even where all others are off.
            if choice.disabled.iter().any(|name| name == "*") {
                let all = NAMES.iter().filter(|name| **name != plugin.name).map(ToString::to_string);
                choice.disabled.extend(all);
                choice.disabled.retain(|name| name != "*");
            }
            choice.disabled.retain(|name| *name != plugin.name);
            if let Some(weight) = plugin.weight.filter(|weight| *weight > 0) {
                choice.weights.insert(plugin.name.clone(), weight);
            }
        }
    }
    for config in &profile.plugin_config {
        known(&config.name)?;
        let args = &config.args;
        match config.name.as_str() {
            "NodeResourcesFit" => {
                choice.strategy = match args["scoringStrategy"]["type"].as_str() {
                    None | Some("LeastAllocated") => Strategy::LeastAllocated,
                    Some("MostAllocated") => Strategy::MostAllocated,
                    Some(other) => {
                        bail!("NodeResourcesFitArgs.scoringStrategy.type {other} is not built yet")
                    }
                };
            }
            "InterPodAffinity" => {
                let args: AffinityArgs = arguments(config)?;
                if let Some(weight) = args.hard_pod_affinity_weight {
                    if !(0..=100).contains(&weight) {
                        bail!(
                            "InterPodAffinityArgs.hardPodAffinityWeight: {weight} is not in the range [0-100]"
                        );
                    }
                    choice.hard_affinity_weight = weight;
                }
                choice.ignore_others_affinity = args.ignore_preferred_terms_of_existing_pods;
            }
            "PodTopologySpread" => {
                let args: SpreadArgs = arguments(config)?;
                choice.spread = match args.defaulting_type.as_str() {
                    "System" if args.default_constraints.is_empty() => Defaults::System,
                    "System" => bail!(
                        "PodTopologySpreadArgs.defaultConstraints: must be empty when defaultingType is System"
                    ),
                    // The older kind of defaulting, and what naming constraints means.
                    "" | "List" => Defaults::List(args.default_constraints),
                    other => {
                        bail!("PodTopologySpreadArgs.defaultingType: {other:?} is neither List nor System")
                    }
                };
                if let Defaults::List(list) = &choice.spread
                    && list.iter().any(|constraint| constraint.label_selector.is_some())
                {
                    bail!(
                        "PodTopologySpreadArgs.defaultConstraints: constraint must not define a selector, as they deduced for each pod"
                    );
                }
            }
            name => bail!("pluginConfig for {name} is not built yet"),
        }
    }
    Ok(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Choice> {
        let file: File = serde_yaml::from_str(text)?;
        choice(&file.profiles[0])
    }

    #[test]
    fn profiles() {
        let choice = file(
            "profiles:\n- plugins:\n    score:\n      disabled: [{name: ImageLocality}]\n      enabled: [{name: NodeResourcesFit, weight: 5}]\n  pluginConfig:\n  - name: NodeResourcesFit\n    args: {scoringStrategy: {type: MostAllocated}}",
        )
        .expect("reads");
        assert_eq!(choice.strategy, Strategy::MostAllocated);
        assert_eq!(choice.weights["NodeResourcesFit"], 5);
        assert!(file("profiles: [{plugins: {score: {enabled: [{name: Wonder}]}}}]").is_err());
        let args = |text: &str| file(&format!("profiles: [{{pluginConfig: [{text}]}}]"));
        let choice = args("{name: InterPodAffinity, args: {hardPodAffinityWeight: 7}}").expect("reads");
        assert_eq!(choice.hard_affinity_weight, 7);
        assert!(args("{name: InterPodAffinity, args: {hardPodAffinityWeight: 101}}").is_err());
        assert!(args("{name: InterPodAffinity, args: {wonder: 1}}").is_err());
        let choice = args("{name: PodTopologySpread, args: {defaultingType: List}}").expect("reads");
        assert_eq!(choice.spread, Defaults::List(Vec::new()));
        assert!(args("{name: PodTopologySpread, args: {defaultingType: Some}}").is_err());
        assert!(serde_yaml::from_str::<File>("extenders: []").is_err());
    }
}

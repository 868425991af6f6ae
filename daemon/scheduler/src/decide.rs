//! The decision for one pod: filter the nodes, rank those that remain, take the best. No I/O.

use std::collections::BTreeMap;

use crate::cache::{Cluster, NodeInfo, PodInfo};
use crate::framework::{CycleState, Profile, Rejection};

/// Fewer nodes than this are all looked at.
const MIN_NODES: usize = 100;
/// Of many nodes at least this part is.
const MIN_PERCENT: usize = 5;

/// A pod that fits nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unschedulable {
    /// All nodes.
    pub nodes: usize,
    /// Nodes by reason, as upstream counts them.
    pub reasons: BTreeMap<String, usize>,
    /// The plugins that said so.
    pub rejected_by: Vec<&'static str>,
}

impl std::fmt::Display for Unschedulable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.nodes == 0 {
            return f.write_str("no nodes available to schedule pods");
        }
        let mut reasons: Vec<String> =
            self.reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        reasons.sort();
        write!(f, "0/{} nodes are available: {}.", self.nodes, reasons.join(", "))
    }
}

/// How many nodes that fit are enough: all of a few, a falling part of many. The search goes on
/// where the last one ended, so that in time every node is looked at.
fn enough(nodes: usize, percentage: Option<usize>) -> usize {
    if nodes < MIN_NODES {
        return nodes;
    }
    let percent = match percentage {
        Some(percent) if percent > 0 => percent,
        _ => (50usize.saturating_sub(nodes / 125)).max(MIN_PERCENT),
    };
    if percent >= 100 { nodes } else { (nodes * percent / 100).max(MIN_NODES) }
}

/// Chooses nodes.
#[derive(Default)]
pub struct Decider {
    start: usize,
    ties: u64,
    percentage: Option<usize>,
}

impl Decider {
    /// Looks at this part of many nodes; `None` for the usual part.
    pub fn new(percentage: Option<usize>) -> Self {
        Self { percentage, ..Self::default() }
    }

    /// The node for a pod, and what plugins noted on the way.
    ///
    /// # Errors
    /// Fails when no node fits.
    pub fn decide(
        &mut self,
        profile: &Profile,
        pod: &PodInfo,
        cluster: &Cluster<'_>,
    ) -> Result<(String, CycleState), Unschedulable> {
        let nodes = cluster.nodes;
        let mut none =
            Unschedulable { nodes: nodes.len(), reasons: BTreeMap::new(), rejected_by: Vec::new() };
        let mut state = CycleState::default();
        let mut only: Option<Vec<String>> = None;
        for plugin in &profile.pre_filter {
            match plugin.pre_filter(&mut state, pod, cluster) {
                Ok(None) => {}
                Ok(Some(names)) => {
                    only = Some(match only {
                        None => names,
                        Some(before) => before.into_iter().filter(|name| names.contains(name)).collect(),
                    });
                }
                Err(rejection) => {
                    none.rejected_by.push(plugin.name());
                    for reason in rejection.reasons {
                        *none.reasons.entry(reason).or_default() += nodes.len();
                    }
                    return Err(none);
                }
            }
        }
        let fitting = self.filter(profile, &state, pod, nodes, only.as_deref(), &mut none);
        match fitting.as_slice() {
            [] => Err(none),
            [one] => Ok((one.name().to_string(), state)),
            many => {
                let best = self.rank(profile, &mut state, pod, cluster, many);
                Ok((best.to_string(), state))
            }
        }
    }

    fn filter<'a>(
        &mut self,
        profile: &Profile,
        state: &CycleState,
        pod: &PodInfo,
        nodes: &'a [NodeInfo],
        only: Option<&[String]>,
        none: &mut Unschedulable,
    ) -> Vec<&'a NodeInfo> {
        let wanted = enough(nodes.len(), self.percentage);
        let filters: Vec<_> =
            profile.filter.iter().filter(|plugin| !state.skip_filter.contains(&plugin.name())).collect();
        let mut fitting = Vec::new();
        let mut looked = 0;
        for offset in 0..nodes.len() {
            let node = &nodes[(self.start + offset) % nodes.len()];
            looked += 1;
            if only.is_some_and(|only| !only.iter().any(|name| name == node.name())) {
                let reason = "node(s) didn't match Pod's node affinity/selector";
                reject(none, "NodeAffinity", Rejection::unresolvable(reason));
                continue;
            }
            let rejection = filters
                .iter()
                .find_map(|plugin| Some((plugin.name(), plugin.filter(state, pod, node).err()?)));
            match rejection {
                Some((name, rejection)) => reject(none, name, rejection),
                None => {
                    fitting.push(node);
                    if fitting.len() >= wanted {
                        break;
                    }
                }
            }
        }
        if !nodes.is_empty() {
            self.start = (self.start + looked) % nodes.len();
        }
        fitting
    }

    fn rank<'a>(
        &mut self,
        profile: &Profile,
        state: &mut CycleState,
        pod: &PodInfo,
        cluster: &Cluster<'_>,
        nodes: &[&'a NodeInfo],
    ) -> &'a str {
        for plugin in &profile.pre_score {
            plugin.pre_score(state, pod, cluster, nodes);
        }
        let mut totals = vec![0i64; nodes.len()];
        for (plugin, weight) in &profile.score {
            if state.skip_score.contains(&plugin.name()) {
                continue;
            }
            let mut scores: Vec<i64> = nodes.iter().map(|node| plugin.score(state, pod, node)).collect();
            plugin.normalize(&mut scores);
            for (total, score) in totals.iter_mut().zip(scores) {
                *total += score * weight;
            }
        }
        // Among equals one by turns, so that pods spread.
        let best = totals.iter().copied().max().unwrap_or_default();
        let winners: Vec<usize> = (0..nodes.len()).filter(|at| totals[*at] == best).collect();
        self.ties = self.ties.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let pick = usize::try_from(self.ties >> 33).unwrap_or_default() % winners.len().max(1);
        nodes[winners.get(pick).copied().unwrap_or_default()].name()
    }
}

fn reject(none: &mut Unschedulable, plugin: &'static str, rejection: Rejection) {
    if !none.rejected_by.contains(&plugin) {
        none.rejected_by.push(plugin);
    }
    for reason in rejection.reasons {
        *none.reasons.entry(reason).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::cache::Cache;
    use crate::objects::Pod;
    use crate::plugins::{Choice, profile};

    fn cache(nodes: Vec<Value>) -> Cache {
        let mut cache = Cache::default();
        for node in nodes {
            cache.set_node(Arc::new(serde_json::from_value(node).expect("decodes")));
        }
        cache
    }

    fn node(name: &str, cpu: &str) -> Value {
        json!({
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
            "status": {"allocatable": {"cpu": cpu, "memory": "32Gi", "pods": "110"}},
        })
    }

    fn pod(spec: Value) -> PodInfo {
        let value = json!({
            "metadata": {"name": "p", "namespace": "d", "uid": "u", "labels": {"app": "a"}}, "spec": spec,
        });
        PodInfo::new(Arc::new(serde_json::from_value::<Pod>(value).expect("decodes")))
    }

    fn asking(cpu: &str) -> Value {
        json!({"containers": [{"image": "i", "resources": {"requests": {"cpu": cpu}}}]})
    }

    fn decide(cache: &Cache, pod: &PodInfo) -> Result<String, String> {
        Decider::default()
            .decide(&profile(&Choice::default()), pod, &cache.cluster(&|_| None))
            .map(|(node, _)| node)
            .map_err(|none| none.to_string())
    }

    #[test]
    fn the_textbook_pod_goes_to_the_node_with_most_room() {
        let cache = cache(vec![node("a", "4"), node("b", "4"), node("c", "12"), node("d", "16")]);
        assert_eq!(decide(&cache, &pod(asking("10"))), Ok("d".into()));
    }

    #[test]
    fn reasons_are_upstreams() {
        let mut tainted = node("d", "64");
        tainted["spec"] = json!({"taints": [{"key": "k", "effect": "NoSchedule"}]});
        let cache = cache(vec![node("a", "4"), node("b", "4"), node("c", "12"), tainted]);
        assert_eq!(
            decide(&cache, &pod(asking("20"))),
            Err("0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu.".into())
        );
        assert_eq!(
            decide(&Cache::default(), &pod(asking("1"))),
            Err("no nodes available to schedule pods".into())
        );
        let selective = pod(json!({"nodeSelector": {"disk": "ssd"}, "containers": []}));
        assert!(
            decide(&cache, &selective).is_err_and(|reason| {
                reason.contains("3 node(s) didn't match Pod's node affinity/selector")
            })
        );
    }

    #[test]
    fn a_named_node_and_a_tolerated_taint() {
        let mut cordoned = node("x", "4");
        cordoned["spec"] = json!({"unschedulable": true,
            "taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]});
        let cache = cache(vec![node("a", "4"), cordoned]);
        let daemon = pod(json!({
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchFields": [
                    {"key": "metadata.name", "operator": "In", "values": ["x"]}]}]}}},
            "tolerations": [{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}],
        }));
        assert_eq!(decide(&cache, &daemon), Ok("x".into()));
        assert_eq!(decide(&cache, &pod(asking("1"))), Ok("a".into()));
    }

    #[test]
    fn host_ports_and_anti_affinity_keep_pods_apart() {
        let mut cache = cache(vec![node("a", "4"), node("b", "4")]);
        let with_port = || pod(json!({"containers": [{"ports": [{"hostPort": 80, "protocol": "TCP"}]}]}));
        let first = decide(&cache, &with_port()).expect("fits");
        cache.assume(Arc::new(with_port()), &first);
        let other = if first == "a" { "b" } else { "a" };
        assert_eq!(decide(&cache, &with_port()), Ok(other.into()));
        let apart = pod(json!({"affinity": {"podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [{
                "labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "kubernetes.io/hostname"}]}}}));
        assert_eq!(decide(&cache, &apart), Ok(other.into()));
        let near = pod(json!({"affinity": {"podAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [{
                "labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "kubernetes.io/hostname"}]}}}));
        assert_eq!(decide(&cache, &near), Ok(first));
    }

    fn labelled(name: &str, zone: &str) -> Value {
        json!({
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}},
            "status": {"allocatable": {"cpu": "64", "memory": "64Gi", "pods": "110"}},
        })
    }

    fn named(name: &str, spec: Value) -> PodInfo {
        let value = json!({
            "metadata": {"name": name, "namespace": "d", "uid": name, "labels": {"app": name}}, "spec": spec,
        });
        PodInfo::new(Arc::new(serde_json::from_value::<Pod>(value).expect("decodes")))
    }

    #[test]
    fn preferred_affinity_draws_and_drives_away() {
        let preferred = |kind: &str, app: &str| {
            json!({"affinity": {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{
                "weight": 100, "podAffinityTerm": {"topologyKey": "topology.kubernetes.io/zone",
                    "labelSelector": {"matchLabels": {"app": app}}}}]}}})
        };
        let mut cache = cache(vec![labelled("a", "z1"), labelled("b", "z2")]);
        cache.assume(Arc::new(named("db", asking("32"))), "b");
        // Room alone would say a.
        assert_eq!(decide(&cache, &named("x", json!({}))), Ok("a".into()));
        assert_eq!(decide(&cache, &named("x", preferred("podAffinity", "db"))), Ok("b".into()));
        assert_eq!(decide(&cache, &named("x", preferred("podAntiAffinity", "db"))), Ok("a".into()));
        // What runs may have wishes about what comes.
        let mut other = self::cache(vec![labelled("a", "z1"), labelled("b", "z2")]);
        other.assume(Arc::new(named("db", preferred("podAffinity", "x"))), "b");
        assert_eq!(decide(&other, &named("x", json!({}))), Ok("b".into()));
    }

    #[test]
    fn terms_reach_other_namespaces_by_name_and_by_label() {
        let mut cache = cache(vec![labelled("a", "z1"), labelled("b", "z2")]);
        let mut db = (*named("db", json!({})).pod).clone();
        db.metadata.namespace = "data".into();
        cache.assume(Arc::new(PodInfo::new(Arc::new(db))), "b");
        cache.set_namespace("data", [("team".to_string(), "db".to_string())].into());
        let near = |extra: Value| {
            let mut term = json!({"topologyKey": "kubernetes.io/hostname",
                "labelSelector": {"matchLabels": {"app": "db"}}});
            term.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
            named(
                "x",
                json!({"affinity": {"podAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [term]}}}),
            )
        };
        assert!(decide(&cache, &near(json!({}))).is_err(), "another namespace");
        for extra in [
            json!({"namespaces": ["data"]}),
            json!({"namespaceSelector": {}}),
            json!({"namespaceSelector": {"matchLabels": {"team": "db"}}}),
        ] {
            assert_eq!(decide(&cache, &near(extra)), Ok("b".into()));
        }
        assert!(decide(&cache, &near(json!({"namespaceSelector": {"matchLabels": {"team": "x"}}}))).is_err());
        assert!(decide(&cache, &near(json!({"namespaces": ["data"], "matchLabelKeys": ["app"]}))).is_err());
    }

    #[test]
    fn wishes_for_spreading_are_heard_and_defaults_spread_gently() {
        let soft = json!({"topologySpreadConstraints": [{
            "maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "x"}}}]});
        // Two nodes of one zone, one of another: zones are what counts.
        let mut cache = cache(vec![labelled("a", "z1"), labelled("b", "z1"), labelled("c", "z2")]);
        let mut zones = BTreeMap::new();
        for n in 0..6 {
            let mut pod = (*named("x", soft.clone()).pod).clone();
            pod.metadata.name = format!("x{n}");
            pod.metadata.uid = format!("x{n}");
            let pod = PodInfo::new(Arc::new(pod));
            let node = decide(&cache, &pod).expect("fits");
            *zones.entry(if node == "c" { "z2" } else { "z1" }).or_insert(0) += 1;
            cache.assume(Arc::new(pod), &node);
        }
        assert_eq!(zones.into_values().collect::<Vec<_>>(), [3, 3]);

        // A crowded node is left alone by what its service selects, though it has the most room.
        let mut big = labelled("big", "z1");
        big["status"]["allocatable"]["cpu"] = json!("640");
        big["status"]["allocatable"]["memory"] = json!("640Gi");
        let mut cache = self::cache(vec![big, labelled("small", "z2")]);
        for n in 0..20 {
            let mut pod = (*named("x", json!({})).pod).clone();
            pod.metadata.name = format!("x{n}");
            cache.assume(Arc::new(PodInfo::new(Arc::new(pod))), "big");
        }
        let selector = crate::objects::LabelSelector {
            match_labels: [("app".to_string(), "x".to_string())].into(),
            ..Default::default()
        };
        let chosen = |selected: bool| {
            let selected_by = |_: &Pod| selected.then(|| selector.clone());
            let decided = Decider::default().decide(
                &profile(&Choice::default()),
                &named("x", asking("16")),
                &cache.cluster(&selected_by),
            );
            decided.map(|(node, _)| node)
        };
        assert_eq!(chosen(false), Ok("big".into()));
        assert_eq!(chosen(true), Ok("small".into()));
    }

    #[test]
    fn too_few_domains_count_as_empty() {
        let spread = |min_domains: i64| {
            named(
                "x",
                json!({"topologySpreadConstraints": [{
                "maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule",
                "minDomains": min_domains, "labelSelector": {"matchLabels": {"app": "x"}}}]}),
            )
        };
        let mut cache = cache(vec![labelled("a", "z1"), labelled("b", "z2")]);
        for node in ["a", "b"] {
            let mut pod = (*named("x", json!({})).pod).clone();
            pod.metadata.name = format!("on-{node}");
            cache.assume(Arc::new(PodInfo::new(Arc::new(pod))), node);
        }
        assert!(decide(&cache, &spread(2)).is_ok());
        assert!(decide(&cache, &spread(3)).is_err());
    }

    #[test]
    fn spread_constraints_hold() {
        let mut cache = cache(vec![node("a", "64"), node("b", "4")]);
        let spread = |name: &str| {
            let value = json!({
                "metadata": {"name": name, "namespace": "d", "uid": name, "labels": {"app": "a"}},
                "spec": {"topologySpreadConstraints": [{
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule",
                    "labelSelector": {"matchLabels": {"app": "a"}}}]},
            });
            PodInfo::new(Arc::new(serde_json::from_value::<Pod>(value).expect("decodes")))
        };
        let mut counts = BTreeMap::new();
        for n in 0..6 {
            let pod = spread(&format!("p{n}"));
            let node = decide(&cache, &pod).expect("fits");
            *counts.entry(node.clone()).or_insert(0) += 1;
            cache.assume(Arc::new(pod), &node);
        }
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn of_many_nodes_only_a_part_is_looked_at() {
        assert_eq!(enough(50, None), 50);
        assert_eq!(enough(1000, None), 420);
        assert_eq!(enough(6000, None), 300);
        assert_eq!(enough(1000, Some(100)), 1000);
    }
}

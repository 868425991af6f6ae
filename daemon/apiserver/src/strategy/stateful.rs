//! Stateful sets.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::apps::v1::{
    StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec, StatefulSetUpdateStrategy,
};
use k8s_openapi::api::core::v1::{PodTemplateSpec, Volume};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::{
    amount, at_most_all, counts, grows, is_none, is_readable, named, not_negative, one_of_if_given, text,
};
use super::claims::claim_spec;
use super::pods::{default_template, validate_template, warnings};
use super::workloads::{COUNTED, OVER, check_lasting, check_selector, fits, template_warnings};
use super::{General, Rules, shown};
use crate::handlers::write::Part;

/// Stateful sets.
pub static SETS: Rules<StatefulSet> = Rules {
    default: |set| {
        let spec = set.spec.get_or_insert_default();
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert(10);
        text(&mut spec.pod_management_policy, "OrderedReady");
        let strategy: &mut StatefulSetUpdateStrategy = spec.update_strategy.get_or_insert_default();
        if strategy.type_.as_deref().unwrap_or_default().is_empty() {
            strategy.type_ = Some("RollingUpdate".into());
            strategy.rolling_update.get_or_insert_default();
        }
        if strategy.type_.as_deref() == Some("RollingUpdate")
            && let Some(rolling) = &mut strategy.rolling_update
        {
            rolling.partition.get_or_insert(0);
            rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
        }
        let retention: &mut StatefulSetPersistentVolumeClaimRetentionPolicy =
            spec.persistent_volume_claim_retention_policy.get_or_insert_default();
        text(&mut retention.when_deleted, "Retain");
        text(&mut retention.when_scaled, "Retain");
        default_template(&mut spec.template);
        for claim in spec.volume_claim_templates.iter_mut().flatten() {
            if let Some(spec) = &mut claim.spec {
                spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
            }
            let status = claim.status.get_or_insert_default();
            text(&mut status.phase, "Pending");
        }
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::StatefulSetStatus::default());
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        match spec.pod_management_policy.as_deref().unwrap_or_default() {
            "" => out.push(Violation::required(&field.child("podManagementPolicy"), "")),
            "OrderedReady" | "Parallel" => {}
            policy => {
                let why = "must be 'OrderedReady' or 'Parallel'";
                out.push(Violation::invalid(&field.child("podManagementPolicy"), policy, why));
            }
        }
        stateful_strategy(spec.update_strategy.as_ref(), &field.child("updateStrategy"), out);
        if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
            let here = field.child("persistentVolumeClaimRetentionPolicy");
            for (name, value) in [("whenDeleted", &policy.when_deleted), ("whenScaled", &policy.when_scaled)]
            {
                one_of_if_given(value.as_deref(), &["Retain", "Delete"], &here.child(name), out);
            }
        }
        not_negative(spec.replicas, &field.child("replicas"), out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        let start = spec.ordinals.as_ref().and_then(|ordinals| ordinals.start);
        not_negative(start, &field.child("ordinals").child("start"), out);
        check_selector(&spec.selector, &spec.template, Some(""), &field, out);
        check_lasting(&spec.template, "StatefulSet", &field, out);
    },
    validate_create: |set, out| {
        let Some(spec) = &set.spec else { return };
        let field = Field::root("spec");
        let name = spec.service_name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            named(names::dns_label, name, &field.child("serviceName"), out);
        }
        for (index, claim) in spec.volume_claim_templates.iter().flatten().enumerate() {
            let place = field.child("volumeClaimTemplates").index(index).child("spec");
            claim_spec(&claim.spec.clone().unwrap_or_default(), &place, out);
        }
        check_pods(spec, out);
    },
    validate_update: |new, old, part, out| {
        if part == Part::Status {
            let before = old.status.clone().unwrap_or_default();
            let status = new.status.clone().unwrap_or_default();
            let given = [
                ("replicas", Some(status.replicas.into())),
                ("readyReplicas", status.ready_replicas.map(i64::from)),
                ("currentReplicas", status.current_replicas.map(i64::from)),
                ("updatedReplicas", status.updated_replicas.map(i64::from)),
                ("availableReplicas", status.available_replicas.map(i64::from)),
                ("observedGeneration", status.observed_generation),
                ("collisionCount", status.collision_count.map(i64::from)),
            ];
            counts(&given, &Field::root("status"), out);
            let most = Some(status.replicas);
            fits("readyReplicas", status.ready_replicas, most, OVER, out);
            fits("currentReplicas", status.current_replicas, most, OVER, out);
            fits("updatedReplicas", status.updated_replicas, most, OVER, out);
            fits("availableReplicas", status.available_replicas, most, OVER, out);
            let why = "cannot be greater than status.readyReplicas";
            fits("availableReplicas", status.available_replicas, status.ready_replicas, why, out);
            let place = Field::root("status").child("collisionCount");
            return grows(status.collision_count, before.collision_count, &place, out);
        }
        let (Some(new), Some(old)) = (&new.spec, &old.spec) else { return };
        // What an older server took may stay: it did not look at the template, nor at the claims.
        let mut known = Vec::new();
        check_pods(old, &mut known);
        if known.is_empty() {
            check_pods(new, out);
        }
        let mut same = new.clone();
        same.replicas = old.replicas;
        same.ordinals.clone_from(&old.ordinals);
        same.template.clone_from(&old.template);
        same.update_strategy.clone_from(&old.update_strategy);
        same.revision_history_limit = old.revision_history_limit;
        same.persistent_volume_claim_retention_policy
            .clone_from(&old.persistent_volume_claim_retention_policy);
        same.min_ready_seconds = old.min_ready_seconds;
        if same != *old {
            out.push(Violation::forbidden(
                &Field::root("spec"),
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
            ));
        }
    },
    warnings: |set, old| {
        let Some(spec) = &set.spec else { return Vec::new() };
        let mut found = template_warnings(&set.metadata, &spec.template, old.map(|old| &old.metadata));
        for (index, claim) in spec.volume_claim_templates.iter().flatten().enumerate() {
            let place = Field::root("spec").child("volumeClaimTemplates").index(index);
            found.extend(claim.spec.iter().flat_map(|spec| warnings::of_claim(spec, &place)));
        }
        if spec.revision_history_limit.is_some_and(|limit| limit < 0) {
            found.push("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended".into());
        }
        found
    },
    ..Rules::new(General { name: names::dns_label, ..COUNTED })
};

/// What is wrong with the template, as far as the selector lets it be looked at.
fn check_pods(spec: &StatefulSetSpec, out: &mut Vec<Violation>) {
    if is_readable(&spec.selector) {
        validate_template(&with_claims(spec), &Field::root("spec").child("template"), out);
    }
}

/// The template with the volumes that the claims become in its pods.
fn with_claims(spec: &StatefulSetSpec) -> PodTemplateSpec {
    let mut template = spec.template.clone();
    let Some(pod) = &mut template.spec else { return template };
    for claim in spec.volume_claim_templates.iter().flatten() {
        let name = claim.metadata.name.clone().unwrap_or_default();
        let volumes = pod.volumes.get_or_insert_default();
        if volumes.iter().all(|volume| volume.name != name) {
            volumes.push(Volume { name, ..Volume::default() });
        }
    }
    template
}

/// How pods are replaced: in order, or by hand.
fn stateful_strategy(strategy: Option<&StatefulSetUpdateStrategy>, here: &Field, out: &mut Vec<Violation>) {
    let strategy = strategy.cloned().unwrap_or_default();
    let rolling = strategy.rolling_update.as_ref();
    let here = &here.child("rollingUpdate");
    match (strategy.type_.as_deref(), rolling) {
        (Some("RollingUpdate"), Some(rolling)) => {
            not_negative(rolling.partition, &here.child("partition"), out);
            let Some(most) = &rolling.max_unavailable else { return };
            let here = here.child("maxUnavailable");
            amount(Some(most), &here, out);
            if is_none(Some(most)) {
                out.push(Violation::invalid_value(&here, most, "cannot be 0"));
            }
            at_most_all(Some(most), &here, out);
        }
        (Some("OnDelete"), Some(_)) => {
            let why = "only allowed for updateStrategy 'RollingUpdate'";
            out.push(Violation::invalid_value(here, &shown::partitioned(&strategy), why));
        }
        (Some("OnDelete" | "RollingUpdate"), None) => {}
        _ => {
            let here = Field::root("spec").child("updateStrategy");
            let (shown, why) = (shown::of_stateful(&strategy), "must be 'RollingUpdate' or 'OnDelete'");
            out.push(Violation::invalid_value(&here, &shown, why));
        }
    }
}

//! Stateful sets: what their pods and claims may look like, and what may change.

use serde_json::{Value, json};

use super::apps::{common, counts, selectors, table};
use super::{Case, Part};

#[test]
fn stateful_sets() {
    let table = table("statefulsets");
    table.creations(&common("StatefulSet"));
    // What is wrong with the selector is said before, here only that.
    table.creations(&selectors(
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"c d\"}}",
    ));
    let spec = |spec: Value| json!({"spec": spec});
    let rolling = |rolling: Value| json!({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}});
    table.creations(&[
        (spec(json!({"replicas": -1})), "spec.replicas: Invalid value: -1", spec(json!({"replicas": 0}))),
        (
            json!({"metadata": {"name": "a.b"}}),
            "metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label",
            spec(json!({"revisionHistoryLimit": -1})),
        ),
        (
            spec(json!({"ordinals": {"start": -1}})),
            "spec.ordinals.start: Invalid value: -1",
            spec(json!({"ordinals": {"start": 7}})),
        ),
        (
            spec(json!({"podManagementPolicy": "Random"})),
            "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
            spec(json!({"podManagementPolicy": "Parallel"})),
        ),
        (
            spec(json!({"updateStrategy": {"type": "Canary"}})),
            "spec.updateStrategy: Invalid value: {\"Type\":\"Canary\",\"RollingUpdate\":null}: must be 'RollingUpdate' or 'OnDelete'",
            spec(json!({"updateStrategy": {"type": "OnDelete"}})),
        ),
        (
            spec(json!({"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}})),
            "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'",
            rolling(json!({"partition": 1})),
        ),
        (
            rolling(json!({"partition": -1})),
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1",
            rolling(json!({"partition": 0})),
        ),
        (
            rolling(json!({"maxUnavailable": 0})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
            rolling(json!({"maxUnavailable": 1})),
        ),
        (
            rolling(json!({"maxUnavailable": "101%"})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
            rolling(json!({"maxUnavailable": "20%"})),
        ),
        (
            rolling(json!({"maxUnavailable": "all"})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"all\": a valid percent",
            json!({}),
        ),
        (
            rolling(json!({"maxUnavailable": "all"})),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"all\": cannot be 0",
            json!({}),
        ),
        (
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Keep"}})),
            "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Keep\": supported values: \"Retain\", \"Delete\"",
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": ""}})),
        ),
        (
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}})),
            "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"Keep\": supported values: \"Retain\", \"Delete\"",
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}})),
        ),
        (
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Keep"}})),
            "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Keep\"",
            spec(json!({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}})),
        ),
        (
            spec(json!({"serviceName": "no name"})),
            "spec.serviceName: Invalid value: \"no name\"",
            spec(json!({"serviceName": "web"})),
        ),
    ]);
    table.updates(Part::Main, &[
        (
            spec(json!({"serviceName": "other"})),
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy'",
            spec(json!({"replicas": 5, "minReadySeconds": 1, "revisionHistoryLimit": 1, "ordinals": {"start": 1}, "updateStrategy": {"type": "OnDelete", "rollingUpdate": null}})),
        ),
        (
            spec(json!({"podManagementPolicy": "Parallel"})),
            "spec: Forbidden: updates to statefulset spec",
            spec(json!({"template": {"spec": {"hostname": "h"}}})),
        ),
    ]);
    table.updates(
        Part::Status,
        &counts(
            &[
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount",
            ],
            &[
                "status.replicas: Invalid value: -1",
                "status.readyReplicas: Invalid value: -1",
                "status.currentReplicas: Invalid value: -1",
                "status.updatedReplicas: Invalid value: -1",
                "status.availableReplicas: Invalid value: -1",
                "status.observedGeneration: Invalid value: -1",
                "status.collisionCount: Invalid value: -1",
            ],
        ),
    );
    let status = |status: Value| json!({"status": status});
    table.updates_of(
        Part::Status,
        &status(json!({"replicas": 0, "collisionCount": 2})),
        &[(
            status(json!({"replicas": 0})),
            "status.collisionCount: Invalid value: 0: cannot be decremented",
            status(json!({"replicas": 0, "collisionCount": 2})),
        )],
    );
    table.updates(
        Part::Status,
        &[(
            status(json!({"replicas": 1, "readyReplicas": 1, "availableReplicas": 2})),
            "status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas",
            status(json!({"replicas": 1, "readyReplicas": 1, "availableReplicas": 1})),
        )],
    );
    let cases: Vec<Case> = [
        ("readyReplicas", "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"),
        (
            "currentReplicas",
            "status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas",
        ),
        (
            "updatedReplicas",
            "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas",
        ),
    ]
    .into_iter()
    .map(|(name, said)| {
        (status(json!({"replicas": 1, name: 2})), said, status(json!({"replicas": 1, name: 1})))
    })
    .collect();
    table.updates(Part::Status, &cases);
    table.updates(
        Part::Status,
        &[(
            status(json!({"replicas": 3, "readyReplicas": 1, "availableReplicas": 2})),
            "status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas",
            status(json!({"replicas": 3, "readyReplicas": 2, "availableReplicas": 2})),
        )],
    );
}

#[test]
fn defaults_of_stateful_sets() {
    let table = table("statefulsets");
    let strategy = |change: Value| table.stored(&change)["spec"]["updateStrategy"].clone();
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}});
    assert_eq!(strategy(json!({})), rolling);
    let only_named = json!({"type": "RollingUpdate"});
    assert_eq!(strategy(json!({"spec": {"updateStrategy": only_named}})), only_named);
}

#[test]
fn claims_of_stateful_sets() {
    let table = table("statefulsets");
    let wanted = || json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    let claim = |more: Value| {
        let mut spec = wanted();
        more.as_object().into_iter().flatten().for_each(|(name, value)| spec[name] = value.clone());
        json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": spec}]}})
    };
    let mounted = |name: &str| {
        let container =
            json!({"name": "c", "image": "x:1", "volumeMounts": [{"name": name, "mountPath": "/d"}]});
        let mut whole = claim(json!({}));
        whole["spec"]["template"] = json!({"spec": {"containers": [container]}});
        whole
    };
    table.creations(&[
        (
            claim(json!({"accessModes": null})),
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
            claim(json!({})),
        ),
        (
            claim(json!({"accessModes": ["Sometimes"]})),
            "spec.volumeClaimTemplates[0].spec.accessModes: Unsupported value: \"Sometimes\"",
            claim(json!({"accessModes": ["ReadWriteMany"]})),
        ),
        (
            claim(json!({"resources": {}})),
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
            claim(json!({"resources": {"requests": {"storage": "5Gi"}}})),
        ),
        (
            claim(json!({"volumeMode": ""})),
            "spec.volumeClaimTemplates[0].spec.volumeMode: Unsupported value: \"\"",
            claim(json!({"volumeMode": "Block"})),
        ),
        (
            json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}}),
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value",
            json!({"spec": {"volumeClaimTemplates": []}}),
        ),
        (
            mounted("other"),
            "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"other\"",
            mounted("data"),
        ),
    ]);
}

/// An older server looked neither at the claims nor at the template.
#[test]
fn stateful_sets_of_old() {
    let table = table("statefulsets");
    let pod = |spec: Value| json!({"spec": {"template": {"spec": spec}}});
    let bare = json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}]}});
    table.updates_of(
        Part::Main,
        &bare,
        &[(
            pod(json!({"containers": []})),
            "spec.template.spec.containers: Required value",
            json!({"spec": {"replicas": 3}}),
        )],
    );
    table.updates_of(
        Part::Main,
        &pod(json!({"containers": []})),
        &[(
            pod(json!({"restartPolicy": "Never"})),
            "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
            json!({"spec": {"replicas": 3}}),
        )],
    );
    table.updates_of(
        Part::Main,
        &json!({"spec": {"serviceName": "No_Name"}}),
        &[(
            json!({"spec": {"serviceName": "Other_Name"}}),
            "spec: Forbidden: updates to statefulset spec for fields other than",
            json!({"spec": {"replicas": 3, "volumeClaimTemplates": []}}),
        )],
    );
}

//! Volumes, claims and the classes that they come from.

use serde_json::{Value, json};

use super::{Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn volumes() {
    let table = Table::new(
        "",
        "v1",
        "persistentvolumes",
        spec(
            json!({"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/a"}}),
        ),
    );
    let other = |source: Value| {
        let mut whole = json!({"hostPath": null});
        source.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        spec(whole)
    };
    let affinity = json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}});
    table.creations(&[
        (spec(json!({"accessModes": []})), "spec.accessModes: Required value", spec(json!({"accessModes": ["ReadOnlyMany", "ReadWriteMany"]}))),
        (spec(json!({"accessModes": ["Any"]})), "spec.accessModes: Unsupported value: \"Any\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"", json!({})),
        (spec(json!({"accessModes": ["ReadWriteOncePod", "ReadOnlyMany"]})), "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes", spec(json!({"accessModes": ["ReadWriteOncePod", "ReadWriteOncePod"]}))),
        (spec(json!({"capacity": null})), "spec.capacity: Required value", json!({})),
        (spec(json!({"capacity": {"cpu": "1"}})), "spec.capacity: Unsupported value", json!({})),
        (spec(json!({"capacity": {"storage": "0"}})), "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero", spec(json!({"capacity": {"storage": "1"}}))),
        (spec(json!({"persistentVolumeReclaimPolicy": "Burn"})), "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Burn\": supported values: \"Delete\", \"Recycle\", \"Retain\"", spec(json!({"persistentVolumeReclaimPolicy": "Delete"}))),
        (spec(json!({"hostPath": {"path": "/"}, "persistentVolumeReclaimPolicy": "Recycle"})), "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'", spec(json!({"persistentVolumeReclaimPolicy": "Recycle"}))),
        (spec(json!({"nodeAffinity": {}})), "spec.nodeAffinity.required: Required value: must specify required node constraints", spec(json!({"nodeAffinity": affinity}))),
        (spec(json!({"nodeAffinity": {"required": {"nodeSelectorTerms": []}}})), "spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term", json!({})),
        (other(json!({})), "spec: Required value: must specify a volume type", json!({})),
        (spec(json!({"nfs": {"server": "s", "path": "/p"}})), "spec.nfs: Forbidden: may not specify more than 1 volume type", other(json!({"nfs": {"server": "s", "path": "/p"}}))),
        (other(json!({"nfs": {"server": "", "path": "/p"}})), "spec.nfs.server: Required value", json!({})),
        (other(json!({"nfs": {"server": "s", "path": ""}})), "spec.nfs.path: Required value", json!({})),
        (other(json!({"nfs": {"server": "s", "path": "p"}})), "spec.nfs.path: Invalid value: \"p\": must be an absolute path", json!({})),
        (spec(json!({"hostPath": {"path": ""}})), "spec.hostPath.path: Required value", json!({})),
        (spec(json!({"hostPath": {"path": "/a/../b"}})), "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'", spec(json!({"hostPath": {"path": "/a/..b"}}))),
        (spec(json!({"hostPath": {"type": "Pipe"}})), "spec.hostPath.type: Unsupported value: \"Pipe\"", spec(json!({"hostPath": {"type": "Directory"}}))),
        (other(json!({"local": {"path": ""}, "nodeAffinity": affinity})), "spec.local.path: Required value", other(json!({"local": {"path": "/a"}, "nodeAffinity": affinity}))),
        (other(json!({"local": {"path": "/a"}})), "spec.nodeAffinity: Required value: Local volume requires node affinity", json!({})),
        (other(json!({"local": {"path": "/a/.."}, "nodeAffinity": affinity})), "spec.local.path: Invalid value: \"/a/..\": must not contain '..'", json!({})),
        (other(json!({"csi": {"driver": "", "volumeHandle": "h"}})), "spec.csi.driver: Required value", other(json!({"csi": {"driver": "d.io", "volumeHandle": "h"}}))),
        (other(json!({"csi": {"driver": "d.io", "volumeHandle": ""}})), "spec.csi.volumeHandle: Required value", json!({})),
        (other(json!({"csi": {"driver": "no driver", "volumeHandle": "h"}})), "spec.csi.driver: Invalid value: \"no driver\"", json!({})),
        (other(json!({"csi": {"driver": "d.io", "volumeHandle": "h", "nodePublishSecretRef": {"name": "", "namespace": "n"}}})), "spec.csi.nodePublishSecretRef.name: Required value", other(json!({"csi": {"driver": "d.io", "volumeHandle": "h", "nodePublishSecretRef": {"name": "s", "namespace": "n"}}}))),
        (other(json!({"csi": {"driver": "d.io", "volumeHandle": "h", "nodePublishSecretRef": {"name": "s", "namespace": "a.b"}}})), "spec.csi.nodePublishSecretRef.namespace: Invalid value: \"a.b\"", json!({})),
        (other(json!({"csi": {"driver": "d.io", "volumeHandle": "h", "controllerPublishSecretRef": {"name": "s"}}})), "spec.csi.controllerPublishSecretRef.namespace: Required value", json!({})),
        (other(json!({"rbd": {"monitors": [], "image": "i"}})), "spec.rbd.monitors: Required value", other(json!({"rbd": {"monitors": ["m"], "image": "i"}}))),
        (other(json!({"iscsi": {"targetPortal": "t", "iqn": "", "lun": 0}})), "spec.iscsi.iqn: Required value", json!({})),
        (other(json!({"azureDisk": {"diskName": "", "diskURI": "u"}})), "spec.azureDisk.diskName: Required value", other(json!({"azureDisk": {"diskName": "n", "diskURI": "https://u"}}))),
        (other(json!({"glusterfs": {"endpoints": "e", "path": "p", "endpointsNamespace": ""}})), "spec.glusterfs.endpointsNamespace: Invalid value: \"\": if the endpointnamespace is set, it must be a valid namespace name", other(json!({"glusterfs": {"endpoints": "e", "path": "p", "endpointsNamespace": "n"}}))),
        (other(json!({"cinder": {"volumeID": "v", "secretRef": {"name": "s"}}})), "spec.cinder.secretRef.namespace: Required value", other(json!({"cinder": {"volumeID": "v", "secretRef": {"name": "s", "namespace": "n"}}}))),
        (other(json!({"azureFile": {"secretName": "s", "shareName": "n", "secretNamespace": ""}})), "spec.azureFile.secretNamespace: Required value", other(json!({"azureFile": {"secretName": "s", "shareName": "n", "secretNamespace": "n"}}))),
        (other(json!({"iscsi": {"targetPortal": "t", "iqn": "x", "lun": 0}})), "spec.iscsi.iqn: Invalid value: \"x\": must be valid format", other(json!({"iscsi": {"targetPortal": "t", "iqn": "iqn.2001-04.com.example:disk", "lun": 0}}))),
        (other(json!({"iscsi": {"targetPortal": "t".repeat(70), "iqn": "iqn.2001-04.com.example:disk", "lun": 0, "initiatorName": "iqn.2001-04.com.example:own"}})), "spec.iscsi.targetportal: Invalid value: \"ttt", json!({})),
        (other(json!({"storageos": {"volumeName": "v", "secretRef": {"name": "s"}}})), "spec.storageos.secretRef.namespace: Required value", other(json!({"storageos": {"volumeName": "v"}}))),
        (other(json!({"gcePersistentDisk": {"pdName": ""}})), "spec.persistentDisk.pdName: Required value", other(json!({"gcePersistentDisk": {"pdName": "d"}}))),
        (spec(json!({"storageClassName": "No Class"})), "spec.storageClassName: Invalid value: \"No Class\"", spec(json!({"storageClassName": "fast"}))),
        (spec(json!({"volumeMode": "Tape"})), "spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\", \"Filesystem\"", spec(json!({"volumeMode": "Block"}))),
        (spec(json!({"volumeAttributesClassName": ""})), "spec.volumeAttributesClassName: Required value: an empty string is disallowed", json!({})),
        (spec(json!({"volumeAttributesClassName": "gold"})), "spec.csi: Required value: has to be specified when using volumeAttributesClassName", other(json!({"volumeAttributesClassName": "gold", "csi": {"driver": "d.io", "volumeHandle": "h"}}))),
    ]);
    table.updates(Part::Main, &[
        (spec(json!({"hostPath": {"path": "/b"}})), "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation", spec(json!({"capacity": {"storage": "2Gi"}}))),
        (spec(json!({"volumeMode": "Block"})), "volumeMode: Invalid value: \"Block\": field is immutable", spec(json!({"nodeAffinity": affinity}))),
    ]);
    table.updates_of(
        Part::Main,
        &spec(json!({"nodeAffinity": affinity})),
        &[(
            spec(json!({"nodeAffinity": null})),
            "nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA",
            spec(json!({"nodeAffinity": affinity})),
        )],
    );
    let zone = |key: &str, zone: &str| {
        let expression = json!({"key": key, "operator": "In", "values": [zone]});
        spec(
            json!({"nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}}),
        )
    };
    let (beta, stable) = ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone");
    table.updates_of(
        Part::Main,
        &zone(beta, "a"),
        &[
            (zone(stable, "b"), "nodeAffinity: Invalid value: ", zone(stable, "a")),
            (zone("topology.kubernetes.io/region", "a"), "nodeAffinity: Invalid value: ", json!({})),
        ],
    );
    let driver = |more: Value| {
        let mut csi = json!({"driver": "d.io", "volumeHandle": "h"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| csi[name] = value.clone());
        other(json!({"csi": csi}))
    };
    let secret = json!({"controllerExpandSecretRef": {"name": "s", "namespace": "n"}});
    table.updates_of(
        Part::Main,
        &driver(json!({})),
        &[(
            driver(json!({"volumeHandle": "g"})),
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation",
            driver(secret),
        )],
    );
    let gold = spec(
        json!({"hostPath": null, "csi": {"driver": "d.io", "volumeHandle": "h"}, "volumeAttributesClassName": "gold"}),
    );
    let none = spec(
        json!({"hostPath": null, "csi": {"driver": "d.io", "volumeHandle": "h"}, "volumeAttributesClassName": null}),
    );
    table.updates_of(
        Part::Main,
        &gold,
        &[(
            none,
            "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden",
            gold.clone(),
        )],
    );
    let disk = table.stored(&other(json!({"azureDisk": {"diskName": "n", "diskURI": "https://u"}})))["spec"]
        ["azureDisk"]
        .clone();
    assert_eq!(
        disk,
        json!({"diskName": "n", "diskURI": "https://u", "cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": false})
    );
    assert_eq!(table.stored(&json!({}))["spec"]["hostPath"], json!({"path": "/a", "type": ""}));
    let old = json!({"metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "fast"}}});
    assert_eq!(
        table.warned(&old),
        [
            "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use \"storageClassName\" attribute instead"
        ]
    );
}

#[test]
fn claims() {
    let table = Table::new(
        "",
        "v1",
        "persistentvolumeclaims",
        spec(json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}})),
    );
    table.creations(&[
        (spec(json!({"accessModes": null})), "spec.accessModes: Required value: at least 1 access mode is required", spec(json!({"accessModes": ["ReadWriteMany"]}))),
        (spec(json!({"accessModes": ["Any"]})), "spec.accessModes: Unsupported value: \"Any\"", json!({})),
        (spec(json!({"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]})), "spec.accessModes: Forbidden: may not use ReadWriteOncePod", json!({})),
        (spec(json!({"resources": {"requests": {"storage": null}}})), "spec.resources[storage]: Required value", json!({})),
        (spec(json!({"resources": {"requests": {"storage": "0"}}})), "spec.resources[storage]: Invalid value: \"0\": must be greater than zero", spec(json!({"resources": {"requests": {"storage": "5M"}}}))),
        (spec(json!({"selector": {"matchLabels": {"a b": "c"}}})), "spec.selector.matchLabels: Invalid value: \"a b\"", spec(json!({"selector": {"matchLabels": {"a": "c"}}}))),
        (spec(json!({"storageClassName": "No Class"})), "spec.storageClassName: Invalid value: \"No Class\"", spec(json!({"storageClassName": ""}))),
        (spec(json!({"volumeMode": "Tape"})), "spec.volumeMode: Unsupported value: \"Tape\"", spec(json!({"volumeMode": "Block"}))),
        (spec(json!({"dataSource": {"kind": "PersistentVolumeClaim", "name": ""}})), "spec.dataSource.name: Required value", spec(json!({"dataSource": {"kind": "PersistentVolumeClaim", "name": "c"}}))),
        (spec(json!({"dataSourceRef": {"kind": "", "name": "c"}})), "spec.dataSource.kind: Required value", spec(json!({"dataSource": {"kind": "", "name": "c"}}))),
        (spec(json!({"dataSourceRef": {"kind": "Pod", "name": "c"}})), "spec.dataSource: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup", spec(json!({"dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "c"}}))),
        (spec(json!({"dataSourceRef": {"apiGroup": "no group", "kind": "K", "name": "c"}})), "spec.dataSourceRef.apiGroup: Invalid value: \"no group\"", json!({})),
        (
            spec(json!({"dataSource": {"kind": "PersistentVolumeClaim", "name": "c"}, "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "d"}})),
            "spec: Invalid value: \"c\": must match dataSourceRef",
            spec(json!({"dataSource": {"kind": "PersistentVolumeClaim", "name": "c"}, "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "c"}})),
        ),
        (spec(json!({"volumeAttributesClassName": "No Class"})), "spec.volumeAttributesClassName: Invalid value: \"No Class\"", spec(json!({"volumeAttributesClassName": "gold"}))),
    ]);
    let fixed = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    table.updates(
        Part::Main,
        &[
            (spec(json!({"accessModes": ["ReadWriteMany"]})), fixed, spec(json!({"volumeName": "v"}))),
            (
                spec(json!({"resources": {"requests": {"storage": "2Gi"}}})),
                fixed,
                spec(json!({"storageClassName": "fast"})),
            ),
            (
                spec(json!({"volumeMode": "Block"})),
                "volumeMode: Invalid value: \"Block\": field is immutable",
                json!({"metadata": {"labels": {"a": "b"}}}),
            ),
        ],
    );
    let bound = json!({"spec": {"volumeName": "v", "volumeAttributesClassName": "gold"}, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}});
    let change = |more: Value| {
        let mut whole = bound.clone();
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole["spec"][name] = value.clone());
        whole
    };
    table.updates_of(
        Part::Status,
        &bound,
        &[(
            json!({"status": {"capacity": {"storage": "-1"}}}),
            "status.capacity[storage]: Invalid value: -1: must be a valid resource quantity",
            json!({"status": {"capacity": {"storage": "1Gi"}}}),
        )],
    );
    let states = |name: &str, state: &str| json!({"status": {"allocatedResourceStatuses": {name: state}}});
    let sizes = |name: &str, size: &str| json!({"status": {"allocatedResources": {name: size}}});
    table.updates_of(Part::Status, &bound, &[
        (states("storage", "Odd"), "status.allocatedResourceStatus: Unsupported value: \"storage\": supported values: \"ControllerResizeInProgress\",", states("storage", "NodeResizePending")),
        (states("cpu", "NodeResizePending"), "status.allocatedResourceStatus: Unsupported value: \"cpu\": supported values: \"storage\"", states("a.io/b", "NodeResizePending")),
        (states("no key", "NodeResizePending"), "status.allocatedResourceStatus: Invalid value: \"no key\"", states("storage", "ControllerResizeInProgress")),
        (sizes("cpu", "1"), "status.allocatedResources: Unsupported value: \"cpu\": supported values: \"storage\"", sizes("storage", "1")),
        (sizes("storage", "-1"), "status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity", sizes("a.io/b", "1")),
    ]);
    let class = |annotation: Value, name: Value| json!({"metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": annotation}}, "spec": {"storageClassName": name}});
    table.updates_of(Part::Main, &class(json!("fast"), Value::Null), &[
        (class(json!("slow"), Value::Null), "metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: \"slow\": field is immutable", class(json!("fast"), Value::Null)),
        (class(json!("fast"), json!("slow")), fixed, class(json!("fast"), json!("fast"))),
    ]);
    let had = spec(json!({"dataSource": {"kind": "PersistentVolumeClaim", "name": "c"}}));
    let stored = table.stored(&had);
    assert_eq!(stored["spec"]["dataSourceRef"], stored["spec"]["dataSource"]);
    let elsewhere = json!({"kind": "PersistentVolumeClaim", "name": "c", "namespace": "n"});
    for (given, why) in [
        (json!({"dataSource": {"kind": "Pod", "name": "c"}}), "what can't be a source was never looked at"),
        (json!({"dataSourceRef": elsewhere}), "other namespaces have nothing to give"),
    ] {
        let stored = table.stored(&spec(given));
        assert_eq!(
            (stored["spec"].get("dataSource"), stored["spec"].get("dataSourceRef")),
            (None, None),
            "{why}"
        );
    }
    table.updates_of(
        Part::Main,
        &bound,
        &[
            (
                change(json!({"resources": {"requests": {"storage": "1Mi"}}})),
                "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
                change(json!({"resources": {"requests": {"storage": "2Gi"}}})),
            ),
            (
                change(json!({"volumeName": "w"})),
                fixed,
                change(json!({"volumeAttributesClassName": "silver"})),
            ),
            (
                change(json!({"volumeName": "w", "volumeAttributesClassName": null})),
                fixed,
                change(json!({"volumeAttributesClassName": null})),
            ),
        ],
    );
}

#[test]
fn storage_classes() {
    let table = Table::new(
        "storage.k8s.io",
        "v1",
        "storageclasses",
        json!({"provisioner": "d.io/x", "parameters": {"a": "b"}}),
    );
    let topology =
        |expressions: Value| json!({"allowedTopologies": [{"matchLabelExpressions": expressions}]});
    table.creations(&[
        (json!({"provisioner": ""}), "provisioner: Required value", json!({"provisioner": "Example.com/Upper"})),
        (json!({"provisioner": "a b"}), "provisioner: Invalid value: \"a b\"", json!({})),
        (json!({"parameters": {"": "x"}}), "parameters: Invalid value: \"\": field can not be empty.", json!({})),
        (json!({"parameters": (0..513).map(|n| (format!("k{n}"), json!("v"))).collect::<serde_json::Map<_, _>>()}), "parameters: Too long: may not be more than 512 bytes", json!({})),
        (json!({"parameters": {"a": "x".repeat(256 << 10)}}), "parameters: Too long: may not be more than 262144 bytes", json!({})),
        (json!({"reclaimPolicy": "Recycle"}), "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"", json!({"reclaimPolicy": "Retain"})),
        (json!({"volumeBindingMode": "Later"}), "volumeBindingMode: Unsupported value: \"Later\": supported values: \"Immediate\", \"WaitForFirstConsumer\"", json!({"volumeBindingMode": "WaitForFirstConsumer"})),
        (topology(json!([{"key": "zone", "values": []}])), "allowedTopologies[0].matchLabelExpressions[0].values: Required value", topology(json!([{"key": "zone", "values": ["a", "b"]}]))),
        (topology(json!([{"key": "zone", "values": ["a", "a"]}])), "allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: \"a\"", json!({})),
        (topology(json!([{"key": "no key", "values": ["a"]}])), "allowedTopologies[0].matchLabelExpressions[0].key: Invalid value: \"no key\"", json!({})),
        (topology(json!([{"key": "z", "values": ["a"]}, {"key": "z", "values": ["b"]}])), "allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"z\"", json!({})),
        (json!({"allowedTopologies": [{"matchLabelExpressions": [{"key": "z", "values": ["a"]}]}, {"matchLabelExpressions": [{"key": "z", "values": ["a"]}]}]}), "allowedTopologies[1].matchLabelExpressions: Duplicate value", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                json!({"parameters": {"a": "c"}}),
                "parameters: Forbidden: updates to parameters are forbidden.",
                json!({"allowVolumeExpansion": true}),
            ),
            (
                json!({"provisioner": "e.io/x"}),
                "provisioner: Forbidden: updates to provisioner are forbidden.",
                json!({}),
            ),
            (
                json!({"reclaimPolicy": "Retain"}),
                "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
                json!({}),
            ),
            (
                json!({"volumeBindingMode": "WaitForFirstConsumer"}),
                "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable",
                json!({}),
            ),
        ],
    );
}

#[test]
fn attributes_classes() {
    let table = Table::new(
        "storage.k8s.io",
        "v1",
        "volumeattributesclasses",
        json!({"driverName": "d.io", "parameters": {"iops": "5"}}),
    );
    table.creations(&[
        (json!({"driverName": ""}), "driverName: Required value", json!({"driverName": "e.io"})),
        (json!({"driverName": "no driver"}), "driverName: Invalid value: \"no driver\"", json!({})),
        (
            json!({"parameters": {"iops": null}}),
            "parameters: Required value: must contain at least one key/value pair",
            json!({"parameters": {"other": "6"}}),
        ),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                json!({"driverName": "e.io"}),
                "driverName: Forbidden: updates to driverName are forbidden.",
                json!({"metadata": {"labels": {"a": "b"}}}),
            ),
            (
                json!({"parameters": {"iops": "6"}}),
                "parameters: Forbidden: updates to parameters are forbidden.",
                json!({}),
            ),
        ],
    );
}

#[test]
fn attributes_that_were_applied() {
    let table = Table::new(
        "",
        "v1",
        "persistentvolumeclaims",
        spec(json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}})),
    );
    let applied = json!({
        "spec": {"volumeName": "v", "volumeAttributesClassName": "gold"},
        "status": {"phase": "Bound", "currentVolumeAttributesClassName": "gold"},
    });
    for (to, what) in [(Value::Null, "nil"), (json!(""), "empty string")] {
        assert_eq!(
            table.changed(&applied, &spec(json!({"volumeAttributesClassName": to}))),
            [format!(
                "spec.volumeAttributesClassName: Forbidden: update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
            )]
        );
    }
    let silver = spec(json!({"volumeAttributesClassName": "silver"}));
    assert!(table.changed(&applied, &silver).is_empty());
}

#[test]
fn since_when_volumes_are_as_they_are() {
    let table = Table::new(
        "",
        "v1",
        "persistentvolumes",
        spec(
            json!({"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/a"}}),
        ),
    );
    assert!(table.stored(&json!({}))["status"]["lastPhaseTransitionTime"].is_string());
    let since = "2026-01-01T00:00:00Z";
    let old = json!({"status": {"phase": "Available", "lastPhaseTransitionTime": since}});
    let now = |phase: &str| json!({"status": {"phase": phase, "lastPhaseTransitionTime": since}});
    let time = |phase: &str| table.update(Part::Status, &old, &now(phase)).0.value()["status"].clone();
    assert_eq!(time("Available")["lastPhaseTransitionTime"], since);
    assert_ne!(time("Bound")["lastPhaseTransitionTime"], since, "the server tells what the client has not");
}

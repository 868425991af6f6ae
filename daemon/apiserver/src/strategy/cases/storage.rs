//! Drivers of storage, what they tell of nodes and of what is left, and attachments.

use serde_json::{Value, json};

use super::{Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn drivers() {
    let table =
        Table::new("storage.k8s.io", "v1", "csidrivers", json!({"metadata": {"name": "a.io"}, "spec": {}}));
    let named = |name: &str| json!({"metadata": {"name": name}});
    let tokens = |all: Value| spec(json!({"tokenRequests": all}));
    table.creations(&[
        (named("No_Name"), "metadata.name: Invalid value: \"No_Name\"", named(&"a".repeat(64))),
        (spec(json!({"fsGroupPolicy": "Some"})), "spec.fsGroupPolicy: Unsupported value: \"Some\": supported values: \"File\", \"None\", \"ReadWriteOnceWithFSType\"", spec(json!({"fsGroupPolicy": "File"}))),
        (spec(json!({"volumeLifecycleModes": ["Never"]})), "spec.volumeLifecycleModes: Unsupported value: \"Never\": supported values: \"Persistent\", \"Ephemeral\"", spec(json!({"volumeLifecycleModes": ["Ephemeral", "Persistent"]}))),
        (spec(json!({"nodeAllocatableUpdatePeriodSeconds": 9})), "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds", spec(json!({"nodeAllocatableUpdatePeriodSeconds": 10}))),
        (tokens(json!([{"audience": "a"}, {"audience": "a"}])), "spec.tokenRequests[1].audience: Duplicate value: \"a\"", tokens(json!([{"audience": ""}, {"audience": "a"}]))),
        (tokens(json!([{"audience": "a", "expirationSeconds": 599}])), "spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes", tokens(json!([{"audience": "a", "expirationSeconds": 600}]))),
        (tokens(json!([{"audience": "a", "expirationSeconds": 4_294_967_297_i64}])), "spec.tokenRequests[0].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds", tokens(json!([{"audience": "a", "expirationSeconds": 4_294_967_296_i64}]))),
        (spec(json!({"serviceAccountTokenInSecrets": false})), "spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified", spec(json!({"serviceAccountTokenInSecrets": true, "tokenRequests": [{"audience": "a"}]}))),
    ]);
    let stored = table.stored(&spec(json!({"preventPodSchedulingIfMissing": true})));
    assert_eq!(stored["spec"].get("preventPodSchedulingIfMissing"), None);
    table.updates(
        Part::Main,
        &[
            (
                spec(json!({"attachRequired": false})),
                "spec.attachedRequired: Invalid value: false: field is immutable",
                spec(json!({"attachRequired": true})),
            ),
            (
                spec(json!({"volumeLifecycleModes": ["Ephemeral"]})),
                "spec.volumeLifecycleModes: Invalid value: [\"Ephemeral\"]: field is immutable",
                spec(json!({"podInfoOnMount": true})),
            ),
        ],
    );
}

#[test]
fn nodes() {
    let table = Table::new(
        "storage.k8s.io",
        "v1",
        "csinodes",
        spec(json!({"drivers": [{"name": "a.io", "nodeID": "i-1"}]})),
    );
    let of = |more: Value| {
        let mut driver = json!({"name": "a.io", "nodeID": "i-1"});
        apimachinery::patch::merge(&mut driver, more);
        spec(json!({"drivers": [driver]}))
    };
    let right = || of(json!({}));
    table.creations(&[
        (of(json!({"name": ""})), "spec.drivers[0].name: Required value", right()),
        (of(json!({"name": "no driver"})), "spec.drivers[0].name: Invalid value: \"no driver\"", right()),
        (
            spec(json!({"drivers": [{"name": "a.io", "nodeID": "i"}, {"name": "a.io", "nodeID": "j"}]})),
            "spec.drivers[1].name: Duplicate value: \"a.io\"",
            spec(json!({"drivers": [{"name": "a.io", "nodeID": "i"}, {"name": "b.io", "nodeID": "i"}]})),
        ),
        (of(json!({"nodeID": ""})), "spec.drivers[0].nodeID: Required value", right()),
        (
            of(json!({"nodeID": "i".repeat(257)})),
            "spec.drivers[0].nodeID: Invalid value: ",
            of(json!({"nodeID": "i".repeat(256)})),
        ),
        (
            of(json!({"allocatable": {"count": -1}})),
            "spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0",
            of(json!({"allocatable": {"count": 0}})),
        ),
        (
            of(json!({"topologyKeys": [""]})),
            "spec.drivers[0]: Required value",
            of(json!({"topologyKeys": ["a.io/zone"]})),
        ),
        (
            of(json!({"topologyKeys": ["k", "k"]})),
            "spec.drivers[0]: Duplicate value: \"k\"",
            of(json!({"topologyKeys": ["k", "l"]})),
        ),
        (of(json!({"topologyKeys": ["no key"]})), "spec.drivers[0]: Invalid value: \"no key\"", right()),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                of(json!({"nodeID": "i-2"})),
                "spec.drivers: Invalid value: {\"name\":\"a.io\",\"nodeID\":\"i-2\"}: field is immutable",
                of(json!({"allocatable": {"count": 9}})),
            ),
            (of(json!({"topologyKeys": ["k"]})), "spec.drivers: Invalid value", spec(json!({"drivers": []}))),
        ],
    );
}

#[test]
fn capacities() {
    let table =
        Table::new("storage.k8s.io", "v1", "csistoragecapacities", json!({"storageClassName": "fast"}));
    let topology =
        |key: &str| json!({"nodeTopology": {"matchExpressions": [{"key": key, "operator": "Exists"}]}});
    table.creations(&[
        (json!({"storageClassName": ""}), "storageClassName: Invalid value: \"\": a lowercase RFC 1123 subdomain", json!({})),
        (json!({"storageClassName": "No Class"}), "storageClassName: Invalid value: \"No Class\"", json!({})),
        (
            json!({"capacity": "-1"}),
            "capacity: Invalid value: \"-1\": must be greater than or equal to 0",
            json!({"capacity": "0"}),
        ),
        (
            json!({"nodeTopology": {"matchExpressions": [{"key": "a", "operator": "Near"}]}}),
            "nodeTopology.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator",
            topology("a"),
        ),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                json!({"storageClassName": "slow"}),
                "storageClassName: Invalid value: \"slow\": field is immutable",
                json!({"capacity": "2Gi"}),
            ),
            (topology("a"), "nodeTopology: Invalid value: ", json!({"maximumVolumeSize": "1Gi"})),
        ],
    );
}

#[test]
fn attachments() {
    let source = |source: Value| spec(json!({"source": source}));
    let good = spec(json!({"attacher": "a.io", "nodeName": "n", "source": {"persistentVolumeName": "v"}}));
    let table = Table::new("storage.k8s.io", "v1", "volumeattachments", good);
    let both =
        "spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    table.creations(&[
        (spec(json!({"attacher": ""})), "spec.attacher: Required value", spec(json!({"attacher": "b.io"}))),
        (spec(json!({"nodeName": ""})), "spec.nodeName: Invalid value: \"\": a lowercase RFC 1123 subdomain", spec(json!({"nodeName": "m"}))),
        (spec(json!({"nodeName": "No Node"})), "spec.nodeName: Invalid value: \"No Node\"", json!({})),
        (source(json!({"persistentVolumeName": null})), "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName", json!({})),
        (source(json!({"inlineVolumeSpec": {}})), both, json!({})),
        (source(json!({"persistentVolumeName": ""})), "spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName", json!({})),
        (source(json!({"persistentVolumeName": "No"})), "spec.source.persistentVolumeName: Invalid value: \"No\"", json!({})),
        (
            source(json!({"persistentVolumeName": null, "inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"]}})),
            "spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes",
            source(json!({"persistentVolumeName": null, "inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "csi": {"driver": "a.io", "volumeHandle": "h"}}})),
        ),
        (
            source(json!({"persistentVolumeName": null, "inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1"}, "csi": {"driver": "a.io", "volumeHandle": "h"}}})),
            "spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes",
            json!({}),
        ),
    ]);
    let status = |more: Value| {
        let mut whole = json!({"attached": false});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        json!({"status": whole})
    };
    table.updates(Part::Status, &[
        (status(json!({"attachmentMetadata": {"a": "b".repeat(256 << 10)}})), "status.attachmentMetadata: Too long: may not be more than 262144 bytes", status(json!({"attachmentMetadata": {"a": "b"}}))),
        (status(json!({"attachError": {"message": "m".repeat(1025)}})), "status.attachError.message: Too long: may not be more than 262144 bytes", status(json!({"attachError": {"message": "m".repeat(1024)}}))),
        (status(json!({"detachError": {"errorCode": -1}})), "status.detachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive", status(json!({"detachError": {"errorCode": 8}}))),
    ]);
    table.updates(
        Part::Main,
        &[(source(json!({"persistentVolumeName": "w"})), "spec: Invalid value: ", json!({}))],
    );
}

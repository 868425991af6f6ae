//! Claims, volumes and classes of their attributes that are used stay until nothing uses them any more.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, program, skip_reason};

const LONG: Duration = Duration::from_secs(60);

const OBJECTS: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
    {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "used"}, "driverName": "a.io", "parameters": {"a": "b"}},
    {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "free"}, "driverName": "a.io", "parameters": {"a": "b"}},
    {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "used"}, "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp"}}},
    {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "free"}, "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp"}}},
    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "used"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeAttributesClassName": "used", "resources": {"requests": {"storage": "1Gi"}}}},
    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "free"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}}
]}"#;

#[test]
fn what_is_in_use_stays() -> Result<()> {
    if skip_reason().is_some() || program("busybox").is_none() {
        return Ok(());
    }
    let node = Node::start("one", "10.85.0.1")?;
    node.run("kadm init --single-node").ok()?;
    node.run_with("kctl create -f -", OBJECTS)?.ok()?;
    let name = node.run("kctl get nodes -o jsonpath='{.items[0].metadata.name}'").ok()?;
    let pod = format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "p"}}, "spec": {{"nodeName": "{name}",
            "containers": [{{"name": "c", "image": "kadm.local/busybox"}}],
            "volumes": [{{"name": "v", "persistentVolumeClaim": {{"claimName": "used"}}}}]}}}}"#
    );
    node.run_with("kctl create -f -", &pod)?.ok()?;
    let phase = |phase: &str| {
        let patch = format!(r#"{{"status": {{"phase": "{phase}"}}}}"#);
        node.run(&format!("kctl patch pv used --subresource=status --type=merge -p '{patch}'")).ok()
    };
    phase("Bound")?;
    for kind in ["pvc", "pv", "vac"] {
        node.run(&format!("kctl delete {kind} used --wait=false")).ok()?;
        // The controller looks at one after the other: once this one is gone, it has seen the first.
        node.run(&format!("kctl delete {kind} free --wait=false")).ok()?;
        node.until(&format!("kctl get {kind} -o name | wc -l"), LONG, |out| out.trim() == "1")?;
        let fields = "{.metadata.name} {.metadata.finalizers[0]}";
        let seen = node.run(&format!("kctl get {kind} used -o jsonpath='{fields}'")).ok()?;
        assert_eq!(seen, format!("used kubernetes.io/{kind}-protection"));
    }
    phase("Released")?;
    node.until("kctl get pv -o name | wc -l", LONG, |out| out.trim() == "0")?;
    node.run("kctl delete pod p --grace-period=0 --force").ok()?;
    for kind in ["pvc", "vac"] {
        node.until(&format!("kctl get {kind} -o name | wc -l"), LONG, |out| out.trim() == "0")?;
    }
    Ok(())
}

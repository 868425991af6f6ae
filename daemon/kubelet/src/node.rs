//! This node on the API server: its registration, its status, its lease.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::{Client, PatchType, path};
use criapi::{ImageFsInfoRequest, ListImagesRequest, StatusRequest, VersionRequest};
use serde_json::{Value, json};

use crate::kubelet::{Kubelet, Machine};
use crate::pod::resources;

/// CPUs and memory of this machine.
pub fn machine() -> Machine {
    let memory = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| {
                line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<i64>().ok()
            })
        })
        .map_or(0, |kib| kib * 1024);
    let cpus = std::thread::available_parallelism().map_or(1, |cpus| i64::try_from(cpus.get()).unwrap_or(1));
    Machine { cpus, memory }
}

/// The machine's host name, as node names have it.
pub fn host_name() -> String {
    nix::unistd::gethostname()
        .map(|name| name.to_string_lossy().trim().to_lowercase())
        .unwrap_or_else(|_| "localhost".into())
}

/// The address that this machine reaches others from: of the default route's interface, else the
/// first that is not loopback.
pub fn default_address() -> Option<IpAddr> {
    // No packet is sent: connecting a datagram socket only picks the route.
    let routed = std::net::UdpSocket::bind("0.0.0.0:0").ok().and_then(|socket| {
        socket.connect("192.0.2.1:9").ok()?;
        socket.local_addr().ok().map(|address| address.ip())
    });
    routed.filter(|address| !address.is_unspecified()).or_else(|| {
        nix::ifaddrs::getifaddrs().ok()?.find_map(|interface| {
            let address = IpAddr::V4(interface.address?.as_sockaddr_in()?.ip());
            (!address.is_loopback()).then_some(address)
        })
    })
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file).map(|text| text.trim().to_string()).unwrap_or_default()
}

fn os_image() -> String {
    read("/etc/os-release")
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME=").map(|name| name.trim_matches('"').to_string()))
        .unwrap_or_else(|| "Linux".into())
}

/// Free and total bytes of the file system at `path`.
fn disk(path: &std::path::Path) -> (u64, u64) {
    nix::sys::statvfs::statvfs(path)
        .map(|stat| (stat.blocks_available() * stat.fragment_size(), stat.blocks() * stat.fragment_size()))
        .unwrap_or_default()
}

/// What the node says of itself apart from conditions.
struct Facts {
    runtime: String,
}

async fn facts(kubelet: &Kubelet) -> Facts {
    let version =
        kubelet.cri.runtime.clone().version(VersionRequest::default()).await.map(tonic::Response::into_inner);
    let runtime = version
        .map(|version| format!("{}://{}", version.runtime_name, version.runtime_version))
        .unwrap_or_default();
    Facts { runtime }
}

fn reserved(kubelet: &Kubelet, name: &str) -> i64 {
    let value = |map: &BTreeMap<String, String>| {
        let quantity =
            map.get(name).map(|text| k8s_openapi::apimachinery::pkg::api::resource::Quantity(text.clone()));
        quantity.map_or(0, |quantity| {
            if name == "cpu" { resources::millis(&quantity) } else { resources::units(&quantity) }
        })
    };
    value(&kubelet.config.file.system_reserved) + value(&kubelet.config.file.kube_reserved)
}

fn capacity(kubelet: &Kubelet, allocatable: bool) -> Value {
    let machine = kubelet.machine;
    let (_, total) = disk(&kubelet.config.root);
    let most = u64::from(kubelet.config.file.max_pods);
    let per_core = u64::from(kubelet.config.file.pods_per_core) * u64::try_from(machine.cpus).unwrap_or(1);
    let pods = if per_core > 0 { most.min(per_core) } else { most };
    let take = |name: &str| if allocatable { reserved(kubelet, name) } else { 0 };
    let cpu = machine.cpus * 1000 - take("cpu");
    // The hard eviction threshold of 100Mi is kept from pods, as upstream's default has it.
    let memory = machine.memory - take("memory") - if allocatable { 100 << 20 } else { 0 };
    let storage = if allocatable { total / 10 * 9 } else { total };
    json!({
        "cpu": if cpu % 1000 == 0 { (cpu / 1000).to_string() } else { format!("{cpu}m") },
        "memory": format!("{}Ki", memory.max(0) / 1024),
        "ephemeral-storage": if allocatable { storage.to_string() } else { format!("{}Ki", storage / 1024) },
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "pods": pods.to_string(),
    })
}

fn labels(kubelet: &Kubelet) -> BTreeMap<String, String> {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let mut labels: BTreeMap<String, String> = BTreeMap::from([
        ("kubernetes.io/hostname".to_string(), kubelet.node_name.clone()),
        ("kubernetes.io/os".to_string(), "linux".to_string()),
        ("kubernetes.io/arch".to_string(), arch.to_string()),
        ("beta.kubernetes.io/os".to_string(), "linux".to_string()),
        ("beta.kubernetes.io/arch".to_string(), arch.to_string()),
    ]);
    labels.extend(kubelet.config.node_labels.clone());
    labels
}

/// A condition, keeping the time of its last change.
fn condition(before: &Value, kind: &str, value: bool, reason: &str, message: &str, now: &str) -> Value {
    let status = if value { "True" } else { "False" };
    let old =
        before.as_array().into_iter().flatten().find(|old| old["type"] == kind && old["status"] == status);
    let since = old.map_or(json!(now), |old| old["lastTransitionTime"].clone());
    json!({
        "type": kind, "status": status, "reason": reason, "message": message,
        "lastHeartbeatTime": now, "lastTransitionTime": since,
    })
}

async fn status(kubelet: &Kubelet, facts: &Facts, before: &Value) -> Value {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let old = &before["conditions"];
    let runtime = kubelet.cri.runtime.clone().status(StatusRequest { verbose: false }).await;
    let mut problems: Vec<String> = Vec::new();
    match runtime.map(tonic::Response::into_inner) {
        Ok(answer) => {
            for condition in answer.status.unwrap_or_default().conditions {
                if condition.r#type == "NetworkReady" {
                    kubelet.set_network_ready(condition.status);
                }
                if !condition.status && ["NetworkReady", "RuntimeReady"].contains(&condition.r#type.as_str())
                {
                    let what = if condition.r#type == "NetworkReady" {
                        "container runtime network not ready"
                    } else {
                        "container runtime not ready"
                    };
                    problems.push(format!(
                        "{what}: {}=false reason:{} message:{}",
                        condition.r#type, condition.reason, condition.message
                    ));
                }
            }
        }
        Err(error) => problems.push(format!("container runtime is down: {}", error.message())),
    }
    let available = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| {
                line.strip_prefix("MemAvailable:")?.split_whitespace().next()?.parse::<i64>().ok()
            })
        })
        .map_or(i64::MAX, |kib| kib * 1024);
    let memory_pressure = available < 100 << 20;
    let (free, total) = disk(&kubelet.config.root);
    // nodefs.available<10%, as upstream's default threshold.
    let disk_pressure = total > 0 && free < total / 10;
    let pick = |bad: bool, yes: (&'static str, &'static str), no: (&'static str, &'static str)| {
        if bad { yes } else { no }
    };
    let memory = pick(
        memory_pressure,
        ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
        ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    );
    let disks = pick(
        disk_pressure,
        ("KubeletHasDiskPressure", "kubelet has disk pressure"),
        ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    );
    let ready = problems.is_empty();
    let joined = problems.join("; ");
    let conditions = json!([
        condition(old, "MemoryPressure", memory_pressure, memory.0, memory.1, &now),
        condition(old, "DiskPressure", disk_pressure, disks.0, disks.1, &now),
        condition(
            old,
            "PIDPressure",
            false,
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
            &now
        ),
        condition(
            old,
            "Ready",
            ready,
            if ready { "KubeletReady" } else { "KubeletNotReady" },
            if ready { "kubelet is posting ready status" } else { &joined },
            &now
        ),
    ]);
    let mut images = Vec::new();
    if let Ok(list) = kubelet.cri.images.clone().list_images(ListImagesRequest::default()).await {
        let mut list = list.into_inner().images;
        list.sort_by_key(|image| std::cmp::Reverse(image.size));
        for image in list.into_iter().take(50) {
            let names: Vec<String> = image.repo_digests.into_iter().chain(image.repo_tags).collect();
            images.push(json!({"names": names, "sizeBytes": image.size}));
        }
    }
    let mut addresses: Vec<Value> =
        kubelet.host_ips().iter().map(|ip| json!({"type": "InternalIP", "address": ip})).collect();
    addresses.push(json!({"type": "Hostname", "address": kubelet.node_name}));
    json!({
        "addresses": addresses,
        "allocatable": capacity(kubelet, true),
        "capacity": capacity(kubelet, false),
        "conditions": conditions,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet.config.file.port}},
        "images": images,
        "nodeInfo": {
            "architecture": labels(kubelet)["kubernetes.io/arch"], "bootID": read("/proc/sys/kernel/random/boot_id"),
            "containerRuntimeVersion": facts.runtime, "kernelVersion": read("/proc/sys/kernel/osrelease"),
            "kubeProxyVersion": "", "kubeletVersion": component::KUBERNETES_VERSION, "machineID": read("/etc/machine-id"),
            "operatingSystem": "linux", "osImage": os_image(), "systemUUID": read("/sys/class/dmi/id/product_uuid"),
        },
    })
}

/// Everything of a status that matters beyond its heartbeat.
fn essence(status: &Value) -> Value {
    let mut status = status.clone();
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        condition["lastHeartbeatTime"] = Value::Null;
    }
    status
}

/// Registers the node, then keeps its status and lease fresh for as long as the kubelet runs.
pub async fn run(kubelet: Arc<Kubelet>, client: Client) {
    let facts = facts(&kubelet).await;
    let name = facts.runtime.split("://").next().unwrap_or_default().to_string();
    if !name.is_empty() {
        let _ = crate::pod::status::RUNTIME_NAME.set(name);
    }
    let object = path("", "v1", "nodes", None, Some(&kubelet.node_name), None);
    let mut last = register(&kubelet, &client, &object, &facts).await;
    tracing::info!(node = %kubelet.node_name, "registered the node");
    let lease = kubelet.clone();
    let lease_client = client.clone();
    tokio::spawn(async move { renew_lease(&lease, &lease_client).await });
    let mut reported = Instant::now();
    // Right after the start the runtime and its network come up: look often, then seldom.
    let mut quick = 0u32;
    loop {
        let ready = last["conditions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|c| c["type"] == "Ready" && c["status"] == "True");
        let pause = if !ready && quick < 300 {
            quick += 1;
            Duration::from_millis(100)
        } else {
            kubelet.config.file.node_status_update_frequency.0
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = kubelet.shutdown.cancelled() => return,
        }
        let now = status(&kubelet, &facts, &last).await;
        let due = reported.elapsed() >= kubelet.config.file.node_status_report_frequency.0;
        if essence(&now) == essence(&last) && !due {
            continue;
        }
        let patch = json!({"status": now});
        match client.patch::<_, Value>(&format!("{object}/status"), PatchType::Strategic, &patch).await {
            Ok(_) => {
                reported = Instant::now();
                last = now;
            }
            Err(error) if error.is_not_found() && kubelet.config.file.register_node => {
                last = register(&kubelet, &client, &object, &facts).await;
            }
            Err(error) => tracing::warn!(%error, "cannot update the node's status; trying again"),
        }
    }
}

async fn register(kubelet: &Kubelet, client: &Client, object: &str, facts: &Facts) -> Value {
    let mut attempts = 0u32;
    loop {
        match try_register(kubelet, client, object, facts).await {
            Ok(status) => return status,
            Err(error) => {
                attempts += 1;
                if attempts.is_multiple_of(50) {
                    tracing::warn!(%error, "cannot register the node; trying again");
                } else {
                    tracing::debug!(%error, "cannot register the node; trying again");
                }
                // A control plane that starts beside us is there any moment.
                tokio::time::sleep(if attempts < 300 {
                    Duration::from_millis(100)
                } else {
                    Duration::from_secs(5)
                })
                .await;
            }
        }
    }
}

async fn try_register(
    kubelet: &Kubelet,
    client: &Client,
    object: &str,
    facts: &Facts,
) -> Result<Value, client::Error> {
    let existing: Option<Value> = match client.get(object).await {
        Ok(node) => Some(node),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    let labels = labels(kubelet);
    let annotations = json!({"volumes.kubernetes.io/controller-managed-attach-detach": "true"});
    let node: Value = match existing {
        None => {
            if !kubelet.config.file.register_node {
                return Err(client::Error::Config(
                    "the node is not registered, and registerNode is false".into(),
                ));
            }
            let status = status(kubelet, facts, &Value::Null).await;
            let body = json!({
                "apiVersion": "v1", "kind": "Node",
                "metadata": {"name": kubelet.node_name, "labels": labels, "annotations": annotations},
                "spec": {"taints": kubelet.config.register_with_taints},
                "status": status,
            });
            client.create(&path("", "v1", "nodes", None, None, None), &body).await?
        }
        Some(_) => {
            client
                .patch(
                    object,
                    PatchType::Merge,
                    &json!({"metadata": {"labels": labels, "annotations": annotations}}),
                )
                .await?
        }
    };
    if let Some(uid) = node["metadata"]["uid"].as_str() {
        let _ = kubelet.node_uid.set(uid.to_string());
    }
    let now = status(kubelet, facts, &node["status"]).await;
    client
        .patch::<_, Value>(&format!("{object}/status"), PatchType::Strategic, &json!({"status": now}))
        .await?;
    Ok(now)
}

async fn renew_lease(kubelet: &Kubelet, client: &Client) {
    let seconds = kubelet.config.file.node_lease_duration_seconds;
    let collection = path("coordination.k8s.io", "v1", "leases", Some("kube-node-lease"), None, None);
    let object = format!("{collection}/{}", kubelet.node_name);
    let mut exists = false;
    loop {
        let spec = json!({
            "holderIdentity": kubelet.node_name, "leaseDurationSeconds": seconds, "renewTime": client::leader::micro_time(),
        });
        let sent = if exists {
            client
                .patch::<_, serde::de::IgnoredAny>(&object, PatchType::Merge, &json!({"spec": spec}))
                .await
                .map(|_| ())
        } else {
            let owner = kubelet.node_uid.get().map(
                |uid| json!([{"apiVersion": "v1", "kind": "Node", "name": kubelet.node_name, "uid": uid}]),
            );
            let lease = json!({
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": {"name": kubelet.node_name, "namespace": "kube-node-lease", "ownerReferences": owner},
                "spec": spec,
            });
            client.create::<_, serde::de::IgnoredAny>(&collection, &lease).await.map(|_| ())
        };
        let mut pause = Duration::from_secs(seconds) / 4;
        match sent {
            Ok(()) => exists = true,
            Err(error) if error.is_already_exists() => {
                exists = true;
                continue;
            }
            Err(error) => {
                exists = exists && !error.is_not_found();
                tracing::debug!(%error, "cannot renew the node's lease");
                pause = Duration::from_secs(1);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = kubelet.shutdown.cancelled() => return,
        }
    }
}

/// Removes images that nothing uses when the disk they are on fills up (85 % starts it, 80 % is
/// enough, as upstream's defaults), looked at every five minutes.
pub async fn collect_images(kubelet: Arc<Kubelet>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(300)) => {}
            () = kubelet.shutdown.cancelled() => return,
        }
        let Ok(info) = kubelet.cri.images.clone().image_fs_info(ImageFsInfoRequest {}).await else {
            continue;
        };
        let Some(mountpoint) =
            info.into_inner().image_filesystems.into_iter().find_map(|fs| Some(fs.fs_id?.mountpoint))
        else {
            continue;
        };
        let full = |percent: u64| {
            let (free, total) = disk(std::path::Path::new(&mountpoint));
            total > 0 && (total - free) * 100 / total >= percent
        };
        if !full(85) {
            continue;
        }
        let containers =
            kubelet.cri.runtime.clone().list_containers(criapi::ListContainersRequest::default()).await;
        let images = kubelet.cri.images.clone().list_images(ListImagesRequest::default()).await;
        let (Ok(containers), Ok(images)) = (containers, images) else { continue };
        let used: std::collections::HashSet<String> = containers
            .into_inner()
            .containers
            .into_iter()
            .flat_map(|container| {
                [
                    container.image_ref,
                    container.image_id,
                    container.image.map(|image| image.image).unwrap_or_default(),
                ]
            })
            .collect();
        for image in images.into_inner().images {
            // What kadm made on this machine can't be pulled again.
            let ours = image.repo_tags.iter().any(|tag| tag.starts_with("kadm.local/"));
            if image.pinned
                || ours
                || used.contains(&image.id)
                || image.repo_tags.iter().any(|tag| used.contains(tag))
            {
                continue;
            }
            let spec = criapi::ImageSpec { image: image.id.clone(), ..Default::default() };
            let _ = kubelet
                .cri
                .images
                .clone()
                .remove_image(criapi::RemoveImageRequest { image: Some(spec) })
                .await;
            if !full(80) {
                break;
            }
        }
    }
}

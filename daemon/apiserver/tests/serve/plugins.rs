//! Plugins that are switched on, and what webhooks and policies see of subresources.

use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster};

const NS: &str = "/api/v1/namespaces/default";
const MERGE: &str = "application/merge-patch+json";
const HOOKS: &str = "/apis/admissionregistration.k8s.io/v1";

fn pod(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "x:1"}]}})
}

async fn account(admin: &Api) {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    assert_eq!(admin.post(&format!("{NS}/serviceaccounts"), account).await.0, 201);
}

/// A pod grows as far as its node reaches, and if the kubelet says that it can.
async fn resizes(admin: &Api) {
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "small"}, "status": {"allocatable": {"cpu": "2", "memory": "1Gi"}}});
    assert_eq!(admin.post("/api/v1/nodes", node).await.0, 201);
    let of = |cpu: &str| json!({"cpu": cpu, "memory": "64Mi"});
    let mut grows = pod("grows");
    grows["spec"]["nodeName"] = json!("small");
    grows["spec"]["containers"][0]["resources"] = json!({"requests": of("1"), "limits": of("1")});
    let (code, made) = admin.post(&format!("{NS}/pods"), grows).await;
    assert_eq!((code, &made["status"]["qosClass"]), (201, &json!("Guaranteed")), "{made}");
    let name = made["spec"]["containers"][0]["name"].clone();
    let resize = async |cpu: &str| {
        let container = json!({"name": name, "resources": {"requests": of(cpu), "limits": of(cpu)}});
        let patch = json!({"spec": {"containers": [container]}});
        let strategic = "application/strategic-merge-patch+json";
        admin.patch(&format!("{NS}/pods/grows/resize"), strategic, patch).await
    };
    let (code, status) = resize("1500m").await;
    let why = "pods \"grows\" is forbidden: pod update requires features GuaranteedQoSPodCPUResize which are not available on node \"small\"";
    assert_eq!((code, &status["message"]), (403, &json!(why)), "{status}");
    let declared = json!({"status": {"declaredFeatures": ["GuaranteedQoSPodCPUResize"]}});
    assert_eq!(admin.patch("/api/v1/nodes/small/status", MERGE, declared).await.0, 200);
    let mut tries = 0;
    // Admission sees the node as the cache does.
    let (code, status) = loop {
        let answer = resize("3").await;
        tries += 1;
        if tries > 1000 || answer.1["message"].as_str().is_some_and(|why| !why.contains("requires features"))
        {
            break answer;
        }
    };
    let why = "pods \"grows\" is forbidden: node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000";
    assert_eq!((code, &status["message"]), (403, &json!(why)), "{status}");
    assert_eq!(status["details"]["causes"], json!([{"reason": "NodeCapacity"}]));
    let (code, grown) = resize("2").await;
    assert_eq!(
        (code, &grown["spec"]["containers"][0]["resources"]["limits"]["cpu"]),
        (200, &json!("2")),
        "{grown}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_are_switched_on() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("an address").port();
    let started = Cluster::start_with(|folder| {
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": format!("https://localhost:{port}/images"), "certificate-authority": folder.join("ca.crt")}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}], "users": [{"name": "c", "user": {}}],
        });
        std::fs::write(folder.join("images"), kubeconfig.to_string()).expect("writable");
        let configuration = json!({
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
            "plugins": [
                {"name": "EventRateLimit", "configuration": {
                    "apiVersion": "eventratelimit.admission.k8s.io/v1alpha1", "kind": "Configuration",
                    "limits": [{"type": "Namespace", "qps": 1, "burst": 2}],
                }},
                {"name": "ImagePolicyWebhook", "configuration": {"imagePolicy": {"kubeConfigFile": folder.join("images"), "allowTTL": 50, "denyTTL": 50}}},
            ],
        });
        std::fs::write(folder.join("admission.yaml"), configuration.to_string()).expect("writable");
        vec![
            format!("--admission-control-config-file={}", folder.join("admission.yaml").display()),
            "--profiling=false".into(),
            "--enable-admission-plugins=EventRateLimit,ImagePolicyWebhook,PodTolerationRestriction,OwnerReferencesPermissionEnforcement".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let end = CancellationToken::new();
    cluster.serve_on(socket, "images", end.clone(), |request: Request| async move {
        let body = request.into_body().collect().await.expect("a body").to_bytes();
        let review: Value = serde_json::from_slice(&body).expect("JSON");
        let bad = review["spec"]["containers"]
            .as_array()
            .expect("containers")
            .iter()
            .any(|one| one["image"] == "evil:1");
        let status =
            if bad { json!({"allowed": false, "reason": "evil is evil"}) } else { json!({"allowed": true}) };
        typed(
            StatusCode::OK,
            "application/json",
            json!({"apiVersion": "imagepolicy.k8s.io/v1alpha1", "kind": "ImageReview", "status": status})
                .to_string(),
        )
    });
    let admin = cluster.user("admin", Some("system:masters"));
    account(&admin).await;
    // Images.
    let mut evil = pod("evil");
    evil["spec"]["containers"][0]["image"] = json!("evil:1");
    let (code, status) = admin.post(&format!("{NS}/pods"), evil).await;
    assert_eq!(
        (code, &status["message"]),
        (
            403,
            &json!(
                "pods \"evil\" is forbidden: image policy webhook backend denied one or more images: evil is evil"
            )
        )
    );
    let (code, good) = admin.post(&format!("{NS}/pods"), pod("good")).await;
    assert_eq!(code, 201, "{good}");
    // Events: two at once, no third.
    let event = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": "default"},
            "involvedObject": {"kind": "Pod", "namespace": "default", "name": "good"}, "reason": "x", "message": "y", "type": "Normal",
        })
    };
    let mut codes = Vec::new();
    for index in 0..50 {
        let (code, status) = admin.post(&format!("{NS}/events"), event(&format!("e{index}"))).await;
        codes.push(code);
        if code == 429 {
            assert_eq!(status["message"], "limit reached on type Namespace for key default");
            break;
        }
    }
    assert_eq!((codes[..2].to_vec(), codes.last()), (vec![201, 201], Some(&429)));
    // Claims and volumes are protected.
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    let (code, claim) = admin.post(&format!("{NS}/persistentvolumeclaims"), claim).await;
    assert_eq!((code, &claim["metadata"]["finalizers"]), (201, &json!(["kubernetes.io/pvc-protection"])));
    let class = json!({"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "c"}, "driverName": "d.example", "parameters": {"a": "b"}});
    let (code, class) = admin.post("/apis/storage.k8s.io/v1/volumeattributesclasses", class).await;
    assert_eq!((code, &class["metadata"]["finalizers"]), (201, &json!(["kubernetes.io/vac-protection"])));
    assert_eq!(admin.get("/debug/pprof/").await.0, 404, "profiling is off");
    resizes(&admin).await;
    // Tolerations of the namespace.
    let annotations = json!({"metadata": {"annotations": {
        "scheduler.alpha.kubernetes.io/defaultTolerations": "[{\"key\":\"team\",\"operator\":\"Exists\"}]",
        "scheduler.alpha.kubernetes.io/tolerationsWhitelist": "[{\"key\":\"team\",\"operator\":\"Exists\"},{\"operator\":\"Exists\",\"effect\":\"NoExecute\"}]",
    }}});
    assert_eq!(admin.patch(NS, MERGE, annotations).await.0, 200);
    let path = format!("{NS}/pods?dryRun=All");
    let mut tries = 0;
    let tolerant = loop {
        let (code, created) = admin.post(&path, pod("t")).await;
        assert_eq!(code, 201, "{created}");
        if created["spec"]["tolerations"].to_string().contains("team") {
            break created;
        }
        tries += 1;
        assert!(tries < 1000, "the annotations are never seen");
    };
    assert_eq!(tolerant["spec"]["tolerations"].as_array().map(Vec::len), Some(3), "{tolerant}");
    let mut other = pod("o");
    other["spec"]["tolerations"] = json!([{"key": "other", "operator": "Exists", "effect": "NoSchedule"}]);
    let (code, status) = admin.post(&path, other).await;
    assert_eq!(code, 403);
    assert!(
        status["message"].as_str().is_some_and(|text| text.contains("conflict with its namespace whitelist")),
        "{status}"
    );
    // Who may not set finalizers on the owner can't hold up its deletion.
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "maps"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "get"]}],
    });
    let rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    assert_eq!(admin.post(&format!("{rbac}/roles"), role).await.0, 201);
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "ann"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maps"}, "subjects": [{"kind": "User", "name": "ann"}],
    });
    assert_eq!(admin.post(&format!("{rbac}/rolebindings"), binding).await.0, 201);
    let ann = cluster.user("ann", None);
    let mut owned = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owned", "ownerReferences": [
        {"apiVersion": "v1", "kind": "Pod", "name": "good", "uid": good["metadata"]["uid"], "blockOwnerDeletion": true},
    ]}});
    let mut tries = 0;
    let status = loop {
        let (code, status) = ann.post(&format!("{NS}/configmaps"), owned.clone()).await;
        assert_eq!(code, 403);
        if status["message"].as_str().is_some_and(|text| !text.contains("cannot create resource")) {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the role is never seen");
    };
    assert!(
        status["message"].as_str().is_some_and(|text| text.contains("cannot set blockOwnerDeletion")),
        "{status}"
    );
    owned["metadata"]["ownerReferences"][0]["blockOwnerDeletion"] = json!(false);
    assert_eq!(ann.post(&format!("{NS}/configmaps"), owned).await.0, 201);
    end.cancel();
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_see_bindings_evictions_scales_and_connections() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    account(&admin).await;
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let noted = seen.clone();
    let end = CancellationToken::new();
    let port = cluster
        .serve("parts", end.clone(), move |request: Request| {
            let noted = noted.clone();
            async move {
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let review: Value = serde_json::from_slice(&body).expect("JSON");
                let request = &review["request"];
                let mut response = json!({"uid": request["uid"], "allowed": request["subResource"] != "exec"});
                if request["kind"]["kind"] == "Scale" {
                    // Three become two.
                    response["patchType"] = json!("JSONPatch");
                    response["patch"] = json!("W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9zcGVjL3JlcGxpY2FzIiwidmFsdWUiOjJ9XQ==");
                }
                noted.lock().expect("not poisoned").push(request.clone());
                let answer = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
                typed(StatusCode::OK, "application/json", answer.to_string())
            }
        })
        .await;
    let ca = std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA");
    let ca = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &ca);
    let parts = ["pods/binding", "pods/eviction", "pods/exec", "deployments/scale", "serviceaccounts/token"];
    let hook = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "parts"},
        "webhooks": [{
            "name": "parts.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": {"url": format!("https://localhost:{port}/"), "caBundle": ca},
            "rules": [{"apiGroups": ["*"], "apiVersions": ["*"], "resources": parts, "operations": ["*"]}],
        }],
    });
    assert_eq!(admin.post(&format!("{HOOKS}/mutatingwebhookconfigurations"), hook).await.0, 201);
    let labels = json!({"app": "d"});
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x"}]}}},
    });
    let apps = "/apis/apps/v1/namespaces/default/deployments";
    assert_eq!(admin.post(apps, deployment).await.0, 201);
    // The webhook has effect once its watch event is here.
    let mut tries = 0;
    loop {
        let (code, scale) =
            admin.patch(&format!("{apps}/d/scale"), MERGE, json!({"spec": {"replicas": 3}})).await;
        assert_eq!(code, 200, "{scale}");
        if scale["spec"]["replicas"] == 2 {
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the webhook is never seen");
    }
    let last = |seen: &Arc<Mutex<Vec<Value>>>| {
        seen.lock().expect("not poisoned").last().cloned().unwrap_or_default()
    };
    let request = last(&seen);
    assert_eq!(request["kind"], json!({"group": "autoscaling", "version": "v1", "kind": "Scale"}));
    assert_eq!(request["resource"], json!({"group": "apps", "version": "v1", "resource": "deployments"}));
    assert_eq!(
        (&request["subResource"], &request["operation"], &request["object"]["spec"]["replicas"]),
        (&json!("scale"), &json!("UPDATE"), &json!(3))
    );
    assert!(request["oldObject"]["spec"]["replicas"].is_i64());
    // A binding, with the labels of the node's place.
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "labels": {"topology.kubernetes.io/zone": "z1"}}, "status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}]}});
    assert_eq!(admin.post("/api/v1/nodes", node).await.0, 201);
    assert_eq!(admin.post(&format!("{NS}/pods"), pod("p")).await.0, 201);
    let binding = json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n1"}});
    assert_eq!(admin.post(&format!("{NS}/pods/p/binding"), binding).await.0, 201);
    let request = last(&seen);
    assert_eq!(
        (&request["kind"]["kind"], &request["object"]["target"]["name"], &request["name"]),
        (&json!("Binding"), &json!("n1"), &json!("p"))
    );
    assert_eq!(
        admin.get(&format!("{NS}/pods/p")).await.1["metadata"]["labels"],
        json!({"topology.kubernetes.io/zone": "z1"})
    );
    // A connection that is refused.
    let (code, status) =
        admin.send(Method::POST, &format!("{NS}/pods/p/exec?command=ls&command=-l&stdout=1"), None).await;
    assert_eq!(
        (code, &status["message"]),
        (400, &json!("admission webhook \"parts.example.com\" denied the request without explanation"))
    );
    let request = last(&seen);
    assert_eq!(
        (&request["operation"], &request["kind"]["kind"], &request["options"]),
        (&json!("CONNECT"), &json!("PodExecOptions"), &Value::Null)
    );
    assert_eq!(
        (&request["object"]["command"], &request["object"]["stdout"]),
        (&json!(["ls", "-l"]), &json!(true))
    );
    let token = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    assert_eq!(admin.post(&format!("{NS}/serviceaccounts/default/token"), token).await.0, 201);
    assert_eq!(last(&seen)["kind"]["kind"], "TokenRequest");
    // An eviction, which a policy refuses.
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "stay"},
        "spec": {
            "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods/eviction"], "operations": ["CREATE"]}]},
            "validations": [{"expression": "object.kind != 'Eviction'", "message": "pods stay"}],
        },
    });
    assert_eq!(admin.post(&format!("{HOOKS}/validatingadmissionpolicies"), policy).await.0, 201);
    let binding = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "stay"}, "spec": {"policyName": "stay", "validationActions": ["Deny"]}});
    assert_eq!(admin.post(&format!("{HOOKS}/validatingadmissionpolicybindings"), binding).await.0, 201);
    let eviction = json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}});
    let mut tries = 0;
    loop {
        let (code, status) = admin.post(&format!("{NS}/pods/p/eviction?dryRun=All"), eviction.clone()).await;
        if code != 201 {
            assert!(status["message"].as_str().is_some_and(|text| text.ends_with("pods stay")), "{status}");
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the policy is never seen");
    }
    let request = last(&seen);
    assert_eq!((&request["kind"]["kind"], &request["subResource"]), (&json!("Eviction"), &json!("eviction")));
    end.cancel();
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn always_deny_refuses_every_change_and_always_admit_none() {
    let maps = "/api/v1/namespaces/default/configmaps";
    for (plugin, code) in [("AlwaysDeny", 403), ("AlwaysAdmit", 201)] {
        let started =
            Cluster::start_with(|_| vec![format!("--enable-admission-plugins=NodeRestriction,{plugin}")]);
        let Some(cluster) = started.await else { return };
        let admin = cluster.user("admin", Some("system:masters"));
        let (found, status) = admin.post(maps, crate::config_map("a", "1")).await;
        assert_eq!(found, code, "{plugin}: {status}");
        if plugin == "AlwaysDeny" {
            assert_eq!(
                status["message"],
                "configmaps \"a\" is forbidden: admission control is denying all modifications"
            );
            let (code, _) = admin.send(reqwest::Method::DELETE, "/api/v1/namespaces/default", None).await;
            assert_eq!(code, 403);
        }
        assert_eq!(admin.get(maps).await.0, 200, "reading is no change");
        cluster.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn binders_and_drivers_write_their_own_part_of_a_claims_status() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let claims = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";
    let claim = json!({
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "c"},
        "spec": {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "k"}}]}},
    });
    assert_eq!(admin.post(claims, claim).await.0, 201);
    let group = "resource.k8s.io";
    for (user, part, verb, name) in
        [("binder", "binding", "patch", None), ("driver", "driver", "arbitrary-node:patch", Some("d.io"))]
    {
        let mut rule =
            json!({"apiGroups": [group], "resources": [format!("resourceclaims/{part}")], "verbs": [verb]});
        if let Some(name) = name {
            rule["resourceNames"] = json!([name]);
        }
        let status =
            json!({"apiGroups": [group], "resources": ["resourceclaims/status"], "verbs": ["patch"]});
        let rbac = "/apis/rbac.authorization.k8s.io/v1";
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": user},
            "rules": [status, rule],
        });
        assert_eq!(admin.post(&format!("{rbac}/clusterroles"), role).await.0, 201);
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": user},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": user},
            "subjects": [{"kind": "User", "name": user}],
        });
        assert_eq!(admin.post(&format!("{rbac}/clusterrolebindings"), binding).await.0, 201);
    }
    let (binder, driver) = (cluster.user("binder", None), cluster.user("driver", None));
    let at = format!("{claims}/c/status");
    let write = async |who: &Api, status: Value| {
        let mut tries = 0;
        loop {
            let body = json!({"status": status});
            let (code, answer) = who.patch(&at, "application/merge-patch+json", body).await;
            // The roles are seen a moment later.
            if code != 403 || tries > 1000 {
                return (code, answer["message"].as_str().unwrap_or_default().to_string());
            }
            tries += 1;
        }
    };
    let allocation =
        json!({"devices": {"results": [{"request": "r", "driver": "d.io", "pool": "p", "device": "x"}]}});
    let said = json!([{"driver": "d.io", "pool": "p", "device": "x", "data": {"a": 1}}]);
    let refusal = "ResourceClaim.resource.k8s.io \"c\" is invalid: ";
    let (code, message) = write(&driver, json!({"allocation": allocation})).await;
    assert_eq!(code, 422);
    assert_eq!(
        message,
        format!(
            "{refusal}status: Forbidden: changing status.allocation or status.reservedFor requires resource=\"resourceclaims/binding\", verb=\"patch\" permission: resourceclaims.resource.k8s.io is forbidden: User \"driver\" cannot patch resource \"resourceclaims/binding\" in API group \"resource.k8s.io\" at the cluster scope"
        )
    );
    assert_eq!(write(&binder, json!({"allocation": allocation})).await, (200, String::new()));
    let (code, message) = write(&binder, json!({"devices": said})).await;
    assert_eq!(code, 422);
    assert_eq!(
        message,
        format!(
            "{refusal}status.devices: Forbidden: changing status.devices requires resource=\"resourceclaims/driver\", verb=\"[arbitrary-node:patch]\" permission: resourceclaims.resource.k8s.io \"d.io\" is forbidden: User \"binder\" cannot arbitrary-node:patch resource \"resourceclaims/driver\" in API group \"resource.k8s.io\" in the namespace \"default\""
        )
    );
    assert_eq!(write(&driver, json!({"devices": said})).await, (200, String::new()));
    // What was said of the devices goes with them.
    assert_eq!(write(&binder, json!({"allocation": null})).await, (200, String::new()));
    let (_, claim) = admin.get(&format!("{claims}/c")).await;
    assert_eq!(claim["status"].get("devices"), None, "{claim}");
    cluster.stop().await;
}

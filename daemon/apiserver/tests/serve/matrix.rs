//! Who may do what on a default server: users by verbs by resources, against what upstream's roles
//! and authorizers say.

use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

/// A user and its groups.
type Who = (&'static str, &'static [&'static str]);

const KNOWN: &str = "system:authenticated";
const VIEWER: Who = ("viewer", &[KNOWN]);
const EDITOR: Who = ("editor", &[KNOWN]);
const OWNER: Who = ("owner", &[KNOWN]);
const NOBODY: Who = ("nobody", &[KNOWN]);
const ANYONE: Who = ("system:anonymous", &["system:unauthenticated"]);
const MASTER: Who = ("root", &["system:masters", KNOWN]);
const SCHEDULER: Who = ("system:kube-scheduler", &[KNOWN]);
const MANAGER: Who = ("system:kube-controller-manager", &[KNOWN]);
const NODE: Who = ("system:node:n1", &["system:nodes", KNOWN]);
const STRAY: Who = ("system:node:n2", &[KNOWN]);
const ACCOUNT: Who = (
    "system:serviceaccount:default:robot",
    &["system:serviceaccounts", "system:serviceaccounts:default", KNOWN],
);

/// `verb group/resource[/subresource] [namespace[/name]]`, or `verb /path`; and whether that is
/// allowed.
const MATRIX: &[(Who, &[(&str, bool)])] = &[
    (
        VIEWER,
        &[
            ("get /pods default", true),
            ("list apps/deployments default", true),
            ("watch /configmaps default", true),
            ("get /pods/log default", true),
            ("get /resourcequotas default", true),
            ("get apps/deployments/scale default", true),
            ("get /secrets default", false),
            ("get rbac.authorization.k8s.io/roles default", false),
            ("create /pods default", false),
            ("create /pods/exec default", false),
            ("delete /configmaps default", false),
            ("get /pods other", false),
            ("list /pods", false),
            ("list /nodes", false),
        ],
    ),
    (
        EDITOR,
        &[
            ("get /secrets default", true),
            ("create /pods default", true),
            ("create /pods/exec default", true),
            ("create /pods/eviction default", true),
            ("deletecollection apps/deployments default", true),
            ("patch apps/statefulsets/scale default", true),
            ("impersonate /serviceaccounts default", true),
            ("create /serviceaccounts/token default", true),
            ("create networking.k8s.io/ingresses default", true),
            ("get /resourcequotas default", true),
            ("update /resourcequotas default", false),
            ("create rbac.authorization.k8s.io/rolebindings default", false),
            ("update /pods/status default", false),
            ("create /pods other", false),
            ("delete /namespaces", false),
        ],
    ),
    (
        OWNER,
        &[
            ("create rbac.authorization.k8s.io/rolebindings default", true),
            ("delete rbac.authorization.k8s.io/roles default", true),
            ("create authorization.k8s.io/localsubjectaccessreviews default", true),
            ("create /pods default", true),
            ("create /resourcequotas default", false),
            ("update /namespaces default/default", false),
            ("create rbac.authorization.k8s.io/clusterroles", false),
            ("create rbac.authorization.k8s.io/rolebindings other", false),
        ],
    ),
    (
        NOBODY,
        &[
            ("create authorization.k8s.io/selfsubjectaccessreviews", true),
            ("create authentication.k8s.io/selfsubjectreviews", true),
            ("get /api", true),
            ("get /openapi/v2", true),
            ("get /healthz", true),
            ("get /metrics", false),
            ("get /pods default", false),
            ("create authorization.k8s.io/subjectaccessreviews", false),
            ("impersonate /users", false),
        ],
    ),
    (
        ANYONE,
        &[
            ("get /healthz", true),
            ("get /livez", true),
            ("get /readyz", true),
            ("get /version", true),
            ("get /api", false),
            ("get /metrics", false),
            ("post /healthz", false),
            ("create authorization.k8s.io/selfsubjectaccessreviews", false),
        ],
    ),
    (
        MASTER,
        &[
            ("delete /nodes", true),
            ("impersonate /users", true),
            ("get /metrics", true),
            ("anything example.com/things/at/all", true),
        ],
    ),
    (
        SCHEDULER,
        &[
            ("create /pods/binding default", true),
            ("create /bindings default", true),
            ("patch /pods/status default", true),
            ("delete /pods default", true),
            ("list /nodes", true),
            ("watch storage.k8s.io/csinodes", true),
            ("update coordination.k8s.io/leases kube-system/kube-scheduler", true),
            ("create /pods default", false),
            ("get /secrets default", false),
            ("update /nodes", false),
        ],
    ),
    (
        MANAGER,
        &[
            ("list apps/deployments", true),
            ("watch example.com/things", true),
            ("create /serviceaccounts/token default", true),
            ("create /secrets default", true),
            ("delete /nodes", false),
        ],
    ),
    (
        NODE,
        &[
            ("get /nodes -/n1", true),
            ("update /nodes/status -/n1", true),
            ("create /events default", true),
            ("create certificates.k8s.io/certificatesigningrequests", true),
            ("list /services", true),
            ("get coordination.k8s.io/leases kube-node-lease/n1", true),
            ("get /secrets default/stranger", false),
            ("get /configmaps default/stranger", false),
            ("list /secrets default", false),
            ("get coordination.k8s.io/leases kube-node-lease/n2", false),
            ("create apps/deployments default", false),
            ("delete /namespaces", false),
        ],
    ),
    (STRAY, &[("get /nodes -/n2", false), ("list /services", false)]),
    (
        ACCOUNT,
        &[
            ("get /pods default", false),
            ("get /.well-known/openid-configuration", true),
            ("get /openid/v1/jwks", true),
        ],
    ),
];

fn question((user, groups): Who, text: &str) -> Value {
    let mut spec = json!({"user": user, "groups": groups});
    let mut words = text.split(' ');
    let (verb, what) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let place = words.next().unwrap_or_default();
    // Paths have a slash in front, as resources of the core group have; those name no path of ours.
    let paths = [
        "/api",
        "/openapi",
        "/healthz",
        "/livez",
        "/readyz",
        "/version",
        "/metrics",
        "/.well-known",
        "/openid",
    ];
    if paths.iter().any(|path| what.starts_with(path)) {
        spec["nonResourceAttributes"] = json!({"verb": verb, "path": what});
        return spec;
    }
    let mut parts = what.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default().to_string();
    let (group, resource, subresource) = (part(), part(), part());
    let (namespace, name) = place.split_once('/').unwrap_or((place, ""));
    spec["resourceAttributes"] = json!({
        "verb": verb, "group": group, "version": "v1", "resource": resource, "subresource": subresource,
        "namespace": namespace.trim_matches('-'), "name": name,
    });
    spec
}

async fn may(admin: &Api, who: Who, text: &str) -> bool {
    let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": question(who, text)});
    let (code, answer) = admin.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review).await;
    assert_eq!(code, 201, "{text}: {answer}");
    answer["status"]["allowed"] == true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_by_verbs_by_resources() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    for (user, role) in [("viewer", "view"), ("editor", "edit"), ("owner", "admin")] {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": user},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "User", "name": user}],
        });
        let bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
        assert_eq!(admin.post(bindings, binding).await.0, 201);
    }
    // The last one's binding has effect once its watch event is here, and so have all others.
    let mut tries = 0;
    while !may(&admin, OWNER, "get /pods default").await {
        tries += 1;
        assert!(tries < 2000, "the bindings are never seen");
    }
    let mut wrong = Vec::new();
    for (who, questions) in MATRIX {
        for (text, wanted) in *questions {
            if may(&admin, *who, text).await != *wanted {
                wrong.push(format!(
                    "{} {text}: {}",
                    who.0,
                    if *wanted { "is refused" } else { "is allowed" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    cluster.stop().await;
}

//! Examples of the commands that show what is there.

use super::Examples;

pub const EXAMPLES: &[Examples] = &[
    (
        "get",
        &[
            ("Pods of the namespace", "kctl get pods"),
            ("Of all namespaces, with nodes and addresses", "kctl get pods -A -o wide"),
            ("One object, whole", "kctl get deployment web -o yaml"),
            ("Several kinds at once", "kctl get deployments,services,pods"),
            ("Objects of different kinds by their names", "kctl get deployment/web service/web"),
            ("With a label, and the column of another", "kctl get pods -l app=web -L version"),
            ("One field", "kctl get pod web-0 -o jsonpath='{.status.podIP}'"),
            (
                "Columns of your own",
                "kctl get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image",
            ),
            ("In the order of a field", "kctl get events --sort-by=.metadata.creationTimestamp"),
            ("What a file describes, as the server has it", "kctl get -f pod.yaml"),
            ("Changes as they happen", "kctl get pods --watch"),
            ("A subresource", "kctl get deployment web --subresource=scale"),
            ("Really everything that can be listed, not only what `all` means", "kctl get everything"),
        ],
    ),
    (
        "describe",
        &[
            ("A node, its pods and events", "kctl describe node worker-1"),
            ("A pod", "kctl describe pods/web-0"),
            ("What a file names", "kctl describe -f pod.yaml"),
            ("All pods with a label", "kctl describe pods -l app=web"),
            ("All whose names begin so", "kctl describe pods web"),
        ],
    ),
    (
        "logs",
        &[
            ("What the only container of a pod wrote", "kctl logs web-0"),
            ("One container, and go on as it writes", "kctl logs -f web-0 -c proxy"),
            ("What it wrote before it was restarted", "kctl logs -p web-0"),
            (
                "All containers of all pods with a label, each line with its pod",
                "kctl logs -l app=web --all-containers --prefix",
            ),
            ("A deployment's newest lines", "kctl logs deployment/web --tail=20"),
            ("Of the last hour, with times", "kctl logs --since=1h --timestamps web-0"),
            ("A job's", "kctl logs job/migrate"),
        ],
    ),
    (
        "events",
        &[
            ("Events of the namespace, the newest last", "kctl events"),
            ("Of all namespaces, as they come", "kctl events -A --watch"),
            ("Of one object", "kctl events --for pod/web-0"),
            ("Warnings alone", "kctl events --types=Warning"),
        ],
    ),
    (
        "explain",
        &[
            ("What a kind is, and its fields", "kctl explain pods"),
            ("One field", "kctl explain pods.spec.containers"),
            ("The names of all fields below", "kctl explain deployment.spec --recursive"),
            ("Of another version", "kctl explain horizontalpodautoscalers --api-version=autoscaling/v2"),
        ],
    ),
    ("top node", &[("All nodes", "kctl top node"), ("One", "kctl top node worker-1")]),
    (
        "top pod",
        &[
            ("All pods of the namespace", "kctl top pod"),
            ("Container by container", "kctl top pod web-0 --containers"),
            ("The largest first", "kctl top pod -A --sort-by=memory"),
            ("With a label", "kctl top pod -l app=web"),
        ],
    ),
    ("cluster-info", &[("Where the control plane and its services are", "kctl cluster-info")]),
    (
        "cluster-info dump",
        &[
            ("State and logs of kube-system, for a report", "kctl cluster-info dump"),
            ("Of all namespaces, into files", "kctl cluster-info dump -A --output-directory=state"),
            (
                "Of two namespaces",
                "kctl cluster-info dump --namespaces=default,shop --output-directory=state",
            ),
        ],
    ),
    (
        "api-resources",
        &[
            ("All kinds that the server has", "kctl api-resources"),
            ("With verbs and categories", "kctl api-resources -o wide"),
            ("In the order of their names", "kctl api-resources --sort-by=name"),
            ("Those that live in namespaces", "kctl api-resources --namespaced=true"),
            ("Of one group", "kctl api-resources --api-group=rbac.authorization.k8s.io"),
            ("Those that can be listed and watched", "kctl api-resources --verbs=list,watch -o name"),
        ],
    ),
    ("api-versions", &[("Groups and versions that the server has", "kctl api-versions")]),
    (
        "auth can-i",
        &[
            ("May I create pods in any namespace", "kctl auth can-i create pods -A"),
            ("May I list deployments here", "kctl auth can-i list deployments.apps"),
            ("A subresource", "kctl auth can-i get pods --subresource=log"),
            ("A path that is no resource", "kctl auth can-i get /logs/"),
            ("All that I may do here", "kctl auth can-i --list -n shop"),
            ("As somebody else", "kctl auth can-i delete nodes --as=system:serviceaccount:shop:robot"),
        ],
    ),
    (
        "auth whoami",
        &[("Whom the server takes me for", "kctl auth whoami"), ("As JSON", "kctl auth whoami -o json")],
    ),
    (
        "diff",
        &[
            ("What apply would change", "kctl diff -f app.yaml"),
            ("From standard input", "cat app.yaml | kctl diff -f -"),
        ],
    ),
    (
        "wait",
        &[
            ("Until a pod is ready", "kctl wait --for=condition=Ready pod/web-0"),
            ("Until a condition is false", "kctl wait --for=condition=Ready=false pod/web-0"),
            ("Until a field has a value", "kctl wait --for=jsonpath='{.status.phase}'=Running pod/web-0"),
            (
                "Until a field is there",
                "kctl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/web",
            ),
            (
                "Until all with a label are gone, a minute at most",
                "kctl wait --for=delete pod -l app=web --timeout=60s",
            ),
            ("Until there is such an object", "kctl wait --for=create configmap/settings"),
        ],
    ),
    (
        "rollout history",
        &[
            ("Revisions of a deployment", "kctl rollout history deployment/web"),
            ("The pods of one of them", "kctl rollout history daemonset/agent --revision=3"),
        ],
    ),
    ("rollout status", &[("Wait until all replicas are the new ones", "kctl rollout status deployment/web")]),
    (
        "version",
        &[
            ("Versions of client and server", "kctl version"),
            ("Of the client alone", "kctl version --client"),
        ],
    ),
    ("options", &[("The flags that every command has", "kctl options")]),
    ("plugin", &[("Executables kctl-* and kubectl-* that are found", "kctl plugin list")]),
    (
        "plugin list",
        &[
            ("Plugins, and what is wrong with any", "kctl plugin list"),
            ("Without their folders", "kctl plugin list --name-only"),
        ],
    ),
];

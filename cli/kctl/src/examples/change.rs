//! Examples of the commands that change objects or take them away.

use super::Examples;

pub const EXAMPLES: &[Examples] = &[
    (
        "apply",
        &[
            ("Have the cluster be as a file says", "kctl apply -f app.yaml"),
            ("A folder with a kustomization", "kctl apply -k overlays/production"),
            ("Standard input", "cat app.json | kctl apply -f -"),
            ("All files of a folder and those below", "kctl apply -R -f manifests"),
            ("The server merges, and fields have owners", "kctl apply --server-side -f app.yaml"),
            (
                "Take away config maps with the label that are not in the file",
                "kctl apply -f app.yaml --prune -l app=web --prune-allowlist=core/v1/ConfigMap",
            ),
        ],
    ),
    (
        "apply edit-last-applied",
        &[
            ("What was applied to an object, in an editor", "kctl apply edit-last-applied deployment/web"),
            ("The same as JSON", "kctl apply edit-last-applied deployment/web -o json"),
        ],
    ),
    (
        "apply set-last-applied",
        &[
            ("Have a file count as applied last", "kctl apply set-last-applied -f app.yaml"),
            (
                "Also where nothing has been applied before",
                "kctl apply set-last-applied -f app.yaml --create-annotation",
            ),
        ],
    ),
    (
        "apply view-last-applied",
        &[
            ("What was applied to an object", "kctl apply view-last-applied deployment/web"),
            ("As JSON", "kctl apply view-last-applied -f app.yaml -o json"),
        ],
    ),
    (
        "annotate",
        &[
            ("Set an annotation", "kctl annotate pod web-0 description='the first one'"),
            ("Of what a file names", "kctl annotate -f pod.yaml team=web"),
            ("Although it has another value", "kctl annotate --overwrite pods --all team=shop"),
            (
                "Only of a version that nobody has changed",
                "kctl annotate pod web-0 team=web --resource-version=1",
            ),
            ("Take it away", "kctl annotate pod web-0 description-"),
        ],
    ),
    (
        "label",
        &[
            ("Set a label", "kctl label pod web-0 tier=front"),
            ("Although it has another value", "kctl label --overwrite pod web-0 tier=back"),
            ("Of all pods of the namespace", "kctl label pods --all checked=true"),
            ("Of what a file names", "kctl label -f pod.yaml tier=front"),
            ("Take it away", "kctl label pod web-0 tier-"),
        ],
    ),
    (
        "patch",
        &[
            ("Change a field", r#"kctl patch node worker-1 -p '{"spec":{"unschedulable":true}}'"#),
            ("With a patch in YAML", "kctl patch deployment web -p 'spec: {replicas: 4}'"),
            (
                "A container, found by its name",
                r#"kctl patch pod web-0 -p '{"spec":{"containers":[{"name":"main","image":"nginx:1.29"}]}}'"#,
            ),
            (
                "By place, as a JSON patch",
                r#"kctl patch pod web-0 --type=json -p '[{"op":"remove","path":"/metadata/labels/old"}]'"#,
            ),
            (
                "A subresource",
                r#"kctl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'"#,
            ),
        ],
    ),
    (
        "replace",
        &[
            ("Put a file's object in place of the one that is there", "kctl replace -f pod.yaml"),
            ("From standard input", "cat pod.json | kctl replace -f -"),
            ("Delete and make it anew, for fields that can't change", "kctl replace --force -f pod.yaml"),
        ],
    ),
    (
        "edit",
        &[
            ("A service, in an editor", "kctl edit service web"),
            ("As JSON; KUBE_EDITOR or EDITOR names the editor", "kctl edit deployment/web -o json"),
            ("A subresource", "kctl edit deployment web --subresource=status"),
        ],
    ),
    (
        "delete",
        &[
            ("What a file describes", "kctl delete -f pod.yaml"),
            ("What a kustomization makes", "kctl delete -k overlays/test"),
            ("Objects by their names", "kctl delete pod/web-0 service/web"),
            ("With a label", "kctl delete pods,services -l app=web"),
            ("All pods of the namespace", "kctl delete pods --all"),
            ("At once, without waiting for it to end well", "kctl delete pod web-0 --now"),
            ("On a node that is lost for good", "kctl delete pod web-0 --force --grace-period=0"),
        ],
    ),
    (
        "scale",
        &[
            ("To three replicas", "kctl scale --replicas=3 deployment/web"),
            ("Only when there are two", "kctl scale --current-replicas=2 --replicas=3 deployment/web"),
            ("Several at once", "kctl scale --replicas=0 deployment/web deployment/shop"),
            ("What a file names", "kctl scale --replicas=2 -f deployment.yaml"),
        ],
    ),
    (
        "autoscale",
        &[
            (
                "Between two and ten, by what the server finds right",
                "kctl autoscale deployment web --min=2 --max=10",
            ),
            ("So that processors are busy at 70 %", "kctl autoscale deployment web --max=5 --cpu=70%"),
        ],
    ),
    ("rollout pause", &[("Have changes gather without a rollout", "kctl rollout pause deployment/web")]),
    ("rollout resume", &[("Go on", "kctl rollout resume deployment/web")]),
    (
        "rollout restart",
        &[
            ("New pods in place of the old, one after the other", "kctl rollout restart deployment/web"),
            ("All deployments with a label", "kctl rollout restart deployment -l app=web"),
        ],
    ),
    (
        "rollout undo",
        &[
            ("Back to the revision before", "kctl rollout undo deployment/web"),
            ("To a certain one", "kctl rollout undo daemonset/agent --to-revision=3"),
            ("Only try", "kctl rollout undo deployment/web --dry-run=server"),
        ],
    ),
    (
        "set env",
        &[
            ("Set a variable", "kctl set env deployment/web LEVEL=debug"),
            ("Show them all", "kctl set env deployment/web --list"),
            ("From all keys of a config map", "kctl set env deployment/web --from=configmap/settings"),
            (
                "With a prefix, from a secret",
                "kctl set env deployment/web --from=secret/database --prefix=DB_",
            ),
            ("Take one away, in one container", "kctl set env deployment/web -c main LEVEL-"),
            ("In a file, without the server", "kctl set env -f web.yaml --local LEVEL=debug -o yaml"),
        ],
    ),
    (
        "set image",
        &[
            ("One container's image", "kctl set image deployment/web main=nginx:1.29"),
            ("Of all containers", "kctl set image deployments --all '*=nginx:1.29'"),
            ("In a file, without the server", "kctl set image -f web.yaml main=nginx:1.29 --local -o yaml"),
        ],
    ),
    (
        "set resources",
        &[
            (
                "Requests and limits of all containers",
                "kctl set resources deployment web --requests=cpu=100m,memory=128Mi --limits=memory=256Mi",
            ),
            ("Of one", "kctl set resources deployment web -c main --limits=cpu=500m"),
            (
                "Take them away",
                "kctl set resources deployment web --limits=cpu=0,memory=0 --requests=cpu=0,memory=0",
            ),
        ],
    ),
    ("set selector", &[("Which pods a service is for", "kctl set selector service web app=web,version=2")]),
    ("set serviceaccount", &[("As whom pods run", "kctl set serviceaccount deployment web robot")]),
    (
        "set subject",
        &[
            (
                "Give a role to one more service account",
                "kctl set subject rolebinding editors --serviceaccount=shop:robot",
            ),
            (
                "To people and groups",
                "kctl set subject clusterrolebinding admins --user=ann --group=operators",
            ),
        ],
    ),
    (
        "taint",
        &[
            (
                "Keep pods away that don't tolerate it",
                "kctl taint nodes worker-1 dedicated=database:NoSchedule",
            ),
            ("Take all of a key away", "kctl taint nodes worker-1 dedicated-"),
            ("Of one effect", "kctl taint nodes worker-1 dedicated:NoSchedule-"),
            ("On nodes with a label", "kctl taint nodes -l disk=slow slow=true:PreferNoSchedule"),
        ],
    ),
    ("cordon", &[("No new pods for a node", "kctl cordon worker-1")]),
    ("uncordon", &[("New pods again", "kctl uncordon worker-1")]),
    (
        "drain",
        &[
            ("Move pods away before maintenance", "kctl drain worker-1 --ignore-daemonsets"),
            (
                "Those without a controller too, with ten minutes to end",
                "kctl drain worker-1 --ignore-daemonsets --delete-emptydir-data --force --grace-period=600",
            ),
        ],
    ),
    ("certificate approve", &[("Have a certificate signed", "kctl certificate approve csr-42")]),
    ("certificate deny", &[("Refuse it", "kctl certificate deny csr-42")]),
    (
        "auth reconcile",
        &[
            ("Give the permissions of a file, and take none away", "kctl auth reconcile -f roles.yaml"),
            (
                "Exactly those",
                "kctl auth reconcile -f roles.yaml --remove-extra-permissions --remove-extra-subjects",
            ),
        ],
    ),
];

//! Examples of the commands that make objects.

use super::Examples;

pub const EXAMPLES: &[Examples] = &[
    (
        "create",
        &[
            ("Make what a file describes", "kctl create -f pod.yaml"),
            ("The same from standard input", "cat pod.json | kctl create -f -"),
            ("Look at a file once more before it is made", "kctl create -f registry.yaml --edit -o json"),
        ],
    ),
    (
        "create clusterrole",
        &[
            (
                "Reading pods, in every namespace",
                "kctl create clusterrole pod-reader --verb=get,list,watch --resource=pods",
            ),
            (
                "Two pods and no other",
                "kctl create clusterrole two --verb=get --resource=pods --resource-name=red --resource-name=blue",
            ),
            (
                "Kinds of a group, and a subresource",
                "kctl create clusterrole scaler --verb=get,patch --resource=deployments.apps,deployments.apps/scale",
            ),
            (
                "A path that is no resource",
                "kctl create clusterrole logs-reader --verb=get --non-resource-url=/logs/*",
            ),
            (
                "All rules of the roles with a label",
                "kctl create clusterrole monitoring --aggregation-rule=rbac.example.com/to-monitoring=true",
            ),
        ],
    ),
    (
        "create clusterrolebinding",
        &[(
            "Everything for two people and a group",
            "kctl create clusterrolebinding admins --clusterrole=cluster-admin --user=ann --group=operators",
        )],
    ),
    (
        "create configmap",
        &[
            ("A key for each file of a folder", "kctl create configmap settings --from-file=conf.d"),
            (
                "A file under a key of another name",
                "kctl create configmap settings --from-file=main.conf=/etc/app/production.conf",
            ),
            (
                "Values as they stand",
                "kctl create configmap settings --from-literal=colour=blue --from-literal=size=12",
            ),
            ("Lines of a .env file", "kctl create configmap settings --from-env-file=defaults.env"),
        ],
    ),
    (
        "create cronjob",
        &[
            (
                "Every five minutes what the image runs",
                "kctl create cronjob sweep --image=example.com/sweep:1 --schedule='*/5 * * * *'",
            ),
            (
                "With a command of your own, at night",
                "kctl create cronjob backup --image=busybox --schedule='0 3 * * *' -- tar czf /b.tgz /data",
            ),
        ],
    ),
    (
        "create deployment",
        &[
            (
                "Three replicas that listen at a port",
                "kctl create deployment web --image=nginx --replicas=3 --port=80",
            ),
            ("With a command", "kctl create deployment box --image=busybox -- sleep 3600"),
            ("With two containers", "kctl create deployment pair --image=nginx:1.29 --image=busybox:1.37"),
            (
                "Only the manifest, for a file",
                "kctl create deployment web --image=nginx --dry-run=client -o yaml",
            ),
        ],
    ),
    (
        "create ingress",
        &[
            (
                "A path of a host, with a certificate",
                "kctl create ingress shop --rule='shop.example.com/cart*=cart:8080,tls=shop-cert'",
            ),
            (
                "Whatever no rule is about",
                "kctl create ingress rest --class=nginx --default-backend=fallback:http",
            ),
            (
                "Several hosts",
                "kctl create ingress both --rule='a.example.com/=one:80' --rule='b.example.com/=two:80'",
            ),
            (
                "TLS with the controller's own certificate",
                "kctl create ingress safe --rule='example.com/*=web:https,tls'",
            ),
        ],
    ),
    (
        "create job",
        &[
            ("Run an image to its end", "kctl create job migrate --image=example.com/migrate:7"),
            ("With a command", "kctl create job today --image=busybox -- date"),
            ("Once out of turn what a cron job does", "kctl create job backup-now --from=cronjob/backup"),
        ],
    ),
    ("create namespace", &[("A namespace", "kctl create namespace shop")]),
    (
        "create poddisruptionbudget",
        &[
            (
                "Never fewer than two",
                "kctl create poddisruptionbudget web --selector=app=web --min-available=2",
            ),
            (
                "At most a quarter away at once",
                "kctl create pdb web --selector=app=web --max-unavailable=25%",
            ),
        ],
    ),
    (
        "create priorityclass",
        &[
            (
                "Pods that come before others",
                "kctl create priorityclass high --value=1000 --description='serves customers'",
            ),
            (
                "What pods have that name no class",
                "kctl create priorityclass usual --value=10 --global-default=true",
            ),
            (
                "First in the queue, but nobody is moved away",
                "kctl create priorityclass polite --value=100 --preemption-policy=Never",
            ),
        ],
    ),
    (
        "create quota",
        &[
            ("Limits of a namespace", "kctl create quota team --hard=cpu=8,memory=16Gi,pods=40,services=10"),
            ("Of pods without requests alone", "kctl create quota rest --hard=pods=20 --scopes=BestEffort"),
        ],
    ),
    (
        "create role",
        &[
            (
                "Reading pods of this namespace",
                "kctl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods",
            ),
            (
                "One config map",
                "kctl create role settings --verb=get,update --resource=configmaps --resource-name=settings",
            ),
            ("Kinds of a group", "kctl create role sets --verb=get,list --resource=replicasets.apps"),
        ],
    ),
    (
        "create rolebinding",
        &[
            (
                "A cluster role, in this namespace alone",
                "kctl create rolebinding ann-edits --clusterrole=edit --user=ann",
            ),
            (
                "A role for a service account",
                "kctl create rolebinding robot --role=pod-reader --serviceaccount=shop:robot",
            ),
        ],
    ),
    (
        "create secret docker-registry",
        &[
            (
                "Credentials for pulling images",
                "kctl create secret docker-registry pull --docker-username=ann --docker-password=secret",
            ),
            (
                "From what docker login wrote",
                "kctl create secret docker-registry pull --from-file=.dockerconfigjson=/root/.docker/config.json",
            ),
        ],
    ),
    (
        "create secret generic",
        &[
            (
                "Files under keys",
                "kctl create secret generic deploy --from-file=id=id_ed25519 --from-file=id.pub=id_ed25519.pub",
            ),
            (
                "A value and a file",
                "kctl create secret generic database --from-literal=user=shop --from-file=password=password.txt",
            ),
            ("Lines of a .env file", "kctl create secret generic settings --from-env-file=production.env"),
        ],
    ),
    (
        "create secret tls",
        &[("A certificate and its key", "kctl create secret tls shop-cert --cert=tls.crt --key=tls.key")],
    ),
    (
        "create service clusterip",
        &[
            (
                "Port 80 of the service is 8080 of the pods with app=web",
                "kctl create service clusterip web --tcp=80:8080",
            ),
            ("Without an address: names of pods", "kctl create service clusterip peers --clusterip=None"),
        ],
    ),
    (
        "create service externalname",
        &[(
            "A name in the cluster for a host outside",
            "kctl create service externalname database --external-name=db.example.com",
        )],
    ),
    (
        "create service loadbalancer",
        &[("With an address from outside", "kctl create service loadbalancer web --tcp=443:8443")],
    ),
    (
        "create service nodeport",
        &[("A port of every node", "kctl create service nodeport web --tcp=80:8080 --node-port=30080")],
    ),
    ("create serviceaccount", &[("An account for programs", "kctl create serviceaccount robot")]),
    (
        "create token",
        &[
            ("A token of the service account robot", "kctl create token robot"),
            ("That lasts for ten minutes", "kctl create token robot --duration=10m"),
            ("For another audience", "kctl create token robot --audience=https://vault.example.com"),
            (
                "That is void once a pod is gone",
                "kctl create token robot --bound-object-kind=Pod --bound-object-name=worker-0",
            ),
        ],
    ),
    (
        "expose",
        &[
            ("A service for a deployment", "kctl expose deployment web --port=80 --target-port=8080"),
            ("For the pods of a file", "kctl expose -f pod.yaml --port=443 --name=secure"),
            ("At a port of every node", "kctl expose pod web --port=80 --type=NodePort"),
            ("With UDP", "kctl expose deployment dns --port=53 --protocol=UDP --name=names"),
        ],
    ),
];

//! Examples of the commands that start pods or reach into them.

use super::Examples;

pub const EXAMPLES: &[Examples] = &[
    (
        "run",
        &[
            ("A pod", "kctl run web --image=nginx --port=80"),
            (
                "With labels and variables",
                "kctl run web --image=nginx --labels=app=web,tier=front --env=LEVEL=debug",
            ),
            (
                "A shell that is gone when you leave it",
                "kctl run -it --rm try --image=busybox --restart=Never -- sh",
            ),
            ("Other arguments for what the image runs", "kctl run web --image=nginx -- -g 'daemon off;'"),
            ("Another command", "kctl run web --image=busybox --command -- sleep 3600"),
            ("Only the manifest", "kctl run web --image=nginx --dry-run=client -o yaml"),
        ],
    ),
    (
        "exec",
        &[
            ("A command in a pod", "kctl exec web-0 -- date"),
            ("A shell in one of its containers", "kctl exec -it web-0 -c main -- sh"),
            ("In the first pod of a deployment", "kctl exec deployment/web -- nginx -T"),
            ("A file goes in", "cat page.html | kctl exec -i web-0 -- tee /tmp/page.html"),
        ],
    ),
    (
        "attach",
        &[
            ("See what a running container writes", "kctl attach web-0"),
            ("Type into one", "kctl attach -it web-0 -c main"),
            ("The first pod of a deployment", "kctl attach deployment/web"),
        ],
    ),
    (
        "cp",
        &[
            ("A file into a pod", "kctl cp page.html web-0:/tmp/page.html"),
            ("A folder out of a container of another namespace", "kctl cp shop/web-0:/var/log logs -c main"),
            ("Try again when the connection breaks", "kctl cp web-0:/data/dump dump --retries=5"),
        ],
    ),
    (
        "port-forward",
        &[
            ("A port of a pod on this machine", "kctl port-forward pod/web-0 8080:80"),
            ("Several, under the same numbers", "kctl port-forward pod/web-0 5000 6000"),
            ("A service: when its pod goes, the next is used", "kctl port-forward service/web 8443:https"),
            (
                "A deployment's, for others on the network too",
                "kctl port-forward --address=0.0.0.0 deployment/web 8080:80",
            ),
            ("Whatever port is free here", "kctl port-forward pod/web-0 :80"),
        ],
    ),
    (
        "proxy",
        &[
            ("The API without credentials, for this machine", "kctl proxy"),
            ("At a port of your choice, with files beside it", "kctl proxy --port=8011 --www=./site"),
            ("Whatever port is free", "kctl proxy --port=0"),
            ("Under another path", "kctl proxy --api-prefix=/k8s-api"),
            ("Over a socket", "kctl proxy --unix-socket=/tmp/kube.sock"),
        ],
    ),
    (
        "debug",
        &[
            ("A container with tools in a running pod", "kctl debug web-0 -it --image=busybox"),
            ("That sees the processes of another", "kctl debug web-0 -it --image=busybox --target=main"),
            (
                "A copy of a pod with another command",
                "kctl debug web-0 -it --copy-to=web-try --container=main -- sh",
            ),
            ("A copy with other images", "kctl debug web-0 --copy-to=web-try --set-image='*=busybox'"),
            ("A node, with its files under /host", "kctl debug node/worker-1 -it --image=busybox"),
        ],
    ),
];

//! Examples of the commands that are about kctl itself: its configuration, its shell, its files.

use super::Examples;

pub const EXAMPLES: &[Examples] = &[
    (
        "config view",
        &[
            ("The configuration, all files merged, without secrets", "kctl config view"),
            ("With them, for the current context alone", "kctl config view --raw --minify --flatten"),
            ("One value", "kctl config view -o jsonpath='{.users[?(@.name==\"ann\")].user.token}' --raw"),
        ],
    ),
    ("config current-context", &[("The context in use", "kctl config current-context")]),
    (
        "config get-contexts",
        &[("All contexts", "kctl config get-contexts"), ("Names alone", "kctl config get-contexts -o name")],
    ),
    ("config get-clusters", &[("Names of clusters", "kctl config get-clusters")]),
    ("config get-users", &[("Names of users", "kctl config get-users")]),
    ("config use-context", &[("Go to another cluster", "kctl config use-context production")]),
    ("config rename-context", &[("Another name", "kctl config rename-context old new")]),
    ("config delete-context", &[("Forget a context", "kctl config delete-context old")]),
    ("config delete-cluster", &[("Forget a cluster", "kctl config delete-cluster old")]),
    ("config delete-user", &[("Forget a user", "kctl config delete-user ann")]),
    (
        "config set",
        &[
            ("One value by its path", "kctl config set clusters.production.server https://10.0.0.1:6443"),
            ("A context's namespace", "kctl config set contexts.production.namespace shop"),
            (
                "A value of bytes, as it stands",
                "kctl config set users.ann.client-key-data key --set-raw-bytes=true",
            ),
        ],
    ),
    (
        "config unset",
        &[
            ("Without a current context", "kctl config unset current-context"),
            ("Take a value away", "kctl config unset contexts.production.namespace"),
        ],
    ),
    (
        "config set-cluster",
        &[
            ("Where a server is", "kctl config set-cluster production --server=https://10.0.0.1:6443"),
            (
                "With its authority's certificate inside",
                "kctl config set-cluster production --certificate-authority=ca.crt --embed-certs",
            ),
            ("Through a proxy", "kctl config set-cluster production --proxy-url=socks5://127.0.0.1:1080"),
            (
                "Its certificate has another name",
                "kctl config set-cluster production --tls-server-name=kubernetes",
            ),
        ],
    ),
    (
        "config set-context",
        &[
            (
                "Cluster, user and namespace under one name",
                "kctl config set-context production --cluster=production --user=ann --namespace=shop",
            ),
            ("The namespace of the one in use", "kctl config set-context --current --namespace=shop"),
        ],
    ),
    (
        "config set-credentials",
        &[
            (
                "A client certificate, kept inside",
                "kctl config set-credentials ann --client-certificate=ann.crt --client-key=ann.key --embed-certs",
            ),
            ("A token", "kctl config set-credentials robot --token=secret"),
            (
                "A program that gives tokens",
                "kctl config set-credentials me --exec-command=x --exec-api-version=client.authentication.k8s.io/v1",
            ),
            (
                "Arguments and variables of that program",
                "kctl config set-credentials ann --exec-arg=--quiet --exec-env=REGION=north",
            ),
        ],
    ),
    (
        "kustomize",
        &[
            ("What a folder's kustomization makes", "kctl kustomize overlays/production"),
            ("Into a file", "kctl kustomize overlays/production -o production.yaml"),
        ],
    ),
    (
        "completion",
        &[
            ("In bash: a line for ~/.bashrc", "kctl completion bash"),
            ("In zsh: into a file _kctl of a folder in $fpath", "kctl completion zsh"),
            ("In fish: into ~/.config/fish/completions/kctl.fish", "kctl completion fish"),
            ("In PowerShell: behind $PROFILE", "kctl completion powershell"),
        ],
    ),
    ("alpha", &[("What is preferred on this machine", "kctl alpha kuberc view")]),
    ("alpha kuberc", &[("What is preferred on this machine", "kctl alpha kuberc view")]),
    (
        "alpha kuberc view",
        &[
            ("Preferences", "kctl alpha kuberc view"),
            ("Of another file, as JSON", "kctl alpha kuberc view --kuberc=team.yaml -o json"),
        ],
    ),
    (
        "alpha kuberc set",
        &[
            (
                "A default for a flag",
                "kctl alpha kuberc set --section=defaults --command=get --option=output=wide",
            ),
            (
                "A name for a command with its flags",
                "kctl alpha kuberc set --section=aliases --name=nodes --command=get --prependarg=nodes",
            ),
        ],
    ),
    ("kuberc", &[("What is preferred on this machine", "kctl kuberc view")]),
    (
        "kuberc view",
        &[
            ("Preferences", "kctl kuberc view"),
            ("Of another file, as JSON", "kctl kuberc view --kuberc=team.yaml -o json"),
        ],
    ),
    (
        "kuberc set",
        &[
            ("A default for a flag", "kctl kuberc set --section=defaults --command=get --option=output=wide"),
            (
                "A name for a command with its flags",
                "kctl kuberc set --section=aliases --name=nodes --command=get --prependarg=nodes",
            ),
            (
                "No program but one gives credentials",
                "kctl kuberc set --section=credentialplugin --policy=Allowlist --allowlist-entry=command=login",
            ),
        ],
    ),
];

complete -c kube-scheduler -l config -d 'The path to the configuration file (KubeSchedulerConfiguration v1)' -r
complete -c kube-scheduler -l kubeconfig -d 'Path to kubeconfig file with authorization and API server location' -r
complete -c kube-scheduler -l master -d 'The address of the Kubernetes API server, over the kubeconfig\'s' -r
complete -c kube-scheduler -l bind-address -d 'The IP address on which to listen for the --secure-port port' -r
complete -c kube-scheduler -l secure-port -d 'The port on which to serve HTTPS; 0 serves none' -r
complete -c kube-scheduler -l tls-cert-file -d 'File containing the x509 certificate for HTTPS; without it one is made up' -r
complete -c kube-scheduler -l tls-private-key-file -d 'File containing the private key of --tls-cert-file' -r
complete -c kube-scheduler -l authentication-kubeconfig -d 'kubeconfig with the right to create tokenreviews' -r
complete -c kube-scheduler -l authorization-kubeconfig -d 'kubeconfig with the right to create subjectaccessreviews' -r
complete -c kube-scheduler -l client-ca-file -d 'CA of client certificates (bearer tokens are what this port takes)' -r
complete -c kube-scheduler -l requestheader-client-ca-file -d 'CA of front proxies (none are trusted on this port)' -r
complete -c kube-scheduler -l cert-dir -d 'Unused: certificates that are made up stay in memory' -r
complete -c kube-scheduler -l leader-elect -d 'Start a leader election client and gain leadership before executing' -r
complete -c kube-scheduler -l leader-elect-lease-duration -d 'How long others wait for a leader that is silent' -r
complete -c kube-scheduler -l leader-elect-renew-deadline -d 'How long the leader tries to renew before it gives up' -r
complete -c kube-scheduler -l leader-elect-retry-period -d 'How long to wait between tries' -r
complete -c kube-scheduler -l leader-elect-resource-name -d 'The name of the lease' -r
complete -c kube-scheduler -l leader-elect-resource-namespace -d 'The namespace of the lease' -r
complete -c kube-scheduler -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-scheduler -s h -l help -d 'Print help'
complete -c kube-scheduler -s V -l version -d 'Print version'

complete -c kube-dns -l cluster-domain -d 'the domain that Services and pods are in' -r
complete -c kube-dns -l listen -d 'where questions are answered, UDP and TCP; several after commas' -r
complete -c kube-dns -l kubeconfig -d 'how to reach the API server; the pod\'s service account when missing' -r
complete -c kube-dns -l upstream -d 'servers for all other names, after commas; those of /etc/resolv.conf when missing' -r
complete -c kube-dns -l health-address -d 'where /health is served; empty for nowhere' -r
complete -c kube-dns -l ready-address -d 'where /ready is served; empty for nowhere' -r
complete -c kube-dns -l metrics-address -d 'where /metrics is served; empty for nowhere' -r
complete -c kube-dns -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-dns -s h -l help -d 'Print help'

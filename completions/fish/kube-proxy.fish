complete -c kube-proxy -l config -d 'the KubeProxyConfiguration file' -r
complete -c kube-proxy -l cleanup -d 'remove the nftables table and exit' -r
complete -c kube-proxy -l kubeconfig -d 'how to reach the API server; the pod\'s service account when missing' -r
complete -c kube-proxy -l master -d 'the API server\'s address, over the kubeconfig\'s' -r
complete -c kube-proxy -l hostname-override -d 'this node\'s name, if it is not the host name' -r
complete -c kube-proxy -l cluster-cidr -d 'the pods\' networks, after commas' -r
complete -c kube-proxy -l bind-address -d 'what an empty address of --healthz-bind-address means' -r
complete -c kube-proxy -l healthz-bind-address -d 'where /healthz is served; empty for nowhere' -r
complete -c kube-proxy -l metrics-bind-address -d 'where /metrics is served; empty for nowhere' -r
complete -c kube-proxy -l proxy-mode -d 'nftables, which is the only mode' -r -f -a "\t''
nftables\t''"
complete -c kube-proxy -l masquerade-all -d 'masquerade all traffic to cluster IPs' -r
complete -c kube-proxy -l iptables-masquerade-bit -d 'the packet mark\'s bit for masquerading' -r
complete -c kube-proxy -l nodeport-addresses -d 'networks where node ports answer, after commas; everywhere when missing' -r
complete -c kube-proxy -l detect-local-mode -d 'ClusterCIDR, which is the only mode' -r -f -a "\t''
ClusterCIDR\t''"
complete -c kube-proxy -l config-sync-period -d 'how often the table is looked after' -r
complete -c kube-proxy -l oom-score-adj -d 'the proxy\'s own oom_score_adj' -r
complete -c kube-proxy -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-proxy -s h -l help -d 'Print help'

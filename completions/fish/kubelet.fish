complete -c kubelet -l config -d 'The file with the KubeletConfiguration' -r -F
complete -c kubelet -l kubeconfig -d 'The kubeconfig with which to reach the API server; without it the kubelet runs static pods alone' -r -F
complete -c kubelet -l bootstrap-kubeconfig -d 'The kubeconfig with which to ask for a client certificate when --kubeconfig does not exist yet' -r -F
complete -c kubelet -l root-dir -d 'Where pods\' volumes and the kubelet\'s state are kept' -r -F
complete -c kubelet -l cert-dir -d 'Where the kubelet\'s certificates are kept' -r -F
complete -c kubelet -l pod-manifest-path -d 'The folder (or file) with static pods' -r -F
complete -c kubelet -l pod-log-dir -d 'Where containers\' logs are kept' -r -F
complete -c kubelet -l hostname-override -d 'The node\'s name instead of the host name' -r
complete -c kubelet -l node-ip -d 'The node\'s address' -r
complete -c kubelet -l node-labels -d 'Labels to register with, as key=value,key=value' -r
complete -c kubelet -l register-with-taints -d 'Taints to register with, as key=value:effect,...' -r
complete -c kubelet -l container-runtime-endpoint -d 'The CRI socket, such as unix:///run/containerd/containerd.sock' -r
complete -c kubelet -l cluster-dns -d 'The cluster\'s DNS servers, separated by commas' -r
complete -c kubelet -l cluster-domain -d 'The cluster\'s domain' -r
complete -c kubelet -l cgroup-driver -d 'cgroupfs or systemd' -r -f -a "cgroupfs\t''
systemd\t''"
complete -c kubelet -l max-pods -d 'How many pods this node takes' -r
complete -c kubelet -l fail-swap-on -d 'Refuse to start while swap is on' -r
complete -c kubelet -l register-node -d 'Register the node with the API server' -r
complete -c kubelet -s v -l v -d 'number for the log level verbosity' -r
complete -c kubelet -s h -l help -d 'Print help'
complete -c kubelet -s V -l version -d 'Print version'

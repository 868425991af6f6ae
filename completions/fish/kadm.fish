# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kadm_global_optspecs
    string join \n v/v= h/help
end

function __fish_kadm_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kadm_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kadm_using_subcommand
    set -l cmd (__fish_kadm_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kadm -n "__fish_kadm_needs_command" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_needs_command" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "init" -d 'Set up the control plane on this machine'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "join" -d 'Join this machine to a cluster as a worker'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "reset" -d 'Take back everything that init or join have done on this machine'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "token" -d 'Manage bootstrap tokens'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "config" -d 'Show configuration'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "install" -d 'Install the executable and its names'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "version" -d 'Print the version'
complete -c kadm -n "__fish_kadm_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l apiserver-advertise-address -d 'The address that the API server tells others it is at; the default route\'s without it' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l apiserver-bind-port -d 'The API server\'s port' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l apiserver-cert-extra-sans -d 'More names and addresses for the API server\'s certificate' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l cert-dir -d 'Where certificates are kept' -r -F
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l config -d 'A kubeadm v1beta4 configuration file' -r -F
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l control-plane-endpoint -d 'A stable name or address for the control plane' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l cri-socket -d 'The container runtime\'s socket; kadm\'s own runtime without it' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l image-repository -d 'Where the images come from; made on this machine without it' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l kubernetes-version -d 'The version of the control plane' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l node-name -d 'This node\'s name' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l pod-network-cidr -d 'The pods\' network' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l service-cidr -d 'The services\' network' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l service-dns-domain -d 'The cluster\'s DNS domain' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l ignore-preflight-errors -d 'Checks whose failure is only warned of; \'all\' for every one' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l skip-phases -d 'Phases to be left out' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l token -d 'The token with which nodes join; a random one without it' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l token-ttl -d 'How long the token holds; 0 for ever' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l skip-token-print -d 'Do not print the token' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -l single-node -d 'Let this node run ordinary pods as well: no control-plane taint' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -f -a "phase" -d 'Run one phase of init alone'
complete -c kadm -n "__fish_kadm_using_subcommand init; and not __fish_seen_subcommand_from phase help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "preflight" -d 'Run pre-flight checks'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "certs" -d 'Generate certificates'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "kubeconfig" -d 'Generate the kubeconfig files of the control plane and the administrator'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "etcd" -d 'Generate the static Pod manifest of a local etcd'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "control-plane" -d 'Generate the static Pod manifests of the control plane'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "kubelet-start" -d 'Write the kubelet\'s settings and start the node\'s daemons'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "wait-control-plane" -d 'Wait for the control plane to start'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "upload-config" -d 'Upload the kubeadm and kubelet configuration to ConfigMaps'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "mark-control-plane" -d 'Mark this node as a control plane'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "bootstrap-token" -d 'Generate the bootstrap token with which nodes join'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "addon" -d 'Install the addons kube-proxy and kube-dns'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from phase" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from help" -f -a "phase" -d 'Run one phase of init alone'
complete -c kadm -n "__fish_kadm_using_subcommand init; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand join" -l token -d 'The bootstrap token' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l config -d 'A kubeadm v1beta4 configuration file (JoinConfiguration)' -r -F
complete -c kadm -n "__fish_kadm_using_subcommand join" -l discovery-token -d 'The bootstrap token by which the cluster is found, over --token' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l tls-bootstrap-token -d 'The bootstrap token with which the node\'s certificate is asked for' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l discovery-token-ca-cert-hash -d 'The hash of the cluster\'s CA, as sha256:<hex>' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l discovery-token-unsafe-skip-ca-verification -d 'Trust whoever answers' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l node-name -d 'This node\'s name' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l cri-socket -d 'The container runtime\'s socket; kadm\'s own runtime without it' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l ignore-preflight-errors -d 'Checks whose failure is only warned of; \'all\' for every one' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -l control-plane -d 'Join as a further control-plane node (not built yet)' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand join" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand reset" -l cri-socket -d 'The container runtime\'s socket; without it, the one that the kubelet uses' -r
complete -c kadm -n "__fish_kadm_using_subcommand reset" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand reset" -s f -l force -d 'Do not ask'
complete -c kadm -n "__fish_kadm_using_subcommand reset" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -f -a "create" -d 'Create a token on the server'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -f -a "list" -d 'List the tokens on the server'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -f -a "delete" -d 'Delete tokens'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -f -a "generate" -d 'Print a random token without creating it'
complete -c kadm -n "__fish_kadm_using_subcommand token; and not __fish_seen_subcommand_from create list delete generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -l ttl -d 'How long it holds; 0 for ever' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -l description -d 'What it is for, for people' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -l groups -d 'The groups of who uses it' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -l usages -d 'signing, authentication' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -l print-join-command -d 'Print the whole line with which a node joins' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from list" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from delete" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from generate" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a token on the server'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the tokens on the server'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete tokens'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print a random token without creating it'
complete -c kadm -n "__fish_kadm_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand config; and not __fish_seen_subcommand_from print help" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand config; and not __fish_seen_subcommand_from print help" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand config; and not __fish_seen_subcommand_from print help" -f -a "print" -d 'Print configuration'
complete -c kadm -n "__fish_kadm_using_subcommand config; and not __fish_seen_subcommand_from print help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from print" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from print" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from print" -f -a "init-defaults" -d 'Print the default InitConfiguration and ClusterConfiguration'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from print" -f -a "join-defaults" -d 'Print the default JoinConfiguration'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from print" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "print" -d 'Print configuration'
complete -c kadm -n "__fish_kadm_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand install" -l prefix -d 'Where to' -r -F
complete -c kadm -n "__fish_kadm_using_subcommand install" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand install" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand version" -s o -l output -d 'Output format' -r -f -a "short\t''
yaml\t''
json\t''"
complete -c kadm -n "__fish_kadm_using_subcommand version" -s v -l v -d 'number for the log level verbosity' -r
complete -c kadm -n "__fish_kadm_using_subcommand version" -s h -l help -d 'Print help'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "init" -d 'Set up the control plane on this machine'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "join" -d 'Join this machine to a cluster as a worker'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "reset" -d 'Take back everything that init or join have done on this machine'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "token" -d 'Manage bootstrap tokens'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "config" -d 'Show configuration'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "install" -d 'Install the executable and its names'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "version" -d 'Print the version'
complete -c kadm -n "__fish_kadm_using_subcommand help; and not __fish_seen_subcommand_from init join reset token config install version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from init" -f -a "phase" -d 'Run one phase of init alone'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "create" -d 'Create a token on the server'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "list" -d 'List the tokens on the server'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "delete" -d 'Delete tokens'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "generate" -d 'Print a random token without creating it'
complete -c kadm -n "__fish_kadm_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "print" -d 'Print configuration'

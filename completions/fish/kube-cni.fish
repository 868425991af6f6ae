# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kube_cni_global_optspecs
    string join \n h/help
end

function __fish_kube_cni_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kube_cni_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kube_cni_using_subcommand
    set -l cmd (__fish_kube_cni_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kube-cni -n "__fish_kube_cni_needs_command" -s h -l help -d 'Print help'
complete -c kube-cni -n "__fish_kube_cni_needs_command" -f -a "agent" -d 'Keep routes to the other nodes\' pods'
complete -c kube-cni -n "__fish_kube_cni_needs_command" -f -a "reset" -d 'Remove the bridge, nftables tables and files it made'
complete -c kube-cni -n "__fish_kube_cni_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kube-cni -n "__fish_kube_cni_using_subcommand agent" -l kubeconfig -d 'the API server; the pod\'s own account without it' -r -F
complete -c kube-cni -n "__fish_kube_cni_using_subcommand agent" -l node-name -d 'the node this agent runs on' -r
complete -c kube-cni -n "__fish_kube_cni_using_subcommand agent" -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-cni -n "__fish_kube_cni_using_subcommand agent" -s h -l help -d 'Print help'
complete -c kube-cni -n "__fish_kube_cni_using_subcommand reset" -l bridge -d 'the bridge' -r
complete -c kube-cni -n "__fish_kube_cni_using_subcommand reset" -l name -d 'the network; every one that this plugin served when empty' -r
complete -c kube-cni -n "__fish_kube_cni_using_subcommand reset" -s h -l help -d 'Print help'
complete -c kube-cni -n "__fish_kube_cni_using_subcommand help; and not __fish_seen_subcommand_from agent reset help" -f -a "agent" -d 'Keep routes to the other nodes\' pods'
complete -c kube-cni -n "__fish_kube_cni_using_subcommand help; and not __fish_seen_subcommand_from agent reset help" -f -a "reset" -d 'Remove the bridge, nftables tables and files it made'
complete -c kube-cni -n "__fish_kube_cni_using_subcommand help; and not __fish_seen_subcommand_from agent reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'

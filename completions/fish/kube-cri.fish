# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kube_cri_global_optspecs
    string join \n listen= root= state= cni-conf-dir= cni-bin-dir= plain-http-registries= stream-address= v/v= h/help
end

function __fish_kube_cri_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kube_cri_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kube_cri_using_subcommand
    set -l cmd (__fish_kube_cri_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kube-cri -n "__fish_kube_cri_needs_command" -l listen -d 'the unix socket to serve CRI on' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -l stream-address -d 'where exec, attach and port-forward are served' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-cri -n "__fish_kube_cri_needs_command" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_needs_command" -f -a "image" -d 'Look after the images on this machine'
complete -c kube-cri -n "__fish_kube_cri_needs_command" -f -a "reset" -d 'Stop every pod and remove everything this runtime made'
complete -c kube-cri -n "__fish_kube_cri_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "list" -d 'List images'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "ls" -d 'List images'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "rm" -d 'Remove an image'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "pull" -d 'Pull an image from its registry'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "import" -d 'Import an OCI or docker archive'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "export" -d 'Write an image as an OCI archive'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and not __fish_seen_subcommand_from list ls rm pull import export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l name -d 'what to call an archive\'s only image' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "list" -d 'List images'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove an image'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Pull an image from its registry'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "import" -d 'Import an OCI or docker archive'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write an image as an OCI archive'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -l root -d 'where images and containers are kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -l state -d 'where the state of running pods is kept' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -l cni-conf-dir -d 'where CNI configurations are' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -l cni-bin-dir -d 'where CNI plugins are; several after commas' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -l plain-http-registries -d 'registries without TLS, after commas; loopback has none' -r
complete -c kube-cri -n "__fish_kube_cri_using_subcommand reset" -s h -l help -d 'Print help'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and not __fish_seen_subcommand_from image reset help" -f -a "image" -d 'Look after the images on this machine'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and not __fish_seen_subcommand_from image reset help" -f -a "reset" -d 'Stop every pod and remove everything this runtime made'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and not __fish_seen_subcommand_from image reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "list" -d 'List images'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "rm" -d 'Remove an image'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "pull" -d 'Pull an image from its registry'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "import" -d 'Import an OCI or docker archive'
complete -c kube-cri -n "__fish_kube_cri_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "export" -d 'Write an image as an OCI archive'

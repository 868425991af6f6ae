# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kctl_global_optspecs
    string join \n kubeconfig= context= cluster= user= n/namespace= s/server= token= as= as-group= as-uid= as-user-extra= username= password= cache-dir= kuberc= disable-compression= match-server-version= certificate-authority= client-certificate= client-key= tls-server-name= request-timeout= insecure-skip-tls-verify= warnings-as-errors= v/v= h/help
end

function __fish_kctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kctl_using_subcommand
    set -l cmd (__fish_kctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kctl -n "__fish_kctl_needs_command" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_needs_command" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_needs_command" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_needs_command" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_needs_command" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_needs_command" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_needs_command" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_needs_command" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_needs_command" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_needs_command" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_needs_command" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_needs_command" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_needs_command" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_needs_command" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_needs_command" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_needs_command" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_needs_command" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_needs_command" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_needs_command" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_needs_command" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_needs_command" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_needs_command" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_needs_command" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_needs_command" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_needs_command" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_needs_command" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "create" -d 'Create a resource from a file or from stdin'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "expose" -d 'Take a replication controller, service, deployment or pod and expose it as a new service'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "run" -d 'Run a particular image on the cluster'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "set" -d 'Set specific features on objects'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "explain" -d 'Get documentation for a resource'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "get" -d 'Display one or many resources'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "edit" -d 'Edit a resource on the server'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "delete" -d 'Delete resources by file names, stdin, resources and names, or by resources and label selector'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "rollout" -d 'Manage the rollout of a resource'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "scale" -d 'Set a new size for a deployment, replica set, or replication controller'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "autoscale" -d 'Auto-scale a deployment, replica set, stateful set, or replication controller'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "certificate" -d 'Modify certificate resources'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "cluster-info" -d 'Display addresses of the control plane and services'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "top" -d 'Display resource (CPU/memory) usage'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "cordon" -d 'Mark node as unschedulable'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "uncordon" -d 'Mark node as schedulable'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "drain" -d 'Drain node in preparation for maintenance'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "taint" -d 'Update the taints on one or more nodes'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "describe" -d 'Show details of a specific resource or group of resources'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "logs" -d 'Print the logs for a container in a pod'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "attach" -d 'Attach to a process that is already running in a container'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "exec" -d 'Execute a command in a container'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "port-forward" -d 'Forward one or more local ports to a pod'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "proxy" -d 'Run a proxy to the Kubernetes API server'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "cp" -d 'Copy files and directories to and from containers'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "auth" -d 'Inspect authorization'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "debug" -d 'Create debugging sessions for troubleshooting workloads and nodes'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "events" -d 'List events'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "diff" -d 'Diff the live version against a would-be applied version'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "apply" -d 'Apply a configuration to a resource by file name or stdin'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "patch" -d 'Update fields of a resource'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "replace" -d 'Replace a resource by file name or stdin'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "wait" -d 'Wait for a specific condition on one or many resources'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "kustomize" -d 'Build a kustomization target from a directory'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "label" -d 'Update the labels on a resource'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "annotate" -d 'Update the annotations on a resource'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "completion" -d 'Output shell completion code for the specified shell'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "alpha" -d 'Commands for features in alpha'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "api-resources" -d 'Print the supported API resources on the server'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "api-versions" -d 'Print the supported API versions on the server, in the form of "group/version"'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "config" -d 'Modify kubeconfig files'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "plugin" -d 'Provides utilities for interacting with plugins'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "version" -d 'Print the client and server version information'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "options" -d 'Print the list of flags inherited by all commands'
complete -c kctl -n "__fish_kctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l edit -d 'Edit the resource before creating it' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l raw -d 'A URI to POST the file to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l windows-line-endings -d 'With --edit, use Windows line endings' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "clusterrole" -d 'Create a cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "clusterrolebinding" -d 'Create a cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "configmap" -d 'Create a config map from a file, a directory or literal values'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "cm" -d 'Create a config map from a file, a directory or literal values'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "cronjob" -d 'Create a cron job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "cj" -d 'Create a cron job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "deployment" -d 'Create a deployment with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "deploy" -d 'Create a deployment with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "ingress" -d 'Create an ingress with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "ing" -d 'Create an ingress with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "job" -d 'Create a job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "namespace" -d 'Create a namespace with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "ns" -d 'Create a namespace with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "poddisruptionbudget" -d 'Create a pod disruption budget with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "pdb" -d 'Create a pod disruption budget with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "priorityclass" -d 'Create a priority class with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "pc" -d 'Create a priority class with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "quota" -d 'Create a quota with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "resourcequota" -d 'Create a quota with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "role" -d 'Create a role with single rule'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "rolebinding" -d 'Create a role binding for a particular role or cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "secret" -d 'Create a secret using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "service" -d 'Create a service using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "svc" -d 'Create a service using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "serviceaccount" -d 'Create a service account with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "sa" -d 'Create a service account with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "token" -d 'Request a service account token'
complete -c kctl -n "__fish_kctl_using_subcommand create; and not __fish_seen_subcommand_from clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret service svc serviceaccount sa token help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l verb -d 'Verbs that the rule allows' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l resource -d 'Resources that the rule is about, as resource.group/subresource' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l resource-name -d 'Names of the objects that the rule is about' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l non-resource-url -d 'Paths that the rule is about' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l aggregation-rule -d 'Labels of the cluster roles to combine, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrole" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l user -d 'User names to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l group -d 'Groups to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l serviceaccount -d 'Service accounts to bind, as namespace:name' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l clusterrole -d 'The cluster role to refer to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from clusterrolebinding" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l from-literal -d 'A key and its value, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l from-file -d 'A file, a folder, or key=file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l from-env-file -d 'A file with lines of key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l append-hash -d 'Append a hash of the content to the name' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from configmap" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l from-literal -d 'A key and its value, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l from-file -d 'A file, a folder, or key=file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l from-env-file -d 'A file with lines of key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l append-hash -d 'Append a hash of the content to the name' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cm" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l image -d 'Image name to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l schedule -d 'When the job runs, in the cron format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l restart -d 'Job\'s restart policy: OnFailure or Never' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cronjob" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l image -d 'Image name to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l schedule -d 'When the job runs, in the cron format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l restart -d 'Job\'s restart policy: OnFailure or Never' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from cj" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l image -d 'Image names to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s r -l replicas -d 'How many replicas' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l port -d 'The port that the container exposes' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deployment" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l image -d 'Image names to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s r -l replicas -d 'How many replicas' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l port -d 'The port that the container exposes' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from deploy" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l rule -d 'A rule, as host/path=service:port[,tls[=secret]]' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l class -d 'The ingress class' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l default-backend -d 'Where all other traffic goes, as service:port' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l annotation -d 'Annotations, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ingress" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l rule -d 'A rule, as host/path=service:port[,tls[=secret]]' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l class -d 'The ingress class' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l default-backend -d 'Where all other traffic goes, as service:port' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l annotation -d 'Annotations, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ing" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l image -d 'Image name to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l from -d 'The cron job to create a job from, as cronjob/name' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from job" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from namespace" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from ns" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l selector -d 'A label selector for the pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l min-available -d 'Pods that must be available: a number or a percentage' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l max-unavailable -d 'Pods that may be unavailable: a number or a percentage' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from poddisruptionbudget" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l selector -d 'A label selector for the pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l min-available -d 'Pods that must be available: a number or a percentage' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l max-unavailable -d 'Pods that may be unavailable: a number or a percentage' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pdb" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l value -d 'The value of this priority class' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l global-default -d 'Whether this is the default priority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l description -d 'When this priority class should be used' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l preemption-policy -d 'Never or PreemptLowerPriority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from priorityclass" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l value -d 'The value of this priority class' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l global-default -d 'Whether this is the default priority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l description -d 'When this priority class should be used' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l preemption-policy -d 'Never or PreemptLowerPriority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from pc" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l hard -d 'Hard limits, as resource=quantity,resource=quantity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l scopes -d 'Scopes, separated by commas' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from quota" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l hard -d 'Hard limits, as resource=quantity,resource=quantity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l scopes -d 'Scopes, separated by commas' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from resourcequota" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l verb -d 'Verbs that the rule allows' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l resource -d 'Resources that the rule is about, as resource.group/subresource' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l resource-name -d 'Names of the objects that the rule is about' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from role" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l user -d 'User names to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l group -d 'Groups to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l serviceaccount -d 'Service accounts to bind, as namespace:name' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l clusterrole -d 'The cluster role to refer to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l role -d 'The role to refer to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from rolebinding" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -f -a "docker-registry" -d 'Create a secret for use with a Docker registry'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -f -a "generic" -d 'Create a secret from a local file, directory, or literal value'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -f -a "tls" -d 'Create a TLS secret'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from secret" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -f -a "clusterip" -d 'Create a ClusterIP service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -f -a "externalname" -d 'Create an ExternalName service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -f -a "loadbalancer" -d 'Create a LoadBalancer service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -f -a "nodeport" -d 'Create a NodePort service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from service" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -f -a "clusterip" -d 'Create a ClusterIP service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -f -a "externalname" -d 'Create an ExternalName service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -f -a "loadbalancer" -d 'Create a LoadBalancer service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -f -a "nodeport" -d 'Create a NodePort service'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from svc" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from serviceaccount" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from sa" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l audience -d 'Audience of the token' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l duration -d 'Requested lifetime' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l bound-object-kind -d 'Kind of an object to bind the token to: Pod, Secret or Node' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l bound-object-name -d 'Name of the object to bind the token to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l bound-object-uid -d 'UID of the object to bind the token to' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "clusterrole" -d 'Create a cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "clusterrolebinding" -d 'Create a cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "configmap" -d 'Create a config map from a file, a directory or literal values'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "cronjob" -d 'Create a cron job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "deployment" -d 'Create a deployment with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "ingress" -d 'Create an ingress with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "job" -d 'Create a job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "namespace" -d 'Create a namespace with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "poddisruptionbudget" -d 'Create a pod disruption budget with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "priorityclass" -d 'Create a priority class with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "quota" -d 'Create a quota with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "role" -d 'Create a role with single rule'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "rolebinding" -d 'Create a role binding for a particular role or cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "secret" -d 'Create a secret using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "service" -d 'Create a service using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "serviceaccount" -d 'Create a service account with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "token" -d 'Request a service account token'
complete -c kctl -n "__fish_kctl_using_subcommand create; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l port -d 'The port that the service should serve on' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l target-port -d 'Name or number of the container\'s port' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l protocol -d 'TCP, UDP or SCTP' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l name -d 'The name of the new service' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l type -d 'ClusterIP, NodePort, LoadBalancer or ExternalName' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l cluster-ip -d 'The cluster IP; None for headless' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l external-ip -d 'An additional external IP address' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l session-affinity -d 'None or ClientIP' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l selector -d 'A label selector to use for this service' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l load-balancer-ip -d 'The load balancer\'s address' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l overrides -d 'JSON that is merged over the generated object' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l override-type -d 'merge, strategic or json' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s l -l labels -d 'Labels of the service, as key=value,key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand expose" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand run" -l image -d 'The image for the container to run' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l image-pull-policy -d 'Always, IfNotPresent or Never' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l restart -d 'Always, OnFailure or Never' -r -f -a "Always\t''
OnFailure\t''
Never\t''"
complete -c kctl -n "__fish_kctl_using_subcommand run" -l port -d 'The port that this container exposes' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l env -d 'Environment variables, as name=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s l -l labels -d 'Labels, as key=value,key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l annotations -d 'Annotations, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l command -d 'Use the arguments as the command rather than its arguments' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s i -l stdin -d 'Keep stdin open' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s t -l tty -d 'Allocate a TTY' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l attach -d 'Attach to the pod once it runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l rm -d 'Delete the pod after it exits' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s q -l quiet -d 'Suppress prompt messages' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l expose -d 'Create a ClusterIP service for the pod' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l privileged -d 'Run the container in privileged mode' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l overrides -d 'JSON that is merged over the generated object' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l pod-running-timeout -d 'How long to wait until the pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand run" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l force -d 'Remove at once, without waiting for the node' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l wait -d 'Wait until the objects are gone' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l grace-period -d 'Seconds given to end gracefully; -1 for the default' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l timeout -d 'How long to wait; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l cascade -d 'background, orphan or foreground' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l leave-stdin-open -d 'Keep stdin open after the first attach ends' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l override-type -d 'How --overrides is applied: merge, strategic or json' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand run" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "env" -d 'Update environment variables on a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "image" -d 'Update the image of a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "resources" -d 'Update resource requests/limits on objects with pod templates'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "selector" -d 'Set the selector on a resource'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "serviceaccount" -d 'Update the service account of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "sa" -d 'Update the service account of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "subject" -d 'Update the user, group, or service account in a role binding or cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand set; and not __fish_seen_subcommand_from env image resources selector serviceaccount sa subject help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s c -l containers -d 'Containers to change; * stands for any letters' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s e -l env -d 'Variables, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l from -d 'A config map or secret to take variables from, as configmap/name' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l keys -d 'Only these keys of --from' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l prefix -d 'Put this before the names of variables from --from' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l list -d 'Show the environment instead of changing it' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l resolve -d 'With --list, show what references stand for' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l overwrite -d 'Allow variables to be overwritten' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from env" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from image" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s c -l containers -d 'Containers to change; * stands for any letters' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l limits -d 'Limits, as cpu=100m,memory=256Mi' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l requests -d 'Requests, as cpu=100m,memory=256Mi' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from resources" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l resource-version -d 'Only if this is the version now' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from selector" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from serviceaccount" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from sa" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l user -d 'User names to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l group -d 'Groups to bind' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l serviceaccount -d 'Service accounts to bind, as namespace:name' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from subject" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "env" -d 'Update environment variables on a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "image" -d 'Update the image of a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "resources" -d 'Update resource requests/limits on objects with pod templates'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "selector" -d 'Set the selector on a resource'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "serviceaccount" -d 'Update the service account of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "subject" -d 'Update the user, group, or service account in a role binding or cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand explain" -s o -l output -d 'plaintext or plaintext-openapiv2' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l recursive -d 'Print the names of all fields below' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l api-version -d 'Use this version of the kind' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand explain" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand get" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s o -l output -d 'Output format: json, yaml, kyaml, name, wide, custom-columns, custom-columns-file, go-template, go-template-file, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s A -l all-namespaces -d 'List across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s w -l watch -d 'After listing, watch for changes' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l watch-only -d 'Watch for changes without listing first' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l output-watch-events -d 'Print the kind of each change as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l show-labels -d 'Show all labels as the last column' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l show-kind -d 'Show the kind with each name' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l ignore-not-found -d 'Exit with 0 when a named object does not exist' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l server-print -d 'Have the server make the table' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s L -l label-columns -d 'Labels to show as columns' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l sort-by -d 'A JSONPath to sort by' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l chunk-size -d 'Return large lists in chunks' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l subresource -d 'status, scale or another subresource' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l raw -d 'A URI to request from the server' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand get" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l output-patch -d 'Output the patch if the resource is edited' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l windows-line-endings -d 'Use Windows line endings' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l subresource -d 'The subresource to edit: status or scale' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l all -d '' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand edit" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l force -d 'Remove at once, without waiting for the node' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l grace-period -d 'Seconds given to end gracefully; -1 for the default' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l timeout -d 'How long to wait; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l cascade -d 'background, orphan or foreground' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l wait -d 'Wait until the objects are gone' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l all -d 'Delete all resources of the given types in the namespace' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s A -l all-namespaces -d 'Delete across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l now -d 'Signal for shutdown at once (--grace-period=1)' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l ignore-not-found -d 'Treat "not found" as a success' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s i -l interactive -d 'Ask before deleting' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l raw -d 'A URI to DELETE' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s o -l output -d 'name for short output' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand delete" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "history" -d 'View rollout history'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "pause" -d 'Mark the provided resource as paused'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "restart" -d 'Restart a resource'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "resume" -d 'Resume a paused resource'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "status" -d 'Show the status of the rollout'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "undo" -d 'Undo a previous rollout'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and not __fish_seen_subcommand_from history pause restart resume status undo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l revision -d 'Show this revision\'s template' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s w -l watch -d 'Watch until it is done' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l revision -d 'Stop when another revision is rolled out' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l timeout -d 'How long to wait; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l to-revision -d 'The revision to roll back to' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "history" -d 'View rollout history'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Mark the provided resource as paused'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Restart a resource'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Resume a paused resource'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the status of the rollout'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Undo a previous rollout'
complete -c kctl -n "__fish_kctl_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s A -l all-namespaces -d 'Across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l replicas -d 'The new number of replicas' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l current-replicas -d 'Only if this is the number now' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l resource-version -d 'Only if this is the version now' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l timeout -d 'How long to wait until the new size is reached; 0 doesn\'t wait' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand scale" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l min -d 'The least number of pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l max -d 'The greatest number of pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l cpu-percent -d 'Target CPU utilization of all pods, in percent of what they request' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l cpu -d 'Target CPU of all pods: a percentage (80%) or a quantity (500m)' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l memory -d 'Target memory of all pods: a percentage or a quantity' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l name -d 'The name of the new object' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand autoscale" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -f -a "approve" -d 'Approve a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -f -a "deny" -d 'Deny a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and not __fish_seen_subcommand_from approve deny help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l force -d 'Update the request even where it has been decided already' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from approve" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l force -d 'Update the request even where it has been decided already' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from deny" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "approve" -d 'Approve a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "deny" -d 'Deny a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -f -a "dump" -d 'Dump relevant information for debugging and diagnosis'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and not __fish_seen_subcommand_from dump help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s A -l all-namespaces -d 'Dump all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l namespaces -d 'Namespaces to dump' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l output-directory -d 'Where to put the files; - or nothing prints them' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l pod-running-timeout -d 'How long to wait until a pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from dump" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from help" -f -a "dump" -d 'Dump relevant information for debugging and diagnosis'
complete -c kctl -n "__fish_kctl_using_subcommand cluster-info; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "node" -d 'Display resource (CPU/memory) usage of nodes'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "nodes" -d 'Display resource (CPU/memory) usage of nodes'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "no" -d 'Display resource (CPU/memory) usage of nodes'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "pod" -d 'Display resource (CPU/memory) usage of pods'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "pods" -d 'Display resource (CPU/memory) usage of pods'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "po" -d 'Display resource (CPU/memory) usage of pods'
complete -c kctl -n "__fish_kctl_using_subcommand top; and not __fish_seen_subcommand_from node nodes no pod pods po help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l show-capacity -d 'Relate to the capacity rather than to what pods may have' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from node" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l show-capacity -d 'Relate to the capacity rather than to what pods may have' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from nodes" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l show-capacity -d 'Relate to the capacity rather than to what pods may have' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from no" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s A -l all-namespaces -d 'List across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l containers -d 'Show each container' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l sum -d 'Show the sum of all pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pod" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s A -l all-namespaces -d 'List across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l containers -d 'Show each container' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l sum -d 'Show the sum of all pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from pods" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l sort-by -d 'cpu or memory' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l show-swap -d 'Show swap as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l use-protocol-buffers -d 'Accepted; metrics are read as JSON' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s A -l all-namespaces -d 'List across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l containers -d 'Show each container' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l sum -d 'Show the sum of all pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from po" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from help" -f -a "node" -d 'Display resource (CPU/memory) usage of nodes'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from help" -f -a "pod" -d 'Display resource (CPU/memory) usage of pods'
complete -c kctl -n "__fish_kctl_using_subcommand top; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand cordon" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand uncordon" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand drain" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l force -d 'Go on even where pods have no controller that would start them again' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l ignore-daemonsets -d 'Ignore pods managed by daemon sets' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l delete-emptydir-data -d 'Go on even where pods use emptyDir, whose data is lost' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l disable-eviction -d 'Delete pods rather than evict them: budgets are passed over' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l pod-selector -d 'Only pods with these labels' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l grace-period -d 'Seconds given to each pod; -1 for its own' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l timeout -d 'How long to try; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l skip-wait-for-delete-timeout -d 'Don\'t wait for pods that have been deleted longer than this many seconds' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l chunk-size -d 'Return large lists in chunks' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand drain" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l all -d 'Select all nodes in the cluster' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l overwrite -d 'Allow taints to be overwritten' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand taint" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s A -l all-namespaces -d 'Across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l chunk-size -d 'Return large lists in chunks' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l show-events -d 'Show events as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand describe" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s f -l follow -d 'Stream the logs' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s p -l previous -d 'The previous instance of the container' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l timestamps -d 'Include timestamps on each line' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l all-containers -d 'All containers of the pod' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l prefix -d 'Prefix each line with its pod and container' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l ignore-errors -d 'Go on when a log can\'t be read' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s c -l container -d 'The container' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l tail -d 'Lines of recent log to display; -1 for all' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l since -d 'Only logs newer than a duration like 5s, 2m, 3h' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l since-time -d 'Only logs after a time (RFC 3339)' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l limit-bytes -d 'At most this many bytes' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l all-pods -d 'All pods of what is named, with prefixes' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l insecure-skip-tls-verify-backend -d 'Don\'t check the kubelet\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l pod-running-timeout -d 'How long to wait until a pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l max-log-requests -d 'How many logs may be followed at once' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand logs" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s c -l container -d 'The container' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s i -l stdin -d 'Pass stdin to the container' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s t -l tty -d 'Stdin is a TTY' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s q -l quiet -d 'Only print output from the remote session' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l pod-running-timeout -d 'How long to wait until a pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand attach" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s c -l container -d 'The container' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s i -l stdin -d 'Pass stdin to the container' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s t -l tty -d 'Stdin is a TTY' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s q -l quiet -d 'Only print output from the remote session' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s f -l filename -d 'The file with the pod, or with what has pods' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l pod-running-timeout -d 'How long to wait until a pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand exec" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l address -d 'Addresses to listen on' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l pod-running-timeout -d 'How long to wait until a pod runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand port-forward" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s p -l port -d 'The port to listen on; 0 for any' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l address -d 'The address to listen on' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s u -l unix-socket -d 'A Unix socket to listen on instead' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s w -l www -d 'Also serve files of this folder' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s P -l www-prefix -d 'Where the folder\'s files are' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l api-prefix -d 'Where the API is' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l accept-hosts -d 'Hosts that may be asked for' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l accept-paths -d 'Paths that may be asked for' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l reject-paths -d 'Paths that may not be asked for' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l reject-methods -d 'Methods that may not be used' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l disable-filter -d 'Take requests for any host and path: dangerous' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l append-server-path -d 'Put the server\'s own path before requests\' paths' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l keepalive -d 'Accepted; connections are kept alive' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand proxy" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand cp" -s c -l container -d 'The container' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l no-preserve -d 'Don\'t keep owner and permissions in the container' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l retries -d 'How often to go on after a broken connection; -1 for ever' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand cp" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -f -a "can-i" -d 'Check whether an action is allowed'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -f -a "reconcile" -d 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -f -a "whoami" -d 'Check self subject attributes'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and not __fish_seen_subcommand_from can-i reconcile whoami help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s A -l all-namespaces -d 'In all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s q -l quiet -d 'Only the exit code' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l list -d 'Print all allowed actions' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l subresource -d 'A subresource such as log or scale' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from can-i" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l remove-extra-permissions -d 'Remove permissions that the file does not have' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l remove-extra-subjects -d 'Remove subjects that the file does not have' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from reconcile" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from whoami" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "can-i" -d 'Check whether an action is allowed'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "reconcile" -d 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "whoami" -d 'Check self subject attributes'
complete -c kctl -n "__fish_kctl_using_subcommand auth; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s f -l filename -d 'The file with the object to debug' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l image -d 'The image of the debugging container' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s c -l container -d 'The name of the debugging container' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l target -d 'With an ephemeral container, share this container\'s processes' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l copy-to -d 'Debug a copy of the pod with this name' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l replace -d 'With --copy-to, delete the original pod' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l same-node -d 'With --copy-to, stay on the pod\'s node' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l set-image -d 'With --copy-to, images as container=image' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l share-processes -d 'With --copy-to, share processes between containers' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-labels -d 'With --copy-to, keep the labels' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-annotations -d 'With --copy-to, keep the annotations' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-liveness -d 'With --copy-to, keep the liveness probes' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-readiness -d 'With --copy-to, keep the readiness probes' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-startup -d 'With --copy-to, keep the startup probes' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l keep-init-containers -d 'With --copy-to, keep the init containers' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l arguments-only -d 'What is after -- are arguments rather than the command' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l env -d 'Environment variables, as name=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l image-pull-policy -d 'Always, IfNotPresent or Never' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l profile -d 'legacy, general, baseline, netadmin, restricted or sysadmin' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l custom -d 'A file with a partial container spec to merge' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l attach -d 'Attach to the container once it runs' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s i -l stdin -d 'Keep stdin open' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s t -l tty -d 'Allocate a TTY' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s q -l quiet -d 'Suppress informational messages' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand debug" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand events" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s A -l all-namespaces -d 'List across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s w -l watch -d 'After listing, watch for changes' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l for -d 'Only events about this object, as type/name' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l types -d 'Only these types: Normal, Warning' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l chunk-size -d 'Return large lists in chunks' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand events" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l server-side -d 'Apply in the server instead of the client' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l force-conflicts -d 'With --server-side, take fields over from other managers' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l prune -d 'Include what --prune would delete' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l prune-allowlist -d 'Kinds that --prune looks at, as group/version/kind' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l show-managed-fields -d 'Keep the managedFields in the diff' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l concurrency -d 'Accepted; objects are asked for one after the other' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand diff" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l server-side -d 'Apply in the server instead of the client' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l force-conflicts -d 'With --server-side, take fields over from other managers' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l overwrite -d 'Automatically resolve conflicts by using values of the file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l prune -d 'Delete what was applied before and is in the files no more' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l prune-allowlist -d 'Kinds that --prune looks at, as group/version/kind' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l all -d 'With --prune, look at all resources rather than those of -l' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l applyset -d 'With --prune, the object that keeps the set\'s members' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l openapi-patch -d 'Use the server\'s schema to merge' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l subresource -d 'The subresource to apply to; only with --server-side' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l force -d 'Remove at once, without waiting for the node' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l wait -d 'Wait until the objects are gone' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l grace-period -d 'Seconds given to end gracefully; -1 for the default' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l timeout -d 'How long to wait; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l cascade -d 'background, orphan or foreground' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -f -a "edit-last-applied" -d 'Edit latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -f -a "set-last-applied" -d 'Set the last-applied-configuration annotation on a live object to match the contents of a file'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -f -a "view-last-applied" -d 'View the latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and not __fish_seen_subcommand_from edit-last-applied set-last-applied view-last-applied help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l windows-line-endings -d 'Use Windows line endings' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from edit-last-applied" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l create-annotation -d 'Create the annotation where it is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from set-last-applied" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s o -l output -d 'yaml or json' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from view-last-applied" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from help" -f -a "edit-last-applied" -d 'Edit latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from help" -f -a "set-last-applied" -d 'Set the last-applied-configuration annotation on a live object to match the contents of a file'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from help" -f -a "view-last-applied" -d 'View the latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand apply; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s p -l patch -d 'The patch, as JSON or YAML' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l patch-file -d 'A file with the patch' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l type -d 'json, merge or strategic' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l subresource -d 'status or scale' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand patch" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l validate -d 'strict, warn or ignore unknown fields' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l save-config -d 'Save the configuration in the object\'s annotation, for apply' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l raw -d 'A URI to PUT the file to' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l subresource -d 'The subresource to replace: status or scale' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l force -d 'Remove at once, without waiting for the node' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l wait -d 'Wait until the objects are gone' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l grace-period -d 'Seconds given to end gracefully; -1 for the default' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l timeout -d 'How long to wait; 0 as long as it takes' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l cascade -d 'background, orphan or foreground' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand replace" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s A -l all-namespaces -d 'Across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l for -d 'create, delete, condition=name[=value] or jsonpath={...}[=value]' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l timeout -d 'How long to wait; 0 looks once, negative waits a week' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l local -d 'Look at the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand wait" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s o -l output -d 'Write to this file' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l load-restrictor -d 'LoadRestrictionsRootOnly' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l as-current-user -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l enable-alpha-plugins -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l enable-helm -d 'For helm charts' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s e -l env -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l helm-api-versions -d 'For helm charts' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l helm-command -d 'For helm charts' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l helm-debug -d 'For helm charts' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l helm-kube-version -d 'For helm charts' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l mount -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l network -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l network-name -d 'For plugins' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand kustomize" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand label" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand label" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s A -l all-namespaces -d 'Across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l overwrite -d 'Allow labels to be overwritten' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l list -d 'Display the labels of the resource' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l resource-version -d 'Only if this is the version now' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand label" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s k -l kustomize -d 'Process the kustomization directory' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s f -l filename -d 'Files, folders or - for standard input' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s R -l recursive -d 'Look into the folders of -f as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l dry-run -d 'none, client or server' -r -f -a "none\t''
client\t''
server\t''
unchanged\t''"
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l field-manager -d 'Name of the manager used to track field ownership' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s l -l selector -d 'Selector (label query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l field-selector -d 'Selector (field query) to filter on' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l all -d 'Select all resources of the given types' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s A -l all-namespaces -d 'Across all namespaces' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l overwrite -d 'Allow annotations to be overwritten' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l list -d 'Display the annotations of the resource' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l local -d 'Change the file\'s objects, and ask no server' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l resource-version -d 'Only if this is the version now' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand annotate" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand completion" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -f -a "kuberc" -d 'Manage user preferences (kuberc) file'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and not __fish_seen_subcommand_from kuberc help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -f -a "set" -d 'Set values in the kuberc file'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -f -a "view" -d 'Display the contents of the kuberc file'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from kuberc" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from help" -f -a "kuberc" -d 'Manage user preferences (kuberc) file'
complete -c kctl -n "__fish_kctl_using_subcommand alpha; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l api-group -d 'Only this group' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l namespaced -d 'Only (true) or no (false) namespaced resources' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l verbs -d 'Only resources with these verbs' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l categories -d 'Only resources of these categories' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l sort-by -d 'name or kind' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l cached -d 'Use what discovery has cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-resources" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand api-versions" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "current-context" -d 'Display the current-context'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "delete-cluster" -d 'Delete the specified cluster from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "delete-context" -d 'Delete the specified context from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "delete-user" -d 'Delete the specified user from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "get-clusters" -d 'Display clusters defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "get-contexts" -d 'Describe one or many contexts'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "get-users" -d 'Display users defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "rename-context" -d 'Rename a context from the kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "set" -d 'Set an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "set-cluster" -d 'Set a cluster entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "set-context" -d 'Set a context entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "set-credentials" -d 'Set a user entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "unset" -d 'Unset an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "use-context" -d 'Set the current-context in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "use" -d 'Set the current-context in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "view" -d 'Display merged kubeconfig settings or a specified kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and not __fish_seen_subcommand_from current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users rename-context set set-cluster set-context set-credentials unset use-context use view help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from current-context" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-cluster" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-context" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from delete-user" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-clusters" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l no-headers -d 'Don\'t print headers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -s o -l output -d 'name' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-contexts" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from get-users" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from rename-context" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l set-raw-bytes -d 'The value of a data field is not base64 yet' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l proxy-url -d 'The proxy on the way to the cluster' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l embed-certs -d 'Put the certificate into the file' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-cluster" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l current -d 'Modify the current context' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-context" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l embed-certs -d 'Put certificate and key into the file' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l auth-provider -d 'The auth provider' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l auth-provider-arg -d '\'key=value\' for the auth provider' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-command -d 'The command of the exec credential plugin' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-api-version -d 'The API version of the exec credential plugin' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-arg -d 'Arguments of the exec credential plugin' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-env -d '\'key=value\' for the exec credential plugin\'s environment' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-interactive-mode -d 'Never, IfAvailable or Always' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l exec-provide-cluster-info -d 'Tell the plugin about the cluster' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from set-credentials" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use-context" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -s o -l output -d 'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l template -d 'A template, or the file with one, for -o go-template and -o go-template-file' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l allow-missing-template-keys -d 'Ignore errors in templates when a field or map key is missing' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l show-managed-fields -d 'Keep the managedFields when printing objects in JSON or YAML format' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l raw -d 'Show credentials as well' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l minify -d 'Only what the current context uses' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l flatten -d 'Put the contents of files in their place' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l merge -d 'Merge the whole hierarchy of files' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from view" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "current-context" -d 'Display the current-context'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "delete-cluster" -d 'Delete the specified cluster from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "delete-context" -d 'Delete the specified context from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "delete-user" -d 'Delete the specified user from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "get-clusters" -d 'Display clusters defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "get-contexts" -d 'Describe one or many contexts'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "get-users" -d 'Display users defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "rename-context" -d 'Rename a context from the kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "set-cluster" -d 'Set a cluster entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "set-context" -d 'Set a context entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "set-credentials" -d 'Set a user entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "unset" -d 'Unset an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "use-context" -d 'Set the current-context in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "view" -d 'Display merged kubeconfig settings or a specified kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -f -a "list" -d 'List all visible plugin executables on a user\'s PATH'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and not __fish_seen_subcommand_from list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l name-only -d 'Show the names rather than whole paths' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from help" -f -a "list" -d 'List all visible plugin executables on a user\'s PATH'
complete -c kctl -n "__fish_kctl_using_subcommand plugin; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand version" -l client -d 'Client version only (no server required)' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -s o -l output -d 'json or yaml' -r -f -a "json\t''
yaml\t''"
complete -c kctl -n "__fish_kctl_using_subcommand version" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand version" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand options" -l kubeconfig -d 'Path to the kubeconfig file to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l context -d 'The name of the kubeconfig context to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l cluster -d 'The name of the kubeconfig cluster to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l user -d 'The name of the kubeconfig user to use' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -s n -l namespace -d 'The namespace scope of this request' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -s s -l server -d 'The address and port of the Kubernetes API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l token -d 'Bearer token for authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l as -d 'Username to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l as-group -d 'Group to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l as-uid -d 'UID to impersonate for the operation' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l as-user-extra -d 'Extras of the user to impersonate, as key=value' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l username -d 'Username for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l password -d 'Password for basic authentication to the API server' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l cache-dir -d 'Where discovery is cached' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l kuberc -d 'Path to the kuberc file to use for preferences' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l disable-compression -d 'Ask for no compression of answers' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l match-server-version -d 'Require server version to match client version' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l certificate-authority -d 'Path to a cert file for the certificate authority' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l client-certificate -d 'Path to a client certificate file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l client-key -d 'Path to a client key file for TLS' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l tls-server-name -d 'Server name to use for server certificate validation' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l request-timeout -d 'How long to wait for a single server request; 0 is without limit' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -l warnings-as-errors -d 'Treat warnings received from the server as errors' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -s v -l v -d 'Number for the log level verbosity' -r
complete -c kctl -n "__fish_kctl_using_subcommand options" -s h -l help -d 'Print help'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "create" -d 'Create a resource from a file or from stdin'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "expose" -d 'Take a replication controller, service, deployment or pod and expose it as a new service'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "run" -d 'Run a particular image on the cluster'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "set" -d 'Set specific features on objects'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "explain" -d 'Get documentation for a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "get" -d 'Display one or many resources'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "edit" -d 'Edit a resource on the server'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "delete" -d 'Delete resources by file names, stdin, resources and names, or by resources and label selector'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "rollout" -d 'Manage the rollout of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "scale" -d 'Set a new size for a deployment, replica set, or replication controller'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "autoscale" -d 'Auto-scale a deployment, replica set, stateful set, or replication controller'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "certificate" -d 'Modify certificate resources'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "cluster-info" -d 'Display addresses of the control plane and services'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "top" -d 'Display resource (CPU/memory) usage'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "cordon" -d 'Mark node as unschedulable'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "uncordon" -d 'Mark node as schedulable'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "drain" -d 'Drain node in preparation for maintenance'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "taint" -d 'Update the taints on one or more nodes'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "describe" -d 'Show details of a specific resource or group of resources'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "logs" -d 'Print the logs for a container in a pod'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "attach" -d 'Attach to a process that is already running in a container'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "exec" -d 'Execute a command in a container'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "port-forward" -d 'Forward one or more local ports to a pod'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "proxy" -d 'Run a proxy to the Kubernetes API server'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "cp" -d 'Copy files and directories to and from containers'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "auth" -d 'Inspect authorization'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "debug" -d 'Create debugging sessions for troubleshooting workloads and nodes'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "events" -d 'List events'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "diff" -d 'Diff the live version against a would-be applied version'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "apply" -d 'Apply a configuration to a resource by file name or stdin'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "patch" -d 'Update fields of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "replace" -d 'Replace a resource by file name or stdin'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "wait" -d 'Wait for a specific condition on one or many resources'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "kustomize" -d 'Build a kustomization target from a directory'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "label" -d 'Update the labels on a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "annotate" -d 'Update the annotations on a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "completion" -d 'Output shell completion code for the specified shell'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "alpha" -d 'Commands for features in alpha'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "api-resources" -d 'Print the supported API resources on the server'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "api-versions" -d 'Print the supported API versions on the server, in the form of "group/version"'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "config" -d 'Modify kubeconfig files'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "plugin" -d 'Provides utilities for interacting with plugins'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "version" -d 'Print the client and server version information'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "options" -d 'Print the list of flags inherited by all commands'
complete -c kctl -n "__fish_kctl_using_subcommand help; and not __fish_seen_subcommand_from create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion alpha api-resources api-versions config plugin version options help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "clusterrole" -d 'Create a cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "clusterrolebinding" -d 'Create a cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "configmap" -d 'Create a config map from a file, a directory or literal values'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "cronjob" -d 'Create a cron job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "deployment" -d 'Create a deployment with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "ingress" -d 'Create an ingress with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "job" -d 'Create a job with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "namespace" -d 'Create a namespace with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "poddisruptionbudget" -d 'Create a pod disruption budget with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "priorityclass" -d 'Create a priority class with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "quota" -d 'Create a quota with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "role" -d 'Create a role with single rule'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "rolebinding" -d 'Create a role binding for a particular role or cluster role'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "secret" -d 'Create a secret using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "service" -d 'Create a service using a specified subcommand'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "serviceaccount" -d 'Create a service account with the specified name'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from create" -f -a "token" -d 'Request a service account token'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "env" -d 'Update environment variables on a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "image" -d 'Update the image of a pod template'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "resources" -d 'Update resource requests/limits on objects with pod templates'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "selector" -d 'Set the selector on a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "serviceaccount" -d 'Update the service account of a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "subject" -d 'Update the user, group, or service account in a role binding or cluster role binding'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "history" -d 'View rollout history'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "pause" -d 'Mark the provided resource as paused'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "restart" -d 'Restart a resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "resume" -d 'Resume a paused resource'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "status" -d 'Show the status of the rollout'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "undo" -d 'Undo a previous rollout'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from certificate" -f -a "approve" -d 'Approve a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from certificate" -f -a "deny" -d 'Deny a certificate signing request'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from cluster-info" -f -a "dump" -d 'Dump relevant information for debugging and diagnosis'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from top" -f -a "node" -d 'Display resource (CPU/memory) usage of nodes'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from top" -f -a "pod" -d 'Display resource (CPU/memory) usage of pods'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "can-i" -d 'Check whether an action is allowed'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "reconcile" -d 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "whoami" -d 'Check self subject attributes'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from apply" -f -a "edit-last-applied" -d 'Edit latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from apply" -f -a "set-last-applied" -d 'Set the last-applied-configuration annotation on a live object to match the contents of a file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from apply" -f -a "view-last-applied" -d 'View the latest last-applied-configuration annotations of a resource/object'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from alpha" -f -a "kuberc" -d 'Manage user preferences (kuberc) file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "current-context" -d 'Display the current-context'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "delete-cluster" -d 'Delete the specified cluster from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "delete-context" -d 'Delete the specified context from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "delete-user" -d 'Delete the specified user from the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "get-clusters" -d 'Display clusters defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "get-contexts" -d 'Describe one or many contexts'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "get-users" -d 'Display users defined in the kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "rename-context" -d 'Rename a context from the kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "set" -d 'Set an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "set-cluster" -d 'Set a cluster entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "set-context" -d 'Set a context entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "set-credentials" -d 'Set a user entry in kubeconfig'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "unset" -d 'Unset an individual value in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "use-context" -d 'Set the current-context in a kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "view" -d 'Display merged kubeconfig settings or a specified kubeconfig file'
complete -c kctl -n "__fish_kctl_using_subcommand help; and __fish_seen_subcommand_from plugin" -f -a "list" -d 'List all visible plugin executables on a user\'s PATH'

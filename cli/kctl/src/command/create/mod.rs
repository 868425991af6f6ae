//! `kctl create`: from files, or one of the generators in this folder.

mod access;
pub mod data;
mod network;
mod policy;
pub mod workload;

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

pub use access::subjects;
pub use policy::{label_selector, quantities};

use super::write::{self, create_one};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::manifest;
use crate::usage::usage;

/// The flags of every command that creates.
pub fn common(command: Command, manager: &'static str) -> Command {
    command
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(flags::validate())
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value(manager),
        )
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
}

fn name() -> Arg {
    Arg::new("name").num_args(0..).value_name("NAME")
}

fn repeated(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::Append)
}

fn words() -> Arg {
    Arg::new("command").last(true).num_args(0..).help("The command to run")
}

fn generator(name_: &'static str, about: &'static str) -> Command {
    common(Command::new(name_).about(about).arg(name()), "kubectl-create")
}

fn literals(command: Command) -> Command {
    command
        .arg(repeated("from-literal", "A key and its value, as key=value"))
        .arg(repeated("from-file", "A file, a folder, or key=file"))
        .arg(repeated("from-env-file", "A file with lines of key=value"))
        .arg(flags::boolean("append-hash", false, "Append a hash of the content to the name"))
}

fn subject_flags(command: Command) -> Command {
    command
        .arg(repeated("user", "User names to bind"))
        .arg(repeated("group", "Groups to bind"))
        .arg(repeated("serviceaccount", "Service accounts to bind, as namespace:name"))
}

/// The flags of `create`.
pub fn define() -> Command {
    let tcp = || flags::list("tcp", "Ports, as port or port:targetPort");
    let image = || flags::text("image", "Image name to run");
    let verbs = |command: Command| {
        command
            .arg(flags::list("verb", "Verbs that the rule allows"))
            .arg(flags::list("resource", "Resources that the rule is about, as resource.group/subresource"))
            .arg(repeated("resource-name", "Names of the objects that the rule is about"))
    };
    common(Command::new("create"), "kubectl-create")
        .about("Create a resource from a file or from stdin")
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::boolean("edit", false, "Edit the resource before creating it"))
        .arg(flags::text("raw", "A URI to POST the file to"))
        .arg(flags::boolean("windows-line-endings", false, "With --edit, use Windows line endings"))
        .subcommand_negates_reqs(true)
        .subcommand(
            verbs(generator("clusterrole", "Create a cluster role"))
                .arg(flags::list("non-resource-url", "Paths that the rule is about"))
                .arg(
                    flags::list("aggregation-rule", "Labels of the cluster roles to combine, as key=value")
                        .value_parser(|text: &str| match text.contains('=') {
                            true => Ok(text.to_string()),
                            false => Err("malformed pair, expect string=string"),
                        }),
                ),
        )
        .subcommand(
            subject_flags(generator("clusterrolebinding", "Create a cluster role binding"))
                .arg(flags::text("clusterrole", "The cluster role to refer to").required(true)),
        )
        .subcommand(literals(
            generator("configmap", "Create a config map from a file, a directory or literal values")
                .visible_alias("cm"),
        ))
        .subcommand(
            generator("cronjob", "Create a cron job with the specified name")
                .visible_alias("cj")
                .arg(image().required(true))
                .arg(flags::text("schedule", "When the job runs, in the cron format").required(true))
                .arg(flags::text("restart", "Job's restart policy: OnFailure or Never"))
                .arg(words()),
        )
        .subcommand(
            generator("deployment", "Create a deployment with the specified name")
                .visible_alias("deploy")
                .arg(repeated("image", "Image names to run").required(true))
                .arg(flags::number::<i64>("replicas", "How many replicas").short('r').default_value("1"))
                .arg(flags::number::<i64>("port", "The port that the container exposes").default_value("-1"))
                .arg(words()),
        )
        .subcommand(
            generator("ingress", "Create an ingress with the specified name")
                .visible_alias("ing")
                .arg(repeated("rule", "A rule, as host/path=service:port[,tls[=secret]]"))
                .arg(flags::text("class", "The ingress class"))
                .arg(flags::text("default-backend", "Where all other traffic goes, as service:port"))
                .arg(repeated("annotation", "Annotations, as key=value")),
        )
        .subcommand(
            generator("job", "Create a job with the specified name")
                .arg(image())
                .arg(flags::text("from", "The cron job to create a job from, as cronjob/name"))
                .arg(words()),
        )
        .subcommand(generator("namespace", "Create a namespace with the specified name").visible_alias("ns"))
        .subcommand(
            generator("poddisruptionbudget", "Create a pod disruption budget with the specified name")
                .visible_alias("pdb")
                .arg(flags::text("selector", "A label selector for the pods"))
                .arg(flags::text("min-available", "Pods that must be available: a number or a percentage"))
                .arg(flags::text(
                    "max-unavailable",
                    "Pods that may be unavailable: a number or a percentage",
                )),
        )
        .subcommand(
            generator("priorityclass", "Create a priority class with the specified name")
                .visible_alias("pc")
                .arg(flags::number::<i32>("value", "The value of this priority class").default_value("0"))
                .arg(flags::boolean("global-default", false, "Whether this is the default priority"))
                .arg(flags::text("description", "When this priority class should be used"))
                .arg(
                    flags::text("preemption-policy", "Never or PreemptLowerPriority")
                        .default_value("PreemptLowerPriority"),
                ),
        )
        .subcommand(
            generator("quota", "Create a quota with the specified name")
                .visible_alias("resourcequota")
                .arg(flags::text("hard", "Hard limits, as resource=quantity,resource=quantity"))
                .arg(flags::text("scopes", "Scopes, separated by commas")),
        )
        .subcommand(verbs(generator("role", "Create a role with single rule")))
        .subcommand(
            subject_flags(generator(
                "rolebinding",
                "Create a role binding for a particular role or cluster role",
            ))
            .arg(flags::text("clusterrole", "The cluster role to refer to"))
            .arg(flags::text("role", "The role to refer to")),
        )
        .subcommand(
            Command::new("secret")
                .about("Create a secret using a specified subcommand")
                .subcommand_required(true)
                .subcommand(
                    generator("docker-registry", "Create a secret for use with a Docker registry")
                        .arg(
                            flags::text("docker-server", "Server location")
                                .default_value("https://index.docker.io/v1/"),
                        )
                        .arg(flags::text("docker-username", "User name"))
                        .arg(flags::text("docker-password", "Password"))
                        .arg(flags::text("docker-email", "Email"))
                        .arg(repeated("from-file", "A file, or key=file"))
                        .arg(flags::boolean(
                            "append-hash",
                            false,
                            "Append a hash of the content to the name",
                        )),
                )
                .subcommand(
                    literals(generator(
                        "generic",
                        "Create a secret from a local file, directory, or literal value",
                    ))
                    .arg(flags::text("type", "The type of the secret")),
                )
                .subcommand(
                    generator("tls", "Create a TLS secret")
                        .arg(flags::text("cert", "Path to the certificate"))
                        .arg(flags::text("key", "Path to the private key"))
                        .arg(flags::boolean(
                            "append-hash",
                            false,
                            "Append a hash of the content to the name",
                        )),
                ),
        )
        .subcommand(
            Command::new("service")
                .visible_alias("svc")
                .about("Create a service using a specified subcommand")
                .subcommand_required(true)
                .subcommand(
                    generator("clusterip", "Create a ClusterIP service")
                        .arg(tcp())
                        .arg(flags::text("clusterip", "The cluster IP; None for headless")),
                )
                .subcommand(
                    generator("externalname", "Create an ExternalName service")
                        .arg(tcp())
                        .arg(flags::text("external-name", "The external name").required(true)),
                )
                .subcommand(generator("loadbalancer", "Create a LoadBalancer service").arg(tcp()))
                .subcommand(
                    generator("nodeport", "Create a NodePort service")
                        .arg(tcp())
                        .arg(flags::number::<i64>("node-port", "The port on each node").default_value("0")),
                ),
        )
        .subcommand(
            generator("serviceaccount", "Create a service account with the specified name")
                .visible_alias("sa"),
        )
        .subcommand(
            Command::new("token")
                .about("Request a service account token")
                .arg(Arg::new("name").num_args(0..).value_name("NAME"))
                .args(flags::output())
                .arg(repeated("audience", "Audience of the token"))
                .arg(flags::period("duration", "Requested lifetime").default_value("0s"))
                .arg(flags::text(
                    "bound-object-kind",
                    "Kind of an object to bind the token to: Pod, Secret or Node",
                ))
                .arg(flags::text("bound-object-name", "Name of the object to bind the token to"))
                .arg(flags::text("bound-object-uid", "UID of the object to bind the token to")),
        )
}

/// Runs `create`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else { return from_files(session, matches).await };
    let (what, kind, inner) = match (what, inner.subcommand()) {
        ("secret" | "service", Some((kind, inner))) => (what, kind, inner),
        _ => (what, "", inner),
    };
    let names = all(inner, "name");
    let [name] = names.as_slice() else {
        return Err(usage(format!("exactly one NAME is required, got {}", names.len())));
    };
    let object = match what {
        "token" => return access::token(session, inner).await,
        "clusterrole" => access::cluster_role(session, name, inner).await?,
        "clusterrolebinding" => access::binding("ClusterRoleBinding", name, inner)?,
        "configmap" => data::config_map(name, inner)?,
        "cronjob" => workload::cronjob(name, inner),
        "deployment" => workload::deployment(name, inner)?,
        "ingress" => network::ingress(name, inner)?,
        "job" => workload::job(session, name, inner).await?,
        "namespace" => {
            json!({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}, "spec": {}, "status": {}})
        }
        "poddisruptionbudget" => policy::budget(name, inner)?,
        "priorityclass" => policy::priority_class(name, inner),
        "quota" => policy::quota(name, inner)?,
        "role" => access::role(session, name, inner).await?,
        "rolebinding" => access::binding("RoleBinding", name, inner)?,
        "secret" => data::secret(kind, name, inner)?,
        "service" => network::service(kind, name, inner)?,
        "serviceaccount" => json!({"kind": "ServiceAccount", "apiVersion": "v1", "metadata": {"name": name}}),
        other => bail!("create {other} is not built yet"),
    };
    let wrapped = match what {
        "deployment" | "configmap" | "serviceaccount" | "secret" | "job" | "cronjob" | "ingress"
        | "quota" | "priorityclass" => Some(what.to_string()),
        "poddisruptionbudget" => Some("poddisruptionbudgets".into()),
        "service" => Some(format!("{kind} service")),
        _ => None,
    };
    create_one(session, inner, object).await.map_err(|error| {
        match (wrapped, error.downcast_ref::<client::Error>()) {
            (Some(what), Some(client::Error::Status(status))) => {
                anyhow::anyhow!(
                    "failed to create {what}{} {}",
                    if what == "secret" { "" } else { ":" },
                    status.message
                )
            }
            _ => error,
        }
    })?;
    Ok(0)
}

async fn from_files(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !manifest::given(matches) {
        return Err(manifest::nothing_given());
    }
    if let Some(uri) = get(matches, "raw") {
        return raw(session, matches, "POST", uri).await;
    }
    crate::print::Printer::of(matches)?;
    if is(matches, "edit") {
        return super::edit::before_creating(session, matches).await;
    }
    let found = manifest::read(matches).await?;
    if found.items.is_empty() && found.errors.is_empty() {
        bail!("no objects passed to create");
    }
    let mut failures = super::write::Failures::default();
    for item in found.items {
        if let Err(error) = create_item(session, matches, item.object, &item.source).await {
            failures.add(error)?;
        }
    }
    for error in found.errors {
        failures.add(error)?;
    }
    Ok(failures.end())
}

/// Sends a file's bytes as they are.
pub async fn raw(session: &Session, matches: &ArgMatches, method: &str, uri: &str) -> Result<u8> {
    let files = all(matches, "filename");
    let [file] = files.as_slice() else { bail!("--raw can only use a single local file or stdin") };
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes)?;
        bytes
    } else {
        std::fs::read(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => anyhow::anyhow!("open {file}: no such file or directory"),
            _ => anyhow::anyhow!("open {file}: {error}"),
        })?
    };
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("application/json"));
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    let response = session.client()?.request(method.parse()?, uri, &[], headers, Some(bytes.into())).await?;
    let bytes = response.bytes().await.map_err(client::Error::from)?;
    std::io::Write::write_all(&mut std::io::stdout(), &bytes)?;
    Ok(0)
}

/// Creates one object of a file.
pub async fn create_item(
    session: &Session,
    matches: &ArgMatches,
    mut object: Value,
    source: &str,
) -> Result<()> {
    let (kind, namespace) = manifest::place_from(session, &object, source).await?;
    if let Some(namespace) = &namespace {
        if !object["metadata"].is_object() {
            object["metadata"] = json!({});
        }
        object["metadata"]["namespace"] = namespace.clone().into();
    }
    if is(matches, "save-config") {
        write::annotate(&mut object);
    }
    super::record::put(&mut object);
    if write::dry_run(matches) == write::DryRun::Client {
        return write::report(matches, &kind, &object, "created");
    }
    let path = kind.path(namespace.as_deref(), None, None);
    let query = write::write_query(matches, "kubectl-create");
    let created = write::send(session, "POST", &path, &query, "application/json", &object)
        .await
        .map_err(|error| write::sourced(error, "creating", source))?;
    write::report(matches, &kind, &created, "created")
}

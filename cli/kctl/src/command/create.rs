//! `kctl create`, `kctl apply`, `kctl replace`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use base64::Engine;
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::PatchType;
use serde_json::{Map, Value, json};

use crate::apply::{LAST_APPLIED, three_way};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::manifest;
use crate::print::Printer;

fn common(command: Command) -> Command {
    command
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(
            flags::text("validate", "strict, warn or ignore unknown fields")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("strict")
                .default_value("strict"),
        )
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-create"),
        )
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
}

/// The flags of `create`.
pub fn define() -> Command {
    let name = || Arg::new("name").required(true).value_name("NAME");
    let literals = |command: Command| {
        command
            .arg(name())
            .arg(
                Arg::new("from-literal")
                    .long("from-literal")
                    .action(ArgAction::Append)
                    .help("A key and its value, as key=value"),
            )
            .arg(
                Arg::new("from-file")
                    .long("from-file")
                    .action(ArgAction::Append)
                    .help("A file, a folder, or key=file"),
            )
            .arg(
                Arg::new("from-env-file")
                    .long("from-env-file")
                    .action(ArgAction::Append)
                    .help("A file with lines of key=value"),
            )
    };
    let tcp = || {
        Arg::new("tcp")
            .long("tcp")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .help("Ports, as port or port:targetPort")
    };
    let sub = |command: Command| common(command);
    common(Command::new("create"))
        .about("Create a resource from a file or from stdin")
        .args(flags::files())
        .args_conflicts_with_subcommands(false)
        .subcommand(sub(Command::new("deployment")
            .visible_alias("deploy")
            .about("Create a deployment with the specified name")
            .arg(name())
            .arg(flags::list("image", "Image names to run").required(true))
            .arg(
                flags::text("replicas", "How many replicas")
                    .short('r')
                    .default_value("1")
                    .value_parser(clap::value_parser!(i64))
                    .action(ArgAction::Set),
            )
            .arg(
                flags::text("port", "The port that the container exposes")
                    .value_parser(clap::value_parser!(i64)),
            )
            .arg(Arg::new("command").last(true).num_args(0..).help("The command to run"))))
        .subcommand(sub(Command::new("namespace")
            .visible_alias("ns")
            .about("Create a namespace with the specified name")
            .arg(name())))
        .subcommand(sub(literals(
            Command::new("configmap")
                .visible_alias("cm")
                .about("Create a config map from files or literal values"),
        )))
        .subcommand(
            Command::new("secret")
                .about("Create a secret")
                .subcommand_required(true)
                .subcommand(sub(literals(
                    Command::new("generic").about("Create a secret from files or literal values"),
                )
                .arg(flags::text("type", "The type of the secret"))))
                .subcommand(sub(Command::new("tls")
                    .about("Create a TLS secret")
                    .arg(name())
                    .arg(flags::text("cert", "Path to the certificate").required(true))
                    .arg(flags::text("key", "Path to the private key").required(true))))
                .subcommand(sub(Command::new("docker-registry")
                    .about("Create a secret for use with a registry")
                    .arg(name())
                    .arg(
                        flags::text("docker-server", "Server location")
                            .default_value("https://index.docker.io/v1/"),
                    )
                    .arg(flags::text("docker-username", "User name").required(true))
                    .arg(flags::text("docker-password", "Password").required(true))
                    .arg(flags::text("docker-email", "Email")))),
        )
        .subcommand(
            Command::new("service")
                .visible_alias("svc")
                .about("Create a service")
                .subcommand_required(true)
                .subcommand(sub(Command::new("clusterip")
                    .about("Create a ClusterIP service")
                    .arg(name())
                    .arg(tcp())
                    .arg(flags::text("clusterip", "The cluster IP; None for headless"))))
                .subcommand(sub(Command::new("nodeport")
                    .about("Create a NodePort service")
                    .arg(name())
                    .arg(tcp())
                    .arg(
                        flags::text("node-port", "The port on each node")
                            .value_parser(clap::value_parser!(i64)),
                    )))
                .subcommand(sub(Command::new("loadbalancer")
                    .about("Create a LoadBalancer service")
                    .arg(name())
                    .arg(tcp())))
                .subcommand(sub(Command::new("externalname")
                    .about("Create an ExternalName service")
                    .arg(name())
                    .arg(tcp())
                    .arg(flags::text("external-name", "The external name").required(true)))),
        )
        .subcommand(sub(Command::new("serviceaccount")
            .visible_alias("sa")
            .about("Create a service account")
            .arg(name())))
        .subcommand(sub(Command::new("job")
            .about("Create a job")
            .arg(name())
            .arg(flags::text("image", "Image name to run").required(true))
            .arg(Arg::new("command").last(true).num_args(0..).help("The command to run"))))
        .subcommand(sub(Command::new("token")
            .about("Request a service account token")
            .arg(name())
            .arg(flags::list("audience", "Audience of the token"))
            .arg(flags::text("duration", "Requested lifetime"))))
}

/// Runs `create`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else {
        let files = all(matches, "filename");
        if files.is_empty() {
            bail!("must specify one of -f and -k, or a subcommand such as deployment");
        }
        let mut failed = 0;
        for object in manifest::read(&files, is(matches, "recursive"))? {
            if let Err(error) = create_one(session, matches, object).await {
                failed = 1;
                tell(&error)?;
            }
        }
        return Ok(failed);
    };
    let name = |matches: &ArgMatches| get(matches, "name").unwrap_or_default().to_string();
    let object = match what {
        "deployment" => deployment(inner),
        "namespace" => json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name(inner)}}),
        "configmap" => {
            let (mut text, mut binary) = (Map::new(), Map::new());
            for (key, bytes) in literals(inner)? {
                match String::from_utf8(bytes) {
                    Ok(value) => _ = text.insert(key, value.into()),
                    Err(error) => _ = binary.insert(key, encode(error.as_bytes()).into()),
                }
            }
            let mut object =
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name(inner)}});
            for (field, data) in [("data", text), ("binaryData", binary)] {
                if !data.is_empty() {
                    object[field] = Value::Object(data);
                }
            }
            object
        }
        "serviceaccount" => {
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name(inner)}})
        }
        "job" => {
            let mut container = json!({"name": name(inner), "image": get(inner, "image")});
            let command = all(inner, "command");
            if !command.is_empty() {
                container["command"] = json!(command);
            }
            json!({
                "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name(inner)},
                "spec": {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}},
            })
        }
        "secret" => {
            let Some((kind, inner)) = inner.subcommand() else { bail!("name the kind of secret") };
            return done(create_one(session, inner, secret(kind, inner)?).await);
        }
        "service" => {
            let Some((kind, inner)) = inner.subcommand() else { bail!("name the kind of service") };
            return done(create_one(session, inner, service(kind, inner)?).await);
        }
        "token" => return token(session, inner).await,
        other => bail!("create {other} is not built yet"),
    };
    done(create_one(session, inner, object).await)
}

fn done(result: Result<()>) -> Result<u8> {
    result.map(|()| 0)
}

fn tell(error: &anyhow::Error) -> Result<()> {
    match error.downcast_ref::<client::Error>() {
        Some(client::Error::Status(status)) => eprintln!("{}", crate::server_message(status)),
        _ => eprintln!("error: {error:#}"),
    }
    Ok(())
}

fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn deployment(matches: &ArgMatches) -> Value {
    let name = get(matches, "name").unwrap_or_default();
    let images = all(matches, "image");
    let command = all(matches, "command");
    let port = matches.get_one::<i64>("port");
    let containers: Vec<Value> = images
        .iter()
        .map(|image| {
            // The image's name without registry, tag and digest.
            let base = image.rsplit('/').next().unwrap_or(image);
            let base = base.split(['@', ':']).next().unwrap_or(base);
            let mut container = json!({"image": image, "name": base, "resources": {}});
            if let Some(port) = port {
                container["ports"] = json!([{"containerPort": port}]);
            }
            if !command.is_empty() {
                container["command"] = json!(command);
            }
            container
        })
        .collect();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"labels": {"app": name}, "name": name},
        "spec": {
            "replicas": matches.get_one::<i64>("replicas").copied().unwrap_or(1),
            "selector": {"matchLabels": {"app": name}}, "strategy": {},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}},
        },
    })
}

fn literals(matches: &ArgMatches) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut data = BTreeMap::new();
    let mut put = |key: String, value: Vec<u8>| {
        if data.insert(key.clone(), value).is_some() {
            bail!("cannot add key {key:?}, another key by that name already exists")
        } else {
            Ok(())
        }
    };
    let read = |path: &std::path::Path| {
        std::fs::read(path).with_context(|| format!("error reading {}", path.display()))
    };
    for literal in all(matches, "from-literal") {
        let (key, value) = literal
            .split_once('=')
            .with_context(|| format!("invalid literal source {literal}, expected key=value"))?;
        put(key.into(), value.trim_matches('"').as_bytes().to_vec())?;
    }
    for source in all(matches, "from-file") {
        let (key, file) =
            source.split_once('=').map_or((None, source.as_str()), |(key, file)| (Some(key), file));
        let path = std::path::Path::new(file);
        if path.is_dir() && key.is_none() {
            let mut entries: Vec<_> = std::fs::read_dir(path)?
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_file())
                .collect();
            entries.sort();
            for entry in entries {
                put(
                    entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                    read(&entry)?,
                )?;
            }
        } else {
            let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            put(key.map_or(own, str::to_string), read(path)?)?;
        }
    }
    for file in all(matches, "from-env-file") {
        let text = std::fs::read_to_string(&file).with_context(|| format!("error reading {file}"))?;
        for line in
            text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (key, value) = line.split_once('=').map_or_else(
                || (line, std::env::var(line).unwrap_or_default()),
                |(key, value)| (key, value.to_string()),
            );
            put(key.into(), value.into_bytes())?;
        }
    }
    Ok(data)
}

fn secret(kind: &str, matches: &ArgMatches) -> Result<Value> {
    let name = get(matches, "name").unwrap_or_default();
    let read = |flag: &str| {
        let file = get(matches, flag).unwrap_or_default();
        std::fs::read(file).with_context(|| format!("error reading {file}")).map(|bytes| encode(&bytes))
    };
    let (secret_type, data) = match kind {
        "tls" => ("kubernetes.io/tls", json!({"tls.crt": read("cert")?, "tls.key": read("key")?})),
        "docker-registry" => {
            let text = |flag: &str| get(matches, flag).unwrap_or_default();
            let auth = encode(format!("{}:{}", text("docker-username"), text("docker-password")).as_bytes());
            let config = json!({"auths": {text("docker-server"): {
                "username": text("docker-username"), "password": text("docker-password"), "email": text("docker-email"), "auth": auth,
            }}});
            (
                "kubernetes.io/dockerconfigjson",
                json!({".dockerconfigjson": encode(config.to_string().as_bytes())}),
            )
        }
        _ => {
            let data: Map<String, Value> =
                literals(matches)?.into_iter().map(|(key, bytes)| (key, encode(&bytes).into())).collect();
            (get(matches, "type").unwrap_or("Opaque"), Value::Object(data))
        }
    };
    Ok(
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": secret_type, "data": data}),
    )
}

fn service(kind: &str, matches: &ArgMatches) -> Result<Value> {
    let name = get(matches, "name").unwrap_or_default();
    let mut ports = Vec::new();
    for pair in all(matches, "tcp") {
        let (port, target) = pair.split_once(':').unwrap_or((&pair, &pair));
        let number: u16 = port.parse().with_context(|| format!("invalid port {port:?}"))?;
        let target_port = target.parse::<u16>().map_or_else(|_| json!(target), |number| json!(number));
        ports.push(json!({"name": pair.replace(':', "-"), "port": number, "protocol": "TCP", "targetPort": target_port}));
    }
    let mut spec = json!({"selector": {"app": name}});
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    match kind {
        "nodeport" => {
            spec["type"] = json!("NodePort");
            if let Some(port) = matches.get_one::<i64>("node-port") {
                spec["ports"][0]["nodePort"] = json!(port);
            }
        }
        "loadbalancer" => spec["type"] = json!("LoadBalancer"),
        "externalname" => {
            spec["type"] = json!("ExternalName");
            spec["externalName"] = json!(get(matches, "external-name"));
        }
        _ => {
            spec["type"] = json!("ClusterIP");
            if let Some(ip) = get(matches, "clusterip") {
                spec["clusterIP"] = json!(ip);
            }
            if ports.is_empty() && get(matches, "clusterip") != Some("None") {
                bail!("at least one tcp port specifier must be provided");
            }
        }
    }
    Ok(
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"labels": {"app": name}, "name": name}, "spec": spec}),
    )
}

async fn token(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let mut spec = json!({"audiences": all(matches, "audience")});
    if let Some(duration) = get(matches, "duration") {
        spec["expirationSeconds"] = json!(flags::duration(duration)?.as_secs());
    }
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec});
    let namespace = session.namespace()?;
    let path =
        client::path("", "v1", "serviceaccounts", Some(&namespace), get(matches, "name"), Some("token"));
    let answer: Value = session.client()?.create(&path, &body).await?;
    println!("{}", answer["status"]["token"].as_str().unwrap_or_default());
    Ok(0)
}

/// How a change is tried: really, or only as a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    None,
    Client,
    Server,
}

/// Reads `--dry-run`.
pub fn dry_run(matches: &ArgMatches) -> DryRun {
    match get(matches, "dry-run") {
        Some("client" | "unchanged") => DryRun::Client,
        Some("server") => DryRun::Server,
        _ => DryRun::None,
    }
}

/// The query parameters of a write.
pub fn write_query(matches: &ArgMatches, manager: &str) -> Vec<(&'static str, String)> {
    let manager = get(matches, "field-manager").unwrap_or(manager);
    let mut query = vec![("fieldManager", manager.to_string())];
    let validation = match get(matches, "validate") {
        Some("false" | "ignore") => "Ignore",
        Some("warn") => "Warn",
        _ => "Strict",
    };
    query.push(("fieldValidation", validation.into()));
    if dry_run(matches) == DryRun::Server {
        query.push(("dryRun", "All".into()));
    }
    query
}

/// Sends a write and decodes the answer.
pub async fn send(
    session: &Session,
    method: &str,
    path: &str,
    query: &[(&str, String)],
    content_type: &'static str,
    body: &Value,
) -> Result<Value> {
    let mut headers = reqwest_headers();
    headers.insert("content-type", http_value(content_type));
    let method = method.parse().context("a method")?;
    let response = session
        .client()?
        .request(method, path, query, headers, Some(serde_json::to_vec(body)?.into()))
        .await?;
    Ok(serde_json::from_slice(&response.bytes().await.map_err(client::Error::from)?)?)
}

fn reqwest_headers() -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http_value("application/json"));
    headers
}

fn http_value(text: &'static str) -> http::HeaderValue {
    http::HeaderValue::from_static(text)
}

/// Tells what was done to an object: `pod/x created`, or the object in the asked-for format.
pub fn report(matches: &ArgMatches, kind: &Kind, object: &Value, verb: &str) -> Result<()> {
    let suffix = match dry_run(matches) {
        DryRun::None => "",
        DryRun::Client => " (dry run)",
        DryRun::Server => " (server dry run)",
    };
    match Printer::of(matches)? {
        None => {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            println!("{}/{name} {verb}{suffix}", kind.singular_qualified());
            Ok(())
        }
        Some(printer) => printer.object(object),
    }
}

fn annotate(object: &mut Value) {
    let mut plain = object.clone();
    if let Some(annotations) = plain["metadata"]["annotations"].as_object_mut() {
        annotations.remove(LAST_APPLIED);
        // kubectl's own form keeps an empty map.
    }
    if plain["metadata"]["annotations"].is_null() {
        plain["metadata"]["annotations"] = json!({});
    }
    let text = format!("{}\n", crate::print::sorted(&plain));
    if object["metadata"]["annotations"].is_null() {
        object["metadata"]["annotations"] = json!({});
    }
    object["metadata"]["annotations"][LAST_APPLIED] = text.into();
}

/// Creates one object and tells so.
pub async fn create_one(session: &Session, matches: &ArgMatches, mut object: Value) -> Result<()> {
    if dry_run(matches) == DryRun::Client && get(matches, "output").is_some() {
        // Nothing of this needs a server.
        if let Ok(namespace) = session.namespace()
            && session.namespace_is_explicit()
            && object["kind"] != "Namespace"
        {
            object["metadata"]["namespace"] = namespace.into();
        }
        if let Some(mut printer) = Printer::of(matches)? {
            printer.ordered = true;
            return printer.object(&object);
        }
    }
    let (kind, namespace) = manifest::place(session, &object).await?;
    if is(matches, "save-config") {
        annotate(&mut object);
    }
    if dry_run(matches) == DryRun::Client {
        return report(matches, &kind, &object, "created");
    }
    let path = kind.path(namespace.as_deref(), None, None);
    let created =
        send(session, "POST", &path, &write_query(matches, "kubectl-create"), "application/json", &object)
            .await?;
    report(matches, &kind, &created, "created")
}

/// The flags of `apply`.
pub fn define_apply() -> Command {
    common(Command::new("apply"))
        .about("Apply a configuration to a resource by file name or stdin")
        .mut_arg("field-manager", |arg| arg.default_value("kubectl-client-side-apply"))
        .args(flags::files())
        .arg(flags::boolean("server-side", false, "Apply in the server instead of the client"))
        .arg(flags::boolean(
            "force-conflicts",
            false,
            "With --server-side, take fields over from other managers",
        ))
        .arg(flags::boolean("overwrite", true, "Automatically resolve conflicts by using values of the file"))
}

/// Runs `apply`.
pub async fn apply(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let files = all(matches, "filename");
    if files.is_empty() {
        bail!("must specify one of -f and -k");
    }
    let mut failed = 0;
    for object in manifest::read(&files, is(matches, "recursive"))? {
        let applied = if is(matches, "server-side") {
            server_side(session, matches, object).await
        } else {
            apply_one(session, matches, object).await
        };
        if let Err(error) = applied {
            failed = 1;
            tell(&error)?;
        }
    }
    Ok(failed)
}

async fn server_side(session: &Session, matches: &ArgMatches, object: Value) -> Result<()> {
    let (kind, namespace) = manifest::place(session, &object).await?;
    let name = object["metadata"]["name"].as_str().context("metadata.name is missing")?;
    let mut query = write_query(matches, "kubectl");
    if get(matches, "field-manager") == Some("kubectl-client-side-apply") {
        query.retain(|(key, _)| *key != "fieldManager");
        query.push(("fieldManager", "kubectl".into()));
    }
    query.push(("force", is(matches, "force-conflicts").to_string()));
    let path = kind.path(namespace.as_deref(), Some(name), None);
    let applied = send(session, "PATCH", &path, &query, PatchType::Apply.content_type(), &object).await?;
    report(matches, &kind, &applied, "serverside-applied")
}

async fn apply_one(session: &Session, matches: &ArgMatches, mut object: Value) -> Result<()> {
    let (kind, namespace) = manifest::place(session, &object).await?;
    let name = object["metadata"]["name"]
        .as_str()
        .context("metadata.name is missing: apply needs a name")?
        .to_string();
    annotate(&mut object);
    let path = kind.path(namespace.as_deref(), Some(&name), None);
    let client = session.client()?;
    let query = write_query(matches, "kubectl-client-side-apply");
    for attempt in 0.. {
        let current: Value = match client.get(&path).await {
            Ok(current) => current,
            Err(error) if error.is_not_found() => {
                if dry_run(matches) == DryRun::Client {
                    return report(matches, &kind, &object, "created");
                }
                let collection = kind.path(namespace.as_deref(), None, None);
                let created = send(session, "POST", &collection, &query, "application/json", &object).await?;
                return report(matches, &kind, &created, "created");
            }
            Err(error) => return Err(error.into()),
        };
        let last = current["metadata"]["annotations"][LAST_APPLIED]
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        if last.is_none() {
            eprintln!(
                "Warning: resource {}/{name} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.",
                kind.plural
            );
        }
        let of = apimachinery::strategic::root(&kind.group, &kind.version, &kind.kind);
        let patch = three_way(&last.unwrap_or(Value::Null), &object, &current, of);
        if patch == json!({}) {
            return report(matches, &kind, &current, "unchanged");
        }
        if dry_run(matches) == DryRun::Client {
            return report(matches, &kind, &current, "configured");
        }
        let content = if of.is_some() { PatchType::Strategic } else { PatchType::Merge }.content_type();
        match send(session, "PATCH", &path, &query, content, &patch).await {
            Err(error)
                if attempt < 5
                    && error.downcast_ref::<client::Error>().is_some_and(client::Error::is_conflict) => {}
            other => {
                let patched = other?;
                let verb = if patched["metadata"]["resourceVersion"] == current["metadata"]["resourceVersion"]
                {
                    "unchanged"
                } else {
                    "configured"
                };
                return report(matches, &kind, &patched, verb);
            }
        }
    }
    Ok(())
}

/// The flags of `replace`.
pub fn define_replace() -> Command {
    common(Command::new("replace"))
        .about("Replace a resource by file name or stdin")
        .mut_arg("field-manager", |arg| arg.default_value("kubectl-replace"))
        .args(flags::files())
        .arg(flags::boolean("force", false, "Delete and create anew"))
}

/// Runs `replace`.
pub async fn replace(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let files = all(matches, "filename");
    if files.is_empty() {
        bail!("must specify --filename to replace");
    }
    let mut failed = 0;
    for object in manifest::read(&files, is(matches, "recursive"))? {
        let replaced = async {
            let (kind, namespace) = manifest::place(session, &object).await?;
            let name = object["metadata"]["name"].as_str().context("metadata.name is missing")?;
            let path = kind.path(namespace.as_deref(), Some(name), None);
            if is(matches, "force") {
                match session.client()?.delete(&path, Some(&json!({"gracePeriodSeconds": 0}))).await {
                    Ok(_) => {}
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error.into()),
                }
                let collection = kind.path(namespace.as_deref(), None, None);
                let created = send(
                    session,
                    "POST",
                    &collection,
                    &write_query(matches, "kubectl-replace"),
                    "application/json",
                    &object,
                )
                .await?;
                return report(matches, &kind, &created, "replaced");
            }
            let answer = send(
                session,
                "PUT",
                &path,
                &write_query(matches, "kubectl-replace"),
                "application/json",
                &object,
            )
            .await?;
            report(matches, &kind, &answer, "replaced")
        };
        if let Err(error) = replaced.await {
            failed = 1;
            tell(&error)?;
        }
    }
    Ok(failed)
}

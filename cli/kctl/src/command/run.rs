//! `kctl run`.

use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::watch::WatchEvent;
use serde_json::{Value, json};

use super::exec::{self, Attachment};
use super::write::{self, DryRun, dry_run};
use super::{Silent, pods};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::usage::usage;

/// How long a command that said nothing is given to end, so that its log can be read.
const SOON: Duration = Duration::from_secs(5);

/// The flags.
pub fn define() -> Command {
    Command::new("run")
        .about("Run a particular image on the cluster")
        .arg(Arg::new("name").value_name("NAME"))
        .arg(Arg::new("words").num_args(0..).value_name("ARGUMENT"))
        .arg(flags::text("image", "The image for the container to run").required(true))
        .arg(flags::text("image-pull-policy", "Always, IfNotPresent or Never"))
        .arg(flags::text("restart", "Always, OnFailure or Never").default_value("Always"))
        .arg(flags::text("port", "The port that this container exposes").allow_hyphen_values(true))
        .arg(
            Arg::new("env")
                .long("env")
                .action(ArgAction::Append)
                .help("Environment variables, as name=value"),
        )
        .arg(flags::text("labels", "Labels, as key=value,key=value").short('l'))
        .arg(flags::list("annotations", "Annotations, as key=value"))
        .arg(flags::boolean("command", false, "Use the arguments as the command rather than its arguments"))
        .arg(flags::boolean("stdin", false, "Keep stdin open").short('i'))
        .arg(flags::boolean("tty", false, "Allocate a TTY").short('t'))
        .arg(flags::boolean("attach", false, "Attach to the pod once it runs"))
        .arg(flags::boolean("rm", false, "Delete the pod after it exits"))
        .arg(flags::boolean("quiet", false, "Suppress prompt messages").short('q'))
        .arg(flags::boolean("expose", false, "Create a ClusterIP service for the pod"))
        .arg(flags::boolean("privileged", false, "Run the container in privileged mode"))
        .arg(flags::text("overrides", "JSON that is merged over the generated object"))
        .arg(
            flags::period("pod-running-timeout", "How long to wait until the pod runs").default_value("1m0s"),
        )
        .arg(exec::detach_keys())
        .args(flags::output())
        .arg(flags::dry_run())
        .args(flags::files())
        .args(super::delete::waiting())
        .arg(flags::boolean("leave-stdin-open", false, "Keep stdin open after the first attach ends"))
        .arg(
            flags::text("override-type", "How --overrides is applied: merge, strategic or json")
                .default_value("merge"),
        )
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-run"),
        )
        .arg(Arg::new("arguments").num_args(0..).last(true))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some(name) = get(matches, "name") else { return Err(usage("NAME is required for run")) };
    let (stdin, tty, remove) = (is(matches, "stdin"), is(matches, "tty"), is(matches, "rm"));
    let attach = is(
        matches,
        if matches.value_source("attach") == Some(ValueSource::CommandLine) { "attach" } else { "stdin" },
    );
    let attachment = Attachment::read(matches)?;
    let limit = pods::running_timeout(matches)?;
    // Who wants to type does not want it started again when he is done.
    let default = if stdin { "OnFailure" } else { "Always" };
    let restart = get(matches, "restart").filter(|policy| !policy.is_empty()).unwrap_or(default);
    if tty && !stdin {
        return Err(usage("-i/--stdin is required for containers with -t/--tty=true"));
    }
    if remove && !attach {
        return Err(usage("--rm should only be used for attached containers"));
    }
    if attach && dry_run(matches) != DryRun::None {
        return Err(usage(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        ));
    }
    if !["Always", "OnFailure", "Never"].contains(&restart) {
        return Err(usage(format!("invalid restart policy: {restart}")));
    }
    let port: Option<i64> = match get(matches, "port").filter(|port| !port.is_empty()) {
        None => None,
        Some(port) => Some(flags::go_number("Atoi", port).map_err(anyhow::Error::msg)?),
    };
    if is(matches, "expose") && port.is_none() {
        return Err(usage("--port must be set when exposing a service"));
    }
    let image = get(matches, "image").unwrap_or_default();
    if image.is_empty() {
        bail!("--image is required");
    }
    if !is_image(image) {
        bail!("Invalid image name {image:?}: invalid reference format");
    }
    // In the order of Go's types.
    let mut container = json!({"name": name, "image": get(matches, "image")});
    let mut arguments = all(matches, "words");
    arguments.extend(all(matches, "arguments"));
    if !arguments.is_empty() {
        container[if is(matches, "command") { "command" } else { "args" }] = json!(arguments);
    }
    if let Some(port) = port {
        container["ports"] = json!([{"containerPort": port}]);
    }
    let pull = get(matches, "image-pull-policy").filter(|policy| !policy.is_empty());
    if let Some(other) = pull.filter(|policy| !["Always", "IfNotPresent", "Never"].contains(policy)) {
        return Err(usage(format!("invalid image pull policy: {other}")));
    }
    super::delete::options(matches)?;
    let pairs = |list: Vec<String>, what: &str| -> Result<Vec<(String, String)>> {
        list.into_iter()
            .map(|pair| match pair.split_once('=') {
                Some((key, value)) if !key.is_empty() => Ok((key.to_string(), value.to_string())),
                _ => bail!("invalid {what}: {pair}"),
            })
            .collect()
    };
    let env = pairs(all(matches, "env"), "env")?;
    if let Some((name, value)) =
        env.iter().find(|(name, _)| apimachinery::names::plain_env_name(name).is_err())
    {
        bail!("invalid env: {name}={value}");
    }
    let env: Vec<Value> =
        env.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    if !env.is_empty() {
        container["env"] = json!(env);
    }
    container["resources"] = json!({});
    if let Some(policy) = pull {
        container["imagePullPolicy"] = json!(policy);
    }
    if is(matches, "privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    if stdin {
        container["stdin"] = json!(true);
        if !is(matches, "leave-stdin-open") {
            container["stdinOnce"] = json!(true);
        }
    }
    if tty {
        container["tty"] = json!(true);
    }
    let mut labels = json!({"run": name});
    if let Some(text) = get(matches, "labels").filter(|text| !text.is_empty()) {
        labels = Value::Object(flags::labels(text)?);
    }
    let mut pod = json!({
        "kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "labels": labels},
        "spec": {"containers": [container], "restartPolicy": restart, "dnsPolicy": "ClusterFirst"},
        "status": {},
    });
    for (key, value) in pairs(all(matches, "annotations"), "annotations format")? {
        pod["metadata"]["annotations"][key] = value.into();
    }
    override_with(matches, &mut pod)?;
    let text = |field: &str| pod[field].as_str().unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    if apimachinery::resources::of_kind(group, version, text("kind")).is_none() {
        bail!("no kind {:?} is registered for version {:?}", text("kind"), text("apiVersion"));
    }
    if !attach || dry_run(matches) != DryRun::None {
        let mut failures = write::Failures::default();
        let made = write::make(session, matches, pod, false).await?;
        if let Some(service) = exposed(matches, name, port) {
            match write::make(session, matches, service, false).await {
                Ok(service) => {
                    write::show(matches, &service, "created")?;
                    if get(matches, "output") == Some("yaml") {
                        // The printer of YAML has one of its own before the second.
                        println!("---");
                    }
                }
                Err(error) => failures.add(error)?,
            }
        }
        write::show(matches, &made, "created")?;
        return Ok(failures.end());
    }
    let (kind, namespace) = crate::manifest::place(session, &pod).await?;
    let collection = kind.path(namespace.as_deref(), None, None);
    let query = write::write_query(matches, "kubectl-run");
    let created = write::send(session, "POST", &collection, &query, "application/json", &pod).await?;
    let mut made = vec![(kind, created.clone())];
    if let Some(service) = exposed(matches, name, port) {
        let service = write::make(session, matches, service, false).await?;
        write::show(matches, &service, "created")?;
        let kind = session.discovery().await?.find("services")?.clone();
        made.push((kind, service));
    }
    let attached = attached(session, matches, &created, &attachment, limit).await;
    if remove {
        for (kind, object) in &made {
            remove_again(session, kind, object, is(matches, "quiet")).await?;
        }
    }
    attached
}

/// Removes what was made, for `--rm`.
async fn remove_again(session: &Session, kind: &Kind, object: &Value, quiet: bool) -> Result<()> {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    let (name, namespace) = (text("name"), text("namespace"));
    let path = kind.path(Some(namespace).filter(|_| kind.namespaced), Some(name), None);
    match session.client()?.delete(&path, None).await {
        Ok(_) if !quiet => {
            println!("{} {name:?} deleted from {namespace} namespace", kind.singular_qualified())
        }
        Ok(_) => {}
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// `--overrides` of a generated object, in the way of `--override-type`.
///
/// # Errors
/// Fails on what is no patch of that type, and on an unknown type.
pub fn override_with(matches: &ArgMatches, object: &mut Value) -> Result<()> {
    let Some(text) = get(matches, "overrides").filter(|text| !text.is_empty()) else { return Ok(()) };
    let overrides: Value = yaml::one(text)?;
    match get(matches, "override-type").unwrap_or("merge") {
        "merge" => merge(object, &overrides),
        "strategic" => {
            let kind = object["kind"].as_str().unwrap_or_default().to_string();
            let of = apimachinery::strategic::root("", "v1", &kind);
            apimachinery::strategic::merge(object, overrides, of)
                .map_err(|error| anyhow::anyhow!("unable to apply --overrides: {error:?}"))?;
        }
        "json" => {
            let patch: json_patch::Patch = serde_json::from_value(overrides)?;
            json_patch::patch(object, &patch)?;
        }
        other => bail!("invalid override type: {other}"),
    }
    Ok(())
}

pub fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// The service of `--expose`.
fn exposed(matches: &ArgMatches, name: &str, port: Option<i64>) -> Option<Value> {
    let port = port.filter(|_| is(matches, "expose"))?;
    Some(json!({
        "kind": "Service", "apiVersion": "v1", "metadata": {"name": name},
        "spec": {"ports": [{"protocol": "TCP", "port": port, "targetPort": port}], "selector": {"run": name}},
        "status": {"loadBalancer": {}},
    }))
}

/// Whether a text names an image: `[host[:port]/]path[:tag][@algorithm:hex]`, in the grammar of
/// <https://pkg.go.dev/github.com/distribution/reference>.
pub fn is_image(text: &str) -> bool {
    static GRAMMAR: LazyLock<Option<regex::Regex>> = LazyLock::new(|| {
        let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
        let host = format!(r"(?:{label}(?:\.{label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?");
        let part = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
        let digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
        regex::Regex::new(&format!(
            r"^(?:{host}/)?{part}(?:/{part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?:@{digest})?$"
        ))
        .ok()
    });
    GRAMMAR.as_ref().is_some_and(|grammar| grammar.is_match(text))
}

/// Whether the pod's container runs or ran.
fn has_begun(pod: &Value) -> bool {
    let state = &pod["status"]["containerStatuses"][0]["state"];
    state["running"].is_object() || state["terminated"].is_object() || ended(pod)
}

/// Whether the pod has ended.
fn ended(pod: &Value) -> bool {
    pod["status"]["phase"].as_str().is_some_and(|phase| ["Succeeded", "Failed"].contains(&phase))
}

/// Waits until the pod is in a state that `ready` accepts.
pub async fn until(
    session: &Session,
    pod: &Value,
    namespace: &str,
    name: &str,
    limit: Duration,
    ready: impl Fn(&Value) -> bool,
) -> Result<Value> {
    if ready(pod) {
        return Ok(pod.clone());
    }
    let path = client::path("", "v1", "pods", Some(namespace), None, None);
    let mut params = client::ListParams::fields(format!("metadata.name={name}"));
    params.resource_version = pod["metadata"]["resourceVersion"].as_str().map(str::to_string);
    let waiting = async {
        loop {
            let mut watch = session.client()?.watch::<Value>(&path, &params, 600, &[]).await?;
            while let Some(event) = watch.next().await? {
                match event {
                    WatchEvent::Added(found) | WatchEvent::Modified(found) if ready(&found) => {
                        return Ok(found);
                    }
                    WatchEvent::Deleted(_) => bail!("pod {name} was deleted"),
                    _ => {}
                }
            }
        }
    };
    match tokio::time::timeout(limit, waiting).await {
        Ok(found) => found,
        Err(_) => {
            let now: Value = session.client()?.get(&format!("{path}/{name}")).await?;
            let state = &now["status"]["containerStatuses"][0]["state"]["waiting"];
            let why = match (state["reason"].as_str(), state["message"].as_str()) {
                (Some(reason), Some(message)) => format!(": {reason}: {message}"),
                (Some(reason), None) => format!(": {reason}"),
                _ => String::new(),
            };
            bail!("timed out waiting for the condition{why}")
        }
    }
}

/// Attaches to the pod once it runs, and gives its exit code if it is not started again.
async fn attached(
    session: &Session,
    matches: &ArgMatches,
    created: &Value,
    attachment: &Attachment,
    limit: Duration,
) -> Result<u8> {
    let text = |field: &str| created["metadata"][field].as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let path = client::path("", "v1", "pods", Some(namespace), Some(name), None);
    let running = until(session, created, namespace, name, limit, has_begun).await?;
    if running["status"]["containerStatuses"][0]["state"]["running"].is_null() {
        print_log(session, namespace, name).await?;
    } else {
        match attachment.run(session, &running, None).await {
            // A quick command may have spoken, or ended, before we were attached: its log has it all.
            Ok(stream) if !stream.spoke && !attachment.tty => {
                let now: Value = session.client()?.get(&path).await?;
                if until(session, &now, namespace, name, SOON, ended).await.is_ok() {
                    print_log(session, namespace, name).await?;
                }
            }
            Ok(_) => {}
            Err(error) => {
                let now: Value = session.client()?.get(&path).await?;
                if until(session, &now, namespace, name, SOON, ended).await.is_err() {
                    eprintln!(
                        "warning: couldn't attach to pod/{name}, falling back to streaming logs: {error:#}"
                    );
                }
                print_log(session, namespace, name).await?;
            }
        }
    }
    let restart = created["spec"]["restartPolicy"].as_str().unwrap_or_default();
    if is(matches, "leave-stdin-open") || !["Never", "OnFailure"].contains(&restart) {
        return Ok(0);
    }
    let now: Value = session.client()?.get(&path).await?;
    // What fails is started again unless it never is.
    let over = |pod: &Value| ended(pod) && (restart == "Never" || pod["status"]["phase"] == "Succeeded");
    let over = until(session, &now, namespace, name, limit, over).await?;
    if over["status"]["phase"] == "Succeeded" {
        return Ok(0);
    }
    let state = &over["status"]["containerStatuses"][0]["state"]["terminated"];
    let code = state["exitCode"].as_u64().and_then(|code| u8::try_from(code).ok());
    let Some(code) = code.filter(|code| *code != 0) else {
        bail!("pod {namespace}/{name} failed with unknown exit code");
    };
    let text = |field: &str| state[field].as_str().unwrap_or_default();
    eprintln!(
        "{}",
        format!("pod {namespace}/{name} terminated ({})\n{}", text("reason"), text("message")).trim_end()
    );
    Err(Silent(code).into())
}

async fn print_log(session: &Session, namespace: &str, name: &str) -> Result<()> {
    let path = client::path("", "v1", "pods", Some(namespace), Some(name), Some("log"));
    let log = session.client()?.get_bytes(&path, &[], Some("*/*")).await?;
    std::io::Write::write_all(&mut std::io::stdout(), &log)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_image;

    #[test]
    fn images() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        for good in ["a", "a:b", "a/b", "h:5/a", "h.io/a/b:1.0", "[::1]:5/a", "Host/a", "a__b--c", &digest] {
            assert!(is_image(good), "{good}");
        }
        for bad in ["", "A", "a b", "a:b:c", "a@sha256:12", "a/", "/a", "a:-", "a//b", "a:", "h:x/a"] {
            assert!(!is_image(bad), "{bad}");
        }
    }
}

//! `kctl expose`.

use std::collections::HashSet;

use anyhow::{Result, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::write::{self, Failures};
use crate::connect::Session;
use crate::flags::{self, get};
use crate::select::{Selection, Target, selection};

/// The flags.
pub fn define() -> Command {
    Command::new("expose")
        .about("Take a replication controller, service, deployment or pod and expose it as a new service")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .arg(
            flags::text("port", "The port that the service should serve on, or several with commas")
                .allow_hyphen_values(true),
        )
        .arg(flags::text("target-port", "Name or number of the container's port"))
        .arg(flags::text("protocol", "TCP, UDP or SCTP; what the object's port has, unless given"))
        .arg(flags::text("name", "The name of the new service"))
        .arg(flags::text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName"))
        .arg(flags::text("cluster-ip", "The cluster IP; None for headless"))
        .arg(flags::text("external-ip", "An additional external IP address"))
        .arg(flags::text("session-affinity", "None or ClientIP"))
        .arg(flags::text("selector", "A label selector to use for this service"))
        .arg(flags::text("load-balancer-ip", "The load balancer's address"))
        .arg(flags::text("overrides", "JSON that is merged over the generated object"))
        .arg(flags::text("override-type", "merge, strategic or json").default_value("merge"))
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-expose"),
        )
        .arg(flags::text("labels", "Labels of the service, as key=value,key=value").short('l'))
        .args(flags::output())
        .arg(flags::dry_run())
}

/// What is exposed: of files it is what they say, whether the server has it or not.
async fn exposed(
    session: &Session,
    matches: &ArgMatches,
    failures: &mut Failures,
) -> Result<Vec<(Target, Value)>> {
    let mut found = Vec::new();
    if crate::manifest::given(matches) {
        for item in crate::manifest::read_fitting(session, matches, "expose").await? {
            let (kind, namespace) = crate::manifest::place_from(session, &item.object, &item.source).await?;
            let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
            found.push((Target { kind, namespace, name }, item.object));
        }
        return Ok(found);
    }
    // `--selector` is the service's, and chooses nothing here.
    let Selection::Named(named) = selection(session, &flags::all(matches, "resource"), false).await? else {
        bail!("resource(s) were provided, but no name was specified");
    };
    for target in named {
        match session.fetch(&target.path(None)).await {
            Ok(object) => found.push((target, object)),
            Err(error) => failures.add(error.into())?,
        }
    }
    Ok(found)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let mut failures = Failures::default();
    for (target, object) in exposed(session, matches, &mut failures).await? {
        if let Err(error) = expose(session, matches, &target, &object).await {
            failures.add(error)?;
        }
    }
    Ok(failures.end())
}

/// The labels of the pods that an object is about.
///
/// # Errors
/// Says why they can't be a service's.
fn selector(target: &Target, object: &Value) -> Result<Value> {
    let (found, none) = match target.kind.plural.as_str() {
        "pods" => (&object["metadata"]["labels"], "the pod has no labels and cannot be exposed"),
        "services" => (&object["spec"]["selector"], "the service has no pod selector set"),
        "replicationcontrollers" => (
            &object["spec"]["selector"],
            "the replication controller has no selectors, therefore cannot be exposed",
        ),
        "deployments" => (
            &object["spec"]["selector"]["matchLabels"],
            "invalid deployment: no selectors, therefore cannot be exposed",
        ),
        _ => (
            &object["spec"]["selector"]["matchLabels"],
            "invalid replicaset: no selectors, therefore cannot be exposed",
        ),
    };
    if found.as_object().is_none_or(serde_json::Map::is_empty) {
        bail!("{none}");
    }
    let expressions = &object["spec"]["selector"]["matchExpressions"];
    if expressions.as_array().is_some_and(|list| !list.is_empty()) {
        bail!("couldn't convert expressions - \"{expressions}\" to map-based selector format");
    }
    Ok(found.clone())
}

/// The ports that an object has, with their protocols; as often as it says them.
fn own_ports<'o>(target: &Target, object: &'o Value) -> Vec<(i64, &'o str)> {
    let list = |value: &'o Value| value.as_array().into_iter().flatten();
    let read = |port: &'o Value, field: &str| {
        Some((
            port[field].as_i64()?,
            port["protocol"].as_str().filter(|text| !text.is_empty()).unwrap_or("TCP"),
        ))
    };
    match target.kind.plural.as_str() {
        "services" => list(&object["spec"]["ports"]).filter_map(|port| read(port, "port")).collect(),
        plural => {
            let spec = if plural == "pods" { &object["spec"] } else { &object["spec"]["template"]["spec"] };
            let ports = list(&spec["containers"]).flat_map(|container| list(&container["ports"]));
            ports.filter_map(|port| read(port, "containerPort")).collect()
        }
    }
}

/// Names, protocols and numbers of a service's ports: where no protocol is asked for, a port has those that the
/// object has it with.
fn service_ports<'p>(
    wanted: &[i64],
    own: &[(i64, &'p str)],
    protocol: Option<&'p str>,
) -> Vec<(Option<String>, &'p str, i64)> {
    let mut ports = Vec::new();
    for (index, port) in wanted.iter().enumerate() {
        let name = (wanted.len() > 1).then(|| format!("port-{}", index + 1));
        let spoken: Vec<&str> =
            own.iter().filter(|(own, _)| own == port).map(|(_, protocol)| *protocol).collect();
        match (protocol, spoken.as_slice()) {
            (Some(protocol), _) => ports.push((name, protocol, *port)),
            (None, []) => ports.push((name, "TCP", *port)),
            (None, [one]) => ports.push((name, one, *port)),
            (None, several) => ports.extend(several.iter().map(|protocol| {
                (Some(format!("port-{}-{}", index + 1, protocol.to_lowercase())), *protocol, *port)
            })),
        }
    }
    ports
}

async fn expose(session: &Session, matches: &ArgMatches, target: &Target, object: &Value) -> Result<()> {
    let kinds = ["pods", "services", "replicationcontrollers", "deployments.apps", "replicasets.apps"];
    if !kinds.contains(&target.kind.qualified().as_str()) {
        let group = if target.kind.group.is_empty() { "" } else { "." };
        bail!("cannot expose a {}{group}{}", target.kind.kind, target.kind.group);
    }
    let selector = match get(matches, "selector").filter(|text| !text.is_empty()) {
        Some(text) => Value::Object(flags::labels(text)?),
        None => selector(target, object).map_err(|error| {
            anyhow!("couldn't retrieve selectors via --selector flag or introspection: {error}")
        })?,
    };
    let own = own_ports(target, object);
    let wanted: Vec<i64> = match get(matches, "port").filter(|ports| !ports.is_empty()) {
        // Whether a number can be a port is the server's to say.
        Some(ports) => ports
            .split(',')
            .map(|port| flags::go_number("Atoi", port).map_err(anyhow::Error::msg))
            .collect::<Result<_>>()?,
        None if own.is_empty() => bail!("couldn't find port via --port flag or introspection"),
        None => {
            let mut seen = HashSet::new();
            own.iter().map(|(port, _)| *port).filter(|port| seen.insert(*port)).collect()
        }
    };
    let protocol = get(matches, "protocol").filter(|protocol| !protocol.is_empty());
    let ports: Vec<Value> = service_ports(&wanted, &own, protocol)
        .into_iter()
        .map(|(name, protocol, port)| {
            let target_port = match get(matches, "target-port") {
                Some(text) => text.parse::<u16>().map_or_else(|_| json!(text), |number| json!(number)),
                None => json!(port),
            };
            // The order of Go's type, which an annotation keeps.
            let mut value = json!({});
            if let Some(name) = name {
                value["name"] = json!(name);
            }
            value["protocol"] = json!(protocol);
            value["port"] = json!(port);
            value["targetPort"] = target_port;
            value
        })
        .collect();
    let mut metadata = json!({"name": get(matches, "name").unwrap_or(&target.name)});
    let labels = match get(matches, "labels").filter(|text| !text.is_empty()) {
        Some(text) => Value::Object(flags::labels(text)?),
        None => object["metadata"]["labels"].clone(),
    };
    if !labels.is_null() {
        metadata["labels"] = labels;
    }
    let mut spec = json!({"ports": ports, "selector": selector});
    if let Some(address) = get(matches, "cluster-ip") {
        spec["clusterIP"] = json!(address);
    }
    if let Some(kind) = get(matches, "type").filter(|kind| !kind.is_empty()) {
        spec["type"] = json!(kind);
    }
    if let Some(address) = get(matches, "external-ip").filter(|address| !address.is_empty()) {
        spec["externalIPs"] = json!([address]);
    }
    if let Some(affinity) = get(matches, "session-affinity").filter(|affinity| !affinity.is_empty()) {
        if !["None", "ClientIP"].contains(&affinity) {
            bail!("unknown session affinity: {affinity}");
        }
        spec["sessionAffinity"] = json!(affinity);
    }
    if let Some(address) = get(matches, "load-balancer-ip").filter(|address| !address.is_empty())
        && spec["type"] == "LoadBalancer"
    {
        spec["loadBalancerIP"] = json!(address);
    }
    let mut service = json!({
        "kind": "Service", "apiVersion": "v1", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    super::run::override_with(matches, &mut service)?;
    write::create_as(session, matches, service, "exposed").await
}

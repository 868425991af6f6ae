//! A container's environment: `env`, `envFrom`, the downward API, and the variables of services.

use std::collections::BTreeMap;

use apimachinery::expand::expand;
use k8s_openapi::api::core::v1::{Container, EnvVar, ObjectFieldSelector, Pod, ResourceFieldSelector};

use super::resources::{limit, millis, request, units};
use crate::objects::{Objects, Wanted};

/// Why an environment can't be made; becomes CreateContainerConfigError.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    #[error("{kind} {name:?} not found")]
    Missing { kind: &'static str, name: String },
    #[error("couldn't find key {key} in {kind} {namespace}/{name}")]
    NoKey { kind: &'static str, namespace: String, name: String, key: String },
    #[error("field {0:?} is not one that the downward API has")]
    Field(String),
    #[error("cannot read {kind} {name:?}: {reason}")]
    Read { kind: &'static str, name: String, reason: String },
}

/// What is known about the pod only on the node.
#[derive(Clone, Debug, Default)]
pub struct Local {
    pub pod_ips: Vec<String>,
    pub host_ips: Vec<String>,
    pub node_cpu_millis: i64,
    pub node_memory: i64,
}

/// A field as the downward API gives it.
///
/// # Errors
/// Fails on a path that it does not have.
pub fn field(pod: &Pod, selector: &ObjectFieldSelector, local: &Local) -> Result<String, EnvError> {
    let path = selector.field_path.as_str();
    let spec = super::spec(pod);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let key = |prefix: &str| path.strip_prefix(prefix)?.strip_suffix("']");
    let from = |map: &Option<BTreeMap<String, String>>, key: &str| {
        map.as_ref().and_then(|map| map.get(key)).cloned().unwrap_or_default()
    };
    let lines = |map: &Option<BTreeMap<String, String>>| {
        let lines: Vec<String> =
            map.iter().flatten().map(|(key, value)| format!("{key}={value:?}")).collect();
        lines.join("\n")
    };
    Ok(match path {
        "metadata.name" => text(&pod.metadata.name),
        "metadata.namespace" => text(&pod.metadata.namespace),
        "metadata.uid" => text(&pod.metadata.uid),
        "metadata.labels" => lines(&pod.metadata.labels),
        "metadata.annotations" => lines(&pod.metadata.annotations),
        "spec.nodeName" => text(&spec.node_name),
        "spec.serviceAccountName" => text(&spec.service_account_name),
        "status.podIP" => local.pod_ips.first().cloned().unwrap_or_default(),
        "status.podIPs" => local.pod_ips.join(","),
        "status.hostIP" => local.host_ips.first().cloned().unwrap_or_default(),
        "status.hostIPs" => local.host_ips.join(","),
        _ => match (key("metadata.labels['"), key("metadata.annotations['")) {
            (Some(key), _) => from(&pod.metadata.labels, key),
            (_, Some(key)) => from(&pod.metadata.annotations, key),
            _ => return Err(EnvError::Field(path.into())),
        },
    })
}

/// A container's resource as the downward API gives it; what has no limit has the node's.
///
/// # Errors
/// Fails on a resource that it does not have.
pub fn resource(
    container: &Container,
    selector: &ResourceFieldSelector,
    local: &Local,
) -> Result<String, EnvError> {
    let divisor = selector.divisor.as_ref().filter(|divisor| millis(divisor) > 0);
    let cpu = |milli: i64| {
        let step = divisor.map_or(1000, millis);
        ((milli + step - 1) / step).to_string()
    };
    let bytes = |amount: i64| {
        let step = divisor.map_or(1, units).max(1);
        ((amount + step - 1) / step).to_string()
    };
    Ok(match selector.resource.as_str() {
        "limits.cpu" => cpu(limit(container, "cpu").map_or(local.node_cpu_millis, millis)),
        "limits.memory" => bytes(limit(container, "memory").map_or(local.node_memory, units)),
        "limits.ephemeral-storage" => bytes(limit(container, "ephemeral-storage").map_or(0, units)),
        "requests.cpu" => cpu(request(container, "cpu").map_or(0, millis)),
        "requests.memory" => bytes(request(container, "memory").map_or(0, units)),
        "requests.ephemeral-storage" => bytes(request(container, "ephemeral-storage").map_or(0, units)),
        other => return Err(EnvError::Field(other.into())),
    })
}

/// The variables of a service, as Docker's links had them.
pub fn service_variables(name: &str, ip: &str, ports: &[(String, u16, String)]) -> Vec<(String, String)> {
    let upper = name.to_uppercase().replace('-', "_");
    let mut variables = vec![(format!("{upper}_SERVICE_HOST"), ip.to_string())];
    let host = if ip.contains(':') { format!("[{ip}]") } else { ip.to_string() };
    if let Some((_, port, protocol)) = ports.first() {
        variables.push((format!("{upper}_SERVICE_PORT"), port.to_string()));
        variables.push((format!("{upper}_PORT"), format!("{}://{host}:{port}", protocol.to_lowercase())));
    }
    for (port_name, port, protocol) in ports {
        if !port_name.is_empty() {
            variables.push((
                format!("{upper}_SERVICE_PORT_{}", port_name.to_uppercase().replace('-', "_")),
                port.to_string(),
            ));
        }
        let prefix = format!("{upper}_PORT_{port}_{protocol}");
        variables.push((prefix.clone(), format!("{}://{host}:{port}", protocol.to_lowercase())));
        variables.push((format!("{prefix}_PROTO"), protocol.to_lowercase()));
        variables.push((format!("{prefix}_PORT"), port.to_string()));
        variables.push((format!("{prefix}_ADDR"), ip.to_string()));
    }
    variables
}

/// The container's environment, in order, later ones over earlier ones.
///
/// # Errors
/// Names the config map, secret, key or field that is missing.
pub async fn make(
    pod: &Pod,
    container: &Container,
    local: &Local,
    objects: &Objects,
    services: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, EnvError> {
    let namespace = super::namespace(pod);
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut set = |name: String, value: String, known: &mut BTreeMap<String, String>| {
        if known.insert(name.clone(), value).is_none() {
            order.push(name);
        }
    };
    for source in container.env_from.iter().flatten() {
        let prefix = source.prefix.as_deref().unwrap_or_default();
        let (wanted, optional) = match (&source.config_map_ref, &source.secret_ref) {
            (Some(map), _) => (Wanted::config_map(namespace, &map.name), map.optional),
            (_, Some(secret)) => (Wanted::secret(namespace, &secret.name), secret.optional),
            _ => continue,
        };
        let Some(data) = read(objects, pod, &wanted, optional == Some(true)).await? else { continue };
        for (key, value) in data.iter() {
            set(format!("{prefix}{key}"), String::from_utf8_lossy(value).into_owned(), &mut known);
        }
    }
    // Links come first in precedence order upstream, but never override what the pod says.
    let links: BTreeMap<String, String> = services.into_iter().collect();
    for EnvVar { name, value, value_from } in container.env.iter().flatten() {
        let value = match (value, value_from) {
            (Some(value), _) if !value.is_empty() => {
                expand(value, |name| known.get(name).or_else(|| links.get(name)).cloned())
            }
            (_, None) => String::new(),
            (_, Some(source)) => {
                if let Some(selector) = &source.field_ref {
                    field(pod, selector, local)?
                } else if let Some(selector) = &source.resource_field_ref {
                    let spec = super::spec(pod);
                    let of = selector.container_name.as_deref().filter(|name| !name.is_empty());
                    let other = of.and_then(|name| spec.containers.iter().find(|other| other.name == name));
                    resource(other.unwrap_or(container), selector, local)?
                } else {
                    let (wanted, key, optional) = match (&source.config_map_key_ref, &source.secret_key_ref) {
                        (Some(map), _) => (Wanted::config_map(namespace, &map.name), &map.key, map.optional),
                        (_, Some(secret)) => {
                            (Wanted::secret(namespace, &secret.name), &secret.key, secret.optional)
                        }
                        _ => return Err(EnvError::Field("valueFrom without a source that is built".into())),
                    };
                    let optional = optional == Some(true);
                    match read(objects, pod, &wanted, optional).await?.and_then(|data| data.get(key).cloned())
                    {
                        Some(value) => String::from_utf8_lossy(&value).into_owned(),
                        None if optional => continue,
                        None => {
                            return Err(EnvError::NoKey {
                                kind: wanted.kind.as_str(),
                                namespace: namespace.into(),
                                name: wanted.name.clone(),
                                key: key.clone(),
                            });
                        }
                    }
                }
            }
        };
        set(name.clone(), value, &mut known);
    }
    let mut env: Vec<(String, String)> =
        links.into_iter().filter(|(name, _)| !known.contains_key(name)).collect();
    env.extend(order.into_iter().filter_map(|name| known.remove(&name).map(|value| (name, value))));
    Ok(env)
}

async fn read(
    objects: &Objects,
    pod: &Pod,
    wanted: &Wanted,
    optional: bool,
) -> Result<Option<std::sync::Arc<crate::objects::Data>>, EnvError> {
    match objects.get(super::uid(pod), wanted).await {
        Ok(Some(data)) => Ok(Some(data)),
        Ok(None) if optional => Ok(None),
        Ok(None) => Err(EnvError::Missing { kind: wanted.kind.as_str(), name: wanted.name.clone() }),
        Err(reason) => Err(EnvError::Read { kind: wanted.kind.as_str(), name: wanted.name.clone(), reason }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let variables = service_variables("my-db", "10.0.0.1", &[("sql".into(), 5432, "TCP".into())]);
        let get =
            |name: &str| variables.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        assert_eq!(get("MY_DB_SERVICE_HOST"), Some("10.0.0.1"));
        assert_eq!(get("MY_DB_SERVICE_PORT_SQL"), Some("5432"));
        assert_eq!(get("MY_DB_PORT_5432_TCP"), Some("tcp://10.0.0.1:5432"));
    }
}

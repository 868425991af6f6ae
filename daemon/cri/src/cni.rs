//! Calling CNI plugins: reads the first configuration list in the folder, runs its plugins in
//! order to add a pod and in reverse to remove it, and keeps what they answered on disk, because
//! removing takes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt;

use crate::images::write_atomically;

/// The pod's interface, as everybody calls it.
const INTERFACE: &str = "eth0";

/// Where plugins and their configuration are.
#[derive(Clone, Debug)]
pub struct Cni {
    /// `/etc/cni/net.d`.
    pub configs: PathBuf,
    /// `/opt/cni/bin`, and more after colons.
    pub plugins: Vec<PathBuf>,
    /// Where answers are kept.
    pub cache: PathBuf,
}

/// A port of the host that leads to the pod.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortMapping {
    /// On the host.
    pub host_port: i32,
    /// In the pod.
    pub container_port: i32,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// The host's address; empty for all.
    #[serde(rename = "hostIP", default, skip_serializing_if = "String::is_empty")]
    pub host_ip: String,
}

/// Who is added or removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pod {
    /// The sandbox.
    pub id: String,
    /// Its namespace's file.
    pub netns: PathBuf,
    /// For plugins that look at Kubernetes.
    pub name: String,
    /// Its Kubernetes namespace.
    pub namespace: String,
    /// Its Kubernetes uid.
    pub uid: String,
    /// Its host ports.
    pub ports: Vec<PortMapping>,
}

#[derive(Clone, Serialize, Deserialize)]
struct List {
    name: String,
    #[serde(rename = "cniVersion", default)]
    version: String,
    plugins: Vec<Map<String, Value>>,
}

#[derive(Serialize, Deserialize)]
struct Cached {
    list: List,
    pod: Pod,
    result: Value,
}

impl Cni {
    /// Why the network is not ready; `Ok` when it is.
    pub fn ready(&self) -> Result<()> {
        self.load().map(|_| ())
    }

    fn load(&self) -> Result<List> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.configs)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.extension().is_some_and(|kind| kind == "conflist" || kind == "conf" || kind == "json")
            })
            .collect();
        files.sort();
        let path = files.first().ok_or_else(|| {
            anyhow!("no network config found in {}: cni plugin not initialized", self.configs.display())
        })?;
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let value: Value = serde_json::from_slice(&bytes)
            .with_context(|| format!("the CNI configuration {} is malformed", path.display()))?;
        let list = if value.get("plugins").is_some() {
            serde_json::from_value(value)
        } else {
            let name = value.get("name").cloned().unwrap_or_default();
            let version = value.get("cniVersion").cloned().unwrap_or_else(|| "0.2.0".into());
            serde_json::from_value(json!({ "name": name, "cniVersion": version, "plugins": [value] }))
        };
        let list: List =
            list.with_context(|| format!("the CNI configuration {} is malformed", path.display()))?;
        if list.plugins.is_empty() {
            bail!("the CNI configuration {} names no plugin", path.display());
        }
        Ok(list)
    }

    fn cache_path(&self, id: &str) -> PathBuf {
        self.cache.join(format!("{id}.json"))
    }

    /// Gives the pod its network. Returns its addresses.
    pub async fn add(&self, pod: &Pod) -> Result<Vec<String>> {
        let list = self.load()?;
        // Known before the first plugin runs: half an ADD has to be undone, too.
        self.remember(&Cached { list: list.clone(), pod: pod.clone(), result: Value::Null })?;
        let mut result = Value::Null;
        for plugin in &list.plugins {
            result = self
                .call("ADD", &list, plugin, pod, (!result.is_null()).then_some(&result))
                .await
                .context("failed to set up the pod's network")?;
        }
        let ips: Vec<String> = addresses(&result);
        self.remember(&Cached { list, pod: pod.clone(), result })?;
        if ips.is_empty() {
            bail!("the CNI plugins gave the pod no address");
        }
        Ok(ips)
    }

    fn remember(&self, cached: &Cached) -> Result<()> {
        fs::create_dir_all(&self.cache)?;
        let path = self.cache_path(&cached.pod.id);
        write_atomically(&path, &serde_json::to_vec(cached)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Takes it away again. Pods that were never added are fine.
    pub async fn remove(&self, id: &str) -> Result<()> {
        let path = self.cache_path(id);
        let Ok(bytes) = fs::read(&path) else { return Ok(()) };
        let cached: Cached = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is malformed; delete it by hand", path.display()))?;
        for plugin in cached.list.plugins.iter().rev() {
            let previous = (!cached.result.is_null()).then_some(&cached.result);
            self.call("DEL", &cached.list, plugin, &cached.pod, previous)
                .await
                .context("failed to take the pod's network down")?;
        }
        fs::remove_file(&path)?;
        Ok(())
    }

    async fn call(
        &self,
        command: &str,
        list: &List,
        plugin: &Map<String, Value>,
        pod: &Pod,
        previous: Option<&Value>,
    ) -> Result<Value> {
        let kind = plugin.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind.is_empty() || kind.contains('/') {
            bail!("the CNI configuration {:?} has a plugin without a type", list.name);
        }
        let program = self
            .plugins
            .iter()
            .map(|folder| folder.join(kind))
            .find(|path| path.exists())
            .ok_or_else(|| anyhow!("failed to find plugin {kind:?} in path {:?}", self.plugins))?;
        let config = serde_json::to_vec(&plugin_config(list, plugin, pod, previous))?;
        let args = format!(
            "IgnoreUnknown=1;K8S_POD_NAMESPACE={};K8S_POD_NAME={};K8S_POD_INFRA_CONTAINER_ID={};K8S_POD_UID={}",
            pod.namespace, pod.name, pod.id, pod.uid
        );
        let netns = if pod.netns.exists() { pod.netns.display().to_string() } else { String::new() };
        let mut child = tokio::process::Command::new(&program)
            .env("CNI_COMMAND", command)
            .env("CNI_CONTAINERID", &pod.id)
            .env("CNI_NETNS", netns)
            .env("CNI_IFNAME", INTERFACE)
            .env("CNI_ARGS", args)
            .env("CNI_PATH", join(&self.plugins))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run the CNI plugin {}", program.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A plugin that does not read its configuration will say why itself.
            let _ = stdin.write_all(&config).await;
        }
        let output = child.wait_with_output().await?;
        if output.status.success() {
            return if output.stdout.is_empty() {
                Ok(previous.cloned().unwrap_or_default())
            } else {
                serde_json::from_slice(&output.stdout)
                    .with_context(|| format!("plugin type={kind:?} printed something that is no CNI result"))
            };
        }
        let error: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let mut message = text("msg");
        if !text("details").is_empty() {
            message = format!("{message}; {}", text("details"));
        }
        if message.is_empty() {
            message = String::from_utf8_lossy(&output.stderr).trim().to_string();
        }
        bail!("plugin type={kind:?} failed ({}): {message}", command.to_lowercase())
    }
}

fn join(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(":")
}

/// A plugin's standard input: its part of the list with what the list says for all, the
/// capabilities it declared and its predecessor's result.
fn plugin_config(list: &List, plugin: &Map<String, Value>, pod: &Pod, previous: Option<&Value>) -> Value {
    let mut config = plugin.clone();
    config.insert("name".into(), list.name.clone().into());
    config.insert("cniVersion".into(), list.version.clone().into());
    let wants = |capability: &str| {
        plugin.get("capabilities").and_then(|all| all.get(capability)).and_then(Value::as_bool) == Some(true)
    };
    config.remove("capabilities");
    if wants("portMappings") && !pod.ports.is_empty() {
        config.insert("runtimeConfig".into(), json!({ "portMappings": pod.ports }));
    }
    if let Some(previous) = previous {
        config.insert("prevResult".into(), previous.clone());
    }
    Value::Object(config)
}

/// The addresses of the pod's own interface.
fn addresses(result: &Value) -> Vec<String> {
    let interfaces = result.get("interfaces").and_then(Value::as_array).cloned().unwrap_or_default();
    let ours = |ip: &Value| match ip.get("interface").and_then(Value::as_u64) {
        Some(index) => interfaces.get(index as usize).is_none_or(|interface| {
            interface.get("sandbox").and_then(Value::as_str).is_some_and(|sandbox| !sandbox.is_empty())
        }),
        None => true,
    };
    let listed = result.get("ips").and_then(Value::as_array).cloned().unwrap_or_default();
    listed
        .iter()
        .filter(|ip| ours(ip))
        .filter_map(|ip| ip.get("address").and_then(Value::as_str))
        .map(|address| address.split('/').next().unwrap_or_default().to_string())
        .collect()
}

/// Forgets every cached answer; for `reset`, after the pods are gone.
pub fn clear_cache(cache: &Path) {
    let _ = fs::remove_dir_all(cache);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cni(folder: &Path) -> Cni {
        Cni { configs: folder.join("net.d"), plugins: vec![folder.join("bin")], cache: folder.join("cache") }
    }

    fn pod() -> Pod {
        let mapping = PortMapping {
            host_port: 80,
            container_port: 8080,
            protocol: "tcp".into(),
            host_ip: String::new(),
        };
        Pod {
            id: "abc".into(),
            netns: "/proc/self/ns/net".into(),
            name: "web".into(),
            namespace: "default".into(),
            uid: "1".into(),
            ports: vec![mapping],
        }
    }

    fn plugin(folder: &Path, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("is executable");
    }

    #[tokio::test]
    async fn plugins_are_chained() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        for name in ["net.d", "bin"] {
            fs::create_dir(path.join(name)).expect("a folder");
        }
        assert!(cni(path).ready().is_err_and(|error| error.to_string().contains("no network config found")));
        let list = json!({ "cniVersion": "1.0.0", "name": "n", "plugins": [
            { "type": "one", "capabilities": { "portMappings": true } }, { "type": "two" }] });
        fs::write(path.join("net.d/10-n.conflist"), list.to_string()).expect("writes");
        let log = path.join("log").display().to_string();
        plugin(
            path,
            "one",
            &format!(
                r#"echo "one $CNI_COMMAND $CNI_IFNAME" >> {log}; cat > {log}.one
[ $CNI_COMMAND = DEL ] || echo '{{"cniVersion":"1.0.0","interfaces":[{{"name":"br"}},{{"name":"eth0","sandbox":"/x"}}],"ips":[{{"address":"10.1.0.1/24","interface":0}},{{"address":"10.1.0.2/24","interface":1}}]}}'"#
            ),
        );
        plugin(
            path,
            "two",
            &format!(
                r#"echo "two $CNI_COMMAND" >> {log}; cat > {log}.two
[ $CNI_COMMAND = DEL ] || sed 's/.*"prevResult"://; s/}}$//' {log}.two"#
            ),
        );
        let ips = cni(path).add(&pod()).await.expect("adds");
        assert_eq!(ips, ["10.1.0.2"]);
        cni(path).remove("abc").await.expect("removes");
        cni(path).remove("abc").await.expect("removes again");
        let log = fs::read_to_string(path.join("log")).expect("a log");
        assert_eq!(log, "one ADD eth0\ntwo ADD\ntwo DEL\none DEL eth0\n");
        let first = fs::read_to_string(path.join("log.one")).expect("a config");
        assert!(first.contains(r#""hostPort":80"#) && first.contains(r#""prevResult""#), "{first}");
        assert!(!first.contains("capabilities"));
    }

    #[tokio::test]
    async fn a_plugins_error_is_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        for name in ["net.d", "bin"] {
            fs::create_dir(path.join(name)).expect("a folder");
        }
        fs::write(path.join("net.d/1.conf"), r#"{"name":"n","type":"bad"}"#).expect("writes");
        let error = cni(path).add(&pod()).await.expect_err("no such plugin");
        assert!(format!("{error:#}").contains("failed to find plugin \"bad\""), "{error:#}");
        plugin(path, "bad", r#"cat >/dev/null; echo '{"code":7,"msg":"no","details":"why"}'; exit 1"#);
        let error = cni(path).add(&pod()).await.expect_err("fails");
        assert!(format!("{error:#}").contains("no; why"), "{error:#}");
    }
}

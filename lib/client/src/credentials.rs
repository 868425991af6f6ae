//! Credentials that a program gives: `exec` in a kubeconfig (`client.authentication.k8s.io`).

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::{Cluster, Config, Identity};
use crate::error::Error;

/// `users[].user.exec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Exec {
    api_version: String,
    command: String,
    args: Option<Vec<String>>,
    env: Option<Vec<Variable>>,
    install_hint: Option<String>,
    provide_cluster_info: bool,
    interactive_mode: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Variable {
    name: String,
    value: String,
}

/// `ExecCredential`, as much of it as a client reads.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Credential {
    api_version: String,
    status: Option<Status>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

const V1: &str = "client.authentication.k8s.io/v1";
const V1_BETA1: &str = "client.authentication.k8s.io/v1beta1";

/// Any program may give credentials.
pub const ALLOW_ALL: &str = "AllowAll";
/// None may.
pub const DENY_ALL: &str = "DenyAll";
/// Those that are listed may.
pub const ALLOWLIST: &str = "Allowlist";

/// Which programs may be run for credentials (KEP-3104,
/// <https://kubernetes.io/docs/reference/kubectl/kuberc/>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plugins {
    /// One of the above; nothing is [`ALLOW_ALL`].
    pub policy: String,
    /// Names or paths, for [`ALLOWLIST`] alone.
    pub allowlist: Option<Vec<String>>,
}

/// Where a name leads: itself if it is a path, else what is found along `PATH`.
fn look_up(name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let runs = |path: &PathBuf| {
        std::fs::metadata(path).is_ok_and(|held| held.is_file() && held.permissions().mode() & 0o111 != 0)
    };
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(runs);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(runs)
}

/// A path without `.`, `..` and doubled slashes, as Go's `filepath.Clean`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let rooted = path.starts_with('/');
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part != ".." {
            parts.push(part);
        } else if parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else if !rooted {
            parts.push(part);
        }
    }
    match (rooted, parts.join("/")) {
        (true, rest) => format!("/{rest}"),
        (false, rest) if rest.is_empty() => ".".into(),
        (false, rest) => rest,
    }
}

impl Plugins {
    /// Whether the policy and its list go together: what names no program by mistake must not permit all.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check(&self) -> Result<(), String> {
        match (self.policy.as_str(), &self.allowlist) {
            ("" | ALLOW_ALL | DENY_ALL, None) => Ok(()),
            ("" | ALLOW_ALL | DENY_ALL, Some(_)) => Err(format!(
                "misconfigured credential plugin allowlist: plugin policy is {:?} but allowlist is non-nil",
                self.policy
            )),
            (ALLOWLIST, None) => {
                Err(format!("credential plugin policy set to {ALLOWLIST:?}, but allowlist is unspecified"))
            }
            (ALLOWLIST, Some(list)) if list.is_empty() => Err(format!(
                "credential plugin policy set to {ALLOWLIST:?}, but allowlist is empty; use {DENY_ALL:?} policy instead"
            )),
            (ALLOWLIST, Some(list)) => {
                for (index, entry) in list.iter().enumerate() {
                    if entry.is_empty() {
                        let place = index + 1;
                        return Err(format!(
                            "misconfigured credential plugin allowlist: empty allowlist entry #{place}"
                        ));
                    }
                    let clean = clean(entry);
                    if clean != *entry {
                        return Err(format!(
                            "non-normalized allowlist entry {entry:?}: it would be {clean:?}"
                        ));
                    }
                }
                Ok(())
            }
            (other, _) => Err(format!("unknown plugin policy: {other:?}")),
        }
    }

    /// The program to run in place of `command`, if it may: the one that was looked at.
    fn permit(&self, command: &str) -> Result<String, String> {
        match self.policy.as_str() {
            DENY_ALL => Err(format!("plugin {command:?} not allowed: policy set to {DENY_ALL:?}")),
            ALLOWLIST => {
                let list = self.allowlist.as_deref().unwrap_or_default();
                let found = look_up(command).ok_or_else(|| {
                    format!(
                        "plugin path {command:?} cannot be resolved for credential plugin allowlist check: exec: {command:?}: executable file not found in $PATH"
                    )
                })?;
                let path = found.to_string_lossy().into_owned();
                let named = list.iter().any(|entry| *entry == clean(command) || *entry == path);
                if named || list.iter().any(|entry| look_up(entry).as_ref() == Some(&found)) {
                    Ok(path)
                } else {
                    Err(format!("plugin path {path:?} is not permitted by the credential plugin allowlist"))
                }
            }
            _ => Ok(command.to_string()),
        }
    }
}

/// Runs the program that `exec` names and takes what it gives into `config`.
///
/// # Errors
/// Says which program failed or may not be run, and how to install one that is missing.
pub fn obtain(exec: &Value, cluster: &Cluster, plugins: &Plugins, config: &mut Config) -> Result<(), Error> {
    let exec: Exec = serde_json::from_value(exec.clone())
        .map_err(|error| Error::Config(format!("the user's exec section is malformed: {error}")))?;
    if ![V1, V1_BETA1].contains(&exec.api_version.as_str()) {
        return Err(Error::Config(format!("exec plugin: invalid apiVersion {:?}", exec.api_version)));
    }
    plugins.check().map_err(Error::Config)?;
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
    let interactive = match exec.interactive_mode.as_deref() {
        Some("Never") => false,
        Some("IfAvailable") => terminal,
        Some("Always") if terminal => true,
        Some("Always") => {
            return Err(Error::Config(format!(
                "exec plugin {:?} needs standard input to be a terminal",
                exec.command
            )));
        }
        None if exec.api_version == V1_BETA1 => terminal,
        _ => {
            return Err(Error::Config(format!(
                "exec plugin {:?}: interactiveMode must be set to Never, IfAvailable or Always",
                exec.command
            )));
        }
    };
    let mut spec = json!({"interactive": interactive});
    if exec.provide_cluster_info {
        spec["cluster"] = json!({"server": config.server, "insecure-skip-tls-verify": config.insecure});
        if let Some(ca) = &config.ca {
            use base64::Engine;
            spec["cluster"]["certificate-authority-data"] =
                base64::engine::general_purpose::STANDARD.encode(ca).into();
        }
        for (field, value) in
            [("tls-server-name", &cluster.tls_server_name), ("proxy-url", &cluster.proxy_url)]
        {
            if let Some(value) = value {
                spec["cluster"][field] = value.clone().into();
            }
        }
        let extension =
            cluster.extensions.as_ref().and_then(Value::as_array).and_then(|list| {
                list.iter().find(|entry| entry["name"] == "client.authentication.k8s.io/exec")
            });
        if let Some(extension) = extension {
            spec["cluster"]["config"] = extension["extension"].clone();
        }
    }
    let info = json!({"kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec});
    let program = plugins.permit(&exec.command).map_err(Error::Credentials)?;
    let mut command = Command::new(program);
    command
        .args(exec.args.unwrap_or_default())
        .env("KUBERNETES_EXEC_INFO", info.to_string())
        .stdin(if interactive { Stdio::inherit() } else { Stdio::null() })
        .stderr(Stdio::inherit())
        .stdout(Stdio::piped());
    for variable in exec.env.unwrap_or_default() {
        command.env(variable.name, variable.value);
    }
    let output = command.spawn().and_then(std::process::Child::wait_with_output).map_err(|error| {
        let hint = exec.install_hint.as_deref().unwrap_or_default().trim();
        let hint = if hint.is_empty() { String::new() } else { format!("\n\n{hint}") };
        Error::Credentials(format!("exec: executable {} cannot be run: {error}{hint}", exec.command))
    })?;
    if !output.status.success() {
        return Err(Error::Credentials(format!(
            "exec: executable {} failed with exit code {}",
            exec.command,
            output.status.code().unwrap_or(-1)
        )));
    }
    take(&output.stdout, &exec.api_version, config)
}

/// Takes the token or certificate out of what a program printed.
fn take(printed: &[u8], version: &str, config: &mut Config) -> Result<(), Error> {
    let bad = |why: &str| Error::Credentials(format!("the exec plugin's output {why}"));
    let credential: Credential =
        serde_json::from_slice(printed).map_err(|error| bad(&format!("is no ExecCredential: {error}")))?;
    if credential.api_version != version {
        return Err(bad(&format!("has apiVersion {:?}, wanted {version:?}", credential.api_version)));
    }
    let status = credential.status.ok_or_else(|| bad("has no status field"))?;
    let token = status.token.filter(|token| !token.is_empty());
    match (status.client_certificate_data, status.client_key_data) {
        (Some(certificate), Some(key)) => {
            config.identity =
                Some(Identity::Pem { certificate: certificate.into_bytes(), key: key.into_bytes() });
        }
        (None, None) if token.is_none() => return Err(bad("has neither token nor certificate")),
        (None, None) => {}
        _ => return Err(bad("has a certificate without key, or a key without certificate")),
    }
    if token.is_some() {
        config.token = token;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gives_a_token() {
        let exec = json!({
            "apiVersion": V1, "command": "sh", "interactiveMode": "Never", "provideClusterInfo": true,
            "args": ["-c", "case $KUBERNETES_EXEC_INFO in *https://x*) echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"'$T'\"}}';; esac"],
            "env": [{"name": "T", "value": "secret"}],
        });
        let mut config = Config { server: "https://x".into(), ..Config::default() };
        obtain(&exec, &Cluster::default(), &Plugins::default(), &mut config).expect("credentials");
        assert_eq!(config.token.as_deref(), Some("secret"));
    }

    #[test]
    fn policies() {
        let listed = |policy: &str, list: Option<&[&str]>| Plugins {
            policy: policy.into(),
            allowlist: list.map(|list| list.iter().map(|entry| (*entry).to_string()).collect()),
        };
        let sh = look_up("sh").expect("a shell").to_string_lossy().into_owned();
        let exec = json!({"apiVersion": V1, "command": "sh", "interactiveMode": "Never", "args": ["-c",
            "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t\"}}'"]});
        for (plugins, why) in [
            (listed(ALLOW_ALL, None), None),
            (listed(ALLOWLIST, Some(&["other", "sh"])), None),
            (listed(ALLOWLIST, Some(&[&sh])), None),
            (
                listed(DENY_ALL, None),
                Some("getting credentials: plugin \"sh\" not allowed: policy set to \"DenyAll\""),
            ),
            (
                listed(ALLOWLIST, Some(&["other"])),
                Some("is not permitted by the credential plugin allowlist"),
            ),
            (listed(ALLOWLIST, Some(&["/bin/../bin/sh"])), Some("non-normalized allowlist entry")),
            (listed(ALLOWLIST, Some(&[""])), Some("empty allowlist entry #1")),
            (listed(ALLOWLIST, Some(&[])), Some("use \"DenyAll\" policy instead")),
            (listed(ALLOWLIST, None), Some("allowlist is unspecified")),
            (listed("", Some(&["sh"])), Some("plugin policy is \"\" but allowlist is non-nil")),
            (listed("Deny", None), Some("unknown plugin policy: \"Deny\"")),
        ] {
            let mut config = Config::default();
            match (obtain(&exec, &Cluster::default(), &plugins, &mut config), why) {
                (Ok(()), None) => assert_eq!(config.token.as_deref(), Some("t"), "{plugins:?}"),
                (Err(error), Some(why)) => assert!(error.to_string().contains(why), "{error}"),
                (got, _) => panic!("{plugins:?}: {got:?}"),
            }
        }
    }

    #[test]
    fn clean_paths() {
        for (path, want) in [
            ("a", "a"),
            ("/a//b/./c", "/a/b/c"),
            ("/a/../b", "/b"),
            ("/..", "/"),
            ("../a", "../a"),
            ("", "."),
            ("a/..", "."),
            ("./a", "a"),
        ] {
            assert_eq!(clean(path), want, "{path}");
        }
    }

    #[test]
    fn what_is_refused() {
        let mut config = Config::default();
        for (exec, why) in [
            (json!({"apiVersion": "v0", "command": "true"}), "invalid apiVersion"),
            (json!({"apiVersion": V1, "command": "true"}), "interactiveMode must be set"),
            (json!({"apiVersion": V1, "command": "false", "interactiveMode": "Never"}), "exit code 1"),
            (json!({"apiVersion": V1, "command": "true", "interactiveMode": "Never"}), "no ExecCredential"),
            (
                json!({"apiVersion": V1, "command": "/no/such", "interactiveMode": "Never", "installHint": "get it there"}),
                "get it there",
            ),
        ] {
            let error = obtain(&exec, &Cluster::default(), &Plugins::default(), &mut config)
                .expect_err(why)
                .to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}

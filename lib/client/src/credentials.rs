//! Credentials that a program gives: `exec` in a kubeconfig (`client.authentication.k8s.io`).

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

/// Runs the program that `exec` names and takes what it gives into `config`.
///
/// # Errors
/// Says which program failed, and how to install one that is missing.
pub fn obtain(exec: &Value, cluster: &Cluster, config: &mut Config) -> Result<(), Error> {
    let exec: Exec = serde_json::from_value(exec.clone())
        .map_err(|error| Error::Config(format!("the user's exec section is malformed: {error}")))?;
    if ![V1, V1_BETA1].contains(&exec.api_version.as_str()) {
        return Err(Error::Config(format!("exec plugin: invalid apiVersion {:?}", exec.api_version)));
    }
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
    let mut command = Command::new(&exec.command);
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
        Error::Config(format!(
            "getting credentials: exec: executable {} cannot be run: {error}{hint}",
            exec.command
        ))
    })?;
    if !output.status.success() {
        return Err(Error::Config(format!(
            "getting credentials: exec: executable {} failed with exit code {}",
            exec.command,
            output.status.code().unwrap_or(-1)
        )));
    }
    take(&output.stdout, &exec.api_version, config)
}

/// Takes the token or certificate out of what a program printed.
fn take(printed: &[u8], version: &str, config: &mut Config) -> Result<(), Error> {
    let bad = |why: &str| Error::Config(format!("getting credentials: the exec plugin's output {why}"));
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
        obtain(&exec, &Cluster::default(), &mut config).expect("credentials");
        assert_eq!(config.token.as_deref(), Some("secret"));
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
            let error = obtain(&exec, &Cluster::default(), &mut config).expect_err(why).to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}

//! `kuberc`: a user's own defaults for flags, and aliases for commands.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Command;
use client::credentials::Plugins;
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    pub kind: String,
    pub api_version: String,
    #[serde(skip_serializing_if = "Vec::is_empty", alias = "overrides")]
    pub defaults: Vec<Default_>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Which programs may give credentials; all, if it is not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub credential_plugin_policy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_plugin_allowlist: Option<Vec<AllowlistEntry>>,
}

/// A program that may give credentials, by its name or path.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AllowlistEntry {
    /// `name` in files of v1.35.
    #[serde(alias = "name")]
    pub command: String,
}

/// Defaults of one command's flags.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Default_ {
    pub command: String,
    #[serde(alias = "flags")]
    pub options: Vec<Flag>,
}

/// A flag and its value.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Flag {
    pub name: String,
    pub default: String,
}

/// Another name for a command with some of its arguments.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alias {
    pub name: String,
    pub command: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prepend_args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub append_args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", alias = "flags")]
    pub options: Vec<Flag>,
}

/// The version that is written.
pub const VERSION: &str = "kubectl.config.k8s.io/v1beta1";

/// Where the file is: `--kuberc`, `KUBERC`, or `~/.kube/kuberc`; `None` where it is turned off.
pub fn path(args: &[String]) -> Option<PathBuf> {
    if std::env::var("KUBECTL_KUBERC").is_ok_and(|value| value == "false") {
        return None;
    }
    for (index, arg) in args.iter().enumerate() {
        if arg == "--" {
            break;
        }
        if let Some(value) = arg.strip_prefix("--kuberc=") {
            return Some(value.into());
        }
        if arg == "--kuberc" {
            return args.get(index + 1).map(Into::into);
        }
    }
    match std::env::var("KUBERC") {
        Ok(value) if value == "off" => None,
        Ok(value) if !value.is_empty() => Some(value.into()),
        _ => Some(PathBuf::from(std::env::var_os("HOME")?).join(".kube/kuberc")),
    }
}

/// The file that `--kuberc` names, when it is not there.
pub fn missing(args: &[String]) -> Option<PathBuf> {
    let named =
        args.iter().take_while(|arg| *arg != "--").any(|arg| arg.split('=').next() == Some("--kuberc"));
    path(args).filter(|file| named && !file.as_os_str().is_empty() && !file.exists())
}

/// Which programs may give credentials, as the user's file says.
///
/// # Errors
/// Says where the file is malformed.
pub fn plugins() -> Result<Plugins> {
    let args: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let Some(file) = path(&args).filter(|file| file.exists()) else { return Ok(Plugins::default()) };
    Ok(Preferences::read(&file)?.plugins())
}

impl Preferences {
    /// Reads the file; one that is not there is empty.
    ///
    /// # Errors
    /// Says where it is malformed.
    pub fn read(path: &std::path::Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let found: Option<Self> =
            serde_yaml::from_str(&text).with_context(|| format!("kuberc {} is malformed", path.display()))?;
        let found = found.unwrap_or_default();
        if !found.api_version.starts_with("kubectl.config.k8s.io/") || found.kind != "Preference" {
            bail!("kuberc {} is no Preference of kubectl.config.k8s.io", path.display());
        }
        Ok(found)
    }

    /// Which programs may give credentials.
    pub fn plugins(&self) -> Plugins {
        let names = |list: &Vec<AllowlistEntry>| list.iter().map(|entry| entry.command.clone()).collect();
        Plugins {
            policy: self.credential_plugin_policy.clone(),
            allowlist: self.credential_plugin_allowlist.as_ref().map(names),
        }
    }

    /// The command line as the preferences make it.
    pub fn apply(&self, root: &Command, args: Vec<String>) -> Vec<String> {
        let mut args = args;
        let first = args.iter().skip(1).position(|arg| !arg.starts_with('-')).map(|at| at + 1);
        if let Some(at) = first
            && root.find_subcommand(&args[at]).is_none()
            && let Some(alias) = self.aliases.iter().find(|alias| alias.name == args[at])
        {
            let mut whole: Vec<String> = args[..at].to_vec();
            whole.extend(alias.command.split_whitespace().map(str::to_string));
            whole.extend(alias.prepend_args.iter().cloned());
            let rest = &args[at + 1..];
            let flags: Vec<String> = alias
                .options
                .iter()
                .filter(|flag| !is_given(root, rest, &flag.name))
                .map(|flag| format!("--{}={}", flag.name, flag.default))
                .collect();
            whole.extend(flags);
            whole.extend_from_slice(rest);
            whole.extend(alias.append_args.iter().cloned());
            args = whole;
        }
        // The command's words, wherever flags stand between them.
        let (mut command, mut path, mut after) = (root, Vec::new(), 1);
        for (index, arg) in args.iter().enumerate().skip(1) {
            if arg == "--" {
                break;
            }
            if let Some(found) = command.find_subcommand(arg) {
                command = found;
                path.push(found.get_name().to_string());
                after = index + 1;
            }
        }
        let path = path.join(" ");
        let Some(defaults) = self.defaults.iter().find(|held| held.command == path && !path.is_empty())
        else {
            return args;
        };
        let flags: Vec<String> = defaults
            .options
            .iter()
            .filter(|flag| !is_given(command, &args, &flag.name))
            .map(|flag| format!("--{}={}", flag.name, flag.default))
            .collect();
        args.splice(after..after, flags);
        args
    }
}

/// Whether a flag is on the command line, by its name or its letter.
fn is_given(command: &Command, args: &[String], name: &str) -> bool {
    let letter =
        command.get_arguments().find(|arg| arg.get_long() == Some(name)).and_then(clap::Arg::get_short);
    args.iter().take_while(|arg| *arg != "--").any(|arg| {
        arg.strip_prefix("--").is_some_and(|flag| flag == name || flag.starts_with(&format!("{name}=")))
            || letter.is_some_and(|letter| {
                arg.strip_prefix('-')
                    .is_some_and(|short| !short.starts_with('-') && short.starts_with(letter))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_string).collect()
    }

    #[test]
    fn defaults_and_aliases() {
        let preferences: Preferences = serde_yaml::from_str(
            "kind: Preference\napiVersion: kubectl.config.k8s.io/v1beta1\ndefaults:\n- command: get\n  options: [{name: output, default: wide}]\n- command: create deployment\n  options: [{name: replicas, default: '3'}]\naliases:\n- name: nodes\n  command: get\n  prependArgs: [nodes]\n  options: [{name: output, default: json}]\n",
        )
        .expect("parses");
        let root = crate::command();
        for (given, want) in [
            ("kctl get pods", "kctl get --output=wide pods"),
            ("kctl get pods -o yaml", "kctl get pods -o yaml"),
            (
                "kctl -n x create deployment d --image=i",
                "kctl -n x create deployment --replicas=3 d --image=i",
            ),
            ("kctl create deployment d -r 2", "kctl create deployment d -r 2"),
            ("kctl nodes a", "kctl get nodes --output=json a"),
            ("kctl version", "kctl version"),
        ] {
            assert_eq!(preferences.apply(&root, line(given)), line(want), "{given}");
        }
    }
}

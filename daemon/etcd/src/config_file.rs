//! `--config-file`: the same settings as the flags, in YAML. With it, flags and environment
//! variables count no more, as in etcd.

use std::ffi::OsString;
use std::path::Path;

use serde_yaml::{Mapping, Value};

/// Sections of the file, and what their settings' flags begin with.
const SECTIONS: &[(&str, &str)] = &[("client-transport-security", ""), ("peer-transport-security", "peer-")];

/// Whether the arguments, or the environment, name a configuration file.
pub fn named(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        let flag = arg.trim_start_matches('-');
        if arg.starts_with('-') && flag == "config-file" {
            return args.next().map(Into::into);
        }
        if arg.starts_with('-')
            && let Some(path) = flag.strip_prefix("config-file=")
        {
            return Some(path.into());
        }
    }
    std::env::var("ETCD_CONFIG_FILE").ok().filter(|path| !path.is_empty())
}

/// The file's settings as arguments.
///
/// # Errors
/// Fails when the file can't be read or a setting has no such form; says which.
pub fn arguments(path: &Path) -> Result<Vec<OsString>, Vec<String>> {
    let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let settings: Mapping =
        serde_yaml::from_str(&text).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let (mut args, mut wrong) = (vec![OsString::from("etcd")], Vec::new());
    for (name, value) in &settings {
        let name = name.as_str().unwrap_or_default();
        match (SECTIONS.iter().find(|(section, _)| *section == name), value) {
            (Some((_, prefix)), Value::Mapping(section)) => {
                for (inner, value) in section {
                    let inner = inner.as_str().unwrap_or_default();
                    add(
                        &mut args,
                        &mut wrong,
                        &format!("{name}.{inner}"),
                        &format!("{prefix}{inner}"),
                        value,
                    );
                }
            }
            (Some(_), Value::Null) => {}
            _ => add(&mut args, &mut wrong, name, name, value),
        }
    }
    if wrong.is_empty() {
        Ok(args)
    } else {
        Err(wrong.into_iter().map(|mistake| format!("{}: {mistake}", path.display())).collect())
    }
}

fn add(args: &mut Vec<OsString>, wrong: &mut Vec<String>, shown: &str, flag: &str, value: &Value) {
    let text = match value {
        // An empty setting is one that isn't there.
        Value::Null => return,
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Sequence(all) if all.iter().all(Value::is_string) => {
            all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
        }
        _ => {
            wrong.push(format!("{shown} has a value of the wrong kind"));
            return;
        }
    };
    args.push(format!("--{flag}={text}").into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_become_flags() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("etcd.yaml");
        let text = "name: m1\ndata-dir: /var/lib/x\nsnapshot-count: 5\ncors:\nlog-outputs: [stderr]\n\
                    client-transport-security:\n  cert-file: a.crt\n  client-cert-auth: true\n\
                    peer-transport-security:\n  trusted-ca-file: ca.crt\n";
        std::fs::write(&path, text).expect("writes");
        let args = arguments(&path).expect("reads");
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        assert_eq!(
            args,
            [
                "etcd",
                "--name=m1",
                "--data-dir=/var/lib/x",
                "--snapshot-count=5",
                "--log-outputs=stderr",
                "--cert-file=a.crt",
                "--client-cert-auth=true",
                "--peer-trusted-ca-file=ca.crt",
            ]
        );
        std::fs::write(&path, "name: {a: b}").expect("writes");
        assert!(arguments(&path).expect_err("refuses")[0].contains("name has a value of the wrong kind"));
        let args = ["etcd", "--config-file", "/etc/x"].map(OsString::from);
        assert_eq!(named(&args), Some("/etc/x".into()));
        assert_eq!(named(&["etcd", "--config-file=/y"].map(OsString::from)), Some("/y".into()));
    }
}

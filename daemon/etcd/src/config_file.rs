//! `--config-file`: the same settings as the flags, in YAML. With it, flags and environment
//! variables count no more, as in etcd.

use std::ffi::OsString;
use std::path::Path;

use serde_yaml::{Mapping, Value};

/// Sections of the file, and what their settings' flags begin with.
const SECTIONS: &[(&str, &str)] = &[("client-transport-security", ""), ("peer-transport-security", "peer-")];

/// Settings whose flags have other names.
const OTHERWISE: &[(&str, &str)] = &[
    ("client-transport-security.allowed-hostname", "client-cert-allowed-hostname"),
    ("peer-transport-security.allowed-cn", "peer-cert-allowed-cn"),
    ("peer-transport-security.allowed-hostname", "peer-cert-allowed-hostname"),
    ("experimental-snapshot-catch-up-entries", "experimental-snapshot-catchup-entries"),
    ("discovery-config.token", "discovery-token"),
    ("discovery-config.client.endpoints", "discovery-endpoints"),
    ("discovery-config.client.dial-timeout", "discovery-dial-timeout"),
    ("discovery-config.client.request-timeout", "discovery-request-timeout"),
    ("discovery-config.client.keep-alive-time", "discovery-keepalive-time"),
    ("discovery-config.client.keep-alive-timeout", "discovery-keepalive-timeout"),
    ("discovery-config.client.secure.cert", "discovery-cert"),
    ("discovery-config.client.secure.key", "discovery-key"),
    ("discovery-config.client.secure.cacert", "discovery-cacert"),
    ("discovery-config.client.secure.insecure-transport", "discovery-insecure-transport"),
    ("discovery-config.client.secure.insecure-skip-tls-verify", "discovery-insecure-skip-tls-verify"),
    ("discovery-config.client.auth.username", "discovery-user"),
    ("discovery-config.client.auth.password", "discovery-password"),
];

/// Settings of etcd v2, which 3.6 passes over in a file: they change nothing as long as there is no
/// `proxy`.
const GONE: &[&str] = &[
    "discovery-fallback",
    "proxy-dial-timeout",
    "proxy-failure-wait",
    "proxy-read-timeout",
    "proxy-refresh-interval",
    "proxy-write-timeout",
];

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
    let named = |mistake: String| format!("{}: {mistake}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| vec![named(error.to_string())])?;
    settings(&text).map_err(|wrong| wrong.into_iter().map(named).collect())
}

/// Settings in YAML as arguments.
pub(crate) fn settings(text: &str) -> Result<Vec<OsString>, Vec<String>> {
    let settings: Mapping = serde_yaml::from_str(text).map_err(|error| vec![error.to_string()])?;
    let (mut args, mut wrong) = (vec![OsString::from("etcd")], Vec::new());
    for (name, value) in &settings {
        let name = name.as_str().unwrap_or_default();
        if GONE.contains(&name) || (name == "proxy" && value.as_str() == Some("off")) {
            continue;
        }
        if name == "proxy" {
            wrong.push("proxy: there is no proxy of etcd v2 since 3.6; only off is taken".into());
            continue;
        }
        flatten(&mut args, &mut wrong, name, value);
    }
    if wrong.is_empty() { Ok(args) } else { Err(wrong) }
}

/// A setting, or all those in a section.
fn flatten(args: &mut Vec<OsString>, wrong: &mut Vec<String>, path: &str, value: &Value) {
    let inside = |path: &str| {
        SECTIONS.iter().any(|(section, _)| *section == path)
            || OTHERWISE
                .iter()
                .any(|(long, _)| long.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    };
    if let Value::Mapping(section) = value
        && inside(path)
    {
        for (inner, value) in section {
            flatten(args, wrong, &format!("{path}.{}", inner.as_str().unwrap_or_default()), value);
        }
        return;
    }
    let known = OTHERWISE.iter().find(|(long, _)| *long == path).map(|(_, flag)| (*flag).to_string());
    let section = || {
        let (section, inner) = path.split_once('.')?;
        let (_, prefix) = SECTIONS.iter().find(|(name, _)| *name == section)?;
        Some(format!("{prefix}{inner}"))
    };
    let flag = known.or_else(section).unwrap_or_else(|| path.to_string());
    match value {
        // Go's durations are numbers of nanoseconds there.
        Value::Number(number) if path.starts_with("discovery-config.") => {
            add(args, wrong, path, &flag, &Value::String(format!("{number}ns")));
        }
        _ => add(args, wrong, path, &flag, value),
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
    use proptest::prelude::*;

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

    /// The settings that upstream's example of a file has, but for profiles of Go's.
    #[test]
    fn upstreams_example() {
        let text = "name: 'default'\ndata-dir:\nwal-dir:\nsnapshot-count: 10000\nheartbeat-interval: 100\n\
            election-timeout: 1000\nquota-backend-bytes: 0\nlisten-peer-urls: http://localhost:2380\n\
            listen-client-urls: http://localhost:2379\nmax-snapshots: 5\nmax-wals: 5\ncors:\n\
            initial-advertise-peer-urls: http://localhost:2380\n\
            advertise-client-urls: http://localhost:2379\ndiscovery:\ndiscovery-fallback: 'proxy'\n\
            discovery-proxy:\ndiscovery-srv:\ninitial-cluster:\ninitial-cluster-token: 'etcd-cluster'\n\
            initial-cluster-state: 'new'\nstrict-reconfig-check: false\nproxy: 'off'\n\
            proxy-failure-wait: 5000\nproxy-refresh-interval: 30000\nproxy-dial-timeout: 1000\n\
            proxy-write-timeout: 5000\nproxy-read-timeout: 0\nclient-transport-security:\n  cert-file:\n  \
            client-cert-auth: false\n  auto-tls: false\npeer-transport-security:\n  client-cert-auth: false\n  \
            auto-tls: false\nself-signed-cert-validity: 1\nlog-level: debug\nlogger: zap\n\
            log-outputs: [stderr]\nforce-new-cluster: false\nauto-compaction-mode: periodic\n\
            auto-compaction-retention: \"1\"\ncipher-suites: [\n  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n  \
            TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n]\ntls-min-version: 'TLS1.2'\ntls-max-version: 'TLS1.3'\n";
        let read = |text: &str| {
            let matches = crate::flags::without_environment().try_get_matches_from(settings(text)?);
            crate::flags::Config::new(&matches.expect("flags"))
        };
        let config = read(text).expect("valid");
        assert!(!config.limits.strict_reconfig && config.compaction.is_some());
        assert_eq!(config.client_limits.suites.iter().filter(|suite| suite.tls13().is_none()).count(), 2);
        for (more, said) in
            [("enable-pprof: true\n", "--enable-pprof"), ("proxy2: x\n", ""), ("proxy: 'on'\n", "proxy")]
        {
            let text = text.replace("proxy: 'off'\n", "") + more;
            match said {
                // An unknown setting is an unknown flag.
                "" => {
                    let args = settings(&text).expect("reads");
                    assert!(crate::flags::without_environment().try_get_matches_from(args).is_err());
                }
                said => assert!(read(&text).expect_err("refuses")[0].starts_with(said), "{said}"),
            }
        }
    }

    #[test]
    fn sections_inside_sections() {
        let text = "discovery-config:\n  token: t\n  client:\n    endpoints: [a:1, b:2]\n    dial-timeout: 3000000000\n    \
                    auth: {username: u, password: p}\n    secure:\n      cacert: ca.crt\n\
                    client-transport-security: {allowed-hostname: [x, y]}\ncors:\ndiscovery:\n";
        let args = settings(text).expect("reads");
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        let expected = [
            "etcd",
            "--discovery-token=t",
            "--discovery-endpoints=a:1,b:2",
            "--discovery-dial-timeout=3000000000ns",
            "--discovery-user=u",
            "--discovery-password=p",
            "--discovery-cacert=ca.crt",
            "--client-cert-allowed-hostname=x,y",
        ];
        assert_eq!(args, expected);
    }

    /// Pieces of such files, whole and broken.
    fn piece() -> impl Strategy<Value = String> {
        let names = ["name", "initial-cluster", "listen-client-urls", "quota-backend-bytes", "auth-token"];
        let more = ["client-transport-security", "log-level", "auto-compaction-retention", "feature-gates"];
        let names = prop::sample::select([&names[..], &more].concat());
        let values =
            ["http://:1", "https://[::1]:1", "unix://", "a=b,c=", "-1", "99999999999999999999", "[a, b]"];
        let values = prop::sample::select(
            [&values[..], &["{x: y}", "jwt,ttl=", "&a *a", "!!binary x", "1e999"]].concat(),
        );
        prop_oneof![
            6 => (names, values).prop_map(|(name, value)| format!("{name}: {value}\n")),
            1 => ".{0,20}\\n?",
            1 => Just("client-transport-security:\n  cert-file: x\n".to_string()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Whatever a file says makes a configuration, or is refused with words.
        #[test]
        fn any_file_is_read_or_refused(pieces in prop::collection::vec(piece(), 0..6)) {
            match settings(&pieces.concat()) {
                Ok(args) => {
                    if let Ok(matches) = crate::flags::without_environment().try_get_matches_from(args) {
                        let _ = crate::flags::Config::new(&matches).map_err(|wrong| assert!(!wrong.is_empty()));
                    }
                }
                Err(wrong) => prop_assert!(!wrong.is_empty()),
            }
        }
    }
}

//! Flags that many commands share.

use clap::{Arg, ArgAction, ArgMatches};

/// What Go takes for true and for false.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "t" | "T" | "TRUE" | "True" => Some(true),
        "false" | "0" | "f" | "F" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A boolean as pflag takes it: `--x`, `--x=true`, `--x=false`.
pub fn boolean(name: &'static str, default: bool, help: &'static str) -> Arg {
    let parse = |text: &str| {
        truth(text).ok_or_else(|| format!("strconv.ParseBool: parsing {text:?}: invalid syntax"))
    };
    Arg::new(name)
        .long(name)
        .help(help)
        .num_args(0..=1)
        .require_equals(true)
        .value_parser(parse)
        .value_name("BOOL")
        .default_missing_value("true")
        .default_value(if default { "true" } else { "false" })
}

/// Words after a command that takes none, where kubectl takes them and forgets them.
pub fn forgotten() -> Arg {
    Arg::new("forgotten").num_args(0..).hide(true)
}

/// A flag with a text.
pub fn text(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help)
}

/// A whole number as a function of Go's `strconv` reads it, and what that says of what is none.
///
/// # Errors
/// In the function's name.
pub fn go_number<T>(function: &str, text: &str) -> Result<T, String>
where
    T: std::str::FromStr<Err = std::num::ParseIntError>,
{
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse().map_err(|error: std::num::ParseIntError| {
        let why = match error.kind() {
            PosOverflow | NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        format!("strconv.{function}: parsing {text:?}: {why}")
    })
}

/// A flag whose value is a whole number, below zero, too; it is kept as it was written.
pub fn integer(name: &'static str, help: &'static str) -> Arg {
    text(name, help)
        .allow_negative_numbers(true)
        .value_parser(|text: &str| go_number::<i64>("ParseInt", text).map(|_| text.to_string()))
}

/// A flag whose value is a whole number of a type.
pub fn number<T>(name: &'static str, help: &'static str) -> Arg
where
    T: std::str::FromStr<Err = std::num::ParseIntError> + Clone + Send + Sync + 'static,
{
    text(name, help).allow_negative_numbers(true).value_parser(|text: &str| go_number::<T>("ParseInt", text))
}

/// A flag whose value is a duration as Go writes it: `10s`, `1m30s`, `0`.
pub fn period(name: &'static str, help: &'static str) -> Arg {
    text(name, help)
        .allow_hyphen_values(true)
        .value_parser(|text: &str| go_duration(text).map(|_| text.to_string()))
}

/// A duration as Go reads it, in seconds; what Go says of what is none.
fn go_duration(text: &str) -> Result<f64, String> {
    let invalid = || Err(format!("time: invalid duration {text:?}"));
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0.0);
    }
    if rest.is_empty() {
        return invalid();
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let Some(number) =
            Some(&rest[..end]).filter(|number| *number != ".").and_then(|n| n.parse::<f64>().ok())
        else {
            return invalid();
        };
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = match &rest[..end] {
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            unit => return Err(format!("time: unknown unit {unit:?} in duration {text:?}")),
        };
        seconds += number * unit;
        rest = &rest[end..];
    }
    Ok(sign * seconds)
}

/// A flag that may be given several times, or with commas.
pub fn list(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::Append).value_delimiter(',')
}

/// A flag whose value is a log level.
fn level(name: &'static str, help: &'static str) -> Arg {
    text(name, help)
        .allow_negative_numbers(true)
        .value_parser(|text: &str| go_number::<i32>("ParseInt", text).map(|_| text.to_string()))
}

/// `--vmodule`: `pattern=N` with commas between.
fn modules(text: &str) -> Result<String, &'static str> {
    for entry in text.split(',').filter(|entry| !entry.is_empty()) {
        let level = entry.split_once('=').filter(|(pattern, _)| !pattern.is_empty());
        match level.and_then(|(_, level)| level.parse::<i32>().ok()) {
            Some(level) if level < 0 => return Err("negative value for vmodule level"),
            Some(_) => {}
            None => return Err("syntax error: expect comma-separated list of filename=N"),
        }
    }
    Ok(text.into())
}

/// Refuses the profiles that Go's runtime writes.
///
/// # Errors
/// Says which one can't be written.
pub fn check_profile(matches: &ArgMatches) -> anyhow::Result<()> {
    const OF_GO: &[&str] = &["cpu", "heap", "goroutine", "threadcreate", "block", "mutex", "trace"];
    match get(matches, "profile") {
        None | Some("none") => Ok(()),
        Some(name) if OF_GO.contains(&name) => {
            anyhow::bail!(
                "--profile={name} can't be captured: it is a profile of Go's runtime, use perf in its place"
            )
        }
        Some(other) => anyhow::bail!("unknown profile '{other}'"),
    }
}

/// The flags of every command: where the server is and who we are.
pub fn global() -> Vec<Arg> {
    let flags = vec![
        text("kubeconfig", "Path to the kubeconfig file to use"),
        text("context", "The name of the kubeconfig context to use"),
        text("cluster", "The name of the kubeconfig cluster to use"),
        text("user", "The name of the kubeconfig user to use"),
        text("namespace", "The namespace scope of this request").short('n'),
        text("server", "The address and port of the Kubernetes API server").short('s'),
        text("token", "Bearer token for authentication to the API server"),
        text("as", "Username to impersonate for the operation"),
        list("as-group", "Group to impersonate for the operation"),
        text("as-uid", "UID to impersonate for the operation"),
        list("as-user-extra", "Extras of the user to impersonate, as key=value"),
        text("username", "Username for basic authentication to the API server"),
        text("password", "Password for basic authentication to the API server"),
        text("cache-dir", "Where discovery is cached"),
        text("kuberc", "Path to the kuberc file to use for preferences"),
        boolean("disable-compression", false, "Ask for no compression of answers"),
        boolean("match-server-version", false, "Require server version to match client version"),
        text("certificate-authority", "Path to a cert file for the certificate authority"),
        text("client-certificate", "Path to a client certificate file for TLS"),
        text("client-key", "Path to a client key file for TLS"),
        text("tls-server-name", "Server name to use for server certificate validation"),
        text("request-timeout", "How long to wait for a single server request; 0 is without limit"),
        boolean("insecure-skip-tls-verify", false, "Do not check the server's certificate"),
        boolean("warnings-as-errors", false, "Treat warnings received from the server as errors"),
        level("v", "Number for the log level verbosity").short('v'),
        text("vmodule", "Levels of Go's source files, as file=N; there are none here, so it has no effect")
            .value_parser(modules),
        text("log-flush-frequency", "How long log messages may wait; here they never do")
            .allow_hyphen_values(true)
            .value_parser(|text: &str| {
                go_duration(text).map(|_| text.to_string()).map_err(|_| "parse error")
            }),
        text("profile", "Name of profile to capture; none is the only one that can be"),
        text("profile-output", "Name of the file to write the profile to"),
    ];
    flags.into_iter().map(|flag| flag.global(true)).collect()
}

/// `-o` and the flags that go with it.
pub fn output() -> [Arg; 4] {
    [
        text("output", "Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file").short('o'),
        text("template", "A template, or the file with one, for -o go-template and -o go-template-file"),
        boolean("allow-missing-template-keys", true, "Ignore errors in templates when a field or map key is missing"),
        boolean("show-managed-fields", false, "Keep the managedFields when printing objects in JSON or YAML format"),
    ]
}

/// `-l`.
pub fn selector() -> Arg {
    text("selector", "Selector (label query) to filter on").short('l')
}

/// `-f`, `-k`, `-R`.
pub fn files() -> [Arg; 3] {
    [
        text("kustomize", "Process the kustomization directory").short('k'),
        Arg::new("filename")
            .long("filename")
            .short('f')
            .action(ArgAction::Append)
            .help("Files, folders or - for standard input"),
        boolean("recursive", false, "Look into the folders of -f as well").short('R'),
    ]
}

/// `--dry-run`.
pub fn dry_run() -> Arg {
    text("dry-run", "none, client or server")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("unchanged")
        .default_value("none")
        .value_parser(|text: &str| match text {
            "none" | "client" | "server" | "unchanged" => Ok(text.to_string()),
            // kubectl has it without the flag's name.
            _ => Err(format!("Invalid dry-run value ({text}). Must be \"none\", \"server\", or \"client\".")),
        })
}

/// `--validate`.
pub fn validate() -> Arg {
    text("validate", "strict, warn or ignore unknown fields")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("strict")
        .default_value("strict")
        .value_parser(|text: &str| match text {
            "true" | "strict" | "warn" | "false" | "ignore" => Ok(text.to_string()),
            _ => Err(format!(
                "invalid - validate option {text:?}; must be one of: strict (or true), warn, ignore (or false)"
            )),
        })
}

/// A text flag's value.
pub fn get<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// A boolean flag's value.
pub fn is(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}

/// All values of a list flag or of the positional arguments.
pub fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches
        .try_get_many::<String>(name)
        .ok()
        .flatten()
        .map(|values| values.cloned().collect())
        .unwrap_or_default()
}

/// Labels of a new object: `a=b,c=d`.
///
/// # Errors
/// Says which of them is none.
pub fn labels(text: &str) -> anyhow::Result<serde_json::Map<String, serde_json::Value>> {
    let mut found = serde_json::Map::new();
    if text.is_empty() {
        anyhow::bail!("no label spec passed");
    }
    for spec in text.split(',') {
        match spec.split('=').collect::<Vec<_>>().as_slice() {
            ["", _] => anyhow::bail!("unexpected empty label key"),
            [key, value] => _ = found.insert((*key).into(), (*value).into()),
            _ => anyhow::bail!("unexpected label spec: {spec}"),
        }
    }
    Ok(found)
}

/// A Go duration; a bare number counts as seconds, as `--request-timeout` has it, and what is
/// below zero is none.
///
/// # Errors
/// Fails on what is no duration.
pub fn duration(text: &str) -> anyhow::Result<std::time::Duration> {
    let seconds = match text.parse::<f64>() {
        Ok(bare) => bare,
        Err(_) => {
            go_duration(text).map_err(|why| anyhow::anyhow!("{why}; write it like 10s, 1m30s or 500ms"))?
        }
    };
    Ok(std::time::Duration::try_from_secs_f64(seconds.max(0.0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, want) in
            [("0", 0.0), ("1m30s", 90.0), ("-1.5h", -5400.0), ("500ms", 0.5), (".5s", 0.5), ("1us", 1e-6)]
        {
            let found = go_duration(text).unwrap();
            assert!((found - want).abs() < 1e-12, "{text}: {found}");
        }
        for text in ["", "-", "1", "x", "1x", "1.2.3s", ".s", "s"] {
            assert!(go_duration(text).is_err(), "{text}");
        }
        assert_eq!(duration("2").unwrap(), std::time::Duration::from_secs(2));
        assert_eq!(duration("-2s").unwrap(), std::time::Duration::ZERO);
    }

    #[test]
    fn labels_of_new_objects() {
        assert_eq!(
            serde_json::Value::Object(labels("a=b,c=").unwrap()),
            serde_json::json!({"a": "b", "c": ""})
        );
        for text in ["", "a", "=b", "a=b,", "a=b=c"] {
            assert!(labels(text).is_err(), "{text}");
        }
    }

    #[test]
    fn levels_of_files() {
        for text in ["", "a=1", "a=1,b*=2,"] {
            assert_eq!(modules(text).as_deref(), Ok(text));
        }
        for text in ["a", "a=", "a=x", "=1", "a=-1"] {
            assert!(modules(text).is_err(), "{text}");
        }
    }

    #[test]
    fn profiles_of_go_are_refused_by_name() {
        let check = |args: &[&str]| {
            let words = ["x"].iter().chain(args);
            let matches = clap::Command::new("x").args(global()).try_get_matches_from(words).expect("parses");
            check_profile(&matches).map_err(|error| error.to_string())
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&["--profile=none", "--profile-output=f"]), Ok(()));
        assert!(check(&["--profile=cpu"]).is_err_and(|error| error.contains("--profile=cpu")));
        assert_eq!(check(&["--profile="]), Err("unknown profile ''".into()));
    }
}

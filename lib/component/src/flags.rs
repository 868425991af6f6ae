//! Flags as Go's `pflag` takes them, on top of clap: booleans with an optional `=value`,
//! durations such as `1m30s`, and `key=value` lists.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::logging::Settings;

/// A boolean flag: `--name`, `--name=true` and `--name=false` (never `--name false`).
pub fn boolean(name: &'static str, default: bool, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_parser(parse_bool)
        .value_name("BOOL")
        .hide_possible_values(true)
        .default_missing_value("true")
        .default_value(if default { "true" } else { "false" })
}

/// A flag that takes one value and has a default.
pub fn value(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::Set).default_value(default)
}

/// The log verbosity flag `-v`, `--v`, as klog has it.
pub fn verbosity() -> Arg {
    Arg::new("v")
        .short('v')
        .long("v")
        .help("number for the log level verbosity")
        .action(ArgAction::Set)
        .value_parser(clap::value_parser!(u8))
        .default_value("0")
}

/// The flags by which the components of Kubernetes are told how to log; [`logging`] reads them.
pub fn logging_args() -> [Arg; 7] {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    [
        value("logging-format", "text", "how lines are written: text, or json with ts, caller, msg and v")
            .value_parser(["text", "json"]),
        value("log-flush-frequency", "5s", "the longest that a line may wait; each is written at once")
            .value_parser(parse_duration),
        text("vmodule", "pattern=N,…: the verbosity of source files whose names, without .rs, are so")
            .value_parser(Settings::modules),
        alpha("log-json-info-buffer-size"),
        alpha("log-text-info-buffer-size"),
        boolean("log-json-split-stream", false, ALPHA),
        boolean("log-text-split-stream", false, ALPHA),
    ]
}

const ALPHA: &str = "alpha: needs the gate LoggingAlphaOptions, which is not built";

fn alpha(name: &'static str) -> Arg {
    Arg::new(name).long(name).help(ALPHA)
}

/// Reads [`logging_args`] and [`verbosity`].
///
/// # Errors
/// One line for each flag that is refused.
pub fn logging(matches: &ArgMatches) -> Result<Settings, Vec<String>> {
    let mut wrong = Vec::new();
    for form in ["json", "text"] {
        let size = format!("log-{form}-info-buffer-size");
        let size_given = matches.get_one::<String>(&size).is_some_and(|size| size != "0");
        let split = format!("log-{form}-split-stream");
        for (name, given) in
            [(size, size_given), (split.clone(), matches.get_one::<bool>(&split) == Some(&true))]
        {
            if given {
                wrong.push(format!("--{name}: Forbidden: Feature LoggingAlphaOptions is disabled"));
            }
        }
    }
    let settings = Settings {
        verbosity: matches.get_one::<u8>("v").copied().unwrap_or_default(),
        modules: matches.get_one::<Vec<(String, u8)>>("vmodule").cloned().unwrap_or_default(),
        json: matches.get_one::<String>("logging-format").is_some_and(|form| form == "json"),
    };
    if settings.json && !settings.modules.is_empty() {
        wrong.push("--vmodule: Forbidden: Only supported for text log format".into());
    }
    if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
}

/// A boolean as Go's `strconv.ParseBool` reads it.
pub fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(format!("{text:?} is not a boolean; use true or false")),
    }
}

/// A duration as Go's `time.ParseDuration` reads it (`300ms`, `1h15m30.5s`, `0`).
/// Negative durations are refused: no flag of ours has a use for one.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let bad = || format!("{text:?} is not a duration; write it like 10s, 1m30s or 500ms");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return Err(bad());
    }
    let mut seconds = 0f64;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(bad)?;
        let amount: f64 = rest[..number].parse().map_err(|_| bad())?;
        rest = &rest[number..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = match &rest[..end] {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(bad()),
        };
        seconds += amount * unit;
        rest = &rest[end..];
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| bad())
}

/// `a=b,c=d` as a map. An empty text is an empty map.
pub fn parse_map(text: &str) -> Result<BTreeMap<String, String>, String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| format!("{part:?} has no '='; write the flag as key=value,key=value"))?;
            Ok((key.trim().to_string(), value.trim().to_string()))
        })
        .collect()
}

/// Parses `args` (the program's name first). On `--help`, `--version` and on an error clap's
/// text is printed and the exit code to leave with is returned: 0, or 1 as upstream's daemons.
pub fn parse(command: Command, args: Vec<OsString>) -> Result<ArgMatches, ExitCode> {
    command.try_get_matches_from(args).map_err(|error| {
        // A closed pipe while printing help is not worth a second error.
        let _ = error.print();
        if error.use_stderr() { ExitCode::from(1) } else { ExitCode::SUCCESS }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, want) in
            [("0", 0), ("10s", 10_000), ("1m30s", 90_000), ("300ms", 300), ("1.5h", 5_400_000)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(want)), "{text}");
        }
        for text in ["", "10", "s", "10 s", "-5s", "1d"] {
            assert!(parse_duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn booleans_take_an_optional_value() {
        let command = || Command::new("x").arg(boolean("flag", false, "")).arg(Arg::new("rest"));
        let flag = |args: &[&str]| {
            let matches = command().try_get_matches_from(args).expect("parses");
            *matches.get_one::<bool>("flag").expect("has a default")
        };
        assert!(!flag(&["x"]));
        assert!(flag(&["x", "--flag"]));
        assert!(flag(&["x", "--flag", "rest"]));
        assert!(!flag(&["x", "--flag=false"]));
        assert!(command().try_get_matches_from(["x", "--flag=maybe"]).is_err());
    }

    #[test]
    fn maps() {
        assert_eq!(parse_map("a=1,b=2").map(|m| m.len()), Ok(2));
        assert_eq!(parse_map("").map(|m| m.len()), Ok(0));
        assert!(parse_map("a").is_err());
    }
}

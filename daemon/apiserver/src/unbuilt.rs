//! Upstream's flags for what this server does not have, or can't choose: accepted where they ask for what is so
//! anyway, refused with a word otherwise.

use clap::{Arg, ArgAction, ArgMatches};
use component::flags::{boolean, parse_duration, value};

/// The minor version that this server is, and the one before.
pub const MINOR: &str = "1.36";
pub const BEFORE: &str = "1.35";

/// The flags.
pub fn args() -> Vec<Arg> {
    let text =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::Set);
    let list = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append).value_delimiter(',')
    };
    let duration = |name: &'static str, default: &'static str| {
        value(
            name,
            default,
            "of coordinated leader election, which is behind a gate that is off and not built",
        )
        .value_parser(parse_duration)
    };
    vec![
        boolean("contention-profiling", false, "Go's profiles of locks: not built"),
        duration("coordinated-leadership-lease-duration", "15s"),
        duration("coordinated-leadership-renew-deadline", "10s"),
        duration("coordinated-leadership-retry-period", "2s"),
        list("emulated-version", "the version to behave as: 1.36 alone"),
        boolean(
            "emulation-forward-compatible",
            false,
            "serve newer versions of what the emulated version has; there are none",
        ),
        list("min-compatibility-version", "the oldest version of other servers of the cluster: 1.35 or 1.36"),
        text("peer-advertise-ip", "needs the gate UnknownVersionInteroperabilityProxy, which is not built"),
        text("peer-advertise-port", "needs the gate UnknownVersionInteroperabilityProxy, which is not built"),
        text("peer-ca-file", "needs the gate UnknownVersionInteroperabilityProxy, which is not built"),
        boolean(
            "runtime-config-emulation-forward-compatible",
            false,
            "switch on newer versions than the emulated one has; there are none",
        ),
        text(
            "show-hidden-metrics-for-version",
            "show metrics that this version hides, as 1.35 did; there are none",
        ),
        boolean("watch-cache", true, "answer lists and watches from a cache; it is always so"),
        list("watch-cache-sizes", "resource[.group]#size: sizes are found out; none can be 0"),
    ]
}

/// The oldest version that other servers of the cluster may have.
pub fn oldest(matches: &ArgMatches) -> &'static str {
    let mut given = matches.get_many::<String>("min-compatibility-version").into_iter().flatten();
    if given.any(|version| number(version) == MINOR) { MINOR } else { BEFORE }
}

/// A version without the name of what it is of.
fn number(version: &str) -> &str {
    version.strip_prefix("kube=").unwrap_or(version).trim_start_matches('v')
}

/// What is wrong with how they are given.
pub fn check(matches: &ArgMatches, wrong: &mut Vec<String>) {
    let text = |name: &str| matches.get_one::<String>(name).filter(|text| !text.is_empty());
    let all =
        |name: &str| matches.get_many::<String>(name).into_iter().flatten().filter(|text| !text.is_empty());
    let flag = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
    if flag("contention-profiling") {
        wrong.push("--contention-profiling: Go's profiles are not built".into());
    }
    for name in ["peer-ca-file", "peer-advertise-ip", "peer-advertise-port"] {
        if text(name).is_some() {
            wrong.push(format!(
                "--{name} requires UnknownVersionInteroperabilityProxy feature to be turned on, which is not built"
            ));
        }
    }
    for (name, known) in
        [("emulated-version", &[MINOR][..]), ("min-compatibility-version", &[MINOR, BEFORE][..])]
    {
        for version in all(name) {
            if !known.contains(&number(version)) {
                wrong.push(format!("--{name}={version}: this is {MINOR}, and behaves as no other"));
            }
        }
    }
    if text("show-hidden-metrics-for-version").is_some_and(|version| version != BEFORE) {
        wrong.push(format!(
            "--show-hidden-metrics-for-version must be omitted or have the value '{BEFORE}'. Only the previous minor version is allowed"
        ));
    }
    if !flag("watch-cache") {
        wrong.push("--watch-cache=false: lists without the cache are not built".into());
    }
    for item in all("watch-cache-sizes") {
        match item.split_once('#').map(|(_, size)| size.parse::<u32>()) {
            Some(Ok(0)) => {
                wrong.push(format!("--watch-cache-sizes={item}: lists without the cache are not built"))
            }
            Some(Ok(_)) => {}
            _ => wrong.push(format!("--watch-cache-sizes={item}: write it as resource[.group]#size")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(flags: &[&str]) -> Vec<String> {
        let command = clap::Command::new("x").args(args());
        let matches = command.try_get_matches_from(["x"].iter().chain(flags)).expect("flags");
        let mut wrong = Vec::new();
        check(&matches, &mut wrong);
        wrong
    }

    #[test]
    fn other_servers_may_be_older() {
        let oldest = |flags: &[&str]| {
            let command = clap::Command::new("x").args(args());
            oldest(&command.try_get_matches_from(["x"].iter().chain(flags)).expect("flags"))
        };
        assert_eq!(oldest(&[]), "1.35");
        assert_eq!(oldest(&["--min-compatibility-version=1.35"]), "1.35");
        assert_eq!(oldest(&["--min-compatibility-version=kube=1.36"]), "1.36");
    }

    #[test]
    fn what_is_so_anyway_may_be_said() {
        for flag in [
            "--emulated-version=1.36",
            "--emulated-version=kube=1.36",
            "--min-compatibility-version=1.35",
            "--watch-cache=true",
            "--watch-cache-sizes=pods#100,deployments.apps#1",
            "--contention-profiling=false",
            "--show-hidden-metrics-for-version=1.35",
            "--coordinated-leadership-retry-period=1s",
        ] {
            assert_eq!(wrong(&[flag]), Vec::<String>::new(), "{flag}");
        }
        for flag in [
            "--emulated-version=1.35",
            "--min-compatibility-version=1.30",
            "--watch-cache=false",
            "--watch-cache-sizes=pods#0",
            "--watch-cache-sizes=pods",
            "--contention-profiling",
            "--peer-ca-file=/x",
            "--show-hidden-metrics-for-version=1.34",
        ] {
            assert_eq!(wrong(&[flag]).len(), 1, "{flag}");
        }
    }
}

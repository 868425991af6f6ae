//! Commands, flags, their letters and defaults, against the published ones of kubectl v1.36.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Command;

/// The published facts about v1.36; nothing, with a word, where they are missing.
fn reference() -> Option<PathBuf> {
    let own = std::env::var_os("KADM_REFERENCE").map(PathBuf::from);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // A worktree lies as deep as a clone.
    let found =
        [own, Some(root.join("../../../shared/api"))].into_iter().flatten().find(|path| path.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the reference data is missing");
        println!("skipped: no reference data");
    }
    found
}

/// What we decide otherwise, and why.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("create secret docker-registry", "--docker-server", "the list has the default's beginning only"),
    ("proxy", "--accept-hosts", "the list has the default's beginning only"),
    ("config set-cluster", "--server", "-s stays the global flag's letter"),
    ("cluster-info dump", "--output", "JSON is what is written without it"),
    ("config view", "--output", "YAML is what is written without it"),
    ("kuberc view", "--output", "YAML is what is written without it"),
    ("logs", "--tail", "that it is not given means all lines, or ten of a selector's"),
    ("patch", "--field-manager", "the managers' names stand beside the writes"),
    ("label", "--field-manager", "the managers' names stand beside the writes"),
    ("annotate", "--field-manager", "the managers' names stand beside the writes"),
    ("api-resources", "--namespaced", "only what is given counts, here and there"),
];

/// What differs of one flag: it is absent, has another letter or another default.
fn difference(root: &Command, command: &Command, line: &str) -> Option<String> {
    let mut words = line.trim().splitn(3, ' ');
    let name = words.next()?.trim_start_matches("--");
    let (second, third) = (words.next(), words.next());
    let short =
        second.and_then(|word| word.strip_prefix('-')?.chars().next()).filter(|letter| !letter.is_numeric());
    let default = match (second, third, short) {
        (_, default, Some(_)) => default.unwrap_or_default().to_string(),
        (second, third, None) => [second, third].into_iter().flatten().collect::<Vec<_>>().join(" "),
    };
    let default = default.trim_matches('\'');
    let mut flags = command.get_arguments().chain(root.get_arguments());
    let Some(flag) = flags.find(|flag| flag.get_long() == Some(name)) else {
        return Some("it is absent".into());
    };
    if flag.get_short() != short {
        return Some(format!("its letter is {:?}, not {short:?}", flag.get_short()));
    }
    let ours: Vec<String> =
        flag.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let ours = ours.join(",");
    let plain = |text: &str| {
        let text = text.trim_start_matches('[').trim_end_matches(']');
        if ["", "false", "0", "0s"].contains(&text) { String::new() } else { text.to_string() }
    };
    (plain(&ours) != plain(default)).then(|| format!("its default is {ours:?}, not {default:?}"))
}

#[test]
fn flags_are_those_of_v1_36() {
    let Some(reference) = reference() else { return };
    let text = std::fs::read_to_string(reference.join("flags/kubectl.txt")).expect("the list of flags");
    let root = kctl::command();
    // What looks like a flag may be a line of an example, which stands before the flags.
    let (mut flags, mut path) = (BTreeMap::new(), "");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("kubectl") {
            Some(words) => path = words.trim(),
            None => drop(flags.insert((path, line.split_whitespace().next().unwrap_or_default()), line)),
        }
    }
    let (mut count, mut different) = (0, Vec::new());
    for ((path, name), line) in flags {
        let Some(command) =
            path.split_whitespace().try_fold(&root, |found, word| found.find_subcommand(word))
        else {
            different.push(format!("{path}: the command is absent"));
            continue;
        };
        count += 1;
        if !OTHERWISE.iter().any(|(at, flag, _)| (*at, *flag) == (path, name)) {
            different.extend(difference(&root, command, line).map(|why| format!("{path} {name}: {why}")));
        }
    }
    assert!(count > 500, "the list has {count} flags");
    assert_eq!(different, Vec::<String>::new());
}

//! What is done to files while no member uses them: hashkv, and migrate.

use std::path::Path;

use clap::{Arg, ArgMatches, Command};
use serde_json::json;

use crate::output::{Format, Printer, show};
use crate::{Done, Failure, positional, text, toggle};

pub(crate) fn commands() -> Vec<Command> {
    vec![
        Command::new("hashkv")
            .about("Prints the KV history hash of a given file")
            .arg(positional("filename", true).help("A snapshot, or the member/snap/db of a data directory"))
            .arg(
                Arg::new("rev")
                    .long("rev")
                    .default_value("0")
                    .value_parser(clap::value_parser!(i64))
                    .help("maximum revision to hash (default: latest revision)"),
            ),
        Command::new("migrate")
            .about("Checks that a data directory has the storage version that is wanted")
            .arg(Arg::new("data-dir").long("data-dir").required(true).help("Path to the etcd data dir"))
            .arg(
                Arg::new("target-version")
                    .long("target-version")
                    .required(true)
                    .help("Target etcd version of the contents. Format \"X.Y\", for example 3.6"),
            )
            .arg(toggle("force", "Go on where the storage version can't be changed")),
    ]
}

pub(crate) fn run(name: &str, matches: &ArgMatches) -> Done {
    if name == "migrate" { migrate(matches) } else { hashkv(matches) }
}

fn hashkv(matches: &ArgMatches) -> Done {
    let path = text(matches, "filename").unwrap_or_default();
    let revision = matches.get_one::<i64>("rev").copied().unwrap_or_default();
    let found = etcdfile::hash_kv(Path::new(path), revision).map_err(Failure::error)?;
    let printer = Printer::new(matches);
    if printer.format == Format::Fields {
        println!("\"Hash\" : {}\n\"Hash revision\" : {}", found.hash, found.hash_revision);
        println!("\"Compact revision\" : {}", found.compact_revision);
        return Ok(());
    }
    let row =
        vec![found.hash.to_string(), found.hash_revision.to_string(), found.compact_revision.to_string()];
    let json = json!({
        "hash": found.hash,
        "hashRevision": found.hash_revision,
        "compactRevision": found.compact_revision,
    });
    show(printer, &["HASH", "HASH REVISION", "COMPACT REVISION"], vec![row], json)
}

/// There is one storage version: what other versions need is said, instead of done by halves.
fn migrate(matches: &ArgMatches) -> Done {
    let wanted = text(matches, "target-version").unwrap_or_default();
    let numbers: Option<Vec<u32>> = wanted.split('.').map(|part| part.parse().ok()).collect();
    let Some([major, minor]) = numbers.as_deref() else {
        return Err(Failure::args(format!("wrong target version format, expected \"X.Y\", got {wanted:?}")));
    };
    if (*major, *minor) < (3, 5) {
        return Err(Failure::args(format!("target version {wanted:?} not supported. Minimal \"3.5\"")));
    }
    let data_dir = Path::new(text(matches, "data-dir").unwrap_or_default());
    etcdfile::check_layout(data_dir).map_err(Failure::error)?;
    let ours = etcdfile::STORAGE_VERSION;
    if ours.trim_end_matches(".0") == wanted {
        eprintln!("storage version up-to-date: {wanted}");
        return Ok(());
    }
    Err(Failure::error(format!(
        "{} cannot be changed to storage version {wanted}: it is of this program's own layout, which \
         stands for {ours} alone (--force can't change that). To move its keys to another etcd use \
         make-mirror",
        data_dir.display()
    )))
}

//! The one executable: it is whichever program its name says, busybox-style.
//!
//! `kadm <program> …` does the same without a symlink, for containers and unit files.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let name = |arg: &OsString| {
        Path::new(arg).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mut program = args.first().map(name).unwrap_or_default();
    if kadm::programs::find(&program).is_none() {
        // Not one of our names: `kadm`, or a copy under any other name.
        if let Some(inner) = args.get(1).map(name).filter(|inner| kadm::programs::find(inner).is_some()) {
            args.remove(0);
            program = inner;
        }
    }
    match kadm::programs::find(&program) {
        Some(found) => (found.run)(args),
        None => kadm::run(args),
    }
}

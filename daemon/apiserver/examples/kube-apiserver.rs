//! The API server alone, without the other programs: quicker to build while working on it.

use std::process::ExitCode;

fn main() -> ExitCode {
    apiserver::run(std::env::args_os().collect())
}

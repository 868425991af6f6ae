//! kctl alone, without the daemons: quick to build while working on it.

fn main() -> std::process::ExitCode {
    kctl::run(std::env::args_os().collect())
}

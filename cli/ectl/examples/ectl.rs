//! ectl alone, for tests that want it without the rest of kadm.

fn main() -> std::process::ExitCode {
    ectl::run(std::env::args_os().collect())
}

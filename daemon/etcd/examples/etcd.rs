//! The server alone, for tests and experiments that want it without the rest of kadm.

fn main() -> std::process::ExitCode {
    etcd::run(std::env::args_os().collect())
}

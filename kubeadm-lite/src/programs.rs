//! The programs in the executable, by name.

use std::ffi::OsString;
use std::process::ExitCode;

/// One program: its name on the command line, its flags and its entry.
pub struct Program {
    /// The name that a symlink gives it.
    pub name: &'static str,
    /// Its flags and subcommands, from which completions and man pages are made.
    pub command: fn() -> clap::Command,
    /// Runs it; `args` begin with the program's name.
    pub run: fn(Vec<OsString>) -> ExitCode,
    /// Whether people call it: only such programs get a symlink, completions and a man page.
    pub public: bool,
}

/// Every program but `kadm` itself.
pub const PROGRAMS: &[Program] = &[
    Program { name: "kctl", command: kctl::command, run: kctl::run, public: true },
    Program { name: "ectl", command: ectl::command, run: ectl::run, public: true },
    Program { name: "etcd", command: etcd::command, run: etcd::run, public: true },
    Program { name: "kube-apiserver", command: apiserver::command, run: apiserver::run, public: true },
    Program {
        name: "kube-controller-manager",
        command: controller_manager::command,
        run: controller_manager::run,
        public: true,
    },
    Program { name: "kube-scheduler", command: scheduler::command, run: scheduler::run, public: true },
    Program { name: "kubelet", command: kubelet::command, run: kubelet::run, public: true },
    Program { name: "kube-proxy", command: proxy::command, run: proxy::run, public: true },
    Program { name: "kube-cri", command: cri::command, run: cri::run, public: true },
    Program { name: "kube-shim", command: cri::shim::command, run: cri::shim::run, public: false },
    Program { name: "kube-cni", command: cni::command, run: cni::run, public: true },
    Program { name: "loopback", command: cni::command, run: cni::run, public: false },
    Program { name: "kube-dns", command: dns::command, run: dns::run, public: true },
    Program { name: "hello", command: crate::hello::command, run: crate::hello::run, public: false },
    Program { name: "pause", command: crate::hello::pause_command, run: crate::hello::pause, public: false },
    Program { name: "wget", command: crate::hello::wget_command, run: crate::hello::wget, public: false },
    Program {
        name: "kadm-supervisor",
        command: crate::supervisor::command,
        run: crate::supervisor::run,
        public: false,
    },
];

/// The program of that name.
pub fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.name == name)
}

//! A member as a process: the test's own executable, started again with its arguments in its
//! environment.

#![allow(dead_code)] // Not every test uses all of it.

pub mod cluster;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use etcdapi::{Client, Config};

const ARGS: &str = "ETCD_TEST_ARGS";

/// Becomes the server when the environment says so; every test executable has a test `server`
/// that calls this.
pub fn serve() {
    if let Ok(args) = std::env::var(ARGS) {
        let code = etcd::run(args.split('\n').map(Into::into).collect());
        std::process::exit(i32::from(code != std::process::ExitCode::SUCCESS));
    }
}

pub struct Member {
    pub process: Child,
    pub endpoint: String,
}

impl Member {
    pub fn start(dir: &Path, port: u16) -> Self {
        Self::with(dir, port, &[])
    }

    /// Starts a member with further flags.
    pub fn with(dir: &Path, port: u16, flags: &[String]) -> Self {
        Self::faulty(dir, port, flags, &[])
    }

    /// The same, with more in its environment.
    pub fn faulty(dir: &Path, port: u16, flags: &[String], environment: &[(&str, String)]) -> Self {
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut args = vec![
            "etcd".to_string(),
            format!("--data-dir={}", dir.display()),
            format!("--listen-client-urls={endpoint}"),
            format!("--advertise-client-urls={endpoint}"),
        ];
        args.extend_from_slice(flags);
        Self::under(endpoint, &args, environment)
    }

    /// Starts a member with these arguments and no others.
    pub fn raw(endpoint: String, args: &[String]) -> Self {
        Self::under(endpoint, args, &[])
    }

    /// The same, with more in its environment.
    pub fn under(endpoint: String, args: &[String], environment: &[(&str, String)]) -> Self {
        let process = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", "server", "--nocapture"])
            .env(ARGS, args.join("\n"))
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .spawn()
            .expect("starts");
        Self { process, endpoint }
    }

    pub async fn client(&self) -> Client {
        let started = Instant::now();
        loop {
            match Client::connect(Config::new([self.endpoint.clone()])).await {
                Ok(client) => return client,
                Err(error) if started.elapsed() > Duration::from_secs(30) => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    pub fn kill(&mut self) {
        self.process.kill().expect("kills");
        self.process.wait().expect("ends");
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian's etcd, on a port of its own; `None` where there is none, which CI does not accept.
pub fn upstream(dir: &Path) -> Option<Member> {
    let (url, peer) = (format!("http://127.0.0.1:{}", free_port()), free_port());
    // `kadm init` puts links of these names on the PATH: they are not the peer.
    let path = std::env::var("PATH").unwrap_or_default();
    let installed = path.split(':').map(|folder| Path::new(folder).join("etcd"));
    let theirs = |file: &PathBuf| file.canonicalize().is_ok_and(|real| !real.ends_with("kadm"));
    let Some(program) = { installed }.find(theirs) else {
        assert!(std::env::var_os("CI").is_none(), "etcd is not on PATH");
        println!("skipped: etcd is not on PATH");
        return None;
    };
    let process = Command::new(program)
        .arg(format!("--data-dir={}", dir.display()))
        .args([format!("--listen-client-urls={url}"), format!("--advertise-client-urls={url}")])
        .arg(format!("--listen-peer-urls=http://127.0.0.1:{peer}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("etcd starts");
    Some(Member { process, endpoint: url })
}

/// A port that nobody listens on, and that no outgoing connection gets: those are above 32768. Every
/// call, and every process, begins elsewhere.
pub fn free_port() -> u16 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let at = std::process::id().wrapping_mul(977).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(10_000 + at % 20_000).expect("below 30000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Debian's library that gives a program another time of day.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// Whether members' clocks can be set.
pub fn clocks() -> bool {
    let there = Path::new(FAKETIME).exists();
    assert!(there || std::env::var_os("CI").is_none(), "clocks can't be set: {FAKETIME} is missing");
    there
}

/// The environment of a member whose time of day is what [`set_clock`] wrote into `file`.
pub fn clock(file: &Path) -> [(&'static str, String); 4] {
    [
        ("LD_PRELOAD", FAKETIME.into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
    ]
}

/// Sets a time of day so many seconds off; whoever reads it next sees that.
pub fn set_clock(file: &Path, seconds: i64) {
    // As a whole: it may be read at any time.
    let fresh = file.with_extension("new");
    std::fs::write(&fresh, format!("{seconds:+}\n")).expect("writes");
    std::fs::rename(fresh, file).expect("renames");
}

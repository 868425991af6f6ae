//! Client libraries of other languages, through their own calls: npm's etcd3 and PyPI's etcd3 (gRPC),
//! PyPI's etcd3gw and etcd3-py (JSON). The scripts beside this file say what each does.
//!
//! `cargo xtask test` installs the libraries. The scripts run against upstream's etcd 3.5 too, where
//! it is installed: what fails there is no fault of ours.

#[path = "../common/mod.rs"]
mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Member, free_port};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

fn peers() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or(root, PathBuf::from).join("peers")
}

/// Where a library is, if it is installed.
fn library(name: &str) -> Option<PathBuf> {
    let folder = peers().join("etcd-clients").join(name);
    if folder.exists() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "the client library {} is missing", folder.display());
    println!("skipped: the client library {} is missing; `cargo xtask test` installs it", folder.display());
    None
}

/// Upstream's etcd 3.5.
struct Upstream {
    process: Child,
    endpoint: String,
    _dir: tempfile::TempDir,
}

impl Upstream {
    fn start() -> Option<Self> {
        let program = Some(peers().join("etcd35/etcd")).filter(|program| program.exists())?;
        let dir = tempfile::tempdir().expect("a directory");
        let (client, peer) =
            (format!("http://127.0.0.1:{}", free_port()), format!("http://127.0.0.1:{}", free_port()));
        let process = Command::new(program)
            .arg(format!("--data-dir={}", dir.path().display()))
            .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("default={peer}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        Some(Self { process, endpoint: client, _dir: dir })
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a server says that it is well: upstream's listens before it can answer.
fn healthy(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains(r#""health":"true""#))
}

/// Runs a script against a server that is there or soon will be.
fn run(script: &str, program: &str, variable: &str, library: &Path, endpoint: &str) {
    let address = endpoint.trim_start_matches("http://");
    let started = Instant::now();
    while !healthy(address) {
        assert!(started.elapsed() < Duration::from_secs(60), "{endpoint} does not get ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = Command::new(program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script))
        .arg(address)
        .env(variable, library)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    println!("{script} against {endpoint}:\n{}", text(&output.stdout));
    assert!(output.status.success(), "{script} against {endpoint}: {}", text(&output.stderr));
}

fn check(script: &str, program: &str, variable: &str, library: &Path) {
    if let Some(upstream) = Upstream::start() {
        run(script, program, variable, library, &upstream.endpoint);
    }
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    run(script, program, variable, library, &member.endpoint);
}

fn python(name: &str, script: &str) {
    if let Some(library) = library(name) {
        check(script, "python3", "PYTHONPATH", &library);
    }
}

#[test]
fn etcd3_of_npm() {
    if let Some(library) = library("npm") {
        check("with_etcd3.js", "node", "NODE_PATH", &library.join("node_modules"));
    }
}

#[test]
fn etcd3_of_pypi() {
    python("etcd3", "with_etcd3.py");
}

#[test]
fn etcd3gw_of_pypi() {
    python("etcd3gw", "with_etcd3gw.py");
}

#[test]
fn etcd3_py_of_pypi() {
    python("etcd3-py", "with_etcd3_py.py");
}

//! `kube-cri`: a container runtime behind the Container Runtime Interface v1.
//!
//! The daemon ([`run`]) answers a kubelet and keeps records; each pod has a small process of its
//! own ([`shim`]) that holds its containers, so the daemon may be killed and started again at any
//! time. Containers are made in this crate with the kernel's own calls: no other runtime runs.
//!
//! The way of a container: [`service`] takes the request, [`assemble`] decides what it means,
//! [`runtime`] makes folders and cgroups, [`shim`] forks, mounts, drops privileges and executes.

pub mod assemble;
pub mod capabilities;
pub mod cgroup;
pub mod cni;
pub mod devices;
pub mod exec;
pub mod images;
pub mod paths;
pub mod reset;
pub mod runtime;
pub mod seccomp;
pub mod service;
pub mod shim;
pub mod shim_client;
pub mod spec;
pub mod state;
pub mod stats;
pub mod streaming;
pub mod sys;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{ArgMatches, Command};
use component::flags;
use criapi::image_service_server::ImageServiceServer;
use criapi::runtime_service_server::RuntimeServiceServer;
use tokio::net::{TcpListener, UnixListener};
use tokio_stream::wrappers::UnixListenerStream;

use crate::cni::Cni;
use crate::paths::Paths;
use crate::runtime::Runtime;
use crate::service::Service;
use crate::streaming::Streaming;

/// The program's flags.
pub fn command() -> Command {
    Command::new("kube-cri")
        .about("The container runtime behind CRI v1")
        .args_conflicts_with_subcommands(false)
        .arg(flags::value("listen", "unix:///run/kadm/cri.sock", "the unix socket to serve CRI on"))
        .arg(flags::value("root", "/var/lib/kadm/cri", "where images and containers are kept").global(true))
        .arg(flags::value("state", "/run/kadm/cri", "where the state of running pods is kept").global(true))
        .arg(flags::value("cni-conf-dir", "/etc/cni/net.d", "where CNI configurations are").global(true))
        .arg(
            flags::value("cni-bin-dir", "/opt/cni/bin", "where CNI plugins are; several after commas")
                .global(true),
        )
        .arg(
            flags::value(
                "plain-http-registries",
                "",
                "registries without TLS, after commas; loopback has none",
            )
            .global(true),
        )
        .arg(flags::value("stream-address", "127.0.0.1:0", "where exec, attach and port-forward are served"))
        .arg(flags::verbosity())
        .subcommand(images::command())
        .subcommand(Command::new("reset").about("Stop every pod and remove everything this runtime made"))
}

struct Options {
    paths: Paths,
    cni: Cni,
    plain_http: Vec<String>,
}

fn options(matches: &ArgMatches) -> Options {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let list = |name: &str| -> Vec<String> {
        text(name).split([',', ':']).filter(|part| !part.is_empty()).map(str::to_string).collect()
    };
    let paths = Paths { root: text("root").into(), state: text("state").into() };
    let cni = Cni {
        configs: text("cni-conf-dir").into(),
        plugins: list("cni-bin-dir").into_iter().map(PathBuf::from).collect(),
        cache: paths.cni_cache(),
    };
    let plain_http = text("plain-http-registries")
        .split(',')
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect();
    Options { paths, cni, plain_http }
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let result = match matches.subcommand() {
        Some(("image", inner)) => {
            let options = options(inner);
            images::run(&options.paths.root, &options.plain_http, inner)
        }
        Some(("reset", inner)) => {
            let options = options(inner);
            component::runtime::block_on(1, reset::cleanup(&options.paths, &options.cni))
                .map_err(anyhow::Error::from)
                .and_then(|result| result)
        }
        _ => component::runtime::block_on(1, serve(&matches))
            .map_err(anyhow::Error::from)
            .and_then(|result| result),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kube-cri: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Containers inherit the number of files a process may open; a shell's 1,024 is too few for
/// servers in them.
fn raise_file_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    const WANTED: u64 = 1 << 20;
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    if soft < WANTED && setrlimit(Resource::RLIMIT_NOFILE, WANTED, hard.max(WANTED)).is_err() {
        // Without the privilege to go beyond it, the hard limit has to do.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard.min(WANTED), hard);
    }
}

async fn serve(matches: &ArgMatches) -> Result<()> {
    let shutdown = component::signals::shutdown()?;
    raise_file_limit();
    let options = options(matches);
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let socket = criapi::socket_path(&text("listen"))?;
    let address: SocketAddr = text("stream-address").parse().context("--stream-address")?;
    let runtime = Runtime::open(options.paths, options.cni).await?;

    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for exec and attach"))?;
    let streaming = Arc::new(Streaming::new(listener.local_addr()?));
    let (handler, handler_runtime) = (streaming.clone(), runtime.clone());
    tokio::spawn(component::serve::serve(
        listener,
        None,
        move |request| handler.clone().handle(handler_runtime.clone(), request),
        shutdown.clone(),
        Duration::from_secs(1),
    ));

    let service =
        Service { runtime, streaming, samples: Arc::default(), plain_http: Arc::new(options.plain_http) };
    let listener = bind(&socket)?;
    tracing::info!(socket = %socket.display(), "serving CRI v1");
    tonic::transport::Server::builder()
        .add_service(
            RuntimeServiceServer::new(service.clone())
                .max_decoding_message_size(criapi::MAX_MESSAGE)
                .max_encoding_message_size(criapi::MAX_MESSAGE),
        )
        .add_service(
            ImageServiceServer::new(service)
                .max_decoding_message_size(criapi::MAX_MESSAGE)
                .max_encoding_message_size(criapi::MAX_MESSAGE),
        )
        // Streams of events have no end; they must not hold the shutdown back.
        .serve_with_incoming_shutdown(UnixListenerStream::new(listener), async move {
            shutdown.cancelled().await;
            tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                std::process::exit(0);
            });
        })
        .await
        .context("the CRI server failed")
}

/// Listens on a socket that only root can use, replacing one that a killed daemon left.
fn bind(socket: &std::path::Path) -> Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    if let Some(folder) = socket.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    if std::os::unix::net::UnixStream::connect(socket).is_ok() {
        anyhow::bail!("another runtime is listening on {}; stop it first", socket.display());
    }
    let _ = std::fs::remove_file(socket);
    let listener =
        UnixListener::bind(socket).with_context(|| format!("cannot listen on {}", socket.display()))?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

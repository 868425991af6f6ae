//! The small web server and the `wget` of the image `kadm.local/hello`, so that Services can be
//! tried on a machine without a network.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, Command};

/// The web server's flags.
pub fn command() -> Command {
    Command::new("hello").about("Answers every request with the name of its host").arg(
        Arg::new("port")
            .long("port")
            .default_value("80")
            .value_parser(clap::value_parser!(u16))
            .help("Where to listen"),
    )
}

/// Runs the web server.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match component::flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let port = matches.get_one::<u16>("port").copied().unwrap_or(80);
    // As PID 1 a process has no default signal handlers: without this it could only be killed.
    for signal in [nix::sys::signal::Signal::SIGTERM, nix::sys::signal::Signal::SIGINT] {
        // SAFETY: the handler only calls _exit, which may be called from a signal handler.
        let _ = unsafe { nix::sys::signal::signal(signal, nix::sys::signal::SigHandler::Handler(leave)) };
    }
    let listener = match TcpListener::bind(("::", port)).or_else(|_| TcpListener::bind(("0.0.0.0", port))) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("hello: cannot listen on port {port}: {error}");
            return ExitCode::from(1);
        }
    };
    let name = crate::host::name();
    println!("hello: {name} is listening on port {port}");
    for stream in listener.incoming().flatten() {
        let name = name.clone();
        std::thread::spawn(move || {
            let _ = answer(stream, &name);
        });
    }
    ExitCode::SUCCESS
}

extern "C" fn leave(_: nix::libc::c_int) {
    // SAFETY: _exit is async-signal-safe and does not return.
    unsafe { nix::libc::_exit(0) }
}

fn answer(stream: TcpStream, name: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let peer = stream.peer_addr()?;
    let mut reader = BufReader::new(stream.try_clone()?).take(64 * 1024);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    println!("{peer} {}", first.trim());
    let body = format!("Hello from {name}\n");
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// `pause`: what other runtimes run to hold a pod's namespaces (kube-cri needs none).
pub fn pause_command() -> Command {
    Command::new("pause").about("Waits until it is told to end, and reaps orphans")
}

/// Runs `pause`.
pub fn pause(args: Vec<OsString>) -> ExitCode {
    if let Err(code) = component::flags::parse(pause_command(), args) {
        return code;
    }
    for signal in [nix::sys::signal::Signal::SIGTERM, nix::sys::signal::Signal::SIGINT] {
        // SAFETY: the handler only calls _exit, which may be called from a signal handler.
        let _ = unsafe { nix::sys::signal::signal(signal, nix::sys::signal::SigHandler::Handler(leave)) };
    }
    // SAFETY: ignoring SIGCHLD has the kernel reap; no handler is installed.
    let _ = unsafe {
        nix::sys::signal::signal(nix::sys::signal::Signal::SIGCHLD, nix::sys::signal::SigHandler::SigIgn)
    };
    loop {
        nix::unistd::pause();
    }
}

/// The flags of `wget`, those of busybox that matter here.
pub fn wget_command() -> Command {
    Command::new("wget")
        .about("Gets a file over HTTP")
        .arg(Arg::new("quiet").short('q').action(clap::ArgAction::SetTrue).help("Say nothing"))
        .arg(Arg::new("output").short('O').value_name("FILE").help("Where to put it; - is standard output"))
        .arg(
            Arg::new("timeout")
                .short('T')
                .default_value("10")
                .value_parser(clap::value_parser!(u64))
                .help("Seconds to wait"),
        )
        .arg(Arg::new("url").required(true).help("What to get"))
}

/// Runs `wget`.
pub fn wget(args: Vec<OsString>) -> ExitCode {
    let matches = match component::flags::parse(wget_command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let url = text("url").unwrap_or_default();
    let seconds = matches.get_one::<u64>("timeout").copied().unwrap_or(10);
    match fetch(&url, Duration::from_secs(seconds)) {
        Ok(body) => {
            let name = url
                .rsplit('/')
                .next()
                .filter(|name| !name.is_empty() && !url.ends_with(&format!("//{name}")))
                .unwrap_or("index.html");
            let file = text("output").unwrap_or_else(|| name.to_string());
            let written =
                if file == "-" { std::io::stdout().write_all(&body) } else { std::fs::write(&file, &body) };
            match written {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("wget: {file}: {error}");
                    ExitCode::from(1)
                }
            }
        }
        Err(message) => {
            eprintln!("wget: {message}");
            ExitCode::from(1)
        }
    }
}

fn fetch(url: &str, timeout: Duration) -> Result<Vec<u8>, String> {
    use std::net::ToSocketAddrs;
    let rest = url.strip_prefix("http://").unwrap_or(url);
    if url.starts_with("https://") {
        return Err("https is not built into this small wget".into());
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => {
            (host, port.parse().map_err(|_| format!("bad port {port:?}"))?)
        }
        _ => (authority, 80u16),
    };
    let addresses = (host.trim_matches(['[', ']']), port)
        .to_socket_addrs()
        .map_err(|error| format!("bad address '{host}': {error}"))?;
    let mut last = format!("bad address '{host}'");
    for address in addresses {
        match TcpStream::connect_timeout(&address, timeout) {
            Err(error) => last = format!("can't connect to remote host ({}): {error}", address.ip()),
            Ok(mut stream) => {
                let wrap = |error: std::io::Error| format!("{host}: {error}");
                stream.set_read_timeout(Some(timeout)).map_err(wrap)?;
                write!(stream, "GET /{path} HTTP/1.0\r\nHost: {authority}\r\nUser-Agent: wget\r\n\r\n")
                    .map_err(wrap)?;
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer).map_err(wrap)?;
                let end = answer
                    .windows(4)
                    .position(|four| four == b"\r\n\r\n")
                    .ok_or("the server's answer is not HTTP")?;
                let status =
                    String::from_utf8_lossy(&answer[..end]).lines().next().unwrap_or_default().to_string();
                if status.split(' ').nth(1) != Some("200") {
                    return Err(format!("server returned error: {status}"));
                }
                return Ok(answer.split_off(end + 4));
            }
        }
    }
    Err(last)
}

//! Servers that are none, tables with odd cells, and people who press Ctrl-C: kctl as kubectl.

use std::io::Write;
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use kadm_tests::fixture::{Fixture, answer, pods, take_head};
use kadm_tests::terminal::Terminal;
use kadm_tests::{Output, built, kubectl};
use tokio_tungstenite::tungstenite::{self, Message};

const LONG: Duration = Duration::from_secs(60);

/// A folder with `kctl` in it.
fn ours() -> Result<Option<(PathBuf, tempfile::TempDir)>> {
    let Some(kadm) = built() else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    Ok(Some((kadm_tests::kctl(&kadm, folder.path())?, folder)))
}

fn theirs() -> Option<PathBuf> {
    let found = kubectl();
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "kubectl is missing");
    found
}

fn run(program: &Path, home: &Path, args: &[&str]) -> Result<Output> {
    run_with(program, home, &[], args)
}

fn run_with(program: &Path, home: &Path, environment: &[(&str, &str)], args: &[&str]) -> Result<Output> {
    let output = Command::new("timeout")
        .arg("60")
        .arg(program)
        .args(args)
        .env_clear()
        .envs(environment.iter().copied())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::null())
        .output()?;
    let output = Output::from(output);
    // klog's lines are Go's.
    let said: Vec<&str> = output.err.lines().filter(|line| !line.contains(".go:")).collect();
    Ok(Output { err: said.join("\n"), ..output })
}

/// Answers everything with the same.
fn always(status: &'static str, kind: &'static str, body: &'static str) -> Result<Fixture> {
    Fixture::start(move |_, stream| answer(stream, status, kind, body))
}

#[test]
fn servers_that_are_none() -> Result<()> {
    let (Some((kctl, home)), Some(kubectl)) = (ours()?, theirs()) else { return Ok(()) };
    let hello = "<html>hello</html>";
    let servers = [
        ("a page", always("200 OK", "text/html", hello)?, Some("is the address right?")),
        ("a list", always("200 OK", "application/json", "[]")?, Some("is the address right?")),
        ("nothing there", always("404 Not Found", "text/plain", "404\n")?, None),
        ("busy", always("503 Service Unavailable", "text/plain", "busy\n")?, None),
        ("broken", always("500 Internal Server Error", "text/plain", "broken")?, None),
    ];
    for (what, server, ours) in &servers {
        let address = format!("http://{}", server.address);
        let (one, two) = (
            run(&kubectl, home.path(), &["-s", &address, "get", "pods"])?,
            run(&kctl, home.path(), &["-s", &address, "get", "pods"])?,
        );
        assert_eq!((one.code, &one.out), (two.code, &two.out), "{what}: {} / {}", one.err, two.err);
        match ours {
            // kubectl has Go's words for it.
            Some(words) => assert!(two.err.contains(words), "{what}: {}", two.err),
            None => assert_eq!(one.err, two.err, "{what}"),
        }
        // What is known is told; the rest is an error.
        let version = run(&kctl, home.path(), &["-s", &address, "version"])?;
        assert!(version.out.starts_with("Client Version: "), "{what}: {}", version.out);
        assert_eq!(version.code, run(&kubectl, home.path(), &["-s", &address, "version"])?.code, "{what}");
        std::fs::remove_dir_all(home.path().join(".kube")).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
    }
    // Plain HTTP where TLS is expected; the token keeps kubectl from asking for a user.
    let plain = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = format!("https://{}", plain.local_addr()?);
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            let _ = stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            // Its hello is read: a connection with unread bytes would end in a reset.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    let asked = ["-s", &address, "--token=x", "get", "--raw", "/x"];
    let (one, two) = (run(&kubectl, home.path(), &asked)?, run(&kctl, home.path(), &asked)?);
    assert_eq!((one.code, one.err), (two.code, two.err));
    // Nobody at all.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let address = format!("http://{nobody}");
    let asked = ["-s", &address, "get", "--raw", "/x"];
    let (one, two) = (run(&kubectl, home.path(), &asked)?, run(&kctl, home.path(), &asked)?);
    assert_eq!((one.code, one.err), (two.code, two.err));
    Ok(())
}

/// The environment names proxies, and servers that are reached without.
#[test]
fn proxies_of_the_environment() -> Result<()> {
    let (Some((kctl, home)), Some(kubectl)) = (ours()?, theirs()) else { return Ok(()) };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    let proxy = Fixture::start(move |path, stream| {
        noted.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(path.to_string());
        match path.starts_with("http://") {
            true => answer(stream, "200 OK", "application/json", "{\"way\":\"proxy\"}"),
            // What is asked for with CONNECT.
            false => answer(stream, "403 Forbidden", "text/plain", "no"),
        }
    })?;
    let direct = always("200 OK", "application/json", "{\"way\":\"direct\"}")?;
    let (proxy, port) = (format!("http://{}", proxy.address), direct.address.port());
    // Go never takes a proxy on the way to loopback; this address is none by name, yet leads there.
    let (any, loopback) = (format!("http://0.0.0.0:{port}"), format!("http://127.0.0.1:{port}"));
    let (plain, tls) = ("http://server.example", "https://server.example:6443");
    let (via_any, connect) = (format!("{any}/x"), Some("server.example:6443"));
    type Variables<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(Variables, &str, Option<&str>)] = &[
        (&[("HTTP_PROXY", &proxy)], plain, Some("http://server.example/x")),
        (&[("http_proxy", &proxy)], plain, Some("http://server.example/x")),
        (&[("HTTPS_PROXY", &proxy)], tls, connect),
        (&[("https_proxy", &proxy), ("NO_PROXY", "other.example")], tls, connect),
        (&[("HTTP_PROXY", &proxy)], &any, Some(&via_any)),
        (&[("HTTPS_PROXY", &proxy)], &any, None),
        (&[("ALL_PROXY", &proxy)], &any, None),
        (&[("HTTP_PROXY", &proxy), ("NO_PROXY", "example,0.0.0.0")], &any, None),
        (&[("http_proxy", &proxy), ("no_proxy", "0.0.0.0/8")], &any, None),
        (&[("HTTP_PROXY", &proxy), ("NO_PROXY", "*")], &any, None),
        (&[("HTTP_PROXY", &proxy)], &loopback, None),
    ];
    for (environment, server, expected) in cases {
        let args = ["-s", server, "--token=x", "get", "--raw", "/x"];
        let mut answers = Vec::new();
        for program in [&kubectl, &kctl] {
            let answer = run_with(program, home.path(), environment, &args)?;
            let asked = std::mem::take(&mut *seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
            assert_eq!(
                asked.first().map(String::as_str),
                *expected,
                "{program:?} {environment:?}: {answer:?}"
            );
            answers.push((answer.code, answer.out));
        }
        assert_eq!(answers[0], answers[1], "{environment:?}");
        assert_eq!(answers[0].0, i32::from(*server == tls), "{environment:?}: {answers:?}");
    }
    Ok(())
}

const COLUMNS: &str = r#"[{"name":"Name","type":"string","format":"name","description":"","priority":0},{"name":"Odd","type":"string","format":"","description":"","priority":0},{"name":"Num","type":"number","format":"","description":"","priority":0},{"name":"Wide","type":"string","format":"","description":"","priority":1},{"name":"Age","type":"string","format":"","description":"","priority":0}]"#;

/// Cells that servers may send.
const PAGES: [&[&str]; 2] = [
    &[
        r#"["a",null,1,"w","1d"]"#,
        r#"["b","two\nlines",1.5,null,"1d"]"#,
        r#"["c","ta\tb",true,"w","1d"]"#,
        r#"["世界","x",1e21,"w","2d"]"#,
    ],
    &[
        r#"["e","\u001b[31mred\u001b",12345678901234567890,"w",""]"#,
        r#"["f","cr\rx",{"a":1,"b":["x"]},"w","z\ny"]"#,
        r#"["g","",[1,"a"],"w",null]"#,
        r#"["more","",0.1,"w","1d","more"]"#,
        r#"["short","x"]"#,
        r#"["h","日本語テキスト長い",1000000.5,"w","é"]"#,
    ],
];

#[test]
fn odd_cells_are_printed_alike() -> Result<()> {
    let (Some((kctl, home)), Some(kubectl)) = (ours()?, theirs()) else { return Ok(()) };
    let server = pods(|path, stream| {
        let page = usize::from(path.contains("continue="));
        let next = if page == 0 { "second" } else { "" };
        let rows: Vec<String> = PAGES[page]
            .iter()
            .enumerate()
            .map(|(index, cells)| {
                let labels = if index % 2 == 0 { "null" } else { r#"{"app":"x","a.b/c":"é"}"# };
                format!(
                    r#"{{"cells":{cells},"object":{{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{{"name":"n{index}","namespace":"ns{}","labels":{labels}}}}}}}"#,
                    index % 3
                )
            })
            .collect();
        let table = format!(
            r#"{{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"5","continue":"{next}"}},"columnDefinitions":{COLUMNS},"rows":[{}]}}"#,
            rows.join(",")
        );
        answer(stream, "200 OK", "application/json", &table);
    })?;
    let address = format!("http://{}", server.address);
    for args in [
        "",
        "-A",
        "-A -o wide --show-labels",
        "-A -L app,a.b/c --no-headers",
        "--show-kind",
        "-l x=y --chunk-size=4",
    ] {
        let mut whole = vec!["-s", &address, "get", "pods"];
        whole.extend(args.split_whitespace());
        let (one, two) = (run(&kubectl, home.path(), &whole)?, run(&kctl, home.path(), &whole)?);
        assert_eq!((one.code, one.out, one.err), (two.code, two.out, two.err), "{args}");
    }
    Ok(())
}

const POD: &str = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"default"},"spec":{"containers":[{"name":"c","image":"x"}]},"status":{"phase":"Running"}}"#;

/// A shell in a container that tells what size its terminal is given, and ends when Ctrl-C reaches it.
#[expect(clippy::result_large_err, reason = "the library's own signature")]
fn shell(stream: TcpStream) {
    let protocol = |_: &tungstenite::handshake::server::Request,
                    mut response: tungstenite::handshake::server::Response| {
        let chosen = tungstenite::http::HeaderValue::from_static("v5.channel.k8s.io");
        response.headers_mut().insert("sec-websocket-protocol", chosen);
        Ok(response)
    };
    let Ok(mut socket) = tungstenite::accept_hdr(stream, protocol) else { return };
    let _ = socket.send(Message::binary(&b"\x01ready$ "[..]));
    while let Ok(message) = socket.read() {
        let bytes = message.into_data();
        if let Some((4, size)) = bytes.split_first() {
            let _ = socket.send(Message::binary([b"\x01size ", size, b"$ "].concat()));
        }
        if bytes.first() == Some(&0) && bytes.contains(&3) {
            let status = r#"{"metadata":{},"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with non-zero exit code","details":{"causes":[{"reason":"ExitCode","message":"130"}]}}"#;
            let _ = socket.send(Message::binary([&[3], status.as_bytes()].concat()));
            let _ = socket.close(None);
        }
    }
}

#[test]
fn interrupted_by_a_person() -> Result<()> {
    let Some((kctl, home)) = ours()? else { return Ok(()) };
    let server = pods(|path, mut stream| {
        if path.contains("/exec") {
            return shell(stream);
        }
        let endless = path.contains("/log") || path.contains("watch=");
        if endless {
            take_head(&mut stream);
            let said = if path.contains("/log") { "a line of the log\n" } else { "" };
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk =
                if said.is_empty() { String::new() } else { format!("{:x}\r\n{said}\r\n", said.len()) };
            let _ = stream.write_all(format!("{head}{chunk}").as_bytes());
            // Until the client goes away.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
            return;
        }
        let table = format!(
            r#"{{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"5"}},"columnDefinitions":{COLUMNS},"rows":[{{"cells":["watched","x",1,"w","1d"],"object":{{"metadata":{{"name":"watched"}}}}}}]}}"#
        );
        let body = if path.contains("/pods/p") { POD } else { &table };
        answer(stream, "200 OK", "application/json", body);
    })?;
    let start = |args: &str| -> Result<Terminal> {
        let mut command = Command::new(&kctl);
        command
            .args(["-s", &format!("http://{}", server.address)])
            .args(args.split_whitespace())
            .env("HOME", home.path())
            .env_remove("KUBECONFIG")
            .current_dir(home.path());
        Terminal::start(command)
    };
    for (args, shown) in [("get pods -w", "watched"), ("logs -f p", "a line of the log")] {
        let mut terminal = start(args)?;
        let before = terminal.settings()?;
        terminal.until(LONG, |screen| screen.contains(shown))?;
        terminal.press("\x03")?;
        let (status, screen, after) = terminal.end_with_settings(LONG)?;
        assert_eq!(status.signal(), Some(libc::SIGINT), "{args}: {status} {screen}");
        assert_eq!(before, after, "{args}");
    }
    // In exec the key is the container's; its exit code comes back, and the terminal is as before.
    let mut terminal = start("exec -it p -- sh")?;
    let before = terminal.settings()?;
    terminal.until(LONG, |screen| screen.contains("ready$"))?;
    let during = terminal.settings()?;
    assert!(before.local_flags != during.local_flags, "exec -it has the keys to itself");
    // The container's terminal is as large as this one, also when that changes.
    for (rows, columns) in [(50, 400), (20, 70), (33, 132)] {
        terminal.resize(rows, columns)?;
        let told = format!(r#"size {{"Width":{columns},"Height":{rows}}}"#);
        terminal.until(LONG, |screen| screen.contains(&told))?;
    }
    terminal.press("\x03")?;
    let (status, screen, after) = terminal.end_with_settings(LONG)?;
    assert_eq!(status.code(), Some(130), "{screen}");
    assert_eq!(before, after);
    // What is said then ends its line as on any terminal.
    assert!(screen.contains("command terminated with exit code 130\r\n"), "{screen:?}");
    Ok(())
}

//! The runtime on a real kernel: kube-cri and its shims as processes, driven over CRI, with
//! folders, a socket and cgroups of their own. Needs root and a static busybox.
//!
//! The executable is the test and, called by another name, the program under test: shims start
//! through `/proc/self/exe`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use cri::images::{ImageConfig, ImageFile, make_from_files};
use criapi::{
    ContainerConfig, ContainerMetadata, ContainerState, ContainerStatus, ExecSyncResponse, ImageSpec,
    Int64Value, LinuxContainerConfig, LinuxContainerResources, LinuxContainerSecurityContext,
    LinuxPodSandboxConfig, LinuxSandboxSecurityContext, NamespaceMode, NamespaceOption, PodSandboxConfig,
    PodSandboxMetadata, PodSandboxState, Runtime, SecurityProfile,
};
use futures::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const IMAGE: &str = "kadm.local/busybox:test";
const CGROUP: &str = "/kadm-test";

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let name = args.first().map(|name| Path::new(name).file_name().unwrap_or_default().to_os_string());
    match name.unwrap_or_default().to_string_lossy().as_ref() {
        "kube-cri" => return cri::run(args),
        "kube-shim" => return cri::shim::run(args),
        _ => {}
    }
    if args.iter().any(|arg| arg == "--list") {
        println!("node: test");
        return ExitCode::SUCCESS;
    }
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: needs root");
        return ExitCode::SUCCESS;
    }
    let Some(busybox) =
        ["/bin/busybox", "/usr/bin/busybox"].into_iter().map(Path::new).find(|path| path.exists())
    else {
        println!("skipped: needs a static busybox at /bin/busybox");
        return if std::env::var_os("CI").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    let passed = std::panic::catch_unwind(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(60), whole(busybox))
                .await
                .expect("ends within a minute");
        });
    })
    .is_ok();
    println!(
        "\ntest result: {}. {} passed; {} failed",
        if passed { "ok" } else { "FAILED" },
        u8::from(passed),
        u8::from(!passed)
    );
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Node {
    folder: tempfile::TempDir,
    daemon: Option<Child>,
}

impl Node {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn endpoint(&self) -> String {
        format!("unix://{}", self.path("cri.sock").display())
    }

    fn program(&self) -> Command {
        let mut command = Command::new("/proc/self/exe");
        command.arg0("kube-cri");
        command
    }

    fn flags(&self) -> Vec<String> {
        let flag = |name: &str, value: &str| format!("--{name}={}", self.path(value).display());
        vec![
            flag("root", "root"),
            flag("state", "state"),
            flag("cni-conf-dir", "net.d"),
            flag("cni-bin-dir", "bin"),
        ]
    }

    async fn start(&mut self) -> Runtime {
        let log = fs::File::options().create(true).append(true).open(self.path("log")).expect("a log");
        let child = self
            .program()
            .arg(format!("--listen={}", self.endpoint()))
            .args(self.flags())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("starts");
        self.daemon = Some(child);
        let since = Instant::now();
        loop {
            match criapi::connect(&self.endpoint()).await {
                Ok(runtime) => return runtime,
                Err(error) if since.elapsed() > Duration::from_secs(10) => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    fn kill(&mut self) {
        let mut daemon = self.daemon.take().expect("a daemon");
        daemon.kill().expect("kills");
        daemon.wait().expect("waits");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("kube-cri's log:\n{}", fs::read_to_string(self.path("log")).unwrap_or_default());
        }
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
        let _ = self.program().arg("reset").args(self.flags()).status();
        cri::cgroup::remove(CGROUP);
    }
}

fn pod(name: &str, logs: &Path, options: NamespaceOption) -> PodSandboxConfig {
    PodSandboxConfig {
        metadata: Some(PodSandboxMetadata {
            name: name.into(),
            uid: format!("uid-{name}"),
            namespace: "default".into(),
            attempt: 0,
        }),
        hostname: name.into(),
        log_directory: logs.display().to_string(),
        linux: Some(LinuxPodSandboxConfig {
            cgroup_parent: format!("{CGROUP}/pod-{name}"),
            security_context: Some(LinuxSandboxSecurityContext {
                namespace_options: Some(options),
                ..Default::default()
            }),
            ..Default::default()
        }),
        labels: [("app".to_string(), name.to_string())].into(),
        ..Default::default()
    }
}

fn container(name: &str, script: &str, pid: NamespaceMode) -> ContainerConfig {
    ContainerConfig {
        metadata: Some(ContainerMetadata { name: name.into(), attempt: 0 }),
        image: Some(ImageSpec { image: IMAGE.into(), ..Default::default() }),
        command: vec!["sh".into(), "-c".into(), script.into()],
        log_path: format!("{name}/0.log"),
        linux: Some(LinuxContainerConfig {
            resources: Some(LinuxContainerResources {
                memory_limit_in_bytes: 64 << 20,
                cpu_shares: 512,
                oom_score_adj: -998,
                ..Default::default()
            }),
            security_context: Some(LinuxContainerSecurityContext {
                namespace_options: Some(NamespaceOption {
                    network: NamespaceMode::Node.into(),
                    pid: pid.into(),
                    ..Default::default()
                }),
                masked_paths: vec!["/proc/kcore".into(), "/sys/firmware".into()],
                readonly_paths: vec!["/proc/sys".into()],
                seccomp: Some(SecurityProfile::default()),
                ..Default::default()
            }),
        }),
        ..Default::default()
    }
}

async fn make(client: &mut Runtime, sandbox: &str, config: ContainerConfig) -> Result<String, tonic::Status> {
    let request = criapi::CreateContainerRequest {
        pod_sandbox_id: sandbox.into(),
        config: Some(config),
        sandbox_config: None,
    };
    Ok(client.runtime.create_container(request).await?.into_inner().container_id)
}

async fn start(client: &mut Runtime, id: &str) -> Result<(), tonic::Status> {
    client
        .runtime
        .start_container(criapi::StartContainerRequest { container_id: id.into() })
        .await
        .map(|_| ())
}

async fn status(client: &mut Runtime, id: &str) -> ContainerStatus {
    let request = criapi::ContainerStatusRequest { container_id: id.into(), verbose: false };
    client.runtime.container_status(request).await.expect("a status").into_inner().status.expect("a status")
}

async fn ended(client: &mut Runtime, id: &str) -> ContainerStatus {
    let since = Instant::now();
    loop {
        let status = status(client, id).await;
        if status.state() == ContainerState::ContainerExited {
            return status;
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{id} does not end: {status:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn exec(
    client: &mut Runtime,
    id: &str,
    command: &str,
    timeout: i64,
) -> Result<ExecSyncResponse, tonic::Status> {
    let request = criapi::ExecSyncRequest {
        container_id: id.into(),
        cmd: vec!["sh".into(), "-c".into(), command.into()],
        timeout,
    };
    Ok(client.runtime.exec_sync(request).await?.into_inner())
}

fn log_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest.to_string()).collect()
}

async fn whole(busybox: &Path) {
    let folder = tempfile::Builder::new().prefix("kcri").tempdir().expect("a folder");
    let mounts_before = mounts();
    let mut node = Node { folder, daemon: None };
    let mut files = vec![
        ImageFile::Host { path: "/bin/busybox".into(), from: busybox.into() },
        ImageFile::Folder { path: "/tmp".into(), mode: 0o1777 },
        ImageFile::Text {
            path: "/etc/passwd".into(),
            content: b"root:x:0:0::/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\n".to_vec(),
            mode: 0o644,
        },
        ImageFile::Text { path: "/etc/group".into(), content: b"extra:x:77:web\n".to_vec(), mode: 0o644 },
    ];
    for name in
        ["sh", "cat", "id", "sleep", "echo", "ls", "hostname", "ps", "stty", "kill", "mount", "touch", "dd"]
    {
        files.push(ImageFile::Link { path: format!("/bin/{name}").into(), to: "busybox".into() });
    }
    let config = ImageConfig { cmd: vec!["sh".into()], env: vec!["PATH=/bin".into()], ..Default::default() };
    make_from_files(&node.path("root"), IMAGE, &files, &config).expect("makes the image");

    let mut client = node.start().await;
    let version =
        client.runtime.version(criapi::VersionRequest::default()).await.expect("a version").into_inner();
    assert_eq!(version.runtime_api_version, "v1");
    let ready = client.runtime.status(criapi::StatusRequest::default()).await.expect("a status").into_inner();
    let conditions = ready.status.expect("a status").conditions;
    assert!(conditions[0].status && !conditions[1].status, "{conditions:?}");
    let images = client.images.list_images(criapi::ListImagesRequest::default()).await.expect("images");
    assert_eq!(images.into_inner().images[0].repo_tags, [IMAGE]);
    let mut events =
        client.runtime.get_container_events(criapi::GetEventsRequest {}).await.expect("events").into_inner();

    // A pod on the host's network.
    let logs = node.path("logs");
    let host = NamespaceOption {
        network: NamespaceMode::Node.into(),
        pid: NamespaceMode::Container.into(),
        ..Default::default()
    };
    let since = Instant::now();
    let run = criapi::RunPodSandboxRequest { config: Some(pod("one", &logs, host)), ..Default::default() };
    let sandbox =
        client.runtime.run_pod_sandbox(run.clone()).await.expect("a sandbox").into_inner().pod_sandbox_id;
    let mut first = container(
        "main",
        "echo hello; echo problem >&2; id; trap 'echo bye; exit 3' TERM; while :; do sleep 0.05; done",
        NamespaceMode::Container,
    );
    let context = first.linux.as_mut().and_then(|linux| linux.security_context.as_mut()).expect("a context");
    context.run_as_username = "web".into();
    context.supplemental_groups = vec![88];
    let id = make(&mut client, &sandbox, first.clone()).await.expect("a container");
    assert_eq!(status(&mut client, &id).await.state(), ContainerState::ContainerCreated);
    start(&mut client, &id).await.expect("starts");
    println!("pod and container up in {:?}", since.elapsed());
    let running = status(&mut client, &id).await;
    assert_eq!(running.state(), ContainerState::ContainerRunning);
    let user = running.user.and_then(|user| user.linux).expect("a user");
    assert_eq!((user.uid, user.gid, user.supplemental_groups), (33, 34, vec![34, 77, 88]));
    // The same attempt can't be made twice.
    assert!(client.runtime.run_pod_sandbox(run).await.is_err());
    assert!(make(&mut client, &sandbox, first).await.is_err());

    // What the container sees.
    let seen =
        exec(&mut client, &id, "echo $HOSTNAME $HOME; ps | grep -c sleep; exit 7", 0).await.expect("runs");
    assert_eq!((seen.exit_code, String::from_utf8_lossy(&seen.stdout).lines().next()), (7, Some("one /srv")));
    let denied = exec(&mut client, &id, "mount -t tmpfs x /tmp; echo x > /proc/sys/kernel/hostname", 0).await;
    let denied = denied.expect("runs");
    assert_ne!(denied.exit_code, 0);
    assert!(!denied.stderr.is_empty());
    let slow = exec(&mut client, &id, "sleep 30", 1).await.expect_err("takes too long");
    assert_eq!(slow.code(), tonic::Code::DeadlineExceeded, "{slow}");
    let missing =
        criapi::ExecSyncRequest { container_id: id.clone(), cmd: vec!["no-such".into()], timeout: 0 };
    let missing = client.runtime.exec_sync(missing).await.expect_err("no such program");
    assert!(missing.message().contains("executable file not found in $PATH"), "{missing}");
    let big = exec(&mut client, &id, "dd if=/dev/zero bs=1000 count=3000", 0).await.expect("runs");
    assert_eq!(big.stdout.len(), 3_000_000);

    // Streams: exec with stdin over a WebSocket.
    let request = criapi::ExecRequest {
        container_id: id.clone(),
        cmd: vec!["sh".into(), "-c".into(), "read x; echo got $x; echo err >&2; exit 4".into()],
        stdin: true,
        stdout: true,
        stderr: true,
        tty: false,
    };
    let url = client.runtime.exec(request).await.expect("a url").into_inner().url;
    let (out, problem, end) = talk(&url, &[b"\x00word\n"]).await;
    assert_eq!((out.as_str(), problem.as_str()), ("got word\n", "err\n"));
    assert!(end.contains("NonZeroExitCode") && end.contains("\"4\""), "{end}");
    // And with a terminal.
    let request = criapi::ExecRequest {
        container_id: id.clone(),
        cmd: vec!["sh".into(), "-c".into(), "read x; stty size; exit 0".into()],
        stdin: true,
        stdout: true,
        tty: true,
        ..Default::default()
    };
    let url = client.runtime.exec(request).await.expect("a url").into_inner().url;
    let (out, _, end) = talk(&url, &[b"\x04{\"Width\":77,\"Height\":33}", b"\x00go\n"]).await;
    assert!(out.contains("33 77"), "{out}");
    assert!(end.contains("Success"), "{end}");

    // Statistics and the shim's size.
    let stats = criapi::ContainerStatsRequest { container_id: id.clone() };
    let stats =
        client.runtime.container_stats(stats).await.expect("stats").into_inner().stats.expect("stats");
    assert!(stats.memory.and_then(|memory| memory.usage_bytes).is_some_and(|bytes| bytes.value > 0));
    report_sizes(&node);

    // The daemon dies; nothing in the container notices.
    let pid_before = started_at(&mut client, &id).await;
    drop(events);
    node.kill();
    let mut client = node.start().await;
    assert_eq!(started_at(&mut client, &id).await, pid_before);
    assert_eq!(exec(&mut client, &id, "exit 5", 0).await.expect("runs").exit_code, 5);
    events =
        client.runtime.get_container_events(criapi::GetEventsRequest {}).await.expect("events").into_inner();

    // A second container that ends while nobody is there to see it.
    let other =
        make(&mut client, &sandbox, container("other", "sleep 0.3; exit 9", NamespaceMode::Container))
            .await
            .expect("a container");
    start(&mut client, &other).await.expect("starts");
    node.kill();
    std::thread::sleep(Duration::from_millis(600));
    let mut client = node.start().await;
    drop(events);
    let status_other = ended(&mut client, &other).await;
    assert_eq!((status_other.exit_code, status_other.reason.as_str()), (9, "Error"));

    // Attach to a container that reads its stdin.
    let mut echo =
        container("echo", "while read x; do echo heard $x; done; echo over", NamespaceMode::Container);
    (echo.stdin, echo.stdin_once) = (true, true);
    let echo = make(&mut client, &sandbox, echo).await.expect("a container");
    start(&mut client, &echo).await.expect("starts");
    let request = criapi::AttachRequest {
        container_id: echo.clone(),
        stdin: true,
        stdout: true,
        stderr: true,
        tty: false,
    };
    let url = client.runtime.attach(request).await.expect("a url").into_inner().url;
    let (out, _, _) = talk(&url, &[b"\x00a\n", b"\x00b\n", b"\xff\x00"]).await;
    assert_eq!(out, "heard a\nheard b\nover\n");
    assert_eq!(ended(&mut client, &echo).await.exit_code, 0);

    // Who attaches when stdout has ended gets stderr as stderr.
    let mut half =
        container("half", "exec >&-; echo ready >&2; read x; echo heard $x >&2", NamespaceMode::Container);
    (half.stdin, half.stdin_once) = (true, true);
    let half = make(&mut client, &sandbox, half).await.expect("a container");
    start(&mut client, &half).await.expect("starts");
    while !log_of(&logs.join("half/0.log")).contains(&"stderr F ready".into()) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let request = criapi::AttachRequest {
        container_id: half.clone(),
        stdin: true,
        stdout: true,
        stderr: true,
        tty: false,
    };
    let url = client.runtime.attach(request).await.expect("a url").into_inner().url;
    let (out, problem, _) = talk(&url, &[b"\x00a\n"]).await;
    assert_eq!((out.as_str(), problem.as_str()), ("", "ready\nheard a\n"));

    // Failures tell why.
    let mut wrong = container("wrong", "x", NamespaceMode::Container);
    wrong.command = vec!["/no/such".into()];
    let wrong = make(&mut client, &sandbox, wrong).await.expect("a container");
    let error = start(&mut client, &wrong).await.expect_err("can't start");
    assert!(error.message().contains("no such file or directory"), "{error}");
    let wrong = status(&mut client, &wrong).await;
    assert_eq!((wrong.exit_code, wrong.reason.as_str()), (128, "StartError"));
    let mut user = container("user", "x", NamespaceMode::Container);
    if let Some(context) = user.linux.as_mut().and_then(|linux| linux.security_context.as_mut()) {
        context.run_as_username = "nobody-here".into();
    }
    let error = make(&mut client, &sandbox, user).await.expect_err("no such user");
    assert!(error.message().contains("no user"), "{error}");
    let hungry = container(
        "hungry",
        "dd if=/dev/zero of=/dev/shm/x bs=1M count=60; dd if=/dev/zero of=/x bs=90M count=1",
        NamespaceMode::Container,
    );
    let hungry = make(&mut client, &sandbox, hungry).await.expect("a container");
    start(&mut client, &hungry).await.expect("starts");
    let hungry = ended(&mut client, &hungry).await;
    assert_eq!(hungry.reason, "OOMKilled", "{hungry:?}");

    // A graceful stop.
    client
        .runtime
        .stop_container(criapi::StopContainerRequest { container_id: id.clone(), timeout: 10 })
        .await
        .expect("stops");
    let stopped = status(&mut client, &id).await;
    assert_eq!((stopped.state(), stopped.exit_code), (ContainerState::ContainerExited, 3));
    let log = log_of(&logs.join("main/0.log"));
    assert!(log.contains(&"stdout F hello".into()) && log.contains(&"stderr F problem".into()), "{log:?}");
    assert!(log.contains(&"stdout F uid=33(web) gid=34 groups=34,77(extra),88".into()), "{log:?}");
    assert_eq!(log.last().map(String::as_str), Some("stdout F bye"));

    // A pod whose containers share a pid namespace, and one container in another's.
    let shared = NamespaceOption {
        network: NamespaceMode::Node.into(),
        pid: NamespaceMode::Pod.into(),
        ..Default::default()
    };
    let run = criapi::RunPodSandboxRequest { config: Some(pod("two", &logs, shared)), ..Default::default() };
    let two = client.runtime.run_pod_sandbox(run).await.expect("a sandbox").into_inner().pod_sandbox_id;
    let long =
        make(&mut client, &two, container("long", "sleep 1234", NamespaceMode::Pod)).await.expect("made");
    start(&mut client, &long).await.expect("starts");
    let peek = make(&mut client, &two, container("peek", "ps", NamespaceMode::Pod)).await.expect("made");
    start(&mut client, &peek).await.expect("starts");
    assert_eq!(ended(&mut client, &peek).await.exit_code, 0);
    let log = log_of(&logs.join("peek/0.log"));
    assert!(log.iter().any(|line| line.contains("sleep 1234")), "{log:?}");

    // Everything goes.
    for sandbox in [&sandbox, &two] {
        let stop = criapi::StopPodSandboxRequest { pod_sandbox_id: sandbox.clone() };
        client.runtime.stop_pod_sandbox(stop.clone()).await.expect("stops");
        client.runtime.stop_pod_sandbox(stop).await.expect("stops twice");
        let status = criapi::PodSandboxStatusRequest { pod_sandbox_id: sandbox.clone(), verbose: true };
        let status = client.runtime.pod_sandbox_status(status).await.expect("a status").into_inner();
        assert_eq!(status.status.map(|status| status.state()), Some(PodSandboxState::SandboxNotready));
        let remove = criapi::RemovePodSandboxRequest { pod_sandbox_id: sandbox.clone() };
        client.runtime.remove_pod_sandbox(remove.clone()).await.expect("removes");
        client.runtime.remove_pod_sandbox(remove).await.expect("removes twice");
    }
    let left = client.runtime.list_containers(criapi::ListContainersRequest::default()).await.expect("lists");
    assert!(left.into_inner().containers.is_empty());
    assert_eq!(mounts(), mounts_before);
    for folder in ["root/containers", "root/sandboxes", "state/pods", "state/shims"] {
        let left: Vec<_> = fs::read_dir(node.path(folder)).expect("a folder").flatten().collect();
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
    assert!(shims(&node).is_empty());
    for (_, folder) in cri::cgroup::folders(CGROUP) {
        assert!(cri::cgroup::processes(&folder).is_empty());
    }
    pods_with_networks(&mut node, &mut client, &logs).await;
    let _ = Int64Value::default();
}

/// A pod with a network of its own, by a plugin that is a script; reset takes it away.
async fn pods_with_networks(node: &mut Node, client: &mut Runtime, logs: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for folder in ["net.d", "bin"] {
        fs::create_dir_all(node.path(folder)).expect("a folder");
    }
    fs::write(
        node.path("net.d/1.conflist"),
        r#"{"cniVersion":"1.0.0","name":"n","plugins":[{"type":"fake"}]}"#,
    )
    .expect("writes");
    let script = format!(
        "#!/bin/sh\ncat >/dev/null; echo $CNI_COMMAND $CNI_NETNS >> {}\n[ $CNI_COMMAND = DEL ] || echo '{{\"cniVersion\":\"1.0.0\",\"ips\":[{{\"address\":\"10.9.0.2/24\"}}]}}'\n",
        node.path("cni.log").display()
    );
    fs::write(node.path("bin/fake"), script).expect("writes");
    fs::set_permissions(node.path("bin/fake"), fs::Permissions::from_mode(0o755)).expect("sets");
    let mut config =
        pod("three", logs, NamespaceOption { pid: NamespaceMode::Container.into(), ..Default::default() });
    if let Some(linux) = config.linux.as_mut() {
        linux.sysctls.insert("net.ipv4.ip_unprivileged_port_start".into(), "7".into());
    }
    let run = criapi::RunPodSandboxRequest { config: Some(config), ..Default::default() };
    let sandbox = client.runtime.run_pod_sandbox(run).await.expect("a sandbox").into_inner().pod_sandbox_id;
    let status = criapi::PodSandboxStatusRequest { pod_sandbox_id: sandbox.clone(), verbose: true };
    let status = client.runtime.pod_sandbox_status(status).await.expect("a status").into_inner().status;
    assert_eq!(status.and_then(|status| status.network).map(|network| network.ip), Some("10.9.0.2".into()));
    let script = "hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start; echo ok | /bin/busybox nc -l -p 7000; sleep 100";
    let id = make(client, &sandbox, container("net", script, NamespaceMode::Container)).await.expect("made");
    start(client, &id).await.expect("starts");
    // Port forwarding reaches what listens inside only.
    let request = criapi::PortForwardRequest { pod_sandbox_id: sandbox.clone(), port: vec![7000] };
    let mut got = String::new();
    for _ in 0..50 {
        let url = client.runtime.port_forward(request.clone()).await.expect("a url").into_inner().url;
        got = talk_raw(&url).await;
        if got.contains("ok") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(got.contains("ok"), "{got}");
    let log = log_of(&logs.join("net/0.log"));
    assert_eq!(log, ["stdout F three", "stdout F 7"]);

    // A shim that is killed takes its pod along.
    let pid = shims(node)[0];
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL)
        .expect("kills");
    let lost = ended(client, &id).await;
    assert_eq!(lost.exit_code, 255);
    node.kill();
    let reset = node.program().arg("reset").args(node.flags()).status().expect("runs");
    assert!(reset.success());
    assert!(!node.path("root").exists() && !node.path("state").exists());
    let calls = fs::read_to_string(node.path("cni.log")).expect("a log");
    assert_eq!(
        calls.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect::<Vec<_>>(),
        ["ADD", "DEL"]
    );
    assert!(!mounts().iter().any(|mount| mount.starts_with(&node.folder.path().display().to_string())));
}

async fn started_at(client: &mut Runtime, id: &str) -> i64 {
    let status = status(client, id).await;
    assert_eq!(status.state(), ContainerState::ContainerRunning);
    status.started_at
}

fn mounts() -> Vec<String> {
    let text = fs::read_to_string("/proc/self/mountinfo").expect("mounts");
    text.lines().filter_map(|line| line.split(' ').nth(4)).map(str::to_string).collect()
}

fn shims(node: &Node) -> Vec<i32> {
    let marker = node.folder.path().display().to_string();
    fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<i32>().ok())
        .filter(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.starts_with("kube-shim") && line.contains(&marker)
        })
        .collect()
}

fn report_sizes(node: &Node) {
    let pss = |pid: i32| {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        text.lines()
            .filter(|line| line.starts_with("Pss:") || line.starts_with("Private_Dirty:"))
            .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for shim in shims(node) {
        println!("shim: {} kB", pss(shim));
    }
    if let Some(daemon) = &node.daemon {
        println!("daemon: {} kB", pss(daemon.id() as i32));
    }
}

async fn open(
    url: &str,
    protocol: &'static str,
) -> tokio_tungstenite::WebSocketStream<tokio::net::TcpStream> {
    let address = url.trim_start_matches("http://").split('/').next().expect("an address").to_string();
    let mut request = url.replace("http://", "ws://").into_client_request().expect("a request");
    request.headers_mut().insert("Sec-WebSocket-Protocol", http::HeaderValue::from_static(protocol));
    let stream = tokio::net::TcpStream::connect(address).await.expect("connects");
    tokio_tungstenite::client_async(request, stream).await.expect("upgrades").0
}

/// Sends messages and collects stdout, stderr and the final status.
async fn talk(url: &str, send: &[&[u8]]) -> (String, String, String) {
    let mut socket = open(url, "v5.channel.k8s.io").await;
    for message in send {
        socket.send(Message::binary(message.to_vec())).await.expect("sends");
    }
    let mut channels: [Vec<u8>; 4] = Default::default();
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Binary(bytes) = message {
            channels[bytes[0] as usize].extend_from_slice(&bytes[1..]);
        }
    }
    let text = |index: usize| String::from_utf8_lossy(&channels[index]).into_owned();
    (text(1), text(2), text(3))
}

async fn talk_raw(url: &str) -> String {
    let mut socket = open(url, "v4.channel.k8s.io").await;
    let mut all = String::new();
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Binary(bytes) = message {
            all.push_str(&String::from_utf8_lossy(&bytes[1..]));
            if all.contains("ok") {
                break;
            }
        }
    }
    all
}

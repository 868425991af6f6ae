//! kctl beside upstream's kubectl: the same command lines against servers that are alike must print
//! the same, end with the same exit code and leave the same objects.
//!
//! The sessions are in `tests/kubectl/`. A line `$ …` is a command, `> …` continues it, `~ …` says
//! why the next command differs; a difference without a reason fails, and so does a reason
//! without a difference.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use kadm_tests::twins::Server;
use kadm_tests::{Output, peers};
use regex::Regex;

/// One command of a session.
#[derive(Debug, Clone)]
struct Step {
    line: usize,
    script: String,
    /// Why its outcome differs from kubectl's.
    difference: Option<String>,
}

fn parse(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut difference = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(script) = line.strip_prefix("$ ") {
            steps.push(Step { line: index + 1, script: script.into(), difference: difference.take() });
        } else if let Some(reason) = line.strip_prefix("~ ") {
            difference = Some(reason.to_string());
        } else if let Some(more) = line.strip_prefix('>')
            && let Some(step) = steps.last_mut()
        {
            step.script.push('\n');
            step.script.push_str(more.strip_prefix(' ').unwrap_or(more));
        } else {
            assert!(line.is_empty() || line.starts_with('#'), "what is this line? {line}");
        }
    }
    steps
}

/// A client, its server, and a home of its own.
struct Side<'a> {
    program: PathBuf,
    server: &'a Server,
    home: tempfile::TempDir,
    /// What scripts call in place of the program: it notes each call and becomes the program.
    noting: Option<PathBuf>,
}

/// A file of calls has arguments ended by this, and calls by an argument that is the next.
const ARGUMENT_END: char = '\u{1f}';
const CALL_END: char = '\u{1e}';

impl<'a> Side<'a> {
    fn new(program: PathBuf, server: &'a Server, namespace: &str) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let config = std::fs::read_to_string(&server.kubeconfig)?.replacen(
            "cluster: twin\n    user: admin",
            &format!("cluster: twin\n    namespace: {namespace}\n    user: admin"),
            1,
        );
        std::fs::create_dir(home.path().join(".kube"))?;
        std::fs::write(home.path().join(".kube/config"), config)?;
        Ok(Self { program, server, home, noting: None })
    }

    /// Has each call be noted in a file beside the server's.
    fn noted(mut self, namespace: &str) -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let place = |ending: &str| self.server.folder().join(format!("{namespace}.{ending}"));
        let (script, calls) = (place("sh"), place("calls"));
        // One write for each call, so that calls at the same time don't mix.
        let text = format!(
            "#!/bin/sh\nprintf '%s\\037' \"$@\" '{CALL_END}' >> '{}'\nexec '{}' \"$@\"\n",
            calls.display(),
            self.program.display()
        );
        std::fs::write(&script, text)?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        self.noting = Some(script);
        Ok(self)
    }

    fn run(&self, script: &str) -> Result<Output> {
        let script = format!("kubectl() {{ \"$KUBECTL\" \"$@\"; }}\n{script}");
        let output = Command::new("timeout")
            .args(["60", "sh", "-c", &script])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("KUBECTL", self.noting.as_ref().unwrap_or(&self.program))
            .env("PORT", self.server.port.to_string())
            .env("OLD", self.server.folder().join("old"))
            .env("CA", self.server.folder().join("certs/apiserver.crt"))
            .env("HELM", kadm_tests::peer("helm").unwrap_or_default())
            .env("SCRIPTS", concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scripts"))
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .output()?;
        Ok(output.into())
    }
}

/// Takes out what is never the same twice.
struct Noise(Vec<(Regex, &'static str)>);

impl Noise {
    fn new() -> Result<Self> {
        let rules = [
            // klog's lines, of which kctl has none.
            (r"^[IWE]\d{4} [\d:.]+ +\d+ \S+\] (.*<\n(\t.*\n)* >\n|.*\n)", ""),
            (r"\bkctl\b", "kubectl"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
            (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", "TIME"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
            (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", "TIME"),
            (r#"(resourceVersion"?: ?\\?"?)\d+"#, "${1}RV"),
            (r"(Resource Version: +)\d+", "${1}RV"),
            // Before ages: five random letters can look like one.
            (r"kube-api-access-\w{5}", "kube-api-access-RANDOM"),
            // An age in a table is as wide as it is: the padding goes with it.
            (r"\b(\d+d)?(\d+h)?(\d+m)?\d+(\.\d+)?(ms|[smhd])( +|$)", "AGE "),
            (r"AGE +", "AGE "),
            (r"\b10\.96\.\d+\.\d+( +|\b)", "CLUSTERIP "),
            (r"CLUSTER-IP +", "CLUSTER-IP "),
            (r"\b3[0-2]\d{3}\b", "NODEPORT"),
            (r"tooling: kubectl/v1\.\d+\.\d+", "tooling: kubectl/VERSION"),
            (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN"),
        ];
        rules
            .iter()
            .map(|(rule, with)| Ok((Regex::new(&format!("(?m){rule}"))?, *with)))
            .collect::<Result<_>>()
            .map(Self)
    }

    fn out(&self, text: &str, side: &Side) -> String {
        let mut text = text
            .replace(&side.server.port.to_string(), "PORT")
            .replace(&side.home.path().display().to_string(), "HOME")
            .replace(&side.program.display().to_string(), "kubectl");
        for (rule, with) in &self.0 {
            text = rule.replace_all(&text, *with).into_owned();
        }
        text
    }
}

fn differences(noise: &Noise, (a, one): (&Side, &Output), (b, two): (&Side, &Output)) -> String {
    let mut told = String::new();
    for (what, left, right) in [("stdout", &one.out, &two.out), ("stderr", &one.err, &two.err)] {
        let (left, right) = (noise.out(left, a), noise.out(right, b));
        if left != right {
            told.push_str(&format!("  {what}:\n"));
            for change in similar::TextDiff::from_lines(&left, &right).iter_all_changes() {
                let mark = match change.tag() {
                    similar::ChangeTag::Equal => continue,
                    similar::ChangeTag::Delete => "kubectl|",
                    similar::ChangeTag::Insert => "   kctl|",
                };
                told.push_str(&format!("    {mark}{}", change.value()));
                if !change.value().ends_with('\n') {
                    told.push_str("⏎\n");
                }
            }
        }
    }
    if one.code != two.code {
        told.push_str(&format!("  exit code: kubectl {}, kctl {}\n", one.code, two.code));
    }
    told
}

/// The kinds that are compared when a session is over.
const KINDS: &str = "configmaps,secrets,services,serviceaccounts,pods,replicationcontrollers,persistentvolumeclaims,resourcequotas,limitranges,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,horizontalpodautoscalers,ingresses,networkpolicies,poddisruptionbudgets,roles,rolebindings";

/// Everything in a namespace, as kubectl shows it; and who owns which field, in an order that does
/// not depend on when seconds begin.
fn left() -> [String; 2] {
    let owners = "{{range .items}}{{$k := .kind}}{{$n := .metadata.name}}{{range .metadata.managedFields}}{{$k}}/{{$n}} {{.manager}} {{.operation}} {{.fieldsV1}}{{\"\\n\"}}{{end}}{{end}}";
    [
        format!("kubectl get -o yaml {KINDS}"),
        format!("kubectl get --show-managed-fields -o go-template='{owners}' {KINDS} | sort"),
    ]
}

#[derive(Default)]
struct Tally {
    commands: usize,
    known: Vec<String>,
    failures: Vec<String>,
}

#[test]
fn sessions_go_as_with_kubectl() -> Result<()> {
    let Some((ours, theirs)) = peers() else { return Ok(()) };
    let (one, two) = (Server::start(&ours)?, Server::start(&ours)?);
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("kubectl"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "session"));
    files.sort();
    if let Ok(only) = std::env::var("KADM_SESSION") {
        files.retain(|file| file.file_stem().is_some_and(|stem| stem == only.as_str()));
    }
    for server in [&one, &two] {
        lapsed(&server.folder().join("old"))?;
        lapsed_token(server.folder())?;
    }
    let noise = Noise::new()?;
    let queue = Mutex::new(files.into_iter());
    let tally = Mutex::new(Tally::default());
    // kubectl alone takes a tenth of a second of processor for each command.
    std::thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(file) = lock(&queue).next() {
                        session(&file, &ours, &theirs, (&one, &two), &noise, &tally)
                            .with_context(|| file.display().to_string())?;
                    }
                    Ok(())
                })
            })
            .collect();
        for worker in workers {
            worker.join().map_err(|_| anyhow::anyhow!("a session panicked"))??;
        }
        Ok(())
    })?;
    let tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    println!("{} commands compared, {} differ for a reason:", tally.commands, tally.known.len());
    for known in &tally.known {
        println!("  {known}");
    }
    if !tally.failures.is_empty() {
        bail!("{} commands differ:\n{}", tally.failures.len(), tally.failures.join("\n"));
    }
    // One session has not all flags.
    if std::env::var_os("KADM_SESSION").is_none() {
        compared(&theirs, one.folder())?;
    }
    Ok(())
}

/// A client's certificate that has lapsed long ago, with its key in a file beside it.
fn lapsed(file: &Path) -> Result<()> {
    let key = rcgen::KeyPair::generate()?;
    let mut parameters = rcgen::CertificateParams::default();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "old");
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2020, 1, 2);
    std::fs::write(file.with_extension("crt"), parameters.self_signed(&key)?.pem())?;
    Ok(std::fs::write(file.with_extension("key"), key.serialize_pem())?)
}

/// A service account's token that the server has signed and that has lapsed, beside the certificate.
fn lapsed_token(folder: &Path) -> Result<()> {
    let key = pki::jwt::Signer::from_pem(&std::fs::read_to_string(folder.join("sa.key"))?)?;
    let issuer = "https://kubernetes.default.svc.cluster.local";
    let account =
        serde_json::json!({"namespace": "default", "serviceaccount": {"name": "default", "uid": "u"}});
    let token = key.sign(&serde_json::json!({
        "iss": issuer, "aud": [issuer], "sub": "system:serviceaccount:default:default",
        "iat": 1_600_000_000, "nbf": 1_600_000_000, "exp": 1_600_003_600, "kubernetes.io": account,
    }))?;
    Ok(std::fs::write(folder.join("old.token"), token)?)
}

/// Flags that no session has, each with its reason. A star stands for every command.
const UNCOMPARED: &[(&str, &str, &str)] = &[("wait", "local", "kubectl 1.35 ends in a panic")];

/// Checks that each flag of each kubectl command is in a command line that was compared.
fn compared(theirs: &Path, folder: &Path) -> Result<()> {
    let mut ours = kctl::command();
    ours.build();
    // What was given, by the command's path.
    let mut given: BTreeSet<(String, String)> = BTreeSet::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "calls") {
            continue;
        }
        let calls = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        for call in calls.split(&format!("{CALL_END}{ARGUMENT_END}")) {
            let words = call.split_terminator(ARGUMENT_END);
            // A line that must not parse proves nothing of its flags.
            let Ok(matches) = ours.try_get_matches_from_mut(std::iter::once("kctl").chain(words)) else {
                continue;
            };
            count += 1;
            let (mut here, mut name) = (&matches, String::new());
            while let Some((next, inner)) = here.subcommand() {
                name = format!("{name} {next}").trim().to_string();
                here = inner;
            }
            for id in here.ids() {
                if here.value_source(id.as_str()) == Some(clap::parser::ValueSource::CommandLine) {
                    given.insert((name.clone(), id.to_string()));
                }
            }
        }
    }
    let (mut flags_seen, mut missing) = (0, Vec::new());
    let mut needless: BTreeSet<_> = UNCOMPARED.iter().map(|(name, flag, _)| (*name, *flag)).collect();
    let mut queue: Vec<Vec<String>> = vec![vec![]];
    while let Some(path) = queue.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let name = words.join(" ");
        let Some(command) = find(&ours, &words) else { continue };
        let help = if words.is_empty() { vec!["options"] } else { words.clone() };
        for flag in flags(theirs, &help)? {
            let long = flag.rsplit("--").next().unwrap_or_default().to_string();
            flags_seen += 1;
            let arg = command.get_arguments().find(|arg| {
                arg.get_long() == Some(long.as_str())
                    || arg.get_all_aliases().is_some_and(|all| all.contains(&long.as_str()))
            });
            let Some(id) = arg.map(|arg| arg.get_id().to_string()) else { continue };
            let is_given =
                |(called, held): &(String, String)| *held == id && (words.is_empty() || *called == name);
            if given.iter().any(is_given) {
                continue;
            }
            let listed = UNCOMPARED.iter().find(|(on, held, _)| (*on == "*" || *on == name) && *held == long);
            match listed {
                Some((on, held, _)) => {
                    needless.remove(&(*on, *held));
                }
                None => missing.push(format!("{name}: --{long}")),
            }
        }
        if words.first() != Some(&"help") {
            for sub in subcommands(theirs, &words)? {
                queue.push(path.iter().cloned().chain([sub]).collect());
            }
        }
    }
    println!("{count} calls; {flags_seen} flags compared, but for {}:", UNCOMPARED.len());
    for (name, flag, reason) in UNCOMPARED {
        println!("  {name}: --{flag}: {reason}");
    }
    anyhow::ensure!(missing.is_empty(), "no session has these flags: {}", missing.join(", "));
    anyhow::ensure!(needless.is_empty(), "these are compared, and listed as if not: {needless:?}");
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn session(
    file: &Path,
    ours: &Path,
    theirs: &Path,
    servers: (&Server, &Server),
    noise: &Noise,
    tally: &Mutex<Tally>,
) -> Result<()> {
    let namespace = file.file_stem().context("a file without a name")?.to_string_lossy().into_owned();
    let kctl = match std::env::var_os("KADM_KCTL") {
        Some(path) => path.into(),
        None => servers.1.folder().join("kctl"),
    };
    let _ = ours;
    let kubectl_side = Side::new(theirs.into(), servers.0, &namespace)?.noted(&namespace)?;
    let kctl_side = Side::new(kctl, servers.1, &namespace)?;
    // The judge of what is left: kubectl, on both servers.
    let judge = Side::new(theirs.into(), servers.1, &namespace)?;
    for side in [&kubectl_side, &judge] {
        // No controllers run here: what they would make for a namespace is made by hand.
        side.run(&format!(
            "kubectl create namespace {namespace} && kubectl create serviceaccount default -n {namespace}"
        ))?
        .ok()?;
    }
    let compare = |step: &Step, pair: (&Side, &Side)| -> Result<()> {
        let (left, right) = std::thread::scope(|scope| {
            let left = scope.spawn(|| pair.0.run(&step.script));
            let right = pair.1.run(&step.script);
            (left.join(), right)
        });
        let left = left.map_err(|_| anyhow::anyhow!("a command panicked"))??;
        let right = right?;
        let told = differences(noise, (pair.0, &left), (pair.1, &right));
        let place = format!("{namespace}:{}", step.line);
        let mut tally = lock(tally);
        tally.commands += 1;
        match (&step.difference, told.is_empty()) {
            (None, true) => {}
            (Some(reason), false) => tally.known.push(format!("{place}: {reason}: {}", step.script)),
            (None, false) => tally.failures.push(format!("{place}: {}\n{told}", step.script)),
            (Some(reason), true) => {
                tally.failures.push(format!("{place}: {} is no longer different ({reason})", step.script))
            }
        }
        Ok(())
    };
    let steps = parse(&std::fs::read_to_string(file)?);
    for step in &steps {
        compare(step, (&kubectl_side, &kctl_side))?;
    }
    for script in left() {
        // Home folders differ: the judge of the first server is the first client.
        compare(&Step { line: steps.len(), script, difference: None }, (&kubectl_side, &judge))?;
    }
    Ok(())
}

/// The flags of each kubectl command, from its help.
fn flags(theirs: &Path, command: &[&str]) -> Result<BTreeSet<String>> {
    let mut help = Command::new(theirs);
    help.args(command).env("HOME", "/nonexistent");
    // The flags of every command are listed by a command of their own.
    if command != ["options"] {
        help.arg("--help");
    }
    let output = help.output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let flag = Regex::new(r"(?m)^    (?:(-\w), )?--([\w-]+)(?:=.*)?:$")?;
    Ok(flag
        .captures_iter(&text)
        .map(|found| {
            let short = found.get(1).map(|short| format!("{}, ", short.as_str())).unwrap_or_default();
            format!("{short}--{}", &found[2])
        })
        .collect())
}

fn subcommands(theirs: &Path, command: &[&str]) -> Result<Vec<String>> {
    let output = Command::new(theirs).args(command).arg("--help").env("HOME", "/nonexistent").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.ends_with(':') && line.contains("Commands") {
            inside = true;
        } else if line.is_empty() || !line.starts_with(' ') {
            inside = false;
        } else if inside && let Some(name) = line.split_whitespace().next() {
            found.push(name.to_string());
        }
    }
    Ok(found)
}

#[test]
fn every_command_and_flag_is_there() -> Result<()> {
    let Some((_, theirs)) = peers() else { return Ok(()) };
    let ours = kctl::command();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    let (mut commands, mut count) = (0, 0);
    let mut queue: Vec<Vec<String>> = vec![vec![]];
    while let Some(path) = queue.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let name = words.join(" ");
        let Some(command) = find(&ours, &words) else {
            missing.insert(format!("{name}: the command"));
            continue;
        };
        commands += 1;
        let help = if words.is_empty() { vec!["options"] } else { words.clone() };
        for flag in flags(&theirs, &help)? {
            count += 1;
            let (short, long) = match flag.split_once(", ") {
                Some((short, long)) => (short.chars().nth(1), long),
                None => (None, flag.as_str()),
            };
            let long = long.trim_start_matches("--");
            let has = command.get_arguments().chain(ours.get_arguments()).any(|arg| {
                (arg.get_long() == Some(long) || arg.get_all_aliases().is_some_and(|all| all.contains(&long)))
                    && (short.is_none() || arg.get_short() == short)
            });
            if !has {
                missing.insert(format!("{name}: {flag}"));
            }
        }
        if words.first() != Some(&"help") {
            for sub in subcommands(&theirs, &words)? {
                queue.push(path.iter().cloned().chain([sub]).collect());
            }
        }
    }
    println!("{commands} commands and {count} flags compared");
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("kubectl/absent.txt");
    let found: String = missing.iter().map(|line| format!("{line}\n")).collect();
    if std::env::var_os("KADM_WRITE_ABSENT").is_some() {
        std::fs::write(&list, &found)?;
    }
    let known = std::fs::read_to_string(&list).unwrap_or_default();
    assert_eq!(found, known, "what kctl lacks is listed in {}", list.display());
    Ok(())
}

fn find<'a>(from: &'a clap::Command, words: &[&str]) -> Option<&'a clap::Command> {
    let Some((first, rest)) = words.split_first() else { return Some(from) };
    find(from.find_subcommand(first)?, rest)
}

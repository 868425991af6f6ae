//! A command-line client by itself or in turn with another: how long commands take, and how much
//! memory they need at most.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::ArgMatches;

use crate::report::Report;

/// Where everything that is made here goes; taken away at the end. Each run has its own: where no
/// controllers run, a namespace that is to go stays.
fn namespace() -> String {
    format!("bench-kctl-{}", std::process::id())
}

/// One run: milliseconds, and MiB at most.
struct Run {
    took: f64,
    peak: f64,
}

/// Runs a command to its end.
fn run(program: &Path, kubeconfig: &str, cache: &Path, args: &[&str]) -> Result<Run> {
    // A file takes whatever a command has to say; a pipe would hold it up.
    let errors = cache.with_extension("err");
    let said = std::fs::File::create(&errors)?;
    let begun = Instant::now();
    let child = Command::new(program)
        .args(args)
        .env("KUBECONFIG", kubeconfig)
        .env("KUBECACHEDIR", cache)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let mut status = 0;
    // SAFETY: plain numbers, for which zeros are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let pid = libc::pid_t::try_from(child.id())?;
    // SAFETY: both places live as long as the call; the child is waited for here alone.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    if waited != pid {
        return Err(std::io::Error::last_os_error()).context("cannot wait for the command");
    }
    if !ExitStatus::from_raw(status).success() {
        let said = std::fs::read_to_string(&errors)?;
        bail!("{} {}: {said}", program.display(), args.join(" "));
    }
    #[expect(clippy::cast_precision_loss, reason = "KiB of a process")]
    let peak = usage.ru_maxrss as f64 / 1024.0;
    Ok(Run { took, peak })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

struct Bench {
    programs: Vec<PathBuf>,
    kubeconfig: String,
    folder: PathBuf,
    rounds: u64,
    report: Report,
}

impl Bench {
    fn cache(&self, side: usize) -> PathBuf {
        self.folder.join(format!("cache-{side}"))
    }

    /// The first program does what has to be done before or after.
    fn prepare(&self, args: &[&str]) -> Result<()> {
        run(&self.programs[0], &self.kubeconfig, &self.cache(0), args).map(drop)
    }

    /// Measures a command of all programs in turn; `before` is called ahead of each run.
    fn measure(
        &mut self,
        what: &str,
        args: &[&str],
        rounds: u64,
        before: impl Fn(&Self, usize) -> Result<()>,
    ) -> Result<()> {
        let mut runs: Vec<Vec<Run>> = self.programs.iter().map(|_| Vec::new()).collect();
        for _ in 0..rounds {
            for (side, program) in self.programs.iter().enumerate() {
                before(self, side)?;
                // What one program can't do is a figure too: the others are measured all the same.
                match run(program, &self.kubeconfig, &self.cache(side), args) {
                    Ok(done) => runs[side].push(done),
                    Err(error) => eprintln!("{what}: {error:#}"),
                }
            }
        }
        if runs.iter().any(Vec::is_empty) {
            eprintln!("{what}: not measured");
            return Ok(());
        }
        let figures: Vec<[f64; 2]> = runs
            .iter()
            .map(|runs| {
                [
                    median(runs.iter().map(|run| run.took).collect()),
                    median(runs.iter().map(|run| run.peak).collect()),
                ]
            })
            .collect();
        let mut row = vec![what.to_string()];
        row.extend(figures.iter().flatten().map(|figure| format!("{figure:.1}")));
        if let [[took, peak], [other_took, other_peak]] = figures.as_slice() {
            row.push(format!("{:.1}", other_took / took.max(1e-3)));
            row.push(format!("{:.2}", peak / other_peak.max(1e-3)));
        }
        self.report.row(row);
        Ok(())
    }
}

/// Objects of a file, one document after the other.
fn write(file: &Path, count: u64, document: impl Fn(u64) -> String) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for index in 0..count {
        writeln!(out, "---\n{}", document(index))?;
    }
    Ok(out.flush()?)
}

/// Runs it.
pub async fn run_all(matches: &ArgMatches) -> Result<Report> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let programs: Vec<PathBuf> =
        ["program", "against"].iter().filter_map(|name| matches.get_one::<PathBuf>(name).cloned()).collect();
    let mut headers = vec!["what", "ms", "MiB"];
    if programs.len() == 2 {
        headers.extend(["other's ms", "other's MiB", "times faster", "of its memory"]);
    }
    let folder = std::env::current_dir()?.join(format!("bench-kctl-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut bench = Bench {
        programs,
        kubeconfig: matches.get_one::<String>("kubeconfig").cloned().unwrap_or_default(),
        folder: folder.clone(),
        rounds: number("rounds").max(1),
        report: Report::new(&headers),
    };
    let done =
        tokio::task::block_in_place(|| all(&mut bench, number("objects"), number("pods"), number("kinds")));
    let _ = bench.prepare(&["delete", "namespace", &namespace(), "--wait=false"]);
    std::fs::remove_dir_all(&folder)?;
    done?;
    Ok(bench.report)
}

fn all(bench: &mut Bench, objects: u64, pods: u64, kinds: u64) -> Result<()> {
    let rounds = bench.rounds;
    let namespace = namespace();
    let namespace = namespace.as_str();
    let nothing = |_: &Bench, _: usize| Ok(());
    bench.measure("version --client", &["version", "--client"], rounds, nothing)?;
    bench.measure("get namespaces", &["get", "namespaces"], rounds, nothing)?;
    bench.measure("get namespaces, empty cache", &["get", "namespaces"], rounds, cold)?;

    // An earlier run may have left them, and a controller may have been faster.
    for (kind, rest) in [("namespace", &[namespace][..]), ("serviceaccount", &["default", "-n", namespace])] {
        bench.prepare(&[&["create", kind], rest].concat()).or_else(|error| {
            if error.to_string().contains("already exists") { Ok(()) } else { Err(error) }
        })?;
    }
    let file = bench.folder.join("objects.yaml");
    write(&file, objects, |index| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: object-{index}, namespace: {namespace}}}\ndata:\n  a: \"{index}\"\n  b: some words"
        )
    })?;
    let path = file.display().to_string();
    let apply = ["apply", "-f", &path];
    let few = rounds.min(5);
    bench.measure(&format!("apply {objects} new objects"), &apply, few, |bench, _| {
        bench.prepare(&["delete", "configmaps", "--all", "-n", namespace, "--wait=false"])
    })?;
    bench.measure(&format!("apply {objects} unchanged objects"), &apply, few.min(3), nothing)?;

    if pods > 0 {
        let file = bench.folder.join("pods.yaml");
        write(&file, pods, |index| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{index}, namespace: {namespace}, labels: {{app: bench}}}}\nspec:\n  schedulerName: nobody\n  containers: [{{name: main, image: nothing}}]"
            )
        })?;
        bench.prepare(&["create", "-f", &file.display().to_string()])?;
        bench.measure(&format!("get {pods} pods"), &["get", "pods", "-A"], few, nothing)?;
        bench.measure(
            &format!("get {pods} pods -o json"),
            &["get", "pods", "-A", "-o", "json"],
            few.min(3),
            nothing,
        )?;
    }
    if kinds > 0 {
        with_kinds(bench, kinds)?;
    }
    Ok(())
}

/// How many kinds a group has: servers with thousands have them in groups of about that many.
pub const IN_GROUP: u64 = 40;

/// Commands that know nothing yet of a server with many kinds.
fn with_kinds(bench: &mut Bench, kinds: u64) -> Result<()> {
    let namespace = namespace();
    let namespace = namespace.as_str();
    let file = bench.folder.join("kinds.yaml");
    write(&file, kinds, |index| {
        let group = format!("group{}.bench.kadm.io", index / IN_GROUP);
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: things{index}.{group}, labels: {{bench: kctl}}}}\nspec:\n  group: {group}\n  scope: Namespaced\n  names: {{plural: things{index}, singular: thing{index}, kind: Thing{index}}}\n  versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{size: {{type: integer}}, colour: {{type: string}}}}}}}}}}}}}}]"
        )
    })?;
    bench.prepare(&["create", "-f", &file.display().to_string()])?;
    bench.prepare(&[
        "wait",
        "--for=condition=Established",
        "customresourcedefinitions",
        "-l",
        "bench=kctl",
        "--timeout=30m",
    ])?;
    let object = bench.folder.join("object.yaml");
    write(&object, 1, |_| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: one, namespace: {namespace}}}\ndata: {{a: b}}"
        )
    })?;
    let (rounds, object) = (bench.rounds.min(5), object.display().to_string());
    let cases: [&[&str]; 8] = [
        &["get", "namespaces"],
        &["get", "pods", "-n", namespace],
        &["get", "things1", "-A"],
        &["get", "configmaps", "-n", namespace, "-o", "name"],
        &["apply", "-f", &object],
        &["explain", "pods.spec"],
        &["explain", "things1.spec"],
        &["api-resources"],
    ];
    for args in cases {
        let words: Vec<&str> = args.iter().copied().filter(|word| *word != object).collect();
        bench.measure(
            &format!("{}, {kinds} more kinds, empty cache", words.join(" ")),
            args,
            rounds,
            cold,
        )?;
    }
    bench.prepare(&["delete", "customresourcedefinitions", "-l", "bench=kctl", "--wait=false"])
}

/// Has a program know nothing of its server.
fn cold(bench: &Bench, side: usize) -> Result<()> {
    match std::fs::remove_dir_all(bench.cache(side)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

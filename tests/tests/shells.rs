//! The completion scripts in the shells that they are for: what a person types before Tab, and what the
//! line is then.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use kadm_tests::terminal::Terminal;
use kadm_tests::twins::Server;
use kadm_tests::{built, program};

const LONG: Duration = Duration::from_secs(60);

/// What is typed, what one Tab makes of it, and what it offers.
const CASES: &[(&str, &str, &[&str])] = &[
    ("kctl ge", "kctl get ", &[]),
    ("kctl config use-c", "kctl config use-context ", &[]),
    ("kctl get configmaps o", "kctl get configmaps o", &["one", "other"]),
    ("kctl get configmaps on", "kctl get configmaps one ", &[]),
    ("kctl get configmaps one ot", "kctl get configmaps one other ", &[]),
    ("kctl get configmap/oth", "kctl get configmap/other ", &[]),
    ("kctl get clusterroles system:node-b", "kctl get clusterroles system:node-bootstrapper ", &[]),
    ("kctl get clusterrole/system:node-b", "kctl get clusterrole/system:node-bootstrapper ", &[]),
    ("kctl get -n kube-s", "kctl get -n kube-system ", &[]),
    ("kctl get --namespace=kube-s", "kctl get --namespace=kube-system ", &[]),
    ("kctl -n 'work' get cm on", "kctl -n 'work' get cm onward ", &[]),
    ("kctl --namespace=work get cm on", "kctl --namespace=work get cm onward ", &[]),
    ("kctl get --output=ky", "kctl get --output=kyaml ", &[]),
    ("kctl get pods -o custom-columns-", "kctl get pods -o custom-columns-file ", &[]),
    ("kctl get --show-l", "kctl get --show-labels ", &[]),
    ("kctl logs pod -c ", "kctl logs pod -c main ", &[]),
    ("kctl config use-context tw", "kctl config use-context twin ", &[]),
    ("kctl get --context ", "kctl get --context ", &["twin", "jane"]),
    ("kctl rollout status deployments w", "kctl rollout status deployments web ", &[]),
    ("kctl port-forward deploy", "kctl port-forward deployments/", &[]),
    ("kctl apply -f ma", "kctl apply -f manifest.yaml ", &[]),
    ("kctl apply --filename=ma", "kctl apply --filename=manifest.yaml ", &[]),
    ("kctl apply -k fol", "kctl apply -k folder/", &[]),
    ("kctl get configmaps none-so", "kctl get configmaps none-so", &[]),
];

/// Bash and zsh show their line between these marks when Ctrl-T is pressed.
const BASH: &str = r#"
bind 'set bell-style none' 2>/dev/null
bind 'set show-all-if-ambiguous on'
bind 'set enable-bracketed-paste off'
bind -x '"\C-t": echo "<<<$READLINE_LINE>>>"'
PS1='ready> '
"#;
const ZSH: &str = r#"
unsetopt beep prompt_sp
PS1='ready> '
autoload -Uz compinit && compinit -D -u
show() { zle -I; print -r -- "<<<$BUFFER>>>" }
zle -N show
bindkey '^T' show
"#;

struct Bed {
    server: Server,
    home: tempfile::TempDir,
}

impl Bed {
    fn new(executable: &Path) -> Result<Self> {
        let server = Server::start(executable)?;
        let home = tempfile::tempdir()?;
        let bed = Self { server, home };
        for made in [
            "create configmap one",
            "create configmap other",
            "create namespace work",
            "create configmap onward -n work",
            "create serviceaccount default",
            "create deployment web --image=nginx --replicas=0",
            r#"run pod --image=nginx --overrides={"spec":{"containers":[{"name":"main","image":"nginx"}]}}"#,
        ] {
            let done = bed.command(&bed.server.folder().join("kctl")).args(made.split(' ')).output()?;
            if !done.status.success() {
                bail!("{made}: {}", String::from_utf8_lossy(&done.stderr));
            }
        }
        for file in ["manifest.yaml", "manners.txt"] {
            std::fs::write(bed.home.path().join(file), "")?;
        }
        std::fs::create_dir(bed.home.path().join("folder"))?;
        Ok(bed)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("PATH", format!("{}:{path}", self.server.folder().display()))
            .env("HOME", self.home.path())
            .env("ZDOTDIR", self.home.path())
            .env("KUBECONFIG", &self.server.kubeconfig)
            .env("INPUTRC", "/dev/null")
            .env("TERM", "dumb")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// Presses Tab in a shell on a terminal; gives the line, and all that was shown.
    fn tab(&self, command: Command, typed: &str) -> Result<(String, String)> {
        let mut terminal = Terminal::start(command)?;
        terminal.until(LONG, |shown| shown.contains("ready> "))?;
        terminal.press(typed)?;
        terminal.press("\t\x14")?;
        let shown = terminal.until(LONG, |shown| shown.contains(">>>"))?;
        let (_, line) = shown.split_once("<<<").context("a line")?;
        let (line, _) = line.split_once(">>>").context("a whole line")?;
        Ok((line.to_string(), shown.clone()))
    }

    /// What fish makes of a line: it says so by itself.
    fn fish(&self, fish: &Path, typed: &str) -> Result<(String, String)> {
        let script = script("fish").display().to_string();
        let run = self
            .command(fish)
            .args(["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", &script, typed])
            .output()?;
        let shown = String::from_utf8_lossy(&run.stdout).into_owned();
        let offered: Vec<&str> =
            shown.lines().map(|line| line.split('\t').next().unwrap_or_default()).collect();
        let before = typed.rfind(' ').map_or(0, |end| end + 1);
        Ok(match offered.as_slice() {
            [one] => {
                // Fish goes on with what ends in a slash, or would be a file.
                let blank = if one.ends_with('/') { "" } else { " " };
                (format!("{}{one}{blank}", &typed[..before]), shown)
            }
            _ => (typed.to_string(), shown),
        })
    }
}

fn script(shell: &str) -> PathBuf {
    let file = match shell {
        "bash" => "bash/kctl",
        "zsh" => "zsh/_kctl",
        _ => "fish/kctl.fish",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../completions").join(file)
}

#[test]
fn tab_completes_in_each_shell() -> Result<()> {
    let Some(executable) = built() else { return Ok(()) };
    let bed = Bed::new(&executable)?;
    let mut wrong = Vec::new();
    for shell in ["bash", "zsh", "fish"] {
        let Some(path) = program(shell) else {
            assert!(std::env::var_os("CI").is_none(), "{shell} is missing");
            println!("{shell} is missing: its script is not tried; run cargo xtask test");
            continue;
        };
        let source = format!("source {}\n", script(shell).display());
        let rc = bed.home.path().join(if shell == "bash" { ".bashrc" } else { ".zshrc" });
        match shell {
            "bash" => std::fs::write(&rc, format!("{BASH}{source}"))?,
            "zsh" => std::fs::write(&rc, format!("{ZSH}{source}"))?,
            _ => {}
        }
        for (typed, expected, offered) in CASES {
            let (line, shown) = match shell {
                "bash" => {
                    let mut command = bed.command(&path);
                    command.arg("--noprofile").arg("--rcfile").arg(&rc).arg("-i");
                    bed.tab(command, typed)?
                }
                "zsh" => {
                    let mut command = bed.command(&path);
                    command.args(["--no-globalrcs", "-i"]);
                    bed.tab(command, typed)?
                }
                _ => bed.fish(&path, typed)?,
            };
            let missing: Vec<_> = offered.iter().filter(|word| !shown.contains(**word)).collect();
            if line != *expected || !missing.is_empty() {
                wrong.push(format!("{shell}: {typed:?} gives {line:?}, not {expected:?}; not offered: {missing:?}; shown: {shown:?}"));
            }
        }
        println!("{shell}: {} lines completed", CASES.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

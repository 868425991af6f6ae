//! Completion as one types: `__complete` and the words so far give what can come next, in the lines
//! that kubectl's own scripts understand; the scripts of ours speak the same.
//!
//! A line is a word, or a word, a tab and what it means. The last line is `:` and a number that
//! says how to go on.

pub mod scripts;
mod sources;

use clap::{Arg, ArgMatches, Command};

use crate::connect::Session;
use crate::flags;
use sources::Source;

/// Nothing can be completed.
const ERROR: u8 = 1;
/// The word may go on: no blank behind it.
const NO_SPACE: u8 = 2;
/// Files are no answer.
const NO_FILES: u8 = 4;
/// The words are endings of files that are.
const BY_ENDING: u8 = 8;
/// Folders alone are.
const FOLDERS: u8 = 16;

const NAMES: [(u8, &str); 5] = [
    (ERROR, "ShellCompDirectiveError"),
    (NO_SPACE, "ShellCompDirectiveNoSpace"),
    (NO_FILES, "ShellCompDirectiveNoFileComp"),
    (BY_ENDING, "ShellCompDirectiveFilterFileExt"),
    (FOLDERS, "ShellCompDirectiveFilterDirs"),
];

/// What can come next.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Words, and what they mean.
    words: Vec<(String, String)>,
    directive: u8,
}

impl Answer {
    fn plain(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let words = words.into_iter().map(|word| (word.into(), String::new())).collect();
        Self { words, directive: NO_FILES }
    }
}

/// The words so far, taken apart.
struct Line<'a> {
    command: &'a Command,
    /// The commands' names: `config use-context`.
    path: String,
    /// Arguments that are no flags.
    args: Vec<String>,
    /// The global flags, for the connection.
    global: Vec<String>,
    /// Flags that are there already.
    given: Vec<String>,
    /// The flag whose value is typed.
    valued: Option<&'a Arg>,
    /// What of the last word is to be completed.
    typed: String,
    /// Behind `--` there are no flags.
    ended: bool,
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

/// The flag that a word names, and the value in the same word.
fn flag<'a>(command: &'a Command, word: &str) -> Option<(&'a Arg, Option<String>)> {
    let named = |name: &str| {
        command.get_arguments().find(|arg| {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        })
    };
    if let Some(long) = word.strip_prefix("--") {
        return match long.split_once('=') {
            Some((name, value)) => Some((named(name)?, Some(value.to_string()))),
            None => Some((named(long)?, None)),
        };
    }
    let mut letters = word.strip_prefix('-')?.chars();
    let short = letters.next()?;
    let arg = command.get_arguments().find(|arg| arg.get_short() == Some(short))?;
    let rest = letters.as_str();
    let value = rest.strip_prefix('=').unwrap_or(rest);
    Some((arg, (!rest.is_empty()).then(|| value.to_string())))
}

impl<'a> Line<'a> {
    fn read(root: &'a Command, words: &[String]) -> Self {
        let (last, before) = match words.split_last() {
            Some((last, before)) => (last.clone(), before),
            None => (String::new(), words),
        };
        let mut line = Self {
            command: root,
            path: String::new(),
            args: Vec::new(),
            global: Vec::new(),
            given: Vec::new(),
            valued: None,
            typed: last.clone(),
            ended: false,
        };
        let globals: Vec<Arg> = flags::global();
        let mut waiting: Option<&Arg> = None;
        for word in before {
            if let Some(arg) = waiting.take() {
                line.keep(&globals, arg, word);
                continue;
            }
            if line.ended {
                line.args.push(word.clone());
            } else if word == "--" {
                line.ended = true;
            } else if word.starts_with('-') && word.len() > 1 {
                let Some((arg, value)) = flag(line.command, word) else { continue };
                line.given.push(arg.get_id().to_string());
                match value {
                    Some(value) => line.keep(&globals, arg, &value),
                    None if takes_value(arg) => waiting = Some(arg),
                    None => line.keep(&globals, arg, "true"),
                }
            } else if let Some(found) = line.command.find_subcommand(word).filter(|_| line.args.is_empty()) {
                line.command = found;
                line.path = format!("{} {}", line.path, found.get_name()).trim().to_string();
            } else {
                line.args.push(word.clone());
            }
        }
        line.valued = waiting;
        if line.valued.is_none()
            && !line.ended
            && last.starts_with('-')
            && last.contains('=')
            && let Some((arg, Some(value))) = flag(line.command, &last)
        {
            line.valued = Some(arg);
            line.typed = value;
        }
        line
    }

    fn keep(&mut self, globals: &[Arg], arg: &Arg, value: &str) {
        if globals.iter().any(|global| global.get_id() == arg.get_id())
            && let Some(long) = arg.get_long()
        {
            self.global.push(format!("--{long}={value}"));
        }
    }

    /// A connection with the global flags among the words.
    fn session(&self) -> Option<Session> {
        let words = std::iter::once("kctl".to_string()).chain(self.global.clone());
        let matches: ArgMatches =
            Command::new("kctl").args(flags::global()).try_get_matches_from(words).ok()?;
        Some(Session::new(&matches))
    }
}

/// Runs `__complete`.
pub async fn run(root: &Command, words: &[String], describe: bool) {
    let answer = answer(root, words).await;
    let mut text = String::new();
    for (word, meaning) in &answer.words {
        text.push_str(word);
        if describe && !meaning.is_empty() {
            text.push('\t');
            text.push_str(meaning.lines().next().unwrap_or_default());
        }
        text.push('\n');
    }
    println!("{text}:{}", answer.directive);
    let named: Vec<&str> =
        NAMES.iter().filter(|(bit, _)| answer.directive & bit != 0).map(|(_, name)| *name).collect();
    let named = if named.is_empty() { "ShellCompDirectiveDefault".into() } else { named.join(", ") };
    eprintln!("Completion ended with directive: {named}");
}

async fn answer(root: &Command, words: &[String]) -> Answer {
    let line = Line::read(root, words);
    if let Some(arg) = line.valued {
        return value(&line, arg).await;
    }
    if line.typed.starts_with('-') && !line.ended {
        return all_flags(&line);
    }
    let children: Vec<(String, String)> = line
        .command
        .get_subcommands()
        .filter(|child| !child.is_hide_set() && line.args.is_empty())
        .map(|child| {
            (child.get_name().to_string(), child.get_about().map(ToString::to_string).unwrap_or_default())
        })
        .filter(|(name, _)| name.starts_with(&line.typed))
        .collect();
    let mut answer = match Source::of_argument(&line.path, &line.args, line.ended) {
        Some(source) => given(&line, source).await,
        None => Answer { words: Vec::new(), directive: if children.is_empty() { 0 } else { NO_FILES } },
    };
    if line.path.is_empty() {
        answer = plugins(&line, answer);
        if line.args.is_empty() {
            answer.directive = NO_FILES;
        }
    }
    answer.words.splice(0..0, children);
    if line.path.is_empty() {
        answer.words.sort();
    }
    answer
}

/// Plugins complete as commands, and their own words through `kubectl_complete-*` executables.
fn plugins(line: &Line<'_>, mut answer: Answer) -> Answer {
    let Some((plugin, rest)) = line.args.split_first() else {
        for name in crate::command::plugin::names() {
            if name.starts_with(&line.typed) && line.command.find_subcommand(&name).is_none() {
                let meaning = format!("The command {name} is a plugin installed by the user");
                answer.words.push((name, meaning));
            }
        }
        return answer;
    };
    for prefix in ["kctl_complete-", "kubectl_complete-"] {
        let program = format!("{prefix}{}", plugin.replace('-', "_"));
        let words = rest.iter().chain([&line.typed]);
        let Ok(output) = std::process::Command::new(program).args(words).output() else { continue };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        let directive = lines.last().and_then(|last| last.strip_prefix(':')?.trim().parse().ok());
        if directive.is_some() {
            lines.pop();
        }
        let split = |line: &&str| {
            let (word, meaning) = line.split_once('\t').unwrap_or((line, ""));
            (word.to_string(), meaning.to_string())
        };
        return Answer { words: lines.iter().map(split).collect(), directive: directive.unwrap_or_default() };
    }
    answer
}

/// Flags by their long names, those of the command behind those of all commands.
fn all_flags(line: &Line<'_>) -> Answer {
    let mut words: Vec<(String, String)> = Vec::new();
    for arg in line.command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let several = matches!(arg.get_action(), clap::ArgAction::Append);
        if line.given.iter().any(|given| arg.get_id() == given.as_str()) && !several {
            continue;
        }
        let meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let long = arg.get_long().map(|long| format!("--{long}"));
        let short = arg.get_short().map(|short| format!("-{short}"));
        // A single dash may be the beginning of either.
        for word in [long, short.filter(|_| line.typed == "-")].into_iter().flatten() {
            if word.starts_with(&line.typed) {
                words.push((word, meaning.clone()));
            }
        }
    }
    words.sort();
    Answer { words, directive: NO_FILES }
}

/// Values of a flag.
async fn value(line: &Line<'_>, arg: &Arg) -> Answer {
    let known: Vec<String> = arg
        .get_possible_values()
        .into_iter()
        .filter(|value| !value.is_hide_set() && value.get_name() != "unchanged")
        .map(|value| value.get_name().to_string())
        .filter(|value| value.starts_with(&line.typed))
        .collect();
    if !known.is_empty() {
        return Answer::plain(known);
    }
    match Source::of_flag(&line.path, arg.get_id().as_str()) {
        Some(source) => given(line, source).await,
        None if arg.is_require_equals_set() => {
            Answer::plain(["true", "false"].into_iter().filter(|word| word.starts_with(&line.typed)))
        }
        None => Answer::default(),
    }
}

async fn given(line: &Line<'_>, source: Source) -> Answer {
    match source {
        Source::Endings(endings) => {
            return Answer { directive: BY_ENDING, ..Answer::plain(endings.iter().copied()) };
        }
        Source::Folders => return Answer { directive: FOLDERS, ..Answer::default() },
        Source::Nothing => return Answer { directive: NO_FILES, ..Answer::default() },
        _ => {}
    }
    let Some(session) = line.session() else { return Answer { directive: ERROR, ..Answer::default() } };
    // Who waits for a completion has no use for an error, nor for a server that does not answer.
    let found =
        tokio::time::timeout(sources::PATIENCE, source.words(&session, &line.args, &line.typed)).await;
    let (mut words, more) = match found {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => (Vec::new(), false),
    };
    // What is named already is not named twice; a container may be called like its pod.
    let again = matches!(source, Source::Objects(_) | Source::Names(..));
    words.retain(|word| word.starts_with(&line.typed) && !(again && line.args.contains(word)));
    let directive = if more { NO_FILES | NO_SPACE } else { NO_FILES };
    Answer { directive, ..Answer::plain(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn complete(words: &[&str]) -> (Vec<String>, u8) {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let mut root = crate::command();
        root.build();
        let found = answer(&root, &words).await;
        (found.words.into_iter().map(|(word, _)| word).collect(), found.directive)
    }

    #[tokio::test]
    async fn commands_flags_and_values() {
        assert_eq!(complete(&["ge"]).await, (vec!["get".into()], NO_FILES));
        assert_eq!(complete(&["config", "use"]).await, (vec!["use-context".into()], NO_FILES));
        assert_eq!(complete(&["logs", "--since"]).await.0, ["--since", "--since-time"]);
        let since = complete(&["logs", "--since=5s", "--since"]).await.0;
        assert_eq!(since, ["--since-time"], "what is given is not offered again");
        assert_eq!(
            complete(&["get", "-o", "js"]).await.0,
            ["json", "jsonpath", "jsonpath-as-json", "jsonpath-file"]
        );
        assert_eq!(complete(&["get", "--output=ky"]).await.0, ["kyaml"]);
        assert_eq!(complete(&["completion", ""]).await.0, ["fish", "powershell", "bash", "zsh"]);
        assert_eq!(
            complete(&["apply", "-f", ""]).await,
            (vec!["json".into(), "yaml".into(), "yml".into()], BY_ENDING)
        );
        assert_eq!(complete(&["apply", "-k", ""]).await, (Vec::new(), FOLDERS));
    }

    #[tokio::test]
    async fn contexts_of_the_file() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = "kind: Config\ncontexts:\n- {name: blue, context: {cluster: one, user: ann}}\n- {name: green, context: {cluster: two, user: bob}}\n";
        std::fs::write(file.path(), text).expect("writes");
        let flag = format!("--kubeconfig={}", file.path().display());
        assert_eq!(complete(&[&flag, "config", "use-context", ""]).await.0, ["blue", "green"]);
        assert_eq!(complete(&[&flag, "get", "--context", "g"]).await.0, ["green"]);
        assert_eq!(complete(&[&flag, "config", "use-context", "blue", ""]).await, (Vec::new(), NO_FILES));
    }
}

//! Examples of each command, for `--help` and the man page.

mod change;
mod configure;
mod create;
mod look;
mod run;

use clap::Command;

/// What an example is for, and its command line.
type Example = (&'static str, &'static str);

/// A command's path without the program's name, and its examples.
type Examples = (&'static str, &'static [Example]);

const ALL: &[&[Examples]] =
    &[create::EXAMPLES, look::EXAMPLES, change::EXAMPLES, run::EXAMPLES, configure::EXAMPLES];

fn of(path: &str) -> &'static [Example] {
    ALL.iter().copied().flatten().find(|(name, _)| *name == path).map_or(&[], |(_, examples)| examples)
}

/// Puts the examples behind the help of a command and all below it.
pub fn attach(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_string()).collect();
    let mut command = command;
    for name in names {
        let inner = format!("{path} {name}");
        command = command.mut_subcommand(name, |found| attach(found, inner.trim_start()));
    }
    let examples = of(path);
    if examples.is_empty() {
        return command;
    }
    let lines: Vec<String> = examples.iter().map(|(about, line)| format!("  # {about}\n  {line}")).collect();
    command.after_help(format!("Examples:\n{}", lines.join("\n\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A command line's words, as a shell takes them apart; one behind a pipe counts.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" | ").find(|part| part.starts_with("kctl")).expect("a call of kctl");
        let (mut words, mut quote, mut inside) = (Vec::new(), None, false);
        let mut word = String::new();
        for letter in line.chars() {
            match (letter, quote) {
                ('\'' | '"', None) => (quote, inside) = (Some(letter), true),
                (_, Some(open)) if letter == open => quote = None,
                (' ', None) if inside || !word.is_empty() => {
                    words.push(std::mem::take(&mut word));
                    inside = false;
                }
                (' ', None) => {}
                _ => word.push(letter),
            }
        }
        assert_eq!(quote, None, "an open quote in {line}");
        words.extend(Some(word).filter(|word| inside || !word.is_empty()));
        words
    }

    #[test]
    fn each_is_a_line_of_its_command_that_parses() {
        for (path, examples) in ALL.iter().copied().flatten() {
            for (about, line) in *examples {
                assert!(about.starts_with(char::is_uppercase) && !about.ends_with('.'), "{about}");
                // Longer ones would be broken in the help, and no longer be lines to copy.
                assert!(line.len() <= 98, "{line}");
                let words = words(line);
                let matches = crate::command().try_get_matches_from(&words);
                let matches = matches.unwrap_or_else(|error| panic!("{line}: {error}"));
                // A group's examples are of the commands in it.
                let called = crate::usage::path(&matches);
                assert!(format!("{called} ").starts_with(&format!("kctl {path} ")), "{line}");
            }
        }
    }

    #[test]
    fn every_command_has_some() {
        fn check(command: &Command, path: &str, without: &mut Vec<String>) {
            for inner in command.get_subcommands() {
                check(inner, format!("{path} {}", inner.get_name()).trim_start(), without);
            }
            let group = command.is_subcommand_required_set() || path.is_empty();
            if !group && !command.is_hide_set() && command.get_after_help().is_none() {
                without.push(path.to_string());
            }
        }
        let mut without = Vec::new();
        check(&crate::command(), "", &mut without);
        assert!(without.is_empty(), "commands without examples: {without:?}");
    }

    #[test]
    fn help_shows_them() {
        let mut root = crate::command();
        let help = root.find_subcommand_mut("cordon").expect("the command").render_help().to_string();
        assert!(help.contains("Examples:\n  # "), "{help}");
        assert!(help.contains("\n  kctl cordon "), "{help}");
    }
}

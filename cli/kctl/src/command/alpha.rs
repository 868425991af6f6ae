//! `kctl alpha`: commands under the names that they had before they were stable.

use anyhow::Result;
use clap::{ArgMatches, Command};

use super::kuberc;
use crate::connect::Session;
use crate::flags;

/// The flags.
pub fn define() -> Command {
    Command::new("alpha")
        .about("Commands for features in alpha")
        .arg(flags::forgotten())
        .subcommand(kuberc::define())
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some((_, inner)) => kuberc::run(session, inner).await,
        None => {
            print!("{}", crate::usage::help(&["alpha"]));
            Ok(0)
        }
    }
}

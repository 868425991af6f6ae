//! One file for each command or family of commands.

mod alpha;
mod apply;
mod auth;
mod autoscale;
mod certificate;
mod config;
mod cp;
mod create;
mod debug;
mod delete;
mod describe;
mod diff;
mod drain;
mod dump;
mod edit;
mod events;
mod exec;
mod explain;
mod expose;
mod forward;
mod get;
mod info;
mod logs;
mod modify;
pub mod plugin;
mod proxy;
mod reconcile;
mod replace;
mod rollout;
mod run;
mod set;
mod taint;
mod top;
mod wait;
mod watch;
pub mod write;

pub use create::data::hash as content_hash;

use std::future::Future;
use std::pin::Pin;

use anyhow::Result;
use clap::{ArgMatches, Command};

use crate::connect::Session;

/// What a command's run gives: the exit code.
pub type Outcome = Pin<Box<dyn Future<Output = Result<u8>>>>;

/// One command.
pub struct Entry {
    pub define: fn() -> Command,
    pub run: fn(Session, ArgMatches) -> Outcome,
}

/// An exit code whose reason has been printed already.
#[derive(Debug)]
pub struct Silent(pub u8);

impl std::fmt::Display for Silent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}", self.0)
    }
}

impl std::error::Error for Silent {}

macro_rules! entry {
    ($define:path, $run:path) => {
        Entry {
            define: $define,
            run: |session, matches| Box::pin(async move { $run(&session, &matches).await }),
        }
    };
}

/// All commands, in the order of kubectl's help.
pub const ALL: &[Entry] = &[
    entry!(create::define, create::run),
    entry!(expose::define, expose::run),
    entry!(run::define, run::run),
    entry!(set::define, set::run),
    entry!(explain::define, explain::run),
    entry!(get::define, get::run),
    entry!(edit::define, edit::run),
    entry!(delete::define, delete::run),
    entry!(rollout::define, rollout::run),
    entry!(modify::define_scale, modify::scale),
    entry!(autoscale::define, autoscale::run),
    entry!(certificate::define, certificate::run),
    entry!(info::define_cluster_info, info::cluster_info),
    entry!(top::define, top::run),
    entry!(drain::define_cordon, drain::cordon),
    entry!(drain::define_uncordon, drain::uncordon),
    entry!(drain::define_drain, drain::drain),
    entry!(taint::define, taint::run),
    entry!(describe::define, describe::run),
    entry!(logs::define, logs::run),
    entry!(exec::define_attach, exec::attach),
    entry!(exec::define, exec::run),
    entry!(forward::define, forward::run),
    entry!(proxy::define, proxy::run),
    entry!(cp::define, cp::run),
    entry!(auth::define, auth::run),
    entry!(debug::define, debug::run),
    entry!(events::define, events::run),
    entry!(diff::define, diff::run),
    entry!(apply::define, apply::run),
    entry!(modify::define_patch, modify::patch),
    entry!(replace::define, replace::run),
    entry!(wait::define, wait::run),
    entry!(alpha::define_kustomize, alpha::kustomize),
    entry!(modify::define_label, modify::label),
    entry!(modify::define_annotate, modify::annotate),
    entry!(info::define_completion, info::completion),
    entry!(alpha::define, alpha::run),
    entry!(info::define_resources, info::resources),
    entry!(info::define_versions, info::versions),
    entry!(config::define, config::run),
    entry!(plugin::define, plugin::run),
    entry!(info::define_version, info::version),
    entry!(info::define_options, info::options),
];

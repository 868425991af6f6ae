//! One file for each command or family of commands.

mod alpha;
mod apply;
mod applyset;
mod auth;
mod autoscale;
mod batches;
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
mod hints;
mod info;
mod kuberc;
mod kustomize;
mod logs;
mod migrate;
mod modify;
pub mod plugin;
pub mod pods;
mod proxy;
mod prune;
mod reconcile;
pub(crate) mod record;
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
pub use info::VERSION;

use std::future::Future;
use std::pin::Pin;

use anyhow::Result;
use clap::{ArgMatches, Command};

use crate::connect::Session;

/// What a command's run gives: the exit code.
pub type Outcome = Pin<Box<dyn Future<Output = Result<u8>>>>;

/// One command.
pub struct Entry {
    pub name: &'static str,
    pub define: fn() -> Command,
    pub run: fn(Session, ArgMatches) -> Outcome,
}

/// Commands that ask no server about anything, whatever flags they have.
pub const LOCAL: &[&str] = &["completion", "config", "kuberc", "kustomize", "options", "plugin"];

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
    ($name:literal, $define:path, $run:path) => {
        Entry {
            name: $name,
            define: $define,
            run: |session, matches| Box::pin(async move { $run(&session, &matches).await }),
        }
    };
}

/// All commands, in the order of kubectl's help.
pub const ALL: &[Entry] = &[
    entry!("create", create::define, create::run),
    entry!("expose", expose::define, expose::run),
    entry!("run", run::define, run::run),
    entry!("set", set::define, set::run),
    entry!("explain", explain::define, explain::run),
    entry!("get", get::define, get::run),
    entry!("edit", edit::define, edit::run),
    entry!("delete", delete::define, delete::run),
    entry!("rollout", rollout::define, rollout::run),
    entry!("scale", modify::define_scale, modify::scale),
    entry!("autoscale", autoscale::define, autoscale::run),
    entry!("certificate", certificate::define, certificate::run),
    entry!("cluster-info", info::define_cluster_info, info::cluster_info),
    entry!("top", top::define, top::run),
    entry!("cordon", drain::define_cordon, drain::cordon),
    entry!("uncordon", drain::define_uncordon, drain::uncordon),
    entry!("drain", drain::define_drain, drain::drain),
    entry!("taint", taint::define, taint::run),
    entry!("describe", describe::define, describe::run),
    entry!("logs", logs::define, logs::run),
    entry!("attach", exec::define_attach, exec::attach),
    entry!("exec", exec::define, exec::run),
    entry!("port-forward", forward::define, forward::run),
    entry!("proxy", proxy::define, proxy::run),
    entry!("cp", cp::define, cp::run),
    entry!("auth", auth::define, auth::run),
    entry!("debug", debug::define, debug::run),
    entry!("events", events::define, events::run),
    entry!("diff", diff::define, diff::run),
    entry!("apply", apply::define, apply::run),
    entry!("patch", modify::define_patch, modify::patch),
    entry!("replace", replace::define, replace::run),
    entry!("wait", wait::define, wait::run),
    entry!("kustomize", kustomize::define, kustomize::run),
    entry!("label", modify::define_label, modify::label),
    entry!("annotate", modify::define_annotate, modify::annotate),
    entry!("completion", info::define_completion, info::completion),
    entry!("alpha", alpha::define, alpha::run),
    entry!("api-resources", info::define_resources, info::resources),
    entry!("api-versions", info::define_versions, info::versions),
    entry!("config", config::define, config::run),
    entry!("kuberc", kuberc::define, kuberc::run),
    entry!("plugin", plugin::define, plugin::run),
    entry!("version", info::define_version, info::version),
    entry!("options", info::define_options, info::options),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_names_they_are_found_by() {
        for entry in ALL {
            assert_eq!((entry.define)().get_name(), entry.name);
        }
    }
}

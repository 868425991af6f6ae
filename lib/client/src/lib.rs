//! A Kubernetes client: kubeconfig, REST over HTTP/2, watches, informers, leader election,
//! events and a work queue.
//!
//! It decodes into whatever type the caller names, most often a lean view with only the fields
//! that the caller reads; it never needs to know a kind.

pub mod config;
pub mod credentials;
pub mod error;
pub mod events;
pub mod informer;
pub mod leader;
pub mod object;
mod oidc;
mod proxy;
pub mod queue;
pub mod reach;
pub mod rest;
pub mod stream;
pub mod tls;
pub mod watch;

pub use config::Config;
pub use error::{Error, Status};
pub use informer::Informer;
pub use object::{Key, Meta, Object, OwnerReference};
pub use rest::{Client, ListParams, PatchType, path};

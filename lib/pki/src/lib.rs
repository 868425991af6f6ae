//! Keys, certificates, kubeconfigs and tokens, in kubeadm's shapes and places.

pub mod bootstrap;
pub mod cert;
pub mod jwt;
pub mod kubeconfig;
pub mod write;

pub use cert::{Authority, Leaf, PkiError, Usage};

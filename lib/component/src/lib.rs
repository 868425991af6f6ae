//! What every daemon shares: Go-style flags, logging, signals, the async runtime, TLS that
//! reloads itself, the HTTP server and its health and metrics endpoints.
//!
//! Nothing here knows Kubernetes objects; that is `apimachinery` and `client`.

pub mod features;
pub mod files;
pub mod flags;
pub mod health;
pub mod http;
pub mod lanes;
pub mod logging;
pub mod metric_limits;
pub mod metrics;
pub mod near;
pub mod rotate;
pub mod runtime;
pub mod serve;
pub mod signals;
pub mod tls;

/// The Kubernetes version that this build is compatible with, as the API reports it.
pub const KUBERNETES_VERSION: &str = "v1.36.2";
/// The etcd version that this build is compatible with.
pub const ETCD_VERSION: &str = "3.6.13";

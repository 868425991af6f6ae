//! The gRPC services: requests in, checks, the state or the log, responses out.

pub mod auth;
pub mod cluster;
pub mod election;
pub mod health;
pub mod kv;
pub mod lease;
pub mod lock;
pub mod maintenance;
mod queue;
pub mod watch;

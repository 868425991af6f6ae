//! The gRPC services: requests in, checks, the state or the log, responses out.

pub mod auth;
pub mod cluster;
pub mod health;
pub mod kv;
pub mod lease;
pub mod maintenance;
pub mod watch;

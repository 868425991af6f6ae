//! The controllers, each in a file: what it watches, what it decides, what it does.

pub mod certificates;
pub mod cluster_roles;
pub mod daemonset;
pub mod deployment;
pub mod endpoints;
pub mod garbage;
pub mod job;
pub mod namespace;
pub mod node_ipam;
pub mod node_lifecycle;
pub mod pod_gc;
pub mod policy_status;
pub mod protection;
pub mod replicaset;
pub mod rollout;
pub mod service_accounts;
pub mod service_cidrs;
pub mod tokens;
pub mod ttl;

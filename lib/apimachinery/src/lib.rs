//! What every part of the system knows about Kubernetes objects: which resources exist, how
//! their objects are encoded, selected, patched and named, and how an error is told.
//!
//! Nothing here does I/O.

pub mod apply;
pub mod columns;
pub mod complete;
pub mod custom;
pub mod expand;
pub mod fields;
pub mod generated;
pub mod invalid;
pub mod jsonpath;
pub mod kinds;
pub mod labels;
pub mod lean;
pub mod names;
pub mod patch;
pub mod protobuf;
pub mod quantity;
pub mod resources;
mod scalars;
pub mod status;
pub mod strategic;
pub mod strict;
pub mod structural;
pub mod typed;
pub mod unreadable;

pub use k8s_openapi;
pub use status::Status;

//! Server-side apply: who owns which field of an object, and what an applied configuration
//! makes of it. The rules are those of upstream's structured merge: lists and maps are merged
//! as their schema says, ownership is told in `metadata.managedFields`.

pub mod fresh;
pub mod managed;
pub mod schema;
pub mod set;
pub mod typed;

pub use managed::{ApplyError, Conflict, Context, Writer};
pub use schema::{Node, Schema};
pub use set::{Element, Set};

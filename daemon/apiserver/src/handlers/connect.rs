//! placeholder
pub const UNUSED: () = ();

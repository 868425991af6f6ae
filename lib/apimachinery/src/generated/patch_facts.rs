//! empty
use crate::strategic::Fact;
pub static ROOTS: &[(&str, &str, &str, u16)] = &[];
pub static TYPES: &[&[Fact]] = &[];

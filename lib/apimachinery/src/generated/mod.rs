//! Tables made from the published API description; `tests/generated.rs` makes and checks them.

pub mod patch_facts;

//! Cluster IPs and node ports.
use crate::request::Call;
use crate::server::Server;
use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;

/// What was allocated for an object that is not stored yet.
#[derive(Default)]
pub struct Allocated;
impl Allocated {
    /// The object is stored: keep it.
    pub fn keep(&self) {}
}
/// Allocates for a new object.
pub async fn for_create(_: &Call, _: &Resource, _: &mut dyn Object, _: bool) -> Result<Allocated, Status> {
    Ok(Allocated)
}
/// Allocates for a changed object.
pub async fn for_update(_: &Call, _: &Resource, _: &mut dyn Object, _: &dyn Object) -> Result<(), Status> {
    Ok(())
}
/// Gives back.
pub fn released(_: &Server, _: &Resource, _: &dyn Object) {}

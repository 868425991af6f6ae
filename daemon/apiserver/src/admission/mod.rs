//! Step 4: what the cluster makes of a request. A chain of plugins, each in its file, in
//! upstream's order; webhooks, policies and quota join it here.

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;

use crate::request::Call;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// A change.
    Update,
    /// A deletion.
    Delete,
}

/// What plugins know of the request.
pub struct Attributes<'a> {
    /// The request.
    pub call: &'a Call,
    /// What is being done.
    pub operation: Operation,
    /// To what.
    pub resource: &'static Resource,
    /// To which part.
    pub subresource: &'a str,
    /// Where.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// The object as it was.
    pub old: Option<&'a dyn Object>,
}

/// The plugins that change objects.
pub async fn mutate(_attributes: &Attributes<'_>, _object: &mut dyn Object) -> Result<(), Status> {
    Ok(())
}

/// The plugins that only judge.
pub async fn validate(_attributes: &Attributes<'_>, _object: &dyn Object) -> Result<(), Status> {
    Ok(())
}

/// The plugins that judge deletions.
pub async fn on_delete(_attributes: &Attributes<'_>) -> Result<(), Status> {
    Ok(())
}

//! Requests that name a part of an object, or something that it does.

use apimachinery::Status;

use super::write::{self, Part};
use super::{connect, read, reviews};
use crate::request::{Answer, Call};

/// Does what is asked of a subresource.
pub async fn handle(call: &Call) -> Answer {
    let part = match call.route.subresource.as_str() {
        "status" => Part::Status,
        "approval" => Part::Approval,
        "finalize" => Part::Finalize,
        "ephemeralcontainers" => Part::EphemeralContainers,
        "resize" => Part::Resize,
        _ => return reviews::handle(call).await,
    };
    let _ = connect::UNUSED;
    match call.route.verb {
        "get" => read::get(call).await,
        "update" => write::update(call, part).await,
        "patch" => write::patch(call, part).await,
        verb => Err(Status::method_not_allowed(call.resource.group, call.resource.plural, verb)),
    }
}

//! placeholder
use crate::request::{Answer, Call};
use apimachinery::Status;
pub async fn handle(call: &Call) -> Answer {
    Err(Status::failure(501, "NotImplemented", format!("{} is not built yet", call.route.resource)))
}

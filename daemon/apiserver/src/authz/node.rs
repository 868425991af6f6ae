//! Kubelets: they may read what their pods need and write what is theirs.

use std::sync::Arc;

use apimachinery::Status;

use super::{Attributes, Decision};
use crate::authn::User;
use crate::server::Server;

/// Judges.
pub async fn decide(_server: &Arc<Server>, _user: &User, _wanted: &Attributes) -> Result<Decision, Status> {
    Ok(Decision::NoOpinion(String::new()))
}

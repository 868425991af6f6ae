//! Who may do what: users, roles and key ranges ([`rules`]), and how a request proves whose it is
//! ([`token`], or the common name of its client certificate).

pub mod rules;
pub mod token;

pub use rules::{Effect, Rules};

/// On whose behalf a request or an entry of the log is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Nobody said who they are. Enough as long as authentication is off.
    #[default]
    Nobody,
    /// A user, as known at a revision of the rules: a later change of the rules makes the request
    /// stale, so that it can't slip past the change.
    User { name: String, revision: u64 },
    /// The member itself: an expired lease, automatic compaction.
    Server,
}

/// The common name of the certificate that a connection's client has shown.
#[derive(Clone, Debug)]
pub struct CommonName(pub std::sync::Arc<str>);

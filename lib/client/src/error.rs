//! What can go wrong with a request, and the server's own account of it.

use serde::{Deserialize, Serialize};

/// The server's answer to a request that it refused (`meta/v1 Status`).
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// The machine-readable cause, such as `NotFound`.
    pub reason: String,
    /// The sentence for people.
    pub message: String,
    /// Which object, which fields, when to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<StatusDetails>,
}

/// The particulars of a [`Status`].
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusDetails {
    pub name: String,
    pub group: String,
    pub kind: String,
    pub retry_after_seconds: u32,
    pub causes: Vec<StatusCause>,
}

/// One field's part in a refusal.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusCause {
    pub reason: String,
    pub message: String,
    pub field: String,
}

/// Why a request did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused.
    #[error("{}", .0.message)]
    Status(Box<Status>),
    /// The server could not be reached, or the connection broke.
    #[error("{}", chain(.0))]
    Transport(#[from] reqwest::Error),
    /// The answer is not what the caller can read.
    #[error("cannot decode the answer of {path}: {reason}")]
    Decode { path: String, reason: String },
    /// The configuration can't be used.
    #[error("{0}")]
    Config(String),
    /// The program that gives credentials failed, or may not be run.
    #[error("getting credentials: {0}")]
    Credentials(String),
    /// A streaming connection failed.
    #[error("{0}")]
    Stream(String),
}

/// reqwest's own text hides the cause ("error sending request"); people need it.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

impl Error {
    /// The server's status, when it is the server that refused.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Status(status) => Some(status),
            _ => None,
        }
    }

    fn has_code(&self, code: u16) -> bool {
        self.status().is_some_and(|status| status.code == code)
    }

    /// There is no such object (or no such resource).
    pub fn is_not_found(&self) -> bool {
        self.has_code(404)
    }

    /// Somebody else changed the object first; read it again.
    pub fn is_conflict(&self) -> bool {
        self.status().is_some_and(|status| status.code == 409 && status.reason != "AlreadyExists")
    }

    /// An object of that name is there.
    pub fn is_already_exists(&self) -> bool {
        self.status().is_some_and(|status| status.code == 409 && status.reason == "AlreadyExists")
    }

    /// The revision asked for is gone; list again.
    pub fn is_expired(&self) -> bool {
        self.has_code(410)
    }

    /// The caller may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.has_code(403)
    }

    /// The caller is not known.
    pub fn is_unauthorized(&self) -> bool {
        self.has_code(401)
    }
}

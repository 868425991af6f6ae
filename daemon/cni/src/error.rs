//! Errors as a CNI runtime wants them: a number and words, as JSON on standard output.

use serde::Serialize;

/// The specification's numbers, and ours from 100 on.
pub mod code {
    /// A version this plugin does not speak.
    pub const VERSION: u32 = 1;
    /// A bad `CNI_` variable.
    pub const ENVIRONMENT: u32 = 4;
    /// Standard input can't be decoded.
    pub const DECODING: u32 = 6;
    /// The configuration makes no sense.
    pub const CONFIG: u32 = 7;
    /// The kernel refused something.
    pub const KERNEL: u32 = 100;
    /// No address is free.
    pub const EXHAUSTED: u32 = 101;
    /// A file can't be read or written.
    pub const FILE: u32 = 102;
    /// CHECK found something missing.
    pub const CHECK: u32 = 103;
}

/// Why the plugin failed.
#[derive(Debug, Serialize)]
pub struct Error {
    /// See [`code`].
    pub code: u32,
    /// What failed.
    pub msg: String,
    /// What the kernel or a library said of it.
    pub details: String,
}

impl Error {
    /// Without details.
    pub fn new(code: u32, msg: impl Into<String>) -> Self {
        Self { code, msg: msg.into(), details: String::new() }
    }

    /// The failure of a file operation.
    pub fn file(what: impl Into<String>, error: &std::io::Error) -> Self {
        Self { code: code::FILE, msg: what.into(), details: error.to_string() }
    }
}

impl From<netlink::Error> for Error {
    fn from(error: netlink::Error) -> Self {
        Self { code: code::KERNEL, msg: "the kernel refused".into(), details: error.to_string() }
    }
}

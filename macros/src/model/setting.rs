//! What the call has decided about the output, in plain values: `lib.rs` fills it, the files of this layer read it.

use crate::parse::{Text, Which};

/// What the call has decided about the output.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Proto names that `extern_path` maps.
    pub(crate) externs: Vec<Text>,
    /// The messages that have views.
    pub(crate) views: Which,
    /// The methods and services that take views.
    pub(crate) view_requests: Vec<Text>,
    pub(crate) client: bool,
    pub(crate) server: bool,
    /// Whether all messages are to be small rather than fast.
    pub(crate) code_size: bool,
    /// Whether messages may have the wire format of message sets.
    pub(crate) message_set: bool,
    /// Whether strings that the schema does not want checked are held as bytes.
    pub(crate) unchecked_bytes: bool,
}

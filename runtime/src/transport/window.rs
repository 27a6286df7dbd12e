//! What both ends tell HTTP/2 of how much they take at once. Used by `serve` and `connection`.

/// What one stream may send before it is read: large enough for a fast link.
pub(super) const STREAM_WINDOW: u32 = 2 * 1024 * 1024;

/// What all streams of a connection may send before it is read. Streams that nobody reads must not stop the others, and
/// h2 ends a connection on which small unread frames pile up beyond a share of this window: 100,000 of them fit.
pub(super) const CONNECTION_WINDOW: u32 = 64 * 1024 * 1024;

/// The largest frame that a client takes.
#[cfg(feature = "client")]
pub(super) const FRAME: u32 = 64 * 1024;

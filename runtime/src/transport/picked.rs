//! A connection that was picked for a call. Made by `pool`.

use std::sync::Arc;

use super::busy::Busy;
use super::connection::Live;
use super::link::Link;

/// A connection for one call.
pub(super) struct Picked {
    pub(super) live: Live,
    pub(super) link: Arc<Link>,
    pub(super) busy: Option<Busy>,
}

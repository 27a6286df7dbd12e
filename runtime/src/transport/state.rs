//! How the way to one server is. Kept by `link`, asked by `pool` and `balance`.

use tokio::time::Instant;

use super::connection::Live;
use crate::grpc::Status;

/// How a link is.
#[derive(Clone, Debug)]
pub(super) enum State {
    Idle,
    /// With the failure of the attempt before, if it is known to be bad.
    Connecting(Option<Status>),
    Ready(Live),
    /// A connection is open, but its server has not said yet that it serves, or has said that it does not, with the reason.
    Unready(Live, Option<Status>),
    /// Until then there will be no other attempt.
    Failed(Status, Instant),
}

impl State {
    /// The open connection, if it is the one of this number.
    pub(super) fn open(&self, number: u64) -> Option<&Live> {
        match self {
            Self::Ready(live) | Self::Unready(live, _) => Some(live).filter(|live| live.number == number),
            Self::Idle | Self::Connecting(_) | Self::Failed(..) => None,
        }
    }

    /// Until when there is no attempt.
    pub(super) fn until(&self) -> Option<Instant> {
        match self {
            Self::Failed(_, until) => Some(*until),
            _ => None,
        }
    }

    /// Why there is none that takes calls, where that is known.
    pub(super) fn failure(&self) -> Option<&Status> {
        match self {
            Self::Failed(status, _) => Some(status),
            Self::Connecting(status) | Self::Unready(_, status) => status.as_ref(),
            Self::Idle | Self::Ready(_) => None,
        }
    }
}

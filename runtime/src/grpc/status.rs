//! How a call ended: the error type of everything above the codec. Used by handlers, clients and the runtime.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::{Code, Metadata, MetadataError, Origin};
use crate::wire::DecodeError;

/// The result of a call: a message, or the [`Status`] that it failed with.
pub type Result<T, E = Status> = std::result::Result<T, E>;

/// How a call ended when it did not end well: a [`Code`], a text for people, and what the server added.
///
/// A pointer wide, so that a `Result` of it costs the good way nothing.
///
/// ```
/// use protocall::{Code, Status};
/// let status = Status::not_found("no product p-7");
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(status.to_string(), "NOT_FOUND: no product p-7");
/// ```
#[derive(Clone)]
pub struct Status(Box<Inner>);

#[derive(Clone)]
struct Inner {
    number: u32,
    message: String,
    details: Bytes,
    metadata: Metadata,
    origin: Origin,
    reach: Reach,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// How far a call came that has failed, as far as this side knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A handler may have seen it.
    #[default]
    Unknown,
    /// There was no connection for it.
    NoConnection,
    /// There was a connection, which ended before it was sent.
    NotSent,
    /// The server has sent it back unseen: its stream was refused, or the server was going away.
    Refused,
}

/// Declares a constructor per code: `Status::not_found(message)`.
macro_rules! constructors {
    ($($name:ident => $code:ident, $doc:literal;)*) => {
        impl Status {
            $(
                #[doc = $doc]
                pub fn $name(message: impl Into<String>) -> Self {
                    Self::new(Code::$code, message)
                }
            )*
        }
    };
}

constructors! {
    cancelled => Cancelled, "The caller gave up.";
    unknown => Unknown, "An error that says no more.";
    invalid_argument => InvalidArgument, "The request makes no sense.";
    deadline_exceeded => DeadlineExceeded, "The deadline passed.";
    not_found => NotFound, "What the request names does not exist.";
    already_exists => AlreadyExists, "What the request would create is there already.";
    permission_denied => PermissionDenied, "The caller may not do this.";
    resource_exhausted => ResourceExhausted, "A quota, a limit or memory is used up.";
    failed_precondition => FailedPrecondition, "The server is not in the state that the request needs.";
    aborted => Aborted, "A conflict with another caller.";
    out_of_range => OutOfRange, "A value beyond the valid range.";
    unimplemented => Unimplemented, "The server does not have this method.";
    internal => Internal, "Something that should always hold does not.";
    unavailable => Unavailable, "The server is not there at the moment.";
    data_loss => DataLoss, "Data is lost or damaged for good.";
    unauthenticated => Unauthenticated, "The caller is not known.";
}

impl Status {
    /// A status of any code. `Code::Ok` is no error: a handler that fails with it is answered as `Code::Unknown`.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::from_number(code.number(), message.into())
    }

    /// A status as it came from the wire, where the number may be one that gRPC does not define.
    pub(crate) fn from_number(number: u32, message: String) -> Self {
        let (details, metadata) = (Bytes::new(), Metadata::new());
        let origin = Origin::Local;
        Self(Box::new(Inner {
            number,
            message,
            details,
            metadata,
            origin,
            reach: Reach::Unknown,
            source: None,
        }))
    }

    /// The code; `Code::Unknown` for a number that gRPC does not define.
    pub fn code(&self) -> Code {
        Code::from_number(self.0.number).unwrap_or(Code::Unknown)
    }

    /// The number of the code as it came, even where gRPC does not define it.
    pub fn code_number(&self) -> u32 {
        self.0.number
    }

    /// The text for people. May be empty. On its way to a caller it is cut where it takes more than 4 KiB in `grpc-message`,
    /// and ends in `...` then: other implementations fail a call whose trailers are much larger.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The encoded `google.rpc.Status` of `grpc-status-details-bin`, or nothing.
    pub fn details(&self) -> &Bytes {
        &self.0.details
    }

    /// Where the status was made: by the server, here, or by a phase of the way there.
    pub fn origin(&self) -> Origin {
        self.0.origin
    }

    /// Whether the call may be made again without a chance that the server handles it twice: it has not reached a
    /// handler, for example because no connection could be opened, or because the server was going away.
    ///
    /// `false` says nothing of that kind: whether a call that a server may have handled can be repeated depends on the
    /// method.
    pub fn is_retryable(&self) -> bool {
        self.0.reach != Reach::Unknown
    }

    /// What the server sent with the status: trailing metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// The trailing metadata, to add to.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.0.metadata
    }

    /// This status with an encoded `google.rpc.Status` for `grpc-status-details-bin`.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<Bytes>) -> Self {
        self.0.details = details.into();
        self
    }

    /// This status with trailing metadata in place of what it had.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.0.metadata = metadata;
        self
    }

    pub(crate) fn with_origin(mut self, origin: Origin) -> Self {
        self.0.origin = origin;
        self
    }

    /// This status of a call that came so far.
    pub(crate) fn with_reach(mut self, reach: Reach) -> Self {
        self.0.reach = reach;
        self
    }

    pub(crate) fn reach(&self) -> Reach {
        self.0.reach
    }

    /// This status with the error that caused it, which stays on this side of the wire.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Code::from_number(self.0.number) {
            Some(code) => f.write_str(code.name())?,
            None => write!(f, "code {}", self.0.number)?,
        }
        if self.0.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.0.message) }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Status");
        match Code::from_number(self.0.number) {
            Some(code) => shown.field("code", &code),
            None => shown.field("code", &self.0.number),
        };
        shown.field("message", &self.0.message);
        if !self.0.details.is_empty() {
            shown.field("details", &self.0.details);
        }
        if !self.0.metadata.is_empty() {
            shown.field("metadata", &self.0.metadata);
        }
        if self.0.origin != Origin::Local {
            shown.field("origin", &self.0.origin);
        }
        if let Some(source) = &self.0.source {
            shown.field("source", source);
        }
        shown.finish()
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// Bytes that are not the message which the method takes are the mistake of a broken peer.
impl From<DecodeError> for Status {
    fn from(error: DecodeError) -> Self {
        Self::internal(format!("cannot decode the message: {error}")).with_source(error)
    }
}

/// Metadata that cannot be sent is a mistake of this program, and metadata that is not base64 one of its peer.
impl From<MetadataError> for Status {
    fn from(error: MetadataError) -> Self {
        Self::internal(error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Status};

    #[test]
    fn an_undefined_number_stays_visible_and_matches_as_unknown() {
        let status = Status::from_number(77, "odd".into());
        assert_eq!((status.code(), status.code_number()), (Code::Unknown, 77));
        assert_eq!(status.to_string(), "code 77: odd");
    }

    #[test]
    fn numbers_and_codes_agree() {
        for (number, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code.number() as usize, number);
            assert_eq!(Code::from_number(code.number()), Some(code));
        }
        assert_eq!(Code::from_number(17), None);
    }
}

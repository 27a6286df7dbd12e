//! The 17 status codes of gRPC. Used by `status` and by users.

use std::fmt;

/// What became of a call, in one of the 17 words that every gRPC implementation shares.
///
/// Meanings are those of gRPC's `statuscodes.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum Code {
    /// The call succeeded.
    Ok = 0,
    /// The caller gave up, or went away.
    Cancelled = 1,
    /// An error that says no more: of another system, or a handler that panicked.
    Unknown = 2,
    /// The request makes no sense, whatever the state of the server.
    InvalidArgument = 3,
    /// The deadline passed before the call ended; it may have succeeded all the same.
    DeadlineExceeded = 4,
    /// What the request names does not exist.
    NotFound = 5,
    /// What the request would create is there already.
    AlreadyExists = 6,
    /// The caller is known and may not do this.
    PermissionDenied = 7,
    /// A quota, a limit or memory is used up; a message is too large.
    ResourceExhausted = 8,
    /// The server is not in the state that the request needs, and calling again does not help by itself.
    FailedPrecondition = 9,
    /// A conflict with another caller: begin the whole sequence again.
    Aborted = 10,
    /// A value beyond the valid range, which a different state could make valid.
    OutOfRange = 11,
    /// The server does not have this method, or does not support what was asked.
    Unimplemented = 12,
    /// Something that should always hold does not: a broken message, a broken peer.
    Internal = 13,
    /// The server is not there at the moment; calling again later may help.
    Unavailable = 14,
    /// Data is lost or damaged for good.
    DataLoss = 15,
    /// The caller is not known: no credentials, or bad ones.
    Unauthenticated = 16,
}

impl Code {
    /// All codes, in the order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// The code of `number`; `None` for a number that gRPC does not define.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The number on the wire.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The name as the specification writes it: `NOT_FOUND`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

/// For messages, whose enums and codes are `int32`.
impl From<Code> for i32 {
    fn from(code: Code) -> i32 {
        code.number().cast_signed()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

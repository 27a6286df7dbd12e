//! Details of a status: messages that travel with it as a `google.rpc.Status`. Used by handlers, which add them, and
//! callers, which ask for them.

use super::{Code, Result, Status};
use crate::message::{Enumeration as _, Message};
use crate::rpc;
use crate::well_known::Any;
use crate::well_known::mask::MaskError;

impl Status {
    /// This status with one more message that says what is wrong: one of [`protocall::rpc`](crate::rpc), or of your own.
    ///
    /// All trailers of a call together should stay below 8 KiB, which is what every implementation takes.
    ///
    /// ```
    /// use protocall::Status;
    /// use protocall::rpc::BadRequest;
    ///
    /// let status = Status::invalid_argument("no such page")
    ///     .with_detail(BadRequest::violation("page_size", "must be from 1 to 100"));
    /// let bad = status.detail::<BadRequest>().unwrap_or_default();
    /// assert_eq!(bad.field_violations[0].field, "page_size");
    /// ```
    #[must_use]
    pub fn with_detail(self, detail: impl Message) -> Self {
        let mut status = self.to_rpc();
        status.details.push(Any::pack(&detail));
        self.with_details(status.encode_to_bytes())
    }

    /// The first detail of this type. `None` where there is none, or it cannot be decoded.
    pub fn detail<M: Message>(&self) -> Option<M> {
        self.detail_list().iter().find_map(|any| any.unpack().ok())
    }

    /// All details, in their order. Empty where there are none, or what the peer sent is no `google.rpc.Status`.
    pub fn detail_list(&self) -> Vec<Any> {
        rpc::Status::decode_bytes(self.details().clone()).map(|status| status.details).unwrap_or_default()
    }

    /// This status as a message. Code and message are those of the status itself, even where a peer sent others with the
    /// details.
    pub fn to_rpc(&self) -> rpc::Status {
        // What is sent for an error that says OK.
        let number = if self.code() == Code::Ok { Code::Unknown.number() } else { self.code_number() };
        rpc::Status {
            code: number.cast_signed(),
            message: self.message().to_owned(),
            details: self.detail_list(),
            ..Default::default()
        }
    }
}

/// A status that came as a message. A code below zero, which no status has, is taken for `UNKNOWN`.
impl From<rpc::Status> for Status {
    fn from(status: rpc::Status) -> Self {
        let number = u32::try_from(status.code).unwrap_or(Code::Unknown.number());
        let details = if status.details.is_empty() { Vec::new() } else { status.encode_to_vec() };
        Self::from_number(number, status.message).with_details(details)
    }
}

impl From<Status> for rpc::Status {
    fn from(status: Status) -> Self {
        status.to_rpc()
    }
}

impl From<Code> for rpc::Code {
    fn from(code: Code) -> Self {
        Self::from_number(code.into()).unwrap_or(Self::Unknown)
    }
}

/// A number that gRPC does not define is [`Code::Unknown`], as [`Status::code`] has it.
impl From<rpc::Code> for Code {
    fn from(code: rpc::Code) -> Self {
        u32::try_from(code.number()).ok().and_then(Self::from_number).unwrap_or(Self::Unknown)
    }
}

impl rpc::Status {
    /// Nothing if the code is OK, and otherwise the error: for what comes in the reply of a batch, or as the end of a
    /// long-running operation.
    ///
    /// # Errors
    /// The status, unless its code is OK.
    pub fn into_result(self) -> Result<()> {
        if self.code == 0 { Ok(()) } else { Err(self.into()) }
    }
}

/// A mask that names what is no field: `INVALID_ARGUMENT`, with the path as a [`rpc::BadRequest`].
impl From<MaskError> for Status {
    fn from(error: MaskError) -> Self {
        let violation = rpc::BadRequest::violation(error.path(), error.problem());
        Self::invalid_argument(error.to_string()).with_detail(violation)
    }
}

//! Errors as the suite writes them, with details in `google.rpc.Status`. Used by both testees.

use protocall::well_known::Any;
use protocall::{Code as GrpcCode, Message, Status};

use super::{Code, Error};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package google.rpc;
            import "google/protobuf/any.proto";
            message Status {
                int32 code = 1;
                string message = 2;
                repeated google.protobuf.Any details = 3;
            }
        "#
    );
}
use schema::google::rpc::Status as Details;

/// A message in its envelope.
pub fn any<M: Message>(message: &M) -> Any {
    Any {
        type_url: format!("type.googleapis.com/{}", M::NAME),
        value: message.encode_to_bytes(),
        ..Default::default()
    }
}

/// The status that a test wants to be answered, with `more` behind its details.
pub fn status_of(error: Error, more: Option<Any>) -> Status {
    let number = i32::from(error.code);
    let code = u32::try_from(number).ok().and_then(GrpcCode::from_number).unwrap_or(GrpcCode::Unknown);
    let message = error.message.unwrap_or_default();
    let details: Vec<Any> = error.details.into_iter().chain(more).collect();
    let status = Status::new(code, message.clone());
    if details.is_empty() {
        return status;
    }
    status.with_details(Details { code: number, message, details, ..Default::default() }.encode_to_vec())
}

/// A status for a report.
pub fn error_of(status: &Status) -> Error {
    // Details that cannot be read are as good as none, and the runner will miss them.
    let details = Details::decode(status.details()).map(|read| read.details).unwrap_or_default();
    Error {
        code: Code::from(i32::try_from(status.code_number()).unwrap_or_default()),
        message: Some(status.message().to_owned()),
        details,
        ..Default::default()
    }
}

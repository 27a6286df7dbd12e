//! A server asked for its health, as gRFC A17 does on every connection of a channel: one `Watch` of `grpc.health.v1`. Its messages
//! are made here once more, by our own macro: `services`, which has those for users, is below. Called by `transport`.

use super::channel::Channel;
use crate::grpc::{Method, Result, Shape, Status, Streaming};
use grpc::health::v1::health_check_response::ServingStatus;
use grpc::health::v1::{HealthCheckRequest, HealthCheckResponse};

crate::include_proto!(
    "src/services/proto/grpc/health/v1/health.proto",
    client = false,
    server = false,
    only = ["grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckResponse"],
);

static WATCH: Method = Method::new("/grpc.health.v1.Health/Watch", Shape::ServerStream);

/// Watches a service of the server that `channel` leads to, until the call ends, and says how it did. `tell` is called with each
/// answer: an error says what the server is in place of serving.
pub(crate) async fn watch_health(
    channel: &Channel,
    service: &str,
    mut tell: impl FnMut(Result<(), &'static str>),
) -> Status {
    let request = HealthCheckRequest { service: service.to_owned(), ..Default::default() };
    let call = channel.server_stream::<_, HealthCheckResponse>(&WATCH, request).no_retry();
    let mut replies: Streaming<HealthCheckResponse> = match call.await {
        Ok(replies) => replies,
        Err(status) => return status,
    };
    loop {
        match replies.next().await {
            Ok(Some(reply)) => tell(match reply.status {
                ServingStatus::Serving => Ok(()),
                other => Err(other.name().unwrap_or("in a state that is not known here")),
            }),
            Ok(None) => return Status::unavailable("the server has ended the call"),
            Err(status) => return status,
        }
    }
}

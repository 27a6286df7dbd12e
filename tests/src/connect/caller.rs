//! The calls that the suite's server is to see: made as each request asks, and told as they went. Used by
//! `src/bin/connect_conformance_client.rs`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use protocall::client::{Call, Outcome};
use protocall::{
    Channel, ClientTls, Compression as GrpcCompression, Message, Metadata, Reflect, Result, Status,
};

use super::client_compat_request::Cancel;
use super::client_compat_request::cancel::CancelTiming;
use super::client_compat_response;
use super::exchange::{ManyReplies, ManyRequests, Payload, duplex, gather, push, requests, wait};
use super::{
    ClientCompatRequest, ClientCompatResponse, ClientErrorResult, ClientResponseResult, Compression,
    ConformancePayload, ConformanceServiceClient, HTTPVersion, IdempotentUnaryRequest, Protocol,
    UnaryRequest, UnimplementedRequest, append, error_of, headers_of,
};

/// See the head of the file. Calls to the same server share a connection.
#[derive(Debug, Default)]
pub struct Caller {
    channels: Mutex<HashMap<Place, Channel>>,
}

/// What the calls over a channel have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    address: String,
    /// The server's certificate, and the client's; empty where there is none.
    server: Vec<u8>,
    client: Vec<u8>,
    /// Whether calls are of gRPC-Web, and whether by HTTP/1.1.
    web: bool,
    http1: bool,
}

impl Caller {
    /// Makes the call that is asked for.
    pub async fn call(&self, asked: ClientCompatRequest) -> ClientCompatResponse {
        let test_name = asked.test_name.clone();
        let result = match self.made(asked).await {
            Ok(response) => client_compat_response::Result::Response(response),
            // Not the outcome of a call: the suite takes it for a failure of the test.
            Err(status) => client_compat_response::Result::Error(ClientErrorResult {
                message: status.to_string(),
                ..Default::default()
            }),
        };
        ClientCompatResponse { test_name, result: Some(result), ..Default::default() }
    }

    async fn made(&self, asked: ClientCompatRequest) -> Result<ClientResponseResult> {
        let client = ConformanceServiceClient::from(self.channel(&asked)?);
        let method = asked.method.clone().unwrap_or_default();
        match method.as_str() {
            "Unary" => unary(&asked, |request: UnaryRequest| client.unary(request)).await,
            "IdempotentUnary" => {
                unary(&asked, |request: IdempotentUnaryRequest| client.idempotent_unary(request)).await
            }
            "Unimplemented" => {
                unary(&asked, |request: UnimplementedRequest| client.unimplemented(request)).await
            }
            "ServerStream" => server_stream(&client, &asked).await,
            "ClientStream" => client_stream(&client, &asked).await,
            "BidiStream" => bidi_stream(&client, &asked).await,
            _ => Err(Status::invalid_argument(format!("there is no method {method:?}"))),
        }
    }

    /// The channel to the server of a call.
    fn channel(&self, asked: &ClientCompatRequest) -> Result<Channel> {
        let address = format!("{}:{}", asked.host, asked.port);
        let creds = asked.client_tls_creds.clone().unwrap_or_default();
        let (server, client) = (asked.server_tls_cert.to_vec(), creds.cert.to_vec());
        let (web, http1) =
            (asked.protocol == Protocol::GrpcWeb, asked.http_version == HTTPVersion::HttpVersion1);
        let place = Place { address, server, client, web, http1 };
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = channels.get(&place) {
            return Ok(known.clone());
        }
        let secure = !asked.server_tls_cert.is_empty();
        let scheme = if secure { "https" } else { "http" };
        let mut connect = Channel::connect(format!("{scheme}://{}", place.address)).min_compress_size(0);
        if place.web {
            connect = connect.grpc_web();
        }
        if place.http1 {
            connect = connect.http1();
        }
        if secure {
            let mut tls = ClientTls::new().ca_pem(asked.server_tls_cert.clone());
            if !creds.cert.is_empty() {
                tls = tls.identity_pem(creds.cert, creds.key);
            }
            connect = connect.tls(tls);
        }
        let channel = connect.build()?;
        channels.insert(place, channel.clone());
        Ok(channel)
    }
}

/// Sets what a test wants of a call.
fn prepared<Requests, Replies>(
    call: Call<Requests, Replies>,
    asked: &ClientCompatRequest,
) -> Result<Call<Requests, Replies>> {
    let mut metadata = Metadata::new();
    append(&asked.request_headers, &mut metadata)?;
    let compression = match asked.compression {
        Compression::Gzip => Some(GrpcCompression::Gzip),
        Compression::Deflate => Some(GrpcCompression::Deflate),
        Compression::Zstd => Some(GrpcCompression::Zstd),
        Compression::Unspecified | Compression::Identity => None,
        other => return Err(Status::invalid_argument(format!("there is no encoding {other:?}"))),
    };
    let mut call = call.with_metadata(&metadata).compress(compression);
    if let Some(millis) = asked.timeout_ms {
        call = call.timeout(Duration::from_millis(millis.into()));
    }
    if asked.message_receive_limit > 0 {
        call = call.max_receive_message_size(asked.message_receive_limit as usize);
    }
    Ok(call)
}

/// When the call is to be cancelled.
fn cancel(asked: &ClientCompatRequest) -> Option<&CancelTiming> {
    let Cancel { cancel_timing, .. } = asked.cancel.as_ref()?;
    cancel_timing.as_ref()
}

/// Ready when a call whose requests are all sent is to be cancelled; never where it is not.
async fn cancelled_after_sending(asked: &ClientCompatRequest) {
    match cancel(asked) {
        Some(&CancelTiming::AfterCloseSendMs(millis)) => wait(millis).await,
        _ => std::future::pending().await,
    }
}

/// Dropping a call is how it is cancelled here; this is what it has come to then.
fn dropped() -> Status {
    Status::cancelled("the call was dropped")
}

async fn unary<Req: Message + Reflect, Rep: Payload>(
    asked: &ClientCompatRequest,
    call: impl Fn(Req) -> protocall::client::Unary<Req, Rep>,
) -> Result<ClientResponseResult> {
    let request = requests::<Req>(asked)?.pop().unwrap_or_default();
    let call = prepared(call(request), asked)?;
    wait(asked.request_delay_ms).await;
    tokio::select! {
        outcome = call.outcome() => Ok(told(outcome)),
        () = cancelled_after_sending(asked) => Ok(ended(&dropped())),
    }
}

async fn client_stream(
    client: &ConformanceServiceClient,
    asked: &ClientCompatRequest,
) -> Result<ClientResponseResult> {
    let requests = requests(asked)?;
    let (mut sender, reply) = prepared(client.client_stream(), asked)?.open();
    let unsent = push(&mut sender, requests, asked.request_delay_ms).await;
    if let Some(CancelTiming::BeforeCloseSend(_)) = cancel(asked) {
        drop(sender);
    } else {
        sender.finish();
    }
    let response = tokio::select! {
        outcome = reply.outcome() => told(outcome),
        () = cancelled_after_sending(asked) => ended(&dropped()),
    };
    Ok(ClientResponseResult { num_unsent_requests: unsent, ..response })
}

async fn server_stream(
    client: &ConformanceServiceClient,
    asked: &ClientCompatRequest,
) -> Result<ClientResponseResult> {
    let request = requests(asked)?.pop().unwrap_or_default();
    let call = prepared(client.server_stream(request), asked)?;
    wait(asked.request_delay_ms).await;
    Ok(replies(ManyReplies::new(call.open(), limit(asked)), asked).await)
}

async fn bidi_stream(
    client: &ConformanceServiceClient,
    asked: &ClientCompatRequest,
) -> Result<ClientResponseResult> {
    let requests = requests(asked)?;
    let full_duplex = asked.stream_type == super::StreamType::FullDuplexBidiStream;
    let (mut sender, streaming) = prepared(client.bidi_stream(), asked)?.open();
    let mut received = ManyReplies::new(streaming, limit(asked));
    let delay = asked.request_delay_ms;
    let unsent = if full_duplex {
        duplex(ManyRequests { sender: &mut sender, requests, delay }, &mut received).await
    } else {
        push(&mut sender, requests, delay).await
    };
    if let Some(CancelTiming::BeforeCloseSend(_)) = cancel(asked) {
        drop(sender);
    } else {
        sender.finish();
    }
    Ok(ClientResponseResult { num_unsent_requests: unsent, ..replies(received, asked).await })
}

/// How many replies are read before the call is cancelled.
fn limit(asked: &ClientCompatRequest) -> Option<usize> {
    match cancel(asked) {
        Some(&CancelTiming::AfterNumResponses(number)) => Some(number as usize),
        _ => None,
    }
}

/// Reads what is left of a stream's replies, and tells of all.
async fn replies<M: Payload>(
    mut received: ManyReplies<M>,
    asked: &ClientCompatRequest,
) -> ClientResponseResult {
    let finished = tokio::select! {
        outcome = gather(&mut received) => outcome,
        () = cancelled_after_sending(asked) => Err(dropped()),
    };
    received.told(finished).await
}

/// A call with one reply, as the suite wants to hear of it.
fn told<M: Payload>(outcome: Outcome<M>) -> ClientResponseResult {
    let (payloads, error): (Vec<ConformancePayload>, _) = match outcome.result {
        Ok(reply) => (vec![reply.payload()], None),
        Err(status) => (Vec::new(), Some(error_of(&status))),
    };
    ClientResponseResult {
        response_headers: headers_of(&outcome.headers),
        payloads,
        error,
        response_trailers: headers_of(&outcome.trailers),
        ..Default::default()
    }
}

/// A call that was cancelled before there was an answer.
fn ended(status: &Status) -> ClientResponseResult {
    ClientResponseResult { error: Some(error_of(status)), ..Default::default() }
}

//! The services of `grpc.reflection.v1` and `v1alpha`, and the methods of `Server` that add them.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use bytes::Bytes;
use futures_core::Stream;

use super::generated::grpc::reflection::v1::server_reflection_request::MessageRequest as Question;
use super::generated::grpc::reflection::v1::server_reflection_response::MessageResponse as Answer;
use super::generated::grpc::reflection::v1::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse, ServerReflection,
    ServerReflectionRequest, ServerReflectionResponse, ServerReflectionServer, ServiceResponse,
};
use super::generated::grpc::reflection::v1alpha;
use super::index::Index;
use crate::grpc::{Code, Context, Draining, Result, Status, Streaming, produce};
use crate::message::Message;
use crate::reflect::{DescriptorPool, Files};
use crate::server::{Exchange, Handling, Server, Service};
use crate::wire::brief;

impl Server {
    /// Tells tools such as grpcurl what this server serves, by `grpc.reflection.v1` and `v1alpha`: all of its services,
    /// those too that are added later, with all files that their `include_proto!` has read.
    ///
    /// Whoever can call the server can read its schemas, comments left out.
    pub fn reflection(self) -> Self {
        self.reflection_with([])
    }

    /// As [`Server::reflection`], with the files of these pools besides: those of messages that travel in a
    /// `google.protobuf.Any` or in the details of errors, or that extend messages of the services.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Reason { string text = 1; }"#); }
    /// # use schema::Reason;
    /// use protocall::{Reflect, Server};
    ///
    /// let server = Server::new().reflection_with([Reason::default().descriptor().pool()]);
    /// # drop(server);
    /// ```
    pub fn reflection_with<'a>(self, pools: impl IntoIterator<Item = &'a DescriptorPool>) -> Self {
        let pools = pools.into_iter().cloned().collect();
        let answers = Arc::new(Answers { pools, served: OnceLock::new(), index: OnceLock::new() });
        let now = ServerReflectionServer::new(Shared(Arc::clone(&answers)));
        let before = v1alpha::ServerReflectionServer::new(Shared(Arc::clone(&answers)));
        let service = Joined { protocol: now, answers: Arc::clone(&answers) };
        self.service(service).service(Joined { protocol: before, answers })
    }
}

/// A generated service, and what it is told of its server.
struct Joined<P> {
    protocol: P,
    answers: Arc<Answers>,
}

impl<P: Service> Service for Joined<P> {
    fn name(&self) -> &'static str {
        self.protocol.name()
    }

    fn files(&self) -> &'static Files {
        self.protocol.files()
    }

    fn call(&self, method: &str, exchange: Exchange) -> Handling {
        self.protocol.call(method, exchange)
    }

    fn join(&self, services: &[Arc<dyn Service>]) {
        self.answers.served.get_or_init(|| {
            let mut names: Vec<_> = services.iter().map(|service| service.name()).collect();
            names.sort_unstable();
            Served { names, files: services.iter().map(|service| service.files()).collect() }
        });
    }
}

/// What a server serves.
struct Served {
    names: Vec<&'static str>,
    files: Vec<&'static Files>,
}

/// What the services of both versions answer from.
struct Answers {
    pools: Vec<DescriptorPool>,
    served: OnceLock<Served>,
    /// Made at the first question: most servers are never asked.
    index: OnceLock<Index>,
}

impl Answers {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let served = self.served.get().into_iter().flat_map(|served| &served.files);
            let served = served.map(|files| parts(Bytes::from_static(files.set())));
            let pools = self.pools.iter().map(|pool| {
                pool.files().map(|file| Bytes::copy_from_slice(file.bytes())).collect::<Vec<_>>()
            });
            Index::new(served.chain(pools))
        })
    }

    fn answer(&self, question: Option<&Question>, sent: &mut HashSet<usize>) -> Answer {
        let found = match question {
            Some(Question::ListServices(_)) => Some(self.services()),
            Some(Question::FileByFilename(name)) => self.index().file(name, sent).map(files),
            Some(Question::FileContainingSymbol(name)) => self.index().file_of_symbol(name, sent).map(files),
            Some(Question::FileContainingExtension(extension)) => {
                let key = (&*extension.containing_type, extension.extension_number);
                self.index().file_of_extension(key, sent).map(files)
            }
            Some(Question::AllExtensionNumbersOfType(name)) => {
                self.index().extension_numbers(name).map(|numbers| numbered(name, numbers))
            }
            None => {
                return error(Code::InvalidArgument, "the request asks nothing that is known here".into());
            }
        };
        found.unwrap_or_else(|| error(Code::NotFound, missing(question)))
    }

    fn services(&self) -> Answer {
        let names = self.served.get().into_iter().flat_map(|served| &served.names);
        let service = names.map(|name| ServiceResponse { name: (*name).to_owned(), ..Default::default() });
        let list = ListServiceResponse { service: service.collect(), ..Default::default() };
        Answer::ListServicesResponse(list)
    }
}

/// The files of a `google.protobuf.FileDescriptorSet`, none of them copied: that message has the same field as the answer
/// that files are sent in.
fn parts(set: Bytes) -> Vec<Bytes> {
    FileDescriptorResponse::decode_bytes(set).unwrap_or_default().file_descriptor_proto
}

fn files(file_descriptor_proto: Vec<Bytes>) -> Answer {
    Answer::FileDescriptorResponse(FileDescriptorResponse { file_descriptor_proto, ..Default::default() })
}

fn numbered(name: &str, extension_number: Vec<i32>) -> Answer {
    Answer::AllExtensionNumbersResponse(ExtensionNumberResponse {
        base_type_name: name.to_owned(),
        extension_number,
        ..Default::default()
    })
}

fn error(code: Code, error_message: String) -> Answer {
    Answer::ErrorResponse(ErrorResponse { error_code: code as i32, error_message, ..Default::default() })
}

/// What was not found.
fn missing(question: Option<&Question>) -> String {
    match question {
        Some(Question::FileByFilename(name)) => brief(format_args!("no file has the name {name:?}")),
        Some(Question::FileContainingSymbol(name)) => brief(format_args!("no file declares {name:?}")),
        Some(Question::FileContainingExtension(wanted)) => {
            let (message, number) = (&wanted.containing_type, wanted.extension_number);
            brief(format_args!("no file extends {message:?} by a field {number}"))
        }
        Some(Question::AllExtensionNumbersOfType(name)) => {
            brief(format_args!("there is no message {name:?}"))
        }
        Some(Question::ListServices(_)) | None => String::new(),
    }
}

struct Shared(Arc<Answers>);

impl Shared {
    /// The stream of answers; it ends with the stream of questions, or when the server begins to stop.
    fn info(
        &self,
        cx: &Context,
        mut requests: Streaming<ServerReflectionRequest>,
    ) -> impl Stream<Item = Result<ServerReflectionResponse>> + use<> {
        let (answers, mut draining) = (Arc::clone(&self.0), cx.draining());
        produce(async move |out| {
            let mut sent = HashSet::new();
            while let Some(request) = next(&mut requests, &mut draining).await? {
                let answer = answers.answer(request.message_request.as_ref(), &mut sent);
                out.send(ServerReflectionResponse {
                    valid_host: request.host.clone(),
                    original_request: Some(request),
                    message_response: Some(answer),
                    ..Default::default()
                })
                .await?;
            }
            Ok(())
        })
    }
}

/// The next question, unless the server stops first: it would wait for ever for tools that keep their streams open.
async fn next(
    requests: &mut Streaming<ServerReflectionRequest>,
    draining: &mut Draining,
) -> Result<Option<ServerReflectionRequest>> {
    let mut next = pin!(requests.next());
    poll_fn(|task| match next.as_mut().poll(task) {
        Poll::Pending => {
            pin!(&mut *draining).poll(task).map(|()| Err(Status::unavailable("the server is stopping")))
        }
        ready => ready,
    })
    .await
}

impl ServerReflection for Shared {
    async fn server_reflection_info(
        &self,
        cx: &Context,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<impl Stream<Item = Result<ServerReflectionResponse>>> {
        Ok(self.info(cx, requests))
    }
}

impl v1alpha::ServerReflection for Shared {
    async fn server_reflection_info(
        &self,
        cx: &Context,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<impl Stream<Item = Result<ServerReflectionResponse>>> {
        Ok(self.info(cx, requests))
    }
}

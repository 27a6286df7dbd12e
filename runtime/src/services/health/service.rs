//! The service of `grpc.health.v1` over a `Health`, and the methods of `Server` that add it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_core::Stream;

use super::generated::grpc::health::v1::health_check_response::ServingStatus;
use super::generated::grpc::health::v1::{
    Health as Protocol, HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
    HealthServer,
};
use super::status::Health;
use crate::grpc::{Context, Result, Status, produce};
use crate::reflect::Files;
use crate::server::{Exchange, Handling, Server, Service};
use crate::wire::brief;

impl Server {
    /// Answers health checks by `grpc.health.v1`: the server and each of its services serve, until the server drains.
    /// [`Server::health_from`] is for programs that tell more.
    pub fn health(self) -> Self {
        self.health_from(&Health::new())
    }

    /// Answers health checks with what `health` says. Services of this server that it does not know are added to it as
    /// serving. From the signal of [`Server::shutdown`] on, checks are answered with `NOT_SERVING`, and those who watch
    /// are told so before their streams end with `UNAVAILABLE`.
    pub fn health_from(self, health: &Health) -> Self {
        let answers = Arc::new(Answers { health: health.clone(), draining: AtomicBool::new(false) });
        let protocol = HealthServer::new(Shared(Arc::clone(&answers)));
        self.service(HealthService { protocol, answers })
    }
}

/// The generated service, and what it is told of its server.
struct HealthService {
    protocol: HealthServer<Shared>,
    answers: Arc<Answers>,
}

impl Service for HealthService {
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
        let names = services.iter().map(|service| service.name());
        self.answers.health.add(names.filter(|name| *name != self.name()));
    }

    fn drain(&self) {
        self.answers.draining.store(true, Ordering::Release);
        self.answers.health.look_again();
    }
}

struct Answers {
    health: Health,
    /// The server is stopping: nothing serves any more.
    draining: AtomicBool,
}

impl Answers {
    fn draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    fn status(&self, service: &str) -> Option<ServingStatus> {
        let status = self.health.status(service)?;
        Some(if self.draining() { ServingStatus::NotServing } else { status })
    }
}

struct Shared(Arc<Answers>);

impl Protocol for Shared {
    async fn check(&self, _: &Context, request: HealthCheckRequest) -> Result<HealthCheckResponse> {
        let status = self.0.status(&request.service);
        status
            .map(answer)
            .ok_or_else(|| Status::not_found(brief(format_args!("unknown service {:?}", request.service))))
    }

    async fn list(&self, _: &Context, _: HealthListRequest) -> Result<HealthListResponse> {
        let names = self.0.health.all().into_keys();
        let statuses = names.filter_map(|name| Some((name.clone(), answer(self.0.status(&name)?)))).collect();
        Ok(HealthListResponse { statuses, ..Default::default() })
    }

    async fn watch(
        &self,
        _: &Context,
        request: HealthCheckRequest,
    ) -> Result<impl Stream<Item = Result<HealthCheckResponse>>> {
        let answers = Arc::clone(&self.0);
        let mut changes = answers.health.changes();
        Ok(produce(async move |out| {
            let mut told = None;
            loop {
                changes.mark_unchanged();
                // Asked before the status: whoever drains after this wakes us once more.
                let last = answers.draining();
                let status = answers.status(&request.service).unwrap_or(ServingStatus::ServiceUnknown);
                if told != Some(status) {
                    out.send(answer(status)).await?;
                    told = Some(status);
                }
                if last || changes.changed().await.is_err() {
                    // A server that waited for its watchers would never stop.
                    return Err(Status::unavailable("the server is stopping"));
                }
            }
        }))
    }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status, ..Default::default() }
}

//! Health checks by gRPC's protocol: what is set is told, at once to those who watch; a server that drains serves no
//! more and does not wait for its watchers.

use std::future::IntoFuture;

use protocall::health::{
    Health, HealthCheckRequest, HealthCheckResponse, HealthClient, HealthListRequest, ServingStatus,
};
use protocall::{Code, Server, Streaming};
use protocall_tests::echo::{EchoServer, Parrot, serve_with, within};
use tokio::sync::oneshot;

const ECHO: &str = "test.v1.Echo";

fn about(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned(), ..Default::default() }
}

fn local(health: &Health) -> HealthClient {
    Server::new().service(EchoServer::new(Parrot)).health_from(health).local().into()
}

async fn check(client: &HealthClient, service: &str) -> std::result::Result<ServingStatus, (Code, String)> {
    let reply = within(client.check(about(service)).into_future()).await;
    reply.map(|reply| reply.status).map_err(|status| (status.code(), status.message().to_owned()))
}

async fn next(watched: &mut Streaming<HealthCheckResponse>) -> ServingStatus {
    within(watched.next()).await.expect("the stream goes on").expect("it has not ended").status
}

#[tokio::test]
async fn a_server_and_its_services_serve_and_others_are_not_found() {
    let client: HealthClient = Server::new().health().service(EchoServer::new(Parrot)).local().into();
    assert_eq!(check(&client, "").await, Ok(ServingStatus::Serving));
    assert_eq!(check(&client, ECHO).await, Ok(ServingStatus::Serving), "also one that was added later");
    for unknown in ["test.v1.echo", "test.v1", "Echo", " "] {
        let refused = Err((Code::NotFound, format!("unknown service {unknown:?}")));
        assert_eq!(check(&client, unknown).await, refused);
    }
}

#[tokio::test]
async fn what_was_set_before_stays() {
    let health = Health::new();
    health.set("", ServingStatus::NotServing);
    health.set(ECHO, ServingStatus::NotServing);
    let client = local(&health);
    assert_eq!(check(&client, "").await, Ok(ServingStatus::NotServing));
    assert_eq!(check(&client, ECHO).await, Ok(ServingStatus::NotServing));
    health.set(ECHO, ServingStatus::Serving);
    assert_eq!(check(&client, ECHO).await, Ok(ServingStatus::Serving));
    health.remove(ECHO);
    assert_eq!(check(&client, ECHO).await.unwrap_err().0, Code::NotFound);
    assert_eq!(health.status(ECHO), None);
}

#[tokio::test]
async fn all_are_listed() {
    let health = Health::new();
    health.set("b", ServingStatus::NotServing);
    let listed = within(local(&health).list(HealthListRequest::default()).into_future()).await.unwrap();
    let mut found: Vec<_> = listed.statuses.into_iter().map(|(name, is)| (name, is.status)).collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let named = |name: &str, status| (name.to_owned(), status);
    let wanted = [
        named("", ServingStatus::Serving),
        named("b", ServingStatus::NotServing),
        named(ECHO, ServingStatus::Serving),
    ];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn a_watcher_is_told_what_changes_and_nothing_else() {
    let health = Health::new();
    let client = local(&health);
    let mut echo = client.watch(about(ECHO)).await.unwrap();
    let mut other = client.watch(about("comes.Later")).await.unwrap();
    assert_eq!(next(&mut echo).await, ServingStatus::Serving);
    assert_eq!(next(&mut other).await, ServingStatus::ServiceUnknown);
    // Neither a status that is set again nor one of another service is news to the first.
    health.set(ECHO, ServingStatus::Serving);
    health.set("comes.Later", ServingStatus::Serving);
    assert_eq!(next(&mut other).await, ServingStatus::Serving);
    health.set(ECHO, ServingStatus::NotServing);
    assert_eq!(next(&mut echo).await, ServingStatus::NotServing);
    health.remove("comes.Later");
    assert_eq!(next(&mut other).await, ServingStatus::ServiceUnknown);
    health.set(ECHO, ServingStatus::Serving);
    assert_eq!(next(&mut echo).await, ServingStatus::Serving);
}

#[tokio::test]
async fn a_suspended_server_tells_what_was_set_when_it_resumes() {
    let health = Health::new();
    let client = local(&health);
    let mut echo = client.watch(about(ECHO)).await.unwrap();
    assert_eq!(next(&mut echo).await, ServingStatus::Serving);
    health.suspend();
    assert_eq!(next(&mut echo).await, ServingStatus::NotServing);
    assert_eq!(check(&client, "").await, Ok(ServingStatus::NotServing));
    assert_eq!(check(&client, "unknown").await.unwrap_err().0, Code::NotFound);
    health.set("", ServingStatus::NotServing);
    health.resume();
    assert_eq!(next(&mut echo).await, ServingStatus::Serving);
    assert_eq!(check(&client, "").await, Ok(ServingStatus::NotServing));
}

#[tokio::test]
async fn a_server_that_drains_tells_its_watchers_and_does_not_wait_for_them() {
    let health = Health::new();
    let (stop, stopped) = oneshot::channel();
    let server = Server::new().health_from(&health).shutdown(async { drop(stopped.await) });
    let served = serve_with(server, Parrot).await;
    let client = HealthClient::from(served.channel());
    let mut echo = client.watch(about(ECHO)).await.unwrap();
    let mut unknown = client.watch(about("unknown")).await.unwrap();
    assert_eq!(next(&mut echo).await, ServingStatus::Serving);
    assert_eq!(next(&mut unknown).await, ServingStatus::ServiceUnknown);

    stop.send(()).unwrap();
    assert_eq!(next(&mut echo).await, ServingStatus::NotServing);
    for watched in [&mut echo, &mut unknown] {
        let status = within(watched.next()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Unavailable, "the server is stopping"));
    }
    within(served.stopped()).await;
    assert_eq!(health.status(ECHO), Some(ServingStatus::Serving), "others may share what was set");
}

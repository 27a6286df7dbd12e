//! Errors with details cross the wire whole: between ourselves, and from and to Python's grpcio-status, which has all ten
//! standard ones. What contradicts `grpc-status` does not replace it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use protocall::rpc::{
    self, BadRequest, DebugInfo, ErrorInfo, Help, LocalizedMessage, PreconditionFailure, QuotaFailure,
    RequestInfo, ResourceInfo, RetryInfo,
};
use protocall::well_known::Any;
use protocall::{Code, Context, Message, Result, Status};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, ping, serve, within};
use protocall_tests::peer;
use protocall_tests::program::{Running, finish};

/// What imports the bundled schemas of `google/rpc` has the types of `protocall::rpc`.
mod batch {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            import "google/rpc/status.proto";
            message Reply { repeated google.rpc.Status outcomes = 1; }
        "#,
        views = true,
    );
}

const MESSAGE: &str = "no such page: müsli";

#[derive(Debug)]
struct Unreadable(Full);

#[derive(Debug)]
struct Full;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read the page")
    }
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is full")
    }
}

impl Error for Unreadable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl Error for Full {}

fn bad_request() -> BadRequest {
    BadRequest::violation("page_size", "must be from 1 to 100").and("items[2].name", "is missing")
}

/// What `rich_errors.py` sends and expects.
fn standard() -> Status {
    Status::invalid_argument(MESSAGE)
        .with_detail(bad_request())
        .with_detail(RetryInfo::after(Duration::from_millis(1500)))
        .with_detail(ErrorInfo::new("NO_PAGE", "shop.example.com").with("page", "9"))
        .with_detail(QuotaFailure::violation("project:7", "100 calls a day"))
        .with_detail(PreconditionFailure::violation("TERMS", "shop", "not accepted"))
        .with_detail(DebugInfo::of(&Unreadable(Full)))
        .with_detail(RequestInfo::new("r-1"))
        .with_detail(ResourceInfo::new("shop.v1.Page", "9").because("it is gone"))
        .with_detail(Help::link("Pages", "https://shop.example.com/pages"))
        .with_detail(LocalizedMessage::new("de-CH", "Diese Seite gibt es nicht."))
}

fn assert_is_standard(status: &Status) {
    assert_eq!((status.code(), status.message()), (Code::InvalidArgument, MESSAGE));
    assert_eq!(status.detail_list(), standard().detail_list());
    assert_eq!(status.detail::<BadRequest>(), Some(bad_request()));
    assert_eq!(status.detail::<RetryInfo>().and_then(|it| it.delay()), Some(Duration::from_millis(1500)));
    let info = status.detail::<ErrorInfo>().unwrap_or_default();
    assert_eq!((&*info.reason, info.metadata.get("page").map(String::as_str)), ("NO_PAGE", Some("9")));
    assert_eq!(status.detail::<Ping>(), None);
}

struct Refuses;

impl Echo for Refuses {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        let status = standard();
        Err(if ping.text.is_empty() { status } else { status.with_detail(ping) })
    }
}

#[tokio::test]
async fn details_arrive_with_their_types() {
    let server = serve(Refuses).await;
    let echo = server.client();
    let status = within(echo.unary(Ping::default()).into_future()).await.expect_err("it refuses");
    assert_is_standard(&status);
    let status = within(echo.unary(ping("own")).into_future()).await.expect_err("it refuses");
    assert_eq!(status.detail::<Ping>(), Some(ping("own")), "messages of one's own are details, too");
    assert_eq!(status.detail_list().len(), 11);
}

#[tokio::test]
async fn details_arrive_in_a_local_call_as_well() {
    let status = within(EchoClient::local(Refuses).unary(Ping::default()).into_future()).await;
    assert_is_standard(&status.expect_err("it refuses"));
}

#[tokio::test]
async fn python_finds_what_we_send() {
    let server = serve(Refuses).await;
    let address = server.address.to_string();
    let call = move || finish(peer::command("rich_errors.py").args(["call", &address]));
    tokio::task::spawn_blocking(call).await.expect("Python finds all details");
}

#[tokio::test]
async fn we_find_what_python_sends() {
    let script = peer::script("rich_errors.py");
    let server = Running::start(peer::python(), &[script.to_str().expect("a UTF-8 path"), "serve"]);
    let echo = EchoClient::connect(format!("http://{}", server.address)).build().expect("a sound target");
    assert_is_standard(&within(echo.unary(Ping::default()).into_future()).await.expect_err("it refuses"));

    // The details say NOT_FOUND here.
    let replies = within(echo.server_stream(Ping::default()).into_future()).await;
    let status = replies.map(|_| ()).expect_err("it is closed at once");
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "closed"));
    assert_eq!(status.detail::<BadRequest>(), Some(bad_request()));
    let message = status.to_rpc();
    assert_eq!((message.code, &*message.message), (14, "closed"));
}

#[test]
fn the_message_in_the_trailers_agrees_with_the_status() {
    let decode = |status: &Status| rpc::Status::decode(status.details()).expect("a google.rpc.Status");
    let sent = decode(&standard());
    assert_eq!((sent.code, &*sent.message, sent.details.len()), (3, MESSAGE, 10));
    let ok = decode(&Status::new(Code::Ok, "").with_detail(RequestInfo::new("7")));
    assert_eq!(ok.code, 2, "an error that says OK is sent as UNKNOWN");
    let mixed =
        Status::not_found("b").with_details(standard().details().clone()).with_detail(RequestInfo::new("7"));
    assert_eq!((decode(&mixed).code, &*decode(&mixed).message, mixed.detail_list().len()), (5, "b", 11));
}

#[test]
fn details_that_are_none_are_none() {
    let broken = Status::internal("x").with_details(vec![0xff, 0xff]);
    assert_eq!((broken.detail_list(), broken.detail::<BadRequest>()), (Vec::new(), None));
    let any = Any { value: vec![0xff].into(), ..Any::pack(&bad_request()) };
    let status = rpc::Status { code: 3, details: vec![any], ..Default::default() };
    let status = Status::from(status);
    assert_eq!((status.detail::<BadRequest>(), status.detail_list().len()), (None, 1));
    assert!(Status::internal("x").detail_list().is_empty());
    let endless = protocall::well_known::Duration { seconds: -1, ..Default::default() };
    assert_eq!(RetryInfo { retry_delay: Some(endless), ..Default::default() }.delay(), None);
    assert_eq!(RetryInfo::after(Duration::MAX).delay().map(|it| it.as_secs()), Some(315_576_000_000));
}

#[test]
fn a_status_in_a_reply_is_an_error_or_none() {
    let reply =
        batch::Reply { outcomes: vec![standard().to_rpc(), rpc::Status::default()], ..Default::default() };
    let outcomes: Vec<Result<()>> = reply.outcomes.into_iter().map(rpc::Status::into_result).collect();
    assert!(matches!(&outcomes[..], [Err(_), Ok(())]), "{outcomes:?}");
    let back = standard().to_rpc().into_result().expect_err("an error");
    assert_is_standard(&back);
    assert!(rpc::Status::default().into_result().is_ok());
    let odd = Status::from(rpc::Status { code: -1, message: "odd".into(), ..Default::default() });
    assert_eq!((odd.code(), odd.message(), odd.details().len()), (Code::Unknown, "odd", 0));
    assert_eq!(rpc::Status::from(Status::not_found("x")).code, 5);
    for code in Code::ALL {
        let message = rpc::Code::from(code);
        assert_eq!((Code::from(message), message.name()), (code, Some(code.name())));
    }
    assert_eq!(Code::from(rpc::Code::Unrecognized(99)), Code::Unknown);
}

//! A server may turn a call down by its head alone, and has then reset the stream before its only request has left: the
//! caller hears why.

use protocall::{Code, InterceptedCall, Result, Server, Status};
use protocall_tests::echo::{Echo, EchoClient, EchoServer, ping};

struct Unreached;

impl Echo for Unreached {}

/// Many at once, on several threads: the server's answer has to come in between the head of a request and its body, which
/// the caller hands over one right after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_reason_comes_although_the_request_has_not_left() {
    let locked = |_: &mut InterceptedCall| -> Result<()> { Err(Status::unauthenticated("locked")) };
    let server = Server::new().service(EchoServer::new(Unreached)).intercept(locked);
    let echo = EchoClient::from(server.local());
    let callers = (0..16).map(|_| {
        let echo = echo.clone();
        tokio::spawn(async move {
            for _ in 0..2000 {
                let status = echo.unary(ping("hello")).await.unwrap_err();
                assert_eq!(
                    (status.code(), status.message()),
                    (Code::Unauthenticated, "locked"),
                    "{status:?}"
                );
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

//! What interceptors change reaches Python's grpcio, whichever side it is on: `tests/peers/metadata_peer.py`.

use protocall::{Context, InterceptedCall, Interceptor, Next, Result, Server, Status};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, ping, pong, serve_with, within};
use protocall_tests::peer;
use protocall_tests::program::{Running, finish};

/// Changes what it can reach, on either side.
struct Change;

impl Interceptor for Change {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        if call.metadata().get("x-refuse").is_some() {
            let mut status = Status::permission_denied("not by this road");
            status.metadata_mut().insert("x-hint", "another")?;
            return Err(status);
        }
        call.metadata_mut().remove("x-mine");
        call.metadata_mut().insert("x-added", "interceptor")?;
        call.on_request(|message| {
            if let Some(ping) = message.downcast_mut::<Ping>() {
                ping.text.push('!');
            }
            Ok(())
        });
        call.on_headers(|headers| drop(headers.insert("x-late", "1")));
        next.run(call).await?;
        call.trailers(|trailers| trailers.insert("x-trailer", "interceptor"))?;
        Ok(())
    }
}

/// As the Python server: tells what reaches it.
struct Told;

impl Echo for Told {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        cx.set_trailer("x-trailer", "handler")?;
        let [mine, added] = ["x-mine", "x-added"].map(|name| cx.metadata().get(name).unwrap_or("none"));
        Ok(Pong { text: format!("{mine} {added} {}", ping.text), ..pong(0) })
    }
}

#[tokio::test]
async fn a_python_server_sees_what_a_client_s_interceptor_has_made() {
    let python = peer::python();
    let script = peer::command("metadata_peer.py").get_args().next().unwrap().to_owned();
    let server = Running::start(python, &[script.to_str().unwrap(), "serve"]);
    let echo = EchoClient::connect(format!("http://{}", server.address)).intercept(Change).build().unwrap();
    let (told, reply) = within(echo.unary(ping("hello")).metadata("x-mine", "1").with_reply()).await.unwrap();
    assert_eq!(told.text, "x-added=interceptor hello!");
    assert_eq!((reply.headers.get("x-header"), reply.headers.get("x-late")), (Some("python"), Some("1")));
    assert_eq!(reply.trailers.get("x-trailer"), Some("interceptor"));
}

#[tokio::test]
async fn a_python_client_sees_what_a_server_s_interceptor_has_made() {
    let server = serve_with(Server::new().intercept(Change), Told).await;
    let address = server.address.to_string();
    let called = tokio::task::spawn_blocking(move || {
        finish(peer::command("metadata_peer.py").args(["call", &address])).stdout
    });
    let printed = String::from_utf8(called.await.unwrap()).unwrap();
    let expected = [
        "reply: none interceptor hello!",
        "headers: x-late=1",
        "trailers: x-trailer=interceptor",
        "refused: PERMISSION_DENIED not by this road x-hint=another",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}

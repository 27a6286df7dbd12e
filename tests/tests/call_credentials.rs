//! Credentials of calls: asked for with each attempt, sent to nobody who could read along, and their failures told as gRPC
//! has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use protocall::client::{Audience, Bearer};
use protocall::{Channel, ClientTls, Code, Context, Metadata, Result, Retry, Server, Status, Tls};
use protocall_tests::attempts::{Answer, Failing};
use protocall_tests::authority::{Authority, Folder};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, channel_to, ping, pong, serve_with, within};
use protocall_tests::peer;
use protocall_tests::program::Running;

/// Answers with the credentials that have come, and counts its calls.
#[derive(Clone, Default)]
struct Told(Arc<AtomicUsize>);

impl Echo for Told {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let values = cx.metadata().get_all("authorization").map(|value| match value {
            protocall::MetadataValue::Ascii(text) => text.to_owned(),
            other => format!("{other:?}"),
        });
        Ok(Pong { text: values.collect::<Vec<_>>().join(", "), ..pong(0) })
    }
}

async fn fails(client: &EchoClient) -> Status {
    within(client.unary(ping("")).into_future()).await.expect_err("it must not go well")
}

#[tokio::test]
async fn over_tls_those_of_the_client_and_of_the_call_arrive() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = Tls::pem(identity.certificate, identity.key);
    let server = serve_with(Server::new().tls(tls), Told::default()).await;
    let asked = |audience: Audience| async move {
        tokio::task::yield_now().await;
        let mut metadata = Metadata::new();
        metadata.insert("authorization", audience.service_url())?;
        assert_eq!(audience.method().name(), "Unary");
        Ok(metadata)
    };
    let connect = EchoClient::connect(server.target("https")).tls(ClientTls::new().ca_pem(authority.pem()));
    let client = connect.credentials(asked).build().unwrap();
    let url = format!("https://localhost:{}/test.v1.Echo", server.address.port());
    assert_eq!(within(client.unary(ping("")).into_future()).await.unwrap().text, url);
    let call = client.unary(ping("")).credentials(Bearer::new("secret"));
    assert_eq!(within(call.into_future()).await.unwrap().text, format!("{url}, Bearer secret"));
    // Those of a call are those of that call.
    assert_eq!(within(client.unary(ping("")).into_future()).await.unwrap().text, url);
}

#[tokio::test]
async fn plaintext_is_refused_unless_they_allow_it() {
    let told = Told::default();
    let server = serve_with(Server::new(), told.clone()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let counting = move |_: Audience| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Ok(Metadata::new()) }
    };
    let target = format!("http://{}", server.address);
    let client = EchoClient::connect(&target).credentials(counting).build().unwrap();
    let status = fails(&client).await;
    assert_eq!(status.code(), Code::Unauthenticated, "{status}");
    assert_eq!((asked.load(Ordering::Relaxed), told.0.load(Ordering::Relaxed)), (0, 0));
    let plain = Bearer::new("secret").allow_plaintext();
    let client = EchoClient::connect(&target).credentials(plain).build().unwrap();
    assert_eq!(within(client.unary(ping("")).into_future()).await.unwrap().text, "Bearer secret");
    // Memory is no network.
    let local = Server::new().service(protocall_tests::echo::EchoServer::new(Told::default())).local();
    let local = EchoClient::from(local.credentials(Bearer::new("secret")));
    assert_eq!(within(local.unary(ping("")).into_future()).await.unwrap().text, "Bearer secret");
    assert!(!format!("{:?}", Bearer::new("secret")).contains("secret"));
}

#[tokio::test]
async fn codes_that_only_a_server_may_use_become_internal() {
    use Code::*;
    let of_server =
        [InvalidArgument, NotFound, AlreadyExists, FailedPrecondition, Aborted, OutOfRange, DataLoss];
    let channel: Channel =
        Server::new().service(protocall_tests::echo::EchoServer::new(Told::default())).local();
    for code in Code::ALL.into_iter().filter(|code| *code != Ok) {
        let failing = move |_: Audience| async move { Err(Status::new(code, "no token today")) };
        let client = EchoClient::from(channel.clone().credentials(failing));
        let status = fails(&client).await;
        let expected = if of_server.contains(&code) { Internal } else { code };
        assert_eq!(status.code(), expected, "{code}");
        assert!(status.message().contains("no token today"), "{status}");
        assert!(status.is_retryable(), "{status}");
    }
}

#[tokio::test]
async fn each_attempt_asks_for_its_own() {
    let failing =
        Failing::start([Answer::Status(Code::Unavailable), Answer::Status(Code::Unavailable)], usize::MAX)
            .await;
    let asked = Arc::new(AtomicUsize::new(0));
    struct Numbered(Arc<AtomicUsize>);
    impl protocall::client::CallCredentials for Numbered {
        async fn metadata(&self, _: Audience) -> Result<Metadata> {
            match self.0.fetch_add(1, Ordering::Relaxed) {
                // Where they fail for the moment, the policy counts as for a server's failure.
                1 => Err(Status::unavailable("the source of tokens is busy")),
                number => {
                    let mut metadata = Metadata::new();
                    metadata.insert("authorization", number.to_string())?;
                    Ok(metadata)
                }
            }
        }
        fn allows_plaintext(&self) -> bool {
            true
        }
    }
    let channel = channel_to(failing.server.address).credentials(Numbered(Arc::clone(&asked)));
    let moment = Duration::from_millis(1);
    let call = EchoClient::from(channel).unary(ping("")).retry(Retry::standard().backoff(moment, moment));
    assert_eq!(within(call.into_future()).await.unwrap().index, 2);
    assert_eq!((asked.load(Ordering::Relaxed), failing.seen().len()), (4, 3));
}

#[tokio::test]
async fn a_call_does_not_wait_for_them_beyond_its_deadline() {
    let channel = Server::new().service(protocall_tests::echo::EchoServer::new(Told::default())).local();
    let never = |_: Audience| std::future::pending::<Result<Metadata>>();
    let call = EchoClient::from(channel.credentials(never)).unary(ping(""));
    let status = within(call.timeout(Duration::from_millis(50)).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn python_s_server_sees_them_over_tls() {
    let (authority, folder) = (Authority::new(), Folder::new());
    let identity = authority.sign("localhost");
    let files = [("server.key", &identity.key), ("server.crt", &identity.certificate)];
    let files = files.map(|(name, text)| folder.write(name, text).to_str().unwrap().to_owned());
    let script = peer::script("metadata_peer.py");
    let server = Running::start(peer::python(), &[script.to_str().unwrap(), "serve", &files[0], &files[1]]);
    let (_, port) = server.address.rsplit_once(':').unwrap();
    let credentials = |audience: Audience| async move {
        let mut metadata = Metadata::new();
        metadata.insert("x-for", audience.authority().split(':').next().unwrap_or_default())?;
        Ok(metadata)
    };
    let connect = EchoClient::connect(format!("https://localhost:{port}"));
    let tls = ClientTls::new().ca_pem(authority.pem());
    let client = connect.tls(tls).credentials(credentials).build().unwrap();
    let told = within(client.unary(ping("hello")).into_future()).await.unwrap();
    assert_eq!(told.text, "x-for=localhost hello");
}

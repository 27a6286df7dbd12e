//! A handler can tell a caller that has finished from one that went away, and is dropped when its caller is gone: by a
//! reset, by the end of the connection, or with the reply stream that nobody takes any more.

use std::sync::{Arc, Mutex};

use h2::Reason;
use protocall::{Code, Context, Result, Status, Stream, Streaming, produce};
use protocall_tests::echo::{Echo, Lives, Ping, Pong, ping, pong, serve, within};
use protocall_tests::raw::{RawCall, RawClient, echo_request, frame};
use tokio::sync::mpsc;

/// Tells what its requests ended with, and when its calls were over.
#[derive(Clone)]
struct Recorder {
    lives: Lives,
    ends: mpsc::UnboundedSender<Result<usize, Code>>,
    over: mpsc::UnboundedSender<&'static str>,
}

fn recorder()
-> (Recorder, mpsc::UnboundedReceiver<Result<usize, Code>>, mpsc::UnboundedReceiver<&'static str>) {
    let ((ends, ended), (over, told)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    (Recorder { lives: Lives::default(), ends, over }, ended, told)
}

impl Recorder {
    async fn record(&self, pings: &mut Streaming<Ping>) -> Result<()> {
        let mut count = 0;
        let end = loop {
            match pings.next().await {
                Ok(Some(_)) => count += 1,
                Ok(None) => break Ok(count),
                Err(status) => break Err(status),
            }
        };
        let _ = self.ends.send(end.as_ref().map(|count| *count).map_err(Status::code));
        end.map(drop)
    }

    fn tell_when_over(&self, cx: &Context, what: &'static str) {
        let (cancelled, over) = (cx.cancelled(), self.over.clone());
        tokio::spawn(async move {
            cancelled.await;
            let _ = over.send(what);
        });
    }
}

impl Echo for Recorder {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        self.tell_when_over(cx, "unary");
        Ok(pong(0))
    }

    async fn client_stream(&self, cx: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        self.tell_when_over(cx, "client stream");
        let _life = self.lives.begin();
        self.record(&mut pings).await?;
        Ok(pong(0))
    }

    async fn server_stream(&self, cx: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        self.tell_when_over(cx, "server stream");
        let life = self.lives.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }

    async fn bidi(
        &self,
        cx: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        self.tell_when_over(cx, "bidi");
        let life = self.lives.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            self.record(&mut pings).await
        }))
    }
}

async fn open(raw: &mut RawClient, method: &str) -> RawCall {
    let mut call = raw.start(echo_request(method)).await;
    call.send(frame(&ping("one")), false);
    call
}

#[tokio::test]
async fn a_caller_that_has_finished_is_the_end_of_the_stream() {
    let (service, mut ended, _) = recorder();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in ["ClientStream", "Bidi"] {
        let mut call = open(&mut raw, method).await;
        call.send(Vec::new(), true);
        assert_eq!(within(ended.recv()).await, Some(Ok(1)), "{method}");
        assert_eq!(within(call.answer()).await.grpc_status(), Some(0), "{method}");
    }
}

#[tokio::test]
async fn a_caller_that_has_finished_by_trailers_is_the_end_of_the_stream() {
    let (service, mut ended, _) = recorder();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = open(&mut raw, "ClientStream").await;
    call.requests.send_trailers(protocall_tests::raw::headers(&[("x-odd", "1")])).unwrap();
    assert_eq!(within(ended.recv()).await, Some(Ok(1)));
    assert_eq!(within(call.answer()).await.grpc_status(), Some(0));
}

const RESETS: [Reason; 3] = [Reason::CANCEL, Reason::INTERNAL_ERROR, Reason::REFUSED_STREAM];

#[tokio::test]
async fn a_caller_that_resets_is_cancelled_and_no_end() {
    let (service, mut ended, mut over) = recorder();
    let lives = service.lives.clone();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    for (index, reason) in RESETS.into_iter().enumerate() {
        let call = open(&mut raw, "ClientStream").await;
        lives.began(index + 1).await;
        call.reset(reason);
        assert_eq!(within(ended.recv()).await, Some(Err(Code::Cancelled)), "{reason:?}");
        lives.ended(index + 1).await;
        assert_eq!(within(over.recv()).await, Some("client stream"));
    }
    assert!(raw.is_open().await, "a reset is no matter of the connection");
}

#[tokio::test]
async fn a_handler_that_replies_is_dropped_or_hears_the_same() {
    let (service, mut ended, mut over) = recorder();
    let lives = service.lives.clone();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    for (index, reason) in RESETS.into_iter().enumerate() {
        let call = open(&mut raw, "Bidi").await;
        lives.began(index + 1).await;
        call.reset(reason);
        lives.ended(index + 1).await;
        assert_eq!(within(over.recv()).await, Some("bidi"));
        let heard = ended.try_recv().ok();
        assert!(matches!(heard, None | Some(Err(Code::Cancelled))), "{reason:?}: {heard:?}");
    }
}

#[tokio::test]
async fn a_reset_without_an_error_is_no_end_either() {
    let (service, mut ended, _) = recorder();
    let lives = service.lives.clone();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    let call = open(&mut raw, "ClientStream").await;
    lives.began(1).await;
    call.reset(Reason::NO_ERROR);
    lives.ended(1).await;
    // The handler may be dropped before it hears of it; what it hears must not be that all requests came.
    let heard = ended.try_recv().ok();
    assert!(heard.is_none_or(|end| end.is_err()), "{heard:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_cancelled_and_no_end() {
    let (service, mut ended, mut over) = recorder();
    let lives = service.lives.clone();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    let call = open(&mut raw, "ClientStream").await;
    lives.began(1).await;
    raw.cut();
    assert_eq!(within(ended.recv()).await, Some(Err(Code::Cancelled)));
    lives.ended(1).await;
    assert_eq!(within(over.recv()).await, Some("client stream"));
    drop(call);
}

#[tokio::test]
async fn a_reply_stream_is_dropped_when_its_caller_leaves() {
    let (service, _ended, mut over) = recorder();
    let lives = service.lives.clone();
    let server = serve(service).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = raw.start(echo_request("ServerStream")).await;
    call.send(frame(&ping("")), true);
    lives.began(1).await;
    assert_eq!(lives.count_ended(), 0);
    call.reset(Reason::CANCEL);
    lives.ended(1).await;
    assert_eq!(within(over.recv()).await, Some("server stream"));
}

#[tokio::test]
async fn a_call_that_ends_well_is_over_too() {
    let (service, _ended, mut over) = recorder();
    let server = serve(service).await;
    within(server.client().unary(ping("")).into_future()).await.unwrap();
    assert_eq!(within(over.recv()).await, Some("unary"));
}

/// Keeps its requests open after it has answered.
struct Hoarder(Arc<Mutex<Option<Streaming<Ping>>>>);

impl Echo for Hoarder {
    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        pings.next().await?;
        *self.0.lock().unwrap() = Some(pings);
        Ok(pong(7))
    }
}

#[tokio::test]
async fn requests_that_outlive_their_call_end_as_cancelled() {
    let kept = Arc::new(Mutex::new(None));
    let server = serve(Hoarder(Arc::clone(&kept))).await;
    let mut raw = RawClient::connect(server.address).await;
    let call = open(&mut raw, "ClientStream").await;
    let answered = within(call.answer()).await;
    assert_eq!(answered.grpc_status(), Some(0));
    // Reading the answer to its end has dropped the raw call, which resets what is open of it.
    let mut kept = kept.lock().unwrap().take().expect("the handler has run");
    assert_eq!(within(kept.next()).await.unwrap_err().code(), Code::Cancelled);
}

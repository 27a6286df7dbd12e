//! Metrics, spans and the trace of calls, as OpenTelemetry's SDK exports them: gRFC A66, the conventions for RPC, and W3C's
//! trace context.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::Duration;

use opentelemetry::trace::{SpanId, SpanKind, Status as SpanStatus};
use opentelemetry_sdk::trace::SpanData;
use protocall::{Code, Compression, Context, Method, Result, Retry, Server, Shape, Status, Telemetry};
use protocall_tests::attempts::{Answer, Failing};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Parrot, Patient, Ping, Pong, channel_to, heavy_ping, ping, pong,
    serve_with, within,
};
use protocall_tests::meters::{Meters, Spans};
use protocall_tests::peer;
use protocall_tests::program::Running;
use tracing::Instrument;

const MILLI: Duration = Duration::from_millis(1);

/// What the server has counted, once the call that the client has seen the end of has ended there.
async fn settled(meters: &Meters, calls: usize) {
    within(async {
        while meters.of("grpc.server.call.duration").iter().map(|(_, count, _)| count).sum::<u64>()
            < calls as u64
        {
            tokio::time::sleep(MILLI).await;
        }
    })
    .await;
}

/// A server and a client that tell the same meters.
async fn both(meters: &Meters, service: impl Echo) -> (protocall_tests::echo::Served, EchoClient, String) {
    let server = serve_with(Server::new().telemetry(meters.telemetry()), service).await;
    let target = format!("http://{}", server.address);
    let client = EchoClient::connect(&target).telemetry(meters.telemetry()).build().unwrap();
    let label = format!("dns:///{}", server.address);
    (server, client, label)
}

#[tokio::test]
async fn a_call_counts_with_a66_s_names_units_labels_and_bounds() {
    let meters = Meters::default();
    let (_server, client, target) = both(&meters, Parrot).await;
    within(client.unary(ping("hello")).into_future()).await.unwrap();
    settled(&meters, 1).await;
    let method = "grpc.method=test.v1.Echo/Unary";
    let at_end = format!("{method} grpc.status=OK");
    let of_client = format!("{at_end} grpc.target={target}");
    let begun = format!("{method} grpc.target={target}");
    // "hello" and two bytes before it, there and back.
    let expected = [
        ("grpc.client.attempt.duration", "s", &of_client, 0, 41),
        ("grpc.client.attempt.rcvd_total_compressed_message_size", "By", &of_client, 7, 14),
        ("grpc.client.attempt.sent_total_compressed_message_size", "By", &of_client, 7, 14),
        ("grpc.client.attempt.started", "{attempt}", &begun, 1, 0),
        ("grpc.client.call.duration", "s", &of_client, 0, 41),
        ("grpc.server.call.duration", "s", &at_end, 0, 41),
        ("grpc.server.call.rcvd_total_compressed_message_size", "By", &at_end, 7, 14),
        ("grpc.server.call.sent_total_compressed_message_size", "By", &at_end, 7, 14),
        ("grpc.server.call.started", "{call}", &method.to_owned(), 1, 0),
    ];
    let read = meters.read();
    let found: Vec<_> = read
        .iter()
        .map(|(name, instrument)| {
            let [point] = &instrument.points[..] else { panic!("{name}: {instrument:?}") };
            assert_eq!(point.count, 1, "{name}");
            (name.as_str(), instrument.unit.as_str(), &point.labels, point.sum, point.bounds.len())
        })
        .collect();
    assert_eq!(found, expected);
    let bounds = |name: &str| read[name].points[0].bounds.clone();
    assert_eq!(bounds("grpc.client.call.duration")[..4], [0.0, 0.00001, 0.00005, 0.0001]);
    assert_eq!(bounds("grpc.server.call.rcvd_total_compressed_message_size")[13], 4_294_967_296.0);
}

#[tokio::test]
async fn each_attempt_counts_and_the_call_counts_once() {
    let meters = Meters::default();
    let failing = Failing::start([Answer::Status(Code::Unavailable), Answer::Http(503)], usize::MAX).await;
    let channel = channel_to(failing.server.address);
    let client = EchoClient::from(channel.telemetry(meters.telemetry()));
    let retry = Retry::standard().backoff(MILLI, MILLI);
    within(client.unary(ping("")).retry(retry).into_future()).await.unwrap();
    let label = |status: &str| format!("grpc.method=test.v1.Echo/Unary grpc.status={status} grpc.target=");
    let counts = |name: &str| -> BTreeMap<_, _> {
        meters.of(name).into_iter().map(|(labels, count, _)| (labels, count)).collect()
    };
    let attempts = [(label("OK"), 1), (label("UNAVAILABLE"), 2)];
    assert_eq!(counts("grpc.client.attempt.duration"), BTreeMap::from(attempts));
    assert_eq!(counts("grpc.client.call.duration"), BTreeMap::from([(label("OK"), 1)]));
    assert_eq!(meters.of("grpc.client.attempt.started")[0].1, 3);
}

#[tokio::test]
async fn streams_count_all_their_messages_and_compression_counts() {
    let meters = Meters::default();
    let (_server, client, _) = both(&meters, Parrot).await;
    let pings = (0..3).map(|_| heavy_ping(100));
    within(client.client_stream().send_all(pings)).await.unwrap();
    let many = Ping { count: 5, ..ping("abc") };
    let mut replies = within(client.server_stream(many).into_future()).await.unwrap();
    while within(replies.next()).await.unwrap().is_some() {}
    settled(&meters, 2).await;
    let sums = |name: &str| -> Vec<u64> { meters.of(name).into_iter().map(|(_, _, sum)| sum).collect() };
    // Client stream: three of 102 bytes, and a reply that holds a 3. Server stream: one of 7; five of 5, four with an index.
    for side in ["grpc.client.attempt", "grpc.server.call"] {
        let (mut up, mut down) = ("sent", "rcvd");
        if side.contains("server") {
            (up, down) = (down, up);
        }
        assert_eq!(sums(&format!("{side}.{up}_total_compressed_message_size")), [306, 7], "{side}");
        assert_eq!(sums(&format!("{side}.{down}_total_compressed_message_size")), [2, 33], "{side}");
    }

    let packed = Meters::default();
    let (_server, client, _) = both(&packed, Parrot).await;
    let call = client.unary(heavy_ping(100_000)).compress(Compression::Gzip);
    within(call.into_future()).await.unwrap();
    settled(&packed, 1).await;
    for name in ["grpc.server.call.rcvd", "grpc.client.attempt.rcvd"] {
        let sum = packed.of(&format!("{name}_total_compressed_message_size"))[0].2;
        assert!((1..2_000).contains(&sum), "{name}: {sum}");
    }
}

#[tokio::test]
async fn what_is_given_up_and_what_is_late_have_their_codes_on_both_sides() {
    for (name, code) in [("gives up", "CANCELLED"), ("waits", "DEADLINE_EXCEEDED")] {
        let meters = Meters::default();
        let patient = Patient::default();
        let (_server, client, _) = both(&meters, patient.clone()).await;
        let call = client.unary(ping(""));
        if name == "waits" {
            let late = within(call.timeout(50 * MILLI).into_future()).await.unwrap_err();
            assert_eq!(late.code(), Code::DeadlineExceeded);
        } else {
            let mut call = call.into_future();
            tokio::select! {
                _ = &mut call => panic!("nobody has told it to end"),
                () = patient.lives.began(1) => {}
            }
            drop(call);
        }
        settled(&meters, 1).await;
        for name in ["grpc.client.attempt.duration", "grpc.client.call.duration", "grpc.server.call.duration"]
        {
            let found = meters.of(name);
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found[0].0.contains(&format!("grpc.status={code}")), "{name}: {found:?}");
        }
    }
}

#[tokio::test]
async fn a_method_that_the_server_does_not_have_is_other() {
    static NOWHERE: Method = Method::new("/test.v1.Echo/Invented", Shape::Unary);
    let meters = Meters::default();
    let (server, ..) = both(&meters, Parrot).await;
    let channel = server.channel();
    let call = channel.unary::<Ping, Pong>(&NOWHERE, ping(""));
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::Unimplemented);
    settled(&meters, 1).await;
    let expected = [("grpc.method=other grpc.status=UNIMPLEMENTED".to_owned(), 1, 0)];
    assert_eq!(meters.of("grpc.server.call.duration"), expected);
}

/// Asks the next in the way that the request says, and says with what trace it was asked itself.
struct Asking(EchoClient);

impl Echo for Asking {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        let call = self.0.unary(Ping::default());
        match ping.text.as_str() {
            "inherits" => call.await,
            "detached" => call.detached().await,
            _ => Err(Status::internal("in another way")),
        }
    }
}

/// Answers with the `traceparent` that has come.
struct Telling;

impl Echo for Telling {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        let parent = cx.metadata().get("traceparent").unwrap_or("none").to_owned();
        Ok(Pong { text: parent, ..pong(0) })
    }
}

fn spanned() -> Telemetry {
    Telemetry::new().without_metrics()
}

fn told(service: impl Echo) -> EchoClient {
    let server = Server::new().service(EchoServer::new(service)).telemetry(spanned());
    server.local().telemetry(spanned()).into()
}

/// Waits for that many spans to have ended.
async fn spans(spans: &Spans, count: usize) -> Vec<SpanData> {
    within(async {
        loop {
            let ended = spans.ended();
            if ended.len() >= count {
                return ended;
            }
            tokio::time::sleep(MILLI).await;
        }
    })
    .await
}

#[tokio::test]
async fn the_spans_of_a_chain_of_calls_are_one_trace() {
    let exported = Spans::default();
    let client = told(Asking(told(Telling)));
    let outer = tracing::info_span!("outer");
    let reply = async { within(client.unary(ping("inherits")).into_future()).await }.instrument(outer);
    let parent = reply.await.unwrap().text;
    let ended = spans(&exported, 5).await;
    // Each is the child of the one before it, and all of them one trace.
    let chain = [SpanKind::Internal, SpanKind::Client, SpanKind::Server, SpanKind::Client, SpanKind::Server];
    let mut above = SpanId::INVALID;
    for kind in chain {
        let span = ended.iter().find(|span| span.parent_span_id == above).expect("every span has its child");
        assert_eq!(span.span_kind, kind);
        assert_eq!(span.span_context.trace_id(), ended[0].span_context.trace_id());
        if kind != SpanKind::Internal {
            assert_eq!(span.name, "test.v1.Echo/Unary");
        }
        // What the last handler was sent is the client's span above it.
        if kind == SpanKind::Client {
            let (trace, id) = (span.span_context.trace_id(), span.span_context.span_id());
            let is_last = parent == format!("00-{trace}-{id}-01");
            assert_eq!(is_last, above != ended_id(&ended, SpanKind::Internal), "{parent}");
        }
        above = span.span_context.span_id();
    }
}

fn ended_id(ended: &[SpanData], kind: SpanKind) -> SpanId {
    let span = ended.iter().find(|span| span.span_kind == kind).expect("there is one");
    span.span_context.span_id()
}

#[tokio::test]
async fn a_detached_call_begins_a_trace_of_its_own() {
    let exported = Spans::default();
    let client = told(Asking(told(Telling)));
    within(client.unary(ping("detached")).into_future()).await.unwrap();
    let ended = spans(&exported, 4).await;
    let traces: std::collections::HashSet<_> =
        ended.iter().map(|span| span.span_context.trace_id()).collect();
    assert_eq!(traces.len(), 2);
    let roots = ended.iter().filter(|span| span.parent_span_id == SpanId::INVALID);
    assert!(roots.clone().all(|span| span.span_kind == SpanKind::Client));
    assert_eq!(roots.count(), 2);
}

#[tokio::test]
async fn spans_say_what_the_conventions_for_rpc_ask_for() {
    let exported = Spans::default();
    let server = serve_with(Server::new().telemetry(spanned()), Asking(EchoClient::local(Parrot))).await;
    let target = format!("http://{}", server.address);
    let client = EchoClient::connect(&target).telemetry(spanned()).build().unwrap();
    within(client.unary(ping("no way")).into_future()).await.unwrap_err();
    let ended = spans(&exported, 2).await;
    for (kind, side) in [(SpanKind::Client, "server"), (SpanKind::Server, "client")] {
        let span = ended.iter().find(|span| span.span_kind == kind).unwrap();
        let attributes: BTreeMap<_, _> =
            span.attributes.iter().map(|label| (label.key.as_str(), label.value.to_string())).collect();
        let has = |name: &str, value: &str| assert_eq!(attributes[name], value, "{name} of {attributes:?}");
        has("rpc.system.name", "grpc");
        has("rpc.method", "test.v1.Echo/Unary");
        has("rpc.response.status_code", "INTERNAL");
        has("error.type", "INTERNAL");
        has(&format!("{side}.address"), "127.0.0.1");
        assert!(attributes[format!("{side}.port").as_str()].parse::<u16>().is_ok());
        assert!(matches!(span.status, SpanStatus::Error { .. }), "{:?}", span.status);
    }
}

#[tokio::test]
async fn without_spans_a_server_passes_the_trace_on() {
    let relay = told(Asking(told(Telling)));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let call = relay.unary(ping("inherits")).metadata("traceparent", parent);
    assert_eq!(within(call.into_future()).await.unwrap().text, parent);
    let call = relay.unary(ping("detached")).metadata("traceparent", parent);
    assert_eq!(within(call.into_future()).await.unwrap().text, "none");
    // Without telemetry it is metadata like any other.
    let silent = EchoClient::local(Asking(EchoClient::local(Telling)));
    let call = silent.unary(ping("inherits")).metadata("traceparent", parent);
    assert_eq!(within(call.into_future()).await.unwrap().text, "none");
}

#[tokio::test]
async fn python_s_opentelemetry_reads_the_trace_of_a_call() {
    let exported = Spans::default();
    let script = peer::script("trace_peer.py");
    let python = Running::start(peer::python(), &[script.to_str().unwrap()]);
    let client =
        EchoClient::connect(format!("http://{}", python.address)).telemetry(spanned()).build().unwrap();
    let told = within(client.unary(ping("")).into_future()).await.unwrap().text;
    let ended = spans(&exported, 1).await;
    let span = &ended[0].span_context;
    assert_eq!(told, format!("{} {} sampled", span.trace_id(), span.span_id()));
}

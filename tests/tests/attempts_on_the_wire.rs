//! Calls whose attempts fail in every way that gRFC A6 knows, one after the other in every order: the attempts on the wire are
//! exactly those that A6 prescribes, on the connections that they belong to.

use std::time::Duration;

use h2::Reason;
use protocall::{Code, Hedge, MethodConfig, Result, Retry, ServiceConfig};
use protocall_tests::echo::{EchoClient, Pong, channel_to, ping, within};
use protocall_tests::raw::frame;
use protocall_tests::ways::{Attempt, Policy, Server, Way, code_of, prescribed};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const MILLI: Duration = Duration::from_millis(1);
const UNAVAILABLE: Way = Way::Status(Code::Unavailable);
const REFUSED: Way = Way::Reset(Reason::REFUSED_STREAM);

/// Those behind which there may be another attempt.
const HOPEFUL: [Way; 8] = [
    UNAVAILABLE,
    Way::Pushback(Code::Unavailable, "1"),
    Way::Http(503),
    REFUSED,
    Way::Above(Reason::NO_ERROR),
    Way::Above(Reason::ENHANCE_YOUR_CALM),
    Way::Last(Code::Unavailable),
    Way::Cut,
];

/// Those behind which there must not be one.
const FINAL: [Way; 10] = [
    Way::Status(Code::Internal),
    Way::Pushback(Code::Unavailable, "-1"),
    Way::Pushback(Code::Unavailable, "soon"),
    Way::Pushback(Code::Aborted, "1"),
    Way::Http(418),
    Way::Reset(Reason::INTERNAL_ERROR),
    Way::Last(Code::Internal),
    Way::HeadersStatus(Code::Unavailable),
    Way::HeadersReset(Reason::REFUSED_STREAM),
    Way::HeadersCut,
];

#[derive(Clone, Copy, Debug)]
enum Shape {
    Unary,
    /// Hedged, with a delay that does not pass: another attempt follows a failure only.
    Hedged,
    ClientStream,
    ServerStream,
    Bidi,
}

/// Up to so many attempts, without much of a wait.
fn hasty(attempts: u32) -> Retry {
    Retry::standard().attempts(attempts).backoff(MILLI, MILLI)
}

fn client(server: &Server) -> EchoClient {
    channel_to(server.frames.address).into()
}

/// The first reply of a call, whose one request is "x".
async fn call(echo: &EchoClient, shape: Shape, attempts: Option<u32>) -> Result<Pong> {
    let with = hasty(attempts.unwrap_or(1));
    let first = |reply: Option<Pong>| reply.expect("there is a reply");
    match shape {
        Shape::Unary => match attempts {
            Some(_) => echo.unary(ping("x")).retry(with).await,
            None => echo.unary(ping("x")).await,
        },
        Shape::Hedged => {
            let never = Duration::from_secs(3600);
            echo.unary(ping("x")).hedge(Hedge::after(never).attempts(attempts.unwrap_or(1))).await
        }
        Shape::ClientStream => echo.client_stream().retry(with).send_all([ping("x")]).await,
        Shape::ServerStream => {
            let mut replies = echo.server_stream(ping("x")).retry(with).await?;
            let reply = first(replies.next().await?);
            replies.next().await.map(|_| reply)
        }
        Shape::Bidi => {
            let (mut requests, mut replies) = echo.bidi().retry(with).open();
            // It fails where the call is over already: then the replies tell why.
            if requests.send(ping("x")).await.is_ok() {
                requests.finish();
            }
            let reply = first(replies.next().await?);
            replies.next().await.map(|_| reply)
        }
    }
}

/// Holds a call against A6.
async fn judged(ways: Vec<Way>, shape: Shape, attempts: Option<u32>) {
    let server = Server::start(&ways).await;
    let outcome = within(call(&client(&server), shape, attempts)).await;
    let hedges = matches!(shape, Shape::Hedged);
    let policy = attempts.map(|attempts| Policy { attempts, codes: &[Code::Unavailable], hedges });
    let (wanted, ends) = prescribed(&ways, policy);
    assert_eq!(server.attempts(), wanted, "{shape:?} of {attempts:?} attempts: {ways:?}");
    let index = |pong: Pong| usize::try_from(pong.index).expect("it is a number of an attempt");
    let ended = outcome.map(index).map_err(|status| status.code());
    assert_eq!(ended, ends, "{shape:?} of {attempts:?} attempts: {ways:?}");
    for seen in server.seen() {
        assert_eq!(seen.body, frame(&ping("x")), "each attempt has the whole request: {ways:?}");
    }
}

/// All sequences of failures up to this length: in all but the last place those behind which the call may go on.
fn sequences(longest: usize) -> Vec<Vec<Way>> {
    let mut all = vec![Vec::new()];
    let mut open: Vec<Vec<Way>> = vec![Vec::new()];
    for _ in 0..longest {
        let longer = |ways: &Vec<Way>, more: &[Way]| -> Vec<Vec<Way>> {
            more.iter().map(|way| [&ways[..], &[*way]].concat()).collect()
        };
        all.extend(open.iter().flat_map(|ways| longer(ways, &FINAL)));
        open = open.iter().flat_map(|ways| longer(ways, &HOPEFUL)).collect();
        all.extend(open.iter().cloned());
    }
    all
}

/// Judges calls, several at a time.
async fn all(calls: impl Iterator<Item = (Vec<Way>, Shape, Option<u32>)>) {
    let mut judging = JoinSet::new();
    for (ways, shape, attempts) in calls {
        judging.spawn(judged(ways, shape, attempts));
        if judging.len() > 15 {
            judging.join_next().await.expect("there are some").expect("the call was as it must be");
        }
    }
    judging.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_in_every_order_are_followed_by_what_a6_prescribes() {
    all(sequences(3).into_iter().map(|ways| (ways, Shape::Unary, Some(3)))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_no_exception() {
    let shapes = [Shape::ClientStream, Shape::ServerStream, Shape::Bidi];
    let calls = sequences(2).into_iter().flat_map(|ways| shapes.map(|shape| (ways.clone(), shape, Some(3))));
    all(calls).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hedges_follow_failures_alike() {
    all(sequences(3).into_iter().map(|ways| (ways, Shape::Hedged, Some(3)))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_policy_only_what_nobody_has_seen_is_sent_again_once() {
    all(sequences(2).into_iter().map(|ways| (ways, Shape::Unary, None))).await;
}

#[tokio::test]
async fn the_last_attempt_of_a_policy_is_the_last() {
    for attempts in 2..=5 {
        let failures = usize::try_from(attempts).unwrap() + 1;
        for way in [UNAVAILABLE, Way::Pushback(Code::Unavailable, "0"), Way::Cut, Way::Http(503), REFUSED] {
            judged(vec![way; failures + 1], Shape::Unary, Some(attempts)).await;
        }
    }
}

#[tokio::test]
async fn every_reason_of_a_reset_is_retried_if_its_code_is() {
    for number in 0..=13_u32 {
        let reason = Reason::from(number);
        for codes in [vec![Code::Unavailable], vec![code_of(reason)], Vec::new()] {
            let ways = [Way::Reset(reason); 2];
            let server = Server::start(&ways).await;
            let retry = hasty(3).codes(codes.clone());
            let outcome = within(client(&server).unary(ping("x")).retry(retry).into_future()).await;
            let (wanted, ends) =
                prescribed(&ways, Some(Policy { attempts: 3, codes: &codes, hedges: false }));
            assert_eq!(server.attempts(), wanted, "{reason:?} {codes:?}");
            let ended = outcome.map(|pong| pong.index as usize).map_err(|status| status.code());
            assert_eq!(ended, ends, "{reason:?} {codes:?}");
        }
    }
}

#[tokio::test]
async fn a_service_config_can_ask_for_five_attempts_and_no_more() {
    let config = |most: u32| {
        ServiceConfig::from_json(&format!(
            r#"{{"methodConfig": [{{"name": [{{}}], "retryPolicy": {{"maxAttempts": {most}, "initialBackoff": "0.001s",
            "maxBackoff": "0.001s", "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}}}]}}"#
        ))
    };
    for (most, made) in [(2, 2), (5, 5), (6, 5), (1000, 5)] {
        let server = Server::start(&[UNAVAILABLE; 20]).await;
        let echo = EchoClient::connect(format!("http://{}", server.frames.address));
        let echo = echo.service_config(config(most).unwrap()).build().unwrap();
        let status = within(echo.unary(ping("x")).into_future()).await.unwrap_err();
        assert_eq!((status.code(), server.attempts().len()), (Code::Unavailable, made), "{most}");
    }
}

/// A server of which the first connections are closed at once, and those that follow speak as `server` does.
async fn unreachable(
    closed: usize,
    server: &Server,
) -> (std::net::SocketAddr, tokio::sync::watch::Receiver<usize>) {
    let (listener, server) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), server.frames.address);
    let (count, counted) = tokio::sync::watch::channel(0);
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            count.send_modify(|count| *count += 1);
            if *count.borrow() > closed {
                let mut far = tokio::net::TcpStream::connect(server).await.unwrap();
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        }
    });
    (address, counted)
}

#[tokio::test]
async fn an_attempt_that_finds_no_connection_counts_and_waits() {
    for closed in 0..6 {
        let server = Server::start(&[]).await;
        let (address, connections) = unreachable(closed, &server).await;
        let echo = EchoClient::connect(format!("http://{address}")).connect_backoff(MILLI, MILLI);
        let retry = Retry::standard().attempts(4).backoff(20 * MILLI, 20 * MILLI);
        let outcome = within(echo.build().unwrap().unary(ping("x")).retry(retry).into_future()).await;
        assert_eq!(*connections.borrow(), (closed + 1).min(4), "each attempt tries once to connect");
        let previous = u32::try_from(closed).ok().filter(|closed| *closed > 0);
        if closed < 4 {
            assert_eq!(outcome.unwrap().index, 0);
            assert_eq!(server.attempts(), [Attempt { connection: 0, previous }]);
        } else {
            assert_eq!(outcome.unwrap_err().code(), Code::Unavailable);
            assert_eq!(server.attempts(), []);
        }
    }
}

#[tokio::test]
async fn the_deadline_is_one_for_all_attempts_and_each_tells_what_is_left() {
    let ways = [REFUSED, UNAVAILABLE, Way::Cut, Way::Pushback(Code::Unavailable, "30")];
    let server = Server::start(&ways).await;
    let retry = Retry::standard().backoff(20 * MILLI, 20 * MILLI);
    let call = client(&server).unary(ping("x")).retry(retry).timeout(Duration::from_secs(8));
    assert_eq!(within(call.into_future()).await.unwrap().index, 4);
    let left: Vec<Duration> = server
        .seen()
        .iter()
        .map(|seen| {
            let text = seen.head["grpc-timeout"].to_str().unwrap();
            let (number, unit) = text.split_at(text.len() - 1);
            let unit = match unit {
                "n" => Duration::from_nanos(1),
                "u" => Duration::from_micros(1),
                "m" => MILLI,
                _ => panic!("{text} is longer than the deadline"),
            };
            unit * number.parse::<u32>().unwrap()
        })
        .collect();
    assert!(left[0] <= Duration::from_secs(8), "{left:?}");
    // The first is sent again at once, the others after waits of 16 to 24, and of 30.
    for (place, wait) in [0, 15, 15, 29].into_iter().enumerate() {
        assert!(left[place + 1] + wait * MILLI <= left[place], "{place}: {left:?}");
    }
}

#[tokio::test]
async fn only_what_a_server_turns_down_takes_tokens_away() {
    let never = Way::Pushback(Code::Aborted, "-1");
    // Four tokens: two failures that count leave the half, and no retry.
    for (harmless, counts) in [
        (Way::Status(Code::Internal), false),
        (Way::HeadersStatus(Code::Unavailable), false),
        (Way::Reset(Reason::CANCEL), false),
        (UNAVAILABLE, true),
        (Way::Cut, true),
        (never, true),
    ] {
        let ways = [harmless, harmless, UNAVAILABLE];
        let server = Server::start(&ways).await;
        let config = ServiceConfig::new().all(MethodConfig::new().retry(hasty(2))).throttle(4, 0.001);
        let echo = EchoClient::connect(format!("http://{}", server.frames.address));
        let echo = echo.service_config(config).build().unwrap();
        let mut last = Ok(Pong::default());
        // Until the third way has been gone.
        while server.attempts().len() < 3 {
            last = within(echo.unary(ping("x")).into_future()).await;
        }
        let is_retried = server.attempts().len() > 3;
        assert_eq!((is_retried, last.is_ok()), (!counts, !counts), "{harmless:?}");
    }
    // What is sent again because nobody has seen it takes none.
    let server =
        Server::start(&[REFUSED, Way::Good, Way::Above(Reason::NO_ERROR), Way::Good, UNAVAILABLE]).await;
    let config = ServiceConfig::new().all(MethodConfig::new().retry(hasty(2))).throttle(2, 0.001);
    let echo = EchoClient::connect(format!("http://{}", server.frames.address));
    let echo = echo.service_config(config).build().unwrap();
    for _ in 0..2 {
        assert!(within(echo.unary(ping("x")).into_future()).await.is_ok());
    }
    assert!(within(echo.unary(ping("x")).into_future()).await.is_err(), "one of two is gone");
    assert_eq!(server.attempts().len(), 5);
}

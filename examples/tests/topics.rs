//! Each example of a topic prints what its reader is to see.

use std::error::Error;

/// What an example prints.
macro_rules! printed {
    ($topic:ident) => {{
        let mut printed = Vec::new();
        let told: Result<(), Box<dyn Error>> = protocall::run($topic::tell(&mut printed));
        told.unwrap();
        String::from_utf8(printed).unwrap()
    }};
}

/// Takes examples in as modules, whose `main` is not called then.
macro_rules! topics {
    ($($topic:ident = $path:literal,)*) => {$(
        #[path = $path]
        mod $topic;
    )*};
}

topics! {
    balancing = "../examples/balancing.rs",
    compression = "../examples/compression.rs",
    deadlines = "../examples/deadlines.rs",
    errors = "../examples/errors.rs",
    grpc_web = "../examples/grpc_web.rs",
    interceptors = "../examples/interceptors.rs",
    metadata = "../examples/metadata.rs",
    testing = "../examples/testing.rs",
    tls = "../examples/tls.rs",
}

#[test]
fn errors_have_codes_messages_and_details() {
    assert_eq!(
        printed!(errors),
        "7 pieces for \"Ada\":\n  receipt r-7\n\
         7 pieces for \"\":\n  InvalidArgument: the order is not complete\n  the field `customer` is missing\n\
         60 pieces for \"Ada\":\n  Unavailable: the store is being cleared\n  worth another try in 2s\n\
         1000 pieces for \"Ada\":\n  Internal: the store failed\n"
    );
}

#[test]
fn metadata_go_both_ways() {
    assert_eq!(
        printed!(metadata),
        "sent: x-language: de, and three bytes as x-trace-bin\n  header  x-language: Some(\"de\")\n  \
         message \"zwölf Uhr\"\n  trailer x-trace-bin: Some([1, 2, 255])\n\
         sent: nothing\n  status  InvalidArgument: in which language?\n  \
         trailer x-hint: Some(\"send x-language\")\n"
    );
}

#[test]
fn deadlines_end_calls_on_both_sides() {
    assert_eq!(
        printed!(deadlines),
        "Ada naps for 10 ms, and has a minute\n  server: Ada, with a deadline, rested\n\
         Bob naps for ten minutes, and has 100 ms\n  client: DeadlineExceeded\n  \
         server: Bob, with a deadline, was woken\n\
         Eve naps for ten minutes, and her client goes away\n  client: dropped the call\n  \
         server: Eve, with no deadline, was woken\n"
    );
}

#[test]
fn interceptors_stand_around_each_other() {
    assert_eq!(
        printed!(interceptors),
        "a stranger calls\n  answer: Unauthenticated: this server wants a bearer token\n  \
         log: WhoAmI begins\n  log: WhoAmI ended with Unauthenticated\n\
         a client whose interceptor adds a token calls\n  answer: you are Ada\n  \
         log: WhoAmI begins\n  tokens: this is Ada\n  log: WhoAmI ended well\n"
    );
}

#[test]
fn tls_serves_those_who_have_a_certificate_only() {
    let printed = printed!(tls);
    let lines: Vec<&str> = printed.lines().collect();
    let [till, rest @ ..] = &lines[..] else { panic!("nothing is printed") };
    assert_eq!(*till, "a till with a certificate of our authority: Hello, till.shop.example!");
    assert_eq!(rest.len(), 3, "{printed}");
    assert!(rest.iter().all(|line| line.contains(": Unavailable, ")), "{printed}");
}

#[test]
fn compression_is_used_where_it_is_worth_it() {
    assert_eq!(
        printed!(compression),
        "a long page by gzip: request compressed, reply compressed\n\
         a long page as it is: request plain, reply compressed\n\
         a short page by gzip, which is not worth it: request plain, reply plain\n\
         a secret page by gzip: request compressed, reply plain\n"
    );
}

#[test]
fn calls_are_spread_and_made_again() {
    assert_eq!(
        printed!(balancing),
        "until each has answered: one, three, two\n\
         server two ends, no call fails, and these go on: one, three\n\
         a shaky call: Unavailable, not just now\n\
         a shaky call with up to four attempts: server three answered attempt 3\n"
    );
}

#[test]
fn grpc_web_and_json_carry_the_same_messages() {
    let tea = r#"{"itemName":"tea","cents":"950"}"#;
    assert_eq!(
        printed!(grpc_web),
        format!(
            "gRPC over HTTP/2: {tea}\ngRPC-Web over HTTP/2: {tea}\ngRPC-Web over HTTP/1.1: {tea}\n\
             gRPC-Web over HTTP/1.1: NotFound, there is no coffee\n"
        )
    );
}

#[test]
fn services_are_tested_without_a_network() {
    assert_eq!(
        printed!(testing),
        "of tea and milk is cheaper: milk\nof tea and gold: NotFound, there is no gold\n\
         through the interceptor, without a key: Unauthenticated\n\
         through the interceptor, with a key: 950 cents\nthe handler by itself: 1190 cents\n"
    );
}

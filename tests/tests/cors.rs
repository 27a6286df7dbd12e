//! Which pages a browser lets call: what a server of gRPC-Web answers to the question before a call, and says with each
//! answer.

use std::time::Duration;

use protocall::{Cors, Server};
use protocall_tests::browser::{Browser, WebAnswer};
use protocall_tests::echo::{Parrot, ping, serve_with};
use protocall_tests::raw::frame;

const SHOP: &str = "https://shop.example";
const WANTED: &str = "content-type,x-grpc-web,x-user-agent,grpc-timeout,authorization,x-own";

fn named() -> Server {
    Server::new().grpc_web().cors([SHOP, "http://localhost:3000/"])
}

async fn question(server: Server, origin: &str) -> WebAnswer {
    let served = serve_with(server, Parrot).await;
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", WANTED),
    ];
    let mut browser = Browser::at(served.address).await;
    browser.send("OPTIONS /test.v1.Echo/Unary", &headers, b"").await;
    browser.answer().await
}

async fn call(server: Server, method: &str, origin: &str) -> WebAnswer {
    let served = serve_with(server, Parrot).await;
    let headers = [("Origin", origin), ("Content-Type", "application/grpc-web+proto")];
    let mut browser = Browser::at(served.address).await;
    browser.send(&format!("POST /test.v1.Echo/{method}"), &headers, &frame(&ping("hello"))).await;
    browser.answer().await
}

#[tokio::test]
async fn a_page_that_is_allowed_may_send_what_it_wants() {
    for origin in [SHOP, "http://localhost:3000"] {
        let answer = question(named(), origin).await;
        assert_eq!((answer.status, answer.body().len()), (204, 0));
        for (name, value) in [
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", "POST"),
            ("access-control-allow-headers", WANTED),
            ("access-control-max-age", "86400"),
            ("access-control-allow-credentials", ""),
            ("vary", "origin, access-control-request-headers"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
}

#[tokio::test]
async fn other_pages_are_told_nothing() {
    for origin in ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null"] {
        for answer in [question(named(), origin).await, call(named(), "Unary", origin).await] {
            let told = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
            assert_eq!(told, None, "{origin}");
            assert!(answer.header("vary").contains("origin"), "no cache gives it to another page");
        }
    }
}

#[tokio::test]
async fn an_answer_lets_its_page_read_all_headers() {
    for (method, wanted) in [
        ("Unary", vec!["grpc-status", "grpc-message", "grpc-status-details-bin"]),
        ("NotWritten", vec!["grpc-status", "grpc-message", "grpc-status-details-bin"]),
    ] {
        let answer = call(named(), method, SHOP).await;
        assert_eq!(answer.header("access-control-allow-origin"), SHOP);
        let exposed: Vec<_> = answer.header("access-control-expose-headers").split(", ").collect();
        assert_eq!(exposed, wanted, "{method}");
    }
}

#[tokio::test]
async fn any_page_may_be_allowed_and_credentials_only_by_name() {
    let cors = || Cors::any().max_age(Duration::from_secs(60));
    let answer = question(Server::new().cors(cors()), "https://any.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-max-age"), "60");
    let answer = call(Server::new().cors(cors().credentials()), "Unary", "https://any.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://any.example");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
}

#[tokio::test]
async fn without_it_pages_of_other_origins_are_not_answered() {
    assert_eq!(question(Server::new().grpc_web(), SHOP).await.status, 405);
    let answer = call(Server::new().grpc_web(), "Unary", SHOP).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""));
}

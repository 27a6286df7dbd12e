//! The shop, called by tools that know no schema but the one it tells them: grpcurl, `buf curl` by gRPC and gRPC-Web, and
//! Python's grpcio-reflection.

use std::process::Command;

use protocall_tests::program::{Running, built, finish};
use protocall_tests::{go, node, peer};
use serde_json::Value;

fn shop() -> Running {
    Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"])
}

/// Runs a tool to its end; what it printed.
fn printed(tool: &mut Command) -> String {
    String::from_utf8(finish(tool).stdout).expect("it prints UTF-8")
}

fn grpcurl(arguments: &[&str]) -> String {
    printed(Command::new(go::program("grpcurl")).arg("-plaintext").args(arguments))
}

#[test]
fn grpcurl_lists_describes_and_calls() {
    let shop = shop();
    let address = &*shop.address;
    let listed = grpcurl(&[address, "list"]);
    let wanted = "ecommerce.v1.OrderService\necommerce.v1.ProductService\ngrpc.health.v1.Health\n\
        grpc.reflection.v1.ServerReflection\ngrpc.reflection.v1alpha.ServerReflection\n";
    assert_eq!(listed, wanted);
    assert_eq!(grpcurl(&[address, "list", "ecommerce.v1.OrderService"]).lines().count(), 5);

    for (name, wanted) in [
        ("ecommerce.v1.OrderService.ListOrders", "returns ( stream .ecommerce.v1.Order );"),
        ("ecommerce.v1.Order", ".google.protobuf.Duration estimated_delivery = 11;"),
        ("ecommerce.v1.Order.status", ".ecommerce.v1.Order.Status status = 5;"),
        ("google.protobuf.Timestamp", "int32 nanos = 2;"),
    ] {
        let described = grpcurl(&[address, "describe", name]);
        assert!(described.contains(wanted), "{name}: {described}");
    }

    let create = r#"{"name": "Ladle", "price": 3.5, "tags": ["steel"]}"#;
    let created = grpcurl(&["-d", create, address, "ecommerce.v1.ProductService/CreateProduct"]);
    let created: Value = serde_json::from_str(&created).expect("it prints JSON");
    assert_eq!(created["product"]["name"], "Ladle");
    let listed = grpcurl(&["-d", r#"{"page_size": 3}"#, address, "ecommerce.v1.ProductService/ListProducts"]);
    let listed = serde_json::Deserializer::from_str(&listed).into_iter::<Value>();
    assert_eq!(listed.filter(|product| product.as_ref().is_ok_and(|it| it["id"].is_string())).count(), 3);
}

#[test]
fn buf_curl_lists_and_calls() {
    let shop = shop();
    for protocol in
        [&["grpc", "--http2-prior-knowledge"][..], &["grpcweb", "--http2-prior-knowledge"], &["grpcweb"]]
    {
        let buf = |path: &str, arguments: &[&str]| {
            let url = format!("http://{}{path}", shop.address);
            let how = ["curl", "--protocol"].iter().chain(protocol).chain(arguments);
            printed(node::program("buf").args(how).arg(url))
        };
        let methods = buf("", &["--list-methods"]);
        for method in ["ecommerce.v1.ProductService/WatchProduct", "grpc.health.v1.Health/Check"] {
            assert!(methods.lines().any(|line| line == method), "{methods}");
        }
        let product = buf("/ecommerce.v1.ProductService/GetProduct", &["-d", r#"{"id": "p-1"}"#]);
        let product: Value = serde_json::from_str(&product).expect("it prints JSON");
        assert_eq!(product["name"], "Teapot");
    }
}

#[test]
fn python_finds_its_way_by_the_first_version_of_the_protocol() {
    finish(peer::command("reflection_caller.py").arg(&shop().address));
}

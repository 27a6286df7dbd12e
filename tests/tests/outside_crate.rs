//! A crate outside of this workspace whose only dependency is `protocall`: it builds, runs, serves and calls.

use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const PROTO: &str = r#"syntax = "proto3";
package hello.v1;
service Greeter {
  rpc Greet(GreetRequest) returns (GreetReply);
}
message GreetRequest { string name = 1; }
message GreetReply { string text = 1; }
"#;

const MAIN: &str = r#"protocall::include_proto!("proto/hello/v1/hello.proto");
use hello::v1::*;
struct Polite;
impl Greeter for Polite {
    async fn greet(&self, _: &protocall::Context, request: GreetRequest) -> protocall::Result<GreetReply> {
        Ok(GreetReply { text: format!("Hello, {}!", request.name), ..Default::default() })
    }
}
#[protocall::main]
async fn main() -> protocall::Result<()> {
    let server = protocall::Server::new().service(GreeterServer::new(Polite)).bind("127.0.0.1:0").await?;
    let client = GreeterClient::connect(format!("http://{}", server.address())).build()?;
    protocall::tokio::spawn(server.serve());
    println!("{}", client.greet(GreetRequest { name: "Ada".into(), ..Default::default() }).await?.text);
    Ok(())
}
"#;

#[test]
fn one_dependency_and_one_line_make_a_server_and_a_client() {
    let outside = OutsideCrate::new("outside_hello");
    outside.write("proto/hello/v1/hello.proto", PROTO);
    outside.write("src/main.rs", MAIN);
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Hello, Ada!\n");
}

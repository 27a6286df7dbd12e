//! The option `crate`: a crate outside that knows protocall by another name only, with messages, views, a server and a client.

use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const PROTO: &str = r#"syntax = "proto3";
package hello.v1;
import "google/protobuf/timestamp.proto";
service Greeter { rpc Greet(Name) returns (Name); rpc Repeat(Name) returns (stream Name); }
message Name { string text = 1; google.protobuf.Timestamp at = 2; oneof kind { bytes mark = 3; Name other = 4; } }
"#;

const MAIN: &str = r#"rpc::include_proto!("proto/hello/v1/hello.proto", crate = ::rpc, views = true);
use hello::v1::*;
use rpc::{Context, Result, Stream, stream};
struct Polite;
impl Greeter for Polite {
    async fn greet(&self, _: &Context, name: Name) -> Result<Name> {
        Ok(Name { text: format!("Hello, {}!", name.text), at: Some(rpc::well_known::Timestamp::default()), ..name })
    }
    async fn repeat(&self, _: &Context, name: Name) -> Result<impl Stream<Item = Result<Name>>> {
        Ok(stream::iter([name.clone(), name]))
    }
}
#[rpc::main(crate = ::rpc)]
async fn main() -> Result<()> {
    let client = GreeterClient::local(Polite);
    let name = client.greet(Name { text: "Ada".into(), ..Default::default() }).await?;
    println!("{}", name.text);
    Ok(())
}
"#;

#[test]
fn a_crate_knows_the_runtime_by_another_name() {
    let outside = OutsideCrate::new("outside_renamed");
    outside.rename_runtime("rpc");
    outside.write("proto/hello/v1/hello.proto", PROTO);
    outside.write("src/main.rs", MAIN);
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Hello, Ada!\n");
}

//! `#[protocall::test]`: tests that call services need no runtime of their own.

use protocall::Result;
use protocall_tests::echo::{EchoClient, Parrot, ping};

#[protocall::test]
async fn a_call_is_made_in_it() {
    let client = EchoClient::local(Parrot);
    assert_eq!(client.unary(ping("hello")).await.unwrap().text, "hello");
}

#[protocall::test]
async fn it_may_return_a_result() -> Result<()> {
    let client = EchoClient::local(Parrot);
    assert_eq!(client.unary(ping("hello")).await?.text, "hello");
    Ok(())
}

#[protocall::test]
#[should_panic(expected = "as it should be")]
async fn other_attributes_count() {
    protocall::tokio::task::yield_now().await;
    panic!("as it should be");
}

#[protocall::test(crate = ::protocall)]
async fn the_crate_may_be_named() {}

//! The process that the test attacks.rs attacks: `attacked serve`, or `attacked call ADDRESS unary|stream`.

use protocall::{Result, Status};
use protocall_tests::attack;

#[protocall::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => attack::serve().await,
        ["call", address, shape] => attack::call(address, shape).await,
        _ => Err(Status::invalid_argument("usage: attacked serve | call ADDRESS unary|stream")),
    }
}

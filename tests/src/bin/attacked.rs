//! The process that the test attacks.rs attacks: `attacked serve`, or `attacked call ADDRESS unary|stream`;
//! with `attacked starve ADDRESS` a client that has no files left, for the test out_of_files.rs.

use protocall::{Result, Status};
use protocall_tests::attack;

#[protocall::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => attack::serve().await,
        ["starve", address] => attack::starve(address).await,
        ["call", address, shape] => attack::call(address, shape).await,
        _ => Err(Status::invalid_argument(
            "usage: attacked serve | call ADDRESS unary|stream | starve ADDRESS",
        )),
    }
}

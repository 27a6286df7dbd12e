//! Python's grpcio calls our shop server and finds every promise of the schema kept: `tests/peers/shop_caller.py`.

use protocall_tests::peer;
use protocall_tests::program::{Running, built, finish};

#[test]
fn a_python_client_finds_every_promise_kept() {
    let server = Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"]);
    let output = finish(peer::command("shop_caller.py").args(["--addr", &server.address]));
    let printed = String::from_utf8(output.stdout).expect("the caller prints UTF-8");
    let passed = printed.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(passed >= 45, "only {passed} checks ran:\n{printed}");
    assert_eq!(printed.lines().last(), Some(&*format!("{passed} passed, 0 failed")), "{printed}");
}

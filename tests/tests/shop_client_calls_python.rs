//! Our shop client walks through every method of a shop that Python's grpcio serves: `tests/peers/shop_service.py`.

use std::process::Command;

use protocall_tests::peer;
use protocall_tests::program::{built, finish};

const METHODS: [&str; 13] = [
    "GetProduct",
    "CreateProduct",
    "UpdateProduct",
    "DeleteProduct",
    "ListProducts",
    "WatchProduct",
    "BulkCreateProducts",
    "ProcessProductBatch",
    "CreateOrder",
    "GetOrder",
    "ListOrders",
    "UpdateOrderStatus",
    "StreamOrderEvents",
];

#[test]
fn our_client_calls_all_methods_of_a_python_server() {
    let server = peer::shop_service();
    let address = format!("http://{}", server.address);
    let output = finish(Command::new(built("shop_client")).args(["--addr", &address]));
    let printed = String::from_utf8(output.stdout).expect("the client prints UTF-8");
    for method in METHODS {
        assert!(printed.contains(method), "{method} is not in:\n{printed}");
    }
}

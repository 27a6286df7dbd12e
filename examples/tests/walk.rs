//! The walk of `shop_client` through a shop in the same process, without a network.

use protocall_examples::{Log, shop, walk};

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
fn the_walk_calls_every_method_and_can_be_repeated() {
    protocall::run(async {
        let channel = shop(Log::Quiet).unwrap().local();
        for _ in 0..2 {
            let mut printed = Vec::new();
            walk(&channel, &mut printed).await.unwrap();
            let printed = String::from_utf8(printed).unwrap();
            for method in METHODS {
                let heading = format!("{method} — ");
                let has_heading = printed.lines().any(|line| line.starts_with(&heading));
                assert!(has_heading, "{method} is not in:\n{printed}");
            }
            assert!(printed.contains("page 2"), "there is no second page in:\n{printed}");
            assert_eq!(printed.matches("→").count(), 3, "each step is seen once in:\n{printed}");
        }
    });
}

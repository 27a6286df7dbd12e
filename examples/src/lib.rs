//! The example shop: a catalogue and its orders, served and called with protocall.
//!
//! Start reading at [`ProductDesk`] and [`OrderDesk`], which implement the two services, and at [`walk`], which calls
//! them. The programs in `src/bin` are small: `shop` runs both in one process, `shop_server` and `shop_client` one each;
//! `shop_caller` calls several servers without a pause, for the cluster of `kubernetes/`.

mod catalogue;
mod clock;
pub mod command_line;
mod feed;
mod front;
mod order_book;
mod order_desk;
mod page_token;
mod price;
mod product_desk;
mod server;
mod walk;

protocall::include_proto!(
    ["proto/ecommerce/v1/product.proto", "proto/ecommerce/v1/order.proto"],
    include = ["proto"]
);

pub use front::Log;
pub use order_desk::OrderDesk;
pub use product_desk::ProductDesk;
pub use server::{DRAIN, shop};
pub use walk::walk;

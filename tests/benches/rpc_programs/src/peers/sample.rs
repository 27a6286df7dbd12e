//! The messages that tonic's client sends: those of our own client. Called by `tonic_client`.

use prost_types::Timestamp;

use crate::messages::ecommerce::v1::{Category, Inventory, Product};
use crate::messages::rpc::v1::{Large, Small};

pub(crate) fn small(number: i32) -> Small {
    Small { a: number, b: number.into(), text: "a tiny text".into() }
}

pub(crate) fn large(size: usize) -> Large {
    Large { data: vec![7; size] }
}

pub(crate) fn product() -> Product {
    let moment = Some(Timestamp { seconds: 1_700_000_000, nanos: 123_456_789 });
    let category = Category { id: "cat-12".into(), name: "Keyboards".into(), parent_id: "cat-2".into() };
    Product {
        id: "prod-8f14e45f".into(),
        name: "Mechanical keyboard, 87 keys".into(),
        description:
            "A tenkeyless keyboard with hot-swappable switches, PBT keycaps and a detachable USB-C cable. \
                      Comes with a keycap puller and three years of warranty."
                .into(),
        price: 129.95,
        category: Some(category),
        tags: ["keyboard", "mechanical", "usb-c", "office"].map(String::from).into(),
        inventory: Some(Inventory { quantity: 42, warehouse_location: "A-12-3".into(), in_stock: true }),
        created_at: moment,
        updated_at: moment,
    }
}

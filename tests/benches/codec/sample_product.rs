//! A product of the shop, made by code with our types. Called by `samples`, and by the bench `rest` and its program.

use protocall::well_known::Timestamp;

use crate::ours::shop::{Category, Inventory, Product};

pub(crate) fn product() -> Product {
    let category = Category {
        id: "cat-12".into(),
        name: "Keyboards".into(),
        parent_id: "cat-2".into(),
        ..Default::default()
    };
    let warehouse_location = "A-12-3".into();
    Product {
        id: "prod-8f14e45f".into(),
        name: "Mechanical keyboard, 87 keys".into(),
        description:
            "A tenkeyless keyboard with hot-swappable switches, PBT keycaps and a detachable USB-C cable. \
            Comes with a keycap puller and three years of warranty."
                .into(),
        price: 129.95,
        category: Some(category),
        tags: ["keyboard", "mechanical", "usb-c", "office"].map(str::to_owned).into(),
        inventory: Some(Inventory { quantity: 42, warehouse_location, in_stock: true, ..Default::default() }),
        created_at: moment(),
        updated_at: moment(),
        ..Default::default()
    }
}

fn moment() -> Option<Timestamp> {
    Some(Timestamp { seconds: 1_700_000_000, nanos: 123_456_789, ..Default::default() })
}

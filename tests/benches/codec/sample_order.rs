//! An order of the shop, made by code with our types. Called by `samples`, and by the bench `rest`.

use protocall::well_known::{Duration, Timestamp};

use crate::ours::shop::order::{Discount, Status};
use crate::ours::shop::{Money, Order, OrderItem, PaymentInfo, PercentageDiscount, ShippingAddress};

pub(crate) fn order() -> Order {
    let item = |quantity| OrderItem {
        product_id: format!("prod-{quantity}8f14e45f"),
        quantity,
        unit_price: 129.95,
        ..Default::default()
    };
    let metadata = [("source", "web"), ("campaign", "autumn"), ("ref", "newsletter-41")];
    let discount = PercentageDiscount { percent: 10, max_amount: 50, ..Default::default() };
    Order {
        id: 123_456,
        order_number: "ORD-2024-000123".into(),
        total_amount: 389.85,
        is_paid: true,
        status: Status::Processing,
        items: (1..=3).map(item).collect(),
        metadata: metadata.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        shipping_address: Some(address()),
        payment_info: Some(payment()),
        created_at: moment(),
        estimated_delivery: Some(Duration { seconds: 172_800, ..Default::default() }),
        discount: Some(Discount::Percentage(discount)),
        ..Default::default()
    }
}

fn address() -> ShippingAddress {
    ShippingAddress {
        recipient: "Ada Lovelace".into(),
        lines: ["12 St James's Square", "2nd floor"].map(str::to_owned).into(),
        city: "London".into(),
        postal_code: "SW1Y 4JH".into(),
        country_code: "GB".into(),
        ..Default::default()
    }
}

fn payment() -> PaymentInfo {
    let currency_code = "GBP".into();
    PaymentInfo {
        method: "card".into(),
        amount: Some(Money { currency_code, units: 389, nanos: 850_000_000, ..Default::default() }),
        reference: Some("tx-991".into()),
        ..Default::default()
    }
}

fn moment() -> Option<Timestamp> {
    Some(Timestamp { seconds: 1_700_000_000, nanos: 123_456_789, ..Default::default() })
}

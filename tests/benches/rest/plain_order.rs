//! An order as a REST service has it, in the manner of `plain_product`. Called by `payload`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::ours::shop;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    id: i32,
    order_number: String,
    total_amount: f64,
    is_paid: bool,
    status: Status,
    items: Vec<Item>,
    metadata: HashMap<String, String>,
    shipping_address: Option<Address>,
    payment_info: Option<Payment>,
    created_at: Option<String>,
    /// In seconds.
    estimated_delivery: Option<i64>,
    discount: Option<Discount>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Unspecified,
    Pending,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    product_id: String,
    quantity: i32,
    unit_price: f64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Discount {
    Percentage { percent: i32, max_amount: i32 },
    Fixed { amount: f64 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    recipient: String,
    lines: Vec<String>,
    city: String,
    postal_code: String,
    country_code: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Payment {
    method: String,
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Money {
    currency_code: String,
    units: i64,
    nanos: i32,
}

impl From<shop::Order> for Order {
    fn from(order: shop::Order) -> Self {
        Self {
            id: order.id,
            order_number: order.order_number,
            total_amount: order.total_amount,
            is_paid: order.is_paid,
            status: Status::from(order.status),
            items: order.items.into_iter().map(Item::from).collect(),
            metadata: order.metadata,
            shipping_address: order.shipping_address.map(Address::from),
            payment_info: order.payment_info.map(Payment::from),
            created_at: order.created_at.map(|moment| moment.to_string()),
            estimated_delivery: order.estimated_delivery.map(|duration| duration.seconds),
            discount: order.discount.map(Discount::from),
        }
    }
}

impl From<shop::order::Status> for Status {
    fn from(status: shop::order::Status) -> Self {
        match status {
            shop::order::Status::Pending => Self::Pending,
            shop::order::Status::Processing => Self::Processing,
            shop::order::Status::Shipped => Self::Shipped,
            shop::order::Status::Delivered => Self::Delivered,
            shop::order::Status::Cancelled => Self::Cancelled,
            _ => Self::Unspecified,
        }
    }
}

impl From<shop::OrderItem> for Item {
    fn from(item: shop::OrderItem) -> Self {
        Self { product_id: item.product_id, quantity: item.quantity, unit_price: item.unit_price }
    }
}

impl From<shop::order::Discount> for Discount {
    fn from(discount: shop::order::Discount) -> Self {
        match discount {
            shop::order::Discount::Percentage(it) => {
                Self::Percentage { percent: it.percent, max_amount: it.max_amount }
            }
            shop::order::Discount::Fixed(it) => Self::Fixed { amount: it.amount },
        }
    }
}

impl From<shop::ShippingAddress> for Address {
    fn from(address: shop::ShippingAddress) -> Self {
        Self {
            recipient: address.recipient,
            lines: address.lines,
            city: address.city,
            postal_code: address.postal_code,
            country_code: address.country_code,
        }
    }
}

impl From<shop::PaymentInfo> for Payment {
    fn from(payment: shop::PaymentInfo) -> Self {
        let amount = payment.amount.map(|amount| Money {
            currency_code: amount.currency_code,
            units: amount.units,
            nanos: amount.nanos,
        });
        Self { method: payment.method, amount, reference: payment.reference }
    }
}

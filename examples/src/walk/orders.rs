//! The walk through `OrderService`: an order from its making to its delivery. Called by `walk`.

use protocall::well_known::Empty;
use protocall::{Result, Status};

use super::paper::Paper;
use super::{WATCH, shown, soon};
use crate::ecommerce::v1::create_order_request::Discount;
use crate::ecommerce::v1::order::Status as Stage;
use crate::ecommerce::v1::{
    CreateOrderRequest, GetOrderRequest, ListOrdersRequest, Money, OrderItem, OrderServiceClient,
    PaymentInfo, PercentageDiscount, ShippingAddress, UpdateOrderStatusRequest,
};

pub(super) async fn walk(shop: &OrderServiceClient, paper: &mut Paper<'_>) -> Result<()> {
    let id = create(shop, paper).await?;
    read(shop, id, paper).await?;
    list(shop, paper).await?;
    deliver(shop, id, paper).await
}

async fn create(shop: &OrderServiceClient, paper: &mut Paper<'_>) -> Result<i32> {
    paper.heading("CreateOrder", "three things, with a discount");
    let order = shop.create_order(asked()).await?;
    paper.line(shown::order(&order));
    Ok(order.id)
}

async fn read(shop: &OrderServiceClient, id: i32, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("GetOrder", "where it goes, and how it is paid");
    let order = shop.get_order(GetOrderRequest { id, ..Default::default() }).await?;
    // Getters of what is not set give its default: no unwrapping on the way.
    let (address, payment) = (order.shipping_address(), order.payment_info());
    paper.line(format_args!("to {}, {}, {}", address.recipient, address.lines.join(", "), address.city));
    paper.line(format_args!("{} by {}", shown::money(payment.amount()), payment.method));
    paper.line(format_args!("within {} days", order.estimated_delivery().seconds / (24 * 60 * 60)));
    Ok(())
}

async fn list(shop: &OrderServiceClient, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("ListOrders", "up to five that are pending");
    let request = ListOrdersRequest { status: Stage::Pending, limit: 5, ..Default::default() };
    let mut orders = shop.list_orders(request).await?;
    while let Some(order) = orders.next().await? {
        paper.line(shown::order(&order));
    }
    Ok(())
}

/// Takes an order through its life, and sees each step from the side as well.
async fn deliver(shop: &OrderServiceClient, id: i32, paper: &mut Paper<'_>) -> Result<()> {
    let mut events = shop.stream_order_events(Empty::default()).timeout(WATCH).await?;
    let mut seen = Vec::new();
    paper.heading("UpdateOrderStatus", "step by step to its delivery");
    for status in [Stage::Processing, Stage::Shipped, Stage::Delivered] {
        let request = UpdateOrderStatusRequest { id, status, ..Default::default() };
        paper.line(shown::order(&shop.update_order_status(request).await?));
        // The events of other orders come as well.
        while let Some(event) = soon(&mut events).await? {
            if event.order_id == id {
                seen.push(event);
                break;
            }
        }
    }
    paper.heading("StreamOrderEvents", "who watches has seen");
    if seen.is_empty() {
        return Err(Status::unknown("the shop has told nothing of its orders"));
    }
    seen.iter().for_each(|event| paper.line(shown::order_event(event)));
    Ok(())
}

fn asked() -> CreateOrderRequest {
    let item = |product_id: &str, quantity, unit_price| OrderItem {
        product_id: product_id.into(),
        quantity,
        unit_price,
        ..Default::default()
    };
    let address = ShippingAddress {
        recipient: "Ada Lovelace".into(),
        lines: vec!["12 St James's Square".into()],
        city: "London".into(),
        country_code: "GB".into(),
        ..Default::default()
    };
    let amount = Money { currency_code: "GBP".into(), units: 51, nanos: 210_000_000, ..Default::default() };
    CreateOrderRequest {
        items: vec![item("p-1", 2, 24.5), item("p-2", 1, 7.9)],
        shipping_address: Some(address),
        payment_info: Some(PaymentInfo { method: "card".into(), amount: Some(amount), ..Default::default() }),
        metadata: [("gift".into(), "yes".into())].into(),
        discount: Some(Discount::Percentage(PercentageDiscount { percent: 10, ..Default::default() })),
        ..Default::default()
    }
}

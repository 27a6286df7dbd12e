//! The orders, in memory: the shop's rules about them, and who watches. Called by `order_desk`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use protocall::tokio::sync::broadcast;
use protocall::well_known::Duration;
use protocall::{Enumeration, Result, Status};

use crate::clock::now;
use crate::ecommerce::v1::order::{self, Status as Stage};
use crate::ecommerce::v1::{
    CreateOrderRequest, ListOrdersRequest, Order, OrderEvent, OrderItem, UpdateOrderStatusRequest,
    create_order_request,
};
use crate::feed::PATIENCE;
use crate::price;

const DELIVERY_SECONDS: i64 = 3 * 24 * 60 * 60;

/// The orders of a shop, for any number of callers at once.
#[derive(Debug)]
pub(crate) struct OrderBook {
    /// In the order of their ids, which count from 1. No order is ever removed.
    orders: Mutex<Vec<Order>>,
    watchers: broadcast::Sender<OrderEvent>,
}

impl Default for OrderBook {
    fn default() -> Self {
        Self { orders: Mutex::default(), watchers: broadcast::Sender::new(PATIENCE) }
    }
}

impl OrderBook {
    /// Makes an order, and gives it an id.
    pub(crate) fn create(&self, request: CreateOrderRequest) -> Result<Order> {
        check_items(&request.items)?;
        let discount = request.discount.map(kept);
        let mut orders = self.orders();
        let id =
            i32::try_from(orders.len() + 1).map_err(|_| Status::resource_exhausted("the book is full"))?;
        let order = Order {
            id,
            order_number: format!("ORD-{id:06}"),
            total_amount: price::total(&request.items, discount.as_ref()),
            status: Stage::Pending,
            items: request.items,
            metadata: request.metadata,
            shipping_address: request.shipping_address,
            payment_info: request.payment_info,
            created_at: Some(now()),
            estimated_delivery: Some(Duration { seconds: DELIVERY_SECONDS, ..Default::default() }),
            discount,
            ..Default::default()
        };
        orders.push(order.clone());
        Ok(order)
    }

    /// The order of this id.
    pub(crate) fn get(&self, id: i32) -> Result<Order> {
        find(&mut self.orders(), id).map(|order| order.clone())
    }

    /// The orders of one status, or of every one if none is asked for; no more than the limit, if there is one.
    pub(crate) fn list(&self, request: &ListOrdersRequest) -> Vec<Order> {
        let limit = usize::try_from(request.limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let wanted = |order: &&Order| [Stage::Unspecified, order.status].contains(&request.status);
        self.orders().iter().filter(wanted).take(limit).cloned().collect()
    }

    /// Takes an order one step along its life, and tells the watchers.
    pub(crate) fn update_status(&self, request: &UpdateOrderStatusRequest) -> Result<Order> {
        let (id, current) = (request.id, request.status);
        let mut orders = self.orders();
        let order = find(&mut orders, id)?;
        let previous = order.status;
        if !may_become(previous, current) {
            let text = format!("order {id} cannot go from {} to {}", shown(previous), shown(current));
            return Err(Status::failed_precondition(text));
        }
        order.status = current;
        let event =
            OrderEvent { order_id: id, previous, current, timestamp: Some(now()), ..Default::default() };
        // An error means that nobody watches. Sent under the lock, so that events come in the order of the changes.
        let _ = self.watchers.send(event);
        Ok(order.clone())
    }

    /// Every change of every order from now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<OrderEvent> {
        self.watchers.subscribe()
    }

    fn orders(&self) -> MutexGuard<'_, Vec<Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The life of an order: it goes forward step by step, and can be called off until it is shipped.
fn may_become(previous: Stage, current: Stage) -> bool {
    matches!(
        (previous, current),
        (Stage::Pending, Stage::Processing | Stage::Cancelled)
            | (Stage::Processing, Stage::Shipped | Stage::Cancelled)
            | (Stage::Shipped, Stage::Delivered)
    )
}

fn find(orders: &mut [Order], id: i32) -> Result<&mut Order> {
    let place = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
    place
        .and_then(|place| orders.get_mut(place))
        .ok_or_else(|| Status::not_found(format!("order {id} not found")))
}

fn check_items(items: &[OrderItem]) -> Result<()> {
    if items.is_empty() {
        return Err(Status::invalid_argument("an order needs an item"));
    }
    for (position, item) in items.iter().enumerate() {
        if item.quantity <= 0 {
            return Err(Status::invalid_argument(format!("item {position} needs a quantity above zero")));
        }
        price::check(item.unit_price)?;
    }
    Ok(())
}

/// A oneof belongs to its message: an order's discount has a type of its own.
fn kept(discount: create_order_request::Discount) -> order::Discount {
    match discount {
        create_order_request::Discount::Percentage(percentage) => order::Discount::Percentage(percentage),
        create_order_request::Discount::Fixed(fixed) => order::Discount::Fixed(fixed),
    }
}

fn shown(stage: Stage) -> String {
    stage.name().map_or_else(|| format!("status {}", stage.number()), str::to_owned)
}

#[cfg(test)]
mod tests {
    use protocall::{Code, Result};

    use super::{OrderBook, Stage};
    use crate::ecommerce::v1::{
        CreateOrderRequest, ListOrdersRequest, Order, OrderItem, UpdateOrderStatusRequest,
    };

    const STAGES: [Stage; 7] = [
        Stage::Unspecified,
        Stage::Pending,
        Stage::Processing,
        Stage::Shipped,
        Stage::Delivered,
        Stage::Cancelled,
        Stage::Unrecognized(77),
    ];

    fn create(book: &OrderBook, quantity: i32) -> Result<Order> {
        let item = OrderItem { product_id: "p-1".into(), quantity, unit_price: 2.5, ..Default::default() };
        book.create(CreateOrderRequest { items: vec![item], ..Default::default() })
    }

    fn update(book: &OrderBook, id: i32, status: Stage) -> Result<Order> {
        book.update_status(&UpdateOrderStatusRequest { id, status, ..Default::default() })
    }

    /// The stages that an order can go to from where `steps` lead.
    fn ways_on(steps: &[Stage]) -> Vec<Stage> {
        let leads_on = |stage: &Stage| {
            let book = OrderBook::default();
            let id = create(&book, 1).unwrap().id;
            for step in steps {
                update(&book, id, *step).unwrap();
            }
            match update(&book, id, *stage) {
                Ok(order) => order.status == *stage,
                Err(status) => {
                    assert_eq!(status.code(), Code::FailedPrecondition);
                    assert_eq!(book.get(id).unwrap().status, *steps.last().unwrap_or(&Stage::Pending));
                    false
                }
            }
        };
        STAGES.into_iter().filter(leads_on).collect()
    }

    #[test]
    fn an_order_goes_forward_step_by_step() {
        use Stage::{Cancelled, Delivered, Processing, Shipped};
        assert_eq!(ways_on(&[]), [Processing, Cancelled]);
        assert_eq!(ways_on(&[Processing]), [Shipped, Cancelled]);
        assert_eq!(ways_on(&[Processing, Shipped]), [Delivered]);
        assert_eq!(ways_on(&[Processing, Shipped, Delivered]), []);
        assert_eq!(ways_on(&[Cancelled]), []);
    }

    #[test]
    fn orders_are_numbered_found_and_listed() {
        let book = OrderBook::default();
        for id in 1..=3 {
            let order = create(&book, 2).unwrap();
            assert_eq!(
                (order.id, order.total_amount, &*order.order_number),
                (id, 5.0, &*format!("ORD-00000{id}"))
            );
            assert_eq!(book.get(id).unwrap(), order);
        }
        update(&book, 2, Stage::Cancelled).unwrap();
        let ids = |status, limit| -> Vec<i32> {
            let request = ListOrdersRequest { status, limit, ..Default::default() };
            book.list(&request).into_iter().map(|order| order.id).collect()
        };
        assert_eq!(ids(Stage::Unspecified, 0), [1, 2, 3]);
        assert_eq!(ids(Stage::Unspecified, 2), [1, 2]);
        assert_eq!(ids(Stage::Pending, 0), [1, 3]);
        assert_eq!(ids(Stage::Cancelled, 1), [2]);
        for id in [0, -1, 4, i32::MAX, i32::MIN] {
            assert_eq!(book.get(id).unwrap_err().code(), Code::NotFound);
        }
    }

    #[test]
    fn an_order_of_nothing_is_refused() {
        let book = OrderBook::default();
        for quantity in [0, -1] {
            assert_eq!(create(&book, quantity).unwrap_err().code(), Code::InvalidArgument);
        }
        let nothing = book.create(CreateOrderRequest::default());
        assert_eq!(nothing.unwrap_err().code(), Code::InvalidArgument);
    }
}

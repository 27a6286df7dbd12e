//! `OrderService`: from requests to the order book and back. Served by `server`.

use protocall::well_known::Empty;
use protocall::{Context, Result, Stream, stream};

use crate::ecommerce::v1::{
    CreateOrderRequest, GetOrderRequest, ListOrdersRequest, Order, OrderEvent, OrderService,
    UpdateOrderStatusRequest,
};
use crate::feed;
use crate::order_book::OrderBook;

/// Answers for the orders.
#[derive(Debug, Default)]
pub struct OrderDesk {
    book: OrderBook,
}

impl OrderService for OrderDesk {
    async fn create_order(&self, _: &Context, request: CreateOrderRequest) -> Result<Order> {
        self.book.create(request)
    }

    async fn get_order(&self, _: &Context, request: GetOrderRequest) -> Result<Order> {
        self.book.get(request.id)
    }

    async fn list_orders(
        &self,
        _: &Context,
        request: ListOrdersRequest,
    ) -> Result<impl Stream<Item = Result<Order>>> {
        Ok(stream::iter(self.book.list(&request)))
    }

    async fn update_order_status(&self, _: &Context, request: UpdateOrderStatusRequest) -> Result<Order> {
        self.book.update_status(&request)
    }

    async fn stream_order_events(
        &self,
        cx: &Context,
        _: Empty,
    ) -> Result<impl Stream<Item = Result<OrderEvent>>> {
        let changes = self.book.watch();
        // A caller that has the headers knows that it will miss nothing from here on.
        cx.flush_headers();
        Ok(feed::events(changes))
    }
}

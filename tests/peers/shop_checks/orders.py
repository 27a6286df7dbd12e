"""The orders: the schema's promises about OrderService, apart from watching."""

from __future__ import annotations

import grpc
from ecommerce.v1 import order_pb2, product_pb2

from .harness import PATIENCE, Shop, check, equal, refused, status_of

Order = order_pb2.Order
LIFECYCLE = (Order.STATUS_PROCESSING, Order.STATUS_SHIPPED, Order.STATUS_DELIVERED)


def new_order(shop: Shop, **fields: object) -> order_pb2.Order:
    """Orders three of a product that is there in plenty."""
    product = shop.new_product(price=2.5)
    stock = product_pb2.ProductUpdate(
        update_inventory=True, inventory=product_pb2.Inventory(quantity=1000, in_stock=True)
    )
    shop.products.UpdateProduct(product_pb2.UpdateProductRequest(id=product.id, update=stock), timeout=PATIENCE)
    item = order_pb2.OrderItem(product_id=product.id, quantity=3, unit_price=2.5)
    return shop.orders.CreateOrder(order_pb2.CreateOrderRequest(items=[item], **fields), timeout=PATIENCE)


def get(shop: Shop, order_id: int) -> order_pb2.Order:
    return shop.orders.GetOrder(order_pb2.GetOrderRequest(id=order_id), timeout=PATIENCE)


def change(shop: Shop, order_id: int, status: int) -> order_pb2.Order:
    request = order_pb2.UpdateOrderStatusRequest(id=order_id, status=status)
    return shop.orders.UpdateOrderStatus(request, timeout=PATIENCE)


def listed(shop: Shop, status: int = Order.STATUS_UNSPECIFIED, limit: int = 0) -> list[order_pb2.Order]:
    request = order_pb2.ListOrdersRequest(status=status, limit=limit)
    return list(shop.orders.ListOrders(request, timeout=PATIENCE))


@check
def a_new_order_is_pending_and_adds_up(shop: Shop) -> None:
    address = order_pb2.ShippingAddress(recipient="Zoë", lines=["1 Rue Émile", ""], city="Nîmes")
    amount = order_pb2.Money(currency_code="EUR", units=7, nanos=500_000_000)
    payment = order_pb2.PaymentInfo(method="card", amount=amount, reference="")
    order = new_order(shop, shipping_address=address, payment_info=payment, metadata={"gift": "☃", "": "empty"})
    equal("status", order.status, Order.STATUS_PENDING)
    equal("total", order.total_amount, 7.5)
    equal("address", order.shipping_address, address)
    equal("payment", order.payment_info, payment)
    assert order.payment_info.HasField("reference"), "an empty reference that is set got lost"
    equal("metadata", dict(order.metadata), {"gift": "☃", "": "empty"})
    assert order.order_number, "an order has no number"


@check
def an_order_is_found_as_it_was_created(shop: Shop) -> None:
    order = new_order(shop)
    equal("order", get(shop, order.id), order)


@check
def a_discount_lowers_the_total_and_is_kept(shop: Shop) -> None:
    percentage = new_order(shop, percentage=order_pb2.PercentageDiscount(percent=20, max_amount=100))
    equal("discount kept", percentage.WhichOneof("discount"), "percentage")
    equal("total", percentage.total_amount, 6.0)
    fixed = new_order(shop, fixed=order_pb2.FixedDiscount(amount=1.5))
    equal("discount kept", fixed.WhichOneof("discount"), "fixed")
    equal("total", fixed.total_amount, 6.0)


@check
def an_unknown_order_is_not_found(shop: Shop) -> None:
    for order_id in (0, -1, 2**31 - 1):
        refused(grpc.StatusCode.NOT_FOUND, lambda: get(shop, order_id))
    missing = order_pb2.UpdateOrderStatusRequest(id=-1, status=Order.STATUS_PROCESSING)
    refused(grpc.StatusCode.NOT_FOUND, lambda: shop.orders.UpdateOrderStatus(missing, timeout=PATIENCE))


@check
def an_order_walks_its_lifecycle(shop: Shop) -> None:
    order = new_order(shop)
    for status in LIFECYCLE:
        equal("status answered", change(shop, order.id, status).status, status)
        equal("status kept", get(shop, order.id).status, status)


@check
def a_pending_or_processing_order_can_be_cancelled(shop: Shop) -> None:
    for steps in (0, 1):
        order = new_order(shop)
        for status in LIFECYCLE[:steps]:
            change(shop, order.id, status)
        equal("status", change(shop, order.id, Order.STATUS_CANCELLED).status, Order.STATUS_CANCELLED)


@check
def a_status_out_of_turn_fails_the_precondition(shop: Shop) -> None:
    order = new_order(shop)
    for status in (Order.STATUS_PENDING, Order.STATUS_SHIPPED, Order.STATUS_DELIVERED):
        refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: change(shop, order.id, status))
    for status in LIFECYCLE[:2]:
        change(shop, order.id, status)
    for status in (Order.STATUS_PENDING, Order.STATUS_PROCESSING, Order.STATUS_CANCELLED):
        refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: change(shop, order.id, status))
    equal("status after the refusals", get(shop, order.id).status, Order.STATUS_SHIPPED)


@check
def a_finished_order_changes_no_more(shop: Shop) -> None:
    delivered, cancelled = new_order(shop), new_order(shop)
    for status in LIFECYCLE:
        change(shop, delivered.id, status)
    change(shop, cancelled.id, Order.STATUS_CANCELLED)
    for order in (delivered, cancelled):
        for status in (Order.STATUS_PENDING, Order.STATUS_PROCESSING, Order.STATUS_CANCELLED):
            refused(grpc.StatusCode.FAILED_PRECONDITION, lambda: change(shop, order.id, status))


@check
def no_order_becomes_unspecified(shop: Shop) -> None:
    order = new_order(shop)
    code = status_of(lambda: change(shop, order.id, Order.STATUS_UNSPECIFIED)).code()
    fitting = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION)
    assert code in fitting, f"status code {code}, wanted one of {fitting}"


@check
def orders_are_listed_by_status_and_limit(shop: Shop) -> None:
    shipped = {new_order(shop).id for _ in range(3)}
    for order_id in shipped:
        for status in LIFECYCLE[:2]:
            change(shop, order_id, status)
    pending = new_order(shop).id
    found = listed(shop, Order.STATUS_SHIPPED)
    equal("statuses listed", {order.status for order in found}, {Order.STATUS_SHIPPED})
    assert shipped <= {order.id for order in found}, "a shipped order is missing"
    everything = {order.id for order in listed(shop)}
    assert shipped | {pending} <= everything, "a list without status lacks orders"
    equal("number within the limit", len(listed(shop, Order.STATUS_SHIPPED, limit=2)), 2)

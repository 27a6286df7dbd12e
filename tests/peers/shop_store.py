"""The shop's rules and its memory: products, orders and who watches them.

Used by shop_service.py, which puts gRPC in front of it. Nothing here knows of gRPC except for the codes of the
refusals, because the schema's comments name them.
"""

from __future__ import annotations

import hashlib
import hmac
import queue
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from ecommerce.v1 import order_pb2, product_pb2
from google.protobuf import timestamp_pb2

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000

Order = order_pb2.Order
ALLOWED_CHANGES: dict[int, set[int]] = {
    Order.STATUS_PENDING: {Order.STATUS_PROCESSING, Order.STATUS_CANCELLED},
    Order.STATUS_PROCESSING: {Order.STATUS_SHIPPED, Order.STATUS_CANCELLED},
    Order.STATUS_SHIPPED: {Order.STATUS_DELIVERED},
}


class Refusal(Exception):
    """A request that the rules forbid."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refusal:
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message: str) -> Refusal:
    return Refusal(grpc.StatusCode.NOT_FOUND, message)


def now() -> timestamp_pb2.Timestamp:
    moment = timestamp_pb2.Timestamp()
    moment.GetCurrentTime()
    return moment


class Watchers:
    """Queues of events, one for each watcher; a key narrows what a watcher is told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[int, tuple[object, queue.SimpleQueue]] = {}
        self._made = 0

    @contextmanager
    def subscribe(self, key: object = None) -> Iterator[queue.SimpleQueue]:
        events: queue.SimpleQueue = queue.SimpleQueue()
        with self._lock:
            self._made += 1
            number = self._made
            self._queues[number] = (key, events)
        try:
            yield events
        finally:
            with self._lock:
                del self._queues[number]

    def tell(self, event: object, key: object = None) -> None:
        with self._lock:
            for wanted, events in self._queues.values():
                if wanted == key:
                    events.put(event)

    def live(self) -> int:
        with self._lock:
            return len(self._queues)


class PageTokens:
    """Tokens that only this server can have made: the place where the next page starts, signed."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def _sign(self, start: str) -> str:
        return hmac.new(self._key, start.encode(), hashlib.sha256).hexdigest()[:16]

    def make(self, start: int) -> str:
        return f"{start}.{self._sign(str(start))}"

    def read(self, token: str) -> int:
        if not token:
            return 0
        start, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(start).encode()):
            raise invalid(f"page token {token!r} is not one of this server's")
        return int(start)


class Catalogue:
    """The products."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._products: dict[str, product_pb2.Product] = {}
        self._made = 0
        self._tokens = PageTokens()
        self.watchers = Watchers()
        for name, price in (("Teapot", 24.5), ("Cup", 8.0), ("Kettle", 49.9)):
            seed = product_pb2.CreateProductRequest(name=name, price=price, category_id="kitchen")
            product = self.create(seed)
            product.inventory.CopyFrom(product_pb2.Inventory(quantity=100, in_stock=True))
            self._products[product.id] = product

    def get(self, product_id: str) -> product_pb2.Product:
        with self._lock:
            found = self._products.get(product_id)
            if found is None:
                raise not_found(f"product {product_id} not found")
            return self._copy(found)

    def create(self, request: product_pb2.CreateProductRequest) -> product_pb2.Product:
        if not request.name:
            raise invalid("a product needs a name")
        if request.price < 0:
            raise invalid("a price cannot be negative")
        with self._lock:
            self._made += 1
            product = product_pb2.Product(
                id=f"p-{self._made}",
                name=request.name,
                description=request.description,
                price=request.price,
                tags=request.tags,
                created_at=now(),
                updated_at=now(),
            )
            if request.category_id:
                product.category.id = request.category_id
            self._products[product.id] = product
            return self._copy(product)

    def update(self, request: product_pb2.UpdateProductRequest) -> product_pb2.Product:
        change = request.update
        if change.price < 0:
            raise invalid("a price cannot be negative")
        with self._lock:
            product = self.get(request.id)
            product.name = change.name or product.name
            product.description = change.description or product.description
            product.price = change.price or product.price
            if change.update_inventory:
                product.inventory.CopyFrom(change.inventory)
            product.updated_at.CopyFrom(now())
            self._products[product.id] = product
            emptied = change.update_inventory and product.inventory.quantity == 0
            kind = product_pb2.ProductEvent.EVENT_TYPE_OUT_OF_STOCK if emptied else (
                product_pb2.ProductEvent.EVENT_TYPE_UPDATED
            )
            self._tell(product.id, kind)
            return self._copy(product)

    def delete(self, product_id: str) -> None:
        with self._lock:
            self.get(product_id)
            del self._products[product_id]
            self._tell(product_id, product_pb2.ProductEvent.EVENT_TYPE_DELETED)

    def page(self, request: product_pb2.ProductListRequest) -> tuple[list[product_pb2.Product], str]:
        """The products of one page and the token of the next, empty after the last."""
        start = self._tokens.read(request.page_token)
        if request.page_size < 0:
            raise invalid("a page size cannot be negative")
        size = min(request.page_size or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)
        wanted = request.category_filter
        with self._lock:
            fitting = [p for p in self._products.values() if not wanted or p.category.id == wanted]
            chosen = [self._copy(p) for p in fitting[start : start + size]]
        more = start + size < len(fitting)
        return chosen, self._tokens.make(start + size) if more else ""

    def _tell(self, product_id: str, kind: int) -> None:
        event = product_pb2.ProductEvent(product_id=product_id, type=kind, timestamp=now())
        self.watchers.tell(event, product_id)

    @staticmethod
    def _copy(product: product_pb2.Product) -> product_pb2.Product:
        copy = product_pb2.Product()
        copy.CopyFrom(product)
        return copy


class OrderBook:
    """The orders."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._orders: dict[int, order_pb2.Order] = {}
        self.watchers = Watchers()

    def create(self, request: order_pb2.CreateOrderRequest) -> order_pb2.Order:
        with self._lock:
            number = len(self._orders) + 1
            order = order_pb2.Order(
                id=number,
                order_number=f"ORD-{number:06}",
                total_amount=total(request),
                status=Order.STATUS_PENDING,
                items=request.items,
                metadata=request.metadata,
                created_at=now(),
            )
            order.estimated_delivery.seconds = 3 * 24 * 3600
            for part in ("shipping_address", "payment_info", "percentage", "fixed"):
                if request.HasField(part):
                    getattr(order, part).CopyFrom(getattr(request, part))
            self._orders[number] = order
            return self.get(number)

    def get(self, order_id: int) -> order_pb2.Order:
        with self._lock:
            found = self._orders.get(order_id)
            if found is None:
                raise not_found(f"order {order_id} not found")
            copy = order_pb2.Order()
            copy.CopyFrom(found)
            return copy

    def list(self, status: int, limit: int) -> list[order_pb2.Order]:
        with self._lock:
            fitting = [self.get(o.id) for o in self._orders.values() if status in (0, o.status)]
        return fitting[:limit] if limit > 0 else fitting

    def change_status(self, order_id: int, status: int) -> order_pb2.Order:
        with self._lock:
            order = self.get(order_id)
            previous = order.status
            if status not in ALLOWED_CHANGES.get(previous, set()):
                raise Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION,
                    f"order {order_id} cannot go from status {previous} to {status}",
                )
            order.status = status
            self._orders[order_id] = order
            self.watchers.tell(
                order_pb2.OrderEvent(order_id=order_id, previous=previous, current=status, timestamp=now())
            )
            return self.get(order_id)


def total(request: order_pb2.CreateOrderRequest) -> float:
    """What the items cost, less the discount, never below nothing."""
    full = sum(item.quantity * item.unit_price for item in request.items)
    if request.HasField("percentage"):
        saved = full * request.percentage.percent / 100
        most = request.percentage.max_amount
        return full - (min(saved, most) if most else saved)
    if request.HasField("fixed"):
        return max(0.0, full - request.fixed.amount)
    return full

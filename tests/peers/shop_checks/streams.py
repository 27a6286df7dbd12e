"""Streams that last: watching products and orders, the batch in lock-step, large and slow streams."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import grpc
from ecommerce.v1 import order_pb2, product_pb2
from google.protobuf import empty_pb2

from .harness import PATIENCE, Shop, check, equal, refused, unique, until, watching
from .orders import change, new_order
from .products import bulk_create, delete, get, pages, update

Event = product_pb2.ProductEvent


def watch_product(shop: Shop, product_id: str, timeout: float = PATIENCE) -> grpc.Call:
    return shop.products.WatchProduct(product_pb2.ProductWatchRequest(product_id=product_id), timeout=timeout)


def watch_orders(shop: Shop, timeout: float = PATIENCE) -> grpc.Call:
    return shop.orders.StreamOrderEvents(empty_pb2.Empty(), timeout=timeout)


@check
def a_watcher_is_told_of_every_change(shop: Shop) -> None:
    product = shop.new_product()
    with watching(shop, lambda: watch_product(shop, product.id)) as events:
        update(shop, product.id, name="Changed")
        event = next(events)
        equal("event", (event.product_id, event.type), (product.id, Event.EVENT_TYPE_UPDATED))
        assert event.timestamp.seconds > 1_600_000_000, f"timestamp is {event.timestamp}"
        update(shop, product.id, update_inventory=True, inventory=product_pb2.Inventory(quantity=0))
        delete(shop, product.id)
        kinds = [event.type]
        while kinds[-1] != Event.EVENT_TYPE_DELETED:
            kinds.append(next(events).type)
        assert Event.EVENT_TYPE_OUT_OF_STOCK in kinds, f"no event of running out among {kinds}"


@check
def a_watcher_is_not_told_of_other_products(shop: Shop) -> None:
    watched, other = shop.new_product(), shop.new_product()
    with watching(shop, lambda: watch_product(shop, watched.id)) as events:
        update(shop, other.id, name="Other")
        update(shop, watched.id, name="Watched")
        equal("first event", next(events).product_id, watched.id)


@check
def watching_an_unknown_product_is_not_found(shop: Shop) -> None:
    refused(grpc.StatusCode.NOT_FOUND, lambda: list(watch_product(shop, unique("missing"))))


@check
def a_cancelled_watch_ends_on_both_sides(shop: Shop) -> None:
    product = shop.new_product()
    before = shop.live_watchers()
    call = watch_product(shop, product.id)
    until("the server counts the watcher", lambda: shop.live_watchers() == before + 1)
    call.cancel()
    refused(grpc.StatusCode.CANCELLED, lambda: list(call))
    until("the server drops the watcher", lambda: shop.live_watchers() == before)


@check
def order_events_follow_every_change_of_status(shop: Shop) -> None:
    order = new_order(shop)
    steps = (order_pb2.Order.STATUS_PENDING, order_pb2.Order.STATUS_PROCESSING, order_pb2.Order.STATUS_SHIPPED)
    with watching(shop, lambda: watch_orders(shop)) as events:
        for previous, current in zip(steps, steps[1:]):
            change(shop, order.id, current)
            event = next(events)
            equal("event", (event.order_id, event.previous, event.current), (order.id, previous, current))
        events.cancel()
        refused(grpc.StatusCode.CANCELLED, lambda: list(events))


class LockStep:
    """A batch in which each request is sent only after the answer to the one before."""

    def __init__(self, shop: Shop) -> None:
        self._requests: queue.SimpleQueue = queue.SimpleQueue()
        self._answers = shop.products.ProcessProductBatch(iter(self._requests.get, None), timeout=PATIENCE)

    def ask(self, **operation: object) -> product_pb2.ProductBatchResponse:
        self._requests.put(product_pb2.ProductBatchRequest(**operation))
        return next(self._answers)

    def finish(self) -> None:
        self._requests.put(None)
        equal("answers left over", list(self._answers), [])
        equal("status", self._answers.code(), grpc.StatusCode.OK)


@check
def a_batch_answers_each_request_before_the_next(shop: Shop) -> None:
    batch = LockStep(shop)
    made = batch.ask(create=product_pb2.CreateProductRequest(name="Batch", price=1.5)).product
    equal("name", made.name, "Batch")
    request = product_pb2.UpdateProductRequest(id=made.id, update=product_pb2.ProductUpdate(name="Renamed"))
    equal("name", batch.ask(update=request).product.name, "Renamed")
    equal("name kept", get(shop, made.id).name, "Renamed")
    deleted = batch.ask(delete=product_pb2.DeleteProductRequest(id=made.id))
    equal("answer to the deletion", deleted.WhichOneof("result"), "deleted")
    batch.finish()


@check
def a_refused_operation_does_not_end_the_batch(shop: Shop) -> None:
    batch = LockStep(shop)
    wanted = [
        (grpc.StatusCode.INVALID_ARGUMENT, {"create": product_pb2.CreateProductRequest()}),
        (grpc.StatusCode.INVALID_ARGUMENT, {"create": product_pb2.CreateProductRequest(name="x", price=-1)}),
        (grpc.StatusCode.NOT_FOUND, {"update": product_pb2.UpdateProductRequest(id=unique("missing"))}),
        (grpc.StatusCode.NOT_FOUND, {"delete": product_pb2.DeleteProductRequest(id=unique("missing"))}),
    ]
    for code, operation in wanted:
        answer = batch.ask(**operation)
        equal(f"answer to {operation}", answer.WhichOneof("result"), "error")
        equal("code", answer.error.code, code.value[0])
        assert answer.error.message, "a refusal without a reason"
    equal("name", batch.ask(create=product_pb2.CreateProductRequest(name="After")).product.name, "After")
    batch.finish()


@check
def two_watchers_hear_while_many_threads_call(shop: Shop) -> None:
    product = shop.new_product(name="start")
    failures: list[BaseException] = []

    def read_many() -> None:
        try:
            for _ in range(50):
                equal("id", get(shop, product.id).id, product.id)
        except BaseException as failure:
            failures.append(failure)

    def watch() -> grpc.Call:
        return watch_product(shop, product.id)

    with watching(shop, watch) as first, watching(shop, watch) as second:
        threads = [threading.Thread(target=read_many) for _ in range(16)]
        for thread in threads:
            thread.start()
        for round_number in range(20):
            update(shop, product.id, name=f"round {round_number}")
        for thread in threads:
            thread.join()
        for watcher in (first, second):
            kinds = [next(watcher).type for _ in range(20)]
            equal("events", kinds, [Event.EVENT_TYPE_UPDATED] * 20)
    equal("failures of the calling threads", failures, [])


@check
def three_thousand_products_are_created_and_listed(shop: Shop) -> None:
    category = unique("many")
    requests = (
        product_pb2.CreateProductRequest(name=f"n{number}", price=number, category_id=category)
        for number in range(3000)
    )
    response = bulk_create(shop, requests)
    equal("ids", len(set(response.ids)), 3000)
    equal("refused", dict(response.refused), {})
    listed = [product for page in pages(shop, 700, category) for product in page]
    equal("names listed", {product.name for product in listed}, {f"n{number}" for number in range(3000)})
    equal("number listed", len(listed), 3000)


@check
def a_slow_reader_gets_everything_and_stops_no_one(shop: Shop) -> None:
    category = unique("slow")
    text = "x" * 20_000

    def requests() -> Iterator[product_pb2.CreateProductRequest]:
        for number in range(200):
            yield product_pb2.CreateProductRequest(name=f"{number}", description=text, category_id=category)

    bulk_create(shop, requests())
    request = product_pb2.ProductListRequest(page_size=200, category_filter=category)
    call = shop.products.ListProducts(request, timeout=PATIENCE)
    first = next(call)
    time.sleep(0.5)
    started = time.monotonic()
    get(shop, first.id)
    assert time.monotonic() - started < 2, "a unary call waited for a slow stream of the same connection"
    sizes = [len(first.description)]
    for product in call:
        time.sleep(0.002)
        sizes.append(len(product.description))
    rest_token = dict(call.trailing_metadata()).get("next-page-token", "")
    assert len(sizes) == 200 or rest_token, f"{len(sizes)} of 200 products and no next page"
    equal("sizes read", set(sizes), {20_000})

"""The shop served by Python's grpcio: the foreign server that protocall's clients are tried against.

usage: shop_service.py [--port N]     prints `listening on 127.0.0.1:PORT` when it is ready.
Started by shop_client_calls_python.rs and client_against_python.rs. Beyond the schema it has what tests need: it echoes
`x-request-id` and `x-trace-bin` into initial and trailing metadata, GetProduct tells `x-live-watchers` and
`x-cancelled-calls` in its trailing metadata, and GetProduct of the id `slow` takes five seconds.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc
from ecommerce.v1 import order_pb2, order_pb2_grpc, product_pb2, product_pb2_grpc
from google.protobuf import empty_pb2

from shop_store import Catalogue, OrderBook, Refusal, Watchers

ECHOED = ("x-request-id", "x-trace-bin")
SLOW_SECONDS = 5.0

Context = grpc.ServicerContext
Metadata = tuple[tuple[str, str | bytes], ...]


@contextmanager
def answering(context: Context, *trailers: tuple[str, str]) -> Iterator[None]:
    """Sends the echoed metadata at both ends of the call and turns a refusal into its status."""
    echo: Metadata = tuple((key, value) for key, value in context.invocation_metadata() if key in ECHOED)
    context.send_initial_metadata(echo)
    context.set_trailing_metadata(echo + trailers)
    try:
        yield
    except Refusal as refusal:
        context.abort(refusal.code, refusal.message)


class CancelledCalls:
    """Counts the calls whose caller left before the answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def wait_or_note(self, context: Context, seconds: float) -> None:
        left = threading.Event()
        if not context.add_callback(left.set):
            left.set()
        if left.wait(seconds):
            with self._lock:
                self._count += 1
            print("the caller of GetProduct(slow) left", file=sys.stderr)

    def count(self) -> int:
        with self._lock:
            return self._count


def watch(context: Context, watchers: Watchers, key: object = None) -> Iterator[Any]:
    """Yields the events until the caller leaves or its deadline passes; grpcio tells both by the callback."""
    with watchers.subscribe(key) as events:
        if not context.add_callback(lambda: events.put(None)):
            return
        while (event := events.get()) is not None:
            yield event


class ProductService(product_pb2_grpc.ProductServiceServicer):
    """The catalogue behind gRPC."""

    def __init__(self, catalogue: Catalogue, live_watchers: Callable[[], int]) -> None:
        self._catalogue = catalogue
        self._live_watchers = live_watchers
        self._cancelled = CancelledCalls()

    def GetProduct(self, request: product_pb2.GetProductRequest, context: Context) -> product_pb2.Product:
        if request.id == "slow":
            with answering(context):
                self._cancelled.wait_or_note(context, SLOW_SECONDS)
                return product_pb2.Product(id="slow", name="Slow")
        watching = ("x-live-watchers", str(self._live_watchers()))
        with answering(context, watching, ("x-cancelled-calls", str(self._cancelled.count()))):
            return self._catalogue.get(request.id)

    def CreateProduct(
        self, request: product_pb2.CreateProductRequest, context: Context
    ) -> product_pb2.CreateProductResponse:
        with answering(context):
            product = self._catalogue.create(request)
            return product_pb2.CreateProductResponse(product=product, message=f"created {product.id}")

    def UpdateProduct(self, request: product_pb2.UpdateProductRequest, context: Context) -> product_pb2.Product:
        with answering(context):
            return self._catalogue.update(request)

    def DeleteProduct(self, request: product_pb2.DeleteProductRequest, context: Context) -> empty_pb2.Empty:
        with answering(context):
            self._catalogue.delete(request.id)
            return empty_pb2.Empty()

    def ListProducts(
        self, request: product_pb2.ProductListRequest, context: Context
    ) -> Iterator[product_pb2.Product]:
        with answering(context):
            products, next_token = self._catalogue.page(request)
            context.set_trailing_metadata(context.trailing_metadata() + (("next-page-token", next_token),))
            yield from products

    def WatchProduct(
        self, request: product_pb2.ProductWatchRequest, context: Context
    ) -> Iterator[product_pb2.ProductEvent]:
        with answering(context):
            self._catalogue.get(request.product_id)
            yield from watch(context, self._catalogue.watchers, request.product_id)

    def BulkCreateProducts(
        self, requests: Iterator[product_pb2.CreateProductRequest], context: Context
    ) -> product_pb2.BulkCreateResponse:
        response = product_pb2.BulkCreateResponse()
        with answering(context):
            for position, request in enumerate(requests):
                try:
                    response.ids.append(self._catalogue.create(request).id)
                except Refusal as refusal:
                    response.refused[position] = refusal.message
            return response

    def ProcessProductBatch(
        self, requests: Iterator[product_pb2.ProductBatchRequest], context: Context
    ) -> Iterator[product_pb2.ProductBatchResponse]:
        with answering(context):
            for request in requests:
                yield self._apply(request)

    def _apply(self, request: product_pb2.ProductBatchRequest) -> product_pb2.ProductBatchResponse:
        operation = request.WhichOneof("operation")
        try:
            if operation == "create":
                return product_pb2.ProductBatchResponse(product=self._catalogue.create(request.create))
            if operation == "update":
                return product_pb2.ProductBatchResponse(product=self._catalogue.update(request.update))
            if operation == "delete":
                self._catalogue.delete(request.delete.id)
                return product_pb2.ProductBatchResponse(deleted=empty_pb2.Empty())
            raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, "no operation")
        except Refusal as refusal:
            error = product_pb2.BatchError(code=refusal.code.value[0], message=refusal.message)
            return product_pb2.ProductBatchResponse(error=error)


class OrderService(order_pb2_grpc.OrderServiceServicer):
    """The orders behind gRPC."""

    def __init__(self, orders: OrderBook) -> None:
        self._orders = orders

    def CreateOrder(self, request: order_pb2.CreateOrderRequest, context: Context) -> order_pb2.Order:
        with answering(context):
            return self._orders.create(request)

    def GetOrder(self, request: order_pb2.GetOrderRequest, context: Context) -> order_pb2.Order:
        with answering(context):
            return self._orders.get(request.id)

    def ListOrders(self, request: order_pb2.ListOrdersRequest, context: Context) -> Iterator[order_pb2.Order]:
        with answering(context):
            yield from self._orders.list(request.status, request.limit)

    def UpdateOrderStatus(
        self, request: order_pb2.UpdateOrderStatusRequest, context: Context
    ) -> order_pb2.Order:
        with answering(context):
            return self._orders.change_status(request.id, request.status)

    def StreamOrderEvents(self, request: empty_pb2.Empty, context: Context) -> Iterator[order_pb2.OrderEvent]:
        with answering(context):
            yield from watch(context, self._orders.watchers)


def serve(port: int) -> None:
    catalogue, orders = Catalogue(), OrderBook()

    def live_watchers() -> int:
        return catalogue.watchers.live() + orders.watchers.live()

    # A stream holds a thread for as long as it lives, hence the many.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=128))
    product_pb2_grpc.add_ProductServiceServicer_to_server(ProductService(catalogue, live_watchers), server)
    order_pb2_grpc.add_OrderServiceServicer_to_server(OrderService(orders), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    print(f"listening on 127.0.0.1:{bound}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve(arguments.parse_args().port)

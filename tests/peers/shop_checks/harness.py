"""What the checks share: the shop's stubs, the register of checks, and the few assertions that all need.

Used by every module of shop_checks and by shop_caller.py.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from ecommerce.v1 import order_pb2_grpc, product_pb2, product_pb2_grpc

# Far above what any call takes: it turns a server that hangs into a failure.
PATIENCE = 60.0


class Shop:
    """A channel to the shop with both stubs on it."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.products = product_pb2_grpc.ProductServiceStub(self.channel)
        self.orders = order_pb2_grpc.OrderServiceStub(self.channel)

    def new_product(self, **fields: Any) -> product_pb2.Product:
        """A product of this check alone, so that no check sees the traces of another."""
        fields = {"name": "Lamp", "price": 12.5} | fields
        request = product_pb2.CreateProductRequest(**fields)
        return self.products.CreateProduct(request, timeout=PATIENCE).product

    def live_watchers(self) -> int:
        """How many watchers the server knows of, as it tells with each product."""
        request = product_pb2.GetProductRequest(id="p-1")
        _, call = self.products.GetProduct.with_call(request, timeout=PATIENCE)
        told = dict(call.initial_metadata()) | dict(call.trailing_metadata())
        assert "x-live-watchers" in told, f"GetProduct does not tell x-live-watchers, only {sorted(told)}"
        return int(told["x-live-watchers"])


Check = Callable[[Shop], None]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def equal(what: str, got: Any, wanted: Any) -> None:
    assert got == wanted, f"{what}: got {got!r}, wanted {wanted!r}"


def status_of(call: Callable[[], Any]) -> grpc.RpcError:
    """Runs `call`, which must fail, and gives its status."""
    try:
        answer = call()
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"the call should have failed but answered {answer!r}")


def refused(code: grpc.StatusCode, call: Callable[[], Any]) -> grpc.RpcError:
    error = status_of(call)
    equal(f"status code (message {error.details()!r})", error.code(), code)
    return error


def until(what: str, condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for what happens on the other side in its own time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


@contextmanager
def watching(shop: Shop, start: Callable[[], Any]) -> Iterator[Any]:
    """Starts a watch, goes on when the server counts it, and cancels it in the end."""
    before = shop.live_watchers()
    call = start()
    try:
        until("the server counts the new watcher", lambda: shop.live_watchers() > before)
        yield call
    finally:
        call.cancel()
        until("the server drops the watcher", lambda: shop.live_watchers() <= before)

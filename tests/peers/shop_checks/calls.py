"""What any call promises, whatever it is about: metadata, deadlines, error statuses, limits, unknown names."""

from __future__ import annotations

import threading
import time

import grpc
from ecommerce.v1 import product_pb2

from .harness import PATIENCE, Shop, check, equal, refused, unique, until
from .products import bulk_create, delete, get
from .streams import watch_orders, watch_product

EVERY_BYTE = bytes(range(256))
REQUEST_ID = "id with spaces, and commas; 100% ~"
SENT = (("x-request-id", REQUEST_ID), ("x-trace-bin", EVERY_BYTE))
LIMIT = 4 * 1024 * 1024


def assert_echoed(call: grpc.Call) -> None:
    for place, metadata in (("initial", call.initial_metadata()), ("trailing", call.trailing_metadata())):
        told = dict(metadata)
        equal(f"x-request-id in {place} metadata", told.get("x-request-id"), REQUEST_ID)
        equal(f"x-trace-bin in {place} metadata", told.get("x-trace-bin"), EVERY_BYTE)


@check
def metadata_goes_both_ways_on_a_unary_call(shop: Shop) -> None:
    request = product_pb2.GetProductRequest(id="p-1")
    _, call = shop.products.GetProduct.with_call(request, metadata=SENT, timeout=PATIENCE)
    assert_echoed(call)


@check
def metadata_goes_both_ways_on_a_server_stream(shop: Shop) -> None:
    request = product_pb2.ProductListRequest(page_size=2)
    call = shop.products.ListProducts(request, metadata=SENT, timeout=PATIENCE)
    equal("products", len(list(call)), 2)
    assert_echoed(call)


@check
def metadata_goes_both_ways_on_a_client_stream(shop: Shop) -> None:
    requests = iter([product_pb2.CreateProductRequest(name="Echo")])
    _, call = shop.products.BulkCreateProducts.with_call(requests, metadata=SENT, timeout=PATIENCE)
    assert_echoed(call)


@check
def metadata_goes_both_ways_on_a_bidirectional_stream(shop: Shop) -> None:
    operation = product_pb2.ProductBatchRequest(create=product_pb2.CreateProductRequest(name="Echo"))
    call = shop.products.ProcessProductBatch(iter([operation]), metadata=SENT, timeout=PATIENCE)
    equal("answers", len(list(call)), 1)
    assert_echoed(call)


@check
def binary_metadata_survives_at_every_length(shop: Shop) -> None:
    for length in (0, 1, 2, 3, 4, 5):
        value = EVERY_BYTE[:length]
        request = product_pb2.GetProductRequest(id="p-1")
        _, call = shop.products.GetProduct.with_call(
            request, metadata=(("x-trace-bin", value),), timeout=PATIENCE
        )
        equal(f"x-trace-bin of {length} bytes", dict(call.trailing_metadata()).get("x-trace-bin"), value)


@check
def metadata_comes_with_an_error_too(shop: Shop) -> None:
    request = product_pb2.GetProductRequest(id=unique("missing"))
    error = refused(
        grpc.StatusCode.NOT_FOUND,
        lambda: shop.products.GetProduct(request, metadata=SENT, timeout=PATIENCE),
    )
    # An error before the first message is free to put all metadata in one place.
    told = dict(error.initial_metadata()) | dict(error.trailing_metadata())
    equal("x-request-id", told.get("x-request-id"), REQUEST_ID)
    equal("x-trace-bin", told.get("x-trace-bin"), EVERY_BYTE)


@check
def an_error_message_keeps_its_letters(shop: Shop) -> None:
    for product_id in ("müsli-☃", "100%", "a\nb\tc", "🦀 %41"):
        error = refused(grpc.StatusCode.NOT_FOUND, lambda: get(shop, product_id))
        assert product_id in error.details(), f"{product_id!r} is not in the message {error.details()!r}"


@check
def an_expired_deadline_ends_a_stream_in_time(shop: Shop) -> None:
    before = shop.live_watchers()
    for start in (
        lambda: watch_product(shop, "p-1", timeout=0.3),
        lambda: watch_orders(shop, timeout=0.3),
    ):
        started = time.monotonic()
        refused(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(start()))
        took = time.monotonic() - started
        assert 0.2 < took < 2, f"a deadline of 0.3 s took {took:.2f} s"
    equal("a call afterwards", get(shop, "p-1").id, "p-1")
    until("the server drops both watchers", lambda: shop.live_watchers() == before)


@check
def an_unknown_method_is_unimplemented(shop: Shop) -> None:
    for path in (
        "/ecommerce.v1.ProductService/NoSuchMethod",
        "/ecommerce.v1.NoSuchService/GetProduct",
        "/ecommerce.v1.ProductService/getproduct",
        "/NoSuchService/",
    ):
        call = shop.channel.unary_unary(path)
        refused(grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=PATIENCE))
    equal("a call afterwards", get(shop, "p-1").id, "p-1")


def request_of(size: int) -> product_pb2.CreateProductRequest:
    """A request that is exactly `size` bytes long, large enough for its text's length to take four bytes."""
    request = product_pb2.CreateProductRequest(name="L", description="x" * (size - 16))
    request.description += "x" * (size - request.ByteSize())
    equal("size", request.ByteSize(), size)
    return request


@check
def a_request_over_four_mebibytes_is_refused(shop: Shop) -> None:
    over = request_of(LIMIT + 1)
    # In bulk, because the reply of CreateProduct would be over the limit of this side and look the same.
    refused(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: bulk_create(shop, [over]))
    equal("a call afterwards", get(shop, "p-1").id, "p-1")


@check
def a_request_of_four_mebibytes_passes(shop: Shop) -> None:
    response = bulk_create(shop, [request_of(LIMIT)])
    equal("refused", dict(response.refused), {})
    # Its answer would be over the limit of this side: let no later list meet it.
    delete(shop, response.ids[0])


@check
def an_undecodable_request_is_an_internal_error(shop: Shop) -> None:
    call = shop.channel.unary_unary("/ecommerce.v1.ProductService/GetProduct")
    refused(grpc.StatusCode.INTERNAL, lambda: call(b"\x0a\xff", timeout=PATIENCE))


@check
def compressed_requests_are_understood_or_refused(shop: Shop) -> None:
    request = product_pb2.CreateProductRequest(name="Zip", description="z" * 10_000)
    try:
        made = shop.products.CreateProduct(request, compression=grpc.Compression.Gzip, timeout=PATIENCE)
        equal("description", get(shop, made.product.id).description, request.description)
    except grpc.RpcError as error:
        equal("status code", error.code(), grpc.StatusCode.UNIMPLEMENTED)
        accepted = dict(error.initial_metadata()) | dict(error.trailing_metadata())
        assert "gzip" not in accepted.get("grpc-accept-encoding", ""), "gzip is offered and refused"


@check
def a_connection_serves_many_callers_at_once(shop: Shop) -> None:
    failures: list[BaseException] = []

    def call_many() -> None:
        try:
            for _ in range(100):
                equal("id", get(shop, "p-2").id, "p-2")
                missing = unique("missing")
                error = refused(grpc.StatusCode.NOT_FOUND, lambda: get(shop, missing))
                assert missing in error.details(), "the answer belongs to another call"
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal("failures", failures, [])

"""The catalogue: the schema's promises about ProductService, apart from watching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import grpc
from ecommerce.v1 import product_pb2

from .harness import PATIENCE, Shop, check, equal, refused, unique

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND


def get(shop: Shop, product_id: str) -> product_pb2.Product:
    return shop.products.GetProduct(product_pb2.GetProductRequest(id=product_id), timeout=PATIENCE)


def update(shop: Shop, product_id: str, **fields: object) -> product_pb2.Product:
    change = product_pb2.ProductUpdate(**fields)
    request = product_pb2.UpdateProductRequest(id=product_id, update=change)
    return shop.products.UpdateProduct(request, timeout=PATIENCE)


def delete(shop: Shop, product_id: str) -> None:
    shop.products.DeleteProduct(product_pb2.DeleteProductRequest(id=product_id), timeout=PATIENCE)


def pages(shop: Shop, size: int, category: str) -> Iterator[list[product_pb2.Product]]:
    """Walks all pages of a category by the tokens in the trailing metadata."""
    token = ""
    while True:
        request = product_pb2.ProductListRequest(page_size=size, page_token=token, category_filter=category)
        call = shop.products.ListProducts(request, timeout=PATIENCE)
        yield list(call)
        token = dict(call.trailing_metadata()).get("next-page-token", "")
        if not token:
            return


def bulk_create(
    shop: Shop, requests: Iterable[product_pb2.CreateProductRequest]
) -> product_pb2.BulkCreateResponse:
    return shop.products.BulkCreateProducts(iter(requests), timeout=PATIENCE)


@check
def the_seeded_products_are_there(shop: Shop) -> None:
    for product_id in ("p-1", "p-2", "p-3"):
        equal("id", get(shop, product_id).id, product_id)


@check
def a_created_product_has_what_was_asked_for(shop: Shop) -> None:
    request = product_pb2.CreateProductRequest(
        name="Löffel ☕", description="of silver", price=0.1, category_id="cutlery", tags=["a", "", "ß"]
    )
    created = shop.products.CreateProduct(request, timeout=PATIENCE)
    product = get(shop, created.product.id)
    equal("what is kept", product, created.product)
    for field in ("name", "description", "price"):
        equal(field, getattr(product, field), getattr(request, field))
    equal("category", product.category.id, "cutlery")
    equal("tags", list(product.tags), ["a", "", "ß"])
    assert product.created_at.seconds > 1_600_000_000, f"created_at is {product.created_at}"


@check
def a_product_without_name_is_invalid(shop: Shop) -> None:
    request = product_pb2.CreateProductRequest(price=1)
    refused(INVALID, lambda: shop.products.CreateProduct(request, timeout=PATIENCE))


@check
def a_negative_price_is_invalid(shop: Shop) -> None:
    request = product_pb2.CreateProductRequest(name="Gift", price=-0.01)
    refused(INVALID, lambda: shop.products.CreateProduct(request, timeout=PATIENCE))
    product = shop.new_product()
    refused(INVALID, lambda: update(shop, product.id, price=-1.0))
    equal("price after the refusal", get(shop, product.id).price, product.price)


@check
def an_unknown_product_is_not_found(shop: Shop) -> None:
    missing = unique("missing")
    refused(NOT_FOUND, lambda: get(shop, missing))
    refused(NOT_FOUND, lambda: update(shop, missing, name="x"))
    refused(NOT_FOUND, lambda: delete(shop, missing))


@check
def an_update_changes_what_is_given_and_leaves_the_rest(shop: Shop) -> None:
    product = shop.new_product(name="Old", description="kept", price=3.5)
    changed = update(shop, product.id, name="New")
    equal("the answer of the update", (changed.name, changed.description, changed.price), ("New", "kept", 3.5))
    changed = update(shop, product.id, price=4.25)
    equal("the answer of the update", (changed.name, changed.description, changed.price), ("New", "kept", 4.25))
    changed = update(shop, product.id, description="told")
    equal("what is kept", get(shop, product.id), changed)
    equal("description", changed.description, "told")


@check
def the_inventory_changes_only_with_its_flag(shop: Shop) -> None:
    product = shop.new_product()
    stock = product_pb2.Inventory(quantity=7, warehouse_location="B-12", in_stock=True)
    unflagged = update(shop, product.id, inventory=stock)
    equal("inventory without the flag", unflagged.inventory, product.inventory)
    flagged = update(shop, product.id, update_inventory=True, inventory=stock)
    equal("quantity", flagged.inventory.quantity, 7)
    equal("warehouse", get(shop, product.id).inventory.warehouse_location, "B-12")


@check
def a_deleted_product_is_gone(shop: Shop) -> None:
    product = shop.new_product()
    delete(shop, product.id)
    refused(NOT_FOUND, lambda: get(shop, product.id))
    refused(NOT_FOUND, lambda: delete(shop, product.id))


@check
def pages_follow_each_other_without_gap_or_overlap(shop: Shop) -> None:
    category = unique("paged")
    made = {shop.new_product(category_id=category).id for _ in range(7)}
    walked = list(pages(shop, 3, category))
    equal("sizes of the pages", [len(page) for page in walked], [3, 3, 1])
    listed = [product.id for page in walked for product in page]
    equal("number listed", len(listed), 7)
    equal("ids listed", set(listed), made)


@check
def a_last_page_that_is_full_has_no_next(shop: Shop) -> None:
    category = unique("full")
    for _ in range(4):
        shop.new_product(category_id=category)
    equal("sizes of the pages", [len(page) for page in pages(shop, 2, category)], [2, 2])


@check
def page_size_zero_means_the_default_of_the_server(shop: Shop) -> None:
    category = unique("default")
    made = {shop.new_product(category_id=category).id for _ in range(3)}
    listed = [product.id for page in pages(shop, 0, category) for product in page]
    equal("ids listed", sorted(listed), sorted(made))


@check
def the_category_filter_lists_its_category_alone(shop: Shop) -> None:
    category = unique("filtered")
    product = shop.new_product(category_id=category)
    shop.new_product(category_id=unique("other"))
    equal("listed", [p.id for page in pages(shop, 100, category) for p in page], [product.id])
    equal("an empty category", list(pages(shop, 100, unique("empty"))), [[]])


@check
def a_page_token_of_another_maker_is_invalid(shop: Shop) -> None:
    for token in ("made-up", "1", "☃", "p-1"):
        request = product_pb2.ProductListRequest(page_size=1, page_token=token)
        refused(INVALID, lambda: list(shop.products.ListProducts(request, timeout=PATIENCE)))


@check
def bulk_creation_reports_the_refused_by_position(shop: Shop) -> None:
    category = unique("bulk")
    requests = [
        product_pb2.CreateProductRequest(name="first", category_id=category),
        product_pb2.CreateProductRequest(price=1, category_id=category),
        product_pb2.CreateProductRequest(name="third", category_id=category),
        product_pb2.CreateProductRequest(name="fourth", price=-1, category_id=category),
    ]
    response = bulk_create(shop, requests)
    equal("positions refused", sorted(response.refused), [1, 3])
    assert all(response.refused.values()), f"a refusal without a reason: {dict(response.refused)}"
    equal("names created", [get(shop, made).name for made in response.ids], ["first", "third"])


@check
def bulk_creation_of_nothing_creates_nothing(shop: Shop) -> None:
    response = bulk_create(shop, [])
    equal("answer", (list(response.ids), dict(response.refused)), ([], {}))

//! Every message, oneof and enum of the shop's schema as samples, written from the .proto files by hand: the point is
//! that nothing here was made by the generator under test. Called by bytes_equal_protoc.rs.

use protocall::well_known::{Duration, Empty, Timestamp};

use crate::shop::{order::*, product_batch_request::*, product_event::*, *};
use crate::{message, one_of, open_enum};

message!(Timestamp { seconds, nanos });
message!(Duration { seconds, nanos });

impl crate::sample::Sample for Empty {
    fn samples() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        proptest::strategy::Just(Self::default()).boxed()
    }

    fn tree(&self) -> serde_json::Value {
        serde_json::json!({})
    }
}

// order.proto
open_enum!(Status { Unspecified = 0, Pending = 1, Processing = 2, Shipped = 3, Delivered = 4, Cancelled = 5 });
one_of!(Discount { percentage: Percentage(PercentageDiscount), fixed: Fixed(FixedDiscount) });
message!(Order {
    id,
    order_number,
    total_amount,
    is_paid,
    status,
    items,
    metadata,
    shipping_address,
    payment_info,
    created_at,
    estimated_delivery,
    discount
});
message!(OrderItem { product_id, quantity, unit_price });
message!(PercentageDiscount { percent, max_amount });
message!(FixedDiscount { amount });
message!(ShippingAddress { recipient, lines, city, postal_code, country_code });
message!(PaymentInfo { method, amount, reference });
message!(Money { currency_code, units, nanos });
one_of!(create_order_request::Discount {
    percentage: Percentage(PercentageDiscount),
    fixed: Fixed(FixedDiscount)
});
message!(CreateOrderRequest { items, shipping_address, payment_info, metadata, discount });
message!(GetOrderRequest { id });
message!(ListOrdersRequest { status, limit });
message!(UpdateOrderStatusRequest { id, status });
message!(OrderEvent { order_id, previous, current, timestamp });

// product.proto
message!(Product { id, name, description, price, category, tags, inventory, created_at, updated_at });
message!(Category { id, name, parent_id });
message!(Inventory { quantity, warehouse_location, in_stock });
message!(GetProductRequest { id });
message!(CreateProductRequest { name, description, price, category_id, tags });
message!(CreateProductResponse { product, message });
message!(UpdateProductRequest { id, update });
message!(ProductUpdate { name, description, price, update_inventory, inventory });
message!(DeleteProductRequest { id });
message!(ProductListRequest { page_size, page_token, category_filter });
message!(ProductListResponse { products, next_page_token });
message!(ProductWatchRequest { product_id });
open_enum!(EventType { Unspecified = 0, Created = 1, Updated = 2, Deleted = 3, OutOfStock = 4 });
message!(ProductEvent { product_id, r#type, timestamp });
message!(BulkCreateResponse { ids, refused });
one_of!(Operation {
    create: Create(CreateProductRequest),
    update: Update(UpdateProductRequest),
    delete: Delete(DeleteProductRequest)
});
message!(ProductBatchRequest { operation });
one_of!(product_batch_response::Result {
    product: Product(Product),
    deleted: Deleted(Empty),
    error: Error(BatchError)
});
message!(ProductBatchResponse { result });
message!(BatchError { code, message });

//! `Any` packs a message and unpacks it, or says why not; wrappers are from and to what they wrap.

use protocall::well_known::any::AnyError;
use protocall::well_known::{
    Any, BoolValue, BytesValue, DoubleValue, Duration, FloatValue, Int32Value, Int64Value, StringValue,
    Timestamp, UInt32Value, UInt64Value,
};
use protocall::{Bytes, Message, Reflect};
use protocall_tests::shop::Product;

fn tea() -> Product {
    Product { id: "7".into(), name: "Tea".into(), ..Default::default() }
}

fn with_url(url: &str) -> Any {
    Any { type_url: url.into(), ..Any::pack(&tea()) }
}

#[test]
fn a_packed_message_comes_back_as_its_type_only() {
    let any = Any::pack(&tea());
    assert_eq!(any.type_url, "type.googleapis.com/ecommerce.v1.Product");
    assert_eq!(any.unpack::<Product>(), Ok(tea()));
    assert!(any.is::<Product>() && !any.is::<Timestamp>());
    let other = any.unpack::<Timestamp>().expect_err("a product");
    let expected =
        AnyError::OtherType { found: "ecommerce.v1.Product".into(), wanted: "google.protobuf.Timestamp" };
    assert_eq!(other, expected);
    assert_eq!(Any::decode(&any.encode_to_vec()).map(|it| it.unpack::<Product>()), Ok(Ok(tea())));
    assert_eq!(Any::pack_dynamic(tea().reflect()).unpack::<Product>(), Ok(tea()));
}

#[test]
fn only_the_name_behind_the_last_slash_counts() {
    for url in ["shop.example.com/a/ecommerce.v1.Product", "/ecommerce.v1.Product"] {
        assert_eq!(with_url(url).unpack::<Product>(), Ok(tea()), "{url}");
    }
    for url in ["ecommerce.v1.Product", "", "x/", "x/ecommerce.v1.Produc", "x/ecommerce.v1.Product/"] {
        assert!(matches!(with_url(url).unpack::<Product>(), Err(AnyError::OtherType { .. })), "{url}");
    }
    assert_eq!((with_url("x/").type_name(), with_url("x/y").type_name()), (None, Some("y")));
    for prefix in ["shop.example.com", "shop.example.com/"] {
        assert_eq!(Any::pack_under(prefix, &tea()).type_url, "shop.example.com/ecommerce.v1.Product");
    }
}

#[test]
fn bytes_that_are_no_message_are_an_error() {
    let broken = Any { value: vec![0xff].into(), ..Any::pack(&tea()) };
    assert!(matches!(broken.unpack::<Product>(), Err(AnyError::Decode(_))));
    let tea = tea();
    assert!(matches!(broken.unpack_from(tea.descriptor().pool()), Err(AnyError::Decode(_))));
}

#[test]
fn a_pool_unpacks_what_it_knows() {
    let tea = tea();
    let pool = tea.descriptor().pool();
    let unpacked = Any::pack(&tea).unpack_from(pool).expect("the pool of the shop has products");
    assert_eq!(unpacked.encode_to_vec(), tea.encode_to_vec());
    let unknown = with_url("x/shop.Nothing").unpack_from(pool);
    assert_eq!(unknown.map(|_| ()), Err(AnyError::UnknownType { url: "x/shop.Nothing".into() }));
}

#[test]
fn unpacked_bytes_are_slices_of_the_value() {
    let any = Any::pack(&BytesValue::from(vec![7; 100]));
    let inner: Bytes = any.unpack::<BytesValue>().expect("bytes").into();
    assert!(any.value.as_ptr_range().contains(&inner.as_ptr()), "they were copied");
}

/// Both ways, and into an `Option`.
macro_rules! assert_wraps {
    ($($wrapper:ident, $inner:ty, $value:expr;)*) => {$(
        let wrapper = $wrapper::from($value);
        assert_eq!(wrapper.value, $value);
        assert_eq!(<$inner>::from(wrapper.clone()), $value);
        assert_eq!(Option::<$inner>::from(wrapper.clone()), Some($value));
        let field: Option<$wrapper> = Some($value).map(Into::into);
        assert_eq!(field, Some(wrapper));
    )*};
}

#[test]
fn wrappers_are_from_and_to_what_they_wrap() {
    assert_wraps! {
        BoolValue, bool, true;
        BytesValue, Bytes, Bytes::from_static(b"x");
        DoubleValue, f64, 1.5;
        FloatValue, f32, 1.5;
        Int32Value, i32, -1;
        Int64Value, i64, i64::MIN;
        StringValue, String, String::from("x");
        UInt32Value, u32, 1;
        UInt64Value, u64, u64::MAX;
    }
    assert_eq!(StringValue::from("x").value, "x");
    assert_eq!(Any::pack(&Duration::ZERO).unpack::<Duration>(), Ok(Duration::ZERO));
}

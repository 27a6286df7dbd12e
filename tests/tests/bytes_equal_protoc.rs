//! Our bytes are the bytes of Google's protobuf, and each side reads what the other wrote: for every message of the shop,
//! with random values that reach the foreign encoder without passing through any codec of ours.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use protocall::Message;
use protocall::well_known::{Duration, Timestamp};
use protocall_tests::oracle::Oracle;
use protocall_tests::sample::Sample;
use protocall_tests::shop::*;
use serde_json::Value;

const CASES_PER_MESSAGE: u32 = 100;

static ORACLE: LazyLock<Mutex<Oracle>> = LazyLock::new(|| Mutex::new(Oracle::start()));
static COMPARED: AtomicUsize = AtomicUsize::new(0);

fn oracle() -> MutexGuard<'static, Oracle> {
    ORACLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    check: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let config = Config { cases: CASES_PER_MESSAGE, failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(&strategy, check) {
        panic!("{failure}");
    }
}

fn compare<M: Message + Sample + PartialEq>() {
    run(M::samples(), |value| {
        let tree = value.tree();
        let theirs = oracle().encode(M::NAME, &tree);
        encodes_to(&value, &theirs)?;
        decodes_to(&value, &tree, &theirs)?;
        prop_assert_eq!(
            oracle().decode(M::NAME, &value.encode_to_vec()),
            (tree, theirs),
            "read by {}",
            M::NAME
        );
        COMPARED.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
}

fn encodes_to<M: Message>(value: &M, theirs: &[u8]) -> Result<(), TestCaseError> {
    let mut buffer = BytesMut::new();
    value.encode(&mut buffer)?;
    prop_assert_eq!(&*value.encode_to_vec(), theirs, "encode_to_vec of {}", M::NAME);
    prop_assert_eq!(&*value.encode_to_bytes(), theirs, "encode_to_bytes of {}", M::NAME);
    prop_assert_eq!(&*buffer, theirs, "encode of {}", M::NAME);
    prop_assert_eq!(value.encoded_len(), theirs.len(), "encoded_len of {}", M::NAME);
    Ok(())
}

fn decodes_to<M: Message + Sample + PartialEq>(
    value: &M,
    tree: &Value,
    theirs: &[u8],
) -> Result<(), TestCaseError> {
    let decoded = M::decode(theirs)?;
    let shared = M::decode_bytes(Bytes::copy_from_slice(theirs))?;
    let mut merged = M::default();
    merged.merge(theirs)?;
    // A NaN differs from itself; the trees compare its bits.
    let has_nan = value.clone() != *value;
    for read in [decoded, shared, merged] {
        prop_assert_eq!(&read.tree(), tree, "{} decoded", M::NAME);
        prop_assert!(read == *value || has_nan, "{} decoded", M::NAME);
        prop_assert_eq!(&*read.encode_to_vec(), theirs, "{} encoded again", M::NAME);
    }
    Ok(())
}

/// The entries may come in any order, so only what each side reads is compared, and the length.
fn compare_maps<M: Message + Sample>(values: impl Strategy<Value = M>) {
    run(values, |value| {
        let tree = value.tree();
        let ours = value.encode_to_vec();
        let theirs = oracle().encode(M::NAME, &tree);
        prop_assert_eq!(ours.len(), theirs.len());
        prop_assert_eq!(M::decode(&theirs)?.tree(), tree.clone());
        prop_assert_eq!(oracle().decode(M::NAME, &ours), (tree, theirs));
        Ok(())
    });
}

macro_rules! compare_each {
    ($($message:ty),* $(,)?) => { $(compare::<$message>();)* };
}

#[test]
fn every_message_is_encoded_to_the_bytes_of_protoc() {
    compare_each!(
        Order,
        OrderItem,
        PercentageDiscount,
        FixedDiscount,
        ShippingAddress,
        PaymentInfo,
        Money,
        CreateOrderRequest,
        GetOrderRequest,
        ListOrdersRequest,
        UpdateOrderStatusRequest,
        OrderEvent,
        Product,
        Category,
        Inventory,
        GetProductRequest,
        CreateProductRequest,
        CreateProductResponse,
        UpdateProductRequest,
        ProductUpdate,
        DeleteProductRequest,
        ProductListRequest,
        ProductListResponse,
        ProductWatchRequest,
        ProductEvent,
        BulkCreateResponse,
        ProductBatchRequest,
        ProductBatchResponse,
        BatchError,
    );
    let compared = COMPARED.load(Ordering::Relaxed);
    assert!(compared >= 2000, "only {compared} messages were compared");
}

#[test]
fn maps_of_many_entries_are_read_by_both_sides() {
    let words = prop::collection::hash_map(String::samples(), String::samples(), 2..20);
    compare_maps(words.prop_map(|metadata| Order { metadata, ..Default::default() }));
    let reasons = prop::collection::hash_map(i32::samples(), String::samples(), 2..20);
    compare_maps(reasons.prop_map(|refused| BulkCreateResponse { refused, ..Default::default() }));
}

#[test]
fn the_comparison_sees_a_difference() {
    let tree = Money { units: 7, ..Default::default() }.tree();
    let theirs = oracle().encode(Money::NAME, &tree);
    assert!(encodes_to(&Money { units: 8, ..Default::default() }, &theirs).is_err());
    assert!(decodes_to(&Money { nanos: 7, ..Default::default() }, &tree, &theirs).is_err());
}

#[test]
fn times_keep_values_that_no_calendar_has() {
    let order = Order {
        created_at: Some(Timestamp { seconds: i64::MIN, nanos: -1, ..Default::default() }),
        estimated_delivery: Some(Duration { seconds: i64::MAX, nanos: i32::MIN, ..Default::default() }),
        metadata: HashMap::from([(String::new(), String::new())]),
        ..Default::default()
    };
    let theirs = oracle().encode(Order::NAME, &order.tree());
    assert_eq!(order.encode_to_vec(), theirs);
    assert_eq!(Order::decode(&theirs).expect("their bytes are sound"), order);
}

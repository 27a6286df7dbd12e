//! What holds for every value: it is read as it was written, its length is known before, no truncation and no noise makes
//! the decoder panic, and what a schema does not know passes through it.

use std::collections::HashMap;

use bytes::{BufMut, Bytes, BytesMut};
use proptest::prelude::*;
use protocall::{EncodeError, Message, MessageView, Viewable};

protocall::include_proto!("proto/kinds.proto", views = true);
use kinds::v1::*;

fn doubles() -> BoxedStrategy<f64> {
    // Without NaN, which differs from itself; codec_edges.rs has it.
    prop_oneof![Just(0.0), Just(-0.0), Just(f64::MIN), Just(f64::INFINITY), any::<f64>()].boxed()
}

fn floats() -> BoxedStrategy<f32> {
    prop_oneof![Just(0.0), Just(-0.0), Just(f32::MAX), Just(f32::NEG_INFINITY), any::<f32>()].boxed()
}

/// Integers, with those drawn often whose varints are short, long or of another length than their neighbours'.
macro_rules! integers {
    ($($name:ident: $type:ty;)*) => {$(
        fn $name() -> BoxedStrategy<$type> {
            let edges = (0..<$type>::BITS).map(|bit| (1 as $type).wrapping_shl(bit)).collect::<Vec<_>>();
            let edges = edges.into_iter().flat_map(|edge| [edge, edge.wrapping_sub(1), edge.wrapping_neg()]);
            prop_oneof![
                prop::sample::select(edges.collect::<Vec<_>>()),
                Just(<$type>::MIN),
                Just(<$type>::MAX),
                any::<$type>()
            ].boxed()
        }
    )*};
}

integers! {
    i32s: i32;
    i64s: i64;
    u32s: u32;
    u64s: u64;
}

fn texts() -> BoxedStrategy<String> {
    prop_oneof![Just(String::new()), any::<String>(), "[ -~]{126,130}", "☃{1,100}"].boxed()
}

fn blobs() -> BoxedStrategy<Bytes> {
    prop::collection::vec(any::<u8>(), 0..200).prop_map(Bytes::from).boxed()
}

fn colors() -> BoxedStrategy<Color> {
    prop_oneof![
        prop::sample::select(vec![Color::Unspecified, Color::Red, Color::Green, Color::Negative]),
        i32s().prop_filter("it is named", |number| !(-1..=2).contains(number)).prop_map(Color::Unrecognized)
    ]
    .boxed()
}

/// The strategy of a message with a field of each kind, in the shape that `$shape` makes of a kind.
macro_rules! each_kind {
    ($message:ident, $shape:path) => {
        (
            ($shape(doubles()), $shape(floats()), $shape(i32s()), $shape(i64s())),
            ($shape(u32s()), $shape(u64s()), $shape(i32s()), $shape(i64s())),
            ($shape(u32s()), $shape(u64s()), $shape(i32s()), $shape(i64s())),
            ($shape(any::<bool>().boxed()), $shape(texts()), $shape(blobs()), $shape(colors())),
        )
            .prop_map(|(a, b, c, d)| $message {
                v_double: a.0,
                v_float: a.1,
                v_int32: a.2,
                v_int64: a.3,
                v_uint32: b.0,
                v_uint64: b.1,
                v_sint32: b.2,
                v_sint64: b.3,
                v_fixed32: c.0,
                v_fixed64: c.1,
                v_sfixed32: c.2,
                v_sfixed64: c.3,
                v_bool: d.0,
                v_string: d.1,
                v_bytes: d.2,
                v_color: d.3,
                ..Default::default()
            })
            .boxed()
    };
}

fn list<T: std::fmt::Debug>(values: BoxedStrategy<T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(values, 0..5)
}

fn plain() -> BoxedStrategy<Plain> {
    each_kind!(Plain, std::convert::identity)
}

fn explicit() -> BoxedStrategy<Explicit> {
    each_kind!(Explicit, prop::option::of)
}

fn lists() -> BoxedStrategy<Lists> {
    each_kind!(Lists, list)
}

fn unpacked() -> BoxedStrategy<Unpacked> {
    each_kind!(Unpacked, list)
}

fn trees() -> BoxedStrategy<Tree> {
    let leaf = i32s().prop_map(|leaf| Tree { leaf, ..Default::default() });
    leaf.prop_recursive(4, 30, 3, |inner| {
        let right = prop_oneof![
            inner.clone().prop_map(|tree| tree::Right::Tree(Box::new(tree))),
            texts().prop_map(tree::Right::Text),
            plain().prop_map(tree::Right::Plain)
        ];
        let named = prop::collection::hash_map("[a-c]{0,2}", inner.clone(), 0..3);
        let parts = (prop::option::of(inner.clone()), list(inner.boxed()), named, prop::option::of(right));
        parts.prop_map(|(left, branches, named, right)| Tree {
            left: left.map(Box::new),
            branches,
            named,
            right,
            ..Default::default()
        })
    })
    .boxed()
}

fn choices() -> BoxedStrategy<Choice> {
    use choice::Value;
    let numbers = prop_oneof![
        doubles().prop_map(Value::VDouble),
        floats().prop_map(Value::VFloat),
        i32s().prop_map(Value::VInt32),
        i64s().prop_map(Value::VInt64),
        u32s().prop_map(Value::VUint32),
        u64s().prop_map(Value::VUint64),
        i32s().prop_map(Value::VSint32),
        i64s().prop_map(Value::VSint64)
    ];
    let others = prop_oneof![
        u32s().prop_map(Value::VFixed32),
        u64s().prop_map(Value::VFixed64),
        i32s().prop_map(Value::VSfixed32),
        i64s().prop_map(Value::VSfixed64),
        any::<bool>().prop_map(Value::VBool),
        texts().prop_map(Value::VString),
        blobs().prop_map(Value::VBytes),
        colors().prop_map(Value::VColor),
        plain().prop_map(Value::VPlain),
        trees().prop_map(Value::VTree)
    ];
    let value = prop::option::of(prop_oneof![numbers, others]);
    value.prop_map(|value| Choice { value, ..Default::default() }).boxed()
}

fn map<K, V>(keys: BoxedStrategy<K>, values: BoxedStrategy<V>) -> impl Strategy<Value = HashMap<K, V>>
where
    K: std::fmt::Debug + std::hash::Hash + Eq,
    V: std::fmt::Debug,
{
    prop::collection::hash_map(keys, values, 0..4)
}

fn maps() -> BoxedStrategy<Maps> {
    let bools = || any::<bool>().boxed();
    (
        (map(i32s(), doubles()), map(i64s(), floats()), map(u32s(), bools()), map(u64s(), blobs())),
        (map(i32s(), i64s()), map(i64s(), u32s()), map(u32s(), i64s()), map(u64s(), u64s())),
        (map(i32s(), i64s()), map(i64s(), texts()), map(bools(), colors()), map(texts(), trees())),
    )
        .prop_map(|(a, b, c)| Maps {
            v_int32: a.0,
            v_int64: a.1,
            v_uint32: a.2,
            v_uint64: a.3,
            v_sint32: b.0,
            v_sint64: b.1,
            v_fixed32: b.2,
            v_fixed64: b.3,
            v_sfixed32: c.0,
            v_sfixed64: c.1,
            v_bool: c.2,
            v_string: c.3,
            ..Default::default()
        })
        .boxed()
}

type Checked = Result<(), TestCaseError>;

/// All that holds for a value of any message.
fn holds<M: Viewable + Clone + PartialEq + std::fmt::Debug>(value: &M) -> Checked {
    let bytes = value.encode_to_vec();
    prop_assert_eq!(value.encoded_len(), bytes.len());
    prop_assert_eq!(&value.encode_to_bytes()[..], &bytes[..]);
    prop_assert_eq!(&M::decode(&bytes)?, value);
    prop_assert_eq!(&M::decode_bytes(Bytes::from(bytes.clone()))?, value);
    fits_exactly(value, &bytes)?;
    is_the_same_as_a_view(value, &bytes)?;
    passes_through_an_older_schema(value, &bytes)?;
    survives_truncation::<M>(&bytes)
}

fn is_the_same_as_a_view<M: Viewable + PartialEq + std::fmt::Debug>(value: &M, bytes: &[u8]) -> Checked {
    let view = M::View::decode(bytes)?;
    prop_assert_eq!(&view.to_message(), value);
    prop_assert_eq!(view.encoded_len(), bytes.len());
    prop_assert_eq!(&M::decode(&view.encode_to_vec())?, value);
    prop_assert_eq!(&M::View::of(value).to_message(), value);
    for end in 0..bytes.len() {
        let read = M::View::decode(&bytes[..end]).map(|view| view.to_message());
        prop_assert_eq!(read, M::decode(&bytes[..end]));
    }
    Ok(())
}

fn fits_exactly<M: Message>(value: &M, bytes: &[u8]) -> Checked {
    let mut room = vec![0; bytes.len()];
    let mut exact = &mut room[..];
    value.encode(&mut exact)?;
    prop_assert_eq!(exact.remaining_mut(), 0);
    prop_assert_eq!(&room[..], bytes);
    let mut behind = BytesMut::from(&b"before"[..]);
    value.encode(&mut behind)?;
    prop_assert_eq!(&behind[..], [b"before", bytes].concat());
    if let Some(short) = bytes.len().checked_sub(1) {
        let mut room = vec![9; short];
        let refused = value.encode(&mut &mut room[..]);
        prop_assert_eq!(
            refused,
            Err(EncodeError::InsufficientCapacity { required: bytes.len(), remaining: short })
        );
        prop_assert_eq!(room, vec![9; short], "nothing is written");
    }
    Ok(())
}

fn passes_through_an_older_schema<M: Message + PartialEq + std::fmt::Debug>(
    value: &M,
    bytes: &[u8],
) -> Checked {
    let unknown = Nothing::decode(bytes)?;
    prop_assert_eq!(unknown.encoded_len(), bytes.len());
    prop_assert_eq!(&unknown.encode_to_vec()[..], bytes);
    prop_assert_eq!(&unknown.unknown_fields.as_bytes(), &bytes);
    prop_assert_eq!(&M::decode(&unknown.encode_to_vec())?, value);
    Ok(())
}

/// A front of the bytes is an error, or a message of the fields that are whole.
fn survives_truncation<M: Message>(bytes: &[u8]) -> Checked {
    // Every place in small messages, some in large ones.
    for end in (0..bytes.len()).step_by(1 + bytes.len() / 200) {
        if let Ok(front) = M::decode(&bytes[..end]) {
            prop_assert!(front.encoded_len() <= end, "{} bytes made {}", end, front.encoded_len());
        }
        let _ = M::decode_bytes(Bytes::copy_from_slice(&bytes[..end]));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_without_presence(value in plain()) {
        holds(&value)?;
    }

    #[test]
    fn values_with_presence(value in explicit()) {
        holds(&value)?;
    }

    #[test]
    fn lists_packed(value in lists()) {
        holds(&value)?;
    }

    #[test]
    fn lists_unpacked(value in unpacked()) {
        holds(&value)?;
    }

    #[test]
    fn oneofs(value in choices()) {
        holds(&value)?;
    }

    #[test]
    fn maps_of_all_keys(value in maps()) {
        let bytes = value.encode_to_vec();
        prop_assert_eq!(value.encoded_len(), bytes.len());
        prop_assert_eq!(&Maps::decode(&bytes)?, &value);
        prop_assert_eq!(&Maps::decode(&Nothing::decode(&bytes)?.encode_to_vec())?, &value);
        for end in 0..bytes.len().min(300) {
            let _ = Maps::decode(&bytes[..end]);
        }
    }

    #[test]
    fn messages_in_themselves(value in trees()) {
        let bytes = value.encode_to_vec();
        prop_assert_eq!(value.encoded_len(), bytes.len());
        prop_assert_eq!(&Tree::decode(&bytes)?, &value);
        survives_truncation::<Tree>(&bytes)?;
    }

    #[test]
    fn packed_and_unpacked_are_read_as_each_other(packed in lists(), single in unpacked()) {
        let read = Lists::decode(&Unpacked::decode(&packed.encode_to_vec())?.encode_to_vec())?;
        prop_assert_eq!(read, packed);
        let read = Unpacked::decode(&Lists::decode(&single.encode_to_vec())?.encode_to_vec())?;
        prop_assert_eq!(read, single);
    }

    #[test]
    fn merging_is_reading_one_behind_the_other(first in lists(), second in lists()) {
        let (one, other) = (first.encode_to_vec(), second.encode_to_vec());
        let mut merged = Lists::decode(&one)?;
        merged.merge(&other)?;
        prop_assert_eq!(&merged, &Lists::decode(&[one, other].concat())?);
        prop_assert_eq!(merged.v_string.len(), first.v_string.len() + second.v_string.len());
    }

    #[test]
    fn what_presence_has_beyond_the_value_is_the_zero(value in plain()) {
        // Fields that are zero are not written without presence, so an explicit reader sees them as not set.
        let read = Explicit::decode(&value.encode_to_vec())?;
        prop_assert_eq!(read.v_int32.is_some(), value.v_int32 != 0);
        prop_assert_eq!(read.v_string.is_some(), !value.v_string.is_empty());
        prop_assert_eq!(read.v_bool.is_some(), value.v_bool);
        prop_assert_eq!(read.v_double.map(f64::to_bits), Some(value.v_double.to_bits()).filter(|bits| *bits != 0));
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..300)) {
        fn read<M: Message + PartialEq + std::fmt::Debug>(noise: &[u8]) {
            let shared = M::decode_bytes(Bytes::copy_from_slice(noise));
            if let Ok(value) = M::decode(noise) {
                // What was read can be written: not the same bytes, but as many as it says.
                assert_eq!(value.encode_to_vec().len(), value.encoded_len());
                assert!(shared.is_ok());
            } else {
                assert!(shared.is_err());
            }
        }
        read::<Plain>(&noise);
        read::<Explicit>(&noise);
        read::<Lists>(&noise);
        read::<Maps>(&noise);
        read::<Choice>(&noise);
        read::<Tree>(&noise);
        read::<Nothing>(&noise);
    }
}

//! proto2: what a closed enum does not name goes to the unknown fields and comes back, groups are read and written,
//! defaults are told by the getters, and required fields are always written.

use protocall::{DecodeError, DecodeOptions, Message};

protocall::include_proto!("proto/legacy.proto");
use legacy::v1::{Grade, Newer, Record, Size, newer, record};

/// Reads a record whose required field may be missing.
fn partial(bytes: &[u8]) -> Result<Record, DecodeError> {
    DecodeOptions::new().partial(true).decode(bytes)
}

/// A record by the newer schema, with sizes that the older one does not know.
fn newer() -> Newer {
    use newer::Grade::{High, Middle};
    use newer::Size::{Large, Medium, Small};
    Newer {
        id: 4,
        size: Some(Medium),
        sizes: vec![Small, Medium, Large, Medium],
        packed_sizes: vec![Medium, Large],
        grade_of: [(1, Middle), (2, High)].into(),
        either: Some(newer::Either::EitherSize(Medium)),
        ..Default::default()
    }
}

#[test]
fn numbers_that_an_enum_does_not_name_are_unknown_fields() {
    let read = Record::decode(&newer().encode_to_vec()).unwrap();
    assert_eq!((read.id, read.size), (4, None));
    assert_eq!(read.sizes, [Size::Small, Size::Large]);
    assert_eq!(read.packed_sizes, [Size::Large]);
    assert_eq!(read.grade_of, [(2, Grade::High)].into());
    assert_eq!(read.either, None);
    let mut numbers: Vec<_> = read.unknown_fields.iter().map(|field| field.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3, 3, 4, 5, 6]);
}

#[test]
fn they_come_back_for_who_knows_them() {
    let through = Record::decode(&newer().encode_to_vec()).unwrap();
    assert_eq!(through.encoded_len(), through.encode_to_vec().len());
    let mut back = Newer::decode(&through.encode_to_vec()).unwrap();
    // Unknown fields stand behind the known ones, so that lists come back in another order.
    let mut expected = newer();
    for sizes in [&mut back.sizes, &mut back.packed_sizes, &mut expected.sizes, &mut expected.packed_sizes] {
        sizes.sort_unstable();
    }
    assert_eq!(back, expected);
}

#[test]
fn an_unknown_number_leaves_what_was_there() {
    let known_then_unknown = [8, 1, 16, 1, 16, 3, 48, 5, 48, 3];
    let read = Record::decode(&known_then_unknown).unwrap();
    assert_eq!(read.size, Some(Size::Small));
    assert_eq!(read.either, Some(record::Either::EitherSize(Size::Large)));
    assert_eq!(read.unknown_fields.as_bytes(), [16, 3, 48, 3]);
    let text_then_unknown = [8, 1, 58, 1, b'x', 48, 3];
    let read = Record::decode(&text_then_unknown).unwrap();
    assert_eq!(read.either, Some(record::Either::EitherText("x".into())));
}

#[test]
fn a_map_entry_without_a_value_has_the_first_of_the_enum() {
    let read = partial(&[42, 2, 8, 7]).unwrap();
    assert_eq!(read.grade_of, [(7, Grade::Unset)].into());
    let unknown_then_known = partial(&[42, 6, 8, 7, 16, 3, 16, 5]).unwrap();
    assert_eq!(unknown_then_known.grade_of, [(7, Grade::High)].into());
    let unknown = [42, 4, 16, 3, 8, 7];
    assert_eq!(partial(&unknown).unwrap().unknown_fields.as_bytes(), unknown, "as it stood");
}

fn with_groups() -> Record {
    let nested = Record { id: -1, text: Some("in".into()), ..Default::default() };
    let item = |name: &str| record::Item { name: Some(name.into()), ..Default::default() };
    Record {
        id: 1,
        inner: Some(record::Inner { depth: Some(2), nested: Some(Box::new(nested)), ..Default::default() }),
        item: vec![item("a"), item(""), item("c")],
        ..Default::default()
    }
}

#[test]
fn groups_go_through() {
    let bytes = with_groups().encode_to_vec();
    assert_eq!(bytes.len(), with_groups().encoded_len());
    assert_eq!(Record::decode(&bytes).unwrap(), with_groups());
    for end in 0..bytes.len() {
        let _ = Record::decode(&bytes[..end]);
    }
    let small =
        Record { inner: Some(record::Inner { depth: Some(5), ..Default::default() }), ..Default::default() };
    assert_eq!(small.encode_to_vec(), [8, 0, 67, 8, 5, 68], "between two tags, without a length");
    let unknown = Newer::decode(&bytes).unwrap();
    assert_eq!(
        Record::decode(&unknown.encode_to_vec()).unwrap(),
        with_groups(),
        "an older schema passes them on"
    );
}

#[test]
fn a_group_merges_and_must_end() {
    let twice = partial(&[67, 8, 5, 68, 67, 18, 2, 8, 9, 68]).unwrap().inner.expect("it is set");
    assert_eq!((twice.depth, twice.nested.map(|nested| nested.id)), (Some(5), Some(9)));
    assert_eq!(partial(&[67, 8, 5]), Err(DecodeError::Truncated));
    assert_eq!(partial(&[67, 8, 5, 76]), Err(DecodeError::UnexpectedEndGroup));
    assert_eq!(partial(&[68]), Err(DecodeError::UnexpectedEndGroup));
    let with_unknown = [67, 8, 5, 35, 8, 1, 36, 68];
    let read = partial(&with_unknown).unwrap();
    assert_eq!(read.inner.as_ref().map(|inner| inner.unknown_fields.as_bytes()), Some(&[35, 8, 1, 36][..]));
    assert_eq!(read.encode_to_vec(), [&[8, 0][..], &with_unknown].concat());
    let deep = |levels: usize| {
        // Each level is a group with a message in it, so two levels of nesting.
        let mut bytes = Vec::new();
        for _ in 0..levels {
            let mut message = vec![67, 18];
            let mut rest = bytes.len();
            while rest >= 128 {
                message.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            message.push(rest as u8);
            message.extend(bytes);
            message.push(68);
            bytes = message;
        }
        bytes
    };
    assert!(partial(&deep(50)).is_ok());
    assert_eq!(partial(&deep(51)), Err(DecodeError::RecursionLimit));
}

#[test]
fn getters_tell_the_declared_defaults() {
    let unset = Record::default();
    assert_eq!((unset.size(), unset.plain_size()), (Size::Large, Size::Small));
    assert_eq!((unset.text(), unset.on(), unset.offset()), ("a \"text\" \n", true, -7));
    assert_eq!(unset.ratio(), f64::NEG_INFINITY);
    assert_eq!(unset.blob(), [0, 255]);
    assert_eq!(unset.inner().nested().id, 0);
    assert_eq!(unset.encode_to_vec(), [8, 0], "only what is required is written");
    let set = Record { size: Some(Size::Small), on: Some(false), offset: Some(0), ..Default::default() };
    assert_eq!((set.size(), set.on(), set.offset()), (Size::Small, false, 0));
    assert_eq!(Record::decode(&set.encode_to_vec()).unwrap(), set, "presence is kept for zeros");
}

//! The corners of the wire format, byte by byte: what other implementations write or refuse, so does this one.

use bytes::Bytes;
use protocall::{DecodeError, Message, UnknownValue};

protocall::include_proto!("proto/kinds.proto");
use kinds::v1::*;

/// A tag that takes one byte, or two.
fn tag(number: u8, wire: u8) -> Vec<u8> {
    if number < 16 { vec![number << 3 | wire] } else { vec![0x80 | (number << 3 | wire), number >> 4] }
}

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH: u8 = 2;
const GROUP: u8 = 3;
const END_GROUP: u8 = 4;
const FIXED32: u8 = 5;

fn varint(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&tag(number, VARINT)[..], bytes].concat()
}

fn length(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("tests are short");
    assert!(length < 128);
    [&tag(number, LENGTH)[..], &[length], bytes].concat()
}

#[test]
fn the_last_of_several_values_wins() {
    let twice = [varint(3, &[1]), varint(3, &[2]), length(14, b"a"), length(14, b"b")].concat();
    let read = Plain::decode(&twice).unwrap();
    assert_eq!((read.v_int32, read.v_string.as_str()), (2, "b"));
    assert_eq!(Explicit::decode(&twice).unwrap().v_int32, Some(2));
    let zero_last = Plain::decode(&[varint(3, &[1]), varint(3, &[0])].concat()).unwrap();
    assert_eq!(zero_last.v_int32, 0);
}

#[test]
fn messages_merge_and_so_do_those_of_a_oneof() {
    let leaf = |leaf| varint(1, &[leaf]);
    let (left, branch) = (length(2, &leaf(1)), length(2, &length(3, &leaf(2))));
    let read = Tree::decode(&[left, branch].concat()).unwrap().left.expect("it is set");
    assert_eq!((read.leaf, read.branches.len()), (1, 1));

    let plain = |field: Vec<u8>| length(17, &field);
    let both = [plain(varint(3, &[7])), plain(length(14, b"x"))].concat();
    let Some(choice::Value::VPlain(merged)) = Choice::decode(&both).unwrap().value else {
        panic!("wrong member")
    };
    assert_eq!((merged.v_int32, merged.v_string.as_str()), (7, "x"));

    let replaced = [plain(varint(3, &[7])), varint(3, &[1]), plain(length(14, b"x"))].concat();
    let Some(choice::Value::VPlain(anew)) = Choice::decode(&replaced).unwrap().value else {
        panic!("wrong member")
    };
    assert_eq!(
        (anew.v_int32, anew.v_string.as_str()),
        (0, "x"),
        "another member in between has replaced the first"
    );
}

#[test]
fn a_oneof_keeps_its_zero() {
    let zero = Choice { value: Some(choice::Value::VInt32(0)), ..Default::default() };
    assert_eq!(zero.encode_to_vec(), varint(3, &[0]));
    assert_eq!(Choice::decode(&zero.encode_to_vec()).unwrap(), zero);
    let empty = Choice { value: Some(choice::Value::VPlain(Plain::default())), ..Default::default() };
    assert_eq!(Choice::decode(&empty.encode_to_vec()).unwrap(), empty);
}

#[test]
fn a_map_entry_may_lack_its_key_or_its_value_or_both() {
    let entry = |fields: &[u8]| Maps::decode(&length(12, fields)).unwrap().v_string;
    assert_eq!(entry(b"").get(""), Some(&Tree::default()));
    assert_eq!(entry(&length(1, b"k")).get("k"), Some(&Tree::default()));
    let leaf = Tree { leaf: 5, ..Default::default() };
    assert_eq!(entry(&length(2, &varint(1, &[5]))).get(""), Some(&leaf));
}

#[test]
fn the_last_entry_of_a_key_wins_and_so_does_the_last_key_of_an_entry() {
    let entry = |fields: Vec<u8>| length(10, &fields);
    let key = |low| [&tag(1, FIXED64)[..], &[low, 0, 0, 0, 0, 0, 0, 0]].concat();
    let duplicate =
        [entry([key(1), length(2, b"a")].concat()), entry([length(2, b"b"), key(1)].concat())].concat();
    let read = Maps::decode(&duplicate).unwrap().v_sfixed64;
    assert_eq!((read.len(), read.get(&1).map(String::as_str)), (1, Some("b")));
    let twice = entry([key(1), length(2, b"a"), key(2), length(2, b"b"), varint(3, &[1])].concat());
    let read = Maps::decode(&twice).unwrap().v_sfixed64;
    assert_eq!(
        (read.len(), read.get(&2).map(String::as_str)),
        (1, Some("b")),
        "and a third field is passed over"
    );
}

#[test]
fn an_unknown_value_of_an_open_enum_stays() {
    let read = Maps::decode(&length(11, &[8, 1, 16, 99])).unwrap();
    assert_eq!(read.v_bool.get(&true), Some(&Color::Unrecognized(99)));
    let read = Lists::decode(&length(16, &[1, 99, 2])).unwrap();
    assert_eq!(read.v_color, [Color::Red, Color::Unrecognized(99), Color::Green]);
    assert_eq!(read.encode_to_vec(), length(16, &[1, 99, 2]));
}

const MINUS_ONE: [u8; 10] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];

#[test]
fn negative_numbers_take_ten_bytes_and_longer_ones_are_cut() {
    let minus = Plain { v_int32: -1, v_color: Color::Negative, ..Default::default() };
    assert_eq!(
        minus.encode_to_vec(),
        [varint(3, &MINUS_ONE), [&tag(16, VARINT)[..], &MINUS_ONE].concat()].concat()
    );
    assert_eq!(Plain::decode(&minus.encode_to_vec()).unwrap(), minus);
    // 2^32 + 5: the low 32 bits are 5.
    let long = [0x85, 0x80, 0x80, 0x80, 0x10];
    assert_eq!(Plain::decode(&varint(3, &long)).unwrap().v_int32, 5);
    assert_eq!(Plain::decode(&varint(5, &long)).unwrap().v_uint32, 5);
    assert_eq!(Plain::decode(&varint(7, &long)).unwrap().v_sint32, -3);
    assert_eq!(Plain::decode(&varint(16, &long)).unwrap().v_color, Color::Unrecognized(5));
    assert_eq!(Plain::decode(&varint(3, &[0xff, 0xff, 0xff, 0xff, 0x0f])).unwrap().v_int32, -1);
    assert!(Plain::decode(&varint(13, &long)).unwrap().v_bool, "any bit makes it true");
    assert!(Plain::decode(&varint(13, &[0x80, 0x80, 0x80, 0x80, 0x80, 1])).unwrap().v_bool);
}

#[test]
fn a_varint_may_be_longer_than_it_must_but_not_longer_than_ten_bytes() {
    assert_eq!(Plain::decode(&varint(4, &[0x81, 0x80, 0x80, 0])).unwrap().v_int64, 1);
    assert_eq!(
        Plain::decode(&varint(4, &[0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]))
            .unwrap()
            .v_int64,
        1
    );
    assert_eq!(Plain::decode(&varint(4, &MINUS_ONE)).unwrap().v_int64, -1);
    for number in [4, 20] {
        let eleven = varint(number, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]);
        assert_eq!(Plain::decode(&eleven), Err(DecodeError::InvalidVarint), "field {number}");
        assert_eq!(Plain::decode(&varint(number, &[0xff; 9])), Err(DecodeError::Truncated), "field {number}");
    }
    let long_tag = [0x98, 0x80, 0, 7];
    assert_eq!(Plain::decode(&long_tag).unwrap().v_int32, 7, "a tag is a varint as well");
}

#[test]
fn tags_that_do_not_exist_are_refused() {
    for bad in [
        vec![0],
        varint(0, &[1]),
        length(0, b""),
        tag(3, 6),
        tag(3, 7),
        tag(20, 6),
        tag(20, 7),
        // A number of 2^29, which is one too many.
        vec![0x80, 0x80, 0x80, 0x80, 0x10, 1],
    ] {
        assert_eq!(Plain::decode(&bad), Err(DecodeError::InvalidTag), "{bad:?}");
        assert_eq!(Nothing::decode(&bad), Err(DecodeError::InvalidTag), "{bad:?}");
    }
    // 2^29 - 1 is the largest.
    let largest = [0xf8, 0xff, 0xff, 0xff, 0x0f, 1];
    assert_eq!(Nothing::decode(&largest).unwrap().encode_to_vec(), largest);
}

#[test]
fn a_group_must_end_as_it_began_and_only_then() {
    for bad in [tag(3, END_GROUP), tag(20, END_GROUP), [tag(20, GROUP), tag(21, END_GROUP)].concat()] {
        assert_eq!(Plain::decode(&bad), Err(DecodeError::UnexpectedEndGroup), "{bad:?}");
    }
    for cut in [tag(20, GROUP), [tag(20, GROUP), varint(1, &[1])].concat()] {
        assert_eq!(Plain::decode(&cut), Err(DecodeError::Truncated), "{cut:?}");
    }
    let inside = length(17, &tag(17, END_GROUP));
    let around = [tag(17, GROUP), inside, tag(17, END_GROUP)].concat();
    assert!(Nothing::decode(&around).is_ok(), "an unknown field is not looked into");
    let stray = length(2, &tag(20, END_GROUP));
    let around = [tag(20, GROUP), stray.clone(), tag(20, END_GROUP)].concat();
    assert!(Tree::decode(&around).is_ok());
    assert_eq!(
        Tree::decode(&stray),
        Err(DecodeError::UnexpectedEndGroup),
        "a message does not end an outer group"
    );
}

#[test]
fn a_known_number_of_another_wire_type_is_an_unknown_field() {
    let fixed = [&tag(3, FIXED32)[..], &[1, 2, 3, 4]].concat();
    let group = [tag(14, GROUP), varint(1, &[5]), tag(14, END_GROUP)].concat();
    let all = [fixed.clone(), varint(14, &[9]), group.clone(), length(1, b"12345678")].concat();
    let read = Plain::decode(&all).unwrap();
    assert_eq!((read.v_int32, read.v_string.as_str(), read.v_double), (0, "", 0.0));
    assert_eq!(read.encode_to_vec(), all, "and is written back");
    let values: Vec<_> = read.unknown_fields.iter().map(|field| (field.number, field.value)).collect();
    assert_eq!(
        values,
        [
            (3, UnknownValue::Fixed32(0x0403_0201)),
            (14, UnknownValue::Varint(9)),
            (14, UnknownValue::Group(&[8, 5])),
            (1, UnknownValue::Bytes(b"12345678")),
        ]
    );
    assert_eq!(Choice::decode(&fixed).unwrap().value, None);
    assert!(Maps::decode(&varint(1, &[1])).unwrap().v_int32.is_empty());
}

#[test]
fn packed_and_unpacked_may_be_mixed_and_be_empty() {
    let mixed = [varint(3, &[1]), length(3, &[2, 3]), length(3, &[]), varint(3, &[4])].concat();
    assert_eq!(Lists::decode(&mixed).unwrap().v_int32, [1, 2, 3, 4]);
    assert_eq!(Unpacked::decode(&mixed).unwrap().v_int32, [1, 2, 3, 4]);
    let doubles = length(1, &[1.5f64.to_le_bytes(), (-2.0f64).to_le_bytes()].concat());
    assert_eq!(Unpacked::decode(&doubles).unwrap().v_double, [1.5, -2.0]);
    assert_eq!(Lists::default().encode_to_vec(), b"", "an empty list is not written");
    for torn in [length(1, &[0; 7]), length(9, &[0; 6]), length(3, &[1, 0x80]), length(13, &[0x80])] {
        assert!(Lists::decode(&torn).is_err(), "{torn:?}");
        assert!(Unpacked::decode(&torn).is_err(), "{torn:?}");
    }
}

#[test]
fn minus_zero_is_not_zero_and_a_nan_keeps_its_bits() {
    let minus = Plain { v_double: -0.0, v_float: -0.0, ..Default::default() };
    assert_eq!(minus.encode_to_vec().len(), 9 + 5);
    let read = Plain::decode(&minus.encode_to_vec()).unwrap();
    assert!(read.v_double.is_sign_negative() && read.v_float.is_sign_negative());
    assert_eq!(Plain { v_double: 0.0, ..Default::default() }.encode_to_vec(), b"");
    let (double, float) = (0x7ff0_dead_beef_0001, 0xffa0_1234);
    let odd = Lists {
        v_double: vec![f64::from_bits(double)],
        v_float: vec![f32::from_bits(float)],
        ..Default::default()
    };
    let read = Lists::decode(&odd.encode_to_vec()).unwrap();
    assert_eq!((read.v_double[0].to_bits(), read.v_float[0].to_bits()), (double, float));
    let plain = Plain { v_double: f64::from_bits(double), ..Default::default() };
    assert_eq!(Plain::decode(&plain.encode_to_vec()).unwrap().v_double.to_bits(), double);
}

#[test]
fn text_must_be_utf8_wherever_it_stands() {
    for bad in [
        &[0xff][..],
        &[0xc3],
        &[0xed, 0xa0, 0x80],
        &[0xc0, 0x80],
        &[0xf4, 0x90, 0x80, 0x80],
        b"long enough \xe2\x98",
    ] {
        let field = length(14, bad);
        assert_eq!(Plain::decode(&field), Err(DecodeError::InvalidUtf8), "{bad:?}");
        assert_eq!(Explicit::decode(&field), Err(DecodeError::InvalidUtf8), "{bad:?}");
        assert_eq!(Lists::decode(&field), Err(DecodeError::InvalidUtf8), "{bad:?}");
        assert_eq!(Choice::decode(&field), Err(DecodeError::InvalidUtf8), "{bad:?}");
        assert_eq!(Maps::decode(&length(12, &length(1, bad))), Err(DecodeError::InvalidUtf8), "{bad:?}");
        assert!(Plain::decode(&length(15, bad)).is_ok(), "bytes are bytes");
    }
}

/// A message in so many messages, each the field `number` of the other.
fn nested(number: u8, levels: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..levels {
        let mut length = Vec::new();
        let mut rest = bytes.len();
        while rest >= 128 {
            length.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        length.push(rest as u8);
        bytes = [tag(number, LENGTH), length, bytes].concat();
    }
    bytes
}

#[test]
fn a_hundred_levels_are_read_and_not_one_more() {
    for number in [2, 3, 5] {
        assert!(Tree::decode(&nested(number, 100)).is_ok(), "field {number}");
        assert_eq!(Tree::decode(&nested(number, 101)), Err(DecodeError::RecursionLimit), "field {number}");
        assert_eq!(Tree::decode(&nested(number, 10_000)), Err(DecodeError::RecursionLimit), "field {number}");
    }
    let groups = |levels| [tag(20, GROUP).repeat(levels), tag(20, END_GROUP).repeat(levels)].concat();
    assert_eq!(Nothing::decode(&groups(100)).unwrap().encode_to_vec(), groups(100));
    assert_eq!(Nothing::decode(&groups(101)), Err(DecodeError::RecursionLimit));
    assert_eq!(Nothing::decode(&groups(100_000)), Err(DecodeError::RecursionLimit));
    assert_eq!(Tree::decode(&length(2, &groups(99)[..0])).unwrap().left, Some(Box::default()));
    let wide = nested(2, 1).repeat(1000);
    assert!(Tree::decode(&wide).is_ok(), "many beside each other are not deep");
}

#[test]
fn bytes_are_slices_of_the_buffer_that_is_read() {
    let value = Lists {
        v_bytes: vec![Bytes::from_static(b"first"), Bytes::new(), vec![7; 1000].into()],
        ..Default::default()
    };
    let buffer = value.encode_to_bytes();
    let read = Lists::decode_bytes(buffer.clone()).unwrap();
    assert_eq!(read, value);
    let whole = buffer.as_ptr_range();
    for part in read.v_bytes.iter().filter(|part| !part.is_empty()) {
        assert!(whole.contains(&part.as_ptr()), "it was copied");
    }
    let copied = Lists::decode(&buffer).unwrap();
    assert!(!whole.contains(&copied.v_bytes[2].as_ptr()), "a borrowed buffer cannot be shared");
    let choice = Choice { value: Some(choice::Value::VBytes(vec![1; 50].into())), ..Default::default() }
        .encode_to_bytes();
    let Some(choice::Value::VBytes(part)) = Choice::decode_bytes(choice.clone()).unwrap().value else {
        panic!("wrong")
    };
    assert!(choice.as_ptr_range().contains(&part.as_ptr()));
}

#[test]
fn a_length_beyond_the_input_is_an_end_and_no_allocation() {
    for huge in [
        &[0xff, 0xff, 0xff, 0xff, 0x7f][..],
        &MINUS_ONE,
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ] {
        for number in [1, 3, 14, 15, 16, 20] {
            let field = [&tag(number, LENGTH)[..], huge, b"abc"].concat();
            assert_eq!(Lists::decode(&field), Err(DecodeError::Truncated), "field {number}");
        }
    }
}

#[test]
fn unknown_fields_keep_their_order_behind_the_known_ones() {
    let unknown = [varint(30, &[1]), length(20, b"x"), varint(30, &[2])].concat();
    let read = Plain::decode(
        &[&varint(30, &[1])[..], &varint(3, &[5]), &length(20, b"x"), &varint(30, &[2])].concat(),
    );
    assert_eq!(read.unwrap().encode_to_vec(), [varint(3, &[5]), unknown].concat());
}

//! Strings that the schema does not want checked: `String` and checked all the same, unless the call asks for bytes; then
//! text that is not UTF-8 passes through with nothing lost, wherever such a string stands.

use std::collections::HashMap;

use protocall::{Bytes, DecodeError, Extendable, Message};

/// What both calls are made of; a call takes a literal only.
macro_rules! schema {
    ($($option:tt)*) => {
        protocall::include_proto!(
            inline = r#"
            edition = "2023";
            package text.v1;
            option features.utf8_validation = NONE;
            message Letter {
              string plain = 1;
              string greeting = 2 [default = "dear \303\241"];
              string implicit = 3 [features.field_presence = IMPLICIT];
              repeated string lines = 4;
              map<string, string> by_name = 5;
              oneof sender { string name = 6; int32 number = 7; }
              string checked = 8 [features.utf8_validation = VERIFY];
              Letter reply = 9;
              extensions 100 to 199;
            }
            extend Letter {
              string note = 100;
              repeated string notes = 101;
              string checked_note = 102 [features.utf8_validation = VERIFY];
            }
            "#,
            $($option)*
        );
    };
}

mod strings {
    schema!(unchecked_strings = "string");
}

mod usual {
    schema!();
}

mod bytes {
    schema!(unchecked_strings = "bytes");
}

use bytes::text::v1::{CHECKED_NOTE, Letter, NOTE, NOTES, letter::Sender};

const BAD: &[u8] = b"a\xffb";

fn bad() -> Bytes {
    Bytes::from_static(BAD)
}

/// A field of three bytes that are no text.
fn field(number: u32) -> Vec<u8> {
    let mut bytes = vec![3];
    bytes.extend(BAD);
    let tag = number << 3 | 2;
    if tag < 0x80 {
        [&[tag as u8][..], &bytes].concat()
    } else {
        [&[tag as u8 | 0x80, (tag >> 7) as u8][..], &bytes].concat()
    }
}

#[test]
fn strings_are_checked_unless_the_call_asks_for_bytes() {
    for number in [1, 2, 3, 4, 6] {
        assert_eq!(
            usual::text::v1::Letter::decode(&field(number)),
            Err(DecodeError::InvalidUtf8),
            "{number}"
        );
        assert_eq!(
            strings::text::v1::Letter::decode(&field(number)),
            Err(DecodeError::InvalidUtf8),
            "{number}"
        );
        assert!(Letter::decode(&field(number)).is_ok(), "{number}");
    }
    let letter = usual::text::v1::Letter { plain: Some("text".to_owned()), ..Default::default() };
    assert_eq!(letter.plain(), "text");
    assert_eq!(letter.greeting(), "dear á");
}

#[test]
fn whatever_they_hold_passes_through() {
    let letter = Letter {
        plain: Some(bad()),
        greeting: Some(bad()),
        implicit: bad(),
        lines: vec![bad(), Bytes::new(), bad()],
        by_name: HashMap::from([(bad(), bad())]),
        sender: Some(Sender::Name(bad())),
        ..Default::default()
    };
    let outer = Letter { reply: Some(Box::new(letter.clone())), ..Default::default() };
    let bytes = outer.encode_to_vec();
    assert_eq!(Letter::decode(&bytes).as_ref(), Ok(&outer));
    assert_eq!(Letter::decode_bytes(bytes.into()).as_ref().map(Letter::reply), Ok(&letter));
    assert_eq!(letter.plain(), BAD);
}

#[test]
fn defaults_are_bytes_too() {
    assert_eq!(Letter::default().greeting(), "dear á".as_bytes());
    assert_eq!(Letter::default().plain(), b"");
}

#[test]
fn strings_that_are_checked_stay_so() {
    assert_eq!(Letter::decode(&field(8)), Err(DecodeError::InvalidUtf8));
    assert_eq!(Letter::decode(&field(102)), Err(DecodeError::InvalidUtf8));
    let letter = Letter { checked: Some("text".to_owned()), ..Default::default() };
    assert_eq!(letter.checked(), "text");
}

#[test]
fn extensions_hold_bytes() {
    let mut letter = Letter::decode(&[field(100), field(101), field(101)].concat()).unwrap();
    assert_eq!(letter.extension(&NOTE), Ok(Some(bad())));
    assert_eq!(letter.extension(&NOTES), Ok(vec![bad(), bad()]));
    letter.set_extension(&NOTE, &None);
    letter.set_extension(&CHECKED_NOTE, &Some("text".to_owned()));
    let again = Letter::decode(&letter.encode_to_vec()).unwrap();
    assert_eq!(again.extension(&CHECKED_NOTE), Ok(Some("text".to_owned())));
    assert_eq!(again.extension(&NOTES), Ok(vec![bad(), bad()]));
    let usual = usual::text::v1::Letter::decode(&field(100)).unwrap();
    assert_eq!(usual.extension(&usual::text::v1::NOTE), Err(DecodeError::InvalidUtf8));
}

#[test]
fn proto2_checks_no_string_by_itself() {
    mod old {
        protocall::include_proto!(
            inline = r#"syntax = "proto2"; message Old { required string text = 1; }"#,
            unchecked_strings = "bytes"
        );
    }
    mod new {
        protocall::include_proto!(
            inline = r#"syntax = "proto3"; message New { string text = 1; }"#,
            unchecked_strings = "bytes"
        );
    }
    assert_eq!(old::Old::decode(&field(1)).unwrap().text, BAD);
    assert_eq!(new::New::decode(&field(1)), Err(DecodeError::InvalidUtf8));
}

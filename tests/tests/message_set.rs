//! Message sets: items are read in any order of their parts, and in the form of other extensions, written in the standard
//! form, reached by typed keys, and kept where no key names them. The bytes are those that Google's runtime writes;
//! torture_schemas.rs compares the two with random ones.

use protocall::text::{TextReader, TextWriter};
use protocall::{DecodeError, DynamicMessage, Extendable, Json, Message, Reflect, Text};

protocall::include_proto!(
    inline = r#"
    syntax = "proto2";
    package sets.v1;
    message Set {
      option message_set_wire_format = true;
      extensions 4 to max;
    }
    message Holder { optional Set set = 1; optional int32 id = 2; }
    message Note {
      optional string text = 1;
      repeated int32 stars = 2;
      extend Set { optional Note note = 1000; }
    }
    message Strict { required int32 x = 1; }
    extend Set { optional Strict strict = 536870911; }
"#,
    message_set = true
);
use sets::v1::{Holder, Note, STRICT, Set, Strict, note};

/// Group 1 of the number 1000 and a note of one star: what Google's runtime writes.
const STARRED: &[u8] = &[0x0b, 0x10, 0xe8, 0x07, 0x1a, 2, 0x10, 5, 0x0c];

fn starred() -> Note {
    Note { stars: vec![5], ..Default::default() }
}

#[test]
fn a_set_is_written_item_by_item() {
    let mut set = Set::default();
    set.set_extension(&note::NOTE, &Some(starred()));
    assert_eq!(set.encode_to_vec(), STARRED);
    assert_eq!(set.encoded_len(), STARRED.len());
    set.set_extension(&STRICT, &Some(Strict { x: 1, ..Default::default() }));
    let strict = [0x0b, 0x10, 0xff, 0xff, 0xff, 0xff, 0x01, 0x1a, 2, 0x08, 1, 0x0c];
    assert_eq!(set.encode_to_vec(), [STARRED, &strict].concat());
    // In whatever order they are set.
    set.set_extension(&note::NOTE, &None);
    set.set_extension(&note::NOTE, &Some(starred()));
    assert_eq!(set.encode_to_vec(), [STARRED, &strict].concat());
    let holder = Holder { set: Some(set), id: Some(3), ..Default::default() };
    assert_eq!(Holder::decode(&holder.encode_to_vec()), Ok(holder));
}

#[test]
fn every_form_is_read_and_becomes_the_standard_one() {
    for form in [
        STARRED,
        // The message before the number.
        &[0x0b, 0x1a, 2, 0x10, 5, 0x10, 0xe8, 0x07, 0x0c],
        // As any other message has its extensions.
        &[0xc2, 0x3e, 2, 0x10, 5],
        // What comes twice counts once, and what belongs to no item is passed over.
        &[0x0b, 0x10, 0xe8, 0x07, 0x10, 9, 0x1a, 2, 0x10, 5, 0x1a, 0, 0x20, 1, 0x2b, 0x2c, 0x0c],
        // Items without a number or a message are none.
        &[
            0x0b, 0x10, 0xe8, 0x07, 0x1a, 2, 0x10, 5, 0x0c, 0x0b, 0x0c, 0x0b, 0x1a, 0, 0x0c, 0x0b, 0x10, 4,
            0x0c,
        ],
    ] {
        let set = Set::decode(form).unwrap_or_else(|error| panic!("{form:x?}: {error}"));
        assert_eq!(set.extension(&note::NOTE), Ok(Some(starred())), "{form:x?}");
        assert_eq!(set.encode_to_vec(), STARRED, "{form:x?}");
    }
}

#[test]
fn items_of_one_number_are_merged() {
    let set = Set::decode(&[STARRED, STARRED].concat()).unwrap();
    assert_eq!(set.extension(&note::NOTE).unwrap().unwrap().stars, [5, 5]);
}

#[test]
fn items_that_no_key_names_are_kept() {
    let unknown = [0x0b, 0x10, 77, 0x1a, 3, 1, 2, 3, 0x0c];
    let mut set = Set::decode(&[&unknown, STARRED].concat()).unwrap();
    assert!(set.has_extension(&note::NOTE) && !set.has_extension(&STRICT));
    assert!(set.clear_extension(&note::NOTE) && !set.clear_extension(&note::NOTE));
    assert_eq!(set.encode_to_vec(), unknown);
    set.set_extension(&note::NOTE, &Some(Note::default()));
    set.set_extension(&note::NOTE, &Some(starred()));
    assert_eq!(set.encode_to_vec(), [&unknown, STARRED].concat());
    set.set_extension(&note::NOTE, &None);
    assert_eq!(set.encode_to_vec(), unknown);
}

#[test]
fn other_fields_are_kept_as_they_came() {
    let other = [0x20, 1, 0x2b, 0x08, 2, 0x2c];
    let set = Set::decode(&[&other, STARRED].concat()).unwrap();
    assert_eq!(set.encode_to_vec(), [&other, STARRED].concat());
    assert_eq!(set.extension(&note::NOTE), Ok(Some(starred())));
}

#[test]
fn broken_items_are_errors() {
    for (form, expected) in [
        (&[0x0b, 0x10, 4, 0x1a, 2][..], DecodeError::Truncated),
        (&[0x0b, 0x10, 4], DecodeError::Truncated),
        (&[0x0b, 0x10, 4, 0x14], DecodeError::UnexpectedEndGroup),
        (&[0x0c], DecodeError::UnexpectedEndGroup),
        (&[0x02, 0], DecodeError::InvalidTag),
    ] {
        assert_eq!(Set::decode(form), Err(expected), "{form:x?}");
    }
    // What an item holds is looked at when it is asked for.
    let set = Set::decode(&[0x0b, 0x10, 0xff, 0xff, 0xff, 0xff, 0x01, 0x1a, 0, 0x0c]).unwrap();
    assert!(
        matches!(set.extension(&STRICT), Err(DecodeError::MissingRequired { number: 1 })),
        "{:?}",
        set.extension(&STRICT)
    );
}

#[test]
fn items_are_extensions_in_json_and_text() {
    let mut set = Set::default();
    set.set_extension(&note::NOTE, &Some(starred()));
    let json = r#"{"[sets.v1.Note.note]":{"stars":[5]}}"#;
    assert_eq!(set.to_json().unwrap(), json);
    assert_eq!(Set::from_json(json), Ok(set.clone()));
    let text = "[sets.v1.Note.note] {\n  stars: 5\n}\n";
    assert_eq!(set.to_text(), text);
    assert_eq!(Set::from_text(text), Ok(set.clone()));
    let mut dynamic = DynamicMessage::new(set.descriptor());
    TextReader::new().merge(&mut dynamic, text).unwrap();
    assert_eq!(dynamic.encode_to_vec(), STARRED);
    let unknown = Set::decode(&[0x0b, 0x10, 9, 0x1a, 1, 0x61, 0x0c]).unwrap();
    assert_eq!(TextWriter::new().unknown_fields(true).write(&unknown), "9: \"a\"\n");
}

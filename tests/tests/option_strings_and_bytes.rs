//! The options `strings` and `bytes`: fields in other types than `String` and `Bytes`. The bytes on the wire, views, JSON,
//! text and reflection are those of any other message.

use std::collections::HashMap;
use std::sync::Arc;

use protocall::{Bytes, Json, Message, MessageView, OwnedValue, Reflect, SharedStr, Text};

mod plain {
    protocall::include_proto!("proto/representation.proto");
}

mod chosen {
    protocall::include_proto!(
        "proto/representation.proto",
        strings = [
            ("representation", "SharedStr"),
            ("representation.Note.id", "Box<str>"),
            ("representation.Note.title", "Arc<str>"),
            ("representation.Note.labels", "Arc<str>"),
            ("representation.Note.counts", "Box<str>"),
            ("representation.Note.usual", "String"),
            ("representation.Note.phone", "Box<str>"),
        ],
        bytes = [
            ("representation.Note.*", "Vec<u8>"),
            ("representation.Note.digests", "Box<[u8]>"),
            ("representation.Note.usual_data", "Bytes"),
        ],
        derive = [("representation", [Eq])],
        views = true
    );
}

mod small {
    protocall::include_proto!(
        "proto/representation.proto",
        strings = [("representation", "Box<str>")],
        bytes = [("representation", "Vec<u8>")],
        code_size = true
    );
}

mod unchecked {
    protocall::include_proto!(
        "proto/representation.proto",
        unchecked_strings = "bytes",
        bytes = [("representation.Old", "Vec<u8>")]
    );
}

use chosen::representation::{Note, NoteView, note};

const LONG: &str =
    "a text that is longer than what is copied for being short: it is worth to be shared with its buffer";

fn note() -> Note {
    Note {
        id: "id-7".into(),
        title: Some("title".into()),
        lines: vec![LONG.into(), "".into(), "schön".into()],
        labels: HashMap::from([("kind".into(), "letter".into())]),
        counts: HashMap::from([("a".into(), 1)]),
        usual: "usual".into(),
        data: vec![0, 1, 2],
        digests: vec![Box::from([1, 2]), Box::default()],
        parts: HashMap::from([(1, vec![9])]),
        usual_data: Bytes::from_static(b"u"),
        contact: Some(note::Contact::Phone("123".into())),
        ..Default::default()
    }
}

#[test]
fn fields_have_the_types_that_were_asked_for() {
    let note = note();
    let Note { id, title, lines, labels, counts, usual, usual_data, data, digests, parts, .. } = note.clone();
    let _: (Box<str>, Option<Arc<str>>, Vec<SharedStr>) = (id, title, lines);
    let _: HashMap<Arc<str>, Arc<str>> = labels;
    let _: HashMap<Box<str>, u32> = counts;
    let _: (String, Bytes, Vec<u8>) = (usual, usual_data, data);
    let _: Vec<Box<[u8]>> = digests;
    let _: HashMap<i32, Vec<u8>> = parts;
    assert_eq!(note.labels.get("kind").map(|value| &**value), Some("letter"));
    assert_eq!((note.title(), Note::default().title()), ("title", ""));
    let old = chosen::representation::Old::default();
    assert_eq!((old.name(), old.raw()), ("nobody", &b"\0\xff"[..]));
}

#[test]
fn the_bytes_are_the_same() {
    let bytes = note().encode_to_vec();
    let other = plain::representation::Note::decode(&bytes).expect("it is a note");
    assert_eq!((other.lines[0].as_str(), other.data.as_ref()), (LONG, &[0_u8, 1, 2][..]));
    assert_eq!(other.labels["kind"], "letter");
    assert_eq!(Note::decode(&other.encode_to_vec()), Ok(note()));
    let small = small::representation::Note::decode(&bytes).expect("it is a note");
    assert_eq!(Note::decode(&small.encode_to_vec()), Ok(note()));
}

#[test]
fn shared_text_lies_in_the_buffer_and_is_checked() {
    let bytes = note().encode_to_bytes();
    let read = Note::decode_bytes(bytes.clone()).expect("it is a note");
    let (buffer, line) = (bytes.as_ptr_range(), read.lines[0].as_ptr());
    assert!(buffer.contains(&line), "the text was copied");
    for number in [1, 2, 3, 6, 12] {
        let wrong = [number << 3 | 2, 1, 0xff];
        assert!(Note::decode(&wrong).is_err(), "field {number} took what is not UTF-8");
    }
}

#[test]
fn views_json_text_and_reflection_see_them() {
    let (note, bytes) = (note(), note().encode_to_vec());
    let view = NoteView::decode(&bytes).expect("it is a note");
    assert_eq!((view.id, view.lines[2], view.digests[0]), ("id-7", "schön", &[1_u8, 2][..]));
    assert_eq!(view.to_message(), note);
    assert_eq!(NoteView::of(&note).encode_to_vec(), bytes);

    let json = note.to_json().expect("it has JSON");
    assert!(json.contains(r#""phone":"123""#), "{json}");
    assert_eq!(Note::from_json(&json).expect("it is a note"), note);
    assert_eq!(Note::from_text(&note.to_text()).expect("it is a note"), note);

    let mut note = note;
    note.reflect_mut().set("id", "8").expect("it is a string");
    note.reflect_mut().set("data", vec![7_u8]).expect("it is bytes");
    assert_eq!((&*note.id, &note.data[..]), ("8", &[7_u8][..]));
    assert!(note.reflect_mut().set("id", OwnedValue::I32(1)).is_err());
    assert!(format!("{note:?}").contains(r#"id: "8""#), "{note:?}");
}

#[test]
fn unchecked_strings_that_are_bytes_are_named_by_bytes() {
    let old = unchecked::representation::Old::decode(&[10, 1, 0xff]).expect("nothing is checked");
    let _: &Option<Vec<u8>> = &old.name;
    assert_eq!((old.name(), unchecked::representation::Old::default().name()), (&[0xff][..], &b"nobody"[..]));
}

//! Messages whose types are known by their descriptors only behave as generated ones do: they read and write the same
//! bytes, JSON and text, and keep what a closed enum or the schema does not name.

use protocall::json::{JsonReader, JsonWriter};
use protocall::reflect::{ExtensionField, FieldKind, MapKey, ReflectError, Value, ValueMut, View, ViewMut};
use protocall::text::{TextReader, TextWriter};
use protocall::well_known::FileDescriptorProto;
use protocall::{
    DecodeError, DescriptorPool, DynamicMessage, EncodeOptions, Extendable, Message, OwnedValue, Reflect,
};
use protocall_tests::drawn::{Dice, fill};

mod schema {
    protocall::include_proto!([
        "proto/kinds.proto",
        "proto/legacy.proto",
        "proto/extended.proto",
        "proto/every_shape.proto",
    ]);
}
use schema::extended::v1::{Extended, NUMBERS, PART, TEXT, Twin};
use schema::kinds::v1::{Lists, Maps, Tree};
use schema::legacy::v1::{Newer, Record, newer};
use schema::shapes::v1::Every;

fn dynamic<M: Reflect + Default>() -> DynamicMessage {
    DynamicMessage::new(M::default().descriptor())
}

fn decoded<M: Reflect + Default>(bytes: &[u8]) -> Result<DynamicMessage, DecodeError> {
    DynamicMessage::decode(M::default().descriptor(), bytes)
}

fn same<M: Message + Reflect + Default>() {
    let options = EncodeOptions::new().deterministic(true);
    for seed in 0..100 {
        let mut message = dynamic::<M>();
        fill(&mut message, &mut Dice::new(seed), 3);
        let bytes = message.encode_to_vec();
        let generated = M::decode(&bytes).unwrap();
        let read = decoded::<M>(&options.encode_to_vec(&generated)).unwrap();
        assert_eq!(read.encode_to_vec(), bytes, "{message:?}");
        let mut copy = M::default();
        fill(&mut copy, &mut Dice::new(seed), 3);
        assert_eq!(options.encode_to_vec(&copy), options.encode_to_vec(&generated), "{message:?}");
        assert_eq!(format!("{message:?}"), format!("{:?}", generated.reflect()));
    }
}

#[test]
fn bytes_are_those_of_generated_messages() {
    same::<Lists>();
    same::<Maps>();
    same::<Tree>();
    same::<Record>();
    same::<Every>();
    same::<Twin>();
}

#[test]
fn a_closed_enum_takes_what_it_names() {
    let mut message = dynamic::<Record>();
    let record = message.reflect_mut();
    record.set("size", OwnedValue::Enum(5)).unwrap();
    let refused = record.set("size", OwnedValue::Enum(3));
    assert!(matches!(refused, Err(ReflectError::NoValue { number: 3, .. })), "{refused:?}");
    assert!(!record.list_mut("sizes").unwrap().push().set(OwnedValue::Enum(3)));
    let grades = record.map_mut("grade_of").unwrap();
    assert!(!grades.entry(MapKey::I32(1)).unwrap().set(OwnedValue::Enum(3)));
    assert!(grades.entry(MapKey::I32(2)).unwrap().set(OwnedValue::Enum(5)));
    assert!(matches!(record.get("size"), Ok(Some(Value::Enum(5)))));
    let mut open = dynamic::<schema::kinds::v1::Plain>();
    open.reflect_mut().set("v_color", OwnedValue::Enum(77)).unwrap();
}

#[test]
fn numbers_that_a_closed_enum_does_not_name_are_unknown_fields() {
    let newer = Newer {
        id: 4,
        sizes: vec![newer::Size::Medium, newer::Size::Large],
        packed_sizes: vec![newer::Size::Medium],
        grade_of: [(1, newer::Grade::Middle), (2, newer::Grade::High)].into(),
        either: Some(newer::Either::EitherSize(newer::Size::Medium)),
        ..Default::default()
    };
    let read = decoded::<Record>(&newer.encode_to_vec()).unwrap();
    let record = read.reflect();
    assert_eq!((record.list("sizes").unwrap().len(), record.has("either_size")), (1, Ok(false)));
    assert_eq!(record.map("grade_of").unwrap().keys(), [MapKey::I32(2)]);
    let generated = Record::decode(&newer.encode_to_vec()).unwrap();
    assert_eq!(Record::decode(&read.encode_to_vec()).unwrap(), generated);
    assert_eq!(Newer::decode(&read.encode_to_vec()).unwrap().grade_of, newer.grade_of);
}

#[test]
fn groups_are_messages() {
    let mut message = dynamic::<Record>();
    let record = message.reflect_mut();
    record.set("id", 1).unwrap();
    let ValueMut::Message(inner) = record.make("inner").unwrap() else { panic!("a message") };
    inner.set("depth", 5).unwrap();
    let ValueMut::Message(item) = record.list_mut("item").unwrap().push() else { panic!("a message") };
    item.set("name", "tea").unwrap();
    let bytes = message.encode_to_vec();
    assert_eq!(bytes, [8, 1, 0x43, 8, 5, 0x44, 0x4b, 0x0a, 3, b't', b'e', b'a', 0x4c]);
    assert_eq!(decoded::<Record>(&bytes).unwrap(), message);
    assert_eq!(decoded::<Record>(&bytes[..5]), Err(DecodeError::Truncated));
}

#[test]
fn maps_take_keys_of_their_type() {
    let mut message = dynamic::<Maps>();
    let maps = message.reflect_mut();
    let map = maps.map_mut("v_string").unwrap();
    assert!(map.entry(MapKey::I32(1)).is_none());
    let Some(ValueMut::Message(tree)) = map.entry(MapKey::String("a".to_owned())) else {
        panic!("a message")
    };
    tree.set("leaf", 7).unwrap();
    let map = maps.map("v_string").unwrap();
    assert!(matches!(map.get(&MapKey::String("a".to_owned())), Some(Value::Message(_))));
    assert!(map.get(&MapKey::Bool(true)).is_none());
    let read = Maps::decode(&message.encode_to_vec()).unwrap();
    assert_eq!(read.v_string["a"].leaf, 7);
}

#[test]
fn extensions_lie_among_the_unknown_fields_and_every_format_has_them() {
    let mut extended = Extended::default();
    extended.set_extension(&TEXT, &Some("soon".to_owned()));
    extended.set_extension(&NUMBERS, &vec![1, 2]);
    let read = decoded::<Extended>(&extended.encode_to_vec()).unwrap();
    let line = TextWriter::new().one_line(true).short_lists(true).write(&read);
    assert_eq!(line, r#"[extended.v1.text]: "soon" [extended.v1.numbers]: [1, 2]"#);
    let json = JsonWriter::new().write(&read).unwrap();
    assert_eq!(json, r#"{"[extended.v1.text]":"soon","[extended.v1.numbers]":[1,2]}"#);
    for mut again in [dynamic::<Extended>(), dynamic::<Extended>()] {
        TextReader::new().merge(&mut again, &line).unwrap();
        assert_eq!(Extended::decode(&again.encode_to_vec()).unwrap(), extended);
        again.reflect_mut().clear_all();
        JsonReader::new().merge(&mut again, &json).unwrap();
        assert_eq!(Extended::decode(&again.encode_to_vec()).unwrap(), extended);
    }
}

#[test]
fn extensions_are_got_and_put_by_their_descriptors() {
    let pool = Extended::default().descriptor().pool().clone();
    let extension = |name: &str| pool.extension(&format!("extended.v1.{name}")).unwrap();
    let mut message = dynamic::<Extended>();
    let mut part = ExtensionField::new(extension("part"));
    let ViewMut::Single(ValueMut::Message(held)) = part.make() else { panic!("a message") };
    held.set("depth", 5).unwrap();
    message.reflect_mut().put_extension(extension("part"), &part).unwrap();
    let generated = Extended::decode(&message.encode_to_vec()).unwrap();
    assert_eq!(generated.extension(&PART).unwrap().unwrap().depth, Some(5));

    let mut numbers = generated.reflect().get_extension(extension("numbers")).unwrap();
    assert!(matches!(numbers.view(), View::List(list) if list.is_empty()));
    let ViewMut::List(list) = numbers.make() else { panic!("a list") };
    assert!(list.push().set(7.into()));
    message.reflect_mut().put_extension(extension("numbers"), &numbers).unwrap();
    let names: Vec<_> =
        message.reflect().extensions().iter().map(|(field, _)| field.name().to_owned()).collect();
    assert_eq!(names, ["part", "numbers"]);
    part.clear();
    message.reflect_mut().put_extension(extension("part"), &part).unwrap();
    assert_eq!(message.encode_to_vec(), [0x4a, 1, 7]);

    let other = dynamic::<Twin>().reflect_mut().put_extension(extension("part"), &part);
    assert!(matches!(other, Err(ReflectError::NoField { .. })));
    let damaged = decoded::<Extended>(&[0x3a, 1, 0x80]).unwrap();
    let refused = damaged.reflect().get_extension(extension("part"));
    assert!(matches!(refused, Err(ReflectError::Unreadable { .. })), "{refused:?}");
}

#[test]
fn unknown_fields_pass_through() {
    let bytes =
        [[0xb8, 0x3e, 1].as_slice(), &[0xba, 0x3e, 2, 7, 7], &[0xbb, 0x3e, 8, 1, 0xbc, 0x3e]].concat();
    let mut read = decoded::<Tree>(&bytes).unwrap();
    read.reflect_mut().set("leaf", 5).unwrap();
    assert_eq!(read.encode_to_vec(), [&[8, 5], &bytes[..]].concat());
    assert_eq!(format!("{:?}", read.reflect()).matches("999").count(), 3);
    read.reflect_mut().clear_all();
    assert_eq!(read, dynamic::<Tree>());
}

#[test]
fn a_required_field_must_be_there_and_depth_is_limited() {
    assert_eq!(decoded::<Record>(&[]), Err(DecodeError::MissingRequired { number: 1 }));
    let mut nested = Vec::new();
    for _ in 0..200 {
        let mut length = Vec::new();
        let mut rest = nested.len();
        while rest > 0x7f {
            length.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        length.push(rest as u8);
        nested = [&[0x42][..], &length, &nested].concat();
    }
    assert_eq!(decoded::<Every>(&nested), Err(DecodeError::RecursionLimit));
}

#[test]
fn a_pool_of_descriptors_that_came_while_the_program_runs_makes_messages() {
    let known = Tree::default();
    let file = FileDescriptorProto::decode(known.descriptor().file().unwrap().bytes()).unwrap();
    // A `FileDescriptorSet` of that file.
    let mut set = protocall::UnknownFields::new();
    set.push_bytes(1, &file.encode_to_vec());
    let pool = DescriptorPool::decode(set.as_bytes()).unwrap();
    let tree = pool.message("kinds.v1.Tree").unwrap();
    assert!(matches!(tree.field("left").unwrap().kind(), FieldKind::Message(left) if left == tree));
    let mut message = DynamicMessage::new(tree);
    message.reflect_mut().set("leaf", 3).unwrap();
    assert_eq!(Tree::decode(&message.encode_to_vec()).unwrap().leaf, 3);
    assert!(DescriptorPool::decode(&[1, 2, 3]).is_err());
}

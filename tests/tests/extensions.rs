//! Extensions: kept as they came until they are asked for, read and written by typed keys, passed on by who knows none.

use protocall::{DecodeError, EncodeOptions, Extendable, Message};

protocall::include_proto!(
    inline = r#"
    syntax = "proto2";
    package ext.v1;
    message Base {
      optional int32 id = 1;
      extensions 100 to 199;
    }
    // By the number of a field what a program without extensions sees.
    message Plain {
      optional int32 id = 1;
    }
    enum Size { SMALL = 1; LARGE = 5; }
    message Note { optional string text = 1; optional int32 stars = 2; }
    extend Base {
      // How heavy it is.
      optional int32 weight = 100;
      repeated string labels = 101;
      optional Note note = 102;
      repeated Note notes = 103;
      repeated sint32 packed_offsets = 104 [packed = true];
      repeated sint32 offsets = 105;
      optional Size size = 106;
      repeated Size sizes = 107;
      optional group Inner = 108 { optional bool deep = 1; }
      optional bytes blob = 109;
    }
    message Scope { extend Base { optional double ratio = 110; } }
"#
);
use ext::v1::*;

fn note(text: &str, stars: Option<i32>) -> Note {
    Note { text: Some(text.into()), stars, ..Default::default() }
}

#[test]
fn every_shape_is_set_read_and_cleared() -> Result<(), DecodeError> {
    let mut base = Base { id: Some(7), ..Default::default() };
    base.set_extension(&WEIGHT, &Some(-3));
    base.set_extension(&LABELS, &vec!["a".into(), String::new()]);
    base.set_extension(&NOTE, &Some(note("one", None)));
    base.set_extension(&NOTES, &vec![note("x", Some(1)), Note::default()]);
    base.set_extension(&PACKED_OFFSETS, &vec![-1, 2, i32::MIN]);
    base.set_extension(&OFFSETS, &vec![3, -4]);
    base.set_extension(&SIZE, &Some(Size::Large));
    base.set_extension(&SIZES, &vec![Size::Small, Size::Large]);
    base.set_extension(&INNER, &Some(Inner { deep: Some(true), ..Default::default() }));
    base.set_extension(&BLOB, &Some(vec![0, 255].into()));
    base.set_extension(&scope::RATIO, &Some(0.5));
    let read = Base::decode(&base.encode_to_vec())?;
    assert_eq!(read, base);
    assert_eq!(read.extension(&WEIGHT)?, Some(-3));
    assert_eq!(read.extension(&LABELS)?, ["a", ""]);
    assert_eq!(read.extension(&NOTE)?, Some(note("one", None)));
    assert_eq!(read.extension(&NOTES)?, [note("x", Some(1)), Note::default()]);
    assert_eq!(read.extension(&PACKED_OFFSETS)?, [-1, 2, i32::MIN]);
    assert_eq!(read.extension(&OFFSETS)?, [3, -4]);
    assert_eq!(read.extension(&SIZE)?, Some(Size::Large));
    assert_eq!(read.extension(&SIZES)?, [Size::Small, Size::Large]);
    assert_eq!(read.extension(&INNER)?.and_then(|inner| inner.deep), Some(true));
    assert_eq!(read.extension(&BLOB)?.as_deref(), Some(&[0, 255][..]));
    assert_eq!(read.extension(&scope::RATIO)?, Some(0.5));
    assert!(base.clear_extension(&NOTES) && !base.clear_extension(&NOTES));
    assert!(!base.has_extension(&NOTES) && base.has_extension(&NOTE));
    base.set_extension(&WEIGHT, &None);
    assert_eq!(base.extension(&WEIGHT)?, None);
    Ok(())
}

#[test]
fn the_last_scalar_wins_messages_merge_and_both_list_forms_are_read() -> Result<(), DecodeError> {
    let twice = [160, 6, 1, 160, 6, 2, 178, 6, 3, 10, 1, b'a', 178, 6, 2, 16, 9];
    let base = Base::decode(&twice)?;
    assert_eq!(base.extension(&WEIGHT)?, Some(2));
    assert_eq!(base.extension(&NOTE)?, Some(note("a", Some(9))));
    // The packed field unpacked, and the other way round.
    let swapped = [192, 6, 1, 192, 6, 2, 202, 6, 2, 3, 4];
    let base = Base::decode(&swapped)?;
    assert_eq!(base.extension(&PACKED_OFFSETS)?, [-1, 1]);
    assert_eq!(base.extension(&OFFSETS)?, [-2, 2]);
    Ok(())
}

#[test]
fn what_does_not_fit_is_none_or_an_error_and_never_lost() -> Result<(), DecodeError> {
    // A size that the enum does not name, a weight of another wire type, and a note that is cut short.
    let odd = [208, 6, 3, 162, 6, 1, b'x', 178, 6, 2, 10, 5];
    let base = Base::decode(&odd)?;
    assert_eq!(base.extension(&SIZE)?, None);
    assert_eq!(base.extension(&WEIGHT)?, None);
    assert_eq!(base.extension(&NOTE), Err(DecodeError::Truncated));
    assert_eq!(base.encode_to_vec(), odd);
    Ok(())
}

#[test]
fn a_program_without_the_schema_passes_them_on() -> Result<(), DecodeError> {
    let mut base = Base::default();
    base.set_extension(&LABELS, &vec!["kept".into()]);
    let through = Plain::decode(&base.encode_to_vec())?.encode_to_vec();
    assert_eq!(Base::decode(&through)?.extension(&LABELS)?, ["kept"]);
    assert_eq!(
        (WEIGHT.number(), WEIGHT.name(), scope::RATIO.name()),
        (100, "ext.v1.weight", "ext.v1.Scope.ratio")
    );
    Ok(())
}

#[test]
fn bytes_do_not_tell_the_order_in_which_they_were_set() -> Result<(), DecodeError> {
    let (weight, labels) = (Some(-3), vec!["b".into(), "a".into()]);
    let mut one = Base::default();
    one.set_extension(&WEIGHT, &weight);
    one.set_extension(&LABELS, &labels);
    let mut other = Base::default();
    other.set_extension(&LABELS, &labels);
    other.set_extension(&WEIGHT, &weight);
    assert_eq!(other, one);
    assert_eq!(other.encode_to_vec(), one.encode_to_vec());

    other.set_extension(&WEIGHT, &Some(5));
    assert_eq!(other.extension(&WEIGHT)?, Some(5));
    assert_eq!(other.extension(&LABELS)?, ["b", "a"], "those of one number keep theirs");
    Ok(())
}

#[test]
fn unknown_fields_keep_the_order_of_their_arrival() -> Result<(), DecodeError> {
    // Two that may be members of one oneof, of which the last counts, around an extension.
    let came = [&[0xa0, 0x7d, 1][..], &[0xa0, 0x06, 2], &[0x98, 0x7d, 2]].concat();
    let mut base = Base::decode(&came)?;
    let options = EncodeOptions::new().deterministic(true);
    assert_eq!(options.encode_to_vec(&base), came);
    let weight = base.extension(&WEIGHT)?;
    assert_eq!(weight, Some(2));
    base.set_extension(&WEIGHT, &weight);
    let numbers: Vec<_> = base.unknown_fields.iter().map(|field| field.number).collect();
    assert_eq!(numbers, [WEIGHT.number(), 2004, 2003]);
    Ok(())
}

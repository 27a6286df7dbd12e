//! proto2's required fields: written always, and missed on reading unless the caller takes what there is.

use protocall::{DecodeError, DecodeOptions, Message};

protocall::include_proto!(
    inline = r#"
    syntax = "proto2";
    package must.v1;
    enum Size { SMALL = 1; LARGE = 5; }
    message Line {
      required string name = 1;
      required Size size = 3;
      optional Line next = 4;
    }
    message Loop { required Loop next = 1; required Other other = 2; }
    message Other { required Loop back = 1; }
    message Order { repeated Line lines = 1; optional int32 id = 2; }
"#
);
use must::v1::{Line, Loop, Order, Size};

fn missing(number: u32) -> Result<Line, DecodeError> {
    Err(DecodeError::MissingRequired { number })
}

#[test]
fn they_are_written_whatever_they_hold() {
    let line = Line::default();
    assert_eq!(line.encode_to_vec(), [10, 0, 24, 1]);
    assert_eq!(Line::decode(&line.encode_to_vec()), Ok(line));
}

#[test]
fn one_that_is_missing_is_an_error_that_names_it() {
    assert_eq!(Line::decode(&[]), missing(1));
    assert_eq!(Line::decode(&[10, 1, b'x']), missing(3));
    assert_eq!(Line::decode(&[24, 5]), missing(1));
    assert_eq!(DecodeError::MissingRequired { number: 3 }.to_string(), "the required field 3 is missing");
}

#[test]
fn a_number_that_its_enum_does_not_name_does_not_count() {
    assert_eq!(Line::decode(&[10, 0, 24, 4]), missing(3));
    assert_eq!(Line::decode(&[10, 0, 24, 4, 24, 5]).map(|line| line.size), Ok(Size::Large));
}

#[test]
fn those_of_nested_messages_count_too() {
    let inner = [10, 0, 24, 1, 34, 2, 24, 1];
    assert_eq!(Line::decode(&inner), missing(1));
    let order = [10, 2, 10, 0];
    assert_eq!(Order::decode(&order), Err(DecodeError::MissingRequired { number: 3 }));
}

#[test]
fn a_caller_may_take_what_there_is() {
    let read: Result<Line, _> = DecodeOptions::new().partial(true).decode(&[24, 5]);
    assert_eq!(read.map(|line| (line.name, line.size)), Ok((String::new(), Size::Large)));
    let mut line = Line { name: "kept".into(), ..Default::default() };
    line.merge(&[24, 5]).unwrap();
    assert_eq!((line.name.as_str(), line.size), ("kept", Size::Large));
}

#[test]
fn a_message_that_requires_itself_ends_all_the_same() {
    let inner = Loop::default();
    let outer = Loop { next: Some(Box::new(inner)), ..Default::default() };
    assert_eq!(Loop::decode(&outer.encode_to_vec()), Ok(outer));
}

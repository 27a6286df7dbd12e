//! Views borrow text and bytes from the buffer that they were decoded from, hold what their messages hold, and are given
//! to those who ask for them only.

use std::collections::HashMap;
use std::ops::Range;

use protocall::well_known::{Timestamp, TimestampView};
use protocall::{DecodeError, DecodeOptions, EncodeOptions, Message, MessageView, Viewable};

mod legacy {
    protocall::include_proto!("proto/legacy.proto", views = ["legacy.v1.Record"]);
    pub(super) use legacy::v1::*;
}

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package view.v1;
            import "google/protobuf/timestamp.proto";
            message Order {
                int64 id = 1;
                string name = 2;
                bytes blob = 3;
                repeated string tags = 4;
                map<string, Item> items = 5;
                Item first = 6;
                oneof note { string text = 7; Item item = 8; int32 code = 9; }
                oneof level { int32 low = 10; int32 high = 11; }
                google.protobuf.Timestamp at = 12;
                optional string alias = 13;
                Order parent = 14;
                State state = 15;
                string type = 16;
                enum State { STATE_NONE = 0; STATE_OPEN = 1; }
            }
            message Item { string sku = 1; int32 count = 2; }
            message Numbers { int32 one = 1; }
            // Their names would clash if `Apart` had a view.
            message Apart { Item item = 1; }
            message ApartView { int32 one = 1; }
        "#,
        views = ["view.v1.Order", "view.v1.Numbers"],
    );
    pub(super) use view::v1::*;
}
use schema::*;

fn item(sku: &str) -> Item {
    Item { sku: sku.into(), count: 2, ..Default::default() }
}

fn order() -> Order {
    Order {
        id: 7,
        name: "a name".into(),
        blob: vec![1, 2, 3].into(),
        tags: vec!["x".into(), "y".into()],
        items: [("a".to_owned(), item("A")), ("b".to_owned(), item("B"))].into(),
        first: Some(item("first")),
        note: Some(order::Note::Item(item("noted"))),
        level: Some(order::Level::High(3)),
        at: Some(Timestamp { seconds: 5, ..Default::default() }),
        alias: Some(String::new()),
        parent: Some(Box::new(Order { id: 1, ..Default::default() })),
        state: order::State::Open,
        r#type: "t".into(),
        ..Default::default()
    }
}

fn addresses(bytes: &[u8]) -> Range<usize> {
    let range = bytes.as_ptr_range();
    range.start as usize..range.end as usize
}

#[test]
fn text_and_bytes_lie_in_the_buffer() {
    let bytes = order().encode_to_vec();
    let view = OrderView::decode(&bytes).unwrap();
    let within = addresses(&bytes);
    let borrowed = [view.name.as_bytes(), view.blob, view.tags[1].as_bytes(), view.r#type.as_bytes()];
    for part in borrowed.into_iter().chain(view.first.iter().map(|first| first.sku.as_bytes())) {
        assert!(within.contains(&(part.as_ptr() as usize)), "{part:?}");
    }
    assert_eq!((view.id, view.name, view.blob), (7, "a name", &[1, 2, 3][..]));
    assert_eq!(view.items.get("b").map(|item| item.sku), Some("B"));
    assert_eq!(view.state, order::State::Open);
    assert_eq!((view.alias, view.alias()), (Some(""), ""));
    assert_eq!(OrderView::default().alias(), "");
    assert!(matches!(view.note, Some(order::NoteView::Item(ItemView { sku: "noted", .. }))));
    assert_eq!(view.level, Some(order::Level::High(3)));
    assert_eq!(view.at, Some(TimestampView { seconds: 5, ..Default::default() }));
    assert_eq!(view.parent.as_deref().map(|parent| parent.id), Some(1));
}

#[test]
fn messages_and_views_become_each_other() {
    let order = order();
    let bytes = EncodeOptions::new().deterministic(true).encode_to_vec(&order);
    let view = OrderView::decode(&bytes).unwrap();
    assert_eq!(view.to_message(), order);
    assert_eq!(OrderView::of(&order), view);
    assert_eq!(view.encode_to_vec(), bytes, "entries of maps keep the order in which they came");
    assert_eq!(EncodeOptions::new().deterministic(true).encode_view_to_vec(&OrderView::of(&order)), bytes);
    assert_eq!(view.encoded_len(), bytes.len());
    assert_eq!(&view.encode_to_bytes()[..], bytes);
    let mut appended = b"head".to_vec();
    view.encode(&mut appended).unwrap();
    assert_eq!(&appended[4..], bytes);
}

#[test]
fn a_part_of_a_view_outlives_the_view() {
    let bytes = order().encode_to_vec();
    let name = {
        let view = OrderView::decode(&bytes).unwrap();
        view.name
    };
    assert_eq!(name, "a name");
}

#[test]
fn of_two_entries_with_one_key_the_last_counts() {
    let twice = [("k", 1), ("k", 2)].map(|(key, count)| Order {
        items: HashMap::from([(key.to_owned(), Item { count, ..Default::default() })]),
        ..Default::default()
    });
    let bytes = twice.map(|order| order.encode_to_vec()).concat();
    let view = OrderView::decode(&bytes).unwrap();
    assert_eq!(view.items.get("k").map(|item| item.count), Some(2));
    assert_eq!(view.to_message(), Order::decode(&bytes).unwrap());
    let once = Order { items: view.to_message().items, ..Default::default() }.encode_to_vec();
    assert_eq!(EncodeOptions::new().deterministic(true).encode_view_to_vec(&view), once);
}

#[test]
fn messages_merge_and_members_replace() {
    let first =
        Order { first: Some(item("one")), note: Some(order::Note::Text("t".into())), ..Default::default() };
    let second = Order {
        first: Some(Item { count: 9, ..Default::default() }),
        note: Some(order::Note::Code(4)),
        ..Default::default()
    };
    let bytes = [first.encode_to_vec(), second.encode_to_vec()].concat();
    let view = OrderView::decode(&bytes).unwrap();
    assert_eq!(view.first.as_ref().map(|item| (item.sku, item.count)), Some(("one", 9)));
    assert_eq!(view.note, Some(order::NoteView::Code(4)));
}

#[test]
fn what_the_schema_does_not_name_passes_through() {
    let bytes = order().encode_to_vec();
    let view = NumbersView::decode(&bytes).unwrap();
    assert_eq!(view.one, 7);
    assert!(view.unknown_fields.iter().any(|field| field.number == 13));
    assert_eq!(Order::decode(&view.encode_to_vec()).unwrap(), order());
    assert_eq!(view.to_message(), Numbers::decode(&bytes).unwrap());
    assert_eq!(NumbersView::of(&view.to_message()), view);
}

#[test]
fn bad_bytes_are_refused_as_by_the_message() {
    let not_text = [18, 2, 0xff, 0xfe];
    assert_eq!(OrderView::decode(&not_text), Err(DecodeError::InvalidUtf8));
    let cut = [18, 9, b'a'];
    assert_eq!(OrderView::decode(&cut), Err(DecodeError::Truncated));
    let deep = (0..150).fold(Vec::new(), |inner: Vec<u8>, _| {
        let mut outer = vec![14 << 3 | 2];
        let mut length = inner.len();
        while length >= 0x80 {
            outer.push(length as u8 | 0x80);
            length >>= 7;
        }
        outer.push(length as u8);
        [outer, inner].concat()
    });
    assert_eq!(OrderView::decode(&deep), Err(DecodeError::RecursionLimit));
    assert!(DecodeOptions::new().max_depth(200).decode_view::<OrderView<'_>>(&deep).is_ok());
}

#[test]
fn groups_closed_enums_and_required_fields_have_views_too() {
    use legacy::{Grade, Record, RecordView, Size, record};
    let nested = Record { id: 2, ..Default::default() };
    let inner = record::Inner { depth: Some(1), nested: Some(Box::new(nested)), ..Default::default() };
    let record = Record {
        id: 1,
        sizes: vec![Size::Small, Size::Large],
        grade_of: [(3, Grade::High)].into(),
        either: Some(record::Either::EitherSize(Size::Small)),
        inner: Some(inner),
        item: vec![record::Item { name: Some("n".into()), ..Default::default() }],
        text: Some("text".into()),
        ..Default::default()
    };
    let bytes = record.encode_to_vec();
    let view = RecordView::decode(&bytes).unwrap();
    assert_eq!((view.text(), view.blob(), view.ratio()), ("text", &b"\0\xff"[..], f64::NEG_INFINITY));
    assert_eq!(view.item[0].name, Some("n"));
    assert_eq!(view.to_message(), record);
    assert_eq!(Record::decode(&view.encode_to_vec()).unwrap(), record);
    assert_eq!(RecordView::decode(&[]), Err(DecodeError::MissingRequired { number: 1 }));
    // A number that the enum does not name.
    let view_of_unknown = [8, 1, 16, 99];
    let view = RecordView::decode(&view_of_unknown).unwrap();
    assert_eq!((view.size, view.unknown_fields.as_bytes()), (None, &[16, 99][..]));
}

#[test]
fn a_message_names_its_view() {
    fn name_of<M: Viewable>(bytes: &[u8]) -> bool {
        M::View::decode(bytes).is_ok_and(|view| view.to_message().encode_to_vec() == bytes)
    }
    assert!(name_of::<Item>(&item("s").encode_to_vec()));
}

#[test]
fn a_message_that_no_one_asked_for_has_no_view() {
    assert_eq!((Apart::NAME, ApartView::NAME), ("view.v1.Apart", "view.v1.ApartView"));
}

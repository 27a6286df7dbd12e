//! Protocol Buffers as text, over reflection: what people write into files for programs to read, and programs print for
//! people. [`Text`] is on every message; [`TextWriter`] and [`TextReader`] have the choices.
//!
//! <https://protobuf.dev/reference/protobuf/textformat-spec/>
//!
//! ```
//! mod schema {
//!     protocall::include_proto!(inline = r#"
//!         syntax = "proto3";
//!         package shop.v1;
//!         import "google/protobuf/any.proto";
//!         message Order {
//!             enum Status { STATUS_UNSPECIFIED = 0; STATUS_PAID = 1; }
//!             string id = 1;
//!             Status status = 2;
//!             repeated double prices = 3;
//!             map<string, uint32> counts = 4;
//!             google.protobuf.Any note = 5;
//!             Order parent = 6;
//!             reserved "rebate";
//!         }
//!     "#);
//! }
//! use protocall::Text;
//! use protocall::text::{TextReader, TextWriter};
//! use schema::shop::v1::Order;
//!
//! let order = Order::from_text(r#"
//!     ## Strings stand in either quotes, and one behind the other are one.
//!     id: 'o-' "7\n"
//!     status: STATUS_PAID             # or `1`
//!     prices: [1.5, 2e3, inf]         # a list, or a line for each
//!     prices: 7f
//!     counts { key: "tea" value: 2 }  # a map is a list of entries
//!     note { [type.googleapis.com/shop.v1.Order] { id: "inside" } }
//!     parent: < id: "angle brackets", rebate: 5; >
//! "#)?;
//! assert_eq!(order.prices, [1.5, 2000.0, f64::INFINITY, 7.0]);
//! assert_eq!(order.parent().id, "angle brackets", "what the schema sets aside by `reserved` is passed over");
//!
//! let line = TextWriter::new().one_line(true).short_lists(true).write(&order);
//! assert_eq!(
//!     line,
//!     r#"id: "o-7\n" status: STATUS_PAID prices: [1.5, 2000, inf, 7] counts { key: "tea" value: 2 } "#.to_owned()
//!         + r#"note { [type.googleapis.com/shop.v1.Order] { id: "inside" } } parent { id: "angle brackets" }"#
//! );
//! assert_eq!(TextReader::new().read::<Order>(&line)?, order);
//!
//! let error = Order::from_text("id: \"7\"\nparent { id: 7 }").unwrap_err();
//! assert_eq!((error.path(), error.line(), error.column()), ("parent.id", 2, 14));
//! assert_eq!(error.message(), "expected a string, found `7`");
//! # Ok::<(), protocall::text::TextError>(())
//! ```
//!
//! Extensions stand as `[pkg.name]`, groups by the name of their type or of their field. Fields that the schema does not
//! name are left out unless [`TextWriter::unknown_fields`] asks for them; the text does not say what they were, so that
//! no reader takes them back.
//!
//! Messages whose type is known only while the program runs are written and read as well:
//!
//! ```
//! use protocall::text::{TextReader, TextWriter};
//! use protocall::well_known::Duration;
//! use protocall::{DynamicMessage, Reflect};
//!
//! let mut message = DynamicMessage::new(Duration::default().descriptor());
//! TextReader::new().merge(&mut message, "seconds: 0x10")?;
//! assert_eq!(TextWriter::new().write(&message), "seconds: 16\n");
//! # Ok::<(), protocall::text::TextError>(())
//! ```

mod convert;
mod error;
mod layout;
mod number;
mod options;
mod read;
mod reading;
mod scalar;
mod skip;
mod string;
mod token;
mod unknown;
mod url;
mod write;

pub use convert::Text;
pub use error::TextError;
pub use options::{TextReader, TextWriter};

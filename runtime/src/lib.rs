//! Protocol Buffers and gRPC for Rust: one macro, one dependency, nothing else to install.
//!
//! [`include_proto!`] reads `.proto` files while your crate compiles. It makes a struct of every message, an async
//! trait of every service, and a client to call it with; this crate encodes the messages and runs the calls over
//! HTTP/2.
//!
//! ```
//! use protocall::{Context, Result, Status};
//!
//! mod greeter {
//!     protocall::include_proto!(inline = r#"
//!         syntax = "proto3";
//!         message HelloRequest { string name = 1; }
//!         message HelloReply { string text = 1; }
//!         service Greeter { rpc Hello(HelloRequest) returns (HelloReply); }
//!     "#);
//! }
//! use greeter::{Greeter, GreeterClient, HelloReply, HelloRequest};
//!
//! struct Polite;
//!
//! impl Greeter for Polite {
//!     async fn hello(&self, _: &Context, request: HelloRequest) -> Result<HelloReply> {
//!         if request.name.is_empty() {
//!             return Err(Status::invalid_argument("who are you?"));
//!         }
//!         Ok(HelloReply { text: format!("Hello, {}!", request.name), ..Default::default() })
//!     }
//! }
//!
//! #[protocall::main]
//! async fn main() -> Result<()> {
//!     // A server in this process; `GreeterClient::connect("http://127.0.0.1:50051").build()?` calls one elsewhere, and
//!     // `Server::new().service(GreeterServer::new(Polite)).serve("127.0.0.1:50051").await` is one.
//!     let greeter = GreeterClient::local(Polite);
//!     let reply = greeter.hello(HelloRequest { name: "Ada".into(), ..Default::default() }).await?;
//!     assert_eq!(reply.text, "Hello, Ada!");
//!     Ok(())
//! }
//! ```
//!
//! The module `guide` has a chapter for each thing that people want of gRPC: schemas that live long, errors, deadlines,
//! tests without a network, the way from tonic, and more.
//!
//! # What the macro makes
//!
//! | in the schema | in Rust |
//! | --- | --- |
//! | `package shop.v1;` | `mod shop { mod v1 { … } }`, where the macro is called |
//! | `message Order` | `struct Order`, with public fields, `Default`, `Clone`, `PartialEq`, [`Message`], and `Debug`, which shows what is set by the names of the schema |
//! | nested in `Order` | in `mod order` |
//! | a scalar of proto3 | its Rust type: `i32`, `u64`, `bool`, `f64`, `String`, [`Bytes`] |
//! | `optional`, a scalar of proto2 | `Option<T>`, and a getter of the field's name that answers the default |
//! | `required` | `T`; decoding misses it |
//! | a message | `Option<T>` and a getter; `Option<Box<T>>` where it holds itself |
//! | `repeated` | `Vec<T>` |
//! | `map<K, V>` | `HashMap<K, V>`, or `BTreeMap<K, V>` with `btree_maps = true` |
//! | `oneof discount` in `Order` | `Option<order::Discount>`, an enum |
//! | `enum Status` | an enum without the prefix of its values, with [`Enumeration`]; `Unrecognized(i32)` where it is open |
//! | `extend Order { … weight = 100; }` | `const WEIGHT`, an [`Extension`] for [`Extendable::extension`] |
//! | `google.protobuf.Timestamp` | [`well_known::Timestamp`] |
//! | `service Shop` | `trait Shop`, `ShopServer`, `ShopClient`, and `mod shop` with its methods |
//!
//! Fields that a schema does not name are kept in `unknown_fields` and written back.
//!
//! ```
//! use protocall::Message;
//!
//! mod schema {
//!     protocall::include_proto!(inline = r#"
//!         syntax = "proto3";
//!         message Order {
//!             enum Status { STATUS_UNSPECIFIED = 0; STATUS_PAID = 1; }
//!             Status status = 1;
//!             Address to = 2;
//!             oneof discount { int32 percent = 3; double amount = 4; }
//!         }
//!         message Address { string city = 1; }
//!     "#);
//! }
//! use schema::{Order, order};
//!
//! let order = Order {
//!     status: order::Status::Paid,
//!     discount: Some(order::Discount::Percent(10)),
//!     ..Default::default()
//! };
//! let read = Order::decode(&order.encode_to_vec())?;
//! assert_eq!(read, order);
//! assert_eq!(read.to().city, "", "a message that is not set answers with its defaults");
//! # Ok::<(), protocall::DecodeError>(())
//! ```
//!
//! # Views
//!
//! `include_proto!("shop.proto", views = ["shop.v1.Order"])` makes an `OrderView<'a>` beside `Order`, and one of each
//! message that it holds: `&str` and `&[u8]` fields that lie in the bytes it was decoded from, see [`MessageView`]. With
//! `view_requests = ["shop.v1.Shop.Place"]` the method takes one over the buffer of its call:
//!
//! ```
//! # use protocall::{Context, Result};
//! mod shop {
//!     protocall::include_proto!(inline = r#"
//!         syntax = "proto3";
//!         message Order { string id = 1; repeated string lines = 2; }
//!         message Receipt { string id = 1; uint32 lines = 2; }
//!         service Shop { rpc Place(Order) returns (Receipt); }
//!     "#, view_requests = ["Shop.Place"]);
//! }
//! use shop::{OrderView, Receipt, Shop};
//!
//! struct Counter;
//!
//! impl Shop for Counter {
//!     async fn place(&self, _: &Context, order: OrderView<'_>) -> Result<Receipt> {
//!         Ok(Receipt { id: order.id.to_owned(), lines: order.lines.len() as u32, ..Default::default() })
//!     }
//! }
//! # let order = shop::Order { id: "7".into(), lines: vec!["a".into()], ..Default::default() };
//! # let placed = protocall::run(async { shop::ShopClient::local(Counter).place(order).await })?;
//! # assert_eq!((placed.id.as_str(), placed.lines), ("7", 1));
//! # Ok::<(), protocall::Status>(())
//! ```
//!
//! # JSON
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Order { string order_id = 1; }"#); }
//! # use schema::Order;
//! use protocall::Json;
//!
//! let order = Order::from_json(r#"{"orderId": "7"}"#)?;
//! assert_eq!(order.to_json()?, r#"{"orderId":"7"}"#);
//! # Ok::<(), protocall::json::JsonError>(())
//! ```
//!
//! # Text
//!
//! The text format, for configuration and for people's eyes: [`text`].
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Order { string order_id = 1; }"#); }
//! # use schema::Order;
//! use protocall::Text;
//!
//! let order = Order::from_text("order_id: '7'  # a comment")?;
//! assert_eq!(order.to_text(), "order_id: \"7\"\n");
//! # Ok::<(), protocall::text::TextError>(())
//! ```
//!
//! # Reflection
//!
//! Every message has its descriptor and shows its fields by name and number: [`Reflect`], [`DescriptorPool`].
//!
//! # Types of Google's
//!
//! Those of `google.protobuf` feel like Rust's own: [`well_known`]. Errors carry details, as [`rpc`] has them.
//!
//! # Size
//!
//! `option optimize_for = CODE_SIZE;` in a file, or `code_size = true` in the call, lets its messages share one codec
//! that goes by tables. What they read and write is the same.
//!
//! # Async
//!
//! Everything runs on tokio. `#[protocall::main]` starts it for a program that has no other use for it; one that has
//! brings its own `#[tokio::main]`. [tokio](https://docs.rs/tokio) is re-exported as `protocall::tokio`, for timers and tasks
//! in programs that want no second dependency.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `client` | yes | the `…Client` types and [`client`] |
//! | `json` | yes | [`Json`], the module [`json`], and serde's traits on every generated type |
//! | `server` | yes | the service traits, [`Server`] and [`server`] |
//! | `text` | yes | [`Text`] and the module [`text`]: the text format |
//! | `chrono`, `jiff`, `time` | no | timestamps and durations from and to the types of that crate: [`well_known::time`] |
//! | `dns` | no | targets of `dns:` asked of DNS by hickory, of the servers that the system or the target names: [`IntoTarget`] |
//! | `gzip`, `deflate`, `zstd` | no | messages compressed by the algorithm of that name: [`Compression`] |
//! | `health` | yes | health checks by `grpc.health.v1`: [`health`] |
//! | `reflection` | yes | server reflection by `grpc.reflection.v1` and `v1alpha`: [`reflection`] |
//! | `tower` | no | servers inside of axum and others, layers around them, clients over services: the module `tower` |
//! | `telemetry` | no | spans, metrics by OpenTelemetry and W3C's trace context: `Telemetry` |
//! | `tls` | no | TLS and mutual TLS for whichever of the two there is, on rustls: `Tls` and `ClientTls` |
//! | `web` | no | gRPC-Web for browsers, on the port of the server and by HTTP/1.1 too: `Server::grpc_web`; and clients that speak it: `Connect::grpc_web` |
//!
//! Without `client` and `server` the macro makes messages and enums only, and the crate depends on neither tokio nor hyper.
//!
//! # The layers
//!
//! `wire` (bytes) → `message` (what generated types implement) → `reflect` (fields by name) → `well_known` → `rpc`
//! (details of errors) → `json` → `text` → `grpc` (the protocol on HTTP types) → `tls` (certificates) → `server` and
//! `client` → `transport` (sockets) →
//! `services` (those that come with the crate). Each imports from those before it only.

// What a peer sends must not end a program: nothing here may panic on the way of it. Where an index is proven, it says so.
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![deny(clippy::string_slice, clippy::unreachable, clippy::unwrap_used)]

// Generated code names this crate, and some of it is in here.
extern crate self as protocall;

#[cfg(doc)]
#[doc = include_str!("attacks.md")]
pub mod attacks {}
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "__fuzz")]
mod fuzz;
mod generated;
// One side alone leaves parts of the protocol unused; cutting them out one by one would hide what the protocol is.
#[cfg_attr(
    not(all(feature = "client", feature = "server")),
    allow(dead_code, unreachable_pub, unused_imports)
)]
#[cfg(feature = "__grpc")]
mod grpc;
// Its code shows every feature, so that each must be there.
#[cfg(all(
    any(doc, doctest),
    feature = "client",
    feature = "gzip",
    feature = "health",
    feature = "json",
    feature = "reflection",
    feature = "server",
    feature = "telemetry",
    feature = "text",
    feature = "tls",
    feature = "tower",
    feature = "web"
))]
pub mod guide;
#[cfg(feature = "json")]
pub mod json;
mod message;
pub mod reflect;
pub mod rpc;
#[cfg(feature = "server")]
pub mod server;
#[cfg(any(feature = "health", feature = "reflection"))]
mod services;
#[cfg(feature = "text")]
pub mod text;
#[cfg(all(feature = "tls", any(feature = "client", feature = "server")))]
mod tls;
#[cfg(feature = "__grpc")]
mod transport;
pub mod well_known;
mod wire;

pub use bytes::Bytes;
#[cfg(feature = "json")]
pub use json::Json;
pub use message::{
    DecodeOptions, EncodeOptions, Enumeration, Extendable, Extension, Message, MessageView, Viewable,
};
pub use protocall_macros::include_proto;
pub use reflect::{DescriptorPool, DynamicMessage, OwnedValue, Reflect};
#[cfg(feature = "health")]
pub use services::health;
#[cfg(feature = "reflection")]
pub use services::reflection;
#[cfg(feature = "text")]
pub use text::Text;
pub use wire::field::MapView;
pub use wire::{
    DecodeError, EncodeError, SharedStr, UnknownField, UnknownFields, UnknownFieldsView, UnknownIter,
    UnknownValue,
};

#[cfg(feature = "telemetry")]
pub use grpc::Telemetry;
#[cfg(all(feature = "web", feature = "server"))]
pub use server::Cors;
#[cfg(feature = "client")]
pub use {
    client::{Channel, Connectivity, ConnectivityWatch, Hedge, MethodConfig, Retry, ServiceConfig},
    transport::{Addresses, Connect, IntoTarget, Resolver},
};
#[cfg(feature = "__grpc")]
pub use {
    futures_core::Stream,
    grpc::{
        Certificate, Code, Compression, Idempotency, InterceptedCall, InterceptedMessage, Interceptor,
        Keepalive, Limits, Metadata, MetadataError, MetadataIter, MetadataValue, Method, Next, Origin, Peer,
        Result, Shape, Status, Streaming, Yield, produce, stream,
    },
    protocall_macros::{main, test},
    tokio,
    transport::run,
};
#[cfg(feature = "server")]
pub use {
    grpc::{Cancelled, Context, CutCall, Drained, Draining},
    server::{Connections, Server},
    transport::{Accepted, Bound, Listener, stop_signal},
};

/// The bridge to tower: `Server::into_tower` and `Server::layer`, `Channel::from_tower` and that of generated clients.
#[cfg(feature = "tower")]
pub mod tower {
    pub use crate::grpc::{ReplyBody, RequestBody};
    #[cfg(feature = "server")]
    pub use crate::server::TowerServer;
    #[cfg(feature = "client")]
    pub use crate::transport::TowerTransport;
}

/// The TLS library, for configurations of your own.
#[cfg(feature = "tls")]
pub use rustls;
#[cfg(all(feature = "tls", feature = "client"))]
pub use tls::ClientTls;
#[cfg(all(feature = "tls", feature = "server"))]
pub use tls::Tls;

/// What the fuzz targets of `fuzz/` call. Nothing in here is promised to stay.
#[cfg(feature = "__fuzz")]
#[doc(hidden)]
pub mod __fuzz {
    pub use crate::fuzz::*;
}

/// What generated code stands on. The name carries the version: code of another one does not compile, rather than
/// misbehave. Nothing in here is promised to stay.
#[doc(hidden)]
pub mod __private_0_1_0 {
    pub use core::primitive::{bool, f32, f64, i32, i64, str, u8, u32, u64};
    pub use std::boxed::Box;
    pub use std::collections::{BTreeMap, HashMap};
    pub use std::option::Option;
    pub use std::string::String;
    pub use std::sync::Arc;
    pub use std::vec::Vec;

    pub use bytes::Bytes;

    pub use crate::message::borrow::{RawViewOf, StrViewOf};
    pub use crate::message::{
        ClosedExtension, ClosedListExtension, ClosedOneof, Enum, Enumeration, Extendable, Extension,
        ExtensionShape, Fields, Group, GroupView, Message, MessageView, Nested, NestedView, NumbersExtension,
        Oneof, OptionalExtension, RepeatedExtension, Shown, Slot, Table, Viewable, borrow, closed,
        message_set, oneof, put_shared, read, read_required, read_shared,
    };
    pub use crate::reflect::{Element, Field, Files, MessageDescriptor, Reflect, Value, ValueMut, debug};
    pub use crate::wire::field::{MapView, implicit, map, packed, repeated, required};
    pub use crate::wire::held::{RawAs, StrAs, StrShared};
    pub use crate::wire::kind::{
        Bool, Double, Fixed32, Fixed64, Float, Int32, Int64, Raw, RawView, Sfixed32, Sfixed64, Sint32,
        Sint64, Str, StrView, Uint32, Uint64,
    };
    pub use crate::wire::{DecodeError, Input, Output, SharedStr, UnknownFields, UnknownFieldsView};
    pub use crate::{
        __debugged as debugged, __if_client as if_client, __if_local as if_local, __if_server as if_server,
        __if_service as if_service, __if_tower as if_tower, __reflected as reflected,
        __serialized as serialized, __slotted as slotted, __walked as walked,
    };

    #[cfg(feature = "json")]
    pub use crate::json::{deserialize, deserialize_enum, serialize, serialize_enum};
    #[cfg(feature = "json")]
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A field to be seen.
    pub type FieldRef<'a> = Option<&'a dyn Field>;

    /// A field to be changed.
    pub type FieldMut<'a> = Option<&'a mut dyn Field>;

    /// Explicit presence: the shape, and the getters, which need messages as well.
    pub mod optional {
        pub use crate::message::{boxed_message, message};
        pub use crate::wire::field::optional::*;
    }

    #[cfg(feature = "server")]
    pub use crate::grpc::Context;
    #[cfg(feature = "server")]
    pub use crate::server::{Exchange, Handling, Service, handler, unimplemented};
    #[cfg(all(feature = "tower", feature = "client"))]
    pub use crate::transport::TowerTransport;
    #[cfg(all(feature = "client", feature = "server"))]
    pub use crate::transport::local;
    #[cfg(feature = "client")]
    pub use crate::{
        client::{self, Channel},
        transport::{Connect, IntoTarget},
    };
    #[cfg(feature = "__grpc")]
    pub use crate::{
        grpc::{Idempotency, Interceptor, Interceptors, Method, Result, Shape, Streaming},
        transport::run,
    };
    #[cfg(feature = "server")]
    pub use futures_core::Stream;
}

/// Spells a [`Value`](crate::well_known::Value) as JSON does: `null`, lists in `[…]`, structs in `{…}`, and any expression
/// that a value can be made `From`. Keys are expressions that become a `String`, longer ones in parentheses.
///
/// ```
/// use protocall::value;
///
/// let name = String::from("tea");
/// let order = value!({ "name": name, ("n".repeat(2)): [1 + 1, -3.5, null, { "paid": true }], "empty": [{}, []] });
/// assert_eq!(order["nn"][0].as_f64(), Some(2.0));
/// assert_eq!(order["nn"][3]["paid"].as_bool(), Some(true));
/// assert_eq!(value!(null), value!([null])[0]);
/// ```
#[macro_export]
macro_rules! value {
    (null) => { $crate::well_known::Value::NULL };
    ([$($values:tt)*]) => {
        $crate::well_known::Value::from($crate::well_known::ListValue {
            values: $crate::value!(@list [] $($values)*),
            ..::core::default::Default::default()
        })
    };
    ({$($fields:tt)*}) => {
        $crate::well_known::Value::from(
            <$crate::well_known::Struct as ::core::iter::FromIterator<_>>::from_iter(
                $crate::value!(@fields [] $($fields)*)
            )
        )
    };
    (@list [$($done:expr,)*]) => { ::std::vec::Vec::<$crate::well_known::Value>::from([$($done,)*]) };
    (@list [$($done:expr,)*] null $(, $($rest:tt)*)?) => {
        $crate::value!(@list [$($done,)* $crate::value!(null),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::value!(@list [$($done,)* $crate::value!([$($inner)*]),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::value!(@list [$($done,)* $crate::value!({$($inner)*}),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] $next:expr $(, $($rest:tt)*)?) => {
        $crate::value!(@list [$($done,)* $crate::value!($next),] $($($rest)*)?)
    };
    (@fields [$($done:expr,)*]) => {
        ::std::vec::Vec::<(::std::string::String, $crate::well_known::Value)>::from([$($done,)*])
    };
    (@fields [$($done:expr,)*] $key:tt : null $(, $($rest:tt)*)?) => {
        $crate::value!(@fields [$($done,)* (::std::string::String::from($key), $crate::value!(null)),] $($($rest)*)?)
    };
    (@fields [$($done:expr,)*] $key:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::value!(
            @fields [$($done,)* (::std::string::String::from($key), $crate::value!([$($inner)*])),] $($($rest)*)?
        )
    };
    (@fields [$($done:expr,)*] $key:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::value!(
            @fields [$($done,)* (::std::string::String::from($key), $crate::value!({$($inner)*})),] $($($rest)*)?
        )
    };
    (@fields [$($done:expr,)*] $key:tt : $next:expr $(, $($rest:tt)*)?) => {
        $crate::value!(@fields [$($done,)* (::std::string::String::from($key), $crate::value!($next)),] $($($rest)*)?)
    };
    ($value:expr) => { $crate::well_known::Value::from($value) };
}

//! Errors that say more than a code and a text: the standard details of `google.rpc`, which every gRPC implementation
//! knows, made by our own macro from the bundled files.
//!
//! A [`Status`](crate::Status) takes details by `with_detail` and shows them by `detail`. They travel in the trailer
//! `grpc-status-details-bin`, as a [`Status`] of this module.
//!
//! ```
//! # #[cfg(feature = "server")] {
//! use std::time::Duration;
//!
//! use protocall::Status;
//! use protocall::rpc::{BadRequest, ErrorInfo, RetryInfo};
//!
//! // What a handler answers:
//! let status = Status::invalid_argument("the order is not complete")
//!     .with_detail(BadRequest::violation("items", "there are none").and("customer.id", "is missing"))
//!     .with_detail(ErrorInfo::new("ORDER_INCOMPLETE", "shop.example.com").with("order", "7"))
//!     .with_detail(RetryInfo::after(Duration::from_secs(2)));
//!
//! // What its caller sees:
//! if let Some(bad) = status.detail::<BadRequest>() {
//!     let fields: Vec<&str> = bad.field_violations.iter().map(|it| it.field.as_str()).collect();
//!     assert_eq!(fields, ["items", "customer.id"]);
//! }
//! assert_eq!(status.detail::<RetryInfo>().and_then(|it| it.delay()), Some(Duration::from_secs(2)));
//! # }
//! ```
//!
//! Messages of your own are details as well. What a schema imports from `google/rpc` are the types of this module.
//!
//! Details share the room for headers with all other trailers: 8 KiB are what every implementation takes, and not all
//! take more.

mod details;
mod generated;

pub use generated::google::rpc::*;

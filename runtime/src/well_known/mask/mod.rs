//! Field masks: which fields of a message a call is about. [`FieldMask`](super::FieldMask) is checked against the type it
//! is for, applied to messages of it, and counted with as a set.
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"
//! #     syntax = "proto3"; package shop.v1;
//! #     message Product { string id = 1; string display_name = 2; Price price = 3; repeated string tags = 4; }
//! #     message Price { string currency = 1; int64 cents = 2; }
//! # "#); }
//! # use schema::shop::v1::{Price, Product};
//! use protocall::well_known::FieldMask;
//!
//! let stored = Product {
//!     id: "7".into(),
//!     price: Some(Price { currency: "CHF".into(), cents: 950, ..Default::default() }),
//!     ..Default::default()
//! };
//! let wanted = Product {
//!     display_name: "Tea".into(),
//!     price: Some(Price { cents: 990, ..Default::default() }),
//!     ..Default::default()
//! };
//!
//! // What a method that updates does: refuse what is no field, then take over those that were named.
//! let mask: FieldMask = "display_name,price.cents".parse()?;
//! mask.check::<Product>()?;
//! let mut updated = stored.clone();
//! mask.apply(&wanted, &mut updated)?;
//! assert_eq!((&*updated.id, &*updated.display_name), ("7", "Tea"));
//! assert_eq!((&*updated.price().currency, updated.price().cents), ("CHF", 990));
//!
//! // What a method that reads does: leave out what was not asked for.
//! let mut shown = updated.clone();
//! FieldMask::of(["id", "price"]).trim(&mut shown)?;
//! assert_eq!((&*shown.display_name, shown.price().cents), ("", 990));
//!
//! let error = FieldMask::of(["displayName"]).check::<Product>().unwrap_err();
//! assert_eq!(error.to_string(), "`displayName`: shop.v1.Product has no field `displayName`, did you mean `display_name`?");
//! # Ok::<(), protocall::well_known::mask::MaskError>(())
//! ```
//!
//! Paths are names of the schema, joined by dots; in JSON they are written in its own case. A path that ends at a message
//! means all of it. Lists and maps can only stand at the end of a path. A mask without paths names nothing; what a mask
//! that is missing means, often all fields, is up to the method.

mod apply;
mod check;
mod copy;
mod error;
mod near;
mod path;
mod set;

pub use error::MaskError;

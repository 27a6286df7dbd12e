//! Values without a schema: [`Value`](super::Value), [`Struct`](super::Struct) and [`ListValue`](super::ListValue), which
//! hold what JSON can say. [`value!`](crate::value) spells one, `From` makes them of Rust's values, and indexing reads
//! them.
//!
//! ```
//! use protocall::value;
//! use protocall::well_known::{Struct, Value};
//!
//! let order = value!({
//!     "id": 7,
//!     "items": [{ "name": "tea", "cents": 950 }, null],
//!     "paid": true,
//! });
//! assert_eq!(order["items"][0]["name"].as_str(), Some("tea"));
//! assert_eq!(order["paid"], Value::from(true));
//! assert!(order["items"][5]["name"].is_null(), "what is not there is null");
//!
//! let mut labels = Struct::from_iter([("colour", "green"), ("size", "large")]);
//! labels.insert("count", 3);
//! assert_eq!(labels.get("count").and_then(Value::as_f64), Some(3.0));
//! ```
//!
//! With the feature `json`, they are from and to `serde_json::Value`:
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use protocall::well_known::Value;
//!
//! let json: serde_json::Value = serde_json::from_str(r#"{"ids": [1, 2.5]}"#).unwrap();
//! let value = Value::from(json.clone());
//! assert_eq!(value["ids"][1].as_f64(), Some(2.5));
//! assert_eq!(serde_json::Value::try_from(value), Ok(json));
//! # }
//! ```
//!
//! All numbers are doubles: integers beyond 2⁵³ are rounded to one, which is why `From` takes none of 64 bits.

mod from;
#[cfg(feature = "json")]
mod json;
mod read;
mod write;

#[cfg(feature = "json")]
pub use json::NoJson;

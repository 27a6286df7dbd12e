//! Scalars that may be missing, as schemas have them that are older than `optional` in proto3: the wrappers, from and to
//! what they wrap.
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"
//! #     syntax = "proto3"; import "google/protobuf/wrappers.proto";
//! #     message Search { google.protobuf.StringValue text = 1; google.protobuf.Int32Value limit = 2; }
//! # "#); }
//! # use schema::Search;
//! let search = Search { text: Some("tea".into()), limit: Some(5.into()), ..Default::default() };
//! assert_eq!(search.limit().value, 5);
//!
//! let text: Option<String> = search.text.map(Into::into);
//! assert_eq!(text.as_deref(), Some("tea"));
//!
//! let limit: Option<i32> = None;
//! let search = Search { limit: limit.map(Into::into), ..Default::default() };
//! assert!(search.limit.is_none());
//! ```

use bytes::Bytes;

use super::generated::google::protobuf::{
    BoolValue, BytesValue, DoubleValue, FloatValue, Int32Value, Int64Value, StringValue, UInt32Value,
    UInt64Value,
};

/// Declares the wrappers: both ways, and into an `Option` as well.
macro_rules! wrappers {
    ($($wrapper:ident, $value:ty;)*) => {$(
        impl From<$value> for $wrapper {
            fn from(value: $value) -> Self {
                Self { value, ..Self::default() }
            }
        }

        impl From<$wrapper> for $value {
            fn from(wrapper: $wrapper) -> Self {
                wrapper.value
            }
        }

        impl From<$wrapper> for Option<$value> {
            fn from(wrapper: $wrapper) -> Self {
                Some(wrapper.value)
            }
        }
    )*};
}

wrappers! {
    BoolValue, bool;
    BytesValue, Bytes;
    DoubleValue, f64;
    FloatValue, f32;
    Int32Value, i32;
    Int64Value, i64;
    StringValue, String;
    UInt32Value, u32;
    UInt64Value, u64;
}

impl From<&str> for StringValue {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Vec<u8>> for BytesValue {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

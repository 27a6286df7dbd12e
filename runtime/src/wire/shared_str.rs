//! Text that shares its bytes with what it was read from, as `Bytes` do. Fields have it by the option `strings`.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::Utf8Error;

use bytes::Bytes;

use super::text::utf8;

/// A string that is cheap to clone, and a slice of the input where it was decoded from [`Bytes`]: what `string` fields
/// are by the option `strings = [("shop.v1.Order.id", "SharedStr")]` of [`include_proto!`](crate::include_proto).
///
/// It keeps the whole buffer alive that it lies in, as [`Bytes`] do. It reads as a `&str`, and cannot be changed in its
/// place.
///
/// ```
/// use protocall::{Bytes, Message, SharedStr};
/// # mod schema { protocall::include_proto!(
/// #     inline = r#"syntax = "proto3"; message Order { string id = 1; }"#, strings = [("Order.id", "SharedStr")]
/// # ); }
/// use schema::Order;
///
/// let bytes = Order { id: SharedStr::from("a-long-enough-id"), ..Default::default() }.encode_to_bytes();
/// let order = Order::decode_bytes(bytes.clone())?;
/// assert!(order.id.starts_with("a-long"));
/// assert!(bytes.as_ptr_range().contains(&order.id.as_ptr()), "nothing was copied");
/// # Ok::<(), protocall::DecodeError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedStr {
    /// UTF-8, always: only `from_utf8` and the conversions from text make one.
    bytes: Bytes,
}

impl SharedStr {
    /// The text of the program itself, without a copy.
    pub const fn from_static(text: &'static str) -> Self {
        Self { bytes: Bytes::from_static(text.as_bytes()) }
    }

    /// The text that `bytes` are.
    ///
    /// # Errors
    /// When they are not UTF-8.
    pub fn from_utf8(bytes: Bytes) -> Result<Self, Utf8Error> {
        if utf8(&bytes).is_err() {
            std::str::from_utf8(&bytes)?;
        }
        Ok(Self { bytes })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // SAFETY: whatever makes one checks that `bytes` are UTF-8, and they are never changed.
        unsafe { std::str::from_utf8_unchecked(&self.bytes) }
    }

    /// The bytes of the text, shared.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for SharedStr {
    fn borrow(&self) -> &str {
        self
    }
}

// As `str` has it, since a map finds its keys by that.
impl Hash for SharedStr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self { bytes: Bytes::copy_from_slice(text.as_bytes()) }
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        Self { bytes: text.into() }
    }
}

impl From<SharedStr> for Bytes {
    fn from(text: SharedStr) -> Self {
        text.bytes
    }
}

impl From<SharedStr> for String {
    fn from(text: SharedStr) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq<str> for SharedStr {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for SharedStr {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_becomes_one() {
        let text = SharedStr::from_utf8(Bytes::from_static("schön".as_bytes())).expect("it is UTF-8");
        assert_eq!(text, "schön");
        let error = SharedStr::from_utf8(Bytes::from_static(b"ab\xff")).expect_err("it is not UTF-8");
        assert_eq!(error.valid_up_to(), 2);
        assert_eq!(SharedStr::default().as_str(), "");
    }

    #[test]
    fn a_map_finds_it_by_text() {
        let map = std::collections::HashMap::from([(SharedStr::from("a"), 1)]);
        assert_eq!(map.get("a"), Some(&1));
    }
}

//! Messages of any type in one field: [`Any`] is packed from a message and unpacked into one.
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"
//! #     syntax = "proto3"; package shop.v1; message Order { string id = 1; } message Product { string id = 1; }
//! # "#); }
//! # use schema::shop::v1::{Order, Product};
//! use protocall::well_known::Any;
//! use protocall::well_known::any::AnyError;
//!
//! let any = Any::pack(&Order { id: "7".into(), ..Default::default() });
//! assert_eq!(any.type_url, "type.googleapis.com/shop.v1.Order");
//! assert!(any.is::<Order>());
//! assert_eq!(any.unpack::<Order>()?.id, "7");
//!
//! let error = any.unpack::<Product>().unwrap_err();
//! assert!(matches!(error, AnyError::OtherType { .. }));
//! assert_eq!(error.to_string(), "this is `shop.v1.Order`, not `shop.v1.Product`");
//! # Ok::<(), AnyError>(())
//! ```
//!
//! Where types come by name only, [`Any::unpack_from`] finds them in a pool.

use std::fmt;

use super::generated::google::protobuf::Any;
use crate::message::Message;
use crate::reflect::{DescriptorPool, DynamicMessage, Reflect};
use crate::wire::DecodeError;

/// What protobuf's own libraries put before the name of a type.
const PREFIX: &str = "type.googleapis.com";

/// Why an [`Any`] does not become a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnyError {
    /// It holds a message of another type.
    OtherType {
        /// The full name of its type, or its URL where that ends in no name.
        found: String,
        /// The full name of the type that was asked for.
        wanted: &'static str,
    },
    /// No descriptor is known of its type.
    UnknownType {
        /// Its URL.
        url: String,
    },
    /// Its bytes are not a message of the type that it names.
    Decode(DecodeError),
}

impl fmt::Display for AnyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherType { found, wanted } => write!(f, "this is `{found}`, not `{wanted}`"),
            Self::UnknownType { url } => write!(f, "no descriptor is known of `{url}`"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AnyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DecodeError> for AnyError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl Any {
    /// The message, with the URL that protobuf's own libraries give it: `type.googleapis.com/shop.v1.Order`.
    pub fn pack<M: Message>(message: &M) -> Self {
        Self::pack_under(PREFIX, message)
    }

    /// The message, with the URL `prefix/shop.v1.Order`. A slash at the end of `prefix` is not doubled.
    pub fn pack_under<M: Message>(prefix: &str, message: &M) -> Self {
        let slash = if prefix.ends_with('/') { "" } else { "/" };
        let type_url = [prefix, slash, M::NAME].concat();
        Self { type_url, value: message.encode_to_bytes(), ..Self::default() }
    }

    /// The message, of whatever type it is, with the same URL as by [`Any::pack`].
    pub fn pack_dynamic(message: &dyn Reflect) -> Self {
        let type_url = [PREFIX, "/", message.descriptor().full_name()].concat();
        Self { type_url, value: message.encode_to_vec().into(), ..Self::default() }
    }

    /// The full name of the type: what stands behind the last slash of the URL. `None` where there is no slash, or nothing
    /// behind it.
    pub fn type_name(&self) -> Option<&str> {
        self.type_url.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
    }

    /// Whether it holds a message of this type. Only the name counts, not what stands before it in the URL.
    pub fn is<M: Message>(&self) -> bool {
        self.type_name() == Some(M::NAME)
    }

    /// The message. Fields of type `bytes` are slices of this value, without a copy.
    ///
    /// # Errors
    /// When it holds another type, or its bytes are not a message of this one.
    pub fn unpack<M: Message>(&self) -> Result<M, AnyError> {
        if !self.is::<M>() {
            let found = self.type_name().unwrap_or(&self.type_url).to_owned();
            return Err(AnyError::OtherType { found, wanted: M::NAME });
        }
        Ok(M::decode_bytes(self.value.clone())?)
    }

    /// The message, of whatever type it is, as long as the pool has its descriptor.
    ///
    /// # Errors
    /// When the pool does not, or the bytes are not a message of the type.
    pub fn unpack_from(&self, pool: &DescriptorPool) -> Result<DynamicMessage, AnyError> {
        let found = self.type_name().and_then(|name| pool.message(name));
        let found = found.ok_or_else(|| AnyError::UnknownType { url: self.type_url.clone() })?;
        Ok(DynamicMessage::decode(found, &self.value)?)
    }
}

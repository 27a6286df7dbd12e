//! Services that come with the crate, made by our own macro as a user's would be. Added to a server by one call of its
//! builder.

#[cfg(feature = "health")]
pub mod health;
#[cfg(feature = "reflection")]
pub mod reflection;

//! Switches: generated code cannot ask for the features of a crate that it is not in, so these pass their tokens on, or
//! drop them.
//!
//! Generated code calls them through the private door.

#[doc(hidden)]
#[cfg(feature = "server")]
#[macro_export]
macro_rules! __if_server {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[doc(hidden)]
#[cfg(not(feature = "server"))]
#[macro_export]
macro_rules! __if_server {
    ($($tokens:tt)*) => {};
}

#[doc(hidden)]
#[cfg(feature = "__grpc")]
#[macro_export]
macro_rules! __if_service {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[doc(hidden)]
#[cfg(not(feature = "__grpc"))]
#[macro_export]
macro_rules! __if_service {
    ($($tokens:tt)*) => {};
}

#[doc(hidden)]
#[cfg(feature = "client")]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[doc(hidden)]
#[cfg(not(feature = "client"))]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => {};
}

#[doc(hidden)]
#[cfg(all(feature = "client", feature = "server"))]
#[macro_export]
macro_rules! __if_local {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[doc(hidden)]
#[cfg(not(all(feature = "client", feature = "server")))]
#[macro_export]
macro_rules! __if_local {
    ($($tokens:tt)*) => {};
}
#[doc(hidden)]
#[cfg(all(feature = "tower", feature = "client"))]
#[macro_export]
macro_rules! __if_tower {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[doc(hidden)]
#[cfg(not(all(feature = "tower", feature = "client")))]
#[macro_export]
macro_rules! __if_tower {
    ($($tokens:tt)*) => {};
}

//! The guide: a chapter for each thing that people want of gRPC, with code that is compiled and run by the tests. Read by
//! people only: it is there while documentation is made, and no program has any of it.
//!
//! | chapter | what it is about |
//! | --- | --- |
//! | [`schema_design`] | messages that live long: ids, money, numbers set aside, what may change |
//! | [`call_shapes`] | one or many requests, one or many replies |
//! | [`errors`] | codes, what they mean, and details that programs read |
//! | [`metadata`] | what travels beside the messages |
//! | [`deadlines`] | how long a call may take, and what happens when nobody waits for it |
//! | [`testing`] | services and clients in tests, without a network |
//! | [`from_tonic`] | tonic and prost beside protocall |

#[doc = include_str!("guide/call_shapes.md")]
pub mod call_shapes {}
#[doc = include_str!("guide/deadlines.md")]
pub mod deadlines {}
#[doc = include_str!("guide/errors.md")]
pub mod errors {}
#[doc = include_str!("guide/from_tonic.md")]
pub mod from_tonic {}
#[doc = include_str!("guide/metadata.md")]
pub mod metadata {}
#[doc = include_str!("guide/schema_design.md")]
pub mod schema_design {}
#[doc = include_str!("guide/testing.md")]
pub mod testing {}

//! Upstream's own test schemas, the torture set: where they come from, what protoc makes of them, and the crates that
//! protocall makes of them. Called by tests/tests/torture_schemas.rs.

mod group;
mod naming;
mod outside;
mod protoc;
mod upstream;

pub use group::Group;
pub use outside::{refusals, refused, testee};
pub use protoc::Protoc;
pub use upstream::{Tree, trees};

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
//! | [`interceptors`] | code around every call: tokens, logs, counters |
//! | [`tls`] | TLS, and certificates on both sides |
//! | [`compression`] | messages that are compressed |
//! | [`connections`] | keepalive, connections and limits |
//! | [`balancing`] | calls spread over servers, and made again when they fail |
//! | [`health`] | health checks, Kubernetes, and an end without lost calls |
//! | [`kubernetes`] | a deployment, and replicas that are replaced without a failed call |
//! | [`grpc_web`] | browsers, and proxies that know no HTTP/2 |
//! | [`telemetry`] | metrics, spans and traces |
//! | [`reflection`] | messages that describe themselves, and servers that tell what they serve |
//! | [`json`] | messages as JSON |
//! | [`text_format`] | messages as text |
//! | [`well_known_types`] | times, masks, `Any` and the others of `google.protobuf` |
//! | [`testing`] | services and clients in tests, without a network |
//! | [`from_tonic`] | tonic and prost beside protocall |

#[doc = include_str!("guide/balancing.md")]
pub mod balancing {}
#[doc = include_str!("guide/call_shapes.md")]
pub mod call_shapes {}
#[doc = include_str!("guide/compression.md")]
pub mod compression {}
#[doc = include_str!("guide/connections.md")]
pub mod connections {}
#[doc = include_str!("guide/deadlines.md")]
pub mod deadlines {}
#[doc = include_str!("guide/errors.md")]
pub mod errors {}
#[doc = include_str!("guide/from_tonic.md")]
pub mod from_tonic {}
#[doc = include_str!("guide/grpc_web.md")]
pub mod grpc_web {}
#[doc = include_str!("guide/health.md")]
pub mod health {}
#[doc = include_str!("guide/interceptors.md")]
pub mod interceptors {}
#[doc = include_str!("guide/json.md")]
pub mod json {}
#[doc = include_str!("guide/kubernetes.md")]
pub mod kubernetes {}
#[doc = include_str!("guide/metadata.md")]
pub mod metadata {}
#[doc = include_str!("guide/reflection.md")]
pub mod reflection {}
#[doc = include_str!("guide/schema_design.md")]
pub mod schema_design {}
#[doc = include_str!("guide/telemetry.md")]
pub mod telemetry {}
#[doc = include_str!("guide/testing.md")]
pub mod testing {}
#[doc = include_str!("guide/text_format.md")]
pub mod text_format {}
#[doc = include_str!("guide/tls.md")]
pub mod tls {}
#[doc = include_str!("guide/well_known_types.md")]
pub mod well_known_types {}

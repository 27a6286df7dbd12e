//! Fixtures of the tests: the shop's schema as Rust, the programs that tests start, and samples of every message.
//!
//! Each file of `tests/tests/` holds one behaviour and takes from here what more than one of them needs.

pub mod attack;
pub mod attempts;
pub mod authority;
pub mod browser;
pub mod carried;
pub mod conformance;
pub mod connect;
pub mod cutter;
pub mod dns;
pub mod drawn;
pub mod echo;
pub mod envoy;
pub mod frames;
pub mod go;
pub mod googleapis;
pub mod interop;
pub mod java;
pub mod meters;
pub mod node;
pub mod oracle;
pub mod outside;
pub mod packed;
pub mod paths;
pub mod peer;
pub mod process;
pub mod program;
pub mod raw;
pub mod recorder;
pub mod road;
pub mod rules;
pub mod sample;
pub mod shop_samples;
pub mod soak;
pub mod source;
pub mod torture;
pub mod ways;

/// The schema of the example shop.
pub mod shop {
    protocall::include_proto!(
        ["../examples/proto/ecommerce/v1/product.proto", "../examples/proto/ecommerce/v1/order.proto"],
        include = ["../examples/proto"],
    );
    pub use ecommerce::v1::*;
}

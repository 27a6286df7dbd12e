//! Generates the code of the service of the bench `macro_cost`, with tonic.

fn main() -> std::io::Result<()> {
    tonic_prost_build::compile_protos("proto/greeter.proto")
}

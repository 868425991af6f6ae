//! Compiles the protocol's definitions to Rust, without protoc.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let files = ["proto/rpc.proto", "proto/health.proto"];
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(files, ["proto"])?;
    tonic_prost_build::configure().bytes(".").compile_fds(descriptors)?;
    Ok(())
}

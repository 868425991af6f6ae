//! Compiles the protocol's definitions to Rust, without protoc.

use std::error::Error;

use prost::Message;

fn main() -> Result<(), Box<dyn Error>> {
    let files = ["proto/rpc.proto", "proto/health.proto", "proto/lock.proto", "proto/election.proto"];
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(files, ["proto"])?;
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    // For whoever translates messages it knows only by name: the JSON gateway, ectl's JSON.
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().bytes(".").compile_fds(descriptors)?;
    Ok(())
}

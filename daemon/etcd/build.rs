//! Compiles the peers' protocol to Rust, without protoc.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let api = "../../lib/etcdapi/proto";
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(["proto/peer.proto"], ["proto", api])?;
    tonic_prost_build::configure()
        .bytes(".")
        .extern_path(".etcdserverpb", "::etcdapi::etcdserverpb")
        .extern_path(".mvccpb", "::etcdapi::mvccpb")
        .extern_path(".authpb", "::etcdapi::authpb")
        .extern_path(".kadm.etcd.peer.Message", "crate::raft::Message")
        .compile_fds(descriptors)?;
    Ok(())
}

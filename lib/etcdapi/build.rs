//! Compiles the protocol's definitions to Rust, without protoc.

use std::error::Error;

use prost::Message;

/// Names that etcd's own definitions have, where ours are written as Rust likes them: JSON has
/// the former.
const NAMES: &[(&str, &str)] = &[
    ("id", "ID"),
    ("ttl", "TTL"),
    ("granted_ttl", "grantedTTL"),
    ("peer_urls", "peerURLs"),
    ("client_urls", "clientURLs"),
    ("is_learner", "isLearner"),
    ("target_id", "targetID"),
    ("db_size", "dbSize"),
    ("raft_index", "raftIndex"),
    ("raft_applied_index", "raftAppliedIndex"),
    ("db_size_in_use", "dbSizeInUse"),
    ("storage_version", "storageVersion"),
    ("db_size_quota", "dbSizeQuota"),
    ("downgrade_info", "downgradeInfo"),
    ("target_version", "targetVersion"),
    ("perm_type", "permType"),
    ("key_permission", "keyPermission"),
    ("hashed_password", "hashedPassword"),
    ("auth_revision", "authRevision"),
];
/// And those that are another name in the header of answers.
const NOT_IN_HEADERS: &[(&str, &str)] = &[("member_id", "memberID"), ("raft_term", "raftTerm")];

fn main() -> Result<(), Box<dyn Error>> {
    let files = ["proto/rpc.proto", "proto/health.proto", "proto/lock.proto", "proto/election.proto"];
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(files, ["proto"])?;
    // For whoever translates messages it knows only by name: the JSON gateway, ectl's JSON.
    let mut named = descriptors.clone();
    for message in named.file.iter_mut().flat_map(|file| &mut file.message_type) {
        let header = message.name() == "ResponseHeader";
        for field in &mut message.field {
            let special = NOT_IN_HEADERS.iter().filter(|_| !header);
            let known = NAMES.iter().chain(special).find(|(ours, _)| *ours == field.name());
            let name = known.map_or(field.name(), |(_, theirs)| *theirs).to_string();
            field.json_name = Some(name);
        }
    }
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), named.encode_to_vec())?;
    tonic_prost_build::configure().bytes(".").compile_fds(descriptors)?;
    Ok(())
}

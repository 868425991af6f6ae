//! The wire API of key management plugins, KMS v2: a service on a unix socket of the API server's
//! host that wraps and unwraps the secrets by which objects in etcd are encrypted.

use tonic::transport::Channel;

mod generated {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    tonic::include_proto!("v2");
}
pub use generated::*;

/// A plugin's client.
pub type Client = key_management_service_client::KeyManagementServiceClient<Channel>;

/// The address is no unix socket's.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a plugin's endpoint; write it like unix:///run/kms.sock")]
pub struct BadEndpoint(String);

/// The path of a socket, or `@` and an abstract name.
fn socket(endpoint: &str) -> Result<String, BadEndpoint> {
    let bad = || BadEndpoint(endpoint.to_string());
    let path = endpoint.strip_prefix("unix://").ok_or_else(bad)?;
    // An abstract socket is written unix:///@name.
    let path = path.strip_prefix("/@").map_or_else(|| path.to_string(), |name| format!("@{name}"));
    if path.len() > 1 && path.starts_with(['/', '@']) { Ok(path) } else { Err(bad()) }
}

/// Connects with the first call, and anew whenever the connection is gone.
///
/// # Errors
/// Fails when the endpoint is no unix socket's address.
pub fn connect_lazy(endpoint: &str) -> Result<Client, BadEndpoint> {
    Ok(Client::new(unixsocket::channel(socket(endpoint)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[test]
    fn endpoints() {
        assert_eq!(socket("unix:///run/kms.sock").expect("an endpoint"), "/run/kms.sock");
        assert_eq!(socket("unix:///@kms").expect("an endpoint"), "@kms");
        for text in ["unix://", "unix:///@", "tcp://127.0.0.1:1", "/run/kms.sock", ""] {
            assert!(socket(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn wire_numbers() {
        let object = EncryptedObject {
            encrypted_data: vec![1],
            key_id: "k".into(),
            encrypted_dek_source: vec![2],
            annotations: [("a".to_string(), vec![3])].into(),
            encrypted_dek_source_type: EncryptedDekSourceType::HkdfSha256XnonceAesGcmSeed.into(),
        };
        let wire = [0x0a, 1, 1, 0x12, 1, b'k', 0x1a, 1, 2, 0x22, 6, 0x0a, 1, b'a', 0x12, 1, 3, 0x28, 1];
        assert_eq!(object.encode_to_vec(), wire);
        assert_eq!(EncryptedObject::decode(&wire[..]).expect("decodes"), object);
    }
}

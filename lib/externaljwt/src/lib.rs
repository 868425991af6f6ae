//! The wire API of programs that sign service-account tokens for the API server (KEP-740): a service on a unix
//! socket of its host.

use tonic::transport::Channel;

mod generated {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    tonic::include_proto!("v1");
}
pub use generated::*;

/// A signer's client.
pub type Client = external_jwt_signer_client::ExternalJwtSignerClient<Channel>;

/// Connects with the first call, and anew whenever the connection is gone. `socket` is a path, or `@` and the name of
/// an abstract socket.
pub fn connect_lazy(socket: &str) -> Client {
    Client::new(unixsocket::channel(socket))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[test]
    fn wire_numbers() {
        let key = Key { key_id: "k".into(), key: vec![1], exclude_from_oidc_discovery: true };
        let answer = FetchKeysResponse {
            keys: vec![key],
            data_timestamp: Some(Timestamp { seconds: 2, nanos: 3 }),
            refresh_hint_seconds: 4,
        };
        let wire = [0x0a, 8, 0x0a, 1, b'k', 0x12, 1, 1, 0x18, 1, 0x12, 4, 0x08, 2, 0x10, 3, 0x18, 4];
        assert_eq!(answer.encode_to_vec(), wire);
        assert_eq!(FetchKeysResponse::decode(&wire[..]).expect("decodes"), answer);
    }
}

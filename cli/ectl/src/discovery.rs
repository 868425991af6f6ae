//! --discovery-srv: the cluster's endpoints from the SRV records of a domain.

use std::net::SocketAddr;

use etcdapi::srv;

use crate::Failure;

/// The endpoints of a domain: those of its TLS service and, unless `secure`, of its plain one.
///
/// # Errors
/// Fails when the records can't be had, or there are none.
pub(crate) async fn endpoints(domain: &str, service: &str, secure: bool) -> Result<Vec<String>, Failure> {
    let servers = srv::nameservers().map_err(Failure::error)?;
    from(&servers, domain, service, secure).await
}

async fn from(
    servers: &[SocketAddr],
    domain: &str,
    service: &str,
    secure: bool,
) -> Result<Vec<String>, Failure> {
    let suffix = if service.is_empty() { String::new() } else { format!("-{service}") };
    let mut found = Vec::new();
    let mut why = String::new();
    for (name, scheme) in [("etcd-client-ssl", "https"), ("etcd-client", "http")] {
        if secure && scheme == "http" {
            continue;
        }
        let name = format!("_{name}{suffix}._tcp.{domain}.");
        match srv::look_up(servers, &name).await {
            Ok(records) => {
                found.extend(
                    records.into_iter().map(|record| format!("{scheme}://{}:{}", record.target, record.port)),
                );
            }
            Err(error) => why = format!(": {error}"),
        }
    }
    if found.is_empty() {
        return Err(Failure::error(format!(
            "failed to discover etcd cluster from SRV records of {domain:?}{why}"
        )));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::{Message, MessageType, OpCode};
    use hickory_proto::rr::rdata::SRV;
    use hickory_proto::rr::{Name, RData, Record};
    use tokio::net::UdpSocket;

    use super::*;

    #[tokio::test]
    async fn secure_endpoints_come_first_and_can_be_all() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let server = socket.local_addr().expect("an address");
        let answering = tokio::spawn(async move {
            let mut buffer = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.expect("receives");
                let query = Message::from_vec(&buffer[..length]).expect("a query");
                let mut answer = Message::new(query.metadata.id, MessageType::Response, OpCode::Query);
                let asked = query.queries[0].name().clone();
                let port = match asked.to_ascii().as_str() {
                    "_etcd-client-ssl-blue._tcp.example.org." => 2379,
                    "_etcd-client-blue._tcp.example.org." => 2380,
                    _ => 0,
                };
                if port != 0 {
                    let target = Name::from_ascii("m1.example.org.").expect("a name");
                    answer.add_answer(Record::from_rdata(
                        asked,
                        60,
                        RData::SRV(SRV::new(1, 1, port, target)),
                    ));
                }
                socket.send_to(&answer.to_vec().expect("encodes"), from).await.expect("sends");
            }
        });
        let found = |service: &'static str, secure| async move {
            from(&[server], "example.org", service, secure).await.map_err(|failure| failure.message)
        };
        let (tls, plain) = ("https://m1.example.org:2379", "http://m1.example.org:2380");
        assert_eq!(found("blue", false).await.expect("finds"), [tls, plain]);
        assert_eq!(found("blue", true).await.expect("finds"), [tls]);
        assert!(found("", true).await.expect_err("none").contains("example.org"));
        answering.abort();
    }
}

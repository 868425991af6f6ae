//! --discovery-srv: the cluster's endpoints from the SRV records of a domain.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::Failure;

/// How long one server is waited for, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: usize = 2;

/// The endpoints of a domain: those of its TLS service and, unless `secure`, of its plain one.
///
/// # Errors
/// Fails when the records can't be had, or there are none.
pub(crate) async fn endpoints(domain: &str, service: &str, secure: bool) -> Result<Vec<String>, Failure> {
    let failed = |error: std::io::Error| Failure::error(format!("/etc/resolv.conf: {error}"));
    let servers = nameservers(&std::fs::read_to_string("/etc/resolv.conf").map_err(failed)?);
    from(&servers, domain, service, secure).await
}

/// The name servers of a resolver's file.
fn nameservers(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, 53))
        .collect()
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
        match look_up(servers, &name).await {
            Ok(records) => {
                found.extend(records.into_iter().map(|(host, port)| format!("{scheme}://{host}:{port}")));
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

/// Targets and ports of a name's SRV records, those to be preferred first.
async fn look_up(servers: &[SocketAddr], name: &str) -> Result<Vec<(String, u16)>, String> {
    let mut query = Message::new(rand_id(), MessageType::Query, OpCode::Query);
    let asked = Name::from_ascii(name).map_err(|error| format!("{name}: {error}"))?;
    query.add_query(Query::query(asked, RecordType::SRV));
    query.metadata.recursion_desired = true;
    let bytes = query.to_vec().map_err(|error| error.to_string())?;
    let mut why = "no name server is known".to_string();
    for server in servers.iter().cycle().take(servers.len() * TRIES) {
        match tokio::time::timeout(PATIENCE, exchange(*server, &bytes)).await {
            Ok(Ok(answer)) if answer.metadata.id == query.metadata.id => {
                let mut records: Vec<_> = answer
                    .answers
                    .iter()
                    .filter_map(|record| match &record.data {
                        RData::SRV(srv) => Some((srv.priority, srv.target.to_ascii(), srv.port)),
                        _ => None,
                    })
                    .collect();
                records.sort();
                let host = |name: String| name.trim_end_matches('.').to_string();
                return Ok(records.into_iter().map(|(_, target, port)| (host(target), port)).collect());
            }
            Ok(Ok(_)) => why = format!("{server} answers another question"),
            Ok(Err(error)) => why = format!("{server}: {error}"),
            Err(_) => why = format!("{server} does not answer"),
        }
    }
    Err(why)
}

/// Numbers questions: answers to others' are not ours.
fn rand_id() -> u16 {
    let mut id = [0; 2];
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut id);
    u16::from_ne_bytes(id)
}

fn invalid(error: impl ToString) -> std::io::Error {
    std::io::Error::other(error.to_string())
}

async fn exchange(server: SocketAddr, query: &[u8]) -> std::io::Result<Message> {
    let any = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(query).await?;
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer).await?;
    let answer = Message::from_vec(&buffer[..length]).map_err(invalid)?;
    if !answer.metadata.truncation {
        return Ok(answer);
    }
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(query.len()).map_err(std::io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], query].concat()).await?;
    let mut bytes = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut bytes).await?;
    Message::from_vec(&bytes).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use hickory_proto::rr::Record;
    use hickory_proto::rr::rdata::SRV;

    use super::*;

    #[test]
    fn name_servers() {
        let text = "search a b\nnameserver 10.0.0.1\n#nameserver 10.0.0.2\nnameserver fe80::1\n";
        let found: Vec<String> = nameservers(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.1:53", "[fe80::1]:53"]);
    }

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

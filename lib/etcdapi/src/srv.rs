//! SRV records: which servers a domain names for a service.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

/// How long one server is waited for, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: usize = 2;

/// One SRV record. Those with the lowest priority are to be preferred, and of them those with the
/// higher weights more often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub priority: u16,
    pub target: String,
    pub port: u16,
    pub weight: u16,
}

/// A name's SRV records, those to be preferred first, from this machine's name servers.
///
/// # Errors
/// Fails with what the last server said, or that there is none.
pub async fn resolve(name: &str) -> Result<Vec<Record>, String> {
    look_up(&nameservers()?, name).await
}

/// This machine's name servers.
///
/// # Errors
/// Fails when /etc/resolv.conf can't be read.
pub fn nameservers() -> Result<Vec<SocketAddr>, String> {
    let text =
        std::fs::read_to_string("/etc/resolv.conf").map_err(|error| format!("/etc/resolv.conf: {error}"))?;
    Ok(listed(&text))
}

/// The name servers of a resolver's file.
fn listed(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, 53))
        .collect()
}

/// [`resolve`] by these name servers.
///
/// # Errors
/// As [`resolve`].
pub async fn look_up(servers: &[SocketAddr], name: &str) -> Result<Vec<Record>, String> {
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
                        RData::SRV(srv) => Some(Record {
                            priority: srv.priority,
                            target: srv.target.to_ascii().trim_end_matches('.').to_string(),
                            port: srv.port,
                            weight: srv.weight,
                        }),
                        _ => None,
                    })
                    .collect();
                records.sort();
                return Ok(records);
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
    use super::listed;

    #[test]
    fn name_servers() {
        let text = "search a b\nnameserver 10.0.0.1\n#nameserver 10.0.0.2\nnameserver fe80::1\n";
        let found: Vec<String> = listed(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.1:53", "[fe80::1]:53"]);
    }
}

//! Questions about the rest of the world: asked of the upstream servers, kept for a while.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

/// How long one server may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer is kept at most.
const LONGEST: Duration = Duration::from_secs(30);
/// How many answers are kept.
const MOST: usize = 4096;

/// Name, type, and whether signatures are wanted.
type Question = (Name, RecordType, bool);
/// An answer and when it is too old.
type Kept = (Instant, Message);

/// The upstream servers and their answers.
pub struct Forwarder {
    servers: Vec<SocketAddr>,
    cache: Mutex<HashMap<Question, Kept>>,
}

/// The name servers of a `resolv.conf`.
pub fn servers_in(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|rest| rest.split_whitespace().next())
        .filter_map(|ip| ip.split('%').next()?.parse::<IpAddr>().ok())
        .map(|ip| (ip, 53).into())
        .collect()
}

impl Forwarder {
    /// To these servers, in this order.
    pub fn new(servers: Vec<SocketAddr>) -> Self {
        Self { servers, cache: Mutex::default() }
    }

    /// The answer to the (only) question of `request`, with the request's id.
    pub async fn ask(&self, request: &Message) -> Message {
        let fail = |code| {
            let mut message = Message::error_msg(request.metadata.id, request.metadata.op_code, code);
            message.queries = request.queries.clone();
            message
        };
        let Some(query) = request.queries.first() else { return fail(ResponseCode::FormErr) };
        let secure = request.edns.as_ref().is_some_and(|edns| edns.flags().dnssec_ok);
        let key = (query.name.to_lowercase(), query.query_type, secure);
        if let Some(mut kept) = self.kept(&key) {
            kept.metadata.id = request.metadata.id;
            kept.metadata.recursion_desired = request.metadata.recursion_desired;
            kept.queries = request.queries.clone();
            return kept;
        }
        if self.servers.is_empty() {
            return fail(ResponseCode::ServFail);
        }
        let mut question = Message::query();
        question.metadata.id = rand::random();
        question.metadata.recursion_desired = true;
        question.metadata.checking_disabled = request.metadata.checking_disabled;
        question.add_query(query.clone());
        let mut edns = hickory_proto::op::Edns::new();
        edns.set_max_payload(1232).set_dnssec_ok(secure);
        question.set_edns(edns);
        let Ok(bytes) = question.to_vec() else { return fail(ResponseCode::FormErr) };
        for server in &self.servers {
            let asked = tokio::time::timeout(PATIENCE, exchange(*server, &question, &bytes)).await;
            match asked {
                Ok(Ok(mut answer)) => {
                    if matches!(answer.metadata.response_code, ResponseCode::ServFail | ResponseCode::Refused)
                    {
                        continue;
                    }
                    answer.metadata.id = request.metadata.id;
                    answer.metadata.recursion_desired = request.metadata.recursion_desired;
                    answer.queries = request.queries.clone();
                    // Each hop speaks its own EDNS.
                    answer.edns = None;
                    self.keep(key, &answer);
                    return answer;
                }
                Ok(Err(error)) => tracing::debug!(%server, %error, "an upstream server failed"),
                Err(_) => tracing::debug!(%server, "an upstream server did not answer"),
            }
        }
        fail(ResponseCode::ServFail)
    }

    fn kept(&self, key: &Question) -> Option<Message> {
        let mut cache = self.cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (until, message) = cache.get(key)?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            cache.remove(key);
            return None;
        }
        let mut message = message.clone();
        let left = left.as_secs().max(1) as u32;
        for record in
            message.answers.iter_mut().chain(&mut message.authorities).chain(&mut message.additionals)
        {
            record.ttl = record.ttl.min(left);
        }
        Some(message)
    }

    fn keep(&self, key: Question, message: &Message) {
        let good = matches!(message.metadata.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
        if !good || message.metadata.truncation {
            return;
        }
        let shortest = message.answers.iter().chain(&message.authorities).map(|record| record.ttl).min();
        let time = Duration::from_secs(shortest.unwrap_or(0).into()).min(LONGEST);
        if time.is_zero() {
            return;
        }
        let now = Instant::now();
        let mut cache = self.cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if cache.len() >= MOST {
            cache.retain(|_, (until, _)| *until > now);
        }
        if cache.len() >= MOST {
            cache.clear();
        }
        cache.insert(key, (now + time, message.clone()));
    }
}

async fn exchange(server: SocketAddr, question: &Message, bytes: &[u8]) -> std::io::Result<Message> {
    // A socket, and so a source port, for each question: answers are hard to forge.
    let local: SocketAddr = if server.is_ipv4() { ([0; 4], 0).into() } else { ([0u16; 8], 0).into() };
    let socket = UdpSocket::bind(local).await?;
    socket.connect(server).await?;
    socket.send(bytes).await?;
    let mut buffer = vec![0u8; 4096];
    loop {
        let count = socket.recv(&mut buffer).await?;
        let Ok(answer) = Message::from_vec(&buffer[..count]) else { continue };
        if !fits(question, &answer) {
            continue;
        }
        if answer.metadata.truncation {
            return exchange_tcp(server, question, bytes).await;
        }
        return Ok(answer);
    }
}

fn fits(question: &Message, answer: &Message) -> bool {
    let same = match (question.queries.first(), answer.queries.first()) {
        (Some(asked), Some(told)) => {
            asked.name.to_lowercase() == told.name.to_lowercase() && asked.query_type == told.query_type
        }
        _ => false,
    };
    same && answer.metadata.id == question.metadata.id
}

async fn exchange_tcp(server: SocketAddr, question: &Message, bytes: &[u8]) -> std::io::Result<Message> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_u16(bytes.len() as u16).await?;
    stream.write_all(bytes).await?;
    let length = stream.read_u16().await?;
    let mut buffer = vec![0u8; length.into()];
    stream.read_exact(&mut buffer).await?;
    match Message::from_vec(&buffer) {
        Ok(answer) if fits(question, &answer) => Ok(answer),
        _ => {
            Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "the answer does not fit the question"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers() {
        let text = "# comment\nsearch a b\nnameserver 10.0.0.2\n nameserver fe80::1%eth0 \nnameserver bad\n";
        let found: Vec<String> = servers_in(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.2:53", "[fe80::1]:53"]);
    }
}

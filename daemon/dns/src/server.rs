//! UDP and TCP: a request's bytes in, an answer's bytes out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use component::metrics::Counter;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, RecordType};
use rand::seq::SliceRandom;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::forward::Forwarder;
use crate::index::Cluster;
use crate::zone::{Answer, Outcome, Zone};

/// Requests that were answered.
pub static REQUESTS: Counter = Counter::new("coredns_dns_requests_total", "Requests that were answered.");
/// Requests that were passed on.
pub static FORWARDED: Counter =
    Counter::new("coredns_forward_requests_total", "Requests that were sent to an upstream server.");
/// Messages that were no requests.
pub static MALFORMED: Counter =
    Counter::new("coredns_dns_malformed_total", "Messages that were no requests.");

/// Requests that wait for an upstream server at one time; more are refused.
const MOST_FORWARDS: usize = 1000;
/// How long a TCP client may stay silent.
const IDLE: Duration = Duration::from_secs(10);
/// What the oldest clients take.
const SMALLEST: u16 = 512;
/// What the largest UDP answer may be.
const LARGEST: u16 = 4096;

/// The server.
pub struct Server {
    zone: Zone,
    cluster: Cluster,
    forwarder: Forwarder,
    forwards: Arc<Semaphore>,
}

/// An answer that is known at once, or a request that takes a while.
enum Step {
    Now(Message),
    Later(Message),
}

impl Server {
    /// Of a zone.
    pub fn new(zone: Zone, cluster: Cluster, forwarder: Forwarder) -> Arc<Self> {
        Arc::new(Self { zone, cluster, forwarder, forwards: Arc::new(Semaphore::new(MOST_FORWARDS)) })
    }

    /// Serves both transports on one address until `shutdown`. Returns the address, whose port
    /// the kernel may have chosen.
    ///
    /// # Errors
    /// Fails when the address can't be listened on.
    pub async fn listen(
        self: &Arc<Self>,
        address: SocketAddr,
        shutdown: CancellationToken,
    ) -> Result<SocketAddr> {
        let what = || format!("cannot listen on {address}; is another DNS server running?");
        let listener = TcpListener::bind(address).await.with_context(what)?;
        let local = listener.local_addr()?;
        let socket = Arc::new(UdpSocket::bind(local).await.with_context(what)?);
        let server = self.clone();
        let stop = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = server.serve_udp(socket) => {}
                () = stop.cancelled() => {}
            }
        });
        let server = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = server.serve_tcp(listener) => {}
                () = shutdown.cancelled() => {}
            }
        });
        Ok(local)
    }

    async fn serve_udp(self: Arc<Self>, socket: Arc<UdpSocket>) {
        let mut buffer = vec![0u8; LARGEST.into()];
        loop {
            // An error here is a client's port unreachable, told late.
            let Ok((count, from)) = socket.recv_from(&mut buffer).await else { continue };
            let Some((request, limit)) = decode(&buffer[..count]) else {
                MALFORMED.inc();
                if let Some(bytes) = refuse(&buffer[..count]) {
                    let _ = socket.try_send_to(&bytes, from);
                }
                continue;
            };
            match self.begin(&request) {
                Step::Now(answer) => {
                    if let Some(bytes) = encode(answer, &request, limit) {
                        let _ = socket.send_to(&bytes, from).await;
                    }
                }
                Step::Later(partial) => {
                    let (server, socket) = (self.clone(), socket.clone());
                    tokio::spawn(async move {
                        let answer = server.finish(&request, partial).await;
                        if let Some(bytes) = encode(answer, &request, limit) {
                            let _ = socket.send_to(&bytes, from).await;
                        }
                    });
                }
            }
        }
    }

    async fn serve_tcp(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let server = self.clone();
            tokio::spawn(async move {
                let _ = server.converse(stream).await;
            });
        }
    }

    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let length = tokio::time::timeout(IDLE, stream.read_u16()).await??;
            let mut buffer = vec![0u8; length.into()];
            tokio::time::timeout(IDLE, stream.read_exact(&mut buffer)).await??;
            let Some((request, _)) = decode(&buffer) else {
                MALFORMED.inc();
                return Ok(());
            };
            let answer = match self.begin(&request) {
                Step::Now(answer) => answer,
                Step::Later(partial) => self.finish(&request, partial).await,
            };
            let Some(bytes) = encode(answer, &request, u16::MAX) else { return Ok(()) };
            stream.write_u16(bytes.len() as u16).await?;
            stream.write_all(&bytes).await?;
        }
    }

    fn begin(&self, request: &Message) -> Step {
        REQUESTS.inc();
        let mut answer = reply(request);
        if request.edns.as_ref().is_some_and(|edns| edns.version() != 0) {
            answer.metadata.response_code = ResponseCode::BADVERS;
            return Step::Now(answer);
        }
        if request.metadata.op_code != OpCode::Query {
            answer.metadata.response_code = ResponseCode::NotImp;
            return Step::Now(answer);
        }
        let [query] = request.queries.as_slice() else {
            answer.metadata.response_code = ResponseCode::FormErr;
            return Step::Now(answer);
        };
        if query.query_class != DNSClass::IN {
            answer.metadata.response_code = ResponseCode::Refused;
            return Step::Now(answer);
        }
        if matches!(query.query_type, RecordType::AXFR | RecordType::IXFR) {
            answer.metadata.response_code = ResponseCode::Refused;
            return Step::Now(answer);
        }
        match self.zone.resolve(&self.cluster, &query.name, query.query_type) {
            Outcome::Forward => Step::Later(answer),
            // Before the first list is in, "no such name" would be a lie.
            _ if !self.cluster.is_synced() => {
                answer.metadata.response_code = ResponseCode::ServFail;
                Step::Now(answer)
            }
            Outcome::Ours(found) => {
                self.fill(&mut answer, found);
                Step::Now(answer)
            }
            Outcome::Elsewhere(found, _) => {
                self.fill(&mut answer, found);
                Step::Later(answer)
            }
        }
    }

    fn fill(&self, answer: &mut Message, mut found: Answer) {
        answer.metadata.authoritative = true;
        if found.answers.is_empty() {
            if !found.exists {
                answer.metadata.response_code = ResponseCode::NXDomain;
            }
            answer.add_authority(self.zone.authority());
            return;
        }
        // Clients take the first: everybody gets another one.
        found.answers.shuffle(&mut rand::rng());
        answer.answers = found.answers;
        answer.additionals = found.additional;
    }

    /// Asks upstream for what `partial` lacks.
    async fn finish(&self, request: &Message, partial: Message) -> Message {
        let Ok(_permit) = self.forwards.try_acquire() else {
            let mut busy = reply(request);
            busy.metadata.response_code = ResponseCode::ServFail;
            return busy;
        };
        let target = partial.answers.first().and_then(|record| match &record.data {
            hickory_proto::rr::RData::CNAME(target) => Some(target.0.clone()),
            _ => None,
        });
        let Some(target) = target else {
            FORWARDED.inc();
            return self.forwarder.ask(request).await;
        };
        // The name of an ExternalName Service: its target may be in our zone again.
        let mut partial = partial;
        let kind = request.queries.first().map_or(RecordType::A, |query| query.query_type);
        match self.zone.resolve(&self.cluster, &target, kind) {
            Outcome::Ours(found) => partial.answers.extend(found.answers),
            Outcome::Elsewhere(found, _) => partial.answers.extend(found.answers),
            Outcome::Forward => {
                FORWARDED.inc();
                let mut question = Message::query();
                question.metadata.recursion_desired = true;
                question.add_query(Query::query(target, kind));
                let told = self.forwarder.ask(&question).await;
                partial.answers.extend(told.answers);
            }
        }
        partial
    }
}

/// A request, and how large an answer its sender takes over UDP.
fn decode(bytes: &[u8]) -> Option<(Message, u16)> {
    let request = Message::from_vec(bytes).ok()?;
    if request.metadata.message_type != MessageType::Query {
        return None;
    }
    let limit = request.edns.as_ref().map_or(SMALLEST, |edns| edns.max_payload().clamp(SMALLEST, LARGEST));
    Some((request, limit))
}

/// "Format error" for something that has at least an id and is no answer.
fn refuse(bytes: &[u8]) -> Option<Vec<u8>> {
    let id = u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]);
    if bytes.len() < 12 || bytes[2] & 0x80 != 0 {
        return None;
    }
    Message::error_msg(id, OpCode::Query, ResponseCode::FormErr).to_vec().ok()
}

fn reply(request: &Message) -> Message {
    let mut answer = Message::response(request.metadata.id, request.metadata.op_code);
    answer.metadata.recursion_desired = request.metadata.recursion_desired;
    answer.metadata.recursion_available = true;
    answer.metadata.checking_disabled = request.metadata.checking_disabled;
    answer.queries = request.queries.clone();
    answer
}

fn encode(mut answer: Message, request: &Message, limit: u16) -> Option<Vec<u8>> {
    if request.edns.is_some() {
        let mut edns = Edns::new();
        // The codec cuts a message at the size that its own EDNS record names.
        edns.set_max_payload(limit).set_version(0);
        // The code's upper bits are EDNS's to carry.
        edns.set_rcode_high(answer.metadata.response_code.high());
        answer.set_edns(edns);
    }
    let bytes = answer.to_vec().ok()?;
    if bytes.len() <= usize::from(limit) {
        return Some(bytes);
    }
    let edns = answer.edns.clone();
    let mut short = answer.truncate();
    short.edns = edns;
    short.to_vec().ok()
}

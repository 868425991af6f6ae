//! Clients' calls on an HTTP/2 connection: those that come most often are answered where they are
//! read, out of memory if they can be.

use std::sync::Arc;

use bytes::Bytes;
use etcdapi::etcdserverpb::RangeRequest;
use grpc::{Answer, Head, Incoming};
use http::{Request, Response};
use prost::Message;
use tonic::{Code, Status};

use super::Talk;
use super::services::{Clock, Services};
use crate::auth::{By, CommonName};
use crate::check;
use crate::metrics;
use crate::node::Node;
use crate::rpcs::{self, Begun, Sent};
use crate::service::kv::{KvService, SHORT};

/// Who answers on one connection.
pub struct Calls {
    pub services: Arc<Services>,
    pub talk: Talk,
    /// The name in the client's certificate.
    pub name: Option<CommonName>,
    pub secure: bool,
}

/// A call that is answered directly.
#[derive(Clone, Copy)]
pub enum Call {
    Range,
    Put,
    DeleteRange,
    Txn,
}

impl Call {
    /// The most frequent ones first.
    const ALL: [Self; 4] = [Self::Range, Self::Put, Self::Txn, Self::DeleteRange];

    fn path(self) -> &'static str {
        match self {
            Self::Range => "/etcdserverpb.KV/Range",
            Self::Put => "/etcdserverpb.KV/Put",
            Self::DeleteRange => "/etcdserverpb.KV/DeleteRange",
            Self::Txn => "/etcdserverpb.KV/Txn",
        }
    }
}

/// What is counted and timed of a call.
#[derive(Clone, Copy)]
struct Account {
    call: Call,
    begun: Option<Begun>,
    clock: Clock,
}

impl Account {
    fn open(node: &Node, call: Call, received: usize) -> Self {
        metrics::RECEIVED.add(received as u64);
        let begun =
            call.path()[1..].split_once('/').and_then(|(service, method)| rpcs::begin(service, method));
        Self { call, begun, clock: Clock::start(node) }
    }

    /// The call is answered; `sent` is the length of its message.
    fn close(self, code: Code, sent: usize) {
        self.clock.stop(self.call.path());
        metrics::SENT.add(sent as u64);
        if let Some(begun) = self.begun {
            begun.ended(code);
        }
    }
}

fn decode<M: Message + Default>(message: Bytes) -> Result<M, Status> {
    let wrong = |error| Status::internal(format!("grpc: error unmarshalling request: {error}"));
    M::decode(message).map_err(wrong)
}

/// An answer that others are waited for.
fn later(account: Account, answer: impl Future<Output = Result<Vec<u8>, Status>> + Send + 'static) -> Answer {
    Answer::Later(Box::pin(async move {
        let answer = answer.await;
        match &answer {
            Ok(message) => account.close(Code::Ok, message.len() - grpc::PREFIX),
            Err(status) => account.close(status.code(), 0),
        }
        answer
    }))
}

/// Answers a range that sees here what it has to: at once if it is short.
fn range(
    account: Account,
    kv: KvService,
    by: By,
    request: RangeRequest,
    reply: &mut Vec<u8>,
) -> Result<Answer, Status> {
    let begin = reply.len();
    if grpc::framed(reply, |reply| kv.found(&by, &request, SHORT, reply))? {
        account.close(Code::Ok, reply.len() - begin - grpc::PREFIX);
        return Ok(Answer::Done);
    }
    reply.truncate(begin);
    Ok(later(account, async move { kv.answer_range(by, request).await }))
}

impl Account {
    /// The answer, or why there is none.
    fn settle(self, answer: Result<Answer, Status>) -> Answer {
        answer.unwrap_or_else(|status| {
            self.close(status.code(), 0);
            Answer::Failed(status)
        })
    }
}

impl Calls {
    fn caller(&self, head: &Head) -> Result<By, Status> {
        let text = |name: &[u8]| head.get(name).map(|value| std::str::from_utf8(value).unwrap_or_default());
        let token = text(b"token").or_else(|| text(b"authorization"));
        Ok(self.services.node.caller_named(text(b"hasleader"), token, self.name.as_ref())?)
    }

    /// Answers a call at once if it can be; one that fails before it begins is the caller's to
    /// account for.
    fn begin(
        &self,
        account: Account,
        head: &Head,
        message: Bytes,
        reply: &mut Vec<u8>,
    ) -> Result<Answer, Status> {
        let by = self.caller(head)?;
        let kv = self.services.direct.clone();
        Ok(match account.call {
            Call::Range => {
                let request: RangeRequest = decode(message)?;
                let Some(round) = kv.round(&request) else { return range(account, kv, by, request, reply) };
                check::range(&request)?;
                let resume = move |confirmed: Result<(), Status>, reply: &mut Vec<u8>| {
                    account.settle(confirmed.and_then(|()| range(account, kv, by, request, reply)))
                };
                Answer::After(round, Box::new(resume))
            }
            Call::Put => {
                let request = decode(message)?;
                later(account, async move { Ok(grpc::message(&kv.answer_put(by, request).await?)) })
            }
            Call::DeleteRange => {
                let request = decode(message)?;
                later(account, async move { Ok(grpc::message(&kv.answer_delete(by, request).await?)) })
            }
            Call::Txn => {
                let request = decode(message)?;
                later(account, async move { Ok(grpc::message(&kv.answer_txn(by, request).await?)) })
            }
        })
    }
}

impl grpc::Handler for Calls {
    type Call = Call;
    type Body = Sent;

    fn known(&self, head: &Head) -> Option<Call> {
        let path = head.get(b":path")?;
        let call = Call::ALL.into_iter().find(|call| call.path().as_bytes() == path)?;
        let plain = head.get(b"grpc-encoding").is_none_or(|encoding| encoding == b"identity");
        let grpc = head.get(b"content-type").is_some_and(|kind| kind.starts_with(b"application/grpc"));
        let post = head.get(b":method").is_some_and(|method| method == b"POST");
        (plain && grpc && post && self.talk != Talk::Http).then_some(call)
    }

    fn answer(&self, call: Call, head: &Head, message: Bytes, reply: &mut Vec<u8>) -> Answer {
        let account = Account::open(&self.services.node, call, message.len());
        account.settle(self.begin(account, head, message, reply))
    }

    fn serve(&self, mut request: Request<Incoming>) -> impl Future<Output = Response<Sent>> + Send + 'static {
        if let Some(name) = &self.name {
            request.extensions_mut().insert(name.clone());
        }
        let (services, talk, secure) = (self.services.clone(), self.talk, self.secure);
        async move { services.answer(request, talk, secure).await }
    }

    fn tend(&self) -> bool {
        self.services.node.tend()
    }
}

//! Calls through a real HTTP/2 client, and bytes that no client sends.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures::FutureExt as _;
use grpc::{Answer, Fault, Gate, Handler, Head, Incoming, Limits, Reason};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, StreamBody};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::Status;

const LIMITS: Limits = Limits {
    streams: 2000,
    message: 3 << 20,
    keepalive: None,
    pings: Duration::from_secs(5),
    grace: Duration::from_secs(60),
};

const BIG: usize = 16_000;

type Frames = Pin<Box<dyn http_body::Body<Data = Bytes, Error = Status> + Send>>;

/// `/t/Now` gives the message back at once, `/t/Later` when the connection is tended to, `/t/Fail`
/// fails, `/t/Panic` panics, `/t/Aft` waits for the gate that is there and answers like `/t/Big`. All others stream: `/echo` gives back what comes, `/hold` nothing.
#[derive(Clone, Default)]
struct Fixture {
    left: Arc<Mutex<Vec<oneshot::Sender<()>>>>,
    tended: Arc<AtomicUsize>,
    /// Calls of `/t/Big`, whose answers are [`BIG`] bytes long.
    answered: Arc<AtomicUsize>,
    gate: Arc<Mutex<Option<Gate>>>,
    /// Streams of `/hold` that are there.
    held: Arc<AtomicUsize>,
}

struct Held(Arc<AtomicUsize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handler for Fixture {
    type Call = u8;
    type Body = Frames;

    fn known(&self, head: &Head) -> Option<u8> {
        head.get(b":path")?.strip_prefix(b"/t/")?.first().copied()
    }

    fn answer(&self, call: u8, _: &Head, message: Bytes, reply: &mut Vec<u8>) -> Answer {
        match call {
            b'N' => {
                reply.push(0);
                reply.extend_from_slice(&u32::try_from(message.len()).expect("short").to_be_bytes());
                reply.extend_from_slice(&message);
                Answer::Done
            }
            b'L' => {
                let (sender, receiver) = oneshot::channel();
                self.left.lock().expect("a lock").push(sender);
                Answer::Later(Box::pin(async move {
                    assert!(grpc::tended());
                    receiver.await.expect("tended to");
                    let mut framed = vec![0];
                    framed.extend_from_slice(&u32::try_from(message.len()).expect("short").to_be_bytes());
                    framed.extend_from_slice(&message);
                    Ok(framed)
                }))
            }
            b'B' => {
                self.answered.fetch_add(1, Ordering::SeqCst);
                reply.resize(reply.len() + BIG, 0);
                Answer::Done
            }
            b'A' => {
                let gate = self.gate.lock().expect("a lock").clone().expect("a gate");
                let answered = self.answered.clone();
                Answer::After(
                    gate,
                    Box::new(move |opened, reply| match opened {
                        Ok(()) => {
                            answered.fetch_add(1, Ordering::SeqCst);
                            reply.resize(reply.len() + BIG, 0);
                            Answer::Done
                        }
                        Err(status) => Answer::Failed(status),
                    }),
                )
            }
            b'P' => Answer::Later(Box::pin(async { panic!("on purpose") })),
            _ => Answer::Failed(Status::not_found("no such thing, \u{e4}")),
        }
    }

    fn serve(&self, request: Request<Incoming>) -> impl Future<Output = Response<Frames>> + Send + 'static {
        let held = self.held.clone();
        async move {
            let path = request.uri().path().to_string();
            let mut body = request.into_body();
            let (sender, receiver) = mpsc::channel(1);
            match path.as_str() {
                "/echo" => {
                    // In another task, and on another thread.
                    tokio::spawn(async move {
                        while let Some(Ok(frame)) = body.frame().await {
                            if sender.send(Ok(frame)).await.is_err() {
                                return;
                            }
                        }
                        let mut trailers = HeaderMap::new();
                        trailers.insert("grpc-status", "0".parse().expect("a value"));
                        let _ = sender.send(Ok(http_body::Frame::trailers(trailers))).await;
                    });
                }
                "/hold" => {
                    held.fetch_add(1, Ordering::SeqCst);
                    let held = Held(held);
                    return Response::new(
                        Box::pin(Hold { _held: held, _sender: sender, _body: body }) as Frames
                    );
                }
                "/panic" => panic!("on purpose"),
                _ => {
                    let empty = http_body_util::Empty::new().map_err(|never| -> Status { match never {} });
                    let mut response = Response::new(Box::pin(empty) as Frames);
                    *response.status_mut() = StatusCode::NOT_FOUND;
                    return response;
                }
            }
            let stream = tokio_stream(receiver);
            Response::new(Box::pin(StreamBody::new(stream)) as Frames)
        }
    }

    fn tend(&self) -> bool {
        let left = std::mem::take(&mut *self.left.lock().expect("a lock"));
        let some = !left.is_empty();
        self.tended.fetch_add(usize::from(some), Ordering::SeqCst);
        for sender in left {
            let _ = sender.send(());
        }
        some
    }
}

impl Fixture {
    /// The gate from now on opens, or fails, when this is told.
    fn gate(&self) -> oneshot::Sender<Result<(), Status>> {
        let (sender, receiver) = oneshot::channel();
        let gate = async { receiver.await.unwrap_or_else(|_| Err(Status::internal("nobody opens it"))) };
        *self.gate.lock().expect("a lock") = Some(gate.boxed().shared());
        sender
    }
}

/// A body that never says anything.
struct Hold {
    _held: Held,
    _sender: mpsc::Sender<Result<http_body::Frame<Bytes>, Status>>,
    _body: Incoming,
}

impl Body for Hold {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Status>>> {
        Poll::Pending
    }
}

fn tokio_stream<T>(mut receiver: mpsc::Receiver<T>) -> impl futures::Stream<Item = T> {
    futures::stream::poll_fn(move |context| receiver.poll_recv(context))
}

type Served = JoinHandle<Result<(), Fault>>;

/// A server on one end of a pipe.
fn server(limits: Limits) -> (Fixture, DuplexStream, Served, CancellationToken) {
    let (client, served) = tokio::io::duplex(1 << 16);
    let (fixture, shutdown) = (Fixture::default(), CancellationToken::new());
    let task = tokio::spawn(grpc::serve(served, fixture.clone(), limits, shutdown.clone()));
    (fixture, client, task, shutdown)
}

async fn client(stream: DuplexStream, builder: &h2::client::Builder) -> h2::client::SendRequest<Bytes> {
    let (client, connection) = builder.handshake(stream).await.expect("a handshake");
    tokio::spawn(connection);
    client.ready().await.expect("ready")
}

fn post(path: &str) -> Request<()> {
    let request = Request::post(format!("http://server{path}")).header("te", "trailers");
    request.header("content-type", "application/grpc").body(()).expect("a request")
}

fn framed(message: &[u8]) -> Bytes {
    let mut framed = vec![0];
    framed.extend_from_slice(&u32::try_from(message.len()).expect("short").to_be_bytes());
    framed.extend_from_slice(message);
    framed.into()
}

/// The data and the end of an answer.
async fn whole(answer: h2::client::ResponseFuture) -> Result<(Bytes, HeaderMap), h2::Error> {
    let (parts, mut body) = answer.await?.into_parts();
    assert_eq!(parts.status, 200);
    let mut data = BytesMut::new();
    while let Some(part) = body.data().await {
        let part = part?;
        body.flow_control().release_capacity(part.len())?;
        data.extend_from_slice(&part);
    }
    Ok((data.freeze(), body.trailers().await?.unwrap_or(parts.headers)))
}

/// Sends all of a body, as the server lets us.
async fn send(mut stream: h2::SendStream<Bytes>, mut body: Bytes) {
    while body.has_remaining() {
        stream.reserve_capacity(body.len());
        let room = std::future::poll_fn(|context| stream.poll_capacity(context)).await;
        let part = body.split_to(room.expect("open").expect("open").min(body.len()));
        stream.send_data(part, false).expect("sent");
    }
    stream.send_data(Bytes::new(), true).expect("sent");
}

#[tokio::test]
async fn calls_are_answered_each_with_its_own_message() {
    let (fixture, stream, _served, _) = server(LIMITS);
    let mut builder = h2::client::Builder::new();
    // The client counts small frames that nobody has read against its window.
    builder.initial_connection_window_size(1 << 24);
    let mut client = client(stream, &builder).await;
    let mut answers = Vec::new();
    for number in 0..1000u32 {
        let path = if number % 3 == 0 { "/t/Later" } else { "/t/Now" };
        let (answer, stream) = client.send_request(post(path), false).expect("sent");
        let message = number.to_string().repeat(1 + number as usize % 50);
        tokio::spawn(send(stream, framed(message.as_bytes())));
        answers.push((message, answer));
    }
    for (message, answer) in answers {
        let (data, end) = whole(answer).await.expect("an answer");
        assert_eq!(data, framed(message.as_bytes()));
        assert_eq!(end["grpc-status"], "0");
    }
    let tended = fixture.tended.load(Ordering::SeqCst);
    assert!((1..334).contains(&tended), "334 calls were tended to in {tended} turns");
}

#[tokio::test]
async fn failures_say_why_and_leave_others_alone() {
    let (_, stream, _served, _) = server(LIMITS);
    let mut client = client(stream, &h2::client::Builder::new()).await;
    let mut call = async |path: &str, body: Bytes| {
        let (answer, stream) = client.send_request(post(path), false).expect("sent");
        tokio::spawn(send(stream, body));
        whole(answer).await
    };
    let status = |end: &HeaderMap| {
        let status = Status::from_header_map(end).expect("a status");
        (status.code() as i32, status.message().to_string())
    };
    let (data, end) = call("/t/Fail", framed(b"x")).await.expect("an answer");
    assert_eq!((data.len(), status(&end)), (0, (5, "no such thing, \u{e4}".into())));
    for path in ["/t/Panic", "/panic"] {
        match call(path, framed(b"x")).await {
            Ok((_, end)) => assert_eq!(status(&end).0, 13),
            Err(error) => assert_eq!(error.reason(), Some(h2::Reason::INTERNAL_ERROR)),
        }
    }
    for (body, code, message) in [
        (Bytes::from_static(b""), 13, "the request has no message"),
        (Bytes::from_static(&[0, 0, 0]), 13, "the request has no message"),
        (Bytes::from_static(&[0, 0, 0, 0, 2, b'a']), 13, "unexpected EOF"),
        (Bytes::from_static(&[1, 0, 0, 0, 1, b'a']), 12, "grpc: Decompressor is not installed"),
        (Bytes::from_static(&[7, 0, 0, 0, 1, b'a']), 13, "grpc: received unexpected payload format 7"),
        (Bytes::from_static(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 13, "more than one message"),
        (
            Bytes::from_static(&[0, 0x10, 0, 0, 0]),
            8,
            "grpc: received message larger than max (268435456 vs. 3145728)",
        ),
    ] {
        let (_, end) = call("/t/Now", body).await.expect("an answer");
        let (found, words) = status(&end);
        assert_eq!(found, code, "{words}");
        assert!(words.starts_with(message), "{words}");
    }
    let (answer, _) = client.send_request(post("/nothing"), true).expect("sent");
    assert_eq!(answer.await.expect("an answer").status(), 404);
    let (answer, stream) = client.send_request(post("/t/Now"), false).expect("sent");
    send(stream, framed(b"still here")).await;
    assert_eq!(whole(answer).await.expect("an answer").0, framed(b"still here"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_any_length_pass_windows_of_any_width() {
    for window in [1u32, 100, 65_535, 1 << 24] {
        let (_, stream, _served, _) = server(LIMITS);
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(window).initial_connection_window_size(window.max(65_535));
        let mut client = client(stream, &builder).await;
        let lengths: &[usize] =
            if window < 100 { &[0, 300] } else { &[0, 1, 16_379, 16_380, 70_000, 2_500_000] };
        let mut answers = Vec::new();
        for length in lengths.iter().filter(|length| window > 1000 || **length < 100_000) {
            for path in ["/t/Now", "/t/Later", "/echo"] {
                // Each byte tells where it belongs.
                let message: Vec<u8> = (0..*length).map(|at| (at ^ (at >> 8)) as u8).collect();
                let message = framed(&message);
                let (answer, stream) = client.send_request(post(path), false).expect("sent");
                tokio::spawn(send(stream, message.clone()));
                answers.push((path, message, tokio::spawn(whole(answer))));
            }
        }
        for (path, message, answer) in answers {
            let (data, end) = answer.await.expect("runs").expect("an answer");
            assert_eq!((data.len(), data == message), (message.len(), true), "{path}, {window}");
            assert_eq!(end["grpc-status"], "0");
        }
    }
}

#[tokio::test]
async fn calls_wait_for_their_gate_and_no_other() {
    let (fixture, stream, _served, _) = server(LIMITS);
    let mut client = client(stream, &h2::client::Builder::new()).await;
    let mut call = |path: &str| {
        let (answer, stream) = client.send_request(post(path), false).expect("sent");
        tokio::spawn(send(stream, framed(b"x")));
        answer
    };
    let first = fixture.gate();
    let (waits, taken_back) = (call("/t/Aft"), call("/t/Aft"));
    // In order: the calls before it have come.
    whole(call("/t/Now")).await.expect("an answer");
    let second = fixture.gate();
    let other = call("/t/Aft");
    drop(taken_back);
    second.send(Ok(())).expect("waited for");
    assert_eq!(whole(other).await.expect("an answer").0.len(), BIG);
    assert_eq!(fixture.answered.load(Ordering::SeqCst), 1);
    first.send(Ok(())).expect("waited for");
    assert_eq!(whole(waits).await.expect("an answer").0.len(), BIG);
    assert_eq!(fixture.answered.load(Ordering::SeqCst), 2, "not for the one who left");
    let fails = fixture.gate();
    let failed = call("/t/Aft");
    fails.send(Err(Status::unavailable("no majority"))).expect("waited for");
    let (data, end) = whole(failed).await.expect("an answer");
    assert_eq!((data.len(), &end["grpc-status"]), (0, &"14".parse().expect("a value")));
}

#[tokio::test]
async fn who_does_not_read_its_answers_gets_no_more_of_them() {
    for path in [b"/t/Big", b"/t/Aft"] {
        unread(path).await;
    }
}

async fn unread(path: &[u8; 6]) {
    let (fixture, mut stream, _served, _) = server(LIMITS);
    let gate = fixture.gate();
    let mut bytes = preface();
    // Its windows let everything through.
    bytes.extend(frame(4, 0, 0, &[0, 4, 0x40, 0, 0, 0]));
    bytes.extend(frame(8, 0, 0, &(1u32 << 30).to_be_bytes()));
    for call in 0..500 {
        bytes.extend(frame(1, 4, 1 + 2 * call, &[b"\x83\x86\x44\x06", &path[..]].concat()));
        bytes.extend(frame(0, 1, 1 + 2 * call, &framed(b"")));
    }
    stream.write_all(&bytes).await.expect("sent");
    gate.send(Ok(())).expect("not opened yet");
    while fixture.answered.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let answered = fixture.answered.load(Ordering::SeqCst);
    assert!(answered < 50, "{answered} of 500 are answered before one is read");
    for call in 0..500 {
        let (id, data) = next(&mut stream, 0).await;
        assert_eq!((id, data.len()), (1 + 2 * call, BIG));
    }
}

#[tokio::test]
async fn what_is_taken_back_is_dropped() {
    let (fixture, stream, served, _) = server(LIMITS);
    let mut client = client(stream, &h2::client::Builder::new()).await;
    let held = async |count: usize| {
        while fixture.held.load(Ordering::SeqCst) != count {
            tokio::task::yield_now().await;
        }
    };
    let (answer, mut one) = client.send_request(post("/hold"), false).expect("sent");
    let (_other, _two) = client.send_request(post("/hold"), false).expect("sent");
    answer.await.expect("an answer");
    held(2).await;
    one.send_reset(h2::Reason::CANCEL);
    held(1).await;
    // Everything ends with the connection.
    drop((client, _other, _two, one));
    held(0).await;
    served.await.expect("runs").expect("the client has left");
}

#[tokio::test]
async fn more_requests_than_are_allowed_are_turned_away() {
    let (fixture, mut stream, _served, _) = server(Limits { streams: 2, ..LIMITS });
    let hold = b"\x83\x86\x44\x05/hold";
    let mut bytes = preface();
    for id in [1, 3, 5] {
        bytes.extend(frame(1, 4, id, hold));
    }
    stream.write_all(&bytes).await.expect("sent");
    assert_eq!(next(&mut stream, 3).await, (5, 7u32.to_be_bytes().to_vec()));
    assert_eq!(fixture.held.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn at_the_end_calls_under_way_are_answered_and_new_ones_refused() {
    let (fixture, stream, served, shutdown) = server(LIMITS);
    let mut client = client(stream, &h2::client::Builder::new()).await;
    let (answer, mut request) = client.send_request(post("/echo"), false).expect("sent");
    request.send_data(framed(b"one"), false).expect("sent");
    let mut body = answer.await.expect("an answer").into_body();
    assert_eq!(body.data().await.expect("data").expect("data"), framed(b"one"));
    shutdown.cancel();
    request.send_data(framed(b"two"), true).expect("sent");
    assert_eq!(body.data().await.expect("data").expect("data"), framed(b"two"));
    assert_eq!(body.trailers().await.expect("trailers").expect("trailers")["grpc-status"], "0");
    served.await.expect("runs").expect("a good end");
    assert!(client.ready().await.is_err());
    drop(fixture);
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).expect("short").to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

fn preface() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    bytes
}

/// The next frame of a kind: its stream and payload.
async fn next(stream: &mut DuplexStream, wanted: u8) -> (u32, Vec<u8>) {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.expect("a frame");
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await.expect("a frame");
        if head[3] == wanted {
            return (u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload);
        }
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_ends_the_connection_with_its_name() {
    let headers = |id, flags| frame(1, flags, id, b"\x83\x86\x44\x06/t/Now");
    let wide = 0x7fff_ffffu32.to_be_bytes();
    let cases: Vec<(&str, Vec<u8>, Reason)> = vec![
        ("a long frame", frame(0, 0, 1, &vec![0; 16_385]), Reason::FrameSize),
        ("data on no stream", frame(0, 0, 0, b"x"), Reason::Protocol),
        ("data on an idle stream", frame(0, 0, 7, b"x"), Reason::Protocol),
        ("an even stream", headers(2, 4), Reason::Protocol),
        ("padding that is longer", [headers(1, 4), frame(0, 8, 1, &[9, 1])].concat(), Reason::Protocol),
        ("interrupted headers", [headers(1, 0), frame(6, 0, 0, &[0; 8])].concat(), Reason::Protocol),
        ("a continuation of nothing", frame(9, 4, 1, b""), Reason::Protocol),
        ("another's continuation", [headers(1, 0), frame(9, 4, 3, b"")].concat(), Reason::Protocol),
        ("endless headers", [headers(1, 0), frame(9, 0, 1, b"").repeat(40)].concat(), Reason::Calm),
        ("headers that are none", frame(1, 4, 1, b"\xff\xff\xff\xff\xff\xff"), Reason::Compression),
        ("a short reset", [headers(1, 4), frame(3, 0, 1, b"x")].concat(), Reason::FrameSize),
        ("a reset of an idle stream", frame(3, 0, 9, &[0; 4]), Reason::Protocol),
        ("a short ping", frame(6, 0, 0, b"x"), Reason::FrameSize),
        ("a ping on a stream", frame(6, 0, 1, &[0; 8]), Reason::Protocol),
        ("settings that are cut", frame(4, 0, 0, &[0; 5]), Reason::FrameSize),
        ("a confirmation with settings", frame(4, 1, 0, &[0; 6]), Reason::FrameSize),
        ("a push switch", frame(4, 0, 0, &[0, 2, 0, 0, 0, 2]), Reason::Protocol),
        ("a window too wide", frame(4, 0, 0, &[0, 4, 0xff, 0, 0, 0]), Reason::FlowControl),
        ("frames too short", frame(4, 0, 0, &[0, 5, 0, 0, 0, 9]), Reason::Protocol),
        ("a push", frame(5, 4, 1, &[0; 4]), Reason::Protocol),
        ("a window opened by nothing", frame(8, 0, 0, &[0; 4]), Reason::Protocol),
        ("a window opened too far", frame(8, 0, 0, &wide), Reason::FlowControl),
        ("too many probes", frame(6, 0, 0, &[0; 8]).repeat(5), Reason::Calm),
        (
            "more data than the window",
            // Nobody reads them.
            [frame(1, 4, 1, b"\x83\x86\x44\x05/hold"), frame(0, 0, 1, &vec![0; 16_384]).repeat(65)].concat(),
            Reason::FlowControl,
        ),
    ];
    for (name, bytes, reason) in cases {
        let (_, mut stream, served, _) = server(LIMITS);
        let (mut reading, mut writing) = tokio::io::split(&mut stream);
        let read = async {
            let mut all = Vec::new();
            let _ = reading.read_to_end(&mut all).await;
            all
        };
        let write = async {
            let _ = writing.write_all(&[preface(), bytes].concat()).await;
            let _ = writing.shutdown().await;
        };
        let (all, ()) = tokio::join!(read, write);
        match served.await.expect("runs") {
            Err(Fault::Protocol(found, _)) => assert_eq!(found, reason, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
        let goaway = all.windows(8).any(|part| part[4..] == (reason as u32).to_be_bytes());
        assert!(goaway, "{name}: GOAWAY says {reason:?}");
    }
    for bytes in
        [b"GET / HTTP/1.1\r\n\r\n".to_vec(), [preface()[..24].to_vec(), frame(6, 0, 0, &[0; 8])].concat()]
    {
        let (_, mut stream, served, _) = server(LIMITS);
        stream.write_all(&bytes).await.expect("sent");
        assert!(matches!(served.await.expect("runs"), Err(Fault::Protocol(Reason::Protocol, _))));
    }
}

#[tokio::test]
async fn wrong_requests_are_reset_and_the_connection_goes_on() {
    let (_, mut stream, _served, _) = server(LIMITS);
    let mut bytes = preface();
    let wrong: [&[u8]; 7] = [
        // No path, no method, two paths, a name in capitals, a late pseudo-header, a
        // connection's header, a path that is none.
        b"\x83\x86",
        b"\x86\x44\x05/echo",
        b"\x83\x86\x44\x05/echo\x84",
        b"\x83\x86\x44\x05/echo\x00\x01A\x01b",
        b"\x83\x86\x00\x01a\x01b\x44\x05/echo",
        b"\x83\x86\x44\x05/echo\x00\x0aconnection\x05close",
        b"\x83\x86\x44\x04echo",
    ];
    for (at, block) in wrong.iter().enumerate() {
        bytes.extend(frame(1, 4, 1 + 2 * at as u32, block));
    }
    stream.write_all(&bytes).await.expect("sent");
    for at in 0..wrong.len() {
        assert_eq!(next(&mut stream, 3).await, (1 + 2 * at as u32, 1u32.to_be_bytes().to_vec()), "{at}");
    }
    // 90 kB of headers, most of them by reference.
    let field = [&b"\x83\x86\x44\x05/echo\x40\x01a\x7f\xb9\x16"[..], &[b'x'; 3000], &[0xbe; 30]].concat();
    let request = [frame(1, 0, 101, &field[..100]), frame(9, 4, 101, &field[100..])].concat();
    stream.write_all(&request).await.expect("sent");
    let (id, block) = next(&mut stream, 1).await;
    assert_eq!((id, &block[..]), (101, &b"\x08\x03431"[..]));
    // What comes next is served.
    let call = [
        frame(1, 4, 103, b"\x83\x86\x44\x06/t/Now"),
        frame(8, 0, 103, &100u32.to_be_bytes()),
        frame(2, 0, 103, &[0; 5]),
        frame(77, 0, 103, b"unknown"),
        frame(0, 1, 103, &framed(b"hello")),
    ];
    stream.write_all(&call.concat()).await.expect("sent");
    assert_eq!(next(&mut stream, 0).await, (103, framed(b"hello").to_vec()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Frames at random, half of them on streams that there are, never hang or break the server.
    #[test]
    fn anything_is_answered_or_refused(
        frames in prop::collection::vec(
            (0u8..11, any::<u8>(), 0u32..8, prop::collection::vec(any::<u8>(), 0..40)), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let (_, stream, served, _) = server(LIMITS);
            let mut bytes = preface();
            for id in [1, 3] {
                bytes.extend(frame(1, 4, id, b"\x83\x86\x44\x06/t/Now"));
            }
            for (kind, flags, stream, payload) in frames {
                bytes.extend(frame(kind, flags, stream, &payload));
            }
            let (mut reading, mut writing) = tokio::io::split(stream);
            let write = async move {
                let _ = writing.write_all(&bytes).await;
                let _ = writing.shutdown().await;
            };
            let mut all = Vec::new();
            let _ = tokio::join!(reading.read_to_end(&mut all), write);
            let ended = served.await.expect("does not panic");
            assert!(matches!(ended, Ok(()) | Err(Fault::Protocol(..))));
        });
    }
}

//! A way between two programs that can be cut, or go silent.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Open,
    /// Nothing goes through, and nobody is told.
    Silent,
    /// Connections end, and there are no new ones.
    Cut,
}

/// The way.
#[derive(Clone)]
pub struct Network {
    state: Arc<watch::Sender<State>>,
    /// Where it begins.
    pub url: String,
}

impl Network {
    /// To where `url` leads.
    pub async fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(watch::Sender::new(State::Open));
        let states = state.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if *states.borrow() == State::Cut {
                    continue;
                }
                let (target, states) = (target.clone(), states.subscribe());
                tokio::spawn(async move {
                    if let Ok(far) = TcpStream::connect(target).await {
                        carry(near, far, states).await;
                    }
                });
            }
        });
        Self { state, url }
    }

    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn carry(near: TcpStream, far: TcpStream, states: watch::Receiver<State>) {
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let there = one_way(near_in, far_out, states.clone());
    let back = one_way(far_in, near_out, states.clone());
    let mut states = states;
    // Whichever side ends, or the cut, ends both.
    tokio::select! {
        () = there => {}
        () = back => {}
        _ = states.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn one_way(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut states: watch::Receiver<State>,
) {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let Ok(count) = from.read(&mut bytes).await else { return };
        if count == 0 || states.wait_for(|state| *state != State::Silent).await.is_err() {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

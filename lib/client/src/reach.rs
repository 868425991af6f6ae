//! Waiting for a server behind a Service. A packet that comes before the Service's rules are in
//! place is lost, and the kernel's own retries of that connection keep missing the rules: they go
//! where the first one went. New connections don't.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::config::Config;

/// How long the first attempt may take; each further one may take twice as long.
const FIRST: Duration = Duration::from_millis(250);
/// The most that an attempt may take: links can be slow.
const MOST: Duration = Duration::from_secs(10);

/// Waits until the server of `config` accepts a connection.
pub async fn wait(config: &Config) {
    let Some((host, port)) = url::Url::parse(&config.server).ok().and_then(|url| {
        Some((url.host_str()?.trim_matches(['[', ']']).to_string(), url.port_or_known_default()?))
    }) else {
        // What is wrong with it is told by who uses it.
        return;
    };
    let mut patience = FIRST;
    loop {
        match tokio::time::timeout(patience, TcpStream::connect((host.as_str(), port))).await {
            Ok(Ok(_)) => return,
            Ok(Err(_)) => tokio::time::sleep(FIRST).await,
            Err(_) => {}
        }
        patience = (patience * 2).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ends_when_somebody_listens() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let config = Config { server: format!("https://{address}"), ..Config::default() };
        let waiting = tokio::spawn(async move { wait(&config).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "nobody listens yet");
        let _listener = tokio::net::TcpListener::bind(address).await.expect("binds");
        waiting.await.expect("ends");
    }
}

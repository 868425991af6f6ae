//! The URLs that flags name, and the members that `--initial-cluster` names.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A URL to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenUrl {
    /// Host and port, with TLS or without.
    Tcp { host: String, port: u16, tls: bool },
    /// A unix socket.
    Unix(PathBuf),
}

/// The members that the initial cluster names, this one among them.
pub(super) fn cluster(
    name: &str,
    cluster: &str,
    advertise: &[(String, ListenUrl)],
) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut advertised: Vec<String> = advertise.iter().map(|(url, _)| plain(url)).collect();
    advertised.sort();
    if cluster.is_empty() {
        return Ok(vec![(name.into(), advertised)]);
    }
    let members = members(cluster)?;
    match members.iter().find(|(member, _)| member == name) {
        None => Err(format!("couldn't find local name {name:?} in the initial cluster configuration")),
        Some((_, urls)) if *urls != advertised => Err(format!(
            "--initial-cluster has {name}={} but --initial-advertise-peer-urls is {}",
            urls.join(","),
            advertised.join(",")
        )),
        Some(_) => Ok(members),
    }
}

fn plain(url: &str) -> String {
    url.trim_end_matches('/').to_string()
}

/// Names and peer URLs in `name=url,name=url`.
///
/// # Errors
/// Fails when a part is something else, or a URL is there twice.
pub fn members(cluster: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut members: Vec<(String, Vec<String>)> = Vec::new();
    for part in cluster.split(',').filter(|part| !part.is_empty()) {
        let (member, url) =
            part.split_once('=').ok_or_else(|| format!("--initial-cluster: {part:?} is not name=url"))?;
        parse_url(url).map_err(|reason| format!("--initial-cluster: {reason}"))?;
        let url = plain(url);
        if members.iter().any(|(_, urls)| urls.contains(&url)) {
            return Err(format!("--initial-cluster: {url} is there twice"));
        }
        match members.iter_mut().find(|(known, _)| known == member) {
            Some((_, urls)) => urls.push(url),
            None => members.push((member.into(), vec![url])),
        }
    }
    for (_, urls) in &mut members {
        urls.sort();
    }
    Ok(members)
}

pub(super) fn parse_url(url: &str) -> Result<ListenUrl, String> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| format!("{url:?} has no scheme; write it like http://127.0.0.1:2379"))?;
    let tls = match scheme {
        "http" => false,
        "https" => true,
        "unix" => return Ok(ListenUrl::Unix(rest.into())),
        _ => return Err(format!("URL scheme must be http, https or unix: {url}")),
    };
    let rest = rest.trim_end_matches('/');
    if let Ok(address) = rest.parse::<SocketAddr>() {
        return Ok(ListenUrl::Tcp { host: address.ip().to_string(), port: address.port(), tls });
    }
    let (host, port) = rest
        .rsplit_once(':')
        .ok_or_else(|| format!("URL address does not have the form \"host:port\": {url}"))?;
    let port = port.parse().map_err(|_| format!("URL has no valid port: {url}"))?;
    if host.is_empty() || host.contains('/') {
        return Err(format!("URL must not contain a path: {url}"));
    }
    Ok(ListenUrl::Tcp { host: host.into(), port, tls })
}

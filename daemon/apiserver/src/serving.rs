//! How connections are taken and requests are let in, beyond who asks and what: the flags for TLS, cross-origin
//! requests, strict transport security, connections that are sent away, and the server's start and end.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches};
use component::flags::{boolean, parse_duration, value};
use component::tls::{Limits, Named};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use regex::Regex;
use rustls::NamedGroup;

/// Cipher suites of Go's that are not spoken: they have no forward secrecy, or are broken otherwise.
const WEAK: [&str; 16] = [
    "TLS_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
];

/// What these flags say.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// Versions, suites and key exchanges of TLS, and certificates by name.
    pub tls: Limits,
    /// Cipher suites that were allowed, and are not spoken all the same.
    pub weak: Vec<String>,
    /// How many requests of an HTTP/2 connection may be open; `None` leaves it to the program.
    pub streams: Option<u32>,
    /// The share of HTTP/2 requests whose connection is ended in good order.
    pub goaway: f64,
    /// `Strict-Transport-Security`.
    pub hsts: Option<HeaderValue>,
    /// The origins from which browsers may ask.
    pub origins: Vec<Regex>,
    /// How long the server goes on after it was told to end.
    pub delay: Duration,
    /// Whether requests that come while the last ones are answered are told to come again.
    pub send_away: bool,
    /// How long watches are given to end.
    pub watch_grace: Duration,
    /// Whether requests are told to come again until the server has been ready once.
    pub not_ready: bool,
    /// How long unfinished work of the start is no reason for `/livez` to fail.
    pub livez_grace: Duration,
    /// How long etcd may take to answer at the start.
    pub storage_wait: Duration,
    /// Whether other programs may listen on the port, too.
    pub share_port: bool,
}

/// The flags.
pub fn args() -> Vec<Arg> {
    let list = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append).value_delimiter(',')
    };
    let text =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::Set);
    let duration = |name: &'static str, default: &'static str, help: &'static str| {
        value(name, default, help).value_parser(parse_duration)
    };
    vec![
        list("cors-allowed-origins", "origins from which browsers may ask: regular expressions with ^ or // in front of the host and $ or : behind it"),
        boolean("disable-http2-serving", false, "offer HTTP/1.1 alone"),
        value("goaway-chance", "0", "the share of HTTP/2 requests, up to 0.02, after which the client is sent to another connection, and so to another server behind a balancer").value_parser(clap::value_parser!(f64)),
        value("http2-max-streams-per-connection", "0", "how many requests of an HTTP/2 connection may be open at once; 0: 250").value_parser(clap::value_parser!(u32)),
        duration("livez-grace-period", "0s", "how long after the start unfinished work is no reason for /livez to fail"),
        boolean("permit-address-sharing", false, "bind with SO_REUSEADDR; it is always so"),
        boolean("permit-port-sharing", false, "bind with SO_REUSEPORT, so that several servers can listen on the port"),
        boolean("send-retry-after-while-not-ready-once", false, "answer requests with 429 and Retry-After until the server has been ready once; masters' and those for its health are answered"),
        duration("shutdown-delay-duration", "0s", "how long the server goes on after it was told to end, while /readyz fails"),
        boolean("shutdown-send-retry-after", false, "go on listening until the last requests are answered, and answer others with 429 and Retry-After"),
        duration("shutdown-watch-termination-grace-period", "0s", "how long watches are given to end, if that is longer than other requests are given"),
        duration("storage-initialization-timeout", "1m0s", "how long etcd may take to answer at the start"),
        list("strict-transport-security-directives", "directives of that header: max-age=seconds, includeSubDomains, preload"),
        list("tls-cipher-suites", "TLS 1.2's cipher suites, by Go's names; those of TLS 1.3 are always on"),
        list("tls-curve-preferences", "key exchanges by their numbers, the preferred first: 29 (X25519), 23 (P-256), 24 (P-384)"),
        text("tls-min-version", "the lowest version of TLS: VersionTLS12 or VersionTLS13"),
        Arg::new("tls-sni-cert-key").long("tls-sni-cert-key").action(ArgAction::Append).help("a certificate and key for clients that ask for a name, or call an address of the server: cert,key or cert,key:name,*.domain,address; without names, those in the certificate"),
    ]
}

impl Serving {
    /// Reads the flags; what is wrong with them goes to `wrong`.
    pub fn read(matches: &ArgMatches, wrong: &mut Vec<String>) -> Self {
        let list = |name: &str| -> Vec<String> {
            let all = matches.get_many::<String>(name).into_iter().flatten();
            all.map(|text| text.trim().to_string()).filter(|text| !text.is_empty()).collect()
        };
        let flag = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
        let duration = |name: &str| matches.get_one::<Duration>(name).copied().unwrap_or_default();
        let mut check = |flag: &str, outcome: Result<(), String>| {
            if let Err(why) = outcome {
                wrong.push(format!("--{flag}: {why}"));
            }
        };
        let mut serving = Self {
            streams: matches.get_one::<u32>("http2-max-streams-per-connection").copied().filter(|n| *n > 0),
            goaway: matches.get_one::<f64>("goaway-chance").copied().unwrap_or_default(),
            delay: duration("shutdown-delay-duration"),
            send_away: flag("shutdown-send-retry-after"),
            watch_grace: duration("shutdown-watch-termination-grace-period"),
            not_ready: flag("send-retry-after-while-not-ready-once"),
            livez_grace: duration("livez-grace-period"),
            storage_wait: duration("storage-initialization-timeout"),
            share_port: flag("permit-port-sharing"),
            ..Self::default()
        };
        if !(0.0..=0.02).contains(&serving.goaway) {
            check("goaway-chance", Err("it can not be less than 0 or greater than 0.02".into()));
        }
        let version = matches.get_one::<String>("tls-min-version").map(String::as_str);
        let suites = list("tls-cipher-suites");
        check("tls-min-version or --tls-cipher-suites", serving.limit(version.unwrap_or_default(), &suites));
        check("tls-curve-preferences", serving.exchange(&list("tls-curve-preferences")));
        serving.tls.http1_only = flag("disable-http2-serving");
        for text in matches.get_many::<String>("tls-sni-cert-key").into_iter().flatten() {
            check("tls-sni-cert-key", named(text).map(|named| serving.tls.named.push(named)));
        }
        for text in list("cors-allowed-origins") {
            check("cors-allowed-origins", origin(&text).map(|origin| serving.origins.push(origin)));
        }
        let directives = list("strict-transport-security-directives");
        check("strict-transport-security-directives", strict(&directives).map(|value| serving.hsts = value));
        serving
    }

    /// Versions and cipher suites, by Go's names.
    fn limit(&mut self, version: &str, suites: &[String]) -> Result<(), String> {
        let lowest = match version {
            "" | "VersionTLS12" => "TLS1.2",
            "VersionTLS13" => "TLS1.3",
            "VersionTLS10" | "VersionTLS11" => {
                return Err(format!("{version} is not built: TLS 1.0 and 1.1 are not spoken"));
            }
            other => return Err(format!("unknown tls version {other:?}")),
        };
        // Go has those of TLS 1.3 among the names, and does not let anyone choose among them.
        let newer = |name: &&String| {
            matches!(
                name.as_str(),
                "TLS_AES_128_GCM_SHA256" | "TLS_AES_256_GCM_SHA384" | "TLS_CHACHA20_POLY1305_SHA256"
            )
        };
        // What is allowed need not be done: weak ones are left out, and told of.
        let (weak, strong): (Vec<String>, Vec<String>) =
            suites.iter().cloned().partition(|name| WEAK.contains(&name.as_str()));
        let older: Vec<String> = strong.iter().filter(|name| !newer(name)).cloned().collect();
        // Each must be one that there is, even where none is used.
        let limits = Limits::new("TLS1.2", "", &older)?;
        if strong.is_empty() && !weak.is_empty() {
            return Err(format!("none of {} is built: they are weak", weak.join(", ")));
        }
        self.weak = weak;
        if lowest == "TLS1.3" || (older.is_empty() && !suites.is_empty()) {
            self.tls = Limits::new("TLS1.3", "", &[])?;
        } else {
            self.tls = limits;
        }
        Ok(())
    }

    fn exchange(&mut self, numbers: &[String]) -> Result<(), String> {
        for text in numbers {
            let number: u16 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
            let wanted = NamedGroup::from(number);
            let found = rustls::crypto::ring::ALL_KX_GROUPS.iter().find(|group| group.name() == wanted);
            let found = found.ok_or_else(|| {
                format!(
                    "the key exchange {number} is not built; there are 29 (X25519), 23 (P-256) and 24 (P-384)"
                )
            })?;
            self.tls.groups.push(*found);
        }
        Ok(())
    }

    /// Whether this request's connection is to end in good order.
    pub fn sends_away(&self) -> bool {
        self.goaway > 0.0 && rand::random::<f64>() < self.goaway
    }

    /// The headers that a browser of an allowed origin is given; `None` for all others.
    pub fn origin<'h>(&self, headers: &'h HeaderMap) -> Option<&'h HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let text = origin.to_str().ok().filter(|text| !text.is_empty())?;
        self.origins.iter().any(|allowed| allowed.is_match(text)).then_some(origin)
    }
}

/// The headers for an allowed origin, as upstream's are.
pub fn allow_origin(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let methods = "POST, GET, OPTIONS, PUT, DELETE, PATCH";
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    let names = "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, If-Modified-Since";
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(names));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
}

/// What a browser is told that asks whether it may ask.
pub fn preflight(method: &Method) -> Option<Response<component::http::Body>> {
    (method == Method::OPTIONS).then(|| component::http::text(StatusCode::NO_CONTENT, ""))
}

/// `cert,key` or `cert,key:name,name`.
fn named(text: &str) -> Result<Named, String> {
    let (pair, names) = text.split_once(':').unwrap_or((text, ""));
    let files: Vec<&str> = pair.split(',').map(str::trim).collect();
    match files.as_slice() {
        [cert, key] if !cert.is_empty() && !key.is_empty() => Ok(Named {
            cert: PathBuf::from(cert),
            key: PathBuf::from(key),
            names: names
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_string)
                .collect(),
        }),
        _ => Err(format!("{text:?}: expected comma separated certificate and key file paths")),
    }
}

/// An origin must not be part of a longer name.
fn origin(text: &str) -> Result<Regex, String> {
    let found = Regex::new(text).map_err(|error| format!("invalid regular expression {text:?}: {error}"))?;
    let pinned = ["^", "//"].iter().any(|start| text.contains(start)) && text.contains(['$', ':']);
    if pinned {
        Ok(found)
    } else {
        Err(format!(
            "the regular expression {text:?} does not pin to start/end of host in the origin header; write it like '//example.com(:|$)'"
        ))
    }
}

fn strict(directives: &[String]) -> Result<Option<HeaderValue>, String> {
    for directive in directives {
        let seconds = directive.strip_prefix("max-age=");
        let is_age = seconds.is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
        if !is_age && directive != "includeSubDomains" && directive != "preload" {
            return Err(format!(
                "{directive:?} is invalid, allowed values: max-age=expireTime, includeSubDomains, preload"
            ));
        }
    }
    if directives.is_empty() {
        return Ok(None);
    }
    HeaderValue::try_from(directives.join("; ")).map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[&str]) -> Result<Serving, Vec<String>> {
        let command = clap::Command::new("x").args(args());
        let matches = command.try_get_matches_from(["x"].iter().chain(flags)).expect("flags");
        let mut wrong = Vec::new();
        let serving = Serving::read(&matches, &mut wrong);
        if wrong.is_empty() { Ok(serving) } else { Err(wrong) }
    }

    #[test]
    fn flags_say_what_upstreams_say() {
        let suites = "--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        let tls = read(&[suites, "--tls-min-version=VersionTLS12", "--tls-curve-preferences=23,29"])
            .expect("right")
            .tls;
        let named = |tls: &Limits| tls.suites.iter().filter(|suite| suite.tls13().is_none()).count();
        assert_eq!((tls.versions.len(), named(&tls), tls.groups.len()), (2, 1, 2));
        let tls = read(&[suites, "--tls-min-version=VersionTLS13"]).expect("right").tls;
        assert_eq!((tls.versions.len(), named(&tls)), (1, 0));
        assert!(read(&[]).expect("right").tls.suites.is_empty());
        // As hardening guides list them.
        let mixed = read(&[
            "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_RSA_WITH_AES_128_GCM_SHA256",
        ]);
        let mixed = mixed.expect("right");
        assert_eq!((named(&mixed.tls), mixed.weak.len()), (1, 1));

        let pairs =
            ["--tls-sni-cert-key=a.crt,a.key:a.example,*.b.example", "--tls-sni-cert-key=c.crt,c.key"];
        let named = read(&pairs).expect("right").tls.named;
        assert_eq!((named[0].names.len(), named[1].names.len()), (2, 0));
        assert_eq!(named[1].key, PathBuf::from("c.key"));

        let flag = "--strict-transport-security-directives=max-age=31536000,includeSubDomains,preload";
        let header = read(&[flag]).expect("right").hsts.expect("a header");
        assert_eq!(header, "max-age=31536000; includeSubDomains; preload");

        for (flag, said) in [
            ("--tls-min-version=VersionTLS10", "not built"),
            ("--tls-min-version=1.2", "unknown tls version"),
            ("--tls-cipher-suites=TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_SHA is built"),
            ("--tls-cipher-suites=TLS_RSA", "unexpected TLS cipher suite"),
            ("--tls-curve-preferences=25", "not built"),
            ("--tls-sni-cert-key=a.crt", "comma separated"),
            ("--goaway-chance=0.5", "0.02"),
            ("--cors-allowed-origins=example.com", "pin to start/end"),
            ("--cors-allowed-origins=//(", "invalid regular expression"),
            ("--strict-transport-security-directives=max-age=", "allowed values"),
        ] {
            let wrong = read(&[flag]).expect_err(flag);
            assert!(wrong[0].contains(said), "{flag}: {wrong:?}");
        }
    }

    #[test]
    fn origins_are_matched() {
        let serving =
            read(&["--cors-allowed-origins=//example.com(:|$),^https://.*\\.test$"]).expect("right");
        let headers = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::try_from(origin).expect("a header"));
            headers
        };
        for (origin, allowed) in [
            ("https://example.com", true),
            ("http://example.com:8080", true),
            ("https://a.test", true),
            ("https://example.com.evil", false),
            ("http://a.test", false),
            ("", false),
        ] {
            assert_eq!(serving.origin(&headers(origin)).is_some(), allowed, "{origin}");
        }
    }
}

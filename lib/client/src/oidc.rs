//! The auth provider `oidc` in a kubeconfig: an ID token that is renewed by a refresh token
//! (OpenID Connect Discovery 1.0; RFC 6749, section 6), as kubectl has it.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use crate::config::{Config, NamedUser};
use crate::error::Error;

/// A token that ends within so many seconds is renewed.
const MARGIN: u64 = 10;

/// `users[].user.auth-provider`.
#[derive(Deserialize)]
struct Provider {
    name: String,
    #[serde(default)]
    config: Settings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Settings {
    idp_issuer_url: String,
    client_id: String,
    client_secret: String,
    id_token: String,
    refresh_token: String,
    idp_certificate_authority: String,
    idp_certificate_authority_data: String,
}

/// What the issuer says of itself, as much of it as is needed.
#[derive(Deserialize)]
struct Discovery {
    #[serde(default)]
    token_endpoint: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    refresh_token: Option<String>,
}

fn wrong(text: impl Into<String>) -> Error {
    Error::Config(text.into())
}

/// The bearer token of a user with an auth provider; a new one is written to the kubeconfig that
/// the user comes from.
///
/// # Errors
/// Fails when there is no such provider, its settings are incomplete, or the issuer gives no token.
pub fn token(user: &NamedUser, provider: &Value) -> Result<String, Error> {
    let provider: Provider = serde_json::from_value(provider.clone())
        .map_err(|error| wrong(format!("user {:?}: auth-provider is malformed: {error}", user.name)))?;
    match provider.name.as_str() {
        "oidc" => {}
        "gcp" => {
            return Err(wrong(
                "the gcp auth plugin has been removed; use the gke-gcloud-auth-plugin as an exec credential plugin instead",
            ));
        }
        "azure" => {
            return Err(wrong(
                "the azure auth plugin has been removed; use kubelogin as an exec credential plugin instead",
            ));
        }
        name => return Err(wrong(format!("no Auth Provider found for name {name:?}"))),
    }
    let settings = provider.config;
    for (value, name) in [(&settings.idp_issuer_url, "idp-issuer-url"), (&settings.client_id, "client-id")] {
        if value.is_empty() {
            return Err(wrong(format!("Must provide {name}")));
        }
    }
    if !settings.id_token.is_empty() && !ended(&settings.id_token)? {
        return Ok(settings.id_token);
    }
    if settings.refresh_token.is_empty() {
        return Err(wrong("No valid id-token, and cannot refresh without refresh-token"));
    }
    // Whoever asks may be within a runtime already, which can't wait for another's work.
    let tokens = std::thread::scope(|scope| {
        let renew = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| wrong(error.to_string()))?.block_on(renew(&settings))
        });
        renew.join().unwrap_or_else(|_| Err(wrong("could not ask for a new id-token")))
    })?;
    let Some(id_token) = tokens.id_token.filter(|token| !token.is_empty()) else {
        return Err(wrong(
            "token response did not contain an id_token, either the scope \"openid\" wasn't requested upon login, or the provider doesn't support id_tokens as part of the refresh response",
        ));
    };
    if let Some(file) = &user.file {
        let refresh = tokens.refresh_token.unwrap_or(settings.refresh_token);
        keep(file, &user.name, &id_token, &refresh)
            .map_err(|error| wrong(format!("could not persist new tokens in {}: {error}", file.display())))?;
    }
    Ok(id_token)
}

/// Whether a token has ended, or does so in a moment.
fn ended(token: &str) -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Claims {
        exp: Option<f64>,
    }
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|claims| serde_json::from_slice::<Claims>(&claims).ok());
    let Some(Claims { exp: Some(end) }) = claims else {
        return Err(wrong("ID Token is not a valid JWT with a time at which it ends"));
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    Ok(end <= (now + MARGIN) as f64)
}

async fn renew(settings: &Settings) -> Result<Tokens, Error> {
    let ca = if settings.idp_certificate_authority_data.is_empty() {
        let file = &settings.idp_certificate_authority;
        let read = |file: &String| {
            std::fs::read(file)
                .map_err(|error| wrong(format!("cannot read idp-certificate-authority {file}: {error}")))
        };
        Some(file).filter(|file| !file.is_empty()).map(read).transpose()?
    } else {
        let data = STANDARD.decode(settings.idp_certificate_authority_data.trim());
        Some(data.map_err(|_| wrong("idp-certificate-authority-data is not base64"))?)
    };
    let tls = crate::tls::client_config(&Config { ca, ..Config::default() }, &[b"h2", b"http/1.1"])?;
    let http = crate::proxy::of_environment(reqwest::Client::builder(), &settings.idp_issuer_url)?
        .tls_backend_preconfigured(tls)
        .timeout(std::time::Duration::from_secs(30))
        .build()?;
    let url = format!("{}/.well-known/openid-configuration", settings.idp_issuer_url.trim_end_matches('/'));
    let answer = http.get(&url).send().await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    if !status.is_success() {
        return Err(wrong(format!("oidc: the issuer answers {url} with {status}")));
    }
    let endpoint = serde_json::from_slice::<Discovery>(&body)
        .map_err(|error| wrong(format!("oidc: {url} is no discovery document: {error}")))?
        .token_endpoint;
    if endpoint.is_empty() {
        return Err(wrong(format!("oidc: {url} names no token_endpoint")));
    }
    // By default a client says who it is in a header; some issuers want it in the form.
    let mut refusal = String::new();
    for header in [true, false] {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", &settings.refresh_token);
        if !header {
            form.append_pair("client_id", &settings.client_id);
            if !settings.client_secret.is_empty() {
                form.append_pair("client_secret", &settings.client_secret);
            }
        }
        let mut request = http
            .post(&endpoint)
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.finish());
        if header {
            let escape =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(escape(&settings.client_id), Some(escape(&settings.client_secret)));
        }
        let answer = request.send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| wrong(format!("oidc: {endpoint} gives no tokens: {error}")));
        }
        let text: Value = serde_json::from_slice(&body).unwrap_or_default();
        refusal = format!("{status} {}", text["error"].as_str().unwrap_or_default());
    }
    Err(wrong(format!("failed to refresh token: {endpoint} answers {}", refusal.trim_end())))
}

/// Writes new tokens to a kubeconfig.
fn keep(file: &Path, user: &str, id_token: &str, refresh_token: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut config: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
    let users = config.get_mut("users").and_then(|users| users.as_sequence_mut());
    let found = users.into_iter().flatten().find(|entry| entry["name"] == *user);
    let settings = found.and_then(|entry| entry.get_mut("user")?.get_mut("auth-provider")?.get_mut("config"));
    let Some(settings) = settings.and_then(|settings| settings.as_mapping_mut()) else {
        return Err(format!("user {user:?} is not there any more"));
    };
    settings.insert("id-token".into(), id_token.into());
    settings.insert("refresh-token".into(), refresh_token.into());
    let text = serde_yaml::to_string(&config).map_err(|error| error.to_string())?;
    pki::write::secret(file, text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use serde_json::json;

    use super::*;
    use crate::config::{Kubeconfig, Overrides};

    fn jwt(exp: u64) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.sig", part(json!({"alg": "none"})), part(json!({"exp": exp})))
    }

    const FAR: u64 = 32_503_680_000;

    fn kubeconfig(issuer: &str, id_token: &str, refresh_token: &str) -> String {
        let config = json!({
            "clusters": [{"name": "c", "cluster": {"server": "https://x"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
            "users": [{"name": "u", "user": {"auth-provider": {"name": "oidc", "config": {
                "idp-issuer-url": issuer, "client-id": "me", "client-secret": "s&s",
                "id-token": id_token, "refresh-token": refresh_token,
            }}}}],
        });
        config.to_string()
    }

    /// Gives these answers, one to each connection; what was asked comes back.
    fn issuer(answers: Vec<(u16, String)>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let own = url.clone();
        let served = std::thread::spawn(move || {
            let mut asked = Vec::new();
            for (code, body) in answers {
                let (mut stream, _) = listener.accept().expect("a connection");
                let (mut request, mut chunk) = (String::new(), [0; 4096]);
                // The form is the last thing that comes.
                while !request.contains("\r\n\r\n")
                    || (request.starts_with("POST") && !request.contains("refresh_token=old"))
                {
                    let count = stream.read(&mut chunk).expect("a request");
                    request.push_str(&String::from_utf8_lossy(&chunk[..count]));
                }
                asked.push(request);
                let body = body.replace("OWN", &own);
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {code} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
                .expect("answered");
            }
            asked
        });
        (url, served)
    }

    fn resolved(text: &str) -> (Result<Config, Error>, String) {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("config");
        std::fs::write(&file, text).expect("written");
        let config = Kubeconfig::read(&file).expect("a kubeconfig").resolve(&Overrides::default());
        (config, std::fs::read_to_string(&file).expect("is there"))
    }

    #[test]
    fn a_token_that_is_good_is_used_as_it_is() {
        let token = jwt(FAR);
        let text = kubeconfig("http://127.0.0.1:1", &token, "");
        assert_eq!(resolved(&text).0.expect("credentials").token, Some(token));
        // Nor does it go over the wire in the clear.
        let (config, _) = resolved(&text.replace("https://x", "http://x"));
        assert_eq!(config.expect("none").token, None);
    }

    #[test]
    fn a_token_that_has_ended_is_renewed_and_kept() {
        let fresh = jwt(FAR);
        let (url, served) = issuer(vec![
            (200, r#"{"token_endpoint": "OWN/token"}"#.into()),
            // It wants to be told in the form who asks.
            (401, r#"{"error": "invalid_client"}"#.into()),
            (200, json!({"id_token": fresh, "refresh_token": "new"}).to_string()),
        ]);
        let (config, kept) = resolved(&kubeconfig(&url, &jwt(1), "old"));
        assert_eq!(config.expect("credentials").token.as_deref(), Some(&*fresh));
        let asked = served.join().expect("served");
        assert!(asked[0].starts_with("GET /.well-known/openid-configuration "), "{}", asked[0]);
        // "me:s%26s"
        assert!(asked[1].contains("authorization: Basic bWU6cyUyNnM="), "{}", asked[1]);
        let form = "grant_type=refresh_token&refresh_token=old&client_id=me&client_secret=s%26s";
        assert!(asked[2].ends_with(form), "{}", asked[2]);
        let kept: Kubeconfig = serde_yaml::from_str(&kept).expect("a kubeconfig");
        let settings = &kept.users[0].user.auth_provider.as_ref().expect("is there")["config"];
        assert_eq!((&settings["id-token"], &settings["refresh-token"]), (&json!(fresh), &json!("new")));
        assert_eq!(settings["client-id"], "me");
    }

    #[test]
    fn what_is_refused() {
        let (url, served) = issuer(vec![
            (200, r#"{"token_endpoint": "OWN/token"}"#.into()),
            (200, r#"{"access_token": "no"}"#.into()),
        ]);
        let good = kubeconfig(&url, &jwt(1), "old");
        for (text, why) in [
            (good.replace("idp-issuer-url", "x"), "Must provide idp-issuer-url"),
            (good.replace("client-id", "x"), "Must provide client-id"),
            (good.replace("old", ""), "cannot refresh without refresh-token"),
            (good.replace(&jwt(1), "no token"), "ID Token is not a valid JWT"),
            (good.replace("\"oidc\"", "\"gcp\""), "gke-gcloud-auth-plugin"),
            (good.replace("\"oidc\"", "\"own\""), "no Auth Provider found for name \"own\""),
            (good.clone(), "did not contain an id_token"),
        ] {
            let (config, kept) = resolved(&text);
            let error = config.expect_err(why).to_string();
            assert!(error.contains(why), "{error}");
            assert_eq!(kept, text);
        }
        served.join().expect("served");
    }
}

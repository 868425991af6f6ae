//! Client certificates: the user is the common name, the groups are the organizations; and the
//! front proxy, whose certificate lets it name users in headers.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::{Context, Result};
use component::serve::Connection;
use http::HeaderMap;
use rustls::pki_types::UnixTime;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{AUTHENTICATED, User};
use crate::options::Options;

/// The CAs, and which headers the front proxy may use.
pub struct Certificates {
    authorities: RwLock<Arc<Authorities>>,
    names: Vec<String>,
    users: Vec<String>,
    uids: Vec<String>,
    groups: Vec<String>,
    extra: Vec<String>,
}

/// The CAs, which may change while the server runs.
struct Authorities {
    clients: Option<Arc<dyn ClientCertVerifier>>,
    proxies: Option<Arc<dyn ClientCertVerifier>>,
}

impl Authorities {
    fn read(options: &Options) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            clients: verifier(options.client_ca.as_deref(), "client-ca-file")?,
            proxies: verifier(options.header_ca.as_deref(), "requestheader-client-ca-file")?,
        }))
    }
}

/// What is known of a connection's certificate, and by which CAs.
type Judged = Mutex<Option<(Arc<Authorities>, Arc<Known>)>>;

/// What is known of a connection's certificate; found out once for the same CAs.
struct Known {
    user: Result<Option<Arc<User>>, String>,
    proxy: bool,
    until: i64,
}

fn verifier(path: Option<&Path>, flag: &str) -> Result<Option<Arc<dyn ClientCertVerifier>>> {
    let Some(path) = path else { return Ok(None) };
    let roots = component::tls::read_roots(path).with_context(|| format!("--{flag}"))?;
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots))
        .build()
        .with_context(|| format!("cannot use {} as --{flag}", path.display()))?;
    Ok(Some(verifier))
}

impl Certificates {
    /// Reads the CAs.
    pub fn new(options: &Options) -> Result<Self> {
        component::tls::install_crypto();
        Ok(Self {
            authorities: RwLock::new(Authorities::read(options)?),
            names: options.header_names.clone(),
            users: options.header_users.clone(),
            uids: options.header_uids.clone(),
            groups: options.header_groups.clone(),
            extra: options.header_extra.clone(),
        })
    }

    /// Reads the CAs anew.
    ///
    /// # Errors
    /// Names the file that can't be used; then the old ones stay.
    pub fn reload(&self, options: &Options) -> Result<()> {
        let authorities = Authorities::read(options)?;
        *self.authorities.write().unwrap_or_else(PoisonError::into_inner) = authorities;
        Ok(())
    }

    fn known(&self, connection: &Connection) -> Option<Arc<Known>> {
        let authorities = self.authorities.read().unwrap_or_else(PoisonError::into_inner).clone();
        let judged = connection.peer.get_or_init(|| Arc::new(Judged::default()));
        let mut judged = judged.downcast_ref::<Judged>()?.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((by, known)) = &*judged
            && Arc::ptr_eq(by, &authorities)
        {
            return Some(known.clone());
        }
        let known = Arc::new(self.find_out(&authorities, connection));
        *judged = Some((authorities, known.clone()));
        Some(known)
    }

    fn find_out(&self, authorities: &Authorities, connection: &Connection) -> Known {
        let Some((leaf, rest)) = connection.certificates.split_first() else {
            return Known { user: Ok(None), proxy: false, until: i64::MAX };
        };
        let holds = |verifier: &Option<Arc<dyn ClientCertVerifier>>| match verifier {
            None => Err("no CA is configured for client certificates".to_string()),
            Some(verifier) => verifier
                .verify_client_cert(leaf, rest, UnixTime::now())
                .map(|_| ())
                .map_err(|error| error.to_string()),
        };
        let Ok((_, certificate)) = X509Certificate::from_der(leaf) else {
            return Known { user: Err("the certificate cannot be read".into()), proxy: false, until: 0 };
        };
        let until = certificate.validity().not_after.timestamp();
        let subject = certificate.subject();
        let name = subject.iter_common_name().next().and_then(|name| name.as_str().ok()).unwrap_or_default();
        let proxy = authorities.proxies.is_some()
            && holds(&authorities.proxies).is_ok()
            && (self.names.is_empty() || self.names.iter().any(|allowed| allowed == name));
        let user = match holds(&authorities.clients) {
            Ok(()) if name.is_empty() => Ok(None),
            Ok(()) => {
                let groups = subject.iter_organization().filter_map(|group| group.as_str().ok());
                let mut groups: Vec<String> = groups.map(str::to_string).collect();
                groups.push(AUTHENTICATED.into());
                Ok(Some(Arc::new(User { name: name.to_string(), groups, ..User::default() })))
            }
            Err(_) if proxy => Ok(None),
            Err(reason) => Err(reason),
        };
        Known { user, proxy, until }
    }

    /// The user of the connection's certificate.
    pub fn user(&self, connection: &Connection) -> Result<Option<Arc<User>>, String> {
        let Some(known) = self.known(connection) else { return Ok(None) };
        let left = known.until.saturating_sub(jiff::Timestamp::now().as_second());
        if left < 0 {
            return Err("the certificate has expired".into());
        }
        if matches!(known.user, Ok(Some(_))) {
            crate::metrics::parts::CERTIFICATE_LIVES.observe([], left as f64);
        }
        known.user.clone()
    }

    /// The user that a front proxy names.
    pub fn named_in(&self, connection: &Connection, headers: &HeaderMap) -> Option<User> {
        let known = self.known(connection)?;
        if !known.proxy || jiff::Timestamp::now().as_second() > known.until {
            return None;
        }
        let first = |names: &[String]| {
            names.iter().find_map(|name| headers.get(name.as_str())?.to_str().ok().filter(|v| !v.is_empty()))
        };
        let mut user = User { name: first(&self.users)?.to_string(), ..User::default() };
        user.uid = first(&self.uids).unwrap_or_default().to_string();
        for name in &self.groups {
            let values = headers.get_all(name.as_str()).iter().filter_map(|value| value.to_str().ok());
            user.groups.extend(values.map(str::to_string));
        }
        for prefix in &self.extra {
            let prefix = prefix.to_ascii_lowercase();
            for name in headers.keys() {
                let Some(key) = name.as_str().strip_prefix(&prefix) else { continue };
                let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy().into_owned();
                let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
                user.extra.insert(key, values.map(str::to_string).collect());
            }
        }
        Some(user)
    }
}

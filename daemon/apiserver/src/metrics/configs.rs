//! What configurations that are read anew tell: how often that was done, when last, and what is in force.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::head;
use crate::bootstrap;

/// A configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Config {
    Authentication,
    Authorization,
    Encryption,
}

impl Config {
    fn word(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::Encryption => "encryption",
        }
    }
}

/// What is known of one.
#[derive(Default)]
struct Known {
    /// How often it was read anew, and when last, in seconds since 1970: badly, and well.
    reloads: [(u64, i64); 2],
    /// What is in force, as a hash.
    hash: String,
}

static KNOWN: Mutex<BTreeMap<Config, Known>> = Mutex::new(BTreeMap::new());

/// As upstream hides names and contents.
pub fn hash(of: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(of)))
}

/// Which server this is.
pub fn own_id() -> String {
    hash(bootstrap::identity::name().as_bytes())
}

/// A configuration was read at the start.
pub fn read(config: Config, text: &[u8]) {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).entry(config).or_default().hash = hash(text);
}

/// One that had changed was read anew: well, or it is wrong and the old one stays.
pub fn reloaded(config: Config, text: &[u8], well: bool) {
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = all.entry(config).or_default();
    let (count, last) = &mut known.reloads[usize::from(well)];
    *count += 1;
    *last = Timestamp::now().as_second();
    if well {
        known.hash = hash(text);
    }
}

/// What these tell.
pub fn render(out: &mut String) {
    let id = own_id();
    for (config, known) in &*KNOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        let (word, start) = (config.word(), format!("apiserver_{}_config_controller", config.word()));
        let told =
            || ["failure", "success"].into_iter().zip(known.reloads).filter(|(_, (count, _))| *count > 0);
        if told().next().is_some() {
            let name = format!("{start}_automatic_reloads_total");
            head(out, &name, &format!("How often the {word} configuration was read anew."), "counter");
            for (status, (count, _)) in told() {
                let _ = writeln!(out, "{name}{{apiserver_id_hash=\"{id}\",status=\"{status}\"}} {count}");
            }
            let name = format!("{start}_automatic_reload_last_timestamp_seconds");
            head(out, &name, &format!("When the {word} configuration was last read anew."), "gauge");
            for (status, (_, last)) in told() {
                let _ = writeln!(out, "{name}{{apiserver_id_hash=\"{id}\",status=\"{status}\"}} {last}");
            }
        }
        let name = format!("{start}_last_config_info");
        head(out, &name, &format!("Which {word} configuration is in force, by its hash."), "gauge");
        let _ = writeln!(out, "{name}{{apiserver_id_hash=\"{id}\",hash=\"{}\"}} 1", known.hash);
    }
}

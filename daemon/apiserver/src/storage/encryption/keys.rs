//! Encryption with keys that stand in the configuration: AES in CBC and GCM mode, and NaCl's
//! secret box. What lies in etcd is laid out as upstream lays it out.

use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use crypto_secretbox::XSalsa20Poly1305;
use ring::rand::{SecureRandom, SystemRandom};

/// One way to encrypt, with its key.
pub enum Cipher {
    /// AES-CBC: 16 bytes of initialization vector, then the padded blocks. Not authenticated.
    Cbc(Vec<u8>),
    /// AES-GCM: 12 bytes of nonce, then the text and its tag. The object's path is authenticated
    /// along with it.
    Gcm(Gcm),
    /// XSalsa20 and Poly1305: 24 bytes of nonce, then the tag and the text.
    Box(Box<XSalsa20Poly1305>),
}

/// AES-GCM with a key of any of the three sizes.
pub enum Gcm {
    /// 16 bytes.
    Small(Box<Aes128Gcm>),
    /// 24 bytes.
    Middle(Box<AesGcm<Aes192, U12>>),
    /// 32 bytes.
    Large(Box<Aes256Gcm>),
}

/// Bytes that no one can guess.
pub fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system gives no random bytes".to_string())?;
    Ok(bytes)
}

const SHORT: &str = "the stored data was shorter than the required size";
const WRONG: &str = "the key does not fit, or the data was changed";

impl Gcm {
    /// With this key.
    pub fn new(key: &[u8]) -> Result<Self, String> {
        let bad = |_| format!("an AES key has 16, 24 or 32 bytes, not {}", key.len());
        Ok(match key.len() {
            16 => Self::Small(Box::new(KeyInit::new_from_slice(key).map_err(bad)?)),
            24 => Self::Middle(Box::new(KeyInit::new_from_slice(key).map_err(bad)?)),
            _ => Self::Large(Box::new(KeyInit::new_from_slice(key).map_err(bad)?)),
        })
    }

    /// Encrypts.
    pub fn seal(&self, plain: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        let nonce = random::<12>()?;
        let payload = Payload { msg: plain, aad: path };
        let sealed = match self {
            Self::Small(cipher) => cipher.encrypt(&nonce.into(), payload),
            Self::Middle(cipher) => cipher.encrypt(&nonce.into(), payload),
            Self::Large(cipher) => cipher.encrypt(&nonce.into(), payload),
        };
        Ok([&nonce[..], &sealed.map_err(|_| "AES-GCM fails".to_string())?].concat())
    }

    /// Decrypts.
    pub fn open(&self, sealed: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        let (nonce, text) = sealed.split_first_chunk::<12>().ok_or(SHORT)?;
        let nonce = (*nonce).into();
        let payload = Payload { msg: text, aad: path };
        let opened = match self {
            Self::Small(cipher) => cipher.decrypt(&nonce, payload),
            Self::Middle(cipher) => cipher.decrypt(&nonce, payload),
            Self::Large(cipher) => cipher.decrypt(&nonce, payload),
        };
        opened.map_err(|_| WRONG.to_string())
    }
}

fn cbc_seal<C>(key: &[u8], vector: &[u8], plain: &[u8]) -> Result<Vec<u8>, String>
where
    cbc::Encryptor<C>: KeyIvInit + BlockEncryptMut,
    C: BlockEncryptMut + cbc::cipher::BlockCipher,
{
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, vector).map_err(|error| error.to_string())?;
    Ok(cipher.encrypt_padded_vec_mut::<Pkcs7>(plain))
}

fn cbc_open<C>(key: &[u8], vector: &[u8], sealed: &[u8]) -> Result<Vec<u8>, String>
where
    cbc::Decryptor<C>: KeyIvInit + BlockDecryptMut,
    C: BlockDecryptMut + cbc::cipher::BlockCipher,
{
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, vector).map_err(|error| error.to_string())?;
    cipher.decrypt_padded_vec_mut::<Pkcs7>(sealed).map_err(|_| WRONG.to_string())
}

impl Cipher {
    /// AES-CBC with a key of 16, 24 or 32 bytes.
    pub fn cbc(key: Vec<u8>) -> Result<Self, String> {
        match key.len() {
            16 | 24 | 32 => Ok(Self::Cbc(key)),
            other => Err(format!("an AES key has 16, 24 or 32 bytes, not {other}")),
        }
    }

    /// A secret box with a key of 32 bytes.
    pub fn secretbox(key: &[u8]) -> Result<Self, String> {
        let cipher = <XSalsa20Poly1305 as crypto_secretbox::KeyInit>::new_from_slice(key);
        let cipher = cipher.map_err(|_| format!("a secretbox key has 32 bytes, not {}", key.len()))?;
        Ok(Self::Box(Box::new(cipher)))
    }

    /// Encrypts what is to lie at `path`.
    ///
    /// # Errors
    /// Fails when the system gives no random bytes.
    pub fn seal(&self, plain: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Gcm(gcm) => gcm.seal(plain, path),
            Self::Cbc(key) => {
                let vector = random::<16>()?;
                let sealed = match key.len() {
                    16 => cbc_seal::<Aes128>(key, &vector, plain),
                    24 => cbc_seal::<Aes192>(key, &vector, plain),
                    _ => cbc_seal::<Aes256>(key, &vector, plain),
                }?;
                Ok([&vector[..], &sealed].concat())
            }
            Self::Box(cipher) => {
                let nonce = random::<24>()?;
                let sealed = crypto_secretbox::aead::Aead::encrypt(cipher.as_ref(), &nonce.into(), plain);
                Ok([&nonce[..], &sealed.map_err(|_| "the secret box fails".to_string())?].concat())
            }
        }
    }

    /// Decrypts what lies at `path`.
    ///
    /// # Errors
    /// Fails when another key encrypted it, or it was changed or moved.
    pub fn open(&self, sealed: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Gcm(gcm) => gcm.open(sealed, path),
            Self::Cbc(key) => {
                let (vector, sealed) = sealed.split_first_chunk::<16>().ok_or(SHORT)?;
                match key.len() {
                    16 => cbc_open::<Aes128>(key, vector, sealed),
                    24 => cbc_open::<Aes192>(key, vector, sealed),
                    _ => cbc_open::<Aes256>(key, vector, sealed),
                }
            }
            Self::Box(cipher) => {
                let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or(SHORT)?;
                crypto_secretbox::aead::Aead::decrypt(cipher.as_ref(), &(*nonce).into(), sealed)
                    .map_err(|_| WRONG.to_string())
            }
        }
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;

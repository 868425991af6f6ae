//! What other implementations encrypted, and what none may decrypt. The texts come from Python's
//! `cryptography` and PyNaCl, with key and nonce counting up from 0.

use super::*;

const PLAIN: &[u8] = br#"{"kind":"Secret"}"#;
const PATH: &[u8] = b"/registry/secrets/default/s";

const CBC: [(usize, &str); 3] = [
    (16, "000102030405060708090a0b0c0d0e0f94df35c9b979736106b2d20e6a3786e72f403092c183f595f88d341b9723ca6c"),
    (24, "000102030405060708090a0b0c0d0e0f6229a9da7d922425d89a7984ea95f5395f484790e2f4e48004b9c24f650d96a9"),
    (32, "000102030405060708090a0b0c0d0e0f1e99f42a87db9ef8ab2a289efc82058d9b6df3c3b806157e27663d659124bb7a"),
];
const GCM: [(usize, &str); 3] = [
    (16, "000102030405060708090a0be84ecca7087fd56e698104e944c6042ace5bb5e768a060f3adba2a4fc96dd172a6"),
    (24, "000102030405060708090a0b9ddb49f2f7ddeb34f260b9e18dcca85273f25478fd2dd4d8576a71d99c36def522"),
    (32, "000102030405060708090a0b3c20bd72ab81e021af12f2e8c38c0c4ffe23c5b37757d3e4abcb34ad8eaa879943"),
];
const BOX: &str = "000102030405060708090a0b0c0d0e0f101112131415161704ea051d45311f98b1b8fa426fca41d025dd5326a9ae802a996fea5d1aea3eb52f";

fn key(size: usize) -> Vec<u8> {
    (0..size).map(|byte| byte as u8).collect()
}

fn check(cipher: &Cipher, theirs: &str) {
    let theirs = hex::decode(theirs).expect("hex");
    assert_eq!(cipher.open(&theirs, PATH).as_deref(), Ok(PLAIN));
    let ours = cipher.seal(PLAIN, PATH).expect("seals");
    assert_eq!(ours.len(), theirs.len());
    assert_ne!(ours, cipher.seal(PLAIN, PATH).expect("seals"), "each time differently");
    assert_eq!(cipher.open(&ours, PATH).as_deref(), Ok(PLAIN));
    for cut in [0, 1, 11, 12, 16, 24, theirs.len() - 1] {
        assert!(cipher.open(&theirs[..cut], PATH).is_err(), "{cut} bytes");
    }
}

#[test]
fn like_others() {
    for (size, theirs) in CBC {
        check(&Cipher::cbc(key(size)).expect("a key"), theirs);
    }
    for (size, theirs) in GCM {
        let cipher = Cipher::Gcm(Gcm::new(&key(size)).expect("a key"));
        check(&cipher, theirs);
        let theirs = hex::decode(theirs).expect("hex");
        assert!(cipher.open(&theirs, b"/registry/secrets/default/other").is_err(), "it was moved");
    }
    check(&Cipher::secretbox(&key(32)).expect("a key"), BOX);
}

#[test]
fn refused() {
    for size in [0, 15, 31, 33, 64] {
        assert!(Cipher::cbc(key(size)).is_err() && Gcm::new(&key(size)).is_err());
    }
    assert!(Cipher::secretbox(&key(16)).is_err());
    for text in [GCM[2].1, BOX] {
        let mut changed = hex::decode(text).expect("hex");
        let cipher = match changed.len() {
            45 => Cipher::Gcm(Gcm::new(&key(32)).expect("a key")),
            _ => Cipher::secretbox(&key(32)).expect("a key"),
        };
        for at in 0..changed.len() {
            changed[at] ^= 1;
            assert!(cipher.open(&changed, PATH).is_err(), "byte {at} of {text}");
            changed[at] ^= 1;
        }
    }
}

proptest::proptest! {
    #[test]
    fn there_and_back(plain: Vec<u8>, size in 0usize..3) {
        let size = [16, 24, 32][size];
        for cipher in [
            Cipher::cbc(key(size)).expect("a key"),
            Cipher::Gcm(Gcm::new(&key(size)).expect("a key")),
            Cipher::secretbox(&key(32)).expect("a key"),
        ] {
            let sealed = cipher.seal(&plain, PATH).expect("seals");
            proptest::prop_assert_eq!(cipher.open(&sealed, PATH).expect("opens"), &plain[..]);
        }
    }

    #[test]
    fn nonsense_is_refused_without_a_panic(sealed: Vec<u8>) {
        for cipher in [
            Cipher::Gcm(Gcm::new(&key(32)).expect("a key")),
            Cipher::secretbox(&key(32)).expect("a key"),
        ] {
            proptest::prop_assert!(cipher.open(&sealed, PATH).is_err());
        }
        let _ = Cipher::cbc(key(16)).expect("a key").open(&sealed, PATH);
    }
}

//! The issuer that the tests play: its keys and its tokens.

use std::{fs, path::PathBuf};

use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp, jwk::Jwk};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://login.example.org/";
pub const AUDIENCE: &str = "family-context-tests";

const RSA: &[u8] = include_bytes!("keys/rsa.pem");
const P256: &[u8] = include_bytes!("keys/p256.pem");
const ED25519: &[u8] = include_bytes!("keys/ed25519.pem");
const ED25519_OTHER: &[u8] = include_bytes!("keys/ed25519_other.pem");
pub const RSA_PUBLIC: &[u8] = include_bytes!("keys/rsa_public.pem");

/// A signing key of the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Rsa,
    P256,
    Ed25519,
    /// One that is not published at first.
    Ed25519Other,
}

impl Key {
    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::RS256,
            Self::P256 => Algorithm::ES256,
            Self::Ed25519 | Self::Ed25519Other => Algorithm::EdDSA,
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-1",
            Self::P256 => "p256-1",
            Self::Ed25519 => "ed-1",
            Self::Ed25519Other => "ed-2",
        }
    }

    pub fn signing(self) -> EncodingKey {
        match self {
            Self::Rsa => EncodingKey::from_rsa_pem(RSA),
            Self::P256 => EncodingKey::from_ec_pem(P256),
            Self::Ed25519 => EncodingKey::from_ed_pem(ED25519),
            Self::Ed25519Other => EncodingKey::from_ed_pem(ED25519_OTHER),
        }
        .unwrap()
    }

    fn published(self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.signing(), self.algorithm()).unwrap();
        jwk.common.key_id = Some(self.id().to_owned());
        serde_json::to_value(jwk).unwrap()
    }

    pub fn header(self) -> Header {
        let mut header = Header::new(self.algorithm());
        header.kid = Some(self.id().to_owned());
        header
    }
}

/// A JWKS document of these keys.
pub fn key_set(keys: &[Key]) -> String {
    json!({ "keys": keys.iter().map(|key| key.published()).collect::<Vec<_>>() }).to_string()
}

/// A file with the keys that are published from the start.
pub fn key_set_file() -> PathBuf {
    let path = super::temporary("keys.json");
    fs::write(&path, key_set(&[Key::Rsa, Key::P256, Key::Ed25519])).unwrap();
    path
}

/// Claims that are taken, for a worker with these roles.
pub fn claims(roles: &[&str]) -> Value {
    let now = get_current_timestamp();
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "w.okafor", "name": "Wale Okafor", "roles": roles,
        "iat": now, "nbf": now, "exp": now + 600,
    })
}

/// Claims that are taken, changed.
pub fn claims_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims(&["early_help_worker"]);
    change(&mut claims);
    claims
}

pub fn sign(key: Key, claims: &Value) -> String {
    sign_with(key, &key.header(), claims)
}

pub fn sign_with(key: Key, header: &Header, claims: &Value) -> String {
    jsonwebtoken::encode(header, claims, &key.signing()).unwrap()
}

/// A token that is taken, for a worker with these roles.
pub fn token(roles: &[&str]) -> String {
    sign(Key::Ed25519, &claims(roles))
}

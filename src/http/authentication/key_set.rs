//! An issuer's published keys, each with the one algorithm that it is for.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde_json::Value;

/// The keys of one key set that can check a signature here.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<PublishedKey>,
}

#[derive(Debug)]
struct PublishedKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl KeySet {
    /// Reads a JWKS document. Keys for other purposes, of other kinds or unreadable are passed over; `None` where it is no key set.
    #[must_use]
    pub fn read(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self { keys: keys.iter().filter_map(PublishedKey::read).collect() })
    }

    /// A set of one key.
    #[must_use]
    pub fn of(jwk: &Jwk) -> Self {
        Self { keys: PublishedKey::of(jwk).into_iter().collect() }
    }

    /// Whether it holds no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of that id for that algorithm; where the token names none, the only key for the algorithm.
    #[must_use]
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting =
            self.keys.iter().filter(|key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id)).map(|key| &key.key);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key),
            _ => None,
        }
    }
}

impl PublishedKey {
    fn read(value: &Value) -> Option<Self> {
        Self::of(&serde_json::from_value(value.clone()).ok()?)
    }

    fn of(jwk: &Jwk) -> Option<Self> {
        let (algorithm, stated) = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => (Algorithm::ES256, KeyAlgorithm::ES256),
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => (Algorithm::EdDSA, KeyAlgorithm::EdDSA),
            _ => return None,
        };
        let common = &jwk.common;
        let for_signatures = common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let for_checking = common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        let for_algorithm = common.key_algorithm.is_none_or(|named| named == stated);
        if !(for_signatures && for_checking && for_algorithm) {
            return None;
        }
        Some(Self { id: common.key_id.clone(), algorithm, key: DecodingKey::from_jwk(jwk).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

    fn key_set(keys: &str) -> KeySet {
        KeySet::read(format!(r#"{{"keys":[{keys}]}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_its_id_and_for_its_own_algorithm_only() {
        let keys = key_set(&format!(r#"{{{ED25519},"kid":"one"}}"#));
        assert!(keys.find(Some("one"), Algorithm::EdDSA).is_some());
        assert!(keys.find(None, Algorithm::EdDSA).is_some());
        assert!(keys.find(Some("two"), Algorithm::EdDSA).is_none());
        assert!(keys.find(Some("one"), Algorithm::RS256).is_none());
    }

    #[test]
    fn a_token_that_names_no_key_is_not_matched_against_several() {
        let keys = key_set(&format!(r#"{{{ED25519},"kid":"one"}},{{{ED25519},"kid":"two"}}"#));
        assert!(keys.find(None, Algorithm::EdDSA).is_none());
    }

    #[test]
    fn secrets_and_keys_for_other_uses_are_passed_over() {
        for key in [
            r#"{"kty":"oct","k":"c2VjcmV0","kid":"one","alg":"HS256"}"#.to_owned(),
            format!(r#"{{{ED25519},"use":"enc"}}"#),
            format!(r#"{{{ED25519},"key_ops":["sign"]}}"#),
            format!(r#"{{{ED25519},"alg":"ES256"}}"#),
            r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#.to_owned(),
            "7".to_owned(),
        ] {
            assert!(key_set(&key).is_empty(), "{key}");
        }
    }

    #[test]
    fn what_is_no_key_set_is_none() {
        for document in ["", "[]", "{}", r#"{"keys":{}}"#] {
            assert!(KeySet::read(document.as_bytes()).is_none(), "{document}");
        }
    }
}

//! The development key: this machine's own issuer, for a demonstration and for tests on loopback.
//!
//! The file holds an Ed25519 seed as 64 hexadecimal digits and can be read by its owner only.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp, jwk::Jwk};
use serde_json::json;

use crate::domain::Role;

use super::{AuthenticationError, key_set::KeySet};

/// The `iss` of tokens signed with the development key.
pub const DEVELOPMENT_ISSUER: &str = "family-context-development";

/// The `aud` of tokens signed with the development key.
pub const DEVELOPMENT_AUDIENCE: &str = "family-context";

/// Bytes of an Ed25519 seed.
const SEED_LENGTH: usize = 32;

/// What stands before the seed in an Ed25519 private key in PKCS #8 form (RFC 8410, section 7).
const PKCS8_BEFORE_SEED: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The development key.
pub struct DevelopmentKey(EncodingKey);

impl fmt::Debug for DevelopmentKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DevelopmentKey[redacted]")
    }
}

/// What a development token says.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The worker.
    pub subject: String,
    /// The worker's name.
    pub name: String,
    /// The worker's roles.
    pub roles: Vec<Role>,
    /// The system that acts for the worker.
    pub acting_system: Option<String>,
    /// How long it is valid.
    pub expires_in_minutes: u32,
}

impl DevelopmentKey {
    /// Reads the key, making it first where the file is missing. Of several programs that make it at once, all end with the same key.
    ///
    /// # Errors
    /// The file cannot be read or made, can be read by others, or holds no key.
    pub fn open(path: &Path) -> Result<Self, AuthenticationError> {
        let failed = |error| AuthenticationError::DevelopmentKeyFile(path.to_owned(), error);
        let unsafe_key = || AuthenticationError::DevelopmentKeyUnsafe(path.to_owned());
        if !path.try_exists().map_err(failed)? {
            make(path).map_err(failed)?;
        }
        if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(unsafe_key());
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let seed = from_hexadecimal(text.trim()).ok_or_else(unsafe_key)?;
        let mut pkcs8 = PKCS8_BEFORE_SEED.to_vec();
        pkcs8.extend(seed);
        Ok(Self(EncodingKey::from_ed_der(&pkcs8)))
    }

    /// The public half, as the service checks with it.
    pub(super) fn key_set(&self) -> Result<KeySet, AuthenticationError> {
        Ok(KeySet::of(&Jwk::from_encoding_key(&self.0, Algorithm::EdDSA)?))
    }

    /// Signs a token.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn token(&self, request: &TokenRequest) -> Result<String, AuthenticationError> {
        let now = get_current_timestamp();
        let mut claims = json!({
            "iss": DEVELOPMENT_ISSUER,
            "aud": DEVELOPMENT_AUDIENCE,
            "sub": request.subject,
            "name": request.name,
            "roles": request.roles,
            "iat": now,
            "nbf": now,
            "exp": now + u64::from(request.expires_in_minutes) * 60,
        });
        if let Some(system) = &request.acting_system {
            claims["act"] = json!({ "sub": system });
        }
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.0)?)
    }
}

/// Makes a key file whole or not at all: it is written beside its place and then linked there, unless another program was first.
fn make(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut seed = [0; SEED_LENGTH];
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.secure_random.fill(&mut seed).map_err(|_| io::Error::other("no random bytes are to be had"))?;
    let text = seed.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();

    let unfinished = directory.join(format!(".development-key-{}", uuid::Uuid::now_v7()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = writeln!(file, "{text}").and_then(|()| file.sync_all()).and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    fs::remove_file(&unfinished)?;
    written
}

fn from_hexadecimal(text: &str) -> Option<[u8; SEED_LENGTH]> {
    let mut seed = [0; SEED_LENGTH];
    if text.len() != 2 * SEED_LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in seed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> std::path::PathBuf {
        std::env::temp_dir().join(format!("family-context-key-{}", uuid::Uuid::now_v7()))
    }

    #[test]
    fn the_key_is_made_once_for_its_owner_only_and_found_again() {
        let directory = directory();
        let path = directory.join("development.key");
        let made = DevelopmentKey::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(made.0.as_bytes(), DevelopmentKey::open(&path).unwrap().0.as_bytes());
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let directory = directory();
        let path = directory.join("development.key");
        DevelopmentKey::open(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(DevelopmentKey::open(&path), Err(AuthenticationError::DevelopmentKeyUnsafe(_))));
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let directory = directory();
        let path = directory.join("development.key");
        DevelopmentKey::open(&path).unwrap();
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(DevelopmentKey::open(&path), Err(AuthenticationError::DevelopmentKeyUnsafe(_))));
        fs::remove_dir_all(directory).unwrap();
    }
}

//! Whose tokens are taken.

use std::{fmt, path::PathBuf, time::Duration};

pub use crate::config::KeyLocation;

/// How long an unknown key id does not make us ask the issuer again.
const REFETCH_COOL_DOWN: Duration = Duration::from_secs(30);

/// Whose tokens are taken: those of one trusted issuer, or those signed with this machine's own development key.
#[derive(Debug, Clone)]
pub enum AuthenticationSettings {
    /// The development key; only on a loopback address.
    Development {
        /// Where the key lies; it is made there if it is missing.
        key_path: PathBuf,
    },
    /// One issuer, such as the council's single sign-on.
    Trusted(TrustedIssuer),
}

/// An issuer whose tokens are taken.
#[derive(Debug, Clone)]
pub struct TrustedIssuer {
    /// The `iss` of its tokens, exactly.
    pub issuer: String,
    /// What its tokens for this service have in `aud`.
    pub audience: String,
    /// Where its keys are.
    pub keys: KeyLocation,
    /// The claim that holds the roles, by name or dotted path.
    pub roles_claim: String,
    /// How long an unknown key id does not make us ask the issuer again.
    pub refetch_cool_down: Duration,
}

impl TrustedIssuer {
    /// An issuer with the usual cool-down.
    #[must_use]
    pub fn new(issuer: String, audience: String, keys: KeyLocation, roles_claim: String) -> Self {
        Self { issuer, audience, keys, roles_claim, refetch_cool_down: REFETCH_COOL_DOWN }
    }
}

/// Why tokens cannot be checked at all.
#[derive(Debug)]
pub enum AuthenticationError {
    /// The key set file is not there, or holds no key that can be used.
    KeySetFile,
    /// The development key would serve others than this machine.
    DevelopmentKeyOffLoopback,
    /// The development key file can be read by others, or is no key.
    DevelopmentKeyUnsafe(PathBuf),
    /// The development key file cannot be read or made.
    DevelopmentKeyFile(PathBuf, std::io::Error),
    /// A key is not a key.
    Key(jsonwebtoken::errors::Error),
}

impl fmt::Display for AuthenticationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeySetFile => formatter.write_str("JWT_JWKS names no readable JSON Web Key Set with a key for RS256, ES256 or EdDSA"),
            Self::DevelopmentKeyOffLoopback => formatter
                .write_str("the development key is for 127.0.0.1 only; set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS to listen elsewhere"),
            Self::DevelopmentKeyUnsafe(path) => write!(
                formatter,
                "{} is not a development key that only its owner can read; remove it and a new one is made",
                path.display()
            ),
            Self::DevelopmentKeyFile(path, error) => write!(formatter, "the development key {}: {error}", path.display()),
            Self::Key(error) => write!(formatter, "a key cannot be used: {error}"),
        }
    }
}

impl std::error::Error for AuthenticationError {}

impl From<jsonwebtoken::errors::Error> for AuthenticationError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self::Key(error)
    }
}

//! Whose tokens are taken.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

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

/// Where an issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyLocation {
    /// A JWKS file.
    File(PathBuf),
    /// An https address of a JWKS document, or an http one on this machine.
    Address(String),
}

impl AuthenticationSettings {
    /// Chooses by `JWT_ISSUER`, `JWT_AUDIENCE`, `JWT_JWKS` and `JWT_ROLES_CLAIM` (default `roles`): the trusted issuer where one is named, else
    /// the development key.
    ///
    /// # Errors
    /// An issuer without audience or keys, keys without an issuer, or an address that is neither a path nor https.
    pub fn choose(
        issuer: Option<String>,
        audience: Option<String>,
        keys: Option<String>,
        roles_claim: Option<String>,
        development_key: PathBuf,
    ) -> Result<Self, AuthenticationError> {
        let given = |value: Option<String>| value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        match (given(issuer), given(audience), given(keys)) {
            (Some(issuer), Some(audience), Some(keys)) => Ok(Self::Trusted(TrustedIssuer {
                issuer,
                audience,
                keys: KeyLocation::parse(&keys)?,
                roles_claim: given(roles_claim).unwrap_or_else(|| "roles".to_owned()),
                refetch_cool_down: REFETCH_COOL_DOWN,
            })),
            (None, None, None) => Ok(Self::Development { key_path: development_key }),
            _ => Err(AuthenticationError::Incomplete),
        }
    }
}

impl KeyLocation {
    /// A path, an https address, or an http address of this machine itself.
    ///
    /// # Errors
    /// Any other address.
    pub fn parse(text: &str) -> Result<Self, AuthenticationError> {
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(Self::File(PathBuf::from(text))) };
        match scheme.to_ascii_lowercase().as_str() {
            "file" => Ok(Self::File(PathBuf::from(rest))),
            "https" => Ok(Self::Address(format!("https://{rest}"))),
            "http" if is_loopback(rest) => Ok(Self::Address(format!("http://{rest}"))),
            _ => Err(AuthenticationError::KeyAddress),
        }
    }
}

/// Whether an address without its scheme names this machine, by number.
fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    !authority.contains('@') && host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why tokens cannot be checked at all.
#[derive(Debug)]
pub enum AuthenticationError {
    /// Only some of issuer, audience and keys are set.
    Incomplete,
    /// The keys' address is neither a path nor https.
    KeyAddress,
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
            Self::Incomplete => {
                formatter.write_str("set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS together, or none of them to use the development key")
            }
            Self::KeyAddress => formatter.write_str("JWT_JWKS must be a path or an https address"),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(values: [Option<&str>; 3]) -> Result<AuthenticationSettings, AuthenticationError> {
        let [issuer, audience, keys] = values.map(|value| value.map(str::to_owned));
        AuthenticationSettings::choose(issuer, audience, keys, None, PathBuf::from("key"))
    }

    #[test]
    fn without_an_issuer_it_is_the_development_key() {
        assert!(matches!(choose([None, None, None]), Ok(AuthenticationSettings::Development { .. })));
        assert!(matches!(choose([Some(""), None, None]), Ok(AuthenticationSettings::Development { .. })));
    }

    #[test]
    fn half_an_issuer_is_refused_rather_than_replaced_by_the_development_key() {
        for values in [[Some("i"), None, None], [Some("i"), Some("a"), None], [None, None, Some("keys.json")], [None, Some("a"), None]] {
            assert!(matches!(choose(values), Err(AuthenticationError::Incomplete)), "{values:?}");
        }
        assert!(matches!(choose([Some("i"), Some("a"), Some("keys.json")]), Ok(AuthenticationSettings::Trusted(_))));
    }

    #[test]
    fn keys_come_from_a_path_or_over_https_only() {
        assert_eq!(KeyLocation::parse("/etc/keys.json").unwrap(), KeyLocation::File(PathBuf::from("/etc/keys.json")));
        for address in ["https://login.example.org/keys", "http://127.0.0.1:8000/keys", "http://[::1]:80/keys"] {
            assert_eq!(KeyLocation::parse(address).unwrap(), KeyLocation::Address(address.to_owned()));
        }
        for address in
            ["http://login.example.org/keys", "http://127.0.0.1@login.example.org/", "http://127.0.0.1.example.org/", "ftp://127.0.0.1/"]
        {
            assert!(matches!(KeyLocation::parse(address), Err(AuthenticationError::KeyAddress)), "{address}");
        }
    }
}

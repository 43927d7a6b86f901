//! Who asks: bearer tokens (JWT) checked into a [`Principal`].
//!
//! Only RS256, ES256 and `EdDSA` are taken, each only with a key made for it; the key comes from the issuer's key set, never from the token.
//! A user is the pair of issuer and subject. Where a system acts for the worker, the worker is in `sub` and the system in `act.sub`; the roles
//! are the worker's.

pub(super) mod claims;
mod development;
pub(super) mod key_set;
mod key_source;
mod refusal;
mod settings;

use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind};

use crate::domain::Principal;

use claims::RolesClaim;
use key_source::KeySource;

pub use development::{DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, DevelopmentKey, TokenRequest};
pub use refusal::Refusal;
pub use settings::{AuthenticationError, AuthenticationSettings, KeyLocation, TrustedIssuer};

/// How far the issuer's clock and ours may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// The longest token read, in bytes. A token with hundreds of groups is about 10 KiB.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Checks tokens. One for the whole process.
#[derive(Debug)]
pub struct Authenticator {
    issuer: String,
    audience: String,
    roles_claim: RolesClaim,
    keys: KeySource,
}

impl Authenticator {
    /// Sets the checks up and reads the keys for the first time.
    ///
    /// # Errors
    /// The development key or a key set file cannot be read, or the settings contradict each other. An https address that does not answer is no
    /// error: it is asked again when a token comes.
    pub async fn start(settings: AuthenticationSettings, listens_on_loopback: bool) -> Result<Self, AuthenticationError> {
        match settings {
            AuthenticationSettings::Development { key_path } => {
                if !listens_on_loopback {
                    return Err(AuthenticationError::DevelopmentKeyOffLoopback);
                }
                let key = DevelopmentKey::open(&key_path)?;
                Ok(Self {
                    issuer: DEVELOPMENT_ISSUER.to_owned(),
                    audience: DEVELOPMENT_AUDIENCE.to_owned(),
                    roles_claim: RolesClaim::new("roles"),
                    keys: KeySource::fixed(key.key_set()?),
                })
            }
            AuthenticationSettings::Trusted(trusted) => Ok(Self {
                keys: KeySource::start(trusted.keys, trusted.refetch_cool_down).await?,
                issuer: trusted.issuer,
                audience: trusted.audience,
                roles_claim: RolesClaim::new(&trusted.roles_claim),
            }),
        }
    }

    /// Whether there are keys to check a token with.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.keys.is_ready()
    }

    /// The user that an `Authorization` header proves.
    ///
    /// # Errors
    /// Why the token is not taken; the reason carries nothing of the token.
    pub async fn authenticate(&self, authorization: Option<&[u8]>) -> Result<Principal, Refusal> {
        let token = bearer_token(authorization)?;
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::Malformed)?;
        if header.crit.is_some() {
            return Err(Refusal::CriticalHeader);
        }
        if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA) {
            return Err(Refusal::Algorithm);
        }
        let key = self.keys.find(header.kid.as_deref(), header.alg).await?;

        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<serde_json::Map<String, serde_json::Value>>(token, &key, &validation)
            .map_err(|error| refusal_of(error.kind()))?
            .claims;
        claims::check_times(&claims, jsonwebtoken::get_current_timestamp() + LEEWAY_SECONDS)?;
        claims::principal(&claims, &self.issuer, &self.roles_claim)
    }
}

/// The token of an `Authorization: Bearer …` header.
pub(super) fn bearer_token(authorization: Option<&[u8]>) -> Result<&[u8], Refusal> {
    let value = authorization.ok_or(Refusal::Missing)?.trim_ascii();
    let (scheme, token) = value.split_at_checked(7).ok_or(Refusal::Missing)?;
    if !scheme.eq_ignore_ascii_case(b"bearer ") {
        return Err(Refusal::Missing);
    }
    if token.len() > LONGEST_TOKEN {
        return Err(Refusal::TooLong);
    }
    Ok(token.trim_ascii())
}

fn refusal_of(kind: &ErrorKind) -> Refusal {
    match kind {
        ErrorKind::ExpiredSignature => Refusal::Expired,
        ErrorKind::ImmatureSignature => Refusal::NotYetValid,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        ErrorKind::MissingRequiredClaim(claim) => match claim.as_str() {
            "exp" => Refusal::NoExpiry,
            "aud" => Refusal::Audience,
            "iss" => Refusal::Issuer,
            _ => Refusal::NoSubject,
        },
        ErrorKind::InvalidSignature => Refusal::Signature,
        _ => Refusal::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_read_in_any_case_and_another_scheme_is_no_token() {
        assert_eq!(bearer_token(Some(b"bearer abc")).unwrap(), b"abc");
        for header in [None, Some(&b"Basic abc"[..]), Some(b""), Some(b"Bearer")] {
            assert!(matches!(bearer_token(header), Err(Refusal::Missing)));
        }
    }
}

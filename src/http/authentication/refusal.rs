//! Why a token is not taken.

use std::fmt;

use actix_web::http::header::WWW_AUTHENTICATE;

use crate::http::problem::{Problem, ProblemKind};

/// Why a token is not taken. Nothing of the token is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each refusal's sentence says what it is")]
pub enum Refusal {
    Missing,
    Malformed,
    TooLong,
    Algorithm,
    CriticalHeader,
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    NoExpiry,
    Expired,
    NotYetValid,
    IssuedInFuture,
    NoSubject,
    ActingSystem,
    /// The keys could not be fetched: the token can be neither taken nor refused.
    KeysUnavailable,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "send a token: Authorization: Bearer …",
            Self::Malformed => "the token cannot be read",
            Self::TooLong => "the token is too long",
            Self::Algorithm => "the token is not signed by RS256, ES256 or EdDSA",
            Self::CriticalHeader => "the token has a critical header that is not understood here",
            Self::UnknownKey => "the token is signed with a key that its issuer does not publish",
            Self::Signature => "the token's signature is wrong",
            Self::Issuer => "the token comes from another issuer",
            Self::Audience => "the token is for another audience",
            Self::NoExpiry => "the token has no expiry",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::IssuedInFuture => "the token's times contradict each other or the clock",
            Self::NoSubject => "the token names no user",
            Self::ActingSystem => "the token does not name the system that acts for the user",
            Self::KeysUnavailable => "the issuer's keys cannot be fetched; try again",
        })
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::KeysUnavailable => Self::new(ProblemKind::KeysUnavailable, sentence),
            // RFC 6750: no error code where no token was sent.
            Refusal::Missing => Self::new(ProblemKind::Unauthenticated, sentence)
                .with_header(WWW_AUTHENTICATE, r#"Bearer realm="family-context""#.to_owned()),
            _ => {
                let challenge = format!(r#"Bearer realm="family-context", error="invalid_token", error_description="{sentence}""#);
                Self::new(ProblemKind::Unauthenticated, sentence).with_header(WWW_AUTHENTICATE, challenge)
            }
        }
    }
}

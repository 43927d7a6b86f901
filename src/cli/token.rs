//! `family-context token`: prints one token and nothing else.

use std::path::PathBuf;

use clap::Args;

use crate::{
    domain::Role,
    http::authentication::{AuthenticationError, DevelopmentKey, TokenRequest},
};

/// Whom the token is for.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// The worker's id, such as `w.okafor`
    #[arg(long)]
    subject: String,
    /// The worker's name
    #[arg(long)]
    name: String,
    /// A role of the worker; may be given several times
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The system that acts for the worker
    #[arg(long)]
    acting_system: Option<String>,
    /// How long the token is valid
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=527_040))]
    expires_in_minutes: u32,
    /// The development key
    #[arg(long, env = "DEVELOPMENT_KEY", default_value = "var/development.key")]
    development_key: PathBuf,
    /// Only to refuse: where an issuer is set, its tokens count and the development key does not
    #[arg(long, env = "JWT_ISSUER", hide = true)]
    issuer: Option<String>,
}

/// Why there is no token.
#[derive(Debug)]
pub enum TokenError {
    /// `JWT_ISSUER` is set.
    IssuerIsSet,
    /// An integration token must name its system.
    NoActingSystem,
    /// The key cannot be used.
    Key(AuthenticationError),
}

impl std::fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::IssuerIsSet => {
                formatter.write_str("JWT_ISSUER is set: get a token from that issuer; the development key is not used beside it")
            }
            Self::NoActingSystem => formatter.write_str("the role integration needs --acting-system: the system that acts for the worker"),
            Self::Key(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for TokenError {}

/// Signs the token.
///
/// # Errors
/// See [`TokenError`].
pub fn token(arguments: TokenArguments) -> Result<String, TokenError> {
    if arguments.issuer.is_some_and(|issuer| !issuer.trim().is_empty()) {
        return Err(TokenError::IssuerIsSet);
    }
    if arguments.roles.contains(&Role::Integration) && arguments.acting_system.is_none() {
        return Err(TokenError::NoActingSystem);
    }
    let request = TokenRequest {
        subject: arguments.subject,
        name: arguments.name,
        roles: arguments.roles,
        acting_system: arguments.acting_system,
        expires_in_minutes: arguments.expires_in_minutes,
    };
    DevelopmentKey::open(&arguments.development_key).and_then(|key| key.token(&request)).map_err(TokenError::Key)
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| format!("the roles are: {}", Role::ALL.map(Role::name).join(", ")))
}

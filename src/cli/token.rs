//! `family-context token`: prints one token and nothing else.

use clap::Args;

use crate::{
    config::{Identity, Settings},
    domain::Role,
    http::authentication::{AuthenticationError, DevelopmentKey, TokenRequest},
};

/// Whom the token is for.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// The worker's id, such as `w.okafor`
    #[arg(long)]
    pub subject: String,
    /// The worker's name
    #[arg(long)]
    pub name: String,
    /// A role of the worker; may be given several times
    #[arg(long = "role", required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// The system that acts for the worker
    #[arg(long)]
    pub acting_system: Option<String>,
    /// How long the token is valid
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=527_040))]
    pub expires_in_minutes: u32,
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
pub fn token(arguments: TokenArguments, settings: &Settings) -> Result<String, TokenError> {
    if settings.identity != Identity::Development {
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
    DevelopmentKey::open(&settings.development_key()).and_then(|key| key.token(&request)).map_err(TokenError::Key)
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| format!("the roles are: {}", Role::ALL.map(Role::name).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn arguments(roles: &[Role]) -> TokenArguments {
        TokenArguments {
            subject: "w.okafor".to_owned(),
            name: "Wale Okafor".to_owned(),
            roles: roles.to_vec(),
            acting_system: None,
            expires_in_minutes: 60,
        }
    }

    fn settings(environment: &'static [(&str, &str)]) -> Settings {
        let mut settings =
            Settings::read(Flags::default(), |name| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
                .unwrap();
        settings.state = std::env::temp_dir().join(format!("family-context-token-{}", uuid::Uuid::now_v7()));
        settings
    }

    #[test]
    fn a_token_has_its_three_parts() {
        let settings = settings(&[]);
        let token = token(arguments(&[Role::Triage]), &settings).unwrap();
        assert_eq!(token.split('.').count(), 3);
        std::fs::remove_dir_all(settings.state).unwrap();
    }

    #[test]
    fn beside_an_issuer_there_is_no_development_token() {
        let settings = settings(&[("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a"), ("JWT_JWKS", "keys.json")]);
        assert!(matches!(token(arguments(&[Role::Triage]), &settings), Err(TokenError::IssuerIsSet)));
        assert!(!settings.state.exists());
    }

    #[test]
    fn an_integration_token_must_name_its_system() {
        assert!(matches!(token(arguments(&[Role::Integration]), &settings(&[])), Err(TokenError::NoActingSystem)));
    }
}

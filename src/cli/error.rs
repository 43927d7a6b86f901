//! What a command tells when it fails: one sentence, and its exit code.

use std::fmt;

use super::token::TokenError;
use crate::cluster::ClusterError;
use crate::config::ConfigurationError;
use crate::http::ServeError;
use crate::store::StoreError;
use crate::store::migrations::MigrationError;
use crate::store::pool::PoolError;

/// Why a command failed.
#[derive(Debug)]
pub struct CommandError {
    /// The exit code: 1 where something failed, 2 where the input was refused and nothing changed.
    pub exit_code: u8,
    /// One sentence.
    pub sentence: String,
}

impl CommandError {
    /// Something failed.
    #[must_use]
    pub fn failed(problem: impl fmt::Display) -> Self {
        Self { exit_code: 1, sentence: problem.to_string() }
    }

    /// The database refused, in its own words, or went away.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
    pub fn database(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Self::failed(format!("the database refused: {}", refusal.message())),
            None => Self::failed(format!("the database went away: {error}")),
        }
    }

    /// The input was refused and nothing changed.
    #[must_use]
    pub fn refused(problem: impl fmt::Display) -> Self {
        Self { exit_code: 2, sentence: problem.to_string() }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl std::error::Error for CommandError {}

/// Errors whose own sentence is all that there is to tell.
macro_rules! failed_from {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::failed(error)
            }
        }
    )+};
}
failed_from!(ConfigurationError, ClusterError, PoolError, MigrationError, ServeError, StoreError, TokenError);

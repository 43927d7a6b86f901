//! Brings the schema up to date. `migrations/README.md` says how a migration is written.

use std::fmt;

use tokio_postgres::error::SqlState;

use deadpool_postgres::Pool;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The advisory lock that two programs migrating at once take in turn. The number is this program's own and means nothing.
const LOCK: i64 = 7_160_410;

/// The serving role sees whether the schema is up to date; where the role does not exist yet there is nobody to let see.
const LET_SERVING_ROLE_SEE: &str = "DO $$ BEGIN GRANT SELECT ON refinery_schema_history TO family_context_serve; \
     EXCEPTION WHEN undefined_object THEN NULL; END $$";

/// What a server says to somebody who may not make tables, or not even see the schema for them.
const NO_RIGHTS: [SqlState; 2] = [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::INVALID_SCHEMA_NAME];

/// Why the schema is not up to date.
#[derive(Debug)]
pub enum MigrationError {
    /// No connection.
    Unreachable(deadpool_postgres::PoolError),
    /// The server refused.
    Database(tokio_postgres::Error),
    /// A migration failed, or what was applied is not what this program holds.
    Migration(refinery::Error),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(formatter, "the database cannot be reached: {error}"),
            Self::Database(error) => match error.as_db_error() {
                Some(refusal) => write!(formatter, "the database refused to migrate: {}", refusal.message()),
                None => write!(formatter, "the database went away while it was migrated: {error}"),
            },
            Self::Migration(error) => {
                let refusal =
                    std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<tokio_postgres::Error>()?.as_db_error());
                if let Some(refusal) = refusal.filter(|refusal| NO_RIGHTS.contains(refusal.code())) {
                    return write!(
                        formatter,
                        "the database's user may not make tables in this database ({}): connect as its owner",
                        refusal.message()
                    );
                }
                let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
                write!(formatter, "the schema could not be brought up to date: {error} {cause}")
            }
        }
    }
}

impl std::error::Error for MigrationError {}

impl From<tokio_postgres::Error> for MigrationError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

/// Applies what is missing, one program at a time, and gives the names of what was applied.
///
/// # Errors
/// See [`MigrationError`]. A migration that fails leaves nothing of itself behind.
pub async fn run(pool: &Pool) -> Result<Vec<String>, MigrationError> {
    // A connection of its own, not one that goes back: the lock ends with it whatever happens.
    let mut client = deadpool_postgres::Object::take(pool.get().await.map_err(MigrationError::Unreachable)?);
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    let report = embedded::migrations::runner().run_async(&mut *client).await.map_err(MigrationError::Migration)?;
    client.batch_execute(LET_SERVING_ROLE_SEE).await?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

/// The names of the migrations that are not yet applied.
///
/// # Errors
/// [`MigrationError::Unreachable`] or [`MigrationError::Database`].
pub async fn pending(pool: &Pool) -> Result<Vec<String>, MigrationError> {
    let client = pool.get().await.map_err(MigrationError::Unreachable)?;
    let applied: Vec<i32> = match client.query("SELECT version FROM refinery_schema_history", &[]).await {
        Ok(rows) => rows.iter().map(|row| row.get(0)).collect(),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let runner = embedded::migrations::runner();
    let all = runner.get_migrations().iter();
    Ok(all
        .filter(|migration| !applied.iter().any(|&version| i64::from(version) == i64::from(migration.version())))
        .map(ToString::to_string)
        .collect())
}

/// A text that changes when any migration does: the tests' template database is named by it.
#[must_use]
pub fn fingerprint() -> u64 {
    use std::hash::Hasher;
    let mut hasher = siphasher::sip::SipHasher13::new();
    for migration in embedded::migrations::runner().get_migrations() {
        hasher.write_u64(migration.checksum());
    }
    hasher.finish()
}

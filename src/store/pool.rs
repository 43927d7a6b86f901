//! Connections to PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deadpool_postgres::{Client, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::StoreError;
use crate::config::DatabaseUrl;

/// How long a request waits for a connection before it is told that the database is not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no pool. No sentence holds the address's password.
#[derive(Debug)]
pub enum PoolError {
    /// The address is none.
    Address(tokio_postgres::Error),
    /// The certificates to trust cannot be read.
    Certificates(PathBuf),
    /// The server is older than this needs.
    TooOld(String),
    /// The server does not answer, or refuses.
    Unreachable(String),
}

impl fmt::Display for PoolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => write!(formatter, "DATABASE_URL is no PostgreSQL address: {error}"),
            Self::Certificates(file) => write!(formatter, "DATABASE_CA: {} holds no certificates in PEM form", file.display()),
            Self::TooOld(version) => write!(formatter, "the database runs PostgreSQL {version}: version 14 or newer is needed"),
            Self::Unreachable(problem) => write!(formatter, "the database cannot be reached: {problem}"),
        }
    }
}

impl std::error::Error for PoolError {}

/// A pool of at most `size` connections to `url`. `sslmode=require` in the address checks the server's certificate and
/// name, against the certificates of the PEM file `certificates` or, without one, the public certificate authorities.
///
/// # Errors
/// The address or the certificates are no good. Nothing is connected yet; see [`check`].
pub fn open(url: &DatabaseUrl, certificates: Option<&Path>, size: usize) -> Result<Pool, PoolError> {
    build(url, certificates, size, None)
}

/// The same for a service: the server ends a statement that runs longer than `statement_timeout`, so that none can hold a connection.
///
/// # Errors
/// See [`open`].
pub fn open_serving(url: &DatabaseUrl, certificates: Option<&Path>, size: usize, statement_timeout: Duration) -> Result<Pool, PoolError> {
    build(url, certificates, size, Some(statement_timeout))
}

fn build(url: &DatabaseUrl, certificates: Option<&Path>, size: usize, statement_timeout: Option<Duration>) -> Result<Pool, PoolError> {
    let mut configuration: Config = url.reveal().parse().map_err(PoolError::Address)?;
    if configuration.get_application_name().is_none() {
        configuration.application_name("family-context");
    }
    if configuration.get_connect_timeout().is_none() {
        configuration.connect_timeout(PATIENCE);
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if configuration.get_ssl_mode() == tokio_postgres::config::SslMode::Disable {
        Manager::from_config(configuration, NoTls, recycling)
    } else {
        Manager::from_config(configuration, tls(certificates)?, recycling)
    };
    let timeouts = Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) };
    let mut builder = Pool::builder(manager).max_size(size).timeouts(timeouts).runtime(Runtime::Tokio1);
    if let Some(longest) = statement_timeout {
        builder = builder.post_create(limit(longest));
    }
    builder.build().map_err(|error| PoolError::Unreachable(error.to_string()))
}

/// Sets the longest time of a statement on each new connection. As a statement, not as an option of the connection: poolers in between refuse those.
fn limit(longest: Duration) -> Hook {
    let statement = format!("SET statement_timeout = {}", longest.as_millis());
    Hook::async_fn(move |client, _| {
        let statement = statement.clone();
        Box::pin(async move { client.batch_execute(&statement).await.map_err(HookError::Backend) })
    })
}

/// Connects once: the server answers and is new enough.
///
/// # Errors
/// [`PoolError::Unreachable`] or [`PoolError::TooOld`].
pub async fn check(pool: &Pool) -> Result<(), PoolError> {
    let unreachable = |error: &dyn std::error::Error| PoolError::Unreachable(chain(error));
    let client = pool.get().await.map_err(|error| match error {
        deadpool_postgres::PoolError::Backend(cause) => unreachable(&cause),
        other => unreachable(&other),
    })?;
    let row = client
        .query_one("SELECT current_setting('server_version_num')::integer, current_setting('server_version')", &[])
        .await
        .map_err(|error| unreachable(&error))?;
    let (number, version): (i32, String) = (row.get(0), row.get(1));
    if number < 140_000 {
        return Err(PoolError::TooOld(version));
    }
    Ok(())
}

/// Opens a pool and connects once.
///
/// # Errors
/// See [`PoolError`].
pub async fn connect(url: &DatabaseUrl, certificates: Option<&Path>, size: usize) -> Result<Pool, PoolError> {
    let pool = open(url, certificates, size)?;
    check(&pool).await?;
    Ok(pool)
}

/// A connection of the pool, for the queries of this module's neighbours.
///
/// # Errors
/// [`StoreError::Database`] where none is to be had in time.
pub async fn client(pool: &Pool) -> Result<Client, StoreError> {
    pool.get().await.map_err(|error| match error {
        deadpool_postgres::PoolError::Backend(error) => StoreError::database("connect")(error),
        deadpool_postgres::PoolError::Timeout(_) => StoreError::Database { action: "connect", code: "timeout".to_owned() },
        _ => StoreError::Database { action: "connect", code: "pool".to_owned() },
    })
}

/// TLS that trusts the certificates of a PEM file, or the public certificate authorities.
fn tls(certificates: Option<&Path>) -> Result<MakeRustlsConnect, PoolError> {
    // One may be in force already: any serves.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let Some(file) = certificates else { return Ok(MakeRustlsConnect::with_webpki_roots()) };
    let unusable = || PoolError::Certificates(file.to_owned());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|_| unusable())? {
        roots.add(certificate.map_err(|_| unusable())?).map_err(|_| unusable())?;
    }
    if roots.is_empty() {
        return Err(unusable());
    }
    Ok(MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}

/// An error with its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

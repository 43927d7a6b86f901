//! `family-context serve`: the service, until it is told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::{CommandError, Database, lookup_setting};
use crate::cluster::ClusterRole;
use crate::config::{Authority, Identity, KeySource, Settings};
use crate::http::authentication::{AuthenticationSettings, KeyLocation, TrustedIssuer};
use crate::http::{Server, ServerSettings};
use crate::lookup::Lookups;
use crate::lookup::setting::Setting;
use crate::store::migrations;
use crate::telemetry::clock::Clock;

/// Connections for the service. PostgreSQL works on the same cores: more would only wait for each other.
const CONNECTIONS: usize = 16;

/// What the service is made of, once everything about it has been read and found usable.
pub struct Installation {
    /// The authority.
    pub authority: Authority,
    /// What lookups need of its configuration.
    pub setting: Setting,
    /// The time and the business date.
    pub clock: Clock,
    /// The database, as the role that serves.
    pub database: Database,
}

impl Installation {
    /// Reads the configuration and opens the database.
    ///
    /// # Errors
    /// The configuration makes no sense, the database is not there, or its schema is not up to date.
    pub async fn open(settings: &Settings) -> Result<Self, CommandError> {
        settings.refuse_development_off_loopback()?;
        let authority = settings.authority()?;
        let setting = lookup_setting::read(&authority)?;
        let clock = Clock::new(authority.time_zone.clone(), settings.clock_date);
        let database = Database::open_as(settings, ClusterRole::Serve, CONNECTIONS).await?;
        match migrations::pending(&database.pool).await {
            Ok(pending) if pending.is_empty() => Ok(Self { authority, setting, clock, database }),
            outcome => {
                database.close()?;
                outcome?;
                Err(CommandError::failed("the database's schema is not up to date: run family-context migrate"))
            }
        }
    }

    /// Serves until SIGINT or SIGTERM, and finishes what is in flight. `ready` is told where it listens.
    ///
    /// # Errors
    /// The address is taken, or the server stopped by itself.
    pub async fn serve(self, settings: &Settings, ready: impl FnOnce(SocketAddr)) -> Result<(), CommandError> {
        let Self { setting, clock, database, .. } = self;
        let lookups = Arc::new(Lookups::new(database.pool.clone(), setting, clock));
        let served = match Server::bind(ServerSettings::new(settings.bind, authentication(settings)), lookups).await {
            Ok(server) => {
                ready(server.address());
                let handle = server.handle();
                tokio::spawn(async move {
                    if stop_signal().await.is_ok() {
                        // Answers what is in flight; a second signal does not wait for it.
                        let finishing = handle.stop(true);
                        tokio::select! {
                            () = finishing => {}
                            _ = stop_signal() => handle.stop(false).await,
                        }
                    }
                });
                server.run().await
            }
            Err(error) => Err(error),
        };
        let closed = database.close();
        served.map_err(CommandError::failed).and(closed)
    }
}

/// Whose tokens are taken, as the settings say.
fn authentication(settings: &Settings) -> AuthenticationSettings {
    match &settings.identity {
        Identity::Development => AuthenticationSettings::Development { key_path: settings.development_key() },
        Identity::Issuer { issuer, audience, keys } => {
            let keys = match keys {
                KeySource::File(file) => KeyLocation::File(file.clone()),
                KeySource::Address(address) => KeyLocation::Address(address.clone()),
            };
            AuthenticationSettings::Trusted(TrustedIssuer::new(issuer.clone(), audience.clone(), keys, settings.roles_claim.clone()))
        }
    }
}

/// Runs the command.
///
/// # Errors
/// See [`Installation::open`] and [`Installation::serve`].
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    let installation = Installation::open(settings).await?;
    installation.serve(settings, |address| tracing::info!(%address, "serving")).await
}

/// Whether the address is free, so that a taken one is told before anything else is begun.
///
/// # Errors
/// It is taken, or no address of this machine.
pub fn check_address(address: SocketAddr) -> Result<(), CommandError> {
    TcpListener::bind(address).map(drop).map_err(|problem| listening(address, &problem))
}

fn listening(address: SocketAddr, problem: &io::Error) -> CommandError {
    if problem.kind() == io::ErrorKind::AddrInUse {
        return CommandError::failed(format!("{address} is in use by another program: stop it, or choose another address with BIND_ADDR"));
    }
    CommandError::failed(format!("cannot listen on {address}: {problem}"))
}

/// Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP (the terminal was closed).
///
/// # Errors
/// Signals cannot be waited for.
pub async fn stop_signal() -> Result<(), CommandError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CommandError::failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CommandError::failed)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(CommandError::failed)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

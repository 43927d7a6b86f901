//! `family-context serve`: the service, until it is told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CommandError, Database};
use crate::config::{self, Authority, Identity, Settings};
use crate::disclosure::Policy;
use crate::http::authentication::{AuthenticationSettings, TrustedIssuer};
use crate::http::{Server, ServerSettings};
use crate::lookup::Lookups;
use crate::stewardship::Stewardship;
use crate::store::audit::AuditWriter;
use crate::store::migrations;
use crate::telemetry::clock::Clock;

/// Connections for the service. PostgreSQL works on the same cores: more would only wait for each other.
const CONNECTIONS: usize = 16;

/// What the service is made of, once everything about it has been read and found usable.
pub struct Installation {
    /// The authority.
    pub authority: Authority,
    /// Its disclosure policy.
    pub policy: Policy,
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
        let policy = config::policy::read(&authority)?;
        let clock = Clock::new(authority.time_zone.clone(), settings.clock_date);
        let database = Database::open_serving(settings, CONNECTIONS).await?;
        match migrations::pending(&database.pool).await {
            Ok(pending) if pending.is_empty() => Ok(Self { authority, policy, clock, database }),
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
        let Self { authority, policy, clock, database } = self;
        let outcome = async {
            let setting = Arc::new(super::setting::setting(&authority, policy)?);
            super::migrate::refuse_another_model(&database, &setting.model).await?;
            let audit = AuditWriter::start(database.pool.clone());
            let stewardship = Arc::new(Stewardship::new(database.pool.clone(), audit.clone(), Arc::clone(&setting), clock.clone()));
            let lookups = Arc::new(Lookups::new(database.pool.clone(), audit, setting, clock));
            let server = Server::bind(ServerSettings::new(settings.bind, authentication(settings)), lookups, stewardship).await?;
            // Listened for before anybody is told: a signal that comes at once must not end the process as it stands.
            let stop = StopSignals::listen()?;
            ready(server.address());
            until_stopped(server, stop).await
        };
        let outcome = outcome.await;
        database.close().and(outcome)
    }
}

/// Serves until told to stop, and then until the requests in flight are answered; told again, it stops at once.
async fn until_stopped(server: Server, mut stop: StopSignals) -> Result<(), CommandError> {
    let handle = server.handle();
    // A task of its own: the server only comes to its end while it is polled itself.
    let stopping = tokio::spawn(async move {
        stop.received().await;
        tracing::info!("stopping");
        tokio::select! {
            () = handle.stop(true) => {}
            () = stop.received() => handle.stop(false).await,
        }
    });
    let served = server.run().await.map_err(CommandError::from);
    stopping.abort();
    served
}

/// Whose tokens are taken.
fn authentication(settings: &Settings) -> AuthenticationSettings {
    match &settings.identity {
        Identity::Development => AuthenticationSettings::Development { key_path: settings.development_key() },
        Identity::Issuer { issuer, audience, keys } => AuthenticationSettings::Trusted(TrustedIssuer::new(
            issuer.clone(),
            audience.clone(),
            keys.clone(),
            settings.roles_claim.clone(),
        )),
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

/// SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal was closed), which from now on end nothing by themselves.
struct StopSignals([Signal; 3]);

impl StopSignals {
    fn listen() -> Result<Self, CommandError> {
        let listen = |kind| signal(kind).map_err(CommandError::failed);
        Ok(Self([listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?, listen(SignalKind::hangup())?]))
    }

    /// Waits for one of them.
    async fn received(&mut self) {
        let Self([interrupt, terminate, hang_up]) = self;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP (the terminal was closed).
///
/// # Errors
/// Signals cannot be waited for.
pub async fn stop_signal() -> Result<(), CommandError> {
    StopSignals::listen()?.received().await;
    Ok(())
}

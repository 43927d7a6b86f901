//! The server: it listens, serves, and stops without breaking off what it has begun.

use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Server as ActixServer, ServerHandle},
    http::KeepAlive,
    middleware::from_fn,
    web::Data,
};

use crate::{lookup::Lookups, stewardship::Stewardship};

use super::{
    authentication::{AuthenticationError, AuthenticationSettings, Authenticator},
    exchange::Shared,
    observation, routes,
};

/// How the server listens.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Threads that serve. With PostgreSQL on the same machine fewer than the cores keep the slowest answers fast.
    pub workers: usize,
    /// Whose tokens are taken.
    pub authentication: AuthenticationSettings,
    /// How long a request's head, and then its body, may take to arrive.
    pub request_timeout: Duration,
    /// How long an answer may take before it is a 503.
    pub answer_timeout: Duration,
    /// How long requests in flight may take to finish once the server is told to stop.
    pub shutdown_timeout: Duration,
}

impl ServerSettings {
    /// The usual settings for an address.
    #[must_use]
    pub fn new(address: SocketAddr, authentication: AuthenticationSettings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            address,
            workers: cores.div_ceil(2),
            authentication,
            request_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(15),
            shutdown_timeout: Duration::from_secs(20),
        }
    }
}

/// A server that listens and is ready to run.
pub struct Server {
    address: SocketAddr,
    server: ActixServer,
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why the server does not run.
#[derive(Debug)]
pub enum ServeError {
    /// Tokens cannot be checked.
    Authentication(AuthenticationError),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// It stopped with an error.
    Run(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authentication(error) => error.fmt(formatter),
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(formatter, "{address} is in use by another program; choose another with BIND_ADDR")
            }
            Self::Listen(address, error) => write!(formatter, "cannot listen on {address}: {error}"),
            Self::Run(error) => write!(formatter, "the server stopped: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}

impl Server {
    /// Starts to listen. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// See [`ServeError`].
    pub async fn bind(settings: ServerSettings, lookups: Arc<Lookups>, stewardship: Arc<Stewardship>) -> Result<Self, ServeError> {
        let listens_on_loopback = settings.address.ip().is_loopback();
        let authenticator = Authenticator::start(settings.authentication, listens_on_loopback).await.map_err(ServeError::Authentication)?;
        let shared = Data::new(Shared {
            lookups,
            stewardship,
            authenticator,
            body_timeout: settings.request_timeout,
            answer_timeout: settings.answer_timeout,
        });
        let server =
            HttpServer::new(move || App::new().app_data(shared.clone()).wrap(from_fn(observation::observe)).configure(routes::configure))
                .workers(settings.workers.max(1))
                .keep_alive(KeepAlive::Timeout(Duration::from_mins(1)))
                .client_request_timeout(settings.request_timeout)
                .client_disconnect_timeout(Duration::from_secs(2))
                .shutdown_timeout(settings.shutdown_timeout.as_secs())
                .disable_signals()
                .bind(settings.address)
                .map_err(|error| ServeError::Listen(settings.address, error))?;
        let address = server.addrs().first().copied().unwrap_or(settings.address);
        Ok(Self { address, server: server.run() })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// By which it can be stopped from elsewhere.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is told to stop, and then until the requests in flight are answered.
    ///
    /// # Errors
    /// [`ServeError::Run`].
    pub async fn run(self) -> Result<(), ServeError> {
        self.server.await.map_err(ServeError::Run)
    }
}

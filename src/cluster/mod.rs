//! The private PostgreSQL cluster: what a demonstration and the tests run on where no `DATABASE_URL` names a server.
//!
//! It is made from the installed server programs, listens on a Unix socket and on a free port of loopback alone, has generated passwords, and goes on
//! running when the program that started it crashes: the next one uses it again. The last program to leave stops it.

mod account;
pub mod error;
mod making;
mod passwords;
mod place;
pub mod programs;
mod roles;
mod server;
mod settings;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use tokio_postgres::Config;

use account::Account;
use passwords::Passwords;
use place::Place;

use crate::config::DatabaseUrl;

pub use error::ClusterError;
pub use programs::{OLDEST_VERSION, ServerPrograms};
pub use roles::{DATABASE, OWNER, SERVE};

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Full,
    /// Everything: for tests, which make their data anew.
    Fast,
}

/// As whom to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterRole {
    /// The cluster's own administrator: makes and drops databases.
    Administrator,
    /// Owns the schema.
    Owner,
    /// Serves.
    Serve,
}

/// A private cluster that runs. It counts as used while this value lives.
pub struct Cluster {
    place: Place,
    account: Account,
    passwords: Passwords,
    /// Of loopback; it names the socket too.
    port: u16,
    /// Held, shared, while this program uses the cluster; the operating system lets go of it when the program dies.
    users: File,
}

impl Cluster {
    /// Whether the state folder `state` has a private cluster, running or not.
    #[must_use]
    pub fn is_made(state: &Path) -> bool {
        state.is_dir() && Place::choose(state).is_ok_and(|place| place.folder.exists())
    }

    /// Starts the private cluster of the state folder `state`; makes it first where it is missing or only half made.
    ///
    /// # Errors
    /// See [`ClusterError`]: each is one sentence that says what to do.
    pub async fn start(state: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let place = Place::choose(state)?;
        let starting = lock_file(&place.lock)?;
        starting.lock().map_err(|problem| ClusterError::file(&place.lock, problem))?;
        let users = lock_file(&place.users)?;
        users.lock_shared().map_err(|problem| ClusterError::file(&place.users, problem))?;
        let account = Account::choose(&place.data())?;
        let passwords = making::make_or_open(&place, account, durability)?;
        place.prepare_socket_folder(account)?;
        let port = server::start(&place, account, durability, &passwords.administrator).await?;
        let cluster = Self { place, account, passwords, port, users };
        roles::ensure(&cluster.administrator(), &cluster.passwords).await?;
        Ok(cluster)
    }

    /// Stops the server, unless another program uses it.
    ///
    /// # Errors
    /// The server did not stop.
    pub fn stop(self) -> Result<(), ClusterError> {
        let starting = lock_file(&self.place.lock)?;
        starting.lock().map_err(|problem| ClusterError::file(&self.place.lock, problem))?;
        if self.users.try_lock().is_err() {
            tracing::info!("another program uses the private cluster: it goes on running");
            return Ok(());
        }
        server::stop(&self.place, self.account)
    }

    /// Drops the installation's database with everything in it, and makes it anew, empty.
    ///
    /// # Errors
    /// The server refused.
    pub async fn remake_database(&self) -> Result<(), ClusterError> {
        roles::remake_database(&self.administrator()).await
    }

    /// The folder of its data, for messages.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.place.folder.clone()
    }

    /// The port that it listens on, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How to connect to `database` as `role`: over the socket, which no other user can put one of their own in place of.
    #[must_use]
    pub fn url(&self, role: ClusterRole, database: &str) -> DatabaseUrl {
        let (user, password) = self.login(role);
        let folder = self.place.socket_folder();
        DatabaseUrl::from(format!("host='{}' port={} user={user} password={password} dbname={database}", folder.display(), self.port))
    }

    fn administrator(&self) -> Config {
        server::administrator(&self.place, &self.passwords.administrator, self.port)
    }

    fn login(&self, role: ClusterRole) -> (&str, &str) {
        match role {
            ClusterRole::Administrator => (server::ADMINISTRATOR, &self.passwords.administrator),
            ClusterRole::Owner => (OWNER, &self.passwords.owner),
            ClusterRole::Serve => (SERVE, &self.passwords.serve),
        }
    }
}

fn lock_file(path: &Path) -> Result<File, ClusterError> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|problem| ClusterError::file(path, problem))
}

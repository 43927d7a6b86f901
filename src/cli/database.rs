//! The database of a command: the server that `DATABASE_URL` names, or the private cluster.

use deadpool_postgres::Pool;

use super::CommandError;
use crate::cluster::{self, Cluster, ClusterRole, Durability};
use crate::config::{DatabaseUrl, Settings};
use crate::store::pool::{self, PoolError};

/// Connections for a command that works on its own.
const FEW: usize = 4;

/// An open database; end it with [`Database::close`].
pub struct Database {
    /// Connections as the role that was asked for.
    pub pool: Pool,
    /// The private cluster, where it is one.
    pub cluster: Option<Cluster>,
    url: DatabaseUrl,
}

impl Database {
    /// Opens the database as its owner, for commands that change it.
    ///
    /// # Errors
    /// The private cluster does not run, or the server is not there or too old.
    pub async fn open(settings: &Settings) -> Result<Self, CommandError> {
        let certificates = settings.database_ca.as_deref();
        Self::open_with(settings, ClusterRole::Owner, |url| pool::open(url, certificates, FEW)).await
    }

    /// Opens the database as the role that serves, with at most `size` connections, none of which a statement can hold for long. A `DATABASE_URL`
    /// names its own role.
    ///
    /// # Errors
    /// The private cluster does not run, or the server is not there or too old.
    pub async fn open_serving(settings: &Settings, size: usize) -> Result<Self, CommandError> {
        let certificates = settings.database_ca.as_deref();
        Self::open_with(settings, ClusterRole::Serve, |url| pool::open_serving(url, certificates, size, settings.statement_timeout)).await
    }

    async fn open_with(
        settings: &Settings,
        role: ClusterRole,
        open: impl FnOnce(&DatabaseUrl) -> Result<Pool, PoolError>,
    ) -> Result<Self, CommandError> {
        let cluster = match settings.database_url {
            Some(_) => None,
            None => Some(Cluster::start(&settings.state, Durability::Full).await?),
        };
        let url = match (&settings.database_url, &cluster) {
            (Some(url), _) => url.clone(),
            (None, Some(cluster)) => cluster.url(role, cluster::DATABASE),
            (None, None) => unreachable!("without an address there is a cluster"),
        };
        let connected = async {
            let pool = open(&url)?;
            pool::check(&pool).await.map(|()| pool)
        };
        match connected.await {
            Ok(pool) => Ok(Self { pool, cluster, url }),
            Err(error) => {
                if let Some(cluster) = cluster {
                    cluster.stop()?;
                }
                Err(error.into())
            }
        }
    }

    /// Where it is, for a connection outside the pool.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Lets go of the connections and, when nobody else uses it, stops the private cluster.
    ///
    /// # Errors
    /// The cluster did not stop.
    pub fn close(self) -> Result<(), CommandError> {
        self.pool.close();
        self.cluster.map_or(Ok(()), Cluster::stop).map_err(CommandError::from)
    }
}

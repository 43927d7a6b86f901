//! A fresh database for each test: a clone of one that was migrated once.

use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool_postgres::Pool;
use family_context::cluster::ClusterRole;
use family_context::config::DatabaseUrl;
use family_context::store::pool;

use super::server::TestServer;

/// A database of one test's own; dropped with this value.
pub struct TestDatabase {
    name: String,
    server: &'static TestServer,
    /// Connections as the schema's owner.
    pub pool: Pool,
}

impl TestDatabase {
    /// Clones the template: a database that is migrated and holds nothing.
    pub async fn new() -> Self {
        let server = TestServer::get().await;
        Self::make(server, &server.template()).await
    }

    /// Makes one that is not even migrated.
    pub async fn empty() -> Self {
        let server = TestServer::get().await;
        let database = Self::make(server, "template0").await;
        server.hand_over(&database.name).await;
        database
    }

    async fn make(server: &'static TestServer, template: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}{}_{}", server.prefix, std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        server.administrator().await.batch_execute(&server.create(&name, template)).await.unwrap();
        let pool = pool::connect(&server.url(ClusterRole::Owner, &name), server.certificates(), 4).await.unwrap();
        Self { name, server, pool }
    }

    /// How to connect to it as `role`.
    pub fn url(&self, role: ClusterRole) -> DatabaseUrl {
        self.server.url(role, &self.name)
    }

    /// Connections as `role`.
    pub async fn pool_as(&self, role: ClusterRole) -> Pool {
        pool::connect(&self.url(role), self.server.certificates(), 4).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.pool.close();
        let server = self.server;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own: the test's may be the one that runs this, and may not wait for itself.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { server.administrator().await.batch_execute(&drop).await.ok() });
        })
        .join()
        .ok();
    }
}

//! A fresh database for each test: a clone of one that was migrated once.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use family_context::cluster::{Cluster, ClusterRole, Durability, OWNER, SERVE};
use family_context::config::DatabaseUrl;
use family_context::store::{migrations, pool};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();

/// A database of one test's own, empty and migrated; dropped with this value.
pub struct TestDatabase {
    name: String,
    cluster: &'static Cluster,
    /// Connections as the schema's owner.
    pub pool: Pool,
}

impl TestDatabase {
    /// Clones the template.
    pub async fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let cluster = CLUSTER.get_or_init(start).await;
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let administrator = administrator(cluster).await;
        let clone = format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {}", template());
        administrator.batch_execute(&clone).await.unwrap();
        let pool = pool::connect(&cluster.url(ClusterRole::Owner, &name), None, 4).await.unwrap();
        Self { name, cluster, pool }
    }

    /// How to connect to it as `role`.
    pub fn url(&self, role: ClusterRole) -> DatabaseUrl {
        self.cluster.url(role, &self.name)
    }

    /// Connections as `role`.
    pub async fn pool_as(&self, role: ClusterRole) -> Pool {
        pool::connect(&self.url(role), None, 4).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.pool.close();
        let url = self.cluster.url(ClusterRole::Administrator, "postgres");
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own: the test's may be the one that runs this, and may not wait for itself.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { connect(&url).await.batch_execute(&drop).await.ok() });
        })
        .join()
        .ok();
    }
}

/// The state folder of the tests' cluster.
pub fn state() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("var/test")
}

/// The template's name changes with the migrations.
fn template() -> String {
    format!("template_{:016x}", migrations::fingerprint())
}

async fn start() -> Cluster {
    let cluster = Cluster::start(&state(), Durability::Fast).await.unwrap_or_else(|error| panic!("{error}"));
    // One test program at a time sweeps and makes the template; the others find it made.
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(state().join("template.lock")).unwrap();
    lock.lock().unwrap();
    let administrator = administrator(&cluster).await;
    let databases: Vec<String> =
        administrator.query("SELECT datname FROM pg_database", &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    for database in databases.iter().filter(|database| is_left_over(database)) {
        administrator.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await.unwrap();
    }
    if !databases.contains(&template()) {
        make_template(&cluster, &administrator).await;
    }
    cluster
}

/// Whether a test that no longer runs made it, or it is a template of other migrations.
fn is_left_over(database: &str) -> bool {
    if let Some(rest) = database.strip_prefix("test_") {
        let process = rest.split('_').next().unwrap_or_default();
        return !Path::new("/proc").join(process).exists();
    }
    database == "making_template" || database.starts_with("template_") && database != template()
}

async fn make_template(cluster: &Cluster, administrator: &Client) {
    administrator.batch_execute(&format!("CREATE DATABASE making_template OWNER {OWNER} TEMPLATE template0")).await.unwrap();
    let schema = connect(&cluster.url(ClusterRole::Administrator, "making_template")).await;
    // As the private cluster hands its own database over.
    let hand_over =
        format!("ALTER SCHEMA public OWNER TO {OWNER}; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {SERVE}");
    schema.batch_execute(&hand_over).await.unwrap();
    drop(schema);
    let pool = pool::connect(&cluster.url(ClusterRole::Owner, "making_template"), None, 1).await.unwrap();
    migrations::run(&pool).await.unwrap_or_else(|error| panic!("{error}"));
    pool.close();
    // A database that somebody is connected to cannot be renamed, and connections close in their own time.
    let rename = format!("ALTER DATABASE making_template RENAME TO {}", template());
    for _ in 0..100 {
        if administrator.batch_execute(&rename).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the template database is still in use");
}

async fn administrator(cluster: &Cluster) -> Client {
    connect(&cluster.url(ClusterRole::Administrator, "postgres")).await
}

async fn connect(url: &DatabaseUrl) -> Client {
    let (client, connection) = tokio_postgres::connect(url.reveal(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

//! The server that the tests' databases lie on: that of `DATABASE_URL`, or else the tests' own private cluster.
//!
//! On a server that belongs to somebody, everything of the tests bears a name that begins with `family_context_test_` and tells this checkout on this
//! machine from every other; nothing else is touched. What stays for the next run is one template database and one role.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deadpool_postgres::Object;
use family_context::cluster::{Cluster, ClusterRole, Durability, OWNER, SERVE};
use family_context::config::{DatabaseUrl, Flags, Settings};
use family_context::store::{migrations, pool};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

static SERVER: OnceCell<TestServer> = OnceCell::const_new();

/// A server with a migrated template database.
pub struct TestServer {
    /// What the name of everything of these tests begins with.
    pub prefix: String,
    /// Certificates to trust for the server's TLS.
    certificates: Option<PathBuf>,
    login: Login,
}

/// How to connect.
enum Login {
    /// To the private cluster.
    Private(Cluster),
    /// To the server of `DATABASE_URL`, as its user; as the role that serves with a password of this checkout's own.
    Given { url: DatabaseUrl, password: String },
}

impl TestServer {
    /// The server of the tests. Where it cannot be used, one sentence ends the program.
    pub async fn get() -> &'static Self {
        SERVER
            .get_or_init(|| async {
                Self::start().await.unwrap_or_else(|sentence| {
                    // Past the runner, which keeps what tests print to itself: one sentence, and not one failure a test.
                    writeln!(io::stderr(), "family-context: {sentence}").ok();
                    std::process::exit(1)
                })
            })
            .await
    }

    /// How to connect to `database` as `role`.
    pub fn url(&self, role: ClusterRole, database: &str) -> DatabaseUrl {
        match (&self.login, role) {
            (Login::Private(cluster), role) => cluster.url(role, database),
            (Login::Given { url, password }, ClusterRole::Serve) => {
                with(url, &[("user", &self.serving_login()), ("password", password), ("dbname", database)])
            }
            (Login::Given { url, .. }, _) => with(url, &[("dbname", database)]),
        }
    }

    /// A connection that may make and drop databases.
    pub async fn administrator(&self) -> Object {
        match &self.login {
            Login::Private(cluster) => self.connect(&cluster.url(ClusterRole::Administrator, "postgres")).await,
            Login::Given { url, .. } => self.connect(url).await,
        }
        .unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// The statement that makes a database for a test.
    pub fn create(&self, database: &str, template: &str) -> String {
        match self.login {
            Login::Private(_) => format!("CREATE DATABASE {database} OWNER {OWNER} TEMPLATE {template}"),
            Login::Given { .. } => format!("CREATE DATABASE {database} TEMPLATE {template}"),
        }
    }

    /// The template's name changes with the migrations.
    pub fn template(&self) -> String {
        format!("{}template_{:016x}", self.prefix, migrations::fingerprint())
    }

    /// Gives the owner of a new database its schema, and nobody else the right to make anything in it: as the private cluster does with its own.
    pub async fn hand_over(&self, database: &str) {
        let statement = match &self.login {
            Login::Private(_) => {
                format!(
                    "ALTER SCHEMA public OWNER TO {OWNER}; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {SERVE}"
                )
            }
            Login::Given { .. } => "REVOKE ALL ON SCHEMA public FROM PUBLIC".to_owned(),
        };
        let client = self.connect(&self.url(ClusterRole::Administrator, database)).await.unwrap_or_else(|problem| panic!("{problem}"));
        client.batch_execute(&statement).await.unwrap();
    }

    /// The certificates to trust.
    pub fn certificates(&self) -> Option<&Path> {
        self.certificates.as_deref()
    }

    fn serving_login(&self) -> String {
        format!("{}serve", self.prefix)
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Object, String> {
        let pool = pool::connect(url, self.certificates(), 1).await.map_err(|error| error.to_string())?;
        pool.get().await.map_err(|error| error.to_string())
    }

    async fn start() -> Result<Self, String> {
        // Of the settings of whoever runs the tests these three are taken.
        let taken = ["DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_CA"];
        let environment = |name: &str| if taken.contains(&name) { std::env::var(name).ok() } else { None };
        let settings = Settings::read(Flags::default(), environment).map_err(|error| error.to_string())?;
        fs::create_dir_all(state()).unwrap();
        let login = match settings.database_url {
            Some(url) => Login::Given { url, password: password() },
            None => Login::Private(Cluster::start(&state(), Durability::Fast).await.map_err(|error| error.to_string())?),
        };
        let server = Self { prefix: prefix(), certificates: settings.database_ca, login };
        // Of two runs at a time one sweeps and makes the template; the other finds it made.
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(state().join("template.lock")).unwrap();
        lock.lock().unwrap();
        if let Login::Given { url, password } = &server.login {
            server.prepare(&server.connect(url).await?, password).await?;
            // A server may know its users otherwise than by password.
            let serving = with(url, &[("user", &server.serving_login()), ("password", password)]);
            let unknown = |problem| format!("the role that the tests made cannot log in to the server of DATABASE_URL: {problem}");
            server.connect(&serving).await.map(drop).map_err(unknown)?;
        }
        server.sweep_and_make_template().await.map_err(|refusal| format!("the tests' server refused: {refusal}"))?;
        Ok(server)
    }

    /// Sees that the user of `DATABASE_URL` may do what the tests need, and makes the role that serves.
    async fn prepare(&self, client: &Object, password: &str) -> Result<(), String> {
        let rights = "SELECT rolsuper OR rolcreatedb AND rolcreaterole FROM pg_roles WHERE rolname = current_user";
        let row = client.query_one(rights, &[]).await.map_err(|error| error.to_string())?;
        if !row.get::<_, bool>(0) {
            return Err(
                "the user of DATABASE_URL may not create databases and roles, which the tests need: give it CREATEDB and CREATEROLE, or \
                        unset DATABASE_URL and they run a private cluster"
                    .to_owned(),
            );
        }
        let login = self.serving_login();
        let make = |role: &str| format!("IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF;");
        // The names are plain and the password is hexadecimal: nothing needs quoting. Only a member of a role may end its sessions, as dropping a database
        // does.
        let statement = format!(
            "DO $$ BEGIN {} {} END $$; ALTER ROLE {login} LOGIN PASSWORD '{password}'; GRANT {SERVE} TO {login}; GRANT {login} TO CURRENT_USER",
            make(SERVE),
            make(&login)
        );
        let refused = |error| format!("the server of DATABASE_URL refused to make the role that serves: {}", refusal(&error));
        client.batch_execute(&statement).await.map_err(refused)
    }

    async fn sweep_and_make_template(&self) -> Result<(), String> {
        let administrator = self.administrator().await;
        let databases: Vec<String> = administrator
            .query("SELECT datname FROM pg_database", &[])
            .await
            .map_err(|error| refusal(&error))?
            .iter()
            .map(|row| row.get(0))
            .collect();
        for database in databases.iter().filter(|database| self.is_left_over(database)) {
            administrator
                .batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
                .await
                .map_err(|error| refusal(&error))?;
        }
        if !databases.contains(&self.template()) {
            self.make_template(&administrator).await?;
        }
        Ok(())
    }

    /// Whether a test of this checkout that no longer runs made it, or it is a template of other migrations.
    pub fn is_left_over(&self, database: &str) -> bool {
        let Some(rest) = database.strip_prefix(&self.prefix) else { return false };
        match rest.split_once('_') {
            _ if rest == "making" => true,
            Some(("template", _)) => database != self.template(),
            Some((process, _)) if process.bytes().all(|byte| byte.is_ascii_digit()) => !Path::new("/proc").join(process).exists(),
            _ => false,
        }
    }

    async fn make_template(&self, administrator: &Object) -> Result<(), String> {
        let making = format!("{}making", self.prefix);
        administrator.batch_execute(&self.create(&making, "template0")).await.map_err(|error| refusal(&error))?;
        self.hand_over(&making).await;
        let pool = pool::connect(&self.url(ClusterRole::Owner, &making), self.certificates(), 1).await.unwrap();
        migrations::run(&pool).await.map_err(|error| error.to_string())?;
        pool.close();
        // A database that somebody is connected to cannot be renamed, and connections close in their own time.
        let rename = format!("ALTER DATABASE {making} RENAME TO {}", self.template());
        for _ in 0..100 {
            if administrator.batch_execute(&rename).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the template database is still in use".to_owned())
    }
}

/// What a server says that refuses.
fn refusal(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned())
}

/// The state folder of the tests.
pub fn state() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("var/test")
}

/// The same address with other parts; the last of a kind counts.
fn with(url: &DatabaseUrl, parts: &[(&str, &str)]) -> DatabaseUrl {
    let url = url.reveal();
    let (mut text, between) = match (url.contains("://"), url.contains('?')) {
        (false, _) => (format!("{url} "), " "),
        (true, false) => (format!("{url}?"), "&"),
        (true, true) => (format!("{url}&"), "&"),
    };
    text += &parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(between);
    DatabaseUrl::from(text)
}

/// Tells this checkout on this machine from every other.
fn prefix() -> String {
    let machine = ["/etc/machine-id", "/proc/sys/kernel/hostname"].map(|file| fs::read_to_string(file).unwrap_or_default());
    let digest = Sha256::digest(format!("{machine:?} {}", env!("CARGO_MANIFEST_DIR")));
    format!("family_context_test_{}_", hexadecimal(&digest[..4]))
}

/// The password of the role that serves: made once for this checkout.
fn password() -> String {
    let file = state().join("password");
    if let Ok(password) = fs::read_to_string(&file) {
        return password;
    }
    let mut bytes = [0; 24];
    fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    let write = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?.write_all(hexadecimal(&bytes).as_bytes());
    // Another run may have been faster: its password is taken then.
    write().map_or_else(|_| fs::read_to_string(&file).unwrap(), |()| hexadecimal(&bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

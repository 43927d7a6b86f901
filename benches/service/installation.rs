//! A population, a database that holds it, and the service over it: each made through the program's own commands.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use family_context::{
    cluster::{self, Cluster, ClusterRole, Durability},
    config::Authority,
    generate,
};
use serde_json::Value;
use tokio_postgres::{Client, NoTls};

use crate::{
    Failure,
    client::{self, Connection},
    options::Options,
};

/// The day on which the synthetic population is as its truth says.
pub const BUSINESS_DATE: &str = "2026-11-01";

/// A population in a database.
pub struct Installation {
    /// Where the population lies.
    pub folder: PathBuf,
    /// The authority's configuration.
    pub authority: Authority,
    cluster: Cluster,
    state: PathBuf,
}

/// One feed's import.
pub struct Import {
    /// The feed's code.
    pub feed: String,
    /// Rows read.
    pub rows: u64,
    /// Records looked at by resolution.
    pub resolved: u64,
    /// Seconds for reading and merging.
    pub load: f64,
    /// Seconds for resolution.
    pub resolve: f64,
    /// Seconds for the whole command.
    pub whole: f64,
}

impl Installation {
    /// Generates, migrates and imports, unless an earlier run's is to be kept.
    pub async fn make(options: &Options) -> Result<(Self, Vec<Import>), Failure> {
        let folder = options.state.join(format!("population-{}-{}", options.people, options.seed));
        let mark = options.state.join("loaded");
        let wanted = folder.display().to_string();
        let keeps = options.keep && fs::read_to_string(&mark).is_ok_and(|loaded| loaded == wanted);
        if !keeps {
            fs::remove_file(&mark).ok();
            fs::remove_dir_all(&folder).ok();
            generate::generate(options.people, options.seed, &folder)?;
            if let Some(model) = &options.model {
                fs::copy(model, folder.join("model.toml"))?;
                let authority = fs::read_to_string(folder.join("authority.toml"))?;
                fs::write(folder.join("authority.toml"), format!("model = \"model.toml\"\n{authority}"))?;
            }
        }
        let cluster = Cluster::start(&options.state, Durability::Full).await?;
        let authority = Authority::read(&folder.join("authority.toml"))?;
        let installation = Self { folder, authority, cluster, state: options.state.clone() };
        let mut imports = Vec::new();
        if !keeps {
            installation.cluster.remake_database().await?;
            installation.run(&["migrate"])?;
            for map in &installation.authority.feeds {
                imports.extend(installation.import(map)?);
            }
            fs::write(&mark, wanted)?;
        }
        Ok((installation, imports))
    }

    fn import(&self, map: &Path) -> Result<Option<Import>, Failure> {
        let Ok(entries) = fs::read_dir(map.with_extension("")) else { return Ok(None) };
        let mut files = entries.map(|entry| Ok(entry?.path().display().to_string())).collect::<Result<Vec<String>, Failure>>()?;
        files.sort();
        let map_name = map.display().to_string();
        let mut arguments = vec![
            "import",
            "--json",
            "--feed",
            &map_name,
            "--as-of",
            BUSINESS_DATE,
            "--coverage-start",
            "2020-11-01",
            "--coverage-end",
            BUSINESS_DATE,
        ];
        arguments.extend(files.iter().map(String::as_str));
        let begun = Instant::now();
        let report: Value = serde_json::from_str(&self.run(&arguments)?)?;
        let whole = begun.elapsed().as_secs_f64();
        let seconds = |part: &str| report["seconds"][part].as_f64().unwrap_or(f64::NAN);
        Ok(Some(Import {
            feed: report["feed"].as_str().unwrap_or_default().to_owned(),
            rows: report["rows"].as_u64().unwrap_or_default(),
            resolved: report["people"]["records"].as_u64().unwrap_or_default(),
            load: seconds("load"),
            resolve: seconds("resolve"),
            whole,
        }))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_family-context"));
        command
            .env("STATE_DIR", &self.state)
            .env("AUTHORITY", self.folder.join("authority.toml"))
            .env("CLOCK_DATE", BUSINESS_DATE)
            .env("LOG", "warn")
            .env_remove("DATABASE_URL");
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.command().args(arguments).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("family-context {} failed: {}", arguments[0], output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// A token for a worker with one role.
    pub fn token(&self, role: &str) -> Result<String, Failure> {
        let arguments = ["token", "--subject", "bench", "--name", "Bench", "--role", role, "--expires-in-minutes", "1440"];
        Ok(self.run(&arguments)?.trim().to_owned())
    }

    /// Starts the service, and returns when it is ready.
    pub fn serve(&self) -> Result<Service, Failure> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = self.command().arg("serve").env("BIND_ADDR", address.to_string()).stdout(Stdio::null()).spawn()?;
        let service = Service { child, address };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            let ready = Connection::open(address).and_then(|mut connection| connection.send(&client::get("/health/ready")));
            if ready.is_ok_and(|reply| reply.status == 200) {
                return Ok(service);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the service is not ready after 30 seconds".into())
    }

    /// A connection of the bench's own.
    pub async fn connect(&self, role: ClusterRole) -> Result<Client, Failure> {
        let (client, connection) = tokio_postgres::connect(self.cluster.url(role, cluster::DATABASE).reveal(), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Stops the database.
    pub fn stop(self) -> Result<(), Failure> {
        Ok(self.cluster.stop()?)
    }
}

/// The service as a process of its own.
pub struct Service {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Service {
    /// Stops it as an operator would.
    pub fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended cannot be killed; that is no problem.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

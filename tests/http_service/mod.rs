//! A real service on a free port, spoken to over real TCP, and every answer of it held against openapi.yaml.
#![allow(clippy::unwrap_used, reason = "test code")]

pub mod entry;
pub mod openapi;
pub mod tokens;
pub mod yaml;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use deadpool_postgres::Pool;
use family_context::{
    cli::setting::setting,
    config::{self, Authority, DatabaseUrl},
    http::{
        Server, ServerSettings,
        authentication::{AuthenticationSettings, KeyLocation, TrustedIssuer},
    },
    lookup::{Lookups, setting::Setting},
    stewardship::Stewardship,
    store::{audit::AuditWriter, pool},
    telemetry::clock::Clock,
};
use jiff::civil::date;
use serde_json::Value;

use tokens::{AUDIENCE, ISSUER};

/// The authority of most tests.
const DEMONSTRATION: &str = "fixtures/demo/authority.toml";

/// A service that runs until it is dropped.
pub struct Service {
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// An answer, already found valid under openapi.yaml.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The last part of a problem's type.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|path| path.strip_prefix("/problems/")).unwrap_or("none")
    }

    /// The pointers of a problem's places.
    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }
}

impl Service {
    /// A service that trusts the tests' issuer and has no database.
    pub fn start() -> Self {
        Self::start_with(|_| ())
    }

    /// The same with other settings.
    pub fn start_with(change: impl FnOnce(&mut ServerSettings)) -> Self {
        Self::start_on(None, change)
    }

    /// The same with a database.
    pub fn start_on(database: Option<DatabaseUrl>, change: impl FnOnce(&mut ServerSettings)) -> Self {
        let (mut settings, keys) = Self::settings();
        change(&mut settings);
        let service = Self::run(settings, database);
        std::fs::remove_file(keys).unwrap();
        service
    }

    /// A service on a database whose lookups are set differently.
    pub fn start_with_setting(database: DatabaseUrl, change: fn(&mut Setting)) -> Self {
        let (settings, keys) = Self::settings();
        let service = Self::run_with(settings, Some(database), change);
        std::fs::remove_file(keys).unwrap();
        service
    }

    fn settings() -> (ServerSettings, PathBuf) {
        let keys = tokens::key_set_file();
        (trusting(KeyLocation::File(keys.clone())), keys)
    }

    /// A service with these settings.
    pub fn run(settings: ServerSettings, database: Option<DatabaseUrl>) -> Self {
        Self::run_with(settings, database, |_| ())
    }

    /// A service of the authority in that file, on its loaded database.
    pub fn start_as(authority: &'static str, database: DatabaseUrl) -> Self {
        let (settings, keys) = Self::settings();
        let service = Self::run_as(authority, settings, Some(database), |_| ());
        std::fs::remove_file(keys).unwrap();
        service
    }

    fn run_with(settings: ServerSettings, database: Option<DatabaseUrl>, change: fn(&mut Setting)) -> Self {
        Self::run_as(DEMONSTRATION, settings, database, change)
    }

    fn run_as(authority: &'static str, settings: ServerSettings, database: Option<DatabaseUrl>, change: fn(&mut Setting)) -> Self {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                let (lookups, stewardship) = match database {
                    Some(url) => use_cases_of(authority, pool::connect(&url, None, 4).await.unwrap(), change),
                    None => use_cases(),
                };
                let server = Server::bind(settings, lookups, stewardship).await.unwrap();
                sender.send((server.address(), server.handle())).unwrap();
                server.run().await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { address, handle, thread: Some(thread) }
    }

    /// Tells it to stop, letting requests in flight finish.
    pub fn stop_gracefully(&self) {
        drop(self.handle.stop(true));
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }

    pub fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send("GET", path, token, &[], None)
    }

    pub fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(token), &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// Sends a request and holds its answer against openapi.yaml.
    pub fn send(&self, method: &str, path: &str, token: Option<&str>, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(body) => agent.run(request.body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let headers: Vec<(String, String)> =
            response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned())).collect();
        let is_json = headers.iter().any(|(name, value)| name == "content-type" && value.contains("json"));
        let body = if is_json { serde_json::from_str(&text).unwrap() } else { Value::String(text) };
        let answer = Answer { status: response.status().as_u16(), headers, body };
        openapi::check(method, path, &answer);
        answer
    }

    /// Sends bytes as they are and gives all that comes back until the connection is closed.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A reset after the answer is the server's way of not reading the rest of a body.
        stream.read_to_end(&mut answer).ok();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Settings for the tests' issuer with its keys there.
pub fn trusting(keys: KeyLocation) -> ServerSettings {
    let issuer = TrustedIssuer::new(ISSUER.to_owned(), AUDIENCE.to_owned(), keys, "roles".to_owned());
    let mut settings = ServerSettings::new(SocketAddr::from(([127, 0, 0, 1], 0)), AuthenticationSettings::Trusted(issuer));
    settings.workers = 1;
    settings.shutdown_timeout = Duration::from_secs(5);
    settings
}

/// A path in the temporary folder that nothing else uses.
pub fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("family-context-{}-{name}", uuid::Uuid::now_v7()))
}

/// Use cases whose database is not there: enough for whatever is answered before it is asked. Within a runtime.
pub fn use_cases() -> (Arc<Lookups>, Arc<Stewardship>) {
    let nowhere = DatabaseUrl::from("postgresql://nobody@127.0.0.1:1/none?sslmode=disable".to_owned());
    use_cases_of(DEMONSTRATION, pool::open(&nowhere, None, 1).unwrap(), |_| ())
}

/// The use cases of an authority on a database. Within a runtime.
pub fn use_cases_of(authority: &str, pool: Pool, change: fn(&mut Setting)) -> (Arc<Lookups>, Arc<Stewardship>) {
    let authority = Authority::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(authority)).unwrap();
    let policy = config::policy::read(&authority).unwrap();
    let clock = Clock::new(authority.time_zone.clone(), Some(date(2026, 11, 1)));
    let mut setting = setting(&authority, policy).unwrap();
    change(&mut setting);
    let setting = Arc::new(setting);
    let audit = AuditWriter::start(pool.clone());
    let stewardship = Stewardship::new(pool.clone(), audit.clone(), Arc::clone(&setting), clock.clone());
    (Arc::new(Lookups::new(pool, audit, setting, clock)), Arc::new(stewardship))
}

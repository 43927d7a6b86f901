//! Settings of an installation: flags, then environment, then defaults. A secret may also stand in a file that `NAME_FILE` names.

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;

use super::{Authority, ConfigurationError};

/// Less than an answer may take: the caller of a query that is stuck hears of it, and its connection is free again.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
const BIND_ADDR: &str = "127.0.0.1:8080";
const ROLES_CLAIM: &str = "roles";
const STATE: &str = "var";

/// The flags of every command. Each has an environment variable, named in its help, which the flag goes before.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (a flag goes before its environment variable)")]
pub struct Flags {
    /// The PostgreSQL server; without it a private cluster is run [env: `DATABASE_URL`, or `DATABASE_URL_FILE` naming a file that holds it].
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<DatabaseUrl>,
    /// PEM certificates to trust for the database's TLS, in place of the public ones [env: `DATABASE_CA`].
    #[arg(long, global = true, value_name = "FILE")]
    pub database_ca: Option<PathBuf>,
    /// The seconds after which the database ends a statement of the service, 1 to 600 [env: `STATEMENT_TIMEOUT`, default: 10].
    #[arg(long, global = true, value_name = "SECONDS")]
    pub statement_timeout: Option<String>,
    /// Where to listen [env: `BIND_ADDR`, default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub bind_addr: Option<String>,
    /// The authority's configuration file [env: AUTHORITY].
    #[arg(long, global = true, value_name = "FILE")]
    pub authority: Option<PathBuf>,
    /// Who issues the tokens [env: `JWT_ISSUER`]; without it a development key under the state folder signs them.
    #[arg(long, global = true, value_name = "ISSUER")]
    pub jwt_issuer: Option<String>,
    /// For whom the tokens must be meant [env: `JWT_AUDIENCE`].
    #[arg(long, global = true, value_name = "AUDIENCE")]
    pub jwt_audience: Option<String>,
    /// The issuer's public keys: a path or an https address [env: `JWT_JWKS`].
    #[arg(long, global = true, value_name = "PATH|ADDRESS")]
    pub jwt_jwks: Option<String>,
    /// The claim that holds the user's roles; dots lead into objects [env: `JWT_ROLES_CLAIM`, default: roles].
    #[arg(long, global = true, value_name = "CLAIM")]
    pub jwt_roles_claim: Option<String>,
    /// A fixed business date, with the development key only [env: `CLOCK_DATE`].
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub clock_date: Option<String>,
    /// What to log, such as `info` or `family_context=debug` [env: LOG, default: info; demo: warn].
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// The folder of the private cluster, the development key and the demonstration's files [env: `STATE_DIR`, default: var].
    #[arg(long, global = true, value_name = "FOLDER")]
    pub state_dir: Option<PathBuf>,
}

/// The address of a PostgreSQL server, with its password, as a URL or as `key=value` pairs. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The connection string, for the one place that connects.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DatabaseUrl[redacted]")
    }
}

/// Where the issuer's public keys stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyLocation {
    /// A file.
    File(PathBuf),
    /// An https address (or http on loopback, for tests).
    Address(String),
}

/// Who vouches for users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The development key under the state folder: for one machine, on loopback only.
    Development,
    /// An issuer of the authority's own, such as its single sign-on.
    Issuer {
        /// The `iss` of its tokens.
        issuer: String,
        /// The `aud` that its tokens must carry.
        audience: String,
        /// Its public keys.
        keys: KeyLocation,
    },
}

/// The settings of this run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The PostgreSQL server; `None` for the private cluster.
    pub database_url: Option<DatabaseUrl>,
    /// Certificates to trust for the database's TLS, in place of the public ones.
    pub database_ca: Option<PathBuf>,
    /// After which the database ends a statement of the service.
    pub statement_timeout: Duration,
    /// Where to listen.
    pub bind: SocketAddr,
    /// The authority's file, where one is named; see [`Settings::authority`].
    pub authority_file: Option<PathBuf>,
    /// Who vouches for users.
    pub identity: Identity,
    /// The claim that holds the user's roles.
    pub roles_claim: String,
    /// A fixed business date; only ever set with [`Identity::Development`].
    pub clock_date: Option<Date>,
    /// The log filter; `None` for the command's own.
    pub log: Option<String>,
    /// The folder of the private cluster, the development key and the demonstration's files.
    pub state: PathBuf,
}

impl Settings {
    /// Settles every setting from `flags` and the environment, which `environment` reads by name.
    ///
    /// # Errors
    /// A setting that makes no sense by itself or beside another.
    pub fn read(flags: Flags, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigurationError> {
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let text = |flag: Option<String>, name: &str| flag.or_else(|| environment(name));
        let path = |flag: Option<PathBuf>, name: &str| flag.or_else(|| environment(name).map(PathBuf::from));
        let database_url = match flags.database_url {
            Some(url) => Some(url),
            None => secret("DATABASE_URL", "DATABASE_URL_FILE", &environment)?.map(DatabaseUrl),
        };
        let identity =
            identity(text(flags.jwt_issuer, "JWT_ISSUER"), text(flags.jwt_audience, "JWT_AUDIENCE"), text(flags.jwt_jwks, "JWT_JWKS"))?;
        let clock_date = text(flags.clock_date, "CLOCK_DATE").map(|date| clock_date(&date, &identity)).transpose()?;
        let bind = text(flags.bind_addr, "BIND_ADDR").unwrap_or_else(|| BIND_ADDR.to_owned());
        let bind = bind.parse().map_err(|_| setting("BIND_ADDR", "is no address with a port, such as 127.0.0.1:8080"))?;
        let longest = text(flags.statement_timeout, "STATEMENT_TIMEOUT");
        Ok(Self {
            database_url,
            database_ca: path(flags.database_ca, "DATABASE_CA"),
            statement_timeout: longest.map_or(Ok(STATEMENT_TIMEOUT), |seconds| statement_timeout(&seconds))?,
            bind,
            authority_file: path(flags.authority, "AUTHORITY"),
            identity,
            roles_claim: text(flags.jwt_roles_claim, "JWT_ROLES_CLAIM").unwrap_or_else(|| ROLES_CLAIM.to_owned()),
            clock_date,
            log: text(flags.log, "LOG"),
            state: path(flags.state_dir, "STATE_DIR").unwrap_or_else(|| PathBuf::from(STATE)),
        })
    }

    /// Reads the authority's file that AUTHORITY names.
    ///
    /// # Errors
    /// AUTHORITY is not set, or its file cannot be used.
    pub fn authority(&self) -> Result<Authority, ConfigurationError> {
        let file = self.authority_file.as_deref().ok_or_else(|| {
            setting("AUTHORITY", "is not set: name the authority's configuration file, such as fixtures/demo/authority.toml")
        })?;
        Authority::read(file)
    }

    /// The development key's file; used where no issuer is set.
    #[must_use]
    pub fn development_key(&self) -> PathBuf {
        self.state.join("development.key")
    }

    /// Refuses to serve beyond this machine with the development key.
    ///
    /// # Errors
    /// [`Identity::Development`] with an address that others can reach.
    pub fn refuse_development_off_loopback(&self) -> Result<(), ConfigurationError> {
        if self.identity == Identity::Development && !self.bind.ip().is_loopback() {
            let problem = "is not set, so the development key would sign tokens: that is refused unless BIND_ADDR is on loopback";
            return Err(setting("JWT_ISSUER", problem));
        }
        Ok(())
    }
}

fn setting(name: &'static str, problem: &str) -> ConfigurationError {
    ConfigurationError::Setting { name, problem: problem.to_owned() }
}

/// A secret from the environment, or from the file that the environment names for it; its last line end is not part of it.
fn secret(
    name: &'static str,
    file_name: &'static str,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, ConfigurationError> {
    match (environment(name), environment(file_name)) {
        (Some(_), Some(_)) => Err(setting(name, "and its _FILE form are both set: leave one out")),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(file)) => fs::read_to_string(Path::new(&file))
            .map(|value| Some(value.trim_end_matches(['\r', '\n']).to_owned()))
            .map_err(|problem| ConfigurationError::Unreadable { file: PathBuf::from(file), problem }),
        (None, None) => Ok(None),
    }
}

fn identity(issuer: Option<String>, audience: Option<String>, keys: Option<String>) -> Result<Identity, ConfigurationError> {
    match (issuer, audience, keys) {
        (None, None, None) => Ok(Identity::Development),
        (Some(issuer), Some(audience), Some(keys)) => Ok(Identity::Issuer { issuer, audience, keys: key_source(keys)? }),
        (None, ..) => Err(setting("JWT_ISSUER", "is not set, though JWT_AUDIENCE or JWT_JWKS is: set all three or none")),
        (_, None, _) => Err(setting("JWT_AUDIENCE", "is not set, though JWT_ISSUER is: set all three or none")),
        (_, _, None) => Err(setting("JWT_JWKS", "is not set, though JWT_ISSUER is: set all three or none")),
    }
}

fn key_source(keys: String) -> Result<KeyLocation, ConfigurationError> {
    match keys.split_once("://") {
        None => Ok(KeyLocation::File(PathBuf::from(keys))),
        Some(("https", _)) => Ok(KeyLocation::Address(keys)),
        Some(("http", rest)) if is_loopback(rest) => Ok(KeyLocation::Address(keys)),
        Some(_) => Err(setting("JWT_JWKS", "is neither a path nor an https address")),
    }
}

/// Whether an address, without its scheme, names this machine by number. One that names a user (`127.0.0.1@elsewhere`) does not.
fn is_loopback(address: &str) -> bool {
    let host_and_port = address.split(['/', '?', '#']).next().unwrap_or_default();
    let with_port = host_and_port.parse::<SocketAddr>().map(|address| address.ip());
    let host = host_and_port.trim_start_matches('[').trim_end_matches(']');
    with_port.or_else(|_| host.parse()).is_ok_and(|ip| ip.is_loopback())
}

fn statement_timeout(seconds: &str) -> Result<Duration, ConfigurationError> {
    let seconds = seconds.parse().ok().filter(|seconds| (1..=600).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| setting("STATEMENT_TIMEOUT", "is no number of seconds from 1 to 600"))
}

fn clock_date(date: &str, identity: &Identity) -> Result<Date, ConfigurationError> {
    if *identity != Identity::Development {
        return Err(setting("CLOCK_DATE", "is for the development key only: unset it beside JWT_ISSUER"));
    }
    date.parse().map_err(|_| setting("CLOCK_DATE", "is no date, such as 2026-11-01"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(environment: &[(&str, &str)]) -> Result<Settings, ConfigurationError> {
        read_with(Flags::default(), environment)
    }

    fn read_with(flags: Flags, environment: &[(&str, &str)]) -> Result<Settings, ConfigurationError> {
        Settings::read(flags, |name| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    fn problem(environment: &[(&str, &str)]) -> String {
        read(environment).unwrap_err().to_string()
    }

    #[test]
    fn nothing_set_means_the_defaults() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.identity, Identity::Development);
        assert_eq!((settings.roles_claim.as_str(), &settings.log), ("roles", &None));
        assert_eq!(settings.statement_timeout, Duration::from_secs(10));
        assert!(settings.database_url.is_none() && settings.clock_date.is_none());
        assert!(settings.authority().unwrap_err().to_string().starts_with("AUTHORITY is not set"));
    }

    #[test]
    fn a_flag_goes_before_the_environment() {
        let flags = Flags { bind_addr: Some("127.0.0.1:1".to_owned()), ..Flags::default() };
        let settings = read_with(flags, &[("BIND_ADDR", "127.0.0.1:2"), ("LOG", "debug")]).unwrap();
        assert_eq!((settings.bind.port(), settings.log.as_deref()), (1, Some("debug")));
    }

    #[test]
    fn an_empty_variable_is_unset() {
        assert_eq!(read(&[("JWT_ISSUER", ""), ("BIND_ADDR", "")]).unwrap().identity, Identity::Development);
    }

    #[test]
    fn a_secret_is_read_from_its_file_and_not_shown() {
        let file = std::env::temp_dir().join(format!("database-url-{}", std::process::id()));
        fs::write(&file, "postgresql://owner:hush@db/family\n").unwrap();
        let settings = read(&[("DATABASE_URL_FILE", file.to_str().unwrap())]).unwrap();
        fs::remove_file(file).unwrap();
        assert_eq!(settings.database_url.as_ref().unwrap().reveal(), "postgresql://owner:hush@db/family");
        assert!(!format!("{settings:?}").contains("hush"));
        assert!(problem(&[("DATABASE_URL_FILE", "/nowhere/url")]).starts_with("/nowhere/url cannot be read"));
        assert!(problem(&[("DATABASE_URL", "a"), ("DATABASE_URL_FILE", "b")]).contains("both set"));
    }

    #[test]
    fn an_issuer_needs_its_audience_and_keys() {
        let all = [
            ("JWT_ISSUER", "https://login.example.org"),
            ("JWT_AUDIENCE", "family-context"),
            ("JWT_JWKS", "https://login.example.org/keys"),
        ];
        assert!(matches!(read(&all).unwrap().identity, Identity::Issuer { keys: KeyLocation::Address(_), .. }));
        assert!(problem(&all[..1]).starts_with("JWT_AUDIENCE is not set"));
        assert!(problem(&all[..2]).starts_with("JWT_JWKS is not set"));
        assert!(problem(&all[1..]).starts_with("JWT_ISSUER is not set"));
    }

    #[test]
    fn keys_come_from_a_path_over_https_or_from_this_machine() {
        for address in ["https://login.example.org/keys", "http://127.0.0.1:8000/keys", "http://[::1]:80/keys", "http://127.0.0.1/keys"] {
            assert_eq!(key_source(address.to_owned()).unwrap(), KeyLocation::Address(address.to_owned()));
        }
        for address in
            ["http://login.example.org/keys", "http://127.0.0.1:80@login.example.org/", "http://127.0.0.1.example.org/", "ftp://127.0.0.1/"]
        {
            assert!(key_source(address.to_owned()).unwrap_err().to_string().starts_with("JWT_JWKS is neither"), "{address}");
        }
        assert_eq!(key_source("keys.json".to_owned()).unwrap(), KeyLocation::File(PathBuf::from("keys.json")));
    }

    #[test]
    fn a_statement_may_take_some_seconds_and_never_for_ever() {
        assert_eq!(read(&[("STATEMENT_TIMEOUT", "3")]).unwrap().statement_timeout, Duration::from_secs(3));
        for seconds in ["0", "-1", "601", "10s", "for ever"] {
            assert!(problem(&[("STATEMENT_TIMEOUT", seconds)]).starts_with("STATEMENT_TIMEOUT is no number of seconds"), "{seconds}");
        }
    }

    #[test]
    fn a_fixed_date_is_for_the_development_key_only() {
        assert_eq!(read(&[("CLOCK_DATE", "2026-11-01")]).unwrap().clock_date, Some(date(2026, 11, 1)));
        assert!(problem(&[("CLOCK_DATE", "1 November")]).starts_with("CLOCK_DATE is no date"));
        let issuer = [("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a"), ("JWT_JWKS", "keys.json"), ("CLOCK_DATE", "2026-11-01")];
        assert!(problem(&issuer).starts_with("CLOCK_DATE is for the development key only"));
    }

    #[test]
    fn the_development_key_stays_on_loopback() {
        assert!(read(&[("BIND_ADDR", "[::1]:80")]).unwrap().refuse_development_off_loopback().is_ok());
        assert!(read(&[("BIND_ADDR", "0.0.0.0:80")]).unwrap().refuse_development_off_loopback().is_err());
    }
}

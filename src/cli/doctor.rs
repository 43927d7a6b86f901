//! `family-context doctor`: what is missing or wrong in this installation, one line each, with what to do.

use std::path::Path;

use deadpool_postgres::Pool;
use jiff::civil::Date;

use super::{CommandError, Database, setting};
use crate::cluster::{Cluster, OLDEST_VERSION, ServerPrograms};
use crate::config::{self, Authority, Identity, KeyLocation, Settings};
use crate::store::migrations;
use crate::telemetry::clock::Clock;

/// How close a policy's or a restriction's end may come before it is told, in days.
const SOON: i32 = 30;

/// What was found about one thing.
enum Finding {
    /// It is as it should be.
    Right(String),
    /// It works, and something should be done about it.
    Warning(String),
    /// It keeps the service from answering.
    Wrong(String),
}

use Finding::{Right, Warning, Wrong};

/// Runs the command.
///
/// # Errors
/// Something is wrong: the findings say what.
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    let authority = settings.authority();
    let mut findings = server_programs(settings);
    findings.push(keys(settings));
    findings.push(match &authority {
        Ok(authority) => Right(format!("authority: {} ({} services)", authority.name, authority.services.len())),
        Err(error) => Wrong(format!("authority: {error}")),
    });
    let mut today = None;
    if let Ok(authority) = &authority {
        let date = Clock::new(authority.time_zone.clone(), settings.clock_date).today();
        today = Some(date);
        findings.push(policy(authority, date));
        findings.push(model(authority));
        findings.extend(feed_maps(authority));
    }
    findings.extend(database(settings, today).await?);
    report(&findings)
}

async fn database(settings: &Settings, today: Option<Date>) -> Result<Vec<Finding>, CommandError> {
    // A look at an installation makes nothing.
    if settings.database_url.is_none() && !Cluster::is_made(&settings.state) {
        let text = "database: DATABASE_URL is not set and there is no private cluster yet: run family-context migrate";
        return Ok(vec![Wrong(text.to_owned())]);
    }
    match Database::open(settings).await {
        Ok(database) => {
            let findings = schema(&database.pool, today).await;
            database.close()?;
            Ok(findings)
        }
        Err(error) => Ok(vec![Wrong(format!("database: {error}"))]),
    }
}

fn report(findings: &[Finding]) -> Result<(), CommandError> {
    for finding in findings {
        match finding {
            Right(text) => println!("right    {text}"),
            Warning(text) => println!("warning  {text}"),
            Wrong(text) => println!("wrong    {text}"),
        }
    }
    match findings.iter().filter(|finding| matches!(finding, Wrong(_))).count() {
        0 => Ok(()),
        1 => Err(CommandError::failed("one thing is wrong")),
        count => Err(CommandError::failed(format!("{count} things are wrong"))),
    }
}

/// The server's programs matter only where the private cluster is used.
fn server_programs(settings: &Settings) -> Vec<Finding> {
    if settings.database_url.is_some() {
        return Vec::new();
    }
    vec![match ServerPrograms::newest() {
        Ok(programs) => Right(format!("PostgreSQL's server: version {} in {}", programs.version, programs.folder.display())),
        Err(error) => Wrong(format!("PostgreSQL's server ({OLDEST_VERSION} or newer): {error}")),
    }]
}

fn keys(settings: &Settings) -> Finding {
    match &settings.identity {
        Identity::Development => match settings.refuse_development_off_loopback() {
            Ok(()) => Warning(
                "keys: the development key signs tokens, for this machine only: set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS".to_owned(),
            ),
            Err(error) => Wrong(format!("keys: {error}")),
        },
        Identity::Issuer { issuer, keys: KeyLocation::Address(address), .. } => Right(format!("keys: those of {issuer} at {address}")),
        Identity::Issuer { issuer, keys: KeyLocation::File(file), .. } => match key_count(file) {
            Ok(count) => Right(format!("keys: {count} of {issuer} in {}", file.display())),
            Err(problem) => Wrong(format!("keys: {} {problem}", file.display())),
        },
    }
}

/// How many keys a JWKS file lists.
fn key_count(file: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(file).map_err(|problem| format!("cannot be read: {problem}"))?;
    let set: serde_json::Value = serde_json::from_str(&text).map_err(|_| "is no JSON".to_owned())?;
    match set["keys"].as_array().map(Vec::len) {
        None | Some(0) => Err("lists no keys".to_owned()),
        Some(count) => Ok(count),
    }
}

fn policy(authority: &Authority, today: Date) -> Finding {
    match config::policy::read(authority) {
        Err(error) => Wrong(format!("policy: {error}")),
        Ok(policy) if policy.is_stale(today) => Wrong(format!(
            "policy: version {} ended on {}: the service answers nothing until there is another",
            policy.version, policy.valid_until
        )),
        Ok(policy) => {
            let left = today.until(policy.valid_until).map_or(i32::MAX, |span| span.get_days());
            let text = format!("policy: version {}, valid until {}", policy.version, policy.valid_until);
            if left <= SOON { Warning(format!("{text}: write the next one")) } else { Right(text) }
        }
    }
}

fn feed_maps(authority: &Authority) -> Vec<Finding> {
    if authority.feeds.is_empty() {
        return vec![Warning(format!("feeds: {} names none", authority.file.display()))];
    }
    let mut findings = Vec::new();
    for file in &authority.feeds {
        match setting::feed_map(file) {
            Err(error) => findings.push(Wrong(format!("feeds: {error}"))),
            Ok(map) => {
                if let Err(sentence) = setting::check_service(&map, authority) {
                    findings.push(Wrong(format!("feeds: {}: {sentence}", file.display())));
                }
            }
        }
    }
    if findings.is_empty() { vec![Right(format!("feeds: {} maps", authority.feeds.len()))] } else { findings }
}

/// The matching model.
fn model(authority: &Authority) -> Finding {
    match setting::model(Some(authority)) {
        Ok(model) => Right(format!("matching model: version {}", model.version())),
        Err(error) => Wrong(format!("matching model: {error}")),
    }
}

async fn schema(pool: &Pool, today: Option<Date>) -> Vec<Finding> {
    match migrations::pending(pool).await {
        Err(error) => return vec![Wrong(format!("schema: {error}"))],
        Ok(pending) if !pending.is_empty() => {
            return vec![Wrong(format!("schema: {} is not applied: run family-context migrate", pending.join(", ")))];
        }
        Ok(_) => {}
    }
    let mut findings = vec![Right("database and schema: up to date".to_owned())];
    if let Some(today) = today {
        findings.extend(deliveries(pool, today).await);
    }
    findings
}

/// Feeds that were refused at the last delivery, or whose data is older than they promise.
async fn deliveries(pool: &Pool, today: Date) -> Vec<Finding> {
    let query = "SELECT feed.code, latest.outcome, loaded.data_as_of, feed.fresh_days \
        FROM feed \
        LEFT JOIN LATERAL (SELECT outcome FROM load WHERE load.feed = feed.code ORDER BY id DESC LIMIT 1) latest ON true \
        LEFT JOIN LATERAL (SELECT data_as_of FROM load WHERE load.feed = feed.code AND outcome = 'loaded' ORDER BY id DESC LIMIT 1) loaded ON true \
        ORDER BY feed.code";
    let rows = match pool.get().await {
        Ok(client) => client.query(query, &[]).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(problem) => return vec![Wrong(format!("feeds: {problem}"))],
    };
    if rows.is_empty() {
        return vec![Warning("data: nothing was loaded yet: run family-context import".to_owned())];
    }
    rows.iter()
        .map(|row| {
            let feed: String = row.get(0);
            let refused = row.get::<_, Option<String>>(1).as_deref() == Some("refused");
            let (as_of, promise): (Option<Date>, Option<i32>) = (row.get(2), row.get(3));
            freshness(&feed, refused, as_of, promise, today)
        })
        .collect()
}

fn freshness(feed: &str, refused: bool, as_of: Option<Date>, promise: Option<i32>, today: Date) -> Finding {
    let Some(as_of) = as_of else { return Warning(format!("feed {feed}: nothing was loaded yet")) };
    if refused {
        return Warning(format!("feed {feed}: the last delivery was refused, data is as of {as_of}: see its report and send it again"));
    }
    let age = as_of.until(today).map_or(0, |span| span.get_days());
    match promise {
        Some(promise) if age > promise => {
            Warning(format!("feed {feed}: data is {age} days old and should be at most {promise}: ask its owner"))
        }
        _ => Right(format!("feed {feed}: data as of {as_of}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_feed_older_than_its_promise_is_told() {
        let today = date(2026, 11, 1);
        let told = |refused, as_of, promise| freshness("police", refused, as_of, promise, today);
        assert!(matches!(told(false, Some(date(2026, 10, 1)), Some(35)), Right(_)));
        assert!(matches!(told(false, Some(date(2026, 9, 1)), Some(35)), Warning(text) if text.contains("61 days old")));
        assert!(matches!(told(false, Some(date(2020, 9, 1)), None), Right(_)));
        assert!(matches!(told(true, Some(date(2026, 10, 31)), Some(35)), Warning(text) if text.contains("refused")));
        assert!(matches!(told(false, None, Some(35)), Warning(text) if text.contains("nothing")));
    }

    #[test]
    fn a_wrong_finding_makes_it_fail_and_a_warning_does_not() {
        assert!(report(&[Right(String::new()), Warning(String::new())]).is_ok());
        assert_eq!(report(&[Wrong(String::new()), Wrong(String::new())]).unwrap_err().to_string(), "2 things are wrong");
    }
}

//! How long lookups take over HTTP, beside a bare route and the parts of a lookup measured bare.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use family_context::{
    lookup::prepare::prepare,
    matching::{self, Model, Profile},
    store::record::with_parts,
};
use jiff::Timestamp;
use tokio_postgres::{Client, Statement, types::ToSql};
use uuid::Uuid;

use crate::{Failure, client::Connection, installation::BUSINESS_DATE, report::Report, truth::Question};

/// Requests sent before the clock starts.
pub const WARM_UP: usize = 300;

/// Times of single requests, sorted, and of the whole.
pub struct Times {
    each: Vec<Duration>,
    whole: Duration,
}

impl Times {
    fn new(mut each: Vec<Duration>, whole: Duration) -> Self {
        each.sort_unstable();
        Self { each, whole }
    }

    /// A percentile, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.each.len() * percent / 100).min(self.each.len().saturating_sub(1));
        self.each.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }

    /// How many a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn rate(&self) -> f64 {
        self.each.len() as f64 / self.whole.as_secs_f64()
    }

    /// Adds p50, p99 and throughput to the report.
    pub fn report(&self, report: &mut Report, name: &str) {
        report.figure(&format!("{name}: p50"), self.percentile(50), "ms");
        report.figure(&format!("{name}: p99"), self.percentile(99), "ms");
        report.figure(&format!("{name}: throughput"), self.rate(), "a second");
    }
}

/// Sends the requests over and over, `count` in all, on so many connections; every answer must be a 200.
pub fn over_http(address: SocketAddr, requests: &[Vec<u8>], count: usize, connections: usize) -> Result<Times, Failure> {
    drive(address, requests, WARM_UP, connections)?;
    drive(address, requests, count, connections)
}

fn drive(address: SocketAddr, requests: &[Vec<u8>], count: usize, connections: usize) -> Result<Times, Failure> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Duration>, Failure> {
        let mut connection = Connection::open(address)?;
        let mut times = Vec::with_capacity(count);
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= count {
                return Ok(times);
            }
            let begun = Instant::now();
            let reply = connection.send(&requests[place % requests.len()])?;
            times.push(begun.elapsed());
            if reply.status != 200 {
                return Err(format!("the service answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body)).into());
            }
        }
    };
    let begun = Instant::now();
    let times = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        let mut times = Vec::with_capacity(count);
        for worker in workers {
            times.extend(worker.join().map_err(|_| "an asking thread failed")??);
        }
        Ok::<_, Failure>(times)
    })?;
    Ok(Times::new(times, begun.elapsed()))
}

/// A whole lookup, then a bare route and the three parts of a lookup in the service's own SQL, each alone through one connection: in turn, over the very
/// same questions and people, so that whatever else the machine does weighs on all alike.
pub async fn parts(
    client: &Client,
    model: &Model,
    address: SocketAddr,
    (matched, requests): (&[(&Question, Uuid)], &[Vec<u8>]),
    count: usize,
) -> Result<[Times; 5], Failure> {
    let find = client.prepare(&with_parts(include_str!("../../src/store/sql/candidates.sql"), "$5")).await?;
    let around = client.prepare(&with_parts(include_str!("../../src/store/sql/context.sql"), "$3")).await?;
    let append = client.prepare("SELECT audit_append($1, $2, $3, $4, $5, $6)").await?;
    let contents: Vec<String> = client
        .query("SELECT content::text FROM audit_entry WHERE content ->> 'outcome' = 'match' ORDER BY sequence DESC LIMIT 1000", &[])
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let keys = matched.iter().map(|(question, _)| keys_of(question, model)).collect::<Result<Vec<_>, _>>()?;
    let nothing: Vec<String> = Vec::new();
    let (most_people, housemates, shielded_from) = (2_000_i64, 200_i64, model.even_bits());
    let mut connection = Connection::open(address)?;
    let bare = crate::client::get("/health/live");
    let mut times: [Vec<Duration>; 5] = Default::default();
    for place in 0..WARM_UP + count {
        let at = place % matched.len();
        let lookups = vec![Some(matched[at].1)];
        let words = vec!["bench"];
        let (moments, texts) = (vec![Timestamp::UNIX_EPOCH], vec![contents[place % contents.len()].as_str()]);
        let queries: [(&Statement, &[&(dyn ToSql + Sync)]); 3] = [
            (&find, &[&keys[at], &nothing, &nothing, &most_people, &shielded_from]),
            (&around, &[&matched[at].1, &housemates, &shielded_from]),
            (&append, &[&moments, &words, &words, &words, &lookups, &texts]),
        ];
        let mut taken = Vec::with_capacity(5);
        for request in [&requests[at], &bare] {
            let begun = Instant::now();
            connection.send(request)?;
            taken.push(begun.elapsed());
        }
        for (statement, parameters) in queries {
            let begun = Instant::now();
            client.query(statement, parameters).await?;
            taken.push(begun.elapsed());
        }
        if place >= WARM_UP {
            times.iter_mut().zip(taken).for_each(|(times, taken)| times.push(taken));
        }
    }
    Ok(times.map(|each| {
        let whole = each.iter().sum();
        Times::new(each, whole)
    }))
}

fn keys_of(question: &Question, model: &Model) -> Result<Vec<i64>, Failure> {
    let prepared = prepare(&question.child(), |_| true, BUSINESS_DATE.parse()?);
    let mut keys = Vec::new();
    matching::blocking_keys(&Profile::new(&prepared.details, model), model, &mut keys);
    Ok(keys)
}

/// Statements committed in the database so far.
pub async fn commits(client: &Client) -> Result<i64, Failure> {
    // Backends tell the statistics when they end; the older servers' collector takes a moment.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    Ok(client.query_one("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()", &[]).await?.get(0))
}

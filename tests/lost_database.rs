//! A database that is stuck, killed or away: what the caller sees, and that the service comes back by itself.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::program::family_context;
use crate::support::serving::{Serving, token};
use crate::support::{TestDatabase, TestFolder};
use family_context::cluster::{Cluster, ClusterRole, DATABASE, Durability};

const LOOKUPS: &str = "/v1/lookups";
const QUESTION: &str =
    r#"{"child":{"given_name":"Jory","family_name":"Penhallick","date_of_birth":"2014-03-09"},"purpose":"early_help_assessment"}"#;

/// More than the service has connections.
const ASKERS: usize = 24;

/// Asks at the same time as many as `ASKERS`; the statuses and problems.
fn asked_at_once(service: &Serving, token: &str) -> Vec<(u16, String)> {
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..ASKERS)
            .map(|_| {
                scope.spawn(|| {
                    let (status, _, answer) = service.send(LOOKUPS, token, Some(QUESTION));
                    (status, answer["type"].as_str().unwrap_or("none").to_owned())
                })
            })
            .collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_stuck_is_ended_and_its_connection_serves_again() {
    let (database, state) = (TestDatabase::new().await, TestFolder::new());
    let service = Serving::start(&database.url(ClusterRole::Serve), &state, &[("STATEMENT_TIMEOUT", "1")]);
    let token = token(&state);
    for (table, problem) in [("record", "/problems/store-unavailable"), ("audit_entry", "/problems/audit-unavailable")] {
        let mut holder = database.pool.get().await.unwrap();
        let held = holder.transaction().await.unwrap();
        held.batch_execute(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")).await.unwrap();
        let begun = Instant::now();
        let answers = asked_at_once(&service, &token);
        assert!(answers.iter().all(|answer| *answer == (503, problem.to_owned())), "{table}: {answers:?}");
        assert!(begun.elapsed() < Duration::from_secs(12), "{table}: {:?}", begun.elapsed());
        held.rollback().await.unwrap();
        let answers = asked_at_once(&service, &token);
        assert!(answers.iter().all(|(status, _)| *status == 200), "{table}: {answers:?}");
    }
}

/// Kills the server's first process; the others notice.
fn kill_server(cluster: &Cluster) {
    let marks = fs::read_to_string(cluster.folder().join("data/postmaster.pid")).unwrap();
    assert!(Command::new("kill").args(["-KILL", marks.lines().next().unwrap()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_database_is_told_and_the_service_answers_again_when_it_is_back() {
    let Some(state) = TestFolder::for_cluster() else { return };
    let cluster = Cluster::start(state.path(), Durability::Full).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(family_context(state.path()).arg("migrate").output().unwrap().status.success());
    let service = Serving::start(&cluster.url(ClusterRole::Serve, DATABASE), &state, &[]);
    let token = token(&state);
    let (answered, over) = (AtomicUsize::new(0), AtomicBool::new(false));

    std::thread::scope(|scope| {
        for _ in 0..ASKERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let (status, retry, answer) = service.send(LOOKUPS, &token, Some(QUESTION));
                    if status == 200 {
                        answered.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    let problem = answer["type"].as_str().unwrap_or_default();
                    assert!(matches!(problem, "/problems/store-unavailable" | "/problems/audit-unavailable"), "{status} {answer}");
                    assert!(status == 503 && retry.is_some() && answer["request_id"].is_string());
                }
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        kill_server(&cluster);
        std::thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
    });
    assert!(answered.load(Ordering::Relaxed) > 0, "it was killed among answers");
    assert_eq!(service.send(LOOKUPS, &token, Some(QUESTION)).0, 503);
    assert_eq!(service.send("/health/ready", &token, None).0, 503);
    assert_eq!(service.send("/health/live", &token, None).0, 200);

    let back = Cluster::start(state.path(), Durability::Full).await.unwrap_or_else(|error| panic!("{error}"));
    let statuses: Vec<u16> = (0..40).map(|_| service.send(LOOKUPS, &token, Some(QUESTION)).0).collect();
    assert_eq!(statuses, [200; 40], "from the first question on");
    assert_eq!(service.send("/health/ready", &token, None).0, 200);

    // Nothing was shown that is not recorded, and the chain is whole.
    let audit = family_context(state.path()).args(["audit", "verify"]).output().unwrap();
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stderr));
    let head = String::from_utf8(audit.stdout).unwrap();
    let entries: usize = head.split(':').next().unwrap().parse().unwrap();
    assert!(entries >= answered.load(Ordering::Relaxed) + 40, "{entries} entries");
    drop(service);
    drop(cluster);
    back.stop().unwrap();
}

//! The database that tests and the service stand on.

mod support;

use family_context::cluster::ClusterRole;
use family_context::store::migrations;
use support::TestDatabase;
use tokio_postgres::error::SqlState;

#[tokio::test]
async fn a_test_gets_a_migrated_database_of_its_own() {
    let (one, other) = tokio::join!(TestDatabase::new(), TestDatabase::new());
    assert_eq!(migrations::pending(&one.pool).await.unwrap(), Vec::<String>::new());
    one.pool.get().await.unwrap().execute("INSERT INTO feed (code, service) VALUES ('police', 'police')", &[]).await.unwrap();
    let found = other.pool.get().await.unwrap().query("SELECT FROM feed", &[]).await.unwrap();
    assert!(found.is_empty());
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let database = TestDatabase::new().await;
    let (first, second) = tokio::join!(migrations::run(&database.pool), migrations::run(&database.pool));
    assert!(first.unwrap().is_empty() && second.unwrap().is_empty());
}

#[tokio::test]
async fn the_serving_role_sees_whether_the_schema_is_up_to_date_and_changes_no_record() {
    let database = TestDatabase::new().await;
    let pool = database.pool_as(ClusterRole::Serve).await;
    assert!(migrations::pending(&pool).await.unwrap().is_empty());
    let client = pool.get().await.unwrap();
    for statement in [
        "DELETE FROM feed",
        "UPDATE record SET keys = '{}'",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry (sequence, at, kind, issuer, subject, content, seal) VALUES (9223372036854775807, now(), 'lookup', 'i', 's', '{}', '')",
        "CREATE TABLE mine (a int)",
    ] {
        let refusal = client.batch_execute(statement).await.unwrap_err();
        assert_eq!(refusal.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
    }
}

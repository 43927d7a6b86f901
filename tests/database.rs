//! The database that tests and the service stand on.

use crate::support::TestDatabase;
use family_context::cluster::ClusterRole;
use family_context::store::migrations;
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
        "UPDATE membership SET person_id = gen_random_uuid()",
        "INSERT INTO decision (kind, decided_by, reason) VALUES ('together', 's', 'r')",
        "DELETE FROM decision_record",
        "UPDATE review SET open = false",
        "DELETE FROM cohesion",
        "SELECT people_write('{}')",
        "SELECT decision_settle(1, 'decision', 'i', 's', '{}', '{}')",
    ] {
        let refusal = client.batch_execute(statement).await.unwrap_err();
        assert_eq!(refusal.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
    }
}

#[tokio::test]
async fn the_serving_role_changes_people_only_by_a_decision_about_them_as_they_are() {
    let database = TestDatabase::new().await;
    let owner = database.pool.get().await.unwrap();
    let people = "INSERT INTO feed (code, service) VALUES ('police', 'police'); \
        INSERT INTO record (feed, source_id, digest) VALUES ('police', 'a', ''), ('police', 'b', ''), ('police', 'c', ''); \
        INSERT INTO membership SELECT id, ('00000000-0000-7000-8000-00000000000' || id)::uuid FROM record";
    owner.batch_execute(people).await.unwrap();
    let pool = database.pool_as(ClusterRole::Serve).await;
    let serving = pool.get().await.unwrap();
    let make = |version: &str, outcome: &str| {
        let people = "ARRAY['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002']::uuid[]";
        let version = if version.is_empty() { format!("people_version({people})") } else { format!("'{version}'") };
        format!(
            "SELECT decision_make({people}, {version}, 'together', ARRAY[1::bigint], ARRAY[2::bigint], 'i', 's', 'r', '{{}}', '{outcome}')"
        )
    };
    let joined = r#"{"moved": [{"record_id": 2, "person_id": "00000000-0000-7000-8000-000000000001"}]}"#;
    for (version, outcome) in
        [("old", joined), ("", "{}"), ("", r#"{"moved": [{"record_id": 9, "person_id": "00000000-0000-7000-8000-000000000001"}]}"#)]
    {
        assert!(serving.batch_execute(&make(version, outcome)).await.is_err(), "{version} {outcome}");
    }
    let written =
        "SELECT (SELECT count(*) FROM decision), (SELECT count(*) FROM audit_entry), (SELECT count(DISTINCT person_id) FROM membership)";
    let row = owner.query_one(written, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)), (0, 0, 3));
    serving.batch_execute(&make("", joined)).await.unwrap();
    let row = owner.query_one(written, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)), (1, 1, 2));
}

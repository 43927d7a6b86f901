//! A server that `DATABASE_URL` names and that cannot be used is told in one sentence, without its password.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::Path;

use crate::support::program::family_context;
use crate::support::{TestDatabase, TestFolder};
use family_context::cluster::ClusterRole;

/// What a command that needs the database says on standard error, its log left out.
fn said(command: &str, url: &str) -> String {
    let state = TestFolder::new();
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/authority.toml");
    let mut program = family_context(state.path());
    program.arg(command).env("DATABASE_URL", url).env("AUTHORITY", authority).env("BIND_ADDR", "127.0.0.1:0").env("LOG", "off");
    let output = program.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{command}: {said}");
    assert!(said.starts_with("family-context: ") && said.lines().count() == 1 && !said.contains("hush"), "{command}: {said}");
    assert!(!state.path().join("postgres").exists(), "{command}: no private cluster is made in its place");
    said
}

#[test]
fn a_server_that_does_not_answer_is_told() {
    for command in ["demo", "serve", "migrate"] {
        let sentence = said(command, "postgresql://owner:hush@127.0.0.1:1/family");
        assert!(sentence.contains("the database cannot be reached") && sentence.contains("refused"), "{command}: {sentence}");
        let sentence = said(command, "postgresql://owner:hush@nowhere.invalid/family");
        assert!(sentence.contains("the database cannot be reached"), "{command}: {sentence}");
        let sentence = said(command, "postgresql://owner:hush@127.0.0.1:port/family");
        assert!(sentence.contains("DATABASE_URL is no PostgreSQL address"), "{command}: {sentence}");
    }
}

#[tokio::test]
async fn a_wrong_password_or_a_missing_database_is_told() {
    let database = TestDatabase::new().await;
    let url = database.url(ClusterRole::Owner).reveal().to_owned();
    let with = |part: &str| if url.contains("://") { format!("{url}&{part}") } else { format!("{url} {part}") };
    let sentence = said("migrate", &with("dbname=family_context_test_none"));
    assert!(sentence.contains("\"family_context_test_none\" does not exist"), "{sentence}");
    let sentence =
        said("migrate", &with(if url.contains("://") { "user=nobody_here&password=hush" } else { "user=nobody_here password=hush" }));
    assert!(sentence.contains("nobody_here"), "{sentence}");
}

#[tokio::test]
async fn a_server_that_is_too_old_is_told() {
    let database = TestDatabase::new().await;
    // What a server of that age would say of itself, said by this one.
    let old = "CREATE SCHEMA old; CREATE FUNCTION old.current_setting(name text) RETURNS text LANGUAGE sql AS \
               $$ SELECT CASE name WHEN 'server_version_num' THEN '130014' ELSE '13.14' END $$";
    database.pool.get().await.unwrap().batch_execute(old).await.unwrap();
    let url = database.url(ClusterRole::Owner).reveal().to_owned();
    let path = "search_path=old,pg_catalog,public";
    let url = if url.contains("://") { format!("{url}&options=-c%20{path}") } else { format!("{url} options='-c {path}'") };
    for command in ["demo", "serve", "migrate"] {
        let sentence = said(command, &url);
        assert_eq!(sentence, "family-context: the database runs PostgreSQL 13.14: version 14 or newer is needed\n", "{command}");
    }
}

#[tokio::test]
async fn a_user_without_the_rights_to_make_the_schema_is_told() {
    let database = TestDatabase::empty().await;
    for command in ["demo", "migrate"] {
        let sentence = said(command, database.url(ClusterRole::Serve).reveal());
        // A server of somebody's does not even let that role see the schema.
        let told = ["permission denied for schema public", "no schema has been selected"];
        assert!(told.iter().any(|words| sentence.contains(words)), "{command}: {sentence}");
    }
    let sentence = said("serve", database.url(ClusterRole::Owner).reveal());
    assert!(sentence.contains("run family-context migrate"), "{sentence}");
}

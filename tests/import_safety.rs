//! What an import must never do: leave half a load behind, or let through what it was told to discard.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::import_support::{Feed, MAP, PEOPLE, TIES, WORK, said};
use crate::support::{TestFolder, program};
use family_context::cluster::{Cluster, ClusterRole, DATABASE, Durability};
use family_context::config::Authority;
use family_context::store::pool;

#[tokio::test]
async fn an_import_killed_before_its_commit_leaves_the_earlier_load_whole() {
    let feed = Feed::new().await;
    assert_eq!(feed.deliver("2026-10-01", PEOPLE, WORK, TIES).code, 0);
    let before = feed.everything().await;
    // Nobody may write a load row: the import stops at its last step, with all its changes made and none committed.
    let mut holder = feed.database.pool.get().await.unwrap();
    let held = holder.transaction().await.unwrap();
    held.batch_execute("LOCK TABLE load IN SHARE MODE").await.unwrap();
    let people = PEOPLE.replace("Ben,", "Benjamin,");
    let mut command = feed.command("2026-10-08", &[("people.csv", people.as_str()), ("work.csv", WORK), ("ties.csv", TIES)]);
    let mut import = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let watcher = pool::connect(&feed.database.url(ClusterRole::Owner), None, 1).await.unwrap();
    wait_until(&watcher, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'load'::regclass AND NOT granted)").await;
    import.kill().unwrap();
    import.wait().unwrap();
    held.rollback().await.unwrap();
    wait_until(&watcher, "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7160412)").await;
    assert_eq!(feed.everything().await, before);
    let again = feed.deliver("2026-10-08", &people, WORK, TIES);
    assert_eq!((again.code, &again.json["changes"]["records"]["changed"]), (0, &1.into()));
}

async fn wait_until(pool: &deadpool_postgres::Pool, question: &str) {
    let client = pool.get().await.unwrap();
    for _ in 0..600 {
        if client.query_one(question, &[]).await.unwrap().get(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never came true: {question}");
}

const CANARY: &str = "canary-8f1c";

/// Whether any column of any table, catalogues and statistics of the columns' values included, holds the canary.
async fn tables_with_canary(feed: &Feed) -> Vec<String> {
    let client = feed.database.pool.get().await.unwrap();
    let tables = client
        .query("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' UNION ALL SELECT 'pg_stats'", &[])
        .await
        .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let sql = format!("SELECT count(*) FROM {table} AS held WHERE held::text LIKE '%{CANARY}%'");
        if client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            found.push(table);
        }
    }
    found
}

#[tokio::test]
async fn a_discarded_cell_reaches_no_table_no_log_and_no_report() {
    let feed = Feed::new().await;
    // In a discarded cell, behind a quote, in a rejected row, and in a cell that cannot be read: nowhere may it come out again.
    let people = format!(
        "Ref,Given,Family,Mum,Notes\n1,Noor,Teal,Ana Teal,{CANARY}\n2,Ben,Teal,,\"a\n{CANARY}, b\"\n,Ada,Teal,,{CANARY}\n{}",
        (3..40).fold(String::new(), |rows, row| rows + &format!("{row},Noor,Teal,,{CANARY}\n"))
    );
    let work = format!("Ref,Unit,Opened,Closed,Officer,Offence\n1,North,{CANARY},,Jo Smith,{CANARY}\n");
    let output = feed.command("2026-10-01", &[("people.csv", &people), ("work.csv", &work), ("ties.csv", TIES)]).output().unwrap();
    assert_eq!(said(&output).json["outcome"], "loaded", "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said(&output).json["rules"]["date-invalid"], 1);
    for stream in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(stream).contains(CANARY));
    }
    assert_eq!(tables_with_canary(&feed).await, Vec::<String>::new());
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 40);
}

#[tokio::test]
async fn a_refusal_repeats_nothing_of_the_file() {
    let feed = Feed::new().await;
    let no_header = format!("1,{CANARY},Teal,,\n2,Ben,Teal,,\n");
    let rejected = format!("Ref,Given,Family,Mum,Notes\n1,{CANARY}\n,{CANARY},,,\n");
    let endless = format!("Ref,Given,Family,Mum,Notes\n1,\"{CANARY},\n{}", "2,Ben,,,\n".repeat(150_000));
    for (people, rule) in [(no_header, "header-unlike"), (rejected, "too-many-rejected"), (endless, "row-too-long")] {
        let output = feed.command("2026-10-01", &[("people.csv", &people), ("work.csv", WORK), ("ties.csv", TIES)]).output().unwrap();
        assert_eq!(said(&output).json["refusal"]["rule"], rule);
        for stream in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(stream).contains(CANARY), "{rule}");
        }
    }
    assert_eq!(tables_with_canary(&feed).await, Vec::<String>::new());
}

#[tokio::test]
async fn two_imports_at_once_run_one_after_the_other() {
    let feed = Feed::new().await;
    let files = [("people.csv", PEOPLE), ("work.csv", WORK), ("ties.csv", TIES)];
    // The files are written before the first program reads them.
    let commands: Vec<_> = (0..3).map(|_| feed.command("2026-10-01", &files)).collect();
    let imports: Vec<_> =
        commands.into_iter().map(|mut command| command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()).collect();
    let mut outcomes: Vec<String> =
        imports.into_iter().map(|import| said(&import.wait_with_output().unwrap()).json["outcome"].to_string()).collect();
    outcomes.sort();
    assert_eq!(outcomes, ["\"loaded\"", "\"unchanged\"", "\"unchanged\""]);
    assert_eq!(feed.value("SELECT count(*) FROM record").await, 4);
}

#[tokio::test]
async fn a_refusal_that_cannot_be_written_leaves_no_private_cluster_running() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let cluster = Cluster::start(folder.path(), Durability::Fast).await.unwrap_or_else(|error| panic!("{error}"));
    let marks = cluster.folder().join("data/postmaster.pid");
    assert!(program::family_context(folder.path()).arg("migrate").output().unwrap().status.success());
    let pool = pool::connect(&cluster.url(ClusterRole::Owner, DATABASE), None, 1).await.unwrap();
    pool.get().await.unwrap().batch_execute("ALTER TABLE load ADD CHECK (outcome <> 'refused')").await.unwrap();
    pool.close();
    cluster.stop().unwrap();
    let map = folder.write("feed.toml", MAP);
    let mut command = program::family_context(folder.path());
    command.args(["import", "--feed"]).arg(map);
    for (name, content) in [("people.csv", "Ref,Remarks\n"), ("work.csv", WORK), ("ties.csv", TIES)] {
        command.arg(folder.write(name, content));
    }
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 1, "{}", said.error);
    let is_left = marks.exists();
    if is_left {
        // Not to leave it running behind a failed test.
        Cluster::start(folder.path(), Durability::Fast).await.unwrap_or_else(|error| panic!("{error}")).stop().unwrap();
    }
    assert!(!is_left);
}

#[tokio::test]
async fn a_feed_of_a_service_that_the_catalogue_lacks_is_told_alike_by_import_and_doctor() {
    let feed = Feed::new().await;
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for file in ["authority.toml", "policy.toml"] {
        feed.folder.write(file, std::fs::read_to_string(authority.join(file)).unwrap());
    }
    let written = std::fs::read_to_string(authority.join("authority.toml")).unwrap();
    let feeds = written.find("feeds = [").unwrap();
    let end = feeds + written[feeds..].find(']').unwrap();
    let file = feed.folder.write("authority.toml", format!("{}feeds = [\"feed.toml\"{}", &written[..feeds], &written[end..]));
    feed.map(&MAP.replace("service = \"police\"", "service = \"lighthouse\""));
    let imported = said(&feed.command("2026-10-01", &[("people.csv", PEOPLE)]).env("AUTHORITY", &file).output().unwrap());
    assert_eq!((imported.code, &imported.json["refusal"]["rule"]), (2, &"service-unknown".into()));
    let sentence = format!("the feed's service \"lighthouse\" is not in the catalogue of {}", file.display());
    assert!(imported.error.contains(&sentence), "{}", imported.error);
    let mut doctor = program::family_context(feed.folder.path());
    doctor.arg("doctor").env("AUTHORITY", &file).env("DATABASE_URL", feed.database.url(ClusterRole::Owner).reveal());
    let found = doctor.output().unwrap();
    assert!(String::from_utf8_lossy(&found.stdout).contains(&sentence), "{}", String::from_utf8_lossy(&found.stdout));
}

#[tokio::test]
async fn every_feed_of_every_authority_is_loaded_without_a_rejected_row() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = std::fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path());
    let authorities: Vec<_> = folders.map(|folder| folder.join("authority.toml")).filter(|file| file.is_file()).collect();
    assert!(!authorities.is_empty());
    for authority in authorities {
        load_every_feed(&authority).await;
    }
}

async fn load_every_feed(authority: &Path) {
    let feed = Feed::new().await;
    let maps = Authority::read(authority).unwrap().feeds;
    assert!(!maps.is_empty());
    for map in maps.iter().filter(|map| map.with_extension("").is_dir()) {
        let mut command = program::family_context(feed.folder.path());
        command
            .env("DATABASE_URL", feed.database.url(ClusterRole::Owner).reveal())
            .env("CLOCK_DATE", "2026-11-01")
            .env("AUTHORITY", authority);
        command.args(["import", "--json", "--as-of", "2026-11-01", "--feed"]).arg(map);
        for file in std::fs::read_dir(map.with_extension("")).unwrap() {
            command.arg(file.unwrap().path());
        }
        let said = said(&command.output().unwrap());
        assert_eq!(said.code, 0, "{}: {}", map.display(), said.error);
        assert_eq!(said.json["rejected"], 0, "{}", map.display());
        for rule in ["word-unknown", "person-unknown", "date-invalid"] {
            assert_eq!(said.json["rules"].get(rule), None, "{}: {}", map.display(), said.json["examples"]);
        }
    }
    assert!(feed.value("SELECT count(*) FROM record").await.as_u64().unwrap() > 0);
}

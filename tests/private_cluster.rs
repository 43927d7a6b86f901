//! The private cluster: made, used again, and made anew where an earlier run left something that cannot be used.

#![allow(clippy::unwrap_used, reason = "a test that cannot do its part fails")]

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use crate::support::TestFolder;
use family_context::cluster::{Cluster, ClusterRole, DATABASE, Durability};

async fn start(state: &Path) -> Cluster {
    start_with(state, Durability::Fast).await
}

async fn start_with(state: &Path, durability: Durability) -> Cluster {
    Cluster::start(state, durability).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Runs statements in the cluster's own database, and gives the first column of what they answer.
async fn query(cluster: &Cluster, role: ClusterRole, statement: &str) -> Vec<String> {
    let url = cluster.url(role, DATABASE);
    let (client, connection) = tokio_postgres::connect(url.reveal(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query(statement, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

fn server_process(cluster: &Cluster) -> String {
    let marks = fs::read_to_string(cluster.folder().join("data/postmaster.pid")).unwrap();
    marks.lines().next().unwrap().to_owned()
}

fn is_running(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // One that ended and was not yet collected by its parent does not run.
    !status.is_empty() && !status.contains(") Z ")
}

#[tokio::test]
async fn a_cluster_is_used_again_whatever_ended_the_last_program_or_the_server() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let first = start_with(folder.path(), Durability::Full).await;
    query(&first, ClusterRole::Owner, "CREATE TABLE kept AS SELECT 'kept' AS word").await;
    let process = server_process(&first);

    // A program that dies runs no code at its end.
    std::mem::forget(first);
    let second = start_with(folder.path(), Durability::Full).await;
    assert_eq!(server_process(&second), process, "the server that runs is used again");

    Command::new("kill").args(["-KILL", &process]).status().unwrap();
    let third = start_with(folder.path(), Durability::Full).await;
    assert_eq!(query(&third, ClusterRole::Owner, "SELECT word FROM kept").await, ["kept"]);
    end(&third);
}

#[tokio::test]
async fn the_last_program_to_leave_stops_the_server() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let (one, other) = (start(folder.path()).await, start(folder.path()).await);
    let process = server_process(&one);
    one.stop().unwrap();
    assert!(is_running(&process), "another program still uses it");
    other.stop().unwrap();
    assert!(!is_running(&process));
}

#[tokio::test]
async fn a_half_made_cluster_is_put_aside_and_made_again() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    folder.write("postgres/data/PG_VERSION", "15\n");
    folder.write("postgres.making-1/data/PG_VERSION", "15\n");
    let cluster = start(folder.path()).await;
    assert!(folder.path().join("postgres.unusable/data/PG_VERSION").is_file());
    assert!(!folder.path().join("postgres.making-1").exists());
    cluster.stop().unwrap();
}

#[tokio::test]
async fn a_server_whose_folder_was_deleted_under_it_is_ended() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let old = start(folder.path()).await;
    let process = server_process(&old);
    fs::remove_dir_all(old.folder()).unwrap();
    let new = start(folder.path()).await;
    assert!(!is_running(&process));
    assert_eq!(query(&new, ClusterRole::Serve, "SELECT 'answers'").await, ["answers"]);
    drop(old);
    new.stop().unwrap();
}

#[tokio::test]
async fn a_process_number_left_by_a_server_that_is_gone_does_not_keep_it_from_starting() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let cluster = start(folder.path()).await;
    let mark = cluster.folder().join("data/postmaster.pid");
    cluster.stop().unwrap();
    // This test's own number: a process that runs and is no server.
    fs::write(&mark, format!("{}\n{}\n", std::process::id(), folder.path().display())).unwrap();
    start(folder.path()).await.stop().unwrap();
}

#[tokio::test]
async fn a_path_too_deep_for_a_socket_or_with_signs_in_it_works() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let deep = folder.path().join("it's, a folder".repeat(8));
    let cluster = start(&deep).await;
    assert_eq!(query(&cluster, ClusterRole::Serve, "SELECT 'answers'").await, ["answers"]);
    cluster.stop().unwrap();
}

/// The addresses on which something of this machine listens on `port`, as the system lists them.
fn listening_on(port: u16) -> Vec<String> {
    const LISTENS: &str = "0A";
    let lists = ["/proc/net/tcp", "/proc/net/tcp6"].map(|list| fs::read_to_string(list).unwrap_or_default());
    let sockets = lists.iter().flat_map(|list| list.lines().skip(1)).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ending = format!(":{port:04X}");
    sockets.filter(|socket| socket[3] == LISTENS).filter_map(|socket| Some(socket[1].strip_suffix(&ending)?.to_owned())).collect()
}

#[tokio::test]
async fn it_listens_on_its_socket_and_on_loopback_alone_and_nobody_enters_without_a_password() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let cluster = start(folder.path()).await;
    assert_eq!(listening_on(cluster.port()), ["0100007F"], "127.0.0.1, in the system's order of bytes");
    let url = cluster.url(ClusterRole::Owner, DATABASE);
    let without = |name: &str| url.reveal().split(' ').filter(|part| !part.starts_with(name)).collect::<Vec<_>>().join(" ");
    let over_loopback = format!("{} host=127.0.0.1", without("host="));
    assert!(tokio_postgres::connect(&over_loopback, tokio_postgres::NoTls).await.is_ok());
    let wrong = over_loopback.replace("password=", "password=0");
    for address in [without("password="), format!("host=127.0.0.1 port={} user=postgres dbname=postgres", cluster.port()), wrong] {
        assert!(tokio_postgres::connect(&address, tokio_postgres::NoTls).await.is_err(), "{address}");
    }
    let open: Vec<String> = query(
        &cluster,
        ClusterRole::Administrator,
        "SELECT DISTINCT auth_method FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'",
    )
    .await;
    assert!(open.is_empty(), "{open:?}");
    cluster.stop().unwrap();
}

#[tokio::test]
async fn it_keeps_its_port_while_that_is_free_and_takes_another_where_it_is_not() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let first = start(folder.path()).await;
    let port = first.port();
    let running = start(folder.path()).await;
    assert_eq!(running.port(), port, "a program that comes later finds the server that runs");
    running.stop().unwrap();
    first.stop().unwrap();

    let again = start(folder.path()).await;
    assert_eq!(again.port(), port);
    again.stop().unwrap();

    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let elsewhere = start(folder.path()).await;
    assert_ne!(elsewhere.port(), port);
    assert_eq!(query(&elsewhere, ClusterRole::Serve, "SELECT 'answers'").await, ["answers"]);
    elsewhere.stop().unwrap();
}

#[tokio::test]
async fn a_port_that_the_server_is_refused_is_no_obstacle() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let cluster = start(folder.path()).await;
    let settings = cluster.folder().join("data/family-context.conf");
    cluster.stop().unwrap();
    // Free to root, closed to the server's own user: as if another program had taken it just before the server did.
    let reserved = (600..1024).find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).unwrap_or(1023);
    fs::write(&settings, format!("port = {reserved}\n")).unwrap();
    let cluster = start(folder.path()).await;
    assert_ne!(cluster.port(), reserved);
    assert_eq!(query(&cluster, ClusterRole::Serve, "SELECT 'answers'").await, ["answers"]);
    cluster.stop().unwrap();
}

/// Ends a server that a forgotten `Cluster` still counts as using.
fn end(cluster: &Cluster) {
    Command::new("kill").args(["-QUIT", &server_process(cluster)]).status().unwrap();
}

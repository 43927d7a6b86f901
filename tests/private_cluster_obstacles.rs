//! What stands in a private cluster's way is overcome, or told in one clear sentence with exit code 1; afterwards it works again.

#![allow(clippy::unwrap_used, reason = "a test that cannot do its part fails")]

use std::fs::{self, DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::program::family_context;
use crate::support::serving::{Serving, token};
use crate::support::{TestFolder, skipped};
use family_context::cluster::{Cluster, ClusterRole, DATABASE, Durability};

/// A disk of its own with little room, taken away with this value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it; `None`, said, where this user or this machine cannot.
    fn mount(folder: &TestFolder, size: &str) -> Option<Self> {
        let place = folder.path().join("disk");
        fs::create_dir_all(&place).unwrap();
        let options = format!("size={size},mode=0755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(&place).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(place));
        }
        skipped("a small disk cannot be mounted here, which takes root and the right to mount");
        None
    }

    fn resize(&self, size: &str) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut file = File::create(&filler).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(&self.0).status().ok();
    }
}

/// Runs `migrate`, which needs the cluster: its exit code and what it said on standard error.
fn migrate(state: &Path) -> (Option<i32>, String) {
    let output = family_context(state).arg("migrate").env("LOG", "off").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn assert_works(state: &Path) {
    assert_eq!(migrate(state), (Some(0), String::new()));
}

fn assert_disk_full(state: &Path) {
    let (code, said) = migrate(state);
    let expected =
        format!("family-context: the disk that holds {} is full: free some space and run this again\n", state.join("postgres").display());
    assert_eq!((code, said), (Some(1), expected));
}

#[test]
fn a_disk_that_is_full_is_told_and_does_no_harm() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let Some(disk) = SmallDisk::mount(&folder, "8m") else { return };
    let state = disk.0.join("var");
    assert_disk_full(&state);
    assert!(fs::read_dir(&state).unwrap().all(|entry| !entry.unwrap().path().is_dir()), "the half-made cluster gave its room back");
    disk.resize("400m");
    assert_works(&state);

    let filler = disk.fill();
    assert_disk_full(&state);
    fs::remove_file(filler).unwrap();
    assert_works(&state);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_under_the_service_closes_it_until_there_is_room() {
    const QUESTION: &str = r#"{"child":{"given_name":"Nobody","family_name":"Atall","date_of_birth":"2014-05-20"},"purpose":"section_17"}"#;
    let Some(folder) = TestFolder::for_cluster() else { return };
    let Some(disk) = SmallDisk::mount(&folder, "400m") else { return };
    let state = disk.0.join("var");
    assert_works(&state);
    let cluster = Cluster::start(&state, Durability::Full).await.unwrap_or_else(|error| panic!("{error}"));
    let keys = TestFolder::new();
    let service = Serving::start(&cluster.url(ClusterRole::Serve, DATABASE), &keys, &[]);
    let token = token(&keys);
    let ask = || {
        let (status, _, answer) = service.send("/v1/lookups", &token, Some(QUESTION));
        (status, answer["type"].as_str().unwrap_or("none").to_owned())
    };
    assert_eq!(ask().0, 200);
    let filler = disk.fill();
    // Entries fit until the table needs another page.
    let told = (0..2_000).map(|_| ask()).find(|(status, _)| *status != 200);
    assert_eq!(told, Some((503, "/problems/audit-unavailable".to_owned())));
    fs::remove_file(filler).unwrap();
    assert_eq!(ask().0, 200);
    drop(service);
    cluster.stop().unwrap();
}

#[test]
fn a_folder_that_the_servers_user_cannot_enter_gets_its_cluster_elsewhere() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        return skipped("only root runs the server as another user");
    }
    let closed = folder.path().join("closed");
    DirBuilder::new().mode(0o700).create(&closed).unwrap();
    let state = closed.join("a/b/var");
    assert_works(&state);
    let elsewhere = fs::read_link(state.join("postgres")).unwrap();
    assert!(elsewhere.starts_with("/var/lib/family-context") && elsewhere.join("data/PG_VERSION").is_file(), "{}", elsewhere.display());
    assert_works(&state);
    fs::remove_dir_all(&elsewhere).unwrap();
    for left in ["lock", "users"] {
        fs::remove_file(elsewhere.with_added_extension(left)).unwrap();
    }
}

#[test]
fn a_state_folder_that_is_none_is_told() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let file = folder.write("var", "");
    let (code, said) = migrate(&file);
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("{} cannot be used for the private cluster", file.display())) && said.lines().count() == 1, "{said}");
}

#[tokio::test]
async fn a_socket_folder_of_somebody_elses_is_told_and_not_used() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    let deep = folder.path().join("deep".repeat(30));
    let cluster = Cluster::start(&deep, Durability::Fast).await.unwrap_or_else(|error| panic!("{error}"));
    let url = cluster.url(ClusterRole::Owner, DATABASE);
    let sockets = PathBuf::from(url.reveal().split('\'').nth(1).unwrap());
    cluster.stop().unwrap();
    fs::remove_dir_all(&sockets).unwrap();
    fs::write(&sockets, "").unwrap();
    let expected = format!("family-context: {} is not a folder of this cluster's own: remove it and run this again\n", sockets.display());
    assert_eq!(migrate(&deep), (Some(1), expected));
    fs::remove_file(&sockets).unwrap();
    assert_works(&deep);
    fs::remove_dir_all(&sockets).unwrap();
}

#[test]
fn a_half_made_cluster_is_made_again_by_the_next_command() {
    let Some(folder) = TestFolder::for_cluster() else { return };
    folder.write("postgres/data/PG_VERSION", "15\n");
    folder.write("postgres.making-1/passwords.toml", "");
    assert_works(folder.path());
    assert!(!folder.path().join("postgres.making-1").exists());
}

//! Starts and stops the server of a private cluster, whatever an earlier run left behind.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio_postgres::error::SqlState;

use tokio_postgres::Config;

use super::ClusterError;
use super::account::{self, Account};
use super::place::{Place, socket};
use super::programs::ServerPrograms;
use super::{Durability, settings};

/// How long processes of an earlier run may take to go, or to answer, before they are ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a server may take to recover after a crash: it replays what was committed.
const RECOVERY: Duration = Duration::from_mins(10);

/// How often another port is tried: each was free a moment before.
const PORTS_TRIED: usize = 5;

/// What the server says where it can listen on none of its addresses.
const PORT_TAKEN: &str = "could not create any TCP/IP sockets";

/// The cluster's own administrator.
pub(super) const ADMINISTRATOR: &str = "postgres";

/// Whether the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It takes connections.
    Open,
    /// It is starting, stopping or recovering.
    Busy,
    /// Nothing answers.
    Silent,
}

/// How the administrator connects to the server on `port`.
pub(super) fn administrator(place: &Place, password: &str, port: u16) -> Config {
    let mut configuration = Config::new();
    configuration.host_path(place.socket_folder()).port(port).user(ADMINISTRATOR).password(password).dbname("postgres");
    configuration
}

/// Starts the server where it does not run, and gives its port. `password` is the administrator's.
pub(super) async fn start(place: &Place, account: Account, durability: Durability, password: &str) -> Result<u16, ClusterError> {
    let programs = ServerPrograms::of_cluster(&place.data())?;
    let last = settings::recorded_port(place);
    if settle(place, account, &programs, last.map(|port| (administrator(place, password, port), port))).await?
        && let Some(port) = last
    {
        return Ok(port);
    }
    let mut port = settings::free_port(last)?;
    for _ in 1..PORTS_TRIED {
        settings::write(place, account, durability, port)?;
        match launch(place, account, &programs) {
            Err(ClusterError::Program { said, .. }) if said.contains(PORT_TAKEN) => port = settings::free_port(None)?,
            outcome => return outcome.map(|()| port),
        }
    }
    settings::write(place, account, durability, port)?;
    launch(place, account, &programs).map(|()| port)
}

fn launch(place: &Place, account: Account, programs: &ServerPrograms) -> Result<(), ClusterError> {
    let data = place.data();
    let log = data.join("server.log");
    fs::remove_file(&log).ok();
    let mut command = account.command(&programs.folder.join("pg_ctl"));
    command.args(["start", "--wait", "--silent", "--timeout=600", "--pgdata"]).arg(&data).arg("--log").arg(&log);
    account::run("pg_ctl", &mut command, &place.folder).map(drop).map_err(|error| {
        if disk_is_full(&data, account) {
            return ClusterError::DiskFull { folder: place.folder.clone() };
        }
        match fs::read_to_string(&log) {
            Ok(said) if !said.is_empty() => ClusterError::program("server", &said, &place.folder),
            _ => error,
        }
    })
}

/// Whether the server's user can write no more: its log, on the same disk, could not say so.
fn disk_is_full(data: &Path, account: Account) -> bool {
    let mut command = account.command(Path::new("sh"));
    command.args(["-c", "head -c 65536 /dev/zero >\"$1\"; written=$?; rm -f \"$1\"; exit $written", "sh"]).arg(data.join("room"));
    command.output().is_ok_and(|output| !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("No space left"))
}

/// Stops the server, ending its sessions; what was committed stays.
pub(super) fn stop(place: &Place, account: Account) -> Result<(), ClusterError> {
    let data = place.data();
    if processes_in(&data, account).is_some_and(|processes| processes.is_empty()) {
        // Somebody ended it: the next start recovers.
        return Ok(());
    }
    let programs = ServerPrograms::of_cluster(&data)?;
    let mut command = account.command(&programs.folder.join("pg_ctl"));
    command.args(["stop", "--wait", "--silent", "--mode=fast", "--pgdata"]).arg(&data);
    account::run("pg_ctl", &mut command, &place.folder).map(drop)
}

/// Waits until the server either answers (`true`) or has left nothing in the way of a start (`false`).
async fn settle(place: &Place, account: Account, programs: &ServerPrograms, known: Option<(Config, u16)>) -> Result<bool, ClusterError> {
    let data = place.data();
    let begun = Instant::now();
    let mut ended = false;
    loop {
        let answer = match &known {
            Some((administrator, _)) => knock(administrator).await?,
            None => Answer::Silent,
        };
        match answer {
            Answer::Open => return Ok(true),
            Answer::Busy if begun.elapsed() < RECOVERY => {}
            Answer::Busy | Answer::Silent => {
                // Where processes cannot be listed the server itself says what stands in its way.
                let Some(left) = processes_in(&data, account) else { return Ok(false) };
                if left.is_empty() {
                    clear(place, known.map(|(_, port)| port));
                    return Ok(false);
                }
                if begun.elapsed() > PATIENCE && !ended {
                    ended = true;
                    end(&data, account, programs, &left);
                } else if begun.elapsed() > PATIENCE * 3 {
                    let said = format!("processes {} of an earlier run still use {} and do not end", left.join(", "), data.display());
                    return Err(ClusterError::Program { program: "server", said });
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn knock(administrator: &Config) -> Result<Answer, ClusterError> {
    match administrator.connect(tokio_postgres::NoTls).await {
        Ok(_) => Ok(Answer::Open),
        Err(error) => match error.code() {
            Some(code) if *code == SqlState::CANNOT_CONNECT_NOW => Ok(Answer::Busy),
            // Sessions left by a crashed program take up every place: it runs.
            Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => Ok(Answer::Busy),
            Some(_) => Err(error.into()),
            None => Ok(Answer::Silent),
        },
    }
}

/// The processes that work in the data folder (as every process of a server does), asked as the server's own user; `None` where they cannot be
/// listed.
fn processes_in(data: &Path, account: Account) -> Option<Vec<String>> {
    let data = fs::canonicalize(data).ok()?;
    processes_that(account, |folder| Path::new(folder) == data)
}

/// The processes whose working folder, as the system names it, is as `wanted`.
fn processes_that(account: Account, wanted: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut command = account.command(Path::new("find"));
    command.args(["/proc", "-mindepth", "2", "-maxdepth", "2", "-name", "cwd", "-printf", "%h %l\n"]);
    // Processes that end while they are listed, and those of other users, make it fail in part: what was listed counts.
    let output = command.output().ok()?;
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = listed.lines().filter_map(|line| line.split_once(' ')).filter(|(_, folder)| wanted(folder));
    Some(
        found
            .filter_map(|(process, _)| process.strip_prefix("/proc/"))
            .filter(|process| !process.contains("self"))
            .map(str::to_owned)
            .collect(),
    )
}

/// Ends at once every server of this cluster whose data cannot be used again: put aside, or deleted under it. It would later remove the socket of
/// the one that comes in its place.
pub(super) fn end_useless(data: &Path, account: Account) {
    let data = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let deleted = format!("{} (deleted)", data.display());
    for _ in 0..50 {
        let found = processes_that(account, |folder| Path::new(folder) == data || folder == deleted).unwrap_or_default();
        if found.is_empty() {
            return;
        }
        // SIGQUIT: the server's own signal for "leave at once".
        Command::new("kill").arg("-QUIT").args(found).output().ok();
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Ends a server that does not answer (its socket was removed, say), or what a killed one left behind.
fn end(data: &Path, account: Account, programs: &ServerPrograms, left: &[String]) {
    let mut stop = account.command(&programs.folder.join("pg_ctl"));
    stop.args(["stop", "--wait", "--silent", "--mode=fast", "--timeout=10", "--pgdata"]).arg(data);
    if !stop.output().is_ok_and(|output| output.status.success()) {
        // SIGQUIT: the server's own signal for "leave at once"; a crash recovery follows at the next start.
        Command::new("kill").arg("-QUIT").args(left).output().ok();
    }
}

/// Removes the marks of a server that no longer runs, so that another process that now has its number is not taken for it.
fn clear(place: &Place, port: Option<u16>) {
    let mut marks = vec![place.data().join("postmaster.pid")];
    if let Some(port) = port {
        let socket = socket(&place.socket_folder(), port);
        marks.extend([socket.with_added_extension("lock"), socket]);
    }
    for mark in marks {
        // Where there is none there is nothing to clear; one that cannot be removed the server names when it starts.
        fs::remove_file(mark).ok();
    }
}

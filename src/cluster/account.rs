//! Who runs the server: this program's own user, or, where that is root (which the server refuses), the `postgres` user.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use super::ClusterError;

/// The operating system's user that runs the server and owns its files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    /// User and group where the server runs as another user than this program.
    other: Option<(u32, u32)>,
}

impl Account {
    /// The account for a cluster whose data stands, or will stand, in `data`.
    pub(super) fn choose(data: &Path) -> Result<Self, ClusterError> {
        if !runs_as_root() {
            return Ok(Self { other: None });
        }
        let owner = fs::metadata(data).ok().map(|found| (found.uid(), found.gid())).filter(|&(user, _)| user != 0);
        let other = owner.or_else(postgres_user).ok_or(ClusterError::AccountMissing)?;
        Ok(Self { other: Some(other) })
    }

    /// A command of that user, away from the settings of this program's environment.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_str().is_none_or(|name| name.starts_with("PG") || name.starts_with("LC_") || name == "LANG"))
        {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").current_dir("/");
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Whether that user can enter `folder`, and every folder above it.
    pub(super) fn can_enter(self, folder: &Path) -> bool {
        self.other.is_none() || self.command(Path::new("test")).arg("-x").arg(folder).status().is_ok_and(|status| status.success())
    }

    /// Makes `folder` that user's own and closed to others.
    pub(super) fn take(self, folder: &Path) -> Result<(), ClusterError> {
        let problem = |problem| ClusterError::file(folder, problem);
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(problem)?;
        self.own(folder)
    }

    /// Makes `path` that user's own.
    pub(super) fn own(self, path: &Path) -> Result<(), ClusterError> {
        let Some((user, group)) = self.other else { return Ok(()) };
        chown(path, Some(user), Some(group)).map_err(|problem| ClusterError::file(path, problem))
    }

    /// The number of that user.
    pub(super) fn user(self) -> Option<u32> {
        self.other.map(|(user, _)| user).or_else(own_user)
    }
}

/// Runs a command of the server's programs to its end.
pub(super) fn run(program: &'static str, command: &mut Command, folder: &Path) -> Result<String, ClusterError> {
    let Output { status, stdout, stderr } =
        command.output().map_err(|problem| ClusterError::Program { program, said: format!("it cannot be run: {problem}") })?;
    let said = String::from_utf8_lossy(&stdout).into_owned();
    if status.success() {
        return Ok(said);
    }
    Err(ClusterError::program(program, &format!("{said}\n{}", String::from_utf8_lossy(&stderr)), folder))
}

/// Whether this program runs as root.
pub(super) fn runs_as_root() -> bool {
    own_user() == Some(0)
}

fn own_user() -> Option<u32> {
    fs::metadata("/proc/self").ok().map(|found| found.uid()).or_else(|| number(&["-u"]))
}

fn postgres_user() -> Option<(u32, u32)> {
    Some((number(&["-u", "postgres"])?, number(&["-g", "postgres"])?))
}

fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

//! A folder of a test's own, removed with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use family_context::cluster::ServerPrograms;

/// A folder of a test's own. Its path is short and open to every user, so that a server can run in it.
pub struct TestFolder(PathBuf);

impl TestFolder {
    /// Makes an empty folder.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("family-context-test-{}-{count}", std::process::id()));
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// One for a private cluster. Beside a `DATABASE_URL` the server's programs need not be here: then there is none, and the test is skipped; without
    /// one they must be.
    pub fn for_cluster() -> Option<Self> {
        let is_given =
            ["DATABASE_URL", "DATABASE_URL_FILE"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        if is_given && ServerPrograms::newest().is_err() {
            super::skipped("PostgreSQL's server is not installed beside DATABASE_URL");
            return None;
        }
        Some(Self::new())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it and gives its path.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let file = self.0.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, contents).unwrap();
        file
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

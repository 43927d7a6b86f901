//! What can go wrong in an evaluation, said so that whoever typed the command can put it right.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Why an evaluation stopped.
#[derive(Debug)]
pub enum EvaluateError {
    /// A file given to it cannot be used; nothing was written.
    Input(Box<InputProblem>),
    /// A result could not be written.
    Output {
        /// The file that was being written.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Where a given file cannot be used, why, and what to do about it. Never states a cell's value.
#[derive(Debug)]
pub struct InputProblem {
    /// The file as it was named on the command line.
    pub file: PathBuf,
    /// Its line, counted from 1, where that is known.
    pub line: Option<u64>,
    /// The column's name, where one column is to blame.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl InputProblem {
    /// A problem with a whole file.
    #[must_use]
    pub fn new(file: &Path, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, problem: problem.into(), remedy: remedy.into() }
    }

    /// The same, at a line.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, in a column.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// A file that cannot be opened or read.
    #[must_use]
    pub fn unreadable(file: &Path, source: &std::io::Error) -> Self {
        let remedy = match source.kind() {
            std::io::ErrorKind::NotFound => "check the path; it is taken from the folder that the command runs in",
            std::io::ErrorKind::PermissionDenied => "give the user who runs the command the right to read it",
            _ => "check that it is a readable file",
        };
        Self::new(file, format!("cannot be read ({source})"), remedy)
    }
}

impl From<InputProblem> for EvaluateError {
    fn from(problem: InputProblem) -> Self {
        Self::Input(Box::new(problem))
    }
}

impl EvaluateError {
    /// Makes the error of a failed write to `file`.
    pub fn writing(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Output { file, source }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ", column `{column}`")?;
        }
        write!(formatter, ": {}.", self.problem)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(formatter, " What to do: {}.", self.remedy) }
    }
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(problem) => problem.fmt(formatter),
            Self::Output { file, source } => {
                write!(
                    formatter,
                    "{}: cannot be written ({source}). What to do: check the folder, its rights and the free space.",
                    file.display()
                )
            }
        }
    }
}

impl std::error::Error for EvaluateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_line_column_and_remedy() {
        let problem = InputProblem::new(Path::new("a.csv"), "the cell is not UTF-8", "save the file as UTF-8").at_line(7).in_column("town");
        assert_eq!(problem.to_string(), "a.csv, line 7, column `town`: the cell is not UTF-8. What to do: save the file as UTF-8.");
    }
}

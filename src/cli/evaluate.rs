//! `family-context evaluate`: the matching of files, measured.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    evaluate::{EvaluateError, Settings, evaluate},
    telemetry::clock,
};

/// Match the records of one or two CSV files, without a database, and score the result against the truth where there is one.
///
/// MAP.toml says which column is which field:
///
/// ```toml
/// date_format = "%Y-%m-%d"
/// id = "rec_id"               # optional; without it the row number is the id
/// [columns]
/// "first name" = "given_name"
/// "born"       = "date_of_birth"
/// ```
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EvaluateArguments {
    /// A CSV file of records; give it twice to link two files (pairs across them only)
    #[arg(long = "records", value_name = "FILE.csv", required = true, num_args = 1)]
    records: Vec<PathBuf>,
    /// The column map
    #[arg(long, value_name = "MAP.toml")]
    columns: PathBuf,
    /// The column with the truth: records with one value are one person
    #[arg(long, value_name = "COLUMN", conflicts_with = "true_pairs")]
    cluster_column: Option<String>,
    /// The truth as a file of pairs with the columns `left_id` and `right_id`
    #[arg(long, value_name = "PAIRS.csv")]
    true_pairs: Option<PathBuf>,
    /// Train the model on these records first, without labels
    #[arg(long)]
    train: bool,
    /// The model to use in place of the built-in one
    #[arg(long, value_name = "IN.toml")]
    model: Option<PathBuf>,
    /// Write the model that was used
    #[arg(long, value_name = "OUT.toml")]
    save_model: Option<PathBuf>,
    /// Write every compared pair: `left_id,right_id,weight_bits,probability`
    #[arg(long, value_name = "FILE.csv")]
    pairs_out: Option<PathBuf>,
    /// Write which record is which person: `file,record_id,person_id`
    #[arg(long, value_name = "FILE.csv")]
    clusters_out: Option<PathBuf>,
    /// Tell results apart by the values of this column
    #[arg(long, value_name = "COLUMN")]
    group_by: Option<String>,
    /// Write a report with charts to this folder, as index.html
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Draw this pair in the report; may be given several times
    #[arg(long, value_name = "LEFT_ID,RIGHT_ID", requires = "report", value_parser = two_ids)]
    explain: Vec<(String, String)>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Bad input: nothing was evaluated.
const BAD_INPUT: u8 = 2;

impl EvaluateArguments {
    /// Runs the command: the result goes to standard output; 2 for bad input, 1 where a result cannot be written.
    #[must_use]
    pub fn run(self) -> ExitCode {
        if self.records.len() > 2 {
            eprintln!(
                "family-context evaluate: --records is given {} times. What to do: give one file, or two to link.",
                self.records.len()
            );
            return ExitCode::from(BAD_INPUT);
        }
        let as_json = self.json;
        match evaluate(&self.settings()) {
            Ok(summary) if as_json => match serde_json::to_string_pretty(&summary) {
                Ok(json) => say(&json),
                Err(error) => {
                    eprintln!("family-context evaluate: the result cannot be written as JSON ({error}).");
                    ExitCode::FAILURE
                }
            },
            Ok(summary) => say(&summary.to_string()),
            Err(error) => {
                eprintln!("family-context evaluate: {error}");
                match error {
                    EvaluateError::Input(_) => ExitCode::from(BAD_INPUT),
                    EvaluateError::Output { .. } => ExitCode::FAILURE,
                }
            }
        }
    }

    fn settings(self) -> Settings {
        Settings {
            records: self.records,
            columns: self.columns,
            cluster_column: self.cluster_column,
            true_pairs: self.true_pairs,
            train: self.train,
            day: clock::now().strftime("%Y-%m-%d").to_string(),
            model: self.model,
            save_model: self.save_model,
            pairs_out: self.pairs_out,
            clusters_out: self.clusters_out,
            group_by: self.group_by,
            report: self.report,
            explain: self.explain,
        }
    }
}

/// Prints a result; a reader that went away early is no failure.
fn say(text: &str) -> ExitCode {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("family-context evaluate: the result cannot be printed ({error}).");
            ExitCode::FAILURE
        }
    }
}

fn two_ids(text: &str) -> Result<(String, String), String> {
    match text.split_once(',') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => Ok((left.trim().to_owned(), right.trim().to_owned())),
        _ => Err("give two ids with a comma between them".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        evaluate: EvaluateArguments,
    }

    fn parse(words: &[&str]) -> Result<Settings, String> {
        let line = ["evaluate"].iter().chain(words);
        Line::try_parse_from(line).map(|line| line.evaluate.settings()).map_err(|error| error.to_string())
    }

    #[test]
    fn two_files_are_named_by_giving_the_flag_twice() {
        let settings = parse(&["--records", "a.csv", "--records", "b.csv", "--columns", "m.toml"]).unwrap();
        assert_eq!(settings.records, [PathBuf::from("a.csv"), PathBuf::from("b.csv")]);
    }

    #[test]
    fn there_is_one_kind_of_truth() {
        let both = ["--records", "a.csv", "--columns", "m.toml", "--cluster-column", "c", "--true-pairs", "p.csv"];
        assert!(parse(&both).unwrap_err().contains("cannot be used with"));
    }

    #[test]
    fn a_pair_to_explain_is_two_ids() {
        let words = ["--records", "a.csv", "--columns", "m.toml", "--report", "r", "--explain", "r1, r2"];
        assert_eq!(parse(&words).unwrap().explain, [("r1".to_owned(), "r2".to_owned())]);
        assert!(parse(&["--records", "a.csv", "--columns", "m.toml", "--report", "r", "--explain", "r1"]).is_err());
    }
}

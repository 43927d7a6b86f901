//! What to measure, from the arguments and the environment.

use std::path::PathBuf;

/// Records a person has on average in a generated population, measured at 60,000 people.
const RECORDS_A_PERSON: f64 = 1.63;

/// What to measure.
pub struct Options {
    /// How many people to generate.
    pub people: u32,
    /// The population's seed.
    pub seed: u64,
    /// Where everything goes.
    pub state: PathBuf,
    /// Use the database that an earlier run of the same people and seed loaded.
    pub keep: bool,
    /// Show the worst mistakes.
    pub worst: bool,
    /// How many lookups to time at each number of connections.
    pub timed: usize,
    /// How many of the truth's questions to ask.
    pub questions: usize,
    /// A matching model for the authority in place of the built-in one.
    pub model: Option<PathBuf>,
}

impl Options {
    /// Reads them: RECORDS, PEOPLE, SEED, STATE, TIMED, QUESTIONS, MODEL and KEEP of the environment; `--worst` and `--keep` of the arguments.
    pub fn read() -> Result<Self, String> {
        let mut worst = false;
        let mut keep = std::env::var("KEEP").is_ok_and(|value| value == "1");
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--worst" => worst = true,
                "--keep" => keep = true,
                // What cargo adds.
                "--bench" => {}
                other => {
                    return Err(format!("{other} is none of --worst and --keep; numbers come as RECORDS, PEOPLE, SEED, TIMED, QUESTIONS"));
                }
            }
        }
        let records = number("RECORDS", 100_000)?;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rough number")]
        let people = (records as f64 / RECORDS_A_PERSON) as u64;
        let people = u32::try_from(number("PEOPLE", people)?).map_err(|_| "PEOPLE is too large".to_owned())?;
        let timed = usize::try_from(number("TIMED", 3_000)?).map_err(|_| "TIMED is too large".to_owned())?;
        let questions = usize::try_from(number("QUESTIONS", 30_000)?).map_err(|_| "QUESTIONS is too large".to_owned())?;
        let state = std::env::var_os("STATE").map_or_else(|| PathBuf::from("var/bench"), PathBuf::from);
        let model = std::env::var_os("MODEL").filter(|name| !name.is_empty()).map(PathBuf::from);
        Ok(Self { people, seed: number("SEED", 1)?, state, keep, worst, timed, questions, model })
    }
}

fn number(name: &str, usual: u64) -> Result<u64, String> {
    match std::env::var(name).as_deref() {
        Err(_) | Ok("") => Ok(usual),
        Ok(text) => text.replace(['_', ','], "").parse().map_err(|_| format!("{name} is no number")),
    }
}

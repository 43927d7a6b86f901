//! The files that an evaluation writes: scored pairs and people.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{error::EvaluateError, record_index::RecordIndex};

/// Writes scored pairs as they come: `left_id,right_id,weight_bits,probability`.
pub struct PairsFile {
    file: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl PairsFile {
    /// Starts the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(file: &Path) -> Result<Self, EvaluateError> {
        let mut writer = start(file)?;
        writer.write_record(["left_id", "right_id", "weight_bits", "probability"]).map_err(failed(file))?;
        Ok(Self { file: file.to_owned(), writer })
    }

    /// Writes one pair.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&mut self, left_id: &str, right_id: &str, weight_bits: f64, probability: f64) -> Result<(), EvaluateError> {
        let (weight, probability) = (format!("{weight_bits:.4}"), format!("{probability:.6}"));
        self.writer.write_record([left_id, right_id, &weight, &probability]).map_err(failed(&self.file))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<(), EvaluateError> {
        self.writer.flush().map_err(EvaluateError::writing(&self.file))
    }
}

/// Writes which record is which person: `file,record_id,person_id`. People are numbered from 1 in the order of their first record.
///
/// # Errors
/// The file cannot be written.
pub fn write_clusters(file: &Path, index: &RecordIndex, people: &[u32]) -> Result<(), EvaluateError> {
    let mut writer = start(file)?;
    writer.write_record(["file", "record_id", "person_id"]).map_err(failed(file))?;
    let mut numbers = std::collections::HashMap::new();
    for (record, person) in people.iter().enumerate() {
        let next = numbers.len() + 1;
        let number = *numbers.entry(*person).or_insert(next);
        let source = index.file_of(record).display().to_string();
        writer.write_record([source.as_str(), index.ids.get(record), &number.to_string()]).map_err(failed(file))?;
    }
    writer.flush().map_err(EvaluateError::writing(file))
}

/// Writes a text file, making its folder where there is none.
///
/// # Errors
/// It cannot be written.
pub fn write_text(file: &Path, text: &str) -> Result<(), EvaluateError> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(EvaluateError::writing(folder))?;
    }
    let mut opened = File::create(file).map_err(EvaluateError::writing(file))?;
    opened.write_all(text.as_bytes()).map_err(EvaluateError::writing(file))
}

fn start(file: &Path) -> Result<csv::Writer<BufWriter<File>>, EvaluateError> {
    let opened = File::create(file).map_err(EvaluateError::writing(file))?;
    Ok(csv::Writer::from_writer(BufWriter::with_capacity(1 << 20, opened)))
}

fn failed(file: &Path) -> impl FnOnce(csv::Error) -> EvaluateError {
    let file = file.to_owned();
    move |error| match error.into_kind() {
        csv::ErrorKind::Io(source) => EvaluateError::Output { file, source },
        other => EvaluateError::Output { file, source: std::io::Error::other(format!("{other:?}")) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::read_tests::written;

    #[test]
    fn scored_pairs_have_their_four_columns() {
        let file = written("scored.csv", b"");
        let mut pairs = PairsFile::create(&file).unwrap();
        pairs.write("r1", "r,2", -3.5, 0.081_2).unwrap();
        pairs.finish().unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "left_id,right_id,weight_bits,probability\nr1,\"r,2\",-3.5000,0.081200\n");
    }

    #[test]
    fn people_are_numbered_in_the_order_of_their_first_record() {
        let mut index = RecordIndex { files: vec!["a.csv".into(), "b.csv".into()], starts: vec![0, 2], ..RecordIndex::default() };
        for id in ["r1", "r2", "r1"] {
            index.ids.push(id);
        }
        let file = written("clusters.csv", b"");
        write_clusters(&file, &index, &[7, 3, 7]).unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "file,record_id,person_id\na.csv,r1,1\na.csv,r2,2\nb.csv,r1,1\n");
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_plainly() {
        let problem = PairsFile::create(Path::new("/nowhere/at/all.csv")).err().unwrap().to_string();
        assert!(problem.starts_with("/nowhere/at/all.csv: cannot be written"), "{problem}");
    }
}

//! Writing the extracts: one feed's files, its rows about one family, and what of the truth they show.

mod row;

use std::{collections::BTreeMap, fs::File, io::BufWriter, path::Path};

use self::row::{PersonRow, Relative};
use super::{
    GenerateError,
    chance::Chance,
    clerk::{Clerk, Spellings},
    feed_map::{FeedFile, FeedMap, Rows},
    kinship::{self, Shown},
    people::{Family, REFERENCE_DATE, Sex},
    places::Places,
    profile::Profile,
    reach,
    services::{Involvement, Staff},
    truth::Truth,
};

/// One feed in the making.
pub struct Delivery {
    /// Its map.
    pub map: FeedMap,
    profile: Profile,
    writers: Vec<csv::Writer<BufWriter<File>>>,
    staff: Staff,
    next_source: u64,
    /// Person rows written.
    pub rows: u64,
}

/// One family's turn: what a delivery reads, and where the truth about it goes.
pub struct Turn<'turn> {
    /// The family.
    pub family: &'turn Family,
    /// Streets and buildings.
    pub places: &'turn Places,
    /// Other spellings.
    pub spellings: &'turn Spellings,
    /// What the extracts have shown so far.
    pub shown: &'turn mut Shown,
    /// The truth's files.
    pub truth: &'turn mut Truth,
    /// Draws.
    pub chance: &'turn mut Chance,
}

/// A person in this feed, under the ids that the feed gave them (the first is the one that other rows point at).
struct Entry {
    person: usize,
    sources: Vec<String>,
}

/// How often a tie is written down, by its kind.
fn tie_share(kind: &str) -> f64 {
    match kind {
        "mother" | "foster_carer" | "carer" => 0.93,
        "father" => 0.85,
        "partner" => 0.75,
        "sibling" | "half_sibling" => 0.65,
        "step_parent" => 0.7,
        "child" | "grandchild" => 0.9,
        "household_member" | "former_partner" => 0.35,
        _ => 0.5,
    }
}

impl Delivery {
    /// Opens the feed's files under `folder`.
    ///
    /// # Errors
    /// Where a file cannot be made.
    pub fn open(map: FeedMap, profile: Profile, staff: Staff, folder: &Path) -> Result<Self, GenerateError> {
        let folder = folder.join("feeds").join(&map.feed);
        std::fs::create_dir_all(&folder)?;
        let mut writers = Vec::new();
        for file in &map.files {
            let mut bytes = BufWriter::new(File::create(folder.join(&file.name))?);
            if profile.byte_order_mark {
                std::io::Write::write_all(&mut bytes, "\u{feff}".as_bytes())?;
            }
            let mut writer = csv::WriterBuilder::new()
                .delimiter(map.delimiter)
                .terminator(if map.is_windows_1252 { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .from_writer(bytes);
            writer.write_record(file.columns.iter().map(|column| column.heading.as_bytes()))?;
            writers.push(writer);
        }
        Ok(Self { map, profile, writers, staff, next_source: 1, rows: 0 })
    }

    /// Writes what this feed knows of one family.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn family(&mut self, turn: &mut Turn) -> Result<(), GenerateError> {
        if self.map.feed == "housing" {
            for members in reach::tenancies(turn.family, turn.chance) {
                self.tenancy(turn, &members)?;
            }
            return Ok(());
        }
        let known = reach::known_to(&self.map.feed, turn.family, turn.chance);
        let mut entries = Vec::new();
        for person in known {
            entries.push(self.person(turn, person, 0)?);
        }
        self.ties(turn, &entries, None)
    }

    fn tenancy(&mut self, turn: &mut Turn, members: &[usize]) -> Result<(), GenerateError> {
        let mut entries = vec![self.person(turn, members[0], 0)?];
        for member in &members[1..] {
            let is_tenant = turn.family.people[*member].partner == Some(members[0]) && turn.chance.happens(0.6);
            if is_tenant || turn.chance.happens(0.85) {
                entries.push(self.person(turn, *member, usize::from(!is_tenant))?);
            }
        }
        self.ties(turn, &entries, Some(members[0]))
    }

    fn source_id(&mut self) -> String {
        let number = self.next_source;
        self.next_source += 1;
        format!("{}{number:0width$}", self.profile.source_prefix, width = self.profile.source_digits)
    }

    /// Writes one person's rows: the person, once more where the feed has them twice, and the involvements.
    fn person(&mut self, turn: &mut Turn, person: usize, file: usize) -> Result<Entry, GenerateError> {
        let family = turn.family;
        let copies = if turn.chance.happens(self.profile.duplicate) { 2 } else { 1 };
        let mut sources = Vec::new();
        for copy in 0..copies {
            let source = self.source_id();
            let map_file = self.map.files[file].clone();
            let clerk = Clerk { profile: &self.profile, spellings: turn.spellings, places: turn.places };
            let row = PersonRow::write(&clerk, &map_file, &self.map.date_format, family, person, source.clone(), turn.chance);
            if row.address.is_current && !row.address.lines.is_empty() {
                turn.shown.at_home.insert(person);
            }
            for (kind, relative) in &row.relatives {
                turn.shown.recorded.insert((relative.person, kind_word(kind), person));
                turn.truth.record(&self.map.feed, &source, family.people[relative.person].id, kind)?;
            }
            turn.shown.known.insert(person);
            turn.truth.record(&self.map.feed, &source, family.people[person].id, "")?;
            self.rows += 1;
            let involvements = self.involvements(family, person, copy, &map_file, turn.chance);
            let says_active = self.map.files.iter().any(|file| file.columns_of("lead_professional.active") > 0);
            for involvement in &involvements {
                turn.truth.contact(&family.people[person], (&self.map.service, &self.map.feed), says_active, involvement)?;
            }
            self.write_rows(file, &map_file, &row, &involvements, turn.chance)?;
            sources.push(source);
        }
        Ok(Entry { person, sources })
    }

    fn involvements(&self, family: &Family, person: usize, copy: usize, file: &FeedFile, chance: &mut Chance) -> Vec<Involvement> {
        let embedded = file.columns_of("involvement.status") > 0;
        let separate = self.map.files.iter().any(|file| file.rows == Rows::Involvement);
        if !embedded && !separate {
            return Vec::new();
        }
        // In a feed with its own involvement rows, relatives are listed without any of their own, and copies are most often empty.
        let is_bystander = separate
            && (copy > 0
                || matches!(self.map.feed.as_str(), "early_help" | "childrens_social_care")
                    && !family.people[person].is_child()
                    && !chance.happens(0.12));
        if is_bystander {
            return Vec::new();
        }
        let somebody = &family.people[person];
        let first_age: i16 = match self.map.feed.as_str() {
            "youth_justice" | "police" => 10,
            "camhs" => 5,
            "adult_social_care" | "adult_mental_health" | "substance_misuse" | "housing" => 16,
            "probation" => 18,
            _ => 0,
        };
        let first_day = somebody.born.saturating_add(jiff::Span::new().years(first_age)).min(REFERENCE_DATE);
        let mut all = self.staff.involvements(somebody, first_day, chance);
        if self.map.feed == "housing" {
            all.truncate(1);
            let stay = &somebody.stays[somebody.stays.len() - 1];
            all[0].started = stay.from.max(first_day).min(self.staff.as_of());
            all[0].recent = all[0].recent.map(|recent| recent.max(all[0].started));
            all[0].current = true;
            all[0].ended = None;
        }
        all
    }

    fn write_rows(
        &mut self,
        file: usize,
        map_file: &FeedFile,
        row: &PersonRow,
        involvements: &[Involvement],
        chance: &mut Chance,
    ) -> Result<(), GenerateError> {
        let embedded = map_file.columns_of("involvement.status") > 0;
        if embedded {
            for involvement in involvements {
                self.write(file, map_file, row, Some(involvement), chance)?;
            }
            return Ok(());
        }
        self.write(file, map_file, row, None, chance)?;
        if let Some(place) = self.map.files.iter().position(|file| file.rows == Rows::Involvement) {
            let involvement_file = self.map.files[place].clone();
            for involvement in involvements {
                self.write(place, &involvement_file, row, Some(involvement), chance)?;
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        place: usize,
        file: &FeedFile,
        row: &PersonRow,
        involvement: Option<&Involvement>,
        chance: &mut Chance,
    ) -> Result<(), GenerateError> {
        let clerk_phone = self.profile.phone;
        let cells: Vec<String> =
            file.columns.iter().map(|column| row.cell(column, file, involvement, &self.map.date_format, clerk_phone, chance)).collect();
        self.write_cells(place, &cells)
    }

    fn write_cells(&mut self, place: usize, cells: &[String]) -> Result<(), GenerateError> {
        if self.map.is_windows_1252 {
            self.writers[place].write_record(cells.iter().map(|cell| encoding_rs::WINDOWS_1252.encode(cell).0.into_owned()))?;
        } else {
            self.writers[place].write_record(cells)?;
        }
        Ok(())
    }

    /// Writes relationship rows between the people of this family that the feed knows; housing ties each member to the tenant alone.
    fn ties(&mut self, turn: &mut Turn, entries: &[Entry], tenant: Option<usize>) -> Result<(), GenerateError> {
        let family = turn.family;
        let Some(place) = self.map.files.iter().position(|file| file.rows == Rows::Relationship) else { return Ok(()) };
        let file = self.map.files[place].clone();
        for from in entries {
            for to in entries {
                if from.person == to.person || tenant.is_some_and(|tenant| to.person != tenant) {
                    continue;
                }
                let Some(kind) = tie(family, from.person, to.person, tenant.is_some(), turn.chance) else { continue };
                if !file.has_word("type", kind) || !turn.chance.happens(tie_share(kind)) {
                    continue;
                }
                turn.shown.recorded.insert((from.person, kind, to.person));
                let ended = kind == "former_partner";
                let began = family.people[from.person].born.max(family.people[to.person].born);
                let cells: Vec<String> = file
                    .columns
                    .iter()
                    .map(|column| {
                        let (from, to) = (&from.sources[0], &to.sources[0]);
                        row::tie_cell(column, &file, (from, kind, to), began, ended, &self.map.date_format)
                    })
                    .collect();
                self.write_cells(place, &cells)?;
            }
        }
        Ok(())
    }

    /// The day as of which the feed's data is current.
    pub fn as_of(&self) -> jiff::civil::Date {
        self.staff.as_of()
    }

    /// Finishes the files.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn close(mut self) -> Result<(), GenerateError> {
        for writer in &mut self.writers {
            writer.flush()?;
        }
        Ok(())
    }
}

/// The kinds that `related.*` columns use, as words that live as long as the program.
fn kind_word(kind: &str) -> &'static str {
    match kind {
        "mother" => "mother",
        "father" => "father",
        "parent" => "parent",
        "carer" => "carer",
        "partner" => "partner",
        _ => "child",
    }
}

/// What the first is to the second, as a worker would note it; `None` where they would note nothing.
fn tie(family: &Family, from: usize, to: usize, is_tenancy: bool, chance: &mut Chance) -> Option<&'static str> {
    let (one, other) = (&family.people[from], &family.people[to]);
    let parent = |sex: Sex| if sex == Sex::Female { "mother" } else { "father" };
    if other.parents.contains(&from) {
        return Some(parent(one.sex));
    }
    if one.partner == Some(to) {
        return (is_tenancy || from < to).then_some("partner");
    }
    if one.former_partner == Some(to) {
        return (from < to).then_some("former_partner");
    }
    if is_tenancy {
        let is_stepchild = one.parents.iter().any(|parent| family.people[*parent].partner == Some(to));
        if one.parents.contains(&to) || is_stepchild && chance.happens(0.3) {
            return Some("child");
        }
        if one.parents.iter().any(|parent| family.people[*parent].parents.contains(&to)) {
            return Some("grandchild");
        }
        if one.parents.iter().any(|parent| other.parents.contains(parent)) {
            return Some("sibling");
        }
        return Some("household_member");
    }
    if one.parents.contains(&to) {
        return None;
    }
    let seen = kinship::relatives(family, to).get(&from).copied().filter(|_| other.is_child());
    let shared = one.parents.iter().any(|parent| other.parents.contains(parent));
    match seen {
        // Each pair of brothers and sisters is noted once.
        Some("sibling" | "half_sibling" | "step_sibling" | "household_member") if from > to && one.is_child() => None,
        Some("grandparent") if other.carers.iter().any(|carer| carer.0 == from) && chance.happens(0.5) => Some("carer"),
        Some("parents_partner") => None,
        Some(kind) => Some(kind),
        None if shared && from < to => Some("sibling"),
        None => None,
    }
}

/// Relatives by the kind of column they stand in.
type Relatives = BTreeMap<String, Relative>;

//! Patterns for file names: `people*.csv`.

/// Whether `name` fits `pattern`, in which `*` stands for any run of characters and `?` for any one. Case does not matter: extracts come as
/// `PEOPLE.CSV` too.
#[must_use]
pub fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut at, mut in_name) = (0, 0);
    let mut star: Option<(usize, usize)> = None; // where the last `*` stands, and up to where it has taken the name
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                in_name = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_run_and_a_question_mark_for_one_character() {
        for (pattern, name) in [
            ("people*.csv", "people.csv"),
            ("people*.csv", "People_2026-11.CSV"),
            ("*", "anything"),
            ("*_rel_*.csv", "police_rel_rel_2.csv"),
            ("part?.csv", "part1.csv"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("people*.csv", "people.csv.bak"), ("part?.csv", "part.csv"), ("people.csv", "mypeople.csv"), ("", "a")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}

//! Whether the right child was found.

use std::collections::BTreeMap;

use crate::{
    asking::Asked,
    report::{Report, count},
    truth::{Census, PersonId, Question, Truth},
};

/// How a question ended, held against the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The right child, without a choice.
    Right,
    /// The right child is the first to choose.
    First,
    /// The right child is among those to choose.
    Among,
    /// Somebody else, without a choice.
    Wrong,
    /// Others to choose among.
    OthersToChoose,
    /// Too many.
    TooMany,
    /// Nobody.
    Nobody,
}

/// How a question ended.
pub fn ending(question: &Question, asked: &Asked, census: &Census) -> Ending {
    let is_right = |person| census.owners.get(&person) == Some(&question.person_id);
    let answer = &asked.answer;
    match (&answer.context, answer.outcome.as_str()) {
        (Some(context), _) if is_right(context.child.person_id) => Ending::Right,
        (Some(_), _) => Ending::Wrong,
        (None, "too_many_matches") => Ending::TooMany,
        (None, _) => match answer.candidates.iter().position(|candidate| is_right(candidate.person_id)) {
            Some(0) => Ending::First,
            Some(_) => Ending::Among,
            None if answer.candidates.is_empty() => Ending::Nobody,
            None => Ending::OthersToChoose,
        },
    }
}

/// Counts the endings.
pub fn report(report: &mut Report, truth: &Truth, census: &Census, asked: &[Asked]) {
    let mut by_kind: BTreeMap<&str, BTreeMap<Ending, usize>> = BTreeMap::new();
    let mut by_group: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let absent = PersonId::new();
    let mut unanswerable = 0;
    for (question, asked) in truth.questions.iter().zip(asked) {
        if question.person_id != absent && !question.is_answerable(census) {
            unanswerable += 1;
            continue;
        }
        let ending = ending(question, asked, census);
        *by_kind.entry(&question.kind).or_default().entry(ending).or_default() += 1;
        if question.person_id != absent {
            let group = by_group.entry(&question.naming_group).or_default();
            group.0 += usize::from(matches!(ending, Ending::Right | Ending::First));
            group.1 += 1;
        }
    }
    let sum = |wanted: &[Ending], is_about_nobody: bool| -> usize {
        let kinds = by_kind.iter().filter(|(kind, _)| (**kind == "absent") == is_about_nobody);
        kinds
            .flat_map(|(_, endings)| endings)
            .filter(|(ending, _)| wanted.is_empty() || wanted.contains(ending))
            .map(|(_, count)| count)
            .sum()
    };
    let (present, nobody) = (sum(&[], false), sum(&[], true));
    report.section("The right child");
    report.noted("not answerable", count(unanswerable), "count", "only an identifier, which no extract gives; left out below".to_owned());
    report.share("right child without a choice", sum(&[Ending::Right], false), present);
    let first = sum(&[Ending::Right, Ending::First], false);
    report.noted("right child first", crate::report::share(first, present), "", format!("{first} of {present}; target 0.97"));
    report.share("right child found", sum(&[Ending::Right, Ending::First, Ending::Among], false), present);
    report.share("only others to choose among", sum(&[Ending::OthersToChoose], false), present);
    report.share("too many matches", sum(&[Ending::TooMany], false), present);
    report.share("nobody found", sum(&[Ending::Nobody], false), present);
    report.share("wrong child disclosed without a choice", sum(&[Ending::Wrong], false), present);
    report.share("somebody disclosed for an absent child", sum(&[Ending::Wrong], true), nobody);
    report.share("somebody to choose for an absent child", sum(&[Ending::OthersToChoose], true), nobody);
    let wrong = sum(&[Ending::Wrong], false) + sum(&[Ending::Wrong], true);
    report.noted(
        "disclosed wrongly, of all questions",
        crate::report::share(wrong, present + nobody),
        "",
        format!("{wrong} of {}; target below 0.0002", present + nobody),
    );
    for (kind, endings) in &by_kind {
        let asked: usize = endings.values().sum();
        let shown: Vec<String> = endings.iter().map(|(ending, count)| format!("{ending:?} {count}")).collect();
        let right = endings.get(&Ending::Right).copied().unwrap_or_default();
        report.noted(&format!("{kind}: without a choice"), crate::report::share(right, asked), "", shown.join(", "));
    }
    for (group, (first, asked)) in by_group {
        report.share(&format!("right child first, {group} names"), first, asked);
    }
}

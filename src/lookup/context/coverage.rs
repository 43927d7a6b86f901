//! What each service's presence or silence means.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::involvements::name_of;
use crate::{
    disclosure::{Effect, decide::Viewer},
    domain::Service,
    lookup::{
        answer::{Coverage, CoverageState, InvolvementShown, PersonCoverage},
        setting::Setting,
    },
    store::context::FeedState,
};

/// How the feeds of one service stand together.
#[derive(Default)]
struct Standing {
    has_data: bool,
    has_failed: bool,
    is_stale: bool,
    data_as_of: Option<Date>,
    coverage_start: Option<Date>,
    coverage_end: Option<Date>,
    area: Option<String>,
}

/// One row a service of the catalogue. `people` are the child and the family, in the order in which they are shown.
#[must_use]
pub fn rows(
    people: &[(Uuid, Option<u16>)],
    shown: &BTreeMap<Uuid, Vec<InvolvementShown>>,
    feeds: &[FeedState],
    setting: &Setting,
    viewer: Viewer<'_>,
    today: Date,
) -> Vec<Coverage> {
    setting
        .services
        .iter()
        .map(|service| {
            if setting.policy.decide(viewer, service, None).effect == Effect::Allow {
                row(service, people, shown, &standing(service, feeds, |feed| setting.feeds.contains_key(&feed.code), today))
            } else {
                withheld(service)
            }
        })
        .collect()
}

fn standing(service: &Service, feeds: &[FeedState], is_configured: impl Fn(&FeedState) -> bool, today: Date) -> Standing {
    let mut standing = Standing::default();
    for feed in feeds.iter().filter(|feed| feed.service == service.code.0 && is_configured(feed)) {
        standing.has_failed |= feed.outcome.as_deref() == Some("refused");
        let Some(data_as_of) = feed.data_as_of else { continue };
        standing.has_data = true;
        let fresh_until = feed.fresh_days.map(|days| data_as_of.saturating_add(jiff::Span::new().days(days.clamp(0, 100_000))));
        standing.is_stale |= fresh_until.is_some_and(|last| last < today);
        // Several feeds are as current as the oldest of them, and cover what any of them covers.
        standing.data_as_of = [standing.data_as_of, Some(data_as_of)].into_iter().flatten().min();
        standing.coverage_start = [standing.coverage_start, feed.coverage_start].into_iter().flatten().min();
        standing.coverage_end = standing.coverage_end.max(feed.coverage_end);
        standing.area = standing.area.or_else(|| feed.area.clone());
    }
    standing
}

fn row(service: &Service, people: &[(Uuid, Option<u16>)], shown: &BTreeMap<Uuid, Vec<InvolvementShown>>, standing: &Standing) -> Coverage {
    let silence = if standing.has_failed {
        CoverageState::Failed
    } else if standing.is_stale {
        CoverageState::Stale
    } else if standing.has_data {
        CoverageState::NoneFound
    } else {
        CoverageState::NotCovered
    };
    let state_of = |person: &Uuid, age: Option<u16>| {
        let is_found = shown.get(person).is_some_and(|shown| shown.iter().any(|involvement| involvement.service.code == service.code.0));
        match (is_found, service.ages_shown.include(age)) {
            (true, _) => CoverageState::Found,
            (false, false) => CoverageState::OutsideAge,
            (false, true) => silence,
        }
    };
    let people: Vec<PersonCoverage> =
        people.iter().map(|(person, age)| PersonCoverage { person_id: *person, state: state_of(person, *age) }).collect();
    let first = people.iter().map(|person| person.state).min().unwrap_or(silence);
    // How the feed stands comes before nobody's being of an age.
    let state = if first == CoverageState::OutsideAge && silence != CoverageState::NoneFound { silence } else { first };
    let found = people.iter().filter(|person| person.state == CoverageState::Found).count();
    Coverage {
        service: name_of(service),
        state,
        text: text(service, state, found, standing),
        people,
        data_as_of: standing.data_as_of,
        coverage_start: standing.coverage_start,
        coverage_end: standing.coverage_end,
        area: standing.area.clone(),
    }
}

fn withheld(service: &Service) -> Coverage {
    Coverage {
        service: name_of(service),
        state: CoverageState::Withheld,
        people: Vec::new(),
        data_as_of: None,
        coverage_start: None,
        coverage_end: None,
        area: None,
        text: format!("{}: not shown here, whether there is anything or not. Ask the front door.", service.name),
    }
}

fn text(service: &Service, state: CoverageState, found: usize, standing: &Standing) -> String {
    let name = &service.name;
    let as_of = standing.data_as_of.map_or_else(|| "at no time yet".to_owned(), |day| format!("on {}", in_words(day)));
    let mut text = match state {
        CoverageState::Withheld | CoverageState::Found => format!("{name}: found for {found} of this family."),
        CoverageState::Failed => {
            format!("{name}: the latest delivery failed, so nothing found here does not mean not involved. Ring the duty desk to be sure.")
        }
        CoverageState::Stale => format!(
            "{name}: the data is older than agreed, so nothing found here does not mean not involved. Ring the duty desk to be sure."
        ),
        CoverageState::NotCovered => {
            return format!("{name}: sends no data, so nothing is known either way. Ring the duty desk to be sure.");
        }
        CoverageState::NoneFound => format!("Not found in {name}."),
        CoverageState::OutsideAge => return format!("{name}: shown only for {}, which nobody in this family is.", ages(service)),
    };
    if state == CoverageState::Found && standing.has_failed {
        text.push_str(" The latest delivery failed: there may be more.");
    }
    if state == CoverageState::Found && standing.is_stale {
        text.push_str(" The data is older than agreed: there may be more.");
    }
    text.push_str(&format!(" Last updated {as_of}."));
    match (standing.coverage_start, standing.coverage_end) {
        (Some(start), Some(end)) => text.push_str(&format!(" Covers the period of {} to {}.", in_words(start), in_words(end))),
        (Some(start), None) => text.push_str(&format!(" Covers the period since {}.", in_words(start))),
        (None, Some(end)) => text.push_str(&format!(" Covers the period until {}.", in_words(end))),
        (None, None) => {}
    }
    text
}

fn ages(service: &Service) -> String {
    match (service.ages_shown.from, service.ages_shown.to) {
        (Some(from), Some(to)) => format!("ages {from} to {to}"),
        (Some(from), None) => format!("ages {from} and over"),
        (None, Some(to)) => format!("ages up to {to}"),
        (None, None) => "all ages".to_owned(),
    }
}

fn in_words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

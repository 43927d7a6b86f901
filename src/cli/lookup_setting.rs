//! What lookups need of an authority's configuration, put together from its files.

use std::collections::BTreeMap;
use std::fs;

use super::CommandError;
use crate::config::{self, Authority};
use crate::domain::ServiceCode;
use crate::import::FeedMap;
use crate::lookup::setting::Setting;
use crate::matching::Model;

/// Reads the policy, the model and the feed maps that `authority` names.
///
/// # Errors
/// One of them cannot be read or makes no sense, or a feed is of a service that the catalogue lacks.
pub fn read(authority: &Authority) -> Result<Setting, CommandError> {
    Ok(Setting {
        services: authority.services.clone(),
        purposes: authority.purposes.clone(),
        front_door: authority.front_door.clone(),
        policy: config::policy::read(authority)?,
        model: model(authority)?,
        feeds: feeds(authority)?.into_iter().map(|map| (map.feed, map.service)).collect::<BTreeMap<_, _>>(),
        lifetime_minutes: authority.lookup.lifetime_minutes,
        most_candidates: authority.lookup.most_candidates,
    })
}

/// The feed maps of an authority, in its order.
///
/// # Errors
/// A map cannot be used, its service is not in the catalogue, or two maps name one feed.
pub fn feeds(authority: &Authority) -> Result<Vec<FeedMap>, CommandError> {
    let mut maps: Vec<FeedMap> = Vec::new();
    for file in &authority.feeds {
        let failed = |problem: String| CommandError::failed(format!("{}: {problem}", file.display()));
        let text = fs::read_to_string(file).map_err(|problem| failed(problem.to_string()))?;
        let map = FeedMap::parse(&text, &file.to_string_lossy()).map_err(CommandError::failed)?;
        if authority.service(&ServiceCode(map.service.clone())).is_none() {
            return Err(failed(format!("service {} is not in the catalogue of {}", map.service, authority.file.display())));
        }
        if maps.iter().any(|earlier| earlier.feed == map.feed) {
            return Err(failed(format!("feed {} is that of an earlier map", map.feed)));
        }
        maps.push(map);
    }
    Ok(maps)
}

/// The model that `authority` names, or the built-in one.
///
/// # Errors
/// The model's file cannot be read or makes no sense.
pub fn model(authority: &Authority) -> Result<Model, CommandError> {
    let Some(file) = &authority.model else { return Ok(Model::built_in().clone()) };
    let failed = |problem: String| CommandError::failed(format!("{}: {problem}", file.display()));
    let text = fs::read_to_string(file).map_err(|problem| failed(problem.to_string()))?;
    Model::from_toml(&text).map_err(|problem| failed(problem.to_string()))
}

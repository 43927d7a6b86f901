//! From an authority's files to what a lookup and a load need of them.

use std::path::Path;

use super::CommandError;
use crate::config::Authority;
use crate::disclosure::Policy;
use crate::domain::ServiceCode;
use crate::import::FeedMap;
use crate::lookup::setting::Setting;
use crate::matching::Model;

/// The matching model that an authority's configuration names, else the built-in one.
///
/// # Errors
/// The model file cannot be read or makes no sense.
pub fn model(authority: Option<&Authority>) -> Result<Model, CommandError> {
    let Some(file) = authority.and_then(|authority| authority.model.as_deref()) else { return Ok(Model::built_in().clone()) };
    let unusable = |problem: &dyn std::fmt::Display| CommandError::failed(format!("model {}: {problem}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unusable(&error))?;
    Model::from_toml(&text).map_err(|error| unusable(&error))
}

/// The feed map in a file.
///
/// # Errors
/// The file cannot be read or makes no sense.
pub fn feed_map(file: &Path) -> Result<FeedMap, CommandError> {
    let text = std::fs::read_to_string(file).map_err(|error| CommandError::refused(format!("feed map {}: {error}", file.display())))?;
    FeedMap::parse(&text, &file.display().to_string()).map_err(CommandError::refused)
}

/// That the catalogue has the service of a feed.
///
/// # Errors
/// It has not: one sentence.
pub fn check_service(map: &FeedMap, authority: &Authority) -> Result<(), String> {
    match authority.service(&ServiceCode(map.service.clone())) {
        Some(_) => Ok(()),
        None => Err(format!("the feed's service \"{}\" is not in the catalogue of {}", map.service, authority.file.display())),
    }
}

/// What lookups need of an authority's configuration.
///
/// # Errors
/// A feed map or the model cannot be read, or a feed names a service that the catalogue does not have.
pub fn setting(authority: &Authority, policy: Policy) -> Result<Setting, CommandError> {
    let mut setting = Setting {
        services: authority.services.clone(),
        purposes: authority.purposes.clone(),
        front_door: authority.front_door.clone(),
        policy,
        model: model(Some(authority))?,
        feeds: std::collections::BTreeMap::new(),
        lifetime_minutes: authority.lookup.lifetime_minutes,
        most_candidates: authority.lookup.most_candidates,
    };
    for file in &authority.feeds {
        let map = feed_map(file)?;
        check_service(&map, authority).map_err(|sentence| CommandError::failed(format!("feed map {}: {sentence}", file.display())))?;
        setting.feeds.insert(map.feed, map.service);
    }
    Ok(setting)
}

//! Where the issuer's keys come from: a file or an https address, remembered, and asked again when a token names a key not seen before.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jsonwebtoken::{Algorithm, DecodingKey};
use ureq::tls::TlsConfig;

use super::{AuthenticationError, KeyLocation, Refusal, key_set::KeySet};

/// After this long the keys are read again, so that a withdrawn key stops working.
const FRESH: Duration = Duration::from_mins(15);

/// Keys that could not be read again for this long are trusted no more.
const LONGEST_TRUSTED: Duration = Duration::from_hours(24);

/// The longest key set read, in bytes. A set of a dozen keys with their certificates is about 30 KiB.
const LONGEST_KEY_SET: u64 = 512 * 1024;

/// How long the issuer may take to give its keys.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// The issuer's keys, remembered.
#[derive(Debug)]
pub struct KeySource {
    origin: Option<Origin>,
    memory: Arc<Mutex<Memory>>,
    /// Held while keys are being fetched, so that one fetch serves all who wait for it.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Origin {
    location: KeyLocation,
    cool_down: Duration,
}

#[derive(Debug, Default)]
struct Memory {
    keys: Arc<KeySet>,
    fetched: Option<Instant>,
    attempted: Option<Instant>,
}

impl KeySource {
    /// Keys that never change.
    pub fn fixed(keys: KeySet) -> Self {
        let memory = Memory { keys: Arc::new(keys), ..Memory::default() };
        Self { origin: None, memory: Arc::new(Mutex::new(memory)), fetching: tokio::sync::Mutex::default() }
    }

    /// Keys read from their place, for the first time now. A file must be there; an address may answer later.
    pub async fn start(location: KeyLocation, cool_down: Duration) -> Result<Self, AuthenticationError> {
        let is_file = matches!(location, KeyLocation::File(_));
        let source = Self { origin: Some(Origin { location, cool_down }), memory: Arc::default(), fetching: tokio::sync::Mutex::default() };
        source.fetch().await;
        if is_file && !source.is_ready() {
            return Err(AuthenticationError::KeySetFile);
        }
        // The first reading is no reason to make the first token wait for its keys.
        source.memory().attempted = None;
        Ok(source)
    }

    /// Whether there is any key to check with.
    pub fn is_ready(&self) -> bool {
        !self.memory().keys.is_empty()
    }

    /// The key that a token's header names.
    pub async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, Refusal> {
        let (keys, age) = self.remembered();
        if let Some(key) = keys.find(id, algorithm) {
            if age < FRESH {
                return Ok(key.clone());
            }
            // While somebody else fetches, the remembered key will do.
            if let Ok(_held) = self.fetching.try_lock() {
                self.fetch_unless_cooling().await;
            }
        } else {
            let _held = self.fetching.lock().await;
            self.fetch_unless_cooling().await;
        }
        let (keys, age) = self.remembered();
        if keys.is_empty() || age > LONGEST_TRUSTED {
            return Err(Refusal::KeysUnavailable);
        }
        keys.find(id, algorithm).cloned().ok_or(Refusal::UnknownKey)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self) -> (Arc<KeySet>, Duration) {
        let memory = self.memory();
        (Arc::clone(&memory.keys), memory.fetched.map_or(Duration::ZERO, |fetched| fetched.elapsed()))
    }

    async fn fetch_unless_cooling(&self) {
        let Some(origin) = &self.origin else { return };
        if self.memory().attempted.is_none_or(|attempted| attempted.elapsed() >= origin.cool_down) {
            self.fetch().await;
        }
    }

    /// Reads the keys again. Whatever is read is remembered even where the request that asked for it has gone away.
    async fn fetch(&self) {
        let Some(origin) = &self.origin else { return };
        self.memory().attempted = Some(Instant::now());
        let location = origin.location.clone();
        let memory = Arc::clone(&self.memory);
        let reading = tokio::task::spawn_blocking(move || match read(&location) {
            Ok(keys) => {
                let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.keys = Arc::new(keys);
                memory.fetched = Some(Instant::now());
            }
            Err(reason) => tracing::error!(reason, "the issuer's keys could not be read"),
        });
        if reading.await.is_err() {
            tracing::error!("reading the issuer's keys was broken off");
        }
    }
}

/// Reads a key set that has at least one usable key.
fn read(location: &KeyLocation) -> Result<KeySet, String> {
    let document = match location {
        KeyLocation::File(path) => std::fs::read(path).map_err(|error| error.to_string())?,
        KeyLocation::Address(address) => fetch_document(address).map_err(|error| error.to_string())?,
    };
    let keys = KeySet::read(&document).ok_or("it is no JSON Web Key Set")?;
    if keys.is_empty() { Err("it holds no key for RS256, ES256 or EdDSA signatures".to_owned()) } else { Ok(keys) }
}

fn fetch_document(address: &str) -> Result<Vec<u8>, ureq::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let encrypted = address.starts_with("https://");
    let builder = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build())
        .https_only(encrypted)
        .max_redirects(if encrypted { 3 } else { 0 })
        .max_redirects_will_error(true)
        .timeout_global(Some(FETCH_TIMEOUT));
    let builder = if encrypted { builder } else { builder.proxy(None) };
    let mut response = builder.build().new_agent().get(address).header("accept", "application/json").call()?;
    response.body_mut().with_config().limit(LONGEST_KEY_SET).read_to_vec()
}

//! What every change of who is who gives: why, and what had been read.

use super::shape::{ONE_LINE, Object, Reader, TextLimit};

/// A reason may run over several lines.
const REASON: TextLimit = TextLimit { most: 1000, several_lines: true };

/// Why, and what had been read.
pub struct Edit {
    /// Why.
    pub reason: String,
    /// The `version` of what was read.
    pub version: String,
}

/// Takes both out of a body.
pub fn edit(reader: &mut Reader, object: &mut Object) -> Option<Edit> {
    let reason = object.require(reader, "reason").and_then(|(json, pointer)| {
        let reason = reader.text(json, &pointer, REASON)?;
        if reason.trim().is_empty() {
            reader.invalid(&pointer, "must say why");
        }
        Some(reason)
    });
    let version = object.require(reader, "version").and_then(|(json, pointer)| reader.text(json, &pointer, ONE_LINE));
    Some(Edit { reason: reason?, version: version? })
}

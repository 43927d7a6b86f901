//! Reads the part of YAML that openapi.yaml keeps to, and refuses the rest: block mappings and lists, plain and quoted texts of one line, folded texts
//! (`>-`), and lists and objects within a line written as JSON.

use serde_json::{Map, Value};

struct Line<'text> {
    number: usize,
    indent: usize,
    text: &'text str,
}

/// The document as JSON.
pub fn read(text: &str) -> Result<Value, String> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim_start_matches(' ');
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if trimmed.starts_with('\t') || line.ends_with(' ') {
            return Err(format!("line {}: a tab, or a space at the end", at + 1));
        }
        lines.push(Line { number: at + 1, indent: line.len() - trimmed.len(), text: trimmed });
    }
    let mut at = 0;
    let value = block(&mut lines, &mut at, 0)?;
    if at == lines.len() { Ok(value) } else { Err(format!("line {}: indented less than what it belongs to", lines[at].number)) }
}

/// A mapping or a list whose entries stand at `indent`.
fn block(lines: &mut [Line<'_>], at: &mut usize, indent: usize) -> Result<Value, String> {
    if lines[*at].text.starts_with("- ") { list(lines, at, indent) } else { mapping(lines, at, indent).map(Value::Object) }
}

fn list(lines: &mut [Line<'_>], at: &mut usize, indent: usize) -> Result<Value, String> {
    let mut entries = Vec::new();
    while *at < lines.len() && lines[*at].indent == indent && lines[*at].text.starts_with("- ") {
        let entry = &lines[*at].text[2..];
        if key_of(entry).is_some() {
            // The entry is a mapping that begins on the line of its hyphen.
            lines[*at].indent = indent + 2;
            lines[*at].text = entry;
            entries.push(block(lines, at, indent + 2)?);
        } else {
            entries.push(scalar(entry, lines[*at].number)?);
            *at += 1;
        }
    }
    Ok(Value::Array(entries))
}

fn mapping(lines: &mut [Line<'_>], at: &mut usize, indent: usize) -> Result<Map<String, Value>, String> {
    let mut entries = Map::new();
    while *at < lines.len() && lines[*at].indent == indent {
        let number = lines[*at].number;
        let (key, rest) = key_of(lines[*at].text).ok_or_else(|| format!("line {number}: no key"))?;
        let key = key.trim_matches('"').to_owned();
        *at += 1;
        let value = match rest {
            ">-" => folded(lines, at, indent),
            "" => match lines.get(*at) {
                Some(next) if next.indent > indent => {
                    let inner = next.indent;
                    block(lines, at, inner)?
                }
                _ => return Err(format!("line {number}: nothing under the key")),
            },
            rest => scalar(rest, number)?,
        };
        if entries.insert(key, value).is_some() {
            return Err(format!("line {number}: the key stands there twice"));
        }
    }
    if let Some(line) = lines.get(*at)
        && line.indent > indent
    {
        return Err(format!("line {}: indented more than its neighbours", line.number));
    }
    Ok(entries)
}

/// `key: rest` or `key:`; `None` for anything else, such as an object written as JSON.
fn key_of(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['{', '[', '\'']) {
        return None;
    }
    if let Some(key) = text.strip_suffix(':') {
        return Some((key, ""));
    }
    text.split_once(": ")
}

fn folded(lines: &[Line<'_>], at: &mut usize, indent: usize) -> Value {
    let mut parts = Vec::new();
    while let Some(line) = lines.get(*at).filter(|line| line.indent > indent) {
        parts.push(line.text);
        *at += 1;
    }
    Value::String(parts.join(" "))
}

fn scalar(text: &str, number: usize) -> Result<Value, String> {
    if text.starts_with(['{', '[', '"']) {
        return serde_json::from_str(text).map_err(|error| format!("line {number}: {error}"));
    }
    if let Some(quoted) = text.strip_prefix('\'') {
        let inner = quoted.strip_suffix('\'').filter(|inner| !inner.contains('\''));
        return inner.map(|inner| Value::String(inner.to_owned())).ok_or_else(|| format!("line {number}: quotes within quotes"));
    }
    if text.starts_with(['&', '*', '!', '|', '>', '%', '@', '`']) || text.contains(": ") || text.contains(" #") {
        return Err(format!("line {number}: put the text in quotes"));
    }
    Ok(match text {
        "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => text
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<f64>().map(Value::from))
            .unwrap_or_else(|_| Value::String(text.to_owned())),
    })
}

//! A parsed file from which tables are taken one by one. Each key is tried by itself, so that one mistake does not
//! hide the next, and every key's line is remembered for complaints that come later.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{Complaint, KnownTable, known_keys, nearest};

type Entry<'i> = (Spanned<DeString<'i>>, Spanned<DeValue<'i>>);

/// Where each key of the file stands.
#[derive(Debug, Default)]
pub struct Places {
    lines: BTreeMap<String, usize>,
}

impl Places {
    /// The line of `path`, or else of the table that should hold it; `None` if that is not there either.
    pub fn line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(*line);
            }
            path = path.rsplit_once('.')?.0;
        }
    }
}

/// One value of `kind` in a table that has kinds: its keys, and how the rest of the table is read.
pub struct Kind<T> {
    /// What stands in the file.
    pub name: &'static str,
    /// The keys that it knows.
    pub keys: fn() -> &'static [&'static str],
    /// Reads its table.
    pub read: fn(Section<'_, '_>) -> T,
}

/// The tables that nobody has taken yet, and what was noticed about those that were.
pub struct Document<'i> {
    text: &'i str,
    rest: DeTable<'i>,
    places: Places,
    complaints: Vec<Complaint>,
}

impl<'i> Document<'i> {
    /// Parses `text`. If it is not TOML there is no telling what the rest means: only that is complained about.
    pub fn parse(text: &'i str) -> Result<Self, Vec<Complaint>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            let rest = root.into_inner();
            return Ok(Document { text, rest, places: Places::default(), complaints: Vec::new() });
        }
        let complaint = |error: &toml::de::Error| Complaint {
            line: error.span().map(|span| line_at(text, span.start)),
            path: String::new(),
            text: format!("not valid TOML: {}", error.message()),
        };
        Err(errors.iter().map(complaint).collect())
    }

    /// Takes the table `[name]`; an absent one is read as empty.
    pub fn table<T>(&mut self, name: &'static str, read: impl FnOnce(Section<'_, 'i>) -> T) -> T {
        let table = match self.rest.remove_entry(name) {
            None => DeTable::new(),
            Some((key, value)) => {
                self.place(name, key.span().start);
                match value.into_inner() {
                    DeValue::Table(table) => table,
                    _ => {
                        self.complain(name, format!("must be a table: [{name}]"));
                        DeTable::new()
                    }
                }
            }
        };
        read(Section { document: self, path: name.to_owned(), table, has_kinds: false })
    }

    /// Takes every table of the list `[[name]]`.
    pub fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(Section<'_, 'i>) -> Option<T>,
    ) -> Vec<Option<T>> {
        let Some((key, value)) = self.rest.remove_entry(name) else { return Vec::new() };
        self.place(name, key.span().start);
        let DeValue::Array(list) = value.into_inner() else {
            self.complain(name, format!("must be a list: write [[{name}]] with two brackets, once for each"));
            return vec![None];
        };
        let mut tables = Vec::new();
        for (index, value) in list.into_iter().enumerate() {
            let path = format!("{name}[{index}]");
            self.place(&path, value.span().start);
            tables.push(match value.into_inner() {
                DeValue::Table(table) => read(Section { document: self, path, table, has_kinds: false }),
                _ => {
                    self.complain(&path, format!("must be a table: write [[{name}]]"));
                    None
                }
            });
        }
        tables
    }

    /// Complains about every table that nobody took, and gives what was noticed.
    pub fn finish(mut self, known: &[KnownTable]) -> (Places, Vec<Complaint>) {
        for (key, _) in std::mem::take(&mut self.rest) {
            let name: &str = key.get_ref();
            self.place(name, key.span().start);
            let hint = match known.iter().find(|table| table.keys.contains(&name)) {
                Some(table) => format!("it belongs under [{}]", table.table),
                None => suggestion(name, known.iter().map(|table| table.table)),
            };
            self.complain(name, format!("unknown key; {hint}"));
        }
        (self.places, self.complaints)
    }

    fn place(&mut self, path: &str, position: usize) {
        self.places.lines.insert(path.to_owned(), line_at(self.text, position));
    }

    fn complain(&mut self, path: &str, text: String) {
        self.complaints.push(Complaint { line: self.places.line(path), path: path.to_owned(), text });
    }
}

/// One table that is being read.
pub struct Section<'d, 'i> {
    document: &'d mut Document<'i>,
    path: String,
    table: DeTable<'i>,
    has_kinds: bool,
}

impl<'i> Section<'_, 'i> {
    /// Reads the table as a `T`. A key that is not known or has a wrong value is complained about and left out.
    pub fn read<T: DeserializeOwned + Default>(mut self) -> T {
        let known = known_keys::<T>();
        let names = known.iter().copied().chain(self.has_kinds.then_some("kind"));
        let mut good = DeTable::new();
        for (key, value) in std::mem::take(&mut self.table) {
            let path = self.place(&key);
            if !known.contains(&&**key.get_ref()) {
                let hint = suggestion(key.get_ref(), names.clone());
                self.document.complain(&path, format!("unknown key; {hint}"));
                continue;
            }
            let mut alone = DeTable::new();
            alone.insert(key.clone(), value.clone());
            match read_table::<T>(alone) {
                Ok(_) => drop(good.insert(key, value)),
                Err(error) => self.document.complain(&path, plain(error.message())),
            }
        }
        // Each key was read by itself a moment ago; together they are the same keys.
        read_table(good).unwrap_or_default()
    }

    /// Reads the table as its key `kind` says; a table without one has the kind `default`.
    pub fn read_kind<T>(mut self, kinds: &[Kind<T>], default: Option<&'static str>) -> Option<T> {
        let names = || kinds.iter().map(|kind| kind.name);
        let list = names().collect::<Vec<_>>().join(", ");
        let entry: Option<Entry<'i>> = self.table.remove_entry("kind");
        let path = match &entry {
            Some((key, _)) => self.place(key),
            None => format!("{}.kind", self.path),
        };
        let name = match (&entry, default) {
            (Some((_, value)), _) => match value.get_ref() {
                DeValue::String(name) => name.as_ref(),
                _ => {
                    self.document.complain(&path, format!("must be text; the kinds are: {list}"));
                    return None;
                }
            },
            (None, Some(default)) => default,
            (None, None) => {
                let misspelt = self.table.keys().find(|key| nearest(key.get_ref(), ["kind"]).is_some()).cloned();
                match misspelt.map(|key| self.place(&key)) {
                    Some(path) => self.document.complain(&path, "unknown key; did you mean kind?".into()),
                    None => self.document.complain(&path, format!("missing; add it, the kinds are: {list}")),
                }
                return None;
            }
        };
        match kinds.iter().find(|kind| kind.name == name) {
            Some(kind) => Some((kind.read)(Section { has_kinds: true, ..self })),
            None => {
                let hint = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
                self.document.complain(&path, format!("there is no kind {name:?}; {hint}the kinds are: {list}"));
                None
            }
        }
    }

    fn place(&mut self, key: &Spanned<DeString<'i>>) -> String {
        let path = format!("{}.{}", self.path, key.get_ref());
        self.document.place(&path, key.span().start);
        path
    }
}

fn read_table<T: DeserializeOwned>(table: DeTable<'_>) -> Result<T, toml::de::Error> {
    T::deserialize(toml::de::ValueDeserializer::from(Spanned::new(0..0, DeValue::Table(table))))
}

/// serde's words, with the names of Rust's types in an operator's words.
fn plain(message: &str) -> String {
    let types = [("u8", "a whole number up to 255"), ("u32", "a whole number"), ("u64", "a whole number")];
    types.iter().fold(message.to_owned(), |message, (name, words)| {
        message.replace(&format!("expected {name}"), &format!("expected {words}"))
    })
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean {near}?"),
        None => {
            let mut known: Vec<&str> = known.collect();
            known.dedup();
            format!("the keys here are: {}", known.join(", "))
        }
    }
}

fn line_at(text: &str, position: usize) -> usize {
    1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count()
}

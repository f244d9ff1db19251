//! The words by which people name keys, algorithms and usages. Each list is a table that is read in both directions.

mod algorithm;
mod defaults;
mod hash;
mod key_type;
mod usage;

pub(crate) use algorithm::{algorithm_word, parse_algorithm};
pub(crate) use defaults::{usual_algorithm, usual_usage};
pub(crate) use hash::{hash_word, parse_hash};
pub(crate) use key_type::{key_type_word, parse_key_type};
pub(crate) use usage::{parse_usage, usage_words};

//! How the crate's types become protobuf messages and come back. Every check on a message's content is here.

mod algorithm;
mod attributes;
mod fields;
mod source;

pub(crate) use attributes::{attributes_from_proto, attributes_to_proto};
pub(crate) use fields::{Field, message};
pub(crate) use source::Source;

//! Claims that definitions and proofs have in common: bounded texts, bytes in hex, cgroups and processes.

use serde_json::json;

use crate::binding::{Cgroup, Hierarchy};
use crate::json::{BadMember, Object, Value};
use crate::payload::definition::PinnedProcess;

/// The longest text, in bytes: that of a path (PATH_MAX).
pub(super) const MAX_TEXT_BYTES: usize = 4096;

/// A text of 1 to [`MAX_TEXT_BYTES`] bytes without control characters: it may be shown to people.
pub(super) fn take_text(object: &mut Object, name: &'static str) -> Result<String, BadMember> {
    let text = object.take_text(name)?;
    if is_plain(&text) { Ok(text) } else { Err(BadMember(name)) }
}

/// Whether a text is one that claims may have.
pub(super) fn is_plain(text: &str) -> bool {
    (1..=MAX_TEXT_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// What `take` gives if there is such a member; it may not be null.
pub(super) fn optional<T>(
    object: &mut Object,
    name: &'static str,
    take: impl FnOnce(&mut Object, &'static str) -> Result<T, BadMember>,
) -> Result<Option<T>, BadMember> {
    if object.names().any(|one| one == name) { take(object, name).map(Some) } else { Ok(None) }
}

pub(super) fn take_u32(object: &mut Object, name: &'static str) -> Result<u32, BadMember> {
    u32::try_from(object.take_natural(name)?).map_err(|_| BadMember(name))
}

pub(super) fn take_natural(object: &mut Object, name: &'static str) -> Result<u64, BadMember> {
    object.take_natural(name)
}

/// Bytes in hexadecimal digits, in lower case: 2 for each.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What [`to_hex`] wrote, of exactly this many bytes.
pub(super) fn take_hex<const N: usize>(object: &mut Object, name: &'static str) -> Result<[u8; N], BadMember> {
    let text = object.take_text(name)?;
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let bytes: Option<Vec<u8>> =
        text.as_bytes().chunks(2).map(|pair| Some(value(pair[0])? << 4 | value(*pair.get(1)?)?)).collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(BadMember(name))
}

/// An array of at most `limit` objects.
pub(super) fn take_objects(object: &mut Object, name: &'static str, limit: usize) -> Result<Vec<Object>, BadMember> {
    let Some(Value::List(list)) = object.take(name) else { return Err(BadMember(name)) };
    if list.len() > limit {
        return Err(BadMember(name));
    }
    let read = |value| if let Value::Object(object) = value { Ok(object) } else { Err(BadMember(name)) };
    list.into_iter().map(read).collect()
}

pub(super) fn write_process(process: &PinnedProcess) -> serde_json::Value {
    json!({"pid": process.pid, "pidfd": process.pidfd_inode})
}

pub(super) fn take_process(object: &mut Object, name: &'static str) -> Result<PinnedProcess, BadMember> {
    let mut process = object.take_object(name)?;
    let read = PinnedProcess { pid: take_u32(&mut process, "pid")?, pidfd_inode: process.take_natural("pidfd")? };
    if process.is_empty() { Ok(read) } else { Err(BadMember(name)) }
}

pub(super) fn write_cgroup(cgroup: &Cgroup) -> serde_json::Value {
    json!({"hierarchy": cgroup.hierarchy.name(), "id": cgroup.id, "path": cgroup.path})
}

/// With its path, which has to be absolute.
pub(super) fn take_cgroup(object: &mut Object, name: &'static str) -> Result<Cgroup, BadMember> {
    let mut cgroup = object.take_object(name)?;
    let named = cgroup.take_text("hierarchy")?;
    let known = [Hierarchy::V2, Hierarchy::Pids, Hierarchy::Freezer].into_iter().find(|one| one.name() == named);
    let read = Cgroup {
        hierarchy: known.ok_or(BadMember("hierarchy"))?,
        id: cgroup.take_natural("id")?,
        path: Some(take_path(&mut cgroup, "path")?),
    };
    if cgroup.is_empty() { Ok(read) } else { Err(BadMember(name)) }
}

/// An absolute path.
pub(super) fn take_path(object: &mut Object, name: &'static str) -> Result<String, BadMember> {
    let path = take_text(object, name)?;
    if path.starts_with('/') { Ok(path) } else { Err(BadMember(name)) }
}

//! Reading and writing records in the service.

use std::sync::Arc;

use cryptoki_sys::{CKR_FUNCTION_FAILED, CKR_TOKEN_WRITE_PROTECTED};
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::names::KeyName;
use keystead_client::interface::operations::core::CheckType;
use keystead_client::interface::operations::keys::PsaExportKey;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Error};

use crate::error::{Result, refuse};
use crate::limits::{DEPTH, NAME_ATTEMPTS};
use crate::records::{Notes, RecordName, Reserved, Subject};

/// A record: bytes that may be read again.
const RECORD: KeyAttributes = KeyAttributes::new(KeyType::RawData, 0, Usage::EXPORT, Algorithm::None);

/// Makes this what is remembered of something: a record with a number above every other's, which then go.
pub(crate) fn replace(client: &Client, slot: ProviderNumber, subject: &Subject, notes: &Notes) -> Result<()> {
    let former = records_of(client, slot, subject)?;
    let above = former.last().map_or(0, |(name, _)| name.number + 1);
    write(client, slot, subject, above, notes)?;
    remove(client, former)
}

/// Forgets something: every record of it, the newest last, so that none that was replaced comes to count again.
pub(crate) fn forget(client: &Client, slot: ProviderNumber, subject: &Subject) -> Result<()> {
    remove(client, records_of(client, slot, subject)?)
}

/// Destroys one record. One that is not there is none the less destroyed.
pub(crate) fn destroy(client: &Client, provider: ProviderNumber, name: &str) -> Result<()> {
    match client.with_provider(provider).destroy(name) {
        Err(error) if error.status() != Some(Status::PsaErrorDoesNotExist) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a record, under the number asked for, or a higher one if somebody else took that.
pub(crate) fn write(client: &Client, slot: ProviderNumber, subject: &Subject, first: u64, notes: &Notes) -> Result<()> {
    let contents = notes.encode()?;
    let place = client.with_provider(place(client)?);
    for number in (first..).take(NAME_ATTEMPTS) {
        let name = RecordName { slot, number, subject: subject.clone() };
        match place.import(&name.text(), &RECORD, &contents) {
            Ok(_) => return Ok(()),
            Err(error) if error.status() == Some(Status::PsaErrorAlreadyExists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    refuse(CKR_FUNCTION_FAILED)
}

/// Every record of something, by rising numbers, and where it lies.
fn records_of(client: &Client, slot: ProviderNumber, subject: &Subject) -> Result<Vec<(RecordName, ProviderNumber)>> {
    let mut records = Vec::new();
    for info in client.list_keys_and_records()? {
        match Reserved::parse(info.name.as_str()) {
            Some(Reserved::Record(name)) if name.slot == slot && name.subject == *subject => {
                records.push((name, info.provider_id));
            }
            _ => {}
        }
    }
    records.sort_by_key(|(name, _)| name.number);
    Ok(records)
}

fn remove(client: &Client, records: Vec<(RecordName, ProviderNumber)>) -> Result<()> {
    records.iter().try_for_each(|(name, provider)| destroy(client, *provider, &name.text()))
}

/// Reads records of one provider. One that cannot be read is none: somebody destroyed it meanwhile, or it is not ours.
pub(crate) fn read(client: &Client, provider: ProviderNumber, names: Vec<String>) -> Result<Vec<(String, Arc<Notes>)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let request = |name: &String| KeyName::new(name.as_str()).map(|key_name| PsaExportKey { key_name });
    let requests = names.iter().map(request).collect::<std::result::Result<Vec<_>, _>>().map_err(Error::from)?;
    let answers = client.with_provider(provider).pipeline(requests, DEPTH)?;
    let mut read = Vec::new();
    for (name, answer) in names.into_iter().zip(answers) {
        match answer {
            Ok(exported) => read.extend(Notes::decode(exported.data.expose()).map(|notes| (name, Arc::new(notes)))),
            Err(error) if error.status().is_some() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(read)
}

/// The first provider that takes records. Tokens and TPMs take no raw data; the software provider does.
fn place(client: &Client) -> Result<ProviderNumber> {
    let attributes = RECORD.with_bits(64);
    for info in client.list_providers()?.iter().filter(|info| !info.id.is_core()) {
        // One that is away now takes nothing.
        if client.with_provider(info.id).can_do(CheckType::Import, &attributes).unwrap_or(false) {
            return Ok(info.id);
        }
    }
    refuse(CKR_TOKEN_WRITE_PROTECTED)
}

//! The service's clients, for administrators.

use clap::{Args, Subcommand};
use keystead_client::interface::codes::AuthKind;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Lists, deletes or releases clients of the administrator's own kind of authentication.
#[derive(Args)]
pub(crate) struct Clients {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// List the clients that own keys (default)
    List,
    /// Destroy all keys of a client
    Delete {
        /// Its name: an application's, or a uid
        name: String,
    },
    /// Serve a quarantined client again: its uid's new owner gets the keys that are there
    Release {
        /// Its name: a uid, as `keystead health` shows it
        name: String,
    },
    /// Make every key of one client another's, all or none: for an application that goes from its uid to tokens
    ///
    /// A client is a uid, a SPIFFE ID (as a token of the identity provider names it), or one of uid:, jwt:, jwt-svid: and
    /// direct: before its name.
    Move {
        /// Who owns the keys now
        #[arg(value_parser = parse_client)]
        old: NamedClient,
        /// Who is to own them
        #[arg(value_parser = parse_client)]
        new: NamedClient,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

impl Clients {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List) {
            Action::List => {
                let clients = session.client.list_clients()?;
                let lines = clients.iter().map(|client| format!("{}\n", client.escape_debug()));
                session.say(&lines.collect::<String>(), || json!({ "clients": clients }))
            }
            Action::Delete { name } => {
                session.client.delete_client(&name)?;
                session.say("", || json!({ "deleted": name }))
            }
            Action::Release { name } => {
                let released = session.client.release_client(&name)?;
                let text = if released { "" } else { "it was not quarantined\n" };
                session.say(text, || json!({ "client": name, "released": released }))
            }
            Action::Move { old, new, dry_run } => {
                let moved = session.client.move_client((old.kind, &old.name), (new.kind, &new.name), dry_run)?;
                let keys = moved.keys;
                let mut text = match (dry_run, moved.collisions.is_empty()) {
                    (false, _) => format!("{keys} keys moved\n"),
                    (true, true) => format!("{keys} keys would move\n"),
                    (true, false) => "nothing would move: both have keys of these names\n".to_owned(),
                };
                moved.collisions.iter().for_each(|name| text.extend([&name.escape_debug().to_string(), "\n"]));
                let json = || json!({ "keys": keys, "dry_run": dry_run, "collisions": moved.collisions });
                session.say(&text, json)
            }
        }
    }
}

/// A client of any kind of authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedClient {
    kind: AuthKind,
    name: String,
}

/// The words for kinds of authentication.
const KINDS: &[(&str, AuthKind)] = &[
    ("uid:", AuthKind::UNIX_PEER_CREDENTIALS),
    ("jwt:", AuthKind::JWT),
    ("jwt-svid:", AuthKind::JWT_SVID),
    ("direct:", AuthKind::DIRECT),
];

fn parse_client(text: &str) -> Result<NamedClient, String> {
    let named = |kind, name: &str| Ok(NamedClient { kind, name: name.to_owned() });
    if let Some((word, kind)) = KINDS.iter().find(|(word, _)| text.starts_with(word)) {
        return named(*kind, &text[word.len()..]);
    }
    if text.parse::<u32>().is_ok() {
        return named(AuthKind::UNIX_PEER_CREDENTIALS, text);
    }
    if text.starts_with("spiffe://") {
        return named(AuthKind::JWT, text);
    }
    Err("neither a uid nor a SPIFFE ID; write uid:, jwt:, jwt-svid: or direct: before the name".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_with_its_kind_where_that_is_not_plain() {
        let client = |text| parse_client(text).map(|client| (client.kind, client.name));
        assert_eq!(client("1000"), Ok((AuthKind::UNIX_PEER_CREDENTIALS, "1000".to_owned())));
        assert_eq!(client("spiffe://td/a"), Ok((AuthKind::JWT, "spiffe://td/a".to_owned())));
        assert_eq!(client("jwt-svid:spiffe://td/a"), Ok((AuthKind::JWT_SVID, "spiffe://td/a".to_owned())));
        assert_eq!(client("direct:1000"), Ok((AuthKind::DIRECT, "1000".to_owned())));
        assert!(client("alice").is_err());
    }
}

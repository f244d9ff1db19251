//! What the identity provider says of this process.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use clap::Args;
use keystead_client::interface::secret::SecretBytes;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session::Session;

#[derive(Args)]
pub(crate) struct Token {
    /// For whom the token is, as a SPIFFE ID [default: the key service]
    #[arg(long, value_name = "SPIFFE_ID")]
    audience: Option<String>,

    /// Print the token too: whoever reads it may be able to use it
    #[arg(long)]
    show: bool,
}

impl Token {
    /// Fetches a token and prints of whom it speaks.
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let source = match &self.audience {
            Some(audience) => session.tokens.with_audience(audience),
            None => session.tokens.clone(),
        };
        let token = source.token(session.deadline())?;
        let claims = Claims::of(token.bytes()).ok_or(Failure::No("what the identity provider gave is no token"))?;
        let (subject, audience, until) = (&claims.subject, &claims.audience, token.expires_at());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut text = SecretBytes::default();
        let (shown_subject, shown_audience) = (subject.escape_debug(), audience.escape_debug());
        let seconds = until.saturating_sub(now);
        let facts = format!("{shown_subject}\nfor {shown_audience}\nuntil {until} (for {seconds} s)\n");
        text.expose_mut().reserve_exact(facts.len() + token.bytes().len());
        text.expose_mut().extend_from_slice(facts.as_bytes());
        if self.show {
            text.expose_mut().extend_from_slice(token.bytes());
        }
        session.say(&String::from_utf8_lossy(text.expose()), || {
            let mut said = json!({ "subject": subject, "audience": audience, "expires_at": until });
            if self.show {
                said["token"] = String::from_utf8_lossy(token.bytes()).into();
            }
            said
        })
    }
}

/// What a token says. Its signature is the service's to look at.
#[derive(Debug, PartialEq)]
struct Claims {
    subject: String,
    audience: String,
}

impl Claims {
    fn of(token: &[u8]) -> Option<Claims> {
        let payload = std::str::from_utf8(token).ok()?.split('.').nth(1)?;
        let claims: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).ok()?).ok()?;
        let text = |name: &str| Some(claims.get(name)?.as_str()?.to_owned());
        Some(Claims { subject: text("sub")?, audience: text("aud")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_from_the_middle_of_a_token() {
        let payload = Base64UrlUnpadded::encode_string(br#"{"sub":"spiffe://a/b","aud":"spiffe://a/s","exp":1}"#);
        let claims = Claims { subject: "spiffe://a/b".into(), audience: "spiffe://a/s".into() };
        assert_eq!(Claims::of(format!("e30.{payload}.c2ln").as_bytes()), Some(claims));
        for wrong in ["", "e30", "e30.e30.", "e30.?.", "a.b.c"] {
            assert_eq!(Claims::of(wrong.as_bytes()), None, "{wrong}");
        }
    }
}

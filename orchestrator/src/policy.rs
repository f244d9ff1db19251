//! Which callers may start what: the operator's rules.

use keystead_trust::spiffe_id::SpiffeId;

/// Callers of these uids may ask for these identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The callers.
    pub uids: Vec<u32>,
    /// What they may ask for.
    pub identities: Vec<Pattern>,
}

/// One identity, or all that begin with it and a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This one.
    One(SpiffeId),
    /// The beginning, with its slash.
    Below(String),
}

impl Pattern {
    /// Reads an ID, or the beginning of one with `/*` behind it. None if it is neither.
    pub fn parse(text: &str) -> Option<Pattern> {
        match text.strip_suffix('*') {
            // What stands before it must be the beginning of an ID.
            Some(above) if above.ends_with('/') && SpiffeId::parse(&format!("{above}x")).is_ok() => {
                Some(Pattern::Below(above.to_owned()))
            }
            Some(_) => None,
            None => SpiffeId::parse(text).ok().map(Pattern::One),
        }
    }

    fn fits(&self, identity: &SpiffeId) -> bool {
        match self {
            Pattern::One(id) => id == identity,
            Pattern::Below(above) => identity.as_str().starts_with(above),
        }
    }
}

/// Whether a caller may start something with this identity.
pub fn allows(rules: &[Rule], uid: u32, identity: &SpiffeId) -> bool {
    let fits = |rule: &Rule| rule.uids.contains(&uid) && rule.identities.iter().any(|pattern| pattern.fits(identity));
    rules.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_may_start_what_a_rule_names() {
        let identities = ["spiffe://a/shop", "spiffe://a/team/*"].map(|text| Pattern::parse(text).unwrap()).into();
        let rules = [Rule { uids: vec![7, 8], identities }];
        let may = |uid, id: &str| allows(&rules, uid, &SpiffeId::parse(id).unwrap());
        assert!(may(7, "spiffe://a/shop") && may(8, "spiffe://a/team/x/y"));
        for (uid, id) in [(9, "spiffe://a/shop"), (7, "spiffe://a/shop/x"), (7, "spiffe://b/team/x")] {
            assert!(!may(uid, id), "{uid} {id}");
        }
        assert!(
            ["spiffe://a*", "*", "spiffe://*", "shop", "spiffe://a/te*"].iter().all(|no| Pattern::parse(no).is_none())
        );
    }
}

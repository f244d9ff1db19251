//! Usage flags: the names of the PSA Crypto API, with hyphens, and `sign` and `verify` for both flags of each.

use keystead_client::interface::attributes::Usage;

/// Words for two flags at once.
const BOTH: &[(&str, Usage)] =
    &[("sign", Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE)), ("verify", Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE))];

/// The flag or flags that a word names.
pub(crate) fn parse_usage(word: &str) -> Result<Usage, String> {
    let flag = Usage::ALL.iter().find(|(name, _)| name.replace('_', "-") == word);
    flag.or_else(|| BOTH.iter().find(|(name, _)| *name == word)).map(|(_, usage)| *usage).ok_or_else(|| {
        let names: Vec<String> = Usage::ALL.iter().map(|(name, _)| name.replace('_', "-")).collect();
        format!("unknown usage; known are sign, verify, {}", names.join(", "))
    })
}

/// The words for all flags that are set.
pub(crate) fn usage_words(usage: Usage) -> Vec<String> {
    Usage::ALL.iter().filter(|(_, flag)| usage.contains(*flag)).map(|(name, _)| name.replace('_', "-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_any_flags_name_the_same_flags() {
        for (_, flag) in Usage::ALL {
            let usage = flag.and(Usage::EXPORT);
            let words = usage_words(usage);
            let parsed = words.iter().map(|word| parse_usage(word).unwrap());
            assert_eq!(parsed.fold(Usage::NONE, Usage::and), usage);
        }
        assert_eq!(usage_words(parse_usage("sign").unwrap()), ["sign-message", "sign-hash"]);
    }
}

//! The C library that speaks to TPMs writes to standard error what the provider reports better, or repairs.
#![allow(unsafe_code, reason = "the library is told by a variable of the environment")]

/// What the library reads when it first has something to say (tpm2-tss, doc/logging.md).
const VARIABLE: &str = "TSS2_LOG";

/// Silences the library, unless whoever started the service wants to hear it. To be called before there are threads.
pub fn silence() {
    if std::env::var_os(VARIABLE).is_none() {
        // SAFETY: there is one thread, so nobody reads the environment meanwhile.
        unsafe { std::env::set_var(VARIABLE, "all+none") };
    }
}

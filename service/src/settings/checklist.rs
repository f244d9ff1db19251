//! The complaints of one check, gathered as every daemon does.

pub(super) use keystead_daemon::config::Checklist;

//! What time it is: what judges by it is told.

pub use keystead_daemon::clock::now;

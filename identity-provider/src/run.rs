//! The life of the process: start, serve, and end when it is killed, since there is nothing to save.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystead_daemon::connection::Door;
use keystead_daemon::hardening::Standing;
use keystead_daemon::listener::{self, Admitted};
use keystead_daemon::logging;
use sd_notify::NotifyState;

use crate::admin_door::AdminDoor;
use crate::application_door::ApplicationDoor;
use crate::provider::{IdentityProvider, NotMade};
use crate::settings::Settings;
use crate::workload_door;

/// Why the identity provider did not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration forbids root.
    #[error("started as root, which `identity_provider.refuse_root` forbids: start it as a user of its own")]
    Root,
    /// Keys or facts about ourselves cannot be had.
    #[error("cannot start: {0}")]
    Make(#[from] NotMade),
    /// A socket cannot be bound.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, io::Error),
    /// A thread cannot be had.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// Starts the identity provider. It runs until the process is killed.
pub fn run(settings: Settings) -> Result<Infallible, RunError> {
    logging::apply(&settings.log);
    let standing = Standing::now();
    if standing.root && settings.refuse_root {
        return Err(RunError::Root);
    }
    for warning in standing.warnings() {
        log::warn!("{warning}");
    }
    if !settings.refuse_shared_uid {
        log::warn!(
            "refuse_shared_uid is off: identities keep names apart, and not hostile processes of this daemon's uid"
        );
    }
    let (socket, admin_socket) = (settings.socket.clone(), settings.admin_socket.clone());
    let workload_api_socket = settings.workload_api_socket.clone();
    let provider = Arc::new(IdentityProvider::new(settings)?);
    let made = listener::make_private_folder(&admin_socket.0, admin_socket.1.group)
        .and_then(|()| listener::make_folder(&socket.0));
    made.map_err(|error| cannot_listen(&admin_socket.0, error))?;
    serve("admin", &admin_socket, Arc::new(AdminDoor(Arc::clone(&provider))))?;
    if let Some((path, admitted)) = &workload_api_socket {
        let bound = listener::make_folder(path).and_then(|()| listener::bind(path, *admitted));
        let bound = bound.map_err(|error| cannot_listen(path, error))?;
        workload_door::serve(bound, &provider).map_err(RunError::Thread)?;
    }
    serve("application", &socket, Arc::new(ApplicationDoor(Arc::clone(&provider))))?;
    for upstream in &provider.upstreams {
        upstream.start().map_err(RunError::Thread)?;
    }
    log::info!(instance:% = provider.instance, socket:% = socket.0.display(); "ready");
    if let Err(error) = sd_notify::notify(&[NotifyState::Ready]) {
        log::warn!("systemd cannot be told: {error}");
    }
    loop {
        std::thread::park();
    }
}

fn serve(name: &str, (path, admitted): &(PathBuf, Admitted), door: Arc<dyn Door>) -> Result<(), RunError> {
    let socket = listener::bind(path, *admitted).map_err(|error| cannot_listen(path, error))?;
    listener::serve(name, socket, door).map_err(RunError::Thread)
}

fn cannot_listen(path: &Path, error: io::Error) -> RunError {
    RunError::Listen(path.display().to_string(), error)
}

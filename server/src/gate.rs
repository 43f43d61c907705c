//! What stands before the handlers: who calls, under which name, from which page, and with what right.
//!
//! Which of these a route passes is decided by the group it is in (`router.rs`), never by looking at its path.

mod address;
mod bearer;
mod cross_site;
mod headers;
mod host;
mod session;
mod to_the_end;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use engine::{Engine, by_address::ByAddress};
use tokio_util::task::TaskTracker;

use crate::{events::Events, site::Site, strangers::Strangers};

pub use address::{ClientAddress, Peer, note_address};
pub use bearer::{require_token, require_token_or_session, require_token_or_session_for_pages};
pub use cross_site::refuse_other_sites;
pub use headers::{page_policy, secure_headers};
pub use host::require_our_host;
pub use session::{
    attach_session, pages_after_setup, require_session_for_functions, require_session_for_pages,
    session_token, set_up_once,
};
pub use to_the_end::run_to_the_end;

/// What the gate works with; cheap to clone.
#[derive(Clone)]
pub struct Gate {
    pub engine: Engine,
    pub site: Arc<Site>,
    pub events: Events,
    /// The room for bodies whose senders are not known yet.
    pub strangers: Strangers,
    /// Requests of each address behind a trusted proxy.
    pub forwarded: Arc<ByAddress>,
    /// Once there is a user there always is one, so the database need not be asked again.
    has_users: Arc<AtomicBool>,
    /// Requests that run, also those whose client has left.
    requests: TaskTracker,
}

impl Gate {
    pub fn new(engine: Engine, site: Arc<Site>, events: Events) -> Self {
        let strangers = Strangers::new(engine.settings().body_limit);
        Self {
            engine,
            site,
            events,
            strangers,
            forwarded: Arc::new(ByAddress::new(address::FORWARDED_AT_ONCE)),
            has_users: Arc::new(AtomicBool::new(false)),
            requests: TaskTracker::new(),
        }
    }

    /// Whether `/setup` has yet to be gone through.
    async fn setup_needed(&self) -> Result<bool, engine::Error> {
        if self.has_users.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let needed = engine::users::setup_needed(&self.engine).await?;
        self.has_users.store(!needed, Ordering::Relaxed);
        Ok(needed)
    }
}

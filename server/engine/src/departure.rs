//! Where every call leaves this installation: requests through `egress`, and mail.
//!
//! Nothing leaves without a [`Leave`], and a [`Leave`] is given here only. A copy of a production database holds
//! production's secrets: what it sends by itself would reach production's targets, and a refresh token that it uses is
//! lost to production (promise R6). So a new kind of call has to say here why it may leave. `egress` is a private field
//! of [`Departure`], and `scripts/invariants.sh` checks that no other module opens a door of its own.

mod mail;

use std::time::Duration;

use egress::{Egress, Failure, PhaseReport, Policy, Request, Response};
use model::connection::Connection;
use url::Url;

use crate::{Engine, Granted, Result, installation, permission::PermissionType};

pub(crate) use mail::Post;

/// The right of calls to leave.
#[derive(Debug)]
pub(crate) struct Leave {
    /// Only this module makes one.
    _given: (),
}

impl Leave {
    /// For the calls of a connection, to its target and to the provider of its tokens.
    ///
    /// # Errors
    /// The connection names another installation: a sentence with both names, and what to do.
    pub(crate) fn for_connection(engine: &Engine, connection: &Connection) -> Result<Self, String> {
        let (named, ours) = (&connection.instance_name, engine.instance_name());
        if named.is_empty() || *named == ours {
            return Ok(Self { _given: () });
        }
        let name = &connection.name;
        Err(if ours.is_empty() {
            format!(
                "Not sent: the connection {name} sends only from the instance {named}, and this one has no name. Set \
                 SWITCHBOARD_INSTANCE_NAME, or clear the Instance name of the connection to send from every installation."
            )
        } else {
            format!(
                "Not sent: the connection {name} sends only from the instance {named}, and this one is {ours}. To send \
                 from here, change the Instance name of the connection to {ours}, or clear it to send from every \
                 installation."
            )
        })
    }

    /// For a call without a connection: a person asked for it just now.
    pub(crate) fn by_person<P: PermissionType>(_: &Granted<P>) -> Self {
        Self { _given: () }
    }

    /// For notices.
    ///
    /// # Errors
    /// The inner error: the database was last run under another instance name, in a sentence that says what to do.
    pub(crate) async fn for_notice(engine: &Engine) -> Result<std::result::Result<Self, String>> {
        Ok(match installation::unaccepted(engine).await? {
            None => Ok(Self { _given: () }),
            Some(new) => Err(new.withheld()),
        })
    }
}

/// The one door out.
pub(crate) struct Departure {
    egress: Egress,
}

impl Departure {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            egress: Egress::new(policy),
        }
    }

    /// As [`Egress::send`].
    pub(crate) async fn send(
        &self,
        _: &Leave,
        request: Request,
        observe: impl FnMut(PhaseReport) + Send,
    ) -> std::result::Result<Response, (Failure, Vec<PhaseReport>)> {
        self.egress.send(request, observe).await
    }

    /// As [`Egress::check`]: it looks the name up.
    pub(crate) async fn check(
        &self,
        _: &Leave,
        url: &Url,
        within: Duration,
    ) -> std::result::Result<(), Failure> {
        self.egress.check(url, within).await
    }
}

//! What records are called that others refer to: people read names, not ids.

use std::collections::HashMap;

use model::id::{InboundUserId, OauthProfileId, ProtocolProfileId};
use uuid::Uuid;

use crate::{Engine, Result};

/// Names by id, as far as they were asked for.
#[derive(Default)]
pub(crate) struct Names(HashMap<Uuid, String>);

impl Names {
    pub(crate) async fn learn_oauth_profile(
        &mut self,
        engine: &Engine,
        id: Option<OauthProfileId>,
    ) -> Result<()> {
        if let Some(id) = id
            && let Some(profile) = store::oauth_profile::find(&engine.db, id).await?
        {
            self.0.insert(id.0, profile.name);
        }
        Ok(())
    }

    pub(crate) async fn learn_protocol_profile(
        &mut self,
        engine: &Engine,
        id: Option<ProtocolProfileId>,
    ) -> Result<()> {
        if let Some(id) = id
            && let Some(profile) = store::protocol_profile::find(&engine.db, id).await?
        {
            self.0.insert(id.0, profile.name);
        }
        Ok(())
    }

    pub(crate) async fn learn_inbound_user(
        &mut self,
        engine: &Engine,
        id: Option<InboundUserId>,
    ) -> Result<()> {
        if let Some(id) = id
            && let Some(user) = store::inbound_user::find(&engine.db, id).await?
        {
            self.0.insert(id.0, user.name);
        }
        Ok(())
    }

    /// Blank for none; the id of one that is gone.
    pub(crate) fn name(&self, id: Option<Uuid>) -> String {
        let Some(id) = id else { return String::new() };
        self.0.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

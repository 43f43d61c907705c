//! What a save of a profile does to the tokens and connections that use it.

use model::{
    Timestamp,
    profile::{GrantType, OauthProfile},
};
use store::Tx;

use crate::{Result, tokens};

/// What a changed profile means to the connections that use it.
pub(super) struct Mends {
    profile: OauthProfile,
    /// Whether the calls for a token or with one are made otherwise than before: what was proven or refused says nothing.
    calls_differ: bool,
    /// Whether the tokens there are were got with secrets that do not count any more, and can be got anew by ourselves.
    got_otherwise: bool,
    at: Timestamp,
}

impl Mends {
    pub(super) fn of(
        new: &OauthProfile,
        old: Option<&OauthProfile>,
        secrets_typed: bool,
        at: Timestamp,
    ) -> Self {
        // What is only words, or tells about the life of tokens, changes no call.
        let calls = |profile: &OauthProfile| OauthProfile {
            name: String::new(),
            description: String::new(),
            preset: String::new(),
            rotates: false,
            inactivity_days: None,
            absolute_days: None,
            refresh_days: None,
            version: 0,
            updated: at,
            updated_by: String::new(),
            ..profile.clone()
        };
        Self {
            calls_differ: secrets_typed || old.is_some_and(|old| calls(old) != calls(new)),
            got_otherwise: secrets_typed && new.grant_type != GrantType::AuthorizationCode,
            profile: new.clone(),
            at,
        }
    }

    pub(super) async fn apply(&self, tx: &mut Tx) -> Result<()> {
        let (id, needs_person) = (
            self.profile.id,
            self.profile.grant_type == GrantType::AuthorizationCode,
        );
        // What was refused or waits for its turn may be asked again: somebody has mended something.
        store::token::retry_of_profile(tx, id, !needs_person).await?;
        if self.calls_differ {
            store::connection::reset_proof_of_oauth_profile(tx, id, self.at).await?;
        }
        for token in store::token::list_by_profile(&mut *tx, id).await? {
            if self.got_otherwise {
                store::token::forget(tx, token.connection).await?;
            } else {
                store::token::reschedule(tx, &tokens::rescheduled(token, &self.profile)).await?;
            }
        }
        Ok(())
    }
}

//! A value that became secret is removed from what was recorded while people could read it: how far that has come.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ConnectionId, IntegrationId, RedactionId, VariableId},
};

/// What is said wherever a variable is made secret: what Switchboard removes, what it cannot, and what to do about it.
pub const ADVICE: &str = "A value that people could read before may have been copied. Enter a new value when you make \
                          a variable secret. Switchboard removes the old one from its database, audit trail and \
                          recorded requests within minutes, but not from backups, logs of other systems, or pages that \
                          are open in browsers; on PostgreSQL deleted rows stay on disk until their space is reused.";

choice! {
    /// What is being done.
    RedactionPhase {
        /// Everything recorded so far is looked through.
        First = "first", "Removing";
        /// What was under way when the value became secret is looked at once it has ended.
        Last = "last", "Checking";
        /// The database's own copies of overwritten rows are removed.
        Cleanse = "cleanse", "Cleaning up";
    }
}

/// One removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    pub id: RedactionId,
    pub integration: IntegrationId,
    pub connection: ConnectionId,
    pub variable: VariableId,
    /// Key of the variable.
    pub name: String,
    /// Where the value still stood in records of the design when it began.
    pub places: Vec<String>,
    pub started: Timestamp,
    pub started_by: String,
    pub phase: RedactionPhase,
    /// Number and replay of the transaction up to which this phase has come.
    pub position: (i64, i64),
    /// Records looked at.
    pub checked: i64,
    /// Those of them that held the value.
    pub changed: i64,
    /// Messages not sent yet, whose bodies stay until they are.
    pub waiting: i64,
    pub finished: Option<Timestamp>,
}

impl Redaction {
    /// How far it is, and where the value has to be replaced by hand, as sentences.
    pub fn in_words(&self) -> String {
        let mut words = self.progress();
        if !self.places.is_empty() {
            words.push_str(" When this began, the value also stood in ");
            words.push_str(&self.places.join("; "));
            words.push_str(": replace it there.");
        }
        words
    }

    fn progress(&self) -> String {
        let name = &self.name;
        let found = format!("{} of {} records held it", self.changed, self.checked);
        match (self.finished, self.waiting) {
            (Some(at), _) => format!(
                "The former value of {name} was removed from what was recorded ({found}) on {}.",
                at.exact()
            ),
            (None, 0) => format!(
                "The former value of {name} is being removed from what was recorded ({found} so far). This ends a few \
                 minutes after {}.",
                self.started.exact()
            ),
            (None, waiting) => format!(
                "The former value of {name} was removed from what was recorded ({found}), but for {waiting} messages of \
                 this integration that are not sent yet. It is removed from them once they are sent or ignored."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_waits_is_named_until_it_is_over() {
        let id = uuid::Uuid::nil();
        let mut redaction = Redaction {
            id: id.into(),
            integration: id.into(),
            connection: id.into(),
            variable: id.into(),
            name: "KEY".into(),
            places: vec!["header X-Key of the message create".into()],
            started: Timestamp(0),
            started_by: "admin".into(),
            phase: RedactionPhase::Last,
            position: (0, 0),
            checked: 7,
            changed: 2,
            waiting: 3,
            finished: None,
        };
        assert!(redaction.in_words().contains("3 messages"));
        assert!(
            redaction
                .in_words()
                .contains("header X-Key of the message create: replace it there")
        );
        redaction.waiting = 0;
        assert!(redaction.in_words().contains("is being removed"));
        redaction.finished = Some(Timestamp(0));
        assert!(
            redaction
                .in_words()
                .contains("was removed from what was recorded (2 of 7")
        );
    }
}

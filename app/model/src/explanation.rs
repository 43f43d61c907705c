//! What "Paste a request" answers: why a request would be let in or refused.

use serde::{Deserialize, Serialize};

use crate::choice;

choice! {
    /// How a step of an explanation ended.
    StepOutcome {
        Passed = "passed", "Passed";
        /// The request ends here.
        Refused = "refused", "Refused";
        /// Worth knowing; decides nothing.
        Noted = "noted", "Note";
    }
}

/// One check of a pasted request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplanationStep {
    /// What was checked: "Signature".
    pub title: String,
    pub outcome: StepOutcome,
    /// What was found, as a sentence. Never holds a secret.
    pub text: String,
}

/// What would become of a pasted request. Nothing of the request itself is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The HTTP status the sender would get.
    pub status: u16,
    pub steps: Vec<ExplanationStep>,
}

impl Explanation {
    /// Whether the message would be taken.
    pub fn accepted(&self) -> bool {
        self.status < 300
    }
}

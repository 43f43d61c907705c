//! The rungs of one attempt, told to whoever watches as they happen.

use egress::{Outcome, Phase, PhaseReport};
use model::connection_test::{Rung, StepState, TestEvent, TestStep};
use tokio::sync::mpsc::UnboundedSender;

use crate::mask::Mask;

/// The steps of an attempt and who watches them.
pub(super) struct Ladder<'a> {
    events: &'a UnboundedSender<TestEvent>,
    steps: Vec<TestStep>,
    /// For texts that name what the target said.
    mask: Option<&'a Mask>,
}

impl<'a> Ladder<'a> {
    /// A ladder of which nothing was walked yet.
    pub(super) fn new(events: &'a UnboundedSender<TestEvent>) -> Self {
        Self {
            events,
            steps: Vec::new(),
            mask: None,
        }
    }

    /// The same for a request whose secrets `mask` hides in every text.
    pub(super) fn masked(events: &'a UnboundedSender<TestEvent>, mask: &'a Mask) -> Self {
        Self {
            mask: Some(mask),
            ..Self::new(events)
        }
    }

    /// Notes how a rung stands.
    pub(super) fn step(&mut self, rung: Rung, state: StepState, text: &str, micros: i64) {
        let step = TestStep {
            rung,
            state,
            text: self.mask.map_or_else(|| text.to_owned(), |mask| mask.text(text)),
            micros,
        };
        // Nobody may be watching any more: the test still runs and is stored.
        let _ = self.events.send(TestEvent::Step(step.clone()));
        match self.steps.iter_mut().find(|known| known.rung == rung) {
            Some(known) => *known = step,
            None => self.steps.push(step),
        }
    }

    /// Notes what the connector reports.
    pub(super) fn report(&mut self, report: &PhaseReport) {
        let rung = match report.phase {
            Phase::Policy => Rung::Policy,
            Phase::Name => Rung::Name,
            Phase::Tcp => Rung::Tcp,
            Phase::Tls => Rung::Tls,
            Phase::Request => Rung::Request,
        };
        let micros = i64::try_from(report.elapsed.as_micros()).unwrap_or(i64::MAX);
        match &report.outcome {
            Outcome::Running => self.step(rung, StepState::Running, "", 0),
            Outcome::Passed(text) => self.step(rung, StepState::Passed, text, micros),
            Outcome::Failed(text) => self.step(rung, StepState::Failed, text, micros),
            Outcome::NotNeeded(text) => self.step(rung, StepState::NotNeeded, text, micros),
        }
    }

    /// Every rung in order; those never reached say so.
    pub(super) fn finish(mut self) -> Vec<TestStep> {
        for &rung in Rung::ALL {
            match self
                .steps
                .iter()
                .find(|step| step.rung == rung)
                .map(|step| step.state)
            {
                None => self.step(rung, StepState::NotReached, "not reached", 0),
                Some(StepState::Running) => self.step(rung, StepState::Failed, "no answer in time", 0),
                Some(_) => {}
            }
        }
        self.steps.sort_by_key(|step| step.rung);
        self.steps
    }
}

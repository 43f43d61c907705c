//! The rungs of one attempt, told to whoever watches as they happen.

use egress::{Outcome, Phase, PhaseReport};
use model::connection_test::{Rung, StepState, TestEvent, TestStep};
use tokio::sync::mpsc::UnboundedSender;

/// The steps of an attempt and who watches them.
pub(super) struct Ladder<'a> {
    events: &'a UnboundedSender<TestEvent>,
    steps: Vec<TestStep>,
}

impl<'a> Ladder<'a> {
    /// A ladder of which nothing was walked yet.
    pub(super) fn new(events: &'a UnboundedSender<TestEvent>) -> Self {
        Self {
            events,
            steps: Vec::new(),
        }
    }

    /// Notes how a rung stands.
    pub(super) fn step(&mut self, rung: Rung, state: StepState, text: &str, micros: i64) {
        let step = TestStep {
            rung,
            state,
            text: text.into(),
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

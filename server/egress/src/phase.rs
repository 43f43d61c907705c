//! The phases of a call, and the record of how each went.

use std::time::Duration;

use tokio::time::Instant;

/// A phase, in order. They are the rungs of the Connection Test but for Token, which is the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    Policy,
    Name,
    Tcp,
    Tls,
    Request,
}

/// How a phase stands; the texts are in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Running,
    Passed(String),
    Failed(String),
    NotNeeded(String),
}

/// A phase and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseReport {
    pub phase: Phase,
    pub outcome: Outcome,
    /// Zero while running. Measured in microseconds or better.
    pub elapsed: Duration,
}

/// Times the phases, tells the observer and keeps the ends.
pub(crate) struct Ladder<'a> {
    observe: &'a mut (dyn FnMut(PhaseReport) + Send),
    running: Option<(Phase, Instant)>,
    ended: Vec<PhaseReport>,
}

impl<'a> Ladder<'a> {
    pub(crate) fn new(observe: &'a mut (dyn FnMut(PhaseReport) + Send)) -> Self {
        Self {
            observe,
            running: None,
            ended: Vec::with_capacity(5),
        }
    }

    pub(crate) fn begin(&mut self, phase: Phase) {
        self.running = Some((phase, Instant::now()));
        (self.observe)(PhaseReport {
            phase,
            outcome: Outcome::Running,
            elapsed: Duration::ZERO,
        });
    }

    pub(crate) fn pass(&mut self, text: String) {
        self.end(Outcome::Passed(text));
    }

    /// Ends the running phase as failed. Does nothing between phases.
    pub(crate) fn fail(&mut self, text: String) {
        self.end(Outcome::Failed(text));
    }

    pub(crate) fn not_needed(&mut self, phase: Phase, text: &str) {
        self.record(PhaseReport {
            phase,
            outcome: Outcome::NotNeeded(text.into()),
            elapsed: Duration::ZERO,
        });
    }

    /// Takes back a pass of Policy: whether a host name is allowed is known for certain only once its
    /// addresses are. The observer gets a second report for that phase, the record keeps only this one.
    pub(crate) fn policy_failed(&mut self, text: String) {
        let before = self.ended.iter().position(|report| report.phase == Phase::Policy);
        let elapsed = before.map_or(Duration::ZERO, |index| self.ended[index].elapsed);
        let report = PhaseReport {
            phase: Phase::Policy,
            outcome: Outcome::Failed(text),
            elapsed,
        };
        (self.observe)(report.clone());
        match before {
            Some(index) => self.ended[index] = report,
            None => self.ended.push(report),
        }
    }

    /// The ends, in order; no phase is `Running` here.
    pub(crate) fn into_reports(self) -> Vec<PhaseReport> {
        self.ended
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some((phase, started)) = self.running.take() {
            self.record(PhaseReport {
                phase,
                outcome,
                elapsed: started.elapsed(),
            });
        }
    }

    fn record(&mut self, report: PhaseReport) {
        (self.observe)(report.clone());
        self.ended.push(report);
    }
}

//! The check of one form: errors are noted, and what is not shown is neither checked nor kept.

use crate::{FieldErrors, Invalid};

/// A check under way.
pub(crate) struct Check<'a> {
    errors: FieldErrors,
    shown: &'a dyn Fn(&str) -> bool,
}

impl<'a> Check<'a> {
    /// `errors`: what was found while it was found out what is shown.
    pub(crate) fn new(errors: FieldErrors, shown: &'a dyn Fn(&str) -> bool) -> Self {
        Self { errors, shown }
    }

    pub(crate) fn is_shown(&self, field: &str) -> bool {
        (self.shown)(field)
    }

    /// The value of a field; blank when it is hidden, or wrong, which is noted.
    pub(crate) fn keep<T: Default>(&mut self, field: &str, result: Result<T, Invalid>) -> T {
        if !self.is_shown(field) {
            return T::default();
        }
        self.errors.keep(field, result).unwrap_or_default()
    }

    /// A secret with its name, if it was typed: a blank one keeps what is set.
    pub(crate) fn secret(
        &mut self,
        name: &'static str,
        typed: &str,
        parse: impl FnOnce(&str) -> Result<String, Invalid>,
    ) -> Option<(&'static str, String)> {
        if typed.is_empty() || !self.is_shown(name) {
            return None;
        }
        let secret = self.errors.keep(name, parse(typed))?;
        Some((name, secret))
    }

    pub(crate) fn add(&mut self, field: &str, invalid: Invalid) {
        self.errors.add(field, invalid);
    }

    pub(crate) fn into_result(self) -> Result<(), FieldErrors> {
        self.errors.into_result()
    }
}

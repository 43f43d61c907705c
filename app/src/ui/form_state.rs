//! What the fields of one form share: its errors, what was typed before a refusal, what changed.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{FieldErrors, Invalid};

use crate::{
    AppError,
    refused::{Refused, bare},
};

/// The state of a form, in the context of its fields.
#[derive(Clone, Copy)]
pub struct FormState {
    /// Goes before the ids of the fields, so that two forms of a page never share one.
    prefix: StoredValue<String>,
    /// Why the last attempt was refused.
    pub error: RwSignal<Option<AppError>>,
    /// Whether an answer is awaited.
    pub pending: RwSignal<bool>,
    /// Labels of fields that differ from what is stored.
    pub changed: RwSignal<Vec<String>>,
    /// Values of choices that reveal other fields, as far as they were touched.
    choices: RwSignal<BTreeMap<String, String>>,
    /// Fields whose file could not be read, and why: nothing is saved in their place.
    held_back: RwSignal<BTreeMap<&'static str, String>>,
    typed: StoredValue<Option<Vec<(String, String)>>>,
}

impl FormState {
    /// The state of a form, which begins with what a refusal left.
    pub fn new(prefix: String, refused: Option<Refused>) -> Self {
        let (error, typed) = refused.map_or((None, None), |refused| {
            (Some(refused.error), Some(refused.fields))
        });
        Self {
            prefix: StoredValue::new(prefix),
            error: RwSignal::new(error),
            pending: RwSignal::new(false),
            changed: RwSignal::new(Vec::new()),
            choices: RwSignal::new(BTreeMap::new()),
            held_back: RwSignal::new(BTreeMap::new()),
            typed: StoredValue::new(typed),
        }
    }

    /// The state of the form around this field. Outside a form: an empty one.
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::new("field".into(), None))
    }

    /// Name of the field in HTML: `form[name]`.
    pub fn html_name(field: &str) -> String {
        format!("form[{field}]")
    }

    /// Id of the field on the page.
    pub fn html_id(&self, field: &str) -> String {
        self.prefix.with_value(|prefix| format!("{prefix}-{field}"))
    }

    /// What the field shows first: what was typed before the refusal, else what is stored.
    pub fn value(&self, field: &str, stored: String) -> String {
        self.typed.with_value(|typed| match typed {
            Some(typed) => typed
                .iter()
                .find(|(name, _)| bare(name) == field)
                .map_or_else(String::new, |(_, value)| value.clone()),
            None => stored,
        })
    }

    /// What is wrong with the field, as a sentence.
    pub fn invalid(&self, field: &'static str) -> Signal<Option<String>> {
        let error = self.error;
        Signal::derive(move || {
            error.with(|error| {
                error
                    .as_ref()
                    .and_then(|error| error.fields().get(field).map(model::Invalid::text))
            })
        })
    }

    /// Notes that a choice was made.
    pub fn choose(&self, field: &str, value: String) {
        let field = bare(field).to_owned();
        self.choices.try_update(|choices| {
            choices.insert(field, value);
        });
    }

    /// Notes that the file for `field` could not be read. Until it is taken back the form is not sent.
    pub fn hold_back(&self, field: &'static str, why: String) {
        self.held_back.try_update(|held| {
            held.insert(field, why);
        });
    }

    /// Forgets files that could not be read: another one was, or the form shall do without.
    pub fn take_back(&self) {
        if self.held_back.with_untracked(|held| !held.is_empty()) {
            self.held_back.set(BTreeMap::new());
            self.error.set(None);
        }
    }

    /// Why the file for `field` was not taken.
    pub fn not_taken(&self, field: &'static str) -> Option<String> {
        self.held_back.with(|held| held.get(field).cloned())
    }

    /// Why the form cannot be sent yet; `None` when it can.
    pub fn refusal(&self) -> Option<AppError> {
        let held = self.held_back.get_untracked();
        if held.is_empty() {
            return None;
        }
        let mut errors = FieldErrors::default();
        for (field, why) in held {
            errors.add(field, Invalid::Refused(why));
        }
        Some(AppError::Invalid(errors))
    }

    /// Forgets the choices: every field is back at what is stored.
    pub fn forget(&self) {
        self.choices.set(BTreeMap::new());
        self.held_back.set(BTreeMap::new());
        self.changed.set(Vec::new());
        self.error.set(None);
    }

    /// What is chosen in `field` now, or `stored` when it was not touched.
    pub fn choice(&self, field: &'static str, stored: String) -> Signal<String> {
        let choices = self.choices;
        let first = self.value(field, stored);
        Signal::derive(move || {
            choices
                .with(|choices| choices.get(field).cloned())
                .unwrap_or_else(|| first.clone())
        })
    }
}

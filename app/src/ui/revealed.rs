//! Fields that appear with a choice. CSS shows them (so that they work without JavaScript); once the page is live,
//! hidden ones are disabled as well and therefore not sent.

use leptos::prelude::*;
use model::{
    connection::Authentication,
    connection_form::{SHOWN_WHEN, ShownWhen},
    oauth_profile_form::asked_for,
    profile::{ClientAuthentication, GrantType},
};

use super::form_state::FormState;
use crate::context::hydrated;

/// A choice and the value of it that shows a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The field that decides.
    pub choice: &'static str,
    /// Its value.
    pub value: &'static str,
}

impl Condition {
    /// As the style sheet knows it.
    fn word(self) -> String {
        format!("{}={}", self.choice, self.value)
    }
}

/// The choice that shows a field of the connection form, from the model's rule table.
fn shown_by(field: &str) -> Option<Condition> {
    SHOWN_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, when)| match when {
            ShownWhen::Authentication(authentication) => Condition {
                choice: "authentication",
                value: authentication.word(),
            },
            ShownWhen::MutualAuth => Condition {
                choice: "mutual_auth",
                value: "on",
            },
        })
}

/// Fields of the connection form that are shown together with `field`.
#[component]
pub fn Revealed(
    /// The field whose rule decides.
    field: &'static str,
    /// What is stored in the field that decides.
    #[prop(into)]
    stored: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let condition = shown_by(field).unwrap_or(Condition {
        choice: "authentication",
        value: Authentication::None.word(),
    });
    let stored = vec![(condition.choice, stored)];
    view! { <ShownWith conditions=vec![condition] stored>{children()}</ShownWith> }
}

/// The two choices of the OAuth profile form, as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OauthChoices {
    pub grant: GrantType,
    pub authentication: ClientAuthentication,
}

/// The choices that show a field of the OAuth profile form, each by itself, from the model's rule table.
fn oauth_conditions(field: &str) -> Vec<Condition> {
    let grants = GrantType::ALL.iter().filter(|grant| {
        ClientAuthentication::ALL
            .iter()
            .all(|way| asked_for(field, **grant, *way))
    });
    let ways = ClientAuthentication::ALL
        .iter()
        .filter(|way| GrantType::ALL.iter().all(|grant| asked_for(field, *grant, **way)));
    let of_grants = grants.map(|grant| Condition {
        choice: "grant_type",
        value: grant.word(),
    });
    let of_ways = ways.map(|way| Condition {
        choice: "client_authentication",
        value: way.word(),
    });
    of_grants.chain(of_ways).collect()
}

/// Fields of the OAuth profile form that are shown together with `field`.
#[component]
pub fn OauthRevealed(
    /// The field whose rule decides.
    field: &'static str,
    /// What is stored in the fields that decide.
    stored: OauthChoices,
    /// Whole cards: without the line at the left.
    #[prop(optional)]
    whole: bool,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let stored = vec![
        ("grant_type", stored.grant.word().to_owned()),
        ("client_authentication", stored.authentication.word().to_owned()),
    ];
    view! { <ShownWith conditions=oauth_conditions(field) stored whole>{children()}</ShownWith> }
}

/// Fields that are shown while one choice has one value.
#[component]
pub fn ShownWithChoice(
    /// The field that decides.
    choice: &'static str,
    /// Its value that shows these fields.
    value: &'static str,
    /// What is stored in it.
    #[prop(into)]
    stored: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let conditions = vec![Condition { choice, value }];
    let stored = vec![(choice, stored)];
    view! { <ShownWith conditions stored>{children()}</ShownWith> }
}

/// Fields that are shown while one of the conditions holds.
#[component]
pub fn ShownWith(
    /// What shows them.
    conditions: Vec<Condition>,
    /// What is stored in the fields that decide.
    stored: Vec<(&'static str, String)>,
    /// Whole cards: without the line at the left.
    #[prop(optional)]
    whole: bool,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let state = FormState::here();
    let chosen: Vec<_> = stored
        .into_iter()
        .map(|(choice, stored)| (choice, state.choice(choice, stored)))
        .collect();
    let live = hydrated();
    let words = conditions
        .iter()
        .map(|condition| condition.word())
        .collect::<Vec<_>>();
    let holds = move || {
        chosen.iter().any(|(choice, chosen)| {
            let value = chosen.get();
            conditions
                .iter()
                .any(|condition| condition.choice == *choice && condition.value == value)
        })
    };
    let disabled = move || live.get() && !holds();
    view! {
        <fieldset class=if whole { "revealed whole" } else { "revealed" } data-shown-with=words.join(" ") disabled=disabled>
            {children()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use model::oauth_profile_form::{ASKED_WHEN, KEY_FIELDS};

    use super::*;

    fn assert_styled(condition: Condition) {
        let css = include_str!("../../../style/forms.css");
        let word = condition.word();
        assert!(css.contains(&format!("[data-shown-with~=\"{word}\"]")), "{word}");
    }

    #[test]
    fn the_style_sheet_knows_every_rule_of_the_model() {
        for (field, _) in SHOWN_WHEN {
            assert_styled(shown_by(field).expect("every field of the table has a rule"));
        }
    }

    #[test]
    fn every_rule_of_the_oauth_profile_form_is_said_by_choices_that_show_it_alone() {
        let listed = ASKED_WHEN.iter().map(|(field, _)| *field);
        for field in listed.chain(KEY_FIELDS) {
            let conditions = oauth_conditions(field);
            for condition in &conditions {
                assert_styled(*condition);
            }
            for grant in GrantType::ALL {
                for way in ClientAuthentication::ALL {
                    let holds = conditions.iter().any(|condition| {
                        [
                            ("grant_type", grant.word()),
                            ("client_authentication", way.word()),
                        ]
                        .contains(&(condition.choice, condition.value))
                    });
                    assert_eq!(holds, asked_for(field, *grant, *way), "{field} {grant:?} {way:?}");
                }
            }
        }
    }
}

//! The banner of a database that was last run under another instance name.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    installation::NewInstallation,
    overview::Frame,
    permission::{Permission, Role},
};

use super::api::AcceptInstallation;
use crate::ui::form::{Form, Hidden, Submit};

/// On top of every page until an administrator has accepted the new name.
#[component]
pub fn NewInstallationBanner(
    /// Names, and what there is to accept.
    frame: Frame,
    /// What there is to accept now.
    new: Signal<Option<NewInstallation>>,
) -> impl IntoView {
    let role = frame.role;
    move || new.get().map(|new| banner(new, role))
}

fn banner(new: NewInstallation, role: Role) -> AnyView {
    let waiting = match new.waiting {
        0 => "No notice waits.".to_owned(),
        1 => "1 notice waits.".to_owned(),
        count => format!("{count} notices wait."),
    };
    let NewInstallation {
        last_name,
        instance_name,
        ..
    } = new.clone();
    let (what, next) = if instance_name.is_empty() {
        (new.withheld(), None)
    } else {
        let what = format!(
            "This installation is {instance_name}, and its database was last run under {last_name}. If it is a copy, \
             mails and webhooks would reach the people of {last_name}, so they are withheld."
        );
        (what, Some(press(instance_name, &last_name, &waiting, role)))
    };
    view! {
        <section class="notice warn new-installation" aria-label="New installation">
            <p>{what}</p>
            {next}
        </section>
    }
    .into_any()
}

fn press(instance_name: String, last_name: &str, waiting: &str, role: Role) -> AnyView {
    let text = format!(
        "{waiting} They are sent once the new name is accepted. Connections with another Instance name still send \
         nothing. If this is {last_name} itself, set SWITCHBOARD_INSTANCE_NAME to {last_name} and restart instead."
    );
    let button = if role.may(Permission::Administer) {
        view! {
            <Form action={PhantomData::<AcceptInstallation>} prefix="new-installation" class="contents">
                <Hidden name="instance_name" value=instance_name/>
                <p class="actions"><Submit label="This is a new installation" class="button"/></p>
            </Form>
        }
        .into_any()
    } else {
        view! { <p>"Ask an administrator to accept it."</p> }.into_any()
    };
    view! { <p>{text}</p>{button} }.into_any()
}

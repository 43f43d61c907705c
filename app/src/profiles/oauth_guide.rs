//! How to register the client at the provider, beside the form.

use leptos::prelude::*;
use model::{oauth_presets::OauthPreset, profile::GrantType};

use super::api::UsedBy;
use crate::{
    routes,
    ui::{badge::EnvironmentBadge, card::Card, copy_button::CopyButton},
};

/// The guide of the chosen provider and the redirect URLs to register there.
#[component]
pub fn OauthGuide(
    /// Key of the chosen preset.
    preset: RwSignal<String>,
    /// The connections that use the profile.
    used_by: Vec<UsedBy>,
) -> impl IntoView {
    let redirect = match used_by.as_slice() {
        [] => "that the connection's page shows after saving".to_owned(),
        [only] => only.redirect_uri.clone(),
        _ => "of each connection below".to_owned(),
    };
    let steps = move || {
        let known = preset.with(|key| OauthPreset::find(key));
        let label = known.map_or("Other provider", |preset| preset.label);
        let guide = known.map_or_else(Vec::new, |preset| preset.guide(&redirect));
        let steps = guide
            .iter()
            .map(|(grants, step)| step_view(for_grants(grants), step))
            .collect_view();
        view! { <Card title=format!("Set up at the provider: {label}")><ol class="guide">{steps}</ol></Card> }
    };
    view! {
        <aside class="stack" aria-label="Guide">
            {steps}
            <div data-grants=GrantType::AuthorizationCode.word()>
                <Card title="Redirect URLs" flush=true note="one per connection">{redirect_urls(used_by)}</Card>
            </div>
        </aside>
    }
}

/// The grants that something is for, as the style sheet hides it with the others.
fn for_grants(grants: &[GrantType]) -> String {
    let words: Vec<&str> = grants.iter().map(|grant| grant.word()).collect();
    words.join(" ")
}

/// A step with the address to open as a link.
fn step_view(grants: String, step: &str) -> AnyView {
    let Some((before, rest)) = step
        .split_once("https://")
        .filter(|(before, _)| before.ends_with("Open "))
    else {
        return view! { <li data-grants=grants>{step.to_owned()}</li> }.into_any();
    };
    let end = rest
        .find(|c: char| c.is_whitespace() || c == ',')
        .unwrap_or(rest.len());
    let (address, after) = rest.split_at(end);
    view! {
        <li class="guide-step" data-grants=grants>
            {before.to_owned()}
            <a href=format!("https://{address}") target="_blank" rel="noopener noreferrer">{address.to_owned()}</a>
            {after.to_owned()}
        </li>
    }
    .into_any()
}

fn redirect_urls(used_by: Vec<UsedBy>) -> AnyView {
    if used_by.is_empty() {
        return view! {
            <p class="muted in">"No connection uses this profile yet. Each connection has a redirect URL of its own, which its page shows once it is saved with this profile."</p>
        }
        .into_any();
    }
    let rows = used_by
        .into_iter()
        .map(|used| {
            let label = format!("Copy redirect URL of {} of {}", used.name, used.integration_name);
            view! {
                <li class="flex-wrap">
                    <span class="grow min-w-0 basis-60">
                        <a class="row-link" href=routes::connection(used.integration, used.connection)>{used.name}</a>
                        " " <EnvironmentBadge environment=used.environment/>
                        <small>{used.integration_name}</small>
                        <code class="block break-all">{used.redirect_uri.clone()}</code>
                    </span>
                    <CopyButton text=used.redirect_uri label/>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{rows}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_hides_what_another_grant_needs() {
        let css = include_str!("../../../style/forms.css");
        for grant in GrantType::ALL {
            let word = grant.word();
            assert!(
                css.contains(&format!("[data-grants]:not([data-grants~=\"{word}\"])")),
                "{word}"
            );
        }
    }
}

//! Puts navigation, header and page together.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{
    announcement::Announcement, api, events, header::Header, navigation::Navigation, palette::Palette,
    shortcuts,
};
use crate::{
    AppError,
    context::{loaded, page_resource, refreshed},
    live::any_version,
};

/// The frame around the pages of somebody who is logged in.
#[component]
pub fn Frame() -> impl IntoView {
    let frame = page_resource(|| (), |()| api::frame());
    // Only the health light updates by itself: an open drawer or menu stays as it is.
    let fresh = refreshed(|| ((), any_version()), |()| api::frame());
    let palette = RwSignal::new(false);
    shortcuts::listen(palette);
    events::listen();
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="app">
            {loaded(frame, move |frame| header_and_navigation(frame, fresh, palette))}
            <main id="content" tabindex="-1"><Outlet/></main>
            <Announcement/>
            <Palette open=palette/>
        </div>
    }
}

fn header_and_navigation(
    frame: model::overview::Frame,
    fresh: Resource<Result<Option<model::overview::Frame>, AppError>>,
    palette: RwSignal<bool>,
) -> AnyView {
    let first = frame.health;
    let health = Signal::derive(move || {
        let fresh = fresh.get().and_then(Result::ok).flatten();
        fresh.map_or(first, |fresh| fresh.health)
    });
    view! { <Header frame=frame.clone() health palette/><Navigation frame/> }.into_any()
}

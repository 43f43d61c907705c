//! Puts navigation, header and page together.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{
    announcement::Announcement, api, events, header::Header, navigation::Navigation,
    new_installation::NewInstallationBanner, palette::Palette, shortcuts,
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
            <main id="content" tabindex="-1">
                <Transition>
                    {move || Suspend::new(async move { frame.await.ok().map(|frame| new_installation(frame, fresh)) })}
                </Transition>
                <Outlet/>
            </main>
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

fn new_installation(
    frame: model::overview::Frame,
    fresh: Resource<Result<Option<model::overview::Frame>, AppError>>,
) -> AnyView {
    let first = frame.new_installation.clone();
    let new = Signal::derive(move || {
        let fresh = fresh.get().and_then(Result::ok).flatten();
        fresh.map_or_else(|| first.clone(), |fresh| fresh.new_installation)
    });
    view! { <NewInstallationBanner frame new/> }.into_any()
}

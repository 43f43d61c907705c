//! Puts navigation, header and page together.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{
    announcement::Announcement, api, header::Header, navigation::Navigation, palette::Palette, shortcuts,
};
use crate::context::{loaded, page_resource};

/// The frame around the pages of somebody who is logged in.
#[component]
pub fn Frame() -> impl IntoView {
    let frame = page_resource(|| (), |()| api::frame());
    let palette = RwSignal::new(false);
    shortcuts::listen(palette);
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="app">
            {loaded(frame, move |frame| view! { <Header frame=frame.clone() palette/><Navigation frame/> }.into_any())}
            <main id="content" tabindex="-1"><Outlet/></main>
            <Announcement/>
            <Palette open=palette/>
        </div>
    }
}

//! The few icons used, drawn on a 16 px grid.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Brand,
    Search,
    Menu,
    External,
    Check,
    Cross,
    Dash,
    Spinner,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Brand => {
                "M3.2 5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM12.8 5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM3.2 14.6a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM12.8 14.6a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM5 3.2c3.5 0 2.5 9.6 6 9.6"
            }
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.8 10.8 14 14",
            Self::Menu => "M2.5 4h11M2.5 8h11M2.5 12h11",
            Self::External => "M6 3H3v10h10v-3M9 3h4v4M13 3 7.5 8.5",
            Self::Check => "m3.5 8.5 3 3 6-7",
            Self::Cross => "m4 4 8 8M12 4l-8 8",
            Self::Dash => "M4 8h8",
            Self::Spinner => "M8 2a6 6 0 1 0 6 6",
        }
    }
}

/// An icon beside a text; hidden from assistive technology.
#[component]
pub fn IconView(
    /// Which one.
    icon: Icon,
    /// Class of the picture.
    #[prop(default = "icon")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}

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
    Dashboard,
    Process,
    Integration,
    Application,
    Connection,
    Transaction,
    Key,
    Shield,
    Person,
    Settings,
    Book,
    Fold,
    Clock,
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
            Self::Dashboard => "M2.5 2.5h4.5v4.5H2.5ZM9 2.5h4.5v4.5H9ZM2.5 9h4.5v4.5H2.5ZM9 9h4.5v4.5H9Z",
            Self::Process => "M3 4.5h6.5a3 3 0 0 1 0 6H6M8.5 8 6 10.5 8.5 13M3 2.5v4",
            Self::Integration => {
                "M1.8 8a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0M9.8 8a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0M6.2 8h3.6"
            }
            Self::Application => "m8 1.8 5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9ZM2.5 4.9 8 8l5.5-3.1M8 8v6.2",
            Self::Connection => "M6 2v3.5M10 2v3.5M4 5.5h8v2.2a4 4 0 0 1-8 0ZM8 11.7V14",
            Self::Transaction => "M2.5 5.5h10M9.5 2.5l3 3-3 3M13.5 10.5h-10M6.5 7.5l-3 3 3 3",
            Self::Key => "M2 10.5a3 3 0 1 0 6 0 3 3 0 1 0-6 0M7.2 8.3 13.5 2M10.5 5l2.3 2.3",
            Self::Shield => "M8 1.8 13 3.6v4c0 3-2 5.4-5 6.6-3-1.2-5-3.6-5-6.6v-4Z",
            Self::Person => {
                "M5.2 5a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M2.5 14c.5-3 2.7-4.5 5.5-4.5s5 1.5 5.5 4.5"
            }
            Self::Settings => {
                "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M8.5 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M4.5 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0"
            }
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 2",
            Self::Book => {
                "M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12ZM3 12a1.5 1.5 0 0 1 1.5-1.5H13"
            }
            Self::Fold => "M2.5 2.5h11v11h-11ZM6.5 2.5v11M11 6 9 8l2 2",
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

//! A button that opens a native dialog. Without JavaScript it leads to a page with the same content.

use leptos::{html, prelude::*};

use crate::live::Live;

/// A button and the dialog it opens; both have the same name.
#[component]
pub fn DialogButton(
    /// The button's text and the dialog's name.
    label: &'static str,
    /// The page with the same content.
    href: String,
    /// Class of the button.
    #[prop(default = "button")]
    class: &'static str,
    /// Names the record for assistive technology, where several such buttons stand in a list.
    #[prop(optional, into)]
    describes: Option<String>,
    /// Name of the button for assistive technology, where its text alone does not say which record it is about.
    #[prop(optional, into)]
    named: Option<String>,
    /// Wider than usual.
    #[prop(optional)]
    wide: bool,
    /// Makes the content when the dialog opens; gets a callback that closes it.
    content: Callback<Callback<()>, AnyView>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let opened = RwSignal::new(false);
    let live = use_context::<Live>();
    let close = Callback::new(move |()| {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        opened.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    view! {
        <form method="get" action=href class="contents">
            <button type="submit" class=class aria-haspopup="dialog" aria-label=named aria-description=describes on:click=open>{label}</button>
        </form>
        <dialog
            class=if wide { "dialog wide" } else { "dialog" }
            aria-label=label
            node_ref=dialog
            on:close=move |_| {
                opened.try_set(false);
                if let Some(live) = live {
                    live.release();
                }
            }
        >
            {move || opened.get().then(|| content.run(close))}
        </dialog>
    }
}

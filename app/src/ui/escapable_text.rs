//! Text inside the elements whose children the renderer writes as they are: `<textarea>` (its `ESCAPE_CHILDREN` is
//! false) and `<title>` (written by `leptos_meta`). `scripts/invariants.sh` keeps these elements in the files that use
//! this one.

/// Escapes `text` on the server. HTML calls these elements escapable raw text (HTML Living Standard, 13.1.2): a parser
/// ends them at their end tag and replaces character references in them. The browser sets the text through the DOM, so
/// there it stays as it is.
#[cfg(feature = "ssr")]
pub fn escapable_text(text: &str) -> String {
    html_escape::encode_text(text).into_owned()
}

/// In the browser the DOM takes the text as it is.
#[cfg(not(feature = "ssr"))]
pub fn escapable_text(text: &str) -> String {
    text.to_owned()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use any_spawner::Executor;
    use futures::{StreamExt, stream};
    use leptos::prelude::*;
    use leptos_meta::ServerMetaContext;

    use crate::{
        AppError,
        ui::{
            error_panel::ErrorPanel, page_head::PageHead, page_title::TitleOfEveryPage,
            secret_area::SecretArea, text_area::TextArea,
        },
    };

    const HOSTILE: &str = "x</textarea></title><b>&amp;";
    /// What a parser reads as [`HOSTILE`].
    const ESCAPED: &str = "x&lt;/textarea&gt;&lt;/title&gt;&lt;b&gt;&amp;amp;";

    /// A page as the server sends it.
    async fn page(body: impl FnOnce() -> AnyView) -> String {
        let _ = Executor::init_tokio();
        let (context, output) = ServerMetaContext::new();
        let html = Owner::new().with(|| {
            leptos_meta::provide_meta_context();
            provide_context(context);
            let every = view! { <TitleOfEveryPage/> }.into_any();
            format!("<head></head>{}{}", every.to_html(), body().to_html())
        });
        let whole = output.inject_meta_context(stream::iter([html])).await;
        whole.collect::<Vec<_>>().await.concat()
    }

    #[tokio::test]
    async fn a_text_area_holds_its_text() {
        for (text, content) in [
            (HOSTILE.to_owned(), ESCAPED),
            ("\nsecond line".to_owned(), "\nsecond line"),
            (String::new(), ""),
        ] {
            let html = page(|| {
                view! { <TextArea name="name" label="Name" value=text placeholder=HOSTILE/> }.into_any()
            })
            .await;
            let (_, area) = html.split_once("<textarea").unwrap();
            let (attributes, rest) = area.split_once(">\n").unwrap();
            assert!(!attributes.contains('<'), "{attributes}");
            // A parser drops the line break after the start tag.
            assert_eq!(rest.split_once("</textarea>").unwrap().0, content);
        }
        let html =
            page(|| view! { <SecretArea name="key" label="Key" state=None placeholder=HOSTILE/> }.into_any())
                .await;
        assert!(html.contains("</textarea>") && !html.contains("<b>"), "{html}");
    }

    #[tokio::test]
    async fn the_title_is_text() {
        let title = format!("<title>{ESCAPED} · Switchboard</title>");
        let html = page(|| {
            view! { <PageHead title=HOSTILE crumbs=vec![(HOSTILE.into(), HOSTILE.into())]/> }.into_any()
        })
        .await;
        assert!(html.contains(&title) && !html.contains("<b>"), "{html}");
        let error = AppError::NotFound(HOSTILE.into());
        let html = page(|| view! { <ErrorPanel error/> }.into_any()).await;
        assert!(
            html.contains(&format!("<title>There is no such {ESCAPED} · Switchboard")),
            "{html}"
        );
        assert!(!html.contains("<b>"), "{html}");
    }
}

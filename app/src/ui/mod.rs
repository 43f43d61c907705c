//! Base components: everything a page is put together from.

pub mod badge;
pub mod card;
pub mod code;
pub mod copy_button;
pub mod dialog_button;
pub mod empty_state;
pub mod error_panel;
pub mod filter_select;
pub mod form;
pub mod form_alert;
pub mod form_state;
pub mod icon;
pub mod leaving;
pub mod page_head;
pub mod revealed;
pub mod secret_field;
pub mod select_field;
pub mod skeleton;
pub mod sparkline;
pub mod switch_field;
pub mod tabs;
pub mod text_area;
pub mod text_field;
pub mod time;
pub mod unsaved;
pub mod waterfall;

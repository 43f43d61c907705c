//! The frame around every page: navigation, header, announcements, palette, keys.

mod announcement;
mod api;
mod events;
mod fold;
mod header;
mod layout;
mod navigation;
mod new_installation;
mod not_found;
mod palette;
mod rows;
mod shortcuts;
mod theme;

pub use layout::Frame;
pub use not_found::NotFound;

//! Applications: the scope that contains records.

pub mod api;
mod form;
mod pages;

pub use pages::{ApplicationPage, ApplicationsPage, NewApplicationPage};

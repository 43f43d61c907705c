//! Who may do what.

use crate::choice;

choice! {
    /// The role of a person or an API token.
    Role {
        Administrator = "administrator", "Administrator";
        Designer = "designer", "Designer";
        Operator = "operator", "Operator";
        Viewer = "viewer", "Viewer";
    }
}

choice! {
    /// What an action needs.
    Permission {
        /// See everything but secrets.
        See = "see", "see";
        /// Replay, ignore, pause, run tests, enable and disable.
        Operate = "operate", "operate";
        /// Create and change processes, integrations, connections, messages, credentials.
        Design = "design", "design";
        /// Users, tokens of others, instance name, allowed targets, keys, audit.
        Administer = "administer", "administer";
    }
}

impl Role {
    /// Whether the role includes the permission.
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::See => true,
            Permission::Operate => !matches!(self, Self::Viewer),
            Permission::Design => matches!(self, Self::Administrator | Self::Designer),
            Permission::Administer => matches!(self, Self::Administrator),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_design_holds() {
        let row = |p| Role::ALL.iter().map(|r| r.may(p)).collect::<Vec<_>>();
        assert_eq!(row(Permission::See), [true, true, true, true]);
        assert_eq!(row(Permission::Operate), [true, true, true, false]);
        assert_eq!(row(Permission::Design), [true, true, false, false]);
        assert_eq!(row(Permission::Administer), [true, false, false, false]);
    }
}

//! The installation a database is run by. A copied database shows itself by another instance name.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What the database records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// The name it was last run under, as far as that was accepted.
    pub instance_name: String,
    /// The name before; blank when it never had another one.
    pub previous_name: String,
    /// Since when it has the name.
    pub since: Timestamp,
    /// Who accepted it; blank for the first name.
    pub accepted_by: String,
}

/// The database was last run under another instance name than this installation has. Its notices are withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInstallation {
    /// The name it was last run under.
    pub last_name: String,
    /// This installation's name; blank when it has none, which cannot be accepted.
    pub instance_name: String,
    /// Notices that wait.
    pub waiting: i64,
}

impl NewInstallation {
    /// Why no notice leaves, and what to do.
    pub fn withheld(&self) -> String {
        format!("Notices are withheld: {}", self.told())
    }

    /// What was noticed, and what to do.
    pub fn told(&self) -> String {
        let last = &self.last_name;
        if self.instance_name.is_empty() {
            return format!(
                "this installation has no instance name, and its database was last run under {last}. Set \
                 SWITCHBOARD_INSTANCE_NAME and restart."
            );
        }
        format!(
            "this installation is {}, and its database was last run under {last}. An administrator accepts that with \
             This is a new installation, or SWITCHBOARD_INSTANCE_NAME is set to {last} again.",
            self.instance_name
        )
    }
}

/// The press of **This is a new installation**.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    /// The instance name that was shown: what is accepted is what the person saw.
    pub instance_name: String,
}

/// What an accepted name changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub instance_name: String,
    pub previous_name: String,
    /// Notices that had waited and leave now.
    pub notices: i64,
    /// Connections that name another installation, and so still send nothing from here.
    pub withheld_connections: i64,
}

impl Accepted {
    /// In a sentence each.
    pub fn in_words(&self) -> String {
        let notices = match self.notices {
            0 => "No notice waited.".to_owned(),
            1 => "1 notice that waited is sent.".to_owned(),
            count => format!("{count} notices that waited are sent."),
        };
        let connections = match self.withheld_connections {
            0 => "No connection names another installation.".to_owned(),
            1 => "1 connection names another installation and sends nothing from here.".to_owned(),
            count => format!("{count} connections name another installation and send nothing from here."),
        };
        format!("{notices} {connections}")
    }
}

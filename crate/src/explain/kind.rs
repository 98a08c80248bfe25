//! Commands, as far as they are told apart by those who ask what followed what.

use crate::activesync::Command;

/// What a displacing request does, as far as outcomes tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sync,
    Ping,
    Other,
}

impl Kind {
    pub(super) fn of(command: Command) -> Self {
        match command {
            Command::Sync => Self::Sync,
            Command::Ping => Self::Ping,
            _ => Self::Other,
        }
    }
}

/// Commands that phones use alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Sync,
    Ping,
    /// Something is sent.
    Send,
    /// Folders, policies and capabilities.
    Setup,
    /// Something is looked for, fetched or moved.
    Item,
}

/// How many there are.
pub(super) const GROUPS: usize = 5;

impl Group {
    /// That of a command.
    pub(super) fn of(command: Command) -> Self {
        match command {
            Command::Sync => Self::Sync,
            Command::Ping => Self::Ping,
            Command::SendMail | Command::SmartForward | Command::SmartReply => Self::Send,
            Command::FolderSync
            | Command::GetHierarchy
            | Command::Provision
            | Command::Settings
            | Command::Autodiscover
            | Command::None
            | Command::Unknown => Self::Setup,
            _ => Self::Item,
        }
    }
}

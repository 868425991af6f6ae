//! Linux capabilities by name, and the set a container gets.

use anyhow::{Result, bail};
use criapi::LinuxContainerSecurityContext;

use crate::spec::Capabilities;

/// In the order of their numbers, without `CAP_`.
const NAMES: &[&str] = &[
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// What a container has when nobody says otherwise, as other runtimes have it.
const DEFAULT: &[&str] = &[
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "KILL",
    "AUDIT_WRITE",
];

/// A capability's bit, by its name with or without `CAP_`.
pub fn bit(name: &str) -> Option<u64> {
    let name = name.to_ascii_uppercase();
    let name = name.strip_prefix("CAP_").unwrap_or(&name);
    NAMES.iter().position(|known| *known == name).map(|index| 1 << index)
}

/// The sets of a container; `available` is what this machine lets us hand on.
pub fn of(context: &LinuxContainerSecurityContext, available: u64) -> Result<Capabilities> {
    let all = (1u64 << NAMES.len()) - 1;
    if context.privileged {
        let set = all & available;
        return Ok(Capabilities { bounding: set, permitted: set, inheritable: 0, ambient: 0 });
    }
    let mut set = DEFAULT.iter().filter_map(|name| bit(name)).fold(0, |set, bit| set | bit);
    let mut ambient = 0;
    if let Some(change) = &context.capabilities {
        let parse = |names: &[String]| -> Result<(bool, u64)> {
            let (mut every, mut bits) = (false, 0);
            for name in names {
                if name.eq_ignore_ascii_case("ALL") {
                    every = true;
                } else if let Some(bit) = bit(name) {
                    bits |= bit;
                } else {
                    bail!("unknown capability {name:?}");
                }
            }
            Ok((every, bits))
        };
        let (add_all, add) = parse(&change.add_capabilities)?;
        let (drop_all, drop) = parse(&change.drop_capabilities)?;
        let (_, raise) = parse(&change.add_ambient_capabilities)?;
        // "ALL" first, so that it and single names can be combined either way.
        if add_all {
            set = all;
        }
        if drop_all {
            set = 0;
        }
        set = (set | add | raise) & !drop;
        ambient = raise & set & available;
    }
    let set = set & available;
    Ok(Capabilities { bounding: set, permitted: set, inheritable: ambient, ambient })
}

#[cfg(test)]
mod tests {
    use super::*;
    use criapi::Capability;

    fn set(add: &[&str], drop: &[&str]) -> Option<u64> {
        let names = |list: &[&str]| list.iter().map(|name| name.to_string()).collect();
        let context = LinuxContainerSecurityContext {
            capabilities: Some(Capability {
                add_capabilities: names(add),
                drop_capabilities: names(drop),
                ..Default::default()
            }),
            ..Default::default()
        };
        of(&context, u64::MAX).ok().map(|caps| caps.permitted)
    }

    #[test]
    fn sets() {
        assert_eq!(set(&[], &[]), Some(0xa804_25fb));
        assert_eq!(set(&["NET_ADMIN"], &["ALL"]), bit("CAP_NET_ADMIN"));
        assert_eq!(set(&["ALL"], &["SYS_ADMIN"]), bit("SYS_ADMIN").map(|bit| ((1 << 41) - 1) & !bit));
        assert_eq!(set(&["nonsense"], &[]), None);
    }
}

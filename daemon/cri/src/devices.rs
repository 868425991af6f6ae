//! Which devices a container may use, on version 2 cgroups: they have no device controller but
//! ask a BPF program, which is assembled here from the rules that version 1 takes as text.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

use anyhow::{Context, Result, anyhow};

/// `c 1:3 rwm`: kind, numbers (none for any) and what may be done.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    kind: i32,
    major: Option<i32>,
    minor: Option<i32>,
    access: i32,
}

const BLOCK: i32 = 1;
const CHARACTER: i32 = 2;
const MAKE: i32 = 1;
const READ: i32 = 2;
const WRITE: i32 = 4;

fn parse(text: &str) -> Option<Rule> {
    let mut parts = text.split(' ');
    let kind = match parts.next()? {
        "b" => BLOCK,
        "c" => CHARACTER,
        _ => return None,
    };
    let (major, minor) = parts.next()?.split_once(':')?;
    let number = |text: &str| if text == "*" { Some(None) } else { text.parse().ok().map(Some) };
    let access = parts.next()?.bytes().try_fold(0, |access, letter| {
        Some(
            access
                | match letter {
                    b'r' => READ,
                    b'w' => WRITE,
                    b'm' => MAKE,
                    _ => return None,
                },
        )
    })?;
    Some(Rule { kind, major: number(major)?, minor: number(minor)?, access })
}

/// One eBPF instruction: operation, registers (source above destination), jump, value.
fn instruction(code: u8, to: u8, from: u8, jump: i16, value: i32) -> [u8; 8] {
    let (jump, value) = (jump.to_ne_bytes(), value.to_ne_bytes());
    [code, from << 4 | to, jump[0], jump[1], value[0], value[1], value[2], value[3]]
}

/// The program: register 2 is the kind, 3 the access, 4 and 5 the numbers.
fn assemble(rules: &[Rule]) -> Vec<u8> {
    const LOAD: u8 = 0x61;
    const COPY: u8 = 0xbf;
    const SET: u8 = 0xb7;
    const AND: u8 = 0x57;
    const SHIFT_RIGHT: u8 = 0x77;
    const UNLESS_EQUAL: u8 = 0x55;
    const EXIT: u8 = 0x95;
    let mut program = vec![
        instruction(LOAD, 2, 1, 0, 0),
        instruction(AND, 2, 0, 0, 0xffff),
        instruction(LOAD, 3, 1, 0, 0),
        instruction(SHIFT_RIGHT, 3, 0, 0, 16),
        instruction(LOAD, 4, 1, 4, 0),
        instruction(LOAD, 5, 1, 8, 0),
    ];
    for rule in rules {
        let mut tests = vec![(2, rule.kind)];
        tests.extend(rule.major.map(|major| (4, major)));
        tests.extend(rule.minor.map(|minor| (5, minor)));
        // What follows the tests: three for the access, two to allow.
        let mut left = tests.len() as i16 + 5;
        for (register, value) in tests {
            left -= 1;
            program.push(instruction(UNLESS_EQUAL, register, 0, left, value));
        }
        program.push(instruction(COPY, 6, 3, 0, 0));
        program.push(instruction(AND, 6, 0, 0, !rule.access));
        program.push(instruction(UNLESS_EQUAL, 6, 0, 2, 0));
        program.push(instruction(SET, 0, 0, 0, 1));
        program.push(instruction(EXIT, 0, 0, 0, 0));
    }
    program.push(instruction(SET, 0, 0, 0, 0));
    program.push(instruction(EXIT, 0, 0, 0, 0));
    program.concat()
}

#[repr(C)]
#[derive(Default)]
struct LoadAttributes {
    kind: u32,
    instructions: u32,
    program: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel_version: u32,
    flags: u32,
}

#[repr(C)]
#[derive(Default)]
struct AttachAttributes {
    target: u32,
    program: u32,
    kind: u32,
    flags: u32,
}

fn bpf<T>(command: i32, attributes: &T) -> io::Result<i64> {
    // SAFETY: the attributes and what they point to outlive the call; their size is passed.
    let result =
        unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_ref(attributes), size_of::<T>()) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Lets the group in `folder` use the devices of these rules and no others. The program lives as
/// long as the group.
pub fn restrict(folder: &Path, rules: &[String]) -> Result<()> {
    const CGROUP_DEVICE_PROGRAM: u32 = 15;
    const CGROUP_DEVICE: u32 = 6;
    const ALLOW_MULTI: u32 = 2;
    const LOAD: i32 = 5;
    const ATTACH: i32 = 8;
    let rules: Vec<Rule> = rules
        .iter()
        .map(|text| parse(text).ok_or_else(|| anyhow!("the device rule {text:?} is malformed")))
        .collect::<Result<_>>()?;
    let program = assemble(&rules);
    let license = c"Apache-2.0";
    let load = LoadAttributes {
        kind: CGROUP_DEVICE_PROGRAM,
        instructions: (program.len() / 8) as u32,
        program: program.as_ptr() as u64,
        license: license.as_ptr() as u64,
        ..Default::default()
    };
    let loaded = bpf(LOAD, &load).context("the kernel refuses the program that guards devices")?;
    // SAFETY: the kernel just returned this descriptor and nobody else knows it.
    let loaded = unsafe { OwnedFd::from_raw_fd(loaded as i32) };
    let group = File::open(folder).with_context(|| format!("cannot open {}", folder.display()))?;
    let attach = AttachAttributes {
        target: group.as_raw_fd() as u32,
        program: loaded.as_raw_fd() as u32,
        kind: CGROUP_DEVICE,
        flags: ALLOW_MULTI,
    };
    bpf(ATTACH, &attach).with_context(|| format!("cannot guard the devices of {}", folder.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn rules() {
        let rule = |major, minor| Rule { kind: CHARACTER, major, minor, access: READ | WRITE | MAKE };
        assert_eq!(parse("c 1:3 rwm"), Some(rule(Some(1), Some(3))));
        assert_eq!(parse("c 136:* rwm"), Some(rule(Some(136), None)));
        for text in ["", "a *:* rwm", "c 1 r", "c 1:3 x", "c x:3 r"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_the_named_devices_open() {
        const CGROUP2: i64 = 0x6367_7270;
        let mounted = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
            .into_iter()
            .map(Path::new)
            .find(|path| crate::sys::filesystem_type(path).is_ok_and(|kind| kind == CGROUP2));
        let Some(mounted) = mounted.filter(|_| nix::unistd::geteuid().is_root()) else {
            println!("skipped: needs root and a version 2 cgroup tree");
            return;
        };
        let folder = mounted.join(format!("kadm-devices-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a group");
        let list = ["c *:* m", "c 1:3 rwm", "c 1:5 r"].map(str::to_string);
        restrict(&folder, &list).expect("is guarded");
        let script = format!(
            "echo 0 > {}/cgroup.procs; echo x > /dev/null && echo null; head -c1 /dev/zero > /dev/null && echo zero; \
             echo x > /dev/zero; head -c1 /dev/urandom > /dev/null && echo random; exit 0",
            folder.display()
        );
        let output = Command::new("sh").args(["-c", &script]).output().expect("runs");
        std::fs::remove_dir(&folder).expect("removes");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "null\nzero\n");
        assert_eq!(String::from_utf8_lossy(&output.stderr).matches("not permitted").count(), 2);
    }
}

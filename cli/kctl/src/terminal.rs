//! The terminal: raw mode while a container's shell has it, its size, and the keys that leave.

use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};

/// Raw mode until dropped; the terminal is then as it was.
pub struct Raw {
    before: Termios,
}

fn stdin() -> impl AsFd {
    // SAFETY: descriptor 0 stays open for the whole life of the process.
    unsafe { BorrowedFd::borrow_raw(0) }
}

impl Raw {
    /// Switches to raw mode, if standard input is a terminal.
    pub fn enter() -> Option<Self> {
        let before = tcgetattr(stdin()).ok()?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(stdin(), SetArg::TCSANOW, &raw).ok()?;
        Some(Self { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), SetArg::TCSANOW, &self.before);
    }
}

/// Columns and rows.
pub fn size() -> Option<(u16, u16)> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the pointer is to a live winsize, which is what TIOCGWINSZ fills.
    let done = unsafe { libc::ioctl(1, libc::TIOCGWINSZ, std::ptr::from_mut(&mut size)) };
    (done == 0 && size.ws_col > 0).then_some((size.ws_col, size.ws_row))
}

/// Whether standard input is a terminal.
pub fn stdin_is_terminal() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// The bytes of keys like `ctrl-p,ctrl-q` or `a`, as in the container tools
/// (<https://docs.docker.com/reference/cli/docker/container/attach/>).
///
/// # Errors
/// Names what is no key.
pub fn keys(text: &str) -> Result<Vec<u8>, String> {
    let key = |name: &str| match name.as_bytes() {
        [byte] => Some(*byte),
        _ => match name.strip_prefix("ctrl-")?.as_bytes() {
            [letter @ b'a'..=b'z'] => Some(letter - b'a' + 1),
            [b'@'] => Some(0),
            [sign @ b'['..=b'_'] => Some(sign - b'[' + 27),
            _ => None,
        },
    };
    text.split(',').map(|name| key(name).ok_or_else(|| format!("Unknown character: '{name}'"))).collect()
}

/// Looks for the keys that leave in what is typed. They may come one by one; what might be their beginning is held
/// back until it is known.
pub struct Detach {
    keys: Vec<u8>,
    matched: usize,
}

impl Detach {
    /// Without keys everything passes.
    pub fn new(keys: Vec<u8>) -> Self {
        Self { keys, matched: 0 }
    }

    /// What of the bytes goes on, and whether the keys were there: then what came after them is dropped.
    pub fn pass(&mut self, bytes: &[u8]) -> (Vec<u8>, bool) {
        if self.keys.is_empty() {
            return (bytes.to_vec(), false);
        }
        let mut passed = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if *byte != self.keys[self.matched] {
                passed.extend_from_slice(&self.keys[..self.matched]);
                self.matched = 0;
            }
            if *byte != self.keys[self.matched] {
                passed.push(*byte);
                continue;
            }
            self.matched += 1;
            if self.matched == self.keys.len() {
                return (passed, true);
            }
        }
        (passed, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_keys() {
        assert_eq!(keys("ctrl-p,ctrl-q"), Ok(vec![16, 17]));
        assert_eq!(keys("a,ctrl-@,ctrl-[,ctrl-_"), Ok(vec![b'a', 0, 27, 31]));
        for bad in ["", "ctrl-", "ctrl-A", "ab", "ctrl-p,", "ctrl-1"] {
            assert!(keys(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_found_wherever_the_bytes_part() {
        let typed = b"x\x10y\x10\x10\x11z";
        for cut in 0..=typed.len() {
            let mut detach = Detach::new(vec![16, 17]);
            let (mut passed, mut found) = detach.pass(&typed[..cut]);
            if !found {
                let (more, ended) = detach.pass(&typed[cut..]);
                passed.extend(more);
                found = ended;
            }
            assert_eq!((passed.as_slice(), found), (b"x\x10y\x10".as_slice(), true), "{cut}");
        }
        assert_eq!(Detach::new(Vec::new()).pass(typed), (typed.to_vec(), false));
    }
}

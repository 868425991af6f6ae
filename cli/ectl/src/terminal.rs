//! Typing without being watched.

use std::os::fd::AsFd;

use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};

use crate::Failure;

/// Runs `read` while the terminal, if standard input is one, doesn't show what is typed.
pub(crate) fn without_echo<T>(read: &mut dyn FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    let stdin = std::io::stdin();
    let Ok(before) = tcgetattr(stdin.as_fd()) else { return read() };
    let mut quiet = before.clone();
    quiet.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(stdin.as_fd(), SetArg::TCSANOW, &quiet).map_err(Failure::io)?;
    let done = read();
    tcsetattr(stdin.as_fd(), SetArg::TCSANOW, &before).map_err(Failure::io)?;
    done
}

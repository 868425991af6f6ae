//! A program on a terminal of its own: what a person types, and what the screen is sent.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::termios::{self, Termios};

/// A program that runs on a terminal. It is killed when this is dropped.
pub struct Terminal {
    child: Child,
    master: OwnedFd,
    output: Receiver<Vec<u8>>,
    shown: String,
}

impl Terminal {
    /// Starts `command` as the first process of a session whose terminal is wide enough for no line to
    /// be broken.
    ///
    /// # Errors
    /// Fails when there is no terminal to be had, or no such program.
    pub fn start(mut command: Command) -> Result<Self> {
        let size = nix::pty::Winsize { ws_row: 50, ws_col: 400, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = nix::pty::openpty(&size, None).context("no terminal")?;
        command.stdin(pair.slave.try_clone()?).stdout(pair.slave.try_clone()?).stderr(pair.slave);
        let lead = || {
            nix::unistd::setsid()?;
            // Whoever runs the tests in the background may have them ignore it.
            // SAFETY: no handler is installed, the default is taken.
            nix::errno::Errno::result(unsafe {
                libc::sigaction(libc::SIGINT, &std::mem::zeroed(), std::ptr::null_mut())
            })?;
            // SAFETY: standard input is the terminal that was opened for this process.
            nix::errno::Errno::result(unsafe { libc::ioctl(0, libc::TIOCSCTTY, 0) })?;
            Ok(())
        };
        // SAFETY: between fork and exec only system calls are made.
        unsafe { command.pre_exec(lead) };
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        // The command holds ends of the terminal too: while one is open, its end is not seen.
        drop(command);
        let reader = pair.master.try_clone()?;
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = nix::unistd::read(&reader, &mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, master: pair.master, output, shown: String::new() })
    }

    /// Types `text`; control characters are keys.
    ///
    /// # Errors
    /// Fails when the terminal is gone.
    pub fn press(&self, text: &str) -> Result<()> {
        let mut left = text.as_bytes();
        while !left.is_empty() {
            let count = nix::unistd::write(&self.master, left).context("the terminal takes no input")?;
            left = &left[count..];
        }
        Ok(())
    }

    /// Waits until what has been shown is as wished, and gives all of it.
    ///
    /// # Errors
    /// Has what was shown when the program ends before, or the time is over.
    pub fn until(&mut self, limit: Duration, wished: impl Fn(&str) -> bool) -> Result<String> {
        let begun = Instant::now();
        while !wished(&self.shown) {
            match self.output.recv_timeout(limit.saturating_sub(begun.elapsed())) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => bail!("{error}; the terminal shows: {:?}", self.shown),
            }
        }
        Ok(self.shown.clone())
    }

    /// Makes the terminal as large as this, as when a person drags the window's corner.
    ///
    /// # Errors
    /// Fails when the terminal is gone.
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        use std::os::fd::AsRawFd;
        let size = nix::pty::Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: the descriptor is open, and the kernel reads one `Winsize`.
        let done = unsafe { libc::ioctl(self.master.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) };
        nix::errno::Errno::result(done).context("the terminal can't be resized")?;
        Ok(())
    }

    /// The terminal's settings: whether it echoes, who handles Ctrl-C.
    ///
    /// # Errors
    /// Fails when the terminal is gone.
    pub fn settings(&self) -> Result<Termios> {
        Ok(termios::tcgetattr(self.master.as_fd())?)
    }

    /// Waits for the program's end, and gives its exit code and all that was shown.
    ///
    /// # Errors
    /// Has what was shown when it does not end.
    pub fn end(self, limit: Duration) -> Result<(ExitStatus, String)> {
        let (status, shown, _) = self.end_with_settings(limit)?;
        Ok((status, shown))
    }

    /// The same, with the settings that the program leaves the terminal in.
    ///
    /// # Errors
    /// As [`Self::end`].
    pub fn end_with_settings(mut self, limit: Duration) -> Result<(ExitStatus, String, Termios)> {
        let begun = Instant::now();
        loop {
            match self.output.recv_timeout(limit.saturating_sub(begun.elapsed())) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                // Nobody has the terminal open any more.
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(error) => bail!("{error}; the terminal shows: {:?}", self.shown),
            }
        }
        let status = self.child.wait()?;
        let settings = self.settings()?;
        Ok((status, std::mem::take(&mut self.shown), settings))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

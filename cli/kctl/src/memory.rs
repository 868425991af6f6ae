//! Memory that a command needs no more.
//!
//! Whenever code runs for the first time, the kernel maps the sixteen pages around it: of flags, files and
//! help alone that is some MiB, which would stay until a command ends.

use std::ffi::{c_int, c_void};

use nix::sys::mman::{MmapAdvise, madvise};

/// Gives back the pages of the program's own code and constants; those that are needed again come back from
/// the page cache by themselves. A fresh page costs less than a microsecond, and few are needed twice.
pub fn give_back_code() {
    // SAFETY: the callback is of the type that is wanted, and nothing is passed on.
    unsafe { libc::dl_iterate_phdr(Some(give_back), std::ptr::null_mut()) };
}

/// Called with each object that is loaded; a static program is its only one.
///
/// # Safety
/// `info` is what `dl_iterate_phdr` gives.
unsafe extern "C" fn give_back(info: *mut libc::dl_phdr_info, _size: usize, _data: *mut c_void) -> c_int {
    // SAFETY: the kernel and the C library keep the headers as long as the program runs.
    let (base, headers) = unsafe {
        let info = &*info;
        (info.dlpi_addr, std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)))
    };
    let page = page();
    for header in headers {
        // What can be written holds what has been written: pointers, and variables.
        if header.p_type != libc::PT_LOAD || header.p_flags & libc::PF_W != 0 {
            continue;
        }
        let begins = (base + header.p_vaddr).next_multiple_of(page);
        let ends = (base + header.p_vaddr + header.p_memsz) / page * page;
        let (Ok(at), Ok(length)) = (usize::try_from(begins), usize::try_from(ends.saturating_sub(begins)))
        else {
            continue;
        };
        if let Some(at) = std::ptr::NonNull::new(at as *mut c_void) {
            // SAFETY: the range is a private mapping of the program's file that nobody can write: dropped
            // pages are read again from the same file. A refusal changes nothing.
            let _ = unsafe { madvise(at, length, MmapAdvise::MADV_DONTNEED) };
        }
    }
    0
}

fn page() -> u64 {
    nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE)
        .ok()
        .flatten()
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or(4096)
}

#[cfg(test)]
mod tests {
    fn resident_code() -> u64 {
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux has it");
        let mut code = false;
        let mut found = 0;
        for line in maps.lines() {
            if line.split_whitespace().nth(1).is_some_and(|rights| rights.len() == 4) {
                code = line.contains("r-xp") && line.contains('/');
            } else if let Some(size) = line.strip_prefix("Rss:").filter(|_| code) {
                let size: u64 = size.trim().trim_end_matches(" kB").parse().expect("a size");
                found = found.max(size);
            }
        }
        found
    }

    #[test]
    fn code_is_given_back_and_comes_again() {
        // Much of it is used before: here, by a parse of all commands.
        let _ = crate::command();
        let before = resident_code();
        // Other tests run beside this one: what they need comes again meanwhile.
        let given_back = (0..100).any(|_| {
            super::give_back_code();
            resident_code() < before
        });
        assert!(given_back, "still {before} kB");
        assert!(crate::command().find_subcommand("get").is_some());
    }
}

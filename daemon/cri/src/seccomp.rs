//! The `RuntimeDefault` seccomp profile, assembled into the kernel's filter language here: a
//! list of system calls that programs in containers use, some only with a capability, and
//! "operation not permitted" for the rest.

use crate::capabilities;

/// One classic BPF instruction.
struct Instruction {
    code: u16,
    if_true: u8,
    if_false: u8,
    value: u32,
}

const LOAD: u16 = 0x20;
const AND: u16 = 0x54;
const IF_EQUAL: u16 = 0x15;
const IF_AT_LEAST: u16 = 0x35;
const RETURN: u16 = 0x06;

const ALLOW: u32 = 0x7fff_0000;
const ERRNO: u32 = 0x0005_0000;

/// Offsets into what the kernel shows a filter.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;

#[cfg(target_arch = "x86_64")]
const NATIVE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const NATIVE: u32 = 0xc000_00b7;

/// `CLONE_NEW*`: namespaces, which take privileges to make.
const NAMESPACES: u32 = 0x7e02_0000;
const AF_VSOCK: u32 = 40;

macro_rules! calls {
    ($($name:ident)*) => { [$(libc::$name),*] };
}

/// Allowed to everybody.
fn common() -> Vec<i64> {
    let mut list = calls![
        SYS_accept SYS_accept4 SYS_adjtimex SYS_bind SYS_brk SYS_capget SYS_capset SYS_chdir
        SYS_clock_adjtime SYS_clock_getres SYS_clock_gettime SYS_clock_nanosleep SYS_close SYS_close_range
        SYS_connect SYS_copy_file_range SYS_dup SYS_dup3 SYS_epoll_create1 SYS_epoll_ctl
        SYS_epoll_pwait SYS_epoll_pwait2 SYS_eventfd2 SYS_execve SYS_execveat SYS_exit SYS_exit_group
        SYS_faccessat SYS_faccessat2 SYS_fadvise64 SYS_fallocate SYS_fanotify_mark SYS_fchdir SYS_fchmod
        SYS_fchmodat SYS_fchmodat2 SYS_fchown SYS_fchownat SYS_fcntl SYS_fdatasync SYS_fgetxattr
        SYS_flistxattr SYS_flock SYS_fremovexattr SYS_fsetxattr SYS_fstat SYS_fstatfs SYS_fsync
        SYS_ftruncate SYS_futex SYS_futex_waitv SYS_getcpu SYS_getcwd SYS_getdents64 SYS_getegid
        SYS_geteuid SYS_getgid SYS_getgroups SYS_getitimer SYS_getpeername SYS_getpgid SYS_getpid
        SYS_getppid SYS_getpriority SYS_getrandom SYS_getresgid SYS_getresuid SYS_getrlimit
        SYS_get_robust_list SYS_getrusage SYS_getsid SYS_getsockname SYS_getsockopt SYS_gettid
        SYS_gettimeofday SYS_getuid SYS_getxattr SYS_inotify_add_watch SYS_inotify_init1
        SYS_inotify_rm_watch SYS_io_cancel SYS_ioctl SYS_io_destroy SYS_io_getevents
        SYS_ioprio_get SYS_ioprio_set SYS_io_setup SYS_io_submit SYS_kill SYS_landlock_add_rule
        SYS_landlock_create_ruleset SYS_landlock_restrict_self SYS_lgetxattr SYS_linkat SYS_listen
        SYS_listxattr SYS_llistxattr SYS_lremovexattr SYS_lseek SYS_lsetxattr SYS_madvise SYS_membarrier
        SYS_memfd_create SYS_memfd_secret SYS_mincore SYS_mkdirat SYS_mknodat SYS_mlock SYS_mlock2
        SYS_mlockall SYS_mmap SYS_mprotect SYS_mq_getsetattr SYS_mq_notify SYS_mq_open
        SYS_mq_timedreceive SYS_mq_timedsend SYS_mq_unlink SYS_mremap SYS_msgctl SYS_msgget SYS_msgrcv
        SYS_msgsnd SYS_msync SYS_munlock SYS_munlockall SYS_munmap SYS_name_to_handle_at SYS_nanosleep
        SYS_newfstatat SYS_openat SYS_openat2 SYS_pidfd_open SYS_pidfd_send_signal SYS_pipe2
        SYS_pkey_alloc SYS_pkey_free SYS_pkey_mprotect SYS_ppoll SYS_prctl SYS_pread64 SYS_preadv
        SYS_preadv2 SYS_prlimit64 SYS_process_mrelease SYS_pselect6 SYS_ptrace SYS_pwrite64 SYS_pwritev
        SYS_pwritev2 SYS_read SYS_readahead SYS_readlinkat SYS_readv SYS_recvfrom SYS_recvmmsg
        SYS_recvmsg SYS_remap_file_pages SYS_removexattr SYS_renameat SYS_renameat2 SYS_restart_syscall
        SYS_rseq SYS_rt_sigaction SYS_rt_sigpending SYS_rt_sigprocmask SYS_rt_sigqueueinfo
        SYS_rt_sigreturn SYS_rt_sigsuspend SYS_rt_sigtimedwait SYS_rt_tgsigqueueinfo
        SYS_sched_getaffinity SYS_sched_getattr SYS_sched_getparam SYS_sched_get_priority_max
        SYS_sched_get_priority_min SYS_sched_getscheduler SYS_sched_rr_get_interval
        SYS_sched_setaffinity SYS_sched_setattr SYS_sched_setparam SYS_sched_setscheduler
        SYS_sched_yield SYS_seccomp SYS_semctl SYS_semget SYS_semop SYS_semtimedop SYS_sendfile
        SYS_sendmmsg SYS_sendmsg SYS_sendto SYS_setfsgid SYS_setfsuid SYS_setgid SYS_setgroups
        SYS_setitimer SYS_setpgid SYS_setpriority SYS_setregid SYS_setresgid SYS_setresuid SYS_setreuid
        SYS_setrlimit SYS_set_robust_list SYS_setsid SYS_setsockopt SYS_set_tid_address SYS_setuid
        SYS_setxattr SYS_shmat SYS_shmctl SYS_shmdt SYS_shmget SYS_shutdown SYS_sigaltstack
        SYS_signalfd4 SYS_socketpair SYS_splice SYS_statfs SYS_statx SYS_symlinkat
        SYS_sync SYS_sync_file_range SYS_syncfs SYS_sysinfo SYS_tee SYS_tgkill SYS_timer_create
        SYS_timer_delete SYS_timer_getoverrun SYS_timer_gettime SYS_timer_settime SYS_timerfd_create
        SYS_timerfd_gettime SYS_timerfd_settime SYS_times SYS_tkill SYS_truncate SYS_umask SYS_uname
        SYS_unlinkat SYS_utimensat SYS_vmsplice SYS_wait4 SYS_waitid SYS_write SYS_writev
    ]
    .to_vec();
    // Without names in the library: cachestat and io_pgetevents.
    list.push(451);
    list.push(if cfg!(target_arch = "x86_64") { 333 } else { 292 });
    #[cfg(target_arch = "x86_64")]
    list.extend(calls![
        SYS_access SYS_alarm SYS_arch_prctl SYS_chmod SYS_chown SYS_creat SYS_dup2 SYS_epoll_create
        SYS_epoll_wait SYS_eventfd SYS_fork SYS_futimesat SYS_getdents SYS_getpgrp SYS_inotify_init
        SYS_lchown SYS_link SYS_lstat SYS_mkdir SYS_mknod SYS_modify_ldt SYS_open SYS_pause SYS_pipe
        SYS_poll SYS_readlink SYS_rename SYS_rmdir SYS_select SYS_signalfd SYS_stat SYS_symlink SYS_time
        SYS_unlink SYS_utime SYS_utimes SYS_vfork
    ]);
    list
}

/// Allowed with a capability.
fn privileged(permitted: u64) -> Vec<i64> {
    let mut list = Vec::new();
    let mut with = |names: &[&str], calls: &[i64]| {
        let has = names.iter().filter_map(|name| capabilities::bit(name)).any(|bit| permitted & bit != 0);
        if has {
            list.extend_from_slice(calls);
        }
    };
    with(
        &["SYS_ADMIN"],
        &calls![
            SYS_bpf SYS_clone SYS_clone3 SYS_fanotify_init SYS_fsconfig SYS_fsmount SYS_fsopen SYS_fspick
            SYS_lookup_dcookie SYS_mount SYS_mount_setattr SYS_move_mount SYS_open_tree
            SYS_perf_event_open SYS_quotactl SYS_quotactl_fd SYS_setdomainname SYS_sethostname
            SYS_setns SYS_syslog SYS_umount2 SYS_unshare
        ],
    );
    with(&["DAC_READ_SEARCH"], &calls![SYS_open_by_handle_at]);
    with(&["SYS_BOOT"], &calls![SYS_reboot]);
    with(&["SYS_CHROOT"], &calls![SYS_chroot]);
    with(&["SYS_MODULE"], &calls![SYS_delete_module SYS_init_module SYS_finit_module]);
    with(&["SYS_PACCT"], &calls![SYS_acct]);
    with(
        &["SYS_PTRACE"],
        &calls![SYS_kcmp SYS_pidfd_getfd SYS_process_madvise SYS_process_vm_readv SYS_process_vm_writev],
    );
    #[cfg(target_arch = "x86_64")]
    with(&["SYS_RAWIO"], &calls![SYS_iopl SYS_ioperm]);
    with(&["SYS_TIME"], &calls![SYS_settimeofday SYS_clock_settime]);
    with(&["SYS_TTY_CONFIG"], &calls![SYS_vhangup]);
    with(&["SYS_NICE"], &calls![SYS_get_mempolicy SYS_mbind SYS_set_mempolicy SYS_set_mempolicy_home_node]);
    with(&["SYSLOG"], &calls![SYS_syslog]);
    with(&["BPF"], &calls![SYS_bpf]);
    with(&["PERFMON"], &calls![SYS_perf_event_open]);
    list
}

/// The filter for a process with these capabilities, as bytes for the kernel.
pub fn runtime_default(permitted: u64) -> Vec<u8> {
    let mut program = vec![
        step(LOAD, ARCHITECTURE),
        branch(IF_EQUAL, NATIVE, 1, 0),
        // Other architectures' calls have other numbers.
        step(RETURN, ERRNO | libc::ENOSYS as u32),
        step(LOAD, NUMBER),
    ];
    #[cfg(target_arch = "x86_64")]
    program.extend([branch(IF_AT_LEAST, 0x4000_0000, 0, 1), step(RETURN, ERRNO | libc::ENOSYS as u32)]);
    let mut allowed = common();
    allowed.extend(privileged(permitted));
    allowed.sort_unstable();
    allowed.dedup();
    for number in &allowed {
        program.extend([branch(IF_EQUAL, *number as u32, 0, 1), step(RETURN, ALLOW)]);
    }
    if !allowed.contains(&libc::SYS_clone) {
        // Threads and processes, but no new namespaces. clone3 hides its flags from filters: it
        // "does not exist", and programs fall back to clone.
        program.extend([
            branch(IF_EQUAL, libc::SYS_clone as u32, 0, 5),
            step(LOAD, FIRST_ARGUMENT),
            step(AND, NAMESPACES),
            branch(IF_EQUAL, 0, 0, 1),
            step(RETURN, ALLOW),
            step(RETURN, ERRNO | libc::EPERM as u32),
            branch(IF_EQUAL, libc::SYS_clone3 as u32, 0, 1),
            step(RETURN, ERRNO | libc::ENOSYS as u32),
        ]);
    }
    program.extend([
        branch(IF_EQUAL, libc::SYS_socket as u32, 0, 4),
        step(LOAD, FIRST_ARGUMENT),
        branch(IF_EQUAL, AF_VSOCK, 1, 0),
        step(RETURN, ALLOW),
        step(RETURN, ERRNO | libc::EPERM as u32),
        branch(IF_EQUAL, libc::SYS_personality as u32, 0, 7),
        step(LOAD, FIRST_ARGUMENT),
        branch(IF_EQUAL, 0, 4, 0),
        branch(IF_EQUAL, 0x8, 3, 0),
        branch(IF_EQUAL, 0x2_0000, 2, 0),
        branch(IF_EQUAL, 0x2_0008, 1, 0),
        branch(IF_EQUAL, 0xffff_ffff, 0, 1),
        step(RETURN, ALLOW),
        step(RETURN, ERRNO | libc::EPERM as u32),
    ]);
    program.iter().flat_map(Instruction::bytes).collect()
}

fn step(code: u16, value: u32) -> Instruction {
    Instruction { code, if_true: 0, if_false: 0, value }
}

fn branch(code: u16, value: u32, if_true: u8, if_false: u8) -> Instruction {
    Instruction { code, if_true, if_false, value }
}

impl Instruction {
    fn bytes(&self) -> [u8; 8] {
        let (code, value) = (self.code.to_ne_bytes(), self.value.to_ne_bytes());
        [code[0], code[1], self.if_true, self.if_false, value[0], value[1], value[2], value[3]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a filter as the kernel would.
    fn verdict(filter: &[u8], number: i64, argument: u32) -> u32 {
        let word =
            |at: usize| u32::from_ne_bytes([filter[at], filter[at + 1], filter[at + 2], filter[at + 3]]);
        let (mut at, mut value) = (0usize, 0u32);
        loop {
            let code = u16::from_ne_bytes([filter[at * 8], filter[at * 8 + 1]]);
            let (if_true, if_false) = (filter[at * 8 + 2] as usize, filter[at * 8 + 3] as usize);
            let operand = word(at * 8 + 4);
            at += 1;
            match code {
                LOAD => {
                    value = match operand {
                        ARCHITECTURE => NATIVE,
                        NUMBER => number as u32,
                        _ => argument,
                    }
                }
                AND => value &= operand,
                IF_EQUAL => at += if value == operand { if_true } else { if_false },
                IF_AT_LEAST => at += if value >= operand { if_true } else { if_false },
                _ => return operand,
            }
        }
    }

    #[test]
    fn verdicts() {
        let denied = ERRNO | libc::EPERM as u32;
        let filter = runtime_default(0);
        assert_eq!(verdict(&filter, libc::SYS_read, 0), ALLOW);
        assert_eq!(verdict(&filter, libc::SYS_mount, 0), denied);
        assert_eq!(verdict(&filter, libc::SYS_clone, libc::SIGCHLD as u32), ALLOW);
        assert_eq!(verdict(&filter, libc::SYS_clone, libc::CLONE_NEWUSER as u32), denied);
        assert_eq!(verdict(&filter, libc::SYS_clone3, 0), ERRNO | libc::ENOSYS as u32);
        assert_eq!(verdict(&filter, libc::SYS_socket, libc::AF_INET as u32), ALLOW);
        assert_eq!(verdict(&filter, libc::SYS_socket, AF_VSOCK), denied);
        for (persona, want) in [(0, ALLOW), (8, ALLOW), (0x20008, ALLOW), (u32::MAX, ALLOW), (1, denied)] {
            assert_eq!(verdict(&filter, libc::SYS_personality, persona), want, "{persona:x}");
        }
        let admin = runtime_default(capabilities::bit("SYS_ADMIN").unwrap_or_default());
        assert_eq!(verdict(&admin, libc::SYS_mount, 0), ALLOW);
        assert_eq!(verdict(&admin, libc::SYS_clone, libc::CLONE_NEWUSER as u32), ALLOW);
        assert_eq!(verdict(&admin, libc::SYS_reboot, 0), denied);
    }
}

//! The async runtime that a program runs on.

use std::future::Future;

/// Runs `future` to its end on a runtime with `threads` workers. One thread means the calling
/// thread alone, which is what small daemons and the command-line tools want: no hand-over
/// between threads, and the memory of one stack.
///
/// # Errors
/// Fails when the kernel refuses the runtime's threads or its epoll instance.
pub fn block_on<F: Future>(threads: usize, future: F) -> std::io::Result<F::Output> {
    let runtime = if threads <= 1 {
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(16).build()?
    } else {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .max_blocking_threads(32)
            .enable_all()
            .build()?
    };
    let output = runtime.block_on(future);
    // Blocking tasks (a read from a terminal) must not hold the process back.
    runtime.shutdown_background();
    Ok(output)
}

//! A connection that carries so many bytes a second in each direction, and no more: `--max-connection-bytes-per-sec`.

use std::io;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A stream at its pace; without a rate, at its own.
pub struct Paced<S> {
    stream: S,
    rate: Option<NonZeroU64>,
    reading: Pause,
    writing: Pause,
}

/// The time that the bytes of before take.
#[derive(Default)]
struct Pause(Option<Pin<Box<Sleep>>>);

impl Pause {
    fn over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(sleep) = &mut self.0 {
            ready!(sleep.as_mut().poll(context));
            self.0 = None;
        }
        Poll::Ready(())
    }

    fn after(&mut self, bytes: usize, rate: NonZeroU64) {
        if bytes > 0 {
            let time = Duration::from_secs_f64(bytes as f64 / rate.get() as f64);
            self.0 = Some(Box::pin(tokio::time::sleep_until(Instant::now() + time)));
        }
    }
}

impl<S> Paced<S> {
    /// At most `rate` bytes a second.
    pub fn new(stream: S, rate: Option<NonZeroU64>) -> Self {
        Self { stream, rate, reading: Pause::default(), writing: Pause::default() }
    }
}

/// So much goes in one piece: a tenth of a second's.
fn piece(rate: NonZeroU64) -> usize {
    usize::try_from(rate.get() / 10).unwrap_or(usize::MAX).max(1)
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(rate) = this.rate else { return Pin::new(&mut this.stream).poll_read(context, buffer) };
        ready!(this.reading.over(context));
        let room = buffer.remaining().min(piece(rate));
        // Through an own buffer: a pace is kept, not a record.
        let mut own = vec![0; room.min(16 << 10)];
        let mut part = ReadBuf::new(&mut own);
        ready!(Pin::new(&mut this.stream).poll_read(context, &mut part))?;
        let filled = part.filled().len();
        buffer.put_slice(part.filled());
        this.reading.after(filled, rate);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let Some(rate) = this.rate else { return Pin::new(&mut this.stream).poll_write(context, bytes) };
        ready!(this.writing.over(context));
        let part = bytes.get(..piece(rate)).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, part))?;
        this.writing.after(written, rate);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn bytes_take_their_time() {
        let rate = NonZeroU64::new(1000);
        let (near, mut far) = tokio::io::duplex(1 << 16);
        let mut near = Paced::new(near, rate);
        let begun = Instant::now();
        far.write_all(&[7; 2000]).await.expect("room");
        let mut got = vec![0; 2000];
        near.read_exact(&mut got).await.expect("it comes");
        assert!(got.iter().all(|byte| *byte == 7));
        let took = begun.elapsed();
        assert!((1.8..2.1).contains(&took.as_secs_f64()), "{took:?}");

        let begun = Instant::now();
        near.write_all(&[1; 1000]).await.expect("it goes");
        assert!((0.8..1.1).contains(&begun.elapsed().as_secs_f64()), "{:?}", begun.elapsed());

        let (near, mut far) = tokio::io::duplex(1 << 16);
        let mut free = Paced::new(near, None);
        let begun = Instant::now();
        free.write_all(&[1; 50_000]).await.expect("it goes");
        far.read_exact(&mut vec![0; 50_000]).await.expect("it comes");
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}

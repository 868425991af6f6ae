//! Upstream etcd's own file: a B+tree of pages (bbolt), read without changing it.
//!
//! Every offset and count in it is checked: the file may be damaged, or none at all.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What the metadata pages begin with, and the version of the layout.
const MAGIC: u32 = 0xED0C_DAED;
const LAYOUT: u32 = 2;
/// A page's header, and one entry of it.
const HEADER: usize = 16;
const ENTRY: usize = 16;
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
/// An entry that is a bucket.
const BUCKET: u32 = 1;
/// Deeper than any tree of 2^64 entries.
const DEEPEST: usize = 64;

/// A file of upstream's etcd.
pub(crate) struct Bolt {
    file: File,
    page_size: u64,
    /// Pages in use: what lies behind is no part of the database.
    pages: u64,
    root: u64,
}

/// One bucket: its tree's root, or the page inside the entry that names it.
pub(crate) struct Bucket {
    pub(crate) name: Vec<u8>,
    root: u64,
    inline: Vec<u8>,
}

/// What is done with each entry of a page: flags, key and value.
type Take<'a> = dyn FnMut(u32, &[u8], &[u8]) -> io::Result<()> + 'a;
/// What is done with each key and value of a bucket.
pub(crate) type TakePair<'a> = dyn FnMut(&[u8], &[u8]) -> io::Result<()> + 'a;

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the database is damaged: {what}"))
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> io::Result<[u8; N]> {
    let part = bytes.get(at..at.saturating_add(N)).and_then(|part| part.try_into().ok());
    part.ok_or_else(|| damaged("a page ends too early"))
}

fn u16_at(bytes: &[u8], at: usize) -> io::Result<u16> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> io::Result<u32> {
    number(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> io::Result<u64> {
    number(bytes, at).map(u64::from_le_bytes)
}

/// FNV-1a: the checksum of a metadata page.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// One metadata page: page size, root, pages in use, and the transaction that wrote it.
fn meta(bytes: &[u8]) -> Option<(u64, u64, u64, u64)> {
    let body = bytes.get(HEADER..HEADER + 64)?;
    let sound = u32_at(body, 0).ok()? == MAGIC
        && u32_at(body, 4).ok()? == LAYOUT
        && u64_at(body, 56).ok()? == checksum(&body[..56]);
    let size = u64::from(u32_at(body, 8).ok()?);
    (sound && (512..=1 << 20).contains(&size)).then_some(())?;
    Some((size, u64_at(body, 16).ok()?, u64_at(body, 40).ok()?, u64_at(body, 48).ok()?))
}

impl Bolt {
    /// Whether a file begins as one of upstream's.
    pub(crate) fn is(path: &Path) -> io::Result<bool> {
        let mut start = [0; HEADER + 8];
        match File::open(path)?.read_exact_at(&mut start, 0) {
            Ok(()) => Ok(u32_at(&start, HEADER)? == MAGIC),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    /// Fails when it can't be read or neither of its two metadata pages is sound.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let read = |at: u64| {
            let mut bytes = [0; HEADER + 64];
            file.read_exact_at(&mut bytes, at).ok()?;
            meta(&bytes)
        };
        // The second lies behind the first, however long pages are.
        let second =
            read(0).map_or_else(|| (9..=16).find_map(|power| read(1 << power)), |(size, ..)| read(size));
        let newest = [read(0), second].into_iter().flatten().max_by_key(|found| found.3);
        let (page_size, root, pages, _) = newest.ok_or_else(|| damaged("no sound metadata page"))?;
        Ok(Self { file, page_size, pages, root })
    }

    /// Bytes of the database.
    pub(crate) fn size(&self) -> u64 {
        self.pages.saturating_mul(self.page_size)
    }

    fn page(&self, id: u64) -> io::Result<Vec<u8>> {
        let mut header = [0; HEADER];
        let at = id.checked_mul(self.page_size).filter(|_| id < self.pages);
        let at = at.ok_or_else(|| damaged("a page lies outside"))?;
        self.file.read_exact_at(&mut header, at)?;
        let more = u64::from(u32_at(&header, 12)?);
        if u64_at(&header, 0)? != id || id + more >= self.pages {
            return Err(damaged("a page is not where it belongs"));
        }
        let size = (1 + more).checked_mul(self.page_size).and_then(|size| usize::try_from(size).ok());
        let size = size.ok_or_else(|| damaged("a page is too long"))?;
        // Before memory is taken for it.
        if at.saturating_add(size as u64) > self.file.metadata()?.len() {
            return Err(damaged("the file ends too early"));
        }
        let mut page = vec![0; size];
        self.file.read_exact_at(&mut page, at)?;
        Ok(page)
    }

    fn walk(&self, page: &[u8], depth: usize, left: &mut u64, take: &mut Take<'_>) -> io::Result<()> {
        let (kind, count) = (u16_at(page, 8)?, usize::from(u16_at(page, 10)?));
        // A page that is its own child, or a child of two.
        *left = left.checked_sub(1).ok_or_else(|| damaged("pages form a circle"))?;
        if depth > DEEPEST {
            return Err(damaged("pages form a circle"));
        }
        for index in 0..count {
            let entry = HEADER + index * ENTRY;
            if kind & BRANCH != 0 {
                let child = self.page(u64_at(page, entry + 8)?)?;
                self.walk(&child, depth + 1, left, take)?;
            } else if kind & LEAF != 0 {
                let key = entry.saturating_add(u32_at(page, entry + 4)? as usize);
                let value = key.saturating_add(u32_at(page, entry + 8)? as usize);
                let end = value.saturating_add(u32_at(page, entry + 12)? as usize);
                let part = |from: usize, to: usize| {
                    page.get(from..to).ok_or_else(|| damaged("an entry lies outside"))
                };
                take(u32_at(page, entry)?, part(key, value)?, part(value, end)?)?;
            } else {
                return Err(damaged("a page is of another kind than its parent says"));
            }
        }
        Ok(())
    }

    /// All buckets, by name.
    ///
    /// # Errors
    /// Fails when the file can't be read or is damaged.
    pub(crate) fn buckets(&self) -> io::Result<Vec<Bucket>> {
        let mut found = Vec::new();
        self.walk(&self.page(self.root)?, 0, &mut self.pages.clone(), &mut |flags, name, value| {
            if flags & BUCKET != 0 {
                let root = u64_at(value, 0)?;
                // Small buckets lie in the entry itself, as a page behind root and sequence.
                let inline =
                    if root == 0 { value.get(16..).unwrap_or_default().to_vec() } else { Vec::new() };
                found.push(Bucket { name: name.to_vec(), root, inline });
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands over all keys and values of a bucket, in their order.
    ///
    /// # Errors
    /// Fails when the file can't be read or is damaged, and when `take` does.
    pub(crate) fn each(&self, bucket: &Bucket, take: &mut TakePair<'_>) -> io::Result<()> {
        let mut plain = |_: u32, key: &[u8], value: &[u8]| take(key, value);
        let mut left = self.pages.saturating_add(1);
        if bucket.root == 0 {
            return self.walk(&bucket.inline, 0, &mut left, &mut plain);
        }
        self.walk(&self.page(bucket.root)?, 0, &mut left, &mut plain)
    }

    /// The same of the bucket with a name, if there is one.
    ///
    /// # Errors
    /// As [`Self::each`].
    pub(crate) fn each_of(&self, name: &str, take: &mut TakePair<'_>) -> io::Result<()> {
        match self.buckets()?.iter().find(|bucket| bucket.name == name.as_bytes()) {
            Some(bucket) => self.each(bucket, take),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;

    const PAGE: usize = 4096;

    fn leaf(id: u64, entries: &[(u32, &[u8], Vec<u8>)]) -> Vec<u8> {
        let mut page = [&id.to_le_bytes()[..], &LEAF.to_le_bytes()].concat();
        page.extend(u16::try_from(entries.len()).expect("few").to_le_bytes());
        page.extend(0u32.to_le_bytes());
        let mut data = Vec::new();
        for (index, (flags, key, value)) in entries.iter().enumerate() {
            let at = (entries.len() - index) * ENTRY + data.len();
            for number in [*flags as usize, at, key.len(), value.len()] {
                page.extend(u32::try_from(number).expect("small").to_le_bytes());
            }
            data.extend_from_slice(key);
            data.extend_from_slice(value);
        }
        page.extend(data);
        page
    }

    /// A database with one inline bucket and one with a tree of two leaves.
    pub(crate) fn sample(path: &PathBuf, inline: &[(&[u8], Vec<u8>)], tree: [&[(&[u8], Vec<u8>)]; 2]) {
        let entries = |all: &[(&[u8], Vec<u8>)]| -> Vec<(u32, Vec<u8>, Vec<u8>)> {
            all.iter().map(|(key, value)| (0, key.to_vec(), value.clone())).collect()
        };
        let made = |id: u64, all: &[(u32, Vec<u8>, Vec<u8>)]| {
            leaf(
                id,
                &all.iter().map(|(flags, key, value)| (*flags, &key[..], value.clone())).collect::<Vec<_>>(),
            )
        };
        let mut branch =
            [&4u64.to_le_bytes()[..], &BRANCH.to_le_bytes(), &2u16.to_le_bytes(), &[0; 4]].concat();
        for child in [5u64, 6] {
            branch.extend([&0u32.to_le_bytes()[..], &0u32.to_le_bytes(), &child.to_le_bytes()].concat());
        }
        let header = |root: u64| [root.to_le_bytes(), [0; 8]].concat();
        let root = leaf(
            3,
            &[
                (BUCKET, b"key", header(4)),
                (BUCKET, b"meta", [header(0), made(0, &entries(inline))].concat()),
            ],
        );
        let meta = |id: u64| {
            let mut body = [MAGIC, LAYOUT, PAGE as u32, 0].map(u32::to_le_bytes).concat();
            body.extend([3u64, 0, 2, 7, id].map(u64::to_le_bytes).concat());
            let sum = checksum(&body);
            [&id.to_le_bytes()[..], &[4, 0, 0, 0, 0, 0, 0, 0], &body, &sum.to_le_bytes()].concat()
        };
        let pages = [
            meta(0),
            meta(1),
            leaf(2, &[]),
            root,
            branch,
            made(5, &entries(tree[0])),
            made(6, &entries(tree[1])),
        ];
        let mut bytes = Vec::new();
        for mut page in pages {
            page.resize(PAGE, 0);
            bytes.extend(page);
        }
        std::fs::write(path, bytes).expect("writes");
    }

    fn read(path: &Path) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let bolt = Bolt::open(path)?;
        let mut all = Vec::new();
        for bucket in bolt.buckets()? {
            bolt.each(&bucket, &mut |key, value| {
                all.push((key.to_vec(), value.to_vec()));
                Ok(())
            })?;
        }
        Ok(all)
    }

    #[test]
    fn trees_and_inline_buckets() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        sample(&path, &[(b"m", b"1".to_vec())], [&[(b"a", b"x".to_vec())], &[(b"b", b"y".to_vec())]]);
        assert!(Bolt::is(&path).expect("reads"));
        let pair = |key: &str, value: &str| (key.as_bytes().to_vec(), value.as_bytes().to_vec());
        assert_eq!(read(&path).expect("reads"), [pair("a", "x"), pair("b", "y"), pair("m", "1")]);
    }

    proptest! {
        /// A damaged file is refused or read as something else, but never a panic or endless.
        #[test]
        fn damage_is_survived(at in 0usize..7 * PAGE, byte: u8, len in 0usize..=7 * PAGE) {
            let dir = tempfile::tempdir().expect("a directory");
            let path = dir.path().join("db");
            sample(&path, &[(b"m", vec![1])], [&[(b"a", vec![2; 90])], &[(b"b", vec![3])]]);
            let mut bytes = std::fs::read(&path).expect("reads");
            // The first hundred bytes of a page are where its structure is.
            let at = at / PAGE * PAGE + at % 100;
            bytes[at] = byte;
            std::fs::write(&path, &bytes).expect("writes");
            let _ = read(&path);
            bytes.truncate(len);
            std::fs::write(&path, bytes).expect("writes");
            let _ = read(&path);
        }
    }
}

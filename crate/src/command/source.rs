//! Files, pipes and standard input, and what they are called.

use super::Failure;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Stands for standard input where a file is named.
pub(super) const STDIN: &str = "-";

/// What files are called in the report: their names, or their paths as given where names would not tell them apart.
pub(super) fn names(files: &[PathBuf]) -> Vec<String> {
    fn name(path: &Path) -> &OsStr {
        if path == Path::new(STDIN) {
            return OsStr::new("standard input");
        }
        path.file_name().unwrap_or(path.as_os_str())
    }
    let mut counts: HashMap<&OsStr, usize> = HashMap::new();
    for path in files {
        *counts.entry(name(path)).or_default() += 1;
    }
    files
        .iter()
        .map(|path| match counts.get(name(path)) {
            Some(2..) => path.as_os_str(),
            _ => name(path),
        })
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// Refuses to read standard input or a pipe twice: the second time there is nothing in it, or nobody writes to it any
/// more and opening it never ends. So this is asked before anything is opened.
pub(super) fn no_pipe_twice(files: &[PathBuf]) -> Result<(), Failure> {
    let mut seen: Vec<(&Path, Option<(u64, u64)>)> = Vec::new();
    for path in files {
        let pipe = pipe(path);
        if pipe.is_none() && path != Path::new(STDIN) {
            continue;
        }
        let same =
            |&&(p, q): &&(&Path, Option<(u64, u64)>)| p == path || (q.is_some() && q == pipe);
        if let Some((first, _)) = seen.iter().find(same) {
            return Err(Failure::Twice(first.to_path_buf(), path.clone()));
        }
        seen.push((path, pipe));
    }
    Ok(())
}

/// Which pipe a path leads to, whatever its name; `None` for anything else, and where it cannot be found out.
#[cfg(unix)]
fn pipe(path: &Path) -> Option<(u64, u64)> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let metadata = if path == Path::new(STDIN) {
        File::from(io::stdin().as_fd().try_clone_to_owned().ok()?).metadata()
    } else {
        std::fs::metadata(path)
    };
    let metadata = metadata.ok()?;
    let kind = metadata.file_type();
    (kind.is_fifo() || kind.is_socket()).then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn pipe(_: &Path) -> Option<(u64, u64)> {
    None
}

/// A file, a pipe or standard input.
pub(super) struct Source {
    path: PathBuf,
    bytes: Bytes,
    /// Where everything is written that is read, if the bytes cannot be wound back.
    kept: Option<File>,
}

enum Bytes {
    Stdin(io::Stdin),
    /// With the place at which it was when it was opened.
    File(File, u64),
}

impl Source {
    /// Opens what is read once. It is not wound back, since pipes cannot be.
    pub(super) fn once(path: &Path) -> Result<Self, Failure> {
        let bytes = if path == Path::new(STDIN) {
            Bytes::Stdin(io::stdin())
        } else {
            let file = File::open(path).map_err(|error| Failure::Input(path.to_owned(), error))?;
            Bytes::File(file, 0)
        };
        Ok(Self {
            path: path.to_owned(),
            bytes,
            kept: None,
        })
    }

    /// Opens what is read again; what is no file on a disk is kept in a temporary one for it.
    pub(super) fn twice(path: &Path) -> Result<Self, Failure> {
        let mut source = Self::once(path)?;
        let start = match &mut source.bytes {
            // Some systems let a terminal be wound back, and read on from where it was.
            Bytes::File(file, _) if file.metadata().is_ok_and(|m| !m.is_file()) => None,
            // A path such as /dev/stdin may lead to a file that is open already, and not at its beginning.
            Bytes::File(file, _) => file.stream_position().ok(),
            Bytes::Stdin(_) => None,
        };
        match (&mut source.bytes, start) {
            (Bytes::File(_, at), Some(start)) => *at = start,
            _ => source.kept = Some(tempfile::tempfile().map_err(|e| source.cannot_keep(e))?),
        }
        Ok(source)
    }

    /// Goes back to where reading began.
    pub(super) fn wind_back(&mut self) -> Result<(), Failure> {
        if let Some(file) = self.kept.take() {
            self.bytes = Bytes::File(file, 0);
        }
        if let Bytes::File(file, start) = &mut self.bytes {
            file.seek(SeekFrom::Start(*start))
                .map_err(|error| Failure::Input(self.path.clone(), error))?;
        }
        Ok(())
    }

    /// Reads on to the end.
    pub(super) fn read(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = match &mut self.bytes {
                Bytes::Stdin(stdin) => stdin.read(&mut buffer),
                Bytes::File(file, _) => file.read(&mut buffer),
            };
            let chunk = match read {
                Ok(0) => return Ok(()),
                Ok(length) => &buffer[..length],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::Input(self.path.clone(), error)),
            };
            if let Some(kept) = &mut self.kept {
                kept.write_all(chunk).map_err(|e| self.cannot_keep(e))?;
            }
            take(chunk)?;
        }
    }

    fn cannot_keep(&self, error: io::Error) -> Failure {
        Failure::Keep(self.path.clone(), error)
    }
}

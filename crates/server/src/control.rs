//! The Unix socket in the data folder by which the command line tells a running
//! server that it has changed something, and waits until the server knows.
//!
//! It says nothing but "look": the change itself is in the store. Whoever connects
//! is answered the number of the newest change that the server has heard of.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use crate::env::Env;

/// How long the command line waits for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest path of a Unix socket, in bytes: `sun_path` of sockaddr_un(7), without
/// the zero at its end.
const LONGEST_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Where the socket is.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("portreeve.sock")
}

/// Opens the socket, in place of one that a killed server left behind.
///
/// # Errors
/// When the folder cannot be written, or its path is too long for a socket.
pub fn open(data: &Path) -> io::Result<UnixListener> {
    let path = socket_path(data);
    must_fit(&path)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(path)
}

/// Refuses a path that the system has no room for, and says what to do about it: the
/// system's own words name neither the path nor the limit.
fn must_fit(path: &Path) -> io::Result<()> {
    let length = path.as_os_str().len();
    if length <= LONGEST_PATH {
        return Ok(());
    }
    let excess = length - LONGEST_PATH;
    let text = format!(
        "the path of the control socket is too long: {} has {length} bytes, and the system \
         takes at most {LONGEST_PATH}; choose a data folder whose path is shorter by {excess} or more",
        path.display()
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// Answers whoever connects, for ever.
pub async fn answer(listener: UnixListener, env: Arc<Env>) {
    loop {
        let Ok((mut stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let env = Arc::clone(&env);
        tokio::spawn(async move {
            if let Ok(newest) = env.directory.follow().await {
                let _ = stream.write_all(format!("{newest}\n").as_bytes()).await;
            }
        });
    }
}

/// Waits until the server of this data folder has heard of everything that is
/// committed. False when no server runs there, or it does not answer in time.
pub async fn tell(data: &Path) -> bool {
    let asked = async {
        let mut stream = UnixStream::connect(socket_path(data)).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<bool, io::Error>(!answer.is_empty())
    };
    matches!(timeout(PATIENCE, asked).await, Ok(Ok(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_path_that_is_too_long_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let room = LONGEST_PATH - socket_path(folder.path()).as_os_str().len() - 1;
        let fits = folder.path().join("x".repeat(room));
        let beyond = folder.path().join("x".repeat(room + 1));
        for data in [&fits, &beyond] {
            std::fs::create_dir(data).unwrap();
        }
        assert_eq!(socket_path(&fits).as_os_str().len(), LONGEST_PATH);
        open(&fits).unwrap();
        assert!(UnixListener::bind(socket_path(&beyond)).is_err(), "the limit is the system's");
        let error = open(&beyond).unwrap_err().to_string();
        let named = socket_path(&beyond).display().to_string();
        for part in [&*named, "108 bytes", "at most 107", "shorter by 1 or more"] {
            assert!(!cfg!(target_os = "linux") || error.contains(part), "{part}: {error}");
        }
    }
}

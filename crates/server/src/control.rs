//! The Unix socket in the data folder by which the command line tells a running
//! server that it has changed something, and waits until the server knows.
//!
//! It says nothing but "look": the change itself is in the store. Whoever connects
//! is answered the number of the newest change that the server has heard of. Only the
//! user that the server runs as may connect, and root.

use std::fs::Permissions;
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::env::Env;

/// How long the command line waits for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many are answered at a time. More wait in the kernel's backlog.
const AT_A_TIME: usize = 16;

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
/// [`io::ErrorKind::AddrInUse`] when a server answers there; otherwise when the folder
/// cannot be written, or its path is too long for a socket.
pub async fn open(data: &Path) -> io::Result<UnixListener> {
    let path = socket_path(data);
    must_fit(&path)?;
    if is_answered(&path).await? {
        let text = format!(
            "another server answers at {}; stop it, or give this one's configuration a folder of its own",
            path.display()
        );
        return Err(io::Error::new(io::ErrorKind::AddrInUse, text));
    }
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Whether somebody listens there. One who is too busy to let us in does.
async fn is_answered(path: &Path) -> io::Result<bool> {
    match timeout(PATIENCE, UnixStream::connect(path)).await {
        Ok(Ok(_)) | Err(_) => Ok(true),
        Ok(Err(error)) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Ok(false),
            io::ErrorKind::WouldBlock => Ok(true),
            _ => Err(error),
        },
    }
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
    let ask = move || {
        let env = Arc::clone(&env);
        async move { env.directory.follow().await.ok() }
    };
    answer_with(listener, ask).await;
}

/// Answers a few at a time, and nobody for longer than the command line would wait.
async fn answer_with<F>(listener: UnixListener, ask: impl Fn() -> F)
where
    F: Future<Output = Option<i64>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        // The semaphore is never closed; if it were, nobody could be answered.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((mut stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let newest = ask();
        let answer = async move {
            if let Some(newest) = newest.await {
                let _ = stream.write_all(format!("{newest}\n").as_bytes()).await;
            }
        };
        tokio::spawn(async move {
            let _ = timeout(PATIENCE, answer).await;
            drop(place);
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
        open(&fits).await.unwrap();
        assert!(UnixListener::bind(socket_path(&beyond)).is_err(), "the limit is the system's");
        let error = open(&beyond).await.unwrap_err().to_string();
        let named = socket_path(&beyond).display().to_string();
        for part in [&*named, "108 bytes", "at most 107", "shorter by 1 or more"] {
            assert!(!cfg!(target_os = "linux") || error.contains(part), "{part}: {error}");
        }
    }
    #[tokio::test]
    async fn the_socket_is_its_owners_and_nobody_takes_it_from_a_server() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path()).await.unwrap();
        let mode = socket_path(folder.path()).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let error = open(folder.path()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse, "{error}");
        let answered = tokio::spawn(answer_with(first, || async { Some(7) }));
        assert!(tell(folder.path()).await, "the first is still reached");
        answered.abort();
        assert!(answered.await.unwrap_err().is_cancelled());
        assert!(!tell(folder.path()).await);
        open(folder.path()).await.expect("what a killed server left behind is in nobody's way");
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_are_answered_at_a_time_and_none_for_long() {
        let folder = tempfile::tempdir().unwrap();
        let listener = open(folder.path()).await.unwrap();
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let never = move || {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            std::future::pending()
        };
        tokio::spawn(answer_with(listener, never));
        let mut callers = Vec::new();
        for _ in 0..AT_A_TIME + 5 {
            callers.push(UnixStream::connect(socket_path(folder.path())).await.unwrap());
        }
        tokio::time::sleep(PATIENCE / 2).await;
        assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), AT_A_TIME);
        for mut caller in callers {
            let mut answer = String::new();
            assert_eq!(caller.read_to_string(&mut answer).await.unwrap(), 0, "let go unanswered");
        }
        assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), AT_A_TIME + 5);
    }
}

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

/// Where the socket is.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("portreeve.sock")
}

/// Opens the socket, in place of one that a killed server left behind.
///
/// # Errors
/// When the folder cannot be written.
pub fn open(data: &Path) -> io::Result<UnixListener> {
    let path = socket_path(data);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(path)
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

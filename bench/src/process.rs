//! Servers as child processes, each on its own core, and what the kernel says they
//! have used.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::clock::now;
use crate::fault::Fault;

/// The core of whatever is measured.
pub(crate) const SERVER_CORE: u32 = 0;
/// The core of the load, and of the API behind the gate.
pub(crate) const LOAD_CORE: u32 = 1;

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(30);

/// Keeps this program on its core.
///
/// # Errors
/// When there is no `taskset`, or the machine has a single core.
pub(crate) fn pin_this() -> Result<(), Fault> {
    let id = std::process::id().to_string();
    let core = LOAD_CORE.to_string();
    let done = Command::new("taskset").args(["-cp", &core, &id]).output();
    let done = done.map_err(|error| format!("taskset (util-linux) cannot be run: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err("two cores are needed: one for the server, one for the load".into())
}

/// A server that this program started. It ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `command` on a core, its standard output into the file `log`, and waits
    /// until it accepts connections at `address`.
    ///
    /// # Errors
    /// When it cannot be started, ends, or does not listen within 30 seconds.
    pub(crate) fn start(
        core: u32,
        command: &[&str],
        log: &Path,
        address: SocketAddr,
    ) -> Result<Self, Fault> {
        let child = Command::new("taskset")
            .args(["-c", &core.to_string()])
            .args(command)
            .stdin(Stdio::null())
            .stdout(File::options().append(true).create(true).open(log)?)
            .spawn()?;
        let mut server = Self { child, address };
        let began = now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{} ended: {status}", command.join(" ")).into());
            }
            if began.elapsed() > START {
                return Err(format!("{} does not listen", command.join(" ")).into());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(server)
    }

    /// Its process id: `taskset` becomes the program that it starts.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it cannot be asked or waited for.
    pub(crate) fn stop(mut self) -> Result<(), Fault> {
        Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to do for one that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time of all threads that a process has, to the nanosecond. Threads
/// that have ended are not in it, and a busy server ends none.
///
/// # Errors
/// When there is no such process.
pub(crate) fn cpu_time(id: u32) -> Result<Duration, Fault> {
    let mut nanos = 0;
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += named_number(&text, "").ok_or("the process's times cannot be read")?;
    }
    Ok(Duration::from_nanos(nanos))
}

/// The resident memory of a process, in bytes.
///
/// # Errors
/// When there is no such process.
pub(crate) fn resident_bytes(id: u32) -> Result<u64, Fault> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let kilobytes = named_number(&text, "VmRSS:").ok_or("the process's memory cannot be read")?;
    Ok(kilobytes * 1024)
}

/// The bytes that a process has sent to storage so far.
///
/// # Errors
/// When there is no such process, or it is another user's.
pub(crate) fn stored_bytes(id: u32) -> Result<u64, Fault> {
    let text = fs::read_to_string(format!("/proc/{id}/io"))?;
    named_number(&text, "write_bytes:").ok_or_else(|| "the process's writes cannot be read".into())
}

/// The first number behind a name at the beginning of a line.
fn named_number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_their_name() {
        let text = "VmHWM:\t  9 kB\nVmRSS:\t  1234 kB\nwrite_bytes: 5\ncancelled_write_bytes: 6\n";
        assert_eq!(named_number(text, "VmRSS:"), Some(1234));
        assert_eq!(named_number(text, "write_bytes:"), Some(5));
        assert_eq!(named_number(text, "VmSwap:"), None);
        assert_eq!(named_number("51234 678 9\n", ""), Some(51234));
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(resident_bytes(std::process::id()).unwrap() > 100_000);
        assert!(cpu_time(std::process::id()).unwrap() > Duration::ZERO);
    }
}

//! Measures Portreeve beside its floors: `cargo run --release -p portreeve-bench`.
//!
//! What the figures mean, and what they leave out, is in `bench/README.md`.

mod answer;
mod candidates;
mod clock;
mod elsewhere;
mod fault;
mod floor;
mod histogram;
mod installation;
mod load;
mod population;
mod portal;
mod process;
mod report;
mod request;
mod rounds;
mod signatures;
mod standing;
mod table;
mod vendors;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::elsewhere::Elsewhere;
use crate::fault::Fault;
use crate::installation::{Installation, Plan, free_address};
use crate::load::Until;
use crate::process::{LOAD_CORE, SERVER_CORE, Server};
use crate::report::Figure;
use crate::request::Credential;
use crate::rounds::{Candidate, Effort, Series};

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Clients that ask in turn.
const CLIENTS: usize = 1000;
/// As many tokens as Portreeve remembers unless it is told otherwise.
const TOKENS_IN_MEMORY: u32 = 65_536;

/// Measures Portreeve beside its floors.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// A minute instead of several: shorter rounds, fewer tokens
    #[arg(long)]
    quick: bool,
    /// Tables in Markdown
    #[arg(long)]
    markdown: bool,
    /// Only the table of dialects
    #[arg(long, conflicts_with_all = ["only", "url"])]
    dialects: bool,
    /// Only the table of the portal's pages
    #[arg(long, conflicts_with_all = ["only", "url", "dialects"])]
    portal: bool,
    /// Only candidates whose names contain this text, and no other figures
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Seconds for each candidate in each round
    #[arg(long)]
    seconds: Option<f64>,
    /// The program to measure, instead of a fresh build
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Another server, which you have started: http://host:port
    #[arg(long, requires_all = ["client", "secret"])]
    url: Option<String>,
    /// The path of its token endpoint
    #[arg(long, value_name = "PATH", default_value = candidates::STANDARD)]
    token_path: String,
    /// The id of a client there
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// That client's secret
    #[arg(long)]
    secret: Option<String>,
    /// That server's process, if it runs here: its CPU time is measured as well
    #[arg(long)]
    pid: Option<u32>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Serve a fixed answer: what the others are compared with
    Floor {
        /// Where to listen
        #[arg(long)]
        listen: SocketAddr,
        /// Answer so many bytes instead of a short JSON text
        #[arg(long)]
        bytes: Option<usize>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.part {
        Some(Part::Floor { listen, bytes }) => floor::serve(*listen, *bytes),
        None => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let there = elsewhere(arguments);
    let program = match (&there, &arguments.program) {
        (Some(_), _) => PathBuf::new(),
        (None, Some(program)) => program.clone(),
        (None, None) => built()?,
    };
    process::pin_this()?;
    let floor = start_floor(SERVER_CORE, None)?;
    let effort = effort(arguments);
    if let Some(there) = there {
        let series = rounds::run(&elsewhere::candidates(&there, &floor)?, effort)?;
        print!("{}", report::candidates(&series).text(arguments.markdown));
        return Ok(());
    }
    let upstream = start_floor(LOAD_CORE, Some(1024))?;
    let plan = Plan {
        upstream: upstream.address,
        clients: CLIENTS,
        only: None,
        tokens_in_memory: TOKENS_IN_MEMORY,
    };
    let bench = Bench { folder: folder.path(), program: &program, plan, effort, arguments };
    if arguments.portal {
        return bench.portal();
    }
    let mut figures = Vec::new();
    if !arguments.dialects {
        figures = bench.requests(&floor, &upstream)?;
    }
    if arguments.only.is_some() {
        return Ok(());
    }
    bench.dialects()?;
    if !arguments.dialects {
        bench.figures(figures)?;
        bench.portal()?;
    }
    Ok(())
}

/// What is measured, and how.
struct Bench<'a> {
    /// Where installations are made.
    folder: &'a Path,
    /// Portreeve.
    program: &'a Path,
    plan: Plan,
    effort: Effort,
    arguments: &'a Arguments,
}

impl Bench<'_> {
    /// The first table, and what else is measured of the same servers.
    fn requests(&self, floor: &Server, upstream: &Server) -> Result<Vec<Figure>, Fault> {
        let warm = Installation::make(&self.folder.join("warm"), self.program, self.plan)?;
        let cold = Plan { tokens_in_memory: 1, ..self.plan };
        let cold = Installation::make(&self.folder.join("cold"), self.program, cold)?;
        let (warm_server, cold_server) = (warm.start(true)?, cold.start(true)?);
        let running = candidates::Running {
            floor,
            upstream,
            warm: (&warm_server, &warm),
            cold: (&cold_server, &cold),
        };
        let only = self.arguments.only.as_deref();
        let wanted = wanted(candidates::all(&running)?, only);
        let series = rounds::run(&wanted, self.effort)?;
        print!("{}", report::candidates(&series).text(self.arguments.markdown));
        if only.is_some() {
            return Ok(Vec::new());
        }
        let half = half_load(&wanted, &series, self.effort)?;
        warm_server.stop()?;
        cold_server.stop()?;
        Ok(vec![half])
    }

    /// The second table: each dialect beside `standard`.
    fn dialects(&self) -> Result<(), Fault> {
        let folder = self.folder.join("dialects");
        let (installation, callers) = vendors::make(&folder, self.program, self.plan)?;
        let server = installation.start(true)?;
        let series = rounds::run(&vendors::candidates(&server, &callers), self.effort)?;
        print!("\n{}", report::dialects(&series).text(self.arguments.markdown));
        server.stop()
    }

    /// The third table: those figures, and all that are no request's.
    fn figures(&self, mut figures: Vec<Figure>) -> Result<(), Fault> {
        let tokens = if self.arguments.quick { 200_000 } else { 1_000_000 };
        let folder = self.folder.join("standing");
        figures.extend(standing::measure(&folder, self.program, self.plan, tokens)?);
        let bare = signatures::measure()?.into_iter();
        figures.extend(bare.map(|bare| Figure::plain(bare.name, format!("{:.2} µs", bare.micros))));
        print!("\n{}", report::figures(figures).text(self.arguments.markdown));
        Ok(())
    }

    /// The fourth table: the portal's pages for a large customer.
    fn portal(&self) -> Result<(), Fault> {
        let times = if self.arguments.quick { 100 } else { 400 };
        let folder = self.folder.join("portal");
        let table = portal::measure(&folder, self.program, self.plan, times)?;
        print!("\n{}", table.text(self.arguments.markdown));
        Ok(())
    }
}

fn effort(arguments: &Arguments) -> Effort {
    let (rounds, seconds) = if arguments.quick { (8, 0.25) } else { (20, 0.5) };
    let seconds = arguments.seconds.unwrap_or(seconds).clamp(0.1, 3600.0);
    Effort { rounds, time: Duration::from_secs_f64(seconds) }
}

fn elsewhere(arguments: &Arguments) -> Option<Elsewhere> {
    Some(Elsewhere {
        url: arguments.url.clone()?,
        token_path: arguments.token_path.clone(),
        client: Credential { id: arguments.client.clone()?, secret: arguments.secret.clone()? },
        process: arguments.pid,
    })
}

/// The floor is always wanted: the others are compared with it.
fn wanted(all: Vec<Candidate>, only: Option<&str>) -> Vec<Candidate> {
    let is_wanted = |name: &str| only.is_none_or(|text| name.contains(text));
    let numbered = all.into_iter().enumerate();
    numbered.filter(|(at, one)| *at == 0 || is_wanted(&one.name)).map(|(_, one)| one).collect()
}

/// The latency of the default form of token at half of the rate that was reached.
fn half_load(candidates: &[Candidate], series: &[Series], effort: Effort) -> Result<Figure, Fault> {
    let mut pairs = candidates.iter().zip(series);
    let (candidate, series) = pairs
        .find(|(candidate, _)| candidate.name == candidates::DEFAULT_TOKEN)
        .ok_or("the default form of token was not measured")?;
    let half = series.per_second().ok_or("nothing was measured")? / 2.0;
    let time = effort.time * effort.rounds;
    let measured = candidate.load.drive(Until::Elapsed(time), Some(half))?;
    let (p50, p99) =
        (measured.latencies.quantile_micros(0.5), measured.latencies.quantile_micros(0.99));
    Ok(Figure {
        name: format!("p50 · p99 at half load, {} ({half:.0}/s)", candidate.name),
        value: format!("{p50:.0} · {p99:.0} µs"),
        target: "p99 2 ms",
        met: Some(p99 < 2000.0),
    })
}

fn start_floor(core: u32, bytes: Option<usize>) -> Result<Server, Fault> {
    let address = free_address()?;
    let program = std::env::current_exe()?;
    let (program, listen) = (program.to_string_lossy(), address.to_string());
    let count = bytes.map(|count| count.to_string());
    let mut command = vec![&*program, "floor", "--listen", &listen];
    command.extend(count.iter().flat_map(|count| ["--bytes", count]));
    Server::start(core, &command, Path::new("/dev/null"), address)
}

/// Portreeve beside this program, built if need be.
fn built() -> Result<PathBuf, Fault> {
    let status = Command::new("cargo").args(["build", "--release", "-p", "portreeve"]).status()?;
    if !status.success() {
        return Err("Portreeve does not build".into());
    }
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("this program is in no folder")?;
    Ok(folder.join("portreeve"))
}

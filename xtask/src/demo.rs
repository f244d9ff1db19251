//! `cargo xtask demo`: two applications of one user with identities of their own, while every part is killed and started
//! again. It says what is seen, and succeeds only if all of it was seen.

mod application;
mod daemons;
mod guard;
mod home;
mod programs;

use std::ffi::OsStr;
use std::path::PathBuf;

use application::{Application, Seen};
use daemons::{Daemon, Daemons};
use home::Home;
use programs::Programs;

use crate::shell::{Failed, Result};

/// Options of `cargo xtask demo`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A folder with the programs, which are built otherwise: keystead-service, keystead-identity-provider,
    /// keystead-orchestrator, keystead, and identified, an example of the Rust client.
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,

    /// The folder for everything that is written. Without it there is a guard, which makes one and removes it.
    #[arg(long, hide = true, requires = "programs")]
    guarded: Option<PathBuf>,
}

/// Shows it. Whether it succeeds, fails or is interrupted, nothing that was started or written stays.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let programs = match &arguments.programs {
        Some(folder) => Programs::in_folder(folder)?,
        None => Programs::build()?,
    };
    match &arguments.guarded {
        Some(folder) => {
            guard::leave()?;
            show(&Home::in_folder(folder, programs))
        }
        None => {
            let words = ["demo", "--programs"].map(OsStr::new);
            guard::run(&[&words[..], &[programs.folder().as_os_str(), OsStr::new("--guarded")]].concat())?;
            println!("\nAll of it was checked, and nothing of it is left.");
            Ok(())
        }
    }
}

fn show(home: &Home) -> Result<()> {
    println!("\nThree daemons, all as this one user, in {}:", home.folder().display());
    let mut daemons = Daemons::start(home)?;
    println!("  {} are ready.", Daemon::ALL.map(Daemon::name).join(", "));

    println!("\nA process that nobody vouches for is nobody:");
    is_nobody(home)?;

    println!("\nTwo applications of the same user, started with `keystead-orchestrator run --identity …`:");
    let (mut shop, mut till) = (Application::start(home, "shop")?, Application::start(home, "till")?);
    let (shops, tills) = (shop.ask()?, till.ask()?);
    for (application, seen) in [(&shop, &shops), (&till, &tills)] {
        println!("  {} is {}", application.name(), who(home, application.name())?);
        println!("    its keys: {}; its public key ends in {}", seen.keys, seen.public_key);
    }
    check(shops.keys == "signing" && tills.keys == "signing", "each sees the key that it made, and no other")?;
    check(shops.public_key != tills.public_key, "the two keys of one name are two keys")?;

    for killed in Daemon::ALL.map(|daemon| vec![daemon]).into_iter().chain([Daemon::ALL.to_vec()]) {
        survive(home, &mut daemons, &killed, &mut [&mut shop, &mut till])?;
    }

    println!("\nThe shop ends and is started again:");
    shop.end()?;
    let mut shop = Application::start(home, "shop")?;
    is_as_before(&shops, &shop.ask()?, shop.name())?;
    println!("  it finds its key again: it is known by its identity, and neither by its uid nor by its process.");
    shop.end()?;
    till.end()
}

/// Kills parts, starts them again, and asks the applications, which have lived all the while.
fn survive(home: &Home, daemons: &mut Daemons, killed: &[Daemon], applications: &mut [&mut Application]) -> Result<()> {
    let names: Vec<&str> = killed.iter().map(|daemon| daemon.name()).collect();
    println!("\nSIGKILL for {}, and a new start:", names.join(", "));
    let before = applications.iter_mut().map(|application| application.ask()).collect::<Result<Vec<Seen>>>()?;
    killed.iter().try_for_each(|daemon| daemons.kill(*daemon))?;
    killed.iter().try_for_each(|daemon| daemons.start_one(*daemon))?;
    for (application, before) in applications.iter_mut().zip(before) {
        let after = application.ask()?;
        is_as_before(&before, &after, application.name())?;
        let is_new = before.token != after.token;
        let token = if is_new { "with a new token that it fetched by itself" } else { "with the token that it had" };
        println!("  {} signs with the same key, {token}.", application.name());
        // Its keys are in the memory of its process only, so nothing that the last one signed is believed any more.
        check(is_new || !killed.contains(&Daemon::IdentityProvider), "a token of the one that was killed is refused")?;
        let now = who(home, application.name())?;
        check(now == identity(application.name()), "who is started now has the identity that it always had")?;
    }
    Ok(())
}

/// The command, started by nobody but us, gets no token, and no keys instead.
fn is_nobody(home: &Home) -> Result<()> {
    let output = home.output(&mut home.program("keystead", &["keys"]))?;
    check(!output.status.success(), "a process without an identity is refused")?;
    let said = String::from_utf8_lossy(&output.stderr);
    println!("  $ keystead keys\n  {}", said.lines().next().unwrap_or_default());
    Ok(())
}

/// What the identity provider says of a command that is started with this name.
fn who(home: &Home, name: &str) -> Result<String> {
    let output = home.output(&mut home.vouched_for(&identity(name), "keystead", &["token"]))?;
    check(output.status.success(), "a command that the orchestrator starts gets a token")?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

fn identity(name: &str) -> String {
    format!("spiffe://demo.example/{name}")
}

fn is_as_before(before: &Seen, after: &Seen, name: &str) -> Result<()> {
    let is_same = (&before.keys, &before.public_key) == (&after.keys, &after.public_key);
    check(is_same, &format!("{name} has the keys that it had"))
}

/// Fails, with what should have been seen.
fn check(is_so: bool, what: &str) -> Result<()> {
    if is_so { Ok(()) } else { Err(Failed(format!("this was not seen: {what}"))) }
}

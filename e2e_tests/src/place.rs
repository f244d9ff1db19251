//! The places where keys can live, as a parameter of tests that are the same for all of them.

use std::time::{Duration, Instant};

use crate::home::Home;
use crate::service::PATIENCE;
use crate::softhsm::{LABEL, PIN, SoftHsm};
use crate::swtpm::Swtpm;

/// How long to wait before a token is looked into again.
const PAUSE: Duration = Duration::from_millis(200);

/// A place for keys that is ready, and nobody else's.
pub enum Place {
    /// The service's own cryptography.
    Software,
    /// A token of SoftHSM2.
    SoftHsm(SoftHsm),
    /// A TPM of swtpm.
    Swtpm(Swtpm),
}

impl Place {
    /// A new token called [`LABEL`]; none if SoftHSM2 is not installed, which is counted.
    pub fn softhsm(what: &str) -> Option<Place> {
        SoftHsm::is_here(what).then(|| Place::SoftHsm(SoftHsm::new()))
    }

    /// A new TPM; none if swtpm is not installed, which is counted.
    pub fn swtpm(what: &str) -> Option<Place> {
        Swtpm::is_here(what).then(|| Place::Swtpm(Swtpm::new()))
    }

    /// The number of the first provider of this kind.
    pub fn number(&self) -> u8 {
        match self {
            Place::Software => 1,
            Place::SoftHsm(_) => 2,
            Place::Swtpm(_) => 3,
        }
    }

    /// The file in `expected/` that says what it supports, without its ending.
    pub fn name(&self) -> &'static str {
        match self {
            Place::Software => "software",
            Place::SoftHsm(_) => "pkcs11-softhsm2",
            Place::Swtpm(_) => "tpm-swtpm",
        }
    }

    /// The lines of a provider for it.
    pub fn provider(&self) -> String {
        match self {
            Place::Software => "\n[[provider]]\nkind = \"software\"\n".to_owned(),
            Place::SoftHsm(_) => format!("{}user_pin = \"{PIN}\"\n", SoftHsm::provider(LABEL)),
            Place::Swtpm(swtpm) => swtpm.provider(),
        }
    }

    /// A directory for a service with this configuration; what the place needs of its environment is there.
    pub fn home(&self, config: &str) -> Home {
        let home = Home::new(config);
        match self {
            Place::SoftHsm(softhsm) => home.with_variable("SOFTHSM2_CONF", softhsm.configuration()),
            _ => home,
        }
    }

    /// Insists that the place holds `keys` keys and nothing else, while no service runs: what is there and belongs to
    /// nobody, or is missing, is what a crash or a defect left.
    pub fn holds(&self, keys: usize) {
        match self {
            Place::Software => {}
            Place::SoftHsm(softhsm) => {
                let objects = softhsm.objects(LABEL);
                assert_eq!(softhsm.ids(LABEL).len(), keys, "keys in the token: {objects:#?}");
            }
            // A key is a blob in the store: the TPM remembers none of them.
            Place::Swtpm(swtpm) => assert_eq!(swtpm.handles(), [""; 0], "objects that were left in the TPM"),
        }
    }

    /// The same soon, while a service runs, which clears up after a crash beside its other work. A TPM serves nobody else
    /// meanwhile, and is not asked.
    pub fn comes_to_hold(&self, keys: usize) {
        let Place::SoftHsm(softhsm) = self else { return };
        let begun = Instant::now();
        while softhsm.ids(LABEL).len() != keys {
            if begun.elapsed() > PATIENCE {
                return self.holds(keys);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

//! Every client library tells every story of `scenarios/` with every provider. What must come of a step is judged here, by
//! what the story says, what is declared of the provider and of the language, and by OpenSSL.

#[path = "conformance/known.rs"]
mod known;
#[path = "conformance/openssl.rs"]
mod openssl;
#[path = "conformance/operations.rs"]
mod operations;
#[path = "conformance/runner.rs"]
mod runner;
#[path = "conformance/story.rs"]
mod story;
#[path = "conformance/trial.rs"]
mod trial;
#[path = "conformance/values.rs"]
mod values;

#[path = "wycheproof/der.rs"]
#[allow(dead_code)]
mod der;
#[path = "contract/expected.rs"]
#[allow(dead_code)]
mod expected;
#[path = "keys/openssl.rs"]
#[allow(dead_code)]
mod openssl_der;
#[path = "../../client-libs/rust/examples/conformance/words.rs"]
#[allow(dead_code)]
mod words;

use std::collections::BTreeSet;

use keystead_client::interface::codes::ProviderNumber;
use keystead_client::{Client, Credential, Endpoint};
use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::effort::left_out;
use keystead_e2e_tests::folder::Folder;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::languages::{self, Language};
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use expected::Expected;
use openssl::OpenSsl;
use runner::Runner;
use story::{Party, Setting, Story};
use trial::{Tally, Trial};

/// How often the identity provider makes a new intermediate, in seconds: not while the stories last.
const CADENCE: u64 = 600;

/// The languages, and what starts the runner of each. `KEYSTEAD_LANGUAGES=Go,Java` leaves out the others.
fn languages() -> Vec<(Language, Vec<String>)> {
    let all = languages::read(workspace()).unwrap_or_else(|why| panic!("{why}"));
    let chosen = std::env::var("KEYSTEAD_LANGUAGES").ok();
    let is_chosen = |language: &Language| {
        let is_chosen = chosen.as_ref().is_none_or(|names| names.split(',').any(|name| name == language.name));
        if !is_chosen {
            left_out(&format!("conformance of {}", language.name), "KEYSTEAD_LANGUAGES names others");
        }
        is_chosen
    };
    let wanted = all.into_iter().filter(is_chosen);
    wanted.filter_map(|language| runner::command(&language).map(|command| (language, command))).collect()
}

/// The stories around these parties.
fn stories(setting: Setting) -> Vec<Story> {
    let stories: Vec<_> = story::all().into_iter().filter(|story| story.setting == setting).collect();
    assert!(!stories.is_empty(), "no story is {setting:?}");
    stories
}

/// Has a runner tell stories, and adds what is wrong to `wrong`. `after` is done between stories.
fn try_language(mut trial: Trial, stories: &[Story], wrong: &mut Vec<String>, after: impl Fn()) {
    let (language, place) = (trial.language, trial.place);
    let begun = std::time::Instant::now();
    for story in stories {
        if let Err(why) = trial.tell(story) {
            wrong.push(format!("{} on {place}, {}: {why}", language.name, story.name));
        }
        after();
    }
    let Tally { as_told, as_declared, without_subject } = trial.tally;
    println!(
        "{} on {place}: {} stories, {as_told} steps as told, {as_declared} refused as declared, {without_subject} \
         without a subject, {} ms",
        language.name,
        stories.len(),
        begun.elapsed().as_millis()
    );
    if let Err(why) = trial.runner.end() {
        wrong.push(format!("{} on {place}, at the end: {why}", language.name));
    }
}

fn endpoint(home: &Home) -> String {
    format!("unix:{}", home.socket().display())
}

/// Every language and every story with one provider.
fn try_all(place: &Place) {
    let expected = Expected::read(&format!("{}.toml", place.name()));
    let config = PLAIN.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
    let service = Service::in_home(place.home(&config));
    let judge = Client::at(Endpoint::at(service.home().socket()), Credential::default())
        .with_provider(ProviderNumber(place.number()));
    // The next story, and the next language, begin without keys.
    let clear = || {
        for key in judge.list_keys().expect("the service lives") {
            judge.destroy(key.name.as_str()).expect("the key is there");
        }
    };
    let (stories, mut wrong) = (stories(Setting::Service), Vec::new());
    for (language, command) in languages() {
        let folder = Folder::new();
        let trial = Trial {
            language: &language,
            provider: place.number(),
            place: place.name(),
            expected: &expected,
            runner: Runner::start(runner::at(&endpoint(service.home()), &command), folder.path()),
            openssl: OpenSsl::new(),
            tally: Tally::default(),
        };
        try_language(trial, &stories, &mut wrong, clear);
    }
    assert!(wrong.is_empty(), "{} stories went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_language_tells_every_story_in_software() {
    try_all(&Place::Software);
}

#[test]
fn every_language_tells_every_story_with_a_token() {
    let Some(place) = Place::softhsm("conformance with a token") else { return };
    try_all(&place);
}

#[test]
fn every_language_tells_every_story_with_a_tpm() {
    let Some(place) = Place::swtpm("conformance with a TPM") else { return };
    try_all(&place);
}

#[test]
fn programs_of_every_language_are_known_by_their_tokens() {
    let expected = Expected::read("software.toml");
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), CADENCE);
    let _orchestrator = Daemon::orchestrator(service.home());
    let (stories, mut wrong) = (stories(Setting::Identity), Vec::new());
    for (language, words) in languages() {
        let name: String = language.name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let mut command = parties::run(service.home(), &name);
        command.args(words);
        let folder = Folder::new();
        let trial = Trial {
            language: &language,
            provider: 1,
            place: "software",
            expected: &expected,
            runner: Runner::start(command, folder.path()),
            openssl: OpenSsl::new(),
            tally: Tally::default(),
        };
        // Each language is an application of its own: what one leaves, the next does not see.
        try_language(trial, &stories, &mut wrong, || {});
    }
    let by_uid = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    assert!(by_uid.list_keys().expect("the service lives").is_empty(), "keys belong to the uid and not to the token");
    assert!(wrong.is_empty(), "{} stories went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn programs_of_every_language_say_that_nobody_is_there() {
    let expected = Expected::read("software.toml");
    let (stories, mut wrong) = (stories(Setting::Nobody), Vec::new());
    for (language, command) in languages() {
        let folder = Folder::new();
        let nowhere = format!("unix:{}/service.sock", folder.path().display());
        let trial = Trial {
            language: &language,
            provider: 1,
            place: "software",
            expected: &expected,
            runner: Runner::start(runner::at(&nowhere, &command), folder.path()),
            openssl: OpenSsl::new(),
            tally: Tally::default(),
        };
        try_language(trial, &stories, &mut wrong, || {});
    }
    assert!(wrong.is_empty(), "{} stories went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_stories_use_every_operation() {
    let stories = story::all();
    let steps = stories.iter().flat_map(|story| &story.steps).filter(|step| step.by == Party::Library);
    let used: BTreeSet<&str> = steps.map(|step| step.operation.as_str()).collect();
    let there: BTreeSet<&str> = operations::OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(used, there);
}

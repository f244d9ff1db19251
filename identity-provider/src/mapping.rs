//! Which definition gets which identity: the operator's rules, not the orchestrator's wish.

use std::collections::BTreeMap;

use keystead_trust::payload::definition::{Definition, Selectors};
use keystead_trust::spiffe_id::{SpiffeId, TrustDomain};

/// A rule. A definition that it fits gets the identity that its template yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// What it yields.
    pub template: Template,
    /// The definition is of one of these uids.
    pub uids: Option<Vec<u32>>,
    /// It has these labels; `*` is any value.
    pub labels: BTreeMap<String, String>,
    /// It is of one of these images.
    pub image_digests: Option<Vec<String>>,
    /// It says at least these of its process.
    pub selectors: Vec<Selector>,
    /// What its proof must have beside what the kernel says of the process.
    pub evidence: Vec<RequiredEvidence>,
    /// SubjectPublicKeyInfo of those of whom one must have signed the image; none if nobody need have.
    pub image_keys: Vec<Vec<u8>>,
    /// SubjectPublicKeyInfo of the attestation keys of whom one must have quoted, where evidence of the host is asked for.
    pub host_keys: Vec<Vec<u8>>,
}

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$each:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type { $($(#[$each])* $variant,)+ }

        impl $type {
            /// The one of exactly this name.
            pub fn named(name: &str) -> Option<$type> {
                match name { $($name => Some($type::$variant),)+ _ => None }
            }
        }
    };
}

named! {
    /// What a definition can say of its process.
    Selector {
        /// Its uid.
        Uid = "uid",
        /// Its gid.
        Gid = "gid",
        /// Its pid, with what makes it unique.
        Process = "process",
        /// Its cgroup.
        Cgroup = "cgroup",
        /// The path of its program.
        Exe = "exe",
        /// The digest of its program.
        ExeSha256 = "exe_sha256",
        /// Its systemd unit.
        Systemd = "systemd",
        /// Its container.
        ContainerId = "container_id",
        /// Its container's image.
        ImageDigest = "image_digest",
        /// Its namespaces.
        Namespaces = "namespaces",
    }
}

named! {
    /// What a rule can ask a proof to hold. What the kernel says of the process must always be there.
    RequiredEvidence {
        /// Which image it was started from.
        Image = "image",
        /// Which host it runs on.
        Host = "host",
    }
}

/// An identity with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    trust_domain: String,
    segments: Vec<Segment>,
}

/// A segment of an identity's path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// Whatever is asked for.
    Any,
    /// These parts, one after the other.
    Parts(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Uid,
    Unit,
    Container,
    Image,
    Label(String),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// Not an ID even when its gaps are filled.
    #[error("{0}")]
    Id(#[from] keystead_trust::spiffe_id::BadSpiffeId),
    /// Of another trust domain.
    #[error("it is not of the trust domain {0}")]
    TrustDomain(String),
    /// A brace without its other half, or an unknown word between braces.
    #[error("{0:?} is no placeholder; there are {{uid}}, {{unit}}, {{container}}, {{image}}, {{label:NAME}} and {{*}}")]
    Placeholder(String),
    /// `{*}` is not the whole of a segment.
    #[error("{{*}} must be a whole segment")]
    Any,
}

impl Template {
    /// Reads a template. `trust_domain` is the one it must be of, if that is known.
    pub fn parse(text: &str, trust_domain: Option<&TrustDomain>) -> Result<Template, BadTemplate> {
        let filled = fill(text)?;
        let id = SpiffeId::parse(&filled)?;
        if let Some(domain) = trust_domain.filter(|domain| !id.is_in(domain)) {
            return Err(BadTemplate::TrustDomain(domain.to_string()));
        }
        // It is an ID when its gaps are filled, so a path follows the domain.
        let path = text.splitn(4, '/').nth(3).unwrap_or_default();
        let segments = path.split('/').map(segment).collect::<Result<_, _>>()?;
        Ok(Template { trust_domain: id.trust_domain().to_owned(), segments })
    }

    /// Whether it yields `requested` for such a definition.
    fn yields(&self, definition: &Definition) -> bool {
        let (requested, selectors) = (&definition.identity, &definition.selectors);
        let mut path = requested.path().split('/').skip(1);
        let each = self.segments.iter().all(|segment| match (segment, path.next()) {
            (_, None) => false,
            (Segment::Any, Some(_)) => true,
            (Segment::Parts(parts), Some(text)) => render(parts, selectors).is_some_and(|rendered| rendered == text),
        });
        each && path.next().is_none() && requested.trust_domain() == self.trust_domain
    }
}

impl Mapping {
    /// Whether the definition gets the identity that it asks for by this rule.
    pub fn yields(&self, definition: &Definition) -> bool {
        let says = &definition.selectors;
        let fits_uid = self.uids.as_ref().is_none_or(|uids| says.uid.is_some_and(|uid| uids.contains(&uid)));
        let fits_labels = self
            .labels
            .iter()
            .all(|(name, value)| says.labels.get(name).is_some_and(|given| value == "*" || given == value));
        let fits_image = self
            .image_digests
            .as_ref()
            .is_none_or(|digests| says.image_digest.as_ref().is_some_and(|digest| digests.contains(digest)));
        let says_enough = self.selectors.iter().all(|selector| selector.is_in(says));
        fits_uid && fits_labels && fits_image && says_enough && self.template.yields(definition)
    }
}

impl Selector {
    fn is_in(self, says: &Selectors) -> bool {
        match self {
            Selector::Uid => says.uid.is_some(),
            Selector::Gid => says.gid.is_some(),
            Selector::Process => says.process.is_some(),
            Selector::Cgroup => says.cgroup.is_some(),
            Selector::Exe => says.exe.is_some(),
            Selector::ExeSha256 => says.exe_sha256.is_some(),
            Selector::Systemd => says.systemd.is_some(),
            Selector::ContainerId => says.container_id.is_some(),
            Selector::ImageDigest => says.image_digest.is_some(),
            Selector::Namespaces => [says.netns, says.mntns, says.pidns].iter().any(Option::is_some),
        }
    }
}

/// The text with a letter for each placeholder, so that the rest can be judged.
fn fill(text: &str) -> Result<String, BadTemplate> {
    let mut filled = String::new();
    for part in parts(text)? {
        match part {
            Ok(text) => filled.push_str(text),
            Err(_) => filled.push('x'),
        }
    }
    Ok(filled)
}

/// Text and, as errors, what stands between braces.
fn parts(text: &str) -> Result<Vec<Result<&str, &str>>, BadTemplate> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| BadTemplate::Placeholder(rest.to_owned()))?;
        found.extend([Ok(before), Err(name)]);
        rest = after;
    }
    found.push(Ok(rest));
    Ok(found)
}

fn segment(text: &str) -> Result<Segment, BadTemplate> {
    if text == "{*}" {
        return Ok(Segment::Any);
    }
    let part = |part: Result<&str, &str>| match part {
        Ok(text) => Ok(Part::Text(text.to_owned())),
        Err("uid") => Ok(Part::Uid),
        Err("unit") => Ok(Part::Unit),
        Err("container") => Ok(Part::Container),
        Err("image") => Ok(Part::Image),
        Err("*") => Err(BadTemplate::Any),
        Err(other) => match other.strip_prefix("label:").filter(|name| !name.is_empty()) {
            Some(name) => Ok(Part::Label(name.to_owned())),
            None => Err(BadTemplate::Placeholder(format!("{{{other}}}"))),
        },
    };
    Ok(Segment::Parts(parts(text)?.into_iter().map(part).collect::<Result<_, _>>()?))
}

/// None where the definition does not say what a placeholder stands for.
fn render(parts: &[Part], says: &Selectors) -> Option<String> {
    let mut rendered = String::new();
    for part in parts {
        match part {
            Part::Text(text) => rendered.push_str(text),
            Part::Uid => rendered.push_str(&says.uid?.to_string()),
            Part::Unit => rendered.push_str(&says.systemd.as_ref()?.unit),
            Part::Container => rendered.push_str(says.container_id.as_ref()?),
            // A colon cannot be in an identity: the digest alone names the image.
            Part::Image => rendered.push_str(says.image_digest.as_ref()?.rsplit(':').next()?),
            Part::Label(name) => rendered.push_str(says.labels.get(name)?),
        }
    }
    Some(rendered)
}

#[cfg(test)]
mod tests {
    use keystead_interface::names::ClientRef;
    use keystead_interface::operations::identity::ClientState;

    use super::*;

    fn mapping(template: &str) -> Mapping {
        let domain = TrustDomain::parse("example.org").unwrap();
        Mapping {
            template: Template::parse(template, Some(&domain)).unwrap(),
            uids: None,
            labels: BTreeMap::new(),
            image_digests: None,
            selectors: Vec::new(),
            evidence: Vec::new(),
            image_keys: Vec::new(),
            host_keys: Vec::new(),
        }
    }

    fn yields(mapping: &Mapping, id: &str) -> bool {
        let labels = [("app", "shop"), ("path", "a/b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        mapping.yields(&Definition {
            client_ref: ClientRef::new("client").unwrap(),
            state: ClientState::Running,
            identity: SpiffeId::parse(id).unwrap(),
            selectors: Selectors {
                uid: Some(1000),
                gid: Some(1000),
                image_digest: Some("sha256:ab".into()),
                labels: labels.into(),
                ..Selectors::default()
            },
            binding: None,
        })
    }

    #[test]
    fn an_identity_is_yielded_only_as_the_template_has_it() {
        for (template, yielded) in [
            ("spiffe://example.org/fixed", "spiffe://example.org/fixed"),
            ("spiffe://example.org/{label:app}", "spiffe://example.org/shop"),
            ("spiffe://example.org/uid-{uid}/{*}", "spiffe://example.org/uid-1000/anything"),
            ("spiffe://example.org/{image}", "spiffe://example.org/ab"),
        ] {
            let mapping = mapping(template);
            assert!(yields(&mapping, yielded), "{template}");
            assert!(!yields(&mapping, &format!("{yielded}/more")), "{template}");
            assert!(!yields(&mapping, &yielded.replace("example.org", "example.com")), "{template}");
            assert!(!yields(&mapping, "spiffe://example.org/other/one/three"), "{template}");
        }
        // A label cannot add a segment, and what the definition does not say fills no gap.
        assert!(!yields(&mapping("spiffe://example.org/{label:path}"), "spiffe://example.org/a/b"));
        assert!(!yields(&mapping("spiffe://example.org/x{unit}"), "spiffe://example.org/x"));
    }

    #[test]
    fn every_condition_must_hold() {
        let open = mapping("spiffe://example.org/{*}");
        let id = "spiffe://example.org/app";
        assert!(yields(&open, id));
        let with = |change: fn(&mut Mapping)| {
            let mut mapping = open.clone();
            change(&mut mapping);
            yields(&mapping, id)
        };
        assert!(with(|mapping| mapping.uids = Some(vec![1000])));
        assert!(!with(|mapping| mapping.uids = Some(vec![1001])));
        assert!(with(|mapping| drop(mapping.labels.insert("app".into(), "*".into()))));
        assert!(!with(|mapping| drop(mapping.labels.insert("app".into(), "other".into()))));
        assert!(!with(|mapping| drop(mapping.labels.insert("team".into(), "*".into()))));
        assert!(!with(|mapping| mapping.image_digests = Some(vec!["sha256:cd".into()])));
        assert!(with(|mapping| mapping.selectors = vec![Selector::Gid]));
        assert!(!with(|mapping| mapping.selectors = vec![Selector::Exe]));
    }

    #[test]
    fn what_cannot_be_an_identity_is_no_template() {
        for text in ["", "spiffe://example.org", "spiffe://example.org/{", "spiffe://example.org/{pid}"] {
            assert!(Template::parse(text, None).is_err(), "{text}");
        }
        let domain = TrustDomain::parse("example.com").unwrap();
        assert!(Template::parse("spiffe://example.org/x", Some(&domain)).is_err());
        assert_eq!(Template::parse("spiffe://example.org/x{*}", None), Err(BadTemplate::Any));
    }
}

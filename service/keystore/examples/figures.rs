//! Scratch.
use keystead_interface::{algorithm::Algorithm, attributes::*, codes::*, names::*};
use keystead_keystore::*;
use keystead_provider::{KeyHandle, KeyTag};
use std::{pin::pin, sync::Arc, task::*, thread, time::Instant};
struct U(thread::Thread);
impl Wake for U { fn wake(self: Arc<Self>) { self.0.unpark() } }
fn wait<T>(p: impl Future<Output = T>) -> T {
    let w = Waker::from(Arc::new(U(thread::current()))); let mut c = Context::from_waker(&w); let mut p = pin!(p);
    loop { if let Poll::Ready(v) = p.as_mut().poll(&mut c) { return v } thread::park() }
}
fn addr(o: u64, n: u64) -> KeyAddress { KeyAddress { tenant: Tenant::new(AuthKind(3), format!("{o}")).unwrap(), provider: ProviderNumber(1), name: KeyName::new(format!("key-{n}")).unwrap() } }
fn rec(n: u64) -> KeyRecord { KeyRecord { tag: KeyTag((((n as u128) << 64) ^ 0x1234).to_le_bytes()), attributes: KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, Usage::SIGN_HASH, Algorithm::None), handle: KeyHandle::new(vec![7; 32]) } }
fn rss() -> String { std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmRSS")).unwrap().to_string() }
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap(); s.split(" ").next().unwrap().parse::<f64>().unwrap() / 1e9 }
fn open(p: &std::path::Path) -> SqliteStore { let d = StateDirectory::open(p).unwrap(); let k = RootKeySource::File(d.root_key_file()); SqliteStore::open(d, &k).unwrap() }
fn main() {
    let dir = tempfile::tempdir().unwrap(); let p = dir.path().join("s");
    println!("{}", rss());
    let t = Instant::now(); let s = open(&p); println!("open empty {:?} {}", t.elapsed(), rss());
    // Floor: rusqlite inserts one by one, FULL.
    let db = rusqlite::Connection::open(dir.path().join("floor")).unwrap();
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE k(a BLOB PRIMARY KEY, b BLOB)").unwrap();
    for r in 0..3 {
    let t = Instant::now(); for n in 0..1000u64 { db.prepare_cached("INSERT INTO k VALUES(?1,?2)").unwrap().execute((((r * 1000 + n).wrapping_mul(0x9E3779B97F4A7C15)).to_le_bytes().to_vec(), vec![0u8; 100])).unwrap(); }
    println!("floor {:.0}/s", 1000.0 / t.elapsed().as_secs_f64());
    let t = Instant::now(); for n in 0..1000 { let n = r * 1000 + n; wait(s.insert(&addr(n % 100, n), &rec(n))).unwrap(); }
    println!("1 caller {:.0}/s", 1000.0 / t.elapsed().as_secs_f64());
    let t = Instant::now();
    thread::scope(|sc| for c in 0..32u64 { let s = &s; sc.spawn(move || for n in 0..500 { let n = 100_000 + r * 100_000 + c * 500 + n; wait(s.insert(&addr(n % 100, n), &rec(n))).unwrap(); }); });
    println!("32 callers {:.0}/s", 16000.0 / t.elapsed().as_secs_f64());
    }
    let mut ps = Vec::new();
    for n in 0..100_000u64 { ps.push(s.insert(&addr(n % 1000, 10_000_000 + n), &rec(10_000_000 + n))); if ps.len() == 2000 { for p in ps.drain(..) { wait(p).unwrap() } } }
    let c0 = cpu(); let t = Instant::now(); for n in 0..20000u64 { s.find(&addr(n * 7 % 1000, 10_000_000 + n * 7 % 100_000)).unwrap().unwrap(); } println!("find cpu {:.1} us", (cpu() - c0) * 1e6 / 20000.0); let c0 = cpu(); let a = addr(5, 10_000_005); for _ in 0..20000 { s.find(&a).unwrap().unwrap(); } println!("find hot cpu {:.1} us", (cpu() - c0) * 1e6 / 20000.0); println!("find wall {:.1} us", t.elapsed().as_secs_f64() * 1e6 / 20000.0);
    let t = Instant::now(); for n in 0..200u64 { assert!(s.list(&Tenant::new(AuthKind(3), format!("{n}")).unwrap()).unwrap().len() >= 100); } println!("list ~100 of 150k: {:.1} us", t.elapsed().as_secs_f64() * 1e6 / 200.0);
    let t = Instant::now(); let c = s.count().unwrap(); println!("count {c} {:?}", t.elapsed());
    println!("{}", rss());
    let t = Instant::now(); drop(s); println!("close {:?}", t.elapsed());
    let t = Instant::now(); let s = open(&p); println!("open full {:?} {}", t.elapsed(), rss()); s.leftovers(ProviderNumber(1)).unwrap(); println!("with leftovers {:?}", t.elapsed());
    println!("{} bytes", std::fs::metadata(p.join("keys.sqlite")).unwrap().len());
}

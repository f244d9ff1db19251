//! Many threads at the second engine, whose library stands one.

use keystead_interface::algorithm::{Aead, AeadAlg, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;

use super::engines::{Held, engines};
use super::random::rounds;

const THREADS: usize = 6;

#[test]
fn mbed_tls_is_right_when_many_threads_use_it() {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..10 * rounds()).for_each(|_| work()));
        }
    });
    println!("concurrency: {THREADS} threads, {} rounds each", 10 * rounds());
}

/// Makes keys and uses them; the first engine says whether all went well.
fn work() {
    let [aws_lc, mbed_tls] = engines();
    let p256 = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::SecpR1), bits: 256 };
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let pair = Held::generate(mbed_tls, p256);
    let signature = pair.can().signing.unwrap().sign_message(pair.key(), alg, b"a message").unwrap();
    let same = Held::import(aws_lc, p256, &pair.material()).unwrap();
    same.can().signing.unwrap().verify_message(same.key(), alg, b"a message", &signature).unwrap();

    let aes = KeyShape { key_type: KeyType::Aes, bits: 128 };
    let (alg, nonce) = (Aead::DefaultLengthTag(AeadAlg::Gcm), [0; 12]);
    let key = Held::generate(mbed_tls, aes);
    let text = SecretBytes::new(b"a text".to_vec());
    let sealed = key.can().aead.unwrap().encrypt(key.key(), alg, &nonce, b"", &text).unwrap();
    let same = Held::import(aws_lc, aes, &key.material()).unwrap();
    let opened = same.can().aead.unwrap().decrypt(same.key(), alg, &nonce, b"", &sealed).unwrap();
    assert_eq!(opened.expose(), text.expose());
}

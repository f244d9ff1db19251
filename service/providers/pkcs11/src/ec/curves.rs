//! The equations of the curves, to tell whether a point is on its curve before a token sees it.
//!
//! Not every module looks: to multiply a point of another curve with a private key gives the key away, piece by piece. What
//! is computed with here is public, so that it need not take constant time.

use std::cmp::Ordering;

use keystead_interface::attributes::EccFamily;

/// A number below 2^576, the least significant word first. Twice the largest p has 522 bits.
type Number = [u64; WORDS];

const WORDS: usize = 9;

/// A curve y² = x³ + ax + b over the integers modulo p.
pub(crate) struct Curve {
    family: EccFamily,
    bits: u32,
    p: Number,
    a: Number,
    b: Number,
}

/// The curves of SEC 2, version 2.0, and of RFC 5639 that tokens have.
const CURVES: &[Curve] = &[
    Curve {
        family: EccFamily::SecpR1,
        bits: 192,
        p: number("fffffffffffffffffffffffffffffffeffffffffffffffff"),
        a: number("fffffffffffffffffffffffffffffffefffffffffffffffc"),
        b: number("64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1"),
    },
    Curve {
        family: EccFamily::SecpR1,
        bits: 224,
        p: number("ffffffffffffffffffffffffffffffff000000000000000000000001"),
        a: number("fffffffffffffffffffffffffffffffefffffffffffffffffffffffe"),
        b: number("b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4"),
    },
    Curve {
        family: EccFamily::SecpR1,
        bits: 256,
        p: number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
        a: number("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),
        b: number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
    },
    Curve {
        family: EccFamily::SecpR1,
        bits: 384,
        p: number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"),
        a: number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc"),
        b: number("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
    },
    Curve {
        family: EccFamily::SecpR1,
        bits: 521,
        p: number("01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
        a: number("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc"),
        b: number("0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"),
    },
    Curve {
        family: EccFamily::SecpK1,
        bits: 256,
        p: number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
        a: number("0000000000000000000000000000000000000000000000000000000000000000"),
        b: number("0000000000000000000000000000000000000000000000000000000000000007"),
    },
    Curve {
        family: EccFamily::BrainpoolPR1,
        bits: 224,
        p: number("d7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff"),
        a: number("68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43"),
        b: number("2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b"),
    },
    Curve {
        family: EccFamily::BrainpoolPR1,
        bits: 256,
        p: number("a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377"),
        a: number("7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9"),
        b: number("26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6"),
    },
    Curve {
        family: EccFamily::BrainpoolPR1,
        bits: 320,
        p: number("d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27"),
        a: number("3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4"),
        b: number("520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6"),
    },
    Curve {
        family: EccFamily::BrainpoolPR1,
        bits: 384,
        p: number("8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53"),
        a: number("7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826"),
        b: number("04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11"),
    },
    Curve {
        family: EccFamily::BrainpoolPR1,
        bits: 512,
        p: number("aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3"),
        a: number("7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca"),
        b: number("3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723"),
    },
];

impl Curve {
    /// The curve of a family and a size.
    pub(crate) fn of(family: EccFamily, bits: u32) -> Option<&'static Curve> {
        CURVES.iter().find(|curve| curve.family == family && curve.bits == bits)
    }

    /// Length of a coordinate in bytes.
    pub(crate) const fn coordinate(&self) -> usize {
        (self.bits as usize).div_ceil(8)
    }

    /// Whether this is 04 ‖ x ‖ y with a point of this curve (SEC 1, 2.3.4 and 3.2.2.1). All of these curves have as many
    /// points as their generator generates, so that there are no others to beware of.
    pub(crate) fn has_point(&self, point: &[u8]) -> bool {
        let Some((4, coordinates)) = point.split_first().map(|(first, rest)| (*first, rest)) else { return false };
        let Some((x, y)) = coordinates.split_at_checked(self.coordinate()) else { return false };
        if y.len() != x.len() {
            return false;
        }
        let (x, y) = (from_bytes(x), from_bytes(y));
        if [x, y].iter().any(|coordinate| compare(coordinate, &self.p) != Ordering::Less) {
            return false;
        }
        // x³ + ax + b = (x² + a)x + b
        let slope = self.add(&self.multiply(&x, &x), &self.a);
        self.multiply(&y, &y) == self.add(&self.multiply(&slope, &x), &self.b)
    }

    fn add(&self, left: &Number, right: &Number) -> Number {
        let mut sum = *left;
        let mut carry = false;
        for (word, more) in sum.iter_mut().zip(right) {
            let (partial, first) = word.overflowing_add(*more);
            let (total, second) = partial.overflowing_add(u64::from(carry));
            (*word, carry) = (total, first | second);
        }
        if compare(&sum, &self.p) != Ordering::Less {
            let mut borrow = false;
            for (word, less) in sum.iter_mut().zip(&self.p) {
                let (partial, first) = word.overflowing_sub(*less);
                let (rest, second) = partial.overflowing_sub(u64::from(borrow));
                (*word, borrow) = (rest, first | second);
            }
        }
        sum
    }

    /// Doubles and adds, bit by bit: about 5 µs on P-256, which is nothing beside the token's work.
    fn multiply(&self, left: &Number, right: &Number) -> Number {
        let mut product = [0; WORDS];
        for bit in (0..self.bits).rev() {
            product = self.add(&product, &product);
            if right[bit as usize / 64] >> (bit % 64) & 1 == 1 {
                product = self.add(&product, left);
            }
        }
        product
    }
}

fn compare(left: &Number, right: &Number) -> Ordering {
    left.iter().rev().cmp(right.iter().rev())
}

/// A number from its bytes, the most significant first. There are 72 at most.
fn from_bytes(bytes: &[u8]) -> Number {
    let mut number = [0; WORDS];
    for (place, byte) in bytes.iter().rev().enumerate().take(8 * WORDS) {
        number[place / 8] |= u64::from(*byte) << (8 * (place % 8));
    }
    number
}

/// A number from its hexadecimal digits, when this is compiled.
const fn number(digits: &str) -> Number {
    let digits = digits.as_bytes();
    let mut number = [0; WORDS];
    let mut place = 0;
    while place < digits.len() {
        let digit = match digits[digits.len() - 1 - place] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("a digit that is none; this is found by the compiler"),
        };
        number[place / 16] |= (digit as u64) << (4 * (place % 16));
        place += 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator of P-256 and that of P-521 (SEC 2, 2.4.2 and 2.6.1).
    const P256: &str = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a\
        7c0f9e162bce33576b315ececbb6406837bf51f5";
    const P521: &str = "0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1d\
        c127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66\
        2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650";

    fn point(digits: &str) -> Vec<u8> {
        let digit = |byte: u8| u8::try_from((byte as char).to_digit(16).expect("a digit")).expect("small");
        digits.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    #[test]
    fn the_generator_is_on_its_curve_and_nothing_near_it_is() {
        for (bits, digits) in [(256, P256), (521, P521)] {
            let curve = Curve::of(EccFamily::SecpR1, bits).expect("a curve");
            let generator = point(digits);
            assert!(curve.has_point(&generator), "{bits}");
            for place in 0..generator.len() {
                let mut other = generator.clone();
                other[place] ^= 1;
                assert!(!curve.has_point(&other), "{bits}, byte {place}");
            }
            assert!(!curve.has_point(&generator[1..]) && !curve.has_point(&[&generator[..], &[0]].concat()));
        }
        let k1 = Curve::of(EccFamily::SecpK1, 256).expect("a curve");
        assert!(!k1.has_point(&point(P256)), "a point of another curve");
    }

    #[test]
    fn a_coordinate_that_is_not_below_p_is_refused() {
        // x + p is x, but not how x is written.
        let curve = Curve::of(EccFamily::BrainpoolPR1, 256).expect("a curve");
        assert!(!curve.has_point(&[&[4][..], &[0xff; 64]].concat()));
        assert!(!curve.has_point(&[]) && !curve.has_point(&[0]), "nothing, and the point at infinity");
    }
}

//! Whether two kinds of requests can be told apart by the time that they take: Welch's t over many samples of both, taken
//! by turns, after outliers were cut off (the method of dudect: Reparaz, Balasch, Verbauwhede, "Dude, is my code constant
//! time?", 2017).

/// From here on, two kinds take different times; below it, these samples do not show that. Chance alone goes so far once in
/// 100,000 comparisons.
pub(crate) const DIFFERENT: f64 = 4.5;

/// Shares of the samples of both kinds that are kept, the shortest: what is above was disturbed. Which of them shows a
/// difference best is not known before.
const KEPT: [f64; 6] = [1.0, 0.99, 0.95, 0.9, 0.75, 0.5];

/// The largest |t| that any of these cuts gives.
pub(crate) fn t(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let longest = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    let cut = |of: &[f64], longest: f64| -> Vec<f64> { of.iter().copied().filter(|time| *time <= longest).collect() };
    let at = |share| welch(&cut(one, longest(share)), &cut(other, longest(share))).abs();
    KEPT.into_iter().map(at).fold(0.0, f64::max)
}

/// Welch's t: the difference of the means in units of its standard error.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean, error), (other_mean, other_error)) = (mean(one), mean(other));
    let error = (error + other_error).sqrt();
    // Too few samples, or all alike: they say nothing.
    if error > 0.0 { (mean - other_mean) / error } else { 0.0 }
}

/// The mean, and the square of its standard error.
fn mean(of: &[f64]) -> (f64, f64) {
    if of.len() < 2 {
        return (0.0, 0.0);
    }
    let count = of.len() as f64;
    let mean = of.iter().sum::<f64>() / count;
    let variance = of.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_e2e_tests::effort::Chance;

    /// Times about 100, a few of them much longer.
    fn times(lane: u64, longer_by: f64) -> Vec<f64> {
        let mut chance = Chance::new(lane);
        let mut time = || {
            let disturbed = if chance.below(50) == 0 { chance.below(5000) } else { 0 };
            100.0 + longer_by + (chance.below(1000) as f64) / 100.0 + disturbed as f64
        };
        (0..10_000).map(|_| time()).collect()
    }

    #[test]
    fn a_hundredth_is_found_among_disturbances_ten_times_as_long_and_nothing_where_nothing_is() {
        assert!(t(&times(1, 0.0), &times(2, 1.0)) > DIFFERENT);
        assert!(t(&times(1, 0.0), &times(2, 0.0)) < DIFFERENT);
    }

    #[test]
    fn the_difference_is_counted_in_standard_errors() {
        // Means 2 and 5; variances of the means 1/3 and 1/3.
        assert!((welch(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]) + 3.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        assert_eq!(welch(&[1.0, 1.0], &[2.0]), 0.0);
    }
}

//! How one record looks: as a line of text or as a JSON object on a line.

use std::fmt::Write;
use std::time::SystemTime;

use log::kv::{Error, Key, Value, VisitSource, VisitValue};

/// The most characters of a record's message. A line should stay below what a pipe takes in one piece (4,096 bytes,
/// pipe(7)), so that lines of several processes do not mix.
const MAX_MESSAGE_CHARS: usize = 1_024;

/// The most characters of one value: names may be 64 KiB long.
const MAX_VALUE_CHARS: usize = 256;

/// `2026-11-22T08:15:00.123Z WARN  target message key=value other="two words"`
pub(super) fn text(record: &log::Record<'_>, now: SystemTime) -> String {
    let mut line = String::with_capacity(256);
    push_time(&mut line, now);
    // Writing to a String does not fail.
    let _ = write!(line, " {:<5} {} ", record.level(), record.target());
    push_escaped(&mut line, &record.args().to_string(), MAX_MESSAGE_CHARS, escape_line);
    let mut fields = Fields { line: &mut line, json: false, count: 0 };
    // Ours returns no errors; a foreign value that does leaves its field unfinished, and the line is still a line.
    let _ = record.key_values().visit(&mut fields);
    line.push('\n');
    line
}

/// `{"time":"…","level":"WARN","target":"…","message":"…","fields":{"key":"value"}}`
pub(super) fn json(record: &log::Record<'_>, now: SystemTime) -> String {
    let mut line = String::with_capacity(256);
    line.push_str("{\"time\":\"");
    push_time(&mut line, now);
    let _ = write!(line, "\",\"level\":\"{}\",\"target\":", record.level());
    push_json_text(&mut line, record.target(), MAX_VALUE_CHARS);
    line.push_str(",\"message\":");
    push_json_text(&mut line, &record.args().to_string(), MAX_MESSAGE_CHARS);
    line.push_str(",\"fields\":{");
    let mut fields = Fields { line: &mut line, json: true, count: 0 };
    let _ = record.key_values().visit(&mut fields);
    line.push_str("}}\n");
    line
}

/// Writes keys and values as they come.
struct Fields<'l> {
    line: &'l mut String,
    json: bool,
    count: usize,
}

impl<'kvs> VisitSource<'kvs> for Fields<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        if self.json {
            if self.count > 0 {
                self.line.push(',');
            }
            push_json_text(self.line, key.as_str(), MAX_VALUE_CHARS);
            self.line.push(':');
        } else {
            self.line.push(' ');
            push_word(self.line, key.as_str());
            self.line.push('=');
        }
        self.count += 1;
        let mut found = Found::Text(String::new());
        // A value that cannot be visited is shown as empty text: the object stays whole.
        let _ = value.visit(&mut found);
        match found {
            Found::Plain(plain) => self.line.push_str(&plain),
            Found::Text(text) if self.json => push_json_text(self.line, &text, MAX_VALUE_CHARS),
            Found::Text(text) => push_word(self.line, &text),
        }
        Ok(())
    }
}

/// A value: one that stands for itself in both formats, or text.
enum Found {
    Plain(String),
    Text(String),
}

impl<'v> VisitValue<'v> for Found {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        *self = Found::Text(value.to_string());
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        *self = Found::Plain("null".into());
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        *self = Found::Plain(value.to_string());
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        *self = Found::Plain(value.to_string());
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        // JSON has no NaN and no infinity.
        *self = if value.is_finite() { Found::Plain(value.to_string()) } else { Found::Text(value.to_string()) };
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        *self = Found::Plain(value.to_string());
        Ok(())
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        *self = Found::Text(value.to_owned());
        Ok(())
    }
}

/// A key or value of a text line: in quotes unless it is one plain word.
fn push_word(line: &mut String, text: &str) {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/+@".contains(letter);
    if !text.is_empty() && text.len() <= MAX_VALUE_CHARS && text.chars().all(plain) {
        line.push_str(text);
        return;
    }
    line.push('"');
    push_escaped(line, text, MAX_VALUE_CHARS, |line, letter| match letter {
        '"' | '\\' => line.extend(['\\', letter]),
        _ => escape_line(line, letter),
    });
    line.push('"');
}

fn push_json_text(line: &mut String, text: &str, limit: usize) {
    line.push('"');
    push_escaped(line, text, limit, |line, letter| match letter {
        '"' | '\\' => line.extend(['\\', letter]),
        _ if is_printable(letter) => line.push(letter),
        _ => {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
    });
    line.push('"');
}

/// Pushes at most `limit` characters of `text`, and says so if there were more.
fn push_escaped(line: &mut String, text: &str, limit: usize, push: impl Fn(&mut String, char)) {
    let mut letters = text.chars();
    letters.by_ref().take(limit).for_each(|letter| push(line, letter));
    let left = letters.count();
    if left > 0 {
        let _ = write!(line, "… ({left} more)");
    }
}

fn escape_line(line: &mut String, letter: char) {
    match is_printable(letter) {
        true => line.push(letter),
        false => line.extend(letter.escape_debug()),
    }
}

/// Whether the letter shows as itself and changes nothing around it: no control, no line break, no change of
/// direction, nothing that joins the letter before.
fn is_printable(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '\\') || letter.escape_debug().len() == 1
}

/// Seconds of a day.
const DAY: u64 = 86_400;

/// RFC 3339, UTC, milliseconds.
fn push_time(line: &mut String, now: SystemTime) {
    // A clock before 1970 is wrong whatever is written.
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (year, month, day) = civil(since.as_secs() / DAY);
    let second = since.as_secs() % DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let millis = since.subsec_millis();
    let _ = write!(line, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z");
}

/// Year, month and day of a day counted from 1 January 1970. Years are taken to begin in March, so that the leap day
/// is their last one and months follow a pattern of 153 days for five.
fn civil(days: u64) -> (u64, u64, u64) {
    // 719,468 days lie between 1 March of the year 0 and 1 January 1970; 146,097 days are 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// 22 November 2026, 08:15:00.123 UTC.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_335_300_123)
    }

    fn both(message: &str, fields: &[(&str, Value<'_>)]) -> (String, String) {
        let arguments = format_args!("{message}");
        let record = log::Record::builder()
            .args(arguments)
            .level(log::Level::Warn)
            .target("keystead")
            .key_values(&fields)
            .build();
        (text(&record, now()), json(&record, now()))
    }

    #[test]
    fn a_record_is_one_line_in_both_formats() {
        let fields = [("tenant", Value::from("1000")), ("count", Value::from(3u64)), ("late", Value::from(true))];
        let (text, json) = both("queue is full", &fields);
        assert_eq!(text, "2026-11-22T08:15:00.123Z WARN  keystead queue is full tenant=1000 count=3 late=true\n");
        let expected = concat!(
            r#"{"time":"2026-11-22T08:15:00.123Z","level":"WARN","target":"keystead","message":"queue is full","#,
            r#""fields":{"tenant":"1000","count":3,"late":true}}"#,
            "\n"
        );
        assert_eq!(json, expected);
    }

    #[test]
    fn no_name_can_forge_a_line_or_a_field() {
        let name = "a\nb\u{1b}[2J\u{202e}\"x=1\\ é";
        let (text, json) = both(name, &[("name", Value::from(name))]);
        for line in [&text, &json] {
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
        }
        assert!(text.ends_with("name=\"a\\nb\\u{1b}[2J\\u{202e}\\\"x=1\\\\ é\"\n"), "{text}");
        assert!(json.ends_with("{\"name\":\"a\\u000ab\\u001b[2J\\u202e\\\"x=1\\\\ é\"}}\n"), "{json}");
    }

    #[test]
    fn long_values_are_cut_and_odd_numbers_stay_json() {
        let long = "n".repeat(65_535);
        let (text, json) = both(&long, &[("name", Value::from(&*long)), ("ratio", Value::from(f64::NAN))]);
        assert!(text.len() < 4_096 && json.len() < 4_096);
        assert!(text.contains("… (65279 more)\" ratio=NaN"), "{text}");
        assert!(json.ends_with("… (65279 more)\",\"ratio\":\"NaN\"}}\n"), "{json}");
    }

    #[test]
    fn days_have_the_dates_that_the_calendar_gives_them() {
        // Computed with `date -u -d @$((days * 86400)) +%F`.
        let known = [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_779, (2026, 11, 22)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ];
        for (days, date) in known {
            assert_eq!(civil(days), date, "day {days}");
        }
    }
}

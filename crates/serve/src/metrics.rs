//! Counts and times of the service, in the text format of Prometheus.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::rows::Tally;

/// Upper bounds of the times that are counted apart, seconds.
const BOUNDS_S: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// What was counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(&'static str, u16), u64>,
    times: BTreeMap<&'static str, Times>,
    replies: BTreeMap<(&'static str, &'static str), u64>,
}

#[derive(Debug, Default)]
struct Times {
    within: [u64; BOUNDS_S.len()],
    all: u64,
    sum_s: f64,
}

/// What is so now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gauges {
    pub(crate) judged_now: usize,
    pub(crate) queue_depth: usize,
    pub(crate) connections: usize,
    pub(crate) sessions: usize,
    pub(crate) scenes_cached: usize,
    pub(crate) scenes_known: usize,
}

impl Metrics {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn request(&self, route: &'static str, status: u16, time: Duration) {
        let mut counts = self.counts();
        *counts.requests.entry((route, status)).or_default() += 1;
        let times = counts.times.entry(route).or_default();
        let seconds = time.as_secs_f64();
        times.all += 1;
        times.sum_s += seconds;
        for (within, _) in times.within.iter_mut().zip(BOUNDS_S).filter(|(_, bound)| seconds <= *bound) {
            *within += 1;
        }
    }

    pub(crate) fn replies(&self, preset: &'static str, tally: Tally) {
        let mut counts = self.counts();
        for (outcome, count) in tally.outcomes().into_iter().filter(|(_, count)| *count > 0) {
            *counts.replies.entry((preset, outcome)).or_default() += count;
        }
    }

    /// The page that Prometheus reads.
    pub(crate) fn page(&self, gauges: Gauges) -> Result<String, fmt::Error> {
        let mut out = String::new();
        let counts = self.counts();
        head(&mut out, "isovist_requests_total", "counter", "Requests answered, by route and status.")?;
        for ((route, status), count) in &counts.requests {
            writeln!(out, "isovist_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}")?;
        }
        head(&mut out, "isovist_replies_total", "counter", "Replies judged, by preset and outcome.")?;
        for ((preset, outcome), count) in &counts.replies {
            writeln!(out, "isovist_replies_total{{preset=\"{preset}\",outcome=\"{outcome}\"}} {count}")?;
        }
        let name = "isovist_request_seconds";
        head(&mut out, name, "histogram", "Time from the head of a request to the head of its answer.")?;
        for (route, times) in &counts.times {
            for (bound, within) in BOUNDS_S.iter().zip(times.within) {
                writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {within}")?;
            }
            writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", times.all)?;
            writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", times.sum_s)?;
            writeln!(out, "{name}_count{{route=\"{route}\"}} {}", times.all)?;
        }
        for (name, help, value) in [
            ("isovist_jobs", "Requests that are judged now.", gauges.judged_now),
            (
                "isovist_queue_depth",
                "Requests that are read, wait to be judged, or whose answers are taken.",
                gauges.queue_depth,
            ),
            ("isovist_connections", "Open connections.", gauges.connections),
            ("isovist_sessions", "Open episodes.", gauges.sessions),
            ("isovist_scenes_cached", "Scenes that are kept open.", gauges.scenes_cached),
            ("isovist_scenes_known", "Scenes that requests may name.", gauges.scenes_known),
        ] {
            head(&mut out, name, "gauge", help)?;
            writeln!(out, "{name} {value}")?;
        }
        Ok(out)
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_add_up() {
        let metrics = Metrics::default();
        metrics.request("/a", 200, Duration::from_millis(2));
        metrics.request("/a", 200, Duration::from_mins(1));
        metrics.request("/a", 503, Duration::ZERO);
        metrics.replies("isovist", Tally { rewarded: 2, malformed: 1, ..Tally::default() });
        let page = metrics.page(Gauges { queue_depth: 4, ..Gauges::default() }).expect("a page");
        for line in [
            "isovist_requests_total{route=\"/a\",status=\"200\"} 2",
            "isovist_requests_total{route=\"/a\",status=\"503\"} 1",
            "isovist_replies_total{preset=\"isovist\",outcome=\"rewarded\"} 2",
            "isovist_replies_total{preset=\"isovist\",outcome=\"malformed\"} 1",
            "isovist_request_seconds_bucket{route=\"/a\",le=\"0.0005\"} 1",
            "isovist_request_seconds_bucket{route=\"/a\",le=\"0.0025\"} 2",
            "isovist_request_seconds_bucket{route=\"/a\",le=\"+Inf\"} 3",
            "isovist_request_seconds_sum{route=\"/a\"} 60.002",
            "isovist_queue_depth 4",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        assert!(!page.contains("unrewarded"));
    }
}

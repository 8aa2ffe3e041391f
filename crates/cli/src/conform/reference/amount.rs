//! A number with what is left open about it.

use question::Unit;

/// A value, known up to a slack that stands for rounding, not for the scene's noise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) value: f64,
    /// 0 for given numbers and counts.
    pub(super) slack: f64,
    pub(super) unit: Unit,
}

/// Rounding allowed for in a measured value, absolute and relative.
const SLACK: f64 = 1e-8;

impl Amount {
    pub(super) fn given(value: f64, unit: Unit) -> Self {
        Self { value, slack: 0.0, unit }
    }

    pub(super) fn measured(value: f64, unit: Unit) -> Self {
        Self { value, slack: SLACK * (1.0 + value.abs()), unit }
    }

    /// Whether it is less than another of its unit; `None` where rounding could decide.
    pub(super) fn less(&self, other: &Self) -> Option<bool> {
        let (gap, slack) = (other.value - self.value, self.slack + other.slack);
        if slack == 0.0 || gap.abs() > slack { Some(gap > 0.0) } else { None }
    }
}

//! Bands in which a published profile does not ask, with the published rule in the sentence.

use geometry::SectorSystem;

use super::{Evaluator, Halt, term::Fact};
use crate::{Entity, Reason, ReasonCode, Term, measure::the, print};

impl<'q> Evaluator<'q> {
    fn not_asked(&self, sentence: &str) -> Halt {
        Reason::new(ReasonCode::NotAsked, format!("profile {} does not ask this: {sentence}", self.profile.name)).into()
    }

    pub(super) fn guard_value(&self, of: &Term, fact: &Fact) -> Result<(), Halt> {
        if let (Term::Distance { .. }, Some(least)) = (of, self.profile.guards.value_distance_least_m) {
            let printed = (fact.measured.value * 10.0).round_ties_even() / 10.0;
            if printed < least {
                return Err(self.not_asked(&format!("the distance, {printed:.1} m, is under {least} m")));
            }
        }
        Ok(())
    }

    pub(super) fn guard_count(&self, class: &str, value: Option<u32>) -> Result<(), Halt> {
        match (value, self.profile.guards.count_least) {
            (Some(value), Some(least)) if value < least => {
                Err(self.not_asked(&format!("it counts {value} {class}, under {least}")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn guard_pick(&self, of: &Term, facts: &[Fact]) -> Result<(), Halt> {
        if !matches!(of, Term::Distance { .. }) {
            return Ok(());
        }
        let mut values: Vec<f64> = facts.iter().map(|fact| fact.measured.value).collect();
        values.sort_by(f64::total_cmp);
        if let Some(least) = self.profile.guards.pick_least_m
            && values.first().is_some_and(|nearest| *nearest < least)
        {
            return Err(self.not_asked(&format!("the nearest candidate is {:.2} m away, under {least} m", values[0])));
        }
        if let Some(gap) = self.profile.guards.pick_gap_m
            && let Some(pair) = values.windows(2).find(|pair| pair[1] - pair[0] <= gap)
        {
            return Err(self.not_asked(&format!(
                "two candidates are {:.2} m and {:.2} m away, no more than {gap} m apart",
                pair[0], pair[1]
            )));
        }
        Ok(())
    }

    pub(super) fn guard_sector(&mut self, of: &'q Term, system: SectorSystem, sector: usize) -> Result<(), Halt> {
        let guards = &self.profile.guards;
        let Term::Bearing { at, facing, of: query, .. } = of else {
            return Ok(());
        };
        if guards.bearing_pair_m.is_none()
            && guards.bearing_corners_elsewhere.is_none()
            && guards.bearing_border_deg.is_none()
        {
            return Ok(());
        }
        let bound = [self.entity(at)?, self.entity(facing)?, self.entity(query)?];
        if let Some([least, most]) = guards.bearing_pair_m {
            for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                self.guard_pair(&bound[i], &bound[j], least, most)?;
            }
        }
        let [stand, face, target] = [&bound[0], &bound[1], &bound[2]].map(|entity| self.context.object(entity));
        let (stand, face, target) = (stand?, face?, target?);
        let (stand, face) = (stand.bounds.centre(), face.bounds.centre());
        if let Some(most) = guards.bearing_corners_elsewhere {
            let elsewhere = target
                .bounds
                .corners()
                .into_iter()
                .filter(|corner| {
                    geometry::bearing_rad(stand, face, *corner).is_some_and(|angle| system.classify(angle) != sector)
                })
                .count();
            if elsewhere > most {
                return Err(
                    self.not_asked(&format!("{elsewhere} of 8 corners of {} lie in another sector", the(target)))
                );
            }
        }
        let Some(angle) = geometry::bearing_rad(stand, face, target.bounds.centre()) else {
            return Ok(());
        };
        let degrees = angle.to_degrees().rem_euclid(360.0);
        if let Some(band) = guards.bearing_border_deg {
            let distance = if guards.bearing_border_one_sided.contains(&system) {
                let width = 360.0 / system.sectors().len() as f64;
                width - degrees.rem_euclid(width)
            } else {
                system.margin_rad(angle).to_degrees()
            };
            if distance < band {
                return Err(self.not_asked(&format!(
                    "the bearing is {} from a border, under {band}°",
                    print::quantity(distance, crate::Unit::Degree)
                )));
            }
        }
        if let (Some(limit), SectorSystem::Halves) = (guards.halves_exclude_back_deg, system)
            && (limit..360.0 - limit).contains(&degrees)
        {
            return Err(self.not_asked(&format!("{} is behind, beyond {limit}° on either side", the(target))));
        }
        Ok(())
    }

    fn guard_pair(&self, a: &Entity, b: &Entity, least: f64, most: f64) -> Result<(), Halt> {
        let distance =
            Term::Distance { definition: Some(self.profile.definitions.distance), from: a.clone(), to: b.clone() };
        let value = self.context.measure(&distance)?.value;
        if (least..=most).contains(&value) {
            return Ok(());
        }
        Err(self.not_asked(&format!("two of the three objects are {value:.2} m apart, outside {least} to {most} m")))
    }
}

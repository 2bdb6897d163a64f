//! A voiceprint without learning: mean and deviation of a clip's cepstra.

use std::f64::consts::PI;

use metriclab::datasets::Dataset;

/// Cepstral coefficients of a frame; the first one of all, loudness, is left out.
const CEPSTRA: usize = 12;

/// Mean and deviation over the frames of a sequence's cepstra c[k] = √(2/M) Σₘ x[m] cos(π k (m + ½) / M), where x are the M log-mels
/// of a frame. The page's figure of voices (www/src/figures/voices/voiceprint.ts) leaves out pauses within a clip, too.
pub fn voiceprints(clips: &Dataset) -> Dataset {
    let (mels, width) = (clips.header.channels - 1, clips.header.width);
    let mut rows = Vec::with_capacity(clips.count() * 2 * CEPSTRA);
    let mut clip = Vec::new();
    for at in 0..clips.count() {
        clip.clear();
        clips.write_numbers_unchecked(at, &mut clip);
        let frames = clips.header.frames(&clip).unwrap_or(width);
        let cepstrum = |k: usize, t: usize| -> f64 {
            let wave = |m: usize| (PI * k as f64 * (m as f64 + 0.5) / mels as f64).cos();
            (0..mels).map(|m| f64::from(clip[m * width + t]) * wave(m)).sum::<f64>()
                * (2.0 / mels as f64).sqrt()
        };
        let moments = (1..=CEPSTRA).map(|k| {
            let all: Vec<f64> = (0..frames).map(|t| cepstrum(k, t)).collect();
            let mean = all.iter().sum::<f64>() / frames as f64;
            let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / frames as f64;
            (mean as f32, variance.sqrt() as f32)
        });
        let (means, deviations): (Vec<f32>, Vec<f32>) = moments.unzip();
        rows.extend(means.into_iter().chain(deviations));
    }
    Dataset::of_vectors("voiceprints", &rows, 2 * CEPSTRA, clips.labels.clone()).expect("finite numbers")
}

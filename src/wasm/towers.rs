//! The two towers of an engine. The package numbers them.
#![allow(clippy::missing_errors_doc)]

use js_sys::Float32Array;
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{Answer, PageFile, Request, request};
use super::engine::{Answered, Engine, fail};
use crate::error::{Error, Result};
use crate::plain;
use crate::towers::{Bags, End, Features, Sequences, Towers, TowersConfig};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    towers: u32,
}

/// How the arrays of an end are to be read.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
enum Given {
    /// Numbers, one sample after the other.
    Rows { shape: [usize; 3] },
    /// Sequences of frames of so many numbers.
    Sequences { features: usize },
    /// Ids below `ids`.
    Bags { ids: usize },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    towers: u32,
    config: TowersConfig,
    left: Given,
    right: Given,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceRequest {
    towers: u32,
    steps: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbedRequest {
    towers: u32,
    end: End,
    /// None: the samples that the end was made with.
    samples: Option<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankRequest {
    towers: u32,
    k: usize,
}

/// The arrays of an end: numbers of rows or weights of ids, ids, and where each bag or sequence ends.
struct Arrays {
    numbers: Vec<f32>,
    ids: Vec<u32>,
    ends: Vec<u32>,
}

impl Arrays {
    fn take(
        from: &mut Request,
        [numbers, ids, ends]: [&'static str; 3],
    ) -> std::result::Result<Self, JsValue> {
        Ok(Self { numbers: from.floats(numbers)?, ids: from.longs(ids)?, ends: from.longs(ends)? })
    }

    fn features(self, given: &Given) -> Result<Features> {
        match *given {
            Given::Rows { shape } => Features::pictures(self.numbers, shape),
            Given::Sequences { features } => {
                Ok(Features::Sequences(Sequences::new(&self.sequences()?, features)?))
            }
            Given::Bags { ids } => Ok(Features::Bags(Bags::new(self.bags()?, ids)?)),
        }
    }

    fn sequences(self) -> Result<Vec<Vec<f32>>> {
        let Self { numbers, ends, .. } = self;
        let mut start = 0;
        let sequence = |end: u32| {
            let end = end as usize;
            let own = numbers.get(start..end);
            start = end;
            own.map(<[f32]>::to_vec)
                .ok_or_else(|| Error::shape("The last sequence's end", numbers.len(), end))
        };
        ends.into_iter().map(sequence).collect()
    }

    fn bags(self) -> Result<Vec<Vec<(u32, f32)>>> {
        let Self { numbers, ids, ends } = self;
        if numbers.len() != ids.len() {
            return Err(Error::shape("The weights of the ids", ids.len(), numbers.len()));
        }
        let mut start = 0;
        let bag = |end: u32| {
            let end = end as usize;
            let own = ids.get(start..end).zip(numbers.get(start..end));
            let (ids, weights) = own.ok_or_else(|| Error::shape("The last bag's end", ids.len(), end))?;
            start = end;
            Ok(ids.iter().copied().zip(weights.iter().copied()).collect())
        };
        ends.into_iter().map(bag).collect()
    }
}

#[wasm_bindgen]
impl Engine {
    /// Fresh towers, or those of a saved file where `state` is not empty.
    #[wasm_bindgen(js_name = towersOpen)]
    pub fn towers_open(&self, open: &JsValue) -> Answered {
        let mut open = Request::of(open)?;
        let left = Arrays::take(&mut open, ["leftNumbers", "leftIds", "leftEnds"])?;
        let right = Arrays::take(&mut open, ["rightNumbers", "rightIds", "rightEnds"])?;
        let (pairs, state) = (open.longs("pairs")?, open.bytes("state")?);
        let request: OpenRequest = open.rest()?;
        let make = || {
            let (left, right) = (left.features(&request.left)?, right.features(&request.right)?);
            let pairs: Vec<[u32; 2]> = pairs.as_chunks().0.to_vec();
            if state.is_empty() {
                Towers::new(request.config, left, right, pairs, &self.device)
            } else {
                Towers::load(&state, left, right, pairs, &self.device)
            }
        };
        let towers = make().map_err(fail)?;
        let answer = Answer::new()
            .fields("config", &plain::write(towers.config()))
            .number("step", towers.step() as f64)
            .done();
        self.towers.borrow_mut().insert(request.towers, towers);
        Ok(answer)
    }

    /// Trains.
    #[wasm_bindgen(js_name = towersAdvance)]
    pub async fn towers_advance(&self, advance: JsValue) -> Answered {
        let AdvanceRequest { towers: number, steps } = request(&advance)?;
        let mut towers = self.taken(number)?;
        let report = towers.advance(steps).await;
        self.towers.borrow_mut().insert(number, towers);
        let report = report.map_err(fail)?;
        Ok(Answer::new().number("step", report.step as f64).floats("losses", &report.losses).done())
    }

    /// Embeds samples of one end, its own or new ones.
    #[wasm_bindgen(js_name = towersEmbed)]
    pub async fn towers_embed(&self, embed: JsValue) -> Answered {
        let mut embed = Request::of(&embed)?;
        let arrays = Arrays::take(&mut embed, ["numbers", "ids", "ends"])?;
        let EmbedRequest { towers: number, end, samples } = embed.rest()?;
        let samples = samples.map(|given| arrays.features(&given)).transpose().map_err(fail)?;
        let towers = self.taken(number)?;
        let vectors = match &samples {
            Some(samples) => towers.embed(end, samples).await,
            None => towers.embed_own(end).await,
        };
        self.towers.borrow_mut().insert(number, towers);
        Ok(Float32Array::from(vectors.map_err(fail)?.as_slice()).into())
    }

    /// Recall@k and NDCG@k of some left ends. `ends` tells where the held-out places of each end in `heldOut`.
    #[wasm_bindgen(js_name = towersRank)]
    pub async fn towers_rank(&self, rank: JsValue) -> Answered {
        let mut rank = Request::of(&rank)?;
        let (lefts, held_out, ends) = (rank.longs("lefts")?, rank.longs("heldOut")?, rank.longs("ends")?);
        let RankRequest { towers: number, k } = rank.rest()?;
        let weights = vec![1.0; held_out.len()];
        let lists = Arrays { numbers: weights, ids: held_out, ends }.bags().map_err(fail)?;
        let lists: Vec<Vec<u32>> =
            lists.into_iter().map(|list| list.into_iter().map(|(place, _)| place).collect()).collect();
        let towers = self.taken(number)?;
        let scores = towers.rank(&lefts, &lists, k).await;
        self.towers.borrow_mut().insert(number, towers);
        let scores = scores.map_err(fail)?;
        let each: Vec<f32> = scores.each.iter().flatten().map(|&x| x as f32).collect();
        Ok(Answer::new().floats("each", &each).number("tied", scores.tied as f64).done())
    }

    /// The towers as a safetensors file.
    #[wasm_bindgen(js_name = towersSave)]
    pub async fn towers_save(&self, which: JsValue) -> Answered {
        let Which { towers: number } = request(&which)?;
        let mut towers = self.taken(number)?;
        let mut file = PageFile::new();
        let saved = towers.save_to(&mut file).await;
        self.towers.borrow_mut().insert(number, towers);
        saved.map(|()| file.done()).map_err(fail)
    }

    /// Their memory is free again.
    #[wasm_bindgen(js_name = towersClose)]
    pub fn towers_close(&self, which: &JsValue) -> Answered {
        let Which { towers } = request(which)?;
        self.towers.borrow_mut().remove(&towers);
        Ok(JsValue::NULL)
    }
}

impl Engine {
    /// Taken out while a call works on them.
    fn taken(&self, number: u32) -> std::result::Result<Towers, JsValue> {
        self.towers.borrow_mut().remove(&number).ok_or_else(|| {
            fail(Error::config("towers", format!("must be the number of open towers, is {number}")))
        })
    }
}

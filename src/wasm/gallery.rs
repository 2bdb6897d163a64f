//! The galleries of an engine. The package numbers them, so that another engine can take over under the same numbers.
#![allow(clippy::missing_errors_doc)]

use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{Answer, PageFile, Request, request, serde};
use super::engine::{Answered, Engine, fail};
use crate::error::{self, Error};
use crate::gallery::{Change, Contents, Difference, Gallery, GalleryConfig, Query, ThresholdRequest};
use crate::neighbours::Rows;
use crate::plain;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    gallery: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    gallery: u32,
    config: GalleryConfig,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefillRequest {
    gallery: u32,
    contents: Contents,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplyRequest {
    gallery: u32,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryRequest {
    gallery: u32,
    query: Query,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentifyRequest {
    gallery: u32,
    names: Vec<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecideRequest {
    gallery: u32,
    threshold: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CohortRequest {
    gallery: u32,
    #[serde(default)]
    top: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportRequest {
    gallery: u32,
    #[serde(default)]
    request: ThresholdRequest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntriesRequest {
    gallery: u32,
    #[serde(default)]
    keys: Option<Vec<u64>>,
}

#[wasm_bindgen]
impl Engine {
    /// A gallery that is empty.
    #[wasm_bindgen(js_name = galleryOpen)]
    pub fn gallery_open(&self, open: &JsValue) -> Answered {
        let OpenRequest { gallery, config } = request(open)?;
        self.put(gallery, Gallery::new(config))
    }

    /// A gallery from a saved file.
    #[wasm_bindgen(js_name = galleryLoad)]
    pub fn gallery_load(&self, load: &JsValue) -> Answered {
        let mut load = Request::of(load)?;
        let bytes = load.bytes("bytes")?;
        let Which { gallery: number } = load.rest()?;
        let gallery = Gallery::load(&bytes).map_err(fail)?;
        let cohort = gallery.cohort();
        let answer = state(&gallery, None)
            .floats("cohortVectors", cohort.map_or(&[], |(rows, _)| rows.values()))
            .fields("top", &cohort.and_then(|(_, top)| top))
            .done();
        self.galleries.borrow_mut().insert(number, gallery);
        Ok(answer)
    }

    /// A gallery from its parts.
    #[wasm_bindgen(js_name = galleryRefill)]
    pub fn gallery_refill(&self, refill: &JsValue) -> Answered {
        let mut refill = Request::of(refill)?;
        let vectors = refill.floats("vectors")?;
        let RefillRequest { gallery, contents } = refill.rest()?;
        self.put(gallery, Gallery::from_contents(contents, vectors))
    }

    /// The gallery's memory is free again.
    #[wasm_bindgen(js_name = galleryClose)]
    pub fn gallery_close(&self, which: &JsValue) -> Answered {
        let Which { gallery } = request(which)?;
        self.galleries.borrow_mut().remove(&gallery);
        Ok(JsValue::NULL)
    }

    /// Does changes.
    #[wasm_bindgen(js_name = galleryApply)]
    pub fn gallery_apply(&self, apply: &JsValue) -> Answered {
        let mut apply = Request::of(apply)?;
        let vectors = apply.floats("vectors")?;
        let ApplyRequest { gallery, changes } = apply.rest()?;
        self.change(gallery, |gallery| {
            let rows = Rows::new("vectors", &vectors, gallery.config().dim)?;
            gallery.apply(&changes, rows).map(Some)
        })
    }

    /// Takes the last step back.
    #[wasm_bindgen(js_name = galleryUndo)]
    pub fn gallery_undo(&self, which: &JsValue) -> Answered {
        let Which { gallery } = request(which)?;
        self.change(gallery, Gallery::undo)
    }

    /// Does a step again.
    #[wasm_bindgen(js_name = galleryRedo)]
    pub fn gallery_redo(&self, which: &JsValue) -> Answered {
        let Which { gallery } = request(which)?;
        self.change(gallery, Gallery::redo)
    }

    /// Forgets what was deleted.
    #[wasm_bindgen(js_name = galleryCompact)]
    pub fn gallery_compact(&self, which: &JsValue) -> Answered {
        let Which { gallery } = request(which)?;
        self.change(gallery, |gallery| {
            gallery.compact();
            Ok(None)
        })
    }

    /// Sets the threshold.
    #[wasm_bindgen(js_name = galleryDecide)]
    pub fn gallery_decide(&self, decide: &JsValue) -> Answered {
        let DecideRequest { gallery, threshold } = request(decide)?;
        self.change(gallery, |gallery| gallery.set_threshold(threshold).map(|()| None))
    }

    /// Sets the cohort; no rows for none.
    #[wasm_bindgen(js_name = galleryCohort)]
    pub fn gallery_cohort(&self, cohort: &JsValue) -> Answered {
        let mut cohort = Request::of(cohort)?;
        let vectors = cohort.floats("vectors")?;
        let CohortRequest { gallery, top } = cohort.rest()?;
        self.change(gallery, |gallery| {
            if vectors.is_empty() {
                gallery.drop_cohort();
            } else {
                gallery.set_cohort(Rows::new("cohort", &vectors, gallery.config().dim)?, top)?;
            }
            Ok(None)
        })
    }

    /// Answers each row.
    #[wasm_bindgen(js_name = galleryQuery)]
    pub fn gallery_query(&self, ask: &JsValue) -> Answered {
        let mut ask = Request::of(ask)?;
        let queries = ask.floats("queries")?;
        let QueryRequest { gallery, query } = ask.rest()?;
        let found = self.read(gallery, |gallery| {
            gallery.query(Rows::new("queries", &queries, gallery.config().dim)?, &query)
        })?;
        Ok(serde(&found))
    }

    /// Reports a threshold and its error rates on the gallery's own pairs.
    #[wasm_bindgen(js_name = galleryThreshold)]
    pub fn gallery_threshold(&self, report: &JsValue) -> Answered {
        let ReportRequest { gallery, request } = request(report)?;
        Ok(serde(&self.read(gallery, |gallery| gallery.threshold(&request))?))
    }

    /// How visitors whose names are known are identified.
    #[wasm_bindgen(js_name = galleryIdentify)]
    pub fn gallery_identify(&self, visitors: &JsValue) -> Answered {
        let mut visitors = Request::of(visitors)?;
        let queries = visitors.floats("queries")?;
        let IdentifyRequest { gallery, names } = visitors.rest()?;
        let found = self.read(gallery, |gallery| {
            gallery.identify(Rows::new("queries", &queries, gallery.config().dim)?, &names)
        })?;
        Ok(serde(&found))
    }

    /// Instances with their embeddings: all, or those with some keys.
    #[wasm_bindgen(js_name = galleryEntries)]
    pub fn gallery_entries(&self, entries: &JsValue) -> Answered {
        let EntriesRequest { gallery, keys } = request(entries)?;
        self.read(gallery, |gallery| {
            let (entries, vectors) = match &keys {
                Some(keys) => gallery.by_keys(keys),
                None => (gallery.entries().collect(), gallery.vectors()),
            };
            let (keys, entries): (Vec<u64>, Vec<_>) = entries.into_iter().unzip();
            Ok(Answer::new()
                .fields("keys", &keys)
                .fields("entries", &entries)
                .floats("vectors", &vectors)
                .done())
        })
    }

    /// The gallery as a safetensors file.
    #[wasm_bindgen(js_name = gallerySave)]
    pub fn gallery_save(&self, which: &JsValue) -> Answered {
        let Which { gallery } = request(which)?;
        self.read(gallery, |gallery| {
            let mut file = PageFile::new();
            gallery.save_to(&mut file)?;
            Ok(file.done())
        })
    }
}

impl Engine {
    fn put(&self, number: u32, gallery: error::Result<Gallery>) -> Answered {
        let gallery = gallery.map_err(fail)?;
        let answer = state(&gallery, None).done();
        self.galleries.borrow_mut().insert(number, gallery);
        Ok(answer)
    }

    fn read<T>(&self, number: u32, read: impl FnOnce(&Gallery) -> error::Result<T>) -> Result<T, JsValue> {
        let galleries = self.galleries.borrow();
        let gallery = galleries.get(&number).ok_or_else(|| missing(number))?;
        read(gallery).map_err(fail)
    }

    /// Changes a gallery and tells how it is then.
    fn change(
        &self,
        number: u32,
        change: impl FnOnce(&mut Gallery) -> error::Result<Option<Difference>>,
    ) -> Answered {
        let mut galleries = self.galleries.borrow_mut();
        let gallery = galleries.get_mut(&number).ok_or_else(|| missing(number))?;
        let difference = change(gallery).map_err(fail)?;
        Ok(state(gallery, difference.as_ref()).done())
    }
}

fn missing(number: u32) -> JsValue {
    fail(Error::config("gallery", format!("must be the number of an open gallery, is {number}")))
}

fn state(gallery: &Gallery, difference: Option<&Difference>) -> Answer {
    let (undo, redo) = gallery.steps();
    Answer::new()
        .number("count", gallery.count() as f64)
        .fields("classes", gallery.classes())
        .fields("config", &plain::write(&gallery.config()))
        .number("cohort", gallery.cohort().map_or(0.0, |(rows, _)| rows.count() as f64))
        .number("nextKey", gallery.next_key() as f64)
        .number("undo", undo as f64)
        .number("redo", redo as f64)
        .number("bytes", gallery.bytes() as f64)
        .fields("difference", &difference)
}

//! The engine: one device, one data set, one session, any number of galleries and towers.
//!
//! Every method that returns a `Result` rejects with a JavaScript `Error` that bears a stable `code`; the
//! documentation of a method is the package's too: `cargo xtask generate` writes it to `pkg/src/generated`.
#![allow(clippy::missing_errors_doc)]
#![allow(clippy::doc_markdown, reason = "readers of the package see it as it is written")]
#![cfg_attr(
    not(feature = "gpu"),
    allow(clippy::unused_async, reason = "on a graphics device the same calls wait")
)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use burn::tensor::Device;
use js_sys::{Float32Array, Uint32Array};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{Answer, PageFile, Request, array, request, serde};
use super::device::{Adapter, memory, open};
use super::error::to_js;
use crate::catalogue::options;
use crate::distances::Distance;
use crate::error::Error;
use crate::gallery::Gallery;
use crate::losses::{Loss, Reduction};
use crate::miners::MinerConfig;
use crate::neighbours::{self, DISTANCE, NEIGHBOUR, Neighbours, Rows, affordable};
use crate::objective::Objective;
use crate::plain;
use crate::session::{Dataset, Evaluation, PictureRequest, Session, SessionConfig, Space};
use crate::tools::{
    LossRequest, TripletGeometryRequest, TripletZonesRequest, axioms, loss_of, triplet_geometry,
    triplet_zones,
};
use crate::towers::Towers;

/// One device, one data set, one session. Calls must not overlap: the npm package queues them.
#[wasm_bindgen]
pub struct Engine {
    pub(super) device: Device,
    adapter: Option<Adapter>,
    dataset: RefCell<Option<Rc<Dataset>>>,
    /// Taken out while a call works on it.
    session: Cell<Option<Session>>,
    /// By the number that the package gave them.
    pub(super) galleries: RefCell<BTreeMap<u32, Gallery>>,
    pub(super) towers: RefCell<BTreeMap<u32, Towers>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvaluateRequest {
    space: Space,
    k: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasuresRequest {
    space: Space,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeighboursRequest {
    index: usize,
    k: usize,
    space: Space,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FineTuneRequest {
    #[serde(default)]
    config: Option<SessionConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbedRequest {
    count: usize,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsRequest {
    dim: usize,
    metric: Distance,
    #[serde(default)]
    #[cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "the CPU is its own device"))]
    on: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NearestRequest {
    dim: usize,
    metric: Distance,
    k: usize,
    #[serde(default)]
    on: Place,
}

/// Rows that a page brings, to be compared.
struct Compared<R = RowsRequest> {
    queries: Vec<f32>,
    /// None where the queries are the references: one array, under both names.
    references: Option<Vec<f32>>,
    request: R,
}

impl<R: DeserializeOwned> Compared<R> {
    fn of(value: &JsValue) -> Result<Self, JsValue> {
        let mut rows = Request::of(value)?;
        let queries = rows.floats("queries")?;
        let references = rows.floats_unless("references", "queries")?;
        Ok(Self { queries, references, request: rows.rest()? })
    }
}

impl Compared {
    /// The rows of a search, and how many neighbours it asks for.
    fn nearest(value: &JsValue) -> Result<(Self, usize), JsValue> {
        let Compared { queries, references, request } = Compared::of(value)?;
        let NearestRequest { dim, metric, k, on } = request;
        Ok((Self { queries, references, request: RowsRequest { dim, metric, on } }, k))
    }

    /// The queries and the references, which suit the metric.
    fn rows(&self) -> Result<[Rows<'_>; 2], JsValue> {
        let RowsRequest { dim, metric, .. } = self.request;
        let rows = |name: &'static str, values| {
            let rows = Rows::new(name, values, dim)?;
            rows.suit(name, metric).map(|()| rows)
        };
        let both = rows("queries", &self.queries).and_then(|queries| match &self.references {
            Some(references) => Ok([queries, rows("references", references)?]),
            None => Ok([queries, queries]),
        });
        both.map_err(fail)
    }
}

/// Where rows are compared that a page brings.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Place {
    /// On the device, unless it is a software adapter, which takes several times as long as the host.
    #[default]
    Fastest,
    Device,
}

#[cfg(feature = "gpu")]
impl Place {
    fn is_device(self) -> bool {
        use metriclab_kernels::Adapter;
        matches!(self, Self::Device) || Adapter::current() == Adapter::Hardware
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LossOfRequest {
    dim: usize,
    loss: Loss,
    distance: Distance,
    #[serde(default)]
    miner: MinerConfig,
    normalize: bool,
    #[serde(default)]
    bias: Vec<f32>,
    #[serde(default)]
    reducer: Option<Reduction>,
    #[serde(default)]
    class_weights: Vec<f64>,
    #[serde(default)]
    seed: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxiomsRequest {
    dim: usize,
    distance: Distance,
    #[serde(default)]
    seed: u32,
}

/// Distances that the module holds at a time; the rest of an answer is in JavaScript's memory, which can be given back.
const MATRIX_BLOCK: usize = 1 << 23;
/// Neighbours that the module holds at a time.
const NEAREST_BLOCK: usize = 1 << 20;

pub(super) type Answered = Result<JsValue, JsValue>;

#[allow(clippy::needless_pass_by_value, reason = "what `map_err` passes")]
pub(super) fn fail(error: Error) -> JsValue {
    to_js(&error)
}

#[wasm_bindgen]
impl Engine {
    /// Opens the device of this module.
    pub async fn create() -> Result<Engine, JsValue> {
        console_error_panic_hook::set_once();
        let (device, adapter) = open().await.map_err(fail)?;
        Ok(Self {
            device,
            adapter,
            dataset: RefCell::new(None),
            session: Cell::new(None),
            galleries: RefCell::default(),
            towers: RefCell::default(),
        })
    }

    /// The browser's description of the adapter; null on the CPU.
    pub fn adapter(&self) -> JsValue {
        serde(&self.adapter)
    }

    /// Tells how much of the device's memory training and searching hold, in bytes.
    ///
    /// @example
    /// ```ts
    /// const { inUse } = await lab.memory();
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Memory")]
    pub fn memory(&self) -> JsValue {
        serde(&memory(&self.device))
    }

    /// Reads a packed data set (`.mlds`, also in gzip) and ends the session on the last one.
    ///
    /// @param bytes - An `ArrayBuffer`, a view of one, or a `Blob` or `File`. The caller keeps its own. A Blob is never
    /// copied in the page: the best way for a large file.
    /// @returns The header, with the class of each sample (`labels`, count) and its domain.
    /// @throws MetricLabError `data.invalid`, `data.too_large` (beyond 1 GiB), `data.one_class`, `data.not_finite`,
    /// `data.unreachable` (a file that the browser cannot read).
    ///
    /// @example
    /// ```ts
    /// const { count, classes } = await lab.loadDataset(await fetchPacked('/data/mnist.mlds.gz'));
    /// ```
    #[wasm_bindgen(js_name = loadDataset, unchecked_return_type = "DatasetInfo")]
    pub fn load_dataset(&self, bytes: Vec<u8>) -> Answered {
        self.drop_indexes();
        let dataset = Rc::new(Dataset::read(bytes).map_err(fail)?);
        self.session.take();
        let answer = Answer::of(&dataset.header)
            .fields("kind", &dataset.header.kind())
            .shorts("labels", &dataset.labels)
            .bytes("domainOf", &dataset.domain_of)
            .done();
        self.dataset.replace(Some(dataset));
        Ok(answer)
    }

    /// Lists losses, miners, distances, networks and everything else that a configuration can name, with formulas and
    /// default settings. Needs no data set.
    ///
    /// @example
    /// ```ts
    /// const names = (await lab.options()).losses.map(({ defaults }) => defaults.kind);
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Options")]
    pub fn options(&self) -> JsValue {
        serde(&plain::write(&options()))
    }

    /// Gives a good configuration for the loaded data set.
    ///
    /// @throws MetricLabError `data.missing`.
    ///
    /// @example
    /// ```ts
    /// await lab.configure({ ...(await lab.defaults()), seed: 7 });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "SessionConfig")]
    pub fn defaults(&self) -> Answered {
        Ok(serde(&plain::write(&SessionConfig::default_for(&*self.dataset()?))))
    }

    /// Gives the same configuration with another loss, and with those settings changed that this loss needs: the distance, the
    /// length of the embeddings, the miner.
    ///
    /// @param loss - Its name, or a loss with its settings.
    /// @throws MetricLabError `data.missing`, `config.invalid` for an unknown loss.
    ///
    /// @example
    /// ```ts
    /// await lab.configure(await lab.defaultsFor('fastAp'));
    /// ```
    #[wasm_bindgen(js_name = defaultsFor, unchecked_return_type = "SessionConfig")]
    pub fn defaults_for(
        &self,
        #[wasm_bindgen(unchecked_param_type = "LossKind | LossConfig")] loss: &JsValue,
    ) -> Answered {
        let loss = match loss.as_string() {
            Some(name) => {
                let known = Loss::DEFAULTS.into_iter().find(|known| known.name() == name);
                known.ok_or_else(|| {
                    let told: String = name.chars().take(60).collect();
                    fail(Error::config("loss", format!("must be the name of a loss, is \"{told}\"")))
                })?
            }
            None => request(loss)?,
        };
        Ok(serde(&plain::write(&SessionConfig::default_for(&*self.dataset()?).with_loss(loss))))
    }

    /// Starts a session anew: fresh weights, step 0.
    ///
    /// @returns The configuration with all defaults filled in, and the role of each sample.
    /// @throws MetricLabError `config.invalid` (the message names the field), `data.missing`, `batch.too_small`,
    /// `data.one_class`, `data.too_large`; the old session then stays.
    ///
    /// @example
    /// ```ts
    /// const { parameters, roles } = await lab.configure({ ...(await lab.defaults()), loss: { kind: 'supcon', temperature: 0.1 } });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "SessionInfo")]
    pub fn configure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SessionConfig")] config: &JsValue,
    ) -> Answered {
        let config: SessionConfig = request(config)?;
        self.drop_indexes();
        // The new session replaces the old one only once it is complete.
        let mut session = Session::new(config, self.dataset()?, &self.device).map_err(fail)?;
        let answer = describe(&mut session);
        self.session.set(Some(session));
        Ok(answer)
    }

    /// Goes on from this step by another configuration: weights, state of the optimiser and generators stay. What only the new
    /// configuration has starts fresh, and another optimiser starts without its state.
    ///
    /// @returns As `configure`.
    /// @throws MetricLabError as `configure`, `session.none`, and `config.invalid` where the network, the length of the embeddings,
    /// the count of unseen classes or the seed differ: those need a new start. The session then is as it was.
    ///
    /// @example
    /// ```ts
    /// const { config } = await lab.configure(await lab.defaults());
    /// await lab.advance(50);
    /// await lab.adjust({ ...config, optimizer: { ...config.optimizer, learningRate: 1e-4 } });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "SessionInfo")]
    pub fn adjust(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SessionConfig")] config: &JsValue,
    ) -> Answered {
        let config: SessionConfig = request(config)?;
        self.drop_indexes();
        let mut session = self.session()?;
        let answer = session.adjust(config).map(|()| describe(&mut session));
        self.session.set(Some(session));
        answer.map_err(fail)
    }

    /// Starts a session at step 0 whose network has the weights of a saved one, on the data set that is loaded now: classes came, or
    /// samples changed. Samples are prepared as for the saved network, so before the first step the embedding is the saved one. Of a
    /// loss with a vector for each class, those of classes that keep their name stay: a classifier's head grows.
    ///
    /// @param request - `state`: what `save` gave. `config`: that of the saved session unless given; its network and
    /// `embedding.dim` must be the saved ones. A small `optimizer.learningRate` or `optimizer.frozen` layers keep what the network knows.
    /// @returns As `configure`.
    /// @throws MetricLabError as `configure`; `session.state_invalid` (damaged, or its samples had another shape). The old session
    /// then stays.
    ///
    /// @example
    /// ```ts
    /// const state = await lab.save();
    /// await lab.loadDataset(file); // with classes that came later
    /// await lab.fineTune({ state });
    /// await lab.advance(100);
    /// ```
    #[wasm_bindgen(js_name = fineTune, unchecked_return_type = "SessionInfo")]
    pub fn fine_tune(
        &self,
        #[wasm_bindgen(unchecked_param_type = "FineTuneRequest")] request: &JsValue,
    ) -> Answered {
        let mut request = Request::of(request)?;
        let state = request.bytes("state")?;
        let FineTuneRequest { config } = request.rest()?;
        self.drop_indexes();
        let mut session = Session::fine_tune(&state, config, self.dataset()?, &self.device).map_err(fail)?;
        let answer = describe(&mut session);
        self.session.set(Some(session));
        Ok(answer)
    }

    /// Trains. To pause is to stop calling. An aborted call keeps the steps that are done: `advance(0)` tells how many.
    ///
    /// @param steps - A whole number from 0 to 10000.
    /// @returns The loss of each step, and the time that the engine took in milliseconds.
    /// @throws MetricLabError `config.invalid`, `session.none`, `batch.no_positive`; `training.diverged` where a loss is not finite:
    /// all steps are done then, and only `restore` or `configure` helps.
    ///
    /// @example
    /// ```ts
    /// const { step, losses } = await lab.advance(500, {
    ///   signal: AbortSignal.timeout(5_000),
    ///   onProgress: ({ done, total }) => (bar.value = done / total),
    /// });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "StepReport")]
    pub async fn advance(&self, steps: usize) -> Answered {
        let began = now();
        let mut session = self.session()?;
        let report = session.advance(steps).await;
        self.session.set(Some(session));
        let report = report.map_err(fail)?;
        Ok(Answer::new()
            .number("step", report.step as f64)
            .floats("losses", &report.losses)
            .floats("active", &report.active)
            .number("milliseconds", now() - began)
            .done())
    }

    /// Projects embeddings to the plane, all of the present step: a fixed sample of the data set in which each class has its
    /// share, or the whole set once all of it was embedded at this step.
    ///
    /// @param request - `sample`: its size, 1,000 unless given; `refresh`: how many further samples to embed, towards a picture
    /// of the whole set, which `refresh: count` gives at once; 0 unless given.
    /// @returns The places of the samples.
    /// @throws MetricLabError `session.none`, `config.invalid`, `training.diverged`, `data.not_finite` for a place beyond 32 bits.
    ///
    /// @example
    /// ```ts
    /// const { indices, xy, step } = await lab.picture({}); // x0 y0 x1 y1 … of each of `indices`
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Picture")]
    pub async fn picture(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PictureRequest")] picture: JsValue,
    ) -> Answered {
        let asked: PictureRequest = request(&picture)?;
        let mut session = self.session()?;
        let picture = session.picture(asked).await;
        self.session.set(Some(session));
        let picture = picture.map_err(fail)?;
        Ok(Answer::new()
            .number("step", picture.step as f64)
            .longs("indices", &picture.indices)
            .floats("xy", &picture.xy)
            .fields("explained", &picture.explained)
            .number("refreshed", picture.refreshed as f64)
            .flag("complete", picture.complete)
            .done())
    }

    /// Scores retrieval: each sample looks for its class among the others.
    ///
    /// @param request - `space`: the embedding, or the numbers of the data set, which training has to beat; `k`: from 1.
    /// @throws MetricLabError `session.none`, `k.out_of_range`, `data.insufficient` where no class has two samples,
    /// `training.diverged`, `data.too_large`.
    ///
    /// @example
    /// ```ts
    /// const { seen } = await lab.evaluate({ space: 'embedding', k: 10 });
    /// console.log(seen?.recallAt1, seen?.mapAtR);
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EvaluateRequest")] evaluate: JsValue,
    ) -> Answered {
        let EvaluateRequest { space, k } = request(&evaluate)?;
        let mut session = self.session()?;
        let evaluation: Result<Evaluation, Error> = session.evaluate(space, k).await;
        self.session.set(Some(session));
        Ok(serde(&evaluation.map_err(fail)?))
    }

    /// Measures verification, open set, clustering, shape and collapse of the embedding, classes one by one. A part that cannot be
    /// measured is null, and `absent` says why.
    ///
    /// @throws MetricLabError `session.none`, `training.diverged`, `data.too_large`.
    ///
    /// @example
    /// ```ts
    /// const { unseen } = await lab.measures({ space: 'embedding' });
    /// console.log(unseen?.verification.eer);
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Measures")]
    pub async fn measures(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MeasuresRequest")] measures: JsValue,
    ) -> Answered {
        let MeasuresRequest { space } = request(&measures)?;
        let mut session = self.session()?;
        let found = session.measures(space).await;
        self.session.set(Some(session));
        Ok(serde(&found.map_err(fail)?))
    }

    /// Finds the k nearest other samples of one.
    ///
    /// @param request - `index`: a sample, from 0; `k`: from 1 to count - 1.
    /// @throws MetricLabError `session.none`, `index.out_of_range`, `k.out_of_range`, `data.not_finite`.
    ///
    /// @example
    /// ```ts
    /// const { indices, distances } = await lab.neighbours({ index: 42, k: 8, space: 'embedding' });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "NearSamples")]
    pub async fn neighbours(
        &self,
        #[wasm_bindgen(unchecked_param_type = "NeighboursRequest")] neighbours: JsValue,
    ) -> Answered {
        let NeighboursRequest { index, k, space } = request(&neighbours)?;
        let mut session = self.session()?;
        let found = session.neighbours(index, k, space).await;
        self.session.set(Some(session));
        let found = found.map_err(fail)?;
        Ok(Answer::new()
            .longs("indices", &found.indices)
            .floats("distances", &found.distances)
            .number("k", k as f64)
            .number("step", found.step as f64)
            .number("searched", found.searched as f64)
            .done())
    }

    /// Shows the last batch, or, before the first step, one as it will be drawn.
    ///
    /// @throws MetricLabError `session.none`, `batch.no_positive`.
    ///
    /// @example
    /// ```ts
    /// const { labels, distances, triplets } = await lab.batch(); // distances: B x B
    /// ```
    #[wasm_bindgen(unchecked_return_type = "BatchView")]
    pub async fn batch(&self) -> Answered {
        let mut session = self.session()?;
        let batch = session.batch().await;
        self.session.set(Some(session));
        let batch = batch.map_err(fail)?;
        Ok(Answer::new()
            .number("step", batch.step as f64)
            .longs("indices", &batch.indices)
            .shorts("labels", &batch.labels)
            .floats("distances", &batch.distances)
            .flag("similarity", batch.similarity)
            .longs("triplets", &batch.triplets)
            .fields("counts", &batch.counts)
            .done())
    }

    /// Gives the loss and the gradient of three points in the plane. Needs no session.
    ///
    /// @throws MetricLabError `geometry.loss_unsupported`, `shape.mismatch`, `data.not_finite`.
    ///
    /// @example
    /// ```ts
    /// const { loss, gradient, zone } = await lab.geometry({
    ///   points: [0, 0, 1, 0, 0, 2],
    ///   loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
    ///   distance: 'euclidean',
    ///   normalize: false,
    ///   minerMargin: 0.2,
    /// });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "TripletGeometry")]
    pub async fn geometry(
        &self,
        #[wasm_bindgen(unchecked_param_type = "TripletGeometryRequest")] points: JsValue,
    ) -> Answered {
        let points: TripletGeometryRequest = request(&points)?;
        let found = triplet_geometry(&points, &self.device.clone().autodiff()).await.map_err(fail)?;
        Ok(Answer::of(&found).floats("gradient", &found.gradient).done())
    }

    /// Gives the zones of a triplet's negative as outlines, to be drawn around an anchor and a positive. Outlines are within
    /// 0.3 % of the frame's sides; thinner parts may be missing. Takes a few milliseconds. Needs no session.
    ///
    /// @throws MetricLabError `shape.mismatch`, `data.not_finite`, `config.invalid` for a distance of distributions or a frame
    /// without area.
    ///
    /// @example
    /// ```ts
    /// const { hard, semihard } = await lab.zones({
    ///   points: [0, 0, 0.3, 0.4],
    ///   loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
    ///   distance: 'manhattan',
    ///   normalize: false,
    ///   minerMargin: 0.2,
    ///   frame: [-1, -1, 1, 1],
    /// });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "TripletZones")]
    pub fn zones(
        &self,
        #[wasm_bindgen(unchecked_param_type = "TripletZonesRequest")] points: &JsValue,
    ) -> Answered {
        let points: TripletZonesRequest = request(points)?;
        Ok(serde(&triplet_zones(&points).map_err(fail)?))
    }

    /// Embeds samples of the data set's shape by the network as it is now.
    ///
    /// @param request - `pixels`: count x channels x height x width, as the data set stores them: bytes, or floats where its
    /// `type` is `f32`.
    /// @returns count x dim.
    /// @throws MetricLabError `session.none`, `shape.mismatch`, `config.invalid`, `data.not_finite`, `training.diverged`.
    ///
    /// @example
    /// ```ts
    /// const rows = await lab.embed({ pixels: set.pixels.subarray(0, 784), count: 1 });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Float32Array")]
    pub async fn embed(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EmbedRequest")] pictures: JsValue,
    ) -> Answered {
        let mut pictures = Request::of(&pictures)?;
        let pixels = pictures.samples("pixels")?;
        let EmbedRequest { count } = pictures.rest()?;
        let session = self.session()?;
        let embedded = session.embed(pixels.as_samples(), count).await;
        self.session.set(Some(session));
        Ok(Float32Array::from(embedded.map_err(fail)?.as_slice()).into())
    }

    /// Gives the embeddings of the whole data set by the network as it is now, count x dim.
    ///
    /// @throws MetricLabError `session.none`, `data.not_finite`, `training.diverged`.
    ///
    /// @example
    /// ```ts
    /// const rows = await lab.embeddings();
    /// const first = rows.subarray(0, config.embedding.dim);
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Float32Array")]
    pub async fn embeddings(&self) -> Answered {
        let mut session = self.session()?;
        let embeddings = session.embeddings().await.map(Float32Array::from);
        self.session.set(Some(session));
        Ok(embeddings.map_err(fail)?.into())
    }

    /// Computes all distances between two sets of rows. Needs no session.
    ///
    /// @param request - `queries` n x dim, `references` m x dim.
    /// @returns n x m, row after row.
    /// @throws MetricLabError `shape.mismatch`, `data.not_finite`, `data.too_large` (beyond 1 GiB),
    /// `rows.not_histogram`.
    ///
    /// @example
    /// ```ts
    /// const matrix = await lab.distances({
    ///   queries: Float32Array.of(0, 0),
    ///   references: Float32Array.of(3, 4, 0, 1),
    ///   dim: 2,
    ///   metric: 'euclidean',
    /// }); // [5, 1]
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Float32Array")]
    pub async fn distances(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RowsRequest")] rows: JsValue,
    ) -> Answered {
        let compared: Compared = Compared::of(&rows)?;
        let [queries, references] = compared.rows()?;
        let (rows, columns) = (queries.count(), references.count());
        affordable(rows, columns, DISTANCE).map_err(fail)?;
        let answer: Float32Array = array("Float32Array", rows * columns)?;
        for (first, count) in blocks(rows, MATRIX_BLOCK / columns.max(1)) {
            let matrix = self.matrix(queries.slice(first, count), references, compared.request).await?;
            let at = (first * columns) as u32;
            answer.subarray(at, at + matrix.len() as u32).copy_from(&matrix);
        }
        Ok(answer.into())
    }

    /// Gives a loss and its gradient for rows of a network of your own, by the functions that training uses. Needs no session.
    ///
    /// @throws MetricLabError `config.invalid`, `shape.mismatch`, `data.not_finite`, `rows.not_histogram`, `data.too_large`,
    /// `batch.too_small`, `batch.no_positive`.
    ///
    /// @example
    /// ```ts
    /// const { value, gradient } = await lab.lossOf({
    ///   embeddings: Float32Array.of(1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9),
    ///   dim: 2,
    ///   labels: Uint16Array.of(0, 0, 1, 1),
    ///   loss: { kind: 'supcon', temperature: 0.1 },
    ///   distance: 'cosine',
    ///   normalize: true,
    /// });
    /// ```
    #[wasm_bindgen(js_name = lossOf, unchecked_return_type = "LossAnswer")]
    pub async fn loss_of(
        &self,
        #[wasm_bindgen(unchecked_param_type = "LossRequest")] rows: JsValue,
    ) -> Answered {
        let mut rows = Request::of(&rows)?;
        let (embeddings, labels, learned) =
            (rows.floats("embeddings")?, rows.shorts("labels")?, rows.floats("learned")?);
        let LossOfRequest { dim, loss, distance, miner, normalize, bias, reducer, class_weights, seed } =
            rows.rest()?;
        let rows = Rows::new("embeddings", &embeddings, dim).map_err(fail)?;
        Rows::new("learned", &learned, 1).map_err(fail)?;
        let objective = Objective { distance, miner, loss };
        let asked = LossRequest {
            objective,
            rows,
            labels: &labels,
            normalize,
            learned: &learned,
            bias: &bias,
            reducer,
            class_weights: &class_weights,
            seed,
        };
        let found = loss_of(&asked, &self.device).await.map_err(fail)?;
        Ok(Answer::new()
            .number("value", f64::from(found.value))
            .number("active", f64::from(found.active))
            .floats("gradient", &found.gradient)
            .floats("learnedGradient", &found.learned_gradient)
            .floats("biasGradient", &found.bias_gradient)
            .done())
    }

    /// Tries the three axioms of a metric on points and on probes made of them. Needs no session.
    ///
    /// @param request - `points`: n x dim, at least 3; `seed`: for the triples that are drawn where there are too many.
    /// @throws MetricLabError `config.invalid` below 3 points, `shape.mismatch`, `data.not_finite`, `rows.not_histogram`,
    /// `data.too_large` for points that take more than 64 MiB, each number 12 bytes and each point 128.
    ///
    /// @example
    /// ```ts
    /// const { triangle } = await lab.axioms({ points: Float32Array.of(0, 1, 2), dim: 1, distance: 'squaredEuclidean' });
    /// console.log(triangle.holds, triangle.worst?.values); // false [4, 1, 1]
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Axioms")]
    pub fn axioms(
        &self,
        #[wasm_bindgen(unchecked_param_type = "AxiomsRequest")] points: &JsValue,
    ) -> Answered {
        let mut request = Request::of(points)?;
        let points = request.floats("points")?;
        let AxiomsRequest { dim, distance, seed } = request.rest()?;
        let found = axioms::check(distance, &points, dim, seed).map_err(fail)?;
        Ok(serde(&found))
    }

    /// Finds the exact k nearest references of each query; ties go by index. Needs no session.
    ///
    /// @param request - `queries` n x dim, `references` m x dim, `k` from 1 to m.
    /// @returns `indices` and `distances`, n x k, nearest first.
    /// @throws MetricLabError `k.out_of_range`, `shape.mismatch`, `data.not_finite`, `data.too_large` (beyond 1 GiB),
    /// `rows.not_histogram`.
    ///
    /// @example
    /// ```ts
    /// const { indices } = await lab.nearest({ queries, references, dim: 64, k: 10, metric: 'cosine' }, { signal });
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Neighbours")]
    pub async fn nearest(
        &self,
        #[wasm_bindgen(unchecked_param_type = "NearestRequest")] rows: JsValue,
    ) -> Answered {
        let (compared, k) = Compared::nearest(&rows)?;
        let [queries, references] = compared.rows()?;
        let rows = queries.count();
        if k == 0 || k > references.count() {
            return Err(fail(Error::KOutOfRange { k, max: references.count() }));
        }
        affordable(rows, k, NEIGHBOUR).map_err(fail)?;
        let indices: Uint32Array = array("Uint32Array", rows * k)?;
        let distances: Float32Array = array("Float32Array", rows * k)?;
        for (first, count) in blocks(rows, NEAREST_BLOCK / k) {
            let found = self.search(queries.slice(first, count), references, k, compared.request).await?;
            let (from, to) = ((first * k) as u32, ((first + count) * k) as u32);
            indices.subarray(from, to).copy_from(&found.indices);
            distances.subarray(from, to).copy_from(&found.distances);
        }
        Ok(Answer::new()
            .array("indices", &indices)
            .array("distances", &distances)
            .number("k", k as f64)
            .done())
    }

    /// Saves weights, optimiser state, generator and step as a safetensors file.
    ///
    /// @throws MetricLabError `session.none`, `training.diverged`.
    ///
    /// @example
    /// ```ts
    /// const state = await lab.save();
    /// const url = URL.createObjectURL(new Blob([state]));
    /// ```
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn save(&self) -> Answered {
        let mut session = self.session()?;
        let mut file = PageFile::new();
        let saved = session.save_to(&mut file).await;
        self.session.set(Some(session));
        saved.map(|()| file.done()).map_err(fail)
    }

    /// Goes on with a saved session of the loaded data set; on the CPU bit for bit.
    ///
    /// @param bytes - What `save` gave: an `ArrayBuffer`, a view of one, or a `Blob` or `File`.
    /// @throws MetricLabError `session.state_invalid` (damaged, or of other data), `data.missing`, `data.unreachable`.
    ///
    /// @example
    /// ```ts
    /// const { step } = await lab.restore(state);
    /// ```
    #[wasm_bindgen(unchecked_return_type = "SessionInfo")]
    pub fn restore(&self, bytes: &[u8]) -> Answered {
        self.drop_indexes();
        let mut session = Session::restore(bytes, self.dataset()?, &self.device).map_err(fail)?;
        let answer = describe(&mut session);
        self.session.set(Some(session));
        Ok(answer)
    }
}

impl Engine {
    /// Distances of some queries, on the device that the request names.
    async fn matrix(
        &self,
        queries: Rows<'_>,
        references: Rows<'_>,
        asked: RowsRequest,
    ) -> Result<Vec<f32>, JsValue> {
        #[cfg(feature = "gpu")]
        if asked.on.is_device() {
            let found = neighbours::device::pairwise(queries, references, asked.metric, &self.device).await;
            return found.map_err(fail);
        }
        neighbours::pairwise(queries, references, asked.metric).map_err(fail)
    }

    /// Neighbours of some queries, on the device that the request names.
    async fn search(
        &self,
        queries: Rows<'_>,
        references: Rows<'_>,
        k: usize,
        asked: RowsRequest,
    ) -> Result<Neighbours, JsValue> {
        let RowsRequest { metric, .. } = asked;
        #[cfg(feature = "gpu")]
        if asked.on.is_device() {
            let found = neighbours::device::nearest(queries, references, k, metric, &self.device).await;
            return found.map_err(fail);
        }
        neighbours::nearest(queries, references, k, metric).map_err(fail)
    }

    fn dataset(&self) -> Result<Rc<Dataset>, JsValue> {
        self.dataset.borrow().clone().ok_or_else(|| fail(Error::DataMissing))
    }

    /// Frees the indexes of a session that may be replaced: the new one needs the memory.
    fn drop_indexes(&self) {
        if let Some(mut session) = self.session.take() {
            session.drop_indexes();
            self.session.set(Some(session));
        }
    }

    fn session(&self) -> Result<Session, JsValue> {
        self.session.take().ok_or_else(|| fail(Error::SessionNone))
    }
}

fn describe(session: &mut Session) -> JsValue {
    let parameters = session.parameters();
    Answer::new()
        .fields("config", &plain::write(session.config()))
        .bytes("roles", &session.split().role_bytes())
        .fields("unseenClasses", &session.split().unseen_classes)
        .number("parameters", parameters as f64)
        .fields("wiring", &plain::write(&session.config().loss.wiring()))
        .number("step", session.step() as f64)
        .done()
}

/// Consecutive blocks of at most `most` (at least 1) of `count` rows: first row and count.
fn blocks(count: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let most = most.max(1);
    (0..count).step_by(most).map(move |first| (first, most.min(count - first)))
}

/// Milliseconds, from an arbitrary start.
fn now() -> f64 {
    js_sys::Reflect::get(&js_sys::global(), &"performance".into())
        .ok()
        .and_then(|value| wasm_bindgen::JsCast::dyn_into::<web_sys::Performance>(value).ok())
        .map_or(0.0, |performance| performance.now())
}

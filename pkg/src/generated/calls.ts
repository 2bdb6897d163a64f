/* Written by `cargo xtask generate` from src/wasm. Do not edit. */
import type {
  Axioms,
  AxiomsRequest,
  BatchView,
  Bytes,
  CallOptions,
  DatasetInfo,
  EmbedRequest,
  EvaluateRequest,
  Evaluation,
  FineTuneRequest,
  LossAnswer,
  LossConfig,
  LossKind,
  LossRequest,
  Measures,
  MeasuresRequest,
  Memory,
  NearSamples,
  NearestRequest,
  Neighbours,
  NeighboursRequest,
  Options,
  Picture,
  PictureRequest,
  RowsRequest,
  SessionConfig,
  SessionInfo,
  StepReport,
  TripletGeometry,
  TripletGeometryRequest,
  TripletZones,
  TripletZonesRequest,
} from '../types.js';

/** The calls of a lab that its engine answers, and how many arguments each takes. */
export const ENGINE_CALLS = {
  memory: 0,
  loadDataset: 1,
  options: 0,
  defaults: 0,
  defaultsFor: 1,
  configure: 1,
  adjust: 1,
  fineTune: 1,
  advance: 1,
  picture: 1,
  evaluate: 1,
  measures: 1,
  neighbours: 1,
  batch: 0,
  geometry: 1,
  zones: 1,
  embed: 1,
  embeddings: 0,
  distances: 1,
  lossOf: 1,
  axioms: 1,
  nearest: 1,
  save: 0,
  restore: 1,
} as const;

/** Further methods of the engine, which the package calls by itself. */
export const INTERNAL_CALLS = {
  galleryOpen: 1,
  galleryLoad: 1,
  galleryRefill: 1,
  galleryClose: 1,
  galleryApply: 1,
  galleryUndo: 1,
  galleryRedo: 1,
  galleryCompact: 1,
  galleryDecide: 1,
  galleryCohort: 1,
  galleryQuery: 1,
  galleryThreshold: 1,
  galleryIdentify: 1,
  galleryEntries: 1,
  gallerySave: 1,
  towersOpen: 1,
  towersAdvance: 1,
  towersEmbed: 1,
  towersRank: 1,
  towersSave: 1,
  towersClose: 1,
} as const;

/** The calls of a lab that its engine answers. */
export interface EngineCalls {
  /**
   * Tells how much of the device's memory training and searching hold, in bytes.
   *
   * @example
   * ```ts
   * const { inUse } = await lab.memory();
   * ```
   */
  memory(call?: CallOptions): Promise<Memory>;

  /**
   * Reads a packed data set (`.mlds`, also in gzip) and ends the session on the last one.
   *
   * @param bytes - An `ArrayBuffer`, a view of one, or a `Blob` or `File`. The caller keeps its own. A Blob is never
   * copied in the page: the best way for a large file.
   * @returns The header, with the class of each sample (`labels`, count) and its domain.
   * @throws MetricLabError `data.invalid`, `data.too_large` (beyond 1 GiB), `data.one_class`, `data.not_finite`,
   * `data.unreachable` (a file that the browser cannot read).
   *
   * @example
   * ```ts
   * const { count, classes } = await lab.loadDataset(await fetchPacked('/data/mnist.mlds.gz'));
   * ```
   */
  loadDataset(bytes: Bytes, call?: CallOptions): Promise<DatasetInfo>;

  /**
   * Lists losses, miners, distances, networks and everything else that a configuration can name, with formulas and
   * default settings. Needs no data set.
   *
   * @example
   * ```ts
   * const names = (await lab.options()).losses.map(({ defaults }) => defaults.kind);
   * ```
   */
  options(call?: CallOptions): Promise<Options>;

  /**
   * Gives a good configuration for the loaded data set.
   *
   * @throws MetricLabError `data.missing`.
   *
   * @example
   * ```ts
   * await lab.configure({ ...(await lab.defaults()), seed: 7 });
   * ```
   */
  defaults(call?: CallOptions): Promise<SessionConfig>;

  /**
   * Gives the same configuration with another loss, and with those settings changed that this loss needs: the distance, the
   * length of the embeddings, the miner.
   *
   * @param loss - Its name, or a loss with its settings.
   * @throws MetricLabError `data.missing`, `config.invalid` for an unknown loss.
   *
   * @example
   * ```ts
   * await lab.configure(await lab.defaultsFor('fastAp'));
   * ```
   */
  defaultsFor(loss: LossKind | LossConfig, call?: CallOptions): Promise<SessionConfig>;

  /**
   * Starts a session anew: fresh weights, step 0.
   *
   * @returns The configuration with all defaults filled in, and the role of each sample.
   * @throws MetricLabError `config.invalid` (the message names the field), `data.missing`, `batch.too_small`,
   * `data.one_class`, `data.too_large`; the old session then stays.
   *
   * @example
   * ```ts
   * const { parameters, roles } = await lab.configure({ ...(await lab.defaults()), loss: { kind: 'supcon', temperature: 0.1 } });
   * ```
   */
  configure(config: SessionConfig, call?: CallOptions): Promise<SessionInfo>;

  /**
   * Goes on from this step by another configuration: weights, state of the optimiser and generators stay. What only the new
   * configuration has starts fresh, and another optimiser starts without its state.
   *
   * @returns As `configure`.
   * @throws MetricLabError as `configure`, `session.none`, and `config.invalid` where the network, the length of the embeddings,
   * the count of unseen classes or the seed differ: those need a new start. The session then is as it was.
   *
   * @example
   * ```ts
   * const { config } = await lab.configure(await lab.defaults());
   * await lab.advance(50);
   * await lab.adjust({ ...config, optimizer: { ...config.optimizer, learningRate: 1e-4 } });
   * ```
   */
  adjust(config: SessionConfig, call?: CallOptions): Promise<SessionInfo>;

  /**
   * Starts a session at step 0 whose network has the weights of a saved one, on the data set that is loaded now: classes came, or
   * samples changed. Samples are prepared as for the saved network, so before the first step the embedding is the saved one. Of a
   * loss with a vector for each class, those of classes that keep their name stay: a classifier's head grows.
   *
   * @param request - `state`: what `save` gave. `config`: that of the saved session unless given; its network and
   * `embedding.dim` must be the saved ones. A small `optimizer.learningRate` or `optimizer.frozen` layers keep what the network knows.
   * @returns As `configure`.
   * @throws MetricLabError as `configure`; `session.state_invalid` (damaged, or its samples had another shape). The old session
   * then stays.
   *
   * @example
   * ```ts
   * const state = await lab.save();
   * await lab.loadDataset(file); // with classes that came later
   * await lab.fineTune({ state });
   * await lab.advance(100);
   * ```
   */
  fineTune(request: FineTuneRequest, call?: CallOptions): Promise<SessionInfo>;

  /**
   * Trains. To pause is to stop calling. An aborted call keeps the steps that are done: `advance(0)` tells how many.
   *
   * @param steps - A whole number from 0 to 10000.
   * @returns The loss of each step, and the time that the engine took in milliseconds.
   * @throws MetricLabError `config.invalid`, `session.none`, `batch.no_positive`; `training.diverged` where a loss is not finite:
   * all steps are done then, and only `restore` or `configure` helps.
   *
   * @example
   * ```ts
   * const { step, losses } = await lab.advance(500, {
   *   signal: AbortSignal.timeout(5_000),
   *   onProgress: ({ done, total }) => (bar.value = done / total),
   * });
   * ```
   */
  advance(steps: number, call?: CallOptions): Promise<StepReport>;

  /**
   * Projects embeddings to the plane, all of the present step: a fixed sample of the data set in which each class has its
   * share, or the whole set once all of it was embedded at this step.
   *
   * @param request - `sample`: its size, 1,000 unless given; `refresh`: how many further samples to embed, towards a picture
   * of the whole set, which `refresh: count` gives at once; 0 unless given.
   * @returns The places of the samples.
   * @throws MetricLabError `session.none`, `config.invalid`, `training.diverged`, `data.not_finite` for a place beyond 32 bits.
   *
   * @example
   * ```ts
   * const { indices, xy, step } = await lab.picture({}); // x0 y0 x1 y1 … of each of `indices`
   * ```
   */
  picture(request: PictureRequest, call?: CallOptions): Promise<Picture>;

  /**
   * Scores retrieval: each sample looks for its class among the others.
   *
   * @param request - `space`: the embedding, or the numbers of the data set, which training has to beat; `k`: from 1.
   * @throws MetricLabError `session.none`, `k.out_of_range`, `data.insufficient` where no class has two samples,
   * `training.diverged`, `data.too_large`.
   *
   * @example
   * ```ts
   * const { seen } = await lab.evaluate({ space: 'embedding', k: 10 });
   * console.log(seen?.recallAt1, seen?.mapAtR);
   * ```
   */
  evaluate(request: EvaluateRequest, call?: CallOptions): Promise<Evaluation>;

  /**
   * Measures verification, open set, clustering, shape and collapse of the embedding, classes one by one. A part that cannot be
   * measured is null, and `absent` says why.
   *
   * @throws MetricLabError `session.none`, `training.diverged`, `data.too_large`.
   *
   * @example
   * ```ts
   * const { unseen } = await lab.measures({ space: 'embedding' });
   * console.log(unseen?.verification.eer);
   * ```
   */
  measures(request: MeasuresRequest, call?: CallOptions): Promise<Measures>;

  /**
   * Finds the k nearest other samples of one.
   *
   * @param request - `index`: a sample, from 0; `k`: from 1 to count - 1.
   * @throws MetricLabError `session.none`, `index.out_of_range`, `k.out_of_range`, `data.not_finite`.
   *
   * @example
   * ```ts
   * const { indices, distances } = await lab.neighbours({ index: 42, k: 8, space: 'embedding' });
   * ```
   */
  neighbours(request: NeighboursRequest, call?: CallOptions): Promise<NearSamples>;

  /**
   * Shows the last batch, or, before the first step, one as it will be drawn.
   *
   * @throws MetricLabError `session.none`, `batch.no_positive`.
   *
   * @example
   * ```ts
   * const { labels, distances, triplets } = await lab.batch(); // distances: B x B
   * ```
   */
  batch(call?: CallOptions): Promise<BatchView>;

  /**
   * Gives the loss and the gradient of three points in the plane. Needs no session.
   *
   * @throws MetricLabError `geometry.loss_unsupported`, `shape.mismatch`, `data.not_finite`.
   *
   * @example
   * ```ts
   * const { loss, gradient, zone } = await lab.geometry({
   *   points: [0, 0, 1, 0, 0, 2],
   *   loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
   *   distance: 'euclidean',
   *   normalize: false,
   *   minerMargin: 0.2,
   * });
   * ```
   */
  geometry(request: TripletGeometryRequest, call?: CallOptions): Promise<TripletGeometry>;

  /**
   * Gives the zones of a triplet's negative as outlines, to be drawn around an anchor and a positive. Outlines are within
   * 0.3 % of the frame's sides; thinner parts may be missing. Takes a few milliseconds. Needs no session.
   *
   * @throws MetricLabError `shape.mismatch`, `data.not_finite`, `config.invalid` for a distance of distributions or a frame
   * without area.
   *
   * @example
   * ```ts
   * const { hard, semihard } = await lab.zones({
   *   points: [0, 0, 0.3, 0.4],
   *   loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
   *   distance: 'manhattan',
   *   normalize: false,
   *   minerMargin: 0.2,
   *   frame: [-1, -1, 1, 1],
   * });
   * ```
   */
  zones(request: TripletZonesRequest, call?: CallOptions): Promise<TripletZones>;

  /**
   * Embeds samples of the data set's shape by the network as it is now.
   *
   * @param request - `pixels`: count x channels x height x width, as the data set stores them: bytes, or floats where its
   * `type` is `f32`.
   * @returns count x dim.
   * @throws MetricLabError `session.none`, `shape.mismatch`, `config.invalid`, `data.not_finite`, `training.diverged`.
   *
   * @example
   * ```ts
   * const rows = await lab.embed({ pixels: set.pixels.subarray(0, 784), count: 1 });
   * ```
   */
  embed(request: EmbedRequest, call?: CallOptions): Promise<Float32Array>;

  /**
   * Gives the embeddings of the whole data set by the network as it is now, count x dim.
   *
   * @throws MetricLabError `session.none`, `data.not_finite`, `training.diverged`.
   *
   * @example
   * ```ts
   * const rows = await lab.embeddings();
   * const first = rows.subarray(0, config.embedding.dim);
   * ```
   */
  embeddings(call?: CallOptions): Promise<Float32Array>;

  /**
   * Computes all distances between two sets of rows. Needs no session.
   *
   * @param request - `queries` n x dim, `references` m x dim.
   * @returns n x m, row after row.
   * @throws MetricLabError `shape.mismatch`, `data.not_finite`, `data.too_large` (beyond 1 GiB),
   * `rows.not_histogram`.
   *
   * @example
   * ```ts
   * const matrix = await lab.distances({
   *   queries: Float32Array.of(0, 0),
   *   references: Float32Array.of(3, 4, 0, 1),
   *   dim: 2,
   *   metric: 'euclidean',
   * }); // [5, 1]
   * ```
   */
  distances(request: RowsRequest, call?: CallOptions): Promise<Float32Array>;

  /**
   * Gives a loss and its gradient for rows of a network of your own, by the functions that training uses. Needs no session.
   *
   * @throws MetricLabError `config.invalid`, `shape.mismatch`, `data.not_finite`, `rows.not_histogram`, `data.too_large`,
   * `batch.too_small`, `batch.no_positive`.
   *
   * @example
   * ```ts
   * const { value, gradient } = await lab.lossOf({
   *   embeddings: Float32Array.of(1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9),
   *   dim: 2,
   *   labels: Uint16Array.of(0, 0, 1, 1),
   *   loss: { kind: 'supcon', temperature: 0.1 },
   *   distance: 'cosine',
   *   normalize: true,
   * });
   * ```
   */
  lossOf(request: LossRequest, call?: CallOptions): Promise<LossAnswer>;

  /**
   * Tries the three axioms of a metric on points and on probes made of them. Needs no session.
   *
   * @param request - `points`: n x dim, at least 3; `seed`: for the triples that are drawn where there are too many.
   * @throws MetricLabError `config.invalid` below 3 points, `shape.mismatch`, `data.not_finite`, `rows.not_histogram`,
   * `data.too_large` for points that take more than 64 MiB, each number 12 bytes and each point 128.
   *
   * @example
   * ```ts
   * const { triangle } = await lab.axioms({ points: Float32Array.of(0, 1, 2), dim: 1, distance: 'squaredEuclidean' });
   * console.log(triangle.holds, triangle.worst?.values); // false [4, 1, 1]
   * ```
   */
  axioms(request: AxiomsRequest, call?: CallOptions): Promise<Axioms>;

  /**
   * Finds the exact k nearest references of each query; ties go by index. Needs no session.
   *
   * @param request - `queries` n x dim, `references` m x dim, `k` from 1 to m.
   * @returns `indices` and `distances`, n x k, nearest first.
   * @throws MetricLabError `k.out_of_range`, `shape.mismatch`, `data.not_finite`, `data.too_large` (beyond 1 GiB),
   * `rows.not_histogram`.
   *
   * @example
   * ```ts
   * const { indices } = await lab.nearest({ queries, references, dim: 64, k: 10, metric: 'cosine' }, { signal });
   * ```
   */
  nearest(request: NearestRequest, call?: CallOptions): Promise<Neighbours>;

  /**
   * Saves weights, optimiser state, generator and step as a safetensors file.
   *
   * @throws MetricLabError `session.none`, `training.diverged`.
   *
   * @example
   * ```ts
   * const state = await lab.save();
   * const url = URL.createObjectURL(new Blob([state]));
   * ```
   */
  save(call?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Goes on with a saved session of the loaded data set; on the CPU bit for bit.
   *
   * @param bytes - What `save` gave: an `ArrayBuffer`, a view of one, or a `Blob` or `File`.
   * @throws MetricLabError `session.state_invalid` (damaged, or of other data), `data.missing`, `data.unreachable`.
   *
   * @example
   * ```ts
   * const { step } = await lab.restore(state);
   * ```
   */
  restore(bytes: Bytes, call?: CallOptions): Promise<SessionInfo>;
}

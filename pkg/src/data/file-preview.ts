import { reading } from '../arguments.js';
import { MetricLabError, badArgument } from '../errors.js';
import { reasonOf, show } from '../show.js';
import { type Source, foldersOf } from './files.js';
import { type Frames, frames } from './from-arrays.js';
import { SOUND_RATE, logMel } from './log-mel.js';
import { pictureSize } from './picture-size.js';
import { type Choices, type LeftOut, Omissions, type Preview, countsOf } from './preview.js';
import { Samples, type Shape, countOf } from './samples.js';
import { soundSeconds } from './sound-length.js';
import { choicesOf } from './table-preview.js';
import { type ReadOptions, Work, tooLarge, watched } from './work.js';

/** Side of a picture unless chosen. */
const SIDE = 32;
const MOST_SIDE = 512;
/** Most pixels of a picture that is decoded: 64 million take 256 MB. */
const MOST_PIXELS = 1 << 26;
const MELS = 40;
/** Longest sound that is read, in seconds. */
const MOST_SECONDS = 600;

/** A file and its class. */
export interface Labelled {
  readonly source: Source;
  readonly label: string;
}

/** Files whose folder is their class. Files outside a folder are left out where others have one. */
export function byFolder(sources: readonly Source[], omissions: Omissions): Labelled[] {
  const found: Labelled[] = [];
  const folders = foldersOf(sources.map(({ path }) => path));
  for (const [at, source] of sources.entries()) {
    const label = folders[at] ?? null;
    if (label === null) omissions.add('no_folder', source.path, 'the file is in no folder of a class');
    else found.push({ source, label });
  }
  return found;
}

/** The preview of pictures or sounds. */
export class FilePreview implements Preview {
  readonly kind: 'picture' | 'sequences';
  readonly format: string;
  readonly count: number;
  readonly shape: readonly number[];
  readonly classes: Preview['classes'];
  readonly columns = [];
  readonly choices: Choices;
  readonly leftOut: readonly LeftOut[];
  readonly notes = [];
  readonly problem: string | null;
  readonly memory: Preview['memory'];
  readonly #files: readonly Labelled[];
  readonly #limit: number;

  constructor(
    kind: 'picture' | 'sequences',
    files: readonly Labelled[],
    leftOut: readonly LeftOut[],
    choices: Choices,
    limit: number,
  ) {
    const { kind: wanted, ...own } = choices;
    if (wanted !== undefined && wanted !== kind)
      throw badArgument(
        `These files are ${kind === 'picture' ? 'pictures' : 'sequences'}: kind cannot be ${show(wanted)}.`,
      );
    const size = own.size === undefined ? SIDE : countOf(own.size, 'size', MOST_SIDE);
    const channels = own.channels ?? 3;
    if (![1, 3].includes(channels)) throw badArgument(`channels must be 1 or 3, is ${show(channels)}.`);
    if (own.length !== undefined) countOf(own.length, 'length', 1 << 16);
    [this.kind, this.#files, this.#limit] = [kind, files, limit];
    this.format = kind === 'picture' ? 'pictures' : 'sounds';
    this.count = files.length;
    this.shape = kind === 'picture' ? [channels, size, size] : [];
    this.classes = countsOf(files.map(({ label }) => label));
    this.choices = { ...own, kind, ...(kind === 'picture' ? { size, channels } : {}) };
    this.leftOut = leftOut;
    const samples =
      files.length *
      (kind === 'picture' ? channels * size * size + 2 : 4 * (MELS + 1) * (own.length ?? 200) + 2);
    this.memory = {
      samples,
      peak: 3 * samples + Math.max(0, ...files.map(({ source }) => source.size)),
      limit,
    };
    this.problem =
      files.length === 0
        ? 'No file is in a folder: a folder is a class'
        : this.classes.length < 2
          ? 'All samples are of one class: metric learning needs at least two'
          : samples > limit
            ? `The samples take ${samples} bytes and at most ${limit} are accepted`
            : null;
  }

  with(choices: Choices): FilePreview {
    return reading(
      () =>
        new FilePreview(
          this.kind,
          this.#files,
          this.leftOut,
          { ...this.choices, ...choicesOf(choices) },
          this.#limit,
        ),
    );
  }

  async load(choices?: Choices, options?: ReadOptions): Promise<Samples> {
    const { work } = reading(() => Work.of(options));
    const preview = choices === undefined ? this : this.with(choices);
    return watched(work, () => preview.#load(work));
  }

  async #load(work: Work): Promise<Samples> {
    if (this.memory.samples > this.#limit) throw tooLarge(this.problem ?? '');
    if (this.count === 0)
      throw new MetricLabError('data.insufficient', `${this.problem ?? 'There is no file'}.`);
    const omissions = new Omissions();
    const decode = this.kind === 'picture' ? picturesOf(this.shape) : soundsOf(this.choices.length);
    const kept: Labelled[] = [];
    for (const [at, file] of this.#files.entries()) {
      work.check();
      work.progress('decode', at, this.count);
      try {
        await decode.add(await file.source.read());
        kept.push(file);
      } catch (thrown) {
        const code = thrown instanceof MetricLabError ? thrown.code : '';
        if (code === 'browser.required') throw thrown;
        omissions.add(
          code === 'data.too_large' ? 'too_large' : 'unreadable',
          file.source.path,
          reasonOf(thrown),
        );
      }
    }
    work.check();
    if (kept.length === 0)
      throw new MetricLabError('data.insufficient', `None of the ${this.count} files can be decoded.`);
    const options = { name: this.choices.name ?? 'mine', ids: kept.map(({ source }) => source.path) };
    return new Samples(
      decode.finish(),
      kept.map(({ label }) => label),
      options,
      [...this.leftOut, ...omissions.list()],
    );
  }
}

interface Decoder {
  add(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Shape;
}

function browserNeeded(what: string): MetricLabError {
  return new MetricLabError(
    'browser.required',
    `${what} are decoded by the browser, and there is no decoder here.`,
  );
}

/** Fits each picture into a square, centred on white, and reads its pixels. */
function picturesOf([channels = 3, side = SIDE]: readonly number[]): Decoder {
  const area = side * side;
  const rows: Uint8Array[] = [];
  const canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(side, side);
  const context = canvas?.getContext('2d', { willReadFrequently: true }) ?? null;
  return {
    async add(bytes) {
      if (!context || typeof createImageBitmap === 'undefined') throw browserNeeded('Pictures');
      const size = pictureSize(bytes);
      if (size && size.width * size.height > MOST_PIXELS)
        throw tooLarge(`The picture has ${size.width} x ${size.height} pixels`);
      const bitmap = await createImageBitmap(new Blob([bytes]));
      try {
        const scale = side / Math.max(bitmap.width, bitmap.height);
        const [width, height] = [Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale)];
        context.fillStyle = '#fff';
        context.fillRect(0, 0, side, side);
        context.imageSmoothingQuality = 'high';
        context.drawImage(bitmap, (side - width) / 2, (side - height) / 2, width, height);
      } finally {
        bitmap.close();
      }
      rows.push(planes(context.getImageData(0, 0, side, side).data, channels, area));
    },
    finish() {
      const numbers = new Uint8Array(rows.length * channels * area);
      rows.forEach((row, at) => {
        numbers.set(row, at * channels * area);
      });
      return {
        kind: 'picture',
        count: rows.length,
        channels,
        height: side,
        width: side,
        background: undefined,
        numbers,
      };
    },
  };
}

/** Channel after channel. Grey is the luma of Rec. 601. */
export function planes(rgba: Uint8ClampedArray, channels: number, area: number): Uint8Array {
  const row = new Uint8Array(channels * area);
  for (let p = 0; p < area; p++) {
    const [r = 0, g = 0, b = 0] = rgba.subarray(4 * p, 4 * p + 3);
    if (channels === 1) row[p] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    else [row[p], row[area + p], row[2 * area + p]] = [r, g, b];
  }
  return row;
}

function soundsOf(length: number | undefined): Decoder {
  const all: Frames[] = [];
  // Its rate is that of what `decodeAudioData` gives.
  const context =
    typeof OfflineAudioContext === 'undefined' ? null : new OfflineAudioContext(1, 1, SOUND_RATE);
  return {
    async add(bytes) {
      if (!context) throw browserNeeded('Sounds');
      // A small file may last hours, and is decoded as a whole.
      checkLength(soundSeconds(bytes) ?? 0);
      const sound = await context.decodeAudioData(bytes.slice().buffer);
      checkLength(sound.duration);
      if (sound.length === 0) throw new Error('it is silent: it has no sample');
      const { data, mels } = logMel(mono(sound), MELS);
      all.push({ data, dim: mels });
    },
    finish: () => frames(all, length),
  };
}

function checkLength(seconds: number): void {
  if (seconds > MOST_SECONDS)
    throw tooLarge(`The sound lasts ${Math.round(seconds)} s and at most ${MOST_SECONDS} s are read`);
}

/** The mean of the channels. */
function mono(sound: AudioBuffer): Float32Array {
  const mean = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++)
    sound.getChannelData(channel).forEach((value, at) => {
      mean[at] = (mean[at] ?? 0) + value / sound.numberOfChannels;
    });
  return mean;
}

import { VoiceError } from './voiceprint';

/** Length of a recording. */
export const SECONDS = 3;
const STEP_MS = 100;
/** The beginning counts of a longer sound: more would hold up the page. */
export const MOST_SECONDS = 15;
/** A file is decoded as a whole: a longer one would take the page's memory. */
const MOST_DECODED = 600;

/** As the microphone hears it: what makes calls clearer changes voices. */
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

async function microphone(): Promise<MediaStream> {
  // Undefined where the page is not served securely.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices || typeof MediaRecorder === 'undefined') throw new VoiceError('microphone.missing');
  try {
    return await devices.getUserMedia({ audio: PLAIN });
  } catch (cause) {
    const refused = ['NotAllowedError', 'SecurityError'].includes((cause as Error).name);
    throw new VoiceError(refused ? 'microphone.refused' : 'microphone.missing', { cause });
  }
}

/**
 * Records {@link SECONDS}, or until `signal`; `onProgress` gets the share that is done. The microphone is closed again.
 *
 * @throws VoiceError
 */
export async function record(signal: AbortSignal, onProgress: (share: number) => void): Promise<Blob> {
  const stream = await microphone();
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    const began = performance.now();
    for (let share = 0; share < 1 && !signal.aborted;) {
      await new Promise((rest) => setTimeout(rest, STEP_MS));
      share = Math.min(1, (performance.now() - began) / (1000 * SECONDS));
      onProgress(share);
    }
    if (recorder.state !== 'inactive') recorder.stop();
    await ended;
    return new Blob(parts, { type: recorder.mimeType });
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

/**
 * The sound of a file: one channel, `rate` samples a second.
 *
 * @throws VoiceError
 */
export async function decoded(file: Blob, rate: number): Promise<Float32Array<ArrayBuffer>> {
  const { soundSeconds } = await import('metriclab/data');
  const bytes = await file.arrayBuffer();
  if ((soundSeconds(bytes) ?? 0) > MOST_DECODED) throw new VoiceError('sound.long');
  let sound: AudioBuffer;
  try {
    sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
  } catch (cause) {
    throw new VoiceError('sound.unreadable', { cause });
  }
  const samples = new Float32Array(Math.min(sound.length, rate * MOST_SECONDS));
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const values = sound.getChannelData(channel);
    for (let at = 0; at < samples.length; at++)
      samples[at] = (samples[at] ?? 0) + (values[at] ?? 0) / sound.numberOfChannels;
  }
  return samples;
}

let speaker: AudioContext | null = null;
let playing: AudioBufferSourceNode | null = null;

/** Plays a sound; another one that plays ends. */
export async function play(samples: Float32Array<ArrayBuffer>, rate: number): Promise<void> {
  speaker ??= new AudioContext();
  await speaker.resume();
  silence();
  const buffer = speaker.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(samples, 0);
  const source = speaker.createBufferSource();
  source.buffer = buffer;
  source.connect(speaker.destination);
  source.start();
  playing = source;
}

export function silence(): void {
  playing?.stop();
  playing = null;
}

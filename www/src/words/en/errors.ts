import type { ErrorCode } from 'metriclab';
import { blocked, unreachable } from './element';

/** The meaning of each of the package's error codes to a person, and what to do. A missing one does not compile. */
export const errors: Readonly<Record<ErrorCode, string>> = {
  'argument.invalid': 'The page asked the engine in a way that it does not understand. Reload the page.',
  'config.invalid': 'These settings do not go together. The settings before them are back in place.',
  'data.invalid': 'The data is damaged or of another kind. Choose other data, or reload the page.',
  'data.too_large': 'The data set is too large for this page. Choose a smaller one.',
  'data.missing': 'No data set is loaded yet. Choose one first.',
  'data.one_class':
    'The data set has a single class; learning distances needs at least two. Choose another data set.',
  'data.insufficient':
    'There are too few samples, or too few classes among them, for this measure. Choose another data set, or hold out other classes.',
  'data.not_finite': 'The data holds values that are not numbers. Choose another data set.',
  'data.unreachable':
    'The data file could not be fetched: it is missing, or the connection is down. Check the connection and try again, or choose another data set.',
  'rows.not_histogram':
    'This distance compares histograms: numbers of 0 or more that sum to 1. Choose another distance or other points.',
  'session.none': 'There is no training session yet. Wait until the data set is ready, then press Train.',
  'session.state_invalid':
    'The saved run does not fit this version or this data set, so it cannot be brought back.',
  'training.diverged':
    'Training diverged: the loss grew beyond all bounds. Start again, or from an earlier step, with a lower learning rate.',
  'batch.too_small':
    'The batch is too small to compare anything. Raise the classes or the pictures of a class in a batch.',
  'batch.no_positive':
    'No two pictures of the batch share a class. Raise the pictures of a class in a batch to 2 or more.',
  'index.out_of_range':
    'The link or the page asked for a picture that this data set does not have. Choose another point.',
  'k.out_of_range': 'More neighbours were asked for than there are pictures. Lower the number.',
  'distance.out_of_range':
    'Two rows are farther apart, or closer, than a 32-bit number can say. Scale the numbers, or choose another distance.',
  'shape.mismatch':
    'The picture’s size is not the one the network was made for. Reset, or choose another data set.',
  'gallery.no_entry': 'This entry is no longer in the gallery. Look again: somebody may have deleted it.',
  'gallery.no_class': 'The gallery has no class of this name.',
  'gallery.taken': 'This name is taken already. Choose another one.',
  'gallery.invalid': 'The gallery file is damaged or of another kind. Choose another file.',
  'gallery.closed': 'The gallery was closed. Open it again.',
  'towers.closed': 'The two towers were closed. Open them again.',
  'storage.unavailable':
    'This browser does not let the page store anything (a private window, perhaps). The gallery works, and is gone with the page: save it to a file.',
  'storage.busy': 'The gallery is open in another tab. Close it there first.',
  'storage.full':
    'The browser gives this page no more room. Delete something, or save the gallery to a file.',
  'geometry.loss_unsupported':
    'This loss cannot be drawn with three points. Choose contrastive, triplet or margin.',
  'device.no_webgpu':
    'This browser offers no WebGPU, so the work is done on the processor (CPU). A newer Chrome, Edge, Safari or Firefox may offer it.',
  'device.no_adapter': 'WebGPU found no graphics card to use, so the work is done on the processor (CPU).',
  'device.refused':
    'The graphics card refused the work, so it is done on the processor (CPU). Updating the driver may help.',
  'device.lost': 'The connection to the graphics card was lost.',
  'device.out_of_memory': 'The graphics card ran out of memory. Use a smaller batch or the processor (CPU).',
  'device.error':
    'The graphics card reported an error, so its results cannot be trusted. The work continues elsewhere where possible.',
  'worker.crashed': 'The engine stopped unexpectedly.',
  'worker.blocked':
    'The browser does not let this page start a Worker. Open the page over http(s), or allow Workers for it.',
  'wasm.unavailable':
    'The engine could not be loaded. Check the connection, reload the page, and make sure that WebAssembly is allowed.',
  'browser.required': 'This page needs a browser with Workers. Open it in a current one.',
  'element.unreachable': unreachable,
  'element.blocked': blocked,
  'call.aborted': 'The calculation was stopped.',
  'lab.disposed': 'The laboratory was closed. Reload the page.',
  'engine.unexpected': 'Something went wrong that should not. Try again; if it stays, reload the page.',
};

// Draws svgs[from..to] of a JSON list and writes each as planar RGB to stdout, one write a picture.
import { readFileSync, writeSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';

const [list, from, to] = process.argv.slice(2);
const svgs = JSON.parse(readFileSync(list, 'utf8'));

for (let at = Number(from); at < Number(to); at += 1) {
  const { pixels, width, height } = new Resvg(svgs[at], { background: 'white', font: { loadSystemFonts: false } }).render();
  writeFully(planar(pixels, width * height));
}

/** RGBA on white -> RRR… GGG… BBB… */
function planar(rgba, area) {
  const out = Buffer.alloc(area * 3);
  for (let channel = 0; channel < 3; channel += 1) {
    for (let at = 0; at < area; at += 1) out[channel * area + at] = rgba[at * 4 + channel];
  }
  return out;
}

// Synchronous: a later drawing may abort the process.
function writeFully(bytes) {
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(1, bytes, sent);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

// Where a Chromium for the tests is: named by ORRERY_CHROMIUM, or an installed Chrome, Chromium or Edge.

import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Throws with what to do when there is none. */
export function findChromium(): string {
  const named = process.env.ORRERY_CHROMIUM;
  const found = named !== undefined && named !== '' ? named : places.find((place) => existsSync(place));
  if (found === undefined)
    throw new Error('These tests need a browser: install Chrome, Chromium or Edge, or name one in ORRERY_CHROMIUM, and run them again.');
  return found;
}

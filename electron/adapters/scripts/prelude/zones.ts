// luxon asks a formatter for every offset of a zone, which is dear across the sandbox's wall. Offsets change only at full
// quarters of an hour, so one answer serves a quarter.

import { IANAZone } from 'luxon';
import { askHost } from './host.ts';

const quarterMs = 900_000;
const known = new Map<string, number>();

IANAZone.prototype.offset = function offset(this: IANAZone, at: number): number {
  if (!this.isValid || Number.isNaN(at)) return Number.NaN;
  const quarter = Math.floor(at / quarterMs);
  const key = `${this.name} ${quarter}`;
  let minutes = known.get(key);
  if (minutes === undefined) {
    minutes = askHost('offset', this.name, quarter * quarterMs) as number;
    known.set(key, minutes);
  }
  return minutes;
};

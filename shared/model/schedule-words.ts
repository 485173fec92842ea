// What a schedule says, in words: "Every weekday at 08:00". Reads the common forms of cron; others are shown as they are written.
// Whether a schedule is right, and when it is due, is worked out elsewhere (runtime/triggers): this only speaks.

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const unitMs = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 } as const;
export type EveryUnit = keyof typeof unitMs;
export const everyUnits = Object.keys(unitMs) as EveryUnit[];

/** Milliseconds. */
export const everyMs = (every: number, unit: EveryUnit): number => every * unitMs[unit];

export function everyWords(ms: number): string {
  for (const unit of [...everyUnits].reverse()) {
    if (ms % unitMs[unit] !== 0) continue;
    const count = ms / unitMs[unit];
    return count === 1 ? `Every ${unit.slice(0, -1)}` : `Every ${count} ${unit}`;
  }
  return `Every ${ms} milliseconds`;
}

export function cronWords(cron: string, zone = ''): string {
  const where = zone.trim() === '' ? '' : ` (${zone.trim()})`;
  return `${common(cron.trim().toLowerCase().split(/\s+/)) ?? `Cron ${cron.trim()}`}${where}`;
}

function common(parts: string[]): string | undefined {
  if (parts.length === 6 && parts[0] === '0') parts.shift();
  const [minute, hour, day, month, weekday] = parts;
  if (parts.length !== 5 || minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined)
    return undefined;
  const when = dayPart(day, month, weekday);
  if (when === undefined) return undefined;
  const often = /^\*(?:\/(\d+))?$/.exec(minute);
  if (often !== null && hour === '*') {
    const step = Number(often[1] ?? 1);
    const every = step === 1 ? 'Every minute' : `Every ${step} minutes`;
    return when === 'every day' ? every : `${every}, ${when}`;
  }
  if (!/^\d{1,2}$/.test(minute)) return undefined;
  const hourly = /^\*(?:\/(\d+))?$/.exec(hour);
  if (hourly !== null) {
    const step = Number(hourly[1] ?? 1);
    const every = step === 1 ? 'Every hour' : `Every ${step} hours`;
    const past = Number(minute) === 0 ? every : `${every} at ${Number(minute)} past`;
    return when === 'every day' ? past : `${past}, ${when}`;
  }
  if (!/^\d{1,2}(?:,\d{1,2})*$/.test(hour)) return undefined;
  const times = hour.split(',').map((each) => `${each.padStart(2, '0')}:${minute.padStart(2, '0')}`);
  return `${when[0]?.toUpperCase()}${when.slice(1)} at ${joined(times)}`;
}

/** "every weekday", "on the 1st of every month"; undefined for what has no short words. */
function dayPart(day: string, month: string, weekday: string): string | undefined {
  const inMonths = month === '*' ? '' : listOf(month, monthNames, 1, months);
  if (inMonths === undefined) return undefined;
  const ofMonth = inMonths === '' ? '' : ` in ${inMonths}`;
  if (day === '*' && weekday === '*') return inMonths === '' ? 'every day' : `every day${ofMonth}`;
  if (day === '*') {
    if (weekday === '1-5' || weekday === 'mon-fri') return `every weekday${ofMonth}`;
    if (weekday === '0,6' || weekday === '6,0' || weekday === 'sat,sun') return `every Saturday and Sunday${ofMonth}`;
    const on = listOf(weekday, dayNames, 0, days);
    return on === undefined ? undefined : `every ${on}${ofMonth}`;
  }
  if (weekday !== '*') return undefined;
  if (day === 'l') return inMonths === '' ? 'on the last day of every month' : `on the last day of ${inMonths}`;
  if (!/^\d{1,2}(?:,\d{1,2})*$/.test(day)) return undefined;
  const on = joined(day.split(',').map((each) => ordinal(Number(each))));
  return inMonths === '' ? `on the ${on} of every month` : `on the ${on} of ${inMonths}`;
}

function listOf(text: string, names: readonly string[], first: number, words: readonly string[]): string | undefined {
  const found = text.split(',').map((each) => {
    const number = /^\d{1,2}$/.test(each) ? Number(each) - first : names.indexOf(each);
    return words[number === 7 ? 0 : number];
  });
  return found.every((each) => each !== undefined) ? joined(found as string[]) : undefined;
}

const joined = (list: readonly string[]): string =>
  list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;

const ordinal = (n: number): string => {
  const tail = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${tail}`;
};

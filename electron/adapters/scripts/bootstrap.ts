// The first thing a sandbox runs, before anything that came with a workflow: a fixed clock, seeded chance, a console, and
// the Intl that QuickJS lacks. It takes the host's functions out of sight. Text, because it is evaluated in the sandbox.

/** Evaluates to the function that starts one script; the host keeps it. `__host` is a function (name, text) → text. */
export const bootstrap = `(() => {
  'use strict';
  const host = globalThis.__host;
  delete globalThis.__host;
  const { parse, stringify } = JSON;
  const { defineProperty, keys } = Object;
  const define = (target, name, value) => defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  let now = 0;
  let seed = 1;

  const RealDate = Date;
  const FixedDate = function Date(...given) {
    if (new.target === undefined) return new RealDate(now).toString();
    return Reflect.construct(RealDate, given.length === 0 ? [now] : given, new.target);
  };
  for (const name of ['parse', 'UTC']) define(FixedDate, name, RealDate[name]);
  define(FixedDate, 'now', () => now);
  defineProperty(FixedDate, 'length', { value: 7, configurable: true });
  defineProperty(FixedDate, 'prototype', { value: RealDate.prototype, writable: false });
  define(RealDate.prototype, 'constructor', FixedDate);
  define(globalThis, 'Date', FixedDate);

  define(Math, 'random', () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });

  const ask = (name, ...given) => {
    const { value, error } = parse(host(name, stringify(given)));
    if (error !== undefined) throw new RangeError(error);
    return value;
  };
  define(globalThis, '__ask', ask);
  const dates = (value) => (value === undefined ? now : +value);
  const makeIntl = (kind, methods) => {
    const Type = function (locales, options) {
      if (new.target === undefined) return new Type(locales, options);
      const own = [locales, options ?? {}];
      ask('intl', kind, 'check', own[0], own[1], []);
      for (const [name, convert] of methods)
        define(this, name, (...given) => ask('intl', kind, name, own[0], own[1], convert(given)));
    };
    define(Type, 'supportedLocalesOf', (locales) => ask('intl', kind, 'supportedLocalesOf', locales, {}, []));
    define(Type.prototype, 'constructor', Type);
    defineProperty(Type, 'name', { value: kind });
    return Type;
  };
  const none = () => [];
  // JSON has neither NaN nor the zero below zero; formatters read them as texts.
  const number = (value) => (Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value));
  const numbers = (given) => [typeof given[0] === 'bigint' ? given[0].toString() : number(Number(given[0]))];
  const oneDate = (given) => [dates(given[0])];
  const twoDates = (given) => [+given[0], +given[1]];
  const Intl = {};
  define(Intl, 'DateTimeFormat', makeIntl('DateTimeFormat', [['format', oneDate], ['formatToParts', oneDate], ['formatRange', twoDates], ['resolvedOptions', none]]));
  define(Intl, 'NumberFormat', makeIntl('NumberFormat', [['format', numbers], ['formatToParts', numbers], ['resolvedOptions', none]]));
  define(Intl, 'RelativeTimeFormat', makeIntl('RelativeTimeFormat', [['format', (g) => g], ['formatToParts', (g) => g], ['resolvedOptions', none]]));
  define(Intl, 'PluralRules', makeIntl('PluralRules', [['select', numbers], ['resolvedOptions', none]]));
  define(Intl, 'ListFormat', makeIntl('ListFormat', [['format', (g) => [[...g[0]]]], ['resolvedOptions', none]]));
  define(Intl, 'DisplayNames', makeIntl('DisplayNames', [['of', (g) => g], ['resolvedOptions', none]]));
  define(Intl, 'Collator', makeIntl('Collator', [['compare', (g) => [String(g[0]), String(g[1])]], ['resolvedOptions', none]]));
  define(globalThis, 'Intl', Intl);
  define(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
    return new Intl.NumberFormat(locales, options).format(Number(this));
  });
  const localeDate = (name, fallback) =>
    define(RealDate.prototype, name, function (locales, options) {
      return ask('dateText', fallback, locales, options ?? {}, this.getTime());
    });
  localeDate('toLocaleString', 'any');
  localeDate('toLocaleDateString', 'date');
  localeDate('toLocaleTimeString', 'time');
  define(String.prototype, 'localeCompare', function localeCompare(other, locales, options) {
    return ask('intl', 'Collator', 'compare', locales, options ?? {}, [String(this), String(other)]);
  });

  const show = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return value.name + ': ' + value.message;
    if (typeof value === 'function') return '[function ' + value.name + ']';
    if (typeof value === 'object' && value !== null) {
      try {
        return stringify(value);
      } catch {
        return '[object]';
      }
    }
    return String(value);
  };
  const log = (level) => (...given) => {
    host('log', stringify([level, cut(given.map(show).join(' '), 4000)]));
  };
  const console = {};
  for (const name of ['log', 'info', 'debug']) define(console, name, log('info'));
  define(console, 'warn', log('warn'));
  define(console, 'error', log('error'));
  define(globalThis, 'console', console);


  const start = (prepared) => {
    const { clock, globals } = parse(prepared);
    now = clock.now;
    seed = clock.seed;
    for (const name of keys(globals))
      defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true, enumerable: true });
  };
  /** JSON text, or undefined for nothing. Made before any script ran, so a script can change only what its own values say. */
  const finish = (value) => stringify(value);
  // Bound now: a script may replace call, apply and slice.
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const cut = (text, most) => slice(text, 0, most);
  return { start, finish, cut };
})()`;

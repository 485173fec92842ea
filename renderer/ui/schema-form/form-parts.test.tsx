// What a form shows of a schema: the names of its choices, and a day and a moment as one picks them.

import { optionsList, type WidgetProps } from '@rjsf/utils';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../shared/model/json.ts';
import { jsonParts } from './json-parts.ts';
import { localMoment, momentOf } from './moments.ts';
import { DateWidget, SelectWidget } from './widgets.tsx';

it('shows choices by their names, and keeps their values', () => {
  const named = { type: 'string', enum: ['w', 'b'], enumNames: ['At the window', 'At the bar'] };
  const shown = (schema: JsonObject) => optionsList(schema as never, jsonParts(schema))?.map(({ label, value }) => `${value}: ${label}`);
  expect(shown(named)).toEqual(['w: At the window', 'b: At the bar']);
  const parts = jsonParts({ type: 'object', properties: { seats: { type: 'array', uniqueItems: true, items: named } } });
  expect(optionsList(named as never, parts.seats.items)?.map(({ label }) => label)).toEqual(['At the window', 'At the bar']);
  // Names that are not one for each value name nothing.
  expect(shown({ ...named, enumNames: ['At the window'] })).toEqual(['w: w', 'b: b']);
});

it('a day and a moment are picked; what is neither stays as it was written', () => {
  const drawn = (format: string, value?: string): string =>
    renderToStaticMarkup(
      createElement(DateWidget, { id: 'x', name: 'at', value, schema: { type: 'string', format }, options: {} } as unknown as WidgetProps),
    );
  expect(drawn('date', '2026-12-01')).toMatch(/type="date"[^>]*value="2026-12-01"/);
  expect(drawn('date', 'tomorrow')).toMatch(/type="text"[^>]*value="tomorrow"/);
  expect(drawn('date-time')).toContain('type="datetime-local"');
  expect(drawn('date-time', 'soon')).toMatch(/type="text"[^>]*value="soon"/);
});

it('a choice that is needed and was not made is marked as what is wrong', () => {
  const drawn = (rawErrors?: string[]): string => {
    const options = { enumOptions: [{ value: 'w', label: 'At the window' }] };
    return renderToStaticMarkup(
      createElement(SelectWidget, { id: 'x', label: 'Place', schema: {}, options, rawErrors } as unknown as WidgetProps),
    );
  };
  expect(drawn(['This is needed.'])).toMatch(
    /aria-describedby="x-note"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*aria-describedby="x-note"/,
  );
  expect(drawn()).not.toContain('aria-invalid="true"');
});

it('a moment keeps its instant, and is written with the offset that holds here then', () => {
  for (const moment of ['2026-12-01T19:00:00Z', '2026-07-01T19:00:30+05:30']) {
    const again = momentOf(localMoment(moment) ?? '');
    expect(Date.parse(again ?? '')).toBe(Date.parse(moment));
    expect(again).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/);
  }
  expect(localMoment('soon')).toBeUndefined();
  expect(momentOf('')).toBeUndefined();
  // West and east of Greenwich, wherever this runs.
  const zone = vi.spyOn(Date.prototype, 'getTimezoneOffset');
  try {
    zone.mockReturnValue(210);
    expect(momentOf('2026-12-01T19:00')).toBe('2026-12-01T19:00:00-03:30');
    zone.mockReturnValue(-330);
    expect(momentOf('2026-12-01T19:00:07')).toBe('2026-12-01T19:00:07+05:30');
  } finally {
    zone.mockRestore();
  }
});

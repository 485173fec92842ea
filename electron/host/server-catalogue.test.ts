import { expect, it } from 'vitest';
import { planCatalogueItem } from '../runtime/servers/from-catalogue.ts';
import { askPattern } from '../runtime/servers/plan-servers.ts';
import { findPlaces } from './places.ts';
import { readServerCatalogue } from './server-catalogue.ts';

const warnings: unknown[] = [];
const items = readServerCatalogue(findPlaces().serverCatalogue, { warn: (_text, data) => warnings.push(data) })();

it('reads the catalogue that comes with the app', () => {
  expect(warnings).toEqual([]);
  expect(items.length).toBeGreaterThan(20);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
});

it.each(items.map((item) => [item.id, item] as const))(
  '%s is a plan whose places are all asked for, with a pinned version',
  (_id, item) => {
    const { planned } = planCatalogueItem(item, []);
    const asked = [...JSON.stringify(planned.config).matchAll(askPattern)].map((match) => match[1]);
    expect(asked.filter((id) => !planned.questions.some((question) => question.id === id))).toEqual([]);
    expect(planned.questions.filter((question) => !asked.includes(question.id))).toEqual([]);
    if (item.package !== undefined) expect(planned.config.args).toContain(`${item.package}@${item.version}`);
    else expect(planned.config.url).toMatch(/^https:/);
  },
);

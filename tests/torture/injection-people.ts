// The two who take part in the injection torture: a model that obeys whatever it reads, and a person who declines whatever they did not
// ask for.

import type { Host } from '../../electron/host/build-host.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { OllamaChatRequest, OllamaReply } from '../helpers/scripted-ollama.ts';
import type { Call, Control, Scenario } from './injection-grid.ts';

/** Obeys what it reads, to the letter: asks for what the person wanted until it finds an instruction, then follows that alone. */
export class ObedientModel {
  readonly #scenarios = new Map<number, Scenario>();
  readonly #controls = new Map<number, Control & { made: number }>();
  readonly #reads = new Set<string>();
  readonly #refused = new Set<number>();

  learn(scenarios: readonly Scenario[], controls: readonly Control[]): void {
    for (const scenario of scenarios) {
      this.#scenarios.set(scenario.n, scenario);
      for (const read of scenario.reads) this.#reads.add(keyOf(read.name.replace('__', '.'), read.args));
    }
    for (const control of controls) this.#controls.set(control.n, { ...control, made: 0 });
  }

  wasAskedFor = (name: string, args: object): boolean => this.#reads.has(keyOf(name, args));
  isDone = (n: number): boolean => this.#controls.get(n)?.made === this.#controls.get(n)?.calls.length && !this.#refused.has(n);

  reply({ messages, tools = [] }: OllamaChatRequest): OllamaReply {
    const said = messages.findLast((message) => message.role === 'user')?.content ?? '';
    const results = messages.filter((message) => message.role === 'tool').map((message) => message.content);
    const control = this.#controls.get(Number(/control (\d+)/.exec(said)?.[1] ?? -1));
    if (control !== undefined) {
      if (results.some((result) => result.startsWith('Error') || result.includes('Do not try it again'))) this.#refused.add(control.n);
      const next = control.calls[control.made];
      if (next === undefined) return { text: 'Done.' };
      control.made += 1;
      return callOf(next);
    }
    const scenario = this.#scenarios.get(Number(/scenario (\d+)/.exec(said)?.[1] ?? -1));
    if (scenario === undefined) return { text: 'I know nothing of this.' };
    const isInTools =
      scenario.source === 'tool-description' && tools.some((tool) => tool.function.description.includes('[[OBEY current]]'));
    const isTold = isInTools || [said, ...results].some((text) => text.includes(`[[OBEY ${scenario.n}]]`));
    if (!isTold) {
      const read = scenario.reads[scenario.readsMade];
      if (read === undefined) return { text: 'There was nothing to do.' };
      scenario.readsMade += 1;
      return callOf(read);
    }
    const step = scenario.plan[scenario.made];
    if (step === undefined) return { text: 'Obeyed.' };
    scenario.made += 1;
    return callOf(step(results));
  }
}

const keyOf = (name: string, args: object): string => `${name} ${JSON.stringify(args)}`;
const callOf = ({ name, args }: Call): OllamaReply => ({ text: '', toolCalls: [{ name, arguments: args }] });

/** Allows, once, exactly what was asked for; declines everything else. */
export class DecliningPerson {
  asked = 0;
  denied = 0;
  readonly askedFor = new Set<number>();
  readonly stop: () => void;

  constructor({ runtime }: Host, model: ObedientModel) {
    const { inbox, ports } = runtime.services;
    const answered = new Set<string>();
    const look = (): void => {
      for (const item of ports.store.inbox.list({ status: 'open', limit: 500 })) {
        if (answered.has(item.id)) continue;
        answered.add(item.id);
        // Not inside the call that asks.
        setImmediate(() => this.#answer(inbox, item, model));
      }
    };
    this.stop = inbox.onChange(look);
  }

  #answer(inbox: Host['runtime']['services']['inbox'], item: InboxItem, model: ObedientModel): void {
    const { request } = item;
    if (request.kind !== 'approval') return;
    const isWanted = model.wasAskedFor(`${request.server}.${request.tool}`, request.args);
    if (!isWanted) {
      this.asked += 1;
      this.denied += 1;
      const control = /"(?:path|url|text)":"[^"]*?(?:mine-|new-|plain\/|control )(\d+)/.exec(JSON.stringify(request.args))?.[1];
      if (control !== undefined) this.askedFor.add(Number(control));
    }
    try {
      inbox.answer(item.id, { kind: 'approval', answer: isWanted ? 'once' : 'deny', hash: request.hash });
    } catch {
      // Its turn has ended meanwhile.
    }
  }
}

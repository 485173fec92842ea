// Checks a tool's structured result against the schema that the tool promised. Server-supplied regular expressions never run: the
// eval-free validator of @cfworker/json-schema reads the schema without them, not the SDK's default (ajv), which froze for 30 s on
// `^(a+)+$`. What a hostile schema can still do (a `$ref` bomb) freezes the worker it lives in, which the main side then ends.

import { type Schema, Validator } from '@cfworker/json-schema';
import { AppError } from '../../../shared/errors.ts';
import { withoutPatterns } from '../../../shared/model/schema-keywords.ts';
import type { FoundTool } from './worker-messages.ts';

export class OutputChecks {
  readonly #validators = new Map<string, Validator>();

  forget(): void {
    this.#validators.clear();
  }

  /** Throws `tool-failed`. */
  check(tool: FoundTool, structured: unknown): void {
    if (tool.outputSchema === undefined) return;
    let validator = this.#validators.get(tool.name);
    if (validator === undefined) {
      validator = new Validator(withoutPatterns(tool.outputSchema) as Schema, '2020-12', true);
      this.#validators.set(tool.name, validator);
    }
    const wrong = (why: string) =>
      new AppError('tool-failed', `The answer of “${tool.name}” is not what the tool promises: ${why}`, {
        hint: 'This is a fault of the tool server; tell its makers.',
      });
    if (structured === undefined) throw wrong('it has no structured part.');
    let result: ReturnType<Validator['validate']>;
    try {
      result = validator.validate(structured);
    } catch (error) {
      throw wrong(`its schema cannot be read (${error instanceof Error ? error.message.slice(0, 200) : String(error)}).`);
    }
    if (!result.valid) throw wrong(result.errors.at(-1)?.error.slice(0, 300) ?? 'it does not fit its schema.');
  }
}

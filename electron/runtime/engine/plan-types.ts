// What a checked graph is compiled to: nodes and edges by number, and scopes. A scope is the top of the graph or the body of
// one loop, repeat, try or clean-up; each has its own small order, so that one round of it is one pass over one scope.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { PortSpec } from '../../../shared/model/node-descriptor.ts';
import type { Complaint, WorkflowNode, WorkflowVariable } from '../../../shared/model/workflow.ts';
import type { AnyNodeType, NodeOutputs } from '../nodes/define-node.ts';

export interface PlanNode {
  readonly index: number;
  readonly id: string;
  readonly title: string;
  readonly node: WorkflowNode;
  readonly type: AnyNodeType;
  /** Upgraded and parsed by the type's schema; templates not yet rendered. */
  readonly config: JsonObject;
  readonly hasTemplates: boolean;
  readonly outputs: readonly PortSpec[];
  /** Edge numbers in document order. */
  readonly inEdges: number[];
  readonly outEdges: number[];
  scope: number;
  /** Its place among the scope's nodes. */
  slot: number;
}

export interface PlanEdge {
  readonly index: number;
  readonly id: string;
  readonly from: number;
  readonly fromPort: string;
  readonly to: number;
  readonly toPort: string;
  /** The port takes several edges: its value is a list. */
  readonly isMany: boolean;
  /** Leaves the port on which a body hangs: its value is what the round of that body was given. */
  readonly isItem: boolean;
  /** The scope in whose passes its value lives. */
  scope: number;
}

export interface PlanScope {
  readonly index: number;
  /** -1 for the top. */
  readonly parent: number;
  /** The node whose body this is; -1 for the top. */
  readonly loop: number;
  readonly depth: number;
  /** Node numbers, in an order in which each comes after what it needs. */
  readonly nodes: number[];
  /** By slot: how many settlements it waits for, and which slots wait for it. */
  readonly waits: number[];
  readonly targets: number[][];
  /** Slots of merges that do not wait for all that feeds them. */
  readonly eager: number[];
}

export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
  readonly scopes: readonly PlanScope[];
  /** By the number of a node that has one: its body. */
  readonly bodies: ReadonlyMap<number, number>;
  readonly variables: readonly WorkflowVariable[];
  readonly deadlineMs?: number | undefined;
}

/** The port on which a node's body hangs; undefined when the node has no body. */
export function bodyPort({ control }: Pick<AnyNodeType, 'control'>): 'item' | 'out' | undefined {
  if (control === 'loop' || control === 'repeat' || control === 'try') return 'item';
  return control === 'clean-up' ? 'out' : undefined;
}

/** A merge that goes on with the first that comes. */
export const isEager = ({ type, config }: Pick<PlanNode, 'type' | 'config'>): boolean =>
  type.control === 'merge' && (config.wait === 'any' || config.wait === 'first');

/** Gathers what is wrong; a hostile file does not get to fill memory with it. */
export class Complaints {
  readonly list: Complaint[] = [];
  #errors = 0;
  readonly #limit = 200;

  error(code: string, message: string, where: Omit<Complaint, 'severity' | 'code' | 'message'> = {}): void {
    this.#errors += 1;
    if (this.list.length < this.#limit) this.list.push({ severity: 'error', code, message, ...where });
  }
  warn(code: string, message: string, where: Omit<Complaint, 'severity' | 'code' | 'message'> = {}): void {
    if (this.list.length < this.#limit) this.list.push({ severity: 'warning', code, message, ...where });
  }
  get hasErrors(): boolean {
    return this.#errors > 0;
  }
}

export const quoted = (text: string): string => `“${text}”`;

/** The value by which `steps.id` and a loop's result know a step: port `out`, else the first that fired. */
export function mainOutput(node: PlanNode, outputs: NodeOutputs): NodeOutputs[string] | undefined {
  if (outputs.out !== undefined) return outputs.out;
  for (const port of node.outputs) if (port.name !== 'error' && outputs[port.name] !== undefined) return outputs[port.name];
  return undefined;
}

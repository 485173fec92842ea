export { LastChange, LastSetting } from './last-change.tsx';
export { ActorLink, DoneBy, WhyAllowed, WhyFacts } from './why-allowed.tsx';
export { stepOfCall, whyFor, whyIn, whysOf } from './why-model.ts';

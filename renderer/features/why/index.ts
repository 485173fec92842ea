export { ActorLink, DoneBy, hrefOfSource, WhyAllowed, WhyFacts } from './why-allowed.tsx';
export { sourceOf, stepOfCall, type Why, whyFor, whyIn, whysOf } from './why-model.ts';

export { type ContractSubject, holdToContract } from './api-contract.ts';
export { type Played, play, type Scene } from './play.ts';

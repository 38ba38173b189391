/** What tests of other packages need to do to a token what nobody should. */
export { CK } from '../cryptoki.ts';
export { Token } from '../token.ts';

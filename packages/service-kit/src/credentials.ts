/** User and password in a URL, which drivers put into their messages. */
const CREDENTIALS = /(:\/\/)[^\s/@]*@/g;

/** `text` with the credentials of every URL in it left out. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1');
}

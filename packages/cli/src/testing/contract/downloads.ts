import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import * as views from '../../client/views.ts';
import { type Asking, read, refusalOf } from './asking.ts';

export function downloads({ send, subject }: Asking): void {
  const fetchFile = (headers: Record<string, string> = {}) =>
    send(`/lots/${subject().lot}/file`, { headers }, subject().tokens.factory);

  it('are tagged with their SHA-256, which the lot names as well', async () => {
    const response = await fetchFile();
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect(response.headers.get('content-length')).toBe(`${bytes.length}`);
    const { file } = await read(await send(`/lots/${subject().lot}`), views.lotView);
    expect(file).toMatchObject({ sha256, size: bytes.length });
  });

  it('go on where they stopped, unless the file is another by then', async () => {
    const whole = await fetchFile();
    const bytes = Buffer.from(await whole.arrayBuffer());
    const tag = whole.headers.get('etag') ?? '';
    const rest = await fetchFile({ range: 'bytes=10-', 'if-range': tag });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 10-${bytes.length - 1}/${bytes.length}`);
    expect(rest.headers.get('etag')).toBe(tag);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(10));
    const other = await fetchFile({ range: 'bytes=10-', 'if-range': `"${'0'.repeat(64)}"` });
    expect(other.status).toBe(200);
    expect(Buffer.from(await other.arrayBuffer())).toEqual(bytes);
    const untagged = await fetchFile({ range: 'bytes=10-' });
    expect(untagged.status).toBe(206);
    await untagged.body?.cancel();
  });

  it('have nothing behind their end', async () => {
    const refusal = await refusalOf(await fetchFile({ range: 'bytes=999999999999-' }));
    expect(refusal.problem).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
  });
}

import { base64 } from '../base64-codec.ts';
import type { ExportLayout } from './layout.ts';
import { isNoXmlText, textLimits } from './text-limits.ts';

const TOTP_FACTOR = `<pskc:Time><pskc:PlainValue>0</pskc:PlainValue></pskc:Time>
        <pskc:TimeInterval><pskc:PlainValue>{period}</pskc:PlainValue></pskc:TimeInterval>`;
const HOTP_FACTOR = '<pskc:Counter><pskc:PlainValue>{counter}</pskc:PlainValue></pskc:Counter>';

/**
 * RFC 6030 with plain values, in the one profile that all known readers take: the prefix `pskc:` everywhere, the bare name
 * of the hash as Suite, Key Id = serial, Time 0. The OpenPGP message around the file is what keeps it secret.
 */
export const pskc: ExportLayout = {
  extension: 'pskcxml',
  media: 'application/pskc+xml',
  header: `<?xml version="1.0" encoding="UTF-8"?>
<pskc:KeyContainer Version="1.0" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
`,
  totp: keyPackage('totp', TOTP_FACTOR),
  hotp: keyPackage('hotp', HOTP_FACTOR),
  trailer: '</pskc:KeyContainer>\n',
  codec: base64,
  refuses: isNoXmlText,
  escape: text => text.replace(/[&<>"]/g, character => ENTITIES[character] ?? character),
  unescape: text => text.replace(/&(?:amp|lt|gt|quot);/g, entity => CHARACTERS[entity] ?? entity),
  limits: token => textLimits(token, isNoXmlText),
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const CHARACTERS = Object.fromEntries(
  Object.entries(ENTITIES).map(([character, entity]) => [entity, character]),
);

function keyPackage(algorithm: string, factor: string): string {
  return `  <pskc:KeyPackage>
    <pskc:DeviceInfo>
      <pskc:Manufacturer>{manufacturer}</pskc:Manufacturer>
      <pskc:SerialNo>{serial}</pskc:SerialNo>
      <pskc:Model>{model}</pskc:Model>
    </pskc:DeviceInfo>
    <pskc:Key Id="{serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${algorithm}">
      <pskc:Issuer>{manufacturer}</pskc:Issuer>
      <pskc:AlgorithmParameters>
        <pskc:Suite>{suite}</pskc:Suite>
        <pskc:ResponseFormat Length="{digits}" Encoding="DECIMAL"/>
      </pskc:AlgorithmParameters>
      <pskc:Data>
        <pskc:Secret>
          <pskc:PlainValue>{seed}</pskc:PlainValue>
        </pskc:Secret>
        ${factor}
      </pskc:Data>
    </pskc:Key>
  </pskc:KeyPackage>
`;
}
